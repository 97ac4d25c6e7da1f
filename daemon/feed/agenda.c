#include <roomsign/agenda.h>

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/hash.h>
#include <roomsign/markup.h>
#include <roomsign/utf8.h>

#include "agenda_text.h"

#define DAY_MIN (24 * 60)
/** What begins before is of the night, if what came before it began half a day later. */
#define NIGHT_MIN (6 * 60)
#define HALF_DAY_MIN (12 * 60)
/** After mornings that begin as early as this, 1:30 is in the afternoon, but not 8:30. */
#define MORNING_MIN (7 * 60)
#define AFTERNOON_MIN (8 * 60)

static_assert(AGENDA_ENTRIES_MAX < SCHEDULE_SESSIONS_MAX, "a schedule takes every entry");

struct entry {
    struct session session;
    /** The date of the heading, in days since 1970. */
    int64_t day;
    int start_min;
    /** May be of the afternoon: agenda_line.is_half_day. */
    bool is_half_day;
    /** -1 until it is known. */
    int64_t length_ms;
    /** The line itself says when it ends. */
    bool has_end;
};

struct agenda {
    struct agenda_request request;
    struct buffer line;
    /** The last line that was neither blank nor an entry nor a heading: a listed entry's title. */
    char *last_text;

    /** The day that weekdays and day numbers are counted from; that of the last heading. */
    bool has_base, has_day;
    int64_t base, day;
    char *room;
    /** Within one heading: the last start, whether it was pm, and whether it is past midnight. */
    int last_start_min;
    bool is_pm;
    bool past_midnight;
    /** The last entry had its time on a line of its own; its title is still to come. */
    bool title_follows;
    /** Some entry had its title beside the time. */
    bool has_title_beside;
    /** The last line ended in a CR, to which an LF may belong. */
    bool after_cr;

    struct entry *entries;
    size_t count, capacity;
    size_t excess_count, undated_count;
    char skipped[AGENDA_SKIPPED_MAX][AGENDA_SKIPPED_BYTES];
    size_t skipped_count;
};

struct agenda *agenda_new(const struct agenda_request *request)
{
    struct agenda *agenda = xcalloc(1, sizeof *agenda);
    agenda->request = *request;
    agenda->has_base = agenda->has_day = request->has_date;
    agenda->base = agenda->day = request->date_days;
    agenda->last_text = xstrdup("");
    agenda->room = xstrdup("");
    agenda->last_start_min = -1;
    buffer_init(&agenda->line, AGENDA_LINE_BYTES_MAX);
    return agenda;
}

void agenda_free(struct agenda *agenda)
{
    if (agenda == NULL)
        return;
    for (size_t i = 0; i < agenda->count; i++)
        session_release(&agenda->entries[i].session);
    free(agenda->entries);
    free(agenda->last_text);
    free(agenda->room);
    buffer_release(&agenda->line);
    free(agenda);
}

size_t agenda_excess_count(const struct agenda *agenda)
{
    return agenda->excess_count;
}

size_t agenda_undated_count(const struct agenda *agenda)
{
    return agenda->undated_count;
}

size_t agenda_skipped_count(const struct agenda *agenda)
{
    return agenda->skipped_count;
}

const char *agenda_skipped_line(const struct agenda *agenda, size_t index)
{
    assert(index < agenda->skipped_count && index < AGENDA_SKIPPED_MAX);
    return agenda->skipped[index];
}

static int64_t weekday_from(int64_t base, int weekday)
{
    struct civil civil;
    civil_from_days(base, &civil);
    return base + (weekday - civil.weekday + 7) % 7;
}

/** A date that may lack its year. false: there is no such day then. */
static bool date_of(const struct agenda *agenda, int year, int month, int day, int64_t *ret_day)
{
    struct civil base;
    civil_from_days(agenda->base, &base);
    if (year == 0) {
        year = base.year;
        /* An agenda of December may reach into January. */
        if (civil_to_days(year, month, 1) < agenda->base - 183)
            year++;
    }
    if (day > civil_days_in_month(year, month))
        return false;
    *ret_day = civil_to_days(year, month, day);
    return true;
}

