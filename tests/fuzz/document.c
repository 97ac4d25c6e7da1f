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
    options.clock_12h = room->ledger.last != NULL;
    options.on_from_min = options.clock_12h ? 10 * 60 : 0;
    options.on_until_min = options.clock_12h ? 17 * 60 : 0;
    view_at(&room->tracker, &room->health, &options, now_ms, &view);
    assert(view_next_change_ms(&room->tracker, &room->health, &options, now_ms) > now_ms);
    for (int i = 0; i < 3; i++) {
        static const int shapes[3][2] = {{1920, 1080}, {480, 800}, {160, 160}};
        layout_make(&view, shapes[i][0], shapes[i][1],
                    theme_builtin((enum theme_base)((uint64_t)(now_ms + i) % THEME_BASE_COUNT)),
                    &fake_measure, &layout);
        char what[64];
        snprintf(what, sizeof(what), "%dx%d", shapes[i][0], shapes[i][1]);
        check_layout(&layout, what);
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

/* The same when the operator has had something to say of the first sessions. */
static void show_operated(struct room *room)
{
    static const enum command_kind kinds[] = {COMMAND_FULL, COMMAND_HOLD, COMMAND_OCCUPIED};
    static struct command commands[sizeof(kinds) / sizeof(*kinds)];
    const struct schedule *schedule = &room->document.schedule;
    room->health = (struct feed_health){
        .has_schedule = true, .fetched_ms = room->document.generated_ms, .until_ms = TIME_NEVER_MS};
    size_t count = 0;
    for (; count < schedule->count && count < sizeof(kinds) / sizeof(*kinds); count++) {
        const struct session *session = &schedule->sessions[count];
        struct command *command = &commands[count];
        *command = (struct command){
            .at_ms = session->start_ms, .kind = kinds[count], .until_ms = TIME_NEVER_MS};
        if (command_is_of_session(command->kind) || command->kind == COMMAND_FULL)
            snprintf(command->uid, sizeof(command->uid), "%s", session->uid);
    }
    room_hear(room, commands, count);
    for (size_t i = 0; i < count; i++) {
        show(room, schedule->sessions[i].start_ms + 1);
        show(room, schedule->sessions[i].end_ms + 30 * MINUTE_MS);
    }
    room_hear(room, NULL, 0);
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
    show_operated(&room);
    document_init(&document);
    room_take_document(&room, &document);
}
