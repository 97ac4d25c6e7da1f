#include <roomsign/runs.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ubidi.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include <roomsign/error.h>
#include <roomsign/utf8.h>

#define UNITS_MAX RUNS_LINE_BYTES_MAX
#define VARIATION_TEXT 0xFE0E
#define VARIATION_EMOJI 0xFE0F
#define JOINER 0x200D
#define KEYCAP 0x20E3

struct runs {
    UBiDi *bidi;
    UBreakIterator *breaks;
    UChar units[UNITS_MAX];
    int unit_count;
    uint32_t characters[UNITS_MAX];
    int character_count;
    struct runs_cluster clusters[UNITS_MAX];
    UScriptCode scripts[UNITS_MAX];
    UBiDiLevel levels[UNITS_MAX];
    int cluster_count;
    struct run logical[UNITS_MAX];
    UBiDiLevel run_levels[UNITS_MAX];
    int32_t order[UNITS_MAX];
    int run_count;
};

struct runs *runs_new(void)
{
    UErrorCode status = U_ZERO_ERROR;
    struct runs *runs = xcalloc(1, sizeof *runs);
    runs->bidi = ubidi_open();
    runs->breaks = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);
    if (runs->bidi == NULL || U_FAILURE(status))
        error_out_of_memory();
    return runs;
}

void runs_free(struct runs *runs)
{
    if (runs == NULL)
        return;
    ubidi_close(runs->bidi);
    ubrk_close(runs->breaks);
    free(runs);
}

static bool is_direction_mark(uint32_t character)
{
    return u_hasBinaryProperty((UChar32)character, UCHAR_BIDI_CONTROL);
}

bool runs_ignorable(uint32_t character)
{
    return u_hasBinaryProperty((UChar32)character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static bool is_mark(uint32_t character)
{
    int8_t type = u_charType((UChar32)character);
    return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
}

/* UTF-16 of the line, for ICU. Noncharacters would stop nobody, but no font has them. */
static void decode(struct runs *runs, const char *text, size_t length)
{
    if (length > RUNS_LINE_BYTES_MAX)
        length = utf8_cut(text, length, RUNS_LINE_BYTES_MAX);
    int marks = 0;
    runs->unit_count = 0;
    for (size_t offset = 0; offset < length;) {
        uint32_t character = utf8_next(text, length, &offset);
        if (character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 ||
            character == 0x2029)
            character = ' ';
        marks = is_mark(character) ? marks + 1 : 0;
        if (marks > RUNS_MARKS_MAX)
            continue;
        U16_APPEND_UNSAFE(runs->units, runs->unit_count, character);
    }
    assert(runs->unit_count <= UNITS_MAX);
}

static UScriptCode script_of(uint32_t character)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)character, &status);
    bool real = U_SUCCESS(status) && script != USCRIPT_COMMON && script != USCRIPT_INHERITED &&
                script != USCRIPT_UNKNOWN;
    return real ? script : USCRIPT_COMMON;
}

/* Characters [start, end) of the UTF-16 text become one cluster. */
static void add_cluster(struct runs *runs, int start, int end)
{
    struct runs_cluster *cluster = &runs->clusters[runs->cluster_count];
    cluster->start = runs->character_count;
    UScriptCode script = USCRIPT_COMMON;
    bool visible = false;
    for (int at = start; at < end;) {
        UChar32 character;
        U16_NEXT(runs->units, at, end, character);
        if (is_direction_mark((uint32_t)character))
            continue;
        visible = visible || !runs_ignorable((uint32_t)character);
        if (script == USCRIPT_COMMON)
            script = script_of((uint32_t)character);
        runs->characters[runs->character_count++] = (uint32_t)character;
    }
    cluster->count = runs->character_count - cluster->start;
    if (!visible) {
        runs->character_count = cluster->start;
        return;
    }
    runs->scripts[runs->cluster_count] = script;
    runs->levels[runs->cluster_count] = ubidi_getLevelAt(runs->bidi, start);
    runs->cluster_count++;
}

static void find_clusters(struct runs *runs)
{
    UErrorCode status = U_ZERO_ERROR;
    ubidi_setPara(runs->bidi, runs->units, runs->unit_count, UBIDI_DEFAULT_LTR, NULL, &status);
    ubrk_setText(runs->breaks, runs->units, runs->unit_count, &status);
    if (U_FAILURE(status))
        error_out_of_memory();
    runs->cluster_count = 0;
    runs->character_count = 0;
    int start = ubrk_first(runs->breaks);
    for (int end = ubrk_next(runs->breaks); end != UBRK_DONE; end = ubrk_next(runs->breaks)) {
        add_cluster(runs, start, end);
        start = end;
    }
}

/* Common clusters join the script before them, at the start of the line the one after them. */
static void resolve_scripts(struct runs *runs)
{
    UScriptCode script = USCRIPT_COMMON;
    for (int i = 0; i < runs->cluster_count && script == USCRIPT_COMMON; i++)
        script = runs->scripts[i];
    if (script == USCRIPT_COMMON)
        script = USCRIPT_LATIN;
    for (int i = 0; i < runs->cluster_count; i++) {
        if (runs->scripts[i] == USCRIPT_COMMON)
            runs->scripts[i] = script;
        script = runs->scripts[i];
    }
}

/* Whether the character that follows makes a picture of the one that could be one (UTS #51,
 * ED-9a, ED-13, ED-14c, ED-16); the variation selector may be missing from the latter two. */
