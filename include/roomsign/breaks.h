/**
 * Where a line of text may be broken, and how well.
 *
 * By the rules of Unicode through ICU (UAX #14, with the dictionaries of scripts without blanks;
 * UAX #29 for characters as people see them), but that Korean words and "C++" stay
 * whole. Knows no widths.
 */
#ifndef ROOMSIGN_BREAKS_H
#define ROOMSIGN_BREAKS_H

#include <stdbool.h>
#include <stddef.h>

/** What it costs to break a line within a phrase, in squares of a line left empty. */
#define BREAKS_WITHIN_PHRASE_FINE 0.04
#define BREAKS_BEFORE_PARTICLE_FINE 0.3
#define BREAKS_WITHIN_WORD_FINE 1.0

/** The byte offsets after `begin` up to `end` at which a line may be broken, at most `max` of them;
 *  returns their number. */
size_t breaks_of_lines(const char *text, size_t begin, size_t end, size_t *ret_offsets, size_t max);
/** The same between characters. */
size_t breaks_of_characters(const char *text, size_t begin, size_t end, size_t *ret_offsets,
                            size_t max);

/** Where text[begin, end) ends without the blanks at its end. */
size_t breaks_trim(const char *text, size_t begin, size_t end);

/** Whether text[begin, end) is a word of letters that takes a hyphen where a line ends in it; an
 *  address doesn't. */
bool breaks_take_hyphen(const char *text, size_t begin, size_t end);

/** Fines for breaking a line at each of `count` rising offsets, which are line breaks. The end of
 *  the text costs nothing. */
void breaks_fine(const char *text, const size_t *offsets, size_t count, double *ret_fines);

#endif
