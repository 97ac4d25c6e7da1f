#include <roomsign/ical_scan.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>

/** What is enough of a line to know its name, and all of a BEGIN or END. */
#define HEAD_BYTES 64
/** One huge property must not crowd out all that comes after it. */
#define ATTENDEES_MAX 256

enum scope { SCOPE_CALENDAR = 1, SCOPE_EVENT = 2, SCOPE_ALARM = 4, SCOPE_ZONE = 8 };

static const struct {
    const char *name;
    enum ical_property property;
    unsigned scopes;
} properties[] = {
    {"UID", ICAL_UID, SCOPE_EVENT},
    {"DTSTART", ICAL_DTSTART, SCOPE_EVENT | SCOPE_ZONE},
    {"DTEND", ICAL_DTEND, SCOPE_EVENT},
    {"DURATION", ICAL_DURATION, SCOPE_EVENT},
    {"RRULE", ICAL_RRULE, SCOPE_EVENT | SCOPE_ZONE},
    {"RDATE", ICAL_RDATE, SCOPE_EVENT | SCOPE_ZONE},
    {"EXDATE", ICAL_EXDATE, SCOPE_EVENT},
    {"EXRULE", ICAL_EXRULE, SCOPE_EVENT},
    {"RECURRENCE-ID", ICAL_RECURRENCE_ID, SCOPE_EVENT},
    {"SEQUENCE", ICAL_SEQUENCE, SCOPE_EVENT},
    {"SUMMARY", ICAL_SUMMARY, SCOPE_EVENT},
    {"DESCRIPTION", ICAL_DESCRIPTION, SCOPE_EVENT},
    {"CLASS", ICAL_CLASS, SCOPE_EVENT},
    {"LOCATION", ICAL_LOCATION, SCOPE_EVENT},
    {"STATUS", ICAL_STATUS, SCOPE_EVENT},
    {"CATEGORIES", ICAL_CATEGORIES, SCOPE_EVENT},
    {"COLOR", ICAL_COLOR, SCOPE_EVENT},
    {"URL", ICAL_URL, SCOPE_EVENT},
    {"ATTENDEE", ICAL_ATTENDEE, SCOPE_EVENT},
    {"TZID", ICAL_TZID, SCOPE_EVENT | SCOPE_ZONE},
    {"ACTION", ICAL_ACTION, SCOPE_ALARM},
    {"TRIGGER", ICAL_TRIGGER, SCOPE_ALARM},
    {"TZOFFSETFROM", ICAL_TZOFFSETFROM, SCOPE_ZONE},
    {"TZOFFSETTO", ICAL_TZOFFSETTO, SCOPE_ZONE},
    {"X-LIC-LOCATION", ICAL_X_LIC_LOCATION, SCOPE_ZONE},
    {"X-WR-TIMEZONE", ICAL_X_WR_TIMEZONE, SCOPE_CALENDAR},
    {"TIMEZONE-ID", ICAL_TIMEZONE_ID, SCOPE_CALENDAR},
    {"PRODID", ICAL_PRODID, SCOPE_CALENDAR},
};
#define PROPERTY_COUNT (sizeof properties / sizeof properties[0])

enum block_kind { BLOCK_NONE, BLOCK_EVENT, BLOCK_ZONE };

struct ical_scan {
    struct ical_handler handler;
    char line_end;
    bool started;
    bool has_nuls;
    /** Of each event's DESCRIPTION but the first one's. */
    size_t description_max;

    /** The beginning of a line whose name is not all here yet. */
    char head[HEAD_BYTES];
    size_t head_length;
    /** Within a line: what comes up to its end belongs to `keeping`. */
    bool within;
    /** The property that is being kept, or NONE; it ends where a line begins without a blank. */
    enum ical_property keeping;
    size_t keeping_from;

    /** Open VCALENDARs; components of no interest that are open; parts open within the block. */
    size_t calendars_open;
    size_t skipped_open;
    size_t parts_open;
    bool in_alarm;
    enum block_kind kind;
    struct buffer block;
    enum ical_property cut;
    size_t attendees;
    size_t calendar_count;
    size_t event_count;
};

/** The colon between parameters and value; `length` if there is none. Times hold none, but Outlook
 *  writes TZID=(UTC-05:00) without quotes: theirs is the last. */
