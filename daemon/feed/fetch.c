#include <roomsign/fetch.h>

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/civil.h>
#include <roomsign/report.h>

#define FILE_PIECE_BYTES (64 * 1024)
/* A transfer slower than this for so long is dead, however long the timeout. */
#define SLOWEST_BYTES_PER_S 64
#define SLOWEST_FOR_S 30
#define CACHE_AGE_MAX_S (366 * 86400)
#define MIB (1024 * 1024)

/* One answer's header fields that matter; a redirect's are forgotten when the next one begins. */
struct answer {
    char etag[FETCH_TAG_BYTES_MAX + 1];
    char last_modified[FETCH_TAG_BYTES_MAX + 1];
    char retry_after[FETCH_TAG_BYTES_MAX + 1];
    char date[FETCH_TAG_BYTES_MAX + 1];
    char age[FETCH_TAG_BYTES_MAX + 1];
};

struct transfer {
    const struct fetch_request *request;
    CURL *curl;
    struct answer answer;
    int64_t header_bytes;
    int64_t body_bytes;
    /* Why a callback stopped the transfer. */
    bool is_body_unwanted;
    struct error stopped;
};

static bool has(const char *text)
{
    return text && *text;
}

static void say_too_large(int64_t bytes_max, struct error *err)
{
    if (bytes_max >= MIB) {
        error_set(err, "larger than %" PRId64 " MiB, the most that is taken", bytes_max / MIB);
    } else {
        error_set(err, "larger than %" PRId64 " bytes, the most that is taken", bytes_max);
    }
}

static bool hand_on(const struct fetch_request *request, int64_t *body_bytes, const void *bytes,
                    size_t length, struct error *err)
{
    if ((int64_t)length > request->body_bytes_max - *body_bytes) {
        say_too_large(request->body_bytes_max, err);
        return false;
    }
    *body_bytes += (int64_t)length;
    return request->take(request->context, bytes, length, err);
}

/* Local files */

static void file_identity(const struct stat *status, char text[static FETCH_TAG_BYTES_MAX + 1])
{
    snprintf(text, FETCH_TAG_BYTES_MAX + 1, "file-%jx-%jx-%jx-%jd.%09ld",
             (uintmax_t)status->st_dev, (uintmax_t)status->st_ino, (uintmax_t)status->st_size,
             (intmax_t)status->st_mtim.tv_sec, status->st_mtim.tv_nsec);
}

static bool file_read(int fd, const struct fetch_request *request, struct error *err)
{
    char *piece = xcalloc(FILE_PIECE_BYTES, 1);
    int64_t body_bytes = 0;
    bool fine = true;
    while (fine) {
        ssize_t length = read(fd, piece, FILE_PIECE_BYTES);
        if (length == 0) {
            break;
        }
        if (length < 0) {
            if (errno == EINTR) {
                continue;
            }
            error_set(err, "%s", strerror(errno));
            fine = false;
        } else {
            fine = hand_on(request, &body_bytes, piece, (size_t)length, err);
        }
    }
    free(piece);
    return fine;
}

static bool fetch_file(const struct fetch_request *request, struct fetch_result *ret_result,
                       struct error *err)
{
    char *path = fetch_url_file_path(request->url, err);
    if (!path) {
        return false;
    }
    /* O_NONBLOCK: opening a fifo that nobody writes must not wait. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int open_errno = errno;
    free(path);
    if (fd < 0) {
        error_set(err, "%s", strerror(open_errno));
        return false;
    }
    struct fetch_result result = {.server_date_ms = FETCH_DATE_UNKNOWN_MS};
    struct stat before, after;
    char identity[FETCH_TAG_BYTES_MAX + 1];
    bool fine = fstat(fd, &before) == 0;
    if (!fine) {
        error_set(err, "%s", strerror(errno));
        goto done;
    }
    if (!S_ISREG(before.st_mode)) {
        error_set(err, S_ISDIR(before.st_mode) ? "is a directory" : "is not a regular file");
        fine = false;
        goto done;
    }
    file_identity(&before, result.etag);
    result.unchanged = has(request->etag) && strcmp(request->etag, result.etag) == 0;
    fine = result.unchanged || file_read(fd, request, err);
    if (!fine) {
        goto done;
    }
    if (fstat(fd, &after) != 0) {
        after = (struct stat){0};
    }
    file_identity(&after, identity);
    if (strcmp(identity, result.etag) != 0) {
        /* Written to meanwhile: what was read is no state to be remembered. */
        result.etag[0] = '\0';
    }
    *ret_result = result;
