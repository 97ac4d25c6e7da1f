/**
 * Calendar arithmetic and the one zone that a sign lives in.
 *
 * Instants are UTC milliseconds since 1970 in int64_t, named `_ms`. A struct civil is what a wall
 * clock and a calendar show. A struct zone is a table of offsets: immutable once loaded, so that
 * everything computed with it is a pure function.
 */
#ifndef ROOMSIGN_CIVIL_H
#define ROOMSIGN_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_NEVER_MS INT64_MAX
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)

#define ZONE_NAME_BYTES_MAX 64
#define ZONE_CHANGES_MAX 512

/** Proleptic Gregorian; month 1-12, day 1-31, weekday 0 = Sunday ... 6 = Saturday. */
struct civil {
    int year, month, day;
    int hour, minute, second, millisecond;
    int weekday;
};

/** Days since 1970-01-01 of a calendar date, and back (the time of day of `ret` is 0). */
int64_t civil_to_days(int year, int month, int day);
void civil_from_days(int64_t days, struct civil *ret_civil);
/** 28 to 31. */
int civil_days_in_month(int year, int month);

struct zone {
    char name[ZONE_NAME_BYTES_MAX];
    size_t count;
    /** From change_ms[i] on, local time is UTC + offset_ms[i]; change_ms[0] is INT64_MIN. */
    int64_t change_ms[ZONE_CHANGES_MAX];
    int32_t offset_ms[ZONE_CHANGES_MAX];
};

/**
 * The zone of an IANA name, from the system's zoneinfo (through glibc), for 1970 to 2100.
 * A NULL or empty name is the system's own zone: by $TZ, /etc/localtime, /etc/timezone, else UTC;
 * ret_zone->name tells which. Not thread-safe: sets TZ while it works and puts it back. Errors: no
 * such zone; then *ret_zone is untouched.
 */
struct error;
bool zone_load(const char *name, struct zone *ret_zone, struct error *err);
/** Whether there is such a zone, at a fraction of what loading it takes. Errors: there is none. */
bool zone_is_known(const char *name, struct error *err);
/** UTC, which needs no files. */
void zone_utc(struct zone *ret_zone);

/** Local time minus UTC at an instant, in milliseconds. */
int64_t zone_offset_ms(const struct zone *zone, int64_t at_ms);
void zone_to_civil(const struct zone *zone, int64_t at_ms, struct civil *ret_civil);
/** The instant at which the zone's clocks show `civil`. Of two (clocks set back) the first; a time
 *  that clocks set forward skip is taken with the offset from before (RFC 5545 3.3.5). */
int64_t zone_from_civil(const struct zone *zone, const struct civil *civil);
/** The first instant of the local day that holds at_ms, shifted by `days` days. */
int64_t zone_day_start_ms(const struct zone *zone, int64_t at_ms, int days);
/**
 * The same of the programme day, which lasts from day_ends_min minutes after midnight, as clocks
 * show it, to the same time of the next day: with 240, what happens at 02:00 on Sunday belongs to
 * Saturday. Where the clocks skip that time, the new day starts as they do; where they show it
 * twice, the first time. Days never run backwards: a day's first instant is at most at_ms, the next
 * one's is later.
 */
int64_t zone_programme_day_start_ms(const struct zone *zone, int64_t at_ms, int days,
                                    int day_ends_min);

#define TIME_TEXT_BYTES 40

/** RFC 3339 in UTC with whole seconds: 2026-01-31T09:30:00Z. Returns `text`. */
char *time_format_utc(int64_t at_ms, char text[static TIME_TEXT_BYTES]);
/**
 * RFC 3339 (2026-01-31T10:30:00+01:00, ...Z, fractions cut to milliseconds), or local
 * YYYY-MM-DDTHH:MM[:SS] in `zone`; seconds may be left out of both. Years 1 to 9999. NULL zone:
 * local forms are refused.
 * Errors: not of that form, or no such date or time.
 */
bool time_parse(const char *text, const struct zone *zone, int64_t *ret_ms, struct error *err);
/** "90", "90s", "5m", "1h30m", "12h", "2d" (a bare number is seconds), 0 to 366 days. */
bool duration_parse(const char *text, int64_t *ret_ms, struct error *err);
/** Whether it is a number without a unit, which duration_parse takes for seconds. */
bool duration_is_bare(const char *text);
/** As duration_parse reads it, in the fewest units, to the nearest second: "5m", "1h30m", "0s". */
char *duration_format(int64_t duration_ms, char text[static TIME_TEXT_BYTES]);

#endif
