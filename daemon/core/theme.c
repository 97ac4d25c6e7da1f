#include <roomsign/theme.h>

#include <assert.h>
#include <stdlib.h>

#include <roomsign/error.h>

/* Hues that people tell apart, on dark and on light. */
#define TRACKS_ON_DARK                                                                             \
    0xc792ea, 0x7fd1ff, 0xffb38a, 0x8be28b, 0xf5a3c7, 0xe3d26f, 0x6fe3d6, 0xb3b8ff
#define TRACKS_ON_LIGHT                                                                            \
    0x6b2fa0, 0x004f86, 0x7d3600, 0x1b5a1f, 0x8f1556, 0x554a00, 0x005650, 0x3a3fa8

static const struct theme dark = {
    .base = THEME_BASE_DARK,
    .font = "",
    .logo = {.file = "", .corner = THEME_CORNER_BOTTOM_RIGHT},
    .colours.stages =
        {
            [THEME_LOOK_LIVE] = {0x0c0f14, 0xf5f7fa, 0xb8c1cf, 0x5cc8ff, 0xf5f7fa, 0x262d39,
                                 0xffb62e},
            [THEME_LOOK_WRAP_UP] = {0x0c0f14, 0xf5f7fa, 0xb8c1cf, 0xffb62e, 0xffb62e, 0x262d39,
                                    0xffb62e},
            [THEME_LOOK_OVERRUN] = {0x990d17, 0xffffff, 0xffeaea, 0xffffff, 0xffffff, 0x6e0910,
                                    0xffffff},
            [THEME_LOOK_SOON] = {0x0c0f14, 0xf5f7fa, 0xb8c1cf, 0x8fb4ff, 0xf5f7fa, 0x262d39,
                                 0xffb62e},
            [THEME_LOOK_FREE] = {0x06382a, 0xffffff, 0xc7f2e0, 0x4fe0a4, 0xffffff, 0x0b4f3c,
                                 0xffd27a},
            [THEME_LOOK_CLOSED] = {0x07090c, 0xaab3c1, 0x98a2b1, 0x98a2b1, 0xaab3c1, 0x1c222b,
                                   0xffb62e},
        },
    .colours.panel = {0x141922, 0xf5f7fa, 0xb8c1cf, 0xa3adbc, 0xffb62e},
    .colours.closed_panel = {0x0c0f14, 0xb8c1cf, 0xa3adbc, 0x98a2b1, 0xffb62e},
    .colours.change = {0xffb62e, 0x141922},
    .colours.tracks = {TRACKS_ON_DARK},
};

static const struct theme light = {
    .base = THEME_BASE_LIGHT,
    .font = "",
    .logo = {.file = "", .corner = THEME_CORNER_BOTTOM_RIGHT},
    .colours.stages =
        {
            [THEME_LOOK_LIVE] = {0xf7f8fa, 0x11161d, 0x3f4854, 0x00507a, 0x11161d, 0xd5dae1,
                                 0x704700},
            [THEME_LOOK_WRAP_UP] = {0xf7f8fa, 0x11161d, 0x3f4854, 0x704700, 0x704700, 0xd5dae1,
                                    0x704700},
            [THEME_LOOK_OVERRUN] = {0x990d17, 0xffffff, 0xffeaea, 0xffffff, 0xffffff, 0x6e0910,
                                    0xffffff},
            [THEME_LOOK_SOON] = {0xf7f8fa, 0x11161d, 0x3f4854, 0x23468f, 0x11161d, 0xd5dae1,
                                 0x704700},
            [THEME_LOOK_FREE] = {0xd9f5e8, 0x0b241b, 0x1b4636, 0x00523a, 0x0b241b, 0xb4e2cd,
                                 0x5e3c00},
            [THEME_LOOK_CLOSED] = {0xe3e6ea, 0x2b323b, 0x3a424d, 0x3a424d, 0x2b323b, 0xc6ccd4,
                                   0x5e3c00},
        },
    .colours.panel = {0xe9ecf0, 0x11161d, 0x3a424d, 0x414a56, 0x5e3c00},
    .colours.closed_panel = {0xe9ecf0, 0x11161d, 0x3a424d, 0x414a56, 0x5e3c00},
    .colours.change = {0xffb62e, 0x11161d},
    .colours.tracks = {TRACKS_ON_LIGHT},
};

