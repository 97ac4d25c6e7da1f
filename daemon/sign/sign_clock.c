#include <roomsign/sign.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <roomsign/log.h>

/* While nobody knows the time, whether somebody does now is asked at these waits, doubling. A time
 * server mostly sets the clock, which wakes the sign, and tells the kernel a little later. */
#define LOOK_FIRST_MS 500
#define LOOK_MAX_MS (15 * SECOND_MS)

static bool is_checked(const struct sign *sign)
{
    return !sign->clock.simulated && !sign->room.config.clock_always_trusted;
}

static void set_look(struct sign *sign, int64_t wait_ms)
{
    struct itimerspec spec = {
        .it_value = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000},
    };
    int status = timerfd_settime(sign->look_fd, 0, &spec, NULL);
    assert(status == 0);
    sign->look_wait_ms = wait_ms;
}

/** "+3.5 s", "-20778 days". */
static char *format_error(const struct time_verdict *verdict, char text[static SIGN_WHEN_BYTES])
{
    double error_s = -(double)verdict->offset_ms / SECOND_MS;
    double error_days = error_s * SECOND_MS / DAY_MS;
    bool days = error_days > 2 || error_days < -2;
    snprintf(text, SIGN_WHEN_BYTES, days ? "%+.0f days" : "%+.1f s", days ? error_days : error_s);
    return text;
}

static void log_verdict(const struct sign *sign, const struct time_verdict *verdict)
{
    char text[SIGN_WHEN_BYTES];
    switch (verdict->source) {
    case TIME_SOURCE_SYSTEM:
        log_info("clock: right, %s", !is_checked(sign)           ? "says the config"
                                     : sign->time_trust.by_server ? "says the feed's server"
                                                                  : "says the kernel");
        break;
    case TIME_SOURCE_HELD:
        log_warning("clock: it was set, and is off by %s now; the sign keeps the time from before",
                    format_error(verdict, text));
        break;
    case TIME_SOURCE_SERVER:
        log_warning("clock: off by %s, says the feed's server; the sign goes by the server",
                    format_error(verdict, text));
        break;
    case TIME_SOURCE_NONE:
        log_warning("clock: no time server has set it; until one has, or the feed's server says "
                    "the same, the sign shows the plan of the day and no countdown ([clock] trust "
                    "= always is for clocks that are set by hand)");
        break;
    }
}

/** Whether this is news to the log and to the timer. */
static bool differs(const struct time_verdict *a, const struct time_verdict *b)
{
    int64_t moved_ms = a->offset_ms - b->offset_ms;
    return a->source != b->source || moved_ms < -TIME_TRUST_TOLERANCE_MS ||
           moved_ms > TIME_TRUST_TOLERANCE_MS;
}

static void apply(struct sign *sign, const struct time_verdict *verdict)
{
    struct time_verdict before = sign->time_verdict;
    sign->time_verdict = *verdict;
    sign->room.health.clock = verdict->source;
    if (verdict->source == TIME_SOURCE_HELD || verdict->source == TIME_SOURCE_SERVER)
        clock_overrule(&sign->clock, verdict->utc_less_boot_ms);
    else
        clock_follow_system(&sign->clock);
    if (!differs(&before, verdict))
        return;
    log_verdict(sign, verdict);
    if (verdict->source == TIME_SOURCE_NONE) {
        set_look(sign, LOOK_FIRST_MS);
    } else {
        set_look(sign, 0);
        sign_feed_learn_time(sign, clock_now_ms(&sign->clock));
    }
}

int64_t sign_now_ms(struct sign *sign)
{
    struct time_verdict verdict = {.source = TIME_SOURCE_SYSTEM};
    if (is_checked(sign)) {
        struct clock_reading reading;
        clock_read_machine(&clock_this_machine, &reading);
        verdict = time_trust_judge(&sign->time_trust, &reading);
    }
    apply(sign, &verdict);
    return clock_now_ms(&sign->clock);
}

/** The turn that follows looks at the clock; ECANCELED says that it was set. */
static void on_clock(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    uint64_t expirations;
    if (read(sign->clock_fd, &expirations, sizeof(expirations)) >= 0 || errno != ECANCELED)
        return;
    log_info("clock: it was set");
    if (sign->time_verdict.source == TIME_SOURCE_NONE)
        set_look(sign, LOOK_FIRST_MS);
}

static void on_look(void *context, uint32_t events)
{
    (void)events;
    struct sign *sign = context;
    uint64_t expirations;
    if (read(sign->look_fd, &expirations, sizeof(expirations)) < 0)
        return;
    set_look(sign, sign->look_wait_ms * 2 < LOOK_MAX_MS ? sign->look_wait_ms * 2 : LOOK_MAX_MS);
    if (time_trust_wants_poll(&sign->time_trust, clock_boot_ms()))
        sign_feed_poll_now(sign);
}

static bool open_clock(struct sign *sign, struct error *err)
{
    const struct sign_options *options = sign->options;
    clock_init_system(&sign->clock);
    if (!options->at_text && !options->has_speed)
        return true;
    int64_t start_ms = clock_now_ms(&sign->clock);
    if (options->at_text && !time_parse(options->at_text, &sign->room.zone, &start_ms, err)) {
        error_prefix(err, "--at: ");
        sign->failure = EXIT_STATUS_USAGE;
        return false;
    }
    clock_init_simulated(&sign->clock, start_ms, options->speed);
    return true;
}

bool sign_clock_open(struct sign *sign, struct error *err)
{
    sign->fetched_boot_ms = TIME_NEVER_MS;
    if (!open_clock(sign, err))
        return false;
    sign->clock_fd = clock_timer_open(&sign->clock, err);
    if (sign->clock_fd < 0 ||
        !loop_add(&sign->loop, sign->clock_fd, EPOLLIN, on_clock, sign, err))
        return false;
    sign->look_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (sign->look_fd < 0) {
        error_set(err, "a timer: %s", strerror(errno));
        return false;
    }
    return loop_add(&sign->loop, sign->look_fd, EPOLLIN, on_look, sign, err);
}

void sign_clock_take_dates(struct sign *sign, const struct document *document)
{
    struct clock_reading reading;
    int64_t dates_ms[DOCUMENT_FEEDS_MAX];
    static_assert(DOCUMENT_FEEDS_MAX <= TIME_TRUST_DATES_MAX, "every feed's Date is heard");
    if (!is_checked(sign))
        return;
    size_t count = document_server_dates(document, dates_ms);
    clock_read_machine(&clock_this_machine, &reading);
    time_trust_take_dates(&sign->time_trust, &reading, sign->polled_boot_ms, dates_ms, count);
}

void sign_clock_correct(const struct sign *sign, struct document *document)
{
    if (!is_checked(sign))
        return;
    int64_t began_ms = clock_now_ms(&sign->clock) - (clock_boot_ms() - sign->polled_boot_ms);
    document_redate(document, began_ms - sign->polled_ms);
}
