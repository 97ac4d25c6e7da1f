/**
 * Who or what an ATTENDEE of an iCalendar event is (RFC 5545 §3.8.4.1).
 *
 * A sign is read by strangers, so a name is a speaker's only where the feed means it to be read:
 * Pentabarf and FOSDEM write each speaker as an ATTENDEE without an address (`invalid:nomail`).
 * Office calendars (Google, Outlook, Exchange, Nextcloud) write the people that were invited, with
 * an address, or, where Outlook knows none, with what is asked of them (PARTSTAT, RSVP): guests,
 * whose names are nobody's business. Exchange writes the room that was booked as one more attendee
 * of CUTYPE ROOM, Google as one of CUTYPE RESOURCE, as it does with projectors; one that declined
 * was not booked.
 */
#ifndef ROOMSIGN_ATTENDEE_H
#define ROOMSIGN_ATTENDEE_H

#include <stdbool.h>

#include <roomsign/ical_scan.h>
#include <roomsign/session.h>

enum attendee {
    /** Not for the sign, or without a name. */
    ATTENDEE_GUEST,
    ATTENDEE_SPEAKER,
    ATTENDEE_ROOM,
    /** A room, or a thing. */
    ATTENDEE_RESOURCE,
};

/** Whether a line of any property is an ATTENDEE that is a room or a resource. */
bool attendee_is_booked(const struct ical_line *line);

/** *ret_name is the CN, clean (utf8_clean) and without RFC 6868's escapes; "" for a guest. */
enum attendee attendee_read(const struct ical_line *line,
                            char ret_name[static SESSION_NAME_BYTES_MAX]);

#endif
