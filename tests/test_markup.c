/* What is markup in a title, and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/error.h>
#include <roomsign/markup.h>
#include <roomsign/title_mark.h>
#include <roomsign/utf8.h>

#include "random.h"

static void expect(const char *text, const char *wanted)
{
    char *stripped = xstrdup(text);
    markup_strip(&stripped);
    if (strcmp(stripped, wanted) != 0)
        fail_msg("'%s' became '%s', not '%s'", text, stripped, wanted);
    free(stripped);
}

static void test_markdown(void **state)
{
    (void)state;
    expect("Rust **without** fear", "Rust without fear");
    expect("**Rust** without fear", "Rust without fear");
    expect("__Rust in anger__: a tour", "Rust in anger: a tour");
    expect("***Rust***", "Rust");
    expect("Fixing CVEs: _almost_ everything", "Fixing CVEs: almost everything");
    expect("(*really*)", "(really)");
    expect("**bold, *both* and _it_**", "bold, both and it");
    expect("**_both_**", "both");
    expect("~~Old~~ New", "Old New");
    expect("Why don't we have `libsync` yet?", "Why don't we have libsync yet?");
    expect("``a ` b``", "a ` b");
    expect("`uv`, `prek`", "uv, prek");
    expect("これは**太字**です", "これは太字です");
    expect("A [talk](https://example.org/a_(b)) on sync", "A talk on sync");
    expect("[**Talk**](/talks/1)", "Talk");
    expect("![Logo](https://example.org/a.png) Talk", "Logo Talk");
    expect("Go! C! now!", "Go! C! now!");
    expect("[Go!] (1) [C][2] ![", "[Go!] (1) [C][2] ![");
}

static void test_code_stays_as_it_is(void **state)
{
    (void)state;
    expect("The `__init__` of `**kwargs`", "The __init__ of **kwargs");
    expect("`Vec<b>x</b>`", "Vec<b>x</b>");
    expect("`a &amp;&amp; b`", "a && b");
}

static void test_html(void **state)
{
    (void)state;
    expect("<b>Bold</b> and <i>it</i>", "Bold and it");
    expect("<STRONG class=\"x\">Bold</strong>", "Bold");
    expect("<p>One</p><p>Two</p>", "One Two");
    expect("One<br>Two<br/>Three<br />Four", "One Two Three Four");
    expect("<a href=\"https://example.org/?a=1&amp;b=2\">Talk</a>", "Talk");
    expect("<span style='a'><b>x</b></span>", "x");
}

static void test_entities_once(void **state)
{
    (void)state;
    expect("Q&amp;A", "Q&A");
    expect("Q&amp;amp;A", "Q&amp;A");
    expect("It&#39;s &#x27;it&#X27;", "It's 'it'");
    expect("Gr&uuml;&szlig;e &ndash; &hellip;", "Grüße – …");
    expect("One&nbsp;two", "One\u00A0two");
    expect("&#128512;", "\U0001F600");
    /* a title about a tag, and about an entity */
    expect("Why &lt;b&gt; and &lt;/b&gt;", "Why <b> and </b>");
    expect("Vec&lt;T&gt;", "Vec<T>");
    /* nothing that nobody can read */
    expect("a&#0;b", "a&#0;b");
    expect("a&#7;b", "a b");
    expect("a&#xD800;b", "a&#xD800;b");
    expect("a&#x110000;b", "a&#x110000;b");
    expect("a&#99999999999;b", "a&#99999999999;b");
    expect("a&#8238;b", "ab");
}

