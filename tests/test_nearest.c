#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <roomsign/nearest.h>

static const char *const names[] = {"name", "poll", "timeout", "max_size", "wrap_up", "on"};
#define COUNT (sizeof(names) / sizeof(names[0]))

static void check(const char *name, const char *expected)
{
    const char *nearest = nearest_name(name, names, COUNT);
    if (!expected)
        assert_null(nearest);
    else if (!nearest)
        fail_msg("nothing is near %s", name);
    else
        assert_string_equal(nearest, expected);
}

static void test_typing_errors(void **state)
{
    (void)state;
    check("pol", "poll");
    check("polll", "poll");
    check("pool", "poll");
    check("plol", "poll"); /* swapped: one error, not two */
    check("POLL", "poll");
    check("tiemout", "timeout");
    check("time-out", "timeout");
    check("maxsize", "max_size");
    check("wrapup", "wrap_up");
    check("mane", "name");
    check("no", "on");
}

static void test_nothing_near(void **state)
{
    (void)state;
    check("", NULL);
    check("x", NULL);
    check("colour", NULL);
    check("xyzzy", NULL);
    char longer[200];
    memset(longer, 'p', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    check(longer, NULL);
    assert_null(nearest_name("poll", names, 0));
    const char *const too_long[] = {longer};
    assert_null(nearest_name("poll", too_long, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typing_errors),
        cmocka_unit_test(test_nothing_near),
    };
    return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
