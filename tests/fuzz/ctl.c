/* What roomsignctl makes of any answer. */
#include "fuzz.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <jansson.h>

#include <roomsign/ctl.h>

#include "../scratch.h"

static struct scratch scratch;
static char path[CONTROL_PATH_BYTES];
static int listen_fd = -1;
static const uint8_t *answer;
static size_t answer_length;

/* A sign that answers whatever it is asked. */
static void *serve(void *context)
{
    (void)context;
    for (;;) {
        char request[CONTROL_REQUEST_BYTES_MAX];
        int fd = accept(listen_fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        size_t at = 0;
        ssize_t sent = recv(fd, request, sizeof(request), 0);
        while (sent > 0 && at < answer_length) {
            sent = send(fd, answer + at, answer_length - at, MSG_NOSIGNAL);
            at += sent > 0 ? (size_t)sent : 0;
        }
        close(fd);
    }
}

static void tear_down(void)
{
    scratch_close(&scratch);
}

static void set_up(void)
{
    pthread_t thread;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    scratch_open(&scratch, true);
    atexit(tear_down);
    snprintf(path, sizeof(path), "%.80s/s.sock", scratch.path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_set_up = bind(listen_fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
                     listen(listen_fd, 4) == 0 && pthread_create(&thread, NULL, serve, NULL) == 0;
    assert(is_set_up);
}

void fuzz_ctl(const uint8_t *bytes, size_t length)
{
    struct error err = {0};
    json_t *reply = NULL, *request = json_pack("{s:s}", "command", "status");
    char *text = NULL;
    size_t text_length;
    int fd = -1;
    if (listen_fd < 0)
        set_up();
    answer = bytes;
    answer_length = length;
    bool answered = ctl_ask(path, request, &reply, &fd, &err);
    json_decref(request);
    assert(answered ? json_is_object(reply) : *err.message != '\0');
    if (!answered)
        return;
    FILE *out = open_memstream(&text, &text_length);
    ctl_print_status(reply, out);
    ctl_print_deed(reply, out);
    fclose(out);
    free(text);
    json_decref(reply);
}
