/**
 * Runs every file of tests/scenarios: a schedule, rules, and the script that must come of them.
 *
 * A line is a keyword and its words, split by blanks; '#' starts a comment line.
 *
 *     zone Europe/Brussels            the room's zone (UTC unless said), before any time
 *     soon|wrap_up|overrun_limit|max_session 10m
 *     overrun schedule|confirmed|off  the [alerts] of the config, with its defaults
 *     day_ends 04:00                  [room] day_ends
 *     day 2026-01-31                  the day of the times below that are just HH:MM
 *     session|break|all-day UID START END [cancelled] [tentative] [venue-wide] [alarm=5m]
 *     change KIND UID OLD_START OLD_END [START END] [room=ROOM] [gone]
 *                                     what the schedule changed: of a session, or of one gone
 *     elsewhere ROOM UID START END    what is on in another room
 *     calendar                        and then, up to END:VCALENDAR, a feed
 *     command TIME COMMAND [ARG]      what the operator says then, in order of time
 *     refused COMMAND: REASON         one of those above, in order, and what it is told
 *     rehearse FROM TO
 *     script                          and then, to the end, what --rehearse prints
 *
 * Times are those of the command line, or HH:MM[:SS] of `day`, local. In the script columns may
 * be set apart by any blanks, so that people can align them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include <roomsign/buffer.h>
#include <roomsign/config.h>
#include <roomsign/config_table.h>
#include <roomsign/decoder.h>
#include <roomsign/rehearse.h>

#define SCENARIOS "tests/scenarios/*.txt"
#define SCENARIOS_MIN 60
#define SCENARIO_BYTES_MAX (1024 * 1024)
#define WORDS_MAX 16
#define WORD_BYTES 128
#define CALENDAR_BEGIN "BEGIN:VCALENDAR\n"
#define CALENDAR_END "END:VCALENDAR\n"

struct scenario {
    const char *path;
    int line;
    struct config config;
    struct zone zone;
    char day[WORD_BYTES];
    struct schedule schedule;
    struct change_list changes;
    struct schedule elsewhere;
    int64_t from_ms, until_ms;
    /** A command file, and what it must be told and is told, a line each. */
    struct buffer commands, refusals, told;
};

_Noreturn static void refuse(const struct scenario *scenario, const char *what, const char *word)
{
    fail_msg("%s:%d: %s: %s", scenario->path, scenario->line, what, word);
    abort();
}

/** How many words `line` has; the first WORDS_MAX of them go to `words`. */
static size_t split(const char *line, size_t length, char words[WORDS_MAX][WORD_BYTES])
{
    size_t count = 0;
    for (size_t i = 0; i < length;) {
        while (i < length && (line[i] == ' ' || line[i] == '\t'))
            i++;
        size_t start = i;
        while (i < length && line[i] != ' ' && line[i] != '\t')
            i++;
        if (i > start && count < WORDS_MAX)
            snprintf(words[count++], WORD_BYTES, "%.*s", (int)(i - start), line + start);
    }
    return count;
}

static int64_t read_time(const struct scenario *scenario, const char *word)
{
    char text[2 * WORD_BYTES + 1];
    int64_t at_ms;
    struct error err = {0};
    if (strchr(word, 'T'))
        snprintf(text, sizeof(text), "%s", word);
    else
        snprintf(text, sizeof(text), "%sT%s", scenario->day, word);
    if (!time_parse(text, &scenario->zone, &at_ms, &err))
        refuse(scenario, err.message, word);
    return at_ms;
}

static int64_t read_duration(const struct scenario *scenario, const char *word)
{
    int64_t duration_ms;
    struct error err = {0};
    if (!duration_parse(word, &duration_ms, &err))
        refuse(scenario, err.message, word);
    return duration_ms;
}