done:
    close(fd);
    return fine;
}

/* The web */

/* The header line's value if it is the field's, "" if that can't be kept. */
static void answer_field(const char *line, size_t length, const char *name,
                         char value[static FETCH_TAG_BYTES_MAX + 1])
{
    size_t name_length = strlen(name);
    if (length <= name_length || strncasecmp(line, name, name_length) != 0 ||
        line[name_length] != ':') {
        return;
    }
    const char *start = line + name_length + 1, *end = line + length;
    while (start < end && (*start == ' ' || *start == '\t')) {
        start++;
    }
    while (end > start && strchr(" \t\r\n", end[-1])) {
        end--;
    }
    size_t kept = (size_t)(end - start);
    bool keep = kept <= FETCH_TAG_BYTES_MAX;
    for (size_t i = 0; keep && i < kept; i++) {
        keep = start[i] >= ' ' && start[i] <= '~';
    }
    memcpy(value, start, keep ? kept : 0);
    value[keep ? kept : 0] = '\0';
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    transfer->header_bytes += (int64_t)length;
    if (transfer->header_bytes > FETCH_HEADER_BYTES_MAX) {
        error_set(&transfer->stopped, "more than %d bytes of header fields",
                  FETCH_HEADER_BYTES_MAX);
        return 0;
    }
    struct answer *answer = &transfer->answer;
    if (length > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        *answer = (struct answer){0};
    }
    answer_field(line, length, "ETag", answer->etag);
    answer_field(line, length, "Last-Modified", answer->last_modified);
    answer_field(line, length, "Retry-After", answer->retry_after);
    answer_field(line, length, "Date", answer->date);
    answer_field(line, length, "Age", answer->age);
    return length;
}

static bool status_has_feed(long status)
{
    return status == 200 || status == 203;
}

static long status_of(const struct transfer *transfer)
{
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    if (!status_has_feed(status_of(transfer))) {
        transfer->is_body_unwanted = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (!hand_on(transfer->request, &transfer->body_bytes, bytes, length, &transfer->stopped)) {
        return CURL_WRITEFUNC_ERROR;
    }
    return length;
}

/* Whole seconds, or -1. */
static int64_t seconds_parse(const char *text, int64_t max_s)
{
    int64_t seconds = 0;
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c > '9') {
            return -1;
        }
        seconds = seconds * 10 + (*c - '0');
        seconds = seconds > max_s ? max_s : seconds;
    }
    return *text ? seconds : -1;
}

int64_t fetch_date_ms(const char *text)
{
    time_t date = *text ? curl_getdate(text, NULL) : -1;
    return date == -1 ? FETCH_DATE_UNKNOWN_MS : (int64_t)date * SECOND_MS;
}

static int64_t server_date_ms(const struct answer *answer)
{
    int64_t date_ms = fetch_date_ms(answer->date);
    int64_t age_s = seconds_parse(answer->age, CACHE_AGE_MAX_S);
    if (date_ms == FETCH_DATE_UNKNOWN_MS || age_s < 0) {
        return date_ms;
    }
    return date_ms + age_s * SECOND_MS;
}

/* Seconds that the server asks to wait, or -1. A date is measured against the server's own. */
static int64_t retry_after_s(const struct answer *answer, int64_t now_ms)
{
    int64_t seconds = seconds_parse(answer->retry_after, REPORT_RETRY_MAX_S);
    int64_t until_ms = fetch_date_ms(answer->retry_after);
    if (seconds >= 0 || until_ms == FETCH_DATE_UNKNOWN_MS) {
        return seconds;
    }
    int64_t from_ms = server_date_ms(answer);
    if (from_ms == FETCH_DATE_UNKNOWN_MS) {
        from_ms = now_ms;
    }
    int64_t wait_s = until_ms > from_ms ? (until_ms - from_ms + SECOND_MS - 1) / SECOND_MS : 0;
    return wait_s > REPORT_RETRY_MAX_S ? REPORT_RETRY_MAX_S : wait_s;
}

