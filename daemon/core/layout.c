#include <roomsign/layout.h>

#include <assert.h>
#include <string.h>

#include <roomsign/alert_band.h>
#include <roomsign/day_list.h>
#include <roomsign/emblem.h>
#include <roomsign/foot.h>
#include <roomsign/hash.h>
#include <roomsign/header.h>
#include <roomsign/hint.h>
#include <roomsign/layout_shift.h>
#include <roomsign/mirror.h>
#include <roomsign/panel.h>
#include <roomsign/pen.h>
#include <roomsign/stage.h>
#include <roomsign/words.h>

/* Parts of the screen's height that the stage takes, of GRID_PARTS; where little is said, the panel
 * says more. */
#define STAGE_PARTS_BUSY 8
#define STAGE_PARTS_QUIET 7
#define STAGE_PARTS_QUIET_PORTRAIT 6
/* Where the plan of the day is all that there is to say. */
#define STAGE_PARTS_PLAN 5
/* A screen that is so much wider than high, in hundredths, has the panel beside the stage. */
#define ABREAST_PERCENT 240
/* What the stage gives for a headline where it has that to spare. */
#define STAGE_GIVES SPACE_GUTTER
/* What a headline leaves the panel: what one line on what comes next needs, and the notices of the
 * day. */
#define PANEL_KEPT_BY_NEWS (3 * SPACE_LINE)
#define PANEL_KEPT_BY_NEWS_WITH_BANNERS (4 * SPACE_LINE)

/* What a QR code may make of the titles and of the countdown beside it. What is smaller without it
 * keeps its size. */
#define TITLE_BESIDE_CODE_MIN TYPE_NAME
/* Or it loses no more than this leaves, in hundredths. */
#define TITLE_BESIDE_CODE_PERCENT 84
#define COUNT_BESIDE_CODE_MIN (TYPE_TITLE - TYPE_STEP / 2)
#define NEXT_BESIDE_CODE_MIN TYPE_SMALL

/* The hundredths of the height that one alert leaves to the rest of the stage and to the panel, and
 * what each further one takes of both. Of what alerts take, the panel gives half while it has it.
 */
#define STAGE_KEPT 35
#define STAGE_KEPT_PORTRAIT 38
#define STAGE_KEPT_MISSING 25
#define STAGE_TAKEN 4
/* Red speaks larger, and says what to do. */
#define STAGE_KEPT_OVERRUN 4
#define PANEL_KEPT 27
#define PANEL_KEPT_PORTRAIT 30
#define PANEL_TAKEN 2

bool layout_box_equal(const struct layout_box *a, const struct layout_box *b)
{
    return a->kind == b->kind && strcmp(a->role, b->role) == 0 &&
           memcmp(&a->rect, &b->rect, sizeof a->rect) == 0 && a->colour == b->colour &&
           a->ground == b->ground && a->radius_px == b->radius_px && a->shape == b->shape &&
           a->mirrored == b->mirrored && a->align == b->align &&
           a->style.size_px == b->style.size_px && a->style.weight == b->style.weight &&
           a->style.tabular == b->style.tabular && a->style.spacing_px == b->style.spacing_px &&
           a->style.han == b->style.han && a->baseline_y == b->baseline_y &&
           a->strike == b->strike && strcmp(a->text, b->text) == 0;
}

static bool has_panel(const struct view *view)
{
    return view->room_missing || view->next_label[0] || view->later_count > 0 ||
           view->banner_count > 0;
}

static int stage_parts(const struct pen *pen)
{
    const struct view *view = pen->view;
    int quiet = pen->portrait ? STAGE_PARTS_QUIET_PORTRAIT : STAGE_PARTS_QUIET;
    bool idle = view->phase == PHASE_FREE || view->phase == PHASE_CLOSED || view->is_break;
    if (!has_panel(view)) {
        return GRID_PARTS;
    }
    if (view->clock_unset && view->later_count > 0) {
        return STAGE_PARTS_PLAN;
    }
    if (view->room_missing) {
        return quiet;
    }
    bool busy = alert_bands_lead(view) || !idle || view->detail[0] || view->track[0];
    return busy || pen->abreast ? STAGE_PARTS_BUSY : quiet;
}

/* The panel has what a stage of that height leaves below. */
static void set_stage_height(struct pen *pen, int stage_px)
{
    pen->stage.height = stage_px;
    pen->panel =
        (struct layout_rect){0, stage_px, pen->layout->width_px, pen->layout->height_px - stage_px};
}

