#include <roomsign/ini_file.h>

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ini.h>

#include <roomsign/buffer.h>
#include <roomsign/nearest.h>
#include <roomsign/utf8.h>

#define MESSAGE_BYTES_MAX (2 * INI_FILE_PLACE_BYTES)
#define PRINT_COLUMNS 96
/* What inih is shown instead of a section that was found wrong; its keys are passed over. */
#define SECTION_IGNORED "?"
/** What is longer is no name that somebody gave a key. */
#define KEY_LIKE_BYTES 32
/* inih wants room for a line's end and a NUL. */
#define INIH_LINE_BYTES (CONFIG_LINE_BYTES_MAX + 3)

struct ini_file {
    const char *path;
    const struct config_form *form;
    /* Of the file, absolute; "" until a value asks for it, NULL: can't be found. */
    char *directory;
    void *values;
    struct config_report *report;
    /* What inih has not been given yet, and the number of the line that it has. */
    const char *rest, *end;
    int line;
    /* Once is enough: a file that isn't of this kind has nothing else. */
    bool outside_told;
    /* Where each section and key was first seen; 0: not. */
    int section_line[CONFIG_SECTIONS_MAX];
    int key_line[CONFIG_KEYS_MAX];
};

size_t ini_file_place(const struct ini_file *file, int line, const char *section, const char *key,
                      char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%.*s", PATH_MAX / 4, file->path);
    if (line > 0)
        used += (size_t)snprintf(text + used, size - used, ":%d", line);
    if (section)
        used += (size_t)snprintf(text + used, size - used, ": [%.60s]", section);
    if (key)
        used += (size_t)snprintf(text + used, size - used, " %.60s", key);
    used += (size_t)snprintf(text + used, size - used, ": ");
    assert(used < size);
    return used;
}

