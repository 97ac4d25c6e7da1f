/* What must be known before all else: where it stands, how large, and what it leaves to the rest.
 */
#include "layout_case.h"

static void add_alert(struct view *view, enum view_alert_kind kind, bool at_length)
{
    static const char *const words[] = {"Back at 14:00", "Full", "Moved to UB5.230, 14:30",
                                        "Cancelled"};
    struct view_alert *alert = &view->alerts[view->alert_count++];
    const char *long_words = long_text();
    alert->kind = kind;
    FILL(alert->words, at_length ? long_words : words[kind]);
    if (kind == VIEW_ALERT_MESSAGE) {
        return;
    }
    FILL(alert->subject, at_length ? long_words : "Two Databases");
    FILL(alert->time, at_length ? "12:30 PM" : "10:30");
    if (kind == VIEW_ALERT_FULL) {
        FILL(alert->detail, at_length ? long_words : "UB5.230: Joins · Janson: Indexes");
    }
}

static void test_alerts_in_every_phase_size_and_theme(void **state)
{
    (void)state;
    static struct view view;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        for (int variant = 0; variant < 24; variant++) {
            bool known = variant & 1, at_length = variant & 2, long_alerts = variant & 4;
            int count = 1 + variant / 8;
            char name[96];
            full_view(&view, (enum phase)phase, known, at_length);
            for (int i = 0; i < count; i++) {
                add_alert(&view, (enum view_alert_kind)((phase + variant + i) % 4), long_alerts);
            }
            if (view.banner_count == 0) {
                view.banner_count = 1;
                FILL(view.banners[0], "Badge desk in building K");
            }
            if (phase == PHASE_LIVE) {
                FILL(view.count[0].digits, "12");
                FILL(view.count[0].unit, "h");
                FILL(view.count[1].digits, "59");
                FILL(view.count[1].unit, "min");
            }
            FILL(view.news, at_length && phase == PHASE_FREE ? "Recordings are out" : "");
            FILL(view.hint, at_length && phase == PHASE_LIVE ? "Held · u to undo" : "");
            snprintf(name, sizeof name, "%s with %d alerts, variant %d",
                     phase_name((enum phase)phase), count, variant);
            check_view(&view, name);
        }
    }
}

/* The bands are as wide as the screen, below the clock, one below the other in order. */
static void test_alerts_stand_in_order_below_the_header(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    static const enum box_shape shapes[] = {BOX_SHAPE_BUBBLE, BOX_SHAPE_NO_ENTRY, BOX_SHAPE_ARROW};
    full_view(&view, PHASE_LIVE, false, false);
    for (int i = 0; i < VIEW_ALERTS_MAX; i++) {
        add_alert(&view, (enum view_alert_kind)i, false);
    }
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK), &fake_measure,
                    &layout);
        int bands = 0, marks = 0, bottom = find_box(&layout, "clock")->baseline_y;
        double size = 100;
        for (size_t j = 0; j < layout.count; j++) {
            const struct layout_box *box = &layout.boxes[j];
            if (strcmp(box->role, "alert") == 0) {
                assert_true(box->rect.y > bottom);
                assert_int_equal(box->rect.width, find_box(&layout, "stage")->rect.width);
                bottom = box->rect.y + box->rect.height;
                bands++;
            } else if (strcmp(box->role, "alert.mark") == 0) {
                assert_int_equal(box->shape, shapes[marks++]);
            } else if (strcmp(box->role, "alert.words") == 0) {
                assert_true(units(&layout, box) <= size + 0.5);
                size = units(&layout, box);
            }
        }
        assert_int_equal(bands, 3);
        assert_int_equal(marks, 3);
        assert_true(find_box(&layout, "title")->rect.y > bottom);
    }
}

/* What stood on the stage stays readable below one alert, and below three. */
static void test_title_and_countdown_stay_readable_below_alerts(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int count = 1; count <= VIEW_ALERTS_MAX; count++) {
            full_view(&view, PHASE_LIVE, false, false);
            for (int j = 0; j < count; j++) {
                add_alert(&view, (enum view_alert_kind)j, count == 2);
            }
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            const struct layout_box *title = find_box(&layout, "title");
            const struct layout_box *digits = find_box(&layout, "count");
            if (units(&layout, title) < 4.2 || units(&layout, digits) < 9 ||
                !find_box(&layout, "phase")) {
                fail_msg("%dx%d, %d alerts: title %.1f, digits %.1f", sizes[i][0], sizes[i][1],
                         count, units(&layout, title), units(&layout, digits));
            }
            if (count == 1) {
                assert_string_equal(find_box(&layout, "next.title")->text, "Indexes");
                assert_true(units(&layout, find_box(&layout, "alert.words")) >= 6);
            }
        }
    }
}

