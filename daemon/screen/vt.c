#include <roomsign/vt.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <linux/kd.h>
#include <linux/major.h>
#include <linux/vt.h>

struct vt {
    int tty_fd;
    int signal_fd;
    /* tty1 is 1. */
    int number;
    /* As they were before. */
    struct termios termios;
    sigset_t mask;
};

static void change_signals(sigset_t *ret_set)
{
    sigemptyset(ret_set);
    sigaddset(ret_set, SIGUSR1);
    sigaddset(ret_set, SIGUSR2);
}

/* Negative: it is none. */
static int console_number(int tty_fd)
{
    struct stat status;
    bool is_console = fstat(tty_fd, &status) == 0 && S_ISCHR(status.st_mode) &&
                      major(status.st_rdev) == TTY_MAJOR && minor(status.st_rdev) > 0 &&
                      minor(status.st_rdev) <= MAX_NR_CONSOLES;
    return is_console ? (int)minor(status.st_rdev) : -1;
}

/* Who sits in the background of a terminal is stopped when it changes that. */
static bool may_change(int tty_fd)
{
    return tcgetpgrp(tty_fd) == getpgrp();
}

static bool set_graphics(struct vt *vt)
{
    struct termios raw = vt->termios;
    struct vt_mode mode = {.mode = VT_PROCESS, .relsig = SIGUSR1, .acqsig = SIGUSR2};
    cfmakeraw(&raw);
    if (ioctl(vt->tty_fd, VT_SETMODE, &mode) < 0)
        return false;
    /* Without VT_PROCESS a console in this mode can't be left. */
    return ioctl(vt->tty_fd, KDSETMODE, KD_GRAPHICS) == 0 &&
           tcsetattr(vt->tty_fd, TCSANOW, &raw) == 0;
}

static void set_text(const struct vt *vt)
{
    struct vt_mode mode = {.mode = VT_AUTO};
    ioctl(vt->tty_fd, KDSETMODE, KD_TEXT);
    ioctl(vt->tty_fd, VT_SETMODE, &mode);
    /* What was typed at the sign is no command to the shell. */
    tcsetattr(vt->tty_fd, TCSAFLUSH, &vt->termios);
}

static bool listen_to_signals(struct vt *vt)
{
    sigset_t set;
    change_signals(&set);
    vt->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return vt->signal_fd >= 0 && sigprocmask(SIG_BLOCK, &set, &vt->mask) == 0;
}

static void stop_listening(const struct vt *vt)
{
    struct signalfd_siginfo info;
    /* One that is pending would end the program. */
    while (vt->signal_fd >= 0 && read(vt->signal_fd, &info, sizeof info) > 0)
        ;
    if (vt->signal_fd >= 0)
        close(vt->signal_fd);
    sigprocmask(SIG_SETMASK, &vt->mask, NULL);
}

struct vt *vt_take(int tty_fd, struct error *err)
{
    int number = console_number(tty_fd);
    if (number < 0 || !may_change(tty_fd)) {
        error_set(err, "standard input is no virtual console of the sign's own");
        return NULL;
    }
    struct vt *vt = xcalloc(1, sizeof *vt);
    vt->tty_fd = tty_fd;
    vt->number = number;
    vt->signal_fd = -1;
    sigprocmask(SIG_SETMASK, NULL, &vt->mask);
    if (tcgetattr(tty_fd, &vt->termios) == 0 && listen_to_signals(vt)) {
        if (set_graphics(vt))
            return vt;
        error_set(err, "tty%d: %s", number, strerror(errno));
        set_text(vt);
    } else {
        error_set(err, "tty%d: %s", number, strerror(errno));
    }
    stop_listening(vt);
    free(vt);
    return NULL;
}

void vt_give_back(struct vt *vt)
{
    if (vt == NULL)
        return;
    set_text(vt);
    stop_listening(vt);
    free(vt);
}

int vt_fd(const struct vt *vt)
{
    return vt->signal_fd;
}

bool vt_is_in_front(const struct vt *vt)
{
    struct vt_stat status;
    return ioctl(vt->tty_fd, VT_GETSTATE, &status) < 0 || status.v_active == vt->number;
}

enum vt_change vt_next_change(struct vt *vt)
{
    struct signalfd_siginfo info;
    if (read(vt->signal_fd, &info, sizeof info) != sizeof info)
        return VT_CHANGE_NONE;
    return info.ssi_signo == SIGUSR1 ? VT_CHANGE_LEAVE : VT_CHANGE_ENTER;
}

bool vt_leave(struct vt *vt)
{
    return ioctl(vt->tty_fd, VT_RELDISP, 1) == 0;
}

void vt_enter(struct vt *vt)
{
    ioctl(vt->tty_fd, VT_RELDISP, VT_ACKACQ);
}
