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

#include "view_case.h"

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

static void test_a_cancelled_session_is_told_until_its_planned_end(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    struct view *view = fixture_view(&fixture, AT(13, 30) - 1);
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    assert_int_equal(view->later_count, 1);
    assert_string_equal(view->later[0].title, "Joins");
    assert_int_equal(view->alert_count, 0);
    view = fixture_view(&fixture, AT(14, 30) - 1);
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    assert_int_equal(view->later_count, 0);
    assert_int_equal(view->alert_count, 1);
    assert_string_equal(view->alerts[0].subject, "Joins");
    view = fixture_view(&fixture, AT(14, 30));
    assert_int_equal(view->notices, 0);
    assert_int_equal(view->later_count, 0);
    assert_int_equal(view->alert_count, 0);
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

/* A conference whose day ends at 04:00: Saturday 20:00-21:00, 23:45-00:15, 00:30-01:30, 02:00-02:30
 * cancelled, 03:00-03:30; Sunday 10:00-11:00, and what starts at 00:30 on Monday. */
static void fixture_night(struct fixture *fixture)
{
    fixture_init(fixture);
    fixture->day_ends_min = 4 * 60;
    struct schedule *schedule = &fixture->schedule;
    sample_add(schedule, "Dinner talk", AT(20, 0), AT(21, 0));
    sample_add(schedule, "Over midnight", AT(23, 45), AT(24, 15));
    sample_add(schedule, "Demos", AT(24, 30), AT(25, 30));
    sample_add(schedule, "Chess", AT(26, 0), AT(26, 30))->status = SESSION_STATUS_CANCELLED;
    sample_add(schedule, "Radio", AT(27, 0), AT(27, 30));
    sample_add(schedule, "Breakfast", AT(34, 0), AT(35, 0));
    sample_add(schedule, "Sunday night", AT(48, 30), AT(49, 30));
    fixture_track(fixture);
}

static void test_a_night_belongs_to_the_day_before(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_night(&fixture);
    struct view *view = fixture_view(&fixture, AT(22, 0));
    assert_string_equal(view->headline, "Free until 23:45");
    assert_int_equal(view->later_count, 3);
    assert_string_equal(view->later[0].time, "00:30");
    assert_string_equal(view->later[1].note, "cancelled");
    assert_string_equal(view->later[2].title, "Radio");
    assert_true(view->notices & VIEW_NOTICE_CANCELLED);
    /* Across midnight nothing but the date moves on. */
    view = fixture_view(&fixture, AT(23, 59));
    assert_string_equal(view->date, "Sat 31 Jan");
    assert_string_equal(view->next_label, "Next");
    assert_string_equal(view->next.time, "00:30");
    view = fixture_view(&fixture, AT(24, 1));
    assert_string_equal(view->date, "Sun 1 Feb");
    assert_string_equal(view->next_label, "Next");
    view = fixture_view(&fixture, AT(25, 45));
    assert_string_equal(view->headline, "Free until 03:00");
    assert_string_equal(view->next_label, "Next");
    assert_int_equal(view->later_count, 0);
    assert_string_equal(view->alerts[0].subject, "Chess");
    assert_true(view->notices & VIEW_NOTICE_CANCELLED);
    fixture_release(&fixture);
}

/* "Tomorrow" is said where the programme and the calendar agree on it, else the date. */
static void test_tomorrow_is_never_ambiguous_at_night(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_night(&fixture);
    /* Within the last session of the night: on Sunday by the calendar. */
    struct view *view = fixture_view(&fixture, AT(27, 10));
    assert_string_equal(view->next_label, "Sun 1 Feb");
    assert_string_equal(view->next.time, "10:00");
    assert_int_equal(view->later_count, 1);
    view = fixture_view(&fixture, AT(27, 45));
    assert_int_equal(view->phase, PHASE_CLOSED);
    assert_string_equal(view->headline, "No more sessions for now");
    assert_string_equal(view->count_caption, "Sun 1 Feb");
    assert_string_equal(view->count[0].digits, "10:00");
    view = fixture_view(&fixture, AT(28, 0));
    assert_int_equal(view->phase, PHASE_FREE);
    assert_string_equal(view->headline, "Free until 10:00");
    assert_int_equal(view->later_count, 1);
    assert_string_equal(view->later[0].title, "Sunday night");
    /* The same day's night is no tomorrow either. */
    view = fixture_view(&fixture, AT(34, 30));
    assert_string_equal(view->next_label, "Next");
    assert_string_equal(view->next.time, "00:30");
    fixture_release(&fixture);

    char day[VIEW_SHORT_BYTES];
    struct phrasing phrasing = {
        .words = words_for("en"), .zone = &fixture.zone, .day_ends_min = 4 * 60};
    phrase_day(&phrasing, AT(20, 0), AT(34, 0), day, sizeof day);
    assert_string_equal(day, "Tomorrow");
    phrase_day(&phrasing, AT(24, 10), AT(48, 30), day, sizeof day);
    assert_string_equal(day, "Tomorrow");
    phrase_day(&phrasing, AT(23, 30), AT(48, 30), day, sizeof day);
    assert_string_equal(day, "Mon 2 Feb");
    phrase_day(&phrasing, AT(24, 10), AT(58, 0), day, sizeof day);
    assert_string_equal(day, "Mon 2 Feb");
    phrase_day_long(&phrasing, AT(20, 0), AT(34, 0), day, sizeof day);
    assert_string_equal(day, "tomorrow, Sunday");
    phrase_day_long(&phrasing, AT(24, 10), AT(34, 0), day, sizeof day);
    assert_string_equal(day, "Sun 1 Feb");
}

/* They are of the calendar's day whenever the programme's ends. */
static void test_all_day_notices_change_at_midnight(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    fixture.day_ends_min = 4 * 60;
    sample_add(&fixture.schedule, "Saturday", AT(0, 0), AT(24, 0))->kind = SESSION_KIND_ALL_DAY;
    sample_add(&fixture.schedule, "Sunday", AT(24, 0), AT(48, 0))->kind = SESSION_KIND_ALL_DAY;
    fixture_track(&fixture);
    assert_string_equal(fixture_view(&fixture, AT(24, 0) - 1)->banners[0], "Saturday");
    struct view *view = fixture_view(&fixture, AT(24, 0));
    assert_int_equal(view->banner_count, 1);
    assert_string_equal(view->banners[0], "Sunday");
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

/* A name that no feed has: nothing that the schedule says for every room may stand next to it. */
static void test_a_room_that_no_feed_knows_is_neither_free_nor_closed(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    fixture.health.feeds_with_events = fixture.health.feeds_without_room = 2;
    fixture.health.rooms[0] = "UB2.252A (Lameere)";
    fixture.health.rooms[1] = "UB2.147";
    fixture.health.room_count = 2;
    fixture.options.room_name = "UB2.252";
    fixture.options.news =
        (struct news){.source = "Planet", .titles = {"News"}, .count = 1, .fetched_ms = AT(8, 0)};
    int64_t moments[] = {AT(8, 0), AT(10, 40), AT(11, 18), AT(13, 5), AT(19, 0), AT(40, 0)};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct view *view = fixture_view(&fixture, moments[i]);
        assert_true(view->room_missing);
        assert_string_equal(view->phase_words, "Room not found");
        assert_string_equal(view->headline, "“UB2.252” is not in the schedule");
        fixture.options.room_name = "אולם";
        view = fixture_view(&fixture, moments[i]);
        assert_string_equal(view->headline, "“\u2068אולם\u2069” is not in the schedule");
        fixture.options.room_name = "UB2.252";
        view = fixture_view(&fixture, moments[i]);
        assert_true(*view->detail && *view->rooms_label && *view->remedy_label && *view->remedy);
        assert_int_equal(view->room_count, 2);
        assert_string_equal(view->rooms[0], "UB2.252A (Lameere)");
        assert_string_equal(view->rooms[1], "UB2.147");
        assert_string_equal(view->count[0].digits, "");
        assert_string_equal(view->next_label, "");
        assert_int_equal(view->later_count, 0);
        assert_string_equal(view->news, "");
        assert_int_equal(view->progress_permille, VIEW_NO_PROGRESS);
        assert_int_equal(view->notices, 0);
        /* The clock alone moves, even where a session would count seconds. */
        assert_int_equal(view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options,
                                             moments[i] + 1) %
                             MINUTE_MS,
                         0);
    }
    fixture.health.missed_polls = STALE_MISSED_POLLS;
    assert_string_equal(fixture_view(&fixture, AT(10, 40))->doubt, "schedule of 08:02");
    fixture.health.until_ms = AT(12, 0);
    assert_string_equal(fixture_view(&fixture, AT(12, 0))->headline, "No schedule yet");
    fixture_release(&fixture);
}

