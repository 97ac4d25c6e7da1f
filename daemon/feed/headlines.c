#include <roomsign/headlines.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/civil.h>
#include <roomsign/fetch.h>
#include <roomsign/markup.h>
#include <roomsign/session.h>
#include <roomsign/utf8.h>
#include <roomsign/xml_reader.h>

#define WHAT "news feed"
#define DATE_BYTES_MAX 100
/** Clocks and zones that are set wrong are never further ahead. */
#define AHEAD_MAX_MS DAY_MS

#define HTML_HEAD "<!doctype html"

/** Elements that matter, where they matter. */
enum place { NOWHERE, ROOT, CHANNEL, ENTRY };
enum field { SOURCE, TITLE, PUBLISHED, UPDATED };
/** root, channel, entry, and the field in it. */
#define PLACES_MAX 4

struct entry {
    char *title;
    int64_t at_ms;
};

struct headlines {
    struct xml_reader *reader;
    int64_t now_ms;
    /** Of dates that name none. */
    struct zone utc;
    /** The first bytes, for saying what it is instead of a feed. */
    char head[sizeof HTML_HEAD];
    size_t head_length;

    bool is_atom;
    /** Elements that are open, and how many of them, from the root on, have a place. */
    int depth, known_depth;
    enum place places[PLACES_MAX];
    /** The depth of the field that text is taken of; 0: none. */
    int field_depth;
    enum field field;
    bool is_markup;
    char text[HEADLINES_TEXT_BYTES_MAX + 1];
    size_t text_length;

    char *source;
    /** The entry that is being read. */
    char *title;
    int64_t published_ms, updated_ms;
    size_t entry_count;
    /** Where an entry without a date stands. */
    int64_t previous_ms;
    struct entry latest[DOCUMENT_HEADLINES_MAX];
    size_t latest_count;
};

static void take_root(struct headlines *headlines, const char *name)
{
    headlines->is_atom = strcmp(name, "feed") == 0;
    if (strcasecmp(name, "html") == 0)
        xml_reader_refuse(headlines->reader, "not a " WHAT ": an HTML page");
    else if (!headlines->is_atom && strcmp(name, "rss") != 0 && strcmp(name, "RDF") != 0)
        xml_reader_refuse(headlines->reader, "not a " WHAT ": XML that is neither RSS nor Atom");
}

/** The place that an element has within another's. */
static enum place place_in(const struct headlines *headlines, enum place place, const char *name)
{
    if (headlines->is_atom)
        return place == ROOT && strcmp(name, "entry") == 0 ? ENTRY : NOWHERE;
    if (place == ROOT && strcmp(name, "channel") == 0)
        return CHANNEL;
    return (place == ROOT || place == CHANNEL) && strcmp(name, "item") == 0 ? ENTRY : NOWHERE;
}

/** RSS borrows its dates from other vocabularies, under whatever prefix. */
static bool is_date(const char *name, enum field *ret_field)
{
    const char *colon = strchr(name, ':');
    const char *local = colon != NULL ? colon + 1 : name;
    if (strcmp(name, "pubDate") == 0 || strcmp(local, "published") == 0)
        *ret_field = PUBLISHED;
    else if (strcmp(local, "updated") == 0 || strcmp(name, "dc:date") == 0)
        *ret_field = UPDATED;
    else
        return false;
    return true;
}

static bool field_in(const struct headlines *headlines, enum place place, const char *name,
                     enum field *ret_field)
{
    bool is_title = strcmp(name, "title") == 0;
    *ret_field = place == ENTRY ? TITLE : SOURCE;
    if (place == ENTRY)
        return is_title || is_date(name, ret_field);
    return is_title && place == (headlines->is_atom ? ROOT : CHANNEL);
}

static void entry_clear(struct headlines *headlines)
{
    free(headlines->title);
    headlines->title = NULL;
    headlines->published_ms = headlines->updated_ms = DOCUMENT_UNKNOWN_MS;
}

static void field_begin(struct headlines *headlines, const char **attributes)
{
    headlines->field_depth = headlines->depth;
    headlines->text_length = 0;
    headlines->text[0] = '\0';
    /* RSS says nothing of it, and feeds write titles as HTML. */
    headlines->is_markup =
        !headlines->is_atom || strcmp(xml_attribute(attributes, "type"), "html") == 0;
}

