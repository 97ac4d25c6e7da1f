#include <roomsign/decoder.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/ical_decoder.h>

/** So much is read before it is decided what a feed is; a feed may be shorter. */
#define SNIFF_BYTES 4096

struct decoder {
    struct decoder_request request;
    /** Where the request names none: selects every event. */
    struct room_filter *own_filter;
    char sniffed[SNIFF_BYTES];
    size_t sniffed_length;
    /** Once it is known what the feed is. */
    struct ical_decoder *ical;
    bool failed;
    struct error err;
    size_t warning_count;
};

static void decoder_warn(void *context, const char *message)
{
    struct decoder *decoder = context;
    if (decoder->request.warn != NULL && decoder->warning_count < DECODER_WARNINGS_MAX)
        decoder->request.warn(decoder->request.context, message);
    decoder->warning_count++;
}

static void decoder_warn_rest(struct decoder *decoder)
{
    char message[64];
    if (decoder->request.warn == NULL || decoder->warning_count <= DECODER_WARNINGS_MAX)
        return;
    snprintf(message, sizeof message, "and %zu more warnings",
             decoder->warning_count - DECODER_WARNINGS_MAX);
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
    ical_decoder_free(decoder->ical);
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

/** What stands there instead of a calendar, for the person who set the address. */
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
    return "no BEGIN:VCALENDAR";
}

/** A byte order mark and blank lines before the first thing that is said. */
static const char *skip_blank(const char *text, const char *end)
{
    if (begins_with(text, end, "\xEF\xBB\xBF"))
        text += 3;
    while (text < end && (*text == ' ' || (*text >= '\t' && *text <= '\r')))
        text++;
    return text;
}

/** Decide from what was sniffed, and hand that on. */
static bool decoder_open(struct decoder *decoder)
{
    const char *end = decoder->sniffed + decoder->sniffed_length;
    const char *text = skip_blank(decoder->sniffed, end);
    if (!begins_with(text, end, "BEGIN:V") && !holds(text, end, "\nBEGIN:VCALENDAR")) {
        bool cut = text < end && strncasecmp(text, "BEGIN:VCALENDAR", (size_t)(end - text)) == 0;
        decoder->failed = true;
        if (cut)
            error_set(&decoder->err, "truncated: no END:VCALENDAR");
        else
            error_set(&decoder->err, "not a calendar: %s", other_content(text, end));
        return false;
    }
    decoder->ical = ical_decoder_new(&decoder->request, decoder_warn, decoder);
    ical_decoder_push(decoder->ical, text, (size_t)(end - text));
    return true;
}

bool decoder_push(struct decoder *decoder, const void *bytes, size_t length, struct error *err)
{
    const char *from = bytes;
    if (decoder->ical == NULL && !decoder->failed) {
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
    if (decoder->failed) {
        error_set(err, "%s", decoder->err.message);
        return false;
    }
    if (decoder->ical != NULL && length > 0)
        ical_decoder_push(decoder->ical, from, length);
    return true;
}

bool decoder_finish(struct decoder *decoder, struct schedule *ret_schedule,
                    struct decode_result *ret_result, struct error *err)
{
    if (decoder->ical == NULL && !decoder->failed)
        decoder_open(decoder);
    if (decoder->failed) {
        error_set(err, "%s", decoder->err.message);
        return false;
    }
    bool done = ical_decoder_finish(decoder->ical, ret_schedule, ret_result, err);
    decoder_warn_rest(decoder);
    return done;
}
