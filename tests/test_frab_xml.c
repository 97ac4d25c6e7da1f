/* schedule.xml: what an event becomes, and what files that are broken or malicious cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "frab_case.h"

#define HEAD                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<schedule><version>3</version><conference>"       \
    "<title>Conf</title><acronym>conf</acronym></conference>\n"
#define DAY "<day index=\"1\" date=\"2026-01-31\" start=\"2026-01-31T09:00:00+01:00\">\n"
#define EVENT_A                                                                                    \
    "<event guid=\"a-1\" id=\"1\"><date>2026-01-31T10:30:00+01:00</date><start>10:30</start>"      \
    "<duration>00:25</duration><room>Hall</room><title>One</title></event>\n"
#define LINE_A "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z a-1 | Hall | confirmed | One\n"
#define TAIL "</room></day></schedule>\n"

static void an_event_becomes_a_session(void **state)
{
    (void)state;
    expect_frab(
        "\xEF\xBB\xBF\n" HEAD DAY "<room name=\"Hall &amp; Yard\" guid=\"r\">"
        "<event guid=\"a-1\" id=\"17\"><room>elsewhere</room><title>Rust &amp; <![CDATA[C <3]]>\n"
        "  again</title><subtitle>not this</subtitle><type>talk</type><track>Systems</track>"
        "<date>2026-01-31T10:30:00+01:00</date><start>09:00</start><duration>1:05</duration>"
        "<language>en</language><url>https://example.org/1</url><slug>x</slug>"
        "<abstract>&lt;p&gt;Long&lt;/p&gt;</abstract><recording><license>no title</license>"
        "<url>https://example.org/video</url></recording><links><link>x</link></links>"
        "<persons><person id=\"1\">Ana  B</person><person>Cid</person><person>Ana B</person>"
        "</persons></event>" TAIL,
        NULL,
        "2026-01-31T09:30:00Z 2026-01-31T10:35:00Z a-1 | Hall & Yard | confirmed | "
        "Rust & C <3 again | Ana B; Cid | Systems | en | https://example.org/1\n",
        "", false);
}

static void dates_as_libraries_write_them(void **state)
{
    (void)state;
    static const char *const dates[] = {
        "2026-01-31T10:30:00+0100",  "2026-01-31T10:30+01",           "2026-01-31 10:30:00+01:00",
        "2026-01-31 10:30:00 +0100", "2026-01-31T05:00:00.000 -0430", "2026-01-31 10:30",
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 HEAD DAY "<room name=\"Hall\"><event id=\"1\"><date>%s</date>"
                          "<duration>00:25</duration><title>One</title></event>" TAIL,
                 dates[i]);
        expect_frab(text, NULL,
                    "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 1 | Hall | confirmed | One\n", "",
                    false);
    }
}

static void without_a_date_the_day_and_start_count(void **state)
{
    (void)state;
    expect_frab(HEAD DAY
                "<room name=\"Hall\">"
                "<event id=\"5\"><start>23:30</start><duration>01:00</duration><title>Late</title>"
                "</event><event id=\"6\"><start>00:30</start><duration>45</duration>"
                "<title>Night</title></event>"
                "<event id=\"7\"><date>2026-02-01T01:30:00+01:00</date><start>01:30</start>"
                "<duration>00:30:00</duration><title>Dated</title></event>" TAIL,
                NULL,
                "2026-01-31T22:30:00Z 2026-01-31T23:30:00Z 5 | Hall | confirmed | Late\n"
                "2026-01-31T23:30:00Z 2026-02-01T00:15:00Z 6 | Hall | confirmed | Night\n"
                "2026-02-01T00:30:00Z 2026-02-01T01:00:00Z 7 | Hall | confirmed | Dated\n",
                "", false);
}

static void the_publishers_habits_hold_here_too(void **state)
{
    (void)state;
    expect_frab(HEAD DAY
                "<room name=\"Q&amp;amp;A\">"
                "<event id=\"5\"><date>2026-01-31T10:30:00+01:00</date><duration>0:30</duration>"
                "<title>CANCELLED Sync - R&amp;amp;D of &lt;b&gt;`a &lt; b`&lt;/b&gt;</title>"
                "<url>https:/example.org/5</url><persons><person>**Ana**</person></persons>"
                "</event><event id=\"6\"><date>2026-01-31T11:30:00+01:00</date>"
                "<duration>0:30</duration><title>Vec&lt;T&gt; &amp;amp;lt;b&gt;</title>"
                "</event>" TAIL,
                "Q&A",
                "2026-01-31T09:30:00Z 2026-01-31T10:00:00Z 5 | Q&A | cancelled | "
                "Sync - R&D of a < b | Ana | https://example.org/5\n"
                "2026-01-31T10:30:00Z 2026-01-31T11:00:00Z 6 | Q&A | confirmed | "
                "Vec<T> &lt;b>\n",
                "", false);
}

static void what_is_too_long_is_cut(void **state)
{
    (void)state;
    static char text[16384], many[2001];
    memset(many, 'x', sizeof many - 1);
    snprintf(text, sizeof text,
             HEAD DAY "<room name=\"Hall\"><event guid=\"%s\">"
                      "<date>2026-01-31T10:30:00+01:00</date><title>%s</title><track>%s</track>"
                      "<persons><person>%s</person></persons></event>" TAIL,
             many, many, many, many);
    struct frab_case asked = {.text = text};
    frab_case_run(&asked);
    assert_int_equal(asked.sessions.count, 1);
    const struct session *session = &asked.sessions.sessions[0];
    assert_int_equal(strlen(session->uid), SESSION_UID_BYTES_MAX - 64);
    assert_int_equal(strlen(session->title), SESSION_TITLE_BYTES_MAX - 1);
    assert_int_equal(strlen(session->track), SESSION_NAME_BYTES_MAX - 1);
    assert_int_equal(strlen(session->speakers[0]), SESSION_NAME_BYTES_MAX - 1);
    /* That it has no duration is told of so much of its title. */
    const char *title = strchr(asked.warnings.data, '"');
    assert_non_null(title);
    assert_int_equal(strspn(title + 1, "x"), 80);
    frab_case_release(&asked);
    snprintf(text, sizeof text,
             "<schedule><conference><time_zone_name>%s</time_zone_name></conference>" DAY
             "<room name=\"Hall\">" EVENT_A TAIL,
             many);
    many[ZONE_NAME_BYTES_MAX - 1] = '\0';
    char warning[256];
    snprintf(warning, sizeof warning,
             "time zone \"%s\" is not known; local times are taken as the room's\n", many);
    expect_frab(text, NULL, LINE_A, warning, false);
}

