#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#include <roomsign/command_log.h>
#include <roomsign/command_record.h>

#include "random.h"
#include "scratch.h"

#define ROOM "UB2.252A (Lameere)"
#define KEEP_MS (2 * DAY_MS)

/* What a log warned of. */
struct told {
    int count;
    char last[ERROR_MESSAGE_BYTES_MAX];
};

static void tell(void *context, const char *message)
{
    struct told *told = context;
    told->count++;
    snprintf(told->last, sizeof(told->last), "%s", message);
}

static int set_up(void **state)
{
    struct scratch *scratch = xcalloc(1, sizeof(*scratch));
    scratch_open(scratch, false);
    *state = scratch;
    return 0;
}

static int tear_down(void **state)
{
    scratch_close(*state);
    free(*state);
    return 0;
}

static struct told open_at(const struct scratch *scratch, struct command_log *log, int64_t now_ms)
{
    struct told told = {0};
    struct error err = {0};
    const struct command_log_warn warn = {tell, &told};
    if (!command_log_open(log, scratch->path, ROOM, now_ms, KEEP_MS, &warn, &err))
        fail_msg("%s", err.message);
    return told;
}

static struct told open_log(const struct scratch *scratch, struct command_log *log)
{
    return open_at(scratch, log, AT(12, 0));
}

static struct command command_of(enum command_kind kind, int64_t at_ms, const char *uid)
{
    struct command command = {.at_ms = at_ms, .kind = kind, .until_ms = TIME_NEVER_MS};
    snprintf(command.uid, sizeof(command.uid), "%s", uid);
    if (kind == COMMAND_EXTEND)
        command.until_ms = at_ms + 5 * MINUTE_MS;
    if (kind == COMMAND_UNDO)
        command.until_ms = at_ms - MINUTE_MS;
    if (kind == COMMAND_SAY)
        snprintf(command.text, sizeof(command.text), "Doors open at %" PRId64, at_ms);
    return command;
}

static void append(struct command_log *log, const struct command *command)
{
    struct error err = {0};
    if (!command_log_append(log, command, command->at_ms, &err))
        fail_msg("%s", err.message);
}

static bool equal(const struct command *a, const struct command *b)
{
    return a->at_ms == b->at_ms && a->kind == b->kind && strcmp(a->uid, b->uid) == 0 &&
           strcmp(a->over_uid, b->over_uid) == 0 && a->until_ms == b->until_ms &&
           strcmp(a->text, b->text) == 0;
}

static void assert_same_commands(const struct command_log *log, const struct command *commands,
                                 size_t count)
{
    assert_int_equal(log->count, count);
    for (size_t i = 0; i < count; i++)
        if (!equal(&log->commands[i], &commands[i]))
            fail_msg("command %zu differs", i);
}

/* One of each kind, and what is hard to write on a line. */
#define FIXTURE_COUNT 15
static void make_fixture(struct command fixture[FIXTURE_COUNT])
{
    size_t count = 0;
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        fixture[count++] = command_of((enum command_kind)kind, AT(10, kind) + 7 * kind,
                                      kind <= COMMAND_FULL ? "8d2f@example.org" : "");
    struct command *start = &fixture[COMMAND_START];
    snprintf(start->over_uid, sizeof(start->over_uid), "-tab\there\nback\\slash\r#2");
    fixture[count++] = command_of(COMMAND_HOLD, AT(11, 0) + 999, "-");
    struct command *say = &fixture[count++];
    *say = command_of(COMMAND_SAY, AT(11, 1), "");
    say->until_ms = AT(11, 11) + 1;
    snprintf(say->text, sizeof(say->text), "- 日本語, עברית, \\t and 😀");
    fixture[count++] = command_of(COMMAND_SAY, AT(11, 2), "");
    snprintf(fixture[count - 1].text, sizeof(fixture[count - 1].text), "-");
    assert_int_equal(count, FIXTURE_COUNT);
}

