/* The window on a real X server: Xvfb, whose frame buffer is a file. Skipped where it is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <SDL.h>
#include <linux/input-event-codes.h>

#include <roomsign/display.h>

#define WIDTH 640
#define HEIGHT 400
#define SERVER_WAIT_MS 10000
#define QUIET_MS 1200

/* Words of the header of an XWD file, all big-endian. */
enum { XWD_HEADER_BYTES = 0, XWD_WIDTH = 4, XWD_HEIGHT = 5, XWD_ROW_BYTES = 12, XWD_COLOURS = 19 };
#define XWD_COLOUR_BYTES 12

struct server {
    pid_t pid;
    char directory[32];
    char name[16];
};

static struct server server;

static bool is_installed(const char *program)
{
    char path[64];
    snprintf(path, sizeof path, "/usr/bin/%s", program);
    return access(path, X_OK) == 0;
}

static void server_stop(struct server *stopped)
{
    char path[64];
    if (stopped->pid > 0) {
        kill(stopped->pid, SIGTERM);
        waitpid(stopped->pid, NULL, 0);
    }
    snprintf(path, sizeof path, "%s/Xvfb_screen0", stopped->directory);
    unlink(path);
    rmdir(stopped->directory);
    stopped->pid = 0;
}

/* The server chooses its own number and writes it into a pipe once it is ready. */
static bool try_server(struct server *started)
{
    int ends[2];
    char fd[16];
    snprintf(started->directory, sizeof started->directory, "/tmp/roomsign-x11-XXXXXX");
    assert_non_null(mkdtemp(started->directory));
    assert_int_equal(pipe(ends), 0);
    snprintf(fd, sizeof fd, "%d", ends[1]);
    started->pid = fork();
    if (started->pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        /* -noreset: it would start afresh, deaf for a moment, whenever the last window closes. */
        execl("/usr/bin/Xvfb", "Xvfb", "-displayfd", fd, "-screen", "0", "640x400x24", "-fbdir",
              started->directory, "-nolisten", "tcp", "-noreset", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    struct pollfd poll_fd = {.fd = ends[0], .events = POLLIN};
    ssize_t length = poll(&poll_fd, 1, SERVER_WAIT_MS) == 1
                         ? read(ends[0], started->name + 1, sizeof started->name - 2)
                         : 0;
    close(ends[0]);
    started->name[0] = ':';
    started->name[length > 1 ? length : 0] = '\0'; /* in place of the newline */
    return length > 1;
}

/* Two servers that start at the same time may choose the same number; one of them gives up. */
static void server_start(struct server *started)
{
    for (int tries = 0; tries < 5; tries++) {
        if (try_server(started))
            return;
        server_stop(started);
    }
    fail_msg("Xvfb does not start");
}

static int setup(void **state)
{
    (void)state;
    if (!is_installed("Xvfb"))
        return 0;
    server_start(&server);
    setenv("DISPLAY", server.name, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    if (server.pid > 0)
        server_stop(&server);
    return 0;
}

static void need_server(void)
{
    if (server.pid == 0) {
        print_message("skipped: Xvfb is not installed\n");
        skip();
    }
}

static struct display *open_window(bool windowed)
{
    struct error err = {0};
    struct display_options options = {
        .windowed = windowed, .width_px = WIDTH - 100, .height_px = HEIGHT - 100};
    struct display *display = display_open(&options, &err);
    if (display == NULL)
        fail_msg("%s", err.message);
    return display;
}

static SDL_Surface *canvas_for(const struct display *display, uint32_t colour)
{
    int width_px, height_px;
    display_size(display, &width_px, &height_px);
    SDL_Surface *canvas =
        SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(canvas);
    SDL_FillRect(canvas, NULL, colour);
    return canvas;
}

/* Let the server and the window come to rest; how often the wake descriptor became readable. */
static int settle(struct display *display, SDL_Surface *canvas, int quiet_ms)
{
    struct layout_rect all = {0, 0, canvas->w, canvas->h};
    struct error err = {0};
    struct display_event event;
    int wakes = 0;
    for (;;) {
        while (display_pump(display, &event)) {
            if (event.kind == DISPLAY_EVENT_EXPOSED)
                assert_true(display_present(display, canvas, &all, 1, &err));
        }
        struct pollfd poll_fd = {.fd = display_wake_fd(display), .events = POLLIN};
        if (poll(&poll_fd, 1, quiet_ms) == 0)
            return wakes;
        wakes++;
        assert_true(wakes < 1000);
    }
}

struct screen {
    size_t bytes;
    const uint8_t *file;
    uint32_t width, height, row_bytes;
    const uint8_t *pixels;
};

static uint32_t header_word(const struct screen *screen, int index)
{
    const uint8_t *word = screen->file + 4 * index;
    return (uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 | (uint32_t)word[2] << 8 | word[3];
}

static void screen_map(struct screen *screen)
{
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "%s/Xvfb_screen0", server.directory);
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    screen->bytes = (size_t)status.st_size;
    screen->file = mmap(NULL, screen->bytes, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    assert_ptr_not_equal(screen->file, MAP_FAILED);
    screen->width = header_word(screen, XWD_WIDTH);
    screen->height = header_word(screen, XWD_HEIGHT);
    screen->row_bytes = header_word(screen, XWD_ROW_BYTES);
    screen->pixels = screen->file + header_word(screen, XWD_HEADER_BYTES) +
                     XWD_COLOUR_BYTES * header_word(screen, XWD_COLOURS);
}

static int count_colour(uint32_t colour)
{
    struct screen screen;
    int count = 0;
    screen_map(&screen);
    for (uint32_t y = 0; y < screen.height; y++) {
        const uint8_t *row = screen.pixels + (size_t)y * screen.row_bytes;
        for (uint32_t x = 0; x < screen.width; x++) {
            uint32_t blue = row[4 * x], green = row[4 * x + 1], red = row[4 * x + 2];
            count += (red << 16 | green << 8 | blue) == colour;
        }
    }
    munmap((void *)screen.file, screen.bytes);
    return count;
}

static void the_window_shows_the_picture(void **state)
{
    (void)state;
    need_server();
    struct error err = {0};
    struct display *display = open_window(true);
    assert_string_equal(display_driver(display), "x11");
    SDL_Surface *canvas = canvas_for(display, 0x123456);
    settle(display, canvas, 200);
    assert_int_equal(count_colour(0x123456), (WIDTH - 100) * (HEIGHT - 100));
    /* A part, and of two parts only the told one. */
    SDL_FillRect(canvas, &(SDL_Rect){10, 20, 30, 40}, 0xabcdef);
    SDL_FillRect(canvas, &(SDL_Rect){200, 20, 30, 40}, 0xabcdef);
    struct layout_rect told = {10, 20, 30, 40};
    assert_true(display_present(display, canvas, &told, 1, &err));
    settle(display, canvas, 200);
    assert_int_equal(count_colour(0xabcdef), 30 * 40);
    SDL_FreeSurface(canvas);
    display_close(display);
}

static void full_screen_covers_the_screen(void **state)
{
    (void)state;
    need_server();
    struct display *display = open_window(false);
    int width_px, height_px;
    display_size(display, &width_px, &height_px);
    assert_int_equal(width_px, WIDTH);
    assert_int_equal(height_px, HEIGHT);
    SDL_Surface *canvas = canvas_for(display, 0x0c0f14);
    settle(display, canvas, 200);
    assert_int_equal(count_colour(0x0c0f14), WIDTH * HEIGHT);
    SDL_FreeSurface(canvas);
    display_close(display);
}

static void set_shown(bool shown)
{
    for (Uint32 id = 1; id < 100; id++) {
        SDL_Window *window = SDL_GetWindowFromID(id);
        if (window != NULL)
            (shown ? SDL_ShowWindow : SDL_HideWindow)(window);
    }
}

/* A window on a desktop is hidden by whoever sits before it. */
static void the_server_says_whether_the_picture_is_there(void **state)
{
    (void)state;
    need_server();
    for (int windowed = 0; windowed < 2; windowed++) {
        struct error err = {0};
        struct display *display = open_window(windowed);
        SDL_Surface *canvas = canvas_for(display, 0x0c0f14);
        settle(display, canvas, 300);
        assert_true(display_confirm(display, &err));
        set_shown(false);
        assert_int_equal(display_confirm(display, &err), windowed);
        assert_true(windowed || strstr(err.message, "not on the screen") != NULL);
        set_shown(true);
        settle(display, canvas, 300);
        assert_true(display_confirm(display, &err));
        SDL_FreeSurface(canvas);
        display_close(display);
    }
}

static void a_display_at_rest_wakes_nobody(void **state)
{
    (void)state;
    need_server();
    struct display *display = open_window(true);
    SDL_Surface *canvas = canvas_for(display, 0x0c0f14);
    settle(display, canvas, 300);
    assert_int_equal(settle(display, canvas, QUIET_MS), 0);
    SDL_FreeSurface(canvas);
    display_close(display);
}

static void what_people_do_wakes(void **state)
{
    (void)state;
    need_server();
    if (!is_installed("xdotool")) {
        print_message("skipped: xdotool is not installed\n");
        skip();
    }
    struct display *display = open_window(false);
    SDL_Surface *canvas = canvas_for(display, 0x0c0f14);
    settle(display, canvas, 300);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/usr/bin/xdotool", "xdotool", "mousemove", "50", "50", "key", "F1", (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    struct pollfd poll_fd = {.fd = display_wake_fd(display), .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, SERVER_WAIT_MS), 1);
    struct display_event event = {0};
    bool pressed = false;
    while (display_pump(display, &event))
        pressed = pressed || (event.kind == DISPLAY_EVENT_KEY && event.key == KEY_F1);
    assert_true(pressed);
    SDL_FreeSurface(canvas);
    display_close(display);
}

/* The server repeats it, here as on every desktop. */
static void a_key_that_is_held_is_one_press(void **state)
{
    (void)state;
    need_server();
    if (!is_installed("xdotool")) {
        print_message("skipped: xdotool is not installed\n");
        skip();
    }
    struct display *display = open_window(false);
    SDL_Surface *canvas = canvas_for(display, 0x0c0f14);
    settle(display, canvas, 300);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/usr/bin/xdotool", "xdotool", "keydown", "space", "sleep", "1.5", "keyup", "space",
              "sleep", "0.2", "key", "plus", (char *)NULL);
        _exit(127);
    }
    struct display_event event;
    int space = 0, plus = 0, wakes = 0;
    while (plus == 0) {
        struct pollfd poll_fd = {.fd = display_wake_fd(display), .events = POLLIN};
        assert_int_equal(poll(&poll_fd, 1, SERVER_WAIT_MS), 1);
        wakes++;
        while (display_pump(display, &event)) {
            space += event.kind == DISPLAY_EVENT_KEY && event.key == KEY_SPACE;
            plus += event.kind == DISPLAY_EVENT_KEY && event.key == KEY_EQUAL;
        }
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(space, 1);
    /* It was repeated, or nothing was tested. */
    assert_true(wakes > 10);
    SDL_FreeSurface(canvas);
    display_close(display);
}

/* In a process of its own, before this one has SDL open. */
static void a_lost_server_ends_the_program_with_status_3(void **state)
{
    (void)state;
    need_server();
    struct server doomed = {0};
    int ready[2];
    char byte = 0;
    server_start(&doomed);
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct error err = {0};
        struct display_options options = {.windowed = true, .width_px = 100, .height_px = 100};
        setenv("DISPLAY", doomed.name, 1);
        signal(SIGPIPE, SIG_IGN); /* as roomsignd does */
        struct display *display = display_open(&options, &err);
        if (display == NULL || write(ready[1], &byte, 1) != 1)
            _exit(100);
        for (int i = 0; i < 100; i++) {
            struct display_event event;
            while (display_pump(display, &event))
                ;
            poll(&(struct pollfd){.fd = display_wake_fd(display), .events = POLLIN}, 1, 100);
        }
        _exit(101);
    }
    struct pollfd poll_fd = {.fd = ready[0], .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, SERVER_WAIT_MS), 1);
    server_stop(&doomed);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
    setenv("SDL_VIDEODRIVER", "x11", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_server_ends_the_program_with_status_3),
        cmocka_unit_test(the_window_shows_the_picture),
        cmocka_unit_test(full_screen_covers_the_screen),
        cmocka_unit_test(the_server_says_whether_the_picture_is_there),
        cmocka_unit_test(a_display_at_rest_wakes_nobody),
        cmocka_unit_test(what_people_do_wakes),
        cmocka_unit_test(a_key_that_is_held_is_one_press),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
