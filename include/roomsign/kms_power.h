/**
 * The power of the panels behind a DRM card, through the DPMS property of its connectors
 * (drm_mode.h), for which SDL has no word.
 */
#ifndef ROOMSIGN_KMS_POWER_H
#define ROOMSIGN_KMS_POWER_H

#include <stdbool.h>

/** drm_fd: the card's, whose master we are. Every connector in use, at once; no frame may be
 *  flipped while they are off. false: none can be switched. */
bool kms_power(int drm_fd, bool on);

#endif
