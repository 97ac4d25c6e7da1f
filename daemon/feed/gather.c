#include <roomsign/gather.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void gather_add(struct gather *gather, struct session *session)
{
    session->start_ms = within_years(session->start_ms);
    session->end_ms = within_years(session->end_ms);
    session->feed = gather->request->feed_index;
    if (session->kind != SESSION_KIND_ALL_DAY)
        session->kind = room_filter_is_break(gather->request->filter, session->title)
                            ? SESSION_KIND_BREAK
                            : SESSION_KIND_SESSION;
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
