#include <roomsign/theme_file.h>

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/colour.h>
#include <roomsign/config_table.h>
#include <roomsign/ini_file.h>
#include <roomsign/palette.h>

#define REMARKS_BYTES_MAX (64 * 1024)

static_assert(sizeof(enum theme_base) == sizeof(int), "filled as an int");
static_assert(sizeof(enum theme_corner) == sizeof(int), "filled as an int");

static const char *const sections[] = {
    "theme", "live",         "wrap-up", "overrun", "soon", "free", "closed",
    "panel", "closed-panel", "change",  "tracks",  "font", "logo",
};

#define MEMBER(member) .offset = offsetof(struct theme, member)
#define COLOUR(section, name, member, meaning_)                                                    \
    {                                                                                              \
        section, name, CONFIG_TYPE_COLOUR, MEMBER(colours.member), "", .meaning = (meaning_)       \
    }
#define STAGE(section, look, meaning)                                                              \
    COLOUR(section, "ground", stages[look].ground, meaning),                                       \
        COLOUR(section, "text", stages[look].text, NULL),                                          \
        COLOUR(section, "soft", stages[look].soft, NULL),                                          \
        COLOUR(section, "accent", stages[look].accent, NULL),                                      \
        COLOUR(section, "digits", stages[look].digits, NULL),                                      \
        COLOUR(section, "bar_ground", stages[look].bar_ground, NULL),                              \
        COLOUR(section, "warning", stages[look].warning, NULL)
/* NOLINTBEGIN(bugprone-macro-parentheses): what stands before a dot is a member's name. */
#define PANEL(section, panel_, meaning)                                                            \
    COLOUR(section, "ground", panel_.ground, meaning), COLOUR(section, "text", panel_.text, NULL), \
        COLOUR(section, "soft", panel_.soft, NULL), COLOUR(section, "faint", panel_.faint, NULL),  \
        COLOUR(section, "warning", panel_.warning, NULL)
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct config_key keys[] = {
    {"theme", "base", CONFIG_TYPE_CHOICE, MEMBER(base), "dark",
     .choices = {{"dark", THEME_BASE_DARK},
                 {"light", THEME_BASE_LIGHT},
                 {"high-contrast", THEME_BASE_HIGH_CONTRAST}},
     .choice_count = 3,
     .meaning = "The built-in theme whose colours count where this file has none: dark, light or "
                "high-contrast."},
    STAGE(
        "live", THEME_LOOK_LIVE,
        "A session is on. The ground; the title and the room; what is said quietly; the state in "
        "word and shape, and the progress bar; the countdown; what the bar has before it; doubt."),
    STAGE("wrap-up", THEME_LOOK_WRAP_UP,
          "A session is about to end, or past its end by the schedule's word alone."),
    STAGE("overrun", THEME_LOOK_OVERRUN, "A session runs over; it must be seen from the corridor."),
    STAGE("soon", THEME_LOOK_SOON, "A session is about to start."),
    STAGE("free", THEME_LOOK_FREE, "The room is free."),
    STAGE("closed", THEME_LOOK_CLOSED, "Nothing more today."),
    PANEL("panel", panel,
          "What comes. The ground; times and the next title; later titles; labels and what is no "
          "more; what has changed."),
    PANEL("closed-panel", closed_panel, "The same while nothing more comes today."),
    COLOUR("change", "ground", change.ground,
           "The band that tells of a session that was moved or cancelled."),
    COLOUR("change", "text", change.text, NULL),
    COLOUR("tracks", "colour_1", tracks[0],
           "A track has one of these, always the same by its name, unless the feed gives it one."),
    COLOUR("tracks", "colour_2", tracks[1], NULL),
    COLOUR("tracks", "colour_3", tracks[2], NULL),
    COLOUR("tracks", "colour_4", tracks[3], NULL),
    COLOUR("tracks", "colour_5", tracks[4], NULL),
    COLOUR("tracks", "colour_6", tracks[5], NULL),
    COLOUR("tracks", "colour_7", tracks[6], NULL),
    COLOUR("tracks", "colour_8", tracks[7], NULL),
    {"font", "family", CONFIG_TYPE_TEXT, MEMBER(font), "",
     .meaning = "The font's family as fc-list prints it, in regular and bold; other fonts set the "
                "characters that it lacks. Empty: Inter."},
    {"logo", "file", CONFIG_TYPE_FILE, MEMBER(logo.file), "",
     .meaning = "A picture, PNG or SVG, of at most 4 MiB, a PNG of at most 4096 pixels a side "
                "(logo.svg is a file beside this one). An SVG needs rsvg-convert, of Debian's "
                "package librsvg2-bin, and shows nothing of other files. Empty: none."},
    {"logo", "corner", CONFIG_TYPE_CHOICE, MEMBER(logo.corner), "bottom-right",
     .choices = {{"top-left", THEME_CORNER_TOP_LEFT},
                 {"top-right", THEME_CORNER_TOP_RIGHT},
                 {"bottom-left", THEME_CORNER_BOTTOM_LEFT},
                 {"bottom-right", THEME_CORNER_BOTTOM_RIGHT}},
     .choice_count = 4,
     .meaning = "top-left, beside the room's name; top-right, beside the clock; bottom-left or "
                "bottom-right, beside what comes."},
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))
static_assert(KEY_COUNT <= CONFIG_KEYS_MAX, "raise the maximum");

