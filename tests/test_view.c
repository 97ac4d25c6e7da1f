#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/phrase.h>
#include <roomsign/utf8.h>
#include <roomsign/view.h>

#include "random.h"
#include "sample.h"

#define SEEDS 150
#define STEPS 80

/* A schedule, its tracker and what else a view is made from, in UTC. */
struct fixture {
    struct schedule schedule;
    struct tracker tracker;
    struct zone zone;
    struct feed_health health;
    struct view_options options;
};

static void fixture_init(struct fixture *fixture)
{
    *fixture = (struct fixture){
        .health = {.has_schedule = true, .fetched_ms = AT(8, 2), .until_ms = TIME_NEVER_MS},
        .options = {.room_name = "UB2.252A (Lameere)", .language = "en"},
    };
    zone_utc(&fixture->zone);
}

static void fixture_track(struct fixture *fixture)
{
    struct tracker_rules rules = sample_rules();
    schedule_sort(&fixture->schedule);
    tracker_init(&fixture->tracker, &fixture->schedule, &fixture->zone, &rules);
}

static struct view *fixture_view(struct fixture *fixture, int64_t now_ms)
{
    static struct view view;
    view_at(&fixture->tracker, &fixture->health, &fixture->options, now_ms, &view);
    return &view;
}

static void fixture_release(struct fixture *fixture)
{
    tracker_release(&fixture->tracker);
    schedule_release(&fixture->schedule);
}

/* 10:30-11:20 with two speakers, 11:25-11:50, lunch 12:00-13:00, 14:00-14:30 cancelled,
 * 15:00-16:00; the next day 09:00-10:00. */
static void fixture_day(struct fixture *fixture)
{
    fixture_init(fixture);
    struct schedule *schedule = &fixture->schedule;
    struct session *session = sample_add(schedule, "Vectors", AT(10, 30), AT(11, 20));
    session_add_speaker(session, "Ada");
    session_add_speaker(session, "Grace");
    session_set(&session->track, "Databases");
    sample_add(schedule, "Indexes", AT(11, 25), AT(11, 50));
    sample_add(schedule, "Lunch", AT(12, 0), AT(13, 0))->kind = SESSION_KIND_BREAK;
    sample_add(schedule, "Joins", AT(14, 0), AT(14, 30))->status = SESSION_STATUS_CANCELLED;
    sample_add(schedule, "Locks", AT(15, 0), AT(16, 0));
    sample_add(schedule, "Sunday", AT(33, 0), AT(34, 0));
    fixture_track(fixture);
}

static void test_live(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 48) + 30 * SECOND_MS);
    assert_int_equal(view->phase, PHASE_LIVE);
    assert_string_equal(view->room, "UB2.252A");
    assert_string_equal(view->room_note, "Lameere");
    assert_string_equal(view->clock, "10:48");
    assert_string_equal(view->date, "Sat 31 Jan");
    assert_string_equal(view->phase_words, "In session");
    assert_string_equal(view->headline, "Vectors");
    assert_string_equal(view->detail, "Ada, Grace");
    assert_string_equal(view->track, "Databases");
    assert_string_equal(view->count_caption, "ends in");
    /* 31.5 minutes are left: 32, as between 10:48 and 11:20 on the clock. */
    assert_string_equal(view->count[0].digits, "32");
    assert_string_equal(view->count[0].unit, "min");
    assert_string_equal(view->count_range, "10:30 – 11:20");
    assert_int_equal(view->progress_permille, 360);
    assert_string_equal(view->next_label, "Next");
    assert_string_equal(view->next.time, "11:25");
    assert_string_equal(view->next.title, "Indexes");
    assert_int_equal(view->later_count, 3);
    assert_string_equal(view->later[0].title, "Lunch");
    assert_true(view->later[0].quiet);
    assert_string_equal(view->later[1].title, "Joins");
    assert_string_equal(view->later[1].note, "cancelled");
    assert_string_equal(view->later[2].title, "Locks");
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    assert_string_equal(view->doubt, "");
    fixture_release(&fixture);
}

static void test_wrap_up_counts_seconds(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(11, 17) + 23 * SECOND_MS);
    assert_int_equal(view->phase, PHASE_WRAP_UP);
    assert_string_equal(view->phase_words, "Ending soon");
    assert_string_equal(view->count[0].digits, "2:37");
    assert_string_equal(view->count[0].unit, "");
    assert_string_equal(fixture_view(&fixture, AT(11, 20) - 1)->count[0].digits, "0:01");
    fixture_release(&fixture);
}

