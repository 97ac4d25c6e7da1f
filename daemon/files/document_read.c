#include <roomsign/document.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <roomsign/civil.h>
#include <roomsign/colour.h>
#include <roomsign/utf8.h>

#define PATH_BYTES 48

/* One object of the document being read, and how errors call it: "" or "sessions[3].". */
struct place {
    const json_t *object;
    char path[PATH_BYTES];
    struct error *err;
};

static const char *const document_keys[] = {
    "version", "room",      "timezone", "generated", "from",      "until",    "selection",
    "feeds",   "headlines", "sessions", "changes",   "elsewhere", "checksum",
};
static const char *const feed_keys[] = {
    "url",   "status", "fetched", "etag",    "last_modified", "server_date",
    "error", "events", "matched", "closest", "roomless",
};
static const char *const headlines_keys[] = {
    "url", "source", "asked", "fetched", "etag", "last_modified", "error", "titles",
};
static const char *const session_keys[] = {
    "uid",      "start", "end",        "title",  "speakers", "track", "room",         "url",
    "language", "kind",  "venue_wide", "status", "remind_s", "feed",  "track_colour",
};
static const char *const change_keys[] = {
    "uid",      "kind",  "seen", "old_start", "old_end", "old_title",
    "old_room", "start", "end",  "title",     "room",    "gone",
};
static const char *const elsewhere_keys[] = {"uid", "start", "end", "title", "room", "feed"};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

__attribute__((format(printf, 3, 4))) static bool wrong(const struct place *place, const char *key,
                                                        const char *format, ...)
{
    char what[ERROR_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    error_set(place->err, "%s%.40s: %.400s", place->path, key, what);
    return false;
}

/* An object with these keys and no other; whether each is there shows when it is read. */
static bool enter(struct place *place, const json_t *object, struct error *err,
                  const char *const *keys, size_t key_count, const char *path)
{
    *place = (struct place){.object = object, .err = err};
    snprintf(place->path, sizeof(place->path), "%s%s", path, *path ? "." : "");
    if (!json_is_object(object)) {
        error_set(err, "%s: not an object", *path ? path : "the document");
        return false;
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t i = 0;
        while (i < key_count && strcmp(keys[i], key) != 0)
            i++;
        if (i == key_count) {
            char *clean = utf8_clean(key, strlen(key), PATH_BYTES);
            wrong(place, clean, "no such field");
            free(clean);
            return false;
        }
    }
    return true;
}

static const json_t *find(const struct place *place, const char *key)
{
    const json_t *value = json_object_get(place->object, key);
    if (!value)
        wrong(place, key, "missing");
    return value;
}

/* A clean copy of a JSON string of at most `max` bytes; NULL: it is none. */
static char *copy_text(const struct place *place, const char *key, const json_t *value, size_t max)
{
    if (!json_is_string(value)) {
        wrong(place, key, "not a string");
        return NULL;
    }
    size_t length = json_string_length(value);
    if (length > max) {
        wrong(place, key, "longer than %zu bytes", max);
        return NULL;
    }
    return utf8_clean(json_string_value(value), length, max);
}

static bool read_text(const struct place *place, const char *key, size_t max, char **member)
{
    const json_t *value = find(place, key);
    char *text = value ? copy_text(place, key, value, max) : NULL;
    if (!text)
        return false;
    free(*member);
    *member = text;
    return true;
}

static bool read_time(const struct place *place, const char *key, bool may_be_unknown,
                      int64_t *ret_ms)
{
    const json_t *value = find(place, key);
    if (!value)
        return false;
    if (may_be_unknown && json_is_null(value)) {
        *ret_ms = DOCUMENT_UNKNOWN_MS;
        return true;
    }
    if (!json_is_string(value))
        return wrong(place, key, "not a string");
    struct error reason;
    if (!time_parse(json_string_value(value), NULL, ret_ms, &reason))
        return wrong(place, key, "%s", reason.message);
    return true;
}

static bool read_integer(const struct place *place, const char *key, int64_t least, int64_t most,
                         int64_t *ret_number)
{
    const json_t *value = find(place, key);
    if (!value)
        return false;
    if (!json_is_integer(value))
        return wrong(place, key, "not a whole number");
    int64_t number = json_integer_value(value);
    if (number < least || number > most)
        return wrong(place, key, "not within %lld to %lld", (long long)least, (long long)most);
    *ret_number = number;
    return true;
}

static const char *read_word(const struct place *place, const char *key)
{
    const json_t *value = find(place, key);
    if (!value)
        return NULL;
    if (!json_is_string(value)) {
        wrong(place, key, "not a string");
        return NULL;
    }
    return json_string_value(value);
}

static bool read_list(const struct place *place, const char *key, size_t max,
                      const json_t **ret_list)
{
    const json_t *list = find(place, key);
    if (!list)
        return false;
    if (!json_is_array(list))
        return wrong(place, key, "not a list");
    if (json_array_size(list) > max)
        return wrong(place, key, "more than %zu", max);
    *ret_list = list;
    return true;
}

/* *ret_count says how many of texts[] are filled, after a failure too. */
static bool read_texts(const struct place *place, const char *key, size_t count_max,
                       size_t bytes_max, char **texts, size_t *ret_count)
{
    const json_t *list = NULL;
    if (!read_list(place, key, count_max, &list))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char item[PATH_BYTES];
        snprintf(item, sizeof(item), "%s[%zu]", key, i);
        char *text = copy_text(place, item, json_array_get(list, i), bytes_max);
        if (!text)
            return false;
        texts[(*ret_count)++] = text;
    }
    return true;
}