static const struct config_form form = {
    .sections = sections,
    .section_count = sizeof(sections) / sizeof(sections[0]),
    .keys = keys,
    .key_count = KEY_COUNT,
};

static layout_colour colour_at(const struct theme *theme, const struct config_key *key)
{
    layout_colour colour;
    memcpy(&colour, (const char *)theme + key->offset, sizeof(colour));
    return colour;
}

static const struct config_key *find_key(const char *section, const char *name)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    }
    assert(false);
    return NULL;
}

/* What the colour must be told from; NULL: it is a ground. */
static const struct config_key *counterpart_of(const struct config_key *key)
{
    if (strcmp(key->name, "ground") == 0)
        return NULL;
    if (strcmp(key->name, "bar_ground") == 0)
        return find_key(key->section, "accent");
    return find_key(strcmp(key->section, "tracks") == 0 ? "live" : key->section, "ground");
}

static void fill_from_base(const struct ini_file *file, struct theme *theme)
{
    const struct theme *base = theme_builtin(theme->base);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].type == CONFIG_TYPE_COLOUR &&
            !ini_file_has(file, keys[i].section, keys[i].name))
            memcpy((char *)theme + keys[i].offset, (const char *)base + keys[i].offset,
                   sizeof(layout_colour));
    }
}

/* " of base dark" where the file doesn't give the colour itself. */
static const char *origin_of(const struct ini_file *file, const struct config_key *key,
                             const struct theme *theme, char text[static 32])
{
    static const char *const bases[] = {[THEME_BASE_DARK] = "dark",
                                        [THEME_BASE_LIGHT] = "light",
                                        [THEME_BASE_HIGH_CONTRAST] = "high-contrast"};
    bool is_own = ini_file_has(file, key->section, key->name);
    snprintf(text, 32, "%s%s", is_own ? "" : " of base ", is_own ? "" : bases[theme->base]);
    return text;
}

