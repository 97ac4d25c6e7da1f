#include <roomsign/feed_zones.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>
#include <roomsign/ical_value.h>
#include <roomsign/recurrence.h>
#include <roomsign/zone_names.h>

/** Onsets are worked out for these years; before and after, the nearest one holds. */
#define YEAR_FIRST 1970
#define YEAR_LAST 2100
#define OBSERVANCE_RULES_MAX 4
/** Onsets of a definition. No zone has a tenth of that; what has more is none. */
#define ONSETS_MAX RECURRENCE_MOMENTS_MAX
#define OBSERVANCE_STEPS_MAX INT64_C(200000)

struct zone_entry {
    char name[FEED_ZONE_NAME_BYTES_MAX];
    /** A copy of the VTIMEZONE's block, or NULL. */
    char *bytes;
    size_t length;
    struct zone *zone;
    bool looked_up;
};

struct feed_zones {
    void (*warn)(void *context, const char *message);
    void *context;
    struct zone_entry entries[FEED_ZONES_MAX];
    size_t count;
    size_t bytes;
    bool full_told;
};

/** One STANDARD or DAYLIGHT part while it is read. */
struct observance {
    bool has_start, has_from, has_to;
    int64_t start_ms;
    int64_t from_ms, to_ms;
    struct ical_rule rules[OBSERVANCE_RULES_MAX];
    size_t rule_count;
    struct moments onsets;
};

/** A change of offset: at local_ms by the clocks of before. */
struct onset {
    int64_t at_ms;
    int64_t from_ms;
    int64_t to_ms;
};

struct onsets {
    struct onset *list;
    size_t count;
    size_t capacity;
};

struct feed_zones *feed_zones_new(void (*warn)(void *context, const char *message), void *context)
{
    struct feed_zones *zones = xcalloc(1, sizeof *zones);
    zones->warn = warn;
    zones->context = context;
    return zones;
}

void feed_zones_free(struct feed_zones *zones)
{
    if (zones == NULL)
        return;
    for (size_t i = 0; i < zones->count; i++) {
        free(zones->entries[i].bytes);
        free(zones->entries[i].zone);
    }
    free(zones);
}

static void slice_copy(const char *text, size_t length, char *ret_text, size_t size)
{
    snprintf(ret_text, size, "%.*s", (int)(length < size ? length : size), text);
}

static void zones_full(struct feed_zones *zones)
{
    char message[128];
    if (!zones->full_told) {
        snprintf(message, sizeof message,
                 "more than %d time zones; the times of further ones are taken as the room's",
                 FEED_ZONES_MAX);
        zones->warn(zones->context, message);
    }
    zones->full_told = true;
}

int feed_zones_number(struct feed_zones *zones, const char *name)
{
    if (*name == '\0')
        return FEED_ZONE_FLOATING;
    for (size_t i = 0; i < zones->count; i++)
        if (strcmp(zones->entries[i].name, name) == 0)
            return (int)i;
    if (zones->count == FEED_ZONES_MAX) {
        zones_full(zones);
        return FEED_ZONE_FLOATING;
    }
    struct zone_entry *entry = &zones->entries[zones->count];
    slice_copy(name, strlen(name), entry->name, sizeof entry->name);
    return (int)zones->count++;
}

void feed_zones_define(struct feed_zones *zones, const struct ical_block *block)
{
    char name[FEED_ZONE_NAME_BYTES_MAX] = "";
    struct ical_line line;
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);)
        if (line.property == ICAL_TZID)
            slice_copy(line.value, line.value_length, name, sizeof name);
    int number = feed_zones_number(zones, name);
    if (number == FEED_ZONE_FLOATING || zones->entries[number].bytes != NULL)
        return;
    if (zones->bytes + block->length > FEED_ZONES_BYTES_MAX) {
        char message[FEED_ZONE_NAME_BYTES_MAX + 128];
        snprintf(message, sizeof message,
                 "time zone definitions of more than %d bytes; \"%s\" is known by its name only",
                 FEED_ZONES_BYTES_MAX, name);
        zones->warn(zones->context, message);
        return;
    }
    struct zone_entry *entry = &zones->entries[number];
    entry->bytes = xcalloc(block->length + 1, 1);
    memcpy(entry->bytes, block->bytes, block->length);
    entry->length = block->length;
    zones->bytes += block->length;
}

