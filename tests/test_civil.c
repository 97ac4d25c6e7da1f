#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>

static struct zone *load(const char *name)
{
    static struct zone zone;
    struct error err = {0};
    if (!zone_load(name, &zone, &err))
        fail_msg("%s", err.message);
    return &zone;
}

static int64_t utc(const char *text)
{
    int64_t at_ms = 0;
    struct error err = {0};
    if (!time_parse(text, NULL, &at_ms, &err))
        fail_msg("%s", err.message);
    return at_ms;
}

/* Local time to UTC. */
static void check_from(const struct zone *zone, const char *local, const char *expected)
{
    int64_t at_ms = 0;
    struct error err = {0};
    char text[TIME_TEXT_BYTES];
    if (!time_parse(local, zone, &at_ms, &err))
        fail_msg("%s", err.message);
    assert_string_equal(time_format_utc(at_ms, text), expected);
}

static void check_to(const struct zone *zone, const char *at, const char *expected)
{
    struct civil civil;
    zone_to_civil(zone, utc(at), &civil);
    char text[TIME_TEXT_BYTES * 3];
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d", civil.year, civil.month,
             civil.day, civil.hour, civil.minute, civil.second);
    assert_string_equal(text, expected);
}

static void check_day_start(const struct zone *zone, const char *at, int days, const char *expected)
{
    char text[TIME_TEXT_BYTES];
    assert_string_equal(time_format_utc(zone_day_start_ms(zone, utc(at), days), text), expected);
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Every day of 800 years, counted one by one. */
static void test_days(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert_int_equal(civil_to_days(1970, 1, 1), 0);
    assert_int_equal(civil_to_days(2026, 1, 31), 20484);
    assert_int_equal(civil_to_days(1969, 12, 31), -1);
    int64_t days = civil_to_days(1600, 1, 1);
    int weekday = 6; /* 1600-01-01 was a Saturday. */
    for (int year = 1600; year < 2400; year++) {
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && is_leap(year));
            for (int day = 1; day <= length; day++) {
                struct civil civil;
                civil_from_days(days, &civil);
                if (civil_to_days(year, month, day) != days || civil.year != year ||
                    civil.month != month || civil.day != day || civil.weekday != weekday ||
                    civil.hour != 0)
                    fail_msg("%d-%d-%d", year, month, day);
                days++;
                weekday = (weekday + 1) % 7;
            }
        }
    }
}

static void test_brussels_nights(void **state)
{
    (void)state;
    const struct zone *zone = load("Europe/Brussels");
    assert_string_equal(zone->name, "Europe/Brussels");
    /* 29 March 2026, 02:00 becomes 03:00. */
    check_to(zone, "2026-03-29T00:59:59Z", "2026-03-29T01:59:59");
    check_to(zone, "2026-03-29T01:00:00Z", "2026-03-29T03:00:00");
    check_from(zone, "2026-03-29T01:59:59", "2026-03-29T00:59:59Z");
    check_from(zone, "2026-03-29T02:00", "2026-03-29T01:00:00Z"); /* skipped */
    check_from(zone, "2026-03-29T02:30", "2026-03-29T01:30:00Z"); /* skipped */
    check_from(zone, "2026-03-29T03:00", "2026-03-29T01:00:00Z");
    check_from(zone, "2026-03-29T03:30", "2026-03-29T01:30:00Z");
    /* 25 October 2026, 03:00 becomes 02:00. */
    check_to(zone, "2026-10-25T00:59:59Z", "2026-10-25T02:59:59");
    check_to(zone, "2026-10-25T01:00:00Z", "2026-10-25T02:00:00");
    check_from(zone, "2026-10-25T01:59:59", "2026-10-24T23:59:59Z");
    check_from(zone, "2026-10-25T02:00", "2026-10-25T00:00:00Z"); /* the first of two */
    check_from(zone, "2026-10-25T02:59:59", "2026-10-25T00:59:59Z");
    check_from(zone, "2026-10-25T03:00", "2026-10-25T02:00:00Z");
    assert_int_equal(zone_offset_ms(zone, utc("2090-07-01T12:00:00Z")), 2 * HOUR_MS);
    assert_int_equal(zone_offset_ms(zone, utc("2090-01-01T12:00:00Z")), HOUR_MS);
    /* Days of 23 and 25 hours. */
    check_day_start(zone, "2026-03-29T10:00:00Z", 0, "2026-03-28T23:00:00Z");
    check_day_start(zone, "2026-03-29T10:00:00Z", 1, "2026-03-29T22:00:00Z");
    check_day_start(zone, "2026-10-25T22:59:59Z", 0, "2026-10-24T22:00:00Z");
    check_day_start(zone, "2026-10-25T22:59:59Z", 1, "2026-10-25T23:00:00Z");
    check_day_start(zone, "2026-01-31T23:00:00Z", 0, "2026-01-31T23:00:00Z");
    check_day_start(zone, "2026-01-31T22:59:59Z", 0, "2026-01-30T23:00:00Z");
    check_day_start(zone, "2026-01-31T12:00:00Z", -31, "2025-12-30T23:00:00Z");
}

