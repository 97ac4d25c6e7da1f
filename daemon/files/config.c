#include <roomsign/config.h>

#include <assert.h>
#include <string.h>

#include <roomsign/civil.h>
#include <roomsign/config_table.h>
#include <roomsign/ini_file.h>

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
}

void config_release(struct config *config)
{
    for (size_t i = 0; i < config_key_count; i++)
        config_key_release(&config_keys[i], config);
    memset(config, 0, sizeof(*config));
}

/* What can only be seen once everything was read. */
static void check_whole(struct ini_file *file, void *values)
{
    const struct config *config = values;
    if (*config->password_file && !*config->user)
        ini_file_tell(file, ini_file_line(file, "feed", NULL), "feed", "user",
                      "missing, but password_file is given");
    struct error err = {0};
    if (!*config->timezone && !zone_is_known(NULL, &err))
        ini_file_tell(file, ini_file_line(file, "room", NULL), "room", "timezone", "%s",
                      err.message);
}

bool config_read(const char *path, struct config *ret_config, struct config_report *report)
{
    struct config config;
    config_init(&config);
    if (!ini_file_read(path, &config_form, &config, check_whole, report)) {
        config_release(&config);
        return false;
    }
    *ret_config = config;
    return true;
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
