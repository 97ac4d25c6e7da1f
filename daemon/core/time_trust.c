#include <roomsign/time_trust.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What two undisciplined clocks may drift apart: 500 ppm, the most that the kernel slews. */
#define DRIFT_PER_MS 2000

static const char *const source_names[] = {
    [TIME_SOURCE_SYSTEM] = "system",
    [TIME_SOURCE_HELD] = "held",
    [TIME_SOURCE_SERVER] = "server",
    [TIME_SOURCE_NONE] = "none",
};

const char *time_source_name(enum time_source source)
{
    assert((size_t)source < sizeof source_names / sizeof *source_names);
    return source_names[source];
}

static void know(struct time_trust *trust, int64_t utc_less_boot_ms, int64_t boot_ms,
                 bool by_server)
{
    trust->known = true;
    trust->by_server = by_server;
    trust->known_ms = utc_less_boot_ms;
    trust->known_boot_ms = boot_ms;
}

static int64_t slack_ms(int64_t age_ms)
{
    return TIME_TRUST_TOLERANCE_MS + age_ms / DRIFT_PER_MS;
}

static bool still_holds(const struct time_trust *trust, int64_t boot_ms)
{
    return trust->known && boot_ms - trust->known_boot_ms <= TIME_TRUST_HOLD_MS;
}

/* How far the system's clock is behind what is known. */
static int64_t lag_ms(const struct time_trust *trust, const struct clock_reading *reading)
{
    return trust->known_ms - (reading->wall_ms - reading->boot_ms);
}

static bool wall_agrees(const struct time_trust *trust, const struct clock_reading *reading)
{
    int64_t slack = slack_ms(reading->boot_ms - trust->known_boot_ms);
    int64_t lag = lag_ms(trust, reading);
    return lag >= -slack && lag <= slack;
}

/* The file says when the clock was right; it doesn't say that it was set since. A touch that lies
 * ahead does: then the clock was set back. */
static void read_sync_file(struct time_trust *trust, const struct clock_reading *reading)
{
    int64_t touched_ms = reading->sync_file_ms;
    if (touched_ms == TIME_NEVER_MS || touched_ms == trust->sync_file_ms) {
        return;
    }
    int64_t age_ms = reading->wall_ms - touched_ms;
    if (age_ms < 0 || age_ms > TIME_TRUST_HOLD_MS) {
        return;
    }
    trust->sync_file_ms = touched_ms;
    know(trust, reading->wall_ms - reading->boot_ms, reading->boot_ms - age_ms, false);
}

struct time_verdict time_trust_judge(struct time_trust *trust, const struct clock_reading *reading)
{
    read_sync_file(trust, reading);
    if (reading->synchronised) {
        know(trust, reading->wall_ms - reading->boot_ms, reading->boot_ms, false);
    }
    if (!still_holds(trust, reading->boot_ms)) {
        return (struct time_verdict){.source = TIME_SOURCE_NONE};
    }
    if (wall_agrees(trust, reading)) {
        return (struct time_verdict){.source = TIME_SOURCE_SYSTEM};
    }
    return (struct time_verdict){
        .source = trust->by_server ? TIME_SOURCE_SERVER : TIME_SOURCE_HELD,
        .utc_less_boot_ms = trust->known_ms,
        .offset_ms = lag_ms(trust, reading),
    };
}

static int compare_dates(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* A Date is whole seconds, rounded down, and was true at some moment of the poll. Of servers that
 * contradict each other the one in the middle is taken, where there is one. */
static bool combine(const int64_t *dates_ms, size_t count, int64_t began_ms, int64_t ended_ms,
                    int64_t *ret_low_ms, int64_t *ret_high_ms)
{
    int64_t sorted_ms[TIME_TRUST_DATES_MAX];
    size_t kept = 0;
    assert(count <= TIME_TRUST_DATES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (dates_ms[i] >= TIME_TRUST_EARLIEST_MS && dates_ms[i] < TIME_TRUST_LATEST_MS) {
            sorted_ms[kept++] = dates_ms[i];
        }
    }
    if (kept == 0) {
        return false;
    }
    qsort(sorted_ms, kept, sizeof *sorted_ms, compare_dates);
    int64_t first_ms = sorted_ms[0], last_ms = sorted_ms[kept - 1];
    if (last_ms - first_ms > ended_ms - began_ms + SECOND_MS) {
        if (kept < 3) {
            return false;
        }
        first_ms = last_ms = sorted_ms[kept / 2];
    }
    *ret_low_ms = last_ms - ended_ms;
    *ret_high_ms = first_ms + SECOND_MS - began_ms;
    return true;
}

/* Whether the last poll and this one tell the same time, and not by telling the same moment. */
static bool confirms(const struct time_trust *trust, int64_t low_ms, int64_t high_ms,
                     int64_t boot_ms)
{
    int64_t apart_ms = boot_ms - trust->sample_boot_ms;
    if (trust->sample_count == 0 || apart_ms < TIME_TRUST_APART_MS ||
        apart_ms > TIME_TRUST_SAMPLE_LASTS_MS) {
        return false;
    }
    int64_t slack = slack_ms(apart_ms);
    return low_ms <= trust->sample_high_ms + slack && high_ms >= trust->sample_low_ms - slack;
}

void time_trust_take_dates(struct time_trust *trust, const struct clock_reading *reading,
                           int64_t began_ms, const int64_t *dates_ms, size_t count)
{
    int64_t low_ms, high_ms, boot_ms = reading->boot_ms;
    if (boot_ms < began_ms || boot_ms - began_ms > TIME_TRUST_POLL_MAX_MS ||
        !combine(dates_ms, count, began_ms, boot_ms, &low_ms, &high_ms)) {
        return;
    }
    int64_t wall_ms = reading->wall_ms - boot_ms;
    bool holds = still_holds(trust, boot_ms);
    bool confirmed = confirms(trust, low_ms, high_ms, boot_ms);
    if (wall_ms >= low_ms - TIME_TRUST_TOLERANCE_MS &&
        wall_ms <= high_ms + TIME_TRUST_TOLERANCE_MS) {
        /* A clock that a time server has set knows better than two that agree by chance. */
        if (!holds || trust->by_server || wall_agrees(trust, reading)) {
            know(trust, wall_ms, boot_ms, !holds || trust->by_server);
        }
    } else if (holds && trust->by_server && trust->known_ms >= low_ms - TIME_TRUST_TOLERANCE_MS &&
               trust->known_ms <= high_ms + TIME_TRUST_TOLERANCE_MS) {
        trust->known_boot_ms = boot_ms;
    } else if (confirmed && (!holds || trust->by_server)) {
        know(trust, (low_ms + high_ms) / 2, boot_ms, true);
    }
    /* Too soon after the last one to confirm it: that one goes on waiting. */
    if (trust->sample_count > 0 && boot_ms - trust->sample_boot_ms < TIME_TRUST_APART_MS) {
        return;
    }
    trust->sample_count = trust->sample_count == 0 ? 1 : 2;
    trust->sample_low_ms = low_ms;
    trust->sample_high_ms = high_ms;
    trust->sample_boot_ms = boot_ms;
}

bool time_trust_wants_poll(const struct time_trust *trust, int64_t boot_ms)
{
    return !still_holds(trust, boot_ms) && trust->sample_count == 1 &&
           boot_ms - trust->sample_boot_ms >= TIME_TRUST_APART_MS;
}
