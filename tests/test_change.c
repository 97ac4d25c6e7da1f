/* What changed between two schedules, as rows of schedules, and as random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <roomsign/buffer.h>
#include <roomsign/change.h>

#include "random.h"
#include "sample.h"

#define TEXT_BYTES_MAX 65536

/* A session as in tests/changes/cases.txt. */
static void session_read(struct schedule *schedule, const char *text, size_t length)
{
    char line[256], *rest = line, *end;
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    if (length == 0)
        return;
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    char *uid = strsep(&rest, " "), *title = strsep(&rest, " "), *times = strsep(&rest, " ");
    int hours = (int)(strchr(times, '/') ? strtol(times, &times, 10) : 0);
    times += *times == '/';
    long from = strtol(times, &end, 10) * 60, until;
    from += strtol(end + 1, &end, 10);
    until = strtol(end + 1, &end, 10) * 60;
    until += strtol(end + 1, &end, 10);
    struct session *session = sample_add(schedule, uid, AT(hours, from), AT(hours, until));
    for (char *c = title; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    session_set(&session->title, title);
    session_set(&session->room, "Here");
    for (char *flag; (flag = strsep(&rest, " "));) {
        session->status = *flag == 'x'   ? SESSION_STATUS_CANCELLED
                          : *flag == 't' ? SESSION_STATUS_TENTATIVE
                                         : session->status;
        session->kind = *flag == 'b'   ? SESSION_KIND_BREAK
                        : *flag == 'd' ? SESSION_KIND_ALL_DAY
                                       : session->kind;
        session->venue_wide |= *flag == 'w';
        if (*flag == '@')
            session_set(&session->room, flag + 1);
        if (*flag == '+')
            session_add_speaker(session, flag + 1);
    }
}

static void schedule_read(struct schedule *schedule, const char *text)
{
    *schedule = (struct schedule){0};
    for (const char *at = text ? text : ""; *at;) {
        size_t length = strcspn(at, ";");
        session_read(schedule, at, length);
        at += length + (at[length] == ';');
    }
    schedule_sort(schedule);
}

static void time_write(struct buffer *text, int64_t start_ms, int64_t end_ms)
{
    int64_t from = (start_ms - SAMPLE_DAY_MS) / MINUTE_MS,
            until = from + (end_ms - start_ms) / MINUTE_MS;
    if (from >= 24 * 60) {
        buffer_append_format(text, "+%d/", (int)(from / 1440 * 24));
        until -= from / 1440 * 1440;
        from %= 1440;
    }
    buffer_append_format(text, "%d:%02d-%d:%02d", (int)(from / 60), (int)(from % 60),
                         (int)(until / 60), (int)(until % 60));
}

/* `kind uid Old 10:00-11:00 > New 12:00-13:00 @Room gone; ...`; what is as it was isn't said. */
static char *changes_text(const struct change_list *list, bool with_seen)
{
    struct buffer text;
    buffer_init(&text, TEXT_BYTES_MAX * 8);
    buffer_append_text(&text, "");
    for (size_t i = 0; i < list->count; i++) {
        const struct change *change = &list->changes[i];
        buffer_append_format(&text, "%s%s %s %s ", i ? "; " : "", change_kind_name(change->kind),
                             change->uid, change->old_title);
        time_write(&text, change->old_start_ms, change->old_end_ms);
        if (strcmp(change->title, change->old_title) != 0 ||
            change->start_ms != change->old_start_ms || change->end_ms != change->old_end_ms) {
            buffer_append_format(&text, " > %s ", change->title);
            time_write(&text, change->start_ms, change->end_ms);
        }
        if (strcmp(change->room, change->old_room) != 0)
            buffer_append_format(&text, " @%s", change->room);
        if (change->gone)
            buffer_append_text(&text, " gone");
        if (with_seen)
            buffer_append_format(&text, " %d", (int)((change->seen_ms - AT(0, 0)) / MINUTE_MS));
    }
    return text.data;
}

#define LINE_BYTES_MAX 1024
#define CASES_MIN 70

/* One case of tests/changes/cases.txt as it is played. */
struct play {
    char what[LINE_BYTES_MAX], told[TEXT_BYTES_MAX];
    struct schedule last, now, elsewhere_last, elsewhere;
    struct change_list known;
    bool is_of_venue, is_first;
    int64_t now_ms;
};

static void play_release(struct play *play)
{
    schedule_release(&play->last);
    schedule_release(&play->now);
    schedule_release(&play->elsewhere_last);
    schedule_release(&play->elsewhere);
    change_list_release(&play->known);
}

/* All of a poll has been read. */
static void play_poll(struct play *play)
{
    if (!play->is_first) {
        const struct change_request request = {
            .last = &play->last,
            .now = &play->now,
            .elsewhere = &play->elsewhere,
            .elsewhere_last = &play->elsewhere_last,
            .is_of_venue = play->is_of_venue,
            .from_ms = AT(-24, 0),
            .until_ms = AT(7 * 24, 0),
            .now_ms = play->now_ms,
            .known = &play->known,
        };
        struct change_list found;
        changes_find(&request, &found);
        char *text = changes_text(&found, false);
        if (strcmp(text, play->told) != 0)
            fail_msg("%s, at %d min:\n  found  %s\n  wanted %s", play->what,
                     (int)((play->now_ms - AT(0, 0)) / MINUTE_MS), text, play->told);
        free(text);
        change_list_release(&play->known);
        play->known = found;
    }
    schedule_release(&play->last);
    schedule_release(&play->elsewhere_last);
    play->last = play->now;
    play->elsewhere_last = play->elsewhere;
    play->now = play->elsewhere = (struct schedule){0};
    play->told[0] = '\0';
    play->is_first = false;
}

static void play_line(struct play *play, const char *line, size_t *case_count)
{
    const char *value = strchr(line, ':');
    size_t told = strlen(play->told);
    if (*line == '#' || *line == '\0') {
    } else if (strncmp(line, "case ", 5) == 0) {
        if ((*case_count)++ > 0)
            play_poll(play);
        play_release(play);
        *play = (struct play){.is_first = true, .now_ms = AT(8, 0)};
        snprintf(play->what, sizeof play->what, "%s", line + 5);
    } else if (strcmp(line, "venue") == 0) {
        play->is_of_venue = true;
    } else if (strncmp(line, "  ", 2) == 0) {
        snprintf(play->told + told, sizeof play->told - told, "%s%s", told ? "; " : "", line + 2);
    } else if (strncmp(line, "last:", 5) == 0) {
        schedule_read(&play->now, value + 1);
    } else if (strncmp(line, "elsewhere:", 10) == 0) {
        schedule_read(&play->elsewhere, value + 1);
    } else if (strncmp(line, "poll", 4) == 0) {
        play_poll(play);
        long hour = strtol(line + 4, NULL, 10);
        play->now_ms = hour ? AT(hour, 0) : play->now_ms + MINUTE_MS;
        schedule_read(&play->now, value + 1);
    } else {
        fail_msg("%s: what is '%s'?", play->what, line);
    }
}

static void test_cases(void **state)
{
    (void)state;
    FILE *file = fopen("tests/changes/cases.txt", "r");
    assert_non_null(file);
    static struct play play;
    char line[LINE_BYTES_MAX];
    size_t case_count = 0;
    while (fgets(line, sizeof line, file)) {
        assert_non_null(strchr(line, '\n'));
        line[strcspn(line, "\n")] = '\0';
        play_line(&play, line, &case_count);
    }
    fclose(file);
    play_poll(&play);
    play_release(&play);
    assert_true(case_count >= CASES_MIN);
}

static void test_when_it_was_seen(void **state)
{
    static const struct {
        const char *now, *found;
    } steps[] = {
        {"a Ants 11:00-12:00", "retimed a Ants 10:00-11:00 > Ants 11:00-12:00 481"},
        {"a Ants 11:00-12:00", "retimed a Ants 10:00-11:00 > Ants 11:00-12:00 481"},
        {"b Ants 11:00-12:00", "retimed b Ants 10:00-11:00 > Ants 11:00-12:00 481"},
        {"b Ants 12:00-13:00", "retimed b Ants 10:00-11:00 > Ants 12:00-13:00 484"},
        {"", "cancelled b Ants 12:00-13:00 gone 485"},
        {"", "cancelled b Ants 12:00-13:00 gone 485"},
    };
    struct schedule last, none = {0};
    struct change_list known = {0};
    (void)state;
    schedule_read(&last, "a Ants 10:00-11:00");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct schedule now;
        struct change_list found;
        schedule_read(&now, steps[i].now);
        const struct change_request request = {.last = &last,
                                               .now = &now,
                                               .elsewhere = &none,
                                               .from_ms = AT(0, 0),
                                               .until_ms = AT(24, 0),
                                               .now_ms = AT(8, 1 + (int)i),
                                               .known = &known};
        changes_find(&request, &found);
        char *text = changes_text(&found, true);
        assert_string_equal(text, steps[i].found);
        free(text);
        change_list_release(&known);
        schedule_release(&last);
        known = found;
        last = now;
    }
    change_list_release(&known);
    schedule_release(&last);
}

