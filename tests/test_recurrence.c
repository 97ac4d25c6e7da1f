/* The rules of tests/recurrence/rules.txt, and a second opinion on many more: libical's iterator,
 * where it can be trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <libical/ical.h>

#include <roomsign/civil.h>
#include <roomsign/ical_value.h>
#include <roomsign/recurrence.h>

#include "random.h"

#define RULES_PATH "tests/recurrence/rules.txt"
#define EXPECTED_BYTES 2048
#define AGREEMENTS 4000

struct rule_case {
    int line;
    char rule[256];
    char start[32];
    char window[64];
    char expect[EXPECTED_BYTES];
};

static int64_t read_time(const char *text)
{
    struct ical_time time = {0};
    if (!ical_time_parse(text, strlen(text), &time))
        fail_msg("%s: no time", text);
    return time.local_ms;
}

static void format_time(int64_t local_ms, char ret_text[static 32])
{
    struct civil civil;
    struct zone utc;
    zone_utc(&utc);
    zone_to_civil(&utc, local_ms, &civil);
    snprintf(ret_text, 32, "%04d%02d%02dT%02d%02d%02d", civil.year % 10000, civil.month, civil.day,
             civil.hour, civil.minute, civil.second);
}

static bool rule_of(const char *text, struct recurrence_rule *ret_rule)
{
    struct ical_rule rule;
    if (!ical_rule_parse(text, strlen(text), &rule, NULL))
        return false;
    if (rule.has_until)
        rule.rule.until_ms = rule.until.local_ms;
    *ret_rule = rule.rule;
    return true;
}

static void expand_text(const struct rule_case *rule_case, char ret_text[static EXPECTED_BYTES])
{
    struct recurrence_rule rule;
    struct moments moments = {0};
    struct recurrence_window window = {
        .start_ms = read_time(rule_case->start),
        .all_day = strlen(rule_case->start) == 8,
        .from_ms = read_time("19000101T000000"),
        .until_ms = read_time("22000101T000000"),
    };
    int64_t steps = RECURRENCE_STEPS_MAX;
    if (rule_case->window[0] != '\0') {
        char from[16];
        snprintf(from, sizeof from, "%.15s", rule_case->window);
        window.from_ms = read_time(from);
        window.until_ms = read_time(rule_case->window + 16);
    }
    if (!rule_of(rule_case->rule, &rule)) {
        snprintf(ret_text, EXPECTED_BYTES, "not a rule");
        return;
    }
    /* An open end is cut off where the expectation stops looking. */
    bool open = strstr(rule_case->expect, "...") != NULL;
    if (open)
        window.until_ms = window.start_ms + 20 * 366 * DAY_MS;
    if (open && rule.frequency <= RECURRENCE_HOURLY)
        window.until_ms = window.start_ms + 8 * DAY_MS;
    else if (open && rule.frequency == RECURRENCE_DAILY)
        window.until_ms = window.start_ms + 366 * DAY_MS;
    enum recurrence_outcome outcome = recurrence_expand(&rule, &window, &steps, &moments);
    size_t used = 0, wanted = 0;
    for (const char *c = rule_case->expect; *c != '\0'; c++)
        wanted += *c == 'T';
    if (outcome != RECURRENCE_DONE)
        snprintf(ret_text, EXPECTED_BYTES, "%s",
                 outcome == RECURRENCE_TOO_MANY ? "too many" : "too costly");
    ret_text[used] = outcome == RECURRENCE_DONE ? '\0' : ret_text[used];
    for (size_t i = 0; outcome == RECURRENCE_DONE && i < moments.count && used < 1900; i++) {
        char time[32];
        if (open && i == wanted)
            break;
        format_time(moments.at_ms[i], time);
        used +=
            (size_t)snprintf(ret_text + used, EXPECTED_BYTES - used, "%s%s", i ? " " : "", time);
    }
    if (open && outcome == RECURRENCE_DONE && moments.count > wanted)
        snprintf(ret_text + used, EXPECTED_BYTES - used, " ...");
    moments_release(&moments);
}

