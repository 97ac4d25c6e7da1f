/**
 * The measures of the look: one scale of type, one space, one grid. Everything that a layout puts
 * down has its size, its distances and its edges from here.
 *
 * The unit is 1 % of the screen's short edge, so that a sign looks the same on every screen.
 *
 * Type. The smallest size is 2.8 units (TYPE_CAPTION); four steps of the scale double it, and a
 * size is counted in quarters of a step. What has one size has a whole step, named by its role;
 * what is fitted (titles, names, what is counted) takes the largest quarter of a step that fits
 * between two whole ones. Two weights, regular and bold; capitals, bold and spaced, for labels and
 * for the state alone; figures of equal width wherever something counts or stands in a column.
 *
 * Space. A space is half a unit, and every distance a whole number of them: a rule is 1 thick, what
 * belongs together is 2 apart, words on a line 4, blocks 6, columns 8, the margin is 10.
 *
 * Grid. Each field of the screen (the stage, the panel) has the margin at its sides and between
 * them columns of equal width, a gutter apart: twelve, or six where the field is higher than wide.
 * What begins a line begins at the line of a column, or ends where one ends. The stage ends at a
 * twelfth of the screen.
 */
#ifndef ROOMSIGN_TYPE_SCALE_H
#define ROOMSIGN_TYPE_SCALE_H

/** Quarters of a step up from the smallest size; the sizes in units stand beside them. */
enum type_size {
    TYPE_CAPTION = 0, /* 2.8: labels */
    TYPE_SMALL = 4,   /* 3.3: rows of a list, the track, doubts, headlines */
    TYPE_TEXT = 8,    /* 4.0: who and when, notes of the state; titles are larger */
    TYPE_LEAD = 12,   /* 4.7: the state; what comes next */
    TYPE_TIME = 16,   /* 5.6: when it comes; alerts after the first */
    TYPE_NAME = 20,   /* 6.7: room and clock; the state that is an alarm */
    TYPE_ALERT = 24,  /* 7.9: alerts */
    TYPE_QUIET = 28,  /* 9.4: what a closed room says, at most */
    TYPE_TITLE = 36,  /* 13.3: titles at most */
    TYPE_CALL = 40,   /* 15.8: an alert that has the stage */
    TYPE_DIGITS = 48, /* 22.4: what counts */
};
/** A whole step. */
#define TYPE_STEP 4
#define TYPE_STEPS_DOUBLE 4
#define TYPE_SIZES_MAX (TYPE_DIGITS + 1)
/** What counts is named in letters so much smaller than its figures. */
#define TYPE_UNIT_BELOW_DIGITS (6 * TYPE_STEP)

/** The distance of baselines as a multiple of the size: of lines that are read at a glance, of
 *  those that are read one after the other. */
#define LEADING_TITLE 1.15
#define LEADING_TEXT 1.25

/** Distances in spaces. */
enum space {
    SPACE_RULE = 1,
    SPACE_NEAR = 2,
    SPACE_WORD = 4,
    SPACE_BLOCK = 6,
    SPACE_GUTTER = 8,
    /** From row to row of a list, from line to line of text. */
    SPACE_ROW = 9,
    SPACE_LINE = 10,
    SPACE_MARGIN = 10,
};
#define SPACES_PER_UNIT 2

#define GRID_COLUMNS 12
#define GRID_COLUMNS_UPRIGHT 6
/** Of the screen, for the fields. */
#define GRID_PARTS 12

/** In pixels, rounded up, so that the smallest text is never below its limit. */
int type_scale_px(int size, int short_edge_px);
/** Rounded. */
int type_scale_space_px(int spaces, int short_edge_px);

#endif
