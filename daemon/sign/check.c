#include <roomsign/once.h>

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/child.h>
#include <roomsign/clock.h>
#include <roomsign/config_sign.h>
#include <roomsign/feed_run.h>
#include <roomsign/log.h>
#include <roomsign/logo_file.h>
#include <roomsign/room.h>
#include <roomsign/text.h>

/** Whoever sets up a sign does it ahead of the event, or has the feed of the last one; series end
 *  somewhere. */
#define ONLINE_DAYS 366
/** An older session is no longer told as the room's first. */
#define FIRST_DAYS_BEFORE 31

static void tell_config_error(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "%s\n", message);
}

static void print_closest(const struct document_feed *feed, FILE *out)
{
    for (size_t i = 0; i < feed->closest_count; i++)
        fprintf(out, "%s'%s'", i == 0 ? "; closest: " : ", ", feed->closest[i]);
    fputs("\n", out);
}

/** The feed's name for the room, if it has what stands before the brackets of [room] name; else
 *  NULL. It is not taken for the room: a feed may have Hall beside Hall (North). */
static const char *name_before_brackets(const struct document_feed *feed, const char *room_name)
{
    const char *bracket = strstr(room_name, " (");
    size_t length = bracket ? (size_t)(bracket - room_name) : 0;
    for (size_t i = 0; i < feed->closest_count && length > 0; i++)
        if (strlen(feed->closest[i]) == length &&
            strncasecmp(feed->closest[i], room_name, length) == 0)
            return feed->closest[i];
    return NULL;
}

static void print_bracket_hint(const char *name, FILE *out)
{
    fprintf(
        out,
        "  '%s' stands there without brackets; if that is this room, add it to [room] aliases\n",
        name);
}

static void tell_wrong_name(const struct room *room, const struct document_feed *feed)
{
    fprintf(stderr, "%s'%s' is in none of the %lld events of %s", room->config.name_place,
            room->config.room_name, (long long)feed->event_count, feed->url);
    print_closest(feed, stderr);
    const char *bare = name_before_brackets(feed, room->config.room_name);
    if (bare)
        print_bracket_hint(bare, stderr);
}

static bool knows_room(const struct document *document)
{
    for (size_t i = 0; i < document->feed_count; i++)
        if (document->feeds[i].matched_count > 0)
            return true;
    return false;
}

/** false: a feed has events, but none has any of this room's. */
static bool check_name(const struct room *room, const struct document *document)
{
    bool named = true;
    for (size_t i = 0; i < document->feed_count && !knows_room(document); i++) {
        if (!document_feed_lacks_room(&document->feeds[i]))
            continue;
        tell_wrong_name(room, &document->feeds[i]);
        named = false;
    }
    return named;
}

/** Beside a feed that has the room, one that lacks it may be right, or call it otherwise. */
static void print_lacking(const struct room *room, const struct document *document,
                          const struct document_feed *feed)
{
    const char *bare = name_before_brackets(feed, room->config.room_name);
    if (!knows_room(document)) {
        fputs("\n", stdout);
        return;
    }
    print_closest(feed, stdout);
    if (bare)
        print_bracket_hint(bare, stdout);
    else
        puts("  other feeds have the room; if this one calls it something else, add that to [room]"
             " aliases");
}

static void print_session(const char *label, const struct session *session, const struct zone *zone)
{
    struct civil at;
    zone_to_civil(zone, session->start_ms, &at);
    printf("  %s: %04d-%02d-%02d %02d:%02d %s\n", label, at.year, at.month, at.day, at.hour,
           at.minute, session->title);
}

static void print_sessions(const struct room *room, const struct document *document, int feed,
                           int64_t now_ms)
{
    const struct session *first = NULL, *last = NULL, *next = NULL;
    int64_t first_from_ms = zone_day_start_ms(&room->zone, now_ms, -FIRST_DAYS_BEFORE);
    for (size_t i = 0; i < document->schedule.count && !next; i++) {
        const struct session *session = &document->schedule.sessions[i];
        if (session->feed != feed || session->status == SESSION_STATUS_CANCELLED)
            continue;
        if (!first && session->end_ms > first_from_ms)
            first = session;
        next = session->start_ms > now_ms ? session : NULL;
        last = session;
    }
    if (first)
        print_session("first", first, &room->zone);
    if (next) {
        print_session("next", next, &room->zone);
        return;
    }
    puts("  next: none within a year");
    if (last)
        print_session("last", last, &room->zone);
}

