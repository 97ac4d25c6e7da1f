/**
 * Time zones by the names that calendars give them.
 *
 * IANA names, also behind a vendor's path or with '-' for '/', Windows names (by ICU's copy of
 * CLDR), Outlook's display names `(UTC-05:00) Eastern Time (US & Canada)`, and plain offsets.
 * Reads the system's zone files; knows no calendar.
 */
#ifndef ROOMSIGN_ZONE_NAMES_H
#define ROOMSIGN_ZONE_NAMES_H

#include <stdbool.h>

#include <roomsign/civil.h>

/** The zone that a name means; its `name` is an IANA one, or UTC+hh:mm for an offset alone, which
 *  knows no daylight saving. false: none; *ret_zone is untouched. */
bool zone_from_name(const char *name, struct zone *ret_zone);

#endif
