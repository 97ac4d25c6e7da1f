/* What the parts of the agenda decoder share. */
#ifndef ROOMSIGN_AGENDA_TEXT_H
#define ROOMSIGN_AGENDA_TEXT_H

/** Behind a dash of any length that stands here; NULL: none does. */
const char *agenda_skip_dash(const char *text);

#endif
