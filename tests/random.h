/* Random schedules that a seed repeats exactly. */
#ifndef ROOMSIGN_TESTS_RANDOM_H
#define ROOMSIGN_TESTS_RANDOM_H

#include <stdint.h>
#include <stdio.h>

#include "sample.h"

/* xorshift64: a seed is the whole of a test case. The state must not be 0. */
struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return random->state;
}

static inline struct random random_from(uint64_t seed)
{
    return (struct random){.state = seed * 0x9e3779b97f4a7c15u + 1};
}

static inline int64_t random_below(struct random *random, int64_t limit)
{
    return (int64_t)(random_next(random) % (uint64_t)limit);
}

/* Two days of sessions, breaks and notices, some cancelled, overlapping, empty, of odd length. */
static inline void random_schedule(struct random *random, struct schedule *schedule)
{
    int count = (int)random_below(random, 14);
    for (int i = 0; i < count; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "s%02d", i);
        int64_t grain_ms = random_below(random, 4) ? 5 * MINUTE_MS : 1;
        int64_t start_ms = AT(0, 0) + random_below(random, 2 * DAY_MS / grain_ms) * grain_ms;
        int64_t length_ms = random_below(random, 24) * 5 * MINUTE_MS;
        if (random_below(random, 10) == 0) {
            length_ms = random_below(random, 20 * HOUR_MS);
        }
        struct session *session = sample_add(schedule, uid, start_ms, start_ms + length_ms);
        session->kind = random_below(random, 5) == 0 ? SESSION_KIND_BREAK : SESSION_KIND_SESSION;
        if (random_below(random, 12) == 0) {
            session->kind = SESSION_KIND_ALL_DAY;
        }
        if (random_below(random, 8) == 0) {
            session->status = SESSION_STATUS_CANCELLED;
        }
        session->venue_wide = random_below(random, 10) == 0;
        if (random_below(random, 4) == 0) {
            session->remind_s = random_below(random, 7200);
        }
    }
    schedule_sort(schedule);
}

#endif
