#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/feed_options.h>

#define ARGUMENTS_MAX 24

/* Arguments after the program's name, up to NULL. */
static bool parse(struct feed_options *ret_options, struct error *err, const char *first, ...)
{
    char *arguments[ARGUMENTS_MAX + 1] = {"roomsign-feed"};
    int count = 1;
    va_list rest;
    va_start(rest, first);
    for (const char *argument = first; argument; argument = va_arg(rest, const char *)) {
        assert_true(count < ARGUMENTS_MAX);
        arguments[count++] = (char *)argument;
    }
    va_end(rest);
    *err = (struct error){0};
    return feed_options_parse(count, arguments, ret_options, err);
}

static void test_a_config_has_the_usual_window(void **state)
{
    (void)state;
    struct feed_options options;
    struct error err;
    assert_true(parse(&options, &err, "room.conf", NULL));
    assert_int_equal(options.action, FEED_ACTION_POLL);
    assert_string_equal(options.config_path, "room.conf");
    assert_int_equal(options.from.kind, POLL_BOUND_USUAL);
    assert_int_equal(options.until.kind, POLL_BOUND_USUAL);
    assert_int_equal(options.format, FEED_FORMAT_JSON);
    assert_null(options.last_path);
    assert_false(options.has_now);

    assert_true(parse(&options, &err, "--from", "2026-01-31T09:30:00Z", "room.conf", NULL));
    assert_int_equal(options.from.kind, POLL_BOUND_INSTANT);
    assert_int_equal(options.from.at_ms, INT64_C(1769851800000));
    assert_int_equal(options.until.kind, POLL_BOUND_USUAL);
}

static void test_an_address_has_an_open_window(void **state)
{
    (void)state;
    struct feed_options options;
    struct error err;
    assert_true(parse(&options, &err, "--url", "https://example.org/a", "--url=file:///b",
                      "--room", "Hall 1", "--timezone", "Europe/Brussels", "--format", "tsv",
                      "--date", "2026-03-12", "--last", "-", NULL));
    assert_null(options.config_path);
    assert_int_equal(options.from.kind, POLL_BOUND_OPEN);
    assert_int_equal(options.until.kind, POLL_BOUND_OPEN);
    assert_int_equal(options.format, FEED_FORMAT_TSV);
    assert_string_equal(options.last_path, "-");

    struct config config;
    feed_options_config(&options, &config);
    assert_int_equal(config.feed_urls.count, 2);
    assert_string_equal(config.feed_urls.items[0], "https://example.org/a");
    assert_string_equal(config.feed_urls.items[1], "file:///b");
    assert_string_equal(config.room_name, "Hall 1");
    assert_string_equal(config.timezone, "Europe/Brussels");
    assert_string_equal(config.feed_date, "2026-03-12");
    config_release(&config);

    assert_true(parse(&options, &err, "--url", "file:///b", "--to", "2026-01-31", NULL));
    assert_int_equal(options.from.kind, POLL_BOUND_OPEN);
    assert_int_equal(options.until.kind, POLL_BOUND_LOCAL);
    feed_options_config(&options, &config);
    assert_string_equal(config.room_name, "");
    assert_string_equal(config.timezone, "");
    config_release(&config);
}

static void test_rooms_are_listed_of_whole_feeds(void **state)
{
    (void)state;
    struct feed_options options = {.last_path = "untouched"};
    struct error err;
    static const char *const OTHERS[][2] = {
        {"--room", "x"}, {"--from", "2026-01-31"}, {"--to", "2026-01-31"}, {"--last", "-"}};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        assert_false(parse(&options, &err, "--rooms", "--url", "file:///x", OTHERS[i][0],
                           OTHERS[i][1], NULL));
        assert_memory_equal(err.message, OTHERS[i][0], strlen(OTHERS[i][0]));
        assert_non_null(strstr(err.message, "--rooms"));
    }
    assert_false(parse(&options, &err, "--rooms", NULL));
    assert_non_null(strstr(err.message, "--url"));
    assert_string_equal(options.last_path, "untouched");

    assert_true(parse(&options, &err, "room.conf", "--rooms", NULL));
    assert_int_equal(options.action, FEED_ACTION_ROOMS);
    assert_int_equal(options.format, FEED_FORMAT_TSV);
    assert_string_equal(options.config_path, "room.conf");
    assert_true(parse(&options, &err, "--format", "json", "--rooms", "--url", "file:///x",
                      "--date", "2026-03-12", "--timezone", "UTC", NULL));
    assert_int_equal(options.action, FEED_ACTION_ROOMS);
    assert_int_equal(options.format, FEED_FORMAT_JSON);
    assert_int_equal(options.url_count, 1);
    assert_true(parse(&options, &err, "--rooms", "--help", NULL));
    assert_int_equal(options.action, FEED_ACTION_HELP);
}

