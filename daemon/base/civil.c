#include <roomsign/civil.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <roomsign/error.h>

#define YEAR_MIN 1
#define YEAR_MAX 9999
#define DURATION_MAX_S (INT64_C(366) * 86400)
/* No zone is further from UTC (glibc and RFC 3339 stop before 24 h; this leaves room). */
#define OFFSET_MAX_MS (2 * DAY_MS)
/* Instants beyond have no year that an int or a person could read; it leaves room for offsets. */
#define INSTANT_MAX_MS (INT64_MAX - OFFSET_MAX_MS)

static int64_t divide_down(int64_t value, int64_t by)
{
    int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

/* Both conversions count eras of 400 years from 1 March of year 0, where the leap day comes last
 * in the year (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
#define DAYS_PER_ERA 146097
#define DAYS_TO_1970 719468

int64_t civil_to_days(int year, int month, int day)
{
    assert(month >= 1 && month <= 12);
    int64_t shifted = (int64_t)year - (month <= 2);
    int64_t era = divide_down(shifted, 400);
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

void civil_from_days(int64_t days, struct civil *ret_civil)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = divide_down(shifted, DAYS_PER_ERA);
    int64_t day_of_era = shifted - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    int64_t weekday = (days + 4) % 7;
    *ret_civil = (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        .weekday = (int)(weekday < 0 ? weekday + 7 : weekday),
    };
}

int civil_days_in_month(int year, int month)
{
    int64_t next = month < 12 ? civil_to_days(year, month + 1, 1) : civil_to_days(year + 1, 1, 1);
    return (int)(next - civil_to_days(year, month, 1));
}

/* The wall clock as if it were UTC. */
static int64_t civil_to_ms(const struct civil *civil)
{
    return civil_to_days(civil->year, civil->month, civil->day) * DAY_MS + civil->hour * HOUR_MS +
           civil->minute * MINUTE_MS + civil->second * SECOND_MS + civil->millisecond;
}

static void civil_from_ms(int64_t local_ms, struct civil *ret_civil)
{
    int64_t days = divide_down(local_ms, DAY_MS);
    int64_t of_day_ms = local_ms % DAY_MS;
    if (of_day_ms < 0)
        of_day_ms += DAY_MS;
    civil_from_days(days, ret_civil);
    ret_civil->hour = (int)(of_day_ms / HOUR_MS);
    ret_civil->minute = (int)(of_day_ms / MINUTE_MS % 60);
    ret_civil->second = (int)(of_day_ms / SECOND_MS % 60);
    ret_civil->millisecond = (int)(of_day_ms % SECOND_MS);
}

/* The last change at or before at_ms. */
static size_t zone_index(const struct zone *zone, int64_t at_ms)
{
    assert(zone->count > 0);
    size_t low = 0, high = zone->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->change_ms[middle] <= at_ms)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int64_t zone_offset_ms(const struct zone *zone, int64_t at_ms)
{
    return zone->offset_ms[zone_index(zone, at_ms)];
}

void zone_to_civil(const struct zone *zone, int64_t at_ms, struct civil *ret_civil)
{
    assert(at_ms >= -INSTANT_MAX_MS && at_ms <= INSTANT_MAX_MS);
    civil_from_ms(at_ms + zone_offset_ms(zone, at_ms), ret_civil);
}

/* The first instant at which clocks show local_ms. Where they skip it: the instant by the offset
 * from before, and *ret_skipped_by is the index of the change, else 0. */
static int64_t zone_from_local(const struct zone *zone, int64_t local_ms, size_t *ret_skipped_by)
{
    *ret_skipped_by = 0;
    assert(local_ms >= -INSTANT_MAX_MS && local_ms <= INSTANT_MAX_MS);
    for (size_t i = zone_index(zone, local_ms - OFFSET_MAX_MS);; i++) {
        int64_t at_ms = local_ms - zone->offset_ms[i];
        if (i > 0 && at_ms < zone->change_ms[i]) {
            *ret_skipped_by = i;
            return local_ms - zone->offset_ms[i - 1];
        }
        if (i + 1 == zone->count || at_ms < zone->change_ms[i + 1])
            return at_ms;
    }
}

int64_t zone_from_civil(const struct zone *zone, const struct civil *civil)
{
    size_t skipped_by;
    return zone_from_local(zone, civil_to_ms(civil), &skipped_by);
}

/* The first instant at which clocks show local_ms or, where they skip it, more. */
static int64_t zone_first_showing(const struct zone *zone, int64_t local_ms)
{
    size_t skipped_by;
    int64_t at_ms = zone_from_local(zone, local_ms, &skipped_by);
    return skipped_by > 0 ? zone->change_ms[skipped_by] : at_ms;
}

int64_t zone_programme_day_start_ms(const struct zone *zone, int64_t at_ms, int days,
                                    int day_ends_min)
{
    int64_t ends_ms = day_ends_min * MINUTE_MS;
    int64_t local_ms = at_ms + zone_offset_ms(zone, at_ms);
    int64_t day = divide_down(local_ms - ends_ms, DAY_MS);
    /* Clocks that are set back over its end don't bring the old day back. */
    if (zone_first_showing(zone, (day + 1) * DAY_MS + ends_ms) <= at_ms)
        day++;
    return zone_first_showing(zone, (day + days) * DAY_MS + ends_ms);
}

int64_t zone_day_start_ms(const struct zone *zone, int64_t at_ms, int days)
{
    return zone_programme_day_start_ms(zone, at_ms, days, 0);
}

char *time_format_utc(int64_t at_ms, char text[static TIME_TEXT_BYTES])
{
    struct civil civil;
    civil_from_ms(at_ms, &civil);
    snprintf(text, TIME_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.year, civil.month,
             civil.day, civil.hour, civil.minute, civil.second);
    return text;
}

/* Exactly `digits` digits at *text, moving past them. */
static bool read_number(const char **text, int digits, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        number = number * 10 + (c - '0');
    }
    *text += digits;
    *ret_number = number;
    return true;
}

