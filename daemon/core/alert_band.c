#include <roomsign/alert_band.h>

#include <string.h>

/* So many lines while that leaves the letters so large; more lines rather than smaller ones. */
#define WORDS_LINES 4
#define SIZE_WORDS_MIN TYPE_LEAD
/* Fewer lines are calmer, as long as the letters are this share as large, in hundredths; where
 * nothing else goes on, what counts is their size. */
#define FEWER_LINES_PERCENT 72
#define FEWER_LINES_PERCENT_IDLE 90
#define SUBJECT_LINES 2
#define SUBJECT_LINES_LEADING 4
/* The most that the rest takes from words above it that are long. */
#define REST_PERCENT 42
#define PADDING SPACE_WORD
#define PADDING_ONE_LINE SPACE_NEAR
#define GAP_BANDS SPACE_RULE
#define GAP_BELOW_WORDS SPACE_NEAR
#define GAP_BESIDE_WORDS SPACE_GUTTER
#define EDGE_HEIGHT SPACE_RULE
/* Words no wider than this share of the band leave room for the rest beside them. */
#define BESIDE_PERCENT 42
/* The first band is set on more than one line from this budget on, and one after it. */
#define FIRST_BAND_MIN (2 * SPACE_GUTTER)
#define FULL_BAND_MIN (3 * SPACE_ROW)

static bool is_idle(const struct view *view)
{
    return (view->phase == PHASE_FREE || view->phase == PHASE_CLOSED) && view->has_schedule &&
           !view->room_missing && !view->clock_unset;
}

static bool is_change(const struct view_alert *alert)
{
    return alert->kind == VIEW_ALERT_MOVED || alert->kind == VIEW_ALERT_CANCELLED;
}

bool alert_bands_lead(const struct view *view)
{
    return view->alert_count > 0 && is_idle(view) && is_change(&view->alerts[0]);
}

static enum box_shape shape_of(enum view_alert_kind kind)
{
    switch (kind) {
    case VIEW_ALERT_MESSAGE:
        return BOX_SHAPE_BUBBLE;
    case VIEW_ALERT_FULL:
        return BOX_SHAPE_NO_ENTRY;
    case VIEW_ALERT_MOVED:
        return BOX_SHAPE_ARROW;
    case VIEW_ALERT_CANCELLED:
        return BOX_SHAPE_CROSS;
    }
    return BOX_SHAPE_BUBBLE;
}

/* Where lines end. */
static int band_end(const struct pen *pen)
{
    return pen_column_end(pen, &pen->stage, pen_columns(&pen->stage));
}

/* Of the session in the room the stage says the title anyway. */
static const char *subject_of(const struct pen *pen, const struct view_alert *alert)
{
    bool told = alert->kind == VIEW_ALERT_FULL && strcmp(alert->subject, pen->view->headline) == 0;
    return told ? "" : alert->subject;
}

static int mark_px(const struct pen *pen, const struct text_style *style)
{
    return pen_metrics(pen, style).cap_height_px;
}

static struct block fit_on(const struct pen *pen, const struct view_alert *alert, int size_max,
                           int lines_max, int width_px, int height_px)
{
    return pen_fit_whole(pen, alert->words, alert->room, TEXT_WEIGHT_BOLD, size_max, SIZE_WORDS_MIN,
                         lines_max, LEADING_TITLE, width_px, height_px);
}

/* On as few lines as leave them nearly as large as more lines would. */
static struct block fit_words(const struct pen *pen, const struct view_alert *alert, int size_max,
                              int lines_max, int width_px, int height_px)
{
    struct block words = fit_on(pen, alert, size_max, lines_max, width_px, height_px);
    if (words.fit.cut) {
        return pen_fit(pen, alert->words, TEXT_WEIGHT_BOLD, SIZE_WORDS_MIN, TYPE_CAPTION,
                       FIT_LINES_MAX, LEADING_TITLE, width_px, height_px);
    }
    int percent = is_idle(pen->view) ? FEWER_LINES_PERCENT_IDLE : FEWER_LINES_PERCENT;
    for (int lines = 1; lines < words.fit.line_count; lines++) {
        struct block fewer = fit_on(pen, alert, size_max, lines, width_px, height_px);
        if (!fewer.fit.cut && fewer.fit.style.size_px * 100 >= words.fit.style.size_px * percent) {
            return fewer;
        }
    }
    return words;
}

