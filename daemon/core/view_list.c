#include "composition.h"

/* What comes: the next session, what else the day holds, and what it holds no more. */

/* A session of the schedule, or, without one, the slot that a change left. */
struct row {
    const struct session *session;
    const struct change *change;
    int64_t start_ms, end_ms;
    const char *uid;
    enum view_row kind;
    /* It is told as it was planned. */
    bool begun;
};

/* The first rows in order of time, and how many there are. */
struct rows {
    struct row items[VIEW_LATER_MAX];
    int total;
    /** What is told of today: in rows that don't fit and by alerts as well. */
    uint32_t notices;
};

static int row_count(const struct rows *rows)
{
    return rows->total < VIEW_LATER_MAX ? rows->total : VIEW_LATER_MAX;
}

static bool is_before(const struct row *a, const struct row *b)
{
    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms;
    }
    if (a->end_ms != b->end_ms) {
        return a->end_ms < b->end_ms;
    }
    return strcmp(a->uid, b->uid) < 0;
}

static void add_row(struct rows *rows, const struct row *row)
{
    int last = row_count(rows);
    rows->total++;
    if (last == VIEW_LATER_MAX && !is_before(row, &rows->items[last - 1])) {
        return;
    }
    int place = last == VIEW_LATER_MAX ? last - 1 : last;
    for (; place > 0 && is_before(row, &rows->items[place - 1]); place--) {
        rows->items[place] = rows->items[place - 1];
    }
    rows->items[place] = *row;
}

static void add_session(const struct session *session, struct rows *rows)
{
    struct row row = {.session = session,
                      .start_ms = session->start_ms,
                      .end_ms = session->end_ms,
                      .uid = session->uid};
    add_row(rows, &row);
}

static uint32_t notice_of(const struct change *change)
{
    switch (change->kind) {
    case CHANGE_CANCELLED:
        return VIEW_NOTICE_CANCELLED;
    case CHANGE_MOVED:
        return VIEW_NOTICE_MOVED;
    case CHANGE_RETIMED:
        return VIEW_NOTICE_RETIMED;
    case CHANGE_NEW:
    case CHANGE_RETITLED:
        break;
    }
    return 0;
}

/* Behind the held session, whatever the plan said: it can't have begun. */
static bool is_pending(const struct composition *made, const struct plan_entry *entry)
{
    const struct plan *plan = &made->tracker->plan;
    size_t index = (size_t)(entry - plan->entries);
    return made->state.open_ended && entry->begin_ms >= made->state.finish_ms &&
           plan->waiting[index] == index;
}

bool view_is_awaited(const struct composition *made, const struct session *session)
{
    const struct plan_entry *entry = plan_find(&made->tracker->plan, session);
    return entry && (entry->begin_ms > made->now_ms || is_pending(made, entry));
}

/* The day that the list speaks of ends with that of the announced session. */
static int64_t list_until_ms(const struct composition *made)
{
    const struct session *next = view_announced(&made->state);
    int64_t day_ms = next && next->start_ms > made->now_ms ? next->start_ms : made->now_ms;
    return tracker_day_start_ms(made->tracker, day_ms, 1);
}

/* The first entry of the plan that can be awaited. */
static size_t first_awaited(const struct composition *made)
{
    int64_t from_ms = made->state.open_ended ? made->state.finish_ms - 1 : made->now_ms;
    return plan_begun(&made->tracker->plan, from_ms);
}

static void add_awaited(const struct composition *made, struct rows *rows)
{
    const struct plan *plan = &made->tracker->plan;
    const struct session *announced = view_announced(&made->state);
    int64_t until_ms = list_until_ms(made);
    for (size_t i = first_awaited(made); i < plan->count && plan->entries[i].begin_ms < until_ms;
         i++) {
        const struct session *session = plan->entries[i].session;
        if (session != announced && session != made->state.next && view_is_awaited(made, session)) {
            add_session(session, rows);
        }
    }
}

/* Of today, or of the day of the announced session, and people may still come for it. */
static bool is_told(const struct composition *made, int64_t start_ms, int64_t until_ms)
{
    const struct session *next = view_announced(&made->state);
    return until_ms > made->now_ms &&
           (view_is_of_today(made, start_ms) ||
            (next && tracker_same_day(made->tracker, start_ms, next->start_ms)));
}

