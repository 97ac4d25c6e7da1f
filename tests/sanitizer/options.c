/* What the sanitizers are told in every program that is built with them. Compiled in and not in the
 * environment, because the sign clears its children's. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* Called before the sanitizers are ready for code of theirs. */
#define EARLY __attribute__((used, no_sanitize("address", "undefined")))

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);
int __lsan_is_turned_off(void);

/* While tests/run runs, which makes the folder and looks into it, a report goes to a file of its
 * own: a standard error that nobody reads can't swallow it. By hand it goes to standard error. */
#define REPORT_PATH SANITIZER_REPORTS "/report"
#define TO_FILE ":log_exe_name=1:log_path=" REPORT_PATH
/* Some tests load a library of theirs before the sanitizer's. */
#define ASAN_OPTIONS                                                                               \
    "strict_string_checks=1:detect_stack_use_after_return=1:verify_asan_link_order=0"
#define UBSAN_OPTIONS "print_stacktrace=1"

EARLY const char *__asan_default_options(void)
{
    return access(SANITIZER_REPORTS, W_OK) == 0 ? ASAN_OPTIONS TO_FILE : ASAN_OPTIONS;
}

EARLY const char *__ubsan_default_options(void)
{
    return access(SANITIZER_REPORTS, W_OK) == 0 ? UBSAN_OPTIONS TO_FILE : UBSAN_OPTIONS;
}

/* gcc's libubsan beside its libasan leaves the reports' path to that one, and has none. */
static void __attribute__((constructor)) report_undefined_behaviour(void)
{
    void *library = dlopen("libubsan.so.1", RTLD_LAZY | RTLD_NOLOAD);
    void *symbol = library ? dlsym(library, "__sanitizer_set_report_path") : NULL;
    if (symbol && access(SANITIZER_REPORTS, W_OK) == 0)
        ((void (*)(const char *))symbol)(REPORT_PATH);
}

/* Else what was suppressed is reported as well. */
EARLY const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

/* fontconfig keeps some of what it read from its own configuration, and SDL asks for a session bus.
 * The quick way to walk a stack ends at the first library without frame pointers, so that the
 * library is all that can be named; `make check-valgrind` sees whole stacks. */
EARLY const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\nleak:libdbus-1.so\n";
}

/* Looking for leaks takes a process that traces this one, which a cage forbids, and so do some
 * containers; failing to would end the program as if it had leaked. */
int __lsan_is_turned_off(void)
{
    int status = 1;
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) != 0);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        status = 1;
    prctl(PR_SET_PTRACER, 0, 0, 0, 0);
    return status != 0;
}
