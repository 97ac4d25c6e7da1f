/* Which of the things that keyboards say count as presses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <linux/input-event-codes.h>

#include <roomsign/presses.h>

#define MS 1000

static struct presses presses;

static int setup(void **state)
{
    (void)state;
    memset(&presses, 0, sizeof presses);
    return 0;
}

static bool down(int key, int64_t at_ms)
{
    return presses_take(&presses, key, KEY_CHANGE_DOWN, at_ms * MS);
}

static bool up(int key, int64_t at_ms)
{
    return presses_take(&presses, key, KEY_CHANGE_UP, at_ms * MS);
}

static bool repeat(int key, int64_t at_ms)
{
    return presses_take(&presses, key, KEY_CHANGE_REPEAT, at_ms * MS);
}

static void a_press_counts_once_however_long_it_is_held(void **state)
{
    (void)state;
    assert_true(down(KEY_SPACE, 0));
    for (int at_ms = 250; at_ms < 5000; at_ms += 33)
        assert_false(repeat(KEY_SPACE, at_ms));
    assert_false(up(KEY_SPACE, 5000));
    assert_true(down(KEY_SPACE, 5050));
}

static void a_second_press_within_300_ms_is_nervous(void **state)
{
    (void)state;
    assert_true(down(KEY_SPACE, 1000));
    assert_false(up(KEY_SPACE, 1080));
    assert_false(down(KEY_SPACE, 1299));
    assert_false(up(KEY_SPACE, 1310));
    /* The ignored one doesn't put it off. */
    assert_true(down(KEY_SPACE, 1400));
}

static void another_key_may_follow_at_once(void **state)
{
    (void)state;
    assert_true(down(KEY_SPACE, 1000));
    assert_true(down(KEY_U, 1010));
    assert_false(down(KEY_SPACE, 1020));
}

static void a_contact_bounces_where_it_is_let_go(void **state)
{
    (void)state;
    assert_true(down(BTN_0, 0));
    assert_false(up(BTN_0, 2000));
    assert_false(down(BTN_0, 2004));
    assert_false(up(BTN_0, 2006));
    assert_true(down(BTN_0, 2056));
}

static void what_is_pressed_with_a_modifier_speaks_to_somebody_else(void **state)
{
    (void)state;
    static const int modifiers[] = {KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT,
                                    KEY_RIGHTALT, KEY_LEFTMETA,  KEY_RIGHTMETA};
    int64_t at_ms = 1000;
    for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++, at_ms += 1000) {
        assert_false(down(modifiers[i], at_ms));
        assert_false(down(KEY_S, at_ms + 10));
        assert_false(up(modifiers[i], at_ms + 20));
        assert_true(down(KEY_S, at_ms + 30));
    }
    /* Plus is Shift and another key on many keyboards. */
    down(KEY_LEFTSHIFT, at_ms);
    assert_true(down(KEY_EQUAL, at_ms + 10));
}

static void a_modifier_that_was_unplugged_while_held_locks_nothing(void **state)
{
    (void)state;
    assert_false(down(KEY_LEFTCTRL, 0));
    assert_false(down(KEY_E, 500));
    presses_forget_modifiers(&presses);
    assert_true(down(KEY_E, 1000));
}

static void a_clock_that_starts_over_stops_nobody(void **state)
{
    (void)state;
    assert_true(down(KEY_E, 4294967295));
    assert_true(down(KEY_E, 3));
    assert_false(down(KEY_E, 4));
}

static void many_keys_forget_the_oldest(void **state)
{
    (void)state;
    for (int i = 0; i < 10 * PRESSES_RECENT_MAX; i++)
        assert_true(down(KEY_ESC + i % 28, 10 * i));
    assert_false(presses_take(&presses, 0, KEY_CHANGE_DOWN, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_press_counts_once_however_long_it_is_held, setup),
        cmocka_unit_test_setup(a_second_press_within_300_ms_is_nervous, setup),
        cmocka_unit_test_setup(another_key_may_follow_at_once, setup),
        cmocka_unit_test_setup(a_contact_bounces_where_it_is_let_go, setup),
        cmocka_unit_test_setup(what_is_pressed_with_a_modifier_speaks_to_somebody_else, setup),
        cmocka_unit_test_setup(a_modifier_that_was_unplugged_while_held_locks_nothing, setup),
        cmocka_unit_test_setup(a_clock_that_starts_over_stops_nobody, setup),
        cmocka_unit_test_setup(many_keys_forget_the_oldest, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
