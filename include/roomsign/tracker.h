/**
 * Who holds the room, in which phase, until when: the heart of the sign, and a pure function.
 *
 * The tracker indexes a schedule once; tracker_at then answers for any instant, forwards or
 * backwards, by search. It reads no clock, knows no screen, and has no memory between calls.
 *
 * Tracked are sessions and breaks that aren't cancelled and last no longer than max_session; an
 * entry without length is announced and ends a presumed overrun, but never holds the room. All
 * limits include their first moment: at its planned end exactly a session is over.
 */
#ifndef ROOMSIGN_TRACKER_H
#define ROOMSIGN_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/schedule.h>

enum phase {
    PHASE_OVERRUN,
    PHASE_WRAP_UP,
    PHASE_LIVE,
    PHASE_SOON,
    PHASE_FREE,
    PHASE_CLOSED,
};
#define PHASE_COUNT 6

enum overrun_policy {
    /** A session past its planned end counts as overrunning until someone says otherwise. */
    OVERRUN_POLICY_SCHEDULE,
    /** Only a held session or an occupied room overruns. */
    OVERRUN_POLICY_CONFIRMED,
    OVERRUN_POLICY_OFF,
};

/** The [alerts] of the config. Durations in milliseconds, none negative. */
struct tracker_rules {
    int64_t soon_ms;
    int64_t wrap_up_ms;
    enum overrun_policy overrun;
    int64_t overrun_limit_ms;
    int64_t max_session_ms;
};

/** An alarm of the feed further ahead than this says nothing about the door, and is not used. */
#define TRACKER_ALARM_MAX_MS HOUR_MS

/** Borrows everything that it points to. */
struct tracker {
    const struct schedule *schedule;
    const struct zone *zone;
    struct tracker_rules rules;
    /** Tracked sessions by start; reach_ms[i] is the latest end among by_start[0..i]. */
    const struct session **by_start;
    int64_t *reach_ms;
    /** Tracked sessions with a length, by end. */
    const struct session **by_end;
    size_t start_count;
    size_t end_count;
    /** What is said as a banner: all-day entries and those longer than max_session, in order. */
    const struct session **banners;
    size_t banner_count;
};

/** What is true at one instant. Sessions are borrowed from the schedule; NULL for none. */
struct tracker_state {
    enum phase phase;
    /** Holds the room, or has run over. */
    const struct session *current;
    /** The first to start after now, on whatever day. */
    const struct session *next;
    /** The one after that. */
    const struct session *after_next;
    /** The moment the countdown counts to (in overrun: from); TIME_NEVER_MS in closed. */
    int64_t target_ms;
    /** The next session's expected start: its planned one, or later by a known delay. */
    int64_t next_start_ms;
    /** In overrun: told by the operator or a sensor, not presumed from the schedule alone. */
    bool overrun_known;
};

void tracker_init(struct tracker *tracker, const struct schedule *schedule, const struct zone *zone,
                  const struct tracker_rules *rules);
void tracker_release(struct tracker *tracker);

void tracker_at(const struct tracker *tracker, int64_t now_ms, struct tracker_state *ret_state);

/** The first instant after now_ms at which tracker_at answers differently; TIME_NEVER_MS if none.
 */
int64_t tracker_next_change_ms(const struct tracker *tracker, int64_t now_ms);

/** "overrun", "wrap-up", "live", "soon", "free", "closed". */
const char *phase_name(enum phase phase);
/** "schedule", "confirmed", "off". */
bool overrun_policy_parse(const char *name, enum overrun_policy *ret_policy);
const char *overrun_policy_name(enum overrun_policy policy);

#endif