/** Sun 15th: the first such day from the base on, for as long as the two can keep apart. */
static bool day_of_month(const struct agenda *agenda, const struct agenda_line *line,
                         int64_t *ret_day)
{
    struct civil civil;
    for (*ret_day = agenda->base; *ret_day < agenda->base + 366; ++*ret_day) {
        civil_from_days(*ret_day, &civil);
        if (civil.day == line->day && civil.weekday == line->weekday)
            return true;
    }
    return false;
}

/** Of 03/12/2026 the day that has the weekday beside it, else the nearer to the base. false: that
 *  can't be known. */
static bool choose_order(const struct agenda *agenda, const struct agenda_line *line,
                         int64_t *ret_day)
{
    int64_t days[2];
    struct civil civils[2];
    if (!date_of(agenda, line->year, line->month, line->day, &days[0]) ||
        !date_of(agenda, line->year, line->day, line->month, &days[1]))
        return false;
    civil_from_days(days[0], &civils[0]);
    civil_from_days(days[1], &civils[1]);
    bool fits = civils[0].weekday == line->weekday, other = civils[1].weekday == line->weekday;
    if (fits == other && !agenda->has_base)
        return false;
    bool is_nearer = llabs(days[0] - agenda->base) <= llabs(days[1] - agenda->base);
    *ret_day = days[fits != other ? other : !is_nearer];
    return true;
}

/** The day that a heading means. false: that can't be known without a date. */
static bool day_of(const struct agenda *agenda, const struct agenda_line *line, int64_t *ret_day)
{
    if (line->year == 0 && !agenda->has_base)
        return false;
    if (line->may_be_month_first)
        return choose_order(agenda, line, ret_day);
    if (line->month > 0)
        return date_of(agenda, line->year, line->month, line->day, ret_day);
    if (line->day > 0)
        return day_of_month(agenda, line, ret_day);
    *ret_day = line->weekday >= 0 ? weekday_from(agenda->base, line->weekday)
                                  : agenda->base + line->day_number - 1;
    return true;
}

static void take_heading(struct agenda *agenda)
{
    agenda->last_start_min = -1;
    agenda->past_midnight = false;
    agenda->title_follows = false;
}

static void take_day(struct agenda *agenda, const struct agenda_line *line)
{
    agenda->has_day = day_of(agenda, line, &agenda->day);
    if (agenda->has_day && !agenda->has_base) {
        agenda->base = agenda->day - (line->day_number > 0 ? line->day_number - 1 : 0);
        agenda->has_base = true;
    }
    take_heading(agenda);
}

static void set_clean(char **member, const char *text, size_t length)
{
    char *clean = utf8_clean(text, length, SESSION_NAME_BYTES_MAX - 1);
    session_set(member, clean);
    free(clean);
}

/** From ` "Title" ( 2026 )`: what is in the outermost quotes; all of it if there are none. */
static void listed_title(const char *text, struct session *session)
{
    size_t length = strlen(text);
    const char *last = *text == '"' ? memrchr(text, '"', length) : NULL;
    if (last != NULL && last > text) {
        text++;
        length = (size_t)(last - text);
    }
    char *clean = utf8_clean(text, length, SESSION_TITLE_BYTES_MAX - 1);
    session_set(&session->title, clean);
    free(clean);
}

static int64_t local_ms(const struct agenda *agenda, int64_t day, int minutes)
{
    struct civil civil;
    civil_from_days(day + minutes / DAY_MIN, &civil);
    civil.hour = minutes % DAY_MIN / 60;
    civil.minute = minutes % 60;
    return zone_from_civil(agenda->request.zone, &civil);
}

static struct entry *add_entry(struct agenda *agenda)
{
    if (agenda->count == AGENDA_ENTRIES_MAX) {
        agenda->excess_count++;
        return NULL;
    }
    if (agenda->count == agenda->capacity) {
        agenda->capacity = agenda->capacity > 0 ? 2 * agenda->capacity : 64;
        agenda->entries = xrealloc(agenda->entries, agenda->capacity * sizeof *agenda->entries);
    }
    struct entry *entry = &agenda->entries[agenda->count++];
    *entry = (struct entry){.length_ms = -1};
    session_init(&entry->session);
    return entry;
}

