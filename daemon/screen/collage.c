#include <roomsign/collage.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/error.h>

/** One side: `from` pixels become `to`. In units of a `to`th of a pixel of the picture, its pixel i
 *  covers [i * to, (i + 1) * to), and that of the collage [i * from, (i + 1) * from). */
struct side {
    int64_t from, to;
};

struct sum {
    uint64_t red, green, blue;
};

static uint32_t *row_at(const SDL_Surface *surface, int64_t y)
{
    return (uint32_t *)((uint8_t *)surface->pixels + y * surface->pitch);
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/** How much of the picture's pixel `from` lies in the collage's pixel `to`. */
static uint64_t overlap(const struct side *side, int64_t from, int64_t to)
{
    return (uint64_t)(lesser((from + 1) * side->to, (to + 1) * side->from) -
                      greater(from * side->to, to * side->from));
}

static int64_t first_covered(const struct side *side, int64_t to)
{
    return to * side->from / side->to;
}

static int64_t last_covered(const struct side *side, int64_t to)
{
    return ((to + 1) * side->from - 1) / side->to;
}

static void add_row(struct sum *columns, const uint32_t *row, int64_t width, uint64_t weight)
{
    for (int64_t x = 0; x < width; x++) {
        columns[x].red += (row[x] >> 16 & 0xff) * weight;
        columns[x].green += (row[x] >> 8 & 0xff) * weight;
        columns[x].blue += (row[x] & 0xff) * weight;
    }
}

static uint32_t mean_of(const struct sum *columns, const struct side *side, int64_t x,
                        uint64_t area)
{
    struct sum sum = {0};
    int64_t last = last_covered(side, x);
    for (int64_t from = first_covered(side, x); from <= last; from++) {
        uint64_t weight = overlap(side, from, x);
        sum.red += columns[from].red * weight;
        sum.green += columns[from].green * weight;
        sum.blue += columns[from].blue * weight;
    }
    uint64_t half = area / 2;
    return UINT32_C(0xff000000) | (uint32_t)((sum.red + half) / area) << 16 |
           (uint32_t)((sum.green + half) / area) << 8 | (uint32_t)((sum.blue + half) / area);
}

struct SDL_Surface *collage_new(int width_px, int height_px, layout_colour ground)
{
    SDL_Surface *collage =
        SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
    if (collage == NULL)
        error_out_of_memory();
    SDL_FillRect(collage, NULL, UINT32_C(0xff000000) | ground);
    return collage;
}

void collage_free(struct SDL_Surface *collage)
{
    SDL_FreeSurface(collage);
}

void collage_put(struct SDL_Surface *collage, const struct layout_rect *rect,
                 const struct SDL_Surface *picture)
{
    assert(rect->x >= 0 && rect->y >= 0 && rect->x + rect->width <= collage->w &&
           rect->y + rect->height <= collage->h);
    assert(rect->width > 0 && rect->height > 0 && rect->width <= picture->w &&
           rect->height <= picture->h);
    struct side across = {picture->w, rect->width}, down = {picture->h, rect->height};
    uint64_t area = (uint64_t)across.from * (uint64_t)down.from;
    size_t bytes = (size_t)across.from * sizeof(struct sum);
    struct sum *columns = xcalloc(1, bytes);
    for (int64_t y = 0; y < down.to; y++) {
        memset(columns, 0, bytes);
        int64_t last = last_covered(&down, y);
        for (int64_t from = first_covered(&down, y); from <= last; from++)
            add_row(columns, row_at(picture, from), across.from, overlap(&down, from, y));
        uint32_t *row = row_at(collage, rect->y + y) + rect->x;
        for (int64_t x = 0; x < across.to; x++)
            row[x] = mean_of(columns, &across, x, area);
    }
    free(columns);
}
