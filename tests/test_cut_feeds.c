/* Feeds that are cut anywhere. The real ones, which lie beside the source tree or where
 * $ROOMSIGN_FEEDS says, end at every 997th byte; an own one at every byte. (test_decoder.c,
 * test_frab_xml.c and test_frab_json.c cut their own.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "frab_case.h"

#define GUARD_S 100
#include "guard.h"

#define CUT_GUARD_S 20
#define CUT_BYTES 997
#define TEXT_BYTES_MAX (16 << 20)

static bool read_real(const char *name, struct buffer *ret_bytes)
{
    const char *directory = getenv("ROOMSIGN_FEEDS");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory != NULL ? directory : "../shared/feeds", name);
    buffer_init(ret_bytes, TEXT_BYTES_MAX);
    if (buffer_read_file(ret_bytes, path, NULL))
        return true;
    print_message("skipped: %s is not there\n", path);
    return false;
}

static size_t count_word(const char *text, size_t length, const char *word)
{
    size_t count = 0, word_length = strlen(word);
    const char *end = text + length;
    while ((text = memmem(text, (size_t)(end - text), word, word_length)) != NULL) {
        count++;
        text += word_length;
    }
    return count;
}

/* What must become of a feed that is cut after `length` bytes; NULL: it did, else what is wrong. */
typedef const char *(*cut_check)(const struct frab_case *cut, const char *text, size_t length);

static const char *refused_as_truncated(const struct frab_case *cut, const char *text,
                                        size_t length)
{
    (void)text, (void)length;
    return cut->done                                                ? "it is taken for whole"
           : strncmp(cut->err.message, "truncated: ", 11) != 0      ? cut->err.message
           : cut->sessions.count > 0 || cut->result.event_count > 0 ? "there are sessions"
                                                                    : NULL;
}

static const char *partial_up_to_the_cut(const struct frab_case *cut, const char *text,
                                         size_t length)
{
    size_t whole_events = count_word(text, length, "</event>");
    if (!cut->done)
        return whole_events > 0 ? cut->err.message : NULL;
    return cut->result.event_count != whole_events ? "the events before the cut are not all there"
           : !cut->result.partial                  ? "it is not partial"
           : strstr(cut->warnings.data, "only the events before it are known") == NULL
               ? "that it is partial isn't said"
               : NULL;
}

static const char *shorter_or_named(const struct frab_case *cut, const char *text, size_t length)
{
    (void)text, (void)length;
    return !cut->done && cut->err.message[0] == '\0' ? "no reason is given" : NULL;
}

static void take_warning(void *context, const char *message)
{
    struct frab_case *cut = context;
    buffer_append_format(&cut->warnings, "%s\n", message);
}

/* In a child, so that the decoder may go on: the feed ends here. */
static void finish_and_check(struct decoder *decoder, struct frab_case *cut, cut_check check,
                             const char *text, size_t length)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(CUT_GUARD_S);
        cut->done = decoder_finish(decoder, &cut->sessions, &cut->result, &cut->err);
        buffer_append_text(&cut->warnings, "");
        const char *wrong = check(cut, text, length);
        if (wrong != NULL)
            fprintf(stderr, "cut after %zu bytes: %s\n", length, wrong);
        _exit(wrong != NULL);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fail_msg("cut after %zu bytes: status %d", length, status);
}

/* Pushes a feed in pieces of odd sizes and ends it at every 997th byte. */
static void cut_real(const char *name, const char *from, const char *until, const char *date,
                     cut_check check)
{
    struct buffer text;
    static struct zone zone;
    if (!read_real(name, &text)) {
        buffer_release(&text);
        skip();
    }
    struct frab_case cut = {.text = text.data};
    buffer_init(&cut.warnings, 1 << 20);
    struct decoder_request request = {
        .series_from_ms = INT64_MIN,
        .series_until_ms = INT64_MAX,
        .zone = &zone,
        .date = date,
        .warn = take_warning,
        .context = &cut,
    };
    assert_true(zone_load("Europe/Brussels", &zone, NULL));
    assert_true(time_parse(from, &zone, &request.from_ms, NULL));
    assert_true(time_parse(until, &zone, &request.until_ms, NULL));
    struct decoder *decoder = decoder_new(&request);
    size_t length = text.length, cuts = 0;
    while (length > 0 && strchr("\r\n ", text.data[length - 1]) != NULL)
        length--;
    for (size_t at = 0, next = CUT_BYTES; next < length; at = next, next += CUT_BYTES) {
        size_t middle = at + next % 311;
        assert_true(decoder_push(decoder, text.data + at, middle - at, &cut.err));
        assert_true(decoder_push(decoder, text.data + middle, next - middle, &cut.err));
        finish_and_check(decoder, &cut, check, text.data, next);
        cuts++;
    }
    assert_int_equal(cuts, (length - 1) / CUT_BYTES);
    decoder_free(decoder);
    buffer_release(&cut.warnings);
    buffer_release(&text);
}

