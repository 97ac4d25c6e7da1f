#include <roomsign/sign.h>

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <linux/input-event-codes.h>

#include <roomsign/log.h>
#include <roomsign/once.h>

/* A display that sends an event at every present can't hold up the loop. */
#define PRESENTS_PER_TURN_MAX 4
#define MISSING_TOLD_MAX 16

static void on_retry(void *context, uint32_t events);

static void set_retry(struct sign *sign, int64_t every_ms)
{
    struct itimerspec spec = {
        .it_interval = {.tv_sec = every_ms / 1000, .tv_nsec = every_ms % 1000 * 1000000},
    };
    spec.it_value = spec.it_interval;
    int status = timerfd_settime(sign->retry_fd, 0, &spec, NULL);
    assert(status == 0);
}

/** The turn that follows pumps. */
static void on_display(void *context, uint32_t events)
{
    (void)context;
    (void)events;
}

static bool try_display(struct sign *sign, struct error *err)
{
    const struct sign_options *options = sign->options;
    struct display_options wanted = {
        .windowed = options->windowed,
        .width_px = options->width_px,
        .height_px = options->height_px,
        .rotate_deg = sign->room.config.rotate_deg,
        .title = sign->room.config.room_name,
    };
    sign->display = display_open(&wanted, err);
    if (!sign->display)
        return false;
    sign->display_watch =
        loop_add(&sign->loop, display_wake_fd(sign->display), EPOLLIN, on_display, sign, err);
    if (!sign->display_watch) {
        display_close(sign->display);
        sign->display = NULL;
        return false;
    }
    return true;
}

static void close_display(struct sign *sign)
{
    loop_remove(&sign->loop, sign->display_watch);
    sign->display_watch = NULL;
    display_close(sign->display);
    sign->display = NULL;
    sign->presented = false;
}

/** Whether the picture has the size that the config says, rather than the display's own. */
static bool has_own_size(const struct sign *sign)
{
    const struct config *config = &sign->room.config;
    if (config->width_px == 0 || sign->options->windowed)
        return false;
    if (!sign->display)
        return true;
    int width_px, height_px;
    display_size(sign->display, &width_px, &height_px);
    return config->width_px <= width_px && config->height_px <= height_px;
}

/** What a display would cut off must not be drawn there: half a sign says something else. */
static void tell_wrong_size(const struct sign *sign)
{
    const struct config *config = &sign->room.config;
    if (config->width_px > 0 && !sign->options->windowed && !has_own_size(sign))
        log_warning("display: [screen] size = %dx%d doesn't fit on it, taking its own",
                    config->width_px, config->height_px);
}

/** Opens the display, or arranges to look again. */
static void find_display(struct sign *sign)
{
    struct error err = {0};
    if (try_display(sign, &err)) {
        int width_px, height_px;
        display_size(sign->display, &width_px, &height_px);
        log_info("display: %s, %dx%d", display_driver(sign->display), width_px, height_px);
        tell_wrong_size(sign);
        set_retry(sign, 0);
        sign->drawn = sign->presented = false;
        sign->display_missing_told = false;
        return;
    }
    if (!sign->display_missing_told) {
        log_warning("display: %s, looking again every second", err.message);
        notify_status(&sign->notify, "Waiting for a display");
    }
    sign->display_missing_told = true;
    set_retry(sign, SIGN_DISPLAY_RETRY_MS);
}

static void on_retry(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    uint64_t expirations;
    if (read(sign->retry_fd, &expirations, sizeof(expirations)) > 0 && !sign->display)
        find_display(sign);
}

static bool open_look(struct sign *sign, struct error *err)
{
    struct look look;
    if (!look_open(&sign->room, &look, err))
        return false;
    canvas_free(sign->canvas);
    look_release(&sign->look);
    sign->look = look;
    sign->canvas = canvas_new(look.text, look.logo);
    sign->drawn = false;
    return true;
}

bool sign_screen_open(struct sign *sign, struct error *err)
{
    if (!open_look(sign, err))
        return false;
    sign->retry_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (sign->retry_fd < 0) {
        error_set(err, "a timer: %s", strerror(errno));
        return false;
    }
    if (!loop_add(&sign->loop, sign->retry_fd, EPOLLIN, on_retry, sign, err))
        return false;
    find_display(sign);
    if (sign->display || !sign->options->windowed)
        return true;
    error_set(err, "there is no display to open a window on");
    return false;
}

void sign_screen_close(struct sign *sign)
{
    if (sign->display)
        close_display(sign);
    canvas_free(sign->canvas);
    look_release(&sign->look);
    if (sign->retry_fd >= 0)
        close(sign->retry_fd);
    sign->canvas = NULL;
    sign->retry_fd = -1;
}

