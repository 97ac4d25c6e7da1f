/**
 * roomsignctl: find the sign's socket, ask it one thing, tell people or scripts what it said.
 */
#ifndef ROOMSIGN_CTL_H
#define ROOMSIGN_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <roomsign/error.h>
#include <roomsign/places.h>

#define CTL_SOCKETS_MAX 256
/** No picture that a sign sends is larger. */
#define CTL_PICTURE_BYTES_MAX (256L * 1024 * 1024)

struct json_t;

struct ctl_options {
    const char *room;
    const char *socket;
    const char *command;
    /** snapshot's OUT.png. */
    const char *output;
    bool json;
    bool help, version;
};

/** Errors: one line that names the argument. */
bool ctl_options_parse(int argc, char **argv, struct ctl_options *ret_options, struct error *err);
void ctl_print_help(FILE *out);

/**
 * The socket that is meant: --socket, the one of --room (the room's name, or the socket's name
 * without ".sock"), or the only one there is. Errors: none, or several; they are then listed.
 */
bool ctl_find_socket(const struct ctl_options *options, char ret_path[static CONTROL_PATH_BYTES],
                     struct error *err);

/**
 * One request, one reply within CONTROL_TIME_MAX_MS. Ownership: *ret_reply (an object) and *ret_fd
 * (-1: none came) are the caller's. Errors: no answer, or one that is no JSON object.
 */
bool ctl_ask(const char *path, const char *command, struct json_t **ret_reply, int *ret_fd,
             struct error *err);

/** The reply of `status`, for people. */
void ctl_print_status(const struct json_t *reply, FILE *out);

/** Copy what the sign sent into the file `path`, atomically. Closes nothing. */
bool ctl_save_picture(int fd, const char *path, struct error *err);

#endif
