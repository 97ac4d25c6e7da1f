#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <grp.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/clock.h>
#include <roomsign/child.h>
#include <roomsign/control.h>

#include "scratch.h"

struct bench {
    struct scratch scratch;
    struct loop loop;
    struct control control;
    char path[CONTROL_PATH_BYTES];
    int runs;
};

static bool run_count(void *context, const struct json_t *request, struct json_t *reply,
                      int *ret_fd, struct error *err)
{
    (void)request;
    (void)ret_fd;
    (void)err;
    struct bench *bench = context;
    json_object_set_new(reply, "runs", json_integer(++bench->runs));
    return true;
}

static bool run_file(void *context, const struct json_t *request, struct json_t *reply, int *ret_fd,
                     struct error *err)
{
    (void)request;
    (void)reply;
    struct bench *bench = context;
    const char *path = scratch_path(&bench->scratch, "picture");
    scratch_write(path, "a picture", 9, 0600);
    *ret_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*ret_fd < 0)
        error_set(err, "%s", strerror(errno));
    return *ret_fd >= 0;
}

static bool run_large(void *context, const struct json_t *request, struct json_t *reply,
                      int *ret_fd, struct error *err)
{
    (void)context;
    (void)request;
    (void)ret_fd;
    (void)err;
    char *text = xcalloc(CONTROL_REPLY_BYTES_MAX + 1, 1);
    memset(text, 'x', CONTROL_REPLY_BYTES_MAX);
    json_object_set_new(reply, "text", json_string(text));
    free(text);
    return true;
}

static bool run_refuse(void *context, const struct json_t *request, struct json_t *reply,
                       int *ret_fd, struct error *err)
{
    (void)context;
    (void)request;
    (void)reply;
    (void)ret_fd;
    error_set(err, "nobody is in the room");
    return false;
}

#define STRANGER 65534
#define GROUP 54321
enum { ASKED_ANSWERED, ASKED_NO_ANSWER, ASKED_REFUSED, ASKED_FAILED };

static const struct control_command commands[] = {
    {"count", run_count},
    {"file", run_file},
    {"large", run_large},
    {"refuse", run_refuse},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int set_up(void **state)
{
    struct bench *bench = xcalloc(1, sizeof(*bench));
    struct error err = {0};
    scratch_open(&bench->scratch, true);
    snprintf(bench->path, sizeof(bench->path), "%.80s/s.sock", bench->scratch.path);
    *state = bench;
    if (!loop_init(&bench->loop, &err) || !control_open(&bench->control, &bench->loop, bench->path,
                                                        commands, COMMAND_COUNT, bench, &err))
        fail_msg("%s", err.message);
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    control_close(&bench->control);
    loop_release(&bench->loop);
    scratch_close(&bench->scratch);
    free(bench);
    return 0;
}

static int connect_client(const struct bench *bench)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static bool is_readable(int fd)
{
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    return poll(&wanted, 1, 0) > 0;
}

/** Turns the loop until it has nothing to do at once. */
static void settle(struct bench *bench)
{
    while (is_readable(bench->loop.epoll_fd))
        assert_true(loop_wait(&bench->loop, NULL));
}

/** Sends bytes and returns all that comes back until the sign hangs up. */
static char *ask(struct bench *bench, const char *bytes, size_t length, int *ret_fd)
{
    struct buffer reply;
    buffer_init(&reply, 2 * CONTROL_REPLY_BYTES_MAX);
    int fd = connect_client(bench);
    assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL), length);
    for (;;) {
        char part[4096];
        char control[CMSG_SPACE(sizeof(int))];
        struct iovec iov = {part, sizeof(part)};
        struct msghdr message = {.msg_iov = &iov,
                                 .msg_iovlen = 1,
                                 .msg_control = control,
                                 .msg_controllen = sizeof(control)};
        settle(bench);
        ssize_t got = recvmsg(fd, &message, 0);
        assert_true(got >= 0);
        if (got == 0)
            break;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (header && ret_fd)
            memcpy(ret_fd, CMSG_DATA(header), sizeof(int));
        assert_true(buffer_append(&reply, part, (size_t)got));
    }
    close(fd);
    settle(bench);
    if (!reply.data)
        buffer_append_text(&reply, "");
    return reply.data;
}

