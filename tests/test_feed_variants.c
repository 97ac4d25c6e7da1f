/* Thousands of feeds: those of the other tests' cases and of tests/variants/, each with small
 * changes that a seed draws. What comes of each must be what came of it when somebody last looked,
 * by a fingerprint in tests/golden/variants.txt, a line for each feed it was made of.
 *
 * A case says what a rule is. This says only that something changed, and names the feed: what
 * comes of it now is written beside it in build/golden/, to be compared with what an earlier build
 * writes there with ROOMSIGN_VARIANT=NAME. `make golden` makes the fingerprints anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <sys/stat.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/decoder.h>
#include <roomsign/elsewhere.h>
#include <roomsign/hash.h>
#include <roomsign/headlines.h>

#include "random.h"

#define VARIANTS 16
/* Sanitizers look for something else, and see more of it in test_bad_feeds.c. */
#ifdef __SANITIZE_ADDRESS__
#define VARIANTS_TRIED 3
#else
#define VARIANTS_TRIED VARIANTS
#endif
#define FILTERS 12
#define TEXT_BYTES_MAX (1 << 20)
#define GOLDEN "tests/golden/variants.txt"
#define NAME_BYTES 96

static struct zone zone;
static struct buffer expected, actual;
static struct room_filter *filters[FILTERS];
static int failures;
static size_t compared_count;
static const char *only;

static void take_warning(void *context, const char *message)
{
    buffer_append_format(context, "warning: %s\n", message);
}

static void list_session(struct buffer *text, const struct session *session)
{
    char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    buffer_append_format(text, "%s %s %s | %s | %s %s%s | %s",
                         time_format_utc(session->start_ms, start),
                         time_format_utc(session->end_ms, end), session->uid, session->room,
                         session_kind_name(session->kind), session_status_name(session->status),
                         session->venue_wide ? " wide" : "", session->title);
    for (size_t i = 0; i < session->speaker_count; i++)
        buffer_append_format(text, "; %s", session->speakers[i]);
    buffer_append_format(text, " | %s | %s | %s | %lld", session->track, session->language,
                         session->url, (long long)session->remind_s);
    if (session->has_track_colour)
        buffer_append_format(text, " | #%06x", (unsigned)session->track_colour);
    buffer_append_text(text, "\n");
}

static void list_result(struct buffer *text, const struct decode_result *result)
{
    buffer_append_format(text, "%s%s %s %s %zu events, %zu matched, %zu sessions", result->format,
                         result->partial ? " partial" : "", result->zone_name, result->zone.name,
                         result->event_count, result->matched_count, result->session_count);
    for (size_t i = 0; i < result->closest_count; i++)
        buffer_append_format(text, ", %s", result->closest[i]);
    buffer_append_text(text, "\n");
}

/* Every second one is for one room. They are kept, because each opens ICU's data anew. */
static struct room_filter *filter_of(size_t turn)
{
    static const char *const names[] = {"Blue", "Hall", "Audi 1"};
    static const char *const aliases[] = {"Deck 4", "Red"}, *const commons[] = {"Foyer"};
    const struct room_filter_options options = {
        .name = turn % 2 ? names[turn / 2 % 3] : NULL,
        .aliases = aliases,
        .alias_count = 2,
        .common_rooms = commons,
        .common_room_count = 1,
        .include_venue_wide = turn % 4 == 1,
    };
    struct room_filter **filter = &filters[turn % FILTERS];
    if (*filter == NULL)
        *filter = room_filter_new(&options);
    return *filter;
}

