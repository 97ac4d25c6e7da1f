#include <roomsign/ical_event.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/attendee.h>
#include <roomsign/civil.h>
#include <roomsign/colour.h>
#include <roomsign/markup.h>
#include <roomsign/utf8.h>
#include <roomsign/web_address.h>

/** Stands for the title of an event that is not meant for everyone. */
#define PRIVATE_TITLE "Private"
/** An escaped text may be twice as long as what it means. */
#define TEXT_BYTES_MAX (2 * SESSION_URL_BYTES_MAX)
#define PARAM_BYTES_MAX 512

static struct ical_line *event_slot(struct ical_event *event, enum ical_property property)
{
    switch (property) {
    case ICAL_UID:
        return &event->uid;
    case ICAL_DTSTART:
        return &event->start;
    case ICAL_DTEND:
        return &event->end;
    case ICAL_DURATION:
        return &event->duration;
    case ICAL_RECURRENCE_ID:
        return &event->recurrence_id;
    case ICAL_SUMMARY:
        return &event->summary;
    case ICAL_DESCRIPTION:
        return &event->description;
    case ICAL_CLASS:
        return &event->access;
    case ICAL_LOCATION:
        return &event->location;
    case ICAL_STATUS:
        return &event->status;
    case ICAL_URL:
        return &event->url;
    case ICAL_TZID:
        return &event->zone;
    default:
        return NULL;
    }
}

static int64_t parse_number(const struct ical_line *line)
{
    int64_t number = 0;
    for (size_t i = 0; i < line->value_length && i < 10; i++) {
        if (line->value[i] < '0' || line->value[i] > '9')
            break;
        number = number * 10 + (line->value[i] - '0');
    }
    return number;
}

static bool line_is(const struct ical_line *line, const char *value)
{
    return line->property != ICAL_PROPERTY_NONE && line->value_length == strlen(value) &&
           strncasecmp(line->value, value, line->value_length) == 0;
}

/** A door is a public place: what is not meant for everyone holds the room and says no more. */
static bool is_private(const struct ical_event *event)
{
    return line_is(&event->access, "PRIVATE") || line_is(&event->access, "CONFIDENTIAL");
}

void ical_event_read(const struct ical_block *block, struct ical_event *ret_event)
{
    struct ical_line line;
    *ret_event = (struct ical_event){.block = *block, .bookings = *block};
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);) {
        struct ical_line *slot = event_slot(ret_event, line.property);
        if (slot != NULL && slot->property == ICAL_PROPERTY_NONE)
            *slot = line;
        else if (line.property == ICAL_RRULE || line.property == ICAL_RDATE)
            ret_event->recurs = true;
        else if (line.property == ICAL_SEQUENCE)
            ret_event->sequence = parse_number(&line);
    }
    if (is_private(ret_event))
        ret_event->description = (struct ical_line){0};
    char range[PARAM_BYTES_MAX];
    if (ret_event->recurrence_id.property != ICAL_PROPERTY_NONE &&
        ret_event->recurrence_id.params_length > 0 &&
        ical_line_param(&ret_event->recurrence_id, "RANGE", range, sizeof range))
        ret_event->this_and_future = strcasecmp(range, "THISANDFUTURE") == 0;
}

bool ical_event_has_place(const struct ical_event *event)
{
    struct ical_line line;
    char room[SESSION_NAME_BYTES_MAX];
    if (event->location.property != ICAL_PROPERTY_NONE)
        return true;
    for (size_t cursor = 0; ical_block_next(&event->bookings, &cursor, &line);)
        if (attendee_is_booked(&line) && attendee_read(&line, room) == ATTENDEE_ROOM)
            return true;
    return false;
}

void ical_event_inherit(struct ical_event *event, const struct ical_event *series)
{
    if (event->summary.property == ICAL_PROPERTY_NONE)
        event->summary = series->summary;
    if (!ical_event_has_place(event)) {
        event->location = series->location;
        event->bookings = series->bookings;
    }
    if (event->url.property == ICAL_PROPERTY_NONE)
        event->url = series->url;
    if (event->access.property == ICAL_PROPERTY_NONE)
        event->access = series->access;
}

bool ical_line_time(const struct ical_line *line, struct ical_time *ret_time)
{
    char value[PARAM_BYTES_MAX];
    size_t length = line->value_length;
    if (line->property == ICAL_PROPERTY_NONE)
        return false;
    if (length > 8 && line->params_length > 0 &&
        ical_line_param(line, "VALUE", value, sizeof value) && strcasecmp(value, "DATE") == 0)
        length = 8;
    return ical_time_parse(line->value, length, ret_time);
}

