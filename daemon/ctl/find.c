/* Which sign is meant. A socket's name tells the room's only to who knows it in full; else each
 * sign is asked for its room. */
#include <roomsign/ctl.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <roomsign/title_key.h>

#define NAMES_BYTES (ERROR_MESSAGE_BYTES_MAX / 2)
/** Quotes, a comma, and how many there are besides. */
#define MORE_BYTES 24

struct candidate {
    char path[CONTROL_PATH_BYTES];
    /** As the sign says, or else its socket's name; NULL: it wasn't asked yet. */
    char *room;
};

struct candidates {
    struct candidate list[CTL_SOCKETS_MAX];
    size_t count;
    /** A directory of sockets that whoever asks may not look into, or "". */
    char closed[PLACE_PATH_BYTES];
};

/** How what was typed names a room, the surest way first. */
enum likeness {
    /** In full, or the socket's name. */
    LIKENESS_SAME,
    /** But for upper and lower case, blanks and dashes. */
    LIKENESS_FOLDED,
    /** As before, without what stands in brackets. */
    LIKENESS_BARE,
    LIKENESS_COUNT,
};

/** The socket's name without directory and ".sock"; *ret_length bytes. */
static const char *socket_stem(const char *path, size_t *ret_length)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    *ret_length = length > 5 ? length - 5 : length;
    return name;
}

/** What the sign calls its room. One that doesn't answer goes by its socket's name. */
static const char *room_of(struct candidate *candidate)
{
    if (candidate->room)
        return candidate->room;
    json_t *request = json_object(), *reply = NULL;
    size_t length;
    int fd = -1;
    json_object_set_new(request, "command", json_string("status"));
    if (ctl_ask(candidate->path, request, &reply, &fd, NULL) && fd >= 0)
        close(fd);
    const char *room = json_string_value(json_object_get(reply, "room"));
    const char *stem = socket_stem(candidate->path, &length);
    candidate->room = room && *room ? xstrdup(room) : xstrndup(stem, length);
    json_decref(request);
    json_decref(reply);
    return candidate->room;
}

static bool is_same(const char *path, const char *wanted)
{
    char name[PLACE_NAME_BYTES];
    size_t length;
    const char *stem = socket_stem(path, &length);
    if (strlen(wanted) == length && memcmp(wanted, stem, length) == 0)
        return true;
    place_room_name(wanted, name);
    return strlen(name) == length && memcmp(name, stem, length) == 0;
}

static bool is_like(struct candidate *candidate, const char *wanted, enum likeness likeness)
{
    if (likeness == LIKENESS_SAME)
        return is_same(candidate->path, wanted);
    const char *room = room_of(candidate);
    const char *bracket = strstr(room, " (");
    if (likeness == LIKENESS_BARE && !bracket)
        return false;
    char *key = title_key(wanted, strlen(wanted));
    char *own =
        title_key(room, likeness == LIKENESS_BARE ? (size_t)(bracket - room) : strlen(room));
    bool like = *key && strcmp(key, own) == 0;
    free(key);
    free(own);
    return like;
}

/** A directory that the pattern means and that whoever asks may not look into; "" if none. */
static void find_closed(const char *pattern, char ret_path[static PLACE_PATH_BYTES])
{
    char parent[PLACE_PATH_BYTES];
    glob_t paths;
    snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(pattern, '/') - pattern), pattern);
    ret_path[0] = '\0';
    if (glob(parent, 0, NULL, &paths) != 0)
        return;
    for (size_t i = 0; i < paths.gl_pathc && !*ret_path; i++)
        if (faccessat(AT_FDCWD, paths.gl_pathv[i], R_OK | X_OK, AT_EACCESS) != 0 && errno == EACCES)
            snprintf(ret_path, PLACE_PATH_BYTES, "%s", paths.gl_pathv[i]);
    globfree(&paths);
}

static void add(struct candidates *candidates, const char *path)
{
    if (strlen(path) >= CONTROL_PATH_BYTES || candidates->count == CTL_SOCKETS_MAX)
        return;
    for (size_t i = 0; i < candidates->count; i++)
        if (strcmp(candidates->list[i].path, path) == 0)
            return;
    memcpy(candidates->list[candidates->count++].path, path, strlen(path) + 1);
}

