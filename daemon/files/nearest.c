#include <roomsign/nearest.h>

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Both at most NEAREST_NAME_BYTES_MAX long. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    /* Rows of the table of distances between beginnings of a and of b: this one and two before. */
    size_t rows[3][NEAREST_NAME_BYTES_MAX + 1] = {0};
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            char a_letter = lower(a[i - 1]), b_letter = lower(b[j - 1]);
            size_t cost = above[j - 1] + (a_letter != b_letter);
            cost = least(cost, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a_letter == lower(b[j - 2]) && lower(a[i - 2]) == b_letter)
                cost = least(cost, two_above[j - 2] + 1);
            row[j] = cost;
        }
    }
    return rows[a_length % 3][b_length];
}

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(name);
    if (length > NEAREST_NAME_BYTES_MAX)
        return NULL;
    const char *nearest = NULL;
    size_t fewest = length / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t other_length = strlen(names[i]);
        if (other_length > NEAREST_NAME_BYTES_MAX)
            continue;
        size_t longer = length > other_length ? length : other_length;
        size_t errors = distance(name, length, names[i], other_length);
        if (errors < fewest && errors <= (longer + 2) / 3 && errors < other_length) {
            fewest = errors;
            nearest = names[i];
        }
    }
    return nearest;
}
