/* What a cage forbids, tried from inside it; and that each of it works outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/cage.h>

#include "scratch.h"

#define STATUS_DONE 10
#define STATUS_REFUSED 11
#define STATUS_NO_CAGE 12
#define OTHER_ERRNO 100

static struct scratch scratch;
static char listed_file[SCRATCH_PATH_BYTES], listed_tree[SCRATCH_PATH_BYTES];
static char below_tree[SCRATCH_PATH_BYTES], below_file[SCRATCH_PATH_BYTES];
static char secret[SCRATCH_PATH_BYTES];
static pid_t parent;
/* A kernel that lacks one half. */
static bool without_landlock, without_filter;

static void make_file(char path[static SCRATCH_PATH_BYTES], const char *name)
{
    snprintf(path, SCRATCH_PATH_BYTES, "%s", scratch_path(&scratch, name));
    scratch_write(path, "word\n", 5, 0644);
}

static int set_up(void **state)
{
    (void)state;
    parent = getpid();
    scratch_open(&scratch, false);
    snprintf(listed_tree, sizeof(listed_tree), "%s", scratch_path(&scratch, "tree"));
    mkdir(listed_tree, 0755);
    make_file(below_tree, "tree/below");
    snprintf(below_file, sizeof(below_file), "%s", scratch_path(&scratch, "names"));
    mkdir(below_file, 0755);
    make_file(below_file, "names/below");
    make_file(listed_file, "listed");
    make_file(secret, "secret");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(below_tree);
    unlink(below_file);
    rmdir(listed_tree);
    rmdir(scratch_path(&scratch, "names"));
    scratch_close(&scratch);
    return 0;
}

static bool enter(enum cage_calls calls)
{
    const struct cage_place places[] = {
        {listed_file, CAGE_FILE},
        {listed_tree, CAGE_TREE},
        {scratch_path(&scratch, "names"), CAGE_FILE},
        {scratch_path(&scratch, "not there"), CAGE_TREE},
        {"/bin", calls == CAGE_CALLS_CONVERTER ? CAGE_RUN : CAGE_FILE},
        {"/lib", CAGE_RUN},
        {"/lib64", CAGE_RUN},
        {"/usr/lib", CAGE_RUN},
        {"/etc/ld.so.cache", CAGE_FILE},
    };
    struct cage cage;
    cage_build(&cage, calls, places, sizeof(places) / sizeof(places[0]));
    if (without_landlock && cage.ruleset_fd >= 0) {
        close(cage.ruleset_fd);
        cage.ruleset_fd = -1;
    }
    if (without_filter)
        cage.filter_length = 0;
    bool entered = cage_enter(&cage);
    cage_release(&cage);
    return entered;
}

/* An act says whether it could be done; errno says why not. */
typedef bool (*act_run)(void);

/** What becomes of the act in a process of its own: its exit status or, negative, its signal. */
static int try(act_run act, bool caged, enum cage_calls calls)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (caged && !enter(calls))
            _exit(STATUS_NO_CAGE);
        errno = 0;
        if (act())
            _exit(STATUS_DONE);
        _exit(errno == EPERM || errno == EACCES ? STATUS_REFUSED : OTHER_ERRNO + errno);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool opens(const char *path, int flags)
{
    return open(path, flags | O_CLOEXEC, 0600) >= 0;
}

static bool read_listed_file(void)
{
    return opens(listed_file, O_RDONLY);
}

static bool read_below_tree(void)
{
    return opens(below_tree, O_RDONLY) && opens(listed_tree, O_RDONLY | O_DIRECTORY);
}

static bool see_names(void)
{
    return opens(scratch_path(&scratch, "names"), O_RDONLY | O_DIRECTORY);
}

static bool read_below_listed_folder(void)
{
    return opens(below_file, O_RDONLY);
}

static bool read_secret(void)
{
    return opens(secret, O_RDONLY);
}

static bool read_passwd(void)
{
    return opens("/etc/passwd", O_RDONLY);
}

static bool read_parents_memory(void)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/environ", (int)parent);
    return opens(path, O_RDONLY);
}

static bool write_listed_file(void)
{
    return opens(listed_file, O_WRONLY);
}

static bool change_listed_file(void)
{
    return opens(listed_file, O_RDWR);
}

static bool truncate_file(void)
{
    return truncate(below_tree, 5) == 0;
}

static bool create_file(void)
{
    char path[SCRATCH_PATH_BYTES + 8];
    snprintf(path, sizeof(path), "%s/new", listed_tree);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd >= 0 && unlink(path) == 0;
}

static bool make_directory(void)
{
    char path[SCRATCH_PATH_BYTES + 8];
    snprintf(path, sizeof(path), "%s/new", listed_tree);
    return mkdir(path, 0700) == 0 && rmdir(path) == 0;
}

static bool rename_file(void)
{
    return rename(below_tree, below_tree) == 0;
}

static bool run_program(void)
{
    char *arguments[] = {"true", NULL};
    execv("/bin/true", arguments);
    return false;
}

