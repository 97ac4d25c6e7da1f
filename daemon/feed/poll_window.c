#include <roomsign/poll_window.h>

static int64_t bound_ms(const struct poll_request *request, const struct poll_bound *bound,
                        const struct zone *zone)
{
    bool is_from = bound == &request->from;
    struct civil local;
    switch (bound->kind) {
    case POLL_BOUND_INSTANT:
        return bound->at_ms;
    case POLL_BOUND_OPEN:
        return is_from ? civil_to_days(1, 1, 1) * DAY_MS : civil_to_days(9999, 12, 31) * DAY_MS;
    case POLL_BOUND_LOCAL: {
        struct zone utc;
        zone_utc(&utc);
        zone_to_civil(&utc, bound->at_ms, &local);
        return zone_from_civil(zone, &local);
    }
    case POLL_BOUND_USUAL:
        break;
    }
    return zone_day_start_ms(zone, request->now_ms, is_from ? -1 : 8);
}

/* An open bound lets in every event, but of a series only what lies about now. */
static int64_t series_bound_ms(const struct poll_window *window, const struct poll_request *request,
                               const struct poll_bound *bound)
{
    bool is_from = bound == &request->from;
    if (bound->kind != POLL_BOUND_OPEN)
        return is_from ? INT64_MIN : INT64_MAX;
    /* The other bound may lie far from now, and is then what "about" means. */
    int64_t about_ms = request->now_ms;
    if (is_from && request->until.kind != POLL_BOUND_OPEN && window->until_ms < about_ms)
        about_ms = window->until_ms;
    if (!is_from && request->from.kind != POLL_BOUND_OPEN && window->from_ms > about_ms)
        about_ms = window->from_ms;
    return about_ms + (is_from ? -1 : 1) * POLL_SERIES_REACH_DAYS * DAY_MS;
}

struct poll_window poll_window_of(const struct poll_request *request, const struct zone *zone)
{
    struct poll_window window = {
        .from_ms = bound_ms(request, &request->from, zone),
        .until_ms = bound_ms(request, &request->until, zone),
    };
    window.series_from_ms = series_bound_ms(&window, request, &request->from);
    window.series_until_ms = series_bound_ms(&window, request, &request->until);
    return window;
}

bool poll_window_is_empty(const struct poll_window *window)
{
    return window->from_ms >= window->until_ms;
}

bool poll_window_holds(const struct poll_window *window, const struct session *session)
{
    bool is_moment = session->start_ms == session->end_ms;
    return session->start_ms < window->until_ms &&
           (session->end_ms > window->from_ms ||
            (is_moment && session->start_ms >= window->from_ms));
}

bool poll_window_is_of(const struct poll_window *window, const struct document *document)
{
    return document->from_ms == window->from_ms && document->until_ms == window->until_ms;
}
