#include <roomsign/pen.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <unicode/ucasemap.h>

#include <roomsign/utf8.h>
#include <roomsign/words.h>

#define CAPITALS_SPACING_PERCENT 6

int pen_space(const struct pen *pen, int spaces)
{
    return type_scale_space_px(spaces, pen->short_edge_px);
}

int pen_columns(const struct layout_rect *field)
{
    return field->width < field->height ? GRID_COLUMNS_UPRIGHT : GRID_COLUMNS;
}

int pen_column(const struct pen *pen, const struct layout_rect *field, int line)
{
    int margin = pen_space(pen, SPACE_MARGIN), gutter = pen_space(pen, SPACE_GUTTER);
    return field->x + margin + (field->width - 2 * margin + gutter) * line / pen_columns(field);
}

int pen_column_end(const struct pen *pen, const struct layout_rect *field, int line)
{
    return pen_column(pen, field, line) - pen_space(pen, SPACE_GUTTER);
}

struct text_style pen_style(const struct pen *pen, int size, enum text_weight weight)
{
    return (struct text_style){.size_px = type_scale_px(size, pen->short_edge_px),
                               .weight = weight};
}

struct text_style pen_tabular(const struct pen *pen, int size, enum text_weight weight)
{
    struct text_style style = pen_style(pen, size, weight);
    style.tabular = true;
    return style;
}

int pen_text_width(const struct pen *pen, const char *text, const struct text_style *style)
{
    return text[0] ? pen->measure->width_px(pen->measure->context, text, strlen(text), style) : 0;
}

struct text_metrics pen_metrics(const struct pen *pen, const struct text_style *style)
{
    return pen->measure->metrics(pen->measure->context, style);
}

static struct layout_box *add_box(struct pen *pen, enum box_kind kind, const char *role)
{
    assert(pen->layout->count < LAYOUT_BOXES_MAX);
    struct layout_box *box = &pen->layout->boxes[pen->layout->count++];
    memset(box, 0, sizeof *box);
    box->kind = kind;
    box->role = role;
    box->ground = pen->ground;
    return box;
}

void pen_fill(struct pen *pen, const char *role, struct layout_rect rect, layout_colour colour,
              int radius_px)
{
    struct layout_box *box = add_box(pen, BOX_FILL, role);
    box->rect = rect;
    box->colour = colour;
    box->radius_px = radius_px;
}

void pen_shape(struct pen *pen, const char *role, enum box_shape shape, struct layout_rect rect,
               layout_colour colour)
{
    struct layout_box *box = add_box(pen, BOX_SHAPE, role);
    box->shape = shape;
    box->rect = rect;
    box->colour = colour;
}

void pen_code(struct pen *pen, const char *role, const char *text, struct layout_rect rect,
              layout_colour colour, int radius_px)
{
    struct layout_box *box = add_box(pen, BOX_QR, role);
    size_t length = strlen(text);
    assert(length < sizeof box->text);
    box->rect = rect;
    box->colour = colour;
    box->radius_px = radius_px;
    memcpy(box->text, text, length + 1);
}

void pen_image(struct pen *pen, const char *role, struct layout_rect rect)
{
    add_box(pen, BOX_LOGO, role)->rect = rect;
}

int pen_line(struct pen *pen, const char *role, const char *text, const struct text_style *style,
             layout_colour colour, int x, int baseline_y, enum box_align align)
{
    if (!text[0]) {
        return 0;
    }
    struct text_metrics metrics = pen_metrics(pen, style);
    int width = pen_text_width(pen, text, style);
    struct layout_box *box = add_box(pen, BOX_TEXT, role);
    box->rect = (struct layout_rect){
        .x = align == BOX_ALIGN_END ? x - width : x,
        .y = baseline_y - metrics.ascent_px,
        .width = width,
        .height = metrics.ascent_px + metrics.descent_px,
    };
    box->colour = colour;
    box->align = align;
    box->style = *style;
    box->baseline_y = baseline_y;
    size_t length = utf8_cut(text, strlen(text), sizeof box->text - 1);
    memcpy(box->text, text, length);
    box->text[length] = '\0';
    return width;
}

void pen_strike_last(struct pen *pen)
{
    pen_strike_from(pen, pen->layout->count - 1);
}

void pen_strike_from(struct pen *pen, size_t first)
{
    for (size_t i = first; i < pen->layout->count; i++) {
        pen->layout->boxes[i].strike = true;
    }
}