static int check_case(const struct rule_case *rule_case)
{
    char actual[EXPECTED_BYTES];
    if (rule_case->rule[0] == '\0')
        return 0;
    expand_text(rule_case, actual);
    if (strcmp(actual, rule_case->expect) != 0) {
        print_error("%s:%d: %s\n  expected %s\n  actual   %s\n", RULES_PATH, rule_case->line,
                    rule_case->rule, rule_case->expect, actual);
        return 1;
    }
    return 0;
}

static bool take_value(const char *line, const char *key, char *ret_value, size_t size)
{
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0)
        return false;
    line += length;
    line += strspn(line, " ");
    size_t used = strlen(ret_value);
    snprintf(ret_value + used, size - used, "%s%.*s", used > 0 ? " " : "", (int)strcspn(line, "\n"),
             line);
    return true;
}

static void test_rules_name_the_times_they_should(void **state)
{
    (void)state;
    FILE *file = fopen(RULES_PATH, "r");
    struct rule_case rule_case = {0};
    char line[512];
    int cases = 0, failures = 0;
    assert_non_null(file);
    for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        if (take_value(line, "start:", rule_case.start, sizeof rule_case.start) ||
            take_value(line, "window:", rule_case.window, sizeof rule_case.window) ||
            take_value(line, "expect:", rule_case.expect, sizeof rule_case.expect))
            continue;
        if (strncmp(line, "rule:", 5) != 0)
            continue;
        failures += check_case(&rule_case);
        rule_case = (struct rule_case){.line = number};
        take_value(line, "rule:", rule_case.rule, sizeof rule_case.rule);
        cases++;
    }
    failures += check_case(&rule_case);
    fclose(file);
    assert_true(cases > 50);
    assert_int_equal(failures, 0);
}

static const char *pick(struct random *random, const char *const *list, size_t count)
{
    return list[random_next(random) % count];
}
#define PICK(random, ...)                                                                          \
    pick(random, (const char *const[]){__VA_ARGS__},                                               \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/** A rule of the kinds on which libical 3.0 and RFC 5545 agree: no BYSETPOS outside of MONTHLY, no
 *  BYHOUR in every nth hour, no BYMONTHDAY from the end in DAILY or without BYMONTH in YEARLY,
 *  nothing that names no time. */
static void random_rule(struct random *random, char *ret_text, size_t size)
{
    static const char *const intervals[] = {"", "", ";INTERVAL=2", ";INTERVAL=3", ";INTERVAL=5"};
    static const char *const counts[] = {"", ";COUNT=7", ";COUNT=40", ";UNTIL=20270301T120000"};
    static const char *const weeks[] = {"", ";WKST=SU", ";WKST=MO", ";WKST=TH"};
    const char *interval = pick(random, intervals, 5), *count = pick(random, counts, 4);
    const char *week = pick(random, weeks, 4), *rule = "";
    switch (random_next(random) % 6) {
    case 0:
        rule = PICK(random, "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO,-1FR",
                    "FREQ=YEARLY;BYMONTH=5,6;BYMONTHDAY=1,-1", "FREQ=YEARLY",
                    "FREQ=YEARLY;BYMONTH=1,2,12", "FREQ=YEARLY;BYYEARDAY=1,60,-1",
                    "FREQ=YEARLY;BYDAY=10TU,-3WE", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28");
        break;
    case 1:
        rule = PICK(random, "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=2TU,-1TH",
                    "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=MO,WE",
                    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=1,2,3,4,5,6,7,13",
                    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                    "FREQ=MONTHLY;BYMONTHDAY=-1,-2,15;BYHOUR=8,20");
        break;
    case 2:
        rule = PICK(random, "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SU,MO,TH",
                    "FREQ=WEEKLY;BYDAY=SA;BYMONTH=1,6",
                    "FREQ=WEEKLY;BYDAY=TU,FR;BYHOUR=9,14;BYMINUTE=0,45");
        break;
    case 3:
        rule =
            PICK(random, "FREQ=DAILY", "FREQ=DAILY;BYDAY=MO,TU,WE",
                 "FREQ=DAILY;BYMONTH=2,3;BYHOUR=7,8", "FREQ=DAILY;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10");
        break;
    case 4:
        rule = PICK(random, "FREQ=HOURLY", "FREQ=HOURLY;BYMINUTE=10,50", "FREQ=HOURLY;BYDAY=TU,WE",
                    "FREQ=HOURLY;BYHOUR=1,5,6,7,13,14,15,22,23");
        interval = strstr(rule, "BYHOUR") != NULL ? "" : interval;
        break;
    default:
        rule = PICK(random, "FREQ=MINUTELY", "FREQ=MINUTELY;BYHOUR=3,4,5,6",
                    "FREQ=MINUTELY;BYSECOND=5,35");
        break;
    }
    snprintf(ret_text, size, "%s%s%s%s", rule, interval, count, week);
}

/** The first times after the start, by libical. */
static size_t libical_times(const char *text, const char *start, int64_t *ret_times, size_t max)
{
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(text);
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, icaltime_from_string(start));
    size_t count = 0;
    if (iterator == NULL)
        return 0;
    while (count < max) {
        struct icaltimetype time = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(time))
            break;
        ret_times[count++] = civil_to_days(time.year, time.month, time.day) * DAY_MS +
                             time.hour * HOUR_MS + time.minute * MINUTE_MS +
                             time.second * SECOND_MS;
    }
    icalrecur_iterator_free(iterator);
    return count;
}

