/* What the parts of the agenda decoder share. */
#ifndef ROOMSIGN_AGENDA_TEXT_H
#define ROOMSIGN_AGENDA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct agenda_line;

/** Behind a dash of any length that stands here; NULL: none does. */
const char *agenda_skip_dash(const char *text);

/** Behind a number of at most `digits` digits; NULL: none stands here, or a longer one. */
const char *agenda_read_number(const char *text, size_t digits, int *ret_number);

/** 0 for a word that means Sunday, in any of the languages; -1: it is no weekday's name. */
int agenda_weekday(const char *text, size_t length);

/** A heading that is a date, "Sat 31 January", "Day 2: Workshops". false: it is none. */
bool agenda_day_read(const char *text, struct agenda_line *line);

#endif
