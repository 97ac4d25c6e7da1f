#include <roomsign/agenda.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/gather.h>
#include <roomsign/ical_rooms.h>

struct agenda_decoder {
    struct agenda *agenda;
    struct gather gather;
    struct ical_rooms *rooms;
};

static void *agenda_open(const struct decoder_request *request,
                         void (*warn)(void *context, const char *message), void *context)
{
    struct agenda_decoder *decoder = xcalloc(1, sizeof *decoder);
    struct agenda_request asked = {
        .zone = request->zone,
        .event_start_ms = TIME_NEVER_MS,
        .event_end_ms = TIME_NEVER_MS,
    };
    asked.has_date = request->date != NULL && agenda_date_parse(request->date, &asked.date_days);
    decoder->agenda = agenda_new(&asked);
    gather_init(&decoder->gather, request, warn, context);
    decoder->rooms = ical_rooms_new(request->filter);
    return decoder;
}

static void agenda_close(void *state)
{
    struct agenda_decoder *decoder = state;
    if (decoder == NULL)
        return;
    agenda_free(decoder->agenda);
    gather_release(&decoder->gather);
    ical_rooms_free(decoder->rooms);
    free(decoder);
}

static bool agenda_take(void *state, const char *bytes, size_t length, struct error *err)
{
    struct agenda_decoder *decoder = state;
    (void)err;
    agenda_push(decoder->agenda, bytes, length);
    return true;
}

/** Whether the session is the room's; says in it what that means. */
static bool place_session(struct agenda_decoder *decoder, bool names_rooms,
                          struct ical_rooms_counts *counts, struct session *session)
{
    struct ical_place place = {0};
    bool has_room = session->room[0] != '\0';
    counts->roomless_count += !has_room;
    if (decoder->gather.request->rooms != NULL)
        ical_rooms_count(decoder->rooms, session->room);
    if (!names_rooms) {
        counts->matched_count++;
        return true;
    }
    counts->matched_count +=
        has_room && ical_rooms_judge_plain(decoder->rooms, session->room) == ROOM_MATCH_ROOM;
    ical_rooms_place(decoder->rooms, session->room, &place);
    session_set(&session->room, place.room);
    session->venue_wide = place.venue_wide;
    return place.selected;
}

static void tell_lost(const struct agenda_decoder *decoder)
{
    const struct gather *gather = &decoder->gather;
    char message[128];
    if (agenda_excess_count(decoder->agenda) > 0) {
        snprintf(message, sizeof message,
                 "more than %d entries in the agenda; %zu further ones are left out",
                 AGENDA_ENTRIES_MAX, agenda_excess_count(decoder->agenda));
        gather->warn(gather->context, message);
    }
    if (agenda_undated_count(decoder->agenda) > 0) {
        snprintf(message, sizeof message,
                 "%zu entries of the agenda have no date and are left out; set [feed] date",
                 agenda_undated_count(decoder->agenda));
        gather->warn(gather->context, message);
    }
}

/** Lines that may have been meant as entries. */
static void tell_skipped(const struct agenda_decoder *decoder)
{
    const struct gather *gather = &decoder->gather;
    size_t count = agenda_skipped_count(decoder->agenda);
    char message[128 + AGENDA_SKIPPED_MAX * (AGENDA_SKIPPED_BYTES + 4)];
    if (count == 0)
        return;
    bool one = count == 1;
    int length =
        snprintf(message, sizeof message,
                 "%zu line%s of the agenda hold%s a time but do%s not begin a session, and %s left "
                 "out",
                 count, one ? "" : "s", one ? "s" : "", one ? "es" : "", one ? "is" : "are");
    for (size_t i = 0; i < count && i < AGENDA_SKIPPED_MAX; i++)
        length += snprintf(message + length, sizeof message - (size_t)length, "%s'%s'",
                           i == 0 ? ": " : ", ", agenda_skipped_line(decoder->agenda, i));
    gather->warn(gather->context, message);
}

static bool agenda_done(void *state, struct schedule *ret_schedule,
                        struct decode_result *ret_result, struct error *err)
{
    struct agenda_decoder *decoder = state;
    const struct decoder_request *request = decoder->gather.request;
    struct schedule entries = {0};
    bool names_rooms = false;
    if (!agenda_finish(decoder->agenda, &entries, err))
        return false;
    tell_lost(decoder);
    tell_skipped(decoder);
    struct ical_rooms_counts counts = {.event_count = entries.count};
    for (size_t i = 0; i < entries.count; i++)
        names_rooms = names_rooms || entries.sessions[i].room[0] != '\0';
    for (size_t i = 0; i < entries.count; i++) {
        struct session *session = &entries.sessions[i];
        bool is_here = place_session(decoder, names_rooms, &counts, session);
        if (is_here && gather_wants(&decoder->gather, session->start_ms, session->end_ms))
            gather_add(&decoder->gather, session);
        else if (!is_here && gather_wants_elsewhere(&decoder->gather, session->uid,
                                                    session->start_ms, session->end_ms))
            gather_add_elsewhere(&decoder->gather, session);
    }
    ret_result->zone = *request->zone;
    ical_rooms_report(decoder->rooms, request, &counts, ret_result);
    ret_result->roomless_count += names_rooms ? 0 : entries.count;
    ret_result->session_count = gather_hand_over(&decoder->gather, ret_schedule);
    schedule_release(&entries);
    return true;
}

const struct decoder_format agenda_format = {
    .name = "agenda",
    .about = "plain text with a line for each session, such as 18:10 Title - Speaker",
    .open = agenda_open,
    .push = agenda_take,
    .finish = agenda_done,
    .close = agenda_close,
};
