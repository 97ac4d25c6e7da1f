/**
 * roomsign-feed's cage (cage.h): what a poll of this config has to read, and nothing else.
 */
#ifndef ROOMSIGN_FEED_CAGE_H
#define ROOMSIGN_FEED_CAGE_H

#include <stdbool.h>

#include <roomsign/config.h>

/**
 * Lock this process up before it meets the first byte of a feed: it still reads the zones, what
 * names are resolved and servers trusted by, libraries, and the files that the config and
 * last_path (NULL: none) name. false: the kernel has a cage and refused; errno says why.
 */
bool feed_cage_enter(const struct config *config, const char *last_path);

#endif