static void on_text(void *context, const char *text, size_t length)
{
    struct headlines *headlines = context;
    if (headlines->field_depth == 0)
        return;
    size_t room = HEADLINES_TEXT_BYTES_MAX - headlines->text_length;
    size_t taken = length <= room ? length : utf8_cut(text, length, room);
    memcpy(headlines->text + headlines->text_length, text, taken);
    headlines->text_length += taken;
    headlines->text[headlines->text_length] = '\0';
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct headlines *headlines = context;
    bool below_known = headlines->known_depth == headlines->depth;
    headlines->depth++;
    if (headlines->field_depth > 0) {
        /* A title's own elements are left out, and what they hold stays. */
        if (strcmp(name, "br") == 0)
            on_text(headlines, " ", 1);
        return;
    }
    if (headlines->depth == 1) {
        take_root(headlines, name);
        headlines->known_depth = 1;
        headlines->places[0] = ROOT;
        return;
    }
    if (!below_known)
        return;
    enum place outer = headlines->places[headlines->known_depth - 1];
    if (field_in(headlines, outer, name, &headlines->field)) {
        field_begin(headlines, attributes);
        return;
    }
    enum place place = place_in(headlines, outer, name);
    if (place == NOWHERE)
        return;
    headlines->places[headlines->known_depth++] = place;
    if (place == ENTRY)
        entry_clear(headlines);
}

static int64_t date_ms(const struct headlines *headlines, const char *text)
{
    char *date = utf8_clean(text, strlen(text), DATE_BYTES_MAX);
    char instant[DATE_BYTES_MAX + 8];
    int64_t at_ms;
    /* A day alone, as W3C dates may be (https://www.w3.org/TR/NOTE-datetime). */
    snprintf(instant, sizeof instant, "%s%s", date, strlen(date) == 10 ? "T00:00" : "");
    if (!time_parse(instant, &headlines->utc, &at_ms, NULL))
        at_ms = fetch_date_ms(date);
    free(date);
    return at_ms;
}

/** The field's text for people to read. */
static char *plain_text(const struct headlines *headlines, size_t max)
{
    char *whole = utf8_clean(headlines->text, headlines->text_length, HEADLINES_TEXT_BYTES_MAX);
    if (headlines->is_markup)
        markup_strip(&whole);
    char *plain = utf8_clean(whole, strlen(whole), max);
    free(whole);
    return plain;
}

static void take_first(char **member, char *text)
{
    if (*member != NULL && **member != '\0') {
        free(text);
        return;
    }
    free(*member);
    *member = text;
}

static void field_end(struct headlines *headlines)
{
    switch (headlines->field) {
    case SOURCE:
        take_first(&headlines->source, plain_text(headlines, SESSION_NAME_BYTES_MAX));
        break;
    case TITLE:
        take_first(&headlines->title, plain_text(headlines, SESSION_TITLE_BYTES_MAX));
        break;
    case PUBLISHED:
        headlines->published_ms = date_ms(headlines, headlines->text);
        break;
    case UPDATED:
        headlines->updated_ms = date_ms(headlines, headlines->text);
        break;
    }
    headlines->field_depth = 0;
}

static void latest_remove(struct headlines *headlines, size_t index)
{
    struct entry *latest = headlines->latest;
    free(latest[index].title);
    headlines->latest_count--;
    memmove(&latest[index], &latest[index + 1], (headlines->latest_count - index) * sizeof *latest);
}

/** Takes over the title. */
static void latest_add(struct headlines *headlines, char *title, int64_t at_ms)
{
    struct entry *latest = headlines->latest;
    for (size_t i = 0; i < headlines->latest_count; i++) {
        if (strcmp(latest[i].title, title) != 0)
            continue;
        if (latest[i].at_ms >= at_ms) {
            free(title);
            return;
        }
        latest_remove(headlines, i);
        break;
    }
    size_t at = 0;
    while (at < headlines->latest_count && latest[at].at_ms >= at_ms)
        at++;
    if (at == DOCUMENT_HEADLINES_MAX) {
        free(title);
        return;
    }
    if (headlines->latest_count == DOCUMENT_HEADLINES_MAX)
        latest_remove(headlines, DOCUMENT_HEADLINES_MAX - 1);
    memmove(&latest[at + 1], &latest[at], (headlines->latest_count - at) * sizeof *latest);
    latest[at] = (struct entry){title, at_ms};
    headlines->latest_count++;
}

