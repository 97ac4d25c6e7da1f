#include "composition.h"

#include <strings.h>

/* The page of a session, for people's own screens. */

/* An address that anybody could open: of printable ASCII, as RFC 3986 has it, and without a name
 * to log in with. */
static bool is_page(const char *url)
{
    static const char *const schemes[] = {"http://", "https://"};
    const char *host = NULL;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i]);
        if (strncasecmp(url, schemes[i], length) == 0) {
            host = url + length;
        }
    }
    if (!host) {
        return false;
    }
    for (const char *c = host; *c; c++) {
        if (*c <= ' ' || *c > '~') {
            return false;
        }
    }
    size_t length = strcspn(host, "/?#");
    return length > 0 && !memchr(host, '@', length);
}

void view_put_code(const struct composition *made, struct view *view)
{
    const struct session *session = view_staged(&made->state);
    if (!session) {
        session = made->state.next;
    }
    /* Half an address is none. */
    if (made->options->with_qr && session && is_page(session->url) &&
        strlen(session->url) < sizeof view->code_url) {
        PUT(view->code_url, session->url);
    }
}
