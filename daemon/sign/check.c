#include <roomsign/once.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <roomsign/buffer.h>
#include <roomsign/clock.h>
#include <roomsign/log.h>
#include <roomsign/logo_file.h>
#include <roomsign/room.h>
#include <roomsign/text.h>
#include <roomsign/url_secret.h>

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

/** Whether the line [line, end) sets `key`, blanks at its start left out. */
static bool sets_key(const char *line, const char *end, const char *key)
{
    size_t length = strlen(key);
    if ((size_t)(end - line) <= length || memcmp(line, key, length) != 0)
        return false;
    line += length;
    line += strspn(line, " \t");
    return line < end && (*line == '=' || *line == ':');
}

/** The line of a section's key in a file that config_read has accepted, the index-th of a list. */
static int line_of(const char *path, const char *section, const char *key, size_t index)
{
    struct buffer file;
    buffer_init(&file, CONFIG_FILE_BYTES_MAX);
    int number = 0, found = 1;
    bool inside = false;
    const char *line = buffer_read_file(&file, path, NULL) && file.data ? file.data : "";
    while (*line) {
        const char *start = line + strspn(line, " \t\xEF\xBB\xBF"), *end = line;
        end += strcspn(line, "\r\n");
        number++;
        if (*start == '[')
            inside = strncmp(start + 1 + strspn(start + 1, " \t"), section, strlen(section)) == 0;
        else if (inside && sets_key(start, end, key) && index-- == 0)
            found = number;
        line = end + (*end == '\r' && end[1] == '\n') + (*end != '\0');
    }
    buffer_release(&file);
    return found;
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

static void tell_wrong_name(const struct sign_options *options, const struct room *room,
                            const struct document_feed *feed)
{
    fprintf(stderr, "%s:%d: [room] name: '%s' is in none of the %lld events of %s",
            options->config_path, line_of(options->config_path, "room", "name", 0),
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
static bool check_name(const struct sign_options *options, const struct room *room,
                       const struct document *document)
{
    bool named = true;
    for (size_t i = 0; i < document->feed_count && !knows_room(document); i++) {
        if (!document_feed_lacks_room(&document->feeds[i]))
            continue;
        tell_wrong_name(options, room, &document->feeds[i]);
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
    bool named = check_name(options, room, &document);
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

static bool is_read_by_all(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

static void warn_of_readers(const char *path, const char *section, const char *key, size_t index,
                            const char *what)
{
    fprintf(stderr,
            "%s:%d: [%s] %s: %s, and everybody on this computer can read it (README, "
            "Security)\n",
            path, line_of(path, section, key, index), section, key, what);
}

/** Secrets that others can read; no error, but to be known. */
static void check_readers(const char *path, const struct config *config)
{
    static const char address[] = "this file holds what may let others into the feed";
    for (size_t i = 0; is_read_by_all(path) && i < config->feed_urls.count; i++)
        if (url_may_hold_secret(config->feed_urls.items[i]))
            warn_of_readers(path, "feed", "url", i, address);
    if (is_read_by_all(path) && url_may_hold_secret(config->headlines_url))
        warn_of_readers(path, "headlines", "url", 0, address);
    if (*config->password_file && is_read_by_all(config->password_file))
        warn_of_readers(path, "feed", "password_file", 0, "that file holds a password");
}

enum exit_status once_check(const struct sign_options *options)
{
    struct room room;
    if (!room_open(options->config_path, tell_config_error, NULL, &room))
        return EXIT_STATUS_USAGE;
    if (!check_theme(&room)) {
        room_release(&room);
        return EXIT_STATUS_USAGE;
    }
    const struct config *config = &room.config;
    check_readers(options->config_path, config);
    size_t feeds = config->feed_urls.count;
    printf("%s: fine: room %s, %zu feed%s, %s\n", options->config_path, config->room_name, feeds,
           feeds == 1 ? "" : "s", room.zone.name);
    fflush(stdout);
    enum exit_status status = options->online ? check_online(options, &room) : EXIT_STATUS_DONE;
    room_release(&room);
    return status;
}
