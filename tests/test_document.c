#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/civil.h>
#include <roomsign/document.h>
#include <roomsign/utf8.h>

#define NINE_MS INT64_C(1769850000000) /* 2026-01-31T09:00:00Z */

#define NOT_JSON "not JSON: line "

/* The whole document of the first two sessions below, byte for byte. */
static const char expected_json[] = "{\n"
                                    " \"version\": 1,\n"
                                    " \"room\": \"Audi 1\",\n"
                                    " \"timezone\": \"Europe/Brussels\",\n"
                                    " \"generated\": \"2026-01-31T09:00:00Z\",\n"
                                    " \"from\": \"2026-01-30T09:00:00Z\",\n"
                                    " \"until\": \"2026-02-08T09:00:00Z\",\n"
                                    " \"selection\": \"abc123\",\n"
                                    " \"feeds\": [\n"
                                    "  {\n"
                                    "   \"url\": \"https://example.org/a.ics\",\n"
                                    "   \"status\": \"fresh\",\n"
                                    "   \"fetched\": \"2026-01-31T09:00:00Z\",\n"
                                    "   \"etag\": \"\\\"x-1\\\"\",\n"
                                    "   \"last_modified\": \"\",\n"
                                    "   \"server_date\": null,\n"
                                    "   \"error\": \"\",\n"
                                    "   \"events\": 1067,\n"
                                    "   \"matched\": 0,\n"
                                    "   \"closest\": [\n"
                                    "    \"Audi 2\",\n"
                                    "    \"Foyer \\\"S\\\"\"\n"
                                    "   ]\n"
                                    "  }\n"
                                    " ],\n"
                                    " \"headlines\": {\n"
                                    "  \"url\": \"https://example.org/news.xml\",\n"
                                    "  \"source\": \"Example News\",\n"
                                    "  \"asked\": \"2026-01-31T09:00:00Z\",\n"
                                    "  \"fetched\": null,\n"
                                    "  \"etag\": \"W/7\",\n"
                                    "  \"last_modified\": \"\",\n"
                                    "  \"error\": \"HTTP 404\",\n"
                                    "  \"titles\": [\n"
                                    "   \"Registration is open\"\n"
                                    "  ]\n"
                                    " },\n"
                                    " \"sessions\": [\n"
                                    "  {\n"
                                    "   \"uid\": \"a@example.org\",\n"
                                    "   \"start\": \"2026-01-31T09:30:00Z\",\n"
                                    "   \"end\": \"2026-01-31T10:20:00Z\",\n"
                                    "   \"title\": \"Zeitplan f\xC3\xBCr \\\"alle\\\"\",\n"
                                    "   \"speakers\": [\n"
                                    "    \"Ren\xC3\xA9\",\n"
                                    "    \"\xE6\x9D\xB1\"\n"
                                    "   ],\n"
                                    "   \"track\": \"Main\",\n"
                                    "   \"room\": \"Audi 1\",\n"
                                    "   \"url\": \"https://example.org/a\",\n"
                                    "   \"language\": \"de\",\n"
                                    "   \"kind\": \"session\",\n"
                                    "   \"venue_wide\": false,\n"
                                    "   \"status\": \"tentative\",\n"
                                    "   \"remind_s\": 900,\n"
                                    "   \"feed\": 0\n"
                                    "  },\n"
                                    "  {\n"
                                    "   \"uid\": \"b@example.org/20260131T103000Z\",\n"
                                    "   \"start\": \"2026-01-31T10:30:00Z\",\n"
                                    "   \"end\": \"2026-01-31T10:30:00Z\",\n"
                                    "   \"title\": \"Lunch\",\n"
                                    "   \"speakers\": [],\n"
                                    "   \"track\": \"\",\n"
                                    "   \"room\": \"\",\n"
                                    "   \"url\": \"\",\n"
                                    "   \"language\": \"\",\n"
                                    "   \"kind\": \"break\",\n"
                                    "   \"venue_wide\": true,\n"
                                    "   \"status\": \"confirmed\",\n"
                                    "   \"remind_s\": null,\n"
                                    "   \"feed\": 0\n"
                                    "  }\n"
                                    " ],\n"
                                    " \"changes\": [\n"
                                    "  {\n"
                                    "   \"uid\": \"m@example.org\",\n"
                                    "   \"kind\": \"moved\",\n"
                                    "   \"seen\": \"2026-01-31T09:00:00Z\",\n"
                                    "   \"old_start\": \"2026-01-31T12:00:00Z\",\n"
                                    "   \"old_end\": \"2026-01-31T13:00:00Z\",\n"
                                    "   \"old_title\": \"Ants\",\n"
                                    "   \"old_room\": \"Audi 1\",\n"
                                    "   \"start\": \"2026-01-31T14:00:00Z\",\n"
                                    "   \"end\": \"2026-01-31T15:00:00Z\",\n"
                                    "   \"title\": \"Ants \\\"live\\\"\",\n"
                                    "   \"room\": \"Audi 2\",\n"
                                    "   \"gone\": true\n"
                                    "  },\n"
                                    "  {\n"
                                    "   \"uid\": \"b@example.org\",\n"
                                    "   \"kind\": \"new\",\n"
                                    "   \"seen\": \"2026-01-31T08:00:00Z\",\n"
                                    "   \"old_start\": \"2026-01-31T16:00:00Z\",\n"
                                    "   \"old_end\": \"2026-01-31T17:00:00Z\",\n"
                                    "   \"old_title\": \"Bees\",\n"
                                    "   \"old_room\": \"\",\n"
                                    "   \"start\": \"2026-01-31T16:00:00Z\",\n"
                                    "   \"end\": \"2026-01-31T17:00:00Z\",\n"
                                    "   \"title\": \"Bees\",\n"
                                    "   \"room\": \"\",\n"
                                    "   \"gone\": false\n"
                                    "  }\n"
                                    " ],\n"
                                    " \"elsewhere\": [\n"
                                    "  {\n"
                                    "   \"uid\": \"z@example.org\",\n"
                                    "   \"start\": \"2026-01-31T09:30:00Z\",\n"
                                    "   \"end\": \"2026-01-31T10:00:00Z\",\n"
                                    "   \"title\": \"Cats\",\n"
                                    "   \"room\": \"Audi 3\",\n"
                                    "   \"feed\": 0\n"
                                    "  },\n"
                                    "  {\n"
                                    "   \"uid\": \"m@example.org\",\n"
                                    "   \"start\": \"2026-01-31T14:00:00Z\",\n"
                                    "   \"end\": \"2026-01-31T15:00:00Z\",\n"
                                    "   \"title\": \"Ants \\\"live\\\"\",\n"
                                    "   \"room\": \"Audi 2\",\n"
                                    "   \"feed\": 0\n"
                                    "  }\n"
                                    " ]\n"
                                    "}\n";

