#include <roomsign/fit.h>

#include <assert.h>
#include <math.h>
#include <string.h>

#include <roomsign/breaks.h>
#include <roomsign/script.h>
#include <roomsign/utf8.h>

/* So much smaller letters are better than a word that is torn, */
#define WHOLE_WORDS_SHARE 0.75
/* or than a line that is no longer than this beside the longest. */
#define LONELY_SHARE 0.2
/* From the largest to the smallest; so many are enough for a screen of 16,000 pixels. */
#define TORN_SIZES_MAX 256
/* How often lines that came out too wide are broken anew. */
#define NARROWED_MAX 8
/* Longer text is cut: a line holds it, a mark of direction, one that sets off and an ellipsis. */
#define MARK_BYTES (sizeof "\u200f" - 1)
#define WHOLE_BYTES_MAX (LAYOUT_TEXT_BYTES - sizeof FIT_ELLIPSIS - 2 * MARK_BYTES)

/* A piece of text that no line break may split: [begin, end) bytes, blanks at its end included. */
struct segment {
    size_t begin, end;
    int width_px;         /* with its blanks */
    int visible_width_px; /* without them */
    double fine;          /* for breaking a line behind it */
    int hyphen_px;        /* of the hyphen that a line needs which is broken behind it */
};

struct segments {
    const char *text;
    enum script_direction direction;
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
    size_t visible = breaks_trim(segments->text, begin, end);
    struct segment segment = {.begin = begin, .end = end};
    segment.visible_width_px = measure_width(measure, segments->text, begin, visible, style);
    segment.width_px = visible == end ? segment.visible_width_px
                                      : measure_width(measure, segments->text, begin, end, style);
    segments->items[segments->count++] = segment;
}

/* The breaks without those within `whole`; their number. */
static size_t keep_whole(const char *text, const char *whole, size_t *breaks, size_t count)
{
    const char *at = whole ? strstr(text, whole) : NULL;
    if (!at) {
        return count;
    }
    size_t begin = (size_t)(at - text), end = begin + strlen(whole), kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (breaks[i] <= begin || breaks[i] >= end) {
            breaks[kept++] = breaks[i];
        }
    }
    return kept;
}

/* Split into segments measured in `style`; one wider than split_px is split between characters. */
static void segment_text(const char *text, const char *whole, const struct text_style *style,
                         int split_px, const struct text_measure *measure,
                         struct segments *ret_segments)
{
    size_t words[FIT_SEGMENTS_MAX], characters[FIT_SEGMENTS_MAX];
    size_t length = utf8_cut(text, strlen(text), WHOLE_BYTES_MAX);
    size_t word_count = breaks_of_lines(text, 0, length, words, FIT_SEGMENTS_MAX);
    word_count = keep_whole(text, whole, words, word_count);
    ret_segments->text = text;
    ret_segments->direction = script_direction(text, strlen(text));
    ret_segments->count = 0;
    for (size_t i = 0, begin = 0; i < word_count; begin = words[i++]) {
        add_segment(ret_segments, begin, words[i], style, measure);
        struct segment *last = &ret_segments->items[ret_segments->count - 1];
        if (last->visible_width_px <= split_px || last->begin != begin) {
            continue;
        }
        ret_segments->count--;
        size_t count = breaks_of_characters(text, begin, words[i], characters, FIT_SEGMENTS_MAX);
        bool hyphens = breaks_take_hyphen(text, begin, words[i]);
        int hyphen_px = hyphens ? measure_width(measure, "-", 0, 1, style) : 0;
        size_t letters_end = breaks_trim(text, begin, words[i]);
        for (size_t j = 0, from = begin; j < count; from = characters[j++]) {
            add_segment(ret_segments, from, characters[j], style, measure);
            bool within = characters[j] < letters_end;
            ret_segments->items[ret_segments->count - 1].hyphen_px = within ? hyphen_px : 0;
        }
    }
}

static bool is_blank(const struct segments *segments, const struct segment *segment)
{
    return breaks_trim(segments->text, segment->begin, segment->end) == segment->begin;
}

/* Fill lines one after the other, `width` in the segments' own pixels. A blank begins none, however
 * wide the character before it is. */
