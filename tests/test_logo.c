/* Logos: PNG files and SVG files in any size, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>
#include <png.h>

#include <roomsign/buffer.h>
#include <roomsign/logo_file.h>
#include <roomsign/scale.h>

#include "random.h"
#include "scratch.h"

#define SIDE 100

static struct scratch scratch;
static SDL_Surface *surface;

static int setup(void **state)
{
    (void)state;
    scratch_open(&scratch, false);
    surface = SDL_CreateRGBSurfaceWithFormat(0, SIDE, SIDE, 32, SDL_PIXELFORMAT_RGB888);
    return surface == NULL;
}

static int teardown(void **state)
{
    (void)state;
    SDL_FreeSurface(surface);
    scratch_close(&scratch);
    return 0;
}

static const char *logo_file(const void *bytes, size_t length)
{
    const char *path = scratch_path(&scratch, "logo");
    scratch_write(path, bytes, length, 0644);
    return path;
}

static void test_scaling_keeps_colours_and_light(void **state)
{
    (void)state;
    uint32_t plain[12 * 8], checks[64 * 64];
    for (size_t i = 0; i < 12 * 8; i++) {
        plain[i] = 0x80402010;
    }
    for (int i = 0; i < 64 * 64; i++) {
        checks[i] = (i + i / 64) % 2 ? 0xffffffff : 0xff000000;
    }
    static const int sides[][2] = {{12, 8}, {3, 2}, {40, 90}, {1, 1}, {7, 5}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        uint32_t *scaled = scale_image(plain, 12, 8, sides[i][0], sides[i][1]);
        for (int j = 0; j < sides[i][0] * sides[i][1]; j++) {
            assert_int_equal(scaled[j], 0x80402010);
        }
        free(scaled);
    }
    uint32_t *small = scale_image(checks, 64, 64, 16, 16);
    for (int i = 0; i < 16 * 16; i++) {
        assert_in_range(small[i] & 0xff, 0x7c, 0x84);
        assert_int_equal(small[i] >> 24, 0xff);
    }
    free(small);
}

/* A thin line that falls between the middles of the new samples. */
static void test_scaling_leaves_nothing_out(void **state)
{
    (void)state;
    uint32_t lines[64];
    for (int i = 0; i < 64; i++) {
        lines[i] = i % 8 == 0 ? 0xffffffff : 0xff000000;
    }
    static const int sides[][2] = {{8, 1}, {1, 8}};
    for (size_t i = 0; i < 2; i++) {
        uint32_t *few =
            scale_image(lines, i == 0 ? 64 : 1, i == 0 ? 1 : 64, sides[i][0], sides[i][1]);
        for (int j = 0; j < 8; j++) {
            assert_in_range(few[j] & 0xff, 0x10, 0x30);
        }
        free(few);
    }
}

static void png_file(int width, int height, const char **ret_path)
{
    size_t count = (size_t)width * (size_t)height;
    uint8_t *rgba = calloc(count, 4);
    for (size_t i = 0; i < count; i++) {
        /* The left half red, the right half green and half seen. */
        bool left = (int)(i % (size_t)width) < width / 2;
        memcpy(rgba + 4 * i, left ? "\xff\x00\x00\xff" : "\x00\xff\x00\x80", 4);
    }
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)width,
                     .height = (png_uint_32)height,
                     .format = PNG_FORMAT_RGBA};
    *ret_path = scratch_path(&scratch, "logo");
    assert_true(png_image_write_to_file(&png, *ret_path, 0, rgba, 0, NULL));
    free(rgba);
}

static void clear_png_file(const char **ret_path)
{
    static const uint8_t clear[4 * 4 * 4];
    png_image png = {
        .version = PNG_IMAGE_VERSION, .width = 4, .height = 4, .format = PNG_FORMAT_RGBA};
    *ret_path = scratch_path(&scratch, "logo");
    assert_true(png_image_write_to_file(&png, *ret_path, 0, clear, 0, NULL));
}

static uint32_t pixel(int x, int y)
{
    return ((uint32_t *)((uint8_t *)surface->pixels + y * surface->pitch))[x] & 0xffffff;
}