/* The bytes of a log that holds the fixture; the caller's to release. */
static void write_fixture(struct scratch *scratch, char path[static PLACE_PATH_BYTES],
                          struct buffer *bytes)
{
    struct command fixture[FIXTURE_COUNT];
    struct command_log log;
    struct error err = {0};
    make_fixture(fixture);
    open_log(scratch, &log);
    for (size_t i = 0; i < FIXTURE_COUNT; i++)
        append(&log, &fixture[i]);
    memcpy(path, log.path, PLACE_PATH_BYTES);
    command_log_close(&log);
    buffer_init(bytes, COMMAND_LOG_BYTES_MAX);
    if (!buffer_read_file(bytes, path, &err))
        fail_msg("%s", err.message);
}

static void test_what_was_kept_is_read(void **state)
{
    struct command fixture[FIXTURE_COUNT];
    struct command_log log;
    struct stat status;
    make_fixture(fixture);
    struct told told = open_log(*state, &log);
    assert_int_equal(log.count, 0);
    assert_int_equal(access(log.path, F_OK), -1);
    for (size_t i = 0; i < FIXTURE_COUNT; i++) {
        append(&log, &fixture[i]);
        struct command_log other;
        told = open_log(*state, &other);
        assert_int_equal(told.count, 0);
        assert_same_commands(&other, fixture, i + 1);
        command_log_close(&other);
    }
    assert_same_commands(&log, fixture, FIXTURE_COUNT);
    assert_int_equal(stat(log.path, &status), 0);
    assert_int_equal(status.st_mode & 07137, 0);
    command_log_close(&log);
}

static void test_a_line_is_what_the_header_says(void **state)
{
    (void)state;
    struct command say = command_of(COMMAND_SAY, AT(10, 2) + 3250, "a\tb");
    struct buffer line;
    snprintf(say.text, sizeof(say.text), "Lunch is \\o/");
    say.until_ms = AT(10, 30);
    buffer_init(&line, COMMAND_RECORD_BYTES_MAX);
    command_record_write(&say, &line);
    /* The checksum is what zlib's crc32 says. */
    assert_string_equal(line.data, "2026-01-31T10:02:03.250Z\tsay\ta\\tb\t-\t"
                                   "2026-01-31T10:30:00.000Z\tLunch is \\\\o/\t415479e0\n");
    buffer_release(&line);
}

static void test_a_log_cut_anywhere_keeps_its_whole_lines(void **state)
{
    struct command fixture[FIXTURE_COUNT];
    struct command later = command_of(COMMAND_HOLD, AT(11, 30), "later");
    char path[PLACE_PATH_BYTES];
    struct buffer bytes;
    make_fixture(fixture);
    write_fixture(*state, path, &bytes);
    size_t whole = 0;
    for (size_t cut = 0; cut <= bytes.length; cut++) {
        struct command_log log;
        bool at_end = cut == 0 || bytes.data[cut - 1] == '\n';
        /* Nothing but its newline is missing: it was said. */
        bool at_newline = cut < bytes.length && bytes.data[cut] == '\n';
        whole += at_newline;
        scratch_write(path, bytes.data, cut, 0640);
        struct told told = open_log(*state, &log);
        assert_int_equal(told.count, at_end || at_newline ? 0 : 1);
        assert_same_commands(&log, fixture, whole);
        append(&log, &later);
        command_log_close(&log);
        open_log(*state, &log);
        assert_int_equal(log.count, whole + 1);
        assert_true(equal(&log.commands[whole], &later));
        command_log_close(&log);
    }
    assert_int_equal(whole, FIXTURE_COUNT);
    buffer_release(&bytes);
}

/* Whether the log holds the fixture's commands in their order but for at most `missing`. */
static bool holds_all_but(const struct command_log *log, const struct command *fixture,
                          size_t missing)
{
    size_t at = 0;
    for (size_t i = 0; i < FIXTURE_COUNT; i++)
        if (at < log->count && equal(&log->commands[at], &fixture[i]))
            at++;
    return at == log->count && log->count + missing >= FIXTURE_COUNT;
}

