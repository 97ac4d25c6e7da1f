/**
 * A layout moved by a few pixels, so that nothing burns into the display: at 1080 lines
 * or more no edge stands on the same pixels for three hours in a row, and what fills the screen
 * fills it still.
 *
 * The path is closed and slow: from hour to hour, and from the last to the first, it goes on by a
 * sixth of its reach at most, across and down. It never goes further from the middle than 0.4 % of
 * the short edge, rounded, and a pixel at least.
 */
#ifndef ROOMSIGN_LAYOUT_SHIFT_H
#define ROOMSIGN_LAYOUT_SHIFT_H

#include <roomsign/layout.h>

/** Move every box of the finished layout to the place `shift` of the path (see view.shift); the
 *  edges of fills that lie on the screen's stay there. 0: nothing moves. */
void layout_shift(struct layout *layout, int shift);

/** How far that is, in pixels. */
void layout_shift_px(int shift, int width_px, int height_px, int *ret_x_px, int *ret_y_px);

#endif
