#include <roomsign/xcal.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/ical_decoder.h>
#include <roomsign/ical_scan.h>
#include <roomsign/xml_reader.h>

/** Of a component, property or parameter. */
#define NAME_BYTES_MAX 64
/** More than the scan takes of a line, so that it is the one that says what was cut. */
#define LINE_BYTES_MAX (ICAL_LINE_BYTES_MAX + 4096)

/** What an open element is. */
enum place {
    /** Of no meaning here, like all that stands in it. */
    FOREIGN,
    ROOT,
    COMPONENT,
    /** <properties>, <components>: only RFC 6321 has them. */
    PROPERTIES,
    COMPONENTS,
    PROPERTY,
    PARAMETERS,
    PARAMETER,
    PARAMETER_VALUE,
    VALUE,
    /** Of a structured value: <freq> in <recur>. */
    PART,
};

struct xcal {
    struct xml_reader *reader;
    void *ical;
    void (*warn)(void *context, const char *message);
    void *context;
    enum place places[XML_READER_DEPTH_MAX + 1];
    int depth;
    size_t calendar_count, calendars_open, event_count;
    /** The content line of the open property. */
    struct buffer line;
    char property[NAME_BYTES_MAX];
    /** What stands in the innermost element, if it is one that holds text. */
    struct buffer text;
    size_t value_count, part_count;
    char parameter[NAME_BYTES_MAX];
    bool parameter_is_put, has_cn;
    char type[NAME_BYTES_MAX];
    char part[NAME_BYTES_MAX];
};

static const char *const COMPONENTS_KNOWN[] = {
    "vevent", "vtodo",    "vjournal", "vfreebusy",     "vtimezone",
    "valarm", "standard", "daylight", "vavailability", "available",
};

/** In the older form: values that are texts, and values that are times. */
static const char *const TEXTS[] = {"SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES", "UID"};
static const char *const TIMES[] = {"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"};

static bool is(const char *name, const char *other)
{
    return strcasecmp(name, other) == 0;
}

static bool is_among(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is(name, list[i]))
            return true;
    return false;
}

#define IS_AMONG(name, list) is_among(name, list, sizeof(list) / sizeof *(list))

static void append_cut(struct buffer *buffer, const char *bytes, size_t length)
{
    size_t room = buffer->max - buffer->length;
    buffer_append(buffer, bytes, length < room ? length : room);
}

static void append_text(struct buffer *buffer, const char *text)
{
    append_cut(buffer, text, strlen(text));
}

/** false: it can't be the name of anything in iCalendar. */
static bool upper_name(const char *name, char ret_name[static NAME_BYTES_MAX])
{
    size_t length = 0;
    for (; name[length] != '\0'; length++) {
        if (length + 1 == NAME_BYTES_MAX ||
            !(isalnum((unsigned char)name[length]) || name[length] == '-' || name[length] == '_'))
            return false;
        ret_name[length] = (char)toupper((unsigned char)name[length]);
    }
    ret_name[length] = '\0';
    return length > 0;
}

/** What was read, without the blanks that indent it. */
static const char *trimmed(struct xcal *xcal)
{
    struct buffer *text = &xcal->text;
    if (text->data == NULL)
        return "";
    while (text->length > 0 && isspace((unsigned char)text->data[text->length - 1]))
        text->data[--text->length] = '\0';
    return text->data + strspn(text->data, " \t\r\n");
}

/** Each of `special` is written as what stands in its place in `escapes`. */
static void append_escaped(struct buffer *line, const char *text, const char *special,
                           const char *const *escapes)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, special);
        append_cut(line, text, plain);
        text += plain;
        if (*text != '\0')
            append_text(line, escapes[strchr(special, *text++) - special]);
    }
}

/** RFC 5545 section 3.3.11. */
static void append_escaped_text(struct buffer *line, const char *text)
{
    static const char *const escapes[] = {"\\\\", "\\;", "\\,", "\\n", " "};
    append_escaped(line, text, "\\;,\n\r", escapes);
}

