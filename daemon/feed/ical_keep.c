#include <roomsign/ical_keep.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>
#include <roomsign/ical_place.h>

/** A time by unknown clocks is at most so far from UTC, with room for a VTIMEZONE of any offset. */
#define ZONE_SLACK_MS (36 * HOUR_MS)

void ical_keep_init(struct ical_keep *keep, const struct decoder_request *request,
                    void (*warn)(void *context, const char *message), void *context)
{
    *keep = (struct ical_keep){.request = request, .warn = warn, .context = context};
    keep->zones = feed_zones_new(warn, context);
    keep->rooms = ical_rooms_new(request->filter);
}

void ical_keep_release(struct ical_keep *keep)
{
    for (size_t i = 0; i < keep->event_count; i++)
        free(keep->events[i].bytes);
    free(keep->events);
    free(keep->overrides);
    free(keep->other_series);
    feed_zones_free(keep->zones);
    ical_rooms_free(keep->rooms);
    *keep = (struct ical_keep){0};
}

struct ical_block ical_kept_block(const struct kept_event *event)
{
    return (struct ical_block){.bytes = event->bytes, .length = event->length};
}

static void *grown(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    *capacity = *capacity ? *capacity * 2 : 64;
    return xrealloc(list, *capacity * size);
}

static uint64_t hash_uid(const struct ical_line *uid)
{
    bool is_there = uid->property != ICAL_PROPERTY_NONE;
    return elsewhere_hash(is_there ? uid->value : "", is_there ? uid->value_length : 0);
}

static void keep_warn(struct ical_keep *keep, const struct ical_event *event, const char *what)
{
    char name[ICAL_EVENT_NAME_BYTES], message[ERROR_MESSAGE_BYTES_MAX];
    snprintf(message, sizeof message, "event %s%s", ical_event_name(event, name), what);
    keep->warn(keep->context, message);
}

/** UNTIL of the only RRULE; false: the series has no such end. */
static bool series_until(const struct ical_event *event, int64_t *ret_until_ms)
{
    struct ical_line line;
    const char *until = NULL;
    size_t left = 0, rules = 0;
    for (size_t cursor = 0; ical_block_next(&event->block, &cursor, &line);) {
        if (line.property == ICAL_RDATE || (line.property == ICAL_RRULE && ++rules > 1))
            return false;
        if (line.property != ICAL_RRULE)
            continue;
        until = memmem(line.value, line.value_length, "UNTIL=", 6);
        if (until != NULL)
            left = line.value_length - (size_t)(until + 6 - line.value);
    }
    struct ical_time time;
    if (until == NULL)
        return false;
    const char *stop = memchr(until + 6, ';', left);
    if (stop != NULL)
        left = (size_t)(stop - until - 6);
    if (!ical_time_parse(until + 6, left, &time))
        return false;
    *ret_until_ms = time.local_ms + DAY_MS;
    return true;
}

/** Whether any reading of the event's times overlaps the window. */
static bool may_overlap(const struct ical_keep *keep, const struct ical_event *event,
                        int64_t from_ms, int64_t until_ms)
{
    int64_t length_ms = until_ms - from_ms;
    int64_t window_from_ms = keep->request->from_ms - ZONE_SLACK_MS;
    if (from_ms > keep->request->until_ms + ZONE_SLACK_MS)
        return false;
    if (!event->recurs || event->recurrence_id.property != ICAL_PROPERTY_NONE)
        return until_ms >= window_from_ms;
    return !series_until(event, &until_ms) || until_ms + length_ms >= window_from_ms;
}

static void keep_override(struct ical_keep *keep, const struct ical_event *event,
                          const struct ical_time *time, uint64_t uid_hash)
{
    if (keep->override_count == KEEP_OVERRIDES_MAX) {
        char message[128];
        snprintf(message, sizeof message,
                 "more than %d changed occurrences; further ones may also show unchanged",
                 KEEP_OVERRIDES_MAX);
        if (!keep->overrides_full)
            keep->warn(keep->context, message);
        keep->overrides_full = true;
        return;
    }
    keep->overrides = grown(keep->overrides, keep->override_count, &keep->override_capacity,
                            sizeof *keep->overrides);
    keep->overrides[keep->override_count++] = (struct kept_override){
        .uid_hash = uid_hash,
        .at = {*time, ical_line_zone(keep->zones, event, &event->recurrence_id)},
        .this_and_future = event->this_and_future,
    };
}

