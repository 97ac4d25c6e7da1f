/* Six feeds (tests/variants/), and each with small changes that a seed draws: what comes of them
 * must be what stands in tests/golden/variants.txt, which is meant to be read. First stands what
 * comes of a feed as it is, to a sign of one room and to one of all; then of each change the lines
 * that it takes away and adds, in the feed and in what comes of it. A case says what a rule is;
 * this finds what no case thought of. `make golden` makes it anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/decoder.h>
#include <roomsign/elsewhere.h>
#include <roomsign/hash.h>
#include <roomsign/headlines.h>

#include "golden_text.h"
#include "random.h"

#define VARIANTS 32
#define TEXT_BYTES_MAX (1 << 20)

static struct zone zone;

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

/* For one room with what is near in others, or for all rooms, counted. */
static void decode(const struct buffer *feed, bool for_one, struct buffer *ret_text)
{
    static const char *const aliases[] = {"Deck 4"}, *const commons[] = {"Foyer"};
    const struct room_filter_options options = {
        .name = for_one ? "Blue" : NULL,
        .aliases = aliases,
        .alias_count = 1,
        .common_rooms = commons,
        .common_room_count = 1,
        .include_venue_wide = true,
    };
    struct room_filter *filter = room_filter_new(&options);
    struct room_tally *tally = room_tally_new();
    struct elsewhere elsewhere = {.from_ms = AT(0, 0), .until_ms = AT(48, 0), .near_ms = AT(12, 0)};
    struct schedule sessions = {0};
    struct decode_result result = {0};
    struct error err = {0};
    const struct decoder_request request = {
        .from_ms = SAMPLE_DAY_MS - 30 * DAY_MS,
        .until_ms = SAMPLE_DAY_MS + 90 * DAY_MS,
        .series_from_ms = SAMPLE_DAY_MS - 25 * DAY_MS,
        .series_until_ms = SAMPLE_DAY_MS + 80 * DAY_MS,
        .zone = &zone,
        .zone_from_feed = for_one,
        .filter = filter,
        .rooms = for_one ? NULL : tally,
        .elsewhere = for_one ? &elsewhere : NULL,
        .date = "2026-01-31",
        .warn = take_warning,
        .context = ret_text,
    };
    struct decoder *decoder = decoder_new(&request);
    bool done = decoder_push(decoder, feed->data, feed->length, &err) &&
                decoder_finish(decoder, &sessions, &result, &err);
    if (done) {
        list_result(ret_text, &result);
        schedule_sort(&sessions);
        for (size_t i = 0; i < sessions.count; i++)
            list_session(ret_text, &sessions.sessions[i]);
        schedule_sort(&elsewhere.sessions);
        for (size_t i = 0; i < elsewhere.sessions.count; i++)
            list_session(ret_text, &elsewhere.sessions.sessions[i]);
        if (!for_one)
            assert_true(room_tally_write_tsv(tally, ret_text));
        buffer_append_format(ret_text, "without a room: %zu, too many: %zu\n",
                             room_tally_roomless_count(tally), room_tally_excess_count(tally));
    } else {
        buffer_append_format(ret_text, "error: %s\n", err.message);
    }
    decoder_free(decoder);
    elsewhere_release(&elsewhere);
    schedule_release(&sessions);
    room_tally_free(tally);
    room_filter_free(filter);
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

static void read_feed(const char *name, const struct buffer *feed, bool for_one,
                      struct buffer *ret_text)
{
    if (strncmp(name, "news", 4) == 0)
        read_news(feed, ret_text);
    else
        decode(feed, for_one, ret_text);
    buffer_append_text(ret_text, "");
}

static void list_variant(const char *name, int variant, const struct buffer *feed,
                         struct buffer *list)
{
    struct random random = random_from(hash_text(HASH_START + (uint64_t)variant, name));
    struct buffer varied, before, after;
    bool for_one = variant % 2;
    buffer_init(&varied, TEXT_BYTES_MAX);
    buffer_init(&before, TEXT_BYTES_MAX);
    buffer_init(&after, TEXT_BYTES_MAX);
    assert_true(buffer_append(&varied, feed->data, feed->length));
    change(&varied, &random);
    buffer_append_text(&varied, "");
    buffer_append_format(list, "\n%s, change %d, %s\n", name, variant,
                         for_one ? "one room" : "all rooms");
    golden_list_missing(list, '<', feed->data, varied.data);
    golden_list_missing(list, '>', varied.data, feed->data);
    read_feed(name, feed, for_one, &before);
    read_feed(name, &varied, for_one, &after);
    if (golden_list_missing(list, '-', before.data, after.data) +
            golden_list_missing(list, '+', after.data, before.data) ==
        0)
        buffer_append_text(list, "  changes nothing\n");
    buffer_release(&varied);
    buffer_release(&before);
    buffer_release(&after);
}

static void list_feed(const char *name, struct buffer *list)
{
    char path[64];
    struct buffer feed;
    snprintf(path, sizeof path, "tests/variants/%s", name);
    buffer_init(&feed, TEXT_BYTES_MAX);
    assert_true(buffer_read_file(&feed, path, NULL));
    for (int for_one = 1; for_one >= 0; for_one--) {
        buffer_append_format(list, "\n%s, %s\n", name, for_one ? "one room" : "all rooms");
        read_feed(name, &feed, for_one, list);
    }
    for (int variant = 1; variant <= VARIANTS; variant++)
        list_variant(name, variant, &feed, list);
    buffer_release(&feed);
}

static void test_what_comes_of_feeds_and_of_small_changes(void **state)
{
    (void)state;
    static const char *const names[] = {"agenda.md", "calendar.ics",  "news.atom",
                                        "news.rss",  "schedule.json", "schedule.xml"};
    struct error err;
    struct buffer list;
    if (!zone_load("Europe/Brussels", &zone, &err))
        fail_msg("%s", err.message);
    buffer_init(&list, TEXT_BYTES_MAX);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        list_feed(names[i], &list);
    golden_expect("variants.txt", list.data);
    buffer_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_comes_of_feeds_and_of_small_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