/* With what is near in other rooms where one is asked for, else with all rooms counted. */
static void decode(const struct buffer *feed, size_t turn, struct buffer *ret_text)
{
    struct room_tally *tally = room_tally_new();
    struct elsewhere elsewhere = {.from_ms = AT(0, 0), .until_ms = AT(48, 0), .near_ms = AT(12, 0)};
    struct schedule sessions = {0};
    struct decode_result result = {0};
    struct error err = {0};
    const struct decoder_request request = {
        .from_ms = SAMPLE_DAY_MS - 60 * DAY_MS,
        .until_ms = SAMPLE_DAY_MS + 400 * DAY_MS,
        .series_from_ms = SAMPLE_DAY_MS - 40 * DAY_MS,
        .series_until_ms = SAMPLE_DAY_MS + 300 * DAY_MS,
        .zone = &zone,
        .zone_from_feed = turn % 3 == 0,
        .filter = filter_of(turn),
        .rooms = turn % 2 ? NULL : tally,
        .elsewhere = turn % 2 ? &elsewhere : NULL,
        .date = turn % 5 ? "2026-01-31" : NULL,
        .warn = take_warning,
        .context = ret_text,
    };
    struct decoder *decoder = decoder_new(&request);
    size_t chunk = turn % 4 == 3 ? 13 : feed->length + 1;
    bool going = true;
    for (size_t at = 0; going && at < feed->length; at += chunk) {
        size_t left = feed->length - at;
        going = decoder_push(decoder, feed->data + at, left < chunk ? left : chunk, &err);
    }
    bool done = decoder_finish(decoder, &sessions, &result, &err) && going;
    if (done) {
        list_result(ret_text, &result);
        schedule_sort(&sessions);
        for (size_t i = 0; i < sessions.count; i++)
            list_session(ret_text, &sessions.sessions[i]);
        schedule_sort(&elsewhere.sessions);
        for (size_t i = 0; i < elsewhere.sessions.count; i++)
            list_session(ret_text, &elsewhere.sessions.sessions[i]);
        if (turn % 4 == 0)
            assert_true(room_tally_write_tsv(tally, ret_text));
        buffer_append_format(ret_text, "%zu %zu\n", room_tally_roomless_count(tally),
                             room_tally_excess_count(tally));
    } else {
        buffer_append_format(ret_text, "error: %s\n", err.message);
    }
    decoder_free(decoder);
    elsewhere_release(&elsewhere);
    schedule_release(&sessions);
    room_tally_free(tally);
}

static void read_news(const struct buffer *feed, struct buffer *ret_text)
{
    struct document document;
    struct error fault = {0}, err = {0};
    document_init(&document);
    struct headlines *headlines = headlines_new(INT64_C(1773306000000)); /* 2026-03-12T09:00Z */
    bool done = headlines_push(headlines, feed->data, feed->length, &err);
    done = headlines_finish(headlines, &document.headlines, &fault, &err) && done;
    if (done)
        buffer_append_format(ret_text, "%s\n", document.headlines.source);
    for (size_t i = 0; done && i < document.headlines.count; i++)
        buffer_append_format(ret_text, "%s\n", document.headlines.titles[i]);
    buffer_append_format(ret_text, "%s\n%s\n", fault.message, done ? "" : err.message);
    headlines_free(headlines);
    document_release(&document);
}

static void replace(struct buffer *feed, size_t at, size_t length, const char *text,
                    size_t text_length)
{
    struct buffer made;
    buffer_init(&made, TEXT_BYTES_MAX);
    assert_true(buffer_append(&made, feed->data, at) && buffer_append(&made, text, text_length) &&
                buffer_append(&made, feed->data + at + length, feed->length - at - length));
    buffer_release(feed);
    *feed = made;
}

static size_t find_digit(const struct buffer *feed, size_t from)
{
    for (size_t i = 0; i < feed->length; i++) {
        size_t at = (from + i) % feed->length;
        if (feed->data[at] >= '0' && feed->data[at] <= '9')
            return at;
    }
    return 0;
}

