/**
 * The colours that are drawn, by what they are for: a theme's, corrected where they could not be
 * read on their ground.
 *
 * All text colours reach a contrast of PALETTE_CONTRAST_MIN on the ground they are used on,
 * whatever the theme and the feed say; the progress bar and the edges of alerts one of
 * PALETTE_SHAPE_MIN.
 */
#ifndef ROOMSIGN_PALETTE_H
#define ROOMSIGN_PALETTE_H

#include <roomsign/layout.h>
#include <roomsign/theme.h>

/** WCAG 2.1, 1.4.6 and 1.4.11. */
#define PALETTE_CONTRAST_MIN 7.0
#define PALETTE_SHAPE_MIN 3.0

struct palette {
    /* The stage: the room now. */
    layout_colour ground;
    layout_colour text;
    layout_colour soft;
    layout_colour accent;
    layout_colour digits;
    layout_colour bar_ground;
    layout_colour warning;
    /* The panel: what comes. */
    layout_colour panel;
    layout_colour panel_text;
    layout_colour panel_soft;
    layout_colour panel_faint;
    layout_colour panel_warning;
    /* The ground of an alert about a change of the schedule, and what stands on it. */
    layout_colour change;
    layout_colour change_text;
    /* Around that ground: its own colour where that is enough to tell it from the stage's. */
    layout_colour change_edge;
};

struct palette palette_for(const struct theme *theme, enum phase phase, bool overrun_known);

/** The theme's colours as they are drawn; of the tracks' those on a live session's ground. */
struct theme_colours palette_correct(const struct theme_colours *colours);

/** A colour as it is drawn for text on `ground`, which is one of a palette. */
layout_colour palette_legible(layout_colour colour, layout_colour ground);

/** The theme's colour for a track, stable by its name, legible on `ground`. */
layout_colour palette_track(const struct theme *theme, const char *track, layout_colour ground);

#endif
