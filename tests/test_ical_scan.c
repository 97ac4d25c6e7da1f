/* The line scan: which bytes of a stream become blocks, however they arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/buffer.h>
#include <roomsign/ical_scan.h>

/** What the handlers were told, as text. */
struct record {
    struct buffer text;
};

static void record_block(struct record *record, const char *name, const struct ical_block *block)
{
    struct ical_line line;
    buffer_append_format(&record->text, "%s\n", name);
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);)
        buffer_append_format(
            &record->text, "  %s[%.*s]=%.*s\n",
            line.property == ICAL_PART ? "PART" : ical_property_name(line.property),
            (int)line.params_length, line.params, (int)line.value_length, line.value);
    if (block->cut != ICAL_PROPERTY_NONE)
        buffer_append_format(&record->text, "  cut %s\n", ical_property_name(block->cut));
}

static void record_event(void *context, const struct ical_block *block)
{
    record_block(context, "event", block);
}

static void record_zone(void *context, const struct ical_block *block)
{
    record_block(context, "zone", block);
}

static void record_calendar(void *context, const struct ical_block *block)
{
    record_block(context, "calendar", block);
}

static void record_warning(void *context, const char *message)
{
    struct record *record = context;
    buffer_append_format(&record->text, "warning: %s\n", message);
}

/** Returns whether the scan ended well; the error is recorded. */
static bool scan_text(struct record *record, const char *text, size_t length, size_t chunk)
{
    const struct ical_handler handler = {record, record_event, record_zone, record_calendar,
                                         record_warning};
    struct ical_scan *scan = ical_scan_new(&handler);
    struct error err = {0};
    /* The first push holds the first line. */
    size_t first = strcspn(text, "\n") + 1;
    buffer_init(&record->text, 1024 * 1024);
    if (first < chunk)
        first = chunk;
    for (size_t at = 0; at < length;) {
        size_t size = at == 0 ? first : chunk;
        if (size > length - at)
            size = length - at;
        ical_scan_push(scan, text + at, size);
        at += size;
    }
    bool done = ical_scan_finish(scan, &err);
    if (!done)
        buffer_append_format(&record->text, "error: %s\n", err.message);
    ical_scan_free(scan);
    return done;
}

static void expect_scan(const char *text, const char *expected)
{
    static const size_t chunks[] = {1, 2, 3, 5, 7, 31, 63, 64, 65, 100000};
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct record record;
        scan_text(&record, text, strlen(text), chunks[i]);
        assert_string_equal(record.text.length > 0 ? record.text.data : "", expected);
        buffer_release(&record.text);
    }
}

static void test_a_block_holds_what_matters_and_nothing_else(void **state)
{
    (void)state;
    expect_scan("BEGIN:VCALENDAR\n"
                "VERSION:2.0\n"
                "X-WR-TIMEZONE;VALUE=TEXT:Europe/Brussels\n"
                "SUMMARY:not an event's\n"
                "BEGIN:VTODO\nUID:todo\nBEGIN:VALARM\nTRIGGER:-PT1M\nEND:VALARM\nEND:VTODO\n"
                "BEGIN:VEVENT\n"
                "UID:1\n"
                "DTSTAMP:20260101T000000Z\n"
                "dtstart;TZID=\"A:B;C\":20260101T000000\n"
                "DESCRIPTION:long\n and longer\n"
                "LOCATION:Room: 1\n"
                "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"x\":geo:1,2\n"
                "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:soon\nTRIGGER:-PT5M\nSUMMARY:no\n"
                "END:VALARM\n"
                "BEGIX:VALARM\nENX:VEVENT\n"
                "BEGIN:X-PART\nUID:not this\nBEGIN:VALARM\nTRIGGER:-PT9M\nEND:VALARM\nEND:X-PART\n"
                "STATUS:CONFIRMED\n"
                "END:VEVENT\n"
                "END:VCALENDAR\n",
                "calendar\n  X-WR-TIMEZONE[;VALUE=TEXT]=Europe/Brussels\n"
                "event\n  UID[]=1\n  DTSTART[;TZID=\"A:B;C\"]=20260101T000000\n"
                "  DESCRIPTION[]=longand longer\n"
                "  LOCATION[]=Room: 1\n  PART[]=VALARM\n  ACTION[]=DISPLAY\n  TRIGGER[]=-PT5M\n"
                "  STATUS[]=CONFIRMED\n");
}

