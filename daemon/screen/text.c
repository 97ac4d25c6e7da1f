#include <roomsign/text.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <SDL_ttf.h>

#include <roomsign/blend.h>
#include <roomsign/cache.h>
#include <roomsign/fonts.h>
#include <roomsign/glyphs.h>
#include <roomsign/runs.h>
#include <roomsign/script.h>
#include <roomsign/utf8.h>

_Static_assert(TEXT_LINE_BYTES_MAX == RUNS_LINE_BYTES_MAX, "a line is one line");

/* The hollow box for a character that no font has, in hundredths of the text size. */
#define MISSING_WIDTH_PERCENT 60
#define MISSING_SIDE_PERCENT 6
#define STROKE_PERCENT 7
/* How far from its baseline a line's marks may stand, in hundredths of the text size. */
#define REACH_ABOVE_PERCENT 135
#define REACH_BELOW_PERCENT 65

#define WIDTHS_COST_MAX (1024 * 1024)
#define DIGIT_CELL_PERCENT 95
/* In place of struct text_style's `tabular`, in keys of what isn't the width of a text. */
#define DIGIT_CELL 2
#define METRICS 3

/* Part of a line that is drawn at once. */
struct piece {
    const struct run *run;
    int first_cluster, cluster_count;
    int width_px;
    /* Room at the left, for a digit centred in its cell. */
    int indent_px;
};

/* What a rendered piece depends on. Only the text's own bytes count, not those behind them. */
struct piece_key {
    int font, size_px;
    enum text_weight weight;
    int rtl;
    char script[4];
    char text[RUNS_TEXT_BYTES];
};

struct width_key {
    int style[5];
    char text[RUNS_LINE_BYTES_MAX];
};

struct text {
    struct fonts *fonts;
    struct runs *runs;
    struct cache *glyphs;
    struct cache *widths;
    int emoji_family;
    /* Families in order of preference, one order for each design of Han characters. */
    int order[SCRIPT_HAN_COUNT][FONTS_FAMILIES_MAX];
    int order_count;
    enum script_han order_default;
    const int *order_now;
    struct piece pieces[RUNS_LINE_BYTES_MAX];
    struct piece_key key;
    uint32_t missing[TEXT_MISSING_MAX];
    size_t missing_count;
    size_t missing_told;
};

static const char *const han_languages[] = {
    [SCRIPT_HAN_ANY] = "",
    [SCRIPT_HAN_SIMPLIFIED] = "zh-Hans",
    [SCRIPT_HAN_TRADITIONAL] = "zh-Hant",
    [SCRIPT_HAN_JAPANESE] = "ja",
    [SCRIPT_HAN_KOREAN] = "ko",
};
_Static_assert(sizeof han_languages / sizeof *han_languages == SCRIPT_HAN_COUNT, "one for each");

/* The design of Han characters that readers of a language expect. */
static enum script_han han_of_language(const char *language)
{
    if (strncmp(language, "ja", 2) == 0)
        return SCRIPT_HAN_JAPANESE;
    if (strncmp(language, "ko", 2) == 0)
        return SCRIPT_HAN_KOREAN;
    if (strstr(language, "Hant") != NULL || strstr(language, "-TW") != NULL ||
        strstr(language, "-HK") != NULL || strstr(language, "-MO") != NULL)
        return SCRIPT_HAN_TRADITIONAL;
    if (strncmp(language, "zh", 2) == 0)
        return SCRIPT_HAN_SIMPLIFIED;
    return SCRIPT_HAN_ANY;
}

/* Kana and Hangul tell for sure; which Chinese it is counts only where the reader's isn't known. */
static enum script_han choose_han(const struct text *text, const char *string, size_t length,
                                  const struct text_style *style)
{
    enum script_han han = style->han != SCRIPT_HAN_ANY ? style->han : script_han(string, length);
    bool sure = han == SCRIPT_HAN_JAPANESE || han == SCRIPT_HAN_KOREAN;
    return sure || text->order_default == SCRIPT_HAN_ANY ? han : text->order_default;
}

