#include "composition.h"

/* The room now: its phase, its session, the countdown. */

static bool counts_seconds(enum phase phase)
{
    return phase == PHASE_WRAP_UP || phase == PHASE_SOON || phase == PHASE_OVERRUN;
}

static int64_t divide_up(int64_t dividend, int64_t divisor)
{
    return (dividend + divisor - 1) / divisor;
}

static const char *words_of_phase(const struct composition *made)
{
    const struct words *words = made->phrasing.words;
    switch (made->state.phase) {
    case PHASE_OVERRUN:
        return made->state.overrun_known ? words->running_over : words->past_its_end;
    case PHASE_WRAP_UP:
        return words->ending_soon;
    case PHASE_LIVE:
        return made->state.current->kind == SESSION_KIND_BREAK ? words->pause : words->in_session;
    case PHASE_SOON:
        return words->starting_soon;
    case PHASE_FREE:
        return words->free;
    case PHASE_CLOSED:
        return words->closed;
    }
    return "";
}

/* Two times that look the same aren't worth a word. */
static void note_times(const struct composition *made, const char *words, int64_t holds_ms,
                       const char *instead, struct view *view)
{
    char holds[VIEW_SHORT_BYTES];
    phrase_time(&made->phrasing, holds_ms, holds, sizeof holds);
    if (strcmp(holds, instead) != 0) {
        words_fill_two(view->phase_note, sizeof view->phase_note, words, holds, instead);
    }
}

static void note_minutes(const struct composition *made, const struct words_of_number *forms,
                         int64_t late_ms, struct view *view)
{
    words_fill_number(view->phase_note, sizeof view->phase_note, made->phrasing.words, forms,
                      late_ms / MINUTE_MS);
}

/* The operator's word for its end, not that it was begun late and keeps its length. */
static bool is_end_said(const struct composition *made, const struct session *session)
{
    const struct session_word *word = ledger_find(made->tracker->ledger, session->uid);
    return word && word->expected_end_ms == made->state.finish_ms;
}

/* What the schedule changed, where people may still know the old times. */
static void note_change(const struct composition *made, const struct change *change,
                        struct view *view)
{
    char when[VIEW_SHORT_BYTES];
    if (!change || change->kind != CHANGE_RETIMED) {
        return;
    }
    if (view_change_moves_start(change)) {
        phrase_when(&made->phrasing, made->now_ms, change->old_start_ms, when, sizeof when);
        words_fill(view->phase_note, sizeof view->phase_note, made->phrasing.words->was_planned,
                   when);
    } else {
        phrase_time(&made->phrasing, change->old_end_ms, when, sizeof when);
        note_times(made, made->phrasing.words->ends_instead, change->end_ms, when, view);
    }
}

/* Of several things the one that explains most of what the stage shows. */
static void note_current(const struct composition *made, const struct session *session,
                         struct view *view)
{
    const struct words *words = made->phrasing.words;
    const struct tracker_state *state = &made->state;
    int64_t late_ms = state->begin_ms - session->start_ms;
    char time[VIEW_SHORT_BYTES];
    if (state->held) {
        PUT(view->phase_note, words->held);
    } else if (state->phase == PHASE_OVERRUN || plan_yields(session)) {
        return;
    } else if (is_end_said(made, session) && state->finish_ms > session->end_ms) {
        phrase_time(&made->phrasing, state->finish_ms, time, sizeof time);
        words_fill(view->phase_note, sizeof view->phase_note, words->extended_to, time);
    } else if (is_end_said(made, session)) {
        phrase_time(&made->phrasing, session->end_ms, time, sizeof time);
        note_times(made, words->ends_instead, state->finish_ms, time, view);
    } else if (late_ms >= MINUTE_MS) {
        note_minutes(made, &words->counted.started_late, late_ms, view);
    } else if (late_ms <= -MINUTE_MS) {
        note_minutes(made, &words->counted.started_early, -late_ms, view);
    } else {
        note_change(made, view_change_of(made, session), view);
    }
}

/* The one that is about to start, and not when people may think. */
static void note_next(const struct composition *made, const struct session *session,
                      const struct change *change, struct view *view)
{
    char known[VIEW_SHORT_BYTES];
    phrase_time(&made->phrasing, session->start_ms, known, sizeof known);
    if (change && change->kind == CHANGE_RETIMED && view_change_moves_start(change)) {
        phrase_when(&made->phrasing, made->now_ms, change->old_start_ms, known, sizeof known);
    }
    note_times(made, made->phrasing.words->starts_instead, made->state.next_start_ms, known, view);
    if (!view->phase_note[0]) {
        note_change(made, change, view);
    }
}

