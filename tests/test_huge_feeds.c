/* Feeds that are too much: lines of megabytes, hundreds of thousands of events, endless nesting.
 * Each must end in bounded time with what can be shown, and say what is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "frab_case.h"

#define GUARD_S 100
#include "guard.h"

#define TEXT_BYTES_MAX (128 << 20)
#define LINE_BYTES (9 << 20)

#define GOOD                                                                                       \
    "BEGIN:VEVENT\nUID:good\nDTSTART:20260131T093000Z\nDURATION:PT25M\nSUMMARY:Good\nLOCATION:"    \
    "Hall\nEND:VEVENT\n"
#define GOOD_LINE "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z good | Hall | confirmed | Good\n"
#define XML_GOOD                                                                                   \
    "<event guid=\"good\"><start>10:30</start><duration>00:25</duration><title>Good</title>"       \
    "</event>"
#define XML_HEAD "<schedule><day date=\"2026-01-31\"><room name=\"Hall\">"
#define XML_TAIL "</room></day></schedule>"
#define JSON_GOOD                                                                                  \
    "{\"guid\": \"good\", \"start\": \"10:30\", \"duration\": \"00:25\", \"title\": \"Good\"}"
#define JSON_HEAD                                                                                  \
    "{\"schedule\": {\"conference\": {\"days\": [{\"date\": \"2026-01-31\", \"rooms\": "           \
    "{\"Hall\": ["
#define JSON_TAIL "]}}]}}}"

/* Lines of nine megabytes */

static void append_many(struct buffer *text, const char *piece, size_t count)
{
    struct buffer many;
    buffer_init(&many, TEXT_BYTES_MAX);
    size_t length = strlen(piece);
    for (size_t i = 0; i < count; i++)
        assert_true(buffer_append(&many, piece, length));
    assert_true(buffer_append(text, many.data, many.length));
    buffer_release(&many);
}

/* The feed is what stands before, `count` pieces, and what stands behind. Lines and warnings are
 * what must come of it; "" for none. */
static void expect_huge(const char *before, const char *piece, size_t count, const char *behind,
                        const char *lines, const char *warnings)
{
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, before);
    append_many(&text, piece, count);
    buffer_append_text(&text, behind);
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 16381};
    frab_case_run(&asked);
    assert_string_equal(asked.err.message, "");
    assert_string_equal(asked.lines.data, lines);
    assert_string_equal(asked.warnings.data, warnings);
    frab_case_release(&asked);
    buffer_release(&text);
}

static void expect_huge_refused(const char *before, const char *piece, size_t count,
                                const char *message)
{
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, before);
    append_many(&text, piece, count);
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 16381};
    frab_case_run(&asked);
    assert_false(asked.done);
    assert_string_equal(asked.err.message, message);
    frab_case_release(&asked);
    buffer_release(&text);
}

#define BAD "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:bad\nSUMMARY:Bad\n"
#define BAD_END "\nDTSTART:20260130T090000Z\nDURATION:PT1H\nEND:VEVENT\n" GOOD "END:VCALENDAR\n"
#define BAD_LINE "2026-01-30T09:00:00Z 2026-01-30T10:00:00Z bad |  | confirmed | Bad\n"
#define TEN "0123456789"

static void nine_megabytes_of_a_name_in_ical(void **state)
{
    (void)state;
    expect_huge(BAD, TEN, LINE_BYTES / 10, BAD_END, BAD_LINE GOOD_LINE, "");
}

static void nine_megabytes_of_a_foreign_value_in_ical(void **state)
{
    (void)state;
    expect_huge(BAD "X-NOTE:", TEN, LINE_BYTES / 10, BAD_END, BAD_LINE GOOD_LINE, "");
}

static void nine_megabytes_of_a_uid_in_ical(void **state)
{
    (void)state;
    expect_huge("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250130T090000Z\nUID:", TEN,
                LINE_BYTES / 10, "\nEND:VEVENT\n" GOOD "END:VCALENDAR\n", GOOD_LINE, "");
}

static void nine_megabytes_of_a_parameter_in_ical(void **state)
{
    (void)state;
    expect_huge(BAD "DTSTART;X-NOTE=", TEN, LINE_BYTES / 10,
                ":20260131T120000Z\nEND:VEVENT\n" GOOD "END:VCALENDAR\n", GOOD_LINE,
                "event \"Bad\" (bad) is left out: its start is missing or can't be read\n");
}

