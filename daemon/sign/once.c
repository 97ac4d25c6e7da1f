#include <roomsign/once.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/canvas.h>
#include <roomsign/clock.h>
#include <roomsign/command_file.h>
#include <roomsign/feed_run.h>
#include <roomsign/log.h>
#include <roomsign/look.h>
#include <roomsign/loop.h>
#include <roomsign/picture.h>
#include <roomsign/places.h>
#include <roomsign/rehearse.h>
#include <roomsign/report.h>
#include <roomsign/room.h>
#include <roomsign/sheet.h>
#include <roomsign/store.h>
#include <roomsign/text.h>

/** Bare, as `file:line: …`, for people and for editors. */
static void tell_config_error(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "%s\n", message);
}

enum exit_status once_print_config(const struct sign_options *options)
{
    struct config config;
    struct config_report report = {.tell = tell_config_error};
    if (!options->config_path)
        config_init(&config);
    else if (!config_read(options->config_path, &config, &report))
        return EXIT_STATUS_USAGE;
    config_print(&config, stdout);
    config_release(&config);
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_STATUS_DONE : EXIT_STATUS_OTHER;
}

enum exit_status once_print_theme(const struct sign_options *options)
{
    struct theme_file file;
    struct config_report report = {.tell = tell_config_error};
    if (!theme_file_read(options->theme_name, &file, &report)) {
        if (access(options->theme_name, F_OK) != 0)
            tell_config_error(NULL, "The themes without a file are dark, light and high-contrast.");
        return EXIT_STATUS_USAGE;
    }
    theme_file_print(&file.theme, stdout);
    theme_file_release(&file);
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_STATUS_DONE : EXIT_STATUS_OTHER;
}

struct awaited {
    struct loop *loop;
    struct document *document;
    struct error *err;
    /** The asker tells itself what the document says of each feed. */
    bool tells_feeds;
    bool ok;
};

static bool is_failure_of(const char *line, const char *url, const char *error)
{
    return *error && strstr(line, url) && strstr(line, error);
}

/** Whether the document says as well what the line says. */
static bool is_told_by(const struct document *document, const char *line)
{
    bool told = report_is_lacking(line) ||
                is_failure_of(line, document->headlines.url, document->headlines.error);
    for (size_t i = 0; i < document->feed_count && !told; i++)
        told = is_failure_of(line, document->feeds[i].url, document->feeds[i].error);
    return told;
}

/** All but what the document, which may be NULL, says as well. */
static void log_lines(const char *lines, const struct document *document)
{
    while (lines && *lines) {
        int length = (int)strcspn(lines, "\n");
        char *line = xstrndup(lines, (size_t)length);
        if (!document || !is_told_by(document, line))
            log_warning("feed: %s", line);
        free(line);
        lines += length + (lines[length] != '\0');
    }
}

static void on_polled(void *context, struct feed_outcome *outcome)
{
    struct awaited *awaited = context;
    log_lines(outcome->remarks, outcome->ok && awaited->tells_feeds ? &outcome->document : NULL);
    if (outcome->ok) {
        *awaited->document = outcome->document;
        outcome->document = (struct document){0};
    } else {
        error_set(awaited->err, "%s", outcome->reason);
    }
    awaited->ok = outcome->ok;
    loop_stop(awaited->loop);
}

bool once_poll(const struct sign_options *options, const struct config *config, int64_t now_ms,
               int64_t from_ms, int64_t until_ms, struct document *ret_document, struct error *err)
{
    struct loop loop;
    struct feed_run run = {0};
    char *found = options->feed_program ? NULL : feed_program_find(err);
    const char *program = options->feed_program ? options->feed_program : found;
    if (!program)
        return false;
    if (!loop_init(&loop, err)) {
        free(found);
        return false;
    }
    struct feed_request request = {
        .program = program,
        .config = config,
        .from_ms = from_ms,
        .until_ms = until_ms,
        .now_ms = now_ms,
    };
    struct awaited awaited = {
        .loop = &loop, .document = ret_document, .err = err, .tells_feeds = options->online};
    bool waiting = feed_run_start(&run, &loop, &request, on_polled, &awaited, err);
    while (waiting && !loop.stopping)
        waiting = loop_wait(&loop, err);
    feed_run_stop(&run);
    loop_release(&loop);
    free(found);
    return awaited.ok;
}

