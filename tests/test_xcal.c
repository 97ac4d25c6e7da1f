/* xCal: it must give what the same calendar as iCalendar gives (tests/xcal/pairs.txt), and what
 * XML that is broken or malicious costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "frab_case.h"

#define HEAD "<icalendar xmlns=\"urn:ietf:params:xml:ns:icalendar-2.0\"><vcalendar><components>\n"
#define EVENT_A                                                                                    \
    "<vevent><properties><uid><text>a</text></uid><summary><text>One</text></summary>"             \
    "<dtstart><date-time>2026-01-31T09:30:00Z</date-time></dtstart>"                               \
    "<duration><duration>PT25M</duration></duration><location><text>Hall</text></location>"        \
    "</properties><components/></vevent>\n"
#define LINE_A "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z a | Hall | confirmed | One\n"
#define TAIL "</components></vcalendar></icalendar>\n"
#define PAIRS 11

static void run_again(struct frab_case *asked, const char *text, size_t length, size_t chunk)
{
    *asked =
        (struct frab_case){.text = text, .length = length, .chunk = chunk, .zone_from_feed = true};
    frab_case_run(asked);
}

static void expect_same(const struct frab_case *a, const struct frab_case *b, const char *title)
{
    print_message("%s\n", title);
    assert_string_equal(a->err.message, b->err.message);
    assert_true(a->done && b->done);
    assert_string_equal(a->lines.data, b->lines.data);
    assert_string_equal(a->warnings.data, b->warnings.data);
    assert_true(schedule_equal(&a->sessions, &b->sessions));
    assert_true(a->sessions.count > 0);
    assert_int_equal(a->result.event_count, b->result.event_count);
    assert_int_equal(a->result.session_count, b->result.session_count);
    assert_string_equal(a->result.zone_name, b->result.zone_name);
    assert_string_equal(a->result.zone.name, b->result.zone.name);
    assert_string_equal(a->result.format, "xcal");
    assert_string_equal(b->result.format, "icalendar");
}

/* Compared whole and in pieces of 1 to 40 bytes. */
static void try_pair(const char *title, const char *xml, size_t xml_length, const char *ical,
                     size_t ical_length)
{
    struct frab_case from_ical, from_xml;
    run_again(&from_ical, ical, ical_length, 0);
    for (size_t chunk = 0; chunk <= 40; chunk++) {
        run_again(&from_xml, xml, xml_length, chunk);
        expect_same(&from_xml, &from_ical, chunk == 0 ? title : "");
        frab_case_release(&from_xml);
    }
    frab_case_release(&from_ical);
}

static void xcal_gives_what_icalendar_gives(void **state)
{
    (void)state;
    struct buffer file;
    struct error err = {0};
    size_t count = 0;
    buffer_init(&file, 1 << 20);
    if (!buffer_read_file(&file, "tests/xcal/pairs.txt", &err))
        fail_msg("%s", err.message);
    for (const char *at = strstr(file.data, "\n== "); at != NULL; count++) {
        char title[128];
        const char *xml = strchr(at + 1, '\n') + 1;
        const char *middle = strstr(xml, "\n--\n");
        const char *next = strstr(xml, "\n== ");
        assert_true(middle != NULL && (next == NULL || middle < next));
        const char *end = next != NULL ? next : file.data + file.length;
        snprintf(title, sizeof title, "%.*s", (int)(xml - at - 5), at + 4);
        try_pair(title, xml, (size_t)(middle - xml), middle + 4, (size_t)(end - middle - 4));
        at = next;
    }
    assert_int_equal(count, PAIRS);
    buffer_release(&file);
}

static void pentabarfs_attendees_are_its_speakers(void **state)
{
    (void)state;
    expect_frab(
        "<iCalendar xmlns:pentabarf=\"http://pentabarf.org\"><vcalendar><vevent><uid>1</uid>"
        "<pentabarf:title>Not this</pentabarf:title><summary>One, two</summary>"
        "<dtstart>20260131T093000Z</dtstart><duration>00:25</duration>"
        "<location>Hall</location><attendee>Ana \"Speedy\" B</attendee>"
        "<attendee>Cid</attendee><attendee>dee@example.org</attendee></vevent></vcalendar>"
        "</iCalendar>",
        NULL,
        "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 1 | Hall | confirmed | One, two | "
        "Ana \"Speedy\" B; Cid\n",
        "", false);
}

static void only_the_rooms_events_are_taken(void **state)
{
    (void)state;
    static const char text[] = HEAD EVENT_A
        "<vevent><properties><uid><text>b</text></uid><location><text>Yard</text></location>"
        "<dtstart><date-time>2026-01-31T09:30:00Z</date-time></dtstart></properties></vevent>" TAIL;
    expect_frab(text, "hall", LINE_A, "", false);
    struct frab_case asked = {.text = text, .room = "Hall 3"};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.result.event_count, 2);
    assert_int_equal(asked.result.matched_count, 0);
    assert_string_equal(asked.result.closest[0], "Hall");
    frab_case_release(&asked);
}

static void a_fault_yields_what_stands_before_it(void **state)
{
    (void)state;
    expect_frab(HEAD EVENT_A "</vcalendar>", NULL, LINE_A,
                "not well-formed XML from line 3 on (mismatched tag); only the events before it "
                "are known: 1\n",
                true);
    expect_frab(HEAD EVENT_A "<vevent><properties><uid><text>b</text></uid><summary>R&D more", NULL,
                LINE_A,
                "not well-formed XML from line 3 on (not well-formed (invalid token)); only the "
                "events before it are known: 1\n"
                "event b is left out: it does not end before the calendar ends\n",
                true);
    expect_frab_error(HEAD "<vevent>", "not well-formed XML from line 2 on (no element found)");
    expect_frab_error(HEAD "</oops>", "not well-formed XML from line 2 on (mismatched tag)");
}

