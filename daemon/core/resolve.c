#include <roomsign/command.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/tracker.h>
#include <roomsign/utf8.h>

/* What a command is made sense of with. */
struct scene {
    const struct command_request *request;
    const struct tracker *tracker;
    const struct tracker_state *state;
    int64_t now_ms;
    enum command_refusal *refusal;
};

static const char nobody[] = "nobody is in the room";

/* Beside the sentence in err. */
static bool refuse(const struct scene *scene, enum command_refusal refusal)
{
    *scene->refusal = refusal;
    return false;
}

static void name(struct command *command, const struct session *session)
{
    snprintf(command->uid, sizeof(command->uid), "%s", session->uid);
}

/* With it the longest refusal still fits on the sign, as the answer to a key press. */
#define TITLE_BYTES 65
/* In quotation marks, cut to what an operator needs to recognise it. */
static const char *title_of(const struct session *session, char title[static TITLE_BYTES])
{
    const char *text = *session->title ? session->title : session->uid;
    size_t length = strlen(text), kept = utf8_cut(text, length, TITLE_BYTES - 6);
    snprintf(title, TITLE_BYTES, "\"%.*s%s\"", (int)kept, text, kept < length ? "…" : "");
    return title;
}

static bool resolve_start(const struct scene *scene, struct command *command, struct error *err)
{
    const struct tracker_state *state = scene->state;
    char title[TITLE_BYTES];
    if (state->current && !plan_yields(state->current) && state->phase != PHASE_OVERRUN &&
        scene->now_ms - state->begin_ms < COMMAND_JUST_BEGUN_MS) {
        error_set(err, "%s has just begun", title_of(state->current, title));
        return refuse(scene, COMMAND_REFUSAL_JUST_BEGUN);
    }
    const struct session *next = state->next;
    bool late = next && state->next_start_ms == TIME_NEVER_MS;
    if (!next ||
        (!late && !tracker_same_day(scene->tracker, state->next_start_ms, scene->now_ms))) {
        if (state->current)
            error_set(err, "%s is in the room already, and nothing else starts today",
                      title_of(state->current, title));
        else
            error_set(err, "nothing starts today any more");
        return refuse(scene, COMMAND_REFUSAL_NOTHING_STARTS);
    }
    if (next->start_ms - scene->now_ms > scene->tracker->rules.max_session_ms) {
        error_set(err, "%s is too far ahead", title_of(next, title));
        return refuse(scene, COMMAND_REFUSAL_FAR_AHEAD);
    }
    name(command, next);
    if (state->current)
        snprintf(command->over_uid, sizeof(command->over_uid), "%s", state->current->uid);
    return true;
}

static bool resolve_end(const struct scene *scene, struct command *command, struct error *err)
{
    if (!scene->state->current) {
        error_set(err, nobody);
        return refuse(scene, COMMAND_REFUSAL_NOBODY);
    }
    name(command, scene->state->current);
    return true;
}

/* Something that can go on for longer than planned. */
static bool resolve_of_session(const struct scene *scene, const char *verb, struct command *command,
                               struct error *err)
{
    const struct session *current = scene->state->current;
    if (!current) {
        error_set(err, nobody);
        return refuse(scene, COMMAND_REFUSAL_NOBODY);
    }
    if (plan_yields(current)) {
        error_set(err,
                  current->venue_wide ? "what is for the whole venue can't be %s"
                                      : "a break can't be %s",
                  verb);
        return refuse(scene,
                      current->venue_wide ? COMMAND_REFUSAL_VENUE_WIDE : COMMAND_REFUSAL_BREAK);
    }
    name(command, current);
    return true;
}

static bool resolve_hold(const struct scene *scene, struct command *command, struct error *err)
{
    if (scene->state->held) {
        error_set(err, "it is held already");
        return refuse(scene, COMMAND_REFUSAL_HELD);
    }
    if (!resolve_of_session(scene, "held", command, err))
        return false;
    int64_t most_ms = scene->tracker->rules.max_session_ms;
    if (scene->now_ms - scene->state->current->start_ms >= most_ms) {
        char limit[TIME_TEXT_BYTES];
        error_set(err, "it was due %s ago or more, and a hold lapses then",
                  duration_format(most_ms, limit));
        return refuse(scene, COMMAND_REFUSAL_TOO_LATE);
    }
    return true;
}

static bool resolve_release(const struct scene *scene, struct command *command, struct error *err)
{
    if (!scene->state->held) {
        error_set(err, "nothing is held");
        return refuse(scene, COMMAND_REFUSAL_NOT_HELD);
    }
    name(command, scene->state->current);
    if (scene->state->open_ended)
        command->until_ms = scene->now_ms;
    return true;
}

static bool resolve_extend(const struct scene *scene, struct command *command, struct error *err)
{
    const struct tracker_state *state = scene->state;
    if (!resolve_of_session(scene, "extended", command, err))
        return false;
    bool overruns = state->phase == PHASE_OVERRUN;
    if (overruns && scene->request->minutes < 0) {
        error_set(err, "it is past its end already; end ends it");
        return refuse(scene, COMMAND_REFUSAL_PAST_END);
    }
    int64_t until_ms = overruns ? scene->now_ms : state->finish_ms;
    until_ms += scene->request->minutes * MINUTE_MS;
    if (until_ms <= scene->now_ms) {
        command->kind = COMMAND_END;
        return true;
    }
    if (until_ms - state->current->end_ms > scene->tracker->rules.max_session_ms) {
        char limit[TIME_TEXT_BYTES];
        error_set(err, "that is more than %s past its planned end",
                  duration_format(scene->tracker->rules.max_session_ms, limit));
        return refuse(scene, COMMAND_REFUSAL_TOO_LONG);
    }
    command->until_ms = until_ms;
    return true;
}

