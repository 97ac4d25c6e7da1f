#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sample.h"

/* The rules of the tracker, moment by moment, are scenarios (tests/scenarios). Here: what holds for
 * any schedule, checked against a second tracker that asks every session, for random schedules. */

#define SEEDS 300
#define STEPS 60

static bool claims_before(const struct session *a, const struct session *b)
{
    bool a_yields = a->kind == SESSION_KIND_BREAK || a->venue_wide;
    bool b_yields = b->kind == SESSION_KIND_BREAK || b->venue_wide;
    if (a_yields != b_yields) {
        return b_yields;
    }
    if (a->start_ms != b->start_ms) {
        return a->start_ms > b->start_ms;
    }
    if (a->end_ms != b->end_ms) {
        return a->end_ms < b->end_ms;
    }
    return strcmp(a->uid, b->uid) < 0;
}

static bool may_hold(const struct session *session, const struct tracker_rules *rules)
{
    return session->kind != SESSION_KIND_ALL_DAY && session->status != SESSION_STATUS_CANCELLED &&
           session->end_ms - session->start_ms <= rules->max_session_ms;
}

/* The rules of tracker.h and of the README's table, by asking every session. */
static void slow_tracker_at(const struct tracker *tracker, int64_t now_ms,
                            struct tracker_state *ret)
{
    const struct tracker_rules *rules = &tracker->rules;
    const struct session *holder = NULL, *next = NULL, *last = NULL;
    for (size_t i = 0; i < tracker->schedule->count; i++) {
        const struct session *s = &tracker->schedule->sessions[i];
        if (!may_hold(s, rules)) {
            continue;
        }
        if (s->start_ms <= now_ms && now_ms < s->end_ms && (!holder || claims_before(s, holder))) {
            holder = s;
        }
        if (s->start_ms > now_ms && (!next || s->start_ms < next->start_ms ||
                                     (s->start_ms == next->start_ms && claims_before(s, next)))) {
            next = s;
        }
        if (s->end_ms <= now_ms && s->end_ms > s->start_ms &&
            (!last || s->end_ms > last->end_ms ||
             (s->end_ms == last->end_ms && claims_before(s, last)))) {
            last = s;
        }
    }
    *ret = (struct tracker_state){.next = next, .target_ms = TIME_NEVER_MS};
    if (holder) {
        bool yields = holder->kind == SESSION_KIND_BREAK || holder->venue_wide;
        int64_t quarter_ms = (holder->end_ms - holder->start_ms) / 4;
        int64_t wrap_ms = rules->wrap_up_ms < quarter_ms ? rules->wrap_up_ms : quarter_ms;
        ret->current = holder;
        ret->target_ms = holder->end_ms;
        ret->phase = !yields && holder->end_ms - now_ms <= wrap_ms ? PHASE_WRAP_UP : PHASE_LIVE;
        return;
    }
    bool begun = false;
    for (size_t i = 0; last && i < tracker->schedule->count; i++) {
        const struct session *s = &tracker->schedule->sessions[i];
        begun |= may_hold(s, rules) && s->start_ms >= last->end_ms && s->start_ms <= now_ms;
    }
    if (rules->overrun == OVERRUN_POLICY_SCHEDULE && last && !begun && !last->venue_wide &&
        last->kind != SESSION_KIND_BREAK && now_ms < last->end_ms + rules->overrun_limit_ms) {
        ret->current = last;
        ret->target_ms = last->end_ms;
        ret->phase = PHASE_OVERRUN;
        return;
    }
    ret->phase = PHASE_CLOSED;
    if (!next) {
        return;
    }
    int64_t soon_ms = rules->soon_ms;
    if (next->remind_s > 0 && next->remind_s * SECOND_MS <= TRACKER_ALARM_MAX_MS) {
        soon_ms = next->remind_s * SECOND_MS;
    }
    struct civil today, day;
    zone_to_civil(tracker->zone, now_ms, &today);
    zone_to_civil(tracker->zone, next->start_ms, &day);
    if (next->start_ms - now_ms <= soon_ms) {
        ret->phase = PHASE_SOON;
    } else if (today.day == day.day && today.month == day.month && today.year == day.year) {
        ret->phase = PHASE_FREE;
    }
    if (ret->phase != PHASE_CLOSED) {
        ret->target_ms = next->start_ms;
    }
}

static bool same(const struct tracker_state *a, const struct tracker_state *b)
{
    return a->phase == b->phase && a->current == b->current && a->next == b->next &&
           a->target_ms == b->target_ms;
}

static void check_random_day(uint64_t seed, const struct zone *zone)
{
    struct random random = random_from(seed);
    struct schedule schedule = {0};
    random_schedule(&random, &schedule);
    struct tracker_rules rules = sample_rules();
    rules.overrun = (enum overrun_policy)random_below(&random, 3);
    struct tracker tracker;
    tracker_init(&tracker, &schedule, zone, &rules);

    int64_t now_ms = AT(0, 0) - 3 * HOUR_MS;
    for (int step = 0; step < STEPS; step++) {
        struct tracker_state fast, slow, later;
        tracker_at(&tracker, now_ms, &fast);
        slow_tracker_at(&tracker, now_ms, &slow);
        if (!same(&fast, &slow)) {
            fail_msg("seed %llu: at %lld %s, expected %s", (unsigned long long)seed,
                     (long long)now_ms, phase_name(fast.phase), phase_name(slow.phase));
        }
        int64_t change_ms = tracker_next_change_ms(&tracker, now_ms);
        assert_true(change_ms > now_ms);
        /* Nothing changes on the way there. */
        int64_t until_ms = change_ms == TIME_NEVER_MS ? now_ms + 3 * DAY_MS : change_ms;
        for (int i = 0; i < 20; i++) {
            int64_t between_ms = now_ms + random_below(&random, until_ms - now_ms);
            slow_tracker_at(&tracker, i ? between_ms : until_ms - 1, &later);
            if (!same(&slow, &later)) {
                fail_msg("seed %llu: %lld changes before %lld", (unsigned long long)seed,
                         (long long)between_ms, (long long)change_ms);
            }
        }
        if (change_ms == TIME_NEVER_MS) {
            break;
        }
        now_ms = change_ms;
    }
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

static void test_nothing_planned_never_changes(void **state)
{
    (void)state;
    struct zone zone;
    zone_utc(&zone);
    struct schedule schedule = {0};
    struct tracker_rules rules = sample_rules();
    struct tracker tracker;
    tracker_init(&tracker, &schedule, &zone, &rules);
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
    tracker_init(&tracker, &schedule, &zone, &rules);
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
    tracker_init(&tracker, &schedule, &zone, &rules);
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

static void test_names_of_policies_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i <= OVERRUN_POLICY_OFF; i++) {
        enum overrun_policy policy;
        assert_true(overrun_policy_parse(overrun_policy_name((enum overrun_policy)i), &policy));
        assert_int_equal(policy, i);
    }
    enum overrun_policy policy;
    assert_false(overrun_policy_parse("always", &policy));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_schedules_agree_with_the_rules),
        cmocka_unit_test(test_nothing_planned_never_changes),
        cmocka_unit_test(test_an_entry_without_length_is_announced_but_never_holds),
        cmocka_unit_test(test_the_session_after_next_is_known),
        cmocka_unit_test(test_names_of_policies_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
