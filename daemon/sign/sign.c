#include <roomsign/sign.h>

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <roomsign/log.h>
#include <roomsign/version.h>

#define DISPLAY_TEXT_BYTES 128

char *sign_format_when(const struct sign *sign, int64_t at_ms, int64_t now_ms,
                       char text[static SIGN_WHEN_BYTES])
{
    struct civil at;
    const struct zone *zone = &sign->room.zone;
    zone_to_civil(zone, at_ms, &at);
    if (zone_day_start_ms(zone, at_ms, 0) == zone_day_start_ms(zone, now_ms, 0))
        snprintf(text, SIGN_WHEN_BYTES, "%02d:%02d", at.hour, at.minute);
    else
        snprintf(text, SIGN_WHEN_BYTES, "%04d-%02d-%02d %02d:%02d", at.year, at.month, at.day,
                 at.hour, at.minute);
    return text;
}

static void warn_of_unlisted(const struct sign *sign)
{
    if (*sign->room.config.unlisted)
        log_warning("config: %s", sign->room.config.unlisted);
}

static void tell_config_error(void *context, const char *message)
{
    struct error *first = context;
    log_error("%s", message);
    if (!*first->message)
        error_set(first, "%s", message);
}

/* Stands for the display that a config asks for. */
static void format_display(const struct config *config, char text[static DISPLAY_TEXT_BYTES])
{
    snprintf(text, DISPLAY_TEXT_BYTES, "%d %s %dx%d@%d %d", (int)config->driver, config->connector,
             config->mode_width_px, config->mode_height_px, config->mode_rate_hz,
             config->rotate_deg);
}

static bool reload_room(struct sign *sign, struct error *err)
{
    struct error first = {0};
    char *old_name = xstrdup(sign->room.config.room_name);
    char old_display[DISPLAY_TEXT_BYTES], new_display[DISPLAY_TEXT_BYTES];
    format_display(&sign->room.config, old_display);
    bool reloaded = room_reload(&sign->room, sign->options->config_path, tell_config_error, &first);
    if (reloaded) {
        bool other_room = strcmp(old_name, sign->room.config.room_name) != 0;
        /* Not here: the command that asks for it came through the socket that then moves. */
        sign->control_moved |= other_room;
        sign_feed_reload(sign, other_room);
        sign_operator_reload(sign, other_room);
        sign_keys_reload(sign);
        format_display(&sign->room.config, new_display);
        if (!sign_screen_reload(sign, strcmp(old_display, new_display) != 0, &first)) {
            /* The words of the old language still say what is true. */
            log_error("%s", first.message);
        }
        sign->drawn = false;
        log_info("config: %s is read anew", sign->options->config_path);
        warn_of_unlisted(sign);
    } else {
        log_error("config: keeping the old one");
        error_set(err, "%s", first.message);
    }
    free(old_name);
    return reloaded;
}

bool sign_reload(struct sign *sign, struct error *err)
{
    notify_reloading(&sign->notify, clock_monotonic_us());
    bool reloaded = reload_room(sign, err);
    notify_ready(&sign->notify);
    return reloaded;
}

static void on_signal(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    struct signalfd_siginfo info;
    struct error err = {0};
    if (read(sign->signal_fd, &info, sizeof(info)) != sizeof(info))
        return;
    if (info.ssi_signo == SIGHUP)
        sign_reload(sign, &err);
    else
        loop_stop(&sign->loop);
}

/** From `first_ms` on. */
static bool set_watchdog(const struct sign *sign, int64_t first_ms)
{
    int64_t every_ms = sign->notify.feed_every_ms;
    struct itimerspec spec = {
        .it_value = {.tv_sec = first_ms / 1000, .tv_nsec = first_ms % 1000 * 1000000},
        .it_interval = {.tv_sec = every_ms / 1000, .tv_nsec = every_ms % 1000 * 1000000},
    };
    return timerfd_settime(sign->watchdog_fd, 0, &spec, NULL) == 0;
}

/** The turn that follows feeds it, if the picture is there. */
static void on_watchdog(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    uint64_t expirations;
    if (read(sign->watchdog_fd, &expirations, sizeof(expirations)) > 0)
        sign->watchdog_due = true;
}

static bool open_signals(struct sign *sign, struct error *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 ||
        (sign->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) < 0) {
        error_set(err, "signalfd: %s", strerror(errno));
        return false;
    }
    return loop_add(&sign->loop, sign->signal_fd, EPOLLIN, on_signal, sign, err);
}

static bool open_watchdog(struct sign *sign, struct error *err)
{
    int64_t every_ms = sign->notify.feed_every_ms;
    if (every_ms == 0)
        return true;
    sign->watchdog_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (sign->watchdog_fd < 0 || !set_watchdog(sign, every_ms)) {
        error_set(err, "the watchdog's timer: %s", strerror(errno));
        return false;
    }
    return loop_add(&sign->loop, sign->watchdog_fd, EPOLLIN, on_watchdog, sign, err);
}

