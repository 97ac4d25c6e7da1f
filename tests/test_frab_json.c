/* schedule.json: what an event becomes, and what files that are broken or malicious cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "frab_case.h"

#define HEAD                                                                                       \
    "{ \"$schema\": \"x\", \"generator\": {\"name\": \"t\"},\n\"schedule\": {\"version\": \"1\", " \
    "\"conference\": {\"acronym\": \"conf\", \"rooms\": [{\"name\": \"Hall\"}], \"days\": ["
#define DAY                                                                                        \
    "{\"index\": 1, \"date\": \"2026-01-31\", \"day_start\": \"2026-01-31T09:00:00+01:00\", "      \
    "\"rooms\": {"
#define EVENT_A                                                                                    \
    "{\"id\": 1, \"guid\": \"a-1\", \"date\": \"2026-01-31T10:30:00+01:00\", \"start\": "          \
    "\"10:30\", \"duration\": \"00:25\", \"room\": \"Hall\", \"title\": \"One\"}"
#define LINE_A "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z a-1 | Hall | confirmed | One\n"
#define TAIL "}}]}}}\n"

static void an_event_becomes_a_session(void **state)
{
    (void)state;
    expect_frab(
        "\n" HEAD DAY
        "\"H\\u00e4ll \\\"1\\\"\": [{\"id\": 17, \"guid\": \"a-1\", \"title\": \"Br}a]ce \\\"{[\", "
        "\"subtitle\": \"not this\", \"date\": \"2026-01-31T10:30:00+01:00\", \"start\": \"09:00\","
        "\"duration\": \"1:05\", \"room\": \"elsewhere\", \"track\": {\"name\": \"Systems\"}, "
        "\"language\": \"en\", \"url\": \"https://example.org/1\", \"logo\": null, "
        "\"abstract\": \"Long\", \"do_not_record\": false, \"links\": [{\"title\": \"x\"}], "
        "\"persons\": [{\"id\": 1, \"public_name\": \"Ana B\", \"biography\": \"x\"}, "
        "{\"name\": \"Cid\"}, \"Dora\", {\"code\": \"E\"}]}], \"Empty\": []" TAIL,
        NULL,
        "2026-01-31T09:30:00Z 2026-01-31T10:35:00Z a-1 | H\xC3\xA4ll \"1\" | confirmed | "
        "Br}a]ce \"{[ | Ana B; Cid; Dora | Systems | en | https://example.org/1\n",
        "", false);
}

static void the_publishers_habits_hold_here_too(void **state)
{
    (void)state;
    expect_frab(HEAD DAY "\"Q&amp;A\": [{\"id\": 5, \"start\": \"10:30\", \"duration\": \"00:30\", "
                         "\"title\": \"[Cancelled] R&amp;D of **sync**\", "
                         "\"url\": \"https:/example.org/5\"}]" TAIL,
                "Q&A",
                "2026-01-31T09:30:00Z 2026-01-31T10:00:00Z 5 | Q&A | cancelled | R&D of sync | "
                "https://example.org/5\n",
                "", false);
}

static void without_a_date_the_day_and_start_count(void **state)
{
    (void)state;
    expect_frab(HEAD DAY "\"Hall\": [{\"id\": 5, \"start\": \"23:30\", \"duration\": \"01:00\", "
                         "\"title\": \"Late\"}, {\"id\": 6, \"start\": \"00:30\", \"duration\": 45,"
                         "\"title\": \"Night\"}]}}, {\"rooms\": {\"Hall\": [{\"id\": 7, "
                         "\"start\": \"10:00\", \"title\": \"No day\"}]" TAIL,
                NULL,
                "2026-01-31T22:30:00Z 2026-01-31T23:30:00Z 5 | Hall | confirmed | Late\n"
                "2026-01-31T23:30:00Z 2026-02-01T00:15:00Z 6 | Hall | confirmed | Night\n",
                "event \"No day\" (7) is left out: it has no date\n", false);
}

static void local_times_are_of_the_zone_that_the_feed_declares(void **state)
{
    (void)state;
    static const char text[] =
        "{\"schedule\": {\"conference\": {\"time_zone_name\": \"Asia/Kolkata\", \"days\": [{"
        "\"date\": \"2026-01-31\", \"rooms\": {\"Hall\": [{\"id\": 6, \"start\": \"05:30\", "
        "\"duration\": \"00:20\", \"title\": \"Early\"}]}}]}}}";
    expect_early_in_kolkata(text);
}

static void only_the_rooms_events_are_taken(void **state)
{
    (void)state;
    static const char text[] =
        HEAD DAY "\"Hall\": [" EVENT_A "," EVENT_A "], \"Hall 2\": [{\"id\": 2, \"date\": "
                 "\"2026-01-31T10:30:00+01:00\", \"duration\": \"00:25\", \"title\": \"Two\", "
                 "\"state\": \"canceled\"}]" TAIL;
    expect_frab(text, "hall", LINE_A, "", false);
    expect_frab(text, "hall 2",
                "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 2 | Hall 2 | cancelled | Two\n", "",
                false);
    struct frab_case asked = {.text = text, .room = "Hall 3"};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_string_equal(asked.result.format, "frab-json");
    assert_int_equal(asked.result.event_count, 3);
    assert_int_equal(asked.result.matched_count, 0);
    assert_string_equal(asked.result.closest[0], "Hall 2");
    frab_case_release(&asked);
}

static void repeated_guids_are_numbered(void **state)
{
    (void)state;
    expect_frab(HEAD DAY "\"Hall\": [" EVENT_A ", {\"guid\": \"a-1\", \"title\": \"One\", \"date\":"
                         " \"2026-01-31T08:30:00Z\", \"duration\": \"00:25\"}]" TAIL,
                NULL,
                "2026-01-31T08:30:00Z 2026-01-31T08:55:00Z a-1 | Hall | confirmed | One\n"
                "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z a-1#2 | Hall | confirmed | One\n",
                "", false);
}

static void an_event_that_is_no_json_is_told_and_makes_it_partial(void **state)
{
    (void)state;
    expect_frab(HEAD DAY "\"Hall\": [{\"title\": nonsense}, " EVENT_A "]" TAIL, NULL, LINE_A,
                "event 1 in room 'Hall' is left out: invalid token near 'nonsense'\n", true);
}

/** A text in an event that makes it no JSON. */
static void expect_text(const char *text, const char *title)
{
    char json[1024], line[256], warning[256] = "";
    snprintf(json, sizeof json,
             HEAD DAY "\"Hall\": [{\"guid\": \"b\", \"title\": \"%s\", \"start\": \"12:00\", "
                      "\"duration\": \"01:00\"}]" TAIL,
             text);
    snprintf(line, sizeof line,
             "2026-01-31T11:00:00Z 2026-01-31T12:00:00Z b | Hall | confirmed | %s\n", title);
    if (strstr(title, "\uFFFD") != NULL)
        snprintf(warning, sizeof warning,
                 "characters that can't be read show as \uFFFD, sessions with them: 1, first "
                 "\"%s\" (b)\n",
                 title);
    expect_frab(json, NULL, line, warning, false);
}

