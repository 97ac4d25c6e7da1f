/**
 * Headlines: which one is told at an instant, and until when. Pure.
 */
#ifndef ROOMSIGN_NEWS_H
#define ROOMSIGN_NEWS_H

#include <stdint.h>

#define NEWS_MAX 8
/** Each headline stays so long; they change on the full and the half minute. */
#define NEWS_EACH_MS INT64_C(30000)
/** A headline says what is new. When nobody could confirm it for a day, nobody knows whether it
 *  still is, or was taken back. */
#define NEWS_AGE_MAX_MS INT64_C(86400000)

/** A plain value whose strings are borrowed. Zeroed: none. */
struct news {
    /** Who says it, or NULL. */
    const char *source;
    const char *titles[NEWS_MAX];
    int count;
    /** When they were fetched, UTC. */
    int64_t fetched_ms;
};

/** The headline of that instant, or NULL. Borrowed. */
const char *news_at(const struct news *news, int64_t now_ms);
/** The first instant after now_ms at which news_at answers differently; TIME_NEVER_MS: none. */
int64_t news_next_change_ms(const struct news *news, int64_t now_ms);

#endif