static void expect_reply(struct bench *bench, const char *request, const char *part)
{
    char *reply = ask(bench, request, strlen(request), NULL);
    if (!strstr(reply, part))
        fail_msg("%s is answered by %s, without %s", request, reply, part);
    assert_int_equal(reply[strlen(reply) - 1], '\n');
    free(reply);
}

static void test_a_command_is_answered(void **state)
{
    expect_reply(*state, "{\"command\":\"count\"}\n", "{\"runs\":1,\"ok\":true}");
    expect_reply(*state, "{\"command\":\"count\"}\n", "{\"runs\":2,\"ok\":true}");
}

static void test_a_request_may_come_in_pieces(void **state)
{
    struct bench *bench = *state;
    const char *request = "{\"command\":\"count\"}\n";
    int fd = connect_client(bench);
    for (const char *c = request; *c; c++) {
        assert_int_equal(bench->runs, 0);
        assert_int_equal(send(fd, c, 1, 0), 1);
        settle(bench);
    }
    assert_int_equal(bench->runs, 1);
    close(fd);
}

static void test_refusals_say_why(void **state)
{
    expect_reply(*state, "{\"command\":\"refuse\"}\n", "nobody is in the room");
    expect_reply(*state, "{\"command\":\"dance\"}\n",
                 "no such command: \\\"dance\\\" (known are count, file, large, refuse)");
    expect_reply(*state, "hello\n", "not JSON");
    expect_reply(*state, "[]\n", "no object");
    expect_reply(*state, "{\"command\":7}\n", "no object with a");
    expect_reply(*state, "\n", "not JSON");
    expect_reply(*state, "{\"command\":\"a\",\"command\":\"count\"}\n", "not JSON");
    expect_reply(*state, "{\"command\":\"large\"}\n", "too large");
    /* A name cut inside a character must still give an answer. */
    expect_reply(*state,
                 "{\"command\":\"1234567890123456789012345678901234567890"
                 "12345678901234567890123é\"}\n",
                 "no such command");
    assert_int_equal(((struct bench *)*state)->runs, 0);
}

static void test_a_file_comes_along(void **state)
{
    const char *request = "{\"command\":\"file\"}\n";
    char bytes[32] = "";
    int fd = -1;
    char *reply = ask(*state, request, strlen(request), &fd);
    assert_non_null(strstr(reply, "\"ok\":true"));
    assert_true(fd >= 0);
    assert_int_equal(read(fd, bytes, sizeof(bytes) - 1), 9);
    assert_string_equal(bytes, "a picture");
    close(fd);
    free(reply);
}

/** What a child, as somebody else where a uid is given, gets by asking: its exit status. */
static int ask_as_child(struct bench *bench, uid_t uid, gid_t gid)
{
    static const char request[] = "{\"command\":\"count\"}\n";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int status = 0;
    memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char reply[64];
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (uid != 0 && (setgroups(0, NULL) != 0 || setgid(gid) != 0 || setuid(uid) != 0))
            _exit(ASKED_FAILED);
        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
            _exit(errno == EACCES ? ASKED_REFUSED : ASKED_FAILED);
        if (write(fd, request, sizeof(request) - 1) < 0)
            _exit(ASKED_NO_ANSWER);
        _exit(read(fd, reply, sizeof(reply)) > 0 ? ASKED_ANSWERED : ASKED_NO_ANSWER);
    }
    for (int i = 0; i < 1000 && waitpid(pid, &status, WNOHANG) == 0; i++) {
        settle(bench);
        usleep(5000);
    }
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_the_signs_own_children_get_no_answer(void **state)
{
    struct bench *bench = *state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(ask_as_child(bench, 0, 0), ASKED_NO_ANSWER);
    assert_int_equal(bench->runs, 0);
    /* Anybody else, of the same rights, does. */
    expect_reply(bench, "{\"command\":\"count\"}\n", "\"ok\":true");
}

