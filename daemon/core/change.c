#include <roomsign/change.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/change_match.h>
#include <roomsign/error.h>
#include <roomsign/title_key.h>
#include <roomsign/utf8.h>

static const char *const kind_names[CHANGE_KIND_COUNT] = {
    [CHANGE_MOVED] = "moved", [CHANGE_RETIMED] = "retimed",   [CHANGE_CANCELLED] = "cancelled",
    [CHANGE_NEW] = "new",     [CHANGE_RETITLED] = "retitled",
};

const char *change_kind_name(enum change_kind kind)
{
    assert((size_t)kind < CHANGE_KIND_COUNT);
    return kind_names[kind];
}

bool change_kind_parse(const char *name, enum change_kind *ret_kind)
{
    for (size_t i = 0; i < CHANGE_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *ret_kind = (enum change_kind)i;
            return true;
        }
    }
    return false;
}

/* Lists */

static void change_release(struct change *change)
{
    free(change->uid);
    free(change->old_title);
    free(change->old_room);
    free(change->title);
    free(change->room);
}

void change_list_release(struct change_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        change_release(&list->changes[i]);
    }
    free(list->changes);
    *list = (struct change_list){0};
}

struct change *change_list_add(struct change_list *list)
{
    /* Grown at each power of two, so that the list need not remember its capacity. */
    if ((list->count & (list->count - 1)) == 0) {
        size_t capacity = list->count ? list->count * 2 : 1;
        list->changes = xrealloc(list->changes, capacity * sizeof *list->changes);
    }
    struct change *change = &list->changes[list->count++];
    *change = (struct change){
        .uid = xstrdup(""),
        .old_title = xstrdup(""),
        .old_room = xstrdup(""),
        .title = xstrdup(""),
        .room = xstrdup(""),
    };
    return change;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int change_compare(const struct change *a, const struct change *b)
{
    int order = compare_numbers(a->old_start_ms, b->old_start_ms);
    order = order ? order : compare_numbers(a->old_end_ms, b->old_end_ms);
    return order ? order : strcmp(a->uid, b->uid);
}

/* One session's state: what it was, or what it is. Borrows its texts. */
struct state {
    const char *title, *room;
    int64_t start_ms, end_ms;
    bool cancelled;
};

static struct state state_of(const struct session *session)
{
    return (struct state){session->title, session->room, session->start_ms, session->end_ms,
                          session->status == SESSION_STATUS_CANCELLED};
}

static struct state state_before(const struct change *change)
{
    return (struct state){change->old_title, change->old_room, change->old_start_ms,
                          change->old_end_ms, false};
}

static bool same_room(const struct state *a, const struct state *b)
{
    char *left = title_key(a->room, strlen(a->room)), *right = title_key(b->room, strlen(b->room));
    bool same = strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

static bool same_title(const struct state *a, const struct state *b)
{
    char *left = match_title_key(a->title), *right = match_title_key(b->title);
    bool same = strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

static bool same_times(const struct state *a, const struct state *b)
{
    return a->start_ms == b->start_ms && a->end_ms == b->end_ms;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When nobody needs to know it any more. */
static int64_t lapses_ms(enum change_kind kind, int64_t old_end_ms, int64_t end_ms)
{
    switch (kind) {
    case CHANGE_NEW:
    case CHANGE_RETITLED:
        return end_ms;
    case CHANGE_CANCELLED:
        return later(old_end_ms, end_ms);
    case CHANGE_MOVED:
    case CHANGE_RETIMED:
        break;
    }
    return old_end_ms;
}

/* What is found out about one session. */
struct finding {
    enum change_kind kind;
    struct state old, now;
    const char *uid;
    bool gone;
};

struct search {
    const struct change_request *request;
    struct match_side now;
    struct change_list found;
};

static bool is_same_news(const struct finding *finding, const struct change *known)
{
    return known && known->kind == finding->kind && known->gone == finding->gone &&
           known->start_ms == finding->now.start_ms && known->end_ms == finding->now.end_ms &&
           strcmp(known->title, finding->now.title) == 0 &&
           strcmp(known->room, finding->now.room) == 0;
}

static void add(struct search *search, const struct finding *finding, const struct change *known)
{
    int64_t now_ms = search->request->now_ms;
    if (lapses_ms(finding->kind, finding->old.end_ms, finding->now.end_ms) <= now_ms) {
        return;
    }
    struct change *change = change_list_add(&search->found);
    change->kind = finding->kind;
    change->gone = finding->gone;
    change->seen_ms = is_same_news(finding, known) ? known->seen_ms : now_ms;
    change->old_start_ms = finding->old.start_ms;
    change->old_end_ms = finding->old.end_ms;
    change->start_ms = finding->now.start_ms;
    change->end_ms = finding->now.end_ms;
    session_set(&change->uid, finding->uid);
    session_set(&change->old_title, finding->old.title);
    session_set(&change->old_room, finding->old.room);
    session_set(&change->title, finding->now.title);
    session_set(&change->room, finding->now.room);
}

static bool is_all_day(const struct match_entry *entry)
{
    return entry->session && entry->session->kind == SESSION_KIND_ALL_DAY;
}

static bool is_break(const struct match_entry *entry)
{
    return entry->session && entry->session->kind == SESSION_KIND_BREAK;
}

static bool overlaps(const struct change_request *request, int64_t start_ms, int64_t end_ms)
{
    return start_ms < request->until_ms &&
           (end_ms > request->from_ms || (end_ms == start_ms && start_ms >= request->from_ms));
}

/* What was told of the session, if it still counts. */
static const struct change *known_of(const struct search *search, const struct match_entry *entry)
{
    const struct change *known = entry->known;
    return known && lapses_ms(known->kind, known->old_end_ms, known->end_ms) >
                        search->request->now_ms
               ? known
               : NULL;
}

static bool has_moved(const struct search *search, const struct state *old,
                      const struct session *session)
{
    const struct state now = state_of(session);
    return *old->room && *now.room && (search->request->is_of_venue || session->venue_wide) &&
           !same_room(old, &now);
}

/* A session that stands in the schedule still, or again. */
static void judge_here(struct search *search, const struct match_entry *entry)
{
    const struct session *session = entry->match->session;
    const struct change *known = known_of(search, entry);
    struct finding finding = {
        .old = known ? state_before(known) : state_of(entry->session),
        .now = state_of(session),
        .uid = session->uid,
    };
    if (finding.now.cancelled) {
        if (finding.old.cancelled) {
            return;
        }
        finding.kind = CHANGE_CANCELLED;
    } else if (has_moved(search, &finding.old, session)) {
        finding.kind = CHANGE_MOVED;
    } else if (!same_times(&finding.old, &finding.now)) {
        finding.kind = CHANGE_RETIMED;
    } else if (known && known->kind == CHANGE_NEW) {
        finding.kind = CHANGE_NEW;
        finding.old = finding.now;
    } else if (!same_title(&finding.old, &finding.now)) {
        finding.kind = CHANGE_RETITLED;
    } else {
        return;
    }
    add(search, &finding, known);
}

/* A session that stands here no more. */
static void judge_gone(struct search *search, const struct match_entry *entry)
{
    const struct change *known = known_of(search, entry);
    bool was_cancelled = known && known->kind == CHANGE_CANCELLED;
    struct finding finding = {
        .uid = entry->uid,
        .gone = true,
    };
    if (entry->session) {
        finding.old = state_of(entry->session);
    } else {
        assert(known);
        finding.old = state_before(known);
    }
    finding.now = finding.old;
    if (entry->session && known && known->kind != CHANGE_NEW) {
        finding.old.title = known->old_title;
    }
    if (entry->match) {
        finding.now = state_of(entry->match->session);
        finding.uid = entry->match->uid;
        finding.kind = same_room(&finding.old, &finding.now) ? CHANGE_RETIMED : CHANGE_MOVED;
    } else if (known && known->gone && known->end_ms <= search->request->now_ms) {
        /* It is over there, too: that it left the feed is no news. */
        finding.now =
            (struct state){known->title, known->room, known->start_ms, known->end_ms, false};
        finding.kind = known->kind;
    } else {
        if (finding.old.cancelled && !was_cancelled) {
            return;
        }
        finding.kind = CHANGE_CANCELLED;
    }
    add(search, &finding, known);
}

static void judge_last(struct search *search, const struct match_entry *entry)
{
    const struct change_request *request = search->request;
    bool is_pair_of_breaks = is_break(entry) && (!entry->match || is_break(entry->match));
    if (is_all_day(entry) || (entry->match && is_all_day(entry->match)) || is_pair_of_breaks) {
        return;
    }
    if (entry->session ? entry->end_ms <= request->now_ms && !known_of(search, entry)
                       : !known_of(search, entry)) {
        return;
    }
    bool is_here = entry->match && entry->match >= search->now.entries &&
                   entry->match < search->now.entries + search->now.count;
    if (is_here) {
        judge_here(search, entry);
    } else if (entry->match || !entry->session ||
               overlaps(request, entry->start_ms, entry->end_ms)) {
        judge_gone(search, entry);
    }
}

static void judge_new(struct search *search, const struct match_entry *entry)
{
    const struct session *session = entry->session;
    if (entry->match || entry->is_cancelled || session->kind != SESSION_KIND_SESSION ||
        (search->request->first_read_feeds >> session->feed & 1) ||
        !overlaps(search->request, entry->start_ms, entry->end_ms)) {
        return;
    }
    const struct state state = state_of(session);
    const struct finding finding = {CHANGE_NEW, state, state, session->uid, false};
    add(search, &finding, NULL);
}

/* Bounds, order, names */

static int compare_changes(const void *a, const void *b)
{
    const struct change *left = a, *right = b;
    int order = change_compare(left, right);
    order = order ? order : left->gone - right->gone;
    order = order ? order : compare_numbers(left->start_ms, right->start_ms);
    order = order ? order : compare_numbers(left->end_ms, right->end_ms);
    order = order ? order : strcmp(left->title, right->title);
    return order ? order : strcmp(left->old_title, right->old_title);
}

static int64_t distance_ms(const struct change *change, int64_t now_ms)
{
    return change->old_start_ms > now_ms ? change->old_start_ms - now_ms
           : change->old_end_ms < now_ms ? now_ms - change->old_end_ms
                                         : 0;
}

static int compare_distance(const void *a, const void *b, void *now_ms)
{
    int order =
        compare_numbers(distance_ms(a, *(int64_t *)now_ms), distance_ms(b, *(int64_t *)now_ms));
    return order ? order : compare_changes(a, b);
}

static void keep_nearest(struct change_list *list, int64_t now_ms)
{
    if (list->count <= CHANGES_MAX) {
        return;
    }
    qsort_r(list->changes, list->count, sizeof *list->changes, compare_distance, &now_ms);
    while (list->count > CHANGES_MAX) {
        change_release(&list->changes[--list->count]);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_taken(const struct change_list *list, const struct change *change,
                     const char *const *uids, size_t uid_count)
{
    const char *uid = change->uid;
    if (bsearch(&uid, uids, uid_count, sizeof *uids, compare_texts)) {
        return true;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct change *other = &list->changes[i];
        /* Of two that are gone the first one keeps its uid. */
        if (other != change && (!other->gone || other < change) && strcmp(other->uid, uid) == 0) {
            return true;
        }
    }
    return false;
}

static void rename_gone(struct change *change, const char *uid, unsigned number)
{
    char suffix[24], name[SESSION_UID_BYTES_MAX + 1];
    int length = snprintf(suffix, sizeof suffix, number > 1 ? "#gone%u" : "#gone", number);
    size_t kept = utf8_cut(uid, strlen(uid), SESSION_UID_BYTES_MAX - (size_t)length);
    snprintf(name, sizeof name, "%.*s%s", (int)kept, uid, suffix);
    session_set(&change->uid, name);
}

/* A uid that a session of the schedule has is nobody else's. */
static void name_gone(struct change_list *list, const struct schedule *now)
{
    const char **uids = xcalloc(now->count + 1, sizeof *uids);
    for (size_t i = 0; i < now->count; i++) {
        uids[i] = now->sessions[i].uid;
    }
    qsort(uids, now->count, sizeof *uids, compare_texts);
    for (size_t i = 0; i < list->count; i++) {
        struct change *change = &list->changes[i];
        if (!change->gone || !is_taken(list, change, uids, now->count)) {
            continue;
        }
        char *uid = xstrdup(change->uid), *number = strstr(uid, "#gone");
        if (number) {
            *number = '\0';
        }
        for (unsigned n = 1; is_taken(list, change, uids, now->count); n++) {
            rename_gone(change, uid, n);
        }
        free(uid);
    }
    free(uids);
}

void changes_find(const struct change_request *request, struct change_list *ret_list)
{
    struct match match;
    match_init(&match, request);
    struct search search = {.request = request, .now = match.now};
    for (size_t i = 0; i < match.last.count; i++) {
        judge_last(&search, &match.last.entries[i]);
    }
    for (size_t i = 0; i < match.now.count; i++) {
        judge_new(&search, &match.now.entries[i]);
    }
    match_release(&match);
    struct change_list *list = &search.found;
    if (list->count > 0) {
        keep_nearest(list, request->now_ms);
        qsort(list->changes, list->count, sizeof *list->changes, compare_changes);
        name_gone(list, request->now);
        qsort(list->changes, list->count, sizeof *list->changes, compare_changes);
    }
    *ret_list = *list;
}