static void test_a_room_that_some_feeds_lack_is_no_doubt(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    fixture.health.feeds_with_events = 3;
    fixture.health.feeds_without_room = 1;
    fixture.health.rooms[0] = "Hall 1";
    fixture.health.room_count = 1;
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_false(view->room_missing);
    assert_string_equal(view->headline, "Vectors");
    assert_string_equal(view->doubt, "");
    assert_int_equal(view->room_count, 0);
    fixture.health.missed_polls = STALE_MISSED_POLLS;
    view = fixture_view(&fixture, AT(10, 40));
    assert_string_equal(view->doubt, "schedule of 08:02");
    assert_false(view->doubt_quiet);
    fixture_release(&fixture);
}

/* Whatever the wrong clock shows: no time, no phase, no countdown, only a day's plan. */
static void test_nobody_knows_the_time(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    fixture.health.from_ms = AT(-24, 0);
    fixture.health.until_ms = AT(72, 0);
    fixture.health.clock = TIME_SOURCE_NONE;
    fixture.health.missed_polls = STALE_MISSED_POLLS;
    fixture.options.on_from_min = 8 * 60;
    fixture.options.on_until_min = 9 * 60;
    fixture.options.news =
        (struct news){.source = "Planet", .titles = {"News"}, .count = 1, .fetched_ms = AT(8, 0)};
    const struct {
        int64_t now_ms;
        const char *day;
        int count;
        const char *first;
    } cases[] = {
        {0, "Sat 31 Jan", 5, "Vectors"},          {AT(-1, 0), "Sat 31 Jan", 5, "Vectors"},
        {AT(10, 40), "Sat 31 Jan", 5, "Vectors"}, {AT(23, 59), "Sat 31 Jan", 5, "Vectors"},
        {AT(24, 0), "Sun 1 Feb", 1, "Sunday"},    {AT(48, 0), "", 0, ""},
        {AT(72, 0), "Sat 31 Jan", 5, "Vectors"},  {AT(90000, 0), "Sat 31 Jan", 5, "Vectors"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view *view = fixture_view(&fixture, cases[i].now_ms);
        assert_true(view->clock_unset);
        assert_false(view->dark);
        assert_int_equal(view->notices, VIEW_NOTICE_CLOCK);
        assert_string_equal(view->clock, "--:--");
        assert_string_equal(view->date, "");
        assert_string_equal(view->phase_words, "Clock not set");
        assert_string_equal(view->headline, "This sign doesn't know the time yet.");
        assert_string_equal(view->count[0].digits, "");
        assert_string_equal(view->count_caption, "");
        assert_string_equal(view->count_range, "");
        assert_int_equal(view->progress_permille, VIEW_NO_PROGRESS);
        assert_string_equal(view->next_label, "");
        assert_string_equal(view->doubt, "");
        assert_string_equal(view->news, "");
        assert_string_equal(view->later_label, cases[i].day);
        assert_int_equal(view->later_count, cases[i].count);
        assert_string_equal(view->later[0].title, cases[i].first);
    }
    struct view *view = fixture_view(&fixture, 0);
    assert_string_equal(view->later[0].time, "10:30");
    assert_string_equal(view->later[3].note, "cancelled");
    assert_true(view->later[2].quiet);

    /* A day without sessions tells the next that has some. */
    fixture.health.from_ms = AT(-72, 0);
    assert_string_equal(fixture_view(&fixture, 0)->later_label, "Sat 31 Jan");
    fixture.health.feeds_with_events = fixture.health.feeds_without_room = 1;
    view = fixture_view(&fixture, AT(10, 40));
    assert_true(view->room_missing && view->later_count == 0);
    assert_string_equal(view->clock, "--:--");
    fixture.health.has_schedule = false;
    view = fixture_view(&fixture, AT(10, 40));
    assert_true(view->clock_unset && !view->has_schedule && view->later_count == 0);
    assert_string_equal(view->detail, "This sign is waiting for the room's schedule.");
    fixture_release(&fixture);
}

static void test_a_time_of_others_is_marked(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    static struct view plain;
    plain = *fixture_view(&fixture, AT(10, 40));
    fixture.health.clock = TIME_SOURCE_SERVER;
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_int_equal(view->notices, VIEW_NOTICE_CLOCK | plain.notices);
    assert_string_equal(view->doubt, "time of the schedule's server");
    assert_true(view->doubt_quiet);
    view->notices = plain.notices;
    memset(view->doubt, 0, sizeof view->doubt);
    view->doubt_quiet = false;
    assert_true(view_equal(view, &plain));
    fixture.health.clock = TIME_SOURCE_HELD;
    assert_string_equal(fixture_view(&fixture, AT(10, 40))->doubt, "clock not confirmed");
    fixture.health.missed_polls = STALE_MISSED_POLLS;
    view = fixture_view(&fixture, AT(10, 40));
    assert_int_equal(view->notices, VIEW_NOTICE_CLOCK | VIEW_NOTICE_STALE | plain.notices);
    assert_string_equal(view->doubt, "schedule of 08:02");
    assert_false(view->doubt_quiet);
    fixture_release(&fixture);
}

static void test_a_feed_without_any_event_says_nothing_about_the_name(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_false(view->room_missing);
    assert_string_equal(view->headline, "No sessions planned");
    assert_string_equal(view->doubt, "");
    fixture_release(&fixture);
}

static void news_options(struct fixture *fixture)
{
    fixture->options.news = (struct news){
        .source = "Planet", .titles = {"One", "Two", "Three"}, .count = 3, .fetched_ms = AT(8, 0)};
}

static void test_headlines_change_slowly_while_free_or_closed(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    assert_string_equal(fixture_view(&fixture, AT(13, 30))->news, "");
    news_options(&fixture);
    char seen[4][VIEW_TEXT_BYTES];
    for (int i = 0; i < 4; i++) {
        int64_t now_ms = AT(13, 30) + i * NEWS_EACH_MS;
        struct view *view = fixture_view(&fixture, now_ms);
        assert_string_equal(view->news_source, "Planet");
        snprintf(seen[i], sizeof seen[i], "%s", view->news);
        assert_string_equal(fixture_view(&fixture, now_ms + NEWS_EACH_MS - 1)->news, seen[i]);
        assert_int_equal(
            view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, now_ms),
            now_ms + NEWS_EACH_MS);
    }
    assert_string_not_equal(seen[0], seen[1]);
    assert_string_not_equal(seen[1], seen[2]);
    assert_string_not_equal(seen[2], seen[0]);
    assert_string_equal(seen[3], seen[0]);
    assert_true(*fixture_view(&fixture, AT(19, 0))->news);
    /* In session, about to start, past its end, in a break: nothing else. */
    int64_t busy[] = {AT(10, 25), AT(10, 40), AT(11, 18), AT(11, 21), AT(12, 10)};
    for (size_t i = 0; i < sizeof busy / sizeof *busy; i++) {
        assert_string_equal(fixture_view(&fixture, busy[i])->news, "");
        assert_string_equal(fixture_view(&fixture, busy[i])->news_source, "");
    }
    fixture_release(&fixture);
}

