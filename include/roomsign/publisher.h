/**
 * What single publishers put into an iCalendar event's texts besides what these are for.
 *
 * pretalx  SUMMARY is always `Title - Speaker, Speaker`, of a session without speakers `Title - `.
 * frab     the same. Its library's PRODID is many others' too, so that its addresses must tell.
 * Indico   DESCRIPTION begins with `Speakers: Ada Lovelace (Affiliation), Grace Hopper`; an event's
 *          label stands in brackets behind its title, as in `Title [Hybrid]`.
 *
 * Of any other feed a title's dashes and brackets are the title's own.
 */
#ifndef ROOMSIGN_PUBLISHER_H
#define ROOMSIGN_PUBLISHER_H

#include <stddef.h>

#include <roomsign/session.h>

/** What a publisher's SUMMARY and DESCRIPTION are read to; speakers stand at the beginning. */
#define PUBLISHER_DESCRIPTION_BYTES_MAX 4096

enum publisher {
    PUBLISHER_OTHER,
    PUBLISHER_PRETALX,
    /** If the event's address is frab's too. */
    PUBLISHER_PERHAPS_FRAB,
    PUBLISHER_INDICO,
};

/** The publisher that a calendar's PRODID names. */
enum publisher publisher_of(const char *prodid, size_t length);

/**
 * Bring apart what a publisher has put together: a title into *session's title and speakers, the
 * speakers of a description into its speakers. The session's uid and url are filled in; `title` is
 * clean (utf8_clean), `description` unescaped, "" where there is none.
 */
void publisher_fill(enum publisher publisher, const char *title, const char *description,
                    struct session *session);

#endif
