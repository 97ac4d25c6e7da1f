/**
 * The frab family's schedule.json, schedule.conference.days[].rooms{}, as it streams in.
 *
 * The way to the events is followed byte by byte; each event alone is then read by jansson, so that
 * memory doesn't follow the file. A file that ends early or whose brackets don't match is refused.
 * An event that isn't valid JSON is told and left out, and the result is partial; but what is no
 * character (bytes that aren't UTF-8, half of a surrogate pair) is U+FFFD, and a bare line end or
 * an escaped NUL is a blank. See frab.h for what becomes of an event.
 */
#ifndef ROOMSIGN_FRAB_JSON_H
#define ROOMSIGN_FRAB_JSON_H

#include <stdint.h>

#include <roomsign/decoder.h>

/** Objects and arrays inside each other. */
#define FRAB_JSON_DEPTH_MAX 64
/** A longer event is told and left out, and the result is partial. */
#define FRAB_JSON_EVENT_BYTES_MAX 1000000

extern const struct decoder_format frab_json_format;

#endif
