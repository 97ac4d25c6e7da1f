/**
 * What is kept of the sessions in other rooms: those near in time, because people are sent there,
 * and those that stood in this room before, wherever they are now.
 *
 * Knows no feed format and judges no rooms. What it holds of a feed counts only once the feed's
 * decoder says that it is complete.
 */
#ifndef ROOMSIGN_ELSEWHERE_H
#define ROOMSIGN_ELSEWHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/document.h>
#include <roomsign/schedule.h>

/** Of the texts of all that are kept: a document must have room for the room's own sessions. */
#define ELSEWHERE_TEXT_BYTES_MAX (1024 * 1024)
/** So many are gathered before those farthest away give way. */
#define ELSEWHERE_GATHERED_MAX (2 * DOCUMENT_ELSEWHERE_MAX)

/** Zero-initialise it and set the times. */
struct elsewhere {
    /** Sessions that overlap [from_ms, until_ms), UTC; near_ms is what they are near to. */
    int64_t from_ms, until_ms, near_ms;
    /** Hashes of the uids of sessions that were this room's: whole, and as the feed's event has
     *  them, without what names an occurrence. Each in order once elsewhere_watch_all was called.
     */
    uint64_t *watched, *watched_events;
    size_t watched_count;
    /** Unsorted. Of each only uid, times, title, room and feed are known. */
    struct schedule sessions;
    /** Some within the time gave way. */
    bool is_cut;
};

/** Watch the sessions of the list that aren't over at near_ms, and the gone ones among changes
 *  (may be NULL). Call it once. */
void elsewhere_watch_all(struct elsewhere *elsewhere, const struct schedule *sessions,
                         const struct change_list *changes);
void elsewhere_release(struct elsewhere *elsewhere);

/** How an event's uid is hashed for elsewhere_watches_event. */
uint64_t elsewhere_hash(const char *bytes, size_t length);
/** Whether an event whose uid has this hash may be a watched session. */
bool elsewhere_watches_event(const struct elsewhere *elsewhere, uint64_t uid_hash);
bool elsewhere_watches(const struct elsewhere *elsewhere, const char *uid);

/** Whether a session overlaps the time. */
bool elsewhere_is_near(const struct elsewhere *elsewhere, int64_t start_ms, int64_t end_ms);
/** How far a session is from near_ms; 0 while it lasts. */
int64_t elsewhere_distance_ms(const struct elsewhere *elsewhere, int64_t start_ms, int64_t end_ms);

/** Take over a session and leave *session released. One that isn't for people to go to (a break,
 *  all day, cancelled, without a room) is let go. */
void elsewhere_add(struct elsewhere *elsewhere, struct session *session);
/** Keep the watched and the nearest ones, at most `max`. */
void elsewhere_trim(struct elsewhere *elsewhere, size_t max);
/** The same until their texts are at most so many bytes. */
void elsewhere_trim_text(struct elsewhere *elsewhere, size_t bytes_max);

#endif
