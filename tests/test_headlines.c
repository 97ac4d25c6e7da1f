/* RSS and Atom: which titles come out, in what order, and what broken or hostile feeds cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/headlines.h>
#include <roomsign/session.h>
#include <roomsign/utf8.h>

#include "random.h"

#define NOW "2026-03-12T09:00:00Z"

struct outcome {
    bool done;
    struct error err, fault;
    struct document document;
    /** The source and each title, a line each. */
    struct buffer lines;
};

static void read_feed(const char *text, size_t length, size_t chunk, struct outcome *ret_outcome)
{
    int64_t now_ms;
    assert_true(time_parse(NOW, NULL, &now_ms, NULL));
    *ret_outcome = (struct outcome){0};
    document_init(&ret_outcome->document);
    buffer_init(&ret_outcome->lines, 1 << 16);
    struct document_headlines *shown = &ret_outcome->document.headlines;
    struct headlines *headlines = headlines_new(now_ms);
    bool going = true;
    for (size_t at = 0; going && at < length; at += chunk) {
        size_t size = length - at < chunk ? length - at : chunk;
        /* A copy of its own, so that reading past a piece is found. */
        char *piece = malloc(size);
        assert_non_null(piece);
        memcpy(piece, text + at, size);
        going = headlines_push(headlines, piece, size, &ret_outcome->err);
        free(piece);
    }
    ret_outcome->done = headlines_finish(headlines, shown, &ret_outcome->fault, &ret_outcome->err);
    assert_true(going || !ret_outcome->done);
    headlines_free(headlines);
    assert_true(buffer_append_format(&ret_outcome->lines, "%s\n", shown->source));
    for (size_t i = 0; i < shown->count; i++)
        assert_true(buffer_append_format(&ret_outcome->lines, "%s\n", shown->titles[i]));
}

static void outcome_release(struct outcome *outcome)
{
    buffer_release(&outcome->lines);
    document_release(&outcome->document);
}

static void expect_bytes(const char *text, size_t length, const char *lines, const char *fault)
{
    const size_t chunks[] = {length + 1, 7, 1};
    for (size_t i = 0; i < 3; i++) {
        struct outcome outcome;
        read_feed(text, length, chunks[i], &outcome);
        assert_string_equal(outcome.err.message, "");
        assert_true(outcome.done);
        assert_string_equal(outcome.lines.data, lines);
        assert_string_equal(outcome.fault.message, fault);
        outcome_release(&outcome);
    }
}

static void expect(const char *text, const char *lines)
{
    expect_bytes(text, strlen(text), lines, "");
}

static void expect_error(const char *text, size_t length, const char *message)
{
    const size_t chunks[] = {length + 1, 7, 1};
    for (size_t i = 0; i < 3; i++) {
        struct outcome outcome;
        read_feed(text, length, chunks[i], &outcome);
        assert_false(outcome.done);
        assert_string_equal(outcome.err.message, message);
        assert_string_equal(outcome.lines.data, "\n");
        outcome_release(&outcome);
    }
}

