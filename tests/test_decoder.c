/* The decoder as its callers see it: the cases of tests/decoder in several chunkings, what is no
 * calendar, what is cut short, what is too much; and the real feeds, where they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/buffer.h>
#include <roomsign/decoder.h>

#define TEXT_BYTES_MAX (1024 * 1024)
#define CASE_LINE_BYTES 1024
#define CASE_NAMES_MAX 4

/** One case, or one question to a feed. */
struct question {
    char title[CASE_LINE_BYTES];
    int line;
    char zone[64];
    bool zone_from_feed;
    char from[32], until[32];
    char room[128];
    char aliases[CASE_NAMES_MAX][128];
    char commons[CASE_NAMES_MAX][128];
    size_t alias_count, common_count;
    bool no_venue_wide;
    char shown[128];
    struct buffer feed;
    struct buffer expected;
};

/** What came of it. */
struct answer {
    struct schedule sessions;
    struct decode_result result;
    struct buffer warnings;
    size_t warning_count;
    bool done;
    struct error err;
};

static void question_init(struct question *question)
{
    memset(question, 0, sizeof *question);
    snprintf(question->zone, sizeof question->zone, "Europe/Brussels");
    snprintf(question->from, sizeof question->from, "2026-01-01T00:00");
    snprintf(question->until, sizeof question->until, "2027-01-01T00:00");
    buffer_init(&question->feed, 64 * TEXT_BYTES_MAX);
    buffer_init(&question->expected, TEXT_BYTES_MAX);
}

static void question_release(struct question *question)
{
    buffer_release(&question->feed);
    buffer_release(&question->expected);
}

static void take_warning(void *context, const char *message)
{
    struct answer *answer = context;
    answer->warning_count++;
    buffer_append_format(&answer->warnings, "%s\n", message);
}

static struct room_filter *question_filter(const struct question *question)
{
    const char *aliases[CASE_NAMES_MAX], *commons[CASE_NAMES_MAX];
    for (size_t i = 0; i < CASE_NAMES_MAX; i++) {
        aliases[i] = question->aliases[i];
        commons[i] = question->commons[i];
    }
    const struct room_filter_options options = {
        .name = question->room,
        .aliases = aliases,
        .alias_count = question->alias_count,
        .common_rooms = commons,
        .common_room_count = question->common_count,
        .include_venue_wide = !question->no_venue_wide,
    };
    return room_filter_new(&options);
}

static struct answer *ask(const struct question *question, size_t chunk)
{
    static struct zone zone;
    struct answer *answer = calloc(1, sizeof *answer);
    assert_non_null(answer);
    buffer_init(&answer->warnings, TEXT_BYTES_MAX);
    assert_true(zone_load(question->zone, &zone, NULL));
    struct room_filter *filter = question_filter(question);
    struct decoder_request request = {
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &zone,
        .zone_from_feed = question->zone_from_feed,
        .filter = filter,
        .warn = take_warning,
        .context = answer,
    };
    assert_true(time_parse(question->from, &zone, &request.from_ms, NULL));
    assert_true(time_parse(question->until, &zone, &request.until_ms, NULL));
    struct decoder *decoder = decoder_new(&request);
    bool going = true;
    for (size_t at = 0; going && at < question->feed.length; at += chunk) {
        size_t left = question->feed.length - at;
        going = decoder_push(decoder, question->feed.data + at, left < chunk ? left : chunk,
                             &answer->err);
    }
    answer->done = decoder_finish(decoder, &answer->sessions, &answer->result, &answer->err);
    if (!going)
        assert_false(answer->done);
    schedule_sort(&answer->sessions);
    decoder_free(decoder);
    room_filter_free(filter);
    return answer;
}

static void answer_free(struct answer *answer)
{
    schedule_release(&answer->sessions);
    buffer_release(&answer->warnings);
    free(answer);
}

