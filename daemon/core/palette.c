#include <roomsign/palette.h>

#include <math.h>

#include <roomsign/hash.h>

#define BLACK 0x000000u
#define WHITE 0xffffffu

struct stage_colours {
    layout_colour ground, text, soft, accent, digits, bar, bar_ground, warning;
};

struct panel_colours {
    layout_colour panel, text, soft, faint, warning;
};

/* How the stage looks: phases that share a look share an entry. */
enum stage_look {
    LOOK_LIVE,
    LOOK_ENDING,
    LOOK_OVER,
    LOOK_SOON,
    LOOK_FREE,
    LOOK_CLOSED,
    LOOK_COUNT,
};

static const struct stage_colours stages[][LOOK_COUNT] =
    {
        [LAYOUT_THEME_DARK] =
            {
                [LOOK_LIVE] = {0x0c0f14, 0xf5f7fa, 0xb8c1cf, 0x5cc8ff, 0xf5f7fa, 0x5cc8ff, 0x262d39,
                               0xffb62e},
                [LOOK_ENDING] = {0x0c0f14, 0xf5f7fa, 0xb8c1cf, 0xffb62e, 0xffb62e, 0xffb62e,
                                 0x262d39, 0xffb62e},
                [LOOK_OVER] = {0x990d17, 0xffffff, 0xffeaea, 0xffffff, 0xffffff, 0xffffff, 0x6e0910,
                               0xffffff},
                [LOOK_SOON] = {0x0c0f14, 0xf5f7fa, 0xb8c1cf, 0x8fb4ff, 0xf5f7fa, 0x8fb4ff, 0x262d39,
                               0xffb62e},
                [LOOK_FREE] = {0x06382a, 0xffffff, 0xc7f2e0, 0x4fe0a4, 0xffffff, 0x4fe0a4, 0x0b4f3c,
                               0xffd27a},
                [LOOK_CLOSED] = {0x07090c, 0xaab3c1,
                                 0x98a2b1, 0x98a2b1, 0xaab3c1, 0x98a2b1, 0x1c222b, 0xffb62e},
            },
        [LAYOUT_THEME_LIGHT] =
            {
                [LOOK_LIVE] = {0xf7f8fa, 0x11161d, 0x3f4854, 0x00507a, 0x11161d, 0x00608f, 0xd5dae1,
                               0x704700},
                [LOOK_ENDING] = {0xf7f8fa, 0x11161d, 0x3f4854, 0x704700, 0x704700, 0x8a5800,
                                 0xd5dae1, 0x704700},
                [LOOK_OVER] = {0x990d17, 0xffffff, 0xffeaea, 0xffffff, 0xffffff, 0xffffff, 0x6e0910,
                               0xffffff},
                [LOOK_SOON] = {0xf7f8fa, 0x11161d, 0x3f4854, 0x23468f, 0x11161d, 0x23468f, 0xd5dae1,
                               0x704700},
                [LOOK_FREE] = {0xd9f5e8, 0x0b241b, 0x1b4636, 0x00523a, 0x0b241b, 0x00523a, 0xb4e2cd,
                               0x5e3c00},
                [LOOK_CLOSED] = {0xe3e6ea, 0x2b323b, 0x3a424d, 0x3a424d, 0x2b323b, 0x3a424d,
                                 0xc6ccd4, 0x5e3c00},
            },
        [LAYOUT_THEME_HIGH_CONTRAST] =
            {
                [LOOK_LIVE] = {BLACK, WHITE, WHITE, 0x7fd4ff, WHITE, 0x7fd4ff, 0x404040, 0xffd000},
                [LOOK_ENDING] = {BLACK, WHITE, WHITE, 0xffd000, 0xffd000, 0xffd000, 0x404040,
                                 0xffd000},
                [LOOK_OVER] = {0x7a0008, WHITE, WHITE, WHITE, WHITE, WHITE, 0x4a0005, WHITE},
                [LOOK_SOON] = {BLACK, WHITE, WHITE, 0xb3ccff, WHITE, 0xb3ccff, 0x404040, 0xffd000},
                [LOOK_FREE] = {0x00291d, WHITE, WHITE, 0x7dffc9, WHITE, 0x7dffc9, 0x00503a,
                               0xffd000},
                [LOOK_CLOSED] = {BLACK, 0xd9d9d9, 0xd9d9d9, 0xd9d9d9, 0xd9d9d9, 0xd9d9d9, 0x404040,
                                 0xffd000},
            },
};

