#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/store.h>

#include "scratch.h"

#define ROOM "Room A"

static char *urls[] = {"https://example.org/a.ics", "https://example.org/b.ics"};
static const struct config_list feeds = {urls, 1}, other_feeds = {urls, 2};

static int set_up(void **state)
{
    struct scratch *scratch = xcalloc(1, sizeof(*scratch));
    scratch_open(scratch, false);
    *state = scratch;
    return 0;
}

static int tear_down(void **state)
{
    scratch_close(*state);
    free(*state);
    return 0;
}

static void open_store(struct scratch *scratch, struct store *store)
{
    struct error err = {0};
    if (!store_open(store, scratch->path, ROOM, &feeds, &err))
        fail_msg("%s", err.message);
}

static void test_what_was_saved_is_loaded(void **state)
{
    struct store store;
    struct document saved, loaded;
    struct error err = {0};
    open_store(*state, &store);
    assert_true(store.behind);
    assert_false(store_load(&store, ROOM, &loaded, &err));
    assert_string_equal(err.message, "");
    sample_document(&saved, ROOM, "abc");
    assert_true(store_save(&store, &saved, &err));
    assert_false(store.behind);

    open_store(*state, &store);
    assert_true(store_load(&store, ROOM, &loaded, &err));
    assert_true(schedule_equal(&saved.schedule, &loaded.schedule));
    assert_int_equal(loaded.feeds[0].fetched_ms, AT(9, 0));
    assert_false(store.behind);
    document_release(&saved);
    document_release(&loaded);
}

static void test_rooms_do_not_share_a_file(void **state)
{
    struct scratch *scratch = *state;
    struct store one, other;
    assert_true(store_open(&one, scratch->path, "Room A", &feeds, NULL));
    assert_true(store_open(&other, scratch->path, "Room A", &other_feeds, NULL));
    assert_string_not_equal(one.path, other.path);
    assert_true(store_open(&other, scratch->path, "Room/A", &feeds, NULL));
    assert_string_not_equal(one.path, other.path);
}

static void test_a_missing_directory_is_made(void **state)
{
    struct scratch *scratch = *state;
    struct store store;
    struct document document;
    char deep[SCRATCH_PATH_BYTES + 32];
    snprintf(deep, sizeof(deep), "%s/one/two", scratch->path);
    assert_true(store_open(&store, deep, ROOM, &feeds, NULL));
    sample_document(&document, ROOM, "a");
    assert_true(store_save(&store, &document, NULL));
    document_release(&document);
    unlink(store.path);
    rmdir(deep);
}

static void test_a_directory_that_cannot_be_is_a_store_that_keeps_nothing(void **state)
{
    struct store store;
    struct document document;
    struct error err = {0};
    const char *in_the_way = scratch_path(*state, "file");
    char below[SCRATCH_PATH_BYTES + 160];
    scratch_write(in_the_way, "x", 1, 0600);
    snprintf(below, sizeof(below), "%s/state", in_the_way);
    assert_false(store_open(&store, below, ROOM, &feeds, &err));
    assert_non_null(strstr(err.message, "file"));
    assert_false(store_load(&store, ROOM, &document, &err));
    assert_string_equal(err.message, "");
    sample_document(&document, ROOM, "a");
    assert_false(store_save(&store, &document, &err));
    assert_true(*err.message);
    document_release(&document);
    assert_false(store_open(&store, in_the_way, ROOM, &feeds, &err));
}

/** Every way in which the bytes can be wrong ends the same. */
static void expect_moved_aside(struct scratch *scratch, const char *bytes, size_t length)
{
    struct store store;
    struct document document;
    struct error err = {0};
    char aside[PLACE_PATH_BYTES + 8];
    open_store(scratch, &store);
    scratch_write(store.path, bytes, length, 0600);
    assert_false(store_load(&store, ROOM, &document, &err));
    assert_non_null(strstr(err.message, store.path));
    assert_non_null(strstr(err.message, ".bad"));
    snprintf(aside, sizeof(aside), "%s.bad", store.path);
    assert_int_equal(access(store.path, F_OK), -1);
    assert_int_equal(access(aside, F_OK), 0);
    assert_true(store.behind);
    unlink(aside);
}

