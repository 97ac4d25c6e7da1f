#include <roomsign/document.h>

#include <inttypes.h>
#include <string.h>

#include <roomsign/hash.h>

/* What document_write ends with, and what a sealed document does. */
#define END "\n}\n"
#define SEAL ",\n \"checksum\": \"%016" PRIx64 "\"\n}\n"
#define SEAL_BYTES (sizeof(",\n \"checksum\": \"0123456789abcdef\"\n}\n") - 1)

bool document_write_sealed(const struct document *document, struct buffer *ret_json,
                           struct error *err)
{
    size_t length_before = ret_json->length;
    if (!document_write(document, ret_json, err))
        return false;
    ret_json->length -= sizeof(END) - 1;
    uint64_t sum =
        hash_bytes(HASH_START, ret_json->data + length_before, ret_json->length - length_before);
    if (buffer_append_format(ret_json, SEAL, sum))
        return true;
    ret_json->length = length_before;
    ret_json->data[length_before] = '\0';
    error_set(err, "the schedule document is larger than %zu bytes", ret_json->max);
    return false;
}

bool document_seal_fits(const char *json, size_t length)
{
    struct buffer seal;
    if (length <= SEAL_BYTES)
        return false;
    buffer_init(&seal, SEAL_BYTES);
    buffer_append_format(&seal, SEAL, hash_bytes(HASH_START, json, length - SEAL_BYTES));
    bool fits = memcmp(seal.data, json + length - SEAL_BYTES, SEAL_BYTES) == 0;
    buffer_release(&seal);
    return fits;
}