static void gather(struct candidates *candidates,
                   char patterns[static PLACE_SOCKET_PATTERNS_MAX][PLACE_PATH_BYTES],
                   size_t pattern_count)
{
    for (size_t i = 0; i < pattern_count; i++) {
        glob_t paths;
        if (!*candidates->closed)
            find_closed(patterns[i], candidates->closed);
        if (glob(patterns[i], 0, NULL, &paths) != 0)
            continue;
        for (size_t j = 0; j < paths.gl_pathc; j++)
            add(candidates, paths.gl_pathv[j]);
        globfree(&paths);
    }
}

/** "'Audi 1', 'Audi 2' and 3 more": those like `wanted`, or all if it is NULL. */
static void list_rooms(struct candidates *candidates, const char *wanted, enum likeness likeness,
                       char ret_names[static NAMES_BYTES])
{
    size_t used = 0, omitted = 0;
    ret_names[0] = '\0';
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *candidate = &candidates->list[i];
        if (wanted && !is_like(candidate, wanted, likeness))
            continue;
        /* Two signs of one name differ by their sockets. */
        const char *name =
            wanted && likeness < LIKENESS_BARE ? candidate->path : room_of(candidate);
        if (used + strlen(name) + MORE_BYTES >= NAMES_BYTES)
            omitted++;
        else
            used += (size_t)snprintf(ret_names + used, NAMES_BYTES - used, "%s'%s'",
                                     used > 0 ? ", " : "", name);
    }
    if (omitted > 0)
        snprintf(ret_names + used, NAMES_BYTES - used, " and %zu more", omitted);
}

/** false: none is like it, *ret_several false; or several are, and err says which. */
static bool choose(struct candidates *candidates, const char *wanted, enum likeness likeness,
                   char ret_path[static CONTROL_PATH_BYTES], bool *ret_several, struct error *err)
{
    const struct candidate *chosen = NULL;
    char names[NAMES_BYTES];
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        if (!is_like(&candidates->list[i], wanted, likeness))
            continue;
        chosen = &candidates->list[i];
        count++;
    }
    *ret_several = count > 1;
    if (count == 1)
        memcpy(ret_path, chosen->path, sizeof(chosen->path));
    if (count > 1) {
        list_rooms(candidates, wanted, likeness, names);
        error_set(err,
                  likeness < LIKENESS_BARE
                      ? "several signs of room \"%.100s\" run here, name one with --socket: %s"
                      : "several rooms are called \"%.100s\", name one in full: %s",
                  wanted, names);
    }
    return count == 1;
}

static bool find(struct candidates *candidates, const char *wanted,
                 char ret_path[static CONTROL_PATH_BYTES], struct error *err)
{
    char patterns[PLACE_SOCKET_PATTERNS_MAX][PLACE_PATH_BYTES], names[NAMES_BYTES];
    size_t pattern_count;
    bool several = false;
    place_socket_patterns(patterns, &pattern_count);
    gather(candidates, patterns, pattern_count);
    if (!wanted && candidates->count == 1) {
        memcpy(ret_path, candidates->list[0].path, CONTROL_PATH_BYTES);
        return true;
    }
    for (enum likeness i = 0; wanted && i < LIKENESS_COUNT && !several; i++)
        if (choose(candidates, wanted, i, ret_path, &several, err))
            return true;
    if (several)
        return false;
    list_rooms(candidates, NULL, LIKENESS_COUNT, names);
    if (candidates->count > 0 && wanted)
        error_set(err, "no sign of room \"%.100s\" runs here, only: %s", wanted, names);
    else if (candidates->count > 0)
        error_set(err, "several signs run here, name one with --room: %s", names);
    else if (*candidates->closed)
        error_set(err, "%.200s: %s: only its owner and group may ask the sign there (try sudo)",
                  candidates->closed, strerror(EACCES));
    else
        error_set(err, "no sign runs here (looked in %s and %s)", patterns[0],
                  patterns[pattern_count - 1]);
    return false;
}

bool ctl_find_socket(const struct ctl_options *options, char ret_path[static CONTROL_PATH_BYTES],
                     struct error *err)
{
    if (options->socket) {
        if (strlen(options->socket) >= CONTROL_PATH_BYTES) {
            error_set(err, "--socket: the path is longer than %d bytes", CONTROL_PATH_BYTES - 1);
            return false;
        }
        memcpy(ret_path, options->socket, strlen(options->socket) + 1);
        return true;
    }
    struct candidates *candidates = xcalloc(1, sizeof(*candidates));
    bool found = find(candidates, options->room, ret_path, err);
    for (size_t i = 0; i < candidates->count; i++)
        free(candidates->list[i].room);
    free(candidates);
    return found;
}
