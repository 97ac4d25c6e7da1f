/* What must be true of the projected plan, of changes, and of what is believed. */
#include "sim.h"

#include <roomsign/hash.h>

/* The plan: I7 */

static bool has_length(const struct session *session)
{
    return session->start_ms < session->end_ms;
}

static bool is_said(const struct life *life, const struct session *session, int64_t word_ms)
{
    int64_t reach_ms = life->room.config.rules.max_session_ms;
    return word_ms != TIME_NEVER_MS && word_ms >= session->start_ms - reach_ms &&
           word_ms <= session->end_ms + reach_ms;
}

static bool is_started(const struct life *life, const struct session *session)
{
    const struct session_word *word = ledger_find(&life->room.ledger, session->uid);
    return word && is_said(life, session, word->started_ms);
}

static void check_length(struct life *life, const struct plan_entry *entry)
{
    const struct session *session = entry->session;
    const struct session_word *word = ledger_find(&life->room.ledger, session->uid);
    int64_t planned_ms = session->end_ms - session->start_ms;
    int64_t length_ms = entry->finish_ms - entry->begin_ms;
    bool said = word && (is_said(life, session, word->ended_ms) ||
                         is_said(life, session, word->expected_end_ms));
    if (said || (entry->begin_ms < session->start_ms && entry->finish_ms == session->end_ms))
        return;
    if (session->kind == SESSION_KIND_BREAK)
        sim_expect(life, length_ms <= planned_ms && length_ms >= planned_ms / 2,
                   "I7 break %s of %lld ms takes %lld ms", session->uid, (long long)planned_ms,
                   (long long)length_ms);
    else
        sim_expect(life, length_ms == planned_ms, "I7 session %s of %lld ms takes %lld ms",
                   session->uid, (long long)planned_ms, (long long)length_ms);
}

/* `entry` begins after all that were planned to be over before it, and late by no more than they
 * are, less the gap. */
static void check_begin(struct life *life, const struct plan_entry *entry)
{
    const struct plan *plan = &life->room.tracker.plan;
    const struct session *session = entry->session;
    int64_t delay_ms = entry->begin_ms - session->start_ms, cause_ms = 0;
    if (is_started(life, session))
        return;
    for (size_t i = 0; i < plan->count && !session->venue_wide; i++) {
        const struct plan_entry *before = &plan->entries[i];
        if (before == entry || !has_length(before->session) || before->session->venue_wide ||
            before->session->end_ms > session->start_ms)
            continue;
        int64_t late_ms = before->finish_ms - before->session->end_ms;
        int64_t gap_ms = session->start_ms - before->session->end_ms;
        if (late_ms - gap_ms > cause_ms)
            cause_ms = late_ms - gap_ms;
        sim_expect(life, before->finish_ms <= entry->begin_ms,
                   "I7 %s was planned after %s and overlaps it", session->uid,
                   before->session->uid);
    }
    life->met[MET_DELAY] += delay_ms > 0;
    sim_expect(life, delay_ms >= 0, "I7 %s begins %lld ms early, and nobody said so", session->uid,
               (long long)-delay_ms);
    sim_expect(life, delay_ms <= cause_ms, "I7 %s is %lld ms late, for which %lld ms have a cause",
               session->uid, (long long)delay_ms, (long long)cause_ms);
}

void sim_check_plan(struct life *life)
{
    const struct plan *plan = &life->room.tracker.plan;
    for (size_t i = 0; i < plan->count && !*life->fault; i++) {
        sim_expect(life, plan->entries[i].finish_ms >= plan->entries[i].begin_ms,
                   "I7 %s finishes before it begins", plan->entries[i].session->uid);
        check_length(life, &plan->entries[i]);
        check_begin(life, &plan->entries[i]);
    }
}

/* Changes: I10 */

static bool was_seen(const struct life *life, const struct change *change)
{
    uint64_t hash = hash_text(HASH_START, change->old_title);
    bool times = false, title = false;
    for (size_t i = 0; i < life->seen_count; i++) {
        const struct sim_seen *seen = &life->seen[i];
        times |= seen->start_ms == change->old_start_ms && seen->end_ms == change->old_end_ms;
        title |= seen->title_hash == hash;
    }
    return times && title;
}

static int64_t lapses_ms(const struct change *change)
{
    bool by_new = change->kind == CHANGE_NEW || change->kind == CHANGE_RETITLED;
    bool later = change->kind == CHANGE_CANCELLED && change->end_ms > change->old_end_ms;
    return by_new || later ? change->end_ms : change->old_end_ms;
}

static const struct change *find_change(const struct change_list *list, const char *uid)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->changes[i].uid, uid) == 0)
            return &list->changes[i];
    return NULL;
}

/* How many times the uid, or its title, stands in the venue. */
static int count_alike(const struct life *life, const char *uid, const char *title)
{
    int alike = 0;
    for (size_t i = 0; i < life->venue.count; i++)
        alike += strcmp(life->venue.sessions[i].uid, uid) == 0 ||
                 (title && strcmp(life->venue.sessions[i].title, title) == 0);
    return alike;
}

