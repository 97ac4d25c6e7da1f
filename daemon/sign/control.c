#include <roomsign/control.h>

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include <roomsign/child.h>
#include <roomsign/clock.h>
#include <roomsign/utf8.h>

static void drop(struct control_connection *connection)
{
    loop_remove(connection->control->loop, connection->watch);
    close(connection->fd);
    if (connection->reply_fd >= 0)
        close(connection->reply_fd);
    free(connection->reply);
    connection->watch = NULL;
    connection->reply = NULL;
    connection->fd = connection->reply_fd = -1;
}

/** Wakes when the first of the connections has had its time; disarmed while there is none. */
static void arm_timer(struct control *control)
{
    int64_t until_ms = INT64_MAX;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        const struct control_connection *connection = &control->connections[i];
        if (connection->fd >= 0 && connection->until_ms < until_ms)
            until_ms = connection->until_ms;
    }
    struct itimerspec spec = {0};
    if (until_ms != INT64_MAX)
        spec.it_value = (struct timespec){until_ms / 1000, until_ms % 1000 * 1000000};
    int status = timerfd_settime(control->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
    assert(status == 0);
}

static void on_timer(void *context, uint32_t events)
{
    (void)events;
    struct control *control = context;
    uint64_t expirations;
    if (read(control->timer_fd, &expirations, sizeof(expirations)) < 0)
        return;
    int64_t now_ms = clock_monotonic_ms();
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        struct control_connection *connection = &control->connections[i];
        if (connection->fd >= 0 && connection->until_ms <= now_ms)
            drop(connection);
    }
    arm_timer(control);
}

static const struct control_command *find_command(const struct control *control, const char *name)
{
    for (size_t i = 0; i < control->command_count; i++)
        if (strcmp(control->commands[i].name, name) == 0)
            return &control->commands[i];
    return NULL;
}

static bool refuse_unknown(const struct control *control, const char *name, struct error *err)
{
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < control->command_count && used < sizeof(known); i++)
        used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i > 0 ? ", " : "",
                                 control->commands[i].name);
    error_set(err, "no such command: \"%.64s\" (known are %s)", name, known);
    return false;
}

static bool run_command(const struct control *control, const char *line, size_t length,
                        json_t *reply, int *ret_fd, struct error *err)
{
    json_error_t where;
    json_t *request = json_loadb(line, length, JSON_REJECT_DUPLICATES, &where);
    const char *name = json_string_value(json_object_get(request, "command"));
    bool done;
    if (!request) {
        error_set(err, "the request is not JSON: %s", where.text);
        done = false;
    } else if (!name) {
        error_set(err, "the request is no object with a \"command\"");
        done = false;
    } else {
        const struct control_command *command = find_command(control, name);
        done = command ? command->run(control->context, request, reply, ret_fd, err)
                       : refuse_unknown(control, name, err);
    }
    json_decref(request);
    return done;
}

static void answer(struct control_connection *connection, size_t line_length)
{
    struct error err = {0};
    json_t *reply = json_object();
    bool done = run_command(connection->control, connection->request, line_length, reply,
                            &connection->reply_fd, &err);
    char *text = NULL;
    if (done) {
        json_object_set_new(reply, "ok", json_true());
        text = json_dumps(reply, JSON_COMPACT);
        if (!text || strlen(text) >= CONTROL_REPLY_BYTES_MAX) {
            error_set(&err, "the answer is too large");
            free(text);
            text = NULL;
        }
    }
    if (!text) {
        /* An error may quote what came in, cut anywhere. */
        char *message = utf8_clean(err.message, strlen(err.message), ERROR_MESSAGE_BYTES_MAX);
        json_t *refusal = json_pack("{s:b, s:s}", "ok", 0, "error", message);
        text = json_dumps(refusal, JSON_COMPACT);
        json_decref(refusal);
        free(message);
    }
    json_decref(reply);
    if (!text)
        error_out_of_memory();
    connection->length = strlen(text);
    connection->reply = xrealloc(text, connection->length + 2);
    connection->reply[connection->length++] = '\n';
    connection->reply[connection->length] = '\0';
    connection->sent = 0;
}

/** One send, with the descriptor on the first byte. Same result as send(). */
static ssize_t send_some(struct control_connection *connection)
{
    struct iovec part = {connection->reply + connection->sent,
                         connection->length - connection->sent};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (connection->sent == 0 && connection->reply_fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &connection->reply_fd, sizeof(int));
    }
    return sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/** false: the connection is over, well or not. */
static bool send_reply(struct control_connection *connection)
{
    while (connection->sent < connection->length) {
        ssize_t sent = send_some(connection);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return loop_modify(connection->control->loop, connection->watch, EPOLLOUT, NULL);
        if (sent <= 0)
            return false;
        connection->sent += (size_t)sent;
    }
    return false;
}

/** false: the connection is over. */
static bool receive_request(struct control_connection *connection)
{
    size_t room = sizeof(connection->request) - connection->length;
    ssize_t length = recv(connection->fd, connection->request + connection->length, room, 0);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    if (length == 0)
        return false;
    connection->length += (size_t)length;
    const char *end = memchr(connection->request, '\n', connection->length);
    if (!end)
        return connection->length < sizeof(connection->request);
    answer(connection, (size_t)(end - connection->request));
    return send_reply(connection);
}