/** The start, and what is added to the times of a clock of twelve hours that has gone around. */
static int start_of(struct agenda *agenda, const struct agenda_line *line, int *ret_shift_min)
{
    int last_min = agenda->last_start_min, start_min = line->start_min;
    bool in_pm = agenda->is_pm || (last_min >= MORNING_MIN && last_min < HALF_DAY_MIN + 60 &&
                                   start_min < AFTERNOON_MIN);
    bool shifts =
        line->is_half_day && in_pm && start_min < last_min && start_min + HALF_DAY_MIN >= last_min;
    agenda->is_pm = line->is_pm || shifts;
    *ret_shift_min = shifts ? HALF_DAY_MIN : 0;
    start_min += *ret_shift_min;
    if (start_min < NIGHT_MIN && last_min - start_min >= DAY_MIN / 2)
        agenda->past_midnight = true;
    agenda->last_start_min = start_min;
    return start_min;
}

static void take_entry(struct agenda *agenda, const struct agenda_line *line, const char *url)
{
    bool listed = line->kind == AGENDA_LINE_LISTED;
    agenda->title_follows = false;
    if (!(listed ? agenda->has_base : agenda->has_day)) {
        agenda->undated_count++;
        return;
    }
    struct entry *entry = add_entry(agenda);
    if (entry == NULL)
        return;
    int start_min = line->start_min, shift_min = 0;
    entry->day = listed ? weekday_from(agenda->base, line->weekday) : agenda->day;
    entry->start_min = start_min;
    if (!listed) {
        start_min = start_of(agenda, line, &shift_min);
        entry->start_min = start_min;
        entry->is_half_day = line->is_half_day && shift_min == 0 && !agenda->past_midnight;
        start_min += agenda->past_midnight ? DAY_MIN : 0;
        agenda_title_read(line->rest, line->rest_length, &entry->session);
        session_set(&entry->session.room, agenda->room);
        session_set(&entry->session.url, url);
        agenda->title_follows = line->rest_length == 0;
        agenda->has_title_beside |= line->rest_length > 0;
    } else {
        listed_title(agenda->last_text, &entry->session);
        set_clean(&entry->session.room, line->rest, line->rest_length);
    }
    entry->session.start_ms = local_ms(agenda, entry->day, start_min);
    entry->has_end = line->end_min >= 0;
    if (entry->has_end) {
        int end_min = line->end_min + start_min - line->start_min;
        entry->length_ms = local_ms(agenda, entry->day, end_min) - entry->session.start_ms;
        if (entry->length_ms < 0) /* over the clocks' being set back and forth */
            entry->length_ms = (line->end_min - line->start_min) * MINUTE_MS;
    }
}

/** Below a blank line stands no title, where titles stand beside their times. */
static void take_blank(struct agenda *agenda)
{
    agenda->title_follows = agenda->title_follows && !agenda->has_title_beside;
}

/** It may have been meant as an entry. */
static void skip_line(struct agenda *agenda, const char *text)
{
    if (agenda->skipped_count++ < AGENDA_SKIPPED_MAX) {
        char *line = agenda->skipped[agenda->skipped_count - 1];
        size_t length = strlen(text), kept = utf8_cut(text, length, AGENDA_SKIPPED_BYTES - 4);
        snprintf(line, AGENDA_SKIPPED_BYTES, "%.*s%s", (int)kept, text,
                 kept < length ? "\u2026" : "");
    }
}

static void take_text(struct agenda *agenda, const char *text)
{
    if (*text == '\0') {
        take_blank(agenda);
        return;
    }
    if (agenda->title_follows)
        agenda_title_read(text, strlen(text), &agenda->entries[agenda->count - 1].session);
    else if (agenda_line_has_time(text))
        skip_line(agenda, text);
    agenda->title_follows = false;
    session_set(&agenda->last_text, text);
}

/** The line without the marks around words, which may begin before the time and end behind it, and
 *  without the address at its end. */
static char *plain_line(const struct buffer *line, char ret_url[static SESSION_URL_BYTES_MAX])
{
    char *clean = utf8_clean(line->data, line->length, AGENDA_LINE_BYTES_MAX);
    agenda_address_take(clean, ret_url);
    markup_strip(&clean);
    return clean;
}

