#include <roomsign/colour.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLACK 0x000000u
#define WHITE 0xffffffu
/* Of the way to white or black; a step is never seen. */
#define STEPS 128

struct named {
    const char *name;
    layout_colour colour;
};

/* In order of name. */
static const struct named names[] = {
    {"aliceblue", 0xf0f8ff},
    {"antiquewhite", 0xfaebd7},
    {"aqua", 0x00ffff},
    {"aquamarine", 0x7fffd4},
    {"azure", 0xf0ffff},
    {"beige", 0xf5f5dc},
    {"bisque", 0xffe4c4},
    {"black", 0x000000},
    {"blanchedalmond", 0xffebcd},
    {"blue", 0x0000ff},
    {"blueviolet", 0x8a2be2},
    {"brown", 0xa52a2a},
    {"burlywood", 0xdeb887},
    {"cadetblue", 0x5f9ea0},
    {"chartreuse", 0x7fff00},
    {"chocolate", 0xd2691e},
    {"coral", 0xff7f50},
    {"cornflowerblue", 0x6495ed},
    {"cornsilk", 0xfff8dc},
    {"crimson", 0xdc143c},
    {"cyan", 0x00ffff},
    {"darkblue", 0x00008b},
    {"darkcyan", 0x008b8b},
    {"darkgoldenrod", 0xb8860b},
    {"darkgray", 0xa9a9a9},
    {"darkgreen", 0x006400},
    {"darkgrey", 0xa9a9a9},
    {"darkkhaki", 0xbdb76b},
    {"darkmagenta", 0x8b008b},
    {"darkolivegreen", 0x556b2f},
    {"darkorange", 0xff8c00},
    {"darkorchid", 0x9932cc},
    {"darkred", 0x8b0000},
    {"darksalmon", 0xe9967a},
    {"darkseagreen", 0x8fbc8f},
    {"darkslateblue", 0x483d8b},
    {"darkslategray", 0x2f4f4f},
    {"darkslategrey", 0x2f4f4f},
    {"darkturquoise", 0x00ced1},
    {"darkviolet", 0x9400d3},
    {"deeppink", 0xff1493},
    {"deepskyblue", 0x00bfff},
    {"dimgray", 0x696969},
    {"dimgrey", 0x696969},
    {"dodgerblue", 0x1e90ff},
    {"firebrick", 0xb22222},
    {"floralwhite", 0xfffaf0},
    {"forestgreen", 0x228b22},
    {"fuchsia", 0xff00ff},
    {"gainsboro", 0xdcdcdc},
    {"ghostwhite", 0xf8f8ff},
    {"gold", 0xffd700},
    {"goldenrod", 0xdaa520},
    {"gray", 0x808080},
    {"green", 0x008000},
    {"greenyellow", 0xadff2f},
    {"grey", 0x808080},
    {"honeydew", 0xf0fff0},
    {"hotpink", 0xff69b4},
    {"indianred", 0xcd5c5c},
    {"indigo", 0x4b0082},
    {"ivory", 0xfffff0},
    {"khaki", 0xf0e68c},
    {"lavender", 0xe6e6fa},
    {"lavenderblush", 0xfff0f5},
    {"lawngreen", 0x7cfc00},
    {"lemonchiffon", 0xfffacd},
    {"lightblue", 0xadd8e6},
    {"lightcoral", 0xf08080},
    {"lightcyan", 0xe0ffff},
    {"lightgoldenrodyellow", 0xfafad2},
    {"lightgray", 0xd3d3d3},
    {"lightgreen", 0x90ee90},
    {"lightgrey", 0xd3d3d3},
    {"lightpink", 0xffb6c1},
    {"lightsalmon", 0xffa07a},
    {"lightseagreen", 0x20b2aa},
    {"lightskyblue", 0x87cefa},
    {"lightslategray", 0x778899},
    {"lightslategrey", 0x778899},
    {"lightsteelblue", 0xb0c4de},
    {"lightyellow", 0xffffe0},
    {"lime", 0x00ff00},
    {"limegreen", 0x32cd32},
    {"linen", 0xfaf0e6},
    {"magenta", 0xff00ff},
    {"maroon", 0x800000},
    {"mediumaquamarine", 0x66cdaa},
    {"mediumblue", 0x0000cd},
    {"mediumorchid", 0xba55d3},
    {"mediumpurple", 0x9370db},
    {"mediumseagreen", 0x3cb371},
    {"mediumslateblue", 0x7b68ee},
    {"mediumspringgreen", 0x00fa9a},
    {"mediumturquoise", 0x48d1cc},
    {"mediumvioletred", 0xc71585},
    {"midnightblue", 0x191970},
    {"mintcream", 0xf5fffa},
    {"mistyrose", 0xffe4e1},
    {"moccasin", 0xffe4b5},
    {"navajowhite", 0xffdead},
    {"navy", 0x000080},
    {"oldlace", 0xfdf5e6},
    {"olive", 0x808000},
    {"olivedrab", 0x6b8e23},
    {"orange", 0xffa500},
    {"orangered", 0xff4500},
    {"orchid", 0xda70d6},
    {"palegoldenrod", 0xeee8aa},
    {"palegreen", 0x98fb98},
    {"paleturquoise", 0xafeeee},
    {"palevioletred", 0xdb7093},
    {"papayawhip", 0xffefd5},
    {"peachpuff", 0xffdab9},
    {"peru", 0xcd853f},
    {"pink", 0xffc0cb},
    {"plum", 0xdda0dd},
    {"powderblue", 0xb0e0e6},
    {"purple", 0x800080},
    {"red", 0xff0000},
    {"rosybrown", 0xbc8f8f},
    {"royalblue", 0x4169e1},
    {"saddlebrown", 0x8b4513},
    {"salmon", 0xfa8072},
    {"sandybrown", 0xf4a460},
    {"seagreen", 0x2e8b57},
    {"seashell", 0xfff5ee},
    {"sienna", 0xa0522d},
    {"silver", 0xc0c0c0},
    {"skyblue", 0x87ceeb},
    {"slateblue", 0x6a5acd},
    {"slategray", 0x708090},
    {"slategrey", 0x708090},
    {"snow", 0xfffafa},
    {"springgreen", 0x00ff7f},
    {"steelblue", 0x4682b4},
    {"tan", 0xd2b48c},
    {"teal", 0x008080},
    {"thistle", 0xd8bfd8},
    {"tomato", 0xff6347},
    {"turquoise", 0x40e0d0},
    {"violet", 0xee82ee},
    {"wheat", 0xf5deb3},
    {"white", 0xffffff},
    {"whitesmoke", 0xf5f5f5},
    {"yellow", 0xffff00},
    {"yellowgreen", 0x9acd32},
};
#define NAME_COUNT (sizeof names / sizeof *names)

