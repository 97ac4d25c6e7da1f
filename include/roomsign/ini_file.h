/**
 * Files of sections and keys, read by a table of them: the config and theme files. What is told is
 * `file:line: [section] key: what is wrong`, and it is all told at once.
 *
 * UTF-8, lines of at most CONFIG_LINE_BYTES_MAX; comments on lines of their own, after # or ;.
 */
#ifndef ROOMSIGN_INI_FILE_H
#define ROOMSIGN_INI_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include <roomsign/config.h>
#include <roomsign/config_table.h>

/** A file while it is read. */
struct ini_file;

/** Looks at what can only be seen once everything was read. */
typedef void (*ini_file_check)(struct ini_file *file, void *values);

/** The file and all that it includes. */
#define INI_SOURCES_MAX 8

/**
 * Read a file into the values that the form describes, which hold its defaults before. false:
 * report->error_count errors were told, and the values are any mixture.
 *
 * Where the form has a key of CONFIG_TYPE_INCLUDE, a file may include others before its other
 * sections, and they may again. Each is read once. What a file says of a key counts over what the
 * files that it includes say of it, a list as a whole; two files of which neither includes the
 * other may not both have a key.
 */
bool ini_file_read(const char *path, const struct config_form *form, void *values,
                   ini_file_check check, struct config_report *report);

/* For an ini_file_check. `section` and `key` are the form's. */

bool ini_file_has(const struct ini_file *file, const char *section, const char *key);
/** Of the file that has the key; where none has, the first one's. */
const char *ini_file_path(const struct ini_file *file, const char *section, const char *key);
/** "file:line: [section] key: ", which what is told begins with: where the key stands, of a list
 * its item, or else where it should. Returns its length. */
#define INI_FILE_PLACE_BYTES 1280
size_t ini_file_place(const struct ini_file *file, const char *section, const char *key,
                      size_t item, char *text, size_t size);

/** Tell an error of a key, at its place. */
void ini_file_tell(struct ini_file *file, const char *section, const char *key, const char *format,
                   ...) __attribute__((format(printf, 4, 5)));
/** Tell each required key that nobody has. */
void ini_file_tell_missing(struct ini_file *file);

/** From now on values come from another source, whose values count over all others; once. */
void ini_file_begin_last(struct ini_file *file, const char *path);
/** Its line that is read now; 0: it has none. */
void ini_file_at_line(struct ini_file *file, int line);
/** What that line says of one of the form's keys. */
void ini_file_take(struct ini_file *file, const struct config_key *key, const char *value);
/** Tell an error of that line; `section` and `key` may be NULL. */
void ini_file_tell_here(struct ini_file *file, const char *section, const char *key,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Every key, its meaning and its value; with `defaults` only other values than those, and the
 *  defaults as comments. */
void ini_file_print(const struct config_form *form, const void *values, const void *defaults,
                    FILE *out);

#endif
