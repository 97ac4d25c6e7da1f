/* What titles say of a session's fate, and titles that say nothing of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/title_mark.h>

struct title_case {
    const char *title;
    bool cancelled;
    const char *shown;
    /* NULL: the same. */
    const char *subject;
};

static void expect(const struct title_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct title_case *wanted = &cases[i];
        struct title_reading reading;
        char shown[512], subject[512];
        title_mark_read(wanted->title, &reading);
        snprintf(shown, sizeof shown, "%.*s", (int)reading.shown_length, reading.shown);
        snprintf(subject, sizeof subject, "%.*s", (int)reading.subject_length, reading.subject);
        const char *wanted_subject = wanted->subject != NULL ? wanted->subject : wanted->shown;
        if (reading.cancelled != wanted->cancelled || strcmp(shown, wanted->shown) != 0 ||
            strcmp(subject, wanted_subject) != 0)
            fail_msg("%s: %s, shown '%s', subject '%s'", wanted->title,
                     reading.cancelled ? "cancelled" : "not cancelled", shown, subject);
    }
}

#define EXPECT(cases) expect(cases, sizeof(cases) / sizeof *(cases))

static void test_fosdem_cancels_in_capitals(void **state)
{
    (void)state;
    static const struct title_case cases[] = {
        {"CANCELLED Sync engines for all", true, "Sync engines for all", NULL},
        {"CANCELLED: Sync engines for all", true, "Sync engines for all", NULL},
        {"CANCELLED  systemd and you", true, "systemd and you", NULL},
        {"CANCELLED:Sync", true, "Sync", NULL},
    };
    EXPECT(cases);
}

static void test_outlook_cancels_in_the_sender_s_language(void **state)
{
    (void)state;
    static const struct title_case cases[] = {
        {"Canceled: Weekly", true, "Weekly", NULL},
        {"Cancelled: Weekly", true, "Weekly", NULL},
        {"Canceled: Canceled: Weekly", true, "Weekly", NULL},
        {"Abgesagt: Runde", true, "Runde", NULL},
        {"Annulé : Réunion", true, "Réunion", NULL},
        {"Annulé\u00A0: Réunion", true, "Réunion", NULL},
        {"Annule\u0301\u202F: Réunion", true, "Réunion", NULL},
        {"ANNULÉE: Réunion", true, "Réunion", NULL},
        {"Geannuleerd: Overleg", true, "Overleg", NULL},
        {"Cancelado: Reunión", true, "Reunión", NULL},
        {"Cancelada: Reunião", true, "Reunião", NULL},
        {"रद्द किया गया: बैठक", true, "बैठक", NULL},
        {"रद्द: बैठक", true, "बैठक", NULL},
        {"ملغى: اجتماع", true, "اجتماع", NULL},
        {"تم الإلغاء: اجتماع", true, "اجتماع", NULL},
        {"キャンセル済み: 定例", true, "定例", NULL},
        {"キャンセル：定例", true, "定例", NULL},
        /* one without a subject */
        {"Canceled:", true, "", NULL},
    };
    EXPECT(cases);
}

static void test_people_cancel_with_dashes_and_brackets(void **state)
{
    (void)state;
    static const struct title_case cases[] = {
        {"Cancelled - Sync engines", true, "Sync engines", NULL},
        {"Cancelled – Sync engines", true, "Sync engines", NULL},
        {"cancelled — Sync engines: a tour", true, "Sync engines: a tour", NULL},
        {"[CANCELLED] Sync engines", true, "Sync engines", NULL},
        {"[Cancelled]: Sync engines", true, "Sync engines", NULL},
        {"(cancelled) - Sync engines", true, "Sync engines", NULL},
        {"(Abgesagt)Runde", true, "Runde", NULL},
        {"【中止】定例", true, "定例", NULL},
        {"Sync engines (cancelled)", true, "Sync engines", NULL},
        {"Sync engines [ Cancelled ]", true, "Sync engines", NULL},
        {"ENTFÄLLT Runde", true, "Runde", NULL},
        {"CANCELLED", true, "", NULL},
    };
    EXPECT(cases);
}

static void test_postponed_is_off_and_says_why(void **state)
{
    (void)state;
    static const struct title_case cases[] = {
        {"POSTPONED: Sync engines", true, "POSTPONED: Sync engines", "Sync engines"},
        {"Sync engines [Postponed]", true, "Sync engines [Postponed]", "Sync engines"},
        {"延期：定例", true, "延期：定例", "定例"},
        {"CANCELLED: POSTPONED: Sync", true, "POSTPONED: Sync", "Sync"},
    };
    EXPECT(cases);
}

static void test_moved_is_on_and_the_word_stays(void **state)
{
    (void)state;
    static const struct title_case cases[] = {
        {"MOVED: Sync engines", false, "MOVED: Sync engines", "Sync engines"},
        {"RESCHEDULED: Lunch", false, "RESCHEDULED: Lunch", "Lunch"},
        {"[Moved] Lunch", false, "[Moved] Lunch", "Lunch"},
        {"VERSCHOBEN: Mittagessen", false, "VERSCHOBEN: Mittagessen", "Mittagessen"},
        /* and what comes after it is read, too */
        {"MOVED: CANCELLED: Sync", true, "MOVED: CANCELLED: Sync", "Sync"},
        /* whoever says where to has said it all */
        {"MOVED to H.2215: Sync", false, "MOVED to H.2215: Sync", NULL},
    };
    EXPECT(cases);
}