static bool print_feed(const struct room *room, const struct document *document, int index,
                       int64_t now_ms)
{
    const struct document_feed *feed = &document->feeds[index];
    if (document->feed_count > 1)
        printf("feed %d: ", index + 1);
    if (feed->status == FEED_STATUS_FAILED) {
        printf("%s: failed: %s\n", feed->url, feed->error);
        return false;
    }
    printf("%s: %s, %lld event%s, %lld of this room", feed->url, feed_status_name(feed->status),
           (long long)feed->event_count, feed->event_count == 1 ? "" : "s",
           (long long)(feed->matched_count - feed->roomless_count));
    if (feed->roomless_count > 0)
        printf(", %lld that name%s no room", (long long)feed->roomless_count,
               feed->roomless_count == 1 ? "s" : "");
    if (document_feed_lacks_room(feed)) {
        print_lacking(room, document, feed);
        return true;
    }
    fputs("\n", stdout);
    print_sessions(room, document, index, now_ms);
    return true;
}

static bool print_headlines(const struct room *room, const struct document *document)
{
    const struct document_headlines *headlines = &document->headlines;
    if (!*room->config.headlines_url)
        return true;
    if (*headlines->error) {
        printf("%s: failed: %s\n", headlines->url, headlines->error);
        return false;
    }
    printf("%s: %zu headlines%s%s\n", headlines->url, headlines->count,
           *headlines->source ? " from " : "", headlines->source);
    if (headlines->count > 0)
        printf("  latest: %s\n", headlines->titles[0]);
    return true;
}

static enum exit_status check_online(const struct sign_options *options, const struct room *room)
{
    struct clock clock;
    struct document document;
    struct error err = {0};
    clock_init_system(&clock);
    int64_t now_ms = clock_now_ms(&clock);
    int64_t from_ms = zone_day_start_ms(&room->zone, now_ms, -ONLINE_DAYS);
    int64_t until_ms = zone_day_start_ms(&room->zone, now_ms, ONLINE_DAYS);
    if (!once_poll(options, &room->config, now_ms, from_ms, until_ms, &document, &err)) {
        log_error("feed: %s", err.message);
        return EXIT_STATUS_FEED;
    }
    bool used = true;
    for (size_t i = 0; i < document.feed_count; i++)
        used = print_feed(room, &document, (int)i, now_ms) && used;
    bool named = check_name(room, &document);
    used = print_headlines(room, &document) && used;
    document_release(&document);
    /* What could not be read may have the room. */
    return !used ? EXIT_STATUS_FEED : !named ? EXIT_STATUS_USAGE : EXIT_STATUS_DONE;
}

/** What reading the theme file alone doesn't tell. false: an error. */
static bool check_theme(const struct room *room)
{
    const struct theme_file *file = &room->theme_file;
    struct error err = {0};
    fputs(file->remarks.data ? file->remarks.data : "", stderr);
    if (*file->theme.font) {
        struct text *text = text_new(room->language, file->theme.font, &err);
        const char *warning = text ? text_warning(text) : err.message;
        if (*warning)
            fprintf(stderr, "%s%s\n", file->font_place, warning);
        text_free(text);
    }
    struct logo *logo = *file->theme.logo.file ? logo_file_open(file->theme.logo.file, &err) : NULL;
    bool sound = logo || !*file->theme.logo.file;
    if (!sound)
        fprintf(stderr, "%s%s\n", file->logo_place, err.message);
    logo_free(logo);
    return sound;
}

/** What is fine and still to be known. */
static void tell_remarks(const struct config *config)
{
    fputs(config->exposed, stderr);
    if (*config->unlisted)
        fprintf(stderr, "%s\n", config->unlisted);
}

static bool open_room(const char *path, const char *sign, bool is_template, struct room *ret_room)
{
    struct config_reader reader = {.sign = sign, .is_template = is_template};
    return room_open_for(path, &reader, tell_config_error, NULL, ret_room);
}

