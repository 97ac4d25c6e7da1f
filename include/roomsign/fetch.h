/**
 * One feed's bytes, from the web or from a local file, handed on as they arrive.
 *
 * Knows HTTP and files; must not know what the bytes mean. Nothing is kept in memory beyond the
 * piece in hand. What can go wrong outside (slow, endless, cut short, redirected elsewhere,
 * an error page) ends the fetch with an error in words; an error page is never handed on.
 *
 * Addresses: http:, https:, webcal: (fetched as https:), file:///path, file://localhost/path and
 * file:relative/path. A redirect leads to http: or https: only, from https: to https: alone,
 * FETCH_REDIRECTS_MAX times.
 *
 * Secrets: user and password go to the address's own host, port and protocol alone, never along
 * a redirect to another; over http: they travel in clear text unless the server asks for Digest.
 * No message here holds an address, a user name or a password: say which feed it was with
 * fetch_url_public.
 */
#ifndef ROOMSIGN_FETCH_H
#define ROOMSIGN_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/error.h>

#define FETCH_REDIRECTS_MAX 5
#define FETCH_URL_BYTES_MAX 2048
/** Longer entity tags and dates are not remembered: the next poll is then unconditional. */
#define FETCH_TAG_BYTES_MAX 256
/** Of all answers of one fetch together, redirects included. */
#define FETCH_HEADER_BYTES_MAX (128 * 1024)
#define FETCH_CONNECT_TIMEOUT_MAX_MS 15000
#define FETCH_DATE_UNKNOWN_MS INT64_MIN

/** All strings are borrowed; NULL or "" where there is none. */
struct fetch_request {
    const char *url;
    const char *user;
    const char *password;
    /** PEM file of the certificates that are trusted instead of the system's. */
    const char *ca_file;
    const char *user_agent;
    /** The whole fetch, redirects included; > 0. Files are not timed. */
    int64_t timeout_ms;
    /** Of the body after decompression; > 0. */
    int64_t body_bytes_max;
    /** What an earlier fetch_result remembered: ask for the body only if it changed since. */
    const char *etag;
    const char *last_modified;
    /** Gets the body piece by piece, in order. false, err filled: the fetch ends so. */
    bool (*take)(void *context, const void *bytes, size_t length, struct error *err);
    void *context;
};

struct fetch_result {
    /** HTTP 304, or a file of the same identity, size and time: no body was handed on. */
    bool unchanged;
    /** Of the last answer; "" where it names none. A file's is made from its identity. */
    char etag[FETCH_TAG_BYTES_MAX + 1];
    char last_modified[FETCH_TAG_BYTES_MAX + 1];
    /** The server's idea of the time at the answer (Date, with a cache's Age added), UTC. */
    int64_t server_date_ms;
};

/**
 * Fetch once, and wait for it. Errors: false, err filled, *ret_result untouched; pieces that were
 * already handed on are then worth nothing. An error of a server that names a time to come back
 * (Retry-After, RFC 9110 10.2.3; with 429 and 503) ends with report.h's mark. `now_ms` serves to
 * read a Retry-After date of a server that doesn't tell its own time.
 */
bool fetch(const struct fetch_request *request, int64_t now_ms, struct fetch_result *ret_result,
           struct error *err);

#define FETCH_TRUST_PLACES 2
/** Where the system's certificates are that https: goes by: a file and a folder, or NULL. */
void fetch_trust_places(const char *ret_paths[static FETCH_TRUST_PLACES]);

/** The instant that a date of HTTP or mail names (RFC 9110 5.6.7, RFC 5322 3.3), to the second.
 *  FETCH_DATE_UNKNOWN_MS: it can't be read. */
int64_t fetch_date_ms(const char *text);

/** Whether the address is of a kind that fetch takes. Errors: says what is wrong with it. */
bool fetch_url_check(const char *url, struct error *err);

/** The path that a file: address names, percent-decoded. NULL, err filled: it is none, names
 *  another host, or holds a NUL. Ownership: the caller's; free() it. */
char *fetch_url_file_path(const char *url, struct error *err);

/** What to hand to libcurl: webcal: becomes https:. Ownership: the caller's; free() it. */
char *fetch_url_web(const char *url);

/** Whether both are web addresses of one protocol, host and port. */
bool fetch_url_same_origin(const char *a, const char *b);

#define FETCH_URL_PUBLIC_BYTES 512
/**
 * The address as it may be shown, logged and stored. Calendar services hide their secret in any
 * part of it, and nobody can tell which: of a web address there remain protocol, host and port
 * ("https://fosdem.org/…"). Files are shown whole. Returns `text`.
 */
char *fetch_url_public(const char *url, char text[static FETCH_URL_PUBLIC_BYTES]);

#endif
