/* A logo's PNG: as it is, and with every checksum put right, which no change of a byte would pass
 * otherwise. */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include <roomsign/error.h>
#include <roomsign/logo.h>

#define SIGNATURE_BYTES 8
/* A chunk's length and type; behind its data its checksum. */
#define HEAD_BYTES 8
#define CRC_BYTES 4

static SDL_Surface *surface;

static void tear_down(void)
{
    SDL_FreeSurface(surface);
}

static uint32_t read_be32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void correct(uint8_t *png, size_t length)
{
    size_t at = SIGNATURE_BYTES;
    while (at + HEAD_BYTES + CRC_BYTES <= length) {
        size_t data = read_be32(png + at);
        if (data > length - at - HEAD_BYTES - CRC_BYTES)
            return;
        uint8_t *end = png + at + HEAD_BYTES + data;
        uint32_t crc = fuzz_crc32(png + at + 4, data + 4);
        for (int i = 0; i < CRC_BYTES; i++)
            end[i] = (uint8_t)(crc >> (24 - 8 * i));
        at += HEAD_BYTES + data + CRC_BYTES;
    }
}

static void read_and_draw(const uint8_t *png, size_t length)
{
    static const struct layout_rect rects[] = {
        {2, 3, 50, 40}, {-20, -10, 150, 9}, {60, 50, 300, 300}, {0, 0, 1, 1}};
    static const struct layout_rect clips[] = {{0, 0, 100, 80}, {5, 5, 90, 40}};
    struct error err = {0};
    struct logo *logo = logo_new(png, length, &err);
    assert(logo || *err.message);
    if (!logo)
        return;
    int width, height;
    logo_size(logo, &width, &height);
    assert(width > 0 && width <= LOGO_KEPT_SIDE_MAX_PX);
    assert(height > 0 && height <= LOGO_KEPT_SIDE_MAX_PX);
    for (size_t i = 0; i < sizeof(rects) / sizeof(*rects); i++)
        logo_draw(logo, surface, &rects[i], &clips[i % 2]);
    logo_free(logo);
}

void fuzz_logo(const uint8_t *bytes, size_t length)
{
    if (!surface) {
        surface = SDL_CreateRGBSurfaceWithFormat(0, 100, 80, 32, SDL_PIXELFORMAT_RGB888);
        assert(surface);
        atexit(tear_down);
    }
    read_and_draw(bytes, length);
    uint8_t *corrected = xcalloc(length + 1, 1);
    memcpy(corrected, bytes, length);
    correct(corrected, length);
    read_and_draw(corrected, length);
    free(corrected);
}
