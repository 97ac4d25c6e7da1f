#include <roomsign/panel.h>

#include <stdio.h>

#include <roomsign/words.h>

/* The widths of "NEXT 11:25", or of "NEXT 11:25 11:31" where a delay is expected. */
static int next_times_width(const struct pen *pen, double size)
{
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    int width = pen_text_width(pen, pen->view->next.time, &time);
    if (pen->view->next.expected[0]) {
        width += pen_px(pen, 1.4) + pen_text_width(pen, pen->view->next.expected, &time);
    }
    return width;
}

/* When it starts, and what kind of next it is; returns the y of its baseline. */
static int lay_next_head(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    struct text_style full = pen_tabular(pen, SIZE_NEXT_TIME, TEXT_WEIGHT_BOLD);
    int baseline = field.y + pen_metrics(pen, &full).cap_height_px;
    int label = pen_capitals(pen, "next.label", view->next_label, SIZE_CAPTION,
                             pen->palette.panel_faint, field.x, baseline);
    int x = field.x + label + pen_px(pen, 2);
    double size = SIZE_NEXT_TIME;
    while (size - 0.1 >= SIZE_CAPTION && x + next_times_width(pen, size) > field.x + field.width) {
        size -= 0.1;
    }
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    bool delayed = view->next.expected[0];
    x += pen_line(pen, "next.time", view->next.time, &time,
                  delayed ? pen->palette.panel_faint : pen->palette.panel_text, x, baseline,
                  BOX_ALIGN_START);
    if (delayed) {
        pen_strike_last(pen);
        pen_line(pen, "next.expected", view->next.expected, &time, pen->palette.panel_text,
                 x + pen_px(pen, 1.4), baseline, BOX_ALIGN_START);
    }
    return baseline;
}

/* What comes next: when, what, who. */
static void lay_next(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    if (!view->next_label[0]) {
        return;
    }
    int baseline = lay_next_head(pen, field);
    int y = baseline + pen_px(pen, 1.6), end = field.y + field.height;
    int speakers_px =
        view->next_speakers[0] ? pen_px(pen, SIZE_LATER * LEADING_TEXT) + pen_px(pen, 0.8) : 0;
    struct block title = pen_fit(pen, view->next.title, TEXT_WEIGHT_BOLD, SIZE_NEXT_TITLE,
                                 SIZE_NEXT_TITLE_MIN, 3, 1.18, field.width, end - y - speakers_px);
    y = pen_place(pen, "next.title", &title, pen->palette.panel_text, field.x, y);
    struct text_style speakers = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
    pen_cut_line(pen, "next.speakers", view->next_speakers, &speakers, pen->palette.panel_soft,
                 field.x, y + pen_px(pen, 0.8 + SIZE_LATER), field.width);
}

