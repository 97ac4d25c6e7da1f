/*
 * A card's whole screen, on a real driver: what the kernel then shows is read back and compared.
 *
 * Takes vkms, the kernel's own card without hardware (modprobe vkms), or the connector that
 * ROOMSIGN_KMS names, as card0-Virtual-1; somebody's screen is not taken for a test. Needs root,
 * who may look at other people's frames.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <SDL.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include <roomsign/display.h>
#include <roomsign/pick.h>

#define CARDS_MAX 16
#define WAIT_MS 5000

/* The connector that is taken, or "": there is none. And why. */
static char connector[64];
static char card_path[64], status_path[128], uevent_path[64];
static const char *reason = "";
static uint32_t connector_id;

static struct display *display;
static SDL_Surface *canvas;

static void find_paths(int card)
{
    snprintf(card_path, sizeof card_path, "/dev/dri/card%d", card);
    snprintf(status_path, sizeof status_path, "/sys/class/drm/%s/status", connector);
    snprintf(uevent_path, sizeof uevent_path, "/sys/class/drm/card%d/uevent", card);
}

/* Of a card its first connector, or the one that is named. */
static bool find_connector(int fd, int card, const char *wanted)
{
    drmModeRes *resources = drmModeGetResources(fd);
    struct pick_wish wish = {.connector = wanted};
    for (int i = 0; resources != NULL && i < resources->count_connectors && !*connector; i++) {
        char name[PICK_NAME_BYTES];
        drmModeConnector *found = drmModeGetConnector(fd, resources->connectors[i]);
        if (found != NULL && pick_wants(&wish, card, found)) {
            snprintf(connector, sizeof connector, "card%d-%s", card,
                     pick_connector_name(found, name));
            connector_id = found->connector_id;
            find_paths(card);
        }
        drmModeFreeConnector(found);
    }
    drmModeFreeResources(resources);
    return *connector;
}

static bool is_vkms(int fd)
{
    drmVersion *version = drmGetVersion(fd);
    bool is = version != NULL && strcmp(version->name, "vkms") == 0;
    drmFreeVersion(version);
    return is;
}

static int find_card(void **state)
{
    (void)state;
    const char *wanted = getenv("ROOMSIGN_KMS");
    reason = wanted ? "ROOMSIGN_KMS names no connector here" : "there is no vkms here";
    if (geteuid() != 0)
        reason = "only root sees what a card shows";
    for (int card = 0; card < CARDS_MAX && geteuid() == 0 && !*connector; card++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/dri/card%d", card);
        int fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0 && (wanted != NULL || is_vkms(fd)))
            find_connector(fd, card, wanted != NULL ? wanted : "");
        if (fd >= 0)
            close(fd);
    }
    return 0;
}

static void need_card(void)
{
    if (*connector)
        return;
    print_message("%s\n", reason);
    skip();
}

static void make_canvas(int width_px, int height_px)
{
    SDL_FreeSurface(canvas);
    canvas = SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(canvas);
}

static struct display_options options_of(int rotate_deg)
{
    return (struct display_options){.driver = DISPLAY_DRIVER_KMS,
                                    .rotate_deg = rotate_deg,
                                    .connector = connector,
                                    .mode_width_px = 1024,
                                    .mode_height_px = 768};
}

static void open_rotated(int rotate_deg)
{
    struct error err = {0};
    struct display_options options = options_of(rotate_deg);
    int width_px, height_px;
    display = display_open(&options, &err);
    if (display == NULL)
        fail_msg("%s", err.message);
    display_size(display, &width_px, &height_px);
    make_canvas(width_px, height_px);
}

static int teardown(void **state)
{
    (void)state;
    SDL_FreeSurface(canvas);
    canvas = NULL;
    display_close(display);
    display = NULL;
    return 0;
}

static uint32_t pattern(int x, int y, uint32_t round)
{
    return ((uint32_t)x * 65521 + (uint32_t)y * 257 + round * 99991) & 0xffffff;
}

