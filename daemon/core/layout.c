#include <roomsign/layout.h>

#include <assert.h>
#include <string.h>

#include <roomsign/panel.h>
#include <roomsign/pen.h>
#include <roomsign/stage.h>

/* The share of the height that the stage takes; where little is said, the panel says more. */
#define STAGE_SHARE_BUSY 0.665
#define STAGE_SHARE_QUIET 0.56
#define STAGE_SHARE_QUIET_PORTRAIT 0.5

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
    if (!view->next_label[0] && view->later_count == 0 && view->banner_count == 0) {
        return 1;
    }
    bool idle = view->phase == PHASE_FREE || view->phase == PHASE_CLOSED || view->is_break;
    if (!idle || view->detail[0] || view->track[0]) {
        return STAGE_SHARE_BUSY;
    }
    return pen->portrait ? STAGE_SHARE_QUIET_PORTRAIT : STAGE_SHARE_QUIET;
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
        .palette = palette_for(theme, view->phase, view->overrun_known),
        .unit_px = (width_px < height_px ? width_px : height_px) / 100.0,
        .portrait = height_px > width_px,
    };
    struct layout_rect whole = {0, 0, width_px, height_px};
    if (view->dark) {
        pen_fill(&pen, "dark", whole, 0x000000, 0);
        return;
    }
    int stage_px = (int)(height_px * stage_share(&pen) + 0.5);
    pen.ground = pen.palette.ground;
    whole.height = stage_px;
    pen_fill(&pen, "stage", whole, pen.palette.ground, 0);
    int top = stage_lay_header(&pen);
    stage_lay(&pen, top, stage_px);
    if (stage_px < height_px) {
        panel_lay(&pen, stage_px);
    }
}
