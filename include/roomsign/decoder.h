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
#include <roomsign/elsewhere.h>
#include <roomsign/error.h>
#include <roomsign/room_filter.h>
#include <roomsign/room_tally.h>
#include <roomsign/schedule.h>

/** Warnings told one by one, so many of single events ("event ...") and so many of the whole feed;
 *  then one more says how many others there were. */
#define DECODER_WARNINGS_MAX 20
/** Room names offered when the filter matched nothing. */
#define DECODER_CLOSEST_MAX 5
#define DECODER_FORMAT_BYTES_MAX 16

/** What is asked for. Borrows zone, filter, rooms, elsewhere, date and context until decoder_free.
 */
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
    /** Where every event's place is counted, in the window or not; NULL: nowhere. */
    struct room_tally *rooms;
    /** Where sessions of other rooms are put, and watched ones of this room from outside the
     * window; NULL: nowhere. Nothing is said of those. */
    struct elsewhere *elsewhere;
    /** The day of a text agenda without a date, as in 2026-03-12; NULL or "": not known. */
    const char *date;
    /** session.feed of every session. */
    int feed_index;
    /** One sentence for people, without the feed's name; may be NULL. */
    void (*warn)(void *context, const char *message);
    void *context;
};

/** What is known of the feed besides its sessions. A plain value. */
struct decode_result {
    /** The name of its format (decoder_format_at). */
    char format[DECODER_FORMAT_BYTES_MAX];
    /** The feed is broken off or spoilt from some point on, which `warn` has named: what stood
     *  behind that is unknown, not gone. */
    bool partial;
    /** The zone the feed declares, as IANA name; "" when it declares none that is known. */
    char zone_name[ZONE_NAME_BYTES_MAX];
    /** The zone that floating times and all-day events were taken in (the request's, or with
     *  zone_from_feed the feed's): what local times of this feed mean. */
    struct zone zone;
    /** Events in the feed at all (a series and its overrides count one each)... */
    size_t event_count;
    /** ...and those that are the room's, in the window or not: of a feed that names no room at all,
     *  those without one that the filter takes; common rooms' don't count. 0 with event_count > 0:
     *  the filter is probably wrong, and closest[] holds what the feed has instead. */
    size_t matched_count;
    /** Of those that are the room's because they name none. */
    size_t roomless_count;
    /** Sessions appended to the schedule. */
    size_t session_count;
    char closest[DECODER_CLOSEST_MAX][SESSION_NAME_BYTES_MAX];
    size_t closest_count;
};

/** One format's decoder, which decoder.c picks by the content. What its functions promise is what
 *  the functions of the same names below do. */
struct decoder_format {
    const char *name;
    /** For people, after the name: "the schedule.xml of ...". */
    const char *about;
    /** Borrows the request, whose filter is never NULL. `warn` is never NULL. */
    void *(*open)(const struct decoder_request *request,
                  void (*warn)(void *context, const char *message), void *context);
    /** The first push holds the first 4096 bytes of the feed, or all of it, and does not begin
     *  with a byte order mark or blanks. */
    bool (*push)(void *state, const char *bytes, size_t length, struct error *err);
    /** *ret_result is zeroed and never NULL; `format` is filled in by the caller. */
    bool (*finish)(void *state, struct schedule *ret_schedule, struct decode_result *ret_result,
                   struct error *err);
    void (*close)(void *state);
};

/** The formats in the order in which a feed is held against them; NULL past the last one. */
const struct decoder_format *decoder_format_at(size_t index);

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