static struct broken break_lines(const struct segments *segments, double width)
{
    struct broken broken = {0};
    double used = 0;
    for (size_t i = 0; i < segments->count; i++) {
        const struct segment *segment = &segments->items[i];
        bool first = broken.count == 0, stays = is_blank(segments, segment);
        if (first ||
            (!stays && used + segment->visible_width_px + segment->hyphen_px > width)) {
            if (broken.count == FIT_LINES_MAX) {
                broken.first[broken.count] = i;
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

static void find_fines(struct segments *segments)
{
    size_t ends[FIT_SEGMENTS_MAX];
    double fines[FIT_SEGMENTS_MAX];
    for (size_t i = 0; i < segments->count; i++) {
        ends[i] = segments->items[i].end;
    }
    breaks_fine(segments->text, ends, segments->count, fines);
    for (size_t i = 0; i < segments->count; i++) {
        segments->items[i].fine = fines[i];
    }
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
            from[l][n] = 0;
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
    /* A word that is wider than its line can't be set better. */
    if (!(badness[lines][count] < INFINITY)) {
        return best;
    }
    size_t end = count;
    for (int l = lines; l > 0; l--) {
        best.first[l] = end;
        end = from[l][end];
    }
    best.first[0] = 0;
    return best;
}

/* In UTF-8 the marks that set off, U+2066 to U+2068, and the one behind, U+2069, differ in their
 * last byte. */
#define ISOLATES "\xE2\x81"
#define FIRST_ISOLATE 0xA6
#define END_OF_ISOLATE 0xA9

/* The mark (U+2066 to U+2068) that sets off text[begin, ...) from what stands around it, if it was
 * opened before, or NULL. What stands within one has none of its own. */
static const char *open_isolate(const char *text, size_t begin)
{
    const char *open = NULL;
    for (size_t i = 0; i + MARK_BYTES <= begin; i++) {
        unsigned char last = (unsigned char)text[i + 2];
        if (memcmp(text + i, ISOLATES, sizeof(ISOLATES) - 1) != 0)
            continue;
        if (last >= FIRST_ISOLATE && last < END_OF_ISOLATE)
            open = text + i;
        else if (last == END_OF_ISOLATE)
            open = NULL;
    }
    return open;
}

/* What a line starts with that would be taken for one of the other direction than its text has. */
static const char *mark_of(enum script_direction direction, const char *line, size_t length)
{
    bool rtl = direction == SCRIPT_DIRECTION_RTL;
    bool seems_rtl = script_first_direction(line, length) == SCRIPT_DIRECTION_RTL;
    return rtl == seems_rtl ? "" : rtl ? "\u200f" : "\u200e";
}

/* text[begin, end) as a line, with a hyphen where one is needed: a soft one shows at its end. */
static void take_line(const char *text, size_t begin, size_t end, bool hyphen,
                      enum script_direction direction, char line[static LAYOUT_TEXT_BYTES])
{
    char whole[LAYOUT_TEXT_BYTES];
    const char *isolate = open_isolate(text, begin);
    size_t set_off = isolate ? MARK_BYTES : 0;
    memcpy(whole, isolate ? isolate : "", set_off);
    size_t length = utf8_cut(text + begin, end - begin, sizeof whole - set_off);
    memcpy(whole + set_off, text + begin, length);
    const char *mark = mark_of(direction, whole, set_off + length);
    size_t marked = strlen(mark);
    memcpy(line, mark, marked);
    line += marked;
    size_t kept = utf8_cut(whole, set_off + length, LAYOUT_TEXT_BYTES - sizeof "-" - marked);
    memcpy(line, whole, kept);
    if (kept >= 2 && memcmp(line + kept - 2, "\u00ad", 2) == 0) {
        kept -= 2;
        hyphen = true;
    }
    memcpy(line + kept, "-", hyphen ? 1 : 0);
    line[kept + hyphen] = '\0';
}

/* Copy the lines out; false if one of them is wider than the box when it's measured whole. */
static bool take_lines(const struct segments *segments, const struct broken *broken,
                       const struct fit_box *box, const struct text_measure *measure,
                       struct fit_result *result)
{
    for (int i = 0; i < broken->count; i++) {
        /* Lines begin with what there is. */
        /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
        size_t begin = segments->items[broken->first[i]].begin;
        size_t end = segments->items[broken->first[i + 1] - 1].end;
        end = breaks_trim(segments->text, begin, end);
        char *line = result->lines[i];
        take_line(segments->text, begin, end, false, segments->direction, line);
        if (measure_width(measure, line, 0, strlen(line), &result->style) > box->width_px) {
            return false;
        }
    }
    result->line_count = broken->count;
    return true;
}

static int line_height_px(const struct fit_box *box, int size_px)
{
    return (int)(size_px * box->leading + 0.5);
}

/* text[0, end) without blanks at its end, and an ellipsis; returns its width. */
static int put_cut(const char *text, size_t end, const struct text_style *style,
                   const struct text_measure *measure, char line[static LAYOUT_TEXT_BYTES])
{
    end = breaks_trim(text, 0, end);
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

/* A line that fits, or its beginning with an ellipsis, cut at a word if there is one; its width. */
static int cut_line(const char *text, const struct text_style *style, int width_px,
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
    size_t count = breaks_of_lines(text, 0, length, breaks, FIT_SEGMENTS_MAX);
    width = put_longest_cut(text, breaks, count, style, width_px, measure, ret_line);
    if (width < 0) {
        count = breaks_of_characters(text, 0, length, breaks, FIT_SEGMENTS_MAX);
        width = put_longest_cut(text, breaks, count, style, width_px, measure, ret_line);
    }
    if (width < 0) {
        ret_line[0] = '\0';
        return 0;
    }
    return width;
}

/* Where line i of `broken` ends, without its blanks; whether it takes a hyphen there. */
static size_t end_of_line(const struct segments *segments, const struct broken *broken, int i,
                          bool *ret_hyphen)
{
    const struct segment *last = &segments->items[broken->first[i + 1] - 1];
    *ret_hyphen = broken->first[i + 1] < segments->count && last->hyphen_px > 0;
    return breaks_trim(segments->text, segments->items[broken->first[i]].begin, last->end);
}

/* By how much the widest line that isn't cut is wider than the box, measured whole: characters that
 * were measured one by one may need more room together. */
static int overflow_px(const struct segments *segments, const struct broken *broken, int lines,
                       const struct fit_box *box, const struct text_measure *measure,
                       const struct text_style *style)
{
    int most = 0;
    for (int i = 0; i < lines && i < broken->count; i++) {
        char line[LAYOUT_TEXT_BYTES];
        bool hyphen;
        size_t end = end_of_line(segments, broken, i, &hyphen);
        take_line(segments->text, segments->items[broken->first[i]].begin, end, hyphen,
                  segments->direction, line);
        int over = measure_width(measure, line, 0, strlen(line), style) - box->width_px;
        most = over > most ? over : most;
    }
    return most;
}

/* Lines of the smallest size, on as many as it takes. */
static struct broken break_small(const struct segments *segments, int lines,
                                 const struct fit_box *box, const struct text_measure *measure,
                                 const struct text_style *style)
{
    int width_px = box->width_px;
    struct broken broken = break_lines(segments, width_px);
    for (int i = 0; i < NARROWED_MAX; i++) {
        int over = overflow_px(segments, &broken, lines, box, measure, style);
        if (over == 0 || over >= width_px) {
            break;
        }
        width_px -= over;
        broken = break_lines(segments, width_px);
    }
    return broken;
}

/* The last resort at one size: words are torn, and what the last line has no room for is cut. */
static void cut_text(const char *text, const struct fit_box *box,
                     const struct text_measure *measure, struct fit_result *result)
{
    struct segments segments;
    int room = box->height_px / result->line_height_px;
    int lines = room < 1 ? 1 : room < box->lines_max ? room : box->lines_max;
    segment_text(text, NULL, &result->style, box->width_px, measure, &segments);
    struct broken broken = break_small(&segments, lines, box, measure, &result->style);
    lines = broken.count < lines ? broken.count : lines;
    result->line_count = lines;
    size_t count = segments.count;
    /* segment_text() filled it. */
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
    bool told_whole = count > 0 && segments.items[count - 1].end == strlen(text);
    result->cut = broken.too_many || broken.count > lines || !told_whole;
    for (int i = 0; i < lines; i++) {
        char line[LAYOUT_TEXT_BYTES];
        size_t begin = segments.items[broken.first[i]].begin, end = strlen(text);
        bool hyphen = false;
        if (i + 1 < lines || !result->cut) {
            end = end_of_line(&segments, &broken, i, &hyphen);
        }
        take_line(text, begin, end, hyphen, segments.direction, line);
        cut_line(line, &result->style, box->width_px, measure, result->lines[i]);
        /* A single character may be wider than the box. */
        result->cut = result->cut || strcmp(line, result->lines[i]) != 0;
    }
}

/* Whether a line ends within a word, or has hardly one. */
static bool is_torn(const struct segments *segments, const struct broken *broken)
{
    double shortest = INFINITY, longest = 0;
    for (int i = 0; i < broken->count; i++) {
        double length = 0;
        size_t last = broken->first[i + 1] - 1;
        for (size_t j = broken->first[i]; j < last; j++) {
            length += segments->items[j].width_px;
        }
        length += segments->items[last].visible_width_px;
        shortest = fmin(shortest, length);
        longest = fmax(longest, length);
        if (i > 0 && segments->items[broken->first[i] - 1].fine >= BREAKS_WITHIN_WORD_FINE) {
            return true;
        }
    }
    return shortest < longest * LONELY_SHARE;
}

/* The largest size below that one. */
static int smaller_px(const struct fit_box *box, int size_px)
{
    const int *sizes = box->sizes_px;
    if (!sizes) {
        return size_px - 1 - size_px / 24;
    }
    while (*sizes >= size_px) {
        sizes++;
    }
    return *sizes;
}

/* On whole lines, as large as possible; false: there is no way. */
static bool fit_whole(const char *text, const struct segments *segments, const struct fit_box *box,
                      const struct text_measure *measure, struct fit_result *result)
{
    struct fit_result torn = {.line_count = 0};
    int size_least_px = box->size_min_px;
    for (int size_px = box->size_max_px; size_px >= size_least_px;
         size_px = smaller_px(box, size_px)) {
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
        if (strlen(text) > WHOLE_BYTES_MAX ||
            !take_lines(segments, &broken, box, measure, result)) {
            continue;
        }
        if (!is_torn(segments, &broken)) {
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

static void cut_text_at(const char *text, int size_px, const struct fit_box *box,
                        const struct text_measure *measure, struct fit_result *result)
{
    result->style.size_px = size_px;
    result->line_height_px = line_height_px(box, size_px);
    cut_text(text, box, measure, result);
}

/* Where a word is too wide even at the smallest size it is torn at any: then at the largest at
 * which nothing is cut and the box is high enough. */
static void fit_torn(const char *text, const struct fit_box *box,
                     const struct text_measure *measure, struct fit_result *result)
{
    int sizes_px[TORN_SIZES_MAX], count = 0;
    int size_px = box->size_max_px;
    while (size_px > box->size_min_px && count < TORN_SIZES_MAX) {
        sizes_px[count++] = size_px;
        size_px = smaller_px(box, size_px);
    }
    cut_text_at(text, box->size_min_px, box, measure, result);
    /* Of the sizes before `fitting` none is known to do, and from there on all do. */
    int first = 0, fitting = count;
    while (!result->cut && first < fitting) {
        struct fit_result larger = *result;
        int middle = (first + fitting) / 2;
        cut_text_at(text, sizes_px[middle], box, measure, &larger);
        if (larger.cut || larger.line_count * larger.line_height_px > box->height_px) {
            first = middle + 1;
        } else {
            fitting = middle;
            *result = larger;
        }
    }
}

/* Whether a line breaks within `whole`. */
static bool tears(const struct fit_result *result, const char *whole)
{
    bool stands = false;
    for (int i = 0; i < result->line_count; i++) {
        stands = stands || strstr(result->lines[i], whole);
    }
    return !stands && !result->cut;
}

static void fit_keeping(const char *text, const char *whole, const struct text_style *style,
                        const struct fit_box *box, const struct text_measure *measure,
                        struct fit_result *ret_result)
{
    memset(ret_result, 0, sizeof *ret_result);
    ret_result->style = *style;
    ret_result->style.han = script_han(text, strlen(text));
    ret_result->style.size_px = box->size_max_px;
    ret_result->line_height_px = line_height_px(box, box->size_max_px);
    if (!text[0]) {
        return;
    }
    /* Widths grow with the size, so one measurement serves the search; take_lines then checks. */
    struct segments segments;
    segment_text(text, whole, &ret_result->style, INT32_MAX, measure, &segments);
    find_fines(&segments);
    struct fit_box roomy = *box;
    roomy.leading *= box->lines_max > 1 ? script_leading(text, strlen(text)) : 1;
    if (!fit_whole(text, &segments, &roomy, measure, ret_result) &&
        !fit_whole(text, &segments, box, measure, ret_result)) {
        fit_torn(text, box, measure, ret_result);
    }
    ret_result->right_to_left = segments.direction == SCRIPT_DIRECTION_RTL;
}

void fit_text(const char *text, const struct text_style *style, const struct fit_box *box,
              const struct text_measure *measure, struct fit_result *ret_result)
{
    fit_keeping(text, NULL, style, box, measure, ret_result);
    if (!box->whole || !box->whole[0] || !strstr(text, box->whole) ||
        !tears(ret_result, box->whole)) {
        return;
    }
    struct fit_result kept;
    fit_keeping(text, box->whole, style, box, measure, &kept);
    if (!tears(&kept, box->whole) && !kept.cut &&
        kept.style.size_px >= ret_result->style.size_px * WHOLE_WORDS_SHARE) {
        *ret_result = kept;
    }
}

int fit_line(const char *text, const struct text_style *style, int width_px,
             const struct text_measure *measure, char ret_line[static LAYOUT_TEXT_BYTES])
{
    char whole[LAYOUT_TEXT_BYTES];
    size_t length = strlen(text);
    take_line(text, 0, length, false, script_direction(text, length), whole);
    return cut_line(whole, style, width_px, measure, ret_line);
}
