#include <roomsign/attendee.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/utf8.h>

#define PARAM_BYTES_MAX 512

static bool param_is(const struct ical_line *line, const char *name, const char *value)
{
    char text[PARAM_BYTES_MAX];
    return ical_line_param(line, name, text, sizeof text) && strcasecmp(text, value) == 0;
}

static bool has_param(const struct ical_line *line, const char *name)
{
    char text[PARAM_BYTES_MAX];
    return ical_line_param(line, name, text, sizeof text);
}

/** Whoever has an address (mail, telephone, a server's path) is in somebody's calendar. */
static bool has_address(const struct ical_line *line)
{
    static const char none[] = "invalid:";
    return line->value_length > 0 && (line->value_length < sizeof none - 1 ||
                                      strncasecmp(line->value, none, sizeof none - 1) != 0);
}

static enum attendee attendee_kind(const struct ical_line *line)
{
    char type[PARAM_BYTES_MAX] = "INDIVIDUAL";
    ical_line_param(line, "CUTYPE", type, sizeof type);
    bool is_room = strcasecmp(type, "ROOM") == 0;
    if (is_room || strcasecmp(type, "RESOURCE") == 0) {
        if (param_is(line, "PARTSTAT", "DECLINED"))
            return ATTENDEE_GUEST;
        return is_room ? ATTENDEE_ROOM : ATTENDEE_RESOURCE;
    }
    bool is_person = strcasecmp(type, "INDIVIDUAL") == 0;
    bool invited = has_address(line) || has_param(line, "PARTSTAT") || has_param(line, "RSVP");
    return is_person && !invited ? ATTENDEE_SPEAKER : ATTENDEE_GUEST;
}

bool attendee_is_booked(const struct ical_line *line)
{
    enum attendee kind = line->property == ICAL_ATTENDEE ? attendee_kind(line) : ATTENDEE_GUEST;
    return kind == ATTENDEE_ROOM || kind == ATTENDEE_RESOURCE;
}

enum attendee attendee_read(const struct ical_line *line,
                            char ret_name[static SESSION_NAME_BYTES_MAX])
{
    char name[PARAM_BYTES_MAX];
    enum attendee kind = attendee_kind(line);
    ret_name[0] = '\0';
    if (kind == ATTENDEE_GUEST || !ical_line_param(line, "CN", name, sizeof name))
        return ATTENDEE_GUEST;
    char *clean = utf8_clean(name, strlen(name), SESSION_NAME_BYTES_MAX - 1);
    snprintf(ret_name, SESSION_NAME_BYTES_MAX, "%s", clean);
    free(clean);
    return ret_name[0] != '\0' ? kind : ATTENDEE_GUEST;
}