/* Either the events before the cut, marked partial, or an error. */
static void cut_anywhere_it_is_partial_or_refused(void **state)
{
    (void)state;
    static const char whole[] = HEAD EVENT_A EVENT_A TAIL;
    size_t length = sizeof whole - 1 - strlen("\n"), partial_count = 0;
    for (size_t cut = 1; cut < length; cut++) {
        struct frab_case asked = {.text = whole, .length = cut};
        frab_case_run(&asked);
        if (asked.done)
            assert_true(asked.result.partial && asked.sessions.count == 1);
        partial_count += asked.done;
        frab_case_release(&asked);
    }
    assert_true(partial_count > strlen(EVENT_A));
}

static void entity_bombs_are_refused(void **state)
{
    (void)state;
    static const char refused[] = "refused: it declares XML entities, which no calendar needs";
    expect_frab_error("<?xml version=\"1.0\"?><!DOCTYPE icalendar [<!ENTITY a \"haha\">"
                      "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>" HEAD
                      "<vevent><properties><uid><text>&b;</text></uid></properties></vevent>" TAIL,
                      refused);
    expect_frab_error("<!DOCTYPE icalendar [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>" HEAD
                      "&f;" TAIL,
                      refused);
}

/* What a DTD elsewhere may declare stays as it is written: nobody fetches it. */
static void unknown_entities_stay_as_written(void **state)
{
    (void)state;
    expect_frab("<!DOCTYPE iCalendar SYSTEM \"http://127.0.0.1:1/xcal.dtd\"><iCalendar><vcalendar>"
                "<vevent><uid>1</uid><summary>R &amp; D &conf;</summary>"
                "<dtstart>20260131T093000Z</dtstart></vevent></vcalendar></iCalendar>",
                NULL, "2026-01-31T09:30:00Z 2026-01-31T09:30:00Z 1 |  | confirmed | R & D &conf;\n",
                "", false);
}

static void encodings_of_one_byte_are_known(void **state)
{
    (void)state;
    expect_frab("<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><iCalendar><vcalendar>"
                "<vevent><uid>1</uid><summary>5 \xA4, caf\xE9</summary>"
                "<dtstart>20260131T093000Z</dtstart></vevent></vcalendar></iCalendar>",
                NULL, "2026-01-31T09:30:00Z 2026-01-31T09:30:00Z 1 |  | confirmed | 5 €, café\n",
                "", false);
    expect_frab_error("<?xml version=\"1.0\" encoding=\"shift_jis\"?>" HEAD EVENT_A TAIL,
                      "not well-formed XML from line 1 on (unknown encoding)");
}

static void other_xml_is_no_calendar(void **state)
{
    (void)state;
    expect_frab_error("<rss><icalendar/></rss>", "not a calendar: XML with another root element");
    expect_frab_error("<icalendar></icalendar>", "not a calendar: XML without a vcalendar");
    expect_frab_error("<feed><a>:icalendar</a></feed>", "not a calendar: XML");
}

/* The iCalendar decoder says what of a long line it cut. */
static void long_texts_are_cut_and_told(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 20);
    buffer_append_text(&text, HEAD "<vevent><properties><uid><text>1</text></uid>"
                                   "<dtstart><date-time>2026-01-31T09:30:00Z</date-time></dtstart>"
                                   "<summary><text>");
    for (size_t i = 0; i < 100000; i++)
        buffer_append_text(&text, ";\n");
    buffer_append_text(&text, "</text></summary></properties></vevent>" TAIL);
    struct frab_case asked = {.text = text.data, .chunk = 1000};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.sessions.count, 1);
    assert_non_null(strstr(asked.warnings.data, "SUMMARY"));
    frab_case_release(&asked);
    buffer_release(&text);
}

static void endless_things_are_refused(void **state)
{
    (void)state;
    static const char *const parts[][3] = {
        {HEAD "<!--", "x", "not a calendar: one XML tag is longer than a million bytes"},
        {HEAD, "<a>", "not a calendar: its elements are nested too deep"},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text;
        buffer_init(&text, 1 << 23);
        buffer_append_text(&text, parts[i][0]);
        for (size_t j = 0; j < 3000000; j += strlen(parts[i][1]))
            buffer_append_text(&text, parts[i][1]);
        struct frab_case asked = {.text = text.data, .chunk = 1000};
        frab_case_run(&asked);
        assert_false(asked.done);
        assert_string_equal(asked.err.message, parts[i][2]);
        frab_case_release(&asked);
        buffer_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xcal_gives_what_icalendar_gives),
        cmocka_unit_test(pentabarfs_attendees_are_its_speakers),
        cmocka_unit_test(only_the_rooms_events_are_taken),
        cmocka_unit_test(a_fault_yields_what_stands_before_it),
        cmocka_unit_test(cut_anywhere_it_is_partial_or_refused),
        cmocka_unit_test(entity_bombs_are_refused),
        cmocka_unit_test(unknown_entities_stay_as_written),
        cmocka_unit_test(encodings_of_one_byte_are_known),
        cmocka_unit_test(other_xml_is_no_calendar),
        cmocka_unit_test(long_texts_are_cut_and_told),
        cmocka_unit_test(endless_things_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