static bool load_stored(const struct sign_options *options, const struct room *room,
                        struct document *ret_document)
{
    char directory[PLACE_PATH_BYTES];
    struct store store;
    struct error err = {0};
    bool loaded =
        place_state_directory(options->state_dir, directory, &err) &&
        store_open(&store, directory, room->config.room_name, &room->config.feed_urls, &err) &&
        store_load(&store, room->config.room_name, ret_document, &err);
    if (*err.message)
        log_warning("state: %s", err.message);
    return loaded;
}

/** --schedule's document, or one poll's. Errors are logged; *ret_document is then untouched. */
static enum exit_status get_document(const struct sign_options *options, const struct room *room,
                                     int64_t now_ms, int64_t from_ms, int64_t until_ms,
                                     struct document *ret_document)
{
    struct error err = {0};
    if (options->schedule_path) {
        if (room_read_document(options->schedule_path, ret_document, &err))
            return EXIT_STATUS_DONE;
        log_error("--schedule: %s", err.message);
        return EXIT_STATUS_USAGE;
    }
    if (once_poll(options, &room->config, now_ms, from_ms, until_ms, ret_document, &err))
        return EXIT_STATUS_DONE;
    log_error("feed: %s", err.message);
    return EXIT_STATUS_FEED;
}

static enum exit_status fill_room(const struct sign_options *options, struct room *room,
                                  int64_t now_ms)
{
    struct document document;
    int64_t from_ms, until_ms;
    room_window(room, now_ms, &from_ms, &until_ms);
    enum exit_status status = get_document(options, room, now_ms, from_ms, until_ms, &document);
    bool polled = status == EXIT_STATUS_DONE && !options->schedule_path;
    if (status == EXIT_STATUS_DONE) {
        room->health.fetched_ms =
            options->schedule_path ? room_document_fetched_ms(&document) : now_ms;
    } else if (status == EXIT_STATUS_FEED && load_stored(options, room, &document)) {
        log_warning("feed: the picture shows the stored schedule");
        room->health.fetched_ms = room_document_fetched_ms(&document);
        room->health.missed_polls = STALE_MISSED_POLLS;
        status = EXIT_STATUS_DONE;
    }
    if (status != EXIT_STATUS_DONE)
        return status;
    /* There is no second poll to wait for before a feed that failed is told. */
    if (document_failed_feed(&document))
        room->health.missed_polls = STALE_MISSED_POLLS;
    room_take_document(room, &document);
    /* Between --at and the time of the poll there is no age. */
    if (options->at_text && polled)
        room->view_options.news.fetched_ms = now_ms;
    return status;
}

static void log_command_warning(void *context, const char *message)
{
    (void)context;
    log_warning("--commands: %s", message);
}

/** --commands' file, or an empty one. false: it is wrong, which was logged. */
static bool read_commands(const struct sign_options *options, const struct room *room,
                          struct command_file *ret_commands)
{
    struct error err = {0};
    if (!options->commands_path)
        return command_file_parse(ret_commands, "", "", &room->zone, log_command_warning, NULL);
    bool read = command_file_read(ret_commands, options->commands_path, &room->zone,
                                  log_command_warning, NULL, &err);
    if (!read && *err.message)
        log_error("--commands: %s", err.message);
    return read;
}

