#include <roomsign/stage.h>

#include <assert.h>
#include <string.h>

#include <roomsign/emblem.h>

#include <roomsign/qr.h>

#define SIZE_PHASE_NOTE 3.4
#define PHASE_NOTE_LINE 4.6
/* Of its size, what a title keeps beside that line. */
#define NOTE_KEEPS 0.85
/* What the countdown gets of the width, in hundredths, alone and beside a QR code. */
#define COUNT_PERCENT 40
#define COUNT_PERCENT_BESIDE_CODE 29
#define GAP_CODE 4.0
/* Below this scale the line below the digits makes room for them. */
#define SCALE_WITH_RANGE 0.55
#define SCALE_MIN 0.25
#define STRIP_HEIGHT 9.0
/* A title that could be no larger below alerts gets the track's line, too. */
#define SIZE_TITLE_BEFORE_TRACK 6.4

/* Under the clock, its end at the x `right`, its top at y. */
static void place_doubt(struct pen *pen, int right, int y)
{
    const struct view *view = pen->view;
    if (!view->doubt[0]) {
        return;
    }
    bool quiet = view->doubt_quiet;
    struct text_style style =
        pen_style(pen, SIZE_TRACK, quiet ? TEXT_WEIGHT_REGULAR : TEXT_WEIGHT_BOLD);
    int side = pen_metrics(pen, &style).cap_height_px, baseline = y + side;
    layout_colour colour = quiet ? pen->palette.soft : pen->palette.warning;
    int width = pen_line(pen, "doubt", view->doubt, &style, colour, right, baseline, BOX_ALIGN_END);
    if (!quiet) {
        pen_shape(pen, "doubt.mark", BOX_SHAPE_TRIANGLE,
                  (struct layout_rect){right - width - side - pen_px(pen, 1.2), y, side, side},
                  colour);
    }
}

static int header_baseline(const struct pen *pen)
{
    struct text_style clock = pen_tabular(pen, SIZE_ROOM, TEXT_WEIGHT_BOLD);
    return pen_px(pen, MARGIN) + pen_metrics(pen, &clock).cap_height_px +
           pen_px(pen, pen->portrait ? 4.6 : 0.4);
}

int stage_top(const struct pen *pen)
{
    int below = header_baseline(pen) + pen_px(pen, 2.2);
    if (pen->view->alert_count == 0) {
        return below;
    }
    /* On the stage's own ground the doubt may stand beside the phase; beside a band it can't. */
    return below + pen_px(pen, pen->view->doubt[0] ? SIZE_TRACK + 1.2 : 0.8);
}

void stage_lay_header(struct pen *pen)
{
    const struct view *view = pen->view;
    int margin = pen_px(pen, MARGIN) + pen->emblem.header_left_px;
    int right = pen->layout->width_px - pen_px(pen, MARGIN) - pen->emblem.header_right_px;
    struct text_style clock = pen_tabular(pen, SIZE_ROOM, TEXT_WEIGHT_BOLD);
    struct text_style date = pen_style(pen, SIZE_DATE, TEXT_WEIGHT_REGULAR);
    struct text_metrics metrics = pen_metrics(pen, &clock);
    int baseline = header_baseline(pen);

    int clock_width = pen_line(pen, "clock", view->clock, &clock, pen->palette.text, right,
                               baseline, BOX_ALIGN_END);
    int taken = clock_width;
    if (pen->portrait) {
        int date_baseline = baseline - metrics.cap_height_px - pen_px(pen, 1.7);
        int date_width = pen_line(pen, "date", view->date, &date, pen->palette.soft, right,
                                  date_baseline, BOX_ALIGN_END);
        taken = date_width > taken ? date_width : taken;
    } else {
        taken += pen_px(pen, 2.4);
        taken += pen_line(pen, "date", view->date, &date, pen->palette.soft, right - taken,
                          baseline, BOX_ALIGN_END);
    }

    int room_px = right - taken - pen_px(pen, 4) - margin;
    struct block name = pen_fit(pen, view->room, TEXT_WEIGHT_BOLD, SIZE_ROOM, SIZE_ROOM_MIN, 1, 1.0,
                                room_px, clock.size_px);
    int name_width = 0;
    if (name.fit.line_count > 0) {
        name_width = pen_line(pen, "room", name.fit.lines[0], &name.fit.style, pen->palette.text,
                              margin, baseline, BOX_ALIGN_START);
    }
    struct text_style note = pen_style(pen, SIZE_DETAIL, TEXT_WEIGHT_REGULAR);
    int gap = pen_px(pen, 1.8), note_room = room_px - name_width - gap;
    if (note_room > pen_px(pen, 12)) {
        pen_cut_line(pen, "room.note", view->room_note, &note, pen->palette.soft,
                     margin + name_width + gap, baseline, note_room);
    }
    emblem_lay_in_header(pen, baseline);
    place_doubt(pen, right, baseline + pen_px(pen, 2.0));
}

