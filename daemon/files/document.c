#include <roomsign/document.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <roomsign/civil.h>
#include <roomsign/colour.h>
#include <roomsign/utf8.h>

static const char *const status_name[] = {
    [FEED_STATUS_FRESH] = "fresh",
    [FEED_STATUS_UNCHANGED] = "unchanged",
    [FEED_STATUS_FAILED] = "failed",
};
#define STATUS_COUNT (sizeof(status_name) / sizeof(status_name[0]))

void document_init(struct document *document)
{
    *document = (struct document){
        .room = xstrdup(""),
        .timezone = xstrdup(""),
        .generated_ms = DOCUMENT_UNKNOWN_MS,
        .from_ms = DOCUMENT_UNKNOWN_MS,
        .until_ms = DOCUMENT_UNKNOWN_MS,
        .selection = xstrdup(""),
        .headlines = {.url = xstrdup(""),
                      .source = xstrdup(""),
                      .asked_ms = DOCUMENT_UNKNOWN_MS,
                      .fetched_ms = DOCUMENT_UNKNOWN_MS,
                      .etag = xstrdup(""),
                      .last_modified = xstrdup(""),
                      .error = xstrdup("")},
    };
}

static void release_feed(struct document_feed *feed)
{
    free(feed->url);
    free(feed->etag);
    free(feed->last_modified);
    free(feed->error);
    for (size_t i = 0; i < feed->closest_count; i++)
        free(feed->closest[i]);
}

static void release_headlines(struct document_headlines *headlines)
{
    free(headlines->url);
    free(headlines->source);
    free(headlines->etag);
    free(headlines->last_modified);
    free(headlines->error);
    for (size_t i = 0; i < headlines->count; i++)
        free(headlines->titles[i]);
}

void document_release(struct document *document)
{
    for (size_t i = 0; i < document->feed_count; i++)
        release_feed(&document->feeds[i]);
    free(document->feeds);
    release_headlines(&document->headlines);
    free(document->room);
    free(document->timezone);
    free(document->selection);
    schedule_release(&document->schedule);
    change_list_release(&document->changes);
    schedule_release(&document->elsewhere);
    *document = (struct document){0};
}

struct document_feed *document_add_feed(struct document *document)
{
    assert(document->feed_count < DOCUMENT_FEEDS_MAX);
    document->feeds =
        xrealloc(document->feeds, (document->feed_count + 1) * sizeof(*document->feeds));
    struct document_feed *feed = &document->feeds[document->feed_count++];
    *feed = (struct document_feed){
        .url = xstrdup(""),
        .status = FEED_STATUS_FRESH,
        .fetched_ms = DOCUMENT_UNKNOWN_MS,
        .etag = xstrdup(""),
        .last_modified = xstrdup(""),
        .server_date_ms = DOCUMENT_UNKNOWN_MS,
        .error = xstrdup(""),
    };
    return feed;
}

bool document_feed_lacks_room(const struct document_feed *feed)
{
    return feed->event_count > 0 && feed->matched_count == 0;
}

const struct document_feed *document_failed_feed(const struct document *document)
{
    for (size_t i = 0; i < document->feed_count; i++)
        if (document->feeds[i].status == FEED_STATUS_FAILED)
            return &document->feeds[i];
    return NULL;
}

size_t document_server_dates(const struct document *document,
                             int64_t ret_dates_ms[static DOCUMENT_FEEDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < document->feed_count; i++) {
        const struct document_feed *feed = &document->feeds[i];
        if (feed->status != FEED_STATUS_FAILED && feed->server_date_ms != DOCUMENT_UNKNOWN_MS)
            ret_dates_ms[count++] = feed->server_date_ms;
    }
    return count;
}

void document_redate(struct document *document, int64_t offset_ms)
{
    int64_t dated_ms = document->generated_ms;
    if (offset_ms > -SECOND_MS && offset_ms < SECOND_MS)
        return;
    document->generated_ms += offset_ms;
    for (size_t i = 0; i < document->feed_count; i++) {
        struct document_feed *feed = &document->feeds[i];
        if (feed->status != FEED_STATUS_FAILED && feed->fetched_ms != DOCUMENT_UNKNOWN_MS &&
            feed->fetched_ms <= dated_ms)
            feed->fetched_ms += offset_ms;
    }
}

const char *feed_status_name(enum feed_status status)
{
    assert((size_t)status < STATUS_COUNT);
    return status_name[status];
}

bool feed_status_parse(const char *name, enum feed_status *ret_status)
{
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        if (strcmp(name, status_name[i]) == 0) {
            *ret_status = (enum feed_status)i;
            return true;
        }
    }
    return false;
}

