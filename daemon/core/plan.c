#include <roomsign/plan.h>

#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

bool plan_yields(const struct session *session)
{
    return session->kind == SESSION_KIND_BREAK || session->venue_wide;
}

bool plan_tracks(const struct session *session, int64_t max_session_ms)
{
    return session->kind != SESSION_KIND_ALL_DAY && session->status != SESSION_STATUS_CANCELLED &&
           session->end_ms - session->start_ms <= max_session_ms;
}

static bool has_length(const struct plan_entry *entry)
{
    return entry->session->start_ms < entry->session->end_ms;
}

static int compare_ms(int64_t a_ms, int64_t b_ms)
{
    return (a_ms > b_ms) - (a_ms < b_ms);
}

/* Negative: `a` holds the room before `b` does, of two that overlap. */
static int compare_claims(const struct plan_entry *a, const struct plan_entry *b)
{
    if (plan_yields(a->session) != plan_yields(b->session))
        return plan_yields(a->session) ? 1 : -1;
    if (a->begin_ms != b->begin_ms)
        return compare_ms(b->begin_ms, a->begin_ms);
    if (a->finish_ms != b->finish_ms)
        return compare_ms(a->finish_ms, b->finish_ms);
    return strcmp(a->session->uid, b->session->uid);
}

static int compare_begins(const void *a, const void *b)
{
    const struct plan_entry *left = a, *right = b;
    int order = compare_ms(left->begin_ms, right->begin_ms);
    return order ? order : compare_claims(left, right);
}

static int compare_finishes(const void *a, const void *b)
{
    const struct plan_entry *left = *(const struct plan_entry *const *)a;
    const struct plan_entry *right = *(const struct plan_entry *const *)b;
    int order = compare_ms(left->finish_ms, right->finish_ms);
    return order ? order : compare_claims(right, left);
}

static int compare_planned_starts(const void *a, const void *b)
{
    const struct plan_entry *left = a, *right = b;
    return compare_ms(left->session->start_ms, right->session->start_ms);
}

static int compare_planned_ends(const void *a, const void *b)
{
    const struct plan_entry *left = *(const struct plan_entry *const *)a;
    const struct plan_entry *right = *(const struct plan_entry *const *)b;
    return compare_ms(left->session->end_ms, right->session->end_ms);
}

static int compare_moments(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return compare_ms(*left, *right);
}

/* A word that was said at quite another time isn't about the session where it stands now. */
static int64_t word_near(int64_t word_ms, const struct session *session, int64_t max_session_ms)
{
    bool near = word_ms != TIME_NEVER_MS && word_ms >= session->start_ms - max_session_ms &&
                word_ms <= session->end_ms + max_session_ms;
    return near ? word_ms : TIME_NEVER_MS;
}

static struct session_word words_of(const struct session *session, const struct ledger *ledger,
                                    int64_t max_session_ms)
{
    const struct session_word *said = ledger ? ledger_find(ledger, session->uid) : NULL;
    struct session_word word = {session->uid, TIME_NEVER_MS, TIME_NEVER_MS, TIME_NEVER_MS,
                                TIME_NEVER_MS};
    if (said) {
        word.started_ms = word_near(said->started_ms, session, max_session_ms);
        word.expected_end_ms = word_near(said->expected_end_ms, session, max_session_ms);
        word.ended_ms = word_near(said->ended_ms, session, max_session_ms);
        word.held_ms = word_near(said->held_ms, session, max_session_ms);
    }
    return word;
}

/* Where only the schedule has spoken of its end. */
static int64_t unsaid_finish_ms(const struct session *session, int64_t begin_ms)
{
    int64_t length_ms = session->end_ms - session->start_ms;
    if (length_ms == 0)
        return begin_ms;
    if (begin_ms <= session->start_ms)
        return session->end_ms;
    if (session->kind != SESSION_KIND_BREAK)
        return begin_ms + length_ms;
    int64_t half_ms = begin_ms + length_ms / 2;
    return half_ms > session->end_ms ? half_ms : session->end_ms;
}

/* push_ms: when all that were planned to be over before it will be. */
static void expect(struct plan_entry *entry, const struct session_word *word, int64_t push_ms)
{
    const struct session *session = entry->session;
    entry->begin_ms = session->start_ms;
    if (word->started_ms != TIME_NEVER_MS)
        entry->begin_ms = word->started_ms;
    else if (push_ms > entry->begin_ms && !session->venue_wide)
        entry->begin_ms = push_ms;

    /* An end before its begin was said of it when it stood elsewhere. */
    entry->finish_ms = unsaid_finish_ms(session, entry->begin_ms);
    if (!has_length(entry))
        return;
    if (word->ended_ms != TIME_NEVER_MS && word->ended_ms >= entry->begin_ms) {
        entry->finish_ms = word->ended_ms;
        entry->ended = true;
    } else if (word->expected_end_ms != TIME_NEVER_MS && word->expected_end_ms >= entry->begin_ms) {
        entry->finish_ms = word->expected_end_ms;
    }
}