static void test_a_feed_read_first_has_nothing_new(void **state)
{
    struct schedule last, now, none = {0};
    struct change_list found;
    (void)state;
    schedule_read(&last, "");
    schedule_read(&now, "a Ants 10:00-11:00; b Bees 11:00-12:00");
    now.sessions[1].feed = 3;
    const struct change_request request = {.last = &last,
                                           .now = &now,
                                           .elsewhere = &none,
                                           .from_ms = AT(0, 0),
                                           .until_ms = AT(24, 0),
                                           .now_ms = AT(8, 0),
                                           .first_read_feeds = 1u << 3};
    changes_find(&request, &found);
    char *text = changes_text(&found, false);
    assert_string_equal(text, "new a Ants 10:00-11:00");
    free(text);
    change_list_release(&found);
    schedule_release(&last);
    schedule_release(&now);
}

/* What one of the two documents says nothing of has not vanished. */
static void test_only_what_both_were_asked_for(void **state)
{
    static const struct {
        int64_t from_ms, until_ms;
        const char *found;
    } cases[] = {
        {AT(0, 0), AT(24, 0),
         "cancelled a Ants 10:00-11:00 gone; cancelled b Bees 12:00-12:00 gone"},
        {AT(11, 0), AT(24, 0), "cancelled b Bees 12:00-12:00 gone"},
        {AT(11, 0) - 1, AT(12, 0), "cancelled a Ants 10:00-11:00 gone"},
        {AT(12, 0), AT(12, 0) + 1, "cancelled b Bees 12:00-12:00 gone"},
        {AT(12, 0) + 1, AT(24, 0), ""},
        {AT(0, 0), AT(10, 0), ""},
    };
    struct schedule last, none = {0};
    (void)state;
    schedule_read(&last, "a Ants 10:00-11:00; b Bees 12:00-12:00");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct change_list found;
        const struct change_request request = {.last = &last,
                                               .now = &none,
                                               .elsewhere = &none,
                                               .from_ms = cases[i].from_ms,
                                               .until_ms = cases[i].until_ms,
                                               .now_ms = AT(8, 0)};
        changes_find(&request, &found);
        char *text = changes_text(&found, false);
        assert_string_equal(text, cases[i].found);
        free(text);
        change_list_release(&found);
    }
    schedule_release(&last);
}

