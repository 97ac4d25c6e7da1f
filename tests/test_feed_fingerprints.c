/* Fingerprints of what functions of the feed decoders give; see fingerprint_case.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <roomsign/break_words.h>
#include <roomsign/elsewhere.h>
#include <roomsign/feed_options.h>
#include <roomsign/fetch.h>
#include <roomsign/ical_value.h>
#include <roomsign/markup.h>
#include <roomsign/merge.h>
#include <roomsign/publisher.h>
#include <roomsign/room_filter.h>
#include <roomsign/room_tally.h>
#include <roomsign/title_mark.h>
#include <roomsign/tsv.h>
#include <roomsign/web_address.h>

#include "fingerprint_case.h"

static void list_times(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {"1", "2", "3", "5",  "9",        "0",  "00",
                                        "T", "Z", "P", "W",  "D",        "H",  "M",
                                        "S", "-", "+", "PT", "20260131", "T10"};
    for (int i = 0; i < 400; i++) {
        char text[512];
        struct ical_time time = {0};
        struct ical_duration duration = {0};
        if (i % 2)
            RANDOM_TEXT(random, parts, 9, text);
        else
            snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d%s",
                     (int)random_below(random, 9) ? 2026 : (int)random_below(random, 10000),
                     (int)random_below(random, 14), (int)random_below(random, 33),
                     (int)random_below(random, 26), (int)random_below(random, 62),
                     (int)random_below(random, 63), random_below(random, 2) ? "Z" : "");
        bool is_time = ical_time_parse(text, strlen(text), &time);
        bool is_duration = ical_duration_parse(text, strlen(text), &duration);
        buffer_append_format(list, "%d %lld %d%d %d %lld %lld\n", is_time, (long long)time.local_ms,
                             time.is_date, time.is_utc, is_duration, (long long)duration.days,
                             (long long)duration.exact_ms);
    }
}

static void list_rules(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "FREQ=DAILY",  "FREQ=WEEKLY",
        "FREQ=YEARLY", "freq=monthly",
        ";",           ";INTERVAL=",
        ";COUNT=",     ";UNTIL=20260401",
        ";BYDAY=MO",   ";BYDAY=-1SU,2TU",
        ";BYMONTH=",   ";BYMONTHDAY=",
        ";BYYEARDAY=", ";BYWEEKNO=",
        ";BYHOUR=",    ";BYMINUTE=",
        ";BYSECOND=",  ";BYSETPOS=",
        ";WKST=SU",    ";X-A=B",
        "0",           "1",
        "-1",          "12",
        "13",          "23",
        "24",          "31",
        "-31",         "32",
        "53",          "-53",
        "54",          "59",
        "60",          "61",
        "366",         "-366",
        "367",         ",",
        ",2",          ",-2",
        "T090000Z",    "MO",
        "53FR",        "54FR",
        "-54FR",       "=",
        " ",
    };
    static const char *const ready[] = {"BYMONTH",  "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR",
                                        "BYMINUTE", "BYSECOND",   "BYSETPOS",  "INTERVAL", "COUNT"};
    for (int i = 0; i < 400; i++) {
        char text[512];
        struct ical_rule rule = {0};
        struct error err = {0};
        if (i % 2)
            RANDOM_TEXT(random, parts, 7, text);
        else
            snprintf(text, sizeof text, "FREQ=YEARLY;%s=%d", PICK(random, ready),
                     (int)random_below(random, 760) - 380);
        bool is_rule = ical_rule_parse(text, strlen(text), &rule, &err);
        const struct recurrence_rule *r = &rule.rule;
        buffer_append_format(list, "%d %s", is_rule, is_rule ? "" : err.message);
        if (is_rule) {
            buffer_append_format(list, "%d %lld %lld %d %x %x %x %x %llx %llx %llx %llx %x %zu",
                                 (int)r->frequency, (long long)r->interval, (long long)r->count,
                                 r->week_start, r->hours, r->months, r->month_days,
                                 r->month_days_back, (unsigned long long)r->weeks,
                                 (unsigned long long)r->weeks_back, (unsigned long long)r->seconds,
                                 (unsigned long long)r->minutes, r->weekdays, r->position_count);
            for (int n = 0; n < 7; n++)
                buffer_append_format(list, " %llx %llx", (unsigned long long)r->weekday_nth[n],
                                     (unsigned long long)r->weekday_nth_back[n]);
            for (int n = 0; n < 6; n++)
                buffer_append_format(list, " %llx %llx", (unsigned long long)r->year_days[n],
                                     (unsigned long long)r->year_days_back[n]);
        }
        buffer_append_text(list, "\n");
    }
}

static void list_titles(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "Rust",        " ",
        "*",           "**",
        "_",           "__",
        "`",           "~~",
        "[",           "](",
        ")",           "(",
        "]",           "!",
        "<b>",         "</b>",
        "<p>",         "</p>",
        "<br>",        "<br/>",
        "<i ",         ">",
        "<",           "&amp;",
        "&",           "&#39;",
        "&#x27;",      "&#0;",
        "&lt;",        "&nbsp;",
        "&hellip;",    ";",
        "Postgres",    "é",
        "日本",        "\\",
        "/",           "https://example.org",
        "\n",          "class=a",
        "\"",          "'",
        "-",           "[Cancelled]",
        "CANCELLED: ", "Annulé : ",
        "(cancelled)", "Abgesagt",
        ": ",          " - ",
        "moved",       "Ausgebucht",
    };
    for (int i = 0; i < 300; i++) {
        char text[512];
        struct title_reading reading = {0};
        RANDOM_TEXT(random, parts, 12, text);
        char *stripped = xstrdup(text);
        markup_strip(&stripped);
        title_mark_read(text, &reading);
        buffer_append_format(list, "%s\n%d %.*s|%.*s\n", stripped, reading.cancelled,
                             (int)reading.shown_length, reading.shown, (int)reading.subject_length,
                             reading.subject);
        markup_decode(text);
        buffer_append_format(list, "%s\n", text);
        free(stripped);
    }
}

/* Well-formed ones only: what becomes of others is libcurl's to say, and changes with it. */
static void list_addresses(struct random *random, struct buffer *list)
{
    static const char *const schemes[] = {"http", "https", "HTTPS", "webcal", "ftp", "gopher"};
    static const char *const users[] = {"", "", "", "ada@", "ada:secret@"};
    static const char *const hosts[] = {"example.org", "EXAMPLE.org", "127.0.0.1",
                                        "[::1]",       "localhost",   "a.b.example"};
    static const char *const ports[] = {"", "", ":8080", ":443", ":80", ":1"};
    static const char *const parts[] = {
        "/",       "/a",         "/feed.ics", "/ical", "/one-two", "/2026",   "-three-four",
        "/abcdef", "0123456789", "%20",       "_x",    ".xml",     "/ABCdef", "deadbeef",
    };
    static const char *const files[] = {"a",      "/",  "b.ics", "%20", "%", "%0", "%00",
                                        "%c3%a9", "..", "#",     "?x",  " ", "//", "c d"};
    static const char *const ends[] = {"", "", "?token=secret", "#part", "?a#b"};
    for (int i = 0; i < 300; i++) {
        char text[1200], path[512], file[512], shown[FETCH_URL_PUBLIC_BYTES];
        char read[SESSION_URL_BYTES_MAX] = "";
        struct error err = {0};
        RANDOM_TEXT(random, parts, 6, path);
        RANDOM_TEXT(random, files, 5, file);
        snprintf(text, sizeof text, "%s://%s%s%s/%s%s", PICK(random, schemes), PICK(random, users),
                 PICK(random, hosts), PICK(random, ports), path + 1, PICK(random, ends));
        if (i % 3 == 0)
            snprintf(text, sizeof text, "%s%s", i % 2 ? "file:///" : "file:", file);
        bool is_good = fetch_url_check(text, &err);
        bool is_address = web_address_read(text, read);
        char *local = fetch_url_file_path(text, NULL);
        buffer_append_format(list, "%d %s %d %s %s\n", is_good, fetch_url_public(text, shown),
                             is_address, is_address ? read : "", local ? local : "-");
        free(local);
    }
}

