/* When headlines are asked for, and what stays when that fails. What servers do to them is shown in
 * fetch_test.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/civil.h>
#include <roomsign/poll_headlines.h>
#include <roomsign/session.h>

#define NOW_MS INT64_C(1773306000000)
#define POLL_MS (10 * MINUTE_MS)
#define NEWS "<rss><channel><title>House</title><item><title>%s</title></item></channel></rss>"

static char path[] = "/tmp/roomsign-headlines-XXXXXX";
static char url[64];
static char told[1024];
static int told_count;

static void write_news(const char *title)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fprintf(file, NEWS, title) > 0);
    assert_int_equal(fclose(file), 0);
}

static void take_told(void *context, const char *message)
{
    (void)context;
    told_count++;
    snprintf(told, sizeof told, "%s", message);
}

/* One poll of `address`; the outcome replaces *last. */
static void poll_at(int64_t now_ms, const char *address, struct document *last)
{
    struct config config;
    config_init(&config);
    session_set(&config.headlines_url, address);
    config.headlines_poll_ms = POLL_MS;
    const struct poll_headlines_request request = {
        .config = &config,
        .now_ms = now_ms,
        .last = &last->headlines,
        .tell = take_told,
    };
    struct document document;
    document_init(&document);
    told_count = 0;
    told[0] = '\0';
    poll_headlines(&request, &document.headlines);
    config_release(&config);
    document_release(last);
    *last = document;
}

static void expect_title(const struct document *document, const char *title, int64_t asked_ms,
                         int64_t fetched_ms)
{
    assert_int_equal(document->headlines.count, 1);
    assert_string_equal(document->headlines.titles[0], title);
    assert_string_equal(document->headlines.source, "House");
    assert_int_equal(document->headlines.asked_ms, asked_ms);
    assert_int_equal(document->headlines.fetched_ms, fetched_ms);
}

static void none_are_asked_for_without_an_address(void **state)
{
    (void)state;
    struct document last;
    document_init(&last);
    write_news("one");
    poll_at(NOW_MS, url, &last);
    expect_title(&last, "one", NOW_MS, NOW_MS);
    assert_int_equal(told_count, 0);
    poll_at(NOW_MS, "", &last);
    assert_int_equal(last.headlines.count, 0);
    assert_string_equal(last.headlines.url, "");
    assert_string_equal(last.headlines.etag, "");
    assert_int_equal(last.headlines.asked_ms, DOCUMENT_UNKNOWN_MS);
    document_release(&last);
}

static void they_are_asked_for_after_that_long(void **state)
{
    (void)state;
    struct document last;
    document_init(&last);
    write_news("one");
    poll_at(NOW_MS, url, &last);
    write_news("another");
    poll_at(NOW_MS, url, &last);
    expect_title(&last, "one", NOW_MS, NOW_MS);
    poll_at(NOW_MS + POLL_MS - 1, url, &last);
    expect_title(&last, "one", NOW_MS, NOW_MS);
    poll_at(NOW_MS + POLL_MS, url, &last);
    expect_title(&last, "another", NOW_MS + POLL_MS, NOW_MS + POLL_MS);
    /* The clock was set back. */
    write_news("third time");
    poll_at(NOW_MS - DAY_MS, url, &last);
    expect_title(&last, "third time", NOW_MS - DAY_MS, NOW_MS - DAY_MS);
    document_release(&last);
}

static void what_did_not_change_is_confirmed(void **state)
{
    (void)state;
    struct document last;
    document_init(&last);
    write_news("one");
    poll_at(NOW_MS, url, &last);
    char *etag = xstrdup(last.headlines.etag);
    assert_string_not_equal(etag, "");
    poll_at(NOW_MS + POLL_MS, url, &last);
    expect_title(&last, "one", NOW_MS + POLL_MS, NOW_MS + POLL_MS);
    assert_string_equal(last.headlines.etag, etag);
    assert_int_equal(told_count, 0);
    free(etag);
    document_release(&last);
}

static void a_failure_is_told_once_an_asking_and_heals(void **state)
{
    (void)state;
    struct document last;
    document_init(&last);
    write_news("one");
    poll_at(NOW_MS, url, &last);
    assert_int_equal(unlink(path), 0);
    for (int i = 1; i <= 2; i++) {
        char expected[256];
        poll_at(NOW_MS + i * POLL_MS, url, &last);
        expect_title(&last, "one", NOW_MS + i * POLL_MS, NOW_MS);
        assert_string_equal(last.headlines.error, "No such file or directory");
        snprintf(expected, sizeof expected,
                 "headlines (%s): No such file or directory (titles kept: 1, of "
                 "2026-03-12T09:00:00Z)",
                 url);
        assert_string_equal(told, expected);
        assert_int_equal(told_count, 1);
        poll_at(NOW_MS + i * POLL_MS + 1, url, &last);
        assert_int_equal(told_count, 0);
        assert_string_equal(last.headlines.error, "No such file or directory");
    }
    write_news("&");
    poll_at(NOW_MS + 3 * POLL_MS, url, &last);
    expect_title(&last, "one", NOW_MS + 3 * POLL_MS, NOW_MS);
    assert_non_null(strstr(told, "not a news feed: not well-formed XML"));
    write_news("two");
    poll_at(NOW_MS + 4 * POLL_MS, url, &last);
    expect_title(&last, "two", NOW_MS + 4 * POLL_MS, NOW_MS + 4 * POLL_MS);
    assert_string_equal(last.headlines.error, "");
    assert_int_equal(told_count, 0);
    document_release(&last);
}

static void another_address_starts_afresh(void **state)
{
    (void)state;
    char other[160];
    struct document last;
    document_init(&last);
    write_news("one");
    poll_at(NOW_MS, url, &last);
    snprintf(other, sizeof other, "%s.none", url);
    poll_at(NOW_MS, other, &last);
    assert_int_equal(last.headlines.count, 0);
    assert_string_equal(last.headlines.url, other);
    assert_string_equal(last.headlines.etag, "");
    assert_int_equal(last.headlines.fetched_ms, DOCUMENT_UNKNOWN_MS);
    assert_int_equal(last.headlines.asked_ms, NOW_MS);
    snprintf(other, sizeof other, "headlines (%s.none): No such file or directory", url);
    assert_string_equal(told, other);
    document_release(&last);
}

static int set_up(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    snprintf(url, sizeof url, "file://%s", path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_are_asked_for_without_an_address),
        cmocka_unit_test(they_are_asked_for_after_that_long),
        cmocka_unit_test(what_did_not_change_is_confirmed),
        cmocka_unit_test(a_failure_is_told_once_an_asking_and_heals),
        cmocka_unit_test(another_address_starts_afresh),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
