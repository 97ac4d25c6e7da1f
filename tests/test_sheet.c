#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <SDL.h>

#include <roomsign/collage.h>
#include <roomsign/feed_program.h>
#include <roomsign/once.h>
#include <roomsign/picture.h>
#include <roomsign/sheet.h>
#include <roomsign/theme.h>

#include "scratch.h"

#define ROOM "UB2.252A (Lameere)"
#define PAPER 0xffffffu
#define SCRIPT_LINES_MAX 200

static struct scratch scratch;

static int setup(void **state)
{
    (void)state;
    scratch_open(&scratch, false);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

/* The grid */

static const int sizes[][2] = {
    {1920, 1080}, {1080, 1920}, {3840, 2160}, {800, 480}, {1024, 768}, {1920, 540}, {540, 1920},
    {1000, 1000}, {320, 180},   {160, 160},   {161, 997}, {160, 8192}, {8192, 160}, {8192, 8192},
};

static void check_grid(const struct sheet_grid *grid, size_t count, const int sign[2])
{
    assert_in_range(grid->width_px, SHEET_WIDTH_MIN_PX, SHEET_WIDTH_MAX_PX);
    assert_in_range(grid->height_px, 1, SHEET_HEIGHT_MAX_PX);
    assert_true(SHEET_HEIGHT_MAX_PX <= PICTURE_SIDE_MAX_PX);
    assert_in_range(grid->picture_width_px, 1, sign[0]);
    assert_in_range(grid->picture_height_px, 1, sign[1]);
    /* The sign's shape, to a pixel. */
    int64_t off =
        (int64_t)grid->picture_width_px * sign[1] - (int64_t)grid->picture_height_px * sign[0];
    assert_true(llabs(off) <= (sign[0] > sign[1] ? sign[0] : sign[1]));
    for (size_t i = 0; i < count; i++) {
        struct layout_rect place = sheet_grid_picture(grid, i);
        assert_true(place.x > 0 && place.x + grid->place_width_px < grid->width_px);
        assert_true(place.y > 0 &&
                    place.y + place.height + grid->label_height_px <= grid->height_px);
        if (i == 0)
            continue;
        struct layout_rect before = sheet_grid_picture(grid, i - 1);
        assert_true(place.y == before.y ? place.x > before.x + grid->place_width_px
                                        : place.y > before.y + before.height + 60);
    }
}

static void every_sheet_is_within_its_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t count = 1; count <= SHEET_PLACES_MAX; count++) {
            struct sheet_grid grid;
            sheet_grid_make(count, sizes[i][0], sizes[i][1], 1 + (int)count % 2, &grid);
            check_grid(&grid, count, sizes[i]);
        }
    }
}

static void usual_signs_stand_in_four_or_six_columns(void **state)
{
    (void)state;
    struct sheet_grid grid;
    sheet_grid_make(SHEET_PLACES_MAX, 1920, 1080, 2, &grid);
    assert_int_equal(grid.columns, 4);
    assert_int_equal(grid.picture_width_px, 640);
    sheet_grid_make(34, 1080, 1920, 2, &grid);
    assert_int_equal(grid.columns, 6);
    assert_int_equal(grid.picture_height_px, 640);
}

/* Pictures */

static uint32_t pixel(const SDL_Surface *surface, int x, int y)
{
    const uint8_t *row = (const uint8_t *)surface->pixels + y * surface->pitch;
    return ((const uint32_t *)row)[x] & 0xffffff;
}

static SDL_Surface *read_picture(const char *name)
{
    struct error err = {0};
    SDL_Surface *picture = picture_read(scratch_path(&scratch, name), &err);
    if (!picture)
        fail_msg("%s", err.message);
    return picture;
}

/** The mean difference of a channel between the sheet's picture there and this one, scaled. */
static double difference(const SDL_Surface *sheet, const struct layout_rect *at,
                         const SDL_Surface *picture)
{
    SDL_Surface *scaled = collage_new(at->width, at->height, 0);
    struct layout_rect whole = {0, 0, at->width, at->height};
    double sum = 0;
    collage_put(scaled, &whole, picture);
    for (int y = 0; y < at->height; y++)
        for (int x = 0; x < at->width; x++)
            for (int shift = 0; shift <= 16; shift += 8)
                sum += abs((int)(pixel(sheet, at->x + x, at->y + y) >> shift & 0xff) -
                           (int)(pixel(scaled, x, y) >> shift & 0xff));
    collage_free(scaled);
    return sum / (3.0 * at->width * at->height);
}

