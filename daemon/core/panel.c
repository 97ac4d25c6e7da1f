#include <roomsign/panel.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/day_list.h>
#include <roomsign/qr.h>

/* Two columns and a QR code need so much. */
#define WIDTH_WITH_CODE_MIN (212 * SPACE_MARGIN)
/* What the list has at least where it stands below the countdown, or where what comes next keeps
 * its columns. */
#define LIST_BELOW_COUNT_MIN (12 * SPACE_MARGIN)
#define LIST_WIDTH_MIN (10 * SPACE_MARGIN)
#define NEXT_COLUMNS_MIN 4
/* What comes next has so much above a list, within these limits. */
#define NEXT_HEIGHT_MIN (5 * SPACE_ROW)
#define NEXT_HEIGHT_MAX (8 * SPACE_GUTTER)
#define GAP_ABOVE_LIST SPACE_WORD

/* The part of the panel between two lines of its columns. */
struct span {
    int from, to;
};

static int span_x(const struct pen *pen, struct span span)
{
    return pen_column(pen, &pen->panel, span.from);
}

static int span_px(const struct pen *pen, struct span span)
{
    return pen_column_end(pen, &pen->panel, span.to) - span_x(pen, span);
}

/* The next session and the list stand one above the other. */
static bool is_upright(const struct pen *pen)
{
    return pen->portrait || pen->abreast;
}

static int next_times_px(const struct pen *pen, const char *old, int size)
{
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    struct text_style struck = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    int old_px = old[0] ? pen_space(pen, SPACE_WORD) + pen_text_width(pen, old, &struck) : 0;
    return pen_text_width(pen, day_list_time(&pen->view->next), &time) + old_px;
}

/* The time, and the one that holds no more; returns the x behind them. */
static int lay_next_times(struct pen *pen, int x, int baseline, int end)
{
    const struct view_entry *next = &pen->view->next;
    char old[DAY_LIST_STRUCK_BYTES];
    day_list_put_struck(next, old);
    if (next->old_time[0] && x + next_times_px(pen, old, TYPE_CAPTION) > end) {
        snprintf(old, sizeof old, "%s", next->old_time);
    }
    int size = TYPE_TIME;
    while (size > TYPE_CAPTION && x + next_times_px(pen, old, size) > end) {
        size--;
    }
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    if (x + next_times_px(pen, old, size) > end) {
        old[0] = '\0';
    }
    struct text_style struck = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    x += pen_line(pen, "next.time", day_list_time(next), &time, pen->palette.panel_text, x,
                  baseline, BOX_ALIGN_START);
    if (old[0]) {
        x += pen_space(pen, SPACE_WORD);
        x += pen_line(pen, "next.old_time", old, &struck, pen->palette.panel_faint, x, baseline,
                      BOX_ALIGN_START);
        pen_strike_last(pen);
    }
    return x;
}

/* When it starts, and what kind of next it is; returns the y of the last baseline. */
static int lay_next_head(struct pen *pen, struct layout_rect field)
{
    const struct view_entry *next = &pen->view->next;
    struct text_style time = pen_tabular(pen, TYPE_TIME, TEXT_WEIGHT_BOLD);
    struct text_style note = pen_style(pen, TYPE_TEXT, TEXT_WEIGHT_BOLD);
    struct text_style title = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_BOLD);
    int baseline = field.y + pen_metrics(pen, &time).cap_height_px, end = field.x + field.width;
    int label = pen_capitals(pen, "next.label", pen->view->next_label, TYPE_CAPTION,
                             pen->palette.panel_faint, field.x, baseline);
    int x = lay_next_times(pen, field.x + label + pen_space(pen, SPACE_WORD), baseline, end) +
            pen_space(pen, SPACE_WORD);
    int line_px = pen_space(pen, SPACE_LINE), room_px = end - x;
    int title_end =
        baseline + line_px + pen_space(pen, SPACE_NEAR) + (int)(title.size_px * LEADING_TITLE);
    if (next->note[0] && pen_text_width(pen, next->note, &note) > room_px &&
        title_end <= field.y + field.height) {
        x = field.x;
        baseline += line_px;
    }
    for (int size = TYPE_TEXT; size >= TYPE_SMALL; size--) {
        note = pen_style(pen, size, TEXT_WEIGHT_BOLD);
        if (pen_text_width(pen, next->note, &note) <= end - x) {
            break;
        }
    }
    pen_cut_line(pen, "next.note", next->note, &note, pen->palette.panel_warning, x, baseline,
                 end - x);
    return baseline;
}

