/**
 * Layouts of a view that says everything, with hostile words in every place that holds somebody
 * else's. What it says in the sign's own words stays, and what must hold for every picture holds.
 *
 * The input's first line is numbers, a byte each; each line behind it fills one place.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../layout_case.h"
#include "fuzz.h"

#include <roomsign/theme.h>
#include <roomsign/utf8.h>

#define NUMBERS 8

struct place {
    char *text;
    size_t size;
};
#define PLACES_MAX 320

/* Places in the order in which lines fill them. */
static size_t list_places(struct view *view, struct place places[static PLACES_MAX])
{
    size_t count = 0;
#define PLACE(member) places[count++] = (struct place){(member), sizeof(member)}
    PLACE(view->room);
    PLACE(view->headline);
    PLACE(view->detail);
    PLACE(view->track);
    PLACE(view->next.title);
    PLACE(view->next_speakers);
    PLACE(view->room_note);
    PLACE(view->next.note);
    if (!view->room_missing && (view->phase == PHASE_FREE || view->phase == PHASE_CLOSED)) {
        PLACE(view->news);
        PLACE(view->news_source);
    }
    for (int i = 0; i < view->alert_count; i++) {
        if (view->alerts[i].kind != VIEW_ALERT_FULL)
            PLACE(view->alerts[i].words);
        PLACE(view->alerts[i].subject);
        PLACE(view->alerts[i].detail);
    }
    for (int i = 0; i < view->banner_count; i++)
        PLACE(view->banners[i]);
    for (int i = 0; i < view->room_count; i++)
        PLACE(view->rooms[i]);
    for (int i = 0; i < view->later_count; i++) {
        PLACE(view->later[i].title);
        PLACE(view->later[i].note);
    }
#undef PLACE
    assert(count <= PLACES_MAX);
    return count;
}

static void put(const struct place *place, const uint8_t *line, size_t length)
{
    char *clean = utf8_clean((const char *)line, length, place->size - 1);
    snprintf(place->text, place->size, "%s", clean);
    free(clean);
}

static void set_up(struct view *view, const uint8_t numbers[static NUMBERS])
{
    static const char *const languages[] = {"en", "de", "ar", "ja"};
    full_view(view, (enum phase)(numbers[0] % PHASE_COUNT), numbers[1] & 1, numbers[1] & 2);
    if (numbers[1] & 4)
        missing_room(view, numbers[1] & 2);
    FILL(view->language, languages[numbers[2] % 4]);
    view->alert_count = view->room_missing ? 0 : numbers[3] % (VIEW_ALERTS_MAX + 1);
    for (int i = 0; i < view->alert_count; i++) {
        view->alerts[i].kind = (enum view_alert_kind)((numbers[3] / 4 + i) % 4);
        FILL(view->alerts[i].words, "Room full");
        FILL(view->alerts[i].time, view->alerts[i].kind > VIEW_ALERT_FULL ? "10:30" : "");
    }
    if (view->later_count > 0)
        view->later_count = 1 + numbers[4] % VIEW_LATER_MAX;
    view->list_turn = numbers[5];
    view->shift = numbers[5] % (VIEW_SHIFTS + 1);
    view->has_track_colour = numbers[7] & 1;
    view->track_colour = numbers[7] * 0x010203u;
    if (numbers[7] & 2)
        view->code_url[0] = '\0';
}

void fuzz_layout(const uint8_t *bytes, size_t length)
{
    static struct view view;
    static struct layout layout;
    static struct place places[PLACES_MAX];
    uint8_t numbers[NUMBERS] = {0};
    const uint8_t *end = bytes + length;
    const uint8_t *stop = length > 0 ? memchr(bytes, '\n', length) : NULL;
    stop = stop ? stop : end;
    for (size_t i = 0; i < NUMBERS && bytes + i < stop; i++)
        numbers[i] = bytes[i];
    set_up(&view, numbers);
    size_t count = list_places(&view, places);
    for (size_t i = 0; i < count && stop < end; i++) {
        const uint8_t *line = stop + 1;
        stop = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        stop = stop ? stop : end;
        put(&places[i], line, (size_t)(stop - line));
    }
    const int *size = sizes[numbers[6] % SIZE_COUNT];
    const struct theme *theme = theme_builtin((enum theme_base)(numbers[2] / 4 % THEME_BASE_COUNT));
    layout_make(&view, size[0], size[1], theme, &fake_measure, &layout);
    char what[64];
    snprintf(what, sizeof(what), "%dx%d", size[0], size[1]);
    check_layout(&layout, what);
}
