#include <roomsign/sign.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <roomsign/log.h>
#include <roomsign/picture.h>
#include <roomsign/version.h>

static json_t *time_json(int64_t at_ms)
{
    char text[TIME_TEXT_BYTES];
    return at_ms == TIME_NEVER_MS ? json_null() : json_string(time_format_utc(at_ms, text));
}

static json_t *session_json(const struct session *session)
{
    if (!session)
        return json_null();
    json_t *json = json_object();
    json_object_set_new(json, "uid", json_string(session->uid));
    json_object_set_new(json, "title", json_string(session->title));
    json_object_set_new(json, "start", time_json(session->start_ms));
    json_object_set_new(json, "end", time_json(session->end_ms));
    return json;
}

static json_t *notices_json(uint32_t notices)
{
    char text[VIEW_NOTICES_TEXT_BYTES];
    json_t *list = json_array();
    if (notices == 0)
        return list;
    for (const char *name = view_notices_format(notices, text); *name;) {
        size_t length = strcspn(name, ",");
        json_array_append_new(list, json_stringn(name, length));
        name += length + (name[length] != '\0');
    }
    return list;
}

/** Each feed of the schedule that is shown. */
static json_t *feeds_json(const struct document *document)
{
    json_t *list = json_array();
    for (size_t i = 0; i < document->feed_count; i++) {
        const struct document_feed *feed = &document->feeds[i];
        json_t *json = json_object(), *closest = json_array();
        for (size_t j = 0; j < feed->closest_count; j++)
            json_array_append_new(closest, json_string(feed->closest[j]));
        json_object_set_new(json, "url", json_string(feed->url));
        json_object_set_new(json, "status", json_string(feed_status_name(feed->status)));
        json_object_set_new(json, "error", json_string(feed->error));
        json_object_set_new(json, "events", json_integer((json_int_t)feed->event_count));
        json_object_set_new(json, "matched", json_integer((json_int_t)feed->matched_count));
        json_object_set_new(json, "roomless", json_integer((json_int_t)feed->roomless_count));
        json_object_set_new(json, "closest", closest);
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *headlines_json(const struct room *room)
{
    const struct document_headlines *headlines = &room->document.headlines;
    if (!*room->config.headlines_url)
        return json_null();
    json_t *json = json_object();
    json_object_set_new(json, "source", json_string(headlines->source));
    json_object_set_new(json, "count", json_integer((json_int_t)headlines->count));
    json_object_set_new(json, "fetched",
                        headlines->fetched_ms == DOCUMENT_UNKNOWN_MS
                            ? json_null()
                            : time_json(headlines->fetched_ms));
    json_object_set_new(json, "error", json_string(headlines->error));
    return json;
}

static json_t *feed_json(const struct sign *sign)
{
    const struct feed_health *health = &sign->room.health;
    json_t *json = json_object();
    json_object_set_new(json, "has_schedule", json_boolean(health->has_schedule));
    json_object_set_new(json, "sessions",
                        json_integer((json_int_t)sign->room.document.schedule.count));
    json_object_set_new(json, "fetched",
                        health->has_schedule ? time_json(health->fetched_ms) : json_null());
    json_object_set_new(json, "missed_polls", json_integer(health->missed_polls));
    json_object_set_new(json, "distrusted", json_boolean(health->distrusted));
    json_object_set_new(json, "error", json_string(sign->feed_error));
    json_object_set_new(json, "polling", json_boolean(poller_is_polling(&sign->poller)));
    json_object_set_new(json, "next_poll_s",
                        json_integer(poller_wait_ms(&sign->poller) / SECOND_MS));
    json_object_set_new(json, "stored", json_boolean(*sign->store.path && !sign->store.behind));
    return json;
}

static json_t *display_json(const struct sign *sign)
{
    if (!sign->display)
        return json_null();
    int width_px, height_px;
    display_size(sign->display, &width_px, &height_px);
    json_t *json = json_object();
    json_object_set_new(json, "driver", json_string(display_driver(sign->display)));
    json_object_set_new(json, "width", json_integer(width_px));
    json_object_set_new(json, "height", json_integer(height_px));
    json_object_set_new(json, "presented", json_boolean(sign->presented));
    return json;
}

/** "ends in 2 min 30 s", as far as it is shown. */
static json_t *count_json(const struct view *view)
{
    char text[VIEW_NAME_BYTES + 4 * VIEW_SHORT_BYTES + 8];
    size_t used = 0;
    const char *const parts[] = {view->count_caption, view->count[0].digits, view->count[0].unit,
                                 view->count[1].digits, view->count[1].unit};
    text[0] = '\0';
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && *view->count[0].digits; i++)
        if (*parts[i])
            used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", used > 0 ? " " : "",
                                     parts[i]);
    return json_string(text);
}

