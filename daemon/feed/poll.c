#include <roomsign/poll.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/decoder.h>
#include <roomsign/fetch.h>
#include <roomsign/hash.h>
#include <roomsign/merge.h>
#include <roomsign/report.h>
#include <roomsign/room_filter.h>
#include <roomsign/version.h>

static_assert(DOCUMENT_FEEDS_MAX >= CONFIG_FEEDS_MAX, "every feed has its entry in the document");
static_assert(FETCH_URL_BYTES_MAX >= CONFIG_URL_BYTES_MAX, "what the config takes can be fetched");
static_assert(DOCUMENT_UNKNOWN_MS == FETCH_DATE_UNKNOWN_MS, "a date that no server told");

#define TELL_BYTES_MAX REPORT_LINE_BYTES_MAX
#define LABEL_BYTES (FETCH_URL_PUBLIC_BYTES + 32)
#define SELECTION_BYTES 17
/* Two zones' clocks are never further apart. */
#define ZONES_APART_MS (27 * HOUR_MS)

/* One poll's state. */
struct poll {
    const struct poll_request *request;
    const struct config *config;
    struct room_filter *filter;
    /* request->last if it was selected as this poll selects, else NULL. */
    const struct document *last;
    char selection[SELECTION_BYTES];
    struct zone zone;
    /* false: a feed that names its zone still may decide it. */
    bool is_zone_settled;
    int64_t from_ms, until_ms;
    /* User and password are for this feed's origin alone; NULL: for none. */
    const char *password_url;
    char password[POLL_PASSWORD_BYTES_MAX + 1];
    struct error password_error;
    struct document document;
    size_t used_count;
};

/* One feed of a poll. */
struct poll_feed {
    struct poll *poll;
    size_t index;
    const char *url;
    char label[LABEL_BYTES];
    struct decoder *decoder;
    /* Only part of the feed could be read. */
    bool is_partial;
};

