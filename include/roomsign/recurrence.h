/**
 * Recurrence rules: which wall-clock times a rule names (RFC 5545 §3.3.10).
 *
 * Pure arithmetic on local time; it knows no zones, no events and no text. Local milliseconds are
 * what a wall clock shows, counted as if it were UTC, so that a series keeps its wall time over
 * both DST changes. The work is bounded before it is done: rules without COUNT are entered next to
 * the window, and every day, hour, minute or second that is looked at costs one step of a budget.
 * (libical's own iterator searches rules that name nothing, as the 30th of February, for minutes
 * or for ever, and can't be interrupted.)
 */
#ifndef ROOMSIGN_RECURRENCE_H
#define ROOMSIGN_RECURRENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Steps that one rule may cost (a COUNT far from the window costs a step a day)... */
#define RECURRENCE_STEPS_MAX INT64_C(1000000)
/** ...and times that it may name within the window. */
#define RECURRENCE_MOMENTS_MAX 10000
#define RECURRENCE_POSITIONS_MAX 400

enum recurrence_frequency {
    RECURRENCE_SECONDLY,
    RECURRENCE_MINUTELY,
    RECURRENCE_HOURLY,
    RECURRENCE_DAILY,
    RECURRENCE_WEEKLY,
    RECURRENCE_MONTHLY,
    RECURRENCE_YEARLY,
};

/** Bit n of a set is number n; a set of 0 stands for a rule part that is not given. */
struct recurrence_rule {
    enum recurrence_frequency frequency;
    /** 1 and up. */
    int64_t interval;
    /** 0: no COUNT. */
    int64_t count;
    /** Local, inclusive; TIME_NEVER_MS: no UNTIL. */
    int64_t until_ms;
    /** 0 = Sunday. */
    int week_start;
    uint64_t seconds, minutes;
    uint32_t hours;
    uint32_t months;
    /** Days of the month from its start (1 = the 1st) and from its end (1 = the last). */
    uint32_t month_days, month_days_back;
    uint64_t weeks, weeks_back;
    uint64_t year_days[6], year_days_back[6];
    /** Weekdays in general, and the nth ones: bit 2 of weekday_nth[1] is the second Monday. */
    uint32_t weekdays;
    uint64_t weekday_nth[7], weekday_nth_back[7];
    int positions[RECURRENCE_POSITIONS_MAX];
    size_t position_count;
};

/** DAILY with nothing else. */
void recurrence_rule_init(struct recurrence_rule *rule, enum recurrence_frequency frequency);

/** Local times in the order in which they were found. Zero-initialise it with {0}. */
struct moments {
    int64_t *at_ms;
    size_t count;
    size_t capacity;
};
void moments_release(struct moments *moments);
/** false: RECURRENCE_MOMENTS_MAX is reached. */
bool moments_add(struct moments *moments, int64_t at_ms);

enum recurrence_outcome {
    RECURRENCE_DONE,
    /** More than RECURRENCE_MOMENTS_MAX times in the window. */
    RECURRENCE_TOO_MANY,
    /** The steps ran out. */
    RECURRENCE_TOO_COSTLY,
};

/** A series' first time and what of it is wanted. */
struct recurrence_window {
    /** DTSTART; the first occurrence whatever the rule says, and the first that COUNT counts
     *  (§3.8.5.3), unless `start_is_free` (EXRULE). */
    int64_t start_ms;
    bool start_is_free;
    /** Whole days: rule parts for hours, minutes and seconds mean nothing. */
    bool all_day;
    /** [from_ms, until_ms). */
    int64_t from_ms;
    int64_t until_ms;
};

/**
 * Append the rule's times in the window to *moments, ascending. *steps is counted down.
 * On TOO_MANY and TOO_COSTLY what was appended is incomplete.
 */
enum recurrence_outcome recurrence_expand(const struct recurrence_rule *rule,
                                          const struct recurrence_window *window, int64_t *steps,
                                          struct moments *moments);

#endif
