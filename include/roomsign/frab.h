/**
 * What the frab family's schedule.xml and schedule.json have in common: the same conference, days,
 * rooms and events under the same names, by Pentabarf, frab, pretalx and voc
 * (https://c3voc.de/wiki/schedule).
 *
 * Turns one event's texts at a time into a session. An event's `date` is the truth. Without it
 * stands the day's date and the event's `start`, on the next calendar day if that is before the
 * conference's day begins, in the zone the feed declares or else the room's. Knows neither XML nor
 * JSON.
 */
#ifndef ROOMSIGN_FRAB_H
#define ROOMSIGN_FRAB_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/decoder.h>

/** More of one text is not kept. */
#define FRAB_TEXT_BYTES_MAX 2048
#define FRAB_DURATION_MAX_MS (366 * DAY_MS)

enum frab_field {
    FRAB_GUID,
    FRAB_ID,
    FRAB_DATE,
    FRAB_START,
    FRAB_DURATION,
    FRAB_ROOM,
    FRAB_TITLE,
    FRAB_TRACK,
    FRAB_LANGUAGE,
    FRAB_URL,
    FRAB_STATUS,
    FRAB_FIELD_COUNT,
};

/** One event as written: plain text, "" where it says nothing. A plain value. */
struct frab_event {
    char texts[FRAB_FIELD_COUNT][FRAB_TEXT_BYTES_MAX + 1];
    char speakers[SESSION_SPEAKERS_MAX][SESSION_NAME_BYTES_MAX];
    size_t speaker_count;
};

void frab_event_clear(struct frab_event *event);
/** Whether an element or member of this name is one that an event's session needs. */
bool frab_field_of(const char *name, enum frab_field *ret_field);
/** The first text of a field stays. */
void frab_event_set(struct frab_event *event, enum frab_field field, const char *text);
void frab_event_add_speaker(struct frab_event *event, const char *name);

struct frab;

/** Borrows the request, whose filter must not be NULL. */
struct frab *frab_new(const struct decoder_request *request,
                      void (*warn)(void *context, const char *message), void *context);
void frab_free(struct frab *frab);

/** The conference's time_zone_name and, from Pentabarf, day_change (HH:MM). */
void frab_declare_zone(struct frab *frab, const char *name);
void frab_declare_day_change(struct frab *frab, const char *time);
/** A track of the conference and its colour, #rrggbb; what is none, or another for the same track,
 *  is passed over. */
#define FRAB_TRACKS_MAX 64
void frab_declare_track(struct frab *frab, const char *name, const char *colour);
/** The day that the next events are of: its date, and RFC 3339 of when it starts; "" if unsaid.
 *  Without the one the other tells the date. */
void frab_begin_day(struct frab *frab, const char *date, const char *start);

/** An event of a room ("": the one that the event itself names). One that can't be read is told
 *  and left out. */
void frab_add(struct frab *frab, const struct frab_event *event, const char *room);

size_t frab_event_count(const struct frab *frab);
void frab_warn(struct frab *frab, const char *message);
/** See decoder_format. */
void frab_finish(struct frab *frab, struct schedule *ret_schedule,
                 struct decode_result *ret_result);

#endif
