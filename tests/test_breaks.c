#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/breaks.h>

#define MAX 256

/* The text with a bar wherever a line may be broken. */
static const char *barred(const char *text)
{
    static char made[2048];
    size_t offsets[MAX], used = 0, from = 0;
    size_t count = breaks_of_lines(text, 0, strlen(text), offsets, MAX);
    for (size_t i = 0; i < count; from = offsets[i++]) {
        used += (size_t)snprintf(made + used, sizeof made - used, "%.*s%s",
                                 (int)(offsets[i] - from), text + from, i + 1 < count ? "|" : "");
    }
    return made;
}

static void lines_break_where_readers_expect_it(void **state)
{
    (void)state;
    assert_string_equal(barred("one two-three"), "one |two-|three");
    assert_string_equal(barred("10:30–11:20 (C++) 50%%"), "10:30–|11:20 |(C++) |50%%");
    /* A blank that binds, and one that only says where to break. */
    assert_string_equal(barred("5\u00a0min a\u200bb"), "5\u00a0min |a\u200b|b");
    /* Scripts without blanks, by dictionary. */
    assert_string_equal(barred("การประชุม"), "การ|ประชุม");
    assert_non_null(strstr(barred("ប្រភពបើកចំហ"), "ប្រភព|"));
    /* Nothing that may not start a line does (JIS X 4051), nor ends one that may not. */
    assert_string_equal(barred("「直」。っー"), "「直」。っー");
    assert_string_equal(barred("数据（库）：的"), "数|据|（库）：|的");
    /* Korean by words. */
    assert_string_equal(barred("Linux의 구조, 2026년"), "Linux의 |구조, |2026년");
    assert_string_equal(barred("https://example.org/a/b"), "https://|example.org/|a/|b");
    /* Pictures stay whole. */
    assert_string_equal(barred("👨‍👩‍👧🇩🇪🇧🇪"),
                        "👨‍👩‍👧|🇩🇪|🇧🇪");
}

static void characters_are_what_people_see(void **state)
{
    (void)state;
    size_t offsets[MAX];
    const char *text = "e\u0301กี่क्षि👍🏽";
    size_t count = breaks_of_characters(text, 0, strlen(text), offsets, MAX);
    assert_in_range(count, 4, 5);
    assert_int_equal(offsets[0], 3);
    assert_int_equal(offsets[count - 1], strlen(text));
    assert_int_equal(breaks_of_characters("abc", 1, 3, offsets, MAX), 2);
    assert_int_equal(offsets[0], 2);
    assert_int_equal(breaks_of_characters("abcdef", 0, 6, offsets, 3), 3);
}

static void blanks_at_the_end_go(void **state)
{
    (void)state;
    assert_int_equal(breaks_trim("ab \u3000\u200b ", 0, strlen("ab \u3000\u200b ")), 2);
    assert_int_equal(breaks_trim("  ", 0, 2), 0);
    assert_int_equal(breaks_trim("a\u00a0", 0, 3), 3);
}

static bool takes(const char *text)
{
    return breaks_take_hyphen(text, 0, strlen(text));
}

static void words_of_letters_take_hyphens(void **state)
{
    (void)state;
    assert_true(takes("Donaudampfschiffe, "));
    assert_true(takes("αβγδ"));
    assert_true(takes("Größe\u0301"));
    assert_true(takes("(Donaudampfschiffe)."));
    assert_false(takes("example.org/path"));
    assert_false(takes("organisation/"));
    assert_false(takes("v1alpha"));
    assert_false(takes("データ"));
    assert_false(takes("..."));
    assert_false(takes(""));
}

static double fine(const char *text, const char *before)
{
    double made;
    size_t at = strlen(before);
    breaks_fine(text, &at, 1, &made);
    return made;
}

static void breaking_within_costs(void **state)
{
    (void)state;
    assert_true(fine("one two", "one ") == BREAKS_WITHIN_PHRASE_FINE);
    assert_true(fine("one, two", "one, ") == 0);
    assert_true(fine("one two", "one two") == 0);
    assert_true(fine("مرحبا، عالم", "مرحبا، ") == 0);
    assert_true(fine("検索、全文", "検索、") == 0);
    assert_true(fine("データベース", "デー") == BREAKS_WITHIN_WORD_FINE);
    assert_true(fine("ｶﾅと", "ｶ") == BREAKS_WITHIN_WORD_FINE);
    assert_true(fine("運用と", "運用") == BREAKS_BEFORE_PARTICLE_FINE);
    assert_true(fine("2026年", "2026") == BREAKS_WITHIN_WORD_FINE);
    assert_true(fine("二〇二六年", "二〇") == BREAKS_WITHIN_WORD_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_break_where_readers_expect_it),
        cmocka_unit_test(characters_are_what_people_see),
        cmocka_unit_test(blanks_at_the_end_go),
        cmocka_unit_test(words_of_letters_take_hyphens),
        cmocka_unit_test(breaking_within_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
