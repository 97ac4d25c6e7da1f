#include "layout_case.h"
#include "random.h"
#include "sample.h"

static void test_every_phase_in_every_size_and_theme(void **state)
{
    (void)state;
    static struct view view;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        for (int variant = 0; variant < 4; variant++) {
            char name[64];
            snprintf(name, sizeof name, "%s%s%s", phase_name((enum phase)phase),
                     variant & 1 ? " known" : "", variant & 2 ? " at length" : "");
            full_view(&view, (enum phase)phase, variant & 1, variant & 2);
            check_view(&view, name);
        }
    }
}

static void test_a_room_that_is_not_found(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    const char *roles[] = {"phase", "phase.mark",   "title",  "detail", "rooms.label",
                           "rooms", "remedy.label", "remedy", "clock"};
    for (int at_length = 0; at_length < 2; at_length++) {
        full_view(&view, PHASE_CLOSED, false, at_length);
        missing_room(&view, at_length);
        check_view(&view, at_length ? "room missing at length" : "room missing");
        for (size_t i = 0; i < SIZE_COUNT; i++) {
            layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            for (size_t j = 0; j < sizeof roles / sizeof *roles; j++) {
                if (!find_box(&layout, roles[j])) {
                    fail_msg("no %s at %dx%d", roles[j], sizes[i][0], sizes[i][1]);
                }
            }
            assert_int_equal(find_box(&layout, "phase.mark")->shape, BOX_SHAPE_TRIANGLE);
            assert_int_equal(count_boxes(&layout, "rooms"), view.room_count);
        }
    }
    /* Events, but no room in any of them. */
    view.room_count = 0;
    view.rooms_label[0] = '\0';
    check_view(&view, "no rooms at all");
}

static void news_view(struct view *view, enum phase phase, bool at_length)
{
    full_view(view, phase, false, at_length);
    /* As the sign is when it's free or closed. */
    FILL(view->headline, phase == PHASE_FREE ? "Free until 13:35" : "No more sessions today");
    view->detail[0] = view->track[0] = '\0';
    /* A QR code comes before headlines (test_qr.c). */
    view->code_url[0] = '\0';
    view->progress_permille = VIEW_NO_PROGRESS;
    for (int i = 0; i < view->later_count; i++) {
        FILL(view->later[i].note, i == 1 ? "cancelled" : "");
    }
    FILL(view->news, at_length ? view->next.title : "Recordings are out");
    FILL(view->news_source, at_length ? view->next.title : "Planet");
}

static void test_headlines_keep_out_of_the_way(void **state)
{
    (void)state;
    static struct view view;
    static struct layout alone, with_news;
    for (int variant = 0; variant < 4; variant++) {
        enum phase phase = variant & 1 ? PHASE_FREE : PHASE_CLOSED;
        news_view(&view, phase, variant & 2);
        check_view(&view, "news");
        for (size_t i = 0; i < SIZE_COUNT; i++) {
            int width = sizes[i][0], height = sizes[i][1];
            layout_make(&view, width, height, theme_builtin(THEME_BASE_DARK), &fake_measure,
                        &with_news);
            char title[VIEW_TEXT_BYTES];
            memcpy(title, view.news, sizeof title);
            view.news[0] = '\0';
            layout_make(&view, width, height, theme_builtin(THEME_BASE_DARK), &fake_measure,
                        &alone);
            memcpy(view.news, title, sizeof title);
            const char *kept[] = {"title", "next.title", "next.time", "count", "clock"};
            for (size_t j = 0; j < sizeof kept / sizeof *kept; j++) {
                const struct layout_box *a = find_box(&alone, kept[j]);
                const struct layout_box *b = find_box(&with_news, kept[j]);
                if (!a || !b || a->style.size_px != b->style.size_px || strcmp(a->text, b->text)) {
                    fail_msg("%s differs at %dx%d", kept[j], width, height);
                }
            }
            /* Where it finds no place, nothing is left of the attempt. */
            for (size_t j = 0; !find_box(&with_news, "news") && j < alone.count; j++) {
                assert_true(layout_box_equal(&alone.boxes[j], &with_news.boxes[j]));
            }
            int rows = count_boxes(&with_news, "later.title");
            assert_true(rows >= 4 || rows == count_boxes(&alone, "later.title"));
            /* Quieter than anything about the room; on every usual display there is a place. */
            const struct layout_box *news = find_box(&with_news, "news");
            bool usual = width * 2 > height * 3 || height * 2 > width * 3;
            if (!news && (usual || !(variant & 2))) {
                fail_msg("no headline at %dx%d, variant %d", width, height, variant);
            }
            assert_true(!news || news->style.size_px < find_box(&alone, "title")->style.size_px);
            assert_true(!news || news->style.weight == TEXT_WEIGHT_REGULAR);
        }
    }
}

