#include <roomsign/fit.h>

#include <assert.h>
#include <math.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <roomsign/utf8.h>

/* What it costs to break a line within a phrase, in squares of a line left empty. */
#define WITHIN_PHRASE_FINE 0.04
#define BEFORE_PARTICLE_FINE 0.3
#define WITHIN_WORD_FINE 1.0
/* So much smaller letters are better than a word that is torn. */
#define WHOLE_WORDS_SHARE 0.75

/* A piece of text that no line break may split: [begin, end) bytes, blanks at its end included. */
struct segment {
    size_t begin, end;
    int width_px;         /* with its blanks */
    int visible_width_px; /* without them */
    double fine;          /* for breaking a line behind it */
};

struct segments {
    const char *text;
    size_t count;
    struct segment items[FIT_SEGMENTS_MAX];
};

/* Lines as [first, last] segments. */
struct broken {
    int count;
    size_t first[FIT_LINES_MAX + 1];
    /** A segment is wider than the line. */
    bool overflows;
    /** More lines than FIT_LINES_MAX would be needed. */
    bool too_many;
};

/* Opening an iterator loads its rules; they are kept for the life of the program. */
static UBreakIterator *iterator_of(UBreakIteratorType type)
{
    static UBreakIterator *iterators[UBRK_SENTENCE];
    assert(type < UBRK_SENTENCE);
    UBreakIterator **iterator = &iterators[type];
    if (!*iterator) {
        UErrorCode status = U_ZERO_ERROR;
        *iterator = ubrk_open(type, "", NULL, 0, &status);
        assert(U_SUCCESS(status));
    }
    return *iterator;
}

/* The byte offsets after 0 at which text[begin, end) may be split; returns their number. */
static size_t find_breaks(UBreakIteratorType type, const char *text, size_t begin, size_t end,
                          size_t breaks[static FIT_SEGMENTS_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    UText unicode = UTEXT_INITIALIZER;
    utext_openUTF8(&unicode, text + begin, (int64_t)(end - begin), &status);
    UBreakIterator *iterator = iterator_of(type);
    ubrk_setUText(iterator, &unicode, &status);
    assert(U_SUCCESS(status));
    size_t count = 0;
    ubrk_first(iterator);
    for (int32_t at = ubrk_next(iterator); at != UBRK_DONE && count < FIT_SEGMENTS_MAX;
         at = ubrk_next(iterator)) {
        breaks[count++] = begin + (size_t)at;
    }
    utext_close(&unicode);
    return count;
}

static size_t trimmed_end(const char *text, size_t begin, size_t end)
{
    while (end > begin && text[end - 1] == ' ') {
        end--;
    }
    return end;
}

static int measure_width(const struct text_measure *measure, const char *text, size_t begin,
                         size_t end, const struct text_style *style)
{
    return begin == end ? 0 : measure->width_px(measure->context, text + begin, end - begin, style);
}

static void add_segment(struct segments *segments, size_t begin, size_t end,
                        const struct text_style *style, const struct text_measure *measure)
{
    if (segments->count == FIT_SEGMENTS_MAX) {
        return;
    }
    size_t visible = trimmed_end(segments->text, begin, end);
    struct segment segment = {.begin = begin, .end = end};
    segment.visible_width_px = measure_width(measure, segments->text, begin, visible, style);
    segment.width_px = visible == end ? segment.visible_width_px
                                      : measure_width(measure, segments->text, begin, end, style);
    segments->items[segments->count++] = segment;
}

/* Split into segments measured in `style`; one wider than split_px is split between characters. */
static void segment_text(const char *text, const struct text_style *style, int split_px,
                         const struct text_measure *measure, struct segments *ret_segments)
{
    size_t words[FIT_SEGMENTS_MAX], characters[FIT_SEGMENTS_MAX];
    size_t length = utf8_cut(text, strlen(text), LAYOUT_TEXT_BYTES - sizeof FIT_ELLIPSIS);
    size_t word_count = find_breaks(UBRK_LINE, text, 0, length, words);
    ret_segments->text = text;
    ret_segments->count = 0;
    for (size_t i = 0, begin = 0; i < word_count; begin = words[i++]) {
        add_segment(ret_segments, begin, words[i], style, measure);
        struct segment *last = &ret_segments->items[ret_segments->count - 1];
        if (last->visible_width_px <= split_px || last->begin != begin) {
            continue;
        }
        ret_segments->count--;
        size_t count = find_breaks(UBRK_CHARACTER, text, begin, words[i], characters);
        for (size_t j = 0, from = begin; j < count; from = characters[j++]) {
            add_segment(ret_segments, from, characters[j], style, measure);
        }
    }
}

/* Fill lines one after the other, `width` in the segments' own pixels. */
static struct broken break_lines(const struct segments *segments, double width)
{
    struct broken broken = {0};
    double used = 0;
    for (size_t i = 0; i < segments->count; i++) {
        const struct segment *segment = &segments->items[i];
        bool first = broken.count == 0;
        if (first || used + segment->visible_width_px > width) {
            if (broken.count == FIT_LINES_MAX) {
                broken.too_many = true;
                return broken;
            }
            broken.first[broken.count++] = i;
            used = 0;
            broken.overflows = broken.overflows || segment->visible_width_px > width;
        }
        used += segment->width_px;
    }
    broken.first[broken.count] = segments->count;
    return broken;
}

/* What ends a phrase, so that a line is best broken after it. */
static bool ends_phrase(const char *text, const struct segment *segment)
{
    static const char *const wide[] = {"、", "。", "，", "：", "；", "！", "？", "」", "）"};
    size_t end = trimmed_end(text, segment->begin, segment->end);
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        size_t length = strlen(wide[i]);
        if (end - segment->begin >= length && memcmp(text + end - length, wide[i], length) == 0) {
            return true;
        }
    }
    return end > segment->begin && strchr(",:;.?!)", text[end - 1]) != NULL;
}

