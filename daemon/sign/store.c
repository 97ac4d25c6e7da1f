#include <roomsign/store.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/hash.h>

#define SUFFIX_BYTES_MAX 8

/** mkdir -p. */
static bool make_directories(const char *path, struct error *err)
{
    char part[PLACE_PATH_BYTES];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof(part)) {
        error_set(err, "the path of the state directory is empty or too long");
        return false;
    }
    memcpy(part, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        if (mkdir(part, 0750) < 0 && errno != EEXIST) {
            error_set(err, "%s: %s", part, strerror(errno));
            return false;
        }
        part[i] = kept;
    }
    struct stat status;
    if (stat(path, &status) < 0 || !S_ISDIR(status.st_mode)) {
        error_set(err, "%s: not a directory", path);
        return false;
    }
    return true;
}

bool store_open(struct store *ret_store, const char *directory, const char *room_name,
                const struct config_list *feed_urls, struct error *err)
{
    char name[PLACE_NAME_BYTES];
    uint64_t feeds = HASH_START;
    for (size_t i = 0; i < feed_urls->count; i++)
        feeds = hash_text(feeds, feed_urls->items[i]);
    *ret_store = (struct store){.behind = true};
    if (!make_directories(directory, err))
        return false;
    int length = snprintf(ret_store->path, sizeof(ret_store->path), "%s/%s-%08" PRIx32 ".json",
                          directory, place_room_name(room_name, name), (uint32_t)feeds);
    if (length < 0 || (size_t)length + SUFFIX_BYTES_MAX > sizeof(ret_store->path)) {
        *ret_store = (struct store){.behind = true};
        error_set(err, "%.200s: the path is too long", directory);
        return false;
    }
    return true;
}

/** A damaged file is kept for people to look at, and never read again. */
static void move_aside(const struct store *store, struct error *err)
{
    char aside[PLACE_PATH_BYTES + SUFFIX_BYTES_MAX];
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

bool store_worth_writing(const struct document *stored, const struct document *document)
{
    if (strcmp(stored->selection, document->selection) != 0 ||
        strcmp(stored->timezone, document->timezone) != 0)
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

static bool sync_directory(const char *path)
{
    char directory[PLACE_PATH_BYTES];
    snprintf(directory, sizeof(directory), "%s", path);
    char *slash = strrchr(directory, '/');
    if (!slash)
        return false;
    slash[slash == directory] = '\0';
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

static bool replace_file(const char *path, const struct buffer *bytes, struct error *err)
{
    char aside[PLACE_PATH_BYTES + SUFFIX_BYTES_MAX];
    snprintf(aside, sizeof(aside), "%s.new", path);
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        error_set(err, "%s: %s", aside, strerror(errno));
        return false;
    }
    bool written = write_all(fd, bytes->data, bytes->length) && fsync(fd) == 0;
    int reason = errno;
    if (close(fd) < 0 && written) {
        written = false;
        reason = errno;
    }
    if (written && rename(aside, path) < 0) {
        written = false;
        reason = errno;
    }
    if (!written) {
        error_set(err, "%s: %s", path, strerror(reason));
        unlink(aside);
        return false;
    }
    if (!sync_directory(path)) {
        error_set(err, "%s: its directory can't be synced: %s", path, strerror(errno));
        return false;
    }
    return true;
}

bool store_save(struct store *store, const struct document *document, struct error *err)
{
    struct buffer json;
    if (!*store->path) {
        error_set(err, "no state directory");
        return false;
    }
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    bool saved = document_write(document, &json, err) && replace_file(store->path, &json, err);
    store->behind = !saved;
    buffer_release(&json);
    return saved;
}