static void test_an_empty_room_says_first_where_its_session_went(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int phase = PHASE_FREE; phase <= PHASE_CLOSED; phase++) {
            full_view(&view, (enum phase)phase, false, false);
            FILL(view.headline, "Free until 13:35");
            view.detail[0] = view.track[0] = '\0';
            view.progress_permille = VIEW_NO_PROGRESS;
            add_alert(&view, VIEW_ALERT_MOVED, false);
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            const struct layout_box *words = find_box(&layout, "alert.words");
            const struct layout_box *title = find_box(&layout, "title");
            assert_true(units(&layout, words) >= 8);
            assert_true(words->style.size_px > title->style.size_px * 3 / 2);
            assert_true(words->style.size_px > find_box(&layout, "phase.mark")->rect.height * 2);
            assert_true(words->style.size_px > find_box(&layout, "alert.subject")->style.size_px);
            assert_string_equal(title->text, "Free until 13:35");
            assert_null(find_box(&layout, "count"));
            /* A message isn't the reason why the room is empty. */
            view.alerts[0].kind = VIEW_ALERT_MESSAGE;
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            assert_non_null(find_box(&layout, "count"));
        }
    }
}

static void test_a_message_is_larger_the_shorter_it_is_and_never_cut(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    static const char sentence[] =
        "The speaker is stuck on the train from Antwerp and will arrive around twenty minutes "
        "late. We will start with the lightning talks instead; the material of the workshop is "
        "available at the desk in building K, and the coffee outside is free for all who wait. "
        "Thank you very much.";
    static const size_t lengths[] = {18, 42, 84, sizeof sentence - 1};
    for (size_t i = 0; i < SIZE_COUNT - 1; i++) {
        double size = 100;
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++) {
            full_view(&view, PHASE_LIVE, false, false);
            add_alert(&view, VIEW_ALERT_MESSAGE, false);
            snprintf(view.alerts[0].words, sizeof view.alerts[0].words, "%.*s", (int)lengths[j],
                     sentence);
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            double now = units(&layout, find_box(&layout, "alert.words"));
            assert_true(now <= size);
            size = now;
            for (size_t k = 0; k < layout.count; k++) {
                const struct layout_box *box = &layout.boxes[k];
                if (strcmp(box->role, "alert.words") == 0 && strstr(box->text, "…")) {
                    fail_msg("%zu bytes are cut at %dx%d", lengths[j], sizes[i][0], sizes[i][1]);
                }
            }
        }
    }
}

static void test_full_tells_each_place_on_a_line_and_no_title_twice(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    add_alert(&view, VIEW_ALERT_FULL, false);
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_int_equal(count_boxes(&layout, "alert.detail"), 2);
    assert_int_equal(count_boxes(&layout, "alert.arrow"), 2);
    assert_string_equal(find_box(&layout, "alert.detail")->text, "UB5.230: Joins");
    assert_non_null(find_box(&layout, "alert.subject"));
    FILL(view.alerts[0].subject, view.headline);
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_null(find_box(&layout, "alert.subject"));
}

static int count_struck(const struct layout *layout, const char *role)
{
    int count = 0;
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        count += box->strike && strcmp(box->role, role) == 0;
    }
    return count;
}

/* On one line, on several, and where it leads; what is only elsewhere stands as it is. */
static void test_what_is_cancelled_is_struck_through(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int variant = 0; variant < 8; variant++) {
            full_view(&view, variant & 1 ? PHASE_FREE : PHASE_LIVE, false, false);
            if (variant & 2) {
                add_alert(&view, VIEW_ALERT_MOVED, true);
            }
            add_alert(&view, VIEW_ALERT_CANCELLED, false);
            FILL(view.alerts[view.alert_count - 1].subject, variant & 4 ? long_text() : "Joins");
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            int lines = count_boxes(&layout, "alert.subject");
            int struck = count_struck(&layout, "alert.subject");
            assert_true(struck > 0 && (variant & 2 ? struck < lines : struck == lines));
            assert_int_equal(count_struck(&layout, "alert.words"), 0);
            assert_int_equal(count_struck(&layout, "alert.time"), 0);
        }
    }
}

