/**
 * A rehearsal on one sheet: the sign's picture at each line of the script, with its time below, so
 * that a room's day is proofread in one look.
 *
 * A sheet is filled line by line, then drawn a picture at a time: only the sheet and one picture
 * are in memory at once. Its own words are for the organiser: English, on paper white whatever the
 * theme, so that it can be printed. Knows no feed, no clock and no tracker.
 */
#ifndef ROOMSIGN_SHEET_H
#define ROOMSIGN_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>
#include <roomsign/layout.h>
#include <roomsign/rehearse.h>
#include <roomsign/text.h>
#include <roomsign/view.h>

/** Places on a sheet. Where there are more lines the last place says how many aren't shown. */
#define SHEET_PLACES_MAX 120
/** A picture's short edge, where it need not be smaller for the sheet's sake. */
#define SHEET_SHORT_EDGE_PX 360
#define SHEET_WIDTH_MAX_PX 2720
#define SHEET_WIDTH_MIN_PX 1040
/** Some programs refuse to open anything higher. */
#define SHEET_HEIGHT_MAX_PX 16000

/** Where the places of a sheet are. */
struct sheet_grid {
    int columns, rows;
    int picture_width_px, picture_height_px;
    /** A column's; narrow pictures leave room for the words below them. */
    int place_width_px;
    /** From a picture's lower edge to the next one's upper. */
    int label_height_px;
    int width_px, height_px;
};

/**
 * For `count` pictures (1 to SHEET_PLACES_MAX) of a sign of this size, each with `label_lines` (1
 * or 2) below it. The pictures are as large as the sheet's limits allow, but their short edge is at
 * most SHEET_SHORT_EDGE_PX, and they are never larger than the sign.
 */
void sheet_grid_make(size_t count, int sign_width_px, int sign_height_px, int label_lines,
                     struct sheet_grid *ret_grid);
/** Where the picture at this place is. */
struct layout_rect sheet_grid_picture(const struct sheet_grid *grid, size_t place);

struct sheet_entry {
    int64_t at_ms;
    enum phase phase;
    uint32_t notices;
    /** The panel is dark then; the picture shows what it would say. */
    bool dark;
    struct view *view;
};

/** Zero-initialise it. */
struct sheet {
    struct sheet_entry entries[SHEET_PLACES_MAX];
    /** Lines heard, of which the first SHEET_PLACES_MAX are kept. */
    size_t line_count;
};

void sheet_add(struct sheet *sheet, const struct script_line *line, const struct view *view,
               bool dark);
void sheet_release(struct sheet *sheet);

/** Lines that have no picture. */
size_t sheet_left_out(const struct sheet *sheet);

/** How a sheet is drawn. Borrows everything. */
struct sheet_style {
    const char *room_name;
    int64_t from_ms, until_ms;
    const struct zone *zone;
    const struct theme *theme;
    /** Told beside the rest of the config. */
    const char *theme_name;
    /** Of the theme; NULL: none. */
    struct logo *logo;
    int sign_width_px, sign_height_px;
    /** Told after each picture; NULL for nobody. */
    void (*progress)(void *context, size_t done, size_t count);
    void *context;
};

/** Draw a sheet of at least one line into a PNG at `path`. Errors: picture_write's. */
bool sheet_write(const struct sheet *sheet, const struct sheet_style *style, struct text *text,
                 const char *path, struct error *err);

#endif