/* The stack's order, but the wanted Han design before the others and pictures last. */
static void fill_order(struct text *text, int han)
{
    int *order = text->order[han];
    int families = fonts_family_count(text->fonts);
    int count = 0;
    int first_han = 0;
    while (first_han < families && fonts_family_language(text->fonts, first_han)[0] == '\0')
        first_han++;
    for (int i = 0; i < families; i++) {
        for (int j = 0; i == first_han && j < families; j++) {
            if (han != SCRIPT_HAN_ANY &&
                strcmp(fonts_family_language(text->fonts, j), han_languages[han]) == 0)
                order[count++] = j;
        }
        bool wanted = han != SCRIPT_HAN_ANY &&
                      strcmp(fonts_family_language(text->fonts, i), han_languages[han]) == 0;
        if (!wanted && !fonts_family_is_emoji(text->fonts, i))
            order[count++] = i;
    }
    text->emoji_family = FONTS_NONE;
    for (int i = 0; i < families; i++) {
        if (fonts_family_is_emoji(text->fonts, i)) {
            text->emoji_family = i;
            order[count++] = i;
        }
    }
    assert(count == families);
    text->order_count = count;
}

struct text *text_new(const char *language, const char *family, struct error *err)
{
    struct fonts *fonts = fonts_new(family, err);
    if (fonts == NULL)
        return NULL;
    struct text *text = xcalloc(1, sizeof *text);
    text->fonts = fonts;
    text->runs = runs_new();
    text->glyphs = cache_new(TEXT_CACHE_RUNS_MAX, TEXT_CACHE_BYTES_MAX, glyphs_free);
    text->widths = cache_new(TEXT_CACHE_WIDTHS_MAX, WIDTHS_COST_MAX, free);
    for (int han = 0; han < SCRIPT_HAN_COUNT; han++)
        fill_order(text, han);
    text->order_default = han_of_language(language != NULL ? language : "");
    return text;
}

void text_free(struct text *text)
{
    if (text == NULL)
        return;
    cache_free(text->glyphs);
    cache_free(text->widths);
    runs_free(text->runs);
    fonts_free(text->fonts);
    free(text);
}

const char *text_warning(const struct text *text)
{
    return fonts_warning(text->fonts);
}

static void note_missing(struct text *text, uint32_t character)
{
    for (size_t i = 0; i < text->missing_count; i++) {
        if (text->missing[i] == character)
            return;
    }
    if (text->missing_count < TEXT_MISSING_MAX)
        text->missing[text->missing_count++] = character;
}

size_t text_take_missing(struct text *text, uint32_t *ret_characters, size_t max)
{
    size_t count = 0;
    while (count < max && text->missing_told < text->missing_count)
        ret_characters[count++] = text->missing[text->missing_told++];
    return count;
}

static bool family_has_all(const struct text *text, int family, const struct runs_choice *choice)
{
    for (int i = 0; i < choice->count; i++) {
        if (!runs_ignorable(choice->characters[i]) &&
            !fonts_has(text->fonts, family, choice->characters[i]))
            return false;
    }
    return true;
}

/* No family has the whole cluster: take one that has its first character, and tell the rest. */
static int choose_base(struct text *text, const struct runs_choice *choice)
{
    for (int i = 0; i < text->order_count; i++) {
        int family = text->order_now[i];
        if (!fonts_has(text->fonts, family, choice->characters[0]))
            continue;
        for (int j = 1; j < choice->count; j++) {
            if (!runs_ignorable(choice->characters[j]) &&
                !fonts_has(text->fonts, family, choice->characters[j]))
                note_missing(text, choice->characters[j]);
        }
        return family;
    }
    note_missing(text, choice->characters[0]);
    return FONTS_NONE;
}

static int choose_family(void *context, const struct runs_choice *choice)
{
    struct text *text = context;
    if (choice->emoji && text->emoji_family != FONTS_NONE &&
        family_has_all(text, text->emoji_family, choice))
        return text->emoji_family;
    /* A blank stays with the word before it. */
    if (choice->characters[0] == ' ' && choice->font_before != FONTS_NONE &&
        choice->font_before != text->emoji_family &&
        family_has_all(text, choice->font_before, choice))
        return choice->font_before;
    for (int i = 0; i < text->order_count; i++) {
        if (family_has_all(text, text->order_now[i], choice))
            return text->order_now[i];
    }
    return choose_base(text, choice);
}

static int percent(int size_px, int hundredths)
{
    int px = (size_px * hundredths + 50) / 100;
    return px > 0 ? px : 1;
}

