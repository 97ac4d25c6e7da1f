/**
 * What went wrong, in words for the person who has to mend it.
 *
 * A function that can fail for reasons outside the program returns false (or NULL) and fills the
 * caller's struct error; its other outputs are then untouched. Whoever receives the error says it
 * once, or passes it on with more context. A bug is no error: it asserts.
 */
#ifndef ROOMSIGN_ERROR_H
#define ROOMSIGN_ERROR_H

#define ERROR_MESSAGE_BYTES_MAX 512

/** Zero-initialise it with {0}; it owns nothing and needs no release. */
struct error {
    char message[ERROR_MESSAGE_BYTES_MAX];
};

/** Replace the message; one longer than the limit is cut. A NULL err is allowed and ignored. */
void error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Put context before the message, as in "config/room.conf: " + what it said. */
void error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The heap is exhausted: say so and exit with status 3; systemd starts the sign afresh. */
_Noreturn void error_out_of_memory(void);

/** malloc, realloc and strdup that never return NULL: no memory ends the program. */
void *xcalloc(unsigned long count, unsigned long size);
void *xrealloc(void *memory, unsigned long size);
char *xstrdup(const char *text);
/** A NUL-terminated copy of `length` bytes. */
char *xstrndup(const char *text, unsigned long length);

#endif
