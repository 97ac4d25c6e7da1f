#include <roomsign/trust.h>

#include <roomsign/error.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/** A schedule's sessions to come, sorted twice to be found by either name. */
struct roll {
    const struct session **by_uid;
    const struct session **by_start;
    size_t count;
};

static bool is_to_come(const struct session *session, int64_t now_ms)
{
    return session->end_ms > now_ms && session->status != SESSION_STATUS_CANCELLED;
}

static int compare_uid(const void *a, const void *b)
{
    const struct session *const *left = a, *const *right = b;
    return strcmp((*left)->uid, (*right)->uid);
}

static int compare_start_title(const void *a, const void *b)
{
    const struct session *const *left = a, *const *right = b;
    if ((*left)->start_ms != (*right)->start_ms)
        return (*left)->start_ms < (*right)->start_ms ? -1 : 1;
    return strcmp((*left)->title, (*right)->title);
}

static void roll_init(struct roll *roll, const struct schedule *schedule)
{
    roll->count = schedule->count;
    roll->by_uid = xcalloc(roll->count + 1, sizeof(struct session *));
    roll->by_start = xcalloc(roll->count + 1, sizeof(struct session *));
    for (size_t i = 0; i < roll->count; i++)
        roll->by_uid[i] = roll->by_start[i] = &schedule->sessions[i];
    qsort(roll->by_uid, roll->count, sizeof(struct session *), compare_uid);
    qsort(roll->by_start, roll->count, sizeof(struct session *), compare_start_title);
}

static void roll_release(struct roll *roll)
{
    free(roll->by_uid);
    free(roll->by_start);
}

static bool roll_holds(const struct roll *roll, const struct session *session)
{
    return bsearch(&session, roll->by_uid, roll->count, sizeof(session), compare_uid) ||
           bsearch(&session, roll->by_start, roll->count, sizeof(session), compare_start_title);
}

/** How many of the sessions to come of `from` stand in `in` no more. */
static size_t count_lost(const struct schedule *from, const struct schedule *in, int64_t now_ms,
                         size_t *ret_to_come)
{
    struct roll roll;
    roll_init(&roll, in);
    size_t lost = 0, to_come = 0;
    for (size_t i = 0; i < from->count; i++) {
        const struct session *session = &from->sessions[i];
        if (!is_to_come(session, now_ms))
            continue;
        to_come++;
        lost += !roll_holds(&roll, session);
    }
    roll_release(&roll);
    *ret_to_come = to_come;
    return lost;
}

/** Both hold the same sessions to come, whatever else differs. */
static bool same_news(const struct schedule *a, const struct schedule *b, int64_t now_ms)
{
    size_t to_come;
    return count_lost(a, b, now_ms, &to_come) == 0 && count_lost(b, a, now_ms, &to_come) == 0;
}

bool trust_judge(struct trust *trust, const struct schedule *shown, const struct schedule *fetched,
                 int64_t now_ms, int polls)
{
    size_t to_come;
    size_t lost = count_lost(shown, fetched, now_ms, &to_come);
    if (lost * 2 <= to_come || polls <= 1) {
        trust_release(trust);
        return true;
    }
    if (trust->seen == 0 || !same_news(&trust->doubted, fetched, now_ms)) {
        trust_release(trust);
        schedule_copy(&trust->doubted, fetched);
    }
    trust->seen++;
    if (trust->seen < polls)
        return false;
    trust_release(trust);
    return true;
}

void trust_release(struct trust *trust)
{
    schedule_release(&trust->doubted);
    *trust = (struct trust){0};
}