void ini_file_tell(struct ini_file *file, int line, const char *section, const char *key,
                   const char *format, ...)
{
    struct config_report *report = file->report;
    report->error_count++;
    if (report->error_count > CONFIG_ERRORS_MAX + 1)
        return;
    char message[MESSAGE_BYTES_MAX];
    size_t used = ini_file_place(file, line, section, key, message, sizeof(message));
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

/* Whether a name may be quoted: a URL that was broken over two lines is no key either. */
static bool looks_like_key(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_- ");
    return length < KEY_LIKE_BYTES && name[length] == '\0';
}

/* The index of the section that "[name]" opens, told if there is none; -1. */
static int check_section(struct ini_file *file, const char *header)
{
    const char *close = strchr(header, ']');
    if (!close) {
        ini_file_tell(file, file->line, NULL, NULL, "a section without its ]%s%s",
                      looks_like_key(header + 1) ? ": " : "",
                      looks_like_key(header + 1) ? header : "");
        return -1;
    }
    const char *after = close + 1 + strspn(close + 1, " \t");
    const char *start = header + 1 + strspn(header + 1, " \t");
    while (close > start && (close[-1] == ' ' || close[-1] == '\t'))
        close--;
    char name[NEAREST_NAME_BYTES_MAX + 1];
    snprintf(name, sizeof(name), "%.*s", (int)(close - start), start);
    for (size_t i = 0; i < file->form->section_count; i++) {
        if (strcmp(file->form->sections[i], name) != 0)
            continue;
        if (*after)
            ini_file_tell(file, file->line, name, NULL, "something follows on the same line");
        if (file->section_line[i] == 0)
            file->section_line[i] = file->line;
        return (int)i;
    }
    char hint[NEAREST_NAME_BYTES_MAX + 32];
    ini_file_tell(
        file, file->line, looks_like_key(name) ? name : NULL, NULL, "no such section%s",
        did_you_mean(nearest_name(name, file->form->sections, file->form->section_count), hint));
    /* Which one is meant is certain, so that what is wrong below it is told as well. */
    for (size_t i = 0; i < file->form->section_count; i++) {
        if (strcasecmp(file->form->sections[i], name) != 0)
            continue;
        if (file->section_line[i] == 0)
            file->section_line[i] = file->line;
        return (int)i;
    }
    return -1;
}

/* Whether inih may see the line as it is; else it was told. */
static bool check_line(struct ini_file *file, const char *line, size_t length, int size)
{
    if (size < 2 || length > CONFIG_LINE_BYTES_MAX || length > (size_t)size - 2) {
        ini_file_tell(file, file->line, NULL, NULL, "a line longer than %d bytes",
                      CONFIG_LINE_BYTES_MAX);
        return false;
    }
    if (memchr(line, '\0', length)) {
        ini_file_tell(file, file->line, NULL, NULL, "a NUL byte; the file must be text in UTF-8");
        return false;
    }
    if (!utf8_valid(line, length)) {
        ini_file_tell(file, file->line, NULL, NULL, "not UTF-8; the file must be text in UTF-8");
        return false;
    }
    return true;
}

/* What inih passes over: behind a blank that only it knows, a section without its ] would reach it.
 */
static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* An ini_reader. Hands inih one line at a time, always whole and with its end, because what inih
 * does with longer ones depends on how it was built; and only with sections that exist. */
static char *next_line(char *text, int size, void *stream)
{
    struct ini_file *file = stream;
    if (file->rest == file->end || size < 2)
        return NULL;
    const char *line = file->rest;
    const char *end = line;
    while (end < file->end && *end != '\n' && *end != '\r')
        end++;
    file->rest = end;
    if (file->rest < file->end && *file->rest++ == '\r' && file->rest < file->end &&
        *file->rest == '\n')
        file->rest++;
    file->line++;

    while (line < end && is_blank(*line))
        line++;
    while (end > line && is_blank(end[-1]))
        end--;
    size_t length = (size_t)(end - line);
    text[0] = '\n';
    text[1] = '\0';
    if (length == 0 || *line == '#' || *line == ';' || !check_line(file, line, length, size))
        return text;
    if (*line == '[') {
        char *header = xstrndup(line, length);
        int section = check_section(file, header);
        snprintf(text, (size_t)size, "[%s]\n",
                 section < 0 ? SECTION_IGNORED : file->form->sections[section]);
        free(header);
        return text;
    }
    memcpy(text, line, length);
    text[length] = '\n';
    text[length + 1] = '\0';
    return text;
}

static void tell_unknown_key(struct ini_file *file, const char *section, const char *name)
{
    const char *names[CONFIG_KEYS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < file->form->key_count; i++) {
        if (strcmp(file->form->keys[i].name, name) == 0) {
            ini_file_tell(file, file->line, section, name, "belongs below [%s]",
                          file->form->keys[i].section);
            return;
        }
        if (strcmp(file->form->keys[i].section, section) == 0)
            names[count++] = file->form->keys[i].name;
    }
    char hint[NEAREST_NAME_BYTES_MAX + 32];
    const char *nearest = nearest_name(name, names, count);
    ini_file_tell(file, file->line, section, nearest || looks_like_key(name) ? name : NULL,
                  "no such key%s", did_you_mean(nearest, hint));
}

/* Relative paths are rare, and the directory of a file such as /dev/fd/3 says nothing. */
static const char *directory_of(struct ini_file *file)
{
    if (file->directory && !*file->directory) {
        free(file->directory);
        const char *slash = strrchr(file->path, '/');
        char *parent = !slash                ? xstrdup(".")
                       : slash == file->path ? xstrdup("/")
                                             : xstrndup(file->path, (size_t)(slash - file->path));
        file->directory = realpath(parent, NULL);
        free(parent);
    }
    return file->directory;
}

static void take_value(struct ini_file *file, size_t index, const char *value)
{
    const struct config_key *key = &file->form->keys[index];
    if (file->key_line[index] > 0 && !config_key_is_list(key)) {
        ini_file_tell(file, file->line, key->section, key->name,
                      "given again; line %d has it already", file->key_line[index]);
        return;
    }
    if (file->key_line[index] == 0)
        file->key_line[index] = file->line;
    char *clean = utf8_clean(value, strlen(value), strlen(value));
    bool empty = !*clean;
    free(clean);
    if (key->required && empty) {
        ini_file_tell(file, file->line, key->section, key->name, "empty");
        return;
    }
    struct error err = {0};
    if (!config_key_parse(key, value, directory_of(file), file->values, &err))
        ini_file_tell(file, file->line, key->section, key->name, "%s", err.message);
}

static void tell_outside(struct ini_file *file, const char *name, const char *value)
{
    if (file->outside_told)
        return;
    file->outside_told = true;
    if (strcmp(name, "BEGIN") == 0 && strcmp(value, "VCALENDAR") == 0)
        ini_file_tell(file, file->line, NULL, NULL,
                      "a calendar, not a config file: name it as a "
                      "[feed] url of one, or by --url");
    else
        ini_file_tell(file, file->line, NULL, NULL, "%s%sstands before the first [section]",
                      looks_like_key(name) ? name : "", looks_like_key(name) ? ": " : "");
}

/* An ini_handler. inih's answer to 0 is to remember one line number; errors are told here. */
static int handle(void *context, const char *section, const char *name, const char *value)
{
    struct ini_file *file = context;
    if (strcmp(section, SECTION_IGNORED) == 0)
        return 1;
    if (!value) {
        ini_file_tell(file, file->line, *section ? section : NULL, NULL,
                      "neither a [section], a key = value nor a # comment%s%s",
                      looks_like_key(name) ? ": " : "", looks_like_key(name) ? name : "");
        return 1;
    }
    if (!*section) {
        tell_outside(file, name, value);
        return 1;
    }
    for (size_t i = 0; i < file->form->key_count; i++) {
        if (strcmp(file->form->keys[i].section, section) == 0 &&
            strcmp(file->form->keys[i].name, name) == 0) {
            take_value(file, i, value);
            return 1;
        }
    }
    tell_unknown_key(file, section, name);
    return 1;
}

static void parse(struct ini_file *file)
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
    int status = ini_parse_stream(next_line, file, handle, file);
    if (status == -2)
        error_out_of_memory();
    /* What inih could not read, next_line has not let through. */
    assert(status == 0);
}

