#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/layout.h>
#include <roomsign/palette.h>

#include "fake_measure.h"
#include "random.h"
#include "sample.h"

/* What must hold for every picture: boxes within the screen and within their field, no text over
 * other text, nothing too small, nothing with too little contrast. */

static const int sizes[][2] = {
    {1920, 1080}, {1080, 1920}, {1280, 720}, {3840, 2160}, {800, 480},   {480, 800}, {1024, 768},
    {1920, 540},  {1080, 1080}, {768, 800},  {768, 1024},  {1000, 1400}, {160, 160},
};
#define SIZE_COUNT (sizeof sizes / sizeof *sizes)

static bool is_text(const struct layout_box *box)
{
    return box->kind == BOX_TEXT;
}

static bool overlap(const struct layout_rect *a, const struct layout_rect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* The part of a line of text that has ink: from the capitals' tops to the baseline. */
static struct layout_rect ink(const struct layout_box *box)
{
    struct text_metrics metrics = fake_metrics(NULL, &box->style);
    return (struct layout_rect){box->rect.x, box->baseline_y - metrics.cap_height_px,
                                box->rect.width, metrics.cap_height_px};
}

static void check_box(const struct layout *layout, const struct layout_box *box, const char *what)
{
    const struct layout_rect *r = &box->rect;
    struct layout_rect seen = is_text(box) ? ink(box) : *r;
    if (seen.x < 0 || seen.y < 0 || seen.x + seen.width > layout->width_px ||
        seen.y + seen.height > layout->height_px) {
        fail_msg("%s: %s leaves the screen: %d,%d %dx%d \"%s\"", what, box->role, seen.x, seen.y,
                 seen.width, seen.height, box->text);
    }
    if (!is_text(box)) {
        return;
    }
    double unit =
        (layout->width_px < layout->height_px ? layout->width_px : layout->height_px) / 100.0;
    if (box->style.size_px < LAYOUT_TEXT_MIN_UNITS * unit) {
        fail_msg("%s: %s is %d px, too small", what, box->role, box->style.size_px);
    }
    if (layout_contrast(box->colour, box->ground) < PALETTE_CONTRAST_MIN) {
        fail_msg("%s: %s has a contrast of %.2f", what, box->role,
                 layout_contrast(box->colour, box->ground));
    }
}

static void check_layout(const struct layout *layout, const char *what)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        check_box(layout, box, what);
        for (size_t j = 0; j < i && is_text(box); j++) {
            const struct layout_box *other = &layout->boxes[j];
            struct layout_rect a = ink(box), b = is_text(other) ? ink(other) : other->rect;
            if (is_text(other) && overlap(&a, &b)) {
                fail_msg("%s: %s \"%s\" lies over %s \"%s\"", what, box->role, box->text,
                         other->role, other->text);
            }
        }
    }
}

static void check_view(const struct view *view, const char *what)
{
    static struct layout layout;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int theme = 0; theme <= LAYOUT_THEME_HIGH_CONTRAST; theme++) {
            char name[160];
            snprintf(name, sizeof name, "%s at %dx%d %s", what, sizes[i][0], sizes[i][1],
                     layout_theme_name((enum layout_theme)theme));
            layout_make(view, sizes[i][0], sizes[i][1], (enum layout_theme)theme, &fake_measure,
                        &layout);
            check_layout(&layout, name);
        }
    }
}

static void fill(char *member, size_t size, const char *text)
{
    snprintf(member, size, "%s", text);
}
#define FILL(member, text) fill((member), sizeof(member), (text))

