#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <roomsign/trust.h>

#include "sample.h"

/**
 * A schedule as letters: each is an hour from 10:00 on, the letter its uid and title; '.' is none,
 * a capital a cancelled one, '+' before a letter gives it another uid.
 */
static void fill(struct schedule *schedule, const char *letters)
{
    int hour = 10;
    for (const char *c = letters; *c; c++) {
        char uid[8], title[2] = {*c, '\0'};
        bool renamed = *c == '+';
        if (renamed)
            title[0] = *++c;
        bool cancelled = *c >= 'A' && *c <= 'Z';
        if (cancelled)
            title[0] = (char)(*c - 'A' + 'a');
        snprintf(uid, sizeof(uid), "%s%s", renamed ? "new-" : "", title);
        if (*c != '.') {
            struct session *session = sample_add(schedule, uid, AT(hour, 0), AT(hour + 1, 0));
            session_set(&session->title, title);
            if (cancelled)
                session->status = SESSION_STATUS_CANCELLED;
        }
        hour++;
    }
    schedule_sort(schedule);
}

struct step {
    /** What a poll brings, and what is shown after it. */
    const char *fetched;
    const char *shown;
};

struct row {
    const char *what;
    const char *shown;
    int hour;
    int polls;
    struct step steps[6];
};

static const struct row rows[] = {
    {"the same again", "abcd", 9, 3, {{"abcd", "abcd"}}},
    {"more is believed", "ab", 9, 3, {{"abcdef", "abcdef"}}},
    {"nothing shown before", "", 9, 3, {{"", ""}, {"ab", "ab"}}},
    {"exactly half is believed", "abcd", 9, 3, {{"ab", "ab"}}},
    {"more than half is doubted until the third poll says so",
     "abcd",
     9,
     3,
     {{"a", "abcd"}, {"a", "abcd"}, {"a", "a"}}},
    {"all gone is doubted", "abcd", 9, 3, {{"", "abcd"}, {"", "abcd"}, {"", ""}}},
    {"the last one gone is doubted", "a", 9, 3, {{"", "a"}, {"", "a"}, {"", ""}}},
    {"back in time", "abcd", 9, 3, {{"", "abcd"}, {"", "abcd"}, {"abcd", "abcd"}}},
    {"back for one poll: the doubt starts anew",
     "abcd",
     9,
     3,
     {{"", "abcd"}, {"", "abcd"}, {"abcd", "abcd"}, {"", "abcd"}, {"", "abcd"}, {"", ""}}},
    {"polls that disagree don't add up",
     "abcd",
     9,
     3,
     {{"", "abcd"}, {"a", "abcd"}, {"", "abcd"}, {"..c", "abcd"}, {"..c", "abcd"}, {"..c", "..c"}}},
    {"one poll is enough where the config says so", "abcd", 9, 1, {{"", ""}}},
    {"two polls", "abcd", 9, 2, {{"", "abcd"}, {"", ""}}},
    {"what is over may go", "abcdef", 13, 3, {{"...def", "...def"}}},
    {"of what is to come, more than half", "abcdef", 13, 3, {{"abc", "abcdef"}}},
    {"a session that ends now is over", "ab", 12, 3, {{"", ""}}},
    {"a session that runs is to come", "ab", 11, 3, {{"a", "ab"}}},
    {"new uids for the same sessions", "abcd", 9, 3, {{"+a+b+c+d", "+a+b+c+d"}}},
    {"the same uids at other times", "abcd", 9, 3, {{"....abcd", "....abcd"}}},
    {"other sessions in their place", "abcd", 9, 3, {{"wxyz", "abcd"}}},
    {"cancelled is not lost", "abcd", 9, 3, {{"ABCD", "ABCD"}}},
    {"cancelled ones may go", "ABCd", 9, 3, {{"...d", "...d"}}},
};

static void run_row(const struct row *row)
{
    struct trust trust = {0};
    struct schedule shown = {0};
    fill(&shown, row->shown);
    for (size_t i = 0; i < 6 && row->steps[i].fetched; i++) {
        struct schedule fetched = {0}, expected = {0};
        fill(&fetched, row->steps[i].fetched);
        fill(&expected, row->steps[i].shown);
        if (trust_judge(&trust, &shown, &fetched, AT(row->hour, 0), row->polls)) {
            schedule_release(&shown);
            shown = fetched;
        } else {
            schedule_release(&fetched);
        }
        if (!schedule_equal(&shown, &expected))
            fail_msg("%s: after poll %zu (%s) not \"%s\"", row->what, i + 1, row->steps[i].fetched,
                     row->steps[i].shown);
        schedule_release(&expected);
    }
    schedule_release(&shown);
    trust_release(&trust);
}

static void test_what_is_believed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        run_row(&rows[i]);
}

static void test_doubt_counts_what_is_to_come_when_the_poll_came(void **state)
{
    (void)state;
    struct trust trust = {0};
    struct schedule shown = {0}, one = {0}, none = {0};
    fill(&shown, "abcd");
    fill(&one, "a");
    /* Between the polls the one session left ends: both bring the same news of what is to come. */
    assert_false(trust_judge(&trust, &shown, &one, AT(10, 30), 2));
    assert_true(trust_judge(&trust, &shown, &none, AT(11, 0), 2));
    schedule_release(&shown);
    schedule_release(&one);
    trust_release(&trust);
}

static void test_released_doubt_starts_anew(void **state)
{
    (void)state;
    struct trust trust = {0};
    struct schedule shown = {0}, none = {0};
    fill(&shown, "abcd");
    assert_false(trust_judge(&trust, &shown, &none, AT(9, 0), 2));
    trust_release(&trust);
    assert_false(trust_judge(&trust, &shown, &none, AT(9, 0), 2));
    assert_true(trust_judge(&trust, &shown, &none, AT(9, 0), 2));
    schedule_release(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_believed),
        cmocka_unit_test(test_doubt_counts_what_is_to_come_when_the_poll_came),
        cmocka_unit_test(test_released_doubt_starts_anew),
    };
    return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
