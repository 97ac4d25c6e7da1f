#include <roomsign/layout_shift.h>

#include <stdlib.h>

#include "layout_case.h"

static struct layout still, moved;

struct place {
    int x, y;
};

static struct place place_at(int shift, int width_px, int height_px)
{
    struct place place;
    layout_shift_px(shift, width_px, height_px, &place.x, &place.y);
    return place;
}

static int places_of(int width_px, int height_px)
{
    struct place seen[VIEW_SHIFTS];
    int count = 0;
    for (int shift = 1; shift <= VIEW_SHIFTS; shift++) {
        struct place place = place_at(shift, width_px, height_px);
        bool is_new = true;
        for (int i = 0; i < count; i++) {
            is_new &= seen[i].x != place.x || seen[i].y != place.y;
        }
        if (is_new) {
            seen[count++] = place;
        }
    }
    return count;
}

static void test_the_path_is_closed_slow_and_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        int width = sizes[i][0], height = sizes[i][1], edge = width < height ? width : height;
        int reach = (edge * 4 + 500) / 1000, farthest = 0;
        reach = reach > 1 ? reach : 1;
        for (int shift = 1; shift <= VIEW_SHIFTS; shift++) {
            struct place place = place_at(shift, width, height);
            struct place next = place_at(shift % VIEW_SHIFTS + 1, width, height);
            int step = reach / 6 + 1;
            assert_in_range(abs(next.x - place.x), 0, step);
            assert_in_range(abs(next.y - place.y), 0, step);
            assert_in_range(abs(place.x) + abs(place.y), 0, reach + 1);
            farthest = abs(place.x) > farthest ? abs(place.x) : farthest;
        }
        assert_int_equal(farthest, reach);
    }
    assert_int_equal(place_at(0, 1920, 1080).x, 0);
    assert_int_equal(place_at(0, 1920, 1080).y, 0);
    assert_in_range(places_of(1920, 1080), 16, VIEW_SHIFTS);
    assert_in_range(places_of(3840, 2160), VIEW_SHIFTS, VIEW_SHIFTS);
    assert_in_range(places_of(160, 160), 4, VIEW_SHIFTS);
}

/* No edge stays where it is for three hours in a row. */
static void test_no_edge_rests(void **state)
{
    (void)state;
    for (int shift = 1; shift <= VIEW_SHIFTS; shift++) {
        struct place a = place_at(shift, 1920, 1080);
        struct place b = place_at(shift % VIEW_SHIFTS + 1, 1920, 1080);
        struct place c = place_at((shift + 1) % VIEW_SHIFTS + 1, 1920, 1080);
        assert_false(a.x == b.x && b.x == c.x);
        assert_false(a.y == b.y && b.y == c.y);
    }
}

static bool is_filled(const struct layout *layout, int x, int y)
{
    struct layout_rect pixel = {x, y, 1, 1};
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (box->kind == BOX_FILL && box->radius_px == 0 && overlap(&box->rect, &pixel)) {
            return true;
        }
    }
    return false;
}

/* Fills begin and end at few coordinates: between those nothing else can happen. */
static void check_covered(const struct layout *layout, const char *what)
{
    for (size_t i = 0; i <= layout->count; i++) {
        int y = i < layout->count ? layout->boxes[i].rect.y : layout->height_px - 1;
        for (int around = -1; around <= 1; around++) {
            int row = y + around;
            row = row < 0 ? 0 : row < layout->height_px ? row : layout->height_px - 1;
            if (!is_filled(layout, 0, row) || !is_filled(layout, layout->width_px - 1, row) ||
                !is_filled(layout, layout->width_px / 2, row)) {
                fail_msg("%s: row %d shows through", what, row);
            }
        }
    }
}

static bool edge_follows(int before, int after, int by, int side_px)
{
    return before == 0 || before == side_px ? after == before
                                            : after == before + by || after == 0 ||
                                                  after == side_px;
}

