#include "composition.h"

#include <assert.h>
#include <stdio.h>

/* What whoever stands at the door must know before all else. */

/* People come to a door so early, or when it would have been announced as starting soon. */
#define LEAD_MIN_MS (30 * MINUTE_MS)
/* Places to go that a full room names. */
#define PLACES_MAX 3
#define PLACE_AHEAD_MS (15 * MINUTE_MS)
/* Of a place's room and title, so that all of them fit. */
#define PLACE_ROOM_BYTES 56
#define PLACE_TITLE_BYTES 104
static_assert(PLACES_MAX * (PLACE_ROOM_BYTES + PLACE_TITLE_BYTES + 8) <= VIEW_TEXT_BYTES,
              "all places fit into an alert's detail");

static const char *const kind_names[] = {
    [VIEW_ALERT_MESSAGE] = "message",
    [VIEW_ALERT_FULL] = "full",
    [VIEW_ALERT_MOVED] = "moved",
    [VIEW_ALERT_CANCELLED] = "cancelled",
};

const char *view_alert_kind_name(enum view_alert_kind kind)
{
    return kind_names[kind];
}

static struct view_alert *add_alert(struct view *view, enum view_alert_kind kind, const char *words)
{
    struct view_alert *alert = &view->alerts[view->alert_count++];
    alert->kind = kind;
    PUT(alert->words, words);
    return alert;
}

/* How good a place it is: a session that goes on for a while, one that starts soon, one that nears
 * its end; -1: none. */
static int place_rank(const struct composition *made, const struct session *session)
{
    int64_t length_ms = session->end_ms - session->start_ms;
    if (session->status == SESSION_STATUS_CANCELLED || session->kind != SESSION_KIND_SESSION ||
        !session->room[0] || strcmp(session->room, made->options->room_name) == 0 ||
        session->end_ms <= made->now_ms || session->start_ms - made->now_ms > PLACE_AHEAD_MS ||
        length_ms > made->tracker->rules.max_session_ms) {
        return -1;
    }
    if (session->start_ms > made->now_ms) {
        return 1;
    }
    return session->end_ms - made->now_ms > length_ms / 4 ? 0 : 2;
}

/* Those that lie ahead by the time to get there, those that are on by what was missed. */
static bool is_better_place(const struct composition *made, const struct session *a,
                            const struct session *b)
{
    if (!b) {
        return true;
    }
    int rank_a = place_rank(made, a), rank_b = place_rank(made, b);
    if (rank_a != rank_b) {
        return rank_a < rank_b;
    }
    return rank_a == 1 ? a->start_ms < b->start_ms : a->start_ms > b->start_ms;
}

/* The sessions elsewhere that can be places now or within a minute. */
static const struct session *places_begin(const struct composition *made)
{
    return view_first_from(made->elsewhere, made->now_ms - made->tracker->rules.max_session_ms);
}

static const struct session *places_end(const struct composition *made)
{
    return view_first_from(made->elsewhere, made->now_ms + PLACE_AHEAD_MS + MINUTE_MS);
}

static bool is_named(const struct session *const places[], int count, const struct session *session)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(places[i]->room, session->room) == 0) {
            return true;
        }
    }
    return false;
}

static int find_places(const struct composition *made, const struct session *places[PLACES_MAX])
{
    const struct session *begin = places_begin(made), *end = places_end(made);
    for (int count = 0; count < PLACES_MAX; count++) {
        const struct session *best = NULL;
        for (const struct session *session = begin; session < end; session++) {
            if (place_rank(made, session) >= 0 && is_better_place(made, session, best) &&
                !is_named(places, count, session)) {
                best = session;
            }
        }
        if (!best) {
            return count;
        }
        places[count] = best;
    }
    return PLACES_MAX;
}

/* What stands between places is no part of one: with a blank that doesn't break it looks the same.
 */
static void put_of_place(const char *text, char *part, size_t size)
{
    static const char instead[] = "\u00a0· ";
    char apart[2 * SESSION_TITLE_BYTES_MAX];
    size_t used = 0, separator = strlen(VIEW_PLACES_SEPARATOR);
    for (const char *found; (found = strstr(text, VIEW_PLACES_SEPARATOR));
         text = found + separator) {
        used += (size_t)snprintf(apart + used, sizeof apart - used, "%.*s%s", (int)(found - text),
                                 text, instead);
    }
    used += (size_t)snprintf(apart + used, sizeof apart - used, "%s", text);
    view_put(part, size, apart, used);
}

