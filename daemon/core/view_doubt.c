#include "composition.h"

#include <stdio.h>

/* What the sign says of its own knowledge, and what it says where it has none. */

bool feed_health_room_missing(const struct feed_health *health)
{
    return health->feeds_with_events > 0 && health->feeds_without_room == health->feeds_with_events;
}

static bool is_same_day(const struct zone *zone, int64_t a_ms, int64_t b_ms)
{
    return zone_day_start_ms(zone, a_ms, 0) == zone_day_start_ms(zone, b_ms, 0);
}

/* A time that isn't the clock's own is told as whose it is. */
static void put_clock_doubt(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    view->doubt_quiet = true;
    PUT(view->doubt,
        made->health->clock == TIME_SOURCE_SERVER ? words->clock_of_server : words->clock_held);
}

static void put_age(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    int64_t fetched_ms = made->health->fetched_ms;
    char day[VIEW_SHORT_BYTES], time[VIEW_SHORT_BYTES], when[2 * VIEW_SHORT_BYTES + 2];
    phrase_time(&made->phrasing, fetched_ms, time, sizeof time);
    PUT(when, time);
    if (!is_same_day(made->tracker->zone, fetched_ms, made->now_ms)) {
        phrase_date(&made->phrasing, fetched_ms, day, sizeof day);
        words_fill_two(when, sizeof when, words->date_at, day, time);
    }
    words_fill(view->doubt, sizeof view->doubt, words->schedule_of, when);
}

/* How old everything is concerns who reads the sign more than whose time it is. That one feed of
 * several has nothing of the room concerns whoever set it up, who is told elsewhere. */
void view_put_doubt(const struct composition *made, struct view *view)
{
    const struct feed_health *health = made->health;
    bool stale = health->missed_polls >= STALE_MISSED_POLLS;
    bool others_time = health->clock == TIME_SOURCE_SERVER || health->clock == TIME_SOURCE_HELD;
    view->notices |= others_time ? VIEW_NOTICE_CLOCK : 0;
    view->notices |= stale ? VIEW_NOTICE_STALE : 0;
    view->notices |= health->distrusted ? VIEW_NOTICE_DISTRUSTED : 0;
    if (stale || health->distrusted) {
        put_age(made, view);
    } else if (others_time) {
        put_clock_doubt(made, view);
    }
}

/* Nothing that the schedule holds for every room is said either: next to a room that it doesn't
 * know it would look like this one's. */
void view_put_room_missing(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    const struct feed_health *health = made->health;
    char name[VIEW_NAME_BYTES];
    phrase_room(&made->phrasing, made->options->room_name, name, sizeof name);
    view->room_missing = true;
    view->phase = PHASE_CLOSED;
    PUT(view->phase_words, words->not_found);
    words_fill(view->headline, sizeof view->headline, words->room_missing, name);
    PUT(view->detail, words->room_missing_detail);
    PUT(view->remedy_label, words->remedy_for);
    PUT(view->remedy, words->remedy);
    for (int i = 0; i < health->room_count && i < VIEW_ROOMS_MAX; i++) {
        PUT(view->rooms[view->room_count++], health->rooms[i]);
    }
    if (view->room_count > 0) {
        PUT(view->rooms_label, words->rooms_instead);
    }
}

/* The day that is told by a sign that doesn't know the time: the clock's, if the schedule reaches
 * it, else the one after the schedule's first, which is when it was asked for. */
static int64_t plan_day_ms(const struct composition *made)
{
    const struct feed_health *health = made->health;
    int64_t asked_ms = zone_day_start_ms(made->tracker->zone, health->from_ms, 1);
    return made->now_ms >= asked_ms && made->now_ms < health->until_ms ? made->now_ms : asked_ms;
}

/* That day's sessions under its date, or those of the first day after it that has any. */
static void put_plan(const struct composition *made, struct view *view)
{
    const struct tracker *tracker = made->tracker;
    const struct schedule *schedule = tracker->schedule;
    const struct session *end = view_end(schedule);
    int64_t day_ms = tracker_day_start_ms(tracker, plan_day_ms(made), 0), until_ms = TIME_NEVER_MS;
    for (const struct session *session = view_first_from(schedule, day_ms);
         session < end && session->start_ms < until_ms; session++) {
        if (!view_is_listed_kind(made, session)) {
            continue;
        }
        if (view->later_count == 0) {
            until_ms = tracker_day_start_ms(tracker, session->start_ms, 1);
            phrase_date(&made->phrasing, tracker_day_start_ms(tracker, session->start_ms, 0),
                        view->later_label, sizeof view->later_label);
        }
        if (view->later_count == VIEW_LATER_MAX) {
            view->later_more++;
            continue;
        }
        view_put_planned(made, session, &view->later[view->later_count++]);
    }
}

/* Nothing of now: no phase, no countdown, nothing that is next. */
void view_put_clock_unset(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    view->notices |= VIEW_NOTICE_CLOCK;
    view->phase = PHASE_CLOSED;
    PUT(view->phase_words, words->clock_unset);
    PUT(view->headline, words->clock_unset_detail);
    if (!view->has_schedule) {
        PUT(view->detail, words->no_schedule_detail);
    } else if (feed_health_room_missing(made->health)) {
        view_put_room_missing(made, view);
    } else {
        put_plan(made, view);
    }
}

void view_put_no_schedule(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    view->phase = PHASE_CLOSED;
    PUT(view->phase_words, words->waiting);
    PUT(view->headline, words->no_schedule);
    PUT(view->detail, words->no_schedule_detail);
    if (made->health->has_schedule) {
        view_put_doubt(made, view);
    }
}
