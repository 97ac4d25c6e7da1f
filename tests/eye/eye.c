/*
 * A picture as it is seen from farther away: eye IN.png OUT.png WIDTH HEIGHT MAGNIFIED [turn]
 *
 * IN is made grey and reduced to WIDTH x HEIGHT pixels, each the mean of the area that it covers;
 * then every pixel is magnified so many times, smoothly, which adds nothing but is what programs
 * that read expect. `turn` makes it dark on light, from black to white.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/error.h>
#include <roomsign/picture.h>

struct grey {
    int width, height;
    float *pixels;
};

static struct grey grey_new(int width, int height)
{
    struct grey grey = {width, height, xcalloc((size_t)width * (size_t)height, sizeof(float))};
    return grey;
}

/* Luma of Rec. 601, as most readers take it. */
static struct grey grey_of(const SDL_Surface *surface)
{
    struct grey grey = grey_new(surface->w, surface->h);
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row =
            (const uint32_t *)(const void *)((const uint8_t *)surface->pixels + y * surface->pitch);
        for (int x = 0; x < surface->w; x++) {
            uint32_t p = row[x];
            grey.pixels[y * surface->w + x] =
                (float)(0.299 * (p >> 16 & 255) + 0.587 * (p >> 8 & 255) + 0.114 * (p & 255));
        }
    }
    return grey;
}

/* The share of [i, i + 1) that lies in [begin, end). */
static double share(int i, double begin, double end)
{
    double low = begin > i ? begin : i, high = end < i + 1 ? end : i + 1;
    return high > low ? high - low : 0;
}

static float mean(const struct grey *from, double x0, double x1, double y0, double y1)
{
    double sum = 0, area = 0;
    for (int y = (int)y0; y < y1 && y < from->height; y++) {
        for (int x = (int)x0; x < x1 && x < from->width; x++) {
            double part = share(x, x0, x1) * share(y, y0, y1);
            sum += part * from->pixels[y * from->width + x];
            area += part;
        }
    }
    return (float)(sum / area);
}

static struct grey reduced(const struct grey *from, int width, int height)
{
    struct grey to = grey_new(width, height);
    double across = (double)from->width / width, down = (double)from->height / height;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            to.pixels[y * width + x] =
                mean(from, x * across, (x + 1) * across, y * down, (y + 1) * down);
        }
    }
    return to;
}

static void set_dark_on_light(struct grey *grey)
{
    size_t count = (size_t)grey->width * (size_t)grey->height;
    double sum = 0;
    float low = grey->pixels[0], high = low;
    for (size_t i = 0; i < count; i++) {
        low = grey->pixels[i] < low ? grey->pixels[i] : low;
        high = grey->pixels[i] > high ? grey->pixels[i] : high;
        sum += grey->pixels[i];
    }
    bool light = sum / (double)count > (low + high) / 2;
    float range = high > low ? high - low : 1;
    for (size_t i = 0; i < count; i++) {
        float level = (grey->pixels[i] - low) * 255 / range;
        grey->pixels[i] = light ? level : 255 - level;
    }
}

static float at(const struct grey *grey, int x, int y)
{
    x = x < 0 ? 0 : x < grey->width ? x : grey->width - 1;
    y = y < 0 ? 0 : y < grey->height ? y : grey->height - 1;
    return grey->pixels[y * grey->width + x];
}

static float between(const struct grey *grey, double x, double y)
{
    int left = (int)(x + 1) - 1, top = (int)(y + 1) - 1;
    double right = x - left, below = y - top;
    return (float)((at(grey, left, top) * (1 - right) + at(grey, left + 1, top) * right) *
                       (1 - below) +
                   (at(grey, left, top + 1) * (1 - right) + at(grey, left + 1, top + 1) * right) *
                       below);
}

static SDL_Surface *magnified(const struct grey *from, int times)
{
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(
        0, from->width * times, from->height * times, 32, SDL_PIXELFORMAT_RGB888);
    if (surface == NULL)
        error_out_of_memory();
    for (int y = 0; y < surface->h; y++) {
        uint32_t *row = (uint32_t *)(void *)((uint8_t *)surface->pixels + y * surface->pitch);
        for (int x = 0; x < surface->w; x++) {
            double level = between(from, (x + 0.5) / times - 0.5, (y + 0.5) / times - 0.5);
            row[x] = (uint32_t)(level + 0.5) * 0x010101;
        }
    }
    return surface;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    bool turned = argc == 7 && strcmp(argv[6], "turn") == 0;
    argc -= turned;
    int width = argc == 6 ? (int)strtol(argv[3], NULL, 10) : 0;
    int height = argc == 6 ? (int)strtol(argv[4], NULL, 10) : 0;
    int times = argc == 6 ? (int)strtol(argv[5], NULL, 10) : 0;
    if (width < 1 || height < 1 || times < 1 || width > PICTURE_SIDE_MAX_PX / times ||
        height > PICTURE_SIDE_MAX_PX / times) {
        fprintf(stderr, "usage: eye IN.png OUT.png WIDTH HEIGHT MAGNIFIED [turn]\n");
        return 1;
    }
    SDL_Surface *surface = picture_read(argv[1], &err);
    if (surface == NULL) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    struct grey whole = grey_of(surface);
    struct grey seen = reduced(&whole, width, height);
    if (turned)
        set_dark_on_light(&seen);
    SDL_Surface *picture = magnified(&seen, times);
    bool written = picture_write(argv[2], picture, &err);
    if (!written)
        fprintf(stderr, "%s\n", err.message);
    SDL_FreeSurface(picture);
    SDL_FreeSurface(surface);
    free(seen.pixels);
    free(whole.pixels);
    return written ? 0 : 1;
}
