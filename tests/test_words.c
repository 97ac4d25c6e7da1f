#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uenum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include <roomsign/text.h>
#include <roomsign/utf8.h>
#include <roomsign/view.h>
#include <roomsign/words.h>

/* A table of words is an array of phrases, but for its end. */
#define PHRASE_COUNT (offsetof(struct words, counted) / sizeof(char *))
#define COUNTED_COUNT (sizeof(struct words_counted) / sizeof(struct words_of_number))
#define FORM_COUNT 6
static_assert(offsetof(struct words, counted) % sizeof(char *) == 0, "phrases only");
static_assert(sizeof(struct words_of_number) == FORM_COUNT * sizeof(char *), "forms only");

static const char *const categories[FORM_COUNT] = {"zero", "one", "two", "few", "many", "other"};

static const char *phrase_at(const struct words *words, size_t index)
{
    return ((const char *const *)words)[index];
}

static const struct words_of_number *counted_at(const struct words *words, size_t index)
{
    return &((const struct words_of_number *)&words->counted)[index];
}

static const char *form_at(const struct words_of_number *forms, size_t index)
{
    return ((const char *const *)forms)[index];
}

/* The end of the done[] and refused[] that no key press leads to. */
static bool may_be_empty(const struct words *words, size_t index)
{
    const char *const *place = (const char *const *)words + index;
    return place == &words->done[COMMAND_EXTEND] || place == &words->refused[COMMAND_REFUSAL_NONE];
}

/* Which places the phrase has, as bits: {}, {1}, {2}, {3}; each at most once. */
static unsigned places_of(const char *phrase)
{
    static const char *const names[] = {"{}", "{1}", "{2}", "{3}"};
    unsigned places = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *at = strstr(phrase, names[i]);
        if (at) {
            assert_null(strstr(at + 1, names[i]));
            places |= 1u << i;
        }
    }
    return places;
}

static void check_sound(const struct words *words, const char *phrase)
{
    size_t length = strlen(phrase);
    if (!utf8_valid(phrase, length)) {
        fail_msg("%s: no UTF-8: %s", words->language, phrase);
    }
    /* With a room's name, a day and a time in it. */
    if (length > VIEW_NAME_BYTES - 2 * VIEW_SHORT_BYTES + 48 && places_of(phrase)) {
        fail_msg("%s: too long with what stands in it: %s", words->language, phrase);
    }
    if (length > 0 && (phrase[0] == ' ' || strstr(phrase, "  ") || strchr(phrase, '\'')) &&
        strcmp(words->language, "en") != 0) {
        fail_msg("%s: blanks or a typewriter's apostrophe: %s", words->language, phrase);
    }
}

static void test_no_table_misses_a_phrase(void **state)
{
    (void)state;
    const struct words *english = words_for("en");
    for (int i = 0; i < WORDS_COUNT; i++) {
        const struct words *words = words_at(i);
        for (size_t j = 0; j < PHRASE_COUNT; j++) {
            const char *phrase = phrase_at(words, j);
            if (!phrase || (!phrase[0] && !may_be_empty(words, j))) {
                fail_msg("%s: phrase %zu (\"%s\") is missing", words->language, j,
                         phrase_at(english, j));
            }
            if (phrase != words->list_comma) {
                check_sound(words, phrase);
            }
            if (places_of(phrase) != places_of(phrase_at(english, j))) {
                fail_msg("%s: other places than \"%s\": %s", words->language, phrase_at(english, j),
                         phrase);
            }
        }
    }
}

/* Short enough for the buffers that they are put into. */
static void test_what_stands_alone_is_short(void **state)
{
    (void)state;
    for (int i = 0; i < WORDS_COUNT; i++) {
        const struct words *words = words_at(i);
        for (size_t j = 0; j < PHRASE_COUNT; j++) {
            assert_true(strlen(phrase_at(words, j)) < VIEW_NAME_BYTES);
        }
        assert_true(strlen(words->later) < VIEW_SHORT_BYTES);
        /* They are set in capitals on one line beside a mark. */
        const char *phases[] = {words->in_session,   words->ending_soon,   words->running_over,
                                words->past_its_end, words->starting_soon, words->free,
                                words->closed,       words->pause,         words->waiting,
                                words->not_found,    words->clock_unset};
        for (size_t j = 0; j < sizeof phases / sizeof *phases; j++) {
            size_t characters = 0;
            for (size_t at = 0; phases[j][at];) {
                utf8_next(phases[j], strlen(phases[j]), &at);
                characters++;
            }
            if (characters > 20) {
                fail_msg("%s: %zu characters: %s", words->language, characters, phases[j]);
            }
        }
    }
}

