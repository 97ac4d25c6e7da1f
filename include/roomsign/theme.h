/**
 * What a sign is drawn in: its colours, its font, its logo. Plain values, named by what they are
 * for; the three built-in themes are such values, and a theme file (theme_file.h) is one more.
 *
 * The colours are those that were asked for. What is drawn is the palette, which corrects them
 * where they could not be read.
 */
#ifndef ROOMSIGN_THEME_H
#define ROOMSIGN_THEME_H

#include <stdbool.h>

#include <roomsign/layout.h>
#include <roomsign/tracker.h>

/* How the stage looks: phases that share a look share an entry. */
enum theme_look {
    THEME_LOOK_LIVE,
    /** Also what is past its end by the schedule's word alone, and what the organiser must see. */
    THEME_LOOK_WRAP_UP,
    THEME_LOOK_OVERRUN,
    THEME_LOOK_SOON,
    THEME_LOOK_FREE,
    THEME_LOOK_CLOSED,
    THEME_LOOK_COUNT,
};

/** The room now. */
struct theme_stage {
    layout_colour ground;
    layout_colour text;
    layout_colour soft;
    /** The state in word and shape, and the progress bar. */
    layout_colour accent;
    layout_colour digits;
    layout_colour bar_ground;
    layout_colour warning;
};

/** What comes. */
struct theme_panel {
    layout_colour ground;
    layout_colour text;
    layout_colour soft;
    layout_colour faint;
    layout_colour warning;
};

/** An alert about a change of the schedule. */
struct theme_change {
    layout_colour ground;
    layout_colour text;
};

#define THEME_TRACKS_COUNT 8

struct theme_colours {
    struct theme_stage stages[THEME_LOOK_COUNT];
    struct theme_panel panel;
    /** A closed room's panel. */
    struct theme_panel closed_panel;
    struct theme_change change;
    /** Of which a track has one by its name, unless the feed gives it one. */
    layout_colour tracks[THEME_TRACKS_COUNT];
};

enum theme_base {
    THEME_BASE_DARK,
    THEME_BASE_LIGHT,
    THEME_BASE_HIGH_CONTRAST,
    THEME_BASE_COUNT,
};

enum theme_corner {
    THEME_CORNER_TOP_LEFT,
    THEME_CORNER_TOP_RIGHT,
    THEME_CORNER_BOTTOM_LEFT,
    THEME_CORNER_BOTTOM_RIGHT,
};

struct theme_logo {
    /** Absolute, or "". */
    char *file;
    enum theme_corner corner;
    /** Of the picture, for its proportions alone, set by whoever has read it; 0: there is none. */
    int width, height;
    /** Of the picture, for a plate below it where it would vanish; without, there never is one. */
    bool has_ink;
    layout_colour ink;
};

struct theme {
    /** Where the colours come from that a theme file leaves out. */
    enum theme_base base;
    struct theme_colours colours;
    /** Of the font that is tried before the built-in ones; "": none. */
    char *font;
    struct theme_logo logo;
};

/** Borrowed, for good: no font, no logo. */
const struct theme *theme_builtin(enum theme_base base);
/** A copy of a built-in theme, into storage that holds nothing yet. */
void theme_init(struct theme *theme, enum theme_base base);
void theme_release(struct theme *theme);
/** "dark", "light", "high-contrast". */
const char *theme_base_name(enum theme_base base);

enum theme_look theme_look_of(enum phase phase, bool overrun_known);

#endif
