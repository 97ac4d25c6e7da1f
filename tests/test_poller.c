#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/clock.h>
#include <roomsign/poller.h>

#include "scratch.h"

#define ROOM "Room A"

struct bench {
    struct scratch scratch;
    struct loop loop;
    struct poller poller;
    struct config config;
    char program[SCRATCH_PATH_BYTES + 260];
    int prepared;
    int polled;
    int stop_after;
    bool ok;
    int64_t wait_ms;
    char reason[REPORT_LINE_BYTES_MAX];
};

static void prepare(void *context, struct feed_request *ret_request)
{
    struct bench *bench = context;
    bench->prepared++;
    *ret_request = (struct feed_request){
        .program = bench->program,
        .config = &bench->config,
        .from_ms = AT(0, 0),
        .until_ms = AT(24, 0),
        .time_limit_ms = 20000,
    };
}

static void on_polled(void *context, struct feed_outcome *outcome)
{
    struct bench *bench = context;
    bench->polled++;
    bench->ok = outcome->ok;
    bench->wait_ms = poller_wait_ms(&bench->poller);
    snprintf(bench->reason, sizeof(bench->reason), "%s", outcome->reason);
    if (bench->polled == bench->stop_after)
        loop_stop(&bench->loop);
}

static int set_up(void **state)
{
    struct bench *bench = xcalloc(1, sizeof(*bench));
    struct poller_owner owner = {prepare, on_polled, bench};
    scratch_open(&bench->scratch, false);
    config_init(&bench->config);
    session_set(&bench->config.room_name, ROOM);
    snprintf(bench->program, sizeof(bench->program), "%s", scratch_path(&bench->scratch, "feed"));
    *state = bench;
    return loop_init(&bench->loop, NULL) &&
                   poller_init(&bench->poller, &bench->loop, &owner, 60000, NULL)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    poller_release(&bench->poller);
    assert_int_equal(bench->loop.count, 0);
    loop_release(&bench->loop);
    config_release(&bench->config);
    scratch_close(&bench->scratch);
    free(bench);
    return 0;
}

static void write_program(struct bench *bench, const char *script)
{
    struct buffer text;
    buffer_init(&text, 1024 * 1024);
    buffer_append_format(&text, "#!/bin/sh\n%s\n", script);
    scratch_write(bench->program, text.data, text.length, 0700);
    buffer_release(&text);
}

static void write_two_feeds_program(struct bench *bench, enum feed_status status,
                                    enum feed_status second)
{
    struct document document;
    struct buffer json, script;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    buffer_init(&script, DOCUMENT_BYTES_MAX);
    sample_document(&document, ROOM, "abc");
    document.feeds[0].status = status;
    session_set(&document.feeds[0].error, status == FEED_STATUS_FAILED ? "HTTP 500" : "");
    document_add_feed(&document)->status = second;
    session_set(&document.feeds[1].error, second == FEED_STATUS_FAILED ? "HTTP 500" : "");
    session_set(&document.feeds[1].url, "https://example.org/house.ics");
    assert_true(document_write(&document, &json, NULL));
    buffer_append_format(&script, "cat <<'EOF'\n%s\nEOF\n", json.data);
    write_program(bench, script.data);
    document_release(&document);
    buffer_release(&json);
    buffer_release(&script);
}

static void write_good_program(struct bench *bench, enum feed_status status)
{
    write_two_feeds_program(bench, status, status);
}

static void run_polls(struct bench *bench, int count)
{
    bench->loop.stopping = false;
    bench->stop_after = bench->polled + count;
    while (!bench->loop.stopping)
        assert_true(loop_wait(&bench->loop, NULL));
}

static void test_a_poll_sets_the_next(void **state)
{
    struct bench *bench = *state;
    write_good_program(bench, FEED_STATUS_FRESH);
    assert_false(poller_is_polling(&bench->poller));
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_true(bench->ok);
    assert_in_range(bench->wait_ms, 50000, 63000);
    assert_int_equal(bench->prepared, 1);
}

static void test_polls_follow_one_another(void **state)
{
    struct bench *bench = *state;
    write_good_program(bench, FEED_STATUS_UNCHANGED);
    int64_t started_ms = clock_monotonic_ms();
    poller_restart(&bench->poller, 200);
    run_polls(bench, 4);
    assert_int_equal(bench->prepared, 4);
    assert_in_range(clock_monotonic_ms() - started_ms, 3 * 190, 10000);
}

