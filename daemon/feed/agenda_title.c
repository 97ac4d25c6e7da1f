#include <roomsign/agenda.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/uchar.h>

#include <roomsign/utf8.h>

#include "agenda_text.h"

#define NAME_WORDS_MAX 6
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/** Words within a name that are written small. */
static const char *const particles[] = {"van", "von", "de",  "der", "den", "del", "della", "di",
                                        "da",  "dos", "du",  "la",  "le",  "el",  "al",    "bin",
                                        "ibn", "ten", "ter", "te",  "zu",  "zur", "y",     "e"};
/** Words of titles, and what stands where a name is not known yet. */
static const char *const other_words[] = {
    "the",    "with", "for", "from", "how", "why", "what",  "when", "your", "our", "and",  "of",
    "what's", "part", "tba", "tbd",  "tbc", "in",  "where", "who",  "can",  "you", "good", "open"};

/** Part of a word in any script. */
static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_word_of(const char *text, size_t length, const char *const *words, size_t count,
                       int (*compare)(const char *, const char *, size_t))
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && compare(words[i], text, length) == 0)
            return true;
    return false;
}

/** `d'Amato`: what is written small before a name's capital. */
static bool has_elided_particle(const char *word, size_t length)
{
    static const char *const elided[] = {"d", "l", "dell", "dall", "degl"};
    static const char *const apostrophes[] = {"'", "\u2019"};
    for (size_t i = 0; i < COUNT(elided); i++) {
        size_t size = strlen(elided[i]);
        if (strncmp(word, elided[i], size) != 0)
            continue;
        for (size_t j = 0; j < COUNT(apostrophes); j++) {
            size_t at = size + strlen(apostrophes[j]);
            if (at < length && strncmp(word + size, apostrophes[j], at - size) == 0)
                return u_isupper((UChar32)utf8_next(word, length, &at));
        }
    }
    return false;
}

/** Whether it could be a person's name: few words, each with a capital or a particle. */
static bool is_name(const char *text, size_t length, size_t *ret_words)
{
    size_t words = 0;
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, ' ', (size_t)(end - text));
        stop = stop == NULL ? end : stop;
        size_t word = (size_t)(stop - text);
        if (word == 0 || !is_letter(*text) || ++words > NAME_WORDS_MAX ||
            is_word_of(text, word, other_words, COUNT(other_words), strncasecmp))
            return false;
        if (islower((unsigned char)*text) && !has_elided_particle(text, word) &&
            (stop == end || !is_word_of(text, word, particles, COUNT(particles), strncmp)))
            return false;
        for (const char *c = text; c < stop; c++)
            if (isdigit((unsigned char)*c) || strchr(":;!?\"/@|()[]", *c) != NULL)
                return false;
        text = stop + (stop < end);
    }
    *ret_words = words;
    return words > 0;
}

/** Behind ", ", " & ", " and " and their like, if they stand here. */
static size_t names_separator(const char *text, size_t length)
{
    static const char *const separators[] = {", and ", ", ",   "; ",   " & ", " and ", " / ",
                                             " und ",  " et ", " en ", " y ", " e "};
    for (size_t i = 0; i < COUNT(separators); i++) {
        size_t size = strlen(separators[i]);
        if (size < length && strncmp(text, separators[i], size) == 0)
            return size;
    }
    return 0;
}

/** Where the first name of a list ends: a separator in brackets is a company's. */
static size_t first_name(const char *text, size_t length, size_t *ret_separator)
{
    size_t name = 0, depth = 0;
    *ret_separator = 0;
    while (name < length) {
        if (depth == 0 && (*ret_separator = names_separator(text + name, length - name)) > 0)
            return name;
        depth += text[name] == '(';
        depth -= text[name] == ')' && depth > 0;
        name++;
    }
    return name;
}

/** The name's length without the company in brackets behind it. */
static size_t without_company(const char *text, size_t length)
{
    const char *bracket = length > 2 && text[length - 1] == ')' ? memrchr(text, '(', length) : NULL;
    return bracket != NULL && bracket > text + 1 && bracket[-1] == ' '
               ? (size_t)(bracket - 1 - text)
               : length;
}

/** Read a list of names into the session, or only check it (NULL). false: it is no such list. */
static bool read_names(const char *text, size_t length, bool certain, struct session *session)
{
    size_t count = 0, words = 0;
    while (length > 0) {
        size_t separator;
        size_t name = first_name(text, length, &separator);
        size_t bare = without_company(text, name);
        if (!is_name(text, bare, &words))
            return false;
        if (session != NULL) {
            char *clean = utf8_clean(text, bare, SESSION_NAME_BYTES_MAX - 1);
            session_add_speaker(session, clean);
            free(clean);
        }
        count++;
        text += name + separator;
        length -= name + separator;
    }
    return count > 1 || (count == 1 && (certain || words > 1));
}

static void set_title(struct session *session, const char *text, size_t length)
{
    char *clean = utf8_clean(text, length, SESSION_TITLE_BYTES_MAX - 1);
    session_set(&session->title, clean);
    free(clean);
}

static bool split(const char *text, size_t title, const char *names, size_t length, bool certain,
                  struct session *session)
{
    if (!read_names(names, length, certain, NULL))
        return false;
    read_names(names, length, certain, session);
    set_title(session, text, title);
    return true;
}

/** Behind the last ` - ` or ` | ` that stands in no brackets; NULL: there is none. */
static const char *last_separator(const char *text, size_t length, size_t *ret_title)
{
    const char *names = NULL;
    size_t depth = 0;
    for (size_t i = 1; i + 2 < length; i++) {
        const char *mark = text[i] == ' ' && depth == 0 ? agenda_skip_dash(text + i + 1) : NULL;
        if (mark == NULL && text[i] == ' ' && text[i + 1] == '|')
            mark = text + i + 2;
        if (mark != NULL && mark < text + length && *mark == ' ') {
            *ret_title = i;
            names = mark + 1;
        }
        depth += text[i] == '(';
        depth -= text[i] == ')' && depth > 0;
    }
    return names;
}

void agenda_title_read(const char *text, size_t length, struct session *ret_session)
{
    size_t title = length;
    const char *names = last_separator(text, length, &title);
    if (names != NULL &&
        split(text, title, names, (size_t)(text + length - names), true, ret_session))
        return;
    const char *bracket = length > 2 && text[length - 1] == ')' ? memrchr(text, '(', length) : NULL;
    /* One word in brackets is as well a product's name as a person's. */
    if (bracket != NULL && bracket > text + 1 && bracket[-1] == ' ' &&
        split(text, (size_t)(bracket - 1 - text), bracket + 1,
              (size_t)(text + length - 1 - bracket - 1), false, ret_session))
        return;
    set_title(ret_session, text, length);
}