static enum box_shape shape_of(const struct view *view)
{
    if (view->room_missing || view->clock_unset) {
        return BOX_SHAPE_TRIANGLE;
    }
    switch (view->phase) {
    case PHASE_OVERRUN:
        return BOX_SHAPE_TRIANGLE;
    case PHASE_WRAP_UP:
        return BOX_SHAPE_DIAMOND;
    case PHASE_LIVE:
        return BOX_SHAPE_DISC;
    case PHASE_SOON:
        return BOX_SHAPE_HALF_DISC;
    case PHASE_FREE:
        return BOX_SHAPE_RING;
    case PHASE_CLOSED:
        return BOX_SHAPE_DASH;
    }
    return BOX_SHAPE_DASH;
}

static double phase_size(const struct view *view)
{
    return view->phase == PHASE_OVERRUN && view->overrun_known ? SIZE_PHASE_OVERRUN : SIZE_PHASE;
}

/* The state in shape and word; returns the x at which they end. */
static int place_state(struct pen *pen, int x, int baseline)
{
    double size = phase_size(pen->view);
    struct text_style style = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    struct text_metrics metrics = pen_metrics(pen, &style);
    int side = metrics.cap_height_px + pen_px(pen, 0.3);
    int mark_y = baseline - metrics.cap_height_px / 2 - side / 2;
    pen_shape(pen, "phase.mark", shape_of(pen->view), (struct layout_rect){x, mark_y, side, side},
              pen->palette.accent);
    x += side + pen_px(pen, 1.8);
    return x + pen_capitals(pen, "phase", pen->view->phase_words, size, pen->palette.accent, x,
                            baseline);
}

/* The state in shape and word, and the gap behind it. */
static int state_px(const struct pen *pen)
{
    double size = phase_size(pen->view);
    struct text_style style = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    return pen_metrics(pen, &style).cap_height_px + pen_px(pen, 0.3) + 2 * pen_px(pen, 1.8) +
           pen_capitals_width(pen, pen->view->phase_words, size);
}

/* What else is to be said of the state. */
struct note {
    struct text_style style;
    /** On a line of its own, because there is no room beside the state. */
    bool below;
    /** Neither beside nor below. */
    bool left_out;
};

/* As large as it fits into the width; false: the smallest letters are too large. */
static bool fit_note(const struct pen *pen, int width_px, struct text_style *ret_style)
{
    /* A tenth more or less doesn't count. */
    /* NOLINTNEXTLINE(cert-flp30-c,clang-analyzer-security.FloatLoopCounter) */
    for (double size = SIZE_PHASE_NOTE; size >= LAYOUT_TEXT_MIN_UNITS; size -= 0.1) {
        *ret_style = pen_style(pen, size, TEXT_WEIGHT_REGULAR);
        if (pen_text_width(pen, pen->view->phase_note, ret_style) <= width_px) {
            return true;
        }
    }
    return false;
}

static struct note measure_note(const struct pen *pen, int width_px)
{
    struct note note = {.left_out = pen->view->phase_note[0] == '\0'};
    if (note.left_out || fit_note(pen, width_px - state_px(pen), &note.style)) {
        return note;
    }
    note.below = true;
    fit_note(pen, width_px, &note.style);
    return note;
}

static int phase_line_px(const struct pen *pen)
{
    return pen_px(pen, phase_size(pen->view) * 1.3);
}

/* The height of the state and its note. */
static int phase_height_px(const struct pen *pen, const struct note *note)
{
    bool below = note->below && !note->left_out;
    return phase_line_px(pen) + (below ? pen_px(pen, PHASE_NOTE_LINE) : 0);
}

