/**
 * One room as the programs of the sign share it: its config, its zone, what is known of its
 * schedule, what was said of it, and the tracker made of them.
 *
 * Invariant: tracker, zone, document and config belong together; whoever replaces one goes through
 * here. Knows no screen, no loop, no clock.
 */
#ifndef ROOMSIGN_ROOM_H
#define ROOMSIGN_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/command.h>
#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/error.h>
#include <roomsign/language.h>
#include <roomsign/theme_file.h>
#include <roomsign/tracker.h>
#include <roomsign/view.h>

/** How far a document reaches: from the start of the local day so far back to that so far ahead. */
#define ROOM_DAYS_BEFORE 1
#define ROOM_DAYS_AHEAD 8

struct room {
    struct config config;
    /** What the config's language and clock mean here. */
    char language[LANGUAGE_BYTES];
    bool clock_12h;
    struct theme_file theme_file;
    struct zone zone;
    struct document document;
    struct ledger ledger;
    struct tracker tracker;
    struct feed_health health;
    struct view_options view_options;
};

/**
 * Read the config at `path` and start with no schedule. Every error of the file is told through
 * `tell` (context is its first argument). The room must not move afterwards.
 * Errors: false, *ret_room is untouched.
 */
bool room_open(const char *path, void (*tell)(void *context, const char *message), void *context,
               struct room *ret_room);
/** The same for somebody else's sign. `reader` is borrowed. */
bool room_open_for(const char *path, const struct config_reader *reader,
                   void (*tell)(void *context, const char *message), void *context,
                   struct room *ret_room);
void room_release(struct room *room);

/** Read the config anew, keeping the document. Errors: as above, and the room stays as it was. */
bool room_reload(struct room *room, const char *path,
                 void (*tell)(void *context, const char *message), void *context);

/** Take over a document. Leaves *document zeroed, which needs no release. The health then
 * has a schedule, and knows the time that it speaks of. */
void room_take_document(struct room *room, struct document *document);

/** Go by these commands from now on, which are borrowed until the next time. */
void room_hear(struct room *room, const struct command *commands, size_t count);

/** When the document was last confirmed as a whole: its oldest feed's time, or generated_ms. */
int64_t room_document_fetched_ms(const struct document *document);

/** The window that a poll at now_ms asks for. */
void room_window(const struct room *room, int64_t now_ms, int64_t *ret_from_ms,
                 int64_t *ret_until_ms);

/** Read a schedule document from a file. Errors: message names the file. */
bool room_read_document(const char *path, struct document *ret_document, struct error *err);

#endif
