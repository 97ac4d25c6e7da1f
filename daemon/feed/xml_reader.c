#include <roomsign/xml_reader.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <unicode/ucnv.h>

/** Expat is given pieces of this size, however small the pushed ones are: it reads an unfinished
 *  tag anew with each piece. */
#define PIECE_BYTES 32768
#define PREFIX_BYTES_MAX 32
#define DECLARATION_BYTES_MAX 256

struct xml_reader {
    struct xml_handler handler;
    XML_Parser parser;
    int depth;
    /** Of the root element's name, with its colon. */
    char prefix[PREFIX_BYTES_MAX];
    size_t prefix_length;
    char piece[PIECE_BYTES];
    size_t piece_length;
    int64_t parsed_bytes;
    /** Where what expat has not finished yet begins. */
    int64_t token_at;
    /** What expat holds, and whether it wanted too much. */
    size_t memory_bytes;
    bool memory_is_full;
    /** Why the whole is refused; "": it isn't. */
    struct error refusal;
    /** Why and where the XML ends before its end; "": it doesn't. */
    struct error fault;
};

/** The one that expat works for just now: its allocator has no context of its own. */
static struct xml_reader *working;

static void *memory_resize(void *old, size_t size)
{
    size_t others = working->memory_bytes - malloc_usable_size(old);
    if (size > XML_READER_MEMORY_BYTES_MAX || others + size > XML_READER_MEMORY_BYTES_MAX) {
        working->memory_is_full = true;
        return NULL;
    }
    void *memory = realloc(old, size);
    if (memory != NULL)
        working->memory_bytes = others + malloc_usable_size(memory);
    return memory;
}

static void *memory_get(size_t size)
{
    return memory_resize(NULL, size);
}

static void memory_free(void *memory)
{
    working->memory_bytes -= malloc_usable_size(memory);
    free(memory);
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return "";
}

static bool is_refused(const struct xml_reader *reader)
{
    return reader->refusal.message[0] != '\0';
}

void xml_reader_refuse(struct xml_reader *reader, const char *why)
{
    if (!is_refused(reader))
        error_set(&reader->refusal, "%s", why);
    XML_StopParser(reader->parser, XML_FALSE);
}

static const char *own_name(const struct xml_reader *reader, const char *name)
{
    bool own = strncmp(name, reader->prefix, reader->prefix_length) == 0;
    return own ? name + reader->prefix_length : name;
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct xml_reader *reader = context;
    char why[96];
    if (is_refused(reader))
        return;
    if (reader->depth == 0) {
        const char *colon = strchr(name, ':');
        size_t length = colon == NULL ? 0 : (size_t)(colon - name) + 1;
        reader->prefix_length = length < PREFIX_BYTES_MAX ? length : 0;
        memcpy(reader->prefix, name, reader->prefix_length);
    }
    if (++reader->depth > XML_READER_DEPTH_MAX) {
        snprintf(why, sizeof why, "not a %s: its elements are nested too deep",
                 reader->handler.what);
        xml_reader_refuse(reader, why);
        return;
    }
    reader->handler.start(reader->handler.context, own_name(reader, name), attributes);
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct xml_reader *reader = context;
    reader->depth--;
    if (!is_refused(reader))
        reader->handler.end(reader->handler.context, own_name(reader, name));
}

static void XMLCALL on_text(void *context, const char *text, int length)
{
    struct xml_reader *reader = context;
    if (!is_refused(reader))
        reader->handler.text(reader->handler.context, text, (size_t)length);
}

/** A reference to an entity that an external DTD may declare, which isn't read. */
static void XMLCALL on_skipped(void *context, const XML_Char *name, int is_parameter)
{
    struct xml_reader *reader = context;
    if (is_parameter || is_refused(reader))
        return;
    reader->handler.text(reader->handler.context, "&", 1);
    reader->handler.text(reader->handler.context, name, strlen(name));
    reader->handler.text(reader->handler.context, ";", 1);
}

static void XMLCALL on_entity(void *context, const XML_Char *name, int is_parameter,
                              const XML_Char *value, int value_length, const XML_Char *base,
                              const XML_Char *system_id, const XML_Char *public_id,
                              const XML_Char *notation)
{
    struct xml_reader *reader = context;
    char why[96];
    (void)name, (void)is_parameter, (void)value, (void)value_length, (void)base;
    (void)system_id, (void)public_id, (void)notation;
    snprintf(why, sizeof why, "refused: it declares XML entities, which no %s needs",
             reader->handler.what);
    xml_reader_refuse(reader, why);
}

/** What expat doesn't know itself: ICU's encodings of one byte a character. */
static int XMLCALL on_encoding(void *context, const XML_Char *name, XML_Encoding *ret_encoding)
{
    (void)context;
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &status);
    if (U_FAILURE(status) || ucnv_getMaxCharSize(converter) != 1) {
        if (U_SUCCESS(status))
            ucnv_close(converter);
        return XML_STATUS_ERROR;
    }
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    for (int i = 0; i < 256; i++) {
        char byte = (char)i;
        UChar character[2];
        status = U_ZERO_ERROR;
        int32_t length = ucnv_toUChars(converter, character, 2, &byte, 1, &status);
        ret_encoding->map[i] = U_SUCCESS(status) && length == 1 ? character[0] : -1;
    }
    ucnv_close(converter);
    ret_encoding->data = NULL;
    ret_encoding->convert = NULL;
    ret_encoding->release = NULL;
    return XML_STATUS_OK;
}

