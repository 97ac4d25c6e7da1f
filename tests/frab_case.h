/* Decoding a text of the frab family, for test_frab_xml.c and test_frab_json.c. */
#ifndef ROOMSIGN_TESTS_FRAB_CASE_H
#define ROOMSIGN_TESTS_FRAB_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/decoder.h>

/* What is asked, and what came of it. */
struct frab_case {
    const char *text;
    size_t length;
    /* Bytes a push; 0: all at once. */
    size_t chunk;
    /* NULL: every room. */
    const char *room;
    bool zone_from_feed;

    bool done;
    struct error err;
    struct decode_result result;
    struct schedule sessions;
    struct buffer warnings;
    /* A line a session: start end uid room status title, and what it has of speakers track
     * language url. */
    struct buffer lines;
};

static inline void frab_case_warn(void *context, const char *message)
{
    struct frab_case *asked = context;
    buffer_append_format(&asked->warnings, "%s\n", message);
}

static inline void frab_case_list(struct frab_case *asked)
{
    char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    schedule_sort(&asked->sessions);
    for (size_t i = 0; i < asked->sessions.count; i++) {
        const struct session *session = &asked->sessions.sessions[i];
        const char *rest[] = {session->track, session->language, session->url};
        buffer_append_format(&asked->lines, "%s %s %s | %s | %s | %s",
                             time_format_utc(session->start_ms, start),
                             time_format_utc(session->end_ms, end), session->uid, session->room,
                             session_status_name(session->status), session->title);
        for (size_t j = 0; j < session->speaker_count; j++)
            buffer_append_format(&asked->lines, "%s%s", j == 0 ? " | " : "; ",
                                 session->speakers[j]);
        for (size_t j = 0; j < sizeof rest / sizeof *rest; j++)
            if (rest[j][0] != '\0')
                buffer_append_format(&asked->lines, " | %s", rest[j]);
        buffer_append_text(&asked->lines, "\n");
    }
}

/* The room's zone is Europe/Brussels, the window 2026. */
static inline void frab_case_run(struct frab_case *asked)
{
    static struct zone zone;
    buffer_init(&asked->warnings, 1 << 20);
    buffer_init(&asked->lines, 1 << 24);
    if (asked->length == 0)
        asked->length = strlen(asked->text);
    size_t chunk = asked->chunk > 0 ? asked->chunk : asked->length + 1;
    struct room_filter_options options = {.name = asked->room, .include_venue_wide = true};
    struct room_filter *filter = room_filter_new(&options);
    assert_true(zone_load("Europe/Brussels", &zone, NULL));
    struct decoder_request request = {
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &zone,
        .zone_from_feed = asked->zone_from_feed,
        .filter = filter,
        .warn = frab_case_warn,
        .context = asked,
    };
    assert_true(time_parse("2026-01-01T00:00", &zone, &request.from_ms, NULL));
    assert_true(time_parse("2027-01-01T00:00", &zone, &request.until_ms, NULL));
    struct decoder *decoder = decoder_new(&request);
    bool going = true;
    for (size_t at = 0; going && at < asked->length; at += chunk) {
        size_t left = asked->length - at;
        /* A copy of its own, so that reading past a piece is found. */
        size_t length = left < chunk ? left : chunk;
        char *piece = malloc(length);
        assert_non_null(piece);
        memcpy(piece, asked->text + at, length);
        going = decoder_push(decoder, piece, length, &asked->err);
        free(piece);
    }
    asked->done = decoder_finish(decoder, &asked->sessions, &asked->result, &asked->err);
    if (!going)
        assert_false(asked->done);
    if (asked->done)
        frab_case_list(asked);
    buffer_append_text(&asked->lines, "");
    buffer_append_text(&asked->warnings, "");
    decoder_free(decoder);
    room_filter_free(filter);
}

static inline void frab_case_release(struct frab_case *asked)
{
    schedule_release(&asked->sessions);
    buffer_release(&asked->warnings);
    buffer_release(&asked->lines);
}

/* All at once, by 7 bytes and by 1: it must make no difference. "" for no warnings. */
static inline void expect_frab(const char *text, const char *room, const char *lines,
                               const char *warnings, bool partial)
{
    static const size_t chunks[] = {0, 7, 1};
    for (size_t i = 0; i < 3; i++) {
        struct frab_case asked = {.text = text, .room = room, .chunk = chunks[i]};
        frab_case_run(&asked);
        assert_string_equal(asked.err.message, "");
        assert_true(asked.done);
        assert_string_equal(asked.lines.data ? asked.lines.data : "", lines);
        assert_string_equal(asked.warnings.data ? asked.warnings.data : "", warnings);
        assert_int_equal(asked.result.partial, partial);
        frab_case_release(&asked);
    }
}

/* A feed that declares Asia/Kolkata, with one event at 05:30 of it and no date of its own. */
static inline void expect_early_in_kolkata(const char *text)
{
    expect_frab(text, NULL,
                "2026-01-31T00:00:00Z 2026-01-31T00:20:00Z 6 | Hall | confirmed | Early\n", "",
                false);
    struct frab_case asked = {.text = text, .zone_from_feed = true};
    frab_case_run(&asked);
    assert_string_equal(asked.result.zone_name, "Asia/Kolkata");
    assert_string_equal(asked.result.zone.name, "Asia/Kolkata");
    frab_case_release(&asked);
}

static inline void expect_frab_error(const char *text, const char *message)
{
    static const size_t chunks[] = {0, 7, 1};
    for (size_t i = 0; i < 3; i++) {
        struct frab_case asked = {.text = text, .chunk = chunks[i]};
        frab_case_run(&asked);
        assert_false(asked.done);
        assert_string_equal(asked.err.message, message);
        assert_int_equal(asked.sessions.count, 0);
        frab_case_release(&asked);
    }
}

#endif
