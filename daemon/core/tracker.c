#include <roomsign/tracker.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

static const char *const phase_names[PHASE_COUNT] = {
    [PHASE_OVERRUN] = "overrun", [PHASE_WRAP_UP] = "wrap-up", [PHASE_LIVE] = "live",
    [PHASE_SOON] = "soon",       [PHASE_FREE] = "free",       [PHASE_CLOSED] = "closed",
};

static const char *const policy_names[] = {
    [OVERRUN_POLICY_SCHEDULE] = "schedule",
    [OVERRUN_POLICY_CONFIRMED] = "confirmed",
    [OVERRUN_POLICY_OFF] = "off",
};

const char *phase_name(enum phase phase)
{
    assert(phase < PHASE_COUNT);
    return phase_names[phase];
}

const char *overrun_policy_name(enum overrun_policy policy)
{
    assert((size_t)policy < sizeof policy_names / sizeof *policy_names);
    return policy_names[policy];
}

bool overrun_policy_parse(const char *name, enum overrun_policy *ret_policy)
{
    for (size_t i = 0; i < sizeof policy_names / sizeof *policy_names; i++) {
        if (strcmp(policy_names[i], name) == 0) {
            *ret_policy = (enum overrun_policy)i;
            return true;
        }
    }
    return false;
}

/* A break, or what is meant for the whole venue: it yields to a session and never overruns. */
static bool yields(const struct session *session)
{
    return session->kind == SESSION_KIND_BREAK || session->venue_wide;
}

/* Negative: `a` holds the room before `b` does, of two that overlap. */
static int compare_claims(const struct session *a, const struct session *b)
{
    if (yields(a) != yields(b)) {
        return yields(a) ? 1 : -1;
    }
    if (a->start_ms != b->start_ms) {
        return a->start_ms > b->start_ms ? -1 : 1;
    }
    if (a->end_ms != b->end_ms) {
        return a->end_ms < b->end_ms ? -1 : 1;
    }
    return strcmp(a->uid, b->uid);
}

/* By start; of equal starts, the one with the better claim first. */
static int compare_starts(const void *a, const void *b)
{
    const struct session *left = *(const struct session *const *)a;
    const struct session *right = *(const struct session *const *)b;
    if (left->start_ms != right->start_ms) {
        return left->start_ms < right->start_ms ? -1 : 1;
    }
    return compare_claims(left, right);
}

/* By end; of equal ends, the one with the better claim last. */
static int compare_ends(const void *a, const void *b)
{
    const struct session *left = *(const struct session *const *)a;
    const struct session *right = *(const struct session *const *)b;
    if (left->end_ms != right->end_ms) {
        return left->end_ms < right->end_ms ? -1 : 1;
    }
    return compare_claims(right, left);
}

static bool may_hold(const struct session *session, const struct tracker_rules *rules)
{
    return session->kind != SESSION_KIND_ALL_DAY &&
           session->end_ms - session->start_ms <= rules->max_session_ms;
}

void tracker_init(struct tracker *tracker, const struct schedule *schedule, const struct zone *zone,
                  const struct tracker_rules *rules)
{
    *tracker = (struct tracker){.schedule = schedule, .zone = zone, .rules = *rules};
    tracker->by_start = xcalloc(schedule->count + 1, sizeof *tracker->by_start);
    tracker->by_end = xcalloc(schedule->count + 1, sizeof *tracker->by_end);
    tracker->banners = xcalloc(schedule->count + 1, sizeof *tracker->banners);
    tracker->reach_ms = xcalloc(schedule->count + 1, sizeof *tracker->reach_ms);

    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *session = &schedule->sessions[i];
        if (session->status == SESSION_STATUS_CANCELLED) {
            continue;
        }
        if (!may_hold(session, rules)) {
            tracker->banners[tracker->banner_count++] = session;
            continue;
        }
        tracker->by_start[tracker->start_count++] = session;
        if (session->start_ms < session->end_ms) {
            tracker->by_end[tracker->end_count++] = session;
        }
    }
    qsort(tracker->by_start, tracker->start_count, sizeof *tracker->by_start, compare_starts);
    qsort(tracker->by_end, tracker->end_count, sizeof *tracker->by_end, compare_ends);

    int64_t reach_ms = INT64_MIN;
    for (size_t i = 0; i < tracker->start_count; i++) {
        if (tracker->by_start[i]->end_ms > reach_ms) {
            reach_ms = tracker->by_start[i]->end_ms;
        }
        tracker->reach_ms[i] = reach_ms;
    }
}

void tracker_release(struct tracker *tracker)
{
    free(tracker->by_start);
    free(tracker->by_end);
    free(tracker->banners);
    free(tracker->reach_ms);
    *tracker = (struct tracker){0};
}

