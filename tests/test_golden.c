#include "layout_case.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SDL.h>
#include <SDL_ttf.h>
#include <fontconfig/fontconfig.h>
/* Needs the one above. */
#include <fontconfig/fcfreetype.h>

#include <unicode/uversion.h>

#include <roomsign/buffer.h>
#include <roomsign/canvas.h>
#include <roomsign/collage.h>
#include <roomsign/fonts.h>
#include <roomsign/hash.h>
#include <roomsign/picture.h>
#include <roomsign/theme_file.h>

#include "golden_case.h"

/*
 * Golden layouts and pictures. The layouts are lists of boxes, set with a measure that is the same
 * everywhere. The pictures are drawn with this machine's fonts, so that there is a set of them for
 * each stack of fonts and libraries (tests/golden/pictures/SET/made-with); where there is none for
 * this one, they are skipped and say so. A set of another look than the lists' counts as none.
 *
 * They are kept reduced, each pixel the mean of SHRUNK x SHRUNK: a line of text that moves by one
 * pixel shows, and the repository stays small.
 *
 * ROOMSIGN_GOLDEN=write makes them anew (`make golden`). Look at them before they are committed.
 */

#define SHRUNK 5
#define CHANNEL_TOLERANCE 2
#define FOLDER "tests/golden"
#define PATH_BYTES 600
#define LIST_BYTES_MAX (256 * 1024)

static const int golden_sizes[][2] = {{1920, 1080}, {1080, 1920}, {800, 480}, {1280, 1024}};
#define GOLDEN_SIZES (sizeof golden_sizes / sizeof *golden_sizes)

struct picture {
    char name[64];
    const struct golden_moment *moment;
    const struct golden_script *script;
    int width, height;
    /* A picture is kept of it, not its boxes alone. */
    bool drawn;
};
static struct picture pictures[(GOLDEN_MOMENTS + GOLDEN_SCRIPTS) * GOLDEN_SIZES];
static size_t picture_count;

static bool writing;
static int failures;
static struct buffer lists, made_with;
static char set_path[PATH_BYTES], output_path[PATH_BYTES];

static void add_pictures(const char *name, const struct golden_moment *moment,
                         const struct golden_script *script, size_t drawn)
{
    for (size_t i = 0; i < GOLDEN_SIZES; i++) {
        struct picture *picture = &pictures[picture_count++];
        *picture = (struct picture){.moment = moment,
                                    .script = script,
                                    .width = golden_sizes[i][0],
                                    .height = golden_sizes[i][1],
                                    .drawn = i < drawn};
        snprintf(picture->name, sizeof picture->name, "%s-%dx%d", name, picture->width,
                 picture->height);
    }
}

static const char *path_of(const char *folder, const char *name, const char *ending)
{
    static char paths[4][PATH_BYTES * 2];
    static int turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s%s", folder, name, ending);
    return path;
}

static void make_folder(const char *path)
{
    char part[PATH_BYTES];
    for (size_t i = 1; i <= strlen(path); i++) {
        if (path[i] == '/' || path[i] == '\0') {
            snprintf(part, sizeof part, "%.*s", (int)i, path);
            mkdir(part, 0777);
        }
    }
}

static void write_text(const char *path, const struct buffer *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->length, file), text->length);
    assert_int_equal(fclose(file), 0);
}

static bool read_text(const char *path, struct buffer *ret_text)
{
    struct error err = {0};
    buffer_init(ret_text, LIST_BYTES_MAX);
    return buffer_read_file(ret_text, path, &err);
}

static bool same_text(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* The smallest text in 0.01 % of the short edge; the lowest contrast times 100. */
static void measure_layout(const struct layout *layout, int *ret_size, int *ret_contrast)
{
    *ret_size = *ret_contrast = INT32_MAX;
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (is_text(box)) {
            int size = (int)(units(layout, box) * 100 + 0.5);
            int contrast = (int)(layout_contrast(box->colour, box->ground) * 100);
            *ret_size = size < *ret_size ? size : *ret_size;
            *ret_contrast = contrast < *ret_contrast ? contrast : *ret_contrast;
        }
    }
}