int ini_file_line(const struct ini_file *file, const char *section, const char *key)
{
    const struct config_form *form = file->form;
    for (size_t i = 0; key && i < form->key_count; i++) {
        if (strcmp(form->keys[i].section, section) == 0 && strcmp(form->keys[i].name, key) == 0)
            return file->key_line[i];
    }
    for (size_t i = 0; !key && i < form->section_count; i++) {
        if (strcmp(form->sections[i], section) == 0 && file->section_line[i] > 0)
            return file->section_line[i];
    }
    return key ? 0 : file->line > 0 ? file->line : 1;
}

static void tell_missing(struct ini_file *file)
{
    for (size_t i = 0; i < file->form->key_count; i++) {
        const struct config_key *key = &file->form->keys[i];
        if (key->required && file->key_line[i] == 0)
            ini_file_tell(file, ini_file_line(file, key->section, NULL), key->section, key->name,
                          "missing");
    }
}

bool ini_file_read(const char *path, const struct config_form *form, void *values,
                   ini_file_check check, struct config_report *report)
{
    assert(form->section_count <= CONFIG_SECTIONS_MAX && form->key_count <= CONFIG_KEYS_MAX);
    report->error_count = 0;
    struct ini_file file = {.path = path, .form = form, .values = values, .report = report};
    struct buffer bytes;
    buffer_init(&bytes, CONFIG_FILE_BYTES_MAX);
    struct error err = {0};
    if (!buffer_read_file(&bytes, path, &err)) {
        report->error_count = 1;
        report->tell(report->context, err.message);
        buffer_release(&bytes);
        return false;
    }
    file.rest = bytes.data;
    file.end = bytes.data + bytes.length;
    if (bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0)
        file.rest += 3;

    file.directory = xstrdup("");
    if (bytes.length >= 2 &&
        (memcmp(bytes.data, "\xFF\xFE", 2) == 0 || memcmp(bytes.data, "\xFE\xFF", 2) == 0)) {
        ini_file_tell(&file, 1, NULL, NULL, "UTF-16; the file must be text in UTF-8");
    } else {
        parse(&file);
        tell_missing(&file);
        check(&file, values);
    }
    free(file.directory);
    buffer_release(&bytes);
    return report->error_count == 0;
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

/* The default as a comment, and below it what stands in its place; without defaults every value. */
static void print_values(const struct config_key *key, const void *values, const void *defaults,
                         FILE *out)
{
    if (defaults && !key->required)
        fprintf(out, "#%s =%s%s\n", key->name, *key->fallback ? " " : "", key->fallback);
    for (size_t i = 0; i < config_key_value_count(key, values); i++) {
        struct buffer value, usual;
        buffer_init(&value, CONFIG_LINE_BYTES_MAX);
        buffer_init(&usual, CONFIG_LINE_BYTES_MAX);
        config_key_format(key, values, i, &value);
        bool single = defaults && !config_key_is_list(key);
        if (single)
            config_key_format(key, defaults, 0, &usual);
        if (!single || strcmp(value.data, usual.data) != 0)
            fprintf(out, "%s =%s%s\n", key->name, value.length > 0 ? " " : "", value.data);
        buffer_release(&value);
        buffer_release(&usual);
    }
}

void ini_file_print(const struct config_form *form, const void *values, const void *defaults,
                    FILE *out)
{
    const char *section = "";
    for (size_t i = 0; i < form->key_count; i++) {
        const struct config_key *key = &form->keys[i];
        bool first = strcmp(section, key->section) != 0;
        if (first)
            fprintf(out, "\n[%s]\n", key->section);
        if (first || key->meaning)
            fputs("\n", out);
        section = key->section;
        if (key->meaning)
            print_meaning(key, out);
        print_values(key, values, defaults, out);
    }
}
