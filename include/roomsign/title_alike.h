/**
 * Whether two titles differ so little that one is the other corrected.
 */
#ifndef ROOMSIGN_TITLE_ALIKE_H
#define ROOMSIGN_TITLE_ALIKE_H

#include <stddef.h>
#include <stdint.h>

/** Characters of a title that are compared; longer ones are like no other. */
#define TITLE_ALIKE_CHARS_MAX 512
/** What is like nothing. */
#define TITLE_UNLIKE SIZE_MAX

/**
 * How many characters must be put in, left out or replaced (Levenshtein's distance) to make one
 * title_key() of the other; TITLE_UNLIKE if that is more than a third of the longer one, or if no
 * steps are left. Takes what it costs from *steps.
 */
size_t title_distance(const char *a, const char *b, size_t *steps);

#endif
