#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sample.h"

/* The rules of the tracker, moment by moment, are scenarios (tests/scenarios). Here: what holds for
 * any schedule and any commands, checked against a second tracker that asks every session. */

#define SEEDS 1000
#define STEPS 60
#define SESSIONS_MAX 16
#define COMMANDS 40

/* What the slow tracker expects of one session. */
struct slow {
    const struct session *s;
    int64_t begin_ms, finish_ms;
    bool ended, yields, has_length;
};

struct slow_plan {
    struct slow all[SESSIONS_MAX];
    int count;
    const struct slow *held;
};

static bool claims_before(const struct slow *a, const struct slow *b)
{
    if (a->yields != b->yields)
        return b->yields;
    if (a->begin_ms != b->begin_ms)
        return a->begin_ms > b->begin_ms;
    if (a->finish_ms != b->finish_ms)
        return a->finish_ms < b->finish_ms;
    return strcmp(a->s->uid, b->s->uid) < 0;
}

static bool begins_before(const struct slow *a, const struct slow *b)
{
    return a->begin_ms < b->begin_ms || (a->begin_ms == b->begin_ms && claims_before(a, b));
}

static bool is_near(const struct tracker *tracker, const struct session *s, int64_t word_ms)
{
    return word_ms != TIME_NEVER_MS && word_ms >= s->start_ms - tracker->rules.max_session_ms &&
           word_ms <= s->end_ms + tracker->rules.max_session_ms;
}

static void slow_expect(const struct tracker *tracker, const struct slow_plan *plan,
                        const struct session_word *word, struct slow *slow)
{
    const struct session *s = slow->s;
    int64_t length_ms = s->end_ms - s->start_ms;
    slow->begin_ms = s->start_ms;
    for (int i = 0; i < plan->count && !s->venue_wide; i++) {
        const struct slow *before = &plan->all[i];
        if (before->has_length && !before->s->venue_wide && before->s->end_ms <= s->start_ms &&
            before->finish_ms > slow->begin_ms)
            slow->begin_ms = before->finish_ms;
    }
    if (word && is_near(tracker, s, word->started_ms))
        slow->begin_ms = word->started_ms;

    if (slow->begin_ms <= s->start_ms)
        slow->finish_ms = s->end_ms;
    else if (s->kind != SESSION_KIND_BREAK)
        slow->finish_ms = slow->begin_ms + length_ms;
    else if (slow->begin_ms + length_ms / 2 > s->end_ms)
        slow->finish_ms = slow->begin_ms + length_ms / 2;
    else
        slow->finish_ms = s->end_ms;
    if (!slow->has_length) {
        slow->finish_ms = slow->begin_ms;
    } else if (word && is_near(tracker, s, word->ended_ms) && word->ended_ms >= slow->begin_ms) {
        slow->finish_ms = word->ended_ms;
        slow->ended = true;
    } else if (word && is_near(tracker, s, word->expected_end_ms) &&
               word->expected_end_ms >= slow->begin_ms) {
        slow->finish_ms = word->expected_end_ms;
    }
}

/* The schedule stands by start: all that a session waits for stands before it. */
static void slow_plan_make(const struct tracker *tracker, struct slow_plan *plan)
{
    *plan = (struct slow_plan){0};
    for (size_t i = 0; i < tracker->schedule->count; i++) {
        const struct session *s = &tracker->schedule->sessions[i];
        if (s->kind == SESSION_KIND_ALL_DAY || s->status == SESSION_STATUS_CANCELLED ||
            s->end_ms - s->start_ms > tracker->rules.max_session_ms)
            continue;
        struct slow slow = {.s = s,
                            .yields = s->kind == SESSION_KIND_BREAK || s->venue_wide,
                            .has_length = s->end_ms > s->start_ms};
        const struct session_word *word = ledger_find(tracker->ledger, s->uid);
        slow_expect(tracker, plan, word, &slow);
        plan->all[plan->count] = slow;
        if (word && is_near(tracker, s, word->held_ms) && !slow.ended && !slow.yields)
            plan->held = &plan->all[plan->count];
        plan->count++;
    }
}

