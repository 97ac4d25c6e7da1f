/**
 * Colours as people and feeds write them, and how well one is told from another.
 */
#ifndef ROOMSIGN_COLOUR_H
#define ROOMSIGN_COLOUR_H

#include <stdbool.h>

#include <roomsign/layout.h>

/** "#rrggbb" and its NUL. */
#define COLOUR_TEXT_BYTES 8

/** #rgb, #rrggbb, or a name of CSS Color Module Level 3 §4.3 in any case. false: none of them. */
bool colour_parse(const char *text, layout_colour *ret_colour);
/** As #rrggbb. Returns `text`. */
char *colour_format(layout_colour colour, char text[static COLOUR_TEXT_BYTES]);

/** WCAG 2: 0 of black to 1 of white. */
double colour_luminance(layout_colour colour);

/**
 * `colour`, or where its contrast on `ground` is below `ratio` the nearest one towards white or
 * black that reaches it: away from the ground where that is possible. Where neither white nor black
 * reaches the ratio, the better of the two.
 */
layout_colour colour_legible(layout_colour colour, layout_colour ground, double ratio);

/**
 * `ground`, or where neither white nor black has a contrast of `ratio` on it (the greys between)
 * the nearest one on which one of them has: darker where `text` is the lighter of the two.
 */
layout_colour colour_ground(layout_colour ground, layout_colour text, double ratio);

#endif
