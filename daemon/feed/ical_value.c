#include <roomsign/ical_value.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

#include <roomsign/civil.h>

#define DURATION_DAYS_MAX 36600
/** Beyond it no unit repeats within the years that a sign can mean, and no sum overflows. */
#define INTERVAL_MAX INT32_MAX

static bool digits(const char *text, size_t count, int *ret_number)
{
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (text[i] - '0');
    }
    *ret_number = number;
    return true;
}

bool ical_time_parse(const char *text, size_t length, struct ical_time *ret_time)
{
    int year, month, day, hour = 0, minute = 0, second = 0;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    while (length > 0 && isspace((unsigned char)text[0]))
        text++, length--;
    if (length < 8 || !digits(text, 4, &year) || !digits(text + 4, 2, &month) ||
        !digits(text + 6, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > civil_days_in_month(year, month))
        return false;
    struct ical_time time = {.is_date = length == 8};
    if (!time.is_date) {
        time.is_utc = text[length - 1] == 'Z' || text[length - 1] == 'z';
        if (time.is_utc)
            length--;
        if ((length != 13 && length != 15) || (text[8] != 'T' && text[8] != 't') ||
            !digits(text + 9, 2, &hour) || !digits(text + 11, 2, &minute) ||
            (length == 15 && !digits(text + 13, 2, &second)))
            return false;
        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute | second) != 0))
            return false;
        if (second == 60)
            second = 59; /* a leap second (§3.3.12) */
    }
    time.local_ms = civil_to_days(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS +
                    second * SECOND_MS;
    *ret_time = time;
    return true;
}

/* libical's own parser lets large numbers wrap around. */
bool ical_duration_parse(const char *text, size_t length, struct ical_duration *ret_duration)
{
    const char *end = text + length;
    struct ical_duration duration = {0};
    bool negative = text < end && *text == '-', time_part = false;
    size_t fields = 0;
    if (text < end && (*text == '-' || *text == '+'))
        text++;
    if (text == end || toupper((unsigned char)*text++) != 'P')
        return false;
    for (; text < end; text++) {
        if (toupper((unsigned char)*text) == 'T' && !time_part) {
            time_part = true;
            continue;
        }
        int64_t number = 0;
        const char *first = text;
        while (text < end && isdigit((unsigned char)*text) && text - first < 10)
            number = number * 10 + (*text++ - '0');
        if (text == first || text == end)
            return false;
        char unit = (char)toupper((unsigned char)*text);
        if (unit == 'W' && !time_part)
            duration.days += number * 7;
        else if (unit == 'D' && !time_part)
            duration.days += number;
        else if (unit == 'H' && time_part)
            duration.exact_ms += number * HOUR_MS;
        else if (unit == 'M' && time_part)
            duration.exact_ms += number * MINUTE_MS;
        else if (unit == 'S' && time_part)
            duration.exact_ms += number * SECOND_MS;
        else
            return false;
        if (++fields > 8)
            return false;
    }
    if (fields == 0 || duration.days + duration.exact_ms / DAY_MS > DURATION_DAYS_MAX)
        return false;
    if (negative)
        duration = (struct ical_duration){-duration.days, -duration.exact_ms};
    *ret_duration = duration;
    return true;
}

/** "INTERVAL=2": whether `part` is of that name; then its value. */
static bool part_value(const char *part, size_t length, const char *name, const char **ret_value,
                       size_t *ret_length)
{
    size_t name_length = strlen(name);
    if (length <= name_length || part[name_length] != '=' ||
        strncasecmp(part, name, name_length) != 0)
        return false;
    *ret_value = part + name_length + 1;
    *ret_length = length - name_length - 1;
    return true;
}

/** A number from 1 up; beyond `max` it is `max`. */
static bool parse_positive(const char *text, size_t length, int64_t max, int64_t *ret_number)
{
    int64_t number = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        number = number * 10 + (text[i] - '0');
        if (number > max)
            number = max;
    }
    *ret_number = number;
    return number > 0;
}

enum part_outcome { PART_OURS, PART_LIBICAL, PART_BAD, PART_FOREIGN };

/** The parts that libical gets wrong: it lets COUNT wrap around, refuses large intervals, COUNT
 *  beside UNTIL and X- parts, and takes an UNTIL for a date as it likes. RSCALE and SKIP
 *  (RFC 7529) name other calendars than the Gregorian. */