static const char *const place_parts[] = {
    "Audi", "Audi 1", "audi\u00A01", "É",     "é 1",    " ",      "  ",    "\t",      "1",
    "2",    "10",     "Hall",        "Größe", "GRÖSSE", "(",      ")",     " (",      " - ",
    ", ",   ",",      ";",           "\n",    "-",      "Deck 4", "Foyer", "Centre",  "\u200b",
    "日本", "\uFEFF", "A",           "B",     "Blue",   "Red",    "/",     "e\u0301", "&",
};

static void list_rooms(struct random *random, struct buffer *list)
{
    static const char *const aliases[] = {"É 1", "Deck 4 (Fwd)"}, *const commons[] = {"Foyer"};
    for (int i = 0; i < 12; i++) {
        char name[512];
        RANDOM_TEXT(random, place_parts, 4, name);
        const struct room_filter_options options = {
            .name = i % 6 ? name : "",
            .aliases = aliases,
            .alias_count = (size_t)(i % 3),
            .common_rooms = commons,
            .common_room_count = (size_t)(i % 2),
            .include_venue_wide = i % 2,
        };
        struct room_filter *filter = room_filter_new(&options);
        for (int n = 0; n < 30; n++) {
            char place[512], room[SESSION_NAME_BYTES_MAX] = "", plain[ROOM_NAME_BYTES_MAX];
            RANDOM_TEXT(random, place_parts, n % 2 ? 9 : 3, place);
            if (n % 5 == 0)
                snprintf(place, sizeof place, "%.400s, Deck 4", name);
            size_t length = room_name_normalise(place, strlen(place), plain);
            enum room_match match = room_filter_match(filter, place, room);
            buffer_append_format(list, "%d %s|%s %zu %zu\n", (int)match, room, plain, length,
                                 room_filter_distance(filter, place));
        }
        room_filter_free(filter);
    }
}