static const char rss_2[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"\n"
    "     xmlns:atom=\"http://www.w3.org/2005/Atom\">\n"
    "<channel>\n"
    "  <title>House  news</title>\n"
    "  <atom:link rel=\"self\" href=\"https://example.org/news.xml\"/>\n"
    "  <image><title>The house's logo</title><url>https://example.org/logo.png</url></image>\n"
    "  <item><title>The lift is back</title>\n"
    "    <media:content><media:title>A lift</media:title></media:content>\n"
    "    <description><![CDATA[<title>not this</title>]]></description>\n"
    "    <pubDate>Mon, 09 Mar 2026 08:00:00 +0100</pubDate></item>\n"
    "  <item><media:title>Soup</media:title><title><![CDATA[Soup & bread\n at noon]]></title>\n"
    "    <pubDate>Wed, 11 Mar 2026 07:00:00 GMT</pubDate></item>\n"
    "  <item><title>Keys found</title><pubDate>Tue, 10 Mar 2026 23:30:00 -0500</pubDate>\n"
    "    <source url=\"https://example.net/\">Another <title>paper</title></source></item>\n"
    "</channel></rss>\n";

static const char rss_1[] =
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"\n"
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns=\"http://purl.org/rss/1.0/\">\n"
    "<channel rdf:about=\"https://example.org/\"><title>Library</title>\n"
    "<items><rdf:Seq><rdf:li rdf:resource=\"https://example.org/1\"/></rdf:Seq></items></channel>\n"
    "<image rdf:about=\"https://example.org/i\"><title>Logo</title></image>\n"
    "<item rdf:about=\"https://example.org/1\"><title>New shelves</title>\n"
    "<dc:title>Not the title</dc:title><dc:date>2026-03-01</dc:date></item>\n"
    "<item rdf:about=\"https://example.org/2\"><title>Open late</title>\n"
    "<dc:date>2026-03-02T18:00+01:00</dc:date></item></rdf:RDF>";

static const char atom[] =
    "<?xml version='1.0'?><feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
    "<title type=\"text\">Canteen</title><subtitle>What there is</subtitle>\n"
    "<updated>2026-03-12T08:00:00Z</updated>\n"
    "<entry><title>Use of &lt;b> in C</title><published>2026-03-01T08:00:00Z</published>\n"
    "<updated>2026-03-12T08:00:00Z</updated></entry>\n"
    "<entry><title type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">Two<br/><b>li</b>nes"
    "</div></title><source><title>Elsewhere</title></source>\n"
    "<updated>2026-03-02T08:00:00.25+01:00</updated></entry>\n"
    "</feed>";

static void rss_2_newest_first(void **state)
{
    (void)state;
    expect(rss_2, "House news\nSoup & bread at noon\nKeys found\nThe lift is back\n");
}

static void atom_by_publication_before_update(void **state)
{
    (void)state;
    expect(atom, "Canteen\nTwo lines\nUse of <b> in C\n");
}

static void rss_1_with_dublin_core_dates(void **state)
{
    (void)state;
    expect(rss_1, "Library\nOpen late\nNew shelves\n");
}

static void pieces_of_every_size_make_no_difference(void **state)
{
    (void)state;
    for (size_t chunk = 1; chunk <= sizeof rss_2; chunk++) {
        struct outcome outcome;
        read_feed(rss_2, strlen(rss_2), chunk, &outcome);
        assert_true(outcome.done);
        assert_string_equal(outcome.lines.data,
                            "House news\nSoup & bread at noon\nKeys found\nThe lift is back\n");
        outcome_release(&outcome);
    }
}

#define ITEM(title, rest) "<item><title>" title "</title>" rest "</item>"
#define RSS(items) "<rss version=\"2.0\"><channel><title>N</title>" items "</channel></rss>"

static void without_dates_the_feeds_order_stays(void **state)
{
    (void)state;
    expect(RSS(ITEM("b", "") ITEM("c", "") ITEM("a", "<pubDate>soon</pubDate>")), "N\nb\nc\na\n");
}

static void an_entry_without_a_date_follows_its_predecessor(void **state)
{
    (void)state;
    expect(RSS(ITEM("first", "") ITEM("old", "<pubDate>1 Mar 2026 10:00 GMT</pubDate>")
                   ITEM("older still", "") ITEM("new", "<pubDate>2026-03-11T10:00:00Z</pubDate>")),
           "N\nfirst\nnew\nold\nolder still\n");
}

/* Announcements of what is to come are dated so by some, and a wrong zone by others. */
static void a_date_far_ahead_says_nothing(void **state)
{
    (void)state;
    expect(RSS(ITEM("yesterday", "<pubDate>Wed, 11 Mar 2026 10:00:00 GMT</pubDate>")
                   ITEM("in a year", "<pubDate>Fri, 12 Mar 2027 10:00:00 GMT</pubDate>")
                       ITEM("old", "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>")
                           ITEM("in an hour", "<pubDate>Thu, 12 Mar 2026 10:00:00 GMT</pubDate>")),
           "N\nin an hour\nyesterday\nin a year\nold\n");
}

static void the_latest_eight_are_kept(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 20);
    assert_true(buffer_append_text(&text, "<rss><channel><title>N</title>"));
    /* 1 to 20 February, in an order that jumps about. */
    for (int i = 0; i < 20; i++) {
        int day = 1 + i * 7 % 20;
        assert_true(buffer_append_format(&text,
                                         "<item><title>day %d</title>"
                                         "<pubDate>%d Feb 2026 12:00:00 +0000</pubDate></item>",
                                         day, day));
    }
    assert_true(buffer_append_text(&text, "</channel></rss>"));
    expect(text.data, "N\nday 20\nday 19\nday 18\nday 17\nday 16\nday 15\nday 14\nday 13\n");
    buffer_release(&text);
    expect(RSS(ITEM("1", "") ITEM("2", "") ITEM("3", "") ITEM("4", "") ITEM("5", "") ITEM("6", "")
                   ITEM("7", "") ITEM("8", "") ITEM("9", "")),
           "N\n1\n2\n3\n4\n5\n6\n7\n8\n");
}