/* Each place to go stands on a line of its own. */
static size_t place_length(const char *detail)
{
    const char *end = strstr(detail, VIEW_PLACES_SEPARATOR);
    return end ? (size_t)(end - detail) : strlen(detail);
}

static const char *next_place(const char *detail)
{
    detail += place_length(detail);
    return *detail ? detail + strlen(VIEW_PLACES_SEPARATOR) : detail;
}

/* What it is about and where else to go. */
static void measure_rest(const struct pen *pen, int size, int width_px, int height_px,
                         struct alert_band *band)
{
    const struct view_alert *alert = band->alert;
    const char *subject = subject_of(pen, alert);
    struct text_style time = pen_tabular(pen, size, TEXT_WEIGHT_BOLD);
    band->time_px = 0;
    if (alert->time[0] && subject[0]) {
        band->time_px = pen_text_width(pen, alert->time, &time) + pen_space(pen, SPACE_WORD);
    }
    if (subject[0]) {
        int lines = size > TYPE_LEAD ? SUBJECT_LINES_LEADING : SUBJECT_LINES;
        band->subject = pen_fit(pen, subject, TEXT_WEIGHT_REGULAR, size, TYPE_SMALL, lines,
                                LEADING_TEXT, width_px - band->time_px, height_px);
        height_px -= band->subject.height_px;
    }
    int line_px = pen_space(pen, SPACE_LINE);
    for (const char *place = alert->detail; *place && height_px >= line_px; height_px -= line_px) {
        band->detail_lines++;
        place = next_place(place);
    }
}

static int rest_px(const struct pen *pen, const struct alert_band *band)
{
    return band->subject.height_px + band->detail_lines * pen_space(pen, SPACE_LINE);
}

/* Where the words start, right of the mark. */
static int text_x(const struct pen *pen, const struct text_style *style)
{
    return pen_column(pen, &pen->stage, 0) + mark_px(pen, style) + pen_space(pen, SPACE_WORD);
}

static void measure_band(const struct pen *pen, int size_max, int size_subject, int budget_px,
                         struct alert_band *band)
{
    const struct view_alert *alert = band->alert;
    int padding = pen_space(pen, PADDING), inner = budget_px - 2 * padding;
    struct text_style largest = pen_style(pen, size_max, TEXT_WEIGHT_BOLD);
    int right = band_end(pen);
    int width = right - text_x(pen, &largest);
    int words_px = pen_text_width(pen, alert->words, &largest);
    bool has_rest = subject_of(pen, alert)[0] || alert->detail[0];

    bool leads = size_max > TYPE_ALERT;
    int lines = leads ? FIT_LINES_MAX : WORDS_LINES;
    int largest_line = (int)(largest.size_px * LEADING_TITLE) + 1;
    band->beside = has_rest && !leads && !pen->portrait && words_px * 100 <= width * BESIDE_PERCENT;
    if (band->beside) {
        band->words = fit_words(pen, alert, size_max, lines, width, inner);
        measure_rest(pen, size_subject, width - words_px - pen_space(pen, GAP_BESIDE_WORDS), inner,
                     band);
        int higher =
            band->words.height_px > rest_px(pen, band) ? band->words.height_px : rest_px(pen, band);
        band->height_px = higher + 2 * padding;
        return;
    }
    int gap = has_rest ? pen_space(pen, GAP_BELOW_WORDS) : 0;
    int rest = inner * REST_PERCENT / 100;
    if (words_px <= width && inner - gap - largest_line > rest) {
        rest = inner - gap - largest_line;
    }
    measure_rest(pen, size_subject, width, rest, band);
    band->words = fit_words(pen, alert, size_max, lines, width, inner - gap - rest_px(pen, band));
    band->height_px = band->words.height_px + gap + rest_px(pen, band) + 2 * padding;
}

static int one_line_px(const struct pen *pen)
{
    return pen_space(pen, SPACE_LINE + 2 * PADDING_ONE_LINE);
}