static void test_a_flipped_bit_costs_its_line_alone(void **state)
{
    struct command fixture[FIXTURE_COUNT];
    char path[PLACE_PATH_BYTES];
    struct buffer bytes;
    size_t lost = 0;
    make_fixture(fixture);
    write_fixture(*state, path, &bytes);
    for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
        struct command_log log;
        char mask = (char)(1 << bit % 8);
        bool newline = bytes.data[bit / 8] == '\n';
        bytes.data[bit / 8] ^= mask;
        scratch_write(path, bytes.data, bytes.length, 0640);
        struct told told = open_log(*state, &log);
        if (!holds_all_but(&log, fixture, newline ? 0 : 1))
            fail_msg("bit %zu: %zu commands left", bit, log.count);
        assert_in_range(told.count, 1, 2);
        assert_non_null(strstr(told.last, ".commands:"));
        lost += FIXTURE_COUNT - log.count;
        command_log_close(&log);
        bytes.data[bit / 8] ^= mask;
    }
    assert_true(lost > 7 * bytes.length);
    buffer_release(&bytes);
}

/* A record with a right checksum that says nothing of use. */
static void expect_left_out(struct scratch *scratch, const char *from, const char *to)
{
    struct command say = command_of(COMMAND_SAY, AT(10, 0), "a");
    struct command_log log;
    struct buffer line;
    char text[512];
    buffer_init(&line, COMMAND_RECORD_BYTES_MAX);
    command_record_write(&say, &line);
    char *found = strstr(line.data, from);
    assert_non_null(found);
    *found = '\0';
    snprintf(text, sizeof(text), "%s%s%s", line.data, to, found + strlen(from));
    /* The checksum of what now stands there. */
    size_t length = (size_t)(strrchr(text, '\t') - text) + 1;
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < length; i++)
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (((crc ^ ((unsigned char)text[i] >> bit)) & 1) ? 0xedb88320u : 0);
    length += (size_t)snprintf(text + length, sizeof(text) - length, "%08" PRIx32 "\n", ~crc);
    open_log(scratch, &log);
    scratch_write(log.path, text, length, 0640);
    command_log_close(&log);
    struct told told = open_log(scratch, &log);
    bool unchanged = strcmp(from, to) == 0;
    if (log.count != unchanged || told.count != !unchanged)
        fail_msg("%s for %s: %zu commands, %d warnings", to, from, log.count, told.count);
    command_log_close(&log);
    buffer_release(&line);
}

static void test_every_field_is_checked(void **state)
{
    expect_left_out(*state, "say", "say");
    expect_left_out(*state, "say", "sing");
    expect_left_out(*state, "say", "hold");
    expect_left_out(*state, "say", "extend");
    expect_left_out(*state, "say", "undo");
    expect_left_out(*state, "\ta\t", "\t\\q\t");
    expect_left_out(*state, "\ta\t", "\ta\\\t");
    expect_left_out(*state, "\ta\t", "\ta\xff\t");
    expect_left_out(*state, "\ta\t", "\ta\tb\t");
    expect_left_out(*state, "\ta\t-\t", "\ta\tb\t");
    expect_left_out(*state, "-\t-\tDoors", "-\tsoon\tDoors");
    expect_left_out(*state, "-\t-\tDoors", "-\t2026-02-30T00:00:00Z\tDoors");
    expect_left_out(*state, "2026-01-31", "2026-13-31");
    expect_left_out(*state, "Doors open", "Doors\\nopen");
    expect_left_out(*state, "Doors open", "Doors \x1b[1m");
    expect_left_out(*state, "Doors open", "\xed\xa0\x80");
}

