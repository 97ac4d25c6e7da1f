#include <roomsign/command.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/utf8.h>

static const char *const kind_names[COMMAND_KIND_COUNT] = {
    [COMMAND_START] = "start",       [COMMAND_END] = "end",       [COMMAND_HOLD] = "hold",
    [COMMAND_RELEASE] = "release",   [COMMAND_EXTEND] = "extend", [COMMAND_SAY] = "say",
    [COMMAND_CLEAR] = "clear",       [COMMAND_FULL] = "full",     [COMMAND_OPEN] = "open",
    [COMMAND_OCCUPIED] = "occupied", [COMMAND_VACANT] = "vacant", [COMMAND_UNDO] = "undo",
};

#define BLANKS " \t"

const char *command_kind_name(enum command_kind kind)
{
    assert(kind < COMMAND_KIND_COUNT);
    return kind_names[kind];
}

bool command_kind_parse(const char *name, enum command_kind *ret_kind)
{
    for (int i = 0; i < COMMAND_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *ret_kind = (enum command_kind)i;
            return true;
        }
    }
    return false;
}

bool command_is_sensors(enum command_kind kind)
{
    return kind == COMMAND_OCCUPIED || kind == COMMAND_VACANT;
}

bool command_is_of_session(enum command_kind kind)
{
    return kind == COMMAND_START || kind == COMMAND_END || kind == COMMAND_HOLD ||
           kind == COMMAND_RELEASE || kind == COMMAND_EXTEND || kind == COMMAND_FULL;
}

/* The word at *text, which moves behind it and its blanks; "" at the end. false: longer than any
 * word that means something. */
#define WORD_BYTES 32
static bool take_word(const char **text, char word[static WORD_BYTES])
{
    *text += strspn(*text, BLANKS);
    size_t length = strcspn(*text, BLANKS);
    if (length >= WORD_BYTES)
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    *text += strspn(*text, BLANKS);
    return true;
}

static bool parse_minutes(const char *text, int *ret_minutes, struct error *err)
{
    char word[WORD_BYTES], *end = word;
    const char *rest = text;
    long minutes = 0;
    errno = 0;
    if (!*text) {
        error_set(err, "extend: needs a number of minutes from -%d to %d, such as 5 or -5",
                  COMMAND_EXTEND_MAX_MIN, COMMAND_EXTEND_MAX_MIN);
        return false;
    }
    bool whole = take_word(&rest, word) && !*rest;
    if (whole)
        minutes = strtol(word, &end, 10);
    if (!whole || *end || errno != 0 || minutes == 0 || minutes > COMMAND_EXTEND_MAX_MIN ||
        minutes < -COMMAND_EXTEND_MAX_MIN) {
        error_set(err, "extend: \"%.40s\" is no number of minutes from -%d to %d other than 0",
                  text, COMMAND_EXTEND_MAX_MIN, COMMAND_EXTEND_MAX_MIN);
        return false;
    }
    *ret_minutes = (int)minutes;
    return true;
}

static bool parse_say_for(const char **text, int64_t *ret_for_ms, struct error *err)
{
    char word[WORD_BYTES];
    struct error why = {0};
    /* A number alone would be seconds, and whoever says 10 means minutes, as for extend. */
    if (!take_word(text, word) || duration_is_bare(word) ||
        !duration_parse(word, ret_for_ms, &why) || *ret_for_ms <= 0 ||
        *ret_for_ms > COMMAND_SAY_FOR_MAX_MS) {
        error_set(err, "say --for: needs a time like 90s, 10m or 2h, up to %d hours",
                  (int)(COMMAND_SAY_FOR_MAX_MS / HOUR_MS));
        return false;
    }
    return true;
}

static bool parse_say_text(const char *text, char ret_text[static COMMAND_TEXT_BYTES_MAX + 1],
                           struct error *err)
{
    size_t length = strlen(text);
    /* Malformed bytes grow to three when they are cleaned; whatever else, cleaning only shortens.
     */
    char *clean = utf8_clean(text, length, 3 * length + 1);
    size_t clean_length = strlen(clean);
    bool fits = clean_length > 0 && clean_length <= COMMAND_TEXT_BYTES_MAX;
    if (clean_length == 0)
        error_set(err, "say: there is no text");
    else if (!fits)
        error_set(err, "say: the text has %zu bytes, more than %d", clean_length,
                  COMMAND_TEXT_BYTES_MAX);
    else
        memcpy(ret_text, clean, clean_length + 1);
    free(clean);
    return fits;
}

static bool parse_say(const char *text, struct command_request *request, struct error *err)
{
    while (strncmp(text, "--", 2) == 0) {
        char option[WORD_BYTES];
        const char *rest = text;
        bool known = take_word(&rest, option);
        if (known && strcmp(option, "--") == 0)
            return parse_say_text(rest, request->text, err);
        if (!known || strcmp(option, "--for") != 0) {
            error_set(err, "say: no such option: %.40s", text);
            return false;
        }
        if (!parse_say_for(&rest, &request->for_ms, err))
            return false;
        text = rest;
    }
    return parse_say_text(text, request->text, err);
}

bool command_request_parse(const char *text, struct command_request *ret_request, struct error *err)
{
    struct command_request request = {0};
    char name[WORD_BYTES];
    text += strspn(text, BLANKS);
    const char *rest = text;
    if (!take_word(&rest, name) || !command_kind_parse(name, &request.kind)) {
        error_set(err, "\"%.40s\" is no command", text);
        return false;
    }
    bool ok = true;
    if (request.kind == COMMAND_EXTEND) {
        ok = parse_minutes(rest, &request.minutes, err);
    } else if (request.kind == COMMAND_SAY) {
        ok = parse_say(rest, &request, err);
    } else if (*rest) {
        error_set(err, "%s: takes nothing, not \"%.40s\"", name, rest);
        ok = false;
    }
    if (ok)
        *ret_request = request;
    return ok;
}
