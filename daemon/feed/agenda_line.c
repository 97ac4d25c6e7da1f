#include <roomsign/agenda.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/civil.h>
#include <roomsign/utf8.h>

#define DAY_MIN (24 * 60)
#define NAME_WORDS_MAX 6
/** What lasts over midnight lasts no longer. */
#define NIGHT_MIN_MAX (12 * 60)

static const char *const weekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                       "thursday", "friday", "saturday"};
static const char *const months[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
static const char *const dashes[] = {"-", "\u2013", "\u2014", "\u2212"};
/** Words within a name that are written small. */
static const char *const particles[] = {"van", "von", "de",  "der", "den", "del", "della", "di",
                                        "da",  "dos", "du",  "la",  "le",  "el",  "al",    "bin",
                                        "ibn", "ten", "ter", "te",  "zu",  "zur", "y",     "e"};
static const char *const room_words[] = {"room:", "raum:", "saal:", "salle:", "zaal:", "sala:"};
/** Headings that are no room's name. */
static const char *const agenda_words[] = {"agenda",    "schedule", "program", "programme",
                                           "timetable", "talks",    "sessions"};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/** Part of a word in any script. */
static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
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

static const char *skip_dash(const char *text)
{
    for (size_t i = 0; i < COUNT(dashes); i++)
        if (strncmp(text, dashes[i], strlen(dashes[i])) == 0)
            return text + strlen(dashes[i]);
    return NULL;
}

/** A number of at most `digits` digits; NULL: none, or a longer one. */
static const char *read_number(const char *text, size_t digits, int *ret_number)
{
    size_t length = 0;
    int number = 0;
    while (is_digit(text[length]) && length <= digits)
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

/** Behind a time of day; NULL: there is none. */
static const char *read_clock(const char *text, struct clock_reading *ret_reading)
{
    struct clock_reading reading = {0};
    const char *start = text;
    text = read_number(text, 2, &reading.hour);
    if (text == NULL || reading.hour > 24)
        return NULL;
    bool two_digits = text - start == 2;
    bool minutes =
        strchr(":.hH", *text) != NULL && *text != '\0' && is_digit(text[1]) && is_digit(text[2]);
    reading.has_minutes = minutes;
    reading.doubtful = !minutes || (*text == '.' && !two_digits);
    if (minutes) {
        text = read_number(text + 1, 2, &reading.minute);
        if (text == NULL || reading.minute > 59)
            return NULL;
    } else if ((*text == 'h' || *text == 'H') && two_digits) {
        text++;
        reading.doubtful = false;
    }
    const char *end = read_meridiem(text, &reading.meridiem);
    const char *word = skip_blanks(text);
    if (end == NULL)
        end = skip_word(word, "Uhr");
    if (end == NULL)
        end = skip_word(word, "uur");
    if (end != NULL) {
        text = end;
        reading.doubtful = false;
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

/** Behind `-`, `to` and their like between two times. */
static const char *skip_until(const char *text)
{
    static const char *const words[] = {"to", "until", "till", "bis", "tot"};
    text = skip_blanks(text);
    const char *end = skip_dash(text);
    for (size_t i = 0; end == NULL && i < COUNT(words); i++)
        end = skip_word(text, words[i]);
    return end == NULL ? NULL : skip_blanks(end);
}

/** Behind `10:30`, `9.30 am`, `10:30 - 11:20`; NULL: the line does not begin with a time. */
static const char *read_times(const char *text, struct agenda_line *line)
{
    struct clock_reading start, end;
    text = read_clock(text, &start);
    if (text == NULL)
        return NULL;
    const char *second = skip_until(text);
    second = second == NULL ? NULL : read_clock(second, &end);
    if (second != NULL && end.doubtful && !end.has_minutes)
        second = NULL;
    if (second == NULL) {
        if (start.doubtful)
            return NULL;
        line->start_min = reading_minutes(&start, start.meridiem);
        return line->start_min < DAY_MIN ? text : NULL;
    }
    /* 9.30-10.15 is two times only because there are two. 9-10 needs the am or pm. */
    if (start.doubtful && !start.has_minutes && end.meridiem == MERIDIEM_NONE)
        return NULL;
    enum meridiem meridiem = start.meridiem;
    line->end_min = reading_minutes(&end, end.meridiem);
    if (meridiem == MERIDIEM_NONE && end.meridiem != MERIDIEM_NONE && start.hour <= 12 &&
        start.hour > 0) {
        /* The one am or pm of 9:30-10:15 am is both's, but in 11:30-1:00 pm it is the end's. */
        meridiem = end.meridiem;
        if (reading_minutes(&start, meridiem) > line->end_min)
            meridiem = meridiem == MERIDIEM_PM ? MERIDIEM_AM : MERIDIEM_PM;
    }
    line->start_min = reading_minutes(&start, meridiem);
    if (line->start_min >= DAY_MIN)
        return NULL;
    if (line->end_min <= line->start_min)
        line->end_min += DAY_MIN;
    /* 10:30-09:20 is a slip of the pen, no night and day: only its start is taken. */
    if (line->end_min > DAY_MIN && line->end_min - line->start_min > NIGHT_MIN_MAX)
        line->end_min = -1;
    return second;
}

/** Whether the text is a name or at least its first three letters ("Sat", "Sept", "Tues."). */
static int name_index(const char *text, size_t length, const char *const *names, size_t count)
{
    if (length > 0 && text[length - 1] == '.')
        length--;
    for (size_t i = 0; length >= 3 && i < count; i++)
        if (length <= strlen(names[i]) && strncasecmp(text, names[i], length) == 0)
            return (int)i;
    return -1;
}

/** "2026-03-12", "12.03.2026". */
static bool read_whole_date(const char *text, size_t length, struct agenda_line *line)
{
    int first, second, third;
    const char *rest = read_number(text, 4, &first);
    if (rest == NULL || (*rest != '-' && *rest != '.'))
        return false;
    char separator = *rest;
    rest = read_number(rest + 1, 2, &second);
    if (rest == NULL || *rest != separator)
        return false;
    rest = read_number(rest + 1, 4, &third);
    if (rest == NULL || (size_t)(rest - text) != length)
        return false;
    int year = separator == '-' ? first : third, day = separator == '-' ? third : first;
    if (year < 1000 || second < 1 || second > 12 || day < 1 ||
        day > civil_days_in_month(year, second))
        return false;
    line->year = year;
    line->month = second;
    line->day = day;
    return true;
}

/** "31", "31st", "31.", "2026". */
static bool read_date_number(const char *text, size_t length, struct agenda_line *line)
{
    static const char *const endings[] = {"", "st", "nd", "rd", "th", "."};
    int number;
    const char *rest = read_number(text, 4, &number);
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

static bool read_day_word(const char *text, size_t length, struct agenda_line *line)
{
    int index = name_index(text, length, weekdays, COUNT(weekdays));
    if (index >= 0 && line->weekday < 0) {
        line->weekday = index;
        return true;
    }
    index = name_index(text, length, months, COUNT(months));
    if (index >= 0 && line->month == 0) {
        line->month = index + 1;
        return true;
    }
    return length == 2 && strncasecmp(text, "of", 2) == 0;
}

/** A heading each of whose words is part of a date. */
static bool read_day(const char *text, struct agenda_line *line)
{
    struct agenda_line day = *line;
    text += strspn(text, " #*=_");
    const char *after = skip_word(text, "day");
    if (after != NULL) {
        const char *rest = read_number(skip_blanks(after), 2, &day.day_number);
        if (rest == NULL || day.day_number < 1 || isalnum((unsigned char)*rest))
            return false;
        text = rest;
    }
    while (*text != '\0') {
        size_t separator = strspn(text, " ,:()#*=_|");
        const char *dash = skip_dash(text);
        if (separator > 0 || dash != NULL) {
            text = separator > 0 ? text + separator : dash;
            continue;
        }
        size_t length = strcspn(text, " ,:()#*=_|");
        if (!read_whole_date(text, length, &day) && !read_date_number(text, length, &day) &&
            !read_day_word(text, length, &day))
            return false;
        text += length;
    }
    if ((day.month == 0) != (day.day == 0))
        return false;
    if (day.year == 0 && day.month == 0 && day.weekday < 0 && day.day_number == 0)
        return false;
    /* 2024 is a leap year: 29 February without a year is a date. */
    if (day.month > 0 && day.day > civil_days_in_month(day.year > 0 ? day.year : 2024, day.month))
        return false;
    if (day.year > 0 && day.month == 0)
        return false;
    day.kind = AGENDA_LINE_DAY;
    *line = day;
    return true;
}

/** "Saturday at 10:30, 50 minutes, ROOM, ROOM, Track Speaker". */
static bool read_listed(const char *text, struct agenda_line *line)
{
    struct agenda_line listed = *line;
    size_t length = strcspn(text, " ");
    int minutes;
    struct clock_reading start;
    listed.weekday = name_index(text, length, weekdays, COUNT(weekdays));
    if (listed.weekday < 0 || strncasecmp(text + length, " at ", 4) != 0)
        return false;
    text = read_clock(text + length + 4, &start);
    if (text == NULL || start.doubtful || *text != ',')
        return false;
    text = read_number(skip_blanks(text + 1), 4, &minutes);
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

static void line_rest(struct agenda_line *line, const char *text)
{
    size_t length = strlen(text);
    while (length > 0 && (is_blank(text[length - 1]) || strchr("*_#|=", text[length - 1]) != NULL))
        length--;
    line->rest = text;
    line->rest_length = length;
}

static bool read_room(const char *text, struct agenda_line *line)
{
    const char *name = NULL;
    for (size_t i = 0; i < COUNT(room_words) && name == NULL; i++)
        if (strncasecmp(text, room_words[i], strlen(room_words[i])) == 0)
            name = skip_blanks(text + strlen(room_words[i]));
    if (name == NULL && *text == '#') {
        name = text + strspn(text, "#");
        if (!is_blank(*name))
            return false;
        name = skip_blanks(name);
        for (size_t i = 0; i < COUNT(room_words); i++)
            if (strncasecmp(name, room_words[i], strlen(room_words[i])) == 0)
                name = skip_blanks(name + strlen(room_words[i]));
        for (size_t i = 0; i < COUNT(agenda_words); i++) {
            const char *end = skip_word(name, agenda_words[i]);
            if (end != NULL && end[strspn(end, ": #*")] == '\0')
                return false;
        }
    }
    if (name == NULL)
        return false;
    line_rest(line, name);
    if (line->rest_length == 0)
        return false;
    line->kind = AGENDA_LINE_ROOM;
    return true;
}

void agenda_line_read(const char *text, struct agenda_line *ret_line)
{
    struct agenda_line line = {.start_min = -1, .end_min = -1, .weekday = -1, .rest = text};
    *ret_line = line;
    if (*text == '\0' || read_listed(text, ret_line) || read_day(text, ret_line) ||
        read_room(text, ret_line))
        return;
    const char *from = text;
    for (const char *dash; *from != '\0'; from = dash != NULL ? dash : from + 1) {
        dash = skip_dash(from);
        if (dash == NULL && strncmp(from, "\u2022", 3) == 0)
            dash = from + 3;
        if (dash == NULL && strchr(" *_[(|>", *from) == NULL)
            break;
    }
    from = read_times(from, &line);
    if (from == NULL)
        return;
    for (const char *dash; *from != '\0'; from = dash != NULL ? dash : from + 1) {
        dash = skip_dash(from);
        if (dash == NULL && strchr(" *_])|:,", *from) == NULL)
            break;
    }
    line_rest(&line, from);
    line.kind = AGENDA_LINE_ENTRY;
    *ret_line = line;
}

bool agenda_date_parse(const char *text, int64_t *ret_days)
{
    struct agenda_line line = {0};
    if (strlen(text) != 10 || text[4] != '-' || !read_whole_date(text, 10, &line))
        return false;
    *ret_days = civil_to_days(line.year, line.month, line.day);
    return true;
}

static bool is_particle(const char *text, size_t length)
{
    for (size_t i = 0; i < COUNT(particles); i++)
        if (strlen(particles[i]) == length && strncmp(text, particles[i], length) == 0)
            return true;
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
        if (word == 0 || !is_letter(*text) || ++words > NAME_WORDS_MAX)
            return false;
        if (islower((unsigned char)*text) && (!is_particle(text, word) || stop == end))
            return false;
        for (const char *c = text; c < stop; c++)
            if (is_digit(*c) || strchr(":;!?\"/@", *c) != NULL)
                return false;
        text = stop + (stop < end);
    }
    *ret_words = words;
    return words > 0;
}

/** Behind ", ", " & ", " and " and their like, if they stand here. */
static size_t names_separator(const char *text, size_t length)
{
    static const char *const separators[] = {", and ", ", ",   "; ",   " & ", " and ",
                                             " und ",  " et ", " en ", " y ", " e "};
    for (size_t i = 0; i < COUNT(separators); i++) {
        size_t size = strlen(separators[i]);
        if (size < length && strncmp(text, separators[i], size) == 0)
            return size;
    }
    return 0;
}

/** Read a list of names into the session, or only check it (NULL). false: it is no such list. */
static bool read_names(const char *text, size_t length, bool certain, struct session *session)
{
    size_t count = 0, words = 0;
    while (length > 0) {
        size_t name = 0, separator = 0;
        while (name < length && (separator = names_separator(text + name, length - name)) == 0)
            name++;
        if (!is_name(text, name, &words))
            return false;
        if (session != NULL) {
            char *clean = utf8_clean(text, name, SESSION_NAME_BYTES_MAX - 1);
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

void agenda_title_read(const char *text, size_t length, struct session *ret_session)
{
    const char *names = NULL;
    size_t title = length;
    for (size_t i = 1; i + 2 < length; i++) {
        const char *dash = text[i] == ' ' ? skip_dash(text + i + 1) : NULL;
        if (dash != NULL && dash < text + length && *dash == ' ') {
            title = i;
            names = dash + 1;
        }
    }
    if (names != NULL && read_names(names, (size_t)(text + length - names), true, NULL)) {
        read_names(names, (size_t)(text + length - names), true, ret_session);
        set_title(ret_session, text, title);
        return;
    }
    const char *bracket = length > 2 && text[length - 1] == ')' ? memrchr(text, '(', length) : NULL;
    /* One word in brackets is as well a product's name as a person's. */
    if (bracket != NULL && bracket > text + 1 && bracket[-1] == ' ' &&
        read_names(bracket + 1, (size_t)(text + length - 1 - bracket - 1), false, NULL)) {
        read_names(bracket + 1, (size_t)(text + length - 1 - bracket - 1), false, ret_session);
        set_title(ret_session, text, (size_t)(bracket - 1 - text));
        return;
    }
    set_title(ret_session, text, length);
}
