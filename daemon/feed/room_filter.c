#include <roomsign/room_filter.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <roomsign/break_words.h>
#include <roomsign/error.h>
#include <roomsign/utf8.h>

/** Slices of a place that are compared: one of hundreds of brackets and dashes names no room. */
#define PLACE_SLICES_MAX 64
/** What is compared when the closest name is looked for. */
#define DISTANCE_UNITS_MAX 64

/** Normalised names. */
struct names {
    char **items;
    size_t count;
};

struct room_filter {
    bool selects_all;
    bool takes_venue_wide;
    struct names own;
    struct names common;
    struct break_words *breaks;
};

static size_t fold_ascii(const char *text, size_t length, char *ret_text)
{
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (blank && (written == 0 || ret_text[written - 1] == ' '))
            continue;
        ret_text[written++] = blank ? ' ' : (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    while (written > 0 && ret_text[written - 1] == ' ')
        written--;
    ret_text[written] = '\0';
    return written;
}

static int32_t collapse_blanks(UChar *units, int32_t length)
{
    int32_t written = 0;
    for (int32_t i = 0; i < length; i++) {
        bool blank = u_isUWhiteSpace(units[i]) || u_iscntrl(units[i]);
        if (units[i] == 0xFEFF || units[i] == 0x200B ||
            (blank && (written == 0 || units[written - 1] == ' ')))
            continue;
        units[written++] = blank ? ' ' : units[i];
    }
    while (written > 0 && units[written - 1] == ' ')
        written--;
    return written;
}

size_t room_name_normalise(const char *text, size_t length,
                           char ret_text[static ROOM_NAME_BYTES_MAX])
{
    bool ascii = true;
    if (length >= ROOM_NAME_BYTES_MAX)
        length = utf8_cut(text, length, ROOM_NAME_BYTES_MAX - 1);
    for (size_t i = 0; i < length && ascii; i++)
        ascii = (text[i] & 0x80) == 0;
    if (ascii)
        return fold_ascii(text, length, ret_text);
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[ROOM_NAME_BYTES_MAX], folded[ROOM_NAME_BYTES_MAX];
    int32_t units;
    u_strFromUTF8WithSub(wide, ROOM_NAME_BYTES_MAX, &units, text, (int32_t)length, 0xFFFD, NULL,
                         &status);
    units = u_strFoldCase(folded, ROOM_NAME_BYTES_MAX, wide, units, U_FOLD_CASE_DEFAULT, &status);
    const UNormalizer2 *normalizer = unorm2_getNFCInstance(&status);
    units = unorm2_normalize(normalizer, folded, units, wide, ROOM_NAME_BYTES_MAX, &status);
    if (U_SUCCESS(status)) {
        units = collapse_blanks(wide, units);
        u_strToUTF8(ret_text, ROOM_NAME_BYTES_MAX, &units, wide, units, &status);
    }
    if (U_FAILURE(status) || units >= ROOM_NAME_BYTES_MAX)
        units = 0;
    ret_text[units] = '\0';
    return (size_t)units;
}

static void names_fill(struct names *names, const char *first, const char *const *more,
                       size_t count)
{
    names->items = xcalloc(count + 1, sizeof *names->items);
    for (size_t i = 0; i <= count && names->count < ROOM_FILTER_NAMES_MAX; i++) {
        char name[ROOM_NAME_BYTES_MAX];
        const char *text = i == 0 ? first : more[i - 1];
        if (text != NULL && room_name_normalise(text, strlen(text), name) > 0)
            names->items[names->count++] = xstrdup(name);
    }
}

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

struct room_filter *room_filter_new(const struct room_filter_options *options)
{
    struct room_filter *filter = xcalloc(1, sizeof *filter);
    filter->selects_all = options->name == NULL || options->name[0] == '\0';
    filter->takes_venue_wide = options->include_venue_wide || filter->selects_all;
    if (!filter->selects_all)
        names_fill(&filter->own, options->name, options->aliases, options->alias_count);
    names_fill(&filter->common, NULL, options->common_rooms, options->common_room_count);
    filter->breaks = break_words_new(options->breaks, options->break_count);
    return filter;
}

void room_filter_free(struct room_filter *filter)
{
    if (filter == NULL)
        return;
    names_release(&filter->own);
    names_release(&filter->common);
    break_words_free(filter->breaks);
    free(filter);
}

bool room_filter_selects_all(const struct room_filter *filter)
{
    return filter->selects_all;
}

bool room_filter_takes_venue_wide(const struct room_filter *filter)
{
    return filter->takes_venue_wide;
}

bool room_filter_is_break(const struct room_filter *filter, const char *title)
{
    return break_words_match(filter->breaks, title);
}

static bool is_one_of(void *context, const char *name)
{
    const struct names *names = context;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

/** A slice of a place. */
struct part {
    const char *text;
    size_t length;
};

/** Whom the names of a place are shown to, until one is taken. */
struct taker {
    bool (*take)(void *context, const char *name);
    void *context;
};

static bool offer(const struct taker *taker, const char *text, size_t length)
{
    char name[ROOM_NAME_BYTES_MAX];
    return room_name_normalise(text, length, name) > 0 && taker->take(taker->context, name);
}

static struct part part_trim(struct part part)
{
    while (part.length > 0 && (part.text[0] == ' ' || part.text[0] == '\t'))
        part.text++, part.length--;
    while (part.length > 0 &&
           (part.text[part.length - 1] == ' ' || part.text[part.length - 1] == '\r'))
        part.length--;
    return part;
}

/** Where `mark` next stands in a part, from `from` on; the part's length: nowhere. */
static size_t part_find(struct part part, size_t from, const char *mark)
{
    const char *found = from >= part.length
                            ? NULL
                            : memmem(part.text + from, part.length - from, mark, strlen(mark));
    return found == NULL ? part.length : (size_t)(found - part.text);
}

/** The part as it is, or what stands before one of its ` (`; then it ends with that bracket.
 *  *slices is counted down to 0, from where on nothing is offered. */
static bool offer_part(const struct taker *taker, struct part *part, size_t *slices)
{
    if (*slices == 0)
        return false;
    --*slices;
    if (offer(taker, part->text, part->length))
        return true;
    for (size_t at = part_find(*part, 1, " ("); *slices > 0 && at < part->length;
         at = part_find(*part, at + 1, " (")) {
        --*slices;
        if (!offer(taker, part->text, at))
            continue;
        size_t closing = part_find(*part, at, ")");
        part->length = closing < part->length ? closing + 1 : closing;
        return true;
    }
    return false;
}

static struct part first_line(const char *location)
{
    return part_trim((struct part){location, strcspn(location, "\n")});
}

/**
 * The forms in which publishers hide a room in a place: `Room - Venue` (at each ` - `, because
 * names hold it too), `Room (Note)`, `Room, Deck 4`, `Room A, Room B`.
 */
static bool offer_forms(const struct taker *taker, const char *location, struct part *ret_part)
{
    struct part line = first_line(location);
    size_t slices = PLACE_SLICES_MAX;
    *ret_part = line;
    if (offer_part(taker, ret_part, &slices))
        return true;
    for (size_t at = part_find(line, 0, " - "); at < line.length && slices > 0;
         at = part_find(line, at + 1, " - ")) {
        *ret_part = part_trim((struct part){line.text, at});
        if (offer_part(taker, ret_part, &slices))
            return true;
    }
    for (size_t from = 0; from < line.length && slices > 0;) {
        size_t length = strcspn(line.text + from, ",;\n");
        if (length > line.length - from)
            length = line.length - from;
        *ret_part = part_trim((struct part){line.text + from, length});
        if (offer_part(taker, ret_part, &slices))
            return true;
        from += length + 1;
    }
    return false;
}

static void part_show(struct part part, char ret_room[static SESSION_NAME_BYTES_MAX])
{
    char *clean = utf8_clean(part.text, part.length, SESSION_NAME_BYTES_MAX - 1);
    snprintf(ret_room, SESSION_NAME_BYTES_MAX, "%s", clean);
    free(clean);
}

void room_of_location(const char *location, char ret_room[static SESSION_NAME_BYTES_MAX])
{
    struct part line = first_line(location);
    bool address_follows = strchr(location, '\n') != NULL;
    size_t last = line.length;
    for (size_t at = part_find(line, 0, " - "); address_follows && at < line.length;
         at = part_find(line, at + 1, " - "))
        last = at;
    line.length = last;
    line = part_trim(line);
    while (line.length > 0 &&
           (line.text[line.length - 1] == ',' || line.text[line.length - 1] == ' '))
        line.length--;
    part_show(line, ret_room);
}

bool room_names_offer(const char *location, bool (*take)(void *context, const char *name),
                      void *context)
{
    const struct taker taker = {take, context};
    char room[SESSION_NAME_BYTES_MAX];
    struct part part;
    room_of_location(location, room);
    return room[0] != '\0' &&
           (offer(&taker, location, strlen(location)) || offer(&taker, room, strlen(room)) ||
            offer_forms(&taker, location, &part));
}

enum room_match room_filter_match(const struct room_filter *filter, const char *location,
                                  char ret_room[static SESSION_NAME_BYTES_MAX])
{
    const struct taker takers[] = {{is_one_of, (void *)&filter->own},
                                   {is_one_of, (void *)&filter->common}};
    static const enum room_match MATCHES[] = {ROOM_MATCH_ROOM, ROOM_MATCH_COMMON};
    bool asked[] = {filter->own.count > 0, filter->common.count > 0};
    struct part part = {location, strlen(location)};
    room_of_location(location, ret_room);
    if (ret_room[0] == '\0')
        return ROOM_MATCH_NO_ROOM;
    for (size_t i = 0; i < 2; i++)
        if (asked[i] && offer(&takers[i], part.text, part.length)) {
            part_show(part, ret_room);
            return MATCHES[i];
        }
    /* The name that is shown of a place, and offered as the closest, is a name of it. */
    for (size_t i = 0; i < 2; i++)
        if (asked[i] && offer(&takers[i], ret_room, strlen(ret_room)))
            return MATCHES[i];
    for (size_t i = 0; i < 2; i++)
        if (asked[i] && offer_forms(&takers[i], location, &part)) {
            part_show(part, ret_room);
            return MATCHES[i];
        }
    if (filter->selects_all)
        return ROOM_MATCH_ROOM;
    ret_room[0] = '\0';
    return ROOM_MATCH_NONE;
}

/** Levenshtein's, over UTF-16 units. */
static size_t edit_distance(const char *a, const char *b)
{
    UChar left[DISTANCE_UNITS_MAX], right[DISTANCE_UNITS_MAX];
    int32_t left_length = 0, right_length = 0;
    size_t row[DISTANCE_UNITS_MAX + 1] = {0};
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(left, DISTANCE_UNITS_MAX, &left_length, a, -1, 0xFFFD, NULL, &status);
    status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(right, DISTANCE_UNITS_MAX, &right_length, b, -1, 0xFFFD, NULL, &status);
    if (left_length > DISTANCE_UNITS_MAX)
        left_length = DISTANCE_UNITS_MAX;
    if (right_length > DISTANCE_UNITS_MAX)
        right_length = DISTANCE_UNITS_MAX;
    for (int32_t j = 0; j <= right_length; j++)
        row[j] = (size_t)j;
    for (int32_t i = 0; i < left_length; i++) {
        size_t diagonal = row[0];
        row[0] = (size_t)i + 1;
        for (int32_t j = 0; j < right_length; j++) {
            size_t best = diagonal + (left[i] != right[j]);
            diagonal = row[j + 1];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j + 1] = diagonal + 1 < best ? diagonal + 1 : best;
        }
    }
    return row[right_length];
}

size_t room_filter_distance(const struct room_filter *filter, const char *room)
{
    char plain[ROOM_NAME_BYTES_MAX];
    size_t best = SIZE_MAX;
    room_name_normalise(room, strlen(room), plain);
    for (size_t i = 0; i < filter->own.count; i++) {
        size_t whole = edit_distance(filter->own.items[i], plain);
        best = whole < best ? whole : best;
    }
    /* Without its brackets the room may stand there; it isn't taken for the same. */
    for (size_t i = 0; i < filter->own.count; i++) {
        char head[ROOM_NAME_BYTES_MAX];
        const char *own = filter->own.items[i], *note = strstr(own, " (");
        snprintf(head, sizeof head, "%.*s", note == NULL ? 0 : (int)(note - own), own);
        size_t bare = note == NULL ? best : edit_distance(head, plain) + 1;
        best = bare < best ? bare : best;
    }
    char *bracket = strstr(plain, " (");
    if (bracket != NULL)
        *bracket = '\0';
    for (size_t i = 0; i < filter->own.count && bracket != NULL; i++) {
        size_t head = edit_distance(filter->own.items[i], plain);
        best = head < best ? head : best;
    }
    return best;
}
