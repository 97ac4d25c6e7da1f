/* What is kept of other rooms: which sessions, and the nearest of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/decoder.h>
#include <roomsign/elsewhere.h>

#include "sample.h"

/* Sanitizers make it slow. */
#define GUARD_S 20
#include "guard.h"

static struct elsewhere of_two_days(void)
{
    return (struct elsewhere){.from_ms = AT(0, 0), .until_ms = AT(48, 0), .near_ms = AT(12, 0)};
}

static bool watches_event(const struct elsewhere *elsewhere, const char *uid)
{
    return elsewhere_watches_event(elsewhere, elsewhere_hash(uid, strlen(uid)));
}

static void test_watched(void **state)
{
    (void)state;
    struct schedule sessions = {0};
    struct change_list changes = {0};
    struct elsewhere elsewhere = of_two_days();
    sample_add(&sessions, "plain@x", AT(100, 0), AT(101, 0));
    sample_add(&sessions, "weekly@x/20260131T093000Z", AT(13, 0), AT(14, 0));
    sample_add(&sessions, "dated/20260131", AT(13, 0), AT(14, 0));
    sample_add(&sessions, "page/talk#2", AT(13, 0), AT(14, 0));
    sample_add(&sessions, "over@x", AT(11, 0), AT(12, 0));
    sample_add(&sessions, "lunch@x", AT(13, 0), AT(14, 0))->kind = SESSION_KIND_BREAK;
    struct change *change = change_list_add(&changes);
    session_set(&change->uid, "moved@x");
    change->gone = true;
    session_set(&change_list_add(&changes)->uid, "here@x");
    elsewhere_watch_all(&elsewhere, &sessions, &changes);

    assert_true(elsewhere_watches(&elsewhere, "plain@x"));
    assert_true(elsewhere_watches(&elsewhere, "weekly@x/20260131T093000Z"));
    assert_false(elsewhere_watches(&elsewhere, "weekly@x/20260207T093000Z"));
    assert_false(elsewhere_watches(&elsewhere, "weekly@x"));
    assert_true(elsewhere_watches(&elsewhere, "moved@x"));
    assert_false(elsewhere_watches(&elsewhere, "here@x"));
    assert_false(elsewhere_watches(&elsewhere, "over@x"));
    assert_false(elsewhere_watches(&elsewhere, "lunch@x"));
    static const char *const events[] = {"plain@x", "weekly@x", "dated", "page/talk", "moved@x"};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        assert_true(watches_event(&elsewhere, events[i]));
    assert_false(watches_event(&elsewhere, "page"));
    assert_false(watches_event(&elsewhere, "over@x"));
    assert_false(watches_event(&elsewhere, ""));
    elsewhere_release(&elsewhere);
    schedule_release(&sessions);
    change_list_release(&changes);
}

static void test_near(void **state)
{
    (void)state;
    const struct elsewhere elsewhere = of_two_days();
    assert_true(elsewhere_is_near(&elsewhere, AT(-1, 0), AT(0, 1)));
    assert_false(elsewhere_is_near(&elsewhere, AT(-1, 0), AT(0, 0)));
    assert_true(elsewhere_is_near(&elsewhere, AT(47, 59), AT(60, 0)));
    assert_false(elsewhere_is_near(&elsewhere, AT(48, 0), AT(49, 0)));
    assert_int_equal(elsewhere_distance_ms(&elsewhere, AT(11, 0), AT(13, 0)), 0);
    assert_int_equal(elsewhere_distance_ms(&elsewhere, AT(12, 0), AT(13, 0)), 0);
    assert_int_equal(elsewhere_distance_ms(&elsewhere, AT(13, 0), AT(14, 0)), HOUR_MS);
    assert_int_equal(elsewhere_distance_ms(&elsewhere, AT(9, 0), AT(11, 0)), HOUR_MS + 1);
    /* Nothing is, where no room is selected. */
    const struct elsewhere none = {.near_ms = AT(12, 0)};
    assert_false(elsewhere_is_near(&none, AT(11, 0), AT(13, 0)));
    assert_false(elsewhere_watches(&none, ""));
}

