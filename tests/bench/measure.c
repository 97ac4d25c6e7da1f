/* Runs a program once and tells what that cost:
 *
 *     measure OUTPUT [--pss] PROGRAM [ARGUMENT]...
 *
 * prints wall_us, cpu_us (user and system), peak_kib (resident memory) and pss_kib, one `name
 * value` a line; what the program prints goes into the file OUTPUT. Exit status 1: the program
 * failed.
 *
 * A program of its own, because a child's ru_maxrss begins with its parent's size: measured from an
 * interpreter, every program has the interpreter's memory.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_EVERY_MS 1

static long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long timeval_us(struct timeval time)
{
    return time.tv_sec * 1000000LL + time.tv_usec;
}

/** The process's share of memory now; 0: it has none any more. */
static long pss_kib(pid_t pid)
{
    char path[64], line[256];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Pss:", 4) == 0)
            kib = strtol(line + 4, NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib;
}

/** Costs the process time: not in a run whose time counts. */
static long watch_pss_kib(pid_t pid)
{
    long most_kib = 0;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    while (fd >= 0 && poll(&ended, 1, SAMPLE_EVERY_MS) == 0) {
        long kib = pss_kib(pid);
        most_kib = kib > most_kib ? kib : most_kib;
    }
    if (fd >= 0)
        close(fd);
    return most_kib;
}

int main(int argc, char **argv)
{
    bool pss = argc > 2 && strcmp(argv[2], "--pss") == 0;
    char **command = argv + 2 + pss;
    if (argc < 3 + pss)
        return 1;
    int output = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output < 0) {
        perror(argv[1]);
        return 1;
    }
    long long started_us = now_us();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(output, STDOUT_FILENO);
        execv(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    if (pid < 0)
        return 1;
    long most_kib = pss ? watch_pss_kib(pid) : 0;
    struct rusage usage;
    int status;
    if (wait4(pid, &status, 0, &usage) != pid)
        return 1;
    printf("wall_us %lld\ncpu_us %lld\npeak_kib %ld\npss_kib %ld\n", now_us() - started_us,
           timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime), usage.ru_maxrss, most_kib);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}