static void append_raw(struct buffer *line, const char *text)
{
    static const char *const escapes[] = {" ", " "};
    append_escaped(line, text, "\n\r", escapes);
}

/** 2026-01-31T10:30:00 as 20260131T103000. */
static void append_time(struct buffer *line, const char *text)
{
    static const char *const escapes[] = {"", "", " ", " "};
    append_escaped(line, text, "-:\n\r", escapes);
}

/** RFC 6868. */
static void append_quoted(struct buffer *line, const char *text)
{
    static const char *const escapes[] = {"^^", "^'", "^n", " "};
    append_text(line, "\"");
    append_escaped(line, text, "^\"\n\r", escapes);
    append_text(line, "\"");
}

/** -05:00 as -0500. */
static void append_offset(struct buffer *line, const char *text)
{
    static const char *const escapes[] = {"", " ", " "};
    append_escaped(line, text, ":\n\r", escapes);
}

/** Pentabarf's 0:25:00 (days stand before, if there are any) as PT0H25M00S. */
static void append_duration(struct buffer *line, const char *text)
{
    static const char units[] = "DHMS";
    size_t colons = 0;
    for (const char *c = text; *c != '\0'; c++)
        colons += *c == ':';
    if (colons == 0 || colons > 3 || text[strspn(text, "0123456789:")] != '\0') {
        append_raw(line, text);
        return;
    }
    append_text(line, "P");
    for (const char *unit = units + (colons < 3); *text != '\0'; unit++) {
        size_t digits = strspn(text, "0123456789");
        if (*unit == 'H')
            append_text(line, "T");
        append_cut(line, text, digits);
        append_cut(line, unit, 1);
        text += digits + (text[digits] == ':');
    }
}

static void put_parameter(struct xcal *xcal, const char *name, const char *value)
{
    append_text(&xcal->line, ";");
    append_text(&xcal->line, name);
    append_text(&xcal->line, "=");
    append_quoted(&xcal->line, value);
    xcal->has_cn |= strcmp(name, "CN") == 0;
}

/** The property's value in the older form, which doesn't say what it is. */
static void put_plain_value(struct xcal *xcal)
{
    const char *value = trimmed(xcal);
    bool is_address = strncasecmp(value, "mailto:", 7) == 0 || strchr(value, '@') != NULL;
    if (is(xcal->property, "ATTENDEE") && !xcal->has_cn && !is_address) {
        put_parameter(xcal, "CN", value);
        value = "invalid:nomail";
    }
    append_text(&xcal->line, ":");
    if (IS_AMONG(xcal->property, TEXTS))
        append_escaped_text(&xcal->line, value);
    else if (IS_AMONG(xcal->property, TIMES))
        append_time(&xcal->line, value);
    else if (is(xcal->property, "DURATION"))
        append_duration(&xcal->line, value);
    else
        append_raw(&xcal->line, value);
}

static void put_value(struct xcal *xcal)
{
    const char *value = trimmed(xcal);
    bool is_time = is(xcal->type, "date") || is(xcal->type, "date-time") ||
                   is(xcal->type, "time") || is(xcal->type, "period");
    if (is_time)
        append_time(&xcal->line, value);
    else if (is(xcal->type, "utc-offset"))
        append_offset(&xcal->line, value);
    /* A parameter that names the zone has no escapes: nor has the zone's own name. */
    else if (is(xcal->type, "text") && !is(xcal->property, "TZID"))
        append_escaped_text(&xcal->line, value);
    else
        append_raw(&xcal->line, value);
}

/** <byday>MO</byday><byday>WE</byday> is BYDAY=MO,WE; a period's parts stand around a slash. */
static void put_part(struct xcal *xcal, const char *name)
{
    char part[NAME_BYTES_MAX];
    bool recurs = is(xcal->type, "recur");
    bool repeated = recurs && xcal->part_count > 0 && is(xcal->part, name);
    if (!upper_name(name, part))
        return;
    if (xcal->part_count++ > 0)
        append_text(&xcal->line, repeated ? "," : is(xcal->type, "period") ? "/" : ";");
    if (recurs && !repeated) {
        append_text(&xcal->line, part);
        append_text(&xcal->line, "=");
    }
    snprintf(xcal->part, sizeof xcal->part, "%s", part);
    if (is(name, "until") || is(name, "start") || is(name, "end"))
        append_time(&xcal->line, trimmed(xcal));
    else
        append_raw(&xcal->line, trimmed(xcal));
}

