/**
 * A clock that a test can set, loaded before the C library (LD_PRELOAD): the time of day, what the
 * kernel and the time-sync file say about it, and timers that are cancelled when it is set. The
 * machine's own clock stays what it is.
 *
 * The test writes to the file that $CLOCK_SHIM names: struct settings. Only there is it set.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define TIMERS_MAX 64
#define SYNC_FILE "/run/systemd/timesync/synchronized"

struct settings {
    /** What the time of day is ahead of the machine's. */
    _Atomic int64_t offset_ns;
    _Atomic int32_t synchronised;
    /** Counted up by whoever sets the clock, after the above. */
    _Atomic int32_t times_set;
    /** Which of the paces counts. The other one is written before it does. */
    _Atomic int32_t pace;
    /** The time of day and the boot clock are `ahead_ns` before what they would be, and run so many
     *  times as fast from this moment of the machine's boot clock on, which is past. Monotonic
     *  time, which timeouts follow, is untouched. Speed 0: there is no such thing. */
    struct {
        int64_t from_ns, ahead_ns, speed;
    } paces[2];
};

static struct settings untouched = {.synchronised = 1};
static struct settings *settings = &untouched;
/** Timers on the time of day, and which setting of the clock each has told about; and those on the
 *  boot clock. */
static bool is_timer[TIMERS_MAX], is_boot_timer[TIMERS_MAX];
static _Atomic bool cancels[TIMERS_MAX];
static _Atomic int32_t told[TIMERS_MAX];

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_timerfd_create)(int, int);
static int (*real_timerfd_settime)(int, int, const struct itimerspec *, struct itimerspec *);
static ssize_t (*real_read)(int, void *, size_t);
static int (*real_close)(int);
static int (*real_stat)(const char *, struct stat *);

static void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    memcpy(function, &found, sizeof(found));
}

/** What the kernel does when the clock is set: every timer that asked for it becomes readable. But
 *  late, as where the sign is busy: what it is asked before must be right as well. */
static void *watch(void *context)
{
    (void)context;
    int32_t seen = settings->times_set;
    for (;;) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        if (settings->times_set == seen)
            continue;
        seen = settings->times_set;
        for (int fd = 0; fd < TIMERS_MAX; fd++)
            if (cancels[fd])
                real_timerfd_settime(fd, 0, &(struct itimerspec){.it_value = {.tv_nsec = 1}}, NULL);
    }
    return NULL;
}

/** Other libraries' constructors may come before this one's. */
static void find_all(void)
{
    if (real_stat)
        return;
    find(&real_clock_gettime, "clock_gettime");
    find(&real_timerfd_create, "timerfd_create");
    find(&real_timerfd_settime, "timerfd_settime");
    find(&real_read, "read");
    find(&real_close, "close");
    find(&real_stat, "stat");
}

__attribute__((constructor)) static void begin(void)
{
    find_all();
    const char *path = getenv("CLOCK_SHIM");
    if (!path)
        return;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        abort();
    void *mapped = mmap(NULL, sizeof(*settings), PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    real_close(fd);
    settings = mapped;
    if (getenv("CLOCK_SHIM_UNWATCHED"))
        return;
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, watch, NULL) != 0)
        abort();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static bool is_time_of_day(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_REALTIME_ALARM;
}

static int64_t to_ns(const struct timespec *from)
{
    return from->tv_sec * SECOND_NS + from->tv_nsec;
}

static struct timespec moved(const struct timespec *from, int64_t by_ns)
{
    int64_t ns = to_ns(from) + by_ns;
    if (ns < 1)
        ns = 1;
    return (struct timespec){.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};
}

/** How far the clocks that run fast are ahead by now. */
static int64_t gained_ns(void)
{
    struct timespec boot;
    int pace = settings->pace;
    int64_t speed = settings->paces[pace].speed;
    if (speed == 0)
        return 0;
    real_clock_gettime(CLOCK_BOOTTIME, &boot);
    return settings->paces[pace].ahead_ns +
           (to_ns(&boot) - settings->paces[pace].from_ns) * (speed - 1);
}

