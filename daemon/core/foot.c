#include <roomsign/foot.h>

/* A field that is so much wider than high, in hundredths, has the source beside the headline. */
#define WIDE_PERCENT 150
/* A narrower one has it above, and one this narrow gives the headline a second line. */
#define NARROW_PERCENT 120
#define LINE (2 * SPACE_WORD)
/* Of the width, for the source beside the headline. */
#define SOURCE_SHARE 4

static const struct layout_rect *field_of(const struct pen *pen)
{
    return pen->panel.width > 0 ? &pen->panel : &pen->stage;
}

static int aspect_percent(const struct pen *pen)
{
    return 100 * field_of(pen)->width / pen->layout->height_px;
}

static bool is_beside(const struct pen *pen)
{
    return aspect_percent(pen) > WIDE_PERCENT;
}

static int lines_max(const struct pen *pen)
{
    return aspect_percent(pen) < NARROW_PERCENT ? 2 : 1;
}

/* Where there is no panel, it stands on the stage. */
static bool is_on_panel(const struct pen *pen)
{
    return pen->ground == pen->palette.panel;
}

int foot_height_px(const struct pen *pen)
{
    if (!pen->view->news[0]) {
        return 0;
    }
    if (is_beside(pen)) {
        return pen_space(pen, SPACE_ROW) + pen_space(pen, SPACE_GUTTER);
    }
    return (lines_max(pen) + 1) * pen_space(pen, LINE) + pen_space(pen, SPACE_NEAR) +
           pen_space(pen, SPACE_GUTTER);
}

static layout_colour text_colour(const struct pen *pen)
{
    return is_on_panel(pen) ? pen->palette.panel_soft : pen->palette.soft;
}

/* Returns the width taken. */
static int place_source(struct pen *pen, int x, int baseline, int room_px)
{
    struct text_style style = pen_style(pen, TYPE_CAPTION, TEXT_WEIGHT_BOLD);
    return pen_cut_line(pen, "news.source", pen->view->news_source, &style,
                        is_on_panel(pen) ? pen->palette.panel_faint : pen->palette.soft, x,
                        baseline, room_px);
}

static struct block fit_title(const struct pen *pen, int width_px, int height_px)
{
    return pen_fit(pen, pen->view->news, TEXT_WEIGHT_REGULAR, TYPE_SMALL, TYPE_CAPTION,
                   lines_max(pen), LEADING_TEXT, width_px, height_px);
}

void foot_lay(struct pen *pen)
{
    const struct emblem_place *emblem = &pen->emblem;
    const struct layout_rect *field = field_of(pen);
    int x = pen_column(pen, field, 0) + emblem->foot_left_px;
    int end = pen_column_end(pen, field, pen_columns(field)) - emblem->foot_right_px;
    int bottom = pen->layout->height_px - pen_space(pen, SPACE_GUTTER);
    int y = bottom - lines_max(pen) * pen_space(pen, LINE);
    if (!is_beside(pen)) {
        struct block title = fit_title(pen, end - x, bottom - y);
        place_source(pen, x, y - pen_space(pen, SPACE_NEAR), end - x);
        pen_place(pen, "news", &title, text_colour(pen), x, y);
        return;
    }
    int taken = place_source(pen, x, bottom, (end - x) / SOURCE_SHARE);
    x += taken > 0 ? taken + pen_space(pen, SPACE_WORD) : 0;
    struct block title = fit_title(pen, end - x, bottom - y);
    pen_line(pen, "news", title.fit.lines[0], &title.fit.style, text_colour(pen), x, bottom,
             BOX_ALIGN_START);
}
