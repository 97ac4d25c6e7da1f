#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "random_view.h"

static const char *const said[] = {
    "start",    "end",       "hold",      "hold",      "hold", "release",
    "extend 2", "extend 15", "extend -5", "say Hello", "full", "say --for 7m Hello",
    "full",     "full",      "open",      "undo",
};
#define SAID_COUNT ((int64_t)(sizeof said / sizeof *said))

static const char *const rooms[] = {"", "A", "B", "C", "D", "UB2.252A (Lameere)"};

int64_t random_moment_ms(struct random *random)
{
    int64_t grain_ms = random_below(random, 3) ? 1 : 5 * MINUTE_MS;
    return AT(0, 0) + random_below(random, 2 * DAY_MS / grain_ms) * grain_ms;
}

/* A morning of talks and breaks that follow each other closely. */
static void random_programme(struct random *random, struct schedule *schedule)
{
    int64_t start_ms = AT(9, 0) + random_below(random, HOUR_MS);
    for (int i = 0; i < 12; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "p%02d", i);
        int64_t end_ms = start_ms + random_below(random, 30 * MINUTE_MS);
        struct session *session = sample_add(schedule, uid, start_ms, end_ms);
        session->kind = random_below(random, 4) ? SESSION_KIND_SESSION : SESSION_KIND_BREAK;
        session->venue_wide = random_below(random, 10) == 0;
        start_ms = end_ms + random_below(random, 10 * MINUTE_MS) - 2 * MINUTE_MS;
    }
    schedule_sort(schedule);
}

/* Of sessions of the schedule, and of such as stand in it no more. */
static void random_changes(struct random *random, struct fixture *fixture)
{
    int64_t count = random_below(random, 8);
    for (int64_t i = 0; i < count; i++) {
        char uid[16];
        int64_t start_ms = random_moment_ms(random);
        snprintf(uid, sizeof uid, "gone%d", (int)i);
        struct change *change =
            fixture_change(fixture, (enum change_kind)random_below(random, 3), uid, start_ms,
                           start_ms + random_below(random, 2 * HOUR_MS));
        change->gone = true;
        change->start_ms = random_moment_ms(random);
        change->end_ms = change->start_ms + random_below(random, HOUR_MS);
        session_set(&change->room, rooms[random_below(random, 6)]);
    }
    for (size_t i = 0; i < fixture->schedule.count; i++) {
        const struct session *session = &fixture->schedule.sessions[i];
        int64_t shift_ms =
            random_below(random, 3) ? random_below(random, 6 * HOUR_MS) - 3 * HOUR_MS : 0;
        if (random_below(random, 2)) {
            continue;
        }
        struct change *change =
            fixture_change(fixture, (enum change_kind)random_below(random, CHANGE_KIND_COUNT),
                           session->uid, session->start_ms + shift_ms, session->end_ms + shift_ms);
        change->start_ms = session->start_ms;
        change->end_ms = session->end_ms;
    }
}

static void random_elsewhere(struct random *random, struct fixture *fixture)
{
    for (int64_t i = random_below(random, 60); i > 0; i--) {
        char uid[16];
        int64_t start_ms = random_moment_ms(random);
        snprintf(uid, sizeof uid, "e%02d", (int)i);
        fixture_elsewhere(fixture, rooms[random_below(random, 6)], uid, start_ms,
                          start_ms + random_below(random, 3 * HOUR_MS));
    }
}

