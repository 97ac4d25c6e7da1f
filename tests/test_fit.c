#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/fit.h>

#include "fake_measure.h"

static const struct text_style bold = {.size_px = 20, .weight = TEXT_WEIGHT_BOLD};

static struct fit_result fit(const char *text, int width, int height, int lines)
{
    struct fit_box box = {.width_px = width,
                          .height_px = height,
                          .lines_max = lines,
                          .size_max_px = 100,
                          .size_min_px = 20,
                          .leading = 1.2};
    static struct fit_result result;
    fit_text(text, &bold, &box, &fake_measure, &result);
    for (int i = 0; i < result.line_count; i++) {
        int wide = fake_width_px(NULL, result.lines[i], strlen(result.lines[i]), &result.style);
        assert_true(wide <= width);
        assert_true(result.lines[i][0] != ' ');
        assert_true(result.lines[i][strlen(result.lines[i]) - 1] != ' ');
    }
    return result;
}

static void test_short_text_keeps_the_largest_size_on_one_line(void **state)
{
    (void)state;
    struct fit_result result = fit("Lunch", 1000, 400, 4);
    assert_int_equal(result.line_count, 1);
    assert_int_equal(result.style.size_px, 100);
    assert_string_equal(result.lines[0], "Lunch");
    assert_false(result.cut);
}

static void test_lines_are_balanced_so_that_no_word_stands_alone(void **state)
{
    (void)state;
    /* Filled greedily, "here" would be alone on the second line. */
    struct fit_result result = fit("one word more stands here", 1344, 260, 2);
    assert_int_equal(result.line_count, 2);
    assert_string_equal(result.lines[0], "one word more");
    assert_string_equal(result.lines[1], "stands here");
}

static void test_a_low_box_makes_text_smaller(void **state)
{
    (void)state;
    struct fit_result tall = fit("some words that need a little room", 600, 600, 4);
    struct fit_result low = fit("some words that need a little room", 600, 100, 4);
    assert_true(low.style.size_px < tall.style.size_px);
    assert_true(low.line_count * low.line_height_px <= 100);
    assert_false(low.cut);
}

static void test_too_much_text_is_cut_at_a_word_with_an_ellipsis(void **state)
{
    (void)state;
    struct fit_result result =
        fit("far more words than two lines of the smallest size can ever hold", 200, 48, 2);
    assert_int_equal(result.style.size_px, 20);
    assert_int_equal(result.line_count, 2);
    assert_true(result.cut);
    assert_string_equal(result.lines[1] + strlen(result.lines[1]) - 3, "…");
    /* What stands before the ellipsis ends with a whole word. */
    char joined[2 * LAYOUT_TEXT_BYTES];
    snprintf(joined, sizeof joined, "%s %.*s", result.lines[0], (int)strlen(result.lines[1]) - 3,
             result.lines[1]);
    const char *text = "far more words than two lines of the smallest size can ever hold";
    assert_memory_equal(text, joined, strlen(joined));
    assert_true(text[strlen(joined)] == ' ');
}

static void test_a_word_wider_than_the_box_is_broken_inside(void **state)
{
    (void)state;
    struct fit_result result = fit("Donaudampfschifffahrtsgesellschaftskapitän", 200, 500, 4);
    assert_false(result.cut);
    assert_int_equal(result.line_count, 3);
    assert_true(utf8_valid(result.lines[1], strlen(result.lines[1])));
}

static void test_chinese_breaks_between_characters_without_blanks(void **state)
{
    (void)state;
    struct fit_result result = fit("数据库系统中的向量检索与全文检索", 500, 400, 4);
    assert_false(result.cut);
    assert_true(result.line_count >= 2);
    assert_true(result.style.size_px > 40);
}

static void test_empty_text_gives_no_lines(void **state)
{
    (void)state;
    assert_int_equal(fit("", 500, 400, 4).line_count, 0);
}

static void test_text_at_the_limit_neither_overflows_nor_splits_a_character(void **state)
{
    (void)state;
    static char text[LAYOUT_TEXT_BYTES * 4];
    for (size_t i = 0; i + 4 < sizeof text; i += 3) {
        memcpy(text + i, "語", 3);
    }
    struct fit_result result = fit(text, 400, 100, 2);
    assert_true(result.cut);
    for (int i = 0; i < result.line_count; i++) {
        assert_true(utf8_valid(result.lines[i], strlen(result.lines[i])));
    }
    static char flags[LAYOUT_TEXT_BYTES * 2];
    for (size_t i = 0; i + 9 < sizeof flags; i += 8) {
        memcpy(flags + i, "🇧🇪", 8);
    }
    fit(flags, 300, 100, 3);
}

