#include "svg_style.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/colour.h>

#define NAME_BYTES 64
#define VALUE_BYTES 256

void svg_style_init(struct svg_style *style)
{
    *style = (struct svg_style){
        .fill = {.painted = true, .opacity = 1},
        .stroke = {.opacity = 1},
        .pen = {.width = 1, .miter_limit = 4},
        .opacity = 1,
    };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

/* "rgb(12, 34, 56)" or in percent. */
static bool parse_rgb(const char *text, layout_colour *ret_colour)
{
    layout_colour colour = 0;
    text += strlen("rgb(");
    for (int i = 0; i < 3; i++) {
        double number;
        if (!svg_number(&text, &number))
            return false;
        if (*text == '%') {
            number = number * 255 / 100;
            text++;
        }
        number = number < 0 ? 0 : number > 255 ? 255 : number;
        colour = colour << 8 | (layout_colour)(number + 0.5);
    }
    *ret_colour = colour;
    return *skip_blanks(text) == ')';
}

static bool set_paint(struct svg_style *style, struct svg_paint *paint, const char *value,
                      struct error *err)
{
    bool none = strcmp(value, "none") == 0 || strcmp(value, "transparent") == 0;
    layout_colour colour = style->current;
    if (strncmp(value, "url(", 4) == 0) {
        error_set(err, "gradients and patterns are not drawn");
        return false;
    }
    if (!none && strcasecmp(value, "currentColor") != 0 && !colour_parse(value, &colour) &&
        !(strncmp(value, "rgb(", 4) == 0 && parse_rgb(value, &colour))) {
        error_set(err, "\"%.40s\" is not a colour", value);
        return false;
    }
    paint->painted = !none;
    paint->colour = colour;
    return true;
}

static bool set_opacity(double *member, double factor, const char *value)
{
    double opacity;
    if (!svg_number(&value, &opacity))
        return false;
    if (*value == '%')
        opacity /= 100;
    opacity = opacity < 0 ? 0 : opacity > 1 ? 1 : opacity;
    *member = factor * opacity;
    return true;
}

static bool set_limit(double *member, const char *value)
{
    return svg_length(value, member) && *member >= 0;
}

/* What shapes are drawn without; anything but `none` is refused. */
static bool is_effect(const char *name)
{
    static const char *const effects[] = {
        "clip-path",  "mask",       "filter",           "marker",         "marker-start",
        "marker-mid", "marker-end", "stroke-dasharray", "mix-blend-mode",
    };
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        if (strcmp(name, effects[i]) == 0)
            return true;
    }
    return false;
}

static bool set_value(struct svg_style *style, const char *name, const char *value)
{
    if (strcmp(name, "fill-opacity") == 0)
        return set_opacity(&style->fill.opacity, 1, value);
    if (strcmp(name, "stroke-opacity") == 0)
        return set_opacity(&style->stroke.opacity, 1, value);
    if (strcmp(name, "opacity") == 0)
        return set_opacity(&style->opacity, style->opacity, value);
    if (strcmp(name, "stroke-width") == 0)
        return set_limit(&style->pen.width, value);
    if (strcmp(name, "stroke-miterlimit") == 0)
        return set_limit(&style->pen.miter_limit, value);
    if (strcmp(name, "fill-rule") == 0)
        style->even_odd = strcmp(value, "evenodd") == 0;
    else if (strcmp(name, "stroke-linejoin") == 0)
        style->pen.join = strcmp(value, "round") == 0   ? OUTLINE_JOIN_ROUND
                          : strcmp(value, "bevel") == 0 ? OUTLINE_JOIN_BEVEL
                                                        : OUTLINE_JOIN_MITER;
    else if (strcmp(name, "stroke-linecap") == 0)
        style->pen.cap = strcmp(value, "round") == 0    ? OUTLINE_CAP_ROUND
                         : strcmp(value, "square") == 0 ? OUTLINE_CAP_SQUARE
                                                        : OUTLINE_CAP_BUTT;
    else if (strcmp(name, "visibility") == 0)
        style->hidden = strcmp(value, "visible") != 0;
    else if (strcmp(name, "display") == 0)
        style->omitted |= strcmp(value, "none") == 0;
    return true;
}