static void test_other_zones(void **state)
{
    (void)state;
    const struct zone *zone = load("Asia/Kolkata");
    assert_int_equal(zone_offset_ms(zone, utc("2026-04-18T00:00:00Z")), 330 * MINUTE_MS);
    check_from(zone, "2026-04-18T09:30:15.25", "2026-04-18T04:00:15Z");
    check_day_start(zone, "2026-04-18T18:29:59Z", 0, "2026-04-17T18:30:00Z");
    check_day_start(zone, "2026-04-18T18:30:00Z", 0, "2026-04-18T18:30:00Z");

    zone = load("America/New_York");
    check_from(zone, "2026-03-08T02:30", "2026-03-08T07:30:00Z"); /* RFC 5545 3.3.5: by EST */
    check_from(zone, "2026-11-01T01:30", "2026-11-01T05:30:00Z"); /* and the first one: EDT */
    check_to(zone, "2026-11-01T06:30:00Z", "2026-11-01T01:30:00");
    check_from(zone, "1969-12-31T23:00", "1970-01-01T04:00:00Z");

    /* Midnight itself is skipped: the day starts at one. */
    zone = load("America/Sao_Paulo");
    check_day_start(zone, "2018-11-04T12:00:00Z", 0, "2018-11-04T03:00:00Z");
    check_to(zone, "2018-11-04T03:00:00Z", "2018-11-04T01:00:00");

    /* A zone ahead of UTC with a change of half an hour. */
    zone = load("Australia/Lord_Howe");
    check_from(zone, "2026-04-05T01:45", "2026-04-04T14:45:00Z");
    check_to(zone, "2026-04-04T15:15:00Z", "2026-04-05T01:45:00");
}

/* Samoa had no 30 December 2011. */
static void test_apia_skips_a_day(void **state)
{
    (void)state;
    const struct zone *zone = load("Pacific/Apia");
    check_to(zone, "2011-12-30T09:59:59Z", "2011-12-29T23:59:59");
    check_to(zone, "2011-12-30T10:00:00Z", "2011-12-31T00:00:00");
    check_from(zone, "2011-12-29T12:00", "2011-12-29T22:00:00Z");
    check_from(zone, "2011-12-31T12:00", "2011-12-30T22:00:00Z");
    check_from(zone, "2011-12-30T12:00", "2011-12-30T22:00:00Z");
    check_day_start(zone, "2011-12-30T09:00:00Z", 1, "2011-12-30T10:00:00Z");
    check_day_start(zone, "2011-12-30T09:00:00Z", 2, "2011-12-30T10:00:00Z");
    check_day_start(zone, "2011-12-30T10:00:00Z", 0, "2011-12-30T10:00:00Z");
    check_day_start(zone, "2011-12-30T10:00:00Z", 1, "2011-12-31T10:00:00Z");
}

/* Clocks that go from 23:30 to 00:30: the new day starts at the change, not half an hour later. */
static void test_midnight_within_a_change(void **state)
{
    (void)state;
    struct zone zone;
    zone_utc(&zone);
    zone.change_ms[1] = utc("2030-03-01T23:30:00Z");
    zone.offset_ms[1] = (int32_t)HOUR_MS;
    zone.count = 2;
    check_day_start(&zone, "2030-03-01T12:00:00Z", 1, "2030-03-01T23:30:00Z");
    check_day_start(&zone, "2030-03-02T12:00:00Z", 0, "2030-03-01T23:30:00Z");
    check_day_start(&zone, "2030-03-02T12:00:00Z", 1, "2030-03-02T23:00:00Z");
}

