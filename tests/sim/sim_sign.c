/* The sign: what roomsignd does with clocks, polls, commands and restarts, by the same calls
 * (daemon/sign/sign_clock.c, sign_feed.c, sign_operator.c). */
#include "sim.h"

#include <stdio.h>
#include <string.h>

#include <roomsign/hash.h>
#include <roomsign/words.h>

static int64_t keep_ms(const struct life *life)
{
    return 3 * life->room.config.rules.max_session_ms + DAY_MS;
}

static void make_config(struct life *life, struct config *config)
{
    config_init(config);
    session_set(&config->room_name, SIM_HERE);
    config->rules = (struct tracker_rules){
        .soon_ms = SIM_PICK(life, 0, 5, 10, 10, 10, 60) * MINUTE_MS,
        .wrap_up_ms = SIM_PICK(life, 0, 2, 5, 5, 15) * MINUTE_MS,
        .overrun =
            (enum overrun_policy)SIM_PICK(life, OVERRUN_POLICY_SCHEDULE, OVERRUN_POLICY_SCHEDULE,
                                          OVERRUN_POLICY_CONFIRMED, OVERRUN_POLICY_OFF),
        .overrun_limit_ms = SIM_PICK(life, 0, 1, 10, 10, 60) * MINUTE_MS,
        .max_session_ms = SIM_PICK(life, 12, 12, 12, 2, 24) * HOUR_MS,
        .day_ends_min = (int)SIM_PICK(life, 0, 0, 90, 240, TRACKER_DAY_ENDS_MAX_MIN),
    };
    config->distrust = (int)SIM_PICK(life, 1, 2, 3, 3, 5);
    snprintf(life->room.language, sizeof(life->room.language), "%s",
             words_at((int)random_below(&life->random, WORDS_COUNT))->language);
    life->room.clock_12h = sim_chance(life, 4);
    if (sim_chance(life, 4))
        session_set(&config->headlines_url, "https://example.org/news.rss");
    if (sim_chance(life, 4)) {
        config->on_from_min = (int)random_below(&life->random, 24 * 60);
        config->on_until_min = (int)random_below(&life->random, 24 * 60);
    }
}

static int64_t reading_now_ms(const struct life *life)
{
    struct clock_reading reading;
    sim_world_read_clock(life, &reading);
    bool overruled =
        life->verdict.source == TIME_SOURCE_HELD || life->verdict.source == TIME_SOURCE_SERVER;
    return overruled ? life->boot_ms + life->verdict.utc_less_boot_ms : reading.wall_ms;
}

static int missed_since(const struct life *life, int64_t now_ms)
{
    int64_t missed = (now_ms - life->room.health.fetched_ms) / life->room.config.poll_ms;
    return now_ms <= life->room.health.fetched_ms ? 0 : missed < 1000000 ? (int)missed : 1000000;
}

static void learn_time(struct life *life, int64_t now_ms)
{
    struct feed_health *health = &life->room.health;
    if (life->fetched_boot_ms != TIME_NEVER_MS)
        health->fetched_ms = now_ms - (life->boot_ms - life->fetched_boot_ms);
    life->fetched_boot_ms = TIME_NEVER_MS;
    int missed = missed_since(life, now_ms);
    if (health->has_schedule && missed > health->missed_polls)
        health->missed_polls = missed;
}

int64_t sim_sign_now_ms(struct life *life)
{
    struct clock_reading reading;
    sim_world_read_clock(life, &reading);
    enum time_source before = life->verdict.source;
    life->verdict = time_trust_judge(&life->time_trust, &reading);
    life->room.health.clock = life->verdict.source;
    int64_t now_ms = reading_now_ms(life);
    if (before != life->verdict.source) {
        sim_tell(life, "the sign's time is now that of: %s",
                 time_source_name(life->verdict.source));
        if (life->verdict.source != TIME_SOURCE_NONE)
            learn_time(life, now_ms);
    }
    return now_ms;
}

/* Starting */

