#include <roomsign/turn.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Pixels of the picture that are read across its rows are still in the cache for the next rows of
 * the target when no more than this many stand in one of these. */
#define TILE_PX 64

static bool is_sideways(int rotate_deg)
{
    return rotate_deg == 90 || rotate_deg == 270;
}

void turn_size(const struct turn *turn, int *ret_width_px, int *ret_height_px)
{
    bool sideways = is_sideways(turn->rotate_deg);
    *ret_width_px = sideways ? turn->height_px : turn->width_px;
    *ret_height_px = sideways ? turn->width_px : turn->height_px;
}

struct layout_rect turn_rect(const struct turn *turn, const struct layout_rect *rect)
{
    int right = turn->width_px - rect->x - rect->width;
    int bottom = turn->height_px - rect->y - rect->height;
    switch (turn->rotate_deg) {
    case 90:
        return (struct layout_rect){turn->width_px - rect->y - rect->height, rect->x, rect->height,
                                    rect->width};
    case 180:
        return (struct layout_rect){right, bottom, rect->width, rect->height};
    case 270:
        return (struct layout_rect){rect->y, turn->height_px - rect->x - rect->width, rect->height,
                                    rect->width};
    default:
        return *rect;
    }
}

/* The part of the source's rows [top, top + count) in one row of the target, which is column x. */
static void turn_column(const uint8_t *from, size_t from_pitch, int x, int top, int count,
                        bool upwards, uint32_t *to)
{
    ptrdiff_t step = upwards ? -(ptrdiff_t)from_pitch : (ptrdiff_t)from_pitch;
    const uint8_t *pixel =
        from + (size_t)(upwards ? top + count - 1 : top) * from_pitch + (size_t)x * 4;
    for (int i = 0; i < count; i++, pixel += step)
        memcpy(&to[i], pixel, sizeof *to);
}

static void turn_sideways(bool clockwise, const uint8_t *from, size_t from_pitch, int width_px,
                          int height_px, uint8_t *to, size_t to_pitch)
{
    for (int top = 0; top < height_px; top += TILE_PX) {
        int count = height_px - top < TILE_PX ? height_px - top : TILE_PX;
        int left = clockwise ? height_px - top - count : top;
        for (int x = 0; x < width_px; x++) {
            int row = clockwise ? x : width_px - 1 - x;
            uint32_t *target = (uint32_t *)(to + (size_t)row * to_pitch) + left;
            turn_column(from, from_pitch, x, top, count, clockwise, target);
        }
    }
}

void turn_pixels(int rotate_deg, const void *from, size_t from_pitch, int width_px, int height_px,
                 void *to, size_t to_pitch)
{
    const uint8_t *source = from;
    uint8_t *target = to;
    if (is_sideways(rotate_deg)) {
        turn_sideways(rotate_deg == 90, source, from_pitch, width_px, height_px, target, to_pitch);
        return;
    }
    for (int y = 0; y < height_px; y++) {
        const uint8_t *row = source + (size_t)y * from_pitch;
        if (rotate_deg == 0) {
            memcpy(target + (size_t)y * to_pitch, row, (size_t)width_px * 4);
            continue;
        }
        uint32_t *turned = (uint32_t *)(target + (size_t)(height_px - 1 - y) * to_pitch);
        for (int x = 0; x < width_px; x++)
            memcpy(&turned[x], row + (size_t)(width_px - 1 - x) * 4, sizeof *turned);
    }
}