/* Morocco leaves its time for Ramadan. */
static void test_casablanca(void **state)
{
    (void)state;
    const struct zone *zone = load("Africa/Casablanca");
    check_to(zone, "2026-02-15T01:59:59Z", "2026-02-15T02:59:59");
    check_to(zone, "2026-02-15T02:00:00Z", "2026-02-15T02:00:00");
    check_to(zone, "2026-03-22T01:59:59Z", "2026-03-22T01:59:59");
    check_to(zone, "2026-03-22T02:00:00Z", "2026-03-22T03:00:00");
}

static void check_programme_day(const struct zone *zone, int day_ends_min, const char *at, int days,
                                const char *expected)
{
    char text[TIME_TEXT_BYTES];
    int64_t start_ms = zone_programme_day_start_ms(zone, utc(at), days, day_ends_min);
    assert_string_equal(time_format_utc(start_ms, text), expected);
}

static void test_programme_days(void **state)
{
    (void)state;
    const struct zone *zone = load("Europe/Brussels");
    check_programme_day(zone, 240, "2026-02-01T02:59:59Z", 0, "2026-01-31T03:00:00Z");
    check_programme_day(zone, 240, "2026-02-01T03:00:00Z", 0, "2026-02-01T03:00:00Z");
    check_programme_day(zone, 240, "2026-02-01T02:59:59Z", 1, "2026-02-01T03:00:00Z");
    check_programme_day(zone, 240, "2026-02-01T02:59:59Z", -1, "2026-01-30T03:00:00Z");
    /* 23 and 25 hours. */
    check_programme_day(zone, 240, "2026-03-28T12:00:00Z", 0, "2026-03-28T03:00:00Z");
    check_programme_day(zone, 240, "2026-03-28T12:00:00Z", 1, "2026-03-29T02:00:00Z");
    check_programme_day(zone, 240, "2026-10-24T12:00:00Z", 0, "2026-10-24T02:00:00Z");
    check_programme_day(zone, 240, "2026-10-24T12:00:00Z", 1, "2026-10-25T03:00:00Z");
    /* 02:30 is skipped: the day ends with the change; it comes twice: the first time. */
    check_programme_day(zone, 150, "2026-03-29T00:59:59Z", 0, "2026-03-28T01:30:00Z");
    check_programme_day(zone, 150, "2026-03-29T01:00:00Z", 0, "2026-03-29T01:00:00Z");
    check_programme_day(zone, 150, "2026-10-25T00:29:59Z", 0, "2026-10-24T00:30:00Z");
    check_programme_day(zone, 150, "2026-10-25T00:30:00Z", 0, "2026-10-25T00:30:00Z");
    check_programme_day(zone, 150, "2026-10-25T01:10:00Z", 0, "2026-10-25T00:30:00Z");
    check_programme_day(zone, 150, "2026-10-25T01:10:00Z", 1, "2026-10-26T01:30:00Z");
    /* 00:01 became 23:01 of the day before; the new day had begun. */
    zone = load("America/St_Johns");
    check_day_start(zone, "2006-10-29T03:00:00Z", 0, "2006-10-29T02:30:00Z");
    check_day_start(zone, "2006-10-29T03:00:00Z", 1, "2006-10-30T03:30:00Z");
}

/* Minute by minute: the day is the latest one that clocks have shown so far. */
static void walk_programme_days(const char *zone_name, const char *from, const char *until,
                                int day_ends_min)
{
    const struct zone *zone = load(zone_name);
    int64_t start_ms = INT64_MIN, latest_day = INT64_MIN;
    for (int64_t at_ms = utc(from); at_ms < utc(until); at_ms += MINUTE_MS) {
        struct civil civil;
        zone_to_civil(zone, at_ms, &civil);
        int minute = civil.hour * 60 + civil.minute - day_ends_min;
        int64_t day = civil_to_days(civil.year, civil.month, civil.day) - (minute < 0);
        if (day > latest_day) {
            start_ms = latest_day == INT64_MIN ? INT64_MIN : at_ms;
            latest_day = day;
        }
        int64_t told_ms = zone_programme_day_start_ms(zone, at_ms, 0, day_ends_min);
        int64_t next_ms = zone_programme_day_start_ms(zone, at_ms, 1, day_ends_min);
        if ((start_ms != INT64_MIN && told_ms != start_ms) || told_ms > at_ms || next_ms <= at_ms)
            fail_msg("%s, %d min: %lld is of the day from %lld to %lld, not from %lld", zone_name,
                     day_ends_min, (long long)at_ms, (long long)told_ms, (long long)next_ms,
                     (long long)start_ms);
    }
}

