#include <roomsign/sign_options.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/config.h>

struct option {
    const char *name;
    /** NULL: takes no value. */
    const char *value_name;
    bool (*take)(struct sign_options *options, const char *value, struct error *err);
    const char *help;
};

/** At most one of them can be meant. */
static bool set_mode(struct sign_options *options, enum sign_mode mode, struct error *err)
{
    if (options->mode != SIGN_MODE_RUN && options->mode != mode) {
        error_set(err, "only one of --check, --snapshot, --rehearse, --print-config and "
                       "--print-theme at a time");
        return false;
    }
    options->mode = mode;
    return true;
}

static bool take_window(struct sign_options *options, const char *value, struct error *err)
{
    options->windowed = true;
    return config_size_parse(value, &options->width_px, &options->height_px, err);
}

static bool take_size(struct sign_options *options, const char *value, struct error *err)
{
    return config_size_parse(value, &options->width_px, &options->height_px, err);
}

static bool take_at(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->at_text = value;
    return true;
}

static bool take_speed(struct sign_options *options, const char *value, struct error *err)
{
    char *end;
    errno = 0;
    double speed = strtod(value, &end);
    if (errno != 0 || end == value || *end || !isfinite(speed) || speed <= 0 ||
        speed > SIGN_SPEED_MAX) {
        error_set(err, "\"%.40s\" is no speed above 0 and up to %.0f", value, SIGN_SPEED_MAX);
        return false;
    }
    options->speed = speed;
    options->has_speed = true;
    return true;
}

static bool take_check(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    return set_mode(options, SIGN_MODE_CHECK, err);
}

static bool take_online(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->online = true;
    return true;
}

static bool take_snapshot(struct sign_options *options, const char *value, struct error *err)
{
    options->picture_path = value;
    return set_mode(options, SIGN_MODE_SNAPSHOT, err);
}

static bool take_rehearse(struct sign_options *options, const char *value, struct error *err)
{
    options->span_text = value;
    if (!strchr(value, '/')) {
        error_set(err, "\"%.80s\" is not FROM/TO, as in 2026-01-31T09:00/2026-01-31T19:00", value);
        return false;
    }
    return set_mode(options, SIGN_MODE_REHEARSE, err);
}

static bool take_sheet(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->sheet_path = value;
    return true;
}

static bool take_schedule(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->schedule_path = value;
    return true;
}

static bool take_commands(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->commands_path = value;
    return true;
}

static bool take_print_config(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    return set_mode(options, SIGN_MODE_PRINT_CONFIG, err);
}

static bool take_print_theme(struct sign_options *options, const char *value, struct error *err)
{
    options->theme_name = value;
    return set_mode(options, SIGN_MODE_PRINT_THEME, err);
}

static bool take_state(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->state_dir = value;
    return true;
}

static bool take_feed_program(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->feed_program = value;
    return true;
}

static bool take_control(struct sign_options *options, const char *value, struct error *err)
{
    (void)err;
    options->control_path = value;
    return true;
}

static bool take_verbose(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->verbose = true;
    return true;
}

static bool take_traceable(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->traceable = true;
    return true;
}

static bool take_help(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->mode = SIGN_MODE_HELP;
    return true;
}

static bool take_version(struct sign_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->mode = SIGN_MODE_VERSION;
    return true;
}

static const struct option option_table[] = {
    {"--window", "WxH", take_window, "run in a window of this size instead of full-screen"},
    {"--at", "TIME", take_at, "start a simulated clock at this time; the moment of a snapshot"},
    {"--speed", "N", take_speed, "let the simulated clock run N times as fast"},
    {"--check", NULL, take_check, "tell all errors of one CONFIG or many; ends with 0 or 1"},
    {"--online", NULL, take_online, "with --check: ask the feeds once, tell what they have"},
    {"--snapshot", "OUT.png", take_snapshot, "draw the sign into a picture; needs no display"},
    {"--size", "WxH", take_size, "the sign's size there, 1920x1080 unless CONFIG says otherwise"},
    {"--rehearse", "FROM/TO", take_rehearse, "print the sign's script for that time"},
    {"--sheet", "OUT.png", take_sheet, "with --rehearse: draw each of its lines on one sheet too"},
    {"--schedule", "FILE", take_schedule, "take this schedule document instead of polling"},
    {"--commands", "FILE", take_commands,
     "what an operator says: lines of TIME, a tab, COMMAND; - is standard input"},
    {"--print-config", NULL, take_print_config, "print every key of CONFIG, or the defaults"},
    {"--print-theme", "THEME", take_print_theme, "print a theme as a file to begin one's own with"},
    {"--state", "DIR", take_state, "where the last schedule and the commands are kept"},
    {"--feed-program", "PATH", take_feed_program, "the roomsign-feed to run"},
    {"--control", "PATH", take_control, "the socket for roomsignctl"},
    {"--verbose", NULL, take_verbose, "log more"},
    {"--traceable", NULL, take_traceable, "let debuggers look in, and leave a core after a crash"},
    {"--help", NULL, take_help, "print this"},
    {"--version", NULL, take_version, "print the version"},
};
#define OPTION_COUNT (sizeof(option_table) / sizeof(option_table[0]))