static bool open_all(struct sign *sign, struct error *err)
{
    struct error untold = {0};
    if (!loop_init(&sign->loop, err) || !open_signals(sign, err) || !sign_clock_open(sign, err))
        return false;
    if (!notify_open(&sign->notify, &untold))
        log_warning("systemd: %s; it isn't told anything", untold.message);
    if (!open_watchdog(sign, err) || !sign_feed_open(sign, err))
        return false;
    sign_operator_open(sign);
    sign_keys_reload(sign);
    if (!sign_screen_open(sign, err))
        return false;
    sign_control_open(sign);
    return true;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_all(struct sign *sign)
{
    control_close(&sign->control);
    sign_operator_close(sign);
    sign_feed_close(sign);
    sign_screen_close(sign);
    close_fd(&sign->signal_fd);
    close_fd(&sign->clock_fd);
    close_fd(&sign->look_fd);
    close_fd(&sign->watchdog_fd);
    notify_close(&sign->notify);
    loop_release(&sign->loop);
    room_release(&sign->room);
}

/** The first frame is on the screen, or there is no screen to put it on. */
static void tell_ready(struct sign *sign)
{
    const struct view *view = &sign->view;
    char status[NOTIFY_STATUS_BYTES_MAX];
    if (!sign->ready_told && (sign->presented || !sign->display)) {
        sign->ready_told = true;
        notify_ready(&sign->notify);
    }
    if (!sign->presented || sign->notify.fd < 0)
        return;
    snprintf(status, sizeof(status), "%.60s: %.100s%s%.60s", view->phase_words, view->headline,
             *view->doubt ? ", " : "", view->doubt);
    notify_status(&sign->notify, view->dark ? "Dark" : status);
}

/** The next moment with anything to do: a change to be seen, or a new day to ask for. */
static int64_t next_turn_ms(const struct sign *sign, int64_t now_ms)
{
    const struct room *room = &sign->room;
    int64_t change_ms =
        view_next_change_ms(&room->tracker, &room->health, &room->view_options, now_ms);
    int64_t day_ms = zone_day_start_ms(&room->zone, now_ms, 1);
    return change_ms < day_ms ? change_ms : day_ms;
}

static void feed_watchdog(struct sign *sign, bool is_confirmed)
{
    if (is_confirmed && (!sign->display || sign->presented)) {
        notify_watchdog(&sign->notify);
        return;
    }
    /* The next regular time is when it bites: what is put right at once is looked at before. */
    int64_t half_ms = (sign->notify.feed_every_ms + 1) / 2;
    bool set =
        set_watchdog(sign, half_ms < SIGN_DISPLAY_RETRY_MS ? half_ms : SIGN_DISPLAY_RETRY_MS);
    assert(set);
}

static bool turn(struct sign *sign, struct error *err)
{
    int64_t now_ms = sign_now_ms(sign);
    if (sign->control_moved) {
        control_close(&sign->control);
        sign_control_open(sign);
        sign->control_moved = false;
    }
    sign_feed_follow_day(sign, now_ms);
    sign_keys_follow_clock(sign, now_ms);
    bool is_confirmed = sign->watchdog_due && sign_screen_confirm(sign);
    sign_screen_show(sign, now_ms);
    if (sign->watchdog_due)
        feed_watchdog(sign, is_confirmed);
    sign->watchdog_due = false;
    sign_keys_settle(sign);
    tell_ready(sign);
    return clock_timer_arm(&sign->clock, sign->clock_fd, next_turn_ms(sign, now_ms), err);
}

enum exit_status sign_run(const struct sign_options *options)
{
    struct error err = {0}, first = {0};
    struct sign *sign = xcalloc(1, sizeof(*sign));
    sign->options = options;
    sign->signal_fd = sign->clock_fd = sign->look_fd = sign->watchdog_fd = sign->retry_fd =
        sign->frame_fd = -1;
    sign->notify.fd = -1;
    sign->failure = EXIT_STATUS_OTHER;
    if (!room_open(options->config_path, tell_config_error, &first, &sign->room)) {
        free(sign);
        return EXIT_STATUS_USAGE;
    }
    bool running = open_all(sign, &err);
    warn_of_unlisted(sign);
    if (running)
        log_info("%s, room %s, %s", ROOMSIGN_VERSION, sign->room.config.room_name,
                 options->config_path);
    while (running && !sign->loop.stopping)
        running = turn(sign, &err) && (sign->loop.stopping || loop_wait(&sign->loop, &err));
    if (running)
        log_info("ending");
    else
        log_error("%s", err.message);
    enum exit_status status = running ? EXIT_STATUS_DONE : sign->failure;
    notify_stopping(&sign->notify);
    close_all(sign);
    free(sign);
    return status;
}