static void test_text_longer_than_a_line_holds_is_never_cut_silently(void **state)
{
    (void)state;
    char text[LAYOUT_TEXT_BYTES];
    memset(text, 'a', sizeof text);
    for (size_t i = 5; i < sizeof text; i += 6) {
        text[i] = ' ';
    }
    text[LAYOUT_TEXT_BYTES - 2] = 'b';
    text[LAYOUT_TEXT_BYTES - 1] = '\0';
    struct fit_result result = fit(text, 10000, 400, 4);
    const char *last = result.lines[result.line_count - 1];
    assert_true(result.cut);
    assert_string_equal(last + strlen(last) - strlen(FIT_ELLIPSIS), FIT_ELLIPSIS);
}

static void test_fit_line(void **state)
{
    (void)state;
    char line[LAYOUT_TEXT_BYTES];
    int width = fit_line("ten chars!", &bold, 1000, &fake_measure, line);
    assert_string_equal(line, "ten chars!");
    assert_int_equal(width, 112);
    fit_line("first second third", &bold, 160, &fake_measure, line);
    assert_string_equal(line, "first second…");
    fit_line("Donaudampfschifffahrt", &bold, 100, &fake_measure, line);
    assert_string_equal(line, "Donauda…");
    assert_int_equal(fit_line("word", &bold, 3, &fake_measure, line), 0);
    assert_string_equal(line, "");
}

static void test_japanese_is_broken_between_phrases(void **state)
{
    (void)state;
    struct fit_result result = fit("本日この後の予定はありません", 900, 260, 2);
    assert_int_equal(result.line_count, 2);
    assert_string_equal(result.lines[0], "本日この後の");
    assert_string_equal(result.lines[1], "予定はありません");
    result = fit("データベースの未来", 800, 260, 2);
    assert_string_equal(result.lines[0], "データベースの");
    assert_string_equal(result.lines[1], "未来");
    /* Somewhat smaller letters are better than a torn word. */
    result = fit("きっと好きになるインデックスの話と、その理由", 1120, 260, 2);
    assert_string_equal(result.lines[0], "きっと好きになる");
    assert_string_equal(result.lines[1], "インデックスの話と、その理由");
    /* But not letters half as large. */
    result = fit("インデックストランザクション", 720, 240, 2);
    assert_int_equal(result.line_count, 2);
    assert_true(result.style.size_px > 80);
}

static void test_lines_keep_the_direction_of_the_text(void **state)
{
    (void)state;
    struct fit_result result = fit("نُقلت إلى UB5.230، 16:00", 560, 400, 3);
    assert_int_equal(result.line_count, 3);
    assert_string_equal(result.lines[0], "نُقلت إلى");
    assert_string_equal(result.lines[1], "\u200fUB5.230،");
    assert_string_equal(result.lines[2], "\u200f16:00");
    /* What is set off doesn't decide. */
    result = fit("\u2068UB5.230\u2069 القاعة \u2068Hall\u2069", 500, 400, 3);
    assert_string_equal(result.lines[1], "القاعة");
    assert_string_equal(result.lines[2], "\u200f\u2068Hall\u2069");
    result = fit("PostgreSQL 18 قواعد البيانات", 600, 400, 2);
    assert_string_equal(result.lines[0], "PostgreSQL 18");
    assert_string_equal(result.lines[1], "\u200eقواعد البيانات");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_text_keeps_the_largest_size_on_one_line),
        cmocka_unit_test(test_lines_are_balanced_so_that_no_word_stands_alone),
        cmocka_unit_test(test_a_low_box_makes_text_smaller),
        cmocka_unit_test(test_too_much_text_is_cut_at_a_word_with_an_ellipsis),
        cmocka_unit_test(test_a_word_wider_than_the_box_is_broken_inside),
        cmocka_unit_test(test_chinese_breaks_between_characters_without_blanks),
        cmocka_unit_test(test_empty_text_gives_no_lines),
        cmocka_unit_test(test_text_at_the_limit_neither_overflows_nor_splits_a_character),
        cmocka_unit_test(test_text_longer_than_a_line_holds_is_never_cut_silently),
        cmocka_unit_test(test_fit_line),
        cmocka_unit_test(test_japanese_is_broken_between_phrases),
        cmocka_unit_test(test_lines_keep_the_direction_of_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
