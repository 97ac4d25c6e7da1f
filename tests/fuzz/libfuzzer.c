/* libFuzzer's entry, compiled once for each target with FUZZ_TARGET. */
#include "fuzz.h"

#define FUZZ_JOIN(a, b) a##b
#define FUZZ_NAME(name) FUZZ_JOIN(fuzz_, name)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    FUZZ_NAME(FUZZ_TARGET)(bytes, length);
    return 0;
}