static const struct panel_colours panels[] = {
    [LAYOUT_THEME_DARK] = {0x141922, 0xf5f7fa, 0xb8c1cf, 0xa3adbc, 0xffb62e},
    [LAYOUT_THEME_LIGHT] = {0xe9ecf0, 0x11161d, 0x3a424d, 0x414a56, 0x5e3c00},
    [LAYOUT_THEME_HIGH_CONTRAST] = {BLACK, WHITE, WHITE, WHITE, 0xffd000},
};
/* A closed room's panel is as quiet as its stage. */
static const struct panel_colours closed_dark_panel = {0x0c0f14, 0xb8c1cf, 0xa3adbc, 0x98a2b1,
                                                       0xffb62e};

/* What the schedule changed has one ground in all phases. */
static const struct {
    layout_colour ground, text;
} changes[] = {
    [LAYOUT_THEME_DARK] = {0xffb62e, 0x141922},
    [LAYOUT_THEME_LIGHT] = {0xffb62e, 0x11161d},
    [LAYOUT_THEME_HIGH_CONTRAST] = {0xffd000, BLACK},
};

/* Hues that people tell apart; palette_track moves them to the contrast that the ground needs. */
static const layout_colour track_colours[] = {
    0xc792ea, 0x7fd1ff, 0xffb38a, 0x8be28b, 0xf5a3c7, 0xe3d26f, 0x6fe3d6, 0xb3b8ff,
};

static enum stage_look look_of(enum phase phase, bool overrun_known)
{
    switch (phase) {
    case PHASE_OVERRUN:
        return overrun_known ? LOOK_OVER : LOOK_ENDING;
    case PHASE_WRAP_UP:
        return LOOK_ENDING;
    case PHASE_LIVE:
        return LOOK_LIVE;
    case PHASE_SOON:
        return LOOK_SOON;
    case PHASE_FREE:
        return LOOK_FREE;
    case PHASE_CLOSED:
        return LOOK_CLOSED;
    }
    return LOOK_CLOSED;
}

struct palette palette_for(enum layout_theme theme, enum phase phase, bool overrun_known)
{
    const struct stage_colours *stage = &stages[theme][look_of(phase, overrun_known)];
    const struct panel_colours *panel =
        theme == LAYOUT_THEME_DARK && phase == PHASE_CLOSED ? &closed_dark_panel : &panels[theme];
    return (struct palette){
        .ground = stage->ground,
        .text = stage->text,
        .soft = stage->soft,
        .accent = stage->accent,
        .digits = stage->digits,
        .bar = stage->bar,
        .bar_ground = stage->bar_ground,
        .warning = stage->warning,
        .panel = panel->panel,
        .panel_text = panel->text,
        .panel_soft = panel->soft,
        .panel_faint = panel->faint,
        .panel_warning = panel->warning,
        .change = changes[theme].ground,
        .change_text = changes[theme].text,
    };
}

/* WCAG 2: relative luminance of one 8-bit channel. */
static double channel_luminance(unsigned channel)
{
    double value = channel / 255.0;
    return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(layout_colour colour)
{
    return 0.2126 * channel_luminance(colour >> 16 & 0xff) +
           0.7152 * channel_luminance(colour >> 8 & 0xff) +
           0.0722 * channel_luminance(colour & 0xff);
}

double layout_contrast(layout_colour a, layout_colour b)
{
    double lighter = luminance(a), darker = luminance(b);
    if (lighter < darker) {
        double swap = lighter;
        lighter = darker;
        darker = swap;
    }
    return (lighter + 0.05) / (darker + 0.05);
}

static layout_colour mix(layout_colour colour, layout_colour towards, int sixteenths)
{
    layout_colour mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int from = colour >> shift & 0xff, to = towards >> shift & 0xff;
        mixed |= (layout_colour)(from + (to - from) * sixteenths / 16) << shift;
    }
    return mixed;
}

layout_colour palette_track(const char *track, layout_colour ground)
{
    uint64_t hash = hash_text(HASH_START, track);
    layout_colour colour = track_colours[hash % (sizeof track_colours / sizeof *track_colours)];
    layout_colour pole = luminance(ground) < 0.18 ? WHITE : BLACK;
    for (int step = 0; step <= 16; step++) {
        layout_colour mixed = mix(colour, pole, step);
        if (layout_contrast(mixed, ground) >= PALETTE_CONTRAST_MIN) {
            return mixed;
        }
    }
    return pole;
}
