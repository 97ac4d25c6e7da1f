/**
 * Which titles are breaks: short ones with a break's word in them.
 *
 * At most BREAK_WORDS_MAX words, one of them (or a phrase of them) in the list, as whole words by
 * UAX #29, in any case; a hyphen counts as a blank. Knows no feed.
 */
#ifndef ROOMSIGN_BREAK_WORDS_H
#define ROOMSIGN_BREAK_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define BREAK_WORDS_MAX 4
/** Entries of a list that are used. */
#define BREAK_ENTRIES_MAX 512

struct break_words;

/** `words` (UTF-8, copied); none: the built-in list. Ownership: the caller's. */
struct break_words *break_words_new(const char *const *words, size_t count);
void break_words_free(struct break_words *words);

/** Not to be called from two threads with the same list: it holds one iterator. */
bool break_words_match(struct break_words *words, const char *title);

#endif
