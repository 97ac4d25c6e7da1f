/**
 * One picture that becomes the next, in FADE_MS.
 *
 * Nothing flashes: each step takes every channel of every pixel from what is shown towards what is
 * to be shown, and never past it. What is to be shown may meanwhile change.
 */
#ifndef ROOMSIGN_FADE_H
#define ROOMSIGN_FADE_H

#include <stdbool.h>
#include <stdint.h>

struct SDL_Surface;

#define FADE_MS 300
/** Steps are due this often; late ones are larger. */
#define FADE_STEP_MS 25

/** Zeroed: no fade is under way. */
struct fade {
    /** XRGB8888, ours; NULL: no fade is under way. */
    struct SDL_Surface *shown;
    int64_t stepped_us, ends_us;
};

/** Fade away from this picture, or, where a fade is under way, from what that has come to.
 *  Monotonic time; the first step is due at once. */
void fade_begin(struct fade *fade, const struct SDL_Surface *from, int64_t now_us);
/** Bring fade->shown nearer to `to`. false: the fade is over, released, and `to` is to be shown. */
bool fade_step(struct fade *fade, const struct SDL_Surface *to, int64_t now_us);
void fade_release(struct fade *fade);

#endif