struct xml_reader *xml_reader_new(const struct xml_handler *handler)
{
    static const XML_Memory_Handling_Suite memory = {memory_get, memory_resize, memory_free};
    struct xml_reader *reader = xcalloc(1, sizeof *reader);
    reader->handler = *handler;
    working = reader;
    reader->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (reader->parser == NULL)
        error_out_of_memory();
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetSkippedEntityHandler(reader->parser, on_skipped);
    if (handler->keeps_unknown_entities)
        /* As if there were a DTD, which nobody asks for. */
        XML_UseForeignDTD(reader->parser, XML_TRUE);
    XML_SetEntityDeclHandler(reader->parser, on_entity);
    XML_SetUnknownEncodingHandler(reader->parser, on_encoding, NULL);
    return reader;
}

void xml_reader_free(struct xml_reader *reader)
{
    if (reader == NULL)
        return;
    working = reader;
    XML_ParserFree(reader->parser);
    free(reader);
}

/* From expat 2.9 on the names that it had before are deprecated. */
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
static unsigned long line_number(XML_Parser parser)
{
    return (unsigned long)XML_GetCurrentLineNumber64(parser);
}

static int64_t byte_index(XML_Parser parser)
{
    return XML_GetCurrentByteIndex64(parser);
}
#else
static unsigned long line_number(XML_Parser parser)
{
    return (unsigned long)XML_GetCurrentLineNumber(parser);
}

static int64_t byte_index(XML_Parser parser)
{
    return (int64_t)XML_GetCurrentByteIndex(parser);
}
#endif

/** Expat stopped by itself. */
static void take_failure(struct xml_reader *reader)
{
    enum XML_Error reason = XML_GetErrorCode(reader->parser);
    if (reason == XML_ERROR_NO_MEMORY && !reader->memory_is_full)
        error_out_of_memory();
    if (reason == XML_ERROR_NO_MEMORY)
        error_set(&reader->refusal, "not a %s: too many different names of XML elements",
                  reader->handler.what);
    else
        error_set(&reader->fault, "not well-formed XML from line %lu on (%s)",
                  line_number(reader->parser), XML_ErrorString(reason));
}

/** Whether the XML declaration calls UTF-8 by a name that expat rightly refuses: Python writes utf8
 *  when told so, .NET writes utf-16 into whatever the text becomes later. */
static bool misnames_utf8(const char *piece, size_t length)
{
    char head[DECLARATION_BYTES_MAX + 1] = "", name[8];
    memcpy(head, piece, length < DECLARATION_BYTES_MAX ? length : DECLARATION_BYTES_MAX);
    char *end = strstr(head, "?>");
    const char *text = head + (strncmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
    if (strncmp(text, "<?xml", 5) != 0 || end == NULL)
        return false;
    *end = '\0';
    const char *encoding = strstr(text, "encoding");
    const char *quote = encoding == NULL ? NULL : strpbrk(encoding, "\"'");
    if (quote == NULL)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(quote + 1, "\"'"), quote + 1);
    return strcasecmp(name, "utf8") == 0 || strcasecmp(name, "utf-16") == 0;
}

/** Hand the gathered piece to expat. */
static void parse_piece(struct xml_reader *reader, bool is_final)
{
    working = reader;
    if (reader->parsed_bytes == 0 && misnames_utf8(reader->piece, reader->piece_length))
        XML_SetEncoding(reader->parser, "UTF-8");
    enum XML_Status status = XML_Parse(reader->parser, reader->piece, (int)reader->piece_length,
                                       is_final ? XML_TRUE : XML_FALSE);
    reader->parsed_bytes += (int64_t)reader->piece_length;
    reader->piece_length = 0;
    if (is_refused(reader))
        return;
    if (status != XML_STATUS_OK) {
        take_failure(reader);
        return;
    }
    /* Where it waits for more of a long tag before it looks again, it has no place to tell. */
    int64_t at = byte_index(reader->parser);
    if (at >= 0)
        reader->token_at = at;
    if (!is_final && reader->parsed_bytes - reader->token_at > 2 * XML_READER_TOKEN_BYTES_MAX)
        error_set(&reader->refusal, "not a %s: one XML tag is longer than a million bytes",
                  reader->handler.what);
}

bool xml_reader_push(struct xml_reader *reader, const char *bytes, size_t length, struct error *err)
{
    while (length > 0 && reader->fault.message[0] == '\0' && !is_refused(reader)) {
        size_t room = PIECE_BYTES - reader->piece_length;
        size_t taken = length < room ? length : room;
        memcpy(reader->piece + reader->piece_length, bytes, taken);
        reader->piece_length += taken;
        bytes += taken;
        length -= taken;
        if (reader->piece_length == PIECE_BYTES)
            parse_piece(reader, false);
    }
    if (is_refused(reader))
        error_set(err, "%s", reader->refusal.message);
    return !is_refused(reader);
}

bool xml_reader_finish(struct xml_reader *reader, struct error *ret_fault, struct error *err)
{
    if (reader->fault.message[0] == '\0' && !is_refused(reader))
        parse_piece(reader, true);
    if (is_refused(reader)) {
        error_set(err, "%s", reader->refusal.message);
        return false;
    }
    *ret_fault = reader->fault;
    return true;
}
