#include <roomsign/foot.h>

/* A screen that is wider than this many of its heights has the source beside the headline. */
#define WIDE 1.5
/* A narrower one has it above, and one this narrow gives the headline a second line. */
#define NARROW 1.2
#define SIZE_NEWS 3.2
#define BELOW 4.0
#define ABOVE 2.2
/* Of the width, for the source beside the headline. */
#define SOURCE_SHARE 4

static double aspect(const struct pen *pen)
{
    return (double)pen->layout->width_px / pen->layout->height_px;
}

static bool is_beside(const struct pen *pen)
{
    return aspect(pen) > WIDE;
}

static int lines_max(const struct pen *pen)
{
    return aspect(pen) < NARROW ? 2 : 1;
}

/* Where there is no panel, it stands on the stage. */
static bool is_on_panel(const struct pen *pen)
{
    return pen->ground == pen->palette.panel;
}

static int line_px(const struct pen *pen)
{
    return pen_px(pen, SIZE_NEWS * LEADING_TEXT);
}

int foot_height_px(const struct pen *pen)
{
    if (!pen->view->news[0]) {
        return 0;
    }
    int lines = lines_max(pen) + (is_beside(pen) ? 0 : 1);
    return pen_px(pen, ABOVE) + lines * line_px(pen) + pen_px(pen, BELOW);
}

static layout_colour text_colour(const struct pen *pen)
{
    return is_on_panel(pen) ? pen->palette.panel_soft : pen->palette.soft;
}

/* Returns the width taken. */
static int place_source(struct pen *pen, int x, int baseline, int room_px)
{
    struct text_style style = pen_style(pen, SIZE_CAPTION, TEXT_WEIGHT_BOLD);
    return pen_cut_line(pen, "news.source", pen->view->news_source, &style,
                        is_on_panel(pen) ? pen->palette.panel_faint : pen->palette.soft, x,
                        baseline, room_px);
}

static struct block fit_title(const struct pen *pen, int width_px, int height_px)
{
    return pen_fit(pen, pen->view->news, TEXT_WEIGHT_REGULAR, SIZE_NEWS, LAYOUT_TEXT_MIN_UNITS,
                   lines_max(pen), LEADING_TEXT, width_px, height_px);
}

void foot_lay(struct pen *pen)
{
    const struct emblem_place *emblem = &pen->emblem;
    int margin = pen_px(pen, MARGIN) + emblem->foot_left_px;
    int width = pen->layout->width_px - margin - pen_px(pen, MARGIN) - emblem->foot_right_px;
    int bottom = pen->layout->height_px - pen_px(pen, BELOW);
    int y = bottom - lines_max(pen) * line_px(pen);
    if (!is_beside(pen)) {
        struct block title = fit_title(pen, width, bottom - y);
        place_source(pen, margin, y - pen_px(pen, 1.0), width);
        pen_place(pen, "news", &title, text_colour(pen), margin, y);
        return;
    }
    int baseline = bottom - pen_px(pen, 0.8);
    int taken = place_source(pen, margin, baseline, width / SOURCE_SHARE);
    int x = margin + (taken > 0 ? taken + pen_px(pen, 2) : 0);
    struct block title = fit_title(pen, margin + width - x, bottom - y);
    pen_line(pen, "news", title.fit.lines[0], &title.fit.style, text_colour(pen), x, baseline,
             BOX_ALIGN_START);
}
