#include <roomsign/qr.h>

#include <string.h>

/* Dark on light in every theme: many readers know no other way round. */
#define DARK 0x000000
/* What a plate takes where the modules needn't be larger, and what a module takes at most. */
#define PLATE (9 * SPACE_GUTTER)
#define MODULE_MAX SPACE_NEAR
/* Whatever a unit is: less can't be told apart. */
#define MODULE_MIN_PX 2
#define RADIUS SPACE_NEAR

/* Bytes in byte mode at level L by version, ISO/IEC 18004 table 7. Codes above these are no longer
 * a thing beside the title. */
static const size_t capacity_bytes[] = {17, 32, 53, 78, 106, 134, VIEW_CODE_URL_BYTES - 1};

int qr_modules(size_t bytes)
{
    for (size_t i = 0; i < sizeof capacity_bytes / sizeof *capacity_bytes; i++) {
        if (bytes <= capacity_bytes[i]) {
            return 21 + 4 * (int)i;
        }
    }
    return 0;
}

/* A whole number of pixels a module, so that every edge is sharp. */
int qr_plate_px(const struct pen *pen, enum code_place place, int room_px)
{
    const char *url = pen->view->code_url;
    int code = pen->code_place == place && url[0] ? qr_modules(strlen(url)) : 0;
    if (code == 0) {
        return 0;
    }
    int modules = code + 2 * LAYOUT_QR_QUIET_MODULES;
    int module_px = pen_space(pen, PLATE) / modules, room = room_px / modules;
    int least_px = (int)(QR_MODULE_MIN_UNITS * pen->short_edge_px / 100),
        most_px = pen_space(pen, MODULE_MAX);
    module_px = module_px > most_px ? most_px : module_px;
    module_px = module_px < least_px ? least_px : module_px;
    module_px = module_px > room && room >= least_px ? room : module_px;
    return module_px < MODULE_MIN_PX || module_px > room ? 0 : modules * module_px;
}

/* The lighter of the colours of field and text, of the latter the soft one: nothing may draw the
 * eye before the title does. As text can be read on its field, it is light enough on black. */
static layout_colour light_of(const struct pen *pen)
{
    const struct palette *palette = &pen->palette;
    layout_colour text = pen->code_place == CODE_ON_PANEL ? palette->panel_soft : palette->soft;
    bool text_is_light = layout_contrast(text, DARK) > layout_contrast(pen->ground, DARK);
    return text_is_light ? text : pen->ground;
}

void qr_plate_lay(struct pen *pen, int x, int y, int side_px)
{
    layout_colour ground = pen->ground;
    pen->ground = light_of(pen);
    pen_code(pen, "code", pen->view->code_url, (struct layout_rect){x, y, side_px, side_px}, DARK,
             pen_space(pen, RADIUS));
    pen->ground = ground;
}
