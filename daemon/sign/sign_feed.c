#include <roomsign/sign.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/cage.h>
#include <roomsign/log.h>

/* A count for people; beyond it nobody counts. */
#define MISSED_POLLS_MAX 1000000

static void count_missed(struct sign *sign)
{
    if (sign->room.health.missed_polls < MISSED_POLLS_MAX)
        sign->room.health.missed_polls++;
}

/** "feed: HTTP 503, keeping the schedule of 14:02, next try in 40 s" */
static void log_failure(const struct sign *sign, const char *reason, int64_t now_ms)
{
    char when[SIGN_WHEN_BYTES];
    int64_t wait_s = (poller_wait_ms(&sign->poller) + SECOND_MS - 1) / SECOND_MS;
    if (sign->room.health.has_schedule)
        log_warning("feed: %s, keeping the schedule of %s, next try in %lld s", reason,
                    sign_format_when(sign, sign->room.health.fetched_ms, now_ms, when),
                    (long long)wait_s);
    else
        log_warning("feed: %s, no schedule yet, next try in %lld s", reason, (long long)wait_s);
}

static void save(struct sign *sign)
{
    struct error err = {0};
    if (store_save(&sign->store, &sign->room.document, &err)) {
        if (sign->save_failed)
            log_info("state: %s is written again", sign->store.path);
        sign->save_failed = false;
        sign->fetched_since_save = false;
        return;
    }
    if (!sign->save_failed)
        log_warning("state: %s; the sign goes on, but after a restart it would know only what is "
                    "stored",
                    err.message);
    sign->save_failed = true;
}

static bool is_believed(struct sign *sign, const struct document *document, int64_t now_ms)
{
    struct room *room = &sign->room;
    /* Another selection is another question: the old answer says nothing about the new one. */
    if (!room->health.has_schedule || strcmp(room->document.selection, document->selection) != 0) {
        trust_release(&sign->trust);
        return true;
    }
    return trust_judge(&sign->trust, &room->document.schedule, &document->schedule, now_ms,
                       room->config.distrust);
}

/** What the sign makes of feeds that don't know the room; roomsign-feed has said which names they
 *  have. Told when it changes. */
static void log_missing(const struct sign *sign, int before, bool was_missing)
{
    const struct feed_health *health = &sign->room.health;
    const char *name = sign->room.config.room_name;
    bool is_missing = feed_health_room_missing(health);
    if (health->feeds_without_room == before && is_missing == was_missing)
        return;
    if (is_missing)
        log_warning("feed: the sign says that room \"%s\" isn't in the schedule", name);
    else if (health->feeds_without_room > 0)
        log_warning("feed: room \"%s\" is missing in %d of the %d feeds that have events", name,
                    health->feeds_without_room, health->feeds_with_events);
    else
        log_info("feed: room \"%s\" is in the schedule", name);
}

static void take(struct sign *sign, struct document *document, int64_t now_ms)
{
    struct feed_health *health = &sign->room.health;
    int without_room = health->feeds_without_room;
    bool was_missing = feed_health_room_missing(health);
    const struct document_feed *failed = document_failed_feed(document);
    bool write = *sign->store.path &&
                 (sign->store.behind || !health->has_schedule || store_is_gone(&sign->store) ||
                  store_worth_writing(&sign->room.document, document));
    if (!failed) {
        health->fetched_ms = now_ms;
        sign->fetched_boot_ms = health->clock == TIME_SOURCE_NONE ? clock_boot_ms() : TIME_NEVER_MS;
    } else if (!health->has_schedule) {
        health->fetched_ms = room_document_fetched_ms(document);
    }
    if (!failed && health->missed_polls > 0)
        log_info("feed: fresh again");
    if (!health->has_schedule || health->distrusted ||
        document->schedule.count != sign->room.document.schedule.count)
        log_info("feed: the schedule has %zu session%s%s", document->schedule.count,
                 document->schedule.count == 1 ? "" : "s",
                 health->distrusted ? ", which is believed now" : "");
    snprintf(sign->feed_error, sizeof(sign->feed_error), "%s", failed ? failed->error : "");
    health->distrusted = false;
    room_take_document(&sign->room, document);
    /* Between a simulated time and a real one there is no age. */
    if (sign->clock.simulated)
        sign->room.view_options.news.fetched_ms = now_ms;
    log_missing(sign, without_room, was_missing);
    sign->fetched_since_save = true;
    if (failed) {
        count_missed(sign);
        log_failure(sign, sign->feed_error, now_ms);
    } else {
        health->missed_polls = 0;
    }
    if (write)
        save(sign);
}

