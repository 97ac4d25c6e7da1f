/* Pure functions on texts and numbers that a seed draws: what they give is what they gave when
 * somebody last looked, by a fingerprint for each hundred or so (tests/golden/). It only says that
 * something changed; the modules' own tests say what is right. `make golden` makes the
 * fingerprints anew. */
#ifndef ROOMSIGN_TESTS_FINGERPRINT_CASE_H
#define ROOMSIGN_TESTS_FINGERPRINT_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/hash.h>

#include "random.h"

#define FINGERPRINT_GROUPS 60
#define FINGERPRINT_TEXT_BYTES_MAX (1 << 22)
#define COUNT(list) (sizeof(list) / sizeof *(list))
#define PICK(random, list) (list)[random_below(random, (int64_t)COUNT(list))]

struct fingerprint_subject {
    const char *name;
    void (*list)(struct random *random, struct buffer *list);
};

/* A few of the parts, one after the other. */
static inline void random_text(struct random *random, const char *const *parts, size_t count,
                               int64_t max, char ret_text[static 512])
{
    size_t length = 0;
    for (int64_t n = 1 + random_below(random, max); n > 0; n--) {
        int added = snprintf(ret_text + length, 512 - length, "%s",
                             parts[random_below(random, (int64_t)count)]);
        length += (size_t)added;
        assert_true(length < 512);
    }
}
#define RANDOM_TEXT(random, parts, max, text) random_text(random, parts, COUNT(parts), max, text)

static inline void expect_fingerprints(const struct fingerprint_subject *subjects, size_t count,
                                       const char *path)
{
    const char *write = getenv("ROOMSIGN_GOLDEN");
    bool writes = write && strcmp(write, "write") == 0;
    FILE *file = fopen(path, writes ? "w" : "r");
    int differ = 0;
    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        for (unsigned group = 1; group <= FINGERPRINT_GROUPS; group++) {
            struct random random = random_from(hash_text(HASH_START + group, subjects[i].name));
            struct buffer list;
            char line[80], expected[80];
            buffer_init(&list, FINGERPRINT_TEXT_BYTES_MAX);
            subjects[i].list(&random, &list);
            snprintf(line, sizeof line, "%s %u %016llx\n", subjects[i].name, group,
                     (unsigned long long)hash_text(HASH_START, list.data));
            buffer_release(&list);
            if (writes) {
                fputs(line, file);
            } else if (!fgets(expected, sizeof expected, file) || strcmp(line, expected) != 0) {
                print_error("%s, group %u: something else\n", subjects[i].name, group);
                differ++;
            }
        }
    }
    fclose(file);
    assert_int_equal(differ, 0);
}

#endif
