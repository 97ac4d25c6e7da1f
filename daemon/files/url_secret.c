#include <roomsign/url_secret.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <roomsign/error.h>

#define RANDOM_BYTES_MIN 16
#define PLAIN_RUNS_MAX 6
#define PLAIN_LETTERS_MAX 12
#define PLAIN_DIGITS_MAX 4

/* Where the host begins in "scheme://user@host/path"; NULL: the address has none. */
static const char *after_scheme(const char *url)
{
    const char *found = strstr(url, "://");
    return found && found == url + strcspn(url, ":/?#") ? found + 3 : NULL;
}

/* Behind the last @ before the path, or `authority`. */
static const char *after_user(const char *authority)
{
    size_t length = strcspn(authority, "/?#");
    const char *at = memrchr(authority, '@', length);
    return at ? at + 1 : authority;
}

char *url_without_user(const char *url)
{
    const char *authority = after_scheme(url);
    if (!authority)
        return xstrdup(url);
    const char *host = after_user(authority);
    size_t size = strlen(url) + 1;
    char *text = xcalloc(size, 1);
    snprintf(text, size, "%.*s%s", (int)(authority - url), url, host);
    return text;
}

/* Words and years, as people name files; what a program drew at random is almost never so. */
static bool is_plain(const char *part, size_t length)
{
    static const char *const kinds[] = {"0123456789", "abcdefghijklmnopqrstuvwxyz",
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"};
    int runs = 0;
    for (size_t i = 0; i < length;) {
        if (strchr("-_.", part[i])) {
            i++;
            continue;
        }
        size_t kind = 0, run = 0;
        while (kind < 3 && (run = strspn(part + i, kinds[kind])) == 0)
            kind++;
        bool is_short = run <= (kind == 0 ? PLAIN_DIGITS_MAX : PLAIN_LETTERS_MAX);
        i += run;
        /* A run that touches another of a different kind is what tokens look like. */
        if (kind == 3 || !is_short || ++runs > PLAIN_RUNS_MAX ||
            (i < length && !strchr("-_.", part[i])))
            return false;
    }
    return true;
}

bool url_may_hold_secret(const char *url)
{
    const char *authority = after_scheme(url);
    if (!authority || strncasecmp(url, "file:", 5) == 0)
        return false;
    const char *host = after_user(authority);
    if (host != authority)
        return true;
    const char *part = host + strcspn(host, "/?#");
    while (*part && *part != '#') {
        part++;
        size_t length = strcspn(part, "/?&=#");
        if (length >= RANDOM_BYTES_MIN && !is_plain(part, length))
            return true;
        part += length;
    }
    return false;
}
