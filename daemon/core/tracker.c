#include <roomsign/tracker.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

static const struct ledger nothing_said = {0};

static const char *const phase_names[PHASE_COUNT] = {
    [PHASE_OVERRUN] = "overrun", [PHASE_WRAP_UP] = "wrap-up", [PHASE_LIVE] = "live",
    [PHASE_SOON] = "soon",       [PHASE_FREE] = "free",       [PHASE_CLOSED] = "closed",
};

const char *phase_name(enum phase phase)
{
    assert(phase < PHASE_COUNT);
    return phase_names[phase];
}

static const struct plan_entry *find_entry(const struct tracker *tracker, const char *uid)
{
    const struct session *session = *uid ? schedule_find(tracker->schedule, uid) : NULL;
    return session ? plan_find(&tracker->plan, session) : NULL;
}

/* What is said of a session is as near to its time as what is said to it. */
static const struct plan_entry *entry_said_of(const struct tracker *tracker,
                                              const struct command *command)
{
    const struct plan_entry *entry = command ? find_entry(tracker, command->uid) : NULL;
    int64_t reach_ms = tracker->rules.max_session_ms;
    bool near = entry && command->at_ms >= entry->session->start_ms - reach_ms &&
                command->at_ms <= entry->session->end_ms + reach_ms;
    return near ? entry : NULL;
}

void tracker_hear(struct tracker *tracker, const struct ledger *ledger)
{
    plan_release(&tracker->plan);
    tracker->ledger = ledger ? ledger : &nothing_said;
    plan_make(&tracker->plan, tracker->schedule, tracker->ledger, tracker->rules.max_session_ms);
    tracker->message_entry = entry_said_of(tracker, tracker->ledger->message);
    tracker->full_entry = entry_said_of(tracker, tracker->ledger->full);
}

void tracker_init(struct tracker *tracker, const struct schedule *schedule,
                  const struct ledger *ledger, const struct zone *zone,
                  const struct tracker_rules *rules)
{
    *tracker = (struct tracker){.schedule = schedule, .zone = zone, .rules = *rules};
    tracker->banners = xcalloc(schedule->count + 1, sizeof *tracker->banners);
    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *session = &schedule->sessions[i];
        if (session->status != SESSION_STATUS_CANCELLED &&
            !plan_tracks(session, rules->max_session_ms)) {
            tracker->banners[tracker->banner_count++] = session;
        }
    }
    tracker_hear(tracker, ledger);
}

void tracker_release(struct tracker *tracker)
{
    plan_release(&tracker->plan);
    free(tracker->banners);
    *tracker = (struct tracker){0};
}

static int64_t wrap_up_ms(const struct tracker_rules *rules, const struct plan_entry *entry)
{
    int64_t quarter_ms = (entry->finish_ms - entry->begin_ms) / 4;
    return rules->wrap_up_ms < quarter_ms ? rules->wrap_up_ms : quarter_ms;
}

int64_t tracker_soon_ms(const struct tracker *tracker, const struct session *session)
{
    int64_t alarm_ms = session->remind_s * SECOND_MS;
    return session->remind_s > 0 && alarm_ms <= TRACKER_ALARM_MAX_MS ? alarm_ms
                                                                     : tracker->rules.soon_ms;
}

int64_t tracker_day_start_ms(const struct tracker *tracker, int64_t at_ms, int days)
{
    return zone_programme_day_start_ms(tracker->zone, at_ms, days, tracker->rules.day_ends_min);
}

bool tracker_same_day(const struct tracker *tracker, int64_t a_ms, int64_t b_ms)
{
    return tracker_day_start_ms(tracker, a_ms, 0) == tracker_day_start_ms(tracker, b_ms, 0);
}

static bool is_held(const struct plan *plan, int64_t now_ms)
{
    return plan->held && plan->held->begin_ms <= now_ms && now_ms < plan->held_until_ms;
}

