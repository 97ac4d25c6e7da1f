#include <roomsign/type_scale.h>

#include <assert.h>
#include <math.h>

#include <roomsign/layout.h>

int type_scale_px(int size, int short_edge_px)
{
    assert(size >= 0 && size < TYPE_SIZES_MAX);
    double units = LAYOUT_TEXT_MIN_UNITS * exp2((double)size / (TYPE_STEP * TYPE_STEPS_DOUBLE));
    return (int)ceil(units * short_edge_px / 100);
}

int type_scale_space_px(int spaces, int short_edge_px)
{
    return (spaces * short_edge_px + 50 * SPACES_PER_UNIT) / (100 * SPACES_PER_UNIT);
}
