#include <roomsign/header.h>

#include <roomsign/emblem.h>

/* What stands in brackets behind the room's name is left out where it has less than this. */
#define NOTE_MIN (2 * SPACE_MARGIN)

static struct text_style clock_style(const struct pen *pen)
{
    return pen_tabular(pen, TYPE_NAME, TEXT_WEIGHT_BOLD);
}

/* In portrait the date stands above the clock. */
static int baseline_y(const struct pen *pen)
{
    struct text_style clock = clock_style(pen);
    return pen_space(pen, SPACE_MARGIN) + pen_metrics(pen, &clock).cap_height_px +
           (pen->portrait ? pen_space(pen, SPACE_LINE) : 0);
}

static struct text_style doubt_style(const struct pen *pen)
{
    return pen_style(pen, TYPE_SMALL,
                     pen->view->doubt_quiet ? TEXT_WEIGHT_REGULAR : TEXT_WEIGHT_BOLD);
}

int header_bottom(const struct pen *pen)
{
    int below = baseline_y(pen) + pen_space(pen, SPACE_WORD);
    if (pen->view->alert_count == 0) {
        return below;
    }
    /* On the stage's own ground the doubt may stand beside the phase; beside a band it can't. */
    struct text_style doubt = doubt_style(pen);
    struct text_metrics metrics = pen_metrics(pen, &doubt);
    return below + pen_space(pen, SPACE_NEAR) +
           (pen->view->doubt[0] ? metrics.cap_height_px + metrics.descent_px : 0);
}

/* Its end at the x `right`, its top at y. */
static void lay_doubt(struct pen *pen, int right, int y)
{
    const struct view *view = pen->view;
    if (!view->doubt[0]) {
        return;
    }
    struct text_style style = doubt_style(pen);
    int side = pen_metrics(pen, &style).cap_height_px, baseline = y + side;
    layout_colour colour = view->doubt_quiet ? pen->palette.soft : pen->palette.warning;
    int width = pen_line(pen, "doubt", view->doubt, &style, colour, right, baseline, BOX_ALIGN_END);
    if (!view->doubt_quiet) {
        int x = right - width - pen_space(pen, SPACE_NEAR) - side;
        pen_shape(pen, "doubt.mark", BOX_SHAPE_TRIANGLE, (struct layout_rect){x, y, side, side},
                  colour);
    }
}

/* Returns the width that clock and date take. */
static int lay_time(struct pen *pen, int right, int baseline)
{
    const struct view *view = pen->view;
    struct text_style clock = clock_style(pen);
    struct text_style date = pen_style(pen, TYPE_TEXT, TEXT_WEIGHT_REGULAR);
    int taken = pen_line(pen, "clock", view->clock, &clock, pen->palette.text, right, baseline,
                         BOX_ALIGN_END);
    if (!pen->portrait) {
        taken += taken > 0 ? pen_space(pen, SPACE_WORD) : 0;
        return taken + pen_line(pen, "date", view->date, &date, pen->palette.soft, right - taken,
                                baseline, BOX_ALIGN_END);
    }
    int above = baseline - pen_metrics(pen, &clock).cap_height_px - pen_space(pen, SPACE_WORD);
    int width =
        pen_line(pen, "date", view->date, &date, pen->palette.soft, right, above, BOX_ALIGN_END);
    return width > taken ? width : taken;
}

void header_lay(struct pen *pen)
{
    const struct view *view = pen->view;
    int left = pen_column(pen, &pen->stage, 0) + pen->emblem.header_left_px;
    int right =
        pen_column_end(pen, &pen->stage, pen_columns(&pen->stage)) - pen->emblem.header_right_px;
    int baseline = baseline_y(pen);
    int end = right - lay_time(pen, right, baseline) - pen_space(pen, SPACE_GUTTER);
    struct text_style clock = clock_style(pen);
    struct block name = pen_fit(pen, view->room, TEXT_WEIGHT_BOLD, TYPE_NAME, TYPE_TEXT, 1, 1,
                                end - left, clock.size_px);
    int x = left;
    if (name.fit.line_count > 0) {
        x += pen_line(pen, "room", name.fit.lines[0], &name.fit.style, pen->palette.text, x,
                      baseline, BOX_ALIGN_START);
        x += pen_space(pen, SPACE_WORD);
    }
    struct text_style note = pen_style(pen, TYPE_TEXT, TEXT_WEIGHT_REGULAR);
    if (end - x > pen_space(pen, NOTE_MIN)) {
        pen_cut_line(pen, "room.note", view->room_note, &note, pen->palette.soft, x, baseline,
                     end - x);
    }
    emblem_lay_in_header(pen, baseline);
    lay_doubt(pen, right, baseline + pen_space(pen, SPACE_WORD));
}
