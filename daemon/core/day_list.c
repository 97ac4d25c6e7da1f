#include <roomsign/day_list.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <roomsign/words.h>

/* A row whose title would get less than this beside its note gives it a line of its own. */
#define TITLE_BESIDE_NOTE (4 * SPACE_GUTTER)
#define NOTE_LINES 2
/* No row has more. */
#define ROW_LINES_MAX (NOTE_LINES + 1)
#define PAGE_MARK_BYTES 32
/* A mark hangs in the margin, half as wide. */
#define MARK_HANGS SPACE_WORD

const char *day_list_time(const struct view_entry *entry)
{
    return entry->expected[0] ? entry->expected : entry->time;
}

void day_list_put_struck(const struct view_entry *entry, char text[static DAY_LIST_STRUCK_BYTES])
{
    const char *planned = entry->expected[0] ? entry->time : "";
    bool two = planned[0] && entry->old_time[0];
    snprintf(text, DAY_LIST_STRUCK_BYTES, "%s%s%s", entry->old_time, two ? "  " : "", planned);
}

int day_list_page(int64_t turn, int pages)
{
    assert(turn >= 0 && pages >= 1);
    if (pages == 1 || turn % 2 == 0) {
        return 0;
    }
    return 1 + (int)(turn / 2 % (pages - 1));
}

/* What is listed, where its lines stand, and the column beside its times. */
struct grid {
    const struct view_entry *rows;
    /* They are the view's day, not what comes later. */
    bool is_day;
    /* Of rows, and of those that the view has no place for. */
    int count, more;
    /* Of the day, above the rows. */
    int earlier;
    const char *label;
    int start_x, x, width_px;
    int baseline, step_px;
    int lines;
};

