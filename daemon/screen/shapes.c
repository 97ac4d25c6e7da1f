#include <roomsign/shapes.h>

#include <assert.h>
#include <stdint.h>

#include <SDL.h>

#include <roomsign/blend.h>

/* Samples per pixel and direction; coverage is counted in 64 steps. */
#define SAMPLES 8

/* The ring's stroke, the dash's height, in hundredths of the shape's size. */
#define RING_STROKE_PERCENT 15
#define HALF_DISC_STROKE_PERCENT 11
#define DASH_HEIGHT_PERCENT 22

/* A place in the shape, in half samples from its top left: sample centres are odd numbers. */
struct place {
    int64_t x, y;
    int64_t width, height;
};

static bool in_ellipse(const struct place *at, int64_t inset)
{
    int64_t a = at->width / 2 - inset, b = at->height / 2 - inset;
    int64_t x = at->x - at->width / 2, y = at->y - at->height / 2;
    return a > 0 && b > 0 && x * x * b * b + y * y * a * a <= a * a * b * b;
}

static bool in_diamond(const struct place *at)
{
    int64_t x = at->x * 2 - at->width, y = at->y * 2 - at->height;
    x = x < 0 ? -x : x;
    y = y < 0 ? -y : y;
    return x * at->height + y * at->width <= at->width * at->height;
}

static bool in_triangle(const struct place *at)
{
    int64_t x = at->x * 2 - at->width;
    x = x < 0 ? -x : x;
    return x * at->height <= at->y * at->width;
}

static bool in_dash(const struct place *at)
{
    int64_t height = at->height * DASH_HEIGHT_PERCENT / 100;
    int64_t top = (at->height - height) / 2;
    return at->y >= top && at->y < top + height;
}

/* Within [x0, x1) and [y0, y1), in hundredths of the shape's size. */
static bool in_part(const struct place *at, int x0, int x1, int y0, int y1)
{
    return at->x * 100 >= x0 * at->width && at->x * 100 < x1 * at->width &&
           at->y * 100 >= y0 * at->height && at->y * 100 < y1 * at->height;
}

/* Two lines of writing in a bubble whose tail hangs at its left. */
static bool in_bubble(const struct place *at)
{
    if (in_part(at, 0, 100, 0, 76)) {
        return !in_part(at, 18, 82, 20, 32) && !in_part(at, 18, 60, 44, 56);
    }
    int64_t below = at->y * 100 - 76 * at->height, right = at->x * 100 - 18 * at->width;
    return right >= 0 && below * 32 * at->width <= (32 * at->width - right) * 24 * at->height;
}

static bool in_arrow(const struct place *at)
{
    int64_t y = at->y * 2 - at->height;
    y = y < 0 ? -y : y;
    bool head = at->x * 100 >= 42 * at->width &&
                y * 58 * at->width <= (at->width - at->x) * 100 * at->height;
    return head || in_part(at, 0, 50, 37, 63);
}

static bool in_cross(const struct place *at)
{
    int64_t x = at->x * 1000 / at->width, y = at->y * 1000 / at->height;
    int64_t down = x - y, up = x + y - 1000;
    return (down < 0 ? -down : down) <= 150 || (up < 0 ? -up : up) <= 150;
}

static bool in_shape(enum box_shape shape, const struct place *at)
{
    int64_t size = at->width < at->height ? at->width : at->height;
    switch (shape) {
    case BOX_SHAPE_DISC:
        return in_ellipse(at, 0);
    case BOX_SHAPE_DIAMOND:
        return in_diamond(at);
    case BOX_SHAPE_TRIANGLE:
        return in_triangle(at);
    case BOX_SHAPE_HALF_DISC:
        return in_ellipse(at, 0) &&
               (at->x * 2 < at->width || !in_ellipse(at, size * HALF_DISC_STROKE_PERCENT / 100));
    case BOX_SHAPE_RING:
        return in_ellipse(at, 0) && !in_ellipse(at, size * RING_STROKE_PERCENT / 100);
    case BOX_SHAPE_DASH:
        return in_dash(at);
    case BOX_SHAPE_BUBBLE:
        return in_bubble(at);
    case BOX_SHAPE_NO_ENTRY:
        return in_ellipse(at, 0) && !in_part(at, 18, 82, 39, 61);
    case BOX_SHAPE_ARROW:
        return in_arrow(at);
    case BOX_SHAPE_CROSS:
        return in_cross(at);
    }
    assert(!"a shape of enum box_shape");
    return false;
}

