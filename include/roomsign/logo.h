/**
 * The logo of a theme: a PNG picture, drawn in any size with its transparency. logo_file.h makes
 * one of a file.
 *
 * What is kept is no larger than LOGO_KEPT_SIDE_MAX_PX.
 */
#ifndef ROOMSIGN_LOGO_H
#define ROOMSIGN_LOGO_H

#include <stddef.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>

#define LOGO_SIDE_MAX_PX 4096
/** More than a layout gives to one on the largest screen. */
#define LOGO_KEPT_SIDE_MAX_PX 2048
/** A picture that is wider than so many of its heights, or the other way round, is no logo. */
#define LOGO_ASPECT_MAX 20

struct SDL_Surface;
struct logo;

/** Of a whole PNG file's bytes, which stay the caller's. Errors: NULL; no PNG, damaged, too large,
 *  too thin, or nothing but transparent. */
struct logo *logo_new(const void *png, size_t length, struct error *err);
void logo_free(struct logo *logo);

/** For its proportions; positive. */
void logo_size(const struct logo *logo, int *ret_width, int *ret_height);
/** The mean colour of what is seen of it, 0xRRGGBB. */
uint32_t logo_ink(const struct logo *logo);

/** Draw it so that it fills `rect`, within `clip`, over what is there. */
void logo_draw(struct logo *logo, struct SDL_Surface *surface, const struct layout_rect *rect,
               const struct layout_rect *clip);

#endif
