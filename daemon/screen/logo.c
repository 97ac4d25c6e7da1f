#include <roomsign/logo.h>

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include <png.h>

#include <roomsign/blend.h>
#include <roomsign/scale.h>

struct image {
    uint32_t *pixels;
    int width, height;
};

struct logo {
    struct image picture;
    /* As it was drawn last. */
    struct image drawn;
};

static uint32_t premultiplied(const uint8_t *rgba)
{
    uint32_t alpha = rgba[3], pixel = alpha << 24;
    for (int i = 0; i < 3; i++)
        pixel |= (rgba[i] * alpha + 127) / 255 << (16 - 8 * i);
    return pixel;
}

/* What no layout needs is not kept. */
static void reduce(struct image *image)
{
    int side = image->width > image->height ? image->width : image->height;
    if (side <= LOGO_KEPT_SIDE_MAX_PX)
        return;
    int width = (int)((int64_t)image->width * LOGO_KEPT_SIDE_MAX_PX / side);
    int height = (int)((int64_t)image->height * LOGO_KEPT_SIDE_MAX_PX / side);
    uint32_t *pixels = scale_image(image->pixels, image->width, image->height, width, height);
    free(image->pixels);
    *image = (struct image){pixels, width, height};
}

static bool sides_are_sound(const png_image *png, struct error *err)
{
    if (png->width > LOGO_SIDE_MAX_PX || png->height > LOGO_SIDE_MAX_PX) {
        error_set(err, "%u by %u pixels; a side has at most %d", png->width, png->height,
                  LOGO_SIDE_MAX_PX);
        return false;
    }
    if (png->width > png->height * LOGO_ASPECT_MAX || png->height > png->width * LOGO_ASPECT_MAX) {
        error_set(err, "%u by %u is too thin for a logo", png->width, png->height);
        return false;
    }
    return true;
}

static bool is_seen(const struct image *image)
{
    size_t count = (size_t)image->width * (size_t)image->height;
    for (size_t i = 0; i < count; i++)
        if (image->pixels[i] != 0)
            return true;
    return false;
}

static struct image image_of(const uint8_t *rgba, int width, int height)
{
    size_t count = (size_t)width * (size_t)height;
    struct image image = {xcalloc(count, sizeof(*image.pixels)), width, height};
    for (size_t i = 0; i < count; i++)
        image.pixels[i] = premultiplied(rgba + 4 * i);
    return image;
}

static bool decode_png(const void *bytes, size_t length, struct image *ret_image, struct error *err)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (png_image_begin_read_from_memory(&png, bytes, length) == 0) {
        error_set(err, "%s", png.message);
        return false;
    }
    if (!sides_are_sound(&png, err)) {
        png_image_free(&png);
        return false;
    }
    png.format = PNG_FORMAT_RGBA;
    uint8_t *rgba = xcalloc((size_t)png.width * png.height, 4);
    bool read = png_image_finish_read(&png, NULL, rgba, 0, NULL) != 0;
    if (read)
        *ret_image = image_of(rgba, (int)png.width, (int)png.height);
    else
        error_set(err, "%s", png.message);
    png_image_free(&png);
    free(rgba);
    return read;
}

struct logo *logo_new(const void *png, size_t length, struct error *err)
{
    struct image image;
    if (!decode_png(png, length, &image, err))
        return NULL;
    if (!is_seen(&image)) {
        error_set(err, "there is nothing to be seen in it");
        free(image.pixels);
        return NULL;
    }
    reduce(&image);
    struct logo *logo = xcalloc(1, sizeof(*logo));
    logo->picture = image;
    return logo;
}

void logo_free(struct logo *logo)
{
    if (logo == NULL)
        return;
    free(logo->picture.pixels);
    free(logo->drawn.pixels);
    free(logo);
}

void logo_size(const struct logo *logo, int *ret_width, int *ret_height)
{
    *ret_width = logo->picture.width;
    *ret_height = logo->picture.height;
}

uint32_t logo_ink(const struct logo *logo)
{
    const struct image *image = &logo->picture;
    size_t count = (size_t)image->width * (size_t)image->height;
    uint64_t sums[3] = {0}, alphas = 0;
    for (size_t i = 0; i < count; i++) {
        alphas += image->pixels[i] >> 24;
        for (int j = 0; j < 3; j++)
            sums[j] += image->pixels[i] >> (16 - 8 * j) & 255;
    }
    uint32_t ink = 0;
    /* Its colours were multiplied by their alpha, of which there is some. */
    assert(alphas > 0);
    for (int j = 0; j < 3; j++)
        ink |= (uint32_t)(sums[j] * 255 / alphas) << (16 - 8 * j);
    return ink;
}

void logo_draw(struct logo *logo, struct SDL_Surface *surface, const struct layout_rect *rect,
               const struct layout_rect *clip)
{
    struct image *drawn = &logo->drawn;
    if (rect->width <= 0 || rect->height <= 0 || rect->width > LOGO_SIDE_MAX_PX ||
        rect->height > LOGO_SIDE_MAX_PX)
        return;
    if (drawn->width != rect->width || drawn->height != rect->height) {
        free(drawn->pixels);
        drawn->width = rect->width;
        drawn->height = rect->height;
        drawn->pixels = scale_image(logo->picture.pixels, logo->picture.width, logo->picture.height,
                                    rect->width, rect->height);
    }
    blend_image(surface, rect, drawn->pixels, clip);
}