/* Both, their top at y; returns the y below. */
static int place_phase(struct pen *pen, const struct note *note, int x, int y, int width_px)
{
    double size = phase_size(pen->view);
    struct text_style style = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    int baseline = y + pen_px(pen, size * 0.2) + pen_metrics(pen, &style).cap_height_px;
    int end = x + width_px, note_x = place_state(pen, x, baseline) + pen_px(pen, 1.8);
    if (note->below) {
        note_x = x;
        baseline += pen_px(pen, PHASE_NOTE_LINE);
    }
    if (!note->left_out) {
        pen_cut_line(pen, "phase.note", pen->view->phase_note, &note->style, pen->palette.soft,
                     note_x, baseline, end - note_x);
    }
    return y + phase_height_px(pen, note);
}

/* Who or what the session belongs to: speakers and track, as one block below the title. */
struct particulars {
    struct block detail;
    int track_height_px;
    int height_px;
};

static struct particulars measure_particulars(const struct pen *pen, int width_px)
{
    struct particulars made = {0};
    const struct view *view = pen->view;
    int lines = pen->portrait ? 3 : 2;
    made.detail =
        pen_fit(pen, view->detail, TEXT_WEIGHT_REGULAR, SIZE_DETAIL, SIZE_DETAIL_MIN, lines,
                LEADING_TEXT, width_px, pen_px(pen, SIZE_DETAIL * LEADING_TEXT * lines) + lines);
    if (made.detail.fit.line_count > 0) {
        made.height_px += pen_px(pen, 1.6) + made.detail.height_px;
    }
    if (view->track[0]) {
        made.track_height_px = pen_px(pen, SIZE_TRACK * LEADING_TEXT);
        made.height_px += pen_px(pen, 1.6) + made.track_height_px;
    }
    return made;
}

/* Whether the title has too little room beside them: none for all of it, or, below alerts, none to
 * be as large as it should. */
static bool is_pressed(const struct pen *pen, const struct block *title,
                       const struct particulars *made, int room_px)
{
    if (pen->view->alert_count == 0) {
        return title->height_px > room_px;
    }
    return title->fit.cut || title->height_px > room_px ||
           (made->track_height_px > 0 &&
            title->fit.style.size_px < pen_px(pen, SIZE_TITLE_BEFORE_TRACK));
}

/* Leaves out the least of them; false if there is nothing left. What to do while others are still
 * in the room isn't left out for the end of a title. */
static bool drop_particular(const struct pen *pen, const struct block *title,
                            struct particulars *made)
{
    if (made->track_height_px > 0) {
        made->height_px -= pen_px(pen, 1.6) + made->track_height_px;
        made->track_height_px = 0;
        return true;
    }
    bool waits = pen->view->phase == PHASE_OVERRUN && pen->view->overrun_known;
    if (made->height_px == 0 || (waits && title->fit.line_count > 1)) {
        return false;
    }
    *made = (struct particulars){0};
    return true;
}

static layout_colour track_colour(const struct pen *pen)
{
    const struct view *view = pen->view;
    return view->has_track_colour ? palette_legible(view->track_colour, pen->ground)
                                  : palette_track(pen->theme, view->track, pen->ground);
}

static void place_particulars(struct pen *pen, const struct particulars *made, int x, int y,
                              int width_px)
{
    if (made->detail.fit.line_count > 0) {
        y = pen_place(pen, "detail", &made->detail, pen->palette.soft, x, y + pen_px(pen, 1.6));
    }
    if (made->track_height_px == 0) {
        return;
    }
    y += pen_px(pen, 1.6);
    bool coloured = pen->view->phase == PHASE_OVERRUN && pen->view->overrun_known;
    layout_colour colour = coloured ? pen->palette.soft : track_colour(pen);
    int stripe = pen_px(pen, 0.6), gap = pen_px(pen, 1.6);
    pen_fill(pen, "track.stripe", (struct layout_rect){x, y, stripe, made->track_height_px}, colour,
             0);
    struct text_style style = pen_style(pen, SIZE_TRACK, TEXT_WEIGHT_REGULAR);
    struct text_metrics metrics = pen_metrics(pen, &style);
    int baseline = y + (made->track_height_px + metrics.cap_height_px) / 2;
    pen_cut_line(pen, "track", pen->view->track, &style, colour, x + stripe + gap, baseline,
                 width_px - stripe - gap);
}

static struct block fit_title(const struct pen *pen, struct layout_rect field, int height_px)
{
    return pen_fit(pen, pen->view->headline, TEXT_WEIGHT_BOLD, SIZE_TITLE_MAX, SIZE_TITLE_MIN, 4,
                   LEADING_TITLE, field.width, height_px);
}

