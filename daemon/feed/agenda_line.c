#include <roomsign/agenda.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/uchar.h>

#include <roomsign/utf8.h>

#include "agenda_text.h"

#define DAY_MIN (24 * 60)
/** What lasts over midnight lasts no longer. */
#define NIGHT_MIN_MAX (12 * 60)
/** The end of 11:30-1:00 is in the afternoon, if that is no further off. */
#define OVER_NOON_MIN_MAX (4 * 60)

static const char *const dashes[] = {"-", "\u2013", "\u2014", "\u2212", "\uFF0D"};
/** In the sign's languages and Italian; a colon follows. */
static const char *const room_words[] = {
    "room",   "hall",  "raum", "saal",      "salle",     "zaal",  "ruimte", "lokaal",
    "sala",   "salón", "aula", "auditorio", "auditório", "कक्ष",   "हॉल",    "قاعة",
    "القاعة", "غرفة",  "会場", "部屋",      "教室",      "会議室"};
/** Headings that are no room's name. */
static const char *const agenda_words[] = {"agenda",    "schedule", "program", "programme",
                                           "timetable", "talks",    "sessions"};
/** What makes of 18.50 and 10:30 something else than times. */
static const char *const units[] = {
    "eur",   "euro",    "euros", "usd", "gbp",  "chf",    "fr.",     "dollars", "pounds", "kr",
    "km",    "kg",      "m",     "min", "mins", "min.",   "minutes", "minuten", "sec",    "seconds",
    "hours", "percent", "lts",   "gb",  "mb",   "\u20AC", "$",       "\u00A3",  "\u00A5", "%"};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

/** Behind a word, in any case, that ends there; NULL: another stands here. */
static const char *skip_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    if (strncasecmp(text, word, length) != 0 || isalnum((unsigned char)text[length]))
        return NULL;
    return text + length;
}

const char *agenda_skip_dash(const char *text)
{
    for (size_t i = 0; i < COUNT(dashes); i++)
        if (strncmp(text, dashes[i], strlen(dashes[i])) == 0)
            return text + strlen(dashes[i]);
    return NULL;
}

const char *agenda_read_number(const char *text, size_t digits, int *ret_number)
{
    size_t length = 0;
    int number = 0;
    while (length <= digits && is_digit(text[length]))
        number = number * 10 + (text[length++] - '0');
    if (length == 0 || length > digits)
        return NULL;
    *ret_number = number;
    return text + length;
}

enum meridiem { MERIDIEM_NONE, MERIDIEM_AM, MERIDIEM_PM };

struct clock_reading {
    int hour, minute;
    enum meridiem meridiem;
    bool has_minutes;
    /** 14h, 14h30. */
    bool has_hour_sign;
    /** noon */
    bool is_word;
    /** 1:30, which on a clock of twelve hours may as well be 13:30. */
    bool half_day;
    /** An hour alone, or 9.30, which may as well be a number. */
    bool doubtful;
};

static const char *read_meridiem(const char *text, enum meridiem *ret_meridiem)
{
    static const struct {
        const char *word;
        enum meridiem meridiem;
    } words[] = {
        {"a.m.", MERIDIEM_AM}, {"p.m.", MERIDIEM_PM}, {"am", MERIDIEM_AM}, {"pm", MERIDIEM_PM}};
    const char *from = skip_blanks(text);
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *end = skip_word(from, words[i].word);
        if (end != NULL) {
            *ret_meridiem = words[i].meridiem;
            return end;
        }
    }
    return NULL;
}

/** Behind `-`, `to` and their like between two times. */
static const char *skip_until(const char *text)
{
    static const char *const words[] = {"to",    "until",    "till",   "bis", "tot",
                                        "a las", "a",        "\u00E0", "as",  "\u00E0s",
                                        "hasta", "at\u00E9", "alle"};
    static const char *const tildes[] = {"~", "\u301C", "\uFF5E", "/", "|"};
    text = skip_blanks(text);
    const char *end = agenda_skip_dash(text);
    for (size_t i = 0; end == NULL && i < COUNT(tildes); i++)
        if (strncmp(text, tildes[i], strlen(tildes[i])) == 0)
            end = text + strlen(tildes[i]);
    for (size_t i = 0; end == NULL && i < COUNT(words); i++)
        end = skip_word(text, words[i]);
    return end == NULL ? NULL : skip_blanks(end);
}

