/* What a view costs where very much is cancelled, counted in comparisons of text: no machine is too
 * slow for that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "view_case.h"

#define CANCELLED_COUNT 10000
/* A search in all changes takes nine; the rest is the list's, the alerts' and the sort's. */
#define COMPARISONS_MAX (20 * CANCELLED_COUNT)

static long comparisons;

/* In the C library's place, for everything that is linked here. */
int strcmp(const char *a, const char *b)
{
    comparisons++;
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static void test_many_cancelled_sessions(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_init(&fixture);
    for (int i = 0; i < CANCELLED_COUNT; i++) {
        char uid[16];
        int64_t start_ms = AT(0, 0) + i * (DAY_MS / CANCELLED_COUNT);
        snprintf(uid, sizeof uid, "talk-%05d", i);
        sample_add(&fixture.schedule, uid, start_ms, start_ms + HOUR_MS)->status =
            SESSION_STATUS_CANCELLED;
        if (i % (CANCELLED_COUNT / CHANGES_MAX) == 0) {
            fixture_change(&fixture, CHANGE_CANCELLED, uid, start_ms, start_ms + HOUR_MS);
        }
    }
    fixture_track(&fixture);
    assert_int_equal(fixture.changes.count, CHANGES_MAX);
    for (int hour = 0; hour < 24; hour++) {
        comparisons = 0;
        const struct view *view = fixture_view(&fixture, AT(hour, 30));
        fixture_next_ms(&fixture, AT(hour, 30));
        assert_in_range(comparisons, CHANGES_MAX, COMPARISONS_MAX);
        assert_true(view->notices & VIEW_NOTICE_CANCELLED);
        assert_int_equal(view->later_count, VIEW_LATER_MAX);
        assert_true(view->alert_count > 0);
    }
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_cancelled_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
