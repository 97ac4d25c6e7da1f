/* Random days on screens of many sizes: each thing that is drawn, where and how large, must be what
 * stands in tests/golden/layouts.txt, which is meant to be read. The golden boxes show well-behaved
 * days; these are crowded. `make golden` makes it anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/layout.h>
#include <roomsign/theme.h>

#include "fake_measure.h"
#include "golden_text.h"
#include "random_view.h"

#define DAYS 70
#define EVENINGS 28
#define TEXT_BYTES_MAX (1 << 20)

static const struct {
    int width, height;
} sizes[] = {{1920, 1080}, {1080, 1920}, {800, 480},  {1280, 1024},
             {1024, 600},  {480, 800},   {3840, 2160}};
#define SIZE_COUNT (sizeof sizes / sizeof *sizes)

static void list_box(const struct layout_box *box, struct buffer *list)
{
    const struct layout_rect *r = &box->rect;
    buffer_append_format(list, "  %s %d,%d %dx%d", box->role, r->x, r->y, r->width, r->height);
    if (box->kind == BOX_TEXT)
        buffer_append_format(list, " size %d baseline %d%s | %s", box->style.size_px,
                             box->baseline_y, box->strike ? " struck" : "", box->text);
    buffer_append_text(list, "\n");
}

static void list_layout(const char *what, uint64_t seed, struct fixture *fixture, int64_t now_ms,
                        struct buffer *list)
{
    static struct layout layout;
    int width = sizes[seed % SIZE_COUNT].width, height = sizes[seed % SIZE_COUNT].height;
    layout_make(fixture_view(fixture, now_ms), width, height, theme_builtin(THEME_BASE_DARK),
                &fake_measure, &layout);
    buffer_append_format(list, "\n%s %d at %dx%d\n", what, (int)seed, width, height);
    for (size_t i = 0; i < layout.count; i++)
        list_box(&layout.boxes[i], list);
    fixture_release(fixture);
}

static void list_day(uint64_t seed, struct buffer *list)
{
    static struct fixture fixture;
    struct random random = random_from(seed);
    random_view(seed, &random, &fixture);
    random_view_enrich(&random, &fixture);
    fixture.options.with_qr = seed % 2;
    fixture.health.missed_polls = (int)(seed % 4);
    list_layout("day", seed, &fixture, AT(7, 0) + random_below(&random, 10 * HOUR_MS), list);
}

/* Little to say, and headlines below it. */
static void list_evening(uint64_t seed, struct buffer *list)
{
    static struct fixture fixture;
    struct random random = random_from(seed);
    fixture_init(&fixture);
    for (int i = 0; i < (int)(seed % 4); i++)
        sample_add(&fixture.schedule, "a", AT(21 + i, 0), AT(21 + i, 45));
    sample_add(&fixture.schedule, "b", AT(34, 0), AT(35, 0));
    fixture_track(&fixture);
    random_view_enrich(&random, &fixture);
    fixture.options.with_qr = seed % 3;
    fixture.options.news = (struct news){
        .source = seed % 5 ? "Planet" : "",
        .titles = {"Three rooms more", "A headline of so many words that no foot has them all, "
                                       "however wide its screen, and so is cut somewhere"},
        .count = 2,
        .fetched_ms = AT(19, 0),
    };
    list_layout("evening", seed, &fixture, AT(20, 0) + (int64_t)seed * MINUTE_MS, list);
}

static void test_random_days_are_laid_out_like_this(void **state)
{
    (void)state;
    struct buffer list;
    buffer_init(&list, TEXT_BYTES_MAX);
    for (uint64_t seed = 1; seed <= DAYS; seed++)
        list_day(seed, &list);
    for (uint64_t seed = 1; seed <= EVENINGS; seed++)
        list_evening(seed, &list);
    golden_expect("layouts.txt", list.data);
    buffer_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_days_are_laid_out_like_this),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