static void test_what_is_no_log_is_read_without_harm(void **state)
{
    struct command_log log;
    char noise[4096];
    struct random random = random_from(4);
    open_log(*state, &log);
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)random_below(&random, 256);
    scratch_write(log.path, noise, sizeof(noise), 0640);
    command_log_close(&log);
    struct told told = open_log(*state, &log);
    assert_int_equal(log.count, 0);
    assert_int_equal(told.count, 6);
    assert_non_null(strstr(told.last, "more lines"));
    memset(noise, 0, sizeof(noise));
    scratch_write(log.path, noise, sizeof(noise), 0640);
    command_log_close(&log);
    told = open_log(*state, &log);
    assert_int_equal(told.count, 1);
    command_log_close(&log);
}

/* The log is as it was before, in memory and on the disk. */
static void expect_refused(struct scratch *scratch, struct command_log *log)
{
    struct command command = command_of(COMMAND_HOLD, AT(11, 40), "refused");
    struct command_log other;
    struct error err = {0};
    size_t count = log->count;
    assert_false(command_log_append(log, &command, AT(11, 40), &err));
    assert_non_null(strstr(err.message, "/"));
    assert_int_equal(log->count, count);
    struct told told = open_log(scratch, &other);
    assert_int_equal(told.count, 0);
    assert_same_commands(&other, log->commands, log->count);
    command_log_close(&other);
}

