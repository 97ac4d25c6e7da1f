#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include <cmocka.h>

#include <roomsign/cage.h>
#include <roomsign/clock.h>
#include <roomsign/feed_run.h>

#include "scratch.h"

#define ROOM "Room A"
/** Long enough for a busy machine; a run that needs it has failed. */
#define PATIENCE_MS 20000

struct bench {
    struct scratch scratch;
    struct loop loop;
    struct feed_run run;
    struct config config;
    struct document last;
    bool has_last;
    int64_t time_limit_ms;
    int done_count;
    struct feed_outcome outcome;
    char remarks[FEED_RUN_REPORT_BYTES_MAX];
};

static int set_up(void **state)
{
    struct bench *bench = xcalloc(1, sizeof(*bench));
    scratch_open(&bench->scratch, false);
    config_init(&bench->config);
    session_set(&bench->config.room_name, ROOM);
    document_init(&bench->outcome.document);
    bench->time_limit_ms = PATIENCE_MS;
    *state = bench;
    return loop_init(&bench->loop, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    feed_run_stop(&bench->run);
    loop_release(&bench->loop);
    config_release(&bench->config);
    document_release(&bench->outcome.document);
    if (bench->has_last)
        document_release(&bench->last);
    scratch_close(&bench->scratch);
    free(bench);
    return 0;
}

static void on_done(void *context, struct feed_outcome *outcome)
{
    struct bench *bench = context;
    bench->done_count++;
    document_release(&bench->outcome.document);
    bench->outcome = *outcome;
    outcome->document = (struct document){0};
    snprintf(bench->remarks, sizeof(bench->remarks), "%s",
             outcome->remarks ? outcome->remarks : "");
    assert_false(feed_run_is_running(&bench->run));
    loop_stop(&bench->loop);
}

static bool start(struct bench *bench, const char *program, struct error *err)
{
    struct feed_request request = {
        .program = program,
        .config = &bench->config,
        .last = bench->has_last ? &bench->last : NULL,
        .from_ms = AT(-24, 0),
        .until_ms = AT(24, 0),
        .now_ms = AT(0, 0),
        .time_limit_ms = bench->time_limit_ms,
    };
    return feed_run_start(&bench->run, &bench->loop, &request, on_done, bench, err);
}

static const char *write_program(struct bench *bench, const char *script)
{
    struct buffer text;
    buffer_init(&text, 1024 * 1024);
    buffer_append_format(&text, "#!/bin/sh\n%s\n", script);
    const char *path = scratch_path(&bench->scratch, "feed");
    scratch_write(path, text.data, text.length, 0700);
    buffer_release(&text);
    return path;
}

/** Runs a shell script in roomsign-feed's place to its end. */
static void run_script(struct bench *bench, const char *script)
{
    struct error err = {0};
    if (!start(bench, write_program(bench, script), &err))
        fail_msg("%s", err.message);
    while (!bench->loop.stopping)
        assert_true(loop_wait(&bench->loop, &err));
    assert_int_equal(bench->done_count, 1);
    assert_int_equal(bench->loop.count, 0);
}

/** A script that prints a document of ROOM, after `before`. */
static void run_good_script(struct bench *bench, const char *before)
{
    struct buffer script;
    char *text = sample_document_text(ROOM, "abc");
    buffer_init(&script, 1024 * 1024);
    buffer_append_format(&script, "%s\ncat <<'EOF'\n%s\nEOF\n", before, text);
    run_script(bench, script.data);
    buffer_release(&script);
    free(text);
}

static void expect_reason(const struct bench *bench, const char *part)
{
    assert_false(bench->outcome.ok);
    if (!strstr(bench->outcome.reason, part))
        fail_msg("\"%s\" is not in \"%s\"", part, bench->outcome.reason);
}

static void expect_remark(const struct bench *bench, const char *part)
{
    if (!strstr(bench->remarks, part))
        fail_msg("\"%s\" is not in \"%s\"", part, bench->remarks);
}

static void test_a_document_comes_through(void **state)
{
    struct bench *bench = *state;
    run_good_script(bench, "");
    assert_true(bench->outcome.ok);
    assert_int_equal(bench->outcome.document.schedule.count, 3);
    assert_string_equal(bench->remarks, "");
}

static void test_the_child_is_told_config_window_and_time(void **state)
{
    struct bench *bench = *state;
    run_good_script(bench, "echo \"args: $*\" >&2; grep '^name' <\"$1\" >&2");
    assert_true(bench->outcome.ok);
    expect_remark(bench, "args: /proc/self/fd/3 --from 2026-01-30T00:00:00Z "
                         "--to 2026-02-01T00:00:00Z --now 2026-01-31T00:00:00Z\n");
    expect_remark(bench, "name = Room A\n");
}

static void test_the_child_gets_the_last_document(void **state)
{
    struct bench *bench = *state;
    sample_document(&bench->last, ROOM, "xyz");
    bench->has_last = true;
    run_script(bench, "echo \"$8 $9\" >&2; cat");
    assert_true(bench->outcome.ok);
    expect_remark(bench, "--last -\n");
    assert_true(schedule_equal(&bench->outcome.document.schedule, &bench->last.schedule));
}

static void test_the_child_inherits_nothing_else(void **state)
{
    struct bench *bench = *state;
    setenv("ROOMSIGN_SECRET", "do not tell", 1);
    setenv("https_proxy", "http://127.0.0.1:9", 1);
    /* What a library forgot to close on exec, and a signal that the sign takes through a fd. */
    int leaked = fcntl(STDERR_FILENO, F_DUPFD, 20);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    run_good_script(bench, "env | cut -d= -f1 | sort | tr '\\n' ' ' >&2; echo >&2\n"
                           "(exec ls /proc/self/fd >&2)\n"
                           "ulimit -f >&2; ulimit -c >&2\n"
                           "(exec grep -E '^(NoNewPrivs|SigBlk)' /proc/self/status >&2)\n"
                           "test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo own group >&2");
    unsetenv("ROOMSIGN_SECRET");
    unsetenv("https_proxy");
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    close(leaked);
    assert_true(bench->outcome.ok);
    assert_null(strstr(bench->remarks, "ROOMSIGN_SECRET"));
    expect_remark(bench, "https_proxy");
    /* Programs look at themselves, because a shell opens pipes and blocks signals for a moment
     * while it starts them. The fourth descriptor is the folder that ls reads. */
    expect_remark(bench, CAGE_SANITIZED ? "\n0\n1\n2\n3\n4\nunlimited\n0\n"
                                        : "\n0\n1\n2\n3\n4\n0\n0\n");
    expect_remark(bench, "NoNewPrivs: 1\n");
    expect_remark(bench, "SigBlk: 0000000000000000\n");
    expect_remark(bench, "own group");
}

static void test_a_failure_gives_its_last_line_as_reason(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "echo 'roomsign-feed: a bad event' >&2\n"
                      "echo 'roomsign-feed: feed https://x/: HTTP 503; retry after 120 s' >&2\n"
                      "exit 2");
    assert_string_equal(bench->outcome.reason, "feed https://x/: HTTP 503; retry after 120 s");
    assert_string_equal(bench->remarks, "a bad event\n");
    assert_int_equal(bench->outcome.retry_after_ms, 120 * SECOND_MS);
}

