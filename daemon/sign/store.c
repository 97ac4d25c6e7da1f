#include <roomsign/store.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/** false with an empty err: there is nothing. *ret_damaged: what is there can be put aside. */
static bool load_file(const char *path, const char *room_name, struct document *ret_document,
                      bool *ret_damaged, struct error *err)
{
    struct stat status;
    struct buffer json;
    struct document document;
    bool loaded = false;
    *ret_damaged = false;
    if (stat(path, &status) < 0 && errno == ENOENT)
        return false;
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    if (!buffer_read_file(&json, path, err)) {
        /* The message may or may not name the file; a large or odd file is no document. */
        *ret_damaged = stat(path, &status) == 0 &&
                       (!S_ISREG(status.st_mode) || status.st_size > DOCUMENT_BYTES_MAX);
    } else if (!document_read(json.data ? json.data : "", json.length, &document, err)) {
        *ret_damaged = true;
    } else if (strcmp(document.room, room_name) != 0) {
        error_set(err, "%s: the schedule of another room, \"%.100s\"", path, document.room);
        document_release(&document);
    } else {
        *ret_document = document;
        loaded = true;
    }
    buffer_release(&json);
    return loaded;
}

static void previous_path(const struct store *store,
                          char path[static PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES])
{
    snprintf(path, PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES, "%s.old", store->path);
}

/** What stood there before the file that can't be used now. */
static bool load_previous(const struct store *store, const char *room_name,
                          struct document *ret_document, struct error *err)
{
    char path[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    struct error untold = {0}, reason = *err;
    bool damaged;
    previous_path(store, path);
    if (!load_file(path, room_name, ret_document, &damaged, &untold))
        return false;
    if (*reason.message)
        error_set(err, "%s; the one before it is taken", reason.message);
    else
        error_set(err, "%s is gone; the one before it is taken", store->path);
    return true;
}

bool store_load(struct store *store, const char *room_name, struct document *ret_document,
                struct error *err)
{
    bool damaged;
    *err = (struct error){0};
    if (!*store->path)
        return false;
    if (load_file(store->path, room_name, ret_document, &damaged, err)) {
        store->behind = false;
        return true;
    }
    if (damaged)
        state_file_put_aside(store->path, err);
    return load_previous(store, room_name, ret_document, err);
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

bool store_is_gone(const struct store *store)
{
    return *store->path && access(store->path, F_OK) < 0 && errno == ENOENT;
}

bool store_save(struct store *store, const struct document *document, struct error *err)
{
    struct buffer json;
    char previous[PLACE_PATH_BYTES + STATE_FILE_SUFFIX_BYTES];
    previous_path(store, previous);
    if (!*store->path) {
        error_set(err, "no state directory");
        return false;
    }
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    bool saved = document_write_sealed(document, &json, err);
    /* A card that loses a block would else leave nothing. */
    if (saved)
        saved = state_file_replace(store->path, previous, json.data, json.length, err);
    store->behind = !saved;
    buffer_release(&json);
    return saved;
}