static void test_times_say_an_instant_or_a_wall_clock(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum poll_bound_kind kind;
        int64_t at_ms;
    } CASES[] = {
        {"2026-01-31T09:30:00Z", POLL_BOUND_INSTANT, INT64_C(1769851800000)},
        {"2026-01-31T10:30:00+01:00", POLL_BOUND_INSTANT, INT64_C(1769851800000)},
        {"2026-01-31T09:30", POLL_BOUND_LOCAL, INT64_C(1769851800000)},
        {"2026-01-31T09:30:01", POLL_BOUND_LOCAL, INT64_C(1769851801000)},
        {"2026-01-31", POLL_BOUND_LOCAL, INT64_C(1769817600000)},
    };
    struct feed_options options;
    struct error err;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_true(parse(&options, &err, "--from", CASES[i].text, "room.conf", NULL));
        assert_int_equal(options.from.kind, CASES[i].kind);
        assert_int_equal(options.from.at_ms, CASES[i].at_ms);
    }
    static const char *const WRONG[] = {"", "now", "2026-02-30", "2026-01-31T25:00", "2026-1-31",
                                        "20260131xx", "2026-01-31T09:30:00ZZ"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        assert_false(parse(&options, &err, "--from", WRONG[i], "room.conf", NULL));
        assert_non_null(strstr(err.message, "--from"));
    }
}

static void test_the_time_can_be_told(void **state)
{
    (void)state;
    struct feed_options options;
    struct error err;
    assert_true(parse(&options, &err, "--now", "2026-01-31T10:30:00+01:00", "room.conf", NULL));
    assert_true(options.has_now);
    assert_int_equal(options.now_ms, INT64_C(1769851800000));
    assert_false(parse(&options, &err, "--now", "2026-01-31T10:30", "room.conf", NULL));
    assert_non_null(strstr(err.message, "--now: "));
}

static void test_what_is_wrong_is_named(void **state)
{
    (void)state;
    struct feed_options options = {.last_path = "untouched"};
    struct error err;
    assert_false(parse(&options, &err, NULL));
    assert_non_null(strstr(err.message, "--url"));
    assert_false(parse(&options, &err, "--frob", "room.conf", NULL));
    assert_non_null(strstr(err.message, "--frob"));
    assert_false(parse(&options, &err, "room.conf", "--format", NULL));
    assert_non_null(strstr(err.message, "--format"));
    assert_false(parse(&options, &err, "room.conf", "--format", "csv", NULL));
    assert_non_null(strstr(err.message, "csv"));
    assert_false(parse(&options, &err, "room.conf", "--room", "x", NULL));
    assert_non_null(strstr(err.message, "--room"));
    assert_false(parse(&options, &err, "room.conf", "--timezone", "UTC", NULL));
    assert_non_null(strstr(err.message, "--timezone"));
    assert_false(parse(&options, &err, "room.conf", "--date", "2026-03-12", NULL));
    assert_non_null(strstr(err.message, "--date"));
    assert_false(parse(&options, &err, "--url", "file:///x", "--date", "2026-02-29", NULL));
    assert_non_null(strstr(err.message, "2026-02-29"));
    assert_false(parse(&options, &err, "--url", "file:///x", "room.conf", NULL));
    assert_non_null(strstr(err.message, "room.conf"));
    assert_false(parse(&options, &err, "room.conf", "other.conf", NULL));
    assert_non_null(strstr(err.message, "other.conf"));
    assert_false(parse(&options, &err, "--url", "https://ada:secret@[x/secret", NULL));
    assert_non_null(strstr(err.message, "--url"));
    assert_null(strstr(err.message, "secret"));
    assert_false(parse(&options, &err, "--url", "file:///x", "--timezone", "", NULL));
    assert_non_null(strstr(err.message, "--timezone"));
    static const char *const ADDRESSES[] = {"https://ada:secret@example.org/a", "file:secret.ics"};
    for (size_t i = 0; i < 2; i++) {
        assert_false(parse(&options, &err, "--rooms", ADDRESSES[i], NULL));
        assert_non_null(strstr(err.message, "must be given as --url"));
        assert_null(strstr(err.message, "secret"));
    }
    assert_string_equal(options.last_path, "untouched");
}

static void test_help_needs_nothing_else(void **state)
{
    (void)state;
    struct feed_options options;
    struct error err;
    assert_true(parse(&options, &err, "--help", NULL));
    assert_int_equal(options.action, FEED_ACTION_HELP);
    assert_true(parse(&options, &err, "--version", NULL));
    assert_int_equal(options.action, FEED_ACTION_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_config_has_the_usual_window),
        cmocka_unit_test(test_an_address_has_an_open_window),
        cmocka_unit_test(test_rooms_are_listed_of_whole_feeds),
        cmocka_unit_test(test_times_say_an_instant_or_a_wall_clock),
        cmocka_unit_test(test_the_time_can_be_told),
        cmocka_unit_test(test_what_is_wrong_is_named),
        cmocka_unit_test(test_help_needs_nothing_else),
    };
    return cmocka_run_group_tests_name("feed_options", tests, NULL, NULL);
}
