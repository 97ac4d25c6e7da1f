#include <roomsign/clock.h>

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>

/* Further ahead nothing is ever scheduled, and sums of such spans don't overflow. */
#define CLOCK_SPAN_MAX_MS (1000 * 366 * DAY_MS)

const struct clock_machine clock_this_machine = {
    .adjtimex = adjtimex,
    /* systemd-timesyncd(8). Other time servers tell the kernel. */
    .sync_file = "/run/systemd/timesync/synchronized",
};

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    int status = clock_gettime(id, &now);
    assert(status == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ms(void)
{
    return clock_monotonic_us() / 1000;
}

int64_t clock_boot_ms(void)
{
    return read_us(CLOCK_BOOTTIME) / 1000;
}

void clock_read_machine(const struct clock_machine *machine, struct clock_reading *ret_reading)
{
    struct timex kernel = {0};
    struct stat file;
    bool asked = machine->adjtimex(&kernel) >= 0;
    bool touched = stat(machine->sync_file, &file) == 0;
    *ret_reading = (struct clock_reading){
        .wall_ms = read_us(CLOCK_REALTIME) / 1000,
        .boot_ms = clock_boot_ms(),
        .synchronised = asked && !(kernel.status & STA_UNSYNC),
        .sync_file_ms = touched ? file.st_mtim.tv_sec * SECOND_MS + file.st_mtim.tv_nsec / 1000000
                                : TIME_NEVER_MS,
    };
}

void clock_init_system(struct clock *clock)
{
    *clock = (struct clock){.speed = 1};
}

void clock_init_simulated(struct clock *clock, int64_t start_ms, double speed)
{
    assert(speed > 0);
    *clock = (struct clock){
        .simulated = true,
        .start_ms = start_ms,
        .start_monotonic_ms = clock_monotonic_ms(),
        .speed = speed,
    };
}

void clock_overrule(struct clock *clock, int64_t utc_less_boot_ms)
{
    assert(!clock->simulated);
    clock->overruled = true;
    clock->utc_less_boot_ms = utc_less_boot_ms;
}

void clock_follow_system(struct clock *clock)
{
    clock->overruled = false;
}

/* The simulated time `passed_ms` of monotonic time after the start. */
static int64_t simulated_ms(const struct clock *clock, int64_t passed_ms)
{
    double span_ms = floor((double)passed_ms * clock->speed);
    return clock->start_ms +
           (span_ms < (double)CLOCK_SPAN_MAX_MS ? (int64_t)span_ms : CLOCK_SPAN_MAX_MS);
}

int64_t clock_now_ms(const struct clock *clock)
{
    if (clock->overruled)
        return clock_boot_ms() + clock->utc_less_boot_ms;
    if (!clock->simulated)
        return read_us(CLOCK_REALTIME) / 1000;
    return simulated_ms(clock, clock_monotonic_ms() - clock->start_monotonic_ms);
}

/* The first monotonic millisecond at which the simulated clock shows at_ms or later. */
static int64_t simulated_to_monotonic_ms(const struct clock *clock, int64_t at_ms)
{
    if (at_ms <= clock->start_ms)
        return 0;
    int64_t span_ms = at_ms < CLOCK_SPAN_MAX_MS ? at_ms - clock->start_ms : CLOCK_SPAN_MAX_MS;
    double passed = ceil((double)span_ms / clock->speed);
    int64_t passed_ms = passed < (double)CLOCK_SPAN_MAX_MS ? (int64_t)passed : CLOCK_SPAN_MAX_MS;
    /* Division and multiplication don't round alike; a timer that fires early fires twice. */
    if (passed_ms < CLOCK_SPAN_MAX_MS && simulated_ms(clock, passed_ms) - clock->start_ms < span_ms)
        passed_ms++;
    return clock->start_monotonic_ms + passed_ms;
}

int clock_timer_open(const struct clock *clock, struct error *err)
{
    int fd = timerfd_create(clock->simulated ? CLOCK_MONOTONIC : CLOCK_REALTIME,
                            TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0)
        error_set(err, "timerfd_create: %s", strerror(errno));
    return fd;
}

static bool set_timer(const struct clock *clock, int timer_fd, int64_t at_ms)
{
    int flags = TFD_TIMER_ABSTIME | (clock->simulated ? 0 : TFD_TIMER_CANCEL_ON_SET);
    struct itimerspec setting = {0};
    if (at_ms <= 0) {
        /* Long past; all zeros would disarm it. */
        setting.it_value.tv_nsec = 1;
    } else if (at_ms != TIME_NEVER_MS) {
        setting.it_value.tv_sec = (time_t)(at_ms / SECOND_MS);
        setting.it_value.tv_nsec = (long)(at_ms % SECOND_MS) * 1000000;
    }
    return timerfd_settime(timer_fd, flags, &setting, NULL) == 0;
}

/* Rounded up: a timer that fires early fires twice. */
static int64_t overruled_to_system_ms(const struct clock *clock)
{
    int64_t wall_us = read_us(CLOCK_REALTIME), boot_us = read_us(CLOCK_BOOTTIME);
    return (wall_us - boot_us + 999) / 1000 - clock->utc_less_boot_ms;
}

bool clock_timer_arm(const struct clock *clock, int timer_fd, int64_t at_ms, struct error *err)
{
    if (clock->simulated && at_ms != TIME_NEVER_MS)
        at_ms = simulated_to_monotonic_ms(clock, at_ms);
    else if (at_ms != TIME_NEVER_MS && at_ms > CLOCK_SPAN_MAX_MS)
        at_ms = CLOCK_SPAN_MAX_MS;
    if (clock->overruled && at_ms != TIME_NEVER_MS)
        at_ms += overruled_to_system_ms(clock);
    bool armed = set_timer(clock, timer_fd, at_ms);
    /* The clock was set since the last read, and the kernel has told so just now instead of
     * through the descriptor: make it readable, so that the loop looks at the clock anew. */
    if (!armed && errno == ECANCELED)
        armed = set_timer(clock, timer_fd, 0);
    if (!armed)
        error_set(err, "timerfd_settime: %s", strerror(errno));
    return armed;
}
