#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <roomsign/buffer.h>
#include <roomsign/command_file.h>

#include "sample.h"

struct fixture {
    struct schedule schedule;
    struct zone zone;
    struct tracker tracker;
    struct buffer told;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct tracker_rules rules = sample_rules();
    struct error err = {0};
    fixture = (struct fixture){0};
    assert_true(zone_load("Europe/Brussels", &fixture.zone, &err));
    sample_add(&fixture.schedule, "a", AT(10, 0), AT(11, 0));
    tracker_init(&fixture.tracker, &fixture.schedule, NULL, &fixture.zone, &rules);
    buffer_init(&fixture.told, 1024 * 1024);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    tracker_release(&fixture->tracker);
    schedule_release(&fixture->schedule);
    buffer_release(&fixture->told);
    return 0;
}

static void hear(void *context, const char *message)
{
    struct fixture *fixture = context;
    assert_true(buffer_append_format(&fixture->told, "%s\n", message));
}

static void test_commands_are_played_when_they_are_due(void **state)
{
    struct fixture *fixture = *state;
    struct command_file file;
    command_file_parse(&file, "f",
                       "# who does what\r\n"
                       "2026-01-31T11:50\textend 5\r\n"
                       "\n"
                       "2026-01-31T10:51:30Z extend 5",
                       &fixture->zone, hear, fixture);
    assert_int_equal(file.count, 2);
    assert_int_equal(command_file_next_ms(&file), AT(10, 50));
    command_file_play(&file, &fixture->tracker, AT(10, 50) - 1);
    assert_int_equal(file.command_count, 0);
    command_file_play(&file, &fixture->tracker, AT(10, 50));
    assert_int_equal(file.command_count, 1);
    assert_int_equal(command_file_next_ms(&file), AT(10, 51) + 30 * SECOND_MS);
    command_file_play(&file, &fixture->tracker, AT(12, 0));
    assert_int_equal(command_file_next_ms(&file), TIME_NEVER_MS);
    struct tracker_state now;
    tracker_at(&fixture->tracker, AT(10, 55), &now);
    assert_int_equal(now.finish_ms, AT(11, 10));
    assert_int_equal(file.commands[1].at_ms, AT(10, 51) + 30 * SECOND_MS);
    assert_int_equal(fixture->told.length, 0);
    tracker_hear(&fixture->tracker, NULL);
    command_file_release(&file);
}

static void test_each_bad_line_is_named_and_spoils_the_file(void **state)
{
    struct fixture *fixture = *state;
    struct command_file file = {.played = 77};
    assert_false(command_file_parse(&file, "f",
                                    "noon\thold\n"
                                    "2026-01-31T10:30Z\n"
                                    "2026-01-31T10:30Z\tdance\n"
                                    "2026-01-31T10:30Z\topen\n"
                                    "2026-01-31T10:20Z\thold\n"
                                    "2026-01-31T10:31Z\thold\n",
                                    &fixture->zone, hear, fixture));
    assert_non_null(strstr(fixture->told.data, "f:1: "));
    assert_non_null(strstr(fixture->told.data, "noon"));
    assert_non_null(strstr(fixture->told.data, "f:2: not TIME, a tab and a command\n"));
    assert_non_null(strstr(fixture->told.data, "f:3: \"dance\" is no command\n"));
    assert_non_null(strstr(fixture->told.data, "f:5: earlier than line 4\n"));
    assert_null(strstr(fixture->told.data, "f:4: "));
    assert_null(strstr(fixture->told.data, "f:6: "));
    assert_int_equal(file.played, 77);
}

static void test_what_is_refused_when_it_is_due_is_left_out(void **state)
{
    struct fixture *fixture = *state;
    struct command_file file;
    assert_true(command_file_parse(&file, "f",
                                   "2026-01-31T10:30Z\topen\n"
                                   "2026-01-31T10:31Z\thold\n"
                                   "2026-01-31T10:32Z\thold\n",
                                   &fixture->zone, hear, fixture));
    command_file_play(&file, &fixture->tracker, AT(12, 0));
    assert_string_equal(fixture->told.data, "f:1: open: the room isn't marked as full\n"
                                            "f:3: hold: it is held already\n");
    assert_int_equal(file.command_count, 1);
    tracker_hear(&fixture->tracker, NULL);
    command_file_release(&file);
}

static void test_a_file_has_a_limit(void **state)
{
    struct fixture *fixture = *state;
    struct command_file file;
    struct buffer text;
    buffer_init(&text, COMMAND_FILE_BYTES_MAX);
    for (int i = 0; i < COMMANDS_MAX; i++)
        assert_true(buffer_append_text(&text, "2026-01-31T10:30Z\tsay Hello\n"));
    assert_true(command_file_parse(&file, "f", text.data, &fixture->zone, hear, fixture));
    assert_int_equal(file.count, COMMANDS_MAX);
    assert_true(buffer_append_text(&text, "2026-01-31T10:30Z\tsay Hello\n"));
    struct command_file longer;
    assert_false(command_file_parse(&longer, "f", text.data, &fixture->zone, hear, fixture));
    assert_string_equal(fixture->told.data, "f:2001: more than 2000 commands\n");
    command_file_play(&file, &fixture->tracker, AT(12, 0));
    assert_int_equal(file.command_count, COMMANDS_MAX);
    tracker_hear(&fixture->tracker, NULL);
    command_file_release(&file);
    buffer_release(&text);
}

static void test_a_file_that_is_not_there_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    struct command_file file = {.played = 77};
    struct error err = {0};
    assert_false(
        command_file_read(&file, "tests/no-such-file", &fixture->zone, hear, fixture, &err));
    assert_non_null(strstr(err.message, "no-such-file"));
    assert_int_equal(file.played, 77);
    assert_int_equal(fixture->told.length, 0);
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* What a shell's <(...) gives. */
static void test_a_pipe_is_read_to_its_end(void **state)
{
    struct fixture *fixture = *state;
    static const char line[] = "2026-01-31T11:50\textend 5\n";
    struct command_file file;
    struct error err = {0};
    char path[64];
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], line, strlen(line)), (int)strlen(line));
    close(fds[1]);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
    assert_true(command_file_read(&file, path, &fixture->zone, hear, fixture, &err));
    close(fds[0]);
    assert_int_equal(file.count, 1);
    command_file_release(&file);
    assert_false(command_file_read(&file, "/", &fixture->zone, hear, fixture, &err));
    assert_string_equal(err.message, "/: Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(test_commands_are_played_when_they_are_due),
        FILE_TEST(test_each_bad_line_is_named_and_spoils_the_file),
        FILE_TEST(test_what_is_refused_when_it_is_due_is_left_out),
        FILE_TEST(test_a_file_has_a_limit),
        FILE_TEST(test_a_file_that_is_not_there_is_an_error),
        FILE_TEST(test_a_pipe_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
