#include <roomsign/palette.h>

#include <roomsign/colour.h>
#include <roomsign/hash.h>

layout_colour palette_legible(layout_colour colour, layout_colour ground)
{
    return colour_legible(colour, ground, PALETTE_CONTRAST_MIN);
}

static struct theme_stage correct_stage(const struct theme_stage *asked)
{
    layout_colour ground = colour_ground(asked->ground, asked->text, PALETTE_CONTRAST_MIN);
    struct theme_stage stage = {
        .ground = ground,
        .text = palette_legible(asked->text, ground),
        .soft = palette_legible(asked->soft, ground),
        .accent = palette_legible(asked->accent, ground),
        .digits = palette_legible(asked->digits, ground),
        .warning = palette_legible(asked->warning, ground),
    };
    stage.bar_ground = colour_legible(asked->bar_ground, stage.accent, PALETTE_SHAPE_MIN);
    return stage;
}

static struct theme_panel correct_panel(const struct theme_panel *asked)
{
    layout_colour ground = colour_ground(asked->ground, asked->text, PALETTE_CONTRAST_MIN);
    return (struct theme_panel){
        .ground = ground,
        .text = palette_legible(asked->text, ground),
        .soft = palette_legible(asked->soft, ground),
        .faint = palette_legible(asked->faint, ground),
        .warning = palette_legible(asked->warning, ground),
    };
}

static struct theme_change correct_change(const struct theme_change *asked)
{
    layout_colour ground = colour_ground(asked->ground, asked->text, PALETTE_CONTRAST_MIN);
    return (struct theme_change){.ground = ground, .text = palette_legible(asked->text, ground)};
}

struct theme_colours palette_correct(const struct theme_colours *colours)
{
    struct theme_colours correct;
    for (int i = 0; i < THEME_LOOK_COUNT; i++) {
        correct.stages[i] = correct_stage(&colours->stages[i]);
    }
    correct.panel = correct_panel(&colours->panel);
    correct.closed_panel = correct_panel(&colours->closed_panel);
    correct.change = correct_change(&colours->change);
    for (int i = 0; i < THEME_TRACKS_COUNT; i++) {
        correct.tracks[i] =
            palette_legible(colours->tracks[i], correct.stages[THEME_LOOK_LIVE].ground);
    }
    return correct;
}

struct palette palette_for(const struct theme *theme, enum phase phase, bool overrun_known)
{
    const struct theme_colours *colours = &theme->colours;
    struct theme_stage stage = correct_stage(&colours->stages[theme_look_of(phase, overrun_known)]);
    struct theme_panel panel =
        correct_panel(phase == PHASE_CLOSED ? &colours->closed_panel : &colours->panel);
    struct theme_change change = correct_change(&colours->change);
    bool stands_out = layout_contrast(change.ground, stage.ground) >= PALETTE_SHAPE_MIN;
    return (struct palette){
        .ground = stage.ground,
        .text = stage.text,
        .soft = stage.soft,
        .accent = stage.accent,
        .digits = stage.digits,
        .bar_ground = stage.bar_ground,
        .warning = stage.warning,
        .panel = panel.ground,
        .panel_text = panel.text,
        .panel_soft = panel.soft,
        .panel_faint = panel.faint,
        .panel_warning = panel.warning,
        .change = change.ground,
        .change_text = change.text,
        .change_edge = stands_out ? change.ground
                                  : colour_legible(change.text, stage.ground, PALETTE_SHAPE_MIN),
    };
}

layout_colour palette_track(const struct theme *theme, const char *track, layout_colour ground)
{
    uint64_t hash = hash_text(HASH_START, track);
    return palette_legible(theme->colours.tracks[hash % THEME_TRACKS_COUNT], ground);
}
