#include <roomsign/outline.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <roomsign/error.h>

/* Lines of samples within a row of pixels. */
#define SUBROWS 8
#define CURVE_LINES_MAX 64
#define PI 3.14159265358979323846

void outline_release(struct outline *outline)
{
    free(outline->points);
    free(outline->starts);
    free(outline->closed);
    *outline = (struct outline){0};
}

static void add_point(struct outline *outline, double x, double y)
{
    if (outline->count == OUTLINE_POINTS_MAX) {
        outline->full = true;
        return;
    }
    if (outline->count == outline->capacity) {
        outline->capacity = outline->capacity > 0 ? outline->capacity * 2 : 64;
        outline->points = xrealloc(outline->points, outline->capacity * sizeof *outline->points);
    }
    outline->points[outline->count++] = (struct outline_point){x, y};
}

void outline_move(struct outline *outline, double x, double y)
{
    if (outline->part_count == outline->part_capacity) {
        outline->part_capacity = outline->part_capacity > 0 ? outline->part_capacity * 2 : 16;
        outline->starts = xrealloc(outline->starts, outline->part_capacity * sizeof(size_t));
        outline->closed = xrealloc(outline->closed, outline->part_capacity * sizeof(bool));
    }
    outline->starts[outline->part_count] = outline->count;
    outline->closed[outline->part_count++] = false;
    add_point(outline, x, y);
}

void outline_line(struct outline *outline, double x, double y)
{
    if (outline->count == 0)
        outline_move(outline, x, y);
    else
        add_point(outline, x, y);
}

void outline_close(struct outline *outline)
{
    if (outline->part_count > 0)
        outline->closed[outline->part_count - 1] = true;
}

static struct outline_point last_point(const struct outline *outline)
{
    return outline->count > 0 ? outline->points[outline->count - 1] : (struct outline_point){0, 0};
}

void outline_cubic(struct outline *outline, const struct outline_point to[3], double tolerance)
{
    struct outline_point p = last_point(outline);
    /* How far the control polygon bends bounds how far the curve is from n lines: bend / n^2. */
    double bend = hypot(p.x - 2 * to[0].x + to[1].x, p.y - 2 * to[0].y + to[1].y) +
                  hypot(to[0].x - 2 * to[1].x + to[2].x, to[0].y - 2 * to[1].y + to[2].y);
    double needed = ceil(sqrt(bend / tolerance));
    int lines = needed > CURVE_LINES_MAX ? CURVE_LINES_MAX : needed < 1 ? 1 : (int)needed;
    for (int i = 1; i <= lines; i++) {
        double t = (double)i / lines, s = 1 - t;
        double k0 = s * s * s, k1 = 3 * s * s * t, k2 = 3 * s * t * t, k3 = t * t * t;
        outline_line(outline, k0 * p.x + k1 * to[0].x + k2 * to[1].x + k3 * to[2].x,
                     k0 * p.y + k1 * to[0].y + k2 * to[1].y + k3 * to[2].y);
    }
}

static double angle_of(double x, double y)
{
    return atan2(y, x);
}

static int arc_lines(double radius, double sweep, double tolerance)
{
    double step = radius > tolerance ? 2 * acos(1 - tolerance / radius) : PI / 2;
    double needed = ceil(fabs(sweep) / step);
    return needed > 4 * CURVE_LINES_MAX ? 4 * CURVE_LINES_MAX : needed < 1 ? 1 : (int)needed;
}

void outline_arc(struct outline *outline, double rx, double ry, double turn_deg, bool large,
                 bool sweep, struct outline_point to, double tolerance)
{
    struct outline_point from = last_point(outline);
    rx = fabs(rx);
    ry = fabs(ry);
    if (rx == 0 || ry == 0 || (from.x == to.x && from.y == to.y)) {
        outline_line(outline, to.x, to.y);
        return;
    }
    /* F.6.5: from the end points to the centre, in coordinates turned back. */
    double cosine = cos(turn_deg * PI / 180), sine = sin(turn_deg * PI / 180);
    double dx = (from.x - to.x) / 2, dy = (from.y - to.y) / 2;
    double x1 = cosine * dx + sine * dy, y1 = -sine * dx + cosine * dy;
    double excess = x1 * x1 / (rx * rx) + y1 * y1 / (ry * ry);
    if (excess > 1) {
        rx *= sqrt(excess);
        ry *= sqrt(excess);
    }
    double below = rx * rx * y1 * y1 + ry * ry * x1 * x1;
    double above = rx * rx * ry * ry - below;
    double factor = (large == sweep ? -1 : 1) * sqrt(above > 0 ? above / below : 0);
    double cx1 = factor * rx * y1 / ry, cy1 = -factor * ry * x1 / rx;
    double cx = cosine * cx1 - sine * cy1 + (from.x + to.x) / 2;
    double cy = sine * cx1 + cosine * cy1 + (from.y + to.y) / 2;
    double begin = angle_of((x1 - cx1) / rx, (y1 - cy1) / ry);
    double end = angle_of((-x1 - cx1) / rx, (-y1 - cy1) / ry), span = end - begin;
    if (sweep && span < 0)
        span += 2 * PI;
    else if (!sweep && span > 0)
        span -= 2 * PI;
    int lines = arc_lines(rx > ry ? rx : ry, span, tolerance);
    for (int i = 1; i < lines; i++) {
        double x = rx * cos(begin + span * i / lines), y = ry * sin(begin + span * i / lines);
        outline_line(outline, cosine * x - sine * y + cx, sine * x + cosine * y + cy);
    }
    outline_line(outline, to.x, to.y);
}