static bool is_hiragana(UChar32 character)
{
    return character >= 0x3041 && character <= 0x309f;
}

static bool is_without_blanks(UChar32 character)
{
    return is_hiragana(character) || (character >= 0x30a0 && character <= 0x30ff) ||
           (character >= 0x3400 && character <= 0x9fff) || character >= 0x20000;
}

/* Chinese and Japanese may be broken nearly anywhere, but read best where a word ends that is
 * followed by none of those endings and particles that are written in Hiragana. */
static double break_fine(const struct segments *segments, UBreakIterator *words, size_t at)
{
    const char *text = segments->text;
    int32_t before_at = (int32_t)at, after_at = (int32_t)at;
    UChar32 before, after;
    U8_PREV_OR_FFFD(text, 0, before_at, before);
    U8_NEXT_OR_FFFD(text, after_at, -1, after);
    if (!is_without_blanks(before) || !is_without_blanks(after)) {
        return WITHIN_PHRASE_FINE;
    }
    if (!ubrk_isBoundary(words, (int32_t)at)) {
        return WITHIN_WORD_FINE;
    }
    return is_hiragana(after) ? BEFORE_PARTICLE_FINE : WITHIN_PHRASE_FINE;
}

static void find_fines(struct segments *segments)
{
    UErrorCode status = U_ZERO_ERROR;
    UText unicode = UTEXT_INITIALIZER;
    UBreakIterator *words = iterator_of(UBRK_WORD);
    size_t end = segments->items[segments->count - 1].end;
    utext_openUTF8(&unicode, segments->text, (int64_t)end, &status);
    ubrk_setUText(words, &unicode, &status);
    assert(U_SUCCESS(status));
    for (size_t i = 0; i < segments->count; i++) {
        struct segment *segment = &segments->items[i];
        bool free = i + 1 == segments->count || ends_phrase(segments->text, segment);
        segment->fine = free ? 0 : break_fine(segments, words, segment->end);
    }
    utext_close(&unicode);
}

/* How bad it is to set segments [first, last] on a line: the empty part of it, squared, and the
 * fine for breaking it there. */
static double line_badness(const struct segments *segments, size_t last, double used, double width)
{
    double empty = (width - used) / width;
    return empty * empty + segments->items[last].fine;
}

/* The best way to set the segments on as many lines as `broken` has: evenly filled, so that no word
 * is left alone without need, and broken after phrases where that costs little. */
static struct broken balance(const struct segments *segments, const struct broken *broken,
                             double width)
{
    double badness[FIT_LINES_MAX + 1][FIT_SEGMENTS_MAX + 1];
    size_t from[FIT_LINES_MAX + 1][FIT_SEGMENTS_MAX + 1];
    size_t count = segments->count;
    int lines = broken->count;
    /* badness[l][n] is the least for the first n segments on l lines. */
    for (int l = 0; l <= lines; l++) {
        for (size_t n = 0; n <= count; n++) {
            badness[l][n] = l == 0 && n == 0 ? 0 : INFINITY;
        }
    }
    for (int l = 0; l < lines; l++) {
        for (size_t first = 0; first < count; first++) {
            double used = 0;
            for (size_t last = first; last < count && badness[l][first] < INFINITY; last++) {
                double visible = used + segments->items[last].visible_width_px;
                if (visible > width) {
                    break;
                }
                used += segments->items[last].width_px;
                double sum = badness[l][first] + line_badness(segments, last, visible, width);
                if (sum < badness[l + 1][last + 1]) {
                    badness[l + 1][last + 1] = sum;
                    from[l + 1][last + 1] = first;
                }
            }
        }
    }
    struct broken best = *broken;
    size_t end = count;
    for (int l = lines; l > 0; l--) {
        best.first[l] = end;
        end = from[l][end];
    }
    best.first[0] = 0;
    return best;
}

