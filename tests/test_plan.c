#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include <roomsign/plan.h>

#include "random.h"
#include "sample.h"

/* What delays do to a day is told by scenarios, and checked for random days by test_tracker. Here:
 * what a plan makes of words that were said of a schedule that has changed since. */

#define MAX_SESSION_MS (12 * HOUR_MS)
#define MANY SCHEDULE_SESSIONS_MAX
#define QUESTIONS 1000000

struct fixture {
    struct schedule schedule;
    struct command commands[4];
    size_t count;
    struct ledger ledger;
    struct plan plan;
};

static void say(struct fixture *fixture, enum command_kind kind, const char *uid, int64_t at_ms,
                int64_t until_ms)
{
    struct command *command = &fixture->commands[fixture->count++];
    *command = (struct command){.at_ms = at_ms, .kind = kind, .until_ms = until_ms};
    snprintf(command->uid, sizeof command->uid, "%s", uid);
}

static void make(struct fixture *fixture)
{
    schedule_sort(&fixture->schedule);
    ledger_make(&fixture->ledger, fixture->commands, fixture->count);
    plan_make(&fixture->plan, &fixture->schedule, &fixture->ledger, MAX_SESSION_MS);
}

static void release(struct fixture *fixture)
{
    plan_release(&fixture->plan);
    ledger_release(&fixture->ledger);
    schedule_release(&fixture->schedule);
}

static void expect(const struct fixture *fixture, const char *uid, int64_t begin_ms,
                   int64_t finish_ms)
{
    const struct session *session = schedule_find(&fixture->schedule, uid);
    const struct plan_entry *entry = plan_find(&fixture->plan, session);
    assert_non_null(entry);
    assert_ptr_equal(entry->session, session);
    assert_int_equal(entry->begin_ms, begin_ms);
    assert_int_equal(entry->finish_ms, finish_ms);
}

static void test_unsaid_everything_is_as_planned(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct random random = random_from(seed);
        struct fixture fixture = {0};
        random_schedule(&random, &fixture.schedule);
        make(&fixture);
        for (size_t i = 0; i < fixture.schedule.count; i++) {
            const struct session *session = &fixture.schedule.sessions[i];
            assert_int_equal(plan_find(&fixture.plan, session) != NULL,
                             plan_tracks(session, MAX_SESSION_MS));
            if (plan_find(&fixture.plan, session))
                expect(&fixture, session->uid, session->start_ms, session->end_ms);
        }
        release(&fixture);
    }
}

static void test_an_extension_pushes_what_comes_after(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    sample_add(&fixture.schedule, "a", AT(10, 0), AT(11, 0));
    sample_add(&fixture.schedule, "b", AT(11, 0), AT(11, 30));
    sample_add(&fixture.schedule, "lunch", AT(11, 30), AT(12, 0))->kind = SESSION_KIND_BREAK;
    sample_add(&fixture.schedule, "c", AT(12, 0), AT(12, 30));
    sample_add(&fixture.schedule, "all", AT(12, 0), AT(13, 0))->venue_wide = true;
    say(&fixture, COMMAND_EXTEND, "a", AT(10, 50), AT(11, 20));
    make(&fixture);
    expect(&fixture, "a", AT(10, 0), AT(11, 20));
    expect(&fixture, "b", AT(11, 20), AT(11, 50));
    expect(&fixture, "lunch", AT(11, 50), AT(12, 5));
    expect(&fixture, "c", AT(12, 5), AT(12, 35));
    expect(&fixture, "all", AT(12, 0), AT(13, 0));
    release(&fixture);
}

static void test_words_of_a_vanished_session_lapse(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    sample_add(&fixture.schedule, "b", AT(11, 0), AT(11, 30));
    sample_add(&fixture.schedule, "c", AT(11, 0), AT(12, 0))->status = SESSION_STATUS_CANCELLED;
    say(&fixture, COMMAND_EXTEND, "a", AT(10, 50), AT(11, 20));
    say(&fixture, COMMAND_HOLD, "c", AT(11, 10), TIME_NEVER_MS);
    make(&fixture);
    expect(&fixture, "b", AT(11, 0), AT(11, 30));
    assert_null(fixture.plan.held);
    assert_null(plan_find(&fixture.plan, schedule_find(&fixture.schedule, "c")));
    release(&fixture);
}