/* Until when a cancelled session is told where it stands: to its end, or to the one that it had
 * before it was retimed. */
static int64_t cancelled_until_ms(const struct composition *made, const struct session *session)
{
    const struct change *change = view_change_of(made, session);
    bool same_day =
        change && tracker_same_day(made->tracker, change->old_start_ms, session->start_ms);
    return same_day && change->old_end_ms > session->end_ms ? change->old_end_ms : session->end_ms;
}

/* An alert says all that its row would, and larger: the list has better use for the line. */
static bool is_alerted(const struct composition *made, const char *uid)
{
    for (int i = 0; i < made->alerted_count; i++) {
        if (strcmp(made->alerted_uids[i], uid) == 0) {
            return true;
        }
    }
    return false;
}

/* No session that started earlier is told any more, whatever its change says. */
static int64_t list_from_ms(const struct composition *made)
{
    int64_t longest_ms = made->now_ms - made->tracker->rules.max_session_ms;
    int64_t day_ms = tracker_day_start_ms(made->tracker, made->now_ms, -1);
    return longest_ms < day_ms ? longest_ms : day_ms;
}

static void add_cancelled(const struct composition *made, struct rows *rows)
{
    const struct schedule *schedule = made->tracker->schedule;
    const struct session *end = view_first_from(schedule, list_until_ms(made));
    for (const struct session *session = view_first_from(schedule, list_from_ms(made));
         session < end; session++) {
        if (session->status == SESSION_STATUS_CANCELLED && view_is_listed_kind(made, session) &&
            is_told(made, session->start_ms, cancelled_until_ms(made, session))) {
            bool today = view_is_of_today(made, session->start_ms);
            rows->notices |= today ? VIEW_NOTICE_CANCELLED : 0;
            if (!is_alerted(made, session->uid)) {
                add_session(session, rows);
            }
        }
    }
}

static void add_left_slots(const struct composition *made, struct rows *rows)
{
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        if (is_told(made, change->old_start_ms, change->old_end_ms) &&
            view_change_leaves_slot(made, change)) {
            struct row row = {.change = change,
                              .start_ms = change->old_start_ms,
                              .end_ms = change->old_end_ms,
                              .uid = change->uid};
            bool today = view_is_of_today(made, change->old_start_ms);
            rows->notices |= today ? notice_of(change) : 0;
            if (!is_alerted(made, change->uid)) {
                add_row(rows, &row);
            }
        }
    }
}

/* Whether the change is told of its session, which stands in the schedule. */
static bool is_told_of_session(const struct composition *made, const struct change *change)
{
    if (change->gone || change->kind == CHANGE_CANCELLED ||
        made->now_ms >= view_change_until_ms(change) || !view_is_of_today(made, change->start_ms)) {
        return false;
    }
    const struct session *session = view_change_session(made, change);
    return session && (view_is_awaited(made, session) ||
                       (session == made->state.current && change->kind == CHANGE_RETIMED));
}

static void collect_rows(const struct composition *made, struct rows *rows)
{
    *rows = (struct rows){0};
    add_awaited(made, rows);
    add_cancelled(made, rows);
    add_left_slots(made, rows);
}

void view_put_planned(const struct composition *made, const struct session *session,
                      struct view_entry *entry)
{
    phrase_time(&made->phrasing, session->start_ms, entry->time, sizeof entry->time);
    PUT(entry->title, view_title(made, session->title));
    if (session->status == SESSION_STATUS_CANCELLED) {
        PUT(entry->note, made->phrasing.words->cancelled);
        entry->struck = true;
    }
    entry->quiet = session->kind == SESSION_KIND_BREAK || session->venue_wide;
}

/* When it is expected to begin; TIME_NEVER_MS: nothing can be promised. */
static int64_t expected_ms(const struct composition *made, const struct session *session)
{
    if (session == made->state.next) {
        return made->state.next_start_ms;
    }
    if (made->state.open_ended) {
        return session->start_ms > made->now_ms ? session->start_ms : TIME_NEVER_MS;
    }
    return plan_find(&made->tracker->plan, session)->begin_ms;
}

