#include <roomsign/poller.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <roomsign/clock.h>
#include <roomsign/hash.h>
#include <roomsign/log.h>

/* So long a new route needs until names and servers answer, and in so long after that the sixty
 * signs that see it at once come. */
#define NETWORK_SETTLES_MS 1000
#define NETWORK_SPREAD_MS 2500
/* It hastens so many polls in so long a time at most. */
#define NETWORK_HASTENS_MAX 5
#define NETWORK_HASTENS_WITHIN_MS (10 * MINUTE_MS)

static uint32_t random_bits(void)
{
    uint32_t bits = 0;
    /* Before the kernel has gathered chance (early boot) any bits do: this is no secret. */
    if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
        bits = (uint32_t)clock_monotonic_ms() * 2654435761u ^ (uint32_t)getpid();
    return bits;
}

static void arm(struct poller *poller, int64_t wait_ms)
{
    struct itimerspec spec = {
        .it_value = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000},
    };
    if (wait_ms <= 0)
        spec.it_value = (struct timespec){.tv_nsec = 1};
    int status = timerfd_settime(poller->timer_fd, 0, &spec, NULL);
    assert(status == 0);
    poller->next_ms = clock_monotonic_ms() + wait_ms;
}

static void disarm(struct poller *poller)
{
    int status = timerfd_settime(poller->timer_fd, 0, &(struct itimerspec){0}, NULL);
    assert(status == 0);
    poller->next_ms = TIME_NEVER_MS;
}

/** A feed says the same about the same faults at every poll: once is enough for the log. */
static void log_remarks(struct poller *poller, const char *remarks)
{
    uint64_t hash = hash_text(HASH_START, remarks ? remarks : "");
    bool known = hash == poller->remarks_hash;
    poller->remarks_hash = hash;
    int count = 0;
    for (const char *line = remarks ? remarks : ""; *line; count++) {
        int length = (int)strcspn(line, "\n");
        if (known || count >= POLLER_REMARKS_MAX)
            log_debug("feed: %.*s", length, line);
        else
            log_warning("feed: %.*s", length, line);
        line += length + (line[length] != '\0');
    }
    if (!known && count > POLLER_REMARKS_MAX)
        log_warning("feed: and %d more like these", count - POLLER_REMARKS_MAX);
}

static int64_t settle_ms(void)
{
    return NETWORK_SETTLES_MS + random_bits() % NETWORK_SPREAD_MS;
}

static bool may_hasten(struct poller *poller)
{
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms - poller->hastened_from_ms >= NETWORK_HASTENS_WITHIN_MS) {
        poller->hastened_from_ms = now_ms;
        poller->hastened = 0;
    }
    return poller->hastened++ < NETWORK_HASTENS_MAX;
}

/** The network is back, it seems: nobody at the door should wait for the end of a long wait. What
 *  is being polled now may have begun too early. */
static void on_network(void *context)
{
    struct poller *poller = context;
    bool polling = poller_is_polling(poller);
    bool is_soon = polling ? poller->network_came
                           : poller_wait_ms(poller) <= NETWORK_SETTLES_MS + NETWORK_SPREAD_MS;
    if (is_soon || !may_hasten(poller))
        return;
    backoff_init(&poller->backoff, poller->backoff.poll_ms);
    if (polling)
        poller->network_came = true;
    else
        arm(poller, settle_ms());
}

static void watch_network(struct poller *poller, bool missed)
{
    struct error err = {0};
    if (!missed)
        network_watch_close(&poller->network);
    else if (!network_watch_open(&poller->network, poller->loop, on_network, poller, &err))
        log_debug("feed: %s", err.message);
}

static int64_t next_wait_ms(struct poller *poller, const struct feed_outcome *outcome)
{
    bool network_came = poller->network_came, again = poller->again;
    poller->network_came = poller->again = false;
    if (again)
        return 0;
    if (outcome->ok && !document_failed_feed(&outcome->document))
        return backoff_succeeded_ms(&poller->backoff, random_bits());
    if (network_came && outcome->retry_after_ms == 0)
        return settle_ms();
    return backoff_failed_ms(&poller->backoff, outcome->retry_after_ms, random_bits());
}

static void finish(struct poller *poller, struct feed_outcome *outcome)
{
    bool failed = !outcome->ok || document_failed_feed(&outcome->document);
    arm(poller, next_wait_ms(poller, outcome));
    /* A server that asks for time is there. */
    watch_network(poller, failed && outcome->retry_after_ms == 0);
    log_remarks(poller, outcome->remarks);
    poller->owner.polled(poller->owner.context, outcome);
}

static void on_done(void *context, struct feed_outcome *outcome)
{
    finish(context, outcome);
}

static void start(struct poller *poller)
{
    struct error err = {0};
    struct feed_request request = {0};
    disarm(poller);
    poller->owner.prepare(poller->owner.context, &request);
    if (feed_run_start(&poller->run, poller->loop, &request, on_done, poller, &err))
        return;
    struct feed_outcome outcome = {0};
    document_init(&outcome.document);
    snprintf(outcome.reason, sizeof(outcome.reason), "%s", err.message);
    finish(poller, &outcome);
    document_release(&outcome.document);
}

static void on_timer(void *context, uint32_t events)
{
    (void)events;
    struct poller *poller = context;
    uint64_t expirations;
    /* EAGAIN: the timer was set anew after epoll had seen it fire. */
    if (read(poller->timer_fd, &expirations, sizeof(expirations)) < 0)
        return;
    if (!poller_is_polling(poller))
        start(poller);
}

bool poller_init(struct poller *poller, struct loop *loop, const struct poller_owner *owner,
                 int64_t poll_ms, struct error *err)
{
    /* Goes on through suspend: a sign that wakes up polls at once. */
    int timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer_fd < 0) {
        error_set(err, "a timer: %s", strerror(errno));
        return false;
    }
    *poller = (struct poller){
        .loop = loop,
        .owner = *owner,
        .timer_fd = timer_fd,
        .next_ms = TIME_NEVER_MS,
        .hastened_from_ms = clock_monotonic_ms(),
        .remarks_hash = hash_text(HASH_START, ""),
    };
    backoff_init(&poller->backoff, poll_ms);
    poller->timer_watch = loop_add(loop, timer_fd, EPOLLIN, on_timer, poller, err);
    if (!poller->timer_watch) {
        close(timer_fd);
        *poller = (struct poller){0};
        return false;
    }
    return true;
}

void poller_release(struct poller *poller)
{
    if (!poller->loop)
        return;
    feed_run_stop(&poller->run);
    network_watch_close(&poller->network);
    loop_remove(poller->loop, poller->timer_watch);
    close(poller->timer_fd);
    *poller = (struct poller){0};
}

void poller_poll_now(struct poller *poller)
{
    if (poller_is_polling(poller))
        poller->again = true;
    else
        arm(poller, 0);
}

void poller_restart(struct poller *poller, int64_t poll_ms)
{
    feed_run_stop(&poller->run);
    poller->again = poller->network_came = false;
    backoff_init(&poller->backoff, poll_ms);
    arm(poller, 0);
}

bool poller_is_polling(const struct poller *poller)
{
    return feed_run_is_running(&poller->run);
}

int64_t poller_wait_ms(const struct poller *poller)
{
    if (poller->next_ms == TIME_NEVER_MS)
        return 0;
    int64_t wait_ms = poller->next_ms - clock_monotonic_ms();
    return wait_ms > 0 ? wait_ms : 0;
}