/* What is held still counts down to its planned end: that it has none would be another thing. */
static void test_held_says_nothing_of_an_end(void **state)
{
    static const char *const ends[] = {"Ende", "fin", "fim", "inde", "end", "終了", "نهاية", "अंत"};
    (void)state;
    for (int i = 0; i < WORDS_COUNT; i++) {
        const struct words *words = words_at(i);
        const char *phrases[] = {words->held, words->done[COMMAND_HOLD],
                                 words->refused[COMMAND_REFUSAL_HELD],
                                 words->refused[COMMAND_REFUSAL_NOT_HELD]};
        for (size_t j = 0; j < sizeof phrases / sizeof *phrases; j++) {
            for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
                if (strstr(phrases[j], ends[k])) {
                    fail_msg("%s: %s", words->language, phrases[j]);
                }
            }
        }
    }
}

static const char *category_of(const char *language, int number, char text[static 16])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar keyword[16];
    UPluralRules *rules = uplrules_open(language, &status);
    int32_t length = uplrules_select(rules, number, keyword, 15, &status);
    uplrules_close(rules);
    assert_true(U_SUCCESS(status));
    keyword[length] = 0;
    u_UCharsToChars(keyword, text, length + 1);
    return text;
}

/* How many of the first hundred numbers the category is for. */
static int numbers_in(const char *language, const char *category)
{
    int count = 0;
    char text[16];
    for (int number = 0; number < 100; number++) {
        count += strcmp(category_of(language, number, text), category) == 0;
    }
    return count;
}

static void check_category(const struct words *words, const char *category)
{
    size_t form = 0;
    while (strcmp(categories[form], category) != 0) {
        form++;
    }
    bool one_number = numbers_in(words->language, category) == 1;
    for (size_t i = 0; i < COUNTED_COUNT; i++) {
        const struct words_of_number *forms = counted_at(words, i);
        const char *phrase = form_at(forms, form);
        bool unit = forms == &words->counted.unit_minutes || forms == &words->counted.unit_hours;
        if (!phrase || !phrase[0]) {
            fail_msg("%s: phrase %zu (\"%s\") has no form for %s", words->language, i, forms->other,
                     category);
            return;
        }
        check_sound(words, phrase);
        if (unit ? places_of(phrase) != 0 : places_of(phrase) != 1 && !one_number) {
            fail_msg("%s: no number, or more: %s", words->language, phrase);
        }
    }
}

static void test_every_plural_category_has_its_form(void **state)
{
    (void)state;
    for (int i = 0; i < WORDS_COUNT; i++) {
        const struct words *words = words_at(i);
        UErrorCode status = U_ZERO_ERROR;
        UPluralRules *rules = uplrules_open(words->language, &status);
        UEnumeration *keywords = uplrules_getKeywords(rules, &status);
        int32_t length;
        const char *keyword;
        int count = 0;
        while ((keyword = uenum_next(keywords, &length, &status)) != NULL) {
            check_category(words, keyword);
            count++;
        }
        assert_true(U_SUCCESS(status) && count > 0);
        uenum_close(keywords);
        uplrules_close(rules);
    }
}

