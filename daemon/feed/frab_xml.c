#include <roomsign/frab_xml.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/frab.h>
#include <roomsign/xml_reader.h>

struct frab_xml {
    struct xml_reader *reader;
    struct frab *frab;
    /** Elements that are open, and how many of them, from the root on, are what a schedule has in
     *  that place. */
    int depth, known_depth;
    struct frab_event event;
    char room[FRAB_TEXT_BYTES_MAX + 1];
    /** What stands in the innermost known element. */
    char text[FRAB_TEXT_BYTES_MAX + 1];
    size_t text_length;
    bool in_conference, in_persons, has_content;
    enum frab_field field;
};

/** Where an element stands: the depth that it opens. */
enum { ROOT = 1, DAY, ROOM, EVENT, FIELD, PERSON };

/** Whether an element belongs where it stands, below known ones. */
static bool take_start(struct frab_xml *xml, const char *name, const char **attributes)
{
    switch (xml->depth) {
    case ROOT:
        if (strcmp(name, "schedule") != 0)
            xml_reader_refuse(xml->reader, "not a schedule: XML with another root element");
        return true;
    case DAY:
        xml->in_conference = strcmp(name, "conference") == 0;
        if (strcmp(name, "day") == 0)
            frab_begin_day(xml->frab, xml_attribute(attributes, "date"),
                           xml_attribute(attributes, "start"));
        xml->has_content |= xml->in_conference || strcmp(name, "day") == 0;
        return xml->in_conference || strcmp(name, "day") == 0;
    case ROOM:
        if (xml->in_conference && strcmp(name, "track") == 0)
            frab_declare_track(xml->frab, xml_attribute(attributes, "name"),
                               xml_attribute(attributes, "color"));
        if (xml->in_conference)
            return strcmp(name, "time_zone_name") == 0 || strcmp(name, "day_change") == 0;
        snprintf(xml->room, sizeof xml->room, "%s", xml_attribute(attributes, "name"));
        return strcmp(name, "room") == 0;
    case EVENT:
        frab_event_clear(&xml->event);
        frab_event_set(&xml->event, FRAB_GUID, xml_attribute(attributes, "guid"));
        frab_event_set(&xml->event, FRAB_ID, xml_attribute(attributes, "id"));
        frab_event_set(&xml->event, FRAB_ID, xml_attribute(attributes, "code"));
        return strcmp(name, "event") == 0 && !xml->in_conference;
    case FIELD:
        xml->in_persons = strcmp(name, "persons") == 0;
        return xml->in_persons || frab_field_of(name, &xml->field);
    case PERSON:
        return xml->in_persons && strcmp(name, "person") == 0;
    default:
        return false;
    }
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct frab_xml *xml = context;
    bool below_known = xml->known_depth == xml->depth;
    xml->depth++;
    if (!below_known || !take_start(xml, name, attributes))
        return;
    xml->known_depth = xml->depth;
    xml->text_length = 0;
    xml->text[0] = '\0';
}

static void take_end(struct frab_xml *xml, const char *name)
{
    if (xml->depth == ROOM && strcmp(name, "time_zone_name") == 0)
        frab_declare_zone(xml->frab, xml->text);
    else if (xml->depth == ROOM && strcmp(name, "day_change") == 0)
        frab_declare_day_change(xml->frab, xml->text);
    else if (xml->depth == EVENT)
        frab_add(xml->frab, &xml->event, xml->room);
    else if (xml->depth == FIELD && !xml->in_persons)
        frab_event_set(&xml->event, xml->field, xml->text);
    else if (xml->depth == PERSON)
        frab_event_add_speaker(&xml->event, xml->text);
}

static void on_end(void *context, const char *name)
{
    struct frab_xml *xml = context;
    if (xml->known_depth == xml->depth) {
        take_end(xml, name);
        xml->known_depth--;
        xml->text_length = 0;
    }
    xml->depth--;
}

/** Markup within a title, as in <title>About <em>this</em></title>, hides no word of it. */
static bool belongs_to_known(const struct frab_xml *xml)
{
    return xml->known_depth == xml->depth || (xml->known_depth == FIELD && !xml->in_persons);
}

static void on_text(void *context, const char *text, size_t length)
{
    struct frab_xml *xml = context;
    size_t room = FRAB_TEXT_BYTES_MAX - xml->text_length;
    size_t taken = length < room ? length : room;
    if (!belongs_to_known(xml))
        return;
    memcpy(xml->text + xml->text_length, text, taken);
    xml->text_length += taken;
    xml->text[xml->text_length] = '\0';
}

static void *xml_open(const struct decoder_request *request,
                      void (*warn)(void *context, const char *message), void *context)
{
    struct frab_xml *xml = xcalloc(1, sizeof *xml);
    const struct xml_handler handler = {
        .context = xml,
        .what = "schedule",
        .start = on_start,
        .end = on_end,
        .text = on_text,
    };
    xml->frab = frab_new(request, warn, context);
    xml->reader = xml_reader_new(&handler);
    return xml;
}

static void xml_close(void *state)
{
    struct frab_xml *xml = state;
    xml_reader_free(xml->reader);
    frab_free(xml->frab);
    free(xml);
}

static bool xml_push(void *state, const char *bytes, size_t length, struct error *err)
{
    struct frab_xml *xml = state;
    return xml_reader_push(xml->reader, bytes, length, err);
}

static bool xml_finish(void *state, struct schedule *ret_schedule, struct decode_result *ret_result,
                       struct error *err)
{
    struct frab_xml *xml = state;
    struct error fault = {0};
    if (!xml_reader_finish(xml->reader, &fault, err))
        return false;
    size_t count = frab_event_count(xml->frab);
    if (fault.message[0] != '\0') {
        char message[ERROR_MESSAGE_BYTES_MAX + 64];
        if (count == 0) {
            *err = fault;
            return false;
        }
        snprintf(message, sizeof message, "%s; only the events before it are known: %zu",
                 fault.message, count);
        frab_warn(xml->frab, message);
        ret_result->partial = true;
    }
    if (!xml->has_content) {
        error_set(err, "not a schedule: XML without a conference and days");
        return false;
    }
    frab_finish(xml->frab, ret_schedule, ret_result);
    return true;
}

const struct decoder_format frab_xml_format = {
    .name = "frab-xml",
    .about = "schedule.xml of Pentabarf, frab, pretalx and voc",
    .open = xml_open,
    .push = xml_push,
    .finish = xml_finish,
    .close = xml_close,
};