static void test_headlines_of_any_length_move_nothing(void **state)
{
    (void)state;
    static struct view view;
    static struct layout one, other;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        news_view(&view, PHASE_CLOSED, false);
        layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK), &fake_measure,
                    &one);
        FILL(view.news, "A headline that is a good deal longer than the one that was there before "
                        "it, so that it needs every line that it can get, and then some more");
        layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK), &fake_measure,
                    &other);
        for (size_t j = 0; j < one.count && strcmp(one.boxes[j].role, "news"); j++) {
            assert_true(layout_box_equal(&one.boxes[j], &other.boxes[j]));
        }
    }
}

static void test_a_headline_without_a_panel(void **state)
{
    (void)state;
    static struct view view;
    news_view(&view, PHASE_CLOSED, false);
    view.next_label[0] = '\0';
    view.later_count = view.later_more = view.banner_count = 0;
    check_view(&view, "news alone");
    static struct layout layout;
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_LIGHT), &fake_measure, &layout);
    assert_non_null(find_box(&layout, "news"));
    assert_null(find_box(&layout, "panel"));
}

static void test_a_quiet_doubt_has_no_mark(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    FILL(view.doubt, "time of the schedule's server");
    view.doubt_quiet = true;
    check_view(&view, "quiet doubt");
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_int_equal(find_box(&layout, "doubt")->style.weight, TEXT_WEIGHT_REGULAR);
    assert_null(find_box(&layout, "doubt.mark"));
    view.doubt_quiet = false;
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_non_null(find_box(&layout, "doubt.mark"));
}

static void test_views_of_random_days(void **state)
{
    (void)state;
    static struct view view;
    struct zone zone;
    zone_utc(&zone);
    struct tracker_rules rules = sample_rules();
    struct feed_health health = {
        .has_schedule = true, .fetched_ms = AT(1, 0), .until_ms = TIME_NEVER_MS};
    struct view_options options = {.room_name = "Room (Note)", .language = "en"};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct random random = random_from(seed);
        struct schedule schedule = {0};
        random_schedule(&random, &schedule);
        struct tracker tracker;
        tracker_init(&tracker, &schedule, NULL, &zone, &rules);
        for (int i = 0; i < 4; i++) {
            view_at(&tracker, &health, &options, AT(0, 0) + random_below(&random, 2 * DAY_MS),
                    &view);
            check_view(&view, "a random day");
        }
        tracker_release(&tracker);
        schedule_release(&schedule);
    }
}

/* The view of a list whose rows differ in what changed. */
static void changed_rows_view(struct view *view)
{
    full_view(view, PHASE_LIVE, false, false);
    FILL(view->next.time, "11:25");
    FILL(view->next.expected, "11:31");
    FILL(view->next.note, "");
    view->later_count = 4;
    memset(view->later, 0, sizeof view->later);
    for (int i = 0; i < view->later_count; i++) {
        FILL(view->later[i].time, "11:55");
        FILL(view->later[i].title, "Joins and what becomes of them in the end");
    }
    FILL(view->later[1].old_time, "11:30");
    FILL(view->later[2].expected, "12:01");
    FILL(view->later[3].note, "moved to UB5.230, 14:30");
    view->later[3].struck = true;
}

