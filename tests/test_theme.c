/* Themes: the built-in ones, any others, and what is drawn of them; where the logo stands. */
#include "layout_case.h"

#include <roomsign/colour.h>
#include <roomsign/theme.h>

#include "random.h"

#define SEEDS 1000

static void test_colours_are_read_as_css_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        layout_colour colour;
    } sound[] = {{"#5cc8ff", 0x5cc8ff},
                 {"#5CC8FF", 0x5cc8ff},
                 {"#fa0", 0xffaa00},
                 {"navy", 0x000080},
                 {"RebeccaPurple", 0x663399},
                 {"White", 0xffffff},
                 {"grey", 0x808080},
                 {"aliceblue", 0xf0f8ff},
                 {"yellowgreen", 0x9acd32},
                 {"black", 0},
                 {"lightgoldenrodyellow", 0xfafad2}};
    static const char *const wrong[] = {"",         "#",       "#12",   "#12345",
                                        "#1234567", "#12345g", "12345", "0x12345",
                                        "blurple",  "#ff 00",  " navy", "yellowgreens"};
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        layout_colour colour = 1;
        char text[COLOUR_TEXT_BYTES];
        /* CSS 3 has no RebeccaPurple. */
        bool is_known = sound[i].colour != 0x663399;
        assert_int_equal(colour_parse(sound[i].text, &colour), is_known);
        if (is_known) {
            assert_int_equal(colour, sound[i].colour);
            assert_true(colour_parse(colour_format(colour, text), &colour));
            assert_int_equal(colour, sound[i].colour);
        }
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        layout_colour colour = 0x123456;
        if (colour_parse(wrong[i], &colour) || colour != 0x123456) {
            fail_msg("\"%s\" is taken for a colour", wrong[i]);
        }
    }
}

/* CSS Color 3's names (4.3). */
static void test_every_name_has_its_colour(void **state)
{
    (void)state;
    FILE *file = fopen("tests/css_colours.txt", "r");
    char line[64];
    int count = 0;
    assert_non_null(file);
    for (; fgets(line, sizeof line, file); count++) {
        layout_colour named, colour;
        char *value = strchr(line, '#');
        assert_non_null(value);
        value[-1] = value[strlen("#rrggbb")] = '\0';
        if (!colour_parse(line, &named) || !colour_parse(value, &colour) || named != colour)
            fail_msg("%s is not %s", line, value);
    }
    fclose(file);
    assert_int_equal(count, 147);
}

static void test_legible_colours_stay_and_others_move_as_little_as_they_can(void **state)
{
    (void)state;
    struct random random = random_from(7);
    for (int i = 0; i < 20000; i++) {
        layout_colour text = (layout_colour)random_below(&random, 0x1000000);
        layout_colour asked = (layout_colour)random_below(&random, 0x1000000);
        layout_colour ground = colour_ground(asked, text, 7);
        layout_colour drawn = colour_legible(text, ground, 7);
        assert_true(layout_contrast(drawn, ground) >= 7);
        if (layout_contrast(text, ground) >= 7) {
            assert_int_equal(drawn, text);
        }
        if (layout_contrast(0xffffff, asked) >= 7 || layout_contrast(0, asked) >= 7) {
            assert_int_equal(ground, asked);
        } else {
            /* No further than needed: a little less and nothing can be read on it. */
            bool darker = colour_luminance(ground) < colour_luminance(asked);
            assert_true(layout_contrast(darker ? 0xffffff : 0, ground) < 7.4);
        }
    }
    /* It stays on its side of the ground while that is far enough from white or black. */
    assert_true(colour_luminance(colour_legible(0x336699, 0x0c0f14, 7)) >
                colour_luminance(0x336699));
    assert_true(colour_luminance(colour_legible(0x7fb2e5, 0xf7f8fa, 7)) <
                colour_luminance(0x7fb2e5));
    /* And grey stays grey. */
    for (layout_colour grey = 0; grey <= 0xff; grey++) {
        layout_colour light = colour_legible(grey * 0x010101, 0x101010, 7);
        layout_colour dark = colour_legible(grey * 0x010101, 0xf0f0f0, 7);
        assert_int_equal(light, (light & 0xff) * 0x010101);
        assert_int_equal(dark, (dark & 0xff) * 0x010101);
    }
}

