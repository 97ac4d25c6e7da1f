#include <roomsign/ical_decoder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/agenda.h>
#include <roomsign/gather.h>
#include <roomsign/ical_keep.h>
#include <roomsign/ical_place.h>
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
    struct ical_times times;
    int64_t steps, elsewhere_steps;
    struct gather gather;
};

/** Of a property's bytes in a block these are not its value: tag, parameters. */
#define HEAD_SLACK_BYTES 64

/** Series of other rooms get one part in so many of the steps that this room's may take. */
#define ELSEWHERE_STEPS_SHARE 10

/** What reading a change costs of the feed's steps. */
#define CHANGE_STEPS 100

enum { ZONE_X_WR, ZONE_ID, ZONE_BARE, ZONE_DEFINED };

/** One VEVENT, ready to become sessions. */
struct content {
    struct ical_event event;
    struct ical_timing timing;
    struct ical_place place;
    /** For an override of all that follows: the series' local time that it stands for. */
    int64_t recurrence_ms;
};

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
    gather_init(&decoder->gather, request, warn, context);
    decoder->steps = ICAL_FEED_STEPS_MAX;
    decoder->elsewhere_steps = ICAL_FEED_STEPS_MAX / ELSEWHERE_STEPS_SHARE;
    return decoder;
}

static void ical_close(void *state)
{
    struct ical_decoder *decoder = state;
    ical_scan_free(decoder->scan);
    ical_keep_release(&decoder->keep);
    gather_release(&decoder->gather);
    free(decoder);
}

static bool ical_push(void *state, const char *bytes, size_t length, struct error *err)
{
    struct ical_decoder *decoder = state;
    (void)err;
    ical_scan_push(decoder->scan, bytes, length);
    return true;
}

static void event_warn(struct ical_decoder *decoder, const struct ical_event *event,
                       const char *what, const char *why)
{
    char name[ICAL_EVENT_NAME_BYTES];
    char message[ERROR_MESSAGE_BYTES_MAX + ICAL_EVENT_NAME_BYTES + 64];
    snprintf(message, sizeof message, "event %s %s%s", ical_event_name(event, name), what, why);
    decoder->warn(decoder->context, message);
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
    decoder->times = (struct ical_times){zones, &decoder->zone, &decoder->floating_zone};
}

/** false: it is not to be shown, or can't be (which has been said). An override leaves out what
 *  its series says already. */
static bool content_read(struct ical_decoder *decoder, const struct kept_event *kept,
                         const struct content *series, struct content *ret_content)
{
    struct ical_block block = ical_kept_block(kept);
    struct error err = {0};
    bool negative = false;
    ical_event_read(&block, &ret_content->event);
    if (series != NULL)
        ical_event_inherit(&ret_content->event, &series->event);
    ical_place_read(decoder->keep.rooms, decoder->request->filter, &ret_content->event,
                    &ret_content->place);
    if (!ical_timing_of(&decoder->times, &ret_content->event, &ret_content->timing, &negative,
                        &err)) {
        if (ret_content->place.selected)
            event_warn(decoder, &ret_content->event, "is left out: ", err.message);
        return false;
    }
    if (negative && ret_content->place.selected)
        event_warn(decoder, &ret_content->event, "ends before it starts",
                   "; only its start is taken");
    bool endless = ret_content->event.end.property == ICAL_PROPERTY_NONE &&
                   ret_content->event.duration.property == ICAL_PROPERTY_NONE;
    if (series != NULL && endless && series->timing.all_day == ret_content->timing.all_day) {
        ret_content->timing.days = series->timing.days;
        ret_content->timing.exact_ms = series->timing.exact_ms;
    }
    return true;
}

/** Whether a session that isn't shown here is worth keeping for what happens elsewhere. */
static bool is_wanted_elsewhere(const struct ical_decoder *decoder, const struct content *content,
                                const char *uid, int64_t start_ms, int64_t end_ms)
{
    const struct elsewhere *elsewhere = decoder->request->elsewhere;
    return elsewhere != NULL && !content->timing.all_day && content->place.room[0] != '\0' &&
           gather_wants_elsewhere(&decoder->gather, uid, start_ms, end_ms) &&
           (!content->place.selected || elsewhere_watches(elsewhere, uid));
}