static void test_words_of_a_session_moved_to_another_day_lapse(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    sample_add(&fixture.schedule, "a", AT(24 + 10, 0), AT(24 + 11, 0));
    sample_add(&fixture.schedule, "b", AT(24 + 9, 0), AT(24 + 10, 0));
    say(&fixture, COMMAND_START, "a", AT(9, 55), TIME_NEVER_MS);
    say(&fixture, COMMAND_EXTEND, "a", AT(10, 50), AT(11, 20));
    say(&fixture, COMMAND_HOLD, "a", AT(11, 10), TIME_NEVER_MS);
    say(&fixture, COMMAND_END, "b", AT(9, 30), TIME_NEVER_MS);
    make(&fixture);
    expect(&fixture, "a", AT(24 + 10, 0), AT(24 + 11, 0));
    expect(&fixture, "b", AT(24 + 9, 0), AT(24 + 10, 0));
    assert_null(fixture.plan.held);
    release(&fixture);
}

static void test_an_end_before_its_begin_was_said_of_another_time(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    sample_add(&fixture.schedule, "a", AT(14, 0), AT(15, 0));
    sample_add(&fixture.schedule, "b", AT(16, 0), AT(17, 0));
    say(&fixture, COMMAND_END, "a", AT(10, 55), TIME_NEVER_MS);
    say(&fixture, COMMAND_EXTEND, "b", AT(11, 50), AT(12, 10));
    make(&fixture);
    expect(&fixture, "a", AT(14, 0), AT(15, 0));
    expect(&fixture, "b", AT(16, 0), AT(17, 0));
    assert_false(plan_find(&fixture.plan, schedule_find(&fixture.schedule, "a"))->ended);
    release(&fixture);
}

/* One session as long as all others together, and all of them breaks: what a search by steps would
 * have to step over. */
static void test_questions_are_answered_by_search(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    struct tracker_rules rules = sample_rules();
    struct zone zone;
    struct tracker tracker;
    rules.max_session_ms = 10 * DAY_MS;
    zone_utc(&zone);
    sample_add(&fixture.schedule, "long", AT(0, 0), AT(0, 0) + 10 * DAY_MS);
    sample_add(&fixture.schedule, "held", AT(0, 0), AT(0, 1));
    for (int i = 2; i < MANY; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "%05d", i);
        sample_add(&fixture.schedule, uid, AT(0, 0) + i * 30 * SECOND_MS,
                   AT(0, 0) + i * 30 * SECOND_MS + 20 * SECOND_MS)
            ->kind = SESSION_KIND_BREAK;
    }
    schedule_sort(&fixture.schedule);
    say(&fixture, COMMAND_HOLD, "held", AT(0, 0), TIME_NEVER_MS);
    for (int held = 0; held < 2; held++) {
        ledger_make(&fixture.ledger, fixture.commands, (size_t)held);
        tracker_init(&tracker, &fixture.schedule, &fixture.ledger, &zone, &rules);
        clock_t begin = clock();
        for (int i = 0; i < QUESTIONS; i++) {
            struct tracker_state now;
            tracker_at(&tracker, AT(0, 2) + i * 200, &now);
            assert_string_equal(now.current->uid, held ? "held" : "long");
            assert_int_equal(now.open_ended, held);
        }
        assert_true(clock() - begin < 3 * CLOCKS_PER_SEC);
        tracker_release(&tracker);
        ledger_release(&fixture.ledger);
    }
    schedule_release(&fixture.schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unsaid_everything_is_as_planned),
        cmocka_unit_test(test_an_extension_pushes_what_comes_after),
        cmocka_unit_test(test_words_of_a_vanished_session_lapse),
        cmocka_unit_test(test_words_of_a_session_moved_to_another_day_lapse),
        cmocka_unit_test(test_an_end_before_its_begin_was_said_of_another_time),
        cmocka_unit_test(test_questions_are_answered_by_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
