/**
 * Which session of a schedule is which of another one, whatever its uid says.
 *
 * For change.c alone; knows nothing of what a change is. O(n log n); what sessions of one slot cost
 * beyond that has a bound.
 */
#ifndef ROOMSIGN_CHANGE_MATCH_H
#define ROOMSIGN_CHANGE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/change.h>
#include <roomsign/civil.h>

/** Sessions of one title are the same one on another time if they start so near each other:
 *  from the first session of a day to its last, but not from one day to the next. */
#define MATCH_DAY_REACH_MS (16 * HOUR_MS)

/** One session, and what it is recognised by. */
struct match_entry {
    /** NULL: it stands in no schedule any more, and a change that is gone tells of it. */
    const struct session *session;
    /** What was told of it before, or NULL. */
    const struct change *known;
    const char *uid;
    int64_t start_ms, end_ms;
    /** title_key()s; the entry's own. The room's is "" where rooms don't count. */
    char *title, *room;
    /** No other session has this uid or a numbered form of it. */
    bool is_named;
    bool is_cancelled;
    /** Its counterpart, or NULL. */
    struct match_entry *match;
    /** Of one elsewhere: it stood there before. */
    bool is_settled;
};

struct match_side {
    struct match_entry *entries;
    size_t count;
};

struct match {
    /** Sessions of `last`, then changes that are gone; sessions of `now`; sessions elsewhere. */
    struct match_side last, now, elsewhere;
    /** How many of `last` are sessions. */
    size_t session_count;
};

/** Pair each of `last` with at most one of `now` or `elsewhere`. Borrows what request borrows. */
void match_init(struct match *match, const struct change_request *request);
void match_release(struct match *match);

/** A title's key without what it says of the session's fate. Ownership: the caller's. */
char *match_title_key(const char *title);

#endif
