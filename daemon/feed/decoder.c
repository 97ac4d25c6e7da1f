#include <roomsign/decoder.h>

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/agenda.h>
#include <roomsign/frab_json.h>
#include <roomsign/frab_xml.h>
#include <roomsign/ical_decoder.h>
#include <roomsign/xcal.h>

/** So much is read before it is decided what a feed is; a feed may be shorter. */
#define SNIFF_BYTES 4096

struct decoder {
    struct decoder_request request;
    /** Where the request names none: selects every event. */
    struct room_filter *own_filter;
    char sniffed[SNIFF_BYTES];
    size_t sniffed_length;
    /** Once it is known what the feed is. */
    const struct decoder_format *format;
    void *state;
    bool failed;
    struct error err;
    /** Of the feed, and of single events, which must not crowd out the others. */
    size_t warning_counts[2];
};

static void decoder_warn(void *context, const char *message)
{
    struct decoder *decoder = context;
    size_t *count = &decoder->warning_counts[strncmp(message, "event ", 6) == 0];
    if (decoder->request.warn != NULL && *count < DECODER_WARNINGS_MAX)
        decoder->request.warn(decoder->request.context, message);
    (*count)++;
}

static void decoder_warn_rest(struct decoder *decoder)
{
    char message[64];
    size_t rest = 0;
    for (size_t i = 0; i < 2; i++)
        if (decoder->warning_counts[i] > DECODER_WARNINGS_MAX)
            rest += decoder->warning_counts[i] - DECODER_WARNINGS_MAX;
    if (decoder->request.warn == NULL || rest == 0)
        return;
    snprintf(message, sizeof message, "and %zu more warnings", rest);
    decoder->request.warn(decoder->request.context, message);
}

struct decoder *decoder_new(const struct decoder_request *request)
{
    struct decoder *decoder = xcalloc(1, sizeof *decoder);
    assert(request->zone != NULL && request->from_ms < request->until_ms);
    decoder->request = *request;
    if (request->filter == NULL) {
        struct room_filter_options every = {0};
        decoder->own_filter = room_filter_new(&every);
        decoder->request.filter = decoder->own_filter;
    }
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    if (decoder->format != NULL)
        decoder->format->close(decoder->state);
    room_filter_free(decoder->own_filter);
    free(decoder);
}

static bool begins_with(const char *text, const char *end, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(end - text) >= length && strncasecmp(text, word, length) == 0;
}

static bool holds(const char *text, const char *end, const char *word)
{
    for (; text < end; text++)
        if (begins_with(text, end, word))
            return true;
    return false;
}

/** What stands there instead of a calendar, for the person who set the address; NULL: text. */
static const char *other_content(const char *text, const char *end)
{
    if (text == end)
        return "empty";
    if (begins_with(text, end, "\xFF\xFE") || begins_with(text, end, "\xFE\xFF") ||
        memchr(text, '\0', (size_t)(end - text)) != NULL)
        return begins_with(text, end, "\x89PNG") || begins_with(text, end, "PK\x03\x04")
                   ? "a binary file"
                   : "UTF-16 text or a binary file";
    if (begins_with(text, end, "\x1F\x8B"))
        return "compressed data";
    if (begins_with(text, end, "PK\x03\x04") || begins_with(text, end, "%PDF") ||
        begins_with(text, end, "\x89PNG"))
        return "a binary file";
    if (*text == '<' && (holds(text, end, "<html") || holds(text, end, "<!doctype html")))
        return "HTML page";
    if (*text == '<')
        return "XML";
    if (*text == '{' || *text == '[')
        return "JSON";
    return NULL;
}

/** Byte order marks, of which some publishers write two, and blank lines before the first thing
 *  that is said. */
static const char *skip_blank(const char *text, const char *end)
{
    for (;;) {
        if (begins_with(text, end, "\xEF\xBB\xBF"))
            text += 3;
        else if (text < end && (*text == ' ' || (*text >= '\t' && *text <= '\r')))
            text++;
        else
            return text;
    }
}

static bool is_ical(const char *text, const char *end)
{
    return begins_with(text, end, "BEGIN:V") || holds(text, end, "\nBEGIN:VCALENDAR");
}

/** The beginning of "BEGIN:VCALENDAR" alone is a calendar that was cut short. */
static bool is_cut_ical(const char *text, const char *end)
{
    return text < end && strncasecmp(text, "BEGIN:VCALENDAR", (size_t)(end - text)) == 0;
}

