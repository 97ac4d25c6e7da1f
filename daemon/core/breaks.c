#include <roomsign/breaks.h>

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <roomsign/utf8.h>

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

/* 0 at the ends. */
static UChar32 character_before(const char *text, size_t begin, size_t at)
{
    int32_t offset = (int32_t)at;
    UChar32 character = 0;
    if (at > begin) {
        U8_PREV_OR_FFFD(text, (int32_t)begin, offset, character);
    }
    return character;
}

static UChar32 character_after(const char *text, size_t at, size_t end)
{
    return at < end ? (UChar32)utf8_next(text, end, &at) : 0;
}

static bool is_hangul(UChar32 character)
{
    return character >= 0xac00 && character <= 0xd7a3;
}

/* Unicode breaks Korean between any two syllables, but it has blanks, and who reads signs expects
 * whole words (UAX #14, section 8), the particles behind names and numbers included. */
static bool tears_korean(const char *text, size_t at, size_t end)
{
    UChar32 before = character_before(text, 0, at), after = character_after(text, at, end);
    return (is_hangul(after) && u_isalnum(before)) || (is_hangul(before) && u_isalnum(after));
}

/* Unicode takes the second sign of "C++" and of "50%%" for the beginning of a price. */
static bool tears_signs(const char *text, size_t at, size_t end)
{
    UChar32 before = character_before(text, 0, at);
    return (before == '+' || before == '%' || before == '$') &&
           before == character_after(text, at, end);
}

static size_t find(UBreakIteratorType type, const char *text, size_t begin, size_t end,
                   size_t *ret_offsets, size_t max)
{
    UErrorCode status = U_ZERO_ERROR;
    UText unicode = UTEXT_INITIALIZER;
    utext_openUTF8(&unicode, text + begin, (int64_t)(end - begin), &status);
    UBreakIterator *iterator = iterator_of(type);
    ubrk_setUText(iterator, &unicode, &status);
    assert(U_SUCCESS(status));
    size_t count = 0;
    ubrk_first(iterator);
    for (int32_t at = ubrk_next(iterator); at != UBRK_DONE && count < max;
         at = ubrk_next(iterator)) {
        size_t offset = begin + (size_t)at;
        if (type != UBRK_LINE ||
            (!tears_korean(text, offset, end) && !tears_signs(text, offset, end))) {
            ret_offsets[count++] = offset;
        }
    }
    utext_close(&unicode);
    return count;
}

size_t breaks_of_lines(const char *text, size_t begin, size_t end, size_t *ret_offsets, size_t max)
{
    return find(UBRK_LINE, text, begin, end, ret_offsets, max);
}

size_t breaks_of_characters(const char *text, size_t begin, size_t end, size_t *ret_offsets,
                            size_t max)
{
    return find(UBRK_CHARACTER, text, begin, end, ret_offsets, max);
}

static bool ends_with(const char *text, size_t begin, size_t end, const char *ending)
{
    size_t length = strlen(ending);
    return end - begin >= length && memcmp(text + end - length, ending, length) == 0;
}

/* U+0020, U+3000, and U+200B that only says where to break. */
size_t breaks_trim(const char *text, size_t begin, size_t end)
{
    for (;;) {
        if (ends_with(text, begin, end, " ")) {
            end--;
        } else if (ends_with(text, begin, end, "\u3000") || ends_with(text, begin, end, "\u200b")) {
            end -= 3;
        } else {
            return end;
        }
    }
}

/* What may stand around a word, as it doesn't in addresses. */
static bool is_around_word(UChar32 character)
{
    static const UChar32 marks[] = {',',    ';',    ':',    '.',    '?',    '!',
                                    '(',    ')',    '"',    '\'',   0xab,   0xbb,
                                    0x2018, 0x2019, 0x201a, 0x201c, 0x201d, 0x201e};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (character == marks[i]) {
            return true;
        }
    }
    return false;
}

static bool is_of_words(UChar32 character)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(character, &status);
    return script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC ||
           script == USCRIPT_INHERITED;
}

bool breaks_take_hyphen(const char *text, size_t begin, size_t end)
{
    bool word = false, ended = false;
    end = breaks_trim(text, begin, end);
    for (size_t at = begin; at < end;) {
        UChar32 character = (UChar32)utf8_next(text, end, &at);
        bool letter = is_of_words(character);
        if ((letter && ended) || !(letter || is_around_word(character))) {
            return false;
        }
        ended = word && !letter;
        word = word || letter;
    }
    return word;
}

/* What ends a phrase, so that a line is best broken after it. */
static bool ends_phrase(const char *text, size_t end)
{
    static const char *const marks[] = {",",  ":",  ";",  ".",  "?",  "!",  ")",  "、",
                                        "。", "，", "：", "；", "！", "？", "」", "）",
                                        "،",  "؛",  "؟",  "।",  "။",  "។",  "፣",  "፦"};
    end = breaks_trim(text, 0, end);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (ends_with(text, 0, end, marks[i])) {
            return true;
        }
    }
    return false;
}

static bool is_hiragana(UChar32 character)
{
    return character >= 0x3041 && character <= 0x309f;
}

static bool is_without_blanks(UChar32 character)
{
    return is_hiragana(character) || (character >= 0x3005 && character <= 0x3007) ||
           (character >= 0x30a0 && character <= 0x30ff) ||
           (character >= 0x3400 && character <= 0x9fff) ||
           (character >= 0xff66 && character <= 0xff9f) || character >= 0x20000;
}

/* Digits, also those of Chinese, which the dictionary of words doesn't know. */
static bool is_numeral(UChar32 character)
{
    return u_isdigit(character) ||
           (is_without_blanks(character) && u_getNumericValue(character) != U_NO_NUMERIC_VALUE);
}

/* Chinese and Japanese may be broken nearly anywhere, but read best where a word ends that is
 * followed by none of those endings and particles that are written in Hiragana. */
static double fine_at(const char *text, size_t at, UBreakIterator *words)
{
    UChar32 before = character_before(text, 0, at);
    UChar32 after = character_after(text, at, strlen(text));
    if (!is_without_blanks(after) || !(is_without_blanks(before) || is_numeral(before))) {
        return BREAKS_WITHIN_PHRASE_FINE;
    }
    /* "2026年" is as much one word as "二〇二六" is. */
    bool number = is_numeral(before) && (is_numeral(after) || u_isdigit(before));
    if (number || !ubrk_isBoundary(words, (int32_t)at)) {
        return BREAKS_WITHIN_WORD_FINE;
    }
    return is_hiragana(after) ? BREAKS_BEFORE_PARTICLE_FINE : BREAKS_WITHIN_PHRASE_FINE;
}

void breaks_fine(const char *text, const size_t *offsets, size_t count, double *ret_fines)
{
    UErrorCode status = U_ZERO_ERROR;
    UText unicode = UTEXT_INITIALIZER;
    UBreakIterator *words = iterator_of(UBRK_WORD);
    utext_openUTF8(&unicode, text, (int64_t)strlen(text), &status);
    ubrk_setUText(words, &unicode, &status);
    assert(U_SUCCESS(status));
    for (size_t i = 0; i < count; i++) {
        bool free = !text[offsets[i]] || ends_phrase(text, offsets[i]);
        ret_fines[i] = free ? 0 : fine_at(text, offsets[i], words);
    }
    utext_close(&unicode);
}
