/* The venue: its programme, what its publisher does to it, and the clock of the sign's machine. */
#include "sim.h"

#include <roomsign/elsewhere.h>

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof(*(array))))

static const char *const zone_names[] = {
    "Europe/Brussels",     "America/New_York", "Pacific/Chatham", "Asia/Kolkata", "UTC",
    "Australia/Lord_Howe", "America/Havana",
};
static struct zone zones[COUNT(zone_names)];

static const char *const other_rooms[] = {"Hall B", "Hall C (upstairs)", "中庭"};

static const char *const title_words[] = {
    "Rust in the kernel",
    "Keynote",
    "基調講演：時計と信頼",
    "مقدمة في الشبكات",
    "🎉 Lightning talks",
    "Straßenfest & Überraschungen",
    "A talk whose title is so long that it has to be broken into several lines on every screen, "
    "and then some more, because speakers like to say it all before anyone has sat down",
    "e\xcc\x81tude",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
};

void sim_world_open(void)
{
    for (int64_t i = 0; i < COUNT(zone_names); i++) {
        struct error err = {0};
        if (!zone_load(zone_names[i], &zones[i], &err)) {
            fprintf(stderr, "%s\n", err.message);
            exit(3);
        }
    }
}

/* Some day from 2026 on; often one on which clocks change, or the one before. */
static int64_t random_day_ms(struct life *life, const struct zone *zone)
{
    int64_t day_ms = TIME_TRUST_EARLIEST_MS + (10 + random_below(&life->random, 4 * 365)) * DAY_MS;
    for (size_t i = 1; i < zone->count && !sim_chance(life, 3); i++)
        if (zone->change_ms[i] > day_ms) {
            day_ms = zone->change_ms[i] - SIM_PICK(life, 0, DAY_MS);
            break;
        }
    return zone_day_start_ms(zone, day_ms, 0);
}

/* The programme */

/* Longer than anything that shows it, which has to cut it between characters. */
static void put_endless(struct life *life, char **member, size_t bytes)
{
    char text[SESSION_TITLE_BYTES_MAX] = "aaa";
    for (size_t length = (size_t)random_below(&life->random, 4); length + 3 <= bytes; length += 3)
        memcpy(text + length, length % 30 < 3 ? " é" : "時", 4);
    session_set(member, text);
}

static void put_title(struct life *life, struct session *session)
{
    char title[SESSION_TITLE_BYTES_MAX];
    const char *words = title_words[random_below(&life->random, COUNT(title_words))];
    /* A number makes most of them unlike any other. */
    if (sim_chance(life, 12))
        snprintf(title, sizeof title, "%s", words);
    else
        snprintf(title, sizeof title, "%s %d", words, ++life->uid_count);
    session_set(&session->title, sim_chance(life, 60) ? "" : title);
    if (sim_chance(life, 60))
        put_endless(life, &session->title, SESSION_TITLE_BYTES_MAX - 2);
}

static struct session *add_session(struct life *life, int64_t start_ms, int64_t end_ms)
{
    char uid[32];
    snprintf(uid, sizeof uid, "s%03d@sim", ++life->uid_count);
    struct session *session = sample_add(&life->venue, uid, start_ms, end_ms);
    put_title(life, session);
    session_set(&session->room, SIM_HERE);
    session->feed = (int)random_below(&life->random, life->feed_count);
    for (int64_t i = random_below(&life->random, 3); i > 0; i--)
        session_add_speaker(session, sim_chance(life, 3) ? "王小明" : "Ada Example");
    if (sim_chance(life, 4))
        session_set(&session->track, "Databases");
    if (sim_chance(life, 60))
        put_endless(life, &session->track, SESSION_NAME_BYTES_MAX);
    if (sim_chance(life, 5))
        session->remind_s = SIM_PICK(life, 0, 60, 900, 3600, 7200);
    return session;
}

/* What is odd about it, if anything. */
static void make_odd(struct life *life, struct session *session, const struct zone *zone)
{
    int64_t length_ms = session->end_ms - session->start_ms;
    switch (random_below(&life->random, 24)) {
    case 0:
        session->status = SESSION_STATUS_CANCELLED;
        break;
    case 1:
        session->status = SESSION_STATUS_TENTATIVE;
        break;
    case 2:
    case 3:
        session->kind = SESSION_KIND_BREAK;
        session_set(&session->title, "Coffee break");
        break;
    case 4:
        session->venue_wide = true;
        session_set(&session->room, "");
        break;
    case 5:
        session->kind = SESSION_KIND_ALL_DAY;
        session->start_ms = zone_day_start_ms(zone, session->start_ms, 0);
        session->end_ms = zone_day_start_ms(zone, session->start_ms, 1);
        break;
    case 6:
        session->end_ms = session->start_ms;
        break;
    case 7:
        session->end_ms = session->start_ms + SIM_PICK(life, 13, 20, 30) * HOUR_MS;
        break;
    case 8:
        session->start_ms = zone_day_start_ms(zone, session->start_ms, 1) - MINUTE_MS;
        session->end_ms = session->start_ms + length_ms;
        break;
    case 9:
    case 10:
    case 11:
        session_set(&session->room, other_rooms[random_below(&life->random, 3)]);
        break;
    }
}

