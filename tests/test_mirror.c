#include <roomsign/mirror.h>
#include <roomsign/words.h>

#include "layout_case.h"

static struct view view;
static struct layout plain, mirrored;

static void make_layout(const struct view *of, int width_px, int height_px, struct layout *layout)
{
    layout_make(of, width_px, height_px, theme_builtin(THEME_BASE_DARK), &fake_measure, layout);
}

/* The same view in a language of each direction; the words themselves don't matter. */
static void make_both(int width_px, int height_px)
{
    FILL(view.language, "en");
    make_layout(&view, width_px, height_px, &plain);
    FILL(view.language, "ar");
    make_layout(&view, width_px, height_px, &mirrored);
    assert_int_equal(plain.count, mirrored.count);
}

static void test_every_picture_holds_in_a_mirror(void **state)
{
    (void)state;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        for (int variant = 0; variant < 4; variant++) {
            full_view(&view, (enum phase)phase, variant & 1, variant & 2);
            FILL(view.language, "ar");
            check_view(&view, phase_name((enum phase)phase));
        }
    }
    missing_room(&view, false);
    check_view(&view, "room missing");
}

static void test_boxes_keep_all_but_their_side(void **state)
{
    (void)state;
    full_view(&view, PHASE_LIVE, false, false);
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        make_both(sizes[i][0], sizes[i][1]);
        for (size_t j = 0; j < plain.count; j++) {
            struct layout_box *box = &mirrored.boxes[j];
            const struct layout_box *before = &plain.boxes[j];
            assert_int_equal(box->rect.x, plain.width_px - before->rect.x - before->rect.width);
            assert_int_not_equal(box->align, before->align);
            assert_int_equal(box->mirrored, box->kind == BOX_SHAPE);
            box->rect.x = before->rect.x;
            box->align = before->align;
            box->mirrored = false;
            assert_true(layout_box_equal(box, before));
        }
    }
}

/* The parts of "+1:02:37" from the left to the right, whatever the language. */
static void test_digits_keep_their_order(void **state)
{
    (void)state;
    static const char *const digits[] = {"2:37", "+2:37", "+1:02:37"};
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
        full_view(&view, PHASE_OVERRUN, true, false);
        FILL(view.count[0].digits, digits[i]);
        FILL(view.count[0].unit, "");
        make_both(1920, 1080);
        char read[32] = "";
        int right = -1, left_plain = find_box(&plain, "count")->rect.x, right_plain = 0;
        for (size_t j = 0; j < mirrored.count; j++) {
            const struct layout_box *box = &mirrored.boxes[j];
            if (strcmp(box->role, "count") != 0) {
                continue;
            }
            assert_true(right < 0 || box->rect.x == right);
            right = box->rect.x + box->rect.width;
            right_plain = plain.boxes[j].rect.x + plain.boxes[j].rect.width;
            snprintf(read + strlen(read), sizeof read - strlen(read), "%s", box->text);
        }
        assert_string_equal(read, digits[i]);
        /* And the number as a whole changes its side. */
        assert_int_equal(find_box(&mirrored, "count")->rect.x, 1920 - right_plain);
        assert_int_equal(right, 1920 - left_plain);
    }
}

/* "1 h 40 min" is read from the right, number by number. */
static void test_numbers_change_their_order(void **state)
{
    (void)state;
    full_view(&view, PHASE_FREE, false, false);
    FILL(view.count[0].digits, "1");
    FILL(view.count[0].unit, "h");
    FILL(view.count[1].digits, "40");
    FILL(view.count[1].unit, "min");
    make_both(1920, 1080);
    int left = 1920;
    for (size_t i = 0; i < mirrored.count; i++) {
        const struct layout_box *box = &mirrored.boxes[i];
        if (strncmp(box->role, "count", 5) == 0 && box->role[5] != '.') {
            assert_true(box->rect.x + box->rect.width <= left);
            left = box->rect.x;
        }
    }
    assert_true(left < 1920);
}

static void test_the_sides_are_exchanged(void **state)
{
    (void)state;
    full_view(&view, PHASE_LIVE, false, false);
    make_both(1920, 1080);
    assert_true(find_box(&mirrored, "clock")->rect.x < find_box(&mirrored, "room")->rect.x);
    assert_true(find_box(&mirrored, "phase.mark")->rect.x > find_box(&mirrored, "phase")->rect.x);
    assert_true(find_box(&mirrored, "next.title")->rect.x >
                find_box(&mirrored, "later.title")->rect.x);
    /* What is over of the session grows from the right. */
    const struct layout_box *progress = find_box(&mirrored, "progress");
    assert_true(progress->rect.x > 1920 / 4);
    const struct layout_box *before = find_box(&plain, "progress");
    assert_int_equal(progress->rect.width, before->rect.width);
}

static void test_a_tick_changes_one_digit_there_too(void **state)
{
    (void)state;
    static struct layout after;
    full_view(&view, PHASE_WRAP_UP, false, false);
    FILL(view.count[0].digits, "2:37");
    FILL(view.count[0].unit, "");
    FILL(view.language, "ar");
    make_layout(&view, 1920, 1080, &mirrored);
    FILL(view.count[0].digits, "2:36");
    make_layout(&view, 1920, 1080, &after);
    int changed = 0;
    for (size_t i = 0; i < after.count; i++) {
        changed += !layout_box_equal(&after.boxes[i], &mirrored.boxes[i]);
    }
    assert_int_equal(changed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_picture_holds_in_a_mirror),
        cmocka_unit_test(test_boxes_keep_all_but_their_side),
        cmocka_unit_test(test_digits_keep_their_order),
        cmocka_unit_test(test_numbers_change_their_order),
        cmocka_unit_test(test_the_sides_are_exchanged),
        cmocka_unit_test(test_a_tick_changes_one_digit_there_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
