/**
 * The schedule document: what roomsign-feed prints, what roomsignd keeps. JSON, through jansson.
 *
 * It is input: every field is checked when it is read back, and one that is wrong refuses the
 * document with an error that names it ("sessions[3].end: before start").
 */
#ifndef ROOMSIGN_DOCUMENT_H
#define ROOMSIGN_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/buffer.h>
#include <roomsign/change.h>
#include <roomsign/error.h>
#include <roomsign/schedule.h>

#define DOCUMENT_VERSION 1
#define DOCUMENT_BYTES_MAX (8 * 1024 * 1024)
#define DOCUMENT_FEEDS_MAX 8
#define DOCUMENT_URL_BYTES_MAX 4096
/** An etag or last_modified that is longer is written as "", which only costs a full answer. */
#define DOCUMENT_VALIDATOR_BYTES_MAX 1024
/** Room names offered where a feed has none of this room's. */
#define DOCUMENT_CLOSEST_MAX 5
#define DOCUMENT_HEADLINES_MAX 8
/** Sessions of other rooms. */
#define DOCUMENT_ELSEWHERE_MAX 2000
/** Objects and lists in it, and values in these: a few bytes each, but a hundred when read. */
#define DOCUMENT_CONTAINERS_MAX                                                                    \
    (2 * (SCHEDULE_SESSIONS_MAX + DOCUMENT_ELSEWHERE_MAX + CHANGES_MAX + DOCUMENT_FEEDS_MAX) + 16)
#define DOCUMENT_VALUES_MAX (DOCUMENT_BYTES_MAX / 12)
#define DOCUMENT_UNKNOWN_MS INT64_MIN

enum feed_status {
    /** The feed answered with a schedule. */
    FEED_STATUS_FRESH,
    /** The feed said that nothing changed; its sessions are those of the last document. */
    FEED_STATUS_UNCHANGED,
    /** It could not be used; `error` says why; its sessions are those of the last document. */
    FEED_STATUS_FAILED,
};

/** One feed's part. Strings are its own, never NULL. */
struct document_feed {
    /** Without user name, password or query values that could be a token. */
    char *url;
    enum feed_status status;
    /** When the sessions now shown were last confirmed by the feed; DOCUMENT_UNKNOWN_MS: never. */
    int64_t fetched_ms;
    char *etag;
    char *last_modified;
    /** The server's own idea of the time, or DOCUMENT_UNKNOWN_MS. */
    int64_t server_date_ms;
    char *error;
    /** Events in the whole feed when it was last read, and those of them that are this room's,
     *  whatever the window: decode_result says what counts. Both 0 when it never was read. */
    int64_t event_count;
    int64_t matched_count;
    /** Of these, those that name no room, and are the room's because of that. */
    int64_t roomless_count;
    /** Where events but none of this room's are in it: the rooms that it has, those most like this
     *  one first. */
    char *closest[DOCUMENT_CLOSEST_MAX];
    size_t closest_count;
};

/** Of the RSS or Atom feed that [headlines] url names. Strings are its own, never NULL; all is
 *  empty where none is configured. */
struct document_headlines {
    /** Without user name, password or query values that could be a token. */
    char *url;
    /** What the feed calls itself; at most SESSION_NAME_BYTES_MAX. */
    char *source;
    /** When it was last asked, and when it last answered; DOCUMENT_UNKNOWN_MS: never. */
    int64_t asked_ms;
    int64_t fetched_ms;
    char *etag;
    char *last_modified;
    /** Why it could not be used when it was last asked, or "". */
    char *error;
    /** The latest entries, the newest first; at most SESSION_TITLE_BYTES_MAX each. */
    char *titles[DOCUMENT_HEADLINES_MAX];
    size_t count;
};

struct document {
    char *room;
    char *timezone;
    int64_t generated_ms;
    /** Sessions that overlap [from_ms, until_ms) were asked for. */
    int64_t from_ms;
    int64_t until_ms;
    /** A fingerprint of everything that decides which sessions are selected (urls, room, aliases,
     *  zone): two documents with the same one and the same window may stand for each other. */
    char *selection;
    struct document_feed *feeds;
    size_t feed_count;
    struct document_headlines headlines;
    struct schedule schedule;
    /** What changed since earlier documents, and still counts. */
    struct change_list changes;
    /**
     * Sessions of other rooms of the same feeds, of today and tomorrow, and where the sessions of
     * this one went. Neither breaks, nor all day, nor cancelled; known are only their uid, times,
     * title, room and feed. Empty where no room is selected.
     */
    struct schedule elsewhere;
};

/** Empty strings, no feeds, unknown times. */
void document_init(struct document *document);
void document_release(struct document *document);
/** Append an empty feed entry (DOCUMENT_FEEDS_MAX at most, asserted) and return it. */
struct document_feed *document_add_feed(struct document *document);

/** Whether the feed was read and has events, but none of this room's: the room's name is probably
 *  not what this feed calls it. */
bool document_feed_lacks_room(const struct document_feed *feed);

/** The first feed that could not be used, or NULL. Borrowed. */
const struct document_feed *document_failed_feed(const struct document *document);

/** What the servers of the feeds that answered in this poll said the time is. One that failed has
 *  the Date of an earlier poll, or of whoever answered instead. Returns how many there are. */
size_t document_server_dates(const struct document *document,
                             int64_t ret_dates_ms[static DOCUMENT_FEEDS_MAX]);

/** The clock that dated this poll was offset_ms behind: put right what the poll was dated, all but
 *  times of earlier polls, which were put right then. Less than a second, as which times are
 *  written, changes nothing. */
void document_redate(struct document *document, int64_t offset_ms);

/** "fresh", "unchanged", "failed". */
const char *feed_status_name(enum feed_status status);
bool feed_status_parse(const char *name, enum feed_status *ret_status);

/** Errors: not JSON, too large to be read, a wrong version, a field missing or wrong;
 *  *ret_document is then untouched. */
bool document_read(const char *json, size_t length, struct document *ret_document,
                   struct error *err);
/**
 * Append the document's JSON, the same bytes for the same document. Times are whole seconds;
 * generated, from and until must be known and the schedule be in order (asserted). Text longer than
 * the field's maximum is cut. Errors: larger than the buffer's maximum, and nothing was appended.
 */
bool document_write(const struct document *document, struct buffer *ret_json, struct error *err);
/**
 * The same for a document that is to lie on a card for years: with a `checksum` of the bytes before
 * it as its last field. document_read refuses one that doesn't fit, because one bit makes 10:20 of
 * 10:30.
 */
bool document_write_sealed(const struct document *document, struct buffer *ret_json,
                           struct error *err);
/** Whether these bytes end with their own checksum. */
bool document_seal_fits(const char *json, size_t length);

#endif
