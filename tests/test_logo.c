/* Logos: PNG and SVG pictures in any size, and what is refused. */
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

#include <roomsign/logo.h>
#include <roomsign/outline.h>
#include <roomsign/scale.h>
#include <roomsign/svg.h>

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

/* The drawing in SIDE by SIDE pixels. */
static uint32_t *draw(const char *svg)
{
    struct error err = {0};
    struct svg *parsed = svg_parse(svg, strlen(svg), &err);
    if (parsed == NULL) {
        fail_msg("%s: %s", svg, err.message);
    }
    uint32_t *image = svg_draw(parsed, SIDE, SIDE);
    svg_free(parsed);
    return image;
}

#define SVG(content)                                                                               \
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>" content "</svg>"

/* So many pixels' worth of the picture are covered. */
static double covered(const uint32_t *image)
{
    double sum = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        sum += (image[i] >> 24) / 255.0;
    }
    return sum;
}

static uint32_t at(const uint32_t *image, int x, int y)
{
    return image[y * SIDE + x];
}

/* Each case: what it draws, the area, and one place that is painted and one that isn't. */
static void test_shapes_cover_what_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *svg;
        double area;
        int in[2], out[2];
    } cases[] = {
        {SVG("<rect x='10' y='20' width='30' height='40'/>"), 1200, {11, 21}, {9, 21}},
        {SVG("<rect x='10' y='10' width='80' height='80' rx='40'/>"), 5026.5, {50, 11}, {12, 12}},
        {SVG("<circle cx='50' cy='50' r='40'/>"), 5026.5, {50, 12}, {17, 17}},
        {SVG("<ellipse cx='50' cy='50' rx='40' ry='20'/>"), 2513.3, {12, 50}, {50, 28}},
        {SVG("<polygon points='10,10 90,10 50,90'/>"), 3200, {50, 80}, {20, 80}},
        {SVG("<path d='M10 10h80v80h-80z'/>"), 6400, {50, 50}, {5, 5}},
        {SVG("<path d='M10,10 L90,10 90,90 10,90Z M30,30V70H70V30z'/>"), 4800, {20, 20}, {50, 50}},
        {SVG("<path fill-rule='evenodd' d='M10,10H90V90H10Z M30,30H70V70H30z'/>"),
         4800,
         {20, 20},
         {50, 50}},
        {SVG("<path d='M10,10H90V90H10Z M30,30H70V70H30z'/>"), 6400, {50, 50}, {5, 5}},
        {SVG("<path d='M10 50a40 40 0 1 1 80 0a40 40 0 1 1-80 0'/>"), 5026.5, {50, 12}, {17, 17}},
        {SVG("<path d='M10 50A40 40 0 0190 50z'/>"), 2513.3, {50, 12}, {50, 52}},
        {SVG("<path d='M10 50A40 40 0 0 0 90 50z'/>"), 2513.3, {50, 88}, {50, 48}},
        {SVG("<path d='M50 10A40 40 0 1 0 90 50L50 50z'/>"), 3769.9, {30, 70}, {60, 40}},
        {SVG("<path d='M10 90C10 10 90 10 90 90'/>"), 3840, {50, 40}, {50, 25}},
        {SVG("<path d='M10 90Q50 -10 90 90'/>"), 2666.7, {50, 45}, {50, 35}},
        {SVG("<path d='M0 50Q25 0 50 50T100 50'/>"), 2 * 833.3, {25, 30}, {25, 60}},
        {SVG("<path d='M0 50C0 0 50 0 50 50S100 100 100 50'/>"), 2 * 1500, {25, 20}, {25, 60}},
        {SVG("<line x1='10' y1='50' x2='90' y2='50' stroke='red' stroke-width='10'/>"),
         800,
         {50, 46},
         {50, 44}},
        {SVG("<path d='M10 50H90' stroke='red' stroke-width='10' stroke-linecap='square'/>"),
         900,
         {6, 50},
         {4, 50}},
        {SVG("<path d='M10 50H90' stroke='red' stroke-width='10' stroke-linecap='round'/>"),
         800 + 78.5,
         {6, 50},
         {5, 46}},
        {SVG("<path d='M20 20H80V80H20z' fill='none' stroke='red' stroke-width='10'/>"),
         2400,
         {16, 16},
         {50, 50}},
        {SVG("<path d='M20 20H80V80H20z' fill='none' stroke='red' stroke-width='10' "
             "stroke-linejoin='round'/>"),
         2400 - 4 * (25 - 19.63),
         {50, 16},
         {15, 15}},
        {SVG("<path d='M20 20H80V80H20z' fill='none' stroke='red' stroke-width='10' "
             "stroke-linejoin='bevel'/>"),
         2400 - 4 * 12.5,
         {50, 16},
         {15, 15}},
        {SVG("<g transform='translate(50 50) scale(2)'><rect width='10' height='10'/></g>"),
         400,
         {69, 69},
         {71, 71}},
        {SVG("<rect width='20' height='20' transform='rotate(45, 10, 10) translate(0,0)' x='0'/>"),
         400 - 2 * 17.157,
         {10, 10},
         {19, 1}},
        {SVG("<rect width='10' height='10' transform='matrix(2 0 0 3 20 30)'/>"),
         600,
         {39, 59},
         {41, 31}},
        {SVG("<style>.a,.b{fill:none} .b{fill:#f00 !important}</style>"
             "<rect class='a' width='50' height='50'/><rect class='x b' x='60' width='10' "
             "height='10'/>"),
         100,
         {65, 5},
         {25, 25}},
        {SVG("<defs><rect width='90' height='90'/></defs><g style='display:none'><rect width='50' "
             "height='50'/></g><rect x='60' width='10' height='10' style='fill:#00f;opacity:1'/>"),
         100,
         {65, 5},
         {25, 25}},
        {"<svg width='50mm' height='50mm'><rect width='25mm' height='50mm'/></svg>",
         5000,
         {49, 50},
         {51, 50}},
        {"<svg viewBox='-10 -10 20 20'><rect width='10' height='10' x='-10' y='-10'/></svg>",
         2500,
         {49, 49},
         {51, 51}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t *image = draw(cases[i].svg);
        double area = covered(image);
        if (area < cases[i].area - 8 || area > cases[i].area + 8) {
            fail_msg("%s covers %.1f, not %.1f", cases[i].svg, area, cases[i].area);
        }
        if (at(image, cases[i].in[0], cases[i].in[1]) >> 24 < 200 ||
            at(image, cases[i].out[0], cases[i].out[1]) >> 24 > 60) {
            fail_msg("%s: stands elsewhere", cases[i].svg);
        }
        free(image);
    }
}

