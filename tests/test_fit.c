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

static struct fit_result fit_whole(const char *text, const char *whole, int width, int height,
                                   int lines)
{
    struct fit_box box = {.width_px = width,
                          .height_px = height,
                          .lines_max = lines,
                          .size_max_px = 100,
                          .size_min_px = 20,
                          .leading = 1.2,
                          .whole = whole};
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

static struct fit_result fit(const char *text, int width, int height, int lines)
{
    return fit_whole(text, NULL, width, height, lines);
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
    assert_int_equal(result.line_count, 4);
    assert_true(utf8_valid(result.lines[1], strlen(result.lines[1])));
    /* Torn it is anyway: as large as the lines allow, a step larger would need a fifth. */
    assert_in_range(result.style.size_px, 24, 29);
    result = fit("Donaudampfschifffahrtsgesellschaftskapitän", 200, 24, 4);
    assert_int_equal(result.style.size_px, 20);
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

static void test_as_many_lines_as_there_may_be(void **state)
{
    (void)state;
    struct fit_result result = fit("aa bb cc dd ee ff gg hh", 120, 1000, FIT_LINES_MAX);
    assert_int_equal(result.line_count, FIT_LINES_MAX);
    assert_string_equal(result.lines[FIT_LINES_MAX - 1], "hh");
    assert_int_equal(result.style.size_px, 100);
    assert_false(result.cut);
    result = fit("aa bb cc dd ee ff gg hh ii", 120, 1000, FIT_LINES_MAX);
    assert_true(result.style.size_px < 100);
    assert_false(result.cut);
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
    result = fit("PostgreSQL conference قواعد", 700, 400, 2);
    assert_false(result.right_to_left);
    assert_string_equal(result.lines[1], "conference قواعد");
    result = fit("Linux kernel أنظمة الملفات and more of it", 700, 400, 4);
    assert_string_equal(result.lines[1], "\u200eأنظمة الملفات");
    /* More words count more than the name in front. */
    result = fit("PostgreSQL 18 قواعد البيانات", 600, 400, 2);
    assert_true(result.right_to_left);
    assert_string_equal(result.lines[0], "\u200fPostgreSQL 18");
    assert_string_equal(result.lines[1], "قواعد البيانات");
    /* Nothing is marked that needs no mark. */
    result = fit("Summary 2025, 2026", 400, 400, 2);
    assert_string_equal(result.lines[1], "2025, 2026");
    char line[LAYOUT_TEXT_BYTES];
    fit_line("Linux أنظمة الملفات الحديثة", &bold, 200, &fake_measure, line);
    assert_string_equal(line, "\u200fLinux أنظمة…");
}

/* 2:00 behind a name that is not set off any more would be drawn left of it (UAX #9, W7). */
static void test_what_is_set_off_stays_so_on_the_next_line(void **state)
{
    (void)state;
    struct fit_result result = fit("نُقلت إلى \u2068Salle Borée\u2069، 2:00 م", 830, 400, 2);
    assert_int_equal(result.line_count, 2);
    assert_string_equal(result.lines[0], "نُقلت إلى \u2068Salle");
    assert_string_equal(result.lines[1], "\u2068Borée\u2069، 2:00 م");
    result = fit("Moved to \u2068אולם שני\u2069, 2:00", 700, 400, 2);
    assert_string_equal(result.lines[0], "Moved to \u2068אולם");
    assert_string_equal(result.lines[1], "\u2068שני\u2069, 2:00");
}

static void test_a_name_stays_whole_where_it_fits(void **state)
{
    (void)state;
    const char *text = "Salle : Salle Borée, 14:00";
    struct fit_result result = fit(text, 780, 400, 3);
    assert_string_equal(result.lines[0], "Salle : Salle");
    assert_string_equal(result.lines[1], "Borée, 14:00");
    int size_px = result.style.size_px;
    result = fit_whole(text, "Salle Borée", 780, 400, 3);
    assert_int_equal(result.line_count, 3);
    assert_string_equal(result.lines[1], "Salle Borée,");
    assert_int_equal(result.style.size_px, size_px);
    /* But not at any price, and not where the text doesn't have it. */
    result = fit_whole("To the grand old meeting room, 14:00", "the grand old meeting room", 700,
                       400, 3);
    assert_int_equal(result.line_count, 3);
    assert_null(strstr(result.lines[1], "the"));
    result = fit_whole(text, "Salle Éole", 780, 400, 3);
    assert_string_equal(result.lines[0], "Salle : Salle");
}

static void test_korean_words_stay_whole(void **state)
{
    (void)state;
    struct fit_result result = fit("데이터베이스의 내부 구조", 720, 300, 2);
    assert_string_equal(result.lines[0], "데이터베이스의");
    assert_string_equal(result.lines[1], "내부 구조");
    char line[LAYOUT_TEXT_BYTES];
    fit_line("데이터베이스의 내부 구조", &bold, 200, &fake_measure, line);
    assert_string_equal(line, "데이터베이스의…");
}

static void test_no_word_is_alone_where_smaller_letters_help(void **state)
{
    (void)state;
    struct fit_result result = fit("두 데이터베이스와 세 가지 관점", 780, 400, 3);
    assert_string_equal(result.lines[0], "두 데이터베이스와");
    result = fit("A Demonstration of everything", 880, 400, 3);
    assert_string_equal(result.lines[0], "A Demonstration");
    assert_in_range(result.style.size_px, 75, 100);
}

static void test_where_nothing_is_high_enough_letters_are_small(void **state)
{
    (void)state;
    struct fit_result result = fit("Lunch", 1000, 10, 4);
    assert_string_equal(result.lines[0], "Lunch");
    assert_int_equal(result.style.size_px, 20);
}

static void test_a_torn_word_gets_a_hyphen(void **state)
{
    (void)state;
    struct fit_result result = fit("Donaudampfschifffahrtsgesellschaftskapitän", 200, 72, 4);
    assert_string_equal(result.lines[0], "Donaudampfschiff-");
    assert_int_equal(result.lines[2][strlen(result.lines[2]) - 1], 'n');
    /* An address doesn't, and neither do characters that are words. */
    result = fit("example_organisation.example.org", 200, 500, 4);
    assert_null(strchr(result.lines[0], '-'));
    result = fit("ドドドドドドドドドドドド", 20 * 5, 50, 4);
    assert_null(strchr(result.lines[0], '-'));
    /* A soft hyphen shows where the line ends. */
    result = fit("Wörter\u00adbuch", 380, 400, 2);
    assert_string_equal(result.lines[0], "Wörter-");
    assert_string_equal(result.lines[1], "buch");
}

/* Together wider than one by one, as the letters of some fonts are. */
static int wider_width_px(void *context, const char *text, size_t length,
                          const struct text_style *style)
{
    int width = fake_width_px(context, text, length, style);
    return width > 150 ? width + 9 : width;
}

static void test_no_line_but_the_last_is_cut(void **state)
{
    (void)state;
    static struct fit_result result;
    const struct text_measure measure = {wider_width_px, fake_metrics, NULL};
    const char *text = "Donaudampfschifffahrtsgesellschaftskapitän/in";
    struct fit_box box = {200, 500, 4, 100, 20, 1.2, NULL, NULL};
    fit_text(text, &bold, &box, &measure, &result);
    assert_false(result.cut);
    char joined[4 * LAYOUT_TEXT_BYTES] = "";
    for (int i = 0; i < result.line_count; i++) {
        size_t length = strlen(joined);
        snprintf(joined + length, sizeof joined - length, "%s", result.lines[i]);
    }
    assert_string_equal(joined, text);
}

static void test_lines_that_stack_marks_stand_further_apart(void **state)
{
    (void)state;
    struct fit_result latin = fit("Hello world", 400, 400, 2);
    struct fit_result khmer = fit("ភាសា ខ្មែរ", 400, 400, 2);
    assert_int_equal(latin.line_height_px, (int)(latin.style.size_px * 1.2 + 0.5));
    assert_int_equal(khmer.line_height_px, (int)(khmer.style.size_px * 1.2 * 1.3 + 0.5));
    /* But not where that would cost a line. */
    khmer = fit("ភាសាខ្មែរ ភាសាខ្មែរ", 200, 52, 2);
    assert_false(khmer.cut);
    assert_int_equal(khmer.line_count, 2);
}

static void test_every_line_tells_whose_han_it_has(void **state)
{
    (void)state;
    assert_int_equal(fit("設計とその運用", 400, 300, 2).style.han, SCRIPT_HAN_JAPANESE);
    assert_int_equal(fit("資料庫", 400, 300, 2).style.han, SCRIPT_HAN_TRADITIONAL);
    assert_int_equal(fit("Rust", 400, 300, 2).style.han, SCRIPT_HAN_ANY);
}

static void test_numbers_stay_whole_in_chinese(void **state)
{
    (void)state;
    struct fit_result result = fit("全文检索2026年的现状", 640, 260, 2);
    assert_string_equal(result.lines[0], "全文检索");
    result = fit("全文檢索二〇二六年的現況", 640, 260, 2);
    assert_null(strstr(result.lines[1], "六年") == result.lines[1] ? result.lines[1] : NULL);
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
        cmocka_unit_test(test_as_many_lines_as_there_may_be),
        cmocka_unit_test(test_japanese_is_broken_between_phrases),
        cmocka_unit_test(test_lines_keep_the_direction_of_the_text),
        cmocka_unit_test(test_what_is_set_off_stays_so_on_the_next_line),
        cmocka_unit_test(test_a_name_stays_whole_where_it_fits),
        cmocka_unit_test(test_korean_words_stay_whole),
        cmocka_unit_test(test_no_word_is_alone_where_smaller_letters_help),
        cmocka_unit_test(test_where_nothing_is_high_enough_letters_are_small),
        cmocka_unit_test(test_a_torn_word_gets_a_hyphen),
        cmocka_unit_test(test_no_line_but_the_last_is_cut),
        cmocka_unit_test(test_lines_that_stack_marks_stand_further_apart),
        cmocka_unit_test(test_every_line_tells_whose_han_it_has),
        cmocka_unit_test(test_numbers_stay_whole_in_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
