#include <roomsign/log.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/utf8.h>

#define LOG_MESSAGE_BYTES_MAX 4096

enum log_style {
    LOG_STYLE_PLAIN,
    LOG_STYLE_TERMINAL,
    LOG_STYLE_JOURNAL,
};

static const char *log_program = "roomsign";
static enum log_level log_least = LOG_LEVEL_INFO;

/* sd-daemon(3). */
static const char *const journal_priority[] = {
    [LOG_LEVEL_ERROR] = "<3>",
    [LOG_LEVEL_WARNING] = "<4>",
    [LOG_LEVEL_INFO] = "<6>",
    [LOG_LEVEL_DEBUG] = "<7>",
};

static const char *const terminal_colour[] = {
    [LOG_LEVEL_ERROR] = "\033[1;31m",
    [LOG_LEVEL_WARNING] = "\033[1;33m",
    [LOG_LEVEL_INFO] = "",
    [LOG_LEVEL_DEBUG] = "\033[2m",
};

/* systemd.exec(5): JOURNAL_STREAM is only about the very file that it names by device and inode. */
static enum log_style log_style(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    if (stream && fstat(STDERR_FILENO, &status) == 0) {
        char name[64];
        snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
        if (strcmp(stream, name) == 0)
            return LOG_STYLE_JOURNAL;
    }
    return isatty(STDERR_FILENO) ? LOG_STYLE_TERMINAL : LOG_STYLE_PLAIN;
}

static void write_whole(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        length -= (size_t)written;
    }
}

__attribute__((format(printf, 2, 0))) static void log_line(enum log_level level, const char *format,
                                                           va_list arguments)
{
    if (level > log_least)
        return;
    int saved_errno = errno;
    char message[LOG_MESSAGE_BYTES_MAX];
    vsnprintf(message, sizeof(message), format, arguments);
    char *clean = utf8_clean(message, strlen(message), sizeof(message) - 1);

    /* One write a line, so that lines of several processes don't mix. */
    char line[LOG_MESSAGE_BYTES_MAX + 256];
    switch (log_style()) {
    case LOG_STYLE_JOURNAL:
        snprintf(line, sizeof(line), "%s%s\n", journal_priority[level], clean);
        break;
    case LOG_STYLE_TERMINAL:
        snprintf(line, sizeof(line), "%s%s: %s%s\n", terminal_colour[level], log_program, clean,
                 *terminal_colour[level] ? "\033[0m" : "");
        break;
    case LOG_STYLE_PLAIN:
        snprintf(line, sizeof(line), "%s: %s\n", log_program, clean);
        break;
    }
    free(clean);
    write_whole(line, strlen(line));
    errno = saved_errno;
}

void log_open(const char *program, enum log_level least)
{
    log_program = program;
    log_least = least;
}

void log_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_LEVEL_ERROR, format, arguments);
    va_end(arguments);
}

void log_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_LEVEL_WARNING, format, arguments);
    va_end(arguments);
}

void log_info(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_LEVEL_INFO, format, arguments);
    va_end(arguments);
}

void log_debug(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_LEVEL_DEBUG, format, arguments);
    va_end(arguments);
}
