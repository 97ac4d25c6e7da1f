/* The promise that lets the sign sleep: nothing it says changes before the moment it names. And
 * that of the script: it tells whenever a notice changes. For random days, operators, changes. And
 * what signs say on some of these days, in tests/golden/views.txt, which is meant to be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/buffer.h>
#include <roomsign/rehearse.h>

#include "golden_text.h"
#include "random_view.h"

#define SEEDS 400
#define STEPS 30
#define PROBES 80
#define DAYS_TOLD 100
#define TEXT_BYTES_MAX (1 << 20)

/* Returns the next change. */
static int64_t check_from(struct fixture *fixture, struct random *random, uint64_t seed,
                          int64_t now_ms)
{
    static struct view now, then;
    now = *fixture_view(fixture, now_ms);
    int64_t change_ms = fixture_next_ms(fixture, now_ms);
    assert_true(change_ms > now_ms);
    int64_t moments[] = {change_ms - 1, now_ms + random_below(random, change_ms - now_ms)};
    for (size_t i = 0; i < 2; i++) {
        then = *fixture_view(fixture, moments[i]);
        if (!view_equal(&now, &then)) {
            fail_msg("seed %llu: %lld differs from %lld, change told for %lld",
                     (unsigned long long)seed, (long long)moments[i], (long long)now_ms,
                     (long long)change_ms);
        }
    }
    return change_ms;
}

/* A moment at which something may change, up to the rules that add minutes to it. */
static int64_t random_anchor_ms(struct fixture *fixture, struct random *random)
{
    static const int64_t apart_ms[] = {0, 0, 0, -30 * MINUTE_MS, -15 * MINUTE_MS, -10 * MINUTE_MS};
    const struct plan *plan = &fixture->tracker.plan;
    const struct schedule *lists[] = {&fixture->schedule, &fixture->elsewhere};
    int64_t offset_ms = apart_ms[random_below(random, 6)];
    int64_t kind = random_below(random, 5);
    if (kind == 4) {
        const struct tracker *tracker = &fixture->tracker;
        int64_t at_ms = random_moment_ms(random);
        int64_t moments_ms[] = {
            fixture->health.from_ms, fixture->health.until_ms, fixture->options.hint_until_ms,
            tracker_day_start_ms(tracker, at_ms, 0), zone_day_start_ms(&fixture->zone, at_ms, 0)};
        int64_t moment_ms = moments_ms[random_below(random, 5)];
        return moment_ms == TIME_NEVER_MS ? at_ms : moment_ms;
    }
    if (kind < 2 && lists[kind]->count > 0) {
        const struct session *session =
            &lists[kind]->sessions[random_below(random, (int64_t)lists[kind]->count)];
        int64_t quarter_ms = (session->end_ms - session->start_ms) / 4;
        int64_t moments_ms[] = {session->start_ms, session->end_ms, session->end_ms - quarter_ms};
        return moments_ms[random_below(random, 3)] + offset_ms;
    }
    if (kind == 2 && fixture->changes.count > 0) {
        const struct change *change =
            &fixture->changes.changes[random_below(random, (int64_t)fixture->changes.count)];
        int64_t moments_ms[] = {change->old_start_ms, change->old_end_ms, change->start_ms,
                                change->end_ms};
        return moments_ms[random_below(random, 4)] + offset_ms;
    }
    if (plan->count > 0) {
        const struct plan_entry *entry = &plan->entries[random_below(random, (int64_t)plan->count)];
        int64_t late_ms = entry->session->start_ms + random_below(random, 40) * MINUTE_MS;
        int64_t moments_ms[] = {entry->begin_ms, entry->finish_ms, late_ms};
        return moments_ms[random_below(random, 3)] + offset_ms;
    }
    return random_moment_ms(random);
}