/* Whether a new session could be taken for one that was known by its title. */
static bool was_titled(const struct document *last, const char *title)
{
    for (size_t i = 0; i < last->schedule.count; i++)
        if (strcmp(last->schedule.sessions[i].title, title) == 0)
            return true;
    for (size_t i = 0; i < last->changes.count; i++)
        if (strcmp(last->changes.changes[i].title, title) == 0 ||
            strcmp(last->changes.changes[i].old_title, title) == 0)
            return true;
    return false;
}

/* Where the publisher did one plain thing, that is what is told. */
static void check_edit(struct life *life, const struct document *last,
                       const struct document *document)
{
    const struct sim_edit *edit = &life->edit;
    const struct session *before = schedule_find(&last->schedule, edit->uid);
    const struct session *now = schedule_find(&document->schedule, edit->uid);
    bool is_new = edit->kind == CHANGE_NEW;
    const struct session *about = is_new ? now : before;
    if (edit->count != 1 || life->uids_repeat || !about || is_new == (before != NULL) ||
        about->status == SESSION_STATUS_CANCELLED || about->kind != SESSION_KIND_SESSION ||
        about->end_ms <= document->generated_ms || about->start_ms == about->end_ms ||
        about->start_ms >= document->until_ms || about->end_ms <= document->from_ms ||
        about->start_ms >= last->until_ms || about->end_ms <= last->from_ms || !*about->title ||
        find_change(&last->changes, edit->uid))
        return;
    int alike = count_alike(life, edit->uid, about->title);
    bool unlike = alike == (edit->kind == CHANGE_CANCELLED && !now ? 0 : 1);
    if (is_new && was_titled(last, now->title))
        return;
    bool same_title = now && before && strcmp(now->title, before->title) == 0;
    if (!unlike || (edit->kind == CHANGE_RETITLED && (same_title || !now || !*now->title)))
        return;
    const struct change *change = find_change(&document->changes, edit->uid);
    life->met[MET_EXPECTED_CHANGE]++;
    sim_expect(life, change && change->kind == edit->kind, "I10 %s was %s, and is told as %s",
               edit->uid, change_kind_name(edit->kind),
               change ? change_kind_name(change->kind) : "nothing");
}

void sim_check_changes(struct life *life, const struct document *last,
                       const struct document *document)
{
    sim_expect(life, last || document->changes.count == 0,
               "I10 the first document tells of %zu changes", document->changes.count);
    for (size_t i = 0; last && i < document->changes.count; i++) {
        const struct change *change = &document->changes.changes[i];
        life->met[MET_CHANGE + (int)change->kind]++;
        sim_expect(life, change->kind == CHANGE_NEW || was_seen(life, change),
                   "I10 %s %s is told from what was never seen: %.60s",
                   change_kind_name(change->kind), change->uid, change->old_title);
        sim_expect(life, lapses_ms(change) > document->generated_ms,
                   "I10 %s %s is told after its end", change_kind_name(change->kind), change->uid);
    }
    if (last)
        check_edit(life, last, document);
}

/* Belief: I4 */

static bool is_kept(const struct session *session, const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *other = &schedule->sessions[i];
        if (strcmp(session->uid, other->uid) == 0 ||
            (session->start_ms == other->start_ms && strcmp(session->title, other->title) == 0))
            return true;
    }
    return false;
}

static size_t count_lost(const struct schedule *from, const struct schedule *in, int64_t now_ms,
                         size_t *ret_to_come)
{
    size_t lost = 0;
    *ret_to_come = 0;
    for (size_t i = 0; i < from->count; i++) {
        const struct session *session = &from->sessions[i];
        if (session->end_ms <= now_ms || session->status == SESSION_STATUS_CANCELLED)
            continue;
        ++*ret_to_come;
        lost += !is_kept(session, in);
    }
    return lost;
}

bool sim_ought_to_believe(struct life *life, const struct document *document, int64_t now_ms)
{
    size_t to_come;
    const struct schedule *shown = &life->room.document.schedule;
    size_t lost = count_lost(shown, &document->schedule, now_ms, &to_come);
    if (!life->room.health.has_schedule || lost * 2 <= to_come) {
        life->doubted_polls = 0;
        return true;
    }
    bool same = life->doubted_polls > 0 &&
                count_lost(&life->doubted, &document->schedule, now_ms, &to_come) == 0 &&
                count_lost(&document->schedule, &life->doubted, now_ms, &to_come) == 0;
    life->doubted_polls = same ? life->doubted_polls + 1 : 1;
    if (!same) {
        schedule_release(&life->doubted);
        schedule_copy(&life->doubted, &document->schedule);
    }
    bool ought = life->doubted_polls >= life->room.config.distrust;
    life->doubted_polls = ought ? 0 : life->doubted_polls;
    return ought;
}
