#include <roomsign/buffer.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/error.h>

#define BUFFER_CAPACITY_MIN 256
#define BUFFER_READ_BYTES 65536

void buffer_init(struct buffer *buffer, size_t max)
{
    *buffer = (struct buffer){.max = max};
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer, buffer->max);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->data)
        buffer->data[0] = '\0';
}

/* Room for `length` more bytes and the NUL. Doubling keeps many small appends linear. */
static bool buffer_reserve(struct buffer *buffer, size_t length)
{
    assert(buffer->length <= buffer->max);
    if (length > buffer->max - buffer->length)
        return false;
    size_t needed = buffer->length + length;
    assert(needed < SIZE_MAX);
    needed++;
    if (needed <= buffer->capacity)
        return true;

    size_t capacity = buffer->capacity;
    if (capacity < BUFFER_CAPACITY_MIN)
        capacity = BUFFER_CAPACITY_MIN;
    while (capacity < needed)
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    if (capacity > buffer->max)
        capacity = buffer->max + 1;
    buffer->data = xrealloc(buffer->data, capacity);
    buffer->capacity = capacity;
    buffer->data[buffer->length] = '\0';
    return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (!buffer_reserve(buffer, length))
        return false;
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return true;
}

bool buffer_append_text(struct buffer *buffer, const char *text)
{
    return buffer_append(buffer, text, strlen(text));
}

bool buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);

    bool fits = length >= 0 && buffer_reserve(buffer, (size_t)length);
    if (fits) {
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
    return fits;
}

/* Up to the end, or until a piece no longer fits. */
static bool read_rest(struct buffer *buffer, int fd, struct error *err)
{
    for (;;) {
        char chunk[BUFFER_READ_BYTES];
        ssize_t count = read(fd, chunk, sizeof(chunk));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            error_set(err, "%s", strerror(errno));
            return false;
        }
        if (count == 0)
            return buffer_append(buffer, NULL, 0);
        if (!buffer_append(buffer, chunk, (size_t)count)) {
            error_set(err, "larger than %zu bytes", buffer->max);
            return false;
        }
    }
}

/* ret_cut: NULL: all of it. */
static bool read_regular(struct buffer *buffer, int fd, bool *ret_cut, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        error_set(err, "%s", strerror(errno));
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        error_set(err, "not a regular file");
        return false;
    }
    off_t room = (off_t)(buffer->max - buffer->length);
    if (ret_cut)
        *ret_cut = status.st_size > room;
    if (ret_cut && *ret_cut && lseek(fd, status.st_size - room, SEEK_SET) < 0) {
        error_set(err, "%s", strerror(errno));
        return false;
    }
    return read_rest(buffer, fd, err);
}

static bool read_file(struct buffer *buffer, const char *path, bool *ret_cut, struct error *err)
{
    size_t length_before = buffer->length;
    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        error_set(err, "%s: %s", path, strerror(errno));
        return false;
    }
    bool done = read_regular(buffer, fd, ret_cut, err);
    close(fd);

    if (!done) {
        error_prefix(err, "%s: ", path);
        buffer->length = length_before;
        if (buffer->data)
            buffer->data[length_before] = '\0';
    }
    return done;
}

bool buffer_read_fd(struct buffer *buffer, int fd, struct error *err)
{
    return read_rest(buffer, fd, err);
}

bool buffer_read_file(struct buffer *buffer, const char *path, struct error *err)
{
    return read_file(buffer, path, NULL, err);
}

bool buffer_read_file_end(struct buffer *buffer, const char *path, bool *ret_cut, struct error *err)
{
    return read_file(buffer, path, ret_cut, err);
}

bool write_all(int fd, const void *bytes, size_t length)
{
    const char *rest = bytes;
    while (length > 0) {
        ssize_t written = write(fd, rest, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        rest += written;
        length -= (size_t)written;
    }
    return true;
}