static void entry_end(struct headlines *headlines)
{
    headlines->entry_count++;
    if (headlines->title == NULL || headlines->title[0] == '\0')
        return;
    int64_t at_ms = headlines->published_ms != DOCUMENT_UNKNOWN_MS ? headlines->published_ms
                                                                   : headlines->updated_ms;
    if (at_ms == DOCUMENT_UNKNOWN_MS || at_ms > headlines->now_ms + AHEAD_MAX_MS)
        at_ms = headlines->previous_ms;
    headlines->previous_ms = at_ms;
    latest_add(headlines, headlines->title, at_ms);
    headlines->title = NULL;
}

static void on_end(void *context, const char *name)
{
    struct headlines *headlines = context;
    (void)name;
    if (headlines->field_depth == headlines->depth) {
        field_end(headlines);
    } else if (headlines->known_depth == headlines->depth) {
        if (headlines->places[headlines->known_depth - 1] == ENTRY)
            entry_end(headlines);
        headlines->known_depth--;
    }
    headlines->depth--;
}

struct headlines *headlines_new(int64_t now_ms)
{
    struct headlines *headlines = xcalloc(1, sizeof *headlines);
    const struct xml_handler handler = {
        .context = headlines,
        .what = WHAT,
        .keeps_unknown_entities = true,
        .start = on_start,
        .end = on_end,
        .text = on_text,
    };
    headlines->reader = xml_reader_new(&handler);
    headlines->now_ms = now_ms;
    zone_utc(&headlines->utc);
    headlines->previous_ms = INT64_MAX;
    entry_clear(headlines);
    return headlines;
}

void headlines_free(struct headlines *headlines)
{
    if (headlines == NULL)
        return;
    xml_reader_free(headlines->reader);
    while (headlines->latest_count > 0)
        latest_remove(headlines, headlines->latest_count - 1);
    free(headlines->title);
    free(headlines->source);
    free(headlines);
}

/** Blanks, and a byte order mark's bytes, before the first thing that is said: XML allows no
 *  blanks there, many feeds have some. */
static size_t lead_length(const struct headlines *headlines, const char *bytes, size_t length)
{
    size_t lead = 0;
    while (headlines->head_length == 0 && lead < length && bytes[lead] != '\0' &&
           strchr(" \t\r\n\xEF\xBB\xBF", bytes[lead]) != NULL)
        lead++;
    return lead;
}

bool headlines_push(struct headlines *headlines, const void *bytes, size_t length,
                    struct error *err)
{
    const char *text = bytes;
    size_t lead = lead_length(headlines, text, length);
    text += lead;
    length -= lead;
    size_t room = sizeof headlines->head - 1 - headlines->head_length;
    size_t taken = length < room ? length : room;
    memcpy(headlines->head + headlines->head_length, text, taken);
    headlines->head_length += taken;
    return xml_reader_push(headlines->reader, text, length, err);
}

/** Why there is nothing to show; false: there may be. */
static bool is_useless(const struct headlines *headlines, const struct error *fault,
                       struct error *err)
{
    bool is_broken = fault->message[0] != '\0';
    if (headlines->head_length == 0)
        error_set(err, "not a " WHAT ": empty");
    else if (is_broken && strcasecmp(headlines->head, HTML_HEAD) == 0)
        error_set(err, "not a " WHAT ": an HTML page");
    else if (is_broken && headlines->latest_count == 0)
        error_set(err, "not a " WHAT ": %s", fault->message);
    else if (headlines->latest_count == 0 && headlines->entry_count > 0)
        error_set(err, "none of its entries has a title (entries: %zu)", headlines->entry_count);
    else
        return false;
    return true;
}

bool headlines_finish(struct headlines *headlines, struct document_headlines *ret_headlines,
                      struct error *ret_fault, struct error *err)
{
    struct error fault = {0};
    if (!xml_reader_finish(headlines->reader, &fault, err) || is_useless(headlines, &fault, err))
        return false;
    session_set(&ret_headlines->source, headlines->source != NULL ? headlines->source : "");
    for (size_t i = 0; i < ret_headlines->count; i++)
        free(ret_headlines->titles[i]);
    ret_headlines->count = headlines->latest_count;
    for (size_t i = 0; i < headlines->latest_count; i++) {
        ret_headlines->titles[i] = headlines->latest[i].title;
        headlines->latest[i].title = NULL;
    }
    headlines->latest_count = 0;
    *ret_fault = fault;
    return true;
}
