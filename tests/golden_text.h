/* What a test gives as text, compared with a file of tests/golden/ that is meant to be read. */
#ifndef ROOMSIGN_TESTS_GOLDEN_TEXT_H
#define ROOMSIGN_TESTS_GOLDEN_TEXT_H

#include <roomsign/buffer.h>

/** Lists the lines of `text` that `in` doesn't have, each behind a sign. Returns how many. */
int golden_list_missing(struct buffer *list, char sign, const char *text, const char *in);

/**
 * Fails with the first line that differs. With ROOMSIGN_GOLDEN=write, as `make golden` sets it,
 * writes the file instead.
 */
void golden_expect(const char *name, const char *text);

#endif
