#include <roomsign/gather.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/markup.h>
#include <roomsign/title_mark.h>
#include <roomsign/utf8.h>

/** A title that was cut between characters may end so far before its limit. */
#define CHARACTER_BYTES_MAX 4

void gather_init(struct gather *gather, const struct decoder_request *request,
                 void (*warn)(void *context, const char *message), void *context)
{
    *gather = (struct gather){.request = request, .warn = warn, .context = context};
}

void gather_release(struct gather *gather)
{
    schedule_release(&gather->sessions);
}

static bool overlaps(const struct decoder_request *request, int64_t start_ms, int64_t end_ms)
{
    if (start_ms == end_ms)
        return start_ms >= request->from_ms && start_ms < request->until_ms;
    return start_ms < request->until_ms && end_ms > request->from_ms;
}

static void tell_full(struct gather *gather)
{
    char message[128];
    if (gather->full)
        return;
    snprintf(message, sizeof message,
             "more than %d sessions in the days asked for; further ones are left out",
             SCHEDULE_SESSIONS_MAX);
    gather->warn(gather->context, message);
    gather->full = true;
}

bool gather_wants(struct gather *gather, int64_t start_ms, int64_t end_ms)
{
    if (!overlaps(gather->request, start_ms, end_ms))
        return false;
    if (gather->sessions.count < SCHEDULE_SESSIONS_MAX)
        return true;
    tell_full(gather);
    return false;
}

/** An event of the year 9999 ends in 10000 by UTC, which no document can say. */
static int64_t within_years(int64_t at_ms)
{
    int64_t first_ms = civil_to_days(1, 1, 1) * DAY_MS;
    int64_t last_ms = civil_to_days(10000, 1, 1) * DAY_MS - SECOND_MS;
    return at_ms < first_ms ? first_ms : at_ms > last_ms ? last_ms : at_ms;
}

static bool is_unreadable(const struct session *session)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    bool found =
        strstr(session->title, replacement) != NULL || strstr(session->room, replacement) != NULL;
    for (size_t i = 0; i < session->speaker_count && !found; i++)
        found = strstr(session->speakers[i], replacement) != NULL;
    return found;
}

static void count_loss(const struct session *session, size_t *count,
                       char first[static GATHER_NAME_BYTES])
{
    size_t title = utf8_cut(session->title, strlen(session->title), 80);
    size_t uid = utf8_cut(session->uid, strlen(session->uid), 100);
    if ((*count)++ == 0)
        snprintf(first, GATHER_NAME_BYTES, "\"%.*s\" (%.*s)", (int)title, session->title, (int)uid,
                 session->uid);
}

/** What the cleaning of texts has lost. */
static void count_losses(struct gather *gather, const struct session *session)
{
    if (is_unreadable(session))
        count_loss(session, &gather->unreadable_count, gather->unreadable);
    if (strlen(session->title) + CHARACTER_BYTES_MAX >= SESSION_TITLE_BYTES_MAX)
        count_loss(session, &gather->cut_count, gather->cut);
}

static void tell_losses(const struct gather *gather)
{
    char message[GATHER_NAME_BYTES + 128];
    snprintf(
        message, sizeof message,
        "characters that can't be read show as \xEF\xBF\xBD, sessions with them: %zu, first %s",
        gather->unreadable_count, gather->unreadable);
    if (gather->unreadable_count > 0)
        gather->warn(gather->context, message);
    snprintf(message, sizeof message,
             "titles of more than %d bytes are cut, sessions with them: %zu, first %s",
             SESSION_TITLE_BYTES_MAX - CHARACTER_BYTES_MAX, gather->cut_count, gather->cut);
    if (gather->cut_count > 0)
        gather->warn(gather->context, message);
}

static void strip_markup(struct session *session)
{
    markup_strip(&session->title);
    markup_strip(&session->track);
    markup_strip(&session->room);
    for (size_t i = 0; i < session->speaker_count; i++)
        markup_strip(&session->speakers[i]);
}

/** What the title says of the session's fate, and whether it is a break's behind that. */
static void read_title(struct gather *gather, struct session *session)
{
    struct title_reading reading;
    title_mark_read(session->title, &reading);
    if (reading.cancelled)
        session->status = SESSION_STATUS_CANCELLED;
    char *subject = utf8_clean(reading.subject, reading.subject_length, SESSION_TITLE_BYTES_MAX);
    if (session->kind != SESSION_KIND_ALL_DAY)
        session->kind = room_filter_is_break(gather->request->filter, subject)
                            ? SESSION_KIND_BREAK
                            : SESSION_KIND_SESSION;
    free(subject);
    char *shown = utf8_clean(reading.shown, reading.shown_length, SESSION_TITLE_BYTES_MAX);
    session_set(&session->title, shown);
    free(shown);
}

/** What every format has in common. */
static void session_finish(struct gather *gather, struct session *session)
{
    session->start_ms = within_years(session->start_ms);
    session->end_ms = within_years(session->end_ms);
    session->feed = gather->request->feed_index;
    strip_markup(session);
    read_title(gather, session);
}

bool gather_wants_elsewhere(const struct gather *gather, const char *uid, int64_t start_ms,
                            int64_t end_ms)
{
    const struct elsewhere *elsewhere = gather->request->elsewhere;
    return elsewhere != NULL &&
           (elsewhere_is_near(elsewhere, start_ms, end_ms) || elsewhere_watches(elsewhere, uid));
}

void gather_add_elsewhere(struct gather *gather, struct session *session)
{
    session_finish(gather, session);
    elsewhere_add(gather->request->elsewhere, session);
}

void gather_add(struct gather *gather, struct session *session)
{
    count_losses(gather, session);
    session_finish(gather, session);
    bool added = schedule_add(&gather->sessions, session);
    assert(added);
    session_release(session);
}

static int compare_repeats(const void *a, const void *b)
{
    const struct session *left = a, *right = b;
    if (left->start_ms != right->start_ms)
        return left->start_ms < right->start_ms ? -1 : 1;
    if (left->end_ms != right->end_ms)
        return left->end_ms < right->end_ms ? -1 : 1;
    int order = strcmp(left->uid, right->uid);
    if (order == 0)
        order = strcmp(left->title, right->title);
    return order != 0 ? order : strcmp(left->room, right->room);
}

size_t gather_hand_over(struct gather *gather, struct schedule *ret_schedule)
{
    struct schedule *sessions = &gather->sessions;
    size_t count = 0;
    tell_losses(gather);
    if (sessions->count > 0)
        qsort(sessions->sessions, sessions->count, sizeof *sessions->sessions, compare_repeats);
    for (size_t i = 0; i < sessions->count; i++) {
        bool repeats = i + 1 < sessions->count &&
                       compare_repeats(&sessions->sessions[i], &sessions->sessions[i + 1]) == 0;
        if (!repeats && schedule_add(ret_schedule, &sessions->sessions[i]))
            count++;
    }
    return count;
}
