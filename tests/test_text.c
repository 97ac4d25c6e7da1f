#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/runs.h>
#include <roomsign/text.h>

#include "random.h"

#define GROUND 0x102030
#define INK 0xffffff
#define WIDTH 1600
#define HEIGHT 400
#define BASELINE 220

static struct text *text;
static SDL_Surface *surface;

static int setup(void **state)
{
    (void)state;
    struct error err = {0};
    text = text_new("en", "", &err);
    surface = SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 32, SDL_PIXELFORMAT_RGB888);
    if (text == NULL)
        print_error("%s\n", err.message);
    return text == NULL || surface == NULL;
}

static int teardown(void **state)
{
    (void)state;
    SDL_FreeSurface(surface);
    text_free(text);
    return 0;
}

static const struct text_style plain = {.size_px = 60, .weight = TEXT_WEIGHT_REGULAR};
static const struct text_style tabular = {60, TEXT_WEIGHT_REGULAR, true, 0, SCRIPT_HAN_ANY};
static const struct text_style spaced = {60, TEXT_WEIGHT_REGULAR, false, 4, SCRIPT_HAN_ANY};

static int width_of(const char *string, const struct text_style *style)
{
    struct text_measure measure = text_measurer(text);
    return measure.width_px(measure.context, string, strlen(string), style);
}

static uint32_t pixel(int x, int y)
{
    const uint8_t *bytes = surface->pixels;
    return ((const uint32_t *)(bytes + y * surface->pitch))[x] & 0xffffff;
}

static struct layout_box box_of(const char *string, const struct text_style *style)
{
    struct layout_box box = {
        .kind = BOX_TEXT,
        .rect = {100, 20, WIDTH - 200, HEIGHT - 40},
        .colour = INK,
        .style = *style,
        .baseline_y = BASELINE,
    };
    snprintf(box.text, sizeof box.text, "%s", string);
    return box;
}

/* Draw on a fresh ground; the smallest rectangle that holds everything drawn. */
static struct layout_rect draw(const struct layout_box *box)
{
    SDL_FillRect(surface, NULL, GROUND);
    text_draw(text, surface, box, NULL);
    int left = WIDTH, top = HEIGHT, right = 0, bottom = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (pixel(x, y) == GROUND)
                continue;
            left = x < left ? x : left;
            top = y < top ? y : top;
            right = x + 1 > right ? x + 1 : right;
            bottom = y + 1 > bottom ? y + 1 : bottom;
        }
    }
    return right == 0 ? (struct layout_rect){0}
                      : (struct layout_rect){left, top, right - left, bottom - top};
}

static const char *const lines[] = {
    "PostgreSQL and MySQL, jfgyQ",
    "AVATAR To Yo 11:28",
    "مرحبا بالعالم 2026: مؤتمر Linux (القاعة 3)",
    "שלום עולם: PostgreSQL",
    "हिन्दी में क्षत्रिय प्रस्तुति",
    "การประชุมเชิงปฏิบัติการ",
    "日本語のセッション「直」",
    "한국어 발표 中文会议",
    "বাংলা தமிழ் తెలుగు ಕನ್ನಡ",
    "മലയാളം ગુજરાતી ਪੰਜਾਬੀ",
    "ລາວ ខ្មែរភាសា မြန်မာ",
    "አማርኛ Հայերեն ქართული",
    "😀👨‍👩‍👧🇩🇪1️⃣ ok",
    "\xf0\x92\x80\x80 cuneiform",
    "Đặng Thị Ẫn Ỗ Å Ḗ",
};
#define LINES (sizeof lines / sizeof lines[0])

static void what_is_measured_is_what_is_drawn(void **state)
{
    (void)state;
    const struct text_style *styles[] = {&plain, &tabular, &spaced};
    for (size_t i = 0; i < LINES; i++) {
        for (size_t j = 0; j < 3; j++) {
            struct layout_box box = box_of(lines[i], styles[j]);
            int width = width_of(lines[i], styles[j]);
            struct layout_rect ink = draw(&box);
            /* The bearings of the first and last glyph may be blank, half of a wide bracket is. */
            int blank = strstr(lines[i], "」") != NULL ? 45 : 16;
            if (ink.x < 100 || ink.x > 112 || ink.x + ink.width > 100 + width ||
                ink.x + ink.width < 100 + width - blank)
                fail_msg("%s: measured 100 to %d, drawn %d to %d", lines[i], 100 + width, ink.x,
                         ink.x + ink.width);
            box.align = BOX_ALIGN_END;
            struct layout_rect end = draw(&box);
            assert_int_equal(end.x - ink.x, WIDTH - 200 - width);
            assert_int_equal(end.width, ink.width);
        }
    }
}