static void keep_other_series(struct ical_keep *keep, uint64_t uid_hash)
{
    if (keep->other_count == KEEP_OTHER_SERIES_MAX)
        return;
    keep->other_series = grown(keep->other_series, keep->other_count, &keep->other_capacity,
                               sizeof *keep->other_series);
    keep->other_series[keep->other_count++] = uid_hash;
}

enum interest { INTEREST_NONE, INTEREST_ELSEWHERE, INTEREST_MAYBE, INTEREST_FULL };

/** Whether the event may be the room's. */
static enum interest room_interest(struct ical_keep *keep, const struct ical_event *event)
{
    const struct ical_line *line = &event->location;
    bool is_override = event->recurrence_id.property != ICAL_PROPERTY_NONE;
    bool takes_venue_wide = room_filter_takes_venue_wide(keep->request->filter);
    bool may_move = event->this_and_future || (event->recurs && !is_override);
    enum interest roomless = takes_venue_wide ? INTEREST_FULL
                             : may_move       ? INTEREST_MAYBE
                                              : INTEREST_NONE;
    if (is_override && !ical_event_has_place(event)) {
        keep->roomless_count++;
        return INTEREST_FULL;
    }
    switch (ical_place_judge(keep->rooms, keep->request->filter, event)) {
    case ROOM_MATCH_ROOM:
        keep->matched_count++;
        return INTEREST_FULL;
    case ROOM_MATCH_COMMON:
        return INTEREST_FULL;
    case ROOM_MATCH_NO_ROOM:
        keep->roomless_count++;
        return roomless;
    default:
        if (may_move || (takes_venue_wide && line->property != ICAL_PROPERTY_NONE &&
                         ical_rooms_may_be_venue(line->value, line->value_length)))
            return INTEREST_MAYBE;
        return keep->request->elsewhere != NULL ? INTEREST_ELSEWHERE : INTEREST_NONE;
    }
}