static void test_folding_and_line_ends(void **state)
{
    (void)state;
    static const char expected[] =
        "event\n  UID[]=folded over three\n  SUMMARY[]=Gr\xC3\xBC\xC3\x9F"
        "e\n";
    expect_scan("BEGIN:VEVENT\nUID:fol\n ded over\n\t three\nSUMMARY:Gr\xC3\n \xBC\xC3\x9F"
                "e\n"
                "END:VEVENT\n",
                expected);
    expect_scan(
        "BEGIN:VEVENT\r\nUID:fol\r\n ded over\r\n\t three\r\nSUMMARY:Gr\xC3\r\n \xBC\xC3\x9F"
        "e\r\nEND:VEVENT",
        expected);
    expect_scan("BEGIN:VEVENT\r\nUID:fol\r\r\n ded over\r\n\r\n\t three\r\n\r\nSUMMARY:Gr\xC3\r\n "
                "\xBC\xC3\x9F"
                "e\r\nEND:VEVENT\r\n",
                expected);
}

#define STRAYS_64                                                                                  \
    "\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\f\f\f\f\f\f\f\f\f\f\f\f\f\f\f\f"                             \
    "\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\f\f\f\f\f\f\f\f\f\f\f\f\f\f\f\f"
#define CRS_8 "\r\r\r\r\r\r\r\r"
#define CRS_64 CRS_8 CRS_8 CRS_8 CRS_8 CRS_8 CRS_8 CRS_8 CRS_8
#define BLANKS_64 "                                                                "

static void test_what_is_stray_or_blank_hides_nothing_however_long(void **state)
{
    (void)state;
    expect_scan("BEGIN:VCALENDAR\n\xEF\xBB\xBF" STRAYS_64 "BEGIN:VEVENT\nUID:1\n" STRAYS_64
                "\xEF\xBB\xBF\vSUMMARY:One\n" STRAYS_64 "\n two\nEND:VEVENT\n" STRAYS_64
                "END:VCALENDAR\n",
                "event\n  UID[]=1\n  SUMMARY[]=Onetwo\n");
    expect_scan("BEGIN:VCALENDAR" BLANKS_64 "\r\nBEGIN:VEVENT" BLANKS_64 "x\r\nUID:1\r\n"
                "END:VEVENT" BLANKS_64 "\t\r\nEND:VCALENDAR" CRS_64 "\r\n",
                "event\n  UID[]=1\n");
}

static void test_only_the_first_event_keeps_its_description(void **state)
{
    (void)state;
    expect_scan("BEGIN:VEVENT\nDESCRIPTION:one\nUID:1\nEND:VEVENT\n"
                "BEGIN:VEVENT\nDESCRIPTION:two\n and more\nUID:2\nEND:VEVENT\n",
                "event\n  DESCRIPTION[]=one\n  UID[]=1\nevent\n  UID[]=2\n");
}

static void test_a_zone_keeps_its_parts(void **state)
{
    (void)state;
    expect_scan("BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
                "TZOFFSETTO:+0100\nTZNAME:CET\nEND:STANDARD\nBEGIN:DAYLIGHT\nRRULE:FREQ=YEARLY\n"
                "END:DAYLIGHT\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\n",
                "zone\n  TZID[]=X\n  PART[]=STANDARD\n  DTSTART[]=19700101T000000\n"
                "  TZOFFSETTO[]=+0100\n  PART[]=DAYLIGHT\n  RRULE[]=FREQ=YEARLY\n"
                "event\n  UID[]=1\n");
}

static void test_what_does_not_end(void **state)
{
    (void)state;
    expect_scan("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\n",
                "event\n  UID[]=1\nerror: truncated: no END:VCALENDAR\n");
    expect_scan("BEGIN:VEVENT\nUID:1\n", "error: truncated: no END:VEVENT\n");
    expect_scan("BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\n",
                "error: truncated: no END:VCALENDAR\n");
    expect_scan("BEGIN:VCALENDAR\nEND:VCALENDA", "error: truncated: no END:VCALENDAR\n");
    expect_scan("Nothing:here\n", "error: not a calendar: no BEGIN:VCALENDAR\n");
    expect_scan("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR\n",
                "warning: event 1 is left out: it does not end before the calendar ends\n");
    expect_scan("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
                "event\n  UID[]=1\n  PART[]=VALARM\n");
    expect_scan(
        "BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n",
        "event\n  UID[]=1\n");
}

