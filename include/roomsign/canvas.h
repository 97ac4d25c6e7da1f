/**
 * The picture of the sign in memory, redrawn only where the layout changed.
 *
 * Invariant: after canvas_draw the pixels are those that drawing the whole layout on black would
 * have given. The canvas is upright; the display turns it. Needs no display.
 */
#ifndef ROOMSIGN_CANVAS_H
#define ROOMSIGN_CANVAS_H

#include <stddef.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>
#include <roomsign/logo.h>
#include <roomsign/text.h>

/** More damage than this is merged. */
#define CANVAS_RECTS_MAX 16

struct canvas;

/** An empty canvas; it takes its size from the layouts. Borrows `text` and `logo`, which may be
 *  NULL. */
struct canvas *canvas_new(struct text *text, struct logo *logo);
void canvas_free(struct canvas *canvas);

/**
 * Draw what differs from the layout drawn last. Returns how many rectangles of ret_rects hold
 * everything that changed: 0 for nothing, and the whole canvas after a change of size.
 */
size_t canvas_draw(struct canvas *canvas, const struct layout *layout,
                   struct layout_rect ret_rects[static CANVAS_RECTS_MAX]);

/** The pixels, XRGB8888; NULL before the first canvas_draw. Borrowed until the next one. */
struct SDL_Surface *canvas_surface(const struct canvas *canvas);

#endif
