#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include <roomsign/ctl.h>

#include "scratch.h"

/* What is printed of a reply, in which ' stands for ". The caller's. */
static char *print(void (*printer)(const struct json_t *reply, FILE *out), const char *text)
{
    char *quoted = xstrdup(text), *printed = NULL;
    size_t length;
    for (char *c = quoted; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *reply = json_loads(quoted, 0, NULL);
    assert_non_null(reply);
    FILE *out = open_memstream(&printed, &length);
    printer(reply, out);
    assert_int_equal(fclose(out), 0);
    json_decref(reply);
    free(quoted);
    return printed;
}

static void expect_line(const char *printed, const char *line)
{
    const char *found = strstr(printed, line);
    if (!found || (found != printed && found[-1] != '\n'))
        fail_msg("no line %s in:\n%s", line, printed);
}

#define SESSIONS                                                                                   \
    "'current': {'title': 'A', 'start': '2026-01-31T09:30:00Z', 'end': '2026-01-31T10:20:30Z'},"   \
    "'next': {'title': 'B', 'start': '2026-01-31T22:30:00Z', 'end': '2026-01-31T23:30:00Z'},"      \
    "'next_expected': '2026-01-31T22:36:00Z', 'message': {'text': 'x', "                           \
    "'until': '2026-02-01T23:00:00Z'}"

static void test_people_read_local_times(void **state)
{
    (void)state;
    char *printed =
        print(ctl_print_status,
              "{'room': 'R', 'timezone': 'Europe/Brussels', "
              "'time': '2026-01-31T10:00:00Z', 'clock': {'source': 'system'},"
              "'feed': {'has_schedule': true, 'fetched': '2026-01-30T22:59:00Z'},"
              "'headlines': {'count': 1, 'fetched': '2026-01-31T09:05:00Z'}," SESSIONS "}");
    expect_line(printed, "time: 11:00, Europe/Brussels\n");
    expect_line(printed, "now: A, 10:30 to 11:20:30\n");
    expect_line(printed, "next: B, 23:30 to 2026-02-01 00:30\n");
    expect_line(printed, "next: expected at 23:36\n");
    expect_line(printed, "message: x, until 2026-02-02 00:00\n");
    expect_line(printed, "schedule: 0 sessions, fetched 2026-01-30 23:59\n");
    expect_line(printed, "headlines: 1, fetched 10:05\n");
    free(printed);
    printed =
        print(ctl_print_status,
              "{'room': 'R', 'timezone': 'Europe/Brussels', "
              "'feed': {'has_schedule': true, 'sessions': 1, 'fetched': '2026-01-30T22:59:00Z'},"
              "'feeds': [{'url': 'u', 'status': 'fresh', 'events': 1, 'matched': 1, "
              "'roomless': 1}]}");
    expect_line(printed, "schedule: 1 session, fetched 2026-01-30 23:59\n");
    expect_line(printed, "feed u: fresh, 1 event, 0 of this room, 1 that names no room\n");
    free(printed);
    printed = print(ctl_print_deed, "{'timezone': 'Europe/Brussels', "
                                    "'time': '2026-01-31T10:00:00Z'," SESSIONS "}");
    expect_line(printed, "now: A, 10:30 to 11:20:30\n");
    free(printed);
}

static void test_of_a_zone_that_is_not_known_here_it_stays_utc(void **state)
{
    (void)state;
    char *printed = print(ctl_print_status, "{'timezone': 'Mars/Olympus', "
                                            "'time': '2026-01-31T10:00:00Z'," SESSIONS "}");
    expect_line(printed, "time: 2026-01-31T10:00:00Z, Mars/Olympus\n");
    expect_line(printed, "now: A, 2026-01-31T09:30:00Z to 2026-01-31T10:20:30Z\n");
    free(printed);
}

static void test_a_clock_that_is_not_believed_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *clock, *line;
    } cases[] = {
        {"{'source': 'held', 'offset_s': 3600.04}",
         "time: 10:00, UTC; kept from before the clock was set, which is off by -3600.0 s now\n"},
        {"{'source': 'server', 'offset_s': -2.5}",
         "time: 10:00, UTC; the feed server's, the clock is off by +2.5 s\n"},
        {"{'source': 'none', 'offset_s': 0.0}",
         "time: not known, no time server has set the clock\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char reply[256];
        snprintf(reply, sizeof(reply),
                 "{'timezone': 'UTC', 'time': '2026-01-31T10:00:00Z', 'clock': %s}",
                 cases[i].clock);
        char *printed = print(ctl_print_status, reply);
        expect_line(printed, cases[i].line);
        free(printed);
    }
}