bool ical_event_span(const struct ical_event *event, int64_t *ret_from_ms, int64_t *ret_until_ms)
{
    struct ical_time start, end;
    struct ical_duration duration;
    if (!ical_line_time(&event->start, &start))
        return false;
    int64_t until_ms = start.local_ms + DAY_MS;
    if (ical_line_time(&event->end, &end))
        until_ms = end.local_ms;
    else if (event->duration.property != ICAL_PROPERTY_NONE &&
             ical_duration_parse(event->duration.value, event->duration.value_length, &duration))
        until_ms = start.local_ms + duration.days * DAY_MS + duration.exact_ms;
    *ret_from_ms = start.local_ms;
    *ret_until_ms = until_ms > start.local_ms ? until_ms : start.local_ms + 1;
    return true;
}

void ical_event_location(const struct ical_event *event,
                         char ret_location[static ICAL_LOCATION_BYTES_MAX])
{
    const struct ical_line *line = &event->location;
    ret_location[0] = '\0';
    if (line->property == ICAL_PROPERTY_NONE)
        return;
    char *plain = ical_text_unescape(line->value, line->value_length, ICAL_LOCATION_BYTES_MAX - 1);
    if (strchr(plain, '&') != NULL)
        markup_decode(plain);
    snprintf(ret_location, ICAL_LOCATION_BYTES_MAX, "%s", plain);
    free(plain);
}

/** A TEXT, unescaped and clean. Ownership: the caller's. */
static char *line_text(const struct ical_line *line, size_t max)
{
    if (line->property == ICAL_PROPERTY_NONE)
        return xstrdup("");
    char *plain = ical_text_unescape(line->value, line->value_length, TEXT_BYTES_MAX);
    char *clean = utf8_clean(plain, strlen(plain), max);
    free(plain);
    return clean;
}

static uint64_t hash_line(uint64_t hash, const struct ical_line *line)
{
    for (size_t i = 0; line->property != ICAL_PROPERTY_NONE && i < line->value_length; i++)
        hash = (hash ^ (unsigned char)line->value[i]) * UINT64_C(1099511628211);
    return (hash ^ 0xFF) * UINT64_C(1099511628211);
}

/* Room is left for the "/20260131T093000Z" of an occurrence and the "#2" of a repeated one. */
#define UID_BYTES_KEPT (SESSION_UID_BYTES_MAX - 64)

void ical_event_uid(const struct ical_event *event, char ret_uid[static SESSION_UID_BYTES_MAX])
{
    char *uid = line_text(&event->uid, UID_BYTES_KEPT);
    if (uid[0] != '\0') {
        snprintf(ret_uid, SESSION_UID_BYTES_MAX, "%s", uid);
    } else {
        uint64_t hash = hash_line(UINT64_C(14695981039346656037), &event->summary);
        hash = hash_line(hash_line(hash, &event->location), &event->start);
        snprintf(ret_uid, SESSION_UID_BYTES_MAX, "without-uid-%016llx", (unsigned long long)hash);
    }
    free(uid);
}

char *ical_event_name(const struct ical_event *event, char name[static ICAL_EVENT_NAME_BYTES])
{
    char uid[SESSION_UID_BYTES_MAX];
    char *title = is_private(event) ? xstrdup(PRIVATE_TITLE) : line_text(&event->summary, 80);
    ical_event_uid(event, uid);
    uid[utf8_cut(uid, strlen(uid), 100)] = '\0';
    snprintf(name, ICAL_EVENT_NAME_BYTES, "\"%s\" (%s)", title, uid);
    free(title);
    return name;
}

static enum session_status event_status(const struct ical_event *event)
{
    const struct ical_line *line = &event->status;
    if (line->property == ICAL_PROPERTY_NONE)
        return SESSION_STATUS_CONFIRMED;
    if (line->value_length >= 9 && strncasecmp(line->value, "CANCELLED", 9) == 0)
        return SESSION_STATUS_CANCELLED;
    if (line->value_length >= 8 && strncasecmp(line->value, "CANCELED", 8) == 0)
        return SESSION_STATUS_CANCELLED;
    if (line->value_length >= 9 && strncasecmp(line->value, "TENTATIVE", 9) == 0)
        return SESSION_STATUS_TENTATIVE;
    return SESSION_STATUS_CONFIRMED;
}

static void fill_url(const struct ical_event *event, struct session *session)
{
    char address[SESSION_URL_BYTES_MAX];
    if (event->url.property == ICAL_PROPERTY_NONE)
        return;
    char *url = utf8_clean(event->url.value, event->url.value_length, TEXT_BYTES_MAX);
    if (web_address_read(url, address))
        session_set(&session->url, address);
    free(url);
}

static void add_speaker(const struct ical_line *line, struct session *session)
{
    char name[SESSION_NAME_BYTES_MAX];
    bool known = attendee_read(line, name) != ATTENDEE_SPEAKER;
    for (size_t i = 0; i < session->speaker_count; i++)
        known = known || strcmp(session->speakers[i], name) == 0;
    if (!known)
        session_add_speaker(session, name);
}

