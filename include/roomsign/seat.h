/**
 * Whose hands are on a keyboard: the seat that a device belongs to, and the console in front.
 *
 * The kernel tells every reader of every keyboard what is typed. One that udev gave to another
 * seat is none of the sign's, and what is typed while another console is in front may be somebody's
 * password.
 */
#ifndef ROOMSIGN_SEAT_H
#define ROOMSIGN_SEAT_H

#include <stdbool.h>
#include <sys/types.h>

#define SEAT_NAME_BYTES 64

/** Whether the character device belongs to `seat`, by the files below udev's `directory`
 *  (/run/udev/data). What udev says nothing about belongs to "seat0". */
bool seat_has_device(const char *seat, const char *directory, dev_t device);

/** "tty1", as `path` (/sys/class/tty/tty0/active) says; "" where there are no consoles. */
void console_in_front(const char *path, char ret_name[static SEAT_NAME_BYTES]);

#endif
