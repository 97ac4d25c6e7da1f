#include <roomsign/command_record.h>

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/civil.h>
#include <roomsign/utf8.h>

#define CRC_DIGITS 8
#define FIELD_COUNT 6

enum field { FIELD_AT, FIELD_KIND, FIELD_UID, FIELD_OVER_UID, FIELD_UNTIL, FIELD_TEXT };

static uint32_t crc_step(uint32_t crc, char byte)
{
    crc ^= (unsigned char)byte;
    for (int bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    return crc;
}

static bool needs_time(enum command_kind kind)
{
    return kind == COMMAND_EXTEND || kind == COMMAND_UNDO;
}

static bool text_is_clean(const char *text)
{
    char *clean = utf8_clean(text, strlen(text), COMMAND_TEXT_BYTES_MAX);
    bool same = strcmp(clean, text) == 0;
    free(clean);
    return same;
}

/** What RFC 3339 has words for. */
static bool is_time(int64_t at_ms)
{
    return at_ms >= civil_to_days(1, 1, 1) * DAY_MS && at_ms < civil_to_days(10000, 1, 1) * DAY_MS;
}

/** Whether the command has what its kind needs and nothing else. */
static bool is_sound(const struct command *command, struct error *err)
{
    const char *wrong = NULL;
    enum command_kind kind = command->kind;
    if (!is_time(command->at_ms))
        wrong = "no time";
    else if (command_is_of_session(kind) && !*command->uid)
        wrong = "no session";
    else if (!utf8_valid(command->uid, strlen(command->uid)) ||
             !utf8_valid(command->over_uid, strlen(command->over_uid)))
        wrong = "a session's uid is no text";
    else if (*command->over_uid && kind != COMMAND_START)
        wrong = "a second session";
    else if (needs_time(kind) && command->until_ms == TIME_NEVER_MS)
        wrong = "no second time";
    else if (command->until_ms != TIME_NEVER_MS && !needs_time(kind) && kind != COMMAND_SAY &&
             kind != COMMAND_RELEASE)
        wrong = "a second time";
    else if (command->until_ms != TIME_NEVER_MS && !is_time(command->until_ms))
        wrong = "a second time that is none";
    else if ((kind == COMMAND_SAY) != (*command->text != '\0'))
        wrong = kind == COMMAND_SAY ? "no text" : "a text";
    else if (!text_is_clean(command->text))
        wrong = "its text has control characters";
    if (wrong)
        error_set(err, "%s: %s", command_kind_name(kind), wrong);
    return !wrong;
}

static void write_text(const char *text, struct buffer *line)
{
    if (!*text || *text == '-')
        buffer_append_text(line, *text ? "\\" : "-");
    for (const char *c = text; *c; c++) {
        if (*c == '\t')
            buffer_append_text(line, "\\t");
        else if (*c == '\n')
            buffer_append_text(line, "\\n");
        else if (*c == '\r')
            buffer_append_text(line, "\\r");
        else if (*c == '\\')
            buffer_append_text(line, "\\\\");
        else
            buffer_append(line, c, 1);
    }
}

static void write_time(int64_t at_ms, struct buffer *line)
{
    char text[TIME_TEXT_BYTES];
    if (at_ms == TIME_NEVER_MS) {
        buffer_append_text(line, "-");
        return;
    }
    int64_t millisecond = ((at_ms % SECOND_MS) + SECOND_MS) % SECOND_MS;
    time_format_utc(at_ms - millisecond, text);
    buffer_append(line, text, strlen(text) - 1);
    buffer_append_format(line, ".%03dZ", (int)millisecond);
}

void command_record_write(const struct command *command, struct buffer *line)
{
    struct buffer own;
    uint32_t crc = UINT32_MAX;
    assert(is_sound(command, NULL));
    buffer_init(&own, COMMAND_RECORD_BYTES_MAX);
    write_time(command->at_ms, &own);
    buffer_append_format(&own, "\t%s\t", command_kind_name(command->kind));
    write_text(command->uid, &own);
    buffer_append_text(&own, "\t");
    write_text(command->over_uid, &own);
    buffer_append_text(&own, "\t");
    write_time(command->until_ms, &own);
    buffer_append_text(&own, "\t");
    write_text(command->text, &own);
    buffer_append_text(&own, "\t");
    for (size_t i = 0; i < own.length; i++)
        crc = crc_step(crc, own.data[i]);
    bool fits = buffer_append_format(&own, "%08" PRIx32 "\n", ~crc);
    fits = fits && buffer_append(line, own.data, own.length);
    assert(fits);
    (void)fits;
    buffer_release(&own);
}

/** false: an escape that nobody writes, a NUL, or longer than `max`. */
static bool read_text(const char *bytes, size_t length, size_t max, char *ret_text)
{
    size_t used = 0;
    if (length == 1 && *bytes == '-')
        length = 0;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (c == '\\') {
            static const char escaped[] = "tnr\\-", meant[] = "\t\n\r\\-";
            const char *which = ++i < length && bytes[i] ? strchr(escaped, bytes[i]) : NULL;
            if (!which || (*which == '-' && used > 0))
                return false;
            c = meant[which - escaped];
        }
        if (c == '\0' || used == max)
            return false;
        ret_text[used++] = c;
    }
    ret_text[used] = '\0';
    return true;
}

