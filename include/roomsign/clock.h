/**
 * The one clock: nothing else in the project reads the time of day.
 *
 * Either the system's, or a simulated one that starts at a given instant and runs `speed` times as
 * fast as monotonic time. Schedules follow the clock; timeouts and backoff follow
 * clock_monotonic_ms, which neither steps nor runs faster.
 */
#ifndef ROOMSIGN_CLOCK_H
#define ROOMSIGN_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    bool simulated;
    int64_t start_ms;
    int64_t start_monotonic_ms;
    double speed;
};

void clock_init_system(struct clock *clock);
/** speed > 0; 1 is real time. */
void clock_init_simulated(struct clock *clock, int64_t start_ms, double speed);

/** UTC milliseconds. */
int64_t clock_now_ms(const struct clock *clock);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/**
 * Arm `timer_fd` (from clock_timer_open) to become readable at the instant at_ms of this clock, or
 * at once where that is past; TIME_NEVER_MS disarms it. A system clock's timer also becomes
 * readable when the clock is set (reading it then fails with ECANCELED).
 */
struct error;
int clock_timer_open(const struct clock *clock, struct error *err);
bool clock_timer_arm(const struct clock *clock, int timer_fd, int64_t at_ms, struct error *err);

#endif
