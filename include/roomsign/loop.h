/**
 * The one place where roomsignd waits: a small epoll loop.
 *
 * Handlers run one after the other on the one thread. A handler may add watches and remove any
 * watch, its own and others of the same batch too: a removed watch is never called again, even
 * where epoll has already reported it. The loop never ticks by itself.
 */
#ifndef ROOMSIGN_LOOP_H
#define ROOMSIGN_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>

#define LOOP_WATCHES_MAX 64

/** `events` are epoll's (EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR). */
typedef void (*loop_handler)(void *context, uint32_t events);

struct loop_watch;

struct loop {
    int epoll_fd;
    struct loop_watch *watches;
    /** Removed during a batch, freed after it. */
    struct loop_watch *removed;
    size_t count;
    bool dispatching;
    bool stopping;
};

bool loop_init(struct loop *loop, struct error *err);
/** Forgets all watches; their fds stay the callers'. Takes a zeroed loop. */
void loop_release(struct loop *loop);

/**
 * Call `handler` when fd is ready. The fd stays the caller's, who removes the watch before he
 * closes it. NULL with err filled: LOOP_WATCHES_MAX is reached, or epoll refuses the fd.
 */
struct loop_watch *loop_add(struct loop *loop, int fd, uint32_t events, loop_handler handler,
                            void *context, struct error *err);
/** Wait for other events from now on. */
bool loop_modify(struct loop *loop, struct loop_watch *watch, uint32_t events, struct error *err);
/** NULL is allowed. */
void loop_remove(struct loop *loop, struct loop_watch *watch);

/** Sleep until something is ready, then call every handler concerned. Errors: epoll's own. */
bool loop_wait(struct loop *loop, struct error *err);

/** loop->stopping is then true; whoever turns the loop ends. */
void loop_stop(struct loop *loop);

#endif
