/**
 * The feed decoders, three times each: as they stream a feed of every room, whole and in pieces,
 * which must be the same; and as roomsign-feed polls it for one room, with another feed beside it
 * and a document from before. What it writes then is what the sign must be able to read.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/agenda.h>
#include <roomsign/buffer.h>
#include <roomsign/frab_json.h>
#include <roomsign/frab_xml.h>
#include <roomsign/hash.h>
#include <roomsign/ical_decoder.h>
#include <roomsign/poll.h>
#include <roomsign/xcal.h>

#include "../sample.h"

/* What a decoder waits for; behind blanks there are few bytes of the feed among them. */
#define SNIFF_BYTES 4096
#define SNIFF_LEFT_BYTES 256
#define ROOMS_TURN 8

/* What stands beside the feed, and in its place at the poll before. */
static const char feed_before[] = "BEGIN:VCALENDAR\n"
                                  "BEGIN:VEVENT\nUID:1\nDTSTART:20260131T093000Z\nDURATION:PT50M\n"
                                  "LOCATION:Room 1\nSUMMARY:One\nEND:VEVENT\n"
                                  "BEGIN:VEVENT\nUID:2\nDTSTART:20260131T103000Z\nDURATION:PT50M\n"
                                  "LOCATION:Room 1\nSUMMARY:Two\nEND:VEVENT\n"
                                  "BEGIN:VEVENT\nUID:3\nDTSTART:20260131T113000Z\nDURATION:PT20M\n"
                                  "LOCATION:Room 2\nSUMMARY:Three\nEND:VEVENT\n"
                                  "END:VCALENDAR\n";

struct decoded {
    bool done;
    struct error err;
    struct schedule sessions;
    struct decode_result result;
    struct elsewhere elsewhere;
    uint64_t warnings;
};

static void hear_warning(void *context, const char *message)
{
    struct decoded *decoded = context;
    /* In any order. */
    decoded->warnings += hash_text(HASH_START, message);
}

static void push(struct decoder *decoder, const uint8_t *bytes, size_t length, size_t piece)
{
    struct error err;
    bool going = true;
    for (size_t at = 0; going && at < length; at += piece) {
        size_t size = length - at < piece ? length - at : piece;
        /* A copy of its own, so that reading past a piece is found. */
        uint8_t *copy = xcalloc(size, 1);
        memcpy(copy, bytes + at, size);
        going = decoder_push(decoder, copy, size, &err);
        free(copy);
    }
}

static void decode(const uint8_t *bytes, size_t length, size_t piece, struct room_tally *rooms,
                   struct decoded *ret_decoded)
{
    static struct zone zone;
    if (!*zone.name) {
        bool loaded = zone_load("Europe/Brussels", &zone, NULL);
        assert(loaded);
    }
    *ret_decoded = (struct decoded){
        .elsewhere = {.from_ms = AT(0, 0), .until_ms = AT(48, 0), .near_ms = AT(9, 0)},
    };
    const struct decoder_request request = {
        .from_ms = AT(-240, 0),
        .until_ms = AT(240, 0),
        .series_from_ms = AT(-240, 0),
        .series_until_ms = AT(240, 0),
        .zone = &zone,
        .zone_from_feed = true,
        .rooms = rooms,
        .elsewhere = &ret_decoded->elsewhere,
        .date = "2026-01-31",
        .warn = hear_warning,
        .context = ret_decoded,
    };
    struct decoder *decoder = decoder_new(&request);
    char blanks[SNIFF_BYTES - SNIFF_LEFT_BYTES];
    memset(blanks, ' ', sizeof(blanks));
    decoder_push(decoder, blanks, sizeof(blanks), &ret_decoded->err);
    push(decoder, bytes, length, piece);
    ret_decoded->done =
        decoder_finish(decoder, &ret_decoded->sessions, &ret_decoded->result, &ret_decoded->err);
    decoder_free(decoder);
    schedule_sort(&ret_decoded->sessions);
}

static void release(struct decoded *decoded)
{
    schedule_release(&decoded->sessions);
    elsewhere_release(&decoded->elsewhere);
}

