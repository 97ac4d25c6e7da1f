/* What must be true of the view, and of its layout. */
#include "sim.h"

#include <roomsign/utf8.h>
#include <roomsign/words.h>

#include "../fake_measure.h"

/* Texts: I6 */

struct text_field {
    const char *name;
    size_t offset, bytes, count, stride;
};
#define FIELD(member)                                                                              \
    {                                                                                              \
#member, offsetof(struct view, member), sizeof(life->view.member), 1, 0                    \
    }
#define FIELDS(array, member)                                                                      \
    {                                                                                              \
#array "." #member, offsetof(struct view, array[0].member),                                \
            sizeof(life->view.array[0].member),                                                    \
            sizeof(life->view.array) / sizeof(life->view.array[0]), sizeof(life->view.array[0])    \
    }
#define TEXTS(array)                                                                               \
    {                                                                                              \
#array, offsetof(struct view, array), sizeof(life->view.array[0]),                         \
            sizeof(life->view.array) / sizeof(life->view.array[0]), sizeof(life->view.array[0])    \
    }

#define TEXT_FIELDS                                                                                \
    FIELD(room), FIELD(room_note), FIELD(clock), FIELD(date), FIELD(phase_words),                  \
        FIELD(phase_note), FIELDS(alerts, words), FIELDS(alerts, subject), FIELDS(alerts, time),   \
        FIELDS(alerts, detail), FIELD(headline), FIELD(detail), FIELD(track),                      \
        FIELD(count_caption), FIELDS(count, digits), FIELDS(count, unit), FIELD(count_range),      \
        FIELD(next_label), FIELD(next.time), FIELD(next.old_time), FIELD(next.expected),           \
        FIELD(next.title), FIELD(next.note), FIELD(next_speakers), FIELDS(later, time),            \
        FIELDS(later, old_time), FIELDS(later, expected), FIELDS(later, title),                    \
        FIELDS(later, note), FIELD(later_label), FIELDS(day, time), FIELDS(day, title),            \
        FIELD(day_label), FIELD(language), TEXTS(banners), FIELD(doubt), FIELD(rooms_label),       \
        TEXTS(rooms), FIELD(remedy_label), FIELD(remedy), FIELD(hint), FIELD(news),                \
        FIELD(news_source)

/* Valid, ended, and zero behind its end: views are compared byte by byte. */
static void check_texts(struct life *life)
{
    const struct text_field fields[] = {TEXT_FIELDS};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct text_field *field = &fields[i];
        for (size_t k = 0; k < field->count; k++) {
            const char *text = (const char *)&life->view + field->offset + k * field->stride;
            size_t length = strnlen(text, field->bytes);
            bool clean = length < field->bytes && utf8_valid(text, length);
            for (size_t at = length; clean && at < field->bytes; at++)
                clean = text[at] == '\0';
            sim_expect(life, clean, "I6 %s[%zu] isn't sound text: %.*s", field->name, k,
                       (int)length, text);
        }
    }
}

bool sim_views_equal(struct life *life, const struct view *a, const struct view *b,
                     const char *what)
{
    const struct text_field fields[] = {TEXT_FIELDS};
    const char *name = "a number", *left = "", *right = "";
    if (view_equal(a, b))
        return true;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (size_t k = 0; k < fields[i].count; k++) {
            size_t offset = fields[i].offset + k * fields[i].stride;
            if (memcmp((const char *)a + offset, (const char *)b + offset, fields[i].bytes) != 0) {
                name = fields[i].name;
                left = (const char *)a + offset;
                right = (const char *)b + offset;
            }
        }
    return sim_expect(life, false, "%s: %s, \"%.80s\" and \"%.80s\"", what, name, left, right);
}

/* Notices and doubt: I5, I6 */

static bool has_alert(const struct view *view, enum view_alert_kind kind)
{
    for (int i = 0; i < view->alert_count; i++)
        if (view->alerts[i].kind == kind)
            return true;
    return false;
}

static void check_clock_unset(struct life *life)
{
    const struct view *view = &life->view;
    sim_expect(life,
               view->clock_unset && view->phase == PHASE_CLOSED && !*view->count[0].digits &&
                   !*view->count[1].digits && !*view->next.title && !*view->date &&
                   view->progress_permille == VIEW_NO_PROGRESS && strcmp(view->clock, "--:--") == 0,
               "I5 nobody knows the time, and the sign counts: %s %s", view->clock,
               view->count[0].digits);
}

