/**
 * What becomes of an iCalendar feed's events: sessions of single ones, of series with what changes
 * in them (RFC 5545 §3.8.4.4 and §3.8.5), and of an agenda in the description of an only one.
 *
 * All events of one uid are dealt with together. Neither scans the feed nor decides what is kept of
 * it.
 */
#ifndef ROOMSIGN_ICAL_SESSIONS_H
#define ROOMSIGN_ICAL_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/decoder.h>
#include <roomsign/gather.h>
#include <roomsign/ical_keep.h>
#include <roomsign/ical_series.h>
#include <roomsign/publisher.h>

/** Steps that all rules of a feed together may cost (see recurrence.h). */
#define ICAL_FEED_STEPS_MAX INT64_C(20000000)
/** RANGE=THISANDFUTURE overrides of one series. */
#define ICAL_CHANGES_MAX 100

struct ical_sessions {
    const struct decoder_request *request;
    const struct ical_keep *keep;
    void (*warn)(void *context, const char *message);
    void *context;
    /** What is left of the steps; series of other rooms have some of their own. */
    int64_t steps, elsewhere_steps;
    struct gather gather;

    /** To be filled in before the first event: whose feed it is, the zone of its days and agendas,
     *  and what its times mean. Borrowed. */
    enum publisher publisher;
    const struct zone *zone;
    struct ical_times times;
};

/** Borrows all; keep must be sorted before the first event is added. */
void ical_sessions_init(struct ical_sessions *sessions, const struct decoder_request *request,
                        const struct ical_keep *keep,
                        void (*warn)(void *context, const char *message), void *context);
void ical_sessions_release(struct ical_sessions *sessions);

/** Add the sessions of the kept events of one uid, from the first of them on. *ret_count is how
 *  many events these are. Returns whether any of them changes all that follows. */
bool ical_sessions_add(struct ical_sessions *sessions, size_t first, size_t *ret_count);

#endif