static void a_title_is_told_once(void **state)
{
    (void)state;
    expect(RSS(ITEM("twice", "<pubDate>1 Mar 2026 10:00 GMT</pubDate>")
                   ITEM("once", "<pubDate>3 Mar 2026 10:00 GMT</pubDate>")
                       ITEM("twice", "<pubDate>5 Mar 2026 10:00 GMT</pubDate>")
                           ITEM("once", "<pubDate>2 Mar 2026 10:00 GMT</pubDate>")),
           "N\ntwice\nonce\n");
}

static void entries_without_a_title_are_passed_over(void **state)
{
    (void)state;
    expect(RSS("<item><description>only this</description></item>" ITEM(" \n ", "")
                   ITEM("a&#9; \xE2\x80\xAE"
                        "b",
                        "")),
           "N\na b\n");
    const char *untitled = RSS("<item><description>a</description></item><item/>");
    expect_error(untitled, strlen(untitled), "none of its entries has a title (entries: 2)");
    /* Nothing new is no error. */
    expect(RSS(""), "N\n");
    expect("<feed xmlns=\"http://www.w3.org/2005/Atom\"/>", "\n");
}

static void prefixes_and_dates_of_other_vocabularies(void **state)
{
    (void)state;
    expect("<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:title>P</a:title><title>no</title>"
           "<a:entry><a:title>one</a:title><a:updated>2026-03-01T08:00:00Z</a:updated></a:entry>"
           "<a:entry><a:title>two</a:title><a:updated>2026-03-02T08:00:00Z</a:updated></a:entry>"
           "</a:feed>",
           "P\ntwo\none\n");
    expect(RSS(ITEM("one", "<a10:updated>2026-03-01T08:00:00Z</a10:updated>")
                   ITEM("two", "<dc:date>2026-03-02T08:00:00Z</dc:date>")),
           "N\ntwo\none\n");
}

static void markup_is_taken_out_where_it_may_stand(void **state)
{
    (void)state;
    expect(RSS(ITEM("Q&amp;amp;A &amp;#8211; &lt;b&gt;late&lt;/b&gt;", "")
                   ITEM("<![CDATA[Soup &amp; <em>bread</em>]]>", "")
                       ITEM("C&nbsp;&amp;&nbsp;C&eacute;line &copy;", "") ITEM("a &lt; b", "")),
           "N\nQ&A \xE2\x80\x93 late\nSoup & bread\n"
           "C\xC2\xA0&\xC2\xA0"
           "C\xC3\xA9line \xC2\xA9\na < b\n");
    expect(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title type=\"html\">A &lt;i>b&lt;/i></title>"
        "<entry><title type=\"html\">The &lt;b>lift&lt;/b> &amp;amp; I</title></entry>"
        "<entry><title>The &lt;b>tag&lt;/b> &amp;amp;</title></entry></feed>",
        "A b\nThe lift & I\nThe <b>tag</b> &amp;\n");
    expect("<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" "
           "\"http://my.netscape.com/publish/formats/rss-0.91.dtd\">" RSS(ITEM("caf&eacute;", "")),
           "N\ncaf\xC3\xA9\n");
}

static void dates_in_every_form(void **state)
{
    (void)state;
    static const char *const dates[] = {
        "Wed, 11 Mar 2026 10:00:01 GMT",   " 11 Mar 2026 05:00:02 EST\n",
        "Wed, 11 Mar 26 11:00:03 +0100",   "2026-03-11T10:00:04Z",
        "2026-03-11T11:00:05.5+01:00",     "2026-03-11T10:00:06",
        "Wed, 11 Mar 2026 10:00:07 +0000",
    };
    size_t count = sizeof dates / sizeof *dates;
    struct buffer text;
    buffer_init(&text, 1 << 16);
    assert_true(buffer_append_text(&text, "<rss><channel>" ITEM("day", "<dc:date>2026-03-11"
                                                                       "</dc:date>")));
    for (size_t i = 0; i < count; i++)
        assert_true(buffer_append_format(
            &text, "<item><title>%zu</title><pubDate>%s</pubDate></item>", i + 1, dates[i]));
    assert_true(buffer_append_text(&text, "</channel></rss>"));
    expect(text.data, "\n7\n6\n5\n4\n3\n2\n1\nday\n");
    buffer_release(&text);
}

