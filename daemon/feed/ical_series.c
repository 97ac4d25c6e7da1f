#include <roomsign/ical_series.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/recurrence.h>

/** Zones are at most this far from each other; local windows are wider by it. */
#define SLACK_MS (2 * DAY_MS)
#define RULES_MAX 16

static int64_t floor_day(int64_t at_ms)
{
    int64_t day = at_ms / DAY_MS;
    return day - (at_ms % DAY_MS < 0);
}

static int64_t local_to_instant(const struct zone *zone, int64_t local_ms)
{
    int64_t day = floor_day(local_ms), rest = local_ms - day * DAY_MS;
    struct civil civil;
    civil_from_days(day, &civil);
    civil.hour = (int)(rest / HOUR_MS);
    civil.minute = (int)(rest / MINUTE_MS % 60);
    civil.second = (int)(rest / SECOND_MS % 60);
    civil.millisecond = (int)(rest % SECOND_MS);
    return zone_from_civil(zone, &civil);
}

int ical_line_zone(struct feed_zones *zones, const struct ical_event *event,
                   const struct ical_line *line)
{
    char name[FEED_ZONE_NAME_BYTES_MAX];
    if (line->params_length > 0 && ical_line_param(line, "TZID", name, sizeof name))
        return feed_zones_number(zones, name);
    if (event->zone.property == ICAL_PROPERTY_NONE)
        return FEED_ZONE_FLOATING;
    snprintf(name, sizeof name, "%.*s", (int)event->zone.value_length, event->zone.value);
    return feed_zones_number(zones, name);
}

/** The instant of a DATE-TIME, or a DATE's first moment. */
static int64_t zoned_instant(const struct ical_times *times, struct zoned_time time)
{
    if (time.time.is_utc)
        return time.time.local_ms;
    const struct zone *zone =
        time.time.is_date ? times->zone : feed_zones_get(times->zones, time.zone, times->floating);
    return local_to_instant(zone, time.time.local_ms);
}

static struct zoned_time line_zoned(const struct ical_times *times, const struct ical_event *event,
                                    const struct ical_line *line, struct ical_time time)
{
    return (struct zoned_time){time, ical_line_zone(times->zones, event, line)};
}

int64_t ical_timing_instant_ms(const struct ical_timing *timing, int64_t local_ms)
{
    return local_to_instant(timing->zone, local_ms);
}

int64_t ical_timing_end_ms(const struct ical_timing *timing, int64_t local_ms)
{
    return local_to_instant(timing->zone, local_ms + timing->days * DAY_MS) + timing->exact_ms;
}

static bool timing_length(const struct ical_times *times, const struct ical_event *event,
                          struct ical_timing *timing, bool *ret_negative)
{
    struct ical_time end;
    struct ical_duration duration = {0};
    bool has_end = ical_line_time(&event->end, &end), readable = true;
    if (timing->all_day)
        timing->days = 1;
    if (has_end && timing->all_day) {
        int64_t span_ms = end.local_ms - timing->local_ms;
        timing->days = floor_day(span_ms + DAY_MS - 1);
        *ret_negative = timing->days < 0;
    } else if (has_end) {
        struct zoned_time zoned = line_zoned(times, event, &event->end, end);
        bool floating = !end.is_utc && !end.is_date && zoned.zone == FEED_ZONE_FLOATING;
        int64_t end_ms =
            floating ? local_to_instant(timing->zone, end.local_ms) : zoned_instant(times, zoned);
        timing->exact_ms = end_ms - timing->start_ms;
        *ret_negative = timing->exact_ms < 0;
    } else if (event->duration.property != ICAL_PROPERTY_NONE) {
        readable =
            ical_duration_parse(event->duration.value, event->duration.value_length, &duration);
        timing->days = duration.days;
        timing->exact_ms = duration.exact_ms;
        if (timing->all_day) {
            timing->days += floor_day(duration.exact_ms + DAY_MS - 1);
            timing->exact_ms = 0;
        }
        *ret_negative = timing->days * DAY_MS + timing->exact_ms < 0;
    } else {
        readable = event->end.property == ICAL_PROPERTY_NONE;
    }
    if (*ret_negative)
        timing->days = timing->exact_ms = 0;
    if (timing->all_day && timing->days < 1)
        timing->days = 1;
    return readable;
}