static void set_fields(struct pen *pen)
{
    int width = pen->layout->width_px, height = pen->layout->height_px;
    int parts = stage_parts(pen);
    pen->stage = (struct layout_rect){0, 0, width, height};
    pen->panel = (struct layout_rect){0};
    if (parts < GRID_PARTS && pen->abreast) {
        pen->stage.width = width * parts / GRID_PARTS;
        pen->panel = (struct layout_rect){pen->stage.width, 0, width - pen->stage.width, height};
    } else if (parts < GRID_PARTS) {
        set_stage_height(pen, height * parts / GRID_PARTS);
    }
}

/* What the rest of the stage keeps below the alerts. */
static int stage_kept_px(const struct pen *pen)
{
    const struct view *view = pen->view;
    int share = pen->portrait ? STAGE_KEPT_PORTRAIT : STAGE_KEPT;
    if (view->room_missing) {
        share = STAGE_KEPT_MISSING;
    } else if (view->overrun_known) {
        share += STAGE_KEPT_OVERRUN;
    }
    share -= (view->alert_count - 1) * STAGE_TAKEN;
    return pen->layout->height_px * share / 100;
}

/* The panel gives nothing where it says what to look for, or where there is none. What stands below
 * it takes nothing of what it keeps. */
static int stage_highest_px(const struct pen *pen, int stage_px, int below_px)
{
    int panel = pen->portrait ? PANEL_KEPT_PORTRAIT : PANEL_KEPT;
    int height = pen->layout->height_px;
    panel -= (pen->view->alert_count - 1) * PANEL_TAKEN;
    int highest = height - height * panel / 100 - below_px;
    bool gives = stage_px < height && !pen->view->room_missing;
    return gives && highest > stage_px ? highest : stage_px;
}

/* The stage is as high as without alerts, or higher; returns its height. */
static int measure_alerts(const struct pen *pen, int stage_px, int below_px,
                          struct alert_bands *ret_bands)
{
    int kept = stage_kept_px(pen), highest = stage_highest_px(pen, stage_px, below_px);
    int top = header_bottom(pen);
    alert_bands_measure(pen, highest - top - kept, ret_bands);
    int higher = stage_px + ret_bands->height_px / 2, least = top + ret_bands->height_px + kept;
    higher = higher > least ? higher : least;
    return higher < highest ? higher : highest;
}

/* Between header and panel: the alerts, and below them the stage or what they leave of it. */
static void lay_stage(struct pen *pen, const struct alert_bands *bands, int bottom)
{
    int top = header_bottom(pen);
    header_lay(pen);
    if (alert_bands_lead(pen->view)) {
        int strip_y = bottom - stage_strip_px(pen);
        alert_bands_lay(pen, bands, top, strip_y - top);
        stage_lay_strip(pen, strip_y);
    } else {
        alert_bands_lay(pen, bands, top, bands->height_px);
        stage_lay(pen, top + bands->height_px, bottom);
    }
}

/* The fields' places and the alerts on the stage; below_px stands at the foot of the panel, or of
 * the stage where there is no other. Returns the y at which the stage's parts end. */
static int measure_fields(struct pen *pen, int foot_px, struct alert_bands *ret_bands)
{
    const struct view *view = pen->view;
    set_fields(pen);
    int height = pen->layout->height_px, stage_px = pen->stage.height;
    bool below = stage_px < height, with_panel = below || pen->panel.width > 0;
    emblem_measure(pen, with_panel, foot_px);
    int below_px = foot_px + pen->emblem.strip_px;
    int kept_px = pen->emblem.stage_strip_px + (with_panel ? 0 : below_px);
    if (below && foot_px > 0 && pen->stage_gives) {
        stage_px -= pen_space(pen, STAGE_GIVES);
    }
    *ret_bands = (struct alert_bands){0};
    if (alert_bands_lead(view)) {
        int room_px = stage_px - kept_px - stage_strip_px(pen) - header_bottom(pen);
        alert_bands_measure(pen, room_px, ret_bands);
    } else if (view->alert_count > 0) {
        stage_px = measure_alerts(pen, stage_px, below_px, ret_bands);
    }
    if (below) {
        set_stage_height(pen, stage_px);
    }
    return stage_px - kept_px;
}

/* Everything, with or without the headline. */
static void lay(struct pen *pen, bool with_news)
{
    struct layout *layout = pen->layout;
    struct alert_bands bands;
    layout->count = 0;
    layout->list_pages = 0;
    pen->ground = pen->palette.ground;
    set_fields(pen);
    int foot_px = with_news ? foot_height_px(pen) : 0;
    int bottom = measure_fields(pen, foot_px, &bands);
    stage_measure(pen);
    pen_fill(pen, "stage", pen->stage, pen->ground, 0);
    lay_stage(pen, &bands, bottom);
    if (pen->panel.width > 0) {
        panel_lay(pen, layout->height_px - foot_px - pen->emblem.strip_px);
    }
    if (foot_px > 0) {
        foot_lay(pen);
    }
    emblem_lay_at_foot(pen);
}

