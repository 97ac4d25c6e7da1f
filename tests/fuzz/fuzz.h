/**
 * What is fuzzed: one function for each kind of bytes that comes from outside, by the entry that
 * the programs have. `make fuzz` gives them what libFuzzer thinks up, tests/test_fuzz.c the seeds
 * and every find of before.
 *
 * A target must take any bytes, and keep nothing that changes what the next ones do. What must hold
 * is asserted; what else goes wrong the sanitizers see.
 */
#ifndef ROOMSIGN_TESTS_FUZZ_H
#define ROOMSIGN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_TARGETS(X)                                                                            \
    X(ical)                                                                                        \
    X(xcal)                                                                                        \
    X(frab_xml)                                                                                    \
    X(frab_json)                                                                                   \
    X(agenda)                                                                                      \
    X(agenda_html)                                                                                 \
    X(headlines)                                                                                   \
    X(config)                                                                                      \
    X(theme)                                                                                       \
    X(document)                                                                                    \
    X(command_log)                                                                                 \
    X(command_file)                                                                                \
    X(control)                                                                                     \
    X(ctl)                                                                                         \
    X(fit)                                                                                         \
    X(layout)                                                                                      \
    X(text)                                                                                        \
    X(logo)

#define FUZZ_DECLARE(name) void fuzz_##name(const uint8_t *bytes, size_t length);
FUZZ_TARGETS(FUZZ_DECLARE)

/** The longest input that is tried. */
#define FUZZ_BYTES_MAX (64 * 1024)

/** A file in memory. Zero-initialise it; it stays for the process's life. */
struct fuzz_file {
    int fd;
    char path[32];
};

/** Make these bytes all that the file holds. Returns its path. */
const char *fuzz_file_put(struct fuzz_file *file, const void *bytes, size_t length);

/** A copy that ends where its block of memory does, with a NUL. Ownership: the caller's. */
char *fuzz_string(const uint8_t *bytes, size_t length);

/** ISO 3309, as PNG and the command log have it. */
uint32_t fuzz_crc32(const uint8_t *bytes, size_t length);

/** For warnings that nobody reads. */
void fuzz_tell_nobody(void *context, const char *message);

#endif
