#include <roomsign/ini_file.h>

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <ini.h>

#include <roomsign/buffer.h>
#include <roomsign/nearest.h>
#include <roomsign/utf8.h>

#define MESSAGE_BYTES_MAX (2 * INI_FILE_PLACE_BYTES)
/* What inih is shown instead of a section that was found wrong; its keys are passed over. */
#define SECTION_IGNORED "?"
#define INCLUDE_SECTION "include"
/** What is longer is no name that somebody gave a key. */
#define KEY_LIKE_BYTES 32
/* inih wants room for a line's end and a NUL. */
#define INIH_LINE_BYTES (CONFIG_LINE_BYTES_MAX + 3)

/* The file, one that it includes, or what else has values for it. */
struct source {
    char *path;
    /* Of the file, absolute; "" until a value asks for it, NULL: can't be found. */
    char *directory;
    /* What inih has not been given yet, and the number of the line that it has. */
    const char *rest, *end;
    int line;
    /* Once is enough: a file that isn't of this kind has nothing else. */
    bool outside_told;
    /* From then on nothing may be included: it would count over what was read before. */
    bool has_other_sections;
    /* Its values count over all others, not only over those of what it includes. */
    bool has_last_word;
};

/* Who gave a key its value, and in which line, one for each item of a list. */
struct origin {
    const struct source *source;
    int lines[CONFIG_LIST_MAX];
    size_t count;
};

struct ini_file {
    const struct config_form *form;
    void *values;
    struct config_report *report;
    /* In the order in which they were begun: what a file includes comes after it. The last place is
     * that of the one that has the last word. */
    struct source sources[INI_SOURCES_MAX + 1];
    size_t source_count;
    struct source *now;
    /* One of them could not be read: what is missing may be there. */
    bool is_incomplete;
    /* Where each section of the first file was first seen; 0: not. */
    int section_line[CONFIG_SECTIONS_MAX];
    struct origin keys[CONFIG_KEYS_MAX];
};

