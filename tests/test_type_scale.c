/* What layouts consist of: sizes of the scale, edges of the grid, whole spaces between words. */
#include "layout_case.h"

#include <roomsign/pen.h>

#include "golden_case.h"

/* Every role of a text and what sizes it may have: one, or all between two. */
struct type_of_role {
    const char *role;
    int size_min, size_max;
    /* It counts, or stands in a column: figures of equal width. */
    bool tabular;
};

static const struct type_of_role types[] = {
    {"room", TYPE_TEXT, TYPE_NAME, false},
    {"room.note", TYPE_TEXT, TYPE_TEXT, false},
    {"date", TYPE_TEXT, TYPE_TEXT, false},
    {"clock", TYPE_NAME, TYPE_NAME, true},
    {"doubt", TYPE_SMALL, TYPE_SMALL, false},
    {"phase", TYPE_LEAD, TYPE_NAME, false},
    {"phase.note", TYPE_CAPTION, TYPE_TIME, false},
    {"title", TYPE_TEXT + TYPE_STEP / 2, TYPE_TITLE, false},
    {"detail", TYPE_SMALL, TYPE_TEXT, false},
    {"track", TYPE_SMALL, TYPE_SMALL, false},
    {"count.caption", TYPE_CAPTION, TYPE_TEXT, false},
    {"count", TYPE_NAME, TYPE_DIGITS, false},
    {"count.unit", TYPE_CAPTION, TYPE_DIGITS - TYPE_UNIT_BELOW_DIGITS, false},
    {"count.range", TYPE_CAPTION, TYPE_TEXT, true},
    {"next.label", TYPE_CAPTION, TYPE_CAPTION, false},
    {"next.time", TYPE_CAPTION, TYPE_TIME, true},
    {"next.old_time", TYPE_CAPTION, TYPE_TIME, true},
    {"next.note", TYPE_SMALL, TYPE_TEXT, false},
    {"next.title", TYPE_SMALL, TYPE_LEAD, false},
    {"next.speakers", TYPE_SMALL, TYPE_SMALL, false},
    {"banner", TYPE_SMALL, TYPE_SMALL, false},
    {"later.label", TYPE_CAPTION, TYPE_CAPTION, false},
    {"later.time", TYPE_SMALL, TYPE_SMALL, true},
    {"later.old_time", TYPE_SMALL, TYPE_SMALL, true},
    {"later.note", TYPE_SMALL, TYPE_SMALL, false},
    {"later.title", TYPE_SMALL, TYPE_SMALL, false},
    {"later.page", TYPE_SMALL, TYPE_SMALL, true},
    {"later.more", TYPE_SMALL, TYPE_SMALL, false},
    {"day.earlier", TYPE_SMALL, TYPE_SMALL, false},
    {"day.time", TYPE_SMALL, TYPE_SMALL, true},
    {"day.old_time", TYPE_SMALL, TYPE_SMALL, true},
    {"day.note", TYPE_SMALL, TYPE_SMALL, false},
    {"day.title", TYPE_SMALL, TYPE_SMALL, false},
    {"rooms.label", TYPE_CAPTION, TYPE_CAPTION, false},
    {"rooms", TYPE_SMALL, TYPE_LEAD, false},
    {"remedy.label", TYPE_CAPTION, TYPE_CAPTION, false},
    {"remedy", TYPE_CAPTION, TYPE_TEXT, false},
    {"news.source", TYPE_CAPTION, TYPE_CAPTION, false},
    {"news", TYPE_CAPTION, TYPE_SMALL, false},
    {"hint", TYPE_CAPTION, TYPE_TEXT, false},
    {"alert.words", TYPE_CAPTION, TYPE_CALL, false},
    {"alert.subject", TYPE_SMALL, TYPE_TIME, false},
    {"alert.time", TYPE_SMALL, TYPE_TIME, true},
    {"alert.detail", TYPE_TEXT, TYPE_TEXT, false},
};

