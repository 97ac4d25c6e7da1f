/**
 * One VEVENT: which lines it has, and what they say besides time.
 *
 * Reads a block of ical_scan; knows no zones, no recurrence and no other event.
 */
#ifndef ROOMSIGN_ICAL_EVENT_H
#define ROOMSIGN_ICAL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/ical_scan.h>
#include <roomsign/ical_value.h>
#include <roomsign/publisher.h>
#include <roomsign/session.h>

#define ICAL_LOCATION_BYTES_MAX 1024
/** What ical_event_name writes. */
#define ICAL_EVENT_NAME_BYTES 200

/** Slices of the block. A line that is missing has property ICAL_PROPERTY_NONE. */
struct ical_event {
    struct ical_block block;
    /** Whose ATTENDEEs book its rooms: its own, or its series'. */
    struct ical_block bookings;
    struct ical_line uid, start, end, duration, recurrence_id;
    struct ical_line summary, description, location, status, url;
    /** CLASS: who may read it (§3.8.1.3). */
    struct ical_line access;
    /** FOSDEM's bare TZID: the zone of this event's floating times. */
    struct ical_line zone;
    /** Has RRULE or RDATE. */
    bool recurs;
    /** RANGE=THISANDFUTURE. */
    bool this_and_future;
    int64_t sequence;
};

void ical_event_read(const struct ical_block *block, struct ical_event *ret_event);

/** Fill what an override leaves out with its series' lines: summary, place, url, access. Both
 *  blocks must outlive *event. */
void ical_event_inherit(struct ical_event *event, const struct ical_event *series);

/** A line's DATE or DATE-TIME, with VALUE=DATE honoured. */
bool ical_line_time(const struct ical_line *line, struct ical_time *ret_time);

/**
 * Roughly when: [*ret_from_ms, *ret_until_ms) by the wall clocks that the event writes, whatever
 * their zones. An unreadable end counts as one day. false: no readable start.
 */
bool ical_event_span(const struct ical_event *event, int64_t *ret_from_ms, int64_t *ret_until_ms);

/** Whether it says where it is, by LOCATION or a room that it has booked (attendee.h); an override
 *  that doesn't is where its series is. */
bool ical_event_has_place(const struct ical_event *event);

/** LOCATION, unescaped, HTML's entities decoded, lines separated by \n; "" if it has none. */
void ical_event_location(const struct ical_event *event,
                         char ret_location[static ICAL_LOCATION_BYTES_MAX]);

/** The UID; an event without one gets one that its title, place and start make. */
void ical_event_uid(const struct ical_event *event, char ret_uid[static SESSION_UID_BYTES_MAX]);

/** "Title" (uid), for warnings. Returns `name`. */
char *ical_event_name(const struct ical_event *event, char name[static ICAL_EVENT_NAME_BYTES]);

/** Title, speakers, track, url, language, status and alarm of a session, as a feed of this
 *  publisher writes them. The session has its uid. */
void ical_event_fill(const struct ical_event *event, enum publisher publisher,
                     struct session *session);

#endif