/* All that HTML 4 names and titles hold. */
static void test_named_entities(void **state)
{
    (void)state;
    expect("&amp; &lt; &gt; &quot; &iexcl; &pound; &sect; &copy; &laquo; &reg; &deg; "
           "&middot; &raquo; &iquest; &Agrave; &Aacute; &Acirc; &Atilde; &Auml; &Aring; "
           "&AElig; &Ccedil; &Egrave; &Eacute; &Ecirc; &Euml; &Iacute; &Ntilde; &Oacute; "
           "&Ocirc; &Otilde; &Ouml; &times; &Oslash; &Uacute; &Uuml; &szlig; &agrave; "
           "&aacute; &acirc; &atilde; &auml; &aring; &aelig; &ccedil; &egrave; &eacute; "
           "&ecirc; &euml; &igrave; &iacute; &icirc; &iuml; &ntilde; &ograve; &oacute; "
           "&ocirc; &otilde; &ouml; &oslash; &ugrave; &uacute; &ucirc; &uuml; &yacute; "
           "&ndash; &mdash; &lsquo; &rsquo; &sbquo; &ldquo; &rdquo; &bdquo; &bull; &hellip; "
           "&euro; &trade; &rarr;",
           "& < > \" \u00A1 \u00A3 \u00A7 \u00A9 \u00AB \u00AE \u00B0 \u00B7 \u00BB "
           "\u00BF \u00C0 \u00C1 \u00C2 \u00C3 \u00C4 \u00C5 \u00C6 \u00C7 \u00C8 \u00C9 "
           "\u00CA \u00CB \u00CD \u00D1 \u00D3 \u00D4 \u00D5 \u00D6 \u00D7 \u00D8 \u00DA "
           "\u00DC \u00DF \u00E0 \u00E1 \u00E2 \u00E3 \u00E4 \u00E5 \u00E6 \u00E7 \u00E8 "
           "\u00E9 \u00EA \u00EB \u00EC \u00ED \u00EE \u00EF \u00F1 \u00F2 \u00F3 \u00F4 "
           "\u00F5 \u00F6 \u00F8 \u00F9 \u00FA \u00FB \u00FC \u00FD \u2013 \u2014 \u2018 "
           "\u2019 \u201A \u201C \u201D \u201E \u2022 \u2026 \u20AC \u2122 \u2192");
    expect("a&shy;b", "a\u00ADb");
}

static void test_titles_are_no_markup(void **state)
{
    (void)state;
    static const char *const titles[] = {
        "C++ & <T>",
        "Vec<T> and Option<i32>",
        "Vec<u8>, Cell<a>, List<b>",
        "a < b, c > d",
        "From <b> to <strong>",
        "The <br of it",
        "<script>alert(1)</script>",
        "</b> alone",
        "snake_case_name and another_one",
        "time_t and size_t",
        "5 * 3 * 2",
        "5*3*2",
        "__init__",
        "What __init__ and __main__ do",
        "*args and **kwargs",
        "macOS and *BSD?",
        "Open* Practices and Technology",
        "A Brief* overview",
        "How Much?* - Leveraging",
        "How the **** do I do that?",
        "TRANS*FEMINIST",
        "/* comment */ and // comment",
        "src/*.c and src/*.h",
        "O_o [ Flang + WASM ] o_O",
        "[Mega Game] Two Rooms",
        "arr[i](j)",
        "[1] (2)",
        "![no](end",
        "GNU `quoted' and `more'",
        "~/.config and ~root",
        "R&D; AT&T; Q&A &sim. &unknown;",
        "&; &#; &#x; &amp",
        "#hashtag # a router",
        "\\*not bold\\* and \\_",
        "\\o/",
        "**",
        "`",
        "<",
        "[",
        "![",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        expect(titles[i], titles[i]);
    expect("<p> </p>", "<p> </p>");
}

static void test_what_is_nested_too_deep_stays(void **state)
{
    (void)state;
    expect("<b><i><em><strong><u><s><span><code>x</code></span></s></u></strong></em></i></b>",
           "x");
    expect(
        "<b><i><em><strong><u><s><span><code><q>x</q></code></span></s></u></strong></em></i></b>",
        "<q>x</q>");
}

/* Far below what the depth and the tries allow everything is taken out, far above it nothing is
 * lost or slow. */
static void test_nests_and_bombs(void **state)
{
    (void)state;
    enum { PAIRS = 200, MARKS = 100000 };
    char *text = xcalloc(MARKS * 4, 1);
    for (size_t i = 0; i < PAIRS; i++)
        memcpy(text + 3 * i, "<b>", 3);
    text[3 * PAIRS] = 'x';
    for (size_t i = 0; i < PAIRS; i++)
        memcpy(text + 3 * PAIRS + 1 + 4 * i, "</b>", 4);
    markup_strip(&text);
    assert_non_null(strchr(text, 'x'));
    free(text);
    static const char *const bombs[] = {"*a ", "_a ", "`a ", "<b>", "[a](", "**a_", "&a;", "<a b="};
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        size_t length = strlen(bombs[i]);
        text = xcalloc(MARKS + 1, 1);
        for (size_t at = 0; at + length <= MARKS; at += length)
            memcpy(text + at, bombs[i], length);
        char *clean = utf8_clean(text, strlen(text), MARKS);
        markup_strip(&text);
        assert_string_equal(text, clean);
        free(clean);
        free(text);
    }
}