static void test_presumed_overrun_claims_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(11, 20));
    assert_int_equal(view->phase, PHASE_OVERRUN);
    assert_false(view->overrun_known);
    assert_string_equal(view->phase_words, "Past its end");
    assert_string_equal(view->count_caption, "over by");
    assert_string_equal(view->count[0].digits, "+0:00");
    assert_string_equal(view->count_range, "due to end 11:20");
    assert_string_equal(view->detail, "Ada, Grace");
    assert_string_equal(fixture_view(&fixture, AT(11, 24) + 59999)->count[0].digits, "+4:59");
    fixture_release(&fixture);
}

static void test_soon_stages_the_next_and_announces_the_one_after(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(14, 56) + 12 * SECOND_MS);
    assert_int_equal(view->phase, PHASE_SOON);
    assert_string_equal(view->headline, "Locks");
    assert_string_equal(view->count_caption, "starts in");
    assert_string_equal(view->count[0].digits, "3:48");
    assert_string_equal(view->count_range, "15:00 – 16:00");
    assert_string_equal(view->next_label, "Tomorrow");
    assert_string_equal(view->next.title, "Sunday");
    assert_int_equal(view->progress_permille, VIEW_NO_PROGRESS);
    fixture_release(&fixture);
}

static void test_break_is_said_as_one(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(12, 10));
    assert_int_equal(view->phase, PHASE_LIVE);
    assert_true(view->is_break);
    assert_string_equal(view->phase_words, "Break");
    assert_string_equal(view->headline, "Lunch");
    assert_string_equal(view->count[0].digits, "50");
    fixture_release(&fixture);
}

static void test_free_until(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(13, 5));
    assert_int_equal(view->phase, PHASE_FREE);
    assert_string_equal(view->headline, "Free until 15:00");
    assert_string_equal(view->count_caption, "next session in");
    /* 115 minutes. */
    assert_string_equal(view->count[0].digits, "1");
    assert_string_equal(view->count[0].unit, "h");
    assert_string_equal(view->count[1].digits, "55");
    assert_string_equal(view->count[1].unit, "min");
    assert_string_equal(view->next.title, "Locks");
    fixture_release(&fixture);
}

static void test_a_cancelled_session_stays_listed_until_its_planned_end(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(14, 30) - 1);
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    assert_int_equal(view->later_count, 1);
    assert_string_equal(view->later[0].title, "Joins");
    view = fixture_view(&fixture, AT(14, 30));
    assert_int_equal(view->notices, 0);
    assert_int_equal(view->later_count, 0);
    fixture_release(&fixture);
}

static void test_closed_tells_the_next_day(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(19, 12));
    assert_int_equal(view->phase, PHASE_CLOSED);
    assert_string_equal(view->headline, "No more sessions today");
    assert_string_equal(view->count[0].digits, "09:00");
    assert_string_equal(view->count_caption, "tomorrow, Sunday");
    assert_string_equal(view->count_range, "first session");
    assert_string_equal(view->next_label, "Tomorrow");
    view = fixture_view(&fixture, AT(40, 0));
    assert_string_equal(view->headline, "No sessions planned");
    assert_string_equal(view->next_label, "");
    assert_string_equal(view->count[0].digits, "");
    fixture_release(&fixture);
}

static void test_all_day_and_overlong_entries_are_banners(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "Fair", AT(0, 0), AT(24, 0))->kind = SESSION_KIND_ALL_DAY;
    sample_add(&fixture.schedule, "Hackathon", AT(8, 0), AT(21, 0));
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(7, 0));
    assert_int_equal(view->banner_count, 1);
    assert_string_equal(view->banners[0], "Fair");
    assert_int_equal(view->phase, PHASE_CLOSED);
    view = fixture_view(&fixture, AT(9, 0));
    assert_int_equal(view->banner_count, 2);
    assert_string_equal(view->banners[1], "Hackathon");
    assert_int_equal(view->phase, PHASE_CLOSED);
    fixture_release(&fixture);
}

static void test_doubt_is_told_as_a_time_from_the_second_missed_poll(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    fixture.health.missed_polls = 1;
    assert_string_equal(fixture_view(&fixture, AT(10, 48))->doubt, "");
    fixture.health.missed_polls = 2;
    struct view *view = fixture_view(&fixture, AT(10, 48));
    assert_string_equal(view->doubt, "schedule of 08:02");
    assert_true(view->notices & VIEW_NOTICE_STALE);
    assert_string_equal(fixture_view(&fixture, AT(33, 0))->doubt, "schedule of Sat 31 Jan, 08:02");
    fixture.health.missed_polls = 0;
    fixture.health.distrusted = true;
    view = fixture_view(&fixture, AT(10, 48));
    assert_int_equal(view->notices & VIEW_NOTICE_DISTRUSTED, VIEW_NOTICE_DISTRUSTED);
    assert_string_equal(view->doubt, "schedule of 08:02");
    fixture_release(&fixture);
}

