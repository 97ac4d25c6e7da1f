#include <roomsign/panel.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/qr.h>
#include <roomsign/words.h>

/* A row whose title would get less than this beside its note gives it a line of its own. */
#define TITLE_BESIDE_NOTE 16.0
#define NOTE_LINES 2
#define SIZE_NEXT_NOTE 3.4
#define LEADING_NEXT 1.18
#define GAP_TIME 2.0
#define GAP_ROW 1.0
/* Two columns and a QR code need so much. */
#define WIDTH_WITH_CODE_MIN 110.0

/* The time that holds, as far as is known, comes first and strongest; those that hold no more stand
 * struck through beside it. */
static const char *time_of(const struct view_entry *entry)
{
    return entry->expected[0] ? entry->expected : entry->time;
}

/* Of a session that was retimed and is late as well these are two; where that is too long, it's the
 * one that people have known for longer. */
#define STRUCK_BYTES (2 * VIEW_SHORT_BYTES + 2)

static void put_struck_times(const struct view_entry *entry, char text[static STRUCK_BYTES])
{
    const char *planned = entry->expected[0] ? entry->time : "";
    bool two = planned[0] && entry->old_time[0];
    snprintf(text, STRUCK_BYTES, "%s%s%s", entry->old_time, two ? "  " : "", planned);
}

