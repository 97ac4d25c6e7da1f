/* What iCalendar's values may say, to their limits (RFC 5545 section 3.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/civil.h>
#include <roomsign/ical_value.h>

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_duration;
        int64_t days, exact_s;
    } cases[] = {
        {"PT45M", true, 0, 2700},
        {"-PT15M", true, 0, -900},
        {"+P1W", true, 7, 0},
        {"P1DT1H1M1S", true, 1, 3661},
        {"P2W3D", true, 17, 0},
        {"PT0S", true, 0, 0},
        {"P", false, 0, 0},
        {"PT", false, 0, 0},
        {"", false, 0, 0},
        {"45M", false, 0, 0},
        {"P45M", false, 0, 0},
        {"PT1D", false, 0, 0},
        {"PT5", false, 0, 0},
        {"PTM", false, 0, 0},
        {"P1DT", true, 1, 0},
        {"PT1S1S1S1S1S1S1S1S", true, 0, 8},
        {"PT1S1S1S1S1S1S1S1S1S", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ical_duration duration = {0};
        bool is_duration = ical_duration_parse(cases[i].text, strlen(cases[i].text), &duration);
        if (is_duration != cases[i].is_duration || duration.days != cases[i].days ||
            duration.exact_ms != cases[i].exact_s * SECOND_MS)
            fail_msg("'%s': %d %d days %d ms", cases[i].text, is_duration, (int)duration.days,
                     (int)duration.exact_ms);
    }
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_time, is_date, is_utc;
        int second_of_day;
    } cases[] = {
        {"20260131", true, true, false, 0},
        {"20260131T000000", true, false, false, 0},
        {"20260131T235959Z", true, false, true, 86399},
        {"20260131T1030", true, false, false, 37800},
        {"20260131T235960", true, false, false, 86399},
        {"20260131T240000", true, false, false, 86400},
        {" 20260131T103000 ", true, false, false, 37800},
        {"20260131t103000z", true, false, true, 37800},
        {"20260131T240001", false, false, false, 0},
        {"20260131T240100", false, false, false, 0},
        {"20260131T250000", false, false, false, 0},
        {"20260131T236000", false, false, false, 0},
        {"20260131T235961", false, false, false, 0},
        {"20260132", false, false, false, 0},
        {"20260230", false, false, false, 0},
        {"20261301", false, false, false, 0},
        {"20260100", false, false, false, 0},
        {"2026013", false, false, false, 0},
        {"20260131X103000", false, false, false, 0},
        {"20260131T10300", false, false, false, 0},
        {"2026013lT103000", false, false, false, 0},
    };
    int64_t day_ms = civil_to_days(2026, 1, 31) * DAY_MS;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ical_time time = {0};
        bool is_time = ical_time_parse(cases[i].text, strlen(cases[i].text), &time);
        if (is_time != cases[i].is_time)
            fail_msg("'%s': %d", cases[i].text, is_time);
        if (is_time && (time.is_date != cases[i].is_date || time.is_utc != cases[i].is_utc ||
                        time.local_ms != day_ms + cases[i].second_of_day * SECOND_MS))
            fail_msg("'%s': %d%d %d s", cases[i].text, time.is_date, time.is_utc,
                     (int)((time.local_ms - day_ms) / SECOND_MS));
    }
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length, max;
        const char *plain;
    } cases[] = {
        {"a\\,b\\;c\\\\d\\ne\\Nf", 17, 99, "a,b;c\\d\ne\nf"},
        /* What stands behind the end is another value's. */
        {"ab\\n", 3, 99, "ab\\"},
        {"ab\\n", 4, 99, "ab\n"},
        {"abcdef", 6, 3, "abc"},
        {"abcdef", 6, 6, "abcdef"},
        {"\\x", 2, 9, "x"},
        {"", 0, 9, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *plain = ical_text_unescape(cases[i].text, cases[i].length, cases[i].max);
        assert_string_equal(plain, cases[i].plain);
        free(plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