/* Phase, title, speakers and track within a field; in landscape centred in it. Below alerts the
 * title comes before all that is said of it. */
static void lay_subject(struct pen *pen, struct layout_rect field)
{
    struct note note = measure_note(pen, field.width);
    struct particulars particulars = measure_particulars(pen, field.width);
    int gap = pen_px(pen, 1.4), phase_px = phase_height_px(pen, &note);
    int below_phase = field.height - phase_px - gap;
    struct block title = fit_title(pen, field, below_phase - particulars.height_px);
    if (note.below) {
        struct block alone =
            fit_title(pen, field, field.height - phase_line_px(pen) - gap - particulars.height_px);
        /* A line for the note is nothing that a title gets much smaller for; the times stand below
         * the countdown as well. */
        if (title.fit.cut || title.fit.style.size_px < alone.fit.style.size_px * NOTE_KEEPS) {
            note.left_out = true;
            title = alone;
            phase_px = phase_height_px(pen, &note);
            below_phase = field.height - phase_px - gap;
        }
    }
    while (is_pressed(pen, &title, &particulars, below_phase - particulars.height_px) &&
           drop_particular(pen, &title, &particulars)) {
        title = fit_title(pen, field, below_phase - particulars.height_px);
    }
    int height = phase_px + gap + title.height_px + particulars.height_px;
    int y = field.y;
    if (!pen->portrait && height < field.height) {
        y += (field.height - height) / 2;
    }
    y = place_phase(pen, &note, field.x, y, field.width) + gap;
    y = pen_place(pen, "title", &title, pen->palette.text, field.x, y);
    place_particulars(pen, &particulars, field.x, y, field.width);
}

/* Takes the next part of a number off *text: one digit, or what stands before the next digit. Each
 * part is a box of its own, so that a tick redraws the one digit that changed. */
static void take_part(const char **text, char part[static VIEW_SHORT_BYTES])
{
    size_t length = strcspn(*text, "0123456789");
    length = length == 0 ? 1 : length;
    assert(length < VIEW_SHORT_BYTES);
    memcpy(part, *text, length);
    part[length] = '\0';
    *text += length;
}

/* Figures of equal width keep what ticks from jumping about; a count of minutes is set as words
 * are. */
static struct text_style digits_style(const struct pen *pen, double scale)
{
    struct text_style style = pen_style(pen, SIZE_DIGITS * scale, TEXT_WEIGHT_BOLD);
    style.tabular = strchr(pen->view->count[0].digits, ':') != NULL;
    return style;
}

static int digits_width(const struct pen *pen, const char *text, const struct text_style *style)
{
    if (!style->tabular) {
        return pen_text_width(pen, text, style);
    }
    int width = 0;
    while (*text) {
        char part[VIEW_SHORT_BYTES];
        take_part(&text, part);
        width += pen_text_width(pen, part, style);
    }
    return width;
}

/* Returns the width taken. */
static int place_digits(struct pen *pen, const char *text, const struct text_style *style, int x,
                        int baseline)
{
    if (!style->tabular) {
        return pen_line(pen, "count", text, style, pen->palette.digits, x, baseline,
                        BOX_ALIGN_START);
    }
    int start = x;
    while (*text) {
        char part[VIEW_SHORT_BYTES];
        take_part(&text, part);
        x += pen_line(pen, "count", part, style, pen->palette.digits, x, baseline, BOX_ALIGN_START);
    }
    return x - start;
}

/* The widths of the countdown's parts at a size, to fit them into their column. */
static int count_width(const struct pen *pen, double scale)
{
    struct text_style digits = digits_style(pen, scale);
    struct text_style unit = pen_style(pen, SIZE_UNIT * scale, TEXT_WEIGHT_BOLD);
    int width = 0;
    for (int i = 0; i < 2 && pen->view->count[i].digits[0]; i++) {
        width += i > 0 ? pen_px(pen, 2.4 * scale) : 0;
        width += digits_width(pen, pen->view->count[i].digits, &digits);
        if (pen->view->count[i].unit[0]) {
            width +=
                pen_px(pen, 1.2 * scale) + pen_text_width(pen, pen->view->count[i].unit, &unit);
        }
    }
    return width;
}

