/*
 * Where the ink of every line really falls, with the fonts that the sign is drawn with: on the
 * ground that its contrast was measured on, and on no other line's. Marks above and below letters
 * reach farther than the capitals that layouts reckon with.
 */
#include "layout_case.h"

#include <stdlib.h>

#include <SDL.h>

#include <roomsign/error.h>
#include <roomsign/text.h>
#include <roomsign/words.h>

#include "golden_case.h"

/* Fainter pixels are edges, which may touch. */
#define STRONG 150
#define NO_GROUND 0xffffffffu

static const int ink_sizes[][2] = {{1366, 768}, {600, 1024}, {800, 480}, {1280, 360}};

/* What the pixels of a picture are: the ground drawn last, and 1 + the index of the line over it;
 * 0: none. */
struct plan_of_ink {
    int width, height;
    uint32_t *grounds;
    uint16_t *lines;
    SDL_Surface *line;
};

static struct plan_of_ink plan_new(int width, int height)
{
    size_t count = (size_t)width * (size_t)height;
    struct plan_of_ink plan = {width, height, xcalloc(count, sizeof *plan.grounds),
                               xcalloc(count, sizeof *plan.lines), NULL};
    plan.line = SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(plan.line);
    SDL_FillRect(plan.line, NULL, 0);
    return plan;
}

static void plan_free(struct plan_of_ink *plan)
{
    SDL_FreeSurface(plan->line);
    free(plan->grounds);
    free(plan->lines);
}

/* The part of the rectangle that is on the screen. */
static SDL_Rect part_of(const struct plan_of_ink *plan, const struct layout_rect *rect)
{
    SDL_Rect part, screen = {0, 0, plan->width, plan->height},
                   whole = {rect->x, rect->y, rect->width, rect->height};
    return SDL_IntersectRect(&whole, &screen, &part) ? part : (SDL_Rect){0};
}

static size_t place_at(const struct plan_of_ink *plan, int x, int y)
{
    return (size_t)y * (size_t)plan->width + (size_t)x;
}

static void take_ground(struct plan_of_ink *plan, const struct layout *layout, size_t index,
                        const char *what)
{
    const struct layout_box *box = &layout->boxes[index];
    SDL_Rect part = part_of(plan, &box->rect);
    for (int y = part.y; y < part.y + part.h; y++) {
        for (int x = part.x; x < part.x + part.w; x++) {
            size_t at = place_at(plan, x, y);
            if (plan->lines[at] != 0)
                fail_msg("%s: %s is drawn over \"%s\"", what, box->role,
                         layout->boxes[plan->lines[at] - 1].text);
            plan->grounds[at] = box->kind == BOX_FILL ? box->colour : NO_GROUND;
        }
    }
}

static void take_pixel(struct plan_of_ink *plan, const struct layout *layout, size_t index,
                       size_t at, const char *what)
{
    const struct layout_box *box = &layout->boxes[index];
    if (plan->grounds[at] != box->ground)
        fail_msg("%s: %s \"%s\" reaches from #%06x onto #%06x", what, box->role, box->text,
                 box->ground, plan->grounds[at]);
    if (plan->lines[at] != 0)
        fail_msg("%s: %s \"%s\" touches \"%s\"", what, box->role, box->text,
                 layout->boxes[plan->lines[at] - 1].text);
    plan->lines[at] = (uint16_t)(index + 1);
}

/* Returns how many strong pixels the line has. */
static int take_line(struct plan_of_ink *plan, struct text *text, const struct layout *layout,
                     size_t index, const char *what)
{
    struct layout_box box = layout->boxes[index];
    struct layout_rect reach = text_reach(&box);
    SDL_Rect part = part_of(plan, &reach);
    int strong = 0;
    box.colour = 0xffffff;
    text_draw(text, plan->line, &box, NULL);
    for (int y = part.y; y < part.y + part.h; y++) {
        uint32_t *row = (uint32_t *)(void *)((uint8_t *)plan->line->pixels +
                                             (size_t)y * (size_t)plan->line->pitch);
        for (int x = part.x; x < part.x + part.w; x++) {
            if ((row[x] & 0xff) >= STRONG) {
                take_pixel(plan, layout, index, place_at(plan, x, y), what);
                strong++;
            }
            row[x] = 0;
        }
    }
    return strong;
}

static void check_ink(struct text *text, const struct layout *layout, const char *what)
{
    struct plan_of_ink plan = plan_new(layout->width_px, layout->height_px);
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (box->kind == BOX_FILL || box->kind == BOX_QR)
            take_ground(&plan, layout, i, what);
        else if (is_text(box) && take_line(&plan, text, layout, i, what) == 0)
            fail_msg("%s: nothing is seen of %s \"%s\"", what, box->role, box->text);
    }
    plan_free(&plan);
}

/* Titles of the language's own script, or Latin ones; or short, so that all else is large. */
static struct golden_script script_for(const char *language, bool is_short)
{
    static const struct golden_script brief = {
        .title = "Joins", .speakers = {"Ada", "Grace"}, .next = "Keys", .later = "Trees"};
    struct golden_script script = is_short ? brief : golden_usual;
    for (size_t i = 0; i < GOLDEN_SCRIPTS && !is_short; i++) {
        if (strcmp(golden_scripts[i].language, language) == 0 &&
            strcmp(golden_scripts[i].name, "emoji") != 0)
            script = golden_scripts[i];
    }
    script.language = language;
    return script;
}

static void check_moment(const struct golden_moment *moment, const struct golden_script *script,
                         bool doubted, struct text *text)
{
    static struct layout layout;
    static struct view view;
    struct text_measure measure = text_measurer(text);
    golden_view(moment, script, &view);
    if (doubted)
        FILL(view.doubt, words_for(script->language)->clock_of_server);
    for (size_t i = 0; i < sizeof ink_sizes / sizeof *ink_sizes; i++) {
        char what[160];
        int width = ink_sizes[i][0], height = ink_sizes[i][1];
        snprintf(what, sizeof what, "%s, %s, %s at %dx%d", script->language, script->title,
                 moment->name, width, height);
        layout_make(&view, width, height, theme_builtin(THEME_BASE_DARK), &measure, &layout);
        check_ink(text, &layout, what);
    }
}

static void check_language(const struct golden_script *script, struct text *text)
{
    static const struct golden_moment beside = {"cancelled beside the next", 13, 52, 0,
                                                GOLDEN_CANCELLED};
    for (size_t i = 0; i < GOLDEN_MOMENTS; i++)
        check_moment(&golden_moments[i], script, false, text);
    check_moment(&beside, script, false, text);
    check_moment(&beside, script, true, text);
}

static void test_every_line_of_every_language_stands_on_its_ground(void **state)
{
    (void)state;
    for (int i = 0; i < WORDS_COUNT; i++) {
        const char *language = words_at(i)->language;
        struct error err = {0};
        struct text *text = text_new(language, "", &err);
        struct golden_script own = script_for(language, false), brief = script_for(language, true);
        assert_non_null(text);
        check_language(&own, text);
        check_language(&brief, text);
        text_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_line_of_every_language_stands_on_its_ground),
    };
    return cmocka_run_group_tests_name("ink", tests, NULL, NULL);
}
