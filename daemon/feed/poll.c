#include <roomsign/poll.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/fetch.h>
#include <roomsign/hash.h>
#include <roomsign/poll_feed.h>
#include <roomsign/poll_headlines.h>
#include <roomsign/url_secret.h>
#include <roomsign/version.h>

static_assert(DOCUMENT_FEEDS_MAX >= CONFIG_FEEDS_MAX, "every feed has its entry in the document");

/* Selection: everything that decides which sessions a document holds. */

static void hash_list(uint64_t *hash, const struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        *hash = hash_text(*hash, list->items[i]);
    }
    *hash = hash_text(*hash, "");
}

static void selection_format(const struct poll_request *request,
                             char text[static POLL_SELECTION_BYTES])
{
    const struct config *config = request->config;
    uint64_t hash = HASH_START;
    /* Another version may decode or select otherwise. */
    hash = hash_text(hash, ROOMSIGN_VERSION);
    hash ^= DOCUMENT_VERSION;
    for (size_t i = 0; i < config->feed_urls.count; i++) {
        char *url = url_without_user(config->feed_urls.items[i]);
        hash = hash_text(hash, url);
        free(url);
    }
    hash = hash_text(hash, "");
    hash = hash_text(hash, config->all_events ? "all events" : "");
    hash = hash_text(hash, config->feed_date);
    hash = hash_text(hash, config->room_name);
    hash_list(&hash, &config->room_aliases);
    hash_list(&hash, &config->common_rooms);
    hash_list(&hash, &config->breaks);
    hash = hash_text(hash, config->include_venue_wide ? "venue-wide" : "");
    hash = hash_text(hash, request->zone_from_feed ? "feed's zone" : config->timezone);
    if (request->from.kind == POLL_BOUND_OPEN || request->until.kind == POLL_BOUND_OPEN) {
        /* How far series reach depends on the day. */
        char day[32];
        snprintf(day, sizeof day, "%" PRId64, request->now_ms / DAY_MS);
        hash = hash_text(hash, day);
    }
    snprintf(text, POLL_SELECTION_BYTES, "%016" PRIx64, hash);
}

/* Setting up */

static bool password_read(const char *path, char ret_password[static POLL_PASSWORD_BYTES_MAX + 1],
                          bool *ret_world_readable, struct error *err)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        error_set(err, "password_file %s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    char bytes[POLL_PASSWORD_BYTES_MAX + 2];
    ssize_t length = S_ISREG(status.st_mode) ? read(fd, bytes, sizeof bytes) : -1;
    close(fd);
    if (length < 0) {
        error_set(err, "password_file %s: not a regular file that can be read", path);
        return false;
    }
    size_t line = 0;
    while (line < (size_t)length && !strchr("\r\n", bytes[line])) {
        line++;
    }
    if (line == 0 || line > POLL_PASSWORD_BYTES_MAX) {
        error_set(err, "password_file %s: its first line is %s", path,
                  line == 0 ? "empty" : "too long");
        return false;
    }
    memcpy(ret_password, bytes, line);
    ret_password[line] = '\0';
    explicit_bzero(bytes, sizeof bytes);
    *ret_world_readable = (status.st_mode & S_IROTH) != 0;
    return true;
}

static void password_set_up(struct poll *poll)
{
    const struct config *config = poll->config;
    if (!*config->user) {
        return;
    }
    for (size_t i = 0; i < config->feed_urls.count && !poll->password_url; i++) {
        if (strncasecmp(config->feed_urls.items[i], "file:", 5) != 0) {
            poll->password_url = config->feed_urls.items[i];
        }
    }
    bool world_readable = false;
    if (!poll->password_url || !*config->password_file ||
        !password_read(config->password_file, poll->password, &world_readable,
                       &poll->password_error)) {
        return;
    }
    if (world_readable) {
        poll_tell(poll, "password_file %s can be read by everyone on this computer",
                  config->password_file);
    }
}

static bool zone_set_up(struct poll *poll, struct error *err)
{
    const char *name = poll->config->timezone;
    if (!poll->request->zone_from_feed) {
        poll->is_zone_settled = true;
        return zone_load(name, &poll->zone, err);
    }
    /* What the feed said last time is the best guess at what it says now. */
    if (poll->last && zone_load(poll->last->timezone, &poll->zone, NULL)) {
        return true;
    }
    return zone_load("", &poll->zone, err);
}

