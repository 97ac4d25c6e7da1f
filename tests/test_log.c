#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/log.h>

/* What goes to standard error between begin and end. */
struct capture {
    FILE *file;
    int kept_fd;
    char text[8192];
};

static void capture_begin(struct capture *capture)
{
    capture->file = tmpfile();
    assert_non_null(capture->file);
    capture->kept_fd = dup(STDERR_FILENO);
    assert_true(capture->kept_fd >= 0);
    dup2(fileno(capture->file), STDERR_FILENO);
}

static const char *capture_end(struct capture *capture)
{
    dup2(capture->kept_fd, STDERR_FILENO);
    close(capture->kept_fd);
    rewind(capture->file);
    size_t length = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
    capture->text[length] = '\0';
    fclose(capture->file);
    return capture->text;
}

static void test_plain_lines(void **state)
{
    (void)state;
    struct capture capture;
    capture_begin(&capture);
    log_open("roomsignd", LOG_LEVEL_INFO);
    errno = ENOENT;
    log_info("schedule of %d sessions", 38);
    int kept_errno = errno;
    log_debug("not said");
    log_error("no config");
    assert_string_equal(capture_end(&capture),
                        "roomsignd: schedule of 38 sessions\nroomsignd: no config\n");
    assert_int_equal(kept_errno, ENOENT);
}

static void test_debug_when_wanted(void **state)
{
    (void)state;
    struct capture capture;
    capture_begin(&capture);
    log_open("roomsignd", LOG_LEVEL_DEBUG);
    log_debug("woke for %s", "the clock");
    assert_string_equal(capture_end(&capture), "roomsignd: woke for the clock\n");
}

/* A title from a feed can't look like a line of its own, nor colour the terminal. */
static void test_no_forged_lines(void **state)
{
    (void)state;
    struct capture capture;
    capture_begin(&capture);
    log_open("roomsignd", LOG_LEVEL_INFO);
    log_warning("title: %s", "Tea\n<3>roomsignd: all rooms closed\033[31m\xFF");
    assert_string_equal(capture_end(&capture),
                        "roomsignd: title: Tea <3>roomsignd: all rooms closed [31m\xEF\xBF\xBD\n");
}

static void test_journal_priorities(void **state)
{
    (void)state;
    struct capture capture;
    capture_begin(&capture);
    struct stat status;
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    char stream[64];
    snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    log_open("roomsignd", LOG_LEVEL_DEBUG);
    log_error("a");
    log_warning("b");
    log_info("c");
    log_debug("d");
    setenv("JOURNAL_STREAM", "1:1", 1);
    log_info("e");
    unsetenv("JOURNAL_STREAM");
    assert_string_equal(capture_end(&capture), "<3>a\n<4>b\n<6>c\n<7>d\nroomsignd: e\n");
}

static void test_long_message_is_cut(void **state)
{
    (void)state;
    char *text = malloc(10001);
    assert_non_null(text);
    memset(text, 'x', 10000);
    text[10000] = '\0';
    struct capture capture;
    capture_begin(&capture);
    log_open("roomsignd", LOG_LEVEL_INFO);
    log_info("%s", text);
    const char *line = capture_end(&capture);
    free(text);
    assert_in_range(strlen(line), 4000, 4200);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

int main(void)
{
    unsetenv("JOURNAL_STREAM");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_lines),         cmocka_unit_test(test_debug_when_wanted),
        cmocka_unit_test(test_no_forged_lines),     cmocka_unit_test(test_journal_priorities),
        cmocka_unit_test(test_long_message_is_cut),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