static void encodings(void **state)
{
    (void)state;
    expect("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" RSS(ITEM("caf\xE9", "")),
           "N\ncaf\xC3\xA9\n");
    expect("<?xml version=\"1.0\" encoding=\"windows-1252\"?>" RSS(ITEM("5 \x80", "")),
           "N\n5 \xE2\x82\xAC\n");
    expect("\xEF\xBB\xBF\n <?xml version=\"1.0\"?>" RSS(ITEM("caf\xC3\xA9", "")),
           "N\ncaf\xC3\xA9\n");
    static const char narrow[] = RSS(ITEM("wide", ""));
    char wide[2 + 2 * sizeof narrow] = "\xFF\xFE";
    for (size_t i = 0; i + 1 < sizeof narrow; i++)
        wide[2 + 2 * i] = narrow[i];
    expect_bytes(wide, 2 * sizeof narrow, "N\nwide\n", "");
}

static void long_titles_are_cut_between_characters(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 20);
    assert_true(buffer_append_text(&text, "<rss><channel><item><title>a"));
    for (int i = 0; i < 10000; i++)
        assert_true(buffer_append_text(&text, "\xC3\xA9"));
    assert_true(buffer_append_text(&text, "</title></item></channel></rss>"));
    struct outcome outcome;
    read_feed(text.data, text.length, 1000, &outcome);
    assert_true(outcome.done);
    const char *title = outcome.document.headlines.titles[0];
    assert_int_equal(strlen(title), SESSION_TITLE_BYTES_MAX - 1);
    assert_true(utf8_valid(title, strlen(title)));
    outcome_release(&outcome);
    buffer_release(&text);
}

static void what_is_not_read_splits_no_character(void **state)
{
    (void)state;
    char text[HEADLINES_TEXT_BYTES_MAX + 256];
    int length = snprintf(text, sizeof text,
                          "<rss><channel><item><title>a%*s\xC3\xA9</title></item></channel></rss>",
                          HEADLINES_TEXT_BYTES_MAX - 2, "");
    expect_bytes(text, (size_t)length, "\na\n", "");
}

static void a_fault_yields_what_stands_before_it(void **state)
{
    (void)state;
    const char *text =
        "<rss><channel><title>N</title>\n" ITEM("one", "") "\n" ITEM("two & three", "")
            ITEM("four", "") "</channel></rss>";
    expect_bytes(text, strlen(text), "N\none\n",
                 "not well-formed XML from line 3 on (not well-formed (invalid token))");
    text = "<rss><channel><title>N</title>" ITEM("one", "") "<item><title>tw";
    expect_bytes(text, strlen(text), "N\none\n",
                 "not well-formed XML from line 1 on (no element found)");
    text = "<rss><channel><title>N</title>" ITEM("one", "") ITEM("caf\xE9", "") "</channel></rss>";
    expect_bytes(text, strlen(text), "N\none\n",
                 "not well-formed XML from line 1 on (not well-formed (invalid token))");
    expect_bytes("<rss><channel>" ITEM("one", "") "\0<item/></channel></rss>",
                 sizeof "<rss><channel>" ITEM("one", "") "\0<item/></channel></rss>" - 1, "\none\n",
                 "not well-formed XML from line 1 on (not well-formed (invalid token))");
}

static void cut_anywhere_it_yields_a_part_or_nothing(void **state)
{
    (void)state;
    const char *const feeds[] = {rss_2, rss_1, atom};
    for (size_t i = 0; i < 3; i++) {
        size_t most = 0;
        for (size_t length = 0; length < strlen(feeds[i]); length++) {
            struct outcome outcome;
            read_feed(feeds[i], length, 64, &outcome);
            assert_int_not_equal(outcome.done, outcome.err.message[0] != '\0');
            size_t count = outcome.document.headlines.count;
            assert_true(count >= most);
            most = count;
            bool is_whole = feeds[i][length] == '\n' && feeds[i][length + 1] == '\0';
            assert_int_equal(outcome.done && outcome.fault.message[0] == '\0', is_whole);
            outcome_release(&outcome);
        }
        assert_int_equal(most, i == 0 ? 3 : 2);
    }
}