static bool colours_equal(const struct theme_colours *a, const struct theme_colours *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void test_built_in_themes_are_drawn_as_they_are(void **state)
{
    (void)state;
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        const struct theme *theme = theme_builtin((enum theme_base)base);
        struct theme_colours drawn = palette_correct(&theme->colours);
        assert_int_equal(theme->base, base);
        if (!colours_equal(&drawn, &theme->colours)) {
            fail_msg("%s has a colour that can't be read", theme_base_name(theme->base));
        }
    }
}

static layout_colour random_colour(struct random *random)
{
    return (layout_colour)random_below(random, 0x1000000);
}

static void random_theme(struct random *random, struct theme *theme)
{
    layout_colour *colours = (layout_colour *)&theme->colours;
    *theme = *theme_builtin(THEME_BASE_DARK);
    for (size_t i = 0; i < sizeof theme->colours / sizeof *colours; i++) {
        colours[i] = random_colour(random);
    }
    theme->logo.corner = (enum theme_corner)random_below(random, 4);
    theme->logo.width = (int)random_below(random, 2000);
    theme->logo.height = 1 + (int)random_below(random, 500);
}

static void random_view(struct random *random, struct view *view)
{
    enum phase phase = (enum phase)random_below(random, PHASE_COUNT);
    full_view(view, phase, random_below(random, 2) != 0, random_below(random, 2) != 0);
    FILL(view->track, random_below(random, 2) ? "Databases" : "Rust");
    if (phase == PHASE_FREE || phase == PHASE_CLOSED) {
        FILL(view->news, random_below(random, 2) ? long_text() : "A headline");
        FILL(view->news_source, "The paper");
    }
    if (random_below(random, 3) == 0) {
        FILL(view->hint, "Held");
    }
    if (phase == PHASE_CLOSED && random_below(random, 2) == 0) {
        memset(view->count, 0, sizeof view->count);
        view->count_range[0] = '\0';
        view->progress_permille = VIEW_NO_PROGRESS;
        view->next_label[0] = '\0';
        view->later_count = view->later_more = view->banner_count = 0;
    }
    view->alert_count = (int)random_below(random, 3);
    for (int i = 0; i < view->alert_count; i++) {
        view->alerts[i].kind = (enum view_alert_kind)random_below(random, 4);
        FILL(view->alerts[i].words, "Moved to UB5.230, 14:30");
        FILL(view->alerts[i].subject, "Two Databases");
        FILL(view->alerts[i].detail, "UB5.230: Indexes");
    }
    if (random_below(random, 10) == 0) {
        missing_room(view, random_below(random, 2) != 0);
        view->news[0] = view->news_source[0] = '\0';
        view->alert_count = 0;
    }
}

/* Nothing that is said or drawn touches the logo, and it stands whole on one ground. */
static void check_logo(const struct layout *layout, const char *what)
{
    const struct layout_box *logo = find_box(layout, "logo");
    if (!logo) {
        return;
    }
    if (logo->rect.x < 0 || logo->rect.y < 0 || logo->rect.width < 1 || logo->rect.height < 1 ||
        logo->rect.x + logo->rect.width > layout->width_px ||
        logo->rect.y + logo->rect.height > layout->height_px) {
        fail_msg("%s: the logo leaves the screen", what);
    }
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        struct layout_rect seen = is_text(box) ? ink(box) : box->rect;
        bool field = strcmp(box->role, "stage") == 0 || strcmp(box->role, "panel") == 0 ||
                     strcmp(box->role, "logo.plate") == 0;
        bool within =
            logo->rect.y >= seen.y && logo->rect.y + logo->rect.height <= seen.y + seen.height;
        if (box != logo && overlap(&seen, &logo->rect) && !(field && within)) {
            fail_msg("%s: %s \"%s\" at %d,%d %dx%d touches the logo at %d,%d %dx%d", what,
                     box->role, box->text, seen.x, seen.y, seen.width, seen.height, logo->rect.x,
                     logo->rect.y, logo->rect.width, logo->rect.height);
        }
    }
}

