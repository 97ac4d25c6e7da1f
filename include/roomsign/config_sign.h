/**
 * Which of many signs a config is read for, and what that sign has of its own: by a template and
 * by [room] table. A part of reading a config; config.h tells the rules.
 */
#ifndef ROOMSIGN_CONFIG_SIGN_H
#define ROOMSIGN_CONFIG_SIGN_H

#include <stdbool.h>

#include <roomsign/config.h>
#include <roomsign/ini_file.h>

/** A config while it is read. */
struct config_reading {
    struct config config;
    /** As asked for; with a template there is no such file. */
    const char *path;
    const struct config_reader *reader;
    bool is_by_template;
};

/** The template that stands in for a file that isn't there; NULL: the file is, or there is none.
 *  Ownership: the caller's; free() it. */
char *config_find_template(const char *path);

/** Whether a file is named as a template. */
bool config_is_template(const char *path);

/** Once the files were read: the room's name, and the table's line. What is wrong is told. */
void config_take_sign(struct ini_file *file, struct config_reading *reading);

/** A copy of the text in place of what *member has. */
void config_replace(char **member, const char *text);

#endif
