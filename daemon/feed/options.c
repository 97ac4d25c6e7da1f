#include <roomsign/feed_options.h>

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/agenda.h>
#include <roomsign/civil.h>
#include <roomsign/fetch.h>

enum option_id {
    OPTION_URL = 256,
    OPTION_ROOM,
    OPTION_TIMEZONE,
    OPTION_DATE,
    OPTION_FROM,
    OPTION_TO,
    OPTION_FORMAT,
    OPTION_LAST,
    OPTION_NOW,
    OPTION_ROOMS,
    OPTION_FORMATS,
    OPTION_NO_CAGE,
    OPTION_HELP,
    OPTION_VERSION,
};

/** In the order of option_id. */
static const struct manual_entry option_texts[] = {
    {"--url", "URL",
     "a feed of http://, https://, webcal:// or file:/; may be repeated, and the first one wins "
     "where two hold the same session"},
    {"--room", "NAME", "sessions of this room; without it, of every room"},
    {"--timezone", "ZONE",
     "the room's time zone, such as Europe/Brussels; without it the feed's own, else the system's"},
    {"--date", "DATE", "the day of a plain text agenda without one, such as 2026-03-12"},
    {"--from", "TIME", "sessions that have not ended by then"},
    {"--to", "TIME", "sessions that start before then"},
    {"--format", "FORMAT",
     "json, the schedule document (the default), or tsv, a line per session: start, end, uid, "
     "room, kind, status, title, speakers"},
    {"--last", "FILE",
     "the document of the last poll (- for standard input): a feed that has not changed is then "
     "not sent again, one that fails keeps its sessions, and the new document tells what changed "
     "of sessions still to come"},
    {"--now", "TIME", "what time it is, where the system's clock is not to be believed; RFC 3339"},
    {"--rooms", NULL,
     "list the feeds' rooms instead, each under the name that [room] name and --room take, and how "
     "many sessions it has: COUNT<TAB>NAME a line, or a list of {\"room\", \"sessions\"} with "
     "--format json. Sessions are counted as the feeds write them, past and future, a series as "
     "one. Rooms of CONFIG's table that the feeds lack are told, and end it with status 1"},
    {"--formats", NULL,
     "list the formats of feeds that can be read; a feed's own is told by its content"},
    {"--no-cage", NULL,
     "keep all rights: for debuggers, valgrind and strace -f. Without it the program reads what "
     "the poll needs and no other file, writes none, and starts no process, before it looks at a "
     "feed"},
    {"--help", NULL, "this text"},
    {"--version", NULL, "the version"},
};
#define OPTION_COUNT (sizeof(option_texts) / sizeof(option_texts[0]))
static_assert(OPTION_COUNT == OPTION_VERSION - OPTION_URL + 1, "one text for each option_id");

static const struct manual_part parts[] = {
    {"Description",
     .text =
         "Polls a room's schedule once, prints it as a schedule document, and ends. CONFIG is a "
         "room's config file, the same as roomsignd's."},
    {"Options", MANUAL_ENTRIES(option_texts)},
    {"How times are written",
     .text = "TIME is RFC 3339 (2026-01-31T09:30:00Z, 2026-01-31T10:30:00+01:00), or "
             "2026-01-31T10:30[:30] or 2026-01-31 in the room's time zone. With CONFIG and neither "
             "--from nor --to: the start of yesterday to eight days ahead. With --url and neither: "
             "everything, of series what is within 366 days."},
    {"Environment", .only_in_page = true,
     .text = "TZ and TZDIR are as for other programs; http_proxy, https_proxy, all_proxy and "
             "no_proxy, also in capitals, are as for curl(1)."},
    {"Exit status",
     .text = "0 done, 1 bad config or arguments, 2 no feed could be used (said on standard error, "
             "and nothing on standard output), 3 anything else."},
    {"Examples",
     .example =
         "roomsign-feed --url https://fosdem.org/2026/schedule/ical --room UB2.252A --format tsv\n"
         "roomsign-feed --rooms --url https://fosdem.org/2026/schedule/ical\n"
         "roomsign-feed --url file://$PWD/programme.ics --from 2026-01-31 --to 2026-02-01\n"
         "roomsign-feed /etc/roomsign/room.conf | jq -r '.sessions[].title'\n"},
};

