/* The one place that asks glibc for a zone's rules; civil.c calculates with what it finds. */
#include <roomsign/civil.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <roomsign/error.h>

#define ZONEINFO_DIRECTORY "/usr/share/zoneinfo"
/* Offsets of a week and less have been in force: Noronha's in 2000, Gaza's foreseen for 2040. */
#define PROBE_STEP_S (3 * INT64_C(86400))
/* 1970-01-01 to 2100-01-01; only to 2038 where time_t has 32 bits (Debian 12's armhf). */
#define PROBE_UNTIL_S (sizeof(time_t) > 4 ? INT64_C(4102444800) : INT64_C(2147483647))

static const char *zoneinfo_directory(void)
{
    const char *directory = getenv("TZDIR");
    return directory && *directory ? directory : ZONEINFO_DIRECTORY;
}

/* Whether it can be the name of a zone: a relative path within zoneinfo. The zones below right/
 * count leap seconds, which UTC as computers keep it doesn't have. */
static bool is_zone_name(const char *name)
{
    size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789_+-/");
    return length > 0 && name[length] == '\0' && length < ZONE_NAME_BYTES_MAX && name[0] != '/' &&
           strncmp(name, "right/", 6) != 0;
}

/* glibc takes any TZ and makes UTC of what it does not know, so the file is looked at first. */
static bool zone_file_exists(const char *name)
{
    if (!is_zone_name(name))
        return false;
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/%s", zoneinfo_directory(), name);
    if (length < 0 || (size_t)length >= sizeof(path))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    char magic[4];
    struct stat status;
    bool exists = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
                  read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
                  memcmp(magic, "TZif", sizeof(magic)) == 0;
    close(fd);
    return exists;
}

/* What follows "zoneinfo/" in a path such as /etc/localtime points to, or the whole. */
static const char *name_in_path(const char *path)
{
    const char *directory = zoneinfo_directory();
    size_t length = strlen(directory);
    if (strncmp(path, directory, length) == 0 && path[length] == '/')
        return path + length + 1;
    const char *found = strstr(path, "/zoneinfo/");
    return found ? found + strlen("/zoneinfo/") : path;
}

static bool name_from_localtime(char name[static ZONE_NAME_BYTES_MAX])
{
    char target[PATH_MAX];
    ssize_t length = readlink("/etc/localtime", target, sizeof(target) - 1);
    if (length < 0)
        return false;
    target[length] = '\0';
    snprintf(name, ZONE_NAME_BYTES_MAX, "%s", name_in_path(target));
    return zone_file_exists(name);
}

static bool name_from_timezone_file(char name[static ZONE_NAME_BYTES_MAX])
{
    FILE *file = fopen("/etc/timezone", "re");
    if (!file)
        return false;
    bool found = fgets(name, ZONE_NAME_BYTES_MAX, file) != NULL;
    fclose(file);
    if (found)
        name[strcspn(name, " \t\r\n")] = '\0';
    return found && zone_file_exists(name);
}

/* The C library goes by $TZ, then /etc/localtime. /etc/timezone may be left over from before an
 * upgrade, and only speaks where localtime is a copy instead of a link. */
static bool system_zone_name(char name[static ZONE_NAME_BYTES_MAX], struct error *err)
{
    const char *set = getenv("TZ");
    if (set && *set) {
        const char *wanted = name_in_path(*set == ':' ? set + 1 : set);
        if (!zone_file_exists(wanted)) {
            error_set(err, "TZ=%.200s in the environment names no time zone", set);
            return false;
        }
        snprintf(name, ZONE_NAME_BYTES_MAX, "%s", wanted);
        return true;
    }
    if (!name_from_localtime(name) && !name_from_timezone_file(name))
        snprintf(name, ZONE_NAME_BYTES_MAX, "UTC");
    return true;
}

static int64_t probe_offset_s(int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm local;
    return localtime_r(&at, &local) ? local.tm_gmtoff : 0;
}

/* The first second after from_s, up to until_s, whose offset isn't that of from_s; they differ. */
static int64_t find_change_s(int64_t from_s, int64_t until_s)
{
    int64_t offset_s = probe_offset_s(from_s);
    while (until_s - from_s > 1) {
        int64_t middle_s = from_s + (until_s - from_s) / 2;
        if (probe_offset_s(middle_s) == offset_s)
            from_s = middle_s;
        else
            until_s = middle_s;
    }
    return until_s;
}

static void add_change(struct zone *zone, int64_t change_ms, int64_t offset_s)
{
    zone->change_ms[zone->count] = change_ms;
    zone->offset_ms[zone->count] = (int32_t)(offset_s * SECOND_MS);
    zone->count++;
}

/* false: more changes than a zone can hold. */
static bool probe(struct zone *zone)
{
    int64_t at_s = 0;
    int64_t offset_s = probe_offset_s(at_s);
    add_change(zone, INT64_MIN, offset_s);
    while (at_s < PROBE_UNTIL_S) {
        int64_t step_s = at_s + PROBE_STEP_S < PROBE_UNTIL_S ? at_s + PROBE_STEP_S : PROBE_UNTIL_S;
        if (probe_offset_s(step_s) != offset_s) {
            if (zone->count == ZONE_CHANGES_MAX)
                return false;
            step_s = find_change_s(at_s, step_s);
            offset_s = probe_offset_s(step_s);
            add_change(zone, step_s * SECOND_MS, offset_s);
        }
        at_s = step_s;
    }
    return true;
}

/* The name by which zoneinfo has it. */
static bool find_zone(const char *name, char ret_name[static ZONE_NAME_BYTES_MAX],
                      struct error *err)
{
    if (!name || !*name)
        return system_zone_name(ret_name, err);
    if (strcmp(name, "UTC") != 0 && !zone_file_exists(name)) {
        error_set(err, "\"%.200s\" is not a time zone known here (such as Europe/Brussels)", name);
        return false;
    }
    snprintf(ret_name, ZONE_NAME_BYTES_MAX, "%s", name);
    return true;
}

bool zone_is_known(const char *name, struct error *err)
{
    char found[ZONE_NAME_BYTES_MAX];
    return find_zone(name, found, err);
}

bool zone_load(const char *name, struct zone *ret_zone, struct error *err)
{
    char found[ZONE_NAME_BYTES_MAX];
    if (!find_zone(name, found, err))
        return false;
    if (strcmp(found, "UTC") == 0) {
        zone_utc(ret_zone);
        return true;
    }

    struct zone *zone = xcalloc(1, sizeof(*zone));
    snprintf(zone->name, sizeof(zone->name), "%s", found);
    const char *before = getenv("TZ");
    char *kept = before ? xstrdup(before) : NULL;
    /* The colon keeps glibc from reading the name as a rule of its own, such as "EST5EDT". */
    char setting[ZONE_NAME_BYTES_MAX + 1];
    snprintf(setting, sizeof(setting), ":%s", found);
    if (setenv("TZ", setting, 1) != 0)
        error_out_of_memory();
    tzset();
    bool fits = probe(zone);
    if (kept ? setenv("TZ", kept, 1) != 0 : unsetenv("TZ") != 0)
        error_out_of_memory();
    tzset();
    free(kept);

    if (fits)
        *ret_zone = *zone;
    else
        error_set(err, "time zone %s changes more than %d times", found, ZONE_CHANGES_MAX);
    free(zone);
    return fits;
}

void zone_utc(struct zone *ret_zone)
{
    *ret_zone = (struct zone){.name = "UTC"};
    add_change(ret_zone, INT64_MIN, 0);
}
