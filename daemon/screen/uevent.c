#include <roomsign/uevent.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

/* udev's own messages have group 2. */
#define KERNEL_GROUP 1
#define SUBSYSTEM "SUBSYSTEM=drm"

bool uevent_is_of_card(const char *message, size_t length)
{
    if (length == 0 || message[length - 1] != '\0' || strchr(message, '@') == NULL)
        return false;
    for (const char *line = message; line < message + length; line += strlen(line) + 1) {
        if (strcmp(line, SUBSYSTEM) == 0)
            return true;
    }
    return false;
}

int uevent_open(struct error *err)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    error_set(err, "the kernel's events: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

bool uevent_read(int fd)
{
    char message[UEVENT_BYTES_MAX];
    bool of_card = false;
    for (;;) {
        struct sockaddr_nl sender = {0};
        socklen_t sender_length = sizeof sender;
        ssize_t length =
            recvfrom(fd, message, sizeof message, 0, (struct sockaddr *)&sender, &sender_length);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0 && errno == ENOBUFS)
            of_card = true;
        else if (length < 0)
            return of_card;
        /* Another sender than the kernel is nobody. */
        else if (sender.nl_pid == 0)
            of_card |= uevent_is_of_card(message, (size_t)length);
    }
}
