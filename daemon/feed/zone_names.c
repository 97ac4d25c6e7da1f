#include <roomsign/zone_names.h>

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

#define NAME_BYTES_MAX 128
#define OFFSET_HOURS_MAX 14

/** A zone that is always this far ahead of UTC. */
static void zone_fixed(int32_t offset_ms, struct zone *ret_zone)
{
    int minutes = (int)(offset_ms / MINUTE_MS);
    char sign = minutes < 0 ? '-' : '+';
    zone_utc(ret_zone);
    minutes = abs(minutes);
    if (minutes == 0)
        return;
    ret_zone->offset_ms[0] = offset_ms;
    snprintf(ret_zone->name, sizeof ret_zone->name, "UTC%c%02d:%02d", sign, minutes / 60 % 100,
             minutes % 60);
}

/** Plain IANA; a vendor's path before it (/freeassociation.sourceforge.net/Tzfile/Europe/Rome);
 *  '-' for '/' (FOSDEM's Europe-Brussels), blanks for '_'. */
static bool from_iana(const char *name, struct zone *ret_zone)
{
    char plain[NAME_BYTES_MAX];
    snprintf(plain, sizeof plain, "%s", name);
    for (char *c = plain; *c != '\0'; c++)
        if (*c == ' ')
            *c = '_';
    for (const char *rest = plain; rest != NULL; rest = strchr(rest, '/')) {
        rest += *rest == '/';
        if (*rest != '\0' && zone_load(rest, ret_zone, NULL))
            return true;
    }
    char *dash = strchr(plain, '-');
    if (dash == NULL || dash[1] == '\0' || isdigit((unsigned char)dash[1]))
        return false;
    *dash = '/';
    return zone_load(plain, ret_zone, NULL);
}

static bool from_windows(const char *name, struct zone *ret_zone)
{
    UChar wide[NAME_BYTES_MAX], id[NAME_BYTES_MAX];
    char iana[NAME_BYTES_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t units = 0;
    /* What fills its buffer to the end has no NUL. */
    u_strFromUTF8(wide, NAME_BYTES_MAX, &units, name, -1, &status);
    int32_t length = ucal_getTimeZoneIDForWindowsID(wide, units, NULL, id, NAME_BYTES_MAX, &status);
    if (U_FAILURE(status) || length == 0)
        return false;
    u_strToUTF8(iana, sizeof iana, NULL, id, length, &status);
    bool fits = U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
    return fits && zone_load(iana, ret_zone, NULL);
}

/** "-05:00", "+0530", "+1", "-05.00": the offset, and where it ends. */
static const char *parse_offset(const char *text, int32_t *ret_ms)
{
    int hours = 0, minutes = 0;
    if (*text != '+' && *text != '-')
        return NULL;
    int sign = *text++ == '-' ? -1 : 1;
    const char *first = text;
    while (isdigit((unsigned char)*text) && text - first < 4)
        hours = hours * 10 + (*text++ - '0');
    if (text == first)
        return NULL;
    if (text - first > 2) {
        minutes = hours % 100;
        hours /= 100;
    } else if ((*text == ':' || *text == '.') && isdigit((unsigned char)text[1]) &&
               isdigit((unsigned char)text[2])) {
        minutes = (text[1] - '0') * 10 + (text[2] - '0');
        text += 3;
    }
    if (hours > OFFSET_HOURS_MAX || minutes > 59)
        return NULL;
    *ret_ms = (int32_t)(sign * (hours * HOUR_MS + minutes * MINUTE_MS));
    return text;
}

/** After "UTC", "GMT", or nothing at all. */
static const char *parse_utc_offset(const char *text, int32_t *ret_ms)
{
    if (strncasecmp(text, "UTC", 3) == 0 || strncasecmp(text, "GMT", 3) == 0)
        text += 3;
    while (*text == ' ')
        text++;
    return parse_offset(text, ret_ms);
}

/** The zone's offset without daylight saving, by ICU. */
static bool standard_offset(const UChar *id, int32_t *ret_ms)
{
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = ucal_open(id, -1, NULL, UCAL_GREGORIAN, &status);
    int32_t offset_ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &status);
    ucal_close(calendar);
    *ret_ms = offset_ms;
    return U_SUCCESS(status);
}