/* A view with everything said, short or as long as it can be. */
static void full_view(struct view *view, enum phase phase, bool known, bool at_length)
{
    static char words[VIEW_TEXT_BYTES];
    for (size_t i = 0; i < sizeof words; i++) {
        words[i] = i % 9 == 8 ? ' ' : 'w';
    }
    words[sizeof words - 1] = '\0';
    memset(view, 0, sizeof *view);
    view->phase = phase;
    view->overrun_known = known;
    view->has_schedule = true;
    FILL(view->room, at_length ? words : "UB2.252A");
    FILL(view->room_note, at_length ? words : "Lameere");
    FILL(view->clock, at_length ? "12:48 PM" : "10:48");
    FILL(view->date, "Sat 31 Jan");
    FILL(view->phase_words, "Starting soon");
    FILL(view->headline, at_length ? words : "Two Databases, Three Perspectives");
    FILL(view->detail, at_length ? words : "Ada, Grace");
    FILL(view->track, at_length ? words : "Databases");
    FILL(view->count_caption, "next session in");
    FILL(view->count[0].digits, at_length ? "+11:22:33" : "32");
    FILL(view->count[0].unit, at_length ? "" : "min");
    FILL(view->count_range, at_length ? "12:30 PM – 12:20 PM" : "10:30 – 11:20");
    view->progress_permille = phase == PHASE_FREE ? VIEW_NO_PROGRESS : 360;
    /* A delay is expected of a session today only. */
    FILL(view->next_label, at_length ? "Next" : "Tomorrow");
    FILL(view->next.time, at_length ? "12:25 PM" : "11:25");
    FILL(view->next.expected, at_length ? "12:31 PM" : "");
    FILL(view->next.title, at_length ? words : "Indexes");
    FILL(view->next_speakers, at_length ? words : "Brian");
    FILL(view->later_label, "Later");
    FILL(view->later_more_words, "{} more");
    view->later_count = at_length ? VIEW_LATER_MAX : 2;
    view->later_more = at_length ? 7 : 0;
    for (int i = 0; i < view->later_count; i++) {
        FILL(view->later[i].time, at_length ? "12:55 PM" : "11:55");
        FILL(view->later[i].title, at_length ? words : "Joins");
        FILL(view->later[i].note, i == 1 ? "cancelled" : "");
        view->later[i].struck = i == 1;
    }
    view->banner_count = at_length ? VIEW_BANNERS_MAX : 0;
    for (int i = 0; i < view->banner_count; i++) {
        FILL(view->banners[i], words);
    }
    FILL(view->doubt, at_length ? "schedule of Sat 31 Jan, 10:12 AM" : "");
}

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

static const struct layout_box *find_box(const struct layout *layout, const char *role)
{
    for (size_t i = 0; i < layout->count; i++) {
        if (strcmp(layout->boxes[i].role, role) == 0) {
            return &layout->boxes[i];
        }
    }
    return NULL;
}

static int count_boxes(const struct layout *layout, const char *role)
{
    int count = 0;
    for (size_t i = 0; i < layout->count; i++) {
        count += strcmp(layout->boxes[i].role, role) == 0;
    }
    return count;
}

static void missing_view(struct view *view, bool at_length)
{
    full_view(view, PHASE_CLOSED, false, at_length);
    const char *words = view->next.title;
    view->room_missing = true;
    FILL(view->phase_words, "Room not found");
    FILL(view->headline, at_length ? words : "“UB2.252” is not in the schedule");
    FILL(view->detail, "This sign can't tell what is on in here.");
    FILL(view->rooms_label, "Closest names in it");
    view->room_count = at_length ? VIEW_ROOMS_MAX : 1;
    for (int i = 0; i < view->room_count; i++) {
        FILL(view->rooms[i], at_length ? words : "UB2.252A (Lameere)");
    }
    FILL(view->remedy_label, "For the organiser");
    FILL(view->remedy, "In this sign's config, set [room] name to the name that the schedule has.");
    memset(view->count, 0, sizeof view->count);
    view->next_label[0] = view->track[0] = view->later_label[0] = '\0';
    view->later_count = view->later_more = view->banner_count = 0;
    view->progress_permille = VIEW_NO_PROGRESS;
}