static void add_change(struct document *document, enum change_kind kind, const char *uid,
                       const char *title, int64_t old_start_ms, int64_t start_ms)
{
    struct change *change = change_list_add(&document->changes);
    change->kind = kind;
    change->seen_ms = kind == CHANGE_NEW ? NINE_MS - HOUR_MS : NINE_MS;
    change->gone = kind == CHANGE_MOVED;
    change->old_start_ms = old_start_ms;
    change->old_end_ms = old_start_ms + HOUR_MS;
    change->start_ms = start_ms;
    change->end_ms = start_ms + HOUR_MS;
    session_set(&change->uid, uid);
    session_set(&change->old_title, kind == CHANGE_MOVED ? "Ants" : title);
    session_set(&change->title, title);
    session_set(&change->old_room, kind == CHANGE_MOVED ? "Audi 1" : "");
    session_set(&change->room, kind == CHANGE_MOVED ? "Audi 2" : "");
}

static void add_elsewhere(struct document *document, const char *uid, const char *title,
                          const char *room, int64_t start_ms, int64_t end_ms)
{
    struct session session;
    session_init(&session);
    session_set(&session.uid, uid);
    session_set(&session.title, title);
    session_set(&session.room, room);
    session.start_ms = start_ms;
    session.end_ms = end_ms;
    assert_true(schedule_add(&document->elsewhere, &session));
    session_release(&session);
}

static void fill_changes(struct document *document)
{
    add_change(document, CHANGE_MOVED, "m@example.org", "Ants \"live\"", NINE_MS + 3 * HOUR_MS,
               NINE_MS + 5 * HOUR_MS);
    add_change(document, CHANGE_NEW, "b@example.org", "Bees", NINE_MS + 7 * HOUR_MS,
               NINE_MS + 7 * HOUR_MS);
    add_elsewhere(document, "z@example.org", "Cats", "Audi 3", NINE_MS + HOUR_MS / 2,
                  NINE_MS + HOUR_MS);
    add_elsewhere(document, "m@example.org", "Ants \"live\"", "Audi 2", NINE_MS + 5 * HOUR_MS,
                  NINE_MS + 6 * HOUR_MS);
}

