/* Pure functions on texts and numbers that a seed draws: what they give is what they gave when
 * somebody last looked, by a fingerprint for each hundred or so (tests/golden/fingerprints.txt).
 * It only says that something changed; the modules' own tests say what is right. `make golden`
 * makes the fingerprints anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/change.h>
#include <roomsign/colour.h>
#include <roomsign/fetch.h>
#include <roomsign/fit.h>
#include <roomsign/hash.h>
#include <roomsign/ical_value.h>
#include <roomsign/keys.h>
#include <roomsign/markup.h>
#include <roomsign/time_trust.h>
#include <roomsign/title_mark.h>
#include <roomsign/trust.h>
#include <roomsign/web_address.h>

#include <unicode/ucasemap.h>

#include "fake_measure.h"
#include "random.h"

#define GROUPS 60
#define GOLDEN "tests/golden/fingerprints.txt"
#define TEXT_BYTES_MAX (1 << 22)
#define PICK(random, list) (list)[random_below(random, sizeof(list) / sizeof *(list))]

/* A few of the parts, one after the other. */
static void random_text(struct random *random, const char *const *parts, size_t count, int64_t max,
                        char ret_text[static 512])
{
    size_t length = 0;
    for (int64_t n = 1 + random_below(random, max); n > 0; n--) {
        int added = snprintf(ret_text + length, 512 - length, "%s",
                             parts[random_below(random, (int64_t)count)]);
        length += (size_t)added;
        assert_true(length < 512);
    }
}
#define RANDOM_TEXT(random, parts, max, text)                                                      \
    random_text(random, parts, sizeof(parts) / sizeof *(parts), max, text)

static void list_times(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {"1", "2", "3", "5",  "9",        "0",  "00",
                                        "T", "Z", "P", "W",  "D",        "H",  "M",
                                        "S", "-", "+", "PT", "20260131", "T10"};
    for (int i = 0; i < 400; i++) {
        char text[512];
        struct ical_time time = {0};
        struct ical_duration duration = {0};
        if (i % 2)
            RANDOM_TEXT(random, parts, 9, text);
        else
            snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d%s",
                     (int)random_below(random, 9) ? 2026 : (int)random_below(random, 10000),
                     (int)random_below(random, 14), (int)random_below(random, 33),
                     (int)random_below(random, 26), (int)random_below(random, 62),
                     (int)random_below(random, 63), random_below(random, 2) ? "Z" : "");
        bool is_time = ical_time_parse(text, strlen(text), &time);
        bool is_duration = ical_duration_parse(text, strlen(text), &duration);
        buffer_append_format(list, "%d %lld %d%d %d %lld %lld\n", is_time, (long long)time.local_ms,
                             time.is_date, time.is_utc, is_duration, (long long)duration.days,
                             (long long)duration.exact_ms);
    }
}

static void list_rules(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "FREQ=DAILY",  "FREQ=WEEKLY",
        "FREQ=YEARLY", "freq=monthly",
        ";",           ";INTERVAL=",
        ";COUNT=",     ";UNTIL=20260401",
        ";BYDAY=MO",   ";BYDAY=-1SU,2TU",
        ";BYMONTH=",   ";BYMONTHDAY=",
        ";BYYEARDAY=", ";BYWEEKNO=",
        ";BYHOUR=",    ";BYMINUTE=",
        ";BYSECOND=",  ";BYSETPOS=",
        ";WKST=SU",    ";X-A=B",
        "0",           "1",
        "-1",          "12",
        "13",          "23",
        "24",          "31",
        "-31",         "32",
        "53",          "-53",
        "54",          "59",
        "60",          "61",
        "366",         "-366",
        "367",         ",",
        ",2",          ",-2",
        "T090000Z",    "MO",
        "53FR",        "54FR",
        "-54FR",       "=",
        " ",
    };
    static const char *const ready[] = {"BYMONTH",  "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR",
                                        "BYMINUTE", "BYSECOND",   "BYSETPOS",  "INTERVAL", "COUNT"};
    for (int i = 0; i < 400; i++) {
        char text[512];
        struct ical_rule rule = {0};
        struct error err = {0};
        if (i % 2)
            RANDOM_TEXT(random, parts, 7, text);
        else
            snprintf(text, sizeof text, "FREQ=YEARLY;%s=%d", PICK(random, ready),
                     (int)random_below(random, 760) - 380);
        bool is_rule = ical_rule_parse(text, strlen(text), &rule, &err);
        const struct recurrence_rule *r = &rule.rule;
        buffer_append_format(list, "%d %s", is_rule, is_rule ? "" : err.message);
        if (is_rule) {
            buffer_append_format(list, "%d %lld %lld %d %x %x %x %x %llx %llx %llx %llx %x %zu",
                                 (int)r->frequency, (long long)r->interval, (long long)r->count,
                                 r->week_start, r->hours, r->months, r->month_days,
                                 r->month_days_back, (unsigned long long)r->weeks,
                                 (unsigned long long)r->weeks_back, (unsigned long long)r->seconds,
                                 (unsigned long long)r->minutes, r->weekdays, r->position_count);
            for (int n = 0; n < 7; n++)
                buffer_append_format(list, " %llx %llx", (unsigned long long)r->weekday_nth[n],
                                     (unsigned long long)r->weekday_nth_back[n]);
            for (int n = 0; n < 6; n++)
                buffer_append_format(list, " %llx %llx", (unsigned long long)r->year_days[n],
                                     (unsigned long long)r->year_days_back[n]);
        }
        buffer_append_text(list, "\n");
    }
}

