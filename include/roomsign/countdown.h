/**
 * The countdown: what is counted, the figures, and from when to when; lines one below the other
 * that begin at one edge.
 */
#ifndef ROOMSIGN_COUNTDOWN_H
#define ROOMSIGN_COUNTDOWN_H

#include <roomsign/pen.h>

struct countdown {
    /** Of the figures, and of the lines above and below them. */
    int size, words_size;
    bool has_caption, has_range;
    int words_px, digits_px; /* from the tops of the capitals to the baseline */
    /** From the top of the caption to the last baseline; 0: the view counts nothing. */
    int height_px;
};

/** From the top of it all to the top of the figures where these follow the caption. */
int countdown_above_px(const struct pen *pen, const struct countdown *made);
/** The width that four figures need at their full size. */
int countdown_full_px(const struct pen *pen);
/** The width that the lines above and below them need at the least. */
int countdown_least_px(const struct pen *pen);
/** As large as it fits. */
struct countdown countdown_measure(const struct pen *pen, int width_px, int height_px);
/** The caption's top at y, the figures' where they follow it or at digits_y, whichever is lower. */
void countdown_lay(struct pen *pen, const struct countdown *made, int x, int y, int digits_y);

#endif
