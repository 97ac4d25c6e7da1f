#include <roomsign/recurrence.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/civil.h>
#include <roomsign/error.h>

#define YEAR_MAX 9999

void recurrence_rule_init(struct recurrence_rule *rule, enum recurrence_frequency frequency)
{
    memset(rule, 0, sizeof *rule);
    rule->frequency = frequency;
    rule->interval = 1;
    rule->until_ms = TIME_NEVER_MS;
    rule->week_start = 1;
}

void moments_release(struct moments *moments)
{
    free(moments->at_ms);
    *moments = (struct moments){0};
}

bool moments_add(struct moments *moments, int64_t at_ms)
{
    if (moments->count == RECURRENCE_MOMENTS_MAX)
        return false;
    if (moments->count == moments->capacity) {
        moments->capacity = moments->capacity ? moments->capacity * 2 : 16;
        moments->at_ms = xrealloc(moments->at_ms, moments->capacity * sizeof *moments->at_ms);
    }
    moments->at_ms[moments->count++] = at_ms;
    return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a - floor_div(a, b) * b;
}

/** 0 = Sunday; 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day)
{
    return (int)floor_mod(day + 4, 7);
}

static bool has_bit(uint64_t set, int bit)
{
    return bit >= 0 && bit < 64 && (set >> bit & 1) != 0;
}

static bool has_year_day(const uint64_t set[static 6], int day)
{
    return has_bit(set[day / 64], day % 64);
}

static bool any_year_day(const struct recurrence_rule *rule)
{
    uint64_t any = 0;
    for (int i = 0; i < 6; i++)
        any |= rule->year_days[i] | rule->year_days_back[i];
    return any != 0;
}

static bool any_weekday(const struct recurrence_rule *rule)
{
    uint64_t any = rule->weekdays;
    for (int i = 0; i < 7; i++)
        any |= rule->weekday_nth[i] | rule->weekday_nth_back[i];
    return any != 0;
}

/** The state of one expansion. `rule` has its defaults filled in from the start. */
struct expansion {
    struct recurrence_rule rule;
    const struct recurrence_window *window;
    struct moments *moments;
    int64_t *steps;
    /** No time after it is wanted, by the window or UNTIL. */
    int64_t last_ms;
    /** Occurrences that COUNT still allows; INT64_MAX without COUNT. */
    int64_t left;
    bool by_year_day;
    bool by_weekday;
    int hours[24], minutes[60], seconds[60];
    int hour_count, minute_count, second_count;
    enum recurrence_outcome outcome;
};

/** false: the expansion is over. */
static bool expansion_step(struct expansion *expansion)
{
    if (--*expansion->steps >= 0)
        return true;
    expansion->outcome = RECURRENCE_TOO_COSTLY;
    return false;
}

static bool expansion_add(struct expansion *expansion, int64_t at_ms)
{
    if (at_ms < expansion->window->from_ms)
        return true;
    if (moments_add(expansion->moments, at_ms))
        return true;
    expansion->outcome = RECURRENCE_TOO_MANY;
    return false;
}

/** Take the next time that the rule names, in ascending order. false: that was the last. */
static bool expansion_take(struct expansion *expansion, int64_t at_ms)
{
    const struct recurrence_window *window = expansion->window;
    if (at_ms < window->start_ms || (at_ms == window->start_ms && !window->start_is_free))
        return true;
    if (at_ms > expansion->last_ms || expansion->left == 0)
        return false;
    if (expansion->left != INT64_MAX)
        expansion->left--;
    return expansion_add(expansion, at_ms);
}

static int list_bits(uint64_t set, int limit, int fallback, int *ret_list)
{
    int count = 0;
    if (set == 0)
        ret_list[count++] = fallback;
    for (int bit = 0; bit < limit; bit++)
        if (has_bit(set, bit))
            ret_list[count++] = bit;
    return count;
}