bool sign_screen_reload(struct sign *sign, bool other_rotation, struct error *err)
{
    if (!open_look(sign, err))
        return false;
    if (other_rotation && sign->display) {
        close_display(sign);
        find_display(sign);
    } else if (sign->display) {
        tell_wrong_size(sign);
    }
    return true;
}

static int clamp_side(int side_px)
{
    if (side_px < LAYOUT_SIDE_MIN_PX)
        return LAYOUT_SIDE_MIN_PX;
    return side_px < LAYOUT_SIDE_MAX_PX ? side_px : LAYOUT_SIDE_MAX_PX;
}

/** A window can be made smaller than any picture; it then shows a part of it. */
static void canvas_size(const struct sign *sign, int *ret_width_px, int *ret_height_px)
{
    const struct config *config = &sign->room.config;
    if (has_own_size(sign)) {
        *ret_width_px = config->width_px;
        *ret_height_px = config->height_px;
    } else if (sign->display) {
        display_size(sign->display, ret_width_px, ret_height_px);
        *ret_width_px = clamp_side(*ret_width_px);
        *ret_height_px = clamp_side(*ret_height_px);
    } else {
        *ret_width_px = sign->options->windowed ? sign->options->width_px : SNAPSHOT_WIDTH_PX;
        *ret_height_px = sign->options->windowed ? sign->options->height_px : SNAPSHOT_HEIGHT_PX;
    }
}

static void tell_missing_characters(struct sign *sign)
{
    uint32_t characters[MISSING_TOLD_MAX];
    char list[MISSING_TOLD_MAX * 10] = "";
    size_t used = 0;
    size_t count = text_take_missing(sign->look.text, characters, MISSING_TOLD_MAX);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, " U+%04" PRIX32, characters[i]);
    if (count > 0)
        log_warning("fonts: none has%s, shown as boxes", list);
}

/** Returns how many of ret_rects changed on the canvas. */
static size_t draw(struct sign *sign, int64_t now_ms,
                   struct layout_rect ret_rects[static CANVAS_RECTS_MAX])
{
    struct view view;
    int width_px, height_px;
    canvas_size(sign, &width_px, &height_px);
    view_at(&sign->room.tracker, &sign->room.health, &sign->room.view_options, now_ms, &view);
    if (sign->drawn && view_equal(&view, &sign->view) && width_px == sign->layout.width_px &&
        height_px == sign->layout.height_px)
        return 0;
    struct text_measure measure = text_measurer(sign->look.text);
    layout_make(&view, width_px, height_px, &sign->room.theme_file.theme, &measure, &sign->layout);
    size_t count = canvas_draw(sign->canvas, &sign->layout, ret_rects);
    sign->view = view;
    sign->drawn = true;
    tell_missing_characters(sign);
    return count;
}

void sign_screen_draw(struct sign *sign, int64_t now_ms)
{
    struct layout_rect rects[CANVAS_RECTS_MAX];
    /* What is drawn here, the display has not got. */
    if (draw(sign, now_ms, rects) > 0)
        sign->exposed = true;
}

static void present(struct sign *sign, struct layout_rect *rects, size_t count)
{
    struct error err = {0};
    if (!sign->presented || sign->exposed) {
        rects[0] = (struct layout_rect){0, 0, sign->layout.width_px, sign->layout.height_px};
        count = 1;
    }
    if (count == 0)
        return;
    bool presented =
        display_present(sign->display, canvas_surface(sign->canvas), rects, count, &err);
    if (!presented && sign->presented)
        log_warning("display: %s, trying again", err.message);
    sign->presented = presented;
    sign->exposed = false;
}

static void pump(struct sign *sign, int64_t now_ms)
{
    struct display_event event;
    while (display_pump(sign->display, &event)) {
        switch (event.kind) {
        case DISPLAY_EVENT_QUIT:
            /* Also what SDL makes of a compositor that is gone. */
            log_info("display: it was closed, ending");
            loop_stop(&sign->loop);
            break;
        case DISPLAY_EVENT_RESIZED:
        case DISPLAY_EVENT_EXPOSED:
            sign->exposed = true;
            break;
        case DISPLAY_EVENT_KEY:
            if (sign->options->windowed && event.key == KEY_ESC)
                loop_stop(&sign->loop);
            sign_keys_press(sign, &event, now_ms);
            break;
        }
    }
}

void sign_screen_show(struct sign *sign, int64_t now_ms)
{
    struct layout_rect rects[CANVAS_RECTS_MAX];
    for (int i = 0; i < PRESENTS_PER_TURN_MAX && sign->display && !sign->loop.stopping; i++) {
        pump(sign, now_ms);
        size_t count = draw(sign, now_ms, rects);
        if (count == 0 && sign->presented && !sign->exposed)
            return;
        present(sign, rects, count);
    }
}
