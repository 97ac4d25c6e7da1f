#include <roomsign/panel.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/day_list.h>
#include <roomsign/qr.h>

#define SIZE_NEXT_NOTE 3.4
#define LEADING_NEXT 1.18
/* Two columns and a QR code need so much. */
#define WIDTH_WITH_CODE_MIN 110.0

static int next_times_px(const struct pen *pen, const char *old, double size)
{
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    struct text_style struck = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    int old_px = old[0] ? pen_px(pen, 1.6) + pen_text_width(pen, old, &struck) : 0;
    return pen_text_width(pen, day_list_time(&pen->view->next), &time) + old_px;
}

/* When it starts, and what kind of next it is; returns the y of the last baseline. */
static int lay_next_head(struct pen *pen, struct layout_rect field)
{
    const struct view_entry *next = &pen->view->next;
    struct text_style full = pen_tabular(pen, SIZE_NEXT_TIME, TEXT_WEIGHT_BOLD);
    int baseline = field.y + pen_metrics(pen, &full).cap_height_px, end = field.x + field.width;
    int label = pen_capitals(pen, "next.label", pen->view->next_label, SIZE_CAPTION,
                             pen->palette.panel_faint, field.x, baseline);
    int x = field.x + label + pen_px(pen, 2);
    double size = SIZE_NEXT_TIME;
    char old[DAY_LIST_STRUCK_BYTES];
    day_list_put_struck(next, old);
    if (next->old_time[0] && x + next_times_px(pen, old, SIZE_CAPTION) > end) {
        snprintf(old, sizeof old, "%s", next->old_time);
    }
    if (x + next_times_px(pen, old, SIZE_CAPTION) > end) {
        /* Of another day, in a narrow column: the time that holds is worth more. */
        old[0] = '\0';
    }
    while (size - 0.1 >= SIZE_CAPTION && x + next_times_px(pen, old, size) > end) {
        size -= 0.1;
    }
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    struct text_style struck = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    struct text_style note = pen_style(pen, SIZE_NEXT_NOTE, TEXT_WEIGHT_BOLD);
    x += pen_line(pen, "next.time", day_list_time(next), &time, pen->palette.panel_text, x,
                  baseline, BOX_ALIGN_START);
    if (old[0]) {
        x += pen_px(pen, 1.6);
        x += pen_line(pen, "next.old_time", old, &struck, pen->palette.panel_faint, x, baseline,
                      BOX_ALIGN_START);
        pen_strike_last(pen);
    }
    x += pen_px(pen, 2.4);
    int line_px = pen_px(pen, SIZE_NEXT_NOTE * LEADING_TEXT + 0.8);
    int title_end = baseline + line_px + pen_px(pen, 1.6 + SIZE_NEXT_TITLE_MIN * LEADING_NEXT);
    if (next->note[0] && x + pen_text_width(pen, next->note, &note) > end &&
        title_end <= field.y + field.height) {
        x = field.x;
        baseline += line_px;
    }
    pen_cut_line(pen, "next.note", next->note, &note, pen->palette.panel_warning, x, baseline,
                 end - x);
    return baseline;
}