static void change(struct buffer *feed, struct random *random)
{
    static const char *const pieces[] = {
        " ",         "-",           ":",
        ";",         ",",           "(",
        ")",         "\"",          "'",
        "\n",        "\n ",         "\\n",
        "\\,",       "/",           "|",
        ".",         "#",           "Z",
        "T",         "0",           "-1",
        "99",        "<b>",         "</b>",
        "&amp;",     "&",           "<",
        ">",         " - ",         " – ",
        " (",        "**",          "`",
        "_",         "[",           "]",
        "é",         "\u200b",      "\xff",
        "Blue",      "Hall",        " Hall ",
        "cancelled", "Lunch",       "12:00",
        "2026",      "MO",          ";BYDAY=2TU",
        ";COUNT=2",  ";VALUE=DATE", "\nSTATUS:CANCELLED",
        "?a=b",
    };
    size_t at = (size_t)random_below(random, (int64_t)feed->length);
    const char *line = memrchr(feed->data, '\n', at);
    size_t begin = line ? (size_t)(line + 1 - feed->data) : 0;
    const char *stop = memchr(feed->data + begin, '\n', feed->length - begin);
    size_t length = (stop ? (size_t)(stop + 1 - feed->data) : feed->length) - begin;
    int64_t what = random_below(random, 10);
    if (what < 4) {
        at = find_digit(feed, at);
        char digit = (char)('0' + (feed->data[at] - '0' + 1 + random_below(random, 9)) % 10);
        replace(feed, at, 1, &digit, 1);
    } else if (what < 7) {
        const char *piece = pieces[random_below(random, sizeof pieces / sizeof *pieces)];
        replace(feed, at, (size_t)random_below(random, 2), piece, strlen(piece));
    } else if (what == 7) {
        replace(feed, at, 1, "", 0);
    } else if (length > 0 && length < 4096) {
        char copy[4096];
        memcpy(copy, feed->data + begin, length);
        replace(feed, begin, what == 8 ? length : 0, copy, what == 8 ? 0 : length);
    }
}

static void write_text(const char *path, const struct buffer *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->length, file), text->length);
    assert_int_equal(fclose(file), 0);
}

static void write_variant(const char *name, size_t variant, const struct buffer *feed,
                          const struct buffer *text)
{
    const char *build = getenv("BUILD");
    char folder[512], path[1024], flat[NAME_BYTES];
    snprintf(flat, sizeof flat, "%s", name);
    for (char *c = flat; *c; c++)
        *c = *c == '/' || *c == ' ' ? '-' : *c;
    snprintf(folder, sizeof folder, "%s/golden", build ? build : "build");
    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/%s-%zu", folder, flat, variant);
    print_message("%s\n", path);
    write_text(path, text);
    snprintf(path, sizeof path, "%s/%s-%zu.feed", folder, flat, variant);
    write_text(path, feed);
}

/* One line of the fingerprints. */
static void try_feed(const char *name, const struct buffer *feed, bool is_news)
{
    char key[NAME_BYTES + 4];
    snprintf(key, sizeof key, "\n%s:", name);
    const char *line = expected.length > 0 ? strstr(expected.data, key) : NULL;
    line = line ? line + strlen(key) : NULL;
    /* A new case, of which nobody has said how it is to stay. */
    bool is_new = line == NULL;
    compared_count += !is_new;
    buffer_append_format(&actual, "%s:", name);
    for (size_t i = 0; i < VARIANTS_TRIED; i++) {
        struct random random = random_from(hash_text(HASH_START + i, name));
        struct buffer varied, text;
        char mark[10];
        buffer_init(&varied, TEXT_BYTES_MAX);
        buffer_init(&text, TEXT_BYTES_MAX);
        assert_true(buffer_append(&varied, feed->data, feed->length));
        for (int64_t changes = i < 4 ? 0 : 1 + random_below(&random, 3); changes > 0; changes--)
            change(&varied, &random);
        if (is_news)
            read_news(&varied, &text);
        else
            decode(&varied, i, &text);
        buffer_append_text(&text, "");
        uint64_t hash = hash_text(HASH_START, text.data);
        snprintf(mark, sizeof mark, " %08x", (unsigned)(hash ^ hash >> 32));
        buffer_append_text(&actual, mark);
        bool same = is_new || strncmp(line + 9 * i, mark, 9) == 0;
        if (only ? strcmp(only, name) == 0 : !same && failures++ < 5)
            write_variant(name, i, &varied, &text);
        buffer_release(&varied);
        buffer_release(&text);
    }
    buffer_append_text(&actual, "\n");
}

static void try_part(const char *path, const char *title, int part, struct buffer *feed,
                     const char *after)
{
    char name[NAME_BYTES];
    if (feed->length == 0)
        return;
    buffer_append_text(feed, after);
    snprintf(name, sizeof name, "%s.%d %.40s", path + strlen("tests/"), part, title);
    try_feed(name, feed, false);
    buffer_clear(feed);
}

