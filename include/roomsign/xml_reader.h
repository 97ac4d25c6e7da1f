/**
 * XML from outside as it streams in, by expat: the one set-up for every feed that is XML.
 *
 * Entities that a file declares are refused, so that none can be expanded; nothing outside the
 * file is ever read. Depth, the length of one tag and all that expat may hold are bounded. Knows
 * no feed format.
 */
#ifndef ROOMSIGN_XML_READER_H
#define ROOMSIGN_XML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>

/** Elements inside each other. */
#define XML_READER_DEPTH_MAX 64
/** One tag, comment or processing instruction, which expat holds as a whole. What is longer is
 *  refused from twice this on, as expat may wait for so much before it looks again. */
#define XML_READER_TOKEN_BYTES_MAX INT64_C(1000000)
/** All that expat may hold at a time: it keeps every name of an element that it has ever met. */
#define XML_READER_MEMORY_BYTES_MAX 16000000

/**
 * Where the XML goes. Texts are UTF-8, whatever the file's encoding.
 *
 * Names come without the prefix of the root element, so that <x:feed><x:entry> reads like
 * <feed><entry>; other prefixes are left as written: an element of one is of something else.
 */
struct xml_handler {
    void *context;
    /** For messages: "schedule", as in "not a schedule: ...". */
    const char *what;
    /** References to entities that XML doesn't know, as in &nbsp;, are text even where no DTD could
     *  declare them; otherwise the file isn't well-formed there. */
    bool keeps_unknown_entities;
    /** attributes: names and values in turn, NULL behind the last (see xml_attribute). */
    void (*start)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    /** Character data in any pieces, CDATA too; not NUL-terminated. A reference to an entity that
     *  isn't known comes as it is written. */
    void (*text)(void *context, const char *text, size_t length);
};

/** The attribute of this name, "" if there is none. */
const char *xml_attribute(const char **attributes, const char *name);

struct xml_reader;

/** Copies the handler, borrows its `what`. Ownership: the caller's; xml_reader_free() it (takes
 *  NULL). */
struct xml_reader *xml_reader_new(const struct xml_handler *handler);
void xml_reader_free(struct xml_reader *reader);

/** From within a handler: the whole is refused for this reason; no handler is called any more. */
void xml_reader_refuse(struct xml_reader *reader, const char *why);

/** Errors: refused. XML that isn't well-formed is no error; nothing behind that is read. */
bool xml_reader_push(struct xml_reader *reader, const char *bytes, size_t length,
                     struct error *err);

/** The XML is complete. ret_fault: why and from where on it isn't well-formed, "" if it is.
 *  Errors: refused. */
bool xml_reader_finish(struct xml_reader *reader, struct error *ret_fault, struct error *err);

#endif
