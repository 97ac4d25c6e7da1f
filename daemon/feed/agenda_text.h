/* What the parts of the agenda decoder share. */
#ifndef ROOMSIGN_AGENDA_TEXT_H
#define ROOMSIGN_AGENDA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/session.h>

struct agenda_line;

/** Behind a dash of any length that stands here; NULL: none does. */
const char *agenda_skip_dash(const char *text);

/** Behind a number of at most `digits` digits; NULL: none stands here, or a longer one. */
const char *agenda_read_number(const char *text, size_t digits, int *ret_number);

/** 0 for a word that means Sunday, in any of the languages; -1: it is no weekday's name. */
int agenda_weekday(const char *text, size_t length);

/** A heading that is a date, "Sat 31 January", "Day 2: Workshops". false: it is none. */
bool agenda_day_read(const char *text, struct agenda_line *line);

/** The address that a clean line ends with, `https://...`, bare or in brackets, which is taken off
 *  it, or that a part of it is a link to, `[Title](https://...)`. false: there is none. */
bool agenda_address_take(char *line, char ret_url[static SESSION_URL_BYTES_MAX]);

#endif