static void append_column(struct buffer *text, const struct session *session, const char *name,
                          size_t length)
{
    buffer_append_text(text, " | ");
    if (strncmp(name, "title", length) == 0)
        buffer_append_text(text, session->title);
    else if (strncmp(name, "room", length) == 0)
        buffer_append_text(text, session->room);
    else if (strncmp(name, "status", length) == 0)
        buffer_append_text(text, session_status_name(session->status));
    else if (strncmp(name, "kind", length) == 0)
        buffer_append_text(text, session_kind_name(session->kind));
    else if (strncmp(name, "wide", length) == 0)
        buffer_append_text(text, session->venue_wide ? "wide" : "");
    else if (strncmp(name, "track", length) == 0)
        buffer_append_text(text, session->track);
    else if (strncmp(name, "url", length) == 0)
        buffer_append_text(text, session->url);
    else if (strncmp(name, "remind", length) == 0)
        buffer_append_format(text, "%lld", (long long)session->remind_s);
    else if (strncmp(name, "speakers", length) == 0)
        for (size_t i = 0; i < session->speaker_count; i++)
            buffer_append_format(text, "%s%s", i > 0 ? "; " : "", session->speakers[i]);
    else
        fail_msg("no column: %s", name);
}

static void trim_line(struct buffer *text)
{
    while (text->length > 0 && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    buffer_append_text(text, "\n");
}

static void append_session(struct buffer *text, const struct session *session, const char *shown)
{
    char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    buffer_append_format(text, "%s %s %s", time_format_utc(session->start_ms, start),
                         time_format_utc(session->end_ms, end), session->uid);
    while (*shown != '\0') {
        size_t length = strcspn(shown, " ");
        append_column(text, session, shown, length);
        shown += length;
        shown += strspn(shown, " ");
    }
    trim_line(text);
}

/** An answer in the words of the case files. Warnings stay apart. */
static void append_answer(struct buffer *text, const struct answer *answer, const char *shown)
{
    if (!answer->done) {
        buffer_append_format(text, "error: %s\n", answer->err.message);
        return;
    }
    for (size_t i = 0; i < answer->sessions.count; i++)
        append_session(text, &answer->sessions.sessions[i], shown);
    if (answer->result.zone_name[0] != '\0')
        buffer_append_format(text, "feed zone: %s\n", answer->result.zone_name);
    if (answer->result.matched_count > 0 || answer->result.event_count == 0)
        return;
    buffer_append_format(text, "matched 0 of %zu, closest:", answer->result.event_count);
    for (size_t i = 0; i < answer->result.closest_count; i++)
        buffer_append_format(text, "%s %s", i > 0 ? "," : "", answer->result.closest[i]);
    buffer_append_text(text, "\n");
}

/** Replace each warning by the expectation that is part of it, so that both texts compare. */
static void append_warnings(struct buffer *text, const struct answer *answer,
                            const struct buffer *expected)
{
    const char *wanted = expected->length > 0 ? strstr(expected->data, "warn: ") : NULL;
    const char *line = answer->warnings.length > 0 ? answer->warnings.data : "";
    while (*line != '\0') {
        char warning[2048], part[CASE_LINE_BYTES] = "";
        size_t length = strcspn(line, "\n");
        snprintf(warning, sizeof warning, "%.*s", (int)length, line);
        if (wanted != NULL) {
            snprintf(part, sizeof part, "%.*s", (int)strcspn(wanted + 6, "\n"), wanted + 6);
            wanted = strstr(wanted + 6, "warn: ");
        }
        bool held = part[0] != '\0' && strstr(warning, part) != NULL;
        buffer_append_format(text, "warn: %s\n", held ? part : warning);
        line += length + 1;
    }
}

static int check_question(const char *path, const struct question *question)
{
    static const size_t chunks[] = {SIZE_MAX / 2, 1, 7, 4096};
    int failures = 0;
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0] && failures == 0; i++) {
        struct answer *answer = ask(question, chunks[i]);
        struct buffer actual;
        buffer_init(&actual, TEXT_BYTES_MAX);
        append_answer(&actual, answer, question->shown);
        append_warnings(&actual, answer, &question->expected);
        const char *got = actual.length > 0 ? actual.data : "";
        const char *wanted = question->expected.length > 0 ? question->expected.data : "";
        if (strcmp(got, wanted) != 0) {
            fprintf(stderr, "%s:%d: %s (chunks of %zu)\n--- expected\n%s--- actual\n%s---\n", path,
                    question->line, question->title, chunks[i], wanted, got);
            failures++;
        }
        buffer_release(&actual);
        answer_free(answer);
    }
    return failures;
}

static void take_name(char names[static CASE_NAMES_MAX][128], size_t *count, const char *name)
{
    assert_true(*count < CASE_NAMES_MAX);
    snprintf(names[(*count)++], sizeof names[0], "%s", name);
}

