/**
 * roomsignd's command line: what was asked for, checked as far as it can be without the config.
 *
 * Times stay text here: a local one needs the room's zone.
 */
#ifndef ROOMSIGN_SIGN_OPTIONS_H
#define ROOMSIGN_SIGN_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include <roomsign/error.h>
#include <roomsign/manual.h>

#define SIGN_SPEED_MAX 1000000.0
/** That --check takes at once. */
#define SIGN_CONFIGS_MAX 1024

enum sign_mode {
    SIGN_MODE_RUN,
    SIGN_MODE_CHECK,
    SIGN_MODE_SNAPSHOT,
    SIGN_MODE_REHEARSE,
    SIGN_MODE_PRINT_CONFIG,
    SIGN_MODE_PRINT_THEME,
    SIGN_MODE_HELP,
    SIGN_MODE_VERSION,
};

/** Strings are borrowed from argv; NULL where the option wasn't given. */
struct sign_options {
    enum sign_mode mode;
    /** The first of config_count, of which only --check takes more than one. */
    const char *config_path;
    const char *config_paths[SIGN_CONFIGS_MAX];
    size_t config_count;
    /** --snapshot OUT.png and --rehearse FROM/TO. */
    const char *picture_path;
    const char *span_text;
    /** --sheet OUT.png. */
    const char *sheet_path;
    /** --print-theme THEME. */
    const char *theme_name;
    const char *at_text;
    double speed;
    bool has_speed;
    /** --size or --window; 0: not given. */
    int width_px, height_px;
    bool windowed;
    const char *schedule_path;
    const char *commands_path;
    const char *state_dir;
    const char *feed_program;
    const char *control_path;
    /** --check asks the feeds as well. */
    bool online;
    bool verbose;
    /** Its secrets aren't kept from debuggers and cores. */
    bool traceable;
};

/** Errors: one line that names the argument. */
bool sign_options_parse(int argc, char **argv, struct sign_options *ret_options, struct error *err);

/** --help and roomsignd(8). */
const struct manual *sign_manual(void);

#endif
