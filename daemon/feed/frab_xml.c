#include <roomsign/frab_xml.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include <roomsign/frab.h>

/** Expat is given pieces of this size, however small the pushed ones are: it reads an unfinished
 *  tag anew with each piece. */
#define PIECE_BYTES 32768

struct frab_xml {
    XML_Parser parser;
    struct frab *frab;
    /** Elements that are open, and how many of them, from the root on, are what a schedule has in
     *  that place. */
    int depth, known_depth;
    struct frab_event event;
    char room[FRAB_TEXT_BYTES_MAX + 1];
    /** What stands in the innermost known element. */
    char text[FRAB_TEXT_BYTES_MAX + 1];
    size_t text_length;
    bool in_conference, has_content;
    enum frab_field field;
    char piece[PIECE_BYTES];
    size_t piece_length;
    int64_t pushed_bytes;
    /** Why the whole is refused; "": it isn't. */
    struct error refusal;
    /** Why and where the XML ends before its end; "": it doesn't. */
    struct error fault;
};

/** Where an element stands: the depth that it opens. */
enum { ROOT = 1, DAY, ROOM, EVENT, FIELD, PERSON };

/** What expat holds, and whether it wanted too much; its allocator has no context to keep that in.
 */
static size_t memory_bytes;
static bool memory_is_full;

static void *memory_resize(void *old, size_t size)
{
    size_t old_size = malloc_usable_size(old);
    if (size > FRAB_XML_MEMORY_BYTES_MAX ||
        memory_bytes - old_size + size > FRAB_XML_MEMORY_BYTES_MAX) {
        memory_is_full = true;
        return NULL;
    }
    void *memory = realloc(old, size);
    if (memory != NULL)
        memory_bytes += malloc_usable_size(memory) - old_size;
    return memory;
}

static void *memory_get(size_t size)
{
    return memory_resize(NULL, size);
}

static void memory_free(void *memory)
{
    memory_bytes -= malloc_usable_size(memory);
    free(memory);
}

static void refuse(struct frab_xml *xml, const char *why)
{
    error_set(&xml->refusal, "%s", why);
    XML_StopParser(xml->parser, XML_FALSE);
}

static const char *attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return "";
}

/** Whether an element belongs where it stands, below known ones. */
static bool take_start(struct frab_xml *xml, const char *name, const char **attributes)
{
    switch (xml->depth) {
    case ROOT:
        if (strcmp(name, "schedule") != 0)
            refuse(xml, "not a schedule: XML with another root element");
        return true;
    case DAY:
        xml->in_conference = strcmp(name, "conference") == 0;
        if (strcmp(name, "day") == 0)
            frab_begin_day(xml->frab, attribute(attributes, "date"),
                           attribute(attributes, "start"));
        xml->has_content |= xml->in_conference || strcmp(name, "day") == 0;
        return xml->in_conference || strcmp(name, "day") == 0;
    case ROOM:
        if (xml->in_conference)
            return strcmp(name, "time_zone_name") == 0 || strcmp(name, "day_change") == 0;
        snprintf(xml->room, sizeof xml->room, "%s", attribute(attributes, "name"));
        return strcmp(name, "room") == 0;
    case EVENT:
        frab_event_clear(&xml->event);
        frab_event_set(&xml->event, FRAB_GUID, attribute(attributes, "guid"));
        frab_event_set(&xml->event, FRAB_ID, attribute(attributes, "id"));
        return strcmp(name, "event") == 0 && !xml->in_conference;
    case FIELD:
        return frab_field_of(name, &xml->field) || strcmp(name, "persons") == 0;
    case PERSON:
        return strcmp(name, "person") == 0;
    default:
        return false;
    }
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct frab_xml *xml = context;
    bool below_known = xml->known_depth == xml->depth;
    if (++xml->depth > FRAB_XML_DEPTH_MAX) {
        refuse(xml, "not a schedule: its elements are nested too deep");
        return;
    }
    if (!below_known || !take_start(xml, name, attributes))
        return;
    xml->known_depth = xml->depth;
    xml->text_length = 0;
    xml->text[0] = '\0';
}

static void take_end(struct frab_xml *xml, const char *name)
{
    if (xml->depth == ROOM && strcmp(name, "time_zone_name") == 0)
        frab_declare_zone(xml->frab, xml->text);
    else if (xml->depth == ROOM && strcmp(name, "day_change") == 0)
        frab_declare_day_change(xml->frab, xml->text);
    else if (xml->depth == EVENT)
        frab_add(xml->frab, &xml->event, xml->room);
    else if (xml->depth == FIELD && strcmp(name, "persons") != 0)
        frab_event_set(&xml->event, xml->field, xml->text);
    else if (xml->depth == PERSON)
        frab_event_add_speaker(&xml->event, xml->text);
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct frab_xml *xml = context;
    if (xml->known_depth == xml->depth) {
        take_end(xml, name);
        xml->known_depth--;
        xml->text_length = 0;
    }
    xml->depth--;
}

