/* What the view tells of what the schedule changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/phrase.h>

#include "view_case.h"

static void test_a_moved_session_is_told_at_its_old_door(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    struct change *change =
        fixture_change(&fixture, CHANGE_MOVED, "Keynote", AT(10, 30), AT(11, 20));
    change->gone = true;
    session_set(&change->room, "UB5.230");
    session_set(&change->title, "The keynote");
    /* Far ahead it is only listed, where it stood. */
    struct view *view = fixture_view(&fixture, AT(10, 0) - 1);
    assert_int_equal(view->alert_count, 0);
    assert_int_equal(view->notices, VIEW_NOTICE_MOVED);
    assert_string_equal(view->next.title, "Vectors");
    assert_entry(&view->later[0], "10:30|moved to UB5.230|~Keynote");
    assert_int_equal(fixture_next_ms(&fixture, AT(10, 0) - 1), AT(10, 0));
    /* Then an alert says all that its row did. */
    view = fixture_view(&fixture, AT(10, 0));
    assert_int_equal(view->alert_count, 1);
    assert_alert(&view->alerts[0], VIEW_ALERT_MOVED, "Moved to UB5.230", "10:30", "Keynote");
    assert_string_equal(view->alerts[0].room, "UB5.230");
    assert_string_equal(view->later[0].title, "Indexes");
    assert_int_equal(view->notices, VIEW_NOTICE_MOVED);
    assert_int_equal(fixture_view(&fixture, AT(11, 20) - 1)->alert_count, 1);
    view = fixture_view(&fixture, AT(11, 20));
    assert_int_equal(view->alert_count, 0);
    assert_int_equal(view->notices, 0);
    assert_string_equal(view->later[0].title, "Lunch");

    /* With its time where that is another one, and the day. */
    const struct {
        int64_t start_ms;
        const char *words, *note;
    } times[] = {
        {AT(14, 30), "Moved to UB5.230, 14:30", "moved to UB5.230, 14:30"},
        {AT(38, 30), "Moved to UB5.230, tomorrow 14:30", "moved to UB5.230, tomorrow 14:30"},
        {AT(62, 30), "Moved to UB5.230, Mon 14:30", "moved to UB5.230, Mon 14:30"},
        {AT(6 * 24 + 14, 30), "Moved to UB5.230, Fri 14:30", "moved to UB5.230, Fri 14:30"},
        {AT(7 * 24 + 14, 30), "Moved to UB5.230, Sat 7 Feb, 14:30",
         "moved to UB5.230, Sat 7 Feb, 14:30"},
        {AT(-10, 0), "Moved to UB5.230, Fri 30 Jan, 14:00", "moved to UB5.230, Fri 30 Jan, 14:00"},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        change->start_ms = times[i].start_ms;
        assert_string_equal(fixture_view(&fixture, AT(10, 0))->alerts[0].words, times[i].words);
        assert_string_equal(fixture_view(&fixture, AT(9, 0))->later[0].note, times[i].note);
    }
    /* Else the time would stand between "Moved to" and the name. */
    session_set(&change->room, "قاعة 1");
    change->start_ms = AT(14, 30);
    assert_string_equal(fixture_view(&fixture, AT(10, 0))->alerts[0].words,
                        "Moved to \u2068قاعة 1\u2069, 14:30");
    assert_string_equal(fixture_view(&fixture, AT(9, 0))->later[0].note,
                        "moved to \u2068قاعة 1\u2069, 14:30");
    session_set(&change->room, "");
    assert_string_equal(fixture_view(&fixture, AT(10, 0))->alerts[0].words,
                        "Moved to another room, 14:30");
    change->start_ms = AT(10, 30);
    assert_string_equal(fixture_view(&fixture, AT(10, 0))->alerts[0].words,
                        "Moved to another room");
    assert_string_equal(fixture_view(&fixture, AT(9, 0))->later[0].note, "moved to another room");
    /* Nothing of it where the schedule doesn't speak of now. */
    fixture.health.until_ms = AT(8, 0);
    view = fixture_view(&fixture, AT(10, 0));
    assert_int_equal(view->alert_count, 0);
    assert_int_equal(view->notices, 0);
    fixture_release(&fixture);
}

static void test_a_room_with_a_long_name_leaves_its_time_readable(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    struct change *change =
        fixture_change(&fixture, CHANGE_MOVED, "Keynote", AT(13, 30), AT(14, 0));
    char room[SESSION_NAME_BYTES_MAX + 1] = "";
    memset(room, '{', sizeof room - 1);
    memcpy(room, "{}", 2);
    session_set(&change->room, room);
    change->gone = true;
    change->start_ms = AT(38, 30);
    const char *note = fixture_view(&fixture, AT(10, 0))->later[3].note;
    assert_non_null(strstr(note, "moved to {}{{"));
    assert_non_null(strstr(note, "…, tomorrow 14:30"));
    fixture_release(&fixture);
}

