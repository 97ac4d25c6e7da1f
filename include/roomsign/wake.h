/**
 * One file descriptor that tells the loop to look at the display's events.
 *
 * It gathers the connection to an X server or a compositor, and, where the keyboard is read from
 * the kernel, the input devices: those are opened here a second time and what they say is thrown
 * away, because only SDL interprets it. Devices may come and go.
 */
#ifndef ROOMSIGN_WAKE_H
#define ROOMSIGN_WAKE_H

#include <stdbool.h>

#include <roomsign/error.h>

#define WAKE_INPUTS_MAX 64

struct wake;

/** Errors: the kernel's, out of file descriptors: NULL. */
struct wake *wake_new(struct error *err);
void wake_free(struct wake *wake);

/** Readable when one of its sources is. */
int wake_fd(const struct wake *wake);

/** Add a descriptor that someone else owns and reads. */
bool wake_add(struct wake *wake, int fd, struct error *err);

/** Watch every `event*` in a directory, also those to come. Devices that may not be opened are left
 *  out; a directory that can't be watched is an error. */
bool wake_watch_inputs(struct wake *wake, const char *directory, struct error *err);

/** Input devices open now. */
int wake_input_count(const struct wake *wake);

/** Throw away what the input devices said, and look for new ones where some came. */
void wake_drain(struct wake *wake);

#endif
