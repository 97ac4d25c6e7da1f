/* A description that is an agenda in HTML, as the iCalendar decoder finds it in a meetup's only
 * event: there are no lines yet, and there is an event around it. */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/agenda.h>
#include <roomsign/utf8.h>

#include "../sample.h"

static void read_agenda(const char *text, bool of_event)
{
    static struct zone zone;
    struct schedule talks = {0};
    if (!*zone.name)
        zone_utc(&zone);
    const struct agenda_request request = {
        .zone = &zone,
        .has_date = of_event,
        .date_days = SAMPLE_DAY_MS / DAY_MS,
        .event_start_ms = of_event ? AT(17, 30) : TIME_NEVER_MS,
        .event_end_ms = of_event ? AT(21, 0) : TIME_NEVER_MS,
    };
    struct agenda *agenda = agenda_new(&request);
    agenda_push(agenda, text, strlen(text));
    bool found = agenda_finish(agenda, &talks, NULL);
    assert(found || talks.count == 0);
    for (size_t i = 0; i < talks.count; i++) {
        const struct session *talk = &talks.sessions[i];
        assert(talk->start_ms <= talk->end_ms);
        assert(utf8_valid(talk->title, strlen(talk->title)));
        assert(!of_event || (talk->start_ms >= AT(17, 30) && talk->start_ms < AT(21, 0)));
    }
    schedule_release(&talks);
    agenda_free(agenda);
}

void fuzz_agenda_html(const uint8_t *bytes, size_t length)
{
    char *text = fuzz_string(bytes, length);
    size_t before = strlen(text);
    agenda_html_lines(text);
    assert(strlen(text) <= before);
    read_agenda(text, true);
    read_agenda(text, false);
    free(text);
}
