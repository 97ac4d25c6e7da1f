/**
 * The part of a poll that asks the RSS or Atom feed of [headlines]: seldom, briefly, and so that
 * nothing that goes wrong with it costs more than its own news.
 *
 * The time is an argument; what an earlier poll learnt comes from its document.
 */
#ifndef ROOMSIGN_POLL_HEADLINES_H
#define ROOMSIGN_POLL_HEADLINES_H

#include <stdint.h>

#include <roomsign/config.h>
#include <roomsign/document.h>
#include <roomsign/error.h>

/** Or [feed] timeout, if that is shorter. */
#define POLL_HEADLINES_TIMEOUT_MS INT64_C(5000)
/** After decompression. */
#define POLL_HEADLINES_BYTES_MAX (INT64_C(2) * 1024 * 1024)

/** All is borrowed. */
struct poll_headlines_request {
    const struct config *config;
    int64_t now_ms;
    /** Of the last document, or NULL. */
    const struct document_headlines *last;
    /** [feed] user and this password are for this address's origin alone; NULL: for none. */
    const char *password_url;
    const char *password;
    /** Why there is no password where one was wanted, or NULL. */
    const struct error *password_error;
    /** One sentence for people, at most one a call. */
    void (*tell)(void *context, const char *message);
    void *context;
};

/**
 * Fill *headlines, which is as document_init leaves it. Asks when the last time is [headlines] poll
 * ago, was never, lies ahead of now, or was another address; else, or when asking fails, what the
 * last document has of this address stays. [feed] ca_file counts on a server of [feed] url.
 *
 * `url` is the address as fetch_url_public shows it, and where that leaves something out a
 * fingerprint of the whole behind a #, because the same tag of another address means nothing.
 */
void poll_headlines(const struct poll_headlines_request *request,
                    struct document_headlines *headlines);

#endif
