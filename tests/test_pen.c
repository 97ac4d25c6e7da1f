#include <roomsign/pen.h>
#include <roomsign/theme.h>

#include "layout_case.h"

static const char *const arabic =
    "تشغيل قواعد البيانات في بيئة الإنتاج على نطاق واسع: دروس من السنوات العشر الماضية وما بعدها";

/* Left and right ends of the title's lines; how many there are. */
static int title_ends(const char *language, const char *title, int left[8], int right[8])
{
    static struct view view;
    static struct layout layout;
    int count = 0;
    full_view(&view, PHASE_LIVE, false, false);
    FILL(view.language, language);
    FILL(view.headline, title);
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    for (size_t i = 0; i < layout.count && count < 8; i++) {
        if (strcmp(layout.boxes[i].role, "title") == 0) {
            left[count] = layout.boxes[i].rect.x;
            right[count++] = layout.boxes[i].rect.x + layout.boxes[i].rect.width;
        }
    }
    return count;
}

static void test_lines_are_even_where_they_begin(void **state)
{
    (void)state;
    int left[8], right[8];
    int count = title_ends(
        "en", "Some words that need more than one line on any sign that there is", left, right);
    assert_in_range(count, 2, 4);
    for (int i = 1; i < count; i++) {
        assert_int_equal(left[i], left[0]);
    }
    int margin = left[0];
    count = title_ends("en", arabic, left, right);
    assert_in_range(count, 2, 4);
    int leftmost = left[0];
    for (int i = 1; i < count; i++) {
        assert_int_equal(right[i], right[0]);
        leftmost = left[i] < leftmost ? left[i] : leftmost;
    }
    /* The block itself begins where everything on the sign does. */
    assert_int_equal(leftmost, margin);
    count = title_ends("ar", arabic, left, right);
    for (int i = 0; i < count; i++) {
        assert_int_equal(right[i], 1920 - margin);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_even_where_they_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
