#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/fetch.h>

static void test_what_may_be_shown_of_an_address(void **state)
{
    (void)state;
    static const struct {
        const char *url, *shown;
    } CASES[] = {
        {"https://fosdem.org/2026/schedule/ical", "https://fosdem.org/…"},
        {"https://example.org/fosdem-2026.ics", "https://example.org/…"},
        {"http://127.0.0.1:8080/a/feed.ics", "http://127.0.0.1:8080/…"},
        {"https://example.org", "https://example.org/"},
        {"https://example.org/", "https://example.org/"},
        {"https://example.org/?secret", "https://example.org/…"},
        {"https://example.org#secret", "https://example.org/"},
        {"https://ada:secret@example.org/feed.ics", "https://example.org/…"},
        {"https://secret@example.org/", "https://example.org/"},
        {"https://ada:secret@[::1]:8443/", "https://[::1]:8443/"},
        {"webcal://example.org/x/calendar.ics", "https://example.org/…"},
        {"https://calendar.google.com/calendar/ical/abc%40group.calendar.google.com/"
         "private-0123456789abcdef/basic.ics",
         "https://calendar.google.com/…"},
        {"file:///srv/a%20b/feed.ics", "file:///srv/a%20b/feed.ics"},
        {"gopher://ada:secret@example.org/1", "gopher://…"},
        {"http://ada:secret@[broken/secret", "http://…"},
        {"http://ada:sec/ret@example.org/", "http://…"},
        {"abcdefghijkl://secret", "abcdefghijkl://…"},
        {"abcdefghijklm://secret", "…"},
        {"secret", "…"},
        {"", "…"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[FETCH_URL_PUBLIC_BYTES];
        assert_string_equal(fetch_url_public(CASES[i].url, text), CASES[i].shown);
    }
}

static void test_a_long_address_is_shown_within_bounds(void **state)
{
    (void)state;
    char url[FETCH_URL_BYTES_MAX + 1], text[FETCH_URL_PUBLIC_BYTES];
    for (size_t separator = 8; separator < sizeof url; separator += 97) {
        memset(url, 'a', sizeof url - 1);
        url[sizeof url - 1] = '\0';
        memcpy(url, "https://", 8);
        url[separator] = '/';
        assert_true(strlen(fetch_url_public(url, text)) < sizeof text);
    }
}

static void test_which_addresses_are_taken(void **state)
{
    (void)state;
    static const char *const GOOD[] = {
        "http://example.org/a", "HTTPS://example.org", "webcal://example.org/a.ics",
        "file:///srv/a.ics",    "file:a.ics",          "file://localhost/a",
        "http://[::1]:8080/a",
    };
    static const char *const BAD[] = {
        "",
        "example.org/a.ics",
        "ftp://example.org/a",
        "gopher://example.org",
        "file://example.org/a",
        "file:",
        "file://",
        "file:///a%",
        "file:///a%0",
        "file:///a%00b",
        "file:///a%g0",
        "http://",
        "http://[::1/a",
        "http://example.org/a\nb",
        "http://example.org:99999/",
    };
    struct error err;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(fetch_url_check(GOOD[i], &err));
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        err.message[0] = '\0';
        assert_false(fetch_url_check(BAD[i], &err));
        assert_true(strlen(err.message) > 0);
    }
    char url[FETCH_URL_BYTES_MAX + 2];
    memset(url, 'a', sizeof url - 1);
    url[sizeof url - 1] = '\0';
    memcpy(url, "https://", 8);
    assert_false(fetch_url_check(url, &err));
    url[sizeof url - 2] = '\0';
    assert_true(fetch_url_check(url, &err));
}

static void test_the_path_of_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *url, *path;
    } CASES[] = {
        {"file:///srv/a.ics", "/srv/a.ics"},
        {"FILE:///srv/a.ics", "/srv/a.ics"},
        {"file://localhost/srv/a.ics", "/srv/a.ics"},
        {"file:/srv/a.ics", "/srv/a.ics"},
        {"file:a.ics", "a.ics"},
        {"file:///a%20b/100%25%c3%BC#?.ics", "/a b/100%\xc3\xbc#?.ics"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *path = fetch_url_file_path(CASES[i].url, NULL);
        assert_non_null(path);
        assert_string_equal(path, CASES[i].path);
        free(path);
    }
    assert_null(fetch_url_file_path("http://example.org/a", NULL));
}

static void test_same_origin_is_protocol_host_and_port(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } CASES[] = {
        {"https://example.org/a", "https://EXAMPLE.org:443/b?c", true},
        {"https://ada:x@example.org/a", "https://example.org/a", true},
        {"webcal://example.org/a", "https://example.org/a", true},
        {"https://example.org/", "http://example.org/", false},
        {"https://example.org/", "https://example.org:8443/", false},
        {"https://example.org/", "https://www.example.org/", false},
        {"https://example.org.evil.example/", "https://example.org/", false},
        {"https://example.org@evil.example/", "https://example.org/", false},
        {"file:///a", "file:///a", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_int_equal(fetch_url_same_origin(CASES[i].a, CASES[i].b), CASES[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_may_be_shown_of_an_address),
        cmocka_unit_test(test_a_long_address_is_shown_within_bounds),
        cmocka_unit_test(test_which_addresses_are_taken),
        cmocka_unit_test(test_the_path_of_a_file),
        cmocka_unit_test(test_same_origin_is_protocol_host_and_port),
    };
    return cmocka_run_group_tests_name("fetch_url", tests, NULL, NULL);
}
