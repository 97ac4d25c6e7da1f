/* Which days a poll asks for, and what lies in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <roomsign/poll_window.h>

#include "sample.h"

static struct zone zone_of(const char *name)
{
    struct zone zone;
    struct error err;
    if (!zone_load(name, &zone, &err))
        fail_msg("%s", err.message);
    return zone;
}

static int64_t time_utc(const char *text)
{
    struct zone utc;
    struct error err;
    int64_t ms = 0;
    zone_utc(&utc);
    if (!time_parse(text, &utc, &ms, &err))
        fail_msg("%s", err.message);
    return ms;
}

static bool holds(int64_t from_ms, int64_t until_ms, int64_t start_ms, int64_t end_ms)
{
    const struct poll_window window = {.from_ms = from_ms, .until_ms = until_ms};
    const struct session session = {.start_ms = start_ms, .end_ms = end_ms};
    return poll_window_holds(&window, &session);
}

static void test_what_overlaps_is_in_it(void **state)
{
    (void)state;
    const int64_t from_ms = AT(9, 0), until_ms = AT(12, 0);
    assert_true(holds(from_ms, until_ms, AT(8, 0), AT(9, 1)));
    assert_false(holds(from_ms, until_ms, AT(8, 0), AT(9, 0)));
    assert_true(holds(from_ms, until_ms, AT(11, 59), AT(13, 0)));
    assert_false(holds(from_ms, until_ms, AT(12, 0), AT(13, 0)));
    assert_true(holds(from_ms, until_ms, AT(8, 0), AT(13, 0)));
    /* A moment at its start is, and one before or at its end isn't. */
    assert_true(holds(from_ms, until_ms, AT(9, 0), AT(9, 0)));
    assert_false(holds(from_ms, until_ms, AT(8, 59), AT(8, 59)));
    assert_false(holds(from_ms, until_ms, AT(12, 0), AT(12, 0)));
}

static void test_an_empty_one_begins_where_it_ends(void **state)
{
    (void)state;
    assert_true(poll_window_is_empty(&(struct poll_window){.from_ms = 5, .until_ms = 5}));
    assert_true(poll_window_is_empty(&(struct poll_window){.from_ms = 6, .until_ms = 5}));
    assert_false(poll_window_is_empty(&(struct poll_window){.from_ms = 5, .until_ms = 6}));
}

static void test_a_document_is_of_the_same_bounds(void **state)
{
    (void)state;
    const struct poll_window window = {.from_ms = 5, .until_ms = 9};
    struct document document = {.from_ms = 5, .until_ms = 9};
    assert_true(poll_window_is_of(&window, &document));
    document.until_ms++;
    assert_false(poll_window_is_of(&window, &document));
    document.until_ms--;
    document.from_ms++;
    assert_false(poll_window_is_of(&window, &document));
}

static void test_usually_it_is_from_yesterday_to_eight_days_ahead(void **state)
{
    (void)state;
    const struct zone zone = zone_of("Europe/Brussels");
    /* Summer time begins on the 29th of March 2026. */
    const struct poll_request request = {.now_ms = time_utc("2026-03-28T23:30:00Z")};
    const struct poll_window window = poll_window_of(&request, &zone);
    assert_int_equal(window.from_ms, time_utc("2026-03-27T23:00:00Z"));
    assert_int_equal(window.until_ms, time_utc("2026-04-05T22:00:00Z"));
    assert_int_equal(window.series_from_ms, INT64_MIN);
    assert_int_equal(window.series_until_ms, INT64_MAX);
}

static void test_local_bounds_are_the_rooms_clocks(void **state)
{
    (void)state;
    const struct zone zone = zone_of("Europe/Brussels");
    const struct poll_request request = {
        .now_ms = time_utc("2026-01-01T00:00:00Z"),
        .from = {POLL_BOUND_LOCAL, time_utc("2026-07-01T09:00:00Z")},
        .until = {POLL_BOUND_INSTANT, time_utc("2026-07-01T09:00:00Z")},
    };
    const struct poll_window window = poll_window_of(&request, &zone);
    assert_int_equal(window.from_ms, time_utc("2026-07-01T07:00:00Z"));
    assert_int_equal(window.until_ms, time_utc("2026-07-01T09:00:00Z"));
}

/* An open bound lets in every event, and a year of series about now or about the other bound. */
static void test_open_bounds_end_for_series(void **state)
{
    (void)state;
    static const int64_t reach_ms = POLL_SERIES_REACH_DAYS * DAY_MS;
    const struct zone zone = zone_of("UTC");
    const int64_t now_ms = time_utc("2026-01-01T00:00:00Z");
    struct poll_request request = {
        .now_ms = now_ms, .from = {POLL_BOUND_OPEN, 0}, .until = {POLL_BOUND_OPEN, 0}};
    struct poll_window window = poll_window_of(&request, &zone);
    assert_true(window.from_ms == civil_to_days(1, 1, 1) * DAY_MS);
    assert_true(window.until_ms == civil_to_days(9999, 12, 31) * DAY_MS);
    assert_true(window.series_from_ms == now_ms - reach_ms);
    assert_true(window.series_until_ms == now_ms + reach_ms);

    request.until = (struct poll_bound){POLL_BOUND_INSTANT, now_ms - 1000 * DAY_MS};
    window = poll_window_of(&request, &zone);
    assert_true(window.series_from_ms == now_ms - 1000 * DAY_MS - reach_ms);
    assert_true(window.series_until_ms == INT64_MAX);
    request.until.at_ms = now_ms + 1000 * DAY_MS;
    window = poll_window_of(&request, &zone);
    assert_true(window.series_from_ms == now_ms - reach_ms);

    request.from = (struct poll_bound){POLL_BOUND_INSTANT, now_ms + 1000 * DAY_MS};
    request.until = (struct poll_bound){POLL_BOUND_OPEN, 0};
    window = poll_window_of(&request, &zone);
    assert_true(window.series_until_ms == now_ms + 1000 * DAY_MS + reach_ms);
    assert_true(window.series_from_ms == INT64_MIN);
    request.from.at_ms = now_ms - 1000 * DAY_MS;
    window = poll_window_of(&request, &zone);
    assert_true(window.series_until_ms == now_ms + reach_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_overlaps_is_in_it),
        cmocka_unit_test(test_an_empty_one_begins_where_it_ends),
        cmocka_unit_test(test_a_document_is_of_the_same_bounds),
        cmocka_unit_test(test_usually_it_is_from_yesterday_to_eight_days_ahead),
        cmocka_unit_test(test_local_bounds_are_the_rooms_clocks),
        cmocka_unit_test(test_open_bounds_end_for_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
