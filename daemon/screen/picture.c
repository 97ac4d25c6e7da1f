#include <roomsign/picture.h>

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SDL.h>
#include <png.h>

static uint32_t *row_at(const SDL_Surface *surface, int y)
{
    return (uint32_t *)((uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch);
}

static uint8_t *pack_rgb(const SDL_Surface *surface)
{
    uint8_t *bytes = xcalloc((size_t)surface->w * (size_t)surface->h, 3);
    uint8_t *at = bytes;
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row = row_at(surface, y);
        for (int x = 0; x < surface->w; x++) {
            *at++ = (uint8_t)(row[x] >> 16);
            *at++ = (uint8_t)(row[x] >> 8);
            *at++ = (uint8_t)row[x];
        }
    }
    return bytes;
}

/* Write and close `file`, all the way to the disk where it is one. */
static bool write_png(FILE *file, const SDL_Surface *surface, struct error *err)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)surface->w,
        .height = (png_uint_32)surface->h,
        .format = PNG_FORMAT_RGB,
    };
    uint8_t *bytes = pack_rgb(surface);
    errno = 0;
    bool written = png_image_write_to_stdio(&image, file, 0, bytes, 0, NULL) != 0;
    int reason = errno;
    free(bytes);
    if (!written) {
        error_set(err, "%s", reason != 0 ? strerror(reason) : image.message);
        fclose(file);
        return false;
    }
    bool stored =
        fflush(file) == 0 && (fsync(fileno(file)) == 0 || errno == EINVAL || errno == EROFS);
    reason = errno;
    if (fclose(file) != 0 && stored) {
        stored = false;
        reason = errno;
    }
    if (!stored)
        error_set(err, "%s", strerror(reason));
    return stored;
}

static FILE *open_descriptor(int fd)
{
    FILE *file = fdopen(fd, "wb");
    if (file == NULL)
        error_out_of_memory();
    return file;
}

static bool write_beside(const char *path, const SDL_Surface *surface, struct error *err)
{
    char temporary[PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        error_set(err, "%s", strerror(ENAMETOOLONG));
        return false;
    }
    int fd = mkstemp(temporary);
    if (fd < 0) {
        error_set(err, "%s", strerror(errno));
        return false;
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    if (!write_png(open_descriptor(fd), surface, err)) {
        unlink(temporary);
        return false;
    }
    if (rename(temporary, path) < 0) {
        error_set(err, "%s", strerror(errno));
        unlink(temporary);
        return false;
    }
    return true;
}

/* A device or pipe is written to; only a regular file can be replaced. */
static bool write_into(const char *path, const SDL_Surface *surface, struct error *err)
{
    FILE *file = fopen(path, "wbe");
    if (file == NULL) {
        error_set(err, "%s", strerror(errno));
        return false;
    }
    return write_png(file, surface, err);
}

bool picture_write(const char *path, const struct SDL_Surface *surface, struct error *err)
{
    struct stat status;
    bool special = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
    bool written = surface->format->BytesPerPixel == 4 && surface->w <= PICTURE_SIDE_MAX_PX &&
                   surface->h <= PICTURE_SIDE_MAX_PX;
    if (!written)
        error_set(err, "a picture of %d by %d pixels can't be written", surface->w, surface->h);
    else
        written = special ? write_into(path, surface, err) : write_beside(path, surface, err);
    if (!written)
        error_prefix(err, "%s: ", path);
    return written;
}

static SDL_Surface *unpack_rgb(const uint8_t *bytes, int width, int height)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_RGB888);
    if (surface == NULL)
        error_out_of_memory();
    for (int y = 0; y < height; y++) {
        uint32_t *row = row_at(surface, y);
        for (int x = 0; x < width; x++, bytes += 3)
            row[x] = UINT32_C(0xff000000) | (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 |
                     bytes[2];
    }
    return surface;
}

struct SDL_Surface *picture_read(const char *path, struct error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (png_image_begin_read_from_file(&image, path) == 0) {
        error_set(err, "%s: %s", path, image.message);
        return NULL;
    }
    if (image.width > PICTURE_SIDE_MAX_PX || image.height > PICTURE_SIDE_MAX_PX) {
        error_set(err, "%s: %u by %u pixels are too many", path, image.width, image.height);
        png_image_free(&image);
        return NULL;
    }
    image.format = PNG_FORMAT_RGB;
    uint8_t *bytes = xcalloc((size_t)image.width * image.height, 3);
    SDL_Surface *surface = NULL;
    if (png_image_finish_read(&image, NULL, bytes, 0, NULL) == 0)
        error_set(err, "%s: %s", path, image.message);
    else
        surface = unpack_rgb(bytes, (int)image.width, (int)image.height);
    png_image_free(&image);
    free(bytes);
    return surface;
}