static void add_session(struct ical_decoder *decoder, const struct content *content,
                        int64_t start_ms, int64_t end_ms, const char *suffix)
{
    char uid[SESSION_UID_BYTES_MAX];
    struct session session;
    bool is_here = content->place.selected && gather_wants(&decoder->gather, start_ms, end_ms);
    if (!is_here && decoder->request->elsewhere == NULL)
        return;
    ical_event_uid(&content->event, uid);
    size_t length = strlen(uid);
    snprintf(uid + length, sizeof uid - length, "%s", suffix);
    if (!is_here && !is_wanted_elsewhere(decoder, content, uid, start_ms, end_ms))
        return;
    session_init(&session);
    session_set(&session.uid, uid);
    ical_event_fill(&content->event, decoder->publisher, &session);
    session_set(&session.room, content->place.room);
    session.start_ms = start_ms;
    session.end_ms = end_ms;
    session.venue_wide = content->place.venue_wide;
    if (content->timing.all_day)
        session.kind = SESSION_KIND_ALL_DAY;
    if (is_here)
        gather_add(&decoder->gather, &session);
    else
        gather_add_elsewhere(&decoder->gather, &session);
}

#define SUFFIX_BYTES 32

/** "/20260131T093000Z", "/20260131": the original start of one of a series. */
static void suffix_format(bool whole_day, int64_t at_ms, char ret_suffix[static SUFFIX_BYTES])
{
    struct civil civil;
    struct zone utc;
    zone_utc(&utc);
    zone_to_civil(&utc, at_ms, &civil);
    if (whole_day)
        snprintf(ret_suffix, SUFFIX_BYTES, "/%04d%02d%02d", civil.year % 10000, civil.month,
                 civil.day);
    else
        snprintf(ret_suffix, SUFFIX_BYTES, "/%04d%02d%02dT%02d%02d%02dZ", civil.year % 10000,
                 civil.month, civil.day, civil.hour, civil.minute, civil.second);
}

/** All events of one uid. */
struct family {
    const struct kept_event *events;
    size_t series_count, event_count;
    /** RECURRENCE-IDs of overrides of one occurrence. */
    struct zoned_time *overridden;
    size_t overridden_count;
    /** Overrides of all that follows. */
    const struct kept_event **changes;
    size_t change_count;
};

