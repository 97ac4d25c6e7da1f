#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/room.h>

#include "scratch.h"

#define ROOM "Room A"
#define CONFIG "[room]\nname = " ROOM "\ntimezone = UTC\n[feed]\nurl = https://example.org/a.ics\n"
#define HEADLINES "[headlines]\nurl = https://example.org/rss\n"

struct bench {
    struct scratch scratch;
    struct room room;
};

static void tell(void *context, const char *message)
{
    (void)context;
    fail_msg("%s", message);
}

static void write_config(struct bench *bench, const char *text)
{
    scratch_write(scratch_path(&bench->scratch, "room.conf"), text, strlen(text), 0600);
}

static int set_up(void **state)
{
    struct bench *bench = xcalloc(1, sizeof(*bench));
    scratch_open(&bench->scratch, false);
    write_config(bench, CONFIG HEADLINES);
    *state = bench;
    return room_open(scratch_path(&bench->scratch, "room.conf"), tell, NULL, &bench->room) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    room_release(&bench->room);
    scratch_close(&bench->scratch);
    free(bench);
    return 0;
}

/** `names` set apart by '|'. */
static void fill_feed(struct document_feed *feed, int events, int matched, const char *names)
{
    feed->event_count = events;
    feed->matched_count = matched;
    while (*names) {
        size_t length = strcspn(names, "|");
        feed->closest[feed->closest_count++] = xstrndup(names, length);
        names += length + (names[length] == '|');
    }
}

static void test_before_any_schedule_nothing_is_missing(void **state)
{
    struct bench *bench = *state;
    assert_false(feed_health_room_missing(&bench->room.health));
    assert_int_equal(bench->room.view_options.news.count, 0);
}

static void test_names_of_several_feeds_take_turns(void **state)
{
    struct bench *bench = *state;
    struct document document;
    sample_document(&document, ROOM, "");
    fill_feed(&document.feeds[0], 9, 0, "A1|Hall|A3");
    fill_feed(document_add_feed(&document), 0, 0, "");
    fill_feed(document_add_feed(&document), 7, 0, "B1|Hall|B3|B4|B5");
    room_take_document(&bench->room, &document);
    const struct feed_health *health = &bench->room.health;
    assert_true(feed_health_room_missing(health));
    assert_int_equal(health->feeds_with_events, 2);
    assert_int_equal(health->feeds_without_room, 2);
    const char *expected[] = {"A1", "B1", "Hall", "A3", "B3"};
    assert_int_equal(health->room_count, VIEW_ROOMS_MAX);
    for (int i = 0; i < health->room_count; i++)
        assert_string_equal(health->rooms[i], expected[i]);

    /* The next schedule starts from nothing. */
    sample_document(&document, ROOM, "a");
    fill_feed(&document.feeds[0], 9, 1, "");
    fill_feed(document_add_feed(&document), 7, 0, "B1");
    room_take_document(&bench->room, &document);
    assert_false(feed_health_room_missing(health));
    assert_int_equal(health->feeds_without_room, 1);
    assert_int_equal(health->room_count, 1);
}

static void test_headlines_are_those_of_the_document_while_they_are_on(void **state)
{
    struct bench *bench = *state;
    struct document document;
    sample_document(&document, ROOM, "a");
    session_set(&document.headlines.source, "Planet");
    document.headlines.titles[document.headlines.count++] = xstrdup("One");
    document.headlines.titles[document.headlines.count++] = xstrdup("Two");
    document.headlines.fetched_ms = AT(8, 0);
    room_take_document(&bench->room, &document);
    const struct news *news = &bench->room.view_options.news;
    assert_int_equal(news->count, 2);
    assert_string_equal(news->source, "Planet");
    assert_string_equal(news->titles[1], "Two");
    assert_int_equal(news->fetched_ms, AT(8, 0));

    write_config(bench, CONFIG);
    const char *path = scratch_path(&bench->scratch, "room.conf");
    assert_true(room_reload(&bench->room, path, tell, NULL));
    assert_int_equal(news->count, 0);
    write_config(bench, CONFIG HEADLINES);
    assert_true(room_reload(&bench->room, path, tell, NULL));
    assert_int_equal(news->count, 2);
}

static void test_an_answer_to_a_key_outlasts_a_schedule(void **state)
{
    struct bench *bench = *state;
    struct document document;
    bench->room.view_options.hint = "5 min longer";
    bench->room.view_options.hint_until_ms = AT(10, 0);
    sample_document(&document, ROOM, "a");
    room_take_document(&bench->room, &document);
    assert_string_equal(bench->room.view_options.hint, "5 min longer");
    assert_int_equal(bench->room.view_options.hint_until_ms, AT(10, 0));
}

static void test_headlines_that_never_came_have_no_age(void **state)
{
    struct bench *bench = *state;
    struct document document;
    sample_document(&document, ROOM, "a");
    session_set(&document.headlines.error, "HTTP 500");
    document.headlines.titles[document.headlines.count++] = xstrdup("Of a damaged file");
    room_take_document(&bench->room, &document);
    assert_int_equal(bench->room.view_options.news.count, 0);
    assert_null(news_at(&bench->room.view_options.news, AT(10, 0)));
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_before_any_schedule_nothing_is_missing),
        EACH(test_names_of_several_feeds_take_turns),
        EACH(test_headlines_are_those_of_the_document_while_they_are_on),
        EACH(test_an_answer_to_a_key_outlasts_a_schedule),
        EACH(test_headlines_that_never_came_have_no_age),
    };
    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
