/* Outside the hours of [screen] on the sign is dark, but for whoever it has something to tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "view_case.h"

static struct fixture fixture;

static void night(int from_min, int until_min)
{
    fixture_init(&fixture);
    fixture.options.on_from_min = from_min;
    fixture.options.on_until_min = until_min;
}

static bool is_dark(int64_t now_ms)
{
    return fixture_view(&fixture, now_ms)->dark;
}

/* From now_ms, as the sign is woken, to the moment at which it is no longer as dark, or as lit. */
static int64_t turns_at(int64_t now_ms)
{
    bool dark = is_dark(now_ms);
    for (int wakes = 0; wakes < 2000; wakes++) {
        now_ms = fixture_next_ms(&fixture, now_ms);
        if (is_dark(now_ms) != dark) {
            return now_ms;
        }
    }
    return TIME_NEVER_MS;
}

static void test_by_the_hours(void **state)
{
    (void)state;
    night(7 * 60, 20 * 60);
    fixture_track(&fixture);
    assert_true(is_dark(AT(7, 0) - 1));
    assert_false(is_dark(AT(7, 0)));
    assert_false(is_dark(AT(20, 0) - 1));
    assert_true(is_dark(AT(20, 0)));
    assert_int_equal(turns_at(AT(12, 0)), AT(20, 0));
    /* One sleep for the whole night. */
    assert_int_equal(fixture_next_ms(&fixture, AT(20, 0)), AT(31, 0));
    fixture_release(&fixture);
}

static void test_past_midnight(void **state)
{
    (void)state;
    night(18 * 60, 2 * 60);
    fixture_track(&fixture);
    assert_true(is_dark(AT(12, 0)));
    assert_int_equal(turns_at(AT(12, 0)), AT(18, 0));
    assert_false(is_dark(AT(24, 0)));
    assert_int_equal(turns_at(AT(18, 0)), AT(26, 0));
    assert_int_equal(turns_at(AT(26, 0)), AT(42, 0));
    fixture_release(&fixture);
}

static void test_always_is_always(void **state)
{
    (void)state;
    night(0, 0);
    fixture_track(&fixture);
    for (int hour = 0; hour < 48; hour++) {
        assert_false(is_dark(AT(hour, 0)));
    }
    fixture_release(&fixture);
    night(9 * 60, 9 * 60);
    fixture_track(&fixture);
    assert_int_equal(turns_at(AT(0, 0)), TIME_NEVER_MS);
    fixture_release(&fixture);
}

/* On 29 March 2026 the clocks of Brussels go from 02:00 to 03:00, on 25 October from 03:00 to
 * 02:00, both at 01:00 UTC. */
static void test_the_nights_on_which_clocks_are_set(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t spring_ms = 1774746000000, autumn_ms = 1792890000000;
    night(2 * 60 + 30, 20 * 60);
    assert_true(zone_load("Europe/Brussels", &fixture.zone, &err));
    fixture_track(&fixture);
    /* 02:30 never is: 03:00 is the first moment after it. */
    assert_true(is_dark(spring_ms - 1));
    assert_false(is_dark(spring_ms));
    assert_int_equal(turns_at(spring_ms - 3 * HOUR_MS), spring_ms);
    /* 02:30 comes twice, and between them it is 02:00 once more. */
    assert_int_equal(turns_at(autumn_ms - 2 * HOUR_MS), autumn_ms - 30 * MINUTE_MS);
    assert_int_equal(turns_at(autumn_ms - 30 * MINUTE_MS), autumn_ms);
    assert_int_equal(turns_at(autumn_ms), autumn_ms + 30 * MINUTE_MS);
    /* 20:00 is 18:00 UTC in summer and 19:00 in winter. */
    assert_int_equal(turns_at(spring_ms), spring_ms + 17 * HOUR_MS);
    assert_int_equal(turns_at(autumn_ms + HOUR_MS), autumn_ms + 18 * HOUR_MS);
    fixture_release(&fixture);
}

static void test_lit_half_an_hour_before_an_early_session(void **state)
{
    (void)state;
    night(8 * 60, 20 * 60);
    sample_add(&fixture.schedule, "Early", AT(7, 0), AT(7, 10));
    sample_add(&fixture.schedule, "Late", AT(21, 0), AT(22, 0));
    fixture_track(&fixture);
    assert_int_equal(turns_at(AT(0, 0)), AT(6, 30));
    assert_string_equal(fixture_view(&fixture, AT(6, 30))->next.title, "Early");
    /* Nobody says that it is over: an overrun is presumed, for ten minutes. */
    assert_int_equal(turns_at(AT(6, 30)), AT(7, 20));
    assert_int_equal(turns_at(AT(7, 20)), AT(8, 0));
    assert_int_equal(turns_at(AT(20, 0)), AT(20, 30));
    assert_int_equal(turns_at(AT(20, 30)), AT(22, 10));
    fixture_release(&fixture);
}

