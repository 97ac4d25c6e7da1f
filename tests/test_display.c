/* What reaches the window, on SDL's dummy driver, whose pixels can be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL.h>
#include <linux/input-event-codes.h>

#include <roomsign/display.h>

#define WIDTH 320
#define HEIGHT 200

static struct display *display;
static SDL_Surface *canvas;

static uint32_t pixel(const SDL_Surface *surface, int x, int y)
{
    const uint8_t *bytes = surface->pixels;
    return ((const uint32_t *)(bytes + y * surface->pitch))[x] & 0xffffff;
}

static SDL_Surface *window_surface(void)
{
    SDL_Surface *surface = NULL;
    for (Uint32 id = 1; id < 100 && surface == NULL; id++) {
        SDL_Window *window = SDL_GetWindowFromID(id);
        surface = window != NULL ? SDL_GetWindowSurface(window) : NULL;
    }
    assert_non_null(surface);
    return surface;
}

static uint32_t pattern(int x, int y, uint32_t round)
{
    return ((uint32_t)x * 65521 + (uint32_t)y * 257 + round * 99991) & 0xffffff;
}

static void fill(uint32_t round)
{
    for (int y = 0; y < canvas->h; y++) {
        uint32_t *row = (uint32_t *)((uint8_t *)canvas->pixels + y * canvas->pitch);
        for (int x = 0; x < canvas->w; x++)
            row[x] = pattern(x, y, round);
    }
}

/* Where the panel shows a pixel of the upright picture when that is turned clockwise. */
static uint32_t shown(int rotate_deg, int x, int y)
{
    SDL_Surface *surface = window_surface();
    switch (rotate_deg) {
    case 90:
        return pixel(surface, WIDTH - 1 - y, x);
    case 180:
        return pixel(surface, WIDTH - 1 - x, HEIGHT - 1 - y);
    case 270:
        return pixel(surface, y, HEIGHT - 1 - x);
    default:
        return pixel(surface, x, y);
    }
}

static void open_rotated(int rotate_deg)
{
    struct error err = {0};
    struct display_options options = {
        .windowed = true, .width_px = WIDTH, .height_px = HEIGHT, .rotate_deg = rotate_deg};
    display = display_open(&options, &err);
    if (display == NULL)
        fail_msg("%s", err.message);
    int width_px, height_px;
    display_size(display, &width_px, &height_px);
    canvas = SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(canvas);
}

static int teardown(void **state)
{
    (void)state;
    SDL_FreeSurface(canvas);
    canvas = NULL;
    display_close(display);
    display = NULL;
    return 0;
}

static void the_picture_is_turned_and_only_the_damage_shown(void **state)
{
    (void)state;
    for (int rotate_deg = 0; rotate_deg < 360; rotate_deg += 90) {
        struct error err = {0};
        open_rotated(rotate_deg);
        assert_int_equal(canvas->w, rotate_deg % 180 == 0 ? WIDTH : HEIGHT);
        struct layout_rect all = {0, 0, canvas->w, canvas->h};
        struct layout_rect rects[2] = {{10, 20, 33, 17}, {100, 90, 1000, 5}};
        fill(0);
        assert_true(display_present(display, canvas, &all, 1, &err));
        fill(1);
        assert_true(display_present(display, canvas, rects, 2, &err));
        for (int y = 0; y < canvas->h; y++) {
            for (int x = 0; x < canvas->w; x++) {
                bool damaged =
                    (x >= 10 && x < 43 && y >= 20 && y < 37) || (x >= 100 && y >= 90 && y < 95);
                assert_int_equal(shown(rotate_deg, x, y), pattern(x, y, damaged));
            }
        }
        teardown(state);
    }
}

static void a_canvas_of_another_size_leaves_the_rest_black(void **state)
{
    (void)state;
    struct error err = {0};
    open_rotated(0);
    struct layout_rect all = {0, 0, WIDTH, HEIGHT};
    fill(0);
    assert_true(display_present(display, canvas, &all, 1, &err));
    SDL_FreeSurface(canvas);
    canvas = SDL_CreateRGBSurfaceWithFormat(0, 100, 300, 32, SDL_PIXELFORMAT_RGB888);
    fill(2);
    assert_true(display_present(display, canvas, &all, 1, &err));
    assert_int_equal(shown(0, 99, 199), pattern(99, 199, 2));
    assert_int_equal(shown(0, 100, 0), 0);
}

static bool next_kind(enum display_event_kind kind)
{
    struct display_event event;
    while (display_pump(display, &event)) {
        if (event.kind == kind)
            return true;
    }
    return false;
}

/* The key code that the display tells; 0: it tells of no press. */
static int key_told(Uint32 type, SDL_Keycode typed, SDL_Scancode scancode)
{
    struct display_event event;
    SDL_Event key = {.key = {.type = type, .keysym = {.scancode = scancode, .sym = typed}}};
    SDL_PushEvent(&key);
    while (display_pump(display, &event)) {
        if (event.kind == DISPLAY_EVENT_KEY)
            return event.key;
    }
    return 0;
}

