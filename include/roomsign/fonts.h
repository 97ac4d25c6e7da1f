/**
 * Which font file sets which character: the font stack, found through fontconfig.
 *
 * fonts/stack names the families, most wanted first; what fontconfig has of them is known after
 * fonts_new, and files are opened only when a character needs them. At most FONTS_OPEN_MAX files
 * are open at a time, the longest unused one making room. Knows nothing of lines or layout.
 */
#ifndef ROOMSIGN_FONTS_H
#define ROOMSIGN_FONTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL_ttf.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>

#define FONTS_FAMILIES_MAX 96
#define FONTS_OPEN_MAX 16
#define FONTS_SIZE_MAX_PX 4096
/** No family of the stack has this character. */
#define FONTS_NONE (-1)

struct fonts;

/**
 * Ask fontconfig for every family of the stack, with `family` before it ("": none). A family that
 * is not installed is left out, and fonts_warning says so; where the stack's first is missing,
 * fontconfig's own sans-serif stands in.
 * Errors: no usable font at all; the message names the Debian packages.
 */
struct fonts *fonts_new(const char *family, struct error *err);
void fonts_free(struct fonts *fonts);

/** What the operator should know about the fonts found (one line), or "". */
const char *fonts_warning(const struct fonts *fonts);

/** Families found. A family is a number from 0, in the order of the stack. */
int fonts_family_count(const struct fonts *fonts);
const char *fonts_family_name(const struct fonts *fonts, int family);
/** Colour bitmaps of one size, which are scaled, instead of outlines. */
bool fonts_family_is_emoji(const struct fonts *fonts, int family);
/** The family's language, "ja", "zh-Hans", "zh-Hant", "ko", where the stack has one design of Han
 *  characters per language; else "". */
const char *fonts_family_language(const struct fonts *fonts, int family);

/** Whether the family has a glyph for the character. */
bool fonts_has(const struct fonts *fonts, int family, uint32_t character);

/**
 * The open font. Borrowed, and valid only until the next call of fonts_get. An emoji
 * family opens in its one size whatever size_px says. NULL: the file can't be opened (any more).
 */
TTF_Font *fonts_get(struct fonts *fonts, int family, enum text_weight weight, int size_px);

/** File and face index that set this family and weight, for tests and diagnosis. */
const char *fonts_file(const struct fonts *fonts, int family, enum text_weight weight,
                       long *ret_index);

#endif
