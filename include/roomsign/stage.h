/**
 * The stage: the room now. Its header, the subject (phase, title, who) and the countdown.
 */
#ifndef ROOMSIGN_STAGE_H
#define ROOMSIGN_STAGE_H

#include <roomsign/pen.h>

/** The room's name at one side, date and clock at the other; returns the y below. */
int stage_lay_header(struct pen *pen);
/** Everything else on the stage, between the y's top and bottom. */
void stage_lay(struct pen *pen, int top, int bottom);

#endif