/* Fields are put in the order in which the document lists them; jansson keeps it. */
static json_t *checked(json_t *json)
{
    if (!json)
        error_out_of_memory();
    return json;
}

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, checked(value)) != 0)
        error_out_of_memory();
}

static void put_text(json_t *object, const char *key, const char *text, size_t max)
{
    /* Strings from HTTP headers and error messages need not be UTF-8. */
    char *clean = utf8_clean(text, strlen(text), max);
    put(object, key, json_string(clean));
    free(clean);
}

/* A validator of a length that no honest server sends only costs a full answer next time. */
static void put_validator(json_t *object, const char *key, const char *text)
{
    put_text(object, key, strlen(text) <= DOCUMENT_VALIDATOR_BYTES_MAX ? text : "",
             DOCUMENT_VALIDATOR_BYTES_MAX);
}

static void put_time(json_t *object, const char *key, int64_t at_ms)
{
    char text[TIME_TEXT_BYTES];
    put(object, key,
        at_ms == DOCUMENT_UNKNOWN_MS ? json_null() : json_string(time_format_utc(at_ms, text)));
}

static void put_texts(json_t *object, const char *key, char *const *texts, size_t count, size_t max)
{
    json_t *list = checked(json_array());
    for (size_t i = 0; i < count; i++) {
        char *clean = utf8_clean(texts[i], strlen(texts[i]), max);
        if (json_array_append_new(list, checked(json_string(clean))) != 0)
            error_out_of_memory();
        free(clean);
    }
    put(object, key, list);
}

static json_t *write_feed(const struct document_feed *feed)
{
    json_t *json = checked(json_object());
    put_text(json, "url", feed->url, DOCUMENT_URL_BYTES_MAX);
    put(json, "status", json_string(feed_status_name(feed->status)));
    put_time(json, "fetched", feed->fetched_ms);
    put_validator(json, "etag", feed->etag);
    put_validator(json, "last_modified", feed->last_modified);
    put_time(json, "server_date", feed->server_date_ms);
    put_text(json, "error", feed->error, ERROR_MESSAGE_BYTES_MAX);
    put(json, "events", json_integer(feed->event_count));
    put(json, "matched", json_integer(feed->matched_count));
    if (feed->roomless_count > 0)
        put(json, "roomless", json_integer(feed->roomless_count));
    put_texts(json, "closest", feed->closest, feed->closest_count, SESSION_NAME_BYTES_MAX);
    return json;
}

static json_t *write_headlines(const struct document_headlines *headlines)
{
    json_t *json = checked(json_object());
    put_text(json, "url", headlines->url, DOCUMENT_URL_BYTES_MAX);
    put_text(json, "source", headlines->source, SESSION_NAME_BYTES_MAX);
    put_time(json, "asked", headlines->asked_ms);
    put_time(json, "fetched", headlines->fetched_ms);
    put_validator(json, "etag", headlines->etag);
    put_validator(json, "last_modified", headlines->last_modified);
    put_text(json, "error", headlines->error, ERROR_MESSAGE_BYTES_MAX);
    put_texts(json, "titles", headlines->titles, headlines->count, SESSION_TITLE_BYTES_MAX);
    return json;
}

static json_t *write_session(const struct session *session)
{
    json_t *json = checked(json_object());
    put_text(json, "uid", session->uid, SESSION_UID_BYTES_MAX);
    put_time(json, "start", session->start_ms);
    put_time(json, "end", session->end_ms);
    put_text(json, "title", session->title, SESSION_TITLE_BYTES_MAX);
    put_texts(json, "speakers", session->speakers, session->speaker_count, SESSION_NAME_BYTES_MAX);
    put_text(json, "track", session->track, SESSION_NAME_BYTES_MAX);
    if (session->has_track_colour) {
        char colour[COLOUR_TEXT_BYTES];
        put_text(json, "track_colour", colour_format(session->track_colour, colour),
                 sizeof(colour));
    }
    put_text(json, "room", session->room, SESSION_NAME_BYTES_MAX);
    put_text(json, "url", session->url, SESSION_URL_BYTES_MAX);
    put_text(json, "language", session->language, SESSION_NAME_BYTES_MAX);
    put(json, "kind", json_string(session_kind_name(session->kind)));
    put(json, "venue_wide", json_boolean(session->venue_wide));
    put(json, "status", json_string(session_status_name(session->status)));
    put(json, "remind_s",
        session->remind_s == SESSION_NO_ALARM ? json_null() : json_integer(session->remind_s));
    put(json, "feed", json_integer(session->feed));
    return json;
}

