#include <roomsign/markup.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <roomsign/error.h>
#include <roomsign/utf8.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))
/** `&CounterClockwiseContourIntegral;` is none of ours. */
#define ENTITY_BYTES_MAX 12
#define TAG_NAME_BYTES_MAX 8

/** Those of HTML that come up in titles. */
static const struct {
    const char *name;
    uint32_t character;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
    {"nbsp", 0xA0},    {"iexcl", 0xA1},   {"pound", 0xA3},    {"sect", 0xA7},    {"copy", 0xA9},
    {"laquo", 0xAB},   {"shy", 0xAD},     {"reg", 0xAE},      {"deg", 0xB0},     {"middot", 0xB7},
    {"raquo", 0xBB},   {"iquest", 0xBF},  {"Agrave", 0xC0},   {"Aacute", 0xC1},  {"Acirc", 0xC2},
    {"Atilde", 0xC3},  {"Auml", 0xC4},    {"Aring", 0xC5},    {"AElig", 0xC6},   {"Ccedil", 0xC7},
    {"Egrave", 0xC8},  {"Eacute", 0xC9},  {"Ecirc", 0xCA},    {"Euml", 0xCB},    {"Iacute", 0xCD},
    {"Ntilde", 0xD1},  {"Oacute", 0xD3},  {"Ocirc", 0xD4},    {"Otilde", 0xD5},  {"Ouml", 0xD6},
    {"times", 0xD7},   {"Oslash", 0xD8},  {"Uacute", 0xDA},   {"Uuml", 0xDC},    {"szlig", 0xDF},
    {"agrave", 0xE0},  {"aacute", 0xE1},  {"acirc", 0xE2},    {"atilde", 0xE3},  {"auml", 0xE4},
    {"aring", 0xE5},   {"aelig", 0xE6},   {"ccedil", 0xE7},   {"egrave", 0xE8},  {"eacute", 0xE9},
    {"ecirc", 0xEA},   {"euml", 0xEB},    {"igrave", 0xEC},   {"iacute", 0xED},  {"icirc", 0xEE},
    {"iuml", 0xEF},    {"ntilde", 0xF1},  {"ograve", 0xF2},   {"oacute", 0xF3},  {"ocirc", 0xF4},
    {"otilde", 0xF5},  {"ouml", 0xF6},    {"oslash", 0xF8},   {"ugrave", 0xF9},  {"uacute", 0xFA},
    {"ucirc", 0xFB},   {"uuml", 0xFC},    {"yacute", 0xFD},   {"ndash", 0x2013}, {"mdash", 0x2014},
    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201A},  {"ldquo", 0x201C}, {"rdquo", 0x201D},
    {"bdquo", 0x201E}, {"bull", 0x2022},  {"hellip", 0x2026}, {"euro", 0x20AC},  {"trade", 0x2122},
    {"rarr", 0x2192},  {"zwnj", 0x200C},  {"zwj", 0x200D},
};

/** Those that are only an inline mark, and those that break the line: a blank takes their place. */
static const char *const inline_tags[] = {
    "a",    "abbr", "b", "big",  "cite",  "code", "del",    "em",     "font", "i",   "ins", "kbd",
    "mark", "q",    "s", "samp", "small", "span", "strike", "strong", "sub",  "sup", "tt",  "u",
};
static const char *const block_tags[] = {"div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p"};
static const char *const void_tags[] = {"br", "hr", "img", "wbr"};

struct output {
    char *text;
    size_t length;
    int tries;
    int depth;
};

struct slice {
    /** The whole text begins here: what stands before a slice matters. */
    const char *origin;
    const char *text;
    const char *end;
};

static void strip_slice(struct output *output, struct slice slice);

static void put(struct output *output, const char *text, size_t length)
{
    memmove(output->text + output->length, text, length);
    output->length += length;
}

/** A character of an entity: never longer than what stood for it. */
static void put_character(struct output *output, uint32_t character)
{
    uint8_t bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, character);
    put(output, (const char *)bytes, (size_t)length);
}