/* Short digits are high, and leave the least to all that is said of a session. */
static void test_high_digits_lie_over_nothing(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    static const char *const digits[] = {"5:00", "59:59", "9", "59"};
    for (int variant = 0; variant < 16; variant++) {
        full_view(&view, variant & 4 ? PHASE_SOON : PHASE_WRAP_UP, false, true);
        FILL(view.count[0].digits, digits[variant % 4]);
        FILL(view.count[0].unit, variant % 4 < 2 ? "" : "min");
        view.phase_note[0] = variant & 8 ? '\0' : view.phase_note[0];
        check_view(&view, "high digits");
        /* Hardly a portrait. */
        for (int height_px = 1100; height_px < 1400; height_px += 7) {
            layout_make(&view, height_px * 3 / 4 - 1, height_px, theme_builtin(THEME_BASE_DARK),
                        &fake_measure, &layout);
            check_layout(&layout, "high digits");
        }
    }
}

static void test_times_that_hold_stand_in_a_column_before_those_that_do_not(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    changed_rows_view(&view);
    layout_make(&view, 1080, 1920, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    static const char *const holds[] = {"11:55", "11:55", "12:01", "11:55"};
    const struct layout_box *first = find_box(&layout, "later.time");
    int rows = 0, old = 0;
    for (size_t i = 0; i < layout.count; i++) {
        const struct layout_box *box = &layout.boxes[i];
        if (strcmp(box->role, "later.time") == 0) {
            assert_string_equal(box->text, holds[rows++]);
            assert_int_equal(box->rect.x, first->rect.x);
            assert_false(box->strike);
        } else if (strcmp(box->role, "later.old_time") == 0) {
            assert_string_equal(box->text, old++ == 0 ? "11:30" : "11:55");
            assert_true(box->strike && box->rect.x > first->rect.x + first->rect.width);
        } else if (strcmp(box->role, "later.title") == 0) {
            assert_int_equal(box->strike, rows == 4);
        }
    }
    assert_int_equal(rows, 4);
    assert_int_equal(old, 2);
    assert_string_equal(find_box(&layout, "next.time")->text, "11:31");
    assert_string_equal(find_box(&layout, "next.old_time")->text, "11:25");
    assert_true(find_box(&layout, "next.old_time")->strike);
    assert_false(find_box(&layout, "next.title")->strike);
    view.next.struck = true;
    layout_make(&view, 1080, 1920, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_true(find_box(&layout, "next.title")->strike);
}

/* Retimed, and late as well: people may know either time. */
static void test_both_times_that_hold_no_more_are_told(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    changed_rows_view(&view);
    FILL(view.next.old_time, "10:55");
    FILL(view.next.expected, "11:31");
    FILL(view.later[0].old_time, "10:30");
    FILL(view.later[0].expected, "12:01");
    layout_make(&view, 1080, 1920, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_string_equal(find_box(&layout, "next.old_time")->text, "10:55  11:25");
    assert_string_equal(find_box(&layout, "later.old_time")->text, "10:30  11:55");
    assert_true(find_box(&layout, "later.old_time")->strike);
    for (int at_length = 0; at_length < 2; at_length++) {
        full_view(&view, PHASE_LIVE, false, at_length);
        for (int i = 0; i < view.later_count; i++) {
            FILL(view.later[i].old_time, i % 2 ? "tomorrow 12:30 PM" : "12:30 PM");
            FILL(view.later[i].expected, "12:59 PM");
        }
        FILL(view.next.old_time, "12:00 PM");
        FILL(view.next.expected, "12:31 PM");
        check_view(&view, "times that hold no more");
    }
}

/* Where the row is too narrow for both, the title goes below; the note is never cut. */
static void test_where_a_session_went_is_told_whole(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        changed_rows_view(&view);
        view.later[0] = view.later[3];
        view.later_count = 1;
        layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK), &fake_measure,
                    &layout);
        char told[VIEW_NAME_BYTES] = "";
        const struct layout_box *title = find_box(&layout, "later.title");
        for (size_t j = 0; j < layout.count; j++) {
            if (strcmp(layout.boxes[j].role, "later.note") == 0) {
                size_t used = strlen(told);
                snprintf(told + used, sizeof told - used, "%s%s", used ? " " : "",
                         layout.boxes[j].text);
            }
        }
        assert_string_equal(told, "moved to UB5.230, 14:30");
        assert_non_null(title);
        assert_true(title->strike && title->rect.width > layout.width_px / 20);
    }
}

