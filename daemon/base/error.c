#include <roomsign/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/utf8.h>

#define EXIT_STATUS_OUT_OF_MEMORY 3

/* A message that was cut in the middle of a character would no longer be UTF-8. */
static void store(struct error *err, const char *message)
{
    size_t length = strlen(message);
    if (length == ERROR_MESSAGE_BYTES_MAX - 1)
        length = utf8_cut(message, length, length);
    memcpy(err->message, message, length);
    err->message[length] = '\0';
}

void error_set(struct error *err, const char *format, ...)
{
    if (!err)
        return;
    /* Not into err->message directly: it may be one of the arguments. */
    char message[ERROR_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    store(err, message);
}

void error_prefix(struct error *err, const char *format, ...)
{
    if (!err)
        return;
    char prefix[ERROR_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof(prefix), format, arguments);
    va_end(arguments);

    char message[2 * ERROR_MESSAGE_BYTES_MAX];
    snprintf(message, sizeof(message), "%s%s", prefix, err->message);
    message[ERROR_MESSAGE_BYTES_MAX - 1] = '\0';
    store(err, message);
}

/* Neither allocates nor flushes: half a document in a stdio buffer must not get out. */
_Noreturn void error_out_of_memory(void)
{
    static const char message[] = "roomsign: out of memory\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);
    (void)written;
    _exit(EXIT_STATUS_OUT_OF_MEMORY);
}

void *xcalloc(unsigned long count, unsigned long size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        error_out_of_memory();
    return memory;
}

void *xrealloc(void *memory, unsigned long size)
{
    void *grown = realloc(memory, size ? size : 1);
    if (!grown)
        error_out_of_memory();
    return grown;
}

char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, unsigned long length)
{
    char *copy = malloc(length + 1);
    if (!copy)
        error_out_of_memory();
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}
