#include <roomsign/server.h>

#include <dlfcn.h>
#include <unistd.h>

#include <SDL.h>
#include <SDL_syswm.h>

#include <roomsign/log.h>

/* As every other end that the configuration didn't cause; Xlib's own, 1, says that it did. */
#define EXIT_DISPLAY_LOST 3

/* A function of a library that SDL has loaded already; NULL if it has not. */
static void *loaded_symbol(const char *library, const char *name)
{
    void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (handle == NULL)
        return NULL;
    void *symbol = dlsym(handle, name);
    dlclose(handle);
    return symbol;
}

#if defined(SDL_VIDEO_DRIVER_X11)
#define X11 "libX11.so.6"

static int x_connection_lost(Display *connection)
{
    (void)connection;
    log_error("display: the X server is gone, ending; a supervisor has to start the sign again");
    _exit(EXIT_DISPLAY_LOST);
}

static int x_refused(Display *connection, XErrorEvent *error)
{
    (void)connection;
    log_error("display: the X server refuses request %d with error %d, ending; a supervisor has "
              "to start the sign again",
              error->request_code, error->error_code);
    _exit(EXIT_DISPLAY_LOST);
}

static bool x_shows(Display *connection, Window window, bool is_screen, struct error *err)
{
    XWindowAttributes attributes;
    Status (*get_attributes)(Display *, Window, XWindowAttributes *);
    *(void **)&get_attributes = loaded_symbol(X11, "XGetWindowAttributes");
    if (get_attributes == NULL)
        return true;
    if (!get_attributes(connection, window, &attributes)) {
        error_set(err, "the X server has lost the window");
        return false;
    }
    if (is_screen && attributes.map_state != IsViewable) {
        error_set(err, "the window is not on the screen");
        return false;
    }
    return true;
}
#endif

#if defined(SDL_VIDEO_DRIVER_WAYLAND)
#define WAYLAND "libwayland-client.so.0"

static bool wayland_answers(struct wl_display *connection, struct error *err)
{
    int (*roundtrip)(struct wl_display *);
    *(void **)&roundtrip = loaded_symbol(WAYLAND, "wl_display_roundtrip");
    if (roundtrip == NULL || roundtrip(connection) >= 0)
        return true;
    error_set(err, "the compositor is gone");
    return false;
}
#endif

void server_end_with(void)
{
#if defined(SDL_VIDEO_DRIVER_X11)
    XIOErrorHandler (*set_loss)(XIOErrorHandler);
    XErrorHandler (*set_refusal)(XErrorHandler);
    *(void **)&set_loss = loaded_symbol(X11, "XSetIOErrorHandler");
    *(void **)&set_refusal = loaded_symbol(X11, "XSetErrorHandler");
    if (set_loss != NULL && set_refusal != NULL) {
        set_loss(x_connection_lost);
        set_refusal(x_refused);
    }
#endif
}

int server_fd(SDL_Window *window)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info))
        return -1;
#if defined(SDL_VIDEO_DRIVER_X11)
    if (info.subsystem == SDL_SYSWM_X11)
        return ConnectionNumber(info.info.x11.display);
#endif
#if defined(SDL_VIDEO_DRIVER_WAYLAND)
    if (info.subsystem == SDL_SYSWM_WAYLAND) {
        int (*get_fd)(struct wl_display *);
        *(void **)&get_fd = loaded_symbol(WAYLAND, "wl_display_get_fd");
        return get_fd != NULL ? get_fd(info.info.wl.display) : -1;
    }
#endif
    return -1;
}

bool server_shows(SDL_Window *window, bool is_screen, struct error *err)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info))
        return true;
#if defined(SDL_VIDEO_DRIVER_X11)
    if (info.subsystem == SDL_SYSWM_X11)
        return x_shows(info.info.x11.display, info.info.x11.window, is_screen, err);
#endif
#if defined(SDL_VIDEO_DRIVER_WAYLAND)
    if (info.subsystem == SDL_SYSWM_WAYLAND)
        return wayland_answers(info.info.wl.display, err);
#endif
    return true;
}
