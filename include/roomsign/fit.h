/**
 * Text into a box: where lines may break, how large they can be, what is cut when nothing helps.
 *
 * Lines break where UAX #14 allows it (ICU), are balanced so that no word stands alone where it
 * needn't, and only a word that is wider than the box is broken inside, between characters as
 * people see them (UAX #29). Where a script has no blanks, a line ends with a word if that costs
 * little, best before no particle. A word of letters that must be broken gets a hyphen. Every line
 * keeps the direction of the text as a whole, with a mark of direction before it where it would
 * seem to have another one, and what is set off (U+2066 to U+2069) is so on every line that it
 * takes; lines of scripts that stack marks stand further apart, if there's room.
 */
#ifndef ROOMSIGN_FIT_H
#define ROOMSIGN_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/layout.h>

#define FIT_LINES_MAX 8
#define FIT_SEGMENTS_MAX LAYOUT_TEXT_BYTES
#define FIT_ELLIPSIS "…"

struct fit_box {
    int width_px;
    int height_px;
    int lines_max; /* 1 to FIT_LINES_MAX */
    int size_max_px, size_min_px;
    /** Distance of baselines as a multiple of the size. */
    double leading;
    /** The sizes that may be used, from the largest to the smallest, then 0; NULL: all between
     *  them. */
    const int *sizes_px;
    /** A part of the text, or NULL: no line breaks within it if it can stand on one without letters
     *  that are much smaller. */
    const char *whole;
};

struct fit_result {
    struct text_style style;
    int line_height_px;
    int line_count;
    /** The direction that readers expect of the text as a whole. */
    bool right_to_left;
    /** Each a line without blanks at its ends; the last one ends in an ellipsis if it was cut. */
    char lines[FIT_LINES_MAX][LAYOUT_TEXT_BYTES];
    bool cut;
};

/**
 * Set `text` as large as it fits into the box; at size_min_px what still doesn't fit is cut at a
 * word. `style.size_px` is ignored. Empty text gives no lines.
 */
void fit_text(const char *text, const struct text_style *style, const struct fit_box *box,
              const struct text_measure *measure, struct fit_result *ret_result);

/** One line of a fixed size, cut at a word (or, if not even one fits, a character) with an
 *  ellipsis where it is wider than width_px. Returns its width in pixels. */
int fit_line(const char *text, const struct text_style *style, int width_px,
             const struct text_measure *measure, char ret_line[static LAYOUT_TEXT_BYTES]);

#endif