static void on_polled(void *context, struct feed_outcome *outcome)
{
    struct sign *sign = context;
    char when[SIGN_WHEN_BYTES];
    struct feed_health *health = &sign->room.health;
    sign_operator_catch_up(sign);
    if (outcome->ok)
        sign_clock_take_dates(sign, &outcome->document);
    int64_t now_ms = sign_now_ms(sign);
    if (outcome->ok)
        sign_clock_correct(sign, &outcome->document);
    if (!outcome->ok) {
        count_missed(sign);
        snprintf(sign->feed_error, sizeof(sign->feed_error), "%s", outcome->reason);
        log_failure(sign, outcome->reason, now_ms);
    } else if (is_believed(sign, &outcome->document, now_ms)) {
        take(sign, &outcome->document, now_ms);
    } else {
        health->distrusted = true;
        health->missed_polls = 0;
        sign->feed_error[0] = '\0';
        log_warning("feed: more than half of the sessions to come are gone, keeping the schedule "
                    "of %s until %d polls in a row say so (%d so far)",
                    sign_format_when(sign, health->fetched_ms, now_ms, when),
                    sign->room.config.distrust, sign->trust.seen);
    }
    /* What the poll took goes back to the system; the C library would keep the heap as large as it
     * ever was. */
    malloc_trim(0);
}

static void prepare(void *context, struct feed_request *ret_request)
{
    struct sign *sign = context;
    struct room *room = &sign->room;
    *ret_request = (struct feed_request){
        .program = sign->feed_program,
        .config = &room->config,
        .last = room->health.has_schedule ? &room->document : NULL,
        .now_ms = sign_now_ms(sign),
    };
    room_window(room, ret_request->now_ms, &ret_request->from_ms, &ret_request->until_ms);
    /* A clock that nobody believes mustn't ask for another year's sessions. */
    if (room->health.clock == TIME_SOURCE_NONE && room->health.has_schedule) {
        ret_request->from_ms = room->health.from_ms;
        ret_request->until_ms = room->health.until_ms;
    }
    sign->window_from_ms = ret_request->from_ms;
    sign->polled_ms = ret_request->now_ms;
    sign->polled_boot_ms = clock_boot_ms();
}

/** A simulated sign leaves the real one's schedule alone, unless it is given a place of its own. */
static bool keeps_schedule(const struct sign *sign)
{
    return !sign->options->schedule_path && (!sign->clock.simulated || sign->options->state_dir);
}

static int polls_missed_since(const struct sign *sign, int64_t fetched_ms, int64_t now_ms)
{
    if (now_ms <= fetched_ms)
        return 0;
    int64_t missed = (now_ms - fetched_ms) / sign->room.config.poll_ms;
    return missed < MISSED_POLLS_MAX ? (int)missed : MISSED_POLLS_MAX;
}

/** false: nothing is kept, which has been said where it matters. */
static bool open_store(struct sign *sign)
{
    struct error err = {0};
    char directory[PLACE_PATH_BYTES];
    const struct config *config = &sign->room.config;
    sign->store = (struct store){0};
    if (!keeps_schedule(sign))
        return false;
    if (place_state_directory(sign->options->state_dir, directory, &err) &&
        store_open(&sign->store, directory, config->room_name, &config->feed_urls, &err))
        return true;
    log_warning("state: %s; the schedule isn't kept over a restart", err.message);
    return false;
}