/* What a headline must leave as it was: the sizes of alert and titles, the rows of the list, the QR
 * code. */
struct extent {
    int alert_px, title_px, next_px, rows, codes;
};

static struct extent extent_of(const struct layout *layout)
{
    struct extent extent = {0};
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (strcmp(box->role, "title") == 0) {
            extent.title_px = box->style.size_px;
        } else if (strcmp(box->role, "next.title") == 0) {
            extent.next_px = box->style.size_px;
        } else if (strcmp(box->role, "later.title") == 0) {
            extent.rows++;
        } else if (strcmp(box->role, "alert.words") == 0) {
            extent.alert_px += box->style.size_px;
        } else if (box->kind == BOX_QR) {
            extent.codes++;
        }
    }
    return extent;
}

/* What the panel keeps above the headline is too little. */
static bool is_cramped(const struct pen *pen)
{
    int top = -1, news = pen->layout->height_px;
    for (size_t i = 0; i < pen->layout->count; i++) {
        const struct layout_box *box = &pen->layout->boxes[i];
        if (strcmp(box->role, "panel") == 0) {
            top = box->rect.y;
        } else if (strncmp(box->role, "news", 4) == 0 && box->rect.y < news) {
            news = box->rect.y;
        }
    }
    int least = pen->view->banner_count > 0 ? PANEL_KEPT_BY_NEWS_WITH_BANNERS : PANEL_KEPT_BY_NEWS;
    return top >= 0 && news - top < pen_space(pen, least);
}

static bool is_crowded(const struct extent *alone, const struct extent *with_news)
{
    return with_news->alert_px != alone->alert_px || with_news->title_px < alone->title_px ||
           with_news->next_px < alone->next_px || with_news->codes < alone->codes ||
           (with_news->rows < alone->rows && with_news->rows < PANEL_ROWS_KEPT);
}

/* What a QR code must leave: all that is said, no more of it cut, titles and countdown no smaller
 * than their least sizes beside it. */
struct remains {
    int title_px, count_px, next_px, rows, cuts, codes;
    /* Of the roles of all other lines but the list's, in any order. */
    uint64_t roles_sum;
};

static bool ends_cut(const char *text)
{
    size_t length = strlen(text), mark = sizeof FIT_ELLIPSIS - 1;
    return length >= mark && strcmp(text + length - mark, FIT_ELLIPSIS) == 0;
}

static struct remains remains_of(const struct layout *layout)
{
    struct remains remains = {0};
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        remains.codes += box->kind == BOX_QR;
        /* The whole day is told where nothing else needs the place. */
        if (box->kind != BOX_TEXT || strncmp(box->role, "day.", strlen("day.")) == 0) {
            continue;
        }
        remains.cuts += ends_cut(box->text);
        if (strcmp(box->role, "title") == 0) {
            remains.title_px = box->style.size_px;
        } else if (strcmp(box->role, "count") == 0) {
            remains.count_px = box->style.size_px;
        } else if (strcmp(box->role, "next.title") == 0) {
            remains.next_px = box->style.size_px;
        } else if (strncmp(box->role, "later.", strlen("later.")) == 0) {
            remains.rows += strcmp(box->role, "later.title") == 0;
        } else if (strcmp(box->role, "detail") != 0) {
            remains.roles_sum += hash_text(HASH_START, box->role);
        }
    }
    return remains;
}

/* From the tops of the capitals, or a little higher, to the baseline; of a code all. */
static struct layout_rect ink_of(const struct layout_box *box)
{
    if (box->kind == BOX_QR) {
        return box->rect;
    }
    int height = box->style.size_px * 3 / 4;
    return (struct layout_rect){box->rect.x, box->baseline_y - height, box->rect.width, height};
}

static bool is_over(const struct layout_box *a, const struct layout_box *b)
{
    struct layout_rect p = ink_of(a), q = ink_of(b);
    return p.x < q.x + q.width && q.x < p.x + p.width && p.y < q.y + q.height &&
           q.y < p.y + p.height;
}

static bool has_ink(const struct layout_box *box)
{
    return box->kind == BOX_TEXT || box->kind == BOX_QR;
}

/* Some lines nothing cuts: whether one runs into another column. */
static bool has_text_over_text(const struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++) {
        for (size_t j = 0; j < i && has_ink(&layout->boxes[i]); j++) {
            if (has_ink(&layout->boxes[j]) && is_over(&layout->boxes[i], &layout->boxes[j])) {
                return true;
            }
        }
    }
    return false;
}

