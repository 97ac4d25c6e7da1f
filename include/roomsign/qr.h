/**
 * The plate with the QR code of a session's page: how large it is, ISO/IEC 18004.
 *
 * The code itself is made where it is drawn (qr_draw.h): how many modules it has follows from the
 * address's length alone, and that is all that a layout needs.
 *
 * How large a module must be: from two metres away a phone's main camera (26 mm, as in 35 mm film)
 * sees 2.8 m across. Read off frames 1920 pixels wide, as phones do, that is 1.4 mm a pixel, and
 * decoders need a pixel and a half to two a module: 2.2 to 2.9 mm. (zbar reads about nine frames in
 * ten and more from 1.5 pixels on, three at 1.4 and none at 1.3.) A unit of the layout is 3 mm on a
 * 24-inch display, 4 mm on a 32-inch one; a display of 7 inches is read from nearer. So a module
 * takes QR_MODULE_MIN_UNITS, rounded down to whole pixels, or more, and an address that would need
 * smaller ones, or so many that the code would be the largest thing on the screen, gets none.
 */
#ifndef ROOMSIGN_QR_H
#define ROOMSIGN_QR_H

#include <stddef.h>

#include <roomsign/pen.h>

#define QR_MODULE_MIN_UNITS 0.75

/** Modules a side, the quiet zone left out, of the smallest code that holds so many bytes at the
 *  lowest level of error correction; 0 where none in use does. */
int qr_modules(size_t bytes);

/** The side of the plate that holds the view's code and its quiet zone, in pixels, where there is
 *  so much room; 0: none is to be put there, or it would be too small to be read. */
int qr_plate_px(const struct pen *pen, enum code_place place, int room_px);
/** Put a plate of that side down, its top left corner at x, y. */
void qr_plate_lay(struct pen *pen, int x, int y, int side_px);

#endif
