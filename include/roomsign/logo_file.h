/**
 * The file of a theme's logo: a PNG, or an SVG (also gzipped) that rsvg-convert makes a PNG of.
 *
 * rsvg-convert is a child under limits, run once for each opening. It is given the SVG without its
 * place, and librsvg then takes nothing from files or the network: what isn't in the SVG itself, or
 * a data: address in it, isn't shown.
 */
#ifndef ROOMSIGN_LOGO_FILE_H
#define ROOMSIGN_LOGO_FILE_H

#include <stdint.h>

#include <roomsign/error.h>
#include <roomsign/logo.h>

#define LOGO_FILE_BYTES_MAX (4 * 1024 * 1024)
/** Wall time for the child; whoever opens a logo waits so long at most. */
#define LOGO_FILE_CHILD_MAX_MS 5000
/** Of all its threads together. */
#define LOGO_FILE_CHILD_CPU_MAX_S 20
/** Address space. */
#define LOGO_FILE_CHILD_MEMORY_BYTES_MAX (INT64_C(512) * 1024 * 1024)
/** Text in a logo opens fonts. */
#define LOGO_FILE_CHILD_FILES_MAX 64
/** Noise of LOGO_KEPT_SIDE_MAX_PX squared, which no PNG makes smaller. */
#define LOGO_FILE_PNG_BYTES_MAX (17 * 1024 * 1024)

/**
 * Ownership: the caller's; logo_free() it. Errors: NULL; not readable, neither PNG nor SVG, no
 * rsvg-convert in $PATH, refused by it or too much for it, and logo_new's. The message names the
 * file only where it can't be read.
 */
struct logo *logo_file_open(const char *path, struct error *err);

#endif
