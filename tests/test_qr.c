#include "layout_case.h"

#include <qrencode.h>

#include <SDL.h>

#include <roomsign/colour.h>
#include <roomsign/qr.h>
#include <roomsign/qr_draw.h>

#define DARK 0x000000
#define LIGHT 0xaab3c1

/* An address of so many characters, or the beginning of one. */
static const char *page_of(size_t bytes)
{
    static char url[VIEW_CODE_URL_BYTES + 1];
    assert_true(bytes < sizeof url);
    memset(url, '-', sizeof url);
    memcpy(url, "https://example.org/", 20);
    url[bytes] = '\0';
    return url;
}

static void test_the_size_is_the_one_that_libqrencode_makes(void **state)
{
    (void)state;
    for (size_t bytes = 1; bytes < VIEW_CODE_URL_BYTES; bytes++) {
        QRcode *code = QRcode_encodeString8bit(page_of(bytes), 0, QR_ECLEVEL_L);
        assert_int_equal(code->width, qr_modules(bytes));
        QRcode_free(code);
    }
    assert_int_equal(qr_modules(0), 21);
    assert_int_equal(qr_modules(VIEW_CODE_URL_BYTES), 0);
}

static uint32_t pixel(const SDL_Surface *surface, int x, int y)
{
    uint32_t value;
    memcpy(&value, (const char *)surface->pixels + y * surface->pitch + x * 4, sizeof value);
    return value & 0xffffff;
}

/* Modules of equal size, from edge to edge, around them four of light. */
static void check_drawn(const SDL_Surface *surface, const struct layout_box *box)
{
    int code = qr_modules(strlen(box->text)), modules = code + 2 * LAYOUT_QR_QUIET_MODULES;
    int size = box->rect.width / modules, dark = 0;
    for (int y = 0; y < box->rect.height; y++) {
        for (int x = 0; x < box->rect.width; x++) {
            uint32_t seen = pixel(surface, box->rect.x + x, box->rect.y + y);
            uint32_t first =
                pixel(surface, box->rect.x + x / size * size, box->rect.y + y / size * size);
            assert_int_equal(seen, first);
            int column = x / size - LAYOUT_QR_QUIET_MODULES;
            int row = y / size - LAYOUT_QR_QUIET_MODULES;
            bool quiet = column < 0 || row < 0 || column >= code || row >= code;
            /* The three finders: a ring of 7, light, a square of 3. */
            bool corner = (column < 7 && row < 7) || (column >= code - 7 && row < 7) ||
                          (column < 7 && row >= code - 7);
            int u = column < 7 ? column : column - code + 7, v = row < 7 ? row : row - code + 7;
            int ring =
                (u < v ? u : v) < 6 - (u > v ? u : v) ? (u < v ? u : v) : 6 - (u > v ? u : v);
            if (quiet || corner) {
                assert_int_equal(seen, quiet || ring == 1 ? LIGHT : DARK);
            }
            dark += seen == DARK;
        }
    }
    int share = dark * 100 / (size * size * code * code);
    assert_in_range(share, 35, 65);
}

static void test_drawn_sharp_with_its_quiet_zone(void **state)
{
    (void)state;
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(0, 400, 400, 32, SDL_PIXELFORMAT_RGB888);
    static struct layout_box box;
    const size_t lengths[] = {20, 32, 33, 106, 107, 134, VIEW_CODE_URL_BYTES - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        SDL_FillRect(surface, NULL, 0x800000);
        int side = (qr_modules(lengths[i]) + 2 * LAYOUT_QR_QUIET_MODULES) * 5;
        box = (struct layout_box){.kind = BOX_QR,
                                  .role = "code",
                                  .rect = {11, 13, side, side},
                                  .colour = DARK,
                                  .ground = LIGHT};
        FILL(box.text, page_of(lengths[i]));
        struct layout_rect all = {0, 0, 400, 400}, none = {0, 0, 11, 400};
        qr_draw(surface, &box, &none);
        assert_int_equal(pixel(surface, 11, 13), 0x800000);
        qr_draw(surface, &box, &all);
        check_drawn(surface, &box);
        assert_int_equal(pixel(surface, 10, 13), 0x800000);
        assert_int_equal(pixel(surface, 11 + side, 13), 0x800000);
    }
    SDL_FreeSurface(surface);
}

static void make(const struct view *view, const int size[2], struct layout *ret_layout)
{
    layout_make(view, size[0], size[1], theme_builtin(THEME_BASE_DARK), &fake_measure, ret_layout);
}

/* What is said with the code is what is said without, and of a size to be read. */
static void check_beside(const struct layout *with, const struct layout *alone, const char *what)
{
    const struct layout_box *code = find_box(with, "code");
    static const char *const roles[] = {"title", "count", "next.title", "clock", "room"};
    static const double least[] = {6.6, 12.2, 3.3, 6.6, 3.9};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        const struct layout_box *a = find_box(alone, roles[i]), *b = find_box(with, roles[i]);
        double share = i == 0 ? 0.83 : 1;
        if (a &&
            (!b || (b->style.size_px < a->style.size_px * share && units(with, b) < least[i]))) {
            fail_msg("%s: %s of %.1f units", what, roles[i], b ? units(with, b) : 0);
        }
    }
    int rows = count_boxes(with, "later.title");
    assert_true(rows >= 4 || rows == count_boxes(alone, "later.title"));
    int modules = qr_modules(strlen(code->text)) + 2 * LAYOUT_QR_QUIET_MODULES;
    int edge = with->width_px < with->height_px ? with->width_px : with->height_px;
    int module_px = code->rect.width / modules;
    assert_int_equal(code->rect.width, module_px * modules);
    assert_int_equal(code->rect.height, code->rect.width);
    assert_true(module_px >= 2 && module_px + 1 > QR_MODULE_MIN_UNITS * edge / 100);
    assert_true(layout_contrast(code->colour, code->ground) >= PALETTE_CONTRAST_MIN);
    assert_true(code->colour == DARK);
}

