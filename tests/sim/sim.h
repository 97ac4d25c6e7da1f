/**
 * The simulation: random lives of one sign, each made of a seed alone, with every promise checked
 * after every step.
 *
 * sim_world.c is the venue: its rooms, its programme and what publishers do to it, and the
 * machine's clock. sim_sign.c is the sign: what roomsignd does with polls, commands, clocks and
 * restarts, by the same calls; sim_feed.c what it polls, sim_operate.c who speaks to it.
 * sim_check.c, sim_view.c and sim_plan.c hold what must always be true; sim.c runs the lives.
 */
#ifndef ROOMSIGN_TESTS_SIM_H
#define ROOMSIGN_TESTS_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/command_log.h>
#include <roomsign/room.h>
#include <roomsign/time_trust.h>
#include <roomsign/trust.h>

#include "../random.h"

#define SIM_STEPS_MAX 28
#define SIM_SESSIONS_MAX 60
#define SIM_FAULT_BYTES 1024
#define SIM_HERE "Hall A"

/** What the lives met, so that a simulation that meets nothing is noticed. */
enum sim_met {
    MET_OVERRUN_KNOWN = PHASE_COUNT,
    MET_OPEN_ENDED,
    MET_DELAY,
    MET_DISTRUST,
    MET_BELIEVED_LATE,
    MET_POLL,
    MET_POLL_FAILED,
    MET_POLL_PARTLY,
    MET_CLOCK_UNSET,
    MET_CLOCK_OVERRULED,
    MET_RESTART,
    MET_REFUSED,
    MET_LAYOUT,
    MET_LIST_PAGE,
    MET_ALERT_MOVED,
    MET_ALERT_CANCELLED,
    MET_NOTE,
    MET_EXPECTED_CHANGE,
    MET_CHANGE,
    MET_COMMAND = MET_CHANGE + CHANGE_KIND_COUNT,
    MET_COUNT = MET_COMMAND + COMMAND_KIND_COUNT,
};

/** One state of one session that this sign was shown. */
struct sim_seen {
    int64_t start_ms, end_ms;
    uint64_t title_hash;
};

/** One command that the operator got an answer to. */
struct sim_answer {
    struct command command;
    bool undone;
};

/** What the only edit since the last poll should be told as. */
struct sim_edit {
    int count;
    enum change_kind kind;
    char uid[32];
};

struct life {
    uint64_t seed;
    struct random random;
    /** Every step is printed. */
    bool tells;
    int step;
    /** "": none yet. The first counts. */
    char fault[SIM_FAULT_BYTES];
    uint64_t *met;

    /* The machine. True time is boot clock + true_less_boot_ms. */
    int64_t boot_ms, true_less_boot_ms, wall_error_ms;
    bool synchronised;

    /* The venue, as its publisher has it: all rooms, unsorted. */
    struct schedule venue;
    int feed_count;
    /** Of uids and titles that were given, so that none is given twice. */
    int uid_count;
    bool servers_tell_time;
    /** The publisher has lost all, or most, for so many polls more. */
    int lost_polls;
    bool lost_all;
    struct sim_edit edit;
    /** From now on a uid names nobody for sure. */
    bool uids_repeat;

    /* The sign. */
    struct room room;
    struct trust trust;
    struct command_log log;
    /** Of the log; "": in memory. */
    char directory[512];
    struct time_trust time_trust;
    struct time_verdict verdict;
    int64_t fetched_boot_ms, polled_boot_ms, polled_ms, window_from_ms;

    /* What the checks remember. */
    struct sim_seen *seen;
    size_t seen_count;
    int doubted_polls;
    struct schedule doubted;
    /** What was answered, and which of it was taken back since. */
    struct sim_answer *answers;
    size_t answer_count;
    /** What the sign shows; what it showed before a command. */
    struct view view, before;
};

/** Print a line of what happens, where life->tells. */
void sim_tell(struct life *life, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Note the first broken invariant. Returns `holds`. */
bool sim_expect(struct life *life, bool holds, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static inline bool sim_chance(struct life *life, int one_in)
{
    return random_below(&life->random, one_in) == 0;
}
static inline int64_t sim_pick(struct life *life, const int64_t *values, size_t count)
{
    return values[random_below(&life->random, (int64_t)count)];
}
#define SIM_PICK(life, ...)                                                                        \
    sim_pick(life, (const int64_t[]){__VA_ARGS__},                                                 \
             sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

/* sim_world.c */
/** The zones are read once for all lives. */
void sim_world_open(void);
void sim_world_make(struct life *life, struct zone *ret_zone);
void sim_world_edit(struct life *life);
/** The clock is set, set back, believed, or not. */
void sim_world_upset_clock(struct life *life);
void sim_world_read_clock(const struct life *life, struct clock_reading *ret_reading);
/** What a poll of the window prints; false: no feed could be used. */
bool sim_world_poll(struct life *life, int64_t now_ms, int64_t from_ms, int64_t until_ms,
                    struct document *ret_document);

/* sim_sign.c */
/** As the sign would start from what it has on the disk: a room of its own, which borrows the
 *  config. */
void sim_sign_rebuild(struct life *life, const struct command *commands, size_t count,
                      struct room *ret_room);
void sim_sign_open_log(struct life *life, struct command_log *ret_log, int64_t now_ms);
void sim_sign_open(struct life *life, const struct zone *zone);
void sim_sign_close(struct life *life);
int64_t sim_sign_now_ms(struct life *life);
void sim_sign_poll(struct life *life);
void sim_sign_restart(struct life *life);
/** At midnight another window is asked for. */
void sim_sign_follow_day(struct life *life, int64_t now_ms);
void sim_sign_view(const struct life *life, int64_t now_ms, struct view *ret_view);

/* sim_operate.c */
/** Somebody says something random. */
void sim_operate(struct life *life);
/** What was answered is in the log, and all that counts. */
void sim_check_answers(struct life *life);

/* sim_check.c */
void sim_check(struct life *life);

/* sim_view.c */
void sim_check_view(struct life *life, const struct tracker_state *state, int64_t now_ms);
void sim_check_layout(struct life *life);
bool sim_views_equal(struct life *life, const struct view *a, const struct view *b,
                     const char *what);

/* sim_plan.c */
void sim_check_plan(struct life *life);
/** Of a document that a poll brought, and of the one before (NULL: none). */
void sim_check_changes(struct life *life, const struct document *last,
                       const struct document *document);
/** Whether the sign may believe this: I4, by its own count of what is lost. */
bool sim_ought_to_believe(struct life *life, const struct document *document, int64_t now_ms);

#endif
