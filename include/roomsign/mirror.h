/**
 * A layout as readers from right to left expect it: what was made for the others, seen in a
 * mirror, but for what is written and counted.
 */
#ifndef ROOMSIGN_MIRROR_H
#define ROOMSIGN_MIRROR_H

#include <roomsign/layout.h>

/** Every box of the finished layout. Each line of text keeps its own direction, and the digits that
 *  make one number keep their order. */
void mirror_layout(struct layout *layout);

#endif
