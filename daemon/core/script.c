#include <roomsign/script.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include <roomsign/error.h>
#include <roomsign/utf8.h>

#define IDEOGRAPH_FIRST 0x4E00
#define IDEOGRAPH_LAST 0x9FFF
#define IDEOGRAPHS (IDEOGRAPH_LAST - IDEOGRAPH_FIRST + 1)

static bool is_isolate(UCharDirection kind)
{
    return kind == U_FIRST_STRONG_ISOLATE || kind == U_LEFT_TO_RIGHT_ISOLATE ||
           kind == U_RIGHT_TO_LEFT_ISOLATE;
}

/* The direction of strong characters outside isolates, whose depth is kept. */
static enum script_direction strong_direction(uint32_t character, int *isolates)
{
    UCharDirection kind = u_charDirection((UChar32)character);
    if (is_isolate(kind)) {
        ++*isolates;
    } else if (kind == U_POP_DIRECTIONAL_ISOLATE) {
        *isolates -= *isolates > 0;
    } else if (*isolates == 0 && kind == U_LEFT_TO_RIGHT) {
        return SCRIPT_DIRECTION_LTR;
    } else if (*isolates == 0 && (kind == U_RIGHT_TO_LEFT || kind == U_RIGHT_TO_LEFT_ARABIC)) {
        return SCRIPT_DIRECTION_RTL;
    }
    return SCRIPT_DIRECTION_NONE;
}

enum script_direction script_first_direction(const char *text, size_t length)
{
    int isolates = 0;
    for (size_t at = 0; at < length;) {
        enum script_direction direction = strong_direction(utf8_next(text, length, &at), &isolates);
        if (direction != SCRIPT_DIRECTION_NONE) {
            return direction;
        }
    }
    return SCRIPT_DIRECTION_NONE;
}

enum script_direction script_direction(const char *text, size_t length)
{
    int isolates = 0, ltr_words = 0, rtl_words = 0;
    bool counted = false;
    for (size_t at = 0; at < length;) {
        uint32_t character = utf8_next(text, length, &at);
        enum script_direction direction = strong_direction(character, &isolates);
        if (u_isUWhiteSpace((UChar32)character)) {
            counted = false;
        } else if (!counted && direction != SCRIPT_DIRECTION_NONE) {
            counted = true;
            ltr_words += direction == SCRIPT_DIRECTION_LTR;
            rtl_words += direction == SCRIPT_DIRECTION_RTL;
        }
    }
    return rtl_words > ltr_words ? SCRIPT_DIRECTION_RTL : script_first_direction(text, length);
}

bool script_has_right_to_left(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        UCharDirection kind = u_charDirection((UChar32)utf8_next(text, length, &at));
        if (kind == U_RIGHT_TO_LEFT || kind == U_RIGHT_TO_LEFT_ARABIC || kind == U_ARABIC_NUMBER) {
            return true;
        }
    }
    return false;
}

/* Which ideographs another way of writing Chinese has another character for. */
static uint8_t rewritten[IDEOGRAPHS];
enum { IN_TRADITIONAL_ONLY = 1, IN_SIMPLIFIED_ONLY = 2 };

static void mark_rewritten(const char *transliterator_id, uint8_t mark)
{
    /* Blanks between them, because neighbours are rewritten together; some become two. */
    const int32_t capacity = 3 * IDEOGRAPHS;
    UChar *text = xcalloc((size_t)capacity, sizeof *text);
    UErrorCode status = U_ZERO_ERROR;
    UChar id[32];
    u_uastrcpy(id, transliterator_id);
    UTransliterator *rewrite = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    for (int i = 0; i < IDEOGRAPHS; i++) {
        text[2 * i] = (UChar)(IDEOGRAPH_FIRST + i);
        text[2 * i + 1] = ' ';
    }
    int32_t length = 2 * IDEOGRAPHS, limit = length;
    utrans_transUChars(rewrite, text, &length, capacity, 0, &limit, &status);
    utrans_close(rewrite);
    length = U_SUCCESS(status) ? length : 0;
    int ideograph = 0;
    for (int32_t at = 0; at + 1 < length && ideograph < IDEOGRAPHS; ideograph++) {
        bool same = text[at] == IDEOGRAPH_FIRST + ideograph && text[at + 1] == ' ';
        rewritten[ideograph] |= same ? 0 : mark;
        while (at < length && text[at++] != ' ') {
        }
    }
    free(text);
}