static void test_programme_days_minute_by_minute(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *from, *until;
    } nights[] = {
        {"Europe/Brussels", "2026-03-26T00:00:00Z", "2026-03-31T00:00:00Z"},
        {"Europe/Brussels", "2026-10-23T00:00:00Z", "2026-10-28T00:00:00Z"},
        {"Australia/Lord_Howe", "2026-04-03T00:00:00Z", "2026-04-07T00:00:00Z"},
        {"Australia/Lord_Howe", "2026-10-02T00:00:00Z", "2026-10-06T00:00:00Z"},
        {"America/Sao_Paulo", "2018-02-16T00:00:00Z", "2018-02-20T00:00:00Z"},
        {"America/Sao_Paulo", "2018-11-02T00:00:00Z", "2018-11-06T00:00:00Z"},
        {"America/St_Johns", "2006-10-27T00:00:00Z", "2006-10-31T00:00:00Z"},
        {"Pacific/Apia", "2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z"},
        {"Asia/Kolkata", "2026-04-17T00:00:00Z", "2026-04-19T00:00:00Z"},
    };
    static const int day_ends_min[] = {0, 1, 30, 90, 119, 120, 150, 180, 240, 720};
    for (size_t i = 0; i < sizeof(nights) / sizeof(*nights); i++)
        for (size_t n = 0; n < sizeof(day_ends_min) / sizeof(*day_ends_min); n++)
            walk_programme_days(nights[i].zone, nights[i].from, nights[i].until, day_ends_min[n]);
}

static void test_utc(void **state)
{
    (void)state;
    struct zone zone;
    zone_utc(&zone);
    assert_string_equal(zone.name, "UTC");
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone_offset_ms(&zone, utc("2026-07-01T00:00:00Z")), 0);
    check_day_start(&zone, "1969-12-31T23:59:59Z", 0, "1969-12-31T00:00:00Z");
    check_to(&zone, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00");
    check_to(&zone, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59");
    struct civil civil;
    zone_to_civil(&zone, -1, &civil);
    assert_int_equal(civil.millisecond, 999);
    assert_int_equal(civil.year, 1969);
    assert_int_equal(civil.weekday, 3);
}

/* glibc knows the same of every zone, each day, at random instants and on both sides of every
 * change; and there and back again is the same instant, or the first of two that look alike. */
static void test_agrees_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Brussels",   "Asia/Kolkata",
        "America/New_York",  "Pacific/Apia",
        "Africa/Casablanca", "America/Sao_Paulo",
        "Asia/Tehran",       "Australia/Lord_Howe",
        "Europe/Dublin",     "Asia/Pyongyang",
        "America/St_Johns",  "Antarctica/Troll",
        "Etc/GMT+12",        "UTC",
        "Asia/Gaza",         "America/Noronha",
    };
    uint64_t seed = 88172645463325252u;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct zone *zone = load(names[i]);
        setenv("TZ", names[i], 1);
        tzset();
        for (size_t n = 0; n < 10000 + 2 * (zone->count - 1); n++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            int64_t at_s = (int64_t)(seed % 4102444800u);
            if (n >= 10000)
                at_s = zone->change_ms[(n - 10000) / 2 + 1] / SECOND_MS - n % 2;
            time_t at = (time_t)at_s;
            struct tm local;
            assert_non_null(localtime_r(&at, &local));
            int64_t at_ms = at_s * SECOND_MS;
            if (zone_offset_ms(zone, at_ms) != local.tm_gmtoff * SECOND_MS)
                fail_msg("%s at %lld", names[i], (long long)at_s);

            struct civil civil;
            zone_to_civil(zone, at_ms, &civil);
            int64_t back_ms = zone_from_civil(zone, &civil);
            struct civil again;
            zone_to_civil(zone, back_ms, &again);
            if (civil.hour != local.tm_hour || civil.weekday != local.tm_wday ||
                civil.day != local.tm_mday || back_ms > at_ms || back_ms < at_ms - 25 * HOUR_MS ||
                memcmp(&civil, &again, sizeof(civil)) != 0)
                fail_msg("%s at %lld, back %lld", names[i], (long long)at_s, (long long)back_ms);
        }
        for (int64_t at_s = 0; at_s < INT64_C(4102444800); at_s += 86400) {
            time_t at = (time_t)at_s;
            struct tm local;
            localtime_r(&at, &local);
            if (zone_offset_ms(zone, at_s * SECOND_MS) != local.tm_gmtoff * SECOND_MS)
                fail_msg("%s at %lld", names[i], (long long)at_s);
        }
        unsetenv("TZ");
        tzset();
    }
}

