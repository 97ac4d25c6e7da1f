/* Which addresses a sign shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/web_address.h>

static void expect(const char *text, const char *wanted)
{
    char url[SESSION_URL_BYTES_MAX] = "untouched";
    assert_int_equal(web_address_read(text, url), wanted[0] != '\0');
    assert_string_equal(url, wanted);
}

static void test_web_addresses(void **state)
{
    (void)state;
    expect("https://example.org/a?b=c#d", "https://example.org/a?b=c#d");
    expect("http://example.org", "http://example.org");
    expect("HTTPS://example.org", "HTTPS://example.org");
}

static void test_one_slash_is_mended(void **state)
{
    (void)state;
    expect("https:/example.org/a", "https://example.org/a");
    expect("http:/example.org", "http://example.org");
}

static void test_other_kinds_are_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org",
        "https:",
        "https:/",
        "https://",
        "https:///a",
        "https:example.org",
        "mailto:a@example.org",
        "httpsx://example.org",
        " https://example.org",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(texts[i], "");
}

static void test_one_that_is_too_long_is_none(void **state)
{
    (void)state;
    char text[SESSION_URL_BYTES_MAX + 1] = "https://example.org/";
    memset(text + strlen(text), 'a', sizeof text - 1 - strlen(text));
    text[SESSION_URL_BYTES_MAX - 1] = '\0';
    expect(text, text);
    text[SESSION_URL_BYTES_MAX - 1] = 'a';
    text[SESSION_URL_BYTES_MAX] = '\0';
    expect(text, "");
    /* also if the slash that is missing makes it so */
    memmove(text + 7, text + 8, sizeof text - 8);
    expect(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_web_addresses),
        cmocka_unit_test(test_one_slash_is_mended),
        cmocka_unit_test(test_other_kinds_are_none),
        cmocka_unit_test(test_one_that_is_too_long_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
