#include <roomsign/feed_run.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/child.h>
#include <roomsign/utf8.h>

#define FEED_PROGRAM "roomsign-feed"
#define READ_BYTES 65536
#define CONFIG_IN_CHILD "/proc/self/fd/3"

/* Which zone this is and where zones are, and the proxies, a name in either case as libcurl takes
 * it (http_proxy in one, because HTTP_PROXY may be a web server's word). */
static const char *const variables[] = {
    "TZ",        "TZDIR",     "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy",   "NO_PROXY",    NULL,
};

bool feed_run_is_running(const struct feed_run *run)
{
    return run->pid != 0;
}

static void close_watched(struct feed_run *run, struct loop_watch **watch, int *fd)
{
    loop_remove(run->loop, *watch);
    *watch = NULL;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void release_all(struct feed_run *run)
{
    close_watched(run, &run->pid_watch, &run->pid_fd);
    close_watched(run, &run->output_watch, &run->output_fd);
    close_watched(run, &run->report_watch, &run->report_fd);
    close_watched(run, &run->timer_watch, &run->timer_fd);
    buffer_release(&run->output);
    buffer_release(&run->report);
    free(run->room_name);
    *run = (struct feed_run){0};
}

void feed_run_stop(struct feed_run *run)
{
    if (!feed_run_is_running(run))
        return;
    child_kill(run->pid);
    child_reap(run->pid);
    release_all(run);
}

/** The child's end follows through its pid_fd. The first reason stands. */
static void kill_for(struct feed_run *run, const char *reason)
{
    if (!*run->killed_for)
        snprintf(run->killed_for, sizeof(run->killed_for), "%s", reason);
    child_kill(run->pid);
}

/** One read. false: nothing more to read now; *ret_ended says whether for ever. */
static bool read_some(int fd, char bytes[static READ_BYTES], size_t *ret_length, bool *ret_ended)
{
    ssize_t length = read(fd, bytes, READ_BYTES);
    *ret_ended = length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR);
    *ret_length = length > 0 ? (size_t)length : 0;
    return length > 0;
}

static void take_output(struct feed_run *run, const char *bytes, size_t length)
{
    if (!*run->killed_for && !buffer_append(&run->output, bytes, length))
        kill_for(run, FEED_PROGRAM "'s document is too large");
}

static void take_report(struct feed_run *run, const char *bytes, size_t length)
{
    run->chatter_bytes += length;
    size_t room = run->report.max - run->report.length;
    buffer_append(&run->report, bytes, length < room ? length : room);
    if (run->chatter_bytes > FEED_RUN_CHATTER_BYTES_MAX)
        kill_for(run, FEED_PROGRAM " floods its standard error");
}

static void on_output(void *context, uint32_t events)
{
    (void)events;
    struct feed_run *run = context;
    char bytes[READ_BYTES];
    size_t length;
    bool ended;
    if (read_some(run->output_fd, bytes, &length, &ended))
        take_output(run, bytes, length);
    else if (ended)
        close_watched(run, &run->output_watch, &run->output_fd);
}

static void on_report(void *context, uint32_t events)
{
    (void)events;
    struct feed_run *run = context;
    char bytes[READ_BYTES];
    size_t length;
    bool ended;
    if (read_some(run->report_fd, bytes, &length, &ended))
        take_report(run, bytes, length);
    else if (ended)
        close_watched(run, &run->report_watch, &run->report_fd);
}

static void on_timeout(void *context, uint32_t events)
{
    (void)events;
    struct feed_run *run = context;
    close_watched(run, &run->timer_watch, &run->timer_fd);
    kill_for(run, FEED_PROGRAM " took too long");
}

/** Clean lines without the program's name, each ended by '\n', empty ones left out. */
static void clean_report(const struct buffer *report, struct buffer *ret_lines)
{
    static const char name[] = FEED_PROGRAM ": ";
    const char *line = report->data ? report->data : "";
    while (*line) {
        size_t length = strcspn(line, "\n");
        const char *text = line;
        size_t text_length = length;
        if (length >= sizeof(name) - 1 && memcmp(line, name, sizeof(name) - 1) == 0) {
            text += sizeof(name) - 1;
            text_length -= sizeof(name) - 1;
        }
        char *clean = utf8_clean(text, text_length, REPORT_LINE_BYTES_MAX - 1);
        if (*clean && ret_lines->length + strlen(clean) + 1 <= ret_lines->max) {
            buffer_append_text(ret_lines, clean);
            buffer_append_text(ret_lines, "\n");
        }
        free(clean);
        line += length + (line[length] != '\0');
    }
}

