#include <roomsign/manual.h>

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/version.h>

#define COLUMNS 80
/* Before escapes. */
#define PAGE_COLUMNS 70
/* Where meanings begin in --help: behind most names. */
#define MEANING_COLUMN 20
#define RANGE_BYTES_MAX 128

/* A word's length, 0 at the end of a paragraph; *text moves to it. */
static size_t next_word(const char **text)
{
    *text += strspn(*text, " ");
    return strcspn(*text, " \n");
}

/** What stands behind the paragraph, or NULL. */
static const char *next_paragraph(const char *text)
{
    text += strspn(text, "\n");
    return *text ? text : NULL;
}

/** Writes one paragraph from `column` on, which later lines begin at; returns where it ends. */
static const char *print_wrapped(const char *text, int indent, FILE *out)
{
    int column = indent;
    size_t length;
    while ((length = next_word(&text)) > 0) {
        if (column > indent && column + 1 + (int)length > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        }
        column += fprintf(out, "%s%.*s", column > indent ? " " : "", (int)length, text);
        text += length;
    }
    fputc('\n', out);
    return text;
}

static void print_help_text(const char *text, FILE *out)
{
    while (text) {
        text = next_paragraph(print_wrapped(text, 0, out));
        if (text)
            fputc('\n', out);
    }
}

static void print_help_entry(const struct manual_entry *entry, FILE *out)
{
    int column = fprintf(out, "  %s%s%s", entry->name, entry->value ? " " : "",
                         entry->value ? entry->value : "");
    if (column > MEANING_COLUMN - 2) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", MEANING_COLUMN - column, "");
    print_wrapped(entry->meaning, MEANING_COLUMN, out);
}

/* Each line of it, behind `before`. */
static void print_lines(const char *text, const char *before, const char *after, FILE *out)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        fprintf(out, "%s%.*s%s", before, (int)length, text, after);
        text += length + (text[length] == '\n');
    }
}

void manual_print_help(const struct manual *manual, FILE *out)
{
    char before[64];
    fprintf(out, "%s - %s\n\n", manual->name, manual->summary);
    snprintf(before, sizeof(before), "    %s ", manual->name);
    print_lines(manual->usage, before, "\n", out);
    for (size_t i = 0; i < manual->part_count; i++) {
        const struct manual_part *part = &manual->parts[i];
        if (part->only_in_page)
            continue;
        fprintf(out, "\n%s\n", part->heading);
        if (part->text)
            print_help_text(part->text, out);
        for (size_t k = 0; k < part->entry_count; k++)
            print_help_entry(&part->entries[k], out);
        if (part->example)
            print_lines(part->example, "    ", "\n", out);
    }
    fprintf(out, "\nThe manual page %s(%d) tells more.\n", manual->name, manual->section);
}