static bool is_text(const char *text, const char *end)
{
    return other_content(text, end) == NULL && !is_cut_ical(text, end);
}

/** A start tag of this name, with a namespace's prefix or without. */
static bool holds_element(const char *text, const char *end, const char *name)
{
    for (; text < end; text++) {
        const char *tag = text + 1;
        if (*text != '<')
            continue;
        while (tag < end && (*tag == '-' || *tag == '_' || isalnum((unsigned char)*tag)))
            tag++;
        if (begins_with(text + 1, end, name) ||
            (tag < end && *tag == ':' && begins_with(tag + 1, end, name)))
            return true;
    }
    return false;
}

static bool is_xcal(const char *text, const char *end)
{
    return text < end && *text == '<' && holds_element(text, end, "icalendar");
}

static bool is_frab_xml(const char *text, const char *end)
{
    return text < end && *text == '<' && holds_element(text, end, "schedule") &&
           !holds(text, end, "<html");
}

static bool is_frab_json(const char *text, const char *end)
{
    return text < end && *text == '{' && holds(text, end, "\"schedule\"");
}

/** In the order in which they are tried: the first whose sniff says yes reads the feed. */
static const struct {
    const struct decoder_format *format;
    bool (*sniff)(const char *text, const char *end);
} FORMATS[] = {
    {&ical_format, is_ical},
    {&xcal_format, is_xcal},
    {&frab_xml_format, is_frab_xml},
    {&frab_json_format, is_frab_json},
    {&agenda_format, is_text},
};

#define FORMAT_COUNT (sizeof FORMATS / sizeof *FORMATS)

const struct decoder_format *decoder_format_at(size_t index)
{
    return index < FORMAT_COUNT ? FORMATS[index].format : NULL;
}

static bool decoder_feed(struct decoder *decoder, const char *bytes, size_t length)
{
    if (!decoder->format->push(decoder->state, bytes, length, &decoder->err))
        decoder->failed = true;
    return !decoder->failed;
}

/** Decide from what was sniffed, and hand that on. */
static bool decoder_open(struct decoder *decoder)
{
    const char *end = decoder->sniffed + decoder->sniffed_length;
    const char *text = skip_blank(decoder->sniffed, end);
    for (size_t i = 0; i < FORMAT_COUNT && decoder->format == NULL; i++)
        if (FORMATS[i].sniff(text, end))
            decoder->format = FORMATS[i].format;
    if (decoder->format == NULL) {
        decoder->failed = true;
        if (is_cut_ical(text, end))
            error_set(&decoder->err, "truncated: no END:VCALENDAR");
        else
            error_set(&decoder->err, "not a calendar: %s", other_content(text, end));
        return false;
    }
    decoder->state = decoder->format->open(&decoder->request, decoder_warn, decoder);
    return decoder_feed(decoder, text, (size_t)(end - text));
}

bool decoder_push(struct decoder *decoder, const void *bytes, size_t length, struct error *err)
{
    const char *from = bytes;
    if (decoder->format == NULL && !decoder->failed) {
        size_t taken = SNIFF_BYTES - decoder->sniffed_length;
        if (taken > length)
            taken = length;
        if (taken > 0)
            memcpy(decoder->sniffed + decoder->sniffed_length, from, taken);
        decoder->sniffed_length += taken;
        from += taken;
        length -= taken;
        if (decoder->sniffed_length == SNIFF_BYTES)
            decoder_open(decoder);
    }
    if (!decoder->failed && decoder->format != NULL && length > 0)
        decoder_feed(decoder, from, length);
    if (decoder->failed)
        error_set(err, "%s", decoder->err.message);
    return !decoder->failed;
}

bool decoder_finish(struct decoder *decoder, struct schedule *ret_schedule,
                    struct decode_result *ret_result, struct error *err)
{
    if (decoder->format == NULL && !decoder->failed)
        decoder_open(decoder);
    if (decoder->failed) {
        error_set(err, "%s", decoder->err.message);
        return false;
    }
    struct decode_result *result = xcalloc(1, sizeof *result);
    bool done = decoder->format->finish(decoder->state, ret_schedule, result, err);
    decoder_warn_rest(decoder);
    snprintf(result->format, sizeof result->format, "%s", decoder->format->name);
    if (done && ret_result != NULL)
        *ret_result = *result;
    free(result);
    return done;
}
