#include <roomsign/countdown.h>

#include <assert.h>
#include <string.h>

/* Below this size the line below the figures makes room for them. */
#define SIZE_WITH_RANGE TYPE_TITLE
#define SIZE_MIN TYPE_NAME

/* Takes the next part of a number off *text: one digit, or what stands before the next digit. Each
 * part is a box of its own, so that a tick redraws the one digit that changed. */
static void take_part(const char **text, char part[static VIEW_SHORT_BYTES])
{
    size_t length = strcspn(*text, "0123456789");
    length = length == 0 ? 1 : length;
    assert(length < VIEW_SHORT_BYTES);
    memcpy(part, *text, length);
    part[length] = '\0';
    *text += length;
}

/* Figures of equal width keep what ticks from jumping about; a count of minutes is set as words
 * are. */
static struct text_style digits_style(const struct pen *pen, int size)
{
    struct text_style style = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    style.tabular = strchr(pen->view->count[0].digits, ':') != NULL;
    return style;
}

static struct text_style unit_style(const struct pen *pen, int size)
{
    int unit = size - TYPE_UNIT_BELOW_DIGITS;
    return pen_style(pen, unit > TYPE_CAPTION ? unit : TYPE_CAPTION, TEXT_WEIGHT_BOLD);
}

static int digits_width(const struct pen *pen, const char *text, const struct text_style *style)
{
    if (!style->tabular) {
        return pen_text_width(pen, text, style);
    }
    int width = 0;
    while (*text) {
        char part[VIEW_SHORT_BYTES];
        take_part(&text, part);
        width += pen_text_width(pen, part, style);
    }
    return width;
}

/* Returns the width taken. */
static int place_digits(struct pen *pen, const char *text, const struct text_style *style, int x,
                        int baseline)
{
    if (!style->tabular) {
        return pen_line(pen, "count", text, style, pen->palette.digits, x, baseline,
                        BOX_ALIGN_START);
    }
    int start = x;
    while (*text) {
        char part[VIEW_SHORT_BYTES];
        take_part(&text, part);
        x += pen_line(pen, "count", part, style, pen->palette.digits, x, baseline, BOX_ALIGN_START);
    }
    return x - start;
}

/* The width of the figures and their units. */
static int count_width(const struct pen *pen, int size)
{
    struct text_style digits = digits_style(pen, size), unit = unit_style(pen, size);
    int width = 0;
    for (int i = 0; i < 2 && pen->view->count[i].digits[0]; i++) {
        width += i > 0 ? pen_space(pen, SPACE_WORD) : 0;
        width += digits_width(pen, pen->view->count[i].digits, &digits);
        if (pen->view->count[i].unit[0]) {
            width +=
                pen_space(pen, SPACE_NEAR) + pen_text_width(pen, pen->view->count[i].unit, &unit);
        }
    }
    return width;
}

static void place_count(struct pen *pen, int size, int x, int baseline)
{
    struct text_style digits = digits_style(pen, size), unit = unit_style(pen, size);
    for (int i = 0; i < 2 && pen->view->count[i].digits[0]; i++) {
        x += i > 0 ? pen_space(pen, SPACE_WORD) : 0;
        x += place_digits(pen, pen->view->count[i].digits, &digits, x, baseline);
        if (pen->view->count[i].unit[0]) {
            x += pen_space(pen, SPACE_NEAR);
            x += pen_line(pen, "count.unit", pen->view->count[i].unit, &unit, pen->palette.digits,
                          x, baseline, BOX_ALIGN_START);
        }
    }
}

int countdown_full_px(const struct pen *pen)
{
    struct text_style style = pen_tabular(pen, TYPE_DIGITS, TEXT_WEIGHT_BOLD);
    return digits_width(pen, "88:88", &style);
}

/* Both lines have one size. */
static int words_px(const struct pen *pen, int size)
{
    struct text_style caption = pen_style(pen, size, TEXT_WEIGHT_REGULAR);
    struct text_style range = pen_tabular(pen, size, TEXT_WEIGHT_REGULAR);
    int caption_px = pen_text_width(pen, pen->view->count_caption, &caption);
    int range_px = pen_text_width(pen, pen->view->count_range, &range);
    return caption_px > range_px ? caption_px : range_px;
}

int countdown_least_px(const struct pen *pen)
{
    return words_px(pen, TYPE_CAPTION);
}

static bool fits(const struct pen *pen, int width_px, int height_px, struct countdown *made)
{
    struct text_style digits = digits_style(pen, made->size);
    int gap = pen_space(pen, SPACE_BLOCK);
    made->digits_px = pen_metrics(pen, &digits).cap_height_px;
    int lines = made->has_caption + made->has_range;
    made->height_px = made->digits_px + lines * (gap + made->words_px);
    return made->height_px <= height_px && count_width(pen, made->size) <= width_px;
}

struct countdown countdown_measure(const struct pen *pen, int width_px, int height_px)
{
    struct countdown made = {.size = TYPE_DIGITS, .words_size = TYPE_TEXT};
    if (!pen->view->count[0].digits[0]) {
        return made;
    }
    while (made.words_size > TYPE_CAPTION && words_px(pen, made.words_size) > width_px) {
        made.words_size--;
    }
    struct text_style words = pen_style(pen, made.words_size, TEXT_WEIGHT_REGULAR);
    made.words_px = pen_metrics(pen, &words).cap_height_px;
    made.has_caption = true;
    made.has_range = pen->view->count_range[0] != '\0';
    while (!fits(pen, width_px, height_px, &made) && made.size > SIZE_MIN) {
        made.size--;
        if (made.size < SIZE_WITH_RANGE && made.height_px > height_px && made.has_range) {
            made.has_range = false;
            made.size = TYPE_DIGITS;
        }
    }
    made.has_caption = fits(pen, width_px, height_px, &made) || made.height_px <= height_px;
    fits(pen, width_px, height_px, &made);
    return made;
}

int countdown_above_px(const struct pen *pen, const struct countdown *made)
{
    return made->has_caption ? made->words_px + pen_space(pen, SPACE_BLOCK) : 0;
}

void countdown_lay(struct pen *pen, const struct countdown *made, int x, int y, int digits_y)
{
    if (made->height_px == 0) {
        return;
    }
    struct text_style caption = pen_style(pen, made->words_size, TEXT_WEIGHT_REGULAR);
    struct text_style range = pen_tabular(pen, made->words_size, TEXT_WEIGHT_REGULAR);
    int gap = pen_space(pen, SPACE_BLOCK), baseline = y + made->words_px;
    int top = y + countdown_above_px(pen, made);
    if (made->has_caption) {
        pen_line(pen, "count.caption", pen->view->count_caption, &caption, pen->palette.soft, x,
                 baseline, BOX_ALIGN_START);
    }
    digits_y = digits_y > top ? digits_y : top;
    place_count(pen, made->size, x, digits_y + made->digits_px);
    if (made->has_range) {
        baseline = digits_y + made->digits_px + gap + made->words_px;
        pen_line(pen, "count.range", pen->view->count_range, &range, pen->palette.soft, x, baseline,
                 BOX_ALIGN_START);
    }
}
