/* How an SVG's shapes are painted: properties, colours, classes. For svg.c and svg_path.c. */
#ifndef ROOMSIGN_SCREEN_SVG_STYLE_H
#define ROOMSIGN_SCREEN_SVG_STYLE_H

#include <stdbool.h>
#include <stddef.h>

#include <roomsign/error.h>
#include <roomsign/layout.h>
#include <roomsign/outline.h>
#include <roomsign/svg.h>

struct svg_paint {
    bool painted;
    layout_colour colour;
    double opacity;
};

struct svg_style {
    struct svg_paint fill, stroke;
    struct outline_pen pen;
    layout_colour current;
    /* Of this and all that it is part of. */
    double opacity;
    bool even_odd, hidden, omitted;
};

struct svg_classes {
    struct {
        char *name;
        char *declarations;
    } items[SVG_CLASSES_MAX];
    size_t count;
};

void svg_style_init(struct svg_style *style);

/* A property, whether it stands as an attribute or in a style; others than those of shapes are
 * passed over. Errors: it asks for what isn't drawn, or can't be read. */
bool svg_style_set(struct svg_style *style, const char *name, const char *value, struct error *err);
/* "fill:#abc; stroke:none". */
bool svg_style_declare(struct svg_style *style, const char *declarations, struct error *err);

/* What a <style> element says. Errors: other selectors than those of classes. */
bool svg_classes_parse(struct svg_classes *classes, const char *css, struct error *err);
bool svg_classes_apply(const struct svg_classes *classes, const char *names,
                       struct svg_style *style, struct error *err);
void svg_classes_release(struct svg_classes *classes);

/* Blanks and commas passed over, then a number; moves past it. */
bool svg_number(const char **text, double *ret_number);
/* A number and a unit of length, in user units. */
bool svg_length(const char *text, double *ret_length);
/* "translate(3) rotate(45)", times what *matrix was. */
bool svg_transform(const char *text, struct outline_matrix *matrix);
/* The outline of path data (SVG 1.1 §8.3). */
bool svg_path(const char *data, double tolerance, struct outline *outline);

#endif
