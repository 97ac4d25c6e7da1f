/**
 * Where the programs leave things for one another: file names made from a room's name, the state
 * directory, the directory of the control sockets, and how one talks through such a socket.
 *
 * Reads the environment, creates no files. A systemd directory variable that names several
 * directories means its first.
 */
#ifndef ROOMSIGN_PLACES_H
#define ROOMSIGN_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>

#define PLACE_NAME_BYTES 64
#define PLACE_PATH_BYTES 1024

/* The control protocol: one JSON object on one line each way, then the daemon hangs up. A request
 * has "command"; an answer has "ok", and "error" where that is false. */
#define CONTROL_REQUEST_BYTES_MAX 4096
#define CONTROL_REPLY_BYTES_MAX (64 * 1024)
#define CONTROL_TIME_MAX_MS 5000
/** sockaddr_un's, with its NUL. */
#define CONTROL_PATH_BYTES 108

/**
 * A file name for a room: its ASCII letters, digits, '.', '_', with '-' for runs of anything else,
 * then '-' and eight hex digits that tell apart what looks the same: "UB2.252A-Lameere-90cc1b40".
 */
char *place_room_name(const char *room_name, char name[static PLACE_NAME_BYTES]);

/**
 * The state directory: state_dir, else $STATE_DIRECTORY, else $XDG_STATE_HOME/roomsign, else
 * $HOME/.local/state/roomsign. Errors: none of them is set, or the path is too long.
 */
bool place_state_directory(const char *state_dir, char ret_path[static PLACE_PATH_BYTES],
                           struct error *err);

/**
 * Where roomsignd puts its socket: $RUNTIME_DIRECTORY, else $XDG_RUNTIME_DIR/roomsign, and in it
 * the room's name with ".sock". Errors: neither is set, or the path is too long for a socket.
 */
bool place_socket_path(const char *room_name, char ret_path[static CONTROL_PATH_BYTES],
                       struct error *err);

/** The glob patterns of where roomsignctl looks for sockets: $RUNTIME_DIRECTORY alone where it is
 *  set, else $XDG_RUNTIME_DIR/roomsign, /run/roomsign and the directories in it. */
#define PLACE_SOCKET_PATTERNS_MAX 3
void place_socket_patterns(char patterns[static PLACE_SOCKET_PATTERNS_MAX][PLACE_PATH_BYTES],
                           size_t *ret_count);

#endif
