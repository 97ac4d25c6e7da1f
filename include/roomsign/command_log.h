/**
 * The command log: what the operator said, one line a command, kept over a restart.
 *
 * One file a room in the state directory (command_record.h says how a line looks). A command is
 * appended and fsynced before it is answered, so a kill or a cut of power at any byte loses nothing
 * that was answered and doubles nothing. A line that is torn or spoilt is left out with a warning,
 * and what stands behind it, even on the same line, is still read. A command whose answer was lost
 * is a command; the operator sees on the sign that it counts.
 *
 * When the log has grown, it is written anew beside itself and renamed, without what no longer says
 * anything: what was taken back, together with its `undo`; what sensors said that their later
 * words cover; what was said more than keep_ms ago; and where that is not enough the oldest.
 *
 * A file that is larger than a log gets, because something else wrote there, is read from its end,
 * where what still counts stands; the next command writes it anew.
 *
 * What is no file but stands in its place is moved aside to a name ending in ".bad".
 *
 * A directory that can't be used costs a warning: commands then last until the sign ends.
 */
#ifndef ROOMSIGN_COMMAND_LOG_H
#define ROOMSIGN_COMMAND_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/command.h>
#include <roomsign/error.h>
#include <roomsign/places.h>

#define COMMAND_LOG_BYTES_MAX (4 * 1024 * 1024)
/** A log of fewer commands is not looked through for what can go. */
#define COMMAND_LOG_TIDY_MIN 256

/** Zero-initialise it with {0}: a log in memory alone. */
struct command_log {
    /** "": in memory alone. */
    char path[PLACE_PATH_BYTES];
    /** In the order in which they were given. Valid until the next append or remember. */
    struct command *commands;
    size_t count, capacity;
    /** 0: for ever. */
    int64_t keep_ms;
    /** Look through it when it holds as many. */
    size_t tidy_count;
    /** Memory and file differ: the next append writes the file anew, or fails. */
    bool behind;
    /** What is appended waits for command_log_sync: a kill doesn't lose it, a cut of power may. Set
     *  by who has something to show before the disk is done. */
    bool syncs_later;
    /** It waits, and with it the name of a file that was made for it. */
    bool unsynced, unsynced_name;
    /** No other process keeps this log; lock_fd says so to the kernel. */
    bool locked;
    int lock_fd;
};

/** What to do about lines that can't be used. NULL tell: nothing. */
struct command_log_warn {
    void (*tell)(void *context, const char *message);
    void *context;
};

/**
 * Open the room's log in a state directory, which is made if it's missing, and read what is in it.
 * Errors: the file system's, something else stands in its place, another process keeps it (a lock
 * on the file beside it says so); *ret_log is then a log in memory alone.
 */
bool command_log_open(struct command_log *ret_log, const char *directory, const char *room_name,
                      int64_t now_ms, int64_t keep_ms, const struct command_log_warn *warn,
                      struct error *err);
/** Frees memory; the file stays. Takes a zeroed log. */
void command_log_close(struct command_log *log);

/**
 * Keep a command: when this returns true it is on the disk, or the log is one in memory alone.
 * Errors: it is in neither memory nor file. Either way what borrowed from log->commands has to
 * borrow anew.
 */
bool command_log_append(struct command_log *log, const struct command *command, int64_t now_ms,
                        struct error *err);

/** Have on the disk what was appended with syncs_later. Errors: nobody knows whether it is; the
 *  next append writes the file anew. */
bool command_log_sync(struct command_log *log, struct error *err);

/** Where append failed: keep the command in memory all the same. The next append writes it too. */
void command_log_remember(struct command_log *log, const struct command *command, int64_t now_ms);
/** And so does this, whenever there is hope: the disk has room again. Errors: it hasn't. */
bool command_log_catch_up(struct command_log *log, struct error *err);

#endif
