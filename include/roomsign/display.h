/**
 * What the canvas is shown on: the whole screen of a DRM card (kms.h), or a window of an X server
 * or a Wayland compositor (window.h), through SDL's video part. Whichever it is, SDL's software
 * drawing has made the picture.
 *
 * The loop never waits in the display: it waits on display_wake_fd and then calls display_pump.
 * Events may also lie in queues that no file descriptor tells of, so display_pump is called until
 * it returns false after every wake-up *and* after every display_present and display_confirm.
 *
 * Keys come from the X server or the compositor, to whatever has the focus there; where the sign
 * has the screen to itself, from every keyboard, keypad and button of its seat that the kernel
 * shows. Never from both. Only presses that count (presses.h) are told.
 *
 * When the X server goes away or refuses a request, Xlib leaves no way back: the program ends at
 * once with status 3, and systemd starts it afresh. When a Wayland compositor goes away, that is a
 * DISPLAY_EVENT_QUIT.
 */
#ifndef ROOMSIGN_DISPLAY_H
#define ROOMSIGN_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>

struct SDL_Surface;

enum display_driver {
    /** A window where the environment names a server that answers, else a card's screen.
     *  SDL_VIDEODRIVER asks for a window. */
    DISPLAY_DRIVER_AUTO,
    DISPLAY_DRIVER_KMS,
    DISPLAY_DRIVER_WINDOW,
};

struct display_options {
    enum display_driver driver;
    /** true: a window of width_px by height_px; false: the whole screen, in its own size. */
    bool windowed;
    /** The window's, before rotation. */
    int width_px, height_px;
    /** 0, 90, 180, 270: how far the picture is turned clockwise. */
    int rotate_deg;
    /** The window's title; NULL: "roomsign". */
    const char *title;
    /** Of a card: where its screen is plugged in, "HDMI-A-1" or "card1-HDMI-A-1"; "" or NULL: any.
     */
    const char *connector;
    /** Of a card: the mode; 0: the screen's own. */
    int mode_width_px, mode_height_px, mode_rate_hz;
};

enum display_event_kind {
    /** The window was closed, or the desktop asks to end. */
    DISPLAY_EVENT_QUIT,
    /** display_size answers differently; make a new layout and draw all of it. */
    DISPLAY_EVENT_RESIZED,
    /** The screen lost the picture: present the whole canvas again. */
    DISPLAY_EVENT_EXPOSED,
    /** A key went down. */
    DISPLAY_EVENT_KEY,
    /** The screen was unplugged, or somebody else has it: close the display and open another. */
    DISPLAY_EVENT_LOST,
};

struct display_event {
    enum display_event_kind kind;
    /** Only for DISPLAY_EVENT_KEY: the kernel's code (linux/input-event-codes.h). */
    int key;
    /** Only for DISPLAY_EVENT_KEY: another console is in front of the keyboard, and what is typed
     *  is meant for that. */
    bool elsewhere;
};

struct display;

/**
 * Open the display. Errors: such as no X server or no connected screen: NULL, nothing is left open,
 * and a later call may succeed. One display at a time.
 */
struct display *display_open(const struct display_options *options, struct error *err);
void display_close(struct display *display);

/** What it shows on: "kms HDMI-A-1", or SDL's name: "x11", "wayland", "offscreen", "dummy". */
const char *display_driver(const struct display *display);

/** Size of the canvas to draw: the screen's or window's after rotation. */
void display_size(const struct display *display, int *ret_width_px, int *ret_height_px);

/** More rectangles than this, and all is shown anew. */
#define DISPLAY_RECTS_MAX 32

/**
 * Show `rects` of the canvas (upright, of display_size; another size is shown top left, the rest
 * black). Waits for an X server or a card that is not done with the last frame, as long as it
 * takes, a card for a second. Errors: the window's surface is lost; after display_pump told of it,
 * try again with all. Or the kernel refuses the frame.
 */
bool display_present(struct display *display, struct SDL_Surface *canvas,
                     const struct layout_rect *rects, size_t count, struct error *err);

/**
 * Ask whoever shows it whether what was presented last is still on the screen, and wait for the
 * answer as long as it takes. Of an X server: it answers and has the window on the screen; of a
 * compositor: it answers; of a card: it shows our frame. Errors: it isn't, err says why; present
 * the whole canvas again.
 */
bool display_confirm(struct display *display, struct error *err);

/**
 * Switch the panel off for the night, or on again. Works on a card whose driver has DPMS. false: it
 * stays as it is, and black pixels are all the dark there is: so on X11 and Wayland, where screens
 * belong to the server and a client that dies would leave them off. While it is off nothing may be
 * presented. display_close switches it on; after a crash the kernel does.
 */
bool display_power(struct display *display, bool on);

/** Readable when display_pump has something to do; owned by the display, the same for its life. */
int display_wake_fd(const struct display *display);

/** The next event, if any. false: nothing waits. Never blocks. */
bool display_pump(struct display *display, struct display_event *ret_event);

#endif