/* libical leaves out a DTSTART that its rule does not name, and so doesn't count it. */
static void test_libical_agrees(void **state)
{
    (void)state;
    struct random random = {.state = UINT64_C(0x5EED5EED5EED)};
    int compared = 0, failures = 0;
    for (int i = 0; i < AGREEMENTS; i++) {
        char text[256], start[32];
        int64_t theirs[60];
        struct recurrence_rule rule;
        struct moments moments = {0};
        int64_t steps = RECURRENCE_STEPS_MAX;
        random_rule(&random, text, sizeof text);
        format_time(read_time("20250101T000000") + (int64_t)(random_next(&random) % 500) * DAY_MS +
                        (int64_t)(random_next(&random) % 96) * 15 * MINUTE_MS,
                    start);
        size_t count = libical_times(text, start, theirs, 60);
        if (count == 0 || theirs[0] != read_time(start))
            continue;
        struct recurrence_window window = {.start_ms = theirs[0], .from_ms = theirs[count / 3]};
        window.until_ms = theirs[count - 1] + 1;
        assert_true(rule_of(text, &rule));
        assert_int_equal(recurrence_expand(&rule, &window, &steps, &moments), RECURRENCE_DONE);
        bool same = moments.count == count - count / 3;
        for (size_t j = 0; same && j < moments.count; j++)
            same = moments.at_ms[j] == theirs[j + count / 3];
        if (!same && failures++ < 10)
            print_error("%s from %s: %zu times, libical has %zu\n", text, start, moments.count,
                        count - count / 3);
        moments_release(&moments);
        compared++;
    }
    assert_int_equal(failures, 0);
    assert_true(compared > AGREEMENTS / 20);
}

static void test_the_budget_is_kept(void **state)
{
    (void)state;
    struct recurrence_rule rule;
    struct moments moments = {0};
    struct recurrence_window window = {.start_ms = 0, .from_ms = 0, .until_ms = 400000 * DAY_MS};
    int64_t steps = 1000;
    recurrence_rule_init(&rule, RECURRENCE_DAILY);
    rule.months = 1u << 2;
    rule.month_days = 1u << 30;
    assert_int_equal(recurrence_expand(&rule, &window, &steps, &moments), RECURRENCE_TOO_COSTLY);
    assert_int_equal(steps, -1);
    assert_int_equal(moments.count, 1);
    moments_release(&moments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_name_the_times_they_should),
        cmocka_unit_test(test_libical_agrees),
        cmocka_unit_test(test_the_budget_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
