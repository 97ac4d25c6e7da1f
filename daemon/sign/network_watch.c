#include <roomsign/network_watch.h>

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGES_BYTES 8192

/** Whether a route is among what waits; more than fits is as good as one. */
static bool read_news(int fd)
{
    _Alignas(struct nlmsghdr) char messages[MESSAGES_BYTES];
    bool added = false;
    for (;;) {
        ssize_t length = recv(fd, messages, sizeof(messages), MSG_DONTWAIT);
        if (length < 0 && errno == ENOBUFS)
            added = true;
        else if (length <= 0)
            return added;
        size_t left = length > 0 ? (size_t)length : 0;
        for (struct nlmsghdr *message = (struct nlmsghdr *)messages; NLMSG_OK(message, left);
             message = NLMSG_NEXT(message, left))
            added |= message->nlmsg_type == RTM_NEWROUTE;
    }
}

static void on_news(void *context, uint32_t events)
{
    (void)events;
    struct network_watch *network = context;
    if (read_news(network->fd))
        network->changed(network->context);
}

bool network_watch_open(struct network_watch *network, struct loop *loop,
                        void (*changed)(void *context), void *context, struct error *err)
{
    if (network->watch)
        return true;
    struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
    };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        error_set(err, "news of the network: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    *network = (struct network_watch){loop, NULL, fd, changed, context};
    network->watch = loop_add(loop, fd, EPOLLIN, on_news, network, err);
    if (!network->watch)
        close(fd);
    return network->watch;
}

void network_watch_close(struct network_watch *network)
{
    if (!network->watch)
        return;
    loop_remove(network->loop, network->watch);
    close(network->fd);
    *network = (struct network_watch){0};
}