/* Returns the held session, or NULL: entries still move until they stand by begin. */
static const struct session *expect_all(struct plan *plan, const struct ledger *ledger,
                                        int64_t max_session_ms)
{
    const struct session *held = NULL;
    const struct plan_entry **by_end = xcalloc(plan->count + 1, sizeof(*by_end));
    size_t end_count = 0, over = 0;
    int64_t push_ms = INT64_MIN;
    qsort(plan->entries, plan->count, sizeof(*plan->entries), compare_planned_starts);
    for (size_t i = 0; i < plan->count; i++)
        if (has_length(&plan->entries[i]) && !plan->entries[i].session->venue_wide)
            by_end[end_count++] = &plan->entries[i];
    qsort(by_end, end_count, sizeof(*by_end), compare_planned_ends);

    for (size_t i = 0; i < plan->count; i++) {
        struct plan_entry *entry = &plan->entries[i];
        /* What ends before this starts, started before it: its finish is known by now. */
        for (; over < end_count && by_end[over]->session->end_ms <= entry->session->start_ms;
             over++)
            if (by_end[over]->finish_ms > push_ms)
                push_ms = by_end[over]->finish_ms;
        struct session_word word = words_of(entry->session, ledger, max_session_ms);
        expect(entry, &word, push_ms);
        if (word.held_ms != TIME_NEVER_MS && !entry->ended && has_length(entry) &&
            !plan_yields(entry->session))
            held = entry->session;
    }
    free(by_end);
    return held;
}

/* Those that hold the room at one moment. Who came last has the best claim, of sessions and of what
 * gives way to them. */
struct stack {
    const struct plan_entry **entries;
    size_t count;
};

static const struct plan_entry *stack_top(struct stack *stack, int64_t now_ms)
{
    while (stack->count > 0 && stack->entries[stack->count - 1]->finish_ms <= now_ms)
        stack->count--;
    return stack->count > 0 ? stack->entries[stack->count - 1] : NULL;
}

static void index_spans(struct plan *plan)
{
    size_t moment_count = 2 * plan->count, begun = 0;
    int64_t *moments_ms = xcalloc(moment_count + 1, sizeof(*moments_ms));
    struct stack sessions = {xcalloc(plan->count + 1, sizeof(*sessions.entries)), 0};
    struct stack yielding = {xcalloc(plan->count + 1, sizeof(*yielding.entries)), 0};
    plan->spans = xcalloc(moment_count + 1, sizeof(*plan->spans));
    for (size_t i = 0; i < plan->count; i++) {
        moments_ms[2 * i] = plan->entries[i].begin_ms;
        moments_ms[2 * i + 1] = plan->entries[i].finish_ms;
    }
    qsort(moments_ms, moment_count, sizeof(*moments_ms), compare_moments);

    const struct plan_entry *holder = NULL;
    for (size_t i = 0; i < moment_count; i++) {
        int64_t now_ms = moments_ms[i];
        size_t now_begun = plan_begun(plan, now_ms);
        for (size_t k = now_begun; k > begun; k--) {
            const struct plan_entry *entry = &plan->entries[k - 1];
            struct stack *stack = plan_yields(entry->session) ? &yielding : &sessions;
            stack->entries[stack->count++] = entry;
        }
        begun = now_begun;
        const struct plan_entry *top = stack_top(&sessions, now_ms);
        if (!top)
            top = stack_top(&yielding, now_ms);
        if (top != holder)
            plan->spans[plan->span_count++] = (struct plan_span){now_ms, top};
        holder = top;
    }
    free(moments_ms);
    free(sessions.entries);
    free(yielding.entries);
}

static void index_entries(struct plan *plan, const struct session *held)
{
    plan->by_finish = xcalloc(plan->count + 1, sizeof(*plan->by_finish));
    plan->waiting = xcalloc(plan->count + 1, sizeof(*plan->waiting));
    plan->of_session = xcalloc(plan->schedule->count + 1, sizeof(*plan->of_session));
    plan->waiting[plan->count] = plan->count;
    for (size_t i = plan->count; i > 0; i--) {
        const struct plan_entry *entry = &plan->entries[i - 1];
        bool waits = has_length(entry) && !plan_yields(entry->session) && !entry->ended &&
                     entry->session != held;
        plan->waiting[i - 1] = waits ? i - 1 : plan->waiting[i];
        plan->of_session[entry->session - plan->schedule->sessions] = entry;
        if (has_length(entry))
            plan->by_finish[plan->finish_count++] = entry;
    }
    qsort(plan->by_finish, plan->finish_count, sizeof(*plan->by_finish), compare_finishes);
}

void plan_make(struct plan *ret_plan, const struct schedule *schedule, const struct ledger *ledger,
               int64_t max_session_ms)
{
    struct plan plan = {.schedule = schedule};
    plan.entries = xcalloc(schedule->count + 1, sizeof(*plan.entries));
    for (size_t i = 0; i < schedule->count; i++)
        if (plan_tracks(&schedule->sessions[i], max_session_ms))
            plan.entries[plan.count++].session = &schedule->sessions[i];
    const struct session *held = expect_all(&plan, ledger, max_session_ms);
    qsort(plan.entries, plan.count, sizeof(*plan.entries), compare_begins);
    index_entries(&plan, held);
    index_spans(&plan);
    if (held) {
        plan.held = plan_find(&plan, held);
        plan.held_until_ms = held->start_ms + max_session_ms;
    }
    *ret_plan = plan;
}

void plan_release(struct plan *plan)
{
    free(plan->entries);
    free(plan->by_finish);
    free(plan->spans);
    free(plan->waiting);
    free(plan->of_session);
    *plan = (struct plan){0};
}

const struct plan_entry *plan_find(const struct plan *plan, const struct session *session)
{
    return plan->of_session[session - plan->schedule->sessions];
}

size_t plan_begun(const struct plan *plan, int64_t now_ms)
{
    size_t low = 0, high = plan->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plan->entries[middle].begin_ms <= now_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t plan_finished(const struct plan *plan, int64_t now_ms)
{
    size_t low = 0, high = plan->finish_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plan->by_finish[middle]->finish_ms <= now_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct plan_entry *plan_holder(const struct plan *plan, int64_t now_ms)
{
    size_t low = 0, high = plan->span_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plan->spans[middle].from_ms <= now_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? plan->spans[low - 1].entry : NULL;
}