static void fill_head(struct document *document)
{
    document_init(document);
    session_set(&document->room, "Audi 1");
    session_set(&document->timezone, "Europe/Brussels");
    session_set(&document->selection, "abc123");
    document->generated_ms = NINE_MS;
    document->from_ms = NINE_MS - DAY_MS;
    document->until_ms = NINE_MS + 8 * DAY_MS;
    struct document_feed *feed = document_add_feed(document);
    session_set(&feed->url, "https://example.org/a.ics");
    session_set(&feed->etag, "\"x-1\"");
    feed->fetched_ms = NINE_MS;
    feed->event_count = 1067;
    feed->closest[feed->closest_count++] = xstrdup("Audi 2");
    feed->closest[feed->closest_count++] = xstrdup("Foyer \"S\"");
    struct document_headlines *headlines = &document->headlines;
    session_set(&headlines->url, "https://example.org/news.xml");
    session_set(&headlines->source, "Example News");
    session_set(&headlines->etag, "W/7");
    session_set(&headlines->error, "HTTP 404");
    headlines->asked_ms = NINE_MS;
    headlines->titles[headlines->count++] = xstrdup("Registration is open");
}

static void add(struct document *document, struct session *session)
{
    assert_true(schedule_add(&document->schedule, session));
    session_release(session);
}

static void fill_sample(struct document *document)
{
    fill_head(document);
    struct session session;
    session_init(&session);
    session_set(&session.uid, "a@example.org");
    session.start_ms = NINE_MS + 30 * MINUTE_MS;
    session.end_ms = NINE_MS + 80 * MINUTE_MS;
    session_set(&session.title, "Zeitplan f\xC3\xBCr \"alle\"");
    session_add_speaker(&session, "Ren\xC3\xA9");
    session_add_speaker(&session, "\xE6\x9D\xB1");
    session_set(&session.track, "Main");
    session_set(&session.room, "Audi 1");
    session_set(&session.url, "https://example.org/a");
    session_set(&session.language, "de");
    session.status = SESSION_STATUS_TENTATIVE;
    session.remind_s = 900;
    add(document, &session);
    session_init(&session);
    session_set(&session.uid, "b@example.org/20260131T103000Z");
    session.start_ms = session.end_ms = NINE_MS + 90 * MINUTE_MS;
    session_set(&session.title, "Lunch");
    session.kind = SESSION_KIND_BREAK;
    session.venue_wide = true;
    add(document, &session);
    schedule_sort(&document->schedule);
    fill_changes(document);
}

static char *write_text(const struct document *document)
{
    struct buffer json;
    struct error err = {0};
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    if (!document_write(document, &json, &err))
        fail_msg("%s", err.message);
    return json.data;
}

static void test_written_byte_for_byte(void **state)
{
    (void)state;
    struct document document;
    fill_sample(&document);
    char *json = write_text(&document);
    assert_string_equal(json, expected_json);
    free(json);
    document_release(&document);
    document_release(&document);
}

static void test_reads_back(void **state)
{
    (void)state;
    struct document document, again;
    struct error err = {0};
    fill_sample(&document);
    document.feeds[0].status = FEED_STATUS_FAILED;
    document.feeds[0].server_date_ms = NINE_MS + 5000;
    session_set(&document.feeds[0].error, "HTTP 503");
    struct document_feed *second = document_add_feed(&document);
    second->status = FEED_STATUS_UNCHANGED;
    second->event_count = 3;
    second->matched_count = 2;
    document.headlines.fetched_ms = NINE_MS - DAY_MS;
    for (size_t i = 1; i < DOCUMENT_HEADLINES_MAX; i++)
        document.headlines.titles[document.headlines.count++] = xstrdup("More");
    char *json = write_text(&document);
    if (!document_read(json, strlen(json), &again, &err))
        fail_msg("%s", err.message);
    assert_string_equal(again.room, "Audi 1");
    assert_string_equal(again.timezone, "Europe/Brussels");
    assert_string_equal(again.selection, "abc123");
    assert_int_equal(again.generated_ms, document.generated_ms);
    assert_int_equal(again.from_ms, document.from_ms);
    assert_int_equal(again.until_ms, document.until_ms);
    assert_int_equal(again.feed_count, 2);
    assert_int_equal(again.feeds[0].status, FEED_STATUS_FAILED);
    assert_int_equal(again.feeds[0].fetched_ms, NINE_MS);
    assert_int_equal(again.feeds[0].server_date_ms, NINE_MS + 5000);
    assert_string_equal(again.feeds[0].url, "https://example.org/a.ics");
    assert_string_equal(again.feeds[0].etag, "\"x-1\"");
    assert_string_equal(again.feeds[0].error, "HTTP 503");
    assert_int_equal(again.feeds[1].status, FEED_STATUS_UNCHANGED);
    assert_int_equal(again.feeds[1].fetched_ms, DOCUMENT_UNKNOWN_MS);
    assert_int_equal(again.feeds[0].event_count, 1067);
    assert_int_equal(again.feeds[0].matched_count, 0);
    assert_int_equal(again.feeds[0].closest_count, 2);
    assert_string_equal(again.feeds[0].closest[1], "Foyer \"S\"");
    assert_int_equal(again.feeds[1].event_count, 3);
    assert_int_equal(again.feeds[1].matched_count, 2);
    assert_int_equal(again.feeds[1].closest_count, 0);
    assert_string_equal(again.headlines.url, "https://example.org/news.xml");
    assert_string_equal(again.headlines.source, "Example News");
    assert_string_equal(again.headlines.etag, "W/7");
    assert_string_equal(again.headlines.error, "HTTP 404");
    assert_int_equal(again.headlines.asked_ms, NINE_MS);
    assert_int_equal(again.headlines.fetched_ms, NINE_MS - DAY_MS);
    assert_int_equal(again.headlines.count, DOCUMENT_HEADLINES_MAX);
    assert_string_equal(again.headlines.titles[0], "Registration is open");
    assert_true(schedule_equal(&again.schedule, &document.schedule));
    assert_true(schedule_equal(&again.elsewhere, &document.elsewhere));
    assert_int_equal(again.changes.count, 2);
    assert_int_equal(again.changes.changes[0].kind, CHANGE_MOVED);
    assert_true(again.changes.changes[0].gone);
    assert_int_equal(again.changes.changes[0].old_end_ms, NINE_MS + 4 * HOUR_MS);
    assert_int_equal(again.changes.changes[0].end_ms, NINE_MS + 6 * HOUR_MS);
    assert_string_equal(again.changes.changes[0].old_title, "Ants");
    assert_string_equal(again.changes.changes[0].room, "Audi 2");
    assert_int_equal(again.schedule.sessions[0].remind_s, 900);
    assert_int_equal(again.schedule.sessions[1].remind_s, SESSION_NO_ALARM);
    char *rewritten = write_text(&again);
    assert_string_equal(rewritten, json);
    free(rewritten);
    free(json);
    document_release(&document);
    document_release(&again);
}