static void read_setting(struct question *question, const char *line)
{
    const char *value = strchr(line, ' ');
    value = value == NULL ? "" : value + 1;
    if (strncmp(line, "zone ", 5) == 0) {
        snprintf(question->zone, sizeof question->zone, "%s", value);
    } else if (strcmp(line, "zone-from-feed") == 0) {
        question->zone_from_feed = true;
    } else if (strncmp(line, "window ", 7) == 0) {
        size_t length = strcspn(value, " ");
        snprintf(question->from, sizeof question->from, "%.*s", (int)length, value);
        snprintf(question->until, sizeof question->until, "%s", value + length + 1);
    } else if (strncmp(line, "room ", 5) == 0) {
        snprintf(question->room, sizeof question->room, "%s", value);
    } else if (strncmp(line, "alias ", 6) == 0) {
        take_name(question->aliases, &question->alias_count, value);
    } else if (strncmp(line, "common ", 7) == 0) {
        take_name(question->commons, &question->common_count, value);
    } else if (strcmp(line, "no-venue-wide") == 0) {
        question->no_venue_wide = true;
    } else if (strncmp(line, "show ", 5) == 0) {
        snprintf(question->shown, sizeof question->shown, "%s", value);
    } else {
        fail_msg("no setting: %s", line);
    }
}

static void run_cases(const char *path, int cases_min)
{
    FILE *file = fopen(path, "r");
    struct question question;
    char line[CASE_LINE_BYTES];
    int part = 0, cases = 0, failures = 0;
    assert_non_null(file);
    question_init(&question);
    for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "== ", 3) == 0) {
            failures += cases > 0 ? check_question(path, &question) : 0;
            question_release(&question);
            question_init(&question);
            snprintf(question.title, sizeof question.title, "%s", line + 3);
            question.line = number;
            cases++;
            part = 1;
        } else if (strcmp(line, "--") == 0 && part > 0) {
            buffer_append_text(&question.feed,
                               part == 1 ? "BEGIN:VCALENDAR\r\n" : "END:VCALENDAR\r\n");
            part++;
        } else if (part == 1 && line[0] != '\0') {
            read_setting(&question, line);
        } else if (part == 2) {
            buffer_append_format(&question.feed, "%s\r\n", line);
        } else if (part == 3 && line[0] != '\0') {
            buffer_append_format(&question.expected, "%s\n", line);
        }
    }
    failures += check_question(path, &question);
    question_release(&question);
    fclose(file);
    assert_true(cases >= cases_min);
    assert_int_equal(failures, 0);
}

static void test_series(void **state)
{
    (void)state;
    run_cases("tests/decoder/series.txt", 15);
}

static void test_zones(void **state)
{
    (void)state;
    run_cases("tests/decoder/zones.txt", 6);
}

static void test_fields(void **state)
{
    (void)state;
    run_cases("tests/decoder/fields.txt", 7);
}

static void test_rooms(void **state)
{
    (void)state;
    run_cases("tests/decoder/rooms.txt", 5);
}

static void test_publishers(void **state)
{
    (void)state;
    run_cases("tests/decoder/publishers.txt", 25);
}

/** Two events, because of the first one more is kept. */
static void indico_feed(struct question *question, const char *description)
{
    question_init(question);
    snprintf(question->from, sizeof question->from, "2026-01-31T00:00");
    snprintf(question->until, sizeof question->until, "2026-02-01T00:00");
    buffer_append_text(&question->feed, "BEGIN:VCALENDAR\r\nPRODID:-//CERN//INDICO//EN\r\n");
    for (int i = 1; i <= 2; i++)
        buffer_append_format(&question->feed,
                             "BEGIN:VEVENT\r\nUID:indico-contribution-%d\r\n"
                             "DTSTART:20260131T0%d0000Z\r\nDESCRIPTION:Speakers: %s\r\n"
                             "END:VEVENT\r\n",
                             i, i, description);
    buffer_append_text(&question->feed, "END:VCALENDAR\r\n");
}

static void expect_whole_names(int affiliation_width)
{
    struct question question;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    for (int i = 0; i < 100; i++)
        buffer_append_format(&text, "%sSpeaker %03d (%0*d)", i > 0 ? "\\, " : "", i,
                             affiliation_width, i);
    indico_feed(&question, text.data);
    struct answer *answer = ask(&question, 999);
    assert_true(answer->done);
    assert_int_equal(answer->sessions.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct session *session = &answer->sessions.sessions[i];
        assert_true(session->speaker_count > 30);
        for (size_t j = 0; j < session->speaker_count; j++) {
            char name[32];
            snprintf(name, sizeof name, "Speaker %03zu", j);
            assert_string_equal(session->speakers[j], name);
        }
    }
    answer_free(answer);
    question_release(&question);
    buffer_release(&text);
}

