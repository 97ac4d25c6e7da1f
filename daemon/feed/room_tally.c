#include <roomsign/room_tally.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <unicode/ucol.h>

#include <roomsign/error.h>
#include <roomsign/hash.h>
#include <roomsign/room_filter.h>

#define SLOT_COUNT (2 * ROOM_TALLY_PLACES_MAX)
#define NOWHERE SIZE_MAX

/** Where an event takes place, at one place or several. */
struct place {
    char *parts;
    size_t event_count;
};

/** Steps through the parts. */
struct part {
    char text[ROOM_NAME_BYTES_MAX];
    /** Under which it is shown, and that as names are compared; "" if it names none. */
    char room[SESSION_NAME_BYTES_MAX];
    char name[ROOM_NAME_BYTES_MAX];
    bool is_lesser;
};

struct room_tally {
    struct place places[ROOM_TALLY_PLACES_MAX];
    size_t place_count;
    /** Of all places: as many rooms could come of them. */
    size_t part_count;
    size_t roomless_count, excess_count;
};

/** One way to write a room's name. */
struct spelling {
    /** NULL: an unused slot. */
    char *room;
    size_t event_count;
};

/** A name under which a room may be listed. */
struct candidate {
    /** As names are compared; NULL: an unused slot. */
    char *name;
    /** The one that most events have. Borrowed. */
    const struct spelling *spelling;
    /** Of all places that have this name. */
    size_t event_count;
    /** The last place that was found to have it. */
    size_t last_place;
    /** A place of this name is no list of other candidates. */
    bool is_room;
};

/** All candidates and spellings, by a hash of their name. */
struct candidates {
    struct candidate slots[SLOT_COUNT];
    struct spelling spellings[SLOT_COUNT];
    size_t room_count;
    /** The place whose names are looked up, and its events. */
    size_t place;
    size_t place_events;
};

struct room_tally *room_tally_new(void)
{
    return xcalloc(1, sizeof(struct room_tally));
}

void room_tally_free(struct room_tally *tally)
{
    if (tally == NULL)
        return;
    for (size_t i = 0; i < tally->place_count; i++)
        free(tally->places[i].parts);
    free(tally);
}

/** The next part that names a room, from *cursor on. false: there is none. */
static bool next_part(const char **cursor, struct part *ret_part)
{
    static const char MARKS[] = {ROOM_TALLY_FURTHER, ROOM_TALLY_LESSER, '\0'};
    while (**cursor != '\0') {
        ret_part->is_lesser = **cursor == ROOM_TALLY_LESSER;
        *cursor += strspn(*cursor, MARKS);
        size_t length = strcspn(*cursor, MARKS);
        snprintf(ret_part->text, sizeof ret_part->text, "%.*s", (int)length, *cursor);
        *cursor += length;
        room_of_location(ret_part->text, ret_part->room);
        if (room_name_normalise(ret_part->room, strlen(ret_part->room), ret_part->name) > 0)
            return true;
    }
    return false;
}

/** Whether any part is more than a thing that may be no room. */
static bool names_a_room(const struct place *place)
{
    struct part part;
    for (const char *cursor = place->parts; next_part(&cursor, &part);)
        if (!part.is_lesser)
            return true;
    return false;
}

void room_tally_add(struct room_tally *tally, const char *places, size_t count)
{
    struct part part;
    size_t part_count = 0;
    for (const char *cursor = places; next_part(&cursor, &part);)
        part_count++;
    if (part_count == 0) {
        tally->roomless_count += count;
    } else if (tally->part_count + part_count > ROOM_TALLY_PLACES_MAX) {
        tally->excess_count += count;
    } else {
        tally->part_count += part_count;
        tally->places[tally->place_count++] = (struct place){xstrdup(places), count};
    }
}

void room_tally_add_excess(struct room_tally *tally, size_t count)
{
    tally->excess_count += count;
}

