#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/error.h>
#include <roomsign/utf8.h>

static void test_set_replaces(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, "line %d", 7);
    assert_string_equal(err.message, "line 7");
    error_set(&err, "%s again", err.message);
    assert_string_equal(err.message, "line 7 again");
    error_set(NULL, "nobody listens");
    error_prefix(NULL, "nobody listens");
}

static void test_prefix_stands_before(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, "no such file");
    error_prefix(&err, "%s: ", "config/room.conf");
    assert_string_equal(err.message, "config/room.conf: no such file");
}

/* Cut messages stay UTF-8, whatever the byte the limit falls on. */
static void test_cut_between_characters(void **state)
{
    (void)state;
    char text[2 * ERROR_MESSAGE_BYTES_MAX];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        size_t length = shift;
        while (length + 4 < sizeof(text)) {
            memcpy(text + length, "\xF0\x9F\x98\x80", 4);
            length += 4;
        }
        text[length] = '\0';
        struct error err = {0};
        error_set(&err, "%s", text);
        assert_true(utf8_valid(err.message, strlen(err.message)));
        assert_in_range(strlen(err.message), ERROR_MESSAGE_BYTES_MAX - 4,
                        ERROR_MESSAGE_BYTES_MAX - 1);
        error_prefix(&err, "abc: ");
        assert_true(utf8_valid(err.message, strlen(err.message)));
        assert_memory_equal(err.message, "abc: ", 5);
    }
}

static void test_copies(void **state)
{
    (void)state;
    char *zeros = xcalloc(4, 1);
    assert_memory_equal(zeros, "\0\0\0\0", 4);
    zeros = xrealloc(zeros, 4096);
    assert_memory_equal(zeros, "\0\0\0\0", 4);
    free(zeros);
    free(xcalloc(0, 0));
    char *copy = xstrndup("lunch break", 5);
    assert_string_equal(copy, "lunch");
    free(copy);
    copy = xstrndup(NULL, 0);
    assert_string_equal(copy, "");
    free(copy);
    copy = xstrdup("tea");
    assert_string_equal(copy, "tea");
    free(copy);
}

/* In a child, because it ends. */
static void test_out_of_memory_exits(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        error_out_of_memory();
    }
    close(ends[1]);
    char said[64] = {0};
    assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
    close(ends[0]);
    assert_non_null(strstr(said, "out of memory"));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_replaces),           cmocka_unit_test(test_prefix_stands_before),
        cmocka_unit_test(test_cut_between_characters), cmocka_unit_test(test_copies),
        cmocka_unit_test(test_out_of_memory_exits),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
