#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <SDL.h>

#include <roomsign/fade.h>

#include "random.h"

#define WIDTH 61
#define HEIGHT 17
#define STEP_US (FADE_STEP_MS * 1000)

static SDL_Surface *from, *to;
static struct fade fade;

static uint8_t *bytes_of(const SDL_Surface *surface, int y)
{
    return (uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch;
}

static SDL_Surface *random_picture(struct random *random)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(surface);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH * 4; x++) {
            /* Often the ends of the scale, where an overshoot would wrap round. */
            int64_t kind = random_below(random, 4);
            bytes_of(surface, y)[x] = kind == 0   ? 0
                                      : kind == 1 ? 255
                                                  : (uint8_t)random_below(random, 256);
        }
    }
    return surface;
}

static void pictures(uint64_t seed)
{
    struct random random = random_from(seed);
    from = random_picture(&random);
    to = random_picture(&random);
}

static void release(void)
{
    fade_release(&fade);
    SDL_FreeSurface(from);
    SDL_FreeSurface(to);
}

/* Every channel between where it was and where it goes. Returns by how much all have moved. */
static int64_t check_step(uint8_t before[HEIGHT][WIDTH * 4])
{
    int64_t moved = 0;
    for (int y = 0; y < HEIGHT; y++) {
        const uint8_t *now = bytes_of(fade.shown, y), *end = bytes_of(to, y);
        for (int x = 0; x < WIDTH * 4; x++) {
            int low = before[y][x] < end[x] ? before[y][x] : end[x];
            int high = before[y][x] < end[x] ? end[x] : before[y][x];
            assert_in_range(now[x], low, high);
            moved += now[x] > before[y][x] ? now[x] - before[y][x] : before[y][x] - now[x];
        }
        memcpy(before[y], now, WIDTH * 4);
    }
    return moved;
}

static void test_no_channel_ever_goes_back(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct random random = random_from(seed);
        static uint8_t before[HEIGHT][WIDTH * 4];
        int64_t now_us = 5000000;
        int steps = 0;
        pictures(seed);
        for (int y = 0; y < HEIGHT; y++) {
            memcpy(before[y], bytes_of(from, y), WIDTH * 4);
        }
        fade_begin(&fade, from, now_us);
        while (fade_step(&fade, to, now_us)) {
            assert_true(check_step(before) > 0);
            now_us += STEP_US + random_below(&random, STEP_US);
            steps++;
        }
        assert_in_range(steps, 5, FADE_MS / FADE_STEP_MS);
        assert_null(fade.shown);
        release();
    }
}

static void test_it_takes_its_time_and_no_more(void **state)
{
    (void)state;
    pictures(1);
    memset(bytes_of(from, 0), 0, WIDTH * 4);
    memset(bytes_of(to, 0), 240, WIDTH * 4);
    fade_begin(&fade, from, 1000);
    assert_true(fade_step(&fade, to, 1000));
    /* A twelfth with the first step, and half of it in half of the time. */
    assert_in_range(bytes_of(fade.shown, 0)[0], 15, 20);
    assert_true(fade_step(&fade, to, 1000 + 5 * STEP_US));
    assert_in_range(bytes_of(fade.shown, 0)[0], 115, 120);
    assert_true(fade_step(&fade, to, 1000 + 11 * STEP_US - 1));
    assert_false(fade_step(&fade, to, 1000 + 11 * STEP_US));
    assert_false(fade_step(&fade, to, 1000 + 12 * STEP_US));
    release();
}

static void test_another_goal_is_headed_for_from_where_it_is(void **state)
{
    (void)state;
    static uint8_t before[HEIGHT][WIDTH * 4];
    pictures(7);
    fade_begin(&fade, from, 0);
    assert_true(fade_step(&fade, to, 4 * STEP_US));
    for (int y = 0; y < HEIGHT; y++) {
        memcpy(before[y], bytes_of(fade.shown, y), WIDTH * 4);
    }
    SDL_FreeSurface(to);
    struct random random = random_from(8);
    to = random_picture(&random);
    fade_begin(&fade, from, 5 * STEP_US);
    check_step(before);
    assert_true(fade_step(&fade, to, 8 * STEP_US));
    assert_true(check_step(before) > 0);
    release();
}

static void test_a_picture_of_another_size_ends_it(void **state)
{
    (void)state;
    pictures(3);
    fade_begin(&fade, from, 0);
    SDL_FreeSurface(to);
    to = SDL_CreateRGBSurfaceWithFormat(0, WIDTH + 1, HEIGHT, 32, SDL_PIXELFORMAT_RGB888);
    assert_false(fade_step(&fade, to, 1000));
    assert_null(fade.shown);
    release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_channel_ever_goes_back),
        cmocka_unit_test(test_it_takes_its_time_and_no_more),
        cmocka_unit_test(test_another_goal_is_headed_for_from_where_it_is),
        cmocka_unit_test(test_a_picture_of_another_size_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