static void add(struct elsewhere *elsewhere, const char *uid, int64_t start_ms,
                enum session_kind kind, enum session_status status, const char *room)
{
    struct schedule one = {0};
    struct session *session = sample_add(&one, uid, start_ms, start_ms + HOUR_MS);
    session->kind = kind;
    session->status = status;
    session->feed = 3;
    session_set(&session->room, room);
    session_set(&session->url, "https://example.org");
    session_add_speaker(session, "Zoë");
    elsewhere_add(elsewhere, session);
    assert_null(session->uid);
    schedule_release(&one);
}

static void add_talk(struct elsewhere *elsewhere, const char *uid, int64_t start_ms)
{
    add(elsewhere, uid, start_ms, SESSION_KIND_SESSION, SESSION_STATUS_CONFIRMED, "Attic");
}

static void test_what_people_can_go_to(void **state)
{
    (void)state;
    struct elsewhere elsewhere = of_two_days();
    add(&elsewhere, "lunch", AT(12, 0), SESSION_KIND_BREAK, SESSION_STATUS_CONFIRMED, "Attic");
    add(&elsewhere, "art", AT(12, 0), SESSION_KIND_ALL_DAY, SESSION_STATUS_CONFIRMED, "Attic");
    add(&elsewhere, "off", AT(12, 0), SESSION_KIND_SESSION, SESSION_STATUS_CANCELLED, "Attic");
    add(&elsewhere, "where", AT(12, 0), SESSION_KIND_SESSION, SESSION_STATUS_CONFIRMED, "");
    assert_int_equal(elsewhere.sessions.count, 0);
    add(&elsewhere, "maybe", AT(12, 0), SESSION_KIND_SESSION, SESSION_STATUS_TENTATIVE, "Attic");
    assert_int_equal(elsewhere.sessions.count, 1);
    const struct session *kept = &elsewhere.sessions.sessions[0];
    assert_string_equal(kept->uid, "maybe");
    assert_string_equal(kept->room, "Attic");
    assert_int_equal(kept->feed, 3);
    /* What isn't in the document would be gone after the next poll. */
    assert_int_equal(kept->speaker_count, 0);
    assert_string_equal(kept->url, "");
    assert_int_equal(kept->status, SESSION_STATUS_CONFIRMED);
    elsewhere_release(&elsewhere);
}

static void test_the_nearest_stay(void **state)
{
    (void)state;
    struct schedule watched = {0};
    struct elsewhere elsewhere = of_two_days();
    sample_add(&watched, "ours", AT(200, 0), AT(201, 0));
    elsewhere_watch_all(&elsewhere, &watched, NULL);
    add_talk(&elsewhere, "far", AT(40, 0));
    add_talk(&elsewhere, "now", AT(12, 0));
    add_talk(&elsewhere, "past", AT(1, 0));
    add_talk(&elsewhere, "soon", AT(13, 0));
    add_talk(&elsewhere, "ours", AT(200, 0));
    elsewhere_trim(&elsewhere, 5);
    assert_false(elsewhere.is_cut);
    elsewhere_trim(&elsewhere, 3);
    assert_true(elsewhere.is_cut);
    assert_int_equal(elsewhere.sessions.count, 3);
    assert_non_null(schedule_find(&elsewhere.sessions, "ours"));
    assert_non_null(schedule_find(&elsewhere.sessions, "now"));
    assert_non_null(schedule_find(&elsewhere.sessions, "soon"));
    elsewhere_release(&elsewhere);
    schedule_release(&watched);
}

static void test_long_texts(void **state)
{
    (void)state;
    struct elsewhere elsewhere = of_two_days();
    char room[SESSION_NAME_BYTES_MAX + 1] = "";
    memset(room, 'r', SESSION_NAME_BYTES_MAX);
    for (int i = 0; i < 100; i++) {
        char uid[8];
        snprintf(uid, sizeof uid, "t%03d", i);
        add(&elsewhere, uid, AT(12, i), SESSION_KIND_SESSION, SESSION_STATUS_CONFIRMED, room);
    }
    /* Uids and titles of four bytes each. */
    elsewhere_trim_text(&elsewhere, 100 * (SESSION_NAME_BYTES_MAX + 8));
    assert_false(elsewhere.is_cut);
    elsewhere_trim_text(&elsewhere, 80 * (SESSION_NAME_BYTES_MAX + 8));
    assert_true(elsewhere.is_cut);
    assert_int_equal(elsewhere.sessions.count, 75);
    assert_non_null(schedule_find(&elsewhere.sessions, "t000"));
    assert_null(schedule_find(&elsewhere.sessions, "t075"));
    elsewhere_release(&elsewhere);
}