static void filter_set_up(struct poll *poll)
{
    const struct config *config = poll->config;
    const struct room_filter_options options = {
        .name = poll->rooms || config->all_events ? "" : config->room_name,
        .aliases = (const char *const *)config->room_aliases.items,
        .alias_count = config->room_aliases.count,
        .common_rooms = (const char *const *)config->common_rooms.items,
        .common_room_count = config->common_rooms.count,
        .include_venue_wide = config->include_venue_wide,
        .breaks = (const char *const *)config->breaks.items,
        .break_count = config->breaks.count,
    };
    poll->filter = room_filter_new(&options);
}

static void elsewhere_set_up(struct poll *poll)
{
    struct elsewhere *elsewhere = &poll->elsewhere;
    elsewhere->near_ms = poll->request->now_ms;
    if (room_filter_selects_all(poll->filter)) {
        return;
    }
    poll_elsewhere_times(poll, poll->request->now_ms, &elsewhere->from_ms, &elsewhere->until_ms);
    if (poll->last) {
        elsewhere_watch_all(elsewhere, &poll->last->schedule, &poll->last->changes);
    }
}

static bool poll_set_up(struct poll *poll, const struct poll_request *request,
                        struct room_tally *rooms, struct error *err)
{
    const struct config *config = request->config;
    assert(config->feed_urls.count > 0 && config->feed_urls.count <= DOCUMENT_FEEDS_MAX);
    *poll = (struct poll){.request = request, .config = config, .rooms = rooms};
    document_init(&poll->document);
    selection_format(request, poll->selection);
    if (request->last && strcmp(request->last->selection, poll->selection) == 0 &&
        request->last->feed_count == config->feed_urls.count) {
        poll->last = request->last;
    }
    if (!zone_set_up(poll, err)) {
        return false;
    }
    poll->window = poll_window_of(request, &poll->zone);
    if (poll_window_is_empty(&poll->window)) {
        error_set(err, "the window is empty: its start is not before its end");
        return false;
    }
    filter_set_up(poll);
    elsewhere_set_up(poll);
    password_set_up(poll);
    return true;
}

static void poll_release(struct poll *poll)
{
    explicit_bzero(poll->password, sizeof poll->password);
    room_filter_free(poll->filter);
    elsewhere_release(&poll->elsewhere);
    document_release(&poll->document);
}

/* The whole */

static bool feeds_poll(struct poll *poll, struct error *err)
{
    for (size_t i = 0; i < poll->config->feed_urls.count; i++) {
        poll_feed(poll, i);
    }
    if (poll->used_count == 0) {
        error_set(err, "no feed could be used");
    }
    return poll->used_count > 0;
}

static void headlines_poll(struct poll *poll)
{
    const struct poll_request *request = poll->request;
    const struct poll_headlines_request asked = {
        .config = poll->config,
        .now_ms = request->now_ms,
        .last = request->last ? &request->last->headlines : NULL,
        .password_url = poll->password_url,
        .password = poll->password,
        .password_error = &poll->password_error,
        .tell = request->tell,
        .context = request->context,
    };
    poll_headlines(&asked, &poll->document.headlines);
}

static void keep_what_is_in_window(struct poll *poll)
{
    struct schedule *schedule = &poll->document.schedule;
    size_t kept = 0;
    for (size_t i = 0; i < schedule->count; i++) {
        if (poll_window_holds(&poll->window, &schedule->sessions[i])) {
            schedule->sessions[kept++] = schedule->sessions[i];
        } else {
            session_release(&schedule->sessions[i]);
        }
    }
    schedule->count = kept;
}

/* An event that names no room is then no less the room's, and one that names another isn't moved.
 */
static void give_all_to_room(struct poll *poll)
{
    struct schedule *schedule = &poll->document.schedule;
    for (size_t i = 0; i < schedule->count; i++) {
        session_set(&schedule->sessions[i].room, poll->config->room_name);
        schedule->sessions[i].venue_wide = false;
    }
}

