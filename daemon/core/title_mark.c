#include <roomsign/title_mark.h>

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <roomsign/utf8.h>

/** The longest word below fits, also with blanks around it and its accents apart. */
#define WORD_BYTES_MAX 64

enum mark { MARK_CANCELLED, MARK_POSTPONED, MARK_MOVED, MARK_AMENDED };

struct word {
    /** In NFC, case folded. */
    const char *text;
    enum mark mark;
    /** Counts without colon, dash or brackets too, in capitals. */
    bool bare;
};

static const struct word words[] = {
    /* en */
    {"cancelled", MARK_CANCELLED, true},
    {"canceled", MARK_CANCELLED, true},
    {"postponed", MARK_POSTPONED, true},
    {"moved", MARK_MOVED, false},
    {"relocated", MARK_MOVED, false},
    {"rescheduled", MARK_MOVED, false},
    {"amendment", MARK_AMENDED, true},
    {"amended", MARK_AMENDED, true},
    {"updated", MARK_AMENDED, false},
    /* de */
    {"abgesagt", MARK_CANCELLED, true},
    {"entfällt", MARK_CANCELLED, true},
    {"verschoben", MARK_MOVED, false},
    {"verlegt", MARK_MOVED, false},
    {"geändert", MARK_AMENDED, false},
    /* fr */
    {"annulé", MARK_CANCELLED, true},
    {"annulée", MARK_CANCELLED, true},
    {"annule", MARK_CANCELLED, true},
    {"reporté", MARK_POSTPONED, false},
    {"reportée", MARK_POSTPONED, false},
    {"déplacé", MARK_MOVED, false},
    {"déplacée", MARK_MOVED, false},
    {"modifié", MARK_AMENDED, false},
    {"modifiée", MARK_AMENDED, false},
    /* nl */
    {"geannuleerd", MARK_CANCELLED, true},
    {"afgelast", MARK_CANCELLED, true},
    {"uitgesteld", MARK_POSTPONED, false},
    {"verplaatst", MARK_MOVED, false},
    {"gewijzigd", MARK_AMENDED, false},
    /* es, pt */
    {"cancelado", MARK_CANCELLED, true},
    {"cancelada", MARK_CANCELLED, true},
    {"aplazado", MARK_POSTPONED, false},
    {"aplazada", MARK_POSTPONED, false},
    {"adiado", MARK_POSTPONED, false},
    {"adiada", MARK_POSTPONED, false},
    {"trasladado", MARK_MOVED, false},
    {"trasladada", MARK_MOVED, false},
    {"movido", MARK_MOVED, false},
    {"movida", MARK_MOVED, false},
    {"actualizado", MARK_AMENDED, false},
    {"actualizada", MARK_AMENDED, false},
    {"atualizado", MARK_AMENDED, false},
    {"atualizada", MARK_AMENDED, false},
    /* hi */
    {"रद्द", MARK_CANCELLED, false},
    {"रद्द किया गया", MARK_CANCELLED, false},
    {"स्थगित", MARK_POSTPONED, false},
    /* ar */
    {"ملغى", MARK_CANCELLED, false},
    {"ملغي", MARK_CANCELLED, false},
    {"ملغاة", MARK_CANCELLED, false},
    {"تم الإلغاء", MARK_CANCELLED, false},
    {"تم إلغاؤه", MARK_CANCELLED, false},
    {"مؤجل", MARK_POSTPONED, false},
    /* ja */
    {"キャンセル", MARK_CANCELLED, false},
    {"キャンセル済み", MARK_CANCELLED, false},
    {"取り消し", MARK_CANCELLED, false},
    {"中止", MARK_CANCELLED, false},
    {"休講", MARK_CANCELLED, false},
    {"延期", MARK_POSTPONED, false},
};

static const char *const separators[] = {":", "：", " - ", " – ", " — "};

static const struct {
    const char *open, *close;
} brackets[] = {{"[", "]"}, {"(", ")"}, {"{", "}"}, {"【", "】"}, {"［", "］"}, {"（", "）"}};

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct slice {
    const char *text;
    size_t length;
};

/** The bytes of a blank at the start of a slice; 0: none. No-break spaces stand before French
 *  colons, ideographic ones in Japanese. */
static size_t blank_length(struct slice slice)
{
    static const char *const blanks[] = {" ", "\u00A0", "\u202F", "\u3000"};
    for (size_t i = 0; i < COUNT(blanks); i++) {
        size_t length = strlen(blanks[i]);
        if (length <= slice.length && memcmp(slice.text, blanks[i], length) == 0)
            return length;
    }
    return 0;
}

static struct slice slice_from(struct slice slice, size_t offset)
{
    return (struct slice){slice.text + offset, slice.length - offset};
}

static struct slice trim_start(struct slice slice)
{
    for (size_t length; (length = blank_length(slice)) > 0;)
        slice = slice_from(slice, length);
    return slice;
}

static struct slice trim(struct slice slice)
{
    slice = trim_start(slice);
    for (size_t back = 1; back <= 3 && back <= slice.length; back++) {
        if (blank_length(slice_from(slice, slice.length - back)) != back)
            continue;
        slice.length -= back;
        back = 0;
    }
    return slice;
}