static void put_session(const struct composition *made, const struct session *session,
                        struct view *view)
{
    const struct change *change = view_change_of(made, session);
    PUT(view->headline, view_title(made, session->title));
    if (made->state.phase == PHASE_OVERRUN && made->state.overrun_known) {
        PUT(view->detail, made->phrasing.words->please_wait);
    } else {
        phrase_speakers(&made->phrasing, session, view->detail, sizeof view->detail);
    }
    PUT(view->track, session->track);
    view->has_track_colour = session->has_track_colour;
    view->track_colour = session->track_colour;
    view->is_break = session->kind == SESSION_KIND_BREAK;
    if (session == made->state.current) {
        note_current(made, session, view);
    } else {
        note_next(made, session, change, view);
    }
}

void view_put_stage(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    const struct session *session = view_staged(&made->state);
    view->phase = made->state.phase;
    view->overrun_known = made->state.overrun_known;
    PUT(view->phase_words, words_of_phase(made));
    if (session) {
        put_session(made, session, view);
    } else if (made->state.phase == PHASE_FREE) {
        char time[VIEW_SHORT_BYTES];
        phrase_time(&made->phrasing, made->state.target_ms, time, sizeof time);
        words_fill(view->headline, sizeof view->headline, words->free_until, time);
    } else {
        PUT(view->headline,
            made->state.next ? phrase_no_more(&made->phrasing, made->now_ms) : words->no_sessions);
    }
}

static void put_progress(const struct tracker_state *state, int64_t left_ms, struct view *view)
{
    int64_t length_ms = state->finish_ms - state->begin_ms;
    int64_t over_ms = length_ms - left_ms;
    view->progress_permille = over_ms <= 0 ? 0 : (int)(over_ms * 1000 / length_ms);
}

static void count_overrun(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    char time[VIEW_SHORT_BYTES];
    phrase_seconds((made->now_ms - made->state.target_ms) / SECOND_MS, "+", view->count);
    phrase_time(&made->phrasing, made->state.target_ms, time, sizeof time);
    words_fill(view->count_range, sizeof view->count_range, words->due_to_end, time);
    PUT(view->count_caption, words->over_by);
    view->progress_permille = 1000;
}

static void count_closed(const struct composition *made, struct view *view)
{
    int64_t start_ms = made->state.next_start_ms;
    if (made->state.next) {
        phrase_moment(&made->phrasing, start_ms, view->count);
        phrase_day_long(&made->phrasing, made->now_ms, start_ms, view->count_caption,
                        sizeof view->count_caption);
        PUT(view->count_range, made->phrasing.words->first_session);
    }
}

/* What is left, rounded up to what the large digits show: never early, never late. */
void view_put_countdown(const struct composition *made, struct view *view)
{
    const struct tracker_state *state = &made->state;
    const struct words *words = made->phrasing.words;
    if (state->phase == PHASE_OVERRUN) {
        count_overrun(made, view);
        return;
    }
    if (state->phase == PHASE_CLOSED) {
        count_closed(made, view);
        return;
    }
    int64_t unit_ms = counts_seconds(state->phase) ? SECOND_MS : MINUTE_MS;
    int64_t units = divide_up(state->target_ms - made->now_ms, unit_ms);
    if (counts_seconds(state->phase)) {
        phrase_seconds(units, "", view->count);
    } else {
        phrase_minutes(&made->phrasing, units, view->count);
    }
    const struct session *session = state->current ? state->current : state->next;
    const struct plan_entry *entry = plan_find(&made->tracker->plan, session);
    phrase_range(&made->phrasing, entry->begin_ms, entry->finish_ms, view->count_range,
                 sizeof view->count_range);
    if (state->current) {
        PUT(view->count_caption, words->ends_in);
        put_progress(state, units * unit_ms, view);
    } else {
        PUT(view->count_caption,
            state->phase == PHASE_SOON ? words->starts_in : words->next_session_in);
    }
}

void view_consider_count(const struct composition *made, int64_t *earliest_ms)
{
    const struct tracker_state *state = &made->state;
    if (state->target_ms == TIME_NEVER_MS) {
        return;
    }
    int64_t left_ms = state->target_ms - made->now_ms;
    int64_t unit_ms = counts_seconds(state->phase) ? SECOND_MS : MINUTE_MS;
    int64_t moment_ms = state->phase == PHASE_OVERRUN
                            ? state->target_ms + (-left_ms / SECOND_MS + 1) * SECOND_MS
                            : state->target_ms - (divide_up(left_ms, unit_ms) - 1) * unit_ms;
    view_consider(made, moment_ms, earliest_ms);
}
