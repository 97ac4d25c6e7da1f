/* What must be true of the sign's state, and of what follows from it, after every step. */
#include "sim.h"

/* The state: I1 */

/* Whose claim is better, of two that could hold the room: by the rule's own words. */
static bool is_better(const struct plan_entry *a, const struct plan_entry *b)
{
    if (plan_yields(a->session) != plan_yields(b->session))
        return !plan_yields(a->session);
    if (a->begin_ms != b->begin_ms)
        return a->begin_ms > b->begin_ms;
    if (a->finish_ms != b->finish_ms)
        return a->finish_ms < b->finish_ms;
    return strcmp(a->session->uid, b->session->uid) < 0;
}

static const struct plan_entry *find_holder(const struct plan *plan, int64_t now_ms)
{
    const struct plan_entry *best = NULL;
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_entry *entry = &plan->entries[i];
        if (entry->begin_ms <= now_ms && now_ms < entry->finish_ms &&
            (!best || is_better(entry, best)))
            best = entry;
    }
    return best;
}

/* Of all that are over the one that was so last. */
static const struct plan_entry *find_last(const struct plan *plan, int64_t now_ms)
{
    const struct plan_entry *last = NULL;
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_entry *entry = &plan->entries[i];
        if (entry->finish_ms <= now_ms && entry->session->start_ms < entry->session->end_ms &&
            (!last || entry->finish_ms > last->finish_ms ||
             (entry->finish_ms == last->finish_ms && is_better(entry, last))))
            last = entry;
    }
    return last;
}

static void check_current(struct life *life, const struct tracker_state *state, int64_t now_ms)
{
    const struct tracker *tracker = &life->room.tracker;
    const struct plan_entry *entry = plan_find(&tracker->plan, state->current);
    const struct plan_entry *holder = find_holder(&tracker->plan, now_ms);
    bool yields = plan_yields(state->current);
    if (!sim_expect(life, entry && state->current->status != SESSION_STATUS_CANCELLED,
                    "I1 %s isn't tracked and is current", state->current->uid))
        return;
    sim_expect(life,
               state->begin_ms == entry->begin_ms && state->finish_ms == entry->finish_ms &&
                   state->begin_ms <= now_ms && state->finish_ms >= state->begin_ms &&
                   state->target_ms == state->finish_ms,
               "I1 the times of %s don't fit", state->current->uid);
    sim_expect(life, (state->phase == PHASE_OVERRUN) == (state->finish_ms <= now_ms),
               "I1 phase %s of %s", phase_name(state->phase), state->current->uid);
    if (state->phase != PHASE_OVERRUN)
        sim_expect(life, state->held || entry == holder, "I1 %s holds the room of %s",
                   state->current->uid, holder ? holder->session->uid : "nobody");
    else
        sim_expect(life,
                   !yields &&
                       (state->held || (!holder && entry == find_last(&tracker->plan, now_ms))),
                   "I1 %s runs over, %s holds the room", state->current->uid,
                   holder ? holder->session->uid : "nobody");
    if (state->phase == PHASE_OVERRUN && !state->overrun_known)
        sim_expect(life,
                   tracker->rules.overrun == OVERRUN_POLICY_SCHEDULE &&
                       now_ms - state->finish_ms < tracker->rules.overrun_limit_ms,
                   "I1 %s is presumed to run over", state->current->uid);
    int64_t left_ms = state->finish_ms - now_ms;
    bool ending =
        left_ms <= tracker->rules.wrap_up_ms && left_ms <= (state->finish_ms - state->begin_ms) / 4;
    if (left_ms > 0)
        sim_expect(life, (state->phase == PHASE_WRAP_UP) == (ending && !yields),
                   "I1 phase %s with %lld ms left", phase_name(state->phase), (long long)left_ms);
}

static void check_next(struct life *life, const struct tracker_state *state, int64_t now_ms)
{
    const struct plan *plan = &life->room.tracker.plan;
    const struct plan_entry *next = state->next ? plan_find(plan, state->next) : NULL;
    sim_expect(life, !state->next || next, "I1 next isn't tracked");
    sim_expect(life, !next || state->next != state->current, "I1 %s is current and next",
               state->next ? state->next->uid : "");
    bool waits = next && state->next_start_ms == TIME_NEVER_MS;
    if (waits)
        sim_expect(life, state->open_ended && next->begin_ms <= now_ms, "I1 %s waits for nobody",
                   state->next->uid);
    else if (next)
        sim_expect(life, next->begin_ms == state->next_start_ms && next->begin_ms > now_ms,
                   "I1 %s isn't next", state->next->uid);
    for (size_t i = 0; i < plan->count && next && !waits; i++)
        sim_expect(life,
                   plan->entries[i].begin_ms <= now_ms ||
                       plan->entries[i].begin_ms >= next->begin_ms,
                   "I1 %s comes before %s, which is next", plan->entries[i].session->uid,
                   state->next->uid);
}