static struct block fit_next_title(const struct pen *pen, int width_px, int height_px)
{
    return pen_fit(pen, pen->view->next.title, TEXT_WEIGHT_BOLD, TYPE_LEAD, TYPE_SMALL, 3,
                   LEADING_TITLE, width_px, height_px);
}

/* What comes next: when, what, who. */
static void lay_next(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    if (!view->next_label[0]) {
        return;
    }
    int baseline = lay_next_head(pen, field);
    int y = baseline + pen_space(pen, SPACE_NEAR), end = field.y + field.height;
    int speakers_px = view->next_speakers[0] ? pen_space(pen, SPACE_ROW) : 0;
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
        struct text_style speakers = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
        int baseline_y = y + pen_space(pen, SPACE_NEAR) + pen_metrics(pen, &speakers).cap_height_px;
        pen_cut_line(pen, "next.speakers", view->next_speakers, &speakers, pen->palette.panel_soft,
                     field.x, baseline_y, field.width);
    }
}

static struct text_style banner_style(const struct pen *pen)
{
    return pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_BOLD);
}

/* What all-day notices take at the foot of their column. */
static int banners_px(const struct pen *pen)
{
    struct text_style style = banner_style(pen);
    bool has = pen->view->banner_count > 0 && pen->emblem.strip_px == 0;
    return has ? pen_metrics(pen, &style).cap_height_px + pen_space(pen, SPACE_BLOCK) : 0;
}

/* On one line. */
static void lay_banners(struct pen *pen, int x, int bottom, int width_px)
{
    if (pen->view->banner_count == 0) {
        return;
    }
    char joined[VIEW_BANNERS_MAX * (VIEW_TEXT_BYTES + 8)];
    size_t used = 0;
    for (int i = 0; i < pen->view->banner_count; i++) {
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", i ? "  ·  " : "",
                                 pen->view->banners[i]);
    }
    struct text_style style = banner_style(pen);
    int side = pen_metrics(pen, &style).cap_height_px;
    pen_shape(pen, "banner.mark", BOX_SHAPE_DIAMOND,
              (struct layout_rect){x, bottom - side, side, side}, pen->palette.panel_soft);
    int gap = side + pen_space(pen, SPACE_NEAR);
    pen_cut_line(pen, "banner", joined, &style, pen->palette.panel_soft, x + gap, bottom,
                 width_px - gap);
}

/* On the strip that the logo stands on; it takes no height from anything. */
static void lay_banners_beside(struct pen *pen)
{
    const struct emblem_place *emblem = &pen->emblem;
    struct text_style style = banner_style(pen);
    int cap_px = pen_metrics(pen, &style).cap_height_px;
    int x = pen_column(pen, &pen->panel, 0) + emblem->foot_left_px;
    int end = pen_column_end(pen, &pen->panel, pen_columns(&pen->panel)) - emblem->foot_right_px;
    lay_banners(pen, x, emblem->rect.y + (emblem->rect.height + cap_px) / 2, end - x);
}

/* What a list below the next session leaves. */
static int above_list_px(const struct pen *pen, int rows, int height_px)
{
    return height_px - pen_space(pen, GAP_ABOVE_LIST) - day_list_height_px(pen, rows);
}

/* In portrait the list is below: the next session gets what the list doesn't need, within limits.
 */
static int next_height_px(const struct pen *pen, int height_px)
{
    int least_px = pen_space(pen, NEXT_HEIGHT_MIN), most_px = pen_space(pen, NEXT_HEIGHT_MAX);
    int next_px = above_list_px(pen, pen->view->later_count, height_px);
    if (pen->view->day_count > 0) {
        next_px = above_list_px(pen, pen->view->day_count, height_px);
    }
    next_px = next_px < least_px ? least_px : next_px > most_px ? most_px : next_px;
    return next_px < height_px ? next_px : height_px;
}