static void list_box(const struct layout_box *box, struct buffer *list)
{
    static const char *const kinds[] = {"fill", "text", "shape", "qr", "logo"};
    const struct layout_rect *r = &box->rect;
    const char *kind = (size_t)box->kind < sizeof kinds / sizeof *kinds ? kinds[box->kind] : "?";
    buffer_append_format(list, "%s %s %d,%d %dx%d #%06x on #%06x", kind, box->role, r->x, r->y,
                         r->width, r->height, box->colour, box->ground);
    if (box->radius_px)
        buffer_append_format(list, " radius %d", box->radius_px);
    if (box->kind == BOX_SHAPE)
        buffer_append_format(list, " shape %d", box->shape);
    if (is_text(box)) {
        buffer_append_format(list, " size %d%s%s spacing %d %s baseline %d%s", box->style.size_px,
                             box->style.weight == TEXT_WEIGHT_BOLD ? " bold" : "",
                             box->style.tabular ? " tabular" : "", box->style.spacing_px,
                             box->align == BOX_ALIGN_END ? "end" : "start", box->baseline_y,
                             box->strike ? " struck" : "");
    }
    buffer_append_format(list, *box->text ? " | %s\n" : "%s\n", box->text);
}

static void list_boxes(const struct layout *layout, struct buffer *ret_list)
{
    int size, contrast;
    buffer_init(ret_list, LIST_BYTES_MAX);
    measure_layout(layout, &size, &contrast);
    buffer_append_format(ret_list, "smallest text %d.%02d %% of the short edge, contrast %d.%02d\n",
                         size / 100, size % 100, contrast / 100, contrast % 100);
    for (size_t i = 0; i < layout->count; i++)
        list_box(&layout->boxes[i], ret_list);
    assert_true(ret_list->length < LIST_BYTES_MAX - 1024);
}

static void lay_out(const struct picture *picture, const struct text_measure *measure,
                    struct layout *ret_layout)
{
    static struct view view;
    golden_view(picture->moment, picture->script, &view);
    layout_make(&view, picture->width, picture->height, theme_builtin(THEME_BASE_DARK), measure,
                ret_layout);
}

static void tell_difference(const char *name, const char *what)
{
    failures++;
    print_error("%s: %s; see %s/\n", name, what, output_path);
}

/* The first line that differs. */
static void tell_line(const char *name, const struct buffer *expected, const struct buffer *actual)
{
    size_t at = 0, line = 1;
    while (at < expected->length && at < actual->length && expected->data[at] == actual->data[at])
        line += expected->data[at++] == '\n';
    char what[64];
    snprintf(what, sizeof what, "another list of boxes, from line %zu on", line);
    tell_difference(name, what);
}

static void check_list(const struct picture *picture, const struct buffer *actual)
{
    const char *path = path_of(FOLDER "/boxes", picture->name, ".txt");
    struct buffer expected;
    if (writing) {
        write_text(path, actual);
        return;
    }
    bool found = read_text(path, &expected);
    if (!found || !same_text(&expected, actual)) {
        make_folder(output_path);
        write_text(path_of(output_path, picture->name, ".actual.txt"), actual);
        if (found) {
            write_text(path_of(output_path, picture->name, ".expected.txt"), &expected);
            tell_line(picture->name, &expected, actual);
        } else {
            tell_difference(picture->name, "no list of boxes; `make golden` makes it");
        }
    }
    buffer_release(&expected);
}

static void test_boxes(void **state)
{
    (void)state;
    static struct layout layout;
    failures = 0;
    for (size_t i = 0; i < picture_count; i++) {
        struct buffer list;
        lay_out(&pictures[i], &fake_measure, &layout);
        check_layout(&layout, pictures[i].name);
        list_boxes(&layout, &list);
        check_list(&pictures[i], &list);
        buffer_release(&list);
    }
    assert_int_equal(failures, 0);
}

