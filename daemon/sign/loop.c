#include <roomsign/loop.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BATCH_MAX 16

struct loop_watch {
    int fd;
    /** NULL once removed. */
    loop_handler handler;
    void *context;
    struct loop_watch *next;
};

bool loop_init(struct loop *loop, struct error *err)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) {
        error_set(err, "epoll_create1: %s", strerror(errno));
        return false;
    }
    *loop = (struct loop){.epoll_fd = epoll_fd};
    return true;
}

static void free_list(struct loop_watch **list)
{
    while (*list) {
        struct loop_watch *watch = *list;
        *list = watch->next;
        free(watch);
    }
}

void loop_release(struct loop *loop)
{
    assert(!loop->dispatching);
    free_list(&loop->watches);
    free_list(&loop->removed);
    if (loop->epoll_fd > 0)
        close(loop->epoll_fd);
    *loop = (struct loop){0};
}

struct loop_watch *loop_add(struct loop *loop, int fd, uint32_t events, loop_handler handler,
                            void *context, struct error *err)
{
    assert(handler);
    if (loop->count == LOOP_WATCHES_MAX) {
        error_set(err, "more than %d things to wait for", LOOP_WATCHES_MAX);
        return NULL;
    }
    struct loop_watch *watch = xcalloc(1, sizeof(*watch));
    *watch = (struct loop_watch){fd, handler, context, loop->watches};
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
        error_set(err, "epoll_ctl: %s", strerror(errno));
        free(watch);
        return NULL;
    }
    loop->watches = watch;
    loop->count++;
    return watch;
}

bool loop_modify(struct loop *loop, struct loop_watch *watch, uint32_t events, struct error *err)
{
    assert(watch->handler);
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0) {
        error_set(err, "epoll_ctl: %s", strerror(errno));
        return false;
    }
    return true;
}

void loop_remove(struct loop *loop, struct loop_watch *watch)
{
    if (!watch)
        return;
    struct loop_watch **link = &loop->watches;
    while (*link && *link != watch)
        link = &(*link)->next;
    assert(*link == watch);
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    *link = watch->next;
    loop->count--;
    watch->handler = NULL;
    watch->next = loop->removed;
    loop->removed = watch;
    if (!loop->dispatching)
        free_list(&loop->removed);
}

bool loop_wait(struct loop *loop, struct error *err)
{
    assert(!loop->dispatching);
    struct epoll_event batch[BATCH_MAX];
    int count = epoll_wait(loop->epoll_fd, batch, BATCH_MAX, -1);
    if (count < 0 && errno != EINTR) {
        error_set(err, "epoll_wait: %s", strerror(errno));
        return false;
    }
    loop->dispatching = true;
    for (int i = 0; i < count; i++) {
        struct loop_watch *watch = batch[i].data.ptr;
        if (watch->handler)
            watch->handler(watch->context, batch[i].events);
    }
    loop->dispatching = false;
    free_list(&loop->removed);
    return true;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}