/* Text of a page: what would be a macro, an escape or a typographer's dash or quote is neither. */
static void print_escaped(const char *text, size_t length, FILE *out)
{
    if (length > 0 && (*text == '.' || *text == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        bool is_option = text[i] == '-' && (i == 0 || !islower((unsigned char)text[i - 1]));
        if (text[i] == '\\')
            fputs("\\e", out);
        else if (text[i] == '`')
            fputs("\\(ga", out);
        else if (text[i] == '~')
            fputs("\\(ti", out);
        else if (is_option)
            fputs("\\-", out);
        else
            fputc(text[i], out);
    }
}

static bool ends_sentence(const char *word, size_t length)
{
    while (length > 0 && strchr(")\"'", word[length - 1]))
        length--;
    return length > 0 && strchr(".?!", word[length - 1]);
}

/* A sentence begins on a line of its own, by which the formatter knows it. */
static const char *print_page_paragraph(const char *text, FILE *out)
{
    size_t column = 0, length;
    while ((length = next_word(&text)) > 0) {
        if (column > 0 && column + 1 + length > PAGE_COLUMNS) {
            fputc('\n', out);
            column = 0;
        }
        if (column > 0)
            fputc(' ', out);
        print_escaped(text, length, out);
        column += length + 1;
        if (ends_sentence(text, length)) {
            fputc('\n', out);
            column = 0;
        }
        text += length;
    }
    if (column > 0)
        fputc('\n', out);
    return text;
}

static void print_page_text(const char *text, FILE *out)
{
    while (text) {
        text = next_paragraph(print_page_paragraph(text, out));
        if (text)
            fputs(".Pp\n", out);
    }
}

static void print_argument(const char *macro, const char *text, FILE *out)
{
    fprintf(out, " %s \"", macro);
    print_escaped(text, strlen(text), out);
    fputc('"', out);
}

static void print_page_entries(const struct manual_part *part, FILE *out)
{
    fputs(".Bl -tag -width Ds\n", out);
    for (size_t i = 0; i < part->entry_count; i++) {
        const struct manual_entry *entry = &part->entries[i];
        fputs(".It", out);
        print_argument("Ic", entry->name, out);
        if (entry->value)
            print_argument("Ar", entry->value, out);
        fputc('\n', out);
        print_page_text(entry->meaning, out);
    }
    fputs(".El\n", out);
}

/** What a value looks like. */
static const char *type_word(enum config_type type)
{
    static const char *const words[] = {
        [CONFIG_TYPE_TEXT] = "text",
        [CONFIG_TYPE_TEXT_LIST] = "text",
        [CONFIG_TYPE_KEY_LIST] = "key command",
        [CONFIG_TYPE_URL] = "address",
        [CONFIG_TYPE_URL_LIST] = "address",
        [CONFIG_TYPE_ZONE] = "zone",
        [CONFIG_TYPE_LANGUAGE] = "language",
        [CONFIG_TYPE_DATE] = "date",
        [CONFIG_TYPE_FILE] = "file",
        [CONFIG_TYPE_THEME] = "theme",
        [CONFIG_TYPE_COLOUR] = "colour",
        [CONFIG_TYPE_SWITCH] = "choice",
        [CONFIG_TYPE_CHOICE] = "choice",
        [CONFIG_TYPE_INTEGER] = "number",
        [CONFIG_TYPE_DURATION] = "duration",
        [CONFIG_TYPE_BYTES] = "size",
        [CONFIG_TYPE_CONNECTOR] = "connector",
        [CONFIG_TYPE_MODE] = "WxH@Hz",
        [CONFIG_TYPE_SCREEN_SIZE] = "WxH",
        [CONFIG_TYPE_TIME] = "HH:MM",
        [CONFIG_TYPE_HOURS] = "HH:MM-HH:MM",
        [CONFIG_TYPE_INCLUDE] = "file",
    };
    assert((size_t)type < sizeof(words) / sizeof(*words) && words[type]);
    return words[type];
}

static void print_page_key(const struct config_key *key, FILE *out)
{
    struct buffer range;
    fputs(".It", out);
    print_argument("Ic", key->name, out);
    fputs(" =", out);
    print_argument("Ar", type_word(key->type), out);
    fputc('\n', out);
    if (key->meaning)
        print_page_text(key->meaning, out);
    buffer_init(&range, RANGE_BYTES_MAX);
    config_key_format_range(key, &range);
    if (range.length > 0)
        print_page_text(range.data, out);
    buffer_release(&range);
    if (key->required)
        fputs("Required.\n", out);
    else if (*key->fallback)
        fprintf(out, "Default: %s.\n", key->fallback);
}

static void print_page_form(const struct config_form *form, FILE *out)
{
    for (size_t i = 0; i < form->section_count; i++) {
        fprintf(out, ".Ss [%s] settings\n.Bl -tag -width Ds\n", form->sections[i]);
        for (size_t k = 0; k < form->key_count; k++)
            if (strcmp(form->keys[k].section, form->sections[i]) == 0)
                print_page_key(&form->keys[k], out);
        fputs(".El\n", out);
    }
}

static void print_page_example(const char *text, FILE *out)
{
    fputs(".Bd -literal -offset indent\n", out);
    while (*text) {
        size_t length = strcspn(text, "\n");
        print_escaped(text, length, out);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
    fputs(".Ed\n", out);
}

static void print_capitals(const char *text, FILE *out)
{
    for (; *text; text++)
        fputc(toupper((unsigned char)*text), out);
}

static void print_page_part(const struct manual_part *part, FILE *out)
{
    fputs(".Sh ", out);
    print_capitals(part->heading, out);
    fputc('\n', out);
    if (part->text)
        print_page_text(part->text, out);
    if (part->entry_count > 0)
        print_page_entries(part, out);
    if (part->form)
        print_page_form(part->form, out);
    if (part->example)
        print_page_example(part->example, out);
}

/* "roomsignd(8), roomsign.conf(5)" */
static void print_see_also(const char *pages, FILE *out)
{
    fputs(".Sh SEE ALSO\n", out);
    while (*pages) {
        size_t name = strcspn(pages, "(");
        size_t length = strcspn(pages, ",");
        fprintf(out, ".Xr %.*s %c%s\n", (int)name, pages, pages[name + 1],
                pages[length] ? " ," : "");
        pages += length + strspn(pages + length, ", ");
    }
}

void manual_print_page(const struct manual *manual, FILE *out)
{
    fputs(".\\\" Written by make manual from the tables of the programs.\n", out);
    fprintf(out, ".Dd %s\n.Dt ", ROOMSIGN_DATE);
    print_capitals(manual->name, out);
    fprintf(out, " %d\n.Os\n", manual->section);
    fprintf(out, ".Sh NAME\n.Nm %s\n.Nd %s\n", manual->name, manual->summary);
    if (manual->usage) {
        fputs(".Sh SYNOPSIS\n", out);
        for (const char *line = manual->usage; *line;) {
            size_t length = strcspn(line, "\n");
            fprintf(out, ".Nm %s\n", manual->name);
            print_escaped(line, length, out);
            fputc('\n', out);
            line += length + (line[length] == '\n');
        }
    }
    for (size_t i = 0; i < manual->part_count; i++)
        print_page_part(&manual->parts[i], out);
    print_see_also(manual->see_also, out);
}
