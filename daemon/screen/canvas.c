#include <roomsign/canvas.h>

#include <assert.h>
#include <stdlib.h>

#include <SDL.h>

#include <roomsign/blend.h>
#include <roomsign/qr_draw.h>
#include <roomsign/shapes.h>

struct canvas {
    struct text *text;
    /* NULL: none. */
    struct logo *logo;
    SDL_Surface *surface;
    /* What the pixels show; only while `drawn`. */
    struct layout *last;
    bool drawn;
};

struct damage {
    struct layout_rect *rects;
    size_t count;
    struct layout_rect whole;
};

struct canvas *canvas_new(struct text *text, struct logo *logo)
{
    struct canvas *canvas = xcalloc(1, sizeof *canvas);
    canvas->text = text;
    canvas->logo = logo;
    canvas->last = xcalloc(1, sizeof *canvas->last);
    return canvas;
}

void canvas_free(struct canvas *canvas)
{
    if (canvas == NULL)
        return;
    SDL_FreeSurface(canvas->surface);
    free(canvas->last);
    free(canvas);
}

struct SDL_Surface *canvas_surface(const struct canvas *canvas)
{
    return canvas->surface;
}

static int64_t rect_area(const struct layout_rect *rect)
{
    return (int64_t)rect->width * rect->height;
}

static struct layout_rect rect_union(const struct layout_rect *a, const struct layout_rect *b)
{
    int left = a->x < b->x ? a->x : b->x;
    int top = a->y < b->y ? a->y : b->y;
    int right = a->x + a->width > b->x + b->width ? a->x + a->width : b->x + b->width;
    int bottom = a->y + a->height > b->y + b->height ? a->y + a->height : b->y + b->height;
    return (struct layout_rect){left, top, right - left, bottom - top};
}

/* Pixels that joining two rectangles would draw in vain. */
static int64_t joining_waste(const struct layout_rect *a, const struct layout_rect *b)
{
    struct layout_rect joined = rect_union(a, b);
    return rect_area(&joined) - rect_area(a) - rect_area(b);
}

static void damage_add(struct damage *damage, const struct layout_rect *rect)
{
    struct layout_rect part;
    if (!rect_intersect(rect, &damage->whole, &part))
        return;
    size_t nearest = 0;
    int64_t waste = INT64_MAX;
    for (size_t i = 0; i < damage->count; i++) {
        int64_t more = joining_waste(&damage->rects[i], &part);
        if (more < waste) {
            waste = more;
            nearest = i;
        }
    }
    bool cheap = damage->count > 0 && waste <= 0;
    if (!cheap && damage->count < CANVAS_RECTS_MAX) {
        damage->rects[damage->count++] = part;
        return;
    }
    part = rect_union(&damage->rects[nearest], &part);
    damage->rects[nearest] = damage->rects[--damage->count];
    /* The joined rectangle may now swallow others. */
    damage_add(damage, &part);
}

/* Every pixel that a box may touch. */
static struct layout_rect box_reach(const struct layout_box *box)
{
    return box->kind == BOX_TEXT ? text_reach(box) : box->rect;
}

static void damage_box(struct damage *damage, const struct layout_box *box)
{
    struct layout_rect reach = box_reach(box);
    damage_add(damage, &reach);
}

/* Where new box `index` stands in the old layout, not before `from`; old->count if nowhere. */
static size_t find_box(const struct layout *old, size_t from, const struct layout_box *box)
{
    while (from < old->count && !layout_box_equal(&old->boxes[from], box))
        from++;
    return from;
}

/*
 * Boxes that both layouts hold in the same order stay; every other box, old or new, damages its
 * rectangle. Outside the damage both layouts draw the same boxes in the same order.
 */
static void find_damage(const struct layout *old, const struct layout *new, struct damage *damage)
{
    size_t at = 0;
    for (size_t i = 0; i < new->count; i++) {
        size_t found = find_box(old, at, &new->boxes[i]);
        if (found == old->count) {
            damage_box(damage, &new->boxes[i]);
            continue;
        }
        for (; at < found; at++)
            damage_box(damage, &old->boxes[at]);
        at = found + 1;
    }
    for (; at < old->count; at++)
        damage_box(damage, &old->boxes[at]);
}

static bool covers(const struct layout_box *box, const struct layout_rect *rect)
{
    struct layout_rect part;
    return box->kind == BOX_FILL && box->radius_px <= 0 &&
           rect_intersect(&box->rect, rect, &part) && rect_area(&part) == rect_area(rect);
}

static void draw_box(struct canvas *canvas, const struct layout_box *box,
                     const struct layout_rect *clip)
{
    switch (box->kind) {
    case BOX_FILL:
        shapes_fill(canvas->surface, &box->rect, box->radius_px, box->colour, clip);
        return;
    case BOX_TEXT:
        text_draw(canvas->text, canvas->surface, box, clip);
        return;
    case BOX_SHAPE:
        shapes_draw(canvas->surface, box->shape, box->mirrored, &box->rect, box->colour, clip);
        return;
    case BOX_LOGO:
        if (canvas->logo != NULL)
            logo_draw(canvas->logo, canvas->surface, &box->rect, clip);
        return;
    case BOX_QR:
        qr_draw(canvas->surface, box, clip);
        return;
    }
    assert(!"a box of enum box_kind");
}

static void draw_within(struct canvas *canvas, const struct layout *layout,
                        const struct layout_rect *clip)
{
    size_t first = layout->count;
    while (first > 0 && !covers(&layout->boxes[first - 1], clip))
        first--;
    if (first > 0)
        first--;
    else
        blend_fill(canvas->surface, clip, 0, clip);
    for (size_t i = first; i < layout->count; i++) {
        struct layout_rect part, reach = box_reach(&layout->boxes[i]);
        if (rect_intersect(&reach, clip, &part))
            draw_box(canvas, &layout->boxes[i], clip);
    }
}

static void resize(struct canvas *canvas, int width_px, int height_px)
{
    if (canvas->surface != NULL && canvas->surface->w == width_px &&
        canvas->surface->h == height_px)
        return;
    SDL_FreeSurface(canvas->surface);
    canvas->surface =
        SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
    if (canvas->surface == NULL)
        error_out_of_memory();
    canvas->drawn = false;
}

size_t canvas_draw(struct canvas *canvas, const struct layout *layout,
                   struct layout_rect ret_rects[static CANVAS_RECTS_MAX])
{
    assert(layout->width_px > 0 && layout->height_px > 0 && layout->count <= LAYOUT_BOXES_MAX);
    resize(canvas, layout->width_px, layout->height_px);
    struct damage damage = {ret_rects, 0, {0, 0, layout->width_px, layout->height_px}};
    if (canvas->drawn)
        find_damage(canvas->last, layout, &damage);
    else
        damage_add(&damage, &damage.whole);
    for (size_t i = 0; i < damage.count; i++)
        draw_within(canvas, layout, &damage.rects[i]);
    *canvas->last = *layout;
    canvas->drawn = true;
    return damage.count;
}
