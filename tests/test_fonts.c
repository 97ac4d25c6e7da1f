#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <roomsign/fonts.h>

static struct fonts *fonts;

static int setup(void **state)
{
    (void)state;
    struct error err = {0};
    fonts = fonts_new("", &err);
    if (fonts == NULL)
        print_error("%s\n", err.message);
    return fonts == NULL;
}

static int teardown(void **state)
{
    (void)state;
    fonts_free(fonts);
    return 0;
}

static int family_of(const char *name)
{
    for (int i = 0; i < fonts_family_count(fonts); i++) {
        if (strcmp(fonts_family_name(fonts, i), name) == 0)
            return i;
    }
    fail_msg("%s is not installed", name);
    return FONTS_NONE;
}

static void the_whole_stack_is_found(void **state)
{
    (void)state;
    assert_string_equal(fonts_warning(fonts), "");
    assert_string_equal(fonts_family_name(fonts, 0), "Inter");
}

static void families_have_the_characters_of_their_script(void **state)
{
    (void)state;
    int inter = family_of("Inter"), arabic = family_of("Noto Sans Arabic");
    assert_true(fonts_has(fonts, inter, 'A'));
    assert_false(fonts_has(fonts, inter, 0x628));
    assert_true(fonts_has(fonts, arabic, 0x628));
    assert_true(fonts_has(fonts, family_of("Noto Sans CJK JP"), 0x76f4));
    assert_true(fonts_has(fonts, family_of("Noto Color Emoji"), 0x1f600));
}

static void fontconfig_and_the_font_file_agree(void **state)
{
    (void)state;
    static const uint32_t samples[] = {'A', 0x628, 0x5d0, 0x915, 0xe01, 0x3042, 0x76f4, 0x2713};
    for (int i = 0; i < fonts_family_count(fonts); i++) {
        for (size_t j = 0; j < sizeof samples / sizeof samples[0]; j++) {
            TTF_Font *font = fonts_get(fonts, i, TEXT_WEIGHT_REGULAR, 32);
            assert_non_null(font);
            assert_int_equal(TTF_GlyphIsProvided32(font, samples[j]) != 0,
                             fonts_has(fonts, i, samples[j]));
        }
    }
}

/* Sum of the coverage of a text: how much ink it is. */
static uint64_t ink(TTF_Font *font, const char *text)
{
    SDL_Surface *surface = TTF_RenderUTF8_Blended(font, text, (SDL_Color){255, 255, 255, 255});
    assert_non_null(surface);
    uint64_t sum = 0;
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row = (const uint32_t *)((uint8_t *)surface->pixels + y * surface->pitch);
        for (int x = 0; x < surface->w; x++)
            sum += row[x] >> 24;
    }
    SDL_FreeSurface(surface);
    return sum;
}

static void bold_is_bold(void **state)
{
    (void)state;
    static const struct {
        const char *family, *text;
    } cases[] = {
        {"Inter", "Room"},          {"Noto Sans", "Room"},
        {"Noto Sans Arabic", "ب"},  {"Noto Sans Devanagari", "क"},
        {"Noto Sans CJK JP", "直"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int family = family_of(cases[i].family);
        uint64_t regular = ink(fonts_get(fonts, family, TEXT_WEIGHT_REGULAR, 100), cases[i].text);
        uint64_t bold = ink(fonts_get(fonts, family, TEXT_WEIGHT_BOLD, 100), cases[i].text);
        if (bold * 100 < regular * 115)
            fail_msg("%s: bold has %llu %% of the ink of regular", cases[i].family,
                     (unsigned long long)(bold * 100 / regular));
    }
}

static void size_is_the_em_in_pixels(void **state)
{
    (void)state;
    int cap_height = 0;
    TTF_Font *font = fonts_get(fonts, 0, TEXT_WEIGHT_REGULAR, 1000);
    assert_int_equal(TTF_GlyphMetrics32(font, 'H', NULL, NULL, NULL, &cap_height, NULL), 0);
    assert_in_range(cap_height, 720, 735);
}

static void more_fonts_than_may_be_open_work(void **state)
{
    (void)state;
    int widths[2][3 * FONTS_OPEN_MAX];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3 * FONTS_OPEN_MAX; i++) {
            TTF_Font *font = fonts_get(fonts, 0, TEXT_WEIGHT_REGULAR, 10 + i);
            assert_int_equal(TTF_SizeUTF8(font, "Room", &widths[round][i], NULL), 0);
            assert_true(i == 0 || widths[round][i] >= widths[round][i - 1]);
        }
    }
    assert_memory_equal(widths[0], widths[1], sizeof widths[0]);
    assert_ptr_equal(fonts_get(fonts, 0, TEXT_WEIGHT_REGULAR, 40),
                     fonts_get(fonts, 0, TEXT_WEIGHT_REGULAR, 40));
}

