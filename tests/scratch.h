/* A directory for one test's files, and documents to put into them. */
#ifndef ROOMSIGN_TESTS_SCRATCH_H
#define ROOMSIGN_TESTS_SCRATCH_H

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/buffer.h>
#include <roomsign/document.h>

#include "sample.h"

#define SCRATCH_PATH_BYTES 512

struct scratch {
    char path[SCRATCH_PATH_BYTES];
};

/* In $TMPDIR; in /tmp where names must be short, as those of sockets. */
static inline void scratch_open(struct scratch *scratch, bool in_short_place)
{
    const char *parent = in_short_place ? NULL : getenv("TMPDIR");
    snprintf(scratch->path, sizeof(scratch->path), "%s/roomsign-test-XXXXXX",
             parent ? parent : "/tmp");
    char *made = mkdtemp(scratch->path);
    assert(made);
    (void)made;
}

/* A path inside; one of four that are valid at a time. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name)
{
    static char paths[4][SCRATCH_PATH_BYTES + 260];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", scratch->path, name);
    return paths[turn];
}

static inline void scratch_write(const char *path, const char *bytes, size_t length, mode_t mode)
{
    /* A program that is just being started can't be opened for writing: ETXTBSY. */
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert(fd >= 0);
    ssize_t written = write(fd, bytes, length);
    assert(written == (ssize_t)length);
    (void)written;
    close(fd);
}

/* Files and empty directories in it, and itself. */
static inline void scratch_close(struct scratch *scratch)
{
    DIR *directory = opendir(scratch->path);
    assert(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *path = scratch_path(scratch, entry->d_name);
        if (unlink(path) < 0)
            rmdir(path);
    }
    closedir(directory);
    rmdir(scratch->path);
}

/* A document of a room with one feed and the sessions "a", "b" ... an hour each from 10:00 on. */
static inline void sample_document(struct document *document, const char *room, const char *uids)
{
    document_init(document);
    session_set(&document->room, room);
    session_set(&document->timezone, "UTC");
    session_set(&document->selection, "0123456789abcdef");
    document->generated_ms = AT(9, 0);
    document->from_ms = AT(-24, 0);
    document->until_ms = AT(8 * 24, 0);
    struct document_feed *feed = document_add_feed(document);
    session_set(&feed->url, "https://example.org/feed.ics");
    feed->fetched_ms = AT(9, 0);
    for (size_t i = 0; uids[i]; i++) {
        char uid[2] = {uids[i], '\0'};
        sample_add(&document->schedule, uid, AT(10 + (int)i, 0), AT(11 + (int)i, 0));
    }
    schedule_sort(&document->schedule);
}

/* Its JSON; the caller's to free. */
static inline char *sample_document_text(const char *room, const char *uids)
{
    struct document document;
    struct buffer json;
    sample_document(&document, room, uids);
    buffer_init(&json, DOCUMENT_BYTES_MAX);
    bool written = document_write(&document, &json, NULL);
    assert(written);
    (void)written;
    document_release(&document);
    return json.data;
}

#endif
