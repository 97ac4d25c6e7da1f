/**
 * The panel: what comes. The next session, the rest of the day, all-day notices. Or, where the
 * schedule doesn't know the room, the rooms that it has.
 */
#ifndef ROOMSIGN_PANEL_H
#define ROOMSIGN_PANEL_H

#include <roomsign/pen.h>

/** What else finds a place on the screen leaves the list so many rows, where it has them. */
#define PANEL_ROWS_KEPT 4

/** The ground of pen->panel and everything on it, down to the y `bottom`, which is the foot of the
 *  screen or where the headline's place begins. */
void panel_lay(struct pen *pen, int bottom);

#endif
