#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <roomsign/time_trust.h>

/* 2026-01-31T10:00:00Z, and how long the machine has been up then. */
#define NOON_MS INT64_C(1769853600000)
#define UP_MS INT64_C(30000)
#define RIGHT 0
#define IN_1970 (-NOON_MS)

/* A machine whose clock is wrong by `error_ms`, seconds after UP_MS. */
static struct clock_reading at(double seconds, int64_t error_ms)
{
    int64_t passed_ms = (int64_t)(seconds * 1000);
    return (struct clock_reading){
        .wall_ms = NOON_MS + passed_ms + error_ms,
        .boot_ms = UP_MS + passed_ms,
        .sync_file_ms = TIME_NEVER_MS,
    };
}

static struct clock_reading synchronised_at(double seconds, int64_t error_ms)
{
    struct clock_reading reading = at(seconds, error_ms);
    reading.synchronised = true;
    return reading;
}

/* Of the time that a verdict leads to, how much is wrong. */
static int64_t error_of(const struct time_verdict *verdict, const struct clock_reading *reading)
{
    int64_t true_ms = NOON_MS + reading->boot_ms - UP_MS;
    return (verdict->source == TIME_SOURCE_SYSTEM ? reading->wall_ms
                                                  : reading->boot_ms + verdict->utc_less_boot_ms) -
           true_ms;
}

static enum time_source judge(struct time_trust *trust, struct clock_reading reading)
{
    struct time_verdict verdict = time_trust_judge(trust, &reading);
    if (verdict.source == TIME_SOURCE_SERVER || verdict.source == TIME_SOURCE_HELD) {
        assert_in_range(error_of(&verdict, &reading) + 3000, 0, 6000);
        assert_int_equal(reading.wall_ms + verdict.offset_ms,
                         reading.boot_ms + verdict.utc_less_boot_ms);
    } else {
        assert_int_equal(verdict.offset_ms, 0);
    }
    return verdict.source;
}

/* A poll of one second whose server is wrong by `server_error_ms`. */
static enum time_source poll(struct time_trust *trust, struct clock_reading reading,
                             int64_t server_error_ms)
{
    int64_t date_ms = NOON_MS + reading.boot_ms - UP_MS - 500 + server_error_ms;
    date_ms -= date_ms % SECOND_MS;
    time_trust_take_dates(trust, &reading, reading.boot_ms - 1000, &date_ms, 1);
    return judge(trust, reading);
}

static void test_synchronised_kernel_wins(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    assert_int_equal(judge(&trust, at(0, IN_1970)), TIME_SOURCE_NONE);
    assert_int_equal(poll(&trust, at(1, RIGHT), -HOUR_MS), TIME_SOURCE_NONE);
    assert_int_equal(judge(&trust, synchronised_at(5, RIGHT)), TIME_SOURCE_SYSTEM);
    /* Servers that agree with each other, and not with the time server. */
    assert_int_equal(poll(&trust, at(61, RIGHT), HOUR_MS), TIME_SOURCE_SYSTEM);
    assert_int_equal(poll(&trust, at(121, RIGHT), HOUR_MS), TIME_SOURCE_SYSTEM);
    assert_int_equal(poll(&trust, at(181, RIGHT), HOUR_MS), TIME_SOURCE_SYSTEM);
}

static void test_unsynchronised_is_not_believed(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    assert_int_equal(judge(&trust, at(0, RIGHT)), TIME_SOURCE_NONE);
    assert_int_equal(judge(&trust, at(86400, RIGHT)), TIME_SOURCE_NONE);
}

static void test_the_network_breaks_at_noon(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    const double day_s = 86400;
    assert_int_equal(judge(&trust, synchronised_at(0, RIGHT)), TIME_SOURCE_SYSTEM);
    /* Nine hours later the kernel calls itself unsynchronised; it drifts. */
    assert_int_equal(judge(&trust, at(9 * 3600, 900)), TIME_SOURCE_SYSTEM);
    assert_int_equal(judge(&trust, at(6.9 * day_s, 59 * SECOND_MS)), TIME_SOURCE_SYSTEM);
    assert_int_equal(judge(&trust, at(7 * day_s, 60 * SECOND_MS)), TIME_SOURCE_SYSTEM);
    assert_int_equal(judge(&trust, at(7 * day_s + 1, 60 * SECOND_MS)), TIME_SOURCE_NONE);
}

static void test_a_set_clock_is_held(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    judge(&trust, synchronised_at(0, RIGHT));
    assert_int_equal(judge(&trust, at(100, IN_1970)), TIME_SOURCE_HELD);
    assert_int_equal(judge(&trust, at(200, HOUR_MS)), TIME_SOURCE_HELD);
    /* What the servers say doesn't matter then, alone or with the clock. */
    assert_int_equal(poll(&trust, at(260, HOUR_MS), HOUR_MS), TIME_SOURCE_HELD);
    assert_int_equal(judge(&trust, at(300, 1500)), TIME_SOURCE_SYSTEM);
    assert_int_equal(judge(&trust, at(400, 3000)), TIME_SOURCE_HELD);
    assert_int_equal(judge(&trust, synchronised_at(500, RIGHT)), TIME_SOURCE_SYSTEM);
}