static int widest_room_px(const struct pen *pen, int size)
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
    struct text_style caption = pen_style(pen, TYPE_CAPTION, TEXT_WEIGHT_BOLD);
    int size = TYPE_LEAD;
    while (size > TYPE_SMALL && widest_room_px(pen, size) > field.width) {
        size--;
    }
    struct text_style name = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    int step = pen_space(pen, SPACE_LINE);
    int baseline = field.y + pen_metrics(pen, &caption).cap_height_px;
    pen_capitals(pen, "rooms.label", view->rooms_label, TYPE_CAPTION, pen->palette.panel_faint,
                 field.x, baseline);
    baseline += pen_space(pen, SPACE_NEAR);
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
    struct text_style caption = pen_style(pen, TYPE_CAPTION, TEXT_WEIGHT_BOLD);
    int baseline = field.y + pen_metrics(pen, &caption).cap_height_px;
    int y = baseline + pen_space(pen, SPACE_WORD), end = field.y + field.height;
    struct block text = pen_fit(pen, view->remedy, TEXT_WEIGHT_REGULAR, TYPE_TEXT, TYPE_CAPTION,
                                FIT_LINES_MAX, LEADING_TEXT, field.width, end - y);
    pen_capitals(pen, "remedy.label", view->remedy_label, TYPE_CAPTION, pen->palette.panel_faint,
                 field.x, baseline);
    pen_place(pen, "remedy", &text, pen->palette.panel_soft, field.x, y);
}

/* Names and remedy side by side, or one below the other. */
static void lay_missing(struct pen *pen, struct layout_rect field)
{
    struct layout_rect remedy = field;
    if (pen->view->room_count > 0 && is_upright(pen)) {
        remedy.y = lay_rooms(pen, field) + pen_space(pen, SPACE_MARGIN);
        remedy.height = field.y + field.height - remedy.y;
    } else if (pen->view->room_count > 0) {
        field.width = (field.width - pen_space(pen, SPACE_GUTTER)) / 2;
        lay_rooms(pen, field);
        remedy.x += remedy.width - field.width;
        remedy.width = field.width;
    }
    lay_remedy(pen, remedy);
}

/* A QR code is about the next session, and so stands beside it or not at all. */
static int code_px(const struct pen *pen, int width_px, int height_px)
{
    bool narrow = !is_upright(pen) && width_px < pen_space(pen, WIDTH_WITH_CODE_MIN);
    if (!pen->view->next_label[0] || narrow) {
        return 0;
    }
    int room = height_px;
    if (is_upright(pen) && pen->view->later_count > 0) {
        /* And the row that says how many there are more. */
        int rows = pen->view->later_count;
        rows = rows > PANEL_ROWS_KEPT ? PANEL_ROWS_KEPT + 1 : rows;
        int next = next_height_px(pen, height_px), above = above_list_px(pen, rows, height_px);
        room = next > above ? next : above;
    }
    return qr_plate_px(pen, CODE_ON_PANEL, room);
}

/* Of what comes next: the columns that neither a logo nor the code takes. */
static struct span free_span(const struct pen *pen, int end)
{
    struct span span = {0, pen_columns(&pen->panel)};
    int begin = pen_column(pen, &pen->panel, 0) + pen->emblem.panel_left_px;
    while (span_x(pen, span) < begin && span.from + 1 < span.to) {
        span.from++;
    }
    while (pen_column_end(pen, &pen->panel, span.to) > end && span.from + 1 < span.to) {
        span.to--;
    }
    return span;
}

static bool has_width(const struct pen *pen, int line, struct span span, int spaces)
{
    return span_px(pen, (struct span){line, span.to}) >= pen_space(pen, spaces);
}

