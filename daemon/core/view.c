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
                     .clock_12h = options->clock_12h},
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
    if (from_min == until_min ||
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
    phrase_time(&made->phrasing, made->now_ms, view->clock, sizeof view->clock);
    phrase_date(&made->phrasing, made->now_ms, view->date, sizeof view->date);
}

static void put_doubt(const struct composition *made, struct view *view)
{
    const struct feed_health *health = made->health;
    if (health->distrusted) {
        view->notices |= VIEW_NOTICE_DISTRUSTED;
    }
    if (health->missed_polls >= STALE_MISSED_POLLS) {
        view->notices |= VIEW_NOTICE_STALE;
    }
    if (!(view->notices & (VIEW_NOTICE_STALE | VIEW_NOTICE_DISTRUSTED))) {
        return;
    }
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
        PUT(view->headline, made->state.next ? words->no_more_today : words->no_sessions);
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
    if (session == made->state.next && made->state.next_start_ms != session->start_ms) {
        phrase_time(&made->phrasing, made->state.next_start_ms, view->next_expected,
                    sizeof view->next_expected);
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

/* The list speaks of the day of the announced session, and of cancelled ones until their planned
 * end, because that is how long people come to their door. */
static struct span list_span(const struct composition *made)
{
    const struct session *next = announced(&made->state);
    const struct tracker *tracker = made->tracker;
    int64_t day_ms = next && next->start_ms > made->now_ms ? next->start_ms : made->now_ms;
    struct span span = {.until_ms = zone_day_start_ms(tracker->zone, day_ms, 1)};
    span.begin = first_from(tracker->schedule, made->now_ms - tracker->rules.max_session_ms);
    span.end = first_from(tracker->schedule, span.until_ms);
    return span;
}

static bool is_listed(const struct composition *made, const struct session *session)
{
    if (session->kind == SESSION_KIND_ALL_DAY ||
        session->end_ms - session->start_ms > made->tracker->rules.max_session_ms) {
        return false;
    }
    const struct session *next = announced(&made->state);
    if (session->status == SESSION_STATUS_CANCELLED) {
        const struct zone *zone = made->tracker->zone;
        return session->end_ms > made->now_ms &&
               (is_same_day(zone, session->start_ms, made->now_ms) ||
                (next && is_same_day(zone, session->start_ms, next->start_ms)));
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
        if (session->status == SESSION_STATUS_CANCELLED &&
            is_same_day(made->tracker->zone, session->start_ms, made->now_ms)) {
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
    put_stage(&made, ret_view);
    put_countdown(&made, ret_view);
    put_next(&made, ret_view);
    put_later(&made, ret_view);
    put_banners(&made, ret_view);
    put_doubt(&made, ret_view);
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
    consider(next_minute_ms(tracker->zone, now_ms), now_ms, &earliest_ms);
    if (!health->has_schedule) {
        return earliest_ms;
    }
    consider(health->from_ms, now_ms, &earliest_ms);
    consider(health->until_ms, now_ms, &earliest_ms);
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