static void test_lines_have_a_maximum(void **state)
{
    (void)state;
    static char text[4 * ICAL_LINE_BYTES_MAX];
    static char long_name[300];
    memset(long_name, 'X', sizeof long_name - 1);
    size_t length = (size_t)snprintf(text, sizeof text, "BEGIN:VEVENT\n%s:1\nSUMMARY:", long_name);
    memset(text + length, 'a', 2 * ICAL_LINE_BYTES_MAX);
    length += 2 * ICAL_LINE_BYTES_MAX;
    length += (size_t)snprintf(text + length, sizeof text - length, "\nUID:1\nEND:VEVENT\n");
    for (size_t chunk = 1; chunk < 2 * length; chunk *= 16) {
        struct record record;
        assert_true(scan_text(&record, text, length, chunk));
        const char *title = strstr(record.text.data, "SUMMARY[]=");
        assert_non_null(title);
        assert_int_equal(strspn(title + 10, "a") + 2, ICAL_LINE_BYTES_MAX);
        assert_non_null(strstr(record.text.data, "\n  UID[]=1\n  cut SUMMARY\n"));
        buffer_release(&record.text);
    }
}

static void test_a_block_has_a_maximum(void **state)
{
    (void)state;
    struct buffer text;
    struct record record;
    buffer_init(&text, 4 * ICAL_BLOCK_BYTES_MAX);
    buffer_append_text(&text, "BEGIN:VEVENT\nUID:1\n");
    for (int i = 0; i < 300; i++)
        buffer_append_format(&text, "ATTENDEE;CN=Guest %d:mailto:x\n", i);
    for (int i = 0; i < 3 * ICAL_BLOCK_BYTES_MAX / 1024; i++)
        buffer_append_format(&text, "EXDATE:%01000d\n", i);
    buffer_append_text(&text, "END:VEVENT\n");
    assert_true(scan_text(&record, text.data, text.length, 1000));
    assert_true(record.text.length < ICAL_BLOCK_BYTES_MAX + 10000);
    assert_non_null(strstr(record.text.data, "CN=Guest 255]"));
    assert_null(strstr(record.text.data, "CN=Guest 256]"));
    assert_non_null(strstr(record.text.data, "  cut ATTENDEE\n"));
    buffer_release(&record.text);
    buffer_release(&text);
}

static void test_parameters(void **state)
{
    (void)state;
    static const char params[] =
        ";ROLE=CHAIR;CN=\"Ada ^'the; first^' ^^ ^n ^x\";cutype=ROOM;EMPTY=";
    static const struct {
        const char *name;
        const char *value;
    } cases[] = {{"role", "CHAIR"},
                 {"CN", "Ada \"the; first\" ^ \n ^x"},
                 {"CUTYPE", "ROOM"},
                 {"C", NULL},
                 {"first", NULL}};
    struct ical_line line = {.params = params, .params_length = sizeof params - 1};
    char value[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool found = ical_line_param(&line, cases[i].name, value, sizeof value);
        assert_int_equal(found, cases[i].value != NULL);
        if (found)
            assert_string_equal(value, cases[i].value);
    }
    assert_true(ical_line_param(&line, "CN", value, 4));
    assert_string_equal(value, "Ada");
}

static void test_a_quote_that_never_closes_hides_no_value(void **state)
{
    (void)state;
    expect_scan("BEGIN:VEVENT\nATTENDEE;CN=\"Ada:mailto:ada@example.org\nUID:1\nEND:VEVENT\n",
                "event\n  ATTENDEE[;CN=\"Ada]=mailto:ada@example.org\n  UID[]=1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_block_holds_what_matters_and_nothing_else),
        cmocka_unit_test(test_folding_and_line_ends),
        cmocka_unit_test(test_what_is_stray_or_blank_hides_nothing_however_long),
        cmocka_unit_test(test_only_the_first_event_keeps_its_description),
        cmocka_unit_test(test_a_zone_keeps_its_parts),
        cmocka_unit_test(test_what_does_not_end),
        cmocka_unit_test(test_lines_have_a_maximum),
        cmocka_unit_test(test_a_block_has_a_maximum),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_a_quote_that_never_closes_hides_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
