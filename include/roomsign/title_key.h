/**
 * What two titles that say the same have in common.
 */
#ifndef ROOMSIGN_TITLE_KEY_H
#define ROOMSIGN_TITLE_KEY_H

#include <stddef.h>

/**
 * The text (a clean title or name of `length` bytes) without regard to case, to how its characters
 * are composed (NFKC_Casefold, UAX #31), and to blanks, dashes and quotes, which publishers set as
 * they like; "" for one that is nothing else. Ownership: the caller's; free() it.
 */
char *title_key(const char *text, size_t length);

#endif
