#include "composition.h"

#include <stdio.h>

static const struct change_list no_changes = {0};
static const struct schedule nothing_elsewhere = {0};

static const char *const notice_names[VIEW_NOTICE_COUNT] = {
    "clock", "stale", "distrusted", "moved", "cancelled", "retimed", "full", "message",
};

static struct composition compose(const struct tracker *tracker, const struct feed_health *health,
                                  const struct view_options *options, int64_t now_ms)
{
    struct composition made = {
        .tracker = tracker,
        .health = health,
        .options = options,
        .changes = options->changes ? options->changes : &no_changes,
        .elsewhere = options->elsewhere ? options->elsewhere : &nothing_elsewhere,
        .phrasing = {.words = words_for(options->language),
                     .dates = words_dates_for(options->language),
                     .zone = tracker->zone,
                     .clock_12h = options->clock_12h,
                     .day_ends_min = tracker->rules.day_ends_min},
        .now_ms = now_ms,
    };
    tracker_at(tracker, now_ms, &made.state);
    view_index_changes(&made);
    return made;
}

const struct session *view_first_from(const struct schedule *schedule, int64_t from_ms)
{
    size_t low = 0, high = schedule->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (schedule->sessions[middle].start_ms < from_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    /* An empty schedule has no array to point into. */
    return low > 0 ? schedule->sessions + low : schedule->sessions;
}

const struct session *view_end(const struct schedule *schedule)
{
    return schedule->count > 0 ? schedule->sessions + schedule->count : schedule->sessions;
}

/* "UB2.252A (Lameere)" is said as a name and, more quietly, what stands in its brackets. */
static void put_room(const char *name, struct view *view)
{
    size_t length = strlen(name);
    const char *bracket = strstr(name, " (");
    if (!bracket || bracket == name || name[length - 1] != ')') {
        PUT(view->room, name);
        return;
    }
    PUT_PART(view->room, name, bracket - name);
    PUT_PART(view->room_note, bracket + 2, name + length - 1 - (bracket + 2));
}

static void put_header(const struct composition *made, struct view *view)
{
    put_room(made->options->room_name, view);
    PUT(view->language, made->phrasing.words->language);
    if (made->health->clock == TIME_SOURCE_NONE) {
        PUT(view->clock, "--:--");
        return;
    }
    phrase_time(&made->phrasing, made->now_ms, view->clock, sizeof view->clock);
    phrase_date(&made->phrasing, made->now_ms, view->date, sizeof view->date);
}

static bool has_hint(const struct composition *made)
{
    return made->options->hint != NULL && made->now_ms < made->options->hint_until_ms;
}

/* Not while the sign is in doubt about the room itself: then it has nothing else to talk of. */
static bool tells_news(const struct composition *made)
{
    const struct feed_health *health = made->health;
    return (made->state.phase == PHASE_FREE || made->state.phase == PHASE_CLOSED) &&
           !health->distrusted && health->missed_polls < STALE_MISSED_POLLS;
}

static void put_news(const struct composition *made, struct view *view)
{
    const struct news *news = &made->options->news;
    const char *title = tells_news(made) ? news_at(news, made->now_ms) : NULL;
    if (title) {
        PUT(view->news, title);
        PUT(view->news_source, news->source);
    }
}

/* Whether the schedule speaks of now: one of long ago doesn't, nor any while the clock is wrong. */
static bool covers(const struct feed_health *health, int64_t now_ms)
{
    return health->has_schedule && now_ms >= health->from_ms && now_ms < health->until_ms;
}

bool view_knows(const struct composition *made)
{
    return made->health->clock != TIME_SOURCE_NONE && covers(made->health, made->now_ms) &&
           !feed_health_room_missing(made->health);
}

void view_at(const struct tracker *tracker, const struct feed_health *health,
             const struct view_options *options, int64_t now_ms, struct view *ret_view)
{
    struct composition made = compose(tracker, health, options, now_ms);
    struct view *view = ret_view;
    memset(view, 0, sizeof *view);
    view->progress_permille = VIEW_NO_PROGRESS;
    if (view_is_dark(&made)) {
        view->dark = true;
        view->phase = made.state.phase;
        return;
    }
    view->shift = view_shift(&made);
    put_header(&made, view);
    if (has_hint(&made)) {
        PUT(view->hint, options->hint);
    }
    view->clock_unset = health->clock == TIME_SOURCE_NONE;
    view->has_schedule = view->clock_unset ? health->has_schedule : covers(health, now_ms);
    bool knows = view_knows(&made);
    view_put_word(&made, knows, view);
    if (view->clock_unset) {
        view_put_clock_unset(&made, view);
    } else if (!view->has_schedule) {
        view_put_no_schedule(&made, view);
    } else if (!knows) {
        view_put_room_missing(&made, view);
        view_put_doubt(&made, view);
    } else {
        view_put_door(&made, view);
        view_put_stage(&made, view);
        view_put_countdown(&made, view);
        view_put_code(&made, view);
        view_put_next(&made, view);
        view_put_later(&made, view);
        view_put_day(&made, view);
        view_put_banners(&made, view);
        view_put_doubt(&made, view);
        put_news(&made, view);
    }
    view_put_turn(&made, view);
}

static int64_t next_minute_ms(const struct zone *zone, int64_t now_ms)
{
    int64_t offset_ms = zone_offset_ms(zone, now_ms);
    int64_t local_ms = now_ms + offset_ms;
    int64_t into_ms = ((local_ms % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
    return now_ms + MINUTE_MS - into_ms;
}

/* Nothing of now is told: another day's plan, were the clock right, and the operator's word. */
static int64_t next_change_unset_ms(const struct composition *made)
{
    const struct tracker *tracker = made->tracker;
    int64_t earliest_ms = tracker_day_start_ms(tracker, made->now_ms, 1);
    view_consider(made, made->health->until_ms, &earliest_ms);
    if (made->state.message) {
        view_consider(made, tracker_next_change_ms(tracker, made->now_ms), &earliest_ms);
    }
    view_consider_turn(made, &earliest_ms);
    return earliest_ms;
}

static void consider_session_parts(const struct composition *made, int64_t *earliest_ms)
{
    if (tells_news(made)) {
        view_consider(made, news_next_change_ms(&made->options->news, made->now_ms), earliest_ms);
    }
    view_consider_count(made, earliest_ms);
    view_consider_list(made, earliest_ms);
    view_consider_turn(made, earliest_ms);
    view_consider_alerts(made, earliest_ms);
}

int64_t view_next_change_ms(const struct tracker *tracker, const struct feed_health *health,
                            const struct view_options *options, int64_t now_ms)
{
    struct composition made = compose(tracker, health, options, now_ms);
    int64_t earliest_ms = tracker_next_change_ms(tracker, now_ms);
    if (view_is_dark(&made)) {
        view_consider_night(&made, &earliest_ms);
        return earliest_ms;
    }
    if (health->clock == TIME_SOURCE_NONE) {
        earliest_ms = next_change_unset_ms(&made);
    } else {
        view_consider(&made, next_minute_ms(tracker->zone, now_ms), &earliest_ms);
    }
    view_consider(&made, options->lit_until_ms, &earliest_ms);
    if (has_hint(&made)) {
        view_consider(&made, options->hint_until_ms, &earliest_ms);
    }
    if (!health->has_schedule || health->clock == TIME_SOURCE_NONE) {
        return earliest_ms;
    }
    view_consider(&made, health->from_ms, &earliest_ms);
    view_consider(&made, health->until_ms, &earliest_ms);
    if (!feed_health_room_missing(health)) {
        consider_session_parts(&made, &earliest_ms);
    }
    return earliest_ms;
}

bool view_equal(const struct view *a, const struct view *b)
{
    /* What differs in nothing but padding is drawn once too often. */
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
    return memcmp(a, b, sizeof *a) == 0;
}

char *view_notices_format(uint32_t notices, char text[static VIEW_NOTICES_TEXT_BYTES])
{
    size_t used = 0;
    for (int i = 0; i < VIEW_NOTICE_COUNT; i++) {
        if (notices & (UINT32_C(1) << i)) {
            used += (size_t)snprintf(text + used, VIEW_NOTICES_TEXT_BYTES - used, "%s%s",
                                     used ? "," : "", notice_names[i]);
        }
    }
    if (used == 0) {
        snprintf(text, VIEW_NOTICES_TEXT_BYTES, "-");
    }
    return text;
}