static void what_stands_beside_events_is_none(void **state)
{
    (void)state;
    expect_frab(HEAD DAY "<room name=\"Hall\"><slot id=\"4\"><date>2026-01-31T09:30:00+01:00</date>"
                         "<duration>0:30</duration><title>Slot</title></slot>"
                         "<event id=\"5\"><date>2026-01-31T10:30:00+01:00</date>"
                         "<duration>0:30</duration><title>Event</title></event>" TAIL,
                NULL, "2026-01-31T09:30:00Z 2026-01-31T10:00:00Z 5 | Hall | confirmed | Event\n",
                "", false);
}

static void times_and_durations_have_their_limits(void **state)
{
    (void)state;
    static const struct {
        const char *start, *duration;
        /* Since midnight; -1: it is left out. */
        int start_s;
        /* -1: it has none. */
        int length_s;
    } cases[] = {
        {"00:00", "0", 0, 0},
        {"9:05", "00:01", 9 * 3600 + 300, 60},
        {"23:59", "1:59:59", 86340, 7199},
        {"23:59:59", "90", 86399, 5400},
        {"24:00", "10", -1, 0},
        {"10:60", "10", -1, 0},
        {"10:59:60", "10", -1, 0},
        {"10", "10", -1, 0},
        {"10:00:00:00", "10", -1, 0},
        {"10:0a", "10", -1, 0},
        {":10", "10", -1, 0},
        {"0000010:00", "10", -1, 0},
        {"000010:00", "10", 36000, 600},
        {"10:00", "0:60", 36000, -1},
        {"10:00", "0:59:60", 36000, -1},
        {"10:00", "9999999", 36000, -1},
        {"10:00", "0000010", 36000, -1},
        {"10:00", "000010", 36000, 600},
        {"10:00", "26:00", 36000, 93600},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "<schedule><day date='2026-01-31'><room name='Hall'><event id='1'><start>%s"
                 "</start><duration>%s</duration><title>One</title></event></room></day>"
                 "</schedule>",
                 cases[i].start, cases[i].duration);
        struct frab_case asked = {.text = text};
        frab_case_run(&asked);
        assert_true(asked.done);
        assert_int_equal(asked.sessions.count, cases[i].start_s >= 0);
        assert_int_equal(asked.warnings.length > 0, cases[i].start_s < 0 || cases[i].length_s < 0);
        if (asked.sessions.count > 0) {
            const struct session *session = &asked.sessions.sessions[0];
            int length_s = cases[i].length_s < 0 ? 0 : cases[i].length_s;
            int64_t midnight_ms = INT64_C(1769814000000); /* 2026-01-30T23:00:00Z */
            assert_int_equal(session->start_ms - midnight_ms, cases[i].start_s * SECOND_MS);
            assert_int_equal(session->end_ms - session->start_ms, length_s * SECOND_MS);
        }
        frab_case_release(&asked);
    }
}

