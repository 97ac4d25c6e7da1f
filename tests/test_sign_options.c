#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/sign_options.h>

#define ARGUMENTS_MAX 16

/** Parses the blank-separated words of `line`; they live until the next call. */
static bool parse(const char *line, struct sign_options *ret_options, struct error *err)
{
    static char words[512];
    char *arguments[ARGUMENTS_MAX + 2] = {"roomsignd"};
    int count = 1;
    size_t length = strlen(line);
    assert_true(length < sizeof(words));
    memcpy(words, line, length + 1);
    for (size_t i = 0; i < length; i++) {
        if (words[i] == ' ')
            words[i] = '\0';
        else if (i == 0 || words[i - 1] == '\0')
            arguments[count++] = words + i;
        assert_true(count <= ARGUMENTS_MAX);
    }
    return sign_options_parse(count, arguments, ret_options, err);
}

static struct sign_options parsed(const char *line)
{
    struct sign_options options;
    struct error err = {0};
    if (!parse(line, &options, &err))
        fail_msg("%s: %s", line, err.message);
    return options;
}

static void test_a_running_sign(void **state)
{
    (void)state;
    struct sign_options options = parsed("room.conf");
    assert_int_equal(options.mode, SIGN_MODE_RUN);
    assert_string_equal(options.config_path, "room.conf");
    assert_false(options.windowed);
    assert_false(options.has_speed);
    assert_null(options.at_text);
    assert_true(options.speed == 1);

    options = parsed("--window 800x480 --at 2026-01-31T10:00 --speed 2.5 --state s --verbose "
                     "room.conf");
    assert_true(options.windowed && options.has_speed && options.verbose);
    assert_int_equal(options.width_px, 800);
    assert_int_equal(options.height_px, 480);
    assert_string_equal(options.at_text, "2026-01-31T10:00");
    assert_true(options.speed == 2.5);
    assert_string_equal(options.state_dir, "s");
}

static void test_values_after_an_equals_sign(void **state)
{
    (void)state;
    struct sign_options options =
        parsed("room.conf --control=a=b --feed-program=/bin/x --schedule=");
    assert_string_equal(options.control_path, "a=b");
    assert_string_equal(options.feed_program, "/bin/x");
    assert_string_equal(options.schedule_path, "");
}

static void test_modes(void **state)
{
    (void)state;
    assert_int_equal(parsed("--check room.conf").mode, SIGN_MODE_CHECK);
    assert_false(parsed("--check room.conf").online);
    assert_true(parsed("--online --check room.conf").online);
    assert_int_equal(parsed("--print-config").mode, SIGN_MODE_PRINT_CONFIG);
    assert_string_equal(parsed("--print-theme light").theme_name, "light");
    assert_int_equal(parsed("--help").mode, SIGN_MODE_HELP);
    assert_int_equal(parsed("--version").mode, SIGN_MODE_VERSION);
    struct sign_options options = parsed("--rehearse a/b room.conf");
    assert_int_equal(options.mode, SIGN_MODE_REHEARSE);
    assert_string_equal(options.span_text, "a/b");
    options = parsed("--rehearse a/b --commands said room.conf");
    assert_string_equal(options.commands_path, "said");
    assert_null(options.sheet_path);
    options = parsed("--rehearse a/b --sheet out.png --size 1080x1920 room.conf");
    assert_int_equal(options.mode, SIGN_MODE_REHEARSE);
    assert_string_equal(options.sheet_path, "out.png");
    assert_int_equal(options.width_px, 1080);
    options = parsed("--snapshot out.png --size 1080x1920 room.conf");
    assert_int_equal(options.mode, SIGN_MODE_SNAPSHOT);
    assert_string_equal(options.picture_path, "out.png");
    assert_int_equal(options.height_px, 1920);
}

static void test_a_config_whose_name_starts_with_a_dash(void **state)
{
    (void)state;
    assert_string_equal(parsed("--check -- --room.conf").config_path, "--room.conf");
}

static void test_what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"", "CONFIG"},
        {"--check", "CONFIG"},
        {"a b", "b"},
        {"--nonsense a", "--nonsense"},
        {"--win 1x1 a", "--win"},
        {"a --at", "--at"},
        {"--verbose=1 a", "--verbose"},
        {"--window 800 a", "--window"},
        {"--window 1x1 a", "--window"},
        {"--speed -1 a", "--speed"},
        {"--speed 0 a", "--speed"},
        {"--speed 1e9 a", "--speed"},
        {"--speed nan a", "--speed"},
        {"--speed 2x a", "--speed"},
        {"--rehearse 2026 a", "--rehearse"},
        {"--check --rehearse a/b a", "--rehearse"},
        {"--snapshot a.png --window 800x480 a", "--window"},
        {"--size 800x480 a", "--size"},
        {"--rehearse a/b --size 800x480 a", "--size"},
        {"--sheet out.png a", "--sheet"},
        {"--snapshot a.png --sheet out.png a", "--sheet"},
        {"--snapshot a.png --speed 2 a", "--speed"},
        {"--commands said a", "--commands"},
        {"--check --commands said a", "--commands"},
        {"--online a", "--online"},
        {"--online --snapshot a.png a", "--online"},
        {"--check --online=now a", "--online"},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct sign_options options;
        struct error err = {0};
        if (parse(lines[i][0], &options, &err))
            fail_msg("\"%s\" is taken", lines[i][0]);
        if (!strstr(err.message, lines[i][1]))
            fail_msg("\"%s\": \"%s\" without %s", lines[i][0], err.message, lines[i][1]);
        assert_null(strchr(err.message, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_running_sign),
        cmocka_unit_test(test_values_after_an_equals_sign),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_a_config_whose_name_starts_with_a_dash),
        cmocka_unit_test(test_what_is_wrong_is_named),
    };
    return cmocka_run_group_tests_name("sign_options", tests, NULL, NULL);
}