static void test_colours_and_opacity(void **state)
{
    (void)state;
    uint32_t *image =
        draw(SVG("<rect width='50' height='100' fill='rgb(255, 0, 128)'/>"
                 "<g opacity='.5' fill='lime'><rect x='25' width='50' height='100'/></g>"
                 "<rect x='80' width='20' height='100' style='fill: #00f; fill-opacity: 50%'/>"));
    assert_int_equal(at(image, 10, 50), 0xffff0080);
    assert_int_equal(at(image, 40, 50), 0xff808040);
    assert_int_equal(at(image, 60, 50), 0x80008000);
    assert_int_equal(at(image, 77, 50), 0);
    assert_int_equal(at(image, 90, 50), 0x80000080);
    free(image);
}

static void check_refused(const char *svg, const char *reason)
{
    struct error err = {0};
    struct svg *parsed = svg_parse(svg, strlen(svg), &err);
    if (parsed != NULL || !strstr(err.message, reason)) {
        fail_msg("%.80s: \"%s\", not \"%s\"", svg, err.message, reason);
    }
}

static void test_what_is_not_drawn_is_refused_with_its_line(void **state)
{
    (void)state;
    check_refused(SVG("\n<text>Venue</text>"), "line 2: <text> is not drawn; a PNG of it would do");
    check_refused(SVG("<image href='a.png'/>"), "<image> is not drawn");
    check_refused(SVG("<use href='#a'/>"), "<use> is not drawn");
    check_refused(SVG("<svg/>"), "<svg> is not drawn");
    check_refused(SVG("<defs><linearGradient id='a'/></defs>\n\n<rect fill='url(#a)'/>"),
                  "line 3: gradients and patterns are not drawn");
    check_refused(SVG("<g clip-path='url(#a)'/>"), "clip-path is not drawn");
    check_refused(SVG("<g style='filter:blur(3px)'/>"), "filter is not drawn");
    check_refused(SVG("<path d='M0 0L1 1' stroke-dasharray='2 2'/>"), "stroke-dasharray is not");
    check_refused(SVG("<style>path{fill:red}</style>"),
                  "a style that is not of a class alone: path");
    check_refused(SVG("<style>@import 'a';</style>"), "a style without its { }");
    check_refused(SVG("<rect fill='blurple'/>"), "\"blurple\" is not a colour");
    check_refused(SVG("<path d='M10 10 L nan 3'/>"), "path data that can't be read");
    check_refused(SVG("<path d='L10 10'/>"), "path data that can't be read");
    check_refused(SVG("<path d='M1e300 0L1 1'/>"), "path data that can't be read");
    check_refused(SVG("<g transform='spin(3)'/>"), "a transform that can't be read");
    check_refused(SVG("<rect width='10%' height='3'/>"), "a length that can't be read: 10%");
    check_refused(SVG("<polygon points='1,2 x'/>"), "points that can't be read");
    check_refused(SVG(""), "there is nothing to be seen in it");
    check_refused(SVG("<title>Logo</title><metadata><a:b xmlns:a='a'/></metadata>"),
                  "there is nothing");
    check_refused("<html/>", "<html> is no SVG");
    check_refused("<svg><rect width='1' height='1'/></svg>", "neither a viewBox nor a width");
    check_refused("<svg viewBox='0 0 0 0'/>", "neither a viewBox nor a width");
    check_refused("<svg viewBox='0 0 9 9'><g></svg>", "line 1: ");
    check_refused("", "line 1: ");
}

