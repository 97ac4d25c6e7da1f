/* Requests at the control socket, one a line, to a sign that has a schedule and no display. Those
 * for pictures and for the config to be read anew, which ask for nothing else, are left out. */
#include "fuzz.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include <jansson.h>

#include <roomsign/log.h>
#include <roomsign/sign.h>

#include "../scratch.h"

#define REQUESTS_MAX 16

static const char config_text[] = "[room]\nname = Room 1\ntimezone = Europe/Brussels\n"
                                  "language = en\n[feed]\nurl = https://example.org/feed.ics\n";

static struct sign sign;
static struct sign_options options;
static struct scratch scratch;
static char path[CONTROL_PATH_BYTES];

static void tear_down(void)
{
    control_close(&sign.control);
    loop_release(&sign.loop);
    command_log_close(&sign.command_log);
    room_release(&sign.room);
    scratch_close(&scratch);
}

static void set_up(void)
{
    static struct fuzz_file config;
    struct error err = {0};
    struct document document;
    log_open("fuzz", LOG_LEVEL_ERROR);
    scratch_open(&scratch, true);
    snprintf(path, sizeof(path), "%.80s/s.sock", scratch.path);
    options.control_path = path;
    sign.options = &options;
    sign.poller.next_ms = TIME_NEVER_MS;
    sign.look_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    sign.time_verdict.source = TIME_SOURCE_SYSTEM;
    /* All is said at one moment. */
    clock_init_simulated(&sign.clock, AT(10, 30), 1e-9);
    sample_document(&document, "Room 1", "abcdef");
    bool is_set_up = loop_init(&sign.loop, &err) &&
                     room_open(fuzz_file_put(&config, config_text, strlen(config_text)),
                               fuzz_tell_nobody, NULL, &sign.room);
    assert(is_set_up);
    room_take_document(&sign.room, &document);
    sign_control_open(&sign);
    assert(sign.control.loop);
    atexit(tear_down);
}

static void settle(void)
{
    struct pollfd wanted = {.fd = sign.loop.epoll_fd, .events = POLLIN};
    while (poll(&wanted, 1, 0) > 0) {
        bool waited = loop_wait(&sign.loop, NULL);
        assert(waited);
    }
}

static bool is_left_out(const char *line, size_t length)
{
    json_t *request = json_loadb(line, length, 0, NULL);
    const char *name = json_string_value(json_object_get(request, "command"));
    bool left_out = name && (strcmp(name, "snapshot") == 0 || strcmp(name, "reload") == 0);
    json_decref(request);
    return left_out;
}

/* What comes back is nothing, or an object that says whether it was done. */
static void expect_answer(int fd, bool is_line)
{
    static char reply[CONTROL_REPLY_BYTES_MAX + 2];
    size_t length = 0;
    for (ssize_t got = 1; got > 0;) {
        settle();
        got = recv(fd, reply + length, sizeof(reply) - length, MSG_DONTWAIT);
        length += got > 0 ? (size_t)got : 0;
    }
    if (!is_line)
        return;
    json_t *answer = json_loadb(reply, length, 0, NULL);
    assert(json_is_boolean(json_object_get(answer, "ok")));
    assert(json_is_true(json_object_get(answer, "ok")) ||
           *json_string_value(json_object_get(answer, "error")));
    json_decref(answer);
}

static void ask(const char *line, size_t length)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    assert(connected);
    ssize_t sent = send(fd, line, length, MSG_NOSIGNAL);
    assert(sent == (ssize_t)length);
    bool is_line = length > 0 && length <= CONTROL_REQUEST_BYTES_MAX && line[length - 1] == '\n';
    if (!is_line)
        shutdown(fd, SHUT_WR);
    expect_answer(fd, is_line);
    close(fd);
    settle();
}

void fuzz_control(const uint8_t *bytes, size_t length)
{
    const char *line = (const char *)bytes, *end = line + length;
    if (!sign.loop.epoll_fd)
        set_up();
    for (int i = 0; i < REQUESTS_MAX && line < end; i++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop + 1 : end;
        if (!is_left_out(line, (size_t)(stop - line)))
            ask(line, (size_t)(stop - line));
        line = stop;
    }
    room_hear(&sign.room, NULL, 0);
    command_log_close(&sign.command_log);
}