static void push_line(struct xcal *xcal, const char *text, size_t length)
{
    struct error none = {0};
    ical_format.push(xcal->ical, text, length, &none);
    ical_format.push(xcal->ical, "\n", 1, &none);
}

static void push_limit(struct xcal *xcal, const char *which, const char *name)
{
    char component[NAME_BYTES_MAX], line[NAME_BYTES_MAX + 8];
    if (!upper_name(name, component))
        return;
    snprintf(line, sizeof line, "%s:%s", which, component);
    push_line(xcal, line, strlen(line));
}

static void begin_property(struct xcal *xcal, const char **attributes)
{
    char name[NAME_BYTES_MAX];
    buffer_clear(&xcal->line);
    xcal->value_count = 0;
    xcal->has_cn = false;
    append_text(&xcal->line, xcal->property);
    for (; attributes[0] != NULL; attributes += 2)
        if (upper_name(attributes[0], name) && !is(name, "XMLNS"))
            put_parameter(xcal, name, attributes[1]);
}

/** Its type needs no VALUE parameter: the iCalendar decoder sees it by the value's form. */
static void begin_value(struct xcal *xcal, const char *type)
{
    snprintf(xcal->type, sizeof xcal->type, "%s", type);
    xcal->part_count = 0;
    append_text(&xcal->line, xcal->value_count++ > 0 ? "," : ":");
}

static enum place place_in_component(struct xcal *xcal, const char *name)
{
    if (is(name, "properties"))
        return PROPERTIES;
    if (is(name, "components"))
        return COMPONENTS;
    if (IS_AMONG(name, COMPONENTS_KNOWN))
        return COMPONENT;
    return upper_name(name, xcal->property) ? PROPERTY : FOREIGN;
}

/** What an element is that opens within `parent`. */
static enum place place_of(struct xcal *xcal, enum place parent, const char *name)
{
    char upper[NAME_BYTES_MAX];
    switch (parent) {
    case ROOT:
        return is(name, "vcalendar") ? COMPONENT : FOREIGN;
    case COMPONENT:
        return place_in_component(xcal, name);
    case PROPERTIES:
        return upper_name(name, xcal->property) ? PROPERTY : FOREIGN;
    case COMPONENTS:
        return upper_name(name, upper) ? COMPONENT : FOREIGN;
    case PROPERTY:
        return is(name, "parameters") ? PARAMETERS : VALUE;
    case PARAMETERS:
        return upper_name(name, xcal->parameter) ? PARAMETER : FOREIGN;
    case PARAMETER:
        return PARAMETER_VALUE;
    case VALUE:
        return PART;
    default:
        return FOREIGN;
    }
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct xcal *xcal = context;
    enum place place = ROOT;
    if (xcal->depth == 0 && !is(name, "icalendar"))
        xml_reader_refuse(xcal->reader, "not a calendar: XML with another root element");
    if (xcal->depth > 0)
        place = place_of(xcal, xcal->places[xcal->depth], name);
    /* A property of this name would pass for the limits of a component. */
    if (place == PROPERTY && (is(name, "begin") || is(name, "end")))
        place = FOREIGN;
    xcal->places[++xcal->depth] = place;
    if (place != FOREIGN)
        buffer_clear(&xcal->text);
    if (place == COMPONENT) {
        push_limit(xcal, "BEGIN", name);
        xcal->calendars_open += is(name, "vcalendar");
        xcal->calendar_count += is(name, "vcalendar");
    } else if (place == PROPERTY) {
        begin_property(xcal, attributes);
    } else if (place == PARAMETER) {
        xcal->parameter_is_put = false;
    } else if (place == VALUE) {
        begin_value(xcal, name);
    }
}

