#include <roomsign/frab_json.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <roomsign/buffer.h>
#include <roomsign/frab.h>
#include <roomsign/utf8.h>

/** A string of FRAB_TEXT_BYTES_MAX, in quotes and escaped. */
#define TOKEN_BYTES_MAX (3 * FRAB_TEXT_BYTES_MAX)

/** The depths that objects and arrays open on the way to an event. */
enum { ROOT = 1, SCHEDULE, CONFERENCE, DAYS, DAY, ROOMS, ROOM, EVENT };

struct frab_json {
    struct frab *frab;
    struct frab_event event;
    char brackets[FRAB_JSON_DEPTH_MAX];
    /** What is open, and how many of it, from the root on, are on the way to events. */
    int depth, known_depth;
    bool in_string, is_escaped;
    /** In an object, before the colon. */
    bool is_key;
    bool has_ended, has_days, partial;
    /** The array at the depth of days is that of tracks. */
    bool in_tracks;
    /** The bytes of the current string, if it may matter. */
    struct buffer token;
    bool is_token_wanted;
    /** The last key of the innermost known object. */
    char key[FRAB_TEXT_BYTES_MAX + 1];
    char day_date[FRAB_TEXT_BYTES_MAX + 1], day_start[FRAB_TEXT_BYTES_MAX + 1];
    char room[FRAB_TEXT_BYTES_MAX + 1];
    /** The current event, from its brace on. */
    struct buffer capture;
    bool is_capturing, is_capture_too_long;
    struct error refusal;
};

static void *frab_json_open(const struct decoder_request *request,
                            void (*warn)(void *context, const char *message), void *context)
{
    struct frab_json *json = xcalloc(1, sizeof *json);
    json->frab = frab_new(request, warn, context);
    buffer_init(&json->token, TOKEN_BYTES_MAX);
    buffer_init(&json->capture, FRAB_JSON_EVENT_BYTES_MAX);
    return json;
}

static void frab_json_close(void *state)
{
    struct frab_json *json = state;
    frab_free(json->frab);
    buffer_release(&json->token);
    buffer_release(&json->capture);
    free(json);
}

static void load_check(const json_t *loaded, const json_error_t *reason)
{
    if (loaded == NULL && json_error_code(reason) == json_error_out_of_memory)
        error_out_of_memory();
}

/** A string's text, whose NULs become blanks: what stands behind them counts, too. "" for what is
 *  none. */
static void string_text(const json_t *string, char ret_text[static FRAB_TEXT_BYTES_MAX + 1])
{
    const char *text = json_string_value(string);
    size_t length =
        text != NULL ? utf8_cut(text, json_string_length(string), FRAB_TEXT_BYTES_MAX) : 0;
    for (size_t i = 0; i < length; i++)
        ret_text[i] = text[i] != '\0' ? text[i] : ' ';
    ret_text[length] = '\0';
}

/** The string in json->token as text. One that is no JSON stays as it is written: a room without a
 *  name would be every room. */
static void token_text(const struct frab_json *json, char ret_text[static FRAB_TEXT_BYTES_MAX + 1])
{
    json_error_t reason;
    const char *token = json->token.data;
    json_t *value =
        json_loadb(token, json->token.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &reason);
    load_check(value, &reason);
    string_text(value, ret_text);
    if (value == NULL) {
        char *clean = utf8_clean(token + 1, json->token.length - 2, FRAB_TEXT_BYTES_MAX);
        snprintf(ret_text, FRAB_TEXT_BYTES_MAX + 1, "%s", clean);
        free(clean);
    }
    json_decref(value);
}

/** Whether an object or array that opens now, below known ones, is on the way to events. */
static bool is_on_the_way(const struct frab_json *json, char bracket)
{
    bool is_object = bracket == '{';
    switch (json->depth) {
    case ROOT:
    case DAY:
    case EVENT:
        return is_object;
    case SCHEDULE:
        return is_object && strcmp(json->key, "schedule") == 0;
    case CONFERENCE:
        return is_object && strcmp(json->key, "conference") == 0;
    case DAYS:
        return !is_object && (strcmp(json->key, "days") == 0 || strcmp(json->key, "tracks") == 0);
    case ROOMS:
        return is_object && !json->in_tracks && strcmp(json->key, "rooms") == 0;
    case ROOM:
        return !is_object;
    default:
        return false;
    }
}

static void take_open(struct frab_json *json, char bracket)
{
    if (json->depth == FRAB_JSON_DEPTH_MAX) {
        error_set(&json->refusal, "not a schedule: its JSON is nested too deep");
        return;
    }
    bool below_known = json->known_depth == json->depth;
    json->brackets[json->depth++] = bracket;
    json->is_key = bracket == '{';
    if (!below_known || !is_on_the_way(json, bracket))
        return;
    json->known_depth = json->depth;
    if (json->depth == DAYS) {
        json->in_tracks = strcmp(json->key, "tracks") == 0;
        json->has_days |= !json->in_tracks;
    } else if (json->depth == DAY && !json->in_tracks) {
        json->day_date[0] = json->day_start[0] = '\0';
    } else if (json->depth == ROOMS) {
        frab_begin_day(json->frab, json->day_date, json->day_start);
    } else if (json->depth == ROOM) {
        memcpy(json->room, json->key, sizeof json->room);
    } else if (json->depth == EVENT || json->depth == DAY) {
        json->is_capturing = true;
        json->is_capture_too_long = false;
        buffer_clear(&json->capture);
    }
}