void alert_bands_measure(const struct pen *pen, int budget_px, struct alert_bands *ret_bands)
{
    const struct view *view = pen->view;
    int one_line = one_line_px(pen), gap = pen_space(pen, GAP_BANDS);
    bool lead = alert_bands_lead(view);
    memset(ret_bands, 0, sizeof *ret_bands);
    ret_bands->count = view->alert_count;
    for (int i = 0; i < view->alert_count; i++) {
        struct alert_band *band = &ret_bands->bands[i];
        band->alert = &view->alerts[i];
        int after = (view->alert_count - 1 - i) * (one_line + gap);
        int budget = budget_px - ret_bands->height_px - after - (i > 0 ? gap : 0);
        band->on_one_line = budget < pen_space(pen, i > 0 ? FULL_BAND_MIN : FIRST_BAND_MIN);
        if (band->on_one_line) {
            band->height_px = one_line;
        } else if (i == 0 && lead) {
            measure_band(pen, TYPE_CALL, TYPE_TIME, budget, band);
        } else {
            measure_band(pen, i == 0 ? TYPE_ALERT : TYPE_TIME, TYPE_LEAD, budget, band);
        }
        ret_bands->height_px += band->height_px + (i > 0 ? gap : 0);
    }
}

/* The mark stands as high as the capitals of the first line. */
static void place_mark(struct pen *pen, enum view_alert_kind kind, const struct text_style *style,
                       int baseline, layout_colour colour)
{
    int side = mark_px(pen, style);
    int y = baseline - pen_metrics(pen, style).cap_height_px / 2 - side / 2;
    pen_shape(pen, "alert.mark", shape_of(kind),
              (struct layout_rect){pen_column(pen, &pen->stage, 0), y, side, side}, colour);
}

/* An arrow says that this is where to go. */
static void place_detail(struct pen *pen, const char *text, const struct text_style *style,
                         layout_colour colour, int x, int baseline)
{
    int side = pen_metrics(pen, style).cap_height_px;
    pen_shape(pen, "alert.arrow", BOX_SHAPE_ARROW,
              (struct layout_rect){x, baseline - side, side, side}, colour);
    x += side + pen_space(pen, SPACE_NEAR);
    pen_cut_line(pen, "alert.detail", text, style, colour, x, baseline, band_end(pen) - x);
}

static void lay_one_line(struct pen *pen, const struct alert_band *band, int y,
                         layout_colour colour)
{
    const struct view_alert *alert = band->alert;
    struct text_style bold = pen_style(pen, TYPE_TEXT, TEXT_WEIGHT_BOLD);
    struct text_style time = pen_tabular(pen, TYPE_TEXT, TEXT_WEIGHT_REGULAR);
    struct text_style regular = pen_style(pen, TYPE_TEXT, TEXT_WEIGHT_REGULAR);
    int right = band_end(pen);
    int baseline = y + (band->height_px + pen_metrics(pen, &bold).cap_height_px) / 2;
    int x = text_x(pen, &bold);
    place_mark(pen, alert->kind, &bold, baseline, colour);
    x += pen_cut_line(pen, "alert.words", alert->words, &bold, colour, x, baseline, right - x);
    x += pen_space(pen, SPACE_WORD);
    /* Whoever finds the room full has more use for another one than for the title. */
    bool elsewhere = alert->kind == VIEW_ALERT_FULL && alert->detail[0];
    const char *rest = elsewhere ? "" : subject_of(pen, alert);
    if (elsewhere) {
        place_detail(pen, alert->detail, &regular, colour, x, baseline);
    }
    if (rest[0] && pen_text_width(pen, alert->time, &time) < right - x) {
        int taken =
            pen_line(pen, "alert.time", alert->time, &time, colour, x, baseline, BOX_ALIGN_START);
        x += taken > 0 ? taken + pen_space(pen, SPACE_WORD) : 0;
    }
    if (pen_cut_line(pen, "alert.subject", rest, &regular, colour, x, baseline, right - x) > 0 &&
        alert->kind == VIEW_ALERT_CANCELLED) {
        pen_strike_last(pen);
    }
}