/* Fill text->key for the piece; its length. */
static size_t piece_key(struct text *text, const struct piece *piece,
                        const struct text_style *style)
{
    struct piece_key *key = &text->key;
    key->font = piece->run->font;
    key->size_px = style->size_px;
    key->weight = style->weight;
    key->rtl = piece->run->rtl;
    memcpy(key->script, piece->run->script, sizeof key->script);
    return offsetof(struct piece_key, text) +
           runs_text(text->runs, piece->first_cluster, piece->cluster_count, key->text);
}

/* How to render the piece that text->key names; false: its font can't be opened. */
static bool piece_source(struct text *text, const struct piece *piece,
                         const struct text_style *style, struct glyphs_source *ret_source)
{
    const struct run *run = piece->run;
    TTF_Font *font = fonts_get(text->fonts, run->font, style->weight, style->size_px);
    *ret_source = (struct glyphs_source){
        .font = font,
        .text = text->key.text,
        .script = run->script,
        .rtl = run->rtl,
        .scale_to_px = fonts_family_is_emoji(text->fonts, run->font) ? style->size_px : 0,
    };
    return font != NULL;
}

static int ascii_digit(const struct text *text, int cluster)
{
    const struct runs_cluster *at = runs_cluster_at(text->runs, cluster);
    uint32_t character = runs_characters(text->runs)[at->start];
    return at->count == 1 && character >= '0' && character <= '9' ? (int)(character - '0') : -1;
}

/* Copy a measured value into the cache, if it fits there. */
static void keep(struct text *text, const void *key, size_t key_length, const void *value,
                 size_t value_length)
{
    void *copy = xcalloc(1, value_length);
    memcpy(copy, value, value_length);
    if (!cache_put(text->widths, key, key_length, copy, key_length + value_length))
        free(copy);
}

static int widest_digit_px(TTF_Font *font)
{
    int widest = 0;
    for (uint32_t digit = '0'; font != NULL && digit <= '9'; digit++) {
        int advance = 0;
        TTF_GlyphMetrics32(font, digit, NULL, NULL, NULL, NULL, &advance);
        widest = advance > widest ? advance : widest;
    }
    return widest;
}

/* A widest digit's own room at its sides is made for text; between digits alone it looks loose, so
 * its cell takes some of it. Kept among the widths, under a style that no text has. */
static int digit_cell_px(struct text *text, const struct run *run, const struct text_style *style)
{
    const int key[] = {style->size_px, (int)style->weight, DIGIT_CELL, run->font};
    int *known = cache_get(text->widths, key, sizeof key);
    if (known != NULL)
        return *known;
    TTF_Font *font = fonts_get(text->fonts, run->font, style->weight, style->size_px);
    int cell_px = widest_digit_px(font) * DIGIT_CELL_PERCENT / 100;
    keep(text, key, sizeof key, &cell_px, sizeof cell_px);
    return cell_px;
}

/* Of a piece that some font sets, without the space after it. */
static int piece_width_px(struct text *text, const struct piece *piece,
                          const struct text_style *style)
{
    size_t key_length = piece_key(text, piece, style);
    const struct glyphs *known = cache_get(text->glyphs, &text->key, key_length);
    struct glyphs_source source;
    if (known != NULL)
        return glyphs_rendered_width(known);
    return piece_source(text, piece, style, &source) ? glyphs_width(&source) : 0;
}

static void measure_piece(struct text *text, struct piece *piece, const struct text_style *style)
{
    const struct run *run = piece->run;
    if (run->font == FONTS_NONE) {
        piece->width_px = piece->cluster_count * percent(style->size_px, MISSING_WIDTH_PERCENT);
    } else {
        piece->width_px = piece_width_px(text, piece, style);
        if (style->tabular && piece->cluster_count == 1 &&
            ascii_digit(text, piece->first_cluster) >= 0) {
            int cell_px = digit_cell_px(text, run, style);
            piece->indent_px = (cell_px - piece->width_px) / 2;
            piece->width_px = cell_px;
        }
    }
    if (run->spaceable)
        piece->width_px += style->spacing_px * piece->cluster_count;
}