size_t room_tally_roomless_count(const struct room_tally *tally)
{
    return tally->roomless_count;
}

size_t room_tally_excess_count(const struct room_tally *tally)
{
    return tally->excess_count;
}

size_t room_tally_count(const struct room_tally *tally, const struct room_filter *filter)
{
    size_t event_count = 0;
    for (size_t i = 0; i < tally->place_count; i++) {
        char room[SESSION_NAME_BYTES_MAX];
        struct part part;
        bool is_there = false;
        for (const char *cursor = tally->places[i].parts; !is_there && next_part(&cursor, &part);)
            is_there = room_filter_match(filter, part.text, room) == ROOM_MATCH_ROOM;
        event_count += is_there ? tally->places[i].event_count : 0;
    }
    return event_count;
}

/** The slot of a name, or the unused one where it would stand. */
static struct candidate *find_slot(struct candidates *candidates, const char *name)
{
    size_t at = hash_text(HASH_START, name) % SLOT_COUNT;
    while (candidates->slots[at].name != NULL && strcmp(candidates->slots[at].name, name) != 0)
        at = (at + 1) % SLOT_COUNT;
    return &candidates->slots[at];
}

static struct spelling *find_spelling(struct candidates *candidates, const char *room)
{
    size_t at = hash_text(HASH_START, room) % SLOT_COUNT;
    while (candidates->spellings[at].room != NULL &&
           strcmp(candidates->spellings[at].room, room) != 0)
        at = (at + 1) % SLOT_COUNT;
    return &candidates->spellings[at];
}

/** Every room's name as it is written, and as names are compared. */
static void add_candidates(struct candidates *candidates, const struct place *place)
{
    struct part part;
    bool has_room = names_a_room(place);
    for (const char *cursor = place->parts; next_part(&cursor, &part);) {
        if (part.is_lesser && has_room)
            continue;
        struct spelling *spelling = find_spelling(candidates, part.room);
        struct candidate *candidate = find_slot(candidates, part.name);
        if (spelling->room == NULL)
            spelling->room = xstrdup(part.room);
        spelling->event_count += place->event_count;
        if (candidate->name == NULL) {
            candidate->name = xstrdup(part.name);
            candidate->last_place = NOWHERE;
        }
    }
}

static void choose_spelling(struct candidates *candidates, const struct spelling *spelling)
{
    char name[ROOM_NAME_BYTES_MAX];
    room_name_normalise(spelling->room, strlen(spelling->room), name);
    struct candidate *candidate = find_slot(candidates, name);
    const struct spelling *chosen = candidate->spelling;
    if (chosen == NULL || spelling->event_count > chosen->event_count ||
        (spelling->event_count == chosen->event_count && strcmp(spelling->room, chosen->room) < 0))
        candidate->spelling = spelling;
}

/** Count the place for the candidate of that name, once. */
static bool count_name(void *context, const char *name)
{
    struct candidates *candidates = context;
    struct candidate *candidate = find_slot(candidates, name);
    if (candidate->name != NULL && candidate->last_place != candidates->place) {
        candidate->last_place = candidates->place;
        candidate->event_count += candidates->place_events;
    }
    return false;
}

static bool was_counted(void *context, const char *name)
{
    struct candidates *candidates = context;
    const struct candidate *candidate = find_slot(candidates, name);
    return candidate->name != NULL && candidate->last_place == candidates->place;
}

/** Whether each of the comma-separated parts of a room's name is itself a candidate for which the
 *  place has been counted. */
static bool is_list(struct candidates *candidates, const char *room)
{
    size_t part_count = 0;
    for (;;) {
        char part[SESSION_NAME_BYTES_MAX];
        size_t length = strcspn(room, ",;");
        if (part_count == 0 && room[length] == '\0')
            return false;
        snprintf(part, sizeof part, "%.*s", (int)length, room);
        if (!room_names_offer(part, was_counted, candidates))
            return false;
        part_count++;
        if (room[length] == '\0')
            return true;
        room += length + 1;
    }
}