static void test_one_moved_into_a_common_room_is_elsewhere_too(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    struct session *session = sample_add(&fixture.schedule, "Keynote", AT(14, 0), AT(15, 0));
    session->venue_wide = true;
    session_set(&session->room, "Foyer");
    sample_add(&fixture.schedule, "Here now", AT(12, 0), AT(12, 30));
    sample_add(&fixture.schedule, "Talk", AT(15, 0), AT(16, 0));
    struct change *change = fixture_change(&fixture, CHANGE_MOVED, "Keynote", AT(10, 0), AT(15, 0));
    change->start_ms = AT(14, 0);
    change->end_ms = AT(15, 0);
    session_set(&change->room, "Foyer");
    session_set(
        &fixture_change(&fixture, CHANGE_MOVED, "Here now", AT(11, 0), AT(12, 30))->old_room, "B");
    fixture.changes.changes[1].start_ms = AT(12, 0);
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(11, 0));
    assert_int_equal(view->alert_count, 1);
    assert_alert(&view->alerts[0], VIEW_ALERT_MOVED, "Moved to Foyer, 14:00", "10:00", "Keynote");
    assert_int_equal(view->notices, VIEW_NOTICE_MOVED);
    /* What came to this door brings no old time of another one. */
    assert_entry(&view->next, "12:00|moved here|Here now");
    assert_entry(&view->later[0], "<10:00|14:00|moved to Foyer|Keynote");
    fixture_release(&fixture);
}

static void test_cancelled_is_listed_and_told_at_the_door(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    struct change *gone =
        fixture_change(&fixture, CHANGE_CANCELLED, "Gone", AT(11, 20), AT(11, 50));
    gone->gone = true;
    for (size_t i = 0; i < fixture.schedule.count; i++) {
        if (strcmp(fixture.schedule.sessions[i].uid, "Joins") == 0)
            fixture.schedule.sessions[i].status = SESSION_STATUS_CANCELLED;
    }
    tracker_release(&fixture.tracker);
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 50) - 1);
    assert_int_equal(view->alert_count, 0);
    assert_entry(&view->later[0], "11:20|cancelled|~Gone");
    view = fixture_view(&fixture, AT(10, 50));
    assert_int_equal(view->alert_count, 1);
    assert_alert(&view->alerts[0], VIEW_ALERT_CANCELLED, "Cancelled", "11:20", "Gone");
    assert_entry(&view->later[0], "12:00|Lunch");
    assert_entry(&view->later[1], "13:30|cancelled|~Joins");
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    view = fixture_view(&fixture, AT(13, 0));
    assert_alert(&view->alerts[0], VIEW_ALERT_CANCELLED, "Cancelled", "13:30", "Joins");
    assert_int_equal(view->alert_count, 1);
    assert_int_equal(view->later_count, 0);
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    assert_int_equal(fixture_view(&fixture, AT(14, 0))->alert_count, 0);
    assert_int_equal(fixture_view(&fixture, AT(14, 0))->notices, 0);
    fixture_release(&fixture);
}

static void test_one_that_is_made_anew_is_missed_by_nobody(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "old", AT(10, 0), AT(11, 0))->status = SESSION_STATUS_CANCELLED;
    sample_add(&fixture.schedule, "off", AT(10, 0), AT(11, 0))->status = SESSION_STATUS_CANCELLED;
    sample_add(&fixture.schedule, "new", AT(10, 5), AT(10, 50));
    sample_add(&fixture.schedule, "another", AT(11, 0), AT(12, 0));
    session_set(&fixture.schedule.sessions[0].title, "Keynote");
    session_set(&fixture.schedule.sessions[2].title, "Keynote");
    session_set(&fixture.schedule.sessions[3].title, "off");
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 10));
    assert_string_equal(view->headline, "Keynote");
    assert_int_equal(view->alert_count, 1);
    assert_alert(&view->alerts[0], VIEW_ALERT_CANCELLED, "Cancelled", "10:00", "off");
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    /* It stays listed. */
    assert_entry(&view->later[0], "10:00|cancelled|~Keynote");
    fixture_release(&fixture);
}