static void capture_bytes(struct frab_json *json, const char *from, const char *end)
{
    if (json->is_capturing && !buffer_append(&json->capture, from, (size_t)(end - from)))
        json->is_capture_too_long = true;
}

/** A person is an object with one of several names for the name, or the name itself. */
static void take_persons(struct frab_json *json, const json_t *persons)
{
    char text[FRAB_TEXT_BYTES_MAX + 1];
    static const char *const names[] = {"public_name", "full_public_name", "name"};
    const json_t *person;
    size_t index;
    json_array_foreach(persons, index, person)
    {
        const json_t *name = person;
        for (size_t i = 0; i < sizeof names / sizeof *names && !json_is_string(name); i++)
            name = json_object_get(person, names[i]);
        string_text(name, text);
        frab_event_add_speaker(&json->event, text);
    }
}

/** An object; of other values there is nothing to take. */
static void take_track(struct frab_json *json, const json_t *track)
{
    char name[FRAB_TEXT_BYTES_MAX + 1], colour[FRAB_TEXT_BYTES_MAX + 1];
    string_text(json_object_get(track, "name"), name);
    string_text(json_object_get(track, "color"), colour);
    frab_declare_track(json->frab, name, colour);
}

static void take_member(struct frab_json *json, const char *key, const json_t *value)
{
    char number[32], text[FRAB_TEXT_BYTES_MAX + 1];
    enum frab_field field;
    const json_t *name = json_object_get(value, "name"); /* voc: a track or room as an object */
    if (strcmp(key, "persons") == 0)
        take_persons(json, value);
    if (strcmp(key, "track") == 0)
        take_track(json, value);
    if (!frab_field_of(key, &field))
        return;
    if (json_is_string(value)) {
        string_text(value, text);
        frab_event_set(&json->event, field, text);
    } else if (json_is_integer(value)) {
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        frab_event_set(&json->event, field, number);
    } else if (json_is_string(name)) {
        string_text(name, text);
        frab_event_set(&json->event, field, text);
    }
}

static void left_out(struct frab_json *json, const char *why)
{
    char message[ERROR_MESSAGE_BYTES_MAX + 256];
    snprintf(message, sizeof message, "event %zu in room '%.100s' is left out: %s",
             frab_event_count(json->frab) + 1, json->room, why);
    frab_warn(json->frab, message);
    json->partial = true;
}

/** `\uD83D`: the escape of a surrogate whose second digit is one of these. */
static bool is_surrogate_escape(const char *text, const char *digits)
{
    return strncasecmp(text, "\\ud", 3) == 0 && text[3] != '\0' &&
           strchr(digits, text[3]) != NULL && isxdigit((unsigned char)text[4]) &&
           isxdigit((unsigned char)text[5]);
}

/** Half of a pair, as is left where a text was cut after so many UTF-16 units, is no character. */
static void replace_lone_surrogates(char *text)
{
    static const char low[] = "CDEFcdef";
    while ((text = strchr(text, '\\')) != NULL) {
        bool is_high = is_surrogate_escape(text, "89ABab");
        if (is_high && is_surrogate_escape(text + 6, low)) {
            text += 12;
        } else if (is_high || is_surrogate_escape(text, low)) {
            memcpy(text, "\\uFFFD", 6);
            text += 6;
        } else {
            text += text[1] != '\0' ? 2 : 1;
        }
    }
}

/** The captured event. One that is no JSON only for what its texts hold, bytes that aren't UTF-8
 *  or bare line ends, is read without that. NULL: it can't be read. */
static json_t *load_event(const struct buffer *capture, json_error_t *ret_reason)
{
    json_error_t again;
    json_t *event = json_loadb(capture->data, capture->length, JSON_ALLOW_NUL, ret_reason);
    load_check(event, ret_reason);
    if (event != NULL)
        return event;
    char *clean = utf8_clean(capture->data, capture->length, 3 * capture->length);
    replace_lone_surrogates(clean);
    event = json_loads(clean, JSON_ALLOW_NUL, &again);
    load_check(event, &again);
    free(clean);
    return event;
}

static void take_event(struct frab_json *json)
{
    json_error_t reason;
    const char *key;
    json_t *value;
    if (json->is_capture_too_long) {
        left_out(json, "it is longer than a million bytes");
        return;
    }
    json_t *event = load_event(&json->capture, &reason);
    if (event == NULL) {
        left_out(json, reason.text);
        return;
    }
    frab_event_clear(&json->event);
    json_object_foreach(event, key, value) take_member(json, key, value);
    json_decref(event);
    frab_add(json->frab, &json->event, json->room);
}