void sim_sign_open_log(struct life *life, struct command_log *ret_log, int64_t now_ms)
{
    struct error err = {0};
    if (!*life->directory) {
        *ret_log = (struct command_log){.keep_ms = keep_ms(life)};
        return;
    }
    if (life->room.health.clock == TIME_SOURCE_NONE)
        now_ms = 0;
    bool opened =
        command_log_open(ret_log, life->directory, SIM_HERE, now_ms, keep_ms(life), NULL, &err);
    sim_expect(life, opened, "I9 the log can't be opened: %s", err.message);
}

void sim_sign_open(struct life *life, const struct zone *zone)
{
    struct document none;
    document_init(&none);
    life->room = (struct room){.zone = *zone};
    make_config(life, &life->room.config);
    room_take_document(&life->room, &none);
    life->room.health = (struct feed_health){0};
    life->fetched_boot_ms = life->window_from_ms = TIME_NEVER_MS;
    life->verdict.source = TIME_SOURCE_SYSTEM;
    sim_sign_open_log(life, &life->log, 0);
}

void sim_sign_close(struct life *life)
{
    room_release(&life->room);
    trust_release(&life->trust);
    command_log_close(&life->log);
}

void sim_sign_rebuild(struct life *life, const struct command *commands, size_t count,
                      struct room *ret_room)
{
    struct buffer json;
    struct document document;
    struct error err = {0};
    bool has_schedule = life->room.health.has_schedule, done = true;
    document_init(&document);
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    if (has_schedule) {
        document_release(&document);
        done = document_write(&life->room.document, &json, &err) &&
               document_read(json.data, json.length, &document, &err);
    }
    if (!sim_expect(life, done, "I3 the stored document: %s", err.message))
        document_init(&document);
    buffer_release(&json);
    *ret_room = (struct room){
        .config = life->room.config, .clock_12h = life->room.clock_12h, .zone = life->room.zone};
    memcpy(ret_room->language, life->room.language, sizeof(ret_room->language));
    room_take_document(ret_room, &document);
    struct feed_health made = ret_room->health;
    ret_room->health = life->room.health;
    ret_room->health.room_count = made.room_count;
    for (int i = 0; i < made.room_count; i++)
        ret_room->health.rooms[i] = made.rooms[i];
    ret_room->view_options.hint = life->room.view_options.hint;
    ret_room->view_options.hint_until_ms = life->room.view_options.hint_until_ms;
    ret_room->view_options.list_turns = life->room.view_options.list_turns;
    room_hear(ret_room, commands, count);
}

/* Everything but what is on the disk is lost. */
void sim_sign_restart(struct life *life)
{
    struct room rebuilt;
    life->met[MET_RESTART]++;
    bool has_schedule = life->room.health.has_schedule;
    sim_sign_rebuild(life, NULL, 0, &rebuilt);
    struct document stored = rebuilt.document;
    tracker_release(&rebuilt.tracker);
    ledger_release(&rebuilt.ledger);

    trust_release(&life->trust);
    life->doubted_polls = 0;
    life->time_trust = (struct time_trust){0};
    life->verdict = (struct time_verdict){.source = TIME_SOURCE_SYSTEM};
    life->room.health = (struct feed_health){0};
    life->fetched_boot_ms = TIME_NEVER_MS;
    int64_t now_ms = sim_sign_now_ms(life);
    if (*life->directory) {
        room_hear(&life->room, NULL, 0);
        command_log_close(&life->log);
        sim_sign_open_log(life, &life->log, now_ms);
    }
    int64_t fetched_ms = room_document_fetched_ms(&stored);
    room_take_document(&life->room, &stored);
    struct feed_health *health = &life->room.health;
    health->has_schedule = has_schedule;
    health->fetched_ms = has_schedule ? fetched_ms : 0;
    if (has_schedule && health->clock != TIME_SOURCE_NONE)
        health->missed_polls = missed_since(life, now_ms);
    room_hear(&life->room, life->log.commands, life->log.count);
    sim_tell(life, "restart: %zu sessions, %zu commands", life->room.document.schedule.count,
             life->log.count);
}

/* Polls */

static void take_dates(struct life *life, const struct document *document)
{
    struct clock_reading reading;
    int64_t dates_ms[DOCUMENT_FEEDS_MAX];
    size_t count = document_server_dates(document, dates_ms);
    sim_world_read_clock(life, &reading);
    time_trust_take_dates(&life->time_trust, &reading, life->polled_boot_ms, dates_ms, count);
}

