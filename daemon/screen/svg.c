#include <roomsign/svg.h>

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "svg_style.h"

/* The most that a line may be away from the curve that it stands for, as a share of the drawing. */
#define TOLERANCE_SHARE 8000
#define CSS_BYTES_MAX (64 * 1024)

struct shape {
    struct outline outline;
    layout_colour colour;
    double opacity;
    bool even_odd;
};

struct svg {
    double x, y, width, height;
    struct shape *shapes;
    size_t shape_count, shape_capacity, point_count;
};

struct level {
    struct svg_style style;
    struct outline_matrix matrix;
};

struct reader {
    XML_Parser parser;
    struct svg *svg;
    struct error *err;
    struct svg_classes classes;
    struct level levels[SVG_DEPTH_MAX];
    int depth;
    /* Elements within one that isn't drawn, itself included; 0: none. */
    int skipped;
    bool in_style, failed;
    char css[CSS_BYTES_MAX];
    size_t css_length;
};

__attribute__((format(printf, 2, 3))) static void fail(struct reader *reader, const char *format,
                                                       ...)
{
    if (reader->failed)
        return;
    reader->failed = true;
    char reason[ERROR_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    error_set(reader->err, "line %lu: %s; a PNG of it would do",
              (unsigned long)XML_GetCurrentLineNumber(reader->parser), reason);
    XML_StopParser(reader->parser, XML_FALSE);
}

static const char *attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    }
    return NULL;
}

/* A length that is 0 where it isn't given. */
static double length_of(struct reader *reader, const char **attributes, const char *name)
{
    const char *text = attribute(attributes, name);
    double length = 0;
    if (text && !svg_length(text, &length))
        fail(reader, "a length that can't be read: %.40s", text);
    return length;
}

static void take_style(struct reader *reader, const char **attributes, struct level *level)
{
    struct error why = {0};
    bool sound = true;
    const char *names = attribute(attributes, "class"), *own = attribute(attributes, "style"),
               *transform = attribute(attributes, "transform");
    for (size_t i = 0; sound && attributes[i]; i += 2)
        sound = svg_style_set(&level->style, attributes[i], attributes[i + 1], &why);
    sound = sound && (!names || svg_classes_apply(&reader->classes, names, &level->style, &why)) &&
            (!own || svg_style_declare(&level->style, own, &why));
    if (!sound)
        fail(reader, "%s", why.message);
    if (transform && !svg_transform(transform, &level->matrix))
        fail(reader, "a transform that can't be read: %.60s", transform);
}

static double scale_of(const struct outline_matrix *matrix)
{
    return sqrt(fabs(matrix->a * matrix->d - matrix->b * matrix->c));
}

static double tolerance_of(const struct reader *reader, const struct level *level)
{
    const struct svg *svg = reader->svg;
    double side = svg->width > svg->height ? svg->width : svg->height,
           scale = scale_of(&level->matrix);
    return side / TOLERANCE_SHARE / (scale > 1e-9 ? scale : 1);
}

/* Takes over the outline. */
static void add_shape(struct reader *reader, struct outline *outline, const struct level *level,
                      const struct svg_paint *paint, bool even_odd)
{
    struct svg *svg = reader->svg;
    svg->point_count += outline->count;
    if (outline->full || svg->point_count > OUTLINE_POINTS_MAX ||
        svg->shape_count == SVG_SHAPES_MAX) {
        fail(reader, "too large a drawing");
        outline_release(outline);
        return;
    }
    if (svg->shape_count == svg->shape_capacity) {
        svg->shape_capacity = svg->shape_capacity > 0 ? svg->shape_capacity * 2 : 16;
        svg->shapes = xrealloc(svg->shapes, svg->shape_capacity * sizeof *svg->shapes);
    }
    outline_transform(outline, &level->matrix);
    svg->shapes[svg->shape_count++] =
        (struct shape){*outline, paint->colour, paint->opacity * level->style.opacity, even_odd};
}

/* Takes over the outline. */
static void paint(struct reader *reader, struct outline *outline, const struct level *level)
{
    const struct svg_style *style = &level->style;
    struct outline stroke = {0};
    if (style->stroke.painted && style->pen.width > 0)
        outline_stroke(outline, &style->pen, tolerance_of(reader, level), &stroke);
    if (style->fill.painted)
        add_shape(reader, outline, level, &style->fill, style->even_odd);
    else
        outline_release(outline);
    if (stroke.count > 0)
        add_shape(reader, &stroke, level, &style->stroke, false);
    else
        outline_release(&stroke);
}

static void add_ellipse(struct outline *outline, double cx, double cy, double rx, double ry,
                        double tolerance)
{
    if (rx <= 0 || ry <= 0)
        return;
    outline_move(outline, cx + rx, cy);
    outline_arc(outline, rx, ry, 0, false, true, (struct outline_point){cx - rx, cy}, tolerance);
    outline_arc(outline, rx, ry, 0, false, true, (struct outline_point){cx + rx, cy}, tolerance);
    outline_close(outline);
}