static void make_programme(struct life *life, const struct zone *zone, int64_t day_ms)
{
    int64_t count = sim_chance(life, 3) ? random_below(&life->random, SIM_SESSIONS_MAX + 1)
                                        : random_below(&life->random, 16);
    int64_t start_ms = day_ms + random_below(&life->random, 24 * 12) * 5 * MINUTE_MS;
    for (int64_t i = 0; i < count; i++) {
        int64_t length_ms =
            SIM_PICK(life, 1, 5, 5, 10, 20, 25, 30, 45, 50, 60, 90, 180) * MINUTE_MS;
        struct session *session = add_session(life, start_ms, start_ms + length_ms);
        make_odd(life, session, zone);
        int64_t gap_ms = SIM_PICK(life, 0, 0, 0, 0, 5, 10, 15, 60, -5, -20) * MINUTE_MS;
        /* At times the next one starts with this one, or to the second. */
        if (!sim_chance(life, 12))
            start_ms += length_ms + gap_ms;
        if (sim_chance(life, 30))
            start_ms += random_below(&life->random, 60) * SECOND_MS;
        if (sim_chance(life, 25))
            start_ms += random_below(&life->random, 12) * HOUR_MS;
    }
}

void sim_world_make(struct life *life, struct zone *ret_zone)
{
    const struct zone *zone = &zones[random_below(&life->random, COUNT(zone_names))];
    *ret_zone = *zone;
    int64_t day_ms = random_day_ms(life, zone);
    life->feed_count = sim_chance(life, 4) ? 2 : 1;
    make_programme(life, zone, day_ms);
    life->boot_ms = random_below(&life->random, 40 * DAY_MS);
    int64_t now_ms = day_ms + random_below(&life->random, DAY_MS / SECOND_MS) * SECOND_MS;
    if (life->venue.count > 0 && !sim_chance(life, 4))
        now_ms = life->venue.sessions[0].start_ms - random_below(&life->random, HOUR_MS);
    life->true_less_boot_ms = now_ms - life->boot_ms;
    life->synchronised = !sim_chance(life, 6);
    life->servers_tell_time = sim_chance(life, 2);
    if (!life->synchronised && sim_chance(life, 2))
        life->wall_error_ms = -now_ms;
}

/* What happens to it */

static struct session *pick_session(struct life *life)
{
    if (life->venue.count == 0)
        return NULL;
    struct session *session = NULL;
    int64_t now_ms = life->boot_ms + life->true_less_boot_ms;
    for (int i = 0; i < 6; i++) {
        session = &life->venue.sessions[random_below(&life->random, (int64_t)life->venue.count)];
        if (session->end_ms > now_ms)
            break;
    }
    return session;
}

static void note_edit(struct life *life, const struct session *session, enum change_kind kind)
{
    bool plain = session->kind == SESSION_KIND_SESSION && !session->venue_wide &&
                 strncmp(session->uid, "s", 1) == 0 && strcmp(session->room, SIM_HERE) == 0 &&
                 session->status != SESSION_STATUS_CANCELLED;
    life->edit.count += plain ? 1 : 2;
    life->edit.kind = kind;
    snprintf(life->edit.uid, sizeof life->edit.uid, "%s", session->uid);
}

static void remove_session(struct life *life, struct session *session)
{
    session_release(session);
    *session = life->venue.sessions[--life->venue.count];
}

static void retime(struct life *life, struct session *session)
{
    int64_t by_ms = SIM_PICK(life, -90, -15, -5, 5, 10, 30, 60, 240, 1440) * MINUTE_MS;
    session->start_ms += by_ms;
    session->end_ms += by_ms;
    if (sim_chance(life, 3))
        session->end_ms += 10 * MINUTE_MS;
}

static void add_new(struct life *life)
{
    int64_t now_ms = life->boot_ms + life->true_less_boot_ms;
    int64_t start_ms =
        now_ms - now_ms % (5 * MINUTE_MS) + (random_below(&life->random, 60) - 4) * 5 * MINUTE_MS;
    int64_t end_ms = start_ms + SIM_PICK(life, 5, 20, 50, 120) * MINUTE_MS;
    note_edit(life, add_session(life, start_ms, end_ms), CHANGE_NEW);
}