static void test_random_days_change_only_at_the_next_change(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct random random = random_from(seed);
        static struct fixture fixture;
        random_view(seed, &random, &fixture);
        int64_t now_ms = AT(0, 0) + random_below(&random, DAY_MS);
        for (int step = 0; step < STEPS; step++) {
            now_ms = check_from(&fixture, &random, seed, now_ms);
            now_ms += step % 3 ? 0 : random_below(&random, HOUR_MS);
        }
        /* What falls between two minutes is met just before it. */
        for (int probe = 0; probe < PROBES; probe++) {
            int64_t anchor_ms = random_anchor_ms(&fixture, &random);
            check_from(&fixture, &random, seed,
                       anchor_ms - 1 - random_below(&random, 9 * SECOND_MS));
        }
        fixture_release(&fixture);
    }
}

/* The notices that the script has at a moment, or NULL within the second in which they change. */
static const char *notices_at(const char *script, int64_t at_ms, char notices[static 128])
{
    struct error err = {0};
    const char *column = NULL;
    for (const char *line = script; *line; line = strchr(line, '\n') + 1) {
        char time[TIME_TEXT_BYTES];
        int64_t from_ms;
        snprintf(time, sizeof time, "%.20s", line);
        assert_true(time_parse(time, NULL, &from_ms, &err));
        if (from_ms > at_ms) {
            break;
        }
        if (from_ms + SECOND_MS > at_ms) {
            return NULL;
        }
        column = line;
    }
    assert_non_null(column);
    const char *end = strchr(column, '\n');
    while (end[-1] != '\t') {
        end--;
    }
    snprintf(notices, 128, "%.*s", (int)strcspn(end, "\n"), end);
    return notices;
}

static void test_random_scripts_tell_every_notice(void **state)
{
    (void)state;
    int compared = 0;
    for (uint64_t seed = 1; seed <= SEEDS / 2; seed++) {
        struct random random = random_from(seed);
        static struct fixture fixture;
        struct error err = {0};
        char *script = NULL, told[128], said_now[VIEW_NOTICES_TEXT_BYTES];
        size_t length = 0;
        random_view(seed, &random, &fixture);
        fixture.options.on_from_min = fixture.options.on_until_min = 0;
        fixture.health.from_ms = 0;
        fixture.health.until_ms = TIME_NEVER_MS;
        FILE *out = open_memstream(&script, &length);
        assert_non_null(out);
        assert_true(rehearse(&fixture.tracker, &fixture.health, &fixture.options, NULL, AT(-2, 0),
                             AT(50, 0), out, NULL, &err));
        fclose(out);
        for (int probe = 0; probe < PROBES; probe++) {
            int64_t at_ms = random_anchor_ms(&fixture, &random) + random_below(&random, 4000);
            if (at_ms < AT(-1, 0) || at_ms >= AT(50, 0) || !notices_at(script, at_ms, told)) {
                continue;
            }
            view_notices_format(fixture_view(&fixture, at_ms)->notices, said_now);
            if (strcmp(told, said_now) != 0) {
                fail_msg("seed %llu, at %lld: the script has %s, the view %s",
                         (unsigned long long)seed, (long long)at_ms, told, said_now);
            }
            compared++;
        }
        free(script);
        fixture_release(&fixture);
    }
    assert_true(compared > SEEDS * PROBES / 4);
}

static void list_text(struct buffer *list, const char *what, const char *text)
{
    if (*text)
        buffer_append_format(list, "  %s: %s\n", what, text);
}

static void list_entry(struct buffer *list, const char *what, const struct view_entry *entry)
{
    if (!*entry->time && !*entry->title)
        return;
    buffer_append_format(list, "  %s: %s", what, entry->time);
    if (*entry->old_time)
        buffer_append_format(list, " not %s", entry->old_time);
    if (*entry->expected)
        buffer_append_format(list, " expected %s", entry->expected);
    if (*entry->note)
        buffer_append_format(list, " (%s)", entry->note);
    buffer_append_format(list, " %s%s%s\n", entry->title, entry->struck ? ", struck" : "",
                         entry->quiet ? ", quiet" : "");
}

