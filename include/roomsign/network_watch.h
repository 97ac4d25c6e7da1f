/**
 * News of the network, from the kernel: a route was added, as when the Wi-Fi is back.
 *
 * A route, because addresses are announced anew all day long where IPv6 tells their lifetimes. Who
 * listens is woken for each, so listen only while the network is missed. Sends nothing and asks for
 * nothing.
 */
#ifndef ROOMSIGN_NETWORK_WATCH_H
#define ROOMSIGN_NETWORK_WATCH_H

#include <stdbool.h>

#include <roomsign/error.h>
#include <roomsign/loop.h>

/** Zero-initialise it with {0}: it doesn't listen. */
struct network_watch {
    struct loop *loop;
    struct loop_watch *watch;
    int fd;
    void (*changed)(void *context);
    void *context;
};

/** Listen, unless it does already. Errors: the kernel tells nothing here. */
bool network_watch_open(struct network_watch *network, struct loop *loop,
                        void (*changed)(void *context), void *context, struct error *err);
/** changed() may do it. Takes one that doesn't listen. */
void network_watch_close(struct network_watch *network);

#endif
