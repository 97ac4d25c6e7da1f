#include <roomsign/frab.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/colour.h>
#include <roomsign/gather.h>
#include <roomsign/hash.h>
#include <roomsign/ical_rooms.h>
#include <roomsign/markup.h>
#include <roomsign/utf8.h>
#include <roomsign/web_address.h>
#include <roomsign/zone_names.h>

/** BCP 47, section 4.4.1. */
#define LANGUAGE_BYTES_MAX 35
/** A schedule_sort's number still fits behind it. */
#define UID_BYTES_KEPT (SESSION_UID_BYTES_MAX - 64)
#define NO_TIME (-1)
/** What is longer is no date. */
#define DATE_BYTES 64

struct frab {
    struct gather gather;
    struct ical_rooms *rooms;
    /** Of local times: the feed's, else the room's. */
    struct zone zone;
    /** "" when the feed declares none that is known. */
    char zone_name[ZONE_NAME_BYTES_MAX];
    /** The first one that it declares counts. */
    bool declares_zone;
    int64_t day_change_ms;
    /** Of the current day; NO_TIME where it isn't said. */
    int64_t day_start_ms;
    char day_date[FRAB_TEXT_BYTES_MAX + 1];
    struct {
        char *name;
        layout_colour colour;
    } tracks[FRAB_TRACKS_MAX];
    size_t track_count;
    struct ical_rooms_counts counts;
};

static const struct {
    const char *name;
    enum frab_field field;
} FIELDS[] = {
    {"guid", FRAB_GUID},         {"id", FRAB_ID},         {"date", FRAB_DATE},
    {"start", FRAB_START},       {"room", FRAB_ROOM},     {"duration", FRAB_DURATION},
    {"title", FRAB_TITLE},       {"track", FRAB_TRACK},   {"url", FRAB_URL},
    {"language", FRAB_LANGUAGE}, {"status", FRAB_STATUS}, {"state", FRAB_STATUS},
};

bool frab_field_of(const char *name, enum frab_field *ret_field)
{
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (strcmp(FIELDS[i].name, name) == 0) {
            *ret_field = FIELDS[i].field;
            return true;
        }
    return false;
}

void frab_event_clear(struct frab_event *event)
{
    for (size_t i = 0; i < FRAB_FIELD_COUNT; i++)
        event->texts[i][0] = '\0';
    event->speaker_count = 0;
}

/** A clean copy, cut between characters. */
static void text_clean(const char *text, char *ret_text, size_t max)
{
    char *clean = utf8_clean(text, strlen(text), max);
    snprintf(ret_text, max + 1, "%s", clean);
    free(clean);
}

void frab_event_set(struct frab_event *event, enum frab_field field, const char *text)
{
    if (event->texts[field][0] == '\0')
        text_clean(text, event->texts[field], FRAB_TEXT_BYTES_MAX);
}

void frab_event_add_speaker(struct frab_event *event, const char *name)
{
    if (event->speaker_count == SESSION_SPEAKERS_MAX)
        return;
    char *speaker = event->speakers[event->speaker_count];
    text_clean(name, speaker, SESSION_NAME_BYTES_MAX - 1);
    for (size_t i = 0; i < event->speaker_count; i++)
        if (strcmp(event->speakers[i], speaker) == 0)
            return;
    event->speaker_count += speaker[0] != '\0';
}

struct frab *frab_new(const struct decoder_request *request,
                      void (*warn)(void *context, const char *message), void *context)
{
    struct frab *frab = xcalloc(1, sizeof *frab);
    gather_init(&frab->gather, request, warn, context);
    frab->rooms = ical_rooms_new(request->filter);
    frab->zone = *request->zone;
    frab->day_change_ms = frab->day_start_ms = NO_TIME;
    return frab;
}

void frab_free(struct frab *frab)
{
    if (frab == NULL)
        return;
    gather_release(&frab->gather);
    ical_rooms_free(frab->rooms);
    for (size_t i = 0; i < frab->track_count; i++)
        free(frab->tracks[i].name);
    free(frab);
}

void frab_warn(struct frab *frab, const char *message)
{
    frab->gather.warn(frab->gather.context, message);
}

size_t frab_event_count(const struct frab *frab)
{
    return frab->counts.event_count;
}