static void lay_later_row(struct pen *pen, const struct view_entry *entry, int x, int baseline,
                          int time_px, int width_px)
{
    struct text_style time = pen_tabular(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    struct text_style bold = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    struct text_style regular = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
    layout_colour quiet = pen->palette.panel_faint;
    int end = x + width_px;
    pen_line(pen, "later.time", entry->time, &time,
             entry->quiet || entry->struck ? quiet : pen->palette.panel_text, x + time_px,
             baseline, BOX_ALIGN_END);
    x += time_px + pen_px(pen, 2);
    if (entry->note[0]) {
        x += pen_line(pen, "later.note", entry->note, &bold, pen->palette.panel_warning, x,
                      baseline, BOX_ALIGN_START);
        x += pen_px(pen, 1);
    }
    layout_colour colour = entry->quiet || entry->struck ? quiet : pen->palette.panel_soft;
    if (pen_cut_line(pen, "later.title", entry->title, &regular, colour, x, baseline, end - x) >
            0 &&
        entry->struck) {
        pen_strike_last(pen);
    }
}

/* The rest of the day, as many rows as there is room for, the last one saying how many are left. */
static void lay_later(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    int total = view->later_count + view->later_more;
    struct text_style row = pen_tabular(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    struct text_style caption = pen_style(pen, SIZE_CAPTION, TEXT_WEIGHT_BOLD);
    int step = pen_px(pen, SIZE_LATER * LEADING_LATER);
    int baseline = field.y + pen_metrics(pen, &caption).cap_height_px;
    int rows = (field.height - pen_px(pen, SIZE_CAPTION)) / step;
    if (total == 0 || rows < 1) {
        return;
    }
    pen_capitals(pen, "later.label", view->later_label, SIZE_CAPTION, pen->palette.panel_faint,
                 field.x, baseline);
    bool all = total <= rows && view->later_more == 0;
    int shown = all ? total : rows - 1;
    if (shown > view->later_count) {
        shown = view->later_count;
    }
    int time_px = 0;
    for (int i = 0; i < shown; i++) {
        int width = pen_text_width(pen, view->later[i].time, &row);
        time_px = width > time_px ? width : time_px;
    }
    baseline += pen_px(pen, 0.6);
    for (int i = 0; i < shown; i++) {
        baseline += step;
        lay_later_row(pen, &view->later[i], field.x, baseline, time_px, field.width);
    }
    if (!all) {
        char number[VIEW_SHORT_BYTES], more[VIEW_NAME_BYTES];
        snprintf(number, sizeof number, "%d", total - shown);
        words_fill(more, sizeof more, view->later_more_words, number);
        struct text_style style = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
        pen_line(pen, "later.more", more, &style, pen->palette.panel_faint,
                 field.x + (shown > 0 ? time_px + pen_px(pen, 2) : 0), baseline + step,
                 BOX_ALIGN_START);
    }
}

/* All-day notices on one line at the foot of their column; returns the height they take. */
static int lay_banners(struct pen *pen, int x, int bottom, int width_px)
{
    if (pen->view->banner_count == 0) {
        return 0;
    }
    char joined[VIEW_BANNERS_MAX * (VIEW_TEXT_BYTES + 8)];
    size_t used = 0;
    for (int i = 0; i < pen->view->banner_count; i++) {
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", i ? "  ·  " : "",
                                 pen->view->banners[i]);
    }
    struct text_style style = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    struct text_metrics metrics = pen_metrics(pen, &style);
    int side = pen_px(pen, 1.4);
    int mark_y = bottom - (metrics.cap_height_px + side) / 2;
    pen_shape(pen, "banner.mark", BOX_SHAPE_DIAMOND, (struct layout_rect){x, mark_y, side, side},
              pen->palette.panel_soft);
    int gap = side + pen_px(pen, 1.2);
    pen_cut_line(pen, "banner", joined, &style, pen->palette.panel_soft, x + gap, bottom,
                 width_px - gap);
    return metrics.cap_height_px + pen_px(pen, 2.6);
}

/* In portrait the list is below: the next session gets what the list doesn't need, within limits.
 */
static int next_height_px(const struct pen *pen, int height_px)
{
    int list_px = pen_px(pen, SIZE_CAPTION + 2) +
                  pen->view->later_count * pen_px(pen, SIZE_LATER * LEADING_LATER);
    int least_px = pen_px(pen, 22), most_px = pen_px(pen, 32);
    int next_px = height_px - list_px;
    next_px = next_px < least_px ? least_px : next_px > most_px ? most_px : next_px;
    return next_px < height_px ? next_px : height_px;
}

static int widest_room_px(const struct pen *pen, double size)
{
    struct text_style style = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    int widest = 0;
    for (int i = 0; i < pen->view->room_count; i++) {
        int width = pen_text_width(pen, pen->view->rooms[i], &style);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The names that the schedule has, whole where that is possible; returns the y below. */
static int lay_rooms(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    struct text_style caption = pen_style(pen, SIZE_CAPTION, TEXT_WEIGHT_BOLD);
    double size = SIZE_DETAIL;
    while (size - 0.1 >= SIZE_LATER && widest_room_px(pen, size) > field.width) {
        size -= 0.1;
    }
    struct text_style name = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    int step = pen_px(pen, size * LEADING_ROOMS);
    int baseline = field.y + pen_metrics(pen, &caption).cap_height_px;
    pen_capitals(pen, "rooms.label", view->rooms_label, SIZE_CAPTION, pen->palette.panel_faint,
                 field.x, baseline);
    baseline += pen_px(pen, 0.8);
    for (int i = 0; i < view->room_count; i++) {
        baseline += step;
        pen_cut_line(pen, "rooms", view->rooms[i], &name, pen->palette.panel_text, field.x,
                     baseline, field.width);
    }
    return baseline;
}

static void lay_remedy(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    struct text_style caption = pen_style(pen, SIZE_CAPTION, TEXT_WEIGHT_BOLD);
    int baseline = field.y + pen_metrics(pen, &caption).cap_height_px;
    int y = baseline + pen_px(pen, 1.6), end = field.y + field.height;
    struct block text = pen_fit(pen, view->remedy, TEXT_WEIGHT_REGULAR, SIZE_REMEDY, SIZE_CAPTION,
                                FIT_LINES_MAX, LEADING_TEXT, field.width, end - y);
    pen_capitals(pen, "remedy.label", view->remedy_label, SIZE_CAPTION, pen->palette.panel_faint,
                 field.x, baseline);
    pen_place(pen, "remedy", &text, pen->palette.panel_soft, field.x, y);
}

/* Names and remedy side by side, in portrait one below the other. */
static void lay_missing(struct pen *pen, struct layout_rect field)
{
    int gap = pen_px(pen, 5), column = (field.width - gap) / 2;
    struct layout_rect remedy = field;
    if (pen->view->room_count > 0 && pen->portrait) {
        remedy.y = lay_rooms(pen, field) + gap;
        remedy.height = field.y + field.height - remedy.y;
    } else if (pen->view->room_count > 0) {
        lay_rooms(pen, (struct layout_rect){field.x, field.y, column, field.height});
        remedy.x += column + gap;
        remedy.width = column;
    }
    lay_remedy(pen, remedy);
}

void panel_lay(struct pen *pen, int top, int bottom)
{
    int margin = pen_px(pen, MARGIN), pad = pen_px(pen, 4);
    int width = pen->layout->width_px - 2 * margin;
    if (bottom == pen->layout->height_px) {
        bottom -= pen_px(pen, 4);
    }
    pen->ground = pen->palette.panel;
    pen_fill(pen, "panel",
             (struct layout_rect){0, top, pen->layout->width_px, pen->layout->height_px - top},
             pen->palette.panel, 0);
    if (pen->view->room_missing) {
        lay_missing(pen, (struct layout_rect){margin, top + pad, width, bottom - top - pad});
        return;
    }
    bool list = pen->view->later_count > 0;
    int gap = pen_px(pen, 5), column = list && !pen->portrait ? (width - gap) / 2 : width;
    int banners = lay_banners(pen, margin, bottom, column);
    struct layout_rect field = {margin, top + pad, width, bottom - banners - top - pad};
    if (pen->portrait) {
        int next_px = list ? next_height_px(pen, field.height) : field.height;
        lay_next(pen, (struct layout_rect){margin, field.y, width, next_px});
        if (list) {
            int y = pen->view->next_label[0] ? field.y + next_px + pen_px(pen, 2) : field.y;
            lay_later(pen, (struct layout_rect){margin, y, width, field.y + field.height - y});
        }
        return;
    }
    lay_next(pen, (struct layout_rect){margin, field.y, column, field.height});
    bool beside = pen->view->next_label[0] || banners > 0;
    int x = beside ? margin + column + gap : margin;
    lay_later(pen, (struct layout_rect){x, field.y, margin + width - x, bottom - field.y});
}
