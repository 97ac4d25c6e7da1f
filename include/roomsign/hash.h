/**
 * Short fingerprints of text, for telling things apart, never for secrets.
 */
#ifndef ROOMSIGN_HASH_H
#define ROOMSIGN_HASH_H

#include <stddef.h>
#include <stdint.h>

/** What to start with. */
#define HASH_START UINT64_C(0xcbf29ce484222325)

/** FNV-1a, 64 bits, over the text and its NUL, so that "ab" "c" is not "a" "bc". */
uint64_t hash_text(uint64_t hash, const char *text);

/** The same over bytes alone. Any one of them that is another makes another fingerprint. */
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length);

#endif
