#include <roomsign/sign.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/log.h>
#include <roomsign/utf8.h>
#include <roomsign/words.h>

/* Long enough to read a line twice, short enough to be gone for the next reader. */
#define HINT_MS 4000
/* How long a press at night lights the screen. */
#define LIT_MS MINUTE_MS

static_assert(CONFIG_LIST_MAX + 16 <= KEY_BINDINGS_MAX, "room for the built-in ones");

void sign_keys_reload(struct sign *sign)
{
    const struct config_list *list = &sign->room.config.key_bindings;
    key_bindings_init(&sign->keys);
    for (size_t i = 0; i < list->count; i++) {
        struct key_binding binding;
        bool sound = key_binding_parse(list->items[i], &binding, NULL);
        assert(sound);
        key_bindings_set(&sign->keys, &binding);
    }
}

static void show_hint(struct sign *sign, int64_t now_ms, const char *text)
{
    size_t length = utf8_cut(text, strlen(text), sizeof(sign->hint) - 1);
    snprintf(sign->hint, sizeof(sign->hint), "%.*s", (int)length, text);
    sign->room.view_options.hint = sign->hint;
    sign->room.view_options.hint_until_ms = now_ms + HINT_MS;
}

/* What was done: an extension that leaves no time is an end. */
static void put_done(const struct words *words, const struct command_request *request,
                     enum command_kind kind, char text[static VIEW_NAME_BYTES])
{
    const struct words_counted *counted = &words->counted;
    bool is_shorter = request->minutes < 0;
    if (kind == COMMAND_EXTEND)
        words_fill_number(text, VIEW_NAME_BYTES, words,
                          is_shorter ? &counted->done_shorter : &counted->done_longer,
                          abs(request->minutes));
    else
        words_fill(text, VIEW_NAME_BYTES, words->done[kind], "");
}

/* "5 min longer · u to undo": what was done, and the way back. */
static void confirm(struct sign *sign, const struct command_request *request,
                    enum command_kind kind, int64_t now_ms)
{
    const struct words *words = words_for(sign->room.language);
    char done[VIEW_NAME_BYTES], undo[VIEW_NAME_BYTES], text[2 * VIEW_NAME_BYTES];
    char key[KEY_NAME_BYTES];
    put_done(words, request, kind, done);
    key_label(key_bindings_key_of(&sign->keys, COMMAND_UNDO), key);
    if (kind == COMMAND_UNDO || !*key) {
        show_hint(sign, now_ms, done);
        return;
    }
    words_fill(undo, sizeof(undo), words->key_undoes, key);
    snprintf(text, sizeof(text), "%s \xC2\xB7 %s", done, undo);
    show_hint(sign, now_ms, text);
}

/* A moment farther ahead than it was ever put was put by a clock that has been set back since. */
static void bound_ms(int64_t *until_ms, int64_t now_ms, int64_t most_ms)
{
    if (*until_ms > now_ms + most_ms)
        *until_ms = now_ms;
}

void sign_keys_follow_clock(struct sign *sign, int64_t now_ms)
{
    bound_ms(&sign->room.view_options.hint_until_ms, now_ms, HINT_MS);
    bound_ms(&sign->room.view_options.lit_until_ms, now_ms, LIT_MS);
}

void sign_keys_press(struct sign *sign, const struct display_event *event, int64_t now_ms)
{
    const struct key_binding *binding = key_bindings_find(&sign->keys, event->key);
    struct command_request request;
    struct sign_deed deed;
    struct error err = {0};
    char name[KEY_NAME_BYTES];
    bool dark = sign->view.dark;
    if (!sign->room.config.keys || (dark ? event->elsewhere : !binding))
        return;
    if (!event->elsewhere)
        sign->room.view_options.lit_until_ms = now_ms + LIT_MS;
    /* Nobody sees what a press does to a dark screen: the first one lights it, whatever the key. */
    if (dark) {
        log_info("keys: the screen is lit for a minute");
        return;
    }
    if (event->elsewhere) {
        show_hint(sign, now_ms, words_for(sign->room.language)->keys_elsewhere);
        return;
    }
    key_binding_request(binding, &sign->room.tracker, now_ms, &request);
    key_format(event->key, name);
    sign->command_log.syncs_later = true;
    bool done = sign_operate(sign, &request, now_ms, &deed, &err);
    sign->command_log.syncs_later = false;
    if (done) {
        log_info("keys: %s: %s", name, command_kind_name(deed.command.kind));
        confirm(sign, &request, deed.command.kind, now_ms);
    } else {
        log_info("keys: %s: %s", name, err.message);
        enum command_refusal refusal = sign_refusal(sign, &request, now_ms);
        show_hint(sign, now_ms, words_for(sign->room.language)->refused[refusal]);
    }
}

void sign_keys_settle(struct sign *sign)
{
    struct error err = {0};
    if (!command_log_sync(&sign->command_log, &err))
        log_warning("commands: %s; the last key press may be forgotten when the sign ends",
                    err.message);
}
