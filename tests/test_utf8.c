#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <roomsign/utf8.h>

#define REPLACEMENT "\xEF\xBF\xBD"

static void test_valid(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"", true},
        {"Audi 1", true},
        {"caf\xC3\xA9", true},
        {"\xE0\xA4\x9A\xE0\xA4\xBE\xE0\xA4\xAF", true},
        {"\xF0\x9F\x8D\xB5", true},
        {"\xF4\x8F\xBF\xBF", true},  /* U+10FFFF */
        {"\xF4\x90\x80\x80", false}, /* beyond */
        {"\xC0\x80", false},         /* overlong NUL */
        {"\xC1\xBF", false},         /* overlong */
        {"\xE0\x9F\xBF", false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", false}, /* overlong */
        {"\xED\xA0\x80", false},     /* surrogate */
        {"\xED\xBF\xBF", false},     /* surrogate */
        {"\xEE\x80\x80", true},      /* first after them */
        {"\x80", false},             /* continuation on its own */
        {"caf\xE9", false},          /* Latin-1 */
        {"\xE2\x82", false},         /* cut short */
        {"\xE2\x82x", false},
        {"\xFF\xFE", false},
        {"\xF8\x88\x80\x80\x80", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool valid = utf8_valid(cases[i].text, strlen(cases[i].text));
        if (valid != cases[i].valid)
            fail_msg("case %zu", i);
    }
    assert_true(utf8_valid("a\0b", 3));
}

/* Each code point, encoded here by the book, comes back as itself. */
static void test_next_knows_every_character(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        unsigned char bytes[4];
        size_t length;
        if (c < 0x80) {
            bytes[0] = (unsigned char)c, length = 1;
        } else if (c < 0x800) {
            bytes[0] = (unsigned char)(0xC0 | c >> 6), length = 2;
            bytes[1] = (unsigned char)(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            bytes[0] = (unsigned char)(0xE0 | c >> 12), length = 3;
            bytes[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
            bytes[2] = (unsigned char)(0x80 | (c & 0x3F));
        } else {
            bytes[0] = (unsigned char)(0xF0 | c >> 18), length = 4;
            bytes[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
            bytes[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
            bytes[3] = (unsigned char)(0x80 | (c & 0x3F));
        }
        size_t offset = 0;
        uint32_t got = utf8_next((const char *)bytes, length, &offset);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        if (got != (surrogate ? 0xFFFD : c) || offset != (surrogate ? 1 : length))
            fail_msg("U+%04X became U+%04X and %zu bytes", c, got, offset);
    }
}

static void test_cut(void **state)
{
    (void)state;
    const char *text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8D\xB5";
    static const size_t cut[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t max = 0; max < sizeof(cut) / sizeof(cut[0]); max++)
        assert_int_equal(utf8_cut(text, strlen(text), max), cut[max]);
    /* Not UTF-8 at all: still makes progress. */
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}

static void check_clean(const char *text, const char *expected)
{
    char *clean = utf8_clean(text, strlen(text), 1000);
    assert_string_equal(clean, expected);
    free(clean);
}

static void test_clean(void **state)
{
    (void)state;
    check_clean("", "");
    check_clean("  \t\r\n ", "");
    check_clean("  Opening \t\r\n remarks\n", "Opening remarks");
    check_clean("a\x01"
                "b\x7F"
                "c",
                "a b c");
    check_clean("a\xC2\x85"
                "b\xC2\x9F"
                "c",
                "a b c"); /* C1 */
    check_clean("a\xE2\x80\xA8"
                "b",
                "a b"); /* line separator */
    check_clean("caf\xE9!", "caf" REPLACEMENT "!");
    check_clean("x\xE2\x82", "x" REPLACEMENT REPLACEMENT);
    check_clean("a\xE2\x80\xAE"
                "b\xE2\x81\xA9"
                "c",
                "abc"); /* override, isolate */
    check_clean("\xEF\xBB\xBF"
                "a",
                "a"); /* byte order mark */
    check_clean("a\xEF\xBF\xBF"
                "b\xEF\xB7\x90"
                "c\xF0\x9F\xBF\xBE"
                "d",
                "abcd");
    check_clean("a \xE2\x80\xAE b", "a b");      /* dropped between blanks */
    check_clean("Qui\xC2\xA0?", "Qui\xC2\xA0?"); /* a lone no-break space stays */
    check_clean("a \xC2\xA0 b\xC2\xA0", "a b");
    check_clean("\xE3\x80\x80\xE6\x9D\xB1\xE3\x80\x80\xE4\xBA\xAC",
                "\xE6\x9D\xB1\xE3\x80\x80\xE4\xBA\xAC");
    check_clean("\xE2\x80\x8F\xD7\xA9", "\xE2\x80\x8F\xD7\xA9"); /* a mark, not an override */
    check_clean("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
                "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB");

    char *clean = utf8_clean("a\0b", 3, 10);
    assert_string_equal(clean, "a b");
    free(clean);
}

/* Any bytes give clean text within the limit, and cleaning it again changes nothing. */
/* Of every character alone, by ICU's tables. */
static void test_what_shows_nothing_is_nothing(void **state)
{
    (void)state;
    for (UChar32 c = 1; c <= UCHAR_MAX_VALUE; c++) {
        char text[U8_MAX_LENGTH + 1] = "";
        int32_t length = 0;
        if (U_IS_SURROGATE(c))
            continue;
        U8_APPEND_UNSAFE(text, length, c);
        bool shows = !u_isUWhiteSpace(c) && u_charType(c) != U_CONTROL_CHAR &&
                     !U_IS_UNICODE_NONCHAR(c) && c != 0x2800 &&
                     !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
        char *clean = utf8_clean(text, (size_t)length, 10);
        if ((*clean != '\0') != shows)
            fail_msg("U+%04X becomes \"%s\"", (unsigned)c, clean);
        free(clean);
    }
    check_clean("\xE2\x80\x8B \xE2\x80\x8D\xC2\xAD", "");
    /* Beside what shows they may matter: joiners, soft hyphens. */
    check_clean("\xE2\x80\x8B"
                "a",
                "\xE2\x80\x8B"
                "a");
    check_clean("a\xC2\xAD"
                "b",
                "a\xC2\xAD"
                "b");
}

static void test_clean_any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 2463534242u;
    for (int round = 0; round < 20000; round++) {
        char bytes[48];
        for (size_t i = 0; i < sizeof(bytes); i++) {
            seed ^= seed << 13, seed ^= seed >> 17, seed ^= seed << 5;
            static const unsigned char telling[] = {0xE2, 0x80, 0xAE, 0xEF, 0xBB, 0xBF, ' ', 0xC2,
                                                    0xA0, 0xF0, 0x9F, 'x',  0,    '\n', 0xED};
            bytes[i] = (char)(seed >> 30 ? telling[(seed >> 8) % sizeof(telling)] : seed >> 16);
        }
        size_t max = seed % 60;
        char *clean = utf8_clean(bytes, sizeof(bytes), max);
        size_t length = strlen(clean);
        assert_true(length <= max);
        assert_true(utf8_valid(clean, length));
        char *again = utf8_clean(clean, length, 1000);
        assert_string_equal(again, clean);
        free(again);
        free(clean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_next_knows_every_character),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_what_shows_nothing_is_nothing),
        cmocka_unit_test(test_clean_any_bytes),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