static const struct theme high_contrast = {
    .base = THEME_BASE_HIGH_CONTRAST,
    .font = "",
    .logo = {.file = "", .corner = THEME_CORNER_BOTTOM_RIGHT},
    .colours.stages =
        {
            [THEME_LOOK_LIVE] = {0x000000, 0xffffff, 0xffffff, 0x7fd4ff, 0xffffff, 0x404040,
                                 0xffd000},
            [THEME_LOOK_WRAP_UP] = {0x000000, 0xffffff, 0xffffff, 0xffd000, 0xffd000, 0x404040,
                                    0xffd000},
            [THEME_LOOK_OVERRUN] = {0x7a0008, 0xffffff, 0xffffff, 0xffffff, 0xffffff, 0x4a0005,
                                    0xffffff},
            [THEME_LOOK_SOON] = {0x000000, 0xffffff, 0xffffff, 0xb3ccff, 0xffffff, 0x404040,
                                 0xffd000},
            [THEME_LOOK_FREE] = {0x00291d, 0xffffff, 0xffffff, 0x7dffc9, 0xffffff, 0x00503a,
                                 0xffd000},
            [THEME_LOOK_CLOSED] = {0x000000, 0xd9d9d9, 0xd9d9d9, 0xd9d9d9, 0xd9d9d9, 0x404040,
                                   0xffd000},
        },
    .colours.panel = {0x000000, 0xffffff, 0xffffff, 0xffffff, 0xffd000},
    .colours.closed_panel = {0x000000, 0xffffff, 0xffffff, 0xffffff, 0xffd000},
    .colours.change = {0xffd000, 0x000000},
    .colours.tracks = {TRACKS_ON_DARK},
};

static const struct theme *const builtins[] = {
    [THEME_BASE_DARK] = &dark,
    [THEME_BASE_LIGHT] = &light,
    [THEME_BASE_HIGH_CONTRAST] = &high_contrast,
};

static const char *const base_names[] = {
    [THEME_BASE_DARK] = "dark",
    [THEME_BASE_LIGHT] = "light",
    [THEME_BASE_HIGH_CONTRAST] = "high-contrast",
};

const char *theme_base_name(enum theme_base base)
{
    assert(base < THEME_BASE_COUNT);
    return base_names[base];
}

const struct theme *theme_builtin(enum theme_base base)
{
    assert(base < THEME_BASE_COUNT);
    return builtins[base];
}

void theme_init(struct theme *theme, enum theme_base base)
{
    *theme = *theme_builtin(base);
    theme->font = xstrdup(theme->font);
    theme->logo.file = xstrdup(theme->logo.file);
}

void theme_release(struct theme *theme)
{
    free(theme->font);
    free(theme->logo.file);
    *theme = (struct theme){0};
}

enum theme_look theme_look_of(enum phase phase, bool overrun_known)
{
    switch (phase) {
    case PHASE_OVERRUN:
        return overrun_known ? THEME_LOOK_OVERRUN : THEME_LOOK_WRAP_UP;
    case PHASE_WRAP_UP:
        return THEME_LOOK_WRAP_UP;
    case PHASE_LIVE:
        return THEME_LOOK_LIVE;
    case PHASE_SOON:
        return THEME_LOOK_SOON;
    case PHASE_FREE:
        return THEME_LOOK_FREE;
    case PHASE_CLOSED:
        return THEME_LOOK_CLOSED;
    }
    return THEME_LOOK_CLOSED;
}
