#include <roomsign/wake.h>

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES 4096
#define EVENTS_MAX 16

struct input {
    int fd;
    /* Whether it still is the file of that name. */
    dev_t device;
    ino_t inode;
};

struct wake {
    int epoll_fd;
    int inotify_fd;
    char directory[PATH_MAX];
    struct input inputs[WAKE_INPUTS_MAX];
    int input_count;
};

struct wake *wake_new(struct error *err)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) {
        error_set(err, "epoll_create1: %s", strerror(errno));
        return NULL;
    }
    struct wake *wake = xcalloc(1, sizeof *wake);
    wake->epoll_fd = epoll_fd;
    wake->inotify_fd = -1;
    return wake;
}

void wake_free(struct wake *wake)
{
    if (wake == NULL)
        return;
    for (int i = 0; i < wake->input_count; i++)
        close(wake->inputs[i].fd);
    if (wake->inotify_fd >= 0)
        close(wake->inotify_fd);
    close(wake->epoll_fd);
    free(wake);
}

int wake_fd(const struct wake *wake)
{
    return wake->epoll_fd;
}

int wake_input_count(const struct wake *wake)
{
    return wake->input_count;
}

bool wake_add(struct wake *wake, int fd, struct error *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(wake->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
        error_set(err, "epoll_ctl: %s", strerror(errno));
        return false;
    }
    return true;
}

static bool knows_input(const struct wake *wake, const struct stat *status)
{
    for (int i = 0; i < wake->input_count; i++) {
        if (wake->inputs[i].device == status->st_dev && wake->inputs[i].inode == status->st_ino)
            return true;
    }
    return false;
}

static void open_input(struct wake *wake, const char *name)
{
    char path[PATH_MAX + NAME_MAX + 2];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", wake->directory, name);
    if (wake->input_count == WAKE_INPUTS_MAX || stat(path, &status) < 0 ||
        knows_input(wake, &status))
        return;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (!wake_add(wake, fd, NULL)) {
        close(fd);
        return;
    }
    wake->inputs[wake->input_count++] = (struct input){fd, status.st_dev, status.st_ino};
}

static void close_input(struct wake *wake, int index)
{
    close(wake->inputs[index].fd);
    wake->inputs[index] = wake->inputs[--wake->input_count];
}

static void scan_inputs(struct wake *wake)
{
    DIR *directory = opendir(wake->directory);
    if (directory == NULL)
        return;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strncmp(entry->d_name, "event", 5) == 0)
            open_input(wake, entry->d_name);
    }
    closedir(directory);
}

bool wake_watch_inputs(struct wake *wake, const char *directory, struct error *err)
{
    assert(wake->inotify_fd < 0);
    if (strlen(directory) >= sizeof wake->directory) {
        error_set(err, "%s: %s", directory, strerror(ENAMETOOLONG));
        return false;
    }
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    /* A device's permissions are often set only after it was made. */
    if (fd < 0 || inotify_add_watch(fd, directory, IN_CREATE | IN_ATTRIB | IN_ONLYDIR) < 0) {
        error_set(err, "%s: %s", directory, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (!wake_add(wake, fd, err)) {
        close(fd);
        return false;
    }
    wake->inotify_fd = fd;
    memcpy(wake->directory, directory, strlen(directory) + 1);
    scan_inputs(wake);
    return true;
}

/* false: the device is gone. */
static bool drain_fd(int fd)
{
    uint8_t bytes[READ_BYTES];
    ssize_t length;
    do
        length = read(fd, bytes, sizeof bytes);
    while (length == (ssize_t)sizeof bytes || (length < 0 && errno == EINTR));
    return length > 0 || (length < 0 && errno == EAGAIN);
}

void wake_drain(struct wake *wake)
{
    if (wake->inotify_fd < 0)
        return;
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(wake->epoll_fd, events, EVENTS_MAX, 0);
    bool scan = false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == wake->inotify_fd) {
            drain_fd(wake->inotify_fd);
            scan = true;
            continue;
        }
        for (int j = 0; j < wake->input_count; j++) {
            if (wake->inputs[j].fd == events[i].data.fd && !drain_fd(wake->inputs[j].fd)) {
                close_input(wake, j);
                break;
            }
        }
    }
    if (scan)
        scan_inputs(wake);
}
