#include <roomsign/ical_rooms.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>
#include <roomsign/ical_event.h>
#include <roomsign/ical_value.h>

#define SLOT_COUNT (2 * ICAL_ROOMS_MAX)

struct known_place {
    uint64_t hash;
    enum room_match match;
    /** The room as its publisher writes it; NULL: an unused slot. */
    char *room;
};

/** What the places of one event were, and how many events have the same. */
struct counted_places {
    uint64_t hash;
    /** NULL: an unused slot. */
    char *places;
    size_t event_count;
};

struct ical_rooms {
    const struct room_filter *filter;
    struct known_place *slots;
    size_t count;
    /** NULL until something is counted; SLOT_COUNT of them. */
    struct counted_places *counted;
    size_t counted_count;
    /** Events at places past ICAL_ROOMS_MAX. */
    size_t excess_count;
    char *venues[ICAL_VENUES_MAX];
    size_t venue_count;
};

struct ical_rooms *ical_rooms_new(const struct room_filter *filter)
{
    struct ical_rooms *rooms = xcalloc(1, sizeof *rooms);
    rooms->filter = filter;
    rooms->slots = xcalloc(SLOT_COUNT, sizeof *rooms->slots);
    return rooms;
}

void ical_rooms_free(struct ical_rooms *rooms)
{
    if (rooms == NULL)
        return;
    for (size_t i = 0; i < SLOT_COUNT; i++)
        free(rooms->slots[i].room);
    for (size_t i = 0; i < SLOT_COUNT && rooms->counted != NULL; i++)
        free(rooms->counted[i].places);
    free(rooms->counted);
    for (size_t i = 0; i < rooms->venue_count; i++)
        free(rooms->venues[i]);
    free(rooms->slots);
    free(rooms);
}

static uint64_t hash_bytes(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

static bool is_venue(const struct ical_rooms *rooms, const char *room)
{
    for (size_t i = 0; i < rooms->venue_count; i++)
        if (strcmp(rooms->venues[i], room) == 0)
            return true;
    return false;
}

static void learn_venue(struct ical_rooms *rooms, const char *text, size_t length)
{
    char line[ICAL_LOCATION_BYTES_MAX], venue[SESSION_NAME_BYTES_MAX];
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    room_of_location(line, venue);
    if (venue[0] != '\0' && rooms->venue_count < ICAL_VENUES_MAX && !is_venue(rooms, venue))
        rooms->venues[rooms->venue_count++] = xstrdup(venue);
}

/** From `Audi 1 - NIMHANS Convention Centre\nBengaluru\nIN`: what follows the last ` - ` of the
 *  first line, and each further line. */
static void learn_venues(struct ical_rooms *rooms, const char *location)
{
    size_t first = strcspn(location, "\n");
    const char *dash = NULL;
    if (location[first] == '\0')
        return;
    for (size_t i = 0; i + 3 <= first; i++)
        if (memcmp(location + i, " - ", 3) == 0)
            dash = location + i + 3;
    if (dash == NULL)
        return;
    learn_venue(rooms, dash, first - (size_t)(dash - location));
    for (const char *line = location + first; *line == '\n';) {
        size_t length = strcspn(++line, "\n");
        learn_venue(rooms, line, length);
        line += length;
    }
}

/** The slot of what a place hashes to, or the unused one where it would stand. */
static struct known_place *find_slot(struct ical_rooms *rooms, uint64_t hash)
{
    struct known_place *slot = &rooms->slots[hash % SLOT_COUNT];
    while (slot->room != NULL && slot->hash != hash)
        slot = slot + 1 < rooms->slots + SLOT_COUNT ? slot + 1 : rooms->slots;
    return slot;
}

static enum room_match judge_new(struct ical_rooms *rooms, struct known_place *slot, uint64_t hash,
                                 const char *location)
{
    char room[SESSION_NAME_BYTES_MAX];
    enum room_match match = room_filter_match(rooms->filter, location, room);
    learn_venues(rooms, location);
    if (rooms->count < ICAL_ROOMS_MAX) {
        room_of_location(location, room);
        *slot = (struct known_place){hash, match, xstrdup(room)};
        rooms->count++;
    }
    return match;
}

enum room_match ical_rooms_judge(struct ical_rooms *rooms, const char *raw, size_t length)
{
    uint64_t hash = hash_bytes(raw, length);
    struct known_place *slot = find_slot(rooms, hash);
    if (slot->room != NULL)
        return slot->match;
    char *location = ical_text_unescape(raw, length, ICAL_LOCATION_BYTES_MAX - 1);
    enum room_match match = judge_new(rooms, slot, hash, location);
    free(location);
    return match;
}

enum room_match ical_rooms_judge_plain(struct ical_rooms *rooms, const char *location)
{
    uint64_t hash = hash_bytes(location, strlen(location));
    struct known_place *slot = find_slot(rooms, hash);
    return slot->room != NULL ? slot->match : judge_new(rooms, slot, hash, location);
}

bool ical_rooms_may_be_venue(const char *raw, size_t length)
{
    return memmem(raw, length, " - ", 3) == NULL && memmem(raw, length, "\\n", 2) == NULL &&
           memmem(raw, length, "\\N", 2) == NULL;
}

bool ical_rooms_knows_venues(const struct ical_rooms *rooms)
{
    return rooms->venue_count > 0;
}

void ical_rooms_place(const struct ical_rooms *rooms, const char *location,
                      struct ical_place *ret_place)
{
    const struct room_filter *filter = rooms->filter;
    struct ical_place place = {0};
    char written[SESSION_NAME_BYTES_MAX];
    enum room_match match = room_filter_match(filter, location, place.room);
    room_of_location(location, written);
    if (is_venue(rooms, written) &&
        (match == ROOM_MATCH_NONE || (match == ROOM_MATCH_ROOM && room_filter_selects_all(filter))))
        match = ROOM_MATCH_NO_ROOM;
    if (match == ROOM_MATCH_NO_ROOM)
        place.room[0] = '\0';
    if (match == ROOM_MATCH_NONE)
        snprintf(place.room, sizeof place.room, "%s", written);
    place.venue_wide = match == ROOM_MATCH_NO_ROOM || match == ROOM_MATCH_COMMON;
    place.selected = match == ROOM_MATCH_ROOM || match == ROOM_MATCH_COMMON ||
                     (match == ROOM_MATCH_NO_ROOM && room_filter_takes_venue_wide(filter));
    *ret_place = place;
}

static size_t find_closest(const struct ical_rooms *rooms,
                           char ret_names[static DECODER_CLOSEST_MAX][SESSION_NAME_BYTES_MAX])
{
    size_t distances[DECODER_CLOSEST_MAX], count = 0;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        const char *room = rooms->slots[i].room;
        bool known = room == NULL || room[0] == '\0' || is_venue(rooms, room) ||
                     rooms->slots[i].match == ROOM_MATCH_COMMON;
        for (size_t j = 0; j < count && !known; j++)
            known = strcmp(ret_names[j], room) == 0;
        if (known)
            continue;
        size_t distance = room_filter_distance(rooms->filter, room), at = 0;
        while (at < count && (distances[at] < distance ||
                              (distances[at] == distance && strcmp(ret_names[at], room) < 0)))
            at++;
        if (at == DECODER_CLOSEST_MAX)
            continue;
        if (count < DECODER_CLOSEST_MAX)
            count++;
        memmove(ret_names + at + 1, ret_names + at, (count - at - 1) * sizeof *ret_names);
        memmove(distances + at + 1, distances + at, (count - at - 1) * sizeof *distances);
        distances[at] = distance;
        snprintf(ret_names[at], sizeof ret_names[at], "%s", room);
    }
    return count;
}