static const struct manual manual = {
    .name = "roomsign-feed",
    .section = 1,
    .summary = "poll a room's schedule once and print it",
    .usage = "[OPTION]... CONFIG\n"
             "[OPTION]... --url URL\n"
             "--rooms [OPTION]... CONFIG\n"
             "--rooms [OPTION]... --url URL",
    MANUAL_PARTS(parts),
    .see_also = "roomsignctl(1), roomsign.conf(5), roomsignd(8)",
};

const struct manual *feed_manual(void)
{
    return &manual;
}

/** As getopt_long(3) wants them, ended by zeros. */
static void list_options(struct option ret_list[static OPTION_COUNT + 1])
{
    memset(ret_list, 0, (OPTION_COUNT + 1) * sizeof(*ret_list));
    for (size_t i = 0; i < OPTION_COUNT; i++)
        ret_list[i] = (struct option){
            .name = option_texts[i].name + strlen("--"),
            .has_arg = option_texts[i].value ? required_argument : no_argument,
            .val = OPTION_URL + (int)i,
        };
}

/* An instant where the text says which, else a local time, which the zone will make one. */
static bool bound_parse(const char *name, const char *text, struct poll_bound *ret_bound,
                        struct error *err)
{
    struct poll_bound bound = {.kind = POLL_BOUND_INSTANT};
    if (time_parse(text, NULL, &bound.at_ms, NULL)) {
        *ret_bound = bound;
        return true;
    }
    char date[sizeof "2026-01-31T00:00"];
    if (strlen(text) == sizeof "2026-01-31" - 1) {
        snprintf(date, sizeof date, "%sT00:00", text);
        text = date;
    }
    struct zone utc;
    zone_utc(&utc);
    bound.kind = POLL_BOUND_LOCAL;
    if (!time_parse(text, &utc, &bound.at_ms, err)) {
        error_prefix(err, "%s: ", name);
        return false;
    }
    *ret_bound = bound;
    return true;
}

static bool zone_check(const char *name, struct error *err)
{
    struct zone *zone = calloc(1, sizeof *zone);
    if (!zone) {
        error_out_of_memory();
    }
    bool fine = *name && zone_load(name, zone, err);
    free(zone);
    if (!fine) {
        if (!*name) {
            error_set(err, "no name of a time zone");
        }
        error_prefix(err, "--timezone: ");
    }
    return fine;
}

static bool date_check(const char *value, struct error *err)
{
    int64_t days;
    if (agenda_date_parse(value, &days))
        return true;
    error_set(err, "--date: '%s' is not a date like 2026-03-12", value);
    return false;
}

static bool url_add(struct feed_options *options, const char *url, struct error *err)
{
    if (options->url_count == CONFIG_FEEDS_MAX) {
        error_set(err, "--url: more than %d feeds", CONFIG_FEEDS_MAX);
        return false;
    }
    if (!fetch_url_check(url, err)) {
        char shown[FETCH_URL_PUBLIC_BYTES];
        error_prefix(err, "--url %s: ", fetch_url_public(url, shown));
        return false;
    }
    options->urls[options->url_count++] = url;
    return true;
}

static bool option_take(struct feed_options *options, int id, const char *value, struct error *err)
{
    switch (id) {
    case OPTION_URL:
        return url_add(options, value, err);
    case OPTION_ROOM:
        options->room = value;
        return true;
    case OPTION_TIMEZONE:
        options->timezone = value;
        return zone_check(value, err);
    case OPTION_DATE:
        options->date = value;
        return date_check(value, err);
    case OPTION_FROM:
        return bound_parse("--from", value, &options->from, err);
    case OPTION_TO:
        return bound_parse("--to", value, &options->until, err);
    case OPTION_FORMAT:
        if (strcmp(value, "json") != 0 && strcmp(value, "tsv") != 0) {
            error_set(err, "--format: '%s' is neither json nor tsv", value);
            return false;
        }
        options->format = strcmp(value, "tsv") == 0 ? FEED_FORMAT_TSV : FEED_FORMAT_JSON;
        return true;
    case OPTION_LAST:
        options->last_path = value;
        return true;
    case OPTION_NOW:
        options->has_now = time_parse(value, NULL, &options->now_ms, err);
        if (!options->has_now)
            error_prefix(err, "--now: ");
        return options->has_now;
    case OPTION_ROOMS:
        options->action = FEED_ACTION_ROOMS;
        return true;
    case OPTION_NO_CAGE:
        options->uncaged = true;
        return true;
    default:
        options->action = id == OPTION_FORMATS ? FEED_ACTION_FORMATS
                          : id == OPTION_HELP  ? FEED_ACTION_HELP
                                               : FEED_ACTION_VERSION;
        return true;
    }
}