static void test_headlines_stay_away_in_doubt_in_the_dark_and_when_old(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    news_options(&fixture);
    assert_true(*fixture_view(&fixture, AT(32, 0) - 1)->news);
    assert_int_equal(
        view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, AT(32, 0) - 1),
        AT(32, 0));
    assert_string_equal(fixture_view(&fixture, AT(32, 0))->news, "");
    fixture.health.distrusted = true;
    assert_string_equal(fixture_view(&fixture, AT(13, 30))->news, "");
    fixture.health.distrusted = false;
    fixture.health.missed_polls = STALE_MISSED_POLLS;
    assert_string_equal(fixture_view(&fixture, AT(13, 30))->news, "");
    fixture.health.missed_polls = 0;
    assert_true(*fixture_view(&fixture, AT(22, 0))->news);
    fixture.options.on_from_min = 8 * 60;
    fixture.options.on_until_min = 13 * 60;
    assert_string_equal(fixture_view(&fixture, AT(22, 0))->news, "");
    assert_true(fixture_view(&fixture, AT(13, 10))->dark);
    assert_string_equal(fixture_view(&fixture, AT(13, 10))->news, "");
    fixture_release(&fixture);
}

static void test_a_single_headline_wakes_nobody(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_day(&fixture);
    news_options(&fixture);
    fixture.options.news.count = 1;
    assert_string_equal(fixture_view(&fixture, AT(13, 30))->news, "One");
    assert_int_equal(
        view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, AT(13, 30)),
        AT(13, 31));
    /* Before 1970 as well as after. */
    fixture.options.news.count = 3;
    fixture.options.news.fetched_ms = -HOUR_MS;
    for (int64_t now_ms = -5 * NEWS_EACH_MS; now_ms < 5 * NEWS_EACH_MS; now_ms += NEWS_EACH_MS) {
        const char *title = news_at(&fixture.options.news, now_ms + 1);
        assert_non_null(title);
        assert_ptr_equal(title, news_at(&fixture.options.news, now_ms));
        assert_ptr_not_equal(title, news_at(&fixture.options.news, now_ms + NEWS_EACH_MS));
    }
    fixture_release(&fixture);
}