static void paint(uint32_t round, int top)
{
    for (int y = top; y < canvas->h; y++) {
        uint32_t *row = (uint32_t *)((uint8_t *)canvas->pixels + y * canvas->pitch);
        for (int x = 0; x < canvas->w; x++)
            row[x] = pattern(x, y, round);
    }
}

static void present(const struct layout_rect *rects, size_t count)
{
    struct error err = {0};
    if (!display_present(display, canvas, rects, count, &err) || !display_confirm(display, &err))
        fail_msg("%s", err.message);
}

static void present_all(uint32_t round)
{
    struct layout_rect all = {0, 0, canvas->w, canvas->h};
    paint(round, 0);
    present(&all, 1);
}

/* What the kernel shows. */
struct frame {
    int fd, width_px, height_px;
    size_t pitch, byte_count;
    const uint8_t *pixels;
};

static void look_at_frame(struct frame *frame)
{
    uint64_t offset;
    frame->fd = open(card_path, O_RDWR | O_CLOEXEC);
    assert_true(frame->fd >= 0);
    drmModeConnector *shown_on = drmModeGetConnector(frame->fd, connector_id);
    assert_non_null(shown_on);
    drmModeEncoder *encoder = drmModeGetEncoder(frame->fd, shown_on->encoder_id);
    assert_non_null(encoder);
    drmModeCrtc *crtc = drmModeGetCrtc(frame->fd, encoder->crtc_id);
    assert_true(crtc != NULL && crtc->mode_valid);
    drmModeFB *shown = drmModeGetFB(frame->fd, crtc->buffer_id);
    assert_non_null(shown);
    frame->width_px = (int)shown->width;
    frame->height_px = (int)shown->height;
    frame->pitch = shown->pitch;
    frame->byte_count = (size_t)shown->pitch * shown->height;
    assert_int_equal(drmModeMapDumbBuffer(frame->fd, shown->handle, &offset), 0);
    void *pixels = mmap(NULL, frame->byte_count, PROT_READ, MAP_SHARED, frame->fd, (off_t)offset);
    assert_ptr_not_equal(pixels, MAP_FAILED);
    frame->pixels = pixels;
    drmModeFreeFB(shown);
    drmModeFreeCrtc(crtc);
    drmModeFreeEncoder(encoder);
    drmModeFreeConnector(shown_on);
}

static void leave_frame(struct frame *frame)
{
    munmap((void *)(uintptr_t)frame->pixels, frame->byte_count);
    close(frame->fd);
}

/* Where the panel shows a pixel of the upright picture when that is turned clockwise. */
static uint32_t shown(const struct frame *frame, int rotate_deg, int x, int y)
{
    int at_x = x, at_y = y;
    if (rotate_deg == 90) {
        at_x = frame->width_px - 1 - y;
        at_y = x;
    } else if (rotate_deg == 180) {
        at_x = frame->width_px - 1 - x;
        at_y = frame->height_px - 1 - y;
    } else if (rotate_deg == 270) {
        at_x = y;
        at_y = frame->height_px - 1 - x;
    }
    uint32_t pixel;
    memcpy(&pixel, frame->pixels + (size_t)at_y * frame->pitch + (size_t)at_x * 4, sizeof pixel);
    return pixel & 0xffffff;
}

/* Of rounds, each of which changed what lies below its row. */
static void expect_rounds(int rotate_deg, const int *row_of_round, int rounds)
{
    struct frame frame;
    look_at_frame(&frame);
    for (int y = 0; y < canvas->h; y++) {
        int round = rounds - 1;
        while (round > 0 && y < row_of_round[round])
            round--;
        for (int x = 0; x < canvas->w; x++) {
            if (shown(&frame, rotate_deg, x, y) != pattern(x, y, (uint32_t)round))
                fail_msg("%d degrees, (%d, %d) is %06x, not of round %d", rotate_deg, x, y,
                         shown(&frame, rotate_deg, x, y), round);
        }
    }
    leave_frame(&frame);
}

