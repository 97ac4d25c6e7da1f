/* What publishers put together in titles and descriptions comes apart, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/publisher.h>

static enum publisher of(const char *prodid)
{
    return publisher_of(prodid, strlen(prodid));
}

static void test_publishers_are_told_by_prodid(void **state)
{
    (void)state;
    assert_int_equal(of("-//pretalx//pretalx.com//democon//talk//ABC"), PUBLISHER_PRETALX);
    assert_int_equal(of("-//com.denhaven2/NONSGML ri_cal gem//EN"), PUBLISHER_PERHAPS_FRAB);
    assert_int_equal(of("-//CERN//INDICO//EN"), PUBLISHER_INDICO);
    assert_int_equal(of("-//Pentabarf//Schedule 0.3//EN"), PUBLISHER_OTHER);
    assert_int_equal(of("-//Google Inc//Google Calendar 70.9054//EN"), PUBLISHER_OTHER);
    assert_int_equal(of("pretalx"), PUBLISHER_OTHER);
    assert_int_equal(of(""), PUBLISHER_OTHER);
}

/* As "title | speaker; speaker". */
static void expect(enum publisher publisher, const char *uid, const char *title,
                   const char *description, const char *wanted)
{
    struct session session;
    char text[4096];
    session_init(&session);
    session_set(&session.uid, uid);
    session_set(&session.url, "https://frab.example.org/en/camp/public/events/1");
    publisher_fill(publisher, title, description, &session);
    size_t length = (size_t)snprintf(text, sizeof text, "%s |", session.title);
    for (size_t i = 0; i < session.speaker_count && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s %s", i > 0 ? ";" : "",
                                   session.speakers[i]);
    assert_string_equal(text, wanted);
    session_release(&session);
}

static void test_pretalx_and_frab_titles(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Sync - Ada", "Sync | Ada"},
        {"Sync - engines - Ada Lovelace, Grace Hopper",
         "Sync - engines | Ada Lovelace; Grace Hopper"},
        {"Sync - Ada, Ada", "Sync | Ada"},
        {"Sync - engines -", "Sync - engines |"},
        {"Sync -", "Sync |"},
        {"Sync - 李小龙, O'Neil-Smith (they), @thezero",
         "Sync | 李小龙; O'Neil-Smith (they); @thezero"},
        /* nothing that could be names */
        {"Sync", "Sync |"},
        {"Sync-Ada", "Sync-Ada |"},
        {"Sync - what for?", "Sync - what for? |"},
        {"Sync - a tour: part 1", "Sync - a tour: part 1 |"},
        {"Sync - , Ada", "Sync - , Ada |"},
        {" - Ada", " - Ada |"},
        {"-", "- |"},
        {"", " |"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect(PUBLISHER_PRETALX, "1", cases[i][0], "Speakers: Nobody", cases[i][1]);
        expect(PUBLISHER_PERHAPS_FRAB, "1", cases[i][0], "Speakers: Nobody", cases[i][1]);
    }
    expect(PUBLISHER_OTHER, "1", "Sync - Ada", "Speakers: Nobody", "Sync - Ada |");
}

static void test_frab_is_told_by_the_address_too(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool is_frab;
    } cases[] = {
        {"https://frab.example.org/en/camp/public/events/12", true},
        {"https://example.org/congress/2011/Fahrplan/events/4816.html", true},
        {"https://example.org/events/12", false},
        {"https://example.org/public/events/", false},
        {"https://example.org/public/events/12/edit", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct session session;
        session_init(&session);
        session_set(&session.url, cases[i].url);
        publisher_fill(PUBLISHER_PERHAPS_FRAB, "Sync - Ada", "", &session);
        assert_int_equal(session.speaker_count, cases[i].is_frab);
        session_release(&session);
    }
}

static void test_indico_s_speakers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Speakers: Ada Lovelace", "T | Ada Lovelace"},
        {"Speakers: Ada (A, (B), C), Grace (D)\n\nAda (E), Joan", "T | Ada; Grace"},
        {"Speakers: Ada (A), Ada (B)", "T | Ada"},
        {"Speakers: Ada (A", "T | Ada"},
        {"Speakers: Ada), Grace", "T | Ada); Grace"},
        {"Speakers: (A), , Grace", "T | (A); Grace"},
        {"Speakers: ", "T |"},
        {"Speakers:", "T |"},
        {"On Speakers: Ada", "T |"},
        {"", "T |"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(PUBLISHER_INDICO, "indico-contribution-1", "T", cases[i][0], cases[i][1]);
}

static void test_indico_s_labels(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Sync [Hybrid]", "Sync |"},
        {"Sync [1] [Hybrid]", "Sync [1] |"},
        /* what these mean is read from the title elsewhere */
        {"Sync [Cancelled]", "Sync [Cancelled] |"},
        {"Sync [Moved]", "Sync [Moved] |"},
        {"[Hybrid]", "[Hybrid] |"},
        {"a[i]", "a[i] |"},
        {"]", "] |"},
        {"Sync [Hybrid] more", "Sync [Hybrid] more |"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(PUBLISHER_INDICO, "indico-event-1@example.org", cases[i][0], "", cases[i][1]);
    expect(PUBLISHER_INDICO, "indico-contribution-1@example.org", "Sync [Hybrid]", "",
           "Sync [Hybrid] |");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_publishers_are_told_by_prodid),
        cmocka_unit_test(test_pretalx_and_frab_titles),
        cmocka_unit_test(test_frab_is_told_by_the_address_too),
        cmocka_unit_test(test_indico_s_speakers),
        cmocka_unit_test(test_indico_s_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