static int compare_distances(const void *a, const void *b)
{
    const struct kept_event *left = *(struct kept_event *const *)a;
    const struct kept_event *right = *(struct kept_event *const *)b;
    if (left->elsewhere_ms != right->elsewhere_ms)
        return left->elsewhere_ms < right->elsewhere_ms ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

/** Of what is kept for elsewhere the nearest half of the bytes stays: less would be dropped again
 *  and again by a feed whose events are all as near. */
static void drop_farthest(struct ical_keep *keep)
{
    struct elsewhere *elsewhere = keep->request->elsewhere;
    struct kept_event **nearest = xcalloc(keep->event_count + 1, sizeof *nearest);
    size_t count = 0, kept = 0, bytes = 0;
    for (size_t i = 0; i < keep->event_count; i++)
        if (keep->events[i].elsewhere_ms != NOT_ELSEWHERE_MS)
            nearest[count++] = &keep->events[i];
    qsort(nearest, count, sizeof *nearest, compare_distances);
    for (size_t i = 0; i < count; i++) {
        bytes += nearest[i]->length;
        if (bytes <= KEEP_ELSEWHERE_BYTES_MAX / 2)
            continue;
        elsewhere->is_cut |= nearest[i]->elsewhere_ms < elsewhere->until_ms - elsewhere->near_ms;
        keep->elsewhere_bytes -= nearest[i]->length;
        free(nearest[i]->bytes);
        nearest[i]->bytes = NULL;
    }
    free(nearest);
    for (size_t i = 0; i < keep->event_count; i++)
        if (keep->events[i].bytes != NULL)
            keep->events[kept++] = keep->events[i];
    keep->event_count = kept;
}

/** How far off an event is that is kept for elsewhere; NOT_ELSEWHERE_MS for one that isn't. Its
 *  times are taken as UTC, which is right to some hours. */
static int64_t elsewhere_distance(const struct ical_keep *keep, uint64_t uid_hash, int64_t from_ms,
                                  int64_t until_ms)
{
    const struct elsewhere *elsewhere = keep->request->elsewhere;
    if (elsewhere == NULL)
        return NOT_ELSEWHERE_MS;
    int64_t distance_ms = elsewhere_distance_ms(elsewhere, from_ms, until_ms);
    if (elsewhere_watches_event(elsewhere, uid_hash))
        return distance_ms - WATCHED_LEAD_MS;
    if (elsewhere_is_near(elsewhere, from_ms - ZONE_SLACK_MS, until_ms + ZONE_SLACK_MS))
        return distance_ms;
    return NOT_ELSEWHERE_MS;
}

/** Whether there is room for it. What fills up is said once; what may not matter is only said
 *  where the feed looks as if it does. */
static bool keep_has_room(struct ical_keep *keep, const struct ical_event *event,
                          enum interest interest)
{
    char message[160];
    if (interest == INTEREST_ELSEWHERE) {
        if (keep->elsewhere_bytes + event->block.length > KEEP_ELSEWHERE_BYTES_MAX)
            drop_farthest(keep);
        return true;
    }
    if (interest == INTEREST_MAYBE) {
        if (keep->maybe_bytes + event->block.length <= KEEP_MAYBE_BYTES_MAX)
            return true;
        keep->maybe_full = true;
        return false;
    }
    bool *told = keep->event_count >= KEEP_EVENTS_MAX                         ? &keep->events_full
                 : keep->bytes + event->block.length > (size_t)KEEP_BYTES_MAX ? &keep->bytes_full
                                                                              : NULL;
    if (told == NULL)
        return true;
    if (told == &keep->events_full)
        snprintf(message, sizeof message,
                 "more than %d events in the days asked for; further ones are left out",
                 KEEP_EVENTS_MAX);
    else
        snprintf(message, sizeof message,
                 "events of more than %d bytes in the days asked for; further ones are left out",
                 KEEP_BYTES_MAX);
    if (!*told)
        keep->warn(keep->context, message);
    *told = true;
    return false;
}

static size_t *bytes_of(struct ical_keep *keep, enum interest interest)
{
    switch (interest) {
    case INTEREST_ELSEWHERE:
        return &keep->elsewhere_bytes;
    case INTEREST_MAYBE:
        return &keep->maybe_bytes;
    default:
        return &keep->bytes;
    }
}

/** false: there is no room for it. */
static bool keep_bytes(struct ical_keep *keep, const struct ical_event *event, uint64_t uid_hash,
                       enum interest interest, int64_t elsewhere_ms)
{
    struct ical_time time = {0};
    if (!keep_has_room(keep, event, interest))
        return false;
    *bytes_of(keep, interest) += event->block.length;
    keep->events =
        grown(keep->events, keep->event_count, &keep->event_capacity, sizeof *keep->events);
    struct kept_event *kept = &keep->events[keep->event_count++];
    *kept = (struct kept_event){
        .bytes = xcalloc(event->block.length + 1, 1),
        .length = (uint32_t)event->block.length,
        .order = (uint32_t)keep->seen_count,
        .uid_hash = uid_hash,
        .is_override = ical_line_time(&event->recurrence_id, &time),
        .sequence = event->sequence,
        .elsewhere_ms = interest == INTEREST_ELSEWHERE ? elsewhere_ms : NOT_ELSEWHERE_MS,
    };
    kept->recurrence_ms = time.local_ms;
    memcpy(kept->bytes, event->block.bytes, event->block.length);
    if (event->block.cut != ICAL_PROPERTY_NONE && interest != INTEREST_ELSEWHERE) {
        char what[128];
        snprintf(what, sizeof what, ": its %s is too long and was cut",
                 ical_property_name(event->block.cut));
        keep_warn(keep, event, what);
    }
    return true;
}

void ical_keep_event(struct ical_keep *keep, const struct ical_block *block)
{
    struct ical_event event;
    struct ical_time recurrence = {0};
    int64_t from_ms = 0, until_ms = 0;
    keep->seen_count++;
    ical_event_read(block, &event);
    enum interest interest = room_interest(keep, &event);
    if (keep->request->rooms != NULL)
        ical_place_count(keep->rooms, &event);
    uint64_t uid_hash = hash_uid(&event.uid);
    if (event.recurrence_id.property != ICAL_PROPERTY_NONE) {
        if (ical_line_time(&event.recurrence_id, &recurrence))
            keep_override(keep, &event, &recurrence, uid_hash);
        else if (interest == INTEREST_FULL)
            keep_warn(keep, &event, ": its RECURRENCE-ID can't be read and is ignored");
    } else if (event.recurs && interest != INTEREST_FULL) {
        keep_other_series(keep, uid_hash);
    }
    if (interest == INTEREST_NONE)
        return;
    if (!ical_event_span(&event, &from_ms, &until_ms)) {
        if (interest == INTEREST_FULL)
            keep_warn(keep, &event, " is left out: its start is missing or can't be read");
        return;
    }
    /* A change of all that follows reaches on from where it stands, and from where it stood. */
    bool wanted = may_overlap(keep, &event, from_ms, until_ms);
    if (event.this_and_future)
        wanted = from_ms <= keep->request->until_ms + ZONE_SLACK_MS ||
                 recurrence.local_ms <= keep->request->until_ms + ZONE_SLACK_MS;
    if (interest != INTEREST_ELSEWHERE && wanted &&
        (keep_bytes(keep, &event, uid_hash, interest, NOT_ELSEWHERE_MS) ||
         interest == INTEREST_FULL))
        return;
    int64_t elsewhere_ms = elsewhere_distance(keep, uid_hash, from_ms, until_ms);
    bool is_worth_it =
        elsewhere_ms != NOT_ELSEWHERE_MS && (interest != INTEREST_FULL || elsewhere_ms < 0);
    if (is_worth_it && !event.recurs)
        keep_bytes(keep, &event, uid_hash, INTEREST_ELSEWHERE, elsewhere_ms);
}

static int compare_events(const void *a, const void *b)
{
    const struct kept_event *left = a, *right = b;
    if (left->uid_hash != right->uid_hash)
        return left->uid_hash < right->uid_hash ? -1 : 1;
    if (left->is_override != right->is_override)
        return left->is_override - right->is_override;
    if (left->is_override && left->recurrence_ms != right->recurrence_ms)
        return left->recurrence_ms < right->recurrence_ms ? -1 : 1;
    if (left->is_override && left->sequence != right->sequence)
        return left->sequence < right->sequence ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

static int compare_overrides(const void *a, const void *b)
{
    const struct kept_override *left = a, *right = b;
    return (left->uid_hash > right->uid_hash) - (left->uid_hash < right->uid_hash);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

void ical_keep_sort(struct ical_keep *keep)
{
    size_t kept = 0;
    if (keep->event_count > 0)
        qsort(keep->events, keep->event_count, sizeof *keep->events, compare_events);
    if (keep->override_count > 0)
        qsort(keep->overrides, keep->override_count, sizeof *keep->overrides, compare_overrides);
    if (keep->other_count > 0)
        qsort(keep->other_series, keep->other_count, sizeof *keep->other_series, compare_hashes);
    for (size_t i = 0; i < keep->event_count; i++) {
        struct kept_event *event = &keep->events[i];
        struct kept_event *last = kept > 0 ? &keep->events[kept - 1] : NULL;
        if (last != NULL && event->is_override && last->is_override &&
            event->uid_hash == last->uid_hash && event->recurrence_ms == last->recurrence_ms) {
            free(last->bytes);
            *last = *event;
        } else {
            keep->events[kept++] = *event;
        }
    }
    keep->event_count = kept;
}

void ical_keep_drop(struct ical_keep *keep, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        free(keep->events[i].bytes);
        keep->events[i].bytes = NULL;
        keep->events[i].length = 0;
    }
}

bool ical_keep_is_other_series(const struct ical_keep *keep, uint64_t uid_hash)
{
    return keep->other_count > 0 && bsearch(&uid_hash, keep->other_series, keep->other_count,
                                            sizeof uid_hash, compare_hashes) != NULL;
}