static void nine_megabytes_of_a_folded_title_in_ical(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:bad\nSUMMARY:");
    append_many(&text, "0123456789\n ", LINE_BYTES / 10);
    buffer_append_text(&text, BAD_END);
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 997};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.sessions.count, 2);
    assert_int_equal(strlen(asked.sessions.sessions[0].title), SESSION_TITLE_BYTES_MAX - 1);
    assert_non_null(strstr(asked.warnings.data, "(bad): its SUMMARY is too long and was cut\n"));
    assert_non_null(strstr(asked.warnings.data, "titles of more than 1020 bytes are cut, sessions "
                                                "with them: 1, first \"0123456789"));
    frab_case_release(&asked);
    buffer_release(&text);
}

static void nine_megabytes_of_a_text_in_xml(void **state)
{
    (void)state;
    expect_huge(
        XML_HEAD XML_GOOD "<event guid=\"bad\"><abstract>", TEN, LINE_BYTES / 10,
        "</abstract><date>2026-01-31T13:00</date><duration>1:00</duration></event>" XML_TAIL,
        GOOD_LINE "2026-01-31T12:00:00Z 2026-01-31T13:00:00Z bad "
                  "| Hall | confirmed | \n",
        "");
}

static void nine_megabytes_of_a_title_in_xml(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, XML_HEAD "<event guid=\"bad\"><start>11:00</start><duration>0"
                                       "</duration><title>");
    append_many(&text, TEN, LINE_BYTES / 10);
    buffer_append_text(&text, "</title></event>" XML_GOOD XML_TAIL);
    struct frab_case asked = {.text = text.data, .length = text.length};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.sessions.count, 2);
    assert_non_null(strstr(asked.warnings.data, "titles of more than 1020 bytes are cut"));
    frab_case_release(&asked);
    buffer_release(&text);
}

static void nine_megabytes_of_an_attribute_in_xml(void **state)
{
    (void)state;
    expect_huge_refused(XML_HEAD XML_GOOD "<event guid=\"", TEN, LINE_BYTES / 10,
                        "not a schedule: one XML tag is longer than a million bytes");
}

static void nine_megabytes_of_a_string_in_json(void **state)
{
    (void)state;
    expect_huge(JSON_HEAD JSON_GOOD ", {\"title\": \"", TEN, LINE_BYTES / 10, "\"}" JSON_TAIL,
                GOOD_LINE,
                "event 2 in room 'Hall' is left out: it is longer than a million bytes\n");
}

static void nine_megabytes_of_one_line_in_an_agenda(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, "2026-01-31\n10:30-10:55 Good\n11:00 ");
    append_many(&text, TEN, LINE_BYTES / 10);
    struct frab_case asked = {.text = text.data, .length = text.length};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.sessions.count, 2);
    assert_non_null(strstr(asked.warnings.data, "titles of more than 1020 bytes are cut"));
    frab_case_release(&asked);
    buffer_release(&text);
}

/* Nesting */

static void a_hundred_thousand_begins(void **state)
{
    (void)state;
    expect_huge("BEGIN:VCALENDAR\n", "BEGIN:X-NEST\n", 100000, GOOD "END:VCALENDAR\n", GOOD_LINE,
                "");
    expect_huge(BAD "DTSTART:20260130T090000Z\nDURATION:PT1H\n", "BEGIN:VALARM\n", 100000,
                "END:VEVENT\n" GOOD "END:VCALENDAR\n", BAD_LINE GOOD_LINE, "");
}

static void a_hundred_thousand_calendars_that_do_not_end(void **state)
{
    (void)state;
    expect_huge_refused(GOOD, "BEGIN:VCALENDAR\n", 100000, "truncated: no END:VCALENDAR");
}

static void a_hundred_thousand_events_that_do_not_end(void **state)
{
    (void)state;
    struct buffer warnings;
    buffer_init(&warnings, 1 << 20);
    for (int i = 0; i < DECODER_WARNINGS_MAX; i++)
        buffer_append_text(&warnings,
                           "event without UID is left out: it does not end before the next "
                           "begins\n");
    buffer_append_text(&warnings, "and 99980 more warnings\n");
    expect_huge("BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", 100000, GOOD "END:VCALENDAR\n", GOOD_LINE,
                warnings.data);
    buffer_release(&warnings);
}

static void xml_a_hundred_thousand_deep(void **state)
{
    (void)state;
    expect_huge_refused(XML_HEAD XML_GOOD, "<a>", 100000,
                        "not a schedule: its elements are nested too deep");
}

static void json_a_hundred_thousand_deep(void **state)
{
    (void)state;
    expect_huge_refused(JSON_HEAD JSON_GOOD ", {\"x\": ", "{\"x\": ", 100000,
                        "not a schedule: its JSON is nested too deep");
}

