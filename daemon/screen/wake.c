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
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/input.h>

#include <roomsign/presses.h>
#include <roomsign/seat.h>

#define READ_BYTES 4096
#define EVENTS_MAX 16
#define INPUT_EVENTS_MAX 64

struct input {
    int fd;
    /* Whether it still is the file of that name. */
    dev_t device;
    ino_t inode;
    /* As udev knows it. */
    dev_t number;
    /* The kernel lost some of what it said: up to its next report nothing can be relied on. */
    bool is_torn;
};

struct wake {
    int epoll_fd;
    int inotify_fd;
    struct wake_places places;
    struct input inputs[WAKE_INPUTS_MAX];
    int input_count;
    struct presses presses;
    struct wake_press waiting[WAKE_PRESSES_MAX];
    int waiting_count;
    /* In front when the inputs were first watched. */
    char console[SEAT_NAME_BYTES];
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
    char path[PATH_MAX];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", wake->places.inputs, name);
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
    /* The time between two presses must not depend on the clock being set. */
    int clock_id = CLOCK_MONOTONIC;
    ioctl(fd, EVIOCSCLOCKID, &clock_id);
    wake->inputs[wake->input_count++] = (struct input){
        .fd = fd, .device = status.st_dev, .inode = status.st_ino, .number = status.st_rdev};
}

static void close_input(struct wake *wake, int index)
{
    close(wake->inputs[index].fd);
    wake->inputs[index] = wake->inputs[--wake->input_count];
    presses_forget_modifiers(&wake->presses);
}

static void scan_inputs(struct wake *wake)
{
    DIR *directory = opendir(wake->places.inputs);
    if (directory == NULL)
        return;
    /* cppcheck-suppress readdirCalled; nobody else reads this directory */
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strncmp(entry->d_name, "event", 5) == 0)
            open_input(wake, entry->d_name);
    }
    closedir(directory);
}

bool wake_watch_inputs(struct wake *wake, const struct wake_places *places, struct error *err)
{
    assert(wake->inotify_fd < 0);
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    /* A device's permissions are often set only after it was made. */
    if (fd < 0 || inotify_add_watch(fd, places->inputs, IN_CREATE | IN_ATTRIB | IN_ONLYDIR) < 0) {
        error_set(err, "%s: %s", places->inputs, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (!wake_add(wake, fd, err)) {
        close(fd);
        return false;
    }
    wake->inotify_fd = fd;
    wake->places = *places;
    console_in_front(places->console, wake->console);
    scan_inputs(wake);
    return true;
}

static void add_press(struct wake *wake, const struct input *input, int key)
{
    char console[SEAT_NAME_BYTES];
    if (wake->waiting_count == WAKE_PRESSES_MAX ||
        !seat_has_device(wake->places.seat, wake->places.udev, input->number))
        return;
    console_in_front(wake->places.console, console);
    wake->waiting[wake->waiting_count++] =
        (struct wake_press){.key = key, .elsewhere = strcmp(console, wake->console) != 0};
}

static void take_input_event(struct wake *wake, struct input *input,
                             const struct input_event *event)
{
    if (event->type == EV_SYN && event->code == SYN_DROPPED) {
        input->is_torn = true;
        presses_forget_modifiers(&wake->presses);
    } else if (event->type == EV_SYN && event->code == SYN_REPORT) {
        input->is_torn = false;
    } else if (event->type == EV_KEY && !input->is_torn && event->value >= KEY_CHANGE_UP &&
               event->value <= KEY_CHANGE_REPEAT) {
        int64_t at_us =
            (int64_t)event->input_event_sec * 1000000 + (int64_t)event->input_event_usec;
        if (presses_take(&wake->presses, event->code, (enum key_change)event->value, at_us))
            add_press(wake, input, event->code);
    }
}

/* false: the device is gone. */
static bool read_input(struct wake *wake, struct input *input)
{
    struct input_event events[INPUT_EVENTS_MAX];
    ssize_t length;
    do {
        length = read(input->fd, events, sizeof events);
        /* The kernel hands out whole events. */
        size_t count = length > 0 ? (size_t)length / sizeof events[0] : 0;
        for (size_t i = 0; i < count; i++)
            take_input_event(wake, input, &events[i]);
    } while (length == (ssize_t)sizeof events || (length < 0 && errno == EINTR));
    return length > 0 || (length < 0 && errno == EAGAIN);
}

static void drain_inotify(const struct wake *wake)
{
    uint8_t bytes[READ_BYTES];
    ssize_t length;
    do
        length = read(wake->inotify_fd, bytes, sizeof bytes);
    while (length == (ssize_t)sizeof bytes || (length < 0 && errno == EINTR));
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
            drain_inotify(wake);
            scan = true;
            continue;
        }
        for (int j = 0; j < wake->input_count; j++) {
            struct input *input = &wake->inputs[j];
            if (input->fd == events[i].data.fd && !read_input(wake, input)) {
                close_input(wake, j);
                break;
            }
        }
    }
    if (scan)
        scan_inputs(wake);
}

bool wake_take_press(struct wake *wake, struct wake_press *ret_press)
{
    if (wake->waiting_count == 0)
        return false;
    *ret_press = wake->waiting[0];
    wake->waiting_count--;
    memmove(wake->waiting, wake->waiting + 1,
            (size_t)wake->waiting_count * sizeof wake->waiting[0]);
    return true;
}
