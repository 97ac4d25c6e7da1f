#include <roomsign/stage.h>

#include <string.h>
#include <strings.h>

#include <roomsign/countdown.h>
#include <roomsign/qr.h>

/* Still larger than those who speak. */
#define SIZE_TITLE_MIN (TYPE_TEXT + TYPE_STEP / 2)
/* What a title keeps beside a line for the phase's note: so much, or this share in hundredths. */
#define SIZE_TITLE_BESIDE_NOTE TYPE_NAME
#define NOTE_KEEPS_PERCENT 85
/* The columns that the subject keeps, and those that the countdown takes at most, without and with
 * a QR code beside it. */
#define SUBJECT_COLUMNS_MIN 6
#define COUNT_COLUMNS_MAX 5
/* What it takes at most of the height of a field that is higher than wide. */
#define COUNT_PERCENT 65
#define COUNT_PERCENT_BELOW_ALERTS 50
#define STRIP_HEIGHT (2 * SPACE_ROW)
/* A title that could be no larger below alerts gets the track's line, too. */
#define SIZE_TITLE_BEFORE_TRACK TYPE_NAME

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

static bool is_alarm(const struct view *view)
{
    return view->phase == PHASE_OVERRUN && view->overrun_known;
}

static int phase_size(const struct view *view)
{
    return is_alarm(view) ? TYPE_NAME : TYPE_LEAD;
}

static int phase_cap_px(const struct pen *pen)
{
    struct text_style style = pen_style(pen, phase_size(pen->view), TEXT_WEIGHT_BOLD);
    return pen_metrics(pen, &style).cap_height_px;
}

/* The state's shape; returns the x behind it. */
static int place_mark(struct pen *pen, int x, int baseline)
{
    int side = phase_cap_px(pen);
    pen_shape(pen, "phase.mark", shape_of(pen->view),
              (struct layout_rect){x, baseline - side, side, side}, pen->palette.accent);
    return x + side + pen_space(pen, SPACE_WORD);
}

/* The state in shape and word; returns the x at which they end. */
static int place_state(struct pen *pen, int x, int baseline)
{
    x = place_mark(pen, x, baseline);
    return x + pen_capitals(pen, "phase", pen->view->phase_words, phase_size(pen->view),
                            pen->palette.accent, x, baseline);
}

