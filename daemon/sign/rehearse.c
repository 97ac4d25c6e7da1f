#include <roomsign/rehearse.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/** When notices change of what has a place in no plan: where alerts of cancelled sessions, and of
 *  old slots, begin, and where those end. */
struct moments {
    int64_t *at_ms;
    size_t count;
    size_t passed;
};

static int compare_ms(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static void moments_init(struct moments *moments, const struct tracker *tracker,
                         const struct change_list *changes)
{
    const struct schedule *schedule = tracker->schedule;
    int64_t lead_ms = view_alert_lead_ms(tracker);
    size_t change_count = changes ? changes->count : 0, count = 0;
    int64_t *at_ms = xcalloc(2 * schedule->count + 2 * change_count + 1, sizeof(int64_t));
    for (size_t i = 0; i < schedule->count; i++) {
        at_ms[count++] = schedule->sessions[i].start_ms - lead_ms;
        at_ms[count++] = schedule->sessions[i].end_ms;
    }
    for (size_t i = 0; i < change_count; i++) {
        at_ms[count++] = changes->changes[i].old_start_ms - lead_ms;
        at_ms[count++] = changes->changes[i].old_end_ms;
    }
    qsort(at_ms, count, sizeof(int64_t), compare_ms);
    *moments = (struct moments){.at_ms = at_ms, .count = count};
}

/** The first moment after now_ms. Asked with growing times. */
static int64_t moments_next_ms(struct moments *moments, int64_t now_ms)
{
    while (moments->passed < moments->count && moments->at_ms[moments->passed] <= now_ms)
        moments->passed++;
    return moments->passed < moments->count ? moments->at_ms[moments->passed] : TIME_NEVER_MS;
}

static struct script_line line_at(const struct tracker *tracker, const struct view *view,
                                  int64_t now_ms)
{
    struct script_line line = {.at_ms = now_ms,
                               .phase = view->phase,
                               .target_ms = TIME_NEVER_MS,
                               .projected_ms = TIME_NEVER_MS,
                               .notices = view->notices};
    if (view->room_missing)
        return line;
    struct tracker_state state;
    tracker_at(tracker, now_ms, &state);
    line.phase = state.phase;
    line.current = state.current;
    line.next = state.next;
    line.target_ms = state.target_ms;
    if (state.next && state.next_start_ms != state.next->start_ms)
        line.projected_ms = state.next_start_ms;
    return line;
}

/** Whether they say the same, whenever. */
static bool line_equal(const struct script_line *a, const struct script_line *b)
{
    return a->phase == b->phase && a->current == b->current && a->next == b->next &&
           a->target_ms == b->target_ms && a->projected_ms == b->projected_ms &&
           a->notices == b->notices;
}

static const char *uid_text(const struct session *session)
{
    return session ? session->uid : "-";
}

static const char *time_text(int64_t at_ms, char text[static TIME_TEXT_BYTES])
{
    return at_ms == TIME_NEVER_MS ? "-" : time_format_utc(at_ms, text);
}

static void line_print(const struct script_line *line, FILE *out)
{
    char now[TIME_TEXT_BYTES], target[TIME_TEXT_BYTES], projected[TIME_TEXT_BYTES];
    char notices[VIEW_NOTICES_TEXT_BYTES];
    fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", time_format_utc(line->at_ms, now),
            phase_name(line->phase), uid_text(line->current), uid_text(line->next),
            time_text(line->target_ms, target), time_text(line->projected_ms, projected),
            view_notices_format(line->notices, notices));
}

/** When the next session is expected to begin; who waits behind a held one doesn't matter here. */
static int64_t next_begin_ms(const struct plan *plan, int64_t now_ms)
{
    size_t begun = plan_begun(plan, now_ms);
    return begun < plan->count ? plan->entries[begun].begin_ms : TIME_NEVER_MS;
}

static int64_t earliest_ms(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

bool rehearse(struct tracker *tracker, const struct feed_health *health,
              const struct view_options *options, struct command_file *commands, int64_t from_ms,
              int64_t until_ms, FILE *out, const struct rehearsal_listener *listener,
              struct error *err)
{
    struct view_options always_on = *options;
    always_on.on_from_min = always_on.on_until_min = 0;
    struct view *view = xcalloc(1, sizeof(*view));
    struct moments moments;
    struct script_line said = {0};
    moments_init(&moments, tracker, options->changes);
    for (int64_t now_ms = from_ms; now_ms < until_ms;) {
        if (commands)
            command_file_play(commands, tracker, now_ms);
        view_at(tracker, health, &always_on, now_ms, view);
        struct script_line line = line_at(tracker, view, now_ms);
        if (now_ms == from_ms || !line_equal(&line, &said)) {
            line_print(&line, out);
            if (listener)
                listener->hear(listener->context, &line, view);
        }
        said = line;
        int64_t next_ms = earliest_ms(tracker_next_change_ms(tracker, now_ms),
                                      earliest_ms(moments_next_ms(&moments, now_ms),
                                                  tracker_day_start_ms(tracker, now_ms, 1)));
        next_ms = earliest_ms(next_ms, next_begin_ms(&tracker->plan, now_ms));
        if (commands)
            next_ms = earliest_ms(next_ms, command_file_next_ms(commands));
        assert(next_ms > now_ms);
        now_ms = next_ms;
    }
    free(moments.at_ms);
    free(view);
    if (fflush(out) != 0 || ferror(out)) {
        error_set(err, "the script can't be written: %s", strerror(errno));
        return false;
    }
    return true;
}