static bool start_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static void *answer(void *question)
{
    return question;
}

static bool start_thread(void)
{
    pthread_t thread;
    void *said = NULL;
    int here;
    errno = pthread_create(&thread, NULL, answer, &here);
    return errno == 0 && pthread_join(thread, &said) == 0 && said == &here;
}

static bool ask_a_server(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 && socket(AF_INET6, SOCK_DGRAM, 0) >= 0 &&
           socket(AF_UNIX, SOCK_STREAM, 0) >= 0 && socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0;
}

/** As the C library and libcurl open them. */
static bool open_a_clients_sockets(void)
{
    int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    return socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP) >= 0 &&
           socket(AF_INET, SOCK_DGRAM | flags, IPPROTO_UDP) >= 0 &&
           socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) >= 0 &&
           socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0 &&
           socket(AF_UNIX, SOCK_DGRAM | flags, 0) >= 0 &&
           socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) >= 0;
}

static bool open_an_odd_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET, 0) >= 0;
}

static bool be_a_server(void)
{
    return listen(socket(AF_INET, SOCK_STREAM, 0), 1) == 0;
}

static bool open_inet_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool open_packet_socket(void)
{
    /* Where one is no root it is refused outside as well. */
    return socket(AF_PACKET, SOCK_RAW, 0) >= 0 || geteuid() != 0;
}

static bool open_packet_socket_caged(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool hear_of_devices(void)
{
    return socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT) >= 0;
}

static bool signal_parent(void)
{
    return kill(parent, 0) == 0;
}

static bool signal_parents_thread(void)
{
    return syscall(SYS_tgkill, parent, parent, 0) == 0;
}

/** What is written to a pipe signals the other end's owner; the kernel asks for no more than the
 * same user. */
static bool signal_parent_by_a_pipe(void)
{
    int pipes[2];
    return pipe(pipes) == 0 && fcntl(pipes[0], F_SETOWN, parent) == 0;
}

static bool choose_a_pipes_signal(void)
{
    int pipes[2];
    return pipe(pipes) == 0 && fcntl(pipes[0], F_SETSIG, SIGKILL) == 0;
}

static bool hold_others_up(void)
{
    struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    return fcntl(open(listed_file, O_RDONLY | O_CLOEXEC), F_SETLK, &whole) == 0;
}

static bool trace_itself(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool trace_parent(void)
{
    return ptrace(PTRACE_SEIZE, parent, NULL, NULL) == 0;
}

static bool read_itself_as_another(void)
{
    char from = 'a', to;
    struct iovec local = {&to, 1}, remote = {&from, 1};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
}

static void *map(int protection)
{
    return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static bool map_writable_code(void)
{
    return map(PROT_READ | PROT_WRITE | PROT_EXEC) != MAP_FAILED;
}

static bool make_code(void)
{
    return mprotect(map(PROT_READ | PROT_WRITE), 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool make_file_in_memory(void)
{
    return memfd_create("code", MFD_CLOEXEC) >= 0;
}

static bool change_a_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool become_traceable(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

static bool abort_itself(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL);
    abort();
}

static void expect_works(const char *name, act_run act, bool caged, enum cage_calls calls)
{
    int status = try(act, caged, calls);
    if (status != STATUS_DONE && !(act == run_program && status == 0))
        fail_msg("%s %s: %d", name, caged ? "inside" : "outside", status);
}

static void expect_refused(const char *name, act_run act, enum cage_calls calls)
{
    int status = try(act, true, calls);
    if (status != STATUS_REFUSED)
        fail_msg("%s is not refused: %d", name, status);
}

static bool has_landlock(void)
{
    char words[CAGE_WORDS_BYTES];
    return strstr(cage_describe(words), "Landlock ") != NULL;
}

#define NAMED(function) #function, function

static void test_what_a_client_needs_works(void **state)
{
    (void)state;
    expect_works(NAMED(read_listed_file), true, CAGE_CALLS_CLIENT);
    expect_works(NAMED(read_below_tree), true, CAGE_CALLS_CLIENT);
    expect_works(NAMED(see_names), true, CAGE_CALLS_CLIENT);
    expect_works(NAMED(start_thread), true, CAGE_CALLS_CLIENT);
    expect_works(NAMED(ask_a_server), true, CAGE_CALLS_CLIENT);
    expect_works(NAMED(open_a_clients_sockets), true, CAGE_CALLS_CLIENT);
    assert_int_equal(try(abort_itself, true, CAGE_CALLS_CLIENT), -SIGABRT);
}

static void test_other_files_cant_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        act_run act;
    } acts[] = {
        {NAMED(read_passwd)},
        {NAMED(read_secret)},
        {NAMED(read_below_listed_folder)},
        {NAMED(read_parents_memory)},
    };
    if (!has_landlock())
        skip();
    for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
        expect_works(acts[i].name, acts[i].act, false, CAGE_CALLS_CLIENT);
        expect_refused(acts[i].name, acts[i].act, CAGE_CALLS_CLIENT);
        expect_refused(acts[i].name, acts[i].act, CAGE_CALLS_CONVERTER);
    }
}

static void test_what_no_poll_needs_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        act_run act;
    } acts[] = {
        {NAMED(write_listed_file)},
        {NAMED(change_listed_file)},
        {NAMED(truncate_file)},
        {NAMED(create_file)},
        {NAMED(make_directory)},
        {NAMED(rename_file)},
        {NAMED(start_process)},
        {NAMED(be_a_server)},
        {NAMED(open_an_odd_socket)},
        {NAMED(hear_of_devices)},
        {NAMED(signal_parent)},
        {NAMED(signal_parents_thread)},
        {NAMED(signal_parent_by_a_pipe)},
        {NAMED(choose_a_pipes_signal)},
        {NAMED(hold_others_up)},
        {NAMED(trace_itself)},
        {NAMED(read_itself_as_another)},
        {NAMED(map_writable_code)},
        {NAMED(make_code)},
        {NAMED(make_file_in_memory)},
        {NAMED(change_a_limit)},
        {NAMED(become_traceable)},
    };
    for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
        expect_works(acts[i].name, acts[i].act, false, CAGE_CALLS_CLIENT);
        expect_refused(acts[i].name, acts[i].act, CAGE_CALLS_CLIENT);
        expect_refused(acts[i].name, acts[i].act, CAGE_CALLS_CONVERTER);
    }
    expect_works(NAMED(open_packet_socket), false, CAGE_CALLS_CLIENT);
    expect_refused(NAMED(open_packet_socket_caged), CAGE_CALLS_CLIENT);
    expect_refused(NAMED(trace_parent), CAGE_CALLS_CLIENT);
}