static json_t *write_change(const struct change *change)
{
    json_t *json = checked(json_object());
    put_text(json, "uid", change->uid, SESSION_UID_BYTES_MAX);
    put(json, "kind", json_string(change_kind_name(change->kind)));
    put_time(json, "seen", change->seen_ms);
    put_time(json, "old_start", change->old_start_ms);
    put_time(json, "old_end", change->old_end_ms);
    put_text(json, "old_title", change->old_title, SESSION_TITLE_BYTES_MAX);
    put_text(json, "old_room", change->old_room, SESSION_NAME_BYTES_MAX);
    put_time(json, "start", change->start_ms);
    put_time(json, "end", change->end_ms);
    put_text(json, "title", change->title, SESSION_TITLE_BYTES_MAX);
    put_text(json, "room", change->room, SESSION_NAME_BYTES_MAX);
    put(json, "gone", json_boolean(change->gone));
    return json;
}

static json_t *write_changes(const struct change_list *list)
{
    json_t *json = checked(json_array());
    assert(list->count <= CHANGES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        assert(i == 0 || change_compare(&list->changes[i - 1], &list->changes[i]) < 0);
        if (json_array_append_new(json, write_change(&list->changes[i])) != 0)
            error_out_of_memory();
    }
    return json;
}

static json_t *write_elsewhere(const struct schedule *elsewhere)
{
    json_t *list = checked(json_array());
    assert(elsewhere->count <= DOCUMENT_ELSEWHERE_MAX);
    for (size_t i = 0; i < elsewhere->count; i++) {
        const struct session *session = &elsewhere->sessions[i];
        json_t *json = checked(json_object());
        assert(i == 0 || session_compare(session - 1, session) < 0);
        put_text(json, "uid", session->uid, SESSION_UID_BYTES_MAX);
        put_time(json, "start", session->start_ms);
        put_time(json, "end", session->end_ms);
        put_text(json, "title", session->title, SESSION_TITLE_BYTES_MAX);
        put_text(json, "room", session->room, SESSION_NAME_BYTES_MAX);
        put(json, "feed", json_integer(session->feed));
        if (json_array_append_new(list, json) != 0)
            error_out_of_memory();
    }
    return list;
}

static int append_to_buffer(const char *bytes, size_t length, void *context)
{
    return buffer_append(context, bytes, length) ? 0 : -1;
}

bool document_write(const struct document *document, struct buffer *ret_json, struct error *err)
{
    assert(document->generated_ms != DOCUMENT_UNKNOWN_MS &&
           document->from_ms != DOCUMENT_UNKNOWN_MS && document->until_ms != DOCUMENT_UNKNOWN_MS);
    json_t *json = checked(json_object());
    put(json, "version", json_integer(DOCUMENT_VERSION));
    put_text(json, "room", document->room, SESSION_NAME_BYTES_MAX);
    put_text(json, "timezone", document->timezone, ZONE_NAME_BYTES_MAX - 1);
    put_time(json, "generated", document->generated_ms);
    put_time(json, "from", document->from_ms);
    put_time(json, "until", document->until_ms);
    put_text(json, "selection", document->selection, SESSION_NAME_BYTES_MAX);

    json_t *feeds = checked(json_array());
    for (size_t i = 0; i < document->feed_count; i++) {
        if (json_array_append_new(feeds, write_feed(&document->feeds[i])) != 0)
            error_out_of_memory();
    }
    put(json, "feeds", feeds);
    put(json, "headlines", write_headlines(&document->headlines));
    json_t *sessions = checked(json_array());
    for (size_t i = 0; i < document->schedule.count; i++) {
        const struct session *session = &document->schedule.sessions[i];
        assert(i == 0 || session_compare(session - 1, session) < 0);
        if (json_array_append_new(sessions, write_session(session)) != 0)
            error_out_of_memory();
    }
    put(json, "sessions", sessions);
    put(json, "changes", write_changes(&document->changes));
    put(json, "elsewhere", write_elsewhere(&document->elsewhere));

    size_t length_before = ret_json->length;
    bool fits = json_dump_callback(json, append_to_buffer, ret_json, JSON_INDENT(1)) == 0 &&
                buffer_append(ret_json, "\n", 1);
    json_decref(json);
    if (!fits) {
        ret_json->length = length_before;
        if (ret_json->data)
            ret_json->data[length_before] = '\0';
        error_set(err, "the schedule document of %zu sessions is larger than %zu bytes",
                  document->schedule.count, ret_json->max);
    }
    return fits;
}
