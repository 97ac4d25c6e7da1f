/**
 * The last good schedule document on disk: what the sign shows before any network.
 *
 * One file a room in the state directory, replaced atomically (a cut of power leaves the old one or
 * the new one). Written when the schedule changed, and once at a clean end so that the time of the
 * last fetch is known; never for a poll that brought nothing new, because cards wear out.
 * A state directory that can't be used costs a warning, not the sign.
 *
 * Cards forget: the file carries a checksum, and the one before it stays as NAME.old, to be shown,
 * with its age, where the file can't be read any more.
 */
#ifndef ROOMSIGN_STORE_H
#define ROOMSIGN_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/error.h>
#include <roomsign/places.h>

/** Zero-initialise it with {0}: a store that keeps nothing. */
struct store {
    char path[PLACE_PATH_BYTES];
    /** What stands on disk is not what the sign shows: the last write failed, or none was tried. */
    bool behind;
};

/**
 * The store of a room in a state directory, which is made if it's missing. What other feeds than
 * these said of the room is another store: it answers another question.
 * Errors: it can't be made; *ret_store is then a store that keeps nothing.
 */
bool store_open(struct store *ret_store, const char *directory, const char *room_name,
                const struct config_list *feed_urls, struct error *err);

/**
 * The stored document. false with an empty err: there is none. false with err filled: it can't be
 * read, is another room's, or is damaged (it was then moved aside to a name ending in ".bad").
 * true with err filled: the same, and what was stored before it is taken.
 */
bool store_load(struct store *store, const char *room_name, struct document *ret_document,
                struct error *err);

/**
 * Whether two documents differ in what is worth writing: a session that reaches beyond the start
 * of the newer window, the selection, the zone, or whether a feed knows the room. Entity tags,
 * fetch times, headlines (a clean end writes them) and sessions that the window has left behind
 * don't count.
 */
bool store_worth_writing(const struct document *stored, const struct document *document);

/** Whether somebody took the file away: what the sign shows is then nowhere but in memory. */
bool store_is_gone(const struct store *store);

/** Replace the file: write aside, fsync, rename, fsync the directory. Errors: the file system's;
 *  the old file is then whole, and store->behind stays true until a later save succeeds. */
bool store_save(struct store *store, const struct document *document, struct error *err);

#endif
