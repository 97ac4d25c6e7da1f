/**
 * What the characters of a text tell of how it wants to be set: its direction, whose Han characters
 * it is written in, how much room its lines need.
 *
 * Unicode's data through ICU. Knows no fonts and no layout.
 */
#ifndef ROOMSIGN_SCRIPT_H
#define ROOMSIGN_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

enum script_direction {
    SCRIPT_DIRECTION_NONE,
    SCRIPT_DIRECTION_LTR,
    SCRIPT_DIRECTION_RTL,
};

/** Of the first strong character that isn't set off by isolates (UAX #9, P2 and P3). */
enum script_direction script_first_direction(const char *text, size_t length);

/**
 * The direction that readers expect of a title: that of its first strong character, but right to
 * left where more words are written so than from left to right, because titles often begin with
 * the name of a product (UAX #9, HL1). Words that are set off don't count.
 */
enum script_direction script_direction(const char *text, size_t length);

/** Whether any of it, letter or digit, is written from right to left: what stands beside that may
 *  be taken along (UAX #9, N1 and W2). */
bool script_has_right_to_left(const char *text, size_t length);

/** Han characters look different to readers of these. */
enum script_han {
    SCRIPT_HAN_ANY,
    SCRIPT_HAN_SIMPLIFIED,
    SCRIPT_HAN_TRADITIONAL,
    SCRIPT_HAN_JAPANESE,
    SCRIPT_HAN_KOREAN,
};
#define SCRIPT_HAN_COUNT 5

/**
 * Whose Han characters these are: told by Kana, Hangul or Bopomofo beside them, else by characters
 * that only simplified or only traditional Chinese has. SCRIPT_HAN_ANY: the text doesn't tell.
 */
enum script_han script_han(const char *text, size_t length);

/** How much further apart than lines of Latin those of this text stand: 1 for most scripts, more
 *  for those that stack marks or letters. */
double script_leading(const char *text, size_t length);

#endif