void frab_declare_zone(struct frab *frab, const char *name)
{
    char clean[ZONE_NAME_BYTES_MAX], message[ZONE_NAME_BYTES_MAX + 128];
    text_clean(name, clean, sizeof clean - 1);
    if (clean[0] == '\0' || frab->declares_zone)
        return;
    frab->declares_zone = true;
    if (zone_from_name(clean, &frab->zone)) {
        snprintf(frab->zone_name, sizeof frab->zone_name, "%s", frab->zone.name);
        return;
    }
    snprintf(message, sizeof message,
             "time zone \"%s\" is not known; local times are taken as the room's", clean);
    frab_warn(frab, message);
}

/** Numbers between colons, "10:30": how many there are, 0 if it is no such text. */
static size_t parse_numbers(const char *text, int64_t ret_numbers[static 3])
{
    for (size_t count = 0; count < 3; text++) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 6)
            return 0;
        ret_numbers[count] = 0;
        for (; digits > 0; digits--)
            ret_numbers[count] = ret_numbers[count] * 10 + (*text++ - '0');
        if (count > 0 && ret_numbers[count] > 59)
            return 0;
        count++;
        if (*text == '\0')
            return count;
        if (*text != ':')
            return 0;
    }
    return 0;
}

/** HH:MM or HH:MM:SS since midnight; NO_TIME if it is none. */
static int64_t parse_time_of_day(const char *text)
{
    int64_t numbers[3] = {0};
    if (parse_numbers(text, numbers) < 2 || numbers[0] > 23)
        return NO_TIME;
    return numbers[0] * HOUR_MS + numbers[1] * MINUTE_MS + numbers[2] * SECOND_MS;
}

/** HH:MM, HH:MM:SS or minutes. */
static bool parse_duration(const char *text, int64_t *ret_ms)
{
    int64_t numbers[3] = {0};
    size_t count = parse_numbers(text, numbers);
    int64_t duration_ms = numbers[0] * HOUR_MS + numbers[1] * MINUTE_MS + numbers[2] * SECOND_MS;
    if (count == 1)
        duration_ms = numbers[0] * MINUTE_MS;
    if (count == 0 || duration_ms > FRAB_DURATION_MAX_MS)
        return false;
    *ret_ms = duration_ms;
    return true;
}

void frab_declare_day_change(struct frab *frab, const char *time)
{
    char clean[16];
    text_clean(time, clean, sizeof clean - 1);
    frab->day_change_ms = parse_time_of_day(clean);
}

void frab_begin_day(struct frab *frab, const char *date, const char *start)
{
    char time[sizeof "09:00"] = "", start_date[sizeof "2025-02-01"] = "";
    if (strlen(start) >= sizeof "2025-02-01T09:00" - 1 && start[10] == 'T') {
        snprintf(time, sizeof time, "%.5s", start + 11);
        snprintf(start_date, sizeof start_date, "%.10s", start);
    }
    text_clean(date[0] != '\0' ? date : start_date, frab->day_date, FRAB_TEXT_BYTES_MAX);
    frab->day_start_ms = parse_time_of_day(time);
    if (frab->day_start_ms == NO_TIME)
        frab->day_start_ms = frab->day_change_ms;
}

/** Of an event whose own date has no time: the day's date and `start`. */
static bool local_start(const struct frab *frab, const struct frab_event *event, int64_t *ret_ms,
                        struct error *err)
{
    const char *date = event->texts[FRAB_DATE];
    const char *start = event->texts[FRAB_START];
    char text[sizeof "2025-02-01T00:00"];
    struct zone utc;
    struct civil civil;
    int64_t at_ms, time_ms = parse_time_of_day(start);
    if (date[0] == '\0')
        date = frab->day_date;
    if (date[0] == '\0' || start[0] == '\0') {
        error_set(err, "it has no date");
        return false;
    }
    if (strlen(date) != 10 || time_ms == NO_TIME) {
        error_set(err, "'%.40s' '%.40s' is no date and time", date, start);
        return false;
    }
    snprintf(text, sizeof text, "%sT00:00", date);
    zone_utc(&utc);
    if (!time_parse(text, &utc, &at_ms, err))
        return false;
    at_ms += time_ms + (time_ms < frab->day_start_ms ? DAY_MS : 0);
    zone_to_civil(&utc, at_ms, &civil);
    *ret_ms = zone_from_civil(&frab->zone, &civil);
    return true;
}

/** A date as libraries write it when nobody tells them how, "2025-02-01 09:30:00 +0100", as RFC
 * 3339 has it. `date` is longer than a day. */