static void show_stored(struct sign *sign)
{
    struct error err = {0};
    struct document document;
    char when[SIGN_WHEN_BYTES];
    if (!open_store(sign))
        return;
    bool loaded = store_load(&sign->store, sign->room.config.room_name, &document, &err);
    if (*err.message)
        log_warning("state: %s%s", err.message, loaded ? "" : "; waiting for the feed");
    if (!loaded)
        return;
    int64_t now_ms = sign_now_ms(sign);
    struct feed_health *health = &sign->room.health;
    health->fetched_ms = room_document_fetched_ms(&document);
    health->missed_polls = health->clock == TIME_SOURCE_NONE
                               ? 0
                               : polls_missed_since(sign, health->fetched_ms, now_ms);
    room_take_document(&sign->room, &document);
    log_info("state: the stored schedule of %s is shown first",
             sign_format_when(sign, health->fetched_ms, now_ms, when));
}

static bool read_given_schedule(struct sign *sign, struct error *err)
{
    struct document document;
    if (!room_read_document(sign->options->schedule_path, &document, err)) {
        error_prefix(err, "--schedule: ");
        sign->failure = EXIT_STATUS_USAGE;
        return false;
    }
    sign->room.health.fetched_ms = room_document_fetched_ms(&document);
    room_take_document(&sign->room, &document);
    return true;
}

bool sign_feed_open(struct sign *sign, struct error *err)
{
    struct poller_owner owner = {prepare, on_polled, sign};
    struct error missing = {0};
    sign->window_from_ms = TIME_NEVER_MS;
    if (sign->options->schedule_path)
        return read_given_schedule(sign, err);
    sign->feed_program = sign->options->feed_program ? xstrdup(sign->options->feed_program)
                                                     : feed_program_find(&missing);
    if (!sign->feed_program) {
        log_error("%s", missing.message);
        sign->feed_program = xstrdup("roomsign-feed");
    }
    char words[CAGE_WORDS_BYTES];
    log_debug("feed: polls are locked up: %s", cage_describe(words));
    show_stored(sign);
    if (!poller_init(&sign->poller, &sign->loop, &owner, sign->room.config.poll_ms, err))
        return false;
    poller_poll_now(&sign->poller);
    return true;
}

void sign_feed_close(struct sign *sign)
{
    poller_release(&sign->poller);
    if (*sign->store.path && sign->room.health.has_schedule &&
        (sign->fetched_since_save || sign->store.behind))
        save(sign);
    trust_release(&sign->trust);
    free(sign->feed_program);
    sign->feed_program = NULL;
}

void sign_feed_reload(struct sign *sign, bool other_room)
{
    if (sign->options->schedule_path)
        return;
    trust_release(&sign->trust);
    sign->room.health.distrusted = false;
    if (other_room) {
        struct document none;
        document_init(&none);
        room_take_document(&sign->room, &none);
        sign->room.health = (struct feed_health){0};
        sign->fetched_boot_ms = TIME_NEVER_MS;
        sign->fetched_since_save = false;
        show_stored(sign);
    } else {
        /* The feeds may be others now. */
        open_store(sign);
    }
    poller_restart(&sign->poller, sign->room.config.poll_ms);
}

void sign_feed_poll_now(struct sign *sign)
{
    if (!sign->options->schedule_path)
        poller_poll_now(&sign->poller);
}

void sign_feed_learn_time(struct sign *sign, int64_t now_ms)
{
    struct feed_health *health = &sign->room.health;
    if (sign->fetched_boot_ms != TIME_NEVER_MS)
        health->fetched_ms = now_ms - (clock_boot_ms() - sign->fetched_boot_ms);
    sign->fetched_boot_ms = TIME_NEVER_MS;
    int missed = polls_missed_since(sign, health->fetched_ms, now_ms);
    if (health->has_schedule && !sign->options->schedule_path && missed > health->missed_polls)
        health->missed_polls = missed;
}

void sign_feed_follow_day(struct sign *sign, int64_t now_ms)
{
    int64_t from_ms, until_ms;
    if (sign->window_from_ms == TIME_NEVER_MS || sign->room.health.clock == TIME_SOURCE_NONE)
        return;
    room_window(&sign->room, now_ms, &from_ms, &until_ms);
    if (from_ms == sign->window_from_ms)
        return;
    sign->window_from_ms = from_ms;
    poller_poll_now(&sign->poller);
}