/* What sensors say of a session that is past its end. A word from long before is that of a sensor
 * which has fallen silent. */
static enum occupancy occupancy_after(const struct tracker *tracker, const struct plan_entry *entry)
{
    const struct ledger *ledger = tracker->ledger;
    if (ledger->sensed_ms < entry->finish_ms - tracker->rules.max_session_ms) {
        return OCCUPANCY_UNKNOWN;
    }
    return ledger->vacant_until_ms > entry->finish_ms ? OCCUPANCY_VACANT : ledger->occupancy;
}

/* While nobody holds the room: the session that ended last, if it runs over by a sensor's word or
 * by the schedule's alone. The begin of whatever comes next ends that, were it only the moment in
 * which doors open. */
static const struct plan_entry *find_overrun(const struct tracker *tracker, int64_t now_ms,
                                             bool *ret_known)
{
    const struct plan *plan = &tracker->plan;
    const struct tracker_rules *rules = &tracker->rules;
    size_t finished = plan_finished(plan, now_ms);
    *ret_known = false;
    if (finished == 0) {
        return NULL;
    }
    const struct plan_entry *last = plan->by_finish[finished - 1];
    const struct plan_entry *newest = &plan->entries[plan_begun(plan, now_ms) - 1];
    enum occupancy occupancy = occupancy_after(tracker, last);
    if (rules->overrun == OVERRUN_POLICY_OFF || plan_yields(last->session) || last->ended ||
        newest->begin_ms >= last->finish_ms || occupancy == OCCUPANCY_VACANT) {
        return NULL;
    }
    *ret_known =
        occupancy == OCCUPANCY_OCCUPIED && now_ms < last->session->start_ms + rules->max_session_ms;
    bool presumed = rules->overrun == OVERRUN_POLICY_SCHEDULE &&
                    now_ms - last->finish_ms < rules->overrun_limit_ms;
    return *ret_known || presumed ? last : NULL;
}

/* The first from here on that waits for the held session, or hasn't begun by the plan. */
static size_t first_waiting(const struct plan *plan, size_t index, size_t begun)
{
    size_t waiting = plan->waiting[index];
    return waiting < begun ? waiting : begun;
}

static void find_next(const struct tracker *tracker, int64_t now_ms, struct tracker_state *state)
{
    const struct plan *plan = &tracker->plan;
    size_t begun = plan_begun(plan, now_ms);
    size_t first = begun;
    if (state->open_ended) {
        first = first_waiting(plan, plan_begun(plan, plan->held->finish_ms - 1), begun);
    }
    size_t second = first < begun ? first_waiting(plan, first + 1, begun) : first + 1;
    state->next_start_ms = TIME_NEVER_MS;
    if (first < plan->count) {
        state->next = plan->entries[first].session;
        if (first >= begun) {
            state->next_start_ms = plan->entries[first].begin_ms;
        }
    }
    if (second < plan->count) {
        state->after_next = plan->entries[second].session;
    }
}

static enum phase waiting_phase(const struct tracker *tracker, const struct tracker_state *state,
                                int64_t now_ms)
{
    if (!state->next) {
        return PHASE_CLOSED;
    }
    if (state->next_start_ms - now_ms <= tracker_soon_ms(tracker, state->next)) {
        return PHASE_SOON;
    }
    return tracker_same_day(tracker, now_ms, state->next_start_ms) ? PHASE_FREE : PHASE_CLOSED;
}

