/* A poll: what roomsign-feed makes of the venue's programme, of the last document and of its
 * failures. */
#include "sim.h"

#include <roomsign/elsewhere.h>

static bool is_here(const struct session *session)
{
    return session->venue_wide || strcmp(session->room, SIM_HERE) == 0;
}

static bool is_in_window(const struct document *document, const struct session *session)
{
    bool is_moment = session->start_ms == session->end_ms;
    return session->start_ms < document->until_ms &&
           (session->end_ms > document->from_ms ||
            (is_moment && session->start_ms >= document->from_ms));
}

static void add_copy(struct schedule *schedule, const struct session *session)
{
    struct session copy;
    session_copy(&copy, session);
    bool added = schedule_add(schedule, &copy);
    assert(added);
    session_release(&copy);
}

static void read_feed(struct life *life, int feed, struct document *document,
                      struct elsewhere *elsewhere)
{
    struct document_feed *entry = &document->feeds[feed];
    for (size_t i = 0; i < life->venue.count; i++) {
        const struct session *session = &life->venue.sessions[i];
        if (session->feed != feed)
            continue;
        /* What an emptied or halved feed still has must not depend on order. */
        bool lost = life->lost_polls > 0 && (life->lost_all || strlen(session->title) % 3 != 0);
        if (lost)
            continue;
        entry->event_count++;
        entry->matched_count += is_here(session);
        if (is_here(session) && is_in_window(document, session)) {
            add_copy(&document->schedule, session);
        } else if (elsewhere_watches(elsewhere, session->uid) ||
                   (!is_here(session) &&
                    elsewhere_is_near(elsewhere, session->start_ms, session->end_ms))) {
            struct session copy;
            session_copy(&copy, session);
            elsewhere_add(elsewhere, &copy);
        }
    }
    if (document_feed_lacks_room(entry))
        entry->closest[entry->closest_count++] = xstrdup("Hall B");
}

/* What a feed that can't be used said last time. */
static void carry_over(const struct document *last, int feed, struct document *document,
                       struct elsewhere *elsewhere)
{
    struct document_feed *entry = &document->feeds[feed];
    entry->status = FEED_STATUS_FAILED;
    session_set(&entry->error, "HTTP 503");
    if (!last)
        return;
    const struct document_feed *before = &last->feeds[feed];
    entry->fetched_ms = before->fetched_ms;
    entry->server_date_ms = before->server_date_ms;
    entry->event_count = before->event_count;
    entry->matched_count = before->matched_count;
    for (size_t i = 0; i < before->closest_count; i++)
        entry->closest[entry->closest_count++] = xstrdup(before->closest[i]);
    for (size_t i = 0; i < last->schedule.count; i++)
        if (last->schedule.sessions[i].feed == feed &&
            is_in_window(document, &last->schedule.sessions[i]))
            add_copy(&document->schedule, &last->schedule.sessions[i]);
    for (size_t i = 0; i < last->elsewhere.count; i++)
        if (last->elsewhere.sessions[i].feed == feed) {
            struct session copy;
            session_copy(&copy, &last->elsewhere.sessions[i]);
            elsewhere_add(elsewhere, &copy);
        }
}

static void find_changes(const struct document *last, struct document *document)
{
    unsigned first_read_feeds = 0;
    for (size_t i = 0; i < last->feed_count; i++)
        first_read_feeds |= (unsigned)(last->feeds[i].fetched_ms == DOCUMENT_UNKNOWN_MS) << i;
    const struct change_request request = {
        .last = &last->schedule,
        .now = &document->schedule,
        .elsewhere = &document->elsewhere,
        .elsewhere_last = &last->elsewhere,
        .from_ms = last->from_ms > document->from_ms ? last->from_ms : document->from_ms,
        .until_ms = last->until_ms < document->until_ms ? last->until_ms : document->until_ms,
        .now_ms = document->generated_ms,
        .first_read_feeds = first_read_feeds,
        .known = &last->changes,
    };
    changes_find(&request, &document->changes);
}

/* As JSON, and back: the way between the programs. */
static bool send(struct life *life, struct document *document)
{
    struct buffer json;
    struct error err = {0};
    struct document sent;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    bool done =
        document_write(document, &json, &err) && document_read(json.data, json.length, &sent, &err);
    if (done) {
        document_release(document);
        *document = sent;
    }
    buffer_release(&json);
    return sim_expect(life, done, "a document can't be written and read back: %s", err.message);
}

static void read_headlines(const struct life *life, struct document *document)
{
    struct document_headlines *headlines = &document->headlines;
    if (!*life->room.config.headlines_url)
        return;
    session_set(&headlines->url, life->room.config.headlines_url);
    session_set(&headlines->source, "The Daily");
    headlines->asked_ms = headlines->fetched_ms = document->generated_ms;
    static const char *const titles[] = {"Doors are open", "Lunch is served", "号外"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        headlines->titles[headlines->count++] = xstrdup(titles[i]);
}

/* Which feeds can't be used this time. */
static unsigned failing_feeds(struct life *life)
{
    unsigned failing = 0;
    for (int i = 0; i < life->feed_count; i++)
        failing |= (unsigned)sim_chance(life, 7) << i;
    return failing;
}

bool sim_world_poll(struct life *life, int64_t now_ms, int64_t from_ms, int64_t until_ms,
                    struct document *ret_document)
{
    const struct document *last = life->room.health.has_schedule ? &life->room.document : NULL;
    struct document document;
    unsigned failing = failing_feeds(life);
    if (failing == (1u << life->feed_count) - 1)
        return false;
    document_init(&document);
    session_set(&document.room, SIM_HERE);
    session_set(&document.timezone, life->room.zone.name);
    session_set(&document.selection, "0123456789abcdef");
    /* The programs tell whole seconds. */
    document.generated_ms = now_ms - now_ms % SECOND_MS;
    document.from_ms = from_ms;
    document.until_ms = until_ms;
    struct elsewhere elsewhere = {
        .from_ms = zone_day_start_ms(&life->room.zone, now_ms, 0),
        .until_ms = zone_day_start_ms(&life->room.zone, now_ms, 2),
        .near_ms = now_ms,
    };
    if (last)
        elsewhere_watch_all(&elsewhere, &last->schedule, &last->changes);
    for (int i = 0; i < life->feed_count; i++) {
        struct document_feed *entry = document_add_feed(&document);
        session_set(&entry->url, "https://example.org/feed.ics");
        if (failing >> i & 1) {
            life->met[MET_POLL_PARTLY]++;
            carry_over(last, i, &document, &elsewhere);
            continue;
        }
        entry->fetched_ms = document.generated_ms;
        if (life->servers_tell_time) {
            int64_t date_ms = life->boot_ms + life->true_less_boot_ms;
            entry->server_date_ms = date_ms - date_ms % SECOND_MS;
        }
        read_feed(life, i, &document, &elsewhere);
    }
    schedule_sort(&document.schedule);
    elsewhere_trim(&elsewhere, DOCUMENT_ELSEWHERE_MAX);
    document.elsewhere = elsewhere.sessions;
    elsewhere.sessions = (struct schedule){0};
    schedule_sort(&document.elsewhere);
    elsewhere_release(&elsewhere);
    read_headlines(life, &document);
    if (last)
        find_changes(last, &document);
    bool sent = send(life, &document);
    if (failing != 0 || life->lost_polls > 0)
        life->edit.count += 2;
    if (life->lost_polls > 0)
        life->lost_polls--;
    sim_check_changes(life, last, &document);
    if (!sent) {
        document_release(&document);
        return false;
    }
    *ret_document = document;
    return true;
}
