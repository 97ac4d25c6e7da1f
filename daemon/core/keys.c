#include <roomsign/keys.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <linux/input-event-codes.h>

#define WORD_IDLE "nothing"

static const char *const defaults[] = {
    "KEY_SPACE hold",      "KEY_E end",          "KEY_S start",
    "KEY_KPPLUS extend 5", "KEY_EQUAL extend 5", "KEY_KPMINUS extend -5",
    "KEY_MINUS extend -5", "KEY_F full",         "KEY_U undo",
};

#define KEY(name)                                                                                  \
    {                                                                                              \
        "KEY_" #name, KEY_##name                                                                   \
    }
#define BUTTON(name)                                                                               \
    {                                                                                              \
        "BTN_" #name, BTN_##name                                                                   \
    }

/* Those that keyboards, keypads, remote controls and buttons send; others go by their number. */
static const struct {
    const char *name;
    int key;
} names[] = {
    KEY(SPACE),
    KEY(ENTER),
    KEY(ESC),
    KEY(TAB),
    KEY(BACKSPACE),
    KEY(DELETE),
    KEY(INSERT),
    KEY(HOME),
    KEY(END),
    KEY(PAGEUP),
    KEY(PAGEDOWN),
    KEY(UP),
    KEY(DOWN),
    KEY(LEFT),
    KEY(RIGHT),
    KEY(A),
    KEY(B),
    KEY(C),
    KEY(D),
    KEY(E),
    KEY(F),
    KEY(G),
    KEY(H),
    KEY(I),
    KEY(J),
    KEY(K),
    KEY(L),
    KEY(M),
    KEY(N),
    KEY(O),
    KEY(P),
    KEY(Q),
    KEY(R),
    KEY(S),
    KEY(T),
    KEY(U),
    KEY(V),
    KEY(W),
    KEY(X),
    KEY(Y),
    KEY(Z),
    KEY(0),
    KEY(1),
    KEY(2),
    KEY(3),
    KEY(4),
    KEY(5),
    KEY(6),
    KEY(7),
    KEY(8),
    KEY(9),
    KEY(MINUS),
    KEY(EQUAL),
    KEY(LEFTBRACE),
    KEY(RIGHTBRACE),
    KEY(BACKSLASH),
    KEY(SEMICOLON),
    KEY(APOSTROPHE),
    KEY(GRAVE),
    KEY(COMMA),
    KEY(DOT),
    KEY(SLASH),
    KEY(102ND),
    KEY(F1),
    KEY(F2),
    KEY(F3),
    KEY(F4),
    KEY(F5),
    KEY(F6),
    KEY(F7),
    KEY(F8),
    KEY(F9),
    KEY(F10),
    KEY(F11),
    KEY(F12),
    KEY(F13),
    KEY(F14),
    KEY(F15),
    KEY(F16),
    KEY(F17),
    KEY(F18),
    KEY(F19),
    KEY(F20),
    KEY(F21),
    KEY(F22),
    KEY(F23),
    KEY(F24),
    KEY(KP0),
    KEY(KP1),
    KEY(KP2),
    KEY(KP3),
    KEY(KP4),
    KEY(KP5),
    KEY(KP6),
    KEY(KP7),
    KEY(KP8),
    KEY(KP9),
    KEY(KPPLUS),
    KEY(KPMINUS),
    KEY(KPASTERISK),
    KEY(KPSLASH),
    KEY(KPENTER),
    KEY(KPDOT),
    KEY(KPCOMMA),
    KEY(KPEQUAL),
    KEY(CAPSLOCK),
    KEY(NUMLOCK),
    KEY(SCROLLLOCK),
    KEY(SYSRQ),
    KEY(PAUSE),
    KEY(COMPOSE),
    KEY(MENU),
    KEY(HELP),
    KEY(UNDO),
    KEY(STOP),
    KEY(BACK),
    KEY(FORWARD),
    KEY(HOMEPAGE),
    KEY(POWER),
    KEY(SLEEP),
    KEY(WAKEUP),
    KEY(RESTART),
    KEY(SELECT),
    KEY(OK),
    KEY(PROG1),
    KEY(PROG2),
    KEY(PROG3),
    KEY(PROG4),
    KEY(RED),
    KEY(GREEN),
    KEY(YELLOW),
    KEY(BLUE),
    KEY(PLAYPAUSE),
    KEY(PLAY),
    KEY(STOPCD),
    KEY(NEXTSONG),
    KEY(PREVIOUSSONG),
    KEY(MUTE),
    KEY(VOLUMEUP),
    KEY(VOLUMEDOWN),
    KEY(RECORD),
    KEY(CAMERA),
    KEY(PRESENTATION),
    BUTTON(0),
    BUTTON(1),
    BUTTON(2),
    BUTTON(3),
    BUTTON(4),
    BUTTON(5),
    BUTTON(6),
    BUTTON(7),
    BUTTON(8),
    BUTTON(9),
    BUTTON(LEFT),
    BUTTON(RIGHT),
    BUTTON(MIDDLE),
    BUTTON(TOUCH),
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static bool parse_number(const char *text, int *ret_key)
{
    int number = 0;
    for (const char *digit = text; *digit; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
        number = number * 10 + (*digit - '0');
        if (number > KEY_MAX)
            return false;
    }
    if (number == KEY_RESERVED)
        return false;
    *ret_key = number;
    return true;
}

bool key_parse(const char *name, int *ret_key)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strcmp(names[i].name, name) == 0) {
            *ret_key = names[i].key;
            return true;
        }
    }
    return parse_number(name, ret_key);
}