static void check_state(struct life *life, const struct tracker_state *state, int64_t now_ms)
{
    const struct tracker *tracker = &life->room.tracker;
    bool waiting = state->phase == PHASE_SOON || state->phase == PHASE_FREE;
    life->met[state->phase]++;
    life->met[MET_OPEN_ENDED] += state->open_ended;
    life->met[MET_OVERRUN_KNOWN] += state->overrun_known;
    if (state->current)
        check_current(life, state, now_ms);
    else
        sim_expect(life, !find_holder(&tracker->plan, now_ms) && !state->held,
                   "I1 nobody is in the room that is held");
    sim_expect(life, (state->current == NULL) == (waiting || state->phase == PHASE_CLOSED),
               "I1 phase %s with%s session", phase_name(state->phase),
               state->current ? " a" : "out a");
    if (waiting)
        sim_expect(life,
                   state->next && state->target_ms == state->next_start_ms &&
                       state->target_ms > now_ms,
                   "I1 %s, and nothing is next", phase_name(state->phase));
    if (state->phase == PHASE_FREE)
        sim_expect(life, tracker_same_day(tracker, now_ms, state->next_start_ms),
                   "I1 free until another day");
    if (state->phase == PHASE_CLOSED)
        sim_expect(life, state->target_ms == TIME_NEVER_MS, "I1 a countdown while closed");
    check_next(life, state, now_ms);
}

/* The next change: I2 */

static bool same_state(const struct tracker_state *a, const struct tracker_state *b)
{
    return a->phase == b->phase && a->current == b->current && a->begin_ms == b->begin_ms &&
           a->finish_ms == b->finish_ms && a->held == b->held && a->open_ended == b->open_ended &&
           a->next == b->next && a->after_next == b->after_next && a->target_ms == b->target_ms &&
           a->next_start_ms == b->next_start_ms && a->overrun_known == b->overrun_known &&
           a->message == b->message && a->full == b->full;
}

/* A moment in [now, next): mostly the last one. */
static int64_t before(struct life *life, int64_t now_ms, int64_t next_ms)
{
    int64_t span_ms = next_ms - now_ms;
    return sim_chance(life, 2) ? next_ms - 1 : now_ms + random_below(&life->random, span_ms);
}

static void check_tracker_change(struct life *life, const struct tracker_state *state,
                                 int64_t now_ms)
{
    const struct tracker *tracker = &life->room.tracker;
    struct tracker_state then;
    int64_t next_ms = tracker_next_change_ms(tracker, now_ms);
    if (!sim_expect(life, next_ms > now_ms, "I2 the next change of the tracker is past"))
        return;
    if (next_ms == TIME_NEVER_MS) {
        tracker_at(tracker, now_ms + random_below(&life->random, 400 * DAY_MS), &then);
        sim_expect(life, same_state(state, &then), "I2 the tracker changes after its last change");
        return;
    }
    int64_t at_ms = before(life, now_ms, next_ms);
    tracker_at(tracker, at_ms, &then);
    sim_expect(life, same_state(state, &then), "I2 the tracker changes %lld ms before it says so",
               (long long)(next_ms - at_ms));
    tracker_at(tracker, next_ms, &then);
    sim_expect(life, !same_state(state, &then), "I2 the tracker says that it changes, and doesn't");
}

static void check_view_change(struct life *life, int64_t now_ms)
{
    static struct view then;
    char what[80];
    int64_t next_ms = view_next_change_ms(&life->room.tracker, &life->room.health,
                                          &life->room.view_options, now_ms);
    if (!sim_expect(life, next_ms > now_ms && next_ms != TIME_NEVER_MS,
                    "I2 the next change of the view is past, or never comes"))
        return;
    int64_t at_ms = before(life, now_ms, next_ms);
    sim_sign_view(life, at_ms, &then);
    snprintf(what, sizeof what, "I2 %lld ms after now and %lld ms before it says so changes",
             (long long)(at_ms - now_ms), (long long)(next_ms - at_ms));
    sim_views_equal(life, &life->view, &then, what);
}

/* Built anew: I3 and what is left of I9 */

static void check_rebuilt(struct life *life, int64_t now_ms)
{
    static struct view view;
    struct room room;
    struct command *commands = xcalloc(life->answer_count + 1, sizeof *commands);
    size_t count = 0;
    for (size_t i = 0; i < life->answer_count; i++)
        if (!life->answers[i].undone)
            commands[count++] = life->answers[i].command;
    struct command_log log = life->log;
    if (*life->directory)
        sim_sign_open_log(life, &log, now_ms);
    sim_sign_rebuild(life, log.commands, log.count, &room);
    view_at(&room.tracker, &room.health, &room.view_options, now_ms, &view);
    sim_views_equal(life, &life->view, &view, "I3 built anew the sign says otherwise");
    room_hear(&room, commands, count);
    view_at(&room.tracker, &room.health, &room.view_options, now_ms, &view);
    sim_views_equal(life, &life->view, &view, "I9 without what was taken back");
    tracker_release(&room.tracker);
    ledger_release(&room.ledger);
    document_release(&room.document);
    if (*life->directory)
        command_log_close(&log);
    free(commands);
}

void sim_check(struct life *life)
{
    struct tracker_state state;
    int64_t now_ms = sim_sign_now_ms(life);
    tracker_at(&life->room.tracker, now_ms, &state);
    sim_sign_view(life, now_ms, &life->view);
    check_state(life, &state, now_ms);
    check_tracker_change(life, &state, now_ms);
    check_view_change(life, now_ms);
    sim_check_view(life, &state, now_ms);
    sim_check_plan(life);
    sim_check_answers(life);
    if (sim_chance(life, 3))
        check_rebuilt(life, now_ms);
    if (sim_chance(life, 12))
        sim_check_layout(life);
}
