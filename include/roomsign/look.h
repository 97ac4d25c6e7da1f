/**
 * What a room's theme is drawn with: its fonts and its logo, opened.
 */
#ifndef ROOMSIGN_LOOK_H
#define ROOMSIGN_LOOK_H

#include <stdbool.h>

#include <roomsign/error.h>
#include <roomsign/logo.h>
#include <roomsign/room.h>
#include <roomsign/text.h>

struct look {
    struct text *text;
    /** NULL: none. */
    struct logo *logo;
};

/**
 * Open both; notes in the room's theme what proportions the logo has. What can't be had but isn't
 * needed (a font, the logo), and colours that are drawn as others, are logged as warnings.
 * Errors: no fonts at all; *ret_look is untouched.
 */
bool look_open(struct room *room, struct look *ret_look, struct error *err);
void look_release(struct look *look);

#endif
