/**
 * The places that one feed writes, each judged once.
 *
 * A feed repeats few places many times, so the filter's answer is remembered by the LOCATION as
 * written. Also learns what is no room but the venue: HasGeek writes `Room - Venue\nCity\nCountry`
 * for a room's event, and the city or venue alone for one that is meant for every room.
 */
#ifndef ROOMSIGN_ICAL_ROOMS_H
#define ROOMSIGN_ICAL_ROOMS_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/decoder.h>
#include <roomsign/room_filter.h>

/** Different places that are remembered; further ones are judged anew each time. */
#define ICAL_ROOMS_MAX 4096
/** Different names of venues and cities that are known. */
#define ICAL_VENUES_MAX 64

struct ical_rooms;

/** Borrows the filter. */
struct ical_rooms *ical_rooms_new(const struct room_filter *filter);
void ical_rooms_free(struct ical_rooms *rooms);

/** The filter's answer to a LOCATION's raw value (still escaped); learns from it. */
enum room_match ical_rooms_judge(struct ical_rooms *rooms, const char *raw, size_t length);

/** The same for a place that is not escaped. */
enum room_match ical_rooms_judge_plain(struct ical_rooms *rooms, const char *location);

/** Whether a place is written as a venue alone could be: one line without ` - `. */
bool ical_rooms_may_be_venue(const char *raw, size_t length);

/** What a place means, once the feed is complete. */
struct ical_place {
    bool selected;
    bool venue_wide;
    /** Of one that isn't selected, the room as its publisher writes it. */
    char room[SESSION_NAME_BYTES_MAX];
};
/** `location` is unescaped. */
void ical_rooms_place(const struct ical_rooms *rooms, const char *location,
                      struct ical_place *ret_place);

/** Whether any place with lines below the first came up: only then can there be venues. */
bool ical_rooms_knows_venues(const struct ical_rooms *rooms);

/** Count an event for request->rooms: its places as room_tally_add takes them. */
void ical_rooms_count(struct ical_rooms *rooms, const char *places);

/** Events of a feed, as its decoder counted them. */
struct ical_rooms_counts {
    size_t event_count;
    /** Those whose place was judged ROOM_MATCH_ROOM: what is meant for every room shows no filter
     *  to be right. */
    size_t matched_count;
    /** Those without a place, or whose place was judged ROOM_MATCH_NO_ROOM. */
    size_t roomless_count;
};

/** Once the feed is complete: what is to be said of its rooms, whatever its format. Fills in
 *  event_count, matched_count and closest, and request->rooms if there is one. */
void ical_rooms_report(const struct ical_rooms *rooms, const struct decoder_request *request,
                       const struct ical_rooms_counts *counts, struct decode_result *ret_result);

#endif
