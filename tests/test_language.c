#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/language.h>

static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

static void set(const char *const values[4])
{
    for (size_t i = 0; i < 4; i++) {
        if (values[i])
            setenv(variables[i], values[i], 1);
        else
            unsetenv(variables[i]);
    }
}

static void test_auto_is_the_systems(void **state)
{
    (void)state;
    static const struct {
        const char *values[4];
        const char *tag;
    } cases[] = {
        {{NULL, NULL, NULL, NULL}, "en"},
        {{NULL, NULL, NULL, "de_DE.UTF-8"}, "de-DE"},
        {{NULL, NULL, NULL, "de_AT@euro"}, "de-AT"},
        {{NULL, NULL, NULL, "ja"}, "ja"},
        {{NULL, NULL, "fr_BE.UTF-8", "de_DE.UTF-8"}, "fr-BE"},
        {{NULL, "nl_NL", "fr_BE.UTF-8", "de_DE.UTF-8"}, "nl-NL"},
        {{NULL, "", "", "pt_BR.UTF-8"}, "pt-BR"},
        {{NULL, "C", NULL, "de_DE.UTF-8"}, "en"},
        {{NULL, NULL, NULL, "C.UTF-8"}, "en"},
        {{NULL, NULL, NULL, "POSIX"}, "en"},
        {{NULL, NULL, NULL, "/usr/share/nonsense"}, "en"},
        {{NULL, NULL, NULL, "a_very_long_locale_that_nobody_ever_installed"}, "en"},
        /* What the sign has no words in stays: its region still tells the clock. */
        {{NULL, NULL, NULL, "sv_SE.UTF-8"}, "sv-SE"},
        {{"sv:hi_IN:de", NULL, NULL, "sv_SE.UTF-8"}, "hi-IN"},
        {{"sv:da", NULL, NULL, "es_MX.UTF-8"}, "es-MX"},
        {{"de", NULL, NULL, "C"}, "en"},
        {{"de", NULL, NULL, NULL}, "en"},
        {{"::de:", NULL, NULL, "en_US"}, "de"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char tag[LANGUAGE_BYTES];
        set(cases[i].values);
        assert_string_equal(language_resolve("auto", tag), cases[i].tag);
        assert_string_equal(language_resolve("pt-BR", tag), "pt-BR");
    }
    set((const char *const[4]){NULL, NULL, NULL, NULL});
}

static void test_the_clock_of_a_region(void **state)
{
    (void)state;
    static const char *const twelve[] = {"en-US", "en-IN", "en-AU", "hi", "ar-EG"};
    static const char *const twentyfour[] = {"en",    "en-GB", "de",    "de-AT", "fr",   "nl",
                                             "pt-BR", "pt-PT", "es-ES", "ja",    "sv-SE"};
    for (size_t i = 0; i < sizeof(twelve) / sizeof(twelve[0]); i++)
        assert_true(language_clock_12h(twelve[i]));
    for (size_t i = 0; i < sizeof(twentyfour) / sizeof(twentyfour[0]); i++)
        assert_false(language_clock_12h(twentyfour[i]));
}

static void test_what_is_known(void **state)
{
    (void)state;
    char list[LANGUAGE_LIST_BYTES];
    assert_string_equal(language_list(list), "ar, de, en, es, fr, hi, ja, nl, pt");
    static const char *const known[] = {"en", "de-AT", "pt-BR", "zh", "zh-Hant-TW", "ko"};
    static const char *const unknown[] = {"sv", "gsw", "sr-Latn", "kok", "auto", ""};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_true(language_is_known(known[i]));
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
        assert_false(language_is_known(unknown[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_auto_is_the_systems),
        cmocka_unit_test(test_the_clock_of_a_region),
        cmocka_unit_test(test_what_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
