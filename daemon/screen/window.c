#include <roomsign/window.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/blend.h>
#include <roomsign/presses.h>
#include <roomsign/sdl_keys.h>
#include <roomsign/server.h>
#include <roomsign/turn.h>
#include <roomsign/wake.h>

#define DEFAULT_TITLE "roomsign"

struct window {
    SDL_Window *sdl;
    struct wake *wake;
    struct presses presses;
    /* It has the screen to itself. */
    bool is_screen;
    struct turn turn;
};

static void set_hints(const struct display_options *options)
{
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_APP_NAME, DEFAULT_TITLE);
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    if (!options->windowed)
        SDL_SetHint(SDL_HINT_VIDEO_WAYLAND_ALLOW_LIBDECOR, "0");
    /* SDL's own choice ends with drivers that show nothing, and a screen that comes later is never
     * looked for. Without its directory libwayland complains at every try. SDL_VIDEODRIVER wins. */
    SDL_SetHint(SDL_HINT_VIDEODRIVER,
                SDL_getenv("XDG_RUNTIME_DIR") != NULL ? "x11,wayland" : "x11");
    SDL_setenv("SDL_VIDEO_X11_WMCLASS", DEFAULT_TITLE, 0);
    SDL_setenv("SDL_VIDEO_WAYLAND_WMCLASS", DEFAULT_TITLE, 0);
}

const char *window_name(const struct window *window)
{
    (void)window;
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver != NULL ? driver : "none";
}

/* Plain pixels where the driver can take them: GL costs eight times the time and the memory. */
static void set_driver_hints(void)
{
    bool needs_gl = SDL_strcasecmp(window_name(NULL), "wayland") == 0;
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, needs_gl ? "opengles2" : "0");
    if (needs_gl)
        SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
}

static bool add_wake_source(struct window *window, struct error *err)
{
    int fd = server_fd(window->sdl);
    return fd < 0 || wake_add(window->wake, fd, err);
}

static bool read_size(struct window *window)
{
    SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
    if (surface == NULL)
        return false;
    window->turn.width_px = surface->w;
    window->turn.height_px = surface->h;
    return true;
}

static bool make_window(struct window *window, const struct display_options *options,
                        struct error *err)
{
    Uint32 flags = options->windowed ? SDL_WINDOW_RESIZABLE : SDL_WINDOW_FULLSCREEN_DESKTOP;
    SDL_DisplayMode mode = {.w = options->width_px, .h = options->height_px};
    /* Without a window manager nobody moves a window of another size to cover the screen. */
    if (options->windowed || SDL_GetDesktopDisplayMode(0, &mode) == 0)
        window->sdl =
            SDL_CreateWindow(options->title != NULL ? options->title : DEFAULT_TITLE,
                             SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, mode.w, mode.h, flags);
    if (window->sdl == NULL || !read_size(window)) {
        error_set(err, "%s", SDL_GetError());
        return false;
    }
    SDL_StopTextInput();
    if (!options->windowed)
        SDL_ShowCursor(SDL_DISABLE);
    return true;
}

struct window *window_open(const struct display_options *options, struct error *err)
{
    set_hints(options);
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0) {
        error_set(err, "%s", SDL_GetError());
        return NULL;
    }
    set_driver_hints();
    server_end_with();
    struct window *window = xcalloc(1, sizeof *window);
    window->turn.rotate_deg = options->rotate_deg;
    window->is_screen = !options->windowed;
    window->wake = wake_new(err);
    if (window->wake == NULL || !make_window(window, options, err) ||
        !add_wake_source(window, err)) {
        window_close(window);
        return NULL;
    }
    return window;
}

void window_close(struct window *window)
{
    if (window == NULL)
        return;
    wake_free(window->wake);
    if (window->sdl != NULL)
        SDL_DestroyWindow(window->sdl);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    free(window);
}

void window_size(const struct window *window, int *ret_width_px, int *ret_height_px)
{
    turn_size(&window->turn, ret_width_px, ret_height_px);
}

int window_wake_fd(const struct window *window)
{
    return wake_fd(window->wake);
}

static void blit_turned(const struct window *window, const SDL_Surface *canvas,
                        const struct layout_rect *rect, SDL_Surface *surface, SDL_Rect *to)
{
    SDL_Surface *turned =
        SDL_CreateRGBSurfaceWithFormat(0, to->w, to->h, 32, canvas->format->format);
    if (turned == NULL)
        error_out_of_memory();
    const uint8_t *from = (const uint8_t *)canvas->pixels +
                          (size_t)rect->y * (size_t)canvas->pitch + (size_t)rect->x * 4;
    turn_pixels(window->turn.rotate_deg, from, (size_t)canvas->pitch, rect->width, rect->height,
                turned->pixels, (size_t)turned->pitch);
    SDL_BlitSurface(turned, NULL, surface, to);
    SDL_FreeSurface(turned);
}