static void test_no_schedule_says_so_and_nothing_else(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    fixture.health = (struct feed_health){0};
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 48));
    assert_false(view->has_schedule);
    assert_string_equal(view->headline, "No schedule yet");
    assert_string_equal(view->clock, "10:48");
    assert_string_equal(view->next_label, "");
    fixture_release(&fixture);
}

static void test_a_time_that_the_schedule_does_not_reach_is_not_called_empty(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    fixture.health.from_ms = AT(0, 0);
    fixture.health.until_ms = AT(48, 0);
    fixture.health.missed_polls = STALE_MISSED_POLLS;
    assert_string_equal(fixture_view(&fixture, AT(48, 0) - 1)->headline, "No sessions planned");
    struct view *view = fixture_view(&fixture, AT(48, 0));
    assert_string_equal(view->headline, "No schedule yet");
    assert_string_equal(view->next_label, "");
    assert_true(strlen(view->doubt) > 0);
    assert_int_equal(view->notices, VIEW_NOTICE_STALE);
    /* A clock that lost its time is years before anything that the schedule knows. */
    view = fixture_view(&fixture, 5 * SECOND_MS);
    assert_string_equal(view->headline, "No schedule yet");
    assert_string_equal(view->next_label, "");
    fixture_release(&fixture);
}

static void test_dark_outside_hours_but_awake_for_an_early_session(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    fixture.options.on_from_min = 8 * 60;
    fixture.options.on_until_min = 20 * 60;
    sample_add(&fixture.schedule, "Early", AT(7, 0), AT(7, 30));
    fixture_track(&fixture);
    assert_true(fixture_view(&fixture, AT(6, 49))->dark);
    assert_false(fixture_view(&fixture, AT(6, 50))->dark);
    assert_false(fixture_view(&fixture, AT(7, 15))->dark);
    assert_true(fixture_view(&fixture, AT(7, 45))->dark);
    assert_int_equal(
        view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, AT(7, 45)),
        AT(8, 0));
    assert_false(fixture_view(&fixture, AT(8, 0))->dark);
    assert_true(fixture_view(&fixture, AT(20, 0))->dark);
    fixture_release(&fixture);
}

static void test_more_than_the_list_holds_is_counted(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    for (int i = 0; i < VIEW_LATER_MAX + 6; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "talk %d", i);
        sample_add(&fixture.schedule, uid, AT(10, 5 * i), AT(10, 5 * i + 5));
    }
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(9, 0));
    assert_int_equal(view->later_count, VIEW_LATER_MAX);
    assert_int_equal(view->later_more, 5);
    fixture_release(&fixture);
}

static void test_long_lists_of_speakers_are_counted_not_cut(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    struct session *session = sample_add(&fixture.schedule, "Panel", AT(10, 0), AT(11, 0));
    for (int i = 0; i < 40; i++) {
        session_add_speaker(session, "Somebody With A Name");
    }
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 0));
    const char *end = strrchr(view->detail, '+');
    assert_non_null(end);
    size_t told = 1;
    for (const char *at = view->detail; (at = strchr(at, ',')) != NULL; at++) {
        told++;
    }
    assert_int_equal(told + strtoul(end + 1, NULL, 10), 40);
    fixture_release(&fixture);
}

static void test_a_title_too_long_says_that_it_is_cut(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    char title[SESSION_TITLE_BYTES_MAX + 1] = "";
    while (strlen(title) + 3 < sizeof title) {
        memcpy(title + strlen(title), "न", 4);
    }
    struct session *session = sample_add(&fixture.schedule, "Long", AT(10, 0), AT(11, 0));
    session_set(&session->title, title);
    fixture_track(&fixture);
    const char *headline = fixture_view(&fixture, AT(10, 30))->headline;
    size_t length = strlen(headline);
    assert_true(length > VIEW_TEXT_BYTES - 8);
    assert_true(utf8_valid(headline, length));
    assert_string_equal(headline + length - strlen("…"), "…");
    fixture_release(&fixture);
}

