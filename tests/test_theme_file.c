/* Theme files: what is read, each error with its line, and that what is printed can be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/buffer.h>
#include <roomsign/logo_file.h>
#include <roomsign/palette.h>
#include <roomsign/theme_file.h>

#include "scratch.h"

static struct scratch scratch;
static char path[SCRATCH_PATH_BYTES + 260];

/* What was told, one message a line, without the path. */
static struct buffer told;

static int setup(void **state)
{
    (void)state;
    scratch_open(&scratch, false);
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, "house.theme"));
    buffer_init(&told, 256 * 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    buffer_release(&told);
    scratch_close(&scratch);
    return 0;
}

static void take(void *context, const char *message)
{
    (void)context;
    size_t length = strlen(path);
    bool here = strncmp(message, path, length) == 0;
    assert_true(buffer_append_format(&told, "%s\n", here ? message + length : message));
}

static bool read_text(const char *text, struct theme_file *file)
{
    struct config_report report = {.tell = take};
    scratch_write(path, text, strlen(text), 0644);
    buffer_clear(&told);
    assert_true(buffer_append_text(&told, ""));
    bool sound = theme_file_read(path, file, &report);
    assert_int_equal(sound, report.error_count == 0);
    return sound;
}

/* In what is expected, DIRECTORY stands for that of the file. */
static void check_errors(const char *text, const char *expected)
{
    static const char mark[] = "DIRECTORY";
    struct theme_file file = {.logo_place = NULL};
    char whole[4096], *directory = realpath(scratch.path, NULL);
    const char *at = strstr(expected, mark);
    snprintf(whole, sizeof whole, "%.*s%s%s", at ? (int)(at - expected) : 0, expected,
             at ? directory : "", at ? at + strlen(mark) : expected);
    free(directory);
    assert_false(read_text(text, &file));
    assert_null(file.logo_place);
    assert_string_equal(told.data, whole);
}

static void test_names_are_those_of_the_built_in_themes(void **state)
{
    (void)state;
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        struct theme_file file;
        struct config_report report = {.tell = take};
        const struct theme *builtin = theme_builtin((enum theme_base)base);
        assert_true(theme_file_read(theme_base_name(builtin->base), &file, &report));
        assert_memory_equal(&file.theme.colours, &builtin->colours, sizeof builtin->colours);
        assert_string_equal(file.theme.font, "");
        assert_string_equal(file.theme.logo.file, "");
        assert_string_equal(file.logo_place, "");
        theme_file_release(&file);
    }
}

static void test_what_is_left_out_is_the_bases(void **state)
{
    (void)state;
    struct theme_file file;
    struct theme_colours light = theme_builtin(THEME_BASE_LIGHT)->colours;
    /* The base counts for what stands before it, too. */
    assert_true(read_text("[live]\naccent = #004a70\n[free]\nground=mintcream\n"
                          "[change]\n; nothing\n[tracks]\ncolour_3 = #400\n"
                          "[theme]\nbase = light\n[font]\nfamily = Noto  Serif\n",
                          &file));
    light.stages[THEME_LOOK_LIVE].accent = 0x004a70;
    light.stages[THEME_LOOK_FREE].ground = 0xf5fffa;
    light.tracks[2] = 0x440000;
    assert_memory_equal(&file.theme.colours, &light, sizeof light);
    assert_int_equal(file.theme.base, THEME_BASE_LIGHT);
    assert_string_equal(file.theme.font, "Noto Serif");
    assert_int_equal(file.theme.logo.corner, THEME_CORNER_BOTTOM_RIGHT);
    assert_int_equal(file.remarks.length, 0);
    theme_file_release(&file);

    assert_true(read_text("", &file));
    assert_memory_equal(&file.theme.colours, &theme_builtin(THEME_BASE_DARK)->colours,
                        sizeof light);
    theme_file_release(&file);
}

static void test_every_key_has_a_member_of_its_own(void **state)
{
    (void)state;
    struct theme_file file;
    struct buffer printed;
    char line[256];
    int count = 0;
    static const struct theme_colours none;
    struct theme theme = *theme_builtin(THEME_BASE_DARK);
    theme.colours = none;
    FILE *out = fopen(path, "w+");
    assert_non_null(out);
    theme_file_print(&theme, out);
    rewind(out);
    buffer_init(&printed, 64 * 1024);
    while (fgets(line, sizeof line, out)) {
        if (strstr(line, "= #000000")) {
            snprintf(strchr(line, '#'), 10, "#%06x\n", (unsigned)++count);
        }
        assert_true(buffer_append_text(&printed, line));
    }
    fclose(out);
    assert_int_equal(count, sizeof(struct theme_colours) / sizeof(layout_colour));
    assert_true(read_text(printed.data, &file));
    const layout_colour *colours = (const layout_colour *)&file.theme.colours;
    for (int i = 0; i < count; i++) {
        int found = 0;
        for (int j = 0; j < count; j++) {
            found += colours[j] == (layout_colour)(i + 1);
        }
        assert_int_equal(found, 1);
    }
    theme_file_release(&file);
    buffer_release(&printed);
}

static void test_what_is_printed_is_read_back_without_a_remark(void **state)
{
    (void)state;
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        struct theme_file file;
        struct config_report report = {.tell = take};
        const struct theme *builtin = theme_builtin((enum theme_base)base);
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        theme_file_print(builtin, out);
        assert_int_equal(fclose(out), 0);
        buffer_clear(&told);
        assert_true(theme_file_read(path, &file, &report));
        assert_memory_equal(&file.theme.colours, &builtin->colours, sizeof builtin->colours);
        assert_int_equal(file.theme.base, base);
        assert_int_equal(file.remarks.length, 0);
        theme_file_release(&file);
    }
}

