#include <roomsign/ical_decoder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/ical_keep.h>
#include <roomsign/ical_sessions.h>
#include <roomsign/zone_names.h>

struct ical_decoder {
    const struct decoder_request *request;
    void (*warn)(void *context, const char *message);
    void *context;
    struct ical_scan *scan;
    struct ical_keep keep;
    /** X-WR-TIMEZONE, TIMEZONE-ID, a bare TZID, the only VTIMEZONE: the first of each. */
    char zone_names[4][FEED_ZONE_NAME_BYTES_MAX];
    size_t definition_count;
    /** Of the calendars whose PRODID has come; where they differ, none. */
    enum publisher publisher;
    size_t calendar_count;

    /** While finishing. */
    struct zone zone, floating_zone;
    struct ical_sessions sessions;
};

enum { ZONE_X_WR, ZONE_ID, ZONE_BARE, ZONE_DEFINED };

static void remember_zone(struct ical_decoder *decoder, int source, const struct ical_line *line)
{
    char *name = decoder->zone_names[source];
    if (name[0] == '\0')
        snprintf(name, FEED_ZONE_NAME_BYTES_MAX, "%.*s", (int)line->value_length, line->value);
}

static void take_event(void *context, const struct ical_block *block)
{
    struct ical_decoder *decoder = context;
    struct ical_line line;
    for (size_t cursor = 0;
         decoder->zone_names[ZONE_BARE][0] == '\0' && ical_block_next(block, &cursor, &line);)
        if (line.property == ICAL_TZID)
            remember_zone(decoder, ZONE_BARE, &line);
    ical_keep_event(&decoder->keep, block);
}

static void take_zone(void *context, const struct ical_block *block)
{
    struct ical_decoder *decoder = context;
    struct ical_line line;
    feed_zones_define(decoder->keep.zones, block);
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);)
        if (line.property == ICAL_TZID)
            remember_zone(decoder, ZONE_DEFINED, &line);
    decoder->definition_count++;
}

/** Indico's speakers stand in each event's description. */
static void take_publisher(struct ical_decoder *decoder, const struct ical_line *line)
{
    enum publisher publisher = publisher_of(line->value, line->value_length);
    bool same = decoder->calendar_count++ == 0 || publisher == decoder->publisher;
    decoder->publisher = same ? publisher : PUBLISHER_OTHER;
    bool describes = decoder->publisher == PUBLISHER_INDICO;
    ical_scan_keep_descriptions(decoder->scan, describes ? PUBLISHER_DESCRIPTION_BYTES_MAX : 0);
}

static void take_calendar_line(void *context, const struct ical_block *block)
{
    struct ical_line line;
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);) {
        if (line.property == ICAL_PRODID)
            take_publisher(context, &line);
        else
            remember_zone(context, line.property == ICAL_X_WR_TIMEZONE ? ZONE_X_WR : ZONE_ID,
                          &line);
    }
}

static void take_warning(void *context, const char *message)
{
    struct ical_decoder *decoder = context;
    decoder->warn(decoder->context, message);
}

static void *ical_open(const struct decoder_request *request,
                       void (*warn)(void *context, const char *message), void *context)
{
    struct ical_decoder *decoder = xcalloc(1, sizeof *decoder);
    decoder->request = request;
    decoder->warn = warn;
    decoder->context = context;
    const struct ical_handler handler = {
        .context = decoder,
        .event = take_event,
        .timezone = take_zone,
        .calendar = take_calendar_line,
        .warn = take_warning,
    };
    decoder->scan = ical_scan_new(&handler);
    ical_keep_init(&decoder->keep, request, warn, context);
    ical_sessions_init(&decoder->sessions, request, &decoder->keep, warn, context);
    return decoder;
}

static void ical_close(void *state)
{
    struct ical_decoder *decoder = state;
    ical_scan_free(decoder->scan);
    ical_keep_release(&decoder->keep);
    ical_sessions_release(&decoder->sessions);
    free(decoder);
}

static bool ical_push(void *state, const char *bytes, size_t length, struct error *err)
{
    struct ical_decoder *decoder = state;
    (void)err;
    ical_scan_push(decoder->scan, bytes, length);
    return true;
}