static void list_now(struct buffer *list, const struct view *view)
{
    char notices[VIEW_NOTICES_TEXT_BYTES];
    buffer_append_format(list, "  %s %s%s%s%s%s, %d permille, turn %lld, shift %d\n",
                         phase_name(view->phase), view_notices_format(view->notices, notices),
                         view->dark ? " dark" : "", view->room_missing ? " room missing" : "",
                         view->clock_unset ? " clock unset" : "",
                         view->overrun_known ? " known" : "", view->progress_permille,
                         (long long)view->list_turn, view->shift);
    buffer_append_format(list, "  %s | %s | %s | %s | %s\n", view->room, view->room_note,
                         view->clock, view->phase_words, view->phase_note);
    list_text(list, "headline", view->headline);
    list_text(list, "detail", view->detail);
    list_text(list, "track", view->track);
    if (*view->count_caption || *view->count_range)
        buffer_append_format(list, "  count: %s %s%s %s%s | %s\n", view->count_caption,
                             view->count[0].digits, view->count[0].unit, view->count[1].digits,
                             view->count[1].unit, view->count_range);
    for (int i = 0; i < view->alert_count; i++) {
        const struct view_alert *alert = &view->alerts[i];
        buffer_append_format(list, "  alert %s: %s | %s | %s | %s\n",
                             view_alert_kind_name(alert->kind), alert->words, alert->subject,
                             alert->time, alert->detail);
    }
}

/* All that it says but the date, which is written as this machine's ICU writes it. */
static void list_view(struct buffer *list, const struct view *view)
{
    list_now(list, view);
    list_text(list, "code", view->code_url);
    list_entry(list, view->next_label, &view->next);
    list_text(list, "speakers", view->next_speakers);
    for (int i = 0; i < view->later_count; i++)
        list_entry(list, i == 0 ? view->later_label : "", &view->later[i]);
    if (view->later_more)
        buffer_append_format(list, "  and %d more\n", view->later_more);
    for (int i = 0; i < view->day_count; i++) {
        static const char *const rows[] = {"", "over", "on", "next"};
        list_entry(list, i == 0 ? view->day_label : rows[view->day[i].row], &view->day[i]);
    }
    for (int i = 0; i < view->banner_count; i++)
        list_text(list, "banner", view->banners[i]);
    list_text(list, view->doubt_quiet ? "quiet doubt" : "doubt", view->doubt);
    list_text(list, view->rooms_label, view->remedy);
    list_text(list, "hint", view->hint);
    list_text(list, view->news_source, view->news);
}

/* One moment of some day and the one at which that changes next. */
static void list_day(struct buffer *list, uint64_t seed)
{
    static struct fixture fixture;
    struct random random = random_from(seed);
    random_view(seed, &random, &fixture);
    fixture.options.clock_12h = seed % 7 == 0;
    fixture.options.with_qr = seed % 2;
    fixture.health.missed_polls = (int)(seed % 4);
    fixture.health.distrusted = seed % 13 == 0;
    random_view_enrich(&random, &fixture);
    int64_t now_ms = AT(7, 0) + random_below(&random, 10 * HOUR_MS);
    int64_t change_ms = fixture_next_ms(&fixture, now_ms);
    char time[TIME_TEXT_BYTES];
    struct buffer before, after;
    buffer_init(&before, TEXT_BYTES_MAX);
    buffer_init(&after, TEXT_BYTES_MAX);
    list_view(&before, fixture_view(&fixture, now_ms));
    list_view(&after, fixture_view(&fixture, change_ms));
    buffer_append_format(list, "\nday %d at %s\n%s", (int)seed, time_format_utc(now_ms, time),
                         before.data);
    buffer_append_format(list, "then at %s and %d ms\n", time_format_utc(change_ms, time),
                         (int)(change_ms % SECOND_MS));
    golden_list_missing(list, '-', before.data, after.data);
    golden_list_missing(list, '+', after.data, before.data);
    buffer_release(&before);
    buffer_release(&after);
    fixture_release(&fixture);
}

static void test_random_days_are_told_in_these_words(void **state)
{
    (void)state;
    struct buffer list;
    buffer_init(&list, TEXT_BYTES_MAX);
    for (uint64_t seed = 1; seed <= DAYS_TOLD; seed++)
        list_day(&list, seed);
    golden_expect("views.txt", list.data);
    buffer_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_days_change_only_at_the_next_change),
        cmocka_unit_test(test_random_scripts_tell_every_notice),
        cmocka_unit_test(test_random_days_are_told_in_these_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
