#include <roomsign/ctl.h>

#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/nearest.h>

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

static const char *const own_commands[] = {"status", "reload", "snapshot"};
#define OWN_COMMAND_COUNT (sizeof(own_commands) / sizeof(*own_commands))

static bool is_command(const char *name)
{
    enum command_kind kind;
    if (command_kind_parse(name, &kind))
        return true;
    for (size_t i = 0; i < OWN_COMMAND_COUNT; i++)
        if (strcmp(own_commands[i], name) == 0)
            return true;
    return false;
}

static void tell_unknown(const char *name, struct error *err)
{
    const char *names[OWN_COMMAND_COUNT + COMMAND_KIND_COUNT];
    size_t count = 0;
    for (; count < OWN_COMMAND_COUNT; count++)
        names[count] = own_commands[count];
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        names[count++] = command_kind_name((enum command_kind)kind);
    const char *nearest = nearest_name(name, names, count);
    error_set(err, "unknown command %.80s (%s%s%s)", name,
              nearest ? "did you mean '" : "see --help", nearest ? nearest : "",
              nearest ? "'?" : "");
}

static bool check_together(const struct ctl_options *options, struct error *err)
{
    if (options->help || options->version)
        return true;
    if (!options->command)
        error_set(err, "a command is missing (see --help)");
    else if (!is_command(options->command))
        tell_unknown(options->command, err);
    else if (options->room && options->socket)
        error_set(err, "--room and --socket name the same thing: give one of them");
    else if (!options->operates && strcmp(options->command, "snapshot") == 0 && !options->output)
        error_set(err, "snapshot needs a file to write, OUT.png");
    else if (!options->operates && strcmp(options->command, "snapshot") != 0 && options->output)
        error_set(err, "%.40s takes no argument: %.80s", options->command, options->output);
    else
        return true;
    return false;
}

/** What stands behind an operator's command. */
struct words {
    const char *duration;
    struct buffer operands;
    bool too_long;
};

static void add_operand(struct words *words, const char *word)
{
    words->too_long |=
        !buffer_append_text(&words->operands, " ") || !buffer_append_text(&words->operands, word);
}

static bool is_negative_number(const char *argument)
{
    return argument[0] == '-' && argument[1] >= '0' && argument[1] <= '9';
}

