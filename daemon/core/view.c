#include <roomsign/view.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/phrase.h>
#include <roomsign/utf8.h>
#include <roomsign/words.h>

static const char *const notice_names[VIEW_NOTICE_COUNT] = {
    "clock", "stale", "distrusted", "moved", "cancelled", "retimed", "full", "message",
};

/* Everything that the parts of a view are made from. */
struct composition {
    const struct tracker *tracker;
    const struct feed_health *health;
    const struct view_options *options;
    struct phrasing phrasing;
    struct tracker_state state;
    int64_t now_ms;
};

static struct composition compose(const struct tracker *tracker, const struct feed_health *health,
                                  const struct view_options *options, int64_t now_ms)
{
    struct composition made = {
        .tracker = tracker,
        .health = health,
        .options = options,
        .phrasing = {.words = words_for(options->language),
                     .zone = tracker->zone,
                     .clock_12h = options->clock_12h,
                     .day_ends_min = tracker->rules.day_ends_min},
        .now_ms = now_ms,
    };
    tracker_at(tracker, now_ms, &made.state);
    return made;
}

/* What is too long says so by its last character. */
static void put(char *member, size_t size, const char *text, size_t length)
{
    static const char ellipsis[] = "…";
    bool whole = length < size;
    size_t kept = whole ? length : utf8_cut(text, length, size - sizeof ellipsis);
    memcpy(member, text, kept);
    memcpy(member + kept, whole ? "" : ellipsis, whole ? 1 : sizeof ellipsis);
}
#define PUT_PART(member, text, length) put((member), sizeof(member), (text), (size_t)(length))
#define PUT(member, text) PUT_PART(member, text, strlen(text))

static int64_t divide_up(int64_t dividend, int64_t divisor)
{
    return (dividend + divisor - 1) / divisor;
}

static const char *title_of(const struct words *words, const struct session *session)
{
    return session->title[0] ? session->title : words->untitled;
}

static bool counts_seconds(enum phase phase)
{
    return phase == PHASE_WRAP_UP || phase == PHASE_SOON || phase == PHASE_OVERRUN;
}

static bool is_same_day(const struct zone *zone, int64_t a_ms, int64_t b_ms)
{
    return zone_day_start_ms(zone, a_ms, 0) == zone_day_start_ms(zone, b_ms, 0);
}

static int minute_of_day(const struct zone *zone, int64_t at_ms)
{
    struct civil civil;
    zone_to_civil(zone, at_ms, &civil);
    return civil.hour * 60 + civil.minute;
}

/* Outside the hours of [screen] on, unless something is or soon will be in the room. */
static bool is_dark(const struct composition *made)
{
    int from_min = made->options->on_from_min, until_min = made->options->on_until_min;
    if (from_min == until_min || made->health->clock == TIME_SOURCE_NONE ||
        (made->state.phase != PHASE_FREE && made->state.phase != PHASE_CLOSED)) {
        return false;
    }
    int minute = minute_of_day(made->tracker->zone, made->now_ms);
    bool on = from_min < until_min ? minute >= from_min && minute < until_min
                                   : minute >= from_min || minute < until_min;
    return !on;
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
    if (made->health->clock == TIME_SOURCE_NONE) {
        PUT(view->clock, "--:--");
        return;
    }
    phrase_time(&made->phrasing, made->now_ms, view->clock, sizeof view->clock);
    phrase_date(&made->phrasing, made->now_ms, view->date, sizeof view->date);
}

bool feed_health_room_missing(const struct feed_health *health)
{
    return health->feeds_with_events > 0 && health->feeds_without_room == health->feeds_with_events;
}

/* One feed of several may well have nothing of this room; then this says that it was looked for. */
static bool has_hint(const struct composition *made)
{
    return made->options->hint != NULL && made->now_ms < made->options->hint_until_ms;
}

static void put_partial_doubt(const struct composition *made, struct view *view)
{
    const struct feed_health *health = made->health;
    if (health->feeds_without_room == 0 || feed_health_room_missing(health)) {
        return;
    }
    char number[VIEW_SHORT_BYTES], text[VIEW_NAME_BYTES];
    snprintf(number, sizeof number, "%d", health->feeds_without_room);
    words_fill(text, sizeof text, made->phrasing.words->room_missing_in, number);
    snprintf(number, sizeof number, "%d", health->feeds_with_events);
    words_fill(view->doubt, sizeof view->doubt, text, number);
    view->doubt_quiet = true;
}