static void test_it_never_grows_past_its_bounds(void **state)
{
    (void)state;
    struct elsewhere elsewhere = of_two_days();
    size_t most = 0;
    for (int i = 0; i < 3 * ELSEWHERE_GATHERED_MAX; i++) {
        char uid[16];
        /* From afar to the very minute. */
        snprintf(uid, sizeof uid, "t%05d", i);
        add_talk(&elsewhere, uid, AT(12, 3 * ELSEWHERE_GATHERED_MAX - i));
        most = elsewhere.sessions.count > most ? elsewhere.sessions.count : most;
    }
    assert_int_equal(most, ELSEWHERE_GATHERED_MAX);
    assert_true(elsewhere.is_cut);
    elsewhere_trim(&elsewhere, 1);
    assert_string_equal(elsewhere.sessions.sessions[0].uid, "t11999");
    elsewhere_release(&elsewhere);
}

/* Decoding */

struct decoding {
    struct decoder_request request;
    struct room_filter *filter;
    struct elsewhere elsewhere;
    struct zone zone;
    int warning_count;
};

static void count_warning(void *context, const char *message)
{
    struct decoding *decoding = context;
    (void)message;
    decoding->warning_count++;
}

static void decoding_init(struct decoding *decoding, bool include_venue_wide)
{
    *decoding = (struct decoding){.elsewhere = of_two_days()};
    zone_utc(&decoding->zone);
    decoding->filter = room_filter_new(
        &(struct room_filter_options){.name = "Cellar", .include_venue_wide = include_venue_wide});
    decoding->request = (struct decoder_request){
        .from_ms = AT(-24, 0),
        .until_ms = AT(8 * 24, 0),
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &decoding->zone,
        .filter = decoding->filter,
        .elsewhere = &decoding->elsewhere,
        .warn = count_warning,
        .context = decoding,
    };
}

static void decode(struct decoding *decoding, const char *bytes, size_t length,
                   struct schedule *ret_sessions)
{
    struct decoder *decoder = decoder_new(&decoding->request);
    *ret_sessions = (struct schedule){0};
    assert_true(decoder_push(decoder, bytes, length, NULL));
    assert_true(decoder_finish(decoder, ret_sessions, NULL, NULL));
    decoder_free(decoder);
}

static void decoding_release(struct decoding *decoding)
{
    room_filter_free(decoding->filter);
    elsewhere_release(&decoding->elsewhere);
}

/* More events than an iCalendar decoder keeps the bytes of, the nearest in the middle, and one of
 * this room and one that was this room's far off. Nothing is said of any that can't be read. */
