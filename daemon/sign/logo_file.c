#include <roomsign/logo_file.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/cage.h>
#include <roomsign/child.h>
#include <roomsign/clock.h>
#include <roomsign/utf8.h>

#define PROGRAM "rsvg-convert"
#define READ_BYTES 65536
/** Of what it says; the rest is passed over. The first read fits. */
#define WORDS_BYTES_MAX READ_BYTES
#define WORD_BYTES_MAX 300

/* The programs and libraries of the system, and what fonts need. The picture comes through a pipe:
 * nothing of /etc, /home or the sign's own. */
static const struct cage_place places[] = {
    {"/usr", CAGE_RUN},
    {"/bin", CAGE_RUN},
    {"/lib", CAGE_RUN},
    {"/lib64", CAGE_RUN},
    {"/etc/ld.so.cache", CAGE_FILE},
    {"/etc/fonts", CAGE_TREE},
    {"/var/cache/fontconfig", CAGE_TREE},
    {"/dev/null", CAGE_FILE},
    {"/dev/zero", CAGE_FILE},
    {"/dev/urandom", CAGE_FILE},
};
#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))
/* Whose <switch> of languages it may have to follow. */
static const char *const variables[] = {"LANG", NULL};

/** What there is to read now. At its end *fd becomes -1. false: more than the buffer takes. */
static bool take(int *fd, struct buffer *buffer)
{
    char bytes[READ_BYTES];
    ssize_t length = read(*fd, bytes, sizeof(bytes));
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (length <= 0) {
        *fd = -1;
        return true;
    }
    return buffer_append(buffer, bytes, (size_t)length);
}

/** Until the child has ended and its pipes are read. */
static bool collect(const struct child *child, struct buffer *png, struct buffer *words,
                    struct error *err)
{
    int64_t until_ms = clock_monotonic_ms() + LOGO_FILE_CHILD_MAX_MS;
    /* poll leaves out what is negative. */
    struct pollfd fds[] = {
        {child->output_fd, POLLIN, 0},
        {child->report_fd, POLLIN, 0},
        {child->pid_fd, POLLIN, 0},
    };
    while (fds[0].fd >= 0 || fds[1].fd >= 0 || fds[2].fd >= 0) {
        int64_t left_ms = until_ms - clock_monotonic_ms();
        if (left_ms <= 0) {
            error_set(err, PROGRAM " takes longer than %d s to draw it",
                      LOGO_FILE_CHILD_MAX_MS / 1000);
            return false;
        }
        if (poll(fds, sizeof(fds) / sizeof(fds[0]), (int)left_ms) <= 0)
            continue;
        if (fds[0].revents && !take(&fds[0].fd, png)) {
            error_set(err, PROGRAM " makes a PNG of more than %d MiB of it",
                      LOGO_FILE_PNG_BYTES_MAX / (1024 * 1024));
            return false;
        }
        if (fds[1].revents)
            take(&fds[1].fd, words);
        if (fds[2].revents)
            fds[2].fd = -1;
    }
    return true;
}

/** Its first line counts; those that follow are consequences. */
static void tell_refusal(const struct buffer *words, int status, struct error *err)
{
    static const char name[] = PROGRAM ": ";
    const char *line = words->data ? words->data : "";
    if (strncmp(line, name, sizeof(name) - 1) == 0)
        line += sizeof(name) - 1;
    char *clean = utf8_clean(line, strcspn(line, "\n"), WORD_BYTES_MAX);
    if (*clean)
        error_set(err, PROGRAM ": %s", clean);
    else if (WIFEXITED(status))
        error_set(err, PROGRAM " fails with exit status %d", WEXITSTATUS(status));
    else
        error_set(err, PROGRAM " was ended by %s", strsignal(WTERMSIG(status)));
    free(clean);
}

/** What the child makes of *svg_fd. */
static bool run_child(const char *program, int svg_fd, struct buffer *png, struct error *err)
{
    char width[32], height[32];
    snprintf(width, sizeof(width), "--width=%d", LOGO_KEPT_SIDE_MAX_PX);
    snprintf(height, sizeof(height), "--height=%d", LOGO_KEPT_SIDE_MAX_PX);
    char *arguments[] = {
        (char *)PROGRAM, (char *)"--format=png", (char *)"--keep-aspect-ratio", width, height, NULL,
    };
    struct child_request request = {
        .program = program,
        .arguments = arguments,
        .input_fd = svg_fd,
        .extra_fd = -1,
        .memory_bytes_max = LOGO_FILE_CHILD_MEMORY_BYTES_MAX,
        .cpu_s_max = LOGO_FILE_CHILD_CPU_MAX_S,
        .files_max = LOGO_FILE_CHILD_FILES_MAX,
        .variables = variables,
    };
    struct cage cage;
    struct cage_place all[PLACE_COUNT + 1];
    memcpy(all, places, sizeof(places));
    all[PLACE_COUNT] = (struct cage_place){program, CAGE_RUN};
    cage_build(&cage, CAGE_CALLS_CONVERTER, all, PLACE_COUNT + 1);
    request.cage = &cage;
    struct child child;
    struct buffer words;
    bool started = child_start(&request, &child, err);
    cage_release(&cage);
    if (!started)
        return false;
    buffer_init(&words, WORDS_BYTES_MAX);
    bool done = collect(&child, png, &words, err);
    /* What it left behind must not outlive it. */
    child_kill(child.pid);
    int status = child_reap(child.pid);
    if (done && status != 0) {
        tell_refusal(&words, status, err);
        done = false;
    }
    close(child.pid_fd);
    close(child.output_fd);
    close(child.report_fd);
    buffer_release(&words);
    return done;
}

static bool convert(const struct buffer *svg, struct buffer *png, struct error *err)
{
    char *program = child_find(PROGRAM);
    if (!program) {
        error_set(err, "an SVG logo needs " PROGRAM ", of Debian's package librsvg2-bin; or make "
                       "it a PNG");
        return false;
    }
    int fd = memory_file("logo", svg->data, svg->length, err);
    bool done = fd >= 0 && run_child(program, fd, png, err);
    if (fd >= 0)
        close(fd);
    free(program);
    return done;
}

static bool is_png(const struct buffer *file)
{
    static const char signature[] = "\x89PNG";
    return file->length > 4 && memcmp(file->data, signature, 4) == 0;
}

/** As far as it is worth asking rsvg-convert, which says what is wrong with it. */
static bool is_svg(const struct buffer *file)
{
    static const char before[] = "\xEF\xBB\xBF \t\r\n";
    if (file->length > 2 && memcmp(file->data, "\x1F\x8B", 2) == 0)
        return true;
    size_t start = 0;
    while (start < file->length && memchr(before, file->data[start], sizeof(before) - 1))
        start++;
    return start < file->length && file->data[start] == '<';
}

struct logo *logo_file_open(const char *path, struct error *err)
{
    struct logo *logo = NULL;
    struct buffer file, png;
    buffer_init(&file, LOGO_FILE_BYTES_MAX);
    buffer_init(&png, LOGO_FILE_PNG_BYTES_MAX);
    if (!buffer_read_file(&file, path, err))
        goto out;
    if (is_png(&file))
        logo = logo_new(file.data, file.length, err);
    else if (!is_svg(&file))
        error_set(err, "neither a PNG nor an SVG picture");
    else if (convert(&file, &png, err))
        logo = logo_new(png.data, png.length, err);
out:
    buffer_release(&png);
    buffer_release(&file);
    return logo;
}
