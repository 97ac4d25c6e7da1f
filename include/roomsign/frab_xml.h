/**
 * The frab family's schedule.xml, by expat, as it streams in.
 *
 * Entities that a file declares are refused, so that none can be expanded; nothing outside the
 * file is ever read. A file that stops being well-formed yields the events before that, as partial.
 * See frab.h for what becomes of an event.
 */
#ifndef ROOMSIGN_FRAB_XML_H
#define ROOMSIGN_FRAB_XML_H

#include <stdint.h>

#include <roomsign/decoder.h>

/** Elements inside each other. */
#define FRAB_XML_DEPTH_MAX 64
/** One tag, comment or processing instruction, which expat holds as a whole. */
#define FRAB_XML_TOKEN_BYTES_MAX INT64_C(1000000)

/** All that expat may hold at a time: it keeps every name of an element that it has ever met. */
#define FRAB_XML_MEMORY_BYTES_MAX 16000000

extern const struct decoder_format frab_xml_format;

#endif
