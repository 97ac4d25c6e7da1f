/**
 * How a program is used, said once: --help prints the short of it, and `make manual` writes the
 * manual page of it, into config/man. Keys of a config come from their table.
 *
 * Texts are plain, paragraphs set apart by an empty line; they are wrapped when printed.
 */
#ifndef ROOMSIGN_MANUAL_H
#define ROOMSIGN_MANUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <roomsign/config_table.h>

/** An option, a command, a file: what it is called, what follows it (or NULL), what it means. */
struct manual_entry {
    const char *name;
    const char *value;
    const char *meaning;
};

struct manual_part {
    const char *heading;
    /** Any of these, in this order; unused ones are NULL. */
    const char *text;
    const struct manual_entry *entries;
    size_t entry_count;
    const struct config_form *form;
    /** Lines of a shell or a file, as they are. */
    const char *example;
    /** Too long for --help. */
    bool only_in_page;
};

struct manual {
    const char *name;
    /** 1 commands, 5 files, 8 daemons. */
    int section;
    /** What it is, in half a line. */
    const char *summary;
    /** How it is called, without its name; a line each. */
    const char *usage;
    const struct manual_part *parts;
    size_t part_count;
    /** The other pages, as in "roomsignd(8), roomsign.conf(5)". */
    const char *see_also;
};

#define MANUAL_ENTRIES(array) .entries = (array), .entry_count = sizeof(array) / sizeof(*(array))
#define MANUAL_PARTS(array) .parts = (array), .part_count = sizeof(array) / sizeof(*(array))

/** For a terminal of 80 columns. */
void manual_print_help(const struct manual *manual, FILE *out);

/** In mdoc(7), as man(1) and mandoc(1) read it. */
void manual_print_page(const struct manual *manual, FILE *out);

/** roomsign.conf(5). */
const struct manual *config_manual(void);

#endif
