/**
 * Outlines made of straight lines, and the pixels that they cover. For svg.c.
 */
#ifndef ROOMSIGN_OUTLINE_H
#define ROOMSIGN_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Points of one outline; more are not taken, and outline_is_full says so. */
#define OUTLINE_POINTS_MAX 50000

struct outline_point {
    double x, y;
};

/** Closed polygons; `starts` are the indexes of their first points. Zero-initialise it. */
struct outline {
    struct outline_point *points;
    size_t count, capacity;
    size_t *starts;
    /** Whether each was closed by whoever drew it, which a stroke goes by. */
    bool *closed;
    size_t part_count, part_capacity;
    bool full;
};

void outline_release(struct outline *outline);

/** Begin a polygon at the point, add a point, a curve (cut into lines no further than `tolerance`
 *  from it), close it. */
void outline_move(struct outline *outline, double x, double y);
void outline_line(struct outline *outline, double x, double y);
void outline_cubic(struct outline *outline, const struct outline_point to[3], double tolerance);
/** An elliptical arc as SVG 1.1 §8.3.8 and F.6 have it. */
void outline_arc(struct outline *outline, double rx, double ry, double turn_deg, bool large,
                 bool sweep, struct outline_point to, double tolerance);
void outline_close(struct outline *outline);

/** a c e / b d f: x' = a x + c y + e, y' = b x + d y + f. */
struct outline_matrix {
    double a, b, c, d, e, f;
};
struct outline_point outline_map(const struct outline_matrix *matrix, double x, double y);
void outline_transform(struct outline *outline, const struct outline_matrix *matrix);

enum outline_join {
    OUTLINE_JOIN_MITER,
    OUTLINE_JOIN_ROUND,
    OUTLINE_JOIN_BEVEL,
};

enum outline_cap {
    OUTLINE_CAP_BUTT,
    OUTLINE_CAP_ROUND,
    OUTLINE_CAP_SQUARE,
};

struct outline_pen {
    double width, miter_limit;
    enum outline_join join;
    enum outline_cap cap;
};

/** What a pen covers that follows the outline, as polygons that turn the same way. */
void outline_stroke(const struct outline *outline, const struct outline_pen *pen, double tolerance,
                    struct outline *ret_stroke);

/** How much of each pixel lies within, 0 to 255; `mask` has width * height bytes. Scaled by
 *  scale_x and scale_y after moving by -x and -y. */
void outline_cover(const struct outline *outline, bool even_odd, double x, double y, double scale_x,
                   double scale_y, int width, int height, uint8_t *mask);

#endif