/* A time that isn't the clock's own is told as whose it is. */
static void put_clock_doubt(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    view->notices |= VIEW_NOTICE_CLOCK;
    view->doubt_quiet = true;
    PUT(view->doubt, made->health->clock == TIME_SOURCE_SERVER ? words->clock_of_server
                                                               : words->clock_held);
}

static void put_doubt(const struct composition *made, struct view *view)
{
    const struct feed_health *health = made->health;
    if (health->clock == TIME_SOURCE_SERVER || health->clock == TIME_SOURCE_HELD) {
        put_clock_doubt(made, view);
    }
    if (health->distrusted) {
        view->notices |= VIEW_NOTICE_DISTRUSTED;
    }
    if (health->missed_polls >= STALE_MISSED_POLLS) {
        view->notices |= VIEW_NOTICE_STALE;
    }
    if (!(view->notices & (VIEW_NOTICE_STALE | VIEW_NOTICE_DISTRUSTED))) {
        if (!(view->notices & VIEW_NOTICE_CLOCK)) {
            put_partial_doubt(made, view);
        }
        return;
    }
    view->doubt_quiet = false;
    char day[VIEW_SHORT_BYTES], time[VIEW_SHORT_BYTES], when[2 * VIEW_SHORT_BYTES + 2];
    phrase_time(&made->phrasing, health->fetched_ms, time, sizeof time);
    if (is_same_day(made->tracker->zone, health->fetched_ms, made->now_ms)) {
        snprintf(when, sizeof when, "%s", time);
    } else {
        phrase_date(&made->phrasing, health->fetched_ms, day, sizeof day);
        snprintf(when, sizeof when, "%s, %s", day, time);
    }
    words_fill(view->doubt, sizeof view->doubt, made->phrasing.words->schedule_of, when);
}

static const char *words_of_phase(const struct composition *made)
{
    const struct words *words = made->phrasing.words;
    switch (made->state.phase) {
    case PHASE_OVERRUN:
        return made->state.overrun_known ? words->running_over : words->past_its_end;
    case PHASE_WRAP_UP:
        return words->ending_soon;
    case PHASE_LIVE:
        return made->state.current->kind == SESSION_KIND_BREAK ? words->pause : words->in_session;
    case PHASE_SOON:
        return words->starting_soon;
    case PHASE_FREE:
        return words->free;
    case PHASE_CLOSED:
        return words->closed;
    }
    return "";
}

/* The session that the stage is about: the one in the room, or the one that is about to start. */
static const struct session *staged(const struct tracker_state *state)
{
    return state->phase == PHASE_SOON ? state->next : state->current;
}

static void put_session(const struct composition *made, const struct session *session,
                        struct view *view)
{
    PUT(view->headline, title_of(made->phrasing.words, session));
    if (made->state.phase == PHASE_OVERRUN && made->state.overrun_known) {
        PUT(view->detail, made->phrasing.words->please_wait);
    } else {
        phrase_speakers(&made->phrasing, session, view->detail, sizeof view->detail);
    }
    PUT(view->track, session->track);
    view->is_break = session->kind == SESSION_KIND_BREAK;
}

static void put_stage(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    const struct session *session = staged(&made->state);
    view->phase = made->state.phase;
    view->overrun_known = made->state.overrun_known;
    PUT(view->phase_words, words_of_phase(made));
    if (session) {
        put_session(made, session, view);
    } else if (made->state.phase == PHASE_FREE) {
        char time[VIEW_SHORT_BYTES];
        phrase_time(&made->phrasing, made->state.target_ms, time, sizeof time);
        words_fill(view->headline, sizeof view->headline, words->free_until, time);
    } else {
        PUT(view->headline,
            made->state.next ? phrase_no_more(&made->phrasing, made->now_ms) : words->no_sessions);
    }
}

static void put_progress(const struct session *session, int64_t left_ms, struct view *view)
{
    int64_t length_ms = session->end_ms - session->start_ms;
    int64_t over_ms = length_ms - left_ms;
    view->progress_permille = over_ms <= 0 ? 0 : (int)(over_ms * 1000 / length_ms);
}