static void test_hostile_drawings_end(void **state)
{
    (void)state;
    struct buffer svg;
    buffer_init(&svg, LOGO_FILE_BYTES_MAX);
    buffer_append_text(&svg, "<svg viewBox='0 0 9 9'>");
    for (int i = 0; i < 5000; i++) {
        buffer_append_text(&svg, "<g>");
    }
    check_refused(svg.data, "nested too deeply");
    buffer_clear(&svg);
    buffer_append_text(&svg, "<svg viewBox='0 0 9 9'><path d='M0 0");
    while (buffer_append_text(&svg, "L8 8L1 0")) {
        if (svg.length > LOGO_FILE_BYTES_MAX - 100) {
            break;
        }
    }
    buffer_append_text(&svg, "'/></svg>");
    check_refused(svg.data, "too large a drawing");
    buffer_clear(&svg);
    buffer_append_text(&svg, "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaaaaaaaa'>");
    for (char c = 'b'; c < 'm'; c++) {
        buffer_append_format(&svg, "<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;'>", c, c - 1,
                             c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    }
    buffer_append_text(&svg, "]><svg viewBox='0 0 9 9'><style>&l;</style></svg>");
    check_refused(svg.data, "line 1: ");
    buffer_release(&svg);
}

/* Bytes of a sound drawing changed at random: it is drawn or refused, and nothing else happens. */
static void test_damaged_drawings(void **state)
{
    (void)state;
    static const char sound[] =
        SVG("<style>.a{fill:#fff;stroke:red}</style><g transform='rotate(12 3 4)' opacity='.4'>"
            "<path class='a' d='M10 50a40 40 0 1 1 80 0c1 2 3 4 5 6s1-2 3 4q1 2 3 4t5 6z'/>"
            "<rect x='1' y='2' width='30' height='40' rx='3' style='stroke-width:3;fill:none'/>"
            "<polygon points='1,2 3,4 5,60'/></g>");
    static const char letters[] = "<>/='\" .-+0123456789eMmLlAaZz#{};:,%&\xc3\xa9";
    struct random random = random_from(3);
    int drawn = 0;
    for (int i = 0; i < 4000; i++) {
        char bytes[sizeof sound];
        struct error err = {0};
        memcpy(bytes, sound, sizeof bytes);
        for (int64_t changes = 1 + random_below(&random, 3); changes > 0; changes--) {
            bytes[random_below(&random, (int64_t)sizeof bytes - 1)] =
                letters[random_below(&random, (int64_t)sizeof letters - 1)];
        }
        struct svg *svg = svg_parse(bytes, strlen(bytes), &err);
        assert_true((svg != NULL) == (err.message[0] == '\0'));
        if (svg != NULL) {
            free(svg_draw(svg, 32, 32));
            drawn++;
        }
        svg_free(svg);
    }
    assert_in_range(drawn, 100, 3900);
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
    struct logo *logo = logo_open(path, &err);
    assert_string_equal(err.message, "");
    logo_size(logo, &width, &height);
    assert_int_equal(width, 2 * height);
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
    /* The same in another size. */
    rect = (struct layout_rect){0, 0, SIDE, SIDE / 2};
    logo_draw(logo, surface, &rect, &whole);
    assert_int_equal(pixel(2, 2), 0xff0000);
    logo_free(logo);
}

static void check_no_logo(const char *path, const char *reason)
{
    struct error err = {0};
    struct logo *logo = logo_open(path, &err);
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
    static const char thin[] = "<svg viewBox='0 0 1 30'><rect width='1' height='1'/></svg>";
    check_no_logo(logo_file(thin, sizeof thin - 1), "too thin");
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

static void test_an_svg_starts_after_blanks_and_a_mark(void **state)
{
    (void)state;
    static const char svg[] = "\xEF\xBB\xBF\n<?xml version='1.0'?>"
                              "<!-- a house --><svg viewBox='0 0 .3 .1'><rect width='.3' "
                              "height='.1' fill='#123456'/></svg>";
    struct error err = {0};
    int width, height;
    struct layout_rect rect = {0, 0, 30, 10};
    struct logo *logo = logo_open(logo_file(svg + 4, sizeof svg - 5), &err);
    assert_string_equal(err.message, "");
    logo_size(logo, &width, &height);
    assert_in_range(width, 3 * height - 2, 3 * height + 2);
    logo_draw(logo, surface, &rect, &rect);
    assert_int_equal(pixel(29, 9), 0x123456);
    logo_free(logo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes_cover_what_they_should),
        cmocka_unit_test(test_colours_and_opacity),
        cmocka_unit_test(test_what_is_not_drawn_is_refused_with_its_line),
        cmocka_unit_test(test_hostile_drawings_end),
        cmocka_unit_test(test_damaged_drawings),
        cmocka_unit_test(test_scaling_keeps_colours_and_light),
        cmocka_unit_test(test_a_png_is_laid_over_its_ground),
        cmocka_unit_test(test_what_is_no_logo),
        cmocka_unit_test(test_an_svg_starts_after_blanks_and_a_mark),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