/* The session whose audience is spoken to: while it is only presumed that the last one still goes
 * on, that of the one that starts soon. */
static const struct session *addressed(const struct scene *scene)
{
    const struct tracker_state *state = scene->state;
    bool soon =
        state->next && state->next_start_ms != TIME_NEVER_MS &&
        state->next_start_ms - scene->now_ms <= tracker_soon_ms(scene->tracker, state->next);
    bool presumed = state->phase == PHASE_OVERRUN && !state->overrun_known;
    return soon && (presumed || !state->current) ? state->next : state->current;
}

static void resolve_say(const struct scene *scene, struct command *command)
{
    memcpy(command->text, scene->request->text, sizeof(command->text));
    if (scene->request->for_ms > 0)
        command->until_ms = scene->now_ms + scene->request->for_ms;
    else if (scene->state->current)
        name(command, addressed(scene));
    else
        command->until_ms = tracker_day_start_ms(scene->tracker, scene->now_ms, 1);
}

static bool resolve_full(const struct scene *scene, struct command *command, struct error *err)
{
    const struct session *session = addressed(scene);
    if (scene->state->full && session && strcmp(scene->state->full->uid, session->uid) == 0) {
        error_set(err, "the room is marked as full already");
        return refuse(scene, COMMAND_REFUSAL_FULL);
    }
    if (!session) {
        error_set(err, "nobody is in the room, and nothing starts soon");
        return refuse(scene, COMMAND_REFUSAL_NOBODY_COMES);
    }
    name(command, session);
    return true;
}

static bool resolve_undo(const struct scene *scene, struct command *command, struct error *err)
{
    const struct command *last = scene->tracker->ledger->last;
    if (!last || scene->now_ms - last->at_ms > COMMAND_UNDO_MS) {
        error_set(err, "there was no command in the last %d minutes",
                  (int)(COMMAND_UNDO_MS / MINUTE_MS));
        return refuse(scene, COMMAND_REFUSAL_NOTHING_SAID);
    }
    command->until_ms = last->at_ms;
    return true;
}

static bool resolve_by_kind(const struct scene *scene, struct command *command, struct error *err)
{
    switch (command->kind) {
    case COMMAND_START:
        return resolve_start(scene, command, err);
    case COMMAND_END:
        return resolve_end(scene, command, err);
    case COMMAND_HOLD:
        return resolve_hold(scene, command, err);
    case COMMAND_RELEASE:
        return resolve_release(scene, command, err);
    case COMMAND_EXTEND:
        return resolve_extend(scene, command, err);
    case COMMAND_SAY:
        resolve_say(scene, command);
        return true;
    case COMMAND_CLEAR:
        if (scene->state->message)
            return true;
        error_set(err, "there is no message");
        return refuse(scene, COMMAND_REFUSAL_NO_MESSAGE);
    case COMMAND_FULL:
        return resolve_full(scene, command, err);
    case COMMAND_OPEN:
        if (scene->state->full)
            return true;
        error_set(err, "the room isn't marked as full");
        return refuse(scene, COMMAND_REFUSAL_NOT_FULL);
    case COMMAND_OCCUPIED:
    case COMMAND_VACANT:
        return true;
    case COMMAND_UNDO:
        return resolve_undo(scene, command, err);
    }
    return false;
}

/* What is said later than this of a session doesn't count any more. */
static bool may_be_said(const struct scene *scene, struct command *command, struct error *err)
{
    const struct session *session =
        *command->uid ? schedule_find(scene->tracker->schedule, command->uid) : NULL;
    int64_t most_ms = scene->tracker->rules.max_session_ms;
    if (!session || scene->now_ms - session->end_ms <= most_ms)
        return true;
    if (command->kind == COMMAND_SAY) {
        *command->uid = '\0';
        command->until_ms = tracker_day_start_ms(scene->tracker, scene->now_ms, 1);
        return true;
    }
    char title[TITLE_BYTES], limit[TIME_TEXT_BYTES];
    error_set(err, "%s was to end more than %s ago", title_of(session, title),
              duration_format(most_ms, limit));
    return refuse(scene, COMMAND_REFUSAL_TOO_LATE);
}

static enum command_refusal resolve(const struct command_request *request,
                                    const struct tracker *tracker, int64_t now_ms,
                                    struct command *ret_command, struct error *err)
{
    struct tracker_state state;
    tracker_at(tracker, now_ms, &state);
    enum command_refusal refusal = COMMAND_REFUSAL_NONE;
    struct scene scene = {request, tracker, &state, now_ms, &refusal};
    struct command command = {.at_ms = now_ms, .kind = request->kind, .until_ms = TIME_NEVER_MS};
    if (resolve_by_kind(&scene, &command, err) && may_be_said(&scene, &command, err))
        *ret_command = command;
    return refusal;
}

bool command_resolve(const struct command_request *request, const struct tracker *tracker,
                     int64_t now_ms, struct command *ret_command, struct error *err)
{
    return resolve(request, tracker, now_ms, ret_command, err) == COMMAND_REFUSAL_NONE;
}

enum command_refusal command_refusal(const struct command_request *request,
                                     const struct tracker *tracker, int64_t now_ms)
{
    struct command command;
    return resolve(request, tracker, now_ms, &command, NULL);
}

bool command_is_repeat(const struct command *command, const struct ledger *ledger)
{
    enum occupancy said = command->kind == COMMAND_OCCUPIED ? OCCUPANCY_OCCUPIED : OCCUPANCY_VACANT;
    return command_is_sensors(command->kind) && ledger->occupancy == said &&
           command->at_ms - ledger->sensed_ms < COMMAND_SENSOR_REPEAT_MS;
}