static void test_failures_wait_longer_and_longer(void **state)
{
    struct bench *bench = *state;
    write_program(bench, "echo nothing there >&2; exit 2");
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_false(bench->ok);
    assert_string_equal(bench->reason, "nothing there");
    assert_in_range(bench->wait_ms, 7000, 12500);
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_in_range(bench->wait_ms, 14000, 25000);
    write_good_program(bench, FEED_STATUS_FRESH);
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_in_range(bench->wait_ms, 50000, 63000);
}

static void test_the_servers_wish_is_respected(void **state)
{
    struct bench *bench = *state;
    write_program(bench, "echo 'HTTP 503; retry after 120 s' >&2; exit 2");
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_in_range(bench->wait_ms, 119000, 126000);
}

/* It is asked again soon, and then as often as the others, which are to stay fresh. */
static void test_one_failed_feed_of_several_does_not_slow_the_others(void **state)
{
    struct bench *bench = *state;
    write_two_feeds_program(bench, FEED_STATUS_FRESH, FEED_STATUS_FAILED);
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_true(bench->ok);
    assert_in_range(bench->wait_ms, 7000, 12500);
    for (int i = 0; i < 5; i++) {
        poller_poll_now(&bench->poller);
        run_polls(bench, 1);
    }
    assert_in_range(bench->wait_ms, 45000, 60000);
    /* The other one too: that is a failure like any. */
    write_two_feeds_program(bench, FEED_STATUS_FAILED, FEED_STATUS_FAILED);
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_in_range(bench->wait_ms, 45000, 60000);
}

static void test_a_program_that_is_missing_is_a_failure(void **state)
{
    struct bench *bench = *state;
    poller_poll_now(&bench->poller);
    run_polls(bench, 1);
    assert_false(bench->ok);
    assert_non_null(strstr(bench->reason, bench->program));
    assert_in_range(bench->wait_ms, 7000, 12500);
}

/** Turns the loop until a poll has started. */
static void wait_for_start(struct bench *bench)
{
    while (!poller_is_polling(&bench->poller))
        assert_true(loop_wait(&bench->loop, NULL));
}

static void test_asked_for_while_polling_it_polls_again_at_once(void **state)
{
    struct bench *bench = *state;
    write_good_program(bench, FEED_STATUS_FRESH);
    poller_poll_now(&bench->poller);
    wait_for_start(bench);
    assert_int_equal(poller_wait_ms(&bench->poller), 0);
    poller_poll_now(&bench->poller);
    poller_poll_now(&bench->poller);
    int64_t started_ms = clock_monotonic_ms();
    run_polls(bench, 2);
    assert_int_equal(bench->prepared, 2);
    assert_in_range(clock_monotonic_ms() - started_ms, 0, 10000);
    assert_in_range(bench->wait_ms, 50000, 63000);
}

static void test_a_restart_drops_what_runs(void **state)
{
    struct bench *bench = *state;
    write_program(bench, "sleep 100 & wait");
    poller_poll_now(&bench->poller);
    wait_for_start(bench);
    write_good_program(bench, FEED_STATUS_FRESH);
    poller_restart(&bench->poller, 30000);
    assert_false(poller_is_polling(&bench->poller));
    run_polls(bench, 1);
    assert_true(bench->ok);
    assert_int_equal(bench->polled, 1);
    assert_in_range(bench->wait_ms, 25000, 31500);
}

/* As where a route is announced anew every few seconds, and the server is what fails. */
static void test_a_network_that_comes_all_the_time_hastens_few_polls(void **state)
{
    struct bench *bench = *state;
    struct network_watch *network = &bench->poller.network;
    int hastened = 0;
    write_program(bench, "echo HTTP 500 >&2; exit 2");
    for (int i = 0; i < 20; i++) {
        poller_poll_now(&bench->poller);
        run_polls(bench, 1);
        if (!network->watch)
            skip();
        for (int j = 0; j < 3; j++)
            network->changed(network->context);
        hastened += poller_wait_ms(&bench->poller) <= 3500;
    }
    assert_int_equal(hastened, 5);
    assert_in_range(poller_wait_ms(&bench->poller), 40000, 60000);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_a_poll_sets_the_next),
        EACH(test_polls_follow_one_another),
        EACH(test_failures_wait_longer_and_longer),
        EACH(test_the_servers_wish_is_respected),
        EACH(test_one_failed_feed_of_several_does_not_slow_the_others),
        EACH(test_a_program_that_is_missing_is_a_failure),
        EACH(test_asked_for_while_polling_it_polls_again_at_once),
        EACH(test_a_restart_drops_what_runs),
        EACH(test_a_network_that_comes_all_the_time_hastens_few_polls),
    };
    return cmocka_run_group_tests_name("poller", tests, NULL, NULL);
}