static bool makes_emoji(uint32_t first, uint32_t follower)
{
    UChar32 base = (UChar32)first;
    if (follower == KEYCAP)
        return u_hasBinaryProperty(base, UCHAR_EMOJI);
    /* Digits alone are none, whatever selects them. */
    if (first < 0x80)
        return false;
    if (follower == VARIATION_EMOJI)
        return u_hasBinaryProperty(base, UCHAR_EMOJI);
    if (follower == JOINER)
        return u_hasBinaryProperty(base, UCHAR_EXTENDED_PICTOGRAPHIC);
    return u_hasBinaryProperty((UChar32)follower, UCHAR_EMOJI_MODIFIER) &&
           u_hasBinaryProperty(base, UCHAR_EMOJI_MODIFIER_BASE);
}

static bool wants_emoji(const uint32_t *characters, int count)
{
    bool emoji = u_hasBinaryProperty((UChar32)characters[0], UCHAR_EMOJI_PRESENTATION);
    for (int i = 1; i < count; i++) {
        if (characters[i] == VARIATION_TEXT)
            return false;
        emoji = emoji || makes_emoji(characters[0], characters[i]);
    }
    return emoji;
}

static void choose_fonts(struct runs *runs, runs_choose choose, void *context)
{
    int before = -1;
    for (int i = 0; i < runs->cluster_count; i++) {
        struct runs_cluster *cluster = &runs->clusters[i];
        const uint32_t *characters = &runs->characters[cluster->start];
        struct runs_choice choice = {
            .characters = characters,
            .count = cluster->count,
            .emoji = wants_emoji(characters, cluster->count),
            .font_before = before,
        };
        cluster->font = choose(context, &choice);
        before = cluster->font;
    }
}

static bool is_spaceable(UScriptCode script)
{
    static const UScriptCode scripts[] = {
        USCRIPT_LATIN,    USCRIPT_GREEK,    USCRIPT_CYRILLIC, USCRIPT_HAN,
        USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,   USCRIPT_BOPOMOFO,
        USCRIPT_HEBREW,   USCRIPT_ARMENIAN, USCRIPT_GEORGIAN, USCRIPT_ETHIOPIC,
    };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (scripts[i] == script)
            return true;
    }
    return false;
}

static void start_run(struct runs *runs, int cluster)
{
    struct run *run = &runs->logical[runs->run_count];
    UScriptCode script = runs->scripts[cluster];
    *run = (struct run){
        .first_cluster = cluster,
        .font = runs->clusters[cluster].font,
        .rtl = (runs->levels[cluster] & 1) != 0,
        .spaceable = is_spaceable(script),
    };
    const char *name = uscript_getShortName(script);
    memcpy(run->script, name != NULL && strlen(name) == 4 ? name : "Latn", 4);
    runs->run_levels[runs->run_count] = runs->levels[cluster];
    runs->run_count++;
}

static void find_runs(struct runs *runs)
{
    runs->run_count = 0;
    for (int i = 0; i < runs->cluster_count; i++) {
        if (i == 0 || runs->scripts[i] != runs->scripts[i - 1] ||
            runs->levels[i] != runs->levels[i - 1] ||
            runs->clusters[i].font != runs->clusters[i - 1].font)
            start_run(runs, i);
        runs->logical[runs->run_count - 1].cluster_count++;
    }
    ubidi_reorderVisual(runs->run_levels, runs->run_count, runs->order);
}

void runs_cut(struct runs *runs, const char *text, size_t length, runs_choose choose, void *context)
{
    decode(runs, text, length);
    find_clusters(runs);
    resolve_scripts(runs);
    choose_fonts(runs, choose, context);
    find_runs(runs);
}

size_t runs_count(const struct runs *runs)
{
    return (size_t)runs->run_count;
}

const struct run *runs_at(const struct runs *runs, size_t index)
{
    assert(index < (size_t)runs->run_count);
    return &runs->logical[runs->order[index]];
}

const struct runs_cluster *runs_cluster_at(const struct runs *runs, int index)
{
    assert(index >= 0 && index < runs->cluster_count);
    return &runs->clusters[index];
}

const uint32_t *runs_characters(const struct runs *runs)
{
    return runs->characters;
}

static size_t utf8_put(uint32_t character, char *text)
{
    if (character < 0x80) {
        text[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        text[0] = (char)(0xc0 | character >> 6);
        text[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        text[0] = (char)(0xe0 | character >> 12);
        text[1] = (char)(0x80 | (character >> 6 & 0x3f));
        text[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    text[0] = (char)(0xf0 | character >> 18);
    text[1] = (char)(0x80 | (character >> 12 & 0x3f));
    text[2] = (char)(0x80 | (character >> 6 & 0x3f));
    text[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

size_t runs_text(const struct runs *runs, int first_cluster, int cluster_count,
                 char text[static RUNS_TEXT_BYTES])
{
    size_t length = 0;
    for (int i = first_cluster; i < first_cluster + cluster_count; i++) {
        const struct runs_cluster *cluster = runs_cluster_at(runs, i);
        for (int j = 0; j < cluster->count; j++)
            length += utf8_put(runs->characters[cluster->start + j], text + length);
    }
    assert(length < RUNS_TEXT_BYTES);
    text[length] = '\0';
    return length;
}