static void list_tallies(struct random *random, struct buffer *list)
{
    for (int i = 0; i < 4; i++) {
        struct room_tally *tally = room_tally_new();
        for (int n = 0; n < 25; n++) {
            char place[512];
            RANDOM_TEXT(random, place_parts, n % 3 ? 2 : 6, place);
            if (n % 7 == 0)
                place[strlen(place) / 2] = n % 2 ? ROOM_TALLY_FURTHER : ROOM_TALLY_LESSER;
            room_tally_add(tally, place, (size_t)random_below(random, 4));
        }
        assert_true(room_tally_write_tsv(tally, list) && room_tally_write_json(tally, list));
        buffer_append_format(list, "\n%zu\n", room_tally_roomless_count(tally));
        room_tally_free(tally);
    }
}

static void list_breaks(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "Lunch", "lunch",     "Coffee", "break",        "Breaking", "Kaffee", "pause",
        "Pause", "café",      "昼休み", "チェックイン", "चाय",      " ",      "-",
        ", ",    "&",         "(",      "90 min",       ")",        "tea",    "Tea-time",
        "in",    "check",     "Doors",  "open",         "Welcome",  "drinks", "of",
        "the",   "FRÜHSTÜCK", "!",      "Networking",
    };
    static const char *const own[] = {"Fika", "Open space", "tea"};
    struct break_words *usual = break_words_new(NULL, 0), *few = break_words_new(own, 3);
    for (int i = 0; i < 100; i++) {
        char title[512];
        RANDOM_TEXT(random, parts, 7, title);
        buffer_append_format(list, "%d%d\n", break_words_match(usual, title),
                             break_words_match(few, title));
    }
    break_words_free(usual);
    break_words_free(few);
}

static void list_publishers(struct random *random, struct buffer *list)
{
    static const char *const producers[] = {
        "-//pretalx//schedule//EN",
        "pretalx",
        "-//CERN//INDICO//EN",
        "-//Pentabarf//Schedule//EN",
        "-//frab//EN",
        "frab",
        "indico",
        "-//Google Inc//Google Calendar//EN",
        "",
    };
    static const char *const parts[] = {
        "Rust",
        " - ",
        "Ana B",
        ", ",
        "and ",
        "Cid",
        " (",
        ")",
        " [",
        "]",
        "Talk",
        "Speaker:",
        "Speakers: ",
        "\n",
        "\n\n",
        "Track: ",
        "Systems",
        ": ",
        "https://example.org/t",
        " by ",
        "Long text.",
        "Chair: ",
        "é",
        "[x] ",
        " ",
    };
    for (int i = 0; i < 120; i++) {
        char title[512], description[512];
        const char *producer = PICK(random, producers);
        struct session session;
        session_init(&session);
        RANDOM_TEXT(random, parts, 8, title);
        RANDOM_TEXT(random, parts, 12, description);
        enum publisher publisher = publisher_of(producer, strlen(producer));
        publisher_fill(publisher, title, description, &session);
        buffer_append_format(list, "%d %s|%s|%s", (int)publisher, session.title, session.track,
                             session.url);
        for (size_t n = 0; n < session.speaker_count; n++)
            buffer_append_format(list, "|%s", session.speakers[n]);
        buffer_append_text(list, "\n");
        session_release(&session);
    }
}

static void list_options(struct random *random, struct buffer *list)
{
    static const char *const words[] = {
        "room.conf",
        "--url",
        "https://example.org/a",
        "file:///b",
        "--room",
        "Hall",
        "--timezone",
        "UTC",
        "--date",
        "2026-03-12",
        "2026-3-1",
        "--from",
        "--to",
        "2026-01-31",
        "2026-01-31T09:30",
        "--format",
        "json",
        "tsv",
        "--last",
        "-",
        "--now",
        "2026-01-31T09:30:00Z",
        "--rooms",
        "--formats",
        "--help",
        "--version",
        "--nonsense",
        "",
        "--",
    };
    for (int i = 0; i < 200; i++) {
        char *arguments[12] = {"roomsign-feed"};
        int count = 1 + (int)random_below(random, 9);
        struct feed_options options = {0};
        struct error err = {0};
        for (int n = 1; n < count; n++)
            arguments[n] = (char *)PICK(random, words);
        if (i % 2) {
            arguments[1] = "--url";
            arguments[2] = "file:///b";
            count = count < 3 ? 3 : count;
        }
        bool fine = feed_options_parse(count, arguments, &options, &err);
        buffer_append_format(list, "%d %s\n", fine, fine ? "" : err.message);
        if (fine)
            buffer_append_format(
                list, "%d %zu %s %s %s %s %d %lld %d %lld %d %lld %d %s\n", (int)options.action,
                options.url_count, options.config_path ? options.config_path : "-",
                options.room ? options.room : "-", options.timezone ? options.timezone : "-",
                options.date ? options.date : "-", (int)options.from.kind,
                (long long)options.from.at_ms, (int)options.until.kind,
                (long long)options.until.at_ms, options.has_now, (long long)options.now_ms,
                (int)options.format, options.last_path ? options.last_path : "-");
    }
}