static size_t value_colon(enum ical_property property, const char *rest, size_t length)
{
    bool quoted = false, last = property == ICAL_DTSTART || property == ICAL_DTEND ||
                                property == ICAL_RECURRENCE_ID || property == ICAL_EXDATE ||
                                property == ICAL_RDATE;
    size_t colon = 0;
    while (!last && colon < length && (rest[colon] != ':' || quoted)) {
        quoted ^= rest[colon] == '"';
        colon++;
    }
    if (!last && colon < length)
        return colon;
    /* A quote that never closes hides no value either. */
    const char *found = last ? memrchr(rest, ':', length) : memchr(rest, ':', length);
    return found == NULL ? length : (size_t)(found - rest);
}

bool ical_block_next(const struct ical_block *block, size_t *cursor, struct ical_line *ret_line)
{
    if (*cursor >= block->length)
        return false;
    const char *line = block->bytes + *cursor;
    const char *rest = line + 1;
    size_t length = strlen(rest);
    size_t colon = value_colon((enum ical_property)(unsigned char)*line, rest, length);
    *ret_line = (struct ical_line){.property = (enum ical_property)(unsigned char)*line};
    ret_line->params = rest;
    ret_line->params_length = colon;
    ret_line->value = rest + colon + (colon < length);
    ret_line->value_length = length - colon - (colon < length);
    *cursor += length + 2;
    return true;
}

/** The end of the parameter that begins at `text`: the next ';' that isn't quoted. */
static const char *param_end(const char *text, const char *end)
{
    bool quoted = false;
    while (text < end && (*text != ';' || quoted)) {
        quoted ^= *text == '"';
        text++;
    }
    return text;
}

static void param_decode(const char *text, const char *end, char *ret_value, size_t size)
{
    size_t written = 0;
    for (; text < end && written + 1 < size; text++) {
        char c = *text;
        if (c == '"')
            continue;
        if (c == '^' && text + 1 < end && strchr("^n'", text[1]) != NULL) {
            c = *++text;
            c = c == 'n' ? '\n' : c == '\'' ? '"' : '^';
        }
        ret_value[written++] = c;
    }
    ret_value[written] = '\0';
}

bool ical_line_param(const struct ical_line *line, const char *name, char *ret_value, size_t size)
{
    const char *text = line->params, *end = line->params + line->params_length;
    size_t name_length = strlen(name);
    while (text < end) {
        const char *stop = param_end(++text, end);
        size_t length = (size_t)(stop - text);
        if (length > name_length && text[name_length] == '=' &&
            strncasecmp(text, name, name_length) == 0) {
            param_decode(text + name_length + 1, stop, ret_value, size);
            return true;
        }
        text = stop;
    }
    return false;
}

const char *ical_property_name(enum ical_property property)
{
    for (size_t i = 0; i < PROPERTY_COUNT; i++)
        if (properties[i].property == property)
            return properties[i].name;
    return "";
}

struct ical_scan *ical_scan_new(const struct ical_handler *handler)
{
    struct ical_scan *scan = xcalloc(1, sizeof *scan);
    scan->handler = *handler;
    scan->line_end = '\n';
    buffer_init(&scan->block, ICAL_BLOCK_BYTES_MAX);
    return scan;
}

void ical_scan_free(struct ical_scan *scan)
{
    if (scan == NULL)
        return;
    buffer_release(&scan->block);
    free(scan);
}

static unsigned scan_scope(const struct ical_scan *scan)
{
    if (scan->kind == BLOCK_ZONE)
        return SCOPE_ZONE;
    if (scan->kind == BLOCK_EVENT && scan->parts_open == 0)
        return SCOPE_EVENT;
    if (scan->kind == BLOCK_EVENT && scan->parts_open == 1 && scan->in_alarm)
        return SCOPE_ALARM;
    return scan->kind == BLOCK_NONE && scan->skipped_open == 0 ? SCOPE_CALENDAR : 0;
}

static enum ical_property property_of(const char *name, size_t length, unsigned scope)
{
    char first = (char)(name[0] & ~0x20);
    for (size_t i = 0; i < PROPERTY_COUNT; i++)
        if (properties[i].name[0] == first && (properties[i].scopes & scope) != 0 &&
            strlen(properties[i].name) == length &&
            strncasecmp(properties[i].name, name, length) == 0)
            return properties[i].property;
    return ICAL_PROPERTY_NONE;
}