bool svg_style_set(struct svg_style *style, const char *name, const char *value, struct error *err)
{
    if (strcmp(value, "inherit") == 0)
        return true;
    if (strcmp(name, "fill") == 0)
        return set_paint(style, &style->fill, value, err);
    if (strcmp(name, "stroke") == 0)
        return set_paint(style, &style->stroke, value, err);
    if (strcmp(name, "color") == 0) {
        colour_parse(value, &style->current);
        return true;
    }
    if (is_effect(name)) {
        if (strcmp(value, "none") == 0 || strcmp(value, "normal") == 0)
            return true;
        error_set(err, "%s is not drawn", name);
        return false;
    }
    if (set_value(style, name, value))
        return true;
    error_set(err, "%s \"%.40s\" can't be read", name, value);
    return false;
}

/* A part of `text` without blanks around it; false: it has no room. */
static bool take_part(const char *text, size_t length, char *part, size_t size)
{
    const char *start = text, *end = text + length;
    while (start < end && is_blank(*start))
        start++;
    while (end > start && is_blank(end[-1]))
        end--;
    if ((size_t)(end - start) >= size)
        return false;
    memmove(part, start, (size_t)(end - start));
    part[end - start] = '\0';
    return true;
}

bool svg_style_declare(struct svg_style *style, const char *declarations, struct error *err)
{
    for (const char *at = declarations; *at;) {
        char name[NAME_BYTES], value[VALUE_BYTES];
        size_t length = strcspn(at, ";");
        const char *colon = memchr(at, ':', length);
        if (colon && take_part(at, (size_t)(colon - at), name, sizeof name)) {
            const char *rest = colon + 1;
            if (!take_part(rest, length - (size_t)(rest - at), value, sizeof value)) {
                error_set(err, "a long value of %s", name);
                return false;
            }
            char *important = strstr(value, "!important");
            if (important)
                take_part(value, (size_t)(important - value), value, sizeof value);
            if (!svg_style_set(style, name, value, err))
                return false;
        }
        at += length + (at[length] == ';');
    }
    return true;
}

static bool add_class(struct svg_classes *classes, const char *selector, size_t selector_length,
                      const char *declarations, size_t length, struct error *err)
{
    char name[NAME_BYTES] = "";
    if (!take_part(selector, selector_length, name, sizeof name) || name[0] != '.' ||
        strpbrk(name + 1, ".#:>+~[* \t\n")) {
        error_set(err, "a style that is not of a class alone: %.40s", name);
        return false;
    }
    if (classes->count == SVG_CLASSES_MAX) {
        error_set(err, "more than %d classes", SVG_CLASSES_MAX);
        return false;
    }
    classes->items[classes->count].name = xstrdup(name + 1);
    classes->items[classes->count++].declarations = xstrndup(declarations, length);
    return true;
}

static char *without_comments(const char *css)
{
    char *plain = xstrdup(css), *to = plain;
    for (const char *at = css; *at;) {
        const char *end = strncmp(at, "/*", 2) == 0 ? strstr(at + 2, "*/") : NULL;
        if (end)
            at = end + 2;
        else
            *to++ = *at++;
    }
    *to = '\0';
    return plain;
}

bool svg_classes_parse(struct svg_classes *classes, const char *css, struct error *err)
{
    char *plain = without_comments(css);
    bool sound = true;
    for (const char *at = skip_blanks(plain); sound && *at;) {
        size_t selectors = strcspn(at, "{");
        const char *open = at + selectors, *close = *open ? strchr(open, '}') : NULL;
        if (!close) {
            error_set(err, "a style without its { }");
            sound = false;
            break;
        }
        for (const char *selector = at; sound && selector < open;) {
            size_t length = strcspn(selector, ",{");
            sound = add_class(classes, selector, length, open + 1, (size_t)(close - open - 1), err);
            selector += length + 1;
        }
        at = skip_blanks(close + 1);
    }
    free(plain);
    return sound;
}

bool svg_classes_apply(const struct svg_classes *classes, const char *names,
                       struct svg_style *style, struct error *err)
{
    for (size_t i = 0; i < classes->count; i++) {
        const char *name = classes->items[i].name;
        size_t length = strlen(name);
        for (const char *at = skip_blanks(names); *at; at = skip_blanks(at)) {
            size_t word = strcspn(at, " \t\n\r\f");
            if (word == length && memcmp(at, name, length) == 0 &&
                !svg_style_declare(style, classes->items[i].declarations, err))
                return false;
            at += word;
        }
    }
    return true;
}

void svg_classes_release(struct svg_classes *classes)
{
    for (size_t i = 0; i < classes->count; i++) {
        free(classes->items[i].name);
        free(classes->items[i].declarations);
    }
    classes->count = 0;
}
