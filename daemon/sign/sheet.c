#include <roomsign/sheet.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/canvas.h>
#include <roomsign/collage.h>
#include <roomsign/fit.h>
#include <roomsign/phrase.h>
#include <roomsign/picture.h>
#include <roomsign/shapes.h>
#include <roomsign/utf8.h>

/* Pixels of the sheet. */
#define MARGIN 40
#define GAP 26
#define HEADER_HEIGHT 150
#define LABEL_LINE_HEIGHT 34
#define LABEL_GAP 38
#define PLACE_WIDTH_MIN 320
#define FRAME 2
#define SIZE_ROOM 52
#define SIZE_ROOM_MIN 28
#define SIZE_FACTS 26
#define SIZE_FACTS_MIN 17
#define SIZE_TIME 30
#define SIZE_PHASE 28
#define SIZE_NOTE 24
#define SIZE_NOTE_MIN 13
#define FACTS_BYTES 400

/* Each reaches PALETTE_CONTRAST_MIN on PAPER, and what stands on BLANK does there. */
#define PAPER 0xffffffu
#define INK 0x11161du
#define SOFT 0x3f4854u
#define WARNING 0x704700u
#define FRAME_COLOUR 0xc6ccd4u
#define BLANK 0xe9ecf0u

/** What a sheet is drawn with. */
struct drawing {
    struct SDL_Surface *surface;
    struct text *text;
    struct text_measure measure;
};

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

static int greater(int a, int b)
{
    return a > b ? a : b;
}

/** The grid of pictures with this short edge. */
static struct sheet_grid grid_of(size_t count, int sign_width_px, int sign_height_px,
                                 int label_lines, int short_edge_px)
{
    int sign_short_px = lesser(sign_width_px, sign_height_px);
    struct sheet_grid grid = {.label_height_px = label_lines * LABEL_LINE_HEIGHT + LABEL_GAP};
    int inner_px = SHEET_WIDTH_MAX_PX - 2 * MARGIN;
    grid.picture_width_px =
        greater(1, (int)((int64_t)sign_width_px * short_edge_px / sign_short_px));
    grid.picture_height_px =
        greater(1, (int)((int64_t)sign_height_px * short_edge_px / sign_short_px));
    if (grid.picture_width_px > inner_px) {
        grid.picture_width_px = inner_px;
        grid.picture_height_px =
            greater(1, (int)((int64_t)sign_height_px * inner_px / sign_width_px));
    }
    grid.place_width_px = greater(grid.picture_width_px, PLACE_WIDTH_MIN);
    grid.columns = lesser((int)count, (inner_px + GAP) / (grid.place_width_px + GAP));
    grid.rows = ((int)count + grid.columns - 1) / grid.columns;
    int width_px = 2 * MARGIN + grid.columns * (grid.place_width_px + GAP) - GAP;
    grid.width_px = greater(width_px, SHEET_WIDTH_MIN_PX);
    grid.height_px = HEADER_HEIGHT + grid.rows * (grid.picture_height_px + grid.label_height_px);
    return grid;
}

void sheet_grid_make(size_t count, int sign_width_px, int sign_height_px, int label_lines,
                     struct sheet_grid *ret_grid)
{
    assert(count > 0 && count <= SHEET_PLACES_MAX);
    int short_edge_px = lesser(SHEET_SHORT_EDGE_PX, lesser(sign_width_px, sign_height_px));
    do {
        *ret_grid = grid_of(count, sign_width_px, sign_height_px, label_lines, short_edge_px);
    } while (ret_grid->height_px > SHEET_HEIGHT_MAX_PX && --short_edge_px > 0);
    assert(ret_grid->height_px <= SHEET_HEIGHT_MAX_PX);
}

struct layout_rect sheet_grid_picture(const struct sheet_grid *grid, size_t place)
{
    int column = (int)place % grid->columns, row = (int)place / grid->columns;
    return (struct layout_rect){
        .x = MARGIN + column * (grid->place_width_px + GAP),
        .y = HEADER_HEIGHT + row * (grid->picture_height_px + grid->label_height_px),
        .width = grid->picture_width_px,
        .height = grid->picture_height_px,
    };
}

