#include <roomsign/config.h>

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include <roomsign/buffer.h>
#include <roomsign/civil.h>
#include <roomsign/config_table.h>
#include <roomsign/nearest.h>
#include <roomsign/utf8.h>

#define MESSAGE_BYTES_MAX 2048
#define SECTIONS_MAX 8
#define PRINT_COLUMNS 96
/* What inih is shown instead of a section that was found wrong; its keys are passed over. */
#define SECTION_IGNORED "?"
/* inih wants room for a line's end and a NUL. */
#define INIH_LINE_BYTES (CONFIG_LINE_BYTES_MAX + 3)

struct parser {
    const char *path;
    /* Of the file, absolute; "" until a value asks for it, NULL: can't be found. */
    char *directory;
    struct config config;
    struct config_report *report;
    /* What inih has not been given yet, and the number of the line that it has. */
    const char *rest, *end;
    int line;
    /* Where each section and key was first seen; 0: not. */
    int section_line[SECTIONS_MAX];
    int key_line[CONFIG_KEYS_MAX];
};

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

/* `line` 0 is the file as a whole; `section` and `key` may be NULL. */
__attribute__((format(printf, 5, 6))) static void
tell(struct parser *parser, int line, const char *section, const char *key, const char *format, ...)
{
    struct config_report *report = parser->report;
    report->error_count++;
    if (report->error_count > CONFIG_ERRORS_MAX + 1)
        return;
    char message[MESSAGE_BYTES_MAX];
    size_t used = (size_t)snprintf(message, sizeof(message), "%.*s", PATH_MAX / 4, parser->path);
    if (line > 0)
        used += (size_t)snprintf(message + used, sizeof(message) - used, ":%d", line);
    if (section)
        used += (size_t)snprintf(message + used, sizeof(message) - used, ": [%.60s]", section);
    if (key)
        used += (size_t)snprintf(message + used, sizeof(message) - used, " %.60s", key);
    used += (size_t)snprintf(message + used, sizeof(message) - used, ": ");
    assert(used < sizeof(message));
    if (report->error_count > CONFIG_ERRORS_MAX) {
        snprintf(message + used, sizeof(message) - used, "more errors follow; they are not told");
    } else {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message + used, sizeof(message) - used, format, arguments);
        va_end(arguments);
    }
    char *clean = utf8_clean(message, strlen(message), sizeof(message));
    report->tell(report->context, clean);
    free(clean);
}

static const char *did_you_mean(const char *nearest, char text[static NEAREST_NAME_BYTES_MAX + 32])
{
    text[0] = '\0';
    if (nearest)
        snprintf(text, NEAREST_NAME_BYTES_MAX + 32, " (did you mean '%s'?)", nearest);
    return text;
}

/* The index of the section that "[name]" opens, told if there is none; -1. */
static int check_section(struct parser *parser, const char *header)
{
    const char *close = strchr(header, ']');
    if (!close) {
        tell(parser, parser->line, NULL, NULL, "a section without its ]: %.60s", header);
        return -1;
    }
    const char *after = close + 1 + strspn(close + 1, " \t");
    const char *start = header + 1 + strspn(header + 1, " \t");
    while (close > start && (close[-1] == ' ' || close[-1] == '\t'))
        close--;
    char name[NEAREST_NAME_BYTES_MAX + 1];
    snprintf(name, sizeof(name), "%.*s", (int)(close - start), start);
    for (size_t i = 0; i < config_section_count; i++) {
        if (strcmp(config_sections[i], name) != 0)
            continue;
        if (*after)
            tell(parser, parser->line, name, NULL, "something follows on the same line: %.60s",
                 after);
        if (parser->section_line[i] == 0)
            parser->section_line[i] = parser->line;
        return (int)i;
    }
    char hint[NEAREST_NAME_BYTES_MAX + 32];
    tell(parser, parser->line, name, NULL, "no such section%s",
         did_you_mean(nearest_name(name, config_sections, config_section_count), hint));
    return -1;
}

/* Whether inih may see the line as it is; else it was told. */
static bool check_line(struct parser *parser, const char *line, size_t length, int size)
{
    if (size < 2 || length > CONFIG_LINE_BYTES_MAX || length > (size_t)size - 2) {
        tell(parser, parser->line, NULL, NULL, "a line longer than %d bytes",
             CONFIG_LINE_BYTES_MAX);
        return false;
    }
    if (memchr(line, '\0', length)) {
        tell(parser, parser->line, NULL, NULL, "a NUL byte; the file must be text in UTF-8");
        return false;
    }
    if (!utf8_valid(line, length)) {
        tell(parser, parser->line, NULL, NULL, "not UTF-8; the file must be text in UTF-8");
        return false;
    }
    return true;
}

