/**
 * The sessions that a decoder has found so far, whatever the feed's format.
 *
 * Holds what every format has in common: the window asked for, the most that is kept, what makes a
 * session a break, and that an exact repeat counts once. Knows no format.
 */
#ifndef ROOMSIGN_GATHER_H
#define ROOMSIGN_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/decoder.h>

struct gather {
    const struct decoder_request *request;
    void (*warn)(void *context, const char *message);
    void *context;
    struct schedule sessions;
    /** SCHEDULE_SESSIONS_MAX was passed, and that was said. */
    bool full;
};

/** Borrows the request, whose filter must not be NULL. */
void gather_init(struct gather *gather, const struct decoder_request *request,
                 void (*warn)(void *context, const char *message), void *context);
void gather_release(struct gather *gather);

/** Whether there is room for a session of these times in the window. Says it when there is none
 *  for the first time. */
bool gather_wants(struct gather *gather, int64_t start_ms, int64_t end_ms);

/** Take over a session that gather_wants, and leave *session released. Its feed is filled in here,
 *  and its kind, unless it is an all-day one. */
void gather_add(struct gather *gather, struct session *session);

/** Append to *ret_schedule, without exact repeats (the same uid, times, title and room twice).
 *  Returns how many. */
size_t gather_hand_over(struct gather *gather, struct schedule *ret_schedule);

#endif