static void test_no_dark_door_for_those_who_come_in_vain(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    fixture.options.on_from_min = 8 * 60;
    fixture.options.on_until_min = 20 * 60;
    sample_add(&fixture.schedule, "Off", AT(22, 0), AT(22, 30))->status = SESSION_STATUS_CANCELLED;
    sample_add(&fixture.schedule, "Sunday", AT(33, 0), AT(34, 0));
    struct change *change = fixture_change(&fixture, CHANGE_MOVED, "Gone", AT(21, 0), AT(21, 20));
    change->gone = true;
    session_set(&change->room, "B");
    fixture_track(&fixture);
    assert_true(fixture_view(&fixture, AT(20, 30) - 1)->dark);
    assert_int_equal(fixture_next_ms(&fixture, AT(20, 10)), AT(20, 30));
    assert_string_equal(fixture_view(&fixture, AT(20, 30))->alerts[0].words, "Moved to B");
    assert_false(fixture_view(&fixture, AT(21, 20) - 1)->dark);
    assert_true(fixture_view(&fixture, AT(21, 20))->dark);
    assert_int_equal(fixture_next_ms(&fixture, AT(21, 20)), AT(21, 30));
    assert_string_equal(fixture_view(&fixture, AT(22, 0))->alerts[0].words, "Cancelled");
    assert_true(fixture_view(&fixture, AT(22, 30))->dark);
    /* What nobody knows is told at no hour. */
    fixture.health.until_ms = AT(21, 0);
    assert_false(fixture_view(&fixture, AT(21, 0) - 1)->dark);
    assert_true(fixture_view(&fixture, AT(21, 0))->dark);
    fixture.health.until_ms = TIME_NEVER_MS;
    /* The operator's word is seen at any. */
    assert_true(fixture_operate(&fixture, AT(22, 40), "say --for 10m Use the other door"));
    assert_string_equal(fixture_view(&fixture, AT(22, 40))->alerts[0].words, "Use the other door");
    assert_int_equal(fixture_next_ms(&fixture, AT(22, 49)), AT(22, 50));
    assert_true(fixture_view(&fixture, AT(22, 50))->dark);
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
    assert_true(fixture_view(&fixture, AT(6, 29))->dark);
    assert_false(fixture_view(&fixture, AT(6, 30))->dark);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_wrap_up_counts_seconds),
        cmocka_unit_test(test_presumed_overrun_claims_nothing),
        cmocka_unit_test(test_soon_stages_the_next_and_announces_the_one_after),
        cmocka_unit_test(test_break_is_said_as_one),
        cmocka_unit_test(test_free_until),
        cmocka_unit_test(test_a_cancelled_session_is_told_until_its_planned_end),
        cmocka_unit_test(test_closed_tells_the_next_day),
        cmocka_unit_test(test_a_night_belongs_to_the_day_before),
        cmocka_unit_test(test_tomorrow_is_never_ambiguous_at_night),
        cmocka_unit_test(test_all_day_notices_change_at_midnight),
        cmocka_unit_test(test_all_day_and_overlong_entries_are_banners),
        cmocka_unit_test(test_doubt_is_told_as_a_time_from_the_second_missed_poll),
        cmocka_unit_test(test_no_schedule_says_so_and_nothing_else),
        cmocka_unit_test(test_a_time_that_the_schedule_does_not_reach_is_not_called_empty),
        cmocka_unit_test(test_a_room_that_no_feed_knows_is_neither_free_nor_closed),
        cmocka_unit_test(test_a_room_that_some_feeds_lack_is_no_doubt),
        cmocka_unit_test(test_nobody_knows_the_time),
        cmocka_unit_test(test_a_time_of_others_is_marked),
        cmocka_unit_test(test_a_feed_without_any_event_says_nothing_about_the_name),
        cmocka_unit_test(test_headlines_change_slowly_while_free_or_closed),
        cmocka_unit_test(test_headlines_stay_away_in_doubt_in_the_dark_and_when_old),
        cmocka_unit_test(test_a_single_headline_wakes_nobody),
        cmocka_unit_test(test_no_dark_door_for_those_who_come_in_vain),
        cmocka_unit_test(test_dark_outside_hours_but_awake_for_an_early_session),
        cmocka_unit_test(test_more_than_the_list_holds_is_counted),
        cmocka_unit_test(test_long_lists_of_speakers_are_counted_not_cut),
        cmocka_unit_test(test_a_title_too_long_says_that_it_is_cut),
        cmocka_unit_test(test_twelve_hour_clock),
        cmocka_unit_test(test_hour_long_countdowns),
        cmocka_unit_test(test_notices_are_named_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
