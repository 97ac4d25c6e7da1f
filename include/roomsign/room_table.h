/**
 * The table of an event's rooms, which [room] table names: a line for each sign, with what its
 * config has of its own.
 *
 * Text in UTF-8, columns set apart by tabs, as spreadsheets save it. The first line names the
 * columns: "sign", then keys of the config, among them name; a key of two sections is the first
 * one's, or written whole (headlines.url). Empty cells, lines that are empty and those after # are
 * passed over. Knows no config: what a cell means is the reader's.
 */
#ifndef ROOMSIGN_ROOM_TABLE_H
#define ROOMSIGN_ROOM_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/buffer.h>
#include <roomsign/config_table.h>
#include <roomsign/error.h>

#define ROOM_TABLE_COLUMNS_MAX 32
/** To look at every line, the files are read anew for each. */
#define ROOM_TABLE_ROWS_MAX 1024

struct room_table_row {
    /** Of the file, from 1. */
    int line;
    /** The sign's name is the first one. Those that the line lacks are "". */
    const char *cells[ROOM_TABLE_COLUMNS_MAX];
    /** What is wrong with the line, or NULL. */
    const char *fault;
};

struct room_table {
    struct buffer bytes;
    /** Keys of the form; NULL for the first column, and for one without a name. */
    const struct config_key *columns[ROOM_TABLE_COLUMNS_MAX];
    size_t column_count;
    struct room_table_row *rows;
    size_t row_count;
};

/** Ownership: *ret_table is the caller's; room_table_release() it. Errors: the file can't be read,
 *  or its line *ret_line doesn't name columns (0: the whole file). */
bool room_table_read(const char *path, const struct config_form *form, struct room_table *ret_table,
                     int *ret_line, struct error *err);
void room_table_release(struct room_table *table);

/** The row of a sign, upper and lower case of ASCII being the same; NULL: there is none. Another
 *  row of that name is *ret_again, or NULL. */
const struct room_table_row *room_table_find(const struct room_table *table, const char *sign,
                                             const struct room_table_row **ret_again);

#endif
