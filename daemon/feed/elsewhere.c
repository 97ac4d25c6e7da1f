#include <roomsign/elsewhere.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

static int compare_hashes(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool holds(const uint64_t *hashes, size_t count, uint64_t hash)
{
    return count > 0 && bsearch(&hash, hashes, count, sizeof hash, compare_hashes) != NULL;
}

uint64_t elsewhere_hash(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

/* Without the number of a repeat, and what names an occurrence: /20260131T093000Z, /20260131. */
static size_t event_uid_length(const char *uid)
{
    static const char digits[] = "0123456789";
    size_t length = strlen(uid);
    const char *hash = strrchr(uid, '#');
    if (hash && hash[1] && strspn(hash + 1, digits) == strlen(hash + 1))
        length = (size_t)(hash - uid);
    const char *slash = memrchr(uid, '/', length);
    size_t left = slash ? length - (size_t)(slash + 1 - uid) : 0;
    if (slash && (left == 8 || left == 16) && strspn(slash + 1, digits) >= 8)
        length = (size_t)(slash - uid);
    return length;
}

static void watch(struct elsewhere *elsewhere, const char *uid)
{
    size_t i = elsewhere->watched_count++;
    elsewhere->watched[i] = elsewhere_hash(uid, strlen(uid));
    elsewhere->watched_events[i] = elsewhere_hash(uid, event_uid_length(uid));
}

void elsewhere_watch_all(struct elsewhere *elsewhere, const struct schedule *sessions,
                         const struct change_list *changes)
{
    size_t most = sessions->count + (changes ? changes->count : 0) + 1;
    assert(!elsewhere->watched);
    elsewhere->watched = xcalloc(most, sizeof *elsewhere->watched);
    elsewhere->watched_events = xcalloc(most, sizeof *elsewhere->watched_events);
    for (size_t i = 0; i < sessions->count; i++) {
        const struct session *session = &sessions->sessions[i];
        if (session->end_ms > elsewhere->near_ms && session->kind == SESSION_KIND_SESSION)
            watch(elsewhere, session->uid);
    }
    for (size_t i = 0; changes && i < changes->count; i++) {
        if (changes->changes[i].gone)
            watch(elsewhere, changes->changes[i].uid);
    }
    qsort(elsewhere->watched, elsewhere->watched_count, sizeof(uint64_t), compare_hashes);
    qsort(elsewhere->watched_events, elsewhere->watched_count, sizeof(uint64_t), compare_hashes);
}

void elsewhere_release(struct elsewhere *elsewhere)
{
    free(elsewhere->watched);
    free(elsewhere->watched_events);
    schedule_release(&elsewhere->sessions);
    *elsewhere = (struct elsewhere){0};
}

bool elsewhere_watches_event(const struct elsewhere *elsewhere, uint64_t uid_hash)
{
    return holds(elsewhere->watched_events, elsewhere->watched_count, uid_hash);
}

bool elsewhere_watches(const struct elsewhere *elsewhere, const char *uid)
{
    return elsewhere->watched_count > 0 &&
           holds(elsewhere->watched, elsewhere->watched_count, elsewhere_hash(uid, strlen(uid)));
}

bool elsewhere_is_near(const struct elsewhere *elsewhere, int64_t start_ms, int64_t end_ms)
{
    return start_ms < elsewhere->until_ms && end_ms > elsewhere->from_ms;
}

int64_t elsewhere_distance_ms(const struct elsewhere *elsewhere, int64_t start_ms, int64_t end_ms)
{
    return start_ms > elsewhere->near_ms  ? start_ms - elsewhere->near_ms
           : end_ms <= elsewhere->near_ms ? elsewhere->near_ms - end_ms + 1
                                          : 0;
}

/* What isn't in the document isn't kept. */
static void strip(struct session *session)
{
    struct session stripped;
    session_init(&stripped);
    session_set(&stripped.uid, session->uid);
    session_set(&stripped.title, session->title);
    session_set(&stripped.room, session->room);
    stripped.start_ms = session->start_ms;
    stripped.end_ms = session->end_ms;
    stripped.feed = session->feed;
    session_release(session);
    *session = stripped;
}

void elsewhere_add(struct elsewhere *elsewhere, struct session *session)
{
    bool is_for_people = session->kind == SESSION_KIND_SESSION && *session->room &&
                         session->status != SESSION_STATUS_CANCELLED;
    if (is_for_people) {
        if (elsewhere->sessions.count == ELSEWHERE_GATHERED_MAX)
            elsewhere_trim(elsewhere, DOCUMENT_ELSEWHERE_MAX);
        strip(session);
        bool added = schedule_add(&elsewhere->sessions, session);
        assert(added);
    }
    session_release(session);
}

struct ranked {
    struct session session;
    bool is_watched;
    int64_t distance_ms;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    if (left->is_watched != right->is_watched)
        return left->is_watched ? -1 : 1;
    if (left->distance_ms != right->distance_ms)
        return left->distance_ms < right->distance_ms ? -1 : 1;
    return session_compare(&left->session, &right->session);
}

void elsewhere_trim(struct elsewhere *elsewhere, size_t max)
{
    struct schedule *schedule = &elsewhere->sessions;
    if (schedule->count <= max)
        return;
    struct ranked *ranked = xcalloc(schedule->count, sizeof *ranked);
    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *session = &schedule->sessions[i];
        ranked[i] = (struct ranked){
            .session = *session,
            .is_watched = elsewhere_watches(elsewhere, session->uid),
            .distance_ms = elsewhere_distance_ms(elsewhere, session->start_ms, session->end_ms),
        };
    }
    qsort(ranked, schedule->count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < schedule->count; i++) {
        schedule->sessions[i] = ranked[i].session;
        if (i >= max) {
            elsewhere->is_cut = true;
            session_release(&schedule->sessions[i]);
        }
    }
    schedule->count = max;
    free(ranked);
}

static size_t text_bytes(const struct schedule *schedule)
{
    size_t bytes = 0;
    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *session = &schedule->sessions[i];
        bytes += strlen(session->uid) + strlen(session->title) + strlen(session->room);
    }
    return bytes;
}

void elsewhere_trim_text(struct elsewhere *elsewhere, size_t bytes_max)
{
    while (text_bytes(&elsewhere->sessions) > bytes_max)
        elsewhere_trim(elsewhere, elsewhere->sessions.count * 3 / 4);
}
