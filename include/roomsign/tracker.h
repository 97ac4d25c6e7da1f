/**
 * Who holds the room, in which phase, until when: the heart of the sign, and a pure function.
 *
 * The tracker indexes a schedule once; tracker_at then answers for any instant, forwards or
 * backwards, by search. It reads no clock, knows no screen, and has no memory between calls.
 *
 * Tracked are sessions and breaks that aren't cancelled and last no longer than max_session; an
 * entry without length is announced and ends a presumed overrun, but never holds the room. All
 * limits include their first moment: at its expected end exactly a session is over.
 *
 * When sessions begin and finish is the plan's to say (plan.h). Beyond that: a held session keeps
 * the room whatever starts, until it is ended or released, or lapses max_session after its planned
 * start; an occupied room's last session runs over until the next begins; a room that was vacant
 * since its session's expected end doesn't run over.
 */
#ifndef ROOMSIGN_TRACKER_H
#define ROOMSIGN_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/command.h>
#include <roomsign/plan.h>
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

/** The [alerts] of the config and its day_ends. Durations in milliseconds, none negative. */
struct tracker_rules {
    int64_t soon_ms;
    int64_t wrap_up_ms;
    enum overrun_policy overrun;
    int64_t overrun_limit_ms;
    int64_t max_session_ms;
    /** When the programme's day ends, minutes after midnight, 0 to TRACKER_DAY_ENDS_MAX_MIN: what
     *  the sign goes by wherever it says free or closed, today or another day. */
    int day_ends_min;
};

#define TRACKER_DAY_ENDS_MAX_MIN (12 * 60)

/** An alarm of the feed further ahead than this says nothing about the door, and is not used. */
#define TRACKER_ALARM_MAX_MS HOUR_MS

/** Borrows the schedule, the zone and what was said. */
struct tracker {
    const struct schedule *schedule;
    /** Never NULL. */
    const struct ledger *ledger;
    const struct zone *zone;
    struct tracker_rules rules;
    struct plan plan;
    /** What the message and the mark as full are about; NULL where they are of no session. */
    const struct plan_entry *message_entry;
    const struct plan_entry *full_entry;
    /** What is said as a banner: all-day entries and those longer than max_session, in order. */
    const struct session **banners;
    size_t banner_count;
};

/** What is true at one instant. Sessions are borrowed from the schedule, commands from the ledger;
 *  NULL for none. */
struct tracker_state {
    enum phase phase;
    /** Holds the room, or has run over. */
    const struct session *current;
    /** The current one's, as expected; TIME_NEVER_MS where there is none. */
    int64_t begin_ms, finish_ms;
    /** The current one is held by the operator's word. */
    bool held;
    /** It is held and past its expected end: nobody knows when it will be over. */
    bool open_ended;
    /** The first to begin after now, on whatever day; while the end is open, the first that waits
     *  for it. */
    const struct session *next;
    /** The one after that. */
    const struct session *after_next;
    /** The moment the countdown counts to (in overrun: from); TIME_NEVER_MS in closed. */
    int64_t target_ms;
    /** The next session's expected start: its planned one, or later by a known delay; TIME_NEVER_MS
     *  where it is late already and nothing can be promised, or there is none. */
    int64_t next_start_ms;
    /** In overrun: told by the operator or a sensor, not presumed from the schedule alone. */
    bool overrun_known;
    /** What the operator wants to be said, and that the room is full, while that stands. */
    const struct command *message;
    const struct command *full;
};

/** ledger: what was said of this room, or NULL: nothing. */
void tracker_init(struct tracker *tracker, const struct schedule *schedule,
                  const struct ledger *ledger, const struct zone *zone,
                  const struct tracker_rules *rules);
/** Go by this ledger from now on (NULL: nothing was said): after each command. */
void tracker_hear(struct tracker *tracker, const struct ledger *ledger);
void tracker_release(struct tracker *tracker);

void tracker_at(const struct tracker *tracker, int64_t now_ms, struct tracker_state *ret_state);

/** The first instant after now_ms at which tracker_at answers differently; TIME_NEVER_MS if none.
 */
int64_t tracker_next_change_ms(const struct tracker *tracker, int64_t now_ms);

/** How long before its start this session is announced as starting soon. */
int64_t tracker_soon_ms(const struct tracker *tracker, const struct session *session);

/** The first instant of the programme day that holds at_ms, shifted by `days` days. */
int64_t tracker_day_start_ms(const struct tracker *tracker, int64_t at_ms, int days);
/** Whether both are of the same programme day. */
bool tracker_same_day(const struct tracker *tracker, int64_t a_ms, int64_t b_ms);

/** "overrun", "wrap-up", "live", "soon", "free", "closed". */
const char *phase_name(enum phase phase);

#endif
