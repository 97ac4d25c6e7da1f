#include <roomsign/title_alike.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <roomsign/utf8.h>

struct characters {
    uint32_t at[TITLE_ALIKE_CHARS_MAX];
    size_t count;
};

static bool read_characters(const char *text, struct characters *ret_characters)
{
    size_t length = strlen(text), offset = 0;
    ret_characters->count = 0;
    while (offset < length) {
        if (ret_characters->count == TITLE_ALIKE_CHARS_MAX) {
            return false;
        }
        ret_characters->at[ret_characters->count++] = utf8_next(text, length, &offset);
    }
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Row by row, as Wagner and Fischer have it. */
static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t row[TITLE_ALIKE_CHARS_MAX + 1];
    for (size_t j = 0; j <= b_count; j++) {
        row[j] = j;
    }
    for (size_t i = 0; i < a_count; i++) {
        size_t replaced = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b_count; j++) {
            size_t above = row[j + 1];
            row[j + 1] = least(replaced + (a[i] != b[j]), least(above, row[j]) + 1);
            replaced = above;
        }
    }
    return row[b_count];
}

size_t title_distance(const char *a, const char *b, size_t *steps)
{
    struct characters left, right;
    if (!read_characters(a, &left) || !read_characters(b, &right)) {
        return TITLE_UNLIKE;
    }
    size_t most = (left.count > right.count ? left.count : right.count) / 3, from = 0;
    /* What both begin and end with costs nothing. */
    while (from < left.count && from < right.count && left.at[from] == right.at[from]) {
        from++;
    }
    while (left.count > from && right.count > from &&
           left.at[left.count - 1] == right.at[right.count - 1]) {
        left.count--;
        right.count--;
    }
    size_t a_count = left.count - from, b_count = right.count - from;
    bool is_hopeless = a_count > b_count + most || b_count > a_count + most;
    size_t cost = 1 + from + (is_hopeless ? 0 : a_count * b_count);
    if (cost > *steps) {
        *steps = 0;
        return TITLE_UNLIKE;
    }
    *steps -= cost;
    if (is_hopeless) {
        return TITLE_UNLIKE;
    }
    size_t apart = distance(left.at + from, a_count, right.at + from, b_count);
    return apart <= most ? apart : TITLE_UNLIKE;
}