static void place_count(struct pen *pen, double scale, int x, int baseline)
{
    struct text_style digits = digits_style(pen, scale);
    struct text_style unit = pen_style(pen, SIZE_UNIT * scale, TEXT_WEIGHT_BOLD);
    for (int i = 0; i < 2 && pen->view->count[i].digits[0]; i++) {
        x += i > 0 ? pen_px(pen, 2.4 * scale) : 0;
        x += place_digits(pen, pen->view->count[i].digits, &digits, x, baseline);
        if (pen->view->count[i].unit[0]) {
            x += pen_px(pen, 1.2 * scale);
            x += pen_line(pen, "count.unit", pen->view->count[i].unit, &unit, pen->palette.digits,
                          x, baseline, BOX_ALIGN_START);
        }
    }
}

struct countdown {
    double scale;
    int caption_px, digits_px, range_px; /* heights, gaps included */
    int height_px;
};

static bool countdown_fits(const struct pen *pen, int width_px, int height_px,
                           struct countdown *made)
{
    struct text_style digits = digits_style(pen, made->scale);
    made->digits_px = pen_metrics(pen, &digits).cap_height_px + pen_px(pen, 3.6);
    made->height_px = made->caption_px + made->digits_px + made->range_px;
    return made->height_px <= height_px && count_width(pen, made->scale) <= width_px;
}

static struct countdown measure_countdown(const struct pen *pen, int width_px, int height_px)
{
    struct countdown made = {.scale = 1};
    if (!pen->view->count[0].digits[0]) {
        return made;
    }
    made.caption_px = pen_px(pen, SIZE_DATE * LEADING_TEXT);
    made.range_px = pen->view->count_range[0] ? pen_px(pen, SIZE_DETAIL * LEADING_TEXT) : 0;
    while (!countdown_fits(pen, width_px, height_px, &made) && made.scale > SCALE_MIN) {
        made.scale -= 0.04;
        if (made.scale < SCALE_WITH_RANGE && made.height_px > height_px && made.range_px > 0) {
            made.range_px = 0;
            made.scale = 1;
        }
    }
    countdown_fits(pen, width_px, height_px, &made);
    return made;
}

/* Caption, digits and range, their tops at field.y, at the field's end in landscape. */
static void place_countdown(struct pen *pen, const struct countdown *made, struct layout_rect field)
{
    if (made->height_px == 0) {
        return;
    }
    enum box_align align = pen->portrait ? BOX_ALIGN_START : BOX_ALIGN_END;
    int edge = pen->portrait ? field.x : field.x + field.width;
    struct text_style caption = pen_style(pen, SIZE_DATE, TEXT_WEIGHT_REGULAR);
    struct text_style range = pen_tabular(pen, SIZE_DETAIL, TEXT_WEIGHT_REGULAR);
    struct text_metrics small = pen_metrics(pen, &caption), middle = pen_metrics(pen, &range);

    int y = field.y;
    pen_line(pen, "count.caption", pen->view->count_caption, &caption, pen->palette.soft, edge,
             y + small.cap_height_px + pen_px(pen, 0.4), align);
    y += made->caption_px + made->digits_px;
    int x = pen->portrait ? field.x : field.x + field.width - count_width(pen, made->scale);
    place_count(pen, made->scale, x, y - pen_px(pen, 1.6));
    if (made->range_px > 0) {
        pen_line(pen, "count.range", pen->view->count_range, &range, pen->palette.soft, edge,
                 y + pen_px(pen, 1.8) + middle.cap_height_px, align);
    }
}

static void lay_progress(struct pen *pen, struct layout_rect field)
{
    int radius = field.height / 2;
    pen_fill(pen, "progress.ground", field, pen->palette.bar_ground, radius);
    int width = (int)((int64_t)field.width * pen->view->progress_permille / 1000);
    if (width > 0) {
        struct layout_rect done = field;
        done.width = width < field.height ? field.height : width;
        pen_fill(pen, "progress", done, pen->palette.accent, radius);
    }
}

/* What minutes need, however many figures they have; no less than the share where there is more. */
static int minutes_px(const struct pen *pen, int share_px)
{
    const struct view_count *count = pen->view->count;
    if (strchr(count[0].digits, ':') || strlen(count[0].digits) > 2 || count[1].digits[0]) {
        return share_px;
    }
    struct text_style digits = digits_style(pen, 1);
    struct text_style unit = pen_style(pen, SIZE_UNIT, TEXT_WEIGHT_BOLD);
    int width = pen_text_width(pen, "88", &digits) + pen_px(pen, 1.2) +
                pen_text_width(pen, count[0].unit, &unit);
    return width < share_px ? width : share_px;
}