static int64_t find_retry_ms(const struct buffer *lines)
{
    int64_t longest_s = 0, retry_s;
    for (const char *line = lines->data ? lines->data : ""; *line;) {
        size_t length = strcspn(line, "\n");
        char *text = xstrndup(line, length);
        if (report_parse_retry(text, &retry_s) && retry_s > longest_s)
            longest_s = retry_s;
        free(text);
        line += length + (line[length] != '\0');
    }
    return longest_s * SECOND_MS;
}

/** Cuts the last line off `lines`. false: there is none. */
static bool take_last_line(struct buffer *lines, char *ret_line, size_t size)
{
    if (lines->length == 0)
        return false;
    size_t start = lines->length - 1;
    while (start > 0 && lines->data[start - 1] != '\n')
        start--;
    lines->data[lines->length - 1] = '\0';
    snprintf(ret_line, size, "%s", lines->data + start);
    lines->data[start] = '\0';
    lines->length = start;
    return true;
}

/** Replaces an initialised document. */
static bool read_document(const struct feed_run *run, struct document *ret_document,
                          struct error *err)
{
    struct document document;
    if (!document_read(run->output.data ? run->output.data : "", run->output.length, &document,
                       err))
        return false;
    if (strcmp(document.room, run->room_name) != 0) {
        error_set(err, "it is for room \"%.100s\"", document.room);
        document_release(&document);
        return false;
    }
    document_release(ret_document);
    *ret_document = document;
    return true;
}