static void test_indico_descriptions_of_any_length(void **state)
{
    (void)state;
    struct question question;
    struct buffer text;
    for (int width = 90; width < 110; width++)
        expect_whole_names(width);
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, "Ada (London)\\, Grace\\n\\n");
    for (int i = 0; i < 20000; i++)
        buffer_append_text(&text, "prose ");
    indico_feed(&question, text.data);
    struct answer *answer = ask(&question, 999);
    assert_int_equal(answer->sessions.count, 2);
    assert_int_equal(answer->warning_count, 0);
    for (size_t i = 0; i < 2; i++) {
        const struct session *session = &answer->sessions.sessions[i];
        assert_int_equal(session->speaker_count, 2);
        assert_string_equal(session->speakers[0], "Ada");
        assert_string_equal(session->speakers[1], "Grace");
    }
    answer_free(answer);
    question_release(&question);
    buffer_release(&text);
}

static void expect_error(const void *bytes, size_t length, const char *expected)
{
    for (size_t chunk = 1; chunk <= 4096; chunk *= 64) {
        struct question question;
        question_init(&question);
        buffer_append(&question.feed, bytes, length);
        struct answer *answer = ask(&question, chunk);
        assert_false(answer->done);
        assert_string_equal(answer->err.message, expected);
        assert_int_equal(answer->sessions.count, 0);
        answer_free(answer);
        question_release(&question);
    }
}

#define EXPECT_ERROR(text, expected) expect_error(text, sizeof text - 1, expected)

static void test_what_is_no_calendar_is_named(void **state)
{
    (void)state;
    EXPECT_ERROR("", "not a calendar: empty");
    EXPECT_ERROR("  \r\n\r\n", "not a calendar: empty");
    EXPECT_ERROR("<!DOCTYPE html>\n<title>Login</title>", "not a calendar: HTML page");
    EXPECT_ERROR("\n <HTML><body>", "not a calendar: HTML page");
    EXPECT_ERROR("<?xml version=\"1.0\"?><rss/>", "not a calendar: XML");
    EXPECT_ERROR("{\"events\": []}", "not a calendar: JSON");
    EXPECT_ERROR("\xFF\xFE"
                 "B\0E\0G\0I\0N\0:\0",
                 "not a calendar: UTF-16 text or a binary file");
    EXPECT_ERROR("B\0E\0G\0I\0N\0:\0V\0", "not a calendar: UTF-16 text or a binary file");
    EXPECT_ERROR("\x1F\x8B\x08 and so on", "not a calendar: compressed data");
    EXPECT_ERROR("18:10 Title - Speaker\n",
                 "not a calendar: no BEGIN:VCALENDAR, nor two lines that begin with a time");
    EXPECT_ERROR("BEGIN:VCARD\nEND:VCARD\n", "not a calendar: no BEGIN:VCALENDAR");
}

static const char whole[] = "BEGIN:VCALENDAR\r\n"
                            "VERSION:2.0\r\n"
                            "BEGIN:VTIMEZONE\r\nTZID:Nowhere\r\nBEGIN:STANDARD\r\n"
                            "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
                            "END:STANDARD\r\nEND:VTIMEZONE\r\n"
                            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Nowhere:20260131T103000\r\n"
                            "DURATION:PT50M\r\nSUMMARY:Gr\xC3\r\n \xBC\xC3\x9F"
                            "e aus der\r\n\t Schweiz\r\n"
                            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
                            "END:VEVENT\r\n"
                            "END:VCALENDAR\r\n";

static void test_a_cut_calendar_is_refused_wherever_it_is_cut(void **state)
{
    (void)state;
    /* Without its last line end it is still whole. */
    for (size_t length = 1; length < sizeof whole - 3; length++) {
        struct question question;
        question_init(&question);
        buffer_append(&question.feed, whole, length);
        struct answer *answer = ask(&question, 5);
        assert_false(answer->done);
        if (length >= 15)
            assert_string_equal(answer->err.message, "truncated: no END:VCALENDAR");
        answer_free(answer);
        question_release(&question);
    }
}

