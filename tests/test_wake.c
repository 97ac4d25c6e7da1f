#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/wake.h>

static char directory[] = "/tmp/roomsign-wake-XXXXXX";
static struct wake *wake;

static int setup(void **state)
{
    (void)state;
    struct error err = {0};
    snprintf(directory, sizeof directory, "/tmp/roomsign-wake-XXXXXX");
    wake = wake_new(&err);
    return mkdtemp(directory) == NULL || wake == NULL;
}

static void path_of(const char *name, char path[static 64])
{
    snprintf(path, 64, "%s/%s", directory, name);
}

static int teardown(void **state)
{
    (void)state;
    static const char *const names[] = {"event0", "event1", "mouse0"};
    wake_free(wake);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[64];
        path_of(names[i], path);
        unlink(path);
    }
    return rmdir(directory);
}

/* A pipe stands for a device: its other end, kept open, says things. */
static int make_device(const char *name)
{
    char path[64];
    path_of(name, path);
    assert_int_equal(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static bool is_awake(void)
{
    struct pollfd poll_fd = {.fd = wake_fd(wake), .events = POLLIN};
    return poll(&poll_fd, 1, 50) == 1;
}

static void a_source_of_someone_else_wakes_until_read(void **state)
{
    (void)state;
    struct error err = {0};
    int ends[2];
    char byte = 0;
    assert_int_equal(pipe(ends), 0);
    assert_true(wake_add(wake, ends[0], &err));
    assert_false(is_awake());
    assert_int_equal(write(ends[1], &byte, 1), 1);
    assert_true(is_awake());
    /* It is not the wake's to read. */
    wake_drain(wake);
    assert_true(is_awake());
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_false(is_awake());
    close(ends[0]);
    close(ends[1]);
}

static void input_wakes_once_and_is_thrown_away(void **state)
{
    (void)state;
    struct error err = {0};
    char bytes[9000] = {0};
    int device = make_device("event0");
    int mouse = make_device("mouse0");
    assert_true(wake_watch_inputs(wake, directory, &err));
    assert_int_equal(wake_input_count(wake), 1);
    assert_false(is_awake());
    assert_int_equal(write(device, bytes, sizeof bytes), sizeof bytes);
    assert_true(is_awake());
    wake_drain(wake);
    assert_false(is_awake());
    close(device);
    close(mouse);
}

static void devices_come_and_go(void **state)
{
    (void)state;
    struct error err = {0};
    char path[64], byte = 0;
    assert_true(wake_watch_inputs(wake, directory, &err));
    assert_int_equal(wake_input_count(wake), 0);
    int device = make_device("event0");
    assert_true(is_awake());
    wake_drain(wake);
    assert_int_equal(wake_input_count(wake), 1);
    assert_int_equal(write(device, &byte, 1), 1);
    assert_true(is_awake());
    wake_drain(wake);
    /* Its last writer gone, the pipe ends, as an unplugged device does. */
    close(device);
    assert_true(is_awake());
    wake_drain(wake);
    assert_int_equal(wake_input_count(wake), 0);
    assert_false(is_awake());
    path_of("event0", path);
    unlink(path);
    device = make_device("event1");
    assert_true(is_awake());
    wake_drain(wake);
    assert_int_equal(wake_input_count(wake), 1);
    assert_false(is_awake());
    close(device);
}

static void no_input_directory_is_told(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(wake_watch_inputs(wake, "/nonexistent/input", &err));
    assert_non_null(strstr(err.message, "/nonexistent/input"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_source_of_someone_else_wakes_until_read, setup, teardown),
        cmocka_unit_test_setup_teardown(input_wakes_once_and_is_thrown_away, setup, teardown),
        cmocka_unit_test_setup_teardown(devices_come_and_go, setup, teardown),
        cmocka_unit_test_setup_teardown(no_input_directory_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