/* The built-in themes as files: a colour that changes is one that somebody has looked at. */
static void test_themes(void **state)
{
    (void)state;
    failures = 0;
    for (int base = 0; base < THEME_BASE_COUNT; base++) {
        const char *name = theme_base_name((enum theme_base)base);
        const char *path = path_of(FOLDER "/themes", name, ".theme");
        struct buffer actual, expected;
        char *text = NULL;
        size_t length = 0;
        FILE *file = open_memstream(&text, &length);
        assert_non_null(file);
        theme_file_print(theme_builtin((enum theme_base)base), file);
        assert_int_equal(fclose(file), 0);
        buffer_init(&actual, LIST_BYTES_MAX);
        for (const char *line = text; *line; line += length + (line[length] == '\n')) {
            length = strcspn(line, "\n");
            if (length > 0 && *line != '#')
                buffer_append_format(&actual, "%.*s\n", (int)length, line);
        }
        if (writing) {
            make_folder(FOLDER "/themes");
            write_text(path, &actual);
        }
        if (!read_text(path, &expected) || !same_text(&expected, &actual)) {
            make_folder(output_path);
            write_text(path_of(output_path, name, ".actual.theme"), &actual);
            tell_difference(name, "other colours");
        }
        buffer_release(&expected);
        buffer_release(&actual);
        free(text);
    }
    assert_int_equal(failures, 0);
}

/* Pictures */

static void append_font(const struct fonts *fonts, int family)
{
    long index = 0;
    int count = 0, version = 0;
    const char *file = fonts_file(fonts, family, TEXT_WEIGHT_BOLD, &index);
    FcPattern *pattern =
        FcFreeTypeQuery((const FcChar8 *)file, (unsigned)index & 0xffff, NULL, &count);
    assert_non_null(pattern);
    FcPatternGetInteger(pattern, FC_FONTVERSION, 0, &version);
    buffer_append_format(&made_with, "%s %d.%03d\n", fonts_family_name(fonts, family),
                         version >> 16, (version & 0xffff) * 1000 / 65536);
    FcPatternDestroy(pattern);
}

/* Everything that pixels depend on beside the boxes. */
static void find_made_with(void)
{
    struct error err = {0};
    struct fonts *fonts = fonts_new("", &err);
    int major, minor, patch;
    assert_non_null(fonts);
    buffer_init(&made_with, LIST_BYTES_MAX);
    const SDL_version *ttf = TTF_Linked_Version();
    buffer_append_format(&made_with, "SDL_ttf %d.%d.%d\n", ttf->major, ttf->minor, ttf->patch);
    assert_int_equal(TTF_Init(), 0);
    TTF_GetFreeTypeVersion(&major, &minor, &patch);
    TTF_Quit();
    buffer_append_format(&made_with, "FreeType %d.%d.%d\n", major, minor, patch);
    TTF_GetHarfBuzzVersion(&major, &minor, &patch);
    buffer_append_format(&made_with, "HarfBuzz %d.%d.%d\nICU %s\n", major, minor, patch,
                         U_ICU_VERSION);
    for (int i = 0; i < fonts_family_count(fonts); i++)
        append_font(fonts, i);
    fonts_free(fonts);
    buffer_append(&made_with, "", 1);
    snprintf(set_path, sizeof set_path, "%s/pictures/%08x", FOLDER,
             (unsigned)(hash_text(HASH_START, made_with.data) & 0xffffffff));
    made_with.length--;
    /* What the pictures show, too. */
    buffer_append(&lists, "", 1);
    buffer_append_format(&made_with, "boxes %08x\n",
                         (unsigned)(hash_text(HASH_START, lists.data) & 0xffffffff));
}

static SDL_Surface *shrink(SDL_Surface *whole)
{
    struct layout_rect all = {0, 0, whole->w / SHRUNK, whole->h / SHRUNK};
    SDL_Surface *small = collage_new(all.width, all.height, 0);
    collage_put(small, &all, whole);
    return small;
}

static uint8_t *row_of(const SDL_Surface *surface, int y)
{
    return (uint8_t *)surface->pixels + (size_t)y * (size_t)surface->pitch;
}

/* The pixels that differ, in *ret_difference white where they differ most; 0: none. */
static int compare(const SDL_Surface *a, const SDL_Surface *b, SDL_Surface **ret_difference)
{
    int differing = 0;
    *ret_difference = collage_new(a->w, a->h, 0);
    for (int y = 0; y < a->h; y++) {
        for (int x = 0; x < a->w; x++) {
            uint8_t *shown = row_of(*ret_difference, y) + x * 4;
            bool differs = false;
            for (int channel = 0; channel < 3; channel++) {
                int by = row_of(a, y)[x * 4 + channel] - row_of(b, y)[x * 4 + channel];
                by = by < 0 ? -by : by;
                differs = differs || by > CHANNEL_TOLERANCE;
                shown[channel] = (uint8_t)(by > CHANNEL_TOLERANCE ? 127 + by / 2 : 0);
            }
            differing += differs;
        }
    }
    return differing;
}