/** CATEGORIES as written: FOSDEM's commas belong to the one name of a track. */
static void add_track(const struct ical_line *line, struct session *session)
{
    char track[SESSION_NAME_BYTES_MAX];
    char *text = line_text(line, SESSION_NAME_BYTES_MAX - 1);
    if (session->track[0] == '\0') {
        session_set(&session->track, text);
    } else if (text[0] != '\0') {
        snprintf(track, sizeof track, "%.*s, %s",
                 (int)utf8_cut(session->track, strlen(session->track), 120), session->track, text);
        track[utf8_cut(track, strlen(track), sizeof track - 1)] = '\0';
        char *clean = utf8_clean(track, strlen(track), sizeof track - 1);
        session_set(&session->track, clean);
        free(clean);
    }
    free(text);
}

/** A TRIGGER before the start: of several the one closest to it. */
static void add_trigger(const struct ical_line *line, struct session *session)
{
    char value[PARAM_BYTES_MAX];
    struct ical_duration duration;
    if (ical_line_param(line, "RELATED", value, sizeof value) && strcasecmp(value, "END") == 0)
        return;
    if (!ical_duration_parse(line->value, line->value_length, &duration))
        return;
    int64_t before_s = -(duration.days * DAY_MS + duration.exact_ms) / SECOND_MS;
    if (before_s > SESSION_REMIND_MAX_S)
        before_s = SESSION_REMIND_MAX_S;
    if (before_s >= 0 && (session->remind_s == SESSION_NO_ALARM || before_s < session->remind_s))
        session->remind_s = before_s;
}

/** ACTION and TRIGGER of one VALARM come in either order: the alarm counts when its part is over,
 *  unless its action is another than to display. */
struct alarm {
    struct ical_line trigger;
    bool displays;
};

static void alarm_end(struct alarm *alarm, struct session *session)
{
    if (alarm->trigger.property != ICAL_PROPERTY_NONE && alarm->displays)
        add_trigger(&alarm->trigger, session);
    *alarm = (struct alarm){.displays = true};
}

/** Title and what the publisher has put beside it. */
static void fill_title(const struct ical_event *event, enum publisher publisher,
                       struct session *session)
{
    const struct ical_line *line = &event->description;
    char *title = line_text(&event->summary, SESSION_TITLE_BYTES_MAX - 1);
    char *description =
        line->property == ICAL_PROPERTY_NONE || publisher == PUBLISHER_OTHER
            ? xstrdup("")
            : ical_text_unescape(line->value, line->value_length, PUBLISHER_DESCRIPTION_BYTES_MAX);
    char *last = strchr(description, '\n') == NULL ? strrchr(description, ',') : NULL;
    /* The last name of a list that was cut may be half a name. */
    if (line->value_length + PARAM_BYTES_MAX > PUBLISHER_DESCRIPTION_BYTES_MAX && last != NULL)
        *last = '\0';
    publisher_fill(publisher, title, description, session);
    free(description);
    free(title);
}

/** COLOR (RFC 7986 section 5.9): a name of CSS 3. */
static void take_colour(const struct ical_line *line, struct session *session)
{
    char *name = ical_text_unescape(line->value, line->value_length, PARAM_BYTES_MAX);
    session->has_track_colour = colour_parse(name, &session->track_colour);
    free(name);
}

void ical_event_fill(const struct ical_event *event, enum publisher publisher,
                     struct session *session)
{
    struct ical_line line;
    struct alarm alarm = {0};
    session->status = event_status(event);
    if (is_private(event)) {
        session_set(&session->title, PRIVATE_TITLE);
        return;
    }
    char language[PARAM_BYTES_MAX];
    fill_url(event, session);
    fill_title(event, publisher, session);
    if (event->summary.property != ICAL_PROPERTY_NONE &&
        ical_line_param(&event->summary, "LANGUAGE", language, sizeof language)) {
        char *clean = utf8_clean(language, strlen(language), 35); /* BCP 47, section 4.4.1 */
        session_set(&session->language, clean);
        free(clean);
    }
    for (size_t cursor = 0; ical_block_next(&event->block, &cursor, &line);) {
        if (line.property == ICAL_ATTENDEE)
            add_speaker(&line, session);
        else if (line.property == ICAL_CATEGORIES)
            add_track(&line, session);
        else if (line.property == ICAL_COLOR)
            take_colour(&line, session);
        else if (line.property == ICAL_PART)
            alarm_end(&alarm, session);
        else if (line.property == ICAL_TRIGGER)
            alarm.trigger = line;
        else if (line.property == ICAL_ACTION)
            alarm.displays = line.value_length == 7 && strncasecmp(line.value, "DISPLAY", 7) == 0;
    }
    alarm_end(&alarm, session);
}
