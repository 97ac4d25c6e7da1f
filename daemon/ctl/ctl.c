#include <roomsign/ctl.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/clock.h>

static int connect_to(const char *path, struct error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* A sign that hangs takes connections until its backlog is full; from then on connect waits. */
    const struct timeval patience = {.tv_sec = CONTROL_TIME_MAX_MS / SECOND_MS};
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    if (fd >= 0 && errno == EAGAIN) {
        error_set(err, "%s: the sign doesn't answer", path);
        close(fd);
        return -1;
    }
    const char *hint = errno == EACCES                            ? " (its owner and group only)"
                       : errno == ECONNREFUSED || errno == ENOENT ? " (is the sign running?)"
                                                                  : "";
    error_set(err, "%s: %s%s", path, strerror(errno), hint);
    if (fd >= 0)
        close(fd);
    return -1;
}

/** One recvmsg; keeps a descriptor that comes along. */
static ssize_t receive_some(int socket_fd, char *bytes, size_t size, int *fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {bytes, size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t length = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
    if (length <= 0)
        return length;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int))) {
        if (*fd >= 0)
            close(*fd);
        memcpy(fd, CMSG_DATA(header), sizeof(int));
    }
    return length;
}

static bool wait_readable(int socket_fd, int64_t until_ms)
{
    int64_t left_ms = until_ms - clock_monotonic_ms();
    struct pollfd wanted = {.fd = socket_fd, .events = POLLIN};
    return left_ms > 0 && poll(&wanted, 1, (int)left_ms) > 0;
}

/** Bytes up to the end of the connection. */
static bool receive_reply(int socket_fd, struct buffer *reply, int *fd, struct error *err)
{
    char bytes[4096];
    int64_t until_ms = clock_monotonic_ms() + CONTROL_TIME_MAX_MS;
    for (;;) {
        if (!wait_readable(socket_fd, until_ms)) {
            error_set(err, "the sign doesn't answer: `status` says whether it heard");
            return false;
        }
        ssize_t length = receive_some(socket_fd, bytes, sizeof(bytes), fd);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0) {
            error_set(err, "the sign's answer: %s", strerror(errno));
            return false;
        }
        if (length == 0)
            return true;
        if (!buffer_append(reply, bytes, (size_t)length)) {
            error_set(err, "the sign's answer is too long");
            return false;
        }
    }
}

struct json_t *ctl_request(const struct ctl_options *options)
{
    char duration[TIME_TEXT_BYTES];
    const struct command_request *wanted = &options->request;
    json_t *request = json_object();
    json_object_set_new(request, "command", json_string(options->command));
    if (options->operates && wanted->kind == COMMAND_EXTEND)
        json_object_set_new(request, "minutes", json_integer(wanted->minutes));
    if (options->operates && wanted->kind == COMMAND_SAY)
        json_object_set_new(request, "text", json_string(wanted->text));
    if (options->operates && wanted->for_ms > 0)
        json_object_set_new(request, "for", json_string(duration_format(wanted->for_ms, duration)));
    return request;
}

static bool send_request(int socket_fd, const json_t *request, struct error *err)
{
    char *text = json_dumps(request, JSON_COMPACT);
    if (!text) {
        error_set(err, "the command is no text");
        return false;
    }
    size_t length = strlen(text);
    text = xrealloc(text, length + 1);
    text[length] = '\n';
    bool sent = send(socket_fd, text, length + 1, MSG_NOSIGNAL) == (ssize_t)(length + 1);
    if (!sent)
        error_set(err, "asking the sign: %s", strerror(errno));
    free(text);
    return sent;
}

