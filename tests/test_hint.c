/* The answer to a key press: when it is said, and where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/layout.h>
#include <roomsign/palette.h>
#include <roomsign/view.h>

#include "fake_measure.h"
#include "sample.h"

#define HINT "Held \xC2\xB7 u to undo"

struct fixture {
    struct schedule schedule;
    struct tracker tracker;
    struct zone zone;
    struct feed_health health;
    struct view_options options;
    struct view view;
    struct layout plain, hinted;
};

static struct fixture fixture;

static int setup(void **state)
{
    (void)state;
    struct tracker_rules rules = sample_rules();
    memset(&fixture, 0, sizeof fixture);
    fixture.health = (struct feed_health){
        .has_schedule = true, .fetched_ms = AT(8, 2), .until_ms = TIME_NEVER_MS};
    fixture.options = (struct view_options){.room_name = "Hall 1", .language = "en"};
    zone_utc(&fixture.zone);
    for (int i = 0; i < 12; i++)
        sample_add(&fixture.schedule, "A session with a title", AT(10 + i, 0), AT(10 + i, 50));
    schedule_sort(&fixture.schedule);
    tracker_init(&fixture.tracker, &fixture.schedule, NULL, &fixture.zone, &rules);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tracker_release(&fixture.tracker);
    schedule_release(&fixture.schedule);
    return 0;
}

static const struct view *view_of(int64_t now_ms)
{
    view_at(&fixture.tracker, &fixture.health, &fixture.options, now_ms, &fixture.view);
    return &fixture.view;
}

static void it_is_said_until_its_time_is_over(void **state)
{
    (void)state;
    int64_t now_ms = AT(10, 20), until_ms = now_ms + 4000;
    assert_string_equal(view_of(now_ms)->hint, "");
    fixture.options.hint = HINT;
    fixture.options.hint_until_ms = until_ms;
    assert_string_equal(view_of(now_ms)->hint, HINT);
    assert_string_equal(view_of(until_ms - 1)->hint, HINT);
    assert_string_equal(view_of(until_ms)->hint, "");
    assert_int_equal(
        view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, now_ms), until_ms);
    assert_true(view_next_change_ms(&fixture.tracker, &fixture.health, &fixture.options, until_ms) >
                until_ms);
    /* Also by a sign that knows nothing yet, but not on a dark screen. */
    fixture.health.has_schedule = false;
    assert_string_equal(view_of(now_ms)->hint, HINT);
    fixture.health.has_schedule = true;
    assert_string_equal(view_of(AT(8, 0))->hint, HINT);
    fixture.options.on_from_min = 20 * 60;
    fixture.options.on_until_min = 22 * 60;
    assert_true(view_of(AT(8, 0))->dark);
    assert_string_equal(view_of(AT(8, 0))->hint, "");
}

static bool is_hint(const struct layout_box *box)
{
    return strncmp(box->role, "hint", 4) == 0;
}

static const struct layout_box *bar_of(const struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++) {
        if (strcmp(layout->boxes[i].role, "hint.bar") == 0)
            return &layout->boxes[i];
    }
    fail_msg("no bar");
    return NULL;
}

/* Whatever isn't of the hint stands where it stood without it. */
static void assert_nothing_moved(void)
{
    size_t at = 0;
    for (size_t i = 0; i < fixture.hinted.count; i++) {
        if (is_hint(&fixture.hinted.boxes[i]))
            continue;
        while (at < fixture.plain.count &&
               !layout_box_equal(&fixture.plain.boxes[at], &fixture.hinted.boxes[i]))
            at++;
        assert_true(at < fixture.plain.count);
    }
}

static void check_size(int width_px, int height_px, const struct theme *theme)
{
    struct view view = *view_of(AT(10, 20));
    layout_make(&view, width_px, height_px, theme, &fake_measure, &fixture.plain);
    snprintf(view.hint, sizeof view.hint, HINT);
    layout_make(&view, width_px, height_px, theme, &fake_measure, &fixture.hinted);
    assert_nothing_moved();
    const struct layout_box *bar = bar_of(&fixture.hinted);
    /* The stage is what is laid first. */
    const struct layout_rect *stage = &fixture.hinted.boxes[0].rect;
    assert_string_equal(fixture.hinted.boxes[0].role, "stage");
    assert_int_equal(bar->rect.width, stage->width);
    assert_int_equal(bar->rect.y + bar->rect.height, stage->y + stage->height);
    size_t lines = 0;
    for (size_t i = 0; i < fixture.hinted.count; i++) {
        const struct layout_box *box = &fixture.hinted.boxes[i];
        if (box->kind == BOX_TEXT && is_hint(box)) {
            lines++;
            assert_true(layout_contrast(box->colour, box->ground) >= PALETTE_CONTRAST_MIN);
            assert_int_equal(box->ground, bar->colour);
            assert_true(box->rect.x + box->rect.width <= width_px);
        }
        if (box->kind == BOX_TEXT && !is_hint(box))
            assert_true(box->baseline_y <= bar->rect.y ||
                        box->rect.y >= bar->rect.y + bar->rect.height ||
                        box->rect.x >= bar->rect.x + bar->rect.width);
    }
    assert_true(lines >= 1);
    /* On usual displays it hides nothing that is said. */
    if (width_px >= 800)
        assert_int_equal(fixture.hinted.count, fixture.plain.count + 1 + lines);
}

static void it_covers_the_foot_and_moves_nothing(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1920, 1080}, {1080, 1920}, {800, 480}, {1024, 768},
                                   {1080, 1080}, {1920, 540},  {160, 160}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int theme = 0; theme < THEME_BASE_COUNT; theme++)
            check_size(sizes[i][0], sizes[i][1], theme_builtin((enum theme_base)theme));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_said_until_its_time_is_over, setup, teardown),
        cmocka_unit_test_setup_teardown(it_covers_the_foot_and_moves_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