static void random_health(struct random *random, uint64_t seed, struct fixture *fixture)
{
    if (seed % 5 == 0) {
        fixture->options.on_from_min = (int)random_below(random, 1440);
        fixture->options.on_until_min = (int)random_below(random, 1440);
    }
    if (random_below(random, 4) == 0) {
        fixture->health.from_ms = AT(0, 0) + random_below(random, DAY_MS);
        fixture->health.until_ms = fixture->health.from_ms + random_below(random, 3 * DAY_MS);
    }
    if (seed % 3 == 0) {
        fixture->day_ends_min = (int)random_below(random, TRACKER_DAY_ENDS_MAX_MIN + 1);
        fixture->options.news =
            (struct news){.source = "Planet",
                          .titles = {"One", "Two", "Three"},
                          .count = 1 + (int)(seed / 3 % 3),
                          .fetched_ms = AT(0, 0) - random_below(random, DAY_MS)};
    }
    if (seed % 11 == 0) {
        fixture->health.feeds_with_events = 2;
        fixture->health.feeds_without_room = 1 + (int)(seed % 2);
    }
    if (random_below(random, 5) == 0) {
        fixture->health.clock = random_below(random, 3) ? TIME_SOURCE_NONE : TIME_SOURCE_SERVER;
    }
    fixture->options.hint = "Held";
    fixture->options.hint_until_ms = random_moment_ms(random);
    fixture->options.lit_until_ms = random_below(random, 3) ? 0 : random_moment_ms(random);
    fixture->options.shifts = random_below(random, 2);
    fixture->options.list_turns = seed % 2;
}

void random_view(uint64_t seed, struct random *random, struct fixture *fixture)
{
    struct error err = {0};
    fixture_init(fixture);
    assert_true(zone_load(seed % 2 ? "Asia/Kolkata" : "Europe/Brussels", &fixture->zone, &err));
    random_health(random, seed, fixture);
    if (seed % 2) {
        random_programme(random, &fixture->schedule);
    } else {
        random_schedule(random, &fixture->schedule);
    }
    random_changes(random, fixture);
    random_elsewhere(random, fixture);
    fixture_track(fixture);
    int64_t now_ms =
        seed % 2 ? AT(9, 0) + random_below(random, 2 * HOUR_MS) : random_moment_ms(random);
    for (int64_t i = seed % 4 ? random_below(random, FIXTURE_COMMANDS_MAX) : 0; i > 0; i--) {
        fixture_operate(fixture, now_ms, said[random_below(random, SAID_COUNT)]);
        now_ms += random_below(random, 3) ? random_below(random, 20 * MINUTE_MS) : 0;
    }
}

static void random_title(struct random *random, int64_t words_max, char title[static 256])
{
    static const char *const words[] = {
        "the",    "of",         "a",         "PostgreSQL", "and",  "sixteen",
        "trees:", "extensible", "indexes",   "without",    "I/O",  "Infrastructure-as-Code",
        "for",    "everyone",   "(part 2)",  "kernels,",   "or",   "whatisthatlongword",
        "時間割", "–",          "“quoted”?", "in",         "2026", "C++",
    };
    title[0] = '\0';
    for (int64_t n = 1 + random_below(random, words_max); n > 0; n--) {
        size_t length = strlen(title);
        snprintf(title + length, 256 - length, "%s%s", length > 0 ? " " : "",
                 words[random_below(random, sizeof words / sizeof *words)]);
    }
}

void random_view_enrich(struct random *random, struct fixture *fixture)
{
    char title[256];
    for (size_t i = 0; i < fixture->changes.count; i++) {
        struct change *change = &fixture->changes.changes[i];
        random_title(random, 14, title);
        session_set(&change->old_title, title);
        session_set(&change->title, title);
    }
    for (size_t i = 0; i < fixture->schedule.count; i++) {
        struct session *session = &fixture->schedule.sessions[i];
        random_title(random, 14, title);
        session_set(&session->title, title);
        if (i % 3)
            continue;
        session_set(&session->track, i % 2 ? "Systems" : "Community");
        session_set(&session->url, "https://example.org/talk");
        session_add_speaker(session, "Ana B");
        session_add_speaker(session, "Cid D");
    }
    for (size_t i = 0; i < fixture->command_count; i++) {
        random_title(random, 30, title);
        if (fixture->commands[i].kind == COMMAND_SAY)
            snprintf(fixture->commands[i].text, sizeof fixture->commands[i].text, "%s", title);
    }
    ledger_release(&fixture->ledger);
    ledger_make(&fixture->ledger, fixture->commands, fixture->command_count);
    tracker_hear(&fixture->tracker, &fixture->ledger);
}
