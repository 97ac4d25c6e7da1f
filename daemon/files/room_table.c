#include <roomsign/room_table.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/nearest.h>
#include <roomsign/utf8.h>

#define SIGN_COLUMN "sign"
/** "headlines.password_file" and its like. */
#define COLUMN_BYTES_MAX 60

/** Cuts off the next line in place, without its end. NULL: there is none. */
static char *next_line(char **rest)
{
    char *line = *rest;
    if (!*line)
        return NULL;
    char *end = line + strcspn(line, "\r\n");
    *rest = end + (*end == '\r' && end[1] == '\n') + (*end != '\0');
    *end = '\0';
    return line;
}

/** Cuts off the next cell in place, trimmed. NULL: there is none. */
static char *next_cell(char **rest)
{
    char *cell = *rest;
    if (!cell)
        return NULL;
    char *end = cell + strcspn(cell, "\t");
    *rest = *end ? end + 1 : NULL;
    *end = '\0';
    cell += strspn(cell, " ");
    while (end > cell && end[-1] == ' ')
        *--end = '\0';
    return cell;
}

static bool is_passed_over(const char *line)
{
    line += strspn(line, " \t");
    return !*line || *line == '#';
}

/** The key by its name, or by its section, a dot and its name. NULL: err says what is wrong. */
static const struct config_key *find_column(const struct config_form *form, const char *name,
                                            struct error *err)
{
    const char *names[CONFIG_KEYS_MAX];
    const char *dot = strchr(name, '.'), *bare = dot ? dot + 1 : name;
    size_t count = 0;
    for (size_t i = 0; i < form->key_count; i++) {
        const struct config_key *key = &form->keys[i];
        bool is_of_table = key->type == CONFIG_TYPE_INCLUDE || strcmp(key->name, "table") == 0;
        if (is_of_table || (dot && (strncmp(name, key->section, (size_t)(dot - name)) != 0 ||
                                    key->section[dot - name])))
            continue;
        if (strcmp(key->name, bare) == 0)
            return key;
        names[count++] = key->name;
    }
    const char *nearest = nearest_name(bare, names, count);
    error_set(err, "the column '%.*s' is no key of the config%s%s%s", COLUMN_BYTES_MAX, name,
              nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
    return NULL;
}

static bool is_name(const struct config_key *key)
{
    return strcmp(key->section, "room") == 0 && strcmp(key->name, "name") == 0;
}

static bool read_columns(char *line, const struct config_form *form, struct room_table *table,
                         struct error *err)
{
    char *rest = line;
    bool has_name = false;
    if (strcasecmp(next_cell(&rest), SIGN_COLUMN) != 0) {
        error_set(err, "the first line names the columns, set apart by tabs: sign, name, and what "
                       "other keys of the config signs have of their own");
        return false;
    }
    table->column_count = 1;
    for (const char *cell; (cell = next_cell(&rest));) {
        if (table->column_count == ROOM_TABLE_COLUMNS_MAX) {
            error_set(err, "more than %d columns", ROOM_TABLE_COLUMNS_MAX);
            return false;
        }
        const struct config_key *key = *cell ? find_column(form, cell, err) : NULL;
        if (*cell && !key)
            return false;
        has_name |= key && is_name(key);
        table->columns[table->column_count++] = key;
    }
    if (!has_name)
        error_set(err, "the column 'name' is missing, the rooms' names as the feed has them");
    return has_name;
}

static void read_row(char *line, const struct room_table *table, struct room_table_row *row)
{
    char *rest = line;
    bool has_name = false;
    if (!utf8_valid(line, strlen(line)))
        row->fault = "not UTF-8; the file must be text in UTF-8";
    for (size_t i = 0; i < table->column_count; i++) {
        const char *cell = next_cell(&rest);
        row->cells[i] = cell ? cell : "";
        has_name |= *row->cells[i] && table->columns[i] && is_name(table->columns[i]);
    }
    const char *more = rest ? rest + strspn(rest, "\t ") : "";
    if (row->fault)
        return;
    if (*more)
        row->fault = "more cells than the first line names columns";
    else if (!*row->cells[0])
        row->fault = "no sign is named";
    else if (!has_name)
        row->fault = "no room is named; columns are set apart by tabs";
}

static bool read_lines(struct room_table *table, const struct config_form *form, int *ret_line,
                       struct error *err)
{
    char *rest = table->bytes.data ? table->bytes.data : (char[]){""};
    if (strlen(rest) != table->bytes.length) {
        error_set(err, "a NUL byte; the file must be text in UTF-8, columns set apart by tabs");
        return false;
    }
    if (strncmp(rest, "\xEF\xBB\xBF", 3) == 0)
        rest += 3;
    for (char *line; (line = next_line(&rest));) {
        ++*ret_line;
        if (is_passed_over(line))
            continue;
        if (table->column_count == 0) {
            if (!read_columns(line, form, table, err))
                return false;
            continue;
        }
        if (table->row_count == ROOM_TABLE_ROWS_MAX) {
            error_set(err, "more than %d signs", ROOM_TABLE_ROWS_MAX);
            return false;
        }
        table->rows = xrealloc(table->rows, (table->row_count + 1) * sizeof(*table->rows));
        table->rows[table->row_count] = (struct room_table_row){.line = *ret_line};
        read_row(line, table, &table->rows[table->row_count++]);
    }
    if (table->column_count == 0)
        error_set(err, "empty; its first line names the columns: sign, name");
    return table->column_count > 0;
}

bool room_table_read(const char *path, const struct config_form *form, struct room_table *ret_table,
                     int *ret_line, struct error *err)
{
    struct room_table table = {0};
    int line = 0;
    buffer_init(&table.bytes, CONFIG_FILE_BYTES_MAX);
    if (!buffer_read_file(&table.bytes, path, err) || !read_lines(&table, form, &line, err)) {
        room_table_release(&table);
        *ret_line = line;
        return false;
    }
    *ret_table = table;
    return true;
}

void room_table_release(struct room_table *table)
{
    buffer_release(&table->bytes);
    free(table->rows);
    table->rows = NULL;
    table->row_count = 0;
}

const struct room_table_row *room_table_find(const struct room_table *table, const char *sign,
                                             const struct room_table_row **ret_again)
{
    const struct room_table_row *found = NULL;
    *ret_again = NULL;
    for (size_t i = 0; i < table->row_count; i++) {
        if (strcasecmp(table->rows[i].cells[0], sign) != 0)
            continue;
        if (found) {
            *ret_again = &table->rows[i];
            break;
        }
        found = &table->rows[i];
    }
    return found;
}
