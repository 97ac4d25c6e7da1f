/**
 * The sign's own words, one table a language: everything it says that no feed said.
 *
 * A phrase is whole. A `{}` in it stands for a time, a name or a number; where there are two, they
 * are `{1}` and `{2}` and stand where the language wants them. A phrase whose number inflects has a
 * form for each of the language's plural categories (CLDR). What it says of a session agrees with
 * the language's word for session.
 *
 * Names that feeds gave are set off (U+2068 to U+2069) in a language that is written from right to
 * left, and a phrase that may begin with one starts with U+200F.
 */
#ifndef ROOMSIGN_WORDS_H
#define ROOMSIGN_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/command.h>

/** Of a session that is in another room: which, and at what time; or in one that nobody names. */
struct words_of_move {
    const char *to, *to_at;
    const char *away, *away_at;
};

/** By CLDR's plural categories; NULL: the language hasn't that one. What counts exactly none, one
 *  or two may say so without the number. */
struct words_of_number {
    const char *zero, *one, *two, *few, *many, *other;
};

/** Phrases with a number that inflects. All members are of one type. */
struct words_counted {
    struct words_of_number late;
    struct words_of_number started_late;
    struct words_of_number started_early;
    struct words_of_number more_speakers;
    struct words_of_number more_sessions;
    /** Of the day, before those that are listed. */
    struct words_of_number earlier_sessions;
    /** What stands after the countdown's digits, the number itself left out. */
    struct words_of_number unit_minutes;
    struct words_of_number unit_hours;
    /** What an `extend` did. */
    struct words_of_number done_longer;
    struct words_of_number done_shorter;
};

struct words {
    /** BCP 47, without a region. */
    const char *language;

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

    /** What else is to be said of the phase: of two times the one that holds comes first. */
    const char *held;
    const char *extended_to;
    const char *ends_instead;
    const char *starts_instead;
    const char *was_planned;

    const char *next;
    const char *tomorrow;
    const char *later;
    const char *today;
    const char *schedule_of;

    /** Between names. */
    const char *list_comma;

    /** What a key press did, by its command. EXTEND's is empty: see done_longer. */
    const char *done[COMMAND_KIND_COUNT];
    /** Why it did nothing. */
    const char *refused[COMMAND_REFUSAL_COUNT];
    /** The key that takes it back. */
    const char *key_undoes;
    const char *keys_elsewhere;

    struct words_counted counted;

    bool right_to_left;
};

/** How one region of a language writes dates and times. */
struct words_dates {
    /** From Sunday, from January. */
    const char *weekdays[7];
    const char *weekdays_short[7];
    const char *months_short[12];
    /** {1} the weekday, {2} the day of the month, {3} the month, both names short. */
    const char *date;
    /** What the first day of a month is called. */
    const char *first_day;
    /** Two times. */
    const char *range;
    /** On a clock of twelve hours. */
    const char *before_noon, *after_noon;
    /** Noon and midnight are 0:00 on it, not 12:00. */
    bool noon_is_zero;
};

/** The words of a BCP 47 language; English where there are none. */
const struct words *words_for(const char *language);
/** Those of its region, or of the language elsewhere. */
const struct words_dates *words_dates_for(const char *language);
/** Whether words_for has the language's own. */
bool words_has(const char *language);
/** All of them, in the order of their names: words_at(0) to words_at(WORDS_COUNT - 1). */
#define WORDS_COUNT 9
const struct words *words_at(int index);

/** `text` with its {} replaced, into `result`, cut between characters where it's too long, and
 *  zeroes behind it. What the value holds is not looked into. */
void words_fill(char *result, size_t size, const char *text, const char *value);
/** The same with {1} and {2}, and with {1}, {2} and {3}. */
void words_fill_two(char *result, size_t size, const char *text, const char *first,
                    const char *second);
void words_fill_three(char *result, size_t size, const char *text, const char *first,
                      const char *second, const char *third);

/** The form that goes with the number. */
const char *words_of(const struct words *words, const struct words_of_number *forms,
                     int64_t number);
/** That form with the number in it. */
void words_fill_number(char *result, size_t size, const struct words *words,
                       const struct words_of_number *forms, int64_t number);

#endif
