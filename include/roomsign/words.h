/**
 * The sign's own words, one table a language: everything it says that no feed said.
 *
 * A `{}` in a text stands for a time, a name or a number; of two, words_fill replaces the first.
 */
#ifndef ROOMSIGN_WORDS_H
#define ROOMSIGN_WORDS_H

#include <stddef.h>

#include <roomsign/command.h>

/** Of a session that is in another room: which, and at what time; or in one that nobody names. */
struct words_of_move {
    const char *to, *to_at;
    const char *away, *away_at;
};

struct words {
    const char *in_session;
    const char *ending_soon;
    const char *running_over;
    const char *past_its_end;
    const char *starting_soon;
    const char *free;
    const char *closed;
    const char *pause;
    const char *waiting;
    const char *not_found;
    const char *clock_unset;

    const char *ends_in;
    const char *starts_in;
    const char *over_by;
    const char *due_to_end;
    const char *next_session_in;
    const char *first_session;
    const char *tomorrow_is;
    /** A time of another day: tomorrow's, a weekday's, a date's. */
    const char *tomorrow_at;
    const char *weekday_at;
    const char *date_at;

    const char *please_wait;
    const char *free_until;
    const char *no_more_today;
    const char *no_more_now;
    const char *no_sessions;
    const char *no_schedule;
    const char *no_schedule_detail;
    const char *room_missing;
    const char *room_missing_detail;
    const char *rooms_instead;
    const char *remedy_for;
    const char *remedy;
    /** How many feeds, of how many. */
    const char *room_missing_in;
    const char *clock_unset_detail;
    const char *clock_of_server;
    const char *clock_held;
    const char *untitled;

    /** The alerts, and where else to go: a room and what is on there. */
    const char *full;
    const char *is_cancelled;
    struct words_of_move is_moved;
    const char *place;

    /** What stands before the title of what is listed. */
    const char *cancelled;
    struct words_of_move moved_note;
    const char *moved_here;
    const char *retimed_to;
    const char *until;
    const char *new_session;
    const char *new_title;
    const char *late;

    /** What else is to be said of the phase: of two times the one that holds comes first. */
    const char *held;
    const char *extended_to;
    const char *ends_instead;
    const char *starts_instead;
    const char *started_late;
    const char *started_early;
    const char *was_planned;

    const char *more_speakers;
    const char *more_sessions;

    const char *next;
    const char *tomorrow;
    const char *later;
    const char *schedule_of;

    const char *unit_minutes;
    const char *unit_hours;
    const char *before_noon;
    const char *after_noon;

    /** What a key press did, by its command; `extend` says by how many minutes. */
    const char *done[COMMAND_KIND_COUNT];
    const char *done_shorter;
    /** The key that takes it back. */
    const char *key_undoes;
    const char *keys_elsewhere;

    /** From Sunday, from January. */
    const char *weekdays[7];
    const char *weekdays_short[7];
    const char *months_short[12];
};

/** The words of the BCP 47 language that comes closest; English where there is none, which is
 *  everywhere until a second table stands in words.c. */
const struct words *words_for(const char *language);

/** `text` with its {} replaced, into `result`, cut between characters where it's too long. */
void words_fill(char *result, size_t size, const char *text, const char *value);
/** The same with two, of which neither is looked into. */
void words_fill_two(char *result, size_t size, const char *text, const char *first,
                    const char *second);

#endif
