#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SDL.h>

#include <roomsign/picture.h>

static char directory[] = "/tmp/roomsign-picture-XXXXXX";
static char path[sizeof directory + 32];

static int setup(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/roomsign-picture-XXXXXX");
    bool made = mkdtemp(directory) != NULL;
    snprintf(path, sizeof path, "%s/out.png", directory);
    return !made;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static uint32_t *pixel(SDL_Surface *surface, int x, int y)
{
    return (uint32_t *)((uint8_t *)surface->pixels + y * surface->pitch) + x;
}

static uint32_t pattern(int x, int y)
{
    return (uint32_t)(x * 3 % 256) << 16 | (uint32_t)(y * 7 % 256) << 8 | (uint32_t)((x ^ y) % 256);
}

static SDL_Surface *sample(int width, int height)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(surface);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            *pixel(surface, x, y) = pattern(x, y);
    }
    return surface;
}

static void a_picture_comes_back_as_it_was(void **state)
{
    (void)state;
    struct error err = {0};
    /* Odd sizes show mistakes with row lengths. */
    SDL_Surface *surface = sample(301, 97);
    assert_true(picture_write(path, surface, &err));
    SDL_Surface *read = picture_read(path, &err);
    assert_non_null(read);
    assert_int_equal(read->w, 301);
    assert_int_equal(read->h, 97);
    for (int y = 0; y < 97; y++) {
        for (int x = 0; x < 301; x++)
            assert_int_equal(*pixel(read, x, y) & 0xffffff, pattern(x, y));
    }
    SDL_FreeSurface(read);
    SDL_FreeSurface(surface);
}

static int files_in_directory(void)
{
    DIR *opened = opendir(directory);
    assert_non_null(opened);
    int count = 0;
    for (struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened))
        count += entry->d_name[0] != '.';
    closedir(opened);
    return count;
}

static void writing_replaces_whole_or_not_at_all(void **state)
{
    (void)state;
    struct error err = {0};
    SDL_Surface *small = sample(10, 10), *large = sample(200, 100);
    assert_true(picture_write(path, small, &err));
    assert_true(picture_write(path, large, &err));
    SDL_Surface *read = picture_read(path, &err);
    assert_non_null(read);
    assert_int_equal(read->w, 200);
    assert_int_equal(files_in_directory(), 1);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(status.st_mode & 0777, 0666 & ~mask);
    SDL_FreeSurface(read);
    SDL_FreeSurface(small);
    SDL_FreeSurface(large);
}

static void what_goes_wrong_is_told(void **state)
{
    (void)state;
    struct error err = {0};
    SDL_Surface *surface = sample(64, 64);
    assert_false(picture_write("/nonexistent/out.png", surface, &err));
    assert_non_null(strstr(err.message, "/nonexistent/out.png: No such file or directory"));
    if (access("/dev/full", W_OK) == 0) {
        assert_false(picture_write("/dev/full", surface, &err));
        assert_non_null(strstr(err.message, "/dev/full: No space left on device"));
    }
    assert_false(picture_write(directory, surface, &err));
    assert_non_null(strstr(err.message, directory));
    assert_int_equal(files_in_directory(), 0);
    SDL_FreeSurface(surface);
}

static void what_is_no_picture_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(picture_read(path, &err));
    assert_non_null(strstr(err.message, path));
    SDL_Surface *surface = sample(300, 300);
    assert_true(picture_write(path, surface, &err));
    SDL_FreeSurface(surface);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size / 2), 0);
    assert_null(picture_read(path, &err));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("BEGIN:VCALENDAR\n", file);
    fclose(file);
    assert_null(picture_read(path, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_picture_comes_back_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(writing_replaces_whole_or_not_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(what_goes_wrong_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_picture_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
