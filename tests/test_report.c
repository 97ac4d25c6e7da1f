#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/report.h>

static void test_round_trip(void **state)
{
    (void)state;
    static const int64_t seconds[] = {0, 1, 120, REPORT_RETRY_MAX_S};
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        char mark[64], line[128];
        report_format_retry(seconds[i], mark, sizeof(mark));
        snprintf(line, sizeof(line), "feed: HTTP 503%s", mark);
        int64_t retry_s = -1;
        assert_true(report_parse_retry(line, &retry_s));
        assert_int_equal(retry_s, seconds[i]);
    }
    char mark[64];
    report_format_retry(120, mark, sizeof(mark));
    assert_string_equal(mark, "; retry after 120 s");
}

static void test_capped(void **state)
{
    (void)state;
    int64_t retry_s = -1;
    assert_true(report_parse_retry("feed: HTTP 503; retry after 86401 s", &retry_s));
    assert_int_equal(retry_s, REPORT_RETRY_MAX_S);
    assert_true(report_parse_retry("HTTP 503; retry after 99999999999999999999999 s", &retry_s));
    assert_int_equal(retry_s, REPORT_RETRY_MAX_S);
}

static void test_asks_for_nothing(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "feed: HTTP 503",
        "feed: HTTP 503; retry after ",
        "feed: HTTP 503; retry after a while",
        "feed: HTTP 503; retry after -5 s",
        "retry after 5 s",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        int64_t retry_s = 42;
        assert_false(report_parse_retry(lines[i], &retry_s));
        assert_int_equal(retry_s, 42);
    }
}

/* A server's words may quote the mark; ours stands last. */
static void test_the_last_mark_counts(void **state)
{
    (void)state;
    int64_t retry_s = -1;
    assert_true(report_parse_retry("feed: said \"; retry after 9 s\"; retry after 5 s", &retry_s));
    assert_int_equal(retry_s, 5);
}

static void test_a_feed_that_lacks_the_room(void **state)
{
    (void)state;
    assert_true(report_is_lacking("file:///a: none of its 6" REPORT_LACKING_MARK "Hal 2'"));
    assert_false(report_is_lacking("feed: HTTP 503"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_capped),
        cmocka_unit_test(test_asks_for_nothing),
        cmocka_unit_test(test_the_last_mark_counts),
        cmocka_unit_test(test_a_feed_that_lacks_the_room),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
