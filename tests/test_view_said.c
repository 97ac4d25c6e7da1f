/* What the view tells of the operator's word and of delays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/phrase.h>

#include "view_case.h"

static void test_a_message_is_said_before_all_else(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    assert_true(fixture_operate(&fixture, AT(10, 40), "full"));
    assert_true(fixture_operate(&fixture, AT(10, 41), "say --for 5m Fire drill"));
    struct view *view = fixture_view(&fixture, AT(10, 42));
    assert_int_equal(view->alert_count, 2);
    assert_alert(&view->alerts[0], VIEW_ALERT_MESSAGE, "Fire drill", "", "");
    assert_alert(&view->alerts[1], VIEW_ALERT_FULL, "Full", "", "Vectors");
    assert_string_equal(view->alerts[1].detail, "");
    assert_int_equal(view->notices, VIEW_NOTICE_MESSAGE | VIEW_NOTICE_FULL);
    view = fixture_view(&fixture, AT(10, 46));
    assert_int_equal(view->alert_count, 1);
    assert_int_equal(view->alerts[0].kind, VIEW_ALERT_FULL);
    /* Neither needs a schedule; whose session it is that is full isn't told without one. */
    fixture.health.until_ms = AT(10, 0);
    view = fixture_view(&fixture, AT(10, 42));
    assert_int_equal(view->alert_count, 2);
    assert_alert(&view->alerts[1], VIEW_ALERT_FULL, "Full", "", "");
    fixture.health.until_ms = TIME_NEVER_MS;
    fixture.health.feeds_with_events = fixture.health.feeds_without_room = 1;
    view = fixture_view(&fixture, AT(10, 42));
    assert_true(view->room_missing);
    assert_alert(&view->alerts[0], VIEW_ALERT_MESSAGE, "Fire drill", "", "");
    assert_alert(&view->alerts[1], VIEW_ALERT_FULL, "Full", "", "");
    fixture_release(&fixture);
}

static void test_a_message_needs_no_clock(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    fixture_change(&fixture, CHANGE_CANCELLED, "Gone", AT(10, 30), AT(11, 20))->gone = true;
    assert_true(fixture_operate(&fixture, AT(10, 40), "full"));
    assert_true(fixture_operate(&fixture, AT(10, 41), "say --for 5m Fire drill"));
    fixture.health.clock = TIME_SOURCE_NONE;
    struct view *view = fixture_view(&fixture, AT(10, 42));
    assert_true(view->clock_unset);
    assert_int_equal(view->alert_count, 1);
    assert_alert(&view->alerts[0], VIEW_ALERT_MESSAGE, "Fire drill", "", "");
    assert_int_equal(view->notices, VIEW_NOTICE_CLOCK | VIEW_NOTICE_MESSAGE);
    assert_int_equal(fixture_next_ms(&fixture, AT(10, 42)), AT(10, 46));
    assert_int_equal(fixture_view(&fixture, AT(10, 46))->alert_count, 0);
    fixture_release(&fixture);
}

static void test_full_names_where_else_to_go(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    fixture_elsewhere(&fixture, "A", "Long on", AT(9, 0), AT(13, 0));
    fixture_elsewhere(&fixture, "B", "Just begun", AT(10, 35), AT(11, 20));
    fixture_elsewhere(&fixture, "B", "Workshop", AT(9, 30), AT(12, 0));
    fixture_elsewhere(&fixture, "C", "Nearly over", AT(10, 0), AT(10, 45));
    fixture_elsewhere(&fixture, "D", "Starts soon", AT(10, 55), AT(11, 20));
    fixture_elsewhere(&fixture, "E", "Too far off", AT(10, 55) + 1, AT(11, 20));
    fixture_elsewhere(&fixture, "F", "Over", AT(10, 0), AT(10, 40));
    fixture_elsewhere(&fixture, "G", "Off", AT(10, 30), AT(11, 20))->status =
        SESSION_STATUS_CANCELLED;
    fixture_elsewhere(&fixture, "H", "Tea", AT(10, 30), AT(11, 20))->kind = SESSION_KIND_BREAK;
    fixture_elsewhere(&fixture, "", "Nowhere", AT(10, 30), AT(11, 20));
    fixture_elsewhere(&fixture, fixture.options.room_name, "Here", AT(10, 30), AT(11, 20));
    schedule_sort(&fixture.elsewhere);
    assert_int_equal(fixture_view(&fixture, AT(10, 40))->alert_count, 0);
    assert_true(fixture_operate(&fixture, AT(10, 31), "full"));
    assert_string_equal(fixture_view(&fixture, AT(10, 40))->alerts[0].detail,
                        "B: Just begun · A: Long on · D: Starts soon");
    fixture_release(&fixture);
    /* Else the title, of which the direction is another, would be taken along. */
    fixture_programme(&fixture);
    fixture_elsewhere(&fixture, "אולם 2", "3D Printing", AT(10, 35), AT(11, 20));
    assert_true(fixture_operate(&fixture, AT(10, 31), "full"));
    assert_string_equal(fixture_view(&fixture, AT(10, 40))->alerts[0].detail,
                        "\u2068אולם 2\u2069: 3D Printing");
    fixture_release(&fixture);
}

