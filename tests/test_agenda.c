/* Text agendas: the cases of tests/agenda in several chunkings, and what nobody would write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/agenda.h>
#include <roomsign/buffer.h>
#include <roomsign/decoder.h>

#define TEXT_BYTES_MAX (32 * 1024 * 1024)
#define CASE_LINE_BYTES 1024

struct question {
    char title[CASE_LINE_BYTES];
    char date[32];
    char room[64];
    struct buffer text;
    struct buffer expected;
};

static struct zone zone;

static void question_init(struct question *question)
{
    memset(question, 0, sizeof *question);
    buffer_init(&question->text, TEXT_BYTES_MAX);
    buffer_init(&question->expected, TEXT_BYTES_MAX);
}

static void question_release(struct question *question)
{
    buffer_release(&question->text);
    buffer_release(&question->expected);
}

static void take_warning(void *context, const char *message)
{
    buffer_append_format(context, "warning %s\n", message);
}

static void append_time(struct buffer *text, int64_t at_ms, const char *format)
{
    struct civil civil;
    zone_to_civil(&zone, at_ms, &civil);
    if (*format == 'd')
        buffer_append_format(text, "%02d-%02d ", civil.month, civil.day);
    buffer_append_format(text, "%02d:%02d", civil.hour, civil.minute);
}

static void append_session(struct buffer *text, const struct session *session)
{
    append_time(text, session->start_ms, "date");
    buffer_append_text(text, "-");
    append_time(text, session->end_ms, "");
    buffer_append_format(text, " %s %s", session_kind_name(session->kind), session->title);
    bool cancelled = session->status == SESSION_STATUS_CANCELLED;
    if (session->speaker_count > 0 || session->room[0] != '\0')
        buffer_append_text(text, " |");
    for (size_t i = 0; i < session->speaker_count; i++)
        buffer_append_format(text, "%s%s", i > 0 ? "; " : " ", session->speakers[i]);
    if (session->room[0] != '\0')
        buffer_append_format(text, " | %s", session->room);
    if (session->url[0] != '\0')
        buffer_append_format(text, " <%s>", session->url);
    buffer_append_text(text, cancelled ? " | cancelled\n" : "\n");
}

/** What the decoder makes of the text, as the cases write it. Returns the sessions' number. */
static size_t ask(const struct question *question, size_t chunk, struct buffer *ret_text)
{
    struct schedule sessions = {0};
    struct error err = {0};
    struct decode_result *result = calloc(1, sizeof *result);
    struct buffer warnings;
    const struct room_filter_options options = {.name = question->room, .include_venue_wide = true};
    struct room_filter *filter = room_filter_new(&options);
    buffer_init(&warnings, TEXT_BYTES_MAX);
    const struct decoder_request request = {
        .from_ms = civil_to_days(2026, 1, 1) * DAY_MS,
        .until_ms = civil_to_days(2027, 2, 1) * DAY_MS,
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &zone,
        .filter = filter,
        .date = question->date,
        .warn = take_warning,
        .context = &warnings,
    };
    struct decoder *decoder = decoder_new(&request);
    bool going = true;
    for (size_t at = 0; going && at < question->text.length; at += chunk) {
        size_t left = question->text.length - at;
        going = decoder_push(decoder, question->text.data + at, left < chunk ? left : chunk, &err);
    }
    if (!decoder_finish(decoder, &sessions, result, &err))
        buffer_append_format(ret_text, "error %s\n", err.message);
    assert_int_equal(result->session_count, sessions.count);
    schedule_sort(&sessions);
    for (size_t i = 0; i < sessions.count; i++)
        append_session(ret_text, &sessions.sessions[i]);
    for (size_t i = 0; i < result->closest_count; i++)
        buffer_append_format(ret_text, "closest %s\n", result->closest[i]);
    if (warnings.length > 0)
        buffer_append_text(ret_text, warnings.data);
    size_t count = sessions.count;
    decoder_free(decoder);
    room_filter_free(filter);
    schedule_release(&sessions);
    buffer_release(&warnings);
    free(result);
    return count;
}

static void check_case(const struct question *question)
{
    static const size_t chunks[] = {1, 7, 4096, TEXT_BYTES_MAX};
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct buffer got;
        buffer_init(&got, TEXT_BYTES_MAX);
        ask(question, chunks[i], &got);
        if (strcmp(got.data ? got.data : "", question->expected.data) != 0)
            fail_msg("%s (chunks of %zu):\n%s", question->title, chunks[i],
                     got.data ? got.data : "nothing");
        buffer_release(&got);
    }
}

