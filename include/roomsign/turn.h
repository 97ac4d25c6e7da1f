/**
 * A picture that is turned clockwise on its way to a panel, for one that hangs on its side.
 *
 * Pixels are 32 bits. Places of the upright picture and of the panel are both counted from their
 * top left corner.
 */
#ifndef ROOMSIGN_TURN_H
#define ROOMSIGN_TURN_H

#include <stddef.h>

#include <roomsign/layout.h>

struct turn {
    /** 0, 90, 180, 270: clockwise. */
    int rotate_deg;
    /** The panel's, as its driver sees it. */
    int width_px, height_px;
};

/** The upright picture's size. */
void turn_size(const struct turn *turn, int *ret_width_px, int *ret_height_px);

/** Where a rectangle of the upright picture stands on the panel. */
struct layout_rect turn_rect(const struct turn *turn, const struct layout_rect *rect);

/**
 * Copy width_px by height_px pixels that begin at `from` to where, turned, they begin at `to`; a
 * pitch is a row's length in bytes. Writes each row of the target in order and reads none of it: it
 * may be a card's memory, whose rows are slow to be read or written here and there.
 */
void turn_pixels(int rotate_deg, const void *from, size_t from_pitch, int width_px, int height_px,
                 void *to, size_t to_pitch);

#endif