/** The IANA zone whose last part is this city, at this standard offset. */
static bool from_city(const char *city, int32_t offset_ms, struct zone *ret_zone)
{
    char wanted[NAME_BYTES_MAX];
    UErrorCode status = U_ZERO_ERROR;
    bool found = false;
    snprintf(wanted, sizeof wanted, "%s", city);
    for (char *c = wanted; *c != '\0'; c++)
        if (*c == ' ')
            *c = '_';
    UEnumeration *ids = ucal_openTimeZones(&status);
    const UChar *id;
    while (!found && U_SUCCESS(status) && (id = uenum_unext(ids, NULL, &status)) != NULL) {
        char name[NAME_BYTES_MAX];
        int32_t standard_ms;
        u_strToUTF8(name, sizeof name, NULL, id, -1, &status);
        const char *last = strrchr(name, '/');
        found = last != NULL && strcasecmp(last + 1, wanted) == 0 &&
                standard_offset(id, &standard_ms) && standard_ms == offset_ms &&
                zone_load(name, ret_zone, NULL);
    }
    uenum_close(ids);
    return found;
}

/** The Windows name behind a display name: "Eastern Time (US & Canada)" is "Eastern Standard
 *  Time", "Central America" is "Central America Standard Time". */
static bool from_display_region(const char *region, int32_t offset_ms, struct zone *ret_zone)
{
    char head[NAME_BYTES_MAX], name[NAME_BYTES_MAX + 32];
    snprintf(head, sizeof head, "%s", region);
    char *bracket = strstr(head, " (");
    if (bracket != NULL)
        *bracket = '\0';
    size_t length = strlen(head);
    if (length > 5 && strcasecmp(head + length - 5, " Time") == 0)
        head[length - 5] = '\0';
    snprintf(name, sizeof name, "%s Standard Time", head);
    struct zone *zone = malloc(sizeof *zone);
    /* At the start of 2020 it is winter in the north; daylight saving is at most an hour. */
    bool found = zone != NULL && from_windows(name, zone);
    if (found) {
        int64_t now_ms = zone_offset_ms(zone, civil_to_days(2020, 1, 1) * DAY_MS);
        found = now_ms == offset_ms || now_ms == offset_ms + HOUR_MS;
    }
    if (found)
        *ret_zone = *zone;
    free(zone);
    return found;
}

/** "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna". */
static bool from_display(const char *name, struct zone *ret_zone)
{
    int32_t offset_ms = 0;
    if (*name != '(')
        return false;
    const char *rest = strncmp(name, "(UTC)", 5) == 0 || strncmp(name, "(GMT)", 5) == 0
                           ? name + 4
                           : parse_utc_offset(name + 1, &offset_ms);
    if (rest == NULL || *rest != ')')
        return false;
    for (rest++; *rest == ' ';)
        rest++;
    if (from_display_region(rest, offset_ms, ret_zone))
        return true;
    while (*rest != '\0') {
        char city[NAME_BYTES_MAX];
        size_t length = strcspn(rest, ",");
        snprintf(city, sizeof city, "%.*s", (int)(length < 100 ? length : 100), rest);
        if (city[0] != '\0' && from_city(city, offset_ms, ret_zone))
            return true;
        rest += length;
        rest += strspn(rest, ", ");
    }
    zone_fixed(offset_ms, ret_zone);
    return true;
}

bool zone_from_name(const char *name, struct zone *ret_zone)
{
    char plain[NAME_BYTES_MAX];
    while (isspace((unsigned char)*name) || *name == '"')
        name++;
    size_t length = strlen(name);
    while (length > 0 && (isspace((unsigned char)name[length - 1]) || name[length - 1] == '"'))
        length--;
    if (length == 0 || length >= sizeof plain)
        return false;
    memcpy(plain, name, length);
    plain[length] = '\0';
    if (strcasecmp(plain, "UTC") == 0 || strcasecmp(plain, "Z") == 0) {
        zone_utc(ret_zone);
        return true;
    }
    if (from_iana(plain, ret_zone) || from_windows(plain, ret_zone) ||
        from_display(plain, ret_zone))
        return true;
    int32_t offset_ms;
    const char *rest = parse_utc_offset(plain, &offset_ms);
    if (rest != NULL && *rest == '\0') {
        zone_fixed(offset_ms, ret_zone);
        return true;
    }
    /* Outlook numbers zones that it meets twice: "W. Europe Standard Time 1". */
    while (length > 0 && isdigit((unsigned char)plain[length - 1]))
        length--;
    if (length < 2 || plain[length] == '\0' || plain[length - 1] != ' ')
        return false;
    plain[length - 1] = '\0';
    return from_windows(plain, ret_zone);
}
