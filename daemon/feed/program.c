#include <roomsign/feed_program.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/cage.h>
#include <roomsign/decoder.h>
#include <roomsign/document.h>
#include <roomsign/feed_cage.h>
#include <roomsign/feed_options.h>
#include <roomsign/log.h>
#include <roomsign/poll.h>
#include <roomsign/room_tally.h>
#include <roomsign/signs.h>
#include <roomsign/tsv.h>
#include <roomsign/version.h>

static void tell_config_error(void *context, const char *message)
{
    (void)context;
    log_error("%s", message);
}

static void tell_warning(void *context, const char *message)
{
    (void)context;
    log_warning("%s", message);
}

/* Without the last document everything is fetched anew: no reason not to poll. */
static bool last_read(const char *path, struct document *ret_last)
{
    struct buffer bytes;
    struct error err = {0};
    buffer_init(&bytes, DOCUMENT_BYTES_MAX);
    bool is_stdin = strcmp(path, "-") == 0;
    bool fine = is_stdin ? buffer_read_fd(&bytes, STDIN_FILENO, &err)
                         : buffer_read_file(&bytes, path, &err);
    bool is_there = fine && bytes.length > 0;
    fine = fine && (!is_there || document_read(bytes.data, bytes.length, ret_last, &err));
    buffer_release(&bytes);
    if (!fine) {
        log_warning("--last %s: %s; polling without it", path, err.message);
    }
    return fine && is_there;
}

static bool stdout_write(const struct buffer *bytes, struct error *err)
{
    if (write_all(STDOUT_FILENO, bytes->data, bytes->length))
        return true;
    error_set(err, "standard output: %s", strerror(errno));
    return false;
}

static enum exit_status document_print(const struct document *document, const struct zone *zone,
                                       enum feed_format format)
{
    struct buffer bytes;
    struct error err = {0};
    bool is_tsv = format == FEED_FORMAT_TSV;
    buffer_init(&bytes, is_tsv ? TSV_BYTES_MAX : DOCUMENT_BYTES_MAX);
    bool fine = (is_tsv ? tsv_write(&document->schedule, zone, &bytes, &err)
                        : document_write(document, &bytes, &err)) &&
                stdout_write(&bytes, &err);
    buffer_release(&bytes);
    if (!fine) {
        log_error("%s", err.message);
        return EXIT_STATUS_OTHER;
    }
    return EXIT_STATUS_DONE;
}

static struct poll_request request_of(const struct feed_options *options,
                                      const struct config *config, const struct clock *clock)
{
    return (struct poll_request){
        .config = config,
        .from = options->from,
        .until = options->until,
        .zone_from_feed = !options->config_path && !options->timezone,
        .now_ms = options->has_now ? options->now_ms : clock_now_ms(clock),
        .tell = tell_warning,
    };
}

/** What to end with after a poll that isn't done. */
static enum exit_status poll_failed(enum poll_outcome outcome, const struct error *err)
{
    if (outcome != POLL_MISCONFIGURED) {
        return EXIT_STATUS_FEED;
    }
    log_error("%s", err->message);
    return EXIT_STATUS_USAGE;
}

static enum exit_status poll_and_print(const struct feed_options *options,
                                       const struct config *config, const struct clock *clock)
{
    static struct zone zone;
    struct document last, document;
    bool has_last = options->last_path && last_read(options->last_path, &last);
    struct poll_request request = request_of(options, config, clock);
    request.last = has_last ? &last : NULL;
    struct error err = {0};
    enum exit_status status;
    enum poll_outcome outcome = poll_run(&request, &document, &zone, &err);
    if (outcome == POLL_DONE) {
        status = document_print(&document, &zone, options->format);
        document_release(&document);
    } else {
        status = poll_failed(outcome, &err);
    }
    if (has_last) {
        document_release(&last);
    }
    return status;
}

static void tell_uncounted(const struct room_tally *tally)
{
    size_t roomless_count = room_tally_roomless_count(tally);
    size_t excess_count = room_tally_excess_count(tally);
    if (roomless_count > 0) {
        log_info("%zu %s no room", roomless_count,
                 roomless_count == 1 ? "event names" : "events name");
    }
    if (excess_count > 0) {
        log_warning("more than %d different places; %zu events at further ones are not counted",
                    ROOM_TALLY_PLACES_MAX, excess_count);
    }
}

static enum exit_status rooms_print(const struct room_tally *tally, enum feed_format format)
{
    struct buffer bytes;
    struct error err = {0};
    buffer_init(&bytes, ROOM_TALLY_TEXT_BYTES_MAX);
    bool fits = format == FEED_FORMAT_TSV ? room_tally_write_tsv(tally, &bytes)
                                          : room_tally_write_json(tally, &bytes);
    if (!fits) {
        error_set(&err, "the list of rooms is larger than %zu bytes", bytes.max);
    }
    bool fine = fits && stdout_write(&bytes, &err);
    buffer_release(&bytes);
    if (!fine) {
        log_error("%s", err.message);
        return EXIT_STATUS_OTHER;
    }
    tell_uncounted(tally);
    return EXIT_STATUS_DONE;
}

