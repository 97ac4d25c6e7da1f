/**
 * iCalendar values: text to numbers (RFC 5545 §3.3). The only module that includes libical.
 *
 * Lengths are given because values are slices of a line. Nothing here knows zones.
 */
#ifndef ROOMSIGN_ICAL_VALUE_H
#define ROOMSIGN_ICAL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>
#include <roomsign/recurrence.h>

#define ICAL_RULE_BYTES_MAX 4096

/** A DATE or DATE-TIME as written. */
struct ical_time {
    /** What the clock on the wall shows, in milliseconds as if that were UTC. */
    int64_t local_ms;
    bool is_date;
    /** Ends in Z. */
    bool is_utc;
};

/** 20260131, 20260131T0930, 20260131T093000, each time with or without Z; years 1 to 9999.
 *  false: anything else, or no such day or time. */
bool ical_time_parse(const char *text, size_t length, struct ical_time *ret_time);

/** A DURATION: days are calendar days, the rest is exact time (§3.3.6). */
struct ical_duration {
    int64_t days;
    int64_t exact_ms;
};

/** "PT50M", "-P1DT2H", "P2W"; at most 100 years in sum. */
bool ical_duration_parse(const char *text, size_t length, struct ical_duration *ret_duration);

/** UNTIL as written; the rule's own until_ms is left at TIME_NEVER_MS, because only the caller
 *  knows the series' zone. */
struct ical_rule {
    struct recurrence_rule rule;
    bool has_until;
    struct ical_time until;
};

/** A RECUR (§3.3.10). Errors: not one, or one of another calendar than the Gregorian. */
bool ical_rule_parse(const char *text, size_t length, struct ical_rule *ret_rule,
                     struct error *err);

/** A TEXT without its backslashes (§3.3.11), at most `max` bytes. Ownership: the caller's. */
char *ical_text_unescape(const char *text, size_t length, size_t max);

#endif