static void test_everything_said_has_a_box(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    FILL(view.doubt, "schedule of 08:02");
    const char *roles[] = {
        "room",          "room.note", "clock",      "date",       "phase",      "phase.mark",
        "title",         "detail",    "track",      "count",      "count.unit", "count.caption",
        "count.range",   "progress",  "next.label", "next.time",  "next.title", "later.title",
        "next.speakers", "doubt",     "later.note", "phase.note", "next.note"};
    for (size_t i = 0; i < SIZE_COUNT - 1; i++) {
        layout_make(&view, sizes[i][0], sizes[i][1], theme_builtin(THEME_BASE_DARK), &fake_measure,
                    &layout);
        for (size_t j = 0; j < sizeof roles / sizeof *roles; j++) {
            if (!find_box(&layout, roles[j])) {
                fail_msg("no %s at %dx%d", roles[j], sizes[i][0], sizes[i][1]);
            }
        }
    }
}

/* Beside the phase, below it, or not at all where the title needs the room. */
static void test_a_note_of_the_phase_is_never_cut(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    static const char *const notes[] = {"Held", "Starts 11:31 instead of 11:25"};
    int beside = 0, below = 0;
    for (size_t i = 0; i < 2 * SIZE_COUNT; i++) {
        const char *words = notes[i % 2];
        const int *size = sizes[i / 2];
        full_view(&view, PHASE_SOON, false, false);
        FILL(view.phase_note, words);
        layout_make(&view, size[0], size[1], theme_builtin(THEME_BASE_DARK), &fake_measure,
                    &layout);
        const struct layout_box *phase = find_box(&layout, "phase");
        const struct layout_box *note = find_box(&layout, "phase.note");
        if (note) {
            assert_string_equal(note->text, words);
            beside += note->baseline_y == phase->baseline_y;
            below += note->baseline_y > phase->baseline_y;
        }
    }
    assert_true(beside >= 3 && below >= 3);
}

static void test_rows_that_find_no_room_are_counted(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    view.later_count = 20;
    for (int i = 0; i < view.later_count; i++) {
        FILL(view.later[i].time, "11:55");
        FILL(view.later[i].title, "Joins");
    }
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    int rows = 0;
    for (size_t i = 0; i < layout.count; i++) {
        rows += strcmp(layout.boxes[i].role, "later.title") == 0;
    }
    const struct layout_box *more = find_box(&layout, "later.more");
    assert_non_null(more);
    assert_int_equal(rows + strtol(more->text, NULL, 10), 20);
}

static void test_dark_is_black_and_says_nothing(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    memset(&view, 0, sizeof view);
    view.dark = true;
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_LIGHT), &fake_measure, &layout);
    assert_int_equal(layout.count, 1);
    assert_int_equal(layout.boxes[0].colour, 0x000000);
    assert_int_equal(layout.boxes[0].rect.width, 1920);
    assert_int_equal(layout.boxes[0].rect.height, 1080);
}

static void test_a_tick_changes_one_digit(void **state)
{
    (void)state;
    static struct view view;
    static struct layout before, after;
    full_view(&view, PHASE_WRAP_UP, false, false);
    FILL(view.count[0].digits, "2:37");
    FILL(view.count[0].unit, "");
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &before);
    FILL(view.count[0].digits, "2:36");
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &after);
    assert_int_equal(before.count, after.count);
    int changed = 0;
    for (size_t i = 0; i < before.count; i++) {
        if (!layout_box_equal(&before.boxes[i], &after.boxes[i])) {
            assert_string_equal(before.boxes[i].text, "7");
            assert_string_equal(after.boxes[i].text, "6");
            changed++;
        }
    }
    assert_int_equal(changed, 1);
}

