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
    char room[SESSION_NAME_BYTES_MAX];
};
/** `location` is unescaped. */
void ical_rooms_place(const struct ical_rooms *rooms, const char *location,
                      struct ical_place *ret_place);

/** Whether any place with lines below the first came up: only then can there be venues. */
bool ical_rooms_knows_venues(const struct ical_rooms *rooms);

/** The feed's rooms that are most like the filter's, the closest first. Returns how many. */
size_t ical_rooms_closest(const struct ical_rooms *rooms,
                          char ret_names[static DECODER_CLOSEST_MAX][SESSION_NAME_BYTES_MAX]);

#endif
