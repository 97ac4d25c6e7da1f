/**
 * The days that a poll asks for: what its two bounds mean in a zone.
 */
#ifndef ROOMSIGN_POLL_WINDOW_H
#define ROOMSIGN_POLL_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/document.h>
#include <roomsign/poll.h>
#include <roomsign/session.h>

/** [from_ms, until_ms), UTC. Of series only what also starts within the other two. */
struct poll_window {
    int64_t from_ms, until_ms;
    int64_t series_from_ms, series_until_ms;
};

/** May be empty. */
struct poll_window poll_window_of(const struct poll_request *request, const struct zone *zone);

bool poll_window_is_empty(const struct poll_window *window);
bool poll_window_holds(const struct poll_window *window, const struct session *session);
/** Whether the document was made for the same window. */
bool poll_window_is_of(const struct poll_window *window, const struct document *document);

#endif
