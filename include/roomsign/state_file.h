/**
 * Files that have to survive a cut of power: what the sign keeps in its state directory.
 *
 * Knows no format. Everything here returns only when the disk says that it has the bytes.
 */
#ifndef ROOMSIGN_STATE_FILE_H
#define ROOMSIGN_STATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>
#include <roomsign/places.h>

/** What a path must leave room for: the longest ending that a file is put aside with. */
#define STATE_FILE_SUFFIX_BYTES 8

/** mkdir -p, for the owner to write and the group to read. Errors: it can't be made, or something
 *  else stands there. */
bool state_directory_make(const char *path, struct error *err);

/** The directory that holds `path` knows of its files on the disk too. Errors: errno. */
bool state_file_sync_directory(const char *path);

/** What can't be used stays for people to look at, and is never read again: rename it to PATH.bad.
 *  Whether that could be done, and what the file is called, then stands before what err says. */
bool state_file_put_aside(const char *path, struct error *err);

/**
 * Put these bytes in the place of the file: write PATH.new, fsync, rename, fsync the directory,
 * which is made where it's gone. What stood there is then at `previous` (NULL: nowhere), if the
 * file system has hard links, and until then what was there before.
 * Errors: the file system's; the old file is then whole, or, where the directory alone couldn't be
 * synced, either of the two is.
 */
bool state_file_replace(const char *path, const char *previous, const void *bytes, size_t length,
                        struct error *err);

#endif
