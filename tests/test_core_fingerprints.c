/* Fingerprints of what functions of the core give; see fingerprint_case.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <roomsign/change.h>
#include <roomsign/colour.h>
#include <roomsign/fit.h>
#include <roomsign/keys.h>
#include <roomsign/script.h>
#include <roomsign/time_trust.h>
#include <roomsign/title_mark.h>
#include <roomsign/trust.h>

#include <unicode/ucasemap.h>

#include "fake_measure.h"
#include "fingerprint_case.h"

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
    for (size_t i = 0; i < COUNT(marks); i++) {
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
            snprintf(uid, sizeof uid, random_below(random, 2) ? "other" : "other#%d",
                     (int)random_below(random, 4));
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
        int64_t from_ms = AT(0, 0), until_ms = AT(48, 0);
        if (i % 2 && last.count > 0) {
            from_ms = last.sessions[random_below(random, (int64_t)last.count)].end_ms;
            until_ms = last.sessions[random_below(random, (int64_t)last.count)].start_ms;
        }
        for (int poll = 0; poll < 4; poll++) {
            const struct change_request request = {
                .last = &last,
                .now = &all,
                .elsewhere = &elsewhere,
                .is_of_venue = i % 5 == 0,
                .from_ms = from_ms,
                .until_ms = until_ms,
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

static void list_scripts(struct random *random, struct buffer *list)
{
    static const char *const parts[] = {
        "Rust", " ", "2026", "日本", "の",     "カ",     "한",     "們",     "们",   "ㄅ",
        "א",    "ع", "ม",    "ລ",    "မ",      "ក",      "བ",      "ꦲ",      "ᬅ",    "త",
        "ಕ",    "ක", "മ",    "क",    "ক",      "ક",      "ਕ",      "କ",      "க",    "ܐ",
        "ހ",    "ᠠ", "é",    "–",    "\u2067", "\u2068", "\u2069", "\u200f", "(12)",
    };
    for (int i = 0; i < 200; i++) {
        char text[512];
        RANDOM_TEXT(random, parts, i % 3 ? 6 : 1, text);
        size_t length = strlen(text);
        buffer_append_format(list, "%d %d %d %.3f\n", (int)script_first_direction(text, length),
                             (int)script_direction(text, length), (int)script_han(text, length),
                             script_leading(text, length));
    }
}

static const struct fingerprint_subject subjects[] = {
    {"marks", list_marks},     {"keys", list_keys},     {"fits", list_fits},
    {"colours", list_colours}, {"clocks", list_clocks}, {"changes", list_changes},
    {"scripts", list_scripts},
};

static void test_what_functions_give_is_what_they_gave(void **state)
{
    (void)state;
    expect_fingerprints(subjects, COUNT(subjects), "tests/golden/core_fingerprints.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_functions_give_is_what_they_gave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