static void check_refused(const char *json, const char *expected)
{
    struct document document = {.generated_ms = 4242};
    struct error err = {0};
    if (document_read(json, strlen(json), &document, &err))
        fail_msg("taken; expected \"%s\"", expected);
    /* The rest of such a message is jansson's. */
    if (strcmp(expected, NOT_JSON) == 0)
        assert_memory_equal(err.message, expected, strlen(expected));
    else
        assert_string_equal(err.message, expected);
    assert_int_equal(document.generated_ms, 4242);
}

/* The sample with the first `old` after the first `mark` replaced. */
static char *changed(const char *mark, const char *old, const char *new)
{
    const char *at = strstr(expected_json, mark);
    assert_non_null(at);
    at = strstr(at, old);
    assert_non_null(at);
    size_t size = sizeof(expected_json) + strlen(new);
    char *json = malloc(size);
    assert_non_null(json);
    snprintf(json, size, "%.*s%s%s", (int)(at - expected_json), expected_json, new,
             at + strlen(old));
    return json;
}

static void test_each_field_is_checked(void **state)
{
    (void)state;
    static const struct {
        const char *mark, *old, *new, *expected;
    } cases[] = {
        {"{", "1", "2", "version: not within 1 to 1"},
        {"{", "1", "1.0", "version: not a whole number"},
        {"{", "1", "\"1\"", "version: not a whole number"},
        {"{", "\"version\": 1,", "", "version: missing"},
        {"{", "\"version\"", "\"verzion\": 1, \"version\"", "verzion: no such field"},
        {"\"room\"", "\"Audi 1\"", "1", "room: not a string"},
        {"\"room\"", "\"Audi 1\"", "null", "room: not a string"},
        {"\"generated\"", "2026-01-31T09:00:00Z", "2026-01-31T09:00:00",
         "generated: \"2026-01-31T09:00:00\" has no zone; write Z or an offset like +01:00 after "
         "it"},
        {"\"generated\"", "\"2026-01-31T09:00:00Z\"", "null", "generated: not a string"},
        {"\"generated\"", "\"2026-01-31T09:00:00Z\"", "0", "generated: not a string"},
        {"\"until\"", "2026-02-08", "2026-01-30", "until: not after from"},
        {"\"feeds\"", "[", "{\"a\": [", NOT_JSON},
        {"\"feeds\"", "\"fresh\"", "\"stale\"", "feeds[0].status: not fresh, unchanged or failed"},
        {"\"feeds\"", "\"fresh\"", "7", "feeds[0].status: not a string"},
        {"\"feeds\"", "\"server_date\": null", "\"server_date\": \"soon\"",
         "feeds[0].server_date: \"soon\" is not a time like "
         "2026-01-31T09:30:00Z or 2026-01-31T10:30"},
        {"\"feeds\"", "\"error\": \"\"", "\"errors\": \"\"", "feeds[0].errors: no such field"},
        {"\"feeds\"", "1067", "-1", "feeds[0].events: not within 0 to 9223372036854775807"},
        {"\"feeds\"", "1067", "null", "feeds[0].events: not a whole number"},
        {"\"feeds\"", "\"events\": 1067,", "", "feeds[0].events: missing"},
        {"\"feeds\"", "\"matched\": 0,", "", "feeds[0].matched: missing"},
        {"\"feeds\"", "\"matched\": 0", "\"matched\": 1068", "feeds[0].matched: more than events"},
        {"\"feeds\"", "\"matched\": 0", "\"matched\": 3, \"roomless\": 4",
         "feeds[0].roomless: not within 1 to 3"},
        {"\"feeds\"", "\"Audi 2\"", "2", "feeds[0].closest[0]: not a string"},
        {"\"feeds\"", "\"Audi 2\"", "\"\", \"\", \"\", \"\", \"\"",
         "feeds[0].closest: more than 5"},
        {"\"feeds\"", "\"closest\"", "\"nearest\"", "feeds[0].nearest: no such field"},
        {"\"headlines\"", "\"headlines\"", "\"news\"", "news: no such field"},
        {"\"headlines\"", "{", "[], \"changes\": {", NOT_JSON},
        {"\"headlines\"", "\"source\": \"Example News\",", "", "headlines.source: missing"},
        {"\"headlines\"", "\"fetched\": null", "\"fetched\": 7", "headlines.fetched: not a string"},
        {"\"headlines\"", "\"titles\"", "\"entries\"", "headlines.entries: no such field"},
        {"\"headlines\"", "\"Registration is open\"", "null", "headlines.titles[0]: not a string"},
        {"\"headlines\"", "\"Registration is open\"",
         "\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"",
         "headlines.titles: more than 8"},
        {"\"sessions\"", "\"a@example.org\"", "\"\"", "sessions[0].uid: empty"},
        {"\"sessions\"", "\"a@example.org\"", "\" \\t\"", "sessions[0].uid: empty"},
        {"\"sessions\"", "T10:20:00Z", "T09:29:59Z", "sessions[0].end: before start"},
        {"\"sessions\"", "T09:30:00Z", "T09:30:00+30:00",
         "sessions[0].start: \"2026-01-31T09:30:00+30:00\": after the time stands neither Z nor an "
         "offset like +01:00"},
        {"\"sessions\"", "2026-01-31T10:20:00Z", "2026-02-31T10:20:00Z",
         "sessions[0].end: \"2026-02-31T10:20:00Z\": there is no such date or time"},
        {"\"sessions\"", "\"Ren\xC3\xA9\"", "7", "sessions[0].speakers[0]: not a string"},
        {"\"sessions\"", "\"speakers\": []", "\"speakers\": {}",
         "sessions[1].speakers: not a list"},
        {"\"sessions\"", "\"speakers\": []", "\"speakers\": null",
         "sessions[1].speakers: not a list"},
        {"\"sessions\"", "\"session\"", "\"talk\"",
         "sessions[0].kind: not session, break or all-day"},
        {"\"sessions\"", "\"tentative\"", "\"maybe\"",
         "sessions[0].status: not confirmed, tentative or cancelled"},
        {"\"sessions\"", "false", "0", "sessions[0].venue_wide: not true or false"},
        {"\"sessions\"", "900", "-1", "sessions[0].remind_s: not within 0 to 31622400"},
        {"\"sessions\"", "900", "31622401", "sessions[0].remind_s: not within 0 to 31622400"},
        {"\"sessions\"", "900", "\"900\"", "sessions[0].remind_s: not a whole number"},
        {"\"sessions\"", "\"feed\": 0", "\"feed\": 1", "sessions[0].feed: there are only 1 feeds"},
        {"\"sessions\"", "\"feed\": 0", "\"feed\": 8", "sessions[0].feed: not within 0 to 7"},
        {"\"sessions\"", "\"feed\": 0", "\"feed\": 99999999999999999999", NOT_JSON},
        {"\"sessions\"", "\"track\": \"Main\",", "", "sessions[0].track: missing"},
        {"\"sessions\"", "2026-01-31T10:30:00Z", "2026-01-31T09:00:00Z",
         "sessions[1].start: sessions are not in order of start, end, uid"},
        {"\"sessions\"", "b@example.org/20260131T103000Z", "a@example.org",
         "sessions[1].uid: \"a@example.org\" stands more than once"},
        {"\"sessions\"", "b@example.org/20260131T103000Z", " a@example.org ",
         "sessions[1].uid: \"a@example.org\" stands more than once"},
        {"\"changes\"", "\"changes\"", "\"changes\": {}, \"kanges\"", "kanges: no such field"},
        {"\"changes\"", "{", "7, {", "changes[0]: not an object"},
        {"\"changes\"", "\"moved\"", "\"gone\"",
         "changes[0].kind: not moved, retimed, cancelled, new or retitled"},
        {"\"changes\"", "\"moved\"", "null", "changes[0].kind: not a string"},
        {"\"changes\"", "m@example.org", "", "changes[0].uid: empty"},
        {"\"changes\"", "\"2026-01-31T09:00:00Z\"", "null", "changes[0].seen: not a string"},
        {"\"changes\"", "T13:00:00Z", "T11:00:00Z", "changes[0].old_end: before old_start"},
        {"\"changes\"", "T15:00:00Z", "T13:59:59Z", "changes[0].end: before start"},
        {"\"changes\"", "\"old_room\": \"Audi 1\",", "", "changes[0].old_room: missing"},
        {"\"changes\"", "\"Ants\"", "[]", "changes[0].old_title: not a string"},
        {"\"changes\"", "true", "1", "changes[0].gone: not true or false"},
        {"\"changes\"", "false", "true", "changes[1].gone: what is new stands in the schedule"},
        {"\"changes\"", "b@example.org", "m@example.org", "changes[1].uid: stands more than once"},
        {"\"changes\"", "m@example.org", "a@example.org",
         "changes[0].uid: it is gone, and in the schedule"},
        {"\"changes\"", "\"gone\"", "\"new_room\"", "changes[0].new_room: no such field"},
        {"\"changes\"", "2026-01-31T16:00:00Z", "2026-01-31T11:00:00Z",
         "changes[1].old_start: not in order of old_start, old_end, uid"},
        {"\"elsewhere\"", "\"elsewhere\"", "\"elsewhere\": {}, \"elsewere\"",
         "elsewere: no such field"},
        {"\"elsewhere\"", "z@example.org", "", "elsewhere[0].uid: empty"},
        {"\"elsewhere\"", "z@example.org", "m@example.org",
         "elsewhere[1].uid: \"m@example.org\" stands more than once"},
        {"\"elsewhere\"", "T10:00:00Z", "T09:00:00Z", "elsewhere[0].end: before start"},
        {"\"elsewhere\"", "T14:00:00Z", "T09:00:00Z",
         "elsewhere[1].start: not in order of start, end, uid"},
        {"\"elsewhere\"", "\"Audi 3\"", "3", "elsewhere[0].room: not a string"},
        {"\"elsewhere\"", "\"feed\": 0", "\"feed\": 1",
         "elsewhere[0].feed: there are only 1 feeds"},
        {"\"elsewhere\"", "\"title\"", "\"kind\"", "elsewhere[0].kind: no such field"},
        {"\"title\"", "\"title\"", "\"uid\"", NOT_JSON},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *json = changed(cases[i].mark, cases[i].old, cases[i].new);
        check_refused(json, cases[i].expected);
        free(json);
    }
}