static void test_zone_names(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "Europe/Brussel",
        "europe/brussels",
        "/usr/share/zoneinfo/Europe/Brussels",
        "../etc/passwd",
        "Europe/../Europe/Brussels",
        "Europe",
        "zone.tab",
        "EST5EDT4",
        " UTC",
        ":UTC",
        "right/Europe/Brussels",
        "Europe/BrusselsEurope/BrusselsEurope/BrusselsEurope/BrusselsEurope/Brussels",
    };
    struct zone *before = load("Europe/Brussels");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct error err = {0};
        if (zone_load(wrong[i], before, &err))
            fail_msg("%s was taken", wrong[i]);
        assert_true(err.message[0] != '\0');
        assert_string_equal(before->name, "Europe/Brussels");
    }
}

static void test_system_zone_and_environment(void **state)
{
    (void)state;
    struct zone zone;
    struct error err = {0};
    setenv("TZ", "Asia/Kolkata", 1);
    assert_true(zone_load(NULL, &zone, &err));
    assert_string_equal(zone.name, "Asia/Kolkata");
    assert_string_equal(getenv("TZ"), "Asia/Kolkata");
    assert_true(zone_load("Europe/Brussels", &zone, &err));
    assert_string_equal(getenv("TZ"), "Asia/Kolkata");
    time_t noon = 1769860800;
    struct tm local;
    localtime_r(&noon, &local);
    assert_int_equal(local.tm_gmtoff, 19800);
    setenv("TZ", ":/usr/share/zoneinfo/America/New_York", 1);
    assert_true(zone_load("", &zone, &err));
    assert_string_equal(zone.name, "America/New_York");
    setenv("TZ", "No/Where", 1);
    assert_false(zone_load("", &zone, &err));
    assert_non_null(strstr(err.message, "No/Where"));
    unsetenv("TZ");
    assert_true(zone_load("", &zone, &err));
    assert_true(zone.name[0] != '\0');
    assert_null(getenv("TZ"));
}

static void write_zone(const char *directory, const char *name, const char *bytes, size_t length)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void test_tzdir(void **state)
{
    (void)state;
    /* RFC 9636, version 1: one type of +01:00, named "X". */
    static const char bytes[] = "TZif\0"
                                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                "\0\0\0\0"
                                "\0\0\0\0"
                                "\0\0\0\0"
                                "\0\0\0\0"
                                "\0\0\0\1"
                                "\0\0\0\2"
                                "\0\0\x0E\x10"
                                "\0"
                                "\0"
                                "X\0";
    char directory[] = "/tmp/roomsign-zones-XXXXXX";
    assert_non_null(mkdtemp(directory));
    write_zone(directory, "Venue", bytes, sizeof(bytes) - 1);
    write_zone(directory, "Empty", "", 0);
    write_zone(directory, "Text", "hello, this is no zone", 22);
    setenv("TZDIR", directory, 1);
    struct zone zone;
    struct error err = {0};
    assert_true(zone_load("Venue", &zone, &err));
    assert_int_equal(zone_offset_ms(&zone, 0), HOUR_MS);
    assert_false(zone_load("Empty", &zone, &err));
    assert_false(zone_load("Text", &zone, &err));
    assert_false(zone_load("Europe/Brussels", &zone, &err));
    unsetenv("TZDIR");
    assert_true(zone_load("Europe/Brussels", &zone, &err));
    static const char *const names[] = {"Venue", "Empty", "Text"};
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

static void test_time_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t expected_ms;
    } right[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-01-31T09:30:00Z", INT64_C(1769851800000)},
        {"2026-01-31T10:30:00+01:00", INT64_C(1769851800000)},
        {"2026-01-31t04:00:00-05:30", INT64_C(1769851800000)},
        {"2026-01-31T09:30:00.1239Z", INT64_C(1769851800123)},
        {"2026-01-31T09:30:00.5z", INT64_C(1769851800500)},
        {"2026-01-31T09:30Z", INT64_C(1769851800000)},
        {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
        {"1969-12-31T23:59:59.999Z", -1},
    };
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_int_equal(utc(right[i].text), right[i].expected_ms);

    static const char *const wrong[] = {
        "",
        "now",
        "2026-01-31",
        "2026-01-31T",
        "2026-01-31T09:30",
        "2026-01-31T09:30:00",
        "2026-01-31 09:30:00Z",
        "2026-01-31T09:30:00ZZ",
        "2026-01-31T09:30:00Z ",
        " 2026-01-31T09:30:00Z",
        "2026-1-31T09:30:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T09:60:00Z",
        "2026-01-31T09:30:60Z",
        "2026-01-31T09:30:00+24:00",
        "2026-01-31T09:30:00+01:60",
        "2026-01-31T09:30:00+0100",
        "2026-01-31T09:30:00+01",
        "2026-01-31T09:30:00.Z",
        "0000-01-01T00:00:00Z",
        "+2026-01-31T09:30:00Z",
        "20260131T093000Z",
        "2026-01-31T09:30:00+-1:00",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t at_ms = 42;
        struct error err = {0};
        if (time_parse(wrong[i], NULL, &at_ms, &err))
            fail_msg("\"%s\" was taken", wrong[i]);
        assert_int_equal(at_ms, 42);
        assert_true(err.message[0] != '\0');
    }
}

