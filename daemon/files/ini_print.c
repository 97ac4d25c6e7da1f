#include <roomsign/ini_file.h>

#include <assert.h>
#include <string.h>

#include <roomsign/buffer.h>

#define PRINT_COLUMNS 96
#define MEANING_BYTES_MAX 2048

/* As comment lines of whole words. */
static void print_meaning(const struct config_key *key, FILE *out)
{
    struct buffer text;
    buffer_init(&text, MEANING_BYTES_MAX);
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