static void test_names(void **state)
{
    (void)state;
    for (int kind = 0; kind < CHANGE_KIND_COUNT; kind++) {
        enum change_kind parsed;
        assert_true(change_kind_parse(change_kind_name((enum change_kind)kind), &parsed));
        assert_int_equal(parsed, kind);
    }
    enum change_kind untouched = CHANGE_NEW;
    assert_false(change_kind_parse("", &untouched));
    assert_false(change_kind_parse("Moved", &untouched));
    assert_int_equal(untouched, CHANGE_NEW);
}

/* The nearest 500 of 900, in time. */
static void test_the_most(void **state)
{
    struct schedule last = {0}, none = {0};
    struct change_list found;
    (void)state;
    for (int i = 0; i < 900; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "s%03d", i);
        sample_add(&last, uid, AT(0, i), AT(0, i + 1));
    }
    schedule_sort(&last);
    const struct change_request request = {.last = &last,
                                           .now = &none,
                                           .elsewhere = &none,
                                           .from_ms = AT(0, 0),
                                           .until_ms = AT(24, 0),
                                           .now_ms = AT(0, 300)};
    changes_find(&request, &found);
    assert_int_equal(found.count, CHANGES_MAX);
    assert_string_equal(found.changes[0].uid, "s300");
    assert_string_equal(found.changes[CHANGES_MAX - 1].uid, "s799");
    change_list_release(&found);
    schedule_release(&last);
}

