/**
 * How long to wait before the next poll: arithmetic only, chance is an argument.
 *
 * Sixty signs that lost the same server must not come back in the same second, so that every wait
 * carries jitter. What a server bears while it is well it bears while it isn't: a failing feed is
 * never asked less often than one that answers, so that the sign is right again soon after it is.
 * All times are milliseconds of monotonic time.
 */
#ifndef ROOMSIGN_BACKOFF_H
#define ROOMSIGN_BACKOFF_H

#include <stdint.h>

/** The first wait after a failure (or the poll interval, where that is shorter). */
#define BACKOFF_FIRST_MS INT64_C(10000)
/** The longest wait that failures lead to (or the poll interval, where that is shorter), and the
 *  longest that a server can ask for: people stand at the door, and one request is no burden. */
#define BACKOFF_MAX_MS INT64_C(600000)

struct backoff {
    int64_t poll_ms;
    int failures;
};

/** poll_ms: the [feed] poll, positive. */
void backoff_init(struct backoff *backoff, int64_t poll_ms);

/** After a poll that went well: poll_ms, give or take 5 %. `random`: any 32 bits. */
int64_t backoff_succeeded_ms(struct backoff *backoff, uint32_t random);

/**
 * After one in which a feed failed: the first wait doubled with each failure in a row, give or take
 * 25 %, and never above the maximum. retry_after_ms (0: not asked for) is waited at least, up to
 * 5 % longer.
 */
int64_t backoff_failed_ms(struct backoff *backoff, int64_t retry_after_ms, uint32_t random);

#endif
