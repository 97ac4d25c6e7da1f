/**
 * UTF-8 that came from outside: checked, cleaned, cut between characters.
 *
 * No locale, no tables: everything that needs Unicode's data is done with ICU where it is needed.
 */
#ifndef ROOMSIGN_UTF8_H
#define ROOMSIGN_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Whether all bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool utf8_valid(const char *text, size_t length);

/** The character at text[*offset], advancing *offset past it (by at least one byte);
 *  U+FFFD for a byte that starts none. *offset must be < length. */
uint32_t utf8_next(const char *text, size_t length, size_t *offset);

/** The largest cut <= max that splits no character. */
size_t utf8_cut(const char *text, size_t length, size_t max);

/**
 * A clean copy for people to read: malformed bytes become U+FFFD, control characters (C0, C1, DEL)
 * and runs of blanks become one space, both ends are trimmed, bidi overrides and isolates
 * (U+202A-202E, U+2066-2069), U+FEFF and noncharacters are dropped, and the result is cut to
 * `max` bytes between characters. Nothing but characters that don't show (zero-width spaces and
 * their like) is "". Ownership: the caller's; free() it.
 */
char *utf8_clean(const char *text, size_t length, size_t max);

#endif