static void correct_dates(const struct life *life, struct document *document)
{
    int64_t began_ms = reading_now_ms(life) - (life->boot_ms - life->polled_boot_ms);
    document_redate(document, began_ms - life->polled_ms);
}

static void remember_seen(struct life *life, const struct schedule *schedule)
{
    life->seen =
        xrealloc(life->seen, (life->seen_count + schedule->count + 1) * sizeof(*life->seen));
    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *session = &schedule->sessions[i];
        life->seen[life->seen_count++] = (struct sim_seen){session->start_ms, session->end_ms,
                                                           hash_text(HASH_START, session->title)};
    }
}

static void take(struct life *life, struct document *document, int64_t now_ms)
{
    struct feed_health *health = &life->room.health;
    bool failed = document_failed_feed(document) != NULL;
    if (!failed) {
        health->fetched_ms = now_ms;
        life->fetched_boot_ms = health->clock == TIME_SOURCE_NONE ? life->boot_ms : TIME_NEVER_MS;
    } else if (!health->has_schedule) {
        health->fetched_ms = room_document_fetched_ms(document);
    }
    health->distrusted = false;
    remember_seen(life, &document->schedule);
    /* What the failed feed has for us comes later, with whatever is done until then. */
    life->edit.count = failed ? 2 : 0;
    room_take_document(&life->room, document);
    health->missed_polls = failed ? health->missed_polls + 1 : 0;
    sim_tell(life, "poll: %zu sessions, %zu changes%s", life->room.document.schedule.count,
             life->room.document.changes.count, failed ? ", one feed failed" : "");
}

static void poll_window(struct life *life, int64_t *ret_from_ms, int64_t *ret_until_ms)
{
    const struct feed_health *health = &life->room.health;
    life->polled_ms = sim_sign_now_ms(life);
    room_window(&life->room, life->polled_ms, ret_from_ms, ret_until_ms);
    if (health->clock == TIME_SOURCE_NONE && health->has_schedule) {
        *ret_from_ms = health->from_ms;
        *ret_until_ms = health->until_ms;
    }
    life->window_from_ms = *ret_from_ms;
    life->polled_boot_ms = life->boot_ms;
}

void sim_sign_poll(struct life *life)
{
    struct feed_health *health = &life->room.health;
    struct document document;
    int64_t from_ms, until_ms;
    life->met[MET_POLL]++;
    poll_window(life, &from_ms, &until_ms);
    if (!sim_world_poll(life, life->polled_ms, from_ms, until_ms, &document)) {
        life->met[MET_POLL_FAILED]++;
        health->missed_polls++;
        sim_tell(life, "poll: failed, %d missed", health->missed_polls);
        return;
    }
    take_dates(life, &document);
    int64_t now_ms = sim_sign_now_ms(life);
    correct_dates(life, &document);
    bool ought = sim_ought_to_believe(life, &document, now_ms);
    bool believed = !health->has_schedule ||
                    trust_judge(&life->trust, &life->room.document.schedule, &document.schedule,
                                now_ms, life->room.config.distrust);
    sim_expect(life, believed == ought, "I4 a feed that lost its sessions is %s in poll %d of %d",
               believed ? "believed" : "not believed", life->doubted_polls,
               life->room.config.distrust);
    if (believed) {
        life->met[MET_BELIEVED_LATE] += health->distrusted;
        take(life, &document, now_ms);
        return;
    }
    life->met[MET_DISTRUST]++;
    health->distrusted = true;
    health->missed_polls = 0;
    sim_tell(life, "poll: %zu sessions, not believed", document.schedule.count);
    document_release(&document);
}

void sim_sign_follow_day(struct life *life, int64_t now_ms)
{
    int64_t from_ms, until_ms;
    if (life->window_from_ms == TIME_NEVER_MS || life->verdict.source == TIME_SOURCE_NONE)
        return;
    room_window(&life->room, now_ms, &from_ms, &until_ms);
    if (from_ms != life->window_from_ms)
        sim_sign_poll(life);
}

void sim_sign_view(const struct life *life, int64_t now_ms, struct view *ret_view)
{
    view_at(&life->room.tracker, &life->room.health, &life->room.view_options, now_ms, ret_view);
}