void ical_rooms_count(struct ical_rooms *rooms, const char *places)
{
    if (rooms->counted == NULL)
        rooms->counted = xcalloc(SLOT_COUNT, sizeof *rooms->counted);
    uint64_t hash = hash_bytes(places, strlen(places));
    struct counted_places *slot = &rooms->counted[hash % SLOT_COUNT];
    while (slot->places != NULL && slot->hash != hash)
        slot = slot + 1 < rooms->counted + SLOT_COUNT ? slot + 1 : rooms->counted;
    if (slot->places != NULL) {
        slot->event_count++;
    } else if (rooms->counted_count < ICAL_ROOMS_MAX) {
        *slot = (struct counted_places){hash, xstrdup(places), 1};
        rooms->counted_count++;
    } else {
        rooms->excess_count++;
    }
}

/** Leave out those of an event's places that are the venue. */
static void drop_venues(const struct ical_rooms *rooms, char *places)
{
    static const char MARKS[] = {ROOM_TALLY_FURTHER, ROOM_TALLY_LESSER, '\0'};
    char *to = places;
    for (const char *from = places; *from != '\0';) {
        char place[ICAL_LOCATION_BYTES_MAX], room[SESSION_NAME_BYTES_MAX];
        size_t mark = strspn(from, MARKS), length = mark + strcspn(from + mark, MARKS);
        snprintf(place, sizeof place, "%.*s", (int)(length - mark), from + mark);
        room_of_location(place, room);
        if (!is_venue(rooms, room)) {
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    *to = '\0';
}

static void fill_tally(const struct ical_rooms *rooms, struct room_tally *tally)
{
    room_tally_add_excess(tally, rooms->excess_count);
    for (size_t i = 0; i < SLOT_COUNT && rooms->counted != NULL; i++) {
        const struct counted_places *slot = &rooms->counted[i];
        if (slot->places == NULL)
            continue;
        drop_venues(rooms, slot->places);
        room_tally_add(tally, slot->places, slot->event_count);
    }
}

void ical_rooms_report(const struct ical_rooms *rooms, const struct decoder_request *request,
                       const struct ical_rooms_counts *counts, struct decode_result *ret_result)
{
    ret_result->event_count = counts->event_count;
    ret_result->matched_count = counts->matched_count;
    if (room_filter_selects_all(rooms->filter))
        ret_result->matched_count = counts->event_count;
    else if (counts->matched_count == 0)
        ret_result->closest_count = find_closest(rooms, ret_result->closest);
    if (ret_result->matched_count == 0 && ret_result->closest_count == 0 &&
        room_filter_takes_venue_wide(rooms->filter))
        ret_result->matched_count = ret_result->roomless_count = counts->roomless_count;
    if (request->rooms != NULL)
        fill_tally(rooms, request->rooms);
}