static bool parse_words(int argc, char **argv, int index, struct ctl_options *options,
                        bool takes_duration, struct words *words, struct error *err)
{
    bool only_operands = false;
    for (int i = index + 1; i < argc; i++) {
        const char *word = argv[i];
        bool is_operand = only_operands || word[0] != '-' || !word[1] || is_negative_number(word);
        if (is_operand) {
            add_operand(words, word);
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (takes_duration && is_option(word, "--for")) {
            int64_t duration_ms;
            if (!take_value(argc, argv, &i, &words->duration, err))
                return false;
            if (duration_is_bare(words->duration)) {
                error_set(err, "--for: \"%.60s\" lacks a unit: 90s, 10m or 2h", words->duration);
                return false;
            }
            if (!duration_parse(words->duration, &duration_ms, err)) {
                error_prefix(err, "--for: ");
                return false;
            }
        } else if (!parse_option(argc, argv, &i, options, err)) {
            return false;
        }
    }
    if (words->too_long)
        error_set(err, "%s: more than %d bytes", options->command, CTL_WORDS_BYTES_MAX);
    return !words->too_long;
}

/** From the command on: its words are put together as command_request_parse reads them. */
static bool parse_operation(int argc, char **argv, int index, struct ctl_options *options,
                            enum command_kind kind, struct error *err)
{
    struct words words = {.duration = NULL};
    char line[2 * CTL_WORDS_BYTES_MAX];
    bool is_say = kind == COMMAND_SAY;
    buffer_init(&words.operands, CTL_WORDS_BYTES_MAX);
    options->operates = parse_words(argc, argv, index, options, is_say, &words, err);
    const char *operands = words.operands.data ? words.operands.data : "";
    int length = snprintf(line, sizeof(line), "%s%s%s%s%s", options->command,
                          words.duration ? " --for " : "", words.duration ? words.duration : "",
                          is_say ? " --" : "", operands);
    bool done = options->operates;
    if (done && (length < 0 || (size_t)length >= sizeof(line))) {
        error_set(err, "%s: too long", options->command);
        done = false;
    }
    if (done && !options->help && !options->version)
        done = command_request_parse(line, &options->request, err);
    buffer_release(&words.operands);
    return done;
}

bool ctl_options_parse(int argc, char **argv, struct ctl_options *ret_options, struct error *err)
{
    struct ctl_options options = {0};
    bool only_operands = false;
    enum command_kind kind;
    for (int i = 1; i < argc && !options.operates; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
            if (!parse_option(argc, argv, &i, &options, err))
                return false;
        } else if (!options.command) {
            options.command = argv[i];
            if (command_kind_parse(argv[i], &kind) &&
                !parse_operation(argc, argv, i, &options, kind, err))
                return false;
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

static const struct manual_entry view_commands[] = {
    {"status", NULL, "what it shows, and how fresh its schedule is"},
    {"reload", NULL, "read its config anew"},
    {"snapshot", "OUT.png", "what it shows, as a picture"},
};

static const struct manual_entry deeds[] = {
    {"start", NULL, "the next session starts now, the current one is over"},
    {"end", NULL, "the current session is over, or the break"},
    {"hold", NULL, "it goes on until `end`, whatever starts"},
    {"release", NULL, "it is no longer held"},
    {"extend", "N", "it ends N minutes later, or earlier with -N"},
    {"say", "[--for TIME] TEXT",
     "show a message, for as long as 90s, 10m or 2h, or until its session is over; at most 280 "
     "bytes"},
    {"clear", NULL, "take the message away"},
    {"full, open", NULL, "the room takes nobody in any more; it does again"},
    {"occupied, vacant", NULL, "what a presence sensor says"},
    {"undo", NULL, "take back the last of these, within ten minutes"},
};

static const struct manual_entry option_texts[] = {
    {"--room", "NAME",
     "the room's name, or that of its socket; not needed with one sign. Upper and lower case don't "
     "matter, nor brackets where one room alone is meant"},
    {"--socket", "PATH", "its control socket"},
    {"--json", NULL, "answer with the sign's own JSON"},
    {"--help, --version", NULL, "this text; the version"},
};

static const struct manual_entry files[] = {
    {"/run/roomsign/ROOM/", NULL,
     "where a sign that systemd started as roomsign@ROOM has its socket. Members of the group "
     "roomsign may use it, and root."},
    {"$XDG_RUNTIME_DIR/roomsign/", NULL, "where a sign has it that a person started."},
};

static const struct manual_part parts[] = {
    {"Description", .only_in_page = true,
     .text = "roomsignctl asks a running sign what it shows, and tells it what happens at its "
             "door. What it is told survives a restart of the sign, and lapses with the session "
             "that it is about. What makes no sense now is refused with the reason."},
    {"Commands", MANUAL_ENTRIES(view_commands)},
    {"What happens", .text = "The answer says what the sign now shows.", MANUAL_ENTRIES(deeds)},
    {"Options", MANUAL_ENTRIES(option_texts)},
    {"Files", .only_in_page = true, MANUAL_ENTRIES(files)},
    {"Exit status",
     .text = "0 when done, 1 for bad arguments, 3 when the sign is out of reach or refuses."},
    {"Examples", .only_in_page = true,
     .example = "roomsignctl extend 5\n"
                "roomsignctl --room 'audi 1' say --for 10m Back soon\n"
                "roomsignctl --json status | jq -r .shows.phase\n"},
};

static const struct manual manual = {
    .name = "roomsignctl",
    .section = 1,
    .summary = "talk to the sign of a room",
    .usage = "[--room NAME | --socket PATH] [--json] COMMAND",
    MANUAL_PARTS(parts),
    .see_also = "roomsign-feed(1), roomsign.conf(5), roomsignd(8)",
};

const struct manual *ctl_manual(void)
{
    return &manual;
}