/** Pixels of another colour than this one. */
static int count_other(const SDL_Surface *surface, const struct layout_rect *rect, uint32_t colour)
{
    int count = 0;
    for (int y = rect->y; y < rect->y + rect->height && y < surface->h; y++)
        for (int x = rect->x; x < rect->x + rect->width && x < surface->w; x++)
            count += pixel(surface, x, y) != colour;
    return count;
}

static struct layout_rect label_below(const struct sheet_grid *grid, const struct layout_rect *at)
{
    return (struct layout_rect){at->x, at->y + at->height + 4, grid->place_width_px,
                                grid->label_height_px - 8};
}

/* A day of FOSDEM */

struct child {
    const char *config;
    const struct sign_options *options;
};

/** What a program's main would do, in a process of its own: it prints, and keeps what it likes. */
static void run_child(int (*run)(const struct child *child), const struct child *child,
                      const char *output)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (!freopen(output, "w", stdout))
            _exit(99);
        int result = run(child);
        _exit(fflush(stdout) == 0 ? result : 98);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int run_feed(const struct child *child)
{
    struct clock clock;
    char config[SCRATCH_PATH_BYTES + 260];
    char *arguments[] = {"roomsign-feed", config,       "--from", "2026-01-30",
                         "--to",          "2026-02-02", NULL};
    snprintf(config, sizeof(config), "%s", child->config);
    clock_init_simulated(&clock, SAMPLE_DAY_MS, 1);
    return feed_program_run(6, arguments, &clock);
}

static int run_rehearsal(const struct child *child)
{
    return once_rehearse(child->options);
}

static int run_snapshot(const struct child *child)
{
    return once_snapshot(child->options);
}

/** room.conf and day.json; false: the feed isn't here. */
static bool take_fosdem(void)
{
    const char *folder = getenv("ROOMSIGN_FEEDS");
    char path[PATH_MAX], feed[PATH_MAX], config[2 * PATH_MAX];
    snprintf(path, sizeof(path), "%s/fosdem-2026.ics", folder ? folder : "../shared/feeds");
    if (!realpath(path, feed)) {
        print_message("skipped: %s is missing\n", path);
        return false;
    }
    int length = snprintf(config, sizeof(config),
                          "[room]\nname = " ROOM "\ntimezone = Europe/Brussels\n[feed]\n"
                          "url = file://%s\n[clock]\ntrust = always\n",
                          feed);
    scratch_write(scratch_path(&scratch, "room.conf"), config, (size_t)length, 0600);
    struct child child = {.config = scratch_path(&scratch, "room.conf")};
    run_child(run_feed, &child, scratch_path(&scratch, "day.json"));
    return true;
}

/** The times of the script's lines. */
static size_t read_times(char ret_times[SCRIPT_LINES_MAX][TIME_TEXT_BYTES])
{
    char line[1024];
    size_t count = 0;
    FILE *script = fopen(scratch_path(&scratch, "script"), "r");
    assert_non_null(script);
    while (fgets(line, sizeof(line), script)) {
        assert_true(count < SCRIPT_LINES_MAX);
        snprintf(ret_times[count++], TIME_TEXT_BYTES, "%.*s", (int)strcspn(line, "\t"), line);
    }
    fclose(script);
    return count;
}

static struct sign_options fosdem_options(enum sign_mode mode, int width_px, int height_px)
{
    static char config[SCRATCH_PATH_BYTES + 260], day[SCRATCH_PATH_BYTES + 260];
    snprintf(config, sizeof(config), "%s", scratch_path(&scratch, "room.conf"));
    snprintf(day, sizeof(day), "%s", scratch_path(&scratch, "day.json"));
    return (struct sign_options){.mode = mode,
                                 .config_path = config,
                                 .schedule_path = day,
                                 .width_px = width_px,
                                 .height_px = height_px,
                                 .speed = 1};
}

