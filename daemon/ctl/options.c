#include <roomsign/ctl.h>

#include <string.h>

static bool take_value(int argc, char **argv, int *index, const char **ret_value, struct error *err)
{
    const char *argument = argv[*index];
    const char *equals = strchr(argument, '=');
    if (equals) {
        *ret_value = equals + 1;
        return true;
    }
    if (*index + 1 == argc) {
        error_set(err, "%s needs a value", argument);
        return false;
    }
    *ret_value = argv[++*index];
    return true;
}

static bool is_option(const char *argument, const char *name)
{
    size_t length = strcspn(argument, "=");
    return strlen(name) == length && memcmp(argument, name, length) == 0;
}

static bool parse_option(int argc, char **argv, int *index, struct ctl_options *options,
                         struct error *err)
{
    const char *argument = argv[*index];
    if (is_option(argument, "--room"))
        return take_value(argc, argv, index, &options->room, err);
    if (is_option(argument, "--socket"))
        return take_value(argc, argv, index, &options->socket, err);
    if (strcmp(argument, "--json") == 0)
        options->json = true;
    else if (strcmp(argument, "--help") == 0)
        options->help = true;
    else if (strcmp(argument, "--version") == 0)
        options->version = true;
    else {
        error_set(err, "unknown option %.80s (see --help)", argument);
        return false;
    }
    return true;
}

static bool is_command(const char *name)
{
    static const char *const commands[] = {"status", "reload", "snapshot"};
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(commands[i], name) == 0)
            return true;
    return false;
}

static bool check_together(const struct ctl_options *options, struct error *err)
{
    if (options->help || options->version)
        return true;
    if (!options->command)
        error_set(err, "a command is missing: status, reload or snapshot (see --help)");
    else if (!is_command(options->command))
        error_set(err, "unknown command %.80s: there are status, reload and snapshot",
                  options->command);
    else if (options->room && options->socket)
        error_set(err, "--room and --socket name the same thing: give one of them");
    else if (strcmp(options->command, "snapshot") == 0 && !options->output)
        error_set(err, "snapshot needs a file to write, OUT.png");
    else if (strcmp(options->command, "snapshot") != 0 && options->output)
        error_set(err, "%.40s takes no argument: %.80s", options->command, options->output);
    else
        return true;
    return false;
}

bool ctl_options_parse(int argc, char **argv, struct ctl_options *ret_options, struct error *err)
{
    struct ctl_options options = {0};
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
            if (!parse_option(argc, argv, &i, &options, err))
                return false;
        } else if (!options.command) {
            options.command = argv[i];
        } else if (!options.output) {
            options.output = argv[i];
        } else {
            error_set(err, "too many arguments: %.80s", argv[i]);
            return false;
        }
    }
    if (!check_together(&options, err))
        return false;
    *ret_options = options;
    return true;
}

void ctl_print_help(FILE *out)
{
    fputs(
        "roomsignctl [--room NAME | --socket PATH] [--json] COMMAND\n"
        "Talk to the sign of a room.\n\n"
        "  status             what it shows, and how fresh its schedule is\n"
        "  reload             read its config anew\n"
        "  snapshot OUT.png   what it shows, as a picture\n\n"
        "  --room NAME        the room's name, or that of its socket; not needed with one sign\n"
        "  --socket PATH      its control socket\n"
        "  --json             answer with the sign's own JSON\n"
        "  --help, --version\n\n"
        "Ends with 0 when done, 1 for bad arguments, 3 when the sign is out of reach or refuses.\n",
        out);
}
