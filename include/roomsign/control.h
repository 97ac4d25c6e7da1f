/**
 * The control socket: a JSON line in, a JSON line out, then the connection is closed.
 *
 * The socket admits its owner and its group (mode 0660). A connection is bounded in bytes and in
 * time, and there are few of them: whoever is slow or odd is dropped in time, or at once where
 * somebody else wants to ask, and nobody else notices.
 * Knows nothing of the sign: what a command does is its owner's table.
 */
#ifndef ROOMSIGN_CONTROL_H
#define ROOMSIGN_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>
#include <roomsign/loop.h>
#include <roomsign/places.h>

#define CONTROL_CONNECTIONS_MAX 8

/** jansson's. */
struct json_t;

struct control_command {
    const char *name;
    /**
     * Do it: add what it answers to `reply` (an object); a descriptor put in *ret_fd (-1 before)
     * goes along with the answer and is closed here. false, err filled: refused, and why.
     */
    bool (*run)(void *context, const struct json_t *request, struct json_t *reply, int *ret_fd,
                struct error *err);
};

struct control_connection {
    struct control *control;
    /** -1: free. */
    int fd;
    struct loop_watch *watch;
    int64_t until_ms;
    /** Of the request, until its newline; then of the reply. */
    char *reply;
    size_t length;
    size_t sent;
    int reply_fd;
    char request[CONTROL_REQUEST_BYTES_MAX];
};

/** Zero-initialise it with {0}: closed. Must not move while it's open. */
struct control {
    struct loop *loop;
    const struct control_command *commands;
    size_t command_count;
    void *context;
    char path[CONTROL_PATH_BYTES];
    int listen_fd, timer_fd;
    struct loop_watch *listen_watch, *timer_watch;
    struct control_connection connections[CONTROL_CONNECTIONS_MAX];
};

/**
 * Listen at `path`; a socket that a dead sign left there is replaced, its last directory is made.
 * `commands` is borrowed, sorted by name for people. Errors: the path can't be used, or another
 * sign answers there; *control stays closed.
 */
bool control_open(struct control *control, struct loop *loop, const char *path,
                  const struct control_command *commands, size_t command_count, void *context,
                  struct error *err);
/** Also removes the socket. Takes a closed control. */
void control_close(struct control *control);

#endif