/** One of the conference's. What can't be read of it costs a colour. */
static void take_declared_track(struct frab_json *json)
{
    json_error_t reason;
    json_t *track = json->is_capture_too_long ? NULL : load_event(&json->capture, &reason);
    take_track(json, track);
    json_decref(track);
}

/** `at` is the closing bracket; capturing began at `from`. */
static void take_close(struct frab_json *json, const char *from, const char *at)
{
    char wanted = *at == '}' ? '{' : '[';
    if (json->depth == 0 || json->brackets[json->depth - 1] != wanted) {
        error_set(&json->refusal, "not a schedule: the brackets of its JSON don't match");
        return;
    }
    if (json->known_depth == json->depth) {
        bool is_track = json->depth == DAY && json->in_tracks;
        if (json->depth == EVENT || is_track) {
            capture_bytes(json, from, at + 1);
            json->is_capturing = false;
            if (is_track)
                take_declared_track(json);
            else
                take_event(json);
        }
        json->known_depth--;
    }
    json->depth--;
    json->is_key = false;
    json->has_ended = json->depth == 0;
}

static void take_string(struct frab_json *json)
{
    char text[FRAB_TEXT_BYTES_MAX + 1];
    token_text(json, text);
    if (json->is_key)
        memcpy(json->key, text, sizeof json->key);
    else if (json->depth == CONFERENCE && strcmp(json->key, "time_zone_name") == 0)
        frab_declare_zone(json->frab, text);
    else if (json->depth == DAY && strcmp(json->key, "date") == 0)
        memcpy(json->day_date, text, sizeof json->day_date);
    else if (json->depth == DAY && strcmp(json->key, "day_start") == 0)
        memcpy(json->day_start, text, sizeof json->day_start);
}

static void take_string_byte(struct frab_json *json, char byte)
{
    if (json->is_token_wanted)
        json->is_token_wanted = buffer_append(&json->token, &byte, 1);
    if (json->is_escaped) {
        json->is_escaped = false;
    } else if (byte == '\\') {
        json->is_escaped = true;
    } else if (byte == '"') {
        json->in_string = false;
        if (json->is_token_wanted)
            take_string(json);
        else if (json->is_key && json->known_depth == json->depth)
            json->key[0] = '\0';
    }
}

static void begin_string(struct frab_json *json)
{
    json->in_string = true;
    json->is_token_wanted = json->known_depth == json->depth && json->depth < EVENT;
    buffer_clear(&json->token);
    if (json->is_token_wanted)
        buffer_append(&json->token, "\"", 1);
}

static void take_other_byte(struct frab_json *json, const char *from, const char *at)
{
    bool is_blank = strchr(" \t\r\n", *at) != NULL && *at != '\0';
    if (json->depth == 0 && !is_blank && (*at != '{' || json->has_ended)) {
        error_set(&json->refusal, "not a schedule: JSON that is not one object");
        return;
    }
    switch (*at) {
    case '"':
        begin_string(json);
        break;
    case '{':
    case '[':
        take_open(json, *at);
        break;
    case '}':
    case ']':
        take_close(json, from, at);
        break;
    case ',':
        json->is_key = json->brackets[json->depth - 1] == '{';
        break;
    case ':':
        json->is_key = false;
        break;
    default:
        break;
    }
}

static bool frab_json_push(void *state, const char *bytes, size_t length, struct error *err)
{
    struct frab_json *json = state;
    const char *captured = bytes, *end = bytes + length;
    for (const char *at = bytes; at < end && json->refusal.message[0] == '\0'; at++) {
        bool was_capturing = json->is_capturing;
        if (json->in_string)
            take_string_byte(json, *at);
        else
            take_other_byte(json, captured, at);
        if (json->is_capturing && !was_capturing)
            captured = at;
    }
    capture_bytes(json, captured, end);
    if (json->refusal.message[0] != '\0')
        *err = json->refusal;
    return json->refusal.message[0] == '\0';
}

static bool frab_json_finish(void *state, struct schedule *ret_schedule,
                             struct decode_result *ret_result, struct error *err)
{
    struct frab_json *json = state;
    if (!json->has_ended) {
        error_set(err, "truncated: the JSON ends before its last bracket");
        return false;
    }
    if (!json->has_days) {
        error_set(err, "not a schedule: JSON without schedule.conference.days");
        return false;
    }
    ret_result->partial = json->partial;
    frab_finish(json->frab, ret_schedule, ret_result);
    return true;
}

const struct decoder_format frab_json_format = {
    .name = "frab-json",
    .about = "schedule.json of frab, pretalx and voc",
    .open = frab_json_open,
    .push = frab_json_push,
    .finish = frab_json_finish,
    .close = frab_json_close,
};