static void test_an_icalendar_of_very_many(void **state)
{
    (void)state;
    for (int venue_wide = 0; venue_wide < 2; venue_wide++) {
        struct decoding decoding;
        struct schedule watched = {0}, sessions;
        struct buffer ics;
        decoding_init(&decoding, venue_wide == 1);
        sample_add(&watched, "ours", AT(150, 0), AT(151, 0));
        elsewhere_watch_all(&decoding.elsewhere, &watched, NULL);
        buffer_init(&ics, 64 * 1024 * 1024);
        buffer_append_text(&ics, "BEGIN:VCALENDAR\r\n"
                                 "BEGIN:VEVENT\r\nUID:ours\r\nDTSTART:20260206T060000Z\r\n"
                                 "DTEND:20260206T070000Z\r\nSUMMARY:Ours\r\nLOCATION:Attic - X\r\n"
                                 "END:VEVENT\r\n"
                                 "BEGIN:VEVENT\r\nUID:here\r\nDTSTART:20260131T060000Z\r\n"
                                 "SUMMARY:Here\r\nLOCATION:Cellar\r\nEND:VEVENT\r\n"
                                 "BEGIN:VEVENT\r\nUID:odd\r\nDTSTART:yesterday\r\n"
                                 "SUMMARY:Odd\r\nLOCATION:Attic - X\r\nEND:VEVENT\r\n");
        for (int i = 0; i < 40000; i++) {
            int minute = i * 2880 / 40000;
            buffer_append_format(&ics,
                                 "BEGIN:VEVENT\r\nUID:e%d\r\nDTSTART:202601%dT%02d%02d00Z\r\n"
                                 "DURATION:PT1M\r\nSUMMARY:Talk %d\r\nLOCATION:Hall %d%s\r\n"
                                 "END:VEVENT\r\n",
                                 i, 30 + minute / 1440, minute % 1440 / 60, minute % 60, i, i % 50,
                                 venue_wide ? "" : " - X");
        }
        buffer_append_text(&ics, "END:VCALENDAR\r\n");
        decode(&decoding, ics.data, ics.length, &sessions);
        assert_int_equal(sessions.count, 1);
        assert_int_equal(decoding.warning_count, 0);
        assert_true(decoding.elsewhere.is_cut);
        elsewhere_trim(&decoding.elsewhere, DOCUMENT_ELSEWHERE_MAX);
        assert_int_equal(decoding.elsewhere.sessions.count, DOCUMENT_ELSEWHERE_MAX);
        assert_non_null(schedule_find(&decoding.elsewhere.sessions, "ours"));
        int64_t farthest_ms = 0;
        for (size_t i = 0; i < decoding.elsewhere.sessions.count; i++) {
            const struct session *session = &decoding.elsewhere.sessions.sessions[i];
            int64_t distance_ms =
                elsewhere_distance_ms(&decoding.elsewhere, session->start_ms, session->end_ms);
            if (strcmp(session->uid, "ours") != 0 && distance_ms > farthest_ms)
                farthest_ms = distance_ms;
        }
        /* 14 a minute, before and after now. */
        assert_true(farthest_ms < 2 * HOUR_MS);
        schedule_release(&sessions);
        schedule_release(&watched);
        buffer_release(&ics);
        decoding_release(&decoding);
    }
}

/* A generator that gives one uid to everything makes each of its events a watched one. */
static void test_an_icalendar_of_one_uid(void **state)
{
    (void)state;
    struct decoding decoding;
    struct schedule watched = {0}, sessions;
    struct buffer ics;
    decoding_init(&decoding, false);
    sample_add(&watched, "same", AT(12, 0), AT(13, 0));
    elsewhere_watch_all(&decoding.elsewhere, &watched, NULL);
    buffer_init(&ics, 64 * 1024 * 1024);
    buffer_append_text(&ics, "BEGIN:VCALENDAR\r\n");
    for (int i = 0; i < 200000; i++) {
        /* The last ones are the nearest. */
        int day = i < 190000 ? 27 + i % 3 : 30;
        buffer_append_format(&ics,
                             "BEGIN:VEVENT\r\nUID:same\r\nDTSTART:202601%dT%02d%02d00Z\r\n"
                             "DURATION:PT1M\r\nSUMMARY:Talk %d\r\nLOCATION:Hall %d\r\n"
                             "END:VEVENT\r\n",
                             day, i / 60 % 24, i % 60, i, i % 50);
    }
    buffer_append_text(&ics, "END:VCALENDAR\r\n");
    decode(&decoding, ics.data, ics.length, &sessions);
    assert_true(decoding.elsewhere.is_cut);
    elsewhere_trim(&decoding.elsewhere, DOCUMENT_ELSEWHERE_MAX);
    assert_int_equal(decoding.elsewhere.sessions.count, DOCUMENT_ELSEWHERE_MAX);
    for (size_t i = 0; i < decoding.elsewhere.sessions.count; i++)
        assert_true(decoding.elsewhere.sessions.sessions[i].start_ms >= AT(-24, 0));
    schedule_release(&sessions);
    schedule_release(&watched);
    buffer_release(&ics);
    decoding_release(&decoding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watched),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_what_people_can_go_to),
        cmocka_unit_test(test_the_nearest_stay),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_it_never_grows_past_its_bounds),
        cmocka_unit_test(test_an_icalendar_of_very_many),
        GUARDED(test_an_icalendar_of_one_uid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
