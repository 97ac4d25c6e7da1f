/* What `make fuzz` starts from and everything that it ever found, once each: a find stays found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include <roomsign/buffer.h>
#include <roomsign/error.h>

#include "fuzz/fuzz.h"

static size_t replay_folder(const char *folder, void (*target)(const uint8_t *, size_t))
{
    char pattern[1024];
    glob_t paths;
    snprintf(pattern, sizeof(pattern), "%s/*", folder);
    if (glob(pattern, 0, NULL, &paths) != 0)
        return 0;
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        struct buffer bytes;
        struct error err = {0};
        buffer_init(&bytes, FUZZ_BYTES_MAX);
        /* Whoever crashes has been named. */
        print_message("# %s\n", paths.gl_pathv[i]);
        if (!buffer_read_file(&bytes, paths.gl_pathv[i], &err))
            fail_msg("%s", err.message);
        target((const uint8_t *)bytes.data, bytes.length);
        buffer_release(&bytes);
    }
    size_t count = paths.gl_pathc;
    globfree(&paths);
    return count;
}

static void replay(const char *name, void (*target)(const uint8_t *, size_t))
{
    char folder[512];
    const char *build = getenv("BUILD");
    snprintf(folder, sizeof(folder), "%s/fuzz/seeds/%s", build ? build : "build", name);
    size_t count = replay_folder(folder, target);
    snprintf(folder, sizeof(folder), "tests/fuzz/seeds/%s", name);
    count += replay_folder(folder, target);
    assert_int_not_equal(count, 0);
    target((const uint8_t *)"", 0);
}

#define DEFINE_TEST(name)                                                                          \
    static void test_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        replay(#name, fuzz_##name);                                                                \
    }
FUZZ_TARGETS(DEFINE_TEST)

#define LIST_TEST(name) cmocka_unit_test(test_##name),

int main(void)
{
    const struct CMUnitTest tests[] = {FUZZ_TARGETS(LIST_TEST)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