static void write_picture(const char *path, const SDL_Surface *surface)
{
    struct error err = {0};
    if (!picture_write(path, surface, &err))
        fail_msg("%s: %s", path, err.message);
}

static void check_picture(const struct picture *picture, SDL_Surface *whole)
{
    struct error err = {0};
    const char *path = path_of(set_path, picture->name, ".png");
    SDL_Surface *actual = shrink(whole), *expected = NULL, *difference = NULL;
    if (writing) {
        write_picture(path, actual);
    } else if ((expected = picture_read(path, &err)) == NULL) {
        tell_difference(picture->name, err.message);
    } else if (expected->w != actual->w || expected->h != actual->h) {
        tell_difference(picture->name, "a picture of another size");
    } else if (compare(actual, expected, &difference) > 0) {
        make_folder(output_path);
        write_picture(path_of(output_path, picture->name, ".whole.png"), whole);
        write_picture(path_of(output_path, picture->name, ".actual.png"), actual);
        write_picture(path_of(output_path, picture->name, ".expected.png"), expected);
        write_picture(path_of(output_path, picture->name, ".difference.png"), difference);
        tell_difference(picture->name, "another picture");
    }
    SDL_FreeSurface(difference);
    SDL_FreeSurface(expected);
    SDL_FreeSurface(actual);
}

/* The contrast times 100 that a line's strongest pixel really has. */
static int contrast_drawn(const SDL_Surface *surface, const struct layout_box *box)
{
    double best = 1;
    struct layout_rect seen = ink(box);
    for (int y = seen.y < 0 ? 0 : seen.y; y < seen.y + seen.height && y < surface->h; y++) {
        for (int x = seen.x < 0 ? 0 : seen.x; x < seen.x + seen.width && x < surface->w; x++) {
            uint32_t pixel;
            memcpy(&pixel, row_of(surface, y) + x * 4, sizeof pixel);
            double contrast = layout_contrast(pixel & 0xffffff, box->ground);
            best = contrast > best ? contrast : best;
        }
    }
    return (int)(best * 100 + 0.5);
}

/* Writes the picture's figures; every line must be as large and as clear as promised. */
static void check_figures(const struct picture *picture, const struct layout *layout,
                          const SDL_Surface *whole, FILE *figures)
{
    int size, contrast, drawn = INT32_MAX;
    measure_layout(layout, &size, &contrast);
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_box *box = &layout->boxes[i];
        if (is_text(box) && *box->text) {
            int seen = contrast_drawn(whole, box);
            drawn = seen < drawn ? seen : drawn;
        }
    }
    fprintf(figures, "%s\t%d.%02d\t%d.%02d\t%d.%02d\n", picture->name, size / 100, size % 100,
            contrast / 100, contrast % 100, drawn / 100, drawn % 100);
    if (size < LAYOUT_TEXT_MIN_UNITS * 100 || contrast < PALETTE_CONTRAST_MIN * 100 ||
        drawn < PALETTE_CONTRAST_MIN * 100) {
        print_error("%s: text of %d.%02d %%, contrast %d.%02d, drawn %d.%02d\n", picture->name,
                    size / 100, size % 100, contrast / 100, contrast % 100, drawn / 100,
                    drawn % 100);
        failures++;
    }
}

/* Hands every picture to what looks at it. */
static void draw_all(void (*look)(const struct picture *picture, const struct layout *layout,
                                  SDL_Surface *whole, void *context),
                     void *context)
{
    static struct layout layout;
    for (size_t i = 0; i < picture_count; i++) {
        if (!pictures[i].drawn)
            continue;
        struct error err = {0};
        struct text *text = text_new(pictures[i].script->language, "", &err);
        assert_non_null(text);
        struct canvas *canvas = canvas_new(text, NULL);
        struct text_measure measure = text_measurer(text);
        struct layout_rect rects[CANVAS_RECTS_MAX];
        lay_out(&pictures[i], &measure, &layout);
        canvas_draw(canvas, &layout, rects);
        look(&pictures[i], &layout, canvas_surface(canvas), context);
        canvas_free(canvas);
        text_free(text);
    }
}