static void test_twelve_hour_clock(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    fixture.options.clock_12h = true;
    assert_string_equal(fixture_view(&fixture, AT(0, 5))->clock, "12:05 AM");
    assert_string_equal(fixture_view(&fixture, AT(12, 5))->clock, "12:05 PM");
    assert_string_equal(fixture_view(&fixture, AT(15, 5))->clock, "3:05 PM");
    fixture_release(&fixture);
}

static void test_hour_long_countdowns(void **state)
{
    (void)state;
    struct view_count count[2];
    phrase_seconds(3600 + 62, "+", count);
    assert_string_equal(count[0].digits, "+1:01:02");
    phrase_seconds(59, "", count);
    assert_string_equal(count[0].digits, "0:59");
}

static void test_notices_are_named_in_order(void **state)
{
    (void)state;
    char text[VIEW_NOTICES_TEXT_BYTES];
    assert_string_equal(view_notices_format(0, text), "-");
    assert_string_equal(view_notices_format(VIEW_NOTICE_CANCELLED | VIEW_NOTICE_STALE, text),
                        "stale,cancelled");
    assert_string_equal(view_notices_format((1u << VIEW_NOTICE_COUNT) - 1, text),
                        "clock,stale,distrusted,moved,cancelled,retimed,full,message");
}

/* The promise that lets the sign sleep: nothing it says changes before the moment it names. */
static void test_random_days_change_only_at_the_next_change(void **state)
{
    (void)state;
    static struct view now, then;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct random random = random_from(seed);
        struct fixture fixture;
        fixture_init(&fixture);
        struct error err = {0};
        assert_true(zone_load(seed % 2 ? "Asia/Kolkata" : "Europe/Brussels", &fixture.zone, &err));
        if (seed % 5 == 0) {
            fixture.options.on_from_min = (int)random_below(&random, 1440);
            fixture.options.on_until_min = (int)random_below(&random, 1440);
        }
        if (seed % 7 == 0) {
            fixture.health.from_ms = AT(0, 0) + random_below(&random, DAY_MS);
            fixture.health.until_ms = fixture.health.from_ms + random_below(&random, DAY_MS);
        }
        random_schedule(&random, &fixture.schedule);
        fixture_track(&fixture);
        int64_t now_ms = AT(0, 0) + random_below(&random, DAY_MS);
        for (int step = 0; step < STEPS; step++) {
            view_at(&fixture.tracker, &fixture.health, &fixture.options, now_ms, &now);
            int64_t change_ms =
                view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, now_ms);
            assert_true(change_ms > now_ms);
            int64_t moments[] = {change_ms - 1, now_ms + random_below(&random, change_ms - now_ms)};
            for (size_t i = 0; i < 2; i++) {
                view_at(&fixture.tracker, &fixture.health, &fixture.options, moments[i], &then);
                if (!view_equal(&now, &then)) {
                    fail_msg("seed %llu: %lld differs from %lld, change told for %lld",
                             (unsigned long long)seed, (long long)moments[i], (long long)now_ms,
                             (long long)change_ms);
                }
            }
            now_ms = change_ms + (step % 3 ? 0 : random_below(&random, HOUR_MS));
        }
        fixture_release(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_wrap_up_counts_seconds),
        cmocka_unit_test(test_presumed_overrun_claims_nothing),
        cmocka_unit_test(test_soon_stages_the_next_and_announces_the_one_after),
        cmocka_unit_test(test_break_is_said_as_one),
        cmocka_unit_test(test_free_until),
        cmocka_unit_test(test_a_cancelled_session_stays_listed_until_its_planned_end),
        cmocka_unit_test(test_closed_tells_the_next_day),
        cmocka_unit_test(test_all_day_and_overlong_entries_are_banners),
        cmocka_unit_test(test_doubt_is_told_as_a_time_from_the_second_missed_poll),
        cmocka_unit_test(test_no_schedule_says_so_and_nothing_else),
        cmocka_unit_test(test_a_time_that_the_schedule_does_not_reach_is_not_called_empty),
        cmocka_unit_test(test_dark_outside_hours_but_awake_for_an_early_session),
        cmocka_unit_test(test_more_than_the_list_holds_is_counted),
        cmocka_unit_test(test_long_lists_of_speakers_are_counted_not_cut),
        cmocka_unit_test(test_a_title_too_long_says_that_it_is_cut),
        cmocka_unit_test(test_twelve_hour_clock),
        cmocka_unit_test(test_hour_long_countdowns),
        cmocka_unit_test(test_notices_are_named_in_order),
        cmocka_unit_test(test_random_days_change_only_at_the_next_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