static void expect_whole(const struct buffer *feed)
{
    static const size_t chunks[] = {1, 2, 3, 7, 64, 65, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct question question;
        question_init(&question);
        buffer_append(&question.feed, feed->data, feed->length);
        struct answer *answer = ask(&question, chunks[i]);
        if (!answer->done)
            fail_msg("%s", answer->err.message);
        assert_int_equal(answer->sessions.count, 1);
        assert_string_equal(answer->sessions.sessions[0].title, "Grüße aus der Schweiz");
        assert_int_equal(answer->sessions.sessions[0].start_ms, INT64_C(1769851800000));
        assert_int_equal(answer->sessions.sessions[0].remind_s, 300);
        assert_int_equal(answer->warning_count, 0);
        answer_free(answer);
        question_release(&question);
    }
}

/** Replace each CRLF; NULL leaves it. */
static void with_line_ends(const char *line_end, const char *before, struct buffer *ret_feed)
{
    buffer_init(ret_feed, TEXT_BYTES_MAX);
    buffer_append_text(ret_feed, before);
    for (const char *c = whole; *c != '\0'; c++) {
        if (*c == '\r')
            continue;
        if (*c == '\n')
            buffer_append_text(ret_feed, line_end);
        else
            buffer_append(ret_feed, c, 1);
    }
}

static void test_line_ends_and_byte_order_marks_of_all_kinds(void **state)
{
    (void)state;
    static const char *const line_ends[] = {"\r\n", "\n", "\r", "\r\r\n", "\r\n\r\n"};
    for (size_t i = 0; i < sizeof line_ends / sizeof line_ends[0]; i++) {
        struct buffer feed;
        with_line_ends(line_ends[i], i % 2 == 0 ? "\xEF\xBB\xBF" : "", &feed);
        expect_whole(&feed);
        buffer_clear(&feed);
        buffer_release(&feed);
    }
    struct buffer feed;
    with_line_ends("\n", "", &feed);
    feed.data[--feed.length] = '\0';
    expect_whole(&feed);
    buffer_release(&feed);
}

static void test_a_bare_event_is_a_feed_of_one(void **state)
{
    (void)state;
    struct question question;
    question_init(&question);
    buffer_append_text(&question.feed,
                       "BEGIN:VEVENT\nUID:1\nDTSTART:20260131T093000Z\nEND:VEVENT\n");
    struct answer *answer = ask(&question, 1000);
    assert_true(answer->done);
    assert_int_equal(answer->sessions.count, 1);
    assert_int_equal(answer->result.event_count, 1);
    assert_string_equal(answer->result.format, "icalendar");
    answer_free(answer);
    question_release(&question);
}

/** A feed of `count` events that last an hour each, one a minute, from 2026-01-01 on. */
static void many_events(struct question *question, int count, const char *more)
{
    buffer_append_text(&question->feed, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < count; i++) {
        struct civil civil;
        struct zone utc;
        zone_utc(&utc);
        zone_to_civil(&utc, INT64_C(1767225600000) + i * MINUTE_MS, &civil);
        buffer_append_format(&question->feed,
                             "BEGIN:VEVENT\nUID:%d\nDTSTART:%04d%02d%02dT%02d%02d00Z\n"
                             "DURATION:PT1H\nSUMMARY:Number %d\n%sEND:VEVENT\n",
                             i, civil.year, civil.month, civil.day, civil.hour, civil.minute, i,
                             more);
    }
    buffer_append_text(&question->feed, "END:VCALENDAR\n");
}

static void test_too_many_events_are_said_once(void **state)
{
    (void)state;
    struct question question;
    question_init(&question);
    many_events(&question, 31000, "");
    struct answer *answer = ask(&question, 4096);
    assert_true(answer->done);
    assert_int_equal(answer->result.event_count, 31000);
    assert_int_equal(answer->sessions.count, SCHEDULE_SESSIONS_MAX);
    assert_string_equal(
        answer->warnings.data,
        "more than 30000 events in the days asked for; further ones are left out\n"
        "more than 20000 sessions in the days asked for; further ones are left out\n");
    answer_free(answer);
    question_release(&question);
}

static void test_warnings_are_bounded(void **state)
{
    (void)state;
    struct question question;
    question_init(&question);
    many_events(&question, 43, "RRULE:FREQ=NEVER\n");
    struct answer *answer = ask(&question, 4096);
    assert_true(answer->done);
    assert_int_equal(answer->warning_count, DECODER_WARNINGS_MAX + 1);
    assert_non_null(strstr(answer->warnings.data, "\nand 23 more warnings\n"));
    answer_free(answer);
    question_release(&question);
}

