/**
 * What systemd is told (sd_notify(3), without libsystemd), and when its watchdog must be fed.
 *
 * Where NOTIFY_SOCKET is unset everything here does nothing. Not told is no error: a sign without
 * a listener goes on.
 */
#ifndef ROOMSIGN_NOTIFY_H
#define ROOMSIGN_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <roomsign/error.h>

#define NOTIFY_STATUS_BYTES_MAX 256

/** Zero-initialised ({.fd = -1}) it tells nobody. */
struct notify {
    int fd;
    struct sockaddr_un address;
    socklen_t address_length;
    /** Half of WATCHDOG_USEC, in milliseconds; 0: no watchdog. */
    int64_t feed_every_ms;
    /** The status told last: the same one isn't told twice. */
    char status[NOTIFY_STATUS_BYTES_MAX];
};

/**
 * From $NOTIFY_SOCKET (a path, or an abstract name after '@'), $WATCHDOG_USEC and $WATCHDOG_PID,
 * which are then unset, so that no child takes them for its own.
 * Errors: a socket name that can't be used; *ret_notify then tells nobody.
 */
bool notify_open(struct notify *ret_notify, struct error *err);
void notify_close(struct notify *notify);

/** READY=1: the sign is up, or has read its config anew. */
void notify_ready(struct notify *notify);
/** RELOADING=1 with the monotonic time, as Type=notify-reload wants it: to the microsecond, because
 *  one before its signal is taken for another reload's. */
void notify_reloading(struct notify *notify, int64_t monotonic_us);
void notify_stopping(struct notify *notify);
/** STATUS=, one line for `systemctl status`; cut to NOTIFY_STATUS_BYTES_MAX. */
void notify_status(struct notify *notify, const char *status);
/** WATCHDOG=1. */
void notify_watchdog(struct notify *notify);

#endif