/* How many clusters of the run from `first` on are drawn at once. */
static int piece_clusters(const struct text *text, const struct run *run, int first,
                          const struct text_style *style)
{
    int end = run->first_cluster + run->cluster_count;
    if (style->spacing_px != 0 && run->spaceable)
        return 1;
    if (!style->tabular)
        return end - first;
    if (ascii_digit(text, first) >= 0)
        return 1;
    int next = first + 1;
    while (next < end && ascii_digit(text, next) < 0)
        next++;
    return next - first;
}

static int cut_run(struct text *text, const struct run *run, const struct text_style *style,
                   struct piece *pieces)
{
    int count = 0;
    int end = run->first_cluster + run->cluster_count;
    for (int at = run->first_cluster; at < end;) {
        int clusters = piece_clusters(text, run, at, style);
        pieces[count] = (struct piece){.run = run, .first_cluster = at, .cluster_count = clusters};
        measure_piece(text, &pieces[count], style);
        count++;
        at += clusters;
    }
    for (int i = 0; run->rtl && i < count / 2; i++) {
        struct piece swapped = pieces[i];
        pieces[i] = pieces[count - 1 - i];
        pieces[count - 1 - i] = swapped;
    }
    return count;
}

/* Fill text->pieces from the left to the right; their number. */
static int cut_line(struct text *text, const char *string, size_t length,
                    const struct text_style *style)
{
    text->order_now = text->order[choose_han(text, string, length, style)];
    runs_cut(text->runs, string, length, choose_family, text);
    int count = 0;
    for (size_t i = 0; i < runs_count(text->runs); i++)
        count += cut_run(text, runs_at(text->runs, i), style, &text->pieces[count]);
    return count;
}

static int pieces_width_px(const struct piece *pieces, int count)
{
    int width_px = 0;
    for (int i = 0; i < count; i++)
        width_px += pieces[i].width_px;
    return width_px;
}

static int measure_width(void *context, const char *string, size_t length,
                         const struct text_style *style)
{
    struct text *text = context;
    struct width_key key;
    if (length > RUNS_LINE_BYTES_MAX)
        length = utf8_cut(string, length, RUNS_LINE_BYTES_MAX);
    key.style[0] = style->size_px;
    key.style[1] = style->weight;
    key.style[2] = style->tabular;
    key.style[3] = style->spacing_px;
    key.style[4] = style->han;
    memcpy(key.text, string, length);
    size_t key_length = offsetof(struct width_key, text) + length;
    int *known = cache_get(text->widths, &key, key_length);
    if (known != NULL)
        return *known;
    int count = cut_line(text, string, length, style);
    int width_px = pieces_width_px(text->pieces, count);
    keep(text, &key, key_length, &width_px, sizeof width_px);
    return width_px;
}

static struct text_metrics measure_metrics(void *context, const struct text_style *style)
{
    struct text *text = context;
    const int key[] = {style->size_px, (int)style->weight, METRICS};
    const struct text_metrics *known = cache_get(text->widths, key, sizeof key);
    if (known != NULL)
        return *known;
    TTF_Font *font = fonts_get(text->fonts, 0, style->weight, style->size_px);
    int cap_height = 0;
    if (font == NULL || TTF_GlyphMetrics32(font, 'H', NULL, NULL, NULL, &cap_height, NULL) < 0)
        cap_height = percent(style->size_px, 70);
    int ascent = font != NULL ? TTF_FontAscent(font) : percent(style->size_px, 97);
    int descent = font != NULL ? -TTF_FontDescent(font) : percent(style->size_px, 24);
    struct text_metrics metrics = {
        .ascent_px = ascent > 0 ? ascent : 1,
        .descent_px = descent > 0 ? descent : 1,
        .cap_height_px = cap_height > 0 ? cap_height : 1,
    };
    keep(text, key, sizeof key, &metrics, sizeof metrics);
    return metrics;
}

struct text_measure text_measurer(struct text *text)
{
    return (struct text_measure){measure_width, measure_metrics, text};
}