static void limit_files_to(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_a_full_disk_refuses_and_spoils_nothing(void **state)
{
    struct command_log log;
    struct stat status;
    struct command hold = command_of(COMMAND_HOLD, AT(11, 0), "a");
    signal(SIGXFSZ, SIG_IGN);
    open_log(*state, &log);
    /* Nothing of the first line fits, then one byte of it, then all but one. */
    limit_files_to(0);
    expect_refused(*state, &log);
    assert_int_equal(access(log.path, F_OK), -1);
    limit_files_to(RLIM_INFINITY);
    append(&log, &hold);
    assert_int_equal(stat(log.path, &status), 0);
    for (off_t room = 0; room < status.st_size; room++) {
        limit_files_to((rlim_t)(status.st_size + room));
        expect_refused(*state, &log);
        limit_files_to(RLIM_INFINITY);
    }
    append(&log, &hold);
    assert_false(log.behind);
    command_log_close(&log);
    open_log(*state, &log);
    assert_int_equal(log.count, 2);
    command_log_close(&log);
}

/** The second of two commands came when the disk was full, and it still is. */
static void remember_the_second(void **state, struct command_log *log,
                                const struct command commands[2])
{
    struct error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    open_log(*state, log);
    append(log, &commands[0]);
    limit_files_to(8);
    assert_false(command_log_append(log, &commands[1], commands[1].at_ms, &err));
    command_log_remember(log, &commands[1], commands[1].at_ms);
    assert_same_commands(log, commands, 2);
}

static void test_what_is_remembered_is_written_when_it_can_be(void **state)
{
    struct command_log log;
    const struct command commands[] = {
        command_of(COMMAND_FULL, AT(11, 0), "a"),
        command_of(COMMAND_HOLD, AT(11, 1), "a"),
        command_of(COMMAND_UNDO, AT(11, 2), ""),
    };
    struct error err = {0};
    remember_the_second(state, &log, commands);
    /* An undo in the file alone would take back something else. */
    assert_false(command_log_append(&log, &commands[2], AT(11, 2), &err));
    limit_files_to(RLIM_INFINITY);
    append(&log, &commands[2]);
    command_log_close(&log);
    open_log(*state, &log);
    assert_same_commands(&log, commands, 3);
    command_log_close(&log);
}

static void test_without_another_command_it_catches_up(void **state)
{
    struct command_log log;
    const struct command commands[] = {
        command_of(COMMAND_FULL, AT(11, 0), "a"),
        command_of(COMMAND_HOLD, AT(11, 1), "a"),
    };
    struct error err = {0};
    remember_the_second(state, &log, commands);
    assert_false(command_log_catch_up(&log, &err));
    limit_files_to(RLIM_INFINITY);
    assert_true(command_log_catch_up(&log, &err));
    for (int round = 0; round < 2; round++) {
        command_log_close(&log);
        open_log(*state, &log);
        assert_same_commands(&log, commands, 2);
        /* The second time the file has been taken away, with its directory. */
        scratch_close(*state);
        assert_true(command_log_catch_up(&log, &err));
    }
    assert_int_equal(access(log.path, F_OK), 0);
    command_log_close(&log);
}

static void test_a_file_taken_away_is_written_whole(void **state)
{
    struct command_log log;
    const struct command commands[] = {
        command_of(COMMAND_FULL, AT(11, 0), "a"),
        command_of(COMMAND_HOLD, AT(11, 1), "a"),
    };
    open_log(*state, &log);
    append(&log, &commands[0]);
    assert_int_equal(unlink(log.path), 0);
    append(&log, &commands[1]);
    command_log_close(&log);
    open_log(*state, &log);
    assert_same_commands(&log, commands, 2);
    command_log_close(&log);
}

static void test_what_is_synced_later_is_written_at_once(void **state)
{
    struct scratch *scratch = *state;
    struct command_log log, other;
    struct error err = {0};
    struct command first = command_of(COMMAND_HOLD, AT(10, 0), "one");
    struct command second = command_of(COMMAND_UNDO, AT(10, 1), "one");
    open_log(scratch, &log);
    assert_true(command_log_sync(&log, &err));
    log.syncs_later = true;
    append(&log, &first);
    assert_true(log.unsynced);
    /* As a sign finds it that was killed here and started again. */
    open_log(scratch, &other);
    assert_same_commands(&other, &first, 1);
    command_log_close(&other);
    assert_true(command_log_sync(&log, &err));
    assert_false(log.unsynced);
    append(&log, &second);
    assert_int_equal(unlink(log.path), 0);
    assert_false(command_log_sync(&log, &err));
    assert_non_null(strstr(err.message, log.path));
    assert_false(log.unsynced);
    /* The next one brings all of them back. */
    log.syncs_later = false;
    struct command third = command_of(COMMAND_HOLD, AT(10, 2), "one");
    append(&log, &third);
    open_log(scratch, &other);
    assert_int_equal(other.count, 3);
    command_log_close(&other);
    command_log_close(&log);
}

static void test_what_is_no_file_is_moved_aside(void **state)
{
    struct command_log log;
    struct error err = {0};
    struct command hold = command_of(COMMAND_HOLD, AT(11, 0), "a");
    char path[PLACE_PATH_BYTES];
    open_log(*state, &log);
    memcpy(path, log.path, sizeof(path));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(command_log_append(&log, &hold, AT(11, 0), &err));
    assert_int_equal(log.count, 0);
    command_log_close(&log);
    struct scratch *scratch = *state;
    open_log(*state, &log);
    append(&log, &hold);
    command_log_close(&log);
    open_log(*state, &log);
    assert_same_commands(&log, &hold, 1);
    command_log_close(&log);
    /* Nor can this be moved aside: the directory lies there. */
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    err = (struct error){0};
    assert_false(command_log_open(&log, scratch->path, ROOM, AT(12, 0), KEEP_MS, NULL, &err));
    assert_non_null(strstr(err.message, path));
    append(&log, &hold);
    append(&log, &hold);
    assert_int_equal(log.count, 2);
    command_log_close(&log);
    const char *file = scratch_path(scratch, "file");
    scratch_write(file, "", 0, 0600);
    assert_false(command_log_open(&log, file, ROOM, AT(12, 0), KEEP_MS, NULL, &err));
    command_log_close(&log);
}

static void test_a_directory_that_cannot_be_written_is_read(void **state)
{
    struct scratch *scratch = *state;
    struct command_log log;
    struct command hold = command_of(COMMAND_HOLD, AT(11, 0), "a");
    if (geteuid() == 0 && seteuid(65534) < 0)
        skip();
    uid_t own = geteuid();
    if (own == 65534 && getuid() == 0) {
        assert_int_equal(seteuid(0), 0);
        assert_int_equal(chown(scratch->path, 65534, (gid_t)-1), 0);
        assert_int_equal(seteuid(65534), 0);
    }
    if (euidaccess(scratch->path, W_OK) < 0 && seteuid(getuid()) == 0)
        skip();
    open_log(scratch, &log);
    append(&log, &hold);
    assert_int_equal(chmod(log.path, 0400), 0);
    assert_int_equal(chmod(scratch->path, 0500), 0);
    expect_refused(scratch, &log);
    command_log_remember(&log, &hold, AT(11, 0));
    assert_int_equal(log.count, 2);
    assert_int_equal(chmod(scratch->path, 0700), 0);
    append(&log, &hold);
    command_log_close(&log);
    open_log(scratch, &log);
    assert_int_equal(log.count, 3);
    command_log_close(&log);
    assert_int_equal(seteuid(getuid()), 0);
}

static void test_what_lapsed_goes_and_the_rest_stays(void **state)
{
    struct command_log log, again;
    struct command hold = command_of(COMMAND_HOLD, AT(10, 0), "old");
    struct command say = command_of(COMMAND_SAY, AT(10, 1), "");
    struct command vacant = command_of(COMMAND_VACANT, AT(10, 2), "");
    struct command occupied = command_of(COMMAND_OCCUPIED, AT(10, 3), "");
    struct command undo = command_of(COMMAND_UNDO, AT(11, 0) + KEEP_MS, "");
    int64_t later_ms = AT(10, 2) + KEEP_MS;
    open_log(*state, &log);
    append(&log, &vacant);
    append(&log, &hold);
    append(&log, &vacant);
    append(&log, &occupied);
    append(&log, &say);
    for (int i = 0; i < COMMAND_LOG_TIDY_MIN - 6; i++) {
        struct command full = command_of(COMMAND_FULL, later_ms + i, "new");
        append(&log, &full);
    }
    undo.until_ms = later_ms + COMMAND_LOG_TIDY_MIN - 7;
    append(&log, &undo);
    assert_int_equal(log.count, COMMAND_LOG_TIDY_MIN);
    hold.at_ms = undo.at_ms;
    append(&log, &hold);
    /* Gone: the first word of the sensor, hold, say, and the last full with its undo. */
    assert_int_equal(log.count, COMMAND_LOG_TIDY_MIN - 5 + 1);
    assert_true(equal(&log.commands[0], &vacant));
    assert_true(equal(&log.commands[1], &occupied));
    assert_int_equal(log.commands[2].at_ms, later_ms);
    open_at(*state, &again, undo.at_ms);
    assert_same_commands(&again, log.commands, log.count);
    command_log_close(&again);
    command_log_close(&log);
}

/* Not yet lapsed, by a clock that was set back in between: what follows must not go first. */
static void test_order_decides_where_the_clock_was_set_back(void **state)
{
    struct command_log log;
    struct command say = command_of(COMMAND_SAY, AT(10, 0), "");
    open_log(*state, &log);
    append(&log, &say);
    for (int i = 0; i < COMMAND_LOG_TIDY_MIN; i++) {
        struct command clear = command_of(COMMAND_CLEAR, i, "");
        assert_true(command_log_append(&log, &clear, AT(10, 1), NULL));
    }
    assert_true(equal(&log.commands[0], &say));
    assert_int_equal(log.count, COMMAND_LOG_TIDY_MIN + 1);
    command_log_close(&log);
}

static void test_ten_thousand_commands_stay_bounded(void **state)
{
    struct command_log log, again;
    struct stat status;
    struct random random = random_from(7);
    open_log(*state, &log);
    for (int i = 0; i < 10000; i++) {
        struct command command =
            command_of((enum command_kind)random_below(&random, COMMAND_KIND_COUNT),
                       AT(10, 0) + i * SECOND_MS, "8d2f@example.org");
        if (command.kind == COMMAND_UNDO && random_below(&random, 3) > 0)
            command = command_of(COMMAND_HOLD, command.at_ms, command.uid);
        append(&log, &command);
        assert_in_range(log.count, 1, COMMANDS_MAX);
        assert_true(equal(&log.commands[log.count - 1], &command));
    }
    assert_int_equal(stat(log.path, &status), 0);
    assert_in_range(status.st_size, 1, COMMANDS_MAX * 150);
    struct told told = open_at(*state, &again, AT(13, 0));
    assert_int_equal(told.count, 0);
    assert_same_commands(&again, log.commands, log.count);
    command_log_close(&again);
    command_log_close(&log);
}

static void test_long_uids_stay_within_the_file(void **state)
{
    struct command_log log, again;
    struct stat status;
    char uid[SESSION_UID_BYTES_MAX + 1];
    memset(uid, '\\', SESSION_UID_BYTES_MAX);
    uid[SESSION_UID_BYTES_MAX] = '\0';
    open_log(*state, &log);
    for (int i = 0; i < COMMANDS_MAX; i++) {
        struct command start = command_of(COMMAND_START, AT(10, 0) + i, uid);
        memcpy(start.over_uid, uid, sizeof(uid));
        append(&log, &start);
        assert_int_equal(stat(log.path, &status), 0);
        assert_in_range(status.st_size, 1, COMMAND_LOG_BYTES_MAX);
    }
    struct told told = open_log(*state, &again);
    assert_int_equal(told.count, 0);
    assert_same_commands(&again, log.commands, log.count);
    command_log_close(&again);
    command_log_close(&log);
}

/* A session whose words were all taken back has none, or empty ones. */
static void assert_same_word(const struct session_word *a, const struct session_word *b)
{
    const struct session_word none = {a->uid, TIME_NEVER_MS, TIME_NEVER_MS, TIME_NEVER_MS,
                                      TIME_NEVER_MS};
    if (!b)
        b = &none;
    assert_int_equal(a->started_ms, b->started_ms);
    assert_int_equal(a->expected_end_ms, b->expected_end_ms);
    assert_int_equal(a->ended_ms, b->ended_ms);
    assert_int_equal(a->held_ms, b->held_ms);
}

/* To the ledger a log that was tidied says what it said before. */
static void test_tidying_changes_no_meaning(void **state)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct random random = random_from(seed);
        struct command_log log;
        struct command *all = xcalloc(COMMAND_LOG_TIDY_MIN + 1, sizeof(*all));
        struct ledger before, after;
        open_log(*state, &log);
        unlink(log.path);
        command_log_close(&log);
        open_log(*state, &log);
        for (int i = 0; i <= COMMAND_LOG_TIDY_MIN; i++) {
            static const char *const uids[] = {"a", "b", "c"};
            all[i] = command_of((enum command_kind)random_below(&random, COMMAND_KIND_COUNT),
                                AT(10, 0) + i / 3 * SECOND_MS, uids[random_below(&random, 3)]);
            if (all[i].kind == COMMAND_UNDO && i > 0)
                all[i].until_ms = all[random_below(&random, i)].at_ms;
            append(&log, &all[i]);
        }
        assert_true(log.count < COMMAND_LOG_TIDY_MIN);
        ledger_make(&before, all, COMMAND_LOG_TIDY_MIN + 1);
        ledger_make(&after, log.commands, log.count);
        for (size_t i = 0; i < before.word_count; i++)
            assert_same_word(&before.words[i], ledger_find(&after, before.words[i].uid));
        assert_int_equal(before.occupancy, after.occupancy);
        assert_int_equal(before.vacant_until_ms, after.vacant_until_ms);
        assert_int_equal(before.sensed_ms, after.sensed_ms);
        assert_int_equal(!before.message, !after.message);
        assert_int_equal(!before.full, !after.full);
        assert_int_equal(!before.last, !after.last);
        if (before.message)
            assert_true(equal(before.message, after.message));
        if (before.full)
            assert_true(equal(before.full, after.full));
        if (before.last)
            assert_true(equal(before.last, after.last));
        ledger_release(&before);
        ledger_release(&after);
        command_log_close(&log);
        free(all);
    }
}

