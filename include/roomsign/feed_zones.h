/**
 * The time zones that one feed speaks of: its own VTIMEZONEs first, then what the names mean.
 *
 * A zone's definition may stand after the events that use it, so names are only numbered while the
 * feed is read, and looked up when it is complete.
 */
#ifndef ROOMSIGN_FEED_ZONES_H
#define ROOMSIGN_FEED_ZONES_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/civil.h>
#include <roomsign/ical_scan.h>

/** Names of zones in one feed, and definitions with their bytes. */
#define FEED_ZONES_MAX 128
#define FEED_ZONES_BYTES_MAX (1024 * 1024)
#define FEED_ZONE_NAME_BYTES_MAX 128
/** No zone of its own: a floating time. */
#define FEED_ZONE_FLOATING (-1)

struct feed_zones;

/** `warn` says once about each zone that is not known, and about maximums. */
struct feed_zones *feed_zones_new(void (*warn)(void *context, const char *message), void *context);
void feed_zones_free(struct feed_zones *zones);

/** Keep a VTIMEZONE (RFC 5545 §3.6.5). The first of a name counts. */
void feed_zones_define(struct feed_zones *zones, const struct ical_block *block);

/** The number of a name; FEED_ZONE_FLOATING for "" or when there are too many. */
int feed_zones_number(struct feed_zones *zones, const char *name);

/** The zone of a number, once the feed is complete; `fallback` where it is floating or not known.
 *  Borrowed: the feed_zones'. */
const struct zone *feed_zones_get(struct feed_zones *zones, int number,
                                  const struct zone *fallback);

/** A VTIMEZONE as a table of changes; its name is the TZID. false: it defines nothing, or more
 *  changes than a zone can have. */
bool feed_zone_build(const struct ical_block *block, struct zone *ret_zone);

#endif
