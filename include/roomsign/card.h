/**
 * A DRM card (drm-kms(7), drm_mode.h): one of its connectors with the screen on it, the mode that
 * the screen is driven with, and the buffers in plain memory that it can show. No GL, no Mesa.
 *
 * A card with vertical blanks has two buffers and is flipped from one to the other. One without,
 * such as a USB or a virtual display, looks at its only buffer when it is told what has changed.
 *
 * Only a card's master may show anything. Whoever opens it first is.
 */
#ifndef ROOMSIGN_CARD_H
#define ROOMSIGN_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>
#include <roomsign/pick.h>

#define CARD_BUFFERS_MAX 2
#define CARD_CHANGES_MAX 64
/** A frame that takes longer will never be done. */
#define CARD_FRAME_MS 1000

struct card_buffer {
    uint32_t handle, frame_id, pitch;
    uint64_t byte_count;
    /** 32 bits each, the card's XRGB8888; not to be read. */
    void *pixels;
};

struct card {
    int fd;
    /** As in /dev/dri/cardN. */
    int number;
    /** Of the mode alone. */
    struct pick_wish wish;
    /** No connector was wished for. */
    bool takes_any;
    char connector_name[PICK_NAME_BYTES];
    uint32_t connector_id, crtc_id, dpms_id;
    drmModeModeInfo mode;
    struct card_buffer buffers[CARD_BUFFERS_MAX];
    int buffer_count;
    /** The card still has to begin with a frame that it was flipped to. */
    bool is_flipping;
};

/**
 * Find the first card that has a screen as wished for, and make black buffers for it; nothing is
 * shown yet. A screen of which the kernel can't tell is taken only where no card has another.
 * Errors: there is none, or no memory for it; false, *ret_card is untouched.
 */
bool card_open(const struct pick_wish *wish, struct card *ret_card, struct error *err);
/** The kernel then shows its console again. */
void card_close(struct card *card);

/** Errors: another program is. */
bool card_become_master(struct card *card, struct error *err);
void card_drop_master(struct card *card);

/** Drive the screen anew, with this buffer, and no other screen of the card. */
bool card_set(struct card *card, int buffer, struct error *err);
/** Show another buffer from the next vertical blank on; card_wait waits for that. */
bool card_flip(struct card *card, int buffer, struct error *err);
/** The shown buffer, the only one, has changed in these parts of the panel. */
bool card_flush(struct card *card, const struct layout_rect *changes, size_t count,
                struct error *err);

/** Wait until the screen has begun with the frame that it was last flipped to: its other buffer may
 *  be written to from then on. Errors: it takes longer than CARD_FRAME_MS. */
bool card_wait(struct card *card, struct error *err);
/** Whether the buffer is what the card shows. */
bool card_shows(const struct card *card, int buffer);

/** The screen's power (DPMS), as its master. While it is off nothing can be flipped. */
bool card_power(struct card *card, bool on);

enum card_state {
    CARD_STATE_SAME,
    /** The screen was unplugged. */
    CARD_STATE_NO_SCREEN,
    /** It is another one that is to get another mode; or, where the kernel can't tell whether there
     *  is one and no connector was wished for, another connector has a screen for certain. */
    CARD_STATE_OTHER_SCREEN,
    /** The card itself is gone. */
    CARD_STATE_GONE,
};

/** Asks the screen. */
enum card_state card_look(const struct card *card);

#endif