/** TZOFFSETTO: +hhmm or +hhmmss (§3.3.14). */
static bool parse_offset(const struct ical_line *line, int64_t *ret_ms)
{
    const char *text = line->value;
    int part[3] = {0};
    if (line->value_length < 5 || (text[0] != '+' && text[0] != '-'))
        return false;
    for (size_t i = 0; i < 6 && i + 1 < line->value_length; i++) {
        if (!isdigit((unsigned char)text[i + 1]))
            return false;
        part[i / 2] = part[i / 2] * 10 + (text[i + 1] - '0');
    }
    if (part[0] > 23 || part[1] > 59 || part[2] > 59)
        return false;
    *ret_ms = part[0] * HOUR_MS + part[1] * MINUTE_MS + part[2] * SECOND_MS;
    if (text[0] == '-')
        *ret_ms = -*ret_ms;
    return true;
}

static void observance_dates(struct observance *observance, const struct ical_line *line)
{
    const char *text = line->value, *end = text + line->value_length;
    while (text < end) {
        struct ical_time time;
        const char *stop = memchr(text, ',', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        if (ical_time_parse(text, (size_t)(stop - text), &time))
            moments_add(&observance->onsets, time.local_ms);
        text = stop + 1;
    }
}

static void observance_line(struct observance *observance, const struct ical_line *line)
{
    struct ical_time time;
    switch (line->property) {
    case ICAL_DTSTART:
        observance->has_start = ical_time_parse(line->value, line->value_length, &time);
        observance->start_ms = observance->has_start ? time.local_ms : 0;
        break;
    case ICAL_TZOFFSETFROM:
        observance->has_from = parse_offset(line, &observance->from_ms);
        break;
    case ICAL_TZOFFSETTO:
        observance->has_to = parse_offset(line, &observance->to_ms);
        break;
    case ICAL_RRULE:
        if (observance->rule_count < OBSERVANCE_RULES_MAX &&
            ical_rule_parse(line->value, line->value_length,
                            &observance->rules[observance->rule_count], NULL))
            observance->rule_count++;
        break;
    case ICAL_RDATE:
        observance_dates(observance, line);
        break;
    default:
        break;
    }
}

static void onsets_add(struct onsets *onsets, const struct observance *observance, int64_t local_ms)
{
    if (onsets->count == ONSETS_MAX)
        return;
    if (onsets->count == onsets->capacity) {
        onsets->capacity = onsets->capacity ? onsets->capacity * 2 : 64;
        onsets->list = xrealloc(onsets->list, onsets->capacity * sizeof *onsets->list);
    }
    onsets->list[onsets->count++] = (struct onset){
        .at_ms = local_ms - observance->from_ms,
        .from_ms = observance->from_ms,
        .to_ms = observance->to_ms,
    };
}

/** All onsets of a part that has been read: its start, its rules, its dates. */
static void observance_expand(struct observance *observance, struct onsets *onsets)
{
    if (!observance->has_start || !observance->has_to || onsets->count == ONSETS_MAX)
        return;
    if (!observance->has_from)
        observance->from_ms = observance->to_ms;
    moments_add(&observance->onsets, observance->start_ms);
    for (size_t i = 0; i < observance->rule_count; i++) {
        struct ical_rule *rule = &observance->rules[i];
        struct recurrence_window window = {
            .start_ms = observance->start_ms,
            .from_ms = civil_to_days(YEAR_FIRST - 1, 1, 1) * DAY_MS,
            .until_ms = civil_to_days(YEAR_LAST, 1, 1) * DAY_MS,
        };
        int64_t steps = OBSERVANCE_STEPS_MAX;
        if (rule->rule.frequency != RECURRENCE_YEARLY && rule->rule.frequency != RECURRENCE_MONTHLY)
            continue;
        if (rule->has_until) /* UTC, by the offset that held before (§3.6.5) */
            rule->rule.until_ms = rule->until.local_ms +
                                  (rule->until.is_utc ? observance->from_ms : 0) +
                                  (rule->until.is_date ? DAY_MS - 1 : 0);
        recurrence_expand(&rule->rule, &window, &steps, &observance->onsets);
    }
    for (size_t i = 0; i < observance->onsets.count; i++)
        onsets_add(onsets, observance, observance->onsets.at_ms[i]);
}

static int compare_onsets(const void *a, const void *b)
{
    const struct onset *left = a, *right = b;
    return (left->at_ms > right->at_ms) - (left->at_ms < right->at_ms);
}

/** Changes in order; those that change nothing are left out, and of too many the oldest. */
static void zone_fill(struct zone *zone, const struct onsets *onsets)
{
    size_t first = 0;
    if (onsets->count >= ZONE_CHANGES_MAX)
        first = onsets->count - (ZONE_CHANGES_MAX - 1);
    zone->change_ms[0] = INT64_MIN;
    zone->offset_ms[0] = (int32_t)onsets->list[first].from_ms;
    zone->count = 1;
    for (size_t i = first; i < onsets->count; i++) {
        const struct onset *onset = &onsets->list[i];
        if (zone->offset_ms[zone->count - 1] == onset->to_ms)
            continue;
        if (zone->count > 1 && zone->change_ms[zone->count - 1] == onset->at_ms)
            zone->count--;
        zone->change_ms[zone->count] = onset->at_ms;
        zone->offset_ms[zone->count] = (int32_t)onset->to_ms;
        zone->count++;
    }
}

bool feed_zone_build(const struct ical_block *block, struct zone *ret_zone)
{
    char name[ZONE_NAME_BYTES_MAX] = "";
    struct onsets onsets = {0};
    struct observance observance = {0};
    struct ical_line line;
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);) {
        if (line.property == ICAL_TZID)
            slice_copy(line.value, line.value_length, name, sizeof name);
        if (line.property == ICAL_PART) {
            observance_expand(&observance, &onsets);
            moments_release(&observance.onsets);
            observance = (struct observance){0};
        }
        observance_line(&observance, &line);
    }
    observance_expand(&observance, &onsets);
    moments_release(&observance.onsets);
    bool defined = onsets.count > 0 && onsets.count < ONSETS_MAX;
    if (defined) {
        qsort(onsets.list, onsets.count, sizeof *onsets.list, compare_onsets);
        *ret_zone = (struct zone){0};
        memcpy(ret_zone->name, name, sizeof name);
        zone_fill(ret_zone, &onsets);
    }
    free(onsets.list);
    return defined;
}