static void put_places(const struct composition *made, struct view_alert *alert)
{
    const struct words *words = made->phrasing.words;
    const struct session *places[PLACES_MAX];
    int count = find_places(made, places);
    char text[PLACE_ROOM_BYTES + PLACE_TITLE_BYTES + 8], room[PLACE_ROOM_BYTES];
    char name[PLACE_ROOM_BYTES], title[PLACE_TITLE_BYTES], all[VIEW_TEXT_BYTES] = "";
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        put_of_place(places[i]->room, name, sizeof name);
        phrase_room(&made->phrasing, name, room, sizeof room);
        put_of_place(view_title(made, places[i]->title), title, sizeof title);
        words_fill_two(text, sizeof text, words->place, room, title);
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s",
                                 i > 0 ? VIEW_PLACES_SEPARATOR : "", text);
    }
    PUT(alert->detail, all);
}

void view_put_word(const struct composition *made, bool knows, struct view *view)
{
    const struct words *words = made->phrasing.words;
    if (made->state.message) {
        add_alert(view, VIEW_ALERT_MESSAGE, made->state.message->text);
        view->notices |= VIEW_NOTICE_MESSAGE;
    }
    /* Of a session that is on at some time, and so of none while nobody knows the time. */
    if (made->state.full && !view->clock_unset) {
        struct view_alert *alert = add_alert(view, VIEW_ALERT_FULL, words->full);
        view->notices |= VIEW_NOTICE_FULL;
        if (knows) {
            PUT(alert->subject, view_title(made, made->tracker->full_entry->session->title));
            put_places(made, alert);
        }
    }
}

/* A session that people come to this door for in vain. */
struct vain {
    /** NULL: only the schedule's own word says that it is cancelled. */
    const struct change *change;
    const char *uid, *title;
    int64_t start_ms, end_ms;
};

struct vain_list {
    struct vain items[VIEW_ALERTS_MAX];
    int count;
};

/* The first ones in order of time; each once. */
static void add_vain(struct vain_list *list, const struct vain *vain)
{
    for (int i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].uid, vain->uid) == 0) {
            return;
        }
    }
    int place = list->count;
    while (place > 0 && list->items[place - 1].start_ms > vain->start_ms) {
        place--;
    }
    if (place == VIEW_ALERTS_MAX) {
        return;
    }
    int moved = (list->count < VIEW_ALERTS_MAX ? list->count : VIEW_ALERTS_MAX - 1) - place;
    memmove(&list->items[place + 1], &list->items[place], (size_t)moved * sizeof *list->items);
    list->items[place] = *vain;
    list->count += list->count < VIEW_ALERTS_MAX;
}

int64_t view_alert_lead_ms(const struct tracker *tracker)
{
    int64_t soon_ms = tracker->rules.soon_ms;
    return soon_ms > LEAD_MIN_MS ? soon_ms : LEAD_MIN_MS;
}

static int64_t lead_ms(const struct composition *made)
{
    return view_alert_lead_ms(made->tracker);
}

static bool is_at_door(const struct composition *made, int64_t start_ms, int64_t end_ms)
{
    return start_ms - lead_ms(made) <= made->now_ms && made->now_ms < end_ms;
}

static void find_moved(const struct composition *made, struct vain_list *list)
{
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        if (is_at_door(made, change->old_start_ms, change->old_end_ms) &&
            view_change_leads_away(made, change)) {
            add_vain(list, &(struct vain){change, change->uid, change->old_title,
                                          change->old_start_ms, change->old_end_ms});
        }
    }
}

/* One that was retimed before it was cancelled is missed at both times. */
static void find_cancelled(const struct composition *made, struct vain_list *list)
{
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        if (change->kind == CHANGE_CANCELLED &&
            is_at_door(made, change->old_start_ms, change->old_end_ms)) {
            add_vain(list, &(struct vain){change, change->uid, change->old_title,
                                          change->old_start_ms, change->old_end_ms});
        }
    }
    const struct schedule *schedule = made->tracker->schedule;
    const struct session *end = view_first_from(schedule, made->now_ms + lead_ms(made) + 1);
    for (const struct session *session =
             view_first_from(schedule, made->now_ms - made->tracker->rules.max_session_ms);
         session < end; session++) {
        if (session->status == SESSION_STATUS_CANCELLED && view_is_listed_kind(made, session) &&
            session->kind == SESSION_KIND_SESSION &&
            is_at_door(made, session->start_ms, session->end_ms)) {
            add_vain(list, &(struct vain){NULL, session->uid, session->title, session->start_ms,
                                          session->end_ms});
        }
    }
}

