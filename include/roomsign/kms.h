/**
 * The whole screen of a DRM card, with nothing between the sign and the kernel: one of the two ways
 * that display.h has; the other is window.h. The functions are as there.
 *
 * While another console is in front, the card is its, and what is presented waits. A screen that is
 * unplugged, a card that is gone, and one that another program has taken are a DISPLAY_EVENT_LOST;
 * but while the panel is switched off a missing screen may just be asleep.
 */
#ifndef ROOMSIGN_KMS_H
#define ROOMSIGN_KMS_H

#include <roomsign/display.h>

struct kms;

/** Errors: no card has a screen as wished for, or another program has it. */
struct kms *kms_open(const struct display_options *options, struct error *err);
void kms_close(struct kms *kms);

/** "kms HDMI-A-1". */
const char *kms_name(const struct kms *kms);
void kms_size(const struct kms *kms, int *ret_width_px, int *ret_height_px);
bool kms_present(struct kms *kms, struct SDL_Surface *canvas, const struct layout_rect *rects,
                 size_t count, struct error *err);
bool kms_confirm(struct kms *kms, struct error *err);
bool kms_power(struct kms *kms, bool on);
int kms_wake_fd(const struct kms *kms);
bool kms_pump(struct kms *kms, struct display_event *ret_event);

#endif