static SDL_Rect blit_rect(const struct window *window, SDL_Surface *canvas,
                          const struct layout_rect *rect, SDL_Surface *surface)
{
    struct layout_rect turned = turn_rect(&window->turn, rect);
    SDL_Rect changed = {turned.x, turned.y, turned.width, turned.height};
    SDL_Rect to = changed;
    if (window->turn.rotate_deg == 0) {
        SDL_Rect from = {rect->x, rect->y, rect->width, rect->height};
        SDL_BlitSurface(canvas, &from, surface, &to);
    } else {
        blit_turned(window, canvas, rect, surface, &to);
    }
    return changed;
}

/* Whether the canvas and the window's surface are as large as it was last known to be. */
static bool fits(const struct window *window, const SDL_Surface *canvas, const SDL_Surface *surface)
{
    int width_px, height_px;
    window_size(window, &width_px, &height_px);
    return canvas->w == width_px && canvas->h == height_px && surface->w == window->turn.width_px &&
           surface->h == window->turn.height_px;
}

/* Put the parts on the surface; fills `changed` and returns how many there are. */
static int blit_rects(const struct window *window, SDL_Surface *canvas, SDL_Surface *surface,
                      const struct layout_rect *rects, size_t count,
                      SDL_Rect changed[static DISPLAY_RECTS_MAX])
{
    struct layout_rect picture = {0, 0, canvas->w, canvas->h};
    int changed_count = 0;
    if (!fits(window, canvas, surface) || count > DISPLAY_RECTS_MAX) {
        SDL_FillRect(surface, NULL, SDL_MapRGB(surface->format, 0, 0, 0));
        blit_rect(window, canvas, &picture, surface);
        changed[0] = (SDL_Rect){0, 0, surface->w, surface->h};
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        struct layout_rect part;
        if (rect_intersect(&rects[i], &picture, &part))
            changed[changed_count++] = blit_rect(window, canvas, &part, surface);
    }
    return changed_count;
}

bool window_present(struct window *window, struct SDL_Surface *canvas,
                    const struct layout_rect *rects, size_t count, struct error *err)
{
    SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
    SDL_Rect changed[DISPLAY_RECTS_MAX];
    int changed_count =
        surface != NULL ? blit_rects(window, canvas, surface, rects, count, changed) : 0;
    if (surface != NULL && (changed_count == 0 ||
                            SDL_UpdateWindowSurfaceRects(window->sdl, changed, changed_count) == 0))
        return true;
    error_set(err, "%s", SDL_GetError());
    return false;
}

bool window_confirm(struct window *window, struct error *err)
{
    return server_shows(window->sdl, window->is_screen, err);
}

/* Whether a window's event matters; one kind covers all that lose pixels. */
static bool take_window_event(struct window *window, const SDL_WindowEvent *event,
                              struct display_event *ret_event)
{
    int width_px = window->turn.width_px, height_px = window->turn.height_px;
    switch (event->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        /* A surface that can't be had now is asked for again when something is presented. */
        read_size(window);
        if (window->turn.width_px == width_px && window->turn.height_px == height_px)
            return false;
        ret_event->kind = DISPLAY_EVENT_RESIZED;
        return true;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
        ret_event->kind = DISPLAY_EVENT_EXPOSED;
        return true;
    case SDL_WINDOWEVENT_CLOSE:
        ret_event->kind = DISPLAY_EVENT_QUIT;
        return true;
    default:
        return false;
    }
}

static bool take_key_event(struct window *window, const SDL_KeyboardEvent *event,
                           struct display_event *ret_event)
{
    enum key_change change = event->type == SDL_KEYUP ? KEY_CHANGE_UP
                             : event->repeat != 0     ? KEY_CHANGE_REPEAT
                                                      : KEY_CHANGE_DOWN;
    int key = sdl_key_code(&event->keysym);
    if (!presses_take(&window->presses, key, change, (int64_t)event->timestamp * 1000))
        return false;
    ret_event->kind = DISPLAY_EVENT_KEY;
    ret_event->key = key;
    return true;
}

static bool take_event(struct window *window, const SDL_Event *event,
                       struct display_event *ret_event)
{
    switch (event->type) {
    case SDL_QUIT:
        ret_event->kind = DISPLAY_EVENT_QUIT;
        return true;
    case SDL_WINDOWEVENT:
        return take_window_event(window, &event->window, ret_event);
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        ret_event->kind = DISPLAY_EVENT_EXPOSED;
        return true;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        return take_key_event(window, &event->key, ret_event);
    default:
        return false;
    }
}

static bool queued_event(SDL_Event *ret_event)
{
    return SDL_PeepEvents(ret_event, 1, SDL_GETEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) > 0;
}

/* SDL_PollEvent would do, but that it says "none" before what was queued since its last turn. */
static bool next_event(SDL_Event *ret_event)
{
    if (queued_event(ret_event))
        return true;
    SDL_PumpEvents();
    return queued_event(ret_event);
}

bool window_pump(struct window *window, struct display_event *ret_event)
{
    SDL_Event event;
    while (next_event(&event)) {
        struct display_event taken = {0};
        if (take_event(window, &event, &taken)) {
            *ret_event = taken;
            return true;
        }
    }
    return false;
}