static void list_titles(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "Rust",        " ",
        "*",           "**",
        "_",           "__",
        "`",           "~~",
        "[",           "](",
        ")",           "(",
        "]",           "!",
        "<b>",         "</b>",
        "<p>",         "</p>",
        "<br>",        "<br/>",
        "<i ",         ">",
        "<",           "&amp;",
        "&",           "&#39;",
        "&#x27;",      "&#0;",
        "&lt;",        "&nbsp;",
        "&hellip;",    ";",
        "Postgres",    "é",
        "日本",        "\\",
        "/",           "https://example.org",
        "\n",          "class=a",
        "\"",          "'",
        "-",           "[Cancelled]",
        "CANCELLED: ", "Annulé : ",
        "(cancelled)", "Abgesagt",
        ": ",          " - ",
        "moved",       "Ausgebucht",
    };
    for (int i = 0; i < 300; i++) {
        char text[512];
        struct title_reading reading = {0};
        RANDOM_TEXT(random, parts, 12, text);
        char *stripped = xstrdup(text);
        markup_strip(&stripped);
        title_mark_read(text, &reading);
        buffer_append_format(list, "%s\n%d %.*s|%.*s\n", stripped, reading.cancelled,
                             (int)reading.shown_length, reading.shown, (int)reading.subject_length,
                             reading.subject);
        markup_decode(text);
        buffer_append_format(list, "%s\n", text);
        free(stripped);
    }
}

/* Every mark that titles have, in every form: that which counts in capitals alone, too. */
static void list_marks(struct random *random, struct buffer *list)
{
    static const char *const marks[] = {
        "cancelled",  "canceled",     "postponed",   "moved",       "relocated",      "rescheduled",
        "amendment",  "amended",      "updated",     "abgesagt",    "entfällt",       "verschoben",
        "verlegt",    "geändert",     "annulé",      "annulée",     "annule",         "reporté",
        "reportée",   "déplacé",      "déplacée",    "modifié",     "modifiée",       "geannuleerd",
        "afgelast",   "uitgesteld",   "verplaatst",  "gewijzigd",   "cancelado",      "cancelada",
        "aplazado",   "aplazada",     "adiado",      "adiada",      "trasladado",     "trasladada",
        "movido",     "movida",       "actualizado", "actualizada", "atualizado",     "atualizada",
        "रद्द",        "रद्द किया गया", "स्थगित",       "ملغى",        "ملغي",           "ملغاة",
        "تم الإلغاء", "تم إلغاؤه",    "مؤجل",        "キャンセル",  "キャンセル済み", "取り消し",
        "中止",       "休講",         "延期",
    };
    static const char *const forms[] = {
        "%s: Rust",   "%s Rust", "[%s] Rust", "Rust (%s)", "Rust - %s", "%s - Rust",   "%s",
        "【%s】Rust", "Rust %s", "%s : Rust", "Rust [%s]", "%s:Rust",   "({%s}) Rust", "%s –Rust",
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        char mark[128], text[512], capitals[256];
        UErrorCode status = U_ZERO_ERROR;
        UCaseMap *map = ucasemap_open("", 0, &status);
        int32_t length =
            ucasemap_utf8ToUpper(map, capitals, sizeof capitals, marks[i], -1, &status);
        assert_true(U_SUCCESS(status) && length < (int32_t)sizeof capitals);
        ucasemap_close(map);
        snprintf(mark, sizeof mark, "%s", random_below(random, 2) ? capitals : marks[i]);
        const char *form = PICK(random, forms), *hole = strstr(form, "%s");
        snprintf(text, sizeof text, "%.*s%s%s", (int)(hole - form), form, mark, hole + 2);
        struct title_reading reading = {0};
        title_mark_read(text, &reading);
        buffer_append_format(list, "%d %.*s|%.*s\n", reading.cancelled, (int)reading.shown_length,
                             reading.shown, (int)reading.subject_length, reading.subject);
    }
}

