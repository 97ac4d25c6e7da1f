/* Values that name where a display is plugged in, what it is driven with, and the picture's size.
 */
#include <roomsign/config_table.h>

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roomsign/layout.h>
#include <roomsign/nearest.h>

#define AUTO "auto"
#define CARD_PREFIX "card"
#define DIGITS "0123456789"
#define RATE_MAX_HZ 1000

/* As the kernel's drm_connector_enum_list. */
static const char *const connector_types[] = {
    "VGA",       "DVI-I", "DVI-D", "DVI-A",  "Composite", "SVIDEO",  "LVDS",
    "Component", "DIN",   "DP",    "HDMI-A", "HDMI-B",    "TV",      "eDP",
    "Virtual",   "DSI",   "DPI",   "SPI",    "USB",       "Unknown",
};
#define TYPE_COUNT (sizeof(connector_types) / sizeof(*connector_types))

/* The end of "12" at the text, or the text where there is no number of at most three digits. */
static const char *number_end(const char *text)
{
    size_t length = strspn(text, DIGITS);
    return length <= 3 ? text + length : text;
}

/* HDMI1 and hdmi-a-1 are what other programs call HDMI-A-1. */
static void tell_no_connector(const char *name, const char *type, struct error *err)
{
    char *bare = xstrndup(type, strcspn(type, DIGITS));
    size_t length = strlen(bare);
    while (length > 0 && bare[length - 1] == '-')
        bare[--length] = '\0';
    const char *nearest = nearest_name(bare, connector_types, TYPE_COUNT);
    if (strcasecmp(bare, "HDMI") == 0)
        nearest = "HDMI-A";
    error_set(err,
              "\"%.60s\" is not a connector like HDMI-A-1 or card1-HDMI-A-1%s%s%s; ls "
              "/sys/class/drm lists them",
              name, nearest ? " (did you mean '" : "", nearest ? nearest : "",
              nearest ? "-1'?)" : "");
    free(bare);
}

bool config_connector_is_sound(const char *name, struct error *err)
{
    const char *type = name;
    if (strncmp(name, CARD_PREFIX, strlen(CARD_PREFIX)) == 0) {
        const char *number = name + strlen(CARD_PREFIX), *end = number_end(number);
        if (end > number && *end == '-')
            type = end + 1;
    }
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        size_t length = strlen(connector_types[i]);
        if (strncmp(type, connector_types[i], length) != 0 || type[length] != '-')
            continue;
        const char *number = type + length + 1, *end = number_end(number);
        if (end > number && !*end)
            return true;
    }
    tell_no_connector(name, type, err);
    return false;
}

/* false: no decimal number of at most six digits at *text, which moves past it. */
static bool read_count(const char **text, int *ret_count)
{
    const char *end = *text + strspn(*text, DIGITS);
    if (end == *text || end - *text > 6)
        return false;
    *ret_count = (int)strtol(*text, NULL, 10);
    *text = end;
    return true;
}

static bool read_size(const char **text, int pair[static 2])
{
    return read_count(text, &pair[0]) && *(*text)++ == 'x' && read_count(text, &pair[1]);
}

static bool is_side(int side_px)
{
    return side_px >= LAYOUT_SIDE_MIN_PX && side_px <= LAYOUT_SIDE_MAX_PX;
}

bool config_size_parse(const char *text, int *ret_width_px, int *ret_height_px, struct error *err)
{
    int pair[2];
    const char *rest = text;
    if (!read_size(&rest, pair) || *rest) {
        error_set(err, "\"%.60s\" is not a size like 1920x1080", text);
        return false;
    }
    if (!is_side(pair[0]) || !is_side(pair[1])) {
        error_set(err, "%.60s: each side is %d to %d pixels", text, LAYOUT_SIDE_MIN_PX,
                  LAYOUT_SIDE_MAX_PX);
        return false;
    }
    *ret_width_px = pair[0];
    *ret_height_px = pair[1];
    return true;
}

bool config_screen_size_parse(const char *text, int pair[static 2], struct error *err)
{
    if (strcmp(text, AUTO) == 0) {
        pair[0] = pair[1] = 0;
        return true;
    }
    if (config_size_parse(text, &pair[0], &pair[1], err))
        return true;
    error_prefix(err, "not auto, and ");
    return false;
}

bool config_mode_parse(const char *text, int mode[static 3], struct error *err)
{
    int parsed[3] = {0};
    const char *rest = text;
    bool sound = strcmp(text, AUTO) == 0;
    if (!sound)
        sound = read_size(&rest, parsed) && is_side(parsed[0]) && is_side(parsed[1]);
    if (sound && *rest == '@') {
        rest++;
        sound = read_count(&rest, &parsed[2]) && parsed[2] > 0 && parsed[2] <= RATE_MAX_HZ;
    }
    if (!sound || (parsed[0] > 0 && *rest)) {
        error_set(err,
                  "\"%.60s\" is neither auto nor a mode like 1920x1080 or 1920x1080@60, each side "
                  "%d to %d pixels",
                  text, LAYOUT_SIDE_MIN_PX, LAYOUT_SIDE_MAX_PX);
        return false;
    }
    memcpy(mode, parsed, sizeof(parsed));
    return true;
}

void config_mode_format(const int mode[static 3], struct buffer *ret_text)
{
    bool fits = mode[0] == 0 ? buffer_append_text(ret_text, AUTO)
                             : buffer_append_format(ret_text, "%dx%d", mode[0], mode[1]);
    if (mode[2] > 0)
        fits = fits && buffer_append_format(ret_text, "@%d", mode[2]);
    assert(fits);
}
