/**
 * The sessions of one room, in order.
 *
 * Invariants once schedule_sort was called: sorted by session_compare; uids are unique.
 */
#ifndef ROOMSIGN_SCHEDULE_H
#define ROOMSIGN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/session.h>

#define SCHEDULE_SESSIONS_MAX 20000

/** Zero-initialise it with {0}. Owns its sessions. */
struct schedule {
    struct session *sessions;
    size_t count;
    size_t capacity;
};

/** Takes over what the session owns and leaves *session initialised. false: SCHEDULE_SESSIONS_MAX
 *  is reached, and *session stays the caller's. */
bool schedule_add(struct schedule *schedule, struct session *session);
/** Bring into order; a uid that stands more than once gets #2, #3 ... in order of start. */
void schedule_sort(struct schedule *schedule);
void schedule_copy(struct schedule *ret_schedule, const struct schedule *schedule);
bool schedule_equal(const struct schedule *a, const struct schedule *b);
const struct session *schedule_find(const struct schedule *schedule, const char *uid);
void schedule_release(struct schedule *schedule);

#endif
