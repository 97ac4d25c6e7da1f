/**
 * The iCalendar decoder: the scan, what is kept of it, and the sessions that it makes.
 *
 * Behind decoder.h, which says what a decoder promises.
 */
#ifndef ROOMSIGN_ICAL_DECODER_H
#define ROOMSIGN_ICAL_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/decoder.h>

/** Steps that all rules of a feed together may cost (see recurrence.h). */
#define ICAL_FEED_STEPS_MAX INT64_C(20000000)
/** RANGE=THISANDFUTURE overrides of one series. */
#define ICAL_CHANGES_MAX 100

struct ical_decoder;

/** Borrows the request, whose filter must not be NULL. `warn` is never NULL. */
struct ical_decoder *ical_decoder_new(const struct decoder_request *request,
                                      void (*warn)(void *context, const char *message),
                                      void *context);
void ical_decoder_free(struct ical_decoder *decoder);

/** The first push must hold the feed's first line end, if it has one. */
void ical_decoder_push(struct ical_decoder *decoder, const char *bytes, size_t length);

bool ical_decoder_finish(struct ical_decoder *decoder, struct schedule *ret_schedule,
                         struct decode_result *ret_result, struct error *err);

#endif