static void test_a_silent_failure_has_a_reason_too(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "exit 3");
    expect_reason(bench, "status 3");
}

static void test_a_crash_is_named(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "kill -SEGV $$");
    expect_reason(bench, "signal 11");
}

static void test_a_hang_ends_at_the_time_limit(void **state)
{
    struct bench *bench = *state;
    bench->time_limit_ms = 300;
    int64_t started_ms = clock_monotonic_ms();
    run_script(bench, "sleep 100 & wait");
    expect_reason(bench, "too long");
    assert_in_range(clock_monotonic_ms() - started_ms, 300, PATIENCE_MS / 2);
}

static void test_every_feed_and_the_headlines_have_their_time(void **state)
{
    struct bench *bench = *state;
    char *urls[] = {"https://example.org/a.ics", "https://example.org/b.ics"};
    struct config_list kept = bench->config.feed_urls;
    struct error err = {0};
    bench->time_limit_ms = 0;
    bench->config.timeout_ms = 20 * SECOND_MS;
    for (int i = 0; i < 2; i++) {
        struct itimerspec left;
        int64_t limit_ms = 2 * 20 * SECOND_MS + FEED_RUN_SLACK_MS + i * FEED_RUN_HEADLINES_MS;
        session_set(&bench->config.headlines_url, i ? "https://example.org/rss" : "");
        bench->config.feed_urls = (struct config_list){urls, 2};
        bool started = start(bench, write_program(bench, "exec sleep 100"), &err);
        bench->config.feed_urls = kept;
        assert_true(started);
        assert_int_equal(timerfd_gettime(bench->run.timer_fd, &left), 0);
        int64_t left_ms = left.it_value.tv_sec * 1000 + left.it_value.tv_nsec / 1000000;
        assert_in_range(left_ms, limit_ms - 2 * SECOND_MS, limit_ms);
        feed_run_stop(&bench->run);
    }
}