static void test_not_a_document(void **state)
{
    (void)state;
    check_refused("", NOT_JSON);
    check_refused("[]", "the document: not an object");
    check_refused("{}", "version: missing");
    check_refused("\x1F\x8B\x08", NOT_JSON);
    struct document document;
    struct error err = {0};
    assert_false(document_read(NULL, 0, &document, &err));
    char *large = calloc(1, DOCUMENT_BYTES_MAX + 1);
    assert_non_null(large);
    assert_false(document_read(large, DOCUMENT_BYTES_MAX + 1, &document, &err));
    assert_string_equal(err.message, "larger than 8388608 bytes");
    memset(large, '[', DOCUMENT_BYTES_MAX);
    assert_false(document_read(large, DOCUMENT_BYTES_MAX, &document, &err));
    free(large);
    /* What follows a whole document. */
    char *json = changed("\"elsewhere\"", " ]\n}\n", " ]\n}\n{}");
    assert_false(document_read(json, strlen(json), &document, &err));
    free(json);
}

/* Lists of more than the most. */
static void test_lists_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *mark;
        size_t max;
        const char *expected;
    } cases[] = {
        {"\"changes\"", CHANGES_MAX, "changes: more than 500"},
        {"\"elsewhere\"", DOCUMENT_ELSEWHERE_MAX, "elsewhere: more than 2000"},
    };
    for (size_t i = 0; i < 2; i++) {
        size_t size = cases[i].max * 2 + 8;
        char *list = calloc(1, size);
        assert_non_null(list);
        list[0] = '[';
        for (size_t j = 0; j < cases[i].max; j++)
            snprintf(list + strlen(list), 3, "0,");
        snprintf(list + strlen(list), size - strlen(list), "{");
        char *json = changed(cases[i].mark, "[\n  {", list);
        check_refused(json, cases[i].expected);
        free(json);
        free(list);
    }
}

