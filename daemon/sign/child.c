#include <roomsign/child.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/clock.h>

#define EXTRA_FD 3
#define PATH_BYTES_MAX 4096
#define NICENESS 10
#define STATUS_NOT_STARTED 127
/* Those that ended last are remembered, but not until their numbers come again. */
#define REAPED_MAX 8
#define REAPED_FOR_MS (10 * SECOND_MS)

static struct {
    pid_t pid;
    int64_t at_ms;
} reaped_children[REAPED_MAX];
static size_t reaped_count;

/** "NAME=value" strings and a NULL in one block; free() it and each string. */
static char **environment_new(const char *const *variables)
{
    size_t max = 0, count = 0;
    while (variables[max])
        max++;
    char **environment = xcalloc(max + 1, sizeof(char *));
    for (size_t i = 0; i < max; i++) {
        const char *value = getenv(variables[i]);
        if (!value)
            continue;
        size_t size = strlen(variables[i]) + strlen(value) + 2;
        environment[count] = xcalloc(size, 1);
        snprintf(environment[count++], size, "%s=%s", variables[i], value);
    }
    return environment;
}

static void environment_free(char **environment)
{
    for (size_t i = 0; environment[i]; i++)
        free(environment[i]);
    free(environment);
}

static bool limit(int resource, int64_t most)
{
    struct rlimit limit = {(rlim_t)most, (rlim_t)most};
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool set_limits(const struct child_request *request)
{
    bool set = limit(RLIMIT_CPU, request->cpu_s_max) &&
               limit(RLIMIT_NOFILE, request->files_max) && limit(RLIMIT_CORE, 0);
    /* AddressSanitizer reserves terabytes of addresses, and writes a report. */
#ifndef __SANITIZE_ADDRESS__
    set = set && limit(RLIMIT_AS, request->memory_bytes_max) && limit(RLIMIT_FSIZE, 0);
#endif
    return set;
}

/** Moves fd to `to`, out of the way of what comes later. */
static bool place_fd(int fd, int to)
{
    if (fd == to)
        return fcntl(fd, F_SETFD, 0) == 0;
    return dup2(fd, to) == to;
}

/** After fork: only what is safe in a process that may have had threads. */
_Noreturn static void become(const struct child_request *request, char **environment,
                             const int fds[4], pid_t parent)
{
    static const char complaint[] = "cannot be started\n";
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    bool ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
                 prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    setpriority(PRIO_PROCESS, 0, NICENESS);
    signal(SIGPIPE, SIG_DFL);
    /* A library's cache that can't be written is no reason to die. */
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 4 && ready; i++)
        ready = fds[i] < 0 || place_fd(fds[i], i);
    unsigned others = fds[EXTRA_FD] < 0 ? EXTRA_FD : EXTRA_FD + 1;
    /* At execve, because the cage is one of them. */
    ready = ready && close_range(others, ~0u, CLOSE_RANGE_CLOEXEC) == 0 && set_limits(request) &&
            sigprocmask(SIG_SETMASK, &none, NULL) == 0 &&
            (!request->cage || cage_enter(request->cage));
    if (ready)
        execve(request->program, request->arguments, environment);
    ssize_t ignored = write(STDERR_FILENO, complaint, sizeof(complaint) - 1);
    (void)ignored;
    _exit(STATUS_NOT_STARTED);
}

/** Replaces fd by a copy above the descriptors that the child's own will take. */
static bool lift_fd(int *fd)
{
    int lifted = fcntl(*fd, F_DUPFD_CLOEXEC, EXTRA_FD + 1);
    if (lifted < 0)
        return false;
    close(*fd);
    *fd = lifted;
    return true;
}

static void close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

char *child_find(const char *name)
{
    char path[PATH_BYTES_MAX];
    const char *search = getenv("PATH");
    for (const char *part = search ? search : ""; *part;) {
        int part_length = (int)strcspn(part, ":");
        int length = snprintf(path, sizeof(path), "%.*s/%s", part_length, part, name);
        if (*part == '/' && length < PATH_BYTES_MAX && access(path, X_OK) == 0)
            return xstrdup(path);
        part += part_length + (part[part_length] != '\0');
    }
    return NULL;
}

bool child_start(const struct child_request *request, struct child *ret_child, struct error *err)
{
    if (access(request->program, X_OK) < 0) {
        error_set(err, "%s: %s", request->program, strerror(errno));
        return false;
    }
    int output[2] = {-1, -1}, report[2] = {-1, -1}, inputs[2] = {-1, -1};
    char **environment = environment_new(request->variables);
    bool done = false;
    inputs[0] = request->input_fd < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC)
                                      : fcntl(request->input_fd, F_DUPFD_CLOEXEC, EXTRA_FD + 1);
    if (request->extra_fd >= 0)
        inputs[1] = fcntl(request->extra_fd, F_DUPFD_CLOEXEC, EXTRA_FD + 1);
    if (inputs[0] < 0 || (request->extra_fd >= 0 && inputs[1] < 0) || !lift_fd(&inputs[0]) ||
        pipe2(output, O_CLOEXEC) < 0 || pipe2(report, O_CLOEXEC) < 0 || !lift_fd(&output[1]) ||
        !lift_fd(&report[1]) || fcntl(output[0], F_SETFL, O_NONBLOCK) < 0 ||
        fcntl(report[0], F_SETFL, O_NONBLOCK) < 0) {
        error_set(err, "%s: %s", request->program, strerror(errno));
        goto out;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become(request, environment, (int[4]){inputs[0], output[1], report[1], inputs[1]}, parent);
    if (pid < 0) {
        error_set(err, "fork: %s", strerror(errno));
        goto out;
    }
    /* Also here, because the child may not have come so far when it is to be killed. */
    setpgid(pid, pid);
    int pid_fd = pidfd_open(pid, 0);
    if (pid_fd < 0) {
        error_set(err, "pidfd_open: %s", strerror(errno));
        child_kill(pid);
        child_reap(pid);
        goto out;
    }
    *ret_child = (struct child){pid, pid_fd, output[0], report[0]};
    output[0] = report[0] = -1;
    done = true;
out:
    close_all(inputs, 2);
    close_all(output, 2);
    close_all(report, 2);
    environment_free(environment);
    return done;
}

void child_kill(pid_t pid)
{
    assert(pid > 1);
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
}

int child_reap(pid_t pid)
{
    int status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(pid, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    assert(reaped == pid);
    reaped_children[reaped_count % REAPED_MAX].pid = pid;
    reaped_children[reaped_count++ % REAPED_MAX].at_ms = clock_monotonic_ms();
    return status;
}

bool child_is_own(pid_t pid)
{
    siginfo_t info;
    int64_t now_ms = clock_monotonic_ms();
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
        return true;
    for (size_t i = 0; i < REAPED_MAX; i++)
        if (reaped_children[i].pid == pid && now_ms - reaped_children[i].at_ms < REAPED_FOR_MS)
            return true;
    return false;
}

int memory_file(const char *name, const void *bytes, size_t length, struct error *err)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && write_all(fd, bytes, length) && lseek(fd, 0, SEEK_SET) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
        return fd;
    error_set(err, "%s: a file in memory: %s", name, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}