bool ical_timing_of(const struct ical_times *times, const struct ical_event *event,
                    struct ical_timing *ret_timing, bool *ret_negative, struct error *err)
{
    struct ical_time start;
    struct ical_timing timing = {.zone = times->zone};
    bool negative = false;
    if (!ical_line_time(&event->start, &start)) {
        bool missing = event->start.property == ICAL_PROPERTY_NONE;
        error_set(err, missing ? "it has no start" : "its start %.*s can't be read",
                  missing ? 0
                          : (int)(event->start.value_length < 60 ? event->start.value_length : 60),
                  missing ? "" : event->start.value);
        return false;
    }
    struct zoned_time zoned = line_zoned(times, event, &event->start, start);
    static const struct zone utc = {.name = "UTC", .count = 1, .change_ms = {INT64_MIN}};
    timing.all_day = start.is_date;
    timing.local_ms = start.local_ms;
    timing.start_ms = zoned_instant(times, zoned);
    if (start.is_utc)
        timing.zone = &utc;
    else if (!start.is_date)
        timing.zone = feed_zones_get(times->zones, zoned.zone, times->floating);
    if (!timing_length(times, event, &timing, &negative)) {
        error_set(err, "its end can't be read");
        return false;
    }
    *ret_timing = timing;
    *ret_negative = negative;
    return true;
}

/** The local day that a time means in a series of whole days. Exchange writes midnight in UTC. */
static int64_t day_of(const struct ical_times *times, struct ical_time time)
{
    if (time.is_utc) {
        int64_t local_ms = time.local_ms + zone_offset_ms(times->floating, time.local_ms);
        if (local_ms % DAY_MS == 0)
            return floor_day(local_ms);
    }
    return floor_day(time.local_ms);
}

struct series_point ical_series_point(const struct ical_times *times,
                                      const struct ical_timing *timing, struct zoned_time time)
{
    struct series_point point = {.whole_day = timing->all_day || time.time.is_date};
    if (point.whole_day) {
        point.value = day_of(times, time.time);
        point.local_ms = point.value * DAY_MS;
        return point;
    }
    bool floating = !time.time.is_utc && time.zone == FEED_ZONE_FLOATING;
    if (floating) { /* by the clocks of the series */
        point.local_ms = time.time.local_ms;
        point.value = local_to_instant(timing->zone, point.local_ms);
    } else {
        point.value = zoned_instant(times, time);
        point.local_ms = point.value + zone_offset_ms(timing->zone, point.value);
    }
    return point;
}

void ical_occurrences_release(struct occurrences *occurrences)
{
    free(occurrences->list);
    *occurrences = (struct occurrences){0};
}

static bool occurrences_add(struct occurrences *occurrences, struct occurrence occurrence)
{
    if (occurrences->count == RECURRENCE_MOMENTS_MAX)
        return false;
    if (occurrences->count == occurrences->capacity) {
        occurrences->capacity = occurrences->capacity ? occurrences->capacity * 2 : 16;
        occurrences->list =
            xrealloc(occurrences->list, occurrences->capacity * sizeof *occurrences->list);
    }
    occurrences->list[occurrences->count++] = occurrence;
    return true;
}

/** What a series leaves out: instants and whole local days, each sorted. */
struct exceptions {
    int64_t *instants, *days;
    size_t instant_count, day_count;
    size_t instant_capacity, day_capacity;
};

static void list_add(int64_t **list, size_t *count, size_t *capacity, int64_t value)
{
    if (*count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 16;
        *list = xrealloc(*list, *capacity * sizeof **list);
    }
    (*list)[(*count)++] = value;
}

