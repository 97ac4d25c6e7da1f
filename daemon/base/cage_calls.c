/* The system calls that a caged process has. */
#include <roomsign/cage.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <roomsign/error.h>

#define FILTER_LENGTH_MAX 4096

/* Names that an architecture hasn't got are libseccomp's negative numbers, and passed over. The
 * most frequent stand first. */
static const int common_calls[] = {
    /* What is open, and what may be opened: see allow_opening. */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(close),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(stat),
    SCMP_SYS(stat64),
    SCMP_SYS(lstat),
    SCMP_SYS(lstat64),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    SCMP_SYS(getdents64),
    SCMP_SYS(getdents),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(eventfd2),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(ppoll_time64),
    SCMP_SYS(select),
    SCMP_SYS(_newselect),
    SCMP_SYS(pselect6),
    SCMP_SYS(pselect6_time64),
    /* Memory and threads. */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn),
    SCMP_SYS(sigaltstack),
    /* What it is and what time it is. */
    SCMP_SYS(getuid),
    SCMP_SYS(getuid32),
    SCMP_SYS(geteuid),
    SCMP_SYS(geteuid32),
    SCMP_SYS(getgid),
    SCMP_SYS(getgid32),
    SCMP_SYS(getegid),
    SCMP_SYS(getegid32),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrlimit),
    SCMP_SYS(ugetrlimit),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_getres_time64),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(clock_nanosleep_time64),
};

/* No listen and no accept; bind is what the resolver does to a netlink socket. */
static const int client_calls[] = {
    SCMP_SYS(recvfrom),    SCMP_SYS(sendto),      SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),     SCMP_SYS(recv),        SCMP_SYS(send),
    SCMP_SYS(recvmmsg),    SCMP_SYS(sendmmsg),    SCMP_SYS(recvmmsg_time64),
    SCMP_SYS(connect),     SCMP_SYS(bind),        SCMP_SYS(shutdown),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
};

/* The loader's, and GLib's main loop. */
static const int converter_calls[] = {
    SCMP_SYS(execve),        SCMP_SYS(arch_prctl),     SCMP_SYS(set_tls),
    SCMP_SYS(statfs),        SCMP_SYS(statfs64),       SCMP_SYS(fstatfs),
    SCMP_SYS(fstatfs64),     SCMP_SYS(epoll_create1),  SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),    SCMP_SYS(epoll_pwait),    SCMP_SYS(dup),
    SCMP_SYS(dup2),          SCMP_SYS(dup3),           SCMP_SYS(getppid),
    SCMP_SYS(sched_getattr), SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler),
};

static void allow(scmp_filter_ctx context, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        seccomp_rule_add(context, SCMP_ACT_ALLOW, calls[i], 0);
}

/* For reading only: also where Landlock is missing. */
static void allow_opening(scmp_filter_ctx context)
{
    scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                     SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                     SCMP_A1(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
}

/* No owner of a descriptor's news and no number of its signal: whoever sets these sends any signal
 * to any process of the same user. No locks and leases, which others would wait for. */
static void allow_descriptors(scmp_filter_ctx context)
{
    static const int calls[] = {SCMP_SYS(fcntl), SCMP_SYS(fcntl64)};
    static const scmp_datum_t commands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,
                                            F_SETFD, F_GETFL,         F_SETFL};
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
        for (size_t j = 0; j < sizeof(commands) / sizeof(*commands); j++)
            seccomp_rule_add(context, SCMP_ACT_ALLOW, calls[i], 1,
                             SCMP_A1(SCMP_CMP_EQ, commands[j]));
}

/* Libraries may be loaded, code can't be written. */
static void allow_memory(scmp_filter_ctx context)
{
    static const int maps[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2)};
    for (size_t i = 0; i < 2; i++) {
        seccomp_rule_add(context, SCMP_ACT_ALLOW, maps[i], 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        seccomp_rule_add(context, SCMP_ACT_ALLOW, maps[i], 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC));
    }
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/* Threads (curl asks for names in one) and no processes; a signal at most to itself: abort(). */
static void allow_threads(scmp_filter_ctx context)
{
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                     SCMP_A0(SCMP_CMP_EQ, CAGE_OWN_PID));
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1,
                     SCMP_A0(SCMP_CMP_EQ, CAGE_OWN_PID));
    /* Limits may be asked for. */
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0));
}

/* TCGETS: is this a terminal? The others are the resolver's. */
static void allow_ioctls(scmp_filter_ctx context)
{
    static const scmp_datum_t requests[] = {TCGETS, FIONREAD, FIONBIO, SIOCGIFNAME, SIOCGIFINDEX};
    for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
        seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                         SCMP_A1(SCMP_CMP_EQ, requests[i]));
}

/* Streams and datagrams: of the rarer protocols the kernel would load modules. */
static void allow_family(scmp_filter_ctx context, scmp_datum_t family)
{
    static const scmp_datum_t kinds[][2] = {
        {SOCK_STREAM, 0},
        {SOCK_STREAM, IPPROTO_TCP},
        {SOCK_DGRAM, 0},
        {SOCK_DGRAM, IPPROTO_UDP},
    };
    scmp_datum_t kind_bits = UINT32_MAX & ~(scmp_datum_t)(SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(socket), 3, SCMP_A0(SCMP_CMP_EQ, family),
                         SCMP_A1(SCMP_CMP_MASKED_EQ, kind_bits, kinds[i][0]),
                         SCMP_A2(SCMP_CMP_EQ, kinds[i][1]));
}

/* AF_UNIX is how the C library asks resolved, avahi and nscd; netlink tells it which addresses this
 * machine has. */
static void allow_sockets(scmp_filter_ctx context)
{
    allow_family(context, AF_INET);
    allow_family(context, AF_INET6);
    allow_family(context, AF_UNIX);
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
                     SCMP_A2(SCMP_CMP_EQ, NETLINK_ROUTE));
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
                     SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
    allow(context, client_calls, sizeof(client_calls) / sizeof(*client_calls));
}

/* libseccomp of Debian 12 exports to a descriptor only. A pipe takes it: a poll of the sign's may
 * write no file, not even one in memory. */
static struct sock_filter *export_filter(scmp_filter_ctx context, size_t *ret_length)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return NULL;
    struct sock_filter *filter = xcalloc(FILTER_LENGTH_MAX, sizeof(*filter));
    ssize_t size = -1;
    if (seccomp_export_bpf(context, ends[1]) == 0)
        size = read(ends[0], filter, FILTER_LENGTH_MAX * sizeof(*filter));
    close(ends[0]);
    close(ends[1]);
    if (size <= 0 || (size_t)size % sizeof(*filter) != 0) {
        free(filter);
        return NULL;
    }
    *ret_length = (size_t)size / sizeof(*filter);
    return filter;
}

struct sock_filter *cage_calls_filter(enum cage_calls calls, size_t *ret_length)
{
    *ret_length = 0;
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!context)
        return NULL;
    /* Only whoever breaks out calls by another architecture's numbers. */
    seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    allow(context, common_calls, sizeof(common_calls) / sizeof(*common_calls));
    allow_opening(context);
    allow_descriptors(context);
    allow_memory(context);
    allow_threads(context);
    allow_ioctls(context);
    if (calls == CAGE_CALLS_CLIENT)
        allow_sockets(context);
    else
        allow(context, converter_calls, sizeof(converter_calls) / sizeof(*converter_calls));
    struct sock_filter *filter = export_filter(context, ret_length);
    seccomp_release(context);
    return filter;
}