static void read_setting(struct question *question, const char *line)
{
    if (strncmp(line, "date ", 5) == 0)
        snprintf(question->date, sizeof question->date, "%s", line + 5);
    else if (strncmp(line, "room ", 5) == 0)
        snprintf(question->room, sizeof question->room, "%s", line + 5);
    else if (*line != '\0' && *line != '#')
        fail_msg("not a setting: %s", line);
}

/** A case begins with "== ", but doesn't end with it: "== 12 March ==" is part of an agenda. */
static bool is_title(const char *line)
{
    return strncmp(line, "== ", 3) == 0 && strstr(line + 3, " ==") == NULL;
}

static void check_file(const char *path)
{
    char line[CASE_LINE_BYTES];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct question question;
    question_init(&question);
    int part = 0, cases = 0;
    while (true) {
        bool more = fgets(line, sizeof line, file) != NULL;
        if (more)
            line[strcspn(line, "\n")] = '\0';
        if ((!more || is_title(line)) && part > 0) {
            while (question.expected.length > 1 &&
                   strcmp(question.expected.data + question.expected.length - 2, "\n\n") == 0)
                question.expected.data[--question.expected.length] = '\0';
            check_case(&question);
            cases++;
            question_release(&question);
            question_init(&question);
        }
        if (!more)
            break;
        if (is_title(line)) {
            snprintf(question.title, sizeof question.title, "%s", line + 3);
            part = 0;
        } else if (strcmp(line, "--") == 0) {
            part++;
        } else if (part == 0) {
            read_setting(&question, line);
        } else {
            buffer_append_format(part == 1 ? &question.text : &question.expected, "%s\n", line);
        }
    }
    question_release(&question);
    fclose(file);
    assert_true(cases > 2);
}

static void test_lines(void **state)
{
    (void)state;
    check_file("tests/agenda/lines.txt");
}

static void test_headings(void **state)
{
    (void)state;
    check_file("tests/agenda/headings.txt");
}

static void test_meetups(void **state)
{
    (void)state;
    check_file("tests/agenda/meetup.txt");
}

static void expect(struct question *question, size_t chunk, size_t count, const char *last)
{
    struct buffer got;
    buffer_init(&got, TEXT_BYTES_MAX);
    assert_int_equal(ask(question, chunk, &got), count);
    assert_non_null(got.data);
    size_t length = strlen(last);
    assert_true(got.length >= length);
    assert_string_equal(got.data + got.length - length, last);
    buffer_release(&got);
    question_release(question);
}

static struct question ask_on(const char *date)
{
    struct question question;
    question_init(&question);
    snprintf(question.date, sizeof question.date, "%s", date);
    return question;
}

static void first_uid(const char *text, char ret_uid[static SESSION_UID_BYTES_MAX])
{
    struct schedule sessions = {0};
    const struct agenda_request request = {
        .zone = &zone,
        .has_date = true,
        .date_days = civil_to_days(2026, 3, 12),
        .event_start_ms = TIME_NEVER_MS,
        .event_end_ms = TIME_NEVER_MS,
    };
    struct agenda *agenda = agenda_new(&request);
    agenda_push(agenda, text, strlen(text));
    assert_true(agenda_finish(agenda, &sessions, NULL));
    schedule_sort(&sessions);
    snprintf(ret_uid, SESSION_UID_BYTES_MAX, "%s", sessions.sessions[0].uid);
    schedule_release(&sessions);
    agenda_free(agenda);
}

static void test_a_uid_is_of_day_start_and_title_alone(void **state)
{
    (void)state;
    char uid[SESSION_UID_BYTES_MAX], other[SESSION_UID_BYTES_MAX];
    first_uid("10:00 One\n11:00 Two", uid);
    assert_memory_equal(uid, "agenda/2026-03-12/1000/", 23);
    assert_int_equal(strlen(uid), 31);
    first_uid("Hello\n\n10:00-10:30  One - Ada Lovelace\n10:30 Two\n11:00 Three\n", other);
    assert_string_equal(uid, other);
    first_uid("10:00 Two\n11:00 One", other);
    assert_string_not_equal(uid, other);
    first_uid("2026-03-13\n10:00 One\n11:00 Two", other);
    assert_memory_equal(other, "agenda/2026-03-13/1000/", 23);
    assert_string_equal(uid + 23, other + 23);
}

