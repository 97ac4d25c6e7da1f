/**
 * One poll: for each of the config's feeds fetch -> decoder -> sessions, then all of them merged
 * into one schedule document.
 *
 * A feed that fails costs its own news only: what the last document held of it is carried over.
 * The document tells what changed since the last one of the same selection (change.h), and what
 * happens in other rooms of the feeds (elsewhere.h).
 * The time is an argument; nothing is kept between polls but what the last document says.
 */
#ifndef ROOMSIGN_POLL_H
#define ROOMSIGN_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/error.h>
#include <roomsign/room_tally.h>

/** Of a password file's first line. */
#define POLL_PASSWORD_BYTES_MAX 1024
/** An open window still ends somewhere for series: so far before and after now. */
#define POLL_SERIES_REACH_DAYS 366

/** One end of the window. */
struct poll_bound {
    enum poll_bound_kind {
        /** The start of yesterday; the start of the day eight days ahead. In the room's zone. */
        POLL_BOUND_USUAL,
        /** None, except for series: POLL_SERIES_REACH_DAYS. */
        POLL_BOUND_OPEN,
        /** at_ms is UTC. */
        POLL_BOUND_INSTANT,
        /** at_ms is what the clocks of the room's zone show, as if they showed UTC. */
        POLL_BOUND_LOCAL,
    } kind;
    int64_t at_ms;
};

/** All is borrowed. */
struct poll_request {
    /** At least one feed, DOCUMENT_FEEDS_MAX at most. */
    const struct config *config;
    struct poll_bound from, until;
    /** config->timezone is empty because nobody said anything: a zone that the feed names counts
     *  before the system's. */
    bool zone_from_feed;
    int64_t now_ms;
    /** The document of an earlier poll, or NULL. */
    const struct document *last;
    /** One sentence for people each: what was odd, and why a feed failed. */
    void (*tell)(void *context, const char *message);
    void *context;
};

/**
 * Poll once. *ret_zone is the document's zone. Ownership: *ret_document is the caller's;
 * document_release() it.
 * Errors: every feed failed (each told its reason through `tell`), or the window is empty, or the
 * zone unknown (then nothing was fetched); false, err filled, the outputs are untouched.
 */
enum poll_outcome {
    POLL_DONE,
    /** The arguments or the config don't work; err says why. */
    POLL_MISCONFIGURED,
    /** No feed could be used; each reason was told. */
    POLL_ALL_FAILED,
};
enum poll_outcome poll_run(const struct poll_request *request, struct document *ret_document,
                           struct zone *ret_zone, struct error *err);

/** Count the events of every room of the feeds, whatever room and window are asked for; `last` is
 *  not used. Outcomes and errors as poll_run's. */
enum poll_outcome poll_rooms(const struct poll_request *request, struct room_tally *tally,
                             struct error *err);

#endif
