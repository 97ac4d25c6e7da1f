/**
 * Start a program as a child with limits, pipes and nothing else of ours.
 */
#ifndef ROOMSIGN_CHILD_H
#define ROOMSIGN_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <roomsign/cage.h>
#include <roomsign/error.h>

struct child_request {
    const char *program;
    /** Ends with NULL. */
    char *const *arguments;
    /** Becomes descriptor 0; a negative one: /dev/null. Stays the caller's. */
    int input_fd;
    /** Becomes descriptor 3; a negative one: closed. Stays the caller's. */
    int extra_fd;
    int64_t memory_bytes_max;
    int64_t cpu_s_max;
    int files_max;
    /** Names of the variables that the child keeps, NULL at the end; all others are cleared. */
    const char *const *variables;
    /** Entered before the program starts; NULL: none. */
    struct cage *cage;
};

struct child {
    pid_t pid;
    int pid_fd;
    /** The child's standard output and standard error, to be read without blocking. */
    int output_fd;
    int report_fd;
};

/**
 * A program in the folders that $PATH names in full; what is relative there is passed over.
 * Ownership: the caller's; free() it. NULL: in none.
 */
char *child_find(const char *name);

/**
 * The child leads a process group of its own, is killed when the calling thread ends, gains no
 * privileges, writes no files (trying to is an error to it, not its end) and no core, and steps
 * back for the screen (nice 10).
 * Ownership: ret_child's descriptors are the caller's, who also reaps it with child_reap.
 * Errors: not executable, no more processes or descriptors.
 */
bool child_start(const struct child_request *request, struct child *ret_child, struct error *err);

/** SIGKILL for the child and its whole group. It must not have been reaped. */
void child_kill(pid_t pid);
/** Wait for a child that ended or was killed; says how, as waitpid's status. */
int child_reap(pid_t pid);
/** Whether that is a child of this process, or was one a moment ago: what it left in a socket is
 *  read after its end. */
bool child_is_own(pid_t pid);

/** Bytes as a sealed file in memory, at its start. Ownership: the caller's fd. Errors: -1. */
int memory_file(const char *name, const void *bytes, size_t length, struct error *err);

#endif
