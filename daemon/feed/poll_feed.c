#include <roomsign/poll_feed.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <roomsign/decoder.h>
#include <roomsign/fetch.h>
#include <roomsign/merge.h>
#include <roomsign/report.h>
#include <roomsign/version.h>

/* NOLINTBEGIN(misc-redundant-expression): they are the same as long as this holds. */
static_assert(FETCH_URL_BYTES_MAX >= CONFIG_URL_BYTES_MAX, "what the config takes can be fetched");
static_assert(DOCUMENT_UNKNOWN_MS == FETCH_DATE_UNKNOWN_MS, "a date that no server told");
static_assert(DOCUMENT_CLOSEST_MAX == DECODER_CLOSEST_MAX, "all that a decoder offers is kept");
/* NOLINTEND(misc-redundant-expression) */

#define TELL_BYTES_MAX REPORT_LINE_BYTES_MAX
#define LABEL_BYTES (FETCH_URL_PUBLIC_BYTES + 32)
/* Two zones' clocks are never further apart. */
#define ZONES_APART_MS (27 * HOUR_MS)

/* One feed of a poll. */
struct feed {
    struct poll *poll;
    size_t index;
    const char *url;
    char label[LABEL_BYTES];
    struct decoder *decoder;
    /* Only part of the feed could be read. */
    bool is_partial;
    /* Of other rooms, if a room is selected. */
    struct elsewhere elsewhere;
};

