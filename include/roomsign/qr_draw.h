/**
 * QR codes, drawn: libqrencode makes them of a box's text, one module a square of whole pixels.
 */
#ifndef ROOMSIGN_QR_DRAW_H
#define ROOMSIGN_QR_DRAW_H

#include <roomsign/layout.h>

struct SDL_Surface;

/** Draw a BOX_QR box within `clip`. Its text fits a QR code. */
void qr_draw(struct SDL_Surface *surface, const struct layout_box *box,
             const struct layout_rect *clip);

#endif
