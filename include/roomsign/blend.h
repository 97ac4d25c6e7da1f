/**
 * Colour laid over pixels: the one place where coverage becomes light.
 *
 * Coverage is blended with a gamma, so that text keeps its weight on dark and on light grounds.
 * Surfaces are XRGB8888 or ARGB8888, which lie in memory as 0xAARRGGBB words; the
 * result is opaque.
 */
#ifndef ROOMSIGN_BLEND_H
#define ROOMSIGN_BLEND_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/layout.h>

struct SDL_Surface;

/** a and b's common part; false and an empty rectangle where there is none. */
bool rect_intersect(const struct layout_rect *a, const struct layout_rect *b,
                    struct layout_rect *ret_rect);

/** The part of `clip` (NULL: all) that lies on the surface. */
bool blend_clip(const struct SDL_Surface *surface, const struct layout_rect *clip,
                struct layout_rect *ret_clip);

/** Fill `rect` within `clip`, which lies on the surface. */
void blend_fill(struct SDL_Surface *surface, const struct layout_rect *rect, layout_colour colour,
                const struct layout_rect *clip);

/** Lay `colour` over one pixel of the surface; coverage 0 to 255. */
void blend_pixel(struct SDL_Surface *surface, int x, int y, layout_colour colour, uint8_t coverage);

/** Lay `colour` over the surface through a mask of coverages that covers `rect`, row by row. */
void blend_mask(struct SDL_Surface *surface, const struct layout_rect *rect, const uint8_t *mask,
                layout_colour colour, const struct layout_rect *clip);

/** Lay a picture of premultiplied 0xAARRGGBB words that covers `rect` over the surface. */
void blend_image(struct SDL_Surface *surface, const struct layout_rect *rect, const uint32_t *image,
                 const struct layout_rect *clip);

#endif
