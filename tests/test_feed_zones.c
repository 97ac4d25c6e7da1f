/* Time zones by the names and definitions that calendars give them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/feed_zones.h>
#include <roomsign/zone_names.h>

static struct zone zone;
static char last_warning[512];
static int warning_count;

static void take_warning(void *context, const char *message)
{
    (void)context;
    snprintf(last_warning, sizeof last_warning, "%s", message);
    warning_count++;
}

static int64_t at(const char *text)
{
    int64_t at_ms = 0;
    assert_true(time_parse(text, NULL, &at_ms, NULL));
    return at_ms;
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *zone;
        /** In January and July 2026. */
        int winter_min, summer_min;
    } cases[] = {
        {"Europe/Brussels", "Europe/Brussels", 60, 120},
        {"Europe-Brussels", "Europe/Brussels", 60, 120},
        {"America-Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires", -180, -180},
        {"\"Asia/Kolkata\"", "Asia/Kolkata", 330, 330},
        {"America/New York", "America/New_York", -300, -240},
        {"/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin", 60, 120},
        {"/freeassociation.sourceforge.net/Tzfile/Europe/Rome", "Europe/Rome", 60, 120},
        {"UTC", "UTC", 0, 0},
        {"Z", "UTC", 0, 0},
        {"Romance Standard Time", "Europe/Paris", 60, 120},
        {"W. Europe Standard Time", "Europe/Berlin", 60, 120},
        {"W. Europe Standard Time 2", "Europe/Berlin", 60, 120},
        {"India Standard Time", "Asia/Calcutta", 330, 330},
        {"Eastern Standard Time", "America/New_York", -300, -240},
        {"(UTC-05:00) Eastern Time (US & Canada)", "America/New_York", -300, -240},
        {"(GMT-05.00) Eastern Time (US & Canada)", "America/New_York", -300, -240},
        {"(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles", -480, -420},
        {"(UTC-06:00) Central America", "America/Guatemala", -360, -360},
        {"(UTC-07:00) Arizona", NULL, -420, -420},
        {"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", NULL, 60, 120},
        {"(UTC+00:00) Dublin, Edinburgh, Lisbon, London", NULL, 0, 60},
        {"(UTC) Dublin, Edinburgh, Lisbon, London", NULL, 0, 60},
        {"(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", NULL, 330, 330},
        {"(UTC+09:00) Osaka, Sapporo, Tokyo", NULL, 540, 540},
        {"(UTC+10:00) Canberra, Melbourne, Sydney", NULL, 660, 600},
        {"(UTC-06:00) London, Nowhere", "UTC-06:00", -360, -360},
        {"(UTC-03:00) Somewhere else", "UTC-03:00", -180, -180},
        {"(UTC+05:45) Kathmandu", "Asia/Kathmandu", 345, 345},
        {"GMT+0530", "UTC+05:30", 330, 330},
        {"UTC-3", "UTC-03:00", -180, -180},
        {"UTC+00:00", "UTC", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!zone_from_name(cases[i].name, &zone))
            fail_msg("unknown: %s", cases[i].name);
        int winter = (int)(zone_offset_ms(&zone, at("2026-01-15T12:00:00Z")) / MINUTE_MS);
        int summer = (int)(zone_offset_ms(&zone, at("2026-07-15T12:00:00Z")) / MINUTE_MS);
        if (winter != cases[i].winter_min || summer != cases[i].summer_min)
            fail_msg("%s: %d, %d as %s", cases[i].name, winter, summer, zone.name);
        if (cases[i].zone != NULL)
            assert_string_equal(zone.name, cases[i].zone);
    }
}

