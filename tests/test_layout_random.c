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

static void list_day(uint64_t seed, struct buffer *list)
{
    static struct fixture fixture;
    static struct layout layout;
    struct random random = random_from(seed);
    random_view(seed, &random, &fixture);
    random_view_enrich(&random, &fixture);
    fixture.options.with_qr = seed % 2;
    fixture.health.missed_polls = (int)(seed % 4);
    int64_t now_ms = AT(7, 0) + random_below(&random, 10 * HOUR_MS);
    int width = sizes[seed % SIZE_COUNT].width, height = sizes[seed % SIZE_COUNT].height;
    layout_make(fixture_view(&fixture, now_ms), width, height, theme_builtin(THEME_BASE_DARK),
                &fake_measure, &layout);
    buffer_append_format(list, "\nday %d at %dx%d\n", (int)seed, width, height);
    for (size_t i = 0; i < layout.count; i++)
        list_box(&layout.boxes[i], list);
    fixture_release(&fixture);
}

static void test_random_days_are_laid_out_like_this(void **state)
{
    (void)state;
    struct buffer list;
    buffer_init(&list, TEXT_BYTES_MAX);
    for (uint64_t seed = 1; seed <= DAYS; seed++)
        list_day(seed, &list);
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
