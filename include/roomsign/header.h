/**
 * The header: the room's name at one side of the stage, date and clock at the other, and below the
 * clock what the sign doubts.
 */
#ifndef ROOMSIGN_HEADER_H
#define ROOMSIGN_HEADER_H

#include <roomsign/pen.h>

void header_lay(struct pen *pen);
/** The y below it. */
int header_bottom(const struct pen *pen);

#endif
