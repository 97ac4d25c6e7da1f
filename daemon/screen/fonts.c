#include <roomsign/fonts.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fontconfig/fontconfig.h>

static const char *const font_stack[] = {
#include "font_stack.h"
};
#define FONT_STACK_COUNT (sizeof font_stack / sizeof font_stack[0])
_Static_assert(FONT_STACK_COUNT >= 1, "fonts/stack names no family");
_Static_assert(FONT_STACK_COUNT + 1 < FONTS_FAMILIES_MAX, "fonts/stack is too long");

#define WEIGHT_COUNT 2
#define WARNING_BYTES 512
#define FONT_PACKAGES "fonts-inter fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"

/* The endings of families that draw Han characters for one language each. */
static const struct {
    const char *ending;
    const char *language;
} han_designs[] = {
    {" CJK SC", "zh-Hans"}, {" CJK TC", "zh-Hant"}, {" CJK HK", "zh-Hant"},
    {" CJK JP", "ja"},      {" CJK KR", "ko"},
};

struct face {
    char *file;
    long index;
};

struct family {
    const char *name;
    const char *language;
    bool emoji;
    struct face faces[WEIGHT_COUNT];
    FcCharSet *characters;
};

struct open_font {
    TTF_Font *font;
    int family;
    int weight_index;
    int size_px;
    uint64_t used;
};

struct fonts {
    /* That comes before the stack; NULL: none. */
    char *own_family;
    struct family families[FONTS_FAMILIES_MAX];
    int family_count;
    struct open_font open[FONTS_OPEN_MAX];
    uint64_t uses;
    char warning[WARNING_BYTES];
};

static int weight_index(enum text_weight weight)
{
    return weight == TEXT_WEIGHT_BOLD ? 1 : 0;
}

static bool pattern_names_family(const FcPattern *pattern, const char *name)
{
    FcChar8 *family;
    for (int i = 0; FcPatternGetString(pattern, FC_FAMILY, i, &family) == FcResultMatch; i++) {
        if (FcStrCmpIgnoreCase(family, (const FcChar8 *)name) == 0)
            return true;
    }
    return false;
}

/* Fontconfig's best file for a family and weight. `any`: whatever it takes for that name. */
static FcPattern *family_match(const char *name, int weight, bool any)
{
    FcPattern *wanted = FcPatternCreate();
    if (wanted == NULL)
        error_out_of_memory();
    FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)name);
    FcPatternAddInteger(wanted, FC_WEIGHT, weight);
    FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddInteger(wanted, FC_WIDTH, FC_WIDTH_NORMAL);
    /* A named instance of a variable font opens at its weight, the variable face does not. */
    FcPatternAddBool(wanted, FC_VARIABLE, FcFalse);
    if (any)
        FcConfigSubstitute(NULL, wanted, FcMatchPattern);
    FcDefaultSubstitute(wanted);
    FcResult result;
    FcPattern *match = FcFontMatch(NULL, wanted, &result);
    FcPatternDestroy(wanted);
    if (match != NULL && !any && !pattern_names_family(match, name)) {
        FcPatternDestroy(match);
        match = NULL;
    }
    return match;
}

static bool face_read(const FcPattern *match, struct face *ret_face)
{
    FcChar8 *file;
    int index = 0;
    if (FcPatternGetString(match, FC_FILE, 0, &file) != FcResultMatch)
        return false;
    FcPatternGetInteger(match, FC_INDEX, 0, &index);
    ret_face->file = xstrdup((const char *)file);
    ret_face->index = index;
    return true;
}

static const char *han_language(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof han_designs / sizeof han_designs[0]; i++) {
        size_t ending = strlen(han_designs[i].ending);
        if (length > ending && strcmp(name + length - ending, han_designs[i].ending) == 0)
            return han_designs[i].language;
    }
    return "";
}

static void family_release(struct family *family)
{
    for (int i = 0; i < WEIGHT_COUNT; i++)
        free(family->faces[i].file);
    if (family->characters != NULL)
        FcCharSetDestroy(family->characters);
    *family = (struct family){0};
}

static bool family_find(const char *name, bool any, struct family *ret_family)
{
    static const int weights[WEIGHT_COUNT] = {FC_WEIGHT_REGULAR, FC_WEIGHT_BOLD};
    struct family family = {.name = name, .language = han_language(name)};
    for (int i = 0; i < WEIGHT_COUNT; i++) {
        FcPattern *match = family_match(name, weights[i], any);
        bool found = match != NULL && face_read(match, &family.faces[i]);
        if (found && i == 0) {
            FcCharSet *characters = NULL;
            FcBool colour = FcFalse;
            found = FcPatternGetCharSet(match, FC_CHARSET, 0, &characters) == FcResultMatch;
            if (found)
                family.characters = FcCharSetCopy(characters);
            FcPatternGetBool(match, FC_COLOR, 0, &colour);
            family.emoji = colour == FcTrue;
        }
        if (match != NULL)
            FcPatternDestroy(match);
        if (!found) {
            family_release(&family);
            return false;
        }
    }
    *ret_family = family;
    return true;
}

static void warn_missing(struct fonts *fonts, const char *missing, int missing_count)
{
    if (missing_count == 0)
        return;
    size_t used = strlen(fonts->warning);
    snprintf(fonts->warning + used, sizeof fonts->warning - used,
             "%s%d of the %zu font families are not installed (first: %s), some characters will "
             "show as boxes; install the Debian packages " FONT_PACKAGES,
             used > 0 ? "; " : "", missing_count, FONT_STACK_COUNT, missing);
}