static void tell_lacking(const char *message)
{
    log_error("%s", message);
}

/* Rooms of the config's table that no event is in. */
static enum exit_status signs_check(const struct signs *signs, const struct config *config,
                                    const struct room_tally *tally)
{
    size_t asked;
    size_t lacking = signs_tell_lacking(signs, config, tally, tell_lacking, &asked);
    if (signs->count > 0)
        log_info("%s: the feeds have the rooms of %zu of %zu signs", config->table_path,
                 asked - lacking, asked);
    return lacking > 0 ? EXIT_STATUS_USAGE : EXIT_STATUS_DONE;
}

static enum exit_status rooms_count_and_print(const struct feed_options *options,
                                              const struct config *config,
                                              const struct signs *signs, const struct clock *clock)
{
    const struct poll_request request = request_of(options, config, clock);
    struct error err = {0};
    struct room_tally *tally = room_tally_new();
    enum poll_outcome outcome = poll_rooms(&request, tally, &err);
    enum exit_status status =
        outcome == POLL_DONE ? rooms_print(tally, options->format) : poll_failed(outcome, &err);
    if (status == EXIT_STATUS_DONE)
        status = signs_check(signs, config, tally);
    room_tally_free(tally);
    return status;
}

/* The address may let others into the feed, and everybody sees a command line. */
static void urls_wipe(const struct feed_options *options)
{
    for (size_t i = 0; i < options->url_count; i++) {
        char *url = (char *)options->urls[i];
        memset(url, 'x', strlen(url));
    }
}

/* With the signs of its table, where rooms are asked for. */
static bool config_get(const struct feed_options *options, struct config *ret_config,
                       struct signs *ret_signs)
{
    *ret_signs = (struct signs){0};
    if (!options->config_path) {
        feed_options_config(options, ret_config);
        urls_wipe(options);
        return true;
    }
    struct config_report report = {.tell = tell_config_error};
    /* Whoever asks for the rooms may not have chosen one yet. */
    const struct config_reader reader = {.is_template = options->action == FEED_ACTION_ROOMS};
    if (!config_read_for(options->config_path, &reader, ret_config, &report))
        return false;
    if (options->action != FEED_ACTION_ROOMS ||
        signs_read(options->config_path, ret_config, ret_signs, &report))
        return true;
    config_release(ret_config);
    return false;
}

/* Nothing of a feed was looked at yet. */
static bool lock_up(const struct feed_options *options, const struct config *config)
{
    const char *last_path = options->last_path;
    bool is_stdin = last_path && strcmp(last_path, "-") == 0;
    if (feed_cage_enter(config, is_stdin ? NULL : last_path))
        return true;
    log_error("this process can't be locked up: %s. --no-cage goes without", strerror(errno));
    return false;
}

static void formats_print(void)
{
    const struct decoder_format *format;
    for (size_t i = 0; (format = decoder_format_at(i)) != NULL; i++) {
        printf("%-12s %s\n", format->name, format->about);
    }
}

enum exit_status feed_program_run(int argc, char **argv, const struct clock *clock)
{
    log_open("roomsign-feed", LOG_LEVEL_INFO);
    /* A reader that went away is an error to report, not a death. */
    signal(SIGPIPE, SIG_IGN);

    struct feed_options options;
    struct error err = {0};
    if (!feed_options_parse(argc, argv, &options, &err)) {
        log_error("%s. Try 'roomsign-feed --help'", err.message);
        return EXIT_STATUS_USAGE;
    }
    switch (options.action) {
    case FEED_ACTION_FORMATS:
        formats_print();
        return fflush(stdout) == 0 ? EXIT_STATUS_DONE : EXIT_STATUS_OTHER;
    case FEED_ACTION_HELP:
        manual_print_help(feed_manual(), stdout);
        return fflush(stdout) == 0 ? EXIT_STATUS_DONE : EXIT_STATUS_OTHER;
    case FEED_ACTION_VERSION:
        puts("roomsign-feed " ROOMSIGN_VERSION);
        return fflush(stdout) == 0 ? EXIT_STATUS_DONE : EXIT_STATUS_OTHER;
    case FEED_ACTION_ROOMS:
    case FEED_ACTION_POLL:
        break;
    }
    if (!options.uncaged)
        cage_keep_secrets();
    struct config config;
    struct signs signs;
    if (!config_get(&options, &config, &signs)) {
        return EXIT_STATUS_USAGE;
    }
    if (!options.uncaged && !CAGE_SANITIZED && !lock_up(&options, &config)) {
        signs_release(&signs);
        config_release(&config);
        return EXIT_STATUS_OTHER;
    }
    enum exit_status status = options.action == FEED_ACTION_ROOMS
                                  ? rooms_count_and_print(&options, &config, &signs, clock)
                                  : poll_and_print(&options, &config, clock);
    signs_release(&signs);
    config_release(&config);
    return status;
}
