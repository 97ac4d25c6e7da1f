/* Polls in a row of feeds that are files: what the document holds after each, and what is told.
 * Expected is what stands in tests/golden/polls.txt, which is meant to be read; `make golden`
 * makes it anew. What servers do to polls is shown in fetch_test.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/poll.h>

#include "golden_text.h"
#include "sample.h"
#include "scratch.h"

#define TEXT_BYTES_MAX (1 << 20)
#define NOW_MS AT(9, 0)

#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" events "END:VCALENDAR\r\n"
#define EVENT(uid, start, room, title)                                                             \
    "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTART:" start "\r\nDURATION:PT45M\r\nLOCATION:" room         \
    "\r\nSUMMARY:" title "\r\nEND:VEVENT\r\n"
#define ANTS EVENT("ants", "20260131T100000Z", "Blue", "Ants")
#define BEES EVENT("bees", "20260131T110000Z", "Blue", "Bees")
#define CATS EVENT("cats", "20260131T100000Z", "Red", "Cats")
#define DOGS EVENT("dogs", "20260201T100000Z", "Blue", "Dogs")
#define EELS EVENT("eels", "20260203T100000Z", "Red", "Eels, too far off")
#define FISH EVENT("fish", "20260131T110000Z", "Red", "Fish, of half a feed")
#define XML(events)                                                                                \
    "<schedule><conference><acronym>c</acronym></conference><day date='2026-01-31'>"               \
    "<room name='Blue'>" events "</room></day></schedule>"
#define XML_EVENT(id, start)                                                                       \
    "<event id='" id "'><start>" start "</start><duration>00:30</duration><title>Frab " id         \
    "</title></event>"

static struct scratch scratch;
static struct buffer log_text;
static struct document last;
static bool has_last;
static struct poll_request request;
static struct config config;
static int64_t write_count;

static void take_told(void *context, const char *message)
{
    (void)context;
    buffer_append_format(&log_text, "  told: %s\n", message);
}

/* Each writing has a time of its own: how a file tells that it is another. */
static void write_feed(const char *name, const char *text)
{
    const char *path = scratch_path(&scratch, name);
    struct timespec times[2] = {{.tv_sec = 1769800000 + ++write_count}, {.tv_sec = 1769800000}};
    times[1].tv_sec += write_count;
    scratch_write(path, text, strlen(text), 0600);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void list_sessions(const char *what, const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct session *session = &schedule->sessions[i];
        char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
        buffer_append_format(&log_text, "  %s: %s %s %s %s %s, feed %d\n", what,
                             time_format_utc(session->start_ms, start),
                             time_format_utc(session->end_ms, end), session->uid, session->room,
                             session->title, session->feed);
    }
}

static const char *time_text(int64_t at_ms)
{
    static char text[TIME_TEXT_BYTES];
    return at_ms == DOCUMENT_UNKNOWN_MS ? "never" : time_format_utc(at_ms, text);
}

static void list_document(const struct document *document, const struct zone *zone)
{
    buffer_append_format(&log_text, "  %s in %s (%s), of %s", document->room, document->timezone,
                         zone->name, time_text(document->generated_ms));
    buffer_append_format(&log_text, ", from %s", time_text(document->from_ms));
    buffer_append_format(&log_text, " until %s\n", time_text(document->until_ms));
    for (size_t i = 0; i < document->feed_count; i++) {
        const struct document_feed *feed = &document->feeds[i];
        buffer_append_format(&log_text, "  feed: %s, %s of %s, %stag, %d of %d", feed->url,
                             feed_status_name(feed->status), time_text(feed->fetched_ms),
                             *feed->etag ? "" : "no ", (int)feed->matched_count,
                             (int)feed->event_count);
        for (size_t n = 0; n < feed->closest_count; n++)
            buffer_append_format(&log_text, ", closest %s", feed->closest[n]);
        buffer_append_format(&log_text, *feed->error ? ", %s\n" : "%s\n", feed->error);
    }
    list_sessions("session", &document->schedule);
    list_sessions("elsewhere", &document->elsewhere);
    for (size_t i = 0; i < document->changes.count; i++) {
        const struct change *change = &document->changes.changes[i];
        buffer_append_format(&log_text, "  change: %d %s %s%s\n", (int)change->kind, change->uid,
                             change->room, change->gone ? " gone" : "");
    }
}