/* To or from what the large digits count, rounded up to what they show: never early, never late. */
static void put_countdown(const struct composition *made, struct view *view)
{
    const struct tracker_state *state = &made->state;
    const struct words *words = made->phrasing.words;
    int64_t left_ms = state->target_ms - made->now_ms;

    if (state->phase == PHASE_OVERRUN) {
        char time[VIEW_SHORT_BYTES];
        phrase_seconds(-left_ms / SECOND_MS, "+", view->count);
        phrase_time(&made->phrasing, state->target_ms, time, sizeof time);
        words_fill(view->count_range, sizeof view->count_range, words->due_to_end, time);
        PUT(view->count_caption, words->over_by);
        view->progress_permille = 1000;
        return;
    }
    if (state->phase == PHASE_CLOSED) {
        if (state->next) {
            phrase_time(&made->phrasing, state->next->start_ms, view->count[0].digits,
                        sizeof view->count[0].digits);
            phrase_day_long(&made->phrasing, made->now_ms, state->next->start_ms,
                            view->count_caption, sizeof view->count_caption);
            PUT(view->count_range, words->first_session);
        }
        return;
    }

    int64_t unit_ms = counts_seconds(state->phase) ? SECOND_MS : MINUTE_MS;
    int64_t units = divide_up(left_ms, unit_ms);
    if (counts_seconds(state->phase)) {
        phrase_seconds(units, "", view->count);
    } else {
        phrase_minutes(&made->phrasing, units, view->count);
    }
    const struct session *session = staged(state) ? staged(state) : state->next;
    phrase_range(&made->phrasing, session->start_ms, session->end_ms, view->count_range,
                 sizeof view->count_range);
    if (state->current) {
        PUT(view->count_caption, words->ends_in);
        put_progress(state->current, units * unit_ms, view);
    } else {
        PUT(view->count_caption,
            state->phase == PHASE_SOON ? words->starts_in : words->next_session_in);
    }
}

/* The session that the panel announces: in soon, the next one is on the stage already. */
static const struct session *announced(const struct tracker_state *state)
{
    return state->phase == PHASE_SOON ? state->after_next : state->next;
}

static void fill_entry(const struct composition *made, const struct session *session,
                       struct view_entry *entry)
{
    const struct words *words = made->phrasing.words;
    phrase_time(&made->phrasing, session->start_ms, entry->time, sizeof entry->time);
    PUT(entry->title, title_of(words, session));
    if (session->status == SESSION_STATUS_CANCELLED) {
        PUT(entry->note, words->cancelled);
        entry->struck = true;
    }
    entry->quiet = session->kind == SESSION_KIND_BREAK || session->venue_wide;
}

static void put_next(const struct composition *made, struct view *view)
{
    const struct session *session = announced(&made->state);
    if (!session) {
        return;
    }
    phrase_day(&made->phrasing, made->now_ms, session->start_ms, view->next_label,
               sizeof view->next_label);
    if (!view->next_label[0]) {
        PUT(view->next_label, made->phrasing.words->next);
    }
    fill_entry(made, session, &view->next);
    phrase_speakers(&made->phrasing, session, view->next_speakers, sizeof view->next_speakers);
    if (session == made->state.next && made->state.next_start_ms != session->start_ms &&
        made->state.next_start_ms != TIME_NEVER_MS) {
        phrase_time(&made->phrasing, made->state.next_start_ms, view->next.expected,
                    sizeof view->next.expected);
    }
}

/* The part of the schedule that the list can speak of: [from, until) by planned start. */
struct span {
    const struct session *begin, *end;
    int64_t until_ms;
};

static const struct session *first_from(const struct schedule *schedule, int64_t from_ms)
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
    return schedule->sessions + low;
}

/* The list speaks of the programme day of the announced session, and of cancelled ones until their
 * planned end, because that is how long people come to their door. */
static struct span list_span(const struct composition *made)
{
    const struct session *next = announced(&made->state);
    const struct tracker *tracker = made->tracker;
    int64_t day_ms = next && next->start_ms > made->now_ms ? next->start_ms : made->now_ms;
    struct span span = {.until_ms = tracker_day_start_ms(tracker, day_ms, 1)};
    span.begin = first_from(tracker->schedule, made->now_ms - tracker->rules.max_session_ms);
    span.end = first_from(tracker->schedule, span.until_ms);
    return span;
}

/* Of the programme day, or of the one before and still to end. */
static bool is_of_today(const struct composition *made, const struct session *session)
{
    return session->start_ms <= made->now_ms ||
           tracker_same_day(made->tracker, session->start_ms, made->now_ms);
}

static bool is_listed(const struct composition *made, const struct session *session)
{
    if (session->kind == SESSION_KIND_ALL_DAY ||
        session->end_ms - session->start_ms > made->tracker->rules.max_session_ms) {
        return false;
    }
    const struct session *next = announced(&made->state);
    if (session->status == SESSION_STATUS_CANCELLED) {
        return session->end_ms > made->now_ms &&
               (is_of_today(made, session) ||
                (next && tracker_same_day(made->tracker, session->start_ms, next->start_ms)));
    }
    return session->start_ms > made->now_ms && session != next && session != made->state.next;
}