static void add_rect(struct outline *outline, double x, double y, double width, double height,
                     double rx, double ry, double tolerance)
{
    if (width <= 0 || height <= 0)
        return;
    rx = rx > width / 2 ? width / 2 : rx;
    ry = ry > height / 2 ? height / 2 : ry;
    double right = x + width, bottom = y + height;
    outline_move(outline, x + rx, y);
    outline_line(outline, right - rx, y);
    outline_arc(outline, rx, ry, 0, false, true, (struct outline_point){right, y + ry}, tolerance);
    outline_line(outline, right, bottom - ry);
    outline_arc(outline, rx, ry, 0, false, true, (struct outline_point){right - rx, bottom},
                tolerance);
    outline_line(outline, x + rx, bottom);
    outline_arc(outline, rx, ry, 0, false, true, (struct outline_point){x, bottom - ry}, tolerance);
    outline_line(outline, x, y + ry);
    outline_arc(outline, rx, ry, 0, false, true, (struct outline_point){x + rx, y}, tolerance);
    outline_close(outline);
}

static void read_rect(struct reader *reader, const char **attributes, double tolerance,
                      struct outline *outline)
{
    double rx = length_of(reader, attributes, "rx"), ry = length_of(reader, attributes, "ry");
    rx = attribute(attributes, "rx") ? rx : ry;
    ry = attribute(attributes, "ry") ? ry : rx;
    add_rect(outline, length_of(reader, attributes, "x"), length_of(reader, attributes, "y"),
             length_of(reader, attributes, "width"), length_of(reader, attributes, "height"), rx,
             ry, tolerance);
}

static void read_points(struct reader *reader, const char **attributes, bool closed,
                        struct outline *outline)
{
    const char *text = attribute(attributes, "points");
    double x, y;
    while (text && svg_number(&text, &x) && svg_number(&text, &y))
        outline_line(outline, x, y);
    if (text && text[strspn(text, " ,\t\r\n")] != '\0')
        fail(reader, "points that can't be read: %.40s", text);
    if (closed)
        outline_close(outline);
}

/* false: the element is no shape. */
static bool read_shape(struct reader *reader, const char *name, const char **attributes,
                       const struct level *level, struct outline *outline)
{
    double tolerance = tolerance_of(reader, level);
    const char *data = attribute(attributes, "d");
    if (strcmp(name, "path") == 0) {
        if (data && !svg_path(data, tolerance, outline))
            fail(reader, "path data that can't be read: %.40s...", data);
    } else if (strcmp(name, "rect") == 0) {
        read_rect(reader, attributes, tolerance, outline);
    } else if (strcmp(name, "circle") == 0) {
        double radius = length_of(reader, attributes, "r");
        add_ellipse(outline, length_of(reader, attributes, "cx"),
                    length_of(reader, attributes, "cy"), radius, radius, tolerance);
    } else if (strcmp(name, "ellipse") == 0) {
        add_ellipse(outline, length_of(reader, attributes, "cx"),
                    length_of(reader, attributes, "cy"), length_of(reader, attributes, "rx"),
                    length_of(reader, attributes, "ry"), tolerance);
    } else if (strcmp(name, "line") == 0) {
        outline_move(outline, length_of(reader, attributes, "x1"),
                     length_of(reader, attributes, "y1"));
        outline_line(outline, length_of(reader, attributes, "x2"),
                     length_of(reader, attributes, "y2"));
    } else if (strcmp(name, "polyline") == 0 || strcmp(name, "polygon") == 0) {
        read_points(reader, attributes, name[4] == 'g', outline);
    } else {
        return false;
    }
    return true;
}

static void read_root(struct reader *reader, const char *name, const char **attributes)
{
    struct svg *svg = reader->svg;
    const char *box = attribute(attributes, "viewBox");
    if (strcmp(name, "svg") != 0) {
        fail(reader, "<%.40s> is no SVG", name);
        return;
    }
    if (box) {
        if (!svg_number(&box, &svg->x) || !svg_number(&box, &svg->y) ||
            !svg_number(&box, &svg->width) || !svg_number(&box, &svg->height))
            fail(reader, "a viewBox that can't be read");
    } else {
        svg->width = length_of(reader, attributes, "width");
        svg->height = length_of(reader, attributes, "height");
    }
    if (svg->width <= 0 || svg->height <= 0)
        fail(reader, "neither a viewBox nor a width and height");
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(name, *names) != 0)
        names++;
    return *names != NULL;
}

/* What says nothing, and what is drawn only where something refers to it, which is refused there.
 */
static bool is_silent(const char *name)
{
    static const char *const names[] = {
        "title",    "desc", "metadata", "linearGradient", "radialGradient", "pattern",
        "clipPath", "mask", "filter",   "marker",         "symbol",         NULL,
    };
    return strchr(name, ':') != NULL || is_one_of(name, names);
}

static bool is_group(const char *name)
{
    static const char *const names[] = {"g", "a", "defs", NULL};
    return is_one_of(name, names);
}

