/* Views to lay out, and what must hold for every picture of them. */
#ifndef ROOMSIGN_TESTS_LAYOUT_CASE_H
#define ROOMSIGN_TESTS_LAYOUT_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/layout.h>
#include <roomsign/palette.h>

#include "fake_measure.h"

/* What must hold for every picture: boxes within the screen and within their field, no text over
 * other text, nothing too small, nothing with too little contrast. */

static const int sizes[][2] = {
    {1920, 1080}, {1080, 1920}, {1280, 720},  {3840, 2160}, {800, 480},
    {480, 800},   {1024, 768},  {1920, 540},  {1080, 1080}, {768, 800},
    {768, 1024},  {1000, 1400}, {1280, 1024}, {480, 320},   {160, 160},
};
#define SIZE_COUNT (sizeof sizes / sizeof *sizes)

static inline bool is_text(const struct layout_box *box)
{
    return box->kind == BOX_TEXT;
}

static inline bool overlap(const struct layout_rect *a, const struct layout_rect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* The part of a line of text that has ink: from the capitals' tops to the baseline. */
static inline struct layout_rect ink(const struct layout_box *box)
{
    struct text_metrics metrics = fake_metrics(NULL, &box->style);
    return (struct layout_rect){box->rect.x, box->baseline_y - metrics.cap_height_px,
                                box->rect.width, metrics.cap_height_px};
}

static inline void check_box(const struct layout *layout, const struct layout_box *box,
                             const char *what)
{
    const struct layout_rect *r = &box->rect;
    struct layout_rect seen = is_text(box) ? ink(box) : *r;
    if (seen.x < 0 || seen.y < 0 || seen.x + seen.width > layout->width_px ||
        seen.y + seen.height > layout->height_px) {
        fail_msg("%s: %s leaves the screen: %d,%d %dx%d \"%s\"", what, box->role, seen.x, seen.y,
                 seen.width, seen.height, box->text);
    }
    if (!is_text(box)) {
        return;
    }
    double unit =
        (layout->width_px < layout->height_px ? layout->width_px : layout->height_px) / 100.0;
    if (box->style.size_px < LAYOUT_TEXT_MIN_UNITS * unit) {
        fail_msg("%s: %s is %d px, too small", what, box->role, box->style.size_px);
    }
    if (layout_contrast(box->colour, box->ground) < PALETTE_CONTRAST_MIN) {
        fail_msg("%s: %s has a contrast of %.2f", what, box->role,
                 layout_contrast(box->colour, box->ground));
    }
}

/* What is drawn behind a text is one ground, and the one that its contrast was measured on. */
static inline void check_ground(const struct layout *layout, const struct layout_box *box,
                                const char *what)
{
    struct layout_rect seen = ink(box);
    const struct layout_box *ground = NULL;
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *other = &layout->boxes[i];
        if (other->kind == BOX_FILL && overlap(&seen, &other->rect)) {
            ground = other;
        }
    }
    if (!ground || ground->colour != box->ground || seen.y < ground->rect.y ||
        seen.y + seen.height > ground->rect.y + ground->rect.height) {
        fail_msg("%s: %s \"%s\" doesn't stand on its ground but on %s", what, box->role, box->text,
                 ground ? ground->role : "nothing");
    }
}

static inline void check_layout(const struct layout *layout, const char *what)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        check_box(layout, box, what);
        if (is_text(box)) {
            check_ground(layout, box, what);
        }
        for (size_t j = 0; j < layout->count && is_text(box); j++) {
            const struct layout_box *other = &layout->boxes[j];
            struct layout_rect seen = ink(box);
            if (other->kind == BOX_QR && overlap(&seen, &other->rect)) {
                fail_msg("%s: %s \"%s\" lies over the QR code", what, box->role, box->text);
            }
        }
        for (size_t j = 0; j < layout->count && box->kind == BOX_LOGO; j++) {
            const struct layout_box *other = &layout->boxes[j];
            if (other->kind == BOX_QR && overlap(&box->rect, &other->rect)) {
                fail_msg("%s: the logo lies over the QR code", what);
            }
        }
        for (size_t j = 0; j < i && is_text(box); j++) {
            const struct layout_box *other = &layout->boxes[j];
            struct layout_rect a = ink(box), b = is_text(other) ? ink(other) : other->rect;
            if (is_text(other) && overlap(&a, &b)) {
                fail_msg("%s: %s \"%s\" lies over %s \"%s\"", what, box->role, box->text,
                         other->role, other->text);
            }
        }
    }
}

static inline void check_view(const struct view *view, const char *what)
{
    static struct layout layout;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (int theme = 0; theme < THEME_BASE_COUNT; theme++) {
            char name[160];
            snprintf(name, sizeof name, "%s at %dx%d, theme %d", what, sizes[i][0], sizes[i][1],
                     theme);
            layout_make(view, sizes[i][0], sizes[i][1], theme_builtin((enum theme_base)theme),
                        &fake_measure, &layout);
            check_layout(&layout, name);
        }
    }
}

static inline void fill(char *member, size_t size, const char *text)
{
    snprintf(member, size, "%s", text);
}
#define FILL(member, text) fill((member), sizeof(member), (text))