static void pentabarf_tells_its_day_change(void **state)
{
    (void)state;
    expect_frab("<schedule><conference><day_change>06:00:00</day_change></conference>"
                "<day date=\"2026-01-31\"><room name=\"Hall\"><event id=\"6\"><start>05:30</start>"
                "<duration>00:20</duration><title>Night</title></event></room></day></schedule>",
                NULL, "2026-02-01T04:30:00Z 2026-02-01T04:50:00Z 6 | Hall | confirmed | Night\n",
                "", false);
}

static void local_times_are_of_the_zone_that_the_feed_declares(void **state)
{
    (void)state;
    static const char text[] =
        "<schedule><conference><time_zone_name>Asia/Kolkata</time_zone_name></conference>"
        "<day date=\"2026-01-31\"><room name=\"Hall\"><event id=\"6\"><start>05:30</start>"
        "<duration>00:20</duration><title>Early</title></event></room></day></schedule>";
    expect_early_in_kolkata(text);
}

static void what_can_not_be_read_is_told_and_the_rest_stays(void **state)
{
    (void)state;
    expect_frab(
        HEAD "<day index=\"1\"><room name=\"Hall\">"
             "<event id=\"1\"><start>10:30</start><duration>00:20</duration><title>No day</title>"
             "</event>"
             "<event id=\"2\"><date>yesterday at noon</date><title>Odd</title></event>"
             "<event id=\"3\"><date>2026-02-30T10:00:00Z</date><title>No such day</title></event>"
             "<event id=\"4\"><date>2026-01-31T10:30:00+01:00</date><duration>-00:30</duration>"
             "<title>Odd end</title></event>" EVENT_A TAIL,
        NULL, "2026-01-31T09:30:00Z 2026-01-31T09:30:00Z 4 | Hall | confirmed | Odd end\n" LINE_A,
        "event \"No day\" (1) is left out: it has no date\n"
        "event \"Odd\" (2) is left out: \"yesterday at noon\" is not a time like "
        "2026-01-31T09:30:00Z or 2026-01-31T10:30\n"
        "event \"No such day\" (3) is left out: \"2026-02-30T10:00:00Z\": there is no "
        "such date or time\n"
        "event \"Odd end\" (4) has no duration that can be read ('-00:30'); only its start is "
        "taken\n",
        false);
}

static void repeated_guids_are_numbered_and_exact_repeats_dropped(void **state)
{
    (void)state;
    expect_frab(HEAD DAY
                "<room name=\"Hall\">" EVENT_A EVENT_A
                "<event guid=\"a-1\"><date>2026-01-31T08:30:00Z</date><duration>00:25</duration>"
                "<title>One</title></event>" TAIL,
                NULL,
                "2026-01-31T08:30:00Z 2026-01-31T08:55:00Z a-1 | Hall | confirmed | One\n"
                "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z a-1#2 | Hall | confirmed | One\n",
                "", false);
}