static uint8_t rewritten_at(uint32_t character)
{
    static bool known;
    if (character < IDEOGRAPH_FIRST || character > IDEOGRAPH_LAST) {
        return 0;
    }
    if (!known) {
        known = true;
        mark_rewritten("Traditional-Simplified", IN_TRADITIONAL_ONLY);
        mark_rewritten("Simplified-Traditional", IN_SIMPLIFIED_ONLY);
    }
    return rewritten[character - IDEOGRAPH_FIRST];
}

/* What stands between words of Katakana stands between those of other scripts, too. */
static bool is_kana(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x30ff && c != 0x30fb) || (c >= 0x31f0 && c <= 0x31ff) ||
           (c >= 0xff66 && c <= 0xff9f);
}

enum script_han script_han(const char *text, size_t length)
{
    int traditional = 0, simplified = 0;
    for (size_t offset = 0; offset < length;) {
        uint32_t c = utf8_next(text, length, &offset);
        if (is_kana(c)) {
            return SCRIPT_HAN_JAPANESE;
        }
        if ((c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff)) {
            return SCRIPT_HAN_KOREAN;
        }
        if ((c >= 0x3105 && c <= 0x312f) || (c >= 0x31a0 && c <= 0x31bf)) {
            return SCRIPT_HAN_TRADITIONAL;
        }
        uint8_t marks = rewritten_at(c);
        traditional += marks == IN_TRADITIONAL_ONLY;
        simplified += marks == IN_SIMPLIFIED_ONLY;
    }
    return traditional > simplified   ? SCRIPT_HAN_TRADITIONAL
           : simplified > traditional ? SCRIPT_HAN_SIMPLIFIED
                                      : SCRIPT_HAN_ANY;
}

static double leading_of(UScriptCode script)
{
    static const struct {
        UScriptCode script;
        double leading;
    } high[] = {
        {USCRIPT_MYANMAR, 1.3},  {USCRIPT_KHMER, 1.3},     {USCRIPT_TIBETAN, 1.3},
        {USCRIPT_JAVANESE, 1.4}, {USCRIPT_BALINESE, 1.4},  {USCRIPT_THAI, 1.1},
        {USCRIPT_LAO, 1.1},      {USCRIPT_TELUGU, 1.15},   {USCRIPT_KANNADA, 1.15},
        {USCRIPT_SINHALA, 1.1},  {USCRIPT_MALAYALAM, 1.1}, {USCRIPT_DEVANAGARI, 1.04},
        {USCRIPT_BENGALI, 1.04}, {USCRIPT_GUJARATI, 1.04}, {USCRIPT_GURMUKHI, 1.04},
        {USCRIPT_ORIYA, 1.04},   {USCRIPT_TAMIL, 1.04},    {USCRIPT_ARABIC, 1.04},
        {USCRIPT_SYRIAC, 1.04},  {USCRIPT_THAANA, 1.04},   {USCRIPT_MONGOLIAN, 1.04},
    };
    for (size_t i = 0; i < sizeof high / sizeof *high; i++) {
        if (high[i].script == script) {
            return high[i].leading;
        }
    }
    return 1;
}

double script_leading(const char *text, size_t length)
{
    double most = 1;
    for (size_t at = 0; at < length;) {
        UErrorCode status = U_ZERO_ERROR;
        uint32_t character = utf8_next(text, length, &at);
        if (character < 0x0600) {
            continue;
        }
        double leading = leading_of(uscript_getScript((UChar32)character, &status));
        most = leading > most ? leading : most;
    }
    return most;
}
