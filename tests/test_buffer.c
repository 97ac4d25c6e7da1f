#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/error.h>

static void test_grows_and_ends_in_nul(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100000);
    assert_null(buffer.data);
    for (int i = 0; i < 10000; i++) {
        assert_true(buffer_append(&buffer, "0123456789", 10));
        assert_int_equal(buffer.data[buffer.length], '\0');
    }
    assert_int_equal(buffer.length, 100000);
    assert_false(buffer_append(&buffer, "x", 1));
    assert_true(buffer_append(&buffer, "", 0));
    assert_int_equal(strlen(buffer.data), 100000);
    assert_memory_equal(buffer.data + 99990, "0123456789", 10);
    buffer_clear(&buffer);
    assert_string_equal(buffer.data, "");
    assert_true(buffer_append_text(&buffer, "again"));
    assert_string_equal(buffer.data, "again");
    buffer_release(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.max, 100000);
    buffer_release(&buffer);
}

static void test_all_or_nothing(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 10);
    assert_true(buffer_append_text(&buffer, "12345"));
    assert_false(buffer_append_text(&buffer, "678901"));
    assert_false(buffer_append_format(&buffer, "%d", 678901));
    assert_string_equal(buffer.data, "12345");
    assert_int_equal(buffer.length, 5);
    assert_true(buffer_append_format(&buffer, "%s-%d", "ab", 42));
    assert_string_equal(buffer.data, "12345ab-42");
    assert_false(buffer_append(&buffer, "x", SIZE_MAX));
    buffer_release(&buffer);

    buffer_init(&buffer, 0);
    assert_true(buffer_append(&buffer, NULL, 0));
    assert_string_equal(buffer.data, "");
    assert_false(buffer_append(&buffer, "x", 1));
    buffer_release(&buffer);
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void test_read_file(void **state)
{
    (void)state;
    char directory[] = "/tmp/roomsign-buffer-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char path[64], fifo[64];
    snprintf(path, sizeof(path), "%s/file", directory);
    snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
    write_file(path, "a\0b", 3);

    struct buffer buffer;
    struct error err = {0};
    buffer_init(&buffer, 5);
    assert_true(buffer_read_file(&buffer, path, &err));
    assert_int_equal(buffer.length, 3);
    assert_memory_equal(buffer.data, "a\0b", 4);
    assert_false(buffer_read_file(&buffer, path, &err));
    assert_non_null(strstr(err.message, "larger than 5 bytes"));
    assert_non_null(strstr(err.message, path));
    assert_int_equal(buffer.length, 3);

    assert_false(buffer_read_file(&buffer, directory, &err));
    assert_non_null(strstr(err.message, "not a regular file"));
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_false(buffer_read_file(&buffer, fifo, &err));
    assert_non_null(strstr(err.message, "not a regular file"));
    assert_int_equal(unlink(path), 0);
    assert_false(buffer_read_file(&buffer, path, &err));
    assert_non_null(strstr(err.message, "No such file"));

    write_file(path, "", 0);
    struct buffer empty;
    buffer_init(&empty, 5);
    assert_true(buffer_read_file(&empty, path, &err));
    assert_string_equal(empty.data, "");
    buffer_release(&empty);
    buffer_release(&buffer);
    unlink(path);
    unlink(fifo);
    rmdir(directory);
}

static void test_write_all_goes_on_after_partial_writes(void **state)
{
    (void)state;
    enum { LENGTH = 1024 * 1024 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0) {
        static char bytes[4096];
        size_t total = 0;
        close(ends[1]);
        for (ssize_t length; (length = read(ends[0], bytes, sizeof bytes)) > 0;)
            total += (size_t)length;
        _exit(total == LENGTH ? 0 : 1);
    }
    close(ends[0]);
    char *bytes = calloc(1, LENGTH);
    assert_non_null(bytes);
    assert_true(write_all(ends[1], bytes, LENGTH));
    free(bytes);
    close(ends[1]);
    int status;
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
    assert_false(write_all(-1, "x", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_all_goes_on_after_partial_writes),
        cmocka_unit_test(test_grows_and_ends_in_nul),
        cmocka_unit_test(test_all_or_nothing),
        cmocka_unit_test(test_read_file),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
