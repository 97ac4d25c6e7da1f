#include <roomsign/display.h>

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>
#include <SDL_syswm.h>

#include <roomsign/blend.h>
#include <roomsign/kms.h>
#include <roomsign/log.h>
#include <roomsign/presses.h>
#include <roomsign/sdl_keys.h>
#include <roomsign/server.h>
#include <roomsign/wake.h>

#define DEFAULT_TITLE "roomsign"

struct display {
    SDL_Window *window;
    struct wake *wake;
    /* Keys are read from the kernel, and what SDL makes of them is a second report of the same. */
    bool reads_inputs;
    /* SDL's. */
    struct presses presses;
    int rotate_deg;
    /* display_power switched them off. */
    bool off;
    /* It has the screen to itself. */
    bool is_screen;
    /* The panel's, before rotation. */
    int width_px, height_px;
    /* What the card showed after the last present. */
    uint64_t frame;
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
                SDL_getenv("XDG_RUNTIME_DIR") != NULL ? "x11,wayland,KMSDRM" : "x11,KMSDRM");
    SDL_setenv("SDL_VIDEO_X11_WMCLASS", DEFAULT_TITLE, 0);
    SDL_setenv("SDL_VIDEO_WAYLAND_WMCLASS", DEFAULT_TITLE, 0);
}

static bool driver_is(const char *name)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver != NULL && SDL_strcasecmp(driver, name) == 0;
}

/* Plain pixels where the driver can take them: GL costs eight times the time and the memory. */
static void set_driver_hints(void)
{
    bool needs_gl = driver_is("kmsdrm") || driver_is("wayland");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, needs_gl ? "opengles2" : "0");
    if (needs_gl)
        SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
}

static bool add_wake_sources(struct display *display, struct error *err)
{
    int fd = server_fd(display->window);
    if (fd >= 0 && !wake_add(display->wake, fd, err))
        return false;
    if (driver_is("kmsdrm")) {
        const char *seat = SDL_getenv("XDG_SEAT");
        struct wake_places places = {
            .inputs = "/dev/input",
            .udev = "/run/udev/data",
            .console = "/sys/class/tty/tty0/active",
            .seat = seat != NULL ? seat : "seat0",
        };
        struct error reason = {0};
        display->reads_inputs = true;
        if (!wake_watch_inputs(display->wake, &places, &reason))
            log_warning("display: keys will not be noticed: %s", reason.message);
    }
    return true;
}

static bool read_size(struct display *display)
{
    SDL_Surface *surface = SDL_GetWindowSurface(display->window);
    if (surface == NULL)
        return false;
    display->width_px = surface->w;
    display->height_px = surface->h;
    return true;
}

/* SDL makes kmsdrm's surface anew in the first swap, after the frame was drawn on the old one. */
static void lose_first_frame(SDL_Window *window)
{
    SDL_Surface *surface = SDL_GetWindowSurface(window);
    SDL_FillRect(surface, NULL, SDL_MapRGB(surface->format, 0, 0, 0));
    SDL_UpdateWindowSurface(window);
}

static bool open_window(struct display *display, const struct display_options *options,
                        struct error *err)
{
    Uint32 flags = options->windowed ? SDL_WINDOW_RESIZABLE : SDL_WINDOW_FULLSCREEN_DESKTOP;
    SDL_DisplayMode mode = {.w = options->width_px, .h = options->height_px};
    /* Without a window manager nobody moves a window of another size to cover the screen. */
    if (options->windowed || SDL_GetDesktopDisplayMode(0, &mode) == 0)
        display->window =
            SDL_CreateWindow(options->title != NULL ? options->title : DEFAULT_TITLE,
                             SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, mode.w, mode.h, flags);
    if (display->window == NULL || !read_size(display)) {
        error_set(err, "%s", SDL_GetError());
        return false;
    }
    SDL_StopTextInput();
    if (!options->windowed)
        SDL_ShowCursor(SDL_DISABLE);
    if (driver_is("kmsdrm"))
        lose_first_frame(display->window);
    return true;
}

struct display *display_open(const struct display_options *options, struct error *err)
{
    assert(options->rotate_deg % 90 == 0 && options->rotate_deg >= 0 && options->rotate_deg < 360);
    assert(!options->windowed || (options->width_px > 0 && options->height_px > 0));
    set_hints(options);
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0) {
        error_set(err, "%s", SDL_GetError());
        return NULL;
    }
    set_driver_hints();
    server_end_with();
    struct display *display = xcalloc(1, sizeof *display);
    display->rotate_deg = options->rotate_deg;
    display->is_screen = !options->windowed;
    display->wake = wake_new(err);
    if (display->wake == NULL || !open_window(display, options, err) ||
        !add_wake_sources(display, err)) {
        display_close(display);
        return NULL;
    }
    return display;
}

