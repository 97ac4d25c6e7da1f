/* A sign of one room in UTC, and everything that its view is made from. */
#ifndef ROOMSIGN_TESTS_VIEW_CASE_H
#define ROOMSIGN_TESTS_VIEW_CASE_H

#include <roomsign/view.h>

#include "sample.h"

#define FIXTURE_COMMANDS_MAX 32

struct fixture {
    struct schedule schedule;
    struct tracker tracker;
    struct zone zone;
    struct feed_health health;
    struct view_options options;
    int day_ends_min;
    struct change_list changes;
    struct schedule elsewhere;
    struct command commands[FIXTURE_COMMANDS_MAX];
    size_t command_count;
    struct ledger ledger;
};

static inline void fixture_init(struct fixture *fixture)
{
    *fixture = (struct fixture){
        .health = {.has_schedule = true, .fetched_ms = AT(8, 2), .until_ms = TIME_NEVER_MS},
        .options = {.room_name = "UB2.252A (Lameere)", .language = "en"},
    };
    zone_utc(&fixture->zone);
}

/* Once its schedule, changes and sessions elsewhere are complete. */
static inline void fixture_track(struct fixture *fixture)
{
    struct tracker_rules rules = sample_rules();
    rules.day_ends_min = fixture->day_ends_min;
    schedule_sort(&fixture->schedule);
    schedule_sort(&fixture->elsewhere);
    fixture->options.changes = &fixture->changes;
    fixture->options.elsewhere = &fixture->elsewhere;
    tracker_init(&fixture->tracker, &fixture->schedule, NULL, &fixture->zone, &rules);
}

/* As the operator says it then. false: it makes no sense. */
static inline bool fixture_operate(struct fixture *fixture, int64_t at_ms, const char *words)
{
    struct command_request request;
    struct error err = {0};
    bool parsed = command_request_parse(words, &request, &err);
    assert(parsed && fixture->command_count < FIXTURE_COMMANDS_MAX);
    if (!parsed || !command_resolve(&request, &fixture->tracker, at_ms,
                                    &fixture->commands[fixture->command_count], &err)) {
        return false;
    }
    ledger_release(&fixture->ledger);
    ledger_make(&fixture->ledger, fixture->commands, ++fixture->command_count);
    tracker_hear(&fixture->tracker, &fixture->ledger);
    return true;
}

/* A session as it was; now it is the same until the caller says otherwise. */
static inline struct change *fixture_change(struct fixture *fixture, enum change_kind kind,
                                            const char *uid, int64_t start_ms, int64_t end_ms)
{
    struct change *change = change_list_add(&fixture->changes);
    change->kind = kind;
    change->old_start_ms = change->start_ms = start_ms;
    change->old_end_ms = change->end_ms = end_ms;
    session_set(&change->uid, uid);
    session_set(&change->old_title, uid);
    session_set(&change->title, uid);
    session_set(&change->old_room, fixture->options.room_name);
    session_set(&change->room, fixture->options.room_name);
    return change;
}

static inline struct session *fixture_elsewhere(struct fixture *fixture, const char *room,
                                                const char *uid, int64_t start_ms, int64_t end_ms)
{
    struct session *session = sample_add(&fixture->elsewhere, uid, start_ms, end_ms);
    session_set(&session->room, room);
    return session;
}

static inline struct view *fixture_view(struct fixture *fixture, int64_t now_ms)
{
    static struct view view;
    view_at(&fixture->tracker, &fixture->health, &fixture->options, now_ms, &view);
    return &view;
}

static inline int64_t fixture_next_ms(struct fixture *fixture, int64_t now_ms)
{
    return view_next_change_ms(&fixture->tracker, &fixture->health, &fixture->options, now_ms);
}

static inline void fixture_release(struct fixture *fixture)
{
    tracker_release(&fixture->tracker);
    ledger_release(&fixture->ledger);
    schedule_release(&fixture->schedule);
    schedule_release(&fixture->elsewhere);
    change_list_release(&fixture->changes);
}

static inline void assert_alert(const struct view_alert *alert, enum view_alert_kind kind,
                                const char *words, const char *time, const char *subject)
{
    assert_string_equal(alert->words, words);
    assert_int_equal(alert->kind, kind);
    assert_string_equal(alert->time, time);
    assert_string_equal(alert->subject, subject);
}

/* "old time expected note title"; '~' before a title that is struck. */
static inline void assert_entry(const struct view_entry *entry, const char *expected)
{
    char text[2 * VIEW_TEXT_BYTES];
    const char *const parts[] = {entry->old_time, entry->time, entry->expected, entry->note};
    const char *const marks[] = {"<", "", ">", ""};
    size_t used = 0;
    for (int i = 0; i < 4; i++) {
        if (*parts[i])
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s|", marks[i], parts[i]);
    }
    snprintf(text + used, sizeof text - used, "%s%s", entry->struck ? "~" : "", entry->title);
    assert_string_equal(text, expected);
}

/* 10:30-11:20, 11:25-11:50, lunch 12:00-13:00, 13:30-14:00, 15:00-16:00; tomorrow 9:00-10:00. */
static inline void fixture_programme(struct fixture *fixture)
{
    fixture_init(fixture);
    struct schedule *schedule = &fixture->schedule;
    sample_add(schedule, "Vectors", AT(10, 30), AT(11, 20));
    sample_add(schedule, "Indexes", AT(11, 25), AT(11, 50));
    sample_add(schedule, "Lunch", AT(12, 0), AT(13, 0))->kind = SESSION_KIND_BREAK;
    sample_add(schedule, "Joins", AT(13, 30), AT(14, 0));
    sample_add(schedule, "Locks", AT(15, 0), AT(16, 0));
    sample_add(schedule, "Sunday", AT(33, 0), AT(34, 0));
    fixture_track(fixture);
}

#endif
