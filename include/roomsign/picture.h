/**
 * Pictures as PNG files (ISO/IEC 15948), through libpng.
 */
#ifndef ROOMSIGN_PICTURE_H
#define ROOMSIGN_PICTURE_H

#include <stdbool.h>

#include <roomsign/error.h>

struct SDL_Surface;

/** No picture read or written is wider or higher. */
#define PICTURE_SIDE_MAX_PX 16384

/**
 * Write an XRGB8888 or ARGB8888 surface as an opaque RGB picture. Atomic: `path` is the old file or
 * the whole new one. Errors: the file system's.
 */
bool picture_write(const char *path, const struct SDL_Surface *surface, struct error *err);

/** Read a PNG as an XRGB8888 surface. Ownership: the caller's; SDL_FreeSurface() it. Errors: NULL;
 *  not readable, not a PNG, damaged, too large. */
struct SDL_Surface *picture_read(const char *path, struct error *err);

#endif