static void test_a_place_that_is_nearly_over_comes_last(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    fixture_elsewhere(&fixture, "C", "Nearly over", AT(10, 0), AT(10, 45));
    fixture_elsewhere(&fixture, "A", "Soon", AT(10, 50), AT(11, 0));
    assert_true(fixture_operate(&fixture, AT(10, 31), "full"));
    schedule_sort(&fixture.elsewhere);
    assert_string_equal(fixture_view(&fixture, AT(10, 33))->alerts[0].detail, "C: Nearly over");
    int64_t quarter_ms = 45 * MINUTE_MS / 4;
    assert_string_equal(fixture_view(&fixture, AT(10, 45) - quarter_ms)->alerts[0].detail,
                        "C: Nearly over");
    assert_string_equal(fixture_view(&fixture, AT(10, 36))->alerts[0].detail,
                        "A: Soon · C: Nearly over");
    assert_string_equal(fixture_view(&fixture, AT(10, 45))->alerts[0].detail, "A: Soon");
    fixture_release(&fixture);
}

/* The layout sets each place on a line of its own. */
static void test_a_title_with_a_separator_is_one_place(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    fixture_elsewhere(&fixture, "B · upstairs", "Day 1 · Rust · C", AT(10, 30), AT(11, 30));
    fixture_elsewhere(&fixture, "C", "Two", AT(10, 25), AT(11, 30));
    tracker_release(&fixture.tracker);
    fixture_track(&fixture);
    assert_true(fixture_operate(&fixture, AT(10, 31), "full"));
    assert_string_equal(fixture_view(&fixture, AT(10, 31))->alerts[0].detail,
                        "B\u00a0· upstairs: Day 1\u00a0· Rust\u00a0· C" VIEW_PLACES_SEPARATOR
                        "C: Two");
    fixture_release(&fixture);
}

static void test_long_names_leave_room_for_every_place(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    char title[SESSION_TITLE_BYTES_MAX + 1] = "", room[SESSION_NAME_BYTES_MAX + 1] = "0";
    memset(title, 'x', sizeof title - 1);
    memset(room + 1, 'r', sizeof room - 2);
    for (int i = 0; i < 3; i++) {
        char uid[8];
        snprintf(uid, sizeof uid, "%d", i);
        room[0]++;
        session_set(&fixture_elsewhere(&fixture, room, uid, AT(10, 30), AT(11, 20))->title, title);
    }
    assert_true(fixture_operate(&fixture, AT(10, 31), "full"));
    const char *detail = fixture_view(&fixture, AT(10, 40))->alerts[0].detail;
    assert_non_null(strstr(detail, "3rr"));
    assert_string_equal(detail + strlen(detail) - strlen("x…"), "x…");
    fixture_release(&fixture);
}

static void test_delays_are_told_as_expected_times(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    assert_true(fixture_operate(&fixture, AT(11, 19), "extend 11"));
    struct view *view = fixture_view(&fixture, AT(11, 20));
    assert_string_equal(view->count_range, "10:30 – 11:31");
    assert_string_equal(view->phase_note, "Extended to 11:31");
    assert_int_equal(view->progress_permille, 819);
    assert_entry(&view->next, "11:25|>11:31|Indexes");
    assert_int_equal(view->notices, 0);
    view = fixture_view(&fixture, AT(11, 33));
    assert_string_equal(view->count_range, "11:31 – 11:56");
    assert_string_equal(view->phase_note, "Started 6 min late");
    assert_true(fixture_operate(&fixture, AT(11, 50), "extend 9"));
    view = fixture_view(&fixture, AT(11, 50));
    assert_entry(&view->next, "12:00|>12:05|Lunch");
    assert_true(fixture_operate(&fixture, AT(11, 51), "extend -20"));
    view = fixture_view(&fixture, AT(11, 54));
    assert_int_equal(view->phase, PHASE_SOON);
    assert_string_equal(view->phase_note, "");
    fixture_release(&fixture);
}