static bool is_candidate(const struct slow_plan *plan, const struct slow *slow, bool open_ended,
                         int64_t now_ms)
{
    bool waits = open_ended && slow != plan->held && slow->begin_ms >= plan->held->finish_ms &&
                 !slow->yields && slow->has_length && !slow->ended;
    return slow->begin_ms > now_ms || waits;
}

static void slow_next(const struct slow_plan *plan, int64_t now_ms, struct tracker_state *ret)
{
    const struct slow *first = NULL, *second = NULL;
    for (int i = 0; i < plan->count; i++) {
        const struct slow *slow = &plan->all[i];
        if (is_candidate(plan, slow, ret->open_ended, now_ms) &&
            (!first || begins_before(slow, first)))
            first = slow;
    }
    for (int i = 0; i < plan->count; i++) {
        const struct slow *slow = &plan->all[i];
        if (slow != first && is_candidate(plan, slow, ret->open_ended, now_ms) &&
            (!second || begins_before(slow, second)))
            second = slow;
    }
    ret->next = first ? first->s : NULL;
    ret->after_next = second ? second->s : NULL;
    ret->next_start_ms = first && first->begin_ms > now_ms ? first->begin_ms : TIME_NEVER_MS;
}

static const struct slow *slow_overrun(const struct tracker *tracker, const struct slow_plan *plan,
                                       int64_t now_ms, bool *ret_known)
{
    const struct slow *last = NULL;
    for (int i = 0; i < plan->count; i++) {
        const struct slow *slow = &plan->all[i];
        if (slow->has_length && slow->finish_ms <= now_ms &&
            (!last || slow->finish_ms > last->finish_ms ||
             (slow->finish_ms == last->finish_ms && claims_before(slow, last))))
            last = slow;
    }
    for (int i = 0; last && i < plan->count; i++)
        if (plan->all[i].begin_ms >= last->finish_ms && plan->all[i].begin_ms <= now_ms)
            return NULL;
    const struct ledger *ledger = tracker->ledger;
    if (!last || last->yields || last->ended || tracker->rules.overrun == OVERRUN_POLICY_OFF)
        return NULL;
    bool heard = last->finish_ms - ledger->sensed_ms <= tracker->rules.max_session_ms;
    if (heard && ledger->vacant_until_ms > last->finish_ms)
        return NULL;
    bool occupied = heard && ledger->occupancy == OCCUPANCY_OCCUPIED &&
                    now_ms < last->s->start_ms + tracker->rules.max_session_ms;
    bool presumed = tracker->rules.overrun == OVERRUN_POLICY_SCHEDULE &&
                    now_ms < last->finish_ms + tracker->rules.overrun_limit_ms;
    *ret_known = occupied;
    return occupied || presumed ? last : NULL;
}

static bool slow_counts(const struct tracker *tracker, const struct slow_plan *plan,
                        const struct command *command, const struct session *current,
                        int64_t now_ms)
{
    for (int i = 0; i < plan->count; i++) {
        const struct slow *slow = &plan->all[i];
        if (strcmp(slow->s->uid, command->uid) == 0)
            return is_near(tracker, slow->s, command->at_ms) &&
                   (now_ms < slow->finish_ms || slow->s == current);
    }
    return false;
}

/* Days since 1970 of the programme day; its end is never within a change of the clocks here. */
static int64_t programme_day(const struct tracker *tracker, int64_t at_ms)
{
    struct civil civil;
    zone_to_civil(tracker->zone, at_ms, &civil);
    bool is_night = civil.hour * 60 + civil.minute < tracker->rules.day_ends_min;
    return civil_to_days(civil.year, civil.month, civil.day) - is_night;
}

static enum phase slow_waiting_phase(const struct tracker *tracker,
                                     const struct tracker_state *state, int64_t now_ms)
{
    if (!state->next)
        return PHASE_CLOSED;
    int64_t soon_ms = tracker->rules.soon_ms;
    if (state->next->remind_s > 0 && state->next->remind_s * SECOND_MS <= TRACKER_ALARM_MAX_MS)
        soon_ms = state->next->remind_s * SECOND_MS;
    if (state->next_start_ms - now_ms <= soon_ms)
        return PHASE_SOON;
    return programme_day(tracker, now_ms) == programme_day(tracker, state->next_start_ms)
               ? PHASE_FREE
               : PHASE_CLOSED;
}

