#include <roomsign/utf8.h>

#include <assert.h>
#include <string.h>

#include <roomsign/error.h>

#define REPLACEMENT 0xFFFD
#define CHARACTER_BYTES_MAX 4

/* The character at the start of `text` and its length in bytes; 0: none is well-formed there. */
static size_t decode(const char *text, size_t length, uint32_t *ret_character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        *ret_character = lead;
        return 1;
    }
    size_t size;
    uint32_t character, least;
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2, character = lead & 0x1F, least = 0x80;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3, character = lead & 0x0F, least = 0x800;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4, character = lead & 0x07, least = 0x10000;
    } else {
        return 0;
    }
    if (size > length)
        return 0;
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        character = character << 6 | (bytes[i] & 0x3F);
    }
    if (character < least || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
        return 0;
    *ret_character = character;
    return size;
}

static size_t encode(uint32_t character, char out[static CHARACTER_BYTES_MAX])
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    out[0] = (char)(lead[size] | character);
    return size;
}

bool utf8_valid(const char *text, size_t length)
{
    for (size_t offset = 0; offset < length;) {
        uint32_t character;
        size_t size = decode(text + offset, length - offset, &character);
        if (size == 0)
            return false;
        offset += size;
    }
    return true;
}

uint32_t utf8_next(const char *text, size_t length, size_t *offset)
{
    assert(*offset < length);
    uint32_t character = REPLACEMENT;
    size_t size = decode(text + *offset, length - *offset, &character);
    *offset += size > 0 ? size : 1;
    return character;
}

size_t utf8_cut(const char *text, size_t length, size_t max)
{
    /* What was cut before, at `length`, may end in the first bytes of a character. */
    size_t cut = length < max ? length : max;
    for (size_t back = 1; back < CHARACTER_BYTES_MAX && back <= cut; back++) {
        unsigned char byte = (unsigned char)text[cut - back];
        if ((byte & 0xC0) == 0x80)
            continue;
        size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return size > back ? cut - back : cut;
    }
    return cut;
}

static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 ||
           character == 0x2029;
}

/* White_Space of Unicode without the control characters. */
static bool is_blank(uint32_t character)
{
    return character == ' ' || character == 0xA0 || character == 0x1680 ||
           (character >= 0x2000 && character <= 0x200A) || character == 0x202F ||
           character == 0x205F || character == 0x3000;
}

static bool is_dropped(uint32_t character)
{
    return (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xFEFF ||
           (character >= 0xFDD0 && character <= 0xFDEF) || (character & 0xFFFE) == 0xFFFE;
}

/* Default_Ignorable_Code_Point of Unicode, and the Braille blank: alone they show nothing. */
static bool is_invisible(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},     {0x115F, 0x1160},
        {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x202A, 0x202E},
        {0x2060, 0x206F},   {0x2800, 0x2800},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFF8},   {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && character >= ranges[i].first; i++)
        if (character <= ranges[i].last)
            return true;
    return false;
}

char *utf8_clean(const char *text, size_t length, size_t max)
{
    /* A malformed byte grows to the three of U+FFFD. */
    size_t capacity = length < max / 3 ? length * 3 : max;
    char *clean = xcalloc(capacity + 1, 1);
    size_t used = 0;
    bool shows = false;
    /* What stands for the blanks since the last character: a lone one (a no-break space before
     * "!", an ideographic one) stays what it is. */
    uint32_t blank = 0;
    for (size_t offset = 0; offset < length;) {
        uint32_t character = utf8_next(text, length, &offset);
        if (is_dropped(character))
            continue;
        if (is_control(character) || is_blank(character)) {
            blank = blank || is_control(character) ? ' ' : character;
            continue;
        }
        char encoded[2 * CHARACTER_BYTES_MAX];
        size_t size = 0;
        if (blank && used > 0)
            size = encode(blank, encoded);
        size += encode(character, encoded + size);
        if (size > capacity - used)
            break;
        memcpy(clean + used, encoded, size);
        used += size;
        shows = shows || !is_invisible(character);
        blank = 0;
    }
    clean[shows ? used : 0] = '\0';
    return clean;
}