static bool read_feed(const json_t *json, size_t index, struct document *document,
                      struct error *err)
{
    struct place place;
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "feeds[%zu]", index);
    if (!enter(&place, json, err, feed_keys, COUNT(feed_keys), path))
        return false;

    struct document_feed *feed = document_add_feed(document);
    const char *status = read_word(&place, "status");
    if (!status)
        return false;
    if (!feed_status_parse(status, &feed->status))
        return wrong(&place, "status", "not fresh, unchanged or failed");
    if (!read_text(&place, "url", DOCUMENT_URL_BYTES_MAX, &feed->url) ||
        !read_time(&place, "fetched", true, &feed->fetched_ms) ||
        !read_text(&place, "etag", DOCUMENT_VALIDATOR_BYTES_MAX, &feed->etag) ||
        !read_text(&place, "last_modified", DOCUMENT_VALIDATOR_BYTES_MAX, &feed->last_modified) ||
        !read_time(&place, "server_date", true, &feed->server_date_ms) ||
        !read_text(&place, "error", ERROR_MESSAGE_BYTES_MAX, &feed->error) ||
        !read_integer(&place, "events", 0, INT64_MAX, &feed->event_count) ||
        !read_integer(&place, "matched", 0, INT64_MAX, &feed->matched_count) ||
        !read_texts(&place, "closest", DOCUMENT_CLOSEST_MAX, SESSION_NAME_BYTES_MAX, feed->closest,
                    &feed->closest_count))
        return false;
    if (feed->matched_count > feed->event_count)
        return wrong(&place, "matched", "more than events");
    /* It is there where such events are. */
    return !json_object_get(place.object, "roomless") ||
           read_integer(&place, "roomless", 1, feed->matched_count, &feed->roomless_count);
}

static bool read_headlines(const struct place *document_place, struct document_headlines *headlines)
{
    struct place place;
    const json_t *json = find(document_place, "headlines");
    return json &&
           enter(&place, json, document_place->err, headlines_keys, COUNT(headlines_keys),
                 "headlines") &&
           read_text(&place, "url", DOCUMENT_URL_BYTES_MAX, &headlines->url) &&
           read_text(&place, "source", SESSION_NAME_BYTES_MAX, &headlines->source) &&
           read_time(&place, "asked", true, &headlines->asked_ms) &&
           read_time(&place, "fetched", true, &headlines->fetched_ms) &&
           read_text(&place, "etag", DOCUMENT_VALIDATOR_BYTES_MAX, &headlines->etag) &&
           read_text(&place, "last_modified", DOCUMENT_VALIDATOR_BYTES_MAX,
                     &headlines->last_modified) &&
           read_text(&place, "error", ERROR_MESSAGE_BYTES_MAX, &headlines->error) &&
           read_texts(&place, "titles", DOCUMENT_HEADLINES_MAX, SESSION_TITLE_BYTES_MAX,
                      headlines->titles, &headlines->count);
}