/** What --snapshot draws at that time. */
static SDL_Surface *snapshot(const char *time, int width_px, int height_px)
{
    struct sign_options options = fosdem_options(SIGN_MODE_SNAPSHOT, width_px, height_px);
    char path[SCRATCH_PATH_BYTES + 260];
    snprintf(path, sizeof(path), "%s", scratch_path(&scratch, "moment.png"));
    options.at_text = time;
    options.picture_path = path;
    struct child child = {.options = &options};
    run_child(run_snapshot, &child, scratch_path(&scratch, "silence"));
    return read_picture("moment.png");
}

/** Every tenth picture is the snapshot of its time, and not that of the line before. */
static void check_pictures(const SDL_Surface *sheet, const struct sheet_grid *grid,
                           char times[][TIME_TEXT_BYTES], size_t count, int width_px, int height_px)
{
    for (size_t i = 0; i < count; i++) {
        struct layout_rect at = sheet_grid_picture(grid, i), label = label_below(grid, &at);
        assert_in_range(count_other(sheet, &label, PAPER), 200, 20000);
        if (i % 10 != 0 && i + 1 != count)
            continue;
        SDL_Surface *picture = snapshot(times[i], width_px, height_px);
        double same = difference(sheet, &at, picture);
        collage_free(picture);
        picture = snapshot(times[i > 0 ? i - 1 : 1], width_px, height_px);
        double other = difference(sheet, &at, picture);
        collage_free(picture);
        if (same > 0.01 || other < 0.5)
            fail_msg("%s: %.3f from its own picture, %.3f from another", times[i], same, other);
    }
}

static void check_fosdem(int width_px, int height_px)
{
    struct sign_options options = fosdem_options(SIGN_MODE_REHEARSE, width_px, height_px);
    char path[SCRATCH_PATH_BYTES + 260], times[SCRIPT_LINES_MAX][TIME_TEXT_BYTES];
    snprintf(path, sizeof(path), "%s", scratch_path(&scratch, "sheet.png"));
    options.span_text = "2026-01-31T08:00/2026-01-31T20:00";
    options.sheet_path = path;
    struct child child = {.options = &options};
    run_child(run_rehearsal, &child, scratch_path(&scratch, "script"));
    size_t count = read_times(times);
    assert_in_range(count, 50, SHEET_PLACES_MAX);
    struct sheet_grid grid;
    sheet_grid_make(count, width_px, height_px, 1, &grid);
    SDL_Surface *sheet = read_picture("sheet.png");
    assert_int_equal(sheet->w, grid.width_px);
    assert_int_equal(sheet->h, grid.height_px);
    check_pictures(sheet, &grid, times, count, width_px, height_px);
    /* Nothing stands where the next picture would. */
    if (count % (size_t)grid.columns != 0) {
        struct layout_rect after = sheet_grid_picture(&grid, count);
        assert_int_equal(count_other(sheet, &after, PAPER), 0);
    }
    collage_free(sheet);
}

static void each_line_of_fosdems_saturday_has_its_picture(void **state)
{
    (void)state;
    if (!take_fosdem())
        skip();
    check_fosdem(1920, 1080);
}

static void so_it_has_on_a_sign_that_stands(void **state)
{
    (void)state;
    if (!take_fosdem())
        skip();
    check_fosdem(540, 960);
}

/* More than there are places */

static void add_lines(struct sheet *sheet, size_t count, int64_t apart_ms)
{
    struct view *view = xcalloc(1, sizeof(*view));
    view->has_schedule = true;
    for (size_t i = 0; i < count; i++) {
        struct script_line line = {.at_ms = AT(8, 0) + (int64_t)i * apart_ms,
                                   .phase = i % 2 ? PHASE_FREE : PHASE_LIVE};
        view->phase = line.phase;
        sheet_add(sheet, &line, view, false);
    }
    free(view);
}

static void note_progress(void *context, size_t done, size_t count)
{
    size_t *last = context;
    assert_int_equal(done, *last + 1);
    assert_true(done <= count);
    *last = done;
}