static void test_text_is_bounded_and_clean(void **state)
{
    (void)state;
    static const struct {
        const char *old;
        size_t max;
        const char *expected;
    } cases[] = {
        {"a@example.org", SESSION_UID_BYTES_MAX, "sessions[0].uid: longer than 512 bytes"},
        {"Main", SESSION_NAME_BYTES_MAX, "sessions[0].track: longer than 256 bytes"},
        {"Ren\xC3\xA9", SESSION_NAME_BYTES_MAX, "sessions[0].speakers[0]: longer than 256 bytes"},
        {"https://example.org/a\"", SESSION_URL_BYTES_MAX, NULL},
    };
    for (size_t i = 0; i < 3; i++) {
        char text[4096];
        memset(text, 'x', cases[i].max + 1);
        text[cases[i].max + 1] = '\0';
        char *json = changed("\"sessions\"", cases[i].old, text);
        check_refused(json, cases[i].expected);
        free(json);
        text[cases[i].max] = '\0';
        json = changed("\"sessions\"", cases[i].old, text);
        struct document document;
        struct error err = {0};
        assert_true(document_read(json, strlen(json), &document, &err));
        document_release(&document);
        free(json);
    }
    char *json = changed("\"sessions\"", "\"Main\"", "\" a\\n\\u202eb\\u0007 \"");
    struct document document;
    struct error err = {0};
    assert_true(document_read(json, strlen(json), &document, &err));
    assert_string_equal(document.schedule.sessions[0].track, "a b");
    document_release(&document);
    free(json);
}

