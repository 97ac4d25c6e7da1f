#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <roomsign/hash.h>

static void test_is_fnv_1a_with_the_nul(void **state)
{
    (void)state;
    /* The published values are those of "" and "a" without a NUL: one more step of zero. */
    uint64_t prime = UINT64_C(0x100000001b3);
    assert_true(hash_text(HASH_START, "") == UINT64_C(0xcbf29ce484222325) * prime);
    assert_true(hash_text(HASH_START, "a") == UINT64_C(0xaf63dc4c8601ec8c) * prime);
}

static void test_where_texts_are_split_matters(void **state)
{
    (void)state;
    assert_true(hash_text(hash_text(HASH_START, "ab"), "c") !=
                hash_text(hash_text(HASH_START, "a"), "bc"));
}

static void test_bytes_are_hashed_as_they_are(void **state)
{
    (void)state;
    assert_true(hash_bytes(HASH_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(hash_bytes(HASH_START, "a", 2) == hash_text(HASH_START, "a"));
    assert_true(hash_bytes(HASH_START, "", 0) == HASH_START);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_fnv_1a_with_the_nul),
        cmocka_unit_test(test_where_texts_are_split_matters),
        cmocka_unit_test(test_bytes_are_hashed_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