static void test_an_endless_document_is_stopped(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "exec yes");
    expect_reason(bench, "too large");
}

static void test_endless_complaints_are_stopped(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "exec yes >&2");
    expect_reason(bench, "floods");
    assert_true(strlen(bench->remarks) <= FEED_RUN_REPORT_BYTES_MAX);
}

static void test_nonsense_is_refused(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "echo '<html>'");
    expect_reason(bench, "document");
}

static void test_an_empty_answer_is_refused(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "exit 0");
    expect_reason(bench, "document");
}

static void test_another_rooms_document_is_refused(void **state)
{
    struct bench *bench = *state;
    session_set(&bench->config.room_name, "Room B");
    run_good_script(bench, "");
    expect_reason(bench, "Room A");
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

/* $DOCUMENT in a script is a sound document of the room. */
static const struct {
    const char *script, *reason;
} hostile_scripts[] = {
    /* Nonsense. */
    {"head -c 200 $DOCUMENT", "not JSON"},
    {"cat $DOCUMENT $DOCUMENT", "not JSON"},
    {"cat $DOCUMENT; echo x", "not JSON"},
    {"tr '{' '\\0' <$DOCUMENT", "not JSON"},
    {"sed 's/\"title\": \"/&\\\\u0000/' $DOCUMENT", "not JSON"},
    {"head -c 4096 /dev/urandom", "not JSON"},
    {"yes '[' | head -c 100000", "more objects"},
    {"yes '[' | head -c 8000", "not JSON"},
    {"yes '{},' | tr -d '\\n' | head -c 8000000", "more objects"},
    {"echo null", "not JSON"},
    {"echo '{\"version\":\"1\"}'", "version: not a whole number"},
    {"echo '{\"version\":1.0}'", "version: not a whole number"},
    {"echo '{\"version\":99999999999999999999}'", "not JSON"},
    {"echo '{\"version\":1e999}'", "not JSON"},
    {"sed 's/\"sessions\": \\[/\"sessions\": {}, \"x\": [/' $DOCUMENT", "no such field"},
    {"sed 's/\"feed\": 0/\"feed\": 7/' $DOCUMENT", "there are only 1 feeds"},
    {"sed 's/\"start\": \"2026/\"start\": \"9999999/' $DOCUMENT", "start: "},
    {"sed 's/Room A/Room B/' $DOCUMENT", "it is for room \"Room B\""},
    /* A document, but not a good end. */
    {"cat $DOCUMENT; kill -SEGV $$", "signal 11"},
    {"cat $DOCUMENT; kill -ABRT $$", "signal 6"},
    {"cat $DOCUMENT; exit 3", "status 3"},
    {"cat $DOCUMENT; exec 1>&-; exec sleep 100", "too long"},
    {"cat $DOCUMENT; exec 1>&- 2>&-; exec sleep 100", "too long"},
    {"cat $DOCUMENT; kill -STOP $$", "too long"},
    {"trap '' TERM HUP INT QUIT; while :; do sleep 1; done", "too long"},
    {"while :; do printf ' '; sleep 0.02; done", "too long"},
    {"while :; do echo x >&2; sleep 0.02; done", "too long"},
    {"while :; do :; done", "too long"},
};

static void test_a_hostile_child_costs_one_poll(void **state)
{
    struct bench *bench = *state;
    char script[1024];
    char *text = sample_document_text(ROOM, "abc");
    scratch_write(scratch_path(&bench->scratch, "document"), text, strlen(text), 0600);
    free(text);
    int descriptors = count_descriptors();
    for (size_t i = 0; i < sizeof(hostile_scripts) / sizeof(*hostile_scripts); i++) {
        const char *reason = hostile_scripts[i].reason;
        bench->time_limit_ms = strcmp(reason, "too long") == 0 ? 150 : PATIENCE_MS;
        snprintf(script, sizeof(script), "cd '%s'\nDOCUMENT=document\n%s", bench->scratch.path,
                 hostile_scripts[i].script);
        run_script(bench, script);
        if (bench->outcome.ok || !strstr(bench->outcome.reason, reason))
            fail_msg("%s: \"%s\"", hostile_scripts[i].script, bench->outcome.reason);
        assert_int_equal(count_descriptors(), descriptors);
        /* Nor is there a process left to wait for. */
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        bench->done_count = 0;
        bench->loop.stopping = false;
    }
    bench->time_limit_ms = PATIENCE_MS;
    run_good_script(bench, "");
    assert_true(bench->outcome.ok);
}

static bool is_alive(pid_t pid)
{
    char path[64], text[512] = "";
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, text, sizeof(text) - 1);
    close(fd);
    const char *name_end = strrchr(text, ')');
    return length > 0 && name_end && name_end[2] != 'Z' && name_end[2] != 'X';
}