static void only_the_rooms_events_are_taken(void **state)
{
    (void)state;
    static const char text[] = HEAD DAY
        "<room name=\"Hall\">" EVENT_A "</room><room name=\"Hall 2\"><event id=\"2\">"
        "<date>2026-01-31T10:30:00+01:00</date><duration>00:25</duration><title>Two</title>"
        "</event></room><room><event id=\"3\"><date>2026-01-31T12:30:00+01:00</date>"
        "<duration>00:25</duration><room>HALL</room><title>Lunch break</title>"
        "<status>cancelled</status></event>" TAIL;
    expect_frab(text, "hall",
                LINE_A "2026-01-31T11:30:00Z 2026-01-31T11:55:00Z 3 | HALL | cancelled | "
                       "Lunch break\n",
                "", false);
    struct frab_case asked = {.text = text, .room = "Hall 3"};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_string_equal(asked.result.format, "frab-xml");
    assert_int_equal(asked.result.event_count, 3);
    assert_int_equal(asked.result.matched_count, 0);
    assert_string_equal(asked.result.closest[0], "Hall 2");
    frab_case_release(&asked);
}

static void a_fault_yields_what_stands_before_it(void **state)
{
    (void)state;
    static const char second[] = "<event id=\"2\"><date>2026-01-31T12:00:00Z</date>"
                                 "<duration>00:30</duration><title>R&D</title></event>\n";
    char text[2048];
    snprintf(text, sizeof text, "%s%s", HEAD DAY "<room name=\"Hall\">" EVENT_A, second);
    expect_frab(text, NULL, LINE_A,
                "not well-formed XML from line 5 on (not well-formed (invalid token)); "
                "only the events before it are known: 1\n",
                true);
    expect_frab(HEAD DAY "<room name=\"Hall\">" EVENT_A "</day>", NULL, LINE_A,
                "not well-formed XML from line 5 on (mismatched tag); only the events before "
                "it are known: 1\n",
                true);
    expect_frab(HEAD DAY "<room name=\"Hall\">" EVENT_A "<event id=\"2\"><title>Cut sho", NULL,
                LINE_A,
                "not well-formed XML from line 5 on (no element found); only the events before "
                "it are known: 1\n",
                true);
    expect_frab_error(HEAD DAY "<room name=\"Hall\"><event>",
                      "not well-formed XML from line 4 on (no element found)");
}

static void entity_bombs_are_refused(void **state)
{
    (void)state;
    static const char refused[] = "refused: it declares XML entities, which no schedule needs";
    expect_frab_error("<?xml version=\"1.0\"?><!DOCTYPE schedule [<!ENTITY a \"haha\">"
                      "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
                      "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
                      "<schedule><day><room><event><title>&c;</title></event></room></day>"
                      "</schedule>",
                      refused);
    expect_frab_error("<!DOCTYPE schedule [<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]>"
                      "<schedule><day/></schedule>",
                      refused);
    expect_frab_error("<!DOCTYPE schedule [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>"
                      "<schedule><day>&f;</day></schedule>",
                      refused);
}

static void other_xml_is_no_schedule(void **state)
{
    (void)state;
    expect_frab_error("<rss><schedule/></rss>", "not a schedule: XML with another root element");
    expect_frab_error("<schedule></schedule>", "not a schedule: XML without a conference and days");
    expect_frab_error("<html><body><schedule-table/></body></html>", "not a calendar: HTML page");
}