static void test_each_error_is_told_with_its_line(void **state)
{
    (void)state;
    check_errors("[theme]\n"
                 "base = blue\n"
                 "[live]\n"
                 "ground = #12345\n"
                 "text = greenish\n"
                 "acent = #123456\n"
                 "soft = #ffffff\n"
                 "soft = #eeeeee\n"
                 "[fre]\n"
                 "ground = nonsense\n"
                 "[logo]\n"
                 "corner = top\n"
                 "file = nothing.png\n"
                 "base = dark\n"
                 "[tracks]\n"
                 "colour_9 = red\n"
                 "accent\n",
                 ":2: [theme] base: \"blue\" is not dark, light or high-contrast\n"
                 ":4: [live] ground: \"#12345\" is not a colour like #5cc8ff, #fff or a name of "
                 "CSS like navy\n"
                 ":5: [live] text: \"greenish\" is not a colour like #5cc8ff, #fff or a name of "
                 "CSS like navy\n"
                 ":6: [live] acent: no such key (did you mean 'accent'?)\n"
                 ":8: [live] soft: given again; line 7 has it already\n"
                 ":9: [fre]: no such section (did you mean 'free'?)\n"
                 ":12: [logo] corner: \"top\" is not top-left, top-right, bottom-left or "
                 "bottom-right\n"
                 ":13: [logo] file: DIRECTORY/nothing.png: No such file or directory\n"
                 ":14: [logo] base: belongs below [theme]\n"
                 ":16: [tracks] colour_9: no such key (did you mean 'colour_1'?)\n"
                 ":17: [tracks]: neither a [section], a key = value nor a # comment: accent\n");
}

static void test_a_file_that_is_none(void **state)
{
    (void)state;
    struct theme_file file;
    struct config_report report = {.tell = take};
    buffer_clear(&told);
    assert_false(theme_file_read(scratch_path(&scratch, "none.theme"), &file, &report));
    assert_int_equal(report.error_count, 1);
    assert_non_null(strstr(told.data, "none.theme: No such file"));
    check_errors("\xFF\xFE[\0", ":1: UTF-16; the file must be text in UTF-8\n");
}

static void test_what_could_not_be_read_is_remarked_on(void **state)
{
    (void)state;
    struct theme_file file;
    assert_true(read_text("[live]\n"
                          "ground = #103040\n"
                          "soft = #557799\n"
                          "bar_ground = #5cc8ff\n"
                          "[panel]\n"
                          "ground = #808080\n"
                          "[tracks]\n"
                          "colour_2 = #223344\n",
                          &file));
    const char *remarks = file.remarks.data;
    size_t length = strlen(path);
    assert_memory_equal(remarks, path, length);
    struct theme_colours drawn = palette_correct(&file.theme.colours);
    char soft[256];
    snprintf(soft, sizeof soft,
             ":3: [live] soft: #557799 has a contrast of 2.95 with the ground #103040 and needs 7, "
             "drawn as #%06x\n",
             (unsigned)drawn.stages[THEME_LOOK_LIVE].soft);
    assert_non_null(strstr(remarks, soft));
    assert_true(drawn.stages[THEME_LOOK_LIVE].soft != 0x557799);
    assert_non_null(strstr(remarks, ":4: [live] bar_ground: #5cc8ff has a contrast of 1.00 with "
                                    "the accent #5cc8ff and needs 3, drawn as "));
    assert_non_null(strstr(remarks, ":6: [panel] ground: #808080 is a ground on which neither "
                                    "white nor black has a contrast of 7, drawn as "));
    assert_non_null(strstr(remarks, ":8: [tracks] colour_2: #223344 has "));
    assert_null(strstr(remarks, "[live] text"));
    assert_non_null(strstr(remarks, "[panel] soft: #b8c1cf of base dark has a contrast of "));
    assert_null(strstr(remarks, "colour_1"));
    assert_null(strstr(remarks, "[soon]"));
    theme_file_release(&file);
}

/* The example is the one that the README names. */
static void test_the_example_is_fine(void **state)
{
    (void)state;
    struct theme_file file;
    struct config_report report = {.tell = take};
    struct error err = {0};
    buffer_clear(&told);
    assert_true(theme_file_read("config/themes/harbour.theme", &file, &report));
    assert_int_equal(file.remarks.length, 0);
    assert_non_null(strstr(file.logo_place, ": [logo] file: "));
    struct logo *logo = logo_file_open(file.theme.logo.file, &err);
    assert_string_equal(err.message, "");
    assert_non_null(logo);
    logo_free(logo);
    theme_file_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_those_of_the_built_in_themes),
        cmocka_unit_test(test_what_is_left_out_is_the_bases),
        cmocka_unit_test(test_every_key_has_a_member_of_its_own),
        cmocka_unit_test(test_what_is_printed_is_read_back_without_a_remark),
        cmocka_unit_test(test_each_error_is_told_with_its_line),
        cmocka_unit_test(test_a_file_that_is_none),
        cmocka_unit_test(test_what_could_not_be_read_is_remarked_on),
        cmocka_unit_test(test_the_example_is_fine),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