static int times_px(const struct pen *pen, const struct grid *grid)
{
    struct text_style time = pen_tabular(pen, TYPE_SMALL, TEXT_WEIGHT_BOLD);
    int widest = 0;
    for (int i = 0; i < grid->count; i++) {
        int width = pen_text_width(pen, day_list_time(&grid->rows[i]), &time);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* Of the label and what sets it apart from the rows. */
static int label_height_px(const struct pen *pen)
{
    struct text_style caption = pen_style(pen, TYPE_CAPTION, TEXT_WEIGHT_BOLD);
    return pen_metrics(pen, &caption).cap_height_px + pen_space(pen, SPACE_RULE);
}

int day_list_height_px(const struct pen *pen, int rows)
{
    return label_height_px(pen) + rows * pen_space(pen, SPACE_ROW);
}

static void set_grid(const struct pen *pen, struct layout_rect field, struct grid *grid)
{
    int indent = times_px(pen, grid) + pen_space(pen, SPACE_WORD);
    grid->start_x = field.x;
    grid->x = field.x + indent;
    grid->width_px = field.width - indent;
    grid->step_px = pen_space(pen, SPACE_ROW);
    int label_px = label_height_px(pen);
    grid->lines = (field.height - label_px) / grid->step_px;
    grid->baseline = field.y + label_px;
}

/* What a row says beside its time: the time that holds no more, the note, the title. */
struct row {
    const struct view_entry *entry;
    /* start_x: of the list; x: of what stands beside the time. */
    int start_x, x, width_px;
    char old[DAY_LIST_STRUCK_BYTES];
    int old_px;
    /* On as many lines as it needs, NOTE_LINES at most. */
    struct block note;
    int note_px;
    bool title_below;
    int lines;
};

static void measure_old(const struct pen *pen, struct row *row)
{
    const struct view_entry *entry = row->entry;
    struct text_style old = pen_tabular(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
    int gap = pen_space(pen, SPACE_NEAR), least = pen_space(pen, TITLE_BESIDE_NOTE);
    day_list_put_struck(entry, row->old);
    row->old_px = row->old[0] ? pen_text_width(pen, row->old, &old) + gap : 0;
    if (entry->expected[0] && entry->old_time[0] && row->old_px + least > row->width_px) {
        snprintf(row->old, sizeof row->old, "%s", entry->old_time);
        row->old_px = pen_text_width(pen, row->old, &old) + gap;
    }
}

static void fit_note(const struct pen *pen, struct row *row, int lines_max, int width_px)
{
    row->note = pen_fit(pen, row->entry->note, TEXT_WEIGHT_BOLD, TYPE_SMALL, TYPE_SMALL, lines_max,
                        LEADING_TEXT, width_px, INT32_MAX);
}

/* Where a page has fewer lines than the row wants, its note is cut, so that it is on a page. */
static void squeeze_note(const struct pen *pen, struct row *row, int lines_max)
{
    int beside_px = row->width_px - row->old_px;
    row->title_below &= lines_max > 1;
    fit_note(pen, row, 1, row->title_below ? beside_px : beside_px / 2);
    if (!row->title_below && row->note.fit.line_count > 0) {
        row->note_px = pen_text_width(pen, row->note.fit.lines[0], &row->note.fit.style) +
                       pen_space(pen, SPACE_NEAR);
    }
}

static void measure_note(const struct pen *pen, struct row *row, int lines_max)
{
    const struct view_entry *entry = row->entry;
    struct text_style bold = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_BOLD);
    struct text_style regular = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
    int least = pen_space(pen, TITLE_BESIDE_NOTE);
    row->note_px = pen_text_width(pen, entry->note, &bold) + pen_space(pen, SPACE_NEAR);
    fit_note(pen, row, NOTE_LINES, row->width_px - row->old_px);
    int title = pen_text_width(pen, entry->title, &regular);
    int needed = row->old_px + row->note_px + (title < least ? title : least);
    row->title_below = title > 0 && needed > row->width_px;
    if (row->note.fit.line_count + row->title_below > lines_max) {
        squeeze_note(pen, row, lines_max);
    }
    row->lines = row->note.fit.line_count + row->title_below;
}

static void measure_row(const struct pen *pen, const struct grid *grid,
                        const struct view_entry *entry, int lines_max, struct row *ret_row)
{
    memset(ret_row, 0, sizeof *ret_row);
    ret_row->entry = entry;
    ret_row->start_x = grid->start_x;
    ret_row->x = grid->x;
    ret_row->width_px = grid->width_px;
    ret_row->lines = 1;
    measure_old(pen, ret_row);
    if (entry->note[0]) {
        measure_note(pen, ret_row, lines_max);
    }
    ret_row->lines = ret_row->lines < 1 ? 1 : ret_row->lines;
}

/* It hangs in the margin, so that all times stay in their column. */
static void lay_mark(struct pen *pen, const struct row *row, int baseline)
{
    struct text_style style = pen_tabular(pen, TYPE_SMALL, TEXT_WEIGHT_BOLD);
    int hangs = pen_space(pen, MARK_HANGS), side = hangs / 2;
    int cap = pen_metrics(pen, &style).cap_height_px;
    struct layout_rect rect = {row->start_x - hangs, baseline - (cap + side) / 2, side, side};
    pen_shape(pen, "day.mark", BOX_SHAPE_DISC, rect, pen->palette.panel_text);
}

static void lay_row(struct pen *pen, const struct row *row, int baseline)
{
    const struct view_entry *entry = row->entry;
    /* A break that comes is as faint as what is over, but its time is bold. */
    bool past = entry->row == VIEW_ROW_PAST;
    struct text_style time =
        pen_tabular(pen, TYPE_SMALL, past ? TEXT_WEIGHT_REGULAR : TEXT_WEIGHT_BOLD);
    struct text_style old = pen_tabular(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
    struct text_style words = pen_style(
        pen, TYPE_SMALL, entry->row == VIEW_ROW_NOW ? TEXT_WEIGHT_BOLD : TEXT_WEIGHT_REGULAR);
    layout_colour faint = pen->palette.panel_faint;
    bool quiet = entry->quiet || entry->struck || past;
    bool now = entry->row == VIEW_ROW_NOW, later = entry->row == VIEW_ROW_LATER;
    int step = pen_space(pen, SPACE_ROW), x = row->x;
    if (now) {
        lay_mark(pen, row, baseline);
    }
    pen_line(pen, later ? "later.time" : "day.time", day_list_time(entry), &time,
             quiet && !now ? faint : pen->palette.panel_text, x - pen_space(pen, SPACE_WORD),
             baseline, BOX_ALIGN_END);
    if (row->old_px > 0) {
        pen_line(pen, later ? "later.old_time" : "day.old_time", row->old, &old, faint, x, baseline,
                 BOX_ALIGN_START);
        pen_strike_last(pen);
        x += row->old_px;
    }
    for (int i = 0; i < row->note.fit.line_count; i++) {
        pen_line(pen, later ? "later.note" : "day.note", row->note.fit.lines[i],
                 &row->note.fit.style, pen->palette.panel_warning, x, baseline + i * step,
                 BOX_ALIGN_START);
    }
    x = row->title_below ? row->x : x + row->note_px;
    layout_colour colour = now ? pen->palette.panel_text : quiet ? faint : pen->palette.panel_soft;
    if (pen_cut_line(pen, later ? "later.title" : "day.title", entry->title, &words, colour, x,
                     baseline + (row->lines - 1) * step, row->x + row->width_px - x) > 0 &&
        entry->struck) {
        pen_strike_last(pen);
    }
}

/* Those of such rows; what is known of others is forgotten where there is no more room for it. */
static struct row_lines *known_lines(const struct pen *pen, int width_px, int lines_max)
{
    struct row_lines *known = pen->row_lines;
    int i = 0;
    while (i < PEN_ROW_LINES_MAX && known[i].width_px > 0) {
        if (known[i].width_px == width_px && known[i].lines_max == lines_max) {
            return &known[i];
        }
        i++;
    }
    known += i < PEN_ROW_LINES_MAX ? i : 0;
    *known = (struct row_lines){.width_px = width_px, .lines_max = lines_max};
    return known;
}

/* How many lines a row takes. */
static int count_lines(const struct pen *pen, const struct grid *grid,
                       const struct view_entry *entry, int lines_max)
{
    if (grid->width_px <= 0) {
        return 1;
    }
    lines_max = lines_max < ROW_LINES_MAX ? lines_max : ROW_LINES_MAX;
    struct row_lines *known = known_lines(pen, grid->width_px, lines_max);
    unsigned char *lines = grid->is_day ? &known->day[entry - pen->view->day]
                                        : &known->later[entry - pen->view->later];
    if (*lines == 0) {
        struct row row;
        measure_row(pen, grid, entry, lines_max, &row);
        *lines = (unsigned char)row.lines;
    }
    return *lines;
}

/* How many rows from `first` on so many lines have room for. */
static int count_rows(const struct pen *pen, const struct grid *grid, int first, int lines)
{
    int left = lines, count = 0;
    while (first + count < grid->count && count < DAY_LIST_ROWS_MAX) {
        left -= count_lines(pen, grid, &grid->rows[first + count], lines);
        if (left < 0) {
            break;
        }
        count++;
    }
    return count;
}

/* The rows of a page, and which of how many it is. */
struct page {
    int first, count;
    int number, pages;
    int lines;
};

/* One line of each is kept for what it says of the others. */
static struct page find_page(const struct pen *pen, const struct grid *grid)
{
    struct page page = {
        .count = count_rows(pen, grid, 0, grid->lines), .pages = 1, .lines = grid->lines};
    if (page.count == grid->count + grid->more) {
        return page;
    }
    int lines = grid->lines - 1, starts[VIEW_LATER_MAX + 1] = {0};
    for (page.pages = 0; lines > 0 && starts[page.pages] < grid->count; page.pages++) {
        int first = starts[page.pages];
        starts[page.pages + 1] = first + count_rows(pen, grid, first, lines);
        assert(starts[page.pages + 1] > first);
    }
    if (page.pages == 0) {
        return (struct page){.pages = 1};
    }
    page.lines = lines;
    page.number = day_list_page(pen->list_turn, page.pages);
    page.first = starts[page.number];
    page.count = starts[page.number + 1] - page.first;
    return page;
}

/* At the same place on every page; in the column of the times where there is one. */
static void lay_foot(struct pen *pen, const struct grid *grid, const struct page *page)
{
    int baseline = grid->baseline + grid->step_px * grid->lines;
    int left = grid->count + grid->more - page->first - page->count;
    if (page->pages > 1) {
        char mark[PAGE_MARK_BYTES];
        struct text_style style = pen_tabular(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
        snprintf(mark, sizeof mark, "%d/%d", page->number + 1, page->pages);
        pen_line(pen, "later.page", mark, &style, pen->palette.panel_faint,
                 grid->x - pen_space(pen, SPACE_WORD), baseline, BOX_ALIGN_END);
    }
    if (left > 0) {
        const struct words *words = words_for(pen->view->language);
        char more[VIEW_NAME_BYTES];
        words_fill_number(more, sizeof more, words, &words->counted.more_sessions, left);
        struct text_style style = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
        pen_line(pen, "later.more", more, &style, pen->palette.panel_faint,
                 page->count > 0 ? grid->x : grid->start_x, baseline, BOX_ALIGN_START);
    }
}

/* How many of the first rows are over and can be left out. */
static int past_rows(const struct grid *grid)
{
    int past = 0;
    while (past < grid->count && grid->rows[past].row == VIEW_ROW_PAST) {
        past++;
    }
    return past;
}

/* "3 earlier", beside the label, above the first row. */
static void phrase_earlier(const struct pen *pen, int earlier, char *text, size_t size)
{
    const struct words *words = words_for(pen->view->language);
    text[0] = '\0';
    if (earlier > 0) {
        words_fill_number(text, size, words, &words->counted.earlier_sessions, earlier);
    }
}

static bool fits_beside_label(const struct pen *pen, const struct grid *grid, int width_px)
{
    char text[VIEW_NAME_BYTES];
    struct text_style style = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
    phrase_earlier(pen, grid->earlier, text, sizeof text);
    return pen_capitals_width(pen, grid->label, TYPE_CAPTION) + pen_space(pen, SPACE_WORD) +
               pen_text_width(pen, text, &style) <=
           width_px;
}

/* The day, as much of what is over as has room beside all that is not; of that at least the last
 * row, or it is no day. */
static bool find_day(const struct pen *pen, struct layout_rect field, struct grid *ret_grid)
{
    const struct view *view = pen->view;
    *ret_grid = (struct grid){
        .rows = view->day, .is_day = true, .count = view->day_count, .label = view->day_label};
    if (view->day_count == 0) {
        return false;
    }
    set_grid(pen, field, ret_grid);
    int past = past_rows(ret_grid);
    bool now = past < ret_grid->count && ret_grid->rows[past].row == VIEW_ROW_NOW;
    for (int left_out = 0; ret_grid->lines > 0 && left_out < past + now; left_out++) {
        ret_grid->rows = view->day + left_out;
        ret_grid->count = view->day_count - left_out;
        ret_grid->earlier = left_out;
        if (count_rows(pen, ret_grid, 0, ret_grid->lines) == ret_grid->count) {
            return fits_beside_label(pen, ret_grid, field.width);
        }
    }
    return false;
}

bool day_list_has(const struct pen *pen, struct layout_rect field)
{
    struct grid grid;
    return pen->view->later_count > 0 || find_day(pen, field, &grid);
}

void day_list_lay(struct pen *pen, struct layout_rect field)
{
    const struct view *view = pen->view;
    struct text_style caption = pen_style(pen, TYPE_CAPTION, TEXT_WEIGHT_BOLD);
    struct grid grid;
    if (!find_day(pen, field, &grid)) {
        grid = (struct grid){.rows = view->later,
                             .count = view->later_count,
                             .more = view->later_more,
                             .label = view->later_label};
        set_grid(pen, field, &grid);
    }
    if (grid.count + grid.more == 0 || grid.lines < 1) {
        return;
    }
    pen_capitals(pen, "later.label", grid.label, TYPE_CAPTION, pen->palette.panel_faint, field.x,
                 field.y + pen_metrics(pen, &caption).cap_height_px);
    char earlier[VIEW_NAME_BYTES];
    struct text_style regular = pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
    phrase_earlier(pen, grid.earlier, earlier, sizeof earlier);
    pen_line(pen, "day.earlier", earlier, &regular, pen->palette.panel_faint, field.x + field.width,
             field.y + pen_metrics(pen, &caption).cap_height_px, BOX_ALIGN_END);
    struct page page = find_page(pen, &grid);
    int baseline = grid.baseline + grid.step_px;
    for (int i = 0; i < page.count; i++) {
        struct row row;
        measure_row(pen, &grid, &grid.rows[page.first + i], page.lines, &row);
        lay_row(pen, &row, baseline);
        baseline += grid.step_px * row.lines;
    }
    pen->layout->list_pages = page.pages;
    lay_foot(pen, &grid, &page);
}