static void test_the_delay_of_all_that_follows(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "a", AT(10, 0), AT(10, 30));
    sample_add(&fixture.schedule, "b", AT(10, 30), AT(11, 0));
    sample_add(&fixture.schedule, "c", AT(11, 0), AT(11, 30));
    sample_add(&fixture.schedule, "d", AT(11, 40), AT(12, 0));
    fixture_track(&fixture);
    assert_true(fixture_operate(&fixture, AT(10, 20), "extend 7"));
    struct view *view = fixture_view(&fixture, AT(10, 20));
    assert_entry(&view->next, "10:30|>10:37|b");
    assert_entry(&view->later[0], "11:00|>11:07|c");
    assert_entry(&view->later[1], "11:40|d");
    assert_true(fixture_operate(&fixture, AT(10, 21), "extend 12"));
    view = fixture_view(&fixture, AT(10, 21));
    assert_entry(&view->later[1], "11:40|>11:49|d");
    assert_true(fixture_operate(&fixture, AT(10, 22), "end"));
    view = fixture_view(&fixture, AT(10, 22));
    assert_entry(&view->next, "11:00|c");
    assert_string_equal(view->phase_note, "");
    assert_string_equal(view->count_range, "10:30 – 11:00");
    assert_true(fixture_operate(&fixture, AT(10, 23), "start"));
    view = fixture_view(&fixture, AT(10, 23));
    assert_string_equal(view->phase_note, "Started 7 min early");
    assert_string_equal(view->count_range, "10:23 – 11:00");
    assert_true(fixture_operate(&fixture, AT(10, 40), "extend -10"));
    view = fixture_view(&fixture, AT(10, 40));
    assert_string_equal(view->phase_note, "Ends 10:50 instead of 11:00");
    fixture_release(&fixture);
}

static void test_late_by_so_much_where_nothing_can_be_promised(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "a", AT(10, 0), AT(10, 30));
    sample_add(&fixture.schedule, "b", AT(10, 30), AT(10, 40));
    sample_add(&fixture.schedule, "c", AT(10, 40), AT(10, 50));
    sample_add(&fixture.schedule, "tea", AT(10, 50), AT(10, 55))->kind = SESSION_KIND_BREAK;
    sample_add(&fixture.schedule, "d", AT(11, 0), AT(11, 30));
    fixture_track(&fixture);
    assert_true(fixture_operate(&fixture, AT(10, 20), "hold"));
    struct view *view = fixture_view(&fixture, AT(10, 21));
    assert_string_equal(view->phase_note, "Held");
    assert_entry(&view->next, "10:30|b");
    view = fixture_view(&fixture, AT(10, 31) - 1);
    assert_int_equal(view->phase, PHASE_OVERRUN);
    assert_entry(&view->next, "10:30|b");
    assert_entry(&fixture_view(&fixture, AT(10, 31))->next, "10:30|1 min late|b");
    assert_entry(&fixture_view(&fixture, AT(10, 37) - 1)->next, "10:30|6 min late|b");
    assert_int_equal(fixture_next_ms(&fixture, AT(10, 37) - 1), AT(10, 37));
    /* Those behind it wait as well; a break that can't be had is over. */
    view = fixture_view(&fixture, AT(10, 57));
    assert_string_equal(view->next_label, "Next");
    assert_entry(&view->next, "10:30|27 min late|b");
    assert_entry(&view->later[0], "10:40|17 min late|c");
    assert_entry(&view->later[1], "11:00|d");
    assert_int_equal(view->later_count, 2);
    /* Once there is an end, times are promised again. */
    assert_true(fixture_operate(&fixture, AT(10, 57), "extend 3"));
    view = fixture_view(&fixture, AT(10, 57));
    assert_entry(&view->next, "10:30|>11:00|b");
    assert_entry(&view->later[0], "10:40|>11:10|c");
    assert_entry(&view->later[1], "10:50|>11:20|tea");
    assert_entry(&view->later[2], "11:00|>11:22|d");
    fixture_release(&fixture);
}

static void test_nothing_is_promised_behind_an_open_end(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "a", AT(10, 0), AT(10, 30));
    sample_add(&fixture.schedule, "b", AT(10, 30), AT(10, 40));
    sample_add(&fixture.schedule, "c", AT(10, 40), AT(10, 50));
    sample_add(&fixture.schedule, "d", AT(10, 50), AT(11, 0));
    fixture_track(&fixture);
    assert_true(fixture_operate(&fixture, AT(10, 20), "extend 5"));
    assert_true(fixture_operate(&fixture, AT(10, 21), "hold"));
    assert_entry(&fixture_view(&fixture, AT(10, 34))->later[0], "10:40|>10:45|c");
    struct view *view = fixture_view(&fixture, AT(10, 38));
    assert_entry(&view->next, "10:30|8 min late|b");
    assert_entry(&view->later[0], "10:40|c");
    assert_entry(&view->later[1], "10:50|d");
    assert_entry(&fixture_view(&fixture, AT(10, 43))->later[0], "10:40|3 min late|c");
    fixture_release(&fixture);
}

