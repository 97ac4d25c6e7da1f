/**
 * What the operator and the sensors say, one command at a time, and what all of it means.
 *
 * A command is asked for (struct command_request), made sense of at one instant (command_resolve:
 * it then names its session and carries absolute times), kept in the command log, and read from
 * there by the tracker through the ledger. Pure: knows no log file, no socket, no clock.
 *
 * A command lapses with its session: what it says counts only while a session of its uid stands in
 * the schedule, and not further than max_session from that session's planned time.
 *
 * Its code is daemon/core/command.c (requests), resolve.c and ledger.c.
 */
#ifndef ROOMSIGN_COMMAND_H
#define ROOMSIGN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>
#include <roomsign/session.h>

/** Of a message; longer ones are refused. */
#define COMMAND_TEXT_BYTES_MAX 280
#define COMMAND_EXTEND_MAX_MIN 720
#define COMMAND_SAY_FOR_MAX_MS (24 * HOUR_MS)
/** Commands that a log holds at most; the oldest go first (command_log.h). */
#define COMMANDS_MAX 2000
/** How long a command can be taken back. */
#define COMMAND_UNDO_MS (10 * MINUTE_MS)
/** A sensor that says the same again is heard, and logged, so often. */
#define COMMAND_SENSOR_REPEAT_MS HOUR_MS
/** For so long after a session began `start` is refused: it came too late, or twice. */
#define COMMAND_JUST_BEGUN_MS MINUTE_MS

enum command_kind {
    /** The next session starts now; what is in the room is over. */
    COMMAND_START,
    /** What is in the room is over. */
    COMMAND_END,
    /** It stays until `end`, whatever starts. */
    COMMAND_HOLD,
    /** It is no longer held: before its expected end it goes on as planned, after it, it is over.
     */
    COMMAND_RELEASE,
    /** Its expected end moves by minutes; from now where that is past already. */
    COMMAND_EXTEND,
    COMMAND_SAY,
    COMMAND_CLEAR,
    COMMAND_FULL,
    COMMAND_OPEN,
    COMMAND_OCCUPIED,
    COMMAND_VACANT,
    /** Takes back the last command before it that is not taken back yet, sensors' apart. */
    COMMAND_UNDO,
};
#define COMMAND_KIND_COUNT 12

/** "start", "end", "hold" ... */
const char *command_kind_name(enum command_kind kind);
bool command_kind_parse(const char *name, enum command_kind *ret_kind);
/** "occupied" and "vacant", which nobody takes back. */
bool command_is_sensors(enum command_kind kind);
/** Those that name a session, always. */
bool command_is_of_session(enum command_kind kind);

/** As an operator asks for it. A plain value. */
struct command_request {
    enum command_kind kind;
    /** EXTEND: not 0, at most COMMAND_EXTEND_MAX_MIN either way. */
    int minutes;
    /** SAY: 0: until cleared, or with its session; at most COMMAND_SAY_FOR_MAX_MS. */
    int64_t for_ms;
    /** SAY: clean, not empty. */
    char text[COMMAND_TEXT_BYTES_MAX + 1];
};

/**
 * Read "extend -5", "say --for 10m Doors open again", "hold": the words that roomsignctl sends, a
 * line of a command file and the tests write. A text that starts with "--" follows a "--" of its
 * own. Errors: what is wrong, by name.
 */
bool command_request_parse(const char *text, struct command_request *ret_request,
                           struct error *err);

/** Made sense of. A plain value. */
struct command {
    int64_t at_ms;
    enum command_kind kind;
    /** The session that it is about, "" for none. START: the one that starts. */
    char uid[SESSION_UID_BYTES_MAX + 1];
    /** START: the one that is over by it, or "". */
    char over_uid[SESSION_UID_BYTES_MAX + 1];
    /** EXTEND: the expected end. SAY: when the message goes. RELEASE: when the session was over by
     *  it. UNDO: at_ms of the command that it takes back. Else, and where that doesn't apply,
     *  TIME_NEVER_MS. */
    int64_t until_ms;
    /** SAY. */
    char text[COMMAND_TEXT_BYTES_MAX + 1];
};