void sheet_add(struct sheet *sheet, const struct script_line *line, const struct view *view,
               bool dark)
{
    size_t index = sheet->line_count++;
    if (index >= SHEET_PLACES_MAX)
        return;
    struct sheet_entry *entry = &sheet->entries[index];
    *entry = (struct sheet_entry){.at_ms = line->at_ms,
                                  .phase = line->phase,
                                  .notices = line->notices,
                                  .dark = dark,
                                  .view = xcalloc(1, sizeof(*view))};
    *entry->view = *view;
}

void sheet_release(struct sheet *sheet)
{
    for (size_t i = 0; i < SHEET_PLACES_MAX; i++)
        free(sheet->entries[i].view);
    *sheet = (struct sheet){0};
}

size_t sheet_left_out(const struct sheet *sheet)
{
    return sheet->line_count > SHEET_PLACES_MAX ? sheet->line_count - (SHEET_PLACES_MAX - 1) : 0;
}

/** One line of text that starts at x; returns where it ends. */
static int put_line(const struct drawing *drawing, const char *words,
                    const struct text_style *style, layout_colour colour, int x, int baseline_y)
{
    struct text_metrics metrics = drawing->measure.metrics(drawing->measure.context, style);
    struct layout_box box = {.kind = BOX_TEXT,
                             .role = "sheet",
                             .colour = colour,
                             .style = *style,
                             .baseline_y = baseline_y};
    size_t length = utf8_cut(words, strlen(words), sizeof(box.text) - 1);
    memcpy(box.text, words, length);
    box.rect = (struct layout_rect){
        .x = x,
        .y = baseline_y - metrics.ascent_px,
        .width = drawing->measure.width_px(drawing->measure.context, words, length, style),
        .height = metrics.ascent_px + metrics.descent_px,
    };
    text_draw(drawing->text, drawing->surface, &box, NULL);
    return x + box.rect.width;
}

/** One line that is set smaller, and at size_min_px cut, where it would be wider than width_px. */
static void put_fitting(const struct drawing *drawing, const char *words, struct text_style style,
                        int size_min_px, layout_colour colour, int x, int baseline_y, int width_px)
{
    struct fit_box box = {.width_px = width_px,
                          .height_px = 2 * style.size_px,
                          .lines_max = 1,
                          .size_max_px = style.size_px,
                          .size_min_px = size_min_px,
                          .leading = 1.25};
    struct fit_result *fit = xcalloc(1, sizeof(*fit));
    fit_text(words, &style, &box, &drawing->measure, fit);
    if (fit->line_count > 0)
        put_line(drawing, fit->lines[0], &fit->style, colour, x, baseline_y);
    free(fit);
}

/** "Sat 31 Jan". */
static void say_day(const struct zone *zone, int64_t at_ms, char *text, size_t size)
{
    struct phrasing phrasing = {.words = words_for("en"), .zone = zone};
    phrase_date(&phrasing, at_ms, text, size);
}

/** "Sat 31 Jan 2026, 09:00 – 19:00", with the second day where it is another. */
static void say_span(const struct sheet_style *style, char *text, size_t size)
{
    const struct zone *zone = style->zone;
    char from_day[VIEW_SHORT_BYTES], until_day[VIEW_SHORT_BYTES];
    struct civil from, until;
    zone_to_civil(zone, style->from_ms, &from);
    zone_to_civil(zone, style->until_ms, &until);
    say_day(zone, style->from_ms, from_day, sizeof(from_day));
    say_day(zone, style->until_ms, until_day, sizeof(until_day));
    int length =
        snprintf(text, size, "%s %d, %02d:%02d – ", from_day, from.year, from.hour, from.minute);
    if (zone_day_start_ms(zone, style->from_ms, 0) != zone_day_start_ms(zone, style->until_ms, 0))
        length += snprintf(text + length, size - (size_t)length, "%s %d, ", until_day, until.year);
    snprintf(text + length, size - (size_t)length, "%02d:%02d", until.hour, until.minute);
}