/** Behind `:`, `.`, `h` and their like between hour and minute; NULL: no minute follows. */
static const char *skip_to_minute(const char *text)
{
    const char *from = text;
    bool is_spaced = *text == ' ' && (text[1] == 'h' || text[1] == 'H') && text[2] == ' ';
    if (strncmp(text, "\uFF1A", 3) == 0 || is_spaced) /* 14 h 30 */
        text += 3;
    else if (*text != '\0' && strchr(":.hH", *text) != NULL)
        text++;
    return text > from && is_digit(text[0]) && is_digit(text[1]) ? text : NULL;
}

/** Behind `14h`, `14 h`, `9h`: but 2h and 12 h of something are no times. */
static const char *skip_hour_sign(const char *text, int hour, bool two_digits)
{
    const char *end = skip_word(text, "h");
    if (end == NULL && *text == ' ' && hour > 12)
        end = skip_word(text + 1, "h");
    return two_digits || hour >= 6 ? end : NULL;
}

/** What says after a time that it is one: `14 Uhr`, `14:30 h`; NULL: nothing. */
static const char *skip_time_word(const char *text, bool has_minutes)
{
    static const char *const words[] = {"uhr", "uur", "h", "hs", "hrs"};
    const char *end = NULL;
    for (size_t i = 0; i < (has_minutes ? COUNT(words) : 2) && end == NULL; i++)
        end = skip_word(skip_blanks(text), words[i]);
    return end;
}

/** Behind `noon` and `midnight` where they stand for a time: apart from what follows, or, noon,
 *  above few words. "Midnight Commander" is a title. */
static const char *read_noon(const char *text, struct clock_reading *ret_reading)
{
    const char *noon = skip_word(text, "noon"), *midnight = skip_word(text, "midnight");
    const char *end = noon != NULL ? noon : midnight;
    if (end == NULL)
        return NULL;
    const char *rest = skip_blanks(end);
    size_t words = 0;
    for (const char *c = rest; *c != '\0'; c++)
        words += *c != ' ' && c[-1] == ' ';
    bool apart = *rest == '\0' || strchr(":|,)]*_", *rest) != NULL || skip_until(rest) != NULL;
    if (!apart && (noon == NULL || words > 3 || !isupper((unsigned char)*rest)))
        return NULL;
    *ret_reading =
        (struct clock_reading){.hour = noon != NULL ? 12 : 0, .has_minutes = true, .is_word = true};
    return end;
}

/** Behind a time of day; NULL: there is none. */
static const char *read_clock(const char *text, struct clock_reading *ret_reading)
{
    struct clock_reading reading = {0};
    const char *start = text;
    text = agenda_read_number(text, 2, &reading.hour);
    if (text == NULL)
        return read_noon(start, ret_reading);
    if (reading.hour > 24)
        return NULL;
    bool two_digits = text - start == 2;
    const char *minute = skip_to_minute(text);
    reading.has_minutes = minute != NULL;
    reading.doubtful = minute == NULL || (*text == '.' && !two_digits);
    reading.has_hour_sign = minute != NULL && strchr("hH ", *text) != NULL;
    reading.half_day =
        reading.hour >= 1 && reading.hour < 12 && *start != '0' && !reading.has_hour_sign;
    if (minute != NULL) {
        text = agenda_read_number(minute, 2, &reading.minute);
        if (text == NULL || reading.minute > 59)
            return NULL;
    } else if ((minute = skip_hour_sign(text, reading.hour, two_digits)) != NULL) {
        text = minute;
        reading.has_hour_sign = true;
        reading.doubtful = reading.half_day = false;
    }
    const char *end = read_meridiem(text, &reading.meridiem);
    if (end == NULL)
        end = skip_time_word(text, reading.has_minutes);
    if (end == NULL && reading.hour == 12 && !reading.has_minutes) {
        end = skip_word(skip_blanks(text), "noon");
        reading.meridiem = end != NULL ? MERIDIEM_PM : MERIDIEM_NONE;
    }
    if (end != NULL) {
        text = end;
        reading.doubtful = reading.half_day = false;
    }
    if (isalnum((unsigned char)*text) || ((*text == ':' || *text == '.') && is_digit(text[1])))
        return NULL;
    if (reading.meridiem != MERIDIEM_NONE && (reading.hour < 1 || reading.hour > 12))
        return NULL;
    if (reading.hour == 24 && reading.minute > 0)
        return NULL;
    *ret_reading = reading;
    return text;
}

