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

    add(&feed, 1, "a", "Opening, welcome", 0, 90); /* the uid */
    add(&feed, 1, "x", " KEY note ", 60, 120);     /* the content */
    add(&feed, 1, "z", "Keynote", 61, 120);        /* another start */
    add(&feed, 1, "w", "Keynotes", 60, 120);       /* another title */
    counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 2);
    assert_int_equal(counts.excess_count, 0);
    expect_uids(&merged, "0:a 0:b 1:z 1:w");
    assert_string_equal(merged.sessions[0].title, "Opening");

    add(&feed, 2, "z", "Keynote, as the third has it", 61, 90);
    add(&feed, 2, "v", "Party", 180, 240);
    counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 1);
    expect_uids(&merged, "0:a 0:b 1:z 1:w 2:v");
    schedule_release(&merged);
}

/* A conference's programme and the house's bookings: different uids, other ends, other typing. */
static void test_a_booking_of_the_same_title_and_start_is_the_session(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "9185@example.org", "Caf\xC3\xA9 \xE2\x80\x93 what\xE2\x80\x99s new", 60, 110);
    add(&feed, 0, "9186@example.org", "STRASSE", 120, 170);
    add(&feed, 0, "9187@example.org", "C", 180, 230);
    merge_feed(&merged, &feed);
    add(&feed, 1, "b1@house.example", "CAFE\xCC\x81 - what's  new", 60, 120); /* and changeover */
    add(&feed, 1, "b2@house.example",
        "Stra\xC3\x9F"
        "e",
        120, 120); /* no end */
    add(&feed, 1, "b3@house.example", "C++", 180, 230);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 2);
    expect_uids(&merged, "0:9185@example.org 0:9186@example.org 0:9187@example.org "
                         "1:b3@house.example");
    assert_int_equal(merged.sessions[0].end_ms, 110 * MINUTE_MS);
    schedule_release(&merged);
}

static void test_without_a_title_the_end_tells(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "a@example.org", "", 60, 120);
    add(&feed, 0, "b@example.org", "\xE2\x80\x94", 180, 240);
    merge_feed(&merged, &feed);
    add(&feed, 1, "x@house.example", "", 60, 120);
    add(&feed, 1, "y@house.example", "", 60, 180);
    add(&feed, 1, "z@house.example", "-", 180, 300);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 1);
    expect_uids(&merged, "0:a@example.org 0:b@example.org 1:y@house.example 1:z@house.example");
    schedule_release(&merged);
}

/* A uid with a host's name, or as long as a UUID, names the session wherever it went. */
static void test_a_moved_session_keeps_its_uid(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "7@example.org", "Talk", 60, 120);
    add(&feed, 0, "0f4f6a52-1f3e-5b5a-9a57-0a2b1f6f2c11", "Other talk", 120, 180);
    add(&feed, 0, "7@example.org/20260131T093000Z", "Daily", 180, 190);
    merge_feed(&merged, &feed);
    add(&feed, 1, "7@example.org", "Old title", 240, 300);
    add(&feed, 1, "0f4f6a52-1f3e-5b5a-9a57-0a2b1f6f2c11", "Its old title", 300, 360);
    add(&feed, 1, "7@example.org/20260131T093000Z", "The old daily", 360, 370);
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 3);
    assert_int_equal(merged.count, 3);
    schedule_release(&merged);
}

/* Two conferences in one house number their sessions from 1. */
static void test_a_number_is_no_name(void **state)
{
    (void)state;
    struct schedule merged = {0}, feed = {0};
    add(&feed, 0, "17", "Sails", 60, 120);
    add(&feed, 0, "18", "Rudders", 120, 180);
    add(&feed, 0, "19", "Anchors", 180, 240);
    add(&feed, 0, "20/20260131T093000Z", "Knots", 240, 300);
    merge_feed(&merged, &feed);
    add(&feed, 1, "17", "Sheep", 600, 660);                 /* another conference's */
    add(&feed, 1, "18", "Rudders", 660, 720);               /* retimed */
    add(&feed, 1, "19", "Anchors and chains", 180, 240);    /* retitled */
    add(&feed, 1, "20/20260131T093000Z", "Wool", 720, 780); /* another one's series */
    struct merge_counts counts = merge_feed(&merged, &feed);
    assert_int_equal(counts.same_count, 2);
    expect_uids(&merged, "0:17 0:18 0:19 0:20/20260131T093000Z 1:17 1:20/20260131T093000Z");
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

/* Nor where it is the last of the alphabet. */
static void test_a_repeated_uid_is_found_wherever_it_stands(void **state)
{
    (void)state;
    static const char *const uids[] = {"a", "b", "c", "d", "e", "f", "g"};
    for (size_t others = 0; others <= sizeof uids / sizeof *uids; others++) {
        for (int last = 0; last <= 1; last++) {
            struct schedule merged = {0}, feed = {0};
            const char *repeated = last ? "z@example.org" : "A@example.org";
            for (size_t i = 0; i < others; i++)
                add(&feed, 0, uids[i], uids[i], 0, 60);
            add(&feed, 0, repeated, "Talk", 60, 120);
            add(&feed, 0, repeated, "Other talk", 120, 180);
            merge_feed(&merged, &feed);
            add(&feed, 1, repeated, "Evening talk", 240, 300);
            assert_int_equal(merge_feed(&merged, &feed).same_count, 0);
            assert_int_equal(merged.count, others + 3);
            schedule_release(&merged);
        }
    }
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
    add(&feed, 1, "7", "7", 0, 0);
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
        cmocka_unit_test(test_a_booking_of_the_same_title_and_start_is_the_session),
        cmocka_unit_test(test_without_a_title_the_end_tells),
        cmocka_unit_test(test_a_moved_session_keeps_its_uid),
        cmocka_unit_test(test_a_number_is_no_name),
        cmocka_unit_test(test_one_feeds_repetitions_stay),
        cmocka_unit_test(test_a_uid_that_a_feed_repeats_names_nothing),
        cmocka_unit_test(test_a_repeated_uid_is_found_wherever_it_stands),
        cmocka_unit_test(test_what_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
