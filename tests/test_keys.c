/* What keys are called and what they ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <linux/input-event-codes.h>

#include <roomsign/keys.h>

#include "sample.h"

static void keys_have_the_names_that_evtest_prints(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int key;
        const char *label;
    } known[] = {
        {"KEY_SPACE", KEY_SPACE, "space"},
        {"KEY_U", KEY_U, "u"},
        {"KEY_102ND", KEY_102ND, "102nd"},
        {"KEY_KPPLUS", KEY_KPPLUS, "kpplus"},
        {"KEY_F24", KEY_F24, "f24"},
        {"BTN_0", BTN_0, ""},
        {"639", 639, ""},
    };
    char text[KEY_NAME_BYTES];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int key = 0;
        assert_true(key_parse(known[i].name, &key));
        assert_int_equal(key, known[i].key);
        assert_string_equal(key_format(key, text), known[i].name);
        assert_string_equal(key_label(key, text), known[i].label);
    }
    int key;
    for (int button = 0; button <= 9; button++) {
        snprintf(text, sizeof text, "BTN_%d", button);
        assert_true(key_parse(text, &key));
        assert_int_equal(key, BTN_0 + button);
    }
    for (int code = 1; code < 768; code++) {
        assert_true(key_parse(key_format(code, text), &key));
        assert_int_equal(key, code);
    }
    key = 4242;
    assert_true(key_parse("57", &key));
    assert_int_equal(key, KEY_SPACE);
    static const char *const wrong[] = {"",   "space", "KEY_", "key_space", "KEY_SPACE ",
                                        "-1", "768",   "0",    "5x",        "99999999999999999999"};
    key = 4242;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(key_parse(wrong[i], &key));
        assert_int_equal(key, 4242);
    }
}

static const struct command_request *request_of(const struct key_bindings *bindings, int key)
{
    const struct key_binding *binding = key_bindings_find(bindings, key);
    assert_non_null(binding);
    return &binding->request;
}

static void the_built_in_ones_mean_what_the_header_says(void **state)
{
    (void)state;
    static const struct {
        int key;
        enum command_kind kind;
        int minutes;
    } meant[] = {
        {KEY_SPACE, COMMAND_HOLD, 0},    {KEY_E, COMMAND_END, 0},
        {KEY_S, COMMAND_START, 0},       {KEY_F, COMMAND_FULL, 0},
        {KEY_U, COMMAND_UNDO, 0},        {KEY_KPPLUS, COMMAND_EXTEND, 5},
        {KEY_EQUAL, COMMAND_EXTEND, 5},  {KEY_KPMINUS, COMMAND_EXTEND, -5},
        {KEY_MINUS, COMMAND_EXTEND, -5},
    };
    static struct key_bindings bindings;
    size_t bound = 0;
    key_bindings_init(&bindings);
    for (size_t i = 0; i < sizeof meant / sizeof meant[0]; i++) {
        assert_int_equal(request_of(&bindings, meant[i].key)->kind, meant[i].kind);
        assert_int_equal(request_of(&bindings, meant[i].key)->minutes, meant[i].minutes);
    }
    for (int key = 0; key <= KEY_MAX; key++)
        bound += key_bindings_find(&bindings, key) != NULL;
    assert_int_equal(bound, sizeof meant / sizeof meant[0]);
    assert_int_equal(key_bindings_key_of(&bindings, COMMAND_UNDO), KEY_U);
    assert_int_equal(key_bindings_key_of(&bindings, COMMAND_CLEAR), 0);
}

static void set(struct key_bindings *bindings, const char *text)
{
    struct error err = {0};
    struct key_binding binding;
    if (!key_binding_parse(text, &binding, &err))
        fail_msg("%s", err.message);
    key_bindings_set(bindings, &binding);
}

static void a_key_is_given_another_meaning(void **state)
{
    (void)state;
    static struct key_bindings bindings;
    key_bindings_init(&bindings);
    size_t count = bindings.count;
    set(&bindings, "KEY_SPACE end");
    set(&bindings, "KEY_U nothing");
    set(&bindings, "BTN_0 \t undo");
    set(&bindings, "KEY_F1 say --for 10m Back soon");
    assert_int_equal(bindings.count, count + 2);
    assert_int_equal(request_of(&bindings, KEY_SPACE)->kind, COMMAND_END);
    assert_null(key_bindings_find(&bindings, KEY_U));
    assert_int_equal(key_bindings_key_of(&bindings, COMMAND_UNDO), BTN_0);
    assert_int_equal(request_of(&bindings, KEY_F1)->kind, COMMAND_SAY);
    assert_int_equal(request_of(&bindings, KEY_F1)->for_ms, 600000);
    assert_string_equal(request_of(&bindings, KEY_F1)->text, "Back soon");
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
    } wrong[] = {
        {"F1 hold", "\"F1\" is not a key"},
        {"", "\"\" is not a key"},
        {"KEY_THAT_IS_AS_LONG_AS_NO_NAME_OF_A_KEY hold", "KEY_THAT_IS_AS_LONG"},
        {"KEY_F1", "no command after KEY_F1"},
        {"KEY_F1  ", "no command after KEY_F1"},
        {"KEY_F1 dance", "dance"},
        {"KEY_F1 extend", ""},
        {"KEY_F1 extend 100000", ""},
    };
    struct key_binding binding = {.key = 4242};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error err = {0};
        assert_false(key_binding_parse(wrong[i].text, &binding, &err));
        assert_int_equal(binding.key, 4242);
        if (strstr(err.message, wrong[i].word) == NULL || *err.message == '\0')
            fail_msg("\"%s\" lacks \"%s\"", err.message, wrong[i].word);
    }
}

/* What a press of the key asks for at 10:20 of a session from 10:00 to 11:00, after `said`. */
static enum command_kind asked_after(const char *key, const char *said)
{
    struct schedule schedule = {0};
    struct zone zone;
    struct tracker tracker;
    struct tracker_rules rules = sample_rules();
    struct ledger ledger;
    struct command command;
    struct command_request request;
    struct key_binding binding;
    size_t count = *said != '\0';
    zone_utc(&zone);
    sample_add(&schedule, "one", AT(10, 0), AT(11, 0));
    tracker_init(&tracker, &schedule, NULL, &zone, &rules);
    if (count > 0) {
        assert_true(command_request_parse(said, &request, NULL));
        assert_true(command_resolve(&request, &tracker, AT(10, 10), &command, NULL));
    }
    ledger_make(&ledger, &command, count);
    tracker_hear(&tracker, &ledger);
    assert_true(key_binding_parse(key, &binding, NULL));
    key_binding_request(&binding, &tracker, AT(10, 20), &request);
    tracker_release(&tracker);
    ledger_release(&ledger);
    schedule_release(&schedule);
    return request.kind;
}

static void the_same_key_holds_and_releases(void **state)
{
    (void)state;
    assert_int_equal(asked_after("KEY_SPACE hold", ""), COMMAND_HOLD);
    assert_int_equal(asked_after("KEY_SPACE hold", "hold"), COMMAND_RELEASE);
    assert_int_equal(asked_after("KEY_SPACE hold", "full"), COMMAND_HOLD);
    assert_int_equal(asked_after("KEY_F full", ""), COMMAND_FULL);
    assert_int_equal(asked_after("KEY_F full", "full"), COMMAND_OPEN);
    assert_int_equal(asked_after("KEY_F full", "hold"), COMMAND_FULL);
    /* No other key means two things; not even the one that only releases. */
    assert_int_equal(asked_after("KEY_R release", ""), COMMAND_RELEASE);
    assert_int_equal(asked_after("KEY_E end", "hold"), COMMAND_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_the_names_that_evtest_prints),
        cmocka_unit_test(the_built_in_ones_mean_what_the_header_says),
        cmocka_unit_test(a_key_is_given_another_meaning),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(the_same_key_holds_and_releases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