/* Something else wrote there: what still counts stands at the end. */
static void test_of_too_large_a_file_the_end_is_read(void **state)
{
    struct scratch *scratch = *state;
    struct command_log log, again;
    struct command fixture[FIXTURE_COUNT];
    struct stat status;
    struct buffer bytes, whole;
    char path[PLACE_PATH_BYTES];
    make_fixture(fixture);
    write_fixture(scratch, path, &bytes);
    buffer_init(&whole, 2 * (size_t)COMMAND_LOG_BYTES_MAX);
    while (whole.length < (size_t)COMMAND_LOG_BYTES_MAX)
        buffer_append_text(&whole, "a line of something else\n");
    buffer_append(&whole, bytes.data, bytes.length);
    scratch_write(path, whole.data, whole.length, 0640);
    struct told told = open_log(scratch, &log);
    /* That it is too large, five lines that are none, and how many more. */
    assert_int_equal(told.count, 7);
    assert_same_commands(&log, fixture, FIXTURE_COUNT);
    /* A kill before the next command changes nothing. */
    open_log(scratch, &again);
    assert_same_commands(&again, fixture, FIXTURE_COUNT);
    command_log_close(&again);
    append(&log, &fixture[0]);
    assert_int_equal(stat(path, &status), 0);
    assert_in_range(status.st_size, 1, 2 * bytes.length);
    assert_true(equal(&log.commands[log.count - 1], &fixture[0]));
    told = open_log(scratch, &again);
    assert_int_equal(told.count, 0);
    assert_same_commands(&again, log.commands, log.count);
    command_log_close(&again);
    command_log_close(&log);
    buffer_release(&bytes);
    buffer_release(&whole);
}

