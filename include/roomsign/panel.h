/**
 * The panel: what comes. The next session, the rest of the day, all-day notices.
 */
#ifndef ROOMSIGN_PANEL_H
#define ROOMSIGN_PANEL_H

#include <roomsign/pen.h>

/** The panel's ground and everything on it, from the y `top` to the foot of the screen. */
void panel_lay(struct pen *pen, int top);

#endif