/** The zone that the feed declares, and those that its floating times and days are taken in. */
static void settle_zone(struct ical_decoder *decoder, char ret_name[static ZONE_NAME_BYTES_MAX])
{
    struct zone *zone = xcalloc(1, sizeof *zone);
    struct feed_zones *zones = decoder->keep.zones;
    bool found = false, declared = false;
    ret_name[0] = '\0';
    decoder->zone = *decoder->request->zone;
    for (int i = ZONE_X_WR; i <= ZONE_DEFINED && !found; i++) {
        const char *name = decoder->zone_names[i];
        if (name[0] == '\0' || (i == ZONE_DEFINED && decoder->definition_count != 1))
            continue;
        found = zone_from_name(name, zone);
        if (found)
            snprintf(ret_name, ZONE_NAME_BYTES_MAX, "%s", zone->name);
        const struct zone *own = NULL;
        if (!found)
            own = feed_zones_get(zones, feed_zones_number(zones, name), NULL);
        if (own != NULL)
            *zone = *own;
        found = found || own != NULL;
        /* That a feed defines one zone doesn't say that its other times are of it. */
        declared = found && i != ZONE_DEFINED;
    }
    decoder->floating_zone = found && declared ? *zone : decoder->zone;
    if (found && decoder->request->zone_from_feed)
        decoder->zone = decoder->floating_zone = *zone;
    free(zone);
    decoder->sessions.zone = &decoder->zone;
    decoder->sessions.times = (struct ical_times){zones, &decoder->zone, &decoder->floating_zone};
}

static void result_fill(struct ical_decoder *decoder, struct decode_result *result)
{
    const struct ical_keep *keep = &decoder->keep;
    const struct ical_rooms_counts counts = {
        .event_count = keep->seen_count,
        .matched_count = keep->matched_count,
        .roomless_count = keep->roomless_count,
    };
    result->zone = decoder->zone;
    ical_rooms_report(keep->rooms, decoder->request, &counts, result);
}

/** Where the events of one uid (a family) begin, among the kept ones and in the feed. */
struct family_place {
    size_t first;
    uint32_t order;
};

static int compare_places(const void *a, const void *b)
{
    const struct family_place *left = a, *right = b;
    return (left->order > right->order) - (left->order < right->order);
}

/** All families, in the feed's order, so that warnings come in it. Returns whether any series
 *  changes from some occurrence on. */
static bool add_families(struct ical_decoder *decoder)
{
    struct ical_keep *keep = &decoder->keep;
    struct family_place *places = xcalloc(keep->event_count + 1, sizeof *places);
    size_t count = 0;
    bool changes = false;
    ical_keep_sort(keep);
    for (size_t i = 0; i < keep->event_count; i++) {
        const struct kept_event *event = &keep->events[i];
        if (i == 0 || event->uid_hash != event[-1].uid_hash)
            places[count++] = (struct family_place){i, event->order};
        else if (event->order < places[count - 1].order)
            places[count - 1].order = event->order;
    }
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count && !decoder->sessions.gather.full; i++) {
        size_t event_count;
        if (ical_sessions_add(&decoder->sessions, places[i].first, &event_count))
            changes = true;
        ical_keep_drop(keep, places[i].first, event_count);
    }
    free(places);
    return changes;
}

static bool ical_finish(void *state, struct schedule *ret_schedule,
                        struct decode_result *ret_result, struct error *err)
{
    struct ical_decoder *decoder = state;
    struct ical_keep *keep = &decoder->keep;
    if (!ical_scan_finish(decoder->scan, err))
        return false;
    settle_zone(decoder, ret_result->zone_name);
    decoder->sessions.publisher = decoder->publisher;
    bool changes = add_families(decoder);
    if (keep->maybe_full && (changes || ical_rooms_knows_venues(keep->rooms)))
        decoder->warn(decoder->context,
                      "too many events of other rooms; venue-wide ones among them may be missing");
    result_fill(decoder, ret_result);
    ret_result->session_count = gather_hand_over(&decoder->sessions.gather, ret_schedule);
    return true;
}

const struct decoder_format ical_format = {
    .name = "icalendar",
    .about = "iCalendar (.ics), as conference systems and office calendars export it",
    .open = ical_open,
    .push = ical_push,
    .finish = ical_finish,
    .close = ical_close,
};