static int reading_minutes(const struct clock_reading *reading, enum meridiem meridiem)
{
    int hour = reading->hour;
    if (meridiem != MERIDIEM_NONE)
        hour = hour % 12 + (meridiem == MERIDIEM_PM ? 12 : 0);
    return hour * 60 + reading->minute;
}

/** Whether what follows makes a number of the time: `18.50 EUR`, `10:30 km`. */
static bool is_unit(const char *text)
{
    text = skip_blanks(text);
    for (size_t i = 0; i < COUNT(units); i++) {
        size_t length = strlen(units[i]);
        if (strncasecmp(text, units[i], length) == 0 &&
            (!isalnum((unsigned char)units[i][length - 1]) ||
             !isalnum((unsigned char)text[length])))
            return true;
    }
    return false;
}

/** The end of what starts then, by the next such time of day; -1: that is no end. */
static int end_after(int start_min, int end_min, const struct clock_reading *end, bool is_bare)
{
    if (end_min > start_min)
        return end_min;
    int afternoon_min = end_min + DAY_MIN / 2;
    if (is_bare && end->half_day && start_min < 13 * 60 && afternoon_min > start_min &&
        afternoon_min - start_min <= OVER_NOON_MIN_MAX)
        return afternoon_min;
    /* 10:30-09:20 is a slip of the pen, no night and day: only its start is taken. */
    end_min += DAY_MIN;
    return end_min > DAY_MIN && end_min - start_min > NIGHT_MIN_MAX ? -1 : end_min;
}

/** What a word before the times makes of them. */
enum led { LED_NOT, LED_FROM, LED_BETWEEN };

/** Behind `De`, `entre`, `um` and their like before a time; NULL: no such word stands here. */
static const char *skip_leading_word(const char *text, enum led *ret_led)
{
    static const struct {
        const char *word;
        enum led led;
    } words[] = {
        {"between", LED_BETWEEN},   {"zwischen", LED_BETWEEN}, {"tussen", LED_BETWEEN},
        {"entre las", LED_BETWEEN}, {"entre as", LED_BETWEEN}, {"entre", LED_BETWEEN},
        {"tra le", LED_BETWEEN},    {"from", LED_FROM},        {"at", LED_FROM},
        {"von", LED_FROM},          {"um", LED_FROM},          {"de las", LED_FROM},
        {"de", LED_FROM},           {"\u00E0", LED_FROM},      {"\u00C0", LED_FROM},
        {"van", LED_FROM},          {"om", LED_FROM},          {"a las", LED_FROM},
        {"desde las", LED_FROM},    {"das", LED_FROM},         {"\u00E0s", LED_FROM},
        {"\u00C0s", LED_FROM},      {"dalle", LED_FROM},       {"alle", LED_FROM},
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *end = skip_word(text, words[i].word);
        if (end != NULL && is_blank(*end) && is_digit(*skip_blanks(end))) {
            *ret_led = words[i].led;
            return skip_blanks(end);
        }
    }
    return NULL;
}

/** Behind the `et` of `entre 14h et 15h`. */
static const char *skip_and(const char *text)
{
    static const char *const words[] = {"and", "und",  "et",   "en", "y las",
                                        "y",   "e as", "e le", "e"};
    const char *end = NULL;
    for (size_t i = 0; end == NULL && i < COUNT(words); i++)
        end = skip_word(skip_blanks(text), words[i]);
    return end == NULL ? NULL : skip_blanks(end);
}

