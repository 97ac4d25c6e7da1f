/**
 * What the keys at the kiosk mean: which key asks for which command.
 *
 * A key is the kernel's code of it (linux/input-event-codes.h), wherever it was read: a keyboard,
 * a numeric keypad, a presenter, a foot switch, a button on a GPIO line. Pure: reads no device.
 */
#ifndef ROOMSIGN_KEYS_H
#define ROOMSIGN_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roomsign/command.h>
#include <roomsign/error.h>

/** "KEY_SPACE", or the number of a key that has no name here. */
#define KEY_NAME_BYTES 24

/** "KEY_SPACE", "BTN_0", or "57": what evtest prints. */
bool key_parse(const char *name, int *ret_key);
char *key_format(int key, char text[static KEY_NAME_BYTES]);
/** What stands on the key, for people: "u", "space"; "" where that isn't known. */
char *key_label(int key, char text[static KEY_NAME_BYTES]);

/** A plain value. */
struct key_binding {
    int key;
    /** "nothing" was said of it. */
    bool is_idle;
    struct command_request request;
};

/** Read "KEY_F1 say --for 10m Back soon", "KEY_E nothing". Errors: what is wrong, by name. */
bool key_binding_parse(const char *text, struct key_binding *ret_binding, struct error *err);

#define KEY_BINDINGS_MAX 80
/** Zero-initialise it with {0}: no key means anything. */
struct key_bindings {
    struct key_binding bindings[KEY_BINDINGS_MAX];
    size_t count;
};

/** The built-in ones (space: hold, e: end, s: start, + and -: five minutes, f: full, u: undo). */
void key_bindings_init(struct key_bindings *ret_bindings);
/** In place of what its key meant. */
void key_bindings_set(struct key_bindings *bindings, const struct key_binding *binding);
/** NULL: the key means nothing. */
const struct key_binding *key_bindings_find(const struct key_bindings *bindings, int key);
/** The first key that asks for it; 0: none does. */
int key_bindings_key_of(const struct key_bindings *bindings, enum command_kind kind);

/**
 * What a press of the key asks for at now_ms: what the binding says, but for a key that holds,
 * which releases what is held, and a key that says full, which opens what is full.
 */
void key_binding_request(const struct key_binding *binding, const struct tracker *tracker,
                         int64_t now_ms, struct command_request *ret_request);

#endif
