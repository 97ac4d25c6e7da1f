/**
 * Where one iCalendar event takes place: its LOCATION, else the rooms among its ATTENDEEs.
 *
 * Exchange and Google book a room by inviting it (attendee.h), and leave LOCATION empty or to
 * whatever people wrote (`Microsoft Teams Meeting`, an address). So where LOCATION doesn't name the
 * sign's room, a booked room may; and an event without LOCATION that has booked another room is in
 * that one, not one for the whole venue. A RESOURCE may be a projector, which says so much less:
 * it counts if it has the sign's room's name.
 */
#ifndef ROOMSIGN_ICAL_PLACE_H
#define ROOMSIGN_ICAL_PLACE_H

#include <stdbool.h>

#include <roomsign/ical_event.h>
#include <roomsign/ical_rooms.h>

/** The filter's answer to the event's place; learns from it. */
enum room_match ical_place_judge(struct ical_rooms *rooms, const struct room_filter *filter,
                                 const struct ical_event *event);

/** Count the event for request->rooms at its LOCATION and all that it has booked; an override that
 *  names no place is where its series is, and not counted. */
void ical_place_count(struct ical_rooms *rooms, const struct ical_event *event);

/** What the place means, once the feed is complete. */
void ical_place_read(const struct ical_rooms *rooms, const struct room_filter *filter,
                     const struct ical_event *event, struct ical_place *ret_place);

#endif