static size_t first_override(const struct ical_keep *keep, uint64_t uid_hash)
{
    size_t low = 0, high = keep->override_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keep->overrides[middle].uid_hash < uid_hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void family_gather(const struct ical_keep *keep, size_t first, struct family *ret_family)
{
    struct family family = {.events = keep->events + first};
    uint64_t uid_hash = family.events[0].uid_hash;
    while (first + family.event_count < keep->event_count &&
           family.events[family.event_count].uid_hash == uid_hash)
        family.series_count += !family.events[family.event_count++].is_override;
    size_t begin = first_override(keep, uid_hash), end = begin;
    while (end < keep->override_count && keep->overrides[end].uid_hash == uid_hash)
        end++;
    family.overridden = xcalloc(end - begin + 1, sizeof *family.overridden);
    for (size_t i = begin; i < end; i++)
        if (!keep->overrides[i].this_and_future)
            family.overridden[family.overridden_count++] = keep->overrides[i].at;
    family.changes = xcalloc(family.event_count + 1, sizeof *family.changes);
    for (size_t i = family.series_count; i < family.event_count; i++) {
        struct ical_block block = ical_kept_block(&family.events[i]);
        struct ical_event event;
        ical_event_read(&block, &event);
        if (event.this_and_future)
            family.changes[family.change_count++] = &family.events[i];
    }
    *ret_family = family;
}

static struct zoned_time recurrence_of(struct ical_decoder *decoder, const struct ical_event *event)
{
    struct zoned_time zoned = {0};
    if (ical_line_time(&event->recurrence_id, &zoned.time))
        zoned.zone = ical_line_zone(decoder->keep.zones, event, &event->recurrence_id);
    return zoned;
}

static int64_t timing_length_ms(const struct ical_timing *timing)
{
    return timing->days * DAY_MS + timing->exact_ms;
}

/** The overrides of all that follows that can be read, in order of where they begin. */
static struct content *read_changes(struct ical_decoder *decoder, const struct family *family,
                                    const struct content *series, size_t *ret_count)
{
    size_t count = 0, limit = family->change_count;
    if (limit > ICAL_CHANGES_MAX) {
        event_warn(decoder, &series->event, "changes from some occurrence on",
                   " too often; the later changes are left out");
        limit = ICAL_CHANGES_MAX;
    }
    struct content *changes = xcalloc(limit + 1, sizeof *changes);
    decoder->steps -= (int64_t)limit * CHANGE_STEPS;
    for (size_t i = 0; i < limit && decoder->steps > 0; i++) {
        struct content *change = &changes[count];
        if (!content_read(decoder, family->changes[i], series, change))
            continue;
        struct series_point point = ical_series_point(&decoder->times, &series->timing,
                                                      recurrence_of(decoder, &change->event));
        change->recurrence_ms = point.local_ms;
        if (point.whole_day && !series->timing.all_day) {
            int64_t time_ms = series->timing.local_ms % DAY_MS;
            change->recurrence_ms += time_ms < 0 ? time_ms + DAY_MS : time_ms;
        }
        count++;
    }
    *ret_count = count;
    return changes;
}

/** One occurrence, as the series or the last change before it says. */
static void add_occurrence(struct ical_decoder *decoder, const struct content *series,
                           const struct content *changes, size_t change_count,
                           const struct occurrence *occurrence)
{
    char suffix[SUFFIX_BYTES];
    const struct content *content = series;
    int64_t local_ms = occurrence->local_ms, end_ms = occurrence->end_ms;
    for (size_t i = 0; i < change_count; i++)
        if (changes[i].recurrence_ms <= occurrence->local_ms &&
            (content == series || changes[i].recurrence_ms >= content->recurrence_ms))
            content = &changes[i];
    if (content != series) {
        local_ms = content->timing.local_ms + (local_ms - content->recurrence_ms);
        end_ms = TIME_NEVER_MS;
    }
    if (content->timing.all_day)
        local_ms -= (local_ms % DAY_MS + DAY_MS) % DAY_MS;
    if (end_ms == TIME_NEVER_MS)
        end_ms = ical_timing_end_ms(&content->timing, local_ms);
    suffix_format(series->timing.all_day,
                  series->timing.all_day ? occurrence->local_ms : occurrence->start_ms, suffix);
    add_session(decoder, content, ical_timing_instant_ms(&content->timing, local_ms), end_ms,
                suffix);
}

/** How far before and after the window an occurrence may stand and still reach into it. */
static void widen(struct ical_series_request *request, const struct content *series,
                  const struct content *change)
{
    const struct content *content = change != NULL ? change : series;
    int64_t shift_ms = change != NULL ? change->timing.local_ms - change->recurrence_ms : 0;
    request->from_ms -= timing_length_ms(&content->timing) + DAY_MS;
    request->from_ms -= shift_ms > 0 ? shift_ms : 0;
    request->until_ms += shift_ms < 0 ? -shift_ms : 0;
}

/** For a series of another room: only what is near in time, and with steps of its own, so that
 *  this room's series are never short of them. */
static void narrow(struct ical_decoder *decoder, struct ical_series_request *request)
{
    const struct elsewhere *elsewhere = decoder->request->elsewhere;
    int64_t before_ms = decoder->request->from_ms - request->from_ms;
    int64_t from_ms = elsewhere->from_ms - (before_ms > 0 ? before_ms : 0);
    if (request->from_ms < from_ms)
        request->from_ms = from_ms;
    if (request->until_ms > elsewhere->until_ms)
        request->until_ms = elsewhere->until_ms;
    request->steps = &decoder->elsewhere_steps;
}

static void add_series(struct ical_decoder *decoder, const struct family *family,
                       const struct content *series)
{
    struct occurrences occurrences = {0};
    struct error err = {0}, passed_over = {0};
    size_t change_count = 0;
    struct content *changes = read_changes(decoder, family, series, &change_count);
    bool wanted = series->place.selected;
    const struct decoder_request *asked = decoder->request;
    struct ical_series_request request = {
        .from_ms = asked->from_ms > asked->series_from_ms ? asked->from_ms : asked->series_from_ms,
        .until_ms =
            asked->until_ms < asked->series_until_ms ? asked->until_ms : asked->series_until_ms,
        .overridden = family->overridden,
        .overridden_count = family->overridden_count,
        .steps = &decoder->steps,
        .passed_over = &passed_over,
    };
    widen(&request, series, NULL);
    for (size_t i = 0; i < change_count; i++) {
        wanted = wanted || changes[i].place.selected;
        widen(&request, series, &changes[i]);
    }
    if (!wanted && asked->elsewhere != NULL) {
        narrow(decoder, &request);
        wanted = ical_series_expand(&decoder->times, &series->event, &series->timing, &request,
                                    &occurrences, &err);
    } else if (wanted && !ical_series_expand(&decoder->times, &series->event, &series->timing,
                                             &request, &occurrences, &err))
        event_warn(decoder, &series->event, "is left out: ", err.message);
    else if (passed_over.message[0] != '\0')
        event_warn(decoder, &series->event, "is kept, but ", passed_over.message);
    for (size_t i = 0; i < occurrences.count; i++)
        add_occurrence(decoder, series, changes, change_count, &occurrences.list[i]);
    ical_occurrences_release(&occurrences);
    free(changes);
}

/** One entry of the agenda in an event: its place, status and address are the event's. */
static void add_talk(struct ical_decoder *decoder, const struct content *content,
                     struct session *talk)
{
    struct session event;
    if (!gather_wants(&decoder->gather, talk->start_ms, talk->end_ms))
        return;
    session_init(&event);
    ical_event_fill(&content->event, decoder->publisher, &event);
    session_set(&talk->url, event.url);
    session_set(&talk->language, event.language);
    session_set(&talk->room, content->place.room);
    talk->status = event.status;
    talk->venue_wide = content->place.venue_wide;
    session_release(&event);
    gather_add(&decoder->gather, talk);
}

/** "18:30 Doors open, 19:00 Concert" tells less of an event than its own title: one talk is an
 *  agenda only among others' entries, and breaks alone are none. */
static bool is_agenda(const struct ical_decoder *decoder, const struct schedule *talks)
{
    size_t count = 0;
    for (size_t i = 0; i < talks->count; i++)
        count += !room_filter_is_break(decoder->request->filter, talks->sessions[i].title);
    return count >= AGENDA_ENTRIES_LEAST || (count == 1 && talks->count > AGENDA_ENTRIES_LEAST);
}

/** A meetup's talks stand in the description of its feed's only event. false: there is no agenda
 *  in it. */
static bool add_agenda(struct ical_decoder *decoder, const struct content *content)
{
    const struct ical_timing *timing = &content->timing;
    const struct ical_line *line = &content->event.description;
    if (decoder->keep.seen_count != 1 || timing->all_day || line->property == ICAL_PROPERTY_NONE)
        return false;
    bool is_utc = timing->zone == NULL || strcmp(timing->zone->name, "UTC") == 0;
    struct agenda_request request = {
        .zone = is_utc ? &decoder->zone : timing->zone,
        .has_date = true,
        .event_start_ms = timing->start_ms,
        .event_end_ms = ical_timing_end_ms(timing, timing->local_ms),
    };
    struct civil start;
    struct schedule talks = {0};
    zone_to_civil(request.zone, timing->start_ms, &start);
    request.date_days = civil_to_days(start.year, start.month, start.day);
    struct agenda *agenda = agenda_new(&request);
    char *text = ical_text_unescape(line->value, line->value_length, ICAL_LINE_BYTES_MAX);
    agenda_html_lines(text);
    agenda_push(agenda, text, strlen(text));
    bool found = agenda_finish(agenda, &talks, NULL) && is_agenda(decoder, &talks);
    if (found && line->value_length + HEAD_SLACK_BYTES > ICAL_LINE_BYTES_MAX)
        event_warn(decoder, &content->event, "has an agenda in its description, which is too long",
                   " and was cut");
    for (size_t i = 0; found && i < talks.count; i++)
        add_talk(decoder, content, &talks.sessions[i]);
    schedule_release(&talks);
    agenda_free(agenda);
    free(text);
    return found;
}

/** An event that happens once, unless an override stands in its place. Where a feed gives all its
 *  events one uid, nobody can say whose place that is. */
static void add_single(struct ical_decoder *decoder, const struct family *family,
                       const struct content *content)
{
    const struct ical_timing *timing = &content->timing;
    for (size_t i = 0; family->series_count == 1 && i < family->overridden_count; i++) {
        struct series_point point =
            ical_series_point(&decoder->times, timing, family->overridden[i]);
        if (point.whole_day ? point.local_ms == timing->local_ms - timing->local_ms % DAY_MS
                            : point.value == timing->start_ms)
            return;
    }
    if (!content->place.selected || !add_agenda(decoder, content))
        add_session(decoder, content, timing->start_ms,
                    ical_timing_end_ms(timing, timing->local_ms), "");
}

static void add_override(struct ical_decoder *decoder, const struct kept_event *kept,
                         const struct content *series)
{
    struct content content;
    char suffix[SUFFIX_BYTES];
    if (!content_read(decoder, kept, series, &content))
        return;
    if (series == NULL && !ical_event_has_place(&content.event) &&
        ical_keep_is_other_series(&decoder->keep, kept->uid_hash))
        return;
    const struct ical_timing *timing = &content.timing;
    struct series_point point =
        ical_series_point(&decoder->times, series != NULL ? &series->timing : timing,
                          recurrence_of(decoder, &content.event));
    suffix_format(point.whole_day, point.whole_day ? point.local_ms : point.value, suffix);
    add_session(decoder, &content, timing->start_ms, ical_timing_end_ms(timing, timing->local_ms),
                suffix);
}

static void add_family(struct ical_decoder *decoder, const struct family *family)
{
    struct content first;
    bool has_first = false, has_series = false;
    for (size_t i = 0; i < family->series_count; i++) {
        struct content content;
        if (!content_read(decoder, &family->events[i], NULL, &content))
            continue;
        if (!has_first)
            first = content;
        has_first = true;
        if (content.event.recurs) {
            has_series = true;
            add_series(decoder, family, &content);
        } else if (content.place.selected || decoder->request->elsewhere != NULL) {
            add_single(decoder, family, &content);
        }
    }
    for (size_t i = family->series_count, change = 0; i < family->event_count; i++) {
        bool changes_all =
            change < family->change_count && family->changes[change] == &family->events[i];
        change += changes_all;
        if (!changes_all || !has_series)
            add_override(decoder, &family->events[i], has_first ? &first : NULL);
    }
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

/** Where a family begins among the kept events, and in the feed. */
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
    for (size_t i = 0; i < count && !decoder->gather.full; i++) {
        struct family family;
        family_gather(keep, places[i].first, &family);
        add_family(decoder, &family);
        changes = changes || family.change_count > 0;
        ical_keep_drop(keep, places[i].first, family.event_count);
        free(family.overridden);
        free(family.changes);
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
    bool changes = add_families(decoder);
    if (keep->maybe_full && (changes || ical_rooms_knows_venues(keep->rooms)))
        decoder->warn(decoder->context,
                      "too many events of other rooms; venue-wide ones among them may be missing");
    result_fill(decoder, ret_result);
    ret_result->session_count = gather_hand_over(&decoder->gather, ret_schedule);
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
