/**
 * What changed between two schedules of one room, and what people at the door must know of it.
 *
 * Sessions are compared by what they say: the same title, times and room are the same session
 * whatever its uid; the same uid with another content is that session changed (unless the feed
 * repeats the uid, which then names nothing); and what is left over with the same title on the same
 * day is one session retimed, because some generators make new uids for every answer. What is left
 * then with the same start and room is one session retitled if the titles are alike (title_alike.h)
 * or the speakers and the end are the same, because a hand-written agenda has no uids. SEQUENCE,
 * DTSTAMP and the like are never asked, nor is how a title is set: case, blanks, dashes, and the
 * words of title_mark.h. Of breaks and all-day events nothing is told but what the schedule itself
 * says, nor of sessions that were over before. Pure.
 */
#ifndef ROOMSIGN_CHANGE_H
#define ROOMSIGN_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/schedule.h>

#define CHANGES_MAX 500

enum change_kind {
    /** In another room now; its times may be others as well. */
    CHANGE_MOVED,
    CHANGE_RETIMED,
    /** Marked as cancelled, or gone from the whole feed. */
    CHANGE_CANCELLED,
    CHANGE_NEW,
    CHANGE_RETITLED,
};
/* Of several that apply the first counts: CANCELLED, MOVED, RETIMED, NEW, RETITLED. */
#define CHANGE_KIND_COUNT 5

/** Strings are its own, never NULL. */
struct change {
    enum change_kind kind;
    /** Of the session as it stands now; of the old one where it is cancelled and gone. Unique in a
     *  list; of a change that is gone never the uid of a session in the schedule: where a feed's
     *  numbers have shifted, it ends in `#gone`. */
    char *uid;
    /** When it was seen, UTC. */
    int64_t seen_ms;
    /** As it was when people could first have planned with it; of what is gone, as it stood here
     *  last. For NEW as it is. */
    char *old_title;
    char *old_room;
    int64_t old_start_ms, old_end_ms;
    /** As it is; for CANCELLED that is gone as it was. */
    char *title;
    char *room;
    int64_t start_ms, end_ms;
    /** It stands in the room's schedule no more: what is shown of it is told here alone. */
    bool gone;
};

struct change_list {
    struct change *changes;
    size_t count;
};

/** Zero-initialise it with {0}. */
void change_list_release(struct change_list *list);
/** Append an empty change (strings "") and return it. The caller heeds CHANGES_MAX. */
struct change *change_list_add(struct change_list *list);
/** The list's order: old start, old end, uid. Negative, zero, positive. */
int change_compare(const struct change *a, const struct change *b);
/** "moved", "retimed", "cancelled", "new", "retitled". */
const char *change_kind_name(enum change_kind kind);
bool change_kind_parse(const char *name, enum change_kind *ret_kind);

/** All borrowed. The schedules are sorted; `last`, `now` and the room are of one selection. */
struct change_request {
    const struct schedule *last, *now;
    /** Sessions that stand in other rooms of the same feeds now, or in this one outside the time
     *  that `now` speaks of; and those that did so last, or NULL. What stood elsewhere before is
     *  not where a session has moved. Cancelled ones are not looked at. */
    const struct schedule *elsewhere, *elsewhere_last;
    /** The schedules are of a whole venue, not of one room: another room is then a move. In one
     *  room's schedule only a session that went to a common room has moved. */
    bool is_of_venue;
    /** The time that both schedules speak of: what stands outside is neither new nor cancelled. */
    int64_t from_ms, until_ms;
    int64_t now_ms;
    /** Bit n: feed n is read for the first time, so that nothing in it is new. */
    unsigned first_read_feeds;
    /**
     * What was told with `last`, or NULL. A change stays until its old end is past (NEW, RETITLED:
     * the session's end; CANCELLED: the later of both), goes when it is taken back, and gives way
     * to a newer one of its session, which keeps the first one's old times.
     */
    const struct change_list *known;
};

/** In order (change_compare); of more than CHANGES_MAX the nearest in time are kept.
 *  Ownership: the caller's; change_list_release() it. */
void changes_find(const struct change_request *request, struct change_list *ret_list);

#endif
