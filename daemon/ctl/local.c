/* A reply speaks UTC; whoever stands at the door goes by the clock in the room. */
#include <roomsign/ctl.h>

#include <string.h>

#include <jansson.h>

#include <roomsign/civil.h>

static bool is_time(const char *key)
{
    static const char *const keys[] = {"start", "end", "next_expected", "target",
                                       "until", "at",  "fetched",       "time"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/** "10:31", "10:31:30" where the seconds matter, with its date where that isn't today's. */
static json_t *local_time(int64_t at_ms, int64_t now_ms, const struct zone *zone)
{
    char text[TIME_TEXT_BYTES];
    struct civil at;
    size_t used = 0;
    bool is_today = now_ms != TIME_NEVER_MS &&
                    zone_day_start_ms(zone, at_ms, 0) == zone_day_start_ms(zone, now_ms, 0);
    zone_to_civil(zone, at_ms, &at);
    if (!is_today)
        used = (size_t)snprintf(text, sizeof(text), "%04d-%02d-%02d ", at.year, at.month, at.day);
    used += (size_t)snprintf(text + used, sizeof(text) - used, "%02d:%02d", at.hour, at.minute);
    if (at.second != 0)
        snprintf(text + used, sizeof(text) - used, ":%02d", at.second);
    return json_string(text);
}

static void localise(json_t *value, int64_t now_ms, const struct zone *zone)
{
    const char *key;
    json_t *member;
    void *next;
    size_t i;
    json_array_foreach(value, i, member) localise(member, now_ms, zone);
    json_object_foreach_safe(value, next, key, member)
    {
        int64_t at_ms;
        if (!json_is_string(member))
            localise(member, now_ms, zone);
        else if (is_time(key) && time_parse(json_string_value(member), NULL, &at_ms, NULL))
            json_object_set_new(value, key, local_time(at_ms, now_ms, zone));
    }
}

struct json_t *ctl_localise(const struct json_t *reply)
{
    json_t *local = json_deep_copy(reply);
    const char *name = json_string_value(json_object_get(reply, "timezone"));
    const char *now = json_string_value(json_object_get(reply, "time"));
    int64_t now_ms;
    struct zone zone;
    if (!local)
        error_out_of_memory();
    if (!now || !time_parse(now, NULL, &now_ms, NULL))
        now_ms = TIME_NEVER_MS;
    if (name && *name && zone_load(name, &zone, NULL))
        localise(local, now_ms, &zone);
    return local;
}
