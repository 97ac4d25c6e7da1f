#include <roomsign/blend.h>

#include <assert.h>
#include <math.h>

#include <SDL.h>

/* Blending levels as they are thins light text on dark, blending true light (2.2) thins dark text
 * on light; in between both keep their weight. */
#define BLEND_GAMMA 1.5
/* Enough to tell all 256 levels apart. */
#define LIGHT_MAX 8191

static uint16_t to_light[256];
static uint8_t to_level[LIGHT_MAX + 1];

static void tables_fill(void)
{
    if (to_light[255] != 0)
        return;
    for (int i = 0; i <= LIGHT_MAX; i++)
        to_level[i] = (uint8_t)(pow((double)i / LIGHT_MAX, 1 / BLEND_GAMMA) * 255 + 0.5);
    for (int i = 0; i < 256; i++)
        to_light[i] = (uint16_t)(pow(i / 255.0, BLEND_GAMMA) * LIGHT_MAX + 0.5);
}

bool rect_intersect(const struct layout_rect *a, const struct layout_rect *b,
                    struct layout_rect *ret_rect)
{
    int left = a->x > b->x ? a->x : b->x;
    int top = a->y > b->y ? a->y : b->y;
    int right = a->x + a->width < b->x + b->width ? a->x + a->width : b->x + b->width;
    int bottom = a->y + a->height < b->y + b->height ? a->y + a->height : b->y + b->height;
    if (left >= right || top >= bottom) {
        *ret_rect = (struct layout_rect){0};
        return false;
    }
    *ret_rect = (struct layout_rect){left, top, right - left, bottom - top};
    return true;
}

bool blend_clip(const struct SDL_Surface *surface, const struct layout_rect *clip,
                struct layout_rect *ret_clip)
{
    struct layout_rect whole = {0, 0, surface->w, surface->h};
    return rect_intersect(&whole, clip != NULL ? clip : &whole, ret_clip);
}

static uint32_t *row_at(struct SDL_Surface *surface, int y)
{
    assert(surface->format->BytesPerPixel == 4);
    return (uint32_t *)((uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch);
}

void blend_fill(struct SDL_Surface *surface, const struct layout_rect *rect, layout_colour colour,
                const struct layout_rect *clip)
{
    struct layout_rect part;
    if (!rect_intersect(rect, clip, &part))
        return;
    uint32_t pixel = UINT32_C(0xff000000) | (colour & 0xffffff);
    for (int y = part.y; y < part.y + part.height; y++) {
        uint32_t *row = row_at(surface, y) + part.x;
        for (int x = 0; x < part.width; x++)
            row[x] = pixel;
    }
}

static unsigned mix_channel(unsigned over, unsigned under, unsigned coverage)
{
    int under_light = to_light[under];
    int light = under_light + (((int)to_light[over] - under_light) * (int)coverage) / 255;
    return to_level[light];
}

static uint32_t mix(layout_colour over, uint32_t under, unsigned coverage)
{
    if (coverage == 0)
        return under;
    if (coverage == 255)
        return UINT32_C(0xff000000) | over;
    return UINT32_C(0xff000000) |
           mix_channel(over >> 16 & 0xff, under >> 16 & 0xff, coverage) << 16 |
           mix_channel(over >> 8 & 0xff, under >> 8 & 0xff, coverage) << 8 |
           mix_channel(over & 0xff, under & 0xff, coverage);
}

void blend_pixel(struct SDL_Surface *surface, int x, int y, layout_colour colour, uint8_t coverage)
{
    tables_fill();
    uint32_t *pixel = row_at(surface, y) + x;
    *pixel = mix(colour & 0xffffff, *pixel, coverage);
}

void blend_mask(struct SDL_Surface *surface, const struct layout_rect *rect, const uint8_t *mask,
                layout_colour colour, const struct layout_rect *clip)
{
    struct layout_rect part;
    if (!rect_intersect(rect, clip, &part))
        return;
    tables_fill();
    colour &= 0xffffff;
    for (int y = part.y; y < part.y + part.height; y++) {
        uint32_t *row = row_at(surface, y);
        const uint8_t *coverage = mask + (size_t)(y - rect->y) * (size_t)rect->width;
        for (int x = part.x; x < part.x + part.width; x++)
            row[x] = mix(colour, row[x], coverage[x - rect->x]);
    }
}

static unsigned over_channel(uint32_t over, uint32_t under, int shift, unsigned rest)
{
    unsigned value = (over >> shift & 0xff) + ((under >> shift & 0xff) * rest + 127) / 255;
    return value > 255 ? 255 : value;
}

void blend_image(struct SDL_Surface *surface, const struct layout_rect *rect, const uint32_t *image,
                 const struct layout_rect *clip)
{
    struct layout_rect part;
    if (!rect_intersect(rect, clip, &part))
        return;
    for (int y = part.y; y < part.y + part.height; y++) {
        uint32_t *row = row_at(surface, y);
        const uint32_t *from = image + (size_t)(y - rect->y) * (size_t)rect->width;
        for (int x = part.x; x < part.x + part.width; x++) {
            uint32_t over = from[x - rect->x];
            unsigned rest = 255 - (over >> 24);
            row[x] = UINT32_C(0xff000000) | over_channel(over, row[x], 16, rest) << 16 |
                     over_channel(over, row[x], 8, rest) << 8 | over_channel(over, row[x], 0, rest);
        }
    }
}