static const struct slow *slow_current(const struct tracker *tracker, const struct slow_plan *plan,
                                       int64_t now_ms, struct tracker_state *ret)
{
    const struct slow *held = plan->held;
    ret->held = held && held->begin_ms <= now_ms &&
                now_ms < held->s->start_ms + tracker->rules.max_session_ms;
    const struct slow *holder = ret->held ? held : NULL;
    for (int i = 0; i < plan->count && !ret->held; i++) {
        const struct slow *slow = &plan->all[i];
        if (slow->begin_ms <= now_ms && now_ms < slow->finish_ms &&
            (!holder || claims_before(slow, holder)))
            holder = slow;
    }
    if (holder && now_ms < holder->finish_ms) {
        int64_t wrap_ms = (holder->finish_ms - holder->begin_ms) / 4;
        if (wrap_ms > tracker->rules.wrap_up_ms)
            wrap_ms = tracker->rules.wrap_up_ms;
        bool ending = !holder->yields && holder->finish_ms - now_ms <= wrap_ms;
        ret->phase = ending ? PHASE_WRAP_UP : PHASE_LIVE;
        return holder;
    }
    ret->phase = PHASE_OVERRUN;
    ret->open_ended = ret->held;
    ret->overrun_known = ret->held;
    if (!holder)
        holder = slow_overrun(tracker, plan, now_ms, &ret->overrun_known);
    return holder;
}

/* The rules of tracker.h and plan.h, by asking every session. */
static void slow_tracker_at(const struct tracker *tracker, int64_t now_ms,
                            struct tracker_state *ret)
{
    struct slow_plan plan;
    slow_plan_make(tracker, &plan);
    *ret = (struct tracker_state){
        .target_ms = TIME_NEVER_MS, .begin_ms = TIME_NEVER_MS, .finish_ms = TIME_NEVER_MS};
    const struct slow *current = slow_current(tracker, &plan, now_ms, ret);
    slow_next(&plan, now_ms, ret);
    if (current) {
        ret->current = current->s;
        ret->begin_ms = current->begin_ms;
        ret->target_ms = ret->finish_ms = current->finish_ms;
    } else {
        ret->phase = slow_waiting_phase(tracker, ret, now_ms);
        if (ret->phase != PHASE_CLOSED)
            ret->target_ms = ret->next_start_ms;
    }
    const struct command *message = tracker->ledger->message, *full = tracker->ledger->full;
    if (message && now_ms < message->until_ms &&
        (!*message->uid || slow_counts(tracker, &plan, message, ret->current, now_ms)))
        ret->message = message;
    if (full && slow_counts(tracker, &plan, full, ret->current, now_ms))
        ret->full = full;
}

static bool same(const struct tracker_state *a, const struct tracker_state *b)
{
    return a->phase == b->phase && a->current == b->current && a->begin_ms == b->begin_ms &&
           a->finish_ms == b->finish_ms && a->held == b->held && a->open_ended == b->open_ended &&
           a->next == b->next && a->after_next == b->after_next && a->target_ms == b->target_ms &&
           a->next_start_ms == b->next_start_ms && a->overrun_known == b->overrun_known &&
           a->message == b->message && a->full == b->full;
}

