/**
 * Which of a card's connectors and which of its modes the sign is shown with, from what the kernel
 * says of them (drm_mode.h). Pure.
 */
#ifndef ROOMSIGN_PICK_H
#define ROOMSIGN_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include <xf86drmMode.h>

#define PICK_NAME_BYTES 32

/** What the config wants of a screen. */
struct pick_wish {
    /** "HDMI-A-1", or with its card as below /sys/class/drm "card1-HDMI-A-1"; "": any. */
    const char *connector;
    /** Of the mode; 0: its preferred size, the best rate. */
    int width_px, height_px, rate_hz;
};

/** "HDMI-A-1". */
char *pick_connector_name(const drmModeConnector *connector, char ret_name[static PICK_NAME_BYTES]);

/** Whether the wish is for this one or for any. `card` is the number of /dev/dri/cardN. */
bool pick_wants(const struct pick_wish *wish, int card, const drmModeConnector *connector);

/**
 * The index of the connector to show on: one that is wanted and has a screen; else one of which the
 * kernel can't tell, but knows modes. Negative: none.
 */
int pick_connector(const struct pick_wish *wish, int card, drmModeConnector *const *connectors,
                   size_t count);

/**
 * The index of the mode to show with: of the wanted size, or of the one that the screen prefers
 * (where it has no preference the largest), with the wanted rate or the highest up to 60 Hz, not
 * interlaced where possible. Negative: there is none.
 */
int pick_mode(const struct pick_wish *wish, const drmModeModeInfo *modes, size_t count);

/** Whether the mode is what the wish asks for. */
bool pick_is_wanted_mode(const struct pick_wish *wish, const drmModeModeInfo *mode);

#endif