/* The parts of a file of cases that are feeds. They go by their titles, so that a case more changes
 * nothing of the others. */
static void try_cases(const char *path, const char *before, const char *after, bool both_parts)
{
    FILE *file = fopen(path, "r");
    struct buffer feed;
    char line[1024], title[sizeof line] = "";
    int part = 0;
    assert_non_null(file);
    buffer_init(&feed, TEXT_BYTES_MAX);
    while (fgets(line, sizeof line, file)) {
        bool begins = strncmp(line, "== ", 3) == 0, parts = strcmp(line, "--\n") == 0;
        if (begins || parts)
            try_part(path, title, part, &feed, after);
        if (begins) {
            snprintf(title, sizeof title, "%s", line + 3);
            title[strcspn(title, "\n")] = '\0';
            part = both_parts ? 1 : 0;
        } else if (parts) {
            part++;
        } else if (part == 1 || (part == 2 && both_parts)) {
            if (feed.length == 0)
                buffer_append_text(&feed, before);
            buffer_append_text(&feed, line);
        }
    }
    /* What the last case of `both_parts` ends with. */
    try_part(path, title, part, &feed, after);
    buffer_release(&feed);
    fclose(file);
}

static void try_file(const char *name)
{
    char path[NAME_BYTES];
    struct buffer feed;
    snprintf(path, sizeof path, "tests/variants/%s", name);
    for (int i = 0; i < 8; i++) {
        char turn[NAME_BYTES];
        buffer_init(&feed, TEXT_BYTES_MAX);
        assert_true(buffer_read_file(&feed, path, NULL));
        snprintf(turn, sizeof turn, "variants/%s %d", name, i);
        try_feed(turn, &feed, strncmp(name, "news", 4) == 0);
        buffer_release(&feed);
    }
}

/* Nor does a feed that is gone go unnoticed. */
static void expect_all_compared(void)
{
    size_t lines = 0;
    for (size_t i = 1; i < expected.length; i++)
        lines += expected.data[i] == '\n';
    assert_true(lines > 0);
    assert_int_equal(compared_count, lines);
    assert_int_equal(failures, 0);
}

static void test_what_comes_of_each_is_what_came_of_it(void **state)
{
    (void)state;
    static const char *const own[] = {"agenda.md", "calendar.ics",  "news.atom",
                                      "news.rss",  "schedule.json", "schedule.xml"};
    static const char calendar[] = "BEGIN:VCALENDAR\n", calendar_end[] = "END:VCALENDAR\n";
    const char *write = getenv("ROOMSIGN_GOLDEN");
    struct error err;
    only = getenv("ROOMSIGN_VARIANT");
    if (!zone_load("Europe/Brussels", &zone, &err))
        fail_msg("%s", err.message);
    buffer_init(&expected, TEXT_BYTES_MAX);
    buffer_init(&actual, TEXT_BYTES_MAX);
    buffer_append_text(&expected, "\n");
    struct buffer golden;
    buffer_init(&golden, TEXT_BYTES_MAX);
    if (buffer_read_file(&golden, GOLDEN, NULL))
        buffer_append(&expected, golden.data, golden.length);
    buffer_release(&golden);
    try_cases("tests/decoder/fields.txt", calendar, calendar_end, false);
    try_cases("tests/decoder/publishers.txt", calendar, calendar_end, false);
    try_cases("tests/decoder/rooms.txt", calendar, calendar_end, false);
    try_cases("tests/decoder/series.txt", calendar, calendar_end, false);
    try_cases("tests/decoder/zones.txt", calendar, calendar_end, false);
    try_cases("tests/agenda/lines.txt", "", "", false);
    try_cases("tests/agenda/headings.txt", "", "", false);
    try_cases("tests/agenda/meetup.txt", "", "", false);
    try_cases("tests/xcal/pairs.txt", "", "", true);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        try_file(own[i]);
    if (write && strcmp(write, "write") == 0)
        write_text(GOLDEN, &actual);
    else if (!only)
        expect_all_compared();
    for (size_t i = 0; i < FILTERS; i++)
        room_filter_free(filters[i]);
    buffer_release(&expected);
    buffer_release(&actual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_comes_of_each_is_what_came_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
