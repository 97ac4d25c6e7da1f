/**
 * The sessions that a decoder has found so far, whatever the feed's format.
 *
 * Holds what every format has in common: the window asked for, the most that is kept, that markup
 * is taken out of texts (markup.h), what a title says of the session's fate (title_mark.h), what
 * makes it a break, and that an exact repeat counts once. Knows no format.
 */
#ifndef ROOMSIGN_GATHER_H
#define ROOMSIGN_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/decoder.h>

/** "Title" (uid), for warnings. */
#define GATHER_NAME_BYTES 192

struct gather {
    const struct decoder_request *request;
    void (*warn)(void *context, const char *message);
    void *context;
    struct schedule sessions;
    /** SCHEDULE_SESSIONS_MAX was passed, and that was said. */
    bool full;
    /** Sessions whose texts hold characters that couldn't be read (U+FFFD), and the first one. */
    size_t unreadable_count;
    char unreadable[GATHER_NAME_BYTES];
    /** Sessions whose titles fill SESSION_TITLE_BYTES_MAX, and the first one. */
    size_t cut_count;
    char cut[GATHER_NAME_BYTES];
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

/** Whether a session of another room, or of this one outside the window, is to be kept for
 *  request->elsewhere. */
bool gather_wants_elsewhere(const struct gather *gather, const char *uid, int64_t start_ms,
                            int64_t end_ms);
/** Take over a session that gather_wants_elsewhere, and leave *session released. */
void gather_add_elsewhere(struct gather *gather, struct session *session);

/** Append to *ret_schedule, without exact repeats (the same uid, times, title and room twice), and
 *  tell once of titles that are too long and of texts in another encoding. Returns how many. */
size_t gather_hand_over(struct gather *gather, struct schedule *ret_schedule);

#endif