static void test_long_lines_cost_no_more_than_their_end(void **state)
{
    (void)state;
    struct question question;
    question_init(&question);
    buffer_append_text(&question.feed, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDESCRIPTION:");
    for (int i = 0; i < 9 * 1024; i++)
        buffer_append_format(&question.feed, "%01024d", i);
    buffer_append_text(&question.feed, "\nDTSTART:20260131T093000Z\nSUMMARY:");
    for (int i = 0; i < 9 * 1024; i++)
        buffer_append_format(&question.feed, "%01024d", i);
    buffer_append_text(&question.feed, "\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n");
    struct answer *answer = ask(&question, 4096);
    assert_true(answer->done);
    assert_int_equal(answer->sessions.count, 1);
    assert_true(strlen(answer->sessions.sessions[0].title) < SESSION_TITLE_BYTES_MAX);
    assert_int_equal(answer->sessions.sessions[0].end_ms - answer->sessions.sessions[0].start_ms,
                     HOUR_MS);
    assert_non_null(strstr(answer->warnings.data, "its SUMMARY is too long and was cut"));
    answer_free(answer);
    question_release(&question);
}

static void test_texts_are_cut_to_what_a_session_has(void **state)
{
    (void)state;
    struct question question;
    char many[801];
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    question_init(&question);
    buffer_append_format(&question.feed,
                         "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:%s\nDTSTART:20260131T093000Z\n"
                         "CATEGORIES:%s\nATTENDEE;CN=%.300s:invalid:nomail\nEND:VEVENT\n"
                         "END:VCALENDAR\n",
                         many, many, many);
    struct answer *answer = ask(&question, 4096);
    assert_int_equal(answer->sessions.count, 1);
    const struct session *session = &answer->sessions.sessions[0];
    /* Behind it may come the number of an occurrence. */
    assert_int_equal(strlen(session->uid), SESSION_UID_BYTES_MAX - 64);
    assert_int_equal(strlen(session->track), SESSION_NAME_BYTES_MAX - 1);
    assert_int_equal(session->speaker_count, 1);
    assert_int_equal(strlen(session->speakers[0]), SESSION_NAME_BYTES_MAX - 1);
    answer_free(answer);
    question_release(&question);
}

static void test_nuls_and_bad_utf8_do_not_hide_anything(void **state)
{
    (void)state;
    static const char feed[] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\0\nDTSTART:20260131T09\0"
                               "3000Z\n"
                               "SUMMARY:Caf\xE9 \0und \xFF mehr\nEND:VEVENT\nEND:VCALENDAR\n";
    struct question question;
    question_init(&question);
    buffer_append(&question.feed, feed, sizeof feed - 1);
    struct answer *answer = ask(&question, 33);
    assert_true(answer->done);
    assert_int_equal(answer->sessions.count, 1);
    assert_string_equal(answer->sessions.sessions[0].uid, "1");
    assert_string_equal(answer->sessions.sessions[0].title, "Caf\uFFFD und \uFFFD mehr");
    answer_free(answer);
    question_release(&question);
}

/* The real feeds */

static bool read_real(const char *name, struct buffer *ret_bytes)
{
    char path[1024];
    const char *folder = getenv("ROOMSIGN_FEEDS");
    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "../shared/feeds", name);
    if (buffer_read_file(ret_bytes, path, NULL))
        return true;
    print_message("%s is not here\n", path);
    return false;
}