static void test_too_many_entries_are_one_warning(void **state)
{
    (void)state;
    struct question question = ask_on("2026-03-12");
    for (int i = 0; i < 100000; i++)
        buffer_append_format(&question.text, "%02d:%02d Talk %d\n", i / 60 % 24, i % 60, i);
    expect(&question, 65536, AGENDA_ENTRIES_MAX,
           "Talk 2879\nwarning more than 5000 entries in the agenda; 95000 further ones are left "
           "out\n");
}

static void test_megabytes_of_prose_around_two_entries(void **state)
{
    (void)state;
    struct question question = ask_on("2026-03-12");
    buffer_append_text(&question.text, "10:00 One\n");
    for (int i = 0; i < 10 * 1024; i++)
        buffer_append_format(&question.text, "%01024d", i);
    buffer_append_text(&question.text, "\n11:00 Two - Ada Lovelace");
    expect(&question, 65536, 2,
           "03-12 10:00-11:00 session One\n03-12 11:00-12:00 session Two | Ada Lovelace\n");
}

static void test_a_line_without_end_is_cut(void **state)
{
    (void)state;
    struct question question = ask_on("2026-03-12");
    buffer_append_text(&question.text, "10:00 One\n10:30 ");
    for (int i = 0; i < 1024; i++)
        buffer_append_format(&question.text, "%01024d", 0);
    struct buffer got;
    buffer_init(&got, TEXT_BYTES_MAX);
    assert_int_equal(ask(&question, 7, &got), 2);
    assert_true(got.length < 2 * SESSION_TITLE_BYTES_MAX);
    buffer_release(&got);
    question_release(&question);
}

static void test_a_description_that_is_cut_is_told(void **state)
{
    (void)state;
    struct question question = ask_on("");
    buffer_append_text(&question.text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Meetup\n"
                                       "DTSTART:20260312T170000Z\nDTEND:20260312T190000Z\n"
                                       "DESCRIPTION:18:00 One\\n19:00 Two\\n");
    for (int i = 0; i < 1024; i++)
        buffer_append_format(&question.text, "%01024d", i);
    buffer_append_text(&question.text, "\\n19:30 Three\nEND:VEVENT\nEND:VCALENDAR\n");
    expect(&question, 4096, 2,
           "03-12 18:00-19:00 session One\n03-12 19:00-20:00 session Two\n"
           "warning event \"Meetup\" (1) has an agenda in its description, which is too long and "
           "was cut\n");
}

static void test_nuls_hide_nothing(void **state)
{
    (void)state;
    static const char text[] = "10:00 O\0ne\n\0\n11:00\0Two\0\n\0";
    struct question question = ask_on("2026-03-12");
    for (int i = 0; i < 1024; i++)
        buffer_append_text(&question.text, "prose\n");
    buffer_append(&question.text, text, sizeof text);
    expect(&question, 7, 2, "03-12 10:00-11:00 session O ne\n03-12 11:00-12:00 session Two\n");
}

static void test_bad_utf8_and_years(void **state)
{
    (void)state;
    struct question question = ask_on("2026-03-12");
    buffer_append_text(&question.text, "9999-12-31\n10:00 Far\n1000-01-01\n23:00-22:59 Early\n"
                                       "2026-03-12\n10:00 Caf\xE9 - \xFF\r\n10:10 \xE2\x80");
    expect(&question, 1, 2,
           "03-12 10:00-10:10 session Caf\uFFFD | \uFFFD\n"
           "03-12 10:10-10:20 session \uFFFD\uFFFD\n"
           "warning characters that can't be read show as \uFFFD, sessions with them: 2, first "
           "\"Caf\uFFFD\" (agenda/2026-03-12/1000/0de5f2c6)\n");
}

int main(void)
{
    if (!zone_load("Europe/Amsterdam", &zone, NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_headings),
        cmocka_unit_test(test_meetups),
        cmocka_unit_test(test_a_uid_is_of_day_start_and_title_alone),
        cmocka_unit_test(test_too_many_entries_are_one_warning),
        cmocka_unit_test(test_megabytes_of_prose_around_two_entries),
        cmocka_unit_test(test_a_line_without_end_is_cut),
        cmocka_unit_test(test_a_description_that_is_cut_is_told),
        cmocka_unit_test(test_nuls_hide_nothing),
        cmocka_unit_test(test_bad_utf8_and_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