static void fosdem_ical_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("fosdem-2026.ics", "2026-01-01T00:00", "2027-01-01T00:00", NULL, refused_as_truncated);
}

static void hasgeek_ical_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("hasgeek-rust-india-2026.ics", "2026-01-01T00:00", "2027-01-01T00:00", NULL,
             refused_as_truncated);
}

static void sched_ical_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("sched-2019.ics", "2019-01-01T00:00", "2020-01-01T00:00", NULL, refused_as_truncated);
}

static void pentabarf_xml_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("fosdem-2025.pentabarf.xml", "2025-02-01T12:00", "2025-02-01T14:00", NULL,
             partial_up_to_the_cut);
}

static void frab_json_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("frab-camp2019.json", "2019-01-01T00:00", "2020-01-01T00:00", NULL,
             refused_as_truncated);
}

static void pretalx_json_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("pretalx-democon.json", "2000-01-01T00:00", "2030-01-01T00:00", NULL,
             refused_as_truncated);
}

static void meetup_text_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("meetup-databases-amsterdam.txt", "2026-01-01T00:00", "2027-01-01T00:00", "2026-03-12",
             shorter_or_named);
}

static void listing_text_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("fosdem-2026-room-ub2252a.txt", "2026-01-01T00:00", "2027-01-01T00:00", "2026-01-31",
             shorter_or_named);
}

static void podcast_text_cut_at_every_997th_byte(void **state)
{
    (void)state;
    cut_real("podcast-rust-in-production.txt", "2026-01-01T00:00", "2027-01-01T00:00", "2026-01-31",
             shorter_or_named);
}

/* A text has no end that could be missing: what is cut is just shorter. */
static void an_agenda_cut_at_every_byte(void **state)
{
    (void)state;
    static const char text[] = "Friday 30 January 2026\n# Hall\n"
                               "10:00-10:25 One - Ada Lovelace\r\n10:30-10:55 Two (Grace Hopper)\n"
                               "11:00-11:20 Caf\xC3\xA9\n\n# Annex\n12:00-12:30 Four\n";
    struct frab_case whole = {.text = text};
    frab_case_run(&whole);
    assert_int_equal(whole.sessions.count, 4);
    for (size_t length = 1; length < sizeof text - 1; length++) {
        struct frab_case cut = {.text = text, .length = length, .chunk = 1 + length % 5};
        frab_case_run(&cut);
        assert_true(cut.done || cut.err.message[0] != '\0');
        assert_true(cut.sessions.count <= whole.sessions.count);
        for (size_t i = 0; i + 1 < cut.sessions.count; i++) {
            assert_string_equal(cut.sessions.sessions[i].title, whole.sessions.sessions[i].title);
            assert_int_equal(cut.sessions.sessions[i].end_ms, whole.sessions.sessions[i].end_ms);
        }
        frab_case_release(&cut);
    }
    frab_case_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GUARDED(fosdem_ical_cut_at_every_997th_byte),
        GUARDED(hasgeek_ical_cut_at_every_997th_byte),
        GUARDED(sched_ical_cut_at_every_997th_byte),
        GUARDED(pentabarf_xml_cut_at_every_997th_byte),
        GUARDED(frab_json_cut_at_every_997th_byte),
        GUARDED(pretalx_json_cut_at_every_997th_byte),
        GUARDED(meetup_text_cut_at_every_997th_byte),
        GUARDED(listing_text_cut_at_every_997th_byte),
        GUARDED(podcast_text_cut_at_every_997th_byte),
        GUARDED(an_agenda_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
