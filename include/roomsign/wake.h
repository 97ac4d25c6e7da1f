/**
 * One file descriptor that tells the loop to look at the display's events.
 *
 * It gathers the connection to an X server or a compositor, and, where no such thing stands between
 * the sign and the kernel, the input devices, whose key presses are read here. Devices may come and
 * go. Those that udev gave to another seat are not listened to.
 */
#ifndef ROOMSIGN_WAKE_H
#define ROOMSIGN_WAKE_H

#include <stdbool.h>

#include <roomsign/error.h>

#define WAKE_INPUTS_MAX 64
/** Presses that wait to be taken; what comes then is no operator. */
#define WAKE_PRESSES_MAX 32

struct wake;

/** Where the kernel and udev tell of input devices. Strings are borrowed for the wake's life. */
struct wake_places {
    /** Its `event*` are the devices: /dev/input. */
    const char *inputs;
    /** /run/udev/data */
    const char *udev;
    /** /sys/class/tty/tty0/active */
    const char *console;
    /** The sign's own: "seat0". */
    const char *seat;
};

struct wake_press {
    /** The kernel's code. */
    int key;
    /** Another console is in front than when the inputs were first watched: it wasn't typed for
     *  the sign. */
    bool elsewhere;
};

/** Errors: the kernel's, out of file descriptors: NULL. */
struct wake *wake_new(struct error *err);
void wake_free(struct wake *wake);

/** Readable when one of its sources is. */
int wake_fd(const struct wake *wake);

/** Add a descriptor that someone else owns and reads. */
bool wake_add(struct wake *wake, int fd, struct error *err);

/** Watch every device there, also those to come. Devices that may not be opened are left out; a
 *  directory that can't be watched is an error. */
bool wake_watch_inputs(struct wake *wake, const struct wake_places *places, struct error *err);

/** Read what the input devices said, and look for new ones where some came. */
void wake_drain(struct wake *wake);

/** The next press (presses.h) that wake_drain read. false: none waits. */
bool wake_take_press(struct wake *wake, struct wake_press *ret_press);

#endif
