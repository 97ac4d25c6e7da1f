/**
 * How times, dates and countdowns are written on the sign.
 *
 * Results are cut to their buffers between characters, which none of them should ever need.
 */
#ifndef ROOMSIGN_PHRASE_H
#define ROOMSIGN_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/session.h>
#include <roomsign/view.h>
#include <roomsign/words.h>

/** What every phrase depends on. Borrows everything. */
struct phrasing {
    const struct words *words;
    /** Of the region; NULL: the language's own. */
    const struct words_dates *dates;
    const struct zone *zone;
    bool clock_12h;
    /** As in struct tracker_rules. */
    int day_ends_min;
};

/** "10:48", or "10:48 AM". The digits are 0 to 9 in every language, as in the titles and the room's
 *  name beside them, and as most venues that speak Hindi or Arabic set them. */
void phrase_time(const struct phrasing *phrasing, int64_t at_ms, char *text, size_t size);
/** "Sat 31 Jan". */
void phrase_date(const struct phrasing *phrasing, int64_t at_ms, char *text, size_t size);
/** "10:30 – 11:20", the earlier one where the language starts to read. */
void phrase_range(const struct phrasing *phrasing, int64_t from_ms, int64_t until_ms, char *text,
                  size_t size);
/**
 * The day of at_ms seen from now: "" within the programme day, "Tomorrow", else its date.
 *
 * At 00:10 of a programme day that ends at 04:00, "tomorrow" means to some the morning to come and
 * to others the day after. It is said only of what is tomorrow by both, the programme and the
 * calendar; otherwise the date speaks.
 */
void phrase_day(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms, char *text,
                size_t size);
/** The same in a sentence, with the weekday: "tomorrow, Sunday", else the date. */
void phrase_day_long(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms, char *text,
                     size_t size);

/** A time of whatever day, seen from now: "14:30" within the programme day, "tomorrow 14:30", "Sun
 *  14:30" within the week to come, else "Sun 8 Feb, 14:30". */
void phrase_when(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms, char *text,
                 size_t size);

/** That the programme day of now_ms has nothing more: "No more sessions today", or after midnight,
 *  when "today" may mean the new day, "No more sessions for now". */
const char *phrase_no_more(const struct phrasing *phrasing, int64_t now_ms);

/** Whole minutes, as people count them: "32" "min", from 100 minutes "1" "h" "40" "min". */
void phrase_minutes(const struct phrasing *phrasing, int64_t minutes, struct view_count count[2]);
/** A time of day in the countdown's place: "10:30", or "10:30" "AM". */
void phrase_moment(const struct phrasing *phrasing, int64_t at_ms, struct view_count count[2]);
/** "2:37", from an hour "1:02:37", with `sign` ("+" or "") before it. */
void phrase_seconds(int64_t seconds, const char *sign, struct view_count count[2]);

/**
 * A room's name as it stands within a phrase, "…" at its end where it is cut. Set off (U+2068 to
 * U+2069) if it holds what is written from right to left and the language isn't: it would take the
 * time behind it along. Zeroes behind it. `size` is more than 16.
 */
void phrase_room(const struct phrasing *phrasing, const char *name, char *text, size_t size);

/** Names joined with commas; those that don't fit are counted: "Ada, Brian +3". */
void phrase_speakers(const struct phrasing *phrasing, const struct session *session, char *text,
                     size_t size);

#endif
