#include <roomsign/layout_shift.h>

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Of the short edge. */
#define REACH 0.004
/* Both coordinates go from the one end to the other and back within a day, a quarter of it apart:
 * the path is a square on its tip, and every hour is another place on it. */
#define QUARTER (VIEW_SHIFTS / 4)

/* -QUARTER to QUARTER, by one an hour; 0 at hour 0. */
static int triangle(int hour)
{
    return abs((hour + QUARTER) % VIEW_SHIFTS - 2 * QUARTER) - QUARTER;
}

void layout_shift_px(int shift, int width_px, int height_px, int *ret_x_px, int *ret_y_px)
{
    assert(shift >= 0 && shift <= VIEW_SHIFTS);
    long reach_px = lround(REACH * (width_px < height_px ? width_px : height_px));
    /* NOLINTNEXTLINE(bugprone-integer-division): a quarter of the steps is a whole number. */
    double step_px = (double)(reach_px > 1 ? reach_px : 1) / QUARTER;
    *ret_x_px = shift ? (int)lround(step_px * triangle(shift - 1)) : 0;
    *ret_y_px = shift ? (int)lround(step_px * triangle(shift - 1 + QUARTER)) : 0;
}

/* Where the edge at `at` goes; those of fills stay on the screen's, and within it. */
static int move_edge(int at, int by, int side_px)
{
    if (at == 0 || at == side_px) {
        return at;
    }
    int moved = at + by;
    return moved < 0 ? 0 : moved < side_px ? moved : side_px;
}

static void move_fill(struct layout_rect *rect, int x_px, int y_px, const struct layout *layout)
{
    int right = move_edge(rect->x + rect->width, x_px, layout->width_px);
    int bottom = move_edge(rect->y + rect->height, y_px, layout->height_px);
    rect->x = move_edge(rect->x, x_px, layout->width_px);
    rect->y = move_edge(rect->y, y_px, layout->height_px);
    rect->width = right - rect->x;
    rect->height = bottom - rect->y;
}

void layout_shift(struct layout *layout, int shift)
{
    int x_px, y_px;
    layout_shift_px(shift, layout->width_px, layout->height_px, &x_px, &y_px);
    for (size_t i = 0; i < layout->count; i++) {
        struct layout_box *box = &layout->boxes[i];
        if (box->kind == BOX_FILL && box->radius_px == 0) {
            move_fill(&box->rect, x_px, y_px, layout);
            continue;
        }
        box->rect.x += x_px;
        box->rect.y += y_px;
        box->baseline_y += y_px;
    }
}
