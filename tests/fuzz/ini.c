/* The config and the theme file: one that is accepted is printed as what is read back the same. */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/config.h>
#include <roomsign/error.h>
#include <roomsign/keys.h>
#include <roomsign/language.h>
#include <roomsign/palette.h>
#include <roomsign/theme_file.h>

static void tell_error(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static char *print_config(const struct config *config, size_t *ret_length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_length);
    assert(out);
    config_print(config, out);
    fclose(out);
    return text;
}

/* What the sign makes of it before it shows anything. */
static void use_config(const struct config *config)
{
    char language[LANGUAGE_BYTES];
    language_resolve(config->language, language);
    for (size_t i = 0; i < config->key_bindings.count; i++) {
        struct key_binding binding;
        bool parsed = key_binding_parse(config->key_bindings.items[i], &binding, NULL);
        assert(parsed);
    }
}

void fuzz_config(const uint8_t *bytes, size_t length)
{
    static struct fuzz_file file;
    struct config config, again;
    struct config_report report = {.tell = tell_error};
    if (!config_read(fuzz_file_put(&file, bytes, length), &config, &report)) {
        assert(report.error_count > 0);
        return;
    }
    size_t printed_length, reprinted_length;
    use_config(&config);
    char *printed = print_config(&config, &printed_length);
    bool read = config_read(fuzz_file_put(&file, printed, printed_length), &again, &report);
    assert(read);
    char *reprinted = print_config(&again, &reprinted_length);
    assert(strcmp(printed, reprinted) == 0);
    config_release(&again);
    config_release(&config);
    free(printed);
    free(reprinted);
}

static char *print_theme(const struct theme *theme, size_t *ret_length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_length);
    assert(out);
    theme_file_print(theme, out);
    fclose(out);
    return text;
}

void fuzz_theme(const uint8_t *bytes, size_t length)
{
    static struct fuzz_file file;
    struct theme_file theme, again;
    struct config_report report = {.tell = tell_error};
    if (!theme_file_read(fuzz_file_put(&file, bytes, length), &theme, &report)) {
        assert(report.error_count > 0);
        return;
    }
    size_t printed_length, reprinted_length;
    palette_correct(&theme.theme.colours);
    char *printed = print_theme(&theme.theme, &printed_length);
    bool read = theme_file_read(fuzz_file_put(&file, printed, printed_length), &again, &report);
    assert(read);
    char *reprinted = print_theme(&again.theme, &reprinted_length);
    assert(strcmp(printed, reprinted) == 0);
    theme_file_release(&again);
    theme_file_release(&theme);
    free(printed);
    free(reprinted);
}
