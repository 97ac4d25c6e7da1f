/**
 * The sign's script: what it will say and when, as lines for people and tests.
 *
 * Tab-separated, no header: time, phase, current, next, target, projected, notices. UTC times,
 * uids, "-" for none. Projected is "-" also where nothing can be promised. Hours in which the panel
 * is dark are told like all others.
 */
#ifndef ROOMSIGN_REHEARSE_H
#define ROOMSIGN_REHEARSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <roomsign/command_file.h>
#include <roomsign/error.h>
#include <roomsign/tracker.h>
#include <roomsign/view.h>

/** Sessions are borrowed from the tracker's schedule, NULL for none; TIME_NEVER_MS where the line
 *  says "-". */
struct script_line {
    int64_t at_ms;
    enum phase phase;
    const struct session *current, *next;
    int64_t target_ms, projected_ms;
    uint32_t notices;
};

/** Who is told each line too, and what the sign shows then, if its panel is lit. */
struct rehearsal_listener {
    void (*hear)(void *context, const struct script_line *line, const struct view *view);
    void *context;
};

/**
 * Write one line for from_ms and one for each change of any column but the first before until_ms.
 * The tracker is given the commands at their times (NULL: there are none), also those before
 * from_ms, and goes by them afterwards. listener: NULL for none.
 * Errors: `out` can't be written.
 */
bool rehearse(struct tracker *tracker, const struct feed_health *health,
              const struct view_options *options, struct command_file *commands, int64_t from_ms,
              int64_t until_ms, FILE *out, const struct rehearsal_listener *listener,
              struct error *err);

#endif