static void date_complete(const char *date, char ret_date[static DATE_BYTES])
{
    const char *time = date + sizeof "2025-02-01";
    size_t length = strcspn(time, " +-");
    const char *offset = time + length;
    if (offset[0] == ' ' && (offset[1] == '+' || offset[1] == '-'))
        offset++;
    bool is_signed = *offset == '+' || *offset == '-';
    size_t digits = is_signed ? strspn(offset + 1, "0123456789") : 0;
    bool is_bare = (digits == 2 || digits == 4) && offset[1 + digits] == '\0';
    snprintf(ret_date, DATE_BYTES, "%.10s%c%.*s%.*s", date, date[10] == ' ' ? 'T' : date[10],
             (int)length, time, is_bare ? 3 : DATE_BYTES, offset);
    if (!is_bare)
        return;
    length = strlen(ret_date);
    snprintf(ret_date + length, DATE_BYTES - length, ":%s", digits == 4 ? offset + 3 : "00");
}

static bool event_start(const struct frab *frab, const struct frab_event *event, int64_t *ret_ms,
                        struct error *err)
{
    const char *date = event->texts[FRAB_DATE];
    char complete[DATE_BYTES];
    if (strlen(date) <= sizeof "2025-02-01" - 1)
        return local_start(frab, event, ret_ms, err);
    date_complete(date, complete);
    return time_parse(complete, &frab->zone, ret_ms, err);
}

/** guid, else id, else a hash of what the event is. */
static void event_uid(const struct frab_event *event, const char *room,
                      char ret_uid[static SESSION_UID_BYTES_MAX])
{
    const char *uid = event->texts[FRAB_GUID];
    if (uid[0] == '\0')
        uid = event->texts[FRAB_ID];
    if (uid[0] == '\0') {
        uint64_t hash = hash_text(hash_text(HASH_START, event->texts[FRAB_TITLE]), room);
        hash = hash_text(hash, event->texts[FRAB_DATE]);
        hash = hash_text(hash, event->texts[FRAB_START]);
        snprintf(ret_uid, SESSION_UID_BYTES_MAX, "without-uid-%016" PRIx64, hash);
    } else {
        text_clean(uid, ret_uid, UID_BYTES_KEPT);
    }
}

static enum session_status event_status(const char *status)
{
    if (strcasecmp(status, "cancelled") == 0 || strcasecmp(status, "canceled") == 0)
        return SESSION_STATUS_CANCELLED;
    return strcasecmp(status, "tentative") == 0 ? SESSION_STATUS_TENTATIVE
                                                : SESSION_STATUS_CONFIRMED;
}

static void event_warn(struct frab *frab, const struct frab_event *event, const char *uid,
                       const char *what)
{
    char title[81], name[101], message[ERROR_MESSAGE_BYTES_MAX + 256];
    text_clean(event->texts[FRAB_TITLE], title, sizeof title - 1);
    text_clean(uid, name, sizeof name - 1);
    snprintf(message, sizeof message, "event \"%s\" (%s) %s", title, name, what);
    frab_warn(frab, message);
}

static void session_fill(struct session *session, const struct frab_event *event)
{
    char text[FRAB_TEXT_BYTES_MAX + 1];
    char url[SESSION_URL_BYTES_MAX];
    text_clean(event->texts[FRAB_TITLE], text, SESSION_TITLE_BYTES_MAX - 1);
    session_set(&session->title, text);
    text_clean(event->texts[FRAB_TRACK], text, SESSION_NAME_BYTES_MAX - 1);
    session_set(&session->track, text);
    text_clean(event->texts[FRAB_LANGUAGE], text, LANGUAGE_BYTES_MAX);
    session_set(&session->language, text);
    if (web_address_read(event->texts[FRAB_URL], url))
        session_set(&session->url, url);
    for (size_t i = 0; i < event->speaker_count; i++)
        session_add_speaker(session, event->speakers[i]);
    session->status = event_status(event->texts[FRAB_STATUS]);
}

static void count_event(struct frab *frab, const char *room)
{
    frab->counts.event_count++;
    if (frab->gather.request->rooms != NULL)
        ical_rooms_count(frab->rooms, room);
    switch (room[0] != '\0' ? ical_rooms_judge_plain(frab->rooms, room) : ROOM_MATCH_NO_ROOM) {
    case ROOM_MATCH_ROOM:
        frab->counts.matched_count++;
        break;
    case ROOM_MATCH_NO_ROOM:
        frab->counts.roomless_count++;
        break;
    case ROOM_MATCH_COMMON:
    case ROOM_MATCH_NONE:
    default:
        break;
    }
}

