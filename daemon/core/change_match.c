#include <roomsign/change_match.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>
#include <roomsign/title_alike.h>
#include <roomsign/title_key.h>
#include <roomsign/title_mark.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What holding titles of one slot against each other may cost: some 50 ms, for a feed in which
 * thousands begin at once. */
#define RETITLED_STEPS_MAX ((size_t)16 << 20)

char *match_title_key(const char *title)
{
    struct title_reading reading;
    title_mark_read(title, &reading);
    return title_key(reading.subject, reading.subject_length);
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Which uids name one session, among all uids that are around. */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct uid_pool {
    const char **uids;
    size_t count;
};

static void pool_add(struct uid_pool *pool, const struct match_side *side)
{
    pool->uids = xrealloc(pool->uids, (pool->count + side->count + 1) * sizeof *pool->uids);
    for (size_t i = 0; i < side->count; i++) {
        pool->uids[pool->count++] = side->entries[i].uid;
    }
}

/* The first uid that is not before `text`. */
static size_t pool_find(const struct uid_pool *pool, const char *text)
{
    size_t low = 0, high = pool->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(pool->uids[middle], text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether `text` is what schedule_sort or a change that is gone puts behind a uid. */
static bool is_number(const char *text)
{
    return *text == '#' && (isdigit((unsigned char)text[1]) || strncmp(text, "#gone", 5) == 0);
}

static bool pool_names(const struct uid_pool *pool, const char *uid)
{
    char base[SESSION_UID_BYTES_MAX + 2];
    size_t length = strlen(uid);
    const char *hash = strrchr(uid, '#');
    if (length > SESSION_UID_BYTES_MAX) {
        return false;
    }
    memcpy(base, uid, length);
    memcpy(base + length, "#", 2);
    size_t at = pool_find(pool, base);
    if (at < pool->count && strncmp(pool->uids[at], base, length) == 0 &&
        is_number(pool->uids[at] + length)) {
        return false;
    }
    if (!hash || !is_number(hash)) {
        return true;
    }
    base[hash - uid] = '\0';
    at = pool_find(pool, base);
    return at == pool->count || strcmp(pool->uids[at], base) != 0;
}

static void name_all(struct match *match)
{
    struct match_side *const sides[] = {&match->last, &match->now, &match->elsewhere};
    struct uid_pool pool = {0};
    for (size_t i = 0; i < COUNT(sides); i++) {
        pool_add(&pool, sides[i]);
    }
    qsort(pool.uids, pool.count, sizeof *pool.uids, compare_texts);
    for (size_t i = 0; i < COUNT(sides); i++) {
        for (size_t j = 0; j < sides[i]->count; j++) {
            sides[i]->entries[j].is_named = pool_names(&pool, sides[i]->entries[j].uid);
        }
    }
    free(pool.uids);
}

/* Pairing */

struct pass {
    /** What makes two entries a pair; those of one side that are equal are taken in order. */
    int (*compare)(const struct match_entry *a, const struct match_entry *b);
    bool (*is_eligible)(const struct match_entry *entry);
    /** Their starts are less than this apart. */
    int64_t reach_ms;
};

static int compare_content(const struct match_entry *a, const struct match_entry *b)
{
    int order = compare_numbers(a->start_ms, b->start_ms);
    order = order ? order : compare_numbers(a->end_ms, b->end_ms);
    order = order ? order : strcmp(a->title, b->title);
    return order ? order : strcmp(a->room, b->room);
}

static int compare_content_status(const struct match_entry *a, const struct match_entry *b)
{
    int order = compare_content(a, b);
    return order ? order : a->is_cancelled - b->is_cancelled;
}

static int compare_content_uid(const struct match_entry *a, const struct match_entry *b)
{
    int order = compare_content(a, b);
    return order ? order : strcmp(a->uid, b->uid);
}

static int compare_uid(const struct match_entry *a, const struct match_entry *b)
{
    return strcmp(a->uid, b->uid);
}

static int compare_title(const struct match_entry *a, const struct match_entry *b)
{
    return strcmp(a->title, b->title);
}

static bool is_any(const struct match_entry *entry)
{
    (void)entry;
    return true;
}

static bool is_named(const struct match_entry *entry)
{
    return entry->is_named;
}

static bool is_titled(const struct match_entry *entry)
{
    return entry->title[0] != '\0';
}

static const struct pass same_with_uid = {compare_content_uid, is_any, INT64_MAX};
static const struct pass same_status = {compare_content_status, is_any, INT64_MAX};
static const struct pass same = {compare_content, is_any, INT64_MAX};
static const struct pass by_uid = {compare_uid, is_named, INT64_MAX};
static const struct pass by_title = {compare_title, is_titled, MATCH_DAY_REACH_MS};

static int compare_for_pass(const void *a, const void *b, void *context)
{
    const struct match_entry *left = *(struct match_entry *const *)a;
    const struct match_entry *right = *(struct match_entry *const *)b;
    const struct pass *pass = context;
    int order = pass->compare(left, right);
    order = order ? order : compare_numbers(left->start_ms, right->start_ms);
    order = order ? order : compare_numbers(left->end_ms, right->end_ms);
    return order ? order : strcmp(left->uid, right->uid);
}

/* Those of [from, until) of a side that have no counterpart yet and that `takes`, in order. */
struct candidates {
    struct match_entry **entries;
    size_t count;
};

static struct candidates candidates_of(struct match_side side, const struct pass *pass,
                                       bool (*takes)(const struct match_entry *entry))
{
    struct candidates list = {.entries = xcalloc(side.count + 1, sizeof *list.entries)};
    for (size_t i = 0; i < side.count; i++) {
        struct match_entry *entry = &side.entries[i];
        if (!entry->match && pass->is_eligible(entry) && takes(entry)) {
            list.entries[list.count++] = entry;
        }
    }
    qsort_r(list.entries, list.count, sizeof *list.entries, compare_for_pass, (void *)pass);
    return list;
}

static void pair_up(const struct candidates *olds, const struct candidates *news,
                    const struct pass *pass)
{
    for (size_t i = 0, j = 0; i < olds->count && j < news->count;) {
        struct match_entry *old = olds->entries[i], *new = news->entries[j];
        int order = pass->compare(old, new);
        int64_t apart_ms = new->start_ms - old->start_ms;
        if (order == 0 && llabs(apart_ms) < pass->reach_ms) {
            old->match = new;
            new->match = old;
            i++;
            j++;
        } else if (order < 0 || (order == 0 && apart_ms > 0)) {
            i++;
        } else {
            j++;
        }
    }
}

static void run_pass(struct match_side olds, bool (*takes_old)(const struct match_entry *),
                     struct match_side news, bool (*takes_new)(const struct match_entry *),
                     const struct pass *pass)
{
    if (olds.count == 0 || news.count == 0) {
        return;
    }
    struct candidates old = candidates_of(olds, pass, takes_old);
    struct candidates new = candidates_of(news, pass, takes_new);
    pair_up(&old, &new, pass);
    free(old.entries);
    free(new.entries);
}

/* One session retitled: what vanished and what is new in the same slot. */

static int compare_slot(const struct match_entry *a, const struct match_entry *b)
{
    int order = compare_numbers(a->start_ms, b->start_ms);
    return order ? order : strcmp(a->room, b->room);
}

static int compare_slot_end(const struct match_entry *a, const struct match_entry *b)
{
    int order = compare_slot(a, b);
    return order ? order : compare_numbers(a->end_ms, b->end_ms);
}

static const struct pass by_slot_end = {compare_slot_end, is_titled, INT64_MAX};
static const struct pass by_slot = {compare_slot, is_titled, INT64_MAX};

static bool has_same_speakers(const struct match_entry *a, const struct match_entry *b)
{
    const struct session *left = a->session, *right = b->session;
    if (!left || !right || left->speaker_count == 0 ||
        left->speaker_count != right->speaker_count) {
        return false;
    }
    for (size_t i = 0; i < left->speaker_count; i++) {
        if (strcmp(left->speakers[i], right->speakers[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* How much one would have been changed to be the other: 0 is the least, TITLE_UNLIKE never. */
static size_t slot_distance(const struct match_entry *old, const struct match_entry *new,
                            size_t *steps)
{
    if (old->end_ms == new->end_ms && has_same_speakers(old, new)) {
        return 0;
    }
    return title_distance(old->title, new->title, steps);
}

static void pair_with_nearest(struct match_entry *old, struct match_entry **news, size_t count,
                              size_t *steps)
{
    struct match_entry *nearest = NULL;
    size_t least = TITLE_UNLIKE;
    for (size_t i = 0; i<count && * steps> 0; i++) {
        size_t apart = news[i]->match ? TITLE_UNLIKE : slot_distance(old, news[i], steps);
        if (apart < least) {
            least = apart;
            nearest = news[i];
        }
    }
    if (nearest) {
        old->match = nearest;
        nearest->match = old;
    }
}

static void find_retitled(struct match_side old_side, struct match_side new_side,
                          const struct pass *pass, size_t *steps)
{
    struct candidates olds = candidates_of(old_side, pass, is_any);
    struct candidates news = candidates_of(new_side, pass, is_any);
    for (size_t i = 0, j = 0; i<olds.count && * steps> 0; i++) {
        while (j < news.count && pass->compare(news.entries[j], olds.entries[i]) < 0) {
            j++;
        }
        size_t count = 0;
        while (j + count < news.count &&
               pass->compare(news.entries[j + count], olds.entries[i]) == 0) {
            count++;
        }
        pair_with_nearest(olds.entries[i], news.entries + j, count, steps);
        *steps -= *steps < count ? *steps : count;
    }
    free(olds.entries);
    free(news.entries);
}

static bool is_told_as_moved(const struct match_entry *entry)
{
    return entry->known && entry->known->gone && entry->known->kind != CHANGE_CANCELLED;
}

static bool is_unsettled(const struct match_entry *entry)
{
    return !entry->is_settled;
}

static void find_elsewhere(struct match *match, struct match_side olds, const struct pass *pass)
{
    run_pass(olds, is_told_as_moved, match->elsewhere, is_any, pass);
    run_pass(olds, is_any, match->elsewhere, is_unsettled, pass);
}

static void find_all(struct match *match)
{
    static const struct pass *const surely[] = {&same_with_uid, &same_status, &same, &by_uid};
    struct match_side sessions = {match->last.entries, match->session_count};
    struct match_side gone = {match->last.entries + match->session_count,
                              match->last.count - match->session_count};
    const struct match_side groups[] = {sessions, gone};
    for (size_t i = 0; i < COUNT(groups); i++) {
        for (size_t j = 0; j < COUNT(surely); j++) {
            run_pass(groups[i], is_any, match->now, is_any, surely[j]);
        }
    }
    for (size_t i = 0; i < COUNT(groups); i++) {
        find_elsewhere(match, groups[i], &by_uid);
    }
    for (size_t i = 0; i < COUNT(groups); i++) {
        run_pass(groups[i], is_any, match->now, is_any, &by_title);
    }
    find_elsewhere(match, match->last, &by_title);
    size_t steps = RETITLED_STEPS_MAX;
    for (size_t i = 0; i < COUNT(groups); i++) {
        find_retitled(groups[i], match->now, &by_slot_end, &steps);
        find_retitled(groups[i], match->now, &by_slot, &steps);
    }
}

/* Sides */

static void entry_fill(struct match_entry *entry, const struct session *session, bool rooms_count)
{
    const char *room = rooms_count ? session->room : "";
    *entry = (struct match_entry){
        .session = session,
        .uid = session->uid,
        .start_ms = session->start_ms,
        .end_ms = session->end_ms,
        .title = match_title_key(session->title),
        .room = title_key(room, strlen(room)),
        .is_cancelled = session->status == SESSION_STATUS_CANCELLED,
    };
}

static void side_fill(struct match_side *side, const struct schedule *schedule, bool rooms_count)
{
    side->entries = xcalloc(schedule->count + CHANGES_MAX + 1, sizeof *side->entries);
    side->count = schedule->count;
    for (size_t i = 0; i < schedule->count; i++) {
        entry_fill(&side->entries[i], &schedule->sessions[i], rooms_count);
    }
}

static void add_gone(struct match_side *side, const struct change *change, bool rooms_count)
{
    const char *room = rooms_count ? change->old_room : "";
    side->entries[side->count++] = (struct match_entry){
        .known = change,
        .uid = change->uid,
        .start_ms = change->old_start_ms,
        .end_ms = change->old_end_ms,
        /* What is cancelled may come back under its last title. */
        .title =
            match_title_key(change->kind == CHANGE_CANCELLED ? change->title : change->old_title),
        .room = title_key(room, strlen(room)),
    };
}

static int compare_entries_uid(const void *a, const void *b)
{
    return strcmp((*(struct match_entry *const *)a)->uid, (*(struct match_entry *const *)b)->uid);
}

/* Sessions find what was told of them, which names them by uid. */
static void attach_known(struct match *match, const struct change_request *request)
{
    size_t sessions = match->session_count;
    struct match_entry **by = xcalloc(sessions + 1, sizeof *by);
    for (size_t i = 0; i < sessions; i++) {
        by[i] = &match->last.entries[i];
    }
    qsort(by, sessions, sizeof *by, compare_entries_uid);
    for (size_t i = 0; request->known && i < request->known->count && i < CHANGES_MAX; i++) {
        const struct change *change = &request->known->changes[i];
        if (change->gone) {
            add_gone(&match->last, change, request->is_of_venue);
            continue;
        }
        struct match_entry wanted = {.uid = change->uid}, *key = &wanted;
        struct match_entry **found = bsearch(&key, by, sessions, sizeof *by, compare_entries_uid);
        if (found && !(*found)->known) {
            (*found)->known = change;
        }
    }
    free(by);
}

/* By uid, or by what it says: it was elsewhere before. */
static void settle(struct match_side *elsewhere, const struct schedule *last)
{
    struct match_side before;
    side_fill(&before, last, true);
    static const struct pass any_uid = {compare_uid, is_any, INT64_MAX};
    run_pass(before, is_any, *elsewhere, is_any, &any_uid);
    run_pass(before, is_any, *elsewhere, is_any, &same);
    for (size_t i = 0; i < elsewhere->count; i++) {
        elsewhere->entries[i].is_settled = elsewhere->entries[i].match != NULL;
        elsewhere->entries[i].match = NULL;
    }
    for (size_t i = 0; i < before.count; i++) {
        free(before.entries[i].title);
        free(before.entries[i].room);
    }
    free(before.entries);
}

static void drop_cancelled(struct match_side *side)
{
    size_t kept = 0;
    for (size_t i = 0; i < side->count; i++) {
        if (side->entries[i].is_cancelled) {
            free(side->entries[i].title);
            free(side->entries[i].room);
        } else {
            side->entries[kept++] = side->entries[i];
        }
    }
    side->count = kept;
}

void match_init(struct match *match, const struct change_request *request)
{
    *match = (struct match){.session_count = request->last->count};
    side_fill(&match->last, request->last, request->is_of_venue);
    side_fill(&match->now, request->now, request->is_of_venue);
    /* Those elsewhere are held against each other by room. */
    side_fill(&match->elsewhere, request->elsewhere, true);
    drop_cancelled(&match->elsewhere);
    attach_known(match, request);
    if (request->elsewhere_last) {
        settle(&match->elsewhere, request->elsewhere_last);
    }
    name_all(match);
    find_all(match);
}

void match_release(struct match *match)
{
    struct match_side *const sides[] = {&match->last, &match->now, &match->elsewhere};
    for (size_t i = 0; i < COUNT(sides); i++) {
        for (size_t j = 0; j < sides[i]->count; j++) {
            free(sides[i]->entries[j].title);
            free(sides[i]->entries[j].room);
        }
        free(sides[i]->entries);
    }
    *match = (struct match){0};
}