/* A share of the width, or what the lines above and below the digits need where that's more. */
static int countdown_column_px(const struct pen *pen, int width_px, bool beside_code)
{
    if (!pen->view->count[0].digits[0]) {
        return 0;
    }
    struct text_style range = pen_tabular(pen, SIZE_DETAIL, TEXT_WEIGHT_REGULAR);
    int range_px = pen_text_width(pen, pen->view->count_range, &range);
    int share_px = width_px * COUNT_PERCENT / 100;
    if (beside_code) {
        struct text_style caption = pen_style(pen, SIZE_DATE, TEXT_WEIGHT_REGULAR);
        int caption_px = pen_text_width(pen, pen->view->count_caption, &caption);
        range_px = range_px > caption_px ? range_px : caption_px;
        share_px = minutes_px(pen, width_px * COUNT_PERCENT_BESIDE_CODE / 100);
    }
    return range_px > share_px ? range_px : share_px;
}

/* One below the other: subject, countdown; the code stands at the countdown's end. */
static void lay_upright(struct pen *pen, struct layout_rect field)
{
    int code = qr_plate_px(pen, CODE_ON_STAGE, field.height / 2);
    int end = field.y + field.height - pen_px(pen, 1.5);
    bool below_alerts = pen->view->alert_count > 0;
    struct layout_rect count = field;
    count.width -= code > 0 ? code + pen_px(pen, GAP_CODE) : 0;
    struct countdown countdown =
        measure_countdown(pen, count.width, below_alerts ? field.height / 2 : field.height);
    int height = countdown.height_px > code ? countdown.height_px : code;
    count.y = end - countdown.height_px;
    place_countdown(pen, &countdown, count);
    if (code > 0) {
        qr_plate_lay(pen, field.x + field.width - code, end - code, code);
    }
    field.height = end - height - pen_px(pen, 3) - field.y;
    lay_subject(pen, field);
}

/* Side by side: subject, countdown, and the code at the edge. */
static void lay_abreast(struct pen *pen, struct layout_rect field)
{
    int code = qr_plate_px(pen, CODE_ON_STAGE, field.height);
    int column = countdown_column_px(pen, field.width, code > 0);
    if (code > 0) {
        qr_plate_lay(pen, field.x + field.width - code, field.y + (field.height - code) / 2, code);
        field.width -= code + pen_px(pen, GAP_CODE);
    }
    struct countdown countdown = measure_countdown(pen, column, field.height);
    place_countdown(pen, &countdown,
                    (struct layout_rect){field.x + field.width - column,
                                         field.y + (field.height - countdown.height_px) / 2, column,
                                         field.height});
    field.width -= column + (column > 0 ? pen_px(pen, 4) : 0);
    lay_subject(pen, field);
}

void stage_lay(struct pen *pen, int top, int bottom)
{
    int margin = pen_px(pen, MARGIN), width = pen->layout->width_px - 2 * margin;
    int end = bottom - pen_px(pen, 4);
    if (pen->view->progress_permille != VIEW_NO_PROGRESS) {
        int height = pen_px(pen, BAR_HEIGHT);
        lay_progress(pen, (struct layout_rect){margin, end - height, width, height});
        end -= height + pen_px(pen, 2.4);
    }
    top += pen_px(pen, !pen->portrait ? 1.6 : pen->view->alert_count > 0 ? 3 : 5);
    struct layout_rect field = {margin, top, width, end - top};
    if (pen->portrait) {
        lay_upright(pen, field);
    } else {
        lay_abreast(pen, field);
    }
}

int stage_strip_px(const struct pen *pen)
{
    return pen_px(pen, STRIP_HEIGHT);
}

void stage_lay_strip(struct pen *pen, int y)
{
    int margin = pen_px(pen, MARGIN), right = pen->layout->width_px - margin;
    struct text_style phase = pen_style(pen, SIZE_PHASE, TEXT_WEIGHT_BOLD);
    struct text_style title = pen_style(pen, SIZE_TITLE_MIN, TEXT_WEIGHT_BOLD);
    int baseline = y + (stage_strip_px(pen) + pen_metrics(pen, &phase).cap_height_px) / 2;
    int x = place_state(pen, margin, baseline) + pen_px(pen, 3);
    pen_cut_line(pen, "title", pen->view->headline, &title, pen->palette.text, x, baseline,
                 right - x);
}
