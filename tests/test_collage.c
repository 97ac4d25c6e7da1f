#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include <SDL.h>

#include <roomsign/collage.h>

#include "random.h"

#define GROUND 0x336699u

static uint32_t *pixel(SDL_Surface *surface, int x, int y)
{
    return (uint32_t *)((uint8_t *)surface->pixels + y * surface->pitch) + x;
}

static SDL_Surface *noise(struct random *random, int width, int height)
{
    SDL_Surface *surface = collage_new(width, height, 0);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            *pixel(surface, x, y) = (uint32_t)random_below(random, 0x1000000);
    return surface;
}

/** How much of [at, at + 1) lies in [from, until). */
static double part_of(int at, double from, double until)
{
    return fmax(0, fmin(at + 1, until) - fmax(at, from));
}

/** The mean of a channel over the part of the picture that one pixel of the collage covers. */
static double mean_of(SDL_Surface *picture, const struct layout_rect *rect, int x, int y, int shift)
{
    double across = (double)picture->w / rect->width, down = (double)picture->h / rect->height;
    double sum = 0, area = 0;
    for (int from_y = (int)(y * down); from_y < picture->h && from_y < (y + 1) * down; from_y++) {
        for (int from_x = (int)(x * across); from_x < picture->w && from_x < (x + 1) * across;
             from_x++) {
            double part = part_of(from_x, x * across, (x + 1) * across) *
                          part_of(from_y, y * down, (y + 1) * down);
            sum += part * (*pixel(picture, from_x, from_y) >> shift & 0xff);
            area += part;
        }
    }
    return sum / area;
}

static void check(SDL_Surface *collage, const struct layout_rect *rect, SDL_Surface *picture)
{
    for (int y = 0; y < collage->h; y++) {
        for (int x = 0; x < collage->w; x++) {
            uint32_t found = *pixel(collage, x, y) & 0xffffff;
            int in_x = x - rect->x, in_y = y - rect->y;
            if (in_x < 0 || in_y < 0 || in_x >= rect->width || in_y >= rect->height) {
                assert_int_equal(found, GROUND);
                continue;
            }
            for (int shift = 0; shift <= 16; shift += 8) {
                double mean = mean_of(picture, rect, in_x, in_y, shift);
                if (fabs(mean - (found >> shift & 0xff)) > 0.501)
                    fail_msg("%d, %d of %d x %d from %d x %d: %.3f, not %u", in_x, in_y,
                             rect->width, rect->height, picture->w, picture->h, mean,
                             found >> shift & 0xff);
            }
        }
    }
}

static void each_pixel_is_the_mean_of_what_it_stands_for(void **state)
{
    (void)state;
    struct random random = {.state = 5};
    static const int sizes[][4] = {
        {1, 1, 1, 1},     {7, 5, 7, 5},     {90, 60, 30, 20}, {100, 70, 33, 23},
        {97, 101, 96, 3}, {64, 64, 63, 63}, {160, 9, 1, 1},   {3, 160, 2, 71},
    };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        SDL_Surface *picture = noise(&random, sizes[i][0], sizes[i][1]);
        SDL_Surface *collage = collage_new(sizes[i][2] + 9, sizes[i][3] + 7, GROUND);
        struct layout_rect rect = {4, 3, sizes[i][2], sizes[i][3]};
        collage_put(collage, &rect, picture);
        check(collage, &rect, picture);
        collage_free(collage);
        collage_free(picture);
    }
}

static void a_picture_may_fill_the_collage(void **state)
{
    (void)state;
    SDL_Surface *picture = collage_new(1920, 1080, 0xfffffe), *collage = collage_new(640, 360, 0);
    struct layout_rect rect = {0, 0, 640, 360};
    collage_put(collage, &rect, picture);
    for (int y = 0; y < 360; y++)
        for (int x = 0; x < 640; x++)
            assert_int_equal(*pixel(collage, x, y) & 0xffffff, 0xfffffe);
    collage_free(collage);
    collage_free(picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pixel_is_the_mean_of_what_it_stands_for),
        cmocka_unit_test(a_picture_may_fill_the_collage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
