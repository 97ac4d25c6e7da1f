/**
 * A command as a line of the command log, and back.
 *
 *     AT<TAB>KIND<TAB>UID<TAB>OVER-UID<TAB>UNTIL<TAB>TEXT<TAB>CRC32
 *
 * Times are UTC with milliseconds (2026-01-31T10:02:03.250Z). What is empty stands as "-"; in text
 * a tab is \t, a newline \n, a carriage return \r, a backslash \\, and a '-' in front \-. The
 * checksum (the CRC-32 of ISO 3309, eight hex digits) covers everything before it, so that a line
 * which is cut, run into another or changed by a bit is told from a whole one. Pure: knows no file.
 */
#ifndef ROOMSIGN_COMMAND_RECORD_H
#define ROOMSIGN_COMMAND_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/command.h>
#include <roomsign/error.h>

/** With its newline, where every byte of uids and text is escaped. */
#define COMMAND_RECORD_BYTES_MAX                                                                   \
    (2 * (2 * SESSION_UID_BYTES_MAX + COMMAND_TEXT_BYTES_MAX) + 3 * TIME_TEXT_BYTES)

/** Append the command's line and its newline. The command must be sound: it has what its kind needs
 *  and nothing else. */
void command_record_write(const struct command *command, struct buffer *line);

/**
 * The first whole record within these bytes, which hold no newline: *ret_offset and *ret_length say
 * where. An undamaged line is one record from end to end.
 * Errors: there is none; what is wrong with the one that should begin at the start.
 */
bool command_record_find(const char *bytes, size_t length, struct command *ret_command,
                         size_t *ret_offset, size_t *ret_length, struct error *err);

#endif
