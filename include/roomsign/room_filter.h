/**
 * Which events are this room's, from what a feed writes as their place.
 *
 * Publishers write a room bare, with its venue after ` - `, with a note in brackets, as the first
 * of comma-separated parts, or as one of a list. Names are compared whole, after NFC, case folding
 * and collapsing blanks; never by substring or prefix, because `House of Tea` and `House of Tea 2`
 * are two rooms. Also knows what a break is called. Knows no feed format.
 */
#ifndef ROOMSIGN_ROOM_FILTER_H
#define ROOMSIGN_ROOM_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/session.h>

#define ROOM_FILTER_NAMES_MAX 128
/** Of a name as names are compared. A place longer than that names no room. */
#define ROOM_NAME_BYTES_MAX 1024

/** All strings and lists are borrowed for the call that takes the options. */
struct room_filter_options {
    /** NULL or "": every event is selected. */
    const char *name;
    const char *const *aliases;
    size_t alias_count;
    /** Rooms whose events are meant for every room. */
    const char *const *common_rooms;
    size_t common_room_count;
    /** Whether events without a room are this room's too. */
    bool include_venue_wide;
    /** Words that make a short title a break; none: the built-in list of the sign's languages. */
    const char *const *breaks;
    size_t break_count;
};

struct room_filter;

/** Names past ROOM_FILTER_NAMES_MAX of a list are dropped. Ownership: the caller's;
 *  room_filter_free() it. */
struct room_filter *room_filter_new(const struct room_filter_options *options);
void room_filter_free(struct room_filter *filter);

enum room_match {
    /** Another room's. */
    ROOM_MATCH_NONE,
    /** No room at all is named; room_filter_takes_venue_wide says whether that is selected. */
    ROOM_MATCH_NO_ROOM,
    /** A common room's: selected, and venue-wide. */
    ROOM_MATCH_COMMON,
    /** This room's; without a name in the options, any room's. */
    ROOM_MATCH_ROOM,
};

/**
 * Judge an event's place (UTF-8, unescaped, lines separated by \n). On COMMON and ROOM ret_room is
 * the part of it that names the room, clean for people; "" otherwise.
 */
enum room_match room_filter_match(const struct room_filter *filter, const char *location,
                                  char ret_room[static SESSION_NAME_BYTES_MAX]);

bool room_filter_selects_all(const struct room_filter *filter);
bool room_filter_takes_venue_wide(const struct room_filter *filter);

/** The room as its publisher writes it, whatever the filter: the first line up to its last ` - `
 *  where further lines hold the address (HasGeek), else all of it. */
void room_of_location(const char *location, char ret_room[static SESSION_NAME_BYTES_MAX]);

/** A name as names are compared: NFC, case folded, blanks collapsed. Returns its length; 0 for
 *  nothing and for what isn't text. */
size_t room_name_normalise(const char *text, size_t length,
                           char ret_text[static ROOM_NAME_BYTES_MAX]);

/**
 * Show each name by which a filter may call a place, normalised, until `take` returns true; they
 * may repeat. A filter's room_filter_match is ROOM for exactly the places that have one of its
 * names. Returns whether one was taken.
 */
bool room_names_offer(const char *location, bool (*take)(void *context, const char *name),
                      void *context);

/** How unlike the filter's room a room's name is; 0 is the same. For offering the closest. */
size_t room_filter_distance(const struct room_filter *filter, const char *room);

/** Whether a title is a break's, by the options' list or the built-in one (break_words.h). */
bool room_filter_is_break(const struct room_filter *filter, const char *title);

#endif