/* Without a schedule, a room or a clock the operator can speak nevertheless. */
static void test_a_message_beside_doubts_and_without_a_panel(void **state)
{
    (void)state;
    static struct view view;
    for (int variant = 0; variant < 16; variant++) {
        bool at_length = variant & 1, long_alert = variant & 2, news = variant & 4;
        full_view(&view, PHASE_CLOSED, false, at_length);
        add_alert(&view, VIEW_ALERT_MESSAGE, long_alert);
        if (variant & 8) {
            missing_room(&view, at_length);
            view.room_count = VIEW_ROOMS_MAX;
            for (int i = 0; i < VIEW_ROOMS_MAX && !at_length; i++) {
                FILL(view.rooms[i], "UB2.252A");
            }
        } else {
            view.next_label[0] = '\0';
            view.later_count = view.later_more = view.banner_count = 0;
            FILL(view.news, news ? "Recordings are out" : "");
        }
        check_view(&view, "a message without a panel or a room");
        full_view(&view, PHASE_CLOSED, false, at_length);
        add_alert(&view, VIEW_ALERT_MESSAGE, long_alert);
        view.clock_unset = true;
        view.next_label[0] = view.track[0] = '\0';
        memset(view.count, 0, sizeof view.count);
        view.progress_permille = VIEW_NO_PROGRESS;
        check_view(&view, "a message without a clock");
    }
}

static void test_headlines_make_no_alert_smaller(void **state)
{
    (void)state;
    static struct view view;
    static struct layout alone, with_news;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int kind = VIEW_ALERT_MESSAGE; kind <= VIEW_ALERT_CANCELLED; kind++) {
            full_view(&view, PHASE_FREE, false, false);
            add_alert(&view, (enum view_alert_kind)kind, false);
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &alone);
            FILL(view.news, "Recordings are out");
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &with_news);
            assert_int_equal(find_box(&alone, "alert.words")->style.size_px,
                             find_box(&with_news, "alert.words")->style.size_px);
        }
    }
}

/* However little that leaves of the panel: a headline is what goes. */
static void test_headlines_below_alerts_lie_over_nothing(void **state)
{
    (void)state;
    static struct view view;
    for (int variant = 0; variant < 64; variant++) {
        bool free = variant & 1, at_length = variant & 2;
        full_view(&view, free ? PHASE_FREE : PHASE_CLOSED, false, true);
        view.detail[0] = view.track[0] = view.phase_note[0] = '\0';
        view.progress_permille = VIEW_NO_PROGRESS;
        FILL(view.headline, free ? "Free until 13:35" : "No more sessions today");
        FILL(view.count[0].digits, "12:30 PM");
        view.banner_count = variant / 4 % 4;
        for (int i = 0; i <= variant / 16 % VIEW_ALERTS_MAX; i++) {
            add_alert(&view, (enum view_alert_kind)i, at_length && i != VIEW_ALERT_FULL);
        }
        FILL(view.news, long_text());
        FILL(view.news_source, "Planet");
        check_view(&view, "a headline below alerts");
    }
}

static void test_no_view_has_more_boxes_than_a_layout_holds(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    size_t most = 0;
    static const int extremes[][2] = {{160, 8192}, {160, 1600}, {8192, 160}, {400, 1600}};
    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++) {
        for (int unset = 0; unset < 2; unset++) {
            full_view(&view, PHASE_WRAP_UP, true, true);
            view.clock_unset = unset;
            for (int j = 0; j < VIEW_LATER_MAX; j++) {
                FILL(view.later[j].old_time, "12:30 PM");
                FILL(view.later[j].note, view.next.title);
            }
            for (int j = 0; j < VIEW_ALERTS_MAX; j++) {
                add_alert(&view, (enum view_alert_kind)(j + unset), true);
            }
            FILL(view.news, view.next.title);
            FILL(view.hint, view.next.title);
            layout_make(&view, extremes[i][0], extremes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            most = layout.count > most ? layout.count : most;
        }
    }
    assert_in_range(most, LAYOUT_BOXES_MAX / 2, LAYOUT_BOXES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alerts_in_every_phase_size_and_theme),
        cmocka_unit_test(test_alerts_stand_in_order_below_the_header),
        cmocka_unit_test(test_title_and_countdown_stay_readable_below_alerts),
        cmocka_unit_test(test_an_empty_room_says_first_where_its_session_went),
        cmocka_unit_test(test_a_message_is_larger_the_shorter_it_is_and_never_cut),
        cmocka_unit_test(test_full_tells_each_place_on_a_line_and_no_title_twice),
        cmocka_unit_test(test_what_is_cancelled_is_struck_through),
        cmocka_unit_test(test_a_message_beside_doubts_and_without_a_panel),
        cmocka_unit_test(test_headlines_make_no_alert_smaller),
        cmocka_unit_test(test_headlines_below_alerts_lie_over_nothing),
        cmocka_unit_test(test_no_view_has_more_boxes_than_a_layout_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