static void measuring_before_and_after_drawing_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        struct error err = {0};
        struct text *other = text_new("en", "", &err);
        struct text_measure measure = text_measurer(other);
        struct layout_box box = box_of(lines[i], &tabular);
        text_draw(other, surface, &box, NULL);
        assert_int_equal(measure.width_px(measure.context, lines[i], strlen(lines[i]), &tabular),
                         width_of(lines[i], &tabular));
        text_free(other);
    }
}

static void nothing_is_no_width(void **state)
{
    (void)state;
    assert_int_equal(width_of("", &plain), 0);
    assert_int_equal(width_of("\xe2\x80\x8d", &plain), 0);
    assert_int_equal(width_of("\xe2\x80\x8f", &plain), 0);
    assert_true(width_of(" ", &plain) > 0);
}

static void digits_are_tabular_where_asked(void **state)
{
    (void)state;
    assert_int_not_equal(width_of("11:11", &plain), width_of("00:00", &plain));
    assert_int_equal(width_of("11:11", &tabular), width_of("00:00", &tabular));
    assert_int_equal(width_of("1:47 min", &tabular), width_of("9:04 min", &tabular));
    /* A digit stands in the middle of its cell. */
    struct layout_box box = box_of("1", &tabular);
    struct layout_rect one = draw(&box);
    int cell = width_of("1", &tabular);
    assert_in_range(one.x + one.width / 2, 100 + cell / 2 - 6, 100 + cell / 2 + 6);
}

static void latin_is_kerned_and_spaced(void **state)
{
    (void)state;
    assert_true(width_of("AV", &plain) < width_of("A", &plain) + width_of("V", &plain));
    int apart = width_of("N", &plain) + width_of("E", &plain) + width_of("W", &plain);
    assert_int_equal(width_of("NEW", &spaced), apart + 3 * 4);
    /* Joined scripts would fall apart. */
    const char *const joined[] = {"سلام", "नमस्ते", "ܫܠܡܐ", "ᠮᠣᠩᠭᠣᠯ", "ߒߞߏ", "বাংলা", "สวัสดี"};
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
        assert_int_equal(width_of(joined[i], &spaced), width_of(joined[i], &plain));
}

static void scripts_are_shaped(void **state)
{
    (void)state;
    /* Two joined letters are narrower than two alone; a conjunct than its letters. */
    assert_true(width_of("بب", &plain) < 2 * width_of("ب", &plain));
    int letters = width_of("क", &plain) + width_of("ष", &plain);
    assert_true(width_of("क्ष", &plain) < letters);
    /* A family of three and a flag are one picture each. */
    assert_int_equal(width_of("👨‍👩‍👧", &plain), width_of("😀", &plain));
    assert_int_equal(width_of("🇩🇪", &plain), width_of("😀", &plain));
}

static void colour_pictures_are_as_high_as_the_text(void **state)
{
    (void)state;
    for (int size = 20; size <= 160; size += 35) {
        struct text_style style = {.size_px = size, .weight = TEXT_WEIGHT_BOLD};
        struct layout_box box = box_of("😀", &style);
        struct layout_rect ink = draw(&box);
        assert_in_range(ink.height, size * 95 / 100, size * 110 / 100 + 2);
        uint32_t colour = pixel(ink.x + ink.width / 4, ink.y + ink.height / 2);
        assert_true((colour >> 16) > (colour & 0xff) + 60);
    }
}

static bool is_coloured(const char *string)
{
    struct layout_box box = box_of(string, &plain);
    struct layout_rect ink = draw(&box);
    for (int y = ink.y; y < ink.y + ink.height; y++) {
        for (int x = ink.x; x < ink.x + ink.width; x++) {
            uint32_t here = pixel(x, y);
            /* White on the ground's dark blue is never redder than blue. */
            if ((here >> 16) > (here & 0xff) + 60)
                return true;
        }
    }
    return false;
}