static void look_at_pixels(const struct picture *picture, const struct layout *layout,
                           SDL_Surface *whole, void *context)
{
    bool has_set = *(bool *)context;
    (void)layout;
    if (has_set)
        check_picture(picture, whole);
}

static void look_at_figures(const struct picture *picture, const struct layout *layout,
                            SDL_Surface *whole, void *context)
{
    check_figures(picture, layout, whole, context);
}

static void drop_folder(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        unlink(path_of(path, entry->d_name, ""));
    if (folder)
        closedir(folder);
    rmdir(path);
}

/* Sets that show another look are of no use any more. */
static void drop_old_sets(void)
{
    DIR *folder = opendir(FOLDER "/pictures");
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char path[PATH_BYTES];
        struct buffer text = {0};
        snprintf(path, sizeof path, "%s/pictures/%s", FOLDER, entry->d_name);
        const char *now = strstr(made_with.data, "boxes ");
        size_t length = (size_t)(made_with.data + made_with.length - now);
        bool kept = entry->d_name[0] == '.';
        if (!kept && read_text(path_of(path, "made-with", ""), &text) && text.length > length)
            kept = memcmp(text.data + text.length - length, now, length) == 0;
        if (!kept)
            drop_folder(path);
        buffer_release(&text);
    }
    if (folder)
        closedir(folder);
}

static void test_pictures(void **state)
{
    (void)state;
    struct buffer of_set = {0};
    bool has_set = true;
    failures = 0;
    if (writing) {
        drop_old_sets();
        make_folder(set_path);
        write_text(path_of(set_path, "made-with", ""), &made_with);
    } else if (!read_text(path_of(set_path, "made-with", ""), &of_set) ||
               !same_text(&of_set, &made_with)) {
        make_folder(output_path);
        write_text(path_of(output_path, "made-with", ".actual.txt"), &made_with);
        print_message("no golden pictures of this look with these fonts and libraries (%s); "
                      "make golden draws them\n",
                      set_path);
        has_set = false;
    }
    buffer_release(&of_set);
    if (!has_set)
        skip();
    draw_all(look_at_pixels, &has_set);
    assert_int_equal(failures, 0);
}

static void test_sizes_and_contrast_of_every_picture(void **state)
{
    (void)state;
    failures = 0;
    make_folder(output_path);
    FILE *figures = fopen(path_of(output_path, "figures", ".tsv"), "w");
    assert_non_null(figures);
    fprintf(figures, "picture\tsmallest text, %% of the short edge\tlowest contrast\tas drawn\n");
    draw_all(look_at_figures, figures);
    assert_int_equal(fclose(figures), 0);
    assert_int_equal(failures, 0);
}

static int setup(void **state)
{
    (void)state;
    static struct layout layout;
    const char *mode = getenv("ROOMSIGN_GOLDEN"), *build = getenv("BUILD");
    writing = mode && strcmp(mode, "write") == 0;
    snprintf(output_path, sizeof output_path, "%s/golden", build ? build : "build");
    for (size_t i = 0; i < GOLDEN_MOMENTS; i++)
        add_pictures(golden_moments[i].name, &golden_moments[i], &golden_usual,
                     i < GOLDEN_PHASES ? GOLDEN_SIZES : 1);
    for (size_t i = 0; i < GOLDEN_SCRIPTS; i++)
        add_pictures(golden_scripts[i].name, &golden_moments[0], &golden_scripts[i], 1);
    buffer_init(&lists, (size_t)LIST_BYTES_MAX * 16);
    for (size_t i = 0; i < picture_count; i++) {
        struct buffer list;
        lay_out(&pictures[i], &fake_measure, &layout);
        list_boxes(&layout, &list);
        buffer_append(&lists, list.data, list.length);
        buffer_release(&list);
    }
    if (writing)
        make_folder(FOLDER "/boxes");
    find_made_with();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    buffer_release(&lists);
    buffer_release(&made_with);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_themes),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_pictures),
        cmocka_unit_test(test_sizes_and_contrast_of_every_picture),
    };
    return cmocka_run_group_tests_name("golden", tests, setup, teardown);
}
