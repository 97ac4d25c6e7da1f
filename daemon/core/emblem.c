#include <roomsign/emblem.h>

#include <string.h>

#include <roomsign/theme.h>

/* In line with the clock; in portrait with the date above it, too. */
#define HEIGHT (SPACE_MARGIN + SPACE_WORD)
#define HEADER_HEIGHT_PORTRAIT (2 * SPACE_ROW)
#define FOOT_HEIGHT_PORTRAIT (SPACE_MARGIN + SPACE_NEAR)
/* The most of the screen's width that it takes, in hundredths, within limits. */
#define WIDTH_PERCENT 11
#define WIDTH_MIN (3 * SPACE_GUTTER)
#define WIDTH_MIN_PORTRAIT (4 * SPACE_ROW)
#define WIDTH_MAX (6 * SPACE_GUTTER)

static bool is_at_top(enum theme_corner corner)
{
    return corner == THEME_CORNER_TOP_LEFT || corner == THEME_CORNER_TOP_RIGHT;
}

static bool is_at_left(enum theme_corner corner)
{
    return corner == THEME_CORNER_TOP_LEFT || corner == THEME_CORNER_BOTTOM_LEFT;
}

static int width_max_px(const struct pen *pen)
{
    int share = pen->layout->width_px * WIDTH_PERCENT / 100, most = pen_space(pen, WIDTH_MAX);
    int least = pen_space(pen, pen->portrait ? WIDTH_MIN_PORTRAIT : WIDTH_MIN);
    return share < least ? least : share > most ? most : share;
}

/* As large as fits into the height and the width that it may take. */
static void fit_size(const struct pen *pen, int height, struct layout_rect *rect)
{
    const struct theme_logo *logo = &pen->theme->logo;
    int widest = width_max_px(pen);
    rect->height = pen_space(pen, height);
    rect->width = (int)((int64_t)rect->height * logo->width / logo->height);
    if (rect->width > widest) {
        rect->width = widest;
        rect->height = (int)((int64_t)widest * logo->height / logo->width);
    }
    rect->width = rect->width > 0 ? rect->width : 1;
    rect->height = rect->height > 0 ? rect->height : 1;
}

static int height_of(const struct pen *pen, bool top)
{
    if (pen->portrait) {
        return top ? HEADER_HEIGHT_PORTRAIT : FOOT_HEIGHT_PORTRAIT;
    }
    return HEIGHT;
}

void emblem_measure(struct pen *pen, bool has_panel, int foot_px)
{
    const struct theme_logo *logo = &pen->theme->logo;
    struct emblem_place *place = &pen->emblem;
    memset(place, 0, sizeof *place);
    if (logo->width <= 0 || logo->height <= 0) {
        return;
    }
    struct layout_rect *rect = &place->rect;
    bool top = is_at_top(logo->corner), left = is_at_left(logo->corner);
    fit_size(pen, height_of(pen, top), rect);
    /* Beside each other, stage and panel have the corners at their sides. */
    bool on_stage = left || top || !has_panel;
    const struct layout_rect *field = on_stage ? &pen->stage : &pen->panel;
    rect->x = left ? pen_column(pen, field, 0)
                   : pen_column_end(pen, field, pen_columns(field)) - rect->width;
    rect->y = pen->layout->height_px - pen_space(pen, SPACE_GUTTER) - rect->height;
    if (top) {
        *(left ? &place->header_left_px : &place->header_right_px) =
            rect->width + pen_space(pen, SPACE_BLOCK);
        return;
    }
    int beside_px = rect->width + pen_space(pen, SPACE_GUTTER);
    int strip_px = rect->height + pen_space(pen, SPACE_WORD) + pen_space(pen, SPACE_GUTTER);
    if (pen->abreast && has_panel && left) {
        place->stage_strip_px = strip_px;
        return;
    }
    *(left ? &place->foot_left_px : &place->foot_right_px) = beside_px;
    if (has_panel && !pen->portrait && !pen->abreast) {
        *(left ? &place->panel_left_px : &place->panel_right_px) = beside_px;
    } else if (foot_px == 0) {
        place->strip_px = strip_px;
    }
}

/* On a plate where its own colours would vanish on the ground. */
static void lay(struct pen *pen, struct layout_rect rect)
{
    const struct theme_logo *logo = &pen->theme->logo;
    int inset = pen_space(pen, SPACE_NEAR), inner = rect.height - 2 * inset;
    bool vanishes = logo->has_ink && layout_contrast(logo->ink, pen->ground) < PALETTE_SHAPE_MIN;
    if (!vanishes || inner < 1) {
        pen_image(pen, "logo", rect);
        return;
    }
    bool on_panel = pen->ground == pen->palette.panel;
    layout_colour plate = on_panel ? pen->palette.panel_soft : pen->palette.soft;
    pen_fill(pen, "logo.plate", rect, plate, inset);
    int width = (int)((int64_t)inner * logo->width / logo->height);
    width = width < 1 ? 1 : width;
    pen_image(
        pen, "logo",
        (struct layout_rect){rect.x + (rect.width - width) / 2, rect.y + inset, width, inner});
}

static bool is_placed(const struct pen *pen, bool top)
{
    return pen->emblem.rect.width > 0 && is_at_top(pen->theme->logo.corner) == top;
}

void emblem_lay_in_header(struct pen *pen, int baseline_y)
{
    if (!is_placed(pen, true)) {
        return;
    }
    struct text_style clock = pen_tabular(pen, TYPE_NAME, TEXT_WEIGHT_BOLD);
    int cap_px = pen_metrics(pen, &clock).cap_height_px;
    struct layout_rect rect = pen->emblem.rect;
    /* Beside the one line its middle is the line's; of two it stands on the lower one. */
    rect.y = baseline_y - rect.height - (pen->portrait ? 0 : (cap_px - rect.height) / 2);
    lay(pen, rect);
}

void emblem_lay_at_foot(struct pen *pen)
{
    if (is_placed(pen, false)) {
        lay(pen, pen->emblem.rect);
    }
}
