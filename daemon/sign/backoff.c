#include <roomsign/backoff.h>

#include <assert.h>

void backoff_init(struct backoff *backoff, int64_t poll_ms)
{
    assert(poll_ms > 0);
    *backoff = (struct backoff){.poll_ms = poll_ms};
}

/** A point in [from_ms, until_ms] chosen by `random`. */
static int64_t between_ms(int64_t from_ms, int64_t until_ms, uint32_t random)
{
    assert(until_ms >= from_ms);
    return from_ms + (int64_t)((double)(until_ms - from_ms) * ((double)random / UINT32_MAX));
}

static int64_t usual_ms(const struct backoff *backoff, uint32_t random)
{
    int64_t jitter_ms = backoff->poll_ms / 20;
    return between_ms(backoff->poll_ms - jitter_ms, backoff->poll_ms + jitter_ms, random);
}

/** The wait, or longer if the server asks for it. */
static int64_t at_least_ms(int64_t wait_ms, int64_t retry_after_ms, uint32_t random)
{
    return retry_after_ms > wait_ms
               ? between_ms(retry_after_ms, retry_after_ms + retry_after_ms / 20, random)
               : wait_ms;
}

int64_t backoff_succeeded_ms(struct backoff *backoff, uint32_t random)
{
    backoff->failures = 0;
    return usual_ms(backoff, random);
}

int64_t backoff_failed_ms(struct backoff *backoff, int64_t retry_after_ms, uint32_t random)
{
    int64_t max_ms = backoff->poll_ms < BACKOFF_MAX_MS ? backoff->poll_ms : BACKOFF_MAX_MS;
    int64_t wait_ms = BACKOFF_FIRST_MS;
    for (int i = 0; i < backoff->failures && wait_ms < max_ms; i++)
        wait_ms *= 2;
    if (wait_ms < max_ms)
        backoff->failures++;
    else
        wait_ms = max_ms;
    wait_ms = between_ms(wait_ms - wait_ms / 4, wait_ms + wait_ms / 4, random);
    if (wait_ms > max_ms)
        wait_ms = max_ms;

    if (retry_after_ms > BACKOFF_MAX_MS)
        retry_after_ms = BACKOFF_MAX_MS;
    return at_least_ms(wait_ms, retry_after_ms, random);
}
