/**
 * Drawings as SVG files (SVG 1.1), as far as logos need them: shapes and paths, filled and stroked
 * in plain colours, groups, transforms, opacity, style attributes and classes.
 *
 * What isn't drawn is refused by name (text, gradients, clips, embedded pictures and others), never
 * left out: half a logo is worse than none.
 */
#ifndef ROOMSIGN_SVG_H
#define ROOMSIGN_SVG_H

#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>

#define SVG_DEPTH_MAX 64
#define SVG_SHAPES_MAX 4096
#define SVG_CLASSES_MAX 256

struct svg;

/** Errors: NULL; says what isn't drawn, and in which line. */
struct svg *svg_parse(const char *bytes, size_t length, struct error *err);
void svg_free(struct svg *svg);

/** Of its view box, in its own units; positive. */
void svg_size(const struct svg *svg, double *ret_width, double *ret_height);

/** The drawing in that many pixels, as premultiplied 0xAARRGGBB words. Ownership: the caller's;
 *  free() it. */
uint32_t *svg_draw(const struct svg *svg, int width_px, int height_px);

#endif
