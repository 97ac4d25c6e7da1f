#include <roomsign/store.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <roomsign/buffer.h>
#include <roomsign/hash.h>
#include <roomsign/state_file.h>
#include <roomsign/url_secret.h>

bool store_open(struct store *ret_store, const char *directory, const char *room_name,
                const struct config_list *feed_urls, struct error *err)
{
    char name[PLACE_NAME_BYTES];
    uint64_t feeds = HASH_START;
    for (size_t i = 0; i < feed_urls->count; i++) {
        char *url = url_without_user(feed_urls->items[i]);
        feeds = hash_text(feeds, url);
        free(url);
    }
    *ret_store = (struct store){.behind = true};
    if (!state_directory_make(directory, err))
        return false;
    int length = snprintf(ret_store->path, sizeof(ret_store->path), "%s/%s-%08" PRIx32 ".json",
                          directory, place_room_name(room_name, name), (uint32_t)feeds);
    if (length < 0 || (size_t)length + STATE_FILE_SUFFIX_BYTES > sizeof(ret_store->path)) {
        *ret_store = (struct store){.behind = true};
        error_set(err, "%.200s: the path is too long", directory);
        return false;
    }
    return true;
}

/** A damaged file is kept for people to look at, and never read again. */
static void move_aside(const struct store *store, struct error *err)
{
    char aside[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    snprintf(aside, sizeof(aside), "%s.bad", store->path);
    if (rename(store->path, aside) == 0)
        error_prefix(err, "%s, moved aside to .bad: ", store->path);
    else
        error_prefix(err, "%s: ", store->path);
}

bool store_load(struct store *store, const char *room_name, struct document *ret_document,
                struct error *err)
{
    struct stat status;
    *err = (struct error){0};
    if (!*store->path || (stat(store->path, &status) < 0 && errno == ENOENT))
        return false;
    struct buffer json;
    struct document document;
    bool loaded = false;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    if (!buffer_read_file(&json, store->path, err)) {
        /* The message may or may not name the file; a large or odd file is no document. */
        if (stat(store->path, &status) == 0 &&
            (!S_ISREG(status.st_mode) || status.st_size > DOCUMENT_BYTES_MAX))
            move_aside(store, err);
    } else if (!document_read(json.data ? json.data : "", json.length, &document, err)) {
        move_aside(store, err);
    } else if (strcmp(document.room, room_name) != 0) {
        error_set(err, "%s: the schedule of another room, \"%.100s\"", store->path, document.room);
        document_release(&document);
    } else {
        *ret_document = document;
        store->behind = false;
        loaded = true;
    }
    buffer_release(&json);
    return loaded;
}

/** Whether the sign would say of another room than before that no feed knows it. */
static bool same_feeds_lack_room(const struct document *a, const struct document *b)
{
    if (a->feed_count != b->feed_count)
        return false;
    for (size_t i = 0; i < a->feed_count; i++)
        if (document_feed_lacks_room(&a->feeds[i]) != document_feed_lacks_room(&b->feeds[i]))
            return false;
    return true;
}

bool store_worth_writing(const struct document *stored, const struct document *document)
{
    if (strcmp(stored->selection, document->selection) != 0 ||
        strcmp(stored->timezone, document->timezone) != 0 ||
        !same_feeds_lack_room(stored, document))
        return true;
    const struct schedule *old = &stored->schedule, *new = &document->schedule;
    size_t matched = 0;
    for (size_t i = 0; i < old->count; i++) {
        const struct session *session = &old->sessions[i];
        bool left_behind =
            session->end_ms < document->from_ms ||
            (session->end_ms == document->from_ms && session->start_ms < document->from_ms);
        if (left_behind)
            continue;
        if (matched == new->count || !session_equal(session, &new->sessions[matched]))
            return true;
        matched++;
    }
    return matched != new->count;
}

bool store_save(struct store *store, const struct document *document, struct error *err)
{
    struct buffer json;
    if (!*store->path) {
        error_set(err, "no state directory");
        return false;
    }
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    bool saved = document_write(document, &json, err) &&
                 state_file_replace(store->path, json.data, json.length, err);
    store->behind = !saved;
    buffer_release(&json);
    return saved;
}