/* What generators do to uids and order. */
static void shake(struct life *life)
{
    struct schedule *venue = &life->venue;
    life->edit.count += 2;
    bool renames = sim_chance(life, 3);
    for (size_t i = venue->count; i > 1; i--) {
        struct session *a = &venue->sessions[i - 1];
        struct session *b = &venue->sessions[random_below(&life->random, (int64_t)i)];
        struct session held = *a;
        *a = *b;
        *b = held;
    }
    for (size_t i = 0; renames && i < venue->count; i++) {
        char uid[32];
        snprintf(uid, sizeof uid, "r%03d@sim", ++life->uid_count);
        session_set(&venue->sessions[i].uid, uid);
    }
}

static void edit_session(struct life *life, struct session *session)
{
    switch (random_below(&life->random, 8)) {
    case 0:
        note_edit(life, session, CHANGE_CANCELLED);
        sim_tell(life, "publisher cancels %s", session->uid);
        session->status = SESSION_STATUS_CANCELLED;
        break;
    case 1:
        note_edit(life, session, CHANGE_CANCELLED);
        sim_tell(life, "publisher takes %s out", session->uid);
        remove_session(life, session);
        break;
    case 2:
    case 3:
        note_edit(life, session, CHANGE_MOVED);
        session_set(&session->room, other_rooms[random_below(&life->random, 3)]);
        if (sim_chance(life, 3))
            retime(life, session);
        sim_tell(life, "publisher moves %s to %s", session->uid, session->room);
        break;
    case 4:
        life->edit.count += 2;
        session_set(&session->room, SIM_HERE);
        session->status = SESSION_STATUS_CONFIRMED;
        sim_tell(life, "publisher puts %s here, confirmed", session->uid);
        break;
    case 5:
    case 6:
        note_edit(life, session, CHANGE_RETIMED);
        retime(life, session);
        sim_tell(life, "publisher retimes %s", session->uid);
        break;
    case 7:
        note_edit(life, session, CHANGE_RETITLED);
        put_title(life, session);
        sim_tell(life, "publisher retitles %s: %.40s", session->uid, session->title);
        break;
    }
}

void sim_world_edit(struct life *life)
{
    struct session *session = pick_session(life), *other = pick_session(life);
    int64_t what = random_below(&life->random, 16);
    if (what == 0) {
        life->lost_polls = 1 + (int)random_below(&life->random, 5);
        life->lost_all = sim_chance(life, 2);
        sim_tell(life, "publisher loses %s for %d polls", life->lost_all ? "all" : "most",
                 life->lost_polls);
    } else if (what == 1 && session && other && session != other) {
        life->uids_repeat = true;
        sim_tell(life, "publisher gives %s the uid of %s", session->uid, other->uid);
        session_set(&session->uid, other->uid);
    } else if (what == 2) {
        sim_tell(life, "publisher shakes uids or order");
        shake(life);
    } else if ((what <= 5 || !session) && life->venue.count < 2 * SIM_SESSIONS_MAX) {
        sim_tell(life, "publisher adds a session");
        add_new(life);
    } else if (session) {
        edit_session(life, session);
    }
}

void sim_world_upset_clock(struct life *life)
{
    int64_t now_ms = life->boot_ms + life->true_less_boot_ms;
    switch (random_below(&life->random, 7)) {
    case 0:
        life->wall_error_ms = -now_ms + random_below(&life->random, HOUR_MS);
        break;
    case 6:
        life->wall_error_ms += (random_below(&life->random, 800) - 400) * DAY_MS;
        break;
    case 1:
        life->wall_error_ms += (random_below(&life->random, 7200) - 3600) * SECOND_MS;
        break;
    case 2:
        life->synchronised = false;
        break;
    case 3:
        life->servers_tell_time = !life->servers_tell_time;
        break;
    default:
        life->wall_error_ms = 0;
        life->synchronised = true;
        break;
    }
    /* A time server that sets the clock sets it right. */
    if (life->wall_error_ms != 0)
        life->synchronised = false;
    sim_tell(life, "clock: wrong by %lld s, %ssynchronised, servers %s",
             (long long)(life->wall_error_ms / SECOND_MS), life->synchronised ? "" : "not ",
             life->servers_tell_time ? "tell the time" : "are silent");
}

void sim_world_read_clock(const struct life *life, struct clock_reading *ret_reading)
{
    int64_t wall_ms = life->boot_ms + life->true_less_boot_ms + life->wall_error_ms;
    *ret_reading = (struct clock_reading){
        /* No clock can be set to before 1970. */
        .wall_ms = wall_ms > 0 ? wall_ms : 0,
        .boot_ms = life->boot_ms,
        .synchronised = life->synchronised,
        .sync_file_ms = TIME_NEVER_MS,
    };
}
