/**
 * When an event happens: one time, or those of a series (RFC 5545 §3.8.5).
 *
 * Joins DTSTART, DTEND or DURATION, RRULE, RDATE, EXRULE, EXDATE and the overrides' RECURRENCE-IDs
 * with the feed's zones. What the occurrences say is the caller's.
 */
#ifndef ROOMSIGN_ICAL_SERIES_H
#define ROOMSIGN_ICAL_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>
#include <roomsign/feed_zones.h>
#include <roomsign/ical_event.h>

/** A time with the number of its zone (FEED_ZONE_FLOATING for UTC, too: time.is_utc counts). */
struct zoned_time {
    struct ical_time time;
    int zone;
};

/** What values of one feed mean. */
struct ical_times {
    struct feed_zones *zones;
    /** Of all-day events: the room's. */
    const struct zone *zone;
    /** Of floating times: the one that the feed declares, else the room's. */
    const struct zone *floating;
};

/** The zone number of a line of an event: TZID parameter, else the event's bare TZID. */
int ical_line_zone(struct feed_zones *zones, const struct ical_event *event,
                   const struct ical_line *line);

/** Start and length of an event. */
struct ical_timing {
    bool all_day;
    /** The zone in which the event keeps its wall time. */
    const struct zone *zone;
    /** DTSTART, local in that zone, and as an instant. */
    int64_t local_ms;
    int64_t start_ms;
    /** The length: calendar days, then exact time (§3.8.5.3: DTEND's length is exact). */
    int64_t days;
    int64_t exact_ms;
};

/**
 * Errors: no start, or none that can be read. A negative length is taken as none, an all-day
 * length below a day as one; *ret_negative says so.
 */
bool ical_timing_of(const struct ical_times *times, const struct ical_event *event,
                    struct ical_timing *ret_timing, bool *ret_negative, struct error *err);

/** The end of an occurrence that starts at local_ms. */
int64_t ical_timing_end_ms(const struct ical_timing *timing, int64_t local_ms);
/** The instant of a local time in the timing's zone. */
int64_t ical_timing_instant_ms(const struct ical_timing *timing, int64_t local_ms);

/** Where in a series a RECURRENCE-ID or EXDATE points: a whole local day, or one instant. */
struct series_point {
    bool whole_day;
    /** The local day's number since 1970, or the instant. */
    int64_t value;
    /** In the series' zone. */
    int64_t local_ms;
};
struct series_point ical_series_point(const struct ical_times *times,
                                      const struct ical_timing *timing, struct zoned_time time);

struct occurrence {
    /** The original start: in the series' zone, and as an instant. */
    int64_t local_ms;
    int64_t start_ms;
    /** From RDATE;VALUE=PERIOD: an end of its own; else TIME_NEVER_MS. */
    int64_t end_ms;
};

/** Zero-initialise it with {0}; free with ical_occurrences_release. */
struct occurrences {
    struct occurrence *list;
    size_t count;
    size_t capacity;
};
void ical_occurrences_release(struct occurrences *occurrences);

struct ical_series_request {
    /** Starts in [from_ms, until_ms), UTC. */
    int64_t from_ms;
    int64_t until_ms;
    /** RECURRENCE-IDs whose occurrences are told elsewhere. */
    const struct zoned_time *overridden;
    size_t overridden_count;
    /** Counted down, as in recurrence_expand. */
    int64_t *steps;
    /** Filled with the first EXDATE or RDATE that can't be read and was passed over. */
    struct error *passed_over;
};

/**
 * The starts of a series in order, each once, without exceptions.
 * Errors: a rule that can't be read, names no day that exists, or too many times, or costs too
 * much. *ret_occurrences is then untouched.
 */
bool ical_series_expand(const struct ical_times *times, const struct ical_event *event,
                        const struct ical_timing *timing, const struct ical_series_request *request,
                        struct occurrences *ret_occurrences, struct error *err);

#endif