static void the_picture_is_turned_and_every_change_shown(void **state)
{
    /* Every buffer misses what was shown on the other. */
    static const int rows[] = {0, 30, 60, 90, 120};
    need_card();
    for (int rotate_deg = 0; rotate_deg < 360; rotate_deg += 90) {
        open_rotated(rotate_deg);
        assert_int_equal(canvas->w, rotate_deg % 180 == 0 ? 1024 : 768);
        assert_int_equal(canvas->h, rotate_deg % 180 == 0 ? 768 : 1024);
        present_all(0);
        expect_rounds(rotate_deg, rows, 1);
        for (int round = 1; round < 5; round++) {
            struct layout_rect below[2] = {{0, rows[round], 500, 4000},
                                           {500, rows[round], 4000, 4000}};
            paint((uint32_t)round, rows[round]);
            present(below, 2);
            expect_rounds(rotate_deg, rows, round + 1);
        }
        teardown(state);
    }
}

static void many_small_changes_are_all_shown(void **state)
{
    struct layout_rect rects[DISPLAY_RECTS_MAX];
    static const int whole = 0;
    (void)state;
    need_card();
    open_rotated(0);
    present_all(3);
    paint(0, 0);
    for (int i = 0; i < 768; i += DISPLAY_RECTS_MAX) {
        for (int j = 0; j < DISPLAY_RECTS_MAX; j++)
            rects[j] = (struct layout_rect){0, i + j, 1024, 1};
        present(rects, DISPLAY_RECTS_MAX);
    }
    expect_rounds(0, &whole, 1);
}

static void a_canvas_of_another_size_leaves_the_rest_black(void **state)
{
    struct frame frame;
    (void)state;
    need_card();
    open_rotated(0);
    present_all(1);
    present_all(2);
    make_canvas(100, 2000);
    present_all(3);
    look_at_frame(&frame);
    for (int y = 0; y < frame.height_px; y++) {
        for (int x = 0; x < frame.width_px; x++)
            assert_int_equal(shown(&frame, 0, x, y), x < 100 ? pattern(x, y, 3) : 0);
    }
    leave_frame(&frame);
}

static int64_t dpms(void)
{
    int64_t value = -1;
    int fd = open(card_path, O_RDWR | O_CLOEXEC);
    drmModeObjectProperties *all =
        drmModeObjectGetProperties(fd, connector_id, DRM_MODE_OBJECT_CONNECTOR);
    for (uint32_t i = 0; all != NULL && i < all->count_props; i++) {
        drmModePropertyRes *property = drmModeGetProperty(fd, all->props[i]);
        if (property != NULL && strcmp(property->name, "DPMS") == 0)
            value = (int64_t)all->prop_values[i];
        drmModeFreeProperty(property);
    }
    drmModeFreeObjectProperties(all);
    close(fd);
    return value;
}

static void the_night_switches_the_panel_off_and_on(void **state)
{
    static const int whole = 0;
    struct error err = {0};
    (void)state;
    need_card();
    open_rotated(0);
    present_all(1);
    assert_int_equal(dpms(), DRM_MODE_DPMS_ON);
    assert_true(display_power(display, false));
    assert_int_equal(dpms(), DRM_MODE_DPMS_OFF);
    assert_true(display_confirm(display, &err));
    assert_true(display_power(display, true));
    assert_int_equal(dpms(), DRM_MODE_DPMS_ON);
    present_all(0);
    present_all(0);
    expect_rounds(0, &whole, 1);
}

static void a_card_has_one_master(void **state)
{
    struct error err = {0};
    (void)state;
    need_card();
    int other = open(card_path, O_RDWR | O_CLOEXEC);
    assert_true(other >= 0);
    assert_true(drmIsMaster(other) || drmSetMaster(other) == 0);
    struct display_options options = options_of(0);
    assert_null(display_open(&options, &err));
    assert_non_null(strstr(err.message, "another program has the screen"));
    close(other);
    open_rotated(0);
    present_all(0);
}

