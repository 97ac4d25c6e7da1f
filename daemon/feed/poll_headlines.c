#include <roomsign/poll_headlines.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/civil.h>
#include <roomsign/fetch.h>
#include <roomsign/hash.h>
#include <roomsign/headlines.h>
#include <roomsign/report.h>
#include <roomsign/session.h>
#include <roomsign/url_secret.h>
#include <roomsign/version.h>

#define URL_BYTES (FETCH_URL_PUBLIC_BYTES + 16)

static void tell(const struct poll_headlines_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(const struct poll_headlines_request *request, const char *format, ...)
{
    char message[REPORT_LINE_BYTES_MAX], url[FETCH_URL_PUBLIC_BYTES];
    int length =
        snprintf(message, sizeof message,
                 "headlines (%s): ", fetch_url_public(request->config->headlines_url, url));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + length, sizeof message - (size_t)length, format, arguments);
    va_end(arguments);
    request->tell(request->context, message);
}

static void url_format(const char *url, char text[static URL_BYTES])
{
    char public[FETCH_URL_PUBLIC_BYTES];
    char *whole = url_without_user(url);
    if (strcmp(fetch_url_public(url, public), whole) == 0)
        snprintf(text, URL_BYTES, "%s", public);
    else
        snprintf(text, URL_BYTES, "%s#%08x", public, (unsigned)hash_text(HASH_START, whole));
    free(whole);
}

static void headlines_copy(struct document_headlines *ret_copy,
                           const struct document_headlines *headlines)
{
    session_set(&ret_copy->source, headlines->source);
    session_set(&ret_copy->etag, headlines->etag);
    session_set(&ret_copy->last_modified, headlines->last_modified);
    session_set(&ret_copy->error, headlines->error);
    ret_copy->asked_ms = headlines->asked_ms;
    ret_copy->fetched_ms = headlines->fetched_ms;
    for (size_t i = 0; i < headlines->count; i++)
        ret_copy->titles[i] = xstrdup(headlines->titles[i]);
    ret_copy->count = headlines->count;
}

static bool is_due(const struct poll_headlines_request *request,
                   const struct document_headlines *headlines)
{
    return headlines->asked_ms == DOCUMENT_UNKNOWN_MS || headlines->asked_ms > request->now_ms ||
           request->now_ms - headlines->asked_ms >= request->config->headlines_poll_ms;
}

static bool is_on_a_feeds_server(const struct config *config)
{
    for (size_t i = 0; i < config->feed_urls.count; i++)
        if (fetch_url_same_origin(config->headlines_url, config->feed_urls.items[i]))
            return true;
    return false;
}

static bool take(void *context, const void *bytes, size_t length, struct error *err)
{
    return headlines_push(context, bytes, length, err);
}

static bool headlines_fetch(const struct poll_headlines_request *request,
                            const struct document_headlines *headlines, struct headlines *reader,
                            struct fetch_result *ret_result, struct error *err)
{
    const struct config *config = request->config;
    struct fetch_request asked = {
        .url = config->headlines_url,
        .ca_file = is_on_a_feeds_server(config) ? config->ca_file : NULL,
        .user_agent = "roomsign/" ROOMSIGN_VERSION,
        .timeout_ms = config->timeout_ms < POLL_HEADLINES_TIMEOUT_MS ? config->timeout_ms
                                                                     : POLL_HEADLINES_TIMEOUT_MS,
        .body_bytes_max = POLL_HEADLINES_BYTES_MAX,
        .etag = headlines->etag,
        .last_modified = headlines->last_modified,
        .take = take,
        .context = reader,
    };
    if (request->password_url != NULL &&
        fetch_url_same_origin(config->headlines_url, request->password_url)) {
        if (request->password_error != NULL && request->password_error->message[0] != '\0') {
            *err = *request->password_error;
            return false;
        }
        asked.user = config->user;
        asked.password = request->password;
    }
    return fetch(&asked, request->now_ms, ret_result, err);
}

static void take_answer(struct document_headlines *headlines, const struct fetch_result *answer,
                        int64_t now_ms)
{
    headlines->fetched_ms = now_ms;
    session_set(&headlines->error, "");
    /* An answer that nothing changed need not repeat them. */
    if (!answer->unchanged || answer->etag[0] != '\0')
        session_set(&headlines->etag, answer->etag);
    if (!answer->unchanged || answer->last_modified[0] != '\0')
        session_set(&headlines->last_modified, answer->last_modified);
}

static void take_failure(const struct poll_headlines_request *request,
                         struct document_headlines *headlines, struct error *err)
{
    /* A wish to be left alone is this server's, and the sign would wait with the schedule too. */
    char *retry = strstr(err->message, REPORT_RETRY_MARK);
    if (retry != NULL)
        *retry = '\0';
    session_set(&headlines->error, err->message);
    char when[TIME_TEXT_BYTES];
    if (headlines->count > 0 && headlines->fetched_ms != DOCUMENT_UNKNOWN_MS)
        tell(request, "%s (titles kept: %zu, of %s)", err->message, headlines->count,
             time_format_utc(headlines->fetched_ms, when));
    else
        tell(request, "%s", err->message);
}

static void ask(const struct poll_headlines_request *request, struct document_headlines *headlines)
{
    struct headlines *reader = headlines_new(request->now_ms);
    struct fetch_result answer;
    struct error fault = {0}, err = {0};
    headlines->asked_ms = request->now_ms;
    bool fine = headlines_fetch(request, headlines, reader, &answer, &err) &&
                (answer.unchanged || headlines_finish(reader, headlines, &fault, &err));
    headlines_free(reader);
    if (!fine) {
        take_failure(request, headlines, &err);
        return;
    }
    take_answer(headlines, &answer, request->now_ms);
    if (fault.message[0] != '\0') {
        tell(request, "%s; only the titles before that are known: %zu", fault.message,
             headlines->count);
        /* The next time it is to be read again. */
        session_set(&headlines->etag, "");
        session_set(&headlines->last_modified, "");
    }
}

void poll_headlines(const struct poll_headlines_request *request,
                    struct document_headlines *headlines)
{
    if (request->config->headlines_url[0] == '\0')
        return;
    char url[URL_BYTES];
    url_format(request->config->headlines_url, url);
    session_set(&headlines->url, url);
    if (request->last != NULL && strcmp(request->last->url, url) == 0)
        headlines_copy(headlines, request->last);
    if (is_due(request, headlines))
        ask(request, headlines);
}