static bool read_character(const char **text, char expected)
{
    if (**text != expected)
        return false;
    (*text)++;
    return true;
}

/* "YYYY-MM-DDTHH:MM[:SS[.fraction]]" */
static bool read_civil(const char **text, struct civil *ret_civil)
{
    struct civil civil = {0};
    if (!read_number(text, 4, &civil.year) || !read_character(text, '-') ||
        !read_number(text, 2, &civil.month) || !read_character(text, '-') ||
        !read_number(text, 2, &civil.day) ||
        !(read_character(text, 'T') || read_character(text, 't')) ||
        !read_number(text, 2, &civil.hour) || !read_character(text, ':') ||
        !read_number(text, 2, &civil.minute))
        return false;
    if (read_character(text, ':')) {
        if (!read_number(text, 2, &civil.second))
            return false;
        if (read_character(text, '.')) {
            int digit, scale = 100;
            if (!read_number(text, 1, &digit))
                return false;
            do {
                civil.millisecond += digit * scale;
                scale /= 10;
            } while (read_number(text, 1, &digit));
        }
    }
    *ret_civil = civil;
    return true;
}

/* What follows the time: nothing, "Z" or "+01:00". *ret_offset_ms is 0 for nothing. */
static bool read_offset(const char **text, int64_t *ret_offset_ms)
{
    *ret_offset_ms = 0;
    if (**text == '\0' || read_character(text, 'Z') || read_character(text, 'z'))
        return **text == '\0';
    int sign = **text == '-' ? -1 : 1;
    int hours, minutes;
    if (!(read_character(text, '-') || read_character(text, '+')) ||
        !read_number(text, 2, &hours) || !read_character(text, ':') ||
        !read_number(text, 2, &minutes) || **text != '\0' || hours > 23 || minutes > 59)
        return false;
    *ret_offset_ms = sign * (hours * HOUR_MS + minutes * MINUTE_MS);
    return true;
}