static const struct option *find_option(const char *argument, size_t length)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strlen(option_table[i].name) == length &&
            memcmp(option_table[i].name, argument, length) == 0)
            return &option_table[i];
    return NULL;
}

/** Takes argv[*index] and the value that may follow it. */
static bool parse_option(int argc, char **argv, int *index, struct sign_options *options,
                         struct error *err)
{
    const char *argument = argv[*index];
    size_t length = strcspn(argument, "=");
    const struct option *option = find_option(argument, length);
    if (!option) {
        error_set(err, "unknown option %.80s (see --help)", argument);
        return false;
    }
    const char *value = argument[length] ? argument + length + 1 : NULL;
    if (!option->value_name && value) {
        error_set(err, "%s takes no value", option->name);
        return false;
    }
    if (option->value_name && !value) {
        if (*index + 1 == argc) {
            error_set(err, "%s needs a value, %s", option->name, option->value_name);
            return false;
        }
        value = argv[++*index];
    }
    if (!option->take(options, value, err)) {
        error_prefix(err, "%s: ", option->name);
        return false;
    }
    return true;
}

/** What makes no sense together, or is missing. */
static bool check_together(const struct sign_options *options, struct error *err)
{
    if (options->mode == SIGN_MODE_HELP || options->mode == SIGN_MODE_VERSION)
        return true;
    bool needs_config =
        options->mode != SIGN_MODE_PRINT_CONFIG && options->mode != SIGN_MODE_PRINT_THEME;
    if (needs_config && !options->config_path) {
        error_set(err, "CONFIG is missing (see --help)");
        return false;
    }
    if (options->config_count > 1 && options->mode != SIGN_MODE_CHECK) {
        error_set(err, "more than one CONFIG: %.80s", options->config_paths[1]);
        return false;
    }
    if (options->windowed && options->mode != SIGN_MODE_RUN) {
        error_set(err, "--window is only for a running sign");
        return false;
    }
    if (options->sheet_path && options->mode != SIGN_MODE_REHEARSE) {
        error_set(err, "--sheet is only for --rehearse");
        return false;
    }
    if (options->width_px > 0 && !options->windowed && options->mode != SIGN_MODE_SNAPSHOT &&
        !options->sheet_path) {
        error_set(err, "--size is only for --snapshot and --sheet");
        return false;
    }
    if (options->online && options->mode != SIGN_MODE_CHECK) {
        error_set(err, "--online is only for --check");
        return false;
    }
    if (options->commands_path && options->mode != SIGN_MODE_SNAPSHOT &&
        options->mode != SIGN_MODE_REHEARSE) {
        error_set(err, "--commands is only for --snapshot and --rehearse");
        return false;
    }
    if (options->has_speed && options->mode != SIGN_MODE_RUN) {
        error_set(err, "--speed is only for a running sign");
        return false;
    }
    return true;
}

bool sign_options_parse(int argc, char **argv, struct sign_options *ret_options, struct error *err)
{
    struct sign_options options = {.speed = 1};
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i];
        if (!only_operands && strcmp(argument, "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argument[0] == '-' && argument[1]) {
            if (!parse_option(argc, argv, &i, &options, err))
                return false;
        } else if (options.config_count == SIGN_CONFIGS_MAX) {
            error_set(err, "more than %d CONFIGs", SIGN_CONFIGS_MAX);
            return false;
        } else {
            options.config_paths[options.config_count++] = argument;
        }
    }
    options.config_path = options.config_paths[0];
    if (!check_together(&options, err))
        return false;
    *ret_options = options;
    return true;
}