static void count_place(struct candidates *candidates, const struct place *place)
{
    struct part part;
    candidates->place_events = place->event_count;
    for (const char *cursor = place->parts; next_part(&cursor, &part);)
        room_names_offer(part.text, count_name, candidates);
    for (const char *cursor = place->parts; next_part(&cursor, &part);) {
        struct candidate *shown = find_slot(candidates, part.name);
        if (shown->name != NULL && !shown->is_room && !is_list(candidates, part.room)) {
            shown->is_room = true;
            candidates->room_count++;
        }
    }
}

static int compare_lines(const void *a, const void *b, void *context)
{
    const struct room_tally_line *left = a, *right = b;
    const UCollator *collator = context;
    UErrorCode status = U_ZERO_ERROR;
    UCollationResult order = UCOL_EQUAL;
    if (collator != NULL)
        order = ucol_strcollUTF8(collator, left->room, -1, right->room, -1, &status);
    return order != UCOL_EQUAL && U_SUCCESS(status) ? (int)order : strcmp(left->room, right->room);
}

static void sort_lines(struct room_tally_line *lines, size_t count)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *collator = ucol_open("", &status);
    ucol_setAttribute(collator, UCOL_NUMERIC_COLLATION, UCOL_ON, &status);
    qsort_r(lines, count, sizeof *lines, compare_lines, U_SUCCESS(status) ? collator : NULL);
    ucol_close(collator);
}

static void candidates_free(struct candidates *candidates)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        free(candidates->slots[i].name);
        free(candidates->spellings[i].room);
    }
    free(candidates);
}

struct room_tally_line *room_tally_list(const struct room_tally *tally, size_t *ret_count)
{
    struct candidates *candidates = xcalloc(1, sizeof *candidates);
    for (size_t i = 0; i < tally->place_count; i++)
        add_candidates(candidates, &tally->places[i]);
    for (size_t i = 0; i < SLOT_COUNT; i++)
        if (candidates->spellings[i].room != NULL)
            choose_spelling(candidates, &candidates->spellings[i]);
    for (candidates->place = 0; candidates->place < tally->place_count; candidates->place++)
        count_place(candidates, &tally->places[candidates->place]);
    struct room_tally_line *lines = xcalloc(candidates->room_count + 1, sizeof *lines);
    size_t count = 0;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        const struct candidate *candidate = &candidates->slots[i];
        if (!candidate->is_room)
            continue;
        lines[count].event_count = candidate->event_count;
        snprintf(lines[count].room, sizeof lines[count].room, "%s", candidate->spelling->room);
        count++;
    }
    candidates_free(candidates);
    sort_lines(lines, count);
    *ret_count = count;
    return lines;
}

bool room_tally_write_tsv(const struct room_tally *tally, struct buffer *ret_text)
{
    size_t count;
    struct room_tally_line *lines = room_tally_list(tally, &count);
    bool fits = true;
    for (size_t i = 0; i < count && fits; i++)
        fits = buffer_append_format(ret_text, "%zu\t%s\n", lines[i].event_count, lines[i].room);
    free(lines);
    return fits;
}

static int append_to_buffer(const char *bytes, size_t length, void *context)
{
    return buffer_append(context, bytes, length) ? 0 : -1;
}

bool room_tally_write_json(const struct room_tally *tally, struct buffer *ret_text)
{
    size_t count;
    struct room_tally_line *lines = room_tally_list(tally, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *line = json_pack("{s:s, s:I}", "room", lines[i].room, "sessions",
                                 (json_int_t)lines[i].event_count);
        if (json_array_append_new(list, line) != 0)
            error_out_of_memory();
    }
    bool fits = json_dump_callback(list, append_to_buffer, ret_text, JSON_INDENT(1)) == 0 &&
                buffer_append(ret_text, "\n", 1);
    json_decref(list);
    free(lines);
    return fits;
}