/* From now on, change by change: both trackers agree, and nothing changes on the way. */
static void check_from(const struct tracker *tracker, struct random *random, uint64_t seed,
                       int64_t now_ms, int steps)
{
    for (int step = 0; step < steps; step++) {
        struct tracker_state fast, slow, later;
        tracker_at(tracker, now_ms, &fast);
        slow_tracker_at(tracker, now_ms, &slow);
        if (!same(&fast, &slow)) {
            fail_msg("seed %llu: at %lld %s, expected %s", (unsigned long long)seed,
                     (long long)now_ms, phase_name(fast.phase), phase_name(slow.phase));
        }
        int64_t change_ms = tracker_next_change_ms(tracker, now_ms);
        assert_true(change_ms > now_ms);
        int64_t until_ms = change_ms == TIME_NEVER_MS ? now_ms + 3 * DAY_MS : change_ms;
        for (int i = 0; i < 20; i++) {
            int64_t between_ms = now_ms + random_below(random, until_ms - now_ms);
            slow_tracker_at(tracker, i ? between_ms : until_ms - 1, &later);
            if (!same(&slow, &later)) {
                fail_msg("seed %llu: %lld changes before %lld", (unsigned long long)seed,
                         (long long)between_ms, (long long)change_ms);
            }
        }
        if (change_ms == TIME_NEVER_MS)
            return;
        slow_tracker_at(tracker, change_ms, &later);
        if (same(&slow, &later))
            fail_msg("seed %llu: nothing changes at %lld", (unsigned long long)seed,
                     (long long)change_ms);
        now_ms = change_ms;
    }
}

/* One after the other, some back to back, as at a conference. */
static void random_programme(struct random *random, struct schedule *schedule)
{
    static const int lengths_min[] = {5, 5, 20, 25, 50, 50, 0, 60};
    static const int gaps_min[] = {0, 0, 0, 5, 5, 15, 40, -10};
    int64_t start_ms = AT(10, 0);
    int count = (int)random_below(random, SESSIONS_MAX - 1);
    for (int i = 0; i < count; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "s%02d", i);
        int64_t end_ms = start_ms + lengths_min[random_below(random, 8)] * MINUTE_MS;
        struct session *session = sample_add(schedule, uid, start_ms, end_ms);
        if (random_below(random, 6) == 0)
            session->kind = SESSION_KIND_BREAK;
        session->venue_wide = random_below(random, 12) == 0;
        start_ms = end_ms + gaps_min[random_below(random, 8)] * MINUTE_MS;
    }
    schedule_sort(schedule);
}

static struct tracker_rules random_rules(struct random *random, uint64_t seed)
{
    struct tracker_rules rules = sample_rules();
    rules.overrun = (enum overrun_policy)random_below(random, 3);
    if (seed % 2)
        rules.day_ends_min = (int)random_below(random, TRACKER_DAY_ENDS_MAX_MIN + 1);
    if (seed % 4 == 3)
        rules.max_session_ms = HOUR_MS + random_below(random, 3 * HOUR_MS);
    return rules;
}

static void check_random_day(uint64_t seed, const struct zone *zone)
{
    struct random random = random_from(seed);
    struct schedule schedule = {0};
    random_schedule(&random, &schedule);
    struct tracker_rules rules = random_rules(&random, seed);
    struct tracker tracker;
    tracker_init(&tracker, &schedule, NULL, zone, &rules);
    check_from(&tracker, &random, seed, AT(0, 0) - 3 * HOUR_MS, STEPS);
    tracker_release(&tracker);
    schedule_release(&schedule);
}

static void test_random_schedules_agree_with_the_rules(void **state)
{
    (void)state;
    struct zone zone;
    struct error err = {0};
    assert_true(zone_load("Europe/Brussels", &zone, &err));
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        check_random_day(seed, &zone);
    }
}

static const char *const said[] = {
    "start",    "end",       "hold",      "hold",       "hold",      "release",
    "extend 2", "extend 15", "extend -5", "extend 600", "say Hello", "say --for 7m Hello",
    "clear",    "full",      "open",      "occupied",   "vacant",    "undo",
    "undo",
};

