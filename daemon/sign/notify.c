#include <roomsign/notify.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/utf8.h>

/** Digits only, as systemd writes them; 0 for anything else. */
static uint64_t read_number(const char *variable)
{
    const char *value = getenv(variable);
    if (!value || *value < '0' || *value > '9')
        return 0;
    char *end;
    errno = 0;
    uint64_t number = strtoull(value, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

/** Half the interval, unless the watchdog is another process's. */
static int64_t watchdog_interval_ms(void)
{
    uint64_t interval_us = read_number("WATCHDOG_USEC");
    if (getenv("WATCHDOG_PID") && read_number("WATCHDOG_PID") != (uint64_t)getpid())
        return 0;
    if (interval_us == 0 || interval_us > INT64_MAX)
        return 0;
    int64_t half_ms = (int64_t)(interval_us / 2000);
    return half_ms > 0 ? half_ms : 1;
}

bool notify_open(struct notify *ret_notify, struct error *err)
{
    struct notify notify = {.fd = -1};
    const char *name = getenv("NOTIFY_SOCKET");
    bool opened = true;
    *ret_notify = notify;
    if (name && *name) {
        size_t length = strlen(name);
        if ((*name != '/' && *name != '@') || length >= sizeof(notify.address.sun_path)) {
            error_set(err, "NOTIFY_SOCKET=%.200s: neither a path nor an abstract name", name);
            opened = false;
        } else {
            notify.address.sun_family = AF_UNIX;
            memcpy(notify.address.sun_path, name, length + 1);
            notify.address_length =
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (*name == '/'));
            if (*name == '@')
                notify.address.sun_path[0] = '\0';
            notify.feed_every_ms = watchdog_interval_ms();
            notify.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
            if (notify.fd < 0) {
                error_set(err, "NOTIFY_SOCKET: %s", strerror(errno));
                opened = false;
            }
        }
        if (opened)
            *ret_notify = notify;
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return opened;
}

void notify_close(struct notify *notify)
{
    if (notify->fd >= 0)
        close(notify->fd);
    *notify = (struct notify){.fd = -1};
}

static void tell(const struct notify *notify, const char *message)
{
    if (notify->fd < 0)
        return;
    sendto(notify->fd, message, strlen(message), MSG_NOSIGNAL,
           (const struct sockaddr *)&notify->address, notify->address_length);
}

void notify_ready(struct notify *notify)
{
    tell(notify, "READY=1");
}

void notify_reloading(struct notify *notify, int64_t monotonic_us)
{
    char message[96];
    snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%" PRId64, monotonic_us);
    tell(notify, message);
}

void notify_stopping(struct notify *notify)
{
    tell(notify, "STOPPING=1");
}

void notify_status(struct notify *notify, const char *status)
{
    if (notify->fd < 0)
        return;
    char *clean = utf8_clean(status, strlen(status), NOTIFY_STATUS_BYTES_MAX - 1);
    if (strcmp(clean, notify->status) != 0) {
        char message[NOTIFY_STATUS_BYTES_MAX + 16];
        snprintf(notify->status, sizeof(notify->status), "%s", clean);
        snprintf(message, sizeof(message), "STATUS=%s", clean);
        tell(notify, message);
    }
    free(clean);
}

void notify_watchdog(struct notify *notify)
{
    tell(notify, "WATCHDOG=1");
}