static void characters_are_pictures_where_they_want_to_be(void **state)
{
    (void)state;
    /* Symbol fonts have all of these as well. */
    assert_true(is_coloured("🐕"));
    assert_true(is_coloured("❤\xef\xb8\x8f"));
    /* Skin tones, keycaps and joined pictures, with and without their variation selectors. */
    const char *const sequences[] = {"👍🏽",
                                     "☝🏿",
                                     "⛹🏽‍♂️",
                                     "1️⃣",
                                     "1⃣",
                                     "#⃣",
                                     "❤️‍🔥",
                                     "❤‍🔥",
                                     "👁‍🗨",
                                     "🕵‍♂",
                                     "🏴‍☠",
                                     "🏳️‍🌈",
                                     "🇩🇪",
                                     "🏴󠁧󠁢󠁥󠁮󠁧󠁿"};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        if (!is_coloured(sequences[i]) && strcmp(sequences[i], "1️⃣") != 0 &&
            sequences[i][0] > '9')
            fail_msg("%s is not coloured", sequences[i]);
        assert_int_equal(width_of(sequences[i], &plain), width_of("😀", &plain));
    }
    /* A digit alone is none, whatever follows it. */
    int digit = width_of("1", &plain);
    assert_in_range(width_of("1\xef\xb8\x8f", &plain), digit - 2, digit + 2);
    assert_false(is_coloured("❤\xef\xb8\x8e"));
    assert_false(is_coloured("❤"));
    assert_false(is_coloured("1 ✓ ☃"));
}

static int choose_one(void *context, const struct runs_choice *choice)
{
    (void)context;
    (void)choice;
    return 0;
}

static void expect_runs(const char *string, const char *expected)
{
    static char got[4096];
    char piece[RUNS_TEXT_BYTES];
    struct runs *runs = runs_new();
    runs_cut(runs, string, strlen(string), choose_one, NULL);
    got[0] = '\0';
    for (size_t i = 0; i < runs_count(runs); i++) {
        const struct run *run = runs_at(runs, i);
        runs_text(runs, run->first_cluster, run->cluster_count, piece);
        size_t length = strlen(got);
        int added = snprintf(got + length, sizeof got - length, "[%s%s %s]", run->script,
                             run->rtl ? "<" : ">", piece);
        assert_in_range(added, 1, sizeof got - length - 1);
    }
    assert_string_equal(got, expected);
    runs_free(runs);
}

static void runs_stand_in_the_order_of_drawing(void **state)
{
    (void)state;
    expect_runs("Room 3", "[Latn> Room 3]");
    expect_runs("abc אבג", "[Latn> abc ][Hebr< אבג]");
    expect_runs("אבג abc", "[Latn> abc][Hebr< אבג ]");
    expect_runs("אבג 12 abc", "[Latn> abc][Hebr<  ][Hebr> 12][Hebr< אבג ]");
    expect_runs("αβγ аб", "[Grek> αβγ ][Cyrl> аб]");
    expect_runs("日本のvim", "[Hani> 日本][Hira> の][Latn> vim]");
    expect_runs("(12:30)", "[Latn> (12:30)]");
    /* Marks of direction that fit.c sets turn a line without a trace. */
    expect_runs("\u200fRust אב", "[Hebr< אב][Latn<  ][Latn> Rust]");
    expect_runs("\u200eאב Rust", "[Hebr< אב][Hebr>  ][Latn> Rust]");
    expect_runs("\u200f10:30–11:20 אב", "[Hebr<  אב][Hebr> 11:20][Hebr< –][Hebr> 10:30]");
    /* Direction marks and controls guide or separate, and are not drawn. */
    expect_runs("\xe2\x80\xae"
                "abc\xe2\x80\xac",
                "[Latn< abc]");
    expect_runs("a\tb\n", "[Latn> a b ]");
    expect_runs("a\xff", "[Latn> a\xef\xbf\xbd]");
}

