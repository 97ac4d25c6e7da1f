#include <roomsign/display.h>

#include <assert.h>
#include <stdlib.h>

#include <roomsign/kms.h>
#include <roomsign/window.h>

/* One of the two. */
struct display {
    struct window *window;
    struct kms *kms;
};

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && *value != '\0';
}

/* A window where somebody would show it. */
static bool tries_window(const struct display_options *options)
{
    return options->windowed || options->driver == DISPLAY_DRIVER_WINDOW ||
           (options->driver == DISPLAY_DRIVER_AUTO &&
            (is_set("SDL_VIDEODRIVER") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")));
}

static bool tries_kms(const struct display_options *options)
{
    return !options->windowed &&
           (options->driver == DISPLAY_DRIVER_KMS ||
            (options->driver == DISPLAY_DRIVER_AUTO && !is_set("SDL_VIDEODRIVER")));
}

struct display *display_open(const struct display_options *options, struct error *err)
{
    struct display display = {0};
    struct error no_window = {0};
    assert(options->rotate_deg % 90 == 0 && options->rotate_deg >= 0 && options->rotate_deg < 360);
    assert(!options->windowed || (options->width_px > 0 && options->height_px > 0));
    if (tries_window(options))
        display.window = window_open(options, &no_window);
    if (display.window == NULL && tries_kms(options))
        display.kms = kms_open(options, err);
    else if (display.window == NULL)
        error_set(err, "%s", no_window.message);
    if (display.window == NULL && display.kms == NULL) {
        if (tries_kms(options) && *no_window.message)
            error_prefix(err, "no window (%s), and ", no_window.message);
        return NULL;
    }
    struct display *opened = xcalloc(1, sizeof *opened);
    *opened = display;
    return opened;
}

void display_close(struct display *display)
{
    if (display == NULL)
        return;
    window_close(display->window);
    kms_close(display->kms);
    free(display);
}

const char *display_driver(const struct display *display)
{
    return display->kms != NULL ? kms_name(display->kms) : window_name(display->window);
}

void display_size(const struct display *display, int *ret_width_px, int *ret_height_px)
{
    if (display->kms != NULL)
        kms_size(display->kms, ret_width_px, ret_height_px);
    else
        window_size(display->window, ret_width_px, ret_height_px);
}

bool display_present(struct display *display, struct SDL_Surface *canvas,
                     const struct layout_rect *rects, size_t count, struct error *err)
{
    return display->kms != NULL ? kms_present(display->kms, canvas, rects, count, err)
                                : window_present(display->window, canvas, rects, count, err);
}

bool display_confirm(struct display *display, struct error *err)
{
    return display->kms != NULL ? kms_confirm(display->kms, err)
                                : window_confirm(display->window, err);
}

bool display_power(struct display *display, bool on)
{
    return display->kms != NULL && kms_power(display->kms, on);
}

int display_wake_fd(const struct display *display)
{
    return display->kms != NULL ? kms_wake_fd(display->kms) : window_wake_fd(display->window);
}

bool display_pump(struct display *display, struct display_event *ret_event)
{
    return display->kms != NULL ? kms_pump(display->kms, ret_event)
                                : window_pump(display->window, ret_event);
}
