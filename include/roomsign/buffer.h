/**
 * A growing run of bytes that declares how big it may get.
 *
 * Invariants: length <= max; data is NULL while nothing was ever put in, else data[length] is NUL,
 * so that text can be read in place. Every append either takes all its bytes or none.
 */
#ifndef ROOMSIGN_BUFFER_H
#define ROOMSIGN_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
    size_t max;
};

/** A buffer that will hold at most `max` bytes. */
void buffer_init(struct buffer *buffer, size_t max);
/** Free the bytes; the buffer may be used again with the same maximum. Takes zeroed buffers. */
void buffer_release(struct buffer *buffer);
/** Forget the bytes, keep the memory. */
void buffer_clear(struct buffer *buffer);

/** false: the bytes would exceed the maximum, and nothing was added. */
bool buffer_append(struct buffer *buffer, const void *bytes, size_t length);
bool buffer_append_text(struct buffer *buffer, const char *text);
bool buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** All of the file's bytes. Errors: not readable, not a regular file, larger than buffer->max. */
struct error;
bool buffer_read_file(struct buffer *buffer, const char *path, struct error *err);
/** The same, but of a file that is larger than there is room for its end; *ret_cut says so. */
bool buffer_read_file_end(struct buffer *buffer, const char *path, bool *ret_cut,
                          struct error *err);

/** All that comes up to its end, whatever the descriptor is; may wait. */
bool buffer_read_fd(struct buffer *buffer, int fd, struct error *err);

/** Write all of the bytes, however often it takes. false: errno says why, some may be written. */
bool write_all(int fd, const void *bytes, size_t length);

#endif
