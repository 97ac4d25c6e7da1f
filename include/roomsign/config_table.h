/**
 * The keys of a file as data: what ini_file.c reads, checks and prints by. And those of the config;
 * theme_file.c has another table.
 */
#ifndef ROOMSIGN_CONFIG_TABLE_H
#define ROOMSIGN_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/buffer.h>
#include <roomsign/config.h>

/** How a value is written, and what the struct of values holds of it. */
enum config_type {
    CONFIG_TYPE_TEXT,        /* char * */
    CONFIG_TYPE_TEXT_LIST,   /* struct config_list; one item a line */
    CONFIG_TYPE_KEY_LIST,    /* struct config_list; a key's name and a command each */
    CONFIG_TYPE_URL,         /* char *, as in a list of them, or "" */
    CONFIG_TYPE_URL_LIST,    /* struct config_list */
    CONFIG_TYPE_ZONE,        /* char * */
    CONFIG_TYPE_LANGUAGE,    /* char * */
    CONFIG_TYPE_DATE,        /* char *, as in 2026-03-12, or "" */
    CONFIG_TYPE_FILE,        /* char *, an absolute path, or "" */
    CONFIG_TYPE_THEME,       /* char *, one of choices or an absolute path */
    CONFIG_TYPE_COLOUR,      /* layout_colour */
    CONFIG_TYPE_SWITCH,      /* bool, by choices */
    CONFIG_TYPE_CHOICE,      /* int or enum, by choices */
    CONFIG_TYPE_INTEGER,     /* int */
    CONFIG_TYPE_DURATION,    /* int64_t, milliseconds */
    CONFIG_TYPE_BYTES,       /* int64_t */
    CONFIG_TYPE_CONNECTOR,   /* char *, as in HDMI-A-1 or card1-HDMI-A-1, or "" */
    CONFIG_TYPE_MODE,        /* int width, then int height, then int rate in Hz */
    CONFIG_TYPE_SCREEN_SIZE, /* int width, then int height */
    CONFIG_TYPE_TIME,        /* int, minutes of the day */
    CONFIG_TYPE_HOURS,       /* int from, then int until, minutes of the day */
    CONFIG_TYPE_INCLUDE,     /* nothing; ini_file.c reads the file that it names */
};

struct config_choice {
    const char *name;
    int value;
};
#define CONFIG_CHOICES_MAX 4

struct config_key {
    const char *section;
    const char *name;
    enum config_type type;
    /** Of the member in the struct of values. */
    size_t offset;
    /** As it would be written; "" for nothing. */
    const char *fallback;
    /** Numbers, durations in milliseconds: the range. Lists: `most` items. */
    int64_t least, most;
    struct config_choice choices[CONFIG_CHOICES_MAX];
    size_t choice_count;
    bool required;
    /** Sentences for whoever writes the file, wrapped when printed; NULL: said with an earlier key.
     */
    const char *meaning;
};

#define CONFIG_SECTIONS_MAX 16
#define CONFIG_KEYS_MAX 80

struct config_form {
    const char *const *sections;
    size_t section_count;
    /** In the order of sections. */
    const struct config_key *keys;
    size_t key_count;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;
extern const struct config_form config_form;

bool config_key_is_list(const struct config_key *key);

/**
 * Check the value and store it in the values: an item more of a list, else instead of what was
 * there. Relative paths are below `directory` (absolute, or NULL where there can be none).
 * Errors: says what is wrong with the value; the values are unchanged.
 */
bool config_key_parse(const struct config_key *key, const char *value, const char *directory,
                      void *values, struct error *err);

/** The absolute path of a file that can be read. NULL, err filled: there is none. Ownership: the
 *  caller's; free() it. */
char *config_path_resolve(const char *path, const char *directory, struct error *err);

/** The address in the form that the feed's fetch takes, a file's with its absolute path. NULL, err
 *  filled: it is none of http:, https:, webcal: and file:. Ownership: the caller's; free() it. */
char *config_url_resolve(const char *url, const char *directory, struct error *err);

/** The zone that someone probably meant, by the system's zone.tab; NULL: none is near. Ownership:
 *  the caller's; free() it. */
char *config_zone_nearest(const char *name);

/** Whether it may be a connector's name, as the kernel makes them. Errors: says why not. */
bool config_connector_is_sound(const char *name, struct error *err);

/** A size, or auto, which is 0 for both. Errors: as config_size_parse. */
bool config_screen_size_parse(const char *text, int pair[static 2], struct error *err);

/** "1920x1080@60" without its rate or as a whole, or auto, which is 0 for all of the three. The
 *  values are unchanged where it is none: err says why. */
bool config_mode_parse(const char *text, int mode[static 3], struct error *err);
void config_mode_format(const int mode[static 3], struct buffer *ret_text);

/** Append the value, of a list the item `index`, as config_key_parse reads it. */
void config_key_format(const struct config_key *key, const void *values, size_t index,
                       struct buffer *ret_text);

/** How many values there are for the key: a list's items, else 1. */
size_t config_key_value_count(const struct config_key *key, const void *values);

/** Append " From 10s to 1d."; nothing for keys without a range. */
void config_key_format_range(const struct config_key *key, struct buffer *ret_text);

/** Free the value; a list is then an empty one. */
void config_key_release(const struct config_key *key, void *values);

#endif
