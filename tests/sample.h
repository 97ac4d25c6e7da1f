/* Sessions and schedules for tests, in one line each. */
#ifndef ROOMSIGN_TESTS_SAMPLE_H
#define ROOMSIGN_TESTS_SAMPLE_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>
#include <roomsign/schedule.h>
#include <roomsign/tracker.h>

/* 2026-01-31T00:00:00Z, a Saturday. */
#define SAMPLE_DAY_MS INT64_C(1769817600000)
#define AT(hour, minute) (SAMPLE_DAY_MS + (hour)*HOUR_MS + (minute)*MINUTE_MS)

static inline struct session *sample_add(struct schedule *schedule, const char *uid,
                                         int64_t start_ms, int64_t end_ms)
{
    struct session session;
    session_init(&session);
    session_set(&session.uid, uid);
    session_set(&session.title, uid);
    session.start_ms = start_ms;
    session.end_ms = end_ms;
    bool added = schedule_add(schedule, &session);
    assert(added);
    (void)added;
    session_release(&session);
    return &schedule->sessions[schedule->count - 1];
}

static inline struct tracker_rules sample_rules(void)
{
    return (struct tracker_rules){
        .soon_ms = 10 * MINUTE_MS,
        .wrap_up_ms = 5 * MINUTE_MS,
        .overrun = OVERRUN_POLICY_SCHEDULE,
        .overrun_limit_ms = 10 * MINUTE_MS,
        .max_session_ms = 12 * HOUR_MS,
    };
}

#endif