static void test_numbers_take_their_form(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        int number;
        const char *more, *hours;
    } cases[] = {
        {"en", 1, "1 more", "h"},
        {"fr", 0, "0 autre", "h"},
        {"fr", 1, "1 autre", "h"},
        {"fr", 2, "2 autres", "h"},
        {"hi", 0, "0 और", "घंटा"},
        {"hi", 1, "1 और", "घंटा"},
        {"hi", 2, "2 और", "घंटे"},
        {"ja", 1, "ほか1件", "時間"},
        {"ar", 1, "جلسة أخرى", "ساعة"},
        {"ar", 2, "جلستان أخريان", "ساعتين"},
        {"ar", 3, "3 جلسات أخرى", "ساعات"},
        {"ar", 10, "10 جلسات أخرى", "ساعات"},
        {"ar", 11, "11 جلسة أخرى", "ساعة"},
        {"ar", 100, "100 جلسة أخرى", "ساعة"},
        {"ar", 103, "103 جلسات أخرى", "ساعات"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct words *words = words_for(cases[i].language);
        char text[VIEW_SHORT_BYTES];
        words_fill_number(text, sizeof text, words, &words->counted.more_sessions, cases[i].number);
        assert_string_equal(text, cases[i].more);
        assert_string_equal(words_of(words, &words->counted.unit_hours, cases[i].number),
                            cases[i].hours);
    }
}

static void test_the_nearest_language_is_taken(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"de", "de"},    {"de-AT", "de"}, {"DE-ch", "de"}, {"pt-BR", "pt"},
        {"en-US", "en"}, {"", "en"},      {"zz", "en"},    {"zh-Hant", "en"},
        {"fry", "en"},   {"d", "en"},     {"ar-LB", "ar"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(words_for(cases[i][0])->language, cases[i][1]);
    }
    assert_true(words_has("de-AT"));
    assert_false(words_has("fry"));
    assert_ptr_not_equal(words_dates_for("en-US"), words_dates_for("en"));
    assert_ptr_equal(words_dates_for("en-GB"), words_dates_for("en"));
    assert_ptr_equal(words_dates_for("pt-BR"), words_dates_for("pt-PT"));
    assert_ptr_not_equal(words_dates_for("ar-LB"), words_dates_for("ar-EG"));
    assert_ptr_equal(words_dates_for("zz"), words_dates_for("en"));
}

static void test_values_are_not_looked_into(void **state)
{
    (void)state;
    char text[32];
    words_fill(text, sizeof text, "<{}>", "{}");
    assert_string_equal(text, "<{}>");
    words_fill_two(text, sizeof text, "{2} {1} {", "{2}", "b");
    assert_string_equal(text, "b {2} {");
    words_fill_three(text, sizeof text, "{3}{2}{1}", "a", "b", "c");
    assert_string_equal(text, "cba");
    words_fill(text, 4, "é{}", "éé");
    assert_string_equal(text, "é");
}

/* What a name from CLDR and one of ours have in common: their letters, without the full stops that
 * some versions have and others don't. */
static bool begins_alike(const char *ours, const UChar *theirs, int characters)
{
    char name[64];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length;
    u_strToUTF8(name, sizeof name, &length, theirs, -1, &status);
    assert_true(U_SUCCESS(status));
    size_t a = 0, b = 0;
    for (int i = 0; i < characters && ours[a] && ours[a] != '.'; i++) {
        if (utf8_next(ours, strlen(ours), &a) != utf8_next(name, strlen(name), &b)) {
            return false;
        }
    }
    return true;
}

static void check_names(const char *locale, UDateFormatSymbolType type, int first,
                        const char *const *ours, int count, int characters)
{
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *format = udat_open(UDAT_NONE, UDAT_FULL, locale, NULL, 0, NULL, 0, &status);
    for (int i = 0; i < count; i++) {
        UChar name[64];
        udat_getSymbols(format, type, i + first, name, 64, &status);
        assert_true(U_SUCCESS(status));
        if (!begins_alike(ours[i], name, characters)) {
            fail_msg("%s: %s isn't CLDR's name", locale, ours[i]);
        }
    }
    udat_close(format);
}

/* The places of weekday, day and month as CLDR orders them: "123". */
static void order_of(const char *locale, char order[static 4])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar pattern[64];
    UDateTimePatternGenerator *patterns = udatpg_open(locale, &status);
    int32_t length = udatpg_getBestPattern(patterns, u"MMMEd", 5, pattern, 64, &status);
    udatpg_close(patterns);
    assert_true(U_SUCCESS(status));
    size_t count = 0;
    bool quoted = false;
    for (int32_t i = 0; i < length; i++) {
        quoted ^= pattern[i] == '\'';
        const char *field = quoted || pattern[i] > 'z' ? NULL : strchr("EcdMLcc", pattern[i]);
        char place = !field ? 0 : *field == 'd' ? '2' : *field == 'M' || *field == 'L' ? '3' : '1';
        if (place && (count == 0 || order[count - 1] != place) && count < 3) {
            order[count++] = place;
        }
    }
    order[count] = '\0';
}