static void keys_have_the_names_of_the_kernel(void **state)
{
    (void)state;
    open_rotated(0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_F1, SDL_SCANCODE_F1), KEY_F1);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_SPACE, SDL_SCANCODE_SPACE), KEY_SPACE);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_KP_MINUS, SDL_SCANCODE_KP_MINUS), KEY_KPMINUS);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_KP_0, SDL_SCANCODE_KP_0), KEY_KP0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_PAGEDOWN, SDL_SCANCODE_PAGEDOWN), KEY_PAGEDOWN);
    /* What stands on the key counts: Dvorak's e, the German plus, the French digits and minus. */
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_e, SDL_SCANCODE_D), KEY_E);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_PLUS, SDL_SCANCODE_RIGHTBRACKET), KEY_KPPLUS);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_QUOTE, SDL_SCANCODE_4), KEY_APOSTROPHE);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_MINUS, SDL_SCANCODE_6), KEY_MINUS);
    /* Cyrillic letters go by their place, but the German sharp s is no minus. */
    assert_int_equal(key_told(SDL_KEYDOWN, 0x43a, SDL_SCANCODE_R), KEY_R);
    assert_int_equal(key_told(SDL_KEYDOWN, 0xdf, SDL_SCANCODE_MINUS), 0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_UNKNOWN, SDL_SCANCODE_F24), KEY_F24);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_UNKNOWN, SDL_NUM_SCANCODES), 0);
    /* Held down, and again too soon. */
    assert_int_equal(key_told(SDL_KEYUP, SDLK_F1, SDL_SCANCODE_F1), 0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_F1, SDL_SCANCODE_F1), 0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_LCTRL, SDL_SCANCODE_LCTRL), 0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_s, SDL_SCANCODE_S), 0);
    assert_int_equal(key_told(SDL_KEYUP, SDLK_LCTRL, SDL_SCANCODE_LCTRL), 0);
    assert_int_equal(key_told(SDL_KEYDOWN, SDLK_s, SDL_SCANCODE_S), KEY_S);
}

static void events_are_told(void **state)
{
    (void)state;
    struct display_event event;
    open_rotated(90);
    while (display_pump(display, &event))
        ;
    SDL_Event key = {.key = {.type = SDL_KEYDOWN, .keysym.scancode = SDL_SCANCODE_F1}};
    SDL_PushEvent(&key);
    assert_true(display_pump(display, &event));
    assert_int_equal(event.kind, DISPLAY_EVENT_KEY);
    assert_int_equal(event.key, KEY_F1);
    assert_false(event.elsewhere);
    assert_false(display_pump(display, &event));
    SDL_Event quit = {.type = SDL_QUIT};
    SDL_PushEvent(&quit);
    assert_true(next_kind(DISPLAY_EVENT_QUIT));
    SDL_Window *window = NULL;
    for (Uint32 id = 1; id < 100 && window == NULL; id++)
        window = SDL_GetWindowFromID(id);
    SDL_SetWindowSize(window, 400, 240);
    assert_true(next_kind(DISPLAY_EVENT_RESIZED));
    int width_px, height_px;
    display_size(display, &width_px, &height_px);
    assert_int_equal(width_px, 240);
    assert_int_equal(height_px, 400);
}

static void a_display_that_is_not_there_is_an_error_and_may_come(void **state)
{
    (void)state;
    struct error err = {0};
    struct display_options options = {.windowed = true, .width_px = WIDTH, .height_px = HEIGHT};
    setenv("SDL_VIDEODRIVER", "x11", 1);
    setenv("DISPLAY", ":9999", 1);
    assert_null(display_open(&options, &err));
    assert_non_null(strstr(err.message, "x11"));
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    open_rotated(0);
    assert_string_equal(display_driver(display), "dummy");
}

static void what_shows_nothing_is_no_display(void **state)
{
    (void)state;
    struct error err = {0};
    struct display_options options = {0};
    if (access("/dev/dri", F_OK) == 0) {
        print_message("there may be a real screen here, which isn't taken for a test\n");
        skip();
    }
    unsetenv("SDL_VIDEODRIVER");
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    unsetenv("XDG_RUNTIME_DIR");
    display = display_open(&options, &err);
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_null(display);
    assert_string_not_equal(err.message, "");
}

int main(void)
{
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_picture_is_turned_and_only_the_damage_shown, teardown),
        cmocka_unit_test_teardown(a_canvas_of_another_size_leaves_the_rest_black, teardown),
        cmocka_unit_test_teardown(keys_have_the_names_of_the_kernel, teardown),
        cmocka_unit_test_teardown(events_are_told, teardown),
        cmocka_unit_test_teardown(a_display_that_is_not_there_is_an_error_and_may_come, teardown),
        cmocka_unit_test_teardown(what_shows_nothing_is_no_display, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