/* Pieces of any size make no difference. */
static void compare_pieces(const struct decoded *whole, const uint8_t *bytes, size_t length)
{
    struct decoded pieces;
    decode(bytes, length, 1 + length % 61, NULL, &pieces);
    assert(pieces.done == whole->done);
    assert(strcmp(pieces.err.message, whole->err.message) == 0);
    assert(strcmp(pieces.result.format, whole->result.format) == 0);
    assert(pieces.warnings == whole->warnings);
    assert(schedule_equal(&pieces.sessions, &whole->sessions));
    assert(pieces.result.event_count == whole->result.event_count);
    assert(pieces.result.partial == whole->result.partial);
    release(&pieces);
}

/* What roomsign-feed prints the sign can read, and reads as what it was. */
static void expect_readable(const struct document *document)
{
    struct buffer text, again;
    struct document read;
    struct error err = {0};
    buffer_init(&text, DOCUMENT_BYTES_MAX);
    buffer_init(&again, DOCUMENT_BYTES_MAX);
    if (document_write(document, &text, &err)) {
        bool is_read = document_read(text.data, text.length, &read, &err);
        if (!is_read)
            fprintf(stderr, "%s\n", err.message);
        assert(is_read);
        bool written = document_write(&read, &again, &err);
        assert(written && again.length == text.length);
        assert(memcmp(again.data, text.data, text.length) == 0);
        document_release(&read);
    }
    buffer_release(&text);
    buffer_release(&again);
}

static struct {
    struct fuzz_file feed, other, config_text;
    struct config config;
    struct document last;
    bool is_ready;
} bench;

static bool poll_bench(const struct document *last, struct document *ret_document)
{
    struct zone zone;
    struct error err = {0};
    const struct poll_request request = {
        .config = &bench.config,
        .now_ms = AT(9, 0),
        .last = last,
        .tell = fuzz_tell_nobody,
    };
    return poll_run(&request, ret_document, &zone, &err) == POLL_DONE;
}

static void tell_error(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "%s\n", message);
}

static void bench_set_up(void)
{
    char text[1024];
    struct config_report report = {.tell = tell_error};
    fuzz_file_put(&bench.feed, feed_before, strlen(feed_before));
    fuzz_file_put(&bench.other, feed_before, strlen(feed_before));
    snprintf(text, sizeof(text),
             "[room]\nname = Room 1\naliases = R1\ncommon_rooms = Everywhere\n"
             "timezone = UTC\n[feed]\nurl = file://%s\nurl = file://%s\n"
             "date = 2026-01-31\n",
             bench.feed.path, bench.other.path);
    fuzz_file_put(&bench.config_text, text, strlen(text));
    bool is_set_up = config_read(bench.config_text.path, &bench.config, &report) &&
                     poll_bench(NULL, &bench.last);
    assert(is_set_up && bench.last.schedule.count == 2);
    bench.is_ready = true;
}

/* What --rooms prints. */
static void list_rooms(const struct room_tally *rooms)
{
    struct buffer text;
    buffer_init(&text, ROOM_TALLY_TEXT_BYTES_MAX);
    bool fits = room_tally_write_json(rooms, &text);
    assert(fits);
    buffer_release(&text);
}

static void fuzz_feed(const struct decoder_format *format, const uint8_t *bytes, size_t length)
{
    struct decoded whole;
    struct document document;
    /* Its tables take longer than all the rest: not every time. */
    struct room_tally *rooms = length % ROOMS_TURN == 0 ? room_tally_new() : NULL;
    decode(bytes, length, length + 1, rooms, &whole);
    if (rooms)
        list_rooms(rooms);
    room_tally_free(rooms);
    if (strcmp(whole.result.format, format->name) == 0 || !whole.done) {
        if (length > SNIFF_LEFT_BYTES)
            compare_pieces(&whole, bytes, length);
        if (!bench.is_ready)
            bench_set_up();
        fuzz_file_put(&bench.feed, bytes, length);
        if (poll_bench(&bench.last, &document)) {
            expect_readable(&document);
            document_release(&document);
        }
    }
    release(&whole);
}

void fuzz_ical(const uint8_t *bytes, size_t length)
{
    fuzz_feed(&ical_format, bytes, length);
}

void fuzz_xcal(const uint8_t *bytes, size_t length)
{
    fuzz_feed(&xcal_format, bytes, length);
}

void fuzz_frab_xml(const uint8_t *bytes, size_t length)
{
    fuzz_feed(&frab_xml_format, bytes, length);
}

void fuzz_frab_json(const uint8_t *bytes, size_t length)
{
    fuzz_feed(&frab_json_format, bytes, length);
}

void fuzz_agenda(const uint8_t *bytes, size_t length)
{
    fuzz_feed(&agenda_format, bytes, length);
}
