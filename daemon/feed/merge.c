#include <roomsign/merge.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>
#include <roomsign/title_key.h>

/* A uid as long as that was made to be nobody else's, and so was one with a host's name. */
#define UID_OWN_BYTES_MIN 16

/* One session, and what its title comes to; both borrowed. */
struct entry {
    const struct session *session;
    const char *key;
};

/* A schedule's sessions in two orders. */
struct index {
    size_t count;
    struct entry *by_uid;
    struct entry *by_content;
    char **keys;
};

static int compare_by_uid(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return strcmp(left->session->uid, right->session->uid);
}

/* By start and title; without a title it takes the end to tell one session from another. */
static int compare_by_content(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    const struct session *one = left->session, *other = right->session;
    if (one->start_ms != other->start_ms) {
        return one->start_ms < other->start_ms ? -1 : 1;
    }
    int order = strcmp(left->key, right->key);
    if (order != 0 || left->key[0] != 0 || one->end_ms == other->end_ms) {
        return order;
    }
    return one->end_ms < other->end_ms ? -1 : 1;
}

static struct index index_of(const struct schedule *schedule)
{
    struct index index = {
        .count = schedule->count,
        .by_uid = xcalloc(schedule->count + 1, sizeof *index.by_uid),
        .by_content = xcalloc(schedule->count + 1, sizeof *index.by_content),
        .keys = xcalloc(schedule->count + 1, sizeof *index.keys),
    };
    for (size_t i = 0; i < schedule->count; i++) {
        const char *title = schedule->sessions[i].title;
        index.keys[i] = title_key(title, strlen(title));
        index.by_uid[i] = (struct entry){&schedule->sessions[i], index.keys[i]};
        index.by_content[i] = index.by_uid[i];
    }
    qsort(index.by_uid, index.count, sizeof *index.by_uid, compare_by_uid);
    qsort(index.by_content, index.count, sizeof *index.by_content, compare_by_content);
    return index;
}

static void index_release(struct index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        free(index->keys[i]);
    }
    free(index->keys);
    free(index->by_uid);
    free(index->by_content);
}

/* The one entry of that uid; NULL where there is none or more: some generators give one uid to all
 * events, and it then names nothing. */
static const struct entry *find_only(const struct index *index, const struct entry *wanted)
{
    const struct entry *found =
        bsearch(wanted, index->by_uid, index->count, sizeof *wanted, compare_by_uid);
    if (!found || (found > index->by_uid && compare_by_uid(found - 1, found) == 0) ||
        (found + 1 < index->by_uid + index->count && compare_by_uid(found, found + 1) == 0)) {
        return NULL;
    }
    return found;
}

/* Whether no other publisher would make the same uid. An occurrence's ends with its start. */
static bool is_own_uid(const char *uid)
{
    const char *occurrence = strrchr(uid, '/');
    size_t length = occurrence ? (size_t)(occurrence - uid) : strlen(uid);
    return length >= UID_OWN_BYTES_MIN || memchr(uid, '@', length);
}

/* Two conferences both have a session "17", and those are two. */
static bool are_one_by_uid(const struct entry *earlier, const struct entry *entry)
{
    return is_own_uid(entry->session->uid) ||
           earlier->session->start_ms == entry->session->start_ms ||
           (entry->key[0] != 0 && strcmp(earlier->key, entry->key) == 0);
}

static bool is_known(const struct index *earlier, const struct index *feed,
                     const struct entry *entry)
{
    const struct entry *named = find_only(earlier, entry);
    return (named && find_only(feed, entry) && are_one_by_uid(named, entry)) ||
           bsearch(entry, earlier->by_content, earlier->count, sizeof *entry, compare_by_content);
}

struct merge_counts merge_feed(struct schedule *schedule, struct schedule *feed)
{
    struct merge_counts counts = {0};
    struct index before = index_of(schedule), index = index_of(feed);
    /* Judged before anything is added: adding moves what the indexes point to. */
    bool *known = xcalloc(feed->count + 1, sizeof *known);
    for (size_t i = 0; i < feed->count; i++) {
        const struct entry entry = {&feed->sessions[i], index.keys[i]};
        known[i] = is_known(&before, &index, &entry);
    }
    index_release(&before);
    index_release(&index);
    for (size_t i = 0; i < feed->count; i++) {
        if (known[i]) {
            counts.same_count++;
        } else if (!schedule_add(schedule, &feed->sessions[i])) {
            counts.excess_count++;
        }
    }
    schedule_release(feed);
    free(known);
    return counts;
}
