/**
 * The one clock: nothing else in the project reads the time of day.
 *
 * Either the system's, or a simulated one that starts at a given instant and runs `speed` times as
 * fast as monotonic time. Schedules follow the clock; timeouts and backoff follow
 * clock_monotonic_ms, which neither steps nor runs faster.
 *
 * A system clock that is known to be wrong can be overruled: the time then follows the boot clock,
 * whatever the system's is set to. Who is to be believed is not decided here (time_trust.h); what
 * the machine itself says about it is read here.
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
    /** Overruled: the time is the boot clock's and this. */
    bool overruled;
    int64_t utc_less_boot_ms;
};

/** Where the kernel's word and the time-sync file are found; tests put others in their place. */
struct timex;
struct clock_machine {
    /** As adjtimex(2). */
    int (*adjtimex)(struct timex *);
    const char *sync_file;
};
extern const struct clock_machine clock_this_machine;

/** What the machine says at one moment. */
struct clock_reading {
    int64_t wall_ms;
    int64_t boot_ms;
    /** False as well where the kernel can't be asked. */
    bool synchronised;
    /** When the time-sync file was last touched; TIME_NEVER_MS: there is none. */
    int64_t sync_file_ms;
};

void clock_read_machine(const struct clock_machine *machine, struct clock_reading *ret_reading);

void clock_init_system(struct clock *clock);
/** speed > 0; 1 is real time. */
void clock_init_simulated(struct clock *clock, int64_t start_ms, double speed);

/** Go by the boot clock from now on, or by the system's again. Not for a simulated clock. */
void clock_overrule(struct clock *clock, int64_t utc_less_boot_ms);
void clock_follow_system(struct clock *clock);

/** UTC milliseconds. */
int64_t clock_now_ms(const struct clock *clock);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
/** Counts on through suspend, and is never set. */
int64_t clock_boot_ms(void);

/**
 * Arm `timer_fd` (from clock_timer_open) to become readable at the instant at_ms of this clock, or
 * at once where that is past; TIME_NEVER_MS disarms it. A system clock's timer, overruled
 * or not, also becomes readable when the system's clock is set (reading it then fails with
 * ECANCELED); an overruled one must then be armed anew.
 */
struct error;
int clock_timer_open(const struct clock *clock, struct error *err);
bool clock_timer_arm(const struct clock *clock, int timer_fd, int64_t at_ms, struct error *err);

#endif