/** What a rule leaves open comes from the start (§3.3.10, "derived from DTSTART"). */
static void expansion_default(struct expansion *expansion)
{
    struct recurrence_rule *rule = &expansion->rule;
    struct civil start;
    int64_t start_ms = expansion->window->start_ms;
    int64_t start_day = floor_div(start_ms, DAY_MS);
    int second_of_day = (int)(floor_mod(start_ms, DAY_MS) / SECOND_MS);
    civil_from_days(start_day, &start);
    if (expansion->window->all_day)
        rule->hours = 0, rule->minutes = 0, rule->seconds = 0;
    bool by_month_day = rule->month_days != 0 || rule->month_days_back != 0;
    bool by_week = rule->weeks != 0 || rule->weeks_back != 0;
    bool by_day = by_month_day || any_year_day(rule) || any_weekday(rule);
    switch (rule->frequency) {
    case RECURRENCE_YEARLY:
        if (by_week && !by_day) {
            rule->weekdays = 1u << weekday_of(start_day);
        } else if (!by_week && !by_day) {
            rule->month_days = 1u << start.day;
            if (rule->months == 0)
                rule->months = 1u << start.month;
        }
        break;
    case RECURRENCE_MONTHLY:
        if (!by_day)
            rule->month_days = 1u << start.day;
        break;
    case RECURRENCE_WEEKLY:
        if (!any_weekday(rule))
            rule->weekdays = 1u << weekday_of(start_day);
        break;
    default:
        break;
    }
    expansion->by_year_day = any_year_day(rule);
    expansion->by_weekday = any_weekday(rule);
    expansion->hour_count = list_bits(rule->hours, 24, second_of_day / 3600, expansion->hours);
    expansion->minute_count =
        list_bits(rule->minutes, 60, second_of_day / 60 % 60, expansion->minutes);
    expansion->second_count = list_bits(rule->seconds, 60, second_of_day % 60, expansion->seconds);
}

/** The first day of week 1: the week that holds at least four days of the year (§3.3.10). */
static int64_t first_week_day(int year, int week_start)
{
    int64_t new_year = civil_to_days(year, 1, 1);
    int offset = (weekday_of(new_year) - week_start + 7) % 7;
    return new_year - offset + (offset > 3 ? 7 : 0);
}

static bool week_matches(const struct recurrence_rule *rule, int year, int64_t day)
{
    int64_t first = first_week_day(year, rule->week_start);
    int64_t next = first_week_day(year + 1, rule->week_start);
    if (day < first) {
        next = first;
        first = first_week_day(year - 1, rule->week_start);
    } else if (day >= next) {
        first = next;
        next = first_week_day(year + 2, rule->week_start);
    }
    return has_bit(rule->weeks, (int)((day - first) / 7) + 1) ||
           has_bit(rule->weeks_back, (int)((next - 1 - day) / 7) + 1);
}

static bool weekday_matches(const struct recurrence_rule *rule, const struct civil *civil,
                            int64_t day)
{
    int weekday = weekday_of(day);
    uint64_t nth = rule->weekday_nth[weekday], nth_back = rule->weekday_nth_back[weekday];
    if (has_bit(rule->weekdays, weekday))
        return true;
    if ((nth | nth_back) == 0)
        return false;
    bool in_month = rule->frequency == RECURRENCE_MONTHLY || rule->months != 0;
    if (rule->frequency < RECURRENCE_MONTHLY || rule->weeks != 0 || rule->weeks_back != 0)
        return true; /* numbers have no meaning there */
    int64_t first = civil_to_days(civil->year, in_month ? civil->month : 1, 1);
    int64_t next = in_month && civil->month < 12 ? civil_to_days(civil->year, civil->month + 1, 1)
                                                 : civil_to_days(civil->year + 1, 1, 1);
    return has_bit(nth, (int)((day - first) / 7) + 1) ||
           has_bit(nth_back, (int)((next - 1 - day) / 7) + 1);
}

static bool day_matches(const struct expansion *expansion, int64_t day)
{
    const struct recurrence_rule *rule = &expansion->rule;
    struct civil civil;
    civil_from_days(day, &civil);
    if (rule->months != 0 && !has_bit(rule->months, civil.month))
        return false;
    if (rule->month_days != 0 || rule->month_days_back != 0) {
        int back = civil_days_in_month(civil.year, civil.month) - civil.day + 1;
        if (!has_bit(rule->month_days, civil.day) && !has_bit(rule->month_days_back, back))
            return false;
    }
    if (expansion->by_year_day) {
        int forth = (int)(day - civil_to_days(civil.year, 1, 1)) + 1;
        int back = (int)(civil_to_days(civil.year + 1, 1, 1) - day);
        if (!has_year_day(rule->year_days, forth) && !has_year_day(rule->year_days_back, back))
            return false;
    }
    if (rule->frequency == RECURRENCE_YEARLY && (rule->weeks != 0 || rule->weeks_back != 0) &&
        !week_matches(rule, civil.year, day))
        return false;
    return !expansion->by_weekday || weekday_matches(rule, &civil, day);
}