static void test_a_room_that_is_not_found(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    const char *roles[] = {"phase", "phase.mark",   "title",  "detail", "rooms.label",
                           "rooms", "remedy.label", "remedy", "clock"};
    for (int at_length = 0; at_length < 2; at_length++) {
        missing_view(&view, at_length);
        check_view(&view, at_length ? "room missing at length" : "room missing");
        for (size_t i = 0; i < SIZE_COUNT; i++) {
            layout_make(&view, sizes[i][0], sizes[i][1], LAYOUT_THEME_DARK, &fake_measure, &layout);
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
    view->progress_permille = VIEW_NO_PROGRESS;
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
            layout_make(&view, width, height, LAYOUT_THEME_DARK, &fake_measure, &with_news);
            char title[VIEW_TEXT_BYTES];
            memcpy(title, view.news, sizeof title);
            view.news[0] = '\0';
            layout_make(&view, width, height, LAYOUT_THEME_DARK, &fake_measure, &alone);
            memcpy(view.news, title, sizeof title);
            const char *kept[] = {"title", "next.title", "next.time", "count", "clock"};
            for (size_t j = 0; j < sizeof kept / sizeof *kept; j++) {
                const struct layout_box *a = find_box(&alone, kept[j]);
                const struct layout_box *b = find_box(&with_news, kept[j]);
                if (!a || !b || a->style.size_px != b->style.size_px || strcmp(a->text, b->text)) {
                    fail_msg("%s differs at %dx%d", kept[j], width, height);
                }
            }
            int rows = count_boxes(&with_news, "later.title");
            assert_true(rows >= 5 || rows == count_boxes(&alone, "later.title"));
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
        layout_make(&view, sizes[i][0], sizes[i][1], LAYOUT_THEME_DARK, &fake_measure, &one);
        FILL(view.news, "A headline that is a good deal longer than the one that was there before "
                        "it, so that it needs every line that it can get, and then some more");
        layout_make(&view, sizes[i][0], sizes[i][1], LAYOUT_THEME_DARK, &fake_measure, &other);
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
    layout_make(&view, 1920, 1080, LAYOUT_THEME_LIGHT, &fake_measure, &layout);
    assert_non_null(find_box(&layout, "news"));
    assert_null(find_box(&layout, "panel"));
}

static void test_a_quiet_doubt_has_no_mark(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    FILL(view.doubt, "room missing in 1 of 2 feeds");
    view.doubt_quiet = true;
    check_view(&view, "quiet doubt");
    layout_make(&view, 1920, 1080, LAYOUT_THEME_DARK, &fake_measure, &layout);
    assert_int_equal(find_box(&layout, "doubt")->style.weight, TEXT_WEIGHT_REGULAR);
    assert_null(find_box(&layout, "doubt.mark"));
    view.doubt_quiet = false;
    layout_make(&view, 1920, 1080, LAYOUT_THEME_DARK, &fake_measure, &layout);
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

static void test_everything_said_has_a_box(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    FILL(view.doubt, "schedule of 08:02");
    const char *roles[] = {
        "room",          "room.note", "clock",      "date",      "phase",      "phase.mark",
        "title",         "detail",    "track",      "count",     "count.unit", "count.caption",
        "count.range",   "progress",  "next.label", "next.time", "next.title", "later.title",
        "next.speakers", "doubt",     "later.note"};
    for (size_t i = 0; i < SIZE_COUNT - 1; i++) {
        layout_make(&view, sizes[i][0], sizes[i][1], LAYOUT_THEME_DARK, &fake_measure, &layout);
        for (size_t j = 0; j < sizeof roles / sizeof *roles; j++) {
            if (!find_box(&layout, roles[j])) {
                fail_msg("no %s at %dx%d", roles[j], sizes[i][0], sizes[i][1]);
            }
        }
    }
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
    layout_make(&view, 1920, 1080, LAYOUT_THEME_DARK, &fake_measure, &layout);
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
    layout_make(&view, 1920, 1080, LAYOUT_THEME_LIGHT, &fake_measure, &layout);
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
    layout_make(&view, 1920, 1080, LAYOUT_THEME_DARK, &fake_measure, &before);
    FILL(view.count[0].digits, "2:36");
    layout_make(&view, 1920, 1080, LAYOUT_THEME_DARK, &fake_measure, &after);
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
    for (int theme = 0; theme <= LAYOUT_THEME_HIGH_CONTRAST; theme++) {
        for (int i = 0; i < PHASE_COUNT * 2; i++) {
            struct palette p =
                palette_for((enum layout_theme)theme, (enum phase)(i / 2), i % 2 != 0);
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
            assert_true(layout_contrast(palette_track("Databases", p.ground), p.ground) >=
                        PALETTE_CONTRAST_MIN);
        }
    }
    assert_int_equal(palette_track("Rust", 0x0c0f14), palette_track("Rust", 0x0c0f14));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_palette_is_legible),
        cmocka_unit_test(test_contrast_is_the_one_of_wcag),
        cmocka_unit_test(test_everything_said_has_a_box),
        cmocka_unit_test(test_every_phase_in_every_size_and_theme),
        cmocka_unit_test(test_a_room_that_is_not_found),
        cmocka_unit_test(test_headlines_keep_out_of_the_way),
        cmocka_unit_test(test_headlines_of_any_length_move_nothing),
        cmocka_unit_test(test_a_headline_without_a_panel),
        cmocka_unit_test(test_a_quiet_doubt_has_no_mark),
        cmocka_unit_test(test_views_of_random_days),
        cmocka_unit_test(test_rows_that_find_no_room_are_counted),
        cmocka_unit_test(test_a_tick_changes_one_digit),
        cmocka_unit_test(test_dark_is_black_and_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