static void a_hundred_thousand_zones(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 100000; i++)
        buffer_append_format(
            &text,
            "BEGIN:VTIMEZONE\nTZID:Zone %d\nBEGIN:STANDARD\nDTSTART:19700101T000000"
            "\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE\n",
            i);
    buffer_append_text(&text, "BEGIN:VEVENT\nUID:first\nDTSTART;TZID=Zone 0:20260130T120000\n"
                              "END:VEVENT\nBEGIN:VEVENT\nUID:last\n"
                              "DTSTART;TZID=Zone 99999:20260130T120000\nEND:VEVENT\n" GOOD
                              "END:VCALENDAR\n");
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 16381};
    frab_case_run(&asked);
    assert_string_equal(
        asked.lines.data,
        "2026-01-30T07:00:00Z 2026-01-30T07:00:00Z first |  | confirmed | \n"
        "2026-01-30T11:00:00Z 2026-01-30T11:00:00Z last |  | confirmed | \n" GOOD_LINE);
    assert_string_equal(asked.warnings.data,
                        "more than 128 time zones; the times of further ones are taken as the "
                        "room's\n");
    frab_case_release(&asked);
    buffer_release(&text);
}

static void expect_dates(const char *rule, const char *name, int count, size_t sessions,
                         const char *warnings)
{
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text, BAD);
    buffer_append_text(&text, rule);
    for (int i = 0; i < count; i++)
        buffer_append_format(&text, "%s:202602%02dT%02d%02d00Z\n", name, 1 + i / 720, i / 30 % 24,
                             i % 30 * 2);
    buffer_append_text(&text, BAD_END);
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 16381};
    frab_case_run(&asked);
    assert_string_equal(asked.err.message, "");
    assert_string_equal(asked.warnings.data, warnings);
    assert_int_equal(asked.sessions.count, sessions);
    frab_case_release(&asked);
    buffer_release(&text);
}

static void ten_thousand_dates_of_a_series(void **state)
{
    (void)state;
    /* The hours from DTSTART, which is the 30th at 9, to the end of the year in Brussels... */
    size_t hours = 336 * 24 - 9 - 1;
    expect_dates("RRULE:FREQ=HOURLY\n", "X-EXDATE", 0, hours + 1, "");
    /* ...and without 13 days and 22 hours of February. */
    expect_dates("RRULE:FREQ=HOURLY\n", "EXDATE", 10000, hours + 1 - 13 * 24 - 22, "");
    expect_dates("", "RDATE", 9999, 9999 + 2, "");
    expect_dates("", "RDATE", 10000, 1,
                 "event \"Bad\" (bad) is left out: it happens more than 10000 times in the days "
                 "asked for\n");
}

static void more_speakers_than_a_session_holds(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_append_text(&text,
                       JSON_HEAD "{\"guid\": \"bad\", \"start\": \"11:00\", \"duration\": 5, "
                                 "\"persons\": [\"Ada\"");
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&text, ", \"Ada\", \"Speaker %d\"", i);
    buffer_append_text(&text, "]}" JSON_TAIL);
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 97};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.sessions.count, 1);
    assert_int_equal(asked.sessions.sessions[0].speaker_count, SESSION_SPEAKERS_MAX);
    assert_string_equal(asked.sessions.sessions[0].speakers[0], "Ada");
    assert_string_equal(asked.sessions.sessions[0].speakers[SESSION_SPEAKERS_MAX - 1],
                        "Speaker 62");
    frab_case_release(&asked);
    buffer_release(&text);
}

/* 200,000 events */

enum { EVENTS = 200000 };

/* An event a minute from 2026-01-01 on. */
static void append_events(struct buffer *text, const char *uid_format, const char *room)
{
    struct zone utc;
    zone_utc(&utc);
    buffer_append_text(text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < EVENTS; i++) {
        struct civil civil;
        char uid[32];
        zone_to_civil(&utc, INT64_C(1767225600000) + i * MINUTE_MS, &civil);
        snprintf(uid, sizeof uid, "%s%d", uid_format, i);
        buffer_append_format(text,
                             "BEGIN:VEVENT\nUID:%s\nSEQUENCE:0\nDTSTART:%04d%02d%02dT%02d%02d00Z\n"
                             "SUMMARY:Number %d\nLOCATION:%s\nEND:VEVENT\n",
                             uid_format[0] != '\0' ? uid_format : uid, civil.year, civil.month,
                             civil.day, civil.hour, civil.minute, i, room);
    }
    buffer_append_text(text, "END:VCALENDAR\n");
}

