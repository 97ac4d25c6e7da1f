#include <roomsign/phrase.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <roomsign/utf8.h>

/* From here on minutes are easier read as hours and minutes. */
#define MINUTES_ALONE_MAX 99
/* Days from today on that a weekday alone tells apart. */
#define WEEKDAYS_ALONE 7

void phrase_time(const struct phrasing *phrasing, int64_t at_ms, char *text, size_t size)
{
    struct civil civil;
    zone_to_civil(phrasing->zone, at_ms, &civil);
    if (!phrasing->clock_12h) {
        snprintf(text, size, "%02d:%02d", civil.hour, civil.minute);
        return;
    }
    int hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
    snprintf(text, size, "%d:%02d %s", hour, civil.minute,
             civil.hour < 12 ? phrasing->words->before_noon : phrasing->words->after_noon);
}

void phrase_date(const struct phrasing *phrasing, int64_t at_ms, char *text, size_t size)
{
    struct civil civil;
    zone_to_civil(phrasing->zone, at_ms, &civil);
    snprintf(text, size, "%s %d %s", phrasing->words->weekdays_short[civil.weekday], civil.day,
             phrasing->words->months_short[civil.month - 1]);
}

void phrase_range(const struct phrasing *phrasing, int64_t from_ms, int64_t until_ms, char *text,
                  size_t size)
{
    char from[VIEW_SHORT_BYTES], until[VIEW_SHORT_BYTES];
    phrase_time(phrasing, from_ms, from, sizeof from);
    phrase_time(phrasing, until_ms, until, sizeof until);
    snprintf(text, size, "%s – %s", from, until);
}

static bool is_programme_day_after(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms,
                                   int days)
{
    const struct zone *zone = phrasing->zone;
    return zone_programme_day_start_ms(zone, now_ms, days, phrasing->day_ends_min) ==
           zone_programme_day_start_ms(zone, at_ms, 0, phrasing->day_ends_min);
}

static bool is_tomorrow(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms)
{
    return is_programme_day_after(phrasing, now_ms, at_ms, 1) &&
           zone_day_start_ms(phrasing->zone, now_ms, 1) ==
               zone_day_start_ms(phrasing->zone, at_ms, 0);
}

void phrase_day(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms, char *text,
                size_t size)
{
    if (is_programme_day_after(phrasing, now_ms, at_ms, 0)) {
        text[0] = '\0';
    } else if (is_tomorrow(phrasing, now_ms, at_ms)) {
        snprintf(text, size, "%s", phrasing->words->tomorrow);
    } else {
        phrase_date(phrasing, at_ms, text, size);
    }
}

void phrase_day_long(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms, char *text,
                     size_t size)
{
    struct civil civil;
    zone_to_civil(phrasing->zone, at_ms, &civil);
    if (is_tomorrow(phrasing, now_ms, at_ms)) {
        words_fill(text, size, phrasing->words->tomorrow_is,
                   phrasing->words->weekdays[civil.weekday]);
    } else {
        phrase_date(phrasing, at_ms, text, size);
    }
}

/* After now, and so near that its weekday means one day alone. */
static bool is_within_week(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms)
{
    return at_ms >= now_ms && at_ms < zone_day_start_ms(phrasing->zone, now_ms, WEEKDAYS_ALONE);
}

void phrase_when(const struct phrasing *phrasing, int64_t now_ms, int64_t at_ms, char *text,
                 size_t size)
{
    const struct words *words = phrasing->words;
    char time[VIEW_SHORT_BYTES], date[VIEW_SHORT_BYTES];
    struct civil civil;
    phrase_time(phrasing, at_ms, time, sizeof time);
    if (is_programme_day_after(phrasing, now_ms, at_ms, 0)) {
        snprintf(text, size, "%s", time);
    } else if (is_tomorrow(phrasing, now_ms, at_ms)) {
        words_fill(text, size, words->tomorrow_at, time);
    } else if (is_within_week(phrasing, now_ms, at_ms)) {
        zone_to_civil(phrasing->zone, at_ms, &civil);
        words_fill_two(text, size, words->weekday_at, words->weekdays_short[civil.weekday], time);
    } else {
        phrase_date(phrasing, at_ms, date, sizeof date);
        words_fill_two(text, size, words->date_at, date, time);
    }
}

const char *phrase_no_more(const struct phrasing *phrasing, int64_t now_ms)
{
    const struct zone *zone = phrasing->zone;
    int64_t began_ms = zone_programme_day_start_ms(zone, now_ms, 0, phrasing->day_ends_min);
    return zone_day_start_ms(zone, began_ms, 0) == zone_day_start_ms(zone, now_ms, 0)
               ? phrasing->words->no_more_today
               : phrasing->words->no_more_now;
}

void phrase_minutes(const struct phrasing *phrasing, int64_t minutes, struct view_count count[2])
{
    memset(count, 0, 2 * sizeof *count);
    if (minutes <= MINUTES_ALONE_MAX) {
        snprintf(count[0].digits, sizeof count[0].digits, "%" PRId64, minutes);
        snprintf(count[0].unit, sizeof count[0].unit, "%s", phrasing->words->unit_minutes);
        return;
    }
    snprintf(count[0].digits, sizeof count[0].digits, "%" PRId64, minutes / 60);
    snprintf(count[0].unit, sizeof count[0].unit, "%s", phrasing->words->unit_hours);
    if (minutes % 60 == 0) {
        return;
    }
    snprintf(count[1].digits, sizeof count[1].digits, "%" PRId64, minutes % 60);
    snprintf(count[1].unit, sizeof count[1].unit, "%s", phrasing->words->unit_minutes);
}

void phrase_seconds(int64_t seconds, const char *sign, struct view_count count[2])
{
    memset(count, 0, 2 * sizeof *count);
    int64_t minutes = seconds / 60;
    if (minutes < 60) {
        snprintf(count[0].digits, sizeof count[0].digits, "%s%" PRId64 ":%02" PRId64, sign, minutes,
                 seconds % 60);
    } else {
        snprintf(count[0].digits, sizeof count[0].digits, "%s%" PRId64 ":%02" PRId64 ":%02" PRId64,
                 sign, minutes / 60, minutes % 60, seconds % 60);
    }
}

void phrase_speakers(const struct phrasing *phrasing, const struct session *session, char *text,
                     size_t size)
{
    /* Room that is kept for saying how many did not fit. */
    char more[VIEW_SHORT_BYTES];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < session->speaker_count; i++) {
        const char *name = session->speakers[i];
        size_t separator = used ? 2 : 0;
        if (used + separator + strlen(name) + sizeof more >= size) {
            char number[24];
            snprintf(number, sizeof number, "%zu", session->speaker_count - i);
            words_fill(more, sizeof more, phrasing->words->more_speakers, number);
            snprintf(text + used, size - used, "%s%s", used ? " " : "", more);
            return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", name);
    }
}
