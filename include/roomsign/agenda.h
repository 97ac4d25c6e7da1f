/**
 * The agenda decoder: a schedule as people write it in plain text, and as a listing prints it.
 *
 *     Saturday 31 January 2026
 *     # UB2.252A
 *     10:30-11:20 Three perspectives (Ada Lovelace, Grace Hopper)
 *     11:20 Break
 *     11:40 am  You do not need an ORM - Giacomo
 *     De 12h à 13h : Repas
 *
 * or `Saturday at 10:30, 50 minutes, ROOM, ...` with the title on the line before. What is no entry
 * and no heading is prose and passed over. Local times are the zone's. Days are read in the
 * languages of agenda_day.c. Knows no iCalendar.
 *
 * An entry without an end ends when the next one of its day and room starts; the last one with the
 * event where that is known, else after the median length of the others (of two the longer), else
 * after an hour. `21:00 End`, or 21:00 alone, is no entry but an end. An end before its start is
 * after midnight, within twelve hours, or else ignored. A time in the small hours after one at
 * least twelve hours later is of the next day. Where times go on as on a clock of twelve hours,
 * 12:00 Lunch, 1:30 Talk, or lie in the event only so, they are of the afternoon, without am and
 * pm. Entries of an agenda that names no room anywhere are the room's own, not the venue's.
 */
#ifndef ROOMSIGN_AGENDA_H
#define ROOMSIGN_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/decoder.h>
#include <roomsign/schedule.h>

/** Entries that are kept; one warning tells of more. */
#define AGENDA_ENTRIES_MAX 5000
/** A line's bytes; what follows is not read. Titles are cut earlier. */
#define AGENDA_LINE_BYTES_MAX 4096
/** Lines with a time that are passed over and told; how much of each. */
#define AGENDA_SKIPPED_MAX 3
#define AGENDA_SKIPPED_BYTES 64
/** Fewer lines with a time are a text about something else. */
#define AGENDA_ENTRIES_LEAST 2
/** The length of an entry of which nothing else tells it. */
#define AGENDA_LENGTH_MS HOUR_MS

enum agenda_line_kind {
    /** Prose, or nothing. */
    AGENDA_LINE_TEXT,
    /** `18:10 Title`, `10:30-11:20 Title`: start_min, end_min, rest. */
    AGENDA_LINE_ENTRY,
    /** `Saturday at 10:30, 50 minutes, ROOM, ...`: weekday, start_min, end_min; rest is ROOM. */
    AGENDA_LINE_LISTED,
    /** `Sat 31 Jan`, `2026-03-12`, `Sun 15th`, `Samstag`, `Day 1: Workshops`: weekday, year, month,
     *  day, may_be_month_first, day_number. */
    AGENDA_LINE_DAY,
    /** `Room: X`, `Salle : X`, `# X`: rest. */
    AGENDA_LINE_ROOM,
};

/** What one line says; what it doesn't say is -1 for times and weekday, 0 in the other numbers. */
struct agenda_line {
    enum agenda_line_kind kind;
    /** Minutes of the day; an end after midnight is past 24 * 60. */
    int start_min, end_min;
    /** Written as on a clock of twelve hours, 1:30, without am or pm: maybe half a day later. */
    bool is_half_day;
    /** The start is said to be pm. */
    bool is_pm;
    /** 0 = Sunday. */
    int weekday;
    int year, month, day;
    /** 03/12/2026: day and month may be the other way round. */
    bool may_be_month_first;
    /** Of `Day 2`. */
    int day_number;
    /** A slice of the line. */
    const char *rest;
    size_t rest_length;
};

/** Read one line, which is clean (utf8_clean). *ret_line borrows it. */
void agenda_line_read(const char *text, struct agenda_line *ret_line);

/** Whether a time of day stands anywhere in a clean line. */
bool agenda_line_has_time(const char *text);

/** Split `Title - Speaker, Speaker (Company)`, `Title (Speaker, Speaker)` and `Title | Speaker`.
 * What doesn't look like names of people stays part of the title. */
void agenda_title_read(const char *text, size_t length, struct session *ret_session);

/** An ISO date, as in 2026-03-12, in days since 1970. false: it is none. */
bool agenda_date_parse(const char *text, int64_t *ret_days);

/** Of HTML that stands where plain text should, as office calendars write descriptions: the lines
 * and cells that it shows, in place. Tags that are not known stay. */
void agenda_html_lines(char *text);

struct agenda;

struct agenda_request {
    const struct zone *zone;
    /** The day of entries before any heading, in days since 1970. A weekday alone means the first
     *  such day from it on, `Day 2` the day after it. */
    bool has_date;
    int64_t date_days;
    /** The event that this is the agenda of; TIME_NEVER_MS both: none. What starts outside it is no
     *  part of it. */
    int64_t event_start_ms, event_end_ms;
};

/** Copies the request; borrows its zone. Ownership: the caller's; agenda_free() it. */
struct agenda *agenda_new(const struct agenda_request *request);
void agenda_free(struct agenda *agenda);
/** Bytes in chunks of any size. */
void agenda_push(struct agenda *agenda, const char *bytes, size_t length);

/**
 * The text is complete: append its entries to *ret_schedule, unsorted, with uids, titles,
 * speakers, and the rooms that headings name.
 * Errors: fewer than AGENDA_ENTRIES_LEAST entries, or no date to put them on; nothing is appended.
 */
bool agenda_finish(struct agenda *agenda, struct schedule *ret_schedule, struct error *err);

/** Entries left out past AGENDA_ENTRIES_MAX, and for want of a date; after agenda_finish. */
size_t agenda_excess_count(const struct agenda *agenda);
size_t agenda_undated_count(const struct agenda *agenda);
/** Lines passed over that hold a time, though they don't begin with it; the first of them, of at
 *  most AGENDA_SKIPPED_MAX. Borrowed. */
size_t agenda_skipped_count(const struct agenda *agenda);
const char *agenda_skipped_line(const struct agenda *agenda, size_t index);

/** Behind decoder.h. */
extern const struct decoder_format agenda_format;

#endif