static int64_t slowed_ns(int64_t span_ns)
{
    int64_t speed = settings->paces[settings->pace].speed;
    return speed != 0 && span_ns > 0 ? span_ns / speed + 1 : span_ns;
}

int clock_gettime(clockid_t id, struct timespec *ret_time)
{
    find_all();
    int status = real_clock_gettime(id, ret_time);
    if (status == 0 && is_time_of_day(id))
        *ret_time = moved(ret_time, settings->offset_ns + gained_ns());
    else if (status == 0 && id == CLOCK_BOOTTIME)
        *ret_time = moved(ret_time, gained_ns());
    return status;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    int status = clock_gettime(CLOCK_REALTIME, &now);
    *ret_time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return status;
}

time_t time(time_t *ret_time)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret_time)
        *ret_time = now.tv_sec;
    return now.tv_sec;
}

int adjtimex(struct timex *timex)
{
    if (timex->modes != 0)
        abort();
    timex->status = settings->synchronised ? 0 : STA_UNSYNC;
    return settings->synchronised ? TIME_OK : TIME_ERROR;
}

int stat(const char *restrict path, struct stat *restrict ret_stat)
{
    find_all();
    if (strcmp(path, SYNC_FILE) != 0)
        return real_stat(path, ret_stat);
    errno = ENOENT;
    return -1;
}

int timerfd_create(int id, int flags)
{
    find_all();
    int fd = real_timerfd_create(id, flags);
    if (is_time_of_day(id)) {
        if (fd >= TIMERS_MAX)
            abort();
        if (fd >= 0)
            is_timer[fd] = true;
    }
    if (id == CLOCK_BOOTTIME && fd >= 0 && fd < TIMERS_MAX)
        is_boot_timer[fd] = true;
    return fd;
}

static bool was_set(int fd)
{
    int32_t times = settings->times_set;
    bool news = cancels[fd] && told[fd] != times;
    told[fd] = times;
    return news;
}

/** Of the boot clock only spans are waited for. */
static int set_boot_timer(int fd, const struct itimerspec *wanted, struct itimerspec *ret_old)
{
    struct itimerspec setting = {0};
    setting.it_value = moved(&setting.it_value, slowed_ns(to_ns(&wanted->it_value)));
    if (to_ns(&wanted->it_value) == 0)
        setting = *wanted;
    return real_timerfd_settime(fd, 0, &setting, ret_old);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *wanted, struct itimerspec *ret_old)
{
    find_all();
    if (fd >= 0 && fd < TIMERS_MAX && is_boot_timer[fd] && flags == 0)
        return set_boot_timer(fd, wanted, ret_old);
    if (fd < 0 || fd >= TIMERS_MAX || !is_timer[fd])
        return real_timerfd_settime(fd, flags, wanted, ret_old);
    struct itimerspec setting = *wanted;
    bool news = was_set(fd);
    told[fd] = settings->times_set;
    cancels[fd] = flags & TFD_TIMER_CANCEL_ON_SET;
    if (wanted->it_value.tv_sec != 0 || wanted->it_value.tv_nsec != 0) {
        struct timespec now;
        real_clock_gettime(CLOCK_REALTIME, &now);
        int64_t ahead_ns = settings->offset_ns + gained_ns();
        int64_t wait_ns = to_ns(&wanted->it_value) - ahead_ns - to_ns(&now);
        setting.it_value = moved(&now, slowed_ns(wait_ns));
    }
    int status = real_timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, ret_old);
    if (status == 0 && news) {
        errno = ECANCELED;
        return -1;
    }
    return status;
}

ssize_t read(int fd, void *bytes, size_t size)
{
    find_all();
    ssize_t length = real_read(fd, bytes, size);
    if (fd >= 0 && fd < TIMERS_MAX && is_timer[fd] && was_set(fd)) {
        errno = ECANCELED;
        return -1;
    }
    return length;
}

int close(int fd)
{
    find_all();
    if (fd >= 0 && fd < TIMERS_MAX)
        is_timer[fd] = is_boot_timer[fd] = cancels[fd] = false;
    return real_close(fd);
}