/** `&amp;`, `&#39;`, `&#x27;` at the start of a slice. Returns its bytes; 0: none. */
static size_t read_entity(struct slice slice, uint32_t *ret_character)
{
    size_t left = (size_t)(slice.end - slice.text);
    size_t limit = left < ENTITY_BYTES_MAX ? left : ENTITY_BYTES_MAX;
    const char *stop = memchr(slice.text, ';', limit);
    if (stop == NULL)
        return 0;
    const char *name = slice.text + 1;
    size_t length = (size_t)(stop - name);
    uint32_t character = 0;
    if (length > 1 && name[0] == '#') {
        bool hex = name[1] == 'x' || name[1] == 'X';
        const char *digits = name + 1 + hex;
        char *end = NULL;
        if (digits == stop || strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") !=
                                  (size_t)(stop - digits))
            return 0;
        character = (uint32_t)strtoul(digits, &end, hex ? 16 : 10);
        if (character > 0x10FFFF || U_IS_SURROGATE(character))
            return 0;
    }
    for (size_t i = 0; i < COUNT(entities) && character == 0; i++)
        if (strlen(entities[i].name) == length && memcmp(entities[i].name, name, length) == 0)
            character = entities[i].character;
    *ret_character = character;
    return character > 0 ? length + 2 : 0;
}

/** What is only decoded: code, and text behind too many marks. */
static void put_decoded(struct output *output, const char *text, const char *end)
{
    while (text < end) {
        uint32_t character;
        size_t entity = *text == '&' ? read_entity((struct slice){text, text, end}, &character) : 0;
        if (entity > 0)
            put_character(output, character);
        else
            put(output, text, 1);
        text += entity > 0 ? entity : 1;
    }
}