static void test_what_follows_too_many_marks_stays(void **state)
{
    (void)state;
    char text[4 * MARKUP_TRIES_MAX + 64] = "", wanted[sizeof text];
    for (size_t i = 0; i < MARKUP_TRIES_MAX; i++)
        memcpy(text + 3 * i, "*a ", 4);
    size_t marks = strlen(text);
    memcpy(text + marks, "<b>b</b> &amp;", sizeof "<b>b</b> &amp;");
    memcpy(wanted, text, marks);
    memcpy(wanted + marks, "<b>b</b> &", sizeof "<b>b</b> &");
    expect(text, wanted);
    memcpy(wanted, text + 3, marks - 3);
    memcpy(wanted + marks - 3, "b &", sizeof "b &");
    expect(text + 3, wanted);
}

static void test_every_cut_of_a_marked_text_is_read(void **state)
{
    (void)state;
    static const char whole[] =
        "**a** _b_ `c` [d](https://e) <b x=1>f</b> &amp;&#39; ~~g~~ 太**字**";
    for (size_t length = 0; length < sizeof whole; length++) {
        char *text = xcalloc(length + 1, 1);
        memcpy(text, whole, length);
        markup_strip(&text);
        assert_true(strlen(text) <= length);
        free(text);
    }
}

/* Nothing that can be put together of marks is read past its end, grows, or stops being text. */
static void test_random_marks(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "*",  "**", "_",   "__",   "`",     "~~",     "[",       "](http://",  ")",
        "!",  "<b", ">",   "</b>", "<br/>", "<a x=",  "&amp;",   "&#x26;",     "&",
        ";",  " ",  "a",   "é",    "太",    "\\",     "(",       "CANCELLED ", "cancelled",
        ": ", "]",  " - ", "【",   "】",    "\u00A0", "MOVED: ", "/",
    };
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        struct random random = random_from(seed);
        struct title_reading reading;
        char text[512] = "";
        size_t length = 0;
        for (int64_t i = random_below(&random, 24); i >= 0; i--) {
            const char *piece = pieces[random_below(&random, sizeof pieces / sizeof *pieces)];
            memcpy(text + length, piece, strlen(piece) + 1);
            length += strlen(piece);
        }
        char *stripped = xstrdup(text);
        markup_strip(&stripped);
        bool good = strlen(stripped) <= length && utf8_valid(stripped, strlen(stripped));
        title_mark_read(stripped, &reading);
        good = good && utf8_valid(reading.shown, reading.shown_length) &&
               utf8_valid(reading.subject, reading.subject_length) &&
               reading.shown + reading.shown_length <= stripped + strlen(stripped);
        if (!good)
            fail_msg("seed %llu: '%s'", (unsigned long long)seed, text);
        free(stripped);
    }
}

static void test_places_are_decoded_line_by_line(void **state)
{
    (void)state;
    char place[] = "Q&amp;A room\nTown &amp;amp; Country\n**IN**&";
    markup_decode(place);
    assert_string_equal(place, "Q&A room\nTown &amp; Country\n**IN**&");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_code_stays_as_it_is),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_entities_once),
        cmocka_unit_test(test_named_entities),
        cmocka_unit_test(test_titles_are_no_markup),
        cmocka_unit_test(test_what_is_nested_too_deep_stays),
        cmocka_unit_test(test_nests_and_bombs),
        cmocka_unit_test(test_what_follows_too_many_marks_stays),
        cmocka_unit_test(test_every_cut_of_a_marked_text_is_read),
        cmocka_unit_test(test_random_marks),
        cmocka_unit_test(test_places_are_decoded_line_by_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