static void elsewhere_fill(struct poll *poll)
{
    struct elsewhere *elsewhere = &poll->elsewhere;
    struct schedule *sessions = &elsewhere->sessions;
    size_t kept = 0;
    /* Only now is the zone settled. */
    poll_elsewhere_times(poll, poll->request->now_ms, &elsewhere->from_ms, &elsewhere->until_ms);
    for (size_t i = 0; i < sessions->count; i++) {
        struct session *session = &sessions->sessions[i];
        if (elsewhere_is_near(elsewhere, session->start_ms, session->end_ms) ||
            elsewhere_watches(elsewhere, session->uid)) {
            sessions->sessions[kept++] = *session;
        } else {
            session_release(session);
        }
    }
    sessions->count = kept;
    elsewhere_trim(elsewhere, DOCUMENT_ELSEWHERE_MAX);
    elsewhere_trim_text(elsewhere, ELSEWHERE_TEXT_BYTES_MAX);
    if (elsewhere->is_cut) {
        poll_tell(poll, "more sessions in other rooms than can be held; those farthest off in time "
                        "are not looked at when a session moves or the room is full");
    }
    poll->document.elsewhere = *sessions;
    *sessions = (struct schedule){0};
    schedule_sort(&poll->document.elsewhere);
}

/* What is known of a feed that was never read before is no news. */
static unsigned first_read_feeds(const struct document *last)
{
    unsigned feeds = 0;
    for (size_t i = 0; i < last->feed_count; i++) {
        feeds |= (unsigned)(last->feeds[i].fetched_ms == DOCUMENT_UNKNOWN_MS) << i;
    }
    return feeds;
}

static void changes_fill(struct poll *poll)
{
    struct document *document = &poll->document;
    const struct document *last = poll->last;
    if (!last) {
        return;
    }
    const struct change_request request = {
        .last = &last->schedule,
        .now = &document->schedule,
        .elsewhere = &document->elsewhere,
        .elsewhere_last = &last->elsewhere,
        .is_of_venue = room_filter_selects_all(poll->filter),
        .from_ms = last->from_ms > document->from_ms ? last->from_ms : document->from_ms,
        .until_ms = last->until_ms < document->until_ms ? last->until_ms : document->until_ms,
        .now_ms = poll->request->now_ms,
        .first_read_feeds = first_read_feeds(last),
        .known = &last->changes,
    };
    changes_find(&request, &document->changes);
}

static void document_fill(struct poll *poll)
{
    struct document *document = &poll->document;
    session_set(&document->room, poll->config->room_name);
    session_set(&document->timezone, poll->zone.name);
    session_set(&document->selection, poll->selection);
    document->generated_ms = poll->request->now_ms;
    document->from_ms = poll->window.from_ms;
    document->until_ms = poll->window.until_ms;
    keep_what_is_in_window(poll);
    if (poll->config->all_events)
        give_all_to_room(poll);
    schedule_sort(&document->schedule);
    elsewhere_fill(poll);
    changes_fill(poll);
}

enum poll_outcome poll_run(const struct poll_request *request, struct document *ret_document,
                           struct zone *ret_zone, struct error *err)
{
    struct poll *poll = xcalloc(1, sizeof *poll);
    enum poll_outcome outcome = POLL_MISCONFIGURED;
    if (!poll_set_up(poll, request, NULL, err)) {
        goto done;
    }
    if (!feeds_poll(poll, err)) {
        outcome = POLL_ALL_FAILED;
        goto done;
    }
    if (poll_window_is_empty(&poll->window)) {
        outcome = POLL_MISCONFIGURED;
        error_set(err, "the window is empty: its start is not before its end");
        goto done;
    }
    document_fill(poll);
    headlines_poll(poll);
    *ret_document = poll->document;
    document_init(&poll->document);
    *ret_zone = poll->zone;
    outcome = POLL_DONE;
done:
    poll_release(poll);
    free(poll);
    return outcome;
}

enum poll_outcome poll_rooms(const struct poll_request *request, struct room_tally *tally,
                             struct error *err)
{
    struct poll *poll = xcalloc(1, sizeof *poll);
    enum poll_outcome outcome = POLL_MISCONFIGURED;
    struct poll_request counting = *request;
    /* Every event is counted; hardly a session is made of them. */
    counting.from = (struct poll_bound){POLL_BOUND_INSTANT, request->now_ms};
    counting.until = (struct poll_bound){POLL_BOUND_INSTANT, request->now_ms + 1};
    counting.last = NULL;
    if (poll_set_up(poll, &counting, tally, err)) {
        outcome = feeds_poll(poll, err) ? POLL_DONE : POLL_ALL_FAILED;
    }
    poll_release(poll);
    free(poll);
    return outcome;
}