/* Sessions of few uids, titles and times, so that feeds hold the same. */
static void random_feed(struct random *random, struct schedule *feed)
{
    static const char *const uids[] = {
        "17", "18",  "a@x", "b@x", "b@x/20260131T090000Z", "3f2b8c1e-9d4a-4f6b-8a7c-1e2d3c4b5a69",
        "",   "18/2"};
    static const char *const titles[] = {"Ants", "ants", "Bees & more", "", "Lunch"};
    for (int64_t i = random_below(random, 9); i > 0; i--) {
        int64_t start_ms = AT(9, 0) + random_below(random, 3) * HOUR_MS;
        struct session *session = sample_add(feed, PICK(random, uids), start_ms,
                                             start_ms + random_below(random, 2) * HOUR_MS);
        session_set(&session->title, PICK(random, titles));
        session_set(&session->room, random_below(random, 3) ? "Blue" : "Red");
    }
}

static void list_lines(const struct schedule *schedule, struct buffer *list)
{
    struct zone zone;
    struct error err = {0};
    zone_utc(&zone);
    assert_true(tsv_write(schedule, &zone, list, &err));
}

static void list_merges(struct random *random, struct buffer *list)
{
    for (int i = 0; i < 60; i++) {
        struct schedule schedule = {0}, feed = {0};
        random_feed(random, &schedule);
        random_feed(random, &feed);
        if (i % 2)
            schedule_sort(&schedule);
        struct merge_counts counts = merge_feed(&schedule, &feed);
        schedule_sort(&schedule);
        assert_int_equal(feed.count, 0);
        list_lines(&schedule, list);
        buffer_append_format(list, "%zu %zu\n", counts.same_count, counts.excess_count);
        schedule_release(&schedule);
    }
}

static void list_elsewheres(struct random *random, struct buffer *list)
{
    for (int i = 0; i < 20; i++) {
        struct schedule sessions = {0}, watched = {0};
        struct elsewhere elsewhere = {.from_ms = AT(6, 0),
                                      .until_ms = AT(30, 0),
                                      .near_ms = AT(0, 0) + random_below(random, DAY_MS)};
        random_schedule(random, &sessions);
        random_schedule(random, &watched);
        const struct schedule half = {watched.sessions, watched.count / 2, 0};
        elsewhere_watch_all(&elsewhere, &half, NULL);
        for (size_t n = 0; n < sessions.count; n++) {
            struct session *session = &sessions.sessions[n];
            session_set(&session->room, n % 5 ? "Red" : "");
            buffer_append_format(
                list, "%d %d %lld\n", elsewhere_watches(&elsewhere, session->uid),
                elsewhere_is_near(&elsewhere, session->start_ms, session->end_ms),
                (long long)elsewhere_distance_ms(&elsewhere, session->start_ms, session->end_ms));
            elsewhere_add(&elsewhere, session);
        }
        sessions.count = 0;
        elsewhere_trim(&elsewhere, 2 + (size_t)random_below(random, 8));
        if (i % 2)
            elsewhere_trim_text(&elsewhere, (size_t)random_below(random, 200));
        schedule_sort(&elsewhere.sessions);
        list_lines(&elsewhere.sessions, list);
        buffer_append_format(list, "%d\n", elsewhere.is_cut);
        elsewhere_release(&elsewhere);
        schedule_release(&sessions);
        schedule_release(&watched);
    }
}

static const struct fingerprint_subject subjects[] = {
    {"times", list_times},         {"rules", list_rules},           {"titles", list_titles},
    {"addresses", list_addresses}, {"rooms", list_rooms},           {"tallies", list_tallies},
    {"breaks", list_breaks},       {"publishers", list_publishers}, {"options", list_options},
    {"merges", list_merges},       {"elsewheres", list_elsewheres},
};

static void test_what_functions_give_is_what_they_gave(void **state)
{
    (void)state;
    expect_fingerprints(subjects, COUNT(subjects), "tests/golden/feed_fingerprints.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_functions_give_is_what_they_gave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