void display_close(struct display *display)
{
    if (display == NULL)
        return;
    if (display->off)
        display_power(display, true);
    wake_free(display->wake);
    if (display->window != NULL)
        SDL_DestroyWindow(display->window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    free(display);
}

const char *display_driver(const struct display *display)
{
    (void)display;
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver != NULL ? driver : "none";
}

/* The card that the window is shown through, or -1: a server stands between. */
static int card_fd(const struct display *display)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(display->window, &info))
        return -1;
#if defined(SDL_VIDEO_DRIVER_KMSDRM)
    if (info.subsystem == SDL_SYSWM_KMSDRM)
        return info.info.kmsdrm.drm_fd;
#endif
    return -1;
}

bool display_power(struct display *display, bool on)
{
    int card = card_fd(display);
    bool switched = card >= 0 && kms_power(card, on);
    if (switched)
        display->off = !on;
    return switched;
}

static bool is_sideways(const struct display *display)
{
    return display->rotate_deg == 90 || display->rotate_deg == 270;
}

void display_size(const struct display *display, int *ret_width_px, int *ret_height_px)
{
    *ret_width_px = is_sideways(display) ? display->height_px : display->width_px;
    *ret_height_px = is_sideways(display) ? display->width_px : display->height_px;
}

int display_wake_fd(const struct display *display)
{
    return wake_fd(display->wake);
}