void poll_tell(const struct poll *poll, const char *format, ...)
{
    char message[TELL_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    poll->request->tell(poll->request->context, message);
}

void poll_elsewhere_times(const struct poll *poll, int64_t now_ms, int64_t *ret_from_ms,
                          int64_t *ret_until_ms)
{
    int day_ends_min = poll->config->rules.day_ends_min;
    *ret_from_ms = zone_programme_day_start_ms(&poll->zone, now_ms, 0, day_ends_min);
    *ret_until_ms = zone_programme_day_start_ms(&poll->zone, now_ms, 2, day_ends_min);
}

/* A new day asks for other sessions of other rooms as well: a 304 could not tell them. */
static bool is_window_the_last(const struct poll *poll)
{
    if (!poll->last || !poll_window_is_of(&poll->window, poll->last)) {
        return false;
    }
    int64_t last_from_ms, from_ms, until_ms;
    poll_elsewhere_times(poll, poll->last->generated_ms, &last_from_ms, &until_ms);
    poll_elsewhere_times(poll, poll->request->now_ms, &from_ms, &until_ms);
    return last_from_ms == from_ms;
}

static void tell_of_feed(void *context, const char *message)
{
    const struct feed *feed = context;
    poll_tell(feed->poll, "%s: %s", feed->label, message);
}

static bool feed_push(void *context, const void *bytes, size_t length, struct error *err)
{
    struct feed *feed = context;
    return decoder_push(feed->decoder, bytes, length, err);
}

static bool feed_fetch(struct feed *feed, struct fetch_result *ret_result, struct error *err)
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

static void tell_no_match(const struct feed *feed, const struct decode_result *decoded)
{
    if (decoded->event_count == 0 || decoded->matched_count > 0) {
        return;
    }
    char closest[DECODER_CLOSEST_MAX * (SESSION_NAME_BYTES_MAX + 8)] = "";
    size_t length = 0;
    for (size_t i = 0; i < decoded->closest_count; i++) {
        int added = snprintf(closest + length, sizeof closest - length, "%s'%s'",
                             i == 0 ? "; the closest that it has: " : ", ", decoded->closest[i]);
        length += (size_t)added;
    }
    poll_tell(feed->poll, "%s: none of its %zu" REPORT_LACKING_MARK "%s'%s", feed->label,
              decoded->event_count, feed->poll->config->room_name, closest);
}

static void entry_count(struct document_feed *entry, const struct decode_result *decoded)
{
    entry->event_count = (int64_t)decoded->event_count;
    entry->matched_count = (int64_t)decoded->matched_count;
    entry->roomless_count = (int64_t)decoded->roomless_count;
    for (size_t i = 0; i < decoded->closest_count; i++)
        entry->closest[entry->closest_count++] = xstrdup(decoded->closest[i]);
}

/* What was counted when the feed was last read. */
static void entry_count_last(struct document_feed *entry, const struct document_feed *last)
{
    entry->event_count = last->event_count;
    entry->matched_count = last->matched_count;
    entry->roomless_count = last->roomless_count;
    for (size_t i = 0; i < last->closest_count; i++)
        entry->closest[entry->closest_count++] = xstrdup(last->closest[i]);
}

/* false: err says why the feed can't be used. */
static bool feed_read(struct feed *feed, struct document_feed *entry,
                      struct fetch_result *ret_fetched, struct schedule *ret_sessions,
                      struct error *err)
{
    struct poll *poll = feed->poll;
    int64_t margin_ms = poll->is_zone_settled ? 0 : ZONES_APART_MS;
    const struct decoder_request request = {
        .from_ms = poll->window.from_ms - margin_ms,
        .until_ms = poll->window.until_ms + margin_ms,
        .series_from_ms = poll->window.series_from_ms,
        .series_until_ms = poll->window.series_until_ms,
        .zone = &poll->zone,
        .zone_from_feed = poll->request->zone_from_feed,
        .filter = poll->filter,
        .rooms = poll->rooms,
        .elsewhere = room_filter_selects_all(poll->filter) ? NULL : &feed->elsewhere,
        .date = poll->config->feed_date,
        .feed_index = (int)feed->index,
        .warn = tell_of_feed,
        .context = feed,
    };
    struct decode_result *decoded = xcalloc(1, sizeof *decoded);
    feed->decoder = decoder_new(&request);
    bool fine =
        feed_fetch(feed, ret_fetched, err) &&
        (ret_fetched->unchanged || decoder_finish(feed->decoder, ret_sessions, decoded, err));
    decoder_free(feed->decoder);
    feed->decoder = NULL;
    if (fine && !ret_fetched->unchanged) {
        feed->is_partial = decoded->partial;
        entry_count(entry, decoded);
        tell_no_match(feed, decoded);
        if (!poll->is_zone_settled && decoded->zone_name[0]) {
            poll->zone = decoded->zone;
            poll->is_zone_settled = true;
            poll->window = poll_window_of(poll->request, &poll->zone);
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
        if (session->feed == (int)index && poll_window_holds(&poll->window, session)) {
            struct session copy;
            session_copy(&copy, session);
            schedule_add(ret_sessions, &copy);
            session_release(&copy);
        }
    }
}

/* The same of other rooms, but for what was read of them now. */
static void carry_elsewhere_over(struct feed *feed)
{
    const struct poll *poll = feed->poll;
    struct elsewhere *elsewhere = &feed->elsewhere;
    struct schedule carried = {0};
    for (size_t i = 0; poll->last && i < poll->last->elsewhere.count; i++) {
        const struct session *session = &poll->last->elsewhere.sessions[i];
        bool is_wanted = elsewhere_is_near(elsewhere, session->start_ms, session->end_ms) ||
                         elsewhere_watches(elsewhere, session->uid);
        if (session->feed == (int)feed->index && is_wanted &&
            !schedule_find(&elsewhere->sessions, session->uid)) {
            struct session copy;
            session_copy(&copy, session);
            schedule_add(&carried, &copy);
            session_release(&copy);
        }
    }
    for (size_t i = 0; i < carried.count; i++) {
        elsewhere_add(elsewhere, &carried.sessions[i]);
    }
    schedule_release(&carried);
}

/* A feed that could be read in part says nothing of its other sessions: those stay as they were. */
static void keep_unread(const struct feed *feed, struct schedule *sessions)
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
    poll_tell(feed->poll,
              "%s: only a part could be read (sessions read: %zu, kept from before: %zu)",
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
        entry_count_last(entry, last);
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
    entry_count_last(entry, last);
    if (is_window_the_last(poll)) {
        /* Else its sessions no longer are all that the tags stand for. */
        remember_tags(entry, last->etag, last->last_modified);
    }
}

static void tell_failure(const struct feed *feed, size_t kept, const struct error *err)
{
    const struct document *last = feed->poll->last;
    if (kept > 0 && last->feeds[feed->index].fetched_ms != DOCUMENT_UNKNOWN_MS) {
        char when[TIME_TEXT_BYTES];
        poll_tell(feed->poll, "%s: %s (sessions kept: %zu, of %s)", feed->label, err->message, kept,
                  time_format_utc(last->feeds[feed->index].fetched_ms, when));
        return;
    }
    poll_tell(feed->poll, "%s: %s", feed->label, err->message);
}

void poll_feed(struct poll *poll, size_t index)
{
    struct feed feed = {.poll = poll, .index = index, .url = poll->config->feed_urls.items[index]};
    char url[FETCH_URL_PUBLIC_BYTES];
    fetch_url_public(feed.url, url);
    if (poll->config->feed_urls.count > 1) {
        snprintf(feed.label, sizeof feed.label, "feed %zu (%s)", index + 1, url);
    } else {
        snprintf(feed.label, sizeof feed.label, "%s", url);
    }
    feed.elsewhere = poll->elsewhere;
    feed.elsewhere.sessions = (struct schedule){0};
    feed.elsewhere.from_ms -= poll->is_zone_settled ? 0 : ZONES_APART_MS;
    feed.elsewhere.until_ms += poll->is_zone_settled ? 0 : ZONES_APART_MS;
    struct document_feed *entry = document_add_feed(&poll->document);
    session_set(&entry->url, url);

    struct schedule sessions = {0};
    struct fetch_result fetched = {0};
    struct error err = {0};
    bool fine = feed_read(&feed, entry, &fetched, &sessions, &err);
    if (!fine || fetched.unchanged) {
        carry_over(poll, index, &sessions);
        /* What a feed told before it turned out to be none. */
        schedule_release(&feed.elsewhere.sessions);
    }
    if (!fine || fetched.unchanged || feed.is_partial) {
        carry_elsewhere_over(&feed);
    }
    poll->elsewhere.is_cut |= fine && feed.elsewhere.is_cut;
    merge_feed(&poll->elsewhere.sessions, &feed.elsewhere.sessions);
    elsewhere_trim(&poll->elsewhere, ELSEWHERE_GATHERED_MAX);
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
        poll_tell(poll, "%s: %zu sessions left out, more than %d can't be held", feed.label,
                  counts.excess_count, SCHEDULE_SESSIONS_MAX);
    }
    if (counts.same_count + counts.excess_count > 0) {
        /* The document lacks some of this feed's sessions: a 304 could not bring them back. */
        remember_tags(entry, "", "");
    }
}