static int compare_name(const void *text, const void *named)
{
    return strcasecmp(text, ((const struct named *)named)->name);
}

static int hex_digit(char digit)
{
    const char *digits = "0123456789abcdef", *found = NULL;
    if (digit >= 'A' && digit <= 'F') {
        digit = (char)(digit - 'A' + 'a');
    }
    found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

bool colour_parse(const char *text, layout_colour *ret_colour)
{
    if (text[0] != '#') {
        const struct named *named = bsearch(text, names, NAME_COUNT, sizeof *names, compare_name);
        if (named) {
            *ret_colour = named->colour;
        }
        return named != NULL;
    }
    size_t length = strlen(text + 1);
    layout_colour colour = 0;
    if (length != 3 && length != 6) {
        return false;
    }
    for (size_t i = 1; i <= length; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0) {
            return false;
        }
        colour = colour << 4 | (layout_colour)digit;
        if (length == 3) {
            colour = colour << 4 | (layout_colour)digit;
        }
    }
    *ret_colour = colour;
    return true;
}

char *colour_format(layout_colour colour, char text[static COLOUR_TEXT_BYTES])
{
    snprintf(text, COLOUR_TEXT_BYTES, "#%06x", (unsigned)(colour & WHITE));
    return text;
}

/* WCAG 2: relative luminance of one 8-bit channel. */
static double channel_luminance(unsigned channel)
{
    double value = channel / 255.0;
    return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

double colour_luminance(layout_colour colour)
{
    return 0.2126 * channel_luminance(colour >> 16 & 0xff) +
           0.7152 * channel_luminance(colour >> 8 & 0xff) +
           0.0722 * channel_luminance(colour & 0xff);
}

double layout_contrast(layout_colour a, layout_colour b)
{
    double lighter = colour_luminance(a), darker = colour_luminance(b);
    if (lighter < darker) {
        double swap = lighter;
        lighter = darker;
        darker = swap;
    }
    return (lighter + 0.05) / (darker + 0.05);
}

static layout_colour mix(layout_colour colour, layout_colour towards, int step)
{
    layout_colour mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int from = colour >> shift & 0xff, to = towards >> shift & 0xff;
        mixed |= (layout_colour)(from + (to - from) * step / STEPS) << shift;
    }
    return mixed;
}

layout_colour colour_legible(layout_colour colour, layout_colour ground, double ratio)
{
    if (layout_contrast(colour, ground) >= ratio) {
        return colour;
    }
    double white = layout_contrast(WHITE, ground), black = layout_contrast(BLACK, ground);
    bool lighter = colour_luminance(colour) >= colour_luminance(ground);
    bool to_white = lighter ? white >= ratio || white > black : black < ratio && white > black;
    layout_colour pole = to_white ? WHITE : BLACK;
    for (int step = 1; step < STEPS; step++) {
        layout_colour mixed = mix(colour, pole, step);
        if (layout_contrast(mixed, ground) >= ratio &&
            (colour_luminance(mixed) > colour_luminance(ground)) == to_white) {
            return mixed;
        }
    }
    return pole;
}

layout_colour colour_ground(layout_colour ground, layout_colour text, double ratio)
{
    layout_colour pole = colour_luminance(text) >= colour_luminance(ground) ? BLACK : WHITE;
    for (int step = 0; step < STEPS; step++) {
        layout_colour mixed = mix(ground, pole, step);
        if (layout_contrast(WHITE, mixed) >= ratio || layout_contrast(BLACK, mixed) >= ratio) {
            return mixed;
        }
    }
    return pole;
}
