/**
 * The name that someone probably meant, for error messages.
 */
#ifndef ROOMSIGN_NEAREST_H
#define ROOMSIGN_NEAREST_H

#include <stddef.h>

#define NEAREST_NAME_BYTES_MAX 64

/**
 * The one of `names` that differs from `name` by the fewest typing errors: letters too many, too
 * few, wrong, or swapped with their neighbour (Damerau-Levenshtein, optimal string alignment),
 * upper and lower case being the same. NULL: none is near (more than a third of the letters are
 * wrong), or `name` is longer than NEAREST_NAME_BYTES_MAX. The result is borrowed from `names`.
 */
const char *nearest_name(const char *name, const char *const *names, size_t count);

#endif