/** Behind `10:30`, `9.30 am`, `10:30 - 11:20`; NULL: the line does not begin with a time. */
static const char *read_times(const char *text, enum led led, struct agenda_line *line)
{
    struct clock_reading start, end;
    text = read_clock(text, &start);
    if (text == NULL)
        return NULL;
    const char *second = led == LED_BETWEEN ? skip_and(text) : skip_until(text);
    second = second == NULL ? NULL : read_clock(second, &end);
    if (second != NULL && end.is_word && *skip_blanks(second) == '\0')
        second = NULL; /* "12:00 - Noon" */
    /* "10:30 - 10 reasons", "10:30 - 24h of code" */
    if (second != NULL && !end.has_minutes &&
        (end.doubtful || (end.has_hour_sign && !start.has_hour_sign)))
        second = NULL;
    if (second == NULL) {
        if (start.doubtful || (start.meridiem == MERIDIEM_NONE && is_unit(text)))
            return NULL;
        line->start_min = reading_minutes(&start, start.meridiem);
        line->is_half_day = start.half_day;
        line->is_pm = start.meridiem == MERIDIEM_PM;
        return line->start_min < DAY_MIN ? text : NULL;
    }
    /* 9.30-10.15 is two times only because there are two. 9-10 needs the am or pm. */
    bool is_told = led != LED_NOT && !end.doubtful; /* "von 10 bis 12 Uhr" */
    if (start.doubtful && !start.has_minutes && end.meridiem == MERIDIEM_NONE && !is_told)
        return NULL;
    enum meridiem meridiem = start.meridiem;
    bool is_bare = meridiem == MERIDIEM_NONE && end.meridiem == MERIDIEM_NONE;
    int end_min = reading_minutes(&end, end.meridiem);
    if (meridiem == MERIDIEM_NONE && !is_bare && start.hour <= 12 && start.hour > 0) {
        /* The one am or pm of 9:30-10:15 am is both's, but in 11:30-1:00 pm it is the end's. */
        meridiem = end.meridiem;
        if (reading_minutes(&start, meridiem) > end_min)
            meridiem = meridiem == MERIDIEM_PM ? MERIDIEM_AM : MERIDIEM_PM;
    }
    line->start_min = reading_minutes(&start, meridiem);
    line->is_half_day = is_bare && start.half_day;
    line->is_pm = meridiem == MERIDIEM_PM;
    if (line->start_min >= DAY_MIN)
        return NULL;
    line->end_min = end_after(line->start_min, end_min, &end, is_bare);
    return second;
}

/** "Saturday at 10:30, 50 minutes, ROOM, ROOM, Track Speaker". */
static bool read_listed(const char *text, struct agenda_line *line)
{
    struct agenda_line listed = *line;
    size_t length = strcspn(text, " ");
    int minutes;
    struct clock_reading start;
    listed.weekday = agenda_weekday(text, length);
    if (listed.weekday < 0 || strncasecmp(text + length, " at ", 4) != 0)
        return false;
    text = read_clock(text + length + 4, &start);
    if (text == NULL || start.doubtful || *text != ',')
        return false;
    text = agenda_read_number(skip_blanks(text + 1), 4, &minutes);
    if (text == NULL || strncasecmp(text, " minute", 7) != 0)
        return false;
    text += 7;
    text += *text == 's';
    if (*text != ',' && *text != '\0')
        return false;
    listed.start_min = reading_minutes(&start, start.meridiem);
    listed.end_min = listed.start_min + minutes;
    text = *text == ',' ? skip_blanks(text + 1) : text;
    listed.rest = text;
    listed.rest_length = strcspn(text, ",");
    listed.kind = AGENDA_LINE_LISTED;
    *line = listed;
    return true;
}

/** How often a text ends in this character. */
static size_t trailing_count(const char *text, size_t length, char c)
{
    size_t count = 0;
    while (count < length && text[length - 1 - count] == c)
        count++;
    return count;
}

static void line_rest(struct agenda_line *line, const char *text)
{
    size_t length = strlen(text);
    for (; length > 0; length--) {
        char last = text[length - 1];
        if (!is_blank(last) && strchr("*_#|=", last) == NULL)
            break;
        /* The end of something that began in the title is the title's. */
        if ((last == '*' || last == '_') &&
            memchr(text, last, length - trailing_count(text, length, last)) != NULL)
            break;
    }
    line->rest = text;
    line->rest_length = length;
}

/** Behind `Room:`, `Salle :` and their like; NULL: something else stands here. */
static const char *skip_room_word(const char *text)
{
    static const char *const colons[] = {":", " :", "\u00A0:", "\u202F:", "\uFF1A"};
    for (size_t i = 0; i < COUNT(room_words); i++) {
        size_t length = strlen(room_words[i]);
        if (strncasecmp(text, room_words[i], length) != 0)
            continue;
        for (size_t j = 0; j < COUNT(colons); j++)
            if (strncmp(text + length, colons[j], strlen(colons[j])) == 0)
                return skip_blanks(text + length + strlen(colons[j]));
    }
    return NULL;
}

static void read_room(const char *text, struct agenda_line *line)
{
    const char *name = skip_room_word(text);
    if (name == NULL && *text == '#') {
        name = text + strspn(text, "#");
        if (!is_blank(*name))
            return;
        name = skip_blanks(name);
        const char *bare = skip_room_word(name);
        name = bare != NULL ? bare : name;
        for (size_t i = 0; i < COUNT(agenda_words); i++) {
            const char *end = skip_word(name, agenda_words[i]);
            if (end != NULL && end[strspn(end, ": #*")] == '\0')
                return;
        }
    }
    if (name == NULL)
        return;
    line_rest(line, name);
    if (line->rest_length == 0)
        return;
    line->kind = AGENDA_LINE_ROOM;
}

