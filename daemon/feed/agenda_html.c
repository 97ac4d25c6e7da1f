#include <roomsign/agenda.h>

#include <string.h>
#include <strings.h>

/** A tag of more bytes is none. */
#define TAG_BYTES_MAX 512

/** Tags at which a line ends when the text is shown. */
static const char *const line_tags[] = {"br", "p",  "li", "ul", "ol", "div", "tr", "table",
                                        "h1", "h2", "h3", "h4", "h5", "h6",  "hr"};
static const char *const cell_tags[] = {"td", "th"};
static const char *const inline_tags[] = {"b",    "strong", "i",    "em",    "u",
                                          "span", "a",      "font", "tbody", "thead"};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_tag(const char *name, size_t length, const char *const *tags, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(tags[i]) == length && strncasecmp(tags[i], name, length) == 0)
            return true;
    return false;
}

/** What a tag shows as; 0: it is none that is known. */
static char shown_as(const char *tag)
{
    const char *name = tag + 1 + (tag[1] == '/');
    size_t length = strcspn(name, " \t\r\n/<>");
    if (is_tag(name, length, line_tags, COUNT(line_tags)))
        return '\n';
    if (is_tag(name, length, cell_tags, COUNT(cell_tags)))
        return '\t';
    return is_tag(name, length, inline_tags, COUNT(inline_tags)) ? ' ' : '\0';
}

void agenda_html_lines(char *text)
{
    char *write = text;
    while (*text != '\0') {
        const char *end = *text == '<' ? memchr(text, '>', strnlen(text, TAG_BYTES_MAX)) : NULL;
        char c = end != NULL ? shown_as(text) : '\0';
        if (c == '\0')
            *write++ = *text++;
        else
            text += end + 1 - text;
        if (c != '\0' && c != ' ')
            *write++ = c;
    }
    *write = '\0';
}