/** Its number says nothing any more when the sign comes to what it left. */
static void test_a_child_that_has_ended_gets_nothing_done(void **state)
{
    static const char request[] = "{\"command\":\"count\"}\n";
    struct bench *bench = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int sent = 0;
        for (int i = 0; i < 2; i++) {
            int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sent += connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
                    write(fd, request, sizeof(request) - 1) == sizeof(request) - 1;
        }
        _exit(sent);
    }
    assert_int_equal(WEXITSTATUS(child_reap(pid)), 2);
    for (int i = 0; i < 4; i++)
        settle(bench);
    assert_int_equal(bench->runs, 0);
    expect_reply(bench, "{\"command\":\"count\"}\n", "\"ok\":true");
    assert_int_equal(bench->runs, 1);
}

static void test_only_owner_and_group_may_connect(void **state)
{
    struct bench *bench = *state;
    struct stat status;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(stat(bench->path, &status), 0);
    assert_int_equal(status.st_mode, S_IFSOCK | 0660);
    if (geteuid() != 0)
        skip();
    /* The folder is no hindrance here. */
    assert_int_equal(chmod(bench->scratch.path, 0755), 0);
    assert_int_equal(chown(bench->path, 0, GROUP), 0);
    assert_int_equal(ask_as_child(bench, STRANGER, STRANGER), ASKED_REFUSED);
    assert_int_equal(ask_as_child(bench, STRANGER, GROUP), ASKED_NO_ANSWER);
}

static void test_too_long_a_request_is_dropped(void **state)
{
    char *bytes = xcalloc(CONTROL_REQUEST_BYTES_MAX, 1);
    memset(bytes, ' ', CONTROL_REQUEST_BYTES_MAX);
    char *reply = ask(*state, bytes, CONTROL_REQUEST_BYTES_MAX, NULL);
    assert_string_equal(reply, "");
    free(reply);
    free(bytes);
}

static void test_there_are_only_so_many_connections(void **state)
{
    struct bench *bench = *state;
    int fds[CONTROL_CONNECTIONS_MAX];
    char byte;
    for (int i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        fds[i] = connect_client(bench);
        settle(bench);
        usleep(2000);
    }
    /* Who has been silent for longest makes room, the others still may ask. */
    expect_reply(bench, "{\"command\":\"count\"}\n", "\"ok\":true");
    assert_true(is_readable(fds[0]));
    assert_int_equal(recv(fds[0], &byte, 1, 0), 0);
    for (int i = 1; i < CONTROL_CONNECTIONS_MAX; i++)
        assert_false(is_readable(fds[i]));
    for (int i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
        close(fds[i]);
    settle(bench);
    expect_reply(bench, "{\"command\":\"count\"}\n", "\"ok\":true");
}

static void test_without_descriptors_the_oldest_makes_room(void **state)
{
    struct bench *bench = *state;
    struct rlimit before, tight;
    const char request[] = "{\"command\":\"count\"}\n";
    char byte;
    int first = connect_client(bench);
    settle(bench);
    int second = connect_client(bench), next_fd = dup(second);
    assert_true(next_fd > second);
    close(next_fd);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = before;
    tight.rlim_cur = (rlim_t)next_fd;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    /* Until the first one's time is over a loop would turn without a rest. */
    alarm(CONTROL_TIME_MAX_MS / 1000 - 2);
    settle(bench);
    alarm(0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(recv(first, &byte, 1, MSG_DONTWAIT), 0);
    assert_int_equal(send(second, request, sizeof(request) - 1, MSG_NOSIGNAL), sizeof(request) - 1);
    settle(bench);
    assert_int_equal(recv(second, &byte, 1, MSG_DONTWAIT), 1);
    close(first);
    close(second);
}

static void test_a_silent_connection_is_dropped_in_time(void **state)
{
    struct bench *bench = *state;
    char byte;
    int fd = connect_client(bench);
    settle(bench);
    int64_t started_ms = clock_monotonic_ms();
    while (!is_readable(fd))
        assert_true(loop_wait(&bench->loop, NULL));
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    assert_in_range(clock_monotonic_ms() - started_ms, CONTROL_TIME_MAX_MS - 500,
                    CONTROL_TIME_MAX_MS + 5000);
    close(fd);
}

static void test_who_hangs_up_early_harms_nobody(void **state)
{
    struct bench *bench = *state;
    const char *request = "{\"command\":\"count\"}\n";
    int fd = connect_client(bench);
    assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
    close(fd);
    settle(bench);
    expect_reply(bench, request, "\"ok\":true");
}

static void test_a_second_sign_does_not_take_the_socket(void **state)
{
    struct bench *bench = *state;
    struct control *second = xcalloc(1, sizeof(*second));
    struct error err = {0};
    assert_false(
        control_open(second, &bench->loop, bench->path, commands, COMMAND_COUNT, bench, &err));
    assert_non_null(strstr(err.message, "another roomsignd"));
    control_close(second);
    free(second);
    settle(bench);
    expect_reply(bench, "{\"command\":\"count\"}\n", "\"ok\":true");
}

/** A process that listens there and ends at once, and its child, which holds the socket. */
static pid_t leave_child_with_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int told[2], status;
    pid_t child = 0;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    assert_int_equal(pipe(told), 0);
    pid_t listener = fork();
    if (listener == 0) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0)
            _exit(1);
        child = fork();
        if (child == 0)
            pause();
        _exit(write(told[1], &child, sizeof(child)) != sizeof(child));
    }
    assert_int_equal(waitpid(listener, &status, 0), listener);
    assert_int_equal(status, 0);
    assert_int_equal(read(told[0], &child, sizeof(child)), sizeof(child));
    close(told[0]);
    close(told[1]);
    return child;
}