struct tracker;

/**
 * What the request means at now_ms, of a tracker that heard all commands before it. An `extend`
 * that leaves no time becomes an `end`. Errors: it makes no sense now; err says why, in one
 * sentence for the operator ("nobody is in the room").
 */
bool command_resolve(const struct command_request *request, const struct tracker *tracker,
                     int64_t now_ms, struct command *ret_command, struct error *err);

/** Why a command makes no sense, for who words it in another language. */
enum command_refusal {
    /** It does. */
    COMMAND_REFUSAL_NONE,
    COMMAND_REFUSAL_NOBODY,
    /** Nor is anybody about to be. */
    COMMAND_REFUSAL_NOBODY_COMES,
    COMMAND_REFUSAL_JUST_BEGUN,
    COMMAND_REFUSAL_NOTHING_STARTS,
    COMMAND_REFUSAL_FAR_AHEAD,
    COMMAND_REFUSAL_BREAK,
    COMMAND_REFUSAL_VENUE_WIDE,
    COMMAND_REFUSAL_HELD,
    COMMAND_REFUSAL_NOT_HELD,
    COMMAND_REFUSAL_PAST_END,
    COMMAND_REFUSAL_TOO_LONG,
    COMMAND_REFUSAL_TOO_LATE,
    COMMAND_REFUSAL_FULL,
    COMMAND_REFUSAL_NOT_FULL,
    COMMAND_REFUSAL_NO_MESSAGE,
    COMMAND_REFUSAL_NOTHING_SAID,
    /** What the sign doesn't know it doesn't take for an empty room (sign_refusal). */
    COMMAND_REFUSAL_CLOCK,
    COMMAND_REFUSAL_NO_SCHEDULE,
    COMMAND_REFUSAL_NO_ROOM,
};
#define COMMAND_REFUSAL_COUNT 20

/** Why command_resolve refuses it. */
enum command_refusal command_refusal(const struct command_request *request,
                                     const struct tracker *tracker, int64_t now_ms);

struct ledger;
/** A sensor that says again what it said less than COMMAND_SENSOR_REPEAT_MS ago: needs no place in
 * the log. */
bool command_is_repeat(const struct command *command, const struct ledger *ledger);

/** What the commands say of one session; TIME_NEVER_MS where they say nothing. */
struct session_word {
    const char *uid;
    int64_t started_ms;
    int64_t expected_end_ms;
    int64_t ended_ms;
    int64_t held_ms;
};

enum occupancy {
    OCCUPANCY_UNKNOWN,
    OCCUPANCY_OCCUPIED,
    OCCUPANCY_VACANT,
};

/** All commands of a log taken together, in their order. Zero-initialise it with {0}: nobody has
 *  said anything. */
struct ledger {
    /** By uid; borrows from the commands. At most one is held: the last hold said wins. */
    struct session_word *words;
    size_t word_count;
    /** NULL: no message. With a uid it goes when that session is over. */
    const struct command *message;
    /** NULL: not full. It goes with its uid. */
    const struct command *full;
    enum occupancy occupancy;
    /** Until when the room was last vacant; TIME_NEVER_MS: it still is; 0: it never was. */
    int64_t vacant_until_ms;
    /** When a sensor last spoke; 0: never. What it said says nothing of a session that was due to
     *  end more than max_session later. */
    int64_t sensed_ms;
    /** The command that `undo` would take back, or NULL. */
    const struct command *last;
};

/** Set taken[i] for each `undo` and for what it takes back, of `count` that are all false. */
void ledger_take_back(const struct command *commands, size_t count, bool *taken);
/** Borrows the commands, which are in the order in which they were given. An `undo` whose command
 *  is no longer among them takes nothing back. */
void ledger_make(struct ledger *ret_ledger, const struct command *commands, size_t count);
void ledger_release(struct ledger *ledger);
/** NULL: nothing was said of it. */
const struct session_word *ledger_find(const struct ledger *ledger, const char *uid);

#endif
