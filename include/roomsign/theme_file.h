/**
 * A theme as a file: the keys of a struct theme, by one table that reads, checks and prints them.
 *
 * What a file leaves out comes from the built-in theme that it is based on. Every error of a file
 * is told as a config's are, and a file with errors isn't used.
 */
#ifndef ROOMSIGN_THEME_FILE_H
#define ROOMSIGN_THEME_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include <roomsign/buffer.h>
#include <roomsign/config.h>
#include <roomsign/theme.h>

struct theme_file {
    struct theme theme;
    /** "house.theme:12: [font] family: ", for whoever looks for that font and reads that picture
     *  later; "" without one. */
    char *font_place, *logo_place;
    /** A line for each colour that is drawn as another one because it could not be read; or "". */
    struct buffer remarks;
};

/**
 * The theme that [screen] theme names: a built-in one, or that of a file. A relative path in the
 * file is relative to its directory. false: report->error_count errors were told and *ret_file is
 * untouched. Ownership: the caller's; theme_file_release() it.
 */
bool theme_file_read(const char *name, struct theme_file *ret_file, struct config_report *report);
void theme_file_release(struct theme_file *file);

/** As a file that theme_file_read accepts, to begin one's own with. */
void theme_file_print(const struct theme *theme, FILE *out);

#endif
