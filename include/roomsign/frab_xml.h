/**
 * The frab family's schedule.xml, as it streams in (xml_reader.h).
 *
 * A file that stops being well-formed yields the events before that, as partial. See frab.h for
 * what becomes of an event.
 */
#ifndef ROOMSIGN_FRAB_XML_H
#define ROOMSIGN_FRAB_XML_H

#include <roomsign/decoder.h>

extern const struct decoder_format frab_xml_format;

#endif
