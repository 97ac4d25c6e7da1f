/**
 * When to poll, and what became of it: runs roomsign-feed every [feed] poll, later after failures.
 *
 * Waits are monotonic time and go on through suspend. One poll runs at a time. After a failure that
 * may be the network's, a network that comes back ends the wait; only now and then, because some
 * routes are announced anew all day long, and then it is the server that fails. The poller knows
 * neither schedule nor screen: it asks its owner for the request and hands him the outcome.
 */
#ifndef ROOMSIGN_POLLER_H
#define ROOMSIGN_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/backoff.h>
#include <roomsign/feed_run.h>
#include <roomsign/loop.h>
#include <roomsign/network_watch.h>

/** So many remarks of one poll are logged; --verbose logs them all. */
#define POLLER_REMARKS_MAX 20

struct poller_owner {
    /** Fill the request for a poll that starts now. */
    void (*prepare)(void *context, struct feed_request *ret_request);
    /**
     * A poll ended; take the document if outcome->ok. The next poll is already set, and
     * poller_wait_ms says when. Returns nothing: what failed inside the document (a feed of
     * several) was already counted as a failure here.
     */
    void (*polled)(void *context, struct feed_outcome *outcome);
    void *context;
};

struct poller {
    struct loop *loop;
    struct poller_owner owner;
    struct feed_run run;
    struct backoff backoff;
    int timer_fd;
    struct loop_watch *timer_watch;
    /** Monotonic time of the next poll; TIME_NEVER_MS: none is set. */
    int64_t next_ms;
    /** While the last poll failed. */
    struct network_watch network;
    /** It came back while a poll ran. */
    bool network_came;
    /** How many polls it has hastened since then, in monotonic time. */
    int hastened;
    int64_t hastened_from_ms;
    /** Poll again as soon as the one that runs has ended. */
    bool again;
    /** Fingerprint of the last poll's remarks, so that each is logged once. */
    uint64_t remarks_hash;
};

/** Nothing is polled yet. Errors: no timer. */
bool poller_init(struct poller *poller, struct loop *loop, const struct poller_owner *owner,
                 int64_t poll_ms, struct error *err);
/** Kills what runs. Takes a zeroed poller. */
void poller_release(struct poller *poller);

/** Poll at once; where a poll runs, directly after it. */
void poller_poll_now(struct poller *poller);
/** Kill what runs and poll at once, with another interval: the config changed. */
void poller_restart(struct poller *poller, int64_t poll_ms);

bool poller_is_polling(const struct poller *poller);
/** Until the next poll, 0 while one runs. */
int64_t poller_wait_ms(const struct poller *poller);

#endif
