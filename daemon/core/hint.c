#include <roomsign/hint.h>

#define LINES_MAX 2
#define PADDING (SPACE_NEAR + SPACE_RULE)

static bool is_hidden(const struct layout_box *box, const struct layout_rect *bar)
{
    bool picture = box->kind == BOX_QR || box->kind == BOX_LOGO || box->kind == BOX_SHAPE;
    int end = picture ? box->rect.y + box->rect.height : box->baseline_y;
    return (box->kind == BOX_TEXT || picture) && end > bar->y &&
           box->rect.y < bar->y + bar->height && box->rect.x < bar->x + bar->width &&
           box->rect.x + box->rect.width > bar->x;
}

/* Lines, codes and logos that the bar would hide or cut through are left out while it is there; of
 * large figures the empty space below them doesn't count. */
static void drop_hidden(struct layout *layout, const struct layout_rect *bar)
{
    size_t kept = 0;
    for (size_t i = 0; i < layout->count; i++) {
        if (!is_hidden(&layout->boxes[i], bar)) {
            layout->boxes[kept++] = layout->boxes[i];
        }
    }
    layout->count = kept;
}

void hint_lay(struct pen *pen)
{
    if (!pen->view->hint[0]) {
        return;
    }
    const struct layout_rect *stage = &pen->stage;
    int x = pen_column(pen, stage, 0), padding = pen_space(pen, PADDING);
    struct block text = pen_fit(
        pen, pen->view->hint, TEXT_WEIGHT_BOLD, TYPE_TEXT, TYPE_CAPTION, LINES_MAX, LEADING_TEXT,
        pen_column_end(pen, stage, pen_columns(stage)) - x, pen->layout->height_px / 3);
    struct layout_rect bar = {stage->x, 0, stage->width, text.height_px + 2 * padding};
    bar.y = stage->y + stage->height - bar.height;
    drop_hidden(pen->layout, &bar);
    /* The stage's colours the other way round: unlike anything else on the screen. */
    pen->ground = pen->palette.text;
    pen_fill(pen, "hint.bar", bar, pen->ground, 0);
    pen_place(pen, "hint", &text, pen->palette.ground, x, bar.y + padding);
}