static void endless_marks_are_cut(void **state)
{
    (void)state;
    char piece[RUNS_TEXT_BYTES], string[1 + 2 * 200 + 1] = "a";
    for (int i = 0; i < 200; i++)
        memcpy(string + 1 + 2 * i, "\xcc\x81", 2);
    struct runs *runs = runs_new();
    runs_cut(runs, string, strlen(string), choose_one, NULL);
    assert_int_equal(runs_count(runs), 1);
    assert_int_equal(runs_text(runs, 0, runs_at(runs, 0)->cluster_count, piece),
                     1 + 2 * RUNS_MARKS_MAX);
    runs_free(runs);
}

static void check_right_to_left(const struct text_style *style)
{
    struct layout_box box = box_of("ווש", style);
    struct layout_rect ink = draw(&box);
    /* Shin, the last letter, is wider than vav and now stands at the left. */
    int half = 0, all = 0;
    for (int y = ink.y; y < ink.y + ink.height; y++) {
        for (int x = ink.x; x < ink.x + ink.width; x++) {
            all += pixel(x, y) != GROUND;
            half += pixel(x, y) != GROUND && x < ink.x + ink.width / 2;
        }
    }
    assert_true(half * 2 > all);
}

/* In one piece, and letter by letter. */
static void right_to_left_text_starts_at_the_right(void **state)
{
    (void)state;
    check_right_to_left(&plain);
    check_right_to_left(&spaced);
}

/* The lowest row with ink: that of a letter that stands on the baseline. */
static int bottom_of(const char *string)
{
    struct layout_box box = box_of(string, &plain);
    struct layout_rect ink = draw(&box);
    return ink.y + ink.height;
}

static void marks_above_do_not_move_the_baseline(void **state)
{
    (void)state;
    assert_int_equal(bottom_of("A"), BASELINE);
    assert_int_equal(bottom_of("Ẵ"), BASELINE);
    struct layout_box box = box_of("Ẵ", &plain);
    struct layout_rect ink = draw(&box);
    struct text_measure measure = text_measurer(text);
    /* Otherwise this test would prove nothing. */
    assert_true(BASELINE - ink.y > measure.metrics(measure.context, &plain).ascent_px);
    /* Marks below reach out at the other end. */
    box = box_of("ស្ត្រ្គ្យ", &plain);
    struct layout_rect below = draw(&box);
    box = box_of("ស", &plain);
    int alone_y = draw(&box).y;
    assert_in_range(below.y, alone_y - 2, alone_y + 2);
}

/* Lines that stack marks: drawn whole, they fit into what the box says it may touch. */
static void marks_are_drawn_whole(void **state)
{
    (void)state;
    const char *const stacked[] = {"ẪỖ", "ट्ठ", "أُ", "ปี่", "ကြွ", "Ňg"};
    for (size_t i = 0; i < sizeof stacked / sizeof *stacked; i++) {
        struct text_style style = {.size_px = 100, .weight = TEXT_WEIGHT_BOLD};
        struct text_measure measure = text_measurer(text);
        struct text_metrics metrics = measure.metrics(measure.context, &style);
        struct layout_box box = box_of(stacked[i], &style);
        box.baseline_y = 200;
        box.rect = (struct layout_rect){
            100, 200 - metrics.ascent_px,
            measure.width_px(measure.context, stacked[i], strlen(stacked[i]), &style),
            metrics.ascent_px + metrics.descent_px};
        struct layout_rect within = draw(&box);
        /* The same text in a box with room to spare. */
        struct layout_rect roomy = {box.rect.x - 40, 20, box.rect.width + 80, 360};
        box.rect = roomy;
        struct layout_rect whole = draw(&box);
        assert_int_equal(within.height, whole.height);
        assert_int_equal(within.width, whole.width);
    }
}