static size_t format_place(const char *path, int line, const char *section, const char *key,
                           char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%.*s", PATH_MAX / 4, path);
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

static size_t find_key(const struct ini_file *file, const char *section, const char *key)
{
    size_t i = 0;
    while (strcmp(file->form->keys[i].section, section) != 0 ||
           strcmp(file->form->keys[i].name, key) != 0) {
        i++;
        assert(i < file->form->key_count);
    }
    return i;
}

bool ini_file_has(const struct ini_file *file, const char *section, const char *key)
{
    return file->keys[find_key(file, section, key)].source != NULL;
}

const char *ini_file_path(const struct ini_file *file, const char *section, const char *key)
{
    const struct origin *origin = &file->keys[find_key(file, section, key)];
    return (origin->source ? origin->source : &file->sources[0])->path;
}

/* Where the first file lacks a key. */
static int line_of_section(const struct ini_file *file, const char *section)
{
    for (size_t i = 0; i < file->form->section_count; i++) {
        if (strcmp(file->form->sections[i], section) == 0 && file->section_line[i] > 0)
            return file->section_line[i];
    }
    return file->sources[0].line > 0 ? file->sources[0].line : 1;
}

size_t ini_file_place(const struct ini_file *file, const char *section, const char *key,
                      size_t item, char *text, size_t size)
{
    const struct origin *origin = &file->keys[find_key(file, section, key)];
    if (origin->source)
        return format_place(origin->source->path, origin->lines[item < origin->count ? item : 0],
                            section, key, text, size);
    return format_place(file->sources[0].path, line_of_section(file, section), section, key, text,
                        size);
}

/* `message` has its place already; the last one that is told says that others aren't. */
static void tell(struct ini_file *file, char message[static MESSAGE_BYTES_MAX], size_t place_length,
                 const char *format, va_list arguments)
{
    struct config_report *report = file->report;
    report->error_count++;
    if (report->error_count > CONFIG_ERRORS_MAX + 1)
        return;
    if (report->error_count > CONFIG_ERRORS_MAX)
        snprintf(message + place_length, MESSAGE_BYTES_MAX - place_length,
                 "more errors follow; they are not told");
    else
        vsnprintf(message + place_length, MESSAGE_BYTES_MAX - place_length, format, arguments);
    char *clean = utf8_clean(message, strlen(message), MESSAGE_BYTES_MAX);
    report->tell(report->context, clean);
    free(clean);
}

void ini_file_tell(struct ini_file *file, const char *section, const char *key, const char *format,
                   ...)
{
    char message[MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    tell(file, message, ini_file_place(file, section, key, 0, message, sizeof(message)), format,
         arguments);
    va_end(arguments);
}

void ini_file_tell_here(struct ini_file *file, const char *section, const char *key,
                        const char *format, ...)
{
    char message[MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    tell(file, message,
         format_place(file->now->path, file->now->line, section, key, message, sizeof(message)),
         format, arguments);
    va_end(arguments);
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

/* What stands in the file itself comes after what it includes. */
static void note_section(struct ini_file *file, const char *name, int index)
{
    if (strcmp(name, INCLUDE_SECTION) != 0)
        file->now->has_other_sections = true;
    else if (file->now->has_other_sections)
        ini_file_tell_here(file, name, NULL, "must stand before all other sections");
    if (file->now == &file->sources[0] && file->section_line[index] == 0)
        file->section_line[index] = file->now->line;
}

/* The index of the section that "[name]" opens, told if there is none; -1. */
static int check_section(struct ini_file *file, const char *header)
{
    const char *close = strchr(header, ']');
    if (!close) {
        ini_file_tell_here(file, NULL, NULL, "a section without its ]%s%s",
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
            ini_file_tell_here(file, name, NULL, "something follows on the same line");
        note_section(file, name, (int)i);
        return (int)i;
    }
    char hint[NEAREST_NAME_BYTES_MAX + 32];
    ini_file_tell_here(
        file, looks_like_key(name) ? name : NULL, NULL, "no such section%s",
        did_you_mean(nearest_name(name, file->form->sections, file->form->section_count), hint));
    /* Which one is meant is certain, so that what is wrong below it is told as well. */
    for (size_t i = 0; i < file->form->section_count; i++) {
        if (strcasecmp(file->form->sections[i], name) != 0)
            continue;
        note_section(file, file->form->sections[i], (int)i);
        return (int)i;
    }
    file->now->has_other_sections = true;
    return -1;
}

/* Whether inih may see the line as it is; else it was told. */
static bool check_line(struct ini_file *file, const char *line, size_t length, int size)
{
    if (size < 2 || length > CONFIG_LINE_BYTES_MAX || length > (size_t)size - 2) {
        ini_file_tell_here(file, NULL, NULL, "a line longer than %d bytes", CONFIG_LINE_BYTES_MAX);
        return false;
    }
    if (memchr(line, '\0', length)) {
        ini_file_tell_here(file, NULL, NULL, "a NUL byte; the file must be text in UTF-8");
        return false;
    }
    if (!utf8_valid(line, length)) {
        ini_file_tell_here(file, NULL, NULL, "not UTF-8; the file must be text in UTF-8");
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
    struct source *now = file->now;
    if (now->rest == now->end || size < 2)
        return NULL;
    const char *line = now->rest;
    const char *end = line;
    while (end < now->end && *end != '\n' && *end != '\r')
        end++;
    now->rest = end;
    if (now->rest < now->end && *now->rest++ == '\r' && now->rest < now->end && *now->rest == '\n')
        now->rest++;
    now->line++;

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
            ini_file_tell_here(file, section, name, "belongs below [%s]",
                               file->form->keys[i].section);
            return;
        }
        if (strcmp(file->form->keys[i].section, section) == 0)
            names[count++] = file->form->keys[i].name;
    }
    char hint[NEAREST_NAME_BYTES_MAX + 32];
    const char *nearest = nearest_name(name, names, count);
    ini_file_tell_here(file, section, nearest || looks_like_key(name) ? name : NULL,
                       "no such key%s", did_you_mean(nearest, hint));
}

/* What stands before the last slash; a path without one is below ".". */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? xstrdup(".") : slash == path ? xstrdup("/") : xstrndup(path, slash - path);
}

/* Relative paths are rare, and the directory of a file such as /dev/fd/3 says nothing. */
static const char *directory_of(struct source *source)
{
    if (source->directory && !*source->directory) {
        free(source->directory);
        char *parent = parent_of(source->path);
        source->directory = realpath(parent, NULL);
        free(parent);
    }
    return source->directory;
}

/* Whether the file that is read now may say otherwise than the key's value does; else it is told.
 */
static bool may_override(struct ini_file *file, const struct config_key *key,
                         const struct origin *origin)
{
    const struct source *now = file->now;
    if (origin->source == now && config_key_is_list(key))
        return true;
    if (origin->source == now)
        ini_file_tell_here(file, key->section, key->name, "given again; line %d has it already",
                           origin->lines[0]);
    else if (origin->source > now || now->has_last_word)
        return true;
    else
        ini_file_tell_here(file, key->section, key->name,
                           "given again; %.200s:%d has it already, and only the file that includes "
                           "both may say otherwise",
                           origin->source->path, origin->lines[0]);
    return false;
}

static void note_origin(struct ini_file *file, struct origin *origin)
{
    origin->source = file->now;
    if (origin->count < CONFIG_LIST_MAX)
        origin->lines[origin->count++] = file->now->line;
}

void ini_file_take(struct ini_file *file, const struct config_key *key, const char *value)
{
    struct origin *origin = &file->keys[key - file->form->keys];
    assert(file->now);
    if (origin->source && !may_override(file, key, origin))
        return;
    if (origin->source != file->now) {
        *origin = (struct origin){0};
        if (config_key_is_list(key))
            config_key_release(key, file->values);
    }
    note_origin(file, origin);
    char *clean = utf8_clean(value, strlen(value), strlen(value));
    bool empty = !*clean;
    free(clean);
    if (key->required && empty) {
        ini_file_tell_here(file, key->section, key->name, "empty");
        return;
    }
    struct error err = {0};
    if (!config_key_parse(key, value, directory_of(file->now), file->values, &err))
        ini_file_tell_here(file, key->section, key->name, "%s", err.message);
}

static void begin(struct ini_file *file, size_t index, const char *path)
{
    file->now = &file->sources[index];
    *file->now = (struct source){.path = xstrdup(path), .directory = xstrdup("")};
}

void ini_file_begin_last(struct ini_file *file, const char *path)
{
    assert(!file->sources[INI_SOURCES_MAX].path);
    begin(file, INI_SOURCES_MAX, path);
    file->now->has_last_word = true;
}

void ini_file_at_line(struct ini_file *file, int line)
{
    file->now->line = line;
}

static void include(struct ini_file *file, const char *value);

static void tell_outside(struct ini_file *file, const char *name, const char *value)
{
    if (file->now->outside_told)
        return;
    file->now->outside_told = true;
    if (strcmp(name, "BEGIN") == 0 && strcmp(value, "VCALENDAR") == 0)
        ini_file_tell_here(file, NULL, NULL,
                           "a calendar, not a config file: name it as a "
                           "[feed] url of one, or by --url");
    else
        ini_file_tell_here(file, NULL, NULL, "%s%sstands before the first [section]",
                           looks_like_key(name) ? name : "", looks_like_key(name) ? ": " : "");
}

/* An ini_handler. inih's answer to 0 is to remember one line number; errors are told here. */
static int handle(void *context, const char *section, const char *name, const char *value)
{
    struct ini_file *file = context;
    if (strcmp(section, SECTION_IGNORED) == 0)
        return 1;
    if (!value) {
        ini_file_tell_here(file, *section ? section : NULL, NULL,
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
            if (file->form->keys[i].type == CONFIG_TYPE_INCLUDE)
                include(file, value);
            else
                ini_file_take(file, &file->form->keys[i], value);
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

/* Reads a file as one more source. false: told by the caller, and nothing was taken of it. */
static bool read_source(struct ini_file *file, const char *path, struct error *err)
{
    struct buffer bytes;
    buffer_init(&bytes, CONFIG_FILE_BYTES_MAX);
    if (!buffer_read_file(&bytes, path, err)) {
        buffer_release(&bytes);
        return false;
    }
    begin(file, file->source_count++, path);
    struct source *now = file->now;
    now->rest = bytes.data;
    now->end = bytes.data + bytes.length;
    if (bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0)
        now->rest += 3;
    if (bytes.length >= 2 &&
        (memcmp(bytes.data, "\xFF\xFE", 2) == 0 || memcmp(bytes.data, "\xFE\xFF", 2) == 0)) {
        now->line = 1;
        ini_file_tell_here(file, NULL, NULL, "UTF-16; the file must be text in UTF-8");
        file->is_incomplete = true;
    } else {
        parse(file);
    }
    now->rest = now->end = NULL;
    buffer_release(&bytes);
    return true;
}

static bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

/* The name of a file that was read already: it includes this one, or was included before. */
static bool was_read(const struct ini_file *file, const char *path)
{
    for (size_t i = 0; i < file->source_count; i++) {
        if (is_same_file(file->sources[i].path, path))
            return true;
    }
    return false;
}

static void include(struct ini_file *file, const char *value)
{
    struct source *including = file->now;
    struct error err = {0};
    char path[PATH_MAX];
    const char *slash = *value == '/' ? NULL : strrchr(including->path, '/');
    int parent = slash ? (int)(slash + 1 - including->path) : 0;
    int length = snprintf(path, sizeof(path), "%.*s%s", parent, including->path, value);
    if (!*value)
        error_set(&err, "empty");
    else if (including->has_other_sections)
        return;
    else if (length < 0 || (size_t)length >= sizeof(path))
        error_set(&err, "a path longer than %d bytes", PATH_MAX);
    else if (was_read(file, path))
        error_set(&err, "%.300s was read already; a file is included once, and never by itself",
                  path);
    else if (file->source_count == INI_SOURCES_MAX)
        error_set(&err, "more than %d files", INI_SOURCES_MAX);
    else if (read_source(file, path, &err)) {
        file->now = including;
        return;
    }
    ini_file_tell_here(file, INCLUDE_SECTION, "file", "%s", err.message);
    file->is_incomplete = true;
}

void ini_file_tell_missing(struct ini_file *file)
{
    for (size_t i = 0; i < file->form->key_count; i++) {
        const struct config_key *key = &file->form->keys[i];
        if (key->required && !file->keys[i].source && !file->is_incomplete)
            ini_file_tell(file, key->section, key->name, "missing");
    }
}

bool ini_file_read(const char *path, const struct config_form *form, void *values,
                   ini_file_check check, struct config_report *report)
{
    assert(form->section_count <= CONFIG_SECTIONS_MAX && form->key_count <= CONFIG_KEYS_MAX);
    report->error_count = 0;
    struct ini_file *file = xcalloc(1, sizeof(*file));
    *file = (struct ini_file){.form = form, .values = values, .report = report};
    struct error err = {0};
    if (read_source(file, path, &err)) {
        file->now = &file->sources[0];
        check(file, values);
    } else {
        report->error_count = 1;
        report->tell(report->context, err.message);
    }
    for (size_t i = 0; i <= INI_SOURCES_MAX; i++) {
        free(file->sources[i].path);
        free(file->sources[i].directory);
    }
    free(file);
    return report->error_count == 0;
}