static void put_vain(const struct composition *made, const struct vain *vain,
                     enum view_alert_kind kind, struct view *view)
{
    const struct words *words = made->phrasing.words;
    char text[VIEW_TEXT_BYTES];
    words_fill(text, sizeof text, words->is_cancelled, "");
    if (kind == VIEW_ALERT_MOVED) {
        view_phrase_move(made, vain->change, &words->is_moved, text, sizeof text);
    }
    struct view_alert *alert = add_alert(view, kind, text);
    view->notices |= kind == VIEW_ALERT_MOVED ? VIEW_NOTICE_MOVED : VIEW_NOTICE_CANCELLED;
    if (kind == VIEW_ALERT_MOVED) {
        PUT(alert->room, vain->change->room);
    }
    PUT(alert->subject, view_title(made, vain->title));
    phrase_time(&made->phrasing, vain->start_ms, alert->time, sizeof alert->time);
}

/* Some publishers cancel an entry and make another of it: who comes for it finds it here. */
static bool is_here_nevertheless(const struct composition *made, const struct vain *vain)
{
    const struct schedule *schedule = made->tracker->schedule;
    const struct session *end = view_first_from(schedule, vain->end_ms);
    for (const struct session *session =
             view_first_from(schedule, vain->start_ms - made->tracker->rules.max_session_ms);
         session < end; session++) {
        if (session->status != SESSION_STATUS_CANCELLED && session->end_ms > vain->start_ms &&
            session->kind == SESSION_KIND_SESSION && strcmp(session->title, vain->title) == 0) {
            return true;
        }
    }
    return false;
}

void view_put_door(struct composition *made, struct view *view)
{
    struct vain_list moved = {.count = 0}, cancelled = {.count = 0};
    find_moved(made, &moved);
    find_cancelled(made, &cancelled);
    for (int i = 0; i < moved.count && view->alert_count < VIEW_ALERTS_MAX; i++) {
        put_vain(made, &moved.items[i], VIEW_ALERT_MOVED, view);
        made->alerted_uids[made->alerted_count++] = moved.items[i].uid;
    }
    for (int i = 0; i < cancelled.count && view->alert_count < VIEW_ALERTS_MAX; i++) {
        if (is_here_nevertheless(made, &cancelled.items[i])) {
            continue;
        }
        put_vain(made, &cancelled.items[i], VIEW_ALERT_CANCELLED, view);
        made->alerted_uids[made->alerted_count++] = cancelled.items[i].uid;
    }
}

bool view_is_missed(const struct composition *made)
{
    struct vain_list list = {.count = 0};
    find_moved(made, &list);
    find_cancelled(made, &list);
    return list.count > 0;
}

static void consider_places(const struct composition *made, int64_t *earliest_ms)
{
    const struct session *end = places_end(made);
    for (const struct session *session = places_begin(made); session < end; session++) {
        int64_t length_ms = session->end_ms - session->start_ms;
        view_consider(made, session->start_ms - PLACE_AHEAD_MS, earliest_ms);
        view_consider(made, session->start_ms, earliest_ms);
        view_consider(made, session->end_ms - length_ms / 4, earliest_ms);
        view_consider(made, session->end_ms, earliest_ms);
    }
}

/* Alerts go with the rows of the list that tell the same. */
void view_consider_alerts(const struct composition *made, int64_t *earliest_ms)
{
    const struct schedule *schedule = made->tracker->schedule;
    if (made->state.full) {
        consider_places(made, earliest_ms);
    }
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        view_consider(made, change->old_start_ms - lead_ms(made), earliest_ms);
    }
    const struct session *end = view_first_from(schedule, made->now_ms + lead_ms(made) + MINUTE_MS);
    for (const struct session *session = view_first_from(schedule, made->now_ms + lead_ms(made));
         session < end; session++) {
        if (session->status == SESSION_STATUS_CANCELLED) {
            view_consider(made, session->start_ms - lead_ms(made), earliest_ms);
        }
    }
}
