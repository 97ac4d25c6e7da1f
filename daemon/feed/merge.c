#include <roomsign/merge.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* strcmp as if both were in lower case and without blanks. */
static int compare_titles(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (fold(*a) != fold(*b) || !*a) {
            return (int)fold(*a) - (int)fold(*b);
        }
    }
}

static int compare_by_uid(const void *a, const void *b)
{
    const struct session *const *left = a, *const *right = b;
    return strcmp((*left)->uid, (*right)->uid);
}

static int compare_by_content(const void *a, const void *b)
{
    const struct session *const *left = a, *const *right = b;
    if ((*left)->start_ms != (*right)->start_ms) {
        return (*left)->start_ms < (*right)->start_ms ? -1 : 1;
    }
    if ((*left)->end_ms != (*right)->end_ms) {
        return (*left)->end_ms < (*right)->end_ms ? -1 : 1;
    }
    return compare_titles((*left)->title, (*right)->title);
}

/* Whether `by_uid` holds the session's uid exactly once: some generators give one uid to all. */
static bool holds_uid_once(const struct session *const *by_uid, size_t count,
                           const struct session *session)
{
    const struct session *const *found =
        bsearch(&session, by_uid, count, sizeof *by_uid, compare_by_uid);
    return found && (found == by_uid || compare_by_uid(found - 1, found) != 0) &&
           (found + 1 == by_uid + count || compare_by_uid(found, found + 1) != 0);
}

typedef int compare(const void *, const void *);

/* Ownership: the caller's; free() it. */
static const struct session **sorted(const struct schedule *schedule, compare *by)
{
    const struct session **pointers = xcalloc(schedule->count + 1, sizeof *pointers);
    for (size_t i = 0; i < schedule->count; i++) {
        pointers[i] = &schedule->sessions[i];
    }
    qsort(pointers, schedule->count, sizeof *pointers, by);
    return pointers;
}

struct merge_counts merge_feed(struct schedule *schedule, struct schedule *feed)
{
    struct merge_counts counts = {0};
    const size_t before = schedule->count;
    const struct session **by_uid = sorted(schedule, compare_by_uid);
    const struct session **by_content = sorted(schedule, compare_by_content);
    const struct session **feed_by_uid = sorted(feed, compare_by_uid);
    /* Judged before anything is added: adding moves what the pointers point to. */
    bool *same = xcalloc(feed->count + 1, sizeof *same);
    for (size_t i = 0; i < feed->count; i++) {
        const struct session *session = &feed->sessions[i];
        same[i] = (holds_uid_once(by_uid, before, session) &&
                   holds_uid_once(feed_by_uid, feed->count, session)) ||
                  bsearch(&session, by_content, before, sizeof *by_content, compare_by_content);
    }
    for (size_t i = 0; i < feed->count; i++) {
        if (same[i]) {
            counts.same_count++;
        } else if (!schedule_add(schedule, &feed->sessions[i])) {
            counts.excess_count++;
        }
    }
    schedule_release(feed);
    free(same);
    free(feed_by_uid);
    free(by_content);
    free(by_uid);
    return counts;
}