static void enter(struct reader *reader, const char *name, const char **attributes)
{
    if (reader->depth == SVG_DEPTH_MAX) {
        fail(reader, "<%.40s> is nested too deeply", name);
        return;
    }
    struct level *level = &reader->levels[reader->depth];
    if (reader->depth == 0) {
        svg_style_init(&level->style);
        level->matrix = (struct outline_matrix){.a = 1, .d = 1};
        read_root(reader, name, attributes);
    } else {
        *level = reader->levels[reader->depth - 1];
    }
    reader->depth++;
    take_style(reader, attributes, level);
    level->style.omitted |= strcmp(name, "defs") == 0;
    struct outline outline = {0};
    bool is_shape = read_shape(reader, name, attributes, level, &outline);
    if (!is_shape && reader->depth > 1 && !is_group(name))
        fail(reader, "<%.40s> is not drawn", name);
    if (is_shape && !reader->failed && !level->style.omitted && !level->style.hidden)
        paint(reader, &outline, level);
    else
        outline_release(&outline);
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct reader *reader = context;
    if (reader->failed)
        return;
    if (reader->skipped > 0 || (reader->depth > 0 && is_silent(name))) {
        reader->skipped++;
    } else if (strcmp(name, "style") == 0 && reader->depth > 0) {
        reader->in_style = true;
        reader->skipped++;
    } else {
        enter(reader, name, attributes);
    }
}

static void take_css(struct reader *reader)
{
    struct error why = {0};
    reader->css[reader->css_length] = '\0';
    if (!svg_classes_parse(&reader->classes, reader->css, &why))
        fail(reader, "%s", why.message);
    reader->css_length = 0;
    reader->in_style = false;
}

static void on_end(void *context, const char *name)
{
    (void)name;
    struct reader *reader = context;
    if (reader->failed)
        return;
    if (reader->skipped == 0) {
        reader->depth--;
        return;
    }
    reader->skipped--;
    if (reader->in_style && reader->skipped == 0)
        take_css(reader);
}

static void on_text(void *context, const char *text, int length)
{
    struct reader *reader = context;
    if (!reader->in_style || reader->failed)
        return;
    if (reader->css_length + (size_t)length >= sizeof reader->css) {
        fail(reader, "too long a <style>");
        return;
    }
    memcpy(reader->css + reader->css_length, text, (size_t)length);
    reader->css_length += (size_t)length;
}

struct svg *svg_parse(const char *bytes, size_t length, struct error *err)
{
    struct reader *reader = xcalloc(1, sizeof *reader);
    struct svg *svg = xcalloc(1, sizeof *svg);
    reader->svg = svg;
    reader->err = err;
    reader->parser = XML_ParserCreate(NULL);
    if (!reader->parser)
        error_out_of_memory();
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    if (XML_Parse(reader->parser, bytes, (int)length, 1) != XML_STATUS_OK && !reader->failed) {
        reader->failed = true;
        error_set(err, "line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(reader->parser),
                  XML_ErrorString(XML_GetErrorCode(reader->parser)));
    }
    if (!reader->failed && svg->shape_count == 0) {
        reader->failed = true;
        error_set(err, "there is nothing to be seen in it");
    }
    bool failed = reader->failed;
    XML_ParserFree(reader->parser);
    svg_classes_release(&reader->classes);
    free(reader);
    if (failed) {
        svg_free(svg);
        svg = NULL;
    }
    return svg;
}

void svg_free(struct svg *svg)
{
    if (svg == NULL)
        return;
    for (size_t i = 0; i < svg->shape_count; i++)
        outline_release(&svg->shapes[i].outline);
    free(svg->shapes);
    free(svg);
}

void svg_size(const struct svg *svg, double *ret_width, double *ret_height)
{
    *ret_width = svg->width;
    *ret_height = svg->height;
}

static uint32_t over(uint32_t under, layout_colour colour, double alpha)
{
    uint32_t pixel = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
        double above = shift == 24 ? 255 : colour >> shift & 0xff;
        pixel |= (uint32_t)(above * alpha + (under >> shift & 0xff) * (1 - alpha) + 0.5) << shift;
    }
    return pixel;
}

uint32_t *svg_draw(const struct svg *svg, int width_px, int height_px)
{
    size_t count = (size_t)width_px * (size_t)height_px;
    uint32_t *image = xcalloc(count, sizeof *image);
    uint8_t *mask = xcalloc(count, 1);
    for (size_t i = 0; i < svg->shape_count; i++) {
        const struct shape *shape = &svg->shapes[i];
        outline_cover(&shape->outline, shape->even_odd, svg->x, svg->y, width_px / svg->width,
                      height_px / svg->height, width_px, height_px, mask);
        for (size_t j = 0; j < count; j++) {
            if (mask[j] > 0)
                image[j] = over(image[j], shape->colour, mask[j] / 255.0 * shape->opacity);
        }
    }
    free(mask);
    return image;
}