static void put_header(const struct drawing *drawing, const struct sheet *sheet,
                       const struct sheet_style *style, int width_px)
{
    char span[FACTS_BYTES / 2], facts[FACTS_BYTES];
    struct text_style name = {.size_px = SIZE_ROOM, .weight = TEXT_WEIGHT_BOLD};
    struct text_style fact = {.size_px = SIZE_FACTS, .weight = TEXT_WEIGHT_REGULAR};
    int inner_px = width_px - 2 * MARGIN;
    put_fitting(drawing, style->room_name, name, SIZE_ROOM_MIN, INK, MARGIN, 72, inner_px);
    say_span(style, span, sizeof(span));
    snprintf(facts, sizeof(facts), "%s, %s  ·  %zu state%s  ·  %d × %d, %s", span,
             style->zone->name, sheet->line_count, sheet->line_count == 1 ? "" : "s",
             style->sign_width_px, style->sign_height_px, style->theme_name);
    put_fitting(drawing, facts, fact, SIZE_FACTS_MIN, SOFT, MARGIN, 114, inner_px);
}

/** "10:25", or "10:25:30": as --at takes it, whatever clock the sign shows. */
static void say_time(const struct zone *zone, int64_t at_ms, char *text, size_t size)
{
    struct civil civil;
    zone_to_civil(zone, at_ms, &civil);
    if (civil.second == 0)
        snprintf(text, size, "%02d:%02d", civil.hour, civil.minute);
    else
        snprintf(text, size, "%02d:%02d:%02d", civil.hour, civil.minute, civil.second);
}

/** "moved, full, panel dark"; "" for nothing. */
static void say_notes(const struct sheet_entry *entry, char *text, size_t size)
{
    char notices[VIEW_NOTICES_TEXT_BYTES];
    size_t length = 0;
    *text = '\0';
    view_notices_format(entry->notices, notices);
    for (const char *at = notices; entry->notices && *at && length + 3 < size; at++) {
        text[length++] = *at;
        if (*at == ',')
            text[length++] = ' ';
        text[length] = '\0';
    }
    if (entry->dark)
        snprintf(text + length, size - length, "%spanel dark", length ? ", " : "");
}

/** The day of the first is in the header. */
static bool begins_day(const struct sheet *sheet, size_t index, const struct zone *zone)
{
    const struct sheet_entry *entry = &sheet->entries[index];
    return index > 0 && zone_day_start_ms(zone, entry[-1].at_ms, 0) !=
                            zone_day_start_ms(zone, entry->at_ms, 0);
}

/** What the sheet's labels need: the second line tells a new day and notices. */
static int label_lines_of(const struct sheet *sheet, const struct zone *zone, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sheet->entries[i].notices || sheet->entries[i].dark || begins_day(sheet, i, zone))
            return 2;
    return 1;
}

static void put_label(const struct drawing *drawing, const struct sheet_style *style,
                      const struct sheet *sheet, size_t index, const struct layout_rect *picture,
                      int width_px)
{
    const struct sheet_entry *entry = &sheet->entries[index];
    const struct zone *zone = style->zone;
    char time[VIEW_SHORT_BYTES], day[VIEW_SHORT_BYTES], notes[2 * VIEW_NOTICES_TEXT_BYTES];
    struct text_style at = {.size_px = SIZE_TIME, .weight = TEXT_WEIGHT_BOLD, .tabular = true};
    struct text_style phase = {.size_px = SIZE_PHASE, .weight = TEXT_WEIGHT_REGULAR};
    struct text_style note = {.size_px = SIZE_NOTE, .weight = TEXT_WEIGHT_REGULAR};
    int first_y = picture->y + picture->height + 36, second_y = first_y + LABEL_LINE_HEIGHT,
        x = picture->x;
    say_time(zone, entry->at_ms, time, sizeof(time));
    x = put_line(drawing, time, &at, INK, x, first_y);
    const char *state = entry->view->room_missing ? "room not found" : phase_name(entry->phase);
    put_line(drawing, state, &phase, SOFT, x + SIZE_TIME / 2, first_y);
    x = picture->x;
    if (begins_day(sheet, index, zone)) {
        struct text_style bold = {.size_px = SIZE_NOTE, .weight = TEXT_WEIGHT_BOLD};
        say_day(zone, entry->at_ms, day, sizeof(day));
        x = put_line(drawing, day, &bold, INK, x, second_y) + SIZE_NOTE / 2;
    }
    say_notes(entry, notes, sizeof(notes));
    put_fitting(drawing, notes, note, SIZE_NOTE_MIN, WARNING, x, second_y,
                width_px - (x - picture->x));
}