/* The document becomes the next poll's last one. */
static void poll_as(const char *what, int64_t now_ms)
{
    struct document document;
    struct zone zone = {0};
    struct error err = {0};
    buffer_append_format(&log_text, "%s\n", what);
    request.now_ms = now_ms;
    request.last = has_last ? &last : NULL;
    enum poll_outcome outcome = poll_run(&request, &document, &zone, &err);
    if (outcome != POLL_DONE) {
        buffer_append_format(&log_text, "  %s: %s\n",
                             outcome == POLL_MISCONFIGURED ? "misconfigured" : "all failed",
                             err.message);
        return;
    }
    list_document(&document, &zone);
    if (has_last)
        document_release(&last);
    last = document;
    has_last = true;
}

static void list_add(struct config_list *list, const char *item)
{
    list->items = xrealloc(list->items, (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = xstrdup(item);
}

static void begin(const char *room, const char *first, const char *second)
{
    if (has_last)
        document_release(&last);
    has_last = false;
    config_release(&config);
    config_init(&config);
    session_set(&config.room_name, room);
    session_set(&config.timezone, "Europe/Brussels");
    list_add(&config.feed_urls, first);
    if (second)
        list_add(&config.feed_urls, second);
    request = (struct poll_request){.config = &config, .tell = take_told};
}

static void poll_two_feeds(void)
{
    begin("Blue", "file:a.ics", "file:b.xml");
    write_feed("a.ics", CALENDAR(ANTS BEES CATS DOGS EELS));
    write_feed("b.xml", XML(XML_EVENT("1", "16:00") XML_EVENT("2", "17:00")));
    poll_as("both are read", NOW_MS);
    write_feed("b.xml", XML(XML_EVENT("1", "16:30") XML_EVENT("2", "17:00")));
    poll_as("one is as it was, the other is not", NOW_MS + MINUTE_MS);
    write_feed("a.ics",
               CALENDAR(ANTS CATS DOGS EELS EVENT("bees", "20260131T110000Z", "Red", "Bees")));
    poll_as("a session goes to another room", NOW_MS + 2 * MINUTE_MS);
    write_feed("a.ics", CALENDAR(ANTS CATS FISH) "BEGIN:VCALENDAR\r\n");
    poll_as("one is cut short, and kept", NOW_MS + 3 * MINUTE_MS);
    write_feed("b.xml",
               "<schedule><day date='2026-01-31'><room name='Blue'>" XML_EVENT("3", "18:00") "&");
    poll_as("one is spoilt from some point on, and the other still cut", NOW_MS + 4 * MINUTE_MS);
    write_feed("a.ics", CALENDAR(ANTS CATS DOGS EELS));
    write_feed("b.xml", XML(XML_EVENT("1", "16:30") XML_EVENT("2", "17:00")));
    poll_as("both are mended", NOW_MS + 5 * MINUTE_MS);
    poll_as("nothing changes", NOW_MS + 6 * MINUTE_MS);
    poll_as("a new day asks for more", NOW_MS + DAY_MS);
    assert_int_equal(unlink(scratch_path(&scratch, "b.xml")), 0);
    poll_as("a file is gone", NOW_MS + DAY_MS + MINUTE_MS);
    poll_as("and stays so on another day", NOW_MS + 2 * DAY_MS);
    assert_int_equal(unlink(scratch_path(&scratch, "a.ics")), 0);
    poll_as("all are gone", NOW_MS + 2 * DAY_MS + MINUTE_MS);
    has_last = false;
    document_release(&last);
    poll_as("all are gone, and nothing is known", NOW_MS);
}

static void poll_one_feed(void)
{
    begin("Blue", "file:a.ics", NULL);
    write_feed("a.ics", CALENDAR(ANTS BEES CATS));
    poll_as("another selection: what was known before doesn't count", NOW_MS);
    session_set(&config.room_name, "Blu");
    poll_as("a room that nobody has", NOW_MS);
    session_set(&config.room_name, "");
    poll_as("every room", NOW_MS + 1);
    write_feed("a.ics", CALENDAR(ANTS BEES));
    poll_as("every room, one session less", NOW_MS + 2);
    session_set(&config.room_name, "Green");
    list_add(&config.room_aliases, "Red");
    poll_as("by another name", NOW_MS);
    write_feed("a.ics", CALENDAR(ANTS BEES "X-WR-TIMEZONE:Asia/Kolkata\r\n" CATS));
    request.zone_from_feed = true;
    session_set(&config.timezone, "");
    setenv("TZ", "UTC", 1);
    poll_as("the feed's zone", NOW_MS);
    poll_as("the zone of last time", NOW_MS + MINUTE_MS);
    unsetenv("TZ");
}

/* So much that it is noticed only when most of it was read. */
static void poll_too_large(void)
{
    static char text[200000];
    static const char day[] = "<schedule><day date='2026-01-31'><room name='Blue'>",
                      other[] = "</room><room name='Red'>", end[] = "</room></day></schedule>";
    begin("Blue", "file:b.xml", "file:a.ics");
    config.max_size_bytes = sizeof text - 1000;
    write_feed("a.ics", CALENDAR(ANTS));
    snprintf(text, sizeof text, "%s%s%s%s%s", day, XML_EVENT("1", "16:00"), other,
             XML_EVENT("2", "17:00"), end);
    write_feed("b.xml", text);
    poll_as("small enough", NOW_MS);
    snprintf(text, sizeof text, "%s%s%s%s%*s%s", day, XML_EVENT("1", "16:30"), other,
             XML_EVENT("3", "18:00"), (int)config.max_size_bytes, "", end);
    write_feed("b.xml", text);
    poll_as("too large: nothing counts that was read of it", NOW_MS + MINUTE_MS);
}

/* /proc/self/mem is a regular file whose first byte nobody can read. */
static void poll_odd_files(void)
{
    static const char *const names[] = {"/dev/null", "/proc/self/mem", "/"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char url[64];
        snprintf(url, sizeof url, "file://%s", names[i]);
        begin("Blue", url, NULL);
        poll_as(names[i], NOW_MS);
    }
}

static void poll_windows(void)
{
    begin("Blue", "file:a.ics", NULL);
    write_feed("a.ics", CALENDAR(ANTS BEES CATS DOGS));
    request.from = (struct poll_bound){POLL_BOUND_INSTANT, AT(10, 45)};
    request.until = (struct poll_bound){POLL_BOUND_INSTANT, AT(11, 0)};
    poll_as("between two sessions", NOW_MS);
    request.until.at_ms++;
    poll_as("a moment more", NOW_MS);
    request.until.at_ms = request.from.at_ms;
    poll_as("nothing at all", NOW_MS);
    request.from = request.until = (struct poll_bound){POLL_BOUND_OPEN, 0};
    poll_as("everything", NOW_MS);
    poll_as("everything, a day later", NOW_MS + DAY_MS);
    session_set(&config.timezone, "Europe/Atlantis");
    poll_as("a zone that is none", NOW_MS);
}

static void test_polls_in_a_row(void **state)
{
    (void)state;
    char folder[4096];
    assert_non_null(getcwd(folder, sizeof folder));
    scratch_open(&scratch, false);
    buffer_init(&log_text, TEXT_BYTES_MAX);
    config_init(&config);
    assert_int_equal(chdir(scratch.path), 0);
    poll_two_feeds();
    poll_one_feed();
    poll_too_large();
    poll_odd_files();
    poll_windows();
    assert_int_equal(chdir(folder), 0);
    if (has_last)
        document_release(&last);
    config_release(&config);
    scratch_close(&scratch);
    golden_expect("polls.txt", log_text.data);
    buffer_release(&log_text);
}

/* What is told of a poll with this password, of a server that nobody is. */
static void expect_password(const char *text, mode_t mode, const char *told)
{
    struct document document;
    struct zone zone;
    struct error err = {0};
    scratch_open(&scratch, false);
    const char *path = scratch_path(&scratch, "password");
    if (text)
        scratch_write(path, text, strlen(text), mode);
    begin("Blue", "http://127.0.0.1:1/feed.ics", NULL);
    session_set(&config.user, "ada");
    session_set(&config.password_file, path);
    buffer_init(&log_text, TEXT_BYTES_MAX);
    request.now_ms = NOW_MS;
    assert_int_equal(poll_run(&request, &document, &zone, &err), POLL_ALL_FAILED);
    if (!strstr(log_text.data, told))
        fail_msg("\"%s\" is not in \"%s\"", told, log_text.data);
    /* Nobody is asked without it. */
    assert_int_equal(strstr(log_text.data, "connect") != NULL, mode == 0604 || *told == ' ');
    buffer_release(&log_text);
    scratch_close(&scratch);
    config_release(&config);
}

static void test_a_password_that_cannot_be_read_asks_nobody(void **state)
{
    (void)state;
    char longest[POLL_PASSWORD_BYTES_MAX + 8];
    memset(longest, 'x', sizeof longest);
    longest[POLL_PASSWORD_BYTES_MAX] = '\n';
    longest[POLL_PASSWORD_BYTES_MAX + 1] = '\0';
    config_init(&config);
    expect_password(NULL, 0600, "/password: No such file or directory");
    expect_password("", 0600, "/password: its first line is empty");
    expect_password("\nsecret", 0600, "/password: its first line is empty");
    expect_password("secret\n", 0604, "can be read by everyone on this computer");
    expect_password("secret\r\nmore", 0600, " ");
    expect_password(longest, 0600, " ");
    longest[POLL_PASSWORD_BYTES_MAX] = 'x';
    expect_password(longest, 0600, "/password: its first line is too long");
}

/* A document of another selection is no last one. */
static void test_what_selects_makes_another_selection(void **state)
{
    (void)state;
    char *seen[16];
    size_t count = 0;
    scratch_open(&scratch, false);
    char url[SCRATCH_PATH_BYTES + 300];
    write_feed("a.ics", CALENDAR(ANTS BEES CATS));
    snprintf(url, sizeof url, "file://%s", scratch_path(&scratch, "a.ics"));
    config_init(&config);
    buffer_init(&log_text, TEXT_BYTES_MAX);
    for (int turn = 0; turn < 11; turn++) {
        begin(turn == 1 ? "Red" : "Blue", url, turn == 2 ? url : NULL);
        if (turn == 3)
            list_add(&config.room_aliases, "Red");
        if (turn == 4)
            list_add(&config.common_rooms, "Red");
        if (turn == 5)
            list_add(&config.breaks, "Red");
        if (turn == 6)
            config.include_venue_wide = !config.include_venue_wide;
        if (turn == 7)
            session_set(&config.timezone, "UTC");
        if (turn == 8)
            session_set(&config.feed_date, "2026-01-31");
        if (turn == 9)
            request.zone_from_feed = true;
        if (turn == 10)
            request.from.kind = POLL_BOUND_OPEN;
        poll_as("", NOW_MS);
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(seen[i], last.selection);
        seen[count++] = xstrdup(last.selection);
        poll_as("", NOW_MS + MINUTE_MS);
        assert_string_equal(seen[count - 1], last.selection);
    }
    while (count > 0)
        free(seen[--count]);
    document_release(&last);
    has_last = false;
    config_release(&config);
    buffer_release(&log_text);
    scratch_close(&scratch);
}

static void test_rooms_are_counted_whatever_is_asked_for(void **state)
{
    (void)state;
    struct room_tally *tally = room_tally_new();
    struct error err = {0};
    char url[SCRATCH_PATH_BYTES + 300];
    struct buffer text;
    scratch_open(&scratch, false);
    write_feed("a.ics", CALENDAR(ANTS BEES CATS DOGS EELS));
    snprintf(url, sizeof url, "file://%s", scratch_path(&scratch, "a.ics"));
    config_init(&config);
    begin("Blue", url, NULL);
    request.now_ms = NOW_MS + 1000 * DAY_MS;
    assert_int_equal(poll_rooms(&request, tally, &err), POLL_DONE);
    buffer_init(&text, TEXT_BYTES_MAX);
    assert_true(room_tally_write_tsv(tally, &text));
    assert_string_equal(text.data, "3\tBlue\n2\tRed\n");
    buffer_release(&text);
    scratch_close(&scratch);
    buffer_init(&log_text, TEXT_BYTES_MAX);
    assert_int_equal(poll_rooms(&request, tally, &err), POLL_ALL_FAILED);
    buffer_release(&log_text);
    session_set(&config.timezone, "Europe/Atlantis");
    assert_int_equal(poll_rooms(&request, tally, &err), POLL_MISCONFIGURED);
    room_tally_free(tally);
    config_release(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_polls_in_a_row),
        cmocka_unit_test(test_a_password_that_cannot_be_read_asks_nobody),
        cmocka_unit_test(test_what_selects_makes_another_selection),
        cmocka_unit_test(test_rooms_are_counted_whatever_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
