#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample.h"

static void test_sorts_by_start_end_uid(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    sample_add(&schedule, "late", AT(11, 0), AT(12, 0));
    sample_add(&schedule, "b", AT(10, 0), AT(11, 0));
    sample_add(&schedule, "a", AT(10, 0), AT(11, 0));
    sample_add(&schedule, "short", AT(10, 0), AT(10, 30));
    schedule_sort(&schedule);
    assert_string_equal(schedule.sessions[0].uid, "short");
    assert_string_equal(schedule.sessions[1].uid, "a");
    assert_string_equal(schedule.sessions[2].uid, "b");
    assert_string_equal(schedule.sessions[3].uid, "late");
    assert_ptr_equal(schedule_find(&schedule, "b"), &schedule.sessions[2]);
    assert_null(schedule_find(&schedule, "c"));
    schedule_release(&schedule);
}

static void test_numbers_repeated_uids_in_order_of_start(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    sample_add(&schedule, "x", AT(12, 0), AT(13, 0));
    sample_add(&schedule, "x", AT(10, 0), AT(11, 0));
    sample_add(&schedule, "x", AT(11, 0), AT(12, 0));
    sample_add(&schedule, "y", AT(9, 0), AT(10, 0));
    schedule_sort(&schedule);
    assert_string_equal(schedule.sessions[0].uid, "y");
    assert_string_equal(schedule.sessions[1].uid, "x");
    assert_string_equal(schedule.sessions[2].uid, "x#2");
    assert_string_equal(schedule.sessions[3].uid, "x#3");
    schedule_release(&schedule);
}

static void test_numbering_meets_a_uid_that_is_already_numbered(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    sample_add(&schedule, "x#2", AT(9, 0), AT(10, 0));
    sample_add(&schedule, "x", AT(10, 0), AT(11, 0));
    sample_add(&schedule, "x", AT(11, 0), AT(12, 0));
    schedule_sort(&schedule);
    for (size_t i = 0; i < schedule.count; i++) {
        for (size_t j = i + 1; j < schedule.count; j++) {
            assert_string_not_equal(schedule.sessions[i].uid, schedule.sessions[j].uid);
        }
    }
    schedule_release(&schedule);
}

static void test_a_uid_at_its_limit_still_gets_its_number(void **state)
{
    (void)state;
    char uid[SESSION_UID_BYTES_MAX + 1];
    memset(uid, 'u', SESSION_UID_BYTES_MAX);
    uid[SESSION_UID_BYTES_MAX] = '\0';
    struct schedule schedule = {0};
    sample_add(&schedule, uid, AT(9, 0), AT(10, 0));
    sample_add(&schedule, uid, AT(10, 0), AT(11, 0));
    schedule_sort(&schedule);
    assert_int_equal(strlen(schedule.sessions[1].uid), SESSION_UID_BYTES_MAX);
    assert_string_equal(schedule.sessions[1].uid + SESSION_UID_BYTES_MAX - 2, "#2");
    schedule_release(&schedule);
}

static void test_uids_that_differ_only_past_the_limit_of_a_number_end_up_unique(void **state)
{
    (void)state;
    char uid[2][SESSION_UID_BYTES_MAX + 1];
    for (int i = 0; i < 2; i++) {
        memset(uid[i], 'u', SESSION_UID_BYTES_MAX);
        uid[i][SESSION_UID_BYTES_MAX] = '\0';
    }
    uid[1][SESSION_UID_BYTES_MAX - 1] = 'v';
    struct schedule schedule = {0};
    for (int i = 0; i < 6; i++) {
        sample_add(&schedule, uid[i % 2], AT(9, i), AT(10, 0));
    }
    schedule_sort(&schedule);
    for (size_t i = 0; i < schedule.count; i++) {
        for (size_t j = i + 1; j < schedule.count; j++) {
            assert_string_not_equal(schedule.sessions[i].uid, schedule.sessions[j].uid);
        }
    }
    schedule_release(&schedule);
}

static void test_copy_is_deep_and_equal(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    struct session *session = sample_add(&schedule, "x", AT(9, 0), AT(10, 0));
    session_add_speaker(session, "Ada");
    session_add_speaker(session, "Brian");
    struct schedule copy;
    schedule_copy(&copy, &schedule);
    assert_true(schedule_equal(&schedule, &copy));
    session_set(&copy.sessions[0].speakers[1], "Grace");
    assert_string_equal(schedule.sessions[0].speakers[1], "Brian");
    assert_false(schedule_equal(&schedule, &copy));
    schedule_release(&copy);
    schedule_release(&schedule);
}

static void test_refuses_more_sessions_than_its_limit(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    for (int i = 0; i < SCHEDULE_SESSIONS_MAX; i++) {
        sample_add(&schedule, "x", AT(0, 0) + i, AT(0, 0) + i + 1);
    }
    struct session session;
    session_init(&session);
    assert_false(schedule_add(&schedule, &session));
    session_release(&session);
    schedule_sort(&schedule);
    assert_string_equal(schedule.sessions[SCHEDULE_SESSIONS_MAX - 1].uid, "x#20000");
    schedule_release(&schedule);
}

static void test_session_difference_in_each_member_shows(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    struct session *session = sample_add(&schedule, "x", AT(9, 0), AT(10, 0));
    struct session other;
    char **members[] = {&other.uid,  &other.title, &other.track,
                        &other.room, &other.url,   &other.language};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        session_copy(&other, session);
        assert_true(session_equal(session, &other));
        session_set(members[i], "different");
        assert_false(session_equal(session, &other));
        session_release(&other);
    }
    session_copy(&other, session);
    other.status = SESSION_STATUS_TENTATIVE;
    assert_false(session_equal(session, &other));
    other.status = session->status;
    other.kind = SESSION_KIND_BREAK;
    assert_false(session_equal(session, &other));
    other.kind = session->kind;
    other.remind_s = 300;
    assert_false(session_equal(session, &other));
    session_release(&other);
    schedule_release(&schedule);
}

static void test_names_of_kind_and_status_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i <= SESSION_KIND_ALL_DAY; i++) {
        enum session_kind kind;
        assert_true(session_kind_parse(session_kind_name((enum session_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    for (int i = 0; i <= SESSION_STATUS_CANCELLED; i++) {
        enum session_status status;
        assert_true(session_status_parse(session_status_name((enum session_status)i), &status));
        assert_int_equal(status, i);
    }
    enum session_kind kind;
    assert_false(session_kind_parse("talk", &kind));
    assert_false(session_kind_parse("", &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts_by_start_end_uid),
        cmocka_unit_test(test_numbers_repeated_uids_in_order_of_start),
        cmocka_unit_test(test_numbering_meets_a_uid_that_is_already_numbered),
        cmocka_unit_test(test_a_uid_at_its_limit_still_gets_its_number),
        cmocka_unit_test(test_uids_that_differ_only_past_the_limit_of_a_number_end_up_unique),
        cmocka_unit_test(test_copy_is_deep_and_equal),
        cmocka_unit_test(test_refuses_more_sessions_than_its_limit),
        cmocka_unit_test(test_session_difference_in_each_member_shows),
        cmocka_unit_test(test_names_of_kind_and_status_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