static void test_one_retimed_and_then_cancelled_is_missed_at_both_times(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    sample_add(&fixture.schedule, "Talk", AT(14, 0), AT(15, 0))->status = SESSION_STATUS_CANCELLED;
    sample_add(&fixture.schedule, "Back", AT(9, 0), AT(9, 30))->status = SESSION_STATUS_CANCELLED;
    sample_add(&fixture.schedule, "Far", AT(35, 0), AT(36, 0))->status = SESSION_STATUS_CANCELLED;
    fixture_change(&fixture, CHANGE_CANCELLED, "Talk", AT(10, 0), AT(11, 0))->start_ms = AT(14, 0);
    fixture.changes.changes[0].end_ms = AT(15, 0);
    fixture_change(&fixture, CHANGE_CANCELLED, "Back", AT(16, 0), AT(17, 0))->start_ms = AT(9, 0);
    fixture.changes.changes[1].end_ms = AT(9, 30);
    fixture_change(&fixture, CHANGE_CANCELLED, "Far", AT(18, 0), AT(19, 0))->start_ms = AT(35, 0);
    fixture.changes.changes[2].end_ms = AT(36, 0);
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(10, 0));
    assert_int_equal(view->alert_count, 1);
    assert_alert(&view->alerts[0], VIEW_ALERT_CANCELLED, "Cancelled", "10:00", "Talk");
    assert_int_equal(view->later_count, 2);
    assert_entry(&view->later[0], "<16:00|09:00|cancelled|~Back");
    assert_entry(&view->later[1], "18:00|cancelled|~Far");
    view = fixture_view(&fixture, AT(11, 0));
    assert_int_equal(view->alert_count, 0);
    assert_entry(&view->later[1], "<10:00|14:00|cancelled|~Talk");
    assert_alert(&fixture_view(&fixture, AT(13, 45))->alerts[0], VIEW_ALERT_CANCELLED, "Cancelled",
                 "14:00", "Talk");
    view = fixture_view(&fixture, AT(16, 30));
    assert_alert(&view->alerts[0], VIEW_ALERT_CANCELLED, "Cancelled", "16:00", "Back");
    assert_string_equal(view->later[0].title, "Far");
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    assert_int_equal(fixture_view(&fixture, AT(19, 0))->notices, 0);
    /* However long ago its own time is. */
    fixture.changes.changes[1].old_start_ms = AT(23, 0);
    fixture.changes.changes[1].old_end_ms = AT(23, 30);
    view = fixture_view(&fixture, AT(22, 10));
    assert_int_equal(view->alert_count, 0);
    assert_entry(&view->later[0], "<23:00|09:00|cancelled|~Back");
    assert_string_equal(fixture_view(&fixture, AT(23, 10))->alerts[0].subject, "Back");
    fixture_release(&fixture);
}

static void test_the_most_important_alerts_come_first(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    const char *uids[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        struct change *change = fixture_change(&fixture, i % 2 ? CHANGE_MOVED : CHANGE_CANCELLED,
                                               uids[i], AT(10, 30 - 2 * i), AT(11, 0));
        change->gone = true;
    }
    struct view *view = fixture_view(&fixture, AT(10, 30));
    assert_int_equal(view->alert_count, 3);
    assert_string_equal(view->alerts[0].subject, "d");
    assert_string_equal(view->alerts[1].subject, "b");
    assert_string_equal(view->alerts[2].subject, "c");
    assert_int_equal(view->alerts[2].kind, VIEW_ALERT_CANCELLED);
    /* What finds no place among them is in the list, as everything is. */
    assert_true(fixture_operate(&fixture, AT(10, 31), "say Hello"));
    assert_true(fixture_operate(&fixture, AT(10, 31), "full"));
    view = fixture_view(&fixture, AT(10, 31));
    assert_int_equal(view->alerts[0].kind, VIEW_ALERT_MESSAGE);
    assert_int_equal(view->alerts[1].kind, VIEW_ALERT_FULL);
    assert_string_equal(view->alerts[2].subject, "d");
    assert_entry(&view->later[0], "10:26|cancelled|~c");
    assert_entry(&view->later[1], "10:28|moved to UB2.252A (Lameere)|~b");
    assert_entry(&view->later[2], "10:30|cancelled|~a");
    fixture_release(&fixture);
}

static void test_of_many_alerts_the_first_in_time_stay(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    const char *uids[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        fixture_change(&fixture, CHANGE_MOVED, uids[i], AT(10, 30 - 2 * i), AT(11, 0))->gone = true;
        struct view *view = fixture_view(&fixture, AT(10, 30));
        assert_int_equal(view->alert_count, i < 3 ? i + 1 : 3);
        for (int n = 0; n < view->alert_count; n++)
            assert_string_equal(view->alerts[n].subject, uids[i - n]);
    }
    fixture_release(&fixture);
}

