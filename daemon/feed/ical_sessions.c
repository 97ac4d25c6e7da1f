#include <roomsign/ical_sessions.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/agenda.h>
#include <roomsign/ical_event.h>
#include <roomsign/ical_place.h>

/** Of a property's bytes in a block these are not its value: tag, parameters. */
#define HEAD_SLACK_BYTES 64

/** Series of other rooms get one part in so many of the steps that this room's may take. */
#define ELSEWHERE_STEPS_SHARE 10

/** What reading a change costs of the feed's steps. */
#define CHANGE_STEPS 100

/** One VEVENT, ready to become sessions. */
struct content {
    struct ical_event event;
    struct ical_timing timing;
    struct ical_place place;
    /** For an override of all that follows: the series' local time that it stands for. */
    int64_t recurrence_ms;
};

void ical_sessions_init(struct ical_sessions *sessions, const struct decoder_request *request,
                        const struct ical_keep *keep,
                        void (*warn)(void *context, const char *message), void *context)
{
    *sessions = (struct ical_sessions){
        .request = request,
        .keep = keep,
        .warn = warn,
        .context = context,
        .steps = ICAL_FEED_STEPS_MAX,
        .elsewhere_steps = ICAL_FEED_STEPS_MAX / ELSEWHERE_STEPS_SHARE,
    };
    gather_init(&sessions->gather, request, warn, context);
}

void ical_sessions_release(struct ical_sessions *sessions)
{
    gather_release(&sessions->gather);
}

static void event_warn(struct ical_sessions *sessions, const struct ical_event *event,
                       const char *what, const char *why)
{
    char name[ICAL_EVENT_NAME_BYTES];
    char message[ERROR_MESSAGE_BYTES_MAX + ICAL_EVENT_NAME_BYTES + 64];
    snprintf(message, sizeof message, "event %s %s%s", ical_event_name(event, name), what, why);
    sessions->warn(sessions->context, message);
}

/** false: it is not to be shown, or can't be (which has been said). An override leaves out what
 *  its series says already. */