/* A time that is believed is right, but for what clocks may drift while nobody confirms it. */
static void check_clock(struct life *life, int64_t now_ms)
{
    int64_t error_ms = now_ms - (life->boot_ms + life->true_less_boot_ms);
    int64_t most_ms = TIME_TRUST_TOLERANCE_MS + SECOND_MS + TIME_TRUST_HOLD_MS / 2000;
    life->met[MET_CLOCK_UNSET] += life->verdict.source == TIME_SOURCE_NONE;
    life->met[MET_CLOCK_OVERRULED] += life->verdict.offset_ms != 0;
    if (life->verdict.source == TIME_SOURCE_NONE)
        check_clock_unset(life);
    else
        sim_expect(life, error_ms <= most_ms && error_ms >= -most_ms,
                   "I5 the time is off by %lld ms, and believed as that of: %s",
                   (long long)error_ms, time_source_name(life->verdict.source));
}

/* What one of the unit is, in seconds. */
static int64_t unit_s(const struct view *view, const char *unit, int64_t number)
{
    const struct words *words = words_for(view->language);
    if (strcmp(unit, words_of(words, &words->counted.unit_hours, number)) == 0)
        return 3600;
    return strcmp(unit, words_of(words, &words->counted.unit_minutes, number)) == 0 ? 60 : 1;
}

/* What the large digits come to: "+12:34", "1:02:03", "2 h 5 min". */
static int64_t counted_s(const struct view *view)
{
    int64_t total_s = 0;
    for (int i = 0; i < 2; i++) {
        const struct view_count *count = &view->count[i];
        int64_t value = 0, part = 0;
        for (const char *at = count->digits; *at; at++) {
            if (*at >= '0' && *at <= '9')
                part = part * 10 + (*at - '0');
            if (*at == ':') {
                value = (value + part) * 60;
                part = 0;
            }
        }
        total_s += (value + part) * unit_s(view, count->unit, value + part);
    }
    return total_s;
}

/* Rounded up to what is shown, while it runs down; down, while it runs up. */
static void check_countdown(struct life *life, const struct tracker_state *state, int64_t now_ms)
{
    bool by_minutes = state->phase == PHASE_LIVE || state->phase == PHASE_FREE;
    int64_t unit_ms = by_minutes ? MINUTE_MS : SECOND_MS;
    int64_t left_ms = state->target_ms - now_ms;
    int64_t units =
        state->phase == PHASE_OVERRUN ? -left_ms / unit_ms : (left_ms + unit_ms - 1) / unit_ms;
    if (state->phase != PHASE_CLOSED)
        sim_expect(life, counted_s(&life->view) == units * (unit_ms / SECOND_MS),
                   "I5 the sign counts %s %s %s with %lld ms left", life->view.count[0].digits,
                   life->view.count[0].unit, life->view.count[1].digits, (long long)left_ms);
    sim_expect(life, life->view.phase == state->phase, "I5 the sign says %s, and it is %s",
               phase_name(life->view.phase), phase_name(state->phase));
}

static bool has_cause(const struct life *life, enum change_kind kind, int64_t now_ms)
{
    const struct change_list *changes = &life->room.document.changes;
    const struct schedule *schedule = &life->room.document.schedule;
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->changes[i];
        int64_t end_ms = kind == CHANGE_CANCELLED && change->end_ms > change->old_end_ms
                             ? change->end_ms
                             : change->old_end_ms;
        if (change->kind == kind && end_ms > now_ms)
            return true;
    }
    for (size_t i = 0; i < schedule->count && kind == CHANGE_CANCELLED; i++)
        if (schedule->sessions[i].status == SESSION_STATUS_CANCELLED &&
            schedule->sessions[i].end_ms > now_ms)
            return true;
    return false;
}

static void check_notice(struct life *life, enum view_notice notice, bool expected)
{
    char names[VIEW_NOTICES_TEXT_BYTES];
    bool found = life->view.notices & notice;
    sim_expect(life, found == expected, "I6 notice %s is %s", view_notices_format(notice, names),
               found ? "told" : "missing");
}

