/* A text_measure without fonts: every character is 0.56 of its size wide, a wide one 1, a
 * mark of direction 0. */
#ifndef ROOMSIGN_TESTS_FAKE_MEASURE_H
#define ROOMSIGN_TESTS_FAKE_MEASURE_H

#include <roomsign/layout.h>
#include <roomsign/utf8.h>

static inline int fake_width_px(void *context, const char *text, size_t length,
                                const struct text_style *style)
{
    (void)context;
    double width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character = utf8_next(text, length, &at);
        if (character == 0x200e || character == 0x200f ||
            (character >= 0x2066 && character <= 0x2069)) {
            continue;
        }
        width += (character >= 0x2e80 ? 1.0 : 0.56) * style->size_px + style->spacing_px;
    }
    return (int)(width + 0.5);
}

static inline struct text_metrics fake_metrics(void *context, const struct text_style *style)
{
    (void)context;
    return (struct text_metrics){.ascent_px = style->size_px * 97 / 100,
                                 .descent_px = style->size_px * 24 / 100 + 1,
                                 .cap_height_px = style->size_px * 73 / 100};
}

static const struct text_measure fake_measure = {.width_px = fake_width_px,
                                                 .metrics = fake_metrics};

#endif
