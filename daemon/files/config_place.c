/* Values that name something outside: files, addresses and time zones. */
#include <roomsign/config_table.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roomsign/nearest.h>

#define PATH_BYTES_MAX 4096
#define FILE_SCHEME "file:"
#define ZONEINFO_DIRECTORY "/usr/share/zoneinfo"
#define ZONE_TABLE_BYTES_MAX (256 * 1024)
#define SCHEME_BYTES_MAX 12
/* A longer path isn't repeated. */
#define HINT_BYTES_MAX 200
#define ZONE_TABLE_LINES_MAX 2000

/* A path for use from anywhere. NULL: too long, or relative without a directory. */
static char *absolute_path(const char *path, const char *directory, struct error *err)
{
    if (*path == '/')
        return xstrdup(path);
    if (!directory) {
        error_set(err, "a relative path, but the config's own directory can't be found");
        return NULL;
    }
    char absolute[PATH_BYTES_MAX];
    int length = snprintf(absolute, sizeof(absolute), "%s/%s",
                          strcmp(directory, "/") ? directory : "", path);
    if (length < 0 || (size_t)length >= sizeof(absolute)) {
        error_set(err, "a path longer than %d bytes", PATH_BYTES_MAX);
        return NULL;
    }
    return xstrdup(absolute);
}

static bool file_is_readable(const char *path, struct error *err)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        error_set(err, "%.300s: %s", path, strerror(errno));
        return false;
    }
    bool is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (!is_file)
        error_set(err, "%.300s: not a regular file", path);
    close(fd);
    return is_file;
}

char *config_path_resolve(const char *path, const char *directory, struct error *err)
{
    char *absolute = absolute_path(path, directory, err);
    if (absolute && !file_is_readable(absolute, err)) {
        free(absolute);
        absolute = NULL;
    }
    return absolute;
}

/* "file:schedule.ics" below a directory becomes file:///etc/roomsign/schedule.ics; what has a
 * meaning of its own in a URL is written as %XX (RFC 3986 2.1). */
static char *file_url(const char *path, const char *directory, struct error *err)
{
    if (strncmp(path, "//localhost/", 12) == 0)
        path += strlen("//localhost");
    else if (strncmp(path, "///", 3) == 0)
        path += 2;
    else if (strncmp(path, "//", 2) == 0) {
        error_set(err, "a file on another host; write file:///path or file:path");
        return NULL;
    }
    if (!*path) {
        error_set(err, "names no file");
        return NULL;
    }
    struct buffer url;
    buffer_init(&url, CONFIG_URL_BYTES_MAX);
    bool fits = buffer_append_text(&url, "file://");
    if (*path != '/') {
        if (!directory) {
            error_set(err, "a relative path, but the config's own directory can't be found");
            buffer_release(&url);
            return NULL;
        }
        for (const char *c = strcmp(directory, "/") ? directory : ""; *c; c++) {
            if (strchr("%?# ", *c))
                fits = fits && buffer_append_format(&url, "%%%02X", (unsigned)(unsigned char)*c);
            else
                fits = fits && buffer_append(&url, c, 1);
        }
        fits = fits && buffer_append_text(&url, "/");
    }
    fits = fits && buffer_append_text(&url, path);
    char *text = fits ? xstrdup(url.data) : NULL;
    if (!fits)
        error_set(err, "longer than %d bytes", CONFIG_URL_BYTES_MAX);
    buffer_release(&url);
    return text;
}