/* The state in shape and word, and the gap behind it. */
static int state_px(const struct pen *pen)
{
    return phase_cap_px(pen) + 2 * pen_space(pen, SPACE_WORD) +
           pen_capitals_width(pen, pen->view->phase_words, phase_size(pen->view));
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
static bool fit_note(const struct pen *pen, int size, int size_min, int width_px,
                     struct text_style *ret_style)
{
    for (; size >= size_min; size--) {
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
    int beside = phase_size(pen->view) - TYPE_STEP;
    if (note.left_out || fit_note(pen, beside, TYPE_SMALL, width_px - state_px(pen), &note.style)) {
        return note;
    }
    note.below = true;
    fit_note(pen, TYPE_TEXT, TYPE_CAPTION, width_px, &note.style);
    return note;
}

/* The height of the state and its note, and the gap below them. */
static int phase_height_px(const struct pen *pen, const struct note *note)
{
    bool below = note->below && !note->left_out;
    return phase_cap_px(pen) + pen_space(pen, SPACE_WORD) + (below ? pen_space(pen, SPACE_ROW) : 0);
}

/* Both, their top at y; returns the x behind what stands on the first line. */
static int place_phase(struct pen *pen, const struct note *note, int x, int y, int width_px)
{
    int baseline = y + phase_cap_px(pen);
    int end = x + width_px, gap = pen_space(pen, SPACE_WORD);
    int behind = place_state(pen, x, baseline) + gap;
    if (note->left_out) {
        return behind;
    }
    if (note->below) {
        pen_cut_line(pen, "phase.note", pen->view->phase_note, &note->style, pen->palette.text, x,
                     baseline + pen_space(pen, SPACE_ROW), width_px);
        return behind;
    }
    int taken = pen_cut_line(pen, "phase.note", pen->view->phase_note, &note->style,
                             pen->palette.text, behind, baseline, end - behind);
    return behind + (taken > 0 ? taken + gap : 0);
}

/* Who or what the session belongs to: speakers and track, as one block below the title; the track
 * stands on the line of the phase if it has room there. */
struct particulars {
    struct block detail;
    bool track_above;
    int track_height_px; /* below the title */
    int height_px;
};

static struct text_style track_style(const struct pen *pen)
{
    return pen_style(pen, TYPE_SMALL, TEXT_WEIGHT_REGULAR);
}

/* With the stripe before it. */
static int track_px(const struct pen *pen)
{
    struct text_style style = track_style(pen);
    return pen_space(pen, SPACE_RULE) + pen_space(pen, SPACE_NEAR) +
           pen_text_width(pen, pen->view->track, &style);
}

static bool has_track_above(const struct pen *pen, const struct note *note, int width_px)
{
    int taken = state_px(pen) + pen_space(pen, SPACE_NEAR);
    if (!note->below && !note->left_out) {
        taken +=
            pen_text_width(pen, pen->view->phase_note, &note->style) + pen_space(pen, SPACE_WORD);
    }
    return taken + track_px(pen) <= width_px;
}

static struct particulars measure_particulars(const struct pen *pen, const struct note *note,
                                              int width_px)
{
    struct particulars made = {0};
    const struct view *view = pen->view;
    int lines = pen->portrait ? 3 : 2;
    made.detail = pen_fit(pen, view->detail, TEXT_WEIGHT_REGULAR, TYPE_TEXT, TYPE_SMALL, lines,
                          LEADING_TEXT, width_px, (pen_space(pen, SPACE_LINE) + 1) * lines);
    if (made.detail.fit.line_count > 0) {
        made.height_px += pen_space(pen, SPACE_WORD) + made.detail.height_px;
    }
    made.track_above = view->track[0] && has_track_above(pen, note, width_px);
    if (view->track[0] && !made.track_above) {
        made.track_height_px = pen_space(pen, SPACE_ROW);
        made.height_px += pen_space(pen, SPACE_NEAR) + made.track_height_px;
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
    struct text_style least = pen_style(pen, SIZE_TITLE_BEFORE_TRACK, TEXT_WEIGHT_BOLD);
    return title->fit.cut || title->height_px > room_px ||
           (made->track_height_px > 0 && title->fit.style.size_px < least.size_px);
}

/* Leaves out the least of them; false if there is nothing left. What to do while others are still
 * in the room isn't left out for the end of a title. */
static bool drop_particular(const struct pen *pen, const struct block *title,
                            struct particulars *made)
{
    if (made->track_height_px > 0) {
        made->height_px -= pen_space(pen, SPACE_NEAR) + made->track_height_px;
        made->track_height_px = 0;
        return true;
    }
    if (made->height_px == 0 || (is_alarm(pen->view) && title->fit.line_count > 1)) {
        return false;
    }
    *made = (struct particulars){.track_above = made->track_above};
    return true;
}

static layout_colour track_colour(const struct pen *pen)
{
    const struct view *view = pen->view;
    return view->has_track_colour ? palette_legible(view->track_colour, pen->ground)
                                  : palette_track(pen->theme, view->track, pen->ground);
}

static void place_track(struct pen *pen, int x, int baseline, int width_px)
{
    layout_colour colour = is_alarm(pen->view) ? pen->palette.soft : track_colour(pen);
    struct text_style style = track_style(pen);
    int cap_px = pen_metrics(pen, &style).cap_height_px, rule = pen_space(pen, SPACE_RULE);
    /* As high as the line's letters with their ascenders and descenders. */
    pen_fill(pen, "track.stripe",
             (struct layout_rect){x, baseline - cap_px - rule, rule, cap_px + 2 * rule}, colour, 0);
    int gap = rule + pen_space(pen, SPACE_NEAR);
    pen_cut_line(pen, "track", pen->view->track, &style, colour, x + gap, baseline, width_px - gap);
}

static void place_particulars(struct pen *pen, const struct particulars *made, int x, int y,
                              int width_px)
{
    if (made->detail.fit.line_count > 0) {
        y = pen_place(pen, "detail", &made->detail, pen->palette.soft, x,
                      y + pen_space(pen, SPACE_WORD));
    }
    if (made->track_height_px > 0) {
        struct text_style style = track_style(pen);
        int cap_px = pen_metrics(pen, &style).cap_height_px;
        place_track(pen, x, y + pen_space(pen, SPACE_NEAR) + (made->track_height_px + cap_px) / 2,
                    width_px);
    }
}

static struct block fit_title(const struct pen *pen, struct layout_rect field, int height_px)
{
    int size = pen->view->phase == PHASE_CLOSED ? TYPE_QUIET : TYPE_TITLE;
    return pen_fit(pen, pen->view->headline, TEXT_WEIGHT_BOLD, size, SIZE_TITLE_MIN, 4,
                   LEADING_TITLE, field.width, height_px);
}

/* Phase, title, speakers and track within a field, from its top down. Below alerts the title comes
 * before all that is said of it. Returns the y of the tops of the title's capitals. */
static int lay_subject(struct pen *pen, struct layout_rect field)
{
    struct note note = measure_note(pen, field.width);
    struct particulars particulars = measure_particulars(pen, &note, field.width);
    int below_phase = field.height - phase_height_px(pen, &note);
    struct block title = fit_title(pen, field, below_phase - particulars.height_px);
    if (note.below) {
        struct note none = {.left_out = true};
        int height_px = field.height - phase_height_px(pen, &none);
        struct block alone = fit_title(pen, field, height_px - particulars.height_px);
        /* A line for the note is nothing that a title gets much smaller for; the times stand below
         * the countdown as well. */
        struct text_style least = pen_style(pen, SIZE_TITLE_BESIDE_NOTE, TEXT_WEIGHT_BOLD);
        int share_px = alone.fit.style.size_px * NOTE_KEEPS_PERCENT / 100;
        if (title.fit.cut ||
            (title.fit.style.size_px < least.size_px && title.fit.style.size_px < share_px)) {
            note.left_out = true;
            title = alone;
            below_phase = height_px;
        }
    }
    while (is_pressed(pen, &title, &particulars, below_phase - particulars.height_px) &&
           drop_particular(pen, &title, &particulars)) {
        title = fit_title(pen, field, below_phase - particulars.height_px);
    }
    int behind = place_phase(pen, &note, field.x, field.y, field.width);
    if (particulars.track_above) {
        int x = behind + pen_space(pen, SPACE_NEAR);
        place_track(pen, x, field.y + phase_cap_px(pen), field.x + field.width - x);
    }
    int y = field.y + phase_height_px(pen, &note), top = y;
    if (title.fit.line_count > 0) {
        top +=
            pen_first_baseline_px(pen, &title) - pen_metrics(pen, &title.fit.style).cap_height_px;
    }
    y = pen_place(pen, "title", &title, pen->palette.text, field.x, y);
    place_particulars(pen, &particulars, field.x, y, field.width);
    return top;
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

void stage_measure(struct pen *pen)
{
    pen->count_line = 0;
    if (pen->portrait || !pen->view->count[0].digits[0]) {
        return;
    }
    int columns = pen_columns(&pen->stage), line = columns - 1;
    int end = pen_column_end(pen, &pen->stage, columns);
    while (line > columns - COUNT_COLUMNS_MAX &&
           end - pen_column(pen, &pen->stage, line) < countdown_full_px(pen)) {
        line--;
    }
    while (line > 1 && end - pen_column(pen, &pen->stage, line) < countdown_least_px(pen)) {
        line--;
    }
    pen->count_line = line;
}

/* The line at which the countdown begins beside a QR code whose plate begins at the x `code`. */
static int count_line_beside(const struct pen *pen, int code)
{
    int line = pen->count_line, end = code - pen_space(pen, SPACE_GUTTER);
    while (line > SUBJECT_COLUMNS_MIN &&
           end - pen_column(pen, &pen->stage, line) < countdown_full_px(pen)) {
        line--;
    }
    return line;
}

/* One below the other: subject, countdown; the code stands at the countdown's end. */
static void lay_upright(struct pen *pen, struct layout_rect field)
{
    int code = qr_plate_px(pen, CODE_ON_STAGE, field.height / 2), gap = pen_space(pen, SPACE_BLOCK);
    int end = field.y + field.height;
    bool below_alerts = pen->view->alert_count > 0;
    int width = field.width - (code > 0 ? code + pen_space(pen, SPACE_GUTTER) : 0);
    int most_px = field.height * (below_alerts ? COUNT_PERCENT_BELOW_ALERTS : COUNT_PERCENT) / 100;
    struct countdown countdown = countdown_measure(pen, width, most_px);
    int height = countdown.height_px > code ? countdown.height_px : code;
    countdown_lay(pen, &countdown, field.x, end - countdown.height_px, 0);
    if (code > 0) {
        qr_plate_lay(pen, field.x + field.width - code, end - code, code);
    }
    field.height -= height + (height > 0 ? gap : 0);
    lay_subject(pen, field);
}

/* Side by side, their tops and their first baselines in line: subject, countdown, and the code at
 * the edge. */
static void lay_abreast(struct pen *pen, struct layout_rect field)
{
    int code = qr_plate_px(pen, CODE_ON_STAGE, field.height);
    int end = field.x + field.width, gutter = pen_space(pen, SPACE_GUTTER);
    if (code > 0) {
        end -= code;
        qr_plate_lay(pen, end, field.y, code);
        pen->count_line = pen->count_line > 0 ? count_line_beside(pen, end) : 0;
        end -= gutter;
    }
    if (pen->count_line == 0) {
        field.width = end - field.x;
        lay_subject(pen, field);
        return;
    }
    int x = pen_column(pen, &pen->stage, pen->count_line), bottom = field.y + field.height;
    field.width = x - gutter - field.x;
    int title_y = lay_subject(pen, field);
    struct countdown countdown = countdown_measure(pen, end - x, field.height);
    /* The caption stands on the line of the phase where that leaves it room, else below. */
    int y = field.y + phase_cap_px(pen) - countdown.words_px;
    if (state_px(pen) > field.width) {
        y = field.y + phase_cap_px(pen) + pen_space(pen, SPACE_WORD);
        countdown = countdown_measure(pen, end - x, bottom - y);
    }
    y = y + countdown.height_px <= bottom ? y : bottom - countdown.height_px;
    int lowest = bottom - countdown.height_px + countdown_above_px(pen, &countdown);
    countdown_lay(pen, &countdown, x, y, title_y < lowest ? title_y : lowest);
}

void stage_lay(struct pen *pen, int top, int bottom)
{
    int left = pen_column(pen, &pen->stage, 0);
    int width = pen_column_end(pen, &pen->stage, pen_columns(&pen->stage)) - left;
    int end = bottom - pen_space(pen, SPACE_GUTTER);
    if (pen->view->progress_permille != VIEW_NO_PROGRESS) {
        int height = pen_space(pen, SPACE_NEAR);
        lay_progress(pen, (struct layout_rect){left, end - height, width, height});
        end -= height + pen_space(pen, SPACE_BLOCK);
    }
    bool roomy = pen->portrait && pen->view->alert_count == 0;
    top += pen_space(pen, roomy ? SPACE_MARGIN : SPACE_GUTTER);
    struct layout_rect field = {left, top, width, end - top};
    if (pen->portrait) {
        lay_upright(pen, field);
    } else {
        lay_abreast(pen, field);
    }
}

int stage_strip_px(const struct pen *pen)
{
    return pen_space(pen, STRIP_HEIGHT);
}

/* "Free", "Free until 14:00": the second says it all. */
static bool is_said_by_headline(const struct view *view)
{
    size_t length = strlen(view->phase_words);
    return strncasecmp(view->headline, view->phase_words, length) == 0;
}

void stage_lay_strip(struct pen *pen, int y)
{
    int x = pen_column(pen, &pen->stage, 0);
    int right = pen_column_end(pen, &pen->stage, pen_columns(&pen->stage));
    struct text_style title = pen_style(pen, TYPE_LEAD, TEXT_WEIGHT_BOLD);
    int baseline = y + (stage_strip_px(pen) + phase_cap_px(pen)) / 2;
    if (is_said_by_headline(pen->view)) {
        x = place_mark(pen, x, baseline);
    } else {
        x = place_state(pen, x, baseline) + pen_space(pen, SPACE_BLOCK);
    }
    pen_cut_line(pen, "title", pen->view->headline, &title, pen->palette.text, x, baseline,
                 right - x);
}
