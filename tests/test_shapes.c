#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <SDL.h>

#include <roomsign/blend.h>
#include <roomsign/shapes.h>

#define SIDE 200
#define SIZE 100
#define AT 50

static SDL_Surface *surface;

static int setup(void **state)
{
    (void)state;
    surface = SDL_CreateRGBSurfaceWithFormat(0, SIDE, SIDE, 32, SDL_PIXELFORMAT_RGB888);
    return surface == NULL;
}

static int teardown(void **state)
{
    (void)state;
    SDL_FreeSurface(surface);
    return 0;
}

static uint32_t pixel(int x, int y)
{
    const uint8_t *bytes = surface->pixels;
    return ((const uint32_t *)(bytes + y * surface->pitch))[x] & 0xffffff;
}

static const struct layout_rect place = {AT, AT, SIZE, SIZE};

/* Share of the square that is full or half full, in hundredths. */
static int share(enum box_shape shape)
{
    SDL_FillRect(surface, NULL, 0);
    shapes_draw(surface, shape, false, &place, 0xffffff, NULL);
    int count = 0;
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            bool inside = x >= AT && x < AT + SIZE && y >= AT && y < AT + SIZE;
            if (!inside)
                assert_int_equal(pixel(x, y), 0);
            count += pixel(x, y) > 0x808080;
        }
    }
    return count * 100 / (SIZE * SIZE);
}

static bool is_full(int x_percent, int y_percent)
{
    return pixel(AT + x_percent, AT + y_percent) == 0xffffff;
}

static void shapes_have_their_form(void **state)
{
    (void)state;
    assert_in_range(share(BOX_SHAPE_DISC), 77, 79);
    assert_true(is_full(50, 50) && is_full(1, 50) && !is_full(10, 10));
    assert_in_range(share(BOX_SHAPE_DIAMOND), 49, 51);
    assert_true(is_full(50, 2) && is_full(2, 50) && !is_full(20, 20));
    assert_in_range(share(BOX_SHAPE_TRIANGLE), 49, 51);
    assert_true(is_full(5, 98) && is_full(95, 98) && !is_full(5, 50));
    assert_in_range(share(BOX_SHAPE_RING), 35, 45);
    assert_true(is_full(3, 50) && is_full(96, 50) && !is_full(50, 50));
    assert_in_range(share(BOX_SHAPE_HALF_DISC), 50, 60);
    assert_true(is_full(25, 50) && !is_full(75, 50) && is_full(96, 50));
    assert_in_range(share(BOX_SHAPE_DASH), 18, 26);
    assert_true(is_full(1, 50) && is_full(98, 50) && !is_full(50, 30));
    assert_in_range(share(BOX_SHAPE_BUBBLE), 62, 70);
    assert_true(is_full(2, 2) && is_full(97, 2) && is_full(20, 96) && !is_full(80, 90));
    assert_true(!is_full(50, 26) && is_full(50, 38) && !is_full(30, 50) && is_full(80, 50));
    assert_in_range(share(BOX_SHAPE_NO_ENTRY), 62, 66);
    assert_true(is_full(50, 10) && is_full(3, 50) && is_full(96, 50) && !is_full(50, 50));
    assert_in_range(share(BOX_SHAPE_ARROW), 36, 46);
    assert_true(is_full(2, 50) && is_full(96, 50) && is_full(44, 6) && !is_full(30, 20));
    assert_true(!is_full(90, 20) && !is_full(90, 80) && is_full(44, 94));
    assert_in_range(share(BOX_SHAPE_CROSS), 48, 54);
    assert_true(is_full(2, 2) && is_full(97, 97) && is_full(2, 97) && is_full(50, 50));
    assert_true(!is_full(50, 10) && !is_full(10, 50) && !is_full(90, 50) && !is_full(50, 90));
}

static void edges_are_smooth_and_symmetric(void **state)
{
    (void)state;
    share(BOX_SHAPE_DISC);
    int between = 0;
    for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
            uint32_t here = pixel(AT + x, AT + y);
            between += here != 0 && here != 0xffffff;
            assert_int_equal(here, pixel(AT + SIZE - 1 - x, AT + y));
            assert_int_equal(here, pixel(AT + x, AT + SIZE - 1 - y));
            assert_int_equal(here, pixel(AT + y, AT + x));
        }
    }
    assert_true(between > SIZE);
}

