#include <roomsign/agenda.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <roomsign/civil.h>

#include "agenda_text.h"

/** Longer words are no part of a date. */
#define WORD_BYTES 32
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* Lists of words, without accents: English, German, French, Dutch, Spanish, Portuguese, Italian. */
static const char *const weekdays[] = {
    "sunday sonntag dimanche zondag domingo domenica",
    "monday montag lundi maandag lunes segunda segunda-feira lunedi",
    "tuesday dienstag mardi dinsdag martes terca terca-feira martedi",
    "wednesday mittwoch mercredi woensdag miercoles quarta quarta-feira mercoledi",
    "thursday donnerstag jeudi donderdag jueves quinta quinta-feira giovedi",
    "friday freitag vendredi vrijdag viernes sexta sexta-feira venerdi",
    "saturday samstag sonnabend samedi zaterdag sabado sabato",
};
static const char *const months[] = {
    "january januar janner janvier januari enero janeiro gennaio",
    "february februar fevrier februari febrero fevereiro febbraio",
    "march marz mrz mars maart mrt marzo marco",
    "april avril abril aprile",
    "may mai mei mayo maio maggio",
    "june juni juin junio junho giugno",
    "july juli juillet julio julho luglio",
    "august aout augustus agosto",
    "september septembre septiembre setembro settembre",
    "october oktober octobre octubre outubro ottobre",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dezembro dicembre",
};
static const char day_words[] = "day tag jour dag dia giorno";
/** Of the other languages: only beside day and month, because Sam and Die are other things, too. */
static const char short_weekdays[] = "so mo di mi do fr sa lun mer jeu ven sam dim ma wo vr za zo "
                                     "mie jue vie sab dom gio seg ter qua qui sex";
static const char particles[] = "of the de del den der le il el am op";

/** In small letters without accents. Returns its length; 0: it is longer than any word here. */
static size_t plain_word(const char *text, size_t length, char ret_word[static WORD_BYTES])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[WORD_BYTES], parts[WORD_BYTES];
    int32_t units = 0;
    size_t written = 0;
    u_strFromUTF8(wide, WORD_BYTES, &units, text, (int32_t)length, &status);
    const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
    units = unorm2_normalize(normalizer, wide, units, parts, WORD_BYTES, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < units && written + 1 < WORD_BYTES; i++) {
        if (u_charType(parts[i]) == U_NON_SPACING_MARK)
            continue;
        /* No name here has such a letter. */
        ret_word[written++] = parts[i] < 0x80 ? (char)tolower(parts[i]) : '?';
    }
    ret_word[written] = '\0';
    return written;
}

/** Whether a list holds the word, or one that begins with it and has at least three letters of it;
 *  `prefixes` says of how many words of the list that may be so. */
static bool list_holds(const char *list, const char *word, size_t prefixes)
{
    size_t length = strlen(word);
    for (size_t i = 0; *list != '\0'; i++) {
        size_t size = strcspn(list, " ");
        bool fits = size == length || (size > length && length >= 3 && i < prefixes);
        if (length > 0 && fits && strncmp(list, word, length) == 0)
            return true;
        list += size + (list[size] == ' ');
    }
    return false;
}

/** Which of some lists holds the word, with or without a dot behind it ("Sept."); -1: none. */
static int list_index(const char *const *lists, size_t count, const char *text, size_t length,
                      size_t prefixes)
{
    char word[WORD_BYTES];
    length -= length > 0 && text[length - 1] == '.';
    plain_word(text, length, word);
    for (size_t i = 0; i < count; i++)
        if (list_holds(lists[i], word, prefixes))
            return (int)i;
    return -1;
}

int agenda_weekday(const char *text, size_t length)
{
    return list_index(weekdays, COUNT(weekdays), text, length, 1);
}

static bool is_one_of(const char *list, const char *text, size_t length)
{
    return list_index(&list, 1, text, length, 0) == 0;
}

static bool set_date(struct agenda_line *line, int year, int month, int day)
{
    /* 2024 is a leap year: 29 February without a year is a date. */
    if (month < 1 || month > 12 || day < 1 ||
        day > civil_days_in_month(year > 0 ? year : 2024, month))
        return false;
    line->year = year;
    line->month = month;
    line->day = day;
    return true;
}

/** Day and month in either order: where both orders are dates, agenda_line.may_be_month_first. */
static bool set_either(struct agenda_line *line, int year, int first, int second)
{
    struct agenda_line swapped = *line;
    bool may_swap = set_date(&swapped, year, first, second);
    if (!set_date(line, year, second, first)) {
        *line = swapped;
        return may_swap;
    }
    line->may_be_month_first = may_swap && first != second;
    return true;
}

/** Numbers with the same mark between them. */
struct numbers {
    int values[3];
    size_t digits[3];
    size_t count;
    char mark;
    /** 12.3. */
    bool ends_in_dot;
};

static bool split_numbers(const char *text, size_t length, struct numbers *ret_numbers)
{
    struct numbers numbers = {0};
    const char *end = text + length;
    while (text < end && numbers.count < COUNT(numbers.values)) {
        const char *rest = agenda_read_number(text, 4, &numbers.values[numbers.count]);
        if (rest == NULL)
            return false;
        numbers.digits[numbers.count++] = (size_t)(rest - text);
        text = rest;
        if (text == end)
            break;
        if (strchr("-./", *text) == NULL || (numbers.count > 1 && *text != numbers.mark))
            return false;
        numbers.mark = *text++;
        numbers.ends_in_dot = text == end && numbers.mark == '.';
    }
    *ret_numbers = numbers;
    return text == end && (numbers.mark == '.' || end[-1] != numbers.mark);
}

