#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/phrase.h>

#include "sample.h"

static struct zone zone;

static struct phrasing phrasing_of(const char *language, bool clock_12h)
{
    return (struct phrasing){.words = words_for(language),
                             .dates = words_dates_for(language),
                             .zone = &zone,
                             .clock_12h = clock_12h};
}

static int setup(void **state)
{
    (void)state;
    zone_utc(&zone);
    return 0;
}

/* AT(0, 0) is Saturday, 31 January 2026. */
static void test_dates_as_each_place_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *language, *date, *first;
    } cases[] = {
        {"en", "Sat 31 Jan", "Sun 1 Feb"},
        {"en-GB", "Sat 31 Jan", "Sun 1 Feb"},
        {"en-US", "Sat, Jan 31", "Sun, Feb 1"},
        {"de", "Sa. 31. Jan.", "So. 1. Feb."},
        {"fr-BE", "sam. 31 janv.", "dim. 1er févr."},
        {"nl", "za 31 jan", "zo 1 feb"},
        {"es", "sáb, 31 ene", "dom, 1 feb"},
        {"pt-BR", "sáb., 31 de jan.", "dom., 1 de fev."},
        {"hi", "शनि, 31 जन॰", "रवि, 1 फ़र॰"},
        {"ar", "السبت، 31 يناير", "الأحد، 1 فبراير"},
        {"ar-JO", "السبت، 31 كانون الثاني", "الأحد، 1 شباط"},
        {"ja", "1月31日(土)", "2月1日(日)"},
    };
    char text[VIEW_SHORT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phrasing phrasing = phrasing_of(cases[i].language, false);
        phrase_date(&phrasing, AT(12, 0), text, sizeof text);
        assert_string_equal(text, cases[i].date);
        phrase_date(&phrasing, AT(36, 0), text, sizeof text);
        assert_string_equal(text, cases[i].first);
    }
}

static void test_times_by_both_clocks(void **state)
{
    (void)state;
    static const struct {
        const char *language, *afternoon, *noon, *midnight;
    } cases[] = {
        {"en", "2:30 PM", "12:05 PM", "12:05 AM"},
        {"de", "2:30\u00a0PM", "12:05\u00a0PM", "12:05\u00a0AM"},
        {"es", "2:30\u00a0p.\u00a0m.", "12:05\u00a0p.\u00a0m.", "12:05\u00a0a.\u00a0m."},
        {"hi", "2:30\u00a0pm", "12:05\u00a0pm", "12:05\u00a0am"},
        {"ar", "2:30\u00a0م", "12:05\u00a0م", "12:05\u00a0ص"},
        {"ja", "午後2:30", "午後0:05", "午前0:05"},
    };
    char text[VIEW_SHORT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phrasing phrasing = phrasing_of(cases[i].language, true);
        phrase_time(&phrasing, AT(14, 30), text, sizeof text);
        assert_string_equal(text, cases[i].afternoon);
        phrase_time(&phrasing, AT(12, 5), text, sizeof text);
        assert_string_equal(text, cases[i].noon);
        phrase_time(&phrasing, AT(0, 5), text, sizeof text);
        assert_string_equal(text, cases[i].midnight);
        phrasing.clock_12h = false;
        phrase_time(&phrasing, AT(14, 30), text, sizeof text);
        assert_string_equal(text, "14:30");
        phrase_time(&phrasing, AT(9, 5), text, sizeof text);
        assert_string_equal(text, "09:05");
    }
}

/* What isn't a digit stands beside the large ones, where that is where it is written. */
static void test_a_moment_in_the_place_of_the_countdown(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        bool clock_12h;
        const char *digits, *unit;
    } cases[] = {
        {"en", false, "14:30", ""},         {"en", true, "2:30", "PM"},
        {"es", true, "2:30", "p.\u00a0m."}, {"ar", true, "2:30", "م"},
        {"ja", true, "午後2:30", ""},
    };
    struct view_count count[2];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phrasing phrasing = phrasing_of(cases[i].language, cases[i].clock_12h);
        phrase_moment(&phrasing, AT(14, 30), count);
        assert_string_equal(count[0].digits, cases[i].digits);
        assert_string_equal(count[0].unit, cases[i].unit);
        assert_string_equal(count[1].digits, "");
    }
}

static void test_a_range_starts_where_the_language_does(void **state)
{
    (void)state;
    char text[VIEW_NAME_BYTES];
    struct phrasing english = phrasing_of("en", false), arabic = phrasing_of("ar", false);
    phrase_range(&english, AT(10, 30), AT(11, 20), text, sizeof text);
    assert_string_equal(text, "10:30 – 11:20");
    /* Without the mark nothing in it would tell that it is read from the right. */
    phrase_range(&arabic, AT(10, 30), AT(11, 20), text, sizeof text);
    assert_string_equal(text, "\u200f10:30 – 11:20");
}