void ical_scan_keep_descriptions(struct ical_scan *scan, size_t bytes_max)
{
    scan->description_max = bytes_max;
}

/** Add content to the property that is being kept. */
static void scan_keep(struct ical_scan *scan, const char *bytes, size_t length)
{
    if (length == 0 || scan->keeping == ICAL_PROPERTY_NONE)
        return;
    bool is_first = scan->event_count == 0 || scan->keeping != ICAL_DESCRIPTION;
    size_t most = is_first ? ICAL_LINE_BYTES_MAX : scan->description_max;
    size_t kept = scan->block.length - scan->keeping_from;
    size_t room = kept < most ? most - kept : 0;
    size_t left = scan->block.max - scan->block.length - 1;
    if (left < room)
        room = left;
    /* A cut description is only worth a word to whoever reads an agenda in it. */
    if (length > room && scan->cut == ICAL_PROPERTY_NONE && scan->keeping != ICAL_DESCRIPTION)
        scan->cut = scan->keeping;
    buffer_append(&scan->block, bytes, length < room ? length : room);
}

/** A property begins: its tag first, then what follows its name. */
static void scan_keep_from(struct ical_scan *scan, enum ical_property property)
{
    char tag = (char)property;
    if (property == ICAL_ATTENDEE && ++scan->attendees > ATTENDEES_MAX) {
        if (scan->cut == ICAL_PROPERTY_NONE)
            scan->cut = property;
        return;
    }
    if (scan->block.length + HEAD_BYTES > scan->block.max) {
        if (scan->cut == ICAL_PROPERTY_NONE)
            scan->cut = property;
        return;
    }
    scan->keeping = property;
    scan->keeping_from = scan->block.length;
    buffer_append(&scan->block, &tag, 1);
}

static void scan_block_begin(struct ical_scan *scan, enum block_kind kind)
{
    scan->kind = kind;
    scan->parts_open = 0;
    scan->cut = ICAL_PROPERTY_NONE;
    scan->attendees = 0;
    buffer_clear(&scan->block);
}

static struct ical_block scan_block(const struct ical_scan *scan)
{
    return (struct ical_block){scan->block.data, scan->block.length, scan->cut};
}

/** The kept property is complete. */
static void scan_property_end(struct ical_scan *scan)
{
    enum ical_property property = scan->keeping;
    if (property == ICAL_PROPERTY_NONE)
        return;
    scan->keeping = ICAL_PROPERTY_NONE;
    bool ended = buffer_append(&scan->block, "", 1);
    assert(ended);
    if (scan->kind == BLOCK_NONE) {
        struct ical_block block = scan_block(scan);
        scan->handler.calendar(scan->handler.context, &block);
        buffer_clear(&scan->block);
    }
}