/* The display's own. */
static int card_fd(void)
{
    for (int fd = 3; fd < 256; fd++) {
        char link[64], target[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        if (strcmp(target, card_path) == 0)
            return fd;
    }
    fail_msg("the display has no card");
    return -1;
}

static void switch_crtc_off(int fd)
{
    drmModeConnector *shown_on = drmModeGetConnector(fd, connector_id);
    drmModeEncoder *encoder = drmModeGetEncoder(fd, shown_on->encoder_id);
    assert_int_equal(drmModeSetCrtc(fd, encoder->crtc_id, 0, 0, 0, NULL, 0, NULL), 0);
    drmModeFreeEncoder(encoder);
    drmModeFreeConnector(shown_on);
}

static void a_lost_frame_is_noticed_and_shown_anew(void **state)
{
    static const int whole = 0;
    struct error err = {0};
    (void)state;
    need_card();
    open_rotated(0);
    present_all(1);
    switch_crtc_off(card_fd());
    assert_false(display_confirm(display, &err));
    assert_non_null(strstr(err.message, "another frame"));
    present_all(0);
    expect_rounds(0, &whole, 1);
}

static void a_card_that_another_program_took_is_had_back_after_it(void **state)
{
    static const int whole = 0;
    struct error err = {0};
    struct layout_rect all = {0, 0, 4000, 4000};
    (void)state;
    need_card();
    open_rotated(0);
    present_all(1);
    int other = open(card_path, O_RDWR | O_CLOEXEC);
    assert_int_equal(drmDropMaster(card_fd()), 0);
    assert_int_equal(drmSetMaster(other), 0);
    switch_crtc_off(other);
    assert_false(display_confirm(display, &err));
    assert_false(display_present(display, canvas, &all, 1, &err));
    assert_non_null(strstr(err.message, "another program has the screen"));
    close(other);
    present_all(0);
    expect_rounds(0, &whole, 1);
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* false: within WAIT_MS it isn't told. */
static bool told(enum display_event_kind kind)
{
    struct display_event event;
    struct pollfd poll_fd = {.fd = display_wake_fd(display), .events = POLLIN};
    while (poll(&poll_fd, 1, WAIT_MS) > 0) {
        while (display_pump(display, &event)) {
            if (event.kind == kind)
                return true;
        }
    }
    return false;
}

static void an_unplugged_screen_is_lost_and_found(void **state)
{
    static const int whole = 0;
    struct error err = {0};
    (void)state;
    need_card();
    open_rotated(0);
    present_all(1);
    /* Something happened, but not to the screen. */
    write_text(uevent_path, "change");
    assert_true(told(DISPLAY_EVENT_EXPOSED));
    present_all(0);
    expect_rounds(0, &whole, 1);
    /* One that sleeps may seem to be unplugged. */
    assert_true(display_power(display, false));
    write_text(status_path, "off");
    write_text(uevent_path, "change");
    assert_false(told(DISPLAY_EVENT_LOST));
    assert_true(display_power(display, true));
    write_text(uevent_path, "change");
    assert_true(told(DISPLAY_EVENT_LOST));
    display_close(display);
    struct display_options options = options_of(0);
    display = display_open(&options, &err);
    assert_null(display);
    assert_non_null(strstr(err.message, "no screen is connected"));
    write_text(status_path, "detect");
    open_rotated(0);
    present_all(0);
    expect_rounds(0, &whole, 1);
}

static int plug_in_again(void **state)
{
    if (*connector)
        write_text(status_path, "detect");
    return teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_picture_is_turned_and_every_change_shown, teardown),
        cmocka_unit_test_teardown(many_small_changes_are_all_shown, teardown),
        cmocka_unit_test_teardown(a_canvas_of_another_size_leaves_the_rest_black, teardown),
        cmocka_unit_test_teardown(the_night_switches_the_panel_off_and_on, teardown),
        cmocka_unit_test_teardown(a_card_has_one_master, teardown),
        cmocka_unit_test_teardown(a_lost_frame_is_noticed_and_shown_anew, teardown),
        cmocka_unit_test_teardown(a_card_that_another_program_took_is_had_back_after_it, teardown),
        cmocka_unit_test_teardown(an_unplugged_screen_is_lost_and_found, plug_in_again),
    };
    return cmocka_run_group_tests(tests, find_card, NULL);
}