static void test_server_confirms_the_clock(void **state)
{
    (void)state;
    static const struct {
        int64_t clock_error_ms;
        enum time_source source;
    } cases[] = {
        {0, TIME_SOURCE_SYSTEM},      {1900, TIME_SOURCE_SYSTEM},  {-1900, TIME_SOURCE_SYSTEM},
        {4100, TIME_SOURCE_NONE},     {-4100, TIME_SOURCE_NONE},   {HOUR_MS, TIME_SOURCE_NONE},
        {-HOUR_MS, TIME_SOURCE_NONE}, {IN_1970, TIME_SOURCE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct time_trust trust = {0};
        assert_int_equal(poll(&trust, at(1, cases[i].clock_error_ms), 0), cases[i].source);
    }
}

static void test_two_polls_correct_the_clock(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    assert_int_equal(poll(&trust, at(1, IN_1970), 0), TIME_SOURCE_NONE);
    assert_false(time_trust_wants_poll(&trust, UP_MS + 2000));
    assert_true(time_trust_wants_poll(&trust, UP_MS + 11000));
    assert_int_equal(poll(&trust, at(5, IN_1970), 0), TIME_SOURCE_NONE);
    assert_int_equal(poll(&trust, at(12, IN_1970), 0), TIME_SOURCE_SERVER);
    assert_false(time_trust_wants_poll(&trust, UP_MS + 99000));
    /* It goes on without polls, and whatever the clock is set to. */
    assert_int_equal(judge(&trust, at(3600, IN_1970)), TIME_SOURCE_SERVER);
    assert_int_equal(judge(&trust, at(3700, -DAY_MS)), TIME_SOURCE_SERVER);
    assert_int_equal(judge(&trust, at(3800, RIGHT)), TIME_SOURCE_SYSTEM);
    assert_int_equal(judge(&trust, at(3900, IN_1970)), TIME_SOURCE_SERVER);
    assert_int_equal(judge(&trust, synchronised_at(4000, RIGHT)), TIME_SOURCE_SYSTEM);
}

/* One that is wrong by an hour from the beginning is found out when it becomes right. */
static void test_server_changes_its_mind(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    poll(&trust, at(0, IN_1970), 0);
    assert_int_equal(poll(&trust, at(60, IN_1970), 0), TIME_SOURCE_SERVER);
    assert_int_equal(poll(&trust, at(120, IN_1970), HOUR_MS), TIME_SOURCE_SERVER);
    assert_int_equal(poll(&trust, at(180, IN_1970), 0), TIME_SOURCE_SERVER);
    assert_int_equal(poll(&trust, at(240, IN_1970), -HOUR_MS), TIME_SOURCE_SERVER);
    struct clock_reading reading = at(300, IN_1970);
    int64_t date_ms = NOON_MS + 299 * SECOND_MS - HOUR_MS;
    time_trust_take_dates(&trust, &reading, reading.boot_ms - 1000, &date_ms, 1);
    struct time_verdict verdict = time_trust_judge(&trust, &reading);
    assert_in_range(error_of(&verdict, &reading) + HOUR_MS + 2000, 0, 4000);
    /* Each confirmation lets it last for another week. */
    for (int day = 6; day < 25; day += 6) {
        reading = at(day * 86400.0, IN_1970);
        date_ms = NOON_MS + day * DAY_MS - HOUR_MS;
        time_trust_take_dates(&trust, &reading, reading.boot_ms - 1000, &date_ms, 1);
        assert_int_equal(time_trust_judge(&trust, &reading).source, TIME_SOURCE_SERVER);
    }
}

static void test_a_cache_stands_still(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    for (int i = 0; i < 20; i++) {
        assert_int_equal(poll(&trust, at(60 * i, IN_1970), -60 * i * SECOND_MS), TIME_SOURCE_NONE);
    }
    assert_false(time_trust_wants_poll(&trust, UP_MS + 86400000));
}

static void test_implausible_dates(void **state)
{
    (void)state;
    /* The clock says the same, and it is said twice. */
    const int64_t wrong_ms[] = {IN_1970, TIME_TRUST_EARLIEST_MS - NOON_MS - DAY_MS,
                                TIME_TRUST_LATEST_MS - NOON_MS + DAY_MS};
    for (size_t i = 0; i < sizeof wrong_ms / sizeof *wrong_ms; i++) {
        struct time_trust trust = {0};
        assert_int_equal(poll(&trust, at(0, wrong_ms[i]), wrong_ms[i]), TIME_SOURCE_NONE);
        assert_int_equal(poll(&trust, at(60, wrong_ms[i]), wrong_ms[i]), TIME_SOURCE_NONE);
    }
}

static void test_slow_polls_tell_no_time(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    struct clock_reading reading = at(60, RIGHT);
    int64_t date_ms = NOON_MS + 60 * SECOND_MS;
    time_trust_take_dates(&trust, &reading, reading.boot_ms - 10001, &date_ms, 1);
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_NONE);
    time_trust_take_dates(&trust, &reading, reading.boot_ms - 10000, &date_ms, 1);
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_SYSTEM);
}