static struct block fit_next_title(const struct pen *pen, int width_px, int height_px)
{
    return pen_fit(pen, pen->view->next.title, TEXT_WEIGHT_BOLD, SIZE_NEXT_TITLE,
                   SIZE_NEXT_TITLE_MIN, 3, LEADING_NEXT, width_px, height_px);
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
    struct block title = fit_next_title(pen, field.width, end - y - speakers_px);
    if ((title.fit.cut && title.fit.line_count == 1) || title.height_px > end - y - speakers_px) {
        speakers_px = 0;
        title = fit_next_title(pen, field.width, end - y);
    }
    size_t first = pen->layout->count;
    y = pen_place(pen, "next.title", &title,
                  view->next.struck ? pen->palette.panel_faint : pen->palette.panel_text, field.x,
                  y);
    if (view->next.struck) {
        pen_strike_from(pen, first);
    }
    if (speakers_px > 0) {
        struct text_style speakers = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
        pen_cut_line(pen, "next.speakers", view->next_speakers, &speakers, pen->palette.panel_soft,
                     field.x, y + pen_px(pen, 0.8 + SIZE_LATER), field.width);
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

/* On the strip that the logo stands on; it takes no height from anything. */
static int lay_banners_beside(struct pen *pen)
{
    const struct emblem_place *emblem = &pen->emblem;
    struct text_style style = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    int cap_px = pen_metrics(pen, &style).cap_height_px;
    int x = pen_px(pen, MARGIN) + emblem->foot_left_px;
    int end = pen->layout->width_px - pen_px(pen, MARGIN) - emblem->foot_right_px;
    lay_banners(pen, x, emblem->rect.y + (emblem->rect.height + cap_px) / 2, end - x);
    return 0;
}

/* What a list below the next session leaves. */
static int above_list_px(const struct pen *pen, int rows, int height_px)
{
    return height_px - pen_px(pen, SIZE_CAPTION + 2) -
           rows * pen_px(pen, SIZE_LATER * LEADING_LATER);
}

/* In portrait the list is below: the next session gets what the list doesn't need, within limits.
 */
static int next_height_px(const struct pen *pen, int height_px)
{
    int least_px = pen_px(pen, 22), most_px = pen_px(pen, 32);
    int next_px = above_list_px(pen, pen->view->later_count, height_px);
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

/* A QR code is about the next session, and so stands beside it or not at all. */
static int code_px(const struct pen *pen, int width_px, int height_px)
{
    bool narrow = !pen->portrait && width_px < pen_px(pen, WIDTH_WITH_CODE_MIN);
    if (!pen->view->next_label[0] || narrow) {
        return 0;
    }
    int room = height_px;
    if (pen->portrait && pen->view->later_count > 0) {
        /* And the row that says how many there are more. */
        int rows = pen->view->later_count;
        rows = rows > PANEL_ROWS_KEPT ? PANEL_ROWS_KEPT + 1 : rows;
        int next = next_height_px(pen, height_px), above = above_list_px(pen, rows, height_px);
        room = next > above ? next : above;
    }
    return qr_plate_px(pen, CODE_ON_PANEL, room);
}

void panel_lay(struct pen *pen, int top, int bottom)
{
    const struct emblem_place *emblem = &pen->emblem;
    int margin = pen_px(pen, MARGIN) + emblem->panel_left_px, pad = pen_px(pen, 4);
    int width = pen->layout->width_px - margin - pen_px(pen, MARGIN) - emblem->panel_right_px;
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
    int gap = pen_px(pen, 5), whole = width;
    /* Its plate has an edge of its own, and may come closer to the screen's. */
    int lower = bottom < pen->layout->height_px ? pen_px(pen, 1) : 0;
    int code = code_px(pen, width, bottom + lower - top - pad);
    if (code > 0) {
        qr_plate_lay(pen, margin + width - code, top + pad, code);
        width -= code + gap;
    }
    int column = list && !pen->portrait ? (width - gap) / 2 : width;
    int banners =
        emblem->strip_px > 0 ? lay_banners_beside(pen) : lay_banners(pen, margin, bottom, column);
    struct layout_rect field = {margin, top + pad, width, bottom - banners - top - pad};
    if (pen->portrait) {
        int next_px = list ? next_height_px(pen, field.height) : field.height;
        next_px = next_px < code ? code : next_px;
        lay_next(pen, (struct layout_rect){margin, field.y, width, next_px});
        if (list) {
            int y = pen->view->next_label[0] ? field.y + next_px + pen_px(pen, 2) : field.y;
            day_list_lay(pen, (struct layout_rect){margin, y, whole, field.y + field.height - y});
        }
        return;
    }
    lay_next(pen, (struct layout_rect){margin, field.y, column, field.height});
    bool beside = pen->view->next_label[0] || banners > 0;
    int x = beside ? margin + column + gap : margin;
    day_list_lay(pen, (struct layout_rect){x, field.y, margin + width - x, bottom - field.y});
}