static void put_later(const struct composition *made, struct view *view)
{
    struct span span = list_span(made);
    for (const struct session *session = span.begin; session < span.end; session++) {
        if (!is_listed(made, session)) {
            continue;
        }
        if (session->status == SESSION_STATUS_CANCELLED && is_of_today(made, session)) {
            view->notices |= VIEW_NOTICE_CANCELLED;
        }
        if (view->later_count == VIEW_LATER_MAX) {
            view->later_more++;
            continue;
        }
        fill_entry(made, session, &view->later[view->later_count++]);
    }
    if (view->later_count > 0) {
        PUT(view->later_label, made->phrasing.words->later);
        PUT(view->later_more_words, made->phrasing.words->more_sessions);
    }
}

static void put_banners(const struct composition *made, struct view *view)
{
    for (size_t i = 0; i < made->tracker->banner_count; i++) {
        const struct session *session = made->tracker->banners[i];
        bool today = session->start_ms <= made->now_ms && session->end_ms > made->now_ms;
        if (today && view->banner_count < VIEW_BANNERS_MAX) {
            PUT(view->banners[view->banner_count++], title_of(made->phrasing.words, session));
        }
    }
}

/* Nothing that the schedule holds for every room is said either: next to a room that it doesn't
 * know it would look like this one's. */