static void add_session(struct scenario *scenario, char words[WORDS_MAX][WORD_BYTES], size_t count)
{
    struct session session;
    session_init(&session);
    session_kind_parse(words[0], &session.kind);
    session_set(&session.uid, words[1]);
    session_set(&session.title, words[1]);
    session.start_ms = read_time(scenario, words[2]);
    session.end_ms = read_time(scenario, words[3]);
    for (size_t i = 4; i < count; i++) {
        if (strcmp(words[i], "venue-wide") == 0)
            session.venue_wide = true;
        else if (strncmp(words[i], "alarm=", 6) == 0)
            session.remind_s = read_duration(scenario, words[i] + 6) / SECOND_MS;
        else if (!session_status_parse(words[i], &session.status))
            refuse(scenario, "neither a status, venue-wide nor alarm=", words[i]);
    }
    assert_true(schedule_add(&scenario->schedule, &session));
    session_release(&session);
}

/** A key of [alerts], or day_ends, as a config has it. */
static void read_key(struct scenario *scenario, const char *name, const char *value)
{
    struct error err = {0};
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (strcmp(key->name, name) != 0 ||
            (strcmp(key->section, "alerts") != 0 && strcmp(name, "day_ends") != 0))
            continue;
        if (!config_key_parse(key, value, NULL, &scenario->config, &err))
            refuse(scenario, err.message, value);
        return;
    }
    refuse(scenario, "no such keyword", name);
}

static void add_change(struct scenario *scenario, char words[WORDS_MAX][WORD_BYTES], size_t count)
{
    struct change *change = change_list_add(&scenario->changes);
    size_t i = 5;
    if (!change_kind_parse(words[1], &change->kind))
        refuse(scenario, "no kind of change", words[1]);
    session_set(&change->uid, words[2]);
    session_set(&change->title, words[2]);
    session_set(&change->old_title, words[2]);
    change->start_ms = change->old_start_ms = read_time(scenario, words[3]);
    change->end_ms = change->old_end_ms = read_time(scenario, words[4]);
    if (i + 1 < count && strchr(words[i], ':') && strchr(words[i + 1], ':')) {
        change->start_ms = read_time(scenario, words[i++]);
        change->end_ms = read_time(scenario, words[i++]);
    }
    for (; i < count; i++) {
        if (strcmp(words[i], "gone") == 0)
            change->gone = true;
        else if (strncmp(words[i], "room=", 5) == 0)
            session_set(&change->room, words[i] + 5);
        else
            refuse(scenario, "neither two times, gone nor room=", words[i]);
    }
}

static void add_elsewhere(struct scenario *scenario, char words[WORDS_MAX][WORD_BYTES])
{
    struct session session;
    session_init(&session);
    session_set(&session.room, words[1]);
    session_set(&session.uid, words[2]);
    session_set(&session.title, words[2]);
    session.start_ms = read_time(scenario, words[3]);
    session.end_ms = read_time(scenario, words[4]);
    assert_true(schedule_add(&scenario->elsewhere, &session));
    session_release(&session);
}

static void refuse_warning(void *context, const char *message)
{
    refuse(context, "the calendar", message);
}

/** Decodes the calendar in `text` as the room's feed, a week either side of `day`. Returns what
 *  follows it. */
static const char *read_calendar(struct scenario *scenario, const char *text)
{
    struct room_filter *filter = room_filter_new(&(struct room_filter_options){0});
    int64_t day_ms = read_time(scenario, "00:00");
    struct decoder_request request = {
        .from_ms = day_ms - 7 * DAY_MS,
        .until_ms = day_ms + 7 * DAY_MS,
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &scenario->zone,
        .filter = filter,
        .warn = refuse_warning,
        .context = scenario,
    };
    const char *end = strstr(text, CALENDAR_END);
    if (!end)
        refuse(scenario, "no end of the calendar", "");
    end += strlen(CALENDAR_END);
    struct decoder *decoder = decoder_new(&request);
    struct decode_result *result = xcalloc(1, sizeof(*result));
    struct error err = {0};
    if (!decoder_push(decoder, CALENDAR_BEGIN, strlen(CALENDAR_BEGIN), &err) ||
        !decoder_push(decoder, text, (size_t)(end - text), &err) ||
        !decoder_finish(decoder, &scenario->schedule, result, &err))
        refuse(scenario, "the calendar", err.message);
    for (; text < end; text++)
        scenario->line += *text == '\n';
    free(result);
    decoder_free(decoder);
    room_filter_free(filter);
    return end;
}