static void test_amended_is_what_the_feed_says(void **state)
{
    (void)state;
    static const struct title_case cases[] = {
        {"AMENDMENT Sync engines for all", false, "Sync engines for all", NULL},
        {"AMENDMENT: Sync engines for all", false, "Sync engines for all", NULL},
        {"UPDATED: Sync engines", false, "Sync engines", NULL},
        {"[Updated] Sync engines", false, "Sync engines", NULL},
        {"AMENDMENT CANCELLED Sync engines", true, "Sync engines", NULL},
    };
    EXPECT(cases);
}

/* In capitals alone only those count that no title begins with: VERLEGT is what publishers are. */
static void test_few_words_count_without_a_sign_behind_them(void **state)
{
    (void)state;
    static const char *const bare[] = {
        "CANCELLED", "CANCELED", "POSTPONED", "AMENDMENT",   "AMENDED",  "ABGESAGT",  "ENTFÄLLT",
        "ANNULÉ",    "ANNULÉE",  "ANNULE",    "GEANNULEERD", "AFGELAST", "CANCELADO", "CANCELADA",
    };
    static const char *const others[] = {
        "MOVED",      "RELOCATED",  "RESCHEDULED", "UPDATED",        "VERSCHOBEN",
        "VERLEGT",    "GEÄNDERT",   "REPORTÉ",     "REPORTÉE",       "DÉPLACÉ",
        "DÉPLACÉE",   "MODIFIÉ",    "MODIFIÉE",    "रद्द किया गया",   "ملغي",
        "ملغاة",      "تم الإلغاء", "تم إلغاؤه",   "キャンセル済み", "取り消し",
        "休講",       "UITGESTELD", "VERPLAATST",  "GEWIJZIGD",      "APLAZADO",
        "APLAZADA",   "ADIADO",     "ADIADA",      "TRASLADADO",     "TRASLADADA",
        "MOVIDO",     "MOVIDA",     "ACTUALIZADO", "ACTUALIZADA",    "ATUALIZADO",
        "ATUALIZADA", "रद्द",        "स्थगित",       "ملغى",           "مؤجل",
        "キャンセル", "中止",       "延期",
    };
    for (size_t i = 0; i < sizeof bare / sizeof *bare + sizeof others / sizeof *others; i++) {
        bool is_bare = i < sizeof bare / sizeof *bare;
        const char *word = is_bare ? bare[i] : others[i - sizeof bare / sizeof *bare];
        struct title_reading reading;
        char title[128];
        snprintf(title, sizeof title, "%s Sync", word);
        title_mark_read(title, &reading);
        if ((strcmp(reading.subject, "Sync") == 0) != is_bare)
            fail_msg("%s: the subject is \"%s\"", title, reading.subject);
        snprintf(title, sizeof title, "%s: Sync", word);
        title_mark_read(title, &reading);
        assert_string_equal(reading.subject, "Sync");
    }
}

static void test_titles_are_no_marks(void **state)
{
    (void)state;
    static const char *const titles[] = {
        "",
        "Cancelled culture: a history",
        "Cancelled",
        "CANCELLED CULTURE",
        "CANCELLED SQL",
        "Cancellation tokens in Rust",
        "CANCELLED-by-default futures",
        "Why we cancelled: a post-mortem",
        "Moved by music",
        "MOVED BY MUSIC: a history",
        "Moved: what a borrow checker sees",
        "Updated: the story of apt",
        "UPDATED docs for everyone",
        "UPDATE queries in PostgreSQL",
        "Amendment: how constitutions change",
        "Amendments and how to file them",
        "MOVED semantics in C++",
        "Sync engines (not cancelled)",
        "[Mega Game] Two Rooms",
        "(cancelled",
        "((()",
        ": cancelled",
        " - ",
        "[] ()",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        const struct title_case same = {titles[i], false, titles[i], NULL};
        expect(&same, 1);
    }
}

static void test_a_title_of_nothing_but_marks_is_read_to_its_end(void **state)
{
    (void)state;
    char title[4096] = "";
    for (size_t i = 0; i + sizeof "CANCELLED: " < sizeof title; i += sizeof "CANCELLED: " - 1)
        memcpy(title + i, "CANCELLED: ", sizeof "CANCELLED: ");
    struct title_reading reading;
    title_mark_read(title, &reading);
    assert_true(reading.cancelled);
    assert_ptr_equal(reading.shown, title + TITLE_MARKS_MAX * (sizeof "CANCELLED: " - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fosdem_cancels_in_capitals),
        cmocka_unit_test(test_outlook_cancels_in_the_sender_s_language),
        cmocka_unit_test(test_people_cancel_with_dashes_and_brackets),
        cmocka_unit_test(test_postponed_is_off_and_says_why),
        cmocka_unit_test(test_moved_is_on_and_the_word_stays),
        cmocka_unit_test(test_amended_is_what_the_feed_says),
        cmocka_unit_test(test_few_words_count_without_a_sign_behind_them),
        cmocka_unit_test(test_titles_are_no_marks),
        cmocka_unit_test(test_a_title_of_nothing_but_marks_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