/** One of another room, or outside the window. What can't be read of it isn't told. */
static void add_elsewhere(struct frab *frab, const struct frab_event *event,
                          const struct ical_place *place, const char *uid)
{
    int64_t start_ms, duration_ms = 0;
    bool is_near = frab->gather.request->elsewhere != NULL && place->room[0] != '\0' &&
                   event_start(frab, event, &start_ms, NULL) &&
                   parse_duration(event->texts[FRAB_DURATION], &duration_ms) &&
                   gather_wants_elsewhere(&frab->gather, uid, start_ms, start_ms + duration_ms);
    if (!is_near || (place->selected && !elsewhere_watches(frab->gather.request->elsewhere, uid)))
        return;
    struct session session;
    session_init(&session);
    session_fill(&session, event);
    session_set(&session.uid, uid);
    session_set(&session.room, place->room);
    session.start_ms = start_ms;
    session.end_ms = start_ms + duration_ms;
    gather_add_elsewhere(&frab->gather, &session);
}

void frab_add(struct frab *frab, const struct frab_event *event, const char *room)
{
    char uid[SESSION_UID_BYTES_MAX], what[ERROR_MESSAGE_BYTES_MAX + 32];
    char written[FRAB_TEXT_BYTES_MAX + 1];
    struct ical_place place;
    struct error err = {0};
    int64_t start_ms, duration_ms = 0;
    const char *duration = event->texts[FRAB_DURATION];
    snprintf(written, sizeof written, "%s", room[0] != '\0' ? room : event->texts[FRAB_ROOM]);
    markup_decode(written);
    room = written;
    count_event(frab, room);
    ical_rooms_place(frab->rooms, room, &place);
    event_uid(event, room, uid);
    if (!place.selected) {
        add_elsewhere(frab, event, &place, uid);
        return;
    }
    if (!event_start(frab, event, &start_ms, &err)) {
        snprintf(what, sizeof what, "is left out: %s", err.message);
        event_warn(frab, event, uid, what);
        return;
    }
    bool has_duration = parse_duration(duration, &duration_ms);
    if (!gather_wants(&frab->gather, start_ms, start_ms + duration_ms)) {
        add_elsewhere(frab, event, &place, uid);
        return;
    }
    if (!has_duration) {
        snprintf(what, sizeof what,
                 "has no duration that can be read ('%.40s'); "
                 "only its start is taken",
                 duration);
        event_warn(frab, event, uid, what);
    }
    struct session session;
    session_init(&session);
    session_fill(&session, event);
    session_set(&session.uid, uid);
    session_set(&session.room, place.room);
    session.venue_wide = place.venue_wide;
    session.start_ms = start_ms;
    session.end_ms = start_ms + duration_ms;
    gather_add(&frab->gather, &session);
}

void frab_declare_track(struct frab *frab, const char *name, const char *colour)
{
    layout_colour parsed;
    if (*name == '\0' || frab->track_count == FRAB_TRACKS_MAX || !colour_parse(colour, &parsed))
        return;
    char *clean = utf8_clean(name, strlen(name), SESSION_NAME_BYTES_MAX - 1);
    markup_strip(&clean);
    for (size_t i = 0; i < frab->track_count; i++)
        if (strcmp(frab->tracks[i].name, clean) == 0) {
            free(clean);
            return;
        }
    frab->tracks[frab->track_count].name = clean;
    frab->tracks[frab->track_count++].colour = parsed;
}

/** The conference may name its tracks behind its days. */
static void give_colours(const struct frab *frab, struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        struct session *session = &schedule->sessions[i];
        for (size_t j = 0; j < frab->track_count; j++) {
            if (strcmp(session->track, frab->tracks[j].name) == 0) {
                session->has_track_colour = true;
                session->track_colour = frab->tracks[j].colour;
            }
        }
    }
}

void frab_finish(struct frab *frab, struct schedule *ret_schedule, struct decode_result *ret_result)
{
    const struct decoder_request *request = frab->gather.request;
    bool takes_zone = request->zone_from_feed && frab->zone_name[0] != '\0';
    ret_result->zone = takes_zone ? frab->zone : *request->zone;
    snprintf(ret_result->zone_name, sizeof ret_result->zone_name, "%s", frab->zone_name);
    ical_rooms_report(frab->rooms, request, &frab->counts, ret_result);
    ret_result->session_count = gather_hand_over(&frab->gather, ret_schedule);
    give_colours(frab, ret_schedule);
}
