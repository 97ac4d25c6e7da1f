/**
 * The theme's logo: its place in a corner of the screen, which everything else keeps out of.
 *
 * Beside the header, in line with it; or beside the panel, at its foot. Where there is no panel, or
 * no width to spare, at the foot of the screen beside the headline or the notices of the day, or on
 * a strip of its own.
 */
#ifndef ROOMSIGN_EMBLEM_H
#define ROOMSIGN_EMBLEM_H

#include <roomsign/pen.h>

/** Reserve the place, into pen->emblem. foot_px is the height of a headline's place; 0: none. */
void emblem_measure(struct pen *pen, bool has_panel, int foot_px);
/** Where its corner is one of the header's, onto pen->ground. */
void emblem_lay_in_header(struct pen *pen, int baseline_y);
/** Where it is one at the foot of the screen. */
void emblem_lay_at_foot(struct pen *pen);

#endif
