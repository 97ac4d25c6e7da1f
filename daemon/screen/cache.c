#include <roomsign/cache.h>

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

struct entry {
    void *key;
    size_t key_length;
    void *value;
    size_t cost;
    uint64_t used;
};

struct cache {
    /* Hashes stand alone, so that a search runs through one dense array. */
    uint64_t *hashes;
    struct entry *entries;
    size_t count;
    size_t entries_max;
    size_t cost;
    size_t cost_max;
    uint64_t uses;
    void (*release)(void *value);
};

/* FNV-1a, 64 bits. */
static uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
    return hash;
}

struct cache *cache_new(size_t entries_max, size_t cost_max, void (*release)(void *value))
{
    assert(entries_max > 0 && release != NULL);
    struct cache *cache = xcalloc(1, sizeof *cache);
    cache->hashes = xcalloc(entries_max, sizeof *cache->hashes);
    cache->entries = xcalloc(entries_max, sizeof *cache->entries);
    cache->entries_max = entries_max;
    cache->cost_max = cost_max;
    cache->release = release;
    return cache;
}

/* The last entry moves into the gap. */
static void drop(struct cache *cache, size_t index)
{
    struct entry *entry = &cache->entries[index];
    free(entry->key);
    cache->release(entry->value);
    cache->cost -= entry->cost;
    cache->count--;
    *entry = cache->entries[cache->count];
    cache->hashes[index] = cache->hashes[cache->count];
}

void cache_free(struct cache *cache)
{
    if (cache == NULL)
        return;
    while (cache->count > 0)
        drop(cache, cache->count - 1);
    free(cache->hashes);
    free(cache->entries);
    free(cache);
}

void *cache_get(struct cache *cache, const void *key, size_t key_length)
{
    uint64_t hash = hash_bytes(key, key_length);
    for (size_t i = 0; i < cache->count; i++) {
        struct entry *entry = &cache->entries[i];
        if (cache->hashes[i] == hash && entry->key_length == key_length &&
            memcmp(entry->key, key, key_length) == 0) {
            entry->used = ++cache->uses;
            return entry->value;
        }
    }
    return NULL;
}

static void drop_oldest(struct cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < cache->count; i++) {
        if (cache->entries[i].used < cache->entries[oldest].used)
            oldest = i;
    }
    drop(cache, oldest);
}

bool cache_put(struct cache *cache, const void *key, size_t key_length, void *value, size_t cost)
{
    assert(key_length > 0 && value != NULL);
    if (cost > cache->cost_max)
        return false;
    while (cache->count == cache->entries_max || cache->cost + cost > cache->cost_max)
        drop_oldest(cache);
    struct entry *entry = &cache->entries[cache->count];
    entry->key = xstrndup(key, key_length);
    entry->key_length = key_length;
    entry->value = value;
    entry->cost = cost;
    entry->used = ++cache->uses;
    cache->hashes[cache->count] = hash_bytes(key, key_length);
    cache->count++;
    cache->cost += cost;
    return true;
}
