#include <roomsign/cage.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux' linux/landlock.h, of which Debian 12 knows the first half. The numbers are the kernel's
 * for good; a kernel takes the longer struct as long as what it doesn't know is 0. */
#define LANDLOCK_VERSION_FLAG 1u
#define LANDLOCK_PATH_BENEATH 1
#define LANDLOCK_EXECUTE (UINT64_C(1) << 0)
#define LANDLOCK_READ_FILE (UINT64_C(1) << 2)
#define LANDLOCK_READ_DIR (UINT64_C(1) << 3)
#define LANDLOCK_BIND_TCP (UINT64_C(1) << 0)
#define LANDLOCK_CONNECT_TCP (UINT64_C(1) << 1)
#define LANDLOCK_SCOPES UINT64_C(3) /* abstract sockets, signals */

struct landlock_ruleset {
    uint64_t files, net, scoped;
};

struct landlock_beneath {
    uint64_t allowed;
    int32_t parent_fd;
} __attribute__((packed));

static int landlock_abi(void)
{
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
}

/* Everything that this version can forbid of files. */
static uint64_t file_rights(int abi)
{
    int count = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
    return (UINT64_C(1) << count) - 1;
}

static void allow_place(int ruleset_fd, const struct cage_place *place)
{
    struct stat status;
    int fd = open(place->path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    struct landlock_beneath rule = {.allowed = LANDLOCK_READ_FILE, .parent_fd = fd};
    bool is_directory = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_directory)
        rule.allowed =
            place->access == CAGE_FILE ? LANDLOCK_READ_DIR : LANDLOCK_READ_FILE | LANDLOCK_READ_DIR;
    if (place->access == CAGE_RUN)
        rule.allowed |= LANDLOCK_EXECUTE;
    /* What refuses a rule, such as a pipe, needs none or stays closed. */
    syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_PATH_BENEATH, &rule, 0);
    close(fd);
}

static int build_ruleset(enum cage_calls calls, const struct cage_place *places, size_t place_count)
{
    int abi = landlock_abi();
    if (abi < 1)
        return -1;
    struct landlock_ruleset ruleset = {.files = file_rights(abi)};
    /* A feed may be at any port, and redirect to any. */
    if (abi >= 4)
        ruleset.net = calls == CAGE_CALLS_CLIENT ? LANDLOCK_BIND_TCP
                                                 : LANDLOCK_BIND_TCP | LANDLOCK_CONNECT_TCP;
    if (abi >= 6)
        ruleset.scoped = LANDLOCK_SCOPES;
    int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
    for (size_t i = 0; fd >= 0 && i < place_count; i++)
        allow_place(fd, &places[i]);
    return fd;
}

void cage_build(struct cage *ret_cage, enum cage_calls calls, const struct cage_place *places,
                size_t place_count)
{
    *ret_cage = (struct cage){.ruleset_fd = build_ruleset(calls, places, place_count)};
    ret_cage->filter = cage_calls_filter(calls, &ret_cage->filter_length);
}

void cage_release(struct cage *cage)
{
    if (cage->ruleset_fd >= 0)
        close(cage->ruleset_fd);
    free(cage->filter);
    *cage = (struct cage){.ruleset_fd = -1};
}

/* A kernel that filters calls wants to read the filter before all else. */
static bool has_filters(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != 0 && errno == EFAULT;
}

bool cage_enter(struct cage *cage)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    if (cage->ruleset_fd >= 0 && syscall(SYS_landlock_restrict_self, cage->ruleset_fd, 0) != 0)
        return false;
    if (!has_filters())
        return true;
    /* The kernel would, and here it could not be made: half a cage is none. */
    if (!cage->filter) {
        errno = ENOSYS;
        return false;
    }
    if (cage->filter_length == 0)
        return true;
    for (size_t i = 0; i < cage->filter_length; i++)
        if (cage->filter[i].k == CAGE_OWN_PID)
            cage->filter[i].k = (uint32_t)getpid();
    struct sock_fprog program = {(unsigned short)cage->filter_length, cage->filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

char *cage_describe(char words[static CAGE_WORDS_BYTES])
{
    char files[64] = "no files (this kernel has no Landlock)";
    int abi = landlock_abi();
    if (abi >= 1)
        snprintf(files, sizeof(files), "files (Landlock %d)", abi);
    snprintf(words, CAGE_WORDS_BYTES, "%s, %s", files,
             has_filters() ? "system calls" : "no system calls (this kernel filters none)");
    return words;
}

void cage_keep_secrets(void)
{
#if !CAGE_SANITIZED
    /* A kernel that hands cores to a program asks the second alone. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