/** Of several values in one parameter the first is enough here. */
static void end_parameter(struct xcal *xcal)
{
    if (!xcal->parameter_is_put)
        put_parameter(xcal, xcal->parameter, trimmed(xcal));
    xcal->parameter_is_put = true;
}

static void end_component(struct xcal *xcal, const char *name)
{
    push_limit(xcal, "END", name);
    xcal->calendars_open -= is(name, "vcalendar");
    xcal->event_count += is(name, "vevent");
}

static void on_end(void *context, const char *name)
{
    struct xcal *xcal = context;
    switch (xcal->places[xcal->depth--]) {
    case COMPONENT:
        end_component(xcal, name);
        break;
    case PROPERTY:
        if (xcal->value_count == 0)
            put_plain_value(xcal);
        push_line(xcal, xcal->line.data, xcal->line.length);
        break;
    case PARAMETER:
    case PARAMETER_VALUE:
        end_parameter(xcal);
        break;
    case VALUE:
        if (xcal->part_count == 0)
            put_value(xcal);
        break;
    case PART:
        put_part(xcal, name);
        break;
    default:
        break;
    }
}

static void on_text(void *context, const char *text, size_t length)
{
    struct xcal *xcal = context;
    if (xcal->places[xcal->depth] >= PROPERTY)
        append_cut(&xcal->text, text, length);
}

static void *xcal_open(const struct decoder_request *request,
                       void (*warn)(void *context, const char *message), void *context)
{
    struct xcal *xcal = xcalloc(1, sizeof *xcal);
    const struct xml_handler handler = {
        .context = xcal,
        .what = "calendar",
        .start = on_start,
        .end = on_end,
        .text = on_text,
    };
    xcal->reader = xml_reader_new(&handler);
    xcal->ical = ical_format.open(request, warn, context);
    xcal->warn = warn;
    xcal->context = context;
    buffer_init(&xcal->line, LINE_BYTES_MAX);
    buffer_init(&xcal->text, LINE_BYTES_MAX);
    return xcal;
}

static void xcal_close(void *state)
{
    struct xcal *xcal = state;
    xml_reader_free(xcal->reader);
    ical_format.close(xcal->ical);
    buffer_release(&xcal->line);
    buffer_release(&xcal->text);
    free(xcal);
}

static bool xcal_push(void *state, const char *bytes, size_t length, struct error *err)
{
    struct xcal *xcal = state;
    return xml_reader_push(xcal->reader, bytes, length, err);
}

/** The calendars that the fault left open end before it; an event that is open is left out. */
static void close_calendars(struct xcal *xcal, const struct error *fault)
{
    char message[ERROR_MESSAGE_BYTES_MAX + 64];
    snprintf(message, sizeof message, "%s; only the events before it are known: %zu",
             fault->message, xcal->event_count);
    xcal->warn(xcal->context, message);
    for (; xcal->calendars_open > 0; xcal->calendars_open--)
        push_limit(xcal, "END", "VCALENDAR");
}

static bool xcal_finish(void *state, struct schedule *ret_schedule,
                        struct decode_result *ret_result, struct error *err)
{
    struct xcal *xcal = state;
    struct error fault = {0};
    if (!xml_reader_finish(xcal->reader, &fault, err))
        return false;
    bool partial = fault.message[0] != '\0';
    if (partial && xcal->event_count == 0) {
        *err = fault;
        return false;
    }
    if (xcal->calendar_count == 0) {
        error_set(err, "not a calendar: XML without a vcalendar");
        return false;
    }
    if (partial)
        close_calendars(xcal, &fault);
    if (!ical_format.finish(xcal->ical, ret_schedule, ret_result, err))
        return false;
    ret_result->partial = partial;
    return true;
}

const struct decoder_format xcal_format = {
    .name = "xcal",
    .about = "xCal, iCalendar as XML: RFC 6321, and as Pentabarf writes it",
    .open = xcal_open,
    .push = xcal_push,
    .finish = xcal_finish,
    .close = xcal_close,
};
