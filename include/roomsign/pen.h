/**
 * How the parts of a layout put boxes down: units, styles, lines and blocks of text.
 *
 * Only layout.c and the parts of a layout use it; everyone else reads the finished struct layout.
 */
#ifndef ROOMSIGN_PEN_H
#define ROOMSIGN_PEN_H

#include <roomsign/fit.h>
#include <roomsign/layout.h>
#include <roomsign/palette.h>

/* Sizes in units, one unit being 1 % of the short edge. Everything else follows from these. */
#define MARGIN 5.0
#define SIZE_DIGITS 24.0
#define SIZE_UNIT 7.6
#define SIZE_TITLE_MAX 9.2
#define SIZE_TITLE_MIN 4.2
#define SIZE_ROOM 6.4
#define SIZE_ROOM_MIN 4.0
#define SIZE_DATE 3.6
#define SIZE_NEXT_TIME 5.0
#define SIZE_NEXT_TITLE 4.5
#define SIZE_NEXT_TITLE_MIN 3.4
#define SIZE_DETAIL 4.1
#define SIZE_DETAIL_MIN 3.2
#define SIZE_PHASE 3.8
#define SIZE_PHASE_OVERRUN 5.4
#define SIZE_TRACK 3.0
#define SIZE_CAPTION 2.8
#define SIZE_LATER 3.0
#define SIZE_REMEDY 3.4
#define LEADING_TITLE 1.14
#define LEADING_TEXT 1.26
#define LEADING_LATER 1.5
#define LEADING_ROOMS 1.35
#define BAR_HEIGHT 0.9

/** Where the view's QR code is tried: beside the countdown, or beside what comes next. */
enum code_place {
    CODE_NOWHERE,
    CODE_ON_STAGE,
    CODE_ON_PANEL,
};

/** Where the logo stands, and what everything else leaves to it. All 0: there is none. */
struct emblem_place {
    /** Of one in the header the y is not known here. */
    struct layout_rect rect;
    int header_left_px, header_right_px;
    int panel_left_px, panel_right_px;
    /** What stands on one line with it at the foot of the screen. */
    int foot_left_px, foot_right_px;
    /** The height of a strip at the foot of the screen, which notices of the day share with it. */
    int strip_px;
};

/** What every part of the layout draws with. */
struct pen {
    struct layout *layout;
    const struct view *view;
    const struct text_measure *measure;
    const struct theme *theme;
    struct palette palette;
    double unit_px;
    bool portrait;
    layout_colour ground; /* of the field that is being laid out */
    enum code_place code_place;
    struct emblem_place emblem;
    /** The view's, or 0 while it is decided what finds a place where: the list's first page decides
     *  for all, and nothing else moves when it turns. */
    int64_t list_turn;
};

/** A block of text lines that was measured and is still to be placed. */
struct block {
    struct fit_result fit;
    int height_px;
};

/** Units to pixels, rounded. */
int pen_px(const struct pen *pen, double units);
/** A style of `size` units, rounded up so that the smallest size is never below its limit. */
struct text_style pen_style(const struct pen *pen, double size, enum text_weight weight);
/** The same with figures of equal width. */
struct text_style pen_tabular(const struct pen *pen, double size, enum text_weight weight);
int pen_text_width(const struct pen *pen, const char *text, const struct text_style *style);
struct text_metrics pen_metrics(const struct pen *pen, const struct text_style *style);

void pen_fill(struct pen *pen, const char *role, struct layout_rect rect, layout_colour colour,
              int radius_px);
void pen_shape(struct pen *pen, const char *role, enum box_shape shape, struct layout_rect rect,
               layout_colour colour);
/** The theme's logo. */
void pen_image(struct pen *pen, const char *role, struct layout_rect rect);
/** One line that starts at x (or ends there, with BOX_ALIGN_END); returns its width, 0 for "". */
int pen_line(struct pen *pen, const char *role, const char *text, const struct text_style *style,
             layout_colour colour, int x, int baseline_y, enum box_align align);
/** One line cut to room_px with an ellipsis; returns its width, 0 where nothing fits. */
int pen_cut_line(struct pen *pen, const char *role, const char *text,
                 const struct text_style *style, layout_colour colour, int x, int baseline_y,
                 int room_px);
/** A spaced line of bold capitals, those of the view's language; returns its width. */
int pen_capitals(struct pen *pen, const char *role, const char *text, double size,
                 layout_colour colour, int x, int baseline_y);
int pen_capitals_width(const struct pen *pen, const char *text, double size);
/** The QR code of `text` on a plate of the pen's ground. */
void pen_code(struct pen *pen, const char *role, const char *text, struct layout_rect rect,
              layout_colour colour, int radius_px);
/** Strike through the line that was added last. */
void pen_strike_last(struct pen *pen);
/** Strike through every line from the box `first` on. */
void pen_strike_from(struct pen *pen, size_t first);

struct block pen_fit(const struct pen *pen, const char *text, enum text_weight weight,
                     double size_max, double size_min, int lines_max, double leading, int width_px,
                     int height_px);
/** Place a block with its top at y; returns the y below it. */
int pen_place(struct pen *pen, const char *role, const struct block *block, layout_colour colour,
              int x, int y);

#endif