static bool is_asked_and_done(enum feed_action action)
{
    return action != FEED_ACTION_POLL && action != FEED_ACTION_ROOMS;
}

/* --rooms counts whole feeds: what selects from them would be ignored. */
static bool rooms_check(const struct feed_options *options, struct error *err)
{
    const char *other = options->room                             ? "--room"
                        : options->from.kind != POLL_BOUND_USUAL  ? "--from"
                        : options->until.kind != POLL_BOUND_USUAL ? "--to"
                        : options->last_path                      ? "--last"
                                                                  : NULL;
    if (options->action != FEED_ACTION_ROOMS || !other)
        return true;
    error_set(err, "%s: doesn't go with --rooms, which counts all sessions of every room", other);
    return false;
}

/* What goes together, once every argument was taken by itself. */
static bool options_check(struct feed_options *options, int argc, char **argv, struct error *err)
{
    int rest = argc - optind;
    if (options->url_count == 0) {
        if (rest == 0) {
            error_set(err, "a config file or --url must be given");
            return false;
        }
        if (options->room || options->timezone || options->date) {
            error_set(err, "%s: belongs to --url; the config file says it itself",
                      options->room       ? "--room"
                      : options->timezone ? "--timezone"
                                          : "--date");
            return false;
        }
        if (strstr(argv[optind], "://") || strncmp(argv[optind], "file:", 5) == 0) {
            error_set(err, "an address must be given as --url; without it stands a config file");
            return false;
        }
        options->config_path = argv[optind++];
        rest--;
    }
    if (rest > 0) {
        error_set(err, "%s: %s", argv[optind],
                  options->config_path ? "one argument too many"
                                       : "a config file and --url exclude each other");
        return false;
    }
    if (!rooms_check(options, err))
        return false;
    if (options->format == FEED_FORMAT_UNSAID) {
        options->format = options->action == FEED_ACTION_ROOMS ? FEED_FORMAT_TSV : FEED_FORMAT_JSON;
    }
    /* By hand one wants to see a feed, not this week; --from alone then means from there on. */
    enum poll_bound_kind unsaid = options->config_path ? POLL_BOUND_USUAL : POLL_BOUND_OPEN;
    if (options->from.kind == POLL_BOUND_USUAL) {
        options->from.kind = unsaid;
    }
    if (options->until.kind == POLL_BOUND_USUAL) {
        options->until.kind = unsaid;
    }
    return true;
}

bool feed_options_parse(int argc, char **argv, struct feed_options *ret_options, struct error *err)
{
    struct feed_options options = {0};
    opterr = 0;
    /* 0, not 1: also forgets what an earlier call was in the middle of. */
    optind = 0;
    struct option list[OPTION_COUNT + 1];
    list_options(list);
    for (;;) {
        int id = getopt_long(argc, argv, ":", list, NULL);
        if (id == -1) {
            break;
        }
        if (id == '?' || id == ':') {
            error_set(err, "%s: %s", argv[optind - 1],
                      id == ':' ? "needs a value" : "no such option");
            return false;
        }
        if (!option_take(&options, id, optarg, err)) {
            return false;
        }
        if (is_asked_and_done(options.action)) {
            *ret_options = options;
            return true;
        }
    }
    if (!options_check(&options, argc, argv, err)) {
        return false;
    }
    *ret_options = options;
    return true;
}

static void text_replace(char **member, const char *text)
{
    free(*member);
    *member = xstrdup(text);
}

void feed_options_config(const struct feed_options *options, struct config *ret_config)
{
    config_init(ret_config);
    text_replace(&ret_config->room_name, options->room ? options->room : "");
    text_replace(&ret_config->feed_date, options->date ? options->date : "");
    text_replace(&ret_config->timezone, options->timezone ? options->timezone : "");
    struct config_list *urls = &ret_config->feed_urls;
    for (size_t i = 0; i < urls->count; i++) {
        free(urls->items[i]);
    }
    free(urls->items);
    urls->items = xcalloc(options->url_count, sizeof *urls->items);
    urls->count = options->url_count;
    for (size_t i = 0; i < urls->count; i++) {
        urls->items[i] = xstrdup(options->urls[i]);
    }
}