static void ignore_error(void *context, const char *message)
{
    (void)context;
    (void)message;
}

/** The signs of the config's table; none where it has no table, or can't be read. */
static struct config_list signs_of(const char *path)
{
    struct config config;
    struct config_reader reader = {.is_template = true};
    struct config_report report = {.tell = ignore_error};
    struct config_list signs = {0};
    if (!config_read_for(path, &reader, &config, &report))
        return signs;
    signs = config.table_signs;
    config.table_signs = (struct config_list){0};
    config_release(&config);
    return signs;
}

static bool was_before(const struct config_list *signs, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcasecmp(signs->items[i], signs->items[index]) == 0)
            return true;
    return false;
}

/** Every line of the table, as the sign that it is for will read it. */
static bool check_signs(const char *path, const struct config_list *signs)
{
    char theme[PATH_MAX] = "";
    bool sound = true;
    for (size_t i = 0; i < signs->count; i++) {
        struct room room;
        if (was_before(signs, i))
            continue;
        if (!open_room(path, signs->items[i], false, &room)) {
            sound = false;
            continue;
        }
        /* One that all signs have is told once. */
        bool other = strcmp(room.config.theme, theme) != 0;
        sound = (!other || check_theme(&room)) && sound;
        snprintf(theme, sizeof(theme), "%s", room.config.theme);
        room_release(&room);
    }
    return sound;
}

/** Whether the feeds have the rooms of all signs: one poll tells of all of them. */
static enum exit_status check_rooms(const struct sign_options *options, const char *path)
{
    struct error err = {0};
    char *program =
        options->feed_program ? xstrdup(options->feed_program) : feed_program_find(&err);
    char *arguments[] = {program, (char *)"--rooms", (char *)path, NULL};
    int status = -1;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = program ? posix_spawn(&pid, program, &actions, NULL, arguments, environ) : 0;
    posix_spawn_file_actions_destroy(&actions);
    if (program && failed == 0)
        status = child_reap(pid);
    else
        log_error("%s: %s", program ? program : "feed", program ? strerror(failed) : err.message);
    free(program);
    return WIFEXITED(status) ? (enum exit_status)WEXITSTATUS(status) : EXIT_STATUS_OTHER;
}

static void print_fine(const char *path, const struct room *room, bool is_template)
{
    const struct config *config = &room->config;
    size_t feeds = config->feed_urls.count;
    printf("%s: fine: ", path);
    if (is_template)
        printf("a template");
    else
        printf("room %s", config->room_name);
    printf(", %zu feed%s, %s", feeds, feeds == 1 ? "" : "s", room->zone.name);
    if (*config->table_path)
        printf(", %zu sign%s in %s", config->table_signs.count,
               config->table_signs.count == 1 ? "" : "s", config->table_path);
    puts("");
    fflush(stdout);
}

static enum exit_status check_one(const struct sign_options *options, const char *path)
{
    struct room room;
    bool is_template = config_is_template(path);
    struct config_list signs = signs_of(path);
    enum exit_status status = EXIT_STATUS_USAGE;
    bool sound = check_signs(path, &signs);
    /* Its errors were told with its line of the table. */
    if (!sound || !open_room(path, NULL, is_template, &room))
        goto out;
    if (signs.count > 0 || check_theme(&room)) {
        tell_remarks(&room.config);
        print_fine(path, &room, is_template);
        status = EXIT_STATUS_DONE;
        if (options->online && !is_template && !*room.config.unlisted)
            status = check_online(options, &room);
        if (options->online && signs.count > 0 && status == EXIT_STATUS_DONE)
            status = check_rooms(options, path);
    }
    room_release(&room);
out:
    config_list_release(&signs);
    return status;
}

enum exit_status once_check(const struct sign_options *options)
{
    enum exit_status worst = EXIT_STATUS_DONE;
    for (size_t i = 0; i < options->config_count; i++) {
        enum exit_status status = check_one(options, options->config_paths[i]);
        if (worst == EXIT_STATUS_DONE || status == EXIT_STATUS_USAGE)
            worst = status;
    }
    return worst;
}