/* An endless name, comment or nesting must end the poll, not the memory. */
static void endless_things_are_refused(void **state)
{
    (void)state;
    static const char too_long[] = "not a schedule: one XML tag is longer than a million bytes";
    const char *const parts[][3] = {
        {"<schedule><day date=\"", "x", too_long},
        {"<schedule><!--", "x", too_long},
        {"<schedule>", "<a>", "not a schedule: its elements are nested too deep"},
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

static void endless_names_are_refused(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 23);
    buffer_append_text(&text, "<schedule><conference/>");
    for (unsigned i = 0; i < 400000; i++)
        buffer_append_format(&text, "<a%x/>", i);
    buffer_append_text(&text, "</schedule>");
    struct frab_case asked = {.text = text.data};
    frab_case_run(&asked);
    assert_false(asked.done);
    assert_string_equal(asked.err.message,
                        "not a schedule: too many different names of XML elements");
    frab_case_release(&asked);
    buffer_release(&text);
}

/* What the schema of schedule.xml leaves open, and what files do to it. */
static void forms_that_are_allowed_too(void **state)
{
    (void)state;
    expect_frab("<schedule><day index=\"1\" start=\"2026-01-31T09:00:00+01:00\" "
                "end=\"2026-02-01T04:00:00+01:00\"><room name=\"Hall\"><event code=\"ABCDEF\">"
                "<start>10:30:00</start><duration>00:25:00</duration>"
                "<title>A day without a date, an event without an id</title></event>"
                "<event id=\"7\"><start>03:30</start><duration>00:20</duration>"
                "<title>Night</title></event></room></day></schedule>",
                NULL,
                "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z ABCDEF | Hall | confirmed | "
                "A day without a date, an event without an id\n"
                "2026-02-01T02:30:00Z 2026-02-01T02:50:00Z 7 | Hall | confirmed | Night\n",
                "", false);
    expect_frab("<v:schedule xmlns:v=\"urn:example\"><?php echo?><!-- <day> --><v:day "
                "date=\"2026-01-31\"><v:room name=\"Hall\"><v:event id=\"1\">"
                "<v:date>2026-01-31T10:30:00.000+01:00</v:date><v:duration>00:25</v:duration>"
                "<other:title>Not this</other:title><v:title/><v:title>A <i>b</i><!-- c --> "
                "<?d?>d</v:title><v:title>nor this</v:title>"
                "<v:persons><v:person id=\"1\">Ana<bio>Long</bio></v:person></v:persons>"
                "</v:event></v:room></v:day></v:schedule>",
                NULL,
                "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 1 | Hall | confirmed | A b d | Ana\n",
                "", false);
}

static void utf8_by_another_name_is_utf8(void **state)
{
    (void)state;
    static const char *const names[] = {"'utf8'", "\"utf-16\"", "\"UTF-8\""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "<?xml version='1.0' encoding=%s?>\n<schedule>" DAY "<room name=\"Hall\">"
                 "<event id=\"1\"><date>2026-01-31T10:30:00+01:00</date><duration>00:25</duration>"
                 "<title>Caf\u00e9 \U0001F980</title></event>" TAIL,
                 names[i]);
        expect_frab(text, NULL,
                    "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 1 | Hall | confirmed | "
                    "Caf\u00e9 \U0001F980\n",
                    "", false);
    }
}

static void encodings_of_one_byte_are_known(void **state)
{
    (void)state;
    expect_frab("<?xml version=\"1.0\" encoding=\"windows-1252\"?><schedule>" DAY
                "<room name=\"Caf\xE9\"><event id=\"1\"><date>2026-01-31T10:30:00+01:00</date>"
                "<duration>00:25</duration><title>\x80 5</title></event>" TAIL,
                NULL, "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 1 | Café | confirmed | € 5\n", "",
                false);
    expect_frab_error("<?xml version=\"1.0\" encoding=\"gb18030\"?><schedule>" DAY
                      "<room name=\"Hall\">" EVENT_A TAIL,
                      "not well-formed XML from line 1 on (unknown encoding)");
}

/* What a DTD elsewhere may declare stays as it is written: nobody fetches it. */
static void unknown_entities_stay_as_written(void **state)
{
    (void)state;
    expect_frab("<!DOCTYPE schedule SYSTEM \"http://127.0.0.1:1/schedule.dtd\"><schedule>" DAY
                "<room name=\"Hall\"><event id=\"1\"><date>2026-01-31T10:30:00+01:00</date>"
                "<duration>00:25</duration><title>R &conf; %bar;</title></event>" TAIL,
                NULL,
                "2026-01-31T09:30:00Z 2026-01-31T09:55:00Z 1 | Hall | confirmed | "
                "R &conf; %bar;\n",
                "", false);
}