static const struct manual_entry state_files[] = {
    {"/etc/roomsign/ROOM.conf", NULL,
     "the config of the sign roomsign@ROOM, see roomsign.conf(5)."},
    {"/var/lib/roomsign/", NULL,
     "the last schedule and the operator's commands of each room, written when they change and at "
     "no other time. STATE_DIRECTORY or --state name another place."},
    {"/run/roomsign/ROOM/", NULL, "the socket for roomsignctl(1)."},
    {"/run/systemd/timesync/synchronized", NULL, "systemd-timesyncd's word that the clock is set."},
};

static const struct manual_part last_parts[] = {
    {"Notes",
     .text = "TIME is RFC 3339, or local YYYY-MM-DDTHH:MM[:SS] in the room's zone.\n\n"
             "The script has a line for each change, its columns set apart by tabs: time, phase, "
             "uid of the session in the room and of the next, the moment counted to (in overrun: "
             "from), the next one's expected start where it is not the planned one, notices. Times "
             "in UTC."},
    {"Signals", .only_in_page = true,
     .text = "SIGHUP reads CONFIG anew, and keeps the old one where the new one is wrong. SIGTERM "
             "and SIGINT end the sign."},
    {"Files", .only_in_page = true, MANUAL_ENTRIES(state_files)},
    {"The unit", .only_in_page = true,
     .text =
         "systemctl enable --now roomsign@ROOM starts a sign on the first console, at once and "
         "whenever the computer starts; it waits for no network. It is started again whenever it "
         "ends, and when it can't show itself for half a minute. systemctl reload roomsign@ROOM "
         "reads its config anew and fails with what is wrong in it. Nothing but the screen, the "
         "keyboards, the first console, its state and its socket is open to it, and as little to "
         "its children.\n\n"
         "The unit lets no program ask the kernel whether its clock is set. Where chrony or "
         "another time server than systemd-timesyncd runs, a sign believes the clock when a feed's "
         "server says the same. A sign of local files alone needs [clock] trust = always there, or "
         "the drop-in below, which gives the call back:",
     .example = "# /etc/systemd/system/roomsign@.service.d/clock.conf\n"
                "[Service]\n"
                "ProtectClock=no\n"
                "SystemCallFilter=adjtimex clock_adjtime clock_adjtime64\n"},
    {"Read-only root", .only_in_page = true,
     .text =
         "A sign writes when its schedule or what its operators said has changed, and so to a card "
         "some times a day. It works as well with the root file system read-only, or below an "
         "overlay in memory as raspi-config sets it up. What it knows is then gone after a power "
         "cut, and it shows no schedule until the network is up: give its state a small partition "
         "of its own, that stays writable, with a line in /etc/fstab. With an overlay the card's "
         "fstab is the one to change, before the overlay is switched on.",
     .example = "/dev/mmcblk0p3 /var/lib/roomsign ext4 defaults,noatime,nosuid,nodev,noexec 0 2\n"},
    {"Exit status",
     .text = "0 when done, 1 for a bad config or argument (--online: also for a room's name that "
             "no feed has), 2 when a feed could not be used, 3 for anything else."},
    {"Examples", .only_in_page = true,
     .example = "roomsignd --check --online /etc/roomsign/room.conf\n"
                "roomsignd --rehearse 2026-01-31T09:00/2026-01-31T19:00 --sheet day.png room.conf\n"
                "roomsignd --window 1280x720 --at 2026-01-31T09:00 --speed 60 room.conf\n"},
};
#define LAST_PART_COUNT (sizeof(last_parts) / sizeof(last_parts[0]))

const struct manual *sign_manual(void)
{
    static struct manual_entry options[OPTION_COUNT];
    static struct manual_part parts[LAST_PART_COUNT + 2] = {
        {"Description", .only_in_page = true,
         .text =
             "roomsignd shows what is on in a room: what is in it now, for how much longer, and "
             "what comes next. It runs roomsign-feed(1) for every poll of the schedule's feeds, "
             "keeps the last schedule while they are out of reach, and listens to "
             "roomsignctl(1). It draws on the bare console, on X11 or on Wayland."},
        {"Options", MANUAL_ENTRIES(options)},
    };
    static const struct manual manual = {
        .name = "roomsignd",
        .section = 8,
        .summary = "show the sign of a room",
        .usage = "[OPTION]... CONFIG",
        MANUAL_PARTS(parts),
        .see_also = "roomsign-feed(1), roomsignctl(1), roomsign.conf(5)",
    };
    for (size_t i = 0; i < OPTION_COUNT; i++)
        options[i] = (struct manual_entry){option_table[i].name, option_table[i].value_name,
                                           option_table[i].help};
    memcpy(&parts[2], last_parts, sizeof(last_parts));
    return &manual;
}
