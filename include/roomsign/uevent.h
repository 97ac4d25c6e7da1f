/**
 * What the kernel says of its devices (kobject uevents over netlink): whether a card's screens may
 * have been plugged or unplugged, or the card itself has come or gone.
 *
 * The kernel's own word is enough, udev isn't asked: the card is open already.
 */
#ifndef ROOMSIGN_UEVENT_H
#define ROOMSIGN_UEVENT_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>

/** As the kernel's UEVENT_BUFFER_SIZE and the path before it. */
#define UEVENT_BYTES_MAX 8192

/**
 * Whether a message, "ACTION@DEVPATH" and KEY=VALUE lines that each end with a zero byte, is of a
 * DRM card. What is malformed is none.
 */
bool uevent_is_of_card(const char *message, size_t length);

/** A socket that never blocks; the caller's, close() it. -1: none is to be had, err filled. */
int uevent_open(struct error *err);

/** Read all that was said. true: some of it was of a card, or the kernel lost something. */
bool uevent_read(int fd);

#endif
