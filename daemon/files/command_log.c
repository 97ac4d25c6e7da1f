#include <roomsign/command_log.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/command_record.h>
#include <roomsign/hash.h>
#include <roomsign/state_file.h>

/** More are counted. */
#define WARNINGS_MAX 5

static void push(struct command_log *log, const struct command *command)
{
    if (log->count == log->capacity) {
        log->capacity = log->capacity > 0 ? 2 * log->capacity : 16;
        log->commands = xrealloc(log->commands, log->capacity * sizeof(*log->commands));
    }
    log->commands[log->count++] = *command;
}

/** Of what sensors said stays: the last that the room is vacant, what was said of that first, and
 *  the last of all, which tells that the sensor hasn't fallen silent. */
static void drop_old_sensing(const struct command *commands, size_t count, bool *gone)
{
    size_t occupied = SIZE_MAX, last = SIZE_MAX;
    bool vacant_found = false;
    for (size_t i = count; i-- > 0;) {
        if (!command_is_sensors(commands[i].kind))
            continue;
        gone[i] = vacant_found || commands[i].kind == COMMAND_OCCUPIED;
        if (commands[i].kind == COMMAND_OCCUPIED && !vacant_found)
            occupied = i;
        vacant_found |= commands[i].kind == COMMAND_VACANT;
        if (last == SIZE_MAX)
            last = i;
    }
    if (occupied != SIZE_MAX)
        gone[occupied] = false;
    if (last != SIZE_MAX)
        gone[last] = false;
}

/** Drop what says nothing any more, and if more than `most` are left, the oldest of them. */
static void tidy(struct command_log *log, int64_t now_ms, size_t most)
{
    bool *gone = xcalloc(log->count + 1, sizeof(*gone));
    ledger_take_back(log->commands, log->count, gone);
    drop_old_sensing(log->commands, log->count, gone);
    size_t kept = 0;
    /* In their order: where the clock was set back, an old `clear` still follows its message. */
    bool lapsing = true;
    for (size_t i = 0; i < log->count; i++) {
        const struct command *command = &log->commands[i];
        bool sensors = command_is_sensors(command->kind);
        bool lapsed = log->keep_ms > 0 && command->at_ms < now_ms - log->keep_ms;
        lapsing = lapsing && (sensors || gone[i] || lapsed);
        if (!gone[i] && (sensors || !lapsing))
            log->commands[kept++] = *command;
    }
    free(gone);
    if (kept > most)
        memmove(log->commands, log->commands + kept - most, most * sizeof(*log->commands));
    log->count = kept > most ? most : kept;
    log->tidy_count = 2 * log->count;
}

/** Put what memory holds in the place of the file. */
static bool rewrite(struct command_log *log, struct error *err)
{
    struct buffer lines;
    buffer_init(&lines, (size_t)COMMANDS_MAX * COMMAND_RECORD_BYTES_MAX);
    for (size_t i = 0; i < log->count; i++)
        command_record_write(&log->commands[i], &lines);
    bool done =
        state_file_replace(log->path, NULL, lines.data ? lines.data : "", lines.length, err);
    log->behind = !done;
    buffer_release(&lines);
    return done;
}

/** Make room for one more in memory. What then stands in the file alone says nothing. */
static bool make_room(struct command_log *log, int64_t now_ms)
{
    bool needed = log->count >= COMMANDS_MAX ||
                  (log->count >= COMMAND_LOG_TIDY_MIN && log->count >= log->tidy_count);
    if (needed)
        tidy(log, now_ms, COMMANDS_MAX * 3 / 4);
    return needed;
}

struct reading {
    struct command_log *log;
    const struct command_log_warn *warn;
    int64_t now_ms;
    size_t line, warnings;
};

static void warn(const struct reading *reading, const char *message)
{
    if (reading->warn && reading->warn->tell)
        reading->warn->tell(reading->warn->context, message);
}

static void warn_of_line(struct reading *reading, const char *what)
{
    char message[ERROR_MESSAGE_BYTES_MAX];
    if (reading->warnings++ >= WARNINGS_MAX)
        return;
    snprintf(message, sizeof(message), "%.300s:%zu: left out: %.150s", reading->log->path,
             reading->line, what);
    warn(reading, message);
}

static void warn_too_large(const struct reading *reading)
{
    char message[ERROR_MESSAGE_BYTES_MAX];
    snprintf(message, sizeof(message),
             "%.300s: larger than %d bytes, only its end is read (its lines are counted from "
             "there), and it is written anew soon",
             reading->log->path, COMMAND_LOG_BYTES_MAX);
    warn(reading, message);
}