static uint32_t *pixel_at(const SDL_Surface *surface, int x, int y)
{
    return (uint32_t *)((uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch) + x;
}

/* Where a rectangle of the upright picture stands on the panel. */
static SDL_Rect turn_rect(const struct display *display, const struct layout_rect *rect)
{
    switch (display->rotate_deg) {
    case 90:
        return (SDL_Rect){display->width_px - rect->y - rect->height, rect->x, rect->height,
                          rect->width};
    case 180:
        return (SDL_Rect){display->width_px - rect->x - rect->width,
                          display->height_px - rect->y - rect->height, rect->width, rect->height};
    case 270:
        return (SDL_Rect){rect->y, display->height_px - rect->x - rect->width, rect->height,
                          rect->width};
    default:
        return (SDL_Rect){rect->x, rect->y, rect->width, rect->height};
    }
}

/* Where a pixel of the upright rectangle stands in the turned one. */
static uint32_t *turned_pixel(const struct display *display, const struct layout_rect *rect,
                              SDL_Surface *turned, int x, int y)
{
    switch (display->rotate_deg) {
    case 90:
        return pixel_at(turned, rect->height - 1 - y, x);
    case 180:
        return pixel_at(turned, rect->width - 1 - x, rect->height - 1 - y);
    default:
        return pixel_at(turned, y, rect->width - 1 - x);
    }
}

static void blit_turned(const struct display *display, const SDL_Surface *canvas,
                        const struct layout_rect *rect, SDL_Surface *surface, SDL_Rect *to)
{
    SDL_Surface *turned =
        SDL_CreateRGBSurfaceWithFormat(0, to->w, to->h, 32, canvas->format->format);
    if (turned == NULL)
        error_out_of_memory();
    for (int y = 0; y < rect->height; y++) {
        const uint32_t *row = pixel_at(canvas, rect->x, rect->y + y);
        for (int x = 0; x < rect->width; x++)
            *turned_pixel(display, rect, turned, x, y) = row[x];
    }
    SDL_BlitSurface(turned, NULL, surface, to);
    SDL_FreeSurface(turned);
}

static SDL_Rect blit_rect(const struct display *display, SDL_Surface *canvas,
                          const struct layout_rect *rect, SDL_Surface *surface)
{
    SDL_Rect to = turn_rect(display, rect);
    SDL_Rect changed = to;
    if (display->rotate_deg == 0) {
        SDL_Rect from = {rect->x, rect->y, rect->width, rect->height};
        SDL_BlitSurface(canvas, &from, surface, &to);
    } else {
        blit_turned(display, canvas, rect, surface, &to);
    }
    return changed;
}

/* Whether the canvas and the window's surface are as large as the display was last known to be. */
static bool fits(const struct display *display, const SDL_Surface *canvas,
                 const SDL_Surface *surface)
{
    int width_px, height_px;
    display_size(display, &width_px, &height_px);
    return canvas->w == width_px && canvas->h == height_px && surface->w == display->width_px &&
           surface->h == display->height_px;
}

/* Put the parts on the surface; fills `changed` and returns how many there are. */
static int blit_rects(const struct display *display, SDL_Surface *canvas, SDL_Surface *surface,
                      const struct layout_rect *rects, size_t count,
                      SDL_Rect changed[static DISPLAY_RECTS_MAX])
{
    struct layout_rect picture = {0, 0, canvas->w, canvas->h};
    int changed_count = 0;
    if (!fits(display, canvas, surface) || count > DISPLAY_RECTS_MAX) {
        SDL_FillRect(surface, NULL, SDL_MapRGB(surface->format, 0, 0, 0));
        blit_rect(display, canvas, &picture, surface);
        changed[0] = (SDL_Rect){0, 0, surface->w, surface->h};
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        struct layout_rect part;
        if (rect_intersect(&rects[i], &picture, &part))
            changed[changed_count++] = blit_rect(display, canvas, &part, surface);
    }
    return changed_count;
}

/* SDL says yes also to a frame that the kernel refused, as where somebody else is master of the
 * card: it has taken the frame if the card then shows another than before. */
static bool update(struct display *display, const SDL_Rect *changed, int count, struct error *err)
{
    int card = card_fd(display);
    uint64_t before = card >= 0 ? kms_frame(card) : 0;
    if (SDL_UpdateWindowSurfaceRects(display->window, changed, count) < 0) {
        error_set(err, "%s", SDL_GetError());
        return false;
    }
    display->frame = card >= 0 ? kms_frame(card) : 0;
    if (card >= 0 && display->frame == before) {
        error_set(err, "the kernel doesn't take the frame");
        return false;
    }
    return true;
}

bool display_present(struct display *display, struct SDL_Surface *canvas,
                     const struct layout_rect *rects, size_t count, struct error *err)
{
    SDL_Surface *surface = SDL_GetWindowSurface(display->window);
    SDL_Rect changed[DISPLAY_RECTS_MAX];
    int changed_count =
        surface != NULL ? blit_rects(display, canvas, surface, rects, count, changed) : 0;
    if (surface == NULL) {
        error_set(err, "%s", SDL_GetError());
        return false;
    }
    return changed_count == 0 || update(display, changed, changed_count, err);
}

bool display_confirm(struct display *display, struct error *err)
{
    int card = card_fd(display);
    if (card >= 0 && !display->off && kms_frame(card) != display->frame) {
        error_set(err, "the card shows another frame");
        return false;
    }
    return server_shows(display->window, display->is_screen, err);
}

/* Whether a window's event matters; one kind covers all that lose pixels. */
static bool take_window_event(struct display *display, const SDL_WindowEvent *window,
                              struct display_event *ret_event)
{
    int width_px = display->width_px, height_px = display->height_px;
    switch (window->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        /* A surface that can't be had now is asked for again when something is presented. */
        read_size(display);
        if (display->width_px == width_px && display->height_px == height_px)
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

/* The kernel's reports are taken from the wake. */
static bool take_key_event(struct display *display, const SDL_KeyboardEvent *event,
                           struct display_event *ret_event)
{
    enum key_change change = event->type == SDL_KEYUP ? KEY_CHANGE_UP
                             : event->repeat != 0     ? KEY_CHANGE_REPEAT
                                                      : KEY_CHANGE_DOWN;
    int key = sdl_key_code(&event->keysym);
    if (display->reads_inputs ||
        !presses_take(&display->presses, key, change, (int64_t)event->timestamp * 1000))
        return false;
    ret_event->kind = DISPLAY_EVENT_KEY;
    ret_event->key = key;
    return true;
}

static bool take_event(struct display *display, const SDL_Event *event,
                       struct display_event *ret_event)
{
    switch (event->type) {
    case SDL_QUIT:
        ret_event->kind = DISPLAY_EVENT_QUIT;
        return true;
    case SDL_WINDOWEVENT:
        return take_window_event(display, &event->window, ret_event);
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        ret_event->kind = DISPLAY_EVENT_EXPOSED;
        return true;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        return take_key_event(display, &event->key, ret_event);
    default:
        return false;
    }
}

static bool queued_event(SDL_Event *ret_event)
{
    return SDL_PeepEvents(ret_event, 1, SDL_GETEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) > 0;
}

/* SDL_PollEvent would do, but that it says "none" before what was queued since its last turn. */
static bool next_event(struct display *display, SDL_Event *ret_event)
{
    if (queued_event(ret_event))
        return true;
    wake_drain(display->wake);
    SDL_PumpEvents();
    return queued_event(ret_event);
}

static bool take_press(struct display *display, struct display_event *ret_event)
{
    struct wake_press press;
    if (!wake_take_press(display->wake, &press))
        return false;
    *ret_event = (struct display_event){
        .kind = DISPLAY_EVENT_KEY, .key = press.key, .elsewhere = press.elsewhere};
    return true;
}

bool display_pump(struct display *display, struct display_event *ret_event)
{
    SDL_Event event;
    while (next_event(display, &event)) {
        struct display_event taken = {0};
        if (take_event(display, &event, &taken)) {
            *ret_event = taken;
            return true;
        }
    }
    return take_press(display, ret_event);
}