static bool read_flag(const struct place *place, const char *key, bool *ret_flag)
{
    const json_t *value = find(place, key);
    if (!value)
        return false;
    if (!json_is_boolean(value))
        return wrong(place, key, "not true or false");
    *ret_flag = json_is_true(value);
    return true;
}

static bool read_speakers(const struct place *place, struct session *session)
{
    const json_t *list = NULL;
    if (!read_list(place, "speakers", SESSION_SPEAKERS_MAX, &list))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char key[PATH_BYTES];
        snprintf(key, sizeof(key), "speakers[%zu]", i);
        char *name = copy_text(place, key, json_array_get(list, i), SESSION_NAME_BYTES_MAX);
        if (!name)
            return false;
        session_add_speaker(session, name);
        free(name);
    }
    return true;
}

/* What holds one of a few words, a truth or a number. */
static bool read_properties(const struct place *place, struct session *session)
{
    const char *kind = read_word(place, "kind");
    if (!kind)
        return false;
    if (!session_kind_parse(kind, &session->kind))
        return wrong(place, "kind", "not session, break or all-day");
    const char *status = read_word(place, "status");
    if (!status)
        return false;
    if (!session_status_parse(status, &session->status))
        return wrong(place, "status", "not confirmed, tentative or cancelled");

    if (!read_flag(place, "venue_wide", &session->venue_wide))
        return false;

    const json_t *remind = find(place, "remind_s");
    if (!remind)
        return false;
    if (!json_is_null(remind) &&
        !read_integer(place, "remind_s", 0, SESSION_REMIND_MAX_S, &session->remind_s))
        return false;

    return true;
}

/* What a session of any room has. */
static bool read_core(const struct place *place, size_t feed_count, struct session *session)
{
    int64_t feed = 0;
    if (!read_text(place, "uid", SESSION_UID_BYTES_MAX, &session->uid) ||
        !read_time(place, "start", false, &session->start_ms) ||
        !read_time(place, "end", false, &session->end_ms) ||
        !read_text(place, "title", SESSION_TITLE_BYTES_MAX, &session->title) ||
        !read_text(place, "room", SESSION_NAME_BYTES_MAX, &session->room) ||
        !read_integer(place, "feed", 0, DOCUMENT_FEEDS_MAX - 1, &feed))
        return false;
    if (!*session->uid)
        return wrong(place, "uid", "empty");
    if (session->end_ms < session->start_ms)
        return wrong(place, "end", "before start");
    if ((size_t)feed >= feed_count)
        return wrong(place, "feed", "there are only %zu feeds", feed_count);
    session->feed = (int)feed;
    return true;
}

/* It is there where the feed gave one. */
static bool read_track_colour(const struct place *place, struct session *session)
{
    const json_t *value = json_object_get(place->object, "track_colour");
    if (!value)
        return true;
    const char *text = json_string_value(value);
    session->has_track_colour = text && colour_parse(text, &session->track_colour);
    return session->has_track_colour || wrong(place, "track_colour", "not a colour like #5cc8ff");
}

static bool read_rest(const struct place *place, struct session *session)
{
    return read_speakers(place, session) && read_track_colour(place, session) &&
           read_text(place, "track", SESSION_NAME_BYTES_MAX, &session->track) &&
           read_text(place, "url", SESSION_URL_BYTES_MAX, &session->url) &&
           read_text(place, "language", SESSION_NAME_BYTES_MAX, &session->language) &&
           read_properties(place, session);
}

/* What the sessions of a list have in common. */
struct session_list {
    const char *name;
    const char *const *keys;
    size_t key_count;
    bool is_whole;
};
static const struct session_list sessions_list = {"sessions", session_keys, COUNT(session_keys),
                                                  true};
static const struct session_list elsewhere_list = {"elsewhere", elsewhere_keys,
                                                   COUNT(elsewhere_keys), false};

static bool read_session(const json_t *json, const struct session_list *list, size_t feed_count,
                         struct schedule *schedule, struct error *err)
{
    struct place place;
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s[%zu]", list->name, schedule->count);
    if (!enter(&place, json, err, list->keys, list->key_count, path))
        return false;