static void test_fosdem_has_38_sessions_in_the_room(void **state)
{
    (void)state;
    static const char *const names[] = {"UB2.252A (Lameere)", "UB2.252A"};
    struct answer *answers[2];
    struct question question;
    question_init(&question);
    snprintf(question.from, sizeof question.from, "2026-01-30T00:00");
    snprintf(question.until, sizeof question.until, "2026-02-03T00:00");
    if (!read_real("fosdem-2026.ics", &question.feed)) {
        question_release(&question);
        skip();
    }
    for (int i = 0; i < 2; i++) {
        snprintf(question.room, sizeof question.room, "%s", names[i]);
        answers[i] = ask(&question, 4096);
        assert_true(answers[i]->done);
        assert_int_equal(answers[i]->sessions.count, 38);
        assert_int_equal(answers[i]->result.event_count, 1067);
        assert_int_equal(answers[i]->result.matched_count, 38);
        assert_int_equal(answers[i]->warning_count, 0);
        assert_string_equal(answers[i]->result.zone_name, "Europe/Brussels");
    }
    assert_true(schedule_equal(&answers[0]->sessions, &answers[1]->sessions));
    const struct session *first = &answers[0]->sessions.sessions[0];
    assert_string_equal(first->uid, "9761@fosdem-2026@fosdem.org");
    assert_string_equal(first->title, "PostgreSQL and MySQL, Two Databases, Three Perspectives");
    assert_string_equal(first->track, "Databases");
    assert_int_equal(first->start_ms, INT64_C(1769851800000));
    assert_int_equal(first->speaker_count, 4);
    assert_string_equal(first->speakers[3], "Pep Pla");
    assert_memory_equal(first->url, "https://fosdem.org/", 19);
    answer_free(answers[0]);
    answer_free(answers[1]);
    question_release(&question);
}

static void test_hasgeek_audi_1_has_its_talks_and_everybodys_breaks(void **state)
{
    (void)state;
    struct question question;
    question_init(&question);
    snprintf(question.zone, sizeof question.zone, "UTC");
    question.zone_from_feed = true;
    snprintf(question.from, sizeof question.from, "2026-04-17T18:30:00Z");
    snprintf(question.until, sizeof question.until, "2026-04-18T18:30:00Z");
    snprintf(question.room, sizeof question.room, "Audi 1");
    if (!read_real("hasgeek-rust-india-2026.ics", &question.feed)) {
        question_release(&question);
        skip();
    }
    struct answer *answer = ask(&question, 4096);
    assert_true(answer->done);
    assert_string_equal(answer->result.zone_name, "Asia/Kolkata");
    size_t wide = 0, breaks = 0;
    for (size_t i = 0; i < answer->sessions.count; i++) {
        const struct session *session = &answer->sessions.sessions[i];
        wide += session->venue_wide;
        breaks += session->kind == SESSION_KIND_BREAK;
        assert_string_equal(session->room, session->venue_wide ? "" : "Audi 1");
        assert_int_equal(session->remind_s, 300);
    }
    assert_int_equal(answer->sessions.count, 16);
    assert_int_equal(wide, 4);
    assert_int_equal(breaks, 4);
    answer_free(answer);
    question_release(&question);
}

/** "20060718T100000>+PT1H> | ...": the next occurrence of an expectation. */
static bool next_expected(const char **text, const struct zone *zone, int64_t *ret_start_ms,
                          int64_t *ret_end_ms)
{
    static const char days[] = "new Duration(days: 3, minutes: 30)";
    char start[32];
    int number = 0;
    if (**text == '\0' || **text == '\n')
        return false;
    size_t length = strcspn(*text, ">");
    snprintf(start, sizeof start, "%.*s", (int)length, *text);
    assert_true(time_parse(start, zone, ret_start_ms, NULL));
    const char *duration = *text + length + 1;
    if (strncmp(duration, days, sizeof days - 1) == 0) {
        *ret_end_ms = *ret_start_ms + 3 * DAY_MS + 30 * MINUTE_MS;
    } else {
        assert_memory_equal(duration, "+PT", 3);
        for (duration += 3; *duration >= '0' && *duration <= '9'; duration++)
            number = number * 10 + (*duration - '0');
        *ret_end_ms = *ret_start_ms + number * (*duration == 'H' ? HOUR_MS : MINUTE_MS);
    }
    *text += strcspn(*text, "|\n");
    *text += strspn(*text, "| ");
    return true;
}

/** The expectation is of one VEVENT of the file: exactly its occurrences that overlap the window.
 */
static bool holds_expected(const struct answer *answer, const char *expected,
                           const struct zone *zone)
{
    const struct schedule *sessions = &answer->sessions;
    for (size_t i = 0; i < sessions->count; i++) {
        size_t name = strcspn(sessions->sessions[i].uid, "/");
        const char *text = expected;
        int64_t start_ms, end_ms;
        bool same = true;
        for (size_t j = 0; j < sessions->count && same; j++) {
            const struct session *session = &sessions->sessions[j];
            if (strcspn(session->uid, "/") != name ||
                strncmp(session->uid, sessions->sessions[i].uid, name) != 0)
                continue;
            same = next_expected(&text, zone, &start_ms, &end_ms) &&
                   session->start_ms == start_ms && session->end_ms == end_ms;
        }
        if (same && !next_expected(&text, zone, &start_ms, &end_ms))
            return true;
    }
    return false;
}