static void take(struct reading *reading, const struct command *command)
{
    if (reading->log->count == COMMANDS_MAX)
        tidy(reading->log, reading->now_ms, COMMANDS_MAX / 2);
    push(reading->log, command);
}

static void read_line(struct reading *reading, const char *line, size_t length)
{
    struct command command;
    struct error err = {0};
    size_t offset, used, taken = 0;
    bool spoilt = false;
    while (length > 0 && command_record_find(line, length, &command, &offset, &used, &err)) {
        spoilt |= offset > 0;
        take(reading, &command);
        line += offset + used;
        length -= offset + used;
        taken++;
    }
    if (taken == 0 && length > 0)
        warn_of_line(reading, err.message);
    else if (spoilt || length > 0)
        warn_of_line(reading, "what stands before or behind a command");
}

static void read_lines(struct reading *reading, const struct buffer *bytes)
{
    const char *rest = bytes->data;
    size_t left = bytes->length;
    while (left > 0) {
        const char *newline = memchr(rest, '\n', left);
        size_t length = newline ? (size_t)(newline - rest) : left;
        reading->line++;
        read_line(reading, rest, length);
        rest += length + (newline ? 1 : 0);
        left -= length + (newline ? 1 : 0);
    }
    if (reading->warnings > WARNINGS_MAX) {
        char what[64];
        size_t more = reading->warnings - WARNINGS_MAX;
        reading->warnings = 0;
        snprintf(what, sizeof(what), "%zu more lines before this", more);
        warn_of_line(reading, what);
    }
}

/** What stands there is no file, and never was a log. */
static bool is_odd(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? !S_ISREG(status.st_mode)
                                    : errno != EACCES && lstat(path, &status) == 0;
}

static bool put_aside(const struct reading *reading, struct error *err)
{
    error_set(err, "not a regular file");
    if (!state_file_put_aside(reading->log->path, err))
        return false;
    warn(reading, err->message);
    return true;
}

static bool read_log(struct command_log *log, int64_t now_ms, const struct command_log_warn *warn,
                     struct error *err)
{
    struct buffer bytes;
    struct stat status;
    struct reading reading = {.log = log, .warn = warn, .now_ms = now_ms};
    bool is_cut;
    if (is_odd(log->path))
        return put_aside(&reading, err);
    if (stat(log->path, &status) < 0 && errno == ENOENT)
        return true;
    buffer_init(&bytes, COMMAND_LOG_BYTES_MAX);
    bool done = buffer_read_file_end(&bytes, log->path, &is_cut, err);
    if (done && is_cut) {
        warn_too_large(&reading);
        /* The whole of it is in memory now, as far as it says anything. */
        log->behind = true;
    }
    if (done)
        read_lines(&reading, &bytes);
    buffer_release(&bytes);
    return done;
}

static void unlock(struct command_log *log)
{
    if (log->locked)
        close(log->lock_fd);
    log->locked = false;
}

/** Two that keep one log would each write it anew without what the other was told. false: another
 *  sign does. Where nothing can be written, there is nothing to lock. */
