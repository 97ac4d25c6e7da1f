#include "words_table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include <roomsign/utf8.h>

static const struct words *const tables[] = {
    &words_ar, &words_de, &words_en, &words_es, &words_fr,
    &words_hi, &words_ja, &words_nl, &words_pt,
};
static_assert(sizeof tables / sizeof *tables == WORDS_COUNT, "words_at has all of them");

/* The first whose tag is the language's, or its beginning. */
static const struct {
    const char *tag;
    const struct words_dates *dates;
} dates_tables[] = {
    {"ar-IQ", &dates_ar_levant}, {"ar-JO", &dates_ar_levant}, {"ar-LB", &dates_ar_levant},
    {"ar-PS", &dates_ar_levant}, {"ar-SY", &dates_ar_levant}, {"ar", &dates_ar},
    {"de", &dates_de},           {"en-US", &dates_en_us},     {"en", &dates_en},
    {"es", &dates_es},           {"fr", &dates_fr},           {"hi", &dates_hi},
    {"ja", &dates_ja},           {"nl", &dates_nl},           {"pt", &dates_pt},
};

/* Whether the language is that of the tag or one of its kinds: "de-AT" of "de". */
static bool is_kind_of(const char *language, const char *tag)
{
    size_t length = strlen(tag);
    return strncasecmp(language, tag, length) == 0 &&
           (language[length] == '\0' || language[length] == '-');
}

static const struct words *find(const char *language)
{
    for (int i = 0; i < WORDS_COUNT; i++) {
        if (is_kind_of(language, tables[i]->language)) {
            return tables[i];
        }
    }
    return NULL;
}

bool words_has(const char *language)
{
    return find(language) != NULL;
}

const struct words *words_for(const char *language)
{
    const struct words *found = find(language);
    return found ? found : &words_en;
}

const struct words_dates *words_dates_for(const char *language)
{
    for (size_t i = 0; i < sizeof dates_tables / sizeof *dates_tables; i++) {
        if (is_kind_of(language, dates_tables[i].tag)) {
            return dates_tables[i].dates;
        }
    }
    return &dates_en;
}

const struct words *words_at(int index)
{
    assert(index >= 0 && index < WORDS_COUNT);
    return tables[index];
}

/* Append what fits of `text`, cut between characters. */
static void append(char *result, size_t size, const char *text, size_t length)
{
    size_t used = strlen(result);
    size_t kept = utf8_cut(text, length, size - 1 - used);
    memcpy(result + used, text, kept);
    result[used + kept] = '\0';
}

/* The value of the place that `text` starts with, and the place's length; NULL: it starts with
 * none. */
static const char *value_at(const char *text, const char *const values[3], size_t *ret_length)
{
    bool numbered = text[0] == '{' && text[1] >= '1' && text[1] <= '3' && text[2] == '}';
    if (numbered) {
        *ret_length = 3;
        return values[text[1] - '1'];
    }
    *ret_length = 2;
    return strncmp(text, "{}", 2) == 0 ? values[0] : NULL;
}

static void fill(char *result, size_t size, const char *text, const char *const values[3])
{
    memset(result, 0, size);
    while (*text) {
        size_t length;
        const char *value = value_at(text, values, &length);
        if (value) {
            append(result, size, value, strlen(value));
        } else {
            length = 1 + strcspn(text + 1, "{");
            append(result, size, text, length);
        }
        text += length;
    }
}

void words_fill(char *result, size_t size, const char *text, const char *value)
{
    fill(result, size, text, (const char *const[3]){value, NULL, NULL});
}

void words_fill_two(char *result, size_t size, const char *text, const char *first,
                    const char *second)
{
    fill(result, size, text, (const char *const[3]){first, second, NULL});
}

void words_fill_three(char *result, size_t size, const char *text, const char *first,
                      const char *second, const char *third)
{
    fill(result, size, text, (const char *const[3]){first, second, third});
}

/* CLDR's category of the number in the language. */
static void select_category(const char *language, int64_t number, char *category, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar keyword[16];
    UPluralRules *rules = uplrules_open(language, &status);
    int32_t length = uplrules_select(rules, (double)number, keyword, 16, &status);
    uplrules_close(rules);
    category[0] = '\0';
    if (U_SUCCESS(status) && (size_t)length < size) {
        u_UCharsToChars(keyword, category, length);
        category[length] = '\0';
    }
}

const char *words_of(const struct words *words, const struct words_of_number *forms, int64_t number)
{
    const struct {
        const char *category, *form;
    } named[] = {{"zero", forms->zero}, {"one", forms->one},   {"two", forms->two},
                 {"few", forms->few},   {"many", forms->many}, {"other", forms->other}};
    bool any = true;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        any = any && named[i].form == forms->other;
    }
    if (any) {
        return forms->other;
    }
    char category[16];
    select_category(words->language, number, category, sizeof category);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i].form && strcmp(named[i].category, category) == 0) {
            return named[i].form;
        }
    }
    return forms->other;
}

void words_fill_number(char *result, size_t size, const struct words *words,
                       const struct words_of_number *forms, int64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    words_fill(result, size, words_of(words, forms, number), digits);
}