/* A family that is there comes first, and the stack sets what it lacks. */
static void find_own(struct fonts *fonts, const char *name)
{
    fonts->own_family = xstrdup(name);
    if (*name && family_find(fonts->own_family, false, &fonts->families[0]))
        fonts->family_count++;
    else if (*name)
        snprintf(fonts->warning, sizeof fonts->warning,
                 "the theme's font '%.100s' is not installed, taking the built-in ones", name);
}

struct fonts *fonts_new(const char *family_name, struct error *err)
{
    if (TTF_Init() < 0) {
        error_set(err, "fonts: %s", TTF_GetError());
        return NULL;
    }
    if (!FcInit()) {
        error_set(err, "fonts: fontconfig can't read its configuration");
        TTF_Quit();
        return NULL;
    }
    struct fonts *fonts = xcalloc(1, sizeof *fonts);
    const char *missing = NULL;
    int missing_count = 0;
    find_own(fonts, family_name);
    for (size_t i = 0; i < FONT_STACK_COUNT; i++) {
        struct family *family = &fonts->families[fonts->family_count];
        bool found = family_find(font_stack[i], false, family);
        /* Text needs some Latin font; what the system calls sans-serif is better than none. */
        if (found || (i == 0 && family_find("sans-serif", true, family)))
            fonts->family_count++;
        if (!found) {
            missing = missing == NULL ? font_stack[i] : missing;
            missing_count++;
        }
    }
    warn_missing(fonts, missing, missing_count);
    if (fonts->family_count == 0 || fonts_get(fonts, 0, TEXT_WEIGHT_REGULAR, 32) == NULL) {
        error_set(err, "fonts: none found; install the Debian packages " FONT_PACKAGES);
        fonts_free(fonts);
        return NULL;
    }
    return fonts;
}

void fonts_free(struct fonts *fonts)
{
    if (fonts == NULL)
        return;
    for (int i = 0; i < FONTS_OPEN_MAX; i++) {
        if (fonts->open[i].font != NULL)
            TTF_CloseFont(fonts->open[i].font);
    }
    for (int i = 0; i < fonts->family_count; i++)
        family_release(&fonts->families[i]);
    free(fonts->own_family);
    free(fonts);
    TTF_Quit();
}

const char *fonts_warning(const struct fonts *fonts)
{
    return fonts->warning;
}

int fonts_family_count(const struct fonts *fonts)
{
    return fonts->family_count;
}

static const struct family *family_at(const struct fonts *fonts, int family)
{
    assert(family >= 0 && family < fonts->family_count);
    return &fonts->families[family];
}

const char *fonts_family_name(const struct fonts *fonts, int family)
{
    return family_at(fonts, family)->name;
}

bool fonts_family_is_emoji(const struct fonts *fonts, int family)
{
    return family_at(fonts, family)->emoji;
}

const char *fonts_family_language(const struct fonts *fonts, int family)
{
    return family_at(fonts, family)->language;
}

bool fonts_has(const struct fonts *fonts, int family, uint32_t character)
{
    return FcCharSetHasChar(family_at(fonts, family)->characters, character);
}

const char *fonts_file(const struct fonts *fonts, int family, enum text_weight weight,
                       long *ret_index)
{
    const struct face *face = &family_at(fonts, family)->faces[weight_index(weight)];
    *ret_index = face->index;
    return face->file;
}

/* A free place, or that of the font unused for longest, closed. */
static struct open_font *open_font_place(struct fonts *fonts)
{
    struct open_font *oldest = &fonts->open[0];
    for (int i = 0; i < FONTS_OPEN_MAX; i++) {
        if (fonts->open[i].font == NULL)
            return &fonts->open[i];
        if (fonts->open[i].used < oldest->used)
            oldest = &fonts->open[i];
    }
    TTF_CloseFont(oldest->font);
    oldest->font = NULL;
    return oldest;
}

/* The open file of a family and weight, opened if it was not; NULL if it can't be. */
static struct open_font *open_face(struct fonts *fonts, int family, int index, int size_px)
{
    for (int i = 0; i < FONTS_OPEN_MAX; i++) {
        struct open_font *open = &fonts->open[i];
        if (open->font != NULL && open->family == family && open->weight_index == index)
            return open;
    }
    const struct face *face = &fonts->families[family].faces[index];
    TTF_Font *font = TTF_OpenFontIndex(face->file, size_px, face->index);
    if (font == NULL)
        return NULL;
    if (!fonts->families[family].emoji)
        TTF_SetFontHinting(font, TTF_HINTING_LIGHT_SUBPIXEL);
    TTF_SetFontKerning(font, 1);
    struct open_font *place = open_font_place(fonts);
    *place = (struct open_font){font, family, index, size_px, 0};
    return place;
}

TTF_Font *fonts_get(struct fonts *fonts, int family, enum text_weight weight, int size_px)
{
    assert(size_px > 0 && size_px <= FONTS_SIZE_MAX_PX);
    bool emoji = family_at(fonts, family)->emoji;
    int size = emoji ? 1 : size_px;
    struct open_font *open = open_face(fonts, family, emoji ? 0 : weight_index(weight), size);
    if (open == NULL)
        return NULL;
    /* One file in several sizes would be in memory several times. */
    if (open->size_px != size && TTF_SetFontSize(open->font, size) < 0)
        return NULL;
    open->size_px = size;
    open->used = ++fonts->uses;
    return open->font;
}