static void test_what_is_no_name(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        " ",
        "Customized Time Zone",
        "Nowhere/Never",
        "../../etc/passwd",
        "/etc/passwd",
        "GMT+99",
        "(UTC+99:00) Far away",
        "Standard Time",
        "-",
        "Europe-",
        "+",
        "1",
        "a name that is far too long to be that of a time zone, whoever wrote it, even if it were "
        "on a ship in the middle of the ocean",
    };
    zone_utc(&zone);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (zone_from_name(names[i], &zone))
            fail_msg("'%s' is %s", names[i], zone.name);
        assert_string_equal(zone.name, "UTC");
    }
}

/** A block as the scan makes it, from "PROPERTY:value" lines. */
struct block_text {
    char bytes[8192];
    struct ical_block block;
};

static void add_line(struct block_text *text, enum ical_property property, const char *rest)
{
    char *end = text->bytes + text->block.length;
    size_t length = strlen(rest);
    assert_true(text->block.length + length + 2 < sizeof text->bytes);
    *end = (char)property;
    memcpy(end + 1, rest, length + 1);
    text->block.bytes = text->bytes;
    text->block.length += length + 2;
}

static void add_observance(struct block_text *text, const char *start, const char *from,
                           const char *to, const char *rule)
{
    add_line(text, ICAL_PART, ":STANDARD");
    add_line(text, ICAL_DTSTART, start);
    add_line(text, ICAL_TZOFFSETFROM, from);
    add_line(text, ICAL_TZOFFSETTO, to);
    if (rule != NULL)
        add_line(text, ICAL_RRULE, rule);
}

/** Every hour of some years, by the definition and by the name. */
static void expect_same(const struct zone *defined, const char *name, const char *from,
                        const char *until)
{
    struct zone *named = calloc(1, sizeof *named);
    assert_non_null(named);
    assert_true(zone_load(name, named, NULL));
    for (int64_t at_ms = at(from); at_ms < at(until); at_ms += HOUR_MS)
        assert_int_equal(zone_offset_ms(defined, at_ms), zone_offset_ms(named, at_ms));
    free(named);
}

/* Buffers end somewhere: the sanitizers see who reads on. */
static void test_names_of_any_length(void **state)
{
    (void)state;
    for (size_t length = 12; length < 300; length++) {
        char name[301] = "(UTC+01:00) ";
        memset(name + 12, 'x', length - 12);
        zone_utc(&zone);
        bool known = zone_from_name(name, &zone);
        assert_int_equal(known, length < FEED_ZONE_NAME_BYTES_MAX);
        assert_int_equal(zone_offset_ms(&zone, 0), known ? HOUR_MS : 0);
        memcpy(name, "Standard x: ", 12);
        assert_false(zone_from_name(name, &zone));
    }
}

static void test_without_an_offset_before_it_is_the_one_behind(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Own");
    add_line(&text, ICAL_PART, ":STANDARD");
    add_line(&text, ICAL_DTSTART, ":20260701T000000");
    add_line(&text, ICAL_TZOFFSETTO, ":+0300");
    assert_true(feed_zone_build(&text.block, &zone));
    assert_int_equal(zone_offset_ms(&zone, at("2026-06-30T20:59:59Z")), 3 * HOUR_MS);
    assert_int_equal(zone_offset_ms(&zone, at("2026-07-01T00:00:00Z")), 3 * HOUR_MS);
}

static void test_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_offset;
        int offset_s;
    } cases[] = {
        {":+0530", true, 19800},    {":-0330", true, -12600}, {":+013015", true, 5415},
        {":-235959", true, -86399}, {":+00", false, 0},       {":+0060", false, 0},
        {":+2400", false, 0},       {":+010060", false, 0},   {":0100", false, 0},
        {":+01:0", false, 0},       {":+0159", true, 7140},   {":+235959", true, 86399},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct block_text text = {0};
        add_line(&text, ICAL_TZID, ":Own");
        add_observance(&text, ":19700101T000000", ":+0000", cases[i].text, NULL);
        bool is_offset = feed_zone_build(&text.block, &zone);
        if (is_offset != cases[i].is_offset)
            fail_msg("%s: %d", cases[i].text, is_offset);
        if (is_offset)
            assert_int_equal(zone_offset_ms(&zone, at("2026-01-01T00:00:00Z")),
                             cases[i].offset_s * SECOND_MS);
    }
}