static void put_room_missing(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    const struct feed_health *health = made->health;
    char name[VIEW_NAME_BYTES];
    PUT(name, made->options->room_name);
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

static bool is_in_plan(const struct composition *made, const struct session *session)
{
    return session->kind != SESSION_KIND_ALL_DAY &&
           session->end_ms - session->start_ms <= made->tracker->rules.max_session_ms;
}

/* That day's sessions under its date, or those of the first day after it that has any. */
static void put_plan(const struct composition *made, struct view *view)
{
    const struct tracker *tracker = made->tracker;
    const struct schedule *schedule = tracker->schedule;
    const struct session *end = schedule->sessions + schedule->count;
    int64_t day_ms = tracker_day_start_ms(tracker, plan_day_ms(made), 0), until_ms = TIME_NEVER_MS;
    for (const struct session *session = first_from(schedule, day_ms);
         session < end && session->start_ms < until_ms; session++) {
        if (!is_in_plan(made, session)) {
            continue;
        }
        if (view->later_count == 0) {
            until_ms = tracker_day_start_ms(tracker, session->start_ms, 1);
            phrase_date(&made->phrasing, tracker_day_start_ms(tracker, session->start_ms, 0),
                        view->later_label, sizeof view->later_label);
            PUT(view->later_more_words, made->phrasing.words->more_sessions);
        }
        if (view->later_count == VIEW_LATER_MAX) {
            view->later_more++;
            continue;
        }
        fill_entry(made, session, &view->later[view->later_count++]);
    }
}

/* Nothing of now: no phase, no countdown, nothing that is next. */
static void put_clock_unset(const struct composition *made, struct view *view)
{
    const struct words *words = made->phrasing.words;
    view->clock_unset = true;
    view->notices |= VIEW_NOTICE_CLOCK;
    view->has_schedule = made->health->has_schedule;
    view->phase = PHASE_CLOSED;
    PUT(view->phase_words, words->clock_unset);
    PUT(view->headline, words->clock_unset_detail);
    if (!view->has_schedule) {
        PUT(view->detail, words->no_schedule_detail);
    } else if (feed_health_room_missing(made->health)) {
        put_room_missing(made, view);
    } else {
        put_plan(made, view);
    }
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

void view_at(const struct tracker *tracker, const struct feed_health *health,
             const struct view_options *options, int64_t now_ms, struct view *ret_view)
{
    struct composition made = compose(tracker, health, options, now_ms);
    memset(ret_view, 0, sizeof *ret_view);
    ret_view->progress_permille = VIEW_NO_PROGRESS;
    if (is_dark(&made)) {
        ret_view->dark = true;
        ret_view->phase = made.state.phase;
        return;
    }
    put_header(&made, ret_view);
    if (has_hint(&made)) {
        PUT(ret_view->hint, options->hint);
    }
    if (health->clock == TIME_SOURCE_NONE) {
        put_clock_unset(&made, ret_view);
        return;
    }
    ret_view->has_schedule = covers(health, now_ms);
    if (!ret_view->has_schedule) {
        ret_view->phase = PHASE_CLOSED;
        PUT(ret_view->phase_words, made.phrasing.words->waiting);
        PUT(ret_view->headline, made.phrasing.words->no_schedule);
        PUT(ret_view->detail, made.phrasing.words->no_schedule_detail);
        if (health->has_schedule) {
            put_doubt(&made, ret_view);
        }
        return;
    }
    if (feed_health_room_missing(health)) {
        put_room_missing(&made, ret_view);
        put_doubt(&made, ret_view);
        return;
    }
    put_stage(&made, ret_view);
    put_countdown(&made, ret_view);
    put_next(&made, ret_view);
    put_later(&made, ret_view);
    put_banners(&made, ret_view);
    put_doubt(&made, ret_view);
    put_news(&made, ret_view);
}

static void consider(int64_t moment_ms, int64_t now_ms, int64_t *earliest_ms)
{
    if (moment_ms > now_ms && moment_ms < *earliest_ms) {
        *earliest_ms = moment_ms;
    }
}

static int64_t next_minute_ms(const struct zone *zone, int64_t now_ms)
{
    int64_t offset_ms = zone_offset_ms(zone, now_ms);
    int64_t local_ms = now_ms + offset_ms;
    int64_t into_ms = ((local_ms % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
    return now_ms + MINUTE_MS - into_ms;
}

/* When the large digits next show another number. */
static int64_t next_count_ms(const struct composition *made)
{
    const struct tracker_state *state = &made->state;
    if (state->target_ms == TIME_NEVER_MS) {
        return TIME_NEVER_MS;
    }
    int64_t left_ms = state->target_ms - made->now_ms;
    if (state->phase == PHASE_OVERRUN) {
        return state->target_ms + (-left_ms / SECOND_MS + 1) * SECOND_MS;
    }
    int64_t unit_ms = counts_seconds(state->phase) ? SECOND_MS : MINUTE_MS;
    return state->target_ms - (divide_up(left_ms, unit_ms) - 1) * unit_ms;
}

static int64_t next_switch_on_ms(const struct composition *made)
{
    const struct zone *zone = made->tracker->zone;
    for (int day = 0;; day++) {
        struct civil civil;
        zone_to_civil(zone, zone_day_start_ms(zone, made->now_ms, day), &civil);
        civil.hour = made->options->on_from_min / 60;
        civil.minute = made->options->on_from_min % 60;
        civil.second = civil.millisecond = 0;
        int64_t moment_ms = zone_from_civil(zone, &civil);
        if (moment_ms > made->now_ms) {
            return moment_ms;
        }
    }
}

int64_t view_next_change_ms(const struct tracker *tracker, const struct feed_health *health,
                            const struct view_options *options, int64_t now_ms)
{
    struct composition made = compose(tracker, health, options, now_ms);
    int64_t earliest_ms = tracker_next_change_ms(tracker, now_ms);
    if (is_dark(&made)) {
        consider(next_switch_on_ms(&made), now_ms, &earliest_ms);
        return earliest_ms;
    }
    if (health->clock == TIME_SOURCE_NONE) {
        /* Another day's plan, were the clock right. */
        earliest_ms = tracker_day_start_ms(tracker, now_ms, 1);
        consider(zone_day_start_ms(tracker->zone, now_ms, 1), now_ms, &earliest_ms);
        consider(health->until_ms, now_ms, &earliest_ms);
    } else {
        consider(next_minute_ms(tracker->zone, now_ms), now_ms, &earliest_ms);
    }
    if (has_hint(&made)) {
        consider(options->hint_until_ms, now_ms, &earliest_ms);
    }
    if (!health->has_schedule || health->clock == TIME_SOURCE_NONE) {
        return earliest_ms;
    }
    consider(health->from_ms, now_ms, &earliest_ms);
    consider(health->until_ms, now_ms, &earliest_ms);
    if (feed_health_room_missing(health)) {
        return earliest_ms;
    }
    if (tells_news(&made)) {
        consider(news_next_change_ms(&options->news, now_ms), now_ms, &earliest_ms);
    }
    consider(next_count_ms(&made), now_ms, &earliest_ms);
    struct span span = list_span(&made);
    for (const struct session *session = span.begin; session < span.end; session++) {
        consider(session->start_ms, now_ms, &earliest_ms);
        consider(session->end_ms, now_ms, &earliest_ms);
    }
    for (size_t i = 0; i < tracker->banner_count; i++) {
        consider(tracker->banners[i]->start_ms, now_ms, &earliest_ms);
        consider(tracker->banners[i]->end_ms, now_ms, &earliest_ms);
    }
    return earliest_ms;
}

bool view_equal(const struct view *a, const struct view *b)
{
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