static void tell(const struct poll *poll, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(const struct poll *poll, const char *format, ...)
{
    char message[TELL_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    poll->request->tell(poll->request->context, message);
}

/* Selection: everything that decides which sessions a document holds. */

static void hash_list(uint64_t *hash, const struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        *hash = hash_text(*hash, list->items[i]);
    }
    *hash = hash_text(*hash, "");
}

static void selection_format(const struct poll_request *request, char text[static SELECTION_BYTES])
{
    const struct config *config = request->config;
    uint64_t hash = HASH_START;
    /* Another version may decode or select otherwise. */
    hash = hash_text(hash, ROOMSIGN_VERSION);
    hash ^= DOCUMENT_VERSION;
    for (size_t i = 0; i < config->feed_urls.count; i++) {
        char *url = fetch_url_without_user(config->feed_urls.items[i]);
        hash = hash_text(hash, url);
        free(url);
    }
    hash = hash_text(hash, "");
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
    snprintf(text, SELECTION_BYTES, "%016" PRIx64, hash);
}

/* The window */

static int64_t bound_ms(const struct poll_request *request, const struct poll_bound *bound,
                        const struct zone *zone)
{
    bool is_from = bound == &request->from;
    struct civil local;
    switch (bound->kind) {
    case POLL_BOUND_INSTANT:
        return bound->at_ms;
    case POLL_BOUND_OPEN:
        return is_from ? civil_to_days(1, 1, 1) * DAY_MS : civil_to_days(9999, 12, 31) * DAY_MS;
    case POLL_BOUND_LOCAL: {
        struct zone utc;
        zone_utc(&utc);
        zone_to_civil(&utc, bound->at_ms, &local);
        return zone_from_civil(zone, &local);
    }
    case POLL_BOUND_USUAL:
        break;
    }
    return zone_day_start_ms(zone, request->now_ms, is_from ? -1 : 8);
}

/* An open bound lets in every event, but of a series only what lies about now. */
static int64_t series_bound_ms(const struct poll *poll, const struct poll_bound *bound)
{
    const struct poll_request *request = poll->request;
    bool is_from = bound == &request->from;
    if (bound->kind != POLL_BOUND_OPEN)
        return is_from ? INT64_MIN : INT64_MAX;
    /* The other bound may lie far from now, and is then what "about" means. */
    int64_t about_ms = request->now_ms;
    if (is_from && request->until.kind != POLL_BOUND_OPEN && poll->until_ms < about_ms)
        about_ms = poll->until_ms;
    if (!is_from && request->from.kind != POLL_BOUND_OPEN && poll->from_ms > about_ms)
        about_ms = poll->from_ms;
    return about_ms + (is_from ? -1 : 1) * POLL_SERIES_REACH_DAYS * DAY_MS;
}

static void window_resolve(struct poll *poll)
{
    poll->from_ms = bound_ms(poll->request, &poll->request->from, &poll->zone);
    poll->until_ms = bound_ms(poll->request, &poll->request->until, &poll->zone);
}

static bool is_window_the_last(const struct poll *poll)
{
    return poll->last && poll->last->from_ms == poll->from_ms &&
           poll->last->until_ms == poll->until_ms;
}

static bool is_in_window(const struct poll *poll, const struct session *session)
{
    bool is_moment = session->start_ms == session->end_ms;
    return session->start_ms < poll->until_ms &&
           (session->end_ms > poll->from_ms || (is_moment && session->start_ms >= poll->from_ms));
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
        tell(poll, "password_file %s can be read by everyone on this computer",
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
        .name = config->room_name,
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

static bool poll_set_up(struct poll *poll, const struct poll_request *request, struct error *err)
{
    const struct config *config = request->config;
    assert(config->feed_urls.count > 0 && config->feed_urls.count <= DOCUMENT_FEEDS_MAX);
    *poll = (struct poll){.request = request, .config = config};
    document_init(&poll->document);
    selection_format(request, poll->selection);
    if (request->last && strcmp(request->last->selection, poll->selection) == 0 &&
        request->last->feed_count == config->feed_urls.count) {
        poll->last = request->last;
    }
    if (!zone_set_up(poll, err)) {
        return false;
    }
    window_resolve(poll);
    if (poll->from_ms >= poll->until_ms) {
        error_set(err, "the window is empty: its start is not before its end");
        return false;
    }
    filter_set_up(poll);
    password_set_up(poll);
    return true;
}

static void poll_release(struct poll *poll)
{
    explicit_bzero(poll->password, sizeof poll->password);
    room_filter_free(poll->filter);
    document_release(&poll->document);
}

/* One feed */

static void tell_of_feed(void *context, const char *message)
{
    const struct poll_feed *feed = context;
    tell(feed->poll, "%s: %s", feed->label, message);
}

static bool feed_push(void *context, const void *bytes, size_t length, struct error *err)
{
    struct poll_feed *feed = context;
    return decoder_push(feed->decoder, bytes, length, err);
}

static bool feed_fetch(struct poll_feed *feed, struct fetch_result *ret_result, struct error *err)
{
    const struct poll *poll = feed->poll;
    const struct config *config = poll->config;
    struct fetch_request request = {
        .url = feed->url,
        .ca_file = config->ca_file,
        .user_agent = "roomsign/" ROOMSIGN_VERSION,
        .timeout_ms = config->timeout_ms,
        .body_bytes_max = config->max_size_bytes,
        .take = feed_push,
        .context = feed,
    };
    if (poll->password_url && fetch_url_same_origin(feed->url, poll->password_url)) {
        if (poll->password_error.message[0]) {
            *err = poll->password_error;
            return false;
        }
        request.user = config->user;
        request.password = poll->password;
    }
    if (is_window_the_last(poll)) {
        request.etag = poll->last->feeds[feed->index].etag;
        request.last_modified = poll->last->feeds[feed->index].last_modified;
    }
    return fetch(&request, poll->request->now_ms, ret_result, err);
}

static void tell_no_match(const struct poll_feed *feed, const struct decode_result *decoded)
{
    if (decoded->event_count == 0 || decoded->matched_count > 0 ||
        room_filter_selects_all(feed->poll->filter)) {
        return;
    }
    char closest[DECODER_CLOSEST_MAX * (SESSION_NAME_BYTES_MAX + 8)] = "";
    size_t length = 0;
    for (size_t i = 0; i < decoded->closest_count; i++) {
        int added = snprintf(closest + length, sizeof closest - length, "%s'%s'",
                             i == 0 ? "; the closest that it has: " : ", ", decoded->closest[i]);
        length += (size_t)added;
    }
    tell(feed->poll, "%s: none of its %zu events is in room '%s'%s", feed->label,
         decoded->event_count, feed->poll->config->room_name, closest);
}

/* false: err says why the feed can't be used. */
static bool feed_read(struct poll_feed *feed, struct fetch_result *ret_fetched,
                      struct schedule *ret_sessions, struct error *err)
{
    struct poll *poll = feed->poll;
    int64_t margin_ms = poll->is_zone_settled ? 0 : ZONES_APART_MS;
    const struct decoder_request request = {
        .from_ms = poll->from_ms - margin_ms,
        .until_ms = poll->until_ms + margin_ms,
        .series_from_ms = series_bound_ms(poll, &poll->request->from),
        .series_until_ms = series_bound_ms(poll, &poll->request->until),
        .zone = &poll->zone,
        .zone_from_feed = poll->request->zone_from_feed,
        .filter = poll->filter,
        .date = poll->config->feed_date,
        .feed_index = (int)feed->index,
        .warn = tell_of_feed,
        .context = feed,
    };
    struct decode_result *decoded = xcalloc(1, sizeof *decoded);
    feed->decoder = decoder_new(&request);
    bool fine = feed_fetch(feed, ret_fetched, err) &&
                (ret_fetched->unchanged ||
                 decoder_finish(feed->decoder, ret_sessions, decoded, err));
    decoder_free(feed->decoder);
    feed->decoder = NULL;
    if (fine && !ret_fetched->unchanged) {
        feed->is_partial = decoded->partial;
        tell_no_match(feed, decoded);
        if (!poll->is_zone_settled && decoded->zone_name[0]) {
            poll->zone = decoded->zone;
            poll->is_zone_settled = true;
            window_resolve(poll);
        }
    }
    free(decoded);
    return fine;
}

/* What the last document holds of a feed, as far as it is asked for now. */
static void carry_over(const struct poll *poll, size_t index, struct schedule *ret_sessions)
{
    for (size_t i = 0; poll->last && i < poll->last->schedule.count; i++) {
        const struct session *session = &poll->last->schedule.sessions[i];
        if (session->feed == (int)index && is_in_window(poll, session)) {
            struct session copy;
            session_copy(&copy, session);
            schedule_add(ret_sessions, &copy);
            session_release(&copy);
        }
    }
}

/* A feed that could be read in part says nothing of its other sessions: those stay as they were. */
static void keep_unread(const struct poll_feed *feed, struct schedule *sessions)
{
    struct schedule last = {0};
    size_t kept = 0;
    carry_over(feed->poll, feed->index, &last);
    /* The last ones have their repeated uids numbered. */
    schedule_sort(sessions);
    size_t read_count = sessions->count;
    for (size_t i = 0; i < last.count; i++) {
        const struct schedule read = {sessions->sessions, read_count, read_count};
        if (!schedule_find(&read, last.sessions[i].uid))
            kept += schedule_add(sessions, &last.sessions[i]);
    }
    schedule_release(&last);
    tell(feed->poll, "%s: only a part could be read (sessions read: %zu, kept from before: %zu)",
         feed->label, read_count, kept);
}

static void remember_tags(struct document_feed *entry, const char *etag, const char *last_modified)
{
    session_set(&entry->etag, etag);
    session_set(&entry->last_modified, last_modified);
}

static void entry_fill(struct document_feed *entry, const struct poll *poll, size_t index,
                       const struct fetch_result *fetched)
{
    entry->status = fetched->unchanged ? FEED_STATUS_UNCHANGED : FEED_STATUS_FRESH;
    entry->fetched_ms = poll->request->now_ms;
    entry->server_date_ms = fetched->server_date_ms;
    remember_tags(entry, fetched->etag, fetched->last_modified);
    if (fetched->unchanged) {
        /* A 304 need not repeat them. */
        const struct document_feed *last = &poll->last->feeds[index];
        remember_tags(entry, *fetched->etag ? fetched->etag : last->etag,
                      *fetched->last_modified ? fetched->last_modified : last->last_modified);
    }
}

static void entry_fail(struct document_feed *entry, const struct poll *poll, size_t index,
                       const struct error *err)
{
    entry->status = FEED_STATUS_FAILED;
    session_set(&entry->error, err->message);
    if (!poll->last) {
        return;
    }
    const struct document_feed *last = &poll->last->feeds[index];
    entry->fetched_ms = last->fetched_ms;
    entry->server_date_ms = last->server_date_ms;
    if (is_window_the_last(poll)) {
        /* Else its sessions no longer are all that the tags stand for. */
        remember_tags(entry, last->etag, last->last_modified);
    }
}

static void tell_failure(const struct poll_feed *feed, size_t kept, const struct error *err)
{
    const struct document *last = feed->poll->last;
    if (kept > 0 && last->feeds[feed->index].fetched_ms != DOCUMENT_UNKNOWN_MS) {
        char when[TIME_TEXT_BYTES];
        tell(feed->poll, "%s: %s (sessions kept: %zu, of %s)", feed->label, err->message, kept,
             time_format_utc(last->feeds[feed->index].fetched_ms, when));
        return;
    }
    tell(feed->poll, "%s: %s", feed->label, err->message);
}

static void feed_poll(struct poll *poll, size_t index)
{
    struct poll_feed feed = {
        .poll = poll, .index = index, .url = poll->config->feed_urls.items[index]};
    char url[FETCH_URL_PUBLIC_BYTES];
    fetch_url_public(feed.url, url);
    if (poll->config->feed_urls.count > 1) {
        snprintf(feed.label, sizeof feed.label, "feed %zu (%s)", index + 1, url);
    } else {
        snprintf(feed.label, sizeof feed.label, "%s", url);
    }
    struct document_feed *entry = document_add_feed(&poll->document);
    session_set(&entry->url, url);

    struct schedule sessions = {0};
    struct fetch_result fetched = {0};
    struct error err = {0};
    bool fine = feed_read(&feed, &fetched, &sessions, &err);
    if (!fine || fetched.unchanged) {
        carry_over(poll, index, &sessions);
    }
    if (fine) {
        entry_fill(entry, poll, index, &fetched);
        poll->used_count++;
        if (feed.is_partial) {
            keep_unread(&feed, &sessions);
            /* The next poll is to read it again, and to say so again. */
            remember_tags(entry, "", "");
        }
    } else {
        entry_fail(entry, poll, index, &err);
        tell_failure(&feed, sessions.count, &err);
    }
    struct merge_counts counts = merge_feed(&poll->document.schedule, &sessions);
    if (counts.excess_count > 0) {
        tell(poll, "%s: %zu sessions left out, more than %d can't be held", feed.label,
             counts.excess_count, SCHEDULE_SESSIONS_MAX);
    }
    if (counts.same_count + counts.excess_count > 0) {
        /* The document lacks some of this feed's sessions: a 304 could not bring them back. */
        remember_tags(entry, "", "");
    }
}

/* The whole */

static void keep_what_is_in_window(struct poll *poll)
{
    struct schedule *schedule = &poll->document.schedule;
    size_t kept = 0;
    for (size_t i = 0; i < schedule->count; i++) {
        if (is_in_window(poll, &schedule->sessions[i])) {
            schedule->sessions[kept++] = schedule->sessions[i];
        } else {
            session_release(&schedule->sessions[i]);
        }
    }
    schedule->count = kept;
}

static void document_fill(struct poll *poll)
{
    struct document *document = &poll->document;
    session_set(&document->room, poll->config->room_name);
    session_set(&document->timezone, poll->zone.name);
    session_set(&document->selection, poll->selection);
    document->generated_ms = poll->request->now_ms;
    document->from_ms = poll->from_ms;
    document->until_ms = poll->until_ms;
    keep_what_is_in_window(poll);
    schedule_sort(&document->schedule);
}

enum poll_outcome poll_run(const struct poll_request *request, struct document *ret_document,
                           struct zone *ret_zone, struct error *err)
{
    struct poll *poll = xcalloc(1, sizeof *poll);
    enum poll_outcome outcome = POLL_MISCONFIGURED;
    if (!poll_set_up(poll, request, err)) {
        goto done;
    }
    for (size_t i = 0; i < poll->config->feed_urls.count; i++) {
        feed_poll(poll, i);
    }
    outcome = POLL_ALL_FAILED;
    if (poll->used_count == 0) {
        error_set(err, "no feed could be used");
        goto done;
    }
    if (poll->from_ms >= poll->until_ms) {
        outcome = POLL_MISCONFIGURED;
        error_set(err, "the window is empty: its start is not before its end");
        goto done;
    }
    document_fill(poll);
    *ret_document = poll->document;
    document_init(&poll->document);
    *ret_zone = poll->zone;
    outcome = POLL_DONE;
done:
    poll_release(poll);
    free(poll);
    return outcome;
}
