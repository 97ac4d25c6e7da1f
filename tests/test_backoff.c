#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <roomsign/backoff.h>

#define MINUTE INT64_C(60000)

static void test_polls_keep_their_interval_within_a_twentieth(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, MINUTE);
    assert_int_equal(backoff_succeeded_ms(&backoff, 0), 57000);
    assert_int_equal(backoff_succeeded_ms(&backoff, UINT32_MAX), 63000);
    assert_in_range(backoff_succeeded_ms(&backoff, UINT32_MAX / 2), 59990, 60010);
}

static void test_failures_double_the_wait_up_to_the_limit(void **state)
{
    (void)state;
    /* With chance in the middle the jitter is nothing. */
    static const int64_t expected_ms[] = {10000,  20000,  40000,  80000, 160000,
                                          320000, 600000, 600000, 600000};
    struct backoff backoff;
    backoff_init(&backoff, 60 * MINUTE);
    for (size_t i = 0; i < sizeof(expected_ms) / sizeof(expected_ms[0]); i++) {
        int64_t wait_ms = backoff_failed_ms(&backoff, 0, UINT32_MAX / 2);
        assert_in_range(wait_ms, expected_ms[i] - 2, expected_ms[i]);
    }
    backoff_succeeded_ms(&backoff, 0);
    assert_in_range(backoff_failed_ms(&backoff, 0, UINT32_MAX / 2), 9998, 10000);
}

static void test_jitter_is_a_quarter_and_never_passes_the_limit(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 0, 0), 7500);
    backoff_init(&backoff, 60 * MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 0, UINT32_MAX), 12500);
    for (int i = 0; i < 1000; i++)
        backoff_failed_ms(&backoff, 0, UINT32_MAX);
    assert_int_equal(backoff_failed_ms(&backoff, 0, UINT32_MAX), BACKOFF_MAX_MS);
    assert_int_equal(backoff_failed_ms(&backoff, 0, 0), 450000);
}

static void test_a_short_interval_is_not_stretched_by_the_first_failure(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, 2000);
    assert_in_range(backoff_failed_ms(&backoff, 0, UINT32_MAX / 2), 1998, 2000);
}

static void test_after_failures_it_is_asked_as_often_as_ever(void **state)
{
    (void)state;
    static const int64_t expected_ms[] = {10000, 20000, 40000, 60000, 60000};
    struct backoff backoff;
    backoff_init(&backoff, MINUTE);
    for (size_t i = 0; i < sizeof(expected_ms) / sizeof(expected_ms[0]); i++) {
        int64_t wait_ms = backoff_failed_ms(&backoff, 0, UINT32_MAX / 2);
        assert_in_range(wait_ms, expected_ms[i] - 2, expected_ms[i]);
    }
    for (int i = 0; i < 40; i++)
        backoff_failed_ms(&backoff, 0, 0);
    assert_int_equal(backoff_failed_ms(&backoff, 0, UINT32_MAX), MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 0, 0), MINUTE * 3 / 4);
}

static void test_the_server_is_given_the_time_that_it_asks_for(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 2 * MINUTE, 0), 2 * MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 2 * MINUTE, UINT32_MAX), 126000);
    /* Less than the wait anyway: the longer of both. */
    backoff_init(&backoff, MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 1000, 0), 7500);
}

static void test_no_server_sends_the_sign_away_for_long(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, MINUTE);
    assert_int_equal(backoff_failed_ms(&backoff, 24 * 60 * MINUTE, 0), 10 * MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_polls_keep_their_interval_within_a_twentieth),
        cmocka_unit_test(test_failures_double_the_wait_up_to_the_limit),
        cmocka_unit_test(test_jitter_is_a_quarter_and_never_passes_the_limit),
        cmocka_unit_test(test_a_short_interval_is_not_stretched_by_the_first_failure),
        cmocka_unit_test(test_after_failures_it_is_asked_as_often_as_ever),
        cmocka_unit_test(test_the_server_is_given_the_time_that_it_asks_for),
        cmocka_unit_test(test_no_server_sends_the_sign_away_for_long),
    };
    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
