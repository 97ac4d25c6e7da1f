#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "view_case.h"

#define PAGE "https://example.org/"

/* 10:30-11:20, 11:25-11:50, tomorrow 9:00-10:00, each with a page of its own. */
static void open_day(struct fixture *fixture)
{
    fixture_init(fixture);
    fixture->options.with_qr = true;
    sample_add(&fixture->schedule, "one", AT(10, 30), AT(11, 20));
    sample_add(&fixture->schedule, "two", AT(11, 25), AT(11, 50));
    sample_add(&fixture->schedule, "three", AT(33, 0), AT(34, 0));
    for (size_t i = 0; i < fixture->schedule.count; i++) {
        char url[64];
        snprintf(url, sizeof url, "%s%s", PAGE, fixture->schedule.sessions[i].uid);
        session_set(&fixture->schedule.sessions[i].url, url);
    }
    fixture_track(fixture);
}

static void test_the_page_is_that_of_the_session_on_the_stage(void **state)
{
    (void)state;
    struct fixture fixture;
    open_day(&fixture);
    const struct {
        int64_t at_ms;
        enum phase phase;
        const char *page;
    } moments[] = {
        {AT(9, 0), PHASE_FREE, PAGE "one"},      {AT(10, 25), PHASE_SOON, PAGE "one"},
        {AT(10, 45), PHASE_LIVE, PAGE "one"},    {AT(11, 18), PHASE_WRAP_UP, PAGE "one"},
        {AT(11, 21), PHASE_OVERRUN, PAGE "one"}, {AT(11, 30), PHASE_LIVE, PAGE "two"},
        {AT(13, 0), PHASE_CLOSED, PAGE "three"}, {AT(34, 30), PHASE_CLOSED, ""},
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        const struct view *view = fixture_view(&fixture, moments[i].at_ms);
        assert_int_equal(view->phase, moments[i].phase);
        assert_string_equal(view->code_url, moments[i].page);
    }
    fixture_release(&fixture);
}

static void test_nothing_is_said_in_doubt_or_when_switched_off(void **state)
{
    (void)state;
    struct fixture fixture;
    open_day(&fixture);
    fixture.options.with_qr = false;
    assert_string_equal(fixture_view(&fixture, AT(10, 45))->code_url, "");
    fixture.options.with_qr = true;
    fixture.health.clock = TIME_SOURCE_NONE;
    assert_string_equal(fixture_view(&fixture, AT(10, 45))->code_url, "");
    fixture_release(&fixture);
}

static void test_only_addresses_that_anybody_can_open(void **state)
{
    (void)state;
    static char longest[VIEW_CODE_URL_BYTES + 1];
    struct fixture fixture;
    open_day(&fixture);
    memset(longest, 'a', sizeof longest - 1);
    memcpy(longest, PAGE, strlen(PAGE));
    const char *const refused[] = {
        "",
        "http://",
        "https:///path",
        "https://?q",
        "ftp://example.org/",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "example.org/talk",
        " https://example.org/",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org/\x7f",
        "https://example.org/é",
        "https://name@example.org/",
        "https://name:word@example.org",
        longest,
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        session_set(&fixture.schedule.sessions[0].url, refused[i]);
        assert_string_equal(fixture_view(&fixture, AT(10, 45))->code_url, "");
    }
    longest[sizeof longest - 2] = '\0';
    const char *const taken[] = {"http://a", "HTTPS://Example.ORG/@handle?a=b&c#d", longest};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        session_set(&fixture.schedule.sessions[0].url, taken[i]);
        assert_string_equal(fixture_view(&fixture, AT(10, 45))->code_url, taken[i]);
    }
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_is_that_of_the_session_on_the_stage),
        cmocka_unit_test(test_nothing_is_said_in_doubt_or_when_switched_off),
        cmocka_unit_test(test_only_addresses_that_anybody_can_open),
    };
    return cmocka_run_group_tests_name("view_code", tests, NULL, NULL);
}