/* What begins at a column of its field, and what ends where the last one does. */
static const char *const beginning[] = {
    "room",          "phase.mark", "title",       "detail",      "count.caption",
    "count.range",   "next.label", "next.title",  "later.label", "rooms.label",
    "next.speakers", "progress",   "news.source", "alert.mark",
};
static const char *const ending[] = {"clock", "doubt", "code", "day.earlier"};

static const int screens[][2] = {
    {1920, 1080}, {1080, 1920}, {1280, 1024}, {1024, 768}, {800, 480}, {1920, 540}, {3840, 2160},
};

static bool is_among(const char *role, const char *const *roles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(role, roles[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void check_type(const struct layout_box *box, int short_edge_px, const char *what)
{
    const struct type_of_role *type = types;
    while (type < types + sizeof types / sizeof *types && strcmp(type->role, box->role) != 0) {
        type++;
    }
    if (type == types + sizeof types / sizeof *types) {
        fail_msg("%s: no size is given for %s", what, box->role);
    }
    bool found = false;
    for (int size = type->size_min; size <= type->size_max; size++) {
        found = found || type_scale_px(size, short_edge_px) == box->style.size_px;
    }
    if (!found) {
        fail_msg("%s: %s of %d px is none of its sizes", what, box->role, box->style.size_px);
    }
    if (type->tabular && !box->style.tabular) {
        fail_msg("%s: the figures of %s have widths of their own", what, box->role);
    }
    assert_true(box->style.weight == TEXT_WEIGHT_REGULAR || box->style.weight == TEXT_WEIGHT_BOLD);
}

static bool is_on_line(const struct layout_box *before, const struct layout_box *box)
{
    return before->kind == BOX_SHAPE ? before->rect.y + before->rect.height == box->baseline_y
                                     : is_text(before) && before->baseline_y == box->baseline_y;
}

static void check_edges(const struct layout *layout, const struct layout_box *box,
                        const struct pen *pen, const char *what)
{
    bool follows = box > layout->boxes && is_text(box) && is_on_line(box - 1, box);
    bool begins = !follows && box->align == BOX_ALIGN_START &&
                  is_among(box->role, beginning, sizeof beginning / sizeof *beginning);
    bool ends = is_among(box->role, ending, sizeof ending / sizeof *ending);
    const struct layout_box *stage = find_box(layout, "stage"), *panel = find_box(layout, "panel");
    bool on_panel = panel && box->rect.x >= panel->rect.x && box->rect.y >= panel->rect.y;
    const struct layout_rect *field = on_panel ? &panel->rect : &stage->rect;
    int columns = pen_columns(field), right = box->rect.x + box->rect.width;
    bool found = false;
    for (int line = 0; line <= columns; line++) {
        found = found || (begins && box->rect.x == pen_column(pen, field, line)) ||
                (ends && line > 0 && right == pen_column_end(pen, field, line));
    }
    if ((begins || ends) && !found) {
        fail_msg("%s: %s from %d to %d stands on no column", what, box->role, box->rect.x, right);
    }
}

/* Between what follows each other on a line. */
static void check_gap(const struct layout_box *a, const struct layout_box *b, const struct pen *pen,
                      const char *what)
{
    int gap = b->rect.x - a->rect.x - a->rect.width;
    if (!is_on_line(a, b) || gap <= 0 || gap > pen_space(pen, SPACE_MARGIN)) {
        return;
    }
    for (int spaces = SPACE_NEAR; spaces <= SPACE_MARGIN; spaces++) {
        if (gap == pen_space(pen, spaces)) {
            return;
        }
    }
    fail_msg("%s: %d px between %s and %s", what, gap, a->role, b->role);
}

/* The rows of a list are a whole number of lines apart. */
static void check_rows(const struct layout *layout, const struct pen *pen, const char *what)
{
    int last = 0, step = pen_space(pen, SPACE_ROW);
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (strcmp(box->role, "later.time") == 0 || strcmp(box->role, "day.time") == 0) {
            if (last > 0 && (box->baseline_y - last) % step != 0) {
                fail_msg("%s: rows %d px apart", what, box->baseline_y - last);
            }
            last = box->baseline_y;
        }
    }
}

static void check_measures(const struct view *view, const char *name)
{
    static struct layout layout;
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        int width = screens[i][0], height = screens[i][1];
        char what[128];
        snprintf(what, sizeof what, "%s at %dx%d", name, width, height);
        layout_make(view, width, height, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
        struct pen pen = {.short_edge_px = width < height ? width : height};
        for (size_t j = 0; j < layout.count; j++) {
            const struct layout_box *box = &layout.boxes[j];
            if (is_text(box)) {
                check_type(box, pen.short_edge_px, what);
            }
            check_edges(&layout, box, &pen, what);
            if (j > 0 && is_text(box)) {
                check_gap(box - 1, box, &pen, what);
            }
        }
        check_rows(&layout, &pen, what);
    }
}

static void test_golden_layouts_are_of_the_scale_and_on_the_grid(void **state)
{
    (void)state;
    static struct view view;
    for (size_t i = 0; i < GOLDEN_MOMENTS; i++) {
        golden_view(&golden_moments[i], &golden_usual, &view);
        check_measures(&view, golden_moments[i].name);
        FILL(view.hint, "Held · u to undo");
        check_measures(&view, golden_moments[i].name);
    }
    for (size_t i = 0; i < GOLDEN_SCRIPTS; i++) {
        bool mirrored = strcmp(golden_scripts[i].language, "ar") == 0;
        golden_view(&golden_moments[0], &golden_scripts[i], &view);
        /* In a mirror everything stands where it does in the picture. */
        snprintf(view.language, sizeof view.language, "%s", mirrored ? "en" : view.language);
        check_measures(&view, golden_scripts[i].name);
    }
}

static void test_whatever_is_said_is_of_the_scale(void **state)
{
    (void)state;
    static struct view view;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        for (int variant = 0; variant < 4; variant++) {
            full_view(&view, (enum phase)phase, variant & 1, false);
            FILL(view.headline, variant & 2 ? long_text() : "Indexes");
            FILL(view.news, variant & 2 ? "Recordings are out" : "");
            FILL(view.news_source, variant & 2 ? "Planet" : "");
            check_measures(&view, phase_name((enum phase)phase));
        }
    }
    missing_room(&view, false);
    check_measures(&view, "a room that is not found");
}

static void test_four_steps_double_a_size(void **state)
{
    (void)state;
    assert_int_equal(type_scale_px(TYPE_CAPTION, 1000), 28);
    assert_int_equal(type_scale_px(TYPE_TIME, 1000), 56);
    assert_int_equal(type_scale_px(TYPE_DIGITS, 1000), 224);
    for (int size = 1; size < TYPE_SIZES_MAX; size++) {
        assert_true(type_scale_px(size, 2160) > type_scale_px(size - 1, 2160));
    }
    /* Never below the limit, however few pixels there are. */
    for (int edge = LAYOUT_SIDE_MIN_PX; edge < 400; edge++) {
        assert_true(type_scale_px(TYPE_CAPTION, edge) * 100 >= LAYOUT_TEXT_MIN_UNITS * edge);
    }
}

static void test_spaces_are_of_the_nearest_pixel(void **state)
{
    (void)state;
    const int whole = 100 * SPACES_PER_UNIT;
    for (int edge = LAYOUT_SIDE_MIN_PX; edge <= 2160; edge += 7) {
        for (int spaces = 0; spaces < 100; spaces++) {
            int off = type_scale_space_px(spaces, edge) * whole - spaces * edge;
            assert_in_range(2 * off + whole, 1, 2 * whole);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_steps_double_a_size),
        cmocka_unit_test(test_spaces_are_of_the_nearest_pixel),
        cmocka_unit_test(test_golden_layouts_are_of_the_scale_and_on_the_grid),
        cmocka_unit_test(test_whatever_is_said_is_of_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
