#include <roomsign/sign.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/log.h>
#include <roomsign/utf8.h>

/* Of a log: enough to find the session again, short enough for a line. */
#define TITLE_BYTES_MAX 100

static void tell_spoilt_line(void *context, const char *message)
{
    (void)context;
    log_warning("commands: %s", message);
}

/** A simulated sign and one that is given a schedule leave alone what was said to the real one,
 *  unless they are given a place of their own. */
static bool keeps_commands(const struct sign *sign)
{
    return sign->options->state_dir || (!sign->clock.simulated && !sign->options->schedule_path);
}

/** For so long a command may matter: it is said at most max_session before its session, which is at
 *  most as long again, and counts for as long behind it. A message may stand for a day. */
static int64_t keep_ms(const struct sign *sign)
{
    return 3 * sign->room.config.rules.max_session_ms + DAY_MS;
}

static void hear(struct sign *sign)
{
    room_hear(&sign->room, sign->command_log.commands, sign->command_log.count);
}

void sign_operator_open(struct sign *sign)
{
    struct error err = {0};
    char directory[PLACE_PATH_BYTES];
    const struct command_log_warn warn = {tell_spoilt_line, NULL};
    struct command_log *log = &sign->command_log;
    int64_t now_ms = sign_now_ms(sign);
    /* By a clock that nobody believes nothing has lapsed. */
    if (sign->room.health.clock == TIME_SOURCE_NONE)
        now_ms = 0;
    *log = (struct command_log){.keep_ms = keep_ms(sign)};
    if (!keeps_commands(sign))
        return;
    if (!place_state_directory(sign->options->state_dir, directory, &err) ||
        !command_log_open(log, directory, sign->room.config.room_name, now_ms, keep_ms(sign), &warn,
                          &err)) {
        log_warning("commands: %s; what is said lasts until the sign ends", err.message);
        return;
    }
    hear(sign);
    if (log->count > 0)
        log_info("commands: %zu from before go on", log->count);
}

void sign_operator_close(struct sign *sign)
{
    room_hear(&sign->room, NULL, 0);
    command_log_close(&sign->command_log);
}

void sign_operator_reload(struct sign *sign, bool other_room)
{
    if (!other_room) {
        sign->command_log.keep_ms = keep_ms(sign);
        return;
    }
    sign_operator_close(sign);
    sign->command_log_failed = false;
    sign_operator_open(sign);
}

/** What the sign doesn't know it doesn't take for an empty room. */
static enum command_refusal unknown(const struct sign *sign, enum command_kind kind)
{
    const struct feed_health *health = &sign->room.health;
    /* Kept with a wrong time it would lapse, or stay, when the clock is right. */
    if (health->clock == TIME_SOURCE_NONE)
        return COMMAND_REFUSAL_CLOCK;
    if (!command_is_of_session(kind))
        return COMMAND_REFUSAL_NONE;
    if (!health->has_schedule)
        return COMMAND_REFUSAL_NO_SCHEDULE;
    return feed_health_room_missing(health) ? COMMAND_REFUSAL_NO_ROOM : COMMAND_REFUSAL_NONE;
}

static bool may_make_sense(const struct sign *sign, enum command_kind kind, struct error *err)
{
    switch (unknown(sign, kind)) {
    case COMMAND_REFUSAL_CLOCK:
        error_set(err,
                  "the sign doesn't know the time: no time server and no feed has told it; of a "
                  "clock that is right all the same say [clock] trust = always");
        return false;
    case COMMAND_REFUSAL_NO_SCHEDULE:
        error_set(err, "there is no schedule yet");
        return false;
    case COMMAND_REFUSAL_NO_ROOM:
        error_set(err, "this room isn't in the schedule");
        return false;
    default:
        return true;
    }
}

enum command_refusal sign_refusal(const struct sign *sign, const struct command_request *request,
                                  int64_t now_ms)
{
    enum command_refusal refusal = unknown(sign, request->kind);
    return refusal != COMMAND_REFUSAL_NONE ? refusal
                                           : command_refusal(request, &sign->room.tracker, now_ms);
}

/** Told when it changes. */
static void note_kept(struct sign *sign, bool kept, const struct error *err)
{
    if (!kept && !sign->command_log_failed)
        log_warning("commands: %s; what is said lasts until the sign ends", err->message);
    if (kept && sign->command_log_failed)
        log_info("commands: %s is written again", sign->command_log.path);
    sign->command_log_failed = !kept;
}

static void keep(struct sign *sign, int64_t now_ms, struct sign_deed *deed)
{
    struct error err = {0};
    struct command_log *log = &sign->command_log;
    bool kept = command_log_append(log, &deed->command, now_ms, &err);
    if (!kept) {
        /* A full disk is no reason to leave people at the door with what isn't true. */
        command_log_remember(log, &deed->command, now_ms);
        snprintf(deed->unkept, sizeof(deed->unkept), "%s", err.message);
    } else if (!*log->path) {
        snprintf(deed->unkept, sizeof(deed->unkept), "the sign keeps no commands");
    }
    note_kept(sign, kept, &err);
}

void sign_operator_catch_up(struct sign *sign)
{
    struct error err = {0};
    note_kept(sign, command_log_catch_up(&sign->command_log, &err), &err);
}

static void tell(const struct sign *sign, const struct command *command)
{
    const struct session *session =
        *command->uid ? schedule_find(&sign->room.document.schedule, command->uid) : NULL;
    const char *about = *command->text ? command->text : session ? session->title : "";
    char when[SIGN_WHEN_BYTES] = "";
    if (command->kind == COMMAND_EXTEND)
        sign_format_when(sign, command->until_ms, command->at_ms, when);
    log_info("command: %s%s%s%s%.*s", command_kind_name(command->kind), *when ? " to " : "", when,
             *about ? ": " : "", (int)utf8_cut(about, strlen(about), TITLE_BYTES_MAX), about);
}

bool sign_operate(struct sign *sign, const struct command_request *request, int64_t now_ms,
                  struct sign_deed *ret_deed, struct error *err)
{
    struct sign_deed deed = {.is_repeat = false};
    if (!may_make_sense(sign, request->kind, err) ||
        !command_resolve(request, &sign->room.tracker, now_ms, &deed.command, err))
        return false;
    deed.is_repeat = command_is_repeat(&deed.command, &sign->room.ledger);
    if (!deed.is_repeat) {
        keep(sign, now_ms, &deed);
        hear(sign);
        tell(sign, &deed.command);
    }
    *ret_deed = deed;
    return true;
}
