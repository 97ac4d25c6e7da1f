/**
 * --commands FILE: what an operator will say and when, for rehearsals and pictures.
 *
 *     # TIME<TAB>COMMAND [ARG], in order of time
 *     2026-01-31T11:18<TAB>extend 5
 *
 * TIME as on the command line, COMMAND as roomsignctl takes it. A line that can't be read or goes
 * back in time spoils the file: what would be rehearsed is not what was meant. Each command is made
 * sense of only when its moment comes, by the tracker as it then stands; one that the sign would
 * refuse then is left out, as there, with a warning that names its line.
 */
#ifndef ROOMSIGN_COMMAND_FILE_H
#define ROOMSIGN_COMMAND_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/command.h>
#include <roomsign/error.h>
#include <roomsign/tracker.h>

#define COMMAND_FILE_BYTES_MAX (1024 * 1024)

struct timed_request {
    int64_t at_ms;
    int line;
    struct command_request request;
};

struct command_file {
    /** What warnings call it. Borrowed. */
    const char *name;
    void (*warn)(void *context, const char *message);
    void *context;
    struct timed_request *requests;
    size_t count;
    /** Requests whose time has come, and the commands that came of them. */
    size_t played;
    struct command *commands;
    size_t command_count;
    struct ledger ledger;
};

/**
 * The lines of `text`, COMMANDS_MAX at most. `warn` is told of each line that is wrong, here and
 * when it is played, and may be asked for as long as the file lives. Errors: a line was wrong;
 * *ret_file is then untouched.
 */
bool command_file_parse(struct command_file *ret_file, const char *name, const char *text,
                        const struct zone *zone, void (*warn)(void *context, const char *message),
                        void *context);
/** The same of the file at `path`. Errors: it can't be read, or as above; err is then not filled,
 *  because `warn` was told. */
bool command_file_read(struct command_file *ret_file, const char *path, const struct zone *zone,
                       void (*warn)(void *context, const char *message), void *context,
                       struct error *err);
/** The tracker that heard it must hear something else, or go, before. */
void command_file_release(struct command_file *file);

/** When the next command is due, or TIME_NEVER_MS. */
int64_t command_file_next_ms(const struct command_file *file);
/** Give the tracker every command that is due by now_ms, one after the other. */
void command_file_play(struct command_file *file, struct tracker *tracker, int64_t now_ms);

#endif
