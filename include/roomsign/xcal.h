/**
 * xCal, iCalendar written as XML, as it streams in (xml_reader.h): RFC 6321, and the older form
 * that Pentabarf publishes, whose properties hold plain text.
 *
 * Writes the content lines that the XML stands for and gives them to the iCalendar decoder, which
 * does all the rest. XML that stops being well-formed yields the events before that, as partial.
 */
#ifndef ROOMSIGN_XCAL_H
#define ROOMSIGN_XCAL_H

#include <roomsign/decoder.h>

extern const struct decoder_format xcal_format;

#endif
