#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>

#include "golden_text.h"

#define FILE_BYTES_MAX (4 << 20)

static bool has_line(const char *text, const char *line, size_t length)
{
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (strcspn(text, "\n") == length && strncmp(text, line, length) == 0)
            return true;
    return false;
}

int golden_list_missing(struct buffer *list, char sign, const char *text, const char *in)
{
    int count = 0;
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        if (has_line(in, text, length))
            continue;
        buffer_append_format(list, "%c %.*s\n", sign, (int)length, text);
        count++;
    }
    return count;
}

/* With the lines since the last empty one, which say what it is about. */
static void fail_at(const char *path, const char *expected, const char *text, size_t at, int line)
{
    size_t begin = at;
    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    size_t block = begin;
    while (block > 1 && strncmp(text + block - 2, "\n\n", 2) != 0)
        block--;
    print_error("%.*s", (int)(begin - block), text + block);
    fail_msg("%s:%d: has\n%.*s\nwhere now is\n%.*s", path, line,
             (int)strcspn(expected + begin, "\n"), expected + begin,
             (int)strcspn(text + begin, "\n"), text + begin);
}

void golden_expect(const char *name, const char *text)
{
    const char *write = getenv("ROOMSIGN_GOLDEN");
    char path[256];
    struct buffer expected;
    size_t at = 0;
    int line = 1;
    snprintf(path, sizeof path, "tests/golden/%s", name);
    if (write && strcmp(write, "write") == 0) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(text, file);
        assert_int_equal(fclose(file), 0);
    }
    buffer_init(&expected, FILE_BYTES_MAX);
    assert_true(buffer_read_file(&expected, path, NULL));
    buffer_append_text(&expected, "");
    for (; text[at] && text[at] == expected.data[at]; at++)
        line += text[at] == '\n';
    if (text[at] != expected.data[at])
        fail_at(path, expected.data, text, at, line);
    buffer_release(&expected);
}
