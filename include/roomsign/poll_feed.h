/**
 * One feed's part of a poll: fetched, decoded, merged into the poll's document, and its entry
 * there.
 *
 * For poll.c and what it is made of; nobody else looks into a poll.
 */
#ifndef ROOMSIGN_POLL_FEED_H
#define ROOMSIGN_POLL_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/elsewhere.h>
#include <roomsign/error.h>
#include <roomsign/poll.h>
#include <roomsign/poll_window.h>
#include <roomsign/room_filter.h>
#include <roomsign/room_tally.h>

/** A fingerprint in hexadecimal digits. */
#define POLL_SELECTION_BYTES 17

/** One poll's state. */
struct poll {
    const struct poll_request *request;
    const struct config *config;
    struct room_filter *filter;
    /** request->last if it was selected as this poll selects, else NULL. */
    const struct document *last;
    char selection[POLL_SELECTION_BYTES];
    struct zone zone;
    /** false: a feed that names its zone still may decide it. */
    bool is_zone_settled;
    struct poll_window window;
    /** User and password are for this feed's origin alone; NULL: for none. */
    const char *password_url;
    char password[POLL_PASSWORD_BYTES_MAX + 1];
    struct error password_error;
    /** Where the feeds' rooms are counted, or NULL. Borrowed. */
    struct room_tally *rooms;
    /** Times and watched uids for the feeds, and what they gave; its times are all 0 where no room
     *  is selected. */
    struct elsewhere elsewhere;
    struct document document;
    size_t used_count;
};

/** Say a sentence through the request's tell; a long one is cut. */
void poll_tell(const struct poll *poll, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The times of other rooms' sessions that are kept: the programme days of now and of the day
 *  after it, in the poll's zone. */
void poll_elsewhere_times(const struct poll *poll, int64_t now_ms, int64_t *ret_from_ms,
                          int64_t *ret_until_ms);

/** Poll the config's feed of this index, the one after those in the document. Failures are told,
 *  and stand in the feed's entry. */
void poll_feed(struct poll *poll, size_t index);

#endif
