#include <roomsign/glyphs.h>

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include <roomsign/blend.h>
#include <roomsign/error.h>

/* A colour bitmap's whole height, in hundredths of the text size: Noto Color Emoji draws pictures
 * of 128 pixels for an em of 109. */
#define BITMAP_HEIGHT_PERCENT 117

struct glyphs {
    int width, height;
    /* Row on which the baseline lies, from the top. */
    int baseline;
    /* One of the two: coverage, or premultiplied 0xAARRGGBB words. */
    uint8_t *mask;
    uint32_t *image;
};

static void prepare(const struct glyphs_source *source)
{
    TTF_SetFontDirection(source->font, source->rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
    TTF_SetFontScriptName(source->font, source->script);
}

static int scaled(const struct glyphs_source *source, int length_px)
{
    int height = TTF_FontHeight(source->font);
    int64_t scaled_px =
        ((int64_t)length_px * source->scale_to_px * BITMAP_HEIGHT_PERCENT + (int64_t)height * 50) /
        ((int64_t)height * 100);
    return scaled_px > 0 ? (int)scaled_px : 1;
}

int glyphs_width(const struct glyphs_source *source)
{
    int width = 0;
    prepare(source);
    if (TTF_SizeUTF8(source->font, source->text, &width, NULL) < 0 || width <= 0)
        return 0;
    return source->scale_to_px > 0 ? scaled(source, width) : width;
}

static const uint32_t *surface_row(const SDL_Surface *surface, int y)
{
    const uint8_t *bytes = surface->pixels;
    return (const uint32_t *)(bytes + (size_t)y * (size_t)surface->pitch);
}

static bool is_renderable(const struct glyphs_source *source)
{
    int width = 0, height = 0;
    if (TTF_SizeUTF8(source->font, source->text, &width, &height) < 0 || width <= 0 || height <= 0)
        return false;
    int64_t pixels = (int64_t)width * height;
    int64_t scaled_pixels =
        source->scale_to_px > 0 ? (int64_t)scaled(source, width) * scaled(source, height) : pixels;
    return pixels <= GLYPHS_PIXELS_MAX && scaled_pixels <= GLYPHS_PIXELS_MAX;
}

static SDL_Surface *render(const struct glyphs_source *source)
{
    prepare(source);
    if (!is_renderable(source))
        return NULL;
    SDL_Surface *surface =
        TTF_RenderUTF8_Blended(source->font, source->text, (SDL_Color){255, 255, 255, 255});
    assert(surface == NULL || surface->format->BytesPerPixel == 4);
    return surface;
}

static int first_different_row(const SDL_Surface *a, const SDL_Surface *b)
{
    for (int y = 0; y < a->h; y++) {
        const uint32_t *row_a = surface_row(a, y), *row_b = surface_row(b, y);
        for (int x = 0; x < a->w; x++) {
            if (row_a[x] != row_b[x])
                return y;
        }
    }
    return -1;
}

static SDL_Surface *render_struck(const struct glyphs_source *source)
{
    int style = TTF_GetFontStyle(source->font);
    TTF_SetFontStyle(source->font, style | TTF_STYLE_STRIKETHROUGH);
    SDL_Surface *surface = render(source);
    TTF_SetFontStyle(source->font, style);
    return surface;
}

/* The row of the strike-through line of a text that contains it where nothing else is. */
static int strike_row(const struct glyphs_source *source)
{
    struct glyphs_source blank = *source;
    blank.text = " ";
    SDL_Surface *plain = render(&blank), *struck = render_struck(&blank);
    int row = plain != NULL && struck != NULL ? first_different_row(plain, struck) : -1;
    SDL_FreeSurface(plain);
    SDL_FreeSurface(struck);
    return row;
}

/*
 * SDL2_ttf makes a surface higher than the font where marks reach out of its height, above or
 * below, and does not tell how much of it is above. The strike-through line keeps its distance from
 * the baseline, and shows.
 */
static int rows_above(const struct glyphs_source *source, const SDL_Surface *surface)
{
    int more = surface->h - TTF_FontHeight(source->font);
    if (more <= 0)
        return 0;
    SDL_Surface *struck = render_struck(source);
    int blank_row = strike_row(source);
    int row = struck != NULL && struck->w == surface->w && struck->h == surface->h
                  ? first_different_row(surface, struck)
                  : -1;
    SDL_FreeSurface(struck);
    int above = row >= 0 && blank_row >= 0 ? row - blank_row : 0;
    return above < 0 ? 0 : above > more ? more : above;
}

static void take_mask(struct glyphs *glyphs, const SDL_Surface *surface)
{
    glyphs->mask = xcalloc((size_t)surface->w, (size_t)surface->h);
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row = surface_row(surface, y);
        uint8_t *mask = glyphs->mask + (size_t)y * (size_t)surface->w;
        for (int x = 0; x < surface->w; x++)
            mask[x] = (uint8_t)(row[x] >> 24);
    }
}

