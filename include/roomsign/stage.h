/**
 * The stage below its header: the room now. The subject (phase, title, who) and the countdown, or
 * all of it on a strip below an alert.
 */
#ifndef ROOMSIGN_STAGE_H
#define ROOMSIGN_STAGE_H

#include <roomsign/pen.h>

/** Find the line of the stage's columns that its countdown begins at, into pen->count_line. */
void stage_measure(struct pen *pen);
/** Everything between the y's top and bottom. */
void stage_lay(struct pen *pen, int top, int bottom);
/** The same on one line at y, where the stage has something else to say first. */
void stage_lay_strip(struct pen *pen, int y);
int stage_strip_px(const struct pen *pen);

#endif