static void a_text_that_is_no_json_loses_no_event(void **state)
{
    (void)state;
    expect_text("a \xFF b", "a \uFFFD b");
    expect_text("cut \\ud83d", "cut \uFFFD");
    expect_text("\\uDE00 low", "\uFFFD low");
    expect_text("\\uD83D\\uD83D\\uDE00 both", "\uFFFD\U0001F600 both");
    expect_text("\\ud83d\\n", "\uFFFD");
    expect_text("two\nlines", "two lines");
    expect_text("\\\\ud83d \xFF", "\\ud83d \uFFFD");
}

static void what_is_no_schedule_is_refused(void **state)
{
    (void)state;
    expect_frab_error("{\"schedule\": {}}",
                      "not a schedule: JSON without schedule.conference.days");
    expect_frab_error("{\"schedule\": {\"conference\": {\"days\": {}}}}",
                      "not a schedule: JSON without schedule.conference.days");
    expect_frab_error("{\"schedule\": [}", "not a schedule: the brackets of its JSON don't match");
    expect_frab_error("{\"schedule\": 1}]", "not a schedule: JSON that is not one object");
    expect_frab_error("{\"schedule\": 1}{}", "not a schedule: JSON that is not one object");
    expect_frab_error("{\"events\": []}", "not a calendar: JSON");
}

/* As a cut iCalendar feed is, so that the last schedule stays. */
static void cut_anywhere_it_is_refused(void **state)
{
    (void)state;
    static const char whole[] = HEAD DAY "\"Hall\": [" EVENT_A "]" TAIL;
    size_t length = sizeof whole - 1 - strlen("\n");
    for (size_t cut = 1; cut < length; cut++) {
        struct frab_case asked = {.text = whole, .length = cut};
        frab_case_run(&asked);
        assert_false(asked.done);
        assert_int_equal(asked.sessions.count, 0);
        frab_case_release(&asked);
    }
    expect_frab(whole, NULL, LINE_A, "", false);
}

static void endless_things_have_limits(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 23);
    buffer_append_text(&text, "{\"schedule\": ");
    for (size_t i = 0; i < 100000; i++)
        buffer_append_text(&text, "[");
    expect_frab_error(text.data, "not a schedule: its JSON is nested too deep");

    buffer_clear(&text);
    buffer_append_text(&text, HEAD DAY "\"Hall\": [{\"title\": \"");
    for (size_t i = 0; i < 3000000; i += 10)
        buffer_append_text(&text, "0123456789");
    buffer_append_text(&text, "\"}, " EVENT_A "]" TAIL);
    expect_frab(text.data, NULL, LINE_A,
                "event 1 in room 'Hall' is left out: it is longer than a million bytes\n", true);

    buffer_clear(&text);
    buffer_append_text(&text, HEAD DAY "\"");
    for (size_t i = 0; i < 3000000; i += 10)
        buffer_append_text(&text, "0123456789");
    buffer_append_text(&text, "\": [" EVENT_A "]" TAIL);
    expect_frab(text.data, "Hall", LINE_A, "", false);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_becomes_a_session),
        cmocka_unit_test(the_publishers_habits_hold_here_too),
        cmocka_unit_test(without_a_date_the_day_and_start_count),
        cmocka_unit_test(local_times_are_of_the_zone_that_the_feed_declares),
        cmocka_unit_test(only_the_rooms_events_are_taken),
        cmocka_unit_test(repeated_guids_are_numbered),
        cmocka_unit_test(an_event_that_is_no_json_is_told_and_makes_it_partial),
        cmocka_unit_test(a_text_that_is_no_json_loses_no_event),
        cmocka_unit_test(what_is_no_schedule_is_refused),
        cmocka_unit_test(cut_anywhere_it_is_refused),
        cmocka_unit_test(endless_things_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
