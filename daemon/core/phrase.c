#include <roomsign/phrase.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <roomsign/script.h>
#include <roomsign/utf8.h>

/* From here on minutes are easier read as hours and minutes. */
#define MINUTES_ALONE_MAX 99
/* Days from today on that a weekday alone tells apart. */
#define WEEKDAYS_ALONE 7
/* Where words_fill puts a value. */
#define PLACE "{}"
#define NO_BREAK_SPACE "\u00a0"

static const struct words_dates *dates_of(const struct phrasing *phrasing)
{
    return phrasing->dates ? phrasing->dates : words_dates_for(phrasing->words->language);
}

/* "{} AM" on a clock of twelve hours. */
static const char *half_of_day(const struct phrasing *phrasing, const struct civil *civil)
{
    const struct words_dates *dates = dates_of(phrasing);
    return civil->hour < 12 ? dates->before_noon : dates->after_noon;
}

static void put_digits(const struct phrasing *phrasing, const struct civil *civil, char *text,
                       size_t size)
{
    int hour = civil->hour % 12;
    if (!phrasing->clock_12h) {
        snprintf(text, size, "%02d:%02d", civil->hour, civil->minute);
    } else if (hour == 0 && !dates_of(phrasing)->noon_is_zero) {
        snprintf(text, size, "12:%02d", civil->minute);
    } else {
        snprintf(text, size, "%d:%02d", hour, civil->minute);
    }
}

void phrase_time(const struct phrasing *phrasing, int64_t at_ms, char *text, size_t size)
{
    char digits[VIEW_SHORT_BYTES];
    struct civil civil;
    zone_to_civil(phrasing->zone, at_ms, &civil);
    put_digits(phrasing, &civil, digits, sizeof digits);
    words_fill(text, size, phrasing->clock_12h ? half_of_day(phrasing, &civil) : PLACE, digits);
}

void phrase_date(const struct phrasing *phrasing, int64_t at_ms, char *text, size_t size)
{
    const struct words_dates *dates = dates_of(phrasing);
    char number[VIEW_SHORT_BYTES];
    struct civil civil;
    zone_to_civil(phrasing->zone, at_ms, &civil);
    snprintf(number, sizeof number, "%d", civil.day);
    words_fill_three(text, size, dates->date, dates->weekdays_short[civil.weekday],
                     civil.day == 1 ? dates->first_day : number,
                     dates->months_short[civil.month - 1]);
}

void phrase_range(const struct phrasing *phrasing, int64_t from_ms, int64_t until_ms, char *text,
                  size_t size)
{
    char from[VIEW_SHORT_BYTES], until[VIEW_SHORT_BYTES];
    phrase_time(phrasing, from_ms, from, sizeof from);
    phrase_time(phrasing, until_ms, until, sizeof until);
    words_fill_two(text, size, dates_of(phrasing)->range, from, until);
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
                   dates_of(phrasing)->weekdays[civil.weekday]);
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
        words_fill_two(text, size, words->weekday_at,
                       dates_of(phrasing)->weekdays_short[civil.weekday], time);
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

static void put_count(const struct phrasing *phrasing, int64_t number,
                      const struct words_of_number *unit, struct view_count *count)
{
    snprintf(count->digits, sizeof count->digits, "%" PRId64, number);
    snprintf(count->unit, sizeof count->unit, "%s", words_of(phrasing->words, unit, number));
}

void phrase_minutes(const struct phrasing *phrasing, int64_t minutes, struct view_count count[2])
{
    const struct words_counted *counted = &phrasing->words->counted;
    memset(count, 0, 2 * sizeof *count);
    if (minutes <= MINUTES_ALONE_MAX) {
        put_count(phrasing, minutes, &counted->unit_minutes, &count[0]);
        return;
    }
    put_count(phrasing, minutes / 60, &counted->unit_hours, &count[0]);
    if (minutes % 60 != 0) {
        put_count(phrasing, minutes % 60, &counted->unit_minutes, &count[1]);
    }
}

void phrase_moment(const struct phrasing *phrasing, int64_t at_ms, struct view_count count[2])
{
    struct civil civil;
    zone_to_civil(phrasing->zone, at_ms, &civil);
    const char *half = half_of_day(phrasing, &civil);
    memset(count, 0, 2 * sizeof *count);
    if (!phrasing->clock_12h || strncmp(half, PLACE, strlen(PLACE)) != 0) {
        phrase_time(phrasing, at_ms, count[0].digits, sizeof count[0].digits);
        return;
    }
    put_digits(phrasing, &civil, count[0].digits, sizeof count[0].digits);
    half += strlen(PLACE);
    half += strncmp(half, NO_BREAK_SPACE, strlen(NO_BREAK_SPACE)) == 0 ? strlen(NO_BREAK_SPACE) : 0;
    snprintf(count[0].unit, sizeof count[0].unit, "%s", half + strspn(half, " "));
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

/* What is too long says so by its last character. */
static size_t put_cut(char *text, size_t size, const char *name)
{
    static const char ellipsis[] = "…";
    size_t length = strlen(name);
    bool whole = length < size;
    size_t kept = whole ? length : utf8_cut(name, length, size - sizeof ellipsis);
    return (size_t)snprintf(text, size, "%.*s%s", (int)kept, name, whole ? "" : ellipsis);
}

void phrase_room(const struct phrasing *phrasing, const char *name, char *text, size_t size)
{
    /* Neither reorders anything here: a name will stand between them. */
    /* NOLINTNEXTLINE(misc-misleading-bidirectional) */
    static const char set_off[] = "\u2068", back[] = "\u2069";
    size_t used = 0, marks = sizeof set_off + sizeof back - 2;
    memset(text, 0, size);
    if (phrasing->words->right_to_left || !script_has_right_to_left(name, strlen(name))) {
        put_cut(text, size, name);
        return;
    }
    used = sizeof set_off - 1;
    memcpy(text, set_off, used);
    used += put_cut(text + used, size - marks, name);
    memcpy(text + used, back, sizeof back);
}

void phrase_speakers(const struct phrasing *phrasing, const struct session *session, char *text,
                     size_t size)
{
    /* Room that is kept for saying how many did not fit. */
    char more[VIEW_SHORT_BYTES];
    const char *comma = phrasing->words->list_comma;
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < session->speaker_count; i++) {
        const char *name = session->speakers[i];
        size_t separator = used ? strlen(comma) : 0;
        if (used + separator + strlen(name) + sizeof more >= size) {
            words_fill_number(more, sizeof more, phrasing->words,
                              &phrasing->words->counted.more_speakers,
                              (int64_t)(session->speaker_count - i));
            snprintf(text + used, size - used, "%s%s", used ? " " : "", more);
            return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? comma : "", name);
    }
}