static void put_delay(const struct composition *made, const struct session *session,
                      struct view_entry *entry)
{
    int64_t begin_ms = expected_ms(made, session), late_ms = made->now_ms - session->start_ms;
    char text[VIEW_SHORT_BYTES];
    if (begin_ms != TIME_NEVER_MS) {
        phrase_time(&made->phrasing, begin_ms, text, sizeof text);
        if (strcmp(text, entry->time) != 0) {
            PUT(entry->expected, text);
        }
    } else if (late_ms >= MINUTE_MS) {
        const struct words *words = made->phrasing.words;
        words_fill_number(entry->note, sizeof entry->note, words, &words->counted.late,
                          late_ms / MINUTE_MS);
    }
}

static void put_change(const struct composition *made, const struct change *change,
                       struct view_entry *entry)
{
    bool retimed = change->kind == CHANGE_RETIMED || change->kind == CHANGE_CANCELLED ||
                   view_change_leads_away(made, change);
    if (retimed && view_change_moves_start(change)) {
        phrase_when(&made->phrasing, made->now_ms, change->old_start_ms, entry->old_time,
                    sizeof entry->old_time);
    }
    if (!entry->note[0]) {
        view_phrase_news(made, change, entry->note, sizeof entry->note);
    }
}

static void put_session(const struct composition *made, const struct session *session,
                        struct view_entry *entry)
{
    const struct change *change = view_change_of(made, session);
    view_put_planned(made, session, entry);
    if (session->status != SESSION_STATUS_CANCELLED) {
        put_delay(made, session, entry);
    }
    if (change) {
        put_change(made, change, entry);
    }
}

static void put_left_slot(const struct composition *made, const struct change *change,
                          struct view_entry *entry)
{
    phrase_time(&made->phrasing, change->old_start_ms, entry->time, sizeof entry->time);
    PUT(entry->title, view_title(made, change->old_title));
    view_phrase_fate(made, change, entry->note, sizeof entry->note);
    entry->struck = true;
}

void view_put_next(const struct composition *made, struct view *view)
{
    const struct session *session = view_announced(&made->state);
    if (!session) {
        return;
    }
    /* What is late is next, whichever day it was planned for. */
    int64_t start_ms = session->start_ms > made->now_ms ? session->start_ms : made->now_ms;
    phrase_day(&made->phrasing, made->now_ms, start_ms, view->next_label, sizeof view->next_label);
    if (!view->next_label[0]) {
        PUT(view->next_label, made->phrasing.words->next);
    }
    put_session(made, session, &view->next);
    phrase_speakers(&made->phrasing, session, view->next_speakers, sizeof view->next_speakers);
}

static void put_row(const struct composition *made, const struct row *row, struct view_entry *entry)
{
    if (!row->session) {
        put_left_slot(made, row->change, entry);
    } else if (row->begun) {
        view_put_planned(made, row->session, entry);
    } else {
        put_session(made, row->session, entry);
    }
    entry->row = row->kind;
}

/* What began today, and what the stage and the panel announce. */
static bool add_rest_of_day(const struct composition *made, struct rows *rows)
{
    const struct plan *plan = &made->tracker->plan;
    const struct session *announced = view_announced(&made->state);
    bool begun = false;
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_entry *entry = &plan->entries[i];
        const struct session *session = entry->session;
        struct row row = {.session = session,
                          .start_ms = session->start_ms,
                          .end_ms = session->end_ms,
                          .uid = session->uid,
                          .kind = VIEW_ROW_NEXT};
        if (session == made->state.current) {
            row.kind = VIEW_ROW_NOW;
            row.begun = true;
        } else if (session != announced && session != made->state.next) {
            if (view_is_awaited(made, session) ||
                !tracker_same_day(made->tracker, session->start_ms, made->now_ms)) {
                continue;
            }
            /* What another session keeps out of the room may still be on somewhere. */
            row.kind = entry->finish_ms <= made->now_ms ? VIEW_ROW_PAST : VIEW_ROW_NEXT;
            row.begun = true;
        }
        begun |= row.begun;
        add_row(rows, &row);
    }
    return begun;
}

/* Today is the programme's and the calendar's. */
static bool has_day(const struct composition *made)
{
    const struct tracker *tracker = made->tracker;
    const struct session *announced = view_announced(&made->state);
    return announced && tracker_same_day(tracker, announced->start_ms, made->now_ms) &&
           tracker_day_start_ms(tracker, made->now_ms, 0) >=
               zone_day_start_ms(tracker->zone, made->now_ms, 0);
}