/* Who is in the room, and in which phase; the rest of the state isn't known yet. */
static void find_current(const struct tracker *tracker, int64_t now_ms, struct tracker_state *state)
{
    const struct plan *plan = &tracker->plan;
    state->held = is_held(plan, now_ms);
    const struct plan_entry *entry = state->held ? plan->held : plan_holder(plan, now_ms);
    if (entry && now_ms < entry->finish_ms) {
        bool ending = !plan_yields(entry->session) &&
                      entry->finish_ms - now_ms <= wrap_up_ms(&tracker->rules, entry);
        state->phase = ending ? PHASE_WRAP_UP : PHASE_LIVE;
    } else {
        state->open_ended = state->held;
        state->phase = PHASE_OVERRUN;
        state->overrun_known = state->held;
        if (!state->held) {
            entry = find_overrun(tracker, now_ms, &state->overrun_known);
        }
    }
    state->begin_ms = entry ? entry->begin_ms : TIME_NEVER_MS;
    state->finish_ms = entry ? entry->finish_ms : TIME_NEVER_MS;
    state->current = entry ? entry->session : NULL;
}

/* Whether what was said of a session still counts: until that is over. */
static bool still_counts(const struct plan_entry *entry, const struct tracker_state *state,
                         int64_t now_ms)
{
    return entry && (now_ms < entry->finish_ms || state->current == entry->session);
}

static void find_said(const struct tracker *tracker, int64_t now_ms, struct tracker_state *state)
{
    const struct command *message = tracker->ledger->message;
    if (message && now_ms < message->until_ms &&
        (!*message->uid || still_counts(tracker->message_entry, state, now_ms))) {
        state->message = message;
    }
    if (tracker->ledger->full && still_counts(tracker->full_entry, state, now_ms)) {
        state->full = tracker->ledger->full;
    }
}

void tracker_at(const struct tracker *tracker, int64_t now_ms, struct tracker_state *ret_state)
{
    struct tracker_state state = {.target_ms = TIME_NEVER_MS};
    find_current(tracker, now_ms, &state);
    find_next(tracker, now_ms, &state);
    find_said(tracker, now_ms, &state);
    if (state.current) {
        state.target_ms = state.finish_ms;
    } else {
        state.phase = waiting_phase(tracker, &state, now_ms);
        if (state.phase != PHASE_CLOSED) {
            state.target_ms = state.next_start_ms;
        }
    }
    *ret_state = state;
}

static bool state_equal(const struct tracker_state *a, const struct tracker_state *b)
{
    return a->phase == b->phase && a->current == b->current && a->begin_ms == b->begin_ms &&
           a->finish_ms == b->finish_ms && a->held == b->held && a->open_ended == b->open_ended &&
           a->next == b->next && a->after_next == b->after_next && a->target_ms == b->target_ms &&
           a->next_start_ms == b->next_start_ms && a->overrun_known == b->overrun_known &&
           a->message == b->message && a->full == b->full;
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
    const struct plan *plan = &tracker->plan;
    int64_t earliest_ms = TIME_NEVER_MS;
    size_t begun = plan_begun(plan, now_ms);
    if (begun < plan->count) {
        consider(plan->entries[begun].begin_ms, now_ms, &earliest_ms);
    }
    if (state->next && state->next_start_ms != TIME_NEVER_MS) {
        int64_t start_ms = state->next_start_ms;
        consider(start_ms - tracker_soon_ms(tracker, state->next), now_ms, &earliest_ms);
        consider(tracker_day_start_ms(tracker, start_ms, 0), now_ms, &earliest_ms);
    }
    if (state->current) {
        const struct plan_entry *current = plan_find(plan, state->current);
        consider(current->finish_ms, now_ms, &earliest_ms);
        consider(current->finish_ms - wrap_up_ms(&tracker->rules, current), now_ms, &earliest_ms);
        consider(current->finish_ms + tracker->rules.overrun_limit_ms, now_ms, &earliest_ms);
        consider(current->session->start_ms + tracker->rules.max_session_ms, now_ms, &earliest_ms);
    }
    if (state->message) {
        consider(state->message->until_ms, now_ms, &earliest_ms);
        if (tracker->message_entry) {
            consider(tracker->message_entry->finish_ms, now_ms, &earliest_ms);
        }
    }
    if (state->full) {
        consider(tracker->full_entry->finish_ms, now_ms, &earliest_ms);
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