static void remark(const struct ini_file *file, const struct config_key *key,
                   const struct theme *asked, const struct theme *drawn, struct buffer *remarks)
{
    char place[INI_FILE_PLACE_BYTES], from[COLOUR_TEXT_BYTES], to[COLOUR_TEXT_BYTES],
        beside[COLOUR_TEXT_BYTES], origin[32];
    const struct config_key *other = counterpart_of(key);
    layout_colour colour = colour_at(asked, key);
    ini_file_place(file, key->section, key->name, 0, place, sizeof(place));
    colour_format(colour, from);
    colour_format(colour_at(drawn, key), to);
    bool fits;
    if (other)
        /* Rounded down, so that what is too little never reads as enough. */
        fits = buffer_append_format(
            remarks, "%s%s%s has a contrast of %.2f with the %s %s and needs %.0f, drawn as %s\n",
            place, from, origin_of(file, key, asked, origin),
            floor(100 * layout_contrast(colour, colour_at(drawn, other))) / 100, other->name,
            colour_format(colour_at(drawn, other), beside),
            strcmp(key->name, "bar_ground") == 0 ? PALETTE_SHAPE_MIN : PALETTE_CONTRAST_MIN, to);
    else
        fits = buffer_append_format(
            remarks,
            "%s%s is a ground on which neither white nor black has a contrast of %.0f, drawn as "
            "%s\n",
            place, from, PALETTE_CONTRAST_MIN, to);
    assert(fits);
}

static void note_place(const struct ini_file *file, const char *section, const char *key,
                       char **member)
{
    char place[INI_FILE_PLACE_BYTES];
    ini_file_place(file, section, key, 0, place, sizeof(place));
    free(*member);
    *member = xstrdup(place);
}

static void check_whole(struct ini_file *file, void *values)
{
    struct theme_file *read = values;
    fill_from_base(file, &read->theme);
    struct theme drawn = {.colours = palette_correct(&read->theme.colours)};
    for (size_t i = 0; i < KEY_COUNT; i++) {
        /* The built-in tracks' are moved without a word, as the feed's are. */
        bool said = ini_file_has(file, keys[i].section, keys[i].name) ||
                    strcmp(keys[i].section, "tracks") != 0;
        if (said && keys[i].type == CONFIG_TYPE_COLOUR &&
            colour_at(&read->theme, &keys[i]) != colour_at(&drawn, &keys[i]))
            remark(file, &keys[i], &read->theme, &drawn, &read->remarks);
    }
    if (*read->theme.font)
        note_place(file, "font", "family", &read->font_place);
    if (*read->theme.logo.file)
        note_place(file, "logo", "file", &read->logo_place);
}

static bool find_base(const char *name, enum theme_base *ret_base)
{
    for (int i = 0; i < THEME_BASE_COUNT; i++) {
        if (strcmp(name, theme_base_name((enum theme_base)i)) == 0) {
            *ret_base = (enum theme_base)i;
            return true;
        }
    }
    return false;
}

bool theme_file_read(const char *name, struct theme_file *ret_file, struct config_report *report)
{
    struct theme_file file = {.font_place = xstrdup(""), .logo_place = xstrdup("")};
    enum theme_base base = THEME_BASE_DARK;
    bool is_builtin = find_base(name, &base);
    theme_init(&file.theme, base);
    buffer_init(&file.remarks, REMARKS_BYTES_MAX);
    report->error_count = 0;
    /* The keys' offsets are those of the theme, which comes first. */
    static_assert(offsetof(struct theme_file, theme) == 0, "read by the theme's keys");
    if (!is_builtin && !ini_file_read(name, &form, &file, check_whole, report)) {
        theme_file_release(&file);
        return false;
    }
    *ret_file = file;
    return true;
}

void theme_file_release(struct theme_file *file)
{
    theme_release(&file->theme);
    free(file->font_place);
    free(file->logo_place);
    buffer_release(&file->remarks);
    file->font_place = file->logo_place = NULL;
}

void theme_file_print(const struct theme *theme, FILE *out)
{
    fputs(
        "# A theme: the colours, the font and the logo of a sign. In a sign's config, [screen] "
        "theme\n"
        "# names this file. Any line can be left out; it is then as in the theme that this one is\n"
        "# based on. Colours are #rrggbb or names of CSS. What would be hard to read on its "
        "ground\n"
        "# is drawn lighter or darker, and roomsignd --check says so.\n",
        out);
    ini_file_print(&form, theme, NULL, out);
}
