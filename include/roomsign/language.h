/**
 * The language that a sign speaks, and the clock that goes with it: what a config leaves open is
 * the system's, in whose locale the program was started.
 */
#ifndef ROOMSIGN_LANGUAGE_H
#define ROOMSIGN_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/** Of a BCP 47 tag; longer ones name nothing that the sign knows. */
#define LANGUAGE_BYTES 36
/** What a config says for the system's. */
#define LANGUAGE_AUTO "auto"

/**
 * The tag that a config's word means, as gettext would find it: of LANGUAGE the first that the
 * sign has words in, else of LC_ALL, LC_MESSAGES and LANG the first that is set; "en" where that is
 * C, POSIX, nothing or no language. The region stays: "de-AT" of de_AT.UTF-8.
 */
const char *language_resolve(const char *word, char ret_tag[static LANGUAGE_BYTES]);

/** Whether people there say 2:30 pm rather than 14:30 (CLDR). English of no region says 14:30:
 *  it is spoken in too many. */
bool language_clock_12h(const char *tag);

/** Whether the sign has words in the language, or draws its Han characters by it. */
bool language_is_known(const char *tag);
/** "ar, de, en, ...": those that it has words in. */
#define LANGUAGE_LIST_BYTES 64
const char *language_list(char text[static LANGUAGE_LIST_BYTES]);

#endif