/** A run of times: some days, each with the same times of day, in order. */
struct period {
    int64_t days[366];
    size_t day_count;
    const struct expansion *expansion;
};

static int64_t period_times(const struct period *period)
{
    const struct expansion *expansion = period->expansion;
    return (int64_t)expansion->hour_count * expansion->minute_count * expansion->second_count;
}

static int64_t period_time_ms(const struct period *period, int64_t index)
{
    const struct expansion *expansion = period->expansion;
    int64_t times = period_times(period);
    int64_t day = period->days[index / times];
    int64_t time = index % times;
    int second = expansion->seconds[time % expansion->second_count];
    time /= expansion->second_count;
    int minute = expansion->minutes[time % expansion->minute_count];
    int hour = expansion->hours[time / expansion->minute_count];
    return day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
}

static int compare_index(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/** BYSETPOS: which of `total` things are wanted, ascending and each once. */
static size_t choose_positions(struct expansion *expansion, int64_t total,
                               int64_t ret_indexes[static RECURRENCE_POSITIONS_MAX])
{
    const struct recurrence_rule *rule = &expansion->rule;
    size_t count = 0, unique = 0;
    *expansion->steps -= (int64_t)rule->position_count;
    for (size_t i = 0; i < rule->position_count; i++) {
        int position = rule->positions[i];
        int64_t index = position > 0 ? position - 1 : total + position;
        if (index >= 0 && index < total)
            ret_indexes[count++] = index;
    }
    qsort(ret_indexes, count, sizeof *ret_indexes, compare_index);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || ret_indexes[i] != ret_indexes[unique - 1])
            ret_indexes[unique++] = ret_indexes[i];
    return unique;
}

static bool take_period(struct expansion *expansion, const struct period *period)
{
    int64_t times = period_times(period);
    int64_t total = (int64_t)period->day_count * times;
    if (expansion->rule.position_count > 0) {
        int64_t indexes[RECURRENCE_POSITIONS_MAX];
        size_t count = choose_positions(expansion, total, indexes);
        for (size_t i = 0; i < count; i++)
            if (!expansion_take(expansion, period_time_ms(period, indexes[i])))
                return false;
        return true;
    }
    int64_t start_day = floor_div(expansion->window->start_ms, DAY_MS);
    int64_t from_day = floor_div(expansion->window->from_ms, DAY_MS);
    for (size_t i = 0; i < period->day_count; i++) {
        int64_t day = period->days[i];
        /* Days before the window only count: no need to look at each of their times. */
        if (day > start_day && day < from_day && expansion->left >= times) {
            expansion->left -= expansion->left == INT64_MAX ? 0 : times;
            continue;
        }
        for (int64_t time = 0; time < times; time++)
            if (!expansion_step(expansion) ||
                !expansion_take(expansion, period_time_ms(period, (int64_t)i * times + time)))
                return false;
    }
    return true;
}

static bool collect_days(struct expansion *expansion, int64_t first, int64_t count,
                         struct period *period)
{
    for (int64_t day = first; day < first + count; day++) {
        if (!expansion_step(expansion))
            return false;
        if (day_matches(expansion, day))
            period->days[period->day_count++] = day;
    }
    return true;
}

/** The days of a year, without looking into months that are out of the question. */
static bool collect_year(struct expansion *expansion, int year, struct period *period)
{
    uint32_t months = expansion->rule.months;
    if (months == 0)
        return collect_days(expansion, civil_to_days(year, 1, 1),
                            civil_to_days(year + 1, 1, 1) - civil_to_days(year, 1, 1), period);
    for (int month = 1; month <= 12; month++)
        if (has_bit(months, month) && !collect_days(expansion, civil_to_days(year, month, 1),
                                                    civil_days_in_month(year, month), period))
            return false;
    return expansion_step(expansion);
}

/** The first period, counted from the start's, that can matter. With COUNT all of them do. */
static int64_t first_period(const struct expansion *expansion, int64_t units_to_window)
{
    if (expansion->left != INT64_MAX || units_to_window <= 0)
        return 0;
    int64_t periods = units_to_window / expansion->rule.interval - 1;
    return periods > 0 ? periods : 0;
}