static void test_lit_while_people_come_in_vain(void **state)
{
    (void)state;
    night(8 * 60, 20 * 60);
    sample_add(&fixture.schedule, "Off", AT(6, 0), AT(6, 20))->status = SESSION_STATUS_CANCELLED;
    struct change *change = fixture_change(&fixture, CHANGE_MOVED, "Gone", AT(3, 0), AT(3, 40));
    change->gone = true;
    session_set(&change->room, "UB5.230");
    fixture_track(&fixture);
    assert_int_equal(turns_at(AT(0, 0)), AT(2, 30));
    assert_int_equal(fixture_view(&fixture, AT(2, 30))->alerts[0].kind, VIEW_ALERT_MOVED);
    assert_int_equal(turns_at(AT(2, 30)), AT(3, 40));
    assert_int_equal(turns_at(AT(3, 40)), AT(5, 30));
    assert_int_equal(fixture_view(&fixture, AT(5, 30))->alerts[0].kind, VIEW_ALERT_CANCELLED);
    assert_int_equal(turns_at(AT(5, 30)), AT(6, 20));
    fixture_release(&fixture);
}

static void test_a_message_lights_it(void **state)
{
    (void)state;
    night(8 * 60, 20 * 60);
    fixture_track(&fixture);
    assert_true(is_dark(AT(21, 0)));
    assert_true(fixture_operate(&fixture, AT(21, 0), "say --for 10m Lift is broken"));
    assert_false(is_dark(AT(21, 0)));
    assert_int_equal(fixture_view(&fixture, AT(21, 0))->alert_count, 1);
    assert_int_equal(turns_at(AT(21, 0)), AT(21, 10));
    assert_true(fixture_operate(&fixture, AT(22, 0), "say Until the day ends"));
    assert_int_equal(turns_at(AT(22, 0)), AT(24, 0));
    fixture_release(&fixture);
}

static void test_somebody_at_the_keys_sees_the_sign(void **state)
{
    (void)state;
    night(8 * 60, 20 * 60);
    fixture.options.hint = "Held";
    fixture.options.hint_until_ms = AT(3, 0) + 4000;
    fixture_track(&fixture);
    assert_true(is_dark(AT(3, 0)));
    fixture.options.lit_until_ms = AT(3, 0) + 4500;
    assert_false(is_dark(AT(3, 0)));
    assert_string_equal(fixture_view(&fixture, AT(3, 0))->hint, "Held");
    assert_int_equal(turns_at(AT(3, 0)), AT(3, 0) + 4500);
    fixture_release(&fixture);
}

static void test_not_dark_by_a_clock_that_nobody_believes(void **state)
{
    (void)state;
    night(8 * 60, 20 * 60);
    fixture.health.clock = TIME_SOURCE_NONE;
    fixture_track(&fixture);
    assert_false(is_dark(AT(3, 0)));
    fixture_release(&fixture);
}

static void test_every_hour_has_its_place(void **state)
{
    (void)state;
    struct error err = {0};
    night(0, 0);
    assert_true(zone_load("Asia/Kolkata", &fixture.zone, &err));
    fixture_track(&fixture);
    assert_int_equal(fixture_view(&fixture, AT(12, 0))->shift, 0);
    fixture.options.shifts = true;
    for (int hour = 0; hour < 48; hour++) {
        /* An hour begins there at half past. */
        int64_t begin_ms = AT(hour, 30);
        int expected = 1 + (hour + 6) % VIEW_SHIFTS;
        assert_int_equal(fixture_view(&fixture, begin_ms)->shift, expected);
        assert_int_equal(fixture_view(&fixture, begin_ms + HOUR_MS - 1)->shift, expected);
        /* With the clock, and never else. */
        assert_string_equal(fixture_view(&fixture, begin_ms)->clock + 2, ":00");
    }
    fixture.health.clock = TIME_SOURCE_NONE;
    assert_int_equal(fixture_view(&fixture, AT(12, 0))->shift, 0);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_the_hours),
        cmocka_unit_test(test_past_midnight),
        cmocka_unit_test(test_always_is_always),
        cmocka_unit_test(test_the_nights_on_which_clocks_are_set),
        cmocka_unit_test(test_lit_half_an_hour_before_an_early_session),
        cmocka_unit_test(test_lit_while_people_come_in_vain),
        cmocka_unit_test(test_a_message_lights_it),
        cmocka_unit_test(test_somebody_at_the_keys_sees_the_sign),
        cmocka_unit_test(test_not_dark_by_a_clock_that_nobody_believes),
        cmocka_unit_test(test_every_hour_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
