/**
 * The iCalendar decoder: the scan, what is kept of it, and the sessions that it makes.
 *
 * Behind decoder.h, which says what a decoder promises.
 */
#ifndef ROOMSIGN_ICAL_DECODER_H
#define ROOMSIGN_ICAL_DECODER_H

#include <stdint.h>

#include <roomsign/decoder.h>

/** Steps that all rules of a feed together may cost (see recurrence.h). */
#define ICAL_FEED_STEPS_MAX INT64_C(20000000)
/** RANGE=THISANDFUTURE overrides of one series. */
#define ICAL_CHANGES_MAX 100

extern const struct decoder_format ical_format;

#endif
