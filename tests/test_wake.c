#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/input.h>

#include <roomsign/seat.h>
#include <roomsign/wake.h>

static char directory[] = "/tmp/roomsign-wake-XXXXXX";
static char console_path[64];
static struct wake *wake;
static struct wake_places places;

static void path_of(const char *name, char path[static 64])
{
    snprintf(path, 64, "%s/%s", directory, name);
}

static void write_file(const char *name, const char *text)
{
    char path[64];
    path_of(name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    (void)state;
    struct error err = {0};
    snprintf(directory, sizeof directory, "/tmp/roomsign-wake-XXXXXX");
    wake = wake_new(&err);
    if (mkdtemp(directory) == NULL || wake == NULL)
        return 1;
    path_of("console", console_path);
    places = (struct wake_places){
        .inputs = directory, .udev = directory, .console = console_path, .seat = "seat0"};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    static const char *const names[] = {"event0", "event1", "mouse0", "console", "c0:0"};
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

/** How many files in the directory this process reads, and doesn't write. */
static int devices_read(void)
{
    int count = 0;
    DIR *fds = opendir("/proc/self/fd");
    assert_non_null(fds);
    for (struct dirent *entry; (entry = readdir(fds)) != NULL;) {
        char target[64] = "";
        int fd = (int)strtol(entry->d_name, NULL, 10);
        if (readlinkat(dirfd(fds), entry->d_name, target, sizeof target - 1) < 0 ||
            strncmp(target, directory, strlen(directory)) != 0 ||
            target[strlen(directory)] != '/')
            continue;
        count += (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
    }
    closedir(fds);
    return count;
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

static void input_wakes_once(void **state)
{
    (void)state;
    struct error err = {0};
    char bytes[9000] = {0};
    int device = make_device("event0");
    int mouse = make_device("mouse0");
    assert_true(wake_watch_inputs(wake, &places, &err));
    assert_int_equal(devices_read(), 1);
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
    assert_true(wake_watch_inputs(wake, &places, &err));
    assert_int_equal(devices_read(), 0);
    int device = make_device("event0");
    assert_true(is_awake());
    wake_drain(wake);
    assert_int_equal(devices_read(), 1);
    assert_int_equal(write(device, &byte, 1), 1);
    assert_true(is_awake());
    wake_drain(wake);
    /* Its last writer gone, the pipe ends, as an unplugged device does. */
    close(device);
    assert_true(is_awake());
    wake_drain(wake);
    assert_int_equal(devices_read(), 0);
    assert_false(is_awake());
    path_of("event0", path);
    unlink(path);
    device = make_device("event1");
    assert_true(is_awake());
    wake_drain(wake);
    assert_int_equal(devices_read(), 1);
    assert_false(is_awake());
    close(device);
}

static void say(int device, int type, int code, int value, int64_t at_ms)
{
    struct input_event event = {.type = (uint16_t)type, .code = (uint16_t)code, .value = value};
    event.input_event_sec = at_ms / 1000;
    event.input_event_usec = at_ms % 1000 * 1000;
    assert_int_equal(write(device, &event, sizeof event), sizeof event);
}

static void tap(int device, int key, int64_t at_ms)
{
    say(device, EV_MSC, MSC_SCAN, 458756, at_ms);
    say(device, EV_KEY, key, 1, at_ms);
    say(device, EV_SYN, SYN_REPORT, 0, at_ms);
    say(device, EV_KEY, key, 0, at_ms + 80);
    say(device, EV_SYN, SYN_REPORT, 0, at_ms + 80);
}

/* The keys that came, each as a character; those typed elsewhere in brackets. */
static const char *keys_taken(void)
{
    static char text[256];
    size_t used = 0;
    struct wake_press press;
    text[0] = '\0';
    wake_drain(wake);
    while (wake_take_press(wake, &press))
        used += (size_t)snprintf(text + used, sizeof text - used, press.elsewhere ? "[%d]" : "%d ",
                                 press.key);
    return text;
}

static void presses_are_taken_in_their_order(void **state)
{
    (void)state;
    struct error err = {0};
    int keyboard = make_device("event0"), button = make_device("event1");
    assert_true(wake_watch_inputs(wake, &places, &err));
    tap(keyboard, KEY_E, 1000);
    say(keyboard, EV_KEY, KEY_E, 2, 1300);
    tap(keyboard, KEY_U, 1400);
    assert_string_equal(keys_taken(), "18 22 ");
    assert_string_equal(keys_taken(), "");
    tap(button, BTN_0, 2000);
    assert_string_equal(keys_taken(), "256 ");
    /* Wheels and sensors are no keys. */
    say(keyboard, EV_REL, KEY_E, 1, 3000);
    say(keyboard, EV_SW, KEY_E, 1, 3000);
    assert_string_equal(keys_taken(), "");
    for (int i = 0; i < 3 * WAKE_PRESSES_MAX; i++)
        tap(keyboard, KEY_1 + i % 10, 4000 + 1000 * i);
    keys_taken();
    tap(keyboard, KEY_E, 900000);
    assert_string_equal(keys_taken(), "18 ");
    close(keyboard);
    close(button);
}

static void what_the_kernel_lost_is_not_guessed(void **state)
{
    (void)state;
    struct error err = {0};
    int device = make_device("event0");
    assert_true(wake_watch_inputs(wake, &places, &err));
    say(device, EV_KEY, KEY_LEFTCTRL, 1, 900);
    say(device, EV_SYN, SYN_DROPPED, 0, 1000);
    say(device, EV_KEY, KEY_E, 1, 1000);
    say(device, EV_SYN, SYN_REPORT, 0, 1000);
    assert_string_equal(keys_taken(), "");
    tap(device, KEY_S, 2000);
    assert_string_equal(keys_taken(), "31 ");
    close(device);
}

static void an_unplugged_keyboard_leaves_no_modifier_behind(void **state)
{
    (void)state;
    struct error err = {0};
    int keyboard = make_device("event0"), button = make_device("event1");
    assert_true(wake_watch_inputs(wake, &places, &err));
    say(keyboard, EV_KEY, KEY_LEFTALT, 1, 900);
    tap(button, KEY_SPACE, 1000);
    assert_string_equal(keys_taken(), "");
    close(keyboard);
    assert_string_equal(keys_taken(), "");
    assert_int_equal(devices_read(), 1);
    tap(button, KEY_SPACE, 2000);
    assert_string_equal(keys_taken(), "57 ");
    close(button);
}

static void another_console_takes_the_keys(void **state)
{
    (void)state;
    struct error err = {0};
    int device = make_device("event0");
    write_file("console", "tty1\n");
    assert_true(wake_watch_inputs(wake, &places, &err));
    tap(device, KEY_E, 1000);
    assert_string_equal(keys_taken(), "18 ");
    write_file("console", "tty2\n");
    tap(device, KEY_E, 2000);
    assert_string_equal(keys_taken(), "[18]");
    write_file("console", "tty1\n");
    tap(device, KEY_E, 3000);
    assert_string_equal(keys_taken(), "18 ");
    close(device);
}

static void another_seat_keeps_its_keys(void **state)
{
    (void)state;
    struct error err = {0};
    int device = make_device("event0");
    assert_true(wake_watch_inputs(wake, &places, &err));
    /* udev writes this only after it has made the device. A pipe's number is 0:0. */
    write_file("c0:0", "I:1234\nE:ID_INPUT=1\nE:ID_SEAT=seat1\nG:seat\n");
    tap(device, KEY_E, 1000);
    assert_string_equal(keys_taken(), "");
    write_file("c0:0", "I:1234\nE:ID_INPUT=1\n");
    tap(device, KEY_E, 2000);
    assert_string_equal(keys_taken(), "18 ");
    assert_false(seat_has_device("seat1", directory, 0));
    write_file("c0:0", "E:ID_SEAT=seat1");
    assert_true(seat_has_device("seat1", directory, 0));
    assert_false(seat_has_device("seat1", "/nonexistent", 0));
    close(device);
}

static void no_input_directory_is_told(void **state)
{
    (void)state;
    struct error err = {0};
    places.inputs = "/nonexistent/input";
    assert_false(wake_watch_inputs(wake, &places, &err));
    assert_non_null(strstr(err.message, "/nonexistent/input"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_source_of_someone_else_wakes_until_read, setup, teardown),
        cmocka_unit_test_setup_teardown(input_wakes_once, setup, teardown),
        cmocka_unit_test_setup_teardown(devices_come_and_go, setup, teardown),
        cmocka_unit_test_setup_teardown(presses_are_taken_in_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_kernel_lost_is_not_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unplugged_keyboard_leaves_no_modifier_behind, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(another_console_takes_the_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(another_seat_keeps_its_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(no_input_directory_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
