#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/canvas.h>

#include "random.h"

#define WIDTH 640
#define HEIGHT 360
#define LAYOUTS 250

static struct text *text;
static struct layout layout;
static struct layout_rect rects[CANVAS_RECTS_MAX];

static int setup(void **state)
{
    (void)state;
    struct error err = {0};
    text = text_new("en", "", &err);
    return text == NULL;
}

static int teardown(void **state)
{
    (void)state;
    text_free(text);
    return 0;
}

static const char *const words[] = {
    "Room", "11:28", "jfgy", "שלום", "क्षत्रिय", "会议", "😀", "AVATAR",
};

static void random_box(struct random *random, struct layout_box *box)
{
    memset(box, 0, sizeof *box);
    box->role = "random";
    box->kind = (enum box_kind)random_below(random, 4);
    box->rect = (struct layout_rect){
        (int)random_below(random, WIDTH + 100) - 50, (int)random_below(random, HEIGHT + 100) - 50,
        1 + (int)random_below(random, 200), 1 + (int)random_below(random, 100)};
    box->colour = (layout_colour)random_below(random, 0x1000000);
    box->radius_px = random_below(random, 2) ? (int)random_below(random, 40) : 0;
    box->shape = (enum box_shape)random_below(random, 6);
    box->align = (enum box_align)random_below(random, 2);
    box->style =
        (struct text_style){8 + (int)random_below(random, 60),
                            random_below(random, 2) ? TEXT_WEIGHT_BOLD : TEXT_WEIGHT_REGULAR,
                            random_below(random, 2), (int)random_below(random, 3), SCRIPT_HAN_ANY};
    box->baseline_y = box->rect.y + box->rect.height * 3 / 4;
    box->strike = random_below(random, 5) == 0;
    if (box->kind == BOX_QR) {
        box->rect.height = box->rect.width += 30;
        box->ground = (layout_colour)random_below(random, 0x1000000);
        snprintf(box->text, sizeof box->text, "%d", (int)random_below(random, 1000));
    }
    if (box->kind == BOX_TEXT)
        snprintf(box->text, sizeof box->text, "%s %s",
                 words[random_below(random, sizeof words / sizeof words[0])],
                 words[random_below(random, sizeof words / sizeof words[0])]);
}

/* What happens between two turns of a sign: boxes change, come, go and trade places. */
static void random_change(struct random *random)
{
    size_t at = layout.count > 0 ? (size_t)random_below(random, (int64_t)layout.count) : 0;
    switch (random_below(random, 5)) {
    case 0:
        if (layout.count < LAYOUT_BOXES_MAX) {
            memmove(&layout.boxes[at + 1], &layout.boxes[at],
                    (layout.count - at) * sizeof layout.boxes[0]);
            random_box(random, &layout.boxes[at]);
            layout.count++;
        }
        return;
    case 1:
        if (layout.count > 10) {
            layout.count--;
            memmove(&layout.boxes[at], &layout.boxes[at + 1],
                    (layout.count - at) * sizeof layout.boxes[0]);
        }
        return;
    case 2:
        if (layout.count > 1) {
            size_t other = (size_t)random_below(random, (int64_t)layout.count);
            struct layout_box swapped = layout.boxes[at];
            layout.boxes[at] = layout.boxes[other];
            layout.boxes[other] = swapped;
        }
        return;
    case 3:
        if (layout.count > 0)
            layout.boxes[at].colour ^= 0x404040;
        return;
    default:
        if (layout.count > 0)
            random_box(random, &layout.boxes[at]);
        return;
    }
}

static uint32_t pixel(const SDL_Surface *surface, int x, int y)
{
    const uint8_t *bytes = surface->pixels;
    return ((const uint32_t *)(bytes + y * surface->pitch))[x] & 0xffffff;
}

static bool told(size_t count, int x, int y)
{
    for (size_t i = 0; i < count; i++) {
        if (x >= rects[i].x && x < rects[i].x + rects[i].width && y >= rects[i].y &&
            y < rects[i].y + rects[i].height)
            return true;
    }
    return false;
}

