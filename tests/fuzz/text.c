/* Text in boxes: fitted with a measure that knows no fonts, and set and drawn with the real ones.
 * The input's first line is numbers, a byte each; the rest is the text, cleaned as all text is. */
#include "fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/breaks.h>
#include <roomsign/error.h>
#include <roomsign/fit.h>
#include <roomsign/text.h>

#include "../fake_measure.h"

#define NUMBERS 6
#define SIZE_MIN_PX 12
#define OFFSETS_MAX 600

/* The numbers, 0 where there are none; returns the text behind them. Ownership: the caller's. */
static char *read_input(const uint8_t *bytes, size_t length, uint8_t numbers[static NUMBERS])
{
    const uint8_t *end = length > 0 ? memchr(bytes, '\n', length) : NULL;
    size_t head = end ? (size_t)(end - bytes) : 0;
    memset(numbers, 0, NUMBERS);
    for (size_t i = 0; i < head && i < NUMBERS; i++)
        numbers[i] = bytes[i];
    size_t text = end ? head + 1 : 0;
    return utf8_clean((const char *)bytes + text, length - text, 4 * LAYOUT_TEXT_BYTES);
}

/* A blank that bears a mark shows. */
static bool begins_blank(const char *line, size_t length)
{
    size_t first = 0;
    return breaks_of_characters(line, 0, length, &first, 1) > 0 && first == 1 && line[0] == ' ';
}

/* `whole`: the text's words all fit. */
static void check_line(const char *line, const struct text_style *style, int width_px, bool whole)
{
    size_t length = strlen(line);
    assert(utf8_valid(line, length));
    assert(!whole || length == 0 || (!begins_blank(line, length) && line[length - 1] != ' '));
    assert(fake_width_px(NULL, line, length, style) <= width_px);
}

static void check_breaks(const char *text)
{
    static size_t offsets[OFFSETS_MAX];
    static double fines[OFFSETS_MAX];
    size_t length = strlen(text), before = 0;
    size_t count = breaks_of_characters(text, 0, length, offsets, OFFSETS_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(offsets[i] > before && offsets[i] <= length);
        before = offsets[i];
    }
    count = breaks_of_lines(text, 0, length, offsets, OFFSETS_MAX);
    before = 0;
    for (size_t i = 0; i < count; i++) {
        assert(offsets[i] > before && offsets[i] <= length);
        before = offsets[i];
    }
    breaks_fine(text, offsets, count, fines);
    script_direction(text, length);
    assert(script_leading(text, length) >= 1);
}

void fuzz_fit(const uint8_t *bytes, size_t length)
{
    static struct fit_result result;
    char line[LAYOUT_TEXT_BYTES];
    uint8_t numbers[NUMBERS];
    char *text = read_input(bytes, length, numbers);
    const struct text_style style = {
        .size_px = SIZE_MIN_PX + numbers[4],
        .weight = numbers[5] & 1 ? TEXT_WEIGHT_BOLD : TEXT_WEIGHT_REGULAR,
        .spacing_px = numbers[5] >> 6,
    };
    const struct fit_box box = {
        .width_px = 4 * SIZE_MIN_PX + 8 * numbers[0],
        .height_px = 2 * SIZE_MIN_PX + 4 * numbers[1],
        .lines_max = 1 + numbers[2] % FIT_LINES_MAX,
        .size_min_px = SIZE_MIN_PX,
        .size_max_px = SIZE_MIN_PX + numbers[3],
        .leading = 1.2,
    };
    check_breaks(text);
    fit_text(text, &style, &box, &fake_measure, &result);
    assert(result.line_count <= box.lines_max);
    assert(result.style.size_px >= box.size_min_px && result.style.size_px <= box.size_max_px);
    bool least = result.line_count == 1 && result.style.size_px == box.size_min_px;
    assert(least || result.line_count * result.line_height_px <= box.height_px);
    for (int i = 0; i < result.line_count; i++)
        check_line(result.lines[i], &result.style, box.width_px, !result.cut);
    int width_px = fit_line(text, &style, box.width_px, &fake_measure, line);
    assert(width_px >= 0 && width_px <= box.width_px && utf8_valid(line, strlen(line)));
    free(text);
}

static struct {
    struct text *text;
    SDL_Surface *surface;
} real;

static void real_tear_down(void)
{
    SDL_FreeSurface(real.surface);
    text_free(real.text);
}

/* LeakSanitizer's, where there is one. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void real_set_up(void)
{
    struct error err = {0};
    /* Fontconfig keeps some of what it reads: tests/test_text.c looks for ours among it, with
     * stacks that are too slow here. */
    if (__lsan_disable)
        __lsan_disable();
    real.text = text_new("", "", &err);
    if (__lsan_enable)
        __lsan_enable();
    real.surface = SDL_CreateRGBSurfaceWithFormat(0, 640, 160, 32, SDL_PIXELFORMAT_RGB888);
    if (!real.text || !real.surface)
        fprintf(stderr, "%s\n", err.message);
    assert(real.text && real.surface);
    atexit(real_tear_down);
}

void fuzz_text(const uint8_t *bytes, size_t length)
{
    uint8_t numbers[NUMBERS];
    static uint32_t missing[TEXT_MISSING_MAX];
    char line[LAYOUT_TEXT_BYTES];
    if (!real.text)
        real_set_up();
    char *text = read_input(bytes, length, numbers);
    struct text_measure measure = text_measurer(real.text);
    struct layout_box box = {
        .kind = BOX_TEXT,
        .rect = {numbers[0], numbers[1] % 80, 640 - numbers[2], 60},
        .colour = 0xffffff,
        .style = {.size_px = 8 + numbers[3] % 120,
                  .weight = numbers[4] & 1 ? TEXT_WEIGHT_BOLD : TEXT_WEIGHT_REGULAR,
                  .tabular = (numbers[4] & 2) != 0,
                  .spacing_px = numbers[4] >> 6,
                  .han = numbers[5] % SCRIPT_HAN_COUNT},
        .align = numbers[4] & 4 ? BOX_ALIGN_END : BOX_ALIGN_START,
    };
    box.baseline_y = box.rect.y + 50;
    int width_px = fit_line(text, &box.style, box.rect.width, &measure, line);
    assert(width_px >= 0 && width_px <= box.rect.width);
    snprintf(box.text, sizeof(box.text), "%s", line);
    SDL_FillRect(real.surface, NULL, 0x102030);
    text_draw(real.text, real.surface, &box, NULL);
    text_take_missing(real.text, missing, TEXT_MISSING_MAX);
    free(text);
}