/* What a server sends need not be UTF-8, short or kind. */
static void test_feed_strings_are_made_writable(void **state)
{
    (void)state;
    struct document document, again;
    struct error err = {0};
    fill_sample(&document);
    session_set(&document.feeds[0].last_modified, "caf\xE9\n");
    char long_tag[2 * DOCUMENT_VALIDATOR_BYTES_MAX];
    memset(long_tag, 'x', sizeof(long_tag) - 1);
    long_tag[sizeof(long_tag) - 1] = '\0';
    session_set(&document.feeds[0].etag, long_tag);
    session_set(&document.feeds[0].error, long_tag);
    char *json = write_text(&document);
    assert_true(document_read(json, strlen(json), &again, &err));
    assert_string_equal(again.feeds[0].last_modified, "caf\xEF\xBF\xBD");
    assert_string_equal(again.feeds[0].etag, "");
    assert_int_equal(strlen(again.feeds[0].error), ERROR_MESSAGE_BYTES_MAX);
    free(json);
    document_release(&document);
    document_release(&again);
}

static void test_feed_that_lacks_the_room(void **state)
{
    (void)state;
    struct document_feed feed = {0};
    assert_false(document_feed_lacks_room(&feed));
    feed.event_count = 1;
    assert_true(document_feed_lacks_room(&feed));
    feed.matched_count = 1;
    assert_false(document_feed_lacks_room(&feed));
}

static void add_dated_feed(struct document *document, enum feed_status status, int64_t fetched_ms,
                           int64_t server_date_ms)
{
    struct document_feed *feed = document_add_feed(document);
    feed->status = status;
    feed->fetched_ms = fetched_ms;
    feed->server_date_ms = server_date_ms;
}

static void test_dates_of_the_poll(void **state)
{
    (void)state;
    struct document document;
    int64_t dates_ms[DOCUMENT_FEEDS_MAX];
    document_init(&document);
    document.generated_ms = NINE_MS;
    add_dated_feed(&document, FEED_STATUS_FRESH, NINE_MS, NINE_MS + 1);
    add_dated_feed(&document, FEED_STATUS_FRESH, DOCUMENT_UNKNOWN_MS, DOCUMENT_UNKNOWN_MS);
    add_dated_feed(&document, FEED_STATUS_FAILED, NINE_MS - HOUR_MS, NINE_MS + 2);
    add_dated_feed(&document, FEED_STATUS_UNCHANGED, NINE_MS - SECOND_MS, NINE_MS + 3);
    add_dated_feed(&document, FEED_STATUS_FRESH, NINE_MS + SECOND_MS, DOCUMENT_UNKNOWN_MS);
    assert_int_equal(document_server_dates(&document, dates_ms), 2);
    assert_int_equal(dates_ms[0], NINE_MS + 1);
    assert_int_equal(dates_ms[1], NINE_MS + 3);

    document_redate(&document, SECOND_MS - 1);
    document_redate(&document, 1 - SECOND_MS);
    assert_int_equal(document.generated_ms, NINE_MS);
    document_redate(&document, -DAY_MS);
    assert_int_equal(document.generated_ms, NINE_MS - DAY_MS);
    assert_int_equal(document.feeds[0].fetched_ms, NINE_MS - DAY_MS);
    assert_int_equal(document.feeds[1].fetched_ms, DOCUMENT_UNKNOWN_MS);
    assert_int_equal(document.feeds[2].fetched_ms, NINE_MS - HOUR_MS);
    assert_int_equal(document.feeds[3].fetched_ms, NINE_MS - SECOND_MS - DAY_MS);
    /* It wasn't dated by that clock. */
    assert_int_equal(document.feeds[4].fetched_ms, NINE_MS + SECOND_MS);
    document_release(&document);
}