static void text_stays_within_its_box_and_clip(void **state)
{
    (void)state;
    struct random random = random_from(7);
    for (int round = 0; round < 300; round++) {
        struct text_style style = {
            .size_px = 1 + (int)random_below(&random, 300),
            .weight = random_below(&random, 2) ? TEXT_WEIGHT_BOLD : TEXT_WEIGHT_REGULAR,
            .tabular = random_below(&random, 2),
            .spacing_px = (int)random_below(&random, 20) - 4,
        };
        struct layout_box box = box_of(lines[random_below(&random, LINES)], &style);
        box.rect = (struct layout_rect){
            (int)random_below(&random, WIDTH) - 200, (int)random_below(&random, HEIGHT) - 100,
            (int)random_below(&random, 800), (int)random_below(&random, 300)};
        box.baseline_y = box.rect.y + (int)random_below(&random, 300);
        box.align = random_below(&random, 2) ? BOX_ALIGN_END : BOX_ALIGN_START;
        box.strike = random_below(&random, 2);
        struct layout_rect clip = {box.rect.x + 20, box.rect.y + 5, 300, 100};
        struct layout_rect reach = text_reach(&box);
        SDL_FillRect(surface, NULL, GROUND);
        text_draw(text, surface, &box, &clip);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                bool inside = x >= clip.x && x < clip.x + clip.width && y >= clip.y &&
                              y < clip.y + clip.height && x < reach.x + reach.width &&
                              y < reach.y + reach.height;
                if (!inside && pixel(x, y) != GROUND)
                    fail_msg("round %d: %d,%d drawn outside", round, x, y);
            }
        }
    }
}

static void hostile_text_is_only_text(void **state)
{
    (void)state;
    struct text_measure measure = text_measurer(text);
    size_t length = 100000;
    char *string = malloc(length + 4);
    assert_non_null(string);
    /* Capital letters, combining marks, overrides, NULs, broken bytes, pictures. */
    static const char *const units[] = {"W",    "\xcc\x81",         "\xe2\x80\xae", "",
                                        "\xff", "\xf0\x9f\x98\x80", "\xd8\xa7",     "\xe2\x80\x8d"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t bytes = strlen(units[i]) > 0 ? strlen(units[i]) : 1;
        for (size_t at = 0; at < length; at += bytes)
            memcpy(string + at, units[i], bytes);
        int width = measure.width_px(measure.context, string, length, &plain);
        assert_in_range(width, 0, TEXT_LINE_BYTES_MAX * 120);
        struct layout_box box = box_of("", &plain);
        memcpy(box.text, string, sizeof box.text);
        draw(&box);
        box.style.size_px = 2000;
        draw(&box);
    }
    struct random random = random_from(3);
    for (int round = 0; round < 300; round++) {
        struct layout_box box = box_of("", &plain);
        for (size_t i = 0; i < sizeof box.text; i++)
            box.text[i] = (char)random_next(&random);
        width_of("x", &plain);
        measure.width_px(measure.context, box.text, sizeof box.text, &tabular);
        box.style.size_px = 1 + (int)random_below(&random, 200);
        text_draw(text, surface, &box, NULL);
    }
    free(string);
}

static void a_character_without_a_font_is_a_box_and_told_once(void **state)
{
    (void)state;
    struct error err = {0};
    struct text *fresh = text_new("en", "", &err);
    struct layout_box box = box_of("\xf0\x92\x80\x80", &plain);
    SDL_FillRect(surface, NULL, GROUND);
    text_draw(fresh, surface, &box, NULL);
    text_draw(fresh, surface, &box, NULL);
    struct text_measure measure = text_measurer(fresh);
    int width = measure.width_px(measure.context, box.text, strlen(box.text), &plain);
    assert_true(width > 20);
    /* Hollow: ink on the frame, none in the middle. */
    assert_int_equal(pixel(100 + width / 2, BASELINE - 1), INK);
    assert_int_equal(pixel(100 + width / 2, BASELINE - 20), GROUND);
    uint32_t missing[4];
    assert_int_equal(text_take_missing(fresh, missing, 4), 1);
    assert_int_equal(missing[0], 0x12000);
    box = box_of("\xf0\x92\x80\x80 again", &plain);
    text_draw(fresh, surface, &box, NULL);
    assert_int_equal(text_take_missing(fresh, missing, 4), 0);
    text_free(fresh);
}

static void check_struck_through(const char *string)
{
    struct layout_box box = box_of(string, &plain);
    box.strike = true;
    draw(&box);
    int width = width_of(string, &plain);
    struct text_measure measure = text_measurer(text);
    int cap = measure.metrics(measure.context, &plain).cap_height_px;
    int rows = 0;
    for (int y = BASELINE - cap; y < BASELINE; y++) {
        bool through = true;
        for (int x = 100; x < 100 + width; x++)
            through = through && pixel(x, y) == INK;
        rows += through;
    }
    assert_in_range(rows, 3, 6);
    assert_int_equal(pixel(100 + width, BASELINE - cap / 2), GROUND);
}

