/**
 * What SDL has no word for of a DRM card (drm_mode.h): the power of the panels behind it, through
 * the DPMS property of its connectors, and which frame it shows.
 */
#ifndef ROOMSIGN_KMS_H
#define ROOMSIGN_KMS_H

#include <stdbool.h>
#include <stdint.h>

/** drm_fd: the card's, whose master we are. Every connector in use, at once; no frame may be
 *  flipped while they are off. false: none can be switched. */
bool kms_power(int drm_fd, bool on);

/** Stands for the frames that the card shows: another number once it shows or is about to show
 *  another frame. 0: it shows none, or doesn't tell. */
uint64_t kms_frame(int drm_fd);

#endif