static void test_a_room_from_right_to_left_is_set_off(void **state)
{
    (void)state;
    static const struct {
        const char *language, *name, *text;
    } cases[] = {
        {"en", "Room 1", "Room 1"},
        {"en", "قاعة 1", "\u2068قاعة 1\u2069"},
        {"ja", "Room אולם", "\u2068Room אולם\u2069"},
        /* Its phrases set names off themselves. */
        {"ar", "قاعة 1", "قاعة 1"},
        {"ar", "Room 1", "Room 1"},
        /* Cut, the mark that ends it stays. */
        {"en", "Room 1 in the other building", "Room 1 in the other …"},
        {"en", "אולם בבניין השני", "\u2068אולם בב…\u2069"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[24], zeroes[24] = "";
        struct phrasing phrasing = phrasing_of(cases[i].language, false);
        memset(text, 'x', sizeof text);
        phrase_room(&phrasing, cases[i].name, text, sizeof text);
        assert_string_equal(text, cases[i].text);
        size_t length = strlen(text);
        assert_memory_equal(text + length, zeroes, sizeof text - length);
    }
}

static void test_other_days_in_other_languages(void **state)
{
    (void)state;
    static const struct {
        const char *language, *tomorrow, *weekday, *date;
    } cases[] = {
        {"de", "morgen 10:00", "Mo. 10:00", "So. 8. Feb., 10:00"},
        {"fr", "demain 10:00", "lun. 10:00", "dim. 8 févr., 10:00"},
        {"ja", "明日 10:00", "月曜 10:00", "2月8日(日) 10:00"},
        {"ar", "غدًا 10:00", "الاثنين 10:00", "الأحد، 8 فبراير، 10:00"},
    };
    char text[VIEW_SHORT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phrasing phrasing = phrasing_of(cases[i].language, false);
        phrase_when(&phrasing, AT(20, 0), AT(34, 0), text, sizeof text);
        assert_string_equal(text, cases[i].tomorrow);
        phrase_when(&phrasing, AT(20, 0), AT(58, 0), text, sizeof text);
        assert_string_equal(text, cases[i].weekday);
        phrase_when(&phrasing, AT(20, 0), AT(8 * 24 + 10, 0), text, sizeof text);
        assert_string_equal(text, cases[i].date);
    }
}

/* The longest day, month and time of every language: whole in the smallest buffer. */
static void test_no_date_is_cut(void **state)
{
    (void)state;
    char text[VIEW_SHORT_BYTES], whole[4 * VIEW_SHORT_BYTES];
    static const char *const levant[] = {"ar-LB"};
    for (int i = 0; i <= WORDS_COUNT; i++) {
        const char *language = i < WORDS_COUNT ? words_at(i)->language : levant[0];
        struct phrasing phrasing = phrasing_of(language, true);
        for (int day = 8; day < 400; day++) {
            phrase_when(&phrasing, AT(20, 0), AT(day * 24 + 23, 59), text, sizeof text);
            phrase_when(&phrasing, AT(20, 0), AT(day * 24 + 23, 59), whole, sizeof whole);
            assert_string_equal(text, whole);
        }
    }
}

static void test_minutes_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        int minutes;
        const char *first, *first_unit, *second, *second_unit;
    } cases[] = {
        {"en", 32, "32", "min", "", ""},      {"nl", 120, "2", "u", "", ""},
        {"ja", 100, "1", "時間", "40", "分"}, {"ar", 5, "5", "دقائق", "", ""},
        {"ar", 32, "32", "دقيقة", "", ""},    {"ar", 182, "3", "ساعات", "2", "دقيقتين"},
        {"hi", 160, "2", "घंटे", "40", "मिनट"},
    };
    struct view_count count[2];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phrasing phrasing = phrasing_of(cases[i].language, false);
        phrase_minutes(&phrasing, cases[i].minutes, count);
        assert_string_equal(count[0].digits, cases[i].first);
        assert_string_equal(count[0].unit, cases[i].first_unit);
        assert_string_equal(count[1].digits, cases[i].second);
        assert_string_equal(count[1].unit, cases[i].second_unit);
    }
}

static void test_names_are_joined_as_the_language_does(void **state)
{
    (void)state;
    char *speakers[] = {"Ada", "花子", "Grace"};
    struct session session = {.speakers = speakers, .speaker_count = 3};
    char text[VIEW_TEXT_BYTES];
    struct phrasing german = phrasing_of("de", false), japanese = phrasing_of("ja", false);
    phrase_speakers(&german, &session, text, sizeof text);
    assert_string_equal(text, "Ada, 花子, Grace");
    phrase_speakers(&japanese, &session, text, sizeof text);
    assert_string_equal(text, "Ada、花子、Grace");
    phrase_speakers(&japanese, &session, text, VIEW_SHORT_BYTES + 10);
    assert_string_equal(text, "Ada ほか2名");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_as_each_place_writes_them),
        cmocka_unit_test(test_times_by_both_clocks),
        cmocka_unit_test(test_a_moment_in_the_place_of_the_countdown),
        cmocka_unit_test(test_a_range_starts_where_the_language_does),
        cmocka_unit_test(test_a_room_from_right_to_left_is_set_off),
        cmocka_unit_test(test_other_days_in_other_languages),
        cmocka_unit_test(test_no_date_is_cut),
        cmocka_unit_test(test_minutes_in_words),
        cmocka_unit_test(test_names_are_joined_as_the_language_does),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