static void judge(const struct feed_run *run, int status, struct buffer *lines,
                  struct feed_outcome *outcome)
{
    struct error err = {0};
    size_t size = sizeof(outcome->reason);
    outcome->retry_after_ms = find_retry_ms(lines);
    if (*run->killed_for) {
        snprintf(outcome->reason, size, "%s", run->killed_for);
    } else if (WIFSIGNALED(status)) {
        snprintf(outcome->reason, size, FEED_PROGRAM " ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != EXIT_STATUS_DONE) {
        if (!take_last_line(lines, outcome->reason, size))
            snprintf(outcome->reason, size, FEED_PROGRAM " ended with status %d and no word",
                     WEXITSTATUS(status));
    } else if (!read_document(run, &outcome->document, &err)) {
        snprintf(outcome->reason, size, FEED_PROGRAM "'s document: %s", err.message);
    } else {
        outcome->ok = true;
    }
}

static void finish(struct feed_run *run, int status)
{
    struct buffer lines;
    struct feed_outcome outcome = {0};
    feed_run_done done = run->done;
    void *context = run->context;
    buffer_init(&lines, FEED_RUN_REPORT_BYTES_MAX + 2);
    document_init(&outcome.document);
    clean_report(&run->report, &lines);
    judge(run, status, &lines, &outcome);
    outcome.remarks = lines.length > 0 ? lines.data : NULL;
    release_all(run);
    done(context, &outcome);
    document_release(&outcome.document);
    buffer_release(&lines);
}

static void on_exit_of_child(void *context, uint32_t events)
{
    (void)events;
    struct feed_run *run = context;
    char bytes[READ_BYTES];
    size_t length;
    bool ended;
    /* What the child left behind must not outlive it, nor hold its pipes. */
    child_kill(run->pid);
    while (run->output_fd >= 0 && !*run->killed_for &&
           read_some(run->output_fd, bytes, &length, &ended))
        take_output(run, bytes, length);
    while (run->report_fd >= 0 && !*run->killed_for &&
           read_some(run->report_fd, bytes, &length, &ended))
        take_report(run, bytes, length);
    finish(run, child_reap(run->pid));
}

/** The config as the sign understood it; a sealed file in memory. */
static int config_file(const struct config *config, struct error *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        error_out_of_memory();
    config_print(config, stream);
    if (fclose(stream) != 0)
        error_out_of_memory();
    int fd = memory_file("config", text, length, err);
    free(text);
    return fd;
}

static int document_file(const struct document *document, struct error *err)
{
    struct buffer json;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    int fd = -1;
    if (document_write(document, &json, err))
        fd = memory_file("last document", json.data, json.length, err);
    buffer_release(&json);
    return fd;
}

static int start_timer(int64_t after_ms, struct error *err)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct itimerspec spec = {
        .it_value = {.tv_sec = after_ms / 1000, .tv_nsec = after_ms % 1000 * 1000000},
    };
    if (fd >= 0 && timerfd_settime(fd, 0, &spec, NULL) == 0)
        return fd;
    error_set(err, "a timer: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool spawn(const struct feed_request *request, struct child *ret_child, struct error *err)
{
    char from[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES], now[TIME_TEXT_BYTES];
    time_format_utc(request->from_ms, from);
    time_format_utc(request->until_ms, until);
    time_format_utc(request->now_ms, now);
    char *arguments[11] = {
        (char *)request->program, CONFIG_IN_CHILD, "--from", from, "--to", until, "--now", now,
    };
    int last_fd = -1;
    int config_fd = config_file(request->config, err);
    bool started = config_fd >= 0;
    if (started && request->last) {
        last_fd = document_file(request->last, err);
        arguments[8] = "--last";
        arguments[9] = "-";
        started = last_fd >= 0;
    }
    if (started) {
        struct child_request child = {
            .program = request->program,
            .arguments = arguments,
            .input_fd = last_fd,
            .extra_fd = config_fd,
            .memory_bytes_max = FEED_RUN_MEMORY_BYTES_MAX,
            .cpu_s_max = FEED_RUN_CPU_MAX_S,
            .files_max = FEED_RUN_FILES_MAX,
            .variables = variables,
        };
        started = child_start(&child, ret_child, err);
    }
    if (config_fd >= 0)
        close(config_fd);
    if (last_fd >= 0)
        close(last_fd);
    return started;
}

static int64_t time_limit_ms(const struct feed_request *request)
{
    const struct config *config = request->config;
    if (request->time_limit_ms > 0)
        return request->time_limit_ms;
    int64_t feeds = config->feed_urls.count > 0 ? (int64_t)config->feed_urls.count : 1;
    int64_t each_ms =
        config->timeout_ms < FEED_RUN_TIME_MAX_MS ? config->timeout_ms : FEED_RUN_TIME_MAX_MS;
    int64_t limit_ms = each_ms * feeds + FEED_RUN_SLACK_MS;
    if (*config->headlines_url)
        limit_ms += FEED_RUN_HEADLINES_MS;
    return limit_ms < FEED_RUN_TIME_MAX_MS ? limit_ms : FEED_RUN_TIME_MAX_MS;
}

bool feed_run_start(struct feed_run *run, struct loop *loop, const struct feed_request *request,
                    feed_run_done done, void *context, struct error *err)
{
    assert(!feed_run_is_running(run));
    struct child child;
    if (!spawn(request, &child, err))
        return false;
    *run = (struct feed_run){
        .loop = loop,
        .pid = child.pid,
        .pid_fd = child.pid_fd,
        .output_fd = child.output_fd,
        .report_fd = child.report_fd,
        .timer_fd = start_timer(time_limit_ms(request), err),
        .room_name = xstrdup(request->config->room_name),
        .done = done,
        .context = context,
    };
    buffer_init(&run->output, DOCUMENT_BYTES_MAX);
    buffer_init(&run->report, FEED_RUN_REPORT_BYTES_MAX);
    if (run->timer_fd >= 0 &&
        (run->pid_watch = loop_add(loop, run->pid_fd, EPOLLIN, on_exit_of_child, run, err)) &&
        (run->output_watch = loop_add(loop, run->output_fd, EPOLLIN, on_output, run, err)) &&
        (run->report_watch = loop_add(loop, run->report_fd, EPOLLIN, on_report, run, err)) &&
        (run->timer_watch = loop_add(loop, run->timer_fd, EPOLLIN, on_timeout, run, err)))
        return true;
    feed_run_stop(run);
    return false;
}

char *feed_program_find(struct error *err)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(FEED_PROGRAM) - 1);
    if (length > 0) {
        path[length] = '\0';
        char *slash = strrchr(path, '/');
        if (slash) {
            memcpy(slash + 1, FEED_PROGRAM, sizeof(FEED_PROGRAM));
            if (access(path, X_OK) == 0)
                return xstrdup(path);
        }
    }
    char *found = child_find(FEED_PROGRAM);
    if (!found)
        error_set(err, FEED_PROGRAM " is neither beside this program nor in PATH; "
                                    "name it with --feed-program");
    return found;
}