static void test_several_feeds(void **state)
{
    (void)state;
    static const struct {
        int64_t errors_ms[4];
        size_t count;
        enum time_source source;
    } cases[] = {
        {{0}, 0, TIME_SOURCE_NONE},
        {{0, -1000}, 2, TIME_SOURCE_SYSTEM},
        {{0, -HOUR_MS}, 2, TIME_SOURCE_NONE},
        {{0, -HOUR_MS, 0}, 3, TIME_SOURCE_SYSTEM},
        {{HOUR_MS, IN_1970, 0}, 3, TIME_SOURCE_NONE},
        {{IN_1970, 0}, 2, TIME_SOURCE_SYSTEM},
        {{HOUR_MS, HOUR_MS, 0}, 3, TIME_SOURCE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct time_trust trust = {0};
        struct clock_reading reading = at(60, RIGHT);
        int64_t dates_ms[4];
        for (size_t n = 0; n < cases[i].count; n++) {
            dates_ms[n] = NOON_MS + 60 * SECOND_MS + cases[i].errors_ms[n];
        }
        time_trust_take_dates(&trust, &reading, reading.boot_ms - 500, dates_ms, cases[i].count);
        assert_int_equal(judge(&trust, reading), cases[i].source);
    }
}

static void test_the_tolerance_includes_its_end(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct time_trust trust = {0};
        judge(&trust, synchronised_at(0, RIGHT));
        assert_int_equal(judge(&trust, at(0, sign * TIME_TRUST_TOLERANCE_MS)), TIME_SOURCE_SYSTEM);
        assert_int_equal(judge(&trust, at(0, sign * (TIME_TRUST_TOLERANCE_MS + 1))),
                         TIME_SOURCE_HELD);
    }
}

/* Dates of one poll that lie no further apart than it took, and a second for their rounding. */
static void test_feeds_agree_within_the_poll(void **state)
{
    (void)state;
    for (int64_t apart_ms = 5 * SECOND_MS; apart_ms <= 6 * SECOND_MS; apart_ms += SECOND_MS) {
        struct time_trust trust = {0};
        struct clock_reading reading = at(60, RIGHT);
        int64_t date_ms = NOON_MS + 60 * SECOND_MS;
        const int64_t dates_ms[] = {date_ms - apart_ms, date_ms};
        time_trust_take_dates(&trust, &reading, reading.boot_ms - 4 * SECOND_MS, dates_ms, 2);
        assert_int_equal(judge(&trust, reading),
                         apart_ms == 5 * SECOND_MS ? TIME_SOURCE_SYSTEM : TIME_SOURCE_NONE);
    }
}

static void test_sync_file(void **state)
{
    (void)state;
    struct time_trust trust = {0};
    struct clock_reading reading = at(0, RIGHT);
    reading.sync_file_ms = NOON_MS - DAY_MS;
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_SYSTEM);
    /* The day that has passed since counts. */
    reading = at(6.0 * 86400 + 1, RIGHT);
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_NONE);

    trust = (struct time_trust){0};
    reading = at(0, RIGHT);
    reading.sync_file_ms = NOON_MS + 1;
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_NONE);
    reading.sync_file_ms = NOON_MS - TIME_TRUST_HOLD_MS - 1;
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_NONE);
    reading.sync_file_ms++;
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_SYSTEM);

    /* A touch is news once, the clock may be set later. */
    trust = (struct time_trust){0};
    reading = at(0, RIGHT);
    reading.sync_file_ms = NOON_MS;
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_SYSTEM);
    reading = at(60, HOUR_MS);
    reading.sync_file_ms = NOON_MS;
    assert_int_equal(judge(&trust, reading), TIME_SOURCE_HELD);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(time_source_name(TIME_SOURCE_SYSTEM), "system");
    assert_string_equal(time_source_name(TIME_SOURCE_HELD), "held");
    assert_string_equal(time_source_name(TIME_SOURCE_SERVER), "server");
    assert_string_equal(time_source_name(TIME_SOURCE_NONE), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_synchronised_kernel_wins),
        cmocka_unit_test(test_unsynchronised_is_not_believed),
        cmocka_unit_test(test_the_network_breaks_at_noon),
        cmocka_unit_test(test_a_set_clock_is_held),
        cmocka_unit_test(test_server_confirms_the_clock),
        cmocka_unit_test(test_two_polls_correct_the_clock),
        cmocka_unit_test(test_server_changes_its_mind),
        cmocka_unit_test(test_a_cache_stands_still),
        cmocka_unit_test(test_implausible_dates),
        cmocka_unit_test(test_slow_polls_tell_no_time),
        cmocka_unit_test(test_several_feeds),
        cmocka_unit_test(test_the_tolerance_includes_its_end),
        cmocka_unit_test(test_feeds_agree_within_the_poll),
        cmocka_unit_test(test_sync_file),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("time_trust", tests, NULL, NULL);
}
