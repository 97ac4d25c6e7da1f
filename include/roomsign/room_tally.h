/**
 * How many events each room of one or more feeds has, from the places that the feeds write.
 *
 * A room is listed under the name that config's [room] name takes, and its number is that of the
 * events which a room_filter of this name finds. Sessions are not kept, only different places.
 * Knows no feed format.
 */
#ifndef ROOMSIGN_ROOM_TALLY_H
#define ROOMSIGN_ROOM_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/buffer.h>
#include <roomsign/session.h>

/** Different places that are counted; events at further ones are excess. */
#define ROOM_TALLY_PLACES_MAX 4096
/** Stand between the places of one event: before a further one, and before one that may be no room,
 *  which is listed only where the event names nothing else. */
#define ROOM_TALLY_FURTHER '\x1f'
#define ROOM_TALLY_LESSER '\x1e'
/** Large enough for that many names, each escaped in full. */
#define ROOM_TALLY_TEXT_BYTES_MAX (8 * 1024 * 1024)

struct room_tally;

/** Ownership: the caller's; room_tally_free() it. */
struct room_tally *room_tally_new(void);
/** Takes NULL. */
void room_tally_free(struct room_tally *tally);

/** `count` events at a place (UTF-8, unescaped, lines separated by \n), at several, or at "". */
void room_tally_add(struct room_tally *tally, const char *places, size_t count);
/** Events that were not counted, because a feed has too many different places. */
void room_tally_add_excess(struct room_tally *tally, size_t count);

/** Of events that name no room. */
size_t room_tally_roomless_count(const struct room_tally *tally);
size_t room_tally_excess_count(const struct room_tally *tally);

/** Of events that a filter with a name takes for its room's. */
struct room_filter;
size_t room_tally_count(const struct room_tally *tally, const struct room_filter *filter);

struct room_tally_line {
    size_t event_count;
    char room[SESSION_NAME_BYTES_MAX];
};

/**
 * The rooms, by name in natural order: Room 2 before Room 10. Names that a filter holds for the
 * same are one room, spelt as most events have it. A place like `Room A, Room B` is no room of its
 * own where other places name each of them, and counts for both.
 * Ownership: free() it. *ret_count is how many.
 */
struct room_tally_line *room_tally_list(const struct room_tally *tally, size_t *ret_count);

/** Append `COUNT<TAB>NAME` lines, or a JSON list of {"room": NAME, "sessions": COUNT}.
 *  false: larger than the buffer's maximum. */
bool room_tally_write_tsv(const struct room_tally *tally, struct buffer *ret_text);
bool room_tally_write_json(const struct room_tally *tally, struct buffer *ret_text);

#endif
