#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <roomsign/civil.h>
#include <roomsign/clock.h>
#include <roomsign/error.h>

static bool readable_within(int fd, int wait_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, wait_ms) == 1;
}

static void sleep_ms(int64_t ms)
{
    poll(NULL, 0, (int)ms);
}

static void test_simulated_runs_at_speed(void **state)
{
    (void)state;
    const int64_t start_ms = INT64_C(1769848200000);
    struct clock clock;
    clock_init_simulated(&clock, start_ms, 60);
    int64_t before_ms = clock_monotonic_ms();
    sleep_ms(100);
    int64_t now_ms = clock_now_ms(&clock);
    int64_t passed_ms = clock_monotonic_ms() - before_ms;
    assert_true(passed_ms >= 100);
    assert_true(now_ms >= start_ms + 99 * 60);
    assert_true(now_ms <= start_ms + (passed_ms + 1) * 60);
}

/* When the timer fires, the clock has come to the instant, at any speed; the loop would otherwise
 * look, see nothing new, and sleep again. */
static void test_simulated_timer(void **state)
{
    (void)state;
    static const double speeds[] = {1, 60, 3.7, 0.25, 7777};
    for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        struct clock clock;
        struct error err = {0};
        clock_init_simulated(&clock, -5000, speeds[i]);
        int fd = clock_timer_open(&clock, &err);
        assert_true(fd >= 0);
        assert_false(readable_within(fd, 0));
        for (int step = 1; step <= 7; step++) {
            int64_t at_ms = -5000 + (int64_t)(step * 11 * speeds[i]) + 1;
            assert_true(clock_timer_arm(&clock, fd, at_ms, &err));
            assert_true(readable_within(fd, 2000));
            assert_true(clock_now_ms(&clock) >= at_ms);
        }
        assert_true(clock_timer_arm(&clock, fd, TIME_NEVER_MS, &err));
        assert_false(readable_within(fd, 30));
        assert_true(clock_timer_arm(&clock, fd, TIME_NEVER_MS - 1, &err));
        assert_false(readable_within(fd, 10));
        assert_true(clock_timer_arm(&clock, fd, -99999, &err));
        assert_true(readable_within(fd, 1000));
        close(fd);
    }
}

/* 63 / 0.7 is 90, but 90 * 0.7 is a bit less than 63. */
static void test_simulated_timer_is_never_early(void **state)
{
    (void)state;
    struct clock clock;
    struct error err = {0};
    clock_init_simulated(&clock, 0, 0.7);
    int fd = clock_timer_open(&clock, &err);
    assert_true(fd >= 0);
    assert_true(clock_timer_arm(&clock, fd, 63, &err));
    assert_true(readable_within(fd, 2000));
    assert_true(clock_now_ms(&clock) >= 63);
    close(fd);
}

static void test_system_timer(void **state)
{
    (void)state;
    struct clock clock;
    struct error err = {0};
    clock_init_system(&clock);
    int fd = clock_timer_open(&clock, &err);
    assert_true(fd >= 0);
    /* After 2020 and before 2200: milliseconds, and of the right epoch. */
    int64_t now_ms = clock_now_ms(&clock);
    assert_true(now_ms > INT64_C(1577836800000) && now_ms < INT64_C(7258118400000));

    int64_t at_ms = now_ms + 60;
    assert_true(clock_timer_arm(&clock, fd, at_ms, &err));
    assert_false(readable_within(fd, 0));
    assert_true(readable_within(fd, 2000));
    assert_true(clock_now_ms(&clock) >= at_ms);
    uint64_t times = 0;
    assert_int_equal(read(fd, &times, sizeof(times)), sizeof(times));
    assert_int_equal(times, 1);

    static const int64_t past_ms[] = {-1, 0, 1, 1000};
    for (size_t i = 0; i < sizeof(past_ms) / sizeof(past_ms[0]); i++) {
        assert_true(clock_timer_arm(&clock, fd, past_ms[i], &err));
        assert_true(readable_within(fd, 1000));
    }
    assert_true(clock_timer_arm(&clock, fd, TIME_NEVER_MS, &err));
    assert_false(readable_within(fd, 30));
    assert_true(clock_timer_arm(&clock, fd, TIME_NEVER_MS - 1, &err));
    assert_false(readable_within(fd, 10));
    close(fd);
    assert_false(clock_timer_arm(&clock, fd, 1, &err));
    assert_true(err.message[0] != '\0');
}

static void test_overruled(void **state)
{
    (void)state;
    const int64_t start_ms = INT64_C(1769848200000);
    struct clock clock;
    struct error err = {0};
    clock_init_system(&clock);
    int fd = clock_timer_open(&clock, &err);
    assert_true(fd >= 0);
    clock_overrule(&clock, start_ms - clock_boot_ms());
    assert_in_range(clock_now_ms(&clock), start_ms, start_ms + 1000);
    /* At the instant of this clock, and never before it. */
    for (int step = 1; step <= 5; step++) {
        int64_t at_ms = clock_now_ms(&clock) + 11 * step;
        assert_true(clock_timer_arm(&clock, fd, at_ms, &err));
        assert_true(readable_within(fd, 2000));
        assert_in_range(clock_now_ms(&clock), at_ms, at_ms + 1000);
    }
    assert_true(clock_timer_arm(&clock, fd, start_ms - DAY_MS, &err));
    assert_true(readable_within(fd, 1000));
    assert_true(clock_timer_arm(&clock, fd, TIME_NEVER_MS, &err));
    assert_false(readable_within(fd, 30));
    assert_true(clock_timer_arm(&clock, fd, TIME_NEVER_MS - 1, &err));
    assert_false(readable_within(fd, 10));
    close(fd);

    clock_follow_system(&clock);
    struct clock_reading reading;
    clock_read_machine(&clock_this_machine, &reading);
    assert_in_range(clock_now_ms(&clock), reading.wall_ms, reading.wall_ms + 1000);
}

static int kernel_status;

static int answer(struct timex *timex)
{
    if (kernel_status < 0) {
        errno = EPERM;
        return -1;
    }
    assert_int_equal(timex->modes, 0);
    timex->status = kernel_status;
    return kernel_status & STA_UNSYNC ? TIME_ERROR : TIME_OK;
}

static void test_what_the_machine_says(void **state)
{
    (void)state;
    char path[] = "/tmp/test_clock_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, (struct timespec[2]){{1769848200, 0}, {1769848200, 7000000}}), 0);
    close(fd);
    struct clock_machine machine = {answer, path};
    struct clock_reading reading;
    static const struct {
        int status;
        bool synchronised;
    } cases[] = {{0, true},
                 {STA_PLL, true},
                 {STA_PLL | STA_UNSYNC, false},
                 {STA_UNSYNC, false},
                 {-1, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        kernel_status = cases[i].status;
        clock_read_machine(&machine, &reading);
        assert_int_equal(reading.synchronised, cases[i].synchronised);
        assert_int_equal(reading.sync_file_ms, INT64_C(1769848200007));
    }
    assert_int_equal(unlink(path), 0);
    int64_t boot_ms = clock_boot_ms();
    clock_read_machine(&machine, &reading);
    assert_int_equal(reading.sync_file_ms, TIME_NEVER_MS);
    assert_in_range(reading.boot_ms, boot_ms, boot_ms + 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simulated_runs_at_speed),
        cmocka_unit_test(test_simulated_timer),
        cmocka_unit_test(test_simulated_timer_is_never_early),
        cmocka_unit_test(test_system_timer),
        cmocka_unit_test(test_overruled),
        cmocka_unit_test(test_what_the_machine_says),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
