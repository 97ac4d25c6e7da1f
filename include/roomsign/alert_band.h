/**
 * The alerts: what must be known before all else, each on a ground of its own across the whole
 * width, between the header and the rest of the stage.
 *
 * The first one is set as large as there is room for, the others too where that leaves enough, else
 * on one line each. While people stand before an empty room, the first one is the stage's main
 * thing.
 */
#ifndef ROOMSIGN_ALERT_BAND_H
#define ROOMSIGN_ALERT_BAND_H

#include <roomsign/pen.h>

/** One alert, measured. */
struct alert_band {
    const struct view_alert *alert;
    bool on_one_line;
    /** subject and detail stand beside the words, not below them. */
    bool beside;
    struct block words, subject;
    int detail_lines;
    /** Of the time before the subject, its gap included. */
    int time_px;
    int height_px;
};

struct alert_bands {
    struct alert_band bands[VIEW_ALERTS_MAX];
    int count;
    /** Gaps between them included; 0: there are none. */
    int height_px;
};

/** Whether the first alert takes the place of what the stage says otherwise. */
bool alert_bands_lead(const struct view *view);
/** No higher than budget_px, if that has at least room for a line each. */
void alert_bands_measure(const struct pen *pen, int budget_px, struct alert_bands *ret_bands);
/** Their top at y; what height_px is more than theirs goes to the first. */
void alert_bands_lay(struct pen *pen, const struct alert_bands *bands, int y, int height_px);

#endif