/* A sign that hangs: connections are made until its backlog is full. */
static void test_a_sign_that_hangs_is_given_up(void **state)
{
    (void)state;
    struct scratch scratch;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    scratch_open(&scratch, true);
    snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/s.sock", scratch.path);
    int listening = socket(AF_UNIX, SOCK_STREAM, 0), waiting = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listening, 0), 0);
    assert_int_equal(connect(waiting, (struct sockaddr *)&address, sizeof(address)), 0);
    json_t *request = json_object(), *reply;
    struct error err = {0};
    int fd;
    alarm(2 * CONTROL_TIME_MAX_MS / 1000);
    assert_false(ctl_ask(address.sun_path, request, &reply, &fd, &err));
    alarm(0);
    assert_non_null(strstr(err.message, "doesn't answer"));
    json_decref(request);
    close(listening);
    close(waiting);
    scratch_close(&scratch);
}

static void test_undo_tells_a_title_that_is_a_quote(void **state)
{
    (void)state;
    char *printed = print(ctl_print_deed, "{'undo': {'command': 'end', 'session': "
                                          "{'title': '\\'Drop-in\\' X'}}}");
    expect_line(printed, "undo takes back: end: \"Drop-in\" X\n");
    free(printed);
    printed = print(ctl_print_deed, "{'timezone': 'UTC', 'time': '2026-01-31T10:00:00Z', 'undo': "
                                    "{'command': 'extend', 'until': '2026-01-31T10:31:00Z', "
                                    "'session': {'title': 'A'}}}");
    expect_line(printed, "undo takes back: extend to 10:31: A\n");
    free(printed);
    printed = print(ctl_print_deed, "{'undone': {'command': 'open', 'until': null}}");
    expect_line(printed, "taken back: open\n");
    free(printed);
}

/* A directory that may not be looked into says nothing of who runs in it. */
static void test_signs_of_others_are_not_no_signs(void **state)
{
    (void)state;
    struct scratch scratch;
    struct error err = {0};
    const struct ctl_options options = {.command = "status"};
    char path[CONTROL_PATH_BYTES];
    uid_t user = geteuid();
    scratch_open(&scratch, false);
    assert_int_equal(setenv("RUNTIME_DIRECTORY", scratch.path, 1), 0);
    assert_false(ctl_find_socket(&options, path, &err));
    assert_non_null(strstr(err.message, "no sign runs here"));
    assert_int_equal(chmod(scratch.path, 0), 0);
    if (user == 0)
        assert_int_equal(seteuid(65534), 0);
    assert_false(ctl_find_socket(&options, path, &err));
    assert_int_equal(seteuid(user), 0);
    assert_non_null(strstr(err.message, "Permission denied: only its owner and group may ask"));
    assert_int_equal(chmod(scratch.path, 0700), 0);
    unsetenv("RUNTIME_DIRECTORY");
    scratch_close(&scratch);
}

static void test_a_command_misspelt_is_offered(void **state)
{
    (void)state;
    static const struct {
        char *word;
        const char *told;
    } cases[] = {
        {"hodl", "unknown command hodl (did you mean 'hold'?)"},
        {"Snapshoot", "unknown command Snapshoot (did you mean 'snapshot'?)"},
        {"frobnicate", "unknown command frobnicate (see --help)"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ctl_options options;
        struct error err = {0};
        char *arguments[] = {(char *)"roomsignctl", cases[i].word, NULL};
        assert_false(ctl_options_parse(2, arguments, &options, &err));
        assert_string_equal(err.message, cases[i].told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people_read_local_times),
        cmocka_unit_test(test_of_a_zone_that_is_not_known_here_it_stays_utc),
        cmocka_unit_test(test_a_clock_that_is_not_believed_is_told),
        cmocka_unit_test(test_a_sign_that_hangs_is_given_up),
        cmocka_unit_test(test_undo_tells_a_title_that_is_a_quote),
        cmocka_unit_test(test_signs_of_others_are_not_no_signs),
        cmocka_unit_test(test_a_command_misspelt_is_offered),
    };
    return cmocka_run_group_tests_name("ctl", tests, NULL, NULL);
}