static void XMLCALL on_text(void *context, const char *text, int length)
{
    struct frab_xml *xml = context;
    size_t room = FRAB_TEXT_BYTES_MAX - xml->text_length;
    size_t taken = (size_t)length < room ? (size_t)length : room;
    if (xml->known_depth != xml->depth)
        return;
    memcpy(xml->text + xml->text_length, text, taken);
    xml->text_length += taken;
    xml->text[xml->text_length] = '\0';
}

static void XMLCALL on_entity(void *context, const XML_Char *name, int is_parameter,
                              const XML_Char *value, int value_length, const XML_Char *base,
                              const XML_Char *system_id, const XML_Char *public_id,
                              const XML_Char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)value_length, (void)base;
    (void)system_id, (void)public_id, (void)notation;
    refuse(context, "refused: it declares XML entities, which no schedule needs");
}

static void *xml_open(const struct decoder_request *request,
                      void (*warn)(void *context, const char *message), void *context)
{
    struct frab_xml *xml = xcalloc(1, sizeof *xml);
    xml->frab = frab_new(request, warn, context);
    static const XML_Memory_Handling_Suite memory = {memory_get, memory_resize, memory_free};
    memory_is_full = false;
    xml->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (xml->parser == NULL)
        error_out_of_memory();
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetEntityDeclHandler(xml->parser, on_entity);
    return xml;
}

static void xml_close(void *state)
{
    struct frab_xml *xml = state;
    XML_ParserFree(xml->parser);
    frab_free(xml->frab);
    free(xml);
}

/** Hand the gathered piece to expat. */
static void xml_parse(struct frab_xml *xml, bool is_final)
{
    enum XML_Status status =
        XML_Parse(xml->parser, xml->piece, (int)xml->piece_length, is_final ? XML_TRUE : XML_FALSE);
    xml->pushed_bytes += (int64_t)xml->piece_length;
    xml->piece_length = 0;
    if (xml->refusal.message[0] != '\0')
        return;
    if (status != XML_STATUS_OK) {
        enum XML_Error reason = XML_GetErrorCode(xml->parser);
        if (reason == XML_ERROR_NO_MEMORY && !memory_is_full)
            error_out_of_memory();
        if (reason == XML_ERROR_NO_MEMORY) {
            error_set(&xml->refusal, "not a schedule: too many different names of XML elements");
            return;
        }
        error_set(&xml->fault, "not well-formed XML from line %lu on (%s)",
                  (unsigned long)XML_GetCurrentLineNumber(xml->parser), XML_ErrorString(reason));
        return;
    }
    if (!is_final && xml->pushed_bytes - (int64_t)XML_GetCurrentByteIndex(xml->parser) >
                         FRAB_XML_TOKEN_BYTES_MAX)
        error_set(&xml->refusal, "not a schedule: one XML tag is longer than a million bytes");
}

static bool xml_push(void *state, const char *bytes, size_t length, struct error *err)
{
    struct frab_xml *xml = state;
    while (length > 0 && xml->fault.message[0] == '\0' && xml->refusal.message[0] == '\0') {
        size_t room = PIECE_BYTES - xml->piece_length;
        size_t taken = length < room ? length : room;
        memcpy(xml->piece + xml->piece_length, bytes, taken);
        xml->piece_length += taken;
        bytes += taken;
        length -= taken;
        if (xml->piece_length == PIECE_BYTES)
            xml_parse(xml, false);
    }
    if (xml->refusal.message[0] != '\0')
        *err = xml->refusal;
    return xml->refusal.message[0] == '\0';
}

static bool xml_finish(void *state, struct schedule *ret_schedule, struct decode_result *ret_result,
                       struct error *err)
{
    struct frab_xml *xml = state;
    if (xml->fault.message[0] == '\0' && xml->refusal.message[0] == '\0')
        xml_parse(xml, true);
    if (xml->refusal.message[0] != '\0') {
        *err = xml->refusal;
        return false;
    }
    size_t count = frab_event_count(xml->frab);
    if (xml->fault.message[0] != '\0') {
        char message[ERROR_MESSAGE_BYTES_MAX + 64];
        if (count == 0) {
            *err = xml->fault;
            return false;
        }
        snprintf(message, sizeof message, "%s; only the events before it are known: %zu",
                 xml->fault.message, count);
        frab_warn(xml->frab, message);
        ret_result->partial = true;
    }
    if (!xml->has_content) {
        error_set(err, "not a schedule: XML without a conference and days");
        return false;
    }
    frab_finish(xml->frab, ret_schedule, ret_result);
    return true;
}

const struct decoder_format frab_xml_format = {
    .name = "frab-xml",
    .about = "schedule.xml of Pentabarf, frab, pretalx and voc",
    .open = xml_open,
    .push = xml_push,
    .finish = xml_finish,
    .close = xml_close,
};