/* Returns how many commands made sense. */
static int check_random_operator(uint64_t seed, const struct zone *zone)
{
    static struct command commands[COMMANDS];
    struct random random = random_from(seed);
    struct schedule schedule = {0};
    if (seed % 3)
        random_programme(&random, &schedule);
    else
        random_schedule(&random, &schedule);
    struct tracker_rules rules = random_rules(&random, seed);
    struct ledger ledger = {0};
    struct tracker tracker;
    size_t count = 0;
    tracker_init(&tracker, &schedule, NULL, zone, &rules);
    int64_t now_ms = AT(9, 30);
    for (int i = 0; i < COMMANDS; i++) {
        struct command_request request;
        struct error err = {0};
        now_ms += random_below(&random, 3) ? random_below(&random, 20 * MINUTE_MS) : 0;
        if (random_below(&random, 4) == 0) {
            int64_t change_ms = tracker_next_change_ms(&tracker, now_ms);
            now_ms = change_ms < now_ms + DAY_MS ? change_ms : now_ms;
        }
        assert_true(command_request_parse(said[random_below(&random, 19)], &request, &err));
        if (!command_resolve(&request, &tracker, now_ms, &commands[count], &err)) {
            assert_true(*err.message);
            continue;
        }
        ledger_release(&ledger);
        ledger_make(&ledger, commands, ++count);
        tracker_hear(&tracker, &ledger);
        check_from(&tracker, &random, seed, now_ms, 3);
    }
    check_from(&tracker, &random, seed, AT(9, 0), STEPS);
    tracker_release(&tracker);
    ledger_release(&ledger);
    schedule_release(&schedule);
    return (int)count;
}

static void test_random_operators_agree_with_the_rules(void **state)
{
    (void)state;
    struct zone zone;
    struct error err = {0};
    int sensible = 0;
    assert_true(zone_load("Europe/Brussels", &zone, &err));
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        sensible += check_random_operator(seed, &zone);
    assert_true(sensible > SEEDS * COMMANDS / 4);
}

static void test_nothing_planned_never_changes(void **state)
{
    (void)state;
    struct zone zone;
    zone_utc(&zone);
    struct schedule schedule = {0};
    struct tracker_rules rules = sample_rules();
    struct tracker tracker;
    tracker_init(&tracker, &schedule, NULL, &zone, &rules);
    struct tracker_state now;
    tracker_at(&tracker, AT(10, 0), &now);
    assert_int_equal(now.phase, PHASE_CLOSED);
    assert_null(now.next);
    assert_int_equal(now.target_ms, TIME_NEVER_MS);
    assert_int_equal(tracker_next_change_ms(&tracker, AT(10, 0)), TIME_NEVER_MS);
    tracker_release(&tracker);
}

static void test_an_entry_without_length_is_announced_but_never_holds(void **state)
{
    (void)state;
    struct zone zone;
    zone_utc(&zone);
    struct schedule schedule = {0};
    sample_add(&schedule, "doors", AT(18, 0), AT(18, 0));
    struct tracker_rules rules = sample_rules();
    struct tracker tracker;
    tracker_init(&tracker, &schedule, NULL, &zone, &rules);
    struct tracker_state now;
    tracker_at(&tracker, AT(17, 55), &now);
    assert_int_equal(now.phase, PHASE_SOON);
    assert_string_equal(now.next->uid, "doors");
    tracker_at(&tracker, AT(18, 0), &now);
    assert_int_equal(now.phase, PHASE_CLOSED);
    assert_null(now.current);
    tracker_release(&tracker);
    schedule_release(&schedule);
}

static void test_the_session_after_next_is_known(void **state)
{
    (void)state;
    struct zone zone;
    zone_utc(&zone);
    struct schedule schedule = {0};
    sample_add(&schedule, "a", AT(10, 0), AT(11, 0));
    sample_add(&schedule, "b", AT(11, 0), AT(12, 0));
    struct tracker_rules rules = sample_rules();
    struct tracker tracker;
    tracker_init(&tracker, &schedule, NULL, &zone, &rules);
    struct tracker_state now;
    tracker_at(&tracker, AT(9, 0), &now);
    assert_string_equal(now.next->uid, "a");
    assert_string_equal(now.after_next->uid, "b");
    tracker_at(&tracker, AT(10, 0), &now);
    assert_string_equal(now.next->uid, "b");
    assert_null(now.after_next);
    tracker_release(&tracker);
    schedule_release(&schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_schedules_agree_with_the_rules),
        cmocka_unit_test(test_random_operators_agree_with_the_rules),
        cmocka_unit_test(test_nothing_planned_never_changes),
        cmocka_unit_test(test_an_entry_without_length_is_announced_but_never_holds),
        cmocka_unit_test(test_the_session_after_next_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