/* An ini_reader. Hands inih one line at a time, always whole and with its end, because what inih
 * does with longer ones depends on how it was built; and only with sections that exist. */
static char *next_line(char *text, int size, void *stream)
{
    struct parser *parser = stream;
    if (parser->rest == parser->end || size < 2)
        return NULL;
    const char *line = parser->rest;
    const char *end = line;
    while (end < parser->end && *end != '\n' && *end != '\r')
        end++;
    parser->rest = end;
    if (parser->rest < parser->end && *parser->rest++ == '\r' && parser->rest < parser->end &&
        *parser->rest == '\n')
        parser->rest++;
    parser->line++;

    while (line < end && (*line == ' ' || *line == '\t'))
        line++;
    while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    size_t length = (size_t)(end - line);
    text[0] = '\n';
    text[1] = '\0';
    if (length == 0 || *line == '#' || *line == ';' || !check_line(parser, line, length, size))
        return text;
    if (*line == '[') {
        char *header = xstrndup(line, length);
        int section = check_section(parser, header);
        snprintf(text, (size_t)size, "[%s]\n",
                 section < 0 ? SECTION_IGNORED : config_sections[section]);
        free(header);
        return text;
    }
    memcpy(text, line, length);
    text[length] = '\n';
    text[length + 1] = '\0';
    return text;
}

static void tell_unknown_key(struct parser *parser, const char *section, const char *name)
{
    const char *names[CONFIG_KEYS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < config_key_count; i++) {
        if (strcmp(config_keys[i].name, name) == 0) {
            tell(parser, parser->line, section, name, "belongs below [%s]", config_keys[i].section);
            return;
        }
        if (strcmp(config_keys[i].section, section) == 0)
            names[count++] = config_keys[i].name;
    }
    char hint[NEAREST_NAME_BYTES_MAX + 32];
    tell(parser, parser->line, section, name, "no such key%s",
         did_you_mean(nearest_name(name, names, count), hint));
}

/* Relative paths are rare, and the directory of a file such as /dev/fd/3 says nothing. */
static const char *directory_of(struct parser *parser)
{
    if (parser->directory && !*parser->directory) {
        free(parser->directory);
        const char *slash = strrchr(parser->path, '/');
        char *parent = !slash ? xstrdup(".")
                       : slash == parser->path
                           ? xstrdup("/")
                           : xstrndup(parser->path, (size_t)(slash - parser->path));
        parser->directory = realpath(parent, NULL);
        free(parent);
    }
    return parser->directory;
}

static void take_value(struct parser *parser, size_t index, const char *value)
{
    const struct config_key *key = &config_keys[index];
    if (parser->key_line[index] > 0 && !config_key_is_list(key)) {
        tell(parser, parser->line, key->section, key->name, "given again; line %d has it already",
             parser->key_line[index]);
        return;
    }
    if (parser->key_line[index] == 0)
        parser->key_line[index] = parser->line;
    char *clean = utf8_clean(value, strlen(value), strlen(value));
    bool empty = !*clean;
    free(clean);
    if (key->required && empty) {
        tell(parser, parser->line, key->section, key->name, "empty");
        return;
    }
    struct error err = {0};
    if (!config_key_parse(key, value, directory_of(parser), &parser->config, &err))
        tell(parser, parser->line, key->section, key->name, "%s", err.message);
}

/* An ini_handler. inih's answer to 0 is to remember one line number; errors are told here. */
static int handle(void *context, const char *section, const char *name, const char *value)
{
    struct parser *parser = context;
    if (strcmp(section, SECTION_IGNORED) == 0)
        return 1;
    if (!value) {
        tell(parser, parser->line, *section ? section : NULL, NULL,
             "neither a [section], a key = value nor a # comment: %.60s", name);
        return 1;
    }
    if (!*section) {
        tell(parser, parser->line, NULL, NULL, "%.60s: stands before the first [section]", name);
        return 1;
    }
    for (size_t i = 0; i < config_key_count; i++) {
        if (strcmp(config_keys[i].section, section) == 0 &&
            strcmp(config_keys[i].name, name) == 0) {
            take_value(parser, i, value);
            return 1;
        }
    }
    tell_unknown_key(parser, section, name);
    return 1;
}