/** The pictures drawn of so many lines; the sheet is left in sheet.png. */
static size_t draw_lines(size_t count, int64_t apart_ms)
{
    struct zone zone;
    size_t drawn = 0;
    struct error err = {0};
    struct text *text = text_new("en", "", &err);
    struct sheet *sheet = xcalloc(1, sizeof(*sheet));
    struct sheet_style style = {.room_name = ROOM,
                                .from_ms = AT(8, 0),
                                .until_ms = AT(20, 0) + (int64_t)(count - 1) * apart_ms,
                                .zone = &zone,
                                .theme = theme_builtin(THEME_BASE_DARK),
                                .theme_name = "dark",
                                .sign_width_px = 160,
                                .sign_height_px = 160,
                                .progress = note_progress,
                                .context = &drawn};
    assert_non_null(text);
    zone_utc(&zone);
    add_lines(sheet, count, apart_ms);
    bool written = sheet_write(sheet, &style, text, scratch_path(&scratch, "sheet.png"), &err);
    if (!written)
        fail_msg("%s", err.message);
    assert_int_equal(sheet_left_out(sheet), count - drawn);
    style.progress = NULL;
    assert_false(sheet_write(sheet, &style, text, "/nonexistent/out.png", &err));
    assert_non_null(strstr(err.message, "/nonexistent/out.png: No such file"));
    sheet_release(sheet);
    free(sheet);
    text_free(text);
    return drawn;
}

static void what_has_no_place_is_counted_in_the_last_one(void **state)
{
    (void)state;
    struct sheet_grid grid;
    sheet_grid_make(SHEET_PLACES_MAX, 160, 160, 1, &grid);
    struct layout_rect last = sheet_grid_picture(&grid, SHEET_PLACES_MAX - 1);
    struct layout_rect label = label_below(&grid, &last);
    assert_int_equal(draw_lines(SHEET_PLACES_MAX, MINUTE_MS), SHEET_PLACES_MAX);
    SDL_Surface *full = read_picture("sheet.png");
    assert_true(count_other(full, &label, PAPER) > 200);
    assert_int_equal(draw_lines(SHEET_PLACES_MAX + 34, MINUTE_MS), SHEET_PLACES_MAX - 1);
    SDL_Surface *overfull = read_picture("sheet.png");
    assert_int_equal(overfull->h, full->h);
    assert_int_equal(count_other(overfull, &label, PAPER), 0);
    /* Its corner is blank, its words stand in the middle. */
    uint32_t blank = pixel(overfull, last.x + 1, last.y + 1);
    struct layout_rect top = {last.x, last.y, last.width, 20};
    assert_int_equal(count_other(overfull, &top, blank), 0);
    assert_in_range(count_other(overfull, &last, blank), 500, 10000);
    collage_free(overfull);
    collage_free(full);
}

/** In the header where it is the last one's, below the pictures where it is another than before. */
static void days_are_named(void **state)
{
    (void)state;
    struct sheet_grid grid;
    sheet_grid_make(3, 160, 160, 2, &grid);
    assert_int_equal(draw_lines(3, MINUTE_MS), 3);
    SDL_Surface *one = read_picture("sheet.png");
    assert_int_equal(draw_lines(3, DAY_MS), 3);
    SDL_Surface *three = read_picture("sheet.png");
    struct layout_rect facts = {0, 90, SHEET_WIDTH_MIN_PX, 40};
    assert_true(count_other(three, &facts, PAPER) > count_other(one, &facts, PAPER) + 300);
    assert_int_equal(three->h, grid.height_px);
    for (size_t i = 0; i < 3; i++) {
        struct layout_rect at = sheet_grid_picture(&grid, i);
        struct layout_rect second = {at.x, at.y + at.height + 50, grid.place_width_px, 30};
        assert_int_equal(count_other(three, &second, PAPER) > 100, i > 0);
    }
    collage_free(three);
    collage_free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sheet_is_within_its_limits),
        cmocka_unit_test(usual_signs_stand_in_four_or_six_columns),
        cmocka_unit_test_setup_teardown(each_line_of_fosdems_saturday_has_its_picture, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(so_it_has_on_a_sign_that_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(what_has_no_place_is_counted_in_the_last_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(days_are_named, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