static enum part_outcome take_part(const char *part, size_t length, struct ical_rule *rule)
{
    const char *value;
    size_t value_length;
    if (length == 0 || strncasecmp(part, "X-", 2) == 0)
        return PART_OURS;
    if (part_value(part, length, "COUNT", &value, &value_length))
        return parse_positive(value, value_length, INT32_MAX, &rule->rule.count) ? PART_OURS
                                                                                 : PART_BAD;
    if (part_value(part, length, "INTERVAL", &value, &value_length))
        return parse_positive(value, value_length, INTERVAL_MAX, &rule->rule.interval) ? PART_OURS
                                                                                       : PART_BAD;
    if (part_value(part, length, "UNTIL", &value, &value_length)) {
        rule->has_until = true;
        return ical_time_parse(value, value_length, &rule->until) ? PART_OURS : PART_BAD;
    }
    if (part_value(part, length, "RSCALE", &value, &value_length))
        return value_length == 9 && strncasecmp(value, "GREGORIAN", 9) == 0 ? PART_OURS
                                                                            : PART_FOREIGN;
    if (part_value(part, length, "SKIP", &value, &value_length))
        return value_length == 4 && strncasecmp(value, "OMIT", 4) == 0 ? PART_OURS : PART_FOREIGN;
    return PART_LIBICAL;
}

