#include <roomsign/qr_draw.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <qrencode.h>

#include <roomsign/blend.h>
#include <roomsign/error.h>
#include <roomsign/shapes.h>

/* libqrencode's bit of a module that is dark. */
#define IS_DARK 1

/* Of the codes of the smallest size the one with the most error correction: it costs nothing. All
 * in byte mode, so that the size follows from the length, as the layout takes for granted. */
static QRcode *make_code(const char *text)
{
    static const QRecLevel levels[] = {QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H};
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    for (size_t i = 0; code && i < sizeof levels / sizeof *levels; i++) {
        QRcode *safer = QRcode_encodeString8bit(text, code->version, levels[i]);
        if (!safer || safer->version > code->version) {
            QRcode_free(safer);
            break;
        }
        QRcode_free(code);
        code = safer;
    }
    if (!code && errno == ENOMEM)
        error_out_of_memory();
    assert(code);
    return code;
}

void qr_draw(struct SDL_Surface *surface, const struct layout_box *box,
             const struct layout_rect *clip)
{
    QRcode *code = make_code(box->text);
    int module_px = box->rect.width / (code->width + 2 * LAYOUT_QR_QUIET_MODULES);
    assert(module_px > 0);
    int inset_px = (box->rect.width - code->width * module_px) / 2;
    shapes_fill(surface, &box->rect, box->radius_px, box->ground, clip);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if (!(code->data[y * code->width + x] & IS_DARK))
                continue;
            struct layout_rect module = {box->rect.x + inset_px + x * module_px,
                                         box->rect.y + inset_px + y * module_px, module_px,
                                         module_px};
            blend_fill(surface, &module, box->colour, clip);
        }
    }
    QRcode_free(code);
}
