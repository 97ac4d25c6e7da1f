#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <roomsign/error.h>
#include <roomsign/loop.h>

#define PIPES 8

struct pipes {
    struct loop loop;
    int fds[PIPES][2];
    struct loop_watch *watches[PIPES];
    int calls[PIPES];
    int total;
};

struct end {
    struct pipes *pipes;
    int index;
};

static int set_up(void **state)
{
    struct pipes *pipes = xcalloc(1, sizeof(*pipes));
    if (!loop_init(&pipes->loop, NULL))
        return -1;
    for (int i = 0; i < PIPES; i++)
        if (pipe2(pipes->fds[i], O_CLOEXEC | O_NONBLOCK) < 0)
            return -1;
    *state = pipes;
    return 0;
}

static int tear_down(void **state)
{
    struct pipes *pipes = *state;
    loop_release(&pipes->loop);
    for (int i = 0; i < PIPES; i++) {
        close(pipes->fds[i][0]);
        close(pipes->fds[i][1]);
    }
    free(pipes);
    return 0;
}

static void count_and_drain(void *context, uint32_t events)
{
    struct end *end = context;
    char byte;
    assert_true(events & EPOLLIN);
    assert_int_equal(read(end->pipes->fds[end->index][0], &byte, 1), 1);
    end->pipes->calls[end->index]++;
    end->pipes->total++;
}

/** Whoever is called first removes everyone, itself too. */
static void remove_all(void *context, uint32_t events)
{
    (void)events;
    struct end *end = context;
    end->pipes->total++;
    for (int i = 0; i < PIPES; i++) {
        loop_remove(&end->pipes->loop, end->pipes->watches[i]);
        end->pipes->watches[i] = NULL;
    }
}

static void add_all(struct pipes *pipes, struct end ends[PIPES], loop_handler handler)
{
    for (int i = 0; i < PIPES; i++) {
        ends[i] = (struct end){pipes, i};
        pipes->watches[i] =
            loop_add(&pipes->loop, pipes->fds[i][0], EPOLLIN, handler, &ends[i], NULL);
        assert_non_null(pipes->watches[i]);
    }
}

static void make_ready(struct pipes *pipes, int index)
{
    assert_int_equal(write(pipes->fds[index][1], "x", 1), 1);
}

static void test_only_ready_ones_are_called(void **state)
{
    struct pipes *pipes = *state;
    struct end ends[PIPES];
    add_all(pipes, ends, count_and_drain);
    make_ready(pipes, 2);
    make_ready(pipes, 5);
    assert_true(loop_wait(&pipes->loop, NULL));
    assert_int_equal(pipes->total, 2);
    assert_int_equal(pipes->calls[2], 1);
    assert_int_equal(pipes->calls[5], 1);
}

static void test_handlers_may_remove_each_other(void **state)
{
    struct pipes *pipes = *state;
    struct end ends[PIPES];
    add_all(pipes, ends, remove_all);
    for (int i = 0; i < PIPES; i++)
        make_ready(pipes, i);
    assert_true(loop_wait(&pipes->loop, NULL));
    assert_int_equal(pipes->total, 1);
    assert_int_equal(pipes->loop.count, 0);
    assert_null(pipes->loop.removed);
}

static void replace_by_counter(void *context, uint32_t events)
{
    (void)events;
    struct end *end = context;
    struct pipes *pipes = end->pipes;
    loop_remove(&pipes->loop, pipes->watches[end->index]);
    pipes->watches[end->index] =
        loop_add(&pipes->loop, pipes->fds[end->index][0], EPOLLIN, count_and_drain, end, NULL);
    assert_non_null(pipes->watches[end->index]);
}

static void test_a_handler_may_put_another_in_its_place(void **state)
{
    struct pipes *pipes = *state;
    struct end end = {pipes, 0};
    pipes->watches[0] =
        loop_add(&pipes->loop, pipes->fds[0][0], EPOLLIN, replace_by_counter, &end, NULL);
    make_ready(pipes, 0);
    assert_true(loop_wait(&pipes->loop, NULL));
    assert_int_equal(pipes->total, 0);
    assert_true(loop_wait(&pipes->loop, NULL));
    assert_int_equal(pipes->total, 1);
}

static void stop(void *context, uint32_t events)
{
    struct pipes *pipes = context;
    assert_true(events & EPOLLOUT);
    loop_stop(&pipes->loop);
}

static void test_modify_waits_for_other_events(void **state)
{
    struct pipes *pipes = *state;
    struct loop_watch *watch = loop_add(&pipes->loop, pipes->fds[0][1], 0, stop, pipes, NULL);
    assert_non_null(watch);
    assert_true(loop_modify(&pipes->loop, watch, EPOLLOUT, NULL));
    assert_true(loop_wait(&pipes->loop, NULL));
    assert_true(pipes->loop.stopping);
}

static void test_there_are_only_so_many_watches(void **state)
{
    struct pipes *pipes = *state;
    struct end end = {pipes, 0};
    struct error err = {0};
    int fds[LOOP_WATCHES_MAX + 1];
    for (int i = 0; i <= LOOP_WATCHES_MAX; i++)
        fds[i] = fcntl(pipes->fds[0][0], F_DUPFD_CLOEXEC, 0);
    for (int i = 0; i < LOOP_WATCHES_MAX; i++)
        assert_non_null(loop_add(&pipes->loop, fds[i], EPOLLIN, count_and_drain, &end, &err));
    assert_null(
        loop_add(&pipes->loop, fds[LOOP_WATCHES_MAX], EPOLLIN, count_and_drain, &end, &err));
    assert_non_null(strstr(err.message, "64"));
    for (int i = 0; i <= LOOP_WATCHES_MAX; i++)
        close(fds[i]);
}

static void test_an_fd_that_cannot_be_waited_for_is_an_error(void **state)
{
    struct pipes *pipes = *state;
    struct error err = {0};
    assert_null(loop_add(&pipes->loop, -1, EPOLLIN, count_and_drain, pipes, &err));
    assert_true(*err.message);
    assert_int_equal(pipes->loop.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_only_ready_ones_are_called, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_handlers_may_remove_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_handler_may_put_another_in_its_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_modify_waits_for_other_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_there_are_only_so_many_watches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_fd_that_cannot_be_waited_for_is_an_error, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
