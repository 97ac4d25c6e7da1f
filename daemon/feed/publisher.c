#include <roomsign/publisher.h>

#include <stdlib.h>
#include <string.h>

#include <roomsign/title_mark.h>
#include <roomsign/utf8.h>

/** Of one speaker in a title: more is a sentence. */
#define NAME_BYTES_MAX 100

static const struct {
    const char *part;
    enum publisher publisher;
} prodids[] = {
    {"-//pretalx//", PUBLISHER_PRETALX},
    {"NONSGML ri_cal gem", PUBLISHER_PERHAPS_FRAB},
    {"-//CERN//INDICO", PUBLISHER_INDICO},
};

enum publisher publisher_of(const char *prodid, size_t length)
{
    for (size_t i = 0; i < sizeof prodids / sizeof *prodids; i++)
        if (memmem(prodid, length, prodids[i].part, strlen(prodids[i].part)) != NULL)
            return prodids[i].publisher;
    return PUBLISHER_OTHER;
}

static void set_clean(char **member, const char *text, size_t length, size_t max)
{
    char *clean = utf8_clean(text, length, max);
    session_set(member, clean);
    free(clean);
}

static void add_name(struct session *session, const char *text, size_t length)
{
    char *clean = utf8_clean(text, length, SESSION_NAME_BYTES_MAX - 1);
    bool known = clean[0] == '\0';
    for (size_t i = 0; i < session->speaker_count; i++)
        known = known || strcmp(session->speakers[i], clean) == 0;
    if (!known)
        session_add_speaker(session, clean);
    free(clean);
}

/** People and groups call themselves anything, but not a sentence. */
static bool is_name(const char *text, size_t length)
{
    static const char *const never = ":;?!\"";
    for (size_t i = 0; i < length; i++)
        if (strchr(never, text[i]) != NULL)
            return false;
    return length > 0 && length <= NAME_BYTES_MAX;
}

/** The end of a name in a list: at ", ". */
static size_t name_length(const char *text)
{
    const char *comma = strstr(text, ", ");
    return comma == NULL ? strlen(text) : (size_t)(comma - text);
}

static bool are_names(const char *text)
{
    while (*text != '\0') {
        size_t length = name_length(text);
        if (!is_name(text, length))
            return false;
        text += length;
        text += *text == '\0' ? 0 : 2;
    }
    return true;
}

/** `Title - Speaker, Speaker`: at the last ` - `, because titles hold it too. */
static void split_title(const char *title, struct session *session)
{
    size_t length = strlen(title), last = length;
    /* Of `Title - ` the blank has been trimmed. */
    if (length >= 2 && strcmp(title + length - 2, " -") == 0) {
        set_clean(&session->title, title, length - 2, SESSION_TITLE_BYTES_MAX - 1);
        return;
    }
    for (const char *at = title; (at = strstr(at, " - ")) != NULL; at++)
        last = (size_t)(at - title);
    if (last == length || last == 0 || !are_names(title + last + 3))
        return;
    set_clean(&session->title, title, last, SESSION_TITLE_BYTES_MAX - 1);
    for (const char *names = title + last + 3; *names != '\0';) {
        size_t name = name_length(names);
        add_name(session, names, name);
        names += name;
        names += *names == '\0' ? 0 : 2;
    }
}

/** https://frab.example.org/en/CONF/public/events/1, or where frab's static export is served,
 *  .../events/1.html. */
static bool is_frab_address(const char *url)
{
    const char *events = strstr(url, "/events/");
    if (events == NULL)
        return false;
    const char *number = events + strlen("/events/");
    const char *rest = number + strspn(number, "0123456789");
    bool is_public = events - url >= 7 && strncmp(events - 7, "/public", 7) == 0;
    return rest > number && ((is_public && *rest == '\0') || strcmp(rest, ".html") == 0);
}

/** `Speakers: Ada Lovelace (Analytical Engines (London), Ltd.), Grace Hopper` up to the line's end;
 *  what stands in brackets is the affiliation. */
static void read_speakers(const char *description, struct session *session)
{
    static const char head[] = "Speakers: ";
    if (strncmp(description, head, sizeof head - 1) != 0)
        return;
    const char *name = description + sizeof head - 1;
    const char *name_end = NULL;
    int open = 0;
    for (const char *at = name;; at++) {
        bool ends = *at == '\0' || *at == '\n';
        if (ends || (open == 0 && at[0] == ',' && at[1] == ' ')) {
            const char *end = name_end != NULL ? name_end : at;
            add_name(session, name, (size_t)(end - name));
            name = at + !ends;
            name_end = NULL;
        }
        if (ends)
            return;
        if (*at == '(' && open++ == 0 && name_end == NULL && at > name)
            name_end = at;
        if (*at == ')' && open > 0)
            open--;
    }
}

/** `Title [Label]`, of events alone: a contribution has no label. What says that it is cancelled
 *  or moved means more than a label (title_mark.h). */
static void cut_label(const char *title, struct session *session)
{
    struct title_reading reading;
    size_t length = strlen(title);
    const char *open = strrchr(title, '[');
    if (strncmp(session->uid, "indico-event-", 13) != 0 || length == 0 ||
        title[length - 1] != ']' || open == NULL || open - title < 2 || open[-1] != ' ')
        return;
    title_mark_read(title, &reading);
    bool is_mark = reading.subject + reading.subject_length < open;
    if (!is_mark)
        set_clean(&session->title, title, (size_t)(open - title), SESSION_TITLE_BYTES_MAX - 1);
}

void publisher_fill(enum publisher publisher, const char *title, const char *description,
                    struct session *session)
{
    session_set(&session->title, title);
    if (publisher == PUBLISHER_PRETALX ||
        (publisher == PUBLISHER_PERHAPS_FRAB && is_frab_address(session->url)))
        split_title(title, session);
    if (publisher == PUBLISHER_INDICO) {
        read_speakers(description, session);
        cut_label(title, session);
    }
}
