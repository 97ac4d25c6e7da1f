/**
 * One line of text in any script: measured and drawn by the same code, pixel for pixel.
 *
 * A line is cut into runs of one direction (UAX #9, base direction from the first strong
 * character), one script (UAX #24) and one font; each run is shaped by SDL2_ttf. Rendered runs and
 * measured widths are kept, within bounds, so that a tick costs only what changed. Text drawn never
 * leaves its box. It knows boxes, no layout.
 */
#ifndef ROOMSIGN_TEXT_H
#define ROOMSIGN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>

struct SDL_Surface;

/** A line longer than this is measured and drawn up to here, cut between characters. */
#define TEXT_LINE_BYTES_MAX 2048
/** Rendered runs kept. */
#define TEXT_CACHE_RUNS_MAX 1024
#define TEXT_CACHE_BYTES_MAX (8 * 1024 * 1024)
/** Measured widths kept. */
#define TEXT_CACHE_WIDTHS_MAX 2048
/** Different characters without a font that are remembered. */
#define TEXT_MISSING_MAX 64

struct text;

/**
 * `language` (BCP 47, "" for none) decides which design of Han characters is taken. The font
 * `family` comes before the built-in ones ("": none). Needs no display and no SDL_Init. Errors: no
 * fonts, see fonts_new.
 */
struct text *text_new(const char *language, const char *family, struct error *err);
void text_free(struct text *text);

/** What the operator should know about the fonts found (one line), or "". */
const char *text_warning(const struct text *text);

/** The layout's measure. Borrows `text`. */
struct text_measure text_measurer(struct text *text);

/**
 * What the text of a BOX_TEXT box may touch: its rectangle and what marks above and below the line
 * need. Scripts stack their marks higher than the Latin font's metrics, which the box follows, say.
 */
struct layout_rect text_reach(const struct layout_box *box);

/**
 * Draw a BOX_TEXT box on an XRGB8888 or ARGB8888 surface, within its text_reach and clip (NULL: the
 * whole surface). Characters that no font has show as a hollow box.
 */
void text_draw(struct text *text, struct SDL_Surface *surface, const struct layout_box *box,
               const struct layout_rect *clip);

/**
 * Characters met since the last call that no font has and that were not told before; returns how
 * many were written. Each character is told once in the life of `text`.
 */
size_t text_take_missing(struct text *text, uint32_t *ret_characters, size_t max);

#endif
