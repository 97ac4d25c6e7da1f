#include <string.h>

#include <roomsign/web_address.h>

#include "agenda_text.h"

static bool is_address(const char *text)
{
    return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

/** `[Title](https://...)`: the line stays, its markup is taken out with all other. */
static bool read_link(const char *line, char ret_url[static SESSION_URL_BYTES_MAX])
{
    const char *open = strstr(line, "](http");
    size_t length = open != NULL ? strcspn(open + 2, " )") : 0;
    if (open == NULL || open[2 + length] != ')' || !is_address(open + 2) ||
        length >= SESSION_URL_BYTES_MAX)
        return false;
    char address[SESSION_URL_BYTES_MAX];
    memcpy(address, open + 2, length);
    address[length] = '\0';
    return web_address_read(address, ret_url);
}

/** Without the blanks and the separator before what was cut off. */
static void trim_end(char *line, size_t length)
{
    static const char *const separators[] = {" ", "-", "\u2013", "\u2014", "|", ",", ":"};
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t size = strlen(separators[i]);
        if (length >= size && memcmp(line + length - size, separators[i], size) == 0) {
            length -= size;
            i = (size_t)-1;
        }
    }
    line[length] = '\0';
}

bool agenda_address_take(char *line, char ret_url[static SESSION_URL_BYTES_MAX])
{
    ret_url[0] = '\0';
    char *last = strrchr(line, ' ');
    if (last == NULL)
        return false;
    char *from = last + 1, *end = from + strlen(from);
    if ((*from == '<' && end[-1] == '>') || (*from == '(' && end[-1] == ')')) {
        from++;
        end--;
    }
    if (!is_address(from))
        return read_link(line, ret_url);
    char address[SESSION_URL_BYTES_MAX];
    size_t length = (size_t)(end - from);
    if (length >= sizeof address)
        return false;
    memcpy(address, from, length);
    address[length] = '\0';
    if (!web_address_read(address, ret_url))
        return false;
    trim_end(line, (size_t)(last - line));
    return true;
}