static void test_a_definition_with_rules(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Whatever");
    /* Outlook's way: from 1601 on. */
    add_observance(&text, ":16010101T030000", ":+0200", ":+0100",
                   ":FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10");
    add_observance(&text, ":16010101T020000", ":+0100", ":+0200",
                   ":FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3");
    assert_true(feed_zone_build(&text.block, &zone));
    assert_string_equal(zone.name, "Whatever");
    expect_same(&zone, "Europe/Brussels", "1997-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
}

static void test_a_definition_with_rules_that_end(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":US");
    add_observance(&text, ":20071104T020000", ":-0400", ":-0500",
                   ":FREQ=YEARLY;BYMONTH=11;BYDAY=1SU");
    add_observance(&text, ":20070311T020000", ":-0500", ":-0400",
                   ":FREQ=YEARLY;BYMONTH=3;BYDAY=2SU");
    add_observance(&text, ":19870405T020000", ":-0500", ":-0400",
                   ":FREQ=YEARLY;UNTIL=20060402T070000Z;BYMONTH=4;BYDAY=1SU");
    add_observance(&text, ":19671029T020000", ":-0400", ":-0500",
                   ":FREQ=YEARLY;UNTIL=20061029T060000Z;BYMONTH=10;BYDAY=-1SU");
    assert_true(feed_zone_build(&text.block, &zone));
    expect_same(&zone, "America/New_York", "1988-01-01T00:00:00Z", "2030-01-01T00:00:00Z");
}

static void test_a_rules_end_is_in_utc(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Last summer");
    add_observance(&text, ":20250330T020000", ":+0100", ":+0200",
                   ":FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3;UNTIL=20260329T010000Z");
    add_observance(&text, ":20251026T030000", ":+0200", ":+0100",
                   ":FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10");
    assert_true(feed_zone_build(&text.block, &zone));
    assert_int_equal(zone_offset_ms(&zone, at("2026-07-01T00:00:00Z")), 2 * HOUR_MS);
    assert_int_equal(zone_offset_ms(&zone, at("2027-07-01T00:00:00Z")), HOUR_MS);
}

static void test_a_definition_with_dates_and_one_without_changes(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Dates");
    add_observance(&text, ":20250330T020000", ":+0100", ":+0200", NULL);
    add_line(&text, ICAL_RDATE, ":20260329T020000,20270328T020000");
    add_observance(&text, ":20251026T030000", ":+0200", ":+0100", NULL);
    add_line(&text, ICAL_RDATE, ":20261025T030000");
    assert_true(feed_zone_build(&text.block, &zone));
    expect_same(&zone, "Europe/Brussels", "2025-01-01T00:00:00Z", "2027-10-01T00:00:00Z");

    struct block_text fixed = {0};
    add_line(&fixed, ICAL_TZID, ":Fixed");
    add_observance(&fixed, ":16010101T000000", ":+0530", ":+0530", NULL);
    assert_true(feed_zone_build(&fixed.block, &zone));
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone.offset_ms[0], 330 * MINUTE_MS);
}

static void test_definitions_that_define_nothing(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Empty");
    assert_false(feed_zone_build(&text.block, &zone));
    add_observance(&text, ":20250330T020000", ":0100", ":east", NULL);
    assert_false(feed_zone_build(&text.block, &zone));
    add_observance(&text, ":never", ":+0100", ":+0200", NULL);
    assert_false(feed_zone_build(&text.block, &zone));
}

