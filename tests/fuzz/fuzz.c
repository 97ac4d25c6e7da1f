#include "fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <roomsign/error.h>

const char *fuzz_file_put(struct fuzz_file *file, const void *bytes, size_t length)
{
    if (!*file->path) {
        file->fd = memfd_create("fuzz", MFD_CLOEXEC);
        assert(file->fd >= 0);
        snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
    }
    bool emptied = ftruncate(file->fd, 0) == 0;
    assert(emptied && pwrite(file->fd, bytes, length, 0) == (ssize_t)length);
    return file->path;
}

char *fuzz_string(const uint8_t *bytes, size_t length)
{
    return xstrndup((const char *)bytes, length);
}

uint32_t fuzz_crc32(const uint8_t *bytes, size_t length)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

void fuzz_tell_nobody(void *context, const char *message)
{
    (void)context;
    (void)message;
}