/* Behind a million bytes, where expat waits for twice as much before it looks at it again. */
static void a_long_comment_far_down_is_passed_over(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 23);
    buffer_append_text(&text, HEAD DAY "<room name=\"Hall\">");
    while (text.length < 2500000)
        buffer_append_text(&text, "<event id=\"0\"><date>1999-01-31T12:00:00Z</date>"
                                  "<duration>00:30</duration></event>\n");
    buffer_append_text(&text, "<!--");
    for (size_t i = 0; i < 900000; i++)
        buffer_append_text(&text, "x");
    buffer_append_text(&text, "-->" EVENT_A TAIL);
    struct frab_case asked = {.text = text.data, .chunk = 1000};
    frab_case_run(&asked);
    assert_string_equal(asked.err.message, "");
    assert_true(asked.done);
    assert_string_equal(asked.lines.data, LINE_A);
    frab_case_release(&asked);
    buffer_release(&text);
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 20);
    buffer_append_text(&text, HEAD DAY "<room name=\"Hall\"><event id=\"1\"><title>");
    for (size_t i = 0; i < 20000; i++)
        buffer_append_text(&text, "\xE2\x82\xAC");
    buffer_append_text(&text, "</title><date>2026-01-31T12:00:00Z</date><duration>00:30</duration>"
                              "</event>" TAIL);
    struct frab_case asked = {.text = text.data, .chunk = 7};
    frab_case_run(&asked);
    assert_true(asked.done);
    assert_int_equal(asked.sessions.count, 1);
    assert_int_equal(strlen(asked.sessions.sessions[0].title), 1023);
    assert_null(strstr(asked.sessions.sessions[0].title, "\xEF\xBF\xBD"));
    frab_case_release(&asked);
    buffer_release(&text);
}

/* Either the events before the cut, marked partial, or an error. */
static void cut_anywhere_it_is_partial_or_refused(void **state)
{
    (void)state;
    static const char whole[] = HEAD DAY "<room name=\"Hall\">" EVENT_A TAIL;
    size_t length = sizeof whole - 1 - strlen("\n");
    for (size_t cut = 1; cut < length; cut++) {
        struct frab_case asked = {.text = whole, .length = cut};
        frab_case_run(&asked);
        if (asked.done)
            assert_true(asked.result.partial && asked.sessions.count == 1);
        frab_case_release(&asked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_becomes_a_session),
        cmocka_unit_test(dates_as_libraries_write_them),
        cmocka_unit_test(without_a_date_the_day_and_start_count),
        cmocka_unit_test(the_publishers_habits_hold_here_too),
        cmocka_unit_test(what_is_too_long_is_cut),
        cmocka_unit_test(what_stands_beside_events_is_none),
        cmocka_unit_test(times_and_durations_have_their_limits),
        cmocka_unit_test(pentabarf_tells_its_day_change),
        cmocka_unit_test(local_times_are_of_the_zone_that_the_feed_declares),
        cmocka_unit_test(what_can_not_be_read_is_told_and_the_rest_stays),
        cmocka_unit_test(repeated_guids_are_numbered_and_exact_repeats_dropped),
        cmocka_unit_test(only_the_rooms_events_are_taken),
        cmocka_unit_test(a_fault_yields_what_stands_before_it),
        cmocka_unit_test(entity_bombs_are_refused),
        cmocka_unit_test(other_xml_is_no_schedule),
        cmocka_unit_test(endless_things_are_refused),
        cmocka_unit_test(endless_names_are_refused),
        cmocka_unit_test(forms_that_are_allowed_too),
        cmocka_unit_test(utf8_by_another_name_is_utf8),
        cmocka_unit_test(encodings_of_one_byte_are_known),
        cmocka_unit_test(unknown_entities_stay_as_written),
        cmocka_unit_test(a_long_comment_far_down_is_passed_over),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(cut_anywhere_it_is_partial_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
