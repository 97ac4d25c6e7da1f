/* What operators say: the command log, which gets one more command and is opened anew; and a file
 * of commands, which is rehearsed. */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/command_log.h>
#include <roomsign/rehearse.h>

#include "../sample.h"
#include "../scratch.h"

#define CRC_DIGITS 8

static struct scratch scratch;

static void scratch_remove(void)
{
    scratch_close(&scratch);
}

static void open_log(struct command_log *log)
{
    struct error err = {0};
    const struct command_log_warn warn = {.tell = fuzz_tell_nobody};
    bool opened = command_log_open(log, scratch.path, "Room 1", AT(10, 0), DAY_MS, &warn, &err);
    if (!opened)
        fprintf(stderr, "%s\n", err.message);
    assert(opened);
}

/* Put every line's checksum right, which no change of a byte would pass otherwise. */
static void correct(char *log)
{
    for (char *line = log; *line; line += *line != '\0') {
        char *end = line + strcspn(line, "\n"), *tab = memrchr(line, '\t', (size_t)(end - line));
        if (tab && end - tab == 1 + CRC_DIGITS) {
            char digits[CRC_DIGITS + 1];
            snprintf(digits, sizeof(digits), "%08x",
                     fuzz_crc32((const uint8_t *)line, (size_t)(tab + 1 - line)));
            memcpy(tab + 1, digits, CRC_DIGITS);
        }
        line = end;
    }
}

static void open_and_say(const char *path, const char *bytes, size_t length)
{
    struct command_log log;
    struct command said = {.at_ms = AT(10, 0), .kind = COMMAND_OPEN, .until_ms = TIME_NEVER_MS};
    scratch_write(path, bytes, length, 0600);
    open_log(&log);
    size_t count = log.count;
    struct ledger ledger;
    ledger_make(&ledger, log.commands, log.count);
    ledger_release(&ledger);
    bool kept = command_log_append(&log, &said, AT(10, 0), NULL);
    assert(kept);
    command_log_close(&log);

    open_log(&log);
    assert(log.count > 0);
    assert(log.count == count + 1 || count + 1 >= COMMAND_LOG_TIDY_MIN);
    assert(log.commands[log.count - 1].kind == COMMAND_OPEN);
    command_log_close(&log);
}

void fuzz_command_log(const uint8_t *bytes, size_t length)
{
    static char path[PLACE_PATH_BYTES];
    if (!*path) {
        struct command_log log;
        scratch_open(&scratch, false);
        atexit(scratch_remove);
        open_log(&log);
        snprintf(path, sizeof(path), "%s", log.path);
        command_log_close(&log);
    }
    open_and_say(path, (const char *)bytes, length);
    char *text = fuzz_string(bytes, length);
    correct(text);
    open_and_say(path, text, strlen(text));
    free(text);
}

static void fill(struct schedule *schedule)
{
    sample_add(schedule, "Vectors", AT(10, 30), AT(11, 20));
    sample_add(schedule, "Indexes", AT(11, 25), AT(11, 50));
    sample_add(schedule, "Lunch", AT(12, 0), AT(13, 0))->kind = SESSION_KIND_BREAK;
    sample_add(schedule, "Joins", AT(13, 30), AT(14, 0))->venue_wide = true;
    sample_add(schedule, "Locks", AT(15, 0), AT(16, 0));
    schedule_sort(schedule);
}

void fuzz_command_file(const uint8_t *bytes, size_t length)
{
    static struct schedule schedule;
    static struct zone zone;
    if (schedule.count == 0) {
        fill(&schedule);
        zone_utc(&zone);
    }
    struct tracker tracker;
    struct command_file file;
    const struct tracker_rules rules = sample_rules();
    const struct feed_health health = {
        .has_schedule = true, .fetched_ms = AT(8, 0), .until_ms = TIME_NEVER_MS};
    const struct view_options options = {.room_name = "Room 1", .language = "en"};
    char *text = fuzz_string(bytes, length), *script = NULL;
    size_t script_length;
    FILE *out = open_memstream(&script, &script_length);
    tracker_init(&tracker, &schedule, NULL, &zone, &rules);
    command_file_parse(&file, "commands", text, &zone, fuzz_tell_nobody, NULL);
    bool rehearsed =
        rehearse(&tracker, &health, &options, &file, AT(9, 0), AT(18, 0), out, NULL, NULL);
    assert(rehearsed);
    fclose(out);
    tracker_release(&tracker);
    command_file_release(&file);
    free(script);
    free(text);
}
