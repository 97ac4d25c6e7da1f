/**
 * The colours of each theme and phase, by what they are for.
 *
 * All text colours reach a contrast of PALETTE_CONTRAST_MIN on the ground they are used on.
 */
#ifndef ROOMSIGN_PALETTE_H
#define ROOMSIGN_PALETTE_H

#include <roomsign/layout.h>

#define PALETTE_CONTRAST_MIN 7.0

struct palette {
    /* The stage: the room now. */
    layout_colour ground;
    layout_colour text;
    layout_colour soft;
    layout_colour accent;
    layout_colour digits;
    layout_colour bar;
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
};

struct palette palette_for(enum layout_theme theme, enum phase phase, bool overrun_known);

/** A colour for a track, stable by its name, legible on `ground`. */
layout_colour palette_track(const char *track, layout_colour ground);

#endif