static void test_contrast_is_the_one_of_wcag(void **state)
{
    (void)state;
    assert_float_equal(layout_contrast(0xffffff, 0x000000), 21.0, 0.001);
    assert_float_equal(layout_contrast(0x777777, 0xffffff), 4.478, 0.01);
    assert_float_equal(layout_contrast(0x123456, 0x123456), 1.0, 0.001);
}

static void test_every_palette_is_legible(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_BASE_COUNT; theme++) {
        for (int i = 0; i < PHASE_COUNT * 2; i++) {
            struct palette p =
                palette_for(theme_builtin((enum theme_base)theme), (enum phase)(i / 2), i % 2 != 0);
            layout_colour stage[] = {p.text, p.soft, p.accent, p.digits, p.warning};
            layout_colour panel[] = {p.panel_text, p.panel_soft, p.panel_faint, p.panel_warning};
            for (size_t j = 0; j < sizeof stage / sizeof *stage; j++) {
                if (layout_contrast(stage[j], p.ground) < PALETTE_CONTRAST_MIN) {
                    fail_msg("theme %d %s: stage colour %zu has %.2f", theme,
                             phase_name((enum phase)(i / 2)), j,
                             layout_contrast(stage[j], p.ground));
                }
            }
            for (size_t j = 0; j < sizeof panel / sizeof *panel; j++) {
                if (layout_contrast(panel[j], p.panel) < PALETTE_CONTRAST_MIN) {
                    fail_msg("theme %d %s: panel colour %zu has %.2f", theme,
                             phase_name((enum phase)(i / 2)), j,
                             layout_contrast(panel[j], p.panel));
                }
            }
            assert_true(layout_contrast(
                            palette_track(theme_builtin(THEME_BASE_DARK), "Databases", p.ground),
                            p.ground) >= PALETTE_CONTRAST_MIN);
            assert_true(layout_contrast(p.change, p.change_text) >= PALETTE_CONTRAST_MIN);
        }
    }
    assert_int_equal(palette_track(theme_builtin(THEME_BASE_DARK), "Rust", 0x0c0f14),
                     palette_track(theme_builtin(THEME_BASE_DARK), "Rust", 0x0c0f14));
}

static void test_an_old_time_of_another_day_finds_room_or_goes(void **state)
{
    (void)state;
    static struct view view;
    full_view(&view, PHASE_FREE, false, false);
    FILL(view.next.old_time, "Mon 10 Mar, 15:00");
    check_view(&view, "an old time of another day");
    static struct layout layout;
    layout_make(&view, 1920, 1080, theme_builtin(THEME_BASE_DARK), &fake_measure, &layout);
    assert_non_null(find_box(&layout, "next.old_time"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_palette_is_legible),
        cmocka_unit_test(test_contrast_is_the_one_of_wcag),
        cmocka_unit_test(test_everything_said_has_a_box),
        cmocka_unit_test(test_every_phase_in_every_size_and_theme),
        cmocka_unit_test(test_high_digits_lie_over_nothing),
        cmocka_unit_test(test_times_that_hold_stand_in_a_column_before_those_that_do_not),
        cmocka_unit_test(test_both_times_that_hold_no_more_are_told),
        cmocka_unit_test(test_where_a_session_went_is_told_whole),
        cmocka_unit_test(test_a_room_that_is_not_found),
        cmocka_unit_test(test_headlines_keep_out_of_the_way),
        cmocka_unit_test(test_headlines_of_any_length_move_nothing),
        cmocka_unit_test(test_a_headline_without_a_panel),
        cmocka_unit_test(test_a_quiet_doubt_has_no_mark),
        cmocka_unit_test(test_views_of_random_days),
        cmocka_unit_test(test_a_note_of_the_phase_is_never_cut),
        cmocka_unit_test(test_rows_that_find_no_room_are_counted),
        cmocka_unit_test(test_a_tick_changes_one_digit),
        cmocka_unit_test(test_dark_is_black_and_says_nothing),
        cmocka_unit_test(test_an_old_time_of_another_day_finds_room_or_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
