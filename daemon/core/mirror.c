#include <roomsign/mirror.h>

#include <string.h>

static int right_of(const struct layout_box *box)
{
    return box->rect.x + box->rect.width;
}

/* Whether the box goes on with the number that the one before it belongs to. */
static bool continues_number(const struct layout_box *before, const struct layout_box *box)
{
    return box->kind == BOX_TEXT && before->kind == BOX_TEXT && box->style.tabular &&
           strcmp(box->role, before->role) == 0 && box->baseline_y == before->baseline_y &&
           box->rect.x == right_of(before);
}

/* The boxes from `first` that move as one; returns the index behind them. */
static size_t end_of_group(const struct layout *layout, size_t first)
{
    size_t end = first + 1;
    while (end < layout->count && continues_number(&layout->boxes[end - 1], &layout->boxes[end])) {
        end++;
    }
    return end;
}

void mirror_layout(struct layout *layout)
{
    for (size_t first = 0, end; first < layout->count; first = end) {
        end = end_of_group(layout, first);
        int left = layout->boxes[first].rect.x, right = right_of(&layout->boxes[end - 1]);
        for (size_t i = first; i < end; i++) {
            struct layout_box *box = &layout->boxes[i];
            box->rect.x += layout->width_px - right - left;
            box->align = box->align == BOX_ALIGN_START ? BOX_ALIGN_END : BOX_ALIGN_START;
            box->mirrored = box->kind == BOX_SHAPE;
        }
    }
}
