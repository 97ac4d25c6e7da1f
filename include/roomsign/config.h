/**
 * One room's config file: INI, one table in config_table.c for parsing, checking, defaults and
 * --print-config. config/room.conf tells people what each key means.
 *
 * UTF-8, lines of at most CONFIG_LINE_BYTES_MAX. Comments stand on lines of their own, after # or
 * ;, because both may be part of a URL. A list is one line an item, because commas may be part of
 * a room's name.
 *
 * A config is read whole: every error of the file is told, each as
 * `file:line: [section] key: what is wrong`, and a config with errors is not used.
 *
 * Many signs from one file: [include] begins with what another file says (ini_file.h). Where
 * NAME.conf isn't there but template.conf is beside it, that is read, and the room is NAME. With
 * [room] table the room and what else the sign has of its own are in a table (room_table.h), in the
 * line of NAME, else of this computer's name.
 */
#ifndef ROOMSIGN_CONFIG_H
#define ROOMSIGN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <roomsign/error.h>
#include <roomsign/tracker.h>

#define CONFIG_FILE_BYTES_MAX (1024 * 1024)
#define CONFIG_LIST_MAX 64
#define CONFIG_ERRORS_MAX 64
#define CONFIG_FEEDS_MAX 8
#define CONFIG_LINE_BYTES_MAX 4096
#define CONFIG_URL_BYTES_MAX 2048
#define CONFIG_TEMPLATE "template.conf"

/** Strings are the list's own. */
struct config_list {
    char **items;
    size_t count;
};

enum config_driver {
    /** By what is there. */
    CONFIG_DRIVER_AUTO,
    CONFIG_DRIVER_KMS,
    CONFIG_DRIVER_WINDOW,
};

enum config_clock {
    /** By the language's region. */
    CONFIG_CLOCK_AUTO,
    CONFIG_CLOCK_24H,
    CONFIG_CLOCK_12H,
};

struct config {
    /* [room] */
    /** "" selects every event; a file must name one. */
    char *room_name;
    /** Further names of this room in the feed. */
    struct config_list room_aliases;
    /** Rooms whose events every room shows (a foyer, "Everywhere"). */
    struct config_list common_rooms;
    /** Words that make a short event a break; empty: the built-in ones. */
    struct config_list breaks;
    /** "" once a file was read: what the table has of this sign then stands in the other keys. */
    char *room_table;
    /** IANA name, "" for the system's. */
    char *timezone;
    /** BCP 47, or "auto": of the sign's own words, and of the design of Han characters. What it
     *  means says language_resolve. */
    char *language;
    /** Events without a room are meant for every room. */
    bool include_venue_wide;

    /* [feed] */
    /** http:, https:, webcal: or file:///absolute; CONFIG_FEEDS_MAX of them. */
    struct config_list feed_urls;
    /** The feeds are of this room alone. */
    bool all_events;
    /** Of a text agenda without one: 2026-03-12, or "". */
    char *feed_date;
    int64_t poll_ms;
    int64_t timeout_ms;
    int64_t max_size_bytes;
    char *user;
    /** Absolute, or "". Its first line is the password. */
    char *password_file;
    /** Absolute, or "". */
    char *ca_file;

    /* [headlines] */
    /** Of an RSS or Atom feed, as in feed_urls; "": none are shown. */
    char *headlines_url;
    int64_t headlines_poll_ms;

    /* [alerts] */
    struct tracker_rules rules;
    /** Polls in a row that must agree before an emptied or halved schedule is believed. */
    int distrust;

    /* [screen] */
    enum config_driver driver;
    /** "HDMI-A-1" or "card1-HDMI-A-1"; "": the first with a screen. */
    char *connector;
    /** Of the connector; 0: the screen's own. */
    int mode_width_px, mode_height_px, mode_rate_hz;
    /** 0: the display's own. */
    int width_px, height_px;
    /** 0, 90, 180, 270 clockwise. */
    int rotate_deg;
    /** "dark", "light", "high-contrast", or the absolute path of a theme file (theme_file.h). */
    char *theme;
    enum config_clock clock;
    /** The session's page as a QR code. */
    bool qr;
    /** The system's clock is taken as it is, synchronised or not. */
    bool clock_always_trusted;
    /** The picture moves by a few pixels through the day; its changes are cross-faded. */
    bool shift, motion;
    /** Minutes of the local day, 0 to 1439; equal: always on; from > until: past midnight. */
    int on_from_min, on_until_min;

    /* [control] */
    /** Keys pressed at the sign are commands. */
    bool keys;
    /** What single ones mean, in place of the built-in meanings; as key_binding_parse reads it. */
    struct config_list key_bindings;

    /* What reading the file found out besides, each "" for nothing. It isn't printed. */
    /** [room] table's file, and the signs that it has a line for. */
    char *table_path;
    struct config_list table_signs;
    /** This sign has no line there; a sentence for people. */
    char *unlisted;
    /** "room.conf:3: [room] name: ", for whoever looks for that room later. */
    char *name_place;
    /** A line for each secret that everybody on this computer can read. */
    char *exposed;
};

/** Where each thing that is wrong is told: one call a message, `file:line: [section] key: ...`. */
struct config_report {
    void (*tell)(void *context, const char *message);
    void *context;
    size_t error_count;
};

/** Takes an empty list, and leaves one. */
void config_list_release(struct config_list *list);

/** Every key at its default. Release it with config_release. */
void config_init(struct config *config);
void config_release(struct config *config);

/**
 * Read and check a file whole. false: report->error_count errors were told and *ret_config is
 * untouched. A relative path in file:, password_file and ca_file is relative to the config file's
 * directory. Ownership: the caller's; config_release() it.
 */
bool config_read(const char *path, struct config *ret_config, struct config_report *report);

/** Whose config it is. All zero: the sign's that runs on this computer. */
struct config_reader {
    /** NULL: this computer's. */
    const char *hostname;
    /** This sign of [room] table, and no other; NULL: it is looked for. */
    const char *sign;
    /** Nobody's: the file is looked at as a template, which needs to name no room. */
    bool is_template;
    /** Where the config has errors, those of its theme file are told as well. */
    bool tells_theme;
};

/** config_read for somebody else. `reader` is borrowed. */
bool config_read_for(const char *path, const struct config_reader *reader,
                     struct config *ret_config, struct config_report *report);

/**
 * Every key, its meaning, its default as a comment and its value where it is another, as a file
 * that config_read accepts. config/room.conf is what this prints for it.
 */
void config_print(const struct config *config, FILE *out);

/** Parse "1920x1080" (each side LAYOUT_SIDE_MIN_PX to LAYOUT_SIDE_MAX_PX). */
bool config_size_parse(const char *text, int *ret_width_px, int *ret_height_px, struct error *err);

#endif