static void test_a_png_is_laid_over_its_ground(void **state)
{
    (void)state;
    const char *path;
    struct error err = {0};
    struct layout_rect whole = {0, 0, SIDE, SIDE}, rect = {20, 30, 40, 20}, clip = {0, 0, SIDE, 45};
    int width, height;
    png_file(400, 200, &path);
    struct logo *logo = logo_file_open(path, &err);
    assert_string_equal(err.message, "");
    logo_size(logo, &width, &height);
    assert_int_equal(width, 2 * height);
    /* Two parts of red to one of green. */
    assert_in_range(logo_ink(logo) >> 16, 165, 173);
    assert_in_range(logo_ink(logo) >> 8 & 255, 82, 88);
    assert_int_equal(logo_ink(logo) & 255, 0);
    SDL_FillRect(surface, NULL, 0xffffffff);
    logo_draw(logo, surface, &rect, &clip);
    assert_int_equal(pixel(25, 40), 0xff0000);
    assert_int_equal(pixel(55, 40), 0x7fff7f);
    assert_int_equal(pixel(19, 40), 0xffffff);
    assert_int_equal(pixel(61, 40), 0xffffff);
    assert_int_equal(pixel(25, 46), 0xffffff);
    SDL_FillRect(surface, NULL, 0xff000000);
    logo_draw(logo, surface, &rect, &whole);
    assert_int_equal(pixel(25, 40), 0xff0000);
    assert_int_equal(pixel(55, 40), 0x008000);
    /* The same in other sizes. */
    rect = (struct layout_rect){20, 30, 60, 20};
    SDL_FillRect(surface, NULL, 0xff000000);
    logo_draw(logo, surface, &rect, &whole);
    assert_int_equal(pixel(48, 40), 0xff0000);
    assert_int_equal(pixel(52, 40), 0x008000);
    rect = (struct layout_rect){0, 0, SIDE, SIDE / 2};
    logo_draw(logo, surface, &rect, &whole);
    assert_int_equal(pixel(2, 2), 0xff0000);
    logo_free(logo);
}

static void check_no_logo(const char *path, const char *reason)
{
    struct error err = {0};
    struct logo *logo = logo_file_open(path, &err);
    if (logo != NULL || !strstr(err.message, reason)) {
        fail_msg("\"%s\", not \"%s\"", err.message, reason);
    }
}

static void test_what_is_no_logo(void **state)
{
    (void)state;
    const char *path;
    static char large[LOGO_FILE_BYTES_MAX + 1];
    png_file(4097, 300, &path);
    check_no_logo(path, "4097 by 300 pixels; a side has at most 4096");
    png_file(21, 1, &path);
    check_no_logo(path, "21 by 1 is too thin for a logo");
    png_file(3000, 2, &path);
    check_no_logo(path, "3000 by 2 is too thin for a logo");
    clear_png_file(&path);
    check_no_logo(path, "there is nothing to be seen in it");
    check_no_logo(logo_file("GIF89a", 6), "neither a PNG nor an SVG picture");
    check_no_logo(logo_file("", 0), "neither a PNG nor an SVG picture");
    check_no_logo(logo_file("\x89PNG\r\n\x1a\n....", 12), "");
    check_no_logo(logo_file(large, sizeof large), "larger than");
    check_no_logo(scratch_path(&scratch, "none.png"), "No such file");
    /* Cut anywhere, a PNG is refused. */
    struct buffer bytes;
    png_file(40, 20, &path);
    buffer_init(&bytes, 1 << 20);
    assert_true(buffer_read_file(&bytes, path, NULL));
    for (size_t length = 0; length + 12 < bytes.length; length++) {
        check_no_logo(logo_file(bytes.data, length), "");
    }
    buffer_release(&bytes);
}

/* Bytes of a sound PNG changed at random: it is a logo or refused, and nothing else happens. */
static void test_damaged_pictures(void **state)
{
    (void)state;
    struct random random = random_from(3);
    struct buffer sound;
    const char *path;
    int drawn = 0;
    png_file(40, 20, &path);
    buffer_init(&sound, 1 << 20);
    assert_true(buffer_read_file(&sound, path, NULL));
    for (int i = 0; i < 4000; i++) {
        struct error err = {0};
        char bytes[4096];
        assert_in_range(sound.length, 1, sizeof bytes);
        memcpy(bytes, sound.data, sound.length);
        bytes[random_below(&random, (int64_t)sound.length)] = (char)random_below(&random, 256);
        struct logo *logo = logo_new(bytes, sound.length, &err);
        assert_true((logo != NULL) == (err.message[0] == '\0'));
        if (logo != NULL) {
            struct layout_rect rect = {0, 0, 30, 15};
            logo_draw(logo, surface, &rect, &rect);
            drawn++;
        }
        logo_free(logo);
    }
    buffer_release(&sound);
    assert_in_range(drawn, 10, 3900);
}

#define SVG(attributes, content)                                                                   \
    "<svg xmlns='http://www.w3.org/2000/svg' " attributes ">" content "</svg>"