static const char *status_meaning(long status, bool with_password)
{
    switch (status) {
    case 304:
        return "unchanged, though that was not asked";
    case 401:
        return with_password ? "user or password is wrong" : "wants a user and a password";
    case 403:
        return "access refused";
    case 404:
        return "nothing at this address";
    case 407:
        return "the proxy wants a user and a password";
    case 410:
        return "nothing at this address any more";
    case 429:
        return "asked too often";
    default:
        return status >= 500   ? "the server is in trouble"
               : status >= 400 ? "the server refuses"
               : status >= 300 ? "redirected nowhere"
                               : "an answer without a schedule";
    }
}

static void say_status(const struct transfer *transfer, long status, int64_t now_ms,
                       struct error *err)
{
    char retry[64] = "";
    int64_t retry_s = retry_after_s(&transfer->answer, now_ms);
    if ((status == 429 || status == 503) && retry_s >= 0) {
        report_format_retry(retry_s, retry, sizeof retry);
    }
    error_set(err, "HTTP %ld, %s%s", status,
              status_meaning(status, has(transfer->request->user)), retry);
}

static bool is_https(const char *url)
{
    return strncasecmp(url, "https:", 6) == 0;
}

/* libcurl's own words name hosts and numbers; of a proxy that it can't use they are the whole
 * address, password and all. */
static const char *failure_words(CURLcode code, const char *curl_text)
{
    bool may_be_told = *curl_text && !strstr(curl_text, "://") && !strchr(curl_text, '@');
    return may_be_told ? curl_text : curl_easy_strerror(code);
}

static void say_failure(const struct transfer *transfer, const char *url, CURLcode code,
                        const char *curl_text, struct error *err)
{
    const struct fetch_request *request = transfer->request;
    const char *words = failure_words(code, curl_text);
    double elapsed_s = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_TOTAL_TIME, &elapsed_s);
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        error_set(err, "no complete answer within %.1f s, %" PRId64 " bytes so far",
                  elapsed_s, transfer->body_bytes);
        return;
    case CURLE_TOO_MANY_REDIRECTS:
        error_set(err, "redirected more than %d times", FETCH_REDIRECTS_MAX);
        return;
    case CURLE_UNSUPPORTED_PROTOCOL:
        error_set(err, "%s",
                  strstr(words, "HTTP/0.9") ? "what answers there speaks no HTTP"
                  : is_https(url)           ? "redirected to something that isn't https"
                                  : "redirected to something that is neither http nor https");
        return;
    case CURLE_URL_MALFORMAT:
        error_set(err, "not a web address that can be read, or redirected to one");
        return;
    case CURLE_PARTIAL_FILE:
        error_set(err, "cut short: %s", words);
        return;
    case CURLE_SSL_CACERT_BADFILE:
        error_set(err, "ca_file %s can't be used: %s",
                  has(request->ca_file) ? request->ca_file : "of the system", words);
        return;
    case CURLE_PEER_FAILED_VERIFICATION:
        error_set(err, "not trusted: %s%s", words,
                  strstr(words, "not yet valid") ? " (is this computer's clock right?)" : "");
        return;
    default:
        error_set(err, "%s", words);
        return;
    }
}

/* A stored tag is input: nothing in it may end the header line. */
static struct curl_slist *conditional_header(struct curl_slist *headers, const char *name,
                                             const char *value)
{
    if (!has(value) || strlen(value) > FETCH_TAG_BYTES_MAX) {
        return headers;
    }
    for (const char *c = value; *c; c++) {
        if (*c < ' ' || *c > '~') {
            return headers;
        }
    }
    char line[FETCH_TAG_BYTES_MAX + 32];
    snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(headers, line);
    if (!longer) {
        error_out_of_memory();
    }
    return longer;
}