/** What the sign leaves on the card; the caller's to free. */
static struct buffer sealed_sample(const char *uids)
{
    struct buffer json;
    struct document document;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    sample_document(&document, ROOM, uids);
    assert_true(document_write_sealed(&document, &json, NULL));
    document_release(&document);
    return json;
}

static void test_a_file_cut_anywhere_is_moved_aside(void **state)
{
    struct buffer json = sealed_sample("abc");
    for (size_t cut = 0; cut < json.length; cut++)
        expect_moved_aside(*state, json.data, cut);
    expect_moved_aside(*state, "not JSON\n", 9);
    buffer_release(&json);
}

static void test_a_file_with_any_bit_flipped_is_moved_aside(void **state)
{
    struct document document;
    struct buffer json = sealed_sample("abc");
    for (size_t i = 0; i < json.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct error err = {0};
            json.data[i] ^= (char)(1 << bit);
            if (document_read(json.data, json.length, &document, &err))
                fail_msg("byte %zu, bit %d: taken", i, bit);
            assert_true(*err.message);
            json.data[i] ^= (char)(1 << bit);
        }
        json.data[i] ^= 1;
        expect_moved_aside(*state, json.data, json.length);
        json.data[i] ^= 1;
    }
    assert_true(document_read(json.data, json.length, &document, NULL));
    document_release(&document);
    buffer_release(&json);
}

static void save_sample(struct store *store, const char *uids)
{
    struct document document;
    struct error err = {0};
    sample_document(&document, ROOM, uids);
    if (!store_save(store, &document, &err))
        fail_msg("%s", err.message);
    document_release(&document);
}

static void expect_loaded(struct store *store, size_t count, const char *word)
{
    struct document document;
    struct error err = {0};
    assert_true(store_load(store, ROOM, &document, &err));
    assert_int_equal(document.schedule.count, count);
    if (word)
        assert_non_null(strstr(err.message, word));
    else
        assert_string_equal(err.message, "");
    document_release(&document);
}

static void test_the_file_before_stands_in_for_a_damaged_one(void **state)
{
    struct store store;
    open_store(*state, &store);
    save_sample(&store, "ab");
    save_sample(&store, "abc");
    expect_loaded(&store, 3, NULL);

    open_store(*state, &store);
    scratch_write(store.path, "{", 1, 0600);
    expect_loaded(&store, 2, "; the one before it is taken");
    assert_true(store.behind);
    expect_loaded(&store, 2, "is gone; the one before it is taken");
    save_sample(&store, "abcd");
    expect_loaded(&store, 4, NULL);
    unlink(store.path);
    expect_loaded(&store, 2, "is gone");
    /* The one that is damaged must not become the one before. */
    save_sample(&store, "abc");
    scratch_write(store.path, "{", 1, 0600);
    expect_loaded(&store, 2, ".bad");
}

/** A full disk mustn't take it either: it would last for as long as the disk is full. */
static void test_a_failed_save_keeps_the_file_before_too(void **state)
{
    struct store store;
    struct document document;
    char aside[PLACE_PATH_BYTES + 8];
    open_store(*state, &store);
    save_sample(&store, "ab");
    save_sample(&store, "abc");
    snprintf(aside, sizeof(aside), "%s.new", store.path);
    assert_int_equal(mkdir(aside, 0700), 0);
    sample_document(&document, ROOM, "abcd");
    assert_false(store_save(&store, &document, NULL));
    document_release(&document);
    assert_int_equal(rmdir(aside), 0);
    scratch_write(store.path, "{", 1, 0600);
    expect_loaded(&store, 2, "; the one before it is taken");
}

static void test_a_directory_in_its_place_is_moved_aside(void **state)
{
    struct store store;
    struct document document;
    struct error err = {0};
    open_store(*state, &store);
    assert_int_equal(mkdir(store.path, 0700), 0);
    assert_false(store_load(&store, ROOM, &document, &err));
    assert_non_null(strstr(err.message, ".bad"));
    sample_document(&document, ROOM, "a");
    assert_true(store_save(&store, &document, NULL));
    document_release(&document);
}

static void test_a_foreign_room_is_left_alone(void **state)
{
    struct store store;
    struct document document;
    struct error err = {0};
    char *text = sample_document_text("Room B", "abc");
    open_store(*state, &store);
    scratch_write(store.path, text, strlen(text), 0600);
    assert_false(store_load(&store, ROOM, &document, &err));
    assert_non_null(strstr(err.message, "Room B"));
    assert_int_equal(access(store.path, F_OK), 0);
    free(text);
}

