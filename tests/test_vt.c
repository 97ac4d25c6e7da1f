/*
 * The console that the sign takes. What needs a real one is asked for by ROOMSIGN_VT, as root, with
 * a console that nobody uses (/dev/tty9): it is switched to and away from, in front of whoever sits
 * there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <linux/kd.h>
#include <linux/vt.h>

#include <roomsign/vt.h>

#define WAIT_MS 5000

static void what_is_no_console_is_not_taken(void **state)
{
    (void)state;
    struct error err = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_null(vt_take(ends[0], &err));
    assert_non_null(strstr(err.message, "no virtual console"));
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal >= 0) {
        assert_null(vt_take(terminal, &err));
        close(terminal);
    }
    assert_null(vt_take(-1, &err));
    vt_give_back(NULL);
    close(ends[0]);
    close(ends[1]);
}

static int display_mode(int tty)
{
    int mode = -1;
    ioctl(tty, KDGETMODE, &mode);
    return mode;
}

static int switch_mode(int tty)
{
    struct vt_mode mode = {.mode = (char)-1};
    ioctl(tty, VT_GETMODE, &mode);
    return mode.mode;
}

static bool raises_signals(int tty)
{
    struct termios termios = {0};
    return tcgetattr(tty, &termios) == 0 && termios.c_lflag & ISIG;
}

static int in_front(int tty)
{
    struct vt_stat status = {0};
    ioctl(tty, VT_GETSTATE, &status);
    return status.v_active;
}

static enum vt_change next_change(struct vt *vt)
{
    struct pollfd poll_fd = {.fd = vt_fd(vt), .events = POLLIN};
    poll(&poll_fd, 1, WAIT_MS);
    return vt_next_change(vt);
}

/* The lines that failed are the status of a process of its own, which the console belongs to. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            _exit(__LINE__ % 256);                                                                 \
    } while (0)

static void live_on_console(const char *path)
{
    struct error err = {0};
    struct stat status;
    MUST(setsid() > 0);
    int tty = open(path, O_RDWR | O_CLOEXEC);
    MUST(tty >= 0 && ioctl(tty, TIOCSCTTY, 1) == 0 && fstat(tty, &status) == 0);
    int own = (int)minor(status.st_rdev), other = in_front(tty);
    MUST(own != other);
    struct vt *vt = vt_take(tty, &err);
    MUST(vt != NULL);
    MUST(display_mode(tty) == KD_GRAPHICS && switch_mode(tty) == VT_PROCESS);
    MUST(!raises_signals(tty) && !vt_is_in_front(vt));
    MUST(vt_next_change(vt) == VT_CHANGE_NONE);
    /* The one before it says yes by itself. */
    MUST(ioctl(tty, VT_ACTIVATE, own) == 0 && next_change(vt) == VT_CHANGE_ENTER);
    vt_enter(vt);
    MUST(vt_is_in_front(vt));
    /* Nobody asks: a signal of somebody else. */
    MUST(kill(getpid(), SIGUSR1) == 0 && next_change(vt) == VT_CHANGE_LEAVE);
    MUST(!vt_leave(vt) && vt_is_in_front(vt));
    /* It is not left before it is said. */
    MUST(ioctl(tty, VT_ACTIVATE, other) == 0 && next_change(vt) == VT_CHANGE_LEAVE);
    MUST(vt_is_in_front(vt) && vt_leave(vt) && in_front(tty) == other);
    vt_give_back(vt);
    MUST(display_mode(tty) == KD_TEXT && switch_mode(tty) == VT_AUTO && raises_signals(tty));
    _exit(0);
}

static void a_console_is_taken_left_entered_and_given_back(void **state)
{
    (void)state;
    const char *path = getenv("ROOMSIGN_VT");
    int status = 0;
    if (path == NULL) {
        print_message("ROOMSIGN_VT names no console that may be switched to\n");
        skip();
    }
    pid_t pid = fork();
    if (pid == 0)
        live_on_console(path);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_console_is_not_taken),
        cmocka_unit_test(a_console_is_taken_left_entered_and_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