/* As many words as a view holds. */
static inline const char *long_text(void)
{
    static char words[VIEW_TEXT_BYTES];
    for (size_t i = 0; i < sizeof words; i++) {
        words[i] = i % 9 == 8 ? ' ' : 'w';
    }
    words[sizeof words - 1] = '\0';
    return words;
}

/* A view with everything said, short or as long as it can be. */
static inline void full_view(struct view *view, enum phase phase, bool known, bool at_length)
{
    const char *words = long_text();
    memset(view, 0, sizeof *view);
    view->phase = phase;
    view->overrun_known = known;
    view->has_schedule = true;
    FILL(view->room, at_length ? words : "UB2.252A");
    FILL(view->room_note, at_length ? words : "Lameere");
    FILL(view->clock, at_length ? "12:48 PM" : "10:48");
    FILL(view->date, "Sat 31 Jan");
    FILL(view->phase_words, "Starting soon");
    FILL(view->phase_note, at_length ? words : "Extended to 11:26");
    FILL(view->headline, at_length ? words : "Two Databases, Three Perspectives");
    FILL(view->detail, at_length ? words : "Ada, Grace");
    FILL(view->track, at_length ? words : "Databases");
    FILL(view->count_caption, "next session in");
    FILL(view->count[0].digits, at_length ? "+11:22:33" : "32");
    FILL(view->count[0].unit, at_length ? "" : "min");
    FILL(view->code_url, "https://example.org/2026/schedule/event/TDGH7X/");
    FILL(view->count_range, at_length ? "12:30 PM – 12:20 PM" : "10:30 – 11:20");
    view->progress_permille = phase == PHASE_FREE ? VIEW_NO_PROGRESS : 360;
    /* A delay is expected of a session today only. */
    FILL(view->next_label, at_length ? "Next" : "Tomorrow");
    FILL(view->next.time, at_length ? "12:25 PM" : "11:25");
    FILL(view->next.expected, at_length ? "12:31 PM" : "");
    FILL(view->next.note, at_length ? words : "6 min late");
    FILL(view->next.title, at_length ? words : "Indexes");
    FILL(view->next_speakers, at_length ? words : "Brian");
    FILL(view->later_label, "Later");
    view->later_count = at_length ? VIEW_LATER_MAX : 2;
    view->later_more = at_length ? 7 : 0;
    for (int i = 0; i < view->later_count; i++) {
        FILL(view->later[i].time, at_length ? "12:55 PM" : "11:55");
        FILL(view->later[i].title, at_length ? words : "Joins");
        /* What takes time to set is enough on the first page or two. */
        bool noted = at_length && i % 3 == 0 && i < 9;
        FILL(view->later[i].note, i == 1 ? "cancelled" : noted ? words : "");
        FILL(view->later[i].old_time, at_length && i % 2 == 0 ? "12:30 PM" : "");
        FILL(view->later[i].expected, at_length && i % 4 == 1 ? "12:59 PM" : "");
        view->later[i].struck = i == 1;
    }
    view->banner_count = at_length ? VIEW_BANNERS_MAX : 0;
    for (int i = 0; i < view->banner_count; i++) {
        FILL(view->banners[i], words);
    }
    FILL(view->doubt, at_length ? "schedule of Sat 31 Jan, 10:12 AM" : "");
}

/* Makes a full view that of a room that the schedule doesn't know. */
static inline void missing_room(struct view *view, bool at_length)
{
    const char *words = view->next.title;
    view->room_missing = true;
    FILL(view->phase_words, "Room not found");
    FILL(view->headline, at_length ? words : "“UB2.252” is not in the schedule");
    FILL(view->detail, "This sign can't tell what is on in here.");
    FILL(view->rooms_label, "Closest names in it");
    view->room_count = at_length ? VIEW_ROOMS_MAX : 1;
    for (int i = 0; i < view->room_count; i++) {
        FILL(view->rooms[i], at_length ? words : "UB2.252A (Lameere)");
    }
    FILL(view->remedy_label, "For the organiser");
    FILL(view->remedy, "In this sign's config, set [room] name to the name that the schedule has.");
    memset(view->count, 0, sizeof view->count);
    view->next_label[0] = view->track[0] = view->later_label[0] = '\0';
    view->later_count = view->later_more = view->banner_count = 0;
    view->progress_permille = VIEW_NO_PROGRESS;
}

static inline const struct layout_box *find_box(const struct layout *layout, const char *role)
{
    for (size_t i = 0; i < layout->count; i++) {
        if (strcmp(layout->boxes[i].role, role) == 0) {
            return &layout->boxes[i];
        }
    }
    return NULL;
}

static inline int count_boxes(const struct layout *layout, const char *role)
{
    int count = 0;
    for (size_t i = 0; i < layout->count; i++) {
        count += strcmp(layout->boxes[i].role, role) == 0;
    }
    return count;
}

static inline double units(const struct layout *layout, const struct layout_box *box)
{
    int edge = layout->width_px < layout->height_px ? layout->width_px : layout->height_px;
    return box->style.size_px * 100.0 / edge;
}

#endif