static void test_what_a_killed_signs_child_still_holds_is_replaced(void **state)
{
    struct bench *bench = *state;
    char left[CONTROL_PATH_BYTES];
    struct error err = {0};
    snprintf(left, sizeof(left), "%.80s/left.sock", bench->scratch.path);
    pid_t child = leave_child_with_socket(left);
    control_close(&bench->control);
    bool opened =
        control_open(&bench->control, &bench->loop, left, commands, COMMAND_COUNT, bench, &err);
    kill(child, SIGKILL);
    if (!opened)
        fail_msg("%s", err.message);
}

static void test_what_a_dead_sign_left_is_replaced(void **state)
{
    struct bench *bench = *state;
    char left[CONTROL_PATH_BYTES];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(left, sizeof(left), "%.80s/left.sock", bench->scratch.path);
    memcpy(address.sun_path, left, strlen(left) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    control_close(&bench->control);
    assert_int_equal(access(bench->path, F_OK), -1);
    memcpy(bench->path, left, sizeof(left));
    assert_true(
        control_open(&bench->control, &bench->loop, left, commands, COMMAND_COUNT, bench, NULL));
    expect_reply(bench, "{\"command\":\"count\"}\n", "\"ok\":true");
}

static void test_a_path_that_cannot_be_is_an_error(void **state)
{
    struct bench *bench = *state;
    struct control *other = xcalloc(1, sizeof(*other));
    struct error err = {0};
    char path[200];
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_false(control_open(other, &bench->loop, path, commands, COMMAND_COUNT, bench, &err));
    assert_non_null(strstr(err.message, "too long"));
    assert_false(control_open(other, &bench->loop, "/proc/no/such.sock", commands, COMMAND_COUNT,
                              bench, &err));
    assert_non_null(strstr(err.message, "/proc/no/such.sock"));
    control_close(other);
    free(other);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_a_command_is_answered),
        EACH(test_a_request_may_come_in_pieces),
        EACH(test_refusals_say_why),
        EACH(test_a_file_comes_along),
        EACH(test_the_signs_own_children_get_no_answer),
        EACH(test_a_child_that_has_ended_gets_nothing_done),
        EACH(test_only_owner_and_group_may_connect),
        EACH(test_too_long_a_request_is_dropped),
        EACH(test_there_are_only_so_many_connections),
        EACH(test_without_descriptors_the_oldest_makes_room),
        EACH(test_a_silent_connection_is_dropped_in_time),
        EACH(test_who_hangs_up_early_harms_nobody),
        EACH(test_a_second_sign_does_not_take_the_socket),
        EACH(test_what_a_dead_sign_left_is_replaced),
        EACH(test_what_a_killed_signs_child_still_holds_is_replaced),
        EACH(test_a_path_that_cannot_be_is_an_error),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
