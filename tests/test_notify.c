#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <roomsign/error.h>
#include <roomsign/notify.h>

/** A listener as systemd is one; "@name" is abstract. Returns its descriptor. */
static int listen_as_systemd(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name, strlen(name));
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    if (*name == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static void expect_message(int fd, const char *expected)
{
    char message[512];
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&wanted, 1, 1000), 1);
    ssize_t length = recv(fd, message, sizeof(message) - 1, 0);
    assert_true(length >= 0);
    message[length] = '\0';
    assert_string_equal(message, expected);
}

static void expect_silence(int fd)
{
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&wanted, 1, 0), 0);
}

static void say_everything(int fd)
{
    struct notify notify;
    struct error err = {0};
    assert_true(notify_open(&notify, &err));
    assert_null(getenv("NOTIFY_SOCKET"));
    notify_ready(&notify);
    expect_message(fd, "READY=1");
    notify_reloading(&notify, 1234567890);
    expect_message(fd, "RELOADING=1\nMONOTONIC_USEC=1234567890");
    notify_status(&notify, "In session:\nA talk");
    expect_message(fd, "STATUS=In session: A talk");
    notify_status(&notify, "In session: A talk");
    expect_silence(fd);
    notify_status(&notify, "Free");
    expect_message(fd, "STATUS=Free");
    notify_watchdog(&notify);
    expect_message(fd, "WATCHDOG=1");
    notify_stopping(&notify);
    expect_message(fd, "STOPPING=1");
    notify_close(&notify);
    notify_ready(&notify);
    expect_silence(fd);
}

static void test_tells_an_abstract_socket(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof(name), "@roomsign-test-%d", (int)getpid());
    int fd = listen_as_systemd(name);
    say_everything(fd);
    close(fd);
}

static void test_tells_a_socket_with_a_path(void **state)
{
    (void)state;
    char directory[] = "/tmp/roomsign-notify-XXXXXX", name[64];
    assert_non_null(mkdtemp(directory));
    snprintf(name, sizeof(name), "%s/socket", directory);
    int fd = listen_as_systemd(name);
    say_everything(fd);
    close(fd);
    unlink(name);
    rmdir(directory);
}

static void test_without_a_listener_nothing_happens(void **state)
{
    (void)state;
    struct notify notify;
    unsetenv("NOTIFY_SOCKET");
    setenv("WATCHDOG_USEC", "1000000", 1);
    assert_true(notify_open(&notify, NULL));
    assert_int_equal(notify.fd, -1);
    assert_int_equal(notify.feed_every_ms, 0);
    notify_ready(&notify);
    notify_close(&notify);
}

static void test_names_that_are_no_sockets_are_refused(void **state)
{
    (void)state;
    char long_name[300];
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[0] = '/';
    long_name[sizeof(long_name) - 1] = '\0';
    const char *names[] = {"relative", "vsock:2:1234", long_name};
    for (size_t i = 0; i < 3; i++) {
        struct notify notify;
        struct error err = {0};
        setenv("NOTIFY_SOCKET", names[i], 1);
        assert_false(notify_open(&notify, &err));
        assert_non_null(strstr(err.message, "NOTIFY_SOCKET"));
        assert_int_equal(notify.fd, -1);
    }
}

struct watchdog_case {
    const char *usec;
    const char *pid;
    int64_t feed_every_ms;
};

static void test_the_watchdog_is_fed_twice_an_interval(void **state)
{
    (void)state;
    char own[32];
    snprintf(own, sizeof(own), "%d", (int)getpid());
    const struct watchdog_case cases[] = {
        {"30000000", NULL, 15000}, {"30000000", own, 15000}, {"30000000", "1", 0},
        {NULL, NULL, 0},           {"0", NULL, 0},           {"1000", NULL, 1},
        {"-5", NULL, 0},           {"12x", NULL, 0},         {"99999999999999999999999", NULL, 0},
    };
    int fd = listen_as_systemd("@roomsign-test-watchdog");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct notify notify;
        setenv("NOTIFY_SOCKET", "@roomsign-test-watchdog", 1);
        if (cases[i].usec)
            setenv("WATCHDOG_USEC", cases[i].usec, 1);
        if (cases[i].pid)
            setenv("WATCHDOG_PID", cases[i].pid, 1);
        assert_true(notify_open(&notify, NULL));
        assert_int_equal(notify.feed_every_ms, cases[i].feed_every_ms);
        assert_null(getenv("WATCHDOG_USEC"));
        assert_null(getenv("WATCHDOG_PID"));
        notify_close(&notify);
    }
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_an_abstract_socket),
        cmocka_unit_test(test_tells_a_socket_with_a_path),
        cmocka_unit_test(test_without_a_listener_nothing_happens),
        cmocka_unit_test(test_names_that_are_no_sockets_are_refused),
        cmocka_unit_test(test_the_watchdog_is_fed_twice_an_interval),
    };
    return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