static void test_any_theme_can_be_read(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    for (int seed = 1; seed <= SEEDS; seed++) {
        struct random random = random_from((uint64_t)seed);
        struct theme theme;
        char what[64];
        random_theme(&random, &theme);
        random_view(&random, &view);
        size_t size = (size_t)random_below(&random, SIZE_COUNT);
        snprintf(what, sizeof what, "seed %d at %dx%d", seed, sizes[size][0], sizes[size][1]);
        layout_make(&view, sizes[size][0], sizes[size][1], &theme, &fake_measure, &layout);
        check_layout(&layout, what);
        check_logo(&layout, what);
        const struct layout_box *bar = find_box(&layout, "progress");
        const struct layout_box *below = find_box(&layout, "progress.ground");
        if (bar && below) {
            assert_true(layout_contrast(bar->colour, below->colour) >= PALETTE_SHAPE_MIN);
        }
    }
}

static void test_the_logo_has_a_place_in_every_corner_of_every_size(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    static const int shapes[][2] = {{100, 100}, {300, 100}, {100, 300}, {2000, 100}, {100, 2000}};
    for (size_t size = 0; size < SIZE_COUNT; size++) {
        for (int i = 0; i < 4 * 5 * PHASE_COUNT * 2; i++) {
            struct theme theme = *theme_builtin(THEME_BASE_DARK);
            char what[96];
            theme.logo.corner = (enum theme_corner)(i % 4);
            theme.logo.width = shapes[i / 4 % 5][0];
            theme.logo.height = shapes[i / 4 % 5][1];
            full_view(&view, (enum phase)(i / 20 % PHASE_COUNT), true, i / 20 / PHASE_COUNT != 0);
            snprintf(what, sizeof what, "%s at %dx%d, corner %d, logo %d", phase_name(view.phase),
                     sizes[size][0], sizes[size][1], i % 4, i / 4 % 5);
            layout_make(&view, sizes[size][0], sizes[size][1], &theme, &fake_measure, &layout);
            assert_int_equal(count_boxes(&layout, "logo"), 1);
            check_layout(&layout, what);
            check_logo(&layout, what);
            const struct layout_box *logo = find_box(&layout, "logo");
            bool left = theme.logo.corner == THEME_CORNER_TOP_LEFT ||
                        theme.logo.corner == THEME_CORNER_BOTTOM_LEFT;
            bool top = theme.logo.corner == THEME_CORNER_TOP_LEFT ||
                       theme.logo.corner == THEME_CORNER_TOP_RIGHT;
            int x = logo->rect.x + logo->rect.width / 2, y = logo->rect.y + logo->rect.height / 2;
            if ((x < layout.width_px / 2) != left || (y < layout.height_px / 2) != top) {
                fail_msg("%s: it is in another corner", what);
            }
            /* In its own proportions, but for what whole pixels make of them. */
            double aspect = (double)theme.logo.width / theme.logo.height;
            double width = logo->rect.height * aspect;
            if (width < logo->rect.width - aspect - 1 || width > logo->rect.width + aspect + 1) {
                fail_msg("%s: %dx%d is out of proportion", what, logo->rect.width,
                         logo->rect.height);
            }
        }
    }
}

static void test_a_logo_that_would_vanish_has_a_plate(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    struct theme theme = *theme_builtin(THEME_BASE_DARK);
    theme.logo = (struct theme_logo){.width = 300, .height = 100, .has_ink = true};
    full_view(&view, PHASE_LIVE, false, false);
    for (int i = 0; i < 4; i++) {
        bool vanishes = i % 2 > 0;
        theme.logo.ink = vanishes ? 0x101828 : 0xe8f0ff;
        theme.logo.corner = i < 2 ? THEME_CORNER_TOP_LEFT : THEME_CORNER_BOTTOM_RIGHT;
        layout_make(&view, 1920, 1080, &theme, &fake_measure, &layout);
        const struct layout_box *logo = find_box(&layout, "logo");
        const struct layout_box *plate = find_box(&layout, "logo.plate");
        assert_non_null(logo);
        assert_int_equal(plate != NULL, vanishes);
        assert_true(!plate || layout_contrast(plate->colour, theme.logo.ink) >= PALETTE_SHAPE_MIN);
        assert_true(!plate ||
                    (plate < logo && plate->rect.x < logo->rect.x && plate->rect.y < logo->rect.y));
        check_layout(&layout, "a logo of its own colours");
        check_logo(&layout, "a logo of its own colours");
    }
}