/* false: an option was refused, which only a lack of memory explains. */
static bool transfer_set_up(struct transfer *transfer, const char *url,
                            struct curl_slist *headers, char *curl_text)
{
    const struct fetch_request *request = transfer->request;
    CURL *curl = transfer->curl;
    long timeout_ms = request->timeout_ms > 86400000 ? 86400000L : (long)request->timeout_ms;
    long connect_ms =
        timeout_ms > FETCH_CONNECT_TIMEOUT_MAX_MS ? FETCH_CONNECT_TIMEOUT_MAX_MS : timeout_ms;
    bool fine = true;
#define SET(option, value) (fine = fine && curl_easy_setopt(curl, option, value) == CURLE_OK)
    SET(CURLOPT_URL, url);
    SET(CURLOPT_ERRORBUFFER, curl_text);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    /* Whoever asked for https wants no word that anybody on the way could have said. */
    SET(CURLOPT_REDIR_PROTOCOLS_STR, is_https(url) ? "https" : "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 1L);
    SET(CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS_MAX);
    SET(CURLOPT_ACCEPT_ENCODING, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NOPROGRESS, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    SET(CURLOPT_TIMEOUT_MS, timeout_ms);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST_BYTES_PER_S);
    SET(CURLOPT_LOW_SPEED_TIME, (long)SLOWEST_FOR_S);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_HTTPAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    if (has(request->user_agent)) {
        SET(CURLOPT_USERAGENT, request->user_agent);
    }
    if (has(request->user)) {
        SET(CURLOPT_USERNAME, request->user);
        SET(CURLOPT_PASSWORD, request->password ? request->password : "");
    }
    if (has(request->ca_file)) {
        SET(CURLOPT_CAINFO, request->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
#undef SET
    return fine;
}

static bool transfer_run(struct transfer *transfer, const char *url, int64_t now_ms,
                         struct fetch_result *ret_result, struct error *err)
{
    const struct fetch_request *request = transfer->request;
    char curl_text[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = conditional_header(NULL, "If-None-Match", request->etag);
    headers = conditional_header(headers, "If-Modified-Since", request->last_modified);
    if (!transfer_set_up(transfer, url, headers, curl_text)) {
        error_out_of_memory();
    }
    CURLcode code = curl_easy_perform(transfer->curl);
    long status = status_of(transfer);
    bool is_unchanged = status == 304 && headers;
    curl_slist_free_all(headers);

    if (transfer->stopped.message[0]) {
        error_set(err, "%s", transfer->stopped.message);
        return false;
    }
    if (code != CURLE_OK && !transfer->is_body_unwanted) {
        say_failure(transfer, url, code, curl_text, err);
        return false;
    }
    if (!is_unchanged && !status_has_feed(status)) {
        say_status(transfer, status, now_ms, err);
        return false;
    }
    *ret_result = (struct fetch_result){
        .unchanged = is_unchanged,
        .server_date_ms = server_date_ms(&transfer->answer),
    };
    memcpy(ret_result->etag, transfer->answer.etag, sizeof ret_result->etag);
    memcpy(ret_result->last_modified, transfer->answer.last_modified,
           sizeof ret_result->last_modified);
    return true;
}

void fetch_trust_places(const char *ret_paths[static FETCH_TRUST_PLACES])
{
    const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
    ret_paths[0] = about->cainfo;
    ret_paths[1] = about->capath;
}

static bool fetch_web(const struct fetch_request *request, int64_t now_ms,
                      struct fetch_result *ret_result, struct error *err)
{
    struct transfer transfer = {.request = request, .curl = curl_easy_init()};
    if (!transfer.curl) {
        error_out_of_memory();
    }
    char *url = fetch_url_web(request->url);
    bool fine = transfer_run(&transfer, url, now_ms, ret_result, err);
    free(url);
    curl_easy_cleanup(transfer.curl);
    return fine;
}

bool fetch(const struct fetch_request *request, int64_t now_ms, struct fetch_result *ret_result,
           struct error *err)
{
    assert(request->timeout_ms > 0 && request->body_bytes_max > 0 && request->take);
    if (!fetch_url_check(request->url, err)) {
        return false;
    }
    if (strncasecmp(request->url, "file:", 5) == 0) {
        return fetch_file(request, ret_result, err);
    }
    return fetch_web(request, now_ms, ret_result, err);
}