static void a_bar_has_round_ends(void **state)
{
    (void)state;
    struct layout_rect bar = {20, 90, 160, 10};
    SDL_FillRect(surface, NULL, 0);
    shapes_fill(surface, &bar, 99, 0xff0000, NULL);
    assert_int_equal(pixel(20, 90), 0);
    assert_int_equal(pixel(179, 99), 0);
    assert_int_equal(pixel(25, 90), 0xff0000);
    assert_int_equal(pixel(100, 95), 0xff0000);
    assert_int_equal(pixel(100, 89), 0);
    assert_int_equal(pixel(100, 100), 0);
    assert_true(pixel(20, 94) > 0x800000);
    SDL_FillRect(surface, NULL, 0);
    shapes_fill(surface, &bar, 0, 0xff0000, NULL);
    assert_int_equal(pixel(20, 90), 0xff0000);
}

static void nothing_leaves_the_clip_or_the_surface(void **state)
{
    (void)state;
    struct layout_rect clip = {60, 60, 30, 30}, beyond = {-50, -50, 400, 400};
    for (int kind = 0; kind < 12; kind++) {
        SDL_FillRect(surface, NULL, 0);
        if (kind < 10)
            shapes_draw(surface, (enum box_shape)kind, false, &beyond, 0xffffff, &clip);
        else
            shapes_fill(surface, &beyond, kind == 10 ? 0 : 150, 0xffffff, &clip);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                bool inside = x >= 60 && x < 90 && y >= 60 && y < 90;
                assert_true(inside || pixel(x, y) == 0);
            }
        }
        shapes_fill(surface, &beyond, kind == 10 ? 0 : 150, 0xffffff, NULL);
        shapes_draw(surface, BOX_SHAPE_DISC, false, &beyond, 0xffffff, NULL);
    }
}

static void coverage_is_light(void **state)
{
    (void)state;
    for (unsigned level = 0; level < 256; level++) {
        uint32_t grey = level << 16 | level << 8 | level;
        SDL_FillRect(surface, NULL, grey);
        blend_pixel(surface, 1, 1, grey, 100);
        /* A colour over itself stays itself. */
        assert_int_equal(pixel(1, 1), grey);
        blend_pixel(surface, 1, 1, 0x123456, 0);
        assert_int_equal(pixel(1, 1), grey);
        blend_pixel(surface, 1, 1, 0x123456, 255);
        assert_int_equal(pixel(1, 1), 0x123456);
    }
    SDL_FillRect(surface, NULL, 0);
    uint32_t last = 0;
    for (int coverage = 1; coverage < 256; coverage++) {
        blend_pixel(surface, 2, 2, 0, 255);
        blend_pixel(surface, 2, 2, 0xffffff, (uint8_t)coverage);
        assert_true(pixel(2, 2) >= last);
        last = pixel(2, 2);
        /* Half the coverage looks more than half as light. */
        if (coverage == 128)
            assert_in_range(last & 0xff, 140, 190);
    }
}

static void test_a_mirrored_shape_points_the_other_way(void **state)
{
    (void)state;
    static uint32_t plain[SIDE][SIDE];
    for (int shape = 0; shape <= BOX_SHAPE_CROSS; shape++) {
        share((enum box_shape)shape);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++)
                plain[y][x] = pixel(x, y);
        }
        SDL_FillRect(surface, NULL, 0);
        shapes_draw(surface, (enum box_shape)shape, true, &place, 0xffffff, NULL);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++)
                assert_int_equal(pixel(x, y), plain[y][SIDE - 1 - x]);
        }
    }
    SDL_FillRect(surface, NULL, 0);
    shapes_draw(surface, BOX_SHAPE_ARROW, true, &place, 0xffffff, NULL);
    assert_true(is_full(20, 35));
    assert_false(is_full(80, 35));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_have_their_form),
        cmocka_unit_test(edges_are_smooth_and_symmetric),
        cmocka_unit_test(a_bar_has_round_ends),
        cmocka_unit_test(nothing_leaves_the_clip_or_the_surface),
        cmocka_unit_test(coverage_is_light),
        cmocka_unit_test(test_a_mirrored_shape_points_the_other_way),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