/** X-LIC-LOCATION: the IANA name that some write beside a TZID of their own. */
static bool from_location(const struct ical_block *block, struct zone *ret_zone)
{
    struct ical_line line;
    for (size_t cursor = 0; ical_block_next(block, &cursor, &line);) {
        char name[FEED_ZONE_NAME_BYTES_MAX];
        slice_copy(line.value, line.value_length, name, sizeof name);
        if (line.property == ICAL_X_LIC_LOCATION && zone_from_name(name, ret_zone))
            return true;
    }
    return false;
}

static void look_up(struct feed_zones *zones, struct zone_entry *entry)
{
    struct zone *zone = xcalloc(1, sizeof *zone);
    struct ical_block block = {.bytes = entry->bytes, .length = entry->length};
    entry->looked_up = true;
    if ((entry->bytes != NULL && feed_zone_build(&block, zone)) ||
        zone_from_name(entry->name, zone) ||
        (entry->bytes != NULL && from_location(&block, zone))) {
        entry->zone = zone;
        return;
    }
    free(zone);
    char message[FEED_ZONE_NAME_BYTES_MAX + 128];
    snprintf(message, sizeof message,
             "time zone \"%s\" is not known; its times are taken as the room's", entry->name);
    zones->warn(zones->context, message);
}

const struct zone *feed_zones_get(struct feed_zones *zones, int number, const struct zone *fallback)
{
    if (number == FEED_ZONE_FLOATING)
        return fallback;
    struct zone_entry *entry = &zones->entries[number];
    if (!entry->looked_up)
        look_up(zones, entry);
    return entry->zone != NULL ? entry->zone : fallback;
}