static void test_time_format(void **state)
{
    (void)state;
    char text[TIME_TEXT_BYTES];
    assert_string_equal(time_format_utc(-1, text), "1969-12-31T23:59:59Z");
    assert_string_equal(time_format_utc(INT64_C(1769851800999), text), "2026-01-31T09:30:00Z");
    /* No crash and no overflow for what nobody will live to see. */
    assert_true(strlen(time_format_utc(INT64_MAX, text)) < TIME_TEXT_BYTES);
    assert_true(strlen(time_format_utc(INT64_MIN, text)) < TIME_TEXT_BYTES);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
        const char *formatted;
    } right[] = {
        {"0", 0, "0s"},
        {"90", 90, "1m30s"},
        {"90s", 90, "1m30s"},
        {"5m", 300, "5m"},
        {"1h30m", 5400, "1h30m"},
        {"12h", 43200, "12h"},
        {"2d", 172800, "2d"},
        {"1d1h1m1s", 90061, "1d1h1m1s"},
        {"45s", 45, "45s"},
        {"366d", 31622400, "366d"},
        {"31622400", 31622400, "366d"},
        {"1d30s", 86430, "1d30s"},
        {"007m", 420, "7m"},
    };
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        int64_t duration_ms = -1;
        struct error err = {0};
        char text[TIME_TEXT_BYTES];
        assert_true(duration_parse(right[i].text, &duration_ms, &err));
        assert_int_equal(duration_ms, right[i].seconds * SECOND_MS);
        assert_string_equal(duration_format(duration_ms, text), right[i].formatted);
    }
    char text[TIME_TEXT_BYTES];
    assert_string_equal(duration_format(1499, text), "1s");
    assert_string_equal(duration_format(59500, text), "1m");

    static const char *const wrong[] = {
        "",
        "m",
        "5 m",
        " 5m",
        "5m ",
        "-5m",
        "+5m",
        "5x",
        "1m1h",
        "1m1m",
        "1h30",
        "30m5",
        "1.5h",
        "367d",
        "366d1s",
        "31622401",
        "99999999999999999999",
        "9223372036854775807d",
        "5M",
        "0x10",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t duration_ms = 42;
        struct error err = {0};
        if (duration_parse(wrong[i], &duration_ms, &err))
            fail_msg("\"%s\" was taken", wrong[i]);
        assert_int_equal(duration_ms, 42);
        assert_true(err.message[0] != '\0');
    }
}

int main(void)
{
    unsetenv("TZ");
    unsetenv("TZDIR");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_brussels_nights),
        cmocka_unit_test(test_other_zones),
        cmocka_unit_test(test_apia_skips_a_day),
        cmocka_unit_test(test_midnight_within_a_change),
        cmocka_unit_test(test_casablanca),
        cmocka_unit_test(test_programme_days),
        cmocka_unit_test(test_programme_days_minute_by_minute),
        cmocka_unit_test(test_utc),
        cmocka_unit_test(test_agrees_with_the_c_library),
        cmocka_unit_test(test_zone_names),
        cmocka_unit_test(test_system_zone_and_environment),
        cmocka_unit_test(test_tzdir),
        cmocka_unit_test(test_time_parse),
        cmocka_unit_test(test_time_format),
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
