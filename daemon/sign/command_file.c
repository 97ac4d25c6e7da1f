#include <roomsign/command_file.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/buffer.h>

#define TIME_BYTES 64

static void __attribute__((format(printf, 3, 4)))
warn_of_line(const struct command_file *file, int line, const char *format, ...)
{
    struct error message = {0};
    char what[ERROR_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    error_set(&message, "%s:%d: %s", file->name, line, what);
    file->warn(file->context, message.message);
}

static bool parse_line(const char *line, size_t length, const struct zone *zone,
                       struct timed_request *ret_request, struct error *err)
{
    char time[TIME_BYTES];
    size_t time_length = 0;
    while (time_length < length && line[time_length] != '\t' && line[time_length] != ' ')
        time_length++;
    if (time_length == length || time_length >= sizeof(time)) {
        error_set(err, "not TIME, a tab and a command");
        return false;
    }
    memcpy(time, line, time_length);
    time[time_length] = '\0';
    if (!time_parse(time, zone, &ret_request->at_ms, err))
        return false;
    char *command = xstrndup(line + time_length, length - time_length);
    bool parsed = command_request_parse(command, &ret_request->request, err);
    free(command);
    return parsed;
}

static bool take_line(struct command_file *file, const char *line, size_t length, int number,
                      const struct zone *zone)
{
    struct timed_request request = {.line = number};
    struct error err = {0};
    assert(file->requests);
    const struct timed_request *last = file->count > 0 ? &file->requests[file->count - 1] : NULL;
    bool parsed = parse_line(line, length, zone, &request, &err);
    if (parsed && last && request.at_ms < last->at_ms) {
        error_set(&err, "earlier than line %d", last->line);
        parsed = false;
    }
    if (parsed)
        file->requests[file->count++] = request;
    else
        warn_of_line(file, number, "%s", err.message);
    return parsed;
}

bool command_file_parse(struct command_file *ret_file, const char *name, const char *text,
                        const struct zone *zone, void (*warn)(void *context, const char *message),
                        void *context)
{
    struct command_file file = {.name = name, .warn = warn, .context = context};
    file.requests = xcalloc(COMMANDS_MAX, sizeof(*file.requests));
    file.commands = xcalloc(COMMANDS_MAX, sizeof(*file.commands));
    bool sound = true;
    for (int number = 1; *text; number++) {
        size_t length = strcspn(text, "\n");
        size_t kept = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
        if (kept > 0 && *text != '#') {
            if (file.count == COMMANDS_MAX) {
                warn_of_line(&file, number, "more than %d commands", COMMANDS_MAX);
                sound = false;
                break;
            }
            sound = take_line(&file, text, kept, number, zone) && sound;
        }
        text += length + (text[length] != '\0');
    }
    if (sound)
        *ret_file = file;
    else
        command_file_release(&file);
    return sound;
}

/** Whoever rehearses may wait for a pipe; "-" is standard input. */
static bool read_text(struct buffer *text, const char *path, struct error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        error_set(err, "%s: %s", path, strerror(errno));
        return false;
    }
    bool read = buffer_read_fd(text, fd, err);
    if (!read)
        error_prefix(err, "%s: ", path);
    if (!is_stdin)
        close(fd);
    return read;
}

bool command_file_read(struct command_file *ret_file, const char *path, const struct zone *zone,
                       void (*warn)(void *context, const char *message), void *context,
                       struct error *err)
{
    struct buffer text;
    buffer_init(&text, COMMAND_FILE_BYTES_MAX);
    bool read = read_text(&text, path, err) &&
                command_file_parse(ret_file, path, text.data ? text.data : "", zone, warn, context);
    buffer_release(&text);
    return read;
}

void command_file_release(struct command_file *file)
{
    ledger_release(&file->ledger);
    free(file->requests);
    free(file->commands);
    *file = (struct command_file){0};
}

int64_t command_file_next_ms(const struct command_file *file)
{
    return file->played < file->count ? file->requests[file->played].at_ms : TIME_NEVER_MS;
}

static void play_one(struct command_file *file, struct tracker *tracker,
                     const struct timed_request *request)
{
    struct error err = {0};
    struct command *command = &file->commands[file->command_count];
    if (!command_resolve(&request->request, tracker, request->at_ms, command, &err)) {
        warn_of_line(file, request->line, "%s: %s", command_kind_name(request->request.kind),
                     err.message);
        return;
    }
    if (command_is_repeat(command, tracker->ledger))
        return;
    file->command_count++;
    ledger_release(&file->ledger);
    ledger_make(&file->ledger, file->commands, file->command_count);
    tracker_hear(tracker, &file->ledger);
}

void command_file_play(struct command_file *file, struct tracker *tracker, int64_t now_ms)
{
    while (command_file_next_ms(file) <= now_ms)
        play_one(file, tracker, &file->requests[file->played++]);
}
