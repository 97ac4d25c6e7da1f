/**
 * The iCalendar decoder: the scan, what is kept of it, and the sessions that it makes.
 *
 * Behind decoder.h, which says what a decoder promises.
 */
#ifndef ROOMSIGN_ICAL_DECODER_H
#define ROOMSIGN_ICAL_DECODER_H

#include <roomsign/decoder.h>

extern const struct decoder_format ical_format;

#endif
