/**
 * The virtual console that the sign was started on (console_ioctl(4), vt(4)): kept from being
 * written to or typed at while the sign is shown, and given to others when a key combination such
 * as Ctrl-Alt-F2 asks for them.
 *
 * While it is taken, leaving it takes the sign's consent, so that the card can be let go before.
 * The kernel asks by SIGUSR1 and SIGUSR2, which are read from a file descriptor. One at a time.
 */
#ifndef ROOMSIGN_VT_H
#define ROOMSIGN_VT_H

#include <stdbool.h>

#include <roomsign/error.h>

struct vt;

enum vt_change {
    VT_CHANGE_NONE,
    /** Another console is asked for: let go of the card, then vt_leave. */
    VT_CHANGE_LEAVE,
    /** This one is in front again, and the card may be had: vt_enter. */
    VT_CHANGE_ENTER,
};

/**
 * Take the console that tty_fd, the caller's, is open on: nothing is drawn there, and what is typed
 * there goes nowhere, raises no signals and is forgotten. Errors: it is no virtual console, or none
 * that this process is in front of, or the kernel refuses: NULL, and it stays as it was.
 */
struct vt *vt_take(int tty_fd, struct error *err);
/** A text console again. Let go of the card first. NULL is fine. */
void vt_give_back(struct vt *vt);

/** Readable when vt_next_change has something to tell. */
int vt_fd(const struct vt *vt);

/** Whether it is the console that is seen. */
bool vt_is_in_front(const struct vt *vt);

enum vt_change vt_next_change(struct vt *vt);
/** false: nobody asks for another console, and this one stays in front. */
bool vt_leave(struct vt *vt);
void vt_enter(struct vt *vt);

#endif