    struct session session;
    session_init(&session);
    bool done =
        read_core(&place, feed_count, &session) && (!list->is_whole || read_rest(&place, &session));
    if (done && schedule->count > 0 &&
        session_compare(&schedule->sessions[schedule->count - 1], &session) >= 0)
        done = wrong(&place, "start", "%snot in order of start, end, uid",
                     list->is_whole ? "sessions are " : "");
    if (done) {
        bool added = schedule_add(schedule, &session);
        assert(added);
    }
    session_release(&session);
    return done;
}

static int compare_uids(const void *a, const void *b)
{
    const struct session *const *left = a, *const *right = b;
    return strcmp((*left)->uid, (*right)->uid);
}

static bool uids_are_unique(const struct schedule *schedule, const char *name, struct error *err)
{
    const struct session **by_uid = xcalloc(schedule->count, sizeof(*by_uid));
    for (size_t i = 0; i < schedule->count; i++)
        by_uid[i] = &schedule->sessions[i];
    if (schedule->count > 1)
        qsort(by_uid, schedule->count, sizeof(*by_uid), compare_uids);
    bool unique = true;
    for (size_t i = 1; unique && i < schedule->count; i++) {
        if (strcmp(by_uid[i - 1]->uid, by_uid[i]->uid) != 0)
            continue;
        error_set(err, "%s[%td].uid: \"%.100s\" stands more than once", name,
                  by_uid[i] - schedule->sessions, by_uid[i]->uid);
        unique = false;
    }
    free(by_uid);
    return unique;
}

static bool read_sessions(const json_t *json, const struct session_list *list, size_t feed_count,
                          struct schedule *schedule, struct error *err)
{
    for (size_t i = 0; i < json_array_size(json); i++) {
        if (!read_session(json_array_get(json, i), list, feed_count, schedule, err))
            return false;
    }
    return uids_are_unique(schedule, list->name, err);
}

static bool fill_change(const struct place *place, struct change *change)
{
    const char *kind = read_word(place, "kind");
    if (!kind)
        return false;
    if (!change_kind_parse(kind, &change->kind))
        return wrong(place, "kind", "not moved, retimed, cancelled, new or retitled");
    if (!read_text(place, "uid", SESSION_UID_BYTES_MAX, &change->uid) ||
        !read_time(place, "seen", false, &change->seen_ms) ||
        !read_time(place, "old_start", false, &change->old_start_ms) ||
        !read_time(place, "old_end", false, &change->old_end_ms) ||
        !read_text(place, "old_title", SESSION_TITLE_BYTES_MAX, &change->old_title) ||
        !read_text(place, "old_room", SESSION_NAME_BYTES_MAX, &change->old_room) ||
        !read_time(place, "start", false, &change->start_ms) ||
        !read_time(place, "end", false, &change->end_ms) ||
        !read_text(place, "title", SESSION_TITLE_BYTES_MAX, &change->title) ||
        !read_text(place, "room", SESSION_NAME_BYTES_MAX, &change->room) ||
        !read_flag(place, "gone", &change->gone))
        return false;
    if (!*change->uid)
        return wrong(place, "uid", "empty");
    if (change->old_end_ms < change->old_start_ms)
        return wrong(place, "old_end", "before old_start");
    if (change->end_ms < change->start_ms)
        return wrong(place, "end", "before start");
    if (change->gone && (change->kind == CHANGE_NEW || change->kind == CHANGE_RETITLED))
        return wrong(place, "gone", "what is %s stands in the schedule", kind);
    return true;
}

static bool is_uid_fine(const struct place *place, const struct change_list *list,
                        const struct schedule *schedule)
{
    const struct change *change = &list->changes[list->count - 1];
    for (const struct change *other = list->changes; other < change; other++) {
        if (strcmp(other->uid, change->uid) == 0)
            return wrong(place, "uid", "stands more than once");
    }
    if (change->gone && schedule_find(schedule, change->uid))
        return wrong(place, "uid", "it is gone, and in the schedule");
    return true;
}