static void fill_large(struct document *document, int count)
{
    fill_head(document);
    for (int i = 0; i < count; i++) {
        struct session session;
        char uid[32];
        session_init(&session);
        snprintf(uid, sizeof(uid), "%d", i);
        session_set(&session.uid, uid);
        session.start_ms = NINE_MS + i * MINUTE_MS;
        session.end_ms = session.start_ms + MINUTE_MS;
        add(document, &session);
    }
    schedule_sort(&document->schedule);
}

static void test_large(void **state)
{
    (void)state;
    struct document document, again;
    struct error err = {0};
    fill_large(&document, SCHEDULE_SESSIONS_MAX);
    char *json = write_text(&document);
    assert_true(document_read(json, strlen(json), &again, &err));
    assert_int_equal(again.schedule.count, SCHEDULE_SESSIONS_MAX);
    document_release(&again);
    free(json);

    struct buffer small;
    buffer_init(&small, 10000);
    assert_true(buffer_append_text(&small, "kept"));
    assert_false(document_write(&document, &small, &err));
    assert_string_equal(small.data, "kept");
    assert_int_equal(small.length, 4);
    assert_non_null(strstr(err.message, "larger than 10000 bytes"));
    buffer_release(&small);
    document_release(&document);
}

/* Few bytes that take a hundred times as many once they are read. */
static void test_what_grows_when_it_is_read_is_refused_before(void **state)
{
    (void)state;
    static const char *const units[] = {"{},", "[],", "0,", "\"\",", "{\"a\":[]},"};
    char *json = calloc(1, DOCUMENT_BYTES_MAX + 1);
    assert_non_null(json);
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        size_t length = strlen(units[i]);
        json[0] = '[';
        for (size_t at = 1; at + length < DOCUMENT_BYTES_MAX; at += length)
            memcpy(json + at, units[i], length + 1);
        check_refused(json, "more objects, lists or values than a schedule has");
    }
    /* In a string they are text, which goes on after a quote that is escaped. */
    memset(json, '{', DOCUMENT_BYTES_MAX);
    memcpy(json, "[\"\\\"", 4);
    memcpy(json + DOCUMENT_BYTES_MAX - 2, "\"]", 3);
    check_refused(json, "the document: not an object");
    free(json);
}

/* Damaged documents: refused with words, or taken and then sound enough to be written again. */
static void test_any_bytes(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    int taken = 0, refused = 0;
    for (int round = 0; round < 20000; round++) {
        char json[sizeof(expected_json)];
        memcpy(json, expected_json, sizeof(json));
        size_t length = sizeof(json) - 1;
        for (int change = 0; change < 1 + round % 4; change++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            static const char telling[] = "{}[]\",:\\0123456789-ntfu\n";
            json[(seed >> 8) % length] =
                seed % 3 ? telling[seed % (sizeof(telling) - 1)] : (char)(seed >> 40);
        }
        if (round % 10 == 0)
            length = seed % length;
        struct document document;
        struct error err = {0};
        if (!document_read(json, length, &document, &err)) {
            assert_true(err.message[0] != '\0');
            assert_true(utf8_valid(err.message, strlen(err.message)));
            refused++;
            continue;
        }
        taken++;
        char *again = write_text(&document);
        free(again);
        document_release(&document);
    }
    assert_true(taken > 500 && refused > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_byte_for_byte),
        cmocka_unit_test(test_reads_back),
        cmocka_unit_test(test_each_field_is_checked),
        cmocka_unit_test(test_not_a_document),
        cmocka_unit_test(test_lists_are_bounded),
        cmocka_unit_test(test_text_is_bounded_and_clean),
        cmocka_unit_test(test_feed_strings_are_made_writable),
        cmocka_unit_test(test_feed_that_lacks_the_room),
        cmocka_unit_test(test_dates_of_the_poll),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_what_grows_when_it_is_read_is_refused_before),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