static void test_programs_are_the_converters_alone(void **state)
{
    (void)state;
    expect_works(NAMED(run_program), false, CAGE_CALLS_CLIENT);
    expect_refused(NAMED(run_program), CAGE_CALLS_CLIENT);
    expect_works(NAMED(run_program), true, CAGE_CALLS_CONVERTER);
    expect_works(NAMED(open_inet_socket), true, CAGE_CALLS_CLIENT);
    expect_refused(NAMED(open_inet_socket), CAGE_CALLS_CONVERTER);
}

static void test_each_half_holds_alone(void **state)
{
    (void)state;
    without_landlock = true;
    expect_works(NAMED(read_listed_file), true, CAGE_CALLS_CLIENT);
    expect_works(NAMED(read_secret), true, CAGE_CALLS_CLIENT);
    expect_refused(NAMED(change_listed_file), CAGE_CALLS_CLIENT);
    expect_refused(NAMED(write_listed_file), CAGE_CALLS_CLIENT);
    expect_refused(NAMED(create_file), CAGE_CALLS_CLIENT);
    expect_refused(NAMED(signal_parent), CAGE_CALLS_CLIENT);
    without_landlock = false;
    if (!has_landlock())
        skip();
    without_filter = true;
    expect_works(NAMED(start_process), true, CAGE_CALLS_CLIENT);
    expect_refused(NAMED(write_listed_file), CAGE_CALLS_CLIENT);
    expect_refused(NAMED(create_file), CAGE_CALLS_CLIENT);
    expect_refused(NAMED(read_secret), CAGE_CALLS_CLIENT);
    without_filter = false;
}

/* As a poll of the sign's is. */
static void test_a_process_that_may_write_no_file_makes_a_whole_cage(void **state)
{
    (void)state;
    struct rlimit limit, before;
    struct cage cage;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cage_build(&cage, CAGE_CALLS_CLIENT, NULL, 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(cage.filter);
    assert_true(cage.filter_length > 0);
    cage_release(&cage);
}

static void test_a_cage_without_its_filter_is_not_entered(void **state)
{
    (void)state;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == 0 || errno != EFAULT)
        skip();
    pid_t child = fork();
    if (child == 0) {
        struct cage cage = {.ruleset_fd = -1};
        _exit(cage_enter(&cage) ? 1 : 0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_who_keeps_secrets_leaves_no_core(void **state)
{
    (void)state;
    struct rlimit limit, before;
    getrlimit(RLIMIT_CORE, &before);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
    cage_keep_secrets();
#if CAGE_SANITIZED
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
#else
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    getrlimit(RLIMIT_CORE, &limit);
    assert_int_equal(limit.rlim_cur, 0);
    assert_int_equal(limit.rlim_max, 0);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
    (void)limit;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_client_needs_works),
        cmocka_unit_test(test_other_files_cant_be_read),
        cmocka_unit_test(test_what_no_poll_needs_is_refused),
        cmocka_unit_test(test_programs_are_the_converters_alone),
        cmocka_unit_test(test_each_half_holds_alone),
        cmocka_unit_test(test_a_process_that_may_write_no_file_makes_a_whole_cage),
        cmocka_unit_test(test_a_cage_without_its_filter_is_not_entered),
        cmocka_unit_test(test_who_keeps_secrets_leaves_no_core),
    };
    return cmocka_run_group_tests_name("cage", tests, set_up, tear_down);
}