/** "2026-03-12", "2026/3/12", "12.03.2026", "12.3.", "12/03/2026", "Thu 12/3". */
static bool read_numbers(const char *text, size_t length, bool has_weekday,
                         struct agenda_line *line)
{
    struct numbers numbers;
    int year = 0;
    if (line->day != 0 || !split_numbers(text, length, &numbers) || numbers.count < 2)
        return false;
    const int *values = numbers.values;
    const size_t *digits = numbers.digits;
    if (digits[0] == 4)
        return numbers.count == 3 && digits[1] <= 2 && digits[2] <= 2 && values[0] >= 1000 &&
               set_date(line, values[0], values[1], values[2]);
    if (digits[0] > 2 || digits[1] > 2)
        return false;
    if (numbers.count == 3) {
        year = digits[2] == 2 && numbers.mark != '-' ? 2000 + values[2] : values[2];
        if (year < 1000)
            return false;
    } else if (!numbers.ends_in_dot && !has_weekday) {
        return false;
    }
    return numbers.mark == '.' ? set_date(line, year, values[1], values[0])
                               : set_either(line, year, values[0], values[1]);
}

/** "31", "31st", "31.", "2026". */
static bool read_number(const char *text, size_t length, struct agenda_line *line)
{
    static const char *const endings[] = {"",  "st", "nd",     "rd",    "th",
                                          ".", "er", "\u00BA", "\u00B0"};
    int number;
    const char *rest = agenda_read_number(text, 4, &number);
    if (rest == NULL)
        return false;
    size_t digits = (size_t)(rest - text), ending = length - digits;
    if (digits == 4 && ending == 0 && line->year == 0 && number >= 1000) {
        line->year = number;
        return true;
    }
    bool known = false;
    for (size_t i = 0; i < COUNT(endings); i++)
        known =
            known || (strlen(endings[i]) == ending && strncasecmp(rest, endings[i], ending) == 0);
    if (!known || digits > 2 || line->day != 0 || number < 1 || number > 31)
        return false;
    line->day = number;
    return true;
}

/** A name, or what stands between names. */
static bool read_word(const char *text, size_t length, struct agenda_line *line, bool *is_short)
{
    int index = agenda_weekday(text, length);
    if (index >= 0 && line->weekday < 0) {
        line->weekday = index;
        return true;
    }
    index = list_index(months, COUNT(months), text, length, SIZE_MAX);
    if (index >= 0 && line->month == 0) {
        line->month = index + 1;
        return true;
    }
    bool is_weekday = is_one_of(short_weekdays, text, length);
    *is_short = *is_short || is_weekday;
    return is_weekday || is_one_of(particles, text, length);
}

/** Behind "Day 2"; NULL: something else stands here. */
static const char *read_day_number(const char *text, size_t length, struct agenda_line *line)
{
    int number;
    if (line->day_number > 0 || !is_one_of(day_words, text, length))
        return NULL;
    const char *rest = agenda_read_number(text + length + strspn(text + length, " "), 2, &number);
    if (rest == NULL || number < 1 || isalnum((unsigned char)*rest))
        return NULL;
    line->day_number = number;
    return rest;
}

/** Whether what was read says which day it is. */
static bool is_day(const struct agenda_line *line, bool is_short)
{
    if (is_short && (line->month == 0 || line->day == 0))
        return false;
    if (line->month == 0)
        return line->year == 0 && (line->weekday >= 0 || line->day_number > 0);
    /* The day may have come before the month. */
    struct agenda_line dated;
    return line->day > 0 && set_date(&dated, line->year, line->month, line->day);
}

/** Whether a heading may go on with what the day is about: not where it could be prose. */
static bool may_have_topic(const struct agenda_line *line, const char *topic, bool is_marked)
{
    bool is_date = line->month > 0 && (is_marked || line->weekday >= 0);
    return !isdigit((unsigned char)*topic) && (is_date || line->day_number > 0);
}

bool agenda_day_read(const char *text, struct agenda_line *line)
{
    static const char separators[] = " ,:()#*=_|";
    struct agenda_line day = *line;
    bool is_short = false, is_apart = false, is_marked = *text == '#';
    while (*text != '\0') {
        size_t between = strspn(text, separators);
        const char *dash = agenda_skip_dash(text);
        if (between > 0 || dash != NULL) {
            is_apart = is_apart || dash != NULL || strcspn(text, ":|(") < between;
            text = between > 0 ? text + between : dash;
            continue;
        }
        size_t length = strcspn(text, separators);
        const char *rest = read_day_number(text, length, &day);
        if (rest == NULL && !read_numbers(text, length, is_short || day.weekday >= 0, &day) &&
            !read_number(text, length, &day) && !read_word(text, length, &day, &is_short)) {
            if (!is_apart || !may_have_topic(&day, text, is_marked))
                return false;
            break;
        }
        text = rest != NULL ? rest : text + length;
        is_apart = false;
    }
    if (!is_day(&day, is_short))
        return false;
    if (day.month == 0 && day.weekday < 0)
        day.day = 0; /* of "Day 2 of 3" */
    day.kind = AGENDA_LINE_DAY;
    *line = day;
    return true;
}

bool agenda_date_parse(const char *text, int64_t *ret_days)
{
    struct agenda_line line = {.weekday = -1};
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
        !read_numbers(text, 10, false, &line))
        return false;
    *ret_days = civil_to_days(line.year, line.month, line.day);
    return true;
}