/* Weights of the source pixels that make destination pixel `at`: a triangle as wide as one
 * destination pixel, at least one source pixel, on either side. */
struct window {
    int first, last;
    float centre, radius, sum;
};

static float window_weight(const struct window *window, int i)
{
    float weight = 1 - fabsf((float)i - window->centre) / window->radius;
    return weight > 0 ? weight : 0;
}

static struct window window_at(int at, int from, int to)
{
    float step = (float)from / (float)to;
    struct window window = {.centre = ((float)at + 0.5f) * step - 0.5f,
                            .radius = step > 1 ? step : 1};
    window.first = (int)ceilf(window.centre - window.radius);
    window.last = (int)floorf(window.centre + window.radius);
    window.first = window.first < 0 ? 0 : window.first;
    window.last = window.last >= from ? from - 1 : window.last;
    for (int i = window.first; i <= window.last; i++)
        window.sum += window_weight(&window, i);
    return window;
}

/* Columns first, into planes of floats, then rows. The picture is premultiplied. */
static void scale_columns(const SDL_Surface *surface, int width, float *planes)
{
    for (int x = 0; x < width; x++) {
        struct window window = window_at(x, surface->w, width);
        for (int y = 0; y < surface->h; y++) {
            const uint32_t *row = surface_row(surface, y);
            float *to = planes + ((size_t)y * (size_t)width + (size_t)x) * 4;
            for (int i = window.first; i <= window.last; i++) {
                float weight = window_weight(&window, i) / window.sum;
                for (int channel = 0; channel < 4; channel++)
                    to[channel] += weight * (float)(row[i] >> (8 * channel) & 0xff);
            }
        }
    }
}

static void scale_rows(const float *planes, int from_height, struct glyphs *glyphs)
{
    for (int y = 0; y < glyphs->height; y++) {
        struct window window = window_at(y, from_height, glyphs->height);
        for (int x = 0; x < glyphs->width; x++) {
            uint32_t pixel = 0;
            for (int channel = 0; channel < 4; channel++) {
                float value = 0.5f;
                for (int i = window.first; i <= window.last; i++)
                    value += window_weight(&window, i) / window.sum *
                             planes[((size_t)i * (size_t)glyphs->width + (size_t)x) * 4 +
                                    (size_t)channel];
                pixel |= (uint32_t)(value > 255 ? 255 : value) << (8 * channel);
            }
            glyphs->image[(size_t)y * (size_t)glyphs->width + (size_t)x] = pixel;
        }
    }
}

static void take_image(struct glyphs *glyphs, const SDL_Surface *surface)
{
    float *planes = xcalloc((size_t)glyphs->width * (size_t)surface->h * 4, sizeof *planes);
    glyphs->image = xcalloc((size_t)glyphs->width * (size_t)glyphs->height, sizeof(uint32_t));
    scale_columns(surface, glyphs->width, planes);
    scale_rows(planes, surface->h, glyphs);
    free(planes);
}

struct glyphs *glyphs_render(const struct glyphs_source *source)
{
    SDL_Surface *surface = render(source);
    if (surface == NULL)
        return NULL;
    struct glyphs *glyphs = xcalloc(1, sizeof *glyphs);
    if (source->scale_to_px > 0) {
        glyphs->width = scaled(source, surface->w);
        glyphs->height = scaled(source, surface->h);
        glyphs->baseline = scaled(source, TTF_FontAscent(source->font));
        take_image(glyphs, surface);
    } else {
        glyphs->width = surface->w;
        glyphs->height = surface->h;
        glyphs->baseline = TTF_FontAscent(source->font) + rows_above(source, surface);
        take_mask(glyphs, surface);
    }
    SDL_FreeSurface(surface);
    return glyphs;
}

void glyphs_free(void *memory)
{
    struct glyphs *glyphs = memory;
    if (glyphs == NULL)
        return;
    free(glyphs->mask);
    free(glyphs->image);
    free(glyphs);
}

int glyphs_rendered_width(const struct glyphs *glyphs)
{
    return glyphs->width;
}

size_t glyphs_bytes(const struct glyphs *glyphs)
{
    size_t pixels = (size_t)glyphs->width * (size_t)glyphs->height;
    return sizeof *glyphs + pixels * (glyphs->image != NULL ? sizeof(uint32_t) : 1);
}

void glyphs_draw(const struct glyphs *glyphs, struct SDL_Surface *surface, int x, int baseline_y,
                 layout_colour colour, const struct layout_rect *clip)
{
    struct layout_rect rect = {x, baseline_y - glyphs->baseline, glyphs->width, glyphs->height};
    if (glyphs->image != NULL)
        blend_image(surface, &rect, glyphs->image, clip);
    else
        blend_mask(surface, &rect, glyphs->mask, colour, clip);
}