static void draw_svg(const char *svg, const struct layout_rect *rect)
{
    struct error err = {0};
    int width, height;
    struct logo *logo = logo_file_open(logo_file(svg, strlen(svg)), &err);
    assert_string_equal(err.message, "");
    logo_size(logo, &width, &height);
    int other = width * rect->height / rect->width;
    assert_in_range(height, other - 1, other + 1);
    SDL_FillRect(surface, NULL, 0xff000000);
    logo_draw(logo, surface, rect, rect);
    logo_free(logo);
}

static void test_an_svg_starts_after_blanks_and_a_mark(void **state)
{
    (void)state;
    static const char drawing[] = "<?xml version='1.0'?>\n<!-- a house -->" SVG(
        "viewBox='0 0 .3 .1'", "<rect width='.3' height='.1' fill='#123456'/>");
    struct layout_rect rect = {0, 0, 30, 10};
    char text[512];
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s", drawing);
    draw_svg(text, &rect);
    assert_int_equal(pixel(25, 5), 0x123456);
    draw_svg(SVG(" viewBox='0 0 3 1'", "<rect width='3' height='1' fill='lime'/>"), &rect);
    assert_int_equal(pixel(25, 5), 0x00ff00);
    snprintf(text, sizeof text, "\r\n \t%s",
             SVG("viewBox='0 0 3 1'", "<rect width='3' height='1' fill='red'/>"));
    draw_svg(text, &rect);
    assert_int_equal(pixel(25, 5), 0xff0000);
}

static void test_an_svg_keeps_its_transparency(void **state)
{
    (void)state;
    struct layout_rect rect = {0, 0, 40, 20};
    draw_svg(SVG("viewBox='0 0 4 2'", "<rect width='1' height='2' fill='red'/>"
                                      "<rect x='1' width='1' height='2' fill='red' opacity='.5'/>"),
             &rect);
    assert_int_equal(pixel(5, 5), 0xff0000);
    assert_in_range(pixel(15, 5) >> 16, 0x7e, 0x81);
    assert_int_equal(pixel(30, 5), 0);
}

static void test_an_svg_may_have_text(void **state)
{
    (void)state;
    struct layout_rect rect = {0, 0, 100, 50};
    int lit = 0;
    draw_svg(SVG("viewBox='0 0 20 10'", "<text x='1' y='8' font-size='9' fill='red'>Hall</text>"),
             &rect);
    for (int y = 0; y < 50; y++) {
        for (int x = 0; x < 100; x++) {
            lit += pixel(x, y) == 0xff0000;
        }
    }
    assert_in_range(lit, 100, 2000);
}

/* The picture is there, and without a base address librsvg doesn't take it. */
static void test_other_files_are_not_shown(void **state)
{
    (void)state;
    static const char *const schemes[] = {"", "file://"};
    const char *path;
    char picture[512], svg[1024];
    png_file(40, 20, &path);
    snprintf(picture, sizeof picture, "%s.png", path);
    assert_int_equal(rename(path, picture), 0);
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        snprintf(svg, sizeof svg,
                 SVG("viewBox='0 0 9 9'", "<image width='9' height='9' href='%s%s'/>"), schemes[i],
                 picture);
        check_no_logo(logo_file(svg, strlen(svg)), "there is nothing to be seen in it");
    }
}

static void test_what_is_no_svg_logo(void **state)
{
    (void)state;
    static const struct {
        const char *svg, *reason;
    } cases[] = {
        {"<svg", "rsvg-convert: Error reading SVG"},
        {"<html/>", "rsvg-convert: "},
        {"\x1F\x8B\x08 no gzip", "rsvg-convert: "},
        {SVG("viewBox='0 0 1 30'", "<rect width='1' height='1'/>"), "too thin"},
        {SVG("", ""), "rsvg-convert: "},
        {SVG("viewBox='0 0 9 9'", "<title>Logo</title>"), "there is nothing to be seen in it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_no_logo(logo_file(cases[i].svg, strlen(cases[i].svg)), cases[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scaling_keeps_colours_and_light),
        cmocka_unit_test(test_scaling_leaves_nothing_out),
        cmocka_unit_test(test_a_png_is_laid_over_its_ground),
        cmocka_unit_test(test_what_is_no_logo),
        cmocka_unit_test(test_damaged_pictures),
        cmocka_unit_test(test_an_svg_starts_after_blanks_and_a_mark),
        cmocka_unit_test(test_an_svg_keeps_its_transparency),
        cmocka_unit_test(test_an_svg_may_have_text),
        cmocka_unit_test(test_other_files_are_not_shown),
        cmocka_unit_test(test_what_is_no_svg_logo),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
