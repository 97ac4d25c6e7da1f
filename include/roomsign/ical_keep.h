/**
 * What is kept of an iCalendar feed while it streams by: the events that may matter.
 *
 * An event is kept if it can overlap the window, by the widest reading of its zone, and may be the
 * room's, or else if it is worth telling of elsewhere (elsewhere.h); of those the nearest in time.
 * Of an override that doesn't matter itself only its place in its series is kept, because it takes
 * the series' occurrence away. Memory is bounded by the maximums below, not by the feed.
 */
#ifndef ROOMSIGN_ICAL_KEEP_H
#define ROOMSIGN_ICAL_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/decoder.h>
#include <roomsign/feed_zones.h>
#include <roomsign/ical_event.h>
#include <roomsign/ical_rooms.h>
#include <roomsign/ical_series.h>

/** Events of the room within the window, and their bytes. */
#define KEEP_EVENTS_MAX 30000
#define KEEP_BYTES_MAX (9 * 1024 * 1024)
/** Bytes of other events that may turn out to matter: venue-wide ones, series that move rooms. */
#define KEEP_MAYBE_BYTES_MAX (1024 * 1024)
/** Bytes of single events that are in other rooms for sure. */
#define KEEP_ELSEWHERE_BYTES_MAX (1024 * 1024)
#define KEEP_OVERRIDES_MAX 100000
#define KEEP_OTHER_SERIES_MAX 50000

/** One kept VEVENT; its bytes are a block of ical_scan. */
struct kept_event {
    char *bytes;
    uint32_t length;
    /** Its number in the feed. */
    uint32_t order;
    uint64_t uid_hash;
    bool is_override;
    int64_t recurrence_ms;
    int64_t sequence;
    /** Of one that is kept for what happens elsewhere alone: how far off it is, in milliseconds;
     *  of a watched one WATCHED_LEAD_MS less, so that it is nearer than any other. Else
     *  NOT_ELSEWHERE_MS. */
    int64_t elsewhere_ms;
};
/** More than all the years that a feed can name. */
#define WATCHED_LEAD_MS (INT64_C(1) << 60)
#define NOT_ELSEWHERE_MS INT64_MIN

/** The place of an override in its series. */
struct kept_override {
    uint64_t uid_hash;
    struct zoned_time at;
    bool this_and_future;
};

struct ical_keep {
    const struct decoder_request *request;
    struct feed_zones *zones;
    struct ical_rooms *rooms;
    void (*warn)(void *context, const char *message);
    void *context;

    struct kept_event *events;
    size_t event_count, event_capacity;
    size_t bytes, maybe_bytes, elsewhere_bytes;
    struct kept_override *overrides;
    size_t override_count, override_capacity;
    /** Hashes of the uids of series in other rooms: their overrides aren't ours by default. */
    uint64_t *other_series;
    size_t other_count, other_capacity;

    size_t seen_count;
    size_t matched_count;
    size_t roomless_count;
    bool events_full, bytes_full, maybe_full, overrides_full;
};

/** Borrows request, whose filter must not be NULL; `warn` is told about maximums and unreadable
 * events. */
void ical_keep_init(struct ical_keep *keep, const struct decoder_request *request,
                    void (*warn)(void *context, const char *message), void *context);
void ical_keep_release(struct ical_keep *keep);

/** Look at one VEVENT. */
void ical_keep_event(struct ical_keep *keep, const struct ical_block *block);

/** Bring what was kept into order: by uid, series before their overrides, these by place; of two
 *  overrides of one place only the newer one stays. */
void ical_keep_sort(struct ical_keep *keep);

/** Free the bytes of events that have been dealt with. */
void ical_keep_drop(struct ical_keep *keep, size_t first, size_t count);

/** Whether a series of that uid stands in the feed, in another room. */
bool ical_keep_is_other_series(const struct ical_keep *keep, uint64_t uid_hash);

struct ical_block ical_kept_block(const struct kept_event *event);

#endif
