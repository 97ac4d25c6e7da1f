/**
 * roomsignctl: find the sign's socket, ask it one thing, tell people or scripts what it said.
 */
#ifndef ROOMSIGN_CTL_H
#define ROOMSIGN_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <roomsign/command.h>
#include <roomsign/error.h>
#include <roomsign/manual.h>
#include <roomsign/places.h>

#define CTL_SOCKETS_MAX 256
/** Of an operator's command line. */
#define CTL_WORDS_BYTES_MAX 4096
/** No picture that a sign sends is larger. */
#define CTL_PICTURE_BYTES_MAX (256L * 1024 * 1024)

struct json_t;

struct ctl_options {
    const char *room;
    const char *socket;
    const char *command;
    /** snapshot's OUT.png. */
    const char *output;
    /** An operator's command: what it asks for. */
    bool operates;
    struct command_request request;
    bool json;
    bool help, version;
};

/** Errors: one line that names the argument. */
bool ctl_options_parse(int argc, char **argv, struct ctl_options *ret_options, struct error *err);

/** --help and roomsignctl(1). */
const struct manual *ctl_manual(void);

/**
 * The socket that is meant: --socket, the one of --room, or the only one there is. --room is the
 * room's name or the socket's without ".sock"; where no sign has it, the signs are asked for their
 * rooms, and the only one will do that has the name but for case, blanks and dashes, or else but
 * for what stands in brackets. Errors: none, or several; they are then listed.
 */
bool ctl_find_socket(const struct ctl_options *options, char ret_path[static CONTROL_PATH_BYTES],
                     struct error *err);

/** What to ask the sign for. Ownership: the caller's. */
struct json_t *ctl_request(const struct ctl_options *options);

/**
 * One request, one reply within CONTROL_TIME_MAX_MS. Ownership: *ret_reply (an object) and *ret_fd
 * (-1: none came) are the caller's. Errors: no answer, or one that is no JSON object.
 */
bool ctl_ask(const char *path, const struct json_t *request, struct json_t **ret_reply, int *ret_fd,
             struct error *err);

/** The reply with the room's local times instead of UTC, where its zone is known here. Ownership:
 *  the caller's. */
struct json_t *ctl_localise(const struct json_t *reply);

/** The replies of `status` and of an operator's command, for people, in the room's local time. */
void ctl_print_status(const struct json_t *reply, FILE *out);
void ctl_print_deed(const struct json_t *reply, FILE *out);

/** Copy what the sign sent into the file `path`, atomically. Closes nothing. */
bool ctl_save_picture(int fd, const char *path, struct error *err);

#endif