/* A size of the scale, or what was smaller already. */
static int least_px(const struct pen *pen, int alone_px, int size)
{
    int size_px = pen_style(pen, size, TEXT_WEIGHT_BOLD).size_px;
    return alone_px < size_px ? alone_px : size_px;
}

static bool finds_place(const struct pen *pen, const struct remains *alone,
                        const struct remains *beside)
{
    int title_px = least_px(pen, alone->title_px, TITLE_BESIDE_CODE_MIN);
    int share_px = alone->title_px * TITLE_BESIDE_CODE_PERCENT / 100;
    title_px = share_px < title_px ? share_px : title_px;
    return beside->codes > 0 && !has_text_over_text(pen->layout) &&
           beside->roles_sum == alone->roles_sum && beside->cuts <= alone->cuts &&
           beside->next_px >= least_px(pen, alone->next_px, NEXT_BESIDE_CODE_MIN) &&
           beside->title_px >= title_px &&
           (beside->rows >= alone->rows || beside->rows >= PANEL_ROWS_KEPT) &&
           beside->count_px >= least_px(pen, alone->count_px, COUNT_BESIDE_CODE_MIN);
}

/* Everything but a headline, with the view's QR code if that finds a place. */
static void lay_with_code(struct pen *pen)
{
    lay(pen, false);
    if (!pen->view->code_url[0]) {
        return;
    }
    struct remains alone = remains_of(pen->layout), beside;
    /* An idle room's code is about the next session: the panel names it, the stage counts to it. */
    bool idle = pen->view->phase == PHASE_FREE || pen->view->phase == PHASE_CLOSED;
    static const enum code_place places[] = {CODE_ON_PANEL, CODE_ON_STAGE};
    for (int i = idle ? 0 : 1; i < 2; i++) {
        pen->code_place = places[i];
        lay(pen, false);
        beside = remains_of(pen->layout);
        if (finds_place(pen, &alone, &beside)) {
            return;
        }
    }
    pen->code_place = CODE_NOWHERE;
    lay(pen, false);
}

/* Over what lay_with_code left; returns whether the headline finds a place. */
static bool lay_with_news(struct pen *pen)
{
    struct extent alone = extent_of(pen->layout), with_news;
    for (int i = 0; i < 2; i++) {
        pen->stage_gives = i > 0;
        lay(pen, true);
        with_news = extent_of(pen->layout);
        if (!is_crowded(&alone, &with_news) && !is_cramped(pen)) {
            return true;
        }
    }
    lay(pen, false);
    return false;
}

static void finish(struct pen *pen)
{
    hint_lay(pen);
    if (words_for(pen->view->language)->right_to_left) {
        mirror_layout(pen->layout);
    }
    layout_shift(pen->layout, pen->view->shift);
}

void layout_make(const struct view *view, int width_px, int height_px, const struct theme *theme,
                 const struct text_measure *measure, struct layout *ret_layout)
{
    assert(width_px >= LAYOUT_SIDE_MIN_PX && width_px <= LAYOUT_SIDE_MAX_PX);
    assert(height_px >= LAYOUT_SIDE_MIN_PX && height_px <= LAYOUT_SIDE_MAX_PX);
    memset(ret_layout, 0, sizeof *ret_layout);
    ret_layout->width_px = width_px;
    ret_layout->height_px = height_px;
    struct row_lines row_lines[PEN_ROW_LINES_MAX] = {0};
    struct pen pen = {
        .layout = ret_layout,
        .view = view,
        .measure = measure,
        .theme = theme,
        /* A room that isn't found is neither closed nor in use; it is something to look after. */
        .palette = palette_for(theme, view->room_missing ? PHASE_WRAP_UP : view->phase,
                               view->overrun_known),
        .short_edge_px = width_px < height_px ? width_px : height_px,
        /* What is hardly higher than wide has no room for all parts one below the other. */
        .portrait = height_px * 3 > width_px * 4,
        .abreast = width_px * 100 > height_px * ABREAST_PERCENT,
        .row_lines = row_lines,
    };
    if (view->dark) {
        pen_fill(&pen, "dark", (struct layout_rect){0, 0, width_px, height_px}, 0x000000, 0);
        return;
    }
    lay_with_code(&pen);
    bool with_news = view->news[0] && lay_with_news(&pen);
    pen.list_turn = view->list_turn;
    if (ret_layout->list_pages > 1 && day_list_page(pen.list_turn, ret_layout->list_pages) > 0) {
        lay(&pen, with_news);
    }
    finish(&pen);
}