/* Nothing of a feed in which everything begins at once is held against all the rest of it. */
static void test_thousands_in_one_slot(void **state)
{
    struct schedule last = {0}, now = {0}, none = {0};
    struct change_list found;
    (void)state;
    for (int i = 0; i < SCHEDULE_SESSIONS_MAX / 2; i++) {
        char title[512];
        snprintf(title, sizeof title, "%0400d", i);
        session_set(&sample_add(&last, title, AT(10, 0), AT(11, i))->title, title);
        snprintf(title, sizeof title, "%d%0400d", i, 7);
        for (char *c = title; *c; c++)
            *c += 'a' - '0';
        session_set(&sample_add(&now, title, AT(10, 0), AT(11, i))->title, title);
    }
    schedule_sort(&last);
    schedule_sort(&now);
    const struct change_request request = {.last = &last,
                                           .now = &now,
                                           .elsewhere = &none,
                                           .from_ms = AT(0, 0),
                                           .until_ms = AT(24, 0),
                                           .now_ms = AT(8, 0)};
    clock_t before = clock();
    changes_find(&request, &found);
    assert_true(clock() - before < 5 * CLOCKS_PER_SEC);
    assert_int_equal(found.count, CHANGES_MAX);
    change_list_release(&found);
    schedule_release(&last);
    schedule_release(&now);
}

/* Random schedules: what a change says is what happened. */

static void random_venue(struct random *random, struct schedule *schedule)
{
    static const char *const titles[] = {"Ants", "Bees", "Cats", "Dogs", "Lunch", "Ants - again"};
    random_schedule(random, schedule);
    for (size_t i = 0; i < schedule->count; i++) {
        struct session *session = &schedule->sessions[i];
        session_set(&session->title, titles[random_below(random, 6)]);
        session_set(&session->room, "Here");
    }
}

/* What publishers do between two answers. */
static void random_edit(struct random *random, struct schedule *now, struct schedule *elsewhere)
{
    struct schedule edited = {0};
    bool anew = random_below(random, 4) == 0, one_uid = random_below(random, 6) == 0;
    for (size_t i = 0; i < now->count; i++) {
        struct session session;
        session_copy(&session, &now->sessions[i]);
        char uid[32];
        snprintf(uid, sizeof uid, "r%d", (int)random_below(random, 1000000));
        struct schedule *into = &edited;
        switch (random_below(random, 12)) {
        case 0:
            into = NULL;
            break;
        case 1:
            into = elsewhere;
            session_set(&session.room, "There");
            break;
        case 2:
            session.start_ms += 5 * MINUTE_MS;
            session.end_ms += (1 + random_below(random, 9)) * 5 * MINUTE_MS;
            break;
        case 3:
            session.status = SESSION_STATUS_CANCELLED;
            break;
        case 4:
            session.status = SESSION_STATUS_CONFIRMED;
            break;
        case 5:
            session_set(&session.title, "Emus");
            break;
        case 6:
            session_set(&session.uid, uid);
            break;
        default:
            break;
        }
        if (anew)
            session_set(&session.uid, uid);
        if (one_uid)
            session_set(&session.uid, "u");
        if (into)
            schedule_add(into, &session);
        session_release(&session);
    }
    schedule_release(now);
    *now = edited;
    if (random_below(random, 2) == 0) {
        int64_t start_ms = AT(0, random_below(random, 2000));
        sample_add(now, "extra", start_ms, start_ms + 20 * MINUTE_MS);
    }
    schedule_sort(now);
    schedule_sort(elsewhere);
}