/* A file that is there, or the name of one: nothing that could be an address's secret part. */
static bool looks_like_path(const char *text, const char *directory)
{
    static const char *const suffixes[] = {".ics", ".ical", ".xml", ".json", ".txt"};
    if (strlen(text) > HINT_BYTES_MAX || strpbrk(text, ":@?#"))
        return false;
    char *path = absolute_path(text, directory, NULL);
    bool is_there = path && access(path, F_OK) == 0;
    free(path);
    const char *suffix = strchr(text, '/') ? NULL : strrchr(text, '.');
    for (size_t i = 0; suffix && !is_there && i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        is_there = strcasecmp(suffix, suffixes[i]) == 0;
    return is_there;
}

/* What is wrong is told without the address: it may hold a password. */
static bool web_url_is_sound(const char *url, const char *directory, struct error *err)
{
    static const char *const schemes[] = {"http", "https", "webcal", "file"};
    size_t length = strcspn(url, ":/?#");
    if (strncmp(url + length, "://", 3) != 0 || length > SCHEME_BYTES_MAX) {
        bool is_path = looks_like_path(url, directory);
        error_set(err, "no URL; it starts with https://, http://, webcal:// or file:%s%s%s",
                  is_path ? " (did you mean 'file:" : "", is_path ? url : "", is_path ? "'?)" : "");
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        if (strlen(schemes[i]) != length || strncasecmp(url, schemes[i], length) != 0)
            continue;
        if (strcspn(url + length + 3, "/?#") == 0) {
            error_set(err, "names no host");
            return false;
        }
        return true;
    }
    char *scheme = xstrndup(url, length);
    const char *nearest = nearest_name(scheme, schemes, 4);
    error_set(err, "\"%s:\" is not https:, http:, webcal: or file:%s%s%s", scheme,
              nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? ":'?)" : "");
    free(scheme);
    return false;
}

char *config_url_resolve(const char *url, const char *directory, struct error *err)
{
    if (strlen(url) > CONFIG_URL_BYTES_MAX) {
        error_set(err, "longer than %d bytes", CONFIG_URL_BYTES_MAX);
        return NULL;
    }
    bool is_file = strncasecmp(url, FILE_SCHEME, strlen(FILE_SCHEME)) == 0;
    for (const char *c = url; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7F || (*c == ' ' && !is_file)) {
            error_set(err, "a blank or control character in a URL; a blank is written %%20");
            return NULL;
        }
        if (is_file && *c == '%' &&
            !(isxdigit((unsigned char)c[1]) && isxdigit((unsigned char)c[2]))) {
            error_set(err, "a %% stands before two hexadecimal digits; itself it is written %%25");
            return NULL;
        }
    }
    if (is_file)
        return file_url(url + strlen(FILE_SCHEME), directory, err);
    return web_url_is_sound(url, directory, err) ? xstrdup(url) : NULL;
}

/* zone.tab(5): country, coordinates and name, between tabs. Cuts the table up in place. */
static size_t zone_names(char *table, const char **ret_names, size_t max)
{
    size_t count = 0;
    for (char *line = table; line && count < max;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        char *name = *line == '#' ? NULL : strchr(line, '\t');
        name = name ? strchr(name + 1, '\t') : NULL;
        if (name) {
            name++;
            name[strcspn(name, "\t")] = '\0';
            ret_names[count++] = name;
        }
        line = end ? end + 1 : NULL;
    }
    return count;
}

/* "Berlin" and "new york" for the zones of these cities. */
static bool is_city_of(const char *zone, const char *name)
{
    const char *slash = strrchr(zone, '/');
    const char *city = slash ? slash + 1 : zone;
    for (; *city && *name; city++, name++) {
        bool both_blank = *city == '_' && (*name == ' ' || *name == '_');
        if (!both_blank && tolower((unsigned char)*city) != tolower((unsigned char)*name))
            return false;
    }
    return !*city && !*name;
}

static const char *zone_of_city(const char *name, const char *const *zones, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_city_of(zones[i], name))
            return zones[i];
    }
    return NULL;
}

char *config_zone_nearest(const char *name)
{
    const char *directory = getenv("TZDIR");
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof(path), "%s/zone.tab",
             directory && *directory ? directory : ZONEINFO_DIRECTORY);
    struct buffer table;
    buffer_init(&table, ZONE_TABLE_BYTES_MAX);
    char *nearest = NULL;
    if (buffer_read_file(&table, path, NULL)) {
        const char **names = xcalloc(ZONE_TABLE_LINES_MAX, sizeof(*names));
        size_t count = zone_names(table.data, names, ZONE_TABLE_LINES_MAX);
        const char *found = zone_of_city(name, names, count);
        if (!found)
            found = nearest_name(name, names, count);
        nearest = found ? xstrdup(found) : NULL;
        free(names);
    }
    buffer_release(&table);
    return nearest;
}