static void expand_years(struct expansion *expansion)
{
    struct civil start, from;
    civil_from_days(floor_div(expansion->window->start_ms, DAY_MS), &start);
    civil_from_days(floor_div(expansion->window->from_ms, DAY_MS), &from);
    for (int64_t k = first_period(expansion, from.year - start.year);; k++) {
        struct period period = {.expansion = expansion};
        int64_t year = start.year + k * expansion->rule.interval;
        if (year > YEAR_MAX || civil_to_days((int)year, 1, 1) * DAY_MS > expansion->last_ms ||
            !collect_year(expansion, (int)year, &period) || !take_period(expansion, &period))
            return;
    }
}

static void expand_months(struct expansion *expansion)
{
    struct civil start, from;
    civil_from_days(floor_div(expansion->window->start_ms, DAY_MS), &start);
    civil_from_days(floor_div(expansion->window->from_ms, DAY_MS), &from);
    int64_t start_month = start.year * INT64_C(12) + start.month - 1;
    int64_t from_month = from.year * INT64_C(12) + from.month - 1;
    for (int64_t k = first_period(expansion, from_month - start_month);; k++) {
        struct period period = {.expansion = expansion};
        int64_t index = start_month + k * expansion->rule.interval;
        int year = (int)(index / 12), month = (int)(index % 12) + 1;
        int64_t first = year > YEAR_MAX ? 0 : civil_to_days(year, month, 1);
        if (year > YEAR_MAX || first * DAY_MS > expansion->last_ms || !expansion_step(expansion))
            return;
        if (expansion->rule.months != 0 && !has_bit(expansion->rule.months, month))
            continue;
        if (!collect_days(expansion, first, civil_days_in_month(year, month), &period) ||
            !take_period(expansion, &period))
            return;
    }
}

/** WEEKLY and DAILY: periods of `length` days. */
static void expand_days(struct expansion *expansion, int64_t length)
{
    int64_t start_day = floor_div(expansion->window->start_ms, DAY_MS);
    int64_t from_day = floor_div(expansion->window->from_ms, DAY_MS);
    if (length == 7)
        start_day -= (weekday_of(start_day) - expansion->rule.week_start + 7) % 7;
    for (int64_t k = first_period(expansion, (from_day - start_day) / length);; k++) {
        struct period period = {.expansion = expansion};
        int64_t first = start_day + k * expansion->rule.interval * length;
        if (first * DAY_MS > expansion->last_ms ||
            !collect_days(expansion, first, length, &period) || !take_period(expansion, &period))
            return;
    }
}

/** For how long from unit_ms on BYHOUR, BYMINUTE or BYSECOND excludes what it limits; 0: not. */
static int64_t excluded_ms(const struct recurrence_rule *rule, int64_t unit_ms)
{
    int64_t time_ms = floor_mod(unit_ms, DAY_MS);
    if (rule->hours != 0 && !has_bit(rule->hours, (int)(time_ms / HOUR_MS)))
        return HOUR_MS - time_ms % HOUR_MS;
    if (rule->frequency < RECURRENCE_HOURLY && rule->minutes != 0 &&
        !has_bit(rule->minutes, (int)(time_ms / MINUTE_MS % 60)))
        return MINUTE_MS - time_ms % MINUTE_MS;
    if (rule->frequency == RECURRENCE_SECONDLY && rule->seconds != 0 &&
        !has_bit(rule->seconds, (int)(time_ms / SECOND_MS % 60)))
        return SECOND_MS;
    return 0;
}

/** The times within one hour, minute or second that begins at unit_ms. */
static bool take_unit(struct expansion *expansion, int64_t unit_ms)
{
    const struct recurrence_rule *rule = &expansion->rule;
    int minutes = rule->frequency == RECURRENCE_HOURLY ? expansion->minute_count : 1;
    int seconds = rule->frequency == RECURRENCE_SECONDLY ? 1 : expansion->second_count;
    int64_t indexes[RECURRENCE_POSITIONS_MAX];
    bool chosen = rule->position_count > 0;
    size_t total = (size_t)minutes * (size_t)seconds;
    size_t count = chosen ? choose_positions(expansion, (int64_t)total, indexes) : total;
    for (size_t i = 0; i < count; i++) {
        size_t index = chosen ? (size_t)indexes[i] : i;
        int64_t at_ms = unit_ms;
        if (rule->frequency == RECURRENCE_HOURLY)
            at_ms += expansion->minutes[index / (size_t)seconds] * MINUTE_MS;
        if (rule->frequency != RECURRENCE_SECONDLY)
            at_ms += expansion->seconds[index % (size_t)seconds] * SECOND_MS;
        if (!expansion_step(expansion) || !expansion_take(expansion, at_ms))
            return false;
    }
    return true;
}