static json_t *alerts_json(const struct view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->alert_count; i++) {
        const struct view_alert *alert = &view->alerts[i];
        json_t *json = json_object();
        json_object_set_new(json, "kind", json_string(view_alert_kind_name(alert->kind)));
        json_object_set_new(json, "words", json_string(alert->words));
        json_object_set_new(json, "subject", json_string(alert->subject));
        json_object_set_new(json, "time", json_string(alert->time));
        json_object_set_new(json, "detail", json_string(alert->detail));
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *view_json(const struct view *view)
{
    json_t *json = json_object();
    json_object_set_new(json, "words", json_string(view->phase_words));
    json_object_set_new(json, "note", json_string(view->phase_note));
    json_object_set_new(json, "alerts", alerts_json(view));
    json_object_set_new(json, "headline", json_string(view->headline));
    json_object_set_new(json, "detail", json_string(view->detail));
    json_object_set_new(json, "count", count_json(view));
    json_object_set_new(json, "doubt", json_string(view->doubt));
    json_object_set_new(json, "news", json_string(view->news));
    json_object_set_new(json, "hint", json_string(view->hint));
    json_object_set_new(json, "dark", json_boolean(view->dark));
    return json;
}

static json_t *message_json(const struct command *say)
{
    if (!say)
        return json_null();
    json_t *json = json_object();
    json_object_set_new(json, "text", json_string(say->text));
    json_object_set_new(json, "until", time_json(say->until_ms));
    return json;
}

/** What `undo` would take back now. */
static json_t *undo_json(const struct room *room, int64_t now_ms)
{
    const struct command *last = room->ledger.last;
    if (!last || now_ms - last->at_ms > COMMAND_UNDO_MS)
        return json_null();
    json_t *json = json_object();
    json_object_set_new(json, "command", json_string(command_kind_name(last->kind)));
    json_object_set_new(json, "at", time_json(last->at_ms));
    json_object_set_new(json, "session",
                        session_json(schedule_find(&room->document.schedule, last->uid)));
    json_object_set_new(json, "text", json_string(last->text));
    json_object_set_new(json, "until",
                        time_json(last->kind == COMMAND_EXTEND ? last->until_ms : TIME_NEVER_MS));
    return json;
}

static json_t *clock_json(const struct sign *sign)
{
    const struct time_verdict *verdict = &sign->time_verdict;
    json_t *json = json_object();
    json_object_set_new(json, "source", json_string(time_source_name(verdict->source)));
    json_object_set_new(json, "offset_s", json_real((double)verdict->offset_ms / SECOND_MS));
    return json;
}

/** What the sign says at now_ms, and what is said of the room. */
static void add_state(const struct sign *sign, int64_t now_ms, json_t *reply)
{
    static const char *const occupancies[] = {
        [OCCUPANCY_UNKNOWN] = "unknown",
        [OCCUPANCY_OCCUPIED] = "occupied",
        [OCCUPANCY_VACANT] = "vacant",
    };
    const struct room *room = &sign->room;
    struct tracker_state tracked;
    struct view view;
    /* What a sign doesn't know it doesn't tell scripts either; what the operator said it knows. */
    bool knows_time = room->health.clock != TIME_SOURCE_NONE;
    bool knows =
        knows_time && room->health.has_schedule && !feed_health_room_missing(&room->health);
    tracker_at(&room->tracker, now_ms, &tracked);
    struct tracker_state state = {.target_ms = TIME_NEVER_MS,
                                  .next_start_ms = TIME_NEVER_MS,
                                  .message = tracked.message,
                                  .full = knows_time ? tracked.full : NULL};
    if (knows)
        state = tracked;
    view_at(&room->tracker, &room->health, &room->view_options, now_ms, &view);
    json_object_set_new(reply, "room", json_string(room->config.room_name));
    json_object_set_new(reply, "timezone", json_string(room->zone.name));
    json_object_set_new(reply, "time", time_json(knows_time ? now_ms : TIME_NEVER_MS));
    json_object_set_new(reply, "clock", clock_json(sign));
    json_object_set_new(reply, "phase", knows ? json_string(phase_name(state.phase)) : json_null());
    json_object_set_new(reply, "current", session_json(state.current));
    json_object_set_new(reply, "held", json_boolean(state.held));
    json_object_set_new(reply, "next", session_json(state.next));
    json_object_set_new(reply, "next_expected", time_json(state.next_start_ms));
    json_object_set_new(reply, "target", time_json(state.target_ms));
    json_object_set_new(reply, "notices", notices_json(view.notices));
    json_object_set_new(reply, "message", message_json(state.message));
    json_object_set_new(reply, "full", json_boolean(state.full));
    json_object_set_new(reply, "occupancy", json_string(occupancies[room->ledger.occupancy]));
    json_object_set_new(reply, "shows", view_json(&view));
    json_object_set_new(reply, "undo", undo_json(room, now_ms));
}

static bool run_status(void *context, const struct json_t *request, struct json_t *reply,
                       int *ret_fd, struct error *err)
{
    (void)request;
    (void)ret_fd;
    (void)err;
    struct sign *sign = context;
    const struct room *room = &sign->room;
    json_object_set_new(reply, "version", json_string(ROOMSIGN_VERSION));
    add_state(sign, sign_now_ms(sign), reply);
    json_object_set_new(reply, "feed", feed_json(sign));
    json_object_set_new(reply, "feeds", feeds_json(&room->document));
    json_object_set_new(reply, "room_missing",
                        json_boolean(feed_health_room_missing(&room->health)));
    json_object_set_new(reply, "headlines", headlines_json(room));
    json_object_set_new(reply, "display", display_json(sign));
    return true;
}

/**
 * The words of the command line, made of the request's members: one place checks them.
 * "minutes": an integer; "text": a string, with or without "for": "10m".
 */
static bool read_request(const json_t *request, struct command_request *ret_request,
                         struct error *err)
{
    char line[CONTROL_REQUEST_BYTES_MAX + 64];
    int64_t for_ms;
    const char *name = json_string_value(json_object_get(request, "command"));
    const json_t *minutes = json_object_get(request, "minutes");
    const char *text = json_string_value(json_object_get(request, "text"));
    const char *duration = json_string_value(json_object_get(request, "for"));
    int length;
    if (duration && !duration_parse(duration, &for_ms, err)) {
        error_prefix(err, "%s: \"for\": ", name);
        return false;
    }
    if (json_is_integer(minutes))
        length =
            snprintf(line, sizeof(line), "%s %lld", name, (long long)json_integer_value(minutes));
    else if (text)
        length = snprintf(line, sizeof(line), "%s %s%s -- %s", name, duration ? "--for " : "",
                          duration ? duration : "", text);
    else
        length = snprintf(line, sizeof(line), "%s", name);
    if (length < 0 || (size_t)length >= sizeof(line)) {
        error_set(err, "%s: too long", name);
        return false;
    }
    return command_request_parse(line, ret_request, err);
}

static bool run_operate(void *context, const struct json_t *request, struct json_t *reply,
                        int *ret_fd, struct error *err)
{
    (void)ret_fd;
    struct sign *sign = context;
    struct command_request wanted;
    struct sign_deed deed;
    int64_t now_ms = sign_now_ms(sign);
    if (!read_request(request, &wanted, err))
        return false;
    json_t *last = undo_json(&sign->room, now_ms);
    if (!sign_operate(sign, &wanted, now_ms, &deed, err)) {
        json_decref(last);
        return false;
    }
    const struct command *command = &deed.command;
    const struct schedule *schedule = &sign->room.document.schedule;
    json_object_set_new(reply, "did", json_string(command_kind_name(command->kind)));
    json_object_set_new(reply, "session", session_json(schedule_find(schedule, command->uid)));
    json_object_set_new(reply, "until", time_json(command->until_ms));
    json_object_set_new(reply, "undone", command->kind == COMMAND_UNDO ? last : json_null());
    if (command->kind != COMMAND_UNDO)
        json_decref(last);
    json_object_set_new(reply, "repeat", json_boolean(deed.is_repeat));
    json_object_set_new(reply, "kept", json_boolean(!*deed.unkept));
    json_object_set_new(reply, "unkept", json_string(deed.unkept));
    add_state(sign, now_ms, reply);
    return true;
}

static bool run_reload(void *context, const struct json_t *request, struct json_t *reply,
                       int *ret_fd, struct error *err)
{
    (void)request;
    (void)ret_fd;
    struct sign *sign = context;
    if (!sign_reload(sign, err))
        return false;
    json_object_set_new(reply, "room", json_string(sign->room.config.room_name));
    return true;
}

/**
 * The picture goes to the asker as an open file beside the socket, already unlinked: the sign
 * writes to no path that someone else chose, and never waits for anybody to read.
 */
static bool run_snapshot(void *context, const struct json_t *request, struct json_t *reply,
                         int *ret_fd, struct error *err)
{
    (void)request;
    struct sign *sign = context;
    char path[CONTROL_PATH_BYTES + 8];
    snprintf(path, sizeof(path), "%s.png", sign->control.path);
    sign_screen_draw(sign, sign_now_ms(sign));
    if (!picture_write(path, canvas_surface(sign->canvas), err))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_set(err, "%s: %s", path, strerror(errno));
        return false;
    }
    unlink(path);
    *ret_fd = fd;
    json_object_set_new(reply, "width", json_integer(sign->layout.width_px));
    json_object_set_new(reply, "height", json_integer(sign->layout.height_px));
    return true;
}

static const struct control_command control_commands[] = {
    {"clear", run_operate}, {"end", run_operate},       {"extend", run_operate},
    {"full", run_operate},  {"hold", run_operate},      {"occupied", run_operate},
    {"open", run_operate},  {"release", run_operate},   {"reload", run_reload},
    {"say", run_operate},   {"snapshot", run_snapshot}, {"start", run_operate},
    {"status", run_status}, {"undo", run_operate},      {"vacant", run_operate},
};

void sign_control_open(struct sign *sign)
{
    struct error err = {0};
    char path[CONTROL_PATH_BYTES];
    const char *wanted = sign->options->control_path;
    if (!wanted) {
        if (!place_socket_path(sign->room.config.room_name, path, &err)) {
            log_warning("control: %s; roomsignctl can't reach this sign", err.message);
            return;
        }
        wanted = path;
    }
    if (!control_open(&sign->control, &sign->loop, wanted, control_commands,
                      sizeof(control_commands) / sizeof(control_commands[0]), sign, &err))
        log_warning("control: %s; roomsignctl can't reach this sign", err.message);
}