static void place_rest(struct pen *pen, const struct alert_band *band, int x, int y,
                       layout_colour colour)
{
    const struct view_alert *alert = band->alert;
    if (band->subject.fit.line_count > 0) {
        struct text_style time = band->subject.fit.style;
        time.weight = TEXT_WEIGHT_BOLD;
        time.tabular = true;
        struct text_metrics metrics = pen_metrics(pen, &time);
        int slack = band->subject.fit.line_height_px - metrics.ascent_px - metrics.descent_px;
        int taken = pen_line(pen, "alert.time", alert->time, &time, colour, x,
                             y + slack / 2 + metrics.ascent_px, BOX_ALIGN_START);
        size_t first = pen->layout->count;
        y = pen_place(pen, "alert.subject", &band->subject, colour,
                      x + (taken > 0 ? taken + pen_space(pen, SPACE_WORD) : 0), y);
        if (alert->kind == VIEW_ALERT_CANCELLED) {
            pen_strike_from(pen, first);
        }
    }
    struct text_style style = pen_style(pen, TYPE_TEXT, TEXT_WEIGHT_REGULAR);
    int line_px = pen_space(pen, SPACE_LINE);
    int baseline = y + (line_px + pen_metrics(pen, &style).cap_height_px) / 2;
    const char *place = alert->detail;
    for (int i = 0; i < band->detail_lines; i++, baseline += line_px) {
        char line[VIEW_TEXT_BYTES];
        size_t length = place_length(place);
        memcpy(line, place, length);
        line[length] = '\0';
        place_detail(pen, line, &style, colour, x, baseline);
        place = next_place(place);
    }
}

static void lay_whole(struct pen *pen, const struct alert_band *band, struct layout_rect field,
                      layout_colour colour)
{
    const struct text_style *style = &band->words.fit.style;
    struct text_metrics metrics = pen_metrics(pen, style);
    int x = text_x(pen, style), y = field.y + (field.height - band->height_px) / 2;
    int inner = band->height_px - 2 * pen_space(pen, PADDING);
    y += pen_space(pen, PADDING);
    int words_y = band->beside ? y + (inner - band->words.height_px) / 2 : y;
    int slack = band->words.fit.line_height_px - metrics.ascent_px - metrics.descent_px;
    place_mark(pen, band->alert->kind, style, words_y + slack / 2 + metrics.ascent_px, colour);
    int below = pen_place(pen, "alert.words", &band->words, colour, x, words_y);
    if (band->beside) {
        int words_px = pen_text_width(pen, band->words.fit.lines[0], style);
        place_rest(pen, band, x + words_px + pen_space(pen, GAP_BESIDE_WORDS),
                   y + (inner - rest_px(pen, band)) / 2, colour);
    } else {
        place_rest(pen, band, x, below + pen_space(pen, GAP_BELOW_WORDS), colour);
    }
}

/* Where the ground is too near to the stage's, lines tell where the band begins and ends. */
static void lay_edges(struct pen *pen, struct layout_rect field)
{
    layout_colour edge = pen->palette.change_edge;
    int height = pen_space(pen, EDGE_HEIGHT);
    height = height > 0 ? height : 1;
    if (edge != pen->ground) {
        pen_fill(pen, "alert.edge", (struct layout_rect){field.x, field.y, field.width, height},
                 edge, 0);
        pen_fill(
            pen, "alert.edge",
            (struct layout_rect){field.x, field.y + field.height - height, field.width, height},
            edge, 0);
    }
}

void alert_bands_lay(struct pen *pen, const struct alert_bands *bands, int y, int height_px)
{
    layout_colour stage = pen->ground;
    for (int i = 0; i < bands->count; i++) {
        const struct alert_band *band = &bands->bands[i];
        int height = band->height_px + (i == 0 ? height_px - bands->height_px : 0);
        bool change = is_change(band->alert);
        struct layout_rect field = {pen->stage.x, y, pen->stage.width, height};
        /* The operator's words have the stage's colours the other way round. */
        pen->ground = change ? pen->palette.change : pen->palette.text;
        layout_colour colour = change ? pen->palette.change_text : stage;
        pen_fill(pen, "alert", field, pen->ground, 0);
        if (change) {
            lay_edges(pen, field);
        }
        if (band->on_one_line) {
            lay_one_line(pen, band, y + (height - band->height_px) / 2, colour);
        } else {
            lay_whole(pen, band, field, colour);
        }
        y += height + pen_space(pen, GAP_BANDS);
    }
    pen->ground = stage;
}