/* Each of two would write it anew without what the other was told. */
static void test_two_processes_do_not_keep_one_log(void **state)
{
    struct scratch *scratch = *state;
    struct command_log log;
    struct command hold = command_of(COMMAND_HOLD, AT(11, 0), "a");
    struct error err = {0};
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t other = fork();
    assert_true(other >= 0);
    if (other == 0) {
        open_log(scratch, &log);
        append(&log, &hold);
        if (write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_false(command_log_open(&log, scratch->path, ROOM, AT(12, 0), KEEP_MS, NULL, &err));
    assert_non_null(strstr(err.message, "another sign"));
    append(&log, &hold);
    assert_int_equal(log.count, 1);
    command_log_close(&log);
    /* Killed at any moment, it leaves no lock behind. */
    assert_int_equal(kill(other, SIGKILL), 0);
    assert_int_equal(waitpid(other, NULL, 0), other);
    open_log(scratch, &log);
    assert_int_equal(log.count, 1);
    command_log_close(&log);
    close(ready[0]);
    close(ready[1]);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_what_was_kept_is_read),
        EACH(test_a_line_is_what_the_header_says),
        EACH(test_a_log_cut_anywhere_keeps_its_whole_lines),
        EACH(test_a_flipped_bit_costs_its_line_alone),
        EACH(test_every_field_is_checked),
        EACH(test_what_is_no_log_is_read_without_harm),
        EACH(test_a_full_disk_refuses_and_spoils_nothing),
        EACH(test_what_is_remembered_is_written_when_it_can_be),
        EACH(test_without_another_command_it_catches_up),
        EACH(test_a_file_taken_away_is_written_whole),
        EACH(test_what_is_synced_later_is_written_at_once),
        EACH(test_what_is_no_file_is_moved_aside),
        EACH(test_a_directory_that_cannot_be_written_is_read),
        EACH(test_what_lapsed_goes_and_the_rest_stays),
        EACH(test_order_decides_where_the_clock_was_set_back),
        EACH(test_ten_thousand_commands_stay_bounded),
        EACH(test_long_uids_stay_within_the_file),
        EACH(test_tidying_changes_no_meaning),
        EACH(test_of_too_large_a_file_the_end_is_read),
        EACH(test_two_processes_do_not_keep_one_log),
    };
    return cmocka_run_group_tests_name("command_log", tests, NULL, NULL);
}
