/**
 * All signs of a config's table, held against the rooms that its feeds have.
 */
#ifndef ROOMSIGN_SIGNS_H
#define ROOMSIGN_SIGNS_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/config.h>
#include <roomsign/room_tally.h>

/** Of those closest to a room that isn't there. */
#define SIGNS_CLOSEST_MAX 3

struct signs {
    struct config *configs;
    size_t count;
};

/** Read the config of each sign of `config`, which was read from `path`; none where it has no
 *  table. Ownership: *ret_signs is the caller's; signs_release() it. false: errors were told. */
bool signs_read(const char *path, const struct config *config, struct signs *ret_signs,
                struct config_report *report);
void signs_release(struct signs *signs);

/**
 * Tell of each room of the signs that none of the tally's events is in. Signs with feeds of their
 * own, or to which all events are, are passed over, and where no event names a room all are right.
 * Returns how many rooms are lacking; *ret_asked is how many were looked for.
 */
size_t signs_tell_lacking(const struct signs *signs, const struct config *config,
                          const struct room_tally *tally, void (*tell)(const char *message),
                          size_t *ret_asked);

#endif
