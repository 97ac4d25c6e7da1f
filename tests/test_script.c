#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <roomsign/script.h>

static enum script_direction direction(const char *text)
{
    return script_direction(text, strlen(text));
}

static enum script_direction first(const char *text)
{
    return script_first_direction(text, strlen(text));
}

static enum script_han han(const char *text)
{
    return script_han(text, strlen(text));
}

static void what_goes_from_right_to_left_is_found_anywhere(void **state)
{
    (void)state;
    static const char *const holds[] = {"אולם", "Room קאעה", "Hall ٣", "قاعة 1"};
    static const char *const holds_none[] = {"", "Room 1", "会場", "सभागार", "Été – 3 · “x”"};
    for (size_t i = 0; i < sizeof holds / sizeof *holds; i++)
        assert_true(script_has_right_to_left(holds[i], strlen(holds[i])));
    for (size_t i = 0; i < sizeof holds_none / sizeof *holds_none; i++)
        assert_false(script_has_right_to_left(holds_none[i], strlen(holds_none[i])));
}

static void the_first_strong_character_decides(void **state)
{
    (void)state;
    assert_int_equal(first("Room"), SCRIPT_DIRECTION_LTR);
    assert_int_equal(first("(12) אולם Room"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(first("10:30–11:20, ١٢"), SCRIPT_DIRECTION_NONE);
    assert_int_equal(first(""), SCRIPT_DIRECTION_NONE);
    assert_int_equal(first("\u200fRoom"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(first("\u2068Room\u2069 אולם"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(first("\u2068Room \u2067א\u2069\u2069 B"), SCRIPT_DIRECTION_LTR);
    /* Unbalanced ones hide the rest, or nothing. */
    assert_int_equal(first("\u2068Room"), SCRIPT_DIRECTION_NONE);
    assert_int_equal(first("\u2069\u2069Room"), SCRIPT_DIRECTION_LTR);
    assert_int_equal(first("\xff\xd7"), SCRIPT_DIRECTION_NONE);
}

static void a_name_in_front_does_not_turn_a_title(void **state)
{
    (void)state;
    assert_int_equal(direction("Kubernetes على الحافة"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(direction("Rust בליבת לינוקס: מה חדש"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(direction("مقدمة Postgres Performance Tuning"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(direction("Linux قواعد"), SCRIPT_DIRECTION_LTR);
    assert_int_equal(direction("Writing العربية with HarfBuzz"), SCRIPT_DIRECTION_LTR);
    /* Numbers and what is set off don't count. */
    assert_int_equal(direction("Rust 1 2 3 4 قواعد البيانات"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(direction("\u2068A B C D\u2069 القاعة"), SCRIPT_DIRECTION_RTL);
    assert_int_equal(direction("2026"), SCRIPT_DIRECTION_NONE);
}

static void han_characters_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(han("運用と設計"), SCRIPT_HAN_JAPANESE);
    assert_int_equal(han("運用ｶﾅ"), SCRIPT_HAN_JAPANESE);
    assert_int_equal(han("漢字 한자"), SCRIPT_HAN_KOREAN);
    assert_int_equal(han("ㄅㄆㄇ"), SCRIPT_HAN_TRADITIONAL);
    assert_int_equal(han("資料庫系統"), SCRIPT_HAN_TRADITIONAL);
    assert_int_equal(han("数据库系统"), SCRIPT_HAN_SIMPLIFIED);
    assert_int_equal(han("直接"), SCRIPT_HAN_ANY);
    assert_int_equal(han("PostgreSQL・2026"), SCRIPT_HAN_ANY);
    assert_int_equal(han(""), SCRIPT_HAN_ANY);
    /* A hexagram and a character that Unicode 14 added: just before and behind the ideographs. */
    assert_int_equal(han("\u4dff"), SCRIPT_HAN_ANY);
    assert_int_equal(han("\u9fff"), SCRIPT_HAN_ANY);
}

static void scripts_that_stack_need_room(void **state)
{
    (void)state;
    assert_true(script_leading("Hello", 5) == 1);
    assert_true(script_leading("日本", strlen("日本")) == 1);
    assert_true(script_leading("มา", strlen("มา")) > 1);
    assert_true(script_leading("A မ", strlen("A မ")) > script_leading("ม", strlen("ม")));
    /* A letter of each, in hundredths: what its fonts reach beyond Latin's. */
    static const struct {
        const char *letter;
        int leading;
    } scripts[] = {
        {"က", 130}, {"ក", 130}, {"ཀ", 130}, {"ꦲ", 140}, {"ᬅ", 140}, {"ก", 110},
        {"ກ", 110}, {"అ", 115}, {"ಅ", 115}, {"අ", 110}, {"അ", 110}, {"अ", 104},
        {"অ", 104}, {"અ", 104}, {"ਅ", 104}, {"ଅ", 104}, {"அ", 104}, {"ا", 104},
        {"ܐ", 104}, {"ހ", 104}, {"ᠠ", 104}, {"א", 100}, {"я", 100}, {"한", 100},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const char *letter = scripts[i].letter;
        double leading = script_leading(letter, strlen(letter));
        if ((int)(leading * 100 + 0.5) != scripts[i].leading)
            fail_msg("%s has %.2f", letter, leading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_from_right_to_left_is_found_anywhere),
        cmocka_unit_test(the_first_strong_character_decides),
        cmocka_unit_test(a_name_in_front_does_not_turn_a_title),
        cmocka_unit_test(han_characters_are_told_apart),
        cmocka_unit_test(scripts_that_stack_need_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
