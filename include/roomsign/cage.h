/**
 * A cage for a process that takes hostile bytes apart: which files it still may read, and which
 * system calls it still has. It must not know what the process does beside that.
 *
 * Files are Landlock's (landlock(7), Linux 5.13 and later): what isn't listed can't be opened, and
 * nothing can be written, renamed, removed or, but for CAGE_RUN, executed. Where the kernel knows
 * them, ports can't be listened at and neither other processes' abstract sockets nor signals be
 * reached. Calls are a seccomp filter's (seccomp(2)): an allow-list. What is not on it fails with
 * EPERM instead of killing: a library's harmless idea, or that of a newer C library, must not cost
 * every poll of a sign that nobody is near, and a call that fails does what it would have done as
 * little as one that kills. clone3 fails with ENOSYS, so that the C library falls back to clone,
 * whose flags a filter can see.
 *
 * A kernel that lacks one of the two is no error: the rest of the cage holds.
 */
#ifndef ROOMSIGN_CAGE_H
#define ROOMSIGN_CAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>

#define CAGE_WORDS_BYTES 128

/* A sanitizer traces the process that it is part of, and looks for leaks at its end. */
#if defined(__SANITIZE_ADDRESS__)
#define CAGE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define CAGE_SANITIZED 1
#endif
#endif
#ifndef CAGE_SANITIZED
#define CAGE_SANITIZED 0
#endif

enum cage_access {
    /** Read this file; of a directory see the names alone. */
    CAGE_FILE,
    /** Read all below. */
    CAGE_TREE,
    /** Read and execute all below. */
    CAGE_RUN,
};

struct cage_place {
    const char *path;
    enum cage_access access;
};

enum cage_calls {
    /** Read files, ask for names, be a client of a server; threads, but no processes. */
    CAGE_CALLS_CLIENT,
    /** Start a program whose libraries are yet to be loaded; threads, but neither processes nor
     *  sockets. */
    CAGE_CALLS_CONVERTER,
};

struct sock_filter;
struct cage {
    int ruleset_fd; /* -1: none */
    struct sock_filter *filter;
    size_t filter_length; /* in instructions; 0: none */
};

/**
 * Prepare a cage in any process; paths that are not there are left out, links are followed.
 * Ownership: cage_release() it.
 */
void cage_build(struct cage *ret_cage, enum cage_calls calls, const struct cage_place *places,
                size_t place_count);
void cage_release(struct cage *cage);

/**
 * Lock this thread, and all that it starts, up for good. Takes no memory and no lock: it may be
 * called after fork. false: something that was built doesn't hold; errno says why.
 */
bool cage_enter(struct cage *cage);

/** What cages are made of here, such as "files (Landlock 4), system calls". Returns `words`. */
char *cage_describe(char words[static CAGE_WORDS_BYTES]);

/**
 * From now on this process leaves no core, and others of the same user can neither trace it nor
 * read its memory or environment: it holds passwords. Lost by execve. Nothing under a sanitizer.
 */
void cage_keep_secrets(void);

/* For cage.c alone: instructions of the filter, free() them. NULL: none on this machine. */
#define CAGE_OWN_PID 0x5e1f0b1d
struct sock_filter *cage_calls_filter(enum cage_calls calls, size_t *ret_length);

#endif