static void check_order(const char *locale, const char *date)
{
    char theirs[4], ours[4] = "";
    size_t count = 0;
    for (const char *at = date; (at = strchr(at, '{')) != NULL; at++) {
        assert_true(count < 3);
        ours[count++] = at[1];
    }
    order_of(locale, theirs);
    if (strcmp(ours, theirs) != 0) {
        fail_msg("%s: %s, but CLDR orders %s", locale, date, theirs);
    }
}

static void test_dates_are_those_of_cldr(void **state)
{
    (void)state;
    static const char *const locales[] = {"ar", "de", "en-GB", "en-US", "es",    "fr",
                                          "hi", "ja", "nl",    "pt-PT", "pt-BR", "ar-LB"};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        const struct words_dates *dates = words_dates_for(locales[i]);
        check_names(locales[i], UDAT_WEEKDAYS, 1, dates->weekdays, 7, 64);
        check_names(locales[i], UDAT_SHORT_WEEKDAYS, 1, dates->weekdays_short, 7, 2);
        /* Three months' names differ in length between versions, none in its first letters. */
        check_names(locales[i], UDAT_SHORT_MONTHS, 0, dates->months_short, 12, 2);
        check_order(locales[i], dates->date);
        assert_int_equal(places_of(dates->date), 2 | 4 | 8);
        assert_int_equal(places_of(dates->range), 2 | 4);
        assert_int_equal(places_of(dates->before_noon), 1);
        assert_int_equal(places_of(dates->after_noon), 1);
        assert_true(dates->first_day[0] == '1');
    }
}

static void measure(const struct text_measure *measure, const char *phrase)
{
    static const struct text_style style = {.size_px = 20, .weight = TEXT_WEIGHT_BOLD};
    if (phrase && phrase[0]) {
        assert_true(measure->width_px(measure->context, phrase, strlen(phrase), &style) > 0);
    }
}

static void measure_dates(const struct text_measure *measure_with, const struct words_dates *dates)
{
    const char *const *names = (const char *const *)dates;
    for (size_t i = 0; i < offsetof(struct words_dates, noon_is_zero) / sizeof *names; i++) {
        measure(measure_with, names[i]);
    }
}

static void test_the_fonts_have_every_character(void **state)
{
    (void)state;
    struct error err = {0};
    uint32_t missing[TEXT_MISSING_MAX];
    for (int i = 0; i < WORDS_COUNT; i++) {
        const struct words *words = words_at(i);
        struct text *text = text_new(words->language, "", &err);
        if (!text || *text_warning(text)) {
            text_free(text);
            print_message("not all fonts of the stack are installed\n");
            skip();
        }
        struct text_measure measure_with = text_measurer(text);
        for (size_t j = 0; j < PHRASE_COUNT; j++) {
            measure(&measure_with, phrase_at(words, j));
        }
        for (size_t j = 0; j < COUNTED_COUNT; j++) {
            for (size_t k = 0; k < FORM_COUNT; k++) {
                measure(&measure_with, form_at(counted_at(words, j), k));
            }
        }
        measure_dates(&measure_with, words_dates_for(words->language));
        if (text_take_missing(text, missing, TEXT_MISSING_MAX) > 0) {
            fail_msg("%s: no font has U+%04X", words->language, missing[0]);
        }
        text_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_table_misses_a_phrase),
        cmocka_unit_test(test_what_stands_alone_is_short),
        cmocka_unit_test(test_held_says_nothing_of_an_end),
        cmocka_unit_test(test_every_plural_category_has_its_form),
        cmocka_unit_test(test_numbers_take_their_form),
        cmocka_unit_test(test_the_nearest_language_is_taken),
        cmocka_unit_test(test_values_are_not_looked_into),
        cmocka_unit_test(test_dates_are_those_of_cldr),
        cmocka_unit_test(test_the_fonts_have_every_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
