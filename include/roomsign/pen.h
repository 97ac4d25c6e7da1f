/**
 * How the parts of a layout put boxes down: fields, styles, lines and blocks of text, in the
 * measures of type_scale.h.
 *
 * Only layout.c and the parts of a layout use it; everyone else reads the finished struct layout.
 */
#ifndef ROOMSIGN_PEN_H
#define ROOMSIGN_PEN_H

#include <roomsign/fit.h>
#include <roomsign/layout.h>
#include <roomsign/palette.h>
#include <roomsign/type_scale.h>

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
    /** The same at the foot of a stage that has the panel at its side. */
    int stage_strip_px;
};

/** How many lines the rows of a list take, so that none is measured twice for the same place. */
struct row_lines {
    /** What they depend on; 0: nothing is known. */
    int width_px, lines_max;
    /** Of the view's later rows and of its day's; 0: not measured yet. */
    unsigned char later[VIEW_LATER_MAX], day[VIEW_DAY_MAX];
};
#define PEN_ROW_LINES_MAX 4

/** What every part of the layout draws with. */
struct pen {
    struct layout *layout;
    const struct view *view;
    const struct text_measure *measure;
    const struct theme *theme;
    struct palette palette;
    int short_edge_px;
    /** Of the screen. */
    bool portrait;
    /** The panel stands beside the stage, not below it. */
    bool abreast;
    /** The fields; without a panel that one is empty. */
    struct layout_rect stage, panel;
    /** A stage that stands above the panel leaves it more than its part, for a headline. */
    bool stage_gives;
    /** The line of the stage's columns at which its countdown begins; 0: there is none. */
    int count_line;
    layout_colour ground; /* of the field that is being laid out */
    enum code_place code_place;
    struct emblem_place emblem;
    /** The view's, or 0 while it is decided what finds a place where: the list's first page decides
     *  for all, and nothing else moves when it turns. */
    int64_t list_turn;
    struct row_lines *row_lines; /* PEN_ROW_LINES_MAX of them */
};

/** A block of text lines that was measured and is still to be placed. */
struct block {
    struct fit_result fit;
    int height_px;
};

/** Spaces to pixels, rounded. */
int pen_space(const struct pen *pen, int spaces);
/** The x of the line that a column of the field begins at, the first being 0; and where the one
 *  before it ends. */
int pen_column(const struct pen *pen, const struct layout_rect *field, int line);
int pen_column_end(const struct pen *pen, const struct layout_rect *field, int line);
/** How many columns the field has. */
int pen_columns(const struct layout_rect *field);
struct text_style pen_style(const struct pen *pen, int size, enum text_weight weight);
/** The same with figures of equal width. */
struct text_style pen_tabular(const struct pen *pen, int size, enum text_weight weight);
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
int pen_capitals(struct pen *pen, const char *role, const char *text, int size,
                 layout_colour colour, int x, int baseline_y);
int pen_capitals_width(const struct pen *pen, const char *text, int size);
/** The QR code of `text` on a plate of the pen's ground. */
void pen_code(struct pen *pen, const char *role, const char *text, struct layout_rect rect,
              layout_colour colour, int radius_px);
/** Strike through the line that was added last. */
void pen_strike_last(struct pen *pen);
/** Strike through every line from the box `first` on. */
void pen_strike_from(struct pen *pen, size_t first);

struct block pen_fit(const struct pen *pen, const char *text, enum text_weight weight, int size_max,
                     int size_min, int lines_max, double leading, int width_px, int height_px);
/** The same with a part that no line is to break in: fit_box.whole. */
struct block pen_fit_whole(const struct pen *pen, const char *text, const char *whole,
                           enum text_weight weight, int size_max, int size_min, int lines_max,
                           double leading, int width_px, int height_px);
/** From the top of a block that has lines to its first baseline. */
int pen_first_baseline_px(const struct pen *pen, const struct block *block);
/** Place a block with its top at y; returns the y below it. */
int pen_place(struct pen *pen, const char *role, const struct block *block, layout_colour colour,
              int x, int y);

#endif