static void draw_missing(struct SDL_Surface *surface, const struct layout_box *box, int x,
                         int count, const struct layout_rect *clip)
{
    int size = box->style.size_px;
    int width = percent(size, MISSING_WIDTH_PERCENT), side = percent(size, MISSING_SIDE_PERCENT);
    int height = percent(size, 70), stroke = percent(size, STROKE_PERCENT);
    for (int i = 0; i < count; i++, x += width) {
        struct layout_rect outer = {x + side, box->baseline_y - height, width - 2 * side, height};
        struct layout_rect sides[4] = {
            {outer.x, outer.y, outer.width, stroke},
            {outer.x, outer.y + outer.height - stroke, outer.width, stroke},
            {outer.x, outer.y, stroke, outer.height},
            {outer.x + outer.width - stroke, outer.y, stroke, outer.height},
        };
        for (int j = 0; j < 4; j++)
            blend_fill(surface, &sides[j], box->colour, clip);
    }
}

/* The rendered piece, from the cache if it is there. *ret_owned: the caller frees it. */
static struct glyphs *render_piece(struct text *text, const struct piece *piece,
                                   const struct text_style *style, bool *ret_owned)
{
    *ret_owned = false;
    size_t key_length = piece_key(text, piece, style);
    struct glyphs *glyphs = cache_get(text->glyphs, &text->key, key_length);
    struct glyphs_source source;
    if (glyphs != NULL || !piece_source(text, piece, style, &source))
        return glyphs;
    glyphs = glyphs_render(&source);
    if (glyphs != NULL)
        *ret_owned = !cache_put(text->glyphs, &text->key, key_length, glyphs,
                                key_length + glyphs_bytes(glyphs));
    return glyphs;
}

static void draw_piece(struct text *text, struct SDL_Surface *surface, const struct layout_box *box,
                       const struct piece *piece, int x, const struct layout_rect *clip)
{
    struct layout_rect reach = {x + piece->indent_px, clip->y, piece->width_px, clip->height};
    /* Digits may be wider than their cell by a pixel. */
    reach.x -= 2;
    reach.width += 4;
    if (!rect_intersect(&reach, clip, &reach))
        return;
    if (piece->run->font == FONTS_NONE) {
        draw_missing(surface, box, x, piece->cluster_count, clip);
        return;
    }
    bool owned;
    struct glyphs *glyphs = render_piece(text, piece, &box->style, &owned);
    if (glyphs == NULL)
        return;
    glyphs_draw(glyphs, surface, x + piece->indent_px, box->baseline_y, box->colour, clip);
    if (owned)
        glyphs_free(glyphs);
}

static void draw_strike(struct text *text, struct SDL_Surface *surface,
                        const struct layout_box *box, int x, int width_px,
                        const struct layout_rect *clip)
{
    struct text_metrics metrics = measure_metrics(text, &box->style);
    int stroke = percent(box->style.size_px, STROKE_PERCENT);
    int middle = box->baseline_y - metrics.cap_height_px * 45 / 100;
    struct layout_rect line = {x, middle - stroke / 2, width_px, stroke};
    blend_fill(surface, &line, box->colour, clip);
}

struct layout_rect text_reach(const struct layout_box *box)
{
    const struct layout_rect *rect = &box->rect;
    int size_px = box->style.size_px;
    int top = rect->y - size_px / 12 - 1, bottom = rect->y + rect->height + size_px / 12 + 1;
    int side = size_px / 10 + 2;
    for (const char *at = box->text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x80)
            continue;
        int above = box->baseline_y - percent(size_px, REACH_ABOVE_PERCENT);
        int below = box->baseline_y + percent(size_px, REACH_BELOW_PERCENT);
        top = above < top ? above : top;
        bottom = below > bottom ? below : bottom;
        break;
    }
    return (struct layout_rect){rect->x - side, top, rect->width + 2 * side, bottom - top};
}

void text_draw(struct text *text, struct SDL_Surface *surface, const struct layout_box *box,
               const struct layout_rect *clip)
{
    struct layout_rect part, reach = text_reach(box);
    if (!blend_clip(surface, clip, &part) || !rect_intersect(&reach, &part, &part))
        return;
    int count = cut_line(text, box->text, strnlen(box->text, sizeof box->text), &box->style);
    int width_px = pieces_width_px(text->pieces, count);
    int left = box->rect.x;
    if (box->align == BOX_ALIGN_END)
        left += box->rect.width - width_px;
    int x = left;
    for (int i = 0; i < count; i++) {
        draw_piece(text, surface, box, &text->pieces[i], x, &part);
        x += text->pieces[i].width_px;
    }
    if (box->strike)
        draw_strike(text, surface, box, left, width_px, &part);
}
