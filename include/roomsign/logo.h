/**
 * The logo of a theme: a PNG or SVG picture, drawn in any size with its transparency.
 *
 * The file is read once, within bounds; what is kept is no larger than LOGO_KEPT_SIDE_MAX_PX.
 */
#ifndef ROOMSIGN_LOGO_H
#define ROOMSIGN_LOGO_H

#include <stdint.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>

#define LOGO_FILE_BYTES_MAX (4 * 1024 * 1024)
#define LOGO_SIDE_MAX_PX 4096
/** More than a layout gives to one on the largest screen. */
#define LOGO_KEPT_SIDE_MAX_PX 2048
/** A picture that is wider than so many of its heights, or the other way round, is no logo. */
#define LOGO_ASPECT_MAX 20

struct SDL_Surface;
struct logo;

/** Errors: NULL; not readable, neither PNG nor SVG, damaged, too large, or an SVG with what svg.h
 *  doesn't draw. The message doesn't name the file. */
struct logo *logo_open(const char *path, struct error *err);
void logo_free(struct logo *logo);

/** For its proportions; positive. */
void logo_size(const struct logo *logo, int *ret_width, int *ret_height);

/** Draw it so that it fills `rect`, within `clip`, over what is there. */
void logo_draw(struct logo *logo, struct SDL_Surface *surface, const struct layout_rect *rect,
               const struct layout_rect *clip);

#endif