static void a_line_is_struck_through(void **state)
{
    (void)state;
    check_struck_through("11:25");
    /* From side to side, whatever runs it is made of. */
    check_struck_through("Linux والشبكات 2026 (القاعة) 😀");
    check_struck_through("אבטחה 10:30 PostgreSQL");
}

/* Pixels that differ between a character as two languages draw it. */
static int difference(const char *string, const char *language, const char *other_language)
{
    struct error err = {0};
    uint32_t *first = calloc(WIDTH * HEIGHT, sizeof *first);
    int count = 0;
    for (int i = 0; i < 2; i++) {
        struct text *fresh = text_new(i == 0 ? language : other_language, "", &err);
        struct layout_box box = box_of(string, &plain);
        SDL_FillRect(surface, NULL, GROUND);
        text_draw(fresh, surface, &box, NULL);
        for (int p = 0; p < WIDTH * HEIGHT; p++) {
            if (i == 0)
                first[p] = pixel(p % WIDTH, p / WIDTH);
            else
                count += first[p] != pixel(p % WIDTH, p / WIDTH);
        }
        text_free(fresh);
    }
    free(first);
    return count;
}

static void han_characters_take_the_readers_design(void **state)
{
    (void)state;
    assert_true(difference("直", "ja", "zh-Hans") > 50);
    assert_true(difference("骨", "zh-TW", "zh-CN") > 50);
    assert_int_equal(difference("直", "zh-CN", "zh-Hans"), 0);
    assert_int_equal(difference("直", "en", "de"), 0);
    /* Kana beside it says that it is Japanese, whatever the sign's language. */
    assert_int_equal(difference("直の", "en", "ja"), 0);
    assert_int_equal(difference("直感ｶﾅ", "en", "ja"), 0);
    /* Which Chinese it is shows where the reader's isn't known, and only there. */
    assert_int_equal(difference("骨幹網", "en", "zh-TW"), 0);
    assert_int_equal(difference("骨干网", "en", "zh-CN"), 0);
    assert_true(difference("骨幹網", "zh-CN", "zh-TW") > 50);
    assert_true(difference("骨幹網", "ja", "zh-TW") > 50);
}

static void metrics_are_those_of_the_latin_font(void **state)
{
    (void)state;
    struct text_measure measure = text_measurer(text);
    struct text_metrics metrics = measure.metrics(measure.context, &plain);
    struct layout_box box = box_of("H", &plain);
    struct layout_rect ink = draw(&box);
    assert_int_equal(metrics.cap_height_px, BASELINE - ink.y);
    assert_in_range(metrics.ascent_px, 55, 62);
    assert_in_range(metrics.descent_px, 12, 18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_measured_is_what_is_drawn),
        cmocka_unit_test(measuring_before_and_after_drawing_is_the_same),
        cmocka_unit_test(nothing_is_no_width),
        cmocka_unit_test(digits_are_tabular_where_asked),
        cmocka_unit_test(latin_is_kerned_and_spaced),
        cmocka_unit_test(scripts_are_shaped),
        cmocka_unit_test(colour_pictures_are_as_high_as_the_text),
        cmocka_unit_test(characters_are_pictures_where_they_want_to_be),
        cmocka_unit_test(endless_marks_are_cut),
        cmocka_unit_test(runs_stand_in_the_order_of_drawing),
        cmocka_unit_test(right_to_left_text_starts_at_the_right),
        cmocka_unit_test(marks_above_do_not_move_the_baseline),
        cmocka_unit_test(marks_are_drawn_whole),
        cmocka_unit_test(text_stays_within_its_box_and_clip),
        cmocka_unit_test(hostile_text_is_only_text),
        cmocka_unit_test(a_character_without_a_font_is_a_box_and_told_once),
        cmocka_unit_test(a_line_is_struck_through),
        cmocka_unit_test(han_characters_take_the_readers_design),
        cmocka_unit_test(metrics_are_those_of_the_latin_font),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
