#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/places.h>

static void expect_name(const char *room, const char *readable)
{
    char name[PLACE_NAME_BYTES];
    place_room_name(room, name);
    size_t length = strlen(readable);
    if (strncmp(name, readable, length) != 0 || name[length] != '-' || strlen(name) != length + 9)
        fail_msg("\"%s\" is named %s", room, name);
    for (const char *c = name; *c; c++)
        assert_non_null(
            strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c));
    assert_true(name[0] != '.' && name[0] != '-');
}

static void test_names_are_safe_and_readable(void **state)
{
    (void)state;
    expect_name("UB2.252A (Lameere)", "UB2.252A-Lameere");
    expect_name("../../etc/passwd", "etc-passwd");
    expect_name("..", "room");
    expect_name("", "room");
    expect_name("大ホール", "room");
    expect_name("Salle é", "Salle");
    expect_name("  a\tb\n", "a-b");
    expect_name("0123456789012345678901234567890123456789012345678901234567890",
                "012345678901234567890123456789012345678901234567");
}

static void test_names_tell_rooms_apart(void **state)
{
    (void)state;
    static const char *const rooms[] = {"Room A", "Room/A", "Room  A", "room A",
                                        "大",     "小",     "A",       ""};
    size_t count = sizeof(rooms) / sizeof(rooms[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            char one[PLACE_NAME_BYTES], other[PLACE_NAME_BYTES];
            assert_string_not_equal(place_room_name(rooms[i], one),
                                    place_room_name(rooms[j], other));
        }
    }
}

static void forget_environment(void)
{
    static const char *const names[] = {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME",
                                        "RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
}

static void test_the_state_directory_in_order(void **state)
{
    (void)state;
    char path[PLACE_PATH_BYTES];
    struct error err = {0};
    forget_environment();
    assert_false(place_state_directory(NULL, path, &err));
    assert_non_null(strstr(err.message, "STATE_DIRECTORY"));
    setenv("HOME", "/home/a", 1);
    assert_true(place_state_directory(NULL, path, &err));
    assert_string_equal(path, "/home/a/.local/state/roomsign");
    setenv("XDG_STATE_HOME", "/x", 1);
    assert_true(place_state_directory(NULL, path, &err));
    assert_string_equal(path, "/x/roomsign");
    setenv("STATE_DIRECTORY", "/var/lib/roomsign:/var/lib/other", 1);
    assert_true(place_state_directory(NULL, path, &err));
    assert_string_equal(path, "/var/lib/roomsign");
    assert_true(place_state_directory("/given", path, &err));
    assert_string_equal(path, "/given");
}

static void test_the_socket_in_order(void **state)
{
    (void)state;
    char path[CONTROL_PATH_BYTES], name[PLACE_NAME_BYTES], expected[CONTROL_PATH_BYTES + 16];
    struct error err = {0};
    forget_environment();
    place_room_name("A", name);
    assert_false(place_socket_path("A", path, &err));
    assert_non_null(strstr(err.message, "XDG_RUNTIME_DIR"));
    setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
    assert_true(place_socket_path("A", path, &err));
    snprintf(expected, sizeof(expected), "/run/user/1000/roomsign/%s.sock", name);
    assert_string_equal(path, expected);
    setenv("RUNTIME_DIRECTORY", "/run/roomsign", 1);
    assert_true(place_socket_path("A", path, &err));
    snprintf(expected, sizeof(expected), "/run/roomsign/%s.sock", name);
    assert_string_equal(path, expected);
}

static void test_paths_too_long_are_refused(void **state)
{
    (void)state;
    char path[PLACE_PATH_BYTES], socket_path[CONTROL_PATH_BYTES];
    char long_path[PLACE_PATH_BYTES + 1];
    struct error err = {0};
    forget_environment();
    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    assert_false(place_state_directory(long_path, path, &err));
    assert_non_null(strstr(err.message, "longer"));
    long_path[CONTROL_PATH_BYTES] = '\0';
    setenv("XDG_RUNTIME_DIR", long_path, 1);
    assert_false(place_socket_path("A", socket_path, &err));
    assert_non_null(strstr(err.message, "longer"));
}

static void test_where_sockets_are_looked_for(void **state)
{
    (void)state;
    char patterns[PLACE_SOCKET_PATTERNS_MAX][PLACE_PATH_BYTES];
    size_t count;
    forget_environment();
    place_socket_patterns(patterns, &count);
    assert_int_equal(count, 2);
    assert_string_equal(patterns[0], "/run/roomsign/*.sock");
    assert_string_equal(patterns[1], "/run/roomsign/*/*.sock");
    setenv("XDG_RUNTIME_DIR", "/x", 1);
    place_socket_patterns(patterns, &count);
    assert_int_equal(count, 3);
    assert_string_equal(patterns[0], "/x/roomsign/*.sock");
    setenv("RUNTIME_DIRECTORY", "/y", 1);
    place_socket_patterns(patterns, &count);
    assert_int_equal(count, 1);
    assert_string_equal(patterns[0], "/y/*.sock");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_safe_and_readable),
        cmocka_unit_test(test_names_tell_rooms_apart),
        cmocka_unit_test(test_the_state_directory_in_order),
        cmocka_unit_test(test_the_socket_in_order),
        cmocka_unit_test(test_paths_too_long_are_refused),
        cmocka_unit_test(test_where_sockets_are_looked_for),
    };
    return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
