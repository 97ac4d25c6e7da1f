/**
 * Several feeds' sessions as one schedule: the first-named feed wins where the same session stands
 * in two of them. Pure; knows no feed format.
 */
#ifndef ROOMSIGN_MERGE_H
#define ROOMSIGN_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/schedule.h>

struct merge_counts {
    /** Left out, because an earlier feed has the same session. */
    size_t same_count;
    /** Left out, because SCHEDULE_SESSIONS_MAX was reached. */
    size_t excess_count;
};

/**
 * Move one feed's sessions to the end of *schedule, which holds those of the feeds named before;
 * *feed is empty then. The same session is
 *
 * - one of equal uid, unless a feed repeats that uid, which then names nothing. A short uid without
 *   a host's name ("17") can be anybody's: the start or the title must then agree as well;
 * - or one of equal start and title, without regard to case, Unicode composition, blanks, dashes
 *   and quotes. The earlier feed's end counts: a house books a room for longer than the talk.
 *   Without a title the ends must agree too.
 *
 * Sessions of one feed are never compared with each other: a feed that repeats itself is
 * schedule_sort's business.
 */
struct merge_counts merge_feed(struct schedule *schedule, struct schedule *feed);

#endif
