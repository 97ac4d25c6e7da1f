/* Turned pictures, pixel by pixel against what turning means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <roomsign/turn.h>

#define UNTOUCHED 0xdeadbeef
/* Rows are longer than what is in them. */
#define PITCH_EXTRA_PX 3

/* The panel's pixel that the upright picture's (x, y) is seen at. */
static void place(const struct turn *turn, int x, int y, int *ret_x, int *ret_y)
{
    int width_px, height_px;
    turn_size(turn, &width_px, &height_px);
    *ret_x = x;
    *ret_y = y;
    for (int turned_deg = 0; turned_deg < turn->rotate_deg; turned_deg += 90) {
        /* A quarter: what was the left edge, from its foot, is now the top. */
        int old_x = *ret_x;
        *ret_x = height_px - 1 - *ret_y;
        *ret_y = old_x;
        int old_width_px = width_px;
        width_px = height_px;
        height_px = old_width_px;
    }
}

static uint32_t colour(int x, int y)
{
    return (uint32_t)x * 65521 + (uint32_t)y * 257 + 7;
}

static void turn_and_compare(const struct turn *turn, const struct layout_rect *rect)
{
    int width_px, height_px;
    turn_size(turn, &width_px, &height_px);
    size_t from_pitch_px = (size_t)width_px + PITCH_EXTRA_PX;
    size_t to_pitch_px = (size_t)turn->width_px + 2 * PITCH_EXTRA_PX;
    uint32_t *picture = malloc(from_pitch_px * (size_t)height_px * 4);
    uint32_t *panel = malloc(to_pitch_px * (size_t)turn->height_px * 4);
    uint32_t *expected = malloc(to_pitch_px * (size_t)turn->height_px * 4);
    assert_true(picture != NULL && panel != NULL && expected != NULL);
    for (size_t i = 0; i < to_pitch_px * (size_t)turn->height_px; i++)
        panel[i] = expected[i] = UNTOUCHED;
    for (int y = 0; y < height_px; y++) {
        for (int x = 0; x < width_px; x++) {
            int panel_x, panel_y;
            picture[(size_t)y * from_pitch_px + (size_t)x] = colour(x, y);
            place(turn, x, y, &panel_x, &panel_y);
            if (x >= rect->x && x < rect->x + rect->width && y >= rect->y &&
                y < rect->y + rect->height)
                expected[(size_t)panel_y * to_pitch_px + (size_t)panel_x] = colour(x, y);
        }
    }
    struct layout_rect turned = turn_rect(turn, rect);
    turn_pixels(turn->rotate_deg, picture + (size_t)rect->y * from_pitch_px + rect->x,
                from_pitch_px * 4, rect->width, rect->height,
                panel + (size_t)turned.y * to_pitch_px + turned.x, to_pitch_px * 4);
    assert_memory_equal(panel, expected, to_pitch_px * (size_t)turn->height_px * 4);
    free(picture);
    free(panel);
    free(expected);
}

static void every_pixel_is_where_turning_puts_it(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {7, 3}, {64, 64}, {65, 130}, {200, 129}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int rotate_deg = 0; rotate_deg < 360; rotate_deg += 90) {
            struct turn turn = {rotate_deg, sizes[i][0], sizes[i][1]};
            struct layout_rect whole = {0};
            turn_size(&turn, &whole.width, &whole.height);
            assert_int_equal(whole.width, rotate_deg % 180 == 0 ? sizes[i][0] : sizes[i][1]);
            turn_and_compare(&turn, &whole);
        }
    }
}

static void parts_are_turned_to_their_own_places(void **state)
{
    (void)state;
    static const struct layout_rect parts[] = {
        {0, 0, 1, 1}, {10, 20, 33, 17}, {119, 89, 1, 1}, {3, 0, 100, 90}, {0, 5, 120, 70}};
    for (int rotate_deg = 0; rotate_deg < 360; rotate_deg += 90) {
        struct turn turn = {rotate_deg, 120, 90};
        if (rotate_deg % 180 != 0)
            turn = (struct turn){rotate_deg, 90, 120};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            turn_and_compare(&turn, &parts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_is_where_turning_puts_it),
        cmocka_unit_test(parts_are_turned_to_their_own_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