static void expect_as_many_as_fit(const char *uid_format)
{
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    append_events(&text, uid_format, "Hall");
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 65536};
    asked.room = "Hall";
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.result.event_count, EVENTS);
    assert_int_equal(asked.result.matched_count, EVENTS);
    assert_int_equal(asked.sessions.count, SCHEDULE_SESSIONS_MAX);
    assert_string_equal(
        asked.warnings.data,
        "more than 30000 events in the days asked for; further ones are left out\n"
        "more than 20000 sessions in the days asked for; further ones are left out\n");
    frab_case_release(&asked);
    buffer_release(&text);
}

static void two_hundred_thousand_events_of_the_room(void **state)
{
    (void)state;
    expect_as_many_as_fit("");
}

static void two_hundred_thousand_events_of_one_uid(void **state)
{
    (void)state;
    expect_as_many_as_fit("the only one");
}

static void two_hundred_thousand_events_of_other_rooms(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX);
    append_events(&text, "", "Annex");
    buffer_append_text(&text, "BEGIN:VCALENDAR\n" GOOD "END:VCALENDAR\n");
    struct frab_case asked = {.text = text.data, .length = text.length, .chunk = 65536};
    asked.room = "Hall";
    frab_case_run(&asked);
    assert_string_equal(asked.lines.data, GOOD_LINE);
    assert_string_equal(asked.warnings.data, "");
    assert_int_equal(asked.result.event_count, EVENTS + 1);
    assert_int_equal(asked.result.matched_count, 1);
    frab_case_release(&asked);
    buffer_release(&text);
}

/* None says how long it is, which must not hide that there are too many. */
static void two_hundred_thousand_events_of_frab(void **state)
{
    (void)state;
    static const char *const heads[] = {XML_HEAD, JSON_HEAD}, *const tails[] = {XML_TAIL,
                                                                                JSON_TAIL};
    for (int format = 0; format < 2; format++) {
        struct buffer text;
        buffer_init(&text, TEXT_BYTES_MAX);
        buffer_append_text(&text, heads[format]);
        for (int i = 0; i < EVENTS; i++)
            buffer_append_format(
                &text,
                format == 0 ? "<event guid=\"1\"><start>10:30</start><title>%d</title>"
                              "</event>"
                            : "{\"guid\": \"1\", \"start\": \"10:30\", \"title\": \"%d\"},",
                i);
        buffer_append_text(&text, format == 0 ? XML_GOOD : JSON_GOOD);
        buffer_append_text(&text, tails[format]);
        struct frab_case asked = {.text = text.data, .length = text.length};
        frab_case_run(&asked);
        assert_true(asked.done);
        assert_int_equal(asked.result.event_count, EVENTS + 1);
        assert_int_equal(asked.sessions.count, SCHEDULE_SESSIONS_MAX);
        assert_non_null(strstr(asked.warnings.data,
                               "\nmore than 20000 sessions in the days asked for; further ones are "
                               "left out\nand 19980 more warnings\n"));
        frab_case_release(&asked);
        buffer_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GUARDED(nine_megabytes_of_a_name_in_ical),
        GUARDED(nine_megabytes_of_a_foreign_value_in_ical),
        GUARDED(nine_megabytes_of_a_uid_in_ical),
        GUARDED(nine_megabytes_of_a_parameter_in_ical),
        GUARDED(nine_megabytes_of_a_folded_title_in_ical),
        GUARDED(nine_megabytes_of_a_text_in_xml),
        GUARDED(nine_megabytes_of_a_title_in_xml),
        GUARDED(nine_megabytes_of_an_attribute_in_xml),
        GUARDED(nine_megabytes_of_a_string_in_json),
        GUARDED(nine_megabytes_of_one_line_in_an_agenda),
        GUARDED(a_hundred_thousand_begins),
        GUARDED(a_hundred_thousand_calendars_that_do_not_end),
        GUARDED(a_hundred_thousand_events_that_do_not_end),
        GUARDED(xml_a_hundred_thousand_deep),
        GUARDED(json_a_hundred_thousand_deep),
        GUARDED(a_hundred_thousand_zones),
        GUARDED(ten_thousand_dates_of_a_series),
        GUARDED(more_speakers_than_a_session_holds),
        GUARDED(two_hundred_thousand_events_of_the_room),
        GUARDED(two_hundred_thousand_events_of_one_uid),
        GUARDED(two_hundred_thousand_events_of_other_rooms),
        GUARDED(two_hundred_thousand_events_of_frab),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
