#include <roomsign/logo.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include <roomsign/blend.h>
#include <roomsign/buffer.h>
#include <roomsign/scale.h>
#include <roomsign/svg.h>

struct image {
    uint32_t *pixels;
    int width, height;
};

struct logo {
    /* One of the two. */
    struct svg *svg;
    struct image png;
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

static bool aspect_is_sound(double width, double height, struct error *err)
{
    bool sound = width <= height * LOGO_ASPECT_MAX && height <= width * LOGO_ASPECT_MAX;
    if (!sound)
        error_set(err, "%.0f by %.0f is too thin for a logo", width, height);
    return sound;
}

static bool decode_png(const char *bytes, size_t length, struct image *ret_image, struct error *err)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (png_image_begin_read_from_memory(&png, bytes, length) == 0) {
        error_set(err, "%s", png.message);
        return false;
    }
    if (png.width > LOGO_SIDE_MAX_PX || png.height > LOGO_SIDE_MAX_PX) {
        error_set(err, "%u by %u pixels; a side has at most %d", png.width, png.height,
                  LOGO_SIDE_MAX_PX);
        png_image_free(&png);
        return false;
    }
    if (!aspect_is_sound(png.width, png.height, err)) {
        png_image_free(&png);
        return false;
    }
    png.format = PNG_FORMAT_RGBA;
    size_t count = (size_t)png.width * png.height;
    uint8_t *rgba = xcalloc(count, 4);
    struct image image = {NULL, (int)png.width, (int)png.height};
    bool read = png_image_finish_read(&png, NULL, rgba, 0, NULL) != 0;
    if (read) {
        image.pixels = xcalloc(count, sizeof *image.pixels);
        for (size_t i = 0; i < count; i++)
            image.pixels[i] = premultiplied(rgba + 4 * i);
        reduce(&image);
        *ret_image = image;
    } else {
        error_set(err, "%s", png.message);
    }
    png_image_free(&png);
    free(rgba);
    return read;
}

static bool decode_svg(const char *bytes, size_t length, struct svg **ret_svg, struct error *err)
{
    double width, height;
    struct svg *svg = svg_parse(bytes, length, err);
    if (svg == NULL)
        return false;
    svg_size(svg, &width, &height);
    if (!aspect_is_sound(width, height, err)) {
        svg_free(svg);
        return false;
    }
    *ret_svg = svg;
    return true;
}

struct logo *logo_open(const char *path, struct error *err)
{
    static const uint8_t png_signature[] = {0x89, 'P', 'N', 'G'};
    struct buffer file;
    buffer_init(&file, LOGO_FILE_BYTES_MAX);
    if (!buffer_read_file(&file, path, err)) {
        buffer_release(&file);
        return NULL;
    }
    struct logo *logo = xcalloc(1, sizeof *logo);
    size_t start = 0;
    while (start < file.length && strchr("\xEF\xBB\xBF \t\r\n", file.data[start]))
        start++;
    bool read = false;
    if (file.length >= sizeof png_signature &&
        memcmp(file.data, png_signature, sizeof png_signature) == 0)
        read = decode_png(file.data, file.length, &logo->png, err);
    else if (start < file.length && file.data[start] == '<')
        read = decode_svg(file.data, file.length, &logo->svg, err);
    else
        error_set(err, "neither a PNG nor an SVG picture");
    buffer_release(&file);
    if (!read) {
        logo_free(logo);
        return NULL;
    }
    return logo;
}

void logo_free(struct logo *logo)
{
    if (logo == NULL)
        return;
    svg_free(logo->svg);
    free(logo->png.pixels);
    free(logo->drawn.pixels);
    free(logo);
}

void logo_size(const struct logo *logo, int *ret_width, int *ret_height)
{
    double width = logo->png.width, height = logo->png.height;
    if (logo->svg)
        svg_size(logo->svg, &width, &height);
    /* Proportions alone count: drawings may be a few units, or parts of one, wide. */
    double longer = width > height ? width : height;
    *ret_width = (int)(width / longer * LOGO_SIDE_MAX_PX + 0.5);
    *ret_height = (int)(height / longer * LOGO_SIDE_MAX_PX + 0.5);
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
        drawn->pixels = logo->svg ? svg_draw(logo->svg, rect->width, rect->height)
                                  : scale_image(logo->png.pixels, logo->png.width, logo->png.height,
                                                rect->width, rect->height);
    }
    blend_image(surface, rect, drawn->pixels, clip);
}