static void list_addresses(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "http",      "https",      "webcal",     "file",      "ftp",   ":",
        "://",       "//",         "/",          "?",         "#",     "@",
        "%20",       "%",          "%0",         "%00",       "a",     "example.org",
        "feed.ics",  "ada:secret", "[::1]",      "127.0.0.1", ":8080", ":443",
        "localhost", "calendar",   "0123456789", "abcdef",    "-",     "one-two-three",
        ".",         "..",         " ",          "é",         "A",     "HTTPS",
    };
    for (int i = 0; i < 300; i++) {
        char text[600], shown[FETCH_URL_PUBLIC_BYTES], read[SESSION_URL_BYTES_MAX] = "";
        struct error err = {0};
        size_t head =
            i % 3 ? (size_t)snprintf(text, sizeof text, "%s://", i % 2 ? "https" : "file") : 0;
        RANDOM_TEXT(random, parts, 9, text + head);
        bool is_good = fetch_url_check(text, &err);
        bool is_address = web_address_read(text, read);
        char *path = fetch_url_file_path(text, NULL), *plain = fetch_url_without_user(text);
        buffer_append_format(list, "%d %s %d %s %s %s\n", is_good, fetch_url_public(text, shown),
                             is_address, is_address ? read : "", path ? path : "-",
                             plain ? plain : "-");
        free(path);
        free(plain);
    }
}

static void list_keys(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {"a",      "F1",     "F12", "F13", "space", "enter", "=",
                                        " ",      "extend", "5",   "-5",  "hold",  "say",   "Hi",
                                        "button", "1",      "16",  "17",  "kp",    "-",     "none",
                                        "ä",      "A",      "up",  "end", "start", "full",  "0"};
    for (int i = 0; i < 300; i++) {
        char text[512], name[KEY_NAME_BYTES] = "", label[KEY_NAME_BYTES] = "";
        struct key_binding binding = {0};
        struct command_request request = {0};
        struct error err = {0};
        int key = 0;
        RANDOM_TEXT(random, parts, i % 2 ? 2 : 6, text);
        bool is_key = key_parse(text, &key);
        bool is_binding = key_binding_parse(text, &binding, &err);
        bool is_request = command_request_parse(text, &request, &err);
        buffer_append_format(list, "%d %d %s %s %d %d %d %d %d %s\n", is_key, key,
                             is_key ? key_format(key, name) : "",
                             is_key ? key_label(key, label) : "", is_binding, binding.is_idle,
                             is_request, (int)request.kind, request.minutes, err.message);
    }
}

