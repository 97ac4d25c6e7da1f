/* The schedule document, read and then shown at the moments that it speaks of. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../layout_case.h"
#include "fuzz.h"

#include <roomsign/room.h>
#include <roomsign/theme.h>

#define SESSIONS_SHOWN_MAX 6

static const char config_text[] = "[room]\nname = Room 1\ntimezone = Europe/Brussels\n"
                                  "language = en\n[feed]\nurl = https://example.org/feed.ics\n"
                                  "[headlines]\nurl = https://example.org/news.xml\n";

static void set_up(struct room *room)
{
    static struct fuzz_file file;
    bool opened = room_open(fuzz_file_put(&file, config_text, strlen(config_text)),
                            fuzz_tell_nobody, NULL, room);
    assert(opened);
}

static void show(const struct room *room, int64_t now_ms)
{
    static struct view view;
    static struct layout layout;
    struct view_options options = room->view_options;
    options.list_turns = true;
    view_at(&room->tracker, &room->health, &options, now_ms, &view);
    assert(view_next_change_ms(&room->tracker, &room->health, &options, now_ms) > now_ms);
    for (int i = 0; i < 3; i++) {
        static const int shapes[3][2] = {{1920, 1080}, {480, 800}, {160, 160}};
        layout_make(&view, shapes[i][0], shapes[i][1],
                    theme_builtin((enum theme_base)((uint64_t)(now_ms + i) % THEME_BASE_COUNT)),
                    &fake_measure, &layout);
        check_layout(&layout, "the document");
    }
}

static void show_moments(struct room *room)
{
    const struct document *document = &room->document;
    room->health.fetched_ms = room_document_fetched_ms(document);
    show(room, document->generated_ms);
    room->health.missed_polls = STALE_MISSED_POLLS;
    for (size_t i = 0; i < document->schedule.count && i < SESSIONS_SHOWN_MAX; i++) {
        const struct session *session = &document->schedule.sessions[i];
        show(room, session->start_ms - HOUR_MS);
        show(room, session->start_ms);
        room->health.missed_polls = 0;
        show(room, session->end_ms - 1);
        room->health.distrusted = true;
        show(room, session->end_ms);
    }
    for (size_t i = 0; i < document->changes.count && i < SESSIONS_SHOWN_MAX; i++)
        show(room, document->changes.changes[i].old_start_ms);
    room->health.clock = TIME_SOURCE_NONE;
    show(room, document->from_ms);
    room->health = (struct feed_health){0};
}

/* As it was written it is read, and written the same. */
static void expect_lasting(const struct document *document)
{
    struct buffer text, again;
    struct document read;
    buffer_init(&text, DOCUMENT_BYTES_MAX);
    buffer_init(&again, DOCUMENT_BYTES_MAX);
    if (document_write(document, &text, NULL)) {
        bool is_read = document_read(text.data, text.length, &read, NULL);
        assert(is_read);
        bool is_written = document_write(&read, &again, NULL);
        assert(is_written && strcmp(again.data, text.data) == 0);
        document_release(&read);
    }
    buffer_release(&text);
    buffer_release(&again);
}

void fuzz_document(const uint8_t *bytes, size_t length)
{
    static struct room room;
    struct document document;
    struct error err = {0};
    char *text = fuzz_string(bytes, length);
    bool is_read = document_read(text, length, &document, &err);
    free(text);
    assert(is_read || *err.message);
    if (!is_read)
        return;
    if (!room.tracker.ledger)
        set_up(&room);
    expect_lasting(&document);
    room_take_document(&room, &document);
    show_moments(&room);
    document_init(&document);
    room_take_document(&room, &document);
}