/** Case folded NFC of a word. false: it is too long for one, or nothing. */
static bool fold(struct slice slice, char ret_text[static WORD_BYTES_MAX])
{
    UChar wide[WORD_BYTES_MAX], folded[WORD_BYTES_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t units = 0;
    if (slice.length == 0 || slice.length >= WORD_BYTES_MAX)
        return false;
    u_strFromUTF8WithSub(wide, WORD_BYTES_MAX, &units, slice.text, (int32_t)slice.length, 0xFFFD,
                         NULL, &status);
    units = u_strFoldCase(folded, WORD_BYTES_MAX, wide, units, U_FOLD_CASE_DEFAULT, &status);
    const UNormalizer2 *normalizer = unorm2_getNFCInstance(&status);
    units = unorm2_normalize(normalizer, folded, units, wide, WORD_BYTES_MAX, &status);
    u_strToUTF8(ret_text, WORD_BYTES_MAX - 1, NULL, wide, units, &status);
    return U_SUCCESS(status);
}

static const struct word *find_word(struct slice slice)
{
    char text[WORD_BYTES_MAX];
    if (!fold(trim(slice), text))
        return NULL;
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i].text, text) == 0)
            return &words[i];
    return NULL;
}

static bool has_lower(struct slice slice)
{
    for (size_t offset = 0; offset < slice.length;)
        if (u_islower((UChar32)utf8_next(slice.text, slice.length, &offset)))
            return true;
    return false;
}

/** Where `mark` first stands in a slice; its length: nowhere. */
static size_t find(struct slice slice, const char *mark)
{
    const char *found = memmem(slice.text, slice.length, mark, strlen(mark));
    return found == NULL ? slice.length : (size_t)(found - slice.text);
}

/** `[CANCELLED] Title`, also with a colon or a dash after it. */
static const struct word *read_bracket(struct slice title, struct slice *ret_rest)
{
    for (size_t i = 0; i < COUNT(brackets); i++) {
        size_t open = strlen(brackets[i].open);
        if (title.length < open || memcmp(title.text, brackets[i].open, open) != 0)
            continue;
        size_t close = find(title, brackets[i].close);
        if (close == title.length)
            return NULL;
        const struct word *word = find_word((struct slice){title.text + open, close - open});
        struct slice rest = trim_start(slice_from(title, close + strlen(brackets[i].close)));
        if (rest.length > 1 &&
            (rest.text[0] == ':' || (rest.text[0] == '-' && rest.text[1] == ' ')))
            rest = trim_start(slice_from(rest, 1));
        *ret_rest = rest;
        return word;
    }
    return NULL;
}

/** `Canceled: Title`, `Annulé : Title`, `Cancelled - Title`. */
static const struct word *read_separated(struct slice title, struct slice *ret_rest)
{
    struct slice head = title;
    if (head.length > WORD_BYTES_MAX)
        head.length = WORD_BYTES_MAX;
    for (size_t i = 0; i < COUNT(separators); i++) {
        size_t at = find(head, separators[i]);
        if (at == head.length)
            continue;
        const struct word *word = find_word((struct slice){title.text, at});
        bool any_case = word != NULL && word->mark != MARK_MOVED && word->mark != MARK_AMENDED;
        if (word == NULL || (!any_case && has_lower((struct slice){title.text, at})))
            continue;
        *ret_rest = trim_start(slice_from(title, at + strlen(separators[i])));
        return word;
    }
    return NULL;
}

/** `CANCELLED Title`, or nothing but `CANCELLED`. */
static const struct word *read_bare(struct slice title, struct slice *ret_rest)
{
    size_t at = find(title, " ");
    struct slice head = {title.text, at};
    const struct word *word = has_lower(head) ? NULL : find_word(head);
    if (word == NULL || !word->bare)
        return NULL;
    *ret_rest = trim_start(slice_from(title, at));
    return ret_rest->length == 0 || has_lower(*ret_rest) ? word : NULL;
}

static const struct word *read_start(struct slice title, struct slice *ret_rest)
{
    const struct word *word = read_bracket(title, ret_rest);
    if (word == NULL)
        word = read_separated(title, ret_rest);
    if (word == NULL)
        word = read_bare(title, ret_rest);
    return word;
}

/** `Title (cancelled)`, `Title [Postponed]`. */
static const struct word *read_end(struct slice title, struct slice *ret_rest)
{
    for (size_t i = 0; i < COUNT(brackets); i++) {
        size_t open = strlen(brackets[i].open), close = strlen(brackets[i].close);
        if (title.length < close ||
            memcmp(title.text + title.length - close, brackets[i].close, close) != 0)
            continue;
        for (size_t back = open + close; back <= title.length && back < WORD_BYTES_MAX; back++) {
            const char *from = title.text + title.length - back;
            if (memcmp(from, brackets[i].open, open) != 0)
                continue;
            *ret_rest = trim((struct slice){title.text, title.length - back});
            if (ret_rest->length == 0)
                return NULL;
            return find_word((struct slice){from + open, back - open - close});
        }
    }
    return NULL;
}

static bool says_off(const struct word *word)
{
    return word->mark == MARK_CANCELLED || word->mark == MARK_POSTPONED;
}

static bool is_taken_off(const struct word *word)
{
    return word->mark == MARK_CANCELLED || word->mark == MARK_AMENDED;
}

void title_mark_read(const char *title, struct title_reading *ret_reading)
{
    struct slice shown = {title, strlen(title)}, subject = shown, rest;
    const struct word *word;
    bool cancelled = false, kept = false;
    for (int i = 0; i < TITLE_MARKS_MAX && (word = read_start(subject, &rest)) != NULL; i++) {
        cancelled = cancelled || says_off(word);
        kept = kept || !is_taken_off(word);
        subject = rest;
        if (!kept)
            shown = rest;
    }
    word = read_end(subject, &rest);
    if (word != NULL) {
        cancelled = cancelled || says_off(word);
        shown.length -= is_taken_off(word) ? subject.length - rest.length : 0;
        subject = rest;
    }
    *ret_reading = (struct title_reading){
        .cancelled = cancelled,
        .shown = shown.text,
        .shown_length = shown.length,
        .subject = subject.text,
        .subject_length = subject.length,
    };
}
