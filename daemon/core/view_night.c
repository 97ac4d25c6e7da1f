#include "composition.h"

/* When the screen is dark, and where what it shows stands: the hours of [screen] on, and what keeps
 * a picture that hardly changes from burning in. */

static bool is_within_hours(const struct composition *made)
{
    int from_min = made->options->on_from_min, until_min = made->options->on_until_min;
    struct civil civil;
    zone_to_civil(made->tracker->zone, made->now_ms, &civil);
    int minute = civil.hour * 60 + civil.minute;
    return from_min < until_min ? minute >= from_min && minute < until_min
                                : minute >= from_min || minute < until_min;
}

/* People come to the door for what starts next. */
static bool is_awaited(const struct composition *made)
{
    int64_t start_ms = made->state.next_start_ms;
    return start_ms != TIME_NEVER_MS &&
           start_ms - made->now_ms <= view_alert_lead_ms(made->tracker);
}

bool view_is_dark(const struct composition *made)
{
    const struct tracker_state *state = &made->state;
    if (made->options->on_from_min == made->options->on_until_min ||
        made->health->clock == TIME_SOURCE_NONE || is_within_hours(made)) {
        return false;
    }
    bool idle = state->phase == PHASE_FREE || state->phase == PHASE_CLOSED;
    return idle && made->now_ms >= made->options->lit_until_ms && !state->message && !state->full &&
           !is_awaited(made) && !(view_knows(made) && view_is_missed(made));
}

/* By the clocks as they are now, or when they are next set: the hour may be skipped, or come twice.
 */
static void consider_hours(const struct composition *made, int64_t *earliest_ms)
{
    const struct zone *zone = made->tracker->zone;
    int64_t local_ms = made->now_ms + zone_offset_ms(zone, made->now_ms);
    int64_t into_ms = ((local_ms % DAY_MS) + DAY_MS) % DAY_MS;
    int64_t wait_ms = made->options->on_from_min * MINUTE_MS - into_ms;
    view_consider(made, made->now_ms + (wait_ms > 0 ? wait_ms : wait_ms + DAY_MS), earliest_ms);
    for (size_t i = 1; i < zone->count; i++) {
        view_consider(made, zone->change_ms[i], earliest_ms);
    }
}

void view_consider_night(const struct composition *made, int64_t *earliest_ms)
{
    int64_t lead_ms = view_alert_lead_ms(made->tracker);
    consider_hours(made, earliest_ms);
    view_consider(made, made->health->from_ms, earliest_ms);
    view_consider(made, made->health->until_ms, earliest_ms);
    if (made->state.next_start_ms != TIME_NEVER_MS) {
        view_consider(made, made->state.next_start_ms - lead_ms, earliest_ms);
    }
    for (size_t i = 0; i < made->changes->count; i++) {
        view_consider(made, made->changes->changes[i].old_start_ms - lead_ms, earliest_ms);
    }
    const struct schedule *schedule = made->tracker->schedule;
    const struct session *end = view_first_from(schedule, *earliest_ms + lead_ms);
    for (const struct session *session = view_first_from(schedule, made->now_ms + lead_ms);
         session < end; session++) {
        if (session->status == SESSION_STATUS_CANCELLED) {
            view_consider(made, session->start_ms - lead_ms, earliest_ms);
        }
    }
}

/* A minute is the first of its hour only when the clock on the screen changes too. */
int view_shift(const struct composition *made)
{
    struct civil civil;
    if (!made->options->shifts || made->health->clock == TIME_SOURCE_NONE) {
        return 0;
    }
    zone_to_civil(made->tracker->zone, made->now_ms, &civil);
    return 1 + civil.hour;
}
