#include <roomsign/config.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <roomsign/civil.h>
#include <roomsign/config_sign.h>
#include <roomsign/config_table.h>
#include <roomsign/ini_file.h>
#include <roomsign/theme_file.h>
#include <roomsign/url_secret.h>

#define EXPOSED_BYTES_MAX ((CONFIG_FEEDS_MAX + 2) * 2 * INI_FILE_PLACE_BYTES)

/* What there is besides the keys. */
static char **found_texts(struct config *config, size_t index)
{
    char **const members[] = {&config->table_path, &config->unlisted, &config->name_place,
                              &config->exposed};
    return index < sizeof(members) / sizeof(members[0]) ? members[index] : NULL;
}

void config_init(struct config *config)
{
    memset(config, 0, sizeof(*config));
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (config_key_is_list(key))
            continue;
        struct error err;
        bool sound = config_key_parse(key, key->fallback, NULL, config, &err);
        assert(sound);
    }
    for (size_t i = 0; found_texts(config, i); i++)
        *found_texts(config, i) = xstrdup("");
}

void config_release(struct config *config)
{
    for (size_t i = 0; i < config_key_count; i++)
        config_key_release(&config_keys[i], config);
    for (size_t i = 0; found_texts(config, i); i++)
        free(*found_texts(config, i));
    config_list_release(&config->table_signs);
    memset(config, 0, sizeof(*config));
}

static bool is_read_by_all(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

static void add_exposed(const struct ini_file *file, const char *section, const char *key,
                        size_t item, const char *what, struct buffer *lines)
{
    char place[INI_FILE_PLACE_BYTES];
    ini_file_place(file, section, key, item, place, sizeof(place));
    bool fits = buffer_append_format(
        lines, "%s%s, and everybody on this computer can read it (README, Security)\n", place,
        what);
    assert(fits);
}

static void find_exposed(const struct ini_file *file, struct config *config)
{
    static const char address[] = "this file holds what may let others into the feed";
    struct buffer lines;
    buffer_init(&lines, EXPOSED_BYTES_MAX);
    for (size_t i = 0; i < config->feed_urls.count; i++)
        if (url_may_hold_secret(config->feed_urls.items[i]) &&
            is_read_by_all(ini_file_path(file, "feed", "url")))
            add_exposed(file, "feed", "url", i, address, &lines);
    if (url_may_hold_secret(config->headlines_url) &&
        is_read_by_all(ini_file_path(file, "headlines", "url")))
        add_exposed(file, "headlines", "url", 0, address, &lines);
    if (*config->password_file && is_read_by_all(config->password_file))
        add_exposed(file, "feed", "password_file", 0, "that file holds a password", &lines);
    config_replace(&config->exposed, lines.data ? lines.data : "");
    buffer_release(&lines);
}

/* What can only be seen once everything was read. */
static void check_whole(struct ini_file *file, void *values)
{
    struct config_reading *reading = values;
    struct config *config = &reading->config;
    config_take_sign(file, reading);
    ini_file_tell_missing(file);
    if (*config->password_file && !*config->user)
        ini_file_tell(file, "feed", "user", "missing, but password_file is given");
    struct error err = {0};
    if (!*config->timezone && !zone_is_known(NULL, &err))
        ini_file_tell(file, "room", "timezone", "%s", err.message);
    char place[INI_FILE_PLACE_BYTES];
    ini_file_place(file, "room", "name", 0, place, sizeof(place));
    config_replace(&config->name_place, place);
    find_exposed(file, config);
}

/* Whoever mends the config's errors needn't come back for the theme's. */
static void tell_theme(const char *theme, struct config_report *report)
{
    struct theme_file file;
    struct config_report of_theme = {.tell = report->tell, .context = report->context};
    if (theme_file_read(theme, &file, &of_theme))
        theme_file_release(&file);
    report->error_count += of_theme.error_count;
}

bool config_read_for(const char *path, const struct config_reader *reader,
                     struct config *ret_config, struct config_report *report)
{
    struct config_reading reading = {.path = path, .reader = reader};
    static_assert(offsetof(struct config_reading, config) == 0, "read by the config's keys");
    config_init(&reading.config);
    char *template_path = config_find_template(path);
    reading.is_by_template = template_path != NULL;
    bool sound = ini_file_read(template_path ? template_path : path, &config_form, &reading,
                               check_whole, report);
    free(template_path);
    if (sound) {
        *ret_config = reading.config;
        return true;
    }
    if (reader->tells_theme)
        tell_theme(reading.config.theme, report);
    config_release(&reading.config);
    return false;
}

bool config_read(const char *path, struct config *ret_config, struct config_report *report)
{
    return config_read_for(path, &(struct config_reader){0}, ret_config, report);
}

void config_print(const struct config *config, FILE *out)
{
    fputs("# One room's sign. A setting is a line `key = value`, a comment is a line of its own. "
          "Lines\n"
          "# that start with #key show the default. `roomsignd --check` tells every error of a "
          "file.\n",
          out);
    struct config defaults;
    config_init(&defaults);
    ini_file_print(&config_form, config, &defaults, out);
    config_release(&defaults);
}
