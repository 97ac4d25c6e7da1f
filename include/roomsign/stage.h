/**
 * The stage: the room now. Its header, the subject (phase, title, who) and the countdown, or all of
 * it on a strip below an alert.
 */
#ifndef ROOMSIGN_STAGE_H
#define ROOMSIGN_STAGE_H

#include <roomsign/pen.h>

/** The room's name at one side, date and clock at the other. */
void stage_lay_header(struct pen *pen);
/** The y below the header. */
int stage_top(const struct pen *pen);
/** Everything else on the stage, between the y's top and bottom. */
void stage_lay(struct pen *pen, int top, int bottom);
/** The same on one line at y, where the stage has something else to say first. */
void stage_lay_strip(struct pen *pen, int y);
int stage_strip_px(const struct pen *pen);

#endif
