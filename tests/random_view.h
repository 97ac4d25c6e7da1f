/* A sign on a random day: sessions, what operators said, changes, other rooms, health, all that a
 * seed draws. */
#ifndef ROOMSIGN_TESTS_RANDOM_VIEW_H
#define ROOMSIGN_TESTS_RANDOM_VIEW_H

#include "random.h"
#include "view_case.h"

/** `random` begins with this seed. The caller releases the fixture. */
void random_view(uint64_t seed, struct random *random, struct fixture *ret_fixture);

/** Of the sample's day and the one after it. */
int64_t random_moment_ms(struct random *random);

/** What random days lack: addresses, speakers, tracks, titles of several words. */
void random_view_enrich(struct random *random, struct fixture *fixture);

#endif