/** "END:VEVENT" is missing: what there is of the event can't be trusted. */
static void scan_block_abandon(struct ical_scan *scan, const char *before)
{
    char message[256], uid[128] = "without UID";
    struct ical_block block = scan_block(scan);
    struct ical_line line;
    for (size_t cursor = 0; ical_block_next(&block, &cursor, &line);)
        if (line.property == ICAL_UID)
            snprintf(uid, sizeof uid, "%.*s", (int)line.value_length, line.value);
    snprintf(message, sizeof message, "event %s is left out: it does not end before %s", uid,
             before);
    if (scan->kind == BLOCK_EVENT)
        scan->handler.warn(scan->handler.context, message);
    scan->kind = BLOCK_NONE;
    buffer_clear(&scan->block);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_word(const char *text, size_t length, const char *word)
{
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static void scan_part_begin(struct ical_scan *scan, const char *name, size_t length)
{
    scan->parts_open++;
    bool alarm = is_word(name, length, "VALARM");
    if (scan->parts_open == 1)
        scan->in_alarm = alarm;
    if (scan->kind == BLOCK_ZONE || (alarm && scan->parts_open == 1)) {
        scan_keep_from(scan, ICAL_PART);
        scan_keep(scan, ":", 1);
        scan_keep(scan, name, length);
        scan_property_end(scan);
    }
}

static void scan_begin(struct ical_scan *scan, const char *name, size_t length)
{
    if (is_word(name, length, "VEVENT")) {
        if (scan->kind != BLOCK_NONE)
            scan_block_abandon(scan, "the next begins");
        scan->skipped_open = 0;
        scan_block_begin(scan, BLOCK_EVENT);
    } else if (scan->kind != BLOCK_NONE) {
        scan_part_begin(scan, name, length);
    } else if (is_word(name, length, "VCALENDAR")) {
        scan->calendars_open++;
        scan->calendar_count++;
    } else if (scan->skipped_open == 0 && is_word(name, length, "VTIMEZONE")) {
        scan_block_begin(scan, BLOCK_ZONE);
    } else {
        scan->skipped_open++;
    }
}

static void scan_end(struct ical_scan *scan, const char *name, size_t length)
{
    if (is_word(name, length, "VCALENDAR")) {
        if (scan->kind != BLOCK_NONE)
            scan_block_abandon(scan, "the calendar ends");
        scan->skipped_open = 0;
        if (scan->calendars_open > 0)
            scan->calendars_open--;
    } else if (scan->kind == BLOCK_EVENT && is_word(name, length, "VEVENT")) {
        struct ical_block block = scan_block(scan);
        scan->event_count++;
        scan->handler.event(scan->handler.context, &block);
        scan_block_begin(scan, BLOCK_NONE);
    } else if (scan->kind == BLOCK_ZONE && is_word(name, length, "VTIMEZONE")) {
        struct ical_block block = scan_block(scan);
        scan->handler.timezone(scan->handler.context, &block);
        scan_block_begin(scan, BLOCK_NONE);
    } else if (scan->kind != BLOCK_NONE) {
        if (scan->parts_open > 0)
            scan->parts_open--;
    } else if (scan->skipped_open > 0) {
        scan->skipped_open--;
    }
}

/** What a page break or the joining of files leaves before a name, which must hide no event. */
static size_t stray_length(const char *text, size_t length)
{
    size_t stray = 0;
    while (stray < length) {
        if (text[stray] == '\f' || text[stray] == '\v')
            stray++;
        else if (length - stray >= 3 && memcmp(text + stray, "\xEF\xBB\xBF", 3) == 0)
            stray += 3;
        else
            break;
    }
    return stray;
}

/** A line begins with these bytes: all of it, or HEAD_BYTES of it. */
static void scan_line_begin(struct ical_scan *scan, const char *text, size_t length)
{
    size_t stray = stray_length(text, length);
    text += stray;
    length -= stray;
    if (length == 0)
        return;
    if (text[0] == ' ' || text[0] == '\t') {
        scan_keep(scan, text + 1, length - 1);
        return;
    }
    scan_property_end(scan);
    size_t name = 0;
    while (name < length && text[name] != ':' && text[name] != ';')
        name++;
    if (name == length)
        return;
    /* A whole line says no more here than the head of one that comes in pieces. */
    size_t head = length < HEAD_BYTES ? length : HEAD_BYTES;
    if (name == 5 && strncasecmp(text, "BEGIN", 5) == 0) {
        scan_begin(scan, text + 6, head - 6);
    } else if (name == 3 && strncasecmp(text, "END", 3) == 0) {
        scan_end(scan, text + 4, head - 4);
    } else {
        unsigned scope = scan_scope(scan);
        enum ical_property property =
            scope == 0 ? ICAL_PROPERTY_NONE : property_of(text, name, scope);
        if (property == ICAL_DESCRIPTION && scan->event_count > 0 && scan->description_max == 0)
            property = ICAL_PROPERTY_NONE;
        if (property != ICAL_PROPERTY_NONE) {
            scan_keep_from(scan, property);
            scan_keep(scan, text + name, length - name);
        }
    }
}

static size_t trim_line_end(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == '\r' || text[length - 1] == '\n'))
        length--;
    return length;
}

/** A line that is here as a whole. An empty one means nothing, not even the end of a folded one. */
static void scan_line(struct ical_scan *scan, const char *text, size_t length)
{
    length = trim_line_end(text, length);
    if (length > 0)
        scan_line_begin(scan, text, length);
}