/** Of what is drawn: --size, else what the config says. */
static void sign_size(const struct sign_options *options, const struct config *config,
                      int *ret_width_px, int *ret_height_px)
{
    /* A display that hangs on its side shows a picture that stands. */
    bool stands = config->rotate_deg % 180 != 0;
    *ret_width_px = stands ? SNAPSHOT_HEIGHT_PX : SNAPSHOT_WIDTH_PX;
    *ret_height_px = stands ? SNAPSHOT_WIDTH_PX : SNAPSHOT_HEIGHT_PX;
    if (config->width_px > 0) {
        *ret_width_px = config->width_px;
        *ret_height_px = config->height_px;
    }
    if (options->width_px > 0) {
        *ret_width_px = options->width_px;
        *ret_height_px = options->height_px;
    }
}

static bool draw(const struct sign_options *options, struct room *room, int64_t now_ms,
                 struct error *err)
{
    int width_px, height_px;
    sign_size(options, &room->config, &width_px, &height_px);
    struct look look;
    if (!look_open(room, &look, err))
        return false;
    struct view *view = xcalloc(1, sizeof(*view));
    struct layout *layout = xcalloc(1, sizeof(*layout));
    struct canvas *canvas = canvas_new(look.text, look.logo);
    struct text_measure measure = text_measurer(look.text);
    struct layout_rect rects[CANVAS_RECTS_MAX];
    /* A list that fits shows the same with it. */
    room->view_options.list_turns = true;
    view_at(&room->tracker, &room->health, &room->view_options, now_ms, view);
    if (view->dark)
        log_warning("--snapshot: all black: outside [screen] on the display is off");
    layout_make(view, width_px, height_px, &room->theme_file.theme, &measure, layout);
    canvas_draw(canvas, layout, rects);
    bool written = picture_write(options->picture_path, canvas_surface(canvas), err);
    canvas_free(canvas);
    free(layout);
    free(view);
    look_release(&look);
    return written;
}

static bool parse_time(const char *option, const char *value, const struct zone *zone,
                       int64_t *ret_ms)
{
    struct error err = {0};
    if (time_parse(value, zone, ret_ms, &err))
        return true;
    log_error("%s: %s", option, err.message);
    return false;
}

enum exit_status once_snapshot(const struct sign_options *options)
{
    struct room room;
    struct clock clock;
    if (!room_open(options->config_path, tell_config_error, NULL, &room))
        return EXIT_STATUS_USAGE;
    clock_init_system(&clock);
    int64_t now_ms = clock_now_ms(&clock);
    enum exit_status status = EXIT_STATUS_USAGE;
    struct command_file commands = {0};
    if ((!options->at_text || parse_time("--at", options->at_text, &room.zone, &now_ms)) &&
        read_commands(options, &room, &commands))
        status = fill_room(options, &room, now_ms);
    command_file_play(&commands, &room.tracker, now_ms);
    struct error err = {0};
    if (status != EXIT_STATUS_USAGE && !draw(options, &room, now_ms, &err)) {
        log_error("%s", err.message);
        status = EXIT_STATUS_OTHER;
    }
    room_release(&room);
    command_file_release(&commands);
    return status;
}

static bool parse_span(const char *text, const struct zone *zone, int64_t *ret_from_ms,
                       int64_t *ret_until_ms)
{
    const char *slash = strchr(text, '/');
    char *from = xstrndup(text, (size_t)(slash - text));
    bool parsed = parse_time("--rehearse FROM", from, zone, ret_from_ms) &&
                  parse_time("--rehearse TO", slash + 1, zone, ret_until_ms);
    free(from);
    if (parsed && *ret_until_ms <= *ret_from_ms) {
        log_error("--rehearse: %s: TO isn't after FROM", text);
        return false;
    }
    return parsed;
}

/** What a sheet is made of while the script is told. */
struct sheet_listener {
    const struct room *room;
    struct view *view;
    struct sheet sheet;
};

static void hear_line(void *context, const struct script_line *line, const struct view *view)
{
    struct sheet_listener *listener = context;
    const struct room *room = listener->room;
    view_at(&room->tracker, &room->health, &room->view_options, line->at_ms, listener->view);
    sheet_add(&listener->sheet, line, view, listener->view->dark);
}

