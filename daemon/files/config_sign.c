#include <roomsign/config_sign.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roomsign/config_table.h>
#include <roomsign/room_table.h>

#define CONFIG_SUFFIX ".conf"
/* A room's name where there is none to be had. */
#define NOBODY "?"
#define HOSTNAME_BYTES (HOST_NAME_MAX + 1)

void config_replace(char **member, const char *text)
{
    free(*member);
    *member = xstrdup(text);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool config_is_template(const char *path)
{
    return strcmp(name_of(path), CONFIG_TEMPLATE) == 0;
}

static bool has_suffix(const char *name)
{
    size_t length = strlen(name), suffix = strlen(CONFIG_SUFFIX);
    return length > suffix && strcmp(name + length - suffix, CONFIG_SUFFIX) == 0;
}

char *config_find_template(const char *path)
{
    char template_path[PATH_MAX];
    const char *name = name_of(path);
    if (!has_suffix(name) || access(path, F_OK) == 0 || errno != ENOENT)
        return NULL;
    int length = snprintf(template_path, sizeof(template_path), "%.*s" CONFIG_TEMPLATE,
                          (int)(name - path), path);
    if (length < 0 || (size_t)length >= sizeof(template_path) || access(template_path, F_OK) != 0)
        return NULL;
    return xstrdup(template_path);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NAME of NAME.conf. What systemd can't have in a unit's name it writes as \x20 (systemd-escape);
 * its dash for a slash is left alone, because dashes are what people write. Ownership: free(). */
static char *instance_of(const char *path)
{
    const char *name = name_of(path);
    size_t length = strlen(name) - (has_suffix(name) ? strlen(CONFIG_SUFFIX) : 0);
    char *instance = xstrndup(name, length), *out = instance;
    for (const char *c = instance; *c; c++) {
        int high = c[0] == '\\' && c[1] == 'x' ? hex_digit(c[2]) : -1;
        int low = high >= 0 ? hex_digit(c[3]) : -1;
        bool is_escape = low >= 0 && high + low > 0;
        *out++ = is_escape ? (char)(high * 16 + low) : *c;
        c += is_escape ? 3 : 0;
    }
    *out = '\0';
    return instance;
}

static void read_hostname(const struct config_reader *reader, char name[static HOSTNAME_BYTES])
{
    if (reader->hostname)
        snprintf(name, HOSTNAME_BYTES, "%s", reader->hostname);
    else if (gethostname(name, HOSTNAME_BYTES) != 0)
        name[0] = '\0';
    name[HOSTNAME_BYTES - 1] = '\0';
}

static void take_name(struct ini_file *file, const char *name)
{
    size_t i = 0;
    while (strcmp(config_keys[i].section, "room") != 0 || strcmp(config_keys[i].name, "name") != 0)
        i++;
    ini_file_take(file, &config_keys[i], name);
}

/* The line of this sign: of its instance, else of its computer, with its domain or without. */
static const struct room_table_row *find_row(const struct room_table *table,
                                             const struct config_reader *reader,
                                             const char *instance, const char *hostname,
                                             const struct room_table_row **ret_again)
{
    char bare[HOSTNAME_BYTES];
    snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(hostname, "."), hostname);
    const char *const names[] = {reader->sign ? reader->sign : instance,
                                 reader->sign ? "" : hostname, reader->sign ? "" : bare};
    const struct room_table_row *row = NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !row; i++) {
        if (i == 0 || *names[i])
            row = room_table_find(table, names[i], ret_again);
    }
    return row;
}

static void take_row(struct ini_file *file, const struct room_table *table,
                     const struct room_table_row *row, const struct room_table_row *again)
{
    ini_file_at_line(file, row->line);
    if (row->fault)
        ini_file_tell_here(file, NULL, NULL, "%s", row->fault);
    else if (again)
        ini_file_tell_here(file, NULL, NULL, "the sign '%.100s' has line %d as well", row->cells[0],
                           again->line);
    /* One error of a line is enough: a room without a name isn't told besides. */
    if (row->fault)
        take_name(file, NOBODY);
    for (size_t i = 1; i < table->column_count && !row->fault; i++)
        if (table->columns[i] && *row->cells[i])
            ini_file_take(file, table->columns[i], row->cells[i]);
}

/* A sign that shows another room than its own is worse than one that asks for its line: so the
 * name is one that no feed has, and tells whoever stands before it which line is missing. */
static void take_unlisted(struct ini_file *file, struct config *config, const char *instance,
                          const char *hostname)
{
    char text[ERROR_MESSAGE_BYTES_MAX];
    snprintf(text, sizeof(text), "%.100s on %s", instance, *hostname ? hostname : "?");
    ini_file_at_line(file, 0);
    take_name(file, text);
    config->all_events = config->include_venue_wide = false;
    config_list_release(&config->room_aliases);
    snprintf(text, sizeof(text), "%.200s: no line begins with '%.100s' or '%.64s', this computer",
             config->table_path, instance, hostname);
    config_replace(&config->unlisted, text);
}

static void take_from_table(struct ini_file *file, struct config_reading *reading,
                            const char *instance)
{
    struct config *config = &reading->config;
    struct room_table table;
    struct error err = {0};
    int line = 0;
    if (ini_file_has(file, "room", "name"))
        ini_file_tell(file, "room", "name", "stands beside table, which has the names; drop one");
    ini_file_begin_last(file, config->table_path);
    if (!room_table_read(config->table_path, &config_form, &table, &line, &err)) {
        ini_file_at_line(file, line);
        ini_file_tell_here(file, NULL, NULL, "%s", err.message);
        take_name(file, NOBODY);
        return;
    }
    struct config_list *signs = &config->table_signs;
    signs->items = xcalloc(table.row_count ? table.row_count : 1, sizeof(*signs->items));
    for (size_t i = 0; i < table.row_count; i++)
        signs->items[signs->count++] = xstrdup(table.rows[i].cells[0]);
    char hostname[HOSTNAME_BYTES];
    read_hostname(reading->reader, hostname);
    const struct room_table_row *again = NULL;
    const struct room_table_row *row =
        find_row(&table, reading->reader, instance, hostname, &again);
    if (reading->reader->is_template)
        take_name(file, NOBODY);
    else if (row)
        take_row(file, &table, row, again);
    else
        take_unlisted(file, config, instance, hostname);
    room_table_release(&table);
}

void config_take_sign(struct ini_file *file, struct config_reading *reading)
{
    struct config *config = &reading->config;
    char *instance = instance_of(reading->path);
    /* From here on the table is in the other keys. */
    config_replace(&config->table_path, config->room_table);
    config_replace(&config->room_table, "");
    if (*config->table_path) {
        take_from_table(file, reading, instance);
    } else if (reading->is_by_template || reading->reader->is_template) {
        ini_file_begin_last(file, reading->path);
        take_name(file, reading->is_by_template ? instance : NOBODY);
    }
    free(instance);
}