/** Behind what stands before a time for the eye: bullets, quotes' bars, `1.`, emoji. A sign of
 *  money belongs to a price. */
static const char *skip_lead(const char *text)
{
    int number;
    size_t length = strlen(text), offset = 0, next = 0;
    while (next < length) {
        UChar32 c = (UChar32)utf8_next(text, length, &next);
        if (u_isalnum(c) || u_charType(c) == U_CURRENCY_SYMBOL || c == '.' || c == '"')
            break;
        offset = next;
    }
    const char *rest = agenda_read_number(text + offset, 2, &number);
    if (rest != NULL && (*rest == '.' || *rest == ')') && rest[1] == ' ')
        return skip_blanks(rest + 1);
    return text + offset;
}

/** `18:10 **Title** ...`: emphasis that begins with the title, and not with the time. */
static bool opens_title(const char *text, const char *from)
{
    size_t run = strspn(text, "*_`");
    return run > 0 && from < text && is_blank(text[-1]) && text[run] != '\0' &&
           !is_blank(text[run]);
}

/** Behind what separates a time from a title. */
static const char *skip_marks(const char *text)
{
    const char *from = text;
    static const char *const marks[] = {"->", "=>", "\u2192", "\u00B7", "\u2022", "\u25AA"};
    const char *next = text;
    while (next != NULL && *text != '\0' && !opens_title(text, from)) {
        next = strchr(" *_`])|:;,/>", *text) != NULL ? text + 1 : NULL;
        for (size_t i = 0; next == NULL && i < COUNT(marks); i++)
            if (strncmp(text, marks[i], strlen(marks[i])) == 0)
                next = text + strlen(marks[i]);
        if (next == NULL)
            next = agenda_skip_dash(text);
        text = next != NULL ? next : text;
    }
    return text;
}

/** "18:30 is when we start." is prose. */
static bool is_sentence(const char *text, size_t length)
{
    return length > 0 && islower((unsigned char)text[0]) && text[length - 1] == '.';
}

/** "From 10:30 to 11:00 the bar is open" and "Um 10:30 Uhr gibt es Kaffee." are, too: a title
 * stands apart, or begins with a capital, and has no full stop. */
static bool is_prose(const struct agenda_line *line, const char *behind_times)
{
    size_t offset = 0;
    if (line->rest_length == 0 || line->rest[line->rest_length - 1] == '.')
        return true;
    bool is_apart = strchr(":|,;>", *skip_blanks(behind_times)) != NULL ||
                    agenda_skip_dash(skip_blanks(behind_times)) != NULL;
    return !is_apart && u_islower((UChar32)utf8_next(line->rest, line->rest_length, &offset));
}

static bool read_entry(const char *text, struct agenda_line *ret_line)
{
    struct agenda_line line = *ret_line;
    enum led led = LED_NOT;
    const char *first = skip_lead(text), *behind_word = skip_leading_word(first, &led);
    const char *from = read_times(behind_word != NULL ? behind_word : first, led, &line);
    if (from == NULL)
        return false;
    line_rest(&line, skip_marks(from));
    if (is_sentence(line.rest, line.rest_length) || (led != LED_NOT && is_prose(&line, from)))
        return false;
    line.kind = AGENDA_LINE_ENTRY;
    *ret_line = line;
    return true;
}

bool agenda_line_has_time(const char *text)
{
    struct clock_reading reading;
    for (const char *c = text; *c != '\0'; c++) {
        bool begins =
            is_digit(*c) &&
            (c == text || (!isalnum((unsigned char)c[-1]) && strchr(":./-$", c[-1]) == NULL));
        if (!begins)
            continue;
        const char *end = read_clock(c, &reading);
        if (end != NULL && !reading.doubtful && !is_unit(end))
            return true;
    }
    return false;
}

void agenda_line_read(const char *text, struct agenda_line *ret_line)
{
    *ret_line = (struct agenda_line){.start_min = -1, .end_min = -1, .weekday = -1, .rest = text};
    /* A heading with a time is an entry: "### 18:10 Title". */
    if (*text == '\0' || read_listed(text, ret_line) || agenda_day_read(text, ret_line) ||
        read_entry(text, ret_line))
        return;
    read_room(text, ret_line);
}