struct outline_point outline_map(const struct outline_matrix *matrix, double x, double y)
{
    return (struct outline_point){matrix->a * x + matrix->c * y + matrix->e,
                                  matrix->b * x + matrix->d * y + matrix->f};
}

void outline_transform(struct outline *outline, const struct outline_matrix *matrix)
{
    for (size_t i = 0; i < outline->count; i++)
        outline->points[i] = outline_map(matrix, outline->points[i].x, outline->points[i].y);
}

/* A convex polygon, turned to run clockwise on the screen: where such overlap they add up. */
static void add_convex(struct outline *outline, const struct outline_point *points, int count)
{
    double area = 0;
    for (int i = 0; i < count; i++) {
        const struct outline_point *a = &points[i], *b = &points[(i + 1) % count];
        area += a->x * b->y - b->x * a->y;
    }
    for (int i = 0; i < count; i++) {
        const struct outline_point *at = &points[area < 0 ? count - 1 - i : i];
        if (i == 0)
            outline_move(outline, at->x, at->y);
        else
            outline_line(outline, at->x, at->y);
    }
}

static void add_disc(struct outline *outline, struct outline_point at, double radius,
                     double tolerance)
{
    int lines = arc_lines(radius, 2 * PI, tolerance);
    lines = lines < 8 ? 8 : lines;
    for (int i = 0; i < lines; i++) {
        double angle = 2 * PI * i / lines, x = at.x + radius * cos(angle),
               y = at.y + radius * sin(angle);
        if (i == 0)
            outline_move(outline, x, y);
        else
            outline_line(outline, x, y);
    }
}

/* A line's rectangle; `before` and `after` are what caps add to its ends. */
static void add_segment(struct outline *outline, struct outline_point from, struct outline_point to,
                        double half, double before, double after)
{
    double length = hypot(to.x - from.x, to.y - from.y);
    double ux = (to.x - from.x) / length, uy = (to.y - from.y) / length;
    struct outline_point a = {from.x - ux * before, from.y - uy * before};
    struct outline_point b = {to.x + ux * after, to.y + uy * after};
    struct outline_point corners[] = {{a.x - uy * half, a.y + ux * half},
                                      {b.x - uy * half, b.y + ux * half},
                                      {b.x + uy * half, b.y - ux * half},
                                      {a.x + uy * half, a.y - ux * half}};
    add_convex(outline, corners, 4);
}

static void add_join(struct outline *outline, struct outline_point before, struct outline_point at,
                     struct outline_point after, const struct outline_pen *pen, double tolerance)
{
    double half = pen->width / 2;
    double l1 = hypot(at.x - before.x, at.y - before.y), l2 = hypot(after.x - at.x, after.y - at.y);
    double ux = (at.x - before.x) / l1, uy = (at.y - before.y) / l1;
    double vx = (after.x - at.x) / l2, vy = (after.y - at.y) / l2;
    double cross = ux * vy - uy * vx, dot = ux * vx + uy * vy;
    if (fabs(cross) < 1e-9 && dot > 0)
        return;
    if (pen->join == OUTLINE_JOIN_ROUND) {
        add_disc(outline, at, half, tolerance);
        return;
    }
    /* The outer side of the bend. */
    double side = cross > 0 ? -1 : 1;
    struct outline_point a = {at.x - side * uy * half, at.y + side * ux * half};
    struct outline_point b = {at.x - side * vy * half, at.y + side * vx * half};
    double half_angle_sine = sqrt((1 + dot) / 2);
    if (pen->join == OUTLINE_JOIN_MITER && half_angle_sine > 1e-6 &&
        1 / half_angle_sine <= pen->miter_limit) {
        double mx = a.x + b.x - 2 * at.x, my = a.y + b.y - 2 * at.y, m = hypot(mx, my);
        struct outline_point tip = {at.x + mx / m * half / half_angle_sine,
                                    at.y + my / m * half / half_angle_sine};
        add_convex(outline, (struct outline_point[]){at, a, tip, b}, 4);
        return;
    }
    add_convex(outline, (struct outline_point[]){at, a, b}, 3);
}

