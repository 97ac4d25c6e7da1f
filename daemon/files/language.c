#include <roomsign/language.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/udatpg.h>
#include <unicode/uloc.h>

#include <roomsign/words.h>

static bool is_set(const char *value)
{
    return value && *value;
}

/* "de-AT" of "de_AT.UTF-8@euro"; "" of what names no language. */
static void put_tag(const char *locale, size_t length, char tag[static LANGUAGE_BYTES])
{
    static const char not_in_tag[] = ".@:";
    size_t end = strcspn(locale, not_in_tag);
    length = end < length ? end : length;
    tag[0] = '\0';
    if (length < 2 || length >= LANGUAGE_BYTES || strncmp(locale, "POSIX", length) == 0)
        return;
    memcpy(tag, locale, length);
    tag[length] = '\0';
    for (char *at = tag; (at = strchr(at, '_')) != NULL;)
        *at = '-';
    if (!*uloc_getISO3Language(tag))
        tag[0] = '\0';
}

static const char *system_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (is_set(value))
            return value;
    }
    return "";
}

/* The first of a list like "sv:de_AT:de" that the sign has words in; false: none. */
static bool take_preferred(const char *list, char tag[static LANGUAGE_BYTES])
{
    for (const char *at = list; is_set(at);) {
        size_t length = strcspn(at, ":");
        put_tag(at, length, tag);
        if (*tag && words_has(tag))
            return true;
        at += length;
        at += *at == ':';
    }
    return false;
}

const char *language_resolve(const char *word, char ret_tag[static LANGUAGE_BYTES])
{
    if (strcmp(word, LANGUAGE_AUTO) != 0) {
        snprintf(ret_tag, LANGUAGE_BYTES, "%s", word);
        return ret_tag;
    }
    const char *locale = system_locale();
    char own[LANGUAGE_BYTES];
    put_tag(locale, strlen(locale), own);
    /* To gettext, too, C is no language that could be preferred to. */
    if (*own && take_preferred(getenv("LANGUAGE"), ret_tag))
        return ret_tag;
    snprintf(ret_tag, LANGUAGE_BYTES, "%s", *own ? own : "en");
    return ret_tag;
}

bool language_clock_12h(const char *tag)
{
    UErrorCode status = U_ZERO_ERROR;
    char locale[ULOC_FULLNAME_CAPACITY];
    int32_t parsed;
    if (strcasecmp(tag, "en") == 0)
        return false;
    uloc_forLanguageTag(tag, locale, sizeof(locale), &parsed, &status);
    UDateTimePatternGenerator *patterns = udatpg_open(locale, &status);
    UDateFormatHourCycle cycle = udatpg_getDefaultHourCycle(patterns, &status);
    udatpg_close(patterns);
    return U_SUCCESS(status) && (cycle == UDAT_HOUR_CYCLE_11 || cycle == UDAT_HOUR_CYCLE_12);
}

static bool is_of(const char *tag, const char *language)
{
    size_t length = strlen(language);
    return strncasecmp(tag, language, length) == 0 && (tag[length] == '-' || !tag[length]);
}

bool language_is_known(const char *tag)
{
    return words_has(tag) || is_of(tag, "zh") || is_of(tag, "ko");
}

const char *language_list(char text[static LANGUAGE_LIST_BYTES])
{
    size_t used = 0;
    for (int i = 0; i < WORDS_COUNT; i++)
        used += (size_t)snprintf(text + used, LANGUAGE_LIST_BYTES - used, "%s%s", i ? ", " : "",
                                 words_at(i)->language);
    return text;
}
