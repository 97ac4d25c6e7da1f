#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <roomsign/url_secret.h>

static void test_an_address_without_its_user(void **state)
{
    (void)state;
    static const struct {
        const char *url, *without;
    } cases[] = {
        {"https://ada:secret@example.org:8443/a?b=c", "https://example.org:8443/a?b=c"},
        {"https://ada@example.org", "https://example.org"},
        {"https://ada:se@cret@example.org/a@b", "https://example.org/a@b"},
        {"https://ada:secret@example.org?a", "https://example.org?a"},
        {"https://example.org/a?b=ada@c.org", "https://example.org/a?b=ada@c.org"},
        {"file:///a@b", "file:///a@b"},
        {"file:a://b@c", "file:a://b@c"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *url = url_without_user(cases[i].url);
        assert_string_equal(url, cases[i].without);
        free(url);
    }
}

static void test_what_looks_like_a_secret(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool secret;
    } cases[] = {
        {"https://ada:word@example.org/a.ics", true},
        {"https://token@example.org/a.ics", true},
        {"https://calendar.google.com/calendar/ical/a/private-0123456789abcdef/basic.ics", true},
        {"https://example.org/ical/8f14e45fceea167a5a36dedd4bea25.ics", true},
        {"https://example.org/550e8400-e29b-41d4-a716-446655440000.ics", true},
        {"https://example.org/calendars/wG7rNf3kQpXzT2aB", true},
        {"https://example.org/a.ics?token=wG7rNf3kQpXzT2aB", true},
        {"https://example.org/a.ics?a=b&wG7rNf3kQpXzT2aB", true},
        {"https://fosdem.org/2026/schedule/ical", false},
        {"https://example.org/fosdem-2026-main-track-schedule.ics", false},
        {"https://example.org/event/1234567/event.ics", false},
        {"https://example.org/a.ics?room=Hall&lang=en#wG7rNf3kQpXzT2aB", false},
        {"https://example.org", false},
        {"file:///srv/8f14e45fceea167a5a36dedd4bea25.ics", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (url_may_hold_secret(cases[i].url) != cases[i].secret)
            fail_msg("%s", cases[i].url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_address_without_its_user),
        cmocka_unit_test(test_what_looks_like_a_secret),
    };
    return cmocka_run_group_tests_name("url_secret", tests, NULL, NULL);
}
