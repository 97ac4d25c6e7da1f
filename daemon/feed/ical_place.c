#include <roomsign/ical_place.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/attendee.h>

/** Of one event's LOCATION and what it has booked; further bookings are not counted. */
#define PLACES_BYTES_MAX (4 * ICAL_LOCATION_BYTES_MAX)

/** Step through the rooms that an event has booked: *cursor starts at 0. false: no more. */
static bool next_booked(const struct ical_event *event, const struct room_filter *filter,
                        size_t *cursor, char ret_room[static SESSION_NAME_BYTES_MAX])
{
    struct ical_line line;
    while (ical_block_next(&event->bookings, cursor, &line)) {
        if (!attendee_is_booked(&line))
            continue;
        enum attendee kind = attendee_read(&line, ret_room);
        if (kind == ATTENDEE_ROOM)
            return true;
        /* Without the name of a room to compare with, a resource is none. */
        char named[SESSION_NAME_BYTES_MAX];
        if (kind == ATTENDEE_RESOURCE && !room_filter_selects_all(filter) &&
            room_filter_match(filter, ret_room, named) == ROOM_MATCH_ROOM)
            return true;
    }
    return false;
}

static enum room_match judge_location(struct ical_rooms *rooms, const struct ical_event *event)
{
    const struct ical_line *line = &event->location;
    char location[ICAL_LOCATION_BYTES_MAX];
    if (line->property == ICAL_PROPERTY_NONE)
        return ROOM_MATCH_NO_ROOM;
    if (memchr(line->value, '&', line->value_length) == NULL)
        return ical_rooms_judge(rooms, line->value, line->value_length);
    ical_event_location(event, location);
    return ical_rooms_judge_plain(rooms, location);
}

enum room_match ical_place_judge(struct ical_rooms *rooms, const struct room_filter *filter,
                                 const struct ical_event *event)
{
    char room[SESSION_NAME_BYTES_MAX];
    enum room_match match = judge_location(rooms, event);
    for (size_t cursor = 0;
         match != ROOM_MATCH_ROOM && next_booked(event, filter, &cursor, room);) {
        enum room_match booked = ical_rooms_judge_plain(rooms, room);
        if (booked == ROOM_MATCH_ROOM || booked == ROOM_MATCH_COMMON || match == ROOM_MATCH_NO_ROOM)
            match = booked;
    }
    return match;
}

void ical_place_count(struct ical_rooms *rooms, const struct ical_event *event)
{
    char places[PLACES_BYTES_MAX], name[SESSION_NAME_BYTES_MAX];
    struct ical_line line;
    if (event->recurrence_id.property != ICAL_PROPERTY_NONE && !ical_event_has_place(event))
        return;
    ical_event_location(event, places);
    size_t length = strlen(places);
    for (size_t cursor = 0; ical_block_next(&event->bookings, &cursor, &line);) {
        enum attendee kind =
            line.property == ICAL_ATTENDEE ? attendee_read(&line, name) : ATTENDEE_GUEST;
        if (kind != ATTENDEE_ROOM && kind != ATTENDEE_RESOURCE)
            continue;
        if (length + 1 + strlen(name) >= sizeof places)
            break;
        char mark = kind == ATTENDEE_ROOM ? ROOM_TALLY_FURTHER : ROOM_TALLY_LESSER;
        length +=
            (size_t)snprintf(places + length, sizeof places - length, "%c%s", mark, name);
    }
    ical_rooms_count(rooms, places);
}

void ical_place_read(const struct ical_rooms *rooms, const struct room_filter *filter,
                     const struct ical_event *event, struct ical_place *ret_place)
{
    char location[ICAL_LOCATION_BYTES_MAX], room[SESSION_NAME_BYTES_MAX];
    ical_event_location(event, location);
    ical_rooms_place(rooms, location, ret_place);
    bool in_room = ret_place->selected && !ret_place->venue_wide;
    bool empty = location[0] == '\0';
    for (size_t cursor = 0; !in_room && next_booked(event, filter, &cursor, room);) {
        struct ical_place booked;
        ical_rooms_place(rooms, room, &booked);
        in_room = booked.selected && !booked.venue_wide;
        if (booked.selected || empty)
            *ret_place = booked;
        empty = false;
    }
}
