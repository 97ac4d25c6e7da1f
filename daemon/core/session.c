#include <roomsign/session.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

static const char *const kind_names[] = {
    [SESSION_KIND_SESSION] = "session",
    [SESSION_KIND_BREAK] = "break",
    [SESSION_KIND_ALL_DAY] = "all-day",
};

static const char *const status_names[] = {
    [SESSION_STATUS_CONFIRMED] = "confirmed",
    [SESSION_STATUS_TENTATIVE] = "tentative",
    [SESSION_STATUS_CANCELLED] = "cancelled",
};

void session_init(struct session *session)
{
    *session = (struct session){.remind_s = SESSION_NO_ALARM};
    session->uid = xstrdup("");
    session->title = xstrdup("");
    session->track = xstrdup("");
    session->room = xstrdup("");
    session->url = xstrdup("");
    session->language = xstrdup("");
}

void session_release(struct session *session)
{
    if (!session) {
        return;
    }
    for (size_t i = 0; i < session->speaker_count; i++) {
        free(session->speakers[i]);
    }
    free(session->speakers);
    free(session->uid);
    free(session->title);
    free(session->track);
    free(session->room);
    free(session->url);
    free(session->language);
    *session = (struct session){0};
}

void session_set(char **member, const char *text)
{
    char *copy = xstrdup(text);
    free(*member);
    *member = copy;
}

void session_add_speaker(struct session *session, const char *name)
{
    if (session->speaker_count == SESSION_SPEAKERS_MAX) {
        return;
    }
    session->speakers =
        xrealloc(session->speakers, (session->speaker_count + 1) * sizeof *session->speakers);
    session->speakers[session->speaker_count++] = xstrdup(name);
}

void session_copy(struct session *ret_session, const struct session *session)
{
    *ret_session = *session;
    ret_session->uid = xstrdup(session->uid);
    ret_session->title = xstrdup(session->title);
    ret_session->track = xstrdup(session->track);
    ret_session->room = xstrdup(session->room);
    ret_session->url = xstrdup(session->url);
    ret_session->language = xstrdup(session->language);
    ret_session->speakers = NULL;
    ret_session->speaker_count = 0;
    for (size_t i = 0; i < session->speaker_count; i++) {
        session_add_speaker(ret_session, session->speakers[i]);
    }
}

bool session_equal(const struct session *a, const struct session *b)
{
    if (a->start_ms != b->start_ms || a->end_ms != b->end_ms || a->kind != b->kind ||
        a->status != b->status || a->venue_wide != b->venue_wide || a->remind_s != b->remind_s ||
        a->feed != b->feed || a->has_track_colour != b->has_track_colour ||
        a->track_colour != b->track_colour || a->speaker_count != b->speaker_count) {
        return false;
    }
    for (size_t i = 0; i < a->speaker_count; i++) {
        if (strcmp(a->speakers[i], b->speakers[i]) != 0) {
            return false;
        }
    }
    return strcmp(a->uid, b->uid) == 0 && strcmp(a->title, b->title) == 0 &&
           strcmp(a->track, b->track) == 0 && strcmp(a->room, b->room) == 0 &&
           strcmp(a->url, b->url) == 0 && strcmp(a->language, b->language) == 0;
}

int session_compare(const struct session *a, const struct session *b)
{
    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms ? -1 : 1;
    }
    if (a->end_ms != b->end_ms) {
        return a->end_ms < b->end_ms ? -1 : 1;
    }
    return strcmp(a->uid, b->uid);
}

/* The index of `name` among `count` names, or -1. */
static int name_find(const char *const names[], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const char *session_kind_name(enum session_kind kind)
{
    assert((size_t)kind < sizeof kind_names / sizeof *kind_names);
    return kind_names[kind];
}

const char *session_status_name(enum session_status status)
{
    assert((size_t)status < sizeof status_names / sizeof *status_names);
    return status_names[status];
}

bool session_kind_parse(const char *name, enum session_kind *ret_kind)
{
    int found = name_find(kind_names, sizeof kind_names / sizeof *kind_names, name);
    if (found < 0) {
        return false;
    }
    *ret_kind = (enum session_kind)found;
    return true;
}

bool session_status_parse(const char *name, enum session_status *ret_status)
{
    int found = name_find(status_names, sizeof status_names / sizeof *status_names, name);
    if (found < 0) {
        return false;
    }
    *ret_status = (enum session_status)found;
    return true;
}
