#include <roomsign/fade.h>

#include <assert.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/error.h>

/* Of the way that is left. */
#define SHARE_WHOLE 256

static uint8_t *row_at(const SDL_Surface *surface, int y)
{
    return (uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch;
}

static size_t row_bytes(const SDL_Surface *surface)
{
    assert(surface->format->BytesPerPixel == 4);
    return (size_t)surface->w * 4;
}

void fade_begin(struct fade *fade, const struct SDL_Surface *from, int64_t now_us)
{
    if (fade->shown == NULL) {
        fade->shown = SDL_CreateRGBSurfaceWithFormat(0, from->w, from->h, 32, from->format->format);
        if (fade->shown == NULL)
            error_out_of_memory();
        for (int y = 0; y < from->h; y++)
            memcpy(row_at(fade->shown, y), row_at(from, y), row_bytes(from));
    }
    fade->stepped_us = now_us - FADE_STEP_MS * 1000;
    fade->ends_us = fade->stepped_us + FADE_MS * 1000;
}

void fade_release(struct fade *fade)
{
    SDL_FreeSurface(fade->shown);
    *fade = (struct fade){0};
}

/* Cut off towards what is shown: never further than it should be. */
static void step_row(uint8_t *shown, const uint8_t *to, size_t bytes, int share)
{
    for (size_t i = 0; i < bytes; i++)
        shown[i] = (uint8_t)(shown[i] + (to[i] - shown[i]) * share / SHARE_WHOLE);
}

bool fade_step(struct fade *fade, const struct SDL_Surface *to, int64_t now_us)
{
    SDL_Surface *shown = fade->shown;
    if (shown == NULL)
        return false;
    if (now_us >= fade->ends_us || to->w != shown->w || to->h != shown->h) {
        fade_release(fade);
        return false;
    }
    int64_t left_us = fade->ends_us - fade->stepped_us;
    int share = (int)((now_us - fade->stepped_us) * SHARE_WHOLE / left_us);
    for (int y = 0; y < shown->h && share > 0; y++)
        step_row(row_at(shown, y), row_at(to, y), row_bytes(shown), share);
    if (share > 0)
        fade->stepped_us = now_us;
    return true;
}