static int next_times_px(const struct pen *pen, const char *old, double size)
{
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    struct text_style struck = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    int old_px = old[0] ? pen_px(pen, 1.6) + pen_text_width(pen, old, &struck) : 0;
    return pen_text_width(pen, time_of(&pen->view->next), &time) + old_px;
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
    char old[STRUCK_BYTES];
    put_struck_times(next, old);
    if (next->old_time[0] && x + next_times_px(pen, old, SIZE_CAPTION) > end) {
        snprintf(old, sizeof old, "%s", next->old_time);
    }
    while (size - 0.1 >= SIZE_CAPTION && x + next_times_px(pen, old, size) > end) {
        size -= 0.1;
    }
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    struct text_style struck = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    struct text_style note = pen_style(pen, SIZE_NEXT_NOTE, TEXT_WEIGHT_BOLD);
    x += pen_line(pen, "next.time", time_of(next), &time, pen->palette.panel_text, x, baseline,
                  BOX_ALIGN_START);
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

/* What a row of the list says beside its time: the time that holds no more, the note, the title. */
struct row {
    const struct view_entry *entry;
    int x, width_px;
    char old[STRUCK_BYTES];
    int old_px;
    /* On as many lines as it needs, NOTE_LINES at most. */
    struct block note;
    int note_px;
    bool title_below;
    int lines;
};

static void measure_row(const struct pen *pen, const struct view_entry *entry, int x, int width_px,
                        struct row *ret_row)
{
    struct text_style old = pen_tabular(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
    struct text_style bold = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    struct text_style regular = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
    int gap = pen_px(pen, GAP_ROW), least = pen_px(pen, TITLE_BESIDE_NOTE);
    memset(ret_row, 0, sizeof *ret_row);
    ret_row->entry = entry;
    ret_row->x = x;
    ret_row->width_px = width_px;
    put_struck_times(entry, ret_row->old);
    ret_row->old_px = ret_row->old[0] ? pen_text_width(pen, ret_row->old, &old) + gap : 0;
    if (entry->expected[0] && entry->old_time[0] && ret_row->old_px + least > width_px) {
        snprintf(ret_row->old, sizeof ret_row->old, "%s", entry->old_time);
        ret_row->old_px = pen_text_width(pen, ret_row->old, &old) + gap;
    }
    ret_row->lines = 1;
    if (entry->note[0]) {
        ret_row->note_px = pen_text_width(pen, entry->note, &bold) + gap;
        ret_row->note = pen_fit(pen, entry->note, TEXT_WEIGHT_BOLD, SIZE_LATER, SIZE_LATER,
                                NOTE_LINES, LEADING_LATER, width_px - ret_row->old_px, INT32_MAX);
        int title = pen_text_width(pen, entry->title, &regular);
        int needed = ret_row->old_px + ret_row->note_px + (title < least ? title : least);
        ret_row->title_below = title > 0 && needed > width_px;
        ret_row->lines = ret_row->note.fit.line_count + ret_row->title_below;
    }
}

static void lay_later_row(struct pen *pen, const struct row *row, int baseline)
{
    const struct view_entry *entry = row->entry;
    struct text_style time = pen_tabular(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    struct text_style old = pen_tabular(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
    struct text_style regular = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
    layout_colour faint = pen->palette.panel_faint;
    bool quiet = entry->quiet || entry->struck;
    int step = pen_px(pen, SIZE_LATER * LEADING_LATER), x = row->x;
    pen_line(pen, "later.time", time_of(entry), &time, quiet ? faint : pen->palette.panel_text,
             x - pen_px(pen, GAP_TIME), baseline, BOX_ALIGN_END);
    if (row->old_px > 0) {
        pen_line(pen, "later.old_time", row->old, &old, faint, x, baseline, BOX_ALIGN_START);
        pen_strike_last(pen);
        x += row->old_px;
    }
    for (int i = 0; i < row->note.fit.line_count; i++) {
        pen_line(pen, "later.note", row->note.fit.lines[i], &row->note.fit.style,
                 pen->palette.panel_warning, x, baseline + i * step, BOX_ALIGN_START);
    }
    x = row->title_below ? row->x : x + row->note_px;
    if (pen_cut_line(pen, "later.title", entry->title, &regular,
                     quiet ? faint : pen->palette.panel_soft, x, baseline + (row->lines - 1) * step,
                     row->x + row->width_px - x) > 0 &&
        entry->struck) {
        pen_strike_last(pen);
    }
}

static int times_px(const struct pen *pen)
{
    struct text_style time = pen_tabular(pen, SIZE_LATER, TEXT_WEIGHT_BOLD);
    int widest = 0;
    for (int i = 0; i < pen->view->later_count; i++) {
        int width = pen_text_width(pen, time_of(&pen->view->later[i]), &time);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* How many entries so many lines have room for. */
static int count_rows(const struct pen *pen, int lines, int width_px)
{
    int shown = 0;
    while (shown < pen->view->later_count) {
        struct row row;
        measure_row(pen, &pen->view->later[shown], 0, width_px, &row);
        lines -= row.lines;
        if (lines < 0) {
            break;
        }
        shown++;
    }
    return shown;
}

/* The rest of the day, as many rows as there is room for, the last one saying how many are left. */
static void lay_later(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    int total = view->later_count + view->later_more;
    struct text_style caption = pen_style(pen, SIZE_CAPTION, TEXT_WEIGHT_BOLD);
    int step = pen_px(pen, SIZE_LATER * LEADING_LATER);
    int baseline = field.y + pen_metrics(pen, &caption).cap_height_px;
    int lines = (field.height - pen_px(pen, SIZE_CAPTION)) / step;
    if (total == 0 || lines < 1) {
        return;
    }
    pen_capitals(pen, "later.label", view->later_label, SIZE_CAPTION, pen->palette.panel_faint,
                 field.x, baseline);
    int indent = times_px(pen) + pen_px(pen, GAP_TIME);
    int x = field.x + indent, width = field.width - indent;
    int shown = count_rows(pen, lines, width);
    if (shown < total) {
        shown = count_rows(pen, lines - 1, width);
    }
    baseline += pen_px(pen, 0.6) + step;
    for (int i = 0; i < shown; i++) {
        struct row row;
        measure_row(pen, &view->later[i], x, width, &row);
        lay_later_row(pen, &row, baseline);
        baseline += step * row.lines;
    }
    if (shown < total) {
        const struct words *words = words_for(view->language);
        char more[VIEW_NAME_BYTES];
        words_fill_number(more, sizeof more, words, &words->counted.more_sessions, total - shown);
        struct text_style style = pen_style(pen, SIZE_LATER, TEXT_WEIGHT_REGULAR);
        pen_line(pen, "later.more", more, &style, pen->palette.panel_faint, shown > 0 ? x : field.x,
                 baseline, BOX_ALIGN_START);
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
            lay_later(pen, (struct layout_rect){margin, y, whole, field.y + field.height - y});
        }
        return;
    }
    lay_next(pen, (struct layout_rect){margin, field.y, column, field.height});
    bool beside = pen->view->next_label[0] || banners > 0;
    int x = beside ? margin + column + gap : margin;
    lay_later(pen, (struct layout_rect){x, field.y, margin + width - x, bottom - field.y});
}
