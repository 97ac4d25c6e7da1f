/**
 * Things worth keeping, found by their bytes; the longest unused one makes room.
 *
 * Invariants: never more entries, nor more cost in sum, than told at the start.
 */
#ifndef ROOMSIGN_CACHE_H
#define ROOMSIGN_CACHE_H

#include <stdbool.h>
#include <stddef.h>

struct cache;

/** `release` frees a value, for values that the cache drops. */
struct cache *cache_new(size_t entries_max, size_t cost_max, void (*release)(void *value));
void cache_free(struct cache *cache);

/** The value of a key, or NULL. Borrowed, until the next cache_put. */
void *cache_get(struct cache *cache, const void *key, size_t key_length);

/** Keep a value under a key that holds none. The key is copied; the value is the cache's now.
 *  false: it costs more than the cache may hold, and stays the caller's. */
bool cache_put(struct cache *cache, const void *key, size_t key_length, void *value, size_t cost);

#endif
