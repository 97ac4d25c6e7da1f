/* The words of every language in their places, set in the real fonts. */
#include <stdlib.h>

#include <roomsign/language.h>
#include <roomsign/phrase.h>
#include <roomsign/text.h>
#include <roomsign/words.h>

#include "layout_case.h"
#include "sample.h"

#define FILL_WORDS(member, text, value) words_fill((member), sizeof(member), (text), (value))

static struct view view;
static struct layout layout;
static struct zone zone;

static const char *phase_words(const struct words *words, enum phase phase, bool known)
{
    switch (phase) {
    case PHASE_OVERRUN:
        return known ? words->running_over : words->past_its_end;
    case PHASE_WRAP_UP:
        return words->ending_soon;
    case PHASE_LIVE:
        return words->in_session;
    case PHASE_SOON:
        return words->starting_soon;
    case PHASE_FREE:
        return words->free;
    case PHASE_CLOSED:
        return words->closed;
    }
    return "";
}

static void fill_count(const struct words *words, enum phase phase, const char *time)
{
    memset(view.count, 0, sizeof view.count);
    FILL(view.count[0].digits, phase == PHASE_OVERRUN ? "+2:37" : "2:37");
    FILL(view.count_caption, phase == PHASE_OVERRUN ? words->over_by : words->ends_in);
    if (phase == PHASE_OVERRUN) {
        FILL_WORDS(view.count_range, words->due_to_end, time);
    } else if (phase == PHASE_FREE || phase == PHASE_LIVE) {
        FILL(view.count[0].digits, "44");
        FILL(view.count[0].unit, words_of(words, &words->counted.unit_minutes, 44));
        FILL(view.count_caption, phase == PHASE_FREE ? words->next_session_in : words->ends_in);
    } else if (phase == PHASE_SOON) {
        FILL(view.count_caption, words->starts_in);
    }
}

/* The longest that the phase may have. */
static void fill_note(const struct words *words, enum phase phase, const char *time)
{
    bool soon = phase == PHASE_SOON, live = phase == PHASE_LIVE || phase == PHASE_WRAP_UP;
    FILL(view.phase_note, phase == PHASE_OVERRUN ? words->held : "");
    if (soon || live) {
        words_fill_two(view.phase_note, sizeof view.phase_note,
                       soon ? words->starts_instead : words->ends_instead, time, time);
    }
}

/* All that the sign says itself, about a session of a short name. */
static void fill_view(const struct words *words, enum phase phase, bool known)
{
    struct phrasing phrasing = {
        .words = words, .zone = &zone, .clock_12h = language_clock_12h(words->language)};
    char time[VIEW_SHORT_BYTES], when[VIEW_SHORT_BYTES];
    full_view(&view, phase, known, false);
    FILL(view.language, words->language);
    phrase_time(&phrasing, AT(22, 48), time, sizeof time);
    phrase_when(&phrasing, AT(10, 0), AT(9 * 24 + 22, 48), when, sizeof when);
    FILL(view.clock, time);
    phrase_date(&phrasing, AT(12, 0), view.date, sizeof view.date);
    FILL(view.phase_words, phase_words(words, phase, known));
    fill_note(words, phase, time);
    FILL(view.detail, words->please_wait);
    fill_count(words, phase, time);
    phrase_range(&phrasing, AT(22, 30), AT(23, 20), view.count_range, sizeof view.count_range);
    if (phase == PHASE_FREE) {
        FILL_WORDS(view.headline, words->free_until, time);
    } else if (phase == PHASE_CLOSED) {
        FILL(view.headline, words->no_more_today);
    }
    FILL(view.next_label, known ? words->next : words->tomorrow);
    FILL(view.next.time, time);
    words_fill_number(view.next.note, sizeof view.next.note, words, &words->counted.late, 12);
    FILL(view.later_label, words->later);
    FILL(view.later[0].time, time);
    words_fill_two(view.later[0].note, sizeof view.later[0].note, words->moved_note.to_at,
                   "UB2.252A", when);
    FILL(view.later[1].time, time);
    FILL(view.later[1].note, words->cancelled);
    FILL_WORDS(view.doubt, words->schedule_of, when);
    if (known && phase != PHASE_OVERRUN) {
        view.alert_count = 1;
        view.alerts[0].kind = VIEW_ALERT_MOVED;
        words_fill_two(view.alerts[0].words, sizeof view.alerts[0].words, words->is_moved.away_at,
                       when, "");
        FILL_WORDS(view.alerts[0].words, words->is_moved.away_at, when);
        FILL(view.alerts[0].time, time);
        FILL(view.alerts[0].subject, "Indexes");
    }
}

static void check_places(const struct text_measure *measure, const char *what, const char *language)
{
    for (size_t i = 0; i < layout.count; i++) {
        const struct layout_box *box = &layout.boxes[i];
        if (box->rect.x < 0 || box->rect.x + box->rect.width > layout.width_px) {
            fail_msg("%s, %s at %dx%d: %s leaves the screen: %s", language, what, layout.width_px,
                     layout.height_px, box->role, box->text);
        }
        for (size_t j = 0; j < i && is_text(box); j++) {
            const struct layout_box *other = &layout.boxes[j];
            struct layout_rect a = box->rect, b = other->rect;
            a.height = measure->metrics(measure->context, &box->style).cap_height_px;
            a.y = box->baseline_y - a.height;
            if (is_text(other)) {
                b.height = measure->metrics(measure->context, &other->style).cap_height_px;
                b.y = other->baseline_y - b.height;
            }
            if (is_text(other) && overlap(&a, &b)) {
                fail_msg("%s, %s at %dx%d: %s \"%s\" lies over %s \"%s\"", language, what,
                         layout.width_px, layout.height_px, box->role, box->text, other->role,
                         other->text);
            }
        }
    }
}

/* What may be shortened is what feeds say, not what the sign says. */
static void check_whole(const char *what, const char *language)
{
    static const char *const own[] = {"phase",      "phase.note",  "count.caption", "count.range",
                                      "next.label", "later.label", "doubt",         "clock",
                                      "date",       "alert.words"};
    for (size_t i = 0; i < layout.count; i++) {
        for (size_t j = 0; j < sizeof own / sizeof *own; j++) {
            if (strcmp(layout.boxes[i].role, own[j]) == 0 && strstr(layout.boxes[i].text, "…")) {
                fail_msg("%s, %s at %dx%d: %s is cut: %s", language, what, layout.width_px,
                         layout.height_px, own[j], layout.boxes[i].text);
            }
        }
    }
}

static void test_the_words_of_every_language_find_room(void **state)
{
    (void)state;
    zone_utc(&zone);
    /* The last of the sizes are smaller than any display. */
    const size_t displays = SIZE_COUNT - 2;
    for (int i = 0; i < WORDS_COUNT; i++) {
        const struct words *words = words_at(i);
        struct error err = {0};
        struct text *text = text_new(words->language, "", &err);
        if (!text || *text_warning(text)) {
            text_free(text);
            print_message("not all fonts of the stack are installed\n");
            skip();
        }
        struct text_measure measure = text_measurer(text);
        for (int j = 0; j < 2 * PHASE_COUNT; j++) {
            fill_view(words, (enum phase)(j / 2), j % 2);
            for (size_t k = 0; k < displays; k++) {
                layout_make(&view, sizes[k][0], sizes[k][1], theme_builtin(THEME_BASE_DARK),
                            &measure, &layout);
                check_places(&measure, view.phase_words, words->language);
                check_whole(view.phase_words, words->language);
            }
        }
        text_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_words_of_every_language_find_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