void view_put_day(const struct composition *made, struct view *view)
{
    struct rows rows;
    if (!has_day(made) || view->later_count + view->later_more >= VIEW_DAY_MAX) {
        return;
    }
    collect_rows(made, &rows);
    if (!add_rest_of_day(made, &rows) || rows.total > VIEW_DAY_MAX) {
        return;
    }
    view->day_count = rows.total;
    for (int i = 0; i < rows.total; i++) {
        put_row(made, &rows.items[i], &view->day[i]);
    }
    PUT(view->day_label, made->phrasing.words->today);
}

void view_put_later(const struct composition *made, struct view *view)
{
    struct rows rows;
    collect_rows(made, &rows);
    view->later_count = row_count(&rows);
    view->notices |= rows.notices;
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        view->notices |= is_told_of_session(made, change) ? notice_of(change) : 0;
    }
    view->later_more = rows.total - view->later_count;
    for (int i = 0; i < view->later_count; i++) {
        put_row(made, &rows.items[i], &view->later[i]);
    }
    if (view->later_count > 0) {
        PUT(view->later_label, made->phrasing.words->later);
    }
}

void view_put_banners(const struct composition *made, struct view *view)
{
    for (size_t i = 0; i < made->tracker->banner_count; i++) {
        const struct session *session = made->tracker->banners[i];
        bool today = session->start_ms <= made->now_ms && session->end_ms > made->now_ms;
        if (today && view->banner_count < VIEW_BANNERS_MAX) {
            PUT(view->banners[view->banner_count++], view_title(made, session->title));
        }
    }
}

/* The next whole minute of each that waits. */
static void consider_lateness(const struct composition *made, int64_t *earliest_ms)
{
    const struct plan *plan = &made->tracker->plan;
    int64_t until_ms = list_until_ms(made);
    for (size_t i = first_awaited(made); i < plan->count && plan->entries[i].begin_ms < until_ms;
         i++) {
        const struct session *session = plan->entries[i].session;
        int64_t late_ms = made->now_ms - session->start_ms;
        if (late_ms >= 0 && view_is_awaited(made, session)) {
            view_consider(made, session->start_ms + (late_ms / MINUTE_MS + 1) * MINUTE_MS,
                          earliest_ms);
        }
    }
}

void view_consider_list(const struct composition *made, int64_t *earliest_ms)
{
    const struct tracker *tracker = made->tracker;
    const struct plan *plan = &tracker->plan;
    size_t begun = plan_begun(plan, made->now_ms);
    if (begun < plan->count) {
        view_consider(made, plan->entries[begun].begin_ms, earliest_ms);
    }
    for (size_t i = 0; i < begun; i++) {
        view_consider(made, plan->entries[i].finish_ms, earliest_ms);
    }
    if (made->state.open_ended) {
        consider_lateness(made, earliest_ms);
    }
    const struct session *end = view_first_from(tracker->schedule, made->now_ms + MINUTE_MS);
    for (const struct session *session = view_first_from(tracker->schedule, list_from_ms(made));
         session < end; session++) {
        if (session->status == SESSION_STATUS_CANCELLED) {
            view_consider(made, session->end_ms, earliest_ms);
        }
    }
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        view_consider(made, change->old_end_ms, earliest_ms);
        view_consider(made, change->end_ms, earliest_ms);
    }
    for (size_t i = 0; i < tracker->banner_count; i++) {
        view_consider(made, tracker->banners[i]->start_ms, earliest_ms);
        view_consider(made, tracker->banners[i]->end_ms, earliest_ms);
    }
}

/* No clock tells an instant before 1970. */
static int64_t turn_of(int64_t now_ms)
{
    return now_ms > 0 ? now_ms / VIEW_LIST_TURN_MS : 0;
}

void view_put_turn(const struct composition *made, struct view *view)
{
    if (made->options->list_turns && view->later_count > 0) {
        view->list_turn = turn_of(made->now_ms);
    }
}

void view_consider_turn(const struct composition *made, int64_t *earliest_ms)
{
    if (made->options->list_turns) {
        view_consider(made, (turn_of(made->now_ms) + 1) * VIEW_LIST_TURN_MS, earliest_ms);
    }
}
