#include <roomsign/fetch.h>

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SCHEME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+"
#define SCHEME_BYTES_MAX 12
#define FILE_SCHEME "file:"
#define WEBCAL_SCHEME "webcal://"

static bool has_scheme(const char *url, const char *scheme)
{
    return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

static bool is_web(const char *url)
{
    return has_scheme(url, "http://") || has_scheme(url, "https://") ||
           has_scheme(url, WEBCAL_SCHEME);
}

char *fetch_url_web(const char *url)
{
    bool calendar = has_scheme(url, WEBCAL_SCHEME);
    const char *rest = calendar ? url + strlen(WEBCAL_SCHEME) : url;
    const char *scheme = calendar ? "https://" : "";
    size_t size = strlen(scheme) + strlen(rest) + 1;
    char *web = xcalloc(size, 1);
    snprintf(web, size, "%s%s", scheme, rest);
    return web;
}

/* NULL: not an address. The caller cleans it up. */
static CURLU *web_parse(const char *url)
{
    CURLU *parts = curl_url();
    if (!parts) {
        error_out_of_memory();
    }
    char *web = fetch_url_web(url);
    bool fine = is_web(url) && curl_url_set(parts, CURLUPART_URL, web, 0) == CURLUE_OK;
    free(web);
    if (!fine) {
        curl_url_cleanup(parts);
        return NULL;
    }
    return parts;
}

/* "" where there is none. Ownership: the caller's; free() it. */
static char *part_of(CURLU *parts, CURLUPart which, unsigned flags)
{
    char *text = NULL;
    CURLUcode got = curl_url_get(parts, which, &text, flags);
    if (got == CURLUE_OUT_OF_MEMORY) {
        error_out_of_memory();
    }
    char *copy = xstrdup(got == CURLUE_OK ? text : "");
    curl_free(text);
    return copy;
}

bool fetch_url_check(const char *url, struct error *err)
{
    if (strlen(url) > FETCH_URL_BYTES_MAX) {
        error_set(err, "the address is longer than %d bytes", FETCH_URL_BYTES_MAX);
        return false;
    }
    for (const char *c = url; *c; c++) {
        if (iscntrl((unsigned char)*c)) {
            error_set(err, "the address holds a control character");
            return false;
        }
    }
    if (has_scheme(url, FILE_SCHEME)) {
        char *path = fetch_url_file_path(url, err);
        free(path);
        return path != NULL;
    }
    if (!is_web(url)) {
        error_set(err, "not an address like https://HOST/PATH, webcal://HOST/PATH or file:/PATH");
        return false;
    }
    CURLU *parts = web_parse(url);
    if (!parts) {
        error_set(err, "not a web address that can be read");
        return false;
    }
    curl_url_cleanup(parts);
    return true;
}

static int hex_value(char digit)
{
    if (!isxdigit((unsigned char)digit)) {
        return -1;
    }
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

char *fetch_url_file_path(const char *url, struct error *err)
{
    if (!has_scheme(url, FILE_SCHEME)) {
        error_set(err, "not a file: address");
        return NULL;
    }
    const char *encoded = url + strlen(FILE_SCHEME);
    if (strncmp(encoded, "//", 2) == 0) {
        encoded += 2;
        if (has_scheme(encoded, "localhost/")) {
            encoded += strlen("localhost");
        }
        if (*encoded != '/') {
            error_set(err, "names another host; a file's address is file:///path");
            return NULL;
        }
    }
    char *path = xcalloc(strlen(encoded) + 1, 1);
    size_t length = 0;
    while (*encoded) {
        char byte = *encoded++;
        if (byte == '%') {
            int high = hex_value(encoded[0]);
            int low = high < 0 ? -1 : hex_value(encoded[1]);
            if (low < 0 || high * 16 + low == 0) {
                error_set(err, "a %% in a file: address stands before two hex digits, not %%00");
                free(path);
                return NULL;
            }
            byte = (char)(high * 16 + low);
            encoded += 2;
        }
        path[length++] = byte;
    }
    if (length == 0) {
        error_set(err, "names no file");
        free(path);
        return NULL;
    }
    return path;
}

bool fetch_url_same_origin(const char *a, const char *b)
{
    static const CURLUPart WHICH[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
    CURLU *left = web_parse(a), *right = web_parse(b);
    bool same = left && right;
    for (size_t i = 0; same && i < sizeof WHICH / sizeof *WHICH; i++) {
        char *one = part_of(left, WHICH[i], CURLU_DEFAULT_PORT);
        char *other = part_of(right, WHICH[i], CURLU_DEFAULT_PORT);
        same = strcasecmp(one, other) == 0;
        free(one);
        free(other);
    }
    curl_url_cleanup(left);
    curl_url_cleanup(right);
    return same;
}

char *fetch_url_public(const char *url, char text[static FETCH_URL_PUBLIC_BYTES])
{
    if (has_scheme(url, FILE_SCHEME)) {
        snprintf(text, FETCH_URL_PUBLIC_BYTES, "%s", url);
        return text;
    }
    CURLU *parts = web_parse(url);
    if (!parts) {
        size_t scheme = strspn(url, SCHEME_CHARACTERS);
        bool is_scheme = scheme <= SCHEME_BYTES_MAX && strncmp(url + scheme, "://", 3) == 0;
        snprintf(text, FETCH_URL_PUBLIC_BYTES, "%.*s…", is_scheme ? (int)scheme + 3 : 0, url);
        return text;
    }
    char *scheme = part_of(parts, CURLUPART_SCHEME, 0);
    char *host = part_of(parts, CURLUPART_HOST, 0);
    char *port = part_of(parts, CURLUPART_PORT, 0);
    char *path = part_of(parts, CURLUPART_PATH, 0);
    char *query = part_of(parts, CURLUPART_QUERY, 0);
    bool is_bare = (!*path || strcmp(path, "/") == 0) && !*query;
    snprintf(text, FETCH_URL_PUBLIC_BYTES, "%s://%.255s%s%.5s/%s", scheme, host, *port ? ":" : "",
             port, is_bare ? "" : "…");
    free(scheme);
    free(host);
    free(port);
    free(path);
    free(query);
    curl_url_cleanup(parts);
    return text;
}