static bool is_listed(const char *const *names, size_t count, const char *name, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
            return true;
    return false;
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/** Where `</name>` stands, whatever its case; NULL: nowhere. */
static const char *find_closing(const char *text, const char *end, const char *name, size_t length)
{
    for (; (size_t)(end - text) >= length + 3; text++)
        if (text[0] == '<' && text[1] == '/' && text[length + 2] == '>' &&
            strncasecmp(text + 2, name, length) == 0)
            return text;
    return NULL;
}

/** An element at the start of a slice: its content without tags. Returns its bytes; 0: none. */
static size_t strip_tag(struct output *output, struct slice slice)
{
    const char *name = slice.text + 1;
    size_t length = 0;
    while (name + length < slice.end && length <= TAG_NAME_BYTES_MAX && is_alnum(name[length]))
        length++;
    bool is_void = is_listed(void_tags, COUNT(void_tags), name, length);
    bool is_block = is_listed(block_tags, COUNT(block_tags), name, length);
    if (!is_void && !is_block && !is_listed(inline_tags, COUNT(inline_tags), name, length))
        return 0;
    const char *stop = memchr(name, '>', (size_t)(slice.end - name));
    const char *rest = name + length;
    if (stop == NULL || (rest != stop && *rest != ' ' && *rest != '/') ||
        memchr(rest, '<', (size_t)(stop - rest)) != NULL)
        return 0;
    if (is_void || stop[-1] == '/') {
        put(output, " ", 1);
        return (size_t)(stop + 1 - slice.text);
    }
    if (*rest == ' ' && memchr(rest, '=', (size_t)(stop - rest)) == NULL)
        return 0;
    const char *closing = find_closing(stop + 1, slice.end, name, length);
    if (closing == NULL)
        return 0;
    put(output, " ", is_block);
    strip_slice(output, (struct slice){slice.origin, stop + 1, closing});
    put(output, " ", is_block);
    return (size_t)(closing + length + 3 - slice.text);
}

/** Whether a mark of emphasis may begin behind, or end before, this character: not within a word,
 *  except of a script that sets none between words. */
static bool is_border(uint32_t character, char mark)
{
    if (character == '/' || character == '\\' || character == (unsigned char)mark)
        return false;
    if (!u_isalnum((UChar32)character))
        return true;
    int32_t breaking = u_getIntPropertyValue((UChar32)character, UCHAR_LINE_BREAK);
    return breaking == U_LB_IDEOGRAPHIC || breaking == U_LB_COMPLEX_CONTEXT ||
           breaking == U_LB_CONDITIONAL_JAPANESE_STARTER;
}

static bool is_border_before(struct slice slice)
{
    const char *at = slice.text;
    size_t offset = 0;
    if (at == slice.origin)
        return true;
    do
        at--;
    while (at > slice.origin && (*at & 0xC0) == 0x80);
    return is_border(utf8_next(at, (size_t)(slice.text - at), &offset), *slice.text);
}

static bool is_border_after(const char *text, const char *end, char mark)
{
    size_t offset = 0;
    return text == end || is_border(utf8_next(text, (size_t)(end - text), &offset), mark);
}

static size_t run_length(const char *text, const char *end)
{
    size_t length = 1;
    while (text + length < end && text[length] == text[0])
        length++;
    return length;
}

/** The run of marks that closes the one before `text`: as long, right behind a word. */
static const char *find_run(const char *text, const char *end, char mark, size_t length)
{
    for (const char *at = text; (at = memchr(at, mark, (size_t)(end - at))) != NULL;) {
        size_t run = run_length(at, end);
        if (run == length && at > text && at[-1] != ' ' && at[-1] != '\\' &&
            is_border_after(at + run, end, mark))
            return at;
        at += run;
    }
    return NULL;
}

/** Python's `__init__`: emphasis has more than one name in it. */
static bool is_identifier(const char *text, const char *end)
{
    while (text < end && (is_alnum(*text) || *text == '_'))
        text++;
    return text == end;
}

/** `*it*`, `**bold**`, `_it_`, `~~gone~~`, `` `code` `` at the start of a slice, whose run of marks
 *  is given. Returns its bytes; 0: none. */
static size_t strip_run(struct output *output, struct slice slice, size_t run)
{
    char mark = *slice.text;
    const char *content = slice.text + run;
    if (run > 3 || (mark == '~' && run != 2) || content == slice.end || *content == ' ' ||
        !is_border_before(slice))
        return 0;
    const char *stop = find_run(content, slice.end, mark, run);
    if (stop == NULL || (mark == '_' && run == 2 && is_identifier(content, stop)))
        return 0;
    if (mark == '`')
        put_decoded(output, content, stop);
    else
        strip_slice(output, (struct slice){slice.origin, content, stop});
    return (size_t)(stop + run - slice.text);
}

static bool is_address(const char *text, size_t length)
{
    static const char *const starts[] = {"http://", "https://", "mailto:", "www.", "/", "#"};
    for (size_t i = 0; i < COUNT(starts); i++)
        if (length >= strlen(starts[i]) && strncasecmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/** `[text](address)`, and an image's `![text](address)`. Returns its bytes; 0: none. */
static size_t strip_link(struct output *output, struct slice slice)
{
    const char *text = slice.text + (*slice.text == '!');
    if (text == slice.end || *text++ != '[')
        return 0;
    const char *stop = memchr(text, ']', (size_t)(slice.end - text));
    if (stop == NULL || stop + 1 >= slice.end || stop[1] != '(')
        return 0;
    const char *address = stop + 2;
    const char *end = address;
    for (int open = 1; end < slice.end; end++) {
        open += (*end == '(') - (*end == ')');
        if (open == 0)
            break;
    }
    if (end == slice.end || !is_address(address, (size_t)(end - address)))
        return 0;
    strip_slice(output, (struct slice){slice.origin, text, stop});
    return (size_t)(end + 1 - slice.text);
}

/** What stands at the start of a slice, if it is markup. Returns its bytes; 0: none. */
static size_t strip_mark(struct output *output, struct slice slice, size_t run)
{
    uint32_t character;
    size_t taken = 0;
    switch (*slice.text) {
    case '&':
        taken = read_entity(slice, &character);
        if (taken > 0)
            put_character(output, character);
        return taken;
    case '<':
        taken = strip_tag(output, slice);
        break;
    case '!':
    case '[':
        taken = strip_link(output, slice);
        break;
    default:
        taken = strip_run(output, slice, run);
    }
    output->tries -= taken == 0;
    return taken;
}

static void strip_slice(struct output *output, struct slice slice)
{
    if (++output->depth > MARKUP_DEPTH_MAX) {
        put(output, slice.text, (size_t)(slice.end - slice.text));
        slice.text = slice.end;
    }
    while (slice.text < slice.end && output->tries > 0) {
        bool marks = strchr("*_~`", *slice.text) != NULL;
        bool starts = marks || strchr("&<![", *slice.text) != NULL;
        size_t run = marks ? run_length(slice.text, slice.end) : 1;
        size_t taken = starts ? strip_mark(output, slice, run) : 0;
        if (taken == 0)
            put(output, slice.text, run);
        slice.text += taken > 0 ? taken : run;
    }
    put_decoded(output, slice.text, slice.end);
    output->depth--;
}

void markup_decode(char *text)
{
    /* What is written is never ahead of what is read. */
    struct output output = {.text = text};
    put_decoded(&output, text, text + strlen(text));
    output.text[output.length] = '\0';
}

void markup_strip(char **text)
{
    if (strpbrk(*text, "*_~`&<![") == NULL)
        return;
    size_t length = strlen(*text);
    /* Nothing is shorter than what takes its place. */
    struct output output = {.text = xcalloc(length + 1, 1), .tries = MARKUP_TRIES_MAX};
    strip_slice(&output, (struct slice){*text, *text, *text + length});
    char *clean = utf8_clean(output.text, output.length, length);
    free(output.text);
    if (clean[0] == '\0') {
        free(clean);
        return;
    }
    free(*text);
    *text = clean;
}