static bool read_changes(const json_t *json, const struct schedule *schedule,
                         struct change_list *list, struct error *err)
{
    for (size_t i = 0; i < json_array_size(json); i++) {
        struct place place;
        char path[PATH_BYTES];
        snprintf(path, sizeof(path), "changes[%zu]", i);
        if (!enter(&place, json_array_get(json, i), err, change_keys, COUNT(change_keys), path) ||
            !fill_change(&place, change_list_add(list)) || !is_uid_fine(&place, list, schedule))
            return false;
        if (i > 0 && change_compare(&list->changes[i - 1], &list->changes[i]) >= 0)
            return wrong(&place, "old_start", "not in order of old_start, old_end, uid");
    }
    return true;
}

static bool fill(const json_t *json, struct document *document, struct error *err)
{
    struct place place;
    int64_t version = 0;
    const json_t *feeds = NULL, *sessions = NULL, *changes = NULL, *elsewhere = NULL;
    if (!enter(&place, json, err, document_keys, COUNT(document_keys), "") ||
        !read_integer(&place, "version", DOCUMENT_VERSION, DOCUMENT_VERSION, &version) ||
        !read_text(&place, "room", SESSION_NAME_BYTES_MAX, &document->room) ||
        !read_text(&place, "timezone", ZONE_NAME_BYTES_MAX - 1, &document->timezone) ||
        !read_time(&place, "generated", false, &document->generated_ms) ||
        !read_time(&place, "from", false, &document->from_ms) ||
        !read_time(&place, "until", false, &document->until_ms) ||
        !read_text(&place, "selection", SESSION_NAME_BYTES_MAX, &document->selection) ||
        !read_list(&place, "feeds", DOCUMENT_FEEDS_MAX, &feeds) ||
        !read_list(&place, "sessions", SCHEDULE_SESSIONS_MAX, &sessions) ||
        !read_list(&place, "changes", CHANGES_MAX, &changes) ||
        !read_list(&place, "elsewhere", DOCUMENT_ELSEWHERE_MAX, &elsewhere))
        return false;
    if (document->until_ms <= document->from_ms)
        return wrong(&place, "until", "not after from");
    for (size_t i = 0; i < json_array_size(feeds); i++) {
        if (!read_feed(json_array_get(feeds, i), i, document, err))
            return false;
    }
    if (!read_headlines(&place, &document->headlines))
        return false;
    return read_sessions(sessions, &sessions_list, document->feed_count, &document->schedule,
                         err) &&
           read_changes(changes, &document->schedule, &document->changes, err) &&
           read_sessions(elsewhere, &elsewhere_list, document->feed_count, &document->elsewhere,
                         err);
}

/* A parser takes up to a hundred times the bytes of "{},{},{}": counted before it is asked. */
static bool fits_in_memory(const char *json, size_t length, struct error *err)
{
    size_t containers = 0, values = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        if (in_string && json[i] == '\\')
            i++;
        else if (json[i] == '"')
            in_string = !in_string;
        else if (!in_string) {
            containers += json[i] == '{' || json[i] == '[';
            values += json[i] == ',';
        }
    }
    if (containers <= DOCUMENT_CONTAINERS_MAX && values <= DOCUMENT_VALUES_MAX)
        return true;
    error_set(err, "more objects, lists or values than a schedule has");
    return false;
}

bool document_read(const char *json, size_t length, struct document *ret_document,
                   struct error *err)
{
    if (length > DOCUMENT_BYTES_MAX) {
        error_set(err, "larger than %d bytes", DOCUMENT_BYTES_MAX);
        return false;
    }
    if (!fits_in_memory(json, length, err))
        return false;
    json_error_t reason;
    json_t *root = json_loadb(length > 0 ? json : "", length, JSON_REJECT_DUPLICATES, &reason);
    if (!root) {
        if (json_error_code(&reason) == json_error_out_of_memory)
            error_out_of_memory();
        char *clean = utf8_clean(reason.text, strlen(reason.text), sizeof(reason.text));
        error_set(err, "not JSON: line %d: %s", reason.line, clean);
        free(clean);
        return false;
    }
    struct document document;
    document_init(&document);
    bool done = fill(root, &document, err);
    if (done && json_object_get(root, "checksum") && !document_seal_fits(json, length)) {
        error_set(err, "checksum: doesn't fit, something was changed");
        done = false;
    }
    json_decref(root);
    if (done)
        *ret_document = document;
    else
        document_release(&document);
    return done;
}