/** On a terminal, where somebody waits; the line is wiped at the end. */
static void show_progress(void *context, size_t done, size_t count)
{
    (void)context;
    if (done < count)
        fprintf(stderr, "\r--sheet: %zu of %zu ", done, count);
    else
        fprintf(stderr, "\r\033[K");
}

static bool draw_sheet(const struct sign_options *options, struct room *room,
                       const struct sheet *sheet, int64_t from_ms, int64_t until_ms,
                       struct error *err)
{
    const char *slash = strrchr(room->config.theme, '/');
    struct sheet_style style = {
        .room_name = room->config.room_name,
        .from_ms = from_ms,
        .until_ms = until_ms,
        .zone = &room->zone,
        .theme = &room->theme_file.theme,
        .theme_name = slash ? slash + 1 : room->config.theme,
        .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
    };
    sign_size(options, &room->config, &style.sign_width_px, &style.sign_height_px);
    struct look look;
    if (!look_open(room, &look, err))
        return false;
    style.logo = look.logo;
    if (sheet_left_out(sheet) > 0)
        log_warning("--sheet: %zu states are more than the %d that a sheet has places for; the "
                    "last %zu are left out, and it says so",
                    sheet->line_count, SHEET_PLACES_MAX, sheet_left_out(sheet));
    bool written = sheet_write(sheet, &style, look.text, options->sheet_path, err);
    look_release(&look);
    return written;
}

/** Script and sheet of a room that has its schedule. */
static bool tell(const struct sign_options *options, struct room *room,
                 struct command_file *commands, int64_t from_ms, int64_t until_ms,
                 struct error *err)
{
    struct sheet_listener *listener = NULL;
    struct rehearsal_listener heard = {.hear = hear_line};
    if (options->sheet_path) {
        /* As in a snapshot of the line's time. */
        room->view_options.list_turns = true;
        heard.context = listener = xcalloc(1, sizeof(*listener));
        listener->room = room;
        listener->view = xcalloc(1, sizeof(*listener->view));
    }
    bool told = rehearse(&room->tracker, &room->health, &room->view_options, commands, from_ms,
                         until_ms, stdout, listener ? &heard : NULL, err) &&
                (!listener || draw_sheet(options, room, &listener->sheet, from_ms, until_ms, err));
    if (listener) {
        sheet_release(&listener->sheet);
        free(listener->view);
        free(listener);
    }
    return told;
}

enum exit_status once_rehearse(const struct sign_options *options)
{
    struct room room;
    struct document document;
    int64_t from_ms, until_ms, asked_from_ms, asked_until_ms, ignored_ms;
    if (!room_open(options->config_path, tell_config_error, NULL, &room))
        return EXIT_STATUS_USAGE;
    enum exit_status status = EXIT_STATUS_USAGE;
    struct command_file commands = {0};
    if (!parse_span(options->span_text, &room.zone, &from_ms, &until_ms) ||
        !read_commands(options, &room, &commands))
        goto out;
    room_window(&room, from_ms, &asked_from_ms, &ignored_ms);
    room_window(&room, until_ms, &ignored_ms, &asked_until_ms);
    status = get_document(options, &room, from_ms, asked_from_ms, asked_until_ms, &document);
    if (status != EXIT_STATUS_DONE)
        goto out;
    room.health.fetched_ms = from_ms;
    room_take_document(&room, &document);
    /* As with --at. */
    if (!options->schedule_path)
        room.view_options.news.fetched_ms = from_ms;
    if (feed_health_room_missing(&room.health))
        log_warning("--rehearse: room '%s' isn't in the schedule; the sign says so and nothing "
                    "else, which the script has no word for",
                    room.config.room_name);
    struct error err = {0};
    if (!tell(options, &room, &commands, from_ms, until_ms, &err)) {
        log_error("%s", err.message);
        status = EXIT_STATUS_OTHER;
    }
out:
    room_release(&room);
    command_file_release(&commands);
    return status;
}
