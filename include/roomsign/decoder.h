/**
 * Feed bytes in, one room's sessions out: the one interface in front of every feed format.
 *
 * The format is told by the content. A decoder streams: it is pushed whatever bytes arrive, in
 * chunks of any size, and its memory does not grow with the feed. It knows no network, no files,
 * no clock and no log; everything that it keeps has a named maximum, and what a maximum costs is
 * said through `warn`.
 */
#ifndef ROOMSIGN_DECODER_H
#define ROOMSIGN_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>
#include <roomsign/room_filter.h>
#include <roomsign/schedule.h>

/** Warnings told one by one; then one more says how many others there were. */
#define DECODER_WARNINGS_MAX 20
/** Room names offered when the filter matched nothing. */
#define DECODER_CLOSEST_MAX 5

/** What is asked for. Borrows zone, filter and context until decoder_free. */
struct decoder_request {
    /** Sessions that overlap [from_ms, until_ms), UTC; one without length at from_ms counts. */
    int64_t from_ms;
    int64_t until_ms;
    /** Of series only what also starts in [series_from_ms, series_until_ms): a window without end
     *  would hold some of them for ever. */
    int64_t series_from_ms;
    int64_t series_until_ms;
    /** The room's zone: all-day events are of this zone, and floating times of a feed that declares
     *  none (X-WR-TIMEZONE and its like)... */
    const struct zone *zone;
    /** ...unless it was not configured, and the feed names its own. */
    bool zone_from_feed;
    /** Which events are the room's; NULL or an empty one selects every event. */
    const struct room_filter *filter;
    /** session.feed of every session. */
    int feed_index;
    /** One sentence for people, without the feed's name; may be NULL. */
    void (*warn)(void *context, const char *message);
    void *context;
};

/** What is known of the feed besides its sessions. A plain value. */
struct decode_result {
    /** "icalendar". */
    char format[16];
    /** The zone the feed declares, as IANA name; "" when it declares none that is known. */
    char zone_name[ZONE_NAME_BYTES_MAX];
    /** The zone that floating times and all-day events were taken in (the request's, or with
     *  zone_from_feed the feed's): what local times of this feed mean. */
    struct zone zone;
    /** Events in the feed at all (a series and its overrides count one each)... */
    size_t event_count;
    /** ...and those that are the room's, in the window or not; of a feed that names no room at all,
     *  those without one that the filter takes. 0 with event_count > 0: the filter is probably
     *  wrong, and closest[] holds what the feed has instead. */
    size_t matched_count;
    /** Sessions appended to the schedule. */
    size_t session_count;
    char closest[DECODER_CLOSEST_MAX][SESSION_NAME_BYTES_MAX];
    size_t closest_count;
};

struct decoder;

/** Ownership: the caller's; decoder_free() it. Copies the request, not what it borrows. */
struct decoder *decoder_new(const struct decoder_request *request);

/**
 * Take the next bytes; any length, also 0. Errors: what came so far can't be a feed ("not a
 * calendar: HTML page"); nothing more need be pushed then, and decoder_finish says the same.
 */
bool decoder_push(struct decoder *decoder, const void *bytes, size_t length, struct error *err);

/**
 * The feed is complete: append its sessions to *ret_schedule, unsorted (schedule_sort is the
 * caller's, after the last feed). Call it once. *ret_result may be NULL.
 * Errors: not a feed, or cut short ("truncated: no END:VCALENDAR"); the outputs are untouched.
 */
bool decoder_finish(struct decoder *decoder, struct schedule *ret_schedule,
                    struct decode_result *ret_result, struct error *err);

/** Takes NULL. */
void decoder_free(struct decoder *decoder);

#endif
