/**
 * The X server or Wayland compositor that shows SDL's window, where there is one: its connection,
 * what happens when it goes away, and whether it still shows the window.
 *
 * Xlib and libwayland are those that SDL has loaded; nothing here links them.
 */
#ifndef ROOMSIGN_SERVER_H
#define ROOMSIGN_SERVER_H

#include <stdbool.h>

#include <roomsign/error.h>

struct SDL_Window;

/** After SDL's video was begun: from now on the program ends with status 3 and a word in the log
 *  when the X server goes away or refuses what it is asked for. */
void server_end_with(void);

/** The connection that events come through, or -1. */
int server_fd(struct SDL_Window *window);

/**
 * Whether the server answers, has done what it was told before, and has the window on the screen
 * (is_screen: nobody hides that one). Waits for the answer as long as it takes; events may come
 * with it. true where there is no server. Errors: what is wrong.
 */
bool server_shows(struct SDL_Window *window, bool is_screen, struct error *err);

#endif
