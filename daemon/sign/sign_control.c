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

static json_t *view_json(const struct view *view)
{
    json_t *json = json_object();
    json_object_set_new(json, "words", json_string(view->phase_words));
    json_object_set_new(json, "headline", json_string(view->headline));
    json_object_set_new(json, "detail", json_string(view->detail));
    json_object_set_new(json, "doubt", json_string(view->doubt));
    json_object_set_new(json, "dark", json_boolean(view->dark));
    return json;
}

static bool run_status(void *context, const struct json_t *request, struct json_t *reply,
                       int *ret_fd, struct error *err)
{
    (void)request;
    (void)ret_fd;
    (void)err;
    const struct sign *sign = context;
    const struct room *room = &sign->room;
    int64_t now_ms = clock_now_ms(&sign->clock);
    struct tracker_state state;
    struct view view;
    tracker_at(&room->tracker, now_ms, &state);
    view_at(&room->tracker, &room->health, &room->view_options, now_ms, &view);
    json_object_set_new(reply, "version", json_string(ROOMSIGN_VERSION));
    json_object_set_new(reply, "room", json_string(room->config.room_name));
    json_object_set_new(reply, "timezone", json_string(room->zone.name));
    json_object_set_new(reply, "time", time_json(now_ms));
    json_object_set_new(reply, "phase",
                        room->health.has_schedule ? json_string(phase_name(state.phase))
                                                  : json_null());
    json_object_set_new(reply, "current", session_json(state.current));
    json_object_set_new(reply, "next", session_json(state.next));
    json_object_set_new(reply, "target", time_json(state.target_ms));
    json_object_set_new(reply, "notices", notices_json(view.notices));
    json_object_set_new(reply, "shows", view_json(&view));
    json_object_set_new(reply, "feed", feed_json(sign));
    json_object_set_new(reply, "display", display_json(sign));
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
    sign_screen_draw(sign, clock_now_ms(&sign->clock));
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
    {"reload", run_reload},
    {"snapshot", run_snapshot},
    {"status", run_status},
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
