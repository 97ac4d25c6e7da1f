/**
 * A window of an X server or a Wayland compositor, through SDL's video part alone: one of the two
 * ways that display.h has; the other is kms.h. The functions are as there.
 */
#ifndef ROOMSIGN_WINDOW_H
#define ROOMSIGN_WINDOW_H

#include <roomsign/display.h>

struct window;

/** Errors: SDL's, such as no X server. */
struct window *window_open(const struct display_options *options, struct error *err);
void window_close(struct window *window);

/** SDL's: "x11", "wayland", "offscreen", "dummy". */
const char *window_name(const struct window *window);
void window_size(const struct window *window, int *ret_width_px, int *ret_height_px);
bool window_present(struct window *window, struct SDL_Surface *canvas,
                    const struct layout_rect *rects, size_t count, struct error *err);
bool window_confirm(struct window *window, struct error *err);
int window_wake_fd(const struct window *window);
bool window_pump(struct window *window, struct display_event *ret_event);

#endif
