#include <roomsign/command.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

static int compare_words(const void *a, const void *b)
{
    const struct session_word *left = a, *right = b;
    return strcmp(left->uid, right->uid);
}

const struct session_word *ledger_find(const struct ledger *ledger, const char *uid)
{
    struct session_word wanted = {.uid = uid};
    return ledger->word_count > 0 ? bsearch(&wanted, ledger->words, ledger->word_count,
                                            sizeof(*ledger->words), compare_words)
                                  : NULL;
}

/* One word, still empty, for each session that is named. */
static void make_words(struct ledger *ledger, const struct command *commands, size_t count)
{
    ledger->words = xcalloc(2 * count + 1, sizeof(*ledger->words));
    size_t named = 0;
    for (size_t i = 0; i < count; i++) {
        if (*commands[i].uid)
            ledger->words[named++].uid = commands[i].uid;
        if (*commands[i].over_uid)
            ledger->words[named++].uid = commands[i].over_uid;
    }
    qsort(ledger->words, named, sizeof(*ledger->words), compare_words);
    for (size_t i = 0; i < named; i++) {
        struct session_word *last = &ledger->words[ledger->word_count];
        if (i > 0 && strcmp(ledger->words[i].uid, last[-1].uid) == 0)
            continue;
        *last = (struct session_word){ledger->words[i].uid, TIME_NEVER_MS, TIME_NEVER_MS,
                                      TIME_NEVER_MS, TIME_NEVER_MS};
        ledger->word_count++;
    }
}

static struct session_word *word_of(struct ledger *ledger, const char *uid)
{
    struct session_word *word = (struct session_word *)ledger_find(ledger, uid);
    assert(word); /* make_words() made one of each. */
    return word;
}

static void release_all(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->word_count; i++)
        ledger->words[i].held_ms = TIME_NEVER_MS;
}

static void end(struct session_word *word, int64_t at_ms)
{
    word->ended_ms = at_ms;
    word->held_ms = TIME_NEVER_MS;
}

static void hear_of_session(struct ledger *ledger, const struct command *command)
{
    struct session_word *word = word_of(ledger, command->uid);
    switch (command->kind) {
    case COMMAND_START:
        release_all(ledger);
        if (*command->over_uid)
            end(word_of(ledger, command->over_uid), command->at_ms);
        *word = (struct session_word){word->uid, command->at_ms, TIME_NEVER_MS, TIME_NEVER_MS,
                                      TIME_NEVER_MS};
        break;
    case COMMAND_END:
        end(word, command->at_ms);
        break;
    case COMMAND_HOLD:
        release_all(ledger);
        word->held_ms = command->at_ms;
        break;
    case COMMAND_RELEASE:
        word->held_ms = TIME_NEVER_MS;
        if (command->until_ms != TIME_NEVER_MS)
            word->ended_ms = command->until_ms;
        break;
    case COMMAND_EXTEND:
        word->expected_end_ms = command->until_ms;
        break;
    default:
        break;
    }
}

static void hear_of_room(struct ledger *ledger, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_SAY:
        ledger->message = command;
        break;
    case COMMAND_CLEAR:
        ledger->message = NULL;
        break;
    case COMMAND_FULL:
        ledger->full = command;
        break;
    case COMMAND_OPEN:
        ledger->full = NULL;
        break;
    case COMMAND_OCCUPIED:
        if (ledger->occupancy == OCCUPANCY_VACANT)
            ledger->vacant_until_ms = command->at_ms;
        ledger->occupancy = OCCUPANCY_OCCUPIED;
        ledger->sensed_ms = command->at_ms;
        break;
    case COMMAND_VACANT:
        ledger->vacant_until_ms = TIME_NEVER_MS;
        ledger->occupancy = OCCUPANCY_VACANT;
        ledger->sensed_ms = command->at_ms;
        break;
    default:
        break;
    }
}

void ledger_take_back(const struct command *commands, size_t count, bool *taken)
{
    for (size_t i = 0; i < count; i++) {
        if (commands[i].kind != COMMAND_UNDO)
            continue;
        taken[i] = true;
        size_t k = i;
        while (k > 0 && (taken[k - 1] || command_is_sensors(commands[k - 1].kind) ||
                         commands[k - 1].at_ms != commands[i].until_ms))
            k--;
        if (k > 0)
            taken[k - 1] = true;
    }
}

void ledger_make(struct ledger *ret_ledger, const struct command *commands, size_t count)
{
    struct ledger ledger = {0};
    bool *gone = xcalloc(count + 1, sizeof(*gone));
    make_words(&ledger, commands, count);
    ledger_take_back(commands, count, gone);
    for (size_t i = 0; i < count; i++) {
        if (gone[i])
            continue;
        hear_of_room(&ledger, &commands[i]);
        if (*commands[i].uid)
            hear_of_session(&ledger, &commands[i]);
        if (!command_is_sensors(commands[i].kind))
            ledger.last = &commands[i];
    }
    free(gone);
    *ret_ledger = ledger;
}

void ledger_release(struct ledger *ledger)
{
    free(ledger->words);
    *ledger = (struct ledger){0};
}