static uint8_t coverage_of(int hits)
{
    return (uint8_t)((hits * 255 + SAMPLES * SAMPLES / 2) / (SAMPLES * SAMPLES));
}

static uint8_t shape_coverage(enum box_shape shape, const struct layout_rect *rect, int x, int y)
{
    const int unit = 2 * SAMPLES;
    struct place at = {
        .width = (int64_t)rect->width * unit,
        .height = (int64_t)rect->height * unit,
    };
    int hits = 0;
    for (int i = 0; i < SAMPLES; i++) {
        at.y = (int64_t)(y - rect->y) * unit + 2 * i + 1;
        for (int j = 0; j < SAMPLES; j++) {
            at.x = (int64_t)(x - rect->x) * unit + 2 * j + 1;
            hits += in_shape(shape, &at);
        }
    }
    return coverage_of(hits);
}

void shapes_draw(struct SDL_Surface *surface, enum box_shape shape, bool mirrored,
                 const struct layout_rect *rect, layout_colour colour,
                 const struct layout_rect *clip)
{
    int last = rect->x + rect->width - 1;
    struct layout_rect part;
    if (!blend_clip(surface, clip, &part) || !rect_intersect(rect, &part, &part))
        return;
    for (int y = part.y; y < part.y + part.height; y++) {
        for (int x = part.x; x < part.x + part.width; x++)
            blend_pixel(surface, x, y, colour,
                        shape_coverage(shape, rect, mirrored ? rect->x + last - x : x, y));
    }
}

/* Coverage of a pixel `dx` right and `dy` below the corner of a rectangle with that radius. */
static uint8_t corner_coverage(int radius, int dx, int dy)
{
    const int64_t unit = 2 * SAMPLES;
    const int64_t reach = radius * unit;
    int hits = 0;
    for (int i = 0; i < SAMPLES; i++) {
        int64_t y = reach - (dy * unit + 2 * i + 1);
        for (int j = 0; j < SAMPLES; j++) {
            int64_t x = reach - (dx * unit + 2 * j + 1);
            hits += x * x + y * y <= reach * reach;
        }
    }
    return coverage_of(hits);
}

/* How far `at` lies inside the nearer of the two edges. */
static int edge_distance(int at, int from, int length)
{
    int before = at - from, after = from + length - 1 - at;
    return before < after ? before : after;
}

static void fill_round_row(struct SDL_Surface *surface, const struct layout_rect *rect, int radius,
                           int y, layout_colour colour, const struct layout_rect *clip)
{
    int dy = edge_distance(y, rect->y, rect->height);
    struct layout_rect middle = {rect->x + radius, y, rect->width - 2 * radius, 1};
    blend_fill(surface, &middle, colour, clip);
    for (int x = clip->x; x < clip->x + clip->width; x++) {
        int dx = edge_distance(x, rect->x, rect->width);
        if (dx < radius)
            blend_pixel(surface, x, y, colour, corner_coverage(radius, dx, dy));
    }
}

void shapes_fill(struct SDL_Surface *surface, const struct layout_rect *rect, int radius_px,
                 layout_colour colour, const struct layout_rect *clip)
{
    struct layout_rect part;
    if (!blend_clip(surface, clip, &part) || !rect_intersect(rect, &part, &part))
        return;
    int short_side = rect->width < rect->height ? rect->width : rect->height;
    int radius = radius_px < short_side / 2 ? radius_px : short_side / 2;
    if (radius <= 0) {
        blend_fill(surface, rect, colour, &part);
        return;
    }
    for (int y = part.y; y < part.y + part.height; y++) {
        struct layout_rect row = {part.x, y, part.width, 1};
        if (edge_distance(y, rect->y, rect->height) < radius)
            fill_round_row(surface, rect, radius, y, colour, &row);
        else
            blend_fill(surface, rect, colour, &row);
    }
}