static void test_a_code_leaves_what_is_said(void **state)
{
    (void)state;
    static struct view view;
    static struct layout with, alone;
    const size_t lengths[] = {20, 60, 106, 126, VIEW_CODE_URL_BYTES - 1};
    int found = 0;
    for (int variant = 0; variant < PHASE_COUNT * 4; variant++) {
        full_view(&view, (enum phase)(variant / 4), variant & 1, variant & 2);
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            FILL(view.code_url, page_of(lengths[i]));
            char name[64];
            snprintf(name, sizeof name, "variant %d, %zu bytes", variant, lengths[i]);
            check_view(&view, name);
            for (size_t j = 0; j < SIZE_COUNT; j++) {
                make(&view, sizes[j], &with);
                if (find_box(&with, "code")) {
                    char url[VIEW_CODE_URL_BYTES];
                    memcpy(url, view.code_url, sizeof url);
                    view.code_url[0] = '\0';
                    make(&view, sizes[j], &alone);
                    memcpy(view.code_url, url, sizeof url);
                    check_beside(&with, &alone, name);
                    found++;
                }
            }
        }
    }
    assert_in_range(found, 100, 10000);
}

/* A usual title and address, on every display that a sign has. */
static void test_a_usual_session_has_its_code(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    static const int usual[][2] = {{1920, 1080}, {1080, 1920}, {1280, 720}, {3840, 2160},
                                   {1920, 540},  {800, 480},   {480, 800}};
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        full_view(&view, (enum phase)phase, false, false);
        FILL(view.code_url, page_of(100));
        for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
            make(&view, usual[i], &layout);
            if (count_boxes(&layout, "code") != 1) {
                fail_msg("no code at %dx%d in %s", usual[i][0], usual[i][1],
                         phase_name((enum phase)phase));
            }
            assert_string_equal(find_box(&layout, "code")->text, view.code_url);
        }
    }
}

static void test_a_headline_never_drives_it_out(void **state)
{
    (void)state;
    static struct view view;
    static struct layout alone, with_news;
    int both = 0;
    for (int variant = 0; variant < 4; variant++) {
        full_view(&view, variant & 1 ? PHASE_FREE : PHASE_CLOSED, false, variant & 2);
        view.progress_permille = VIEW_NO_PROGRESS;
        view.detail[0] = view.track[0] = '\0';
        for (size_t i = 0; i < SIZE_COUNT; i++) {
            view.news[0] = '\0';
            make(&view, sizes[i], &alone);
            FILL(view.news, "Recordings are out");
            FILL(view.news_source, "Planet");
            make(&view, sizes[i], &with_news);
            assert_int_equal(count_boxes(&with_news, "code"), count_boxes(&alone, "code"));
            both += find_box(&with_news, "code") && find_box(&with_news, "news");
        }
    }
    assert_true(both >= 10);
}

/* On a theme's own light ground it stands without a plate of another colour. */
static void test_the_plate_is_the_lighter_of_ground_and_text(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        const struct theme *theme = theme_builtin((enum theme_base)base);
        const struct theme_stage *stage = &theme->colours.stages[THEME_LOOK_LIVE];
        full_view(&view, PHASE_LIVE, false, false);
        FILL(view.code_url, page_of(60));
        layout_make(&view, 1920, 1080, theme, &fake_measure, &layout);
        const struct layout_box *code = find_box(&layout, "code");
        assert_non_null(code);
        bool is_light = colour_luminance(stage->ground) > colour_luminance(stage->soft);
        assert_int_equal(code->ground, is_light ? stage->ground : stage->soft);
    }
}

static void test_without_an_address_there_is_none(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    full_view(&view, PHASE_LIVE, false, false);
    view.code_url[0] = '\0';
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        make(&view, sizes[i], &layout);
        assert_null(find_box(&layout, "code"));
    }
}

static void test_a_hint_hides_no_half_of_it(void **state)
{
    (void)state;
    static struct view view;
    static struct layout layout;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        full_view(&view, (enum phase)phase, false, false);
        FILL(view.hint, "Held · u to undo");
        for (size_t i = 0; i < SIZE_COUNT; i++) {
            make(&view, sizes[i], &layout);
            const struct layout_box *code = find_box(&layout, "code");
            const struct layout_box *bar = find_box(&layout, "hint.bar");
            assert_true(!code || !overlap(&code->rect, &bar->rect));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_size_is_the_one_that_libqrencode_makes),
        cmocka_unit_test(test_drawn_sharp_with_its_quiet_zone),
        cmocka_unit_test(test_a_code_leaves_what_is_said),
        cmocka_unit_test(test_a_usual_session_has_its_code),
        cmocka_unit_test(test_a_headline_never_drives_it_out),
        cmocka_unit_test(test_the_plate_is_the_lighter_of_ground_and_text),
        cmocka_unit_test(test_without_an_address_there_is_none),
        cmocka_unit_test(test_a_hint_hides_no_half_of_it),
    };
    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