static void exceptions_add(struct exceptions *exceptions, struct series_point point)
{
    if (point.whole_day)
        list_add(&exceptions->days, &exceptions->day_count, &exceptions->day_capacity, point.value);
    else
        list_add(&exceptions->instants, &exceptions->instant_count, &exceptions->instant_capacity,
                 point.value);
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static bool list_holds(const int64_t *list, size_t count, int64_t value)
{
    return count > 0 && bsearch(&value, list, count, sizeof *list, compare_numbers) != NULL;
}

/** One expansion's working set. */
struct series {
    const struct ical_times *times;
    const struct ical_event *event;
    const struct ical_timing *timing;
    const struct ical_series_request *request;
    struct occurrences found;
    struct exceptions exceptions;
    struct error *err;
};

/** BYMONTHDAY beyond the end of each month that BYMONTH allows: the 30th of February. */
static bool rule_names_a_day(const struct recurrence_rule *rule)
{
    static const int days[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (rule->month_days == 0 && rule->month_days_back == 0)
        return true;
    for (int month = 1; month <= 12; month++) {
        uint32_t exist = (uint32_t)((UINT64_C(1) << (days[month] + 1)) - 2);
        if ((rule->months == 0 || (rule->months >> month & 1) != 0) &&
            ((rule->month_days | rule->month_days_back) & exist) != 0)
            return true;
    }
    return false;
}

static void rule_set_until(const struct series *series, struct ical_rule *rule)
{
    const struct ical_time *until = &rule->until;
    if (!rule->has_until)
        return;
    rule->rule.until_ms = until->local_ms;
    if (until->is_date || series->timing->all_day)
        rule->rule.until_ms = (floor_day(until->local_ms) + 1) * DAY_MS - 1;
    if (until->is_utc && series->timing->all_day)
        rule->rule.until_ms = (day_of(series->times, *until) + 1) * DAY_MS - 1;
    else if (until->is_utc)
        rule->rule.until_ms += zone_offset_ms(series->timing->zone, until->local_ms);
}

/** One RRULE or EXRULE as local times. */
static bool series_rule(struct series *series, const struct ical_line *line,
                        struct moments *ret_moments)
{
    struct ical_rule rule;
    const struct ical_timing *timing = series->timing;
    if (!ical_rule_parse(line->value, line->value_length, &rule, series->err))
        return false;
    if (!rule_names_a_day(&rule.rule)) {
        error_set(series->err, "its rule names no day that exists: %.*s",
                  (int)(line->value_length < 100 ? line->value_length : 100), line->value);
        return false;
    }
    if (timing->all_day && rule.rule.frequency < RECURRENCE_DAILY) {
        error_set(series->err, "its rule repeats within a day, but it is all-day");
        return false;
    }
    rule_set_until(series, &rule);
    struct recurrence_window window = {
        .start_ms = timing->local_ms,
        .start_is_free = line->property == ICAL_EXRULE,
        .all_day = timing->all_day,
        .from_ms = series->request->from_ms - SLACK_MS,
        .until_ms = series->request->until_ms + SLACK_MS,
    };
    int64_t budget = *series->request->steps < RECURRENCE_STEPS_MAX ? *series->request->steps
                                                                    : RECURRENCE_STEPS_MAX;
    int64_t steps = budget;
    enum recurrence_outcome outcome = recurrence_expand(&rule.rule, &window, &steps, ret_moments);
    *series->request->steps -= budget - (steps < 0 ? 0 : steps);
    if (outcome == RECURRENCE_TOO_MANY)
        error_set(series->err, "it happens more than %d times in the days asked for",
                  RECURRENCE_MOMENTS_MAX);
    if (outcome == RECURRENCE_TOO_COSTLY)
        error_set(series->err, "its rule takes too long to work out: %.*s",
                  (int)(line->value_length < 100 ? line->value_length : 100), line->value);
    return outcome == RECURRENCE_DONE;
}

static bool series_add(struct series *series, struct occurrence occurrence)
{
    bool reaches_in =
        occurrence.end_ms != TIME_NEVER_MS && occurrence.end_ms > series->request->from_ms;
    if ((occurrence.start_ms < series->request->from_ms && !reaches_in) ||
        occurrence.start_ms >= series->request->until_ms)
        return true;
    if (occurrences_add(&series->found, occurrence))
        return true;
    error_set(series->err, "it happens more than %d times in the days asked for",
              RECURRENCE_MOMENTS_MAX);
    return false;
}

static bool series_add_rule(struct series *series, const struct ical_line *line)
{
    struct moments moments = {0};
    bool done = series_rule(series, line, &moments);
    for (size_t i = 0; done && i < moments.count; i++) {
        int64_t local_ms = moments.at_ms[i];
        int64_t start_ms = local_to_instant(series->timing->zone, local_ms);
        if (line->property == ICAL_EXRULE)
            exceptions_add(&series->exceptions, (struct series_point){false, start_ms, local_ms});
        else
            done = series_add(series, (struct occurrence){local_ms, start_ms, TIME_NEVER_MS});
    }
    moments_release(&moments);
    return done;
}

/** The end of a PERIOD: a time, or a duration from its start. */
static int64_t period_end_ms(const struct series *series, const struct ical_line *line,
                             const char *text, size_t length, const struct occurrence *start)
{
    struct ical_time time;
    struct ical_duration duration;
    int64_t end_ms = TIME_NEVER_MS;
    if (ical_time_parse(text, length, &time))
        end_ms = zoned_instant(series->times, line_zoned(series->times, series->event, line, time));
    else if (ical_duration_parse(text, length, &duration))
        end_ms = local_to_instant(series->timing->zone, start->local_ms + duration.days * DAY_MS) +
                 duration.exact_ms;
    return end_ms < start->start_ms ? TIME_NEVER_MS : end_ms;
}

static bool series_add_date(struct series *series, const struct ical_line *line, const char *text,
                            size_t length)
{
    const struct ical_timing *timing = series->timing;
    const char *slash = memchr(text, '/', length);
    size_t first = slash == NULL ? length : (size_t)(slash - text);
    struct ical_time time;
    if (!ical_time_parse(text, first, &time)) {
        if (series->request->passed_over->message[0] == '\0')
            error_set(series->request->passed_over, "its %s %.*s can't be read",
                      ical_property_name(line->property), (int)(length < 60 ? length : 60), text);
        return true;
    }
    struct series_point point = ical_series_point(
        series->times, timing, line_zoned(series->times, series->event, line, time));
    if (line->property == ICAL_EXDATE) {
        exceptions_add(&series->exceptions, point);
        return true;
    }
    struct occurrence occurrence = {point.local_ms, point.value, TIME_NEVER_MS};
    if (point.whole_day) { /* at the series' own time of that day */
        occurrence.local_ms +=
            timing->all_day ? 0 : timing->local_ms - floor_day(timing->local_ms) * DAY_MS;
        occurrence.start_ms = local_to_instant(timing->zone, occurrence.local_ms);
    }
    if (slash != NULL && !timing->all_day)
        occurrence.end_ms = period_end_ms(series, line, slash + 1, length - first - 1, &occurrence);
    return series_add(series, occurrence);
}

static bool series_add_dates(struct series *series, const struct ical_line *line)
{
    const char *text = line->value, *end = text + line->value_length;
    while (text < end) {
        const char *stop = memchr(text, ',', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        if (stop > text && !series_add_date(series, line, text, (size_t)(stop - text)))
            return false;
        text = stop + 1;
    }
    return true;
}

static bool series_collect(struct series *series)
{
    struct ical_line line;
    bool ruled = false, done = true;
    size_t rules = 0;
    if (*series->request->steps <= 0) {
        error_set(series->err, "the rules of this feed take too long to work out");
        return false;
    }
    for (size_t cursor = 0; done && ical_block_next(&series->event->block, &cursor, &line);) {
        ruled = ruled || line.property == ICAL_RRULE;
        if (line.property == ICAL_RRULE || line.property == ICAL_EXRULE) {
            done = series_add_rule(series, &line);
            if (++rules > RULES_MAX) {
                error_set(series->err, "it has more than %d rules", RULES_MAX);
                done = false;
            }
        } else if (line.property == ICAL_RDATE || line.property == ICAL_EXDATE) {
            done = series_add_dates(series, &line);
        }
    }
    const struct ical_timing *timing = series->timing;
    if (done && !ruled) /* with RDATE alone, or with nothing, DTSTART is an occurrence too */
        done = series_add(series,
                          (struct occurrence){timing->local_ms, timing->start_ms, TIME_NEVER_MS});
    for (size_t i = 0; done && i < series->request->overridden_count; i++)
        exceptions_add(&series->exceptions,
                       ical_series_point(series->times, timing, series->request->overridden[i]));
    *series->request->steps -= (int64_t)series->request->overridden_count;
    return done;
}

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *left = a, *right = b;
    if (left->start_ms != right->start_ms)
        return left->start_ms < right->start_ms ? -1 : 1;
    return (left->end_ms > right->end_ms) - (left->end_ms < right->end_ms);
}

/** In order, each instant once (a PERIOD's own end wins), without the exceptions. */
static void series_settle(struct series *series)
{
    struct exceptions *exceptions = &series->exceptions;
    struct occurrences *found = &series->found;
    size_t kept = 0;
    if (exceptions->instant_count > 0)
        qsort(exceptions->instants, exceptions->instant_count, sizeof *exceptions->instants,
              compare_numbers);
    if (exceptions->day_count > 0)
        qsort(exceptions->days, exceptions->day_count, sizeof *exceptions->days, compare_numbers);
    if (found->count > 0)
        qsort(found->list, found->count, sizeof *found->list, compare_occurrences);
    for (size_t i = 0; i < found->count; i++) {
        const struct occurrence *occurrence = &found->list[i];
        if (kept > 0 && found->list[kept - 1].start_ms == occurrence->start_ms)
            continue;
        if (list_holds(exceptions->instants, exceptions->instant_count, occurrence->start_ms) ||
            list_holds(exceptions->days, exceptions->day_count, floor_day(occurrence->local_ms)))
            continue;
        found->list[kept++] = *occurrence;
    }
    found->count = kept;
}

bool ical_series_expand(const struct ical_times *times, const struct ical_event *event,
                        const struct ical_timing *timing, const struct ical_series_request *request,
                        struct occurrences *ret_occurrences, struct error *err)
{
    struct series series = {.times = times, .event = event, .timing = timing, .request = request};
    series.err = err;
    bool done = series_collect(&series);
    if (done) {
        series_settle(&series);
        *ret_occurrences = series.found;
    } else {
        ical_occurrences_release(&series.found);
    }
    free(series.exceptions.instants);
    free(series.exceptions.days);
    return done;
}
