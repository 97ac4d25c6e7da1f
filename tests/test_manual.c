/* The manual pages in config/man are what the programs' tables say. ROOMSIGN_MANUAL=write writes
 * them: make manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roomsign/ctl.h>
#include <roomsign/feed_options.h>
#include <roomsign/manual.h>
#include <roomsign/sign_options.h>

/* What a table's text can hold that a formatter would take for its own. */
static const struct manual_entry awkward_entries[] = {
    {"--back", "\\n", "a back\\slash; `ticks`; a ~tilde"},
    {"plain", NULL, ".dot first. 'quote first? a-b --c"},
};
static const struct manual_part awkward_parts[] = {
    {"Short", .text = "One. Two.\n\nAnother paragraph.", MANUAL_ENTRIES(awkward_entries)},
    {"Long", .only_in_page = true, .example = "line 1\n.line 2\n"},
};
static const struct manual awkward = {
    .name = "thing",
    .section = 1,
    .summary = "do it",
    .usage = "ONE\nTWO",
    MANUAL_PARTS(awkward_parts),
    .see_also = "a(1), b.conf(5)",
};

typedef void printer(const struct manual *manual, FILE *out);

static char *printed(printer *print, const struct manual *manual)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    print(manual, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_a_page_escapes_what_macros_are_made_of(void **state)
{
    (void)state;
    char *page = printed(manual_print_page, &awkward);
    const char *wanted[] = {
        ".Dt THING 1\n",
        ".Nm thing\nONE\n.Nm thing\nTWO\n",
        ".Sh SHORT\nOne.\nTwo.\n.Pp\nAnother paragraph.\n.Bl",
        ".It Ic \"\\-\\-back\" Ar \"\\en\"\na back\\eslash; \\(gaticks\\(ga; a \\(titilde\n",
        ".It Ic \"plain\"\n\\&.dot first.\n\\&'quote first?\na-b \\-\\-c\n",
        "line 1\n\\&.line 2\n.Ed\n",
        ".Xr a 1 ,\n.Xr b.conf 5\n",
    };
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        if (!strstr(page, wanted[i]))
            fail_msg("%s\nis not in\n%s", wanted[i], page);
    free(page);
}

static void test_help_is_the_short_of_it(void **state)
{
    (void)state;
    char *help = printed(manual_print_help, &awkward);
    assert_string_equal(help, "thing - do it\n\n"
                              "    thing ONE\n    thing TWO\n\n"
                              "Short\nOne. Two.\n\nAnother paragraph.\n"
                              "  --back \\n         a back\\slash; `ticks`; a ~tilde\n"
                              "  plain             .dot first. 'quote first? a-b --c\n\n"
                              "The manual page thing(1) tells more.\n");
    free(help);
}

static void test_help_fits_a_terminal(void **state)
{
    (void)state;
    const struct manual *manuals[] = {sign_manual(), feed_manual(), ctl_manual()};
    for (size_t i = 0; i < sizeof(manuals) / sizeof(*manuals); i++) {
        char *help = printed(manual_print_help, manuals[i]);
        for (const char *line = help; *line; line += strcspn(line, "\n") + 1)
            /* Examples are for copying, whatever their length. */
            if (strcspn(line, "\n") > 80 && strncmp(line, "    ", 4) != 0)
                fail_msg("%.*s", (int)strcspn(line, "\n"), line);
        free(help);
    }
}

static void check_page(const struct manual *manual)
{
    char path[128], kept[256 * 1024];
    snprintf(path, sizeof(path), "config/man/%s.%d", manual->name, manual->section);
    char *page = printed(manual_print_page, manual);
    const char *wish = getenv("ROOMSIGN_MANUAL");
    bool writes = wish && strcmp(wish, "write") == 0;
    FILE *file = fopen(path, writes ? "w" : "r");
    if (!file)
        fail_msg("%s is missing: run make manual", path);
    if (writes) {
        assert_true(fputs(page, file) >= 0);
    } else {
        size_t length = fread(kept, 1, sizeof(kept) - 1, file);
        kept[length] = '\0';
        if (strcmp(kept, page) != 0)
            fail_msg("%s is not what the tables say: run make manual, and look at it", path);
    }
    assert_int_equal(fclose(file), 0);
    free(page);
}

static void test_pages_say_what_the_tables_say(void **state)
{
    (void)state;
    check_page(sign_manual());
    check_page(feed_manual());
    check_page(ctl_manual());
    check_page(config_manual());
}

static void test_every_key_has_its_entry(void **state)
{
    (void)state;
    char *page = printed(manual_print_page, config_manual());
    for (size_t i = 0; i < config_key_count; i++) {
        char wanted[128];
        snprintf(wanted, sizeof(wanted), ".It Ic \"%s\" =", config_keys[i].name);
        if (!strstr(page, wanted))
            fail_msg("%s is not in the page", wanted);
        for (size_t k = 0; k < config_keys[i].choice_count; k++)
            if (!strstr(config_keys[i].meaning, config_keys[i].choices[k].name))
                fail_msg("%s: its meaning lacks %s", config_keys[i].name,
                         config_keys[i].choices[k].name);
    }
    assert_non_null(strstr(page, "From 1s to 1d.\nDefault: 60s.\n"));
    assert_non_null(strstr(page, "Required.\n"));
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_escapes_what_macros_are_made_of),
        cmocka_unit_test(test_help_is_the_short_of_it),
        cmocka_unit_test(test_help_fits_a_terminal),
        cmocka_unit_test(test_pages_say_what_the_tables_say),
        cmocka_unit_test(test_every_key_has_its_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