static void han_designs_know_their_language(void **state)
{
    (void)state;
    assert_string_equal(fonts_family_language(fonts, family_of("Noto Sans CJK JP")), "ja");
    assert_string_equal(fonts_family_language(fonts, family_of("Noto Sans CJK SC")), "zh-Hans");
    assert_string_equal(fonts_family_language(fonts, family_of("Noto Sans CJK TC")), "zh-Hant");
    assert_string_equal(fonts_family_language(fonts, family_of("Noto Sans CJK KR")), "ko");
    assert_string_equal(fonts_family_language(fonts, 0), "");
}

static void only_the_emoji_are_pictures(void **state)
{
    (void)state;
    for (int i = 0; i < fonts_family_count(fonts); i++)
        assert_int_equal(fonts_family_is_emoji(fonts, i),
                         strcmp(fonts_family_name(fonts, i), "Noto Color Emoji") == 0);
}

/* Run this program's `check` as a process whose fontconfig knows the fonts in `directory` alone. */
static int with_fonts_of(const char *directory, const char *check)
{
    char config[] = "/tmp/roomsign-fonts-XXXXXX";
    int fd = mkstemp(config);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fprintf(file, "<?xml version=\"1.0\"?><fontconfig><dir>%s</dir></fontconfig>", directory);
    fclose(file);
    pid_t child = fork();
    if (child == 0) {
        setenv("FONTCONFIG_FILE", config, 1);
        execl("/proc/self/exe", "test_fonts", check, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    unlink(config);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int expect_error(void)
{
    struct error err = {0};
    struct fonts *none = fonts_new("", &err);
    return none == NULL && strstr(err.message, "fonts-inter") != NULL ? 0 : 1;
}

static void no_fonts_at_all_names_the_packages(void **state)
{
    (void)state;
    assert_int_equal(with_fonts_of("/nonexistent", "no-fonts"), 0);
}

static void a_theme_s_family_comes_first(void **state)
{
    (void)state;
    struct error err = {0};
    struct fonts *own = fonts_new("Noto Serif", &err);
    assert_non_null(own);
    assert_string_equal(fonts_family_name(own, 0), "Noto Serif");
    assert_string_equal(fonts_family_name(own, 1), fonts_family_name(fonts, 0));
    assert_int_equal(fonts_family_count(own), fonts_family_count(fonts) + 1);
    assert_string_equal(fonts_warning(own), fonts_warning(fonts));
    fonts_free(own);
    /* Where it is missing the sign looks as without it, and says so. */
    own = fonts_new("No Such Font", &err);
    assert_non_null(own);
    assert_int_equal(fonts_family_count(own), fonts_family_count(fonts));
    assert_string_equal(fonts_family_name(own, 0), fonts_family_name(fonts, 0));
    assert_non_null(strstr(fonts_warning(own), "'No Such Font' is not installed"));
    fonts_free(own);
}

static int expect_stand_in(void)
{
    struct error err = {0};
    struct fonts *some = fonts_new("", &err);
    if (some == NULL)
        return 1;
    if (!fonts_has(some, 0, 'A') || fonts_get(some, 0, TEXT_WEIGHT_BOLD, 20) == NULL)
        return 2;
    bool warned = strstr(fonts_warning(some), "Inter") != NULL;
    fonts_free(some);
    return warned ? 0 : 3;
}

static void without_inter_another_font_stands_in(void **state)
{
    (void)state;
    long index;
    char directory[] = "/tmp/roomsign-stand-in-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char link_path[sizeof directory + 16];
    snprintf(link_path, sizeof link_path, "%s/font.ttf", directory);
    const char *file = fonts_file(fonts, family_of("Noto Sans"), TEXT_WEIGHT_REGULAR, &index);
    assert_int_equal(symlink(file, link_path), 0);
    int result = with_fonts_of(directory, "stand-in");
    unlink(link_path);
    rmdir(directory);
    assert_int_equal(result, 0);
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return strcmp(argv[1], "no-fonts") == 0 ? expect_error() : expect_stand_in();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_stack_is_found),
        cmocka_unit_test(families_have_the_characters_of_their_script),
        cmocka_unit_test(fontconfig_and_the_font_file_agree),
        cmocka_unit_test(bold_is_bold),
        cmocka_unit_test(size_is_the_em_in_pixels),
        cmocka_unit_test(more_fonts_than_may_be_open_work),
        cmocka_unit_test(han_designs_know_their_language),
        cmocka_unit_test(only_the_emoji_are_pictures),
        cmocka_unit_test(a_theme_s_family_comes_first),
        cmocka_unit_test(no_fonts_at_all_names_the_packages),
        cmocka_unit_test(without_inter_another_font_stands_in),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