static void test_retimed_tells_both_times(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    struct change *next =
        fixture_change(&fixture, CHANGE_RETIMED, "Indexes", AT(11, 30), AT(11, 55));
    next->start_ms = AT(11, 25);
    next->end_ms = AT(11, 50);
    struct change *later = fixture_change(&fixture, CHANGE_RETIMED, "Joins", AT(13, 0), AT(14, 10));
    later->start_ms = AT(13, 30);
    later->end_ms = AT(14, 0);
    struct change *end = fixture_change(&fixture, CHANGE_RETIMED, "Locks", AT(15, 0), AT(16, 30));
    end->end_ms = AT(16, 0);
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_entry(&view->next, "<11:30|11:25|Indexes");
    assert_entry(&view->later[0], "12:00|Lunch");
    assert_entry(&view->later[1], "<13:00|13:30|Joins");
    assert_entry(&view->later[2], "15:00|until 16:00|Locks");
    assert_int_equal(view->later_count, 3);
    assert_int_equal(view->notices, VIEW_NOTICE_RETIMED);
    assert_int_equal(view->alert_count, 0);
    /* Its own row tells of it, though its old slot is another one. */
    later = &fixture.changes.changes[1];
    later->old_start_ms = AT(11, 0);
    later->old_end_ms = AT(11, 30);
    view = fixture_view(&fixture, AT(10, 40));
    assert_int_equal(view->later_count, 3);
    assert_entry(&view->later[1], "<11:00|13:30|Joins");
    later->old_start_ms = AT(13, 0);
    later->old_end_ms = AT(14, 10);
    /* On the stage, before it and in it. */
    view = fixture_view(&fixture, AT(13, 21));
    assert_int_equal(view->phase, PHASE_SOON);
    assert_string_equal(view->phase_note, "Starts 13:30 instead of 13:00");
    view = fixture_view(&fixture, AT(13, 31));
    assert_string_equal(view->phase_note, "Was planned for 13:00");
    assert_int_equal(view->notices, VIEW_NOTICE_RETIMED);
    view = fixture_view(&fixture, AT(15, 10));
    assert_string_equal(view->phase_note, "Ends 16:00 instead of 16:30");
    assert_int_equal(view->notices, VIEW_NOTICE_RETIMED);
    fixture_release(&fixture);
}

static void test_retimed_to_another_day_leaves_its_old_slot(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    sample_add(&fixture.schedule, "Late", AT(35, 0), AT(36, 0));
    tracker_release(&fixture.tracker);
    fixture_track(&fixture);
    struct change *away = fixture_change(&fixture, CHANGE_RETIMED, "Sunday", AT(13, 0), AT(13, 30));
    away->start_ms = AT(33, 0);
    away->end_ms = AT(34, 0);
    /* At another door, which isn't this sign's business. */
    struct change *here = fixture_change(&fixture, CHANGE_MOVED, "Late", AT(13, 0), AT(13, 30));
    here->start_ms = AT(35, 0);
    here->end_ms = AT(36, 0);
    struct change *out = fixture_change(&fixture, CHANGE_RETIMED, "Out", AT(14, 0), AT(14, 30));
    out->start_ms = AT(240, 0);
    out->gone = true;
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_entry(&view->later[1], "13:00|moved to tomorrow 09:00|~Sunday");
    assert_entry(&view->later[3], "14:00|moved to Tue 10 Feb, 00:00|~Out");
    assert_int_equal(view->notices, VIEW_NOTICE_RETIMED);
    assert_int_equal(view->alert_count, 0);
    /* In the evening its new day is told with the old one's time; by then that is past. */
    view = fixture_view(&fixture, AT(17, 0));
    assert_entry(&view->next, "09:00|Sunday");
    assert_int_equal(view->notices, 0);
    fixture_release(&fixture);
}

static void test_brought_forward_is_told_to_who_comes_too_late(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    struct change *change =
        fixture_change(&fixture, CHANGE_RETIMED, "Vectors", AT(14, 0), AT(14, 50));
    change->start_ms = AT(10, 30);
    change->end_ms = AT(11, 20);
    struct change *near =
        fixture_change(&fixture, CHANGE_RETIMED, "Indexes", AT(11, 30), AT(11, 55));
    near->start_ms = AT(11, 25);
    near->end_ms = AT(11, 50);
    assert_entry(&fixture_view(&fixture, AT(10, 0))->next, "<14:00|10:30|Vectors");
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_string_equal(view->phase_note, "Was planned for 14:00");
    assert_entry(&view->later[2], "14:00|moved to 10:30|~Vectors");
    view = fixture_view(&fixture, AT(14, 49));
    assert_entry(&view->later[0], "14:00|moved to 10:30|~Vectors");
    assert_int_equal(view->notices, VIEW_NOTICE_RETIMED);
    assert_int_equal(fixture_view(&fixture, AT(14, 50))->notices, 0);
    /* One that only shifted a little needs no row beside the stage. */
    view = fixture_view(&fixture, AT(11, 40));
    assert_string_equal(view->phase_note, "Was planned for 11:30");
    assert_string_equal(view->later[0].title, "Joins");
    fixture_release(&fixture);
}