char *key_format(int key, char text[static KEY_NAME_BYTES])
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (names[i].key == key) {
            snprintf(text, KEY_NAME_BYTES, "%s", names[i].name);
            return text;
        }
    }
    snprintf(text, KEY_NAME_BYTES, "%d", key);
    return text;
}

char *key_label(int key, char text[static KEY_NAME_BYTES])
{
    char name[KEY_NAME_BYTES];
    key_format(key, name);
    if (strncmp(name, "KEY_", 4) != 0) {
        text[0] = '\0';
        return text;
    }
    size_t length = 0;
    for (const char *letter = name + 4; *letter; letter++)
        text[length++] = *letter >= 'A' && *letter <= 'Z' ? (char)(*letter - 'A' + 'a') : *letter;
    text[length] = '\0';
    return text;
}

bool key_binding_parse(const char *text, struct key_binding *ret_binding, struct error *err)
{
    struct key_binding binding = {0};
    char name[KEY_NAME_BYTES];
    size_t length = strcspn(text, " \t");
    snprintf(name, sizeof(name), "%.*s", (int)length, text);
    if (length >= sizeof(name) || !key_parse(name, &binding.key)) {
        error_set(err,
                  "\"%.*s\" is not a key; write its name as evtest does, as in KEY_F1, or its "
                  "number",
                  (int)(length < 60 ? length : 60), text);
        return false;
    }
    const char *command = text + length + strspn(text + length, " \t");
    if (!*command) {
        error_set(err, "no command after %s", name);
        return false;
    }
    binding.is_idle = strcmp(command, WORD_IDLE) == 0;
    if (!binding.is_idle && !command_request_parse(command, &binding.request, err))
        return false;
    *ret_binding = binding;
    return true;
}

void key_bindings_init(struct key_bindings *ret_bindings)
{
    ret_bindings->count = 0;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        struct key_binding binding;
        bool sound = key_binding_parse(defaults[i], &binding, NULL);
        assert(sound);
        key_bindings_set(ret_bindings, &binding);
    }
}

void key_bindings_set(struct key_bindings *bindings, const struct key_binding *binding)
{
    size_t i = 0;
    while (i < bindings->count && bindings->bindings[i].key != binding->key)
        i++;
    assert(i < KEY_BINDINGS_MAX);
    bindings->bindings[i] = *binding;
    if (i == bindings->count)
        bindings->count++;
}

const struct key_binding *key_bindings_find(const struct key_bindings *bindings, int key)
{
    for (size_t i = 0; i < bindings->count; i++) {
        if (bindings->bindings[i].key == key)
            return bindings->bindings[i].is_idle ? NULL : &bindings->bindings[i];
    }
    return NULL;
}

int key_bindings_key_of(const struct key_bindings *bindings, enum command_kind kind)
{
    for (size_t i = 0; i < bindings->count; i++) {
        const struct key_binding *binding = &bindings->bindings[i];
        if (!binding->is_idle && binding->request.kind == kind)
            return binding->key;
    }
    return 0;
}

void key_binding_request(const struct key_binding *binding, const struct tracker *tracker,
                         int64_t now_ms, struct command_request *ret_request)
{
    struct command_request opposite = {
        .kind = binding->request.kind == COMMAND_HOLD ? COMMAND_RELEASE : COMMAND_OPEN};
    bool has_opposite =
        binding->request.kind == COMMAND_HOLD || binding->request.kind == COMMAND_FULL;
    struct command command;
    /* Only what is held can be released, and only what is full opened. */
    if (has_opposite && command_resolve(&opposite, tracker, now_ms, &command, NULL))
        *ret_request = opposite;
    else
        *ret_request = binding->request;
}