/** In the last place: how much is missing, and from when on. */
static void put_left_out(const struct drawing *drawing, const struct sheet *sheet,
                         const struct sheet_style *style, const struct layout_rect *place,
                         int width_px)
{
    const struct sheet_entry *first = &sheet->entries[SHEET_PLACES_MAX - 1];
    char words[FACTS_BYTES], day[VIEW_SHORT_BYTES], time[VIEW_SHORT_BYTES];
    struct text_style more = {.size_px = SIZE_ROOM, .weight = TEXT_WEIGHT_BOLD};
    struct text_style from = {.size_px = SIZE_FACTS, .weight = TEXT_WEIGHT_REGULAR};
    int x = place->x + GAP, y = place->y + place->height / 2;
    shapes_fill(drawing->surface, place, 0, BLANK, place);
    snprintf(words, sizeof(words), "and %zu more", sheet_left_out(sheet));
    put_fitting(drawing, words, more, SIZE_NOTE_MIN, INK, x, y, width_px - 2 * GAP);
    say_day(style->zone, first->at_ms, day, sizeof(day));
    say_time(style->zone, first->at_ms, time, sizeof(time));
    snprintf(words, sizeof(words), "from %s, %s on", day, time);
    put_fitting(drawing, words, from, SIZE_NOTE_MIN, SOFT, x, y + 2 * SIZE_FACTS,
                width_px - 2 * GAP);
}

static void put_frame(const struct drawing *drawing, const struct layout_rect *picture)
{
    struct layout_rect frame = {picture->x - FRAME, picture->y - FRAME, picture->width + 2 * FRAME,
                                picture->height + 2 * FRAME};
    shapes_fill(drawing->surface, &frame, 0, FRAME_COLOUR, &frame);
}

static void put_pictures(const struct drawing *drawing, const struct sheet *sheet,
                         const struct sheet_style *style, const struct sheet_grid *grid,
                         size_t count)
{
    struct canvas *canvas = canvas_new(drawing->text, style->logo);
    struct layout *layout = xcalloc(1, sizeof(*layout));
    struct layout_rect rects[CANVAS_RECTS_MAX];
    for (size_t i = 0; i < count; i++) {
        const struct sheet_entry *entry = &sheet->entries[i];
        struct layout_rect picture = sheet_grid_picture(grid, i);
        layout_make(entry->view, style->sign_width_px, style->sign_height_px, style->theme,
                    &drawing->measure, layout);
        canvas_draw(canvas, layout, rects);
        put_frame(drawing, &picture);
        collage_put(drawing->surface, &picture, canvas_surface(canvas));
        put_label(drawing, style, sheet, i, &picture, grid->place_width_px);
        if (style->progress)
            style->progress(style->context, i + 1, count);
    }
    free(layout);
    canvas_free(canvas);
}

bool sheet_write(const struct sheet *sheet, const struct sheet_style *style, struct text *text,
                 const char *path, struct error *err)
{
    assert(sheet->line_count > 0);
    struct sheet_grid grid;
    size_t left_out = sheet_left_out(sheet);
    size_t pictures = left_out ? SHEET_PLACES_MAX - 1 : sheet->line_count;
    sheet_grid_make(pictures + (left_out > 0), style->sign_width_px, style->sign_height_px,
                    label_lines_of(sheet, style->zone, pictures), &grid);
    struct drawing drawing = {.surface = collage_new(grid.width_px, grid.height_px, PAPER),
                              .text = text,
                              .measure = text_measurer(text)};
    put_header(&drawing, sheet, style, grid.width_px);
    put_pictures(&drawing, sheet, style, &grid, pictures);
    if (left_out > 0) {
        struct layout_rect last = sheet_grid_picture(&grid, pictures);
        put_left_out(&drawing, sheet, style, &last, grid.place_width_px);
    }
    bool written = picture_write(path, drawing.surface, err);
    collage_free(drawing.surface);
    return written;
}
