/**
 * The hint: the sign's answer to whoever presses its keys, for a moment, over the foot of the
 * stage, where at most the progress bar stands; nothing else moves.
 */
#ifndef ROOMSIGN_HINT_H
#define ROOMSIGN_HINT_H

#include <roomsign/pen.h>

/** After everything else is laid. Nothing where the view has none. */
void hint_lay(struct pen *pen);

#endif