/** HOURLY, MINUTELY, SECONDLY: first the days that the rule allows, and only in these the units. */
static void expand_units(struct expansion *expansion, int64_t unit_ms)
{
    const struct recurrence_window *window = expansion->window;
    int64_t interval = expansion->rule.interval;
    int64_t first_unit = floor_div(window->start_ms, unit_ms);
    int64_t day = floor_div(window->start_ms, DAY_MS);
    int64_t from_day = floor_div(window->from_ms, DAY_MS);
    if (expansion->left == INT64_MAX && from_day > day)
        day = from_day;
    for (; day * DAY_MS <= expansion->last_ms; day++) {
        if (!expansion_step(expansion))
            return;
        if (!day_matches(expansion, day))
            continue;
        int64_t unit = day * (DAY_MS / unit_ms);
        if (unit < first_unit)
            unit = first_unit;
        unit += floor_mod(first_unit - unit, interval);
        while (unit < (day + 1) * (DAY_MS / unit_ms)) {
            int64_t skip_ms = excluded_ms(&expansion->rule, unit * unit_ms);
            if (!expansion_step(expansion) ||
                (skip_ms == 0 && !take_unit(expansion, unit * unit_ms)))
                return;
            int64_t units = skip_ms / unit_ms > 1 ? skip_ms / unit_ms : 1;
            unit += (units + interval - 1) / interval * interval;
        }
    }
}

/** The distance of two occurrences of a rule that says nothing but FREQ, INTERVAL, COUNT and
 *  UNTIL; 0: it says more, or its distances differ. */
static int64_t plain_distance_ms(const struct recurrence_rule *rule)
{
    static const int64_t units_ms[] = {SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS, 7 * DAY_MS, 0, 0};
    if (rule->seconds != 0 || rule->minutes != 0 || rule->hours != 0 || rule->months != 0 ||
        rule->month_days != 0 || rule->month_days_back != 0 || any_year_day(rule) ||
        any_weekday(rule) || rule->position_count != 0)
        return 0;
    return units_ms[rule->frequency] * rule->interval;
}

/** COUNT of a plain rule as UNTIL, so that a far start or a huge number costs nothing. */
static void expansion_bound(struct expansion *expansion)
{
    const struct recurrence_window *window = expansion->window;
    struct recurrence_rule *rule = &expansion->rule;
    int64_t distance_ms = plain_distance_ms(rule), reach_ms;
    expansion->left = rule->count > 0 ? rule->count : INT64_MAX;
    if (rule->count > 0 && distance_ms > 0) {
        expansion->left = INT64_MAX;
        if (!__builtin_mul_overflow(distance_ms, rule->count - 1, &reach_ms) &&
            !__builtin_add_overflow(window->start_ms, reach_ms, &reach_ms) &&
            reach_ms < rule->until_ms)
            rule->until_ms = reach_ms;
    }
    expansion->last_ms = window->until_ms - 1;
    if (rule->until_ms < expansion->last_ms)
        expansion->last_ms = rule->until_ms;
}

enum recurrence_outcome recurrence_expand(const struct recurrence_rule *rule,
                                          const struct recurrence_window *window, int64_t *steps,
                                          struct moments *moments)
{
    assert(rule->interval > 0 && rule->count >= 0);
    struct expansion expansion = {.rule = *rule, .window = window, .steps = steps};
    expansion.moments = moments;
    expansion.outcome = RECURRENCE_DONE;
    expansion_bound(&expansion);
    expansion_default(&expansion);
    if (window->start_ms > expansion.last_ms)
        return RECURRENCE_DONE;
    if (!window->start_is_free) {
        if (expansion.left != INT64_MAX)
            expansion.left--;
        if (!expansion_add(&expansion, window->start_ms))
            return expansion.outcome;
    }
    switch (rule->frequency) {
    case RECURRENCE_YEARLY:
        expand_years(&expansion);
        break;
    case RECURRENCE_MONTHLY:
        expand_months(&expansion);
        break;
    case RECURRENCE_WEEKLY:
        expand_days(&expansion, 7);
        break;
    case RECURRENCE_DAILY:
        expand_days(&expansion, 1);
        break;
    case RECURRENCE_HOURLY:
        expand_units(&expansion, HOUR_MS);
        break;
    case RECURRENCE_MINUTELY:
        expand_units(&expansion, MINUTE_MS);
        break;
    case RECURRENCE_SECONDLY:
        expand_units(&expansion, SECOND_MS);
        break;
    }
    return expansion.outcome;
}