int pen_cut_line(struct pen *pen, const char *role, const char *text,
                 const struct text_style *style, layout_colour colour, int x, int baseline_y,
                 int room_px)
{
    char line[LAYOUT_TEXT_BYTES];
    if (!text[0] || room_px <= 0 || fit_line(text, style, room_px, pen->measure, line) == 0) {
        return 0;
    }
    return pen_line(pen, role, line, style, colour, x, baseline_y, BOX_ALIGN_START);
}

struct block pen_fit_whole(const struct pen *pen, const char *text, const char *whole,
                           enum text_weight weight, int size_max, int size_min, int lines_max,
                           double leading, int width_px, int height_px)
{
    struct block block;
    struct text_style style = pen_style(pen, size_max, weight);
    int sizes_px[TYPE_SIZES_MAX + 1] = {0};
    for (int size = size_max, i = 0; size >= size_min; size--) {
        sizes_px[i++] = type_scale_px(size, pen->short_edge_px);
    }
    struct fit_box box = {
        .width_px = width_px,
        .height_px = height_px,
        .lines_max = lines_max,
        .size_max_px = style.size_px,
        .size_min_px = pen_style(pen, size_min, weight).size_px,
        .sizes_px = sizes_px,
        .leading = leading,
        .whole = whole,
    };
    fit_text(text, &style, &box, pen->measure, &block.fit);
    block.height_px = block.fit.line_count * block.fit.line_height_px;
    return block;
}

struct block pen_fit(const struct pen *pen, const char *text, enum text_weight weight, int size_max,
                     int size_min, int lines_max, double leading, int width_px, int height_px)
{
    return pen_fit_whole(pen, text, NULL, weight, size_max, size_min, lines_max, leading, width_px,
                         height_px);
}

static int widest_line_px(const struct pen *pen, const struct block *block)
{
    int widest = 0;
    for (int i = 0; i < block->fit.line_count; i++) {
        int width = pen_text_width(pen, block->fit.lines[i], &block->fit.style);
        widest = width > widest ? width : widest;
    }
    return widest;
}

int pen_first_baseline_px(const struct pen *pen, const struct block *block)
{
    struct text_metrics metrics = pen_metrics(pen, &block->fit.style);
    int slack = block->fit.line_height_px - metrics.ascent_px - metrics.descent_px;
    return slack / 2 + metrics.ascent_px;
}

int pen_place(struct pen *pen, const char *role, const struct block *block, layout_colour colour,
              int x, int y)
{
    if (block->fit.line_count == 0) {
        return y;
    }
    int first = y + pen_first_baseline_px(pen, block);
    /* The block stays where the sign begins; lines that begin at the right are even there. */
    bool against = block->fit.right_to_left && !words_for(pen->view->language)->right_to_left;
    int begin = against ? x + widest_line_px(pen, block) : x;
    for (int i = 0; i < block->fit.line_count; i++) {
        int baseline = first + i * block->fit.line_height_px;
        pen_line(pen, role, block->fit.lines[i], &block->fit.style, colour, begin, baseline,
                 against ? BOX_ALIGN_END : BOX_ALIGN_START);
    }
    return y + block->height_px;
}

static void to_capitals(const char *language, const char *text, char *capitals, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *map = ucasemap_open(language, 0, &status);
    assert(U_SUCCESS(status));
    int32_t length = ucasemap_utf8ToUpper(map, capitals, (int32_t)size, text, -1, &status);
    ucasemap_close(map);
    if (U_FAILURE(status) || (size_t)length >= size) {
        snprintf(capitals, size, "%s", text);
    }
}

static struct text_style capitals_style(const struct pen *pen, int size)
{
    struct text_style style = pen_style(pen, size, TEXT_WEIGHT_BOLD);
    style.spacing_px = style.size_px * CAPITALS_SPACING_PERCENT / 100;
    return style;
}

int pen_capitals_width(const struct pen *pen, const char *text, int size)
{
    char capitals[VIEW_NAME_BYTES * 2];
    struct text_style style = capitals_style(pen, size);
    to_capitals(pen->view->language, text, capitals, sizeof capitals);
    return pen_text_width(pen, capitals, &style);
}

int pen_capitals(struct pen *pen, const char *role, const char *text, int size,
                 layout_colour colour, int x, int baseline_y)
{
    char capitals[VIEW_NAME_BYTES * 2];
    struct text_style style = capitals_style(pen, size);
    to_capitals(pen->view->language, text, capitals, sizeof capitals);
    return pen_line(pen, role, capitals, &style, colour, x, baseline_y, BOX_ALIGN_START);
}
