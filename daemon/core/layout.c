#include <roomsign/layout.h>

#include <assert.h>
#include <string.h>

#include <roomsign/foot.h>
#include <roomsign/hint.h>
#include <roomsign/panel.h>
#include <roomsign/pen.h>
#include <roomsign/stage.h>

/* The share of the height that the stage takes; where little is said, the panel says more. */
#define STAGE_SHARE_BUSY 0.665
#define STAGE_SHARE_QUIET 0.56
#define STAGE_SHARE_QUIET_PORTRAIT 0.5
/* Where the plan of the day is all that there is to say. */
#define STAGE_SHARE_PLAN 0.4
/* What the stage gives for a headline, in units, where the screen is wider than so many of its
 * heights; where it is narrower, the stage has nothing to spare. */
#define STAGE_GIVES 4.0
#define STAGE_GIVES_FROM 1.5
/* A headline may shorten the list of what comes later, but never to fewer rows. */
#define ROWS_KEPT 5

static const char *const theme_names[] = {
    [LAYOUT_THEME_DARK] = "dark",
    [LAYOUT_THEME_LIGHT] = "light",
    [LAYOUT_THEME_HIGH_CONTRAST] = "high-contrast",
};

const char *layout_theme_name(enum layout_theme theme)
{
    assert((size_t)theme < sizeof theme_names / sizeof *theme_names);
    return theme_names[theme];
}

bool layout_theme_parse(const char *name, enum layout_theme *ret_theme)
{
    for (size_t i = 0; i < sizeof theme_names / sizeof *theme_names; i++) {
        if (strcmp(theme_names[i], name) == 0) {
            *ret_theme = (enum layout_theme)i;
            return true;
        }
    }
    return false;
}

bool layout_box_equal(const struct layout_box *a, const struct layout_box *b)
{
    return a->kind == b->kind && strcmp(a->role, b->role) == 0 &&
           memcmp(&a->rect, &b->rect, sizeof a->rect) == 0 && a->colour == b->colour &&
           a->ground == b->ground && a->radius_px == b->radius_px && a->shape == b->shape &&
           a->align == b->align && a->style.size_px == b->style.size_px &&
           a->style.weight == b->style.weight && a->style.tabular == b->style.tabular &&
           a->style.spacing_px == b->style.spacing_px && a->baseline_y == b->baseline_y &&
           a->strike == b->strike && strcmp(a->text, b->text) == 0;
}

static double stage_share(const struct pen *pen)
{
    const struct view *view = pen->view;
    if (view->room_missing) {
        return pen->portrait ? STAGE_SHARE_QUIET_PORTRAIT : STAGE_SHARE_QUIET;
    }
    if (view->clock_unset && view->later_count > 0) {
        return STAGE_SHARE_PLAN;
    }
    if (!view->next_label[0] && view->later_count == 0 && view->banner_count == 0) {
        return 1;
    }
    bool idle = view->phase == PHASE_FREE || view->phase == PHASE_CLOSED || view->is_break;
    if (!idle || view->detail[0] || view->track[0]) {
        return STAGE_SHARE_BUSY;
    }
    return pen->portrait ? STAGE_SHARE_QUIET_PORTRAIT : STAGE_SHARE_QUIET;
}

/* Everything, with or without the headline. */
static void lay(struct pen *pen, bool with_news)
{
    struct layout *layout = pen->layout;
    int foot_px = with_news ? foot_height_px(pen) : 0;
    int stage_px = (int)(layout->height_px * stage_share(pen) + 0.5);
    bool has_panel = stage_px < layout->height_px;
    layout->count = 0;
    pen->ground = pen->palette.ground;
    if (has_panel && foot_px > 0 && layout->width_px > layout->height_px * STAGE_GIVES_FROM) {
        stage_px -= pen_px(pen, STAGE_GIVES);
    }
    pen_fill(pen, "stage", (struct layout_rect){0, 0, layout->width_px, stage_px}, pen->ground, 0);
    int top = stage_lay_header(pen);
    stage_lay(pen, top, has_panel ? stage_px : stage_px - foot_px);
    if (has_panel) {
        panel_lay(pen, stage_px, layout->height_px - foot_px);
    }
    if (foot_px > 0) {
        foot_lay(pen);
    }
}

/* What a headline must leave as it was: the sizes of the titles, the rows of the list. */
struct extent {
    int title_px, next_px, rows;
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
        }
    }
    return extent;
}

static bool is_crowded(const struct extent *alone, const struct extent *with_news)
{
    return with_news->title_px < alone->title_px || with_news->next_px < alone->next_px ||
           (with_news->rows < alone->rows && with_news->rows < ROWS_KEPT);
}

void layout_make(const struct view *view, int width_px, int height_px, enum layout_theme theme,
                 const struct text_measure *measure, struct layout *ret_layout)
{
    assert(width_px >= LAYOUT_SIDE_MIN_PX && width_px <= LAYOUT_SIDE_MAX_PX);
    assert(height_px >= LAYOUT_SIDE_MIN_PX && height_px <= LAYOUT_SIDE_MAX_PX);
    memset(ret_layout, 0, sizeof *ret_layout);
    ret_layout->width_px = width_px;
    ret_layout->height_px = height_px;
    struct pen pen = {
        .layout = ret_layout,
        .view = view,
        .measure = measure,
        /* A room that isn't found is neither closed nor in use; it is something to look after. */
        .palette = palette_for(theme, view->room_missing ? PHASE_WRAP_UP : view->phase,
                               view->overrun_known),
        .unit_px = (width_px < height_px ? width_px : height_px) / 100.0,
        /* What is hardly higher than wide has no room for all parts one below the other. */
        .portrait = height_px * 3 > width_px * 4,
    };
    if (view->dark) {
        pen_fill(&pen, "dark", (struct layout_rect){0, 0, width_px, height_px}, 0x000000, 0);
        return;
    }
    lay(&pen, false);
    if (!view->news[0]) {
        hint_lay(&pen);
        return;
    }
    struct extent alone = extent_of(ret_layout), with_news;
    lay(&pen, true);
    with_news = extent_of(ret_layout);
    if (is_crowded(&alone, &with_news)) {
        lay(&pen, false);
    }
    hint_lay(&pen);
}