static void test_the_note_is_quiet_where_the_phase_says_it(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    assert_true(fixture_operate(&fixture, AT(11, 40), "extend 20"));
    struct view *view = fixture_view(&fixture, AT(12, 11));
    assert_string_equal(view->headline, "Lunch");
    assert_string_equal(view->count_range, "12:10 – 13:00");
    assert_string_equal(view->phase_note, "");
    assert_true(fixture_operate(&fixture, AT(13, 40), "extend 5"));
    assert_string_equal(fixture_view(&fixture, AT(14, 4))->phase_note, "Extended to 14:05");
    view = fixture_view(&fixture, AT(14, 6));
    assert_int_equal(view->phase, PHASE_OVERRUN);
    assert_string_equal(view->count_range, "due to end 14:05");
    assert_string_equal(view->phase_note, "");
    fixture_release(&fixture);
}

static void test_what_is_late_is_next_whatever_day_it_was_planned_for(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "a", AT(10, 0), AT(23, 30) - 2 * HOUR_MS);
    sample_add(&fixture.schedule, "b", AT(23, 50), AT(24, 50));
    fixture_track(&fixture);
    assert_true(fixture_operate(&fixture, AT(21, 0), "extend 180"));
    struct view *view = fixture_view(&fixture, AT(23, 55));
    assert_entry(&view->next, "23:50|>00:30|b");
    assert_string_equal(view->next_label, "Next");
    view = fixture_view(&fixture, AT(24, 5));
    assert_string_equal(view->next_label, "Next");
    fixture_release(&fixture);
}

static void test_when_is_told_with_as_much_of_the_day_as_it_needs(void **state)
{
    (void)state;
    char text[VIEW_SHORT_BYTES];
    struct zone zone;
    zone_utc(&zone);
    struct phrasing phrasing = {.words = words_for("en"), .zone = &zone, .day_ends_min = 4 * 60};
    const struct {
        int64_t at_ms;
        const char *text;
    } times[] = {
        {AT(23, 30), "23:30"},
        {AT(26, 0), "02:00"},
        {AT(34, 0), "tomorrow 10:00"},
        {AT(50, 0), "Mon 02:00"},
        {AT(58, 0), "Mon 10:00"},
        {AT(7 * 24, 0), "Sat 7 Feb, 00:00"},
        {AT(7 * 24, 0) - 1, "Fri 23:59"},
        {AT(3, 0), "Sat 31 Jan, 03:00"},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        phrase_when(&phrasing, AT(20, 0), times[i].at_ms, text, sizeof text);
        assert_string_equal(text, times[i].text);
    }
}

static void test_values_are_filled_in_as_they_are(void **state)
{
    (void)state;
    char text[32];
    words_fill_two(text, sizeof text, "{1}, {2}.", "a{2}", "b{}");
    assert_string_equal(text, "a{2}, b{}.");
    words_fill_two(text, sizeof text, "only {1}", "one", "never");
    assert_string_equal(text, "only one");
    words_fill_two(text, 8, "{1} and {2}", "abc", "def");
    assert_string_equal(text, "abc and");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_is_said_before_all_else),
        cmocka_unit_test(test_a_message_needs_no_clock),
        cmocka_unit_test(test_full_names_where_else_to_go),
        cmocka_unit_test(test_a_place_that_is_nearly_over_comes_last),
        cmocka_unit_test(test_a_title_with_a_separator_is_one_place),
        cmocka_unit_test(test_long_names_leave_room_for_every_place),
        cmocka_unit_test(test_delays_are_told_as_expected_times),
        cmocka_unit_test(test_the_delay_of_all_that_follows),
        cmocka_unit_test(test_late_by_so_much_where_nothing_can_be_promised),
        cmocka_unit_test(test_nothing_is_promised_behind_an_open_end),
        cmocka_unit_test(test_the_note_is_quiet_where_the_phase_says_it),
        cmocka_unit_test(test_what_is_late_is_next_whatever_day_it_was_planned_for),
        cmocka_unit_test(test_when_is_told_with_as_much_of_the_day_as_it_needs),
        cmocka_unit_test(test_values_are_filled_in_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