static const char *session_text(const struct session *session, char text[static 128])
{
    snprintf(text, 128, "%s %d %d%s", session->title, (int)(session->start_ms - AT(0, 0)),
             (int)(session->end_ms - AT(0, 0)),
             session->status == SESSION_STATUS_CANCELLED ? " x" : "");
    return text;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(a, b);
}

#define LINES_MAX 64
struct lines {
    char texts[LINES_MAX][128];
    size_t count;
};

static bool is_told_of(const struct session *session)
{
    return session->kind == SESSION_KIND_SESSION;
}

static struct lines lines_of(const struct schedule *schedule)
{
    struct lines lines = {0};
    for (size_t i = 0; i < schedule->count; i++)
        if (is_told_of(&schedule->sessions[i]))
            session_text(&schedule->sessions[i], lines.texts[lines.count++]);
    return lines;
}

static bool lines_take(struct lines *lines, const char *text)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->texts[i], text) == 0) {
            memmove(lines->texts + i, lines->texts + i + 1,
                    (lines->count - i - 1) * sizeof *lines->texts);
            lines->count--;
            return true;
        }
    }
    return false;
}

/* Take out of the last schedule what changed, and put in what it is now. */
static void lines_apply(struct lines *lines, const struct change_list *list, uint64_t seed)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct change *change = &list->changes[i];
        char was[128], is[128];
        struct session old = {.title = change->old_title,
                              .start_ms = change->old_start_ms,
                              .end_ms = change->old_end_ms};
        if (change->kind != CHANGE_NEW && !lines_take(lines, session_text(&old, was))) {
            /* Back from cancelled, which is nothing to tell, and changed in something else. */
            old.status = SESSION_STATUS_CANCELLED;
            if (!lines_take(lines, session_text(&old, was)))
                fail_msg("seed %ju: a change of '%s', which never was", (uintmax_t)seed, was);
        }
        const struct session now = {.title = change->title,
                                    .start_ms = change->start_ms,
                                    .end_ms = change->end_ms,
                                    .status = change->kind == CHANGE_CANCELLED
                                                  ? SESSION_STATUS_CANCELLED
                                                  : SESSION_STATUS_CONFIRMED};
        session_text(&now, is);
        if (!change->gone)
            snprintf(lines->texts[lines->count++], sizeof is, "%s", is);
    }
}

static void reverse(struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count / 2; i++) {
        struct session one = schedule->sessions[i];
        schedule->sessions[i] = schedule->sessions[schedule->count - 1 - i];
        schedule->sessions[schedule->count - 1 - i] = one;
    }
}

/* What a change doesn't tell: a cancelled session that is on again or left. */
static void lines_forgive(struct lines *applied, struct lines *now)
{
    for (size_t i = 0; i < applied->count;) {
        char text[128];
        snprintf(text, sizeof text, "%s", applied->texts[i]);
        char *mark = strstr(text, " x");
        if (lines_take(now, text)) {
            lines_take(applied, text);
            i = 0;
        } else if (mark) {
            *mark = '\0';
            lines_take(now, text);
            *mark = ' ';
            lines_take(applied, text);
            i = 0;
        } else {
            i++;
        }
    }
    /* New and cancelled at once. */
    for (size_t i = 0; i < now->count;) {
        if (strstr(now->texts[i], " x")) {
            char text[128];
            snprintf(text, sizeof text, "%s", now->texts[i]);
            lines_take(now, text);
            i = 0;
        } else {
            i++;
        }
    }
}

static struct change_request random_request(const struct schedule *last, const struct schedule *now,
                                            const struct schedule *elsewhere)
{
    return (struct change_request){.last = last,
                                   .now = now,
                                   .elsewhere = elsewhere,
                                   .from_ms = AT(-24, 0),
                                   .until_ms = AT(7 * 24, 0),
                                   .now_ms = AT(-1, 0)};
}