/** A line that was begun by scan_line_begin ends: its line end may have come in another chunk. */
static void scan_line_end(struct ical_scan *scan)
{
    scan->within = false;
    if (scan->keeping == ICAL_PROPERTY_NONE)
        return;
    while (scan->block.length > scan->keeping_from + 1 &&
           scan->block.data[scan->block.length - 1] == '\r')
        scan->block.data[--scan->block.length] = '\0';
}

/** Bytes at the beginning of a line that doesn't end in this chunk, or began in an earlier one.
 *  Returns how many were taken. */
static size_t scan_head(struct ical_scan *scan, const char *bytes, size_t length, bool ends)
{
    size_t taken = 0;
    while (taken < length && scan->head_length < HEAD_BYTES) {
        scan->head[scan->head_length++] = bytes[taken++];
        /* However much is stray, the head is of what follows. */
        scan->head_length -= stray_length(scan->head, scan->head_length);
    }
    if (ends && taken == length) {
        scan_line(scan, scan->head, scan->head_length);
        scan->head_length = 0;
    } else if (scan->head_length == HEAD_BYTES) {
        scan_line_begin(scan, scan->head, HEAD_BYTES);
        scan->head_length = 0;
        scan->within = true;
    }
    return taken;
}

static void scan_find_line_end(struct ical_scan *scan, const char *bytes, size_t length)
{
    scan->started = true;
    const char *cr = memchr(bytes, '\r', length), *lf = memchr(bytes, '\n', length);
    if (cr != NULL && lf == NULL)
        scan->line_end = '\r';
    if (cr != NULL && lf != NULL && cr < lf && cr[1] != '\n' && cr[1] != '\r')
        scan->line_end = '\r';
}

/** Where CR ends lines, LF may end others; where LF does, CR may stand in a text. */
static const char *find_line_end(const struct ical_scan *scan, const char *bytes, const char *end)
{
    if (scan->line_end == '\n')
        return memchr(bytes, '\n', (size_t)(end - bytes));
    while (bytes < end && *bytes != '\r' && *bytes != '\n')
        bytes++;
    return bytes < end ? bytes : NULL;
}

static void scan_bytes(struct ical_scan *scan, const char *bytes, const char *end)
{
    while (bytes < end) {
        const char *stop = find_line_end(scan, bytes, end);
        bool ends = stop != NULL;
        if (!ends)
            stop = end;
        size_t run = (size_t)(stop - bytes);
        if (scan->within) {
            scan_keep(scan, bytes, run);
            if (ends)
                scan_line_end(scan);
        } else if (ends && scan->head_length == 0) {
            scan_line(scan, bytes, run);
        } else {
            size_t taken = scan_head(scan, bytes, run, ends);
            if (scan->within) { /* the rest of this line is still to come */
                bytes += taken;
                continue;
            }
        }
        bytes = ends ? stop + 1 : end;
    }
}

void ical_scan_push(struct ical_scan *scan, const char *bytes, size_t length)
{
    const char *end = bytes + length, *nul;
    if (!scan->started && length > 0)
        scan_find_line_end(scan, bytes, length);
    while ((nul = memchr(bytes, '\0', (size_t)(end - bytes))) != NULL) {
        if (!scan->has_nuls)
            scan->handler.warn(scan->handler.context, "it holds NUL bytes, which are passed over");
        scan->has_nuls = true;
        scan_bytes(scan, bytes, nul);
        bytes = nul + 1;
    }
    scan_bytes(scan, bytes, end);
}

bool ical_scan_finish(struct ical_scan *scan, struct error *err)
{
    if (scan->within)
        scan_line_end(scan);
    else
        scan_line(scan, scan->head, scan->head_length);
    scan_property_end(scan);
    if (scan->calendar_count == 0 && scan->event_count == 0 && scan->kind == BLOCK_NONE) {
        error_set(err, "not a calendar: no BEGIN:VCALENDAR");
        return false;
    }
    if (scan->calendars_open > 0 || scan->kind != BLOCK_NONE) {
        error_set(err, "truncated: no %s",
                  scan->calendar_count > 0 ? "END:VCALENDAR" : "END:VEVENT");
        return false;
    }
    return true;
}