/* Of one polygon; points that stand on the one before are left out. */
static void stroke_part(const struct outline_point *points, size_t count, bool closed,
                        const struct outline_pen *pen, double tolerance, struct outline *stroke)
{
    double half = pen->width / 2;
    size_t kept = 0;
    struct outline_point *line = xcalloc(count + 1, sizeof *line);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 ||
            hypot(points[i].x - line[kept - 1].x, points[i].y - line[kept - 1].y) > 1e-9)
            line[kept++] = points[i];
    }
    while (closed && kept > 1 &&
           hypot(line[kept - 1].x - line[0].x, line[kept - 1].y - line[0].y) <= 1e-9)
        kept--;
    size_t segments = kept < 2 ? 0 : closed ? kept : kept - 1;
    double cap = pen->cap == OUTLINE_CAP_SQUARE ? half : 0;
    for (size_t i = 0; i < segments; i++) {
        bool first = !closed && i == 0, last = !closed && i + 1 == segments;
        struct outline_point from = line[i], to = line[(i + 1) % kept];
        add_segment(stroke, from, to, half, first ? cap : 0, last ? cap : 0);
        if (!last)
            add_join(stroke, from, to, line[(i + 2) % kept], pen, tolerance);
        if (pen->cap == OUTLINE_CAP_ROUND && first)
            add_disc(stroke, from, half, tolerance);
        if (pen->cap == OUTLINE_CAP_ROUND && last)
            add_disc(stroke, to, half, tolerance);
    }
    if (segments == 0 && kept > 0 && pen->cap == OUTLINE_CAP_ROUND)
        add_disc(stroke, line[0], half, tolerance);
    free(line);
}

static size_t part_end(const struct outline *outline, size_t part)
{
    return part + 1 < outline->part_count ? outline->starts[part + 1] : outline->count;
}

void outline_stroke(const struct outline *outline, const struct outline_pen *pen, double tolerance,
                    struct outline *ret_stroke)
{
    for (size_t i = 0; i < outline->part_count; i++) {
        size_t start = outline->starts[i];
        stroke_part(outline->points + start, part_end(outline, i) - start, outline->closed[i], pen,
                    tolerance, ret_stroke);
    }
    ret_stroke->full |= outline->full;
}

/* Where a line of samples meets an edge, and which way the edge goes there. */
struct crossing {
    double x;
    int turn;
};

static int compare_crossings(const void *a, const void *b)
{
    const struct crossing *first = a, *second = b;
    return (first->x > second->x) - (first->x < second->x);
}

struct crossings {
    struct crossing *items;
    size_t count, capacity;
};

static void add_crossing(struct crossings *crossings, double x, int turn)
{
    if (crossings->count == crossings->capacity) {
        crossings->capacity = crossings->capacity > 0 ? crossings->capacity * 2 : 64;
        crossings->items =
            xrealloc(crossings->items, crossings->capacity * sizeof *crossings->items);
    }
    crossings->items[crossings->count++] = (struct crossing){x, turn};
}

/* Adds to each pixel how much of it lies between from and to. */
static void add_span(float *row, int width, double from, double to)
{
    from = from < 0 ? 0 : from;
    to = to > width ? width : to;
    if (from >= to)
        return;
    int first = (int)from, last = (int)to;
    if (first == last) {
        row[first] += (float)(to - from);
        return;
    }
    row[first] += (float)(first + 1 - from);
    for (int x = first + 1; x < last; x++)
        row[x] += 1;
    if (last < width)
        row[last] += (float)(to - last);
}

static void find_crossings(const struct outline *outline, double y, struct crossings *crossings)
{
    crossings->count = 0;
    for (size_t i = 0; i < outline->part_count; i++) {
        size_t start = outline->starts[i], end = part_end(outline, i);
        for (size_t j = start; j < end; j++) {
            const struct outline_point *a = &outline->points[j];
            const struct outline_point *b = &outline->points[j + 1 < end ? j + 1 : start];
            if ((a->y <= y) != (b->y <= y))
                add_crossing(crossings, a->x + (b->x - a->x) * (y - a->y) / (b->y - a->y),
                             a->y <= y ? 1 : -1);
        }
    }
    if (crossings->count > 0)
        qsort(crossings->items, crossings->count, sizeof *crossings->items, compare_crossings);
}

void outline_cover(const struct outline *outline, bool even_odd, double x, double y, double scale_x,
                   double scale_y, int width, int height, uint8_t *mask)
{
    struct crossings crossings = {0};
    float *row = xcalloc((size_t)width + 1, sizeof *row);
    for (int i = 0; i < height; i++) {
        memset(row, 0, ((size_t)width + 1) * sizeof *row);
        for (int sub = 0; sub < SUBROWS; sub++) {
            find_crossings(outline, y + (i + (sub + 0.5) / SUBROWS) / scale_y, &crossings);
            int turns = 0;
            for (size_t j = 0; j + 1 < crossings.count; j++) {
                turns += crossings.items[j].turn;
                if (even_odd ? (j & 1) == 0 : turns != 0)
                    add_span(row, width, (crossings.items[j].x - x) * scale_x,
                             (crossings.items[j + 1].x - x) * scale_x);
            }
        }
        for (int j = 0; j < width; j++) {
            float cover = row[j] * 255 / SUBROWS + 0.5f;
            mask[(size_t)i * (size_t)width + (size_t)j] = (uint8_t)(cover > 255 ? 255 : cover);
        }
    }
    free(row);
    free(crossings.items);
}
