/**
 * Pictures put on one larger picture, made smaller where they have less room than pixels.
 *
 * Each pixel becomes the mean of all that it stands for, weighted by area and computed on whole
 * numbers: nothing that was drawn is skipped, and every machine gives the same picture.
 */
#ifndef ROOMSIGN_COLLAGE_H
#define ROOMSIGN_COLLAGE_H

#include <roomsign/layout.h>

struct SDL_Surface;

/** An XRGB8888 surface of one colour. Ownership: the caller's; collage_free() it. */
struct SDL_Surface *collage_new(int width_px, int height_px, layout_colour ground);
void collage_free(struct SDL_Surface *collage);

/** Put the whole of `picture` into `rect`, which lies on the collage and is no larger than the
 *  picture. Surfaces: XRGB8888 or ARGB8888. */
void collage_put(struct SDL_Surface *collage, const struct layout_rect *rect,
                 const struct SDL_Surface *picture);

#endif
