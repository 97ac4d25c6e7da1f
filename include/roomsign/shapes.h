/**
 * Filled rectangles and the shapes of phases and alerts, antialiased, on a surface of pixels.
 *
 * Coverage is computed here by supersampling on whole numbers, so that a shape looks the same on
 * every machine, and no font or graphics library has a say in it.
 */
#ifndef ROOMSIGN_SHAPES_H
#define ROOMSIGN_SHAPES_H

#include <roomsign/layout.h>

struct SDL_Surface;

/** Fill `rect`, corners rounded by radius_px, within `clip`. Surfaces: XRGB8888 or ARGB8888. */
void shapes_fill(struct SDL_Surface *surface, const struct layout_rect *rect, int radius_px,
                 layout_colour colour, const struct layout_rect *clip);

/** Draw a shape that fills `rect`, within `clip`; mirrored: with left and right exchanged. */
void shapes_draw(struct SDL_Surface *surface, enum box_shape shape, bool mirrored,
                 const struct layout_rect *rect, layout_colour colour,
                 const struct layout_rect *clip);

#endif