/** The line with bars for tabs, which between title and speaker mean the same. */
static char *with_bars(const struct buffer *line, char ret_url[static SESSION_URL_BYTES_MAX])
{
    struct buffer text;
    buffer_init(&text, 4 * AGENDA_LINE_BYTES_MAX);
    for (size_t i = 0; i < line->length; i++)
        if (line->data[i] != '\t')
            buffer_append(&text, line->data + i, 1);
        else if (i == 0 || line->data[i - 1] != '\t')
            buffer_append_text(&text, " | ");
    char *clean = plain_line(&text, ret_url);
    buffer_release(&text);
    return clean;
}

static void take_line(struct agenda *agenda)
{
    struct agenda_line line = {.kind = AGENDA_LINE_TEXT};
    char *text = NULL, url[SESSION_URL_BYTES_MAX];
    if (memchr(agenda->line.data, '\t', agenda->line.length) != NULL) {
        text = with_bars(&agenda->line, url);
        agenda_line_read(text, &line);
    }
    if (line.kind != AGENDA_LINE_ENTRY) {
        free(text);
        text = plain_line(&agenda->line, url);
        agenda_line_read(text, &line);
    }
    if (line.kind == AGENDA_LINE_ENTRY && line.rest_length == 0 && url[0] != '\0') {
        line.rest = url; /* There is nothing else that tells what it is. */
        line.rest_length = strlen(url);
    }
    switch (line.kind) {
    case AGENDA_LINE_TEXT:
        take_text(agenda, text);
        break;
    case AGENDA_LINE_ENTRY:
    case AGENDA_LINE_LISTED:
        take_entry(agenda, &line, url);
        break;
    case AGENDA_LINE_DAY:
        take_day(agenda, &line);
        break;
    case AGENDA_LINE_ROOM:
        set_clean(&agenda->room, line.rest, line.rest_length);
        take_heading(agenda);
        break;
    }
    free(text);
    buffer_clear(&agenda->line);
}

void agenda_push(struct agenda *agenda, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    while (bytes < end) {
        size_t run = 0;
        while (bytes + run < end && bytes[run] != '\n' && bytes[run] != '\r')
            run++;
        size_t room = agenda->line.max - agenda->line.length;
        buffer_append(&agenda->line, bytes, run < room ? run : room);
        bytes += run;
        if (bytes == end)
            return;
        if (agenda->line.length > 0)
            take_line(agenda);
        else if (*bytes == '\r' || !agenda->after_cr)
            take_blank(agenda);
        agenda->after_cr = *bytes++ == '\r';
    }
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = strcmp(left->session.room, right->session.room);
    if (order != 0)
        return order;
    if (left->day != right->day)
        return left->day < right->day ? -1 : 1;
    if (left->session.start_ms != right->session.start_ms)
        return left->session.start_ms < right->session.start_ms ? -1 : 1;
    return strcmp(left->session.title, right->session.title);
}

static int compare_lengths(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/** "21:00 End", and 21:00 without a word, only say when the one before it ends. */
static bool is_end(const struct entry *entry)
{
    static const char *const words[] = {"end",   "ende",   "fin",        "einde",
                                        "close", "closed", "doors close"};
    if (entry->has_end)
        return false;
    if (entry->session.title[0] == '\0')
        return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(entry->session.title, words[i]) == 0)
            return true;
    return false;
}

static int64_t median_ms(const struct agenda *agenda)
{
    int64_t *lengths = xcalloc(agenda->count + 1, sizeof *lengths);
    size_t count = 0;
    for (size_t i = 0; i < agenda->count; i++)
        if (agenda->entries[i].length_ms > 0)
            lengths[count++] = agenda->entries[i].length_ms;
    qsort(lengths, count, sizeof *lengths, compare_lengths);
    int64_t middle_ms = count > 0 ? lengths[count / 2] : AGENDA_LENGTH_MS;
    free(lengths);
    return middle_ms;
}