static void check_notices(struct life *life, const struct tracker_state *state, int64_t now_ms)
{
    const struct view *view = &life->view;
    const struct feed_health *health = &life->room.health;
    sim_expect(life, view->alert_count >= 0 && view->alert_count <= VIEW_ALERTS_MAX, "I6 %d alerts",
               view->alert_count);
    sim_expect(life, view->later_count <= VIEW_LATER_MAX && view->later_count >= 0, "I6 %d later",
               view->later_count);
    for (int i = 1; i < view->alert_count; i++)
        sim_expect(life, view->alerts[i - 1].kind <= view->alerts[i].kind, "I6 order of alerts");
    if (view->dark || view->clock_unset || !view->has_schedule || view->room_missing)
        return;
    check_countdown(life, state, now_ms);
    check_notice(life, VIEW_NOTICE_STALE, health->missed_polls >= STALE_MISSED_POLLS);
    check_notice(life, VIEW_NOTICE_DISTRUSTED, health->distrusted);
    check_notice(life, VIEW_NOTICE_CLOCK, health->clock != TIME_SOURCE_SYSTEM);
    check_notice(life, VIEW_NOTICE_MESSAGE, state->message != NULL);
    check_notice(life, VIEW_NOTICE_FULL, state->full != NULL);
    check_notice(life, VIEW_NOTICE_MESSAGE, has_alert(view, VIEW_ALERT_MESSAGE));
    check_notice(life, VIEW_NOTICE_FULL, has_alert(view, VIEW_ALERT_FULL));
    life->met[MET_ALERT_MOVED] += has_alert(view, VIEW_ALERT_MOVED);
    life->met[MET_ALERT_CANCELLED] += has_alert(view, VIEW_ALERT_CANCELLED);
    for (int i = 0; i < view->later_count; i++)
        life->met[MET_NOTE] += *view->later[i].note != '\0';
    static const struct {
        enum view_notice notice;
        enum change_kind kind;
    } causes[] = {{VIEW_NOTICE_MOVED, CHANGE_MOVED},
                  {VIEW_NOTICE_CANCELLED, CHANGE_CANCELLED},
                  {VIEW_NOTICE_RETIMED, CHANGE_RETIMED}};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (view->notices & causes[i].notice && !has_cause(life, causes[i].kind, now_ms))
            check_notice(life, causes[i].notice, false);
    if (has_alert(view, VIEW_ALERT_MOVED))
        check_notice(life, VIEW_NOTICE_MOVED, true);
    if (has_alert(view, VIEW_ALERT_CANCELLED))
        check_notice(life, VIEW_NOTICE_CANCELLED, true);
}

void sim_check_view(struct life *life, const struct tracker_state *state, int64_t now_ms)
{
    check_texts(life);
    check_clock(life, now_ms);
    check_notices(life, state, now_ms);
}

/* The layout: I8 */

void sim_check_layout(struct life *life)
{
    static struct layout layout;
    static const int sizes[][2] = {{1920, 1080}, {1080, 1920}, {800, 480},
                                   {1280, 800},  {3840, 2160}, {480, 800}};
    int64_t pick = random_below(&life->random, 8);
    int width_px = 320 + (int)random_below(&life->random, 3520);
    int height_px = 320 + (int)random_below(&life->random, 3520);
    if (pick < 6) {
        width_px = sizes[pick][0];
        height_px = sizes[pick][1];
    }
    layout_make(&life->view, width_px, height_px,
                theme_builtin((enum theme_base)random_below(&life->random, 3)), &fake_measure,
                &layout);
    life->met[MET_LAYOUT]++;
    life->met[MET_LIST_PAGE] += layout.list_pages > 1;
    life->room.view_options.list_turns = layout.list_pages > 1;
    sim_expect(life, layout.count > 0 && layout.count <= LAYOUT_BOXES_MAX, "I8 %zu boxes",
               layout.count);
    for (size_t i = 0; i < layout.count; i++) {
        const struct layout_box *box = &layout.boxes[i];
        struct layout_rect seen = box->rect;
        if (box->kind == BOX_TEXT) {
            struct text_metrics metrics = fake_metrics(NULL, &box->style);
            seen.y = box->baseline_y - metrics.cap_height_px;
            seen.height = metrics.cap_height_px;
        }
        sim_expect(life,
                   seen.x >= 0 && seen.y >= 0 && seen.x + seen.width <= width_px &&
                       seen.y + seen.height <= height_px,
                   "I8 %s leaves the screen of %dx%d: %d,%d %dx%d \"%.60s\"", box->role, width_px,
                   height_px, seen.x, seen.y, seen.width, seen.height, box->text);
    }
}