static bool content_read(struct ical_sessions *sessions, const struct kept_event *kept,
                         const struct content *series, struct content *ret_content)
{
    struct ical_block block = ical_kept_block(kept);
    struct error err = {0};
    bool negative = false;
    ical_event_read(&block, &ret_content->event);
    if (series != NULL)
        ical_event_inherit(&ret_content->event, &series->event);
    ical_place_read(sessions->keep->rooms, sessions->request->filter, &ret_content->event,
                    &ret_content->place);
    if (!ical_timing_of(&sessions->times, &ret_content->event, &ret_content->timing, &negative,
                        &err)) {
        if (ret_content->place.selected)
            event_warn(sessions, &ret_content->event, "is left out: ", err.message);
        return false;
    }
    if (negative && ret_content->place.selected)
        event_warn(sessions, &ret_content->event, "ends before it starts",
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
static bool is_wanted_elsewhere(const struct ical_sessions *sessions, const struct content *content,
                                const char *uid, int64_t start_ms, int64_t end_ms)
{
    const struct elsewhere *elsewhere = sessions->request->elsewhere;
    return elsewhere != NULL && !content->timing.all_day && content->place.room[0] != '\0' &&
           gather_wants_elsewhere(&sessions->gather, uid, start_ms, end_ms) &&
           (!content->place.selected || elsewhere_watches(elsewhere, uid));
}

static void add_session(struct ical_sessions *sessions, const struct content *content,
                        int64_t start_ms, int64_t end_ms, const char *suffix)
{
    char uid[SESSION_UID_BYTES_MAX];
    struct session session;
    bool is_here = content->place.selected && gather_wants(&sessions->gather, start_ms, end_ms);
    if (!is_here && sessions->request->elsewhere == NULL)
        return;
    ical_event_uid(&content->event, uid);
    size_t length = strlen(uid);
    snprintf(uid + length, sizeof uid - length, "%s", suffix);
    if (!is_here && !is_wanted_elsewhere(sessions, content, uid, start_ms, end_ms))
        return;
    session_init(&session);
    session_set(&session.uid, uid);
    ical_event_fill(&content->event, sessions->publisher, &session);
    session_set(&session.room, content->place.room);
    session.start_ms = start_ms;
    session.end_ms = end_ms;
    session.venue_wide = content->place.venue_wide;
    if (content->timing.all_day)
        session.kind = SESSION_KIND_ALL_DAY;
    if (is_here)
        gather_add(&sessions->gather, &session);
    else
        gather_add_elsewhere(&sessions->gather, &session);
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

static struct zoned_time recurrence_of(struct ical_sessions *sessions,
                                       const struct ical_event *event)
{
    struct zoned_time zoned = {0};
    if (ical_line_time(&event->recurrence_id, &zoned.time))
        zoned.zone = ical_line_zone(sessions->keep->zones, event, &event->recurrence_id);
    return zoned;
}

static int64_t timing_length_ms(const struct ical_timing *timing)
{
    return timing->days * DAY_MS + timing->exact_ms;
}

/** The overrides of all that follows that can be read, in order of where they begin. */
static struct content *read_changes(struct ical_sessions *sessions, const struct family *family,
                                    const struct content *series, size_t *ret_count)
{
    size_t count = 0, limit = family->change_count;
    if (limit > ICAL_CHANGES_MAX) {
        event_warn(sessions, &series->event, "changes from some occurrence on",
                   " too often; the later changes are left out");
        limit = ICAL_CHANGES_MAX;
    }
    struct content *changes = xcalloc(limit + 1, sizeof *changes);
    sessions->steps -= (int64_t)limit * CHANGE_STEPS;
    for (size_t i = 0; i < limit && sessions->steps > 0; i++) {
        struct content *change = &changes[count];
        if (!content_read(sessions, family->changes[i], series, change))
            continue;
        struct series_point point = ical_series_point(&sessions->times, &series->timing,
                                                      recurrence_of(sessions, &change->event));
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
static void add_occurrence(struct ical_sessions *sessions, const struct content *series,
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
    add_session(sessions, content, ical_timing_instant_ms(&content->timing, local_ms), end_ms,
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
static void narrow(struct ical_sessions *sessions, struct ical_series_request *request)
{
    const struct elsewhere *elsewhere = sessions->request->elsewhere;
    int64_t before_ms = sessions->request->from_ms - request->from_ms;
    int64_t from_ms = elsewhere->from_ms - (before_ms > 0 ? before_ms : 0);
    if (request->from_ms < from_ms)
        request->from_ms = from_ms;
    if (request->until_ms > elsewhere->until_ms)
        request->until_ms = elsewhere->until_ms;
    request->steps = &sessions->elsewhere_steps;
}

static void add_series(struct ical_sessions *sessions, const struct family *family,
                       const struct content *series)
{
    struct occurrences occurrences = {0};
    struct error err = {0}, passed_over = {0};
    size_t change_count = 0;
    struct content *changes = read_changes(sessions, family, series, &change_count);
    bool wanted = series->place.selected;
    const struct decoder_request *asked = sessions->request;
    struct ical_series_request request = {
        .from_ms = asked->from_ms > asked->series_from_ms ? asked->from_ms : asked->series_from_ms,
        .until_ms =
            asked->until_ms < asked->series_until_ms ? asked->until_ms : asked->series_until_ms,
        .overridden = family->overridden,
        .overridden_count = family->overridden_count,
        .steps = &sessions->steps,
        .passed_over = &passed_over,
    };
    widen(&request, series, NULL);
    for (size_t i = 0; i < change_count; i++) {
        wanted = wanted || changes[i].place.selected;
        widen(&request, series, &changes[i]);
    }
    if (!wanted && asked->elsewhere != NULL) {
        narrow(sessions, &request);
        (void)ical_series_expand(&sessions->times, &series->event, &series->timing, &request,
                                 &occurrences, &err);
    } else if (wanted && !ical_series_expand(&sessions->times, &series->event, &series->timing,
                                             &request, &occurrences, &err))
        event_warn(sessions, &series->event, "is left out: ", err.message);
    else if (passed_over.message[0] != '\0')
        event_warn(sessions, &series->event, "is kept, but ", passed_over.message);
    for (size_t i = 0; i < occurrences.count; i++)
        add_occurrence(sessions, series, changes, change_count, &occurrences.list[i]);
    ical_occurrences_release(&occurrences);
    free(changes);
}

/** One entry of the agenda in an event: its place, status and address are the event's. */
static void add_talk(struct ical_sessions *sessions, const struct content *content,
                     struct session *talk)
{
    struct session event;
    if (!gather_wants(&sessions->gather, talk->start_ms, talk->end_ms))
        return;
    session_init(&event);
    ical_event_fill(&content->event, sessions->publisher, &event);
    if (talk->url[0] == '\0')
        session_set(&talk->url, event.url);
    session_set(&talk->language, event.language);
    session_set(&talk->room, content->place.room);
    talk->status = event.status;
    talk->venue_wide = content->place.venue_wide;
    session_release(&event);
    gather_add(&sessions->gather, talk);
}

/** "18:30 Doors open, 19:00 Concert" tells less of an event than its own title: one talk is an
 *  agenda only among others' entries, and breaks alone are none. */
static bool is_agenda(const struct ical_sessions *sessions, const struct schedule *talks)
{
    size_t count = 0;
    for (size_t i = 0; i < talks->count; i++)
        count += !room_filter_is_break(sessions->request->filter, talks->sessions[i].title);
    return count >= AGENDA_ENTRIES_LEAST || (count == 1 && talks->count > AGENDA_ENTRIES_LEAST);
}

/** A meetup's talks stand in the description of its feed's only event. false: there is no agenda
 *  in it. */
static bool add_agenda(struct ical_sessions *sessions, const struct content *content)
{
    const struct ical_timing *timing = &content->timing;
    const struct ical_line *line = &content->event.description;
    if (sessions->keep->seen_count != 1 || timing->all_day || line->property == ICAL_PROPERTY_NONE)
        return false;
    bool is_utc = timing->zone == NULL || strcmp(timing->zone->name, "UTC") == 0;
    struct agenda_request request = {
        .zone = is_utc ? sessions->zone : timing->zone,
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
    bool found = agenda_finish(agenda, &talks, NULL) && is_agenda(sessions, &talks);
    if (found && line->value_length + HEAD_SLACK_BYTES > ICAL_LINE_BYTES_MAX)
        event_warn(sessions, &content->event, "has an agenda in its description, which is too long",
                   " and was cut");
    for (size_t i = 0; found && i < talks.count; i++)
        add_talk(sessions, content, &talks.sessions[i]);
    schedule_release(&talks);
    agenda_free(agenda);
    free(text);
    return found;
}

/** An event that happens once, unless an override stands in its place. Where a feed gives all its
 *  events one uid, nobody can say whose place that is. */
static void add_single(struct ical_sessions *sessions, const struct family *family,
                       const struct content *content)
{
    const struct ical_timing *timing = &content->timing;
    for (size_t i = 0; family->series_count == 1 && i < family->overridden_count; i++) {
        struct series_point point =
            ical_series_point(&sessions->times, timing, family->overridden[i]);
        if (point.whole_day ? point.local_ms == timing->local_ms - timing->local_ms % DAY_MS
                            : point.value == timing->start_ms)
            return;
    }
    if (!content->place.selected || !add_agenda(sessions, content))
        add_session(sessions, content, timing->start_ms,
                    ical_timing_end_ms(timing, timing->local_ms), "");
}

static void add_override(struct ical_sessions *sessions, const struct kept_event *kept,
                         const struct content *series)
{
    struct content content;
    char suffix[SUFFIX_BYTES];
    if (!content_read(sessions, kept, series, &content))
        return;
    if (series == NULL && !ical_event_has_place(&content.event) &&
        ical_keep_is_other_series(sessions->keep, kept->uid_hash))
        return;
    const struct ical_timing *timing = &content.timing;
    struct series_point point =
        ical_series_point(&sessions->times, series != NULL ? &series->timing : timing,
                          recurrence_of(sessions, &content.event));
    suffix_format(point.whole_day, point.whole_day ? point.local_ms : point.value, suffix);
    add_session(sessions, &content, timing->start_ms, ical_timing_end_ms(timing, timing->local_ms),
                suffix);
}

static void add_family(struct ical_sessions *sessions, const struct family *family)
{
    struct content first;
    bool has_first = false, has_series = false;
    for (size_t i = 0; i < family->series_count; i++) {
        struct content content;
        if (!content_read(sessions, &family->events[i], NULL, &content))
            continue;
        if (!has_first)
            first = content;
        has_first = true;
        if (content.event.recurs) {
            has_series = true;
            add_series(sessions, family, &content);
        } else if (content.place.selected || sessions->request->elsewhere != NULL) {
            add_single(sessions, family, &content);
        }
    }
    for (size_t i = family->series_count, change = 0; i < family->event_count; i++) {
        bool changes_all =
            change < family->change_count && family->changes[change] == &family->events[i];
        change += changes_all;
        if (!changes_all || !has_series)
            add_override(sessions, &family->events[i], has_first ? &first : NULL);
    }
}

bool ical_sessions_add(struct ical_sessions *sessions, size_t first, size_t *ret_count)
{
    struct family family;
    family_gather(sessions->keep, first, &family);
    add_family(sessions, &family);
    free(family.overridden);
    free(family.changes);
    *ret_count = family.event_count;
    return family.change_count > 0;
}
