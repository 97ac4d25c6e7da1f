#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/civil.h>
#include <roomsign/merge.h>

static void add(struct schedule *schedule, int feed, const char *uid, const char *title,
                int64_t start_min, int64_t end_min)
{
    struct session session;
    session_init(&session);
    session_set(&session.uid, uid);
    session_set(&session.title, title);
    session.start_ms = start_min * MINUTE_MS;
    session.end_ms = end_min * MINUTE_MS;
    session.feed = feed;
    assert_true(schedule_add(schedule, &session));
    session_release(&session);
}

static void expect_uids(const struct schedule *schedule, const char *expected)
{
    char text[512] = "";
    for (size_t i = 0; i < schedule->count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s%d:%s", i ? " " : "",
                 schedule->sessions[i].feed, schedule->sessions[i].uid);
    }
    assert_string_equal(text, expected);
}

static void test_the_first_feed_wins(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "a", "Opening", 0, 60);
    add(&feed, 0, "b", "Keynote", 60, 120);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 0);
    assert_int_equal(feed.count, 0);

    add(&feed, 1, "a", "Opening, moved", 30, 90);   /* the uid */
    add(&feed, 1, "x", " KEY note ", 60, 120);      /* the content */
    add(&feed, 1, "y", "Keynote", 60, 121);         /* another end */
    add(&feed, 1, "z", "Keynote", 61, 120);         /* another start */
    add(&feed, 1, "w", "Keynotes", 60, 120);        /* another title */
    counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 2);
    assert_int_equal(counts.excess_count, 0);
    expect_uids(&merged, "0:a 0:b 1:y 1:z 1:w");

    add(&feed, 2, "y", "", 0, 0);
    add(&feed, 2, "v", "Party", 180, 240);
    counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 1);
    expect_uids(&merged, "0:a 0:b 1:y 1:z 1:w 2:v");
    schedule_release(&merged);
}

static void test_one_feeds_repetitions_stay(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "same", "Talk", 0, 60);
    add(&feed, 0, "same", "Other talk", 60, 120);
    add(&feed, 0, "same", "Talk", 0, 60);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 0);
    expect_uids(&merged, "0:same 0:same 0:same");
    schedule_release(&merged);
}

static void test_a_uid_that_a_feed_repeats_names_nothing(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "same", "Talk", 0, 60);
    add(&feed, 0, "same", "Other talk", 60, 120);
    add(&feed, 0, "own", "Keynote", 120, 180);
    merge_feed(&merged, &feed);
    add(&feed, 1, "same", "Evening talk", 240, 300);
    add(&feed, 1, "own", "Late talk", 300, 360);
    add(&feed, 1, "own", "Later talk", 360, 420);
    add(&feed, 1, "same", "Talk", 0, 60);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 1);
    expect_uids(&merged, "0:same 0:same 0:own 1:same 1:own 1:own");
    schedule_release(&merged);
}

static void test_what_does_not_fit_is_counted(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    char uid[32];
    for (int i = 0; i < SCHEDULE_SESSIONS_MAX - 1; i++) {
        snprintf(uid, sizeof uid, "%d", i);
        add(&feed, 0, uid, uid, i, i + 1);
    }
    merge_feed(&merged, &feed);
    add(&feed, 1, "7", "", 0, 0);
    add(&feed, 1, "fits", "", 0, 0);
    add(&feed, 1, "excess", "", 1, 1);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 1);
    assert_int_equal(counts.excess_count, 1);
    assert_int_equal(merged.count, SCHEDULE_SESSIONS_MAX);
    assert_string_equal(merged.sessions[merged.count - 1].uid, "fits");
    schedule_release(&merged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_feed_wins),
        cmocka_unit_test(test_one_feeds_repetitions_stay),
        cmocka_unit_test(test_a_uid_that_a_feed_repeats_names_nothing),
        cmocka_unit_test(test_what_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