/* Copy the lines out; false if one of them is wider than the box when it's measured whole. */
static bool take_lines(const struct segments *segments, const struct broken *broken,
                       const struct fit_box *box, const struct text_measure *measure,
                       struct fit_result *result)
{
    for (int i = 0; i < broken->count; i++) {
        size_t begin = segments->items[broken->first[i]].begin;
        size_t end = segments->items[broken->first[i + 1] - 1].end;
        end = trimmed_end(segments->text, begin, end);
        if (measure_width(measure, segments->text, begin, end, &result->style) > box->width_px) {
            return false;
        }
        memcpy(result->lines[i], segments->text + begin, end - begin);
        result->lines[i][end - begin] = '\0';
    }
    result->line_count = broken->count;
    return true;
}

static int line_height_px(const struct fit_box *box, int size_px)
{
    return (int)(size_px * box->leading + 0.5);
}

/* The last resort: the smallest size, and a cut at the end of the last line that there's room for.
 */
static void cut_text(const char *text, const struct fit_box *box,
                     const struct text_measure *measure, struct fit_result *result)
{
    struct segments segments;
    segment_text(text, &result->style, box->width_px, measure, &segments);
    struct broken broken = break_lines(&segments, box->width_px);
    int room = box->height_px / result->line_height_px;
    int lines = room < 1 ? 1 : room < box->lines_max ? room : box->lines_max;
    if (broken.count < lines) {
        lines = broken.count;
    }
    result->line_count = lines;
    bool told_whole = segments.items[segments.count - 1].end == strlen(text);
    result->cut = broken.too_many || broken.count > lines || !told_whole;
    for (int i = 0; i < lines; i++) {
        size_t begin = segments.items[broken.first[i]].begin;
        size_t end = strlen(text);
        if (i + 1 < lines || !result->cut) {
            end = trimmed_end(text, begin, segments.items[broken.first[i + 1] - 1].end);
        }
        char rest[LAYOUT_TEXT_BYTES];
        size_t kept = utf8_cut(text + begin, end - begin, sizeof rest - 1);
        memcpy(rest, text + begin, kept);
        rest[kept] = '\0';
        fit_line(rest, &result->style, box->width_px, measure, result->lines[i]);
    }
}

enum direction { DIRECTION_NONE, DIRECTION_LTR, DIRECTION_RTL };

/* Of a paragraph that starts like that: its first strong character decides, but for those that are
 * set off (UAX #9, P2 and P3). */
static enum direction direction_of(const char *text)
{
    int isolates = 0;
    for (size_t at = 0, length = strlen(text); at < length;) {
        UCharDirection kind = u_charDirection((UChar32)utf8_next(text, length, &at));
        if (kind == U_FIRST_STRONG_ISOLATE || kind == U_LEFT_TO_RIGHT_ISOLATE ||
            kind == U_RIGHT_TO_LEFT_ISOLATE) {
            isolates++;
        } else if (kind == U_POP_DIRECTIONAL_ISOLATE) {
            isolates -= isolates > 0;
        } else if (isolates == 0 && kind == U_LEFT_TO_RIGHT) {
            return DIRECTION_LTR;
        } else if (isolates == 0 && (kind == U_RIGHT_TO_LEFT || kind == U_RIGHT_TO_LEFT_ARABIC)) {
            return DIRECTION_RTL;
        }
    }
    return DIRECTION_NONE;
}

/* A line that would be taken for a paragraph of the other direction starts with a mark of the
 * text's own. */
static void keep_direction(const char *text, struct fit_result *result)
{
    enum direction whole = direction_of(text);
    const char *mark = whole == DIRECTION_RTL ? "\u200f" : "\u200e";
    for (int i = 1; i < result->line_count && whole != DIRECTION_NONE; i++) {
        char *line = result->lines[i];
        size_t length = strlen(line), marked = strlen(mark);
        if (direction_of(line) != whole && length + marked < LAYOUT_TEXT_BYTES) {
            memmove(line + marked, line, length + 1);
            memcpy(line, mark, marked);
        }
    }
}