static void test_a_failed_save_keeps_the_old_file(void **state)
{
    struct store store;
    struct document document, loaded;
    struct error err = {0};
    char aside[PLACE_PATH_BYTES + 8];
    open_store(*state, &store);
    sample_document(&document, ROOM, "abc");
    assert_true(store_save(&store, &document, &err));
    document_release(&document);
    /* A directory where the new file would be written stops root as well. */
    snprintf(aside, sizeof(aside), "%s.new", store.path);
    assert_int_equal(mkdir(aside, 0700), 0);
    sample_document(&document, ROOM, "z");
    assert_false(store_save(&store, &document, &err));
    assert_true(store.behind);
    assert_true(*err.message);
    assert_true(store_load(&store, ROOM, &loaded, &err));
    assert_int_equal(loaded.schedule.count, 3);
    document_release(&loaded);
    assert_int_equal(rmdir(aside), 0);
    assert_true(store_save(&store, &document, &err));
    assert_false(store.behind);
    document_release(&document);
}

static void test_only_what_changed_is_worth_writing(void **state)
{
    (void)state;
    struct document stored, document;
    sample_document(&stored, ROOM, "abc");
    sample_document(&document, ROOM, "abc");
    document.generated_ms = document.feeds[0].fetched_ms = AT(12, 0);
    session_set(&document.feeds[0].etag, "\"another\"");
    assert_false(store_worth_writing(&stored, &document));

    session_set(&document.schedule.sessions[1].title, "Another title");
    assert_true(store_worth_writing(&stored, &document));
    document_release(&document);

    sample_document(&document, ROOM, "abcd");
    assert_true(store_worth_writing(&stored, &document));
    document_release(&document);
    sample_document(&document, ROOM, "ab");
    assert_true(store_worth_writing(&stored, &document));
    document_release(&document);

    sample_document(&document, ROOM, "abc");
    session_set(&document.selection, "another");
    assert_true(store_worth_writing(&stored, &document));
    document_release(&document);

    /* Headlines come many times a day, and a card wears out. */
    sample_document(&document, ROOM, "abc");
    document.headlines.titles[document.headlines.count++] = xstrdup("News");
    document.headlines.asked_ms = document.headlines.fetched_ms = AT(12, 0);
    document.feeds[0].event_count = 40;
    document.feeds[0].matched_count = 3;
    assert_false(store_worth_writing(&stored, &document));
    /* After a restart without network the sign must not take an unknown room for a free one. */
    document.feeds[0].matched_count = 0;
    assert_true(store_worth_writing(&stored, &document));
    document_release(&document);
    document_release(&stored);
}

static void test_a_window_that_moved_on_is_not_worth_writing(void **state)
{
    (void)state;
    struct document stored, document;
    sample_document(&stored, ROOM, "abc");
    sample_document(&document, ROOM, "");
    document.from_ms = AT(12, 0);
    document.until_ms += DAY_MS;
    sample_add(&document.schedule, "c", AT(12, 0), AT(13, 0));
    assert_false(store_worth_writing(&stored, &document));
    document.from_ms = AT(12, 0) - 1;
    assert_true(store_worth_writing(&stored, &document));
    document_release(&document);
    document_release(&stored);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_what_was_saved_is_loaded),
        EACH(test_rooms_do_not_share_a_file),
        EACH(test_a_missing_directory_is_made),
        EACH(test_a_directory_that_cannot_be_is_a_store_that_keeps_nothing),
        EACH(test_a_file_cut_anywhere_is_moved_aside),
        EACH(test_a_file_with_any_bit_flipped_is_moved_aside),
        EACH(test_the_file_before_stands_in_for_a_damaged_one),
        EACH(test_a_failed_save_keeps_the_file_before_too),
        EACH(test_a_directory_in_its_place_is_moved_aside),
        EACH(test_a_foreign_room_is_left_alone),
        EACH(test_a_failed_save_keeps_the_old_file),
        EACH(test_only_what_changed_is_worth_writing),
        EACH(test_a_window_that_moved_on_is_not_worth_writing),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
