/**
 * One thing that happens in a room: a talk, a break, an all-day notice.
 *
 * Times are UTC milliseconds; a session holds its room in [start_ms, end_ms). Strings are valid,
 * clean UTF-8 (see utf8_clean), never NULL, "" when the feed says nothing.
 */
#ifndef ROOMSIGN_SESSION_H
#define ROOMSIGN_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a session may hold at most; decoders and the document reader cut or refuse what is longer.
 */
#define SESSION_UID_BYTES_MAX 512
#define SESSION_TITLE_BYTES_MAX 1024
#define SESSION_NAME_BYTES_MAX 256
#define SESSION_URL_BYTES_MAX 2048
#define SESSION_SPEAKERS_MAX 64

enum session_kind {
    SESSION_KIND_SESSION,
    SESSION_KIND_BREAK,
    SESSION_KIND_ALL_DAY,
};

enum session_status {
    SESSION_STATUS_CONFIRMED,
    SESSION_STATUS_TENTATIVE,
    SESSION_STATUS_CANCELLED,
};

#define SESSION_NO_ALARM (-1)
#define SESSION_REMIND_MAX_S (366 * 86400)

struct session {
    /** Names one occurrence: UID, UID/20260131T093000Z in a series, UID#2 where a feed repeats it.
     */
    char *uid;
    int64_t start_ms;
    int64_t end_ms;
    char *title;
    char **speakers;
    size_t speaker_count;
    char *track;
    /** 0xRRGGBB that the feed gives the track, if it does. */
    bool has_track_colour;
    uint32_t track_colour;
    char *room;
    char *url;
    char *language;
    enum session_kind kind;
    enum session_status status;
    /** Meant for every room of the venue, not for this one alone. */
    bool venue_wide;
    /** Seconds before the start at which the feed wants a reminder, or SESSION_NO_ALARM. */
    int64_t remind_s;
    /** Which of the config's feeds it came from, from 0. */
    int feed;
};

/** All strings "", no speakers, confirmed, no alarm. */
void session_init(struct session *session);
void session_release(struct session *session);
/** A deep copy into storage that holds nothing yet. */
void session_copy(struct session *ret_session, const struct session *session);
/** Add a speaker (copied); one past SESSION_SPEAKERS_MAX is dropped. */
void session_add_speaker(struct session *session, const char *name);
/** Replace a string member, as in session_set(&session.title, text): frees the old, copies. */
void session_set(char **member, const char *text);
bool session_equal(const struct session *a, const struct session *b);
/** The document's order: start, end, uid. Negative, zero, positive. */
int session_compare(const struct session *a, const struct session *b);

/** The document's words: "session", "break", "all-day"; "confirmed", "tentative", "cancelled". */
const char *session_kind_name(enum session_kind kind);
const char *session_status_name(enum session_status status);
bool session_kind_parse(const char *name, enum session_kind *ret_kind);
bool session_status_parse(const char *name, enum session_status *ret_status);

#endif