/** The entries are in order of room, day and start. */
static void settle_lengths(struct agenda *agenda)
{
    int64_t last_ms = INT64_MIN, next_ms = TIME_NEVER_MS;
    for (size_t i = agenda->count; i-- > 0;) {
        struct entry *entry = &agenda->entries[i];
        int64_t start_ms = entry->session.start_ms;
        last_ms = start_ms > last_ms ? start_ms : last_ms;
        const struct entry *next = i + 1 < agenda->count ? entry + 1 : NULL;
        if (next == NULL || next->day != entry->day ||
            strcmp(next->session.room, entry->session.room) != 0)
            next_ms = TIME_NEVER_MS;
        else if (next->session.start_ms > start_ms)
            next_ms = next->session.start_ms;
        if (entry->length_ms < 0 && next_ms != TIME_NEVER_MS)
            entry->length_ms = next_ms - start_ms;
    }
    int64_t usual_ms = median_ms(agenda);
    for (size_t i = 0; i < agenda->count; i++) {
        struct entry *entry = &agenda->entries[i];
        bool ends_event =
            agenda->request.event_end_ms != TIME_NEVER_MS && entry->session.start_ms == last_ms;
        if (entry->length_ms < 0)
            entry->length_ms =
                ends_event ? agenda->request.event_end_ms - entry->session.start_ms : usual_ms;
        entry->session.end_ms = entry->session.start_ms + entry->length_ms;
    }
}

static bool is_in_event(const struct agenda *agenda, int64_t at_ms)
{
    return at_ms >= agenda->request.event_start_ms && at_ms < agenda->request.event_end_ms;
}

/** 6:30 in an event of the evening. */
static void try_half_day(const struct agenda *agenda, struct entry *entry)
{
    int64_t shifted_ms = local_ms(agenda, entry->day, entry->start_min + HALF_DAY_MIN);
    if (!entry->is_half_day || is_in_event(agenda, entry->session.start_ms) ||
        !is_in_event(agenda, shifted_ms))
        return;
    entry->start_min += HALF_DAY_MIN;
    entry->session.start_ms = shifted_ms;
}

/** What is no part of the event goes before lengths are made of it. */
static void keep_event(struct agenda *agenda)
{
    size_t kept = 0;
    if (agenda->request.event_start_ms == TIME_NEVER_MS)
        return;
    for (size_t i = 0; i < agenda->count; i++) {
        struct entry *entry = &agenda->entries[i];
        try_half_day(agenda, entry);
        if (is_in_event(agenda, entry->session.start_ms))
            agenda->entries[kept++] = *entry;
        else
            session_release(&entry->session);
    }
    agenda->count = kept;
}

static void name_entry(struct entry *entry)
{
    char uid[96];
    struct civil day;
    civil_from_days(entry->day, &day);
    snprintf(uid, sizeof uid, "agenda/%04d-%02d-%02d/%02d%02d/%08" PRIx32, day.year, day.month,
             day.day, entry->start_min / 60, entry->start_min % 60,
             (uint32_t)hash_text(HASH_START, entry->session.title));
    session_set(&entry->session.uid, uid);
}

bool agenda_finish(struct agenda *agenda, struct schedule *ret_schedule, struct error *err)
{
    if (agenda->line.length > 0)
        take_line(agenda);
    if (agenda->count + agenda->undated_count < AGENDA_ENTRIES_LEAST) {
        error_set(err, "not a calendar: no BEGIN:VCALENDAR, nor two lines that begin with a time");
        return false;
    }
    if (agenda->count == 0) {
        error_set(err, "an agenda without a date: write one above it, such as 2026-03-12, or set "
                       "[feed] date");
        return false;
    }
    keep_event(agenda);
    if (agenda->count < AGENDA_ENTRIES_LEAST && agenda->request.event_start_ms != TIME_NEVER_MS) {
        error_set(err, "an agenda of another time than its event");
        return false;
    }
    qsort(agenda->entries, agenda->count, sizeof *agenda->entries, compare_entries);
    settle_lengths(agenda);
    for (size_t i = 0; i < agenda->count; i++) {
        struct entry *entry = &agenda->entries[i];
        if (is_end(entry))
            continue;
        name_entry(entry);
        if (!schedule_add(ret_schedule, &entry->session))
            agenda->excess_count++;
    }
    return true;
}