/* In portrait a logo at the foot costs the list no more than it must. */
static void test_notices_of_the_day_and_headlines_stand_beside_the_logo(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    struct theme theme = *theme_builtin(THEME_BASE_DARK);
    theme.logo.width = 300;
    theme.logo.height = 100;
    for (int i = 0; i < 4; i++) {
        const char *role = i < 2 ? "banner" : "news";
        theme.logo.corner = i % 2 ? THEME_CORNER_BOTTOM_LEFT : THEME_CORNER_BOTTOM_RIGHT;
        full_view(&view, PHASE_FREE, false, false);
        view.banner_count = i < 2;
        FILL(view.banners[0], long_text());
        FILL(view.news, i < 2 ? "" : long_text());
        /* Which comes before headlines. */
        view.code_url[0] = '\0';
        layout_make(&view, 1080, 1920, &theme, &fake_measure, &layout);
        const struct layout_box *logo = find_box(&layout, "logo");
        const struct layout_box *line = find_box(&layout, role);
        assert_non_null(line);
        assert_true(line->baseline_y > logo->rect.y);
        assert_true(ink(line).y < logo->rect.y + logo->rect.height);
        check_layout(&layout, role);
        check_logo(&layout, role);
    }
}

static void test_without_a_logo_nothing_moves(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    full_view(&view, PHASE_LIVE, false, false);
    for (int corner = 0; corner < 4; corner++) {
        struct theme theme = *theme_builtin(THEME_BASE_DARK);
        theme.logo.corner = (enum theme_corner)corner;
        layout_make(&view, 1920, 1080, &theme, &fake_measure, &layout);
        assert_null(find_box(&layout, "logo"));
        assert_int_equal(find_box(&layout, "room")->rect.x, 54);
        const struct layout_box *clock = find_box(&layout, "clock");
        assert_int_equal(clock->rect.x + clock->rect.width, 1920 - 54);
    }
}

static void test_a_band_like_the_stage_has_an_edge(void **state)
{
    (void)state;
    static struct layout layout;
    static struct view view;
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        full_view(&view, PHASE_LIVE, false, false);
        view.alert_count = 1;
        view.alerts[0].kind = VIEW_ALERT_MOVED;
        FILL(view.alerts[0].words, "Moved to UB5.230, 14:30");
        layout_make(&view, 1920, 1080, theme_builtin((enum theme_base)base), &fake_measure,
                    &layout);
        const struct layout_box *stage = find_box(&layout, "stage");
        const struct layout_box *band = find_box(&layout, "alert");
        const struct layout_box *edge = find_box(&layout, "alert.edge");
        layout_colour seen = edge ? edge->colour : band->colour;
        assert_true(layout_contrast(seen, stage->colour) >= PALETTE_SHAPE_MIN);
        assert_int_equal(edge != NULL, base == THEME_BASE_LIGHT);
    }
}

static void test_a_track_keeps_its_colour(void **state)
{
    (void)state;
    const struct theme *dark = theme_builtin(THEME_BASE_DARK);
    int used = 0;
    bool seen[THEME_TRACKS_COUNT] = {false};
    assert_int_equal(palette_track(dark, "Rust", 0x0c0f14), palette_track(dark, "Rust", 0x0c0f14));
    for (int i = 0; i < 200; i++) {
        char track[16];
        snprintf(track, sizeof track, "Track %d", i);
        layout_colour colour = palette_track(dark, track, 0x0c0f14);
        for (int j = 0; j < THEME_TRACKS_COUNT; j++) {
            used += colour == dark->colours.tracks[j] && !seen[j];
            seen[j] |= colour == dark->colours.tracks[j];
        }
    }
    assert_int_equal(used, THEME_TRACKS_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colours_are_read_as_css_writes_them),
        cmocka_unit_test(test_every_name_has_its_colour),
        cmocka_unit_test(test_legible_colours_stay_and_others_move_as_little_as_they_can),
        cmocka_unit_test(test_built_in_themes_are_drawn_as_they_are),
        cmocka_unit_test(test_any_theme_can_be_read),
        cmocka_unit_test(test_the_logo_has_a_place_in_every_corner_of_every_size),
        cmocka_unit_test(test_a_logo_that_would_vanish_has_a_plate),
        cmocka_unit_test(test_notices_of_the_day_and_headlines_stand_beside_the_logo),
        cmocka_unit_test(test_without_a_logo_nothing_moves),
        cmocka_unit_test(test_a_band_like_the_stage_has_an_edge),
        cmocka_unit_test(test_a_track_keeps_its_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