/* Below the countdown where that leaves the list enough, else in the middle or a little before. */
static int list_line(const struct pen *pen, struct span span)
{
    int line = pen->count_line;
    if (line > span.from && line < span.to && has_width(pen, line, span, LIST_BELOW_COUNT_MIN)) {
        return line;
    }
    line = span.from + (span.to - span.from) / 2;
    while (line > span.from + NEXT_COLUMNS_MIN && !has_width(pen, line, span, LIST_WIDTH_MIN)) {
        line--;
    }
    return line;
}

/* What comes next at the field's head, the list below it, across the whole panel. */
static void lay_upright(struct pen *pen, struct layout_rect field, int code, int whole_px)
{
    int gap = pen_space(pen, GAP_ABOVE_LIST), next_px = next_height_px(pen, field.height);
    next_px = next_px < code ? code : next_px;
    struct layout_rect below = {field.x, field.y + next_px + gap, whole_px, 0};
    below.height = field.y + field.height - below.y;
    bool list = pen->view->later_count > 0 || day_list_has(pen, below);
    struct layout_rect next = field;
    next.height = list ? next_px : field.height;
    lay_next(pen, next);
    if (list) {
        int y = pen->view->next_label[0] ? below.y : field.y;
        day_list_lay(pen, (struct layout_rect){field.x, y, whole_px, field.y + field.height - y});
    }
}

/* Both side by side. */
static void lay_abreast(struct pen *pen, struct span span, int y, int bottom)
{
    struct span beside = {list_line(pen, span), span.to}, next = {span.from, beside.from};
    int x = span_x(pen, next);
    bool list = day_list_has(
        pen, (struct layout_rect){span_x(pen, beside), y, span_px(pen, beside), bottom - y});
    int column = span_px(pen, list ? next : span), banners = banners_px(pen);
    if (pen->emblem.strip_px > 0) {
        lay_banners_beside(pen);
    } else {
        lay_banners(pen, x, bottom, column);
    }
    lay_next(pen, (struct layout_rect){x, y, column, bottom - banners - y});
    if (list) {
        bool is_beside = pen->view->next_label[0] || banners > 0;
        beside.from = is_beside ? beside.from : span.from;
        day_list_lay(
            pen, (struct layout_rect){span_x(pen, beside), y, span_px(pen, beside), bottom - y});
    }
}

void panel_lay(struct pen *pen, int bottom)
{
    const struct layout_rect *panel = &pen->panel;
    const struct emblem_place *emblem = &pen->emblem;
    int y = panel->y + pen_space(pen, pen->abreast ? SPACE_MARGIN : SPACE_BLOCK);
    int end = pen_column_end(pen, panel, pen_columns(panel)) - emblem->panel_right_px;
    /* A plate has an edge of its own, and may come closer to the screen's. */
    int lower = bottom < pen->layout->height_px ? pen_space(pen, SPACE_NEAR) : 0;
    if (bottom == pen->layout->height_px) {
        bottom -= pen_space(pen, SPACE_GUTTER);
    }
    pen->ground = pen->palette.panel;
    pen_fill(pen, "panel", *panel, pen->palette.panel, 0);
    struct span span = free_span(pen, end);
    struct layout_rect field = {span_x(pen, span), y, span_px(pen, span), bottom - y};
    if (pen->view->room_missing) {
        field.x = pen_column(pen, panel, 0) + emblem->panel_left_px;
        field.width = end - field.x;
        lay_missing(pen, field);
        return;
    }
    /* Notices stand below what comes next, or below all of it and its code. */
    int banners = is_upright(pen) ? banners_px(pen) : 0, whole_px = field.width;
    int code = code_px(pen, whole_px, field.height + (banners > 0 ? -banners : lower));
    if (code > 0) {
        int x = field.x + field.width - code;
        qr_plate_lay(pen, x, y, code);
        field.width -= code + pen_space(pen, SPACE_GUTTER);
        span = free_span(pen, x - pen_space(pen, SPACE_GUTTER));
    }
    if (!is_upright(pen)) {
        lay_abreast(pen, span, y, bottom);
        return;
    }
    if (emblem->strip_px > 0) {
        lay_banners_beside(pen);
    } else {
        lay_banners(pen, field.x, bottom, whole_px);
        field.height -= banners;
    }
    lay_upright(pen, field, code, whole_px);
}