/** What follows the first `count` words of a line, to its end. */
static const char *behind_words(const char *line, int count, size_t *ret_length)
{
    for (; count > 0; count--) {
        line += strspn(line, " \t");
        line += strcspn(line, " \t\n");
    }
    line += strspn(line, " \t");
    *ret_length = strcspn(line, "\n");
    return line;
}

static void add_command(struct scenario *scenario, const char *line, const char *time_word)
{
    char time[TIME_TEXT_BYTES];
    size_t length;
    const char *command = behind_words(line, 2, &length);
    time_format_utc(read_time(scenario, time_word), time);
    assert_true(
        buffer_append_format(&scenario->commands, "%s\t%.*s\n", time, (int)length, command));
}

static void add_refusal(struct scenario *scenario, const char *line)
{
    size_t length;
    const char *refusal = behind_words(line, 1, &length);
    assert_true(buffer_append_format(&scenario->refusals, "%.*s\n", (int)length, refusal));
}

/** "commands:3: hold: it is held already": the line is that of the command, not of the scenario. */
static void hear_warning(void *context, const char *message)
{
    struct scenario *scenario = context;
    message = strchr(strchr(message, ':') + 1, ':') + 2;
    assert_true(buffer_append_format(&scenario->told, "%s\n", message));
}

static void read_rule(struct scenario *scenario, char words[WORDS_MAX][WORD_BYTES])
{
    struct error err = {0};
    if (strcmp(words[0], "zone") == 0) {
        if (!zone_load(words[1], &scenario->zone, &err))
            refuse(scenario, err.message, words[1]);
    } else if (strcmp(words[0], "day") == 0) {
        memcpy(scenario->day, words[1], WORD_BYTES);
    } else {
        read_key(scenario, words[0], words[1]);
    }
}

/** Reads up to `script`; returns what follows it. */
static const char *read_head(struct scenario *scenario, const char *text)
{
    while (*text) {
        char words[WORDS_MAX][WORD_BYTES] = {{0}};
        size_t length = strcspn(text, "\n");
        size_t count = *text == '#' ? 0 : split(text, length, words);
        const char *line = text;
        enum session_kind kind;
        scenario->line++;
        text += length + (text[length] != '\0');
        if (count == 0)
            continue;
        if (strcmp(words[0], "script") == 0)
            return text;
        if (strcmp(words[0], "calendar") == 0) {
            text = read_calendar(scenario, text);
        } else if (strcmp(words[0], "rehearse") == 0 && count == 3) {
            scenario->from_ms = read_time(scenario, words[1]);
            scenario->until_ms = read_time(scenario, words[2]);
        } else if (strcmp(words[0], "command") == 0 && count >= 3) {
            add_command(scenario, line, words[1]);
        } else if (strcmp(words[0], "refused") == 0 && count >= 3) {
            add_refusal(scenario, line);
        } else if (strcmp(words[0], "change") == 0 && count >= 5) {
            add_change(scenario, words, count);
        } else if (strcmp(words[0], "elsewhere") == 0 && count == 5) {
            add_elsewhere(scenario, words);
        } else if (session_kind_parse(words[0], &kind) && count >= 4) {
            add_session(scenario, words, count);
        } else if (count == 2) {
            read_rule(scenario, words);
        } else {
            refuse(scenario, "not understood", words[0]);
        }
    }
    refuse(scenario, "no script", "");
}

/** The script with one tab between columns, no comments and no empty lines. */
static void normalise(const char *text, struct buffer *ret_lines)
{
    while (*text) {
        char words[WORDS_MAX][WORD_BYTES] = {{0}};
        size_t length = strcspn(text, "\n");
        size_t count = *text == '#' ? 0 : split(text, length, words);
        for (size_t i = 0; i < count; i++)
            assert_true(
                buffer_append_format(ret_lines, "%s%s", words[i], i + 1 < count ? "\t" : "\n"));
        text += length + (text[length] != '\0');
    }
}

