/**
 * Whether the clock is believed, and what time it is where it isn't: a pure function of what the
 * kernel, the time-sync file and the feeds' servers said.
 *
 * Times of the day are compared as their distance from the boot clock, which counts on through
 * suspend, is never set, and is off by less than 9 s a day where nothing disciplines it (100 ppm).
 * Once the time was known it stays known for as long as that drift matters little: a sign doesn't
 * begin to doubt because the network broke at noon, nor because somebody sets the clock.
 *
 * A server's Date is one word against another: it counts when the system's clock says the same, or
 * when two polls some time apart agree with each other. What a portal or a cache answers is no
 * schedule, or stands still.
 */
#ifndef ROOMSIGN_TIME_TRUST_H
#define ROOMSIGN_TIME_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/civil.h>
#include <roomsign/clock.h>

/** How long a known time is believed without another word: by then it may be a minute off. */
#define TIME_TRUST_HOLD_MS (7 * DAY_MS)
/** Two clocks that differ by no more than this, and what they may have drifted, agree. */
#define TIME_TRUST_TOLERANCE_MS (2 * SECOND_MS)
/** A poll that took longer doesn't tell when in it the Date was true. */
#define TIME_TRUST_POLL_MAX_MS (10 * SECOND_MS)
/** Two Dates that are to confirm each other lie so far apart at least... */
#define TIME_TRUST_APART_MS (10 * SECOND_MS)
/** ...and so far at most. */
#define TIME_TRUST_SAMPLE_LASTS_MS DAY_MS
/** 2026-01-01: no server that tells an earlier time is right, this program is younger. */
#define TIME_TRUST_EARLIEST_MS INT64_C(1767225600000)
#define TIME_TRUST_LATEST_MS (TIME_TRUST_EARLIEST_MS + 36525 * DAY_MS)
#define TIME_TRUST_DATES_MAX 8

enum time_source {
    /** The system's clock, synchronised or confirmed; also one that isn't checked. */
    TIME_SOURCE_SYSTEM,
    /** What the synchronised clock said before it was set to something else. */
    TIME_SOURCE_HELD,
    /** The feeds' servers, by their Date. */
    TIME_SOURCE_SERVER,
    /** Nobody trustworthy. */
    TIME_SOURCE_NONE,
};

/** What is kept between moments. Zero-initialised it knows nothing. */
struct time_trust {
    /** UTC less boot clock as it was known to be, when, and whether by a server's Date. */
    bool known;
    bool by_server;
    int64_t known_ms;
    int64_t known_boot_ms;
    /** The touch of the sync file that was taken into account. */
    int64_t sync_file_ms;
    /** How many polls brought a Date: none, one, or more (2). By the last one UTC less boot clock
     *  was between low and high. */
    int sample_count;
    int64_t sample_low_ms, sample_high_ms;
    int64_t sample_boot_ms;
};

struct time_verdict {
    enum time_source source;
    /** In HELD and SERVER: UTC less boot clock. */
    int64_t utc_less_boot_ms;
    /** In HELD and SERVER: what the system's clock lacks; else 0. */
    int64_t offset_ms;
};

/** Judge the clock. */
struct time_verdict time_trust_judge(struct time_trust *trust, const struct clock_reading *reading);

/**
 * What the servers of the feeds that answered with a schedule said in one poll, their Dates in UTC,
 * at most TIME_TRUST_DATES_MAX. The poll lasted on the boot clock from began_ms to
 * reading->boot_ms.
 */
void time_trust_take_dates(struct time_trust *trust, const struct clock_reading *reading,
                           int64_t began_ms, const int64_t *dates_ms, size_t count);

/** A second poll would tell whether the first one's Date is to be believed. */
bool time_trust_wants_poll(const struct time_trust *trust, int64_t boot_ms);

/** "system", "held", "server", "none". */
const char *time_source_name(enum time_source source);

#endif
