/**
 * A clock that a test can set, loaded before the C library (LD_PRELOAD): the time of day, what the
 * kernel and the time-sync file say about it, and timers that are cancelled when it is set. The
 * machine can be put to sleep, and a program be stopped, for hours: what then passes on each of the
 * kernel's clocks passes at once. And days can pass at speed. The machine's own clocks stay what
 * they are.
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
    /** Counted up by whoever sets the clock, or wakes the machine, after the rest. */
    _Atomic int32_t times_set;
    /** How long the machine slept: CLOCK_MONOTONIC stood. */
    _Atomic int64_t asleep_ns;
    /** How long the program was stopped: no clock stood. */
    _Atomic int64_t stopped_ns;
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

struct timer {
    bool used;
    clockid_t id;
    /** When it is due by its clock as the program sees it; 0: it isn't set. */
    _Atomic int64_t due_ns;
    struct timespec interval;
    /** On the time of day: whether setting it cancels, and which setting it has told about. */
    _Atomic bool cancels;
    _Atomic int32_t told;
};
static struct timer timers[TIMERS_MAX];

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

static bool is_time_of_day(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_REALTIME_ALARM;
}

static struct timespec as_time(int64_t ns)
{
    if (ns < 1)
        ns = 1;
    return (struct timespec){.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};
}

static int64_t as_ns(const struct timespec *time)
{
    return time->tv_sec * SECOND_NS + time->tv_nsec;
}

static bool is_boot(clockid_t id)
{
    return id == CLOCK_BOOTTIME || id == CLOCK_BOOTTIME_ALARM;
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
           (as_ns(&boot) - settings->paces[pace].from_ns) * (speed - 1);
}

/** What the program's clock is ahead of the machine's. */
static int64_t ahead_ns(clockid_t id)
{
    if (is_time_of_day(id))
        return settings->offset_ns + settings->asleep_ns + settings->stopped_ns + gained_ns();
    if (is_boot(id))
        return settings->asleep_ns + settings->stopped_ns + gained_ns();
    return id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE ? settings->stopped_ns : 0;
}

/** How long the machine waits while the program's clock does. */
static int64_t slowed_ns(clockid_t id, int64_t wait_ns)
{
    int64_t speed = settings->paces[settings->pace].speed;
    bool fast = speed != 0 && (is_time_of_day(id) || is_boot(id));
    return fast && wait_ns > 0 ? wait_ns / speed + 1 : wait_ns;
}

static int arm(int fd, struct itimerspec *ret_old)
{
    const struct timer *timer = &timers[fd];
    struct itimerspec setting = {.it_interval = timer->interval};
    if (timer->due_ns != 0) {
        struct timespec now;
        real_clock_gettime(timer->id, &now);
        int64_t wait_ns = timer->due_ns - ahead_ns(timer->id) - as_ns(&now);
        setting.it_value = as_time(as_ns(&now) + slowed_ns(timer->id, wait_ns));
    }
    return real_timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, ret_old);
}

/** What the kernel does when a clock has jumped: timers are due, and those that asked for it become
 *  readable when the time of day was set. But late, as where the sign is busy: what it is asked
 *  before must be right as well. */
static void jump(bool was_set)
{
    for (int fd = 0; fd < TIMERS_MAX; fd++) {
        struct timer *timer = &timers[fd];
        if (timer->used && timer->due_ns != 0)
            arm(fd, NULL);
        if (was_set && timer->cancels)
            real_timerfd_settime(fd, 0, &(struct itimerspec){.it_value = {.tv_nsec = 1}}, NULL);
    }
}

static void *watch(void *context)
{
    (void)context;
    int32_t set = settings->times_set;
    int32_t pace = settings->pace;
    int64_t passed_ns = settings->asleep_ns + settings->stopped_ns;
    for (;;) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        int64_t now_passed_ns = settings->asleep_ns + settings->stopped_ns;
        int32_t now_set = settings->times_set;
        int32_t now_pace = settings->pace;
        if (now_set != set || now_pace != pace || now_passed_ns != passed_ns)
            jump(now_set != set);
        set = now_set;
        pace = now_pace;
        passed_ns = now_passed_ns;
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

int clock_gettime(clockid_t id, struct timespec *ret_time)
{
    find_all();
    int status = real_clock_gettime(id, ret_time);
    if (status == 0 && ahead_ns(id) != 0)
        *ret_time = as_time(as_ns(ret_time) + ahead_ns(id));
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
    if (fd >= TIMERS_MAX)
        abort();
    if (fd >= 0) {
        timers[fd].id = id;
        timers[fd].due_ns = 0;
        timers[fd].used = true;
    }
    return fd;
}

static bool was_set(struct timer *timer)
{
    int32_t times = settings->times_set;
    bool news = timer->cancels && timer->told != times;
    timer->told = times;
    return news;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *wanted, struct itimerspec *ret_old)
{
    find_all();
    if (fd < 0 || fd >= TIMERS_MAX || !timers[fd].used)
        return real_timerfd_settime(fd, flags, wanted, ret_old);
    struct timer *timer = &timers[fd];
    struct timespec now;
    bool news = was_set(timer);
    int64_t due_ns = as_ns(&wanted->it_value);
    clock_gettime(timer->id, &now);
    if (due_ns != 0 && !(flags & TFD_TIMER_ABSTIME))
        due_ns += as_ns(&now);
    timer->due_ns = due_ns;
    timer->interval = wanted->it_interval;
    timer->cancels = flags & TFD_TIMER_CANCEL_ON_SET;
    int status = arm(fd, ret_old);
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
    if (fd < 0 || fd >= TIMERS_MAX || !timers[fd].used)
        return length;
    struct timer *timer = &timers[fd];
    if (was_set(timer)) {
        errno = ECANCELED;
        return -1;
    }
    if (length > 0 && as_ns(&timer->interval) == 0)
        timer->due_ns = 0;
    return length;
}

int close(int fd)
{
    find_all();
    if (fd >= 0 && fd < TIMERS_MAX)
        timers[fd].used = timers[fd].cancels = false;
    return real_close(fd);
}