static void list_fits(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "a ",  "the ",   "talk ",  "about ", "kernels, ", "and ",        "Donaudampfschifffahrt ",
        "in ", "of: ",   "(part ", "two) ",  "– ",        "PostgreSQL ", "replication. ",
        "x",   "日本語", "の設計",
    };
    for (int i = 0; i < 60; i++) {
        char text[512], line[LAYOUT_TEXT_BYTES];
        static struct fit_result result;
        const struct text_style style = {.size_px = 20 + (int)random_below(random, 30),
                                         .weight = TEXT_WEIGHT_BOLD};
        const struct fit_box box = {
            .width_px = 60 + (int)random_below(random, 1000),
            .height_px = 20 + (int)random_below(random, 500),
            .lines_max = 1 + (int)random_below(random, FIT_LINES_MAX),
            .size_max_px = 30 + (int)random_below(random, 90),
            .size_min_px = 12 + (int)random_below(random, 18),
            .leading = 1 + (double)random_below(random, 5) / 10,
        };
        RANDOM_TEXT(random, parts, 16, text);
        fit_text(text, &style, &box, &fake_measure, &result);
        int width = fit_line(text, &style, box.width_px, &fake_measure, line);
        buffer_append_format(list, "%d %d %d%d %d %s\n", result.style.size_px,
                             result.line_height_px, result.right_to_left, result.cut, width, line);
        for (int n = 0; n < result.line_count; n++)
            buffer_append_format(list, "  %s\n", result.lines[n]);
    }
}

static void list_colours(struct random *random, struct buffer *list)
{
    for (int i = 0; i < 300; i++) {
        layout_colour colour = (layout_colour)(random_next(random) & 0xffffff);
        layout_colour ground = (layout_colour)(random_next(random) & 0xffffff);
        double ratio = 1.5 + (double)random_below(random, 80) / 10;
        buffer_append_format(list, "%06x %06x %.6f %.6f\n", colour_legible(colour, ground, ratio),
                             colour_ground(ground, colour, ratio), colour_luminance(colour),
                             layout_contrast(colour, ground));
    }
}

/* Polls, set clocks and silences of a few days, the times on the borders that rules name. */
static void list_clocks(struct random *random, struct buffer *list)
{
    static const int64_t steps_ms[] = {1,
                                       999,
                                       1000,
                                       10000,
                                       10001,
                                       60000,
                                       TIME_TRUST_APART_MS,
                                       TIME_TRUST_SAMPLE_LASTS_MS,
                                       DAY_MS,
                                       TIME_TRUST_HOLD_MS};
    static const int64_t errors_ms[] = {0,
                                        0,
                                        0,
                                        500,
                                        -500,
                                        TIME_TRUST_TOLERANCE_MS,
                                        -TIME_TRUST_TOLERANCE_MS,
                                        TIME_TRUST_TOLERANCE_MS + 1,
                                        4000,
                                        HOUR_MS,
                                        -DAY_MS};
    for (int life = 0; life < 30; life++) {
        struct time_trust trust = {0};
        int64_t boot_ms = 30000, true_less_boot_ms = SAMPLE_DAY_MS;
        for (int i = 0; i < 40; i++) {
            boot_ms += PICK(random, steps_ms) - random_below(random, 2);
            struct clock_reading reading = {
                .boot_ms = boot_ms,
                .wall_ms = boot_ms + true_less_boot_ms + PICK(random, errors_ms),
                .synchronised = random_below(random, 12) == 0,
                .sync_file_ms = TIME_NEVER_MS,
            };
            if (random_below(random, 10) == 0)
                reading.sync_file_ms = reading.wall_ms - PICK(random, steps_ms);
            if (random_below(random, 2)) {
                int64_t dates_ms[4];
                size_t count = (size_t)random_below(random, 5);
                for (size_t n = 0; n < count; n++)
                    dates_ms[n] = (boot_ms + true_less_boot_ms + PICK(random, errors_ms)) /
                                  SECOND_MS * SECOND_MS;
                time_trust_take_dates(&trust, &reading, boot_ms - PICK(random, steps_ms) % 20000,
                                      dates_ms, count);
            }
            struct time_verdict verdict = time_trust_judge(&trust, &reading);
            buffer_append_format(list, "%s %lld %lld %d\n", time_source_name(verdict.source),
                                 (long long)verdict.offset_ms, (long long)verdict.utc_less_boot_ms,
                                 time_trust_wants_poll(&trust, boot_ms));
        }
    }
}

