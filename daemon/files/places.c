#include <roomsign/places.h>

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/hash.h>

#define READABLE_BYTES_MAX 48

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_';
}

char *place_room_name(const char *room_name, char name[static PLACE_NAME_BYTES])
{
    char readable[READABLE_BYTES_MAX + 1];
    size_t length = 0;
    for (const char *c = room_name; *c && length < READABLE_BYTES_MAX; c++) {
        if (is_plain(*c) && !(length == 0 && *c == '.'))
            readable[length++] = *c;
        else if (length > 0 && readable[length - 1] != '-')
            readable[length++] = '-';
    }
    while (length > 0 && readable[length - 1] == '-')
        length--;
    readable[length] = '\0';
    snprintf(name, PLACE_NAME_BYTES, "%s-%08x", length > 0 ? readable : "room",
             (uint32_t)hash_text(HASH_START, room_name));
    return name;
}

__attribute__((format(printf, 4, 5))) static bool
format_path(char *path, size_t size, struct error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char text[PLACE_PATH_BYTES];
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(text) || (size_t)length >= size) {
        error_set(err, "the path is longer than %zu bytes: %.200s", size - 1, text);
        return false;
    }
    memcpy(path, text, (size_t)length + 1);
    return true;
}

/** A variable's value up to its first ':', or NULL where it is unset, empty or too long. */
static const char *first_directory(const char *variable, char path[static PLACE_PATH_BYTES])
{
    const char *value = getenv(variable);
    size_t length = value ? strcspn(value, ":") : 0;
    if (length == 0 || length >= PLACE_PATH_BYTES)
        return NULL;
    memcpy(path, value, length);
    path[length] = '\0';
    return path;
}

bool place_state_directory(const char *state_dir, char ret_path[static PLACE_PATH_BYTES],
                           struct error *err)
{
    char directory[PLACE_PATH_BYTES];
    if (state_dir)
        return format_path(ret_path, PLACE_PATH_BYTES, err, "%s", state_dir);
    if (first_directory("STATE_DIRECTORY", directory))
        return format_path(ret_path, PLACE_PATH_BYTES, err, "%s", directory);
    if (first_directory("XDG_STATE_HOME", directory))
        return format_path(ret_path, PLACE_PATH_BYTES, err, "%s/roomsign", directory);
    if (first_directory("HOME", directory))
        return format_path(ret_path, PLACE_PATH_BYTES, err, "%s/.local/state/roomsign", directory);
    error_set(err, "no state directory: none of STATE_DIRECTORY, XDG_STATE_HOME and HOME is set");
    return false;
}

bool place_socket_path(const char *room_name, char ret_path[static CONTROL_PATH_BYTES],
                       struct error *err)
{
    char directory[PLACE_PATH_BYTES];
    char name[PLACE_NAME_BYTES];
    place_room_name(room_name, name);
    if (first_directory("RUNTIME_DIRECTORY", directory))
        return format_path(ret_path, CONTROL_PATH_BYTES, err, "%s/%s.sock", directory, name);
    if (first_directory("XDG_RUNTIME_DIR", directory))
        return format_path(ret_path, CONTROL_PATH_BYTES, err, "%s/roomsign/%s.sock", directory,
                           name);
    error_set(err, "no place for the control socket: neither RUNTIME_DIRECTORY nor XDG_RUNTIME_DIR"
                   " is set");
    return false;
}

void place_socket_patterns(char patterns[static PLACE_SOCKET_PATTERNS_MAX][PLACE_PATH_BYTES],
                           size_t *ret_count)
{
    char directory[PLACE_PATH_BYTES];
    size_t count = 0;
    /* Whoever says where sockets are means no other place. */
    if (first_directory("RUNTIME_DIRECTORY", directory) &&
        format_path(patterns[count], PLACE_PATH_BYTES, NULL, "%s/*.sock", directory)) {
        *ret_count = 1;
        return;
    }
    if (first_directory("XDG_RUNTIME_DIR", directory) &&
        format_path(patterns[count], PLACE_PATH_BYTES, NULL, "%s/roomsign/*.sock", directory))
        count++;
    format_path(patterns[count++], PLACE_PATH_BYTES, NULL, "/run/roomsign/*.sock");
    format_path(patterns[count++], PLACE_PATH_BYTES, NULL, "/run/roomsign/*/*.sock");
    assert(count <= PLACE_SOCKET_PATTERNS_MAX);
    *ret_count = count;
}