static uint64_t set_of(const short *list, size_t size, short max)
{
    uint64_t set = 0;
    for (size_t i = 0; i < size && list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        if (list[i] >= 0)
            set |= UINT64_C(1) << (list[i] > max ? max : list[i]);
    return set;
}

/** The negative numbers of a list, as positive ones. */
static uint64_t set_back_of(const short *list, size_t size)
{
    uint64_t set = 0;
    for (size_t i = 0; i < size && list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        if (list[i] < 0 && list[i] > -64)
            set |= UINT64_C(1) << -list[i];
    return set;
}

static void take_weekdays(const struct icalrecurrencetype *from, struct recurrence_rule *rule)
{
    for (size_t i = 0; i < ICAL_BY_DAY_SIZE && from->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
        int weekday = icalrecurrencetype_day_day_of_week(from->by_day[i]) - ICAL_SUNDAY_WEEKDAY;
        int nth = icalrecurrencetype_day_position(from->by_day[i]);
        if (weekday < 0 || weekday > 6 || nth < -53 || nth > 53)
            continue;
        if (nth == 0)
            rule->weekdays |= 1u << weekday;
        else if (nth > 0)
            rule->weekday_nth[weekday] |= UINT64_C(1) << nth;
        else
            rule->weekday_nth_back[weekday] |= UINT64_C(1) << -nth;
    }
}

static void take_lists(const struct icalrecurrencetype *from, struct recurrence_rule *rule)
{
    rule->seconds = set_of(from->by_second, ICAL_BY_SECOND_SIZE, 59);
    rule->minutes = set_of(from->by_minute, ICAL_BY_MINUTE_SIZE, 59);
    rule->hours = (uint32_t)set_of(from->by_hour, ICAL_BY_HOUR_SIZE, 23);
    rule->months = (uint32_t)set_of(from->by_month, ICAL_BY_MONTH_SIZE, 13);
    rule->month_days = (uint32_t)set_of(from->by_month_day, ICAL_BY_MONTHDAY_SIZE, 31);
    rule->month_days_back = (uint32_t)set_back_of(from->by_month_day, ICAL_BY_MONTHDAY_SIZE);
    rule->weeks = set_of(from->by_week_no, ICAL_BY_WEEKNO_SIZE, 54);
    rule->weeks_back = set_back_of(from->by_week_no, ICAL_BY_WEEKNO_SIZE);
    take_weekdays(from, rule);
    for (size_t i = 0; i < ICAL_BY_YEARDAY_SIZE; i++) {
        int day = from->by_year_day[i];
        if (day == ICAL_RECURRENCE_ARRAY_MAX)
            break;
        if (day > 0 && day < 384)
            rule->year_days[day / 64] |= UINT64_C(1) << day % 64;
        if (day < 0 && day > -384)
            rule->year_days_back[-day / 64] |= UINT64_C(1) << -day % 64;
    }
    for (size_t i = 0; i < ICAL_BY_SETPOS_SIZE && i < RECURRENCE_POSITIONS_MAX; i++) {
        if (from->by_set_pos[i] == ICAL_RECURRENCE_ARRAY_MAX)
            break;
        if (from->by_set_pos[i] != 0)
            rule->positions[rule->position_count++] = from->by_set_pos[i];
    }
}

static bool frequency_of(icalrecurrencetype_frequency from, enum recurrence_frequency *ret)
{
    switch (from) {
    case ICAL_SECONDLY_RECURRENCE:
        *ret = RECURRENCE_SECONDLY;
        return true;
    case ICAL_MINUTELY_RECURRENCE:
        *ret = RECURRENCE_MINUTELY;
        return true;
    case ICAL_HOURLY_RECURRENCE:
        *ret = RECURRENCE_HOURLY;
        return true;
    case ICAL_DAILY_RECURRENCE:
        *ret = RECURRENCE_DAILY;
        return true;
    case ICAL_WEEKLY_RECURRENCE:
        *ret = RECURRENCE_WEEKLY;
        return true;
    case ICAL_MONTHLY_RECURRENCE:
        *ret = RECURRENCE_MONTHLY;
        return true;
    case ICAL_YEARLY_RECURRENCE:
        *ret = RECURRENCE_YEARLY;
        return true;
    default:
        return false;
    }
}

/** Split off what we read ourselves; the rest, without blanks, goes to `ret_rest`. */
static enum part_outcome split_rule(const char *text, size_t length, struct ical_rule *rule,
                                    char ret_rest[static ICAL_RULE_BYTES_MAX + 2])
{
    const char *end = text + length;
    size_t rest = 0;
    while (text < end) {
        const char *stop = memchr(text, ';', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        while (text < stop && isspace((unsigned char)*text))
            text++;
        enum part_outcome outcome = take_part(text, (size_t)(stop - text), rule);
        if (outcome == PART_BAD || outcome == PART_FOREIGN)
            return outcome;
        if (outcome == PART_LIBICAL && rest > 0)
            ret_rest[rest++] = ';';
        for (; outcome == PART_LIBICAL && text < stop; text++)
            if (!isspace((unsigned char)*text))
                ret_rest[rest++] = *text;
        text = stop + 1;
    }
    ret_rest[rest] = '\0';
    return PART_LIBICAL;
}

bool ical_rule_parse(const char *text, size_t length, struct ical_rule *ret_rule, struct error *err)
{
    char rest[ICAL_RULE_BYTES_MAX + 2];
    struct ical_rule rule = {0};
    recurrence_rule_init(&rule.rule, RECURRENCE_DAILY);
    if (length > ICAL_RULE_BYTES_MAX) {
        error_set(err, "the rule is longer than %d bytes", ICAL_RULE_BYTES_MAX);
        return false;
    }
    enum part_outcome outcome = split_rule(text, length, &rule, rest);
    if (outcome == PART_FOREIGN) {
        error_set(err, "rules of another calendar (RSCALE, SKIP) are not known here");
        return false;
    }
    struct icalrecurrencetype from = {.freq = ICAL_NO_RECURRENCE};
    if (outcome == PART_LIBICAL)
        from = icalrecurrencetype_from_string(rest);
    if (!frequency_of(from.freq, &rule.rule.frequency)) {
        error_set(err, "not a recurrence rule: %.*s", (int)(length < 100 ? length : 100), text);
        return false;
    }
    take_lists(&from, &rule.rule);
    rule.rule.week_start =
        from.week_start == ICAL_NO_WEEKDAY ? 1 : (int)from.week_start - ICAL_SUNDAY_WEEKDAY;
    *ret_rule = rule;
    return true;
}

char *ical_text_unescape(const char *text, size_t length, size_t max)
{
    size_t kept = length < max ? length : max, written = 0;
    char *plain = xcalloc(kept + 1, 1);
    for (size_t i = 0; i < length && written < kept; i++) {
        char c = text[i];
        if (c == '\\' && i + 1 < length) {
            c = text[++i];
            if (c == 'n' || c == 'N')
                c = '\n';
        }
        plain[written++] = c;
    }
    return plain;
}