static void check_moved(int width_px, int height_px, int shift, const char *what)
{
    struct place by = place_at(shift, width_px, height_px);
    assert_int_equal(still.count, moved.count);
    for (size_t i = 0; i < still.count; i++) {
        struct layout_box a = still.boxes[i];
        const struct layout_box *b = &moved.boxes[i];
        if (a.kind == BOX_FILL && a.radius_px == 0) {
            const struct layout_rect *from = &a.rect, *to = &b->rect;
            assert_true(edge_follows(from->x, to->x, by.x, width_px));
            assert_true(edge_follows(from->y, to->y, by.y, height_px));
            assert_true(
                edge_follows(from->x + from->width, to->x + to->width, by.x, width_px));
            assert_true(
                edge_follows(from->y + from->height, to->y + to->height, by.y, height_px));
            a.rect = b->rect;
        } else {
            a.rect.x += by.x;
            a.rect.y += by.y;
            a.baseline_y += by.y;
        }
        if (!layout_box_equal(&a, b)) {
            fail_msg("%s: %s \"%s\" isn't what it was", what, a.role, a.text);
        }
    }
}

/* That nothing lies over anything else follows from its standing as it stood. */
static void check_boxes(const struct layout *layout, const char *what)
{
    for (size_t i = 0; i < layout->count; i++) {
        check_box(layout, &layout->boxes[i], what);
        if (is_text(&layout->boxes[i])) {
            check_ground(layout, &layout->boxes[i], what);
        }
    }
}

static void check_shifts(struct view *view, const char *what)
{
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        view->shift = 0;
        layout_make(view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                    &fake_measure, &still);
        for (int shift = 1; shift <= VIEW_SHIFTS; shift++) {
            char name[160];
            snprintf(name, sizeof name, "%s at %dx%d, shift %d", what, sizes[i][0], sizes[i][1],
                     shift);
            moved = still;
            layout_shift(&moved, shift);
            check_boxes(&moved, name);
            check_covered(&moved, name);
            check_moved(sizes[i][0], sizes[i][1], shift, name);
        }
    }
}

static void test_every_picture_at_every_place(void **state)
{
    (void)state;
    static struct view view;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        for (int variant = 0; variant < 16; variant++) {
            bool at_length = variant & 1;
            full_view(&view, (enum phase)phase, variant & 2, at_length);
            if (variant & 4) {
                FILL(view.hint, "Held · u to undo");
                view.alert_count = at_length ? VIEW_ALERTS_MAX : 1;
                for (int i = 0; i < view.alert_count; i++) {
                    view.alerts[i].kind = VIEW_ALERT_CANCELLED;
                    FILL(view.alerts[i].words, "Cancelled");
                    FILL(view.alerts[i].subject, "Two Databases, Three Perspectives");
                    FILL(view.alerts[i].time, "10:30");
                }
            }
            if (variant & 8) {
                FILL(view.news, "Doors of the main hall stay open until ten");
                FILL(view.news_source, "Planet");
            }
            check_shifts(&view, phase_name((enum phase)phase));
        }
    }
}

/* Above it is the same layout that is moved; here is that a view's layout is moved so. */
static void test_a_view_stands_where_it_says(void **state)
{
    (void)state;
    static struct view view;
    full_view(&view, PHASE_LIVE, false, false);
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &still);
    view.shift = 5;
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &moved);
    layout_shift(&still, 5);
    assert_int_equal(still.count, moved.count);
    for (size_t i = 0; i < still.count; i++) {
        assert_true(layout_box_equal(&still.boxes[i], &moved.boxes[i]));
    }
}

static void test_a_room_that_is_not_found(void **state)
{
    (void)state;
    static struct view view;
    full_view(&view, PHASE_CLOSED, false, true);
    missing_room(&view, true);
    check_shifts(&view, "room missing");
}

static void test_the_dark_has_no_edges(void **state)
{
    (void)state;
    static struct view view;
    memset(&view, 0, sizeof view);
    view.dark = true;
    check_shifts(&view, "dark");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_path_is_closed_slow_and_short),
        cmocka_unit_test(test_no_edge_rests),
        cmocka_unit_test(test_every_picture_at_every_place),
        cmocka_unit_test(test_a_view_stands_where_it_says),
        cmocka_unit_test(test_a_room_that_is_not_found),
        cmocka_unit_test(test_the_dark_has_no_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