static void test_the_recurrence_collection_is_right(void **state)
{
    (void)state;
    static struct zone zone;
    struct buffer table;
    buffer_init(&table, TEXT_BYTES_MAX);
    if (!read_real("recurrence/expected.tsv", &table)) {
        buffer_release(&table);
        skip();
    }
    int cases = 0, right = 0;
    const char *line = strchr(table.data, '\n') + 1;
    for (; *line != '\0'; line += strcspn(line, "\n") + (strchr(line, '\n') != NULL)) {
        char name[128], path[192];
        struct question question;
        const char *column = line;
        question_init(&question);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(column, "\t"), column);
        column += strcspn(column, "\t") + 1;
        snprintf(question.from, sizeof question.from, "%.*s%s", (int)strcspn(column, "\t"), column,
                 memchr(column, 'T', strcspn(column, "\t")) != NULL ? "" : "T00:00");
        column += strcspn(column, "\t") + 1;
        snprintf(question.until, sizeof question.until, "%.*s%s", (int)strcspn(column, "\t"),
                 column, memchr(column, 'T', strcspn(column, "\t")) != NULL ? "" : "T00:00");
        column += strcspn(column, "\t") + 1;
        column += strcspn(column, "\t") + 1;
        snprintf(path, sizeof path, "recurrence/%s", name);
        assert_true(read_real(path, &question.feed));
        snprintf(question.zone, sizeof question.zone, "%s",
                 strstr(question.feed.data, "Asia/Tokyo") != NULL      ? "Asia/Tokyo"
                 : strstr(question.feed.data, "Asia/Shanghai") != NULL ? "Asia/Shanghai"
                 : strstr(question.feed.data, "Europe/Warsaw") != NULL ? "Europe/Warsaw"
                                                                       : "America/New_York");
        assert_true(zone_load(question.zone, &zone, NULL));
        struct answer *answer = ask(&question, 100);
        bool held = answer->done && holds_expected(answer, column, &zone);
        if (!held)
            print_error("%s: %zu sessions, %s\n", name, answer->sessions.count,
                        answer->err.message);
        right += held;
        cases++;
        answer_free(answer);
        question_release(&question);
    }
    buffer_release(&table);
    assert_int_equal(cases, 51);
    assert_int_equal(right, 51);
}

static void test_a_real_feed_cut_anywhere_is_refused(void **state)
{
    (void)state;
    struct question question;
    question_init(&question);
    snprintf(question.room, sizeof question.room, "Janson");
    if (!read_real("hasgeek-rust-india-2026.ics", &question.feed)) {
        question_release(&question);
        skip();
    }
    size_t length = question.feed.length;
    for (size_t cut = length - 20; cut > 997; cut -= 997) {
        question.feed.length = cut;
        struct answer *answer = ask(&question, 8192);
        assert_false(answer->done);
        assert_string_equal(answer->err.message, "truncated: no END:VCALENDAR");
        answer_free(answer);
    }
    question.feed.length = length;
    question_release(&question);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_rooms),
        cmocka_unit_test(test_publishers),
        cmocka_unit_test(test_indico_descriptions_of_any_length),
        cmocka_unit_test(test_what_is_no_calendar_is_named),
        cmocka_unit_test(test_a_cut_calendar_is_refused_wherever_it_is_cut),
        cmocka_unit_test(test_line_ends_and_byte_order_marks_of_all_kinds),
        cmocka_unit_test(test_a_bare_event_is_a_feed_of_one),
        cmocka_unit_test(test_too_many_events_are_said_once),
        cmocka_unit_test(test_warnings_are_bounded),
        cmocka_unit_test(test_long_lines_cost_no_more_than_their_end),
        cmocka_unit_test(test_texts_are_cut_to_what_a_session_has),
        cmocka_unit_test(test_nuls_and_bad_utf8_do_not_hide_anything),
        cmocka_unit_test(test_fosdem_has_38_sessions_in_the_room),
        cmocka_unit_test(test_hasgeek_audi_1_has_its_talks_and_everybodys_breaks),
        cmocka_unit_test(test_the_recurrence_collection_is_right),
        cmocka_unit_test(test_a_real_feed_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