/* Whether every part is within its range, leap years and all. */
static bool civil_exists(const struct civil *civil)
{
    return civil->year >= YEAR_MIN && civil->year <= YEAR_MAX && civil->month >= 1 &&
           civil->month <= 12 && civil->day >= 1 &&
           civil->day <= civil_days_in_month(civil->year, civil->month) && civil->hour <= 23 &&
           civil->minute <= 59 && civil->second <= 59;
}

bool time_parse(const char *text, const struct zone *zone, int64_t *ret_ms, struct error *err)
{
    const char *rest = text;
    struct civil civil;
    int64_t offset_ms;
    if (!read_civil(&rest, &civil)) {
        error_set(err, "\"%.60s\" is not a time like 2026-01-31T09:30:00Z or 2026-01-31T10:30",
                  text);
        return false;
    }
    bool local = *rest == '\0';
    if (!read_offset(&rest, &offset_ms)) {
        error_set(err, "\"%.60s\": after the time stands neither Z nor an offset like +01:00",
                  text);
        return false;
    }
    if (!civil_exists(&civil)) {
        error_set(err, "\"%.60s\": there is no such date or time", text);
        return false;
    }
    if (local && !zone) {
        error_set(err, "\"%.60s\" has no zone; write Z or an offset like +01:00 after it", text);
        return false;
    }
    *ret_ms = local ? zone_from_civil(zone, &civil) : civil_to_ms(&civil) - offset_ms;
    return true;
}

static const struct {
    char letter;
    int64_t seconds;
} duration_unit[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
#define DURATION_UNITS (sizeof(duration_unit) / sizeof(duration_unit[0]))

bool duration_parse(const char *text, int64_t *ret_ms, struct error *err)
{
    int64_t total_s = 0;
    size_t next_unit = 0;
    const char *rest = text;
    do {
        int64_t number = 0;
        const char *digits = rest;
        for (; *rest >= '0' && *rest <= '9'; rest++) {
            if (number <= DURATION_MAX_S)
                number = number * 10 + (*rest - '0');
        }
        /* Larger units first, each at most once; only a number on its own needs none. */
        size_t unit = next_unit;
        while (unit < DURATION_UNITS && duration_unit[unit].letter != *rest)
            unit++;
        bool bare = *rest == '\0' && digits == text;
        if (rest == digits || (unit == DURATION_UNITS && !bare)) {
            error_set(err, "\"%.60s\" is not a duration like 90s, 5m or 1h30m", text);
            return false;
        }
        if (number > DURATION_MAX_S)
            number = DURATION_MAX_S + 1;
        total_s += number * (bare ? 1 : duration_unit[unit].seconds);
        next_unit = unit + 1;
        rest += bare ? 0 : 1;
    } while (*rest != '\0');

    if (total_s > DURATION_MAX_S) {
        error_set(err, "\"%.60s\" is longer than 366 days", text);
        return false;
    }
    *ret_ms = total_s * SECOND_MS;
    return true;
}

bool duration_is_bare(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

char *duration_format(int64_t duration_ms, char text[static TIME_TEXT_BYTES])
{
    assert(duration_ms >= 0 && duration_ms <= INSTANT_MAX_MS);
    int64_t rest_s = (duration_ms + SECOND_MS / 2) / SECOND_MS;
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < DURATION_UNITS; i++) {
        int64_t number = rest_s / duration_unit[i].seconds;
        bool last = i + 1 == DURATION_UNITS;
        if (number == 0 && !(last && used == 0))
            continue;
        int written = snprintf(text + used, TIME_TEXT_BYTES - used, "%lld%c", (long long)number,
                               duration_unit[i].letter);
        assert(written > 0 && (size_t)written < TIME_TEXT_BYTES - used);
        used += (size_t)written;
        rest_s %= duration_unit[i].seconds;
    }
    return text;
}