static char *rehearse_text(struct scenario *scenario)
{
    struct tracker tracker;
    struct feed_health health = {
        .has_schedule = true, .fetched_ms = scenario->from_ms, .until_ms = TIME_NEVER_MS};
    struct view_options options = {.room_name = "Room",
                                   .language = "en",
                                   .changes = &scenario->changes,
                                   .elsewhere = &scenario->elsewhere};
    struct error err = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    struct command_file commands;
    tracker_init(&tracker, &scenario->schedule, NULL, &scenario->zone, &scenario->config.rules);
    assert_true(command_file_parse(&commands, "commands",
                                   scenario->commands.data ? scenario->commands.data : "",
                                   &scenario->zone, hear_warning, scenario));
    assert_true(rehearse(&tracker, &health, &options, &commands, scenario->from_ms,
                         scenario->until_ms, out, NULL, &err));
    tracker_release(&tracker);
    command_file_release(&commands);
    fclose(out);
    return text;
}

/* The first line that is another one. */
_Noreturn static void fail_at_first_difference(const struct scenario *scenario, const char *what,
                                               const char *expected, const char *actual)
{
    int line = 1;
    for (;; line++) {
        size_t wanted = strcspn(expected, "\n"), told = strcspn(actual, "\n");
        if (wanted != told || memcmp(expected, actual, wanted) != 0 || expected[wanted] == '\0' ||
            actual[told] == '\0') {
            fail_msg("%s: line %d of the %s\n- %.*s\n+ %.*s\n(- expected, + is)", scenario->path,
                     line, what, (int)wanted, expected, (int)told, actual);
            abort();
        }
        expected += wanted + 1;
        actual += told + 1;
    }
}

static void run_scenario(void **state)
{
    struct scenario scenario = {.path = *state};
    struct buffer file, expected;
    struct error err = {0};
    buffer_init(&file, SCENARIO_BYTES_MAX);
    buffer_init(&expected, SCENARIO_BYTES_MAX);
    buffer_init(&scenario.commands, SCENARIO_BYTES_MAX);
    buffer_init(&scenario.refusals, SCENARIO_BYTES_MAX);
    buffer_init(&scenario.told, SCENARIO_BYTES_MAX);
    config_init(&scenario.config);
    zone_utc(&scenario.zone);
    if (!buffer_read_file(&file, scenario.path, &err))
        fail_msg("%s", err.message);
    const char *script = read_head(&scenario, file.data);
    assert_true(scenario.until_ms > scenario.from_ms);
    schedule_sort(&scenario.schedule);
    schedule_sort(&scenario.elsewhere);
    normalise(script, &expected);
    char *actual = rehearse_text(&scenario);
    if (expected.length == 0) {
        fputs(actual, stderr);
        fail_msg("%s: no script to compare with; it is the above", scenario.path);
    }
    if (strcmp(actual, expected.data) != 0)
        fail_at_first_difference(&scenario, "script", expected.data, actual);
    const char *refusals = scenario.refusals.data ? scenario.refusals.data : "";
    const char *told = scenario.told.data ? scenario.told.data : "";
    if (strcmp(refusals, told) != 0)
        fail_at_first_difference(&scenario, "refusals", refusals, told);
    free(actual);
    schedule_release(&scenario.schedule);
    schedule_release(&scenario.elsewhere);
    change_list_release(&scenario.changes);
    config_release(&scenario.config);
    buffer_release(&file);
    buffer_release(&expected);
    buffer_release(&scenario.commands);
    buffer_release(&scenario.refusals);
    buffer_release(&scenario.told);
}

int main(void)
{
    glob_t found;
    if (glob(SCENARIOS, 0, NULL, &found) != 0 || found.gl_pathc < SCENARIOS_MIN) {
        fprintf(stderr, "fewer than %d scenarios in %s\n", SCENARIOS_MIN, SCENARIOS);
        return 1;
    }
    struct CMUnitTest *tests = xcalloc(found.gl_pathc, sizeof(*tests));
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *slash = strrchr(found.gl_pathv[i], '/');
        tests[i] = (struct CMUnitTest){slash + 1, run_scenario, NULL, NULL, found.gl_pathv[i]};
    }
    int failed = _cmocka_run_group_tests("scenarios", tests, found.gl_pathc, NULL, NULL);
    free(tests);
    globfree(&found);
    return failed;
}
