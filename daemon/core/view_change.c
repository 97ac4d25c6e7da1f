#include "composition.h"

#include <assert.h>
#include <stdlib.h>

/* What changed, as it is told of a session or of the slot that it left. */

/* What the room's name may take of a note, so that the time after it is never cut off. */
#define ROOM_BYTES (VIEW_NAME_BYTES / 2)

int64_t view_change_until_ms(const struct change *change)
{
    switch (change->kind) {
    case CHANGE_NEW:
    case CHANGE_RETITLED:
        return change->end_ms;
    case CHANGE_CANCELLED:
        return change->end_ms > change->old_end_ms ? change->end_ms : change->old_end_ms;
    case CHANGE_MOVED:
    case CHANGE_RETIMED:
        break;
    }
    return change->old_end_ms;
}

bool view_change_moves_start(const struct change *change)
{
    return change->start_ms != change->old_start_ms;
}

static int compare_with_uid(const void *uid, const void *change)
{
    const struct change *const *one = change;
    return strcmp(uid, (*one)->uid);
}

static int compare_uids(const void *a, const void *b)
{
    const struct change *const *left = a;
    return compare_with_uid((*left)->uid, b);
}

void view_index_changes(struct composition *made)
{
    assert(made->changes->count <= CHANGES_MAX);
    for (size_t i = 0; i < made->changes->count; i++) {
        const struct change *change = &made->changes->changes[i];
        if (!change->gone) {
            made->changes_by_uid[made->change_count++] = change;
        }
    }
    qsort(made->changes_by_uid, made->change_count, sizeof *made->changes_by_uid, compare_uids);
}

const struct change *view_change_of(const struct composition *made, const struct session *session)
{
    const struct change *const *found =
        bsearch(session->uid, made->changes_by_uid, made->change_count,
                sizeof *made->changes_by_uid, compare_with_uid);
    return found && made->now_ms < view_change_until_ms(*found) ? *found : NULL;
}

const struct session *view_change_session(const struct composition *made,
                                          const struct change *change)
{
    const struct schedule *schedule = made->tracker->schedule;
    const struct session *end = view_end(schedule);
    for (const struct session *session = view_first_from(schedule, change->start_ms);
         session < end && session->start_ms == change->start_ms; session++) {
        if (strcmp(session->uid, change->uid) == 0) {
            return session;
        }
    }
    return NULL;
}

/* One that went to a room whose sessions every sign tells stays in this one's schedule. */
bool view_change_leads_away(const struct composition *made, const struct change *change)
{
    if (change->kind != CHANGE_MOVED || change->gone) {
        return change->kind == CHANGE_MOVED;
    }
    const struct session *session = view_change_session(made, change);
    return session && session->venue_wide;
}

static bool overlaps_old_slot(const struct change *change)
{
    return change->start_ms < change->old_end_ms && change->end_ms > change->old_start_ms;
}

bool view_change_leaves_slot(const struct composition *made, const struct change *change)
{
    if (change->old_end_ms <= made->now_ms || change->gone) {
        return change->old_end_ms > made->now_ms;
    }
    if (change->kind == CHANGE_NEW || change->kind == CHANGE_RETITLED ||
        !view_change_moves_start(change) ||
        (change->kind == CHANGE_MOVED && !view_change_leads_away(made, change))) {
        return false;
    }
    if (!tracker_same_day(made->tracker, change->old_start_ms, change->start_ms)) {
        return true;
    }
    /* Brought forward: who comes at the old time finds it begun, or over. */
    const struct session *session = view_change_session(made, change);
    return change->kind != CHANGE_CANCELLED && !overlaps_old_slot(change) &&
           (!session || !view_is_awaited(made, session));
}

void view_phrase_move(const struct composition *made, const struct change *change,
                      const struct words_of_move *words, char *text, size_t size)
{
    char room[ROOM_BYTES], when[VIEW_SHORT_BYTES];
    bool retimed = view_change_moves_start(change);
    phrase_when(&made->phrasing, made->now_ms, change->start_ms, when, sizeof when);
    phrase_room(&made->phrasing, change->room, room, sizeof room);
    if (room[0] && retimed) {
        words_fill_two(text, size, words->to_at, room, when);
    } else if (room[0]) {
        words_fill(text, size, words->to, room);
    } else {
        words_fill(text, size, retimed ? words->away_at : words->away, when);
    }
}

void view_phrase_fate(const struct composition *made, const struct change *change, char *text,
                      size_t size)
{
    const struct words *words = made->phrasing.words;
    char when[VIEW_SHORT_BYTES];
    switch (change->kind) {
    case CHANGE_CANCELLED:
        words_fill(text, size, words->cancelled, "");
        break;
    case CHANGE_RETIMED:
        phrase_when(&made->phrasing, made->now_ms, change->start_ms, when, sizeof when);
        words_fill(text, size, words->retimed_to, when);
        break;
    case CHANGE_MOVED:
        view_phrase_move(made, change, &words->moved_note, text, size);
        break;
    case CHANGE_NEW:
    case CHANGE_RETITLED:
        text[0] = '\0';
        break;
    }
}

void view_phrase_news(const struct composition *made, const struct change *change, char *text,
                      size_t size)
{
    const struct words *words = made->phrasing.words;
    char value[ROOM_BYTES] = "";
    const char *said = "";
    switch (change->kind) {
    case CHANGE_MOVED:
        said = words->moved_here;
        if (view_change_leads_away(made, change)) {
            said = change->room[0] ? words->moved_note.to : words->moved_note.away;
            phrase_room(&made->phrasing, change->room, value, sizeof value);
        }
        break;
    case CHANGE_RETIMED:
        if (!view_change_moves_start(change)) {
            said = words->until;
            phrase_when(&made->phrasing, change->start_ms, change->end_ms, value, sizeof value);
        }
        break;
    case CHANGE_NEW:
        said = words->new_session;
        break;
    case CHANGE_RETITLED:
        said = words->new_title;
        break;
    case CHANGE_CANCELLED:
        break;
    }
    words_fill(text, size, said, value);
}
