#include <roomsign/sign.h>

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
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
/* Larger pieces of memory come from the system and go back to it at once. By itself the C library
 * raises this to a picture's size with the first that is freed, and keeps room for one more. */
#define HEAP_PIECE_BYTES_MAX (256 * 1024)

static void on_retry(void *context, uint32_t events);

/* 0: not any more. */
static void set_timer(int timer_fd, int64_t every_ms)
{
    struct itimerspec spec = {
        .it_interval = {.tv_sec = every_ms / 1000, .tv_nsec = every_ms % 1000 * 1000000},
    };
    spec.it_value = spec.it_interval;
    int status = timerfd_settime(timer_fd, 0, &spec, NULL);
    assert(status == 0);
}

static void end_fade(struct sign *sign)
{
    fade_release(&sign->fade);
    set_timer(sign->frame_fd, 0);
    sign->frame_due = false;
}

/** The turn that follows pumps. */
static void on_display(void *context, uint32_t events)
{
    (void)context;
    (void)events;
}

static enum display_driver wanted_driver(const struct config *config)
{
    switch (config->driver) {
    case CONFIG_DRIVER_KMS:
        return DISPLAY_DRIVER_KMS;
    case CONFIG_DRIVER_WINDOW:
        return DISPLAY_DRIVER_WINDOW;
    case CONFIG_DRIVER_AUTO:
        break;
    }
    return DISPLAY_DRIVER_AUTO;
}

static bool try_display(struct sign *sign, struct error *err)
{
    const struct sign_options *options = sign->options;
    const struct config *config = &sign->room.config;
    struct display_options wanted = {
        .driver = wanted_driver(config),
        .windowed = options->windowed,
        .width_px = options->width_px,
        .height_px = options->height_px,
        .rotate_deg = config->rotate_deg,
        .title = config->room_name,
        .connector = config->connector,
        .mode_width_px = config->mode_width_px,
        .mode_height_px = config->mode_height_px,
        .mode_rate_hz = config->mode_rate_hz,
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
    sign->presented = sign->powered_off = sign->power_tried = false;
    end_fade(sign);
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
        set_timer(sign->retry_fd, 0);
        sign->drawn = sign->presented = false;
        sign->display_missing_told = false;
        return;
    }
    if (!sign->display_missing_told) {
        log_warning("display: %s, looking again every second", err.message);
        notify_status(&sign->notify, "Waiting for a display");
    }
    sign->display_missing_told = true;
    set_timer(sign->retry_fd, SIGN_DISPLAY_RETRY_MS);
}

static void on_retry(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    uint64_t expirations;
    if (read(sign->retry_fd, &expirations, sizeof(expirations)) > 0 && !sign->display)
        find_display(sign);
}

static void on_frame(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    uint64_t expirations;
    if (read(sign->frame_fd, &expirations, sizeof(expirations)) > 0)
        sign->frame_due = true;
}

static bool open_timer(struct sign *sign, int *ret_fd, loop_handler handler, struct error *err)
{
    *ret_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (*ret_fd < 0) {
        error_set(err, "a timer: %s", strerror(errno));
        return false;
    }
    return loop_add(&sign->loop, *ret_fd, EPOLLIN, handler, sign, err);
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
    mallopt(M_MMAP_THRESHOLD, HEAP_PIECE_BYTES_MAX);
    if (!open_look(sign, err))
        return false;
    if (!open_timer(sign, &sign->frame_fd, on_frame, err) ||
        !open_timer(sign, &sign->retry_fd, on_retry, err))
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
    if (sign->frame_fd >= 0)
        close(sign->frame_fd);
    sign->frame_fd = -1;
    sign->canvas = NULL;
    sign->retry_fd = -1;
}

bool sign_screen_reload(struct sign *sign, bool other_display, struct error *err)
{
    if (!open_look(sign, err))
        return false;
    if (other_display && sign->display) {
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

/** Whether another stage is to be seen coming. What a key press did is shown at once, and a panel
 *  that comes on takes its time anyway. */
static bool fades_to(const struct sign *sign, const struct view *view)
{
    const struct view *old = &sign->view;
    bool shown = sign->display && sign->presented && sign->drawn && !sign->exposed;
    return sign->room.config.motion && shown && !view->dark && !old->dark && !*view->hint &&
           (view->phase != old->phase || strcmp(view->headline, old->headline) != 0);
}

static void begin_fade(struct sign *sign)
{
    fade_begin(&sign->fade, canvas_surface(sign->canvas), clock_monotonic_us());
    set_timer(sign->frame_fd, FADE_STEP_MS);
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
    if (fades_to(sign, &view))
        begin_fade(sign);
    struct text_measure measure = text_measurer(sign->look.text);
    layout_make(&view, width_px, height_px, &sign->room.theme_file.theme, &measure, &sign->layout);
    sign->room.view_options.list_turns = sign->layout.list_pages > 1;
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
    struct SDL_Surface *picture = canvas_surface(sign->canvas);
    bool whole = !sign->presented || sign->exposed;
    if (sign->fade.shown) {
        if (!whole && !*sign->view.hint && fade_step(&sign->fade, picture, clock_monotonic_us()))
            picture = sign->fade.shown;
        else
            end_fade(sign);
        whole = true;
    }
    sign->frame_due = false;
    if (whole) {
        rects[0] = (struct layout_rect){0, 0, sign->layout.width_px, sign->layout.height_px};
        count = 1;
    }
    if (count == 0)
        return;
    bool presented = display_present(sign->display, picture, rects, count, &err);
    if (!presented && sign->presented)
        log_warning("display: %s, trying again", err.message);
    sign->presented = presented;
    sign->exposed = false;
}

static void pump(struct sign *sign, int64_t now_ms)
{
    struct display_event event;
    while (sign->display && display_pump(sign->display, &event)) {
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
        case DISPLAY_EVENT_LOST:
            close_display(sign);
            find_display(sign);
            break;
        }
    }
}

/** Switches the panel off once it shows black, and on before it shows anything else. */
static void follow_night(struct sign *sign, bool is_drawn)
{
    bool dark = sign->view.dark && is_drawn && sign->presented && !sign->exposed;
    if (!sign->view.dark && sign->powered_off) {
        bool on = display_power(sign->display, true);
        log_info("display: it is switched on%s", on ? "" : ", as far as can be told");
        sign->exposed = true;
    } else if (dark && !sign->power_tried) {
        sign->power_tried = true;
        sign->powered_off = display_power(sign->display, false);
        log_info("display: it is %s", sign->powered_off ? "switched off" : "black");
    }
    if (!sign->view.dark)
        sign->powered_off = sign->power_tried = false;
}

bool sign_screen_confirm(struct sign *sign)
{
    struct error err = {0};
    bool confirmed = !sign->display || !sign->presented || display_confirm(sign->display, &err);
    if (!confirmed && !sign->picture_lost)
        log_warning("display: %s, showing the picture anew", err.message);
    sign->picture_lost = !confirmed;
    sign->exposed |= !confirmed;
    return confirmed;
}

void sign_screen_show(struct sign *sign, int64_t now_ms)
{
    struct layout_rect rects[CANVAS_RECTS_MAX];
    for (int i = 0; i < PRESENTS_PER_TURN_MAX && sign->display && !sign->loop.stopping; i++) {
        pump(sign, now_ms);
        size_t count = draw(sign, now_ms, rects);
        if (!sign->display)
            return;
        follow_night(sign, count == 0);
        if (sign->powered_off ||
            (count == 0 && sign->presented && !sign->exposed && !sign->frame_due))
            return;
        present(sign, rects, count);
    }
}
