/* Who speaks to the sign, and what its answers must come to. */
#include "sim.h"

static struct command_request random_request(struct life *life)
{
    struct command_request request = {
        .kind = (enum command_kind)SIM_PICK(
            life, COMMAND_START, COMMAND_START, COMMAND_END, COMMAND_HOLD, COMMAND_HOLD,
            COMMAND_RELEASE, COMMAND_EXTEND, COMMAND_EXTEND, COMMAND_SAY, COMMAND_CLEAR,
            COMMAND_FULL, COMMAND_OPEN, COMMAND_OCCUPIED, COMMAND_VACANT, COMMAND_UNDO,
            COMMAND_UNDO),
    };
    if (request.kind == COMMAND_EXTEND)
        request.minutes = (int)SIM_PICK(life, 5, 5, 10, 30, -5, -15, 120, COMMAND_EXTEND_MAX_MIN);
    if (request.kind == COMMAND_SAY) {
        request.for_ms = sim_chance(life, 2) ? SIM_PICK(life, 1, 10, 90) * MINUTE_MS : 0;
        snprintf(request.text, sizeof request.text, "%s",
                 sim_chance(life, 2) ? "Doors open again at half past" : "请从侧门进入 🚪");
    }
    return request;
}

/* As the daemon refuses what it doesn't know enough for. */
static bool may_make_sense(const struct life *life, enum command_kind kind)
{
    const struct feed_health *health = &life->room.health;
    bool is_of_room = kind == COMMAND_SAY || kind == COMMAND_CLEAR || kind == COMMAND_OPEN ||
                      kind == COMMAND_OCCUPIED || kind == COMMAND_VACANT || kind == COMMAND_UNDO;
    return health->clock != TIME_SOURCE_NONE &&
           (is_of_room || (health->has_schedule && !feed_health_room_missing(health)));
}

/* Something that could dispute the room with what just started. */
static bool is_disputed(const struct life *life, const struct session *started, int64_t now_ms)
{
    const struct plan *plan = &life->room.tracker.plan;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->entries[i].begin_ms == now_ms && plan->entries[i].session != started)
            return true;
    return false;
}

static bool is_uid(const struct session *session, const char *uid)
{
    return session && strcmp(session->uid, uid) == 0;
}

/* What the sign makes of the command at once. */
static void check_effect(struct life *life, const struct command *command, int64_t now_ms)
{
    struct tracker_state state;
    tracker_at(&life->room.tracker, now_ms, &state);
    const struct session *named = schedule_find(&life->room.document.schedule, command->uid);
    bool holds = true;
    switch (command->kind) {
    case COMMAND_START:
        holds = is_uid(state.current, command->uid) || plan_yields(named) ||
                named->start_ms == named->end_ms || is_disputed(life, named, now_ms);
        break;
    case COMMAND_END:
        holds = !is_uid(state.current, command->uid);
        break;
    case COMMAND_HOLD:
        holds = is_uid(state.current, command->uid) && state.held;
        break;
    case COMMAND_RELEASE:
        holds = !state.held;
        break;
    case COMMAND_EXTEND:
        holds = !is_uid(state.current, command->uid) || state.finish_ms == command->until_ms;
        break;
    case COMMAND_SAY:
        holds = state.message && strcmp(state.message->text, command->text) == 0;
        break;
    case COMMAND_CLEAR:
        holds = !state.message;
        break;
    case COMMAND_FULL:
        holds = state.full && strcmp(state.full->uid, command->uid) == 0;
        break;
    case COMMAND_OPEN:
        holds = !state.full;
        break;
    case COMMAND_VACANT:
        holds = state.phase != PHASE_OVERRUN || state.held;
        break;
    case COMMAND_OCCUPIED:
    case COMMAND_UNDO:
        break;
    }
    sim_expect(life, holds, "I9 %s %s has no effect", command_kind_name(command->kind),
               command->uid);
}

/* A plain reading of `undo`: the last one not taken back, sensors apart. */
static void note_undo(struct life *life, const struct command *undo)
{
    for (size_t i = life->answer_count - 1; i > 0; i--) {
        struct sim_answer *answer = &life->answers[i - 1];
        if (answer->undone || answer->command.kind == COMMAND_OCCUPIED ||
            answer->command.kind == COMMAND_VACANT)
            continue;
        answer->undone = true;
        sim_expect(life, answer->command.at_ms == undo->until_ms,
                   "I9 undo takes back another command than the last, %s",
                   command_kind_name(answer->command.kind));
        return;
    }
    sim_expect(life, false, "I9 undo takes back what nobody said");
}

static void keep(struct life *life, const struct command *command, int64_t now_ms)
{
    struct error err = {0};
    bool kept = command_log_append(&life->log, command, now_ms, &err);
    sim_expect(life, kept, "I9 a command can't be kept: %s", err.message);
    room_hear(&life->room, life->log.commands, life->log.count);
    life->answers = xrealloc(life->answers, (life->answer_count + 1) * sizeof(*life->answers));
    life->answers[life->answer_count++] =
        (struct sim_answer){*command, command->kind == COMMAND_UNDO};
    if (command->kind == COMMAND_UNDO)
        note_undo(life, command);
}

void sim_operate(struct life *life)
{
    struct command command;
    struct error err = {0};
    int64_t now_ms = sim_sign_now_ms(life);
    struct command_request request = random_request(life);
    sim_sign_view(life, now_ms, &life->before);
    bool answered = may_make_sense(life, request.kind) &&
                    command_resolve(&request, &life->room.tracker, now_ms, &command, &err);
    if (answered && !command_is_repeat(&command, &life->room.ledger)) {
        life->met[MET_COMMAND + (int)command.kind]++;
        sim_tell(life, "operator: %s %s", command_kind_name(command.kind), command.uid);
        keep(life, &command, now_ms);
        check_effect(life, &command, now_ms);
        return;
    }
    life->met[MET_REFUSED]++;
    sim_tell(life, "operator: %s, refused: %s", command_kind_name(request.kind), err.message);
    sim_sign_view(life, now_ms, &life->view);
    sim_views_equal(life, &life->before, &life->view, "I9 a refused command changed");
}

void sim_check_answers(struct life *life)
{
    size_t found = 0;
    for (size_t i = 0; i < life->log.count && found < life->answer_count; i++) {
        const struct command *kept = &life->log.commands[i];
        const struct command *answer = &life->answers[found].command;
        found += kept->kind == answer->kind && kept->at_ms == answer->at_ms &&
                 kept->until_ms == answer->until_ms && strcmp(kept->uid, answer->uid) == 0 &&
                 strcmp(kept->over_uid, answer->over_uid) == 0 &&
                 strcmp(kept->text, answer->text) == 0;
    }
    sim_expect(life, found == life->answer_count && life->log.count == found,
               "I9 of %zu commands that were answered %zu are in the log of %zu",
               life->answer_count, found, life->log.count);
}
