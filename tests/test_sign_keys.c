/* What key presses leave behind them when the clock is set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/input-event-codes.h>

#include <roomsign/error.h>
#include <roomsign/sign.h>

#include "sample.h"

static int setup(void **state)
{
    struct sign *sign = xcalloc(1, sizeof *sign);
    sign->room.config.keys = true;
    snprintf(sign->room.language, sizeof sign->room.language, "en");
    sign_keys_reload(sign);
    *state = sign;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void press(struct sign *sign, bool dark)
{
    /* Space of another console is only told of; in the dark it is nobody's business. */
    struct display_event event = {.kind = DISPLAY_EVENT_KEY, .key = KEY_SPACE, .elsewhere = !dark};
    sign->view.dark = dark;
    sign_keys_press(sign, &event, AT(23, 0));
}

static void test_what_a_press_lit_is_lit_for_its_minute(void **state)
{
    struct sign *sign = *state;
    press(sign, true);
    assert_int_equal(sign->room.view_options.lit_until_ms, AT(23, 1));
    sign_keys_follow_clock(sign, AT(23, 0));
    sign_keys_follow_clock(sign, AT(23, 0) + 30 * SECOND_MS);
    assert_int_equal(sign->room.view_options.lit_until_ms, AT(23, 1));
}

static void test_a_clock_set_back_leaves_no_screen_lit(void **state)
{
    struct sign *sign = *state;
    press(sign, true);
    sign_keys_follow_clock(sign, AT(21, 0));
    assert_true(sign->room.view_options.lit_until_ms <= AT(21, 0));
}

static void test_a_clock_set_back_leaves_no_hint(void **state)
{
    struct sign *sign = *state;
    press(sign, false);
    int64_t until_ms = sign->room.view_options.hint_until_ms;
    assert_true(*sign->room.view_options.hint && until_ms > AT(23, 0));
    sign_keys_follow_clock(sign, AT(23, 0) + 1);
    assert_int_equal(sign->room.view_options.hint_until_ms, until_ms);
    sign_keys_follow_clock(sign, AT(0, 0));
    assert_true(sign->room.view_options.hint_until_ms <= AT(0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_a_press_lit_is_lit_for_its_minute, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_clock_set_back_leaves_no_screen_lit, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_clock_set_back_leaves_no_hint, setup, teardown),
    };
    return cmocka_run_group_tests_name("sign_keys", tests, NULL, NULL);
}
