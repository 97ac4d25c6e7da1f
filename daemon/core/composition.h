/**
 * What the parts of a view are made from, and the parts. For view*.c alone.
 *
 * A part that says anything which can end or begin by itself also says when that next happens:
 * view_consider_* lower *earliest_ms to it. While the clock is known a view lasts for a minute at
 * most, so that nothing later needs to be looked for.
 */
#ifndef ROOMSIGN_CORE_COMPOSITION_H
#define ROOMSIGN_CORE_COMPOSITION_H

#include <string.h>

#include <roomsign/phrase.h>
#include <roomsign/utf8.h>
#include <roomsign/view.h>
#include <roomsign/words.h>

struct composition {
    const struct tracker *tracker;
    const struct feed_health *health;
    const struct view_options *options;
    /** The options', or empty ones. */
    const struct change_list *changes;
    const struct schedule *elsewhere;
    /** Those of sessions that stand in the schedule, by uid (view_index_changes). */
    const struct change *changes_by_uid[CHANGES_MAX];
    size_t change_count;
    struct phrasing phrasing;
    struct tracker_state state;
    int64_t now_ms;
    /** The sessions that alerts tell of, once those are put: the list has no need to. */
    const char *alerted_uids[VIEW_ALERTS_MAX];
    int alerted_count;
};

/** What is too long says so by its last character. */
static inline void view_put(char *member, size_t size, const char *text, size_t length)
{
    static const char ellipsis[] = "…";
    bool whole = length < size;
    size_t kept = whole ? length : utf8_cut(text, length, size - sizeof ellipsis);
    /* Views are compared byte by byte, and something longer may have stood there. */
    memset(member, 0, size);
    memcpy(member, text, kept);
    memcpy(member + kept, whole ? "" : ellipsis, whole ? 1 : sizeof ellipsis);
}
#define PUT_PART(member, text, length) view_put((member), sizeof(member), (text), (size_t)(length))
#define PUT(member, text) PUT_PART(member, text, strlen(text))

/** Keep the earliest of the moments that lie ahead. */
static inline void view_consider(const struct composition *made, int64_t moment_ms,
                                 int64_t *earliest_ms)
{
    if (moment_ms > made->now_ms && moment_ms < *earliest_ms) {
        *earliest_ms = moment_ms;
    }
}

static inline const char *view_title(const struct composition *made, const char *title)
{
    return title[0] ? title : made->phrasing.words->untitled;
}

/** Of the programme day, or of the one before and still to end. */
static inline bool view_is_of_today(const struct composition *made, int64_t start_ms)
{
    return start_ms <= made->now_ms || tracker_same_day(made->tracker, start_ms, made->now_ms);
}

/** Not said as a banner; cancelled ones too. */
static inline bool view_is_listed_kind(const struct composition *made,
                                       const struct session *session)
{
    return session->kind != SESSION_KIND_ALL_DAY &&
           session->end_ms - session->start_ms <= made->tracker->rules.max_session_ms;
}

/** The session that the stage is about: the one in the room, or the one that is about to start. */
static inline const struct session *view_staged(const struct tracker_state *state)
{
    return state->phase == PHASE_SOON ? state->next : state->current;
}

/** The session that the panel announces: in soon, the next one is on the stage already. */
static inline const struct session *view_announced(const struct tracker_state *state)
{
    return state->phase == PHASE_SOON ? state->after_next : state->next;
}

/** The first session that starts at from_ms or later, or the schedule's end. */
const struct session *view_first_from(const struct schedule *schedule, int64_t from_ms);
/** Where the sessions end, also of a schedule that never had one. */
const struct session *view_end(const struct schedule *schedule);

/** Whether the schedule speaks of now and of this room, and its sessions can be told. */
bool view_knows(const struct composition *made);

/* Changes (view_change.c) */

/** A schedule may hold thousands of sessions, each of which is looked up. */
void view_index_changes(struct composition *made);
/** What is told of a session that stands in the schedule; NULL: nothing, or no more. */
const struct change *view_change_of(const struct composition *made, const struct session *session);
/** The session of a change that isn't gone; NULL: the schedule has it at another time. */
const struct session *view_change_session(const struct composition *made,
                                          const struct change *change);
/** Until when the change is told. */
int64_t view_change_until_ms(const struct change *change);
bool view_change_moves_start(const struct change *change);
/** Whether it took the session to another door than this one. */
bool view_change_leads_away(const struct composition *made, const struct change *change);
/** Whether the old slot needs a row of its own, because no row of the session tells of it. */
bool view_change_leaves_slot(const struct composition *made, const struct change *change);
/** Where a session that was moved is, and when, if that isn't the time that it was at. */
void view_phrase_move(const struct composition *made, const struct change *change,
                      const struct words_of_move *words, char *text, size_t size);
/** "cancelled", "moved to UB5.230, 14:30": of the slot that the change leaves. */
void view_phrase_fate(const struct composition *made, const struct change *change, char *text,
                      size_t size);
/** Said of a session that stands in the schedule, before its title; may be "". */
void view_phrase_news(const struct composition *made, const struct change *change, char *text,
                      size_t size);

/* The stage (view_stage.c) */

void view_put_stage(const struct composition *made, struct view *view);
void view_put_countdown(const struct composition *made, struct view *view);
void view_consider_count(const struct composition *made, int64_t *earliest_ms);

/* The session's page (view_code.c) */

void view_put_code(const struct composition *made, struct view *view);

/* What comes (view_list.c) */

void view_put_next(const struct composition *made, struct view *view);
void view_put_later(const struct composition *made, struct view *view);
void view_put_banners(const struct composition *made, struct view *view);
/** Whether a session is still to begin, by the plan or after the one that is held. */
bool view_is_awaited(const struct composition *made, const struct session *session);
/** A session as the plan has it, whatever time it is. */
void view_put_planned(const struct composition *made, const struct session *session,
                      struct view_entry *entry);
void view_consider_list(const struct composition *made, int64_t *earliest_ms);
/** The whole of today. */
void view_put_day(const struct composition *made, struct view *view);
/** The turn of the list's pages, once `later` is put. */
void view_put_turn(const struct composition *made, struct view *view);
void view_consider_turn(const struct composition *made, int64_t *earliest_ms);

/* Alerts (view_alert.c) */

/** What the operator says of the room, which needs no schedule. `knows`: the schedule speaks of
 *  now, and its sessions can be named. */
void view_put_word(const struct composition *made, bool knows, struct view *view);
/** What the schedule no longer has, or has elsewhere; notes alerted_uids. */
void view_put_door(struct composition *made, struct view *view);
void view_consider_alerts(const struct composition *made, int64_t *earliest_ms);

/** Whether people come to this door in vain now. */
bool view_is_missed(const struct composition *made);

/* The night (view_night.c) */

bool view_is_dark(const struct composition *made);
/** While it is dark: when that may end. */
void view_consider_night(const struct composition *made, int64_t *earliest_ms);
int view_shift(const struct composition *made);

/* Doubt (view_doubt.c) */

void view_put_doubt(const struct composition *made, struct view *view);
void view_put_room_missing(const struct composition *made, struct view *view);
void view_put_clock_unset(const struct composition *made, struct view *view);
void view_put_no_schedule(const struct composition *made, struct view *view);

#endif