static void random_edit(struct random *random, struct schedule *schedule)
{
    static const char *const titles[] = {"Ants", "Bees", "ants!", "Lightning talks",
                                         "Bees and more"};
    static const char *const rooms[] = {"Here", "There", "Attic", ""};
    for (size_t i = 0; i < schedule->count; i++) {
        struct session *session = &schedule->sessions[i];
        int64_t what = random_below(random, 16);
        char uid[32];
        if (what == 0)
            session_set(&session->title, PICK(random, titles));
        if (what == 1 || what == 2)
            session_set(&session->room, PICK(random, rooms));
        if (what == 3) {
            session->start_ms += 30 * MINUTE_MS;
            session->end_ms += 30 * MINUTE_MS;
        }
        if (what == 4)
            session->end_ms += 5 * MINUTE_MS;
        if (what == 5)
            session->status = SESSION_STATUS_CANCELLED;
        if (what == 6) {
            snprintf(uid, sizeof uid, "other%d", (int)random_below(random, 6));
            session_set(&session->uid, uid);
        }
        if (what == 7)
            session->kind = SESSION_KIND_BREAK;
        if (what == 8)
            session->venue_wide = !session->venue_wide;
    }
}

static void list_changes(struct random *random, struct buffer *list)
{
    for (int i = 0; i < 40; i++) {
        struct schedule last = {0}, now = {0}, elsewhere = {0}, all;
        struct change_list known = {0}, found;
        struct trust trust = {0};
        struct random same = *random;
        random_schedule(random, &last);
        random_schedule(&same, &now);
        random_schedule(random, &elsewhere);
        random_edit(random, &now);
        random_edit(random, &elsewhere);
        schedule_sort(&now);
        schedule_sort(&elsewhere);
        all = now;
        for (int poll = 0; poll < 4; poll++) {
            const struct change_request request = {
                .last = &last,
                .now = &all,
                .elsewhere = &elsewhere,
                .is_of_venue = i % 5 == 0,
                .from_ms = AT(0, 0),
                .until_ms = AT(48, 0),
                .now_ms = AT(6, 0) + poll * 5 * HOUR_MS,
                .first_read_feeds = (unsigned)(i % 7 == 0),
                .known = &known,
            };
            changes_find(&request, &found);
            for (size_t n = 0; n < found.count; n++) {
                const struct change *change = &found.changes[n];
                buffer_append_format(
                    list, "%d %s %s %s %s %s %lld %lld %lld %lld %d\n", (int)change->kind,
                    change->uid, change->old_title, change->title, change->old_room, change->room,
                    (long long)change->old_start_ms, (long long)change->old_end_ms,
                    (long long)change->start_ms, (long long)change->end_ms, change->gone);
            }
            buffer_append_format(list, "%d\n",
                                 trust_judge(&trust, &last, &all, request.now_ms, 1 + i % 3));
            change_list_release(&known);
            known = found;
        }
        trust_release(&trust);
        change_list_release(&known);
        schedule_release(&last);
        schedule_release(&now);
        schedule_release(&elsewhere);
    }
}

static const struct subject {
    const char *name;
    void (*list)(struct random *random, struct buffer *list);
} subjects[] = {
    {"times", list_times},     {"rules", list_rules},         {"titles", list_titles},
    {"marks", list_marks},     {"addresses", list_addresses}, {"keys", list_keys},
    {"fits", list_fits},       {"colours", list_colours},     {"clocks", list_clocks},
    {"changes", list_changes},
};

static void test_what_functions_give_is_what_they_gave(void **state)
{
    (void)state;
    const char *write = getenv("ROOMSIGN_GOLDEN");
    bool writes = write && strcmp(write, "write") == 0;
    FILE *file = fopen(GOLDEN, writes ? "w" : "r");
    int differ = 0;
    assert_non_null(file);
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        for (unsigned group = 1; group <= GROUPS; group++) {
            struct random random = random_from(hash_text(HASH_START + group, subjects[i].name));
            struct buffer list;
            char line[80], expected[80];
            buffer_init(&list, TEXT_BYTES_MAX);
            subjects[i].list(&random, &list);
            snprintf(line, sizeof line, "%s %u %016llx\n", subjects[i].name, group,
                     (unsigned long long)hash_text(HASH_START, list.data));
            buffer_release(&list);
            if (writes) {
                fputs(line, file);
            } else if (!fgets(expected, sizeof expected, file) || strcmp(line, expected) != 0) {
                print_error("%s, group %u: something else\n", subjects[i].name, group);
                differ++;
            }
        }
    }
    fclose(file);
    assert_int_equal(differ, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_functions_give_is_what_they_gave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