static void a_partial_redraw_gives_the_whole_picture(void **state)
{
    (void)state;
    const uint64_t seed = 1;
    struct random random = random_from(seed);
    layout = (struct layout){.width_px = WIDTH, .height_px = HEIGHT};
    struct canvas *canvas = canvas_new(text, NULL);
    uint32_t *before = calloc(WIDTH * HEIGHT, sizeof *before);
    for (int i = 0; i < LAYOUTS; i++) {
        for (int64_t changes = random_below(&random, 4); changes >= 0; changes--)
            random_change(&random);
        size_t count = canvas_draw(canvas, &layout, rects);
        assert_in_range(count, 0, CANVAS_RECTS_MAX);
        struct canvas *fresh = canvas_new(text, NULL);
        struct layout_rect all[CANVAS_RECTS_MAX];
        assert_int_equal(canvas_draw(fresh, &layout, all), 1);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                uint32_t now = pixel(canvas_surface(canvas), x, y);
                if (now != pixel(canvas_surface(fresh), x, y))
                    fail_msg("seed %llu, layout %d: wrong at %d,%d", (unsigned long long)seed, i, x,
                             y);
                if (i > 0 && now != before[y * WIDTH + x] && !told(count, x, y))
                    fail_msg("seed %llu, layout %d: change at %d,%d not told",
                             (unsigned long long)seed, i, x, y);
                before[y * WIDTH + x] = now;
            }
        }
        canvas_free(fresh);
    }
    free(before);
    canvas_free(canvas);
}

static void box_of_text(size_t index, int x, int y, const char *string)
{
    struct layout_box *box = &layout.boxes[index];
    *box = (struct layout_box){
        .kind = BOX_TEXT,
        .role = "text",
        .rect = {x, y, 200, 60},
        .colour = 0xffffff,
        .style = {.size_px = 40, .weight = TEXT_WEIGHT_BOLD, .tabular = true},
        .baseline_y = y + 45,
    };
    snprintf(box->text, sizeof box->text, "%s", string);
}

static void two_texts_on_a_ground(const char *first, const char *second)
{
    layout = (struct layout){.width_px = WIDTH, .height_px = HEIGHT, .count = 3};
    layout.boxes[0] = (struct layout_box){
        .kind = BOX_FILL, .role = "ground", .rect = {0, 0, WIDTH, HEIGHT}, .colour = 0x0c0f14};
    box_of_text(1, 20, 20, first);
    box_of_text(2, 300, 200, second);
}

static void a_tick_redraws_what_ticked(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(text, NULL);
    two_texts_on_a_ground("Room", "2:37");
    assert_null(canvas_surface(canvas));
    assert_int_equal(canvas_draw(canvas, &layout, rects), 1);
    assert_int_equal(rects[0].width, WIDTH);
    assert_int_equal(rects[0].height, HEIGHT);
    assert_int_equal(canvas_draw(canvas, &layout, rects), 0);
    two_texts_on_a_ground("Room", "2:36");
    assert_int_equal(canvas_draw(canvas, &layout, rects), 1);
    struct layout_rect reach = text_reach(&layout.boxes[2]);
    assert_memory_equal(&rects[0], &reach, sizeof reach);
    assert_in_range(reach.width, 200, 220);
    assert_in_range(reach.height, 60, 80);
    canvas_free(canvas);
}

static void a_new_size_is_drawn_whole(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(text, NULL);
    two_texts_on_a_ground("Room", "2:37");
    canvas_draw(canvas, &layout, rects);
    layout.width_px = 500;
    layout.height_px = 700;
    assert_int_equal(canvas_draw(canvas, &layout, rects), 1);
    assert_int_equal(rects[0].width, 500);
    assert_int_equal(rects[0].height, 700);
    assert_int_equal(canvas_surface(canvas)->h, 700);
    /* No box reaches there. */
    assert_int_equal(pixel(canvas_surface(canvas), 10, 600), 0);
    canvas_free(canvas);
}

static void many_changes_stay_few_rectangles(void **state)
{
    (void)state;
    struct canvas *canvas = canvas_new(text, NULL);
    layout = (struct layout){.width_px = WIDTH, .height_px = HEIGHT, .count = LAYOUT_BOXES_MAX};
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < layout.count; i++)
            layout.boxes[i] = (struct layout_box){
                .kind = BOX_FILL,
                .role = "dot",
                .rect = {(int)(i % 16) * 40, (int)(i / 16) * 22, 8, 8},
                .colour = round == 0 ? 0xff0000 : 0x00ff00,
            };
        size_t count = canvas_draw(canvas, &layout, rects);
        assert_in_range(count, 1, CANVAS_RECTS_MAX);
    }
    for (size_t i = 0; i < layout.count; i++)
        assert_int_equal(
            pixel(canvas_surface(canvas), layout.boxes[i].rect.x + 4, layout.boxes[i].rect.y + 4),
            0x00ff00);
    canvas_free(canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partial_redraw_gives_the_whole_picture),
        cmocka_unit_test(a_tick_redraws_what_ticked),
        cmocka_unit_test(a_new_size_is_drawn_whole),
        cmocka_unit_test(many_changes_stay_few_rectangles),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
