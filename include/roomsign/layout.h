/**
 * Where everything that a view says stands on the screen: a list of boxes, a pure function.
 *
 * The layout breaks and fits text with the help of a text_measure that someone else provides, so
 * it knows no fonts, no SDL and no pixels but their count. Boxes are drawn in order. A box holds
 * everything its pixels depend on: equal boxes in equal order are equal pictures.
 *
 * What a language that is written from right to left says stands in a mirrored picture (mirror.h).
 *
 * One unit is 1 % of the screen's short edge; no text is smaller than LAYOUT_TEXT_MIN_UNITS.
 */
#ifndef ROOMSIGN_LAYOUT_H
#define ROOMSIGN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/script.h>
#include <roomsign/view.h>

/** More than the fullest view has: a page of 24 rows of 5 lines, 3 alerts of up to 18 boxes, 60
 *  else. */
#define LAYOUT_BOXES_MAX 256
#define LAYOUT_TEXT_BYTES 512
#define LAYOUT_TEXT_MIN_UNITS 2.8
/** Modules of light around a QR code, on each side (ISO/IEC 18004 section 6.3.8). */
#define LAYOUT_QR_QUIET_MODULES 4
#define LAYOUT_SIDE_MIN_PX 160
#define LAYOUT_SIDE_MAX_PX 8192

/** 0xRRGGBB. */
typedef uint32_t layout_colour;

struct layout_rect {
    int x, y, width, height;
};

enum text_weight {
    TEXT_WEIGHT_REGULAR = 400,
    TEXT_WEIGHT_BOLD = 700,
};

struct text_style {
    int size_px;
    enum text_weight weight;
    /** Every digit takes the same width. */
    bool tabular;
    /** Extra space after each character, in pixels. */
    int spacing_px;
    /** Whose Han characters, where a line alone might not tell. */
    enum script_han han;
};

/** Of the font that sets Latin text, in pixels; all positive. */
struct text_metrics {
    int ascent_px;
    int descent_px;
    int cap_height_px;
};

/** How wide text is. Pure for the layout's purposes: equal questions get equal answers. */
struct text_measure {
    /** Advance width of one line of UTF-8. */
    int (*width_px)(void *context, const char *text, size_t length, const struct text_style *style);
    struct text_metrics (*metrics)(void *context, const struct text_style *style);
    void *context;
};

enum box_kind {
    /** The whole rectangle in `colour`; radius_px rounds its corners. */
    BOX_FILL,
    /** One line of text on baseline_y, aligned within rect. */
    BOX_TEXT,
    /** A phase's or an alert's shape, filling the square rect. */
    BOX_SHAPE,
    /** The QR code of `text`, its modules in `colour`, on a plate of `ground` that fills the square
     *  rect and holds the code's quiet zone; radius_px rounds the plate's corners. */
    BOX_QR,
    /** The theme's logo, which has the proportions of rect, over what is there. */
    BOX_LOGO,
};

enum box_shape {
    BOX_SHAPE_DISC,
    BOX_SHAPE_DIAMOND,
    BOX_SHAPE_TRIANGLE,
    BOX_SHAPE_HALF_DISC,
    BOX_SHAPE_RING,
    BOX_SHAPE_DASH,
    BOX_SHAPE_BUBBLE,
    BOX_SHAPE_NO_ENTRY,
    BOX_SHAPE_ARROW,
    BOX_SHAPE_CROSS,
};

enum box_align {
    BOX_ALIGN_START,
    BOX_ALIGN_END,
};

struct layout_box {
    enum box_kind kind;
    /** What it is, for tests and for people: "title", "clock", "later.time". A string literal. */
    const char *role;
    struct layout_rect rect;
    layout_colour colour;
    /** What lies behind it, for contrast. */
    layout_colour ground;
    int radius_px;
    enum box_shape shape;
    /** The shape is drawn with left and right exchanged. */
    bool mirrored;
    enum box_align align;
    struct text_style style;
    int baseline_y;
    bool strike;
    char text[LAYOUT_TEXT_BYTES];
};

struct layout {
    int width_px;
    int height_px;
    struct layout_box boxes[LAYOUT_BOXES_MAX];
    size_t count;
    /** Of the list, of which one is shown; 0: there is no list. With one, the view's list_turn
     *  changes nothing. */
    int list_pages;
};

struct theme;

/** Width and height in LAYOUT_SIDE_MIN_PX to LAYOUT_SIDE_MAX_PX. */
void layout_make(const struct view *view, int width_px, int height_px, const struct theme *theme,
                 const struct text_measure *measure, struct layout *ret_layout);

bool layout_box_equal(const struct layout_box *a, const struct layout_box *b);

/** WCAG 2 contrast ratio of two colours, 1 to 21. */
double layout_contrast(layout_colour a, layout_colour b);

#endif
