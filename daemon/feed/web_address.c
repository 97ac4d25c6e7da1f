#include <roomsign/web_address.h>

#include <stdio.h>
#include <string.h>

bool web_address_read(const char *text, char ret_url[static SESSION_URL_BYTES_MAX])
{
    size_t scheme = strncasecmp(text, "https:/", 7) == 0  ? 6
                    : strncasecmp(text, "http:/", 6) == 0 ? 5
                                                          : 0;
    const char *rest = text + scheme + strspn(text + scheme, "/");
    size_t slashes = (size_t)(rest - text) - scheme;
    ret_url[0] = '\0';
    if (scheme == 0 || slashes > 2 || *rest == '\0' ||
        scheme + 2 + strlen(rest) >= SESSION_URL_BYTES_MAX)
        return false;
    snprintf(ret_url, SESSION_URL_BYTES_MAX, "%.*s//%s", (int)scheme, text, rest);
    return true;
}
