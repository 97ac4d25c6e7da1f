/**
 * roomsign-feed's command line. Knows what may be said and how it is said; does nothing of it.
 */
#ifndef ROOMSIGN_FEED_OPTIONS_H
#define ROOMSIGN_FEED_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <roomsign/config.h>
#include <roomsign/error.h>
#include <roomsign/manual.h>
#include <roomsign/poll.h>

enum feed_action {
    FEED_ACTION_POLL,
    FEED_ACTION_ROOMS,
    FEED_ACTION_FORMATS,
    FEED_ACTION_HELP,
    FEED_ACTION_VERSION,
};

enum feed_format {
    /** Never of options that were parsed. */
    FEED_FORMAT_UNSAID,
    FEED_FORMAT_JSON,
    FEED_FORMAT_TSV,
};

/** Strings are the command line's own. */
struct feed_options {
    enum feed_action action;
    /** NULL: the feeds are named by --url. */
    const char *config_path;
    const char *urls[CONFIG_FEEDS_MAX];
    size_t url_count;
    const char *room;     /* NULL: not said */
    const char *timezone; /* NULL: not said */
    const char *date;     /* NULL: not said */
    struct poll_bound from, until;
    /** UTC; unless has_now, the system's clock is asked. */
    int64_t now_ms;
    bool has_now;
    /** JSON where it wasn't said, but TSV for FEED_ACTION_ROOMS. */
    enum feed_format format;
    /** File of the last document, "-" for standard input, NULL for none. */
    const char *last_path;
    /** The process is to keep its rights: a debugger needs them. */
    bool uncaged;
};

/** Errors: names the argument and what is wrong with it, in one line; ret_options untouched. */
bool feed_options_parse(int argc, char **argv, struct feed_options *ret_options, struct error *err);

/** The config that --url, --room, --timezone and --date stand for. Ownership: config_release()
 *  it. */
void feed_options_config(const struct feed_options *options, struct config *ret_config);

/** --help and roomsign-feed(1). */
const struct manual *feed_manual(void);

#endif