static void parse(struct parser *parser)
{
    /* Debian's inih takes these at run time. Without them a ; after a blank would end a URL. */
    ini_use_stack = false;
    ini_allow_realloc = false;
    ini_initial_alloc = INIH_LINE_BYTES;
    ini_max_line = INIH_LINE_BYTES;
    ini_allow_inline_comments = false;
    ini_allow_multiline = false;
    ini_allow_no_value = true;
    ini_stop_on_first_error = false;
    int status = ini_parse_stream(next_line, parser, handle, parser);
    if (status == -2)
        error_out_of_memory();
    /* What inih could not read, next_line has not let through. */
    assert(status == 0);
}

static int line_of_section(const struct parser *parser, const char *section)
{
    for (size_t i = 0; i < config_section_count; i++) {
        if (strcmp(config_sections[i], section) == 0 && parser->section_line[i] > 0)
            return parser->section_line[i];
    }
    return parser->line > 0 ? parser->line : 1;
}

/* What can only be seen once everything was read. */
static void check_whole(struct parser *parser)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (key->required && parser->key_line[i] == 0)
            tell(parser, line_of_section(parser, key->section), key->section, key->name, "missing");
    }
    const struct config *config = &parser->config;
    if (*config->password_file && !*config->user)
        tell(parser, line_of_section(parser, "feed"), "feed", "user",
             "missing, but password_file is given");
    struct error err = {0};
    if (!*config->timezone && !zone_is_known(NULL, &err))
        tell(parser, line_of_section(parser, "room"), "room", "timezone", "%s", err.message);
}

bool config_read(const char *path, struct config *ret_config, struct config_report *report)
{
    report->error_count = 0;
    struct parser parser = {.path = path, .report = report};
    struct buffer file;
    buffer_init(&file, CONFIG_FILE_BYTES_MAX);
    struct error err = {0};
    if (!buffer_read_file(&file, path, &err)) {
        report->error_count = 1;
        report->tell(report->context, err.message);
        buffer_release(&file);
        return false;
    }
    parser.rest = file.data;
    parser.end = file.data + file.length;
    if (file.length >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0)
        parser.rest += 3;

    config_init(&parser.config);
    parser.directory = xstrdup("");
    if (file.length >= 2 &&
        (memcmp(file.data, "\xFF\xFE", 2) == 0 || memcmp(file.data, "\xFE\xFF", 2) == 0)) {
        tell(&parser, 1, NULL, NULL, "UTF-16; the file must be text in UTF-8");
    } else {
        parse(&parser);
        check_whole(&parser);
    }
    free(parser.directory);
    buffer_release(&file);
    if (report->error_count > 0) {
        config_release(&parser.config);
        return false;
    }
    *ret_config = parser.config;
    return true;
}

/* As comment lines of whole words. */
static void print_meaning(const struct config_key *key, FILE *out)
{
    struct buffer text;
    buffer_init(&text, MESSAGE_BYTES_MAX);
    bool fits = buffer_append_text(&text, key->meaning);
    assert(fits);
    config_key_format_range(key, &text);
    int column = 0;
    for (const char *word = text.data; *word;) {
        int length = (int)strcspn(word, " ");
        if (column > 0 && column + 1 + length > PRINT_COLUMNS)
            column = fprintf(out, "\n#") - 1;
        else if (column == 0)
            column = fprintf(out, "#");
        column += fprintf(out, " %.*s", length, word);
        word += length;
        word += strspn(word, " ");
    }
    fputs("\n", out);
    buffer_release(&text);
}

/* The default as a comment, and below it what stands in its place. */
static void print_values(const struct config_key *key, const struct config *config,
                         const struct config *defaults, FILE *out)
{
    if (!key->required)
        fprintf(out, "#%s =%s%s\n", key->name, *key->fallback ? " " : "", key->fallback);
    for (size_t i = 0; i < config_key_value_count(key, config); i++) {
        struct buffer value, usual;
        buffer_init(&value, CONFIG_LINE_BYTES_MAX);
        buffer_init(&usual, CONFIG_LINE_BYTES_MAX);
        config_key_format(key, config, i, &value);
        if (!config_key_is_list(key))
            config_key_format(key, defaults, 0, &usual);
        if (config_key_is_list(key) || strcmp(value.data, usual.data) != 0)
            fprintf(out, "%s = %s\n", key->name, value.data);
        buffer_release(&value);
        buffer_release(&usual);
    }
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
    const char *section = "";
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (strcmp(section, key->section) != 0)
            fprintf(out, "\n[%s]\n", key->section);
        section = key->section;
        fputs("\n", out);
        print_meaning(key, out);
        print_values(key, config, &defaults, out);
    }
    config_release(&defaults);
}