static void expect_death(pid_t pid)
{
    assert_true(pid > 1);
    for (int i = 0; i < 500 && is_alive(pid); i++)
        usleep(10000);
    assert_false(is_alive(pid));
}

static void test_what_the_child_left_running_neither_holds_up_nor_stays(void **state)
{
    struct bench *bench = *state;
    int64_t started_ms = clock_monotonic_ms();
    run_good_script(bench, "sleep 100 & echo $! >&2");
    assert_true(bench->outcome.ok);
    assert_in_range(clock_monotonic_ms() - started_ms, 0, PATIENCE_MS / 2);
    expect_death((pid_t)strtol(bench->remarks, NULL, 10));
}

static void test_what_left_the_group_holds_nothing_up(void **state)
{
    struct bench *bench = *state;
    int64_t started_ms = clock_monotonic_ms();
    run_good_script(bench, "setsid sleep 100 & echo $! >&2");
    pid_t pid = (pid_t)strtol(bench->remarks, NULL, 10);
    assert_true(pid > 1);
    kill(pid, SIGKILL);
    assert_true(bench->outcome.ok);
    assert_in_range(clock_monotonic_ms() - started_ms, 0, PATIENCE_MS / 2);
}

static void test_stopping_kills_without_a_word(void **state)
{
    struct bench *bench = *state;
    assert_true(start(bench, write_program(bench, "sleep 100 & wait"), NULL));
    pid_t pid = bench->run.pid;
    assert_true(feed_run_is_running(&bench->run));
    feed_run_stop(&bench->run);
    assert_false(feed_run_is_running(&bench->run));
    assert_int_equal(bench->loop.count, 0);
    assert_int_equal(bench->done_count, 0);
    expect_death(pid);
}

static void test_a_program_that_is_not_there_cannot_start(void **state)
{
    struct bench *bench = *state;
    struct error err = {0};
    assert_false(start(bench, scratch_path(&bench->scratch, "missing"), &err));
    assert_non_null(strstr(err.message, "missing"));
    assert_int_equal(bench->loop.count, 0);
}

static void test_a_program_that_cannot_run_is_a_failed_poll(void **state)
{
    struct bench *bench = *state;
    const char *path = scratch_path(&bench->scratch, "feed");
    scratch_write(path, "\177ELF rubbish", 12, 0700);
    assert_true(start(bench, path, NULL));
    while (!bench->loop.stopping)
        assert_true(loop_wait(&bench->loop, NULL));
    expect_reason(bench, "cannot be started");
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_a_document_comes_through),
        EACH(test_the_child_is_told_config_window_and_time),
        EACH(test_the_child_gets_the_last_document),
        EACH(test_the_child_inherits_nothing_else),
        EACH(test_a_failure_gives_its_last_line_as_reason),
        EACH(test_a_silent_failure_has_a_reason_too),
        EACH(test_a_crash_is_named),
        EACH(test_a_hang_ends_at_the_time_limit),
        EACH(test_every_feed_and_the_headlines_have_their_time),
        EACH(test_an_endless_document_is_stopped),
        EACH(test_endless_complaints_are_stopped),
        EACH(test_nonsense_is_refused),
        EACH(test_an_empty_answer_is_refused),
        EACH(test_another_rooms_document_is_refused),
        EACH(test_what_the_child_left_running_neither_holds_up_nor_stays),
        EACH(test_what_left_the_group_holds_nothing_up),
        EACH(test_a_hostile_child_costs_one_poll),
        EACH(test_stopping_kills_without_a_word),
        EACH(test_a_program_that_is_not_there_cannot_start),
        EACH(test_a_program_that_cannot_run_is_a_failed_poll),
    };
    return cmocka_run_group_tests_name("feed_run", tests, NULL, NULL);
}
