/**
 * Whether a fetched schedule is believed: a pure function of what is shown and what came.
 *
 * Publishers empty their feeds by accident. A schedule that has lost more than half of the
 * sessions to come (all of them included) is believed only when `polls` polls in a row bring the
 * same news. A session counts as kept where its uid, or its start and title, still stand: some
 * generators make new uids for every answer. Cancelled sessions hold nothing and count for nothing.
 */
#ifndef ROOMSIGN_TRUST_H
#define ROOMSIGN_TRUST_H

#include <stdbool.h>
#include <stdint.h>

#include <roomsign/schedule.h>

/** Zero-initialise it with {0}. */
struct trust {
    /** The schedule not believed yet, and how many polls in a row brought it. */
    struct schedule doubted;
    int seen;
};

/**
 * Judge what a poll brought at now_ms. true: show it (the doubt is then over). false: keep what is
 * shown. polls <= 1 believes everything.
 */
bool trust_judge(struct trust *trust, const struct schedule *shown, const struct schedule *fetched,
                 int64_t now_ms, int polls);

/** Forget the doubt; *trust may be used again, as after a change of config. */
void trust_release(struct trust *trust);

#endif
