/**
 * The plan as it is expected to come true: when each session will begin and finish, after all that
 * the operator said, and who holds the room when.
 *
 * A session waits for all that were planned to be over before it: what runs late pushes what comes
 * after it, as far as gaps don't absorb that. A session keeps its length; a break that begins late
 * gives up to half of its own. What overlaps in the plan already doesn't wait, and what is meant
 * for the whole venue neither waits nor makes wait. Made once for a schedule and a ledger, not for
 * a moment. Knows no clock, no phases; that a held session has no end is the tracker's business.
 */
#ifndef ROOMSIGN_PLAN_H
#define ROOMSIGN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/command.h>
#include <roomsign/schedule.h>

/** One tracked session or break. */
struct plan_entry {
    const struct session *session;
    /** Expected; finish_ms >= begin_ms, and they are equal of an entry without length. */
    int64_t begin_ms, finish_ms;
    /** By the operator's word, not by the schedule's. */
    bool ended;
};

/** From from_ms on `entry` holds the room, or nobody (NULL). */
struct plan_span {
    int64_t from_ms;
    const struct plan_entry *entry;
};

/** Borrows the schedule. */
struct plan {
    const struct schedule *schedule;
    /** By begin; of equal begins the one with the better claim to the room first. */
    struct plan_entry *entries;
    size_t count;
    /** Those with a planned length, by finish; of equal ones the one with the better claim last. */
    const struct plan_entry **by_finish;
    size_t finish_count;
    /** Who holds the room, by time, if it weren't for holds. */
    struct plan_span *spans;
    size_t span_count;
    /** waiting[i]: the index of the first entry from i on that waits for a held session to be over,
     *  or count. Has count + 1 items. */
    size_t *waiting;
    /** By the session's index in the schedule; NULL: not tracked. */
    const struct plan_entry **of_session;
    /** Held by the operator from its begin to held_until_ms, or NULL. */
    const struct plan_entry *held;
    int64_t held_until_ms;
};

/** Tracked are sessions and breaks that aren't cancelled and last at most max_session_ms. */
bool plan_tracks(const struct session *session, int64_t max_session_ms);
/** A break, or what is meant for the whole venue: it gives way to a session, never runs over, and
 *  can't be held. */
bool plan_yields(const struct session *session);

/** ledger: NULL: nobody said anything. */
void plan_make(struct plan *ret_plan, const struct schedule *schedule, const struct ledger *ledger,
               int64_t max_session_ms);
void plan_release(struct plan *plan);

/** What is expected of a session of this schedule; NULL: it isn't tracked. */
const struct plan_entry *plan_find(const struct plan *plan, const struct session *session);
/** How many entries begin at or before now_ms: the index of the first that doesn't. */
size_t plan_begun(const struct plan *plan, int64_t now_ms);
/** How many of by_finish finish at or before now_ms. */
size_t plan_finished(const struct plan *plan, int64_t now_ms);
/** Who holds the room by the plan, or NULL. */
const struct plan_entry *plan_holder(const struct plan *plan, int64_t now_ms);

#endif