bool ctl_ask(const char *path, const struct json_t *request, struct json_t **ret_reply, int *ret_fd,
             struct error *err)
{
    struct buffer bytes;
    json_error_t where;
    json_t *reply = NULL;
    int fd = -1;
    int socket_fd = connect_to(path, err);
    if (socket_fd < 0)
        return false;
    buffer_init(&bytes, CONTROL_REPLY_BYTES_MAX);
    if (send_request(socket_fd, request, err) && receive_reply(socket_fd, &bytes, &fd, err)) {
        reply = json_loadb(bytes.data ? bytes.data : "", bytes.length, 0, &where);
        if (!json_is_object(reply)) {
            error_set(err, bytes.length > 0 ? "the sign's answer is no JSON object"
                                            : "the sign hung up without an answer: `status` "
                                              "says whether it heard");
            json_decref(reply);
            reply = NULL;
        }
    }
    buffer_release(&bytes);
    close(socket_fd);
    if (!reply) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    *ret_reply = reply;
    *ret_fd = fd;
    return true;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/** "Moved to Room B, 14:30: 10:30 Title"; the operator's own message is told with its end. */
static void print_alerts(const json_t *alerts, FILE *out)
{
    for (size_t i = 0; i < json_array_size(alerts); i++) {
        const json_t *alert = json_array_get(alerts, i);
        const char *time = text_of(alert, "time"), *subject = text_of(alert, "subject");
        const char *detail = text_of(alert, "detail");
        if (strcmp(text_of(alert, "kind"), "message") == 0)
            continue;
        fprintf(out, "alert: %s%s%s%s%s%s%s\n", text_of(alert, "words"), *subject ? ": " : "", time,
                *time ? " " : "", subject, *detail ? "; instead " : "", detail);
    }
}

/** What the sign says, and on lines of their own what it says before all else. */
static void print_shows(const json_t *shows, FILE *out)
{
    static const char *const more[] = {"headline", "note", "count", "doubt"};
    fprintf(out, "shows: %s", text_of(shows, "words"));
    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
        if (*text_of(shows, more[i]))
            fprintf(out, "%s%s", i == 0 ? ": " : ", ", text_of(shows, more[i]));
    fputs("\n", out);
    print_alerts(json_object_get(shows, "alerts"), out);
}

/** What undo takes back, as the log has it: "hold: Talk", "extend to 11:25: Talk". Titles may be
 *  quotes. */
static void print_command(const json_t *command, FILE *out)
{
    const char *until = text_of(command, "until");
    const char *title = text_of(json_object_get(command, "session"), "title");
    const char *about = *text_of(command, "text") ? text_of(command, "text") : title;
    fprintf(out, "%s%s%s%s%s\n", text_of(command, "command"), *until ? " to " : "", until,
            *about ? ": " : "", about);
}

static void print_message(const json_t *reply, FILE *out)
{
    const json_t *message = json_object_get(reply, "message");
    if (json_is_object(message))
        fprintf(out, "message: %s%s%s\n", text_of(message, "text"),
                *text_of(message, "until") ? ", until " : "", text_of(message, "until"));
    if (json_is_true(json_object_get(reply, "full")))
        fputs("room: full\n", out);
    if (*text_of(reply, "occupancy") && strcmp(text_of(reply, "occupancy"), "unknown") != 0)
        fprintf(out, "sensor: %s\n", text_of(reply, "occupancy"));
}

static void print_undo(const json_t *reply, FILE *out)
{
    const json_t *undo = json_object_get(reply, "undo");
    if (!json_is_object(undo))
        return;
    fputs("undo takes back: ", out);
    print_command(undo, out);
}

static void print_session(const char *label, const json_t *session, FILE *out)
{
    if (json_is_object(session))
        fprintf(out, "%s: %s, %s to %s\n", label, text_of(session, "title"),
                text_of(session, "start"), text_of(session, "end"));
}

/** What is in the room and what comes, each with what is expected instead of its plan. */
static void print_sessions(const json_t *reply, FILE *out)
{
    const json_t *next = json_object_get(reply, "next");
    const char *expected = text_of(reply, "next_expected");
    print_session("now", json_object_get(reply, "current"), out);
    if (json_is_true(json_object_get(reply, "held")))
        fputs("now: held\n", out);
    print_session("next", next, out);
    if (json_is_object(next) && !*expected)
        fputs("next: late, its start can't be told\n", out);
    else if (json_is_object(next) && strcmp(expected, text_of(next, "start")) != 0)
        fprintf(out, "next: expected at %s\n", expected);
}

static long long integer_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static void print_feed(const char *room, const json_t *feed, FILE *out)
{
    const json_t *closest = json_object_get(feed, "closest");
    long long events = integer_of(feed, "events"), matched = integer_of(feed, "matched");
    fprintf(out, "feed %s: %s%s%s, ", text_of(feed, "url"), text_of(feed, "status"),
            *text_of(feed, "error") ? ": " : "", text_of(feed, "error"));
    if (events == 0 || matched > 0) {
        long long roomless = integer_of(feed, "roomless");
        fprintf(out, "%lld event%s, %lld of this room", events, events == 1 ? "" : "s",
                matched - roomless);
        if (roomless > 0)
            fprintf(out, ", %lld that name%s no room", roomless, roomless == 1 ? "s" : "");
        fputs("\n", out);
        return;
    }
    fprintf(out, "room '%s' is in none of its %lld events", room, events);
    for (size_t i = 0; i < json_array_size(closest); i++)
        fprintf(out, "%s'%s'", i == 0 ? "; closest: " : ", ",
                json_string_value(json_array_get(closest, i)));
    fputs("\n", out);
}

static void print_headlines(const json_t *headlines, FILE *out)
{
    if (!json_is_object(headlines))
        return;
    fprintf(out, "headlines: %lld", integer_of(headlines, "count"));
    if (*text_of(headlines, "source"))
        fprintf(out, " from %s", text_of(headlines, "source"));
    if (*text_of(headlines, "fetched"))
        fprintf(out, ", fetched %s", text_of(headlines, "fetched"));
    if (*text_of(headlines, "error"))
        fprintf(out, ", %s", text_of(headlines, "error"));
    fputs("\n", out);
}

static void print_clock(const json_t *reply, FILE *out)
{
    const json_t *clock = json_object_get(reply, "clock");
    const char *source = text_of(clock, "source");
    double error_s = -json_number_value(json_object_get(clock, "offset_s"));
    if (strcmp(source, "none") == 0) {
        fputs("time: not known, no time server has set the clock\n", out);
        return;
    }
    fprintf(out, "time: %s, %s", text_of(reply, "time"), text_of(reply, "timezone"));
    if (strcmp(source, "held") == 0)
        fprintf(out, "; kept from before the clock was set, which is off by %+.1f s now", error_s);
    else if (strcmp(source, "server") == 0)
        fprintf(out, "; the feed server's, the clock is off by %+.1f s", error_s);
    fputs("\n", out);
}

static void print_status(const json_t *reply, FILE *out)
{
    const json_t *feed = json_object_get(reply, "feed");
    const json_t *display = json_object_get(reply, "display");
    fprintf(out, "room: %s\n", text_of(reply, "room"));
    print_clock(reply, out);
    print_shows(json_object_get(reply, "shows"), out);
    print_sessions(reply, out);
    print_message(reply, out);
    print_undo(reply, out);
    long long sessions = integer_of(feed, "sessions");
    if (json_is_true(json_object_get(feed, "has_schedule")))
        fprintf(out, "schedule: %lld session%s, fetched %s\n", sessions, sessions == 1 ? "" : "s",
                text_of(feed, "fetched"));
    else
        fputs("schedule: none yet\n", out);
    if (*text_of(feed, "error"))
        fprintf(out, "feed: %s (polls missed: %lld)\n", text_of(feed, "error"),
                (long long)json_integer_value(json_object_get(feed, "missed_polls")));
    if (json_is_true(json_object_get(feed, "distrusted")))
        fputs("feed: most sessions vanished from it, which isn't believed yet\n", out);
    for (size_t i = 0; i < json_array_size(json_object_get(reply, "feeds")); i++)
        print_feed(text_of(reply, "room"), json_array_get(json_object_get(reply, "feeds"), i), out);
    print_headlines(json_object_get(reply, "headlines"), out);
    if (json_is_object(display))
        fprintf(out, "display: %s, %lldx%lld\n", text_of(display, "driver"),
                (long long)json_integer_value(json_object_get(display, "width")),
                (long long)json_integer_value(json_object_get(display, "height")));
    else
        fputs("display: none\n", out);
}

void ctl_print_status(const struct json_t *reply, FILE *out)
{
    json_t *local = ctl_localise(reply);
    print_status(local, out);
    json_decref(local);
}

static void print_deed(const json_t *reply, FILE *out)
{
    const json_t *undone = json_object_get(reply, "undone");
    if (json_is_object(undone)) {
        fputs("taken back: ", out);
        print_command(undone, out);
    }
    print_shows(json_object_get(reply, "shows"), out);
    print_sessions(reply, out);
    print_message(reply, out);
    print_undo(reply, out);
    if (*text_of(reply, "unkept"))
        fprintf(out, "lasts only until the sign ends: %s\n", text_of(reply, "unkept"));
}

void ctl_print_deed(const struct json_t *reply, FILE *out)
{
    json_t *local = ctl_localise(reply);
    print_deed(local, out);
    json_decref(local);
}

static bool copy_bytes(int from_fd, int to_fd)
{
    char bytes[65536];
    long total = 0;
    for (;;) {
        ssize_t length = read(from_fd, bytes, sizeof(bytes));
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length == 0;
        total += length;
        if (total > CTL_PICTURE_BYTES_MAX) {
            errno = EFBIG;
            return false;
        }
        if (!write_all(to_fd, bytes, (size_t)length))
            return false;
    }
}

bool ctl_save_picture(int fd, const char *path, struct error *err)
{
    char aside[4096];
    int length = snprintf(aside, sizeof(aside), "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof(aside)) {
        error_set(err, "%.200s: the path is too long", path);
        return false;
    }
    int out_fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out_fd < 0) {
        error_set(err, "%s: %s", path, strerror(errno));
        return false;
    }
    bool saved = copy_bytes(fd, out_fd);
    saved = close(out_fd) == 0 && saved;
    saved = saved && rename(aside, path) == 0;
    if (!saved) {
        error_set(err, "%s: %s", path, strerror(errno));
        unlink(aside);
    }
    return saved;
}