/** "-" is TIME_NEVER_MS. */
static bool read_time(const char *bytes, size_t length, int64_t *ret_ms)
{
    char text[TIME_TEXT_BYTES];
    *ret_ms = TIME_NEVER_MS;
    if (length == 1 && *bytes == '-')
        return true;
    if (length >= sizeof(text))
        return false;
    memcpy(text, bytes, length);
    text[length] = '\0';
    return time_parse(text, NULL, ret_ms, NULL);
}

/** Bytes whose checksum is right, up to and with the tab before it. */
static bool read_fields(const char *bytes, size_t length, struct command *command,
                        struct error *err)
{
    const char *fields[FIELD_COUNT];
    size_t lengths[FIELD_COUNT], count = 0, begin = 0;
    char kind[16];
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\t')
            continue;
        if (count < FIELD_COUNT) {
            fields[count] = bytes + begin;
            lengths[count] = i - begin;
        }
        count++;
        begin = i + 1;
    }
    if (count != FIELD_COUNT) {
        error_set(err, "%zu fields instead of %d", count, FIELD_COUNT);
        return false;
    }
    *command = (struct command){0};
    if (!read_text(fields[FIELD_KIND], lengths[FIELD_KIND], sizeof(kind) - 1, kind) ||
        !command_kind_parse(kind, &command->kind)) {
        error_set(err, "no command that is known here");
        return false;
    }
    if (!read_time(fields[FIELD_AT], lengths[FIELD_AT], &command->at_ms) ||
        !read_time(fields[FIELD_UNTIL], lengths[FIELD_UNTIL], &command->until_ms) ||
        !read_text(fields[FIELD_UID], lengths[FIELD_UID], SESSION_UID_BYTES_MAX, command->uid) ||
        !read_text(fields[FIELD_OVER_UID], lengths[FIELD_OVER_UID], SESSION_UID_BYTES_MAX,
                   command->over_uid) ||
        !read_text(fields[FIELD_TEXT], lengths[FIELD_TEXT], COMMAND_TEXT_BYTES_MAX,
                   command->text)) {
        error_set(err, "%s: a field that can't be read", kind);
        return false;
    }
    return is_sound(command, err);
}

/** As every record does: "2026-01-31T". */
static bool may_begin(const char *bytes, size_t length)
{
    static const char shape[] = "dddd-dd-ddT";
    if (length < sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i < sizeof(shape) - 1; i++)
        if (shape[i] == 'd' ? bytes[i] < '0' || bytes[i] > '9' : bytes[i] != shape[i])
            return false;
    return true;
}

static bool is_checksum(const char *bytes, uint32_t crc)
{
    char digits[CRC_DIGITS + 1];
    snprintf(digits, sizeof(digits), "%08" PRIx32, ~crc);
    return memcmp(bytes, digits, CRC_DIGITS) == 0;
}

/** The length of what begins here and ends with its right checksum; 0: nothing. */
static size_t measure(const char *bytes, size_t length)
{
    uint32_t crc = UINT32_MAX;
    if (!may_begin(bytes, length))
        return 0;
    for (size_t i = 0; i + CRC_DIGITS < length && i < COMMAND_RECORD_BYTES_MAX; i++) {
        crc = crc_step(crc, bytes[i]);
        if (bytes[i] == '\t' && is_checksum(bytes + i + 1, crc))
            return i + 1 + CRC_DIGITS;
    }
    return 0;
}

bool command_record_find(const char *bytes, size_t length, struct command *ret_command,
                         size_t *ret_offset, size_t *ret_length, struct error *err)
{
    struct command command;
    struct error why = {0};
    for (size_t i = 0; i < length; i++) {
        size_t whole = measure(bytes + i, length - i);
        if (whole > 0 && read_fields(bytes + i, whole - CRC_DIGITS, &command, &why)) {
            *ret_command = command;
            *ret_offset = i;
            *ret_length = whole;
            return true;
        }
    }
    error_set(err, "%s", *why.message ? why.message : "its checksum is wrong, or it is cut off");
    return false;
}
