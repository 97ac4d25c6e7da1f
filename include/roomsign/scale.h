/**
 * Pictures in another size.
 */
#ifndef ROOMSIGN_SCALE_H
#define ROOMSIGN_SCALE_H

#include <stdint.h>

/**
 * A picture of premultiplied 0xAARRGGBB words, row by row, scaled smoothly to another size. All
 * sides are positive. Ownership: the caller's; free() it.
 */
uint32_t *scale_image(const uint32_t *image, int width, int height, int new_width, int new_height);

#endif