static void test_a_definition_of_too_many_changes_keeps_the_latest(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Restless");
    add_observance(&text, ":19700101T000000", ":+0000", ":+0100", ":FREQ=MONTHLY;BYMONTHDAY=1");
    add_observance(&text, ":19700115T000000", ":+0100", ":+0000", ":FREQ=MONTHLY;BYMONTHDAY=15");
    assert_true(feed_zone_build(&text.block, &zone));
    assert_int_equal(zone.count, ZONE_CHANGES_MAX);
    assert_int_equal(zone_offset_ms(&zone, at("2099-11-10T00:00:00Z")), HOUR_MS);
    assert_int_equal(zone_offset_ms(&zone, at("2099-11-20T00:00:00Z")), 0);
}

static void test_a_definition_of_far_too_many_changes_is_none(void **state)
{
    (void)state;
    struct block_text text = {0};
    add_line(&text, ICAL_TZID, ":Bomb");
    add_observance(&text, ":19700101T000000", ":+0000", ":+0100", ":FREQ=YEARLY");
    assert_true(feed_zone_build(&text.block, &zone));
    add_observance(&text, ":19700101T000000", ":+0100", ":+0000",
                   ":FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU");
    assert_false(feed_zone_build(&text.block, &zone));
}

static void test_a_feeds_own_definition_wins(void **state)
{
    (void)state;
    static struct zone room;
    struct block_text text = {0};
    warning_count = 0;
    assert_true(zone_load("Asia/Tokyo", &room, NULL));
    struct feed_zones *zones = feed_zones_new(take_warning, NULL);
    int own = feed_zones_number(zones, "Europe/Paris");
    int named = feed_zones_number(zones, "Europe/Berlin");
    int unknown = feed_zones_number(zones, "Middle Earth");
    add_line(&text, ICAL_TZID, ":Europe/Paris");
    add_observance(&text, ":19700101T000000", ":+0700", ":+0700", NULL);
    feed_zones_define(zones, &text.block);
    assert_int_equal(feed_zones_number(zones, "Europe/Paris"), own);
    assert_int_equal(feed_zones_number(zones, "Europe/Berlin"), named);
    assert_int_equal(feed_zones_number(zones, "Middle Earth"), unknown);
    assert_int_equal(zone_offset_ms(feed_zones_get(zones, own, &room), 0), 7 * HOUR_MS);
    assert_string_equal(feed_zones_get(zones, named, &room)->name, "Europe/Berlin");
    assert_ptr_equal(feed_zones_get(zones, FEED_ZONE_FLOATING, &room), &room);
    assert_ptr_equal(feed_zones_get(zones, unknown, &room), &room);
    assert_ptr_equal(feed_zones_get(zones, unknown, &room), &room);
    assert_int_equal(warning_count, 1);
    assert_non_null(strstr(last_warning, "\"Middle Earth\" is not known"));
    feed_zones_free(zones);
}

static void test_there_is_a_maximum_of_zones(void **state)
{
    (void)state;
    struct feed_zones *zones = feed_zones_new(take_warning, NULL);
    warning_count = 0;
    for (int i = 0; i < FEED_ZONES_MAX + 10; i++) {
        char name[32];
        snprintf(name, sizeof name, "Zone %d", i);
        assert_int_equal(feed_zones_number(zones, name),
                         i < FEED_ZONES_MAX ? i : FEED_ZONE_FLOATING);
    }
    assert_int_equal(warning_count, 1);
    feed_zones_free(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_what_is_no_name),
        cmocka_unit_test(test_names_of_any_length),
        cmocka_unit_test(test_without_an_offset_before_it_is_the_one_behind),
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_a_definition_with_rules),
        cmocka_unit_test(test_a_definition_with_rules_that_end),
        cmocka_unit_test(test_a_rules_end_is_in_utc),
        cmocka_unit_test(test_a_definition_with_dates_and_one_without_changes),
        cmocka_unit_test(test_definitions_that_define_nothing),
        cmocka_unit_test(test_a_definition_of_too_many_changes_keeps_the_latest),
        cmocka_unit_test(test_a_definition_of_far_too_many_changes_is_none),
        cmocka_unit_test(test_a_feeds_own_definition_wins),
        cmocka_unit_test(test_there_is_a_maximum_of_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