static void test_new_and_retitled_sessions_say_so_until_they_begin(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    fixture_change(&fixture, CHANGE_NEW, "Indexes", AT(11, 25), AT(11, 50));
    fixture_change(&fixture, CHANGE_RETITLED, "Joins", AT(13, 30), AT(14, 0));
    struct view *view = fixture_view(&fixture, AT(10, 40));
    assert_entry(&view->next, "11:25|new|Indexes");
    assert_entry(&view->later[1], "13:30|new title|Joins");
    assert_int_equal(view->notices, 0);
    assert_string_equal(fixture_view(&fixture, AT(11, 30))->phase_note, "");
    fixture_release(&fixture);
}

static void test_who_comes_early_is_told_as_early_as_soon_is_said(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_programme(&fixture);
    fixture_change(&fixture, CHANGE_CANCELLED, "Gone", AT(12, 0), AT(12, 30))->gone = true;
    fixture.tracker.rules.soon_ms = 45 * MINUTE_MS;
    assert_int_equal(fixture_view(&fixture, AT(11, 15) - 1)->alert_count, 0);
    assert_int_equal(fixture_view(&fixture, AT(11, 15))->alert_count, 1);
    fixture_release(&fixture);
}

static void test_a_cancelled_break_is_listed_and_no_more(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    struct session *tea = sample_add(&fixture.schedule, "Tea", AT(12, 0), AT(12, 30));
    tea->kind = SESSION_KIND_BREAK;
    tea->status = SESSION_STATUS_CANCELLED;
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(12, 0));
    assert_int_equal(view->alert_count, 0);
    assert_entry(&view->later[0], "12:00|cancelled|~Tea");
    assert_int_equal(view->notices, VIEW_NOTICE_CANCELLED);
    fixture_release(&fixture);
}

static void test_a_full_list_keeps_its_first_rows(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_init(&fixture);
    for (int i = 0; i < VIEW_LATER_MAX + 6; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "talk %02d", i);
        sample_add(&fixture.schedule, uid, AT(10, 5 * i), AT(10, 5 * i + 5));
    }
    fixture_change(&fixture, CHANGE_CANCELLED, "first", AT(9, 50), AT(9, 55))->gone = true;
    fixture_change(&fixture, CHANGE_CANCELLED, "last", AT(20, 0), AT(20, 5))->gone = true;
    fixture_track(&fixture);
    struct view *view = fixture_view(&fixture, AT(9, 0));
    assert_int_equal(view->later_count, VIEW_LATER_MAX);
    assert_int_equal(view->later_more, 7);
    assert_string_equal(view->later[0].title, "first");
    for (int i = 1; i < VIEW_LATER_MAX; i++) {
        char title[16];
        snprintf(title, sizeof title, "talk %02d", i);
        assert_string_equal(view->later[i].title, title);
    }
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_moved_session_is_told_at_its_old_door),
        cmocka_unit_test(test_a_room_with_a_long_name_leaves_its_time_readable),
        cmocka_unit_test(test_one_moved_into_a_common_room_is_elsewhere_too),
        cmocka_unit_test(test_cancelled_is_listed_and_told_at_the_door),
        cmocka_unit_test(test_one_that_is_made_anew_is_missed_by_nobody),
        cmocka_unit_test(test_one_retimed_and_then_cancelled_is_missed_at_both_times),
        cmocka_unit_test(test_the_most_important_alerts_come_first),
        cmocka_unit_test(test_of_many_alerts_the_first_in_time_stay),
        cmocka_unit_test(test_retimed_tells_both_times),
        cmocka_unit_test(test_retimed_to_another_day_leaves_its_old_slot),
        cmocka_unit_test(test_brought_forward_is_told_to_who_comes_too_late),
        cmocka_unit_test(test_new_and_retitled_sessions_say_so_until_they_begin),
        cmocka_unit_test(test_who_comes_early_is_told_as_early_as_soon_is_said),
        cmocka_unit_test(test_a_cancelled_break_is_listed_and_no_more),
        cmocka_unit_test(test_a_full_list_keeps_its_first_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
