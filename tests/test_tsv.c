#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/tsv.h>

static const int64_t START_MS = INT64_C(1769851800000); /* 2026-01-31T09:30:00Z */

static void add(struct schedule *schedule, const char *uid, const char *title,
                enum session_kind kind, int64_t start_ms, int64_t end_ms)
{
    struct session session;
    session_init(&session);
    session_set(&session.uid, uid);
    session_set(&session.title, title);
    session_set(&session.room, "Hall 1");
    session.kind = kind;
    session.start_ms = start_ms;
    session.end_ms = end_ms;
    assert_true(schedule_add(schedule, &session));
    session_release(&session);
}

static void expect_lines(const struct schedule *schedule, const struct zone *zone,
                         const char *expected)
{
    struct buffer lines;
    struct error err = {0};
    buffer_init(&lines, TSV_BYTES_MAX);
    assert_true(tsv_write(schedule, zone, &lines, &err));
    assert_string_equal(lines.length ? lines.data : "", expected);
    buffer_release(&lines);
}

static void test_no_session_is_no_line(void **state)
{
    (void)state;
    static struct zone utc;
    struct schedule schedule = {0};
    zone_utc(&utc);
    expect_lines(&schedule, &utc, "");
}

static void test_a_session_is_eight_columns(void **state)
{
    (void)state;
    static struct zone utc;
    struct schedule schedule = {0};
    zone_utc(&utc);
    add(&schedule, "a@example.org", "First", SESSION_KIND_SESSION, START_MS,
        START_MS + 50 * MINUTE_MS);
    session_add_speaker(&schedule.sessions[0], "Ada");
    session_add_speaker(&schedule.sessions[0], "Grace");
    add(&schedule, "b", "", SESSION_KIND_BREAK, START_MS + HOUR_MS, START_MS + HOUR_MS);
    schedule.sessions[1].status = SESSION_STATUS_CANCELLED;
    expect_lines(&schedule, &utc,
                 "2026-01-31T09:30:00Z\t2026-01-31T10:20:00Z\ta@example.org\tHall 1\tsession\t"
                 "confirmed\tFirst\tAda; Grace\n"
                 "2026-01-31T10:30:00Z\t2026-01-31T10:30:00Z\tb\tHall 1\tbreak\tcancelled\t\t\n");
    schedule_release(&schedule);
}

static void test_an_all_day_event_has_dates_of_the_zone(void **state)
{
    (void)state;
    static struct zone brussels;
    struct schedule schedule = {0};
    assert_true(zone_load("Europe/Brussels", &brussels, NULL));
    /* Local midnights: over the night of 29 March the day is an hour short. */
    int64_t start_ms = civil_to_days(2026, 3, 29) * DAY_MS - HOUR_MS;
    add(&schedule, "fair", "Fair", SESSION_KIND_ALL_DAY, start_ms, start_ms + 23 * HOUR_MS);
    expect_lines(&schedule, &brussels,
                 "2026-03-29\t2026-03-30\tfair\tHall 1\tall-day\tconfirmed\tFair\t\n");
    schedule_release(&schedule);
}

static void test_what_would_break_a_line_is_escaped(void **state)
{
    (void)state;
    static struct zone utc;
    struct schedule schedule = {0};
    zone_utc(&utc);
    add(&schedule, "a\tb", "\tOne\nTwo\r\n C:\\new ", SESSION_KIND_SESSION, START_MS, START_MS);
    session_add_speaker(&schedule.sessions[0], "Ada\tL.");
    expect_lines(&schedule, &utc,
                 "2026-01-31T09:30:00Z\t2026-01-31T09:30:00Z\ta\\tb\tHall 1\tsession\tconfirmed\t"
                 "\\tOne\\nTwo\\r\\n C:\\new \tAda\\tL.\n");
    schedule_release(&schedule);
}

static void test_a_full_buffer_holds_whole_lines(void **state)
{
    (void)state;
    static struct zone utc;
    struct schedule schedule = {0};
    struct buffer lines;
    struct error err = {0};
    zone_utc(&utc);
    add(&schedule, "a", "First", SESSION_KIND_SESSION, START_MS, START_MS);
    add(&schedule, "b", "Second", SESSION_KIND_SESSION, START_MS, START_MS);
    buffer_init(&lines, 120);
    assert_false(tsv_write(&schedule, &utc, &lines, &err));
    assert_true(strlen(err.message) > 0);
    assert_true(lines.length > 0);
    assert_int_equal(lines.data[lines.length - 1], '\n');
    assert_null(strstr(lines.data, "Second"));
    buffer_release(&lines);
    schedule_release(&schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_session_is_no_line),
        cmocka_unit_test(test_a_session_is_eight_columns),
        cmocka_unit_test(test_an_all_day_event_has_dates_of_the_zone),
        cmocka_unit_test(test_what_would_break_a_line_is_escaped),
        cmocka_unit_test(test_a_full_buffer_holds_whole_lines),
    };
    return cmocka_run_group_tests_name("tsv", tests, NULL, NULL);
}
