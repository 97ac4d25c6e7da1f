#include <roomsign/scale.h>

#include <math.h>
#include <stdlib.h>

#include <roomsign/error.h>

/* The samples that one new sample is made of, with weights that sum up to 1. */
struct taps {
    int first, count;
    float *weights;
};

/* A triangle that is as wide as one new sample, or one old sample where those are wider. */
static struct taps taps_at(int index, int length, int new_length)
{
    double ratio = (double)length / new_length, reach = ratio > 1 ? ratio : 1;
    double centre = (index + 0.5) * ratio - 0.5, sum = 0;
    int first = (int)ceil(centre - reach), last = (int)floor(centre + reach);
    first = first < 0 ? 0 : first;
    last = last > length - 1 ? length - 1 : last;
    struct taps taps = {.first = first, .count = last - first + 1};
    taps.weights = xcalloc((size_t)taps.count, sizeof *taps.weights);
    for (int i = 0; i < taps.count; i++) {
        double weight = 1 - fabs(first + i - centre) / reach;
        taps.weights[i] = (float)(weight > 0 ? weight : 0);
        sum += taps.weights[i];
    }
    for (int i = 0; i < taps.count; i++)
        taps.weights[i] = (float)(taps.weights[i] / sum);
    return taps;
}

static uint32_t weigh(const uint32_t *from, int step, const struct taps *taps)
{
    float sums[4] = {0};
    for (int i = 0; i < taps->count; i++) {
        uint32_t pixel = from[(size_t)(taps->first + i) * (size_t)step];
        for (int c = 0; c < 4; c++)
            sums[c] += taps->weights[i] * (float)(pixel >> 8 * c & 0xff);
    }
    uint32_t pixel = 0;
    for (int c = 0; c < 4; c++)
        pixel |= (uint32_t)(sums[c] + 0.5f) << 8 * c;
    return pixel;
}

/* One direction: lines of `length` samples `step` apart, to lines of new_length. */
static void scale_lines(const uint32_t *from, int length, int step, int line_count, int line_step,
                        uint32_t *to, int new_length, int new_step, int new_line_step)
{
    for (int i = 0; i < new_length; i++) {
        struct taps taps = taps_at(i, length, new_length);
        for (int line = 0; line < line_count; line++)
            to[(size_t)line * (size_t)new_line_step + (size_t)i * (size_t)new_step] =
                weigh(from + (size_t)line * (size_t)line_step, step, &taps);
        free(taps.weights);
    }
}

uint32_t *scale_image(const uint32_t *image, int width, int height, int new_width, int new_height)
{
    uint32_t *wide = xcalloc((size_t)new_width * (size_t)height, sizeof *wide);
    uint32_t *scaled = xcalloc((size_t)new_width * (size_t)new_height, sizeof *scaled);
    scale_lines(image, width, 1, height, width, wide, new_width, 1, new_width);
    scale_lines(wide, height, new_width, new_width, 1, scaled, new_height, new_width, 1);
    free(wide);
    return scaled;
}