static void on_connection(void *context, uint32_t events)
{
    struct control_connection *connection = context;
    struct control *control = connection->control;
    bool goes_on = connection->reply
                       ? (events & (EPOLLHUP | EPOLLERR)) == 0 && send_reply(connection)
                       : receive_request(connection);
    if (!goes_on) {
        drop(connection);
        arm_timer(control);
    }
}

/** Who still owes a request goes before who owes the reading of an answer. */
static bool goes_first(const struct control_connection *a, const struct control_connection *b)
{
    if ((a->reply != NULL) != (b->reply != NULL))
        return !a->reply;
    return a->until_ms < b->until_ms;
}

/** Hang up on whoever has kept a connection for longest. NULL: there is none. */
static struct control_connection *drop_one(struct control *control)
{
    struct control_connection *first = NULL;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        struct control_connection *connection = &control->connections[i];
        if (connection->fd >= 0 && (!first || goes_first(connection, first)))
            first = connection;
    }
    if (first)
        drop(first);
    return first;
}

static struct control_connection *make_place(struct control *control)
{
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
        if (control->connections[i].fd < 0)
            return &control->connections[i];
    return drop_one(control);
}

/** The sign's own children ask nothing of it: one that does has been taken over by a feed. */
static bool is_own_child(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && child_is_own(peer.pid);
}

static void on_listen(void *context, uint32_t events)
{
    (void)events;
    struct control *control = context;
    int fd = accept4(control->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        /* Whoever waits goes on waking the loop. */
        if (errno == EMFILE || errno == ENFILE)
            drop_one(control);
        return;
    }
    if (is_own_child(fd)) {
        close(fd);
        return;
    }
    struct control_connection *free_one = make_place(control);
    struct loop_watch *watch = loop_add(control->loop, fd, EPOLLIN, on_connection, free_one, NULL);
    if (!watch) {
        close(fd);
        return;
    }
    free_one->control = control;
    free_one->fd = fd;
    free_one->watch = watch;
    free_one->length = 0;
    free_one->until_ms = clock_monotonic_ms() + CONTROL_TIME_MAX_MS;
    arm_timer(control);
}

/** Of a sign that was killed while it started a child, the child may hold the socket for a moment.
 */
static bool listener_is_gone(int fd)
{
    struct ucred listener;
    socklen_t size = sizeof(listener);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &listener, &size) == 0 && listener.pid > 0 &&
           kill(listener.pid, 0) < 0 && errno == ESRCH;
}

/** Whether somebody answers at the address. */
static bool is_live(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    bool connected = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
    bool live = connected ? !listener_is_gone(fd) : errno == EAGAIN;
    close(fd);
    return live;
}

static void make_parent(const struct sockaddr_un *address)
{
    char directory[sizeof(address->sun_path)];
    memcpy(directory, address->sun_path, sizeof(directory));
    char *slash = strrchr(directory, '/');
    if (slash && slash != directory) {
        *slash = '\0';
        mkdir(directory, 0750);
    }
}

static int listen_at(const char *path, struct error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof(address.sun_path)) {
        error_set(err, "the path of the control socket is empty or too long");
        return -1;
    }
    memcpy(address.sun_path, path, length + 1);
    make_parent(&address);
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        if (is_live(&address)) {
            error_set(err, "%s: another roomsignd answers there", path);
            return -1;
        }
        unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* The mode must be right from the first moment, and bind has no other way to say it. */
    mode_t mask = umask(0117);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    int reason = errno;
    umask(mask);
    if (bound && listen(fd, CONTROL_CONNECTIONS_MAX) == 0)
        return fd;
    error_set(err, "%s: %s", path, strerror(bound ? errno : reason));
    if (fd >= 0)
        close(fd);
    return -1;
}

bool control_open(struct control *control, struct loop *loop, const char *path,
                  const struct control_command *commands, size_t command_count, void *context,
                  struct error *err)
{
    int listen_fd = listen_at(path, err);
    if (listen_fd < 0)
        return false;
    *control = (struct control){
        .loop = loop,
        .commands = commands,
        .command_count = command_count,
        .context = context,
        .listen_fd = listen_fd,
        .timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
    };
    snprintf(control->path, sizeof(control->path), "%s", path);
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
        control->connections[i].fd = control->connections[i].reply_fd = -1;
    if (control->timer_fd < 0)
        error_set(err, "a timer: %s", strerror(errno));
    else if ((control->listen_watch =
                  loop_add(loop, listen_fd, EPOLLIN, on_listen, control, err)) &&
             (control->timer_watch =
                  loop_add(loop, control->timer_fd, EPOLLIN, on_timer, control, err)))
        return true;
    control_close(control);
    return false;
}

void control_close(struct control *control)
{
    if (!control->loop)
        return;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
        if (control->connections[i].fd >= 0)
            drop(&control->connections[i]);
    loop_remove(control->loop, control->listen_watch);
    loop_remove(control->loop, control->timer_watch);
    close(control->listen_fd);
    if (control->timer_fd >= 0)
        close(control->timer_fd);
    unlink(control->path);
    *control = (struct control){0};
}
