/**
 * A run of text rendered once: coverage, or a coloured picture, and where its baseline lies.
 *
 * The one place that shapes and renders with SDL2_ttf, and knows its peculiarities.
 */
#ifndef ROOMSIGN_GLYPHS_H
#define ROOMSIGN_GLYPHS_H

#include <stdbool.h>
#include <stddef.h>

#include <SDL_ttf.h>

#include <roomsign/layout.h>

/** A run of more pixels is not rendered. */
#define GLYPHS_PIXELS_MAX (32 * 1024 * 1024)

struct glyphs_source {
    TTF_Font *font;
    /** UTF-8. */
    const char *text;
    /** ISO 15924. */
    const char *script;
    bool rtl;
    /** Bitmaps of one size are scaled to this text size; 0: an outline font, as it is. */
    int scale_to_px;
};

struct glyphs;

/** How far the run reaches, in pixels: exactly the width of what glyphs_render gives. */
int glyphs_width(const struct glyphs_source *source);

/** Ownership: the caller's; glyphs_free() it. NULL: nothing to see (no width, or too large). */
struct glyphs *glyphs_render(const struct glyphs_source *source);
void glyphs_free(void *glyphs);
int glyphs_rendered_width(const struct glyphs *glyphs);
size_t glyphs_bytes(const struct glyphs *glyphs);

/** Draw with the left edge at x on a baseline, within clip, which lies on the surface. */
void glyphs_draw(const struct glyphs *glyphs, struct SDL_Surface *surface, int x, int baseline_y,
                 layout_colour colour, const struct layout_rect *clip);

#endif
