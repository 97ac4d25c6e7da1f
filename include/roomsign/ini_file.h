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

/**
 * Read a file into the values that the form describes, which hold its defaults before. false:
 * report->error_count errors were told, and the values are any mixture.
 */
bool ini_file_read(const char *path, const struct config_form *form, void *values,
                   ini_file_check check, struct config_report *report);

/** The line of a key, 0 where it isn't given; with `key` NULL that of the section, else of the
 *  file's end. */
int ini_file_line(const struct ini_file *file, const char *section, const char *key);

/** Tell an error; line 0 is the file as a whole, `section` and `key` may be NULL. */
void ini_file_tell(struct ini_file *file, int line, const char *section, const char *key,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/** "file:line: [section] key: ", which what is told begins with. Returns its length. */
#define INI_FILE_PLACE_BYTES 1280
size_t ini_file_place(const struct ini_file *file, int line, const char *section, const char *key,
                      char *text, size_t size);

/** Every key, its meaning and its value; with `defaults` only other values than those, and the
 *  defaults as comments. */
void ini_file_print(const struct config_form *form, const void *values, const void *defaults,
                    FILE *out);

#endif
