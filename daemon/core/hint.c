#include <roomsign/hint.h>

#define SIZE_HINT 4.0
#define LINES_MAX 2
#define PADDING 1.6

/* Lines, codes and logos that the bar would hide or cut through are left out while it is there; of
 * large figures the empty space below them doesn't count. */
static void drop_text_below(struct layout *layout, int y)
{
    size_t kept = 0;
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        bool picture = box->kind == BOX_QR || box->kind == BOX_LOGO;
        int end = picture ? box->rect.y + box->rect.height : box->baseline_y;
        if ((box->kind != BOX_TEXT && !picture) || end <= y) {
            layout->boxes[kept++] = *box;
        }
    }
    layout->count = kept;
}

void hint_lay(struct pen *pen)
{
    struct layout *layout = pen->layout;
    if (!pen->view->hint[0]) {
        return;
    }
    int margin = pen_px(pen, MARGIN), padding = pen_px(pen, PADDING);
    struct block text =
        pen_fit(pen, pen->view->hint, TEXT_WEIGHT_BOLD, SIZE_HINT, LAYOUT_TEXT_MIN_UNITS, LINES_MAX,
                LEADING_TEXT, layout->width_px - 2 * margin, layout->height_px / 3);
    int height = text.height_px + 2 * padding;
    int top = layout->height_px - height;
    drop_text_below(layout, top);
    /* The stage's colours the other way round: unlike anything else on the screen. */
    pen->ground = pen->palette.text;
    pen_fill(pen, "hint.bar", (struct layout_rect){0, top, layout->width_px, height}, pen->ground,
             0);
    pen_place(pen, "hint", &text, pen->palette.ground, margin, top + padding);
}