static void spoilt_bytes_spoil_no_text(void **state)
{
    (void)state;
    const char *const feeds[] = {rss_2, rss_1, atom};
    struct random random = random_from(17);
    for (int round = 0; round < 3000; round++) {
        char *text = xstrdup(feeds[round % 3]);
        size_t length = strlen(text);
        for (int64_t i = random_below(&random, 4); i >= 0; i--)
            text[random_below(&random, (int64_t)length)] =
                "<>&;/\"'!-[]? \n\xC3\xFF\0x:="[random_below(&random, 20)];
        struct outcome outcome;
        read_feed(text, length, 1 + (size_t)random_below(&random, 100), &outcome);
        const struct document_headlines *shown = &outcome.document.headlines;
        assert_int_not_equal(outcome.done, outcome.err.message[0] != '\0');
        assert_true(shown->count <= 3);
        for (size_t i = 0; i < shown->count; i++) {
            assert_true(shown->titles[i][0] != '\0');
            assert_true(utf8_valid(shown->titles[i], strlen(shown->titles[i])));
        }
        outcome_release(&outcome);
        free(text);
    }
}

static void what_is_no_feed_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "not a news feed: empty"},
        {" \n\n", "not a news feed: empty"},
        {"<!DOCTYPE html><html><head><title>x</title>", "not a news feed: an HTML page"},
        {"\n<!doctype html>\n<html><br></html>", "not a news feed: an HTML page"},
        {"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "not a news feed: an HTML page"},
        {"<opml><body/></opml>", "not a news feed: XML that is neither RSS nor Atom"},
        {"{\"version\": \"https://jsonfeed.org/version/1.1\"}",
         "not a news feed: not well-formed XML from line 1 on (not well-formed (invalid token))"},
        {"<rss><channel><title>N</title>",
         "not a news feed: not well-formed XML from line 1 on (no element found)"},
        {"BEGIN:VCALENDAR\r\n",
         "not a news feed: not well-formed XML from line 1 on (syntax error)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_error(cases[i].text, strlen(cases[i].text), cases[i].message);
}

static void no_entity_is_ever_expanded(void **state)
{
    (void)state;
    const char *text = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                       "<rss><channel>" ITEM("&b;", "") "</channel></rss>";
    expect_error(text, strlen(text), "refused: it declares XML entities, which no news feed needs");
    text = "<!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
           "<rss><channel>" ITEM("&a;", "") "</channel></rss>";
    expect_error(text, strlen(text), "refused: it declares XML entities, which no news feed needs");
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1 << 20);
    assert_true(buffer_append_text(&text, "<rss><channel>" ITEM("one", "")));
    for (int i = 0; i < 1000; i++)
        assert_true(buffer_append_text(&text, "<x>"));
    expect_error(text.data, text.length, "not a news feed: its elements are nested too deep");
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rss_2_newest_first),
        cmocka_unit_test(rss_1_with_dublin_core_dates),
        cmocka_unit_test(atom_by_publication_before_update),
        cmocka_unit_test(pieces_of_every_size_make_no_difference),
        cmocka_unit_test(without_dates_the_feeds_order_stays),
        cmocka_unit_test(an_entry_without_a_date_follows_its_predecessor),
        cmocka_unit_test(a_date_far_ahead_says_nothing),
        cmocka_unit_test(the_latest_eight_are_kept),
        cmocka_unit_test(a_title_is_told_once),
        cmocka_unit_test(entries_without_a_title_are_passed_over),
        cmocka_unit_test(prefixes_and_dates_of_other_vocabularies),
        cmocka_unit_test(markup_is_taken_out_where_it_may_stand),
        cmocka_unit_test(dates_in_every_form),
        cmocka_unit_test(encodings),
        cmocka_unit_test(long_titles_are_cut_between_characters),
        cmocka_unit_test(what_is_not_read_splits_no_character),
        cmocka_unit_test(a_fault_yields_what_stands_before_it),
        cmocka_unit_test(cut_anywhere_it_yields_a_part_or_nothing),
        cmocka_unit_test(spoilt_bytes_spoil_no_text),
        cmocka_unit_test(what_is_no_feed_is_named),
        cmocka_unit_test(no_entity_is_ever_expanded),
        cmocka_unit_test(nesting_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