/* Whether a line ends within a word. */
static bool tears_word(const struct segments *segments, const struct broken *broken)
{
    for (int i = 1; i < broken->count; i++) {
        if (segments->items[broken->first[i] - 1].fine >= WITHIN_WORD_FINE) {
            return true;
        }
    }
    return false;
}

/* On whole lines, as large as possible; false: there is no way. */
static bool fit_whole(const char *text, const struct segments *segments, const struct fit_box *box,
                      const struct text_measure *measure, struct fit_result *result)
{
    struct fit_result torn = {.line_count = 0};
    int size_least_px = box->size_min_px;
    for (int size_px = box->size_max_px; size_px >= size_least_px; size_px -= 1 + size_px / 24) {
        double width = (double)box->width_px * box->size_max_px / size_px;
        struct broken broken = break_lines(segments, width);
        int height_px = line_height_px(box, size_px) * broken.count;
        if (broken.too_many || broken.overflows || broken.count > box->lines_max ||
            height_px > box->height_px) {
            continue;
        }
        result->style.size_px = size_px;
        result->line_height_px = line_height_px(box, size_px);
        broken = balance(segments, &broken, width);
        if (strlen(text) >= LAYOUT_TEXT_BYTES - sizeof FIT_ELLIPSIS ||
            !take_lines(segments, &broken, box, measure, result)) {
            continue;
        }
        if (!tears_word(segments, &broken)) {
            return true;
        }
        if (torn.line_count == 0) {
            int least_px = (int)(size_px * WHOLE_WORDS_SHARE);
            size_least_px = least_px > size_least_px ? least_px : size_least_px;
            torn = *result;
        }
    }
    *result = torn.line_count > 0 ? torn : *result;
    return torn.line_count > 0;
}

void fit_text(const char *text, const struct text_style *style, const struct fit_box *box,
              const struct text_measure *measure, struct fit_result *ret_result)
{
    memset(ret_result, 0, sizeof *ret_result);
    ret_result->style = *style;
    ret_result->style.size_px = box->size_max_px;
    ret_result->line_height_px = line_height_px(box, box->size_max_px);
    if (!text[0]) {
        return;
    }
    /* Widths grow with the size, so one measurement serves the search; take_lines then checks. */
    struct segments segments;
    segment_text(text, &ret_result->style, INT32_MAX, measure, &segments);
    find_fines(&segments);
    if (!fit_whole(text, &segments, box, measure, ret_result)) {
        ret_result->style.size_px = box->size_min_px;
        ret_result->line_height_px = line_height_px(box, box->size_min_px);
        cut_text(text, box, measure, ret_result);
    }
    keep_direction(text, ret_result);
}

/* text[0, end) without blanks at its end, and an ellipsis; returns its width. */
static int put_cut(const char *text, size_t end, const struct text_style *style,
                   const struct text_measure *measure, char line[static LAYOUT_TEXT_BYTES])
{
    end = trimmed_end(text, 0, end);
    memcpy(line, text, end);
    memcpy(line + end, FIT_ELLIPSIS, sizeof FIT_ELLIPSIS);
    return measure_width(measure, line, 0, end + sizeof FIT_ELLIPSIS - 1, style);
}

/* The longest of the cuts that is no wider than width_px; returns its width, or -1 for none. */
static int put_longest_cut(const char *text, const size_t *cuts, size_t count,
                           const struct text_style *style, int width_px,
                           const struct text_measure *measure, char line[static LAYOUT_TEXT_BYTES])
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (put_cut(text, cuts[middle], style, measure, line) <= width_px) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? -1 : put_cut(text, cuts[low - 1], style, measure, line);
}

int fit_line(const char *text, const struct text_style *style, int width_px,
             const struct text_measure *measure, char ret_line[static LAYOUT_TEXT_BYTES])
{
    size_t whole = strlen(text);
    size_t length = utf8_cut(text, whole, LAYOUT_TEXT_BYTES - sizeof FIT_ELLIPSIS);
    int width = measure_width(measure, text, 0, length, style);
    if (length == whole && width <= width_px) {
        memcpy(ret_line, text, length + 1);
        return width;
    }
    size_t breaks[FIT_SEGMENTS_MAX];
    size_t count = find_breaks(UBRK_LINE, text, 0, length, breaks);
    width = put_longest_cut(text, breaks, count, style, width_px, measure, ret_line);
    if (width < 0) {
        count = find_breaks(UBRK_CHARACTER, text, 0, length, breaks);
        width = put_longest_cut(text, breaks, count, style, width_px, measure, ret_line);
    }
    if (width < 0) {
        ret_line[0] = '\0';
        return 0;
    }
    return width;
}
