/* RSS and Atom, whole and in pieces: which must be the same. */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/headlines.h>
#include <roomsign/utf8.h>

#include "../sample.h"

struct outcome {
    bool done;
    struct error err, fault;
    struct document document;
};

static void decode(const uint8_t *bytes, size_t length, size_t piece, struct outcome *ret_outcome)
{
    bool going = true;
    struct headlines *headlines = headlines_new(AT(9, 0));
    *ret_outcome = (struct outcome){0};
    document_init(&ret_outcome->document);
    for (size_t at = 0; going && at < length; at += piece) {
        size_t size = length - at < piece ? length - at : piece;
        /* A copy of its own, so that reading past a piece is found. */
        uint8_t *copy = xcalloc(size, 1);
        memcpy(copy, bytes + at, size);
        going = headlines_push(headlines, copy, size, &ret_outcome->err);
        free(copy);
    }
    ret_outcome->done = headlines_finish(headlines, &ret_outcome->document.headlines,
                                         &ret_outcome->fault, &ret_outcome->err);
    headlines_free(headlines);
}

static void expect_clean(const char *text, size_t max)
{
    char *clean = utf8_clean(text, strlen(text), max);
    assert(strcmp(clean, text) == 0);
    free(clean);
}

void fuzz_headlines(const uint8_t *bytes, size_t length)
{
    struct outcome whole, pieces;
    decode(bytes, length, length + 1, &whole);
    decode(bytes, length, 1 + length % 61, &pieces);
    const struct document_headlines *a = &whole.document.headlines, *b = &pieces.document.headlines;
    assert(whole.done == pieces.done && a->count == b->count && strcmp(a->source, b->source) == 0);
    assert(strcmp(whole.err.message, pieces.err.message) == 0);
    assert(strcmp(whole.fault.message, pieces.fault.message) == 0);
    expect_clean(a->source, SESSION_NAME_BYTES_MAX);
    for (size_t i = 0; i < a->count; i++) {
        assert(strcmp(a->titles[i], b->titles[i]) == 0 && *a->titles[i]);
        expect_clean(a->titles[i], SESSION_TITLE_BYTES_MAX);
    }
    document_release(&whole.document);
    document_release(&pieces.document);
}