static void test_random_changes_say_what_happened(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        struct random random = random_from(seed);
        struct schedule last = {0}, now, elsewhere = {0};
        struct change_list found, again, none;
        random_venue(&random, &last);
        /* Breaks that turn into sessions are another test's. */
        for (size_t i = 0; i < last.count; i++)
            last.sessions[i].kind = SESSION_KIND_SESSION;
        schedule_copy(&now, &last);
        random_edit(&random, &now, &elsewhere);
        struct change_request request = random_request(&last, &now, &elsewhere);
        changes_find(&request, &found);

        struct lines applied = lines_of(&last), wanted = lines_of(&now);
        lines_apply(&applied, &found, seed);
        lines_forgive(&applied, &wanted);
        qsort(applied.texts, applied.count, sizeof *applied.texts, compare_lines);
        if (applied.count != 0 || wanted.count != 0)
            fail_msg("seed %ju: %zu told that aren't ('%s'), %zu there that weren't told ('%s')",
                     (uintmax_t)seed, applied.count, applied.texts[0], wanted.count,
                     wanted.texts[0]);

        /* The order of what comes in doesn't matter. */
        reverse(&last);
        reverse(&now);
        reverse(&elsewhere);
        changes_find(&request, &again);
        char *first = changes_text(&found, true), *second = changes_text(&again, true);
        if (strcmp(first, second) != 0)
            fail_msg("seed %ju: %s, reversed %s", (uintmax_t)seed, first, second);
        free(first);
        free(second);
        /* Nothing has changed against itself. */
        request.last = &now;
        changes_find(&request, &none);
        if (none.count != 0)
            fail_msg("seed %ju: %zu changes against itself", (uintmax_t)seed, none.count);
        change_list_release(&found);
        change_list_release(&again);
        change_list_release(&none);
        schedule_release(&last);
        schedule_release(&now);
        schedule_release(&elsewhere);
    }
}

static void expect_sound(const struct change_list *list, const struct schedule *now, int64_t now_ms,
                         uint64_t seed)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct change *change = &list->changes[i];
        bool here = schedule_find(now, change->uid) != NULL;
        if (here == change->gone)
            fail_msg("seed %ju: %s is %s", (uintmax_t)seed, change->uid, here ? "here" : "gone");
        if (change->end_ms <= now_ms && change->old_end_ms <= now_ms)
            fail_msg("seed %ju: %s is over", (uintmax_t)seed, change->uid);
        if (i > 0 && change_compare(change - 1, change) > 0)
            fail_msg("seed %ju: not in order", (uintmax_t)seed);
        for (size_t j = 0; j < i; j++)
            if (strcmp(list->changes[j].uid, change->uid) == 0)
                fail_msg("seed %ju: %s twice", (uintmax_t)seed, change->uid);
    }
}

/* Polls in a row: changes stay sound, and when all is as it was nothing is told but new uids. */
static void test_random_polls_in_a_row(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        struct random random = random_from(seed);
        struct schedule first = {0}, last, elsewhere_last = {0};
        struct change_list known = {0};
        random_venue(&random, &first);
        schedule_copy(&last, &first);
        int64_t now_ms = AT(-1, 0);
        for (int i = 0; i < 6; i++) {
            struct schedule now, elsewhere = {0};
            struct change_list found;
            bool back = i == 5;
            schedule_copy(&now, back ? &first : &last);
            if (!back)
                random_edit(&random, &now, &elsewhere);
            struct change_request request = random_request(&last, &now, &elsewhere);
            request.elsewhere_last = &elsewhere_last;
            request.known = &known;
            request.now_ms = now_ms += back ? 0 : random_below(&random, 6) * HOUR_MS;
            changes_find(&request, &found);
            expect_sound(&found, &now, now_ms, seed);
            change_list_release(&known);
            schedule_release(&last);
            schedule_release(&elsewhere_last);
            known = found;
            last = now;
            elsewhere_last = elsewhere;
        }
        change_list_release(&known);
        schedule_release(&first);
        schedule_release(&last);
        schedule_release(&elsewhere_last);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_when_it_was_seen),
        cmocka_unit_test(test_a_feed_read_first_has_nothing_new),
        cmocka_unit_test(test_only_what_both_were_asked_for),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_the_most),
        cmocka_unit_test(test_thousands_in_one_slot),
        cmocka_unit_test(test_random_changes_say_what_happened),
        cmocka_unit_test(test_random_polls_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