/* How many of by_start start at or before now. */
static size_t count_started(const struct tracker *tracker, int64_t now_ms)
{
    size_t low = 0, high = tracker->start_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tracker->by_start[middle]->start_ms <= now_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How many of by_end end at or before now. */
static size_t count_ended(const struct tracker *tracker, int64_t now_ms)
{
    size_t low = 0, high = tracker->end_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tracker->by_end[middle]->end_ms <= now_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static const struct session *find_holder(const struct tracker *tracker, size_t started,
                                         int64_t now_ms)
{
    const struct session *holder = NULL;
    for (size_t i = started; i > 0 && tracker->reach_ms[i - 1] > now_ms; i--) {
        const struct session *session = tracker->by_start[i - 1];
        if (session->end_ms > now_ms && (!holder || compare_claims(session, holder) < 0)) {
            holder = session;
        }
    }
    return holder;
}

/* The session that runs over by the schedule's word alone, while nobody holds the room. The start
 * of whatever comes next ends that, were it only the moment in which doors open. */
static const struct session *find_presumed_overrun(const struct tracker *tracker, size_t started,
                                                   int64_t now_ms)
{
    if (tracker->rules.overrun != OVERRUN_POLICY_SCHEDULE) {
        return NULL;
    }
    size_t ended = count_ended(tracker, now_ms);
    if (ended == 0) {
        return NULL;
    }
    const struct session *last = tracker->by_end[ended - 1];
    const struct session *newest = tracker->by_start[started - 1];
    if (yields(last) || newest->start_ms >= last->end_ms ||
        now_ms - last->end_ms >= tracker->rules.overrun_limit_ms) {
        return NULL;
    }
    return last;
}

static int64_t wrap_up_ms(const struct tracker_rules *rules, const struct session *session)
{
    int64_t quarter_ms = (session->end_ms - session->start_ms) / 4;
    return rules->wrap_up_ms < quarter_ms ? rules->wrap_up_ms : quarter_ms;
}

static int64_t soon_ms(const struct tracker_rules *rules, const struct session *session)
{
    int64_t alarm_ms = session->remind_s * SECOND_MS;
    return session->remind_s > 0 && alarm_ms <= TRACKER_ALARM_MAX_MS ? alarm_ms : rules->soon_ms;
}

static bool same_local_day(const struct zone *zone, int64_t a_ms, int64_t b_ms)
{
    return zone_day_start_ms(zone, a_ms, 0) == zone_day_start_ms(zone, b_ms, 0);
}

static enum phase waiting_phase(const struct tracker *tracker, const struct session *next,
                                int64_t now_ms)
{
    if (!next) {
        return PHASE_CLOSED;
    }
    if (next->start_ms - now_ms <= soon_ms(&tracker->rules, next)) {
        return PHASE_SOON;
    }
    return same_local_day(tracker->zone, now_ms, next->start_ms) ? PHASE_FREE : PHASE_CLOSED;
}

void tracker_at(const struct tracker *tracker, int64_t now_ms, struct tracker_state *ret_state)
{
    size_t started = count_started(tracker, now_ms);
    struct tracker_state state = {.target_ms = TIME_NEVER_MS, .next_start_ms = TIME_NEVER_MS};
    if (started < tracker->start_count) {
        state.next = tracker->by_start[started];
        state.next_start_ms = state.next->start_ms;
    }
    if (started + 1 < tracker->start_count) {
        state.after_next = tracker->by_start[started + 1];
    }

    const struct session *holder = find_holder(tracker, started, now_ms);
    if (holder) {
        bool ending =
            !yields(holder) && holder->end_ms - now_ms <= wrap_up_ms(&tracker->rules, holder);
        state.phase = ending ? PHASE_WRAP_UP : PHASE_LIVE;
        state.current = holder;
        state.target_ms = holder->end_ms;
        *ret_state = state;
        return;
    }

    state.current = find_presumed_overrun(tracker, started, now_ms);
    if (state.current) {
        state.phase = PHASE_OVERRUN;
        state.target_ms = state.current->end_ms;
        *ret_state = state;
        return;
    }

    state.phase = waiting_phase(tracker, state.next, now_ms);
    if (state.phase != PHASE_CLOSED) {
        state.target_ms = state.next_start_ms;
    }
    *ret_state = state;
}

static bool state_equal(const struct tracker_state *a, const struct tracker_state *b)
{
    return a->phase == b->phase && a->current == b->current && a->next == b->next &&
           a->after_next == b->after_next && a->target_ms == b->target_ms &&
           a->next_start_ms == b->next_start_ms && a->overrun_known == b->overrun_known;
}

/* Keep the earliest of the moments that lie ahead. */
static void consider(int64_t moment_ms, int64_t now_ms, int64_t *earliest_ms)
{
    if (moment_ms > now_ms && moment_ms < *earliest_ms) {
        *earliest_ms = moment_ms;
    }
}

/* The first moment after now at which a state like this one can end; nothing changes before it. */
static int64_t next_candidate_ms(const struct tracker *tracker, const struct tracker_state *state,
                                 int64_t now_ms)
{
    int64_t earliest_ms = TIME_NEVER_MS;
    if (state->next) {
        int64_t start_ms = state->next->start_ms;
        consider(start_ms, now_ms, &earliest_ms);
        consider(start_ms - soon_ms(&tracker->rules, state->next), now_ms, &earliest_ms);
        consider(zone_day_start_ms(tracker->zone, start_ms, 0), now_ms, &earliest_ms);
    }
    if (state->current) {
        const struct session *current = state->current;
        consider(current->end_ms, now_ms, &earliest_ms);
        consider(current->end_ms - wrap_up_ms(&tracker->rules, current), now_ms, &earliest_ms);
        consider(current->end_ms + tracker->rules.overrun_limit_ms, now_ms, &earliest_ms);
    }
    return earliest_ms;
}

int64_t tracker_next_change_ms(const struct tracker *tracker, int64_t now_ms)
{
    struct tracker_state state;
    tracker_at(tracker, now_ms, &state);
    int64_t moment_ms = now_ms;
    for (;;) {
        moment_ms = next_candidate_ms(tracker, &state, moment_ms);
        if (moment_ms == TIME_NEVER_MS) {
            return TIME_NEVER_MS;
        }
        struct tracker_state then;
        tracker_at(tracker, moment_ms, &then);
        if (!state_equal(&state, &then)) {
            return moment_ms;
        }
    }
}
