/**
 * What publishers write at the ends of a title about the session's fate.
 *
 * CANCELLED   FOSDEM `CANCELLED `, `CANCELLED: `; Outlook and Exchange `Canceled: ` (once more each
 *             time it is sent) in the language of whoever sent it, with STATUS:CONFIRMED; people
 *             `Cancelled - `, `[CANCELLED] `, `... (cancelled)`; Indico's label `... [Cancelled]`.
 *             The session does not take place. The mark is taken off.
 * POSTPONED   People `POSTPONED: `, Indico's label. It does not take place when the feed says. The
 *             word stays, because it says more than that it is cancelled.
 * MOVED       FOSDEM and people `MOVED: `, `RESCHEDULED: `. One publisher marks the new place, the
 *             next one the old, and a title doesn't tell which. The session is what the feed
 *             says, and the word stays, so that nobody waits in an empty room without a hint.
 * AMENDED     FOSDEM `AMENDMENT `, `AMENDMENT: `; people `UPDATED: `: not what was printed, but
 *             what will be. The sign says what will be; the mark is taken off.
 *
 * A mark is a whole word in one of the sign's languages, set off by a colon, a dash between blanks
 * or brackets; MOVED and AMENDED need capitals before a colon or a dash (`Updated: the story`).
 * Without any of these FOSDEM's words count in capitals alone, before a title that isn't in
 * capitals itself: `Cancelled culture`, `CANCELLED CULTURE` and `Cancellation tokens in Rust` are
 * titles.
 * Knows no feed format.
 */
#ifndef ROOMSIGN_TITLE_MARK_H
#define ROOMSIGN_TITLE_MARK_H

#include <stdbool.h>
#include <stddef.h>

/** Marks that are read off the beginning of one title. */
#define TITLE_MARKS_MAX 8

struct title_reading {
    /** It does not take place: CANCELLED or POSTPONED. */
    bool cancelled;
    /** What to show: a slice of the title, "" when the marks are all of it. */
    const char *shown;
    size_t shown_length;
    /** The same without the words that stay: what the session is. */
    const char *subject;
    size_t subject_length;
};

/** Read a clean title (utf8_clean), which *ret_reading borrows. */
void title_mark_read(const char *title, struct title_reading *ret_reading);

#endif