static bool lock(struct command_log *log, struct error *err)
{
    char path[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    snprintf(path, sizeof(path), "%s.lock", log->path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (fd < 0)
        return true;
    /* A lock of the process: a child that is just being started can't outlive it with the lock. */
    if (fcntl(fd, F_SETLK, &whole) < 0 && (errno == EAGAIN || errno == EACCES)) {
        error_set(err, "%s: another sign keeps what is said of this room", log->path);
        close(fd);
        return false;
    }
    log->lock_fd = fd;
    log->locked = true;
    return true;
}

bool command_log_open(struct command_log *ret_log, const char *directory, const char *room_name,
                      int64_t now_ms, int64_t keep_ms, const struct command_log_warn *warn,
                      struct error *err)
{
    char name[PLACE_NAME_BYTES];
    struct command_log *log = ret_log;
    *log = (struct command_log){.keep_ms = keep_ms};
    int length = snprintf(log->path, sizeof(log->path), "%s/%s.commands", directory,
                          place_room_name(room_name, name));
    bool opened = length > 0 && (size_t)length + STATE_FILE_SUFFIX_BYTES <= sizeof(log->path);
    if (!opened)
        error_set(err, "%.200s: the path is too long", directory);
    opened = opened && state_directory_make(directory, err) && lock(log, err) &&
             read_log(log, now_ms, warn, err);
    if (!opened) {
        unlock(log);
        *log->path = '\0';
    }
    return opened;
}

void command_log_close(struct command_log *log)
{
    unlock(log);
    free(log->commands);
    *log = (struct command_log){0};
}

/** Open for appending; *ret_size: how long it is, *ret_made: nobody did before. */
static int open_file(const char *path, off_t *ret_size, bool *ret_made, struct error *err)
{
    const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    struct stat status;
    *ret_made = false;
    int fd = open(path, flags);
    if (fd < 0 && errno == ENOENT) {
        fd = open(path, flags | O_CREAT | O_EXCL, 0640);
        *ret_made = fd >= 0;
    }
    if (fd < 0 || fstat(fd, &status) < 0) {
        error_set(err, "%s: %s", path, strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        error_set(err, "%s: not a regular file", path);
    } else {
        *ret_size = status.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

/** One write; false: errno says why, and the file may have grown all the same. */
static bool write_bytes(struct command_log *log, int fd, const struct buffer *bytes, bool made)
{
    errno = 0;
    ssize_t written = write(fd, bytes->data, bytes->length);
    if (written != (ssize_t)bytes->length) {
        if (errno == 0)
            errno = ENOSPC;
        return false;
    }
    if (log->syncs_later) {
        log->unsynced = true;
        log->unsynced_name |= made;
        return true;
    }
    made |= log->unsynced_name;
    return fsync(fd) == 0 && (!made || state_file_sync_directory(log->path));
}

/** A line, behind a newline where the last one was torn. */
static bool append_line(struct command_log *log, const struct buffer *line, struct error *err)
{
    off_t size;
    bool made, done = false;
    char last = '\n';
    struct buffer bytes;
    int fd = open_file(log->path, &size, &made, err);
    if (fd < 0)
        return false;
    buffer_init(&bytes, COMMAND_RECORD_BYTES_MAX + 1);
    if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
        error_set(err, "%s: %s", log->path, strerror(errno));
    else if (size + (off_t)line->length >= COMMAND_LOG_BYTES_MAX)
        error_set(err, "%s: larger than %d bytes", log->path, COMMAND_LOG_BYTES_MAX);
    else {
        if (last != '\n')
            buffer_append_text(&bytes, "\n");
        buffer_append(&bytes, line->data, line->length);
        done = write_bytes(log, fd, &bytes, made);
        if (!done)
            error_set(err, "%s: %s", log->path, strerror(errno));
        if (!done && (ftruncate(fd, size) < 0 || fsync(fd) < 0))
            log->behind = true;
    }
    if (!done && made)
        unlink(log->path);
    buffer_release(&bytes);
    close(fd);
    return done;
}

static bool file_is_full(const struct command_log *log)
{
    struct stat status;
    return stat(log->path, &status) == 0 &&
           status.st_size + 2 * COMMAND_RECORD_BYTES_MAX >= COMMAND_LOG_BYTES_MAX;
}

/** The file lacks what memory holds: it couldn't be written, or somebody took it away. */
static bool is_behind(const struct command_log *log)
{
    return log->behind || (log->count > 0 && access(log->path, F_OK) < 0 && errno == ENOENT);
}

/** Write the file anew where it's worth it. Errors: it can't be done, and has to be. */
static bool make_room_in_file(struct command_log *log, int64_t now_ms, bool tidied,
                              struct error *err)
{
    bool full = file_is_full(log), behind = is_behind(log);
    /* Uids may be long: so few commands surely fit. */
    if (full)
        tidy(log, now_ms, COMMAND_LOG_BYTES_MAX / COMMAND_RECORD_BYTES_MAX / 2);
    if (!(full || behind || tidied) || rewrite(log, err))
        return true;
    log->behind = behind;
    return !full && !behind;
}

bool command_log_append(struct command_log *log, const struct command *command, int64_t now_ms,
                        struct error *err)
{
    bool kept = true;
    bool tidied = make_room(log, now_ms);
    if (*log->path) {
        struct buffer line;
        if (!make_room_in_file(log, now_ms, tidied, err))
            return false;
        buffer_init(&line, COMMAND_RECORD_BYTES_MAX);
        command_record_write(command, &line);
        kept = append_line(log, &line, err);
        buffer_release(&line);
    }
    if (kept)
        push(log, command);
    return kept;
}

bool command_log_sync(struct command_log *log, struct error *err)
{
    if (!log->unsynced)
        return true;
    int fd = open(log->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool synced =
        fd >= 0 && fsync(fd) == 0 && (!log->unsynced_name || state_file_sync_directory(log->path));
    log->unsynced = log->unsynced_name = false;
    if (!synced) {
        error_set(err, "%s: %s", log->path, strerror(errno));
        log->behind = true;
    }
    if (fd >= 0)
        close(fd);
    return synced;
}

bool command_log_catch_up(struct command_log *log, struct error *err)
{
    return !*log->path || !is_behind(log) || rewrite(log, err);
}

void command_log_remember(struct command_log *log, const struct command *command, int64_t now_ms)
{
    make_room(log, now_ms);
    push(log, command);
    log->behind = true;
}
