/**
 * The foot: one headline, quietly, below everything that is about the room.
 */
#ifndef ROOMSIGN_FOOT_H
#define ROOMSIGN_FOOT_H

#include <roomsign/pen.h>

/** The height it takes at the foot of the screen, its margin included; the same for every headline,
 *  so that nothing moves when they change. 0: the view has none. */
int foot_height_px(const struct pen *pen);
/** Onto pen->ground, down to the foot of the screen. */
void foot_lay(struct pen *pen);

#endif
